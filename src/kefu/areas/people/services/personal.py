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
    files = _("在职期间，离职后按法定期限")
    personal_field(
        "people.PersonalFile",
        "id_number_token second_phone_token mail_token wechat_token address_token bank_account_token",
        kind=PersonalKind.TOKEN,
        purpose=_("履行劳动合同：核实身份、联系员工、发放工资"),
        keep=files,
        erasure=Erasure.VAULT,
    )
    personal_field(
        "people.EmergencyContact",
        "name_token phone_token",
        kind=PersonalKind.TOKEN,
        purpose=_("紧急情况下联系家人"),
        keep=files,
        erasure=Erasure.VAULT,
    )
    personal_field(
        "people.Employee",
        "born_on gender education",
        kind=PersonalKind.RECORD,
        purpose=_("核实年龄、统计人员结构"),
        keep=files,
        erasure=Erasure.EMPLOYEE,
    )
    for model, fields in (
        ("people.Schooling", "school major"),
        ("people.EarlierPost", "employer post reason"),
        ("people.Credential", "name number issuer"),
        ("people.EmployeeDocument", "title"),
        ("people.Contract", "number"),
    ):
        personal_field(
            model,
            fields,
            kind=PersonalKind.RECORD,
            purpose=_("履行劳动合同：学历、经历、证书和合同"),
            keep=files,
            erasure=Erasure.EMPLOYEE,
        )
    personal_field(
        "people.PersonalFile",
        "photo",
        kind=PersonalKind.FILE,
        purpose=_("认出员工"),
        keep=files,
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "people.OwnChange",
        "note",
        kind=PersonalKind.TEXT,
        purpose=_("说明档案变更"),
        keep=files,
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "people.OwnChangeItem",
        "before after",
        kind=PersonalKind.RECORD,
        purpose=_("审核档案变更"),
        keep=files,
        erasure=Erasure.EMPLOYEE,
    )
    personal_field(
        "people.FormPrint",
        "reason",
        kind=PersonalKind.TEXT,
        purpose=_("说明为何打印"),
        keep=files,
        erasure=Erasure.EMPLOYEE,
    )
    not_personal("people.OwnChangeItem", "target", "the name of a field")
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
