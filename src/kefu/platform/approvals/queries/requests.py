"""Requests as a viewer may see them: their own, those they have a part in, and those of their units."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kefu.kernel.actor import Actor
from kefu.kernel.errors import NotFound
from kefu.platform.access import queries as access
from kefu.platform.approvals.choices import LIVE, SeatState
from kefu.platform.approvals.models import Attachment, Request, Seat
from kefu.platform.approvals.permissions import DECIDE, VIEW
from kefu.platform.files.models import StoredFile


def requests_for(viewer: Actor) -> QuerySet[Request]:
    """The requests that the viewer may see."""
    rows = Request.objects.all()
    if viewer.is_system:
        return rows
    if viewer.user_id is None:
        return rows.none()
    scope = access.scope_for(viewer, VIEW)
    if scope.everything:
        return rows
    inside = Q(pk__in=[])
    if scope.node_ids:
        inside = Q(node_id__in=scope.node_ids) | Q(subject__home_node_id__in=scope.node_ids)
    return rows.filter(inside | _taking_part(viewer)) if _may_take_part(viewer) else rows.filter(inside)


def visible_request(viewer: Actor, number: str) -> Request:
    """The request of that number; raises ``NotFound`` when the viewer may not see it."""
    found = requests_for(viewer).select_related("requester", "subject", "node", "chain").filter(number=number).first()
    if found is None:
        raise NotFound(_("没有这个申请，或者您无权查看。"))
    return found


def request_of(request_id: int) -> Request | None:
    """The request with that key, for the room whose business it is."""
    return Request.objects.filter(pk=request_id).first()


def live_request(kind: str, origin: str) -> Request | None:
    """The request of that kind on that origin that is not over."""
    return Request.objects.filter(kind=kind, origin=origin, state__in=LIVE).first()


def requests_of(origin: str) -> list[Request]:
    """Every request on that origin, the newest first."""
    return list(Request.objects.filter(origin=origin).select_related("requester", "subject").order_by("-id")[:20])


def may_read_file(viewer: Actor, file: StoredFile) -> bool:
    """Whether the viewer may see the request that the file goes with; one that hangs nowhere yet is its owner's."""
    found = Attachment.objects.filter(file=file).values_list("request_id", flat=True).first()
    if found is None:
        return viewer.user_id is not None and viewer.user_id == file.created_by_id
    return requests_for(viewer).filter(pk=found).exists()


def _may_take_part(viewer: Actor) -> bool:
    """A person always sees what they take part in; a token only when it was issued for that."""
    return viewer.permissions is None or DECIDE in viewer.permissions


def _taking_part(viewer: Actor) -> Q:
    me = viewer.user_id
    assert me is not None
    principals = (me, *access.acting_for(me))
    seats = Seat.objects.filter(step__request=OuterRef("pk")).filter(
        Q(principal_id=me) & ~Q(state=SeatState.LEFT)
        | Q(decided_by_id=me)
        | Q(principal_id__in=principals, state__in=[SeatState.WAITING, SeatState.SPARED])
    )
    return Q(requester_id=me) | Q(subject_id=me) | Q(Exists(seats))
