"""The data folder: made once, private, with the key that signs sessions and seals personal values."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from kefu.kernel.errors import Unavailable


def prepare(home: Path) -> Path:
    """Make the data folder with its secret key, if they are not there yet; returns ``home``.

    The folder is private to its owner. When the owner is root, others may pass through it (not list it), because
    the embedded database then runs as an unprivileged user whose folder lies inside.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        if not home.is_dir():
            home.mkdir(mode=mode, parents=True, exist_ok=True)
            home.chmod(mode)
        write_once(home / "secret.key", secrets.token_urlsafe(48))
    except OSError as error:
        raise Unavailable(
            f"cannot write to the data folder {home} ({error.strerror}): set KEFU_HOME to a folder that you may write to"
        ) from error
    return home


def write_once(path: Path, text: str) -> None:
    """Give ``path`` that text unless it exists; whole or not at all, readable by the owner only."""
    if path.exists():
        return
    side = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(side, path)  # unlike a rename, never replaces what another process wrote meanwhile
    except FileExistsError:
        pass
    finally:
        side.unlink(missing_ok=True)


def replace(path: Path, text: str, mode: int = 0o600) -> None:
    """Give ``path`` that text in one step, durable when this returns."""
    side = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(side, path)
    except BaseException:
        side.unlink(missing_ok=True)
        raise
