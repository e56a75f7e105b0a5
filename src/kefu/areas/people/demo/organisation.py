"""The people of the demonstration centre: two sites, fourteen teams on the phone, everybody who works around them.

All names are made up from lists of common syllables. The phone numbers lie in a block that no operator has been given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from django.db import transaction

from kefu.areas.people import queries, services
from kefu.areas.people.choices import LeadKind
from kefu.areas.people.demo import files, personal
from kefu.areas.people.models import Employee, Unit
from kefu.kernel.actor import Actor
from kefu.platform.access import services as access
from kefu.platform.access.models import Role, User

SYSTEM = Actor.system("demo")
PASSWORD = "Xinghe-2026-demo"
FOUNDED_BEFORE = timedelta(days=1200)

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段"
GIVEN = [
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "霞",
    "平",
    "刚",
    "玉兰",
    "秀英",
    "桂英",
    "子涵",
    "雨桐",
    "欣怡",
    "梓萱",
    "诗涵",
    "浩然",
    "宇轩",
    "俊杰",
    "思远",
    "佳怡",
    "梦琪",
    "晨曦",
    "嘉豪",
    "文博",
    "雅婷",
    "晓燕",
    "志强",
    "建国",
    "海燕",
    "春梅",
    "永强",
    "丽华",
    "国栋",
    "婷婷",
    "晓东",
    "雪梅",
    "慧敏",
    "立新",
    "家豪",
    "依琳",
    "若曦",
    "子轩",
    "一鸣",
    "明轩",
    "可欣",
    "语嫣",
    "天宇",
    "泽宇",
    "雨欣",
    "思琪",
    "梦瑶",
    "俊熙",
    "皓轩",
    "诗雨",
    "静怡",
    "佳琪",
    "紫萱",
    "弘文",
    "鹏飞",
    "晓明",
    "小红",
    "文静",
    "海涛",
    "志远",
    "春燕",
    "少华",
    "卫东",
    "红梅",
    "云飞",
    "晓玲",
    "素芬",
    "振华",
    "立群",
    "秋月",
    "冬梅",
    "雪晴",
    "书瑶",
    "清扬",
    "安琪",
    "乐怡",
    "景行",
    "知行",
    "亦菲",
    "沐阳",
    "星辰",
    "千寻",
    "凌云",
]


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team that takes calls: its logins are named by the telephone system."""

    code: str
    name: str
    site: str
    agents: Sequence[str]


@dataclass(frozen=True, slots=True)
class Office:
    """People who do not take calls: where, how many, what they are called."""

    code: str
    name: str
    parent: str
    size: int
    post: str


OFFICES = (
    Office("east-back", "城东后台受理组", "east", 14, "客服代表（后台）"),
    Office("west-back", "城西后台受理组", "west", 14, "客服代表（后台）"),
    Office("quality", "质检组", "ops", 8, "质检员"),
    Office("training", "培训组", "ops", 6, "培训师"),
    Office("planning", "排班组", "ops", 5, "排班专员"),
    Office("knowledge", "知识组", "ops", 5, "知识管理员"),
    Office("analysis", "运营分析组", "ops", 4, "运营分析"),
    Office("hr", "人事行政组", "office", 6, "人事专员"),
    Office("it", "系统管理组", "office", 3, "系统管理员"),
    Office("audit", "审计组", "office", 2, "审计专员"),
)

ROLES: tuple[tuple[str, str, str], ...] = (
    ("shift_manager", "值班经理", "shift"),
    ("manager", "客服中心经理", "manager"),
    ("leader", "业务组长", "leader"),
    ("agent", "客服代表", "agent"),
    ("planner", "排班专员", "planner"),
    ("quality", "质检员", "quality"),
    ("analyst", "运营分析", "analyst"),
    ("auditor", "审计", "auditor"),
    ("admin", "系统管理员", "admin"),
)
"""Role, its name, the account that shows it."""

LOGINS: tuple[tuple[str, str, str], ...] = tuple((name, username, PASSWORD) for _role, name, username in ROLES)


@dataclass(slots=True)
class Built:
    """What was built, for those who go on from here."""

    units: dict[str, Unit] = field(default_factory=dict)
    employees: dict[str, list[Employee]] = field(default_factory=dict)


@transaction.atomic
def build(
    *, teams: Sequence[TeamPlan], sites: Mapping[str, str], today: date, seed: int, progress: Callable[[str], None]
) -> Built:
    """The whole organisation as of ``today``, with some moves behind it. Needs a database without units."""
    random = Random(seed)  # noqa: S311 - names of a demonstration
    names = _names(random)
    built = Built()
    founded = today - FOUNDED_BEFORE
    progress("units")
    _units(built, teams, sites, founded)
    progress("employees")
    crew = _crew(teams, sites, names, random, built, founded, today)
    people = services.enter_employees(actor=SYSTEM, rows=[row for _unit, row in crew])
    for (unit, _row), employee in zip(crew, people, strict=True):
        built.employees.setdefault(unit, []).append(employee)
    progress("leaders")
    for unit in ("centre", *sites, *(team.code for team in teams), *(office.code for office in OFFICES)):
        _appoint(built, unit, built.employees[unit][0], LeadKind.LEADER)
    for team in teams:
        _appoint(built, team.code, built.employees[team.code][1], LeadKind.DEPUTY)
    _moves(built, teams, today)
    progress("accounts")
    _accounts(built, teams, sites)
    progress("files")
    files.equip(built.units, built.employees, today=today, seed=seed)
    personal.fill([person for members in built.employees.values() for person in members], today=today, seed=seed)
    personal.ask_for_a_change(built.employees[teams[0].code][2])
    return built


def _crew(
    teams: Sequence[TeamPlan],
    sites: Mapping[str, str],
    names: Iterator[str],
    random: Random,
    built: Built,
    founded: date,
    today: date,
) -> list[tuple[str, services.NewEmployee]]:
    """Everybody: (unit, person), the leader of each unit first."""
    numbers = iter(range(30001, 40000))
    posts = queries.posts_by_name()

    def person(unit: str, post: str, agent: str = "") -> tuple[str, services.NewEmployee]:
        return unit, services.NewEmployee(
            number=f"K{agent.rpartition('/')[2] or next(numbers)}",
            name=next(names),
            unit=built.units[unit],
            hired_on=founded if post.endswith("经理") else today - timedelta(days=random.randrange(45, 1100)),
            post=posts[post],
            phone=f"154{random.randrange(10**8):08d}",
            agent=agent,
        )

    crew = [person("centre", "呼叫中心经理")]
    for site in sites:
        crew += [person(site, "职场经理"), *(person(site, "值班经理") for _ in range(3))]
    for team in teams:
        crew += [person(team.code, "业务组长"), *(person(team.code, "客服代表", agent) for agent in team.agents)]
    for office in OFFICES:
        crew += [person(office.code, office.post) for _ in range(office.size)]
    return crew


def _names(random: Random) -> Iterator[str]:
    """Different names without end."""
    seen: set[str] = set()
    while True:
        name = random.choice(SURNAMES) + random.choice(GIVEN)
        if name not in seen:
            seen.add(name)
            yield name


def _units(built: Built, teams: Sequence[TeamPlan], sites: Mapping[str, str], founded: date) -> None:
    def add(kind: str, code: str, name: str, parent: str = "") -> None:
        above = built.units[parent] if parent else None
        built.units[code] = services.create_unit(
            actor=SYSTEM, kind=kind, code=code, name=name, parent=above, starts_on=founded, sort_order=len(built.units)
        )

    add("centre", "centre", "星河客服中心")
    for code, name in sites.items():
        add("site", code, name, "centre")
        add("department", f"{code}-calls", f"{name}话务部", code)
        for team in teams:
            if team.site == code:
                add("team", team.code, team.name, f"{code}-calls")
    add("department", "ops", "运营管理部", "centre")
    add("department", "office", "综合管理部", "centre")
    for office in OFFICES:
        add("team", office.code, office.name, office.parent)


def _appoint(built: Built, unit: str, employee: Employee, kind: LeadKind) -> None:
    services.appoint(actor=SYSTEM, unit=built.units[unit], employee=employee, kind=kind, starts_on=employee.hired_on)


def _moves(built: Built, teams: Sequence[TeamPlan], today: date) -> None:
    """Some weeks ago one agent of every second team came from the team next door."""
    for place, (team, neighbour) in enumerate(pairwise(teams)):
        if place % 2 or team.site != neighbour.site:
            continue
        employee = built.employees[team.code][-1]
        if (today - employee.hired_on).days > 80:
            since = today - timedelta(days=34 + place)
            services.transfer_employee(
                actor=SYSTEM, employee=employee, unit=built.units[neighbour.code], starts_on=since
            )
            services.transfer_employee(
                actor=SYSTEM,
                employee=employee,
                unit=built.units[team.code],
                starts_on=today - timedelta(days=6 + place),
            )


def _accounts(built: Built, teams: Sequence[TeamPlan], sites: Mapping[str, str]) -> None:
    """One login per role, each belonging to somebody who does that job."""
    first_site, first_team = next(iter(sites)), teams[0].code
    owners = {
        "manager": built.employees["centre"][0],
        "shift_manager": built.employees[first_site][1],
        "leader": built.employees[first_team][0],
        "agent": built.employees[first_team][2],
        "planner": built.employees["planning"][0],
        "quality": built.employees["quality"][0],
        "analyst": built.employees["analysis"][0],
        "auditor": built.employees["audit"][0],
        "admin": built.employees["it"][0],
    }
    whole_centre = {"planner", "quality"}
    for role, _name, username in ROLES:
        employee = owners[role]
        user: User = access.create_user(
            actor=SYSTEM,
            username=username,
            display_name=employee.name,
            password=PASSWORD,
            home_node=employee.unit.node,
            must_change_password=False,
        )
        node = built.units["centre"].node if role in whole_centre else None
        access.assign_role(actor=SYSTEM, user=user, role=Role.objects.get(code=role), node=node)
        services.link_user(actor=SYSTEM, employee=employee, user=user)
    for role in Role.objects.filter(requires_second_factor=True):
        # Whoever tries the demonstration has no authenticator app at hand.
        access.set_role_protection(actor=SYSTEM, role=role, requires_second_factor=False)
