"""What the demonstration's people have done and can do: plans, skills, rewards, the staff code, charters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from kefu.areas.people import queries, services
from kefu.areas.people.choices import Education, EmploymentType, Gender
from kefu.areas.people.models import (
    Certificate,
    CodeSignature,
    Employee,
    EstablishmentLine,
    Merit,
    MeritAppeal,
    Skill,
    TeamCharter,
    TeamHonour,
    Unit,
)
from kefu.areas.people.rules import expiry_of
from kefu.kernel.actor import Actor
from kefu.platform.access.models import User

SYSTEM = Actor.system("demo")
CODE = """# 宗旨

星河客服中心以客户为先，以员工为本。每一位员工都应当诚实、负责、互相尊重。

# 激励与培训

- 每月评选服务之星，客户表扬计入个人积分
- 新员工入职培训不少于 40 学时，每年在岗培训不少于 24 学时
- 技能认证与星级、岗位晋升挂钩

# 权利与义务

- 员工有权了解自己的考核结果，并在规定期限内申诉
- 员工有义务按知识库口径答复客户，不作超出权限的承诺
- 发现差错应立即更正并上报，不得隐瞒

# 考勤

- 按班表到岗，提前 10 分钟完成签入和交接
- 请假、调班须事先获准；突发情况当班前 1 小时告知组长

# 离职

- 主动离职提前 30 天书面提出，试用期内提前 3 天
- 离职前完成工作、资料和设备交接，账号于最后工作日停用

# 保密

- 客户资料只为办理业务查看，**不得抄录、拍照或外传**
- 不在工作区使用私人存储设备；离职后保密义务继续有效
"""
CHARTERS = (
    ("先锋", "走在最前面的人，把难题先接过来。", "先锋先行，客户先赢", "成为中心一次解决率最高的班组"),
    ("北斗", "无论何时抬头都能找到方向。", "心有北斗，服务不迷路", "让每位客户挂机时都知道下一步"),
    ("暖阳", "隔着电话也能让人感到温度。", "一声您好，一路暖阳", "客户满意度连续四个季度第一"),
    ("磐石", "再大的风浪也稳得住。", "稳如磐石，有诺必践", "投诉零越级，承诺零超时"),
    ("青松", "四季常青，耐得住寂寞。", "青松挺立，精进不止", "人人四星，个个能带教"),
    ("远航", "每一通来电都是一次启航。", "乘风远航，使命必达", "故障一次诊断准确率 95%"),
    ("晨曦", "每天第一个把灯点亮。", "迎着晨曦，向着满意", "零迟到、零差错、零遗憾"),
)
REWARDS = ("月度服务之星", "业务竞赛第一名", "主动发现系统故障并及时上报", "带教新员工全部提前上岗")
PENALTIES = (("迟到", "未按班表到岗，迟到 20 分钟。"), ("话后超时", "连续三天话后整理平均超过 120 秒，经提醒未改。"))
PRAISES = (
    ("客户来电表扬服务耐心", "call"),
    ("客户寄来锦旗", "banner"),
    ("客户在线上留言表扬", "online"),
    ("老年客户写来表扬信", "letter"),
)


def equip(units: Mapping[str, Unit], people: Mapping[str, Sequence[Employee]], *, today: date, seed: int) -> None:
    """Plans, personal data, skills, rewards, staff code, charters and honours for everybody; a few bulk statements."""
    random = Random(seed)  # noqa: S311 - a demonstration
    everybody = [person for members in people.values() for person in members]
    _personal(everybody, today, random)
    _plans(units, people)
    _skills(everybody, today, random)
    _merits(people, today, random)
    _code(everybody, today, random)
    _charters(units, people, today, random)


def _personal(everybody: Sequence[Employee], today: date, random: Random) -> None:
    degrees = [*[Education.COLLEGE] * 9, *[Education.BACHELOR] * 7, *[Education.VOCATIONAL] * 3, Education.MASTER]
    types = [*[EmploymentType.REGULAR] * 14, *[EmploymentType.DISPATCHED] * 5, EmploymentType.INTERN]
    for person in everybody:
        is_manager = person.post is not None and person.post.category == "management"
        years = random.randrange(30, 47) if is_manager else min(50, 21 + int(random.expovariate(0.16)))
        person.born_on = today - timedelta(days=years * 365 + random.randrange(365))
        person.gender = Gender.FEMALE if random.random() < 0.68 else Gender.MALE
        person.education = random.choice(degrees)
        person.employment_type = EmploymentType.REGULAR if is_manager else random.choice(types)
        tenure = (today - person.hired_on).days
        person.star_level = min(5, max(1, 1 + tenure // 250 + random.choice((-1, 0, 0, 1))))
        person.level = f"M{random.randrange(1, 4)}" if is_manager else f"P{min(5, 1 + tenure // 300)}"
        person.probation_ends_on = person.hired_on + timedelta(days=90)
    Employee.objects.bulk_update(
        everybody,
        ["born_on", "gender", "education", "employment_type", "star_level", "level", "probation_ends_on"],
        batch_size=500,
    )


def _plans(units: Mapping[str, Unit], people: Mapping[str, Sequence[Employee]]) -> None:
    """The plan is what there is, now and then one more."""
    lines = []
    for place, (code, members) in enumerate(people.items()):
        counts: dict[int, int] = {}
        for person in members:
            if person.post_id is not None:
                counts[person.post_id] = counts.get(person.post_id, 0) + 1
        for post, count in counts.items():
            more = 2 if count > 8 and place % 3 == 0 else 0
            lines.append(
                EstablishmentLine(
                    unit=units[code], post_id=post, headcount=count + more, starts_on=units[code].starts_on
                )
            )
    EstablishmentLine.objects.bulk_create(lines)
    for number, unit in enumerate(units.values(), 1):
        unit.cost_centre = f"CC-{1000 + 10 * number}"
    Unit.objects.bulk_update(units.values(), ["cost_centre"])


def _skills(everybody: Sequence[Employee], today: date, random: Random) -> None:
    skills = {skill.code: skill for skill in Skill.objects.all()}
    posts = {post.pk: post for post in queries.posts().prefetch_related("skills__skill")}
    rows = []
    noon = datetime.combine(today, time(4), UTC)
    for person in everybody:
        post = posts.get(person.post_id or 0)
        wanted = {row.skill.code: row.level for row in post.skills.all()} if post else {}
        if post is not None and post.category == "agent" and random.random() < 0.3:
            wanted[random.choice(("complaint", "vip", "dialect", "english", "outbound", "mandarin", "typing"))] = 3
        for code, level in wanted.items():
            if random.random() < 0.04:
                continue
            worked = (today - person.hired_on).days
            day = today - timedelta(days=random.randrange(1, max(2, min(worked, 345))))
            is_exam = random.random() < 0.7
            rows.append(
                Certificate(
                    employee=person,
                    skill=skills[code],
                    level=min(5, level + random.choice((0, 0, 0, 1, 1, 2))),
                    method="exam" if is_exam else "leader",
                    score=random.randrange(78, 100) if is_exam else None,
                    evidence="" if is_exam else "旁听五通，规范、准确，符合等级要求",
                    certified_on=max(day, person.hired_on),
                    expires_on=expiry_of(max(day, person.hired_on), skills[code].valid_months),
                    created_at=noon,
                )
            )
    Certificate.objects.bulk_create(rows, batch_size=2000)


def _merits(people: Mapping[str, Sequence[Employee]], today: date, random: Random) -> None:
    rows = []
    noon = datetime.combine(today, time(4), UTC)
    for members in people.values():
        for person in random.sample(list(members), min(len(members), 4)):
            day = max(person.hired_on, today - timedelta(days=random.randrange(2, 120)))
            kind = random.choice(("praise", "praise", "reward", "penalty"))
            title, body, channel = random.choice(REWARDS), "", ""
            amount, points = 200, 10
            if kind == "praise":
                title, channel = random.choice(PRAISES)
                amount, points = 50, 5
            elif kind == "penalty":
                title, body = random.choice(PENALTIES)
                amount, points = -50, -2
            rows.append(
                Merit(
                    number=f"J{day:%Y%m%d}-{len(rows) + 1:06d}", employee=person, unit_id=person.unit_id, kind=kind,
                    title=title, body=body, channel=channel, happened_on=day, amount=amount, points=points,
                    recorded_at=noon - (today - day),
                )
            )  # fmt: skip
    with_account = [row for row in rows if row.kind == "penalty"][:1]
    Merit.objects.bulk_create(rows)
    services.skip_merit_numbers(len(rows))
    agent = User.objects.filter(username="agent").first()
    mine = Employee.objects.filter(user=agent).first() if agent else None
    if mine is not None and with_account:
        merit = with_account[0]
        merit.employee, merit.unit_id, merit.state, merit.recorded_at = mine, mine.unit_id, "appealed", noon
        merit.happened_on = max(mine.hired_on, today - timedelta(days=3))
        merit.save()
        MeritAppeal.objects.create(
            merit=merit, reason="当天系统签入故障，已当场告知组长。", appealed_at=noon, appealed_by=agent,
            amount_before=merit.amount, points_before=merit.points,
        )  # fmt: skip


def _code(everybody: Sequence[Employee], today: date, random: Random) -> None:
    draft = services.write_code(actor=SYSTEM, code=None, title="星河客服中心员工守则", body=CODE)
    code = services.publish_code(actor=SYSTEM, code=draft)
    with_account = Employee.objects.filter(user__isnull=False).select_related("user")
    CodeSignature.objects.bulk_create(
        CodeSignature(
            code=code, employee=person, user_id=person.user_id, digest=code.digest, signed_at=code.published_at
        )
        for person in with_account
        if person.user is not None and person.user.username not in {"agent", "leader"}
    )


def _charters(units: Mapping[str, Unit], people: Mapping[str, Sequence[Employee]], today: date, random: Random) -> None:
    noon = datetime.combine(today, time(4), UTC)
    teams = [unit for code, unit in units.items() if unit.kind == "team" and code in people]
    charters, honours = [], []
    for place, unit in enumerate(teams[:14]):
        name, meaning, slogan, vision = CHARTERS[place % len(CHARTERS)]
        charters.append(
            TeamCharter(
                unit=unit, version=1, team_name=f"{name}{'' if place < len(CHARTERS) else '二'}队", meaning=meaning,
                slogan=slogan, vision=vision, written_at=noon,
                oath=f"我们是{name}队：用心听，讲真话，办实事；\n今日事今日毕，不把难题留给客户。",
                team_values="客户第一\n诚实担当\n互助成长", conduct="准时到岗，交接清楚\n先查知识，再答客户\n有错就改，当天复盘",
            )
        )  # fmt: skip
        if place % 2 == 0:
            honours.append(
                TeamHonour(
                    unit=unit, title="季度优秀班组", level="centre", awarded_by="星河客服中心",
                    awarded_on=today - timedelta(days=30 + place), story="服务水平和质检分均居前列。", recorded_at=noon,
                )
            )  # fmt: skip
    TeamCharter.objects.bulk_create(charters)
    TeamHonour.objects.bulk_create(honours)
