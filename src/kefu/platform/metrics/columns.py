"""The columns of a question in SQL: sums of measures, and what they are split by."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import BigIntegerField, ExpressionWrapper, F, IntegerField, Q, Sum
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Cast, TruncMonth, TruncWeek

from kefu.kernel.metrics import Fact, Grain, Measure
from kefu.platform.metrics import registry
from kefu.platform.metrics.lines import SLOTS_IN


def sum_of(fact: Fact, measure: Measure) -> Combinable:
    """The sum of a column; of whole numbers as a whole number, which the database would make a decimal."""
    field: Any = registry.model_of(fact)._meta.get_field(measure.column)
    whole = BigIntegerField() if isinstance(field, IntegerField) else None
    if measure.where:
        total = Sum(measure.column, filter=Q(**{f"{column}__in": values for column, values in measure.where}))
        return Cast(total, whole) if whole else total
    return _ColumnSum(field.model._meta.db_table, field.column, whole or field)


class _ColumnSum(Expression):
    """The sum of a column of the fact's own table.

    A question has dozens: resolved each through fields, joins and conversions they would cost more than the database.
    """

    contains_aggregate = True
    contains_column_references = True

    def __init__(self, table: str, column: str, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.table, self.column = table, column

    def resolve_expression(self, *args: Any, **kwargs: Any) -> _ColumnSum:
        """Nothing is open."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """A whole number stays one."""
        quote = compiler.quote_name_unless_alias
        cast_to = "::bigint" if isinstance(self.output_field, BigIntegerField) else ""
        return f"sum({quote(self.table)}.{quote(self.column)}){cast_to}", ()

    def get_group_by_cols(self) -> list[Any]:
        """A sum is no key."""
        return []

    def get_db_converters(self, connection: Any) -> list[Any]:
        """Whole numbers are taken as the driver gives them."""
        return [] if isinstance(self.output_field, BigIntegerField) else super().get_db_converters(connection)


def group_of(fact: Fact, code: str) -> Combinable:
    """What rows are told apart by along a dimension."""
    if code == "day":
        return F(fact.day_column)
    if code == "week":
        return cast("Combinable", TruncWeek(fact.day_column))
    if code == "month":
        return F(fact.day_column) if fact.grain is Grain.MONTH else cast("Combinable", TruncMonth(fact.day_column))
    if code in SLOTS_IN:
        return _time_of_day(fact.slot_column, SLOTS_IN[code])
    return F(fact.node_column if code == "site" else fact.dimensions[code])


def _time_of_day(column: str, length: int) -> Combinable:
    """The first quarter of the interval of ``length`` quarters in which a row lies."""
    if length == 1:
        return F(column)
    return ExpressionWrapper(F(column) - F(column) % length, output_field=IntegerField())
