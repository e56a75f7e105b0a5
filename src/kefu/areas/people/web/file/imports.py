"""The import of personal files: one row an employee, onto what is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.people import permissions
from kefu.areas.people.choices import ContractKind, EmploymentType
from kefu.areas.people.engine.contracts import WITH_END
from kefu.areas.people.engine.file_fields import FIELDS, LISTS, FileField, item_label
from kefu.areas.people.engine.file_values import cleaned
from kefu.areas.people.models import Employee
from kefu.areas.people.queries.file import file_of, value_of
from kefu.areas.people.services.file.bulk import FileRow, enter_file
from kefu.areas.people.services.file.planning import checked
from kefu.kernel.actor import Actor
from kefu.kernel.errors import InvalidInput, KefuError
from kefu.platform.access.queries import scope_for
from kefu.platform.access.services.tree import today
from kefu.platform.imports.choices import ColumnKind
from kefu.platform.imports.registry import Column, ImportContext, ImportKind, Row
from kefu.platform.privacy.queries import masked

TERMS = ("employment_type", "level", "star_level", "probation_ends_on")
CONTRACT = ("kind", "starts_on", "ends_on")


def _column(field: FileField, code: str, label: Any, aliases: tuple[str, ...] = ()) -> Column:
    kind = ColumnKind.DATE if field.is_date else ColumnKind.CHOICE if field.choices else ColumnKind.TEXT
    return Column(
        code,
        label,
        kind=kind,
        help=field.help,
        example=field.example,
        aliases=aliases,
        choices=field.choices,
        mask=field.vault,
        max_length=field.max_length,
    )


COLUMNS = (
    Column("number", gettext_lazy("工号"), required=True, example="K20001", aliases=("员工编号", "编号"), max_length=40),
    *(_column(field, code, field.label, field.aliases) for code, field in FIELDS.items()),
    Column(
        "employment_type", gettext_lazy("用工形式"), kind=ColumnKind.CHOICE, choices=EmploymentType.choices,
        example="正式员工",
    ),
    Column("level", gettext_lazy("职级"), example="P2", max_length=16),
    Column("star_level", gettext_lazy("星级"), kind=ColumnKind.INT, minimum=0, maximum=5, example="3"),
    Column("probation_ends_on", gettext_lazy("试用期至"), kind=ColumnKind.DATE, example="2026-06-01"),
    Column(
        "contract.kind", gettext_lazy("合同类型"), kind=ColumnKind.CHOICE, choices=ContractKind.choices,
        example="固定期限劳动合同",
    ),
    Column("contract.starts_on", gettext_lazy("合同开始日期"), kind=ColumnKind.DATE, example="2026-03-01"),
    Column("contract.ends_on", gettext_lazy("合同结束日期"), kind=ColumnKind.DATE, example="2029-02-28"),
    *(
        _column(field, f"{each.code}.{field.code}", item_label(each, field))
        for each in LISTS.values()
        for field in each.fields
    ),
)  # fmt: skip


def prepare(rows: list[Row], ctx: ImportContext) -> None:
    """The employees whom the chunk names, and what the importer may change."""
    numbers = {str(row.get("number", "")).strip() for row in rows}
    people = Employee.objects.filter(number__in=numbers).select_related("personal_file", "unit")
    ctx.cache["people"] = {person.number: person for person in people}
    ctx.cache.setdefault("scope", scope_for(ctx.actor, permissions.FILE_MANAGE))


def validate(row: Row, ctx: ImportContext) -> Iterable[tuple[str, str]]:
    """Whether the row can be applied, and if not, why; in the words of the pages."""
    number = str(row.get("number", "")).strip()
    earlier = ctx.seen("number", number, row.number)
    if earlier is not None:
        yield "number", _("工号与第 %(row)d 行重复") % {"row": earlier}
        return
    person = ctx.cache["people"].get(number)
    if person is None:
        yield "number", _("没有这个工号，请先用员工花名册导入员工")
        return
    if not ctx.cache["scope"].covers_node(person.unit_id):
        yield "number", _("您不能维护这名员工的档案")
        return
    if ctx.actor.user_id is not None and person.user_id == ctx.actor.user_id:
        yield "number", _("不能导入自己的档案，请提交变更申请")
        return
    if getattr(person, "personal_file", None) is not None and person.personal_file.erased_at is not None:
        yield "number", _("这名员工的个人信息已删除")
        return
    yield from _faults(row, person)


def _faults(row: Row, person: Employee) -> Iterable[tuple[str, str]]:
    wanted = row_of(row, person)
    try:
        checked(person, file_of(person), wanted.fields, today())
    except InvalidInput as error:
        yield from error.errors.items()
    for code, values in wanted.items.items():
        for field in LISTS[code].fields:
            try:
                cleaned(field, values.get(field.code))
            except InvalidInput as error:
                yield f"{code}.{field.code}", str(error.message)
    contract = wanted.contract
    if contract:
        if not contract.get("kind") or not contract.get("starts_on"):
            yield "contract.kind", _("合同类型和开始日期须一起填写")
        elif contract["kind"] in WITH_END and not contract.get("ends_on"):
            yield "contract.ends_on", _("这种合同须填写结束日期")
        elif contract.get("ends_on") and contract["ends_on"] < contract["starts_on"]:
            yield "contract.ends_on", _("结束日期早于开始日期")


def row_of(row: Row, person: Employee) -> FileRow:
    """What the row mentions. A masked value as the export writes it means: as it is."""
    found = FileRow(person)
    file = file_of(person)
    for code, field in FIELDS.items():
        value = row.get(code)
        if value in (None, "") or _is_mask(value, value_of(person if field.on_employee else file, field).token):
            continue
        found.fields[code] = value
    for each in LISTS.values():
        values = {field.code: row.get(f"{each.code}.{field.code}") for field in each.fields}
        given = {code: value for code, value in values.items() if value not in (None, "")}
        if given and not any("*" in str(value) for value in given.values()):
            found.items[each.code] = given
    found.terms = {code: row[code] for code in TERMS if row.get(code) is not None}
    found.contract = {code: row[f"contract.{code}"] for code in CONTRACT if row.get(f"contract.{code}") is not None}
    return found


def _is_mask(value: Any, token: bytes | None) -> bool:
    return token is not None and "*" in str(value) and masked([token]).get(token) == value


def apply(rows: list[Row], actor: Actor, ctx: ImportContext) -> Mapping[str, int]:
    """Bring each file up to its row."""
    counts = {"updated": 0, "unchanged": 0}
    for row in rows:
        person = ctx.cache["people"][str(row["number"]).strip()]
        try:
            changed = enter_file(actor=actor, row=row_of(row, person))
        except KefuError as error:
            raise InvalidInput(_("第 %(row)d 行：%(why)s") % {"row": row.number, "why": error.message}) from error
        counts["updated" if changed else "unchanged"] += 1
    return counts


FILES = ImportKind(
    code="people.files",
    label=gettext_lazy("员工档案"),
    permission=permissions.FILE_MANAGE,
    columns=COLUMNS,
    prepare=prepare,
    validate=validate,
    apply=apply,
    help=gettext_lazy("按工号更新已有员工的档案；没有填写的列保持不变。列与“导出档案”相同，可以导出、修改后再导入。"),
    url_name="people:employees",
    chunk_rows=100,
)
