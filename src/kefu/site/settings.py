"""Settings, read from the environment. Importing this module starts nothing.

``DATABASE_URL`` names any PostgreSQL ≥ 15; without it the embedded database under ``KEFU_HOME`` is used.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kefu.site import environment

HOME = environment.home()
SECRET_KEY = environment.secret_key(HOME)
DEBUG = environment.flag("KEFU_DEBUG")
ALLOWED_HOSTS = environment.words("KEFU_ALLOWED_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = environment.words("KEFU_TRUSTED_ORIGINS")
BEHIND_TLS = environment.flag("KEFU_TLS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    # platform, in the order of the floors
    "kefu.platform.telemetry",
    "kefu.platform.access",
    "kefu.platform.audit",
    "kefu.platform.privacy",
    "kefu.platform.params",
    "kefu.platform.outbox",
    "kefu.platform.jobs",
    "kefu.platform.files",
    "kefu.platform.calendars",
    "kefu.platform.metrics",
    "kefu.platform.live",
    "kefu.platform.delivery",
    "kefu.platform.notify",
    "kefu.platform.clocks",
    "kefu.platform.tasks",
    "kefu.platform.approvals",
    "kefu.platform.custody",
    "kefu.platform.api",
    "kefu.platform.imports",
    "kefu.platform.webui",
    # rooms
    "kefu.areas.people",
    "kefu.areas.calls",
    "kefu.areas.insight",
    # composition root
    "kefu.site.setup",
]

MIDDLEWARE = [
    "kefu.platform.api.middleware.TraceMiddleware",
    "kefu.platform.telemetry.middleware.RequestMiddleware",
    "kefu.platform.webui.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kefu.platform.webui.middleware.CompressionMiddleware",
    "kefu.platform.webui.middleware.CachingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kefu.platform.webui.errors.ErrorMiddleware",
    "kefu.platform.access.middleware.ActorMiddleware",
    "kefu.site.setup.middleware.FirstRunMiddleware",
]

OUTBOX_HANDLER_PACKAGES = ["kefu.loop"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "masking": {"()": "kefu.platform.privacy.logs.MaskingFilter"},
        "trace": {"()": "kefu.platform.telemetry.logs.TraceFilter"},
    },
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{trace}] {message}", "style": "{"},
        "json": {"()": "kefu.platform.telemetry.logs.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["masking", "trace"],
            "formatter": "json" if os.environ.get("KEFU_LOG_FORMAT") == "json" else "line",
        }
    },
    "root": {"handlers": ["console"], "level": os.environ.get("KEFU_LOG_LEVEL", "INFO").upper()},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "httpx": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
    },
}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["kefu.platform.access.backend.SessionBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "access:sign_in"
DATA_KEY = os.environ.get("KEFU_DATA_KEY") or SECRET_KEY
DATA_KEYS_PREVIOUS = environment.words("KEFU_DATA_KEY_PREVIOUS")
TRUSTED_PROXIES = environment.words("KEFU_TRUSTED_PROXIES")
PRIVATE_TARGETS = environment.words("KEFU_PRIVATE_TARGETS")

ROOT_URLCONF = "kefu.site.urls"
ASGI_APPLICATION = "kefu.site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "kefu.platform.webui.templatetags.kit",
            ],
        },
    }
]

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [Path(__file__).resolve().parent / "locale"]
LANGUAGE_COOKIE_NAME = "kefu_language"
TIME_ZONE = os.environ.get("KEFU_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True

MAIL = environment.mail_server()
EMAIL_HOST, EMAIL_PORT = MAIL["host"], MAIL["port"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["user"], MAIL["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL["starttls"], MAIL["tls"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("KEFU_MAIL_FROM") or "kefu@localhost"
PUBLIC_URL = (os.environ.get("KEFU_PUBLIC_URL") or "").rstrip("/")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Hashed names once ``collectstatic`` has gathered the files; plain names (tests, development) before.
    "staticfiles": {"BACKEND": "kefu.platform.webui.storage.StaticStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_AUTOREFRESH = DEBUG
CSRF_FAILURE_VIEW = "kefu.platform.webui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
WEBUI_LINKS = {
    "sign_in": "access:sign_in",
    "sign_out": "access:sign_out",
    "password": "access:password",
    "account": "access:account",
    "sessions": "access:sessions",
    "delegations": "access:delegations",
    "why": "access:why",
}
FILES_ROOT = HOME / "files"

SESSION_COOKIE_NAME = "kefu_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "kefu_csrf"
CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
