"""Writes to the skill catalogue, the seat types and people's certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kefu.areas.people import permissions, rules
from kefu.areas.people.choices import CertificateMethod, SeatMatch, SkillCategory
from kefu.areas.people.events import SkillCertified, SkillRevoked
from kefu.areas.people.models import Certificate, Employee, SeatSkill, SeatType, Skill
from kefu.areas.people.services.expiry import follow_expiry
from kefu.kernel import auditing, clock
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, InvalidInput, NotFound, RuleBroken
from kefu.platform.access.services import authorise
from kefu.platform.access.services.tree import today
from kefu.platform.outbox.services import publish

if TYPE_CHECKING:
    from kefu.platform.files.models import StoredFile


@dataclass(frozen=True, slots=True)
class Proof:
    """What one certificate says; ``expires_on`` ``None`` follows the skill's own period."""

    employee: Employee
    skill: Skill
    level: int
    method: str
    certified_on: date
    score: Decimal | None = None
    evidence: str = ""
    expires_on: date | None = None
    file: StoredFile | None = None


def save_skill(
    *,
    actor: Actor,
    skill: Skill | None,
    name: str,
    category: str,
    code: str = "",
    description: str = "",
    valid_months: int | None = None,
    sort_order: int = 100,
    is_active: bool = True,
) -> Skill:
    """A new skill (``skill`` is ``None``; then ``code`` is needed) or a change. Certificates given keep their dates."""
    authorise(actor, permissions.SKILL_MANAGE, node_id=None)
    _check_names(name, code, is_new=skill is None)
    if category not in SkillCategory.values:
        raise InvalidInput(_("请选择技能类别。"), field="category")
    with transaction.atomic():
        found = Skill(code=code.strip()) if skill is None else Skill.objects.select_for_update().get(pk=skill.pk)
        before = _words(found) if found.pk else None
        found.name, found.category, found.description = name.strip()[:64], category, description.strip()
        found.valid_months, found.sort_order, found.is_active = valid_months, sort_order, is_active
        _save(found)
        auditing.record(
            actor=actor,
            action="people.skill:update" if before else "people.skill:create",
            target=f"people.skill:{found.pk}",
            before=before,
            after=_words(found),
        )
    return found


def save_seat_type(
    *,
    actor: Actor,
    seat: SeatType | None,
    name: str,
    match: str,
    levels: Mapping[Skill, int],
    code: str = "",
    description: str = "",
    sort_order: int = 100,
    is_active: bool = True,
) -> SeatType:
    """A new seat type or a change, with the skills (and levels) that may sit there."""
    authorise(actor, permissions.POST_MANAGE, node_id=None)
    _check_names(name, code, is_new=seat is None)
    if match not in SeatMatch.values:
        raise InvalidInput(_("请选择条件。"), field="match")
    if any(not 1 <= level <= rules.MAX_LEVEL for level in levels.values()):
        raise InvalidInput(_("技能等级为 1 到 5。"), field="level")
    with transaction.atomic():
        found = SeatType(code=code.strip()) if seat is None else SeatType.objects.select_for_update().get(pk=seat.pk)
        before = _seat_words(found) if found.pk else None
        found.name, found.match, found.description = name.strip()[:64], match, description.strip()
        found.sort_order, found.is_active = sort_order, is_active
        _save(found)
        SeatSkill.objects.filter(seat_type=found).delete()
        SeatSkill.objects.bulk_create(SeatSkill(seat_type=found, skill=s, level=n) for s, n in levels.items())
        auditing.record(
            actor=actor,
            action="people.seat:update" if before else "people.seat:create",
            target=f"people.seat:{found.pk}",
            before=before,
            after=_seat_words(found),
        )
    return found


def check_certifier(*, actor: Actor, employee: Employee) -> None:
    """Return when ``actor`` may certify that person's skills, for those who must know before they store a file."""
    authorise(actor, permissions.SKILL_CERTIFY, node_id=employee.unit_id)


def certify(
    *,
    actor: Actor,
    employee: Employee,
    skill: Skill,
    level: int,
    method: str,
    certified_on: date | None = None,
    score: Decimal | None = None,
    evidence: str = "",
    expires_on: date | None = None,
    file: StoredFile | None = None,
) -> Certificate:
    """Certify a skill at a level, by an exam (with its score) or by a leader (with evidence).

    Nobody certifies themselves. Raises ``InvalidInput`` for a level beyond 0–5, missing proof or impossible dates.
    """
    proof = Proof(employee, skill, level, method, certified_on or today(), score, evidence.strip(), expires_on, file)
    return certify_many(actor=actor, proofs=[proof])[0]


def certify_many(*, actor: Actor, proofs: Sequence[Proof]) -> list[Certificate]:
    """Write all certificates, or none."""
    authorise(actor, permissions.SKILL_CERTIFY)
    for unit_id in {proof.employee.unit_id for proof in proofs}:
        authorise(actor, permissions.SKILL_CERTIFY, node_id=unit_id)
    for proof in proofs:
        _check_proof(actor, proof)
    with transaction.atomic():
        now = clock.now()
        made = Certificate.objects.bulk_create(
            Certificate(
                employee=proof.employee,
                skill=proof.skill,
                level=proof.level,
                method=proof.method,
                score=proof.score,
                evidence=proof.evidence,
                file=proof.file,
                certified_on=proof.certified_on,
                expires_on=proof.expires_on or rules.expiry_of(proof.certified_on, proof.skill.valid_months),
                certified_by_id=actor.user_id,
                created_at=now,
            )
            for proof in proofs
        )
        for certificate in made:
            auditing.record(
                actor=actor,
                action="people.skill:certify",
                target=f"people.certificate:{certificate.pk}",
                after={
                    "employee": certificate.employee_id,
                    "skill": certificate.skill.code,
                    "level": certificate.level,
                    "method": certificate.method,
                    "certified_on": certificate.certified_on.isoformat(),
                    "expires_on": certificate.expires_on.isoformat() if certificate.expires_on else None,
                },
                node_id=certificate.employee.unit_id,
            )
            publish(SkillCertified(certificate.employee_id, certificate.skill_id, certificate.level))
        follow_expiry(today(), {proof.employee.pk for proof in proofs})
    return made


def revoke_certificate(*, actor: Actor, certificate: Certificate, reason: str) -> Certificate:
    """Withdraw a certificate that should not have been given; the one before it counts again."""
    authorise(actor, permissions.SKILL_CERTIFY, node_id=certificate.employee.unit_id)
    if actor.user_id is not None and certificate.employee.user_id == actor.user_id:
        raise RuleBroken(_("不能处理自己的技能认证，请由他人办理。"))
    if len(reason.strip()) < 4:
        raise InvalidInput(_("请写明撤销的原因（至少 4 个字）。"), field="reason")
    with transaction.atomic():
        found = (
            Certificate.objects.select_for_update(of=("self",))
            .select_related("employee", "skill")
            .filter(pk=certificate.pk)
            .first()
        )
        if found is None:
            raise NotFound(_("没有这项认证，请刷新后重试。"))
        if found.revoked_at is not None:
            raise Conflict(_("这项认证已经撤销。"))
        found.revoked_at, found.revoked_by_id = clock.now(), actor.user_id
        found.revoke_reason = reason.strip()[:200]
        found.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        auditing.record(
            actor=actor,
            action="people.skill:revoke",
            target=f"people.certificate:{found.pk}",
            before={"level": found.level},
            after={"revoked": True},
            reason=found.revoke_reason,
            node_id=found.employee.unit_id,
        )
        publish(SkillRevoked(found.employee_id, found.skill_id))
        follow_expiry(today(), [found.employee_id])
    return found


def _check_proof(actor: Actor, proof: Proof) -> None:
    if actor.user_id is not None and proof.employee.user_id == actor.user_id:
        raise RuleBroken(_("不能认证自己的技能，请由他人办理。"))
    if not proof.skill.is_active:
        raise InvalidInput(_("技能“%(name)s”已停用。") % {"name": proof.skill.name}, field="skill")
    if not 0 <= proof.level <= rules.MAX_LEVEL:
        raise InvalidInput(_("技能等级为 0 到 5。"), field="level")
    if proof.method not in CertificateMethod.values:
        raise InvalidInput(_("请选择认证方式。"), field="method")
    if proof.method == CertificateMethod.EXAM and proof.score is None:
        raise InvalidInput(_("考试认证须填写成绩。"), field="score")
    if proof.score is not None and not 0 <= proof.score <= 100:
        raise InvalidInput(_("成绩为 0 到 100。"), field="score")
    if proof.method == CertificateMethod.LEADER and len(proof.evidence) < 4:
        raise InvalidInput(_("组长认证须写明依据（至少 4 个字）。"), field="evidence")
    if not proof.employee.hired_on <= proof.certified_on <= today():
        raise InvalidInput(_("认证日期须在入职之后、今天之前。"), field="certified_on")
    if proof.expires_on is not None and proof.expires_on < proof.certified_on:
        raise InvalidInput(_("有效期早于认证日期，请更正。"), field="expires_on")


def _check_names(name: str, code: str, *, is_new: bool) -> None:
    if not name.strip():
        raise InvalidInput(_("请填写名称。"), field="name")
    if is_new and not rules.is_code(code.strip()):
        raise InvalidInput(_("编码须以字母或数字开头，只含字母、数字和 . _ -，最多 40 个字符。"), field="code")


def _save(row: Skill | SeatType) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if type(row)._default_manager.filter(name=row.name).exclude(pk=row.pk).exists():
            raise InvalidInput(_("名称“%(name)s”已被使用。") % {"name": row.name}, field="name") from error
        raise InvalidInput(_("编码“%(code)s”已被使用。") % {"code": row.code}, field="code") from error


def _words(skill: Skill) -> dict[str, Any]:
    keys = ("name", "category", "description", "valid_months", "sort_order", "is_active")
    return {key: getattr(skill, key) for key in keys}


def _seat_words(seat: SeatType) -> dict[str, Any]:
    words = {key: getattr(seat, key) for key in ("name", "match", "description", "sort_order", "is_active")}
    return {**words, "skills": dict(seat.skills.values_list("skill__code", "level"))}
