"""The local number of returns and the re-entry curve, as the cost simulator takes them. Only what may be shared can be taken."""

from dataclasses import dataclass

from framework.outcomes.suppression import POINT_NAMES, Sharable
from framework.outcomes.views import uk

MONTHS = {"3_months": 3, "1_year": 12, "2_years": 24, "5_years": 60}
"""The points of the curve, in the months of the simulator's own curve."""


class NothingToTake(ValueError):
    """The numbers are too small, or too few years are known; the message says which."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Fields of the cost simulator by their names, as text, and where they come from."""

    fields: dict[str, str]
    source: str


def take(shown: Sharable) -> Taken:
    """The latest year's returns, and the curve at the points that are shown, with the range of its last. Raises NothingToTake."""
    if shown.exact:
        raise NothingToTake("Exact numbers stay on the analyst's own screen; take the ones that may be shared.")
    years = shown.years.groups
    children = years[-1].returns if years else None
    if not children:
        raise NothingToTake(
            "The number of returns home in the latest year is hidden or 0, so there is nothing to take."
        )
    points = {point.name: point for point in shown.points}
    known = [(months, points[name]) for name, months in MONTHS.items() if points[name].estimate is not None]
    if points["1_year"].estimate is None or not known[-1][1].estimate:
        raise NothingToTake(
            "The share that comes back within a year is hidden or not known, so there is no curve to take."
        )
    last = known[-1][1]
    rate = last.estimate or 0
    fields = {
        "children": str(children),
        "rate": str(rate),
        # Returns say nothing of what support achieves: without this the simulator would take the published example's effect.
        "kept": "unknown",
        "curve": "own",
        "own_curve": ", ".join(str(point.estimate) for _, point in known),
        "own_months": ", ".join(str(months) for months, _ in known),
    }
    if last.low is not None and last.high is not None:
        fields["rate_range"] = f"{_off(last.low, rate)},{_off(last.high, rate)}"
    taken = [name for name in ("children", "rate", "own_curve", "rate_range") if name in fields]
    fields["taken"] = " ".join((shown.extract, *taken))
    return Taken(
        fields,
        f"Returns home in {years[-1].name}, to the nearest 5, and the share back after {_and([POINT_NAMES[point.name] for _, point in known])}, "
        f"with its interval of 95%, counted up to {uk(shown.extract)}. The scenario keeps this source, also where it is saved.",
    )


def _and(words: list[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _off(end: int, rate: int) -> int:
    """How far an end of the interval lies from the estimate, in per cent of it."""
    return max(-100, min(100, round(100 * (end - rate) / rate)))
