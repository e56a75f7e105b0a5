"""Reads a mapping from TOML and checks every part of it, so that mistakes are told before the first row is read."""

from __future__ import annotations

import tomllib
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kefu.areas.calls.engine.rows import conditions
from kefu.areas.calls.engine.rows.mapping import (
    CALLER_KINDS,
    CONTACT,
    DATE_PATTERNS,
    DURATION_ROLES,
    FIELDS,
    IGNORED,
    INSTANT_FORMATS,
    INSTANT_ROLES,
    OUTCOMES,
    UNITS,
    Check,
    Duration,
    Field,
    Instant,
    Mapping,
    MappingError,
    Reading,
    Rule,
)


def parse_mapping(source: str | dict[str, Any]) -> Mapping:
    """The mapping written in ``source`` (TOML text, or the document of one); raises ``MappingError``."""
    if isinstance(source, str):
        try:
            document = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(f"not valid TOML: {error}") from None
    else:
        document = source
    return _Document(document).read()


class _Document:
    """Walks the document once and complains with the path of the place."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def read(self) -> Mapping:
        top = self.document
        self._only(
            top,
            "mapping",
            {"title", "time_zone", "key", "call_prefix", "stamp", "read", "instants", "durations", "fields", "checks",
             "rules", "notes"},
        )  # fmt: skip
        zone = str(top.get("time_zone", "Asia/Shanghai"))
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise MappingError(f"time_zone: there is no zone {zone!r}") from None
        instants = self._instants(top.get("instants", {}))
        durations = self._durations(top.get("durations", {}), instants)
        fields = self._fields(top.get("fields", {}))
        names = frozenset({f"@{n}" for n in (*instants, *durations)} | {f"${n}" for n in fields})
        key = self._words(top.get("key"), "key")
        if not key:
            raise MappingError("key: name the column or columns that identify a row")
        stamp = self._words(top.get("stamp"), "stamp") or tuple(n for n, one in instants.items() if not one.after)
        if len(stamp) > 1 and not top.get("stamp"):
            raise MappingError(f"stamp: say which instant is when the row happened ({', '.join(stamp)})")
        for name in stamp:
            if name not in instants:
                raise MappingError(f"stamp: there is no instant {name!r}")
        return Mapping(
            title=str(top.get("title", "")),
            time_zone=zone,
            key=key,
            call_prefix=str(top.get("call_prefix", "")),
            stamp=stamp,
            reading=self._reading(top.get("read", {})),
            instants=instants,
            durations=durations,
            fields=fields,
            checks=tuple(self._check(c, n, instants, names) for n, c in enumerate(top.get("checks", []), 1)),
            rules=self._rules(top.get("rules", []), instants, durations, fields, names),
            document=top,
        )

    def _instants(self, table: dict[str, Any]) -> dict[str, Instant]:
        if not table:
            raise MappingError("instants: at least one is needed, to know when a row happened")
        found: dict[str, Instant] = {}
        for name, spec in self._ordered(table, "instants", "after"):
            place = f"instants.{name}"
            self._only(
                spec, place,
                {"column", "format", "date", "patterns", "date_patterns", "after", "blank_when", "required"},
            )  # fmt: skip
            form = spec.get("format", "datetime")
            if form not in INSTANT_FORMATS:
                raise MappingError(f"{place}.format: {form!r} is none of {', '.join(INSTANT_FORMATS)}")
            if "column" not in spec:
                raise MappingError(f"{place}: column is missing")
            if (blank := spec.get("blank_when")) is not None:
                self._condition(blank, frozenset(), f"{place}.blank_when")
            after = spec.get("after", "")
            if form == "time" and not (spec.get("date") or after):
                raise MappingError(f"{place}: a time of day wants a date column, or after = another instant")
            found[name] = Instant(
                name=name,
                column=spec["column"],
                format=form,
                date=spec.get("date", ""),
                patterns=self._words(spec.get("patterns"), f"{place}.patterns"),
                date_patterns=self._words(spec.get("date_patterns"), place) or DATE_PATTERNS,
                after=after,
                blank_when=None if blank is None else conditions.Condition(blank),
                required=bool(spec.get("required", False)),
            )
        return found

    def _durations(self, table: dict[str, Any], instants: dict[str, Instant]) -> dict[str, Duration]:
        found = {}
        for name, spec in self._ordered(table, "durations", "minus"):
            place = f"durations.{name}"
            self._only(spec, place, {"column", "unit", "from", "to", "minus", "tolerance"})
            if name in instants:
                raise MappingError(f"{place}: an instant has that name already")
            if spec.get("unit", "seconds") not in UNITS:
                raise MappingError(f"{place}.unit: {spec['unit']!r} is none of {', '.join(UNITS)}")
            for side in ("from", "to"):
                if side in spec and spec[side] not in instants:
                    raise MappingError(f"{place}.{side}: there is no instant {spec[side]!r}")
            if not spec.get("column") and not ("from" in spec and "to" in spec):
                raise MappingError(f"{place}: give a column, or both from and to")
            found[name] = Duration(
                name=name,
                column=spec.get("column", ""),
                unit=spec.get("unit", "seconds"),
                start=spec.get("from", ""),
                end=spec.get("to", ""),
                minus=spec.get("minus", ""),
                tolerance=float(spec.get("tolerance", 1)),
            )
        return found

    def _fields(self, table: dict[str, Any]) -> dict[str, Field]:
        found = {}
        for name, spec in sorted(table.items()):
            place = f"fields.{name}"
            if name not in FIELDS:
                raise MappingError(f"{place}: there is no such field (there are {', '.join(FIELDS)})")
            self._only(
                spec, place,
                {"column", "columns", "join", "constant", "prefix", "values", "default", "strict", "blank", "kind"},
            )  # fmt: skip
            names = self._words(spec.get("columns") or spec.get("column"), place)
            if bool(names) == ("constant" in spec):
                raise MappingError(f"{place}: give either column(s) or a constant")
            if spec.get("kind", "phone") not in CALLER_KINDS:
                raise MappingError(f"{place}.kind: {spec['kind']!r} is none of {', '.join(CALLER_KINDS)}")
            values = spec.get("values")
            found[name] = Field(
                name=name,
                columns=names,
                join=str(spec.get("join", "-")),
                constant=str(spec.get("constant", "")),
                prefix=str(spec.get("prefix", "")),
                values=None if values is None else {str(k): str(v) for k, v in values.items()},
                default=None if "default" not in spec else str(spec["default"]),
                strict=bool(spec.get("strict", False)),
                blank=self._words(spec.get("blank"), place),
                kind=spec.get("kind", "phone"),
            )
        if "queue" not in found:
            raise MappingError("fields.queue: say from which column the queue comes, or give a constant")
        return found

    def _check(self, spec: dict[str, Any], number: int, instants: dict[str, Instant], names: frozenset[str]) -> Check:
        place = f"checks[{number}]"
        self._only(spec, place, {"code", "reason", "when", "earlier", "later", "at_least", "at_most"})
        if not spec.get("code"):
            raise MappingError(f"{place}: code is missing")
        pair = [spec[side] for side in ("earlier", "later") if side in spec]
        if len(pair) == 1 or any(name not in instants for name in pair):
            raise MappingError(f"{place}: earlier and later must both name an instant")
        if not pair and not spec.get("when"):
            raise MappingError(f"{place}: give when, or earlier and later")
        if pair and "at_least" not in spec and "at_most" not in spec:
            raise MappingError(f"{place}: give at_least or at_most (seconds from earlier to later)")
        self._condition(spec.get("when", {}), names, f"{place}.when")
        return Check(
            code=str(spec["code"])[:40],
            reason=str(spec.get("reason", "")),
            when=conditions.Condition(spec.get("when", {})),
            earlier=spec.get("earlier", ""),
            later=spec.get("later", ""),
            at_least=spec.get("at_least"),
            at_most=spec.get("at_most"),
        )

    def _rules(
        self,
        specs: list[dict[str, Any]],
        instants: dict[str, Instant],
        durations: dict[str, Duration],
        fields: dict[str, Field],
        names: frozenset[str],
    ) -> tuple[Rule, ...]:
        if not specs:
            raise MappingError("rules: at least one is needed, to know what a row means")
        found = []
        for number, spec in enumerate(specs, 1):
            place = f"rules[{number}]"
            self._only(
                spec, place,
                {"name", "when", "outcome", "require", "transferred", *DURATION_ROLES, *INSTANT_ROLES},
            )  # fmt: skip
            outcome = spec.get("outcome")
            if outcome not in (*OUTCOMES, CONTACT, IGNORED):
                raise MappingError(
                    f"{place}.outcome: {outcome!r} is none of {', '.join((*OUTCOMES, CONTACT, IGNORED))}"
                )
            self._condition(spec.get("when", {}), names, f"{place}.when")
            roles = {role: spec[role] for role in DURATION_ROLES if role in spec}
            for role, name in roles.items():
                if name not in durations:
                    raise MappingError(f"{place}.{role}: there is no duration {name!r}")
            moments = {role: self._words(spec[role], f"{place}.{role}") for role in INSTANT_ROLES if role in spec}
            for role, choice in moments.items():
                for name in choice:
                    if name not in instants:
                        raise MappingError(f"{place}.{role}: there is no instant {name!r}")
            if outcome in OUTCOMES and "entered" not in moments:
                raise MappingError(f"{place}.entered: say which instant is the entry into the queue")
            require = self._words(spec.get("require"), f"{place}.require")
            for name in require:
                if name not in fields and name not in durations and name not in instants:
                    raise MappingError(f"{place}.require: {name!r} is neither a field, a duration nor an instant")
            found.append(
                Rule(
                    name=str(spec.get("name", outcome)),
                    when=conditions.Condition(spec.get("when", {})),
                    outcome=outcome,
                    durations=roles,
                    instants=moments,
                    require=require,
                    transferred=bool(spec.get("transferred", False)),
                )
            )
        return tuple(found)

    def _reading(self, spec: dict[str, Any]) -> Reading:
        self._only(spec, "read", {"encoding", "delimiter", "sheet", "header_row", "columns"})
        return Reading(
            encoding=spec.get("encoding", ""),
            delimiter=spec.get("delimiter", ""),
            sheet=spec.get("sheet", ""),
            header_row=int(spec.get("header_row", 1)),
            columns=self._words(spec.get("columns"), "read.columns"),
        )

    def _ordered(self, table: dict[str, Any], place: str, link: str) -> list[tuple[str, dict[str, Any]]]:
        """The entries by name, each behind the one it refers to: a database does not keep the order of a table."""
        if not isinstance(table, dict):
            raise MappingError(f"{place}: a table is wanted")
        ordered: dict[str, dict[str, Any]] = {}
        waiting = dict(sorted(table.items()))
        while waiting:
            ready = {
                name: spec
                for name, spec in waiting.items()
                if not isinstance(spec, dict) or not spec.get(link) or spec[link] in ordered
            }
            if not ready:
                name, spec = next(iter(waiting.items()))
                raise MappingError(f"{place}.{name}.{link}: {spec[link]!r} does not exist, or leads back to {name!r}")
            ordered |= ready
            waiting = {name: spec for name, spec in waiting.items() if name not in ready}
        return list(ordered.items())

    def _condition(self, condition: Any, names: frozenset[str], place: str) -> None:
        try:
            conditions.check(condition, names)
        except conditions.ConditionError as error:
            raise MappingError(f"{place}: {error}") from None

    def _words(self, value: Any, place: str) -> tuple[str, ...]:
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise MappingError(f"{place}: a text or a list of texts is wanted")

    def _only(self, table: Any, place: str, allowed: set[str]) -> None:
        if not isinstance(table, dict):
            raise MappingError(f"{place}: a table is wanted")
        unknown = sorted(set(table) - allowed)
        if unknown:
            raise MappingError(
                f"{place}: {', '.join(unknown)} is not known here (there are {', '.join(sorted(allowed))})"
            )
