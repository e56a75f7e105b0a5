"""Who keeps whose file."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kefu.areas.people.models import Employee
from kefu.kernel import clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import RuleBroken
from kefu.platform.access.queries import same_person


def is_own(actor: Actor, employee: Employee) -> bool:
    """Whether the file is that of the actor."""
    return actor.user_id is not None and employee.user_id == actor.user_id


def check_keeper(actor: Actor, employee: Employee) -> None:
    """Raises ``RuleBroken`` when somebody would keep their own file, also through a delegation."""
    if actor.user_id is None or employee.user_id is None:
        return
    if is_own(actor, employee) or same_person(actor.user_id, employee.user_id, clock.now()):
        raise RuleBroken(_("不能直接维护自己的档案，请提交变更申请，由他人审核。"), code="own_file")
