"""The ASGI application: pages and, beside Django, the stream hub."""

from __future__ import annotations

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kefu.site.settings")

django: Any = get_asgi_application()

from kefu.platform.live.asgi import mount  # noqa: E402 (needs the settings)

application = mount(django)
