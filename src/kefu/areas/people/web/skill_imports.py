"""The import of certificates: a list of who proved what, in; certificates, out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.people import permissions, services
from kefu.areas.people.models import Certificate, Employee, Skill
from kefu.areas.people.rules import MAX_LEVEL
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.imports.choices import ColumnKind
from kefu.platform.imports.registry import Column, ImportContext, ImportKind, Row

COLUMNS = (
    Column("number", gettext_lazy("工号"), required=True, example="K20001", aliases=("员工编号",), max_length=40),
    Column("skill", gettext_lazy("技能"), required=True, help=gettext_lazy("技能目录里的名称或编码"), example="呼入受理"),
    Column("level", gettext_lazy("等级"), required=True, help=gettext_lazy("0 到 5"), example="3", max_length=2),
    Column("score", gettext_lazy("考试成绩"), help=gettext_lazy("填了成绩按考试认证，否则按组长认证"), example="92"),
    Column("evidence", gettext_lazy("认证依据"), help=gettext_lazy("没有成绩时必填"), example="旁听 5 通，表现稳定"),
    Column("certified_on", gettext_lazy("认证日期"), required=True, kind=ColumnKind.DATE, example="2026-03-01"),
    Column("expires_on", gettext_lazy("有效期至"), kind=ColumnKind.DATE, example="2027-02-28"),
)  # fmt: skip


def prepare(rows: list[Row], ctx: ImportContext) -> None:
    """Who and which skills the chunk names."""
    numbers = {str(row.get("number", "")).strip() for row in rows}
    people = Employee.objects.filter(number__in=numbers)
    ctx.cache["people"] = {person.number: person for person in people}
    ctx.cache["known"] = set(
        Certificate.objects.filter(employee__in=people, revoked_at__isnull=True).values_list(
            "employee__number", "skill_id", "certified_on", "level"
        )
    )
    if "skills" not in ctx.cache:
        skills = Skill.objects.filter(is_active=True)
        ctx.cache["skills"] = {key: skill for skill in skills for key in (skill.code, skill.name)}
        ctx.cache["scope"] = scope_for(ctx.actor, permissions.SKILL_CERTIFY)


def validate(row: Row, ctx: ImportContext) -> Iterable[tuple[str, str]]:
    """What is wrong with a row; says what to do."""
    person = ctx.cache["people"].get(str(row["number"]).strip())
    if person is None:
        yield "number", _("没有这个工号，请先导入员工")
    elif not ctx.cache["scope"].covers_node(person.unit_id):
        yield "number", _("该员工不在您的管理范围内")
    elif ctx.actor.user_id is not None and person.user_id == ctx.actor.user_id:
        yield "number", _("不能认证自己的技能")
    if str(row["skill"]).strip() not in ctx.cache["skills"]:
        yield "skill", _("技能目录里没有这项技能，请先新建或更正名称")
    if not (str(row["level"]).strip().isdecimal() and int(row["level"]) <= MAX_LEVEL):
        yield "level", _("等级为 0 到 5 的整数")
    score = _score(row)
    if score is not None and not 0 <= score <= 100:
        yield "score", _("成绩为 0 到 100 的数")
    if score is None and len(str(row.get("evidence") or "").strip()) < 4:
        yield "evidence", _("没有成绩时须写明依据（至少 4 个字）")
    day = row["certified_on"]
    if day > today() or (person is not None and day < person.hired_on):
        yield "certified_on", _("认证日期须在入职之后、今天之前")
    if row.get("expires_on") and row["expires_on"] < day:
        yield "expires_on", _("有效期早于认证日期")


def _score(row: Row) -> Decimal | None:
    text = str(row.get("score") or "").strip()
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(-1)


def apply(rows: list[Row], actor: Actor, ctx: ImportContext) -> Mapping[str, int]:
    """Write the certificates; one that is there already is not written twice."""
    proofs = []
    for row in rows:
        person, skill = ctx.cache["people"][str(row["number"]).strip()], ctx.cache["skills"][str(row["skill"]).strip()]
        key = (person.number, skill.pk, row["certified_on"], int(row["level"]))
        if key in ctx.cache["known"]:
            continue
        ctx.cache["known"].add(key)
        score = _score(row)
        proofs.append(
            services.Proof(
                employee=person,
                skill=skill,
                level=int(row["level"]),
                method="leader" if score is None else "exam",
                certified_on=row["certified_on"],
                score=score,
                evidence=str(row.get("evidence") or "").strip(),
                expires_on=row.get("expires_on") or None,
            )
        )
    if proofs:
        services.certify_many(actor=actor, proofs=proofs)
    return {"created": len(proofs), "updated": 0}


SKILLS = ImportKind(
    code="people.skills",
    label=gettext_lazy("技能认证"),
    permission=permissions.SKILL_CERTIFY,
    columns=COLUMNS,
    prepare=prepare,
    validate=validate,
    apply=apply,
    help=gettext_lazy("每行一项认证；同一人同一技能同一天同一等级只记一次。"),
    url_name="people:skills",
)
