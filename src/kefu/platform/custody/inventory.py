"""The inventory of personal data as rows for a page, a workbook and a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext as _

from kefu.platform.params import queries as params
from kefu.platform.params.registry import PARAMS
from kefu.platform.privacy.registry import PERSONAL_FIELDS, PersonalField


@dataclass(frozen=True, slots=True)
class Line:
    """Declared columns in words."""

    room: str
    what: str
    where: str
    kind: str
    purpose: str
    keep: str
    erasure: str


def lines(*, with_values: bool = True) -> list[Line]:
    """The declared columns by app and model, those of one model in one line that are alike; ``with_values`` gives parameters with their present value."""
    alike: dict[tuple[object, ...], list[PersonalField]] = {}
    for field in PERSONAL_FIELDS:
        what = (field.model, field.kind, str(field.purpose), str(field.keep), field.keep_param, field.erasure)
        alike.setdefault(what, []).append(field)
    found = [_line(fields, with_values) for fields in alike.values()]
    return sorted(found, key=lambda line: (line.room, line.where))


def grouped() -> list[tuple[str, list[Line]]]:
    """The lines by app."""
    rooms: dict[str, list[Line]] = {}
    for line in lines():
        rooms.setdefault(line.room, []).append(line)
    return list(rooms.items())


def columns() -> tuple[str, ...]:
    """The headings of the inventory."""
    return (_("应用"), _("信息"), _("位置"), _("类型"), _("用途"), _("保存期限"), _("删除方式"))


def rows() -> Iterable[tuple[str, ...]]:
    """The inventory as rows under ``columns``."""
    return [(line.room, line.what, line.where, line.kind, line.purpose, line.keep, line.erasure) for line in lines()]


def _line(fields: list[PersonalField], with_values: bool) -> Line:
    field = fields[0]
    model = apps.get_model(field.model)
    return Line(
        room=str(model._meta.app_config.verbose_name) if model._meta.app_config else model._meta.app_label,
        what=str(model._meta.verbose_name),
        where=f"{field.model}: {', '.join(each.field for each in fields)}",
        kind=str(field.kind.label),
        purpose=str(field.purpose),
        keep=_keep(field, with_values),
        erasure=str(field.erasure.label),
    )


def _keep(field: PersonalField, with_values: bool) -> str:
    if not field.keep_param:
        return str(field.keep)
    days = params.value(field.keep_param) if with_values else PARAMS.get(field.keep_param).default
    return _("%(days)s 天") % {"days": days}
