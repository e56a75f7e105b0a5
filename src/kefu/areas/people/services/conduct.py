"""Writes to the staff code and its signatures, to teams' charters and honours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import CodeState, HonourLevel
from kefu.areas.people.events import CodePublished, CodeSigned
from kefu.areas.people.models import CodeSignature, Employee, StaffCode, TeamCharter, TeamHonour, Unit
from kefu.areas.people.services import notices
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.outbox.services import publish

CHARTER_TEXTS = ("team_name", "meaning", "slogan", "vision", "oath", "team_values", "conduct")


def write_code(
    *, actor: Actor, code: StaffCode | None, title: str, body: str, effective_on: date | None = None
) -> StaffCode:
    """A new draft of the staff code (``code`` is ``None``), or other words in a draft. What is published stays."""
    authorise(actor, permissions.CODE_MANAGE, node_id=None)
    if not title.strip():
        raise InvalidInput(_("请填写标题。"), field="title")
    if len(body.strip()) < 20:
        raise InvalidInput(_("正文太短，请写完整。"), field="body")
    with transaction.atomic():
        if code is None:
            newest = StaffCode.objects.aggregate(n=Max("version"))["n"] or 0
            found = StaffCode(version=newest + 1, created_at=clock.now())
        else:
            found = _locked(code)
            if found.state != CodeState.DRAFT:
                raise RuleBroken(_("已发布的版本不能修改，请新建版本。"))
        found.title, found.body, found.effective_on = title.strip()[:120], body.strip() + "\n", effective_on
        try:
            with transaction.atomic():
                found.save()
        except IntegrityError as error:
            raise Conflict(_("有人同时新建了版本，请刷新后重试。")) from error
        auditing.record(
            actor=actor,
            action="people.code:write",
            target=f"people.code:{found.pk}",
            after={"version": found.version, "digest": rules.code_digest(found.title, found.body)},
        )
    return found


def publish_code(*, actor: Actor, code: StaffCode) -> StaffCode:
    """Put a draft in force; the version so far is replaced. From now on everybody is asked to sign."""
    authorise(actor, permissions.CODE_MANAGE, node_id=None)
    with transaction.atomic():
        found = _locked(code)
        if found.state != CodeState.DRAFT:
            raise Conflict(_("这个版本已经发布过。"))
        StaffCode.objects.filter(state=CodeState.PUBLISHED).update(state=CodeState.REPLACED)
        found.state, found.published_at, found.published_by_id = CodeState.PUBLISHED, clock.now(), actor.user_id
        found.effective_on = found.effective_on or today()
        found.digest = rules.code_digest(found.title, found.body)
        found.save()
        auditing.record(
            actor=actor,
            action="people.code:publish",
            target=f"people.code:{found.pk}",
            after={"version": found.version, "digest": found.digest},
        )
        publish(CodePublished(found.pk))
    return found


def sign_code(*, actor: Actor, code: StaffCode, digest: str) -> CodeSignature:
    """The employee behind ``actor`` signs the version in force. ``digest`` is that of the text they were shown."""
    authorise(actor, permissions.CODE_READ, owner_id=actor.user_id)
    employee = Employee.objects.filter(user_id=actor.user_id).first() if actor.user_id else None
    if employee is None or actor.user_id is None:
        raise Denied(_("您的账号没有关联员工，不能签署。请联系人事专员。"))
    with transaction.atomic():
        found = _locked(code)
        if found.state != CodeState.PUBLISHED:
            raise Conflict(_("这个版本已不是现行守则，请刷新后阅读新版本。"))
        if digest != found.digest:
            raise Conflict(_("守则内容与您看到的不一致，请刷新后重新阅读。"))
        signature, is_new = CodeSignature.objects.get_or_create(
            code=found,
            employee=employee,
            defaults={"user_id": actor.user_id, "digest": digest, "signed_at": clock.now()},
        )
        if is_new:
            auditing.record(
                actor=actor,
                action="people.code:sign",
                target=f"people.code:{found.pk}",
                after={"employee": employee.pk, "version": found.version, "digest": digest},
                node_id=employee.unit_id,
            )
            publish(CodeSigned(found.pk, employee.pk))
    return signature


def remind_unsigned(*, actor: Actor, employees: Iterable[Employee], code: StaffCode) -> int:
    """Ask those who have not signed to do so, each at most once a day; how many were told."""
    people = list(employees)
    for unit_id in {person.unit_id for person in people}:
        authorise(actor, permissions.CODE_FOLLOW, node_id=unit_id)
    authorise(actor, permissions.CODE_FOLLOW)
    with transaction.atomic():
        signed = set(CodeSignature.objects.filter(code=code).values_list("employee_id", flat=True))
        told = notices.code_unsigned(
            code, [person.user_id for person in people if person.user_id and person.pk not in signed], today()
        )
        auditing.record(
            actor=actor, action="people.code:remind", target=f"people.code:{code.pk}", after={"count": told}
        )
    return told


def write_charter(*, actor: Actor, unit: Unit, **texts: str) -> TeamCharter:
    """A new version of the team's charter: name, meaning, slogan, vision, oath, values, code of conduct."""
    authorise(actor, permissions.CHARTER_MANAGE, node_id=unit.pk)
    words = {key: texts.get(key, "").strip() for key in CHARTER_TEXTS}
    if not words["team_name"]:
        raise InvalidInput(_("请填写团队名称。"), field="team_name")
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        newest = TeamCharter.objects.filter(unit=unit).aggregate(n=Max("version"))["n"] or 0
        charter = TeamCharter.objects.create(
            unit=unit, version=newest + 1, written_at=clock.now(), written_by_id=actor.user_id, **words
        )
        auditing.record(
            actor=actor,
            action="people.charter:write",
            target=f"people.unit:{unit.pk}",
            after={"version": charter.version, **words},
            node_id=unit.pk,
        )
    return charter


def add_honour(
    *, actor: Actor, unit: Unit, title: str, level: str, awarded_on: date, awarded_by: str = "", story: str = ""
) -> TeamHonour:
    """Enter something that the team was honoured for."""
    authorise(actor, permissions.CHARTER_MANAGE, node_id=unit.pk)
    if not title.strip():
        raise InvalidInput(_("请填写荣誉名称。"), field="title")
    if level not in HonourLevel.values:
        raise InvalidInput(_("请选择级别。"), field="level")
    if awarded_on > today():
        raise InvalidInput(_("授予日期不能晚于今天。"), field="awarded_on")
    with transaction.atomic():
        honour = TeamHonour.objects.create(
            unit=unit,
            title=title.strip()[:120],
            level=level,
            awarded_on=awarded_on,
            awarded_by=awarded_by.strip()[:80],
            story=story.strip(),
            recorded_at=clock.now(),
        )
        auditing.record(
            actor=actor,
            action="people.honour:add",
            target=f"people.unit:{unit.pk}",
            after={"title": honour.title, "level": level, "awarded_on": awarded_on.isoformat()},
            node_id=unit.pk,
        )
    return honour


def remove_honour(*, actor: Actor, honour: TeamHonour) -> None:
    """Take an honour off the team's page; the record stays."""
    authorise(actor, permissions.CHARTER_MANAGE, node_id=honour.unit_id)
    with transaction.atomic():
        if not TeamHonour.objects.filter(pk=honour.pk, removed_at__isnull=True).update(removed_at=clock.now()):
            raise Conflict(_("这项荣誉已经移除，请刷新页面。"))
        auditing.record(
            actor=actor,
            action="people.honour:remove",
            target=f"people.unit:{honour.unit_id}",
            before={"title": honour.title},
            node_id=honour.unit_id,
        )


def _locked(code: StaffCode) -> StaffCode:
    found = StaffCode.objects.select_for_update().filter(pk=code.pk).first()
    if found is None:
        raise NotFound(_("没有这个版本，请刷新后重试。"))
    return found
