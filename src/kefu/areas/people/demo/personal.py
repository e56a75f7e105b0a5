"""The personal files of the demonstration's people. Everything is made up.

Telephone numbers lie in a block that no operator has been given, identity numbers in a region that there is not (99),
with a valid check digit; mail addresses end in a domain that is kept for examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from kefu.areas.people.choices import ContractKind, IdKind, Relation
from kefu.areas.people.engine.identity import check_digit
from kefu.areas.people.models import (
    Contract,
    Credential,
    EarlierPost,
    EmergencyContact,
    Employee,
    PersonalFile,
    Schooling,
)
from kefu.areas.people.services.file import own_changes
from kefu.areas.people.services.file.planning import FieldEdit
from kefu.kernel.actor import Actor, ActorKind
from kefu.platform.privacy.services import tokenise

SCHOOLS = ("城东职业技术学院", "江南信息学院", "北岭师范大学", "西河商贸学校", "南屏理工学院", "云溪大学")
MAJORS = ("电子商务", "市场营销", "通信工程", "汉语言文学", "旅游管理", "计算机应用", "工商管理")
EMPLOYERS = ("安和商贸有限公司", "远山物流有限公司", "青禾酒店", "百川科技有限公司", "新程保险代理公司", "满天星超市")
JOBS = ("客服专员", "销售顾问", "前台接待", "行政助理", "门店店员", "售后专员")
STREETS = ("望江路", "翠屏街", "文昌巷", "丰收路", "学院路", "滨河大道", "长青街")
PAPERS = (("普通话水平测试二级甲等", "省语言文字工作委员会", 0), ("计算机一级", "教育考试院", 0),
          ("健康证", "区疾控中心", 12), ("消防培训合格证", "消防培训中心", 24))  # fmt: skip


def fill(everybody: Sequence[Employee], *, today: date, seed: int) -> None:
    """Papers, contacts, lists and contracts for everybody, in a fixed number of statements."""
    random = Random(seed + 7)  # noqa: S311 - a demonstration
    _files(everybody, random, today)
    _lists(everybody, random, today)
    _contracts(everybody, random, today)


def ask_for_a_change(employee: Employee) -> None:
    """Somebody has asked for a new telephone number, and waits for the answer."""
    if employee.user_id is None:
        return
    actor = Actor(kind=ActorKind.USER, label="demo", user_id=employee.user_id)
    own_changes.propose(
        actor=actor,
        employee=employee,
        edits=[FieldEdit("second_phone", "15466668888"), FieldEdit("address", "城东区学院路 18 号 3 栋 502 室")],
        note="搬家了，换了第二联系电话",
    )


def id_number(born_on: date, gender: str, random: Random) -> str:
    """A resident number of nobody: the region does not exist, the check digit is right."""
    order = random.randrange(0, 500) * 2 + (gender == "male")
    body = f"99{random.randrange(10**4):04d}{born_on:%Y%m%d}{order % 1000:03d}"
    return body + check_digit(body)


def _files(everybody: Sequence[Employee], random: Random, today: date) -> None:
    rows: list[dict[str, str]] = [
        {
            "id_number": id_number(person.born_on, person.gender, random) if person.born_on else "",
            "second_phone": f"154{random.randrange(10**8):08d}" if random.random() < 0.3 else "",
            "mail": f"{person.number.lower()}@xinghe.example",
            "wechat": f"xh_{person.number.lower()}_{random.randrange(100, 1000)}",
            "address": f"城东区{random.choice(STREETS)} {random.randrange(1, 200)} 号",
            "bank_account": f"9900{random.randrange(10**15):015d}",
        }
        for person in everybody
    ]
    kinds = {"id_number": "id_number", "second_phone": "phone", "mail": "email", "wechat": "wechat",
             "address": "address", "bank_account": "bank_account"}  # fmt: skip
    tokens = {code: tokenise(kind, [row[code] for row in rows if row[code]]) for code, kind in kinds.items()}
    PersonalFile.objects.bulk_create(
        PersonalFile(
            employee=person,
            id_kind=IdKind.RESIDENT,
            confirmed_on=_confirmed(person, today),
            **{f"{code}_token": tokens[code].get(row[code]) for code in kinds},
        )
        for person, row in zip(everybody, rows, strict=True)
    )


def _confirmed(person: Employee, today: date) -> date | None:
    ends = person.probation_ends_on
    return ends if ends is not None and ends < today else None


def _lists(everybody: Sequence[Employee], random: Random, today: date) -> None:
    contacts = [(f"{person.name[0]}{random.choice('建志国秀玉春')}{random.choice('华平兰芳林明')}",
                 f"154{random.randrange(10**8):08d}") for person in everybody]  # fmt: skip
    names = tokenise("name", [name for name, _phone in contacts])
    phones = tokenise("phone", [phone for _name, phone in contacts])
    EmergencyContact.objects.bulk_create(
        EmergencyContact(
            employee=person,
            name_token=names[name],
            relation=random.choice((Relation.PARENT, Relation.PARENT, Relation.SPOUSE, Relation.SIBLING)),
            phone_token=phones[phone],
        )
        for person, (name, phone) in zip(everybody, contacts, strict=True)
    )
    schooling, posts, papers = [], [], []
    for person in everybody:
        left_school = min(person.hired_on - timedelta(days=30), date((person.born_on or today).year + 22, 6, 30))
        schooling.append(
            Schooling(
                employee=person, school=random.choice(SCHOOLS), major=random.choice(MAJORS),
                education=person.education or "college", starts_on=left_school - timedelta(days=3 * 365),
                ends_on=left_school,
            )
        )  # fmt: skip
        if (person.hired_on - left_school).days > 300:
            posts.append(
                EarlierPost(
                    employee=person, employer=random.choice(EMPLOYERS), post=random.choice(JOBS),
                    starts_on=left_school + timedelta(days=30), ends_on=person.hired_on - timedelta(days=15),
                    reason=random.choice(("个人发展", "离家较远", "合同到期", "")),
                )
            )  # fmt: skip
        if random.random() < 0.5:
            name, issuer, months = random.choice(PAPERS)
            issued = today - timedelta(days=random.randrange(20, 340))
            papers.append(
                Credential(
                    employee=person, name=name, issuer=issuer, issued_on=issued,
                    number=f"{issued:%Y}{random.randrange(10**6):06d}",
                    expires_on=issued + timedelta(days=months * 30 + 5) if months else None,
                )
            )  # fmt: skip
    Schooling.objects.bulk_create(schooling)
    EarlierPost.objects.bulk_create(posts)
    Credential.objects.bulk_create(papers)


def _contracts(everybody: Sequence[Employee], random: Random, today: date) -> None:
    rows: list[Any] = []
    kinds = {"dispatched": ContractKind.DISPATCH, "intern": ContractKind.INTERN, "fixed_term": ContractKind.SEASONAL}
    for place, person in enumerate(everybody):
        kind = kinds.get(person.employment_type, ContractKind.FIXED)
        # Three years, again and again; of every fortieth the end is near, so that the clocks have something to say.
        ends = person.hired_on + timedelta(days=3 * 365 - 1)
        while ends <= today:
            ends += timedelta(days=3 * 365)
        if place % 40 == 3:
            ends = today + timedelta(days=12 + place % 45)
        rows.append(
            Contract(
                employee=person, kind=kind, number=f"HT-{person.number}", starts_on=person.hired_on, ends_on=ends,
                signed_on=person.hired_on,
            )
        )  # fmt: skip
        rows.append(
            Contract(
                employee=person, kind=ContractKind.SECRECY, number=f"BM-{person.number}", starts_on=person.hired_on,
                signed_on=person.hired_on,
            )
        )  # fmt: skip
    Contract.objects.bulk_create(rows, batch_size=1000)
