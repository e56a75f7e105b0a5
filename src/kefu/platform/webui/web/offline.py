"""The page that is shown without a connection, and the worker that keeps it in the browser."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kefu.kernel.actor import Actor
from kefu.platform.access.guard import public

SHEETS = ("tokens", "base", "shell", "kit")
WORKER = """\
// Keeps the offline page; shows it when a page cannot be fetched. Nothing else passes through here.
const NAME = %(name)s, PAGE = %(page)s, FILES = %(files)s;
self.addEventListener('install', e => e.waitUntil(caches.open(NAME).then(c => c.addAll([PAGE, ...FILES])).then(() => self.skipWaiting())));
self.addEventListener('activate', e => e.waitUntil(caches.keys().then(all => Promise.all(all.filter(n => n.startsWith('kefu-offline') && n !== NAME).map(n => caches.delete(n)))).then(() => self.clients.claim())));
self.addEventListener('fetch', e => {
  const path = new URL(e.request.url).pathname;
  if (e.request.mode === 'navigate') e.respondWith(fetch(e.request).catch(() => caches.match(PAGE)));
  else if (FILES.includes(path)) e.respondWith(fetch(e.request).catch(() => caches.match(e.request)));
});
"""


@public("says that there is no connection; holds no data")
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The offline page, the same for everybody."""
    request.actor = Actor.anonymous()  # type: ignore[attr-defined]
    return render(request, "webui/offline.html", {"title": _("网络已断开")})


@public("a script without data")
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; a new set of files makes a new worker."""
    files = [static(f"webui/css/{name}.css") for name in SHEETS]
    files += [static("webui/js/core.js"), static("webui/vendor/icons.svg"), static("webui/icon.svg")]
    text = WORKER % {
        "name": json.dumps(f"kefu-offline-{hashlib.sha256(repr(files).encode()).hexdigest()[:12]}"),
        "page": json.dumps(reverse("webui:offline")),
        "files": json.dumps(files),
    }
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response
