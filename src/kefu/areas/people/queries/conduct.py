"""The staff code and who signed it; charters and honours of teams."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from kefu.areas.people import permissions
from kefu.areas.people.choices import CodeState
from kefu.areas.people.models import CodeSignature, Employee, StaffCode, TeamCharter, TeamHonour, Unit
from kefu.areas.people.models.employee import EmployeeQuerySet
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for
from kefu.platform.access.services.tree import today


def code_in_force() -> StaffCode | None:
    """The version of the staff code that everybody signs."""
    return StaffCode.objects.filter(state=CodeState.PUBLISHED).first()


def signature_of(code: StaffCode, user_id: int | None) -> CodeSignature | None:
    """The signature of the employee behind an account."""
    return CodeSignature.objects.filter(code=code, employee__user_id=user_id).first() if user_id else None


def signers(viewer: Actor, code: StaffCode) -> EmployeeQuerySet:
    """Those who work here and must sign, among whom the viewer follows, each with ``signed_at`` or nothing."""
    scope = scope_for(viewer, permissions.CODE_FOLLOW)
    day = today()
    signed = CodeSignature.objects.filter(code=code, employee=OuterRef("pk"))
    return (
        Employee.objects.inside(scope)
        .filter(Q(left_on__isnull=True) | Q(left_on__gte=day), hired_on__lte=day)
        .select_related("unit")
        .annotate(has_signed=Exists(signed), signed_at=signed.values("signed_at")[:1])
    )


def charter_of(unit: Unit) -> TeamCharter | None:
    """The newest version of the team's charter."""
    return TeamCharter.objects.filter(unit=unit).select_related("written_by").first()


def honours_of(unit: Unit) -> QuerySet[TeamHonour]:
    """The team's honours, the latest first."""
    return TeamHonour.objects.filter(unit=unit, removed_at__isnull=True)
