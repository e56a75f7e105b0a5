"""The parameters that rooms declare, as data."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kefu.kernel.registry import Registry
from kefu.platform.params.choices import ParamType

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

type_of = {
    ParamType.INT: int,
    ParamType.DECIMAL: Decimal,
    ParamType.BOOL: bool,
    ParamType.TEXT: str,
    ParamType.CHOICE: str,
    ParamType.DURATION: int,
}
Value = int | Decimal | bool | str


@dataclass(frozen=True)
class Param:
    """One setting: ``room.name``, its type, default and bounds.

    ``minimum`` and ``maximum`` bound numbers and durations (seconds), and the length of texts. ``unit`` is a
    word for people. ``choices`` are (value, label) pairs of a choice.
    """

    code: str
    label: StrOrPromise
    type: ParamType
    default: Value
    help: StrOrPromise = ""
    minimum: int | Decimal | None = None
    maximum: int | Decimal | None = None
    unit: StrOrPromise = ""
    choices: tuple[tuple[str, StrOrPromise], ...] = ()

    @property
    def room(self) -> str:
        """The room that declares it."""
        return self.code.partition(".")[0]

    def __post_init__(self) -> None:
        if not isinstance(self.default, type_of[self.type]):
            raise TypeError(f"{self.code}: the default {self.default!r} is no {self.type.value}")


PARAMS: Registry[Param] = Registry("params", lambda param: param.code)
