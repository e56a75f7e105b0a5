"""Random but lawful queue logs for property tests: many calls, agents and restarts in few seconds."""

from __future__ import annotations

import random
from collections.abc import Callable

BASE = 1_795_216_000


def lawful_log(seed: int, calls: int = 12, agents: int = 3, *, restart: bool = False) -> list[str]:
    """The lines of a queue log in file order, with non-decreasing time stamps and several lines a second."""
    rng = random.Random(seed)
    timed: list[tuple[float, int, str]] = []
    serial = 0

    def put(at: float, text: str) -> None:
        nonlocal serial
        serial += 1
        timed.append((at, serial, text))

    for number in range(agents):
        agent = f"Agent/{1001 + number}"
        for queue in ("q-a", "q-b"):
            put(rng.random() * 3, f"MANAGER|{queue}|{agent}|ADDMEMBER|")
        for _ in range(rng.randrange(3)):
            start = 3 + rng.random() * 60
            reason = rng.choice(["lunch|12:00", "小休", ""])
            for queue in ("q-a", "q-b"):
                put(start, f"NONE|{queue}|{agent}|PAUSE|{reason}")
                put(start + 5 + rng.random() * 9, f"NONE|{queue}|{agent}|UNPAUSE|")
        if rng.random() < 0.5:
            for queue in ("q-a", "q-b"):
                put(70 + rng.random() * 20, f"MANAGER|{queue}|{agent}|REMOVEMEMBER|")
    for number in range(calls):
        _play_call(rng, put, f"pbx-{BASE + number}.{number}", agents)
    if restart:
        put(40 + rng.random() * 10, "NONE|NONE|NONE|QUEUESTART|")
    timed.sort(key=lambda entry: entry[:2])
    return [f"{BASE + int(at)}|{text}" for at, _n, text in timed]


def _play_call(rng: random.Random, put: Callable[[float, str], None], call: str, agents: int) -> None:
    at = 3 + rng.random() * 60
    queue = rng.choice(["q-a", "q-b"])
    for leg in range(rng.choice([1, 1, 1, 2])):
        put(at, f"{call}|{queue}|NONE|ENTERQUEUE|http://x/?a=1|b=2|1380000{rng.randrange(10000):04}|1|王")
        wait = rng.random() * 12
        agent = f"Agent/{1001 + rng.randrange(agents)}"
        if rng.random() < 0.3:
            put(at + wait * 0.5, f"{call}|{queue}|{agent}|RINGNOANSWER|{int(wait * 300)}")
        how = rng.random()
        if how < 0.3:
            put(at + wait, f"{call}|{queue}|NONE|ABANDON|1|1|{int(wait)}")
            return
        if how < 0.4:
            put(at + wait, f"{call}|{queue}|NONE|EXITWITHTIMEOUT|1|1|{int(wait)}")
            return
        talk = rng.random() * 15
        put(at + wait, f"{call}|{queue}|{agent}|CONNECT|{int(wait)}|x.{leg}|{int(min(wait, 2))}")
        if leg == 0 and rng.random() < 0.3:
            end = f"BLINDTRANSFER|400|ctx|{int(wait)}|{int(talk)}|1"
        else:
            end = f"{rng.choice(['COMPLETECALLER', 'COMPLETEAGENT'])}|{int(wait)}|{int(talk)}|1"
        put(at + wait + talk, f"{call}|{queue}|{agent}|{end}")
        at += wait + talk + rng.random()
        queue = "q-b" if queue == "q-a" or rng.random() < 0.3 else "q-a"
