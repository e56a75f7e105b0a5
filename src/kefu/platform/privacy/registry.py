"""What is kept about people, why and for how long, and how it goes: declared by the apps that keep it.

Four registries. ``PERSONAL_FIELDS`` and ``EXEMPT_FIELDS`` say of every column whether it is personal; ``RETENTIONS`` take
away what is over; ``SUBJECT_KINDS`` know whose data can be asked for and erased; ``SUBJECT_PARTS`` hand out and erase what
one app keeps about such a subject, so that nothing below has to know what is above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kefu.kernel.registry import Registry
from kefu.platform.privacy.choices import Erasure, PersonalKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from kefu.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One column with personal data. ``keep`` is the code of a parameter in days, or says in words how long."""

    model: str
    field: str
    kind: PersonalKind
    purpose: StrOrPromise
    keep: StrOrPromise
    erasure: Erasure
    keep_param: str = ""

    @property
    def code(self) -> str:
        """``app.Model.field``."""
        return f"{self.model}.{self.field}"


@dataclass(frozen=True, slots=True)
class ExemptField:
    """A column that looks personal and is not, with the reason (English: it is read by whoever changes the code)."""

    model: str
    field: str
    why: str

    @property
    def code(self) -> str:
        """``app.Model.field``."""
        return f"{self.model}.{self.field}"


PERSONAL_FIELDS: Registry[PersonalField] = Registry("personal fields", lambda item: item.code)
EXEMPT_FIELDS: Registry[ExemptField] = Registry("exempt fields", lambda item: item.code)


def personal_field(
    model: str,
    fields: str,
    *,
    kind: PersonalKind,
    purpose: StrOrPromise,
    erasure: Erasure,
    keep: StrOrPromise = "",
    keep_param: str = "",
) -> None:
    """Declare that the columns ``fields`` (space-separated) of ``model`` (``app.Model``) hold personal data.

    Either ``keep_param`` names the parameter that says for how many days, or ``keep`` says it in words.
    """
    if bool(keep) == bool(keep_param):
        raise ValueError(f"{model} {fields}: say either keep or keep_param")
    for name in fields.split():
        PERSONAL_FIELDS.register(PersonalField(model, name, kind, purpose, keep, erasure, keep_param))


def not_personal(model: str, fields: str, why: str) -> None:
    """Declare that columns which look personal hold nothing about a person."""
    for name in fields.split():
        EXEMPT_FIELDS.register(ExemptField(model, name, why))


@dataclass(frozen=True, slots=True)
class Holds:
    """What must not go at present: certain subjects, certain stretches of time, or everything.

    ``tokens`` are tokens of the vault; ``subjects`` pairs of a subject's kind and reference.
    """

    everything: bool = False
    periods: tuple[tuple[datetime, datetime], ...] = ()
    subjects: frozenset[tuple[str, str]] = frozenset()

    @property
    def tokens(self) -> list[bytes]:
        """The tokens of callers that are held."""
        return [bytes.fromhex(ref) for kind, ref in self.subjects if kind == CALLER]

    def refs(self, kind: str) -> list[str]:
        """The references of the subjects of that kind that are held."""
        return [ref for each, ref in self.subjects if each == kind]


CALLER = "caller"
"""The kind of subject that is known by the token of its number; its reference is the token in hexadecimal."""

EMPLOYEE = "employee"
"""The kind of subject that works or worked here."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What goes by age: ``due`` counts what is over before ``cutoff``, ``erase`` takes at most ``limit`` of it away.

    Both leave alone what is held. ``erase`` commits what it did and returns how many; 0 ends the round.
    """

    code: str
    label: StrOrPromise
    param: str
    due: Callable[[datetime, Holds], int] = field(compare=False)
    erase: Callable[[datetime, Holds, int], int] = field(compare=False)


RETENTIONS: Registry[Retention] = Registry("retentions", lambda item: item.code)


@dataclass(frozen=True, slots=True)
class Value:
    """A plain value of a subject, to be looked for: held in memory only while it is erased.

    A text is replaced by ``marker``. ``is_shared`` values (a name that others have too) are left where they may be theirs.
    """

    kind: str
    text: str
    marker: str
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A table of what is kept about a subject, for whoever asks."""

    title: StrOrPromise
    columns: tuple[StrOrPromise, ...]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """Whose data can be asked for.

    ``find`` turns what an officer types into a reference, or ``None``; ``title`` shows a subject without its values;
    ``values`` are the plain values to look for; ``tokens`` those to destroy in the vault; ``check`` raises
    when the law or the contract still wants the data, before anything goes; ``finish`` takes away, as the
    last step and in the transaction that destroys the values, the row that stands for the subject itself.
    """

    code: str
    label: StrOrPromise
    prompt: StrOrPromise
    find: Callable[[str], str | None] = field(compare=False)
    title: Callable[[str], str] = field(compare=False)
    values: Callable[[str], Iterable[Value]] = field(compare=False)
    tokens: Callable[[str], Iterable[bytes]] = field(compare=False)
    is_erased: Callable[[str], bool] = field(compare=False)
    check: Callable[[str, Actor], None] = field(compare=False)
    finish: Callable[[str, Actor, str], None] = field(compare=False)


SUBJECT_KINDS: Registry[SubjectKind] = Registry("subject kinds", lambda item: item.code)


@dataclass(frozen=True, slots=True)
class SubjectPart:
    """What one app keeps about subjects: ``erase`` answers what went (counts), ``read`` hands it out."""

    code: str
    label: StrOrPromise
    erase: Callable[[str, str, Sequence[Value]], dict[str, int]] | None = field(default=None, compare=False)
    read: Callable[[str, str], Iterable[Section]] | None = field(default=None, compare=False)


SUBJECT_PARTS: Registry[SubjectPart] = Registry("subject parts", lambda item: item.code)
