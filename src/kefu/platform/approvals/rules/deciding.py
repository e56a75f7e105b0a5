"""Who may sit on a step, in whose name somebody may decide, and what the seats amount to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kefu.platform.approvals.choices import Mode, SeatState, StepState


def barred_from(concerned: Iterable[int | None], alike: Mapping[int, Collection[int]]) -> frozenset[int]:
    """Those who must not decide: the requester and the subject, and whoever counts as one person with either.

    ``alike`` says for each of them who stands in for them and for whom they stand in.
    """
    people = {person for person in concerned if person is not None}
    return frozenset(people.union(*(alike.get(person, ()) for person in people)))


def seats_of(
    person: int, principals: Sequence[int], acts_for: Collection[int], barred: Collection[int]
) -> tuple[int, ...]:
    """The principals in whose name ``person`` may decide, their own name first; none for whoever is barred."""
    if person in barred:
        return ()
    open_seats = [principal for principal in principals if principal not in barred]
    return tuple(p for p in open_seats if p == person) + tuple(p for p in open_seats if p != person and p in acts_for)


def outcome_of(mode: Mode, seats: Iterable[SeatState]) -> StepState:
    """How a step stands with its seats: one word against it ends it; those who have left do not count."""
    states = [state for state in seats if state not in (SeatState.LEFT, SeatState.SPARED)]
    if SeatState.DECLINED in states:
        return StepState.DECLINED
    if SeatState.RETURNED in states:
        return StepState.RETURNED
    approved = states.count(SeatState.APPROVED)
    if approved and (mode is Mode.ANY or approved == len(states)):
        return StepState.APPROVED
    return StepState.WAITING
