"""The groups that returns home are broken down by, each as it was at the return. Source: Annex 2 of the implementation checklist."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from framework.outcomes import cells, codes, people
from framework.outcomes.episodes import Reading
from framework.outcomes.periods import History
from framework.outcomes.rows import Ints, Longs, by_value

NOT_KNOWN = "not known"
BROAD_ETHNICITY = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Asian", "O": "Other"}
"""The first letter of an ETHNIC code says the broad group of the census; CHNE is Chinese."""
NO_ETHNICITY = ("REFU", "NOBT", "")
AGES = ((0, "under 1"), (1, "1 to 4"), (5, "5 to 9"), (10, "10 to 15"), (16, "16 and over"))
STAYS = (
    (0, "under 8 weeks"),
    (56, "8 weeks to 6 months"),
    (183, "6 to 12 months"),
    (365, "1 to 2 years"),
    (730, "2 years and over"),
)
MOVES = ((0, "no move"), (1, "1 move"), (2, "2 moves"), (3, "3 or more moves"))
SDQ = ((0, "0 to 13, close to average"), (14, "14 to 16, borderline"), (17, "17 to 40, cause for concern"))


@dataclass(frozen=True, slots=True)
class Setting:
    """What the breakdowns are computed from."""

    reading: Reading
    history: History
    births: Ints


@dataclass(frozen=True, slots=True)
class Grouping:
    """For each return, the number of its group; the groups' names, in their order."""

    numbers: Ints
    names: tuple[str, ...]


def banded(values: Ints, bands: tuple[tuple[int, str], ...]) -> Grouping:
    """Values of 0 and more by the band that they fall into; less than 0 is not known."""
    lower = np.array([low for low, _ in bands])
    place = np.searchsorted(lower, values, side="right") - 1
    names = (*(name for _, name in bands), NOT_KNOWN)
    return Grouping(np.where(values < 0, len(bands), place).astype(np.int32), names)


def named(numbers: Ints, words: list[str], name_of: Callable[[str], str]) -> Grouping:
    """Codes by the name of their group."""
    names: dict[str, int] = {}
    present = np.flatnonzero(np.bincount(numbers)).tolist()
    table = {number: name_of(words[number]) for number in present}
    for name in sorted({name for name in table.values() if name != NOT_KNOWN}):
        names[name] = len(names)
    names[NOT_KNOWN] = len(names)
    lookup = np.zeros(max(present, default=0) + 1, np.int32)
    for number, name in table.items():
        lookup[number] = names[name]
    return Grouping(lookup[numbers], tuple(names))


def planned(at: Setting) -> Grouping:
    return Grouping(at.history.returns.kind, ("planned", "not planned", NOT_KNOWN))


def legal_status(at: Setting) -> Grouping:
    status = at.history.episodes.ls[_closing(at)]
    return named(status, at.reading.words["LS"].words(), lambda code: codes.LEGAL_STATUS.get(code, NOT_KNOWN))


def age(at: Setting) -> Grouping:
    returns = at.history.returns
    return banded(people.ages(at.births[returns.child], returns.on), AGES)


def repeated(at: Setting) -> Grouping:
    return Grouping(
        np.minimum(at.history.returns.before, 1).astype(np.int32), ("first return in these files", "returned before")
    )


def time_looked_after(at: Setting) -> Grouping:
    returns, periods = at.history.returns, at.history.periods
    return banded((returns.on - periods.start[returns.period]).astype(np.int32), STAYS)


def placement(at: Setting) -> Grouping:
    place = at.history.episodes.place[_closing(at)]
    return named(place, at.reading.words["PLACE"].words(), _kind_of_placement)


def _kind_of_placement(code: str) -> str:
    if code in ("U1", "U2", "U3"):
        return "fostered by family or friends"
    if code in codes.FOSTERING or code in codes.ADOPTION or code in ("Q1", "Q2"):
        return "fostered by others"
    if code == codes.PARENTS:
        return "with parents"
    if code in codes.HOMES:
        return "children's home, residential or secure"
    if code in codes.SUPPORTED or code == "P3":
        return "supported or independent"
    return "other or temporary" if code else NOT_KNOWN


def moves(at: Setting) -> Grouping:
    """Changes of placement in the period: episodes that begin with a new one (RNE P, T, B, U) after the first."""
    rne = at.history.episodes.rne
    words = at.reading.words["RNE"]
    moved = np.concatenate([[0], np.cumsum(np.isin(rne, [words[code] for code in "PTBU"]))])
    periods, which = at.history.periods, at.history.returns.period
    return banded((moved[periods.last[which] + 1] - moved[periods.first[which] + 1]).astype(np.int32), MOVES)


def sdq(at: Setting) -> Grouping:
    returns = at.history.returns
    return banded(people.sdq_at(at.reading.people, returns.child, returns.on), SDQ)


def sex(at: Setting) -> Grouping:
    return named(_header(at).sex, at.reading.words["SEX"].words(), lambda code: codes.SEX.get(code, NOT_KNOWN))


def ethnicity(at: Setting) -> Grouping:
    return named(
        _header(at).ethnicity,
        at.reading.words["ETHNIC"].words(),
        lambda code: NOT_KNOWN if code in NO_ETHNICITY else BROAD_ETHNICITY.get(code[0], NOT_KNOWN),
    )


def need(at: Setting) -> Grouping:
    first = at.history.periods.first[at.history.returns.period]
    return named(
        at.history.episodes.cin[first], at.reading.words["CIN"].words(), lambda code: codes.NEED.get(code, NOT_KNOWN)
    )


def out_of_authority(at: Setting) -> Grouping:
    place = at.history.episodes.location[_closing(at)]
    return named(
        place,
        at.reading.words["PL_LOCATION"].words(),
        lambda code: {"IN": "inside the authority", "OUT": "outside"}.get(code, NOT_KNOWN),
    )


def framework_used(at: Setting) -> Grouping:
    returns = at.history.returns
    used = people.framework_used(at.reading.people, returns.child, returns.on)
    return Grouping(
        np.where(used < 0, 2, 1 - used).astype(np.int32), ("framework used", "framework not used", NOT_KNOWN)
    )


def year(at: Setting) -> Grouping:
    """The financial year of the return."""
    years = years_of(at.history.returns.on)
    first = int(years.min(initial=9999))
    names = tuple(cells.label_of(one) for one in range(first, int(years.max(initial=0)) + 1))
    return Grouping((years - first).astype(np.int32), names)


def years_of(days: Ints) -> Ints:
    """The calendar years in which the financial years of these days end."""
    return by_value(days, cells.year_of)


BREAKDOWNS: dict[str, tuple[str, Callable[[Setting], Grouping]]] = {
    "planned": ("Planned or not", planned),
    "legal_status": ("Legal status", legal_status),
    "age": ("Age", age),
    "repeated": ("First or repeated return", repeated),
    "time_looked_after": ("Time looked after", time_looked_after),
    "placement": ("Placement before the return", placement),
    "moves": ("Number of moves", moves),
    "sdq": ("Difficulties (SDQ)", sdq),
    "sex": ("Sex", sex),
    "ethnicity": ("Ethnicity", ethnicity),
    "need": ("Need at entry", need),
    "out_of_authority": ("Placed outside the authority", out_of_authority),
    "framework_used": ("Framework used", framework_used),
}


def _closing(at: Setting) -> Longs:
    return at.history.periods.closing[at.history.returns.period]


def _header(at: Setting) -> people.Header:
    returns = at.history.returns
    return people.header_at(at.reading.people, returns.child, years_of(returns.on))
