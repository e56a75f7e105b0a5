"""The link to a source: up or down, the outages, what a live feed says at present."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.choices import LinkState, SourceKind
from kefu.areas.calls.models import LiveOverlay, Source, SourceOutage
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput
from kefu.platform.access.services import authorise

Overlay = Mapping[tuple[str, str], Mapping[str, Any]]


def link_up(source: Source, now: datetime) -> None:
    """The connector hears the source: the open outage ends."""
    with transaction.atomic():
        changed = Source.objects.filter(pk=source.pk).exclude(link_state=LinkState.UP, last_error="")
        if changed.update(link_state=LinkState.UP, last_error=""):
            SourceOutage.objects.filter(source=source, ended_at__isnull=True).update(ended_at=now)


def link_down(source: Source, now: datetime, reason: str) -> None:
    """The connector does not hear the source any more: an outage begins, unless one is open or it never was up."""
    reason = reason[:300]
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        was_up = row.link_state == LinkState.UP
        if row.link_state != LinkState.NEVER:
            row.link_state = LinkState.DOWN
        row.last_error = reason
        row.save(update_fields=["link_state", "last_error"])
        if was_up and not SourceOutage.objects.filter(source=source, ended_at__isnull=True).exists():
            SourceOutage.objects.create(source=source, started_at=now, reason=reason)


def replace_overlay(source: Source, rows: Overlay, now: datetime) -> None:
    """What the snapshot says takes the place of everything known before."""
    with transaction.atomic():
        LiveOverlay.objects.filter(source=source).delete()
        LiveOverlay.objects.bulk_create(_overlays(source, rows, now), batch_size=1000)


def update_overlay(source: Source, changed: Overlay, gone: set[tuple[str, str]], now: datetime) -> None:
    """What has changed since the last time, and what is there no more."""
    with transaction.atomic():
        for kind in ("call", "agent"):
            names = [name for each, name in gone if each == kind]
            if names:
                LiveOverlay.objects.filter(source=source, kind=kind, key__in=names).delete()
        if changed:
            LiveOverlay.objects.bulk_create(
                _overlays(source, changed, now),
                update_conflicts=True,
                unique_fields=["source", "kind", "key"],
                update_fields=["data", "updated_at"],
                batch_size=1000,
            )


def change_source(
    *, actor: Actor, source: Source, name: str, node_id: int | None, is_active: bool, options: Mapping[str, Any]
) -> Source:
    """Change what people may change about a source; ``options`` are merged into those it has."""
    authorise(actor, permissions.SOURCE_MANAGE)
    if not name.strip():
        raise InvalidInput(_("请填写名称。"), field="name")
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        before = {"name": row.name, "node": row.node_id, "is_active": row.is_active, "options": sorted(row.options)}
        row.name, row.node_id, row.is_active = name.strip(), node_id, is_active
        row.options = {key: value for key, value in {**row.options, **options}.items() if value not in (None, "")}
        row.save(update_fields=["name", "node", "is_active", "options"])
        auditing.record(
            actor=actor,
            action="calls.source:change",
            target=f"calls.source:{row.pk}",
            before=before,
            after={"name": row.name, "node": row.node_id, "is_active": row.is_active, "options": sorted(row.options)},
            node_id=row.node_id,
        )
    return row


def lag_seconds(source: Source, now: datetime | None = None) -> float | None:
    """How long after an event its line arrived, for the newest event; ``None`` while nothing has come."""
    if source.last_received_at is None or source.last_occurred_at is None or source.kind == SourceKind.ROWS:
        return None
    return max(0.0, (source.last_received_at - source.last_occurred_at).total_seconds())


def silent_seconds(source: Source, now: datetime | None = None) -> float | None:
    """How long the source has sent nothing."""
    if source.last_received_at is None:
        return None
    return max(0.0, ((now or clock.now()) - source.last_received_at).total_seconds())


def _overlays(source: Source, rows: Overlay, now: datetime) -> list[LiveOverlay]:
    return [
        LiveOverlay(source=source, kind=kind, key=name[:120], data=dict(data), updated_at=now)
        for (kind, name), data in rows.items()
    ]
