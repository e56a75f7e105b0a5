"""The demonstration centre: people, then their calls; and what keeps it going."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from kefu.areas.calls import demo as calls
from kefu.areas.calls.cli.simulate import DEFAULT_LOG
from kefu.areas.calls.engine.simulation.sample import POOLS, SEED, sample_centre
from kefu.areas.people import demo as people
from kefu.kernel import clock

LOGINS = people.LOGINS
PROCESSES: dict[str, list[str]] = {
    "simulator": ["simulate"],
    "connector": ["connect", calls.SOURCE],
}
"""Process → words after ``kefu``: the simulated telephone system, and what listens to it."""

SITES = {"east": "城东职场", "west": "城西职场"}


def hands() -> calls.Hands:
    """The processes that will do most of the work; they begin at once, without the database."""
    return calls.hands(clock.now(), settings.TIME_ZONE)


def build(progress: Callable[[int, int, str], None], hands: calls.Hands) -> None:
    """Fill an empty, migrated database with the whole centre up to now."""
    now, tz = clock.now(), settings.TIME_ZONE
    centre = sample_centre()
    built = people.build(
        teams=[
            people.TeamPlan(pool.code, name, pool.site, pool.agents)
            for pool, (_code, name, *_rest) in zip(centre.pools, POOLS, strict=True)
        ],
        sites=SITES,
        today=clock.local_date(now, tz),
        seed=SEED,
        progress=lambda text: progress(0, calls.TOTAL, text),
    )
    calls.build(
        nodes={site: built.units[site].node for site in SITES},
        now=now,
        tz=tz,
        log=Path(settings.HOME) / DEFAULT_LOG,
        hands=hands,
        progress=progress,
    )
