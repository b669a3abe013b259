"""What the tables beside Episodes say of the children: Header, OC2, OC3, and the list of those the framework was used for."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from framework.outcomes import cells
from framework.outcomes.rows import BAD, EMPTY, Ints, Notes, Part, Table, Vocabulary, codes_of, dates_of
from framework.outcomes.tables import Column, Found
from framework.outcomes.years import folder_of, label_of, year_beside, years_of_rows


@dataclass(slots=True)
class People:
    """What Header, OC2 and OC3 say of children, a row a child and year."""

    child: Ints
    year: Ints
    sex: Ints
    born: Ints
    """EMPTY where it is not known."""
    ethnicity: Ints
    sdq_child: Ints
    sdq_year: Ints
    sdq: Ints
    late_returns: dict[int, int]
    """OC3's RHOM by year: care leavers who went back to parents, outside E4A and E4B."""
    framework: dict[int, int]
    """For a child, the day from which the framework was used."""


def people_of(
    tables: Sequence[Found],
    children: Sequence[Ints],
    parts: Sequence[Part],
    words: dict[str, Vocabulary],
    years: Mapping[str, int],
) -> tuple[People, list[Table]]:
    """What the other tables say of the children (`children`: of each row of each table), and the report on each of those tables."""
    about: list[Table] = []
    rows: dict[str, list[Ints]] = defaultdict(list)
    late: Counter[int] = Counter()
    framework: dict[int, int] = {}
    neighbours = {folder_of(part.found.file): int(part.year.max(initial=0)) for part in parts}
    newest = max((int(part.year.max(initial=0)) for part in parts), default=0)
    for found, child in zip(tables, children, strict=True):
        if found.table == "Episodes":
            continue
        if found.table not in ("Header", "OC2", "OC3", "Framework"):
            about.append(Table(found.file, found.table, None, found.rows, False, "Known, and not needed here."))
            continue
        reasons: dict[int, str] = {}
        year, source = (
            (years[found.file], "given") if found.file in years else year_beside(found.file, neighbours, newest)
        )
        of_year = years_of_rows(found, year)
        if found.table == "Framework":
            since = dates_of(found, "FROM", reasons, Notes())
            framework |= {int(c): int(day) for c, day in zip(child, since, strict=True) if c >= 0 and day > BAD}
        elif found.table == "OC3":
            gone = codes_of(found.columns["IN_TOUCH"], Vocabulary(("RHOM",)), len(child)) == 1
            late.update(of_year[gone & (child >= 0)].tolist())
        else:
            _add_people(found, child, of_year, words, rows, reasons)
        bad = len(found.refused) + len(reasons) + int((child < 0).sum())
        note = (
            (f"{bad:,} rows had a cell that could not be read; the first is in line {_first_bad(found, reasons)}.",)
            if bad
            else ()
        )
        label = label_of(of_year) if found.table != "Framework" else None
        about.append(Table(found.file, found.table, label, found.rows, True, "", source, note))
    return _as_people(rows, dict(late), framework), about


def _first_bad(found: Found, reasons: Mapping[int, str]) -> int:
    lines = [int(found.lines[row]) for row in reasons] + [line for line, _ in found.refused]
    return min(lines, default=0)


def _add_people(
    found: Found,
    child: Ints,
    year: Ints,
    words: dict[str, Vocabulary],
    rows: dict[str, list[Ints]],
    reasons: dict[int, str],
) -> None:
    known = child >= 0
    born = dates_of(found, "DOB", reasons, Notes(), born=True)
    born = np.where(born == BAD, EMPTY, born).astype(np.int32)
    sex = codes_of(found.columns.get("SEX"), words["SEX"], len(child))
    ethnicity = codes_of(found.columns.get("ETHNIC"), words["ETHNIC"], len(child))
    for name, values in (("child", child), ("year", year), ("born", born), ("sex", sex), ("ethnicity", ethnicity)):
        rows[name].append(values[known])
    if found.table == "OC2":
        score = _scores(found.columns.get("SDQ_SCORE"), len(child))
        there = known & (score >= 0)
        for name, values in (("sdq_child", child), ("sdq_year", year), ("sdq", score)):
            rows[name].append(values[there])


def _scores(column: Column | None, rows: int) -> Ints:
    """SDQ scores of 0 to 40; -1 where there is none."""
    if column is None:
        return np.full(rows, -1, np.int32)
    numbers = []
    for text in column.words():
        plain = cells.child_id(text)
        numbers.append(
            int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 4 and int(plain) <= 40 else -1
        )
    return np.array(numbers, np.int32)[column.codes] if numbers else np.zeros(0, np.int32)


def _as_people(rows: dict[str, list[Ints]], late: dict[int, int], framework: dict[int, int]) -> People:
    whole = {
        name: np.concatenate(rows[name]) if rows[name] else np.zeros(0, np.int32)
        for name in ("child", "year", "sex", "born", "ethnicity", "sdq_child", "sdq_year", "sdq")
    }
    return People(**whole, late_returns=late, framework=framework)
