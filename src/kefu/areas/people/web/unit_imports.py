"""The import of the org tree: centre, sites, departments and teams, each below its parent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.areas.people import permissions, rules, services
from kefu.areas.people.choices import UnitKind
from kefu.areas.people.models import Unit
from kefu.kernel.actor import Actor
from kefu.platform.access.queries import scope_for
from kefu.platform.imports.registry import Column, ImportContext, ImportKind, Row

COLUMNS = (
    Column(
        "code",
        gettext_lazy("编码"),
        required=True,
        help=gettext_lazy("字母、数字和 . _ -，建好后不再更改"),
        example="east",
        aliases=("单位编码",),
        max_length=40,
    ),
    Column(
        "name", gettext_lazy("名称"), required=True, example="城东职场", aliases=("单位", "单位名称"), max_length=80
    ),
    Column(
        "kind",
        gettext_lazy("类型"),
        required=True,
        help=gettext_lazy("中心、职场、部门或班组"),
        example="职场",
        max_length=16,
    ),
    Column(
        "parent",
        gettext_lazy("上级编码"),
        help=gettext_lazy("上级单位的编码，须已存在或写在前面的行；顶层单位留空"),
        example="centre",
        aliases=("上级", "上级单位"),
        max_length=40,
    ),
    Column("cost_centre", gettext_lazy("成本中心"), max_length=40),
)


def kinds() -> dict[str, str]:
    """What may be written in the column *kind*, in Chinese, in the reader's language or as the code."""
    words = {"中心": UnitKind.CENTRE, "职场": UnitKind.SITE, "部门": UnitKind.DEPARTMENT, "班组": UnitKind.TEAM}
    found = {word: kind.value for word, kind in words.items()}
    found |= {str(label).lower(): value for value, label in UnitKind.choices}
    return found | {value: value for value in UnitKind.values}


def prepare(rows: list[Row], ctx: ImportContext) -> None:
    """What stands already, in one statement, and what the viewer may arrange."""
    ctx.cache["known"] = {unit.code: unit for unit in Unit.objects.select_related("node", "parent")}
    if "scope" not in ctx.cache:
        ctx.cache["scope"] = scope_for(ctx.actor, permissions.UNIT_MANAGE)
        ctx.cache["kinds"] = kinds()
        ctx.cache["named"] = set()


def validate(row: Row, ctx: ImportContext) -> Iterable[tuple[str, str]]:
    """What is wrong with a row; says what to do."""
    code, parent = str(row["code"]).strip(), str(row.get("parent", "")).strip()
    known, named = ctx.cache["known"], ctx.cache["named"]
    if not rules.is_code(code):
        yield "code", _("编码只能由字母、数字和 . _ - 组成")
    earlier = ctx.seen("code", code, row.number)
    if earlier is not None:
        yield "code", _("编码与第 %(row)d 行重复") % {"row": earlier}
    if _kind(row, ctx) is None:
        yield "kind", _("请填写中心、职场、部门或班组")
    if parent and parent not in known and parent not in named:
        yield "parent", _("没有编码为“%(code)s”的上级，请先写上级那一行或更正编码") % {"code": parent}
    elif parent in known and known[parent].ends_on is not None:
        yield "parent", _("上级单位已撤销，请另选上级")
    here = known.get(code)
    if here is not None and here.ends_on is not None:
        yield "code", _("这个编码属于已撤销的单位，请换一个")
    elif here is not None and (here.parent.code if here.parent else "") != parent:
        yield "parent", _("这个单位已在别的上级下，请用“移动单位”办理")
    reach = here or known.get(parent)
    if not ctx.cache["scope"].everything and (reach is None or not ctx.cache["scope"].covers_node(reach.pk)):
        yield "code", _("这个单位不在您的管理范围内")
    named.add(code)


def _kind(row: Row, ctx: ImportContext) -> str | None:
    found: str | None = ctx.cache["kinds"].get(str(row["kind"]).strip().lower())
    return found


def apply(rows: list[Row], actor: Actor, ctx: ImportContext) -> Mapping[str, int]:
    """Make who is new below its parent; bring names and cost centres up to date."""
    known: dict[str, Any] = ctx.cache["known"]
    created = updated = 0
    for row in rows:
        code, name = str(row["code"]).strip(), str(row["name"]).strip()
        cost_centre = str(row.get("cost_centre", "")).strip()
        if code in known:
            services.update_unit(actor=actor, unit=known[code], name=name, cost_centre=cost_centre or None)
            updated += 1
            continue
        parent = known.get(str(row.get("parent", "")).strip())
        known[code] = services.create_unit(
            actor=actor,
            kind=_kind(row, ctx) or "",
            code=code,
            name=name,
            parent=parent,
            cost_centre=cost_centre,
            sort_order=10 * row.number,
        )
        created += 1
    return {"created": created, "updated": updated}


UNITS = ImportKind(
    code="people.units",
    label=gettext_lazy("组织架构"),
    permission=permissions.UNIT_MANAGE,
    columns=COLUMNS,
    prepare=prepare,
    validate=validate,
    apply=apply,
    help=gettext_lazy("每行一个单位，上级写在下级前面。已有编码会更新名称和成本中心，不会移动。"),
    url_name="people:units",
    max_rows=5_000,
)
