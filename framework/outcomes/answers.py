"""The answers that Annex 2 of the checklist asks for, from what was read. Exact, for the analyst's own screen; see `suppression`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from framework.outcomes import cells, codes, groups, orders, people, periods, survival
from framework.outcomes.episodes import Reading
from framework.outcomes.rows import OPEN, Ints
from framework.outcomes.survival import Curve, FollowUp, Rate, Reached
from framework.outcomes.tables import Unreadable

HOME, CHILD_ARRANGEMENTS = "returned home", "residence or child arrangements order"
NO_RESPONSIBILITY = "to somebody without parental responsibility"
EXITS = {
    HOME: ("E4A", "E4B", "E4"),
    "adopted": ("E11", "E12"),
    "special guardianship": ("E43", "E44", "E45", "E46", "E47", "E48"),
    CHILD_ARRANGEMENTS: ("E41",),
    NO_RESPONSIBILITY: ("E13",),
    "to another authority": ("E3",),
    "into independence or adult care": ("E5", "E6", "E7", "E15", "E17"),
    "custody": ("E9",),
    "remand ended": ("E14",),
    "moved abroad": ("E16",),
    "died": ("E2",),
}
OTHER_EXIT = "another reason, or not known"


@dataclass(frozen=True, slots=True)
class Counted:
    """One group of returns home."""

    name: str
    returns: int
    followed: int
    """Returns that could be followed for a year. Those of the last months cannot, whether or not the child is back already: to count only
    those who are back would make it look as if everybody came back."""
    back: int
    """Of those, the children who came back within a year."""
    rates: Mapping[str, Rate | None]
    curve: Curve


@dataclass(frozen=True, slots=True)
class Breakdown:
    title: str
    groups: tuple[Counted, ...]
    p: float | None
    """Of the log-rank test over the groups that are known."""


@dataclass(frozen=True, slots=True)
class Year:
    """One financial year."""

    label: str
    returns: int
    planned: int
    unplanned: int
    not_known: int
    reentries: int
    """Re-entries in this year, whenever the child had gone home."""
    left: int
    followed: int
    back: int
    """Of the returns of this year, those that were back within a year."""
    one_year: Rate | None
    standardised: float | None
    """The one-year rate, as it would be with the ages of all years together; None where an age has no rate."""


@dataclass(frozen=True, slots=True)
class UnderOrder:
    total: int
    broken_down: int
    before_these_files: int
    already_at_home: int


@dataclass(frozen=True, slots=True)
class Answers:
    extract: date
    episodes: int
    children: int
    periods: int
    returns: int
    by_kind: Mapping[str, int]
    reentries: int
    rates: Mapping[str, Rate | None]
    reached: Mapping[str, Reached]
    curve: Curve
    followed: int
    back: int
    under_order: UnderOrder
    years: tuple[Year, ...]
    breakdowns: Mapping[str, Breakdown]
    exits: Mapping[str, int]
    late_returns: int
    next_day: int
    overlaps: int
    flagged: list[Any]


def extract_of(reading: Reading, given: date | None) -> date:
    """31 March of the latest return, or an earlier day that was given. Raises Unreadable for a later one."""
    latest = cells.EPOCH + timedelta(days=cells.end_of(reading.years[-1]))
    if given is not None and given > latest:
        raise Unreadable(
            f"The extract date {given:%d/%m/%Y} is after {latest:%d/%m/%Y}, the end of the latest return; nothing is known of the time between."
        )
    return given or latest


def answer(reading: Reading, given: date | None = None) -> Answers:
    """All answers up to the extract date. Raises Unreadable where that is later than the files reach."""
    extract = extract_of(reading, given)
    day = (extract - cells.EPOCH).days
    history = periods.history(reading, day)
    births = people.born(reading.people, people.children(reading))
    returns = history.returns
    followed = survival.follow_up(returns.on, returns.back, people.birthdays(births, 18)[returns.child], day)
    setting = groups.Setting(reading, history, births)
    order = orders.under_order(history, people.birthdays(births, orders.SIXTEEN_YEARS))
    inside = ~order.stays.before_these_files
    counted = _counted("all", followed)
    return Answers(
        extract=extract,
        episodes=len(history.episodes),
        children=int(
            np.count_nonzero(np.diff(history.episodes.child, prepend=-1))
        ),  # they come in order of their number
        periods=len(history.periods),
        returns=len(returns),
        by_kind={name: int((returns.kind == number).sum()) for number, name in enumerate(codes.RETURNED.values())},
        reentries=int((returns.back < OPEN).sum()),
        rates=counted.rates,
        reached=survival.reached(followed),
        curve=counted.curve,
        followed=counted.followed,
        back=counted.back,
        under_order=UnderOrder(
            int(inside.sum()),
            int((order.stays.broken & inside).sum()),
            int((~inside).sum()),
            int(order.already_home.sum()),
        ),
        years=_years(setting, followed, day),
        breakdowns={
            name: _breakdown(title, grouping(setting), followed)
            for name, (title, grouping) in groups.BREAKDOWNS.items()
        },
        exits=_exits(reading, history),
        late_returns=sum(reading.people.late_returns.values()),
        next_day=sum(flag.kind == "back_next_day" for flag in history.flagged),
        overlaps=history.overlaps,
        flagged=history.flagged,
    )


# ── Groups and years ─────────────────────────────────────────────────────────────────────────────────────────────────


def _counted(name: str, followed: FollowUp) -> Counted:
    whole_year = followed.could >= survival.POINTS["1_year"]
    within = whole_year & followed.back & (followed.days <= survival.POINTS["1_year"])
    curve = survival.curve(followed)
    rates = {
        point: survival.rate_at(curve, followed, days) if len(followed.days) else None
        for point, days in survival.POINTS.items()
    }
    return Counted(name, len(followed.days), int(whole_year.sum()), int(within.sum()), rates, curve)


def _breakdown(title: str, grouping: groups.Grouping, followed: FollowUp) -> Breakdown:
    """The groups that occur, and whether those that are known come back alike."""
    counted: list[Counted] = []
    compared: list[FollowUp] = []
    for number, name in enumerate(grouping.names):
        part = followed.take(grouping.numbers == number)
        if len(part.days):
            counted.append(_counted(name, part))
            if name != groups.NOT_KNOWN:
                compared.append(part)
    return Breakdown(title, tuple(counted), survival.log_rank(compared))


def _years(setting: groups.Setting, followed: FollowUp, extract: int) -> tuple[Year, ...]:
    history = setting.history
    returns = history.returns
    on, back = groups.years_of(returns.on), groups.years_of(returns.back[returns.back < OPEN])
    ended = history.periods.end[history.periods.end < OPEN]
    left = groups.years_of(ended)
    first = min(setting.reading.years[0], int(on.min(initial=9999)))
    standard = _standardised(setting, followed, on)
    found = []
    for year in range(first, cells.year_of(extract) + 1):
        mine = on == year
        kinds = np.bincount(returns.kind[mine], minlength=3)
        counted = _counted("", followed.take(mine))
        rate = counted.rates["1_year"]
        known = standard.get(year) if rate else None
        found.append(
            Year(cells.label_of(year), int(mine.sum()), int(kinds[0]), int(kinds[1]), int(kinds[2]), int((back == year).sum()),
                 int((left == year).sum()), counted.followed, counted.back, rate, known)
        )  # fmt: skip
    return tuple(found)


def _standardised(setting: groups.Setting, followed: FollowUp, years: Ints) -> dict[int, float | None]:
    """The one-year rate of each year, with each age band weighted by its share of all returns in these files (direct standardisation)."""
    ages = groups.age(setting).numbers
    bands, counts = np.unique(ages, return_counts=True)
    found: dict[int, float | None] = {}
    for year in np.unique(years).tolist():
        rates = [_one_year(followed.take((years == year) & (ages == band))) for band in bands.tolist()]
        known = [rate for rate in rates if rate is not None]
        found[year] = float(np.dot(known, counts) / counts.sum()) if len(known) == len(rates) else None
    return found


def _one_year(followed: FollowUp) -> float | None:
    if not len(followed.days):
        return None
    rate = survival.rate_at(survival.curve(followed), followed, survival.POINTS["1_year"])
    return rate.estimate if rate else None


def _exits(reading: Reading, history: periods.History) -> dict[str, int]:
    """What became of all who left: the reason of each period that ended."""
    ended = history.periods.end < OPEN
    words = reading.words["REC"].words()
    counts = np.bincount(history.periods.reason[ended], minlength=len(words))
    of_code = {word: int(counts[number]) for number, word in enumerate(words)}
    found = {name: sum(of_code[code] for code in reasons) for name, reasons in EXITS.items()}
    return {**found, OTHER_EXIT: int(ended.sum()) - sum(found.values())}


# ── As the command line gives it ─────────────────────────────────────────────────────────────────────────────────────


def as_json(reading: Reading, found: Answers) -> dict[str, Any]:
    """Everything, unsuppressed, in the form that docs/command-line.md promises."""
    return {
        "files": [
            {"file": one.file, "table": one.table, "year": one.year, "rows": one.rows, "used": one.used}
            | ({"reason": one.reason} if one.reason else {})
            | ({"year_from": one.year_from} if one.year_from else {})
            | ({"notes": list(one.notes)} if one.notes else {})
            for one in reading.files
        ],
        "rows_read": reading.rows_read,
        "rows_used": reading.rows_used,
        "rows_merged": reading.rows_merged,
        "rows_rejected": [one._asdict() for one in reading.rejected],
        "flagged": [flag._asdict() for flag in found.flagged],
        "notes": reading.notes,
        "unknown_codes": reading.unknown_codes,
        "overlaps": found.overlaps,
        "next_day_returns": found.next_day,
        "episodes": found.episodes,
        "children": found.children,
        "periods": found.periods,
        "extract_date": found.extract.isoformat(),
        "returns": {"total": found.returns, **found.by_kind},
        "reentries": found.reentries,
        "reentry_rate": {name: rate_json(rate) for name, rate in found.rates.items()},
        "returns_under_order": {
            "total": found.under_order.total,
            "broken_down": found.under_order.broken_down,
            "before_these_files": found.under_order.before_these_files,
            "already_at_home": found.under_order.already_at_home,
        },
        "by_year": [
            {
                "year": one.label, "left_care": one.left, "returns": one.returns, "planned": one.planned, "unplanned": one.unplanned,
                "not_known": one.not_known, "reentries": one.reentries, "reentry_rate_1_year": rate_json(one.one_year),
                "age_standardised_1_year": one.standardised,
            }
            for one in found.years
        ],
        "left_care": dict(found.exits),
        "late_returns": found.late_returns,
        "breakdowns": {name: _breakdown_json(one) for name, one in found.breakdowns.items()},
    }  # fmt: skip


def rate_json(rate: Rate | None) -> dict[str, float | None] | None:
    return None if rate is None else {"estimate": rate.estimate, "low": rate.low, "high": rate.high}


def _breakdown_json(one: Breakdown) -> dict[str, Any]:
    return {
        "title": one.title,
        "log_rank_p": one.p,
        "groups": [
            {
                "group": group.name,
                "returns": group.returns,
                "reentry_rate": {name: rate_json(rate) for name, rate in group.rates.items()},
            }
            for group in one.groups
        ],
    }
