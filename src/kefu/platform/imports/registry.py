"""What can be imported, declared by rooms as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kefu.kernel.actor import Actor
from kefu.kernel.registry import Registry
from kefu.platform.imports.choices import ColumnKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Errors = Iterable[tuple[str, str] | str]
Choices = Sequence[tuple[str, "StrOrPromise"]]


@dataclass(frozen=True)
class Column:
    """One column of an import.

    ``aliases`` are other headers by which it is recognised. ``mask`` names the kind of personal value
    (``phone``, ``name``, …): such values are masked in fault lists. ``choices`` (for ``ColumnKind.CHOICE``) are
    (value, label) pairs; cells may hold either. ``minimum``/``maximum`` bound numbers and durations.
    """

    code: str
    label: StrOrPromise
    required: bool = False
    kind: ColumnKind = ColumnKind.TEXT
    help: StrOrPromise = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    choices: Choices = ()
    mask: str = ""
    max_length: int = 500
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Option:
    """A choice that holds for the whole file (for instance the source it comes from)."""

    code: str
    label: StrOrPromise
    choices: Callable[[Actor], Choices]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file with typed values by column code; ``None`` where the cell is empty or not mapped."""

    number: int
    values: Mapping[str, Any]

    def __getitem__(self, code: str) -> Any:
        return self.values[code]

    def get(self, code: str, default: Any = None) -> Any:
        """The value, or ``default`` where there is none."""
        value = self.values.get(code)
        return default if value is None else value


@dataclass
class ImportContext:
    """Goes through all rows of one check or one application; ``cache`` is the kind's own scratch space.

    ``seen`` helps to find duplicates within the file.
    """

    actor: Actor
    options: Mapping[str, str] = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)
    is_dry_run: bool = True

    def seen(self, name: str, value: Any, number: int) -> int | None:
        """The number of an earlier row with the same value, or ``None``; remembers this one."""
        known: dict[Any, int] = self.cache.setdefault(f"seen:{name}", {})
        earlier = known.setdefault(value, number)
        return None if earlier == number else earlier


def no_errors(row: Row, ctx: ImportContext) -> Errors:
    """For kinds whose columns say all there is to check."""
    return ()


@dataclass(frozen=True)
class ImportKind:
    """A table that can be imported.

    ``validate(row, ctx)`` returns what is wrong with a row whose cells are well-formed: ``(column, message)``
    pairs or messages. ``prepare(rows, ctx)`` may load what a chunk of rows needs before they are validated.
    ``apply(rows, actor, ctx)`` writes a chunk of good rows in one transaction, must be idempotent (a row that is
    there already is updated or skipped), and may return counts such as ``{"created": 3, "updated": 1}``.
    """

    code: str
    label: StrOrPromise
    permission: str
    columns: Sequence[Column]
    apply: Callable[[list[Row], Actor, ImportContext], Mapping[str, int] | None]
    validate: Callable[[Row, ImportContext], Errors] = no_errors
    prepare: Callable[[list[Row], ImportContext], None] | None = None
    options: Sequence[Option] = ()
    help: StrOrPromise = ""
    url_name: str = ""
    chunk_rows: int = 500
    max_rows: int = 500_000

    def column(self, code: str) -> Column:
        """The column of that code; raises ``KeyError``."""
        for column in self.columns:
            if column.code == code:
                return column
        raise KeyError(code)


KINDS: Registry[ImportKind] = Registry("import kinds", lambda kind: kind.code)
