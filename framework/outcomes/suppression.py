"""What may leave the analyst's screen: counts to the nearest 5, small ones hidden, so that what is published together gives none away.

A table is published as a whole or not at all. In each of its columns:

1. 1 to 5 is hidden; so is a total of 1 to 5.
2. Where what is shown would still pin a hidden number, another cell is hidden with it, the smallest first. This is checked as if the exact
   total were known.
3. What is shown is rounded to the nearest 5; 0 stays 0.

Rates of groups are those of the rounded numbers, so that they say nothing more. The curve of all returns is given at four points only, in
whole per cent; of fewer than 200 returns these are nearly counts. So a point is hidden where 1 to 5 had come back since the last point
that is shown, or where 5 or fewer were still followed and had not come back.

Source: the Government Statistical Service, "Disclosure control for tables produced from administrative sources" (thresholds, secondary
suppression, rounding); the Department rounds its own tables on these children to the nearest 5 or 10.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from framework.outcomes import survival
from framework.outcomes.answers import HOME, Answers, Counted
from framework.outcomes.survival import Rate

SMALL = 5
NEAREST = 5
LEAST_RANGE = 2
"""How far apart the least and the most must lie that a hidden number could be."""
HIDDEN, NOT_YET = "hidden", "not yet known"
Shown = int | None
"""A published count; None where it is hidden."""


@dataclass(frozen=True, slots=True)
class Group:
    """One row of a published table."""

    name: str
    returns: Shown
    followed: Shown
    back: Shown

    @property
    def rate(self) -> float | None:
        """The share of the followed that were back within a year, of the rounded numbers."""
        return self.back / self.followed if self.back is not None and self.followed else None


@dataclass(frozen=True, slots=True)
class Published:
    """A table that may be shared. `groups` is empty where the numbers are too small for any of it."""

    title: str
    groups: tuple[Group, ...]
    total: Group


@dataclass(frozen=True, slots=True)
class Point:
    """The re-entry rate of all returns at one point, in whole per cent; None where it is hidden or not known."""

    name: str
    estimate: int | None
    low: int | None
    high: int | None
    known: bool = True
    """False where no return was followed so long; an estimate of None is then not hidden."""
    why: str = ""
    """Why there is no interval around the estimate, as a sentence."""


@dataclass(frozen=True, slots=True)
class Sharable:
    """All that may be exported, saved, linked or reported of one set of files."""

    extract: str
    returns: Shown
    points: tuple[Point, ...]
    years: Published
    breakdowns: Mapping[str, Published]
    exits: tuple[tuple[str, Shown], ...]
    under_order: tuple[tuple[str, Shown], ...]
    before_these_files: Shown
    already_at_home: Shown
    """Of the returns home, those of children who lived with their parents under the order already."""
    exact: bool = False
    """Whether nothing is hidden: for the analyst's own screen, never for a file."""


def sharable(found: Answers) -> Sharable:
    """The answers with small numbers hidden."""
    total = Counted("All returns home", found.returns, found.followed, found.back, found.rates, found.curve)
    years = [Counted(year.label, year.returns, year.followed, year.back, {}, found.curve) for year in found.years]
    held = found.under_order.total - found.under_order.broken_down
    return Sharable(
        extract=found.extract.isoformat(),
        returns=whole(found.returns),
        points=_points(found),
        years=_published("Year of the return", years, total),
        breakdowns={name: _published(one.title, one.groups, total) for name, one in found.breakdowns.items()},
        # Whoever returned home is counted above as well, and so is known however it is shown here.
        exits=_named(tuple(found.exits.items()), known=(HOME,)),
        under_order=_named((("held so far", held), ("broke down", found.under_order.broken_down))),
        before_these_files=whole(found.under_order.before_these_files),
        already_at_home=whole(found.under_order.already_at_home),
    )


def exact(found: Answers) -> Sharable:
    """The same with nothing hidden and nothing rounded, for the analyst's own screen."""
    total = Group("All returns home", found.returns, found.followed, found.back)
    return Sharable(
        extract=found.extract.isoformat(),
        returns=found.returns,
        points=tuple(_point(name, rate) for name, rate in found.rates.items()),
        years=Published(
            "Year of the return", tuple(Group(y.label, y.returns, y.followed, y.back) for y in found.years), total
        ),
        breakdowns={
            name: Published(one.title, tuple(Group(g.name, g.returns, g.followed, g.back) for g in one.groups), total)
            for name, one in found.breakdowns.items()
        },
        exits=tuple(found.exits.items()),
        under_order=(
            ("held so far", found.under_order.total - found.under_order.broken_down),
            ("broke down", found.under_order.broken_down),
        ),
        before_these_files=found.under_order.before_these_files,
        already_at_home=found.under_order.already_at_home,
        exact=True,
    )


def whole(count: int) -> Shown:
    """A count that stands alone: hidden from 1 to 5, otherwise to the nearest 5."""
    return None if 0 < count <= SMALL else NEAREST * round(count / NEAREST)


def _published(title: str, groups: Sequence[Counted], total: Counted) -> Published:
    columns = [column([getattr(group, name) for group in groups]) for name in ("returns", "followed", "back")]
    all_returns = Group("All returns home", whole(total.returns), whole(total.followed), whole(total.back))
    if any(shown is None for shown in columns):
        return Published(title, (), all_returns)
    rows = zip(groups, *[shown or () for shown in columns], strict=True)
    return Published(title, tuple(Group(group.name, *cells) for group, *cells in rows), all_returns)


def _named(counts: Sequence[tuple[str, int]], known: Collection[str] = ()) -> tuple[tuple[str, Shown], ...]:
    shown = column([count for _, count in counts], {place for place, (name, _) in enumerate(counts) if name in known})
    if shown is None:
        return tuple((name, None) for name, _ in counts)
    return tuple((name, cell) for (name, _), cell in zip(counts, shown, strict=True))


# ── One column ───────────────────────────────────────────────────────────────────────────────────────────────────────


def column(counts: Sequence[int], known: Collection[int] = ()) -> list[Shown] | None:
    """The counts of groups that make up a total, as they may be published; None where none of them may be.

    Example: 40, 3, 20 → 40, hidden, hidden: with 20 shown, 3 would be the total less the others. `known` are the places of counts
    that are published elsewhere, too: to hide one of them would hide nothing.
    """
    hidden = {place for place, count in enumerate(counts) if 0 < count <= SMALL}
    small = set(hidden)
    if small:
        while any(most - least < LEAST_RANGE for least, most in _ranges(counts, hidden, small)):
            # A 0 is hidden last: that it is none says the least about anybody.
            left = sorted(
                (place for place in range(len(counts)) if place not in hidden and place not in known),
                key=lambda p: (counts[p] == 0, counts[p]),
            )
            if not left:
                return None
            hidden.add(left[0])
    return [None if place in hidden else NEAREST * round(count / NEAREST) for place, count in enumerate(counts)]


def _ranges(counts: Sequence[int], hidden: set[int], small: set[int]) -> list[tuple[int, int]]:
    """The least and the most that each small number could be, for somebody who knows the exact total, and these rules.

    The others that are shown are taken as exactly known, too, which is more than rounding gives away.
    """
    rest = sum(counts[place] for place in hidden)
    known = {place: (1, SMALL) if place in small else (0, rest) for place in hidden}
    found = []
    for place in small:
        others = [known[other] for other in hidden if other != place]
        least = max(1, rest - sum(high for _, high in others))
        most = min(SMALL, rest - sum(low for low, _ in others))
        found.append((least, most))
    return found


# ── The curve ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _points(found: Answers) -> tuple[Point, ...]:
    points, last = [], 0
    for name, rate in found.rates.items():
        back, still = found.reached[name]
        if rate is not None and (0 < back - last <= SMALL or still <= SMALL):
            points.append(Point(name, None, None, None))
            continue
        points.append(_point(name, rate))
        last = back
    return tuple(points)


def _point(name: str, rate: Rate | None) -> Point:
    if rate is None:
        return Point(name, None, None, None, known=False)
    return Point(name, _percent(rate.estimate), _percent(rate.low), _percent(rate.high), why=rate.why)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


POINT_NAMES = {"3_months": "3 months", "1_year": "1 year", "2_years": "2 years", "5_years": "5 years"}
assert tuple(POINT_NAMES) == tuple(survival.POINTS)


def said(count: Shown) -> str:
    """A published count for a table."""
    return HIDDEN if count is None else f"{count:,}"


def said_back(group: Group) -> str:
    """How many of a group came back within a year."""
    return NOT_YET if group.followed == 0 else said(group.back)


def said_rate(group: Group) -> str:
    """The share of a group that came back within a year."""
    if group.followed == 0:
        return NOT_YET
    return HIDDEN if group.rate is None else f"{100 * group.rate:.0f}%"
