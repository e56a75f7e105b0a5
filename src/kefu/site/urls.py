"""Every room's URLs, mounted once."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kefu.platform.telemetry.web")),
    path("", include("kefu.platform.access.web.urls")),
    path("", include("kefu.platform.audit.web.urls")),
    path("", include("kefu.platform.privacy.web.urls")),
    path("", include("kefu.platform.custody.web.urls")),
    path("jobs/", include("kefu.platform.jobs.web.urls")),
    path("params/", include("kefu.platform.params.web.urls")),
    path("outbox/", include("kefu.platform.outbox.web.urls")),
    path("imports/", include("kefu.platform.imports.urls")),
    path("files/", include("kefu.platform.files.urls")),
    path("tasks/", include("kefu.platform.tasks.web.urls")),
    path("clocks/", include("kefu.platform.clocks.web.urls")),
    path("approvals/", include("kefu.platform.approvals.web.urls")),
    path("calendars/", include("kefu.platform.calendars.web.urls")),
    path("delivery/", include("kefu.platform.delivery.web.urls")),
    path("inbox/", include("kefu.platform.notify.web.urls")),
    path("api/", include("kefu.platform.api.urls")),
    path("", include("kefu.platform.webui.web.urls")),
    path("people/", include("kefu.areas.people.web.urls")),
    path("calls/", include("kefu.areas.calls.web.urls")),
    path("", include("kefu.areas.insight.web.urls")),
    path("metrics/", include("kefu.platform.metrics.web.urls")),
    path("live/", include("kefu.platform.live.web.urls")),
    path("setup/", include("kefu.site.setup.web.urls")),
]

handler400 = "kefu.platform.webui.errors.bad_request"
handler403 = "kefu.platform.webui.errors.denied"
handler404 = "kefu.platform.webui.errors.not_found"
handler500 = "kefu.platform.webui.errors.server_error"
