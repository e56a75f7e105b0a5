"""The environment variables that Kefu reads, as data: the table in docs/settings.md is made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable(
        "DATABASE_URL",
        "the embedded PostgreSQL",
        "`postgresql://user:password@host:port/name?option=…` of a PostgreSQL ≥ 15",
    ),
    Variable(
        "KEFU_HOME",
        "`.kefu` in the current folder",
        "data folder: secret key, uploaded files, static files, logs, embedded database",
    ),
    Variable(
        "KEFU_SECRET_KEY",
        "`KEFU_HOME/secret.key`, made once",
        "signs sessions and tickets; the same on every machine of one centre",
    ),
    Variable("KEFU_DATA_KEY", "derived from the secret key", "encrypts personal values in the vault"),
    Variable(
        "KEFU_ERASURE_LEDGER",
        "`KEFU_HOME/erasures.jsonl`",
        "the ledger of erasures; on a shared disk when there are several machines",
    ),
    Variable("KEFU_DATA_KEY_PREVIOUS", "", "comma-separated earlier data keys, until `kefu privacy rotate` has run"),
    Variable(
        "KEFU_ALLOWED_HOSTS", "`localhost,127.0.0.1,[::1]`", "host names under which browsers reach this installation"
    ),
    Variable("KEFU_TRUSTED_ORIGINS", "", "origins (`https://kefu.example.com`) that may post forms through a proxy"),
    Variable("KEFU_TRUSTED_PROXIES", "", "addresses or networks of proxies whose `X-Forwarded-For` is believed"),
    Variable("KEFU_PUBLIC_URL", "none", "address (`https://kefu.example.com`) that links in mails begin with"),
    Variable(
        "KEFU_SMTP_URL",
        "no mail",
        "mail server: `smtp://`, `smtp+starttls://` or `smtps://user:password@host:port` (user and password optional)",
    ),
    Variable("KEFU_MAIL_FROM", "`kefu@localhost`", "sender of mails: `name@example.com` or `Name <name@example.com>`"),
    Variable(
        "KEFU_PRIVATE_TARGETS",
        "",
        "hosts, addresses or networks inside the network that webhooks and the SMS gateway may call",
    ),
    Variable("KEFU_LOG_FORMAT", "lines", "`json` for one JSON object a line"),
    Variable("KEFU_REQUEST_LOG", "off", "`1` writes a line per request: route, status, milliseconds, account"),
    Variable("KEFU_SCRAPE_TOKEN", "", "who brings it may read `/prometheus`; unset, only this machine may"),
    Variable("KEFU_TLS", "off", "`1` behind a proxy that speaks TLS: secure cookies, HSTS"),
    Variable("KEFU_TIME_ZONE", "`Asia/Shanghai`", "zone in which instants are shown where no site says otherwise"),
    Variable("KEFU_LANGUAGE", "by the locale", "language of the command line: `zh` or `en`"),
    Variable("KEFU_LOG_LEVEL", "`INFO`", "least level of what is logged: `DEBUG`, `INFO`, `WARNING`, `ERROR`"),
    Variable("KEFU_DEBUG", "off", "`1` shows tracebacks; never where others can reach the installation"),
    Variable(
        "KEFU_LISTEN_URL",
        "`DATABASE_URL`",
        "direct address for LISTEN when `DATABASE_URL` goes through a transaction pooler",
    ),
    Variable("KEFU_AMI_PASSWORD", "none", "password for Asterisk's manager interface, read by `kefu connect`"),
    Variable("KEFU_POOL", "on in `kefu serve`", "`1` keeps database connections in a pool"),
    Variable("KEFU_POOL_SIZE", "20", "largest number of pooled connections per web process"),
    Variable(
        "KEFU_DATABASE_USER", "`kefu`, made when missing", "account of the embedded database when started as root"
    ),
    Variable(
        "KEFU_LOG_LEVEL", "`INFO`", "least level that is logged; telephone and identity numbers are masked in any case"
    ),
    Variable("KEFU_CHROMIUM", "`chromium` on the path", "browser for the browser tests"),
    Variable("KEFU_TEST_HOME", "`var/test`", "data folder of the tests' own database server"),
    Variable("KEFU_MATRIX", "", "`all` tests every page in every theme, width and language"),
    Variable("KEFU_SCREENSHOTS", "`screenshots`", "where the browser tests put what they saw"),
)

INTERNAL = frozenset({"KEFU_SUPERVISED", "KEFU_TEST_SERVER"})
"""Set by the product for its own children; nothing to set by hand."""
