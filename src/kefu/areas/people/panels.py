"""What this room adds to its own pages: charter and honours on a team's, skills and rewards on a person's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kefu.areas.people import permissions, queries
from kefu.areas.people.engine.contracts import EMPLOYING
from kefu.areas.people.queries.file import sees_file_of
from kefu.kernel.actor import Actor
from kefu.platform.access.guard import actor_of
from kefu.platform.access.queries import has_permission, scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.webui import agenda
from kefu.platform.webui.agenda import Line
from kefu.platform.webui.panels import PANELS, Panel


def charter(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The team's charter and honours."""
    unit = context["unit"]
    words = queries.charter_of(unit)
    may_write = scope_for(actor_of(request), permissions.CHARTER_MANAGE).covers_node(unit.pk) and not unit.ends_on
    honours = list(queries.honours_of(unit)[:20])
    if not (words or honours or may_write):
        return ""
    lists = [
        (_("价值观"), "heart-handshake", words.team_values.splitlines()),
        (_("行为准则"), "clipboard-check", words.conduct.splitlines()),
    ] if words else []  # fmt: skip
    values = {"unit": unit, "charter": words, "lists": lists, "honours": honours, "may_write": may_write}
    return render_to_string("people/_charter.html", values, request=request)


def posts(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The posts somebody held."""
    employee = context["employee"]
    may_manage = scope_for(actor_of(request), permissions.EMPLOYEE_MANAGE).covers_node(employee.unit_id)
    values = {
        "employee": employee,
        "history": queries.post_history(employee),
        "may_manage": may_manage and not employee.left_on,
    }
    return render_to_string("people/_posts_of.html", values, request=request)


def skills(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The skills somebody has today, and what the post asks for beyond them."""
    employee = context["employee"]
    if not queries.people_with_skills(actor_of(request)).filter(pk=employee.pk).exists():
        return ""
    rows = [row for row in queries.certificates_of(employee, today()) if row[1] not in ("replaced", "revoked")]
    values = {"employee": employee, "rows": rows, "gaps": queries.skill_gaps(employee, today())}
    return render_to_string("people/_skills_of.html", values, request=request)


def merits(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """Somebody's rewards, penalties and praise."""
    employee, actor = context["employee"], actor_of(request)
    seen = queries.merits(actor).filter(employee=employee)
    rows = list(seen[:8])
    may_record = has_permission(actor, permissions.MERIT_RECORD)
    if not rows and not may_record:
        return ""
    sums = queries.merit_sums([employee.pk]).get(employee.pk, queries.MeritSums())
    values = {"employee": employee, "rows": rows, "sums": sums, "may_record": may_record}
    return render_to_string("people/_merits_of.html", values, request=request)


def expiring(viewer: Actor) -> Iterator[Line]:
    """Skills that lapse soon or have lapsed, of those whose skills the viewer follows."""
    count = agenda.bounded(queries.expiring(viewer, today()))
    yield Line("graduation-cap", gettext("即将到期或已到期的技能"), count, reverse("people:skills_expiring"), "warn")


def to_sign(viewer: Actor) -> Iterator[Line]:
    """The staff code, while somebody who works here has not signed it."""
    code = queries.code_in_force()
    employee = queries.employee_of_user(viewer.user_id) if code and viewer.user_id else None
    if code is not None and employee is not None and queries.signature_of(code, viewer.user_id) is None:
        yield Line("scale", gettext("待阅读并签署：员工守则"), 1, reverse("people:code"), "warn")


def file(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The way to somebody's personal file, with what ends next; for whoever may see it."""
    employee = context["employee"]
    if not sees_file_of(actor_of(request), employee):
        return ""
    running = [(row, row.state_on(today())) for row in employee.contracts.all() if row.kind in EMPLOYING]
    contract, standing = next(((row, state) for row, state in running if state in ("running", "ending")), (None, None))
    values = {"employee": employee, "contract": contract, "standing": standing}
    return render_to_string("people/_file_of.html", values, request=request)


def register() -> None:
    """Put them into their slots."""
    agenda.offer("people.skills_now", permissions.SKILL_VIEW, expiring, 50)
    agenda.offer("people.code_now", "", to_sign, 30)
    PANELS.register(Panel("employee", "people.file", permissions.FILE_VIEW, file, 5))
    PANELS.register(Panel("unit", "people.charter", permissions.UNIT_VIEW, charter, 10))
    PANELS.register(Panel("employee", "people.posts", permissions.EMPLOYEE_VIEW, posts, 10))
    PANELS.register(Panel("employee", "people.skills", permissions.SKILL_VIEW, skills, 20))
    PANELS.register(Panel("employee", "people.merits", permissions.MERIT_VIEW, merits, 30))
