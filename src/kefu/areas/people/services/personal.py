"""What people keeps about people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kefu.platform.privacy.choices import Erasure, PersonalKind
from kefu.platform.privacy.registry import not_personal, personal_field


def register() -> None:
    """Say of every column whether it is personal."""
    personal_field(
        "people.Employee",
        "name name_key initials",
        kind=PersonalKind.NAME,
        purpose=_("认出员工"),
        keep=_("在职期间，离职后按法定期限"),
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "people.Employee",
        "phone_token",
        kind=PersonalKind.TOKEN,
        purpose=_("联系员工"),
        keep=_("在职期间，离职后按法定期限"),
        erasure=Erasure.VAULT,
    )
    personal_field(
        "people.Agent",
        "name",
        kind=PersonalKind.NAME,
        purpose=_("显示坐席是谁"),
        keep=_("在职期间，离职后按法定期限"),
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "people.Certificate",
        "evidence revoke_reason",
        kind=PersonalKind.TEXT,
        purpose=_("说明技能认证"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "people.Merit",
        "title body",
        kind=PersonalKind.TEXT,
        purpose=_("说明奖惩"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "people.MeritAppeal",
        "reason comment",
        kind=PersonalKind.TEXT,
        purpose=_("说明申诉"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "people.TeamHonour",
        "title story",
        kind=PersonalKind.TEXT,
        purpose=_("记录团队荣誉"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    personal_field(
        "people.TeamCharter",
        "team_name meaning slogan vision oath team_values conduct",
        kind=PersonalKind.TEXT,
        purpose=_("展示团队文化"),
        keep=_("随所属记录保存"),
        erasure=Erasure.SCRUB,
    )
    not_personal("people.Agent", "code", "a login of the telephone system")
    not_personal("people.Post", "name duties authority standards measures", "a post")
    not_personal("people.RatioRule", "name", "a rule")
    not_personal("people.SeatType", "name description", "a kind of seat")
    not_personal("people.Skill", "name description", "a skill")
    not_personal("people.StaffCode", "title body", "the staff code")
    not_personal("people.Unit", "name name_key", "a unit")
