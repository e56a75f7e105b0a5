"""One's own file in full."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kefu.areas.people.models import Employee
from kefu.areas.people.queries.file import dossier_of
from kefu.areas.people.services.file.rights import is_own
from kefu.kernel import auditing
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Denied
from kefu.platform.privacy.services import open_values


def show_own(*, actor: Actor, employee: Employee, day: date) -> dict[bytes, str]:
    """Token → value of everything in the actor's own file; written into the audit."""
    if not is_own(actor, employee) or actor.viewed_by is not None:
        raise Denied(_("只能完整查看自己的档案。"))
    with transaction.atomic():
        auditing.record(
            actor=actor,
            action="people.file:show_own",
            target=f"people.employee:{employee.pk}",
            node_id=employee.unit_id,
        )
    return open_values(dossier_of(employee, day).tokens)
