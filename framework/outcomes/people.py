"""What is known of each child at a return home: birthdays, sex, ethnicity, SDQ, and how care went before it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from framework.outcomes import cells
from framework.outcomes.episodes import Reading
from framework.outcomes.headers import People
from framework.outcomes.rows import EMPTY, OPEN, Ints, by_value


def born(people: People, children: int) -> Ints:
    """Each child's date of birth as days since 1970, EMPTY where none is known; the latest return's counts."""
    days = np.full(children, EMPTY, np.int32)
    known = people.born != EMPTY
    order = np.argsort(people.year[known], kind="stable")
    days[people.child[known][order]] = people.born[known][order]
    return days


def birthdays(births: Ints, age: int) -> Ints:
    """The day of each child's birthday of this age, EMPTY where the birth is not known; of 29 February, 1 March."""
    known = births != EMPTY
    days = np.full(len(births), EMPTY, np.int32)
    days[known] = by_value(births[known], lambda day: _birthday(day, age))
    return days


def _birthday(day: int, age: int) -> int:
    on = cells.EPOCH + timedelta(days=day)
    try:
        later = on.replace(year=on.year + age)
    except ValueError:
        later = date(on.year + age, 3, 1)
    return (later - cells.EPOCH).days


def ages(births: Ints, on: Ints) -> Ints:
    """Whole years from birth to a day, -1 where the birth is not known; one who is born on 29 February is older on 1 March."""
    if not len(births):
        return np.zeros(0, np.int32)
    known = births != EMPTY
    birth, day = _dates(np.where(known, births, 0)), _dates(on)
    years = day[0] - birth[0] - ((day[1] < birth[1]) | ((day[1] == birth[1]) & (day[2] < birth[2])))
    return np.where(known, years, -1).astype(np.int32)


def _dates(days: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the month."""
    whole = np.asarray(days).astype("datetime64[D]")
    months = whole.astype("datetime64[M]")
    year = whole.astype("datetime64[Y]").astype(np.int32) + 1970
    return year, (months.astype(np.int32) % 12 + 1).astype(np.int32), (whole - months).astype(np.int32) + 1


@dataclass(slots=True)
class Header:
    """Of each return: the child's sex and ethnicity in the return of that year, otherwise in the nearest earlier one, otherwise in the first."""

    sex: Ints
    ethnicity: Ints


def header_at(people: People, child: Ints, year: Ints) -> Header:
    if not len(people.child) or not len(child):
        nothing = np.zeros(len(child), np.int32)
        return Header(nothing, nothing)
    place = _nearest(people.child, people.year, child, year)
    found = np.maximum(place, 0)
    return Header(
        np.where(place >= 0, people.sex[found], 0).astype(np.int32),
        np.where(place >= 0, people.ethnicity[found], 0).astype(np.int32),
    )


def _nearest(of: Ints, years: Ints, child: Ints, year: Ints) -> Ints:
    """The row of each child in that year, in the nearest earlier one, or in the first later one; -1 for none."""
    key = of.astype(np.int64) << 12 | years
    order = np.argsort(key, kind="stable")
    at = np.searchsorted(key[order], child.astype(np.int64) << 12 | year, side="right") - 1
    earlier = (at >= 0) & (of[order][np.maximum(at, 0)] == child)
    later = at + 1
    there = (later < len(order)) & (of[order][np.minimum(later, len(order) - 1)] == child)
    place = np.where(earlier, order[np.maximum(at, 0)], np.where(there, order[np.minimum(later, len(order) - 1)], -1))
    return place.astype(np.int32)


def sdq_at(people: People, child: Ints, on: Ints) -> Ints:
    """The last SDQ score within the twelve months before a day, -1 for none. A score is as at 31 March of its year."""
    if not len(people.sdq_child) or not len(child):
        return np.full(len(child), -1, np.int32)
    scored_on = by_value(people.sdq_year, cells.end_of)
    key = people.sdq_child.astype(np.int64) << 20 | scored_on
    order = np.argsort(key, kind="stable")
    at = np.searchsorted(key[order], child.astype(np.int64) << 20 | on, side="right") - 1
    row = order[np.maximum(at, 0)]
    recent = (at >= 0) & (people.sdq_child[row] == child) & (on - scored_on[row] < 366)
    return np.where(recent, people.sdq[row], -1).astype(np.int32)


def framework_used(people: People, child: Ints, on: Ints) -> Ints:
    """1 where the framework was used for the child by that day, 0 where not, -1 where nothing was given."""
    if not people.framework:
        return np.full(len(child), -1, np.int32)
    since = np.array([people.framework.get(one, OPEN) for one in child.tolist()], np.int32)
    return (since <= on).astype(np.int32)


def children(reading: Reading) -> int:
    """How many different ids were seen, in any table."""
    return len(reading.ids)
