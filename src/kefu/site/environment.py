"""What the environment says: the data folder, the secret key, the database. Reads; starts nothing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kefu.kernel.errors import InvalidInput


def home() -> Path:
    """The data folder: ``KEFU_HOME``, or ``.kefu`` below the current folder."""
    return Path(os.environ.get("KEFU_HOME") or ".kefu").expanduser().absolute()


def flag(name: str) -> bool:
    """Whether the variable is set to something that means yes."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str) -> list[str]:
    """The variable's comma-separated words, without blanks."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def language() -> str:
    """The language of the command line: ``KEFU_LANGUAGE``, else Chinese where the locale is Chinese, else English."""
    given = os.environ.get("KEFU_LANGUAGE")
    if given:
        return "zh-hans" if given.lower().startswith("zh") else "en"
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh-hans" if locale.lower().startswith("zh") else "en"


def secret_key(folder: Path) -> str:
    """``KEFU_SECRET_KEY``, or the key kept in the data folder (written once by whoever creates the folder).

    Without either, a key that lasts for this process: enough for commands that never sign anything.
    """
    given = os.environ.get("KEFU_SECRET_KEY")
    if given:
        return given
    try:
        return (folder / "secret.key").read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_urlsafe(48)


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for a ``postgresql://user:password@host:port/name?option=…`` address.

    Raises ``InvalidInput`` that says what is wrong when the address is not PostgreSQL's.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise InvalidInput(
            "DATABASE_URL must begin with postgresql:// (Kefu runs on PostgreSQL only)", field="DATABASE_URL"
        )
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kefu",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def mail_server() -> dict[str, Any]:
    """What ``KEFU_SMTP_URL`` says (``smtp://``, ``smtp+starttls://`` or ``smtps://user:password@host:port``).

    Without the variable there is no mail server. Raises ``InvalidInput`` when the address is none of these.
    """
    url = os.environ.get("KEFU_SMTP_URL", "").strip()
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if url and (parts.scheme not in SMTP_PORTS or not parts.hostname or port == -1):
        raise InvalidInput(
            "KEFU_SMTP_URL must be smtp://, smtp+starttls:// or smtps://user:password@host:port", field="KEFU_SMTP_URL"
        )
    return {
        "host": parts.hostname or "",
        "port": port or SMTP_PORTS.get(parts.scheme, 25),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "starttls": parts.scheme == "smtp+starttls",
        "tls": parts.scheme == "smtps",
    }


def database(folder: Path) -> dict[str, Any]:
    """The database settings: ``DATABASE_URL`` or the embedded PostgreSQL of ``folder``."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        from kefu.site import embedded

        url = embedded.address(folder)
    settings = parse_database_url(url)
    if flag("KEFU_POOL"):
        settings["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": int(os.environ.get("KEFU_POOL_SIZE", "20")),
            "timeout": 10,
        }
    return settings
