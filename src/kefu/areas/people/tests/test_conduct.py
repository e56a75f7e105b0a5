"""Skills, rewards, the staff code, charters: what is written, who may not, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kefu.areas.people import permissions, queries, services
from kefu.areas.people.models import (
    Certificate,
    CodeSignature,
    Employee,
    EstablishmentLine,
    Merit,
    MeritAppeal,
    Post,
    PostHolding,
    RatioRule,
    SeatType,
    Skill,
    StaffCode,
    TeamCharter,
    TeamHonour,
)
from kefu.areas.people.tests.factories import SYSTEM, SmallCentre, make_centre, make_employee
from kefu.kernel.actor import Actor
from kefu.kernel.errors import Conflict, Denied, InvalidInput, NotSignedIn, RuleBroken
from kefu.kernel.permissions import ScopeLevel
from kefu.platform.access.models import User
from kefu.platform.access.services.tree import today
from kefu.platform.access.tests.factories import make_actor
from kefu.platform.audit.models import AuditEntry
from kefu.platform.clocks.models import Clock
from kefu.platform.notify.models import Notice

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
TEXT = "# 员工守则\n\n- 尊重客户\n- **保守秘密**，不得泄露客户资料\n"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def skill(code: str = "inbound") -> Skill:
    return Skill.objects.get(code=code)


def person(c: SmallCentre, *codes: str, level: ScopeLevel = ScopeLevel.ALL) -> tuple[Actor, Employee]:
    """Somebody with an account that holds the permissions."""
    actor = make_actor(dict.fromkeys(codes, level), node=c.team1.node)
    return actor, make_employee(c.team1, user=User.objects.get(pk=actor.user_id))


def published() -> StaffCode:
    draft = services.write_code(actor=SYSTEM, code=None, title="员工守则", body=TEXT)
    return services.publish_code(actor=SYSTEM, code=draft)


def test_the_newest_certificate_counts_until_it_lapses() -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    for level, day in ((4, date(2026, 1, 10)), (2, DAY)):
        services.certify(
            actor=SYSTEM,
            employee=someone,
            skill=skill(),
            level=level,
            method="exam",
            score=Decimal(90),
            certified_on=day,
        )

    def level_on(day: date) -> int | None:
        found = queries.skills_on([someone.pk], day)[someone.pk].get("inbound")
        return found.level if found else None

    assert [level_on(day) for day in (date(2026, 1, 9), date(2026, 1, 10), DAY)] == [None, 4, 2]
    assert Certificate.objects.latest("pk").expires_on == date(2027, 2, 28)
    assert level_on(date(2027, 2, 28)) == 2
    assert level_on(date(2027, 3, 1)) is None
    services.revoke_certificate(actor=SYSTEM, certificate=Certificate.objects.latest("pk"), reason="成绩录入有误")
    assert level_on(DAY) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [({"level": 6}, "level"), ({"score": None}, "score"), ({"method": "leader", "evidence": ""}, "evidence"),
     ({"certified_on": date(2025, 1, 1)}, "certified_on"), ({"expires_on": date(2026, 2, 1)}, "expires_on")],
)  # fmt: skip
def test_a_certificate_without_proof_is_refused(change: dict[str, Any], field: str) -> None:
    c = make_centre()
    proof: dict[str, Any] = {
        "level": 3, "method": "exam", "score": Decimal(88), "certified_on": DAY, "evidence": "旁听五通",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as caught:
        services.certify(actor=SYSTEM, employee=make_employee(c.team1), skill=skill(), **{**proof, **change})
    assert caught.value.field == field
    assert Certificate.objects.count() == 0


def test_who_may_sit_where() -> None:
    c = make_centre()
    able, half = make_employee(c.team1, "李雷"), make_employee(c.team1, "韩梅")
    for who, codes in ((able, ("outbound", "mandarin")), (half, ("outbound",))):
        for code in codes:
            services.certify(
                actor=SYSTEM, employee=who, skill=skill(code), level=3, method="leader", evidence="旁听合格",
                certified_on=DAY,
            )  # fmt: skip
    seat = SeatType.objects.get(code="outbound")
    assert queries.who_may_sit(SYSTEM, seat, today()) == [able]
    services.save_seat_type(
        actor=SYSTEM, seat=seat, name=seat.name, match="any", levels={skill("outbound"): 2, skill("mandarin"): 3}
    )
    assert queries.who_may_sit(SYSTEM, SeatType.objects.get(code="outbound"), today()) == [half, able]
    assert [row[0].code for row in queries.skill_gaps(half, today())] == ["systems", "inbound", "product"]


def test_a_lapsing_skill_has_a_clock_until_it_is_renewed_or_revoked() -> None:
    c = make_centre()
    actor, someone = person(c)
    other = make_employee(c.team1)

    def certified(who: Employee, left: int) -> Certificate:
        return services.certify(
            actor=SYSTEM, employee=who, skill=skill(), level=3, method="leader", evidence="旁听合格",
            certified_on=today() - timedelta(days=1), expires_on=today() + timedelta(days=left),
        )  # fmt: skip

    first, second = certified(someone, 20), certified(other, 10)
    certified(make_employee(c.team1), 60)
    clocks = {row.origin: row for row in Clock.objects.filter(kind=services.CLOCK)}
    assert set(clocks) == {f"people.certificate:{first.pk}", f"people.certificate:{second.pk}"}
    running = clocks[f"people.certificate:{first.pk}"]
    assert (running.owner_id, running.node_id, running.status) == (actor.user_id, c.team1.pk, "running")
    assert services.follow_expiry(today()) == 0
    certified(someone, 300)
    services.revoke_certificate(actor=SYSTEM, certificate=second, reason="录入有误")
    assert not Clock.objects.filter(kind=services.CLOCK, status__in=("running", "paused")).exists()
    assert services.follow_expiry(today() + timedelta(days=35)) == 1


def test_a_penalty_an_appeal_and_a_decision() -> None:
    c = make_centre()
    recorder, _ = person(c, permissions.MERIT_RECORD, permissions.MERIT_DECIDE, permissions.MERIT_VIEW)
    judge, _ = person(c, permissions.MERIT_DECIDE, permissions.MERIT_VIEW)
    actor, someone = person(c, permissions.MERIT_VIEW, level=ScopeLevel.OWN)
    merit = services.record_merit(
        actor=recorder, employee=someone, kind="penalty", title="迟到", body="3 月 1 日迟到 20 分钟", happened_on=DAY,
        amount=Decimal(50), points=2, evidence=[SimpleUploadedFile("考勤.pdf", PDF)],
    )  # fmt: skip
    assert (merit.amount, merit.points, merit.evidence.count()) == (Decimal(-50), -2, 1)
    assert Notice.objects.filter(user_id=actor.user_id).count() == 1
    services.appeal_merit(actor=actor, merit=merit, reason="当天系统打卡故障")
    for wrong in (recorder, actor):
        with pytest.raises((RuleBroken, Denied)):
            services.decide_appeal(actor=wrong, merit=merit, verdict="cancelled", comment="同意撤销")
    assert Merit.objects.get().state == "appealed"
    done = services.decide_appeal(
        actor=judge, merit=merit, verdict="changed", comment="情况属实，减半", amount=Decimal(25), points=1
    )
    assert (done.state, done.amount, done.points) == ("changed", Decimal(-25), -1)
    assert MeritAppeal.objects.get().amount_before == Decimal(-50)
    with pytest.raises(Conflict):
        services.appeal_merit(actor=actor, merit=merit, reason="还是不同意")


def test_praise_is_counted_per_person() -> None:
    c = make_centre()
    someone = make_employee(c.team1)
    for channel in ("banner", "call"):
        services.record_merit(
            actor=SYSTEM, employee=someone, kind="praise", channel=channel, title="客户表扬", happened_on=DAY, points=5
        )
    sums = queries.merit_sums([someone.pk])[someone.pk]
    assert (sums.praises, sums.rewards, sums.penalties, sums.points) == (2, 0, 0, 10)


def test_the_code_is_signed_once_by_digest() -> None:
    c = make_centre()
    code = published()
    actor, someone = person(c, permissions.CODE_READ, level=ScopeLevel.OWN)
    with pytest.raises(Conflict):
        services.sign_code(actor=actor, code=code, digest="0" * 64)
    assert CodeSignature.objects.count() == 0
    services.sign_code(actor=actor, code=code, digest=code.digest)
    services.sign_code(actor=actor, code=code, digest=code.digest)
    signature = CodeSignature.objects.get()
    assert (signature.employee, signature.user_id, signature.digest) == (someone, actor.user_id, code.digest)
    assert AuditEntry.objects.filter(action="people.code:sign").count() == 1
    assert list(queries.signers(SYSTEM, code).filter(has_signed=False)) == []
    with pytest.raises(RuleBroken):
        services.write_code(actor=SYSTEM, code=code, title="改", body=TEXT)
    second = services.publish_code(
        actor=SYSTEM, code=services.write_code(actor=SYSTEM, code=None, title="员工守则", body=TEXT + "- 准时\n")
    )
    assert [row.number for row in queries.signers(SYSTEM, second).filter(has_signed=False)] == [someone.number]
    assert services.remind_unsigned(actor=SYSTEM, employees=[someone], code=second) == 1
    assert services.remind_unsigned(actor=SYSTEM, employees=[someone], code=second) == 0


def test_a_charter_keeps_its_versions() -> None:
    c = make_centre()
    services.write_charter(actor=SYSTEM, unit=c.team1, team_name="先锋组", slogan="敢为先")
    services.write_charter(actor=SYSTEM, unit=c.team1, team_name="先锋组", slogan="永争先")
    charter = queries.charter_of(c.team1)
    assert charter is not None
    assert (charter.version, charter.slogan, TeamCharter.objects.count()) == (2, "永争先", 2)
    honour = services.add_honour(actor=SYSTEM, unit=c.team1, title="优秀班组", level="centre", awarded_on=DAY)
    services.remove_honour(actor=SYSTEM, honour=honour)
    assert list(queries.honours_of(c.team1)) == []
    assert TeamHonour.objects.count() == 1


Act = Callable[[Actor, SmallCentre, Employee], object]
ACTS: dict[str, Act] = {
    "post": lambda a, c, e: services.save_post(actor=a, post=None, code="x", name="x", category="agent"),
    "retire post": lambda a, c, e: services.set_post_active(
        actor=a, post=Post.objects.get(code="learner"), is_active=False
    ),
    "require": lambda a, c, e: services.require_skills(actor=a, post=Post.objects.get(code="agent"), levels={}),
    "assign": lambda a, c, e: services.assign_post(actor=a, employee=e, post=None),
    "headcount": lambda a, c, e: services.set_headcount(
        actor=a, unit=c.team3, post=Post.objects.get(code="agent"), headcount=5
    ),
    "ratio": lambda a, c, e: services.save_ratio_rule(
        actor=a, rule=None, code="x", name="x", kind="minimum", basis="in_post", level="site", number=1,
        posts=[Post.objects.get(code="agent")],
    ),
    "skill": lambda a, c, e: services.save_skill(actor=a, skill=None, code="x", name="x", category="tool"),
    "seat": lambda a, c, e: services.save_seat_type(actor=a, seat=None, code="x", name="x", match="all", levels={}),
    "certify": lambda a, c, e: services.certify(
        actor=a, employee=e, skill=skill(), level=3, method="leader", evidence="旁听合格"
    ),
    "revoke": lambda a, c, e: services.revoke_certificate(
        actor=a, certificate=Certificate.objects.get(), reason="录入有误"
    ),
    "merit": lambda a, c, e: services.record_merit(actor=a, employee=e, kind="reward", title="x", happened_on=DAY),
    "appeal": lambda a, c, e: services.appeal_merit(actor=a, merit=Merit.objects.get(), reason="不同意这条"),
    "decide": lambda a, c, e: services.decide_appeal(
        actor=a, merit=Merit.objects.get(), verdict="upheld", comment="维持原决定"
    ),
    "write code": lambda a, c, e: services.write_code(actor=a, code=None, title="守则", body=TEXT),
    "publish code": lambda a, c, e: services.publish_code(actor=a, code=StaffCode.objects.get()),
    "sign": lambda a, c, e: services.sign_code(actor=a, code=StaffCode.objects.get(), digest=""),
    "remind": lambda a, c, e: services.remind_unsigned(actor=a, employees=[e], code=StaffCode.objects.get()),
    "charter": lambda a, c, e: services.write_charter(actor=a, unit=c.team3, team_name="x"),
    "honour": lambda a, c, e: services.add_honour(actor=a, unit=c.team3, title="x", level="centre", awarded_on=DAY),
    "remove honour": lambda a, c, e: services.remove_honour(actor=a, honour=TeamHonour.objects.get()),
}  # fmt: skip
KEPT = (Post, PostHolding, EstablishmentLine, RatioRule, Skill, SeatType, Certificate, Merit, MeritAppeal, StaffCode,
        CodeSignature, TeamCharter, TeamHonour)  # fmt: skip
MANAGE = (
    permissions.POST_MANAGE, permissions.EMPLOYEE_MANAGE, permissions.ESTABLISHMENT_MANAGE, permissions.SKILL_MANAGE,
    permissions.SKILL_CERTIFY, permissions.MERIT_RECORD, permissions.MERIT_DECIDE, permissions.CODE_MANAGE,
    permissions.CODE_FOLLOW, permissions.CHARTER_MANAGE,
)  # fmt: skip
VIEW = (permissions.POST_VIEW, permissions.SKILL_VIEW, permissions.MERIT_VIEW, permissions.ESTABLISHMENT_VIEW)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("who", ["nobody", "viewer", "neighbour"])
def test_who_may_not_changes_nothing(act: Act, who: str) -> None:
    c = make_centre()
    someone = make_employee(c.team3)
    services.certify(
        actor=SYSTEM, employee=someone, skill=skill(), level=1, method="leader", evidence="旁听合格", certified_on=DAY
    )
    services.record_merit(actor=SYSTEM, employee=someone, kind="reward", title="优秀", happened_on=DAY)
    services.write_code(actor=SYSTEM, code=None, title="员工守则", body=TEXT)
    services.add_honour(actor=SYSTEM, unit=c.team3, title="优秀班组", level="centre", awarded_on=DAY)
    actor = {
        "nobody": lambda: Actor.anonymous(),
        "viewer": lambda: make_actor(dict.fromkeys(VIEW, ScopeLevel.ALL), node=c.centre.node),
        "neighbour": lambda: make_actor(dict.fromkeys(MANAGE, ScopeLevel.UNIT), node=c.east.node),
    }[who]()

    def state() -> list[object]:
        return [list(model.objects.order_by("pk").values()) for model in KEPT]  # type: ignore[attr-defined]

    before = state()
    with pytest.raises((Denied, NotSignedIn)):
        act(actor, c, someone)
    assert state() == before


def test_nobody_certifies_or_rewards_themselves() -> None:
    c = make_centre()
    actor, me = person(c, permissions.SKILL_CERTIFY, permissions.MERIT_RECORD)
    with pytest.raises(RuleBroken):
        services.certify(actor=actor, employee=me, skill=skill(), level=5, method="leader", evidence="自我感觉良好")
    with pytest.raises(RuleBroken):
        services.record_merit(actor=actor, employee=me, kind="reward", title="辛苦了", happened_on=DAY)
    assert (Certificate.objects.count(), Merit.objects.count()) == (0, 0)
