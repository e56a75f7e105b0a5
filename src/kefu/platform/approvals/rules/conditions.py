"""Conditions on the amount and the facts of a request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kefu.platform.approvals.choices import FactType, Operator
from kefu.platform.approvals.rules.routes import Condition

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class FactSpec:
    """Something about a request that conditions may ask for; never a personal value. ``options`` pairs the values
    that are offered with their words."""

    code: str
    label: StrOrPromise
    type: FactType = FactType.TEXT
    options: tuple[tuple[str, StrOrPromise], ...] = ()


AMOUNT = FactSpec("amount", gettext_lazy("金额"), FactType.NUMBER)

_ORDER = (Operator.GT, Operator.GE, Operator.LT, Operator.LE)
_ALLOWED = {
    FactType.NUMBER: (Operator.EQ, Operator.NE, *_ORDER),
    FactType.TEXT: (Operator.EQ, Operator.NE, Operator.HAS, Operator.HAS_NOT),
    FactType.BOOL: (Operator.EQ, Operator.NE),
    FactType.LIST: (Operator.HAS, Operator.HAS_NOT),
}
_YES = frozenset({"1", "true", "yes", "是"})
_NO = frozenset({"0", "false", "no", "否"})


def operators_of(spec: FactSpec) -> tuple[Operator, ...]:
    """How the fact may be compared."""
    return _ALLOWED[spec.type]


def fault_of(condition: Condition, specs: Mapping[str, FactSpec]) -> str:
    """What is wrong with a condition, in words; ``""`` when it can be asked."""
    spec = specs.get(condition.field)
    if spec is None:
        return _("没有“%(field)s”这个条件。") % {"field": condition.field[:40]}
    if condition.operator not in operators_of(spec):
        return _("“%(field)s”不能用“%(operator)s”比较。") % {"field": spec.label, "operator": condition.operator.label}
    if read_value(condition.value, spec.type) is None:
        return _("“%(field)s”的比较值无法识别，请填写%(type)s。") % {"field": spec.label, "type": spec.type.label}
    if spec.options and condition.value not in {value for value, _label in spec.options}:
        return _("“%(field)s”没有“%(value)s”这一项。") % {"field": spec.label, "value": condition.value[:40]}
    return ""


def read_value(text: str, kind: FactType) -> Decimal | bool | str | None:
    """The value that a text stands for; ``None`` when it stands for none."""
    text = text.strip()
    if kind is FactType.NUMBER:
        try:
            found = Decimal(text)
        except InvalidOperation:
            return None
        return found if found.is_finite() else None
    if kind is FactType.BOOL:
        return True if text.lower() in _YES else False if text.lower() in _NO else None
    return text or None


def holds(condition: Condition, amount: Decimal | None, facts: Mapping[str, Any]) -> bool:
    """Whether the condition is true of the request. What the request does not say never meets a condition but a
    negative one."""
    value: Any = amount if condition.field == AMOUNT.code else facts.get(condition.field)
    if value is None:
        return condition.operator in (Operator.NE, Operator.HAS_NOT)
    if condition.operator in (Operator.HAS, Operator.HAS_NOT):
        found = condition.value in (list(value) if _is_list(value) else str(value))
        return found if condition.operator is Operator.HAS else not found
    left, right = _comparable(value, condition.value)
    if condition.operator is Operator.EQ:
        return bool(left == right)
    if condition.operator is Operator.NE:
        return bool(left != right)
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return False
    return {
        Operator.GT: left > right,
        Operator.GE: left >= right,
        Operator.LT: left < right,
        Operator.LE: left <= right,
    }[condition.operator]


def _comparable(value: Any, text: str) -> tuple[Any, Any]:
    if isinstance(value, bool):
        return value, read_value(text, FactType.BOOL)
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value)), read_value(text, FactType.NUMBER)
    return str(value), text


def _is_list(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes | Mapping)
