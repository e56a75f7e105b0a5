"""Figures that give the simulated centre a real shape. Only figures: no record of any data set is kept here.

Fitted from public research data of the Technion ("Anonymous Bank", Guedj and Mandelbaum: calls of January 1999 and
arrivals of January to October 1999) and of a large North American bank (Weinberg, Brown and Stroud 2007). What they
cannot tell about a Chinese hotline (weekends, opening hours of the specialist queues) is our assumption and says so.
"""

from __future__ import annotations

import numpy as np

QUARTERS = 96

RESIDENT_HOURS = (
    0.35, 0.14, 0.07, 0.04, 0.03, 0.07, 0.40, 2.72, 5.78, 7.67, 8.82, 7.74,
    6.94, 7.34, 7.69, 7.61, 7.58, 6.12, 5.12, 4.10, 3.76, 3.84, 3.42, 2.67,
)  # fmt: skip
"""Per cent of a working day's calls in each hour (1999 arrivals, Sunday to Thursday): peaks at 10 and at 14 to 16."""

BUSINESS_HOURS = (
    (0.0,) * 8 + (6.2, 11.9, 13.1, 11.6, 7.4, 9.1, 11.7, 11.2, 9.4, 5.6, 1.6, 1.2) + (0.0,) * 4
)  # fmt: skip
"""Per cent per hour for queues open 08:00 to 20:00 (2003 weekday arrivals, with a Chinese lunch hour)."""

WEEKDAYS = (1.128, 1.000, 0.942, 0.948, 0.982, 0.80, 0.66)
"""Volume by weekday, Monday first: Monday to Friday from the 2003 data, the weekend is our assumption."""

BUSINESS_WEEKDAYS = (1.16, 1.03, 0.98, 0.98, 1.00, 0.34, 0.22)
"""The same for queues that mostly businesses call (our assumption)."""

DAY_TO_DAY_SD = 0.058
"""Standard deviation of a day's volume around its weekday's mean, as a share (2003 data)."""

TALK_LOG_SD = 0.86
"""Standard deviation of the logarithm of talking time (1999, regular calls of ten seconds and more)."""

PATIENCE_SHAPE = 0.94
PATIENCE_SCALE_SECONDS = 408.0
"""Weibull patience, censored maximum likelihood over the 16,905 queued calls of January 1999."""

FREE_CALL_PATIENCE = 1.6
"""How much longer callers of a free hotline wait than those of the bank (our assumption; the shape is kept)."""


def quarter_weights(hours: tuple[float, ...]) -> np.ndarray:
    """The share of a day's calls in each of the 96 quarters: the hours, joined by straight lines, kept in their sums.

    A closed hour stays closed: smoothing never carries calls across its edge.
    """
    hourly = np.asarray(hours, dtype=float)
    mids = np.arange(24) * 4 + 1.5
    smooth = np.interp(np.arange(QUARTERS), mids, hourly).reshape(24, 4)
    smooth[hourly == 0] = 0.0
    sums = smooth.sum(axis=1)
    open_hours = sums > 0
    smooth[open_hours] *= (hourly[open_hours] / sums[open_hours])[:, None]
    return (smooth / hourly.sum()).ravel()
