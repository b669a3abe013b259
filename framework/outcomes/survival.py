"""Re-entry over time: the Kaplan–Meier estimate with log-log intervals, and the log-rank test.

Kaplan and Meier 1958; Greenwood's variance with the complementary log-log transform as in Kalbfleisch and Prentice 1980; the log-rank
test of several groups as in Collett 2015, section 2.6. The tests hold all of it against `scipy.stats` (`ecdf`, `logrank`), which is not
imported here: loading it takes longer than reading and counting a million rows.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framework.outcomes.periods import Mask
from framework.outcomes.rows import EMPTY, OPEN, Ints

POINTS = {"3_months": 91, "1_year": 365, "2_years": 730, "5_years": 1826}
"""Days after the return home at which the re-entry rate is given."""
NORMAL_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class FollowUp:
    """For each return: how many days it was followed, and whether it ended in a re-entry."""

    days: Ints
    back: Mask
    could: Ints
    """How many days it could have been followed, had the child not come back."""

    def take(self, which: Mask) -> "FollowUp":
        return FollowUp(self.days[which], self.back[which], self.could[which])


@dataclass(frozen=True, slots=True)
class Rate:
    """The share that is back by a point in time. Shares are of 1; `low` and `high` are None where no interval exists, and `why` says why."""

    estimate: float
    low: float | None
    high: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that is back, step by step: from `days[i]` on it is `share[i]`."""

    days: tuple[int, ...]
    share: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    longest: int
    """The longest follow-up; nothing can be said past it."""


def follow_up(on: Ints, back: Ints, eighteenth: Ints, extract: int) -> FollowUp:
    """Each return followed to the re-entry, the extract date or the 18th birthday, whichever comes first.

    A birthday that is not known (EMPTY) does not end it. What happens on the last day itself has happened.
    """
    until = np.minimum(np.where(eighteenth == EMPTY, OPEN, eighteenth), extract)
    event = back <= until
    days = np.maximum(np.where(event, back, until) - on, 0)
    return FollowUp(days.astype(np.int32), event & (back < OPEN), np.maximum(until - on, 0).astype(np.int32))


def rates(followed: FollowUp) -> dict[str, Rate | None]:
    """The re-entry rate at each point in time; None past the longest follow-up, and where there is no return."""
    if not len(followed.days):
        return dict.fromkeys(POINTS)
    made = curve(followed)
    return {name: rate_at(made, followed, days) for name, days in POINTS.items()}


class Reached(NamedTuple):
    """How many had come back by a point in time, and how many were still followed there and had not."""

    back: int
    still: int


def reached(followed: FollowUp) -> dict[str, Reached]:
    """The children behind each point of the curve, by its name."""
    found = {}
    for name, days in POINTS.items():
        back = followed.back & (followed.days <= days)
        found[name] = Reached(int(back.sum()), int((~back & (followed.days >= days)).sum()))
    return found


def rate_at(made: Curve, followed: FollowUp, days: int) -> Rate | None:
    """The re-entry rate so many days after the return."""
    if days > made.longest:
        return None
    step = int(np.searchsorted(made.days, days, side="right")) - 1
    if step < 0:
        why = (
            "Nobody came back in the time that these returns were followed."
            if not followed.back.any()
            else "Nobody had come back by then."
        )
        return Rate(0.0, None, None, why)
    low, high = made.low[step], made.high[step]
    why = "Everybody who was still followed had come back." if low is None or high is None else ""
    return Rate(made.share[step], low, high, why)


def curve(followed: FollowUp) -> Curve:
    """The Kaplan–Meier estimate of the share that is back, with its interval of 95%."""
    longest = int(followed.days.max(initial=0))
    if not followed.back.any():
        return Curve((), (), (), (), longest)
    came = np.bincount(followed.days[followed.back])
    steps = np.flatnonzero(came)
    events, at_risk = came[steps], _at_risk(followed.days, longest + 1)[steps]
    home = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):  # at 0 and 1 there is no interval
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        middle, width = np.log(-np.log(home)), NORMAL_95 * np.sqrt(greenwood) / np.abs(np.log(home))
        # The interval of the share that is back is that of the share at home, turned round.
        low, high = 1 - np.exp(-np.exp(middle - width)), 1 - np.exp(-np.exp(middle + width))
    exists = np.isfinite(low) & np.isfinite(high) & (home > 0)
    return Curve(
        tuple(steps.tolist()),
        tuple((1 - home).tolist()),
        tuple(value if there else None for value, there in zip(low.tolist(), exists.tolist(), strict=True)),
        tuple(value if there else None for value, there in zip(high.tolist(), exists.tolist(), strict=True)),
        longest,
    )


# ── Groups ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def log_rank(groups: Sequence[FollowUp]) -> float | None:
    """The p-value of the log-rank test that all groups come back alike; None where it cannot be made (one group, or nobody back)."""
    groups = [group for group in groups if len(group.days)]
    if len(groups) < 2 or not any(group.back.any() for group in groups):
        return None
    length = 1 + max(int(group.days.max()) for group in groups)
    came = np.array([np.bincount(group.days[group.back], minlength=length) for group in groups], float)
    times = np.flatnonzero(came.sum(0))
    at_risk = np.array([_at_risk(group.days, length)[times] for group in groups])
    events = came[:, times]
    whole, all_events = at_risk.sum(0), events.sum(0)
    expected = all_events * at_risk / whole
    spread = all_events * (whole - all_events) / np.maximum(whole - 1, 1)
    shares = at_risk / whole
    covariance = -(shares * spread) @ shares.T
    covariance[np.diag_indices(len(groups))] += (shares * spread).sum(1)
    difference = (events - expected).sum(1)[:-1]
    try:
        statistic = float(difference @ np.linalg.solve(covariance[:-1, :-1], difference))
    except np.linalg.LinAlgError:
        return None
    return chi_squared_tail(max(statistic, 0.0), len(groups) - 1)


def chi_squared_tail(value: float, freedom: int) -> float:
    """How often chance alone gives so large a chi-squared or a larger. Abramowitz and Stegun 1964, 26.4.4 and 26.4.5.

    scipy.special has it, too (`chdtrc`); loading that takes as long as reading the returns of an authority.
    """
    half = value / 2
    if freedom % 2:
        powers = (math.pow(half, step - 0.5) / math.gamma(step + 0.5) for step in range(1, (freedom + 1) // 2))
        return math.erfc(math.sqrt(half)) + math.exp(-half) * sum(powers)
    return math.exp(-half) * sum(math.pow(half, step) / math.factorial(step) for step in range(freedom // 2))


def _at_risk(days: Ints, length: int) -> Floats:
    """How many were still followed at the beginning of each day, from day 0 to `length` - 1."""
    return np.bincount(days, minlength=length)[::-1].cumsum()[::-1].astype(float)
