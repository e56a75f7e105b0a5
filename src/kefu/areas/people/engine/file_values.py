"""What may be entered into a personal file: one spelling of each value, or what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext as _

from kefu.areas.people.choices import IdKind
from kefu.areas.people.engine.file_fields import FileField
from kefu.areas.people.engine.identity import Identity, identity_of
from kefu.kernel.errors import InvalidInput

OLDEST = date(1900, 1, 1)
YOUNGEST_AT_WORK = 16

_BLANKS = re.compile(r"\s+")
_DIALLED = re.compile(r"[\s\-()]+")
_PHONE = re.compile(r"\+?\d{5,20}")
_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,24}")
_WECHAT = re.compile(r"[A-Za-z0-9][-_A-Za-z0-9]{4,39}")
_BANK = re.compile(r"\d{8,30}")
_PAPER = re.compile(r"[A-Z0-9][A-Z0-9()\-]{4,23}")


def cleaned(field: FileField, value: str | date | None) -> str:
    """The one spelling of what was entered, "" for nothing. Raises ``InvalidInput`` under the field's code."""
    if isinstance(value, date):
        value = value.isoformat()
    text = unicodedata.normalize("NFKC" if field.vault and field.vault != "name" else "NFC", value or "").strip()
    text = _BLANKS.sub(" ", text)
    if not text:
        if field.required:
            raise InvalidInput(_("请填写%(label)s。") % {"label": field.label}, field=field.code)
        return ""
    if "*" in text and field.vault:
        raise InvalidInput(
            _("%(label)s里有掩码“*”，请填写完整内容，或留空表示不改。") % {"label": field.label}, field=field.code
        )
    if len(text) > field.max_length:
        raise InvalidInput(
            _("%(label)s最多 %(most)d 个字。") % {"label": field.label, "most": field.max_length}, field=field.code
        )
    if field.is_date:
        return _day(field, text)
    if field.choices:
        return _choice(field, text)
    return _of_kind(field, text)


def id_number_fault(kind: str, number: str) -> str:
    """What is wrong with a paper's number, in words; "" when nothing is."""
    if kind != IdKind.RESIDENT:
        return "" if _PAPER.fullmatch(number) else _("证件号码只能由字母和数字组成，5–24 位。")
    found = identity_of(number)
    if isinstance(found, Identity):
        return ""
    return {
        "length": _("居民身份证号码应为 18 位。"),
        "sign": _("居民身份证号码应为 17 位数字加一位校验码（数字或 X）。"),
        "birth": _("居民身份证号码里的出生日期不存在。"),
        "check": _("居民身份证号码的校验码不对，请核对是否抄错。"),
    }[found]


def born_fault(born_on: date, today: date) -> str:
    """What is wrong with a date of birth, in words; "" when nothing is."""
    if born_on < OLDEST or born_on > today:
        return _("出生日期不可能是这一天，请核对。")
    if born_on > today.replace(year=today.year - YOUNGEST_AT_WORK, day=min(today.day, 28)):
        return _("不满 %(years)d 周岁不能录用，请核对出生日期。") % {"years": YOUNGEST_AT_WORK}
    return ""


def _day(field: FileField, text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            _("%(label)s应为日期，例如 2026-11-20。") % {"label": field.label}, field=field.code
        ) from error
    if not 1900 <= day.year <= 2200:
        raise InvalidInput(_("%(label)s的年份不对，请核对。") % {"label": field.label}, field=field.code)
    return day.isoformat()


def _choice(field: FileField, text: str) -> str:
    for code, label in field.choices:
        if text in (code, str(label)):
            return code
    allowed = "、".join(str(label) for _code, label in field.choices)
    raise InvalidInput(
        _("%(label)s只能是：%(allowed)s。") % {"label": field.label, "allowed": allowed}, field=field.code
    )


def _of_kind(field: FileField, text: str) -> str:
    message = ""
    if field.vault == "phone":
        text = _DIALLED.sub("", text)
        message = "" if _PHONE.fullmatch(text) else _("电话号码只能由 5–20 位数字组成。")
    elif field.vault == "email":
        message = "" if _MAIL.fullmatch(text) else _("邮箱格式不对，例如 name@example.com。")
    elif field.vault == "wechat":
        message = "" if _WECHAT.fullmatch(text) else _("微信号由 5–40 位字母、数字、下划线或减号组成。")
    elif field.vault == "bank_account":
        text = _DIALLED.sub("", text)
        message = "" if _BANK.fullmatch(text) else _("银行账号应为 8–30 位数字。")
    elif field.vault == "id_number":
        text = text.replace(" ", "").upper()
    elif field.vault == "address" and len(text) < 5:
        message = _("地址太短，请写到门牌号。")
    if message:
        raise InvalidInput(message, field=field.code)
    return text
