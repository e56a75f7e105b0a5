"""The addresses of the calls room."""

from __future__ import annotations

from django.urls import path

from kefu.areas.calls.web import dispositions, queue_arranging, queues, recordings, sources, visits

app_name = "calls"
urlpatterns = [
    path("", visits.listing, name="visits"),
    path("<uuid:visit_id>/", visits.detail, name="visit"),
    path("<uuid:visit_id>/disposition/", visits.dispose, name="dispose"),
    path("recordings/<int:recording_id>/markers/", recordings.mark, name="mark"),
    path("recordings/markers/<int:marker_id>/remove/", recordings.unmark, name="unmark"),
    path("sources/", sources.listing, name="sources"),
    path("sources/new/", sources.create, name="source_new"),
    path("sources/<slug:code>/", sources.detail, name="source"),
    path("sources/<slug:code>/edit/", sources.edit, name="source_edit"),
    path("sources/<slug:code>/upload/", sources.upload, name="source_upload"),
    path("sources/<slug:code>/secret/", sources.rotate, name="source_secret"),
    path("sources/<slug:code>/faults/", sources.faults, name="faults"),
    path("sources/<slug:code>/aliases/", queues.aliases, name="aliases"),
    path("sources/<slug:code>/aliases/queue/new/", queues.alias, {"sort": "queue"}, name="queue_alias_new"),
    path("sources/<slug:code>/aliases/queue/<int:pk>/", queues.alias, {"sort": "queue"}, name="queue_alias"),
    path("sources/<slug:code>/aliases/agent/new/", queues.alias, {"sort": "agent"}, name="agent_alias_new"),
    path("sources/<slug:code>/aliases/agent/<int:pk>/", queues.alias, {"sort": "agent"}, name="agent_alias"),
    path("queues/", queues.listing, name="queues"),
    path("queues/arrange/", queue_arranging.arrange, name="queues_arrange"),
    path("queues/new/", queues.edit, name="queue_new"),
    path("queues/<int:pk>/", queues.edit, name="queue"),
    path("dispositions/", dispositions.listing, name="dispositions"),
    path("dispositions/new/", dispositions.edit, name="disposition_new"),
    path("dispositions/<int:pk>/", dispositions.edit, name="disposition"),
]
