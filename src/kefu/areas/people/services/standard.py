"""The catalogue with which every centre begins: skills, seat types, posts, staffing rules.

What a centre has changed or retired stays as it is: only codes that were never there are added.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from kefu.areas.people.choices import RatioBasis, RatioKind, UnitKind
from kefu.areas.people.models import Post, PostSkill, RatioRule, SeatSkill, SeatType, Skill
from kefu.areas.people.services.standard_agents import AGENTS, CHANNEL
from kefu.areas.people.services.standard_posts import MANAGEMENT, SUPPORT
from kefu.areas.people.services.standard_skills import SEATS, SKILLS

POSTS = (*MANAGEMENT, *SUPPORT, *AGENTS, *CHANNEL)
ON_THE_PHONE = tuple(post.code for post in AGENTS)
RULES_FROM = date(2020, 1, 1)
RULES: tuple[tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...], int], ...] = (
    ("leader-per-15", "每 15 名坐席配 1 名组长", RatioKind.PER, RatioBasis.IN_POST, UnitKind.SITE,
     ("team-leader", "deputy-leader"), ON_THE_PHONE, 15),
    ("quality-per-40", "每 40 名坐席配 1 名质检员", RatioKind.PER, RatioBasis.IN_POST, UnitKind.CENTRE,
     ("quality",), ON_THE_PHONE, 40),
    ("trainer-per-80", "每 80 名坐席配 1 名培训师", RatioKind.PER, RatioBasis.IN_POST, UnitKind.CENTRE,
     ("trainer",), ON_THE_PHONE, 80),
    ("shift-manager-on-duty", "每个职场至少 1 名值班经理当班", RatioKind.MINIMUM, RatioBasis.ON_DUTY, UnitKind.SITE,
     ("shift-manager",), (), 1),
)  # fmt: skip
"""Code, name, kind, basis, level, posts wanted, posts served, number."""


def install_after_migrate(**signal: Any) -> None:
    """Bring the catalogue up to date when a migration has ended and the tables are there."""
    tables = connections[signal.get("using", DEFAULT_DB_ALIAS)].introspection.table_names()
    if RatioRule._meta.db_table in tables:
        install_standard()


@transaction.atomic
def install_standard() -> int:
    """Add what is missing; how many records were added. Texts that a migration left empty are filled."""
    added = _skills() + _seats()
    before = set(Post.objects.exclude(duties="").values_list("code", flat=True))
    fresh = [post for post in POSTS if post.code not in before]
    if fresh:
        added += _posts(fresh)
    return added + _rules()


def _skills() -> int:
    known = set(Skill.objects.values_list("code", flat=True))
    names = set(Skill.objects.values_list("name", flat=True))
    return len(
        Skill.objects.bulk_create(
            Skill(code=s.code, name=s.name, category=s.category, valid_months=s.months, description=s.description,
                  sort_order=10 * place)
            for place, s in enumerate(SKILLS, 1)
            if s.code not in known and s.name not in names
        )
    )  # fmt: skip


def _seats() -> int:
    known = set(SeatType.objects.values_list("code", flat=True))
    fresh = [(place, seat) for place, seat in enumerate(SEATS, 1) if seat.code not in known]
    skills = dict(Skill.objects.values_list("code", "pk"))
    for place, seat in fresh:
        made = SeatType.objects.create(
            code=seat.code, name=seat.name, match=seat.match, description=seat.description, sort_order=10 * place
        )
        SeatSkill.objects.bulk_create(
            SeatSkill(seat_type=made, skill_id=skills[code], level=level)
            for code, level in seat.skills.items()
            if code in skills
        )
    return len(fresh)


def _posts(fresh: list[Any]) -> int:
    skills = dict(Skill.objects.values_list("code", "pk"))
    seats = dict(SeatType.objects.values_list("code", "pk"))
    taken = dict(Post.objects.values_list("name", "code"))
    place = {post.code: 10 * index for index, post in enumerate(POSTS, 1)}
    fresh = [post for post in fresh if taken.get(post.name, post.code) == post.code]
    Post.objects.bulk_create(
        [
            Post(
                code=post.code, name=post.name, category=post.category, duties=post.duties, authority=post.authority,
                standards=post.standards, measures=post.measures, is_key=post.is_key, sort_order=place[post.code],
                seat_type_id=seats.get(post.seat),
            )
            for post in fresh
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["category", "duties", "authority", "standards", "measures", "is_key", "sort_order", "seat_type"],
    )  # fmt: skip
    made = {post.code: post for post in Post.objects.all()}
    PostSkill.objects.bulk_create(
        [
            PostSkill(post=made[post.code], skill_id=skills[code], level=level)
            for post in fresh
            for code, level in post.skills.items()
            if code in skills
        ],
        ignore_conflicts=True,
    )
    children = [made[post.code] for post in fresh if post.superior in made]
    above = {post.code: made[post.superior] for post in fresh if post.superior in made}
    for child in children:
        child.superior = above[child.code]
    Post.objects.bulk_update(children, ["superior"])
    return len(fresh)


def _rules() -> int:
    known = set(RatioRule.objects.values_list("code", flat=True))
    posts = {post.code: post for post in Post.objects.all()}
    fresh = [rule for rule in RULES if rule[0] not in known]
    for code, name, kind, basis, level, wanted, base, number in fresh:
        rule = RatioRule.objects.create(
            code=code, name=name, kind=kind, basis=basis, level=level, number=number, starts_on=RULES_FROM
        )
        rule.posts.set(posts[post] for post in wanted if post in posts)
        rule.base_posts.set(posts[post] for post in base if post in posts)
    return len(fresh)
