"""The ASGI application: pages and, beside Django, the stream hub."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.site.settings")

application = get_asgi_application()
