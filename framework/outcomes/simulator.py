"""The local number of returns and the re-entry curve, as the cost simulator takes them. Only what may be shared can be taken."""

from dataclasses import dataclass

from framework.outcomes.suppression import Sharable
from framework.outcomes.views import uk


class NothingToTake(ValueError):
    """The numbers are too small, or too few years are known; the message says which."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Fields of the cost simulator by their names, as text, and where they come from."""

    fields: dict[str, str]
    source: str


def take(shown: Sharable) -> Taken:
    """The latest year's returns, and the share back by the end of each year with the range of its last point. Raises NothingToTake."""
    if shown.exact:
        raise NothingToTake("Exact numbers stay on the analyst's own screen; take the ones that may be shared.")
    years = shown.years.groups
    children = years[-1].returns if years else None
    if not children:
        raise NothingToTake(
            "The number of returns home in the latest year is hidden or 0, so there is nothing to take."
        )
    points = {point.name: point for point in shown.points}
    known = [points[name] for name in ("1_year", "2_years", "5_years") if points[name].estimate is not None]
    shares = {1: points["1_year"].estimate, 2: points["2_years"].estimate, 5: points["5_years"].estimate}
    if shares[1] is None or not known or not known[-1].estimate:
        raise NothingToTake(
            "The share that comes back within a year is hidden or not known, so there is no curve to take."
        )
    last = known[-1]
    rate = last.estimate or 0
    fields = {"children": str(children), "rate": str(rate), "curve": "own", "own_curve": ", ".join(_by_year(shares))}
    if last.low is not None and last.high is not None:
        fields["rate_range"] = f"{_off(last.low, rate)},{_off(last.high, rate)}"
    return Taken(
        fields,
        f"From the authority's own SSDA903 returns up to {uk(shown.extract)}: returns home in {years[-1].name} to the nearest 5. "
        f"The share that came back is the Kaplan–Meier estimate, with its interval of 95%.",
    )


def _by_year(shares: dict[int, int | None]) -> list[str]:
    """The share back by the end of each year; between two years and five along a straight line."""
    found = [share for year in (1, 2) if (share := shares[year]) is not None]
    five = shares[5]
    if five is not None and len(found) == 2:
        found += [round(found[1] + (five - found[1]) * step / 3) for step in (1, 2, 3)]
    return [str(share) for share in found]


def _off(end: int, rate: int) -> int:
    """How far an end of the interval lies from the estimate, in per cent of it."""
    return max(-100, min(100, round(100 * (end - rate) / rate)))
