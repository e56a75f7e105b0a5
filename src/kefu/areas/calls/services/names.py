"""From the names a source uses to queues and agents, by aliases with dates; unknown names make new ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kefu.areas.calls.models import AgentAlias, Disposition, Queue, QueueAlias, Source
from kefu.areas.people import queries as people_queries
from kefu.areas.people import services as people

UNNAMED = "-"
"""The queue of visits whose source names none."""

_Dated = list[tuple[date | None, date | None, int]]


@dataclass(frozen=True, slots=True)
class QueueCard:
    """What the fold needs to know of a queue."""

    id: int
    code: str
    node_id: int | None
    calendar_id: int | None
    target_seconds: int | None


class Names:
    """The queues, agents and teams behind a source's names. ``know`` loads (and makes) what is asked later."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._queues: dict[str, _Dated] = {}
        self._agents: dict[str, _Dated] = {}
        self._teams: dict[int, list[tuple[date, date | None, int]]] = {}
        self.cards: dict[int, QueueCard] = {}
        self._dispositions: dict[str, int] = {}
        self._codes: dict[int, str] = {}

    def know(self, queues: Iterable[str], agents: Iterable[str]) -> None:
        """Have these names ready."""
        self._know_queues({name or UNNAMED for name in queues} - set(self._queues))
        self._know_agents({name for name in agents if name} - set(self._agents))

    def queue(self, name: str, day: date) -> int:
        """The queue behind a name on a day."""
        return _on(self._queues[name or UNNAMED], day)

    def agent(self, name: str, day: date) -> int | None:
        """The agent behind a name on a day; ``None`` for no name."""
        return _on(self._agents[name], day) if name else None

    def is_own_code(self, name: str, day: date) -> bool:
        """Whether the source knows the agent by the agent's own code rather than by an alias."""
        return self._codes.get(_on(self._agents[name], day)) == name[:120]

    def team(self, agent_id: int | None, day: date) -> int | None:
        """The scope node of the unit to which an agent belonged on a day."""
        if agent_id is None:
            return None
        for starts_on, ends_on, node in reversed(self._teams.get(agent_id, [])):
            if starts_on <= day and (ends_on is None or day < ends_on):
                return node
        return None

    def disposition(self, code: str) -> int | None:
        """The disposition that a source names by its code; made when unknown."""
        if not code:
            return None
        if code not in self._dispositions:
            row, _made = Disposition.objects.get_or_create(code=code[:40], defaults={"name": code[:80]})
            self._dispositions[code] = row.pk
        return self._dispositions[code]

    def _know_queues(self, names: set[str]) -> None:
        if not names:
            return
        found = _aliases(QueueAlias.objects.filter(source=self.source, name__in=names), "queue_id")
        missing = sorted(names - {name for name, spans in found.items() if any(s[0] is None for s in spans)})
        if missing:
            codes = {name: name[:80] for name in missing}
            Queue.objects.bulk_create(
                [Queue(code=code, name=code) for code in sorted(set(codes.values()))], ignore_conflicts=True
            )
            ids = dict(Queue.objects.filter(code__in=set(codes.values())).values_list("code", "id"))
            fresh = [name for name in missing if name not in found]
            QueueAlias.objects.bulk_create(
                [QueueAlias(source=self.source, name=name, queue_id=ids[codes[name]]) for name in fresh],
                ignore_conflicts=True,
            )
            for name in missing:
                found.setdefault(name, []).insert(0, (None, None, ids[codes[name]]))
        self._queues.update(found)
        wanted = {span[2] for spans in found.values() for span in spans} - set(self.cards)
        for card in Queue.objects.filter(id__in=wanted).values_list(
            "id", "code", "node_id", "calendar_id", "target_seconds"
        ):
            self.cards[card[0]] = QueueCard(*card)

    def _know_agents(self, names: set[str]) -> None:
        if not names:
            return
        found = _aliases(AgentAlias.objects.filter(source=self.source, name__in=names), "agent_id")
        missing = sorted(names - {name for name, spans in found.items() if any(s[0] is None for s in spans)})
        if missing:
            ids = people.ensure_agents(missing)
            fresh = [name for name in missing if name not in found]
            AgentAlias.objects.bulk_create(
                [AgentAlias(source=self.source, name=name, agent_id=ids[name[:120]]) for name in fresh],
                ignore_conflicts=True,
            )
            for name in missing:
                found.setdefault(name, []).insert(0, (None, None, ids[name[:120]]))
        self._agents.update(found)
        wanted = {span[2] for spans in found.values() for span in spans} - set(self._teams)
        self._teams.update(people_queries.team_history(wanted))
        self._codes.update({person.agent_id: person.code for person in people_queries.agents_by_id(wanted).values()})


def _aliases(rows: object, target: str) -> dict[str, _Dated]:
    found: dict[str, _Dated] = {}
    for name, starts_on, ends_on, key in rows.values_list("name", "starts_on", "ends_on", target):  # type: ignore[attr-defined]
        found.setdefault(name, []).append((starts_on, ends_on, key))
    for spans in found.values():
        spans.sort(key=lambda span: span[0] or date.min)
    return found


def _on(spans: _Dated, day: date) -> int:
    if len(spans) == 1:
        return spans[0][2]
    for starts_on, ends_on, key in reversed(spans):
        if (starts_on is None or starts_on <= day) and (ends_on is None or day < ends_on):
            return key
    return spans[0][2]
