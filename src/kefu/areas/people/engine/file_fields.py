"""What a personal file holds, as data: pages, forms, changes, imports, exports and print-outs read it from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kefu.areas.people.choices import Education, Gender, IdKind, Relation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class FileField:
    """One thing that is kept about somebody.

    ``vault`` names the kind of personal value: then only a token is kept, in ``<code>_token``. ``on_employee`` says
    that it stands at the employee rather than in the file. A change of one that ``needs_evidence`` comes with a proof.
    """

    code: str
    label: StrOrPromise
    vault: str = ""
    is_date: bool = False
    choices: Sequence[tuple[str, StrOrPromise]] = ()
    max_length: int = 80
    required: bool = False
    on_employee: bool = False
    needs_evidence: bool = False
    help: StrOrPromise = ""
    example: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def attribute(self) -> str:
        """The name of the model's field."""
        return f"{self.code}_token" if self.vault else self.code

    def shown(self, value: str) -> str:
        """A kept plain value in words."""
        return next((str(label) for code, label in self.choices if code == value), value)


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are shown and changed together."""

    code: str
    label: StrOrPromise
    icon: str
    fields: tuple[FileField, ...]


@dataclass(frozen=True, slots=True)
class FileList:
    """Something of which there may be several. ``has_scan``: each may have a scanned document."""

    code: str
    label: StrOrPromise
    noun: StrOrPromise
    icon: str
    fields: tuple[FileField, ...]
    has_scan: bool = False

    def field(self, code: str) -> FileField:
        """The field of that code; raises ``KeyError``."""
        for field in self.fields:
            if field.code == code:
                return field
        raise KeyError(code)


IDENTITY = Section(
    "identity",
    _("身份信息"),
    "fingerprint",
    (
        FileField("name", _("姓名"), max_length=64, required=True, on_employee=True, needs_evidence=True),
        FileField("id_kind", _("证件类型"), choices=IdKind.choices, example="居民身份证", needs_evidence=True),
        FileField(
            "id_number",
            _("证件号码"),
            vault="id_number",
            max_length=24,
            needs_evidence=True,
            help=_("居民身份证会核对校验码，并据此填写出生日期和性别。"),
            aliases=("身份证号", "身份证号码"),
        ),
        FileField("gender", _("性别"), choices=Gender.choices, on_employee=True, example="女"),
        FileField("born_on", _("出生日期"), is_date=True, on_employee=True, example="1998-05-06", aliases=("生日",)),
        FileField("education", _("学历"), choices=Education.choices, on_employee=True, example="大专"),
    ),
)
CONTACTS = Section(
    "contacts",
    _("联系方式"),
    "phone",
    (
        FileField(
            "phone", _("电话"), vault="phone", max_length=24, on_employee=True, example="15400001234", aliases=("手机",)
        ),
        FileField("second_phone", _("第二电话"), vault="phone", max_length=24, example="15400005678"),
        FileField("mail", _("邮箱"), vault="email", max_length=120, example="name@example.com", aliases=("电子邮箱",)),
        FileField("wechat", _("微信号"), vault="wechat", max_length=40, example="example_wx"),
        FileField("address", _("现住址"), vault="address", max_length=160, aliases=("地址", "住址")),
        FileField(
            "bank_account",
            _("工资卡号"),
            vault="bank_account",
            max_length=32,
            needs_evidence=True,
            aliases=("银行卡号",),
        ),
    ),
)
SECTIONS = (IDENTITY, CONTACTS)
FIELDS: dict[str, FileField] = {field.code: field for section in SECTIONS for field in section.fields}

LISTS: dict[str, FileList] = {
    each.code: each
    for each in (
        FileList(
            "emergency_contacts",
            _("紧急联系人"),
            _("紧急联系人"),
            "heart-handshake",
            (
                FileField("name", _("姓名"), vault="name", max_length=64, required=True),
                FileField("relation", _("关系"), choices=Relation.choices, required=True, example="配偶"),
                FileField("phone", _("电话"), vault="phone", max_length=24, required=True, example="15400004321"),
            ),
        ),
        FileList(
            "schooling",
            _("教育经历"),
            _("教育经历"),
            "graduation-cap",
            (
                FileField("school", _("学校"), required=True, example="城东职业技术学院"),
                FileField("major", _("专业"), example="电子商务"),
                FileField("education", _("学历"), choices=Education.choices, required=True, example="大专"),
                FileField("starts_on", _("入学日期"), is_date=True, example="2016-09-01"),
                FileField("ends_on", _("毕业日期"), is_date=True, example="2019-06-30"),
            ),
            has_scan=True,
        ),
        FileList(
            "earlier_posts",
            _("工作经历"),
            _("工作经历"),
            "briefcase",
            (
                FileField("employer", _("单位名称"), required=True, example="某某商贸有限公司"),
                FileField("post", _("岗位"), required=True, example="客服专员"),
                FileField("starts_on", _("开始日期"), is_date=True, required=True, example="2019-07-01"),
                FileField("ends_on", _("结束日期"), is_date=True, example="2025-12-31"),
                FileField("reason", _("离职原因"), max_length=120),
            ),
        ),
        FileList(
            "credentials",
            _("证书"),
            _("证书"),
            "medal",
            (
                FileField("name", _("证书名称"), required=True, example="普通话水平测试二级甲等"),
                FileField("number", _("证书编号"), max_length=60),
                FileField("issuer", _("发证机构"), example="省语言文字工作委员会"),
                FileField("issued_on", _("发证日期"), is_date=True, example="2024-03-01"),
                FileField("expires_on", _("有效期至"), is_date=True, help=_("长期有效则留空。")),
            ),
            has_scan=True,
        ),
    )
}
EVIDENCED = frozenset(field.code for field in FIELDS.values() if field.needs_evidence)


def item_label(declared: FileList, field: FileField) -> StrOrPromise:
    """What a field of a list is called where lists stand beside each other."""
    return format_lazy("{noun} · {label}", noun=declared.noun, label=field.label)


def label_of(target: str) -> StrOrPromise:
    """What a target of a change is called: a field, an item of a list (``schooling:12``), or the photo."""
    code = target.partition(":")[0]
    if code in FIELDS:
        return FIELDS[code].label
    return LISTS[code].noun if code in LISTS else _("照片")
