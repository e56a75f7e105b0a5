"""Sources: making one when a first delivery names it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.calls import permissions
from kefu.areas.calls.choices import SourceKind
from kefu.areas.calls.models import Source
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput
from kefu.platform.access.services import authorise


def ensure_source(
    *, actor: Actor, code: str, kind: str, time_zone: str = "", name: str = "", options: dict[str, Any] | None = None
) -> Source:
    """The source of that code, made when there is none.

    Options given are merged into those it has. Raises ``Conflict`` when the source exists with another kind: lines of
    two formats in one log could not be told apart.
    """
    authorise(actor, permissions.SOURCE_MANAGE)
    if time_zone:
        try:
            clock.zone(time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise InvalidInput(_("没有时区“%(zone)s”。") % {"zone": time_zone}, field="time_zone") from error
    if kind not in SourceKind.values:
        raise InvalidInput(_("没有格式“%(kind)s”。") % {"kind": kind}, field="kind")
    with transaction.atomic():
        Source.objects.bulk_create(
            [Source(code=code, name=name or code, kind=kind, time_zone=time_zone or clock.DEFAULT_ZONE)],
            ignore_conflicts=True,
        )
        source = Source.objects.select_for_update().get(code=code)
        if source.kind != kind:
            raise Conflict(
                _("话务源“%(code)s”的格式是 %(kind)s，不能再接收 %(other)s。")
                % {"code": code, "kind": source.kind, "other": kind},
                field="kind",
            )
        if time_zone and source.time_zone != time_zone:
            raise Conflict(
                _("话务源“%(code)s”的时区是 %(zone)s；换时区会改变所有日期，请另建话务源。")
                % {"code": code, "zone": source.time_zone},
                field="time_zone",
            )
        if options and {**source.options, **options} != source.options:
            before = dict(source.options)
            source.options = {**source.options, **options}
            source.save(update_fields=["options"])
            auditing.record(
                actor=actor,
                action="calls.source:change",
                target=f"calls.source:{source.pk}",
                before={"options": sorted(before)},
                after={"options": sorted(source.options)},
                node_id=source.node_id,
            )
    return source
