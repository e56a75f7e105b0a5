"""Opening hours as people write them: ``09:00-12:00, 13:30-18:00``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from kefu.kernel.errors import InvalidInput
from kefu.platform.calendars.rules import Period

_PERIOD = re.compile(r"^(\d{1,2})[::](\d{2})\s*[-–—~至]\s*(\d{1,2})[::](\d{2})$")


def read(text: str, *, field: str) -> list[Period]:
    """The periods in ``text``, separated by comma, semicolon or 、; empty text means closed."""
    found: list[Period] = []
    for part in re.split(r"[,,;;、\n]+", text):
        part = part.strip()
        if not part:
            continue
        match = _PERIOD.match(part)
        if match is None:
            raise InvalidInput(
                _("“%(part)s”不是时段，请写成 09:00-12:00，多个时段用逗号分开。") % {"part": part[:40]}, field=field
            )
        opens = int(match[1]) * 60 + int(match[2])
        closes = int(match[3]) * 60 + int(match[4])
        if int(match[2]) > 59 or int(match[4]) > 59 or closes > 1440 or opens >= closes:
            raise InvalidInput(
                _("“%(part)s”不对：时段须在 00:00 到 24:00 之间，且开始早于结束。") % {"part": part[:40]}, field=field
            )
        found.append((opens, closes))
    return found


def write(periods: Sequence[Sequence[int]]) -> str:
    """``09:00-12:00, 13:30-18:00``; empty when there is none."""
    return ", ".join(
        f"{o // 60:02d}:{o % 60:02d}-{c // 60:02d}:{c % 60:02d}" for o, c in sorted(tuple(p) for p in periods)
    )
