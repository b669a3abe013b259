"""Several years of returns as one list of episodes: every row is used, merged into another, or reported.

Source of the rules: the SSDA903 guide for what a row is; for joining years, the open-source tools of this field and what went wrong in them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from framework.outcomes import cells, codes
from framework.outcomes.files import Finding
from framework.outcomes.tables import EPISODE_COLUMNS, Column, Found, Unreadable

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
OPEN = 65_535
"""The end of an episode that has none, in days since 1970: later than every date that is read."""
EMPTY, BAD = -(2**31), -(2**31) + 1
UNKNOWN_CODES = ("RNE", "LS", "CIN", "PLACE", "REC")
DETAILS = tuple(name for name in EPISODE_COLUMNS if name not in ("CHILD", "DECOM"))


class Rejected(NamedTuple):
    """A row that could not be used: the heading's line is 1."""

    file: str
    line: int
    reason: str


class Flag(NamedTuple):
    """A row that was used, and what was noticed or assumed about it."""

    file: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was found, or a file that was passed over."""

    file: str
    table: str | None
    year: str | None
    rows: int
    used: bool
    reason: str = ""
    year_from: str = ""
    """Where the year was taken from: "column", "name", "date", "neighbour" or "given"."""
    notes: tuple[str, ...] = ()


class Vocabulary(dict[str, int]):
    """Codes as small numbers: 0 is an empty cell, the known ones come first, in their order."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        super().__init__({text: number for number, text in enumerate(("", *known))})
        self.known = len(self)

    def number(self, text: str) -> int:
        return self.setdefault(text, len(self))

    def numbers(self, texts: Sequence[str]) -> Ints:
        return np.array([self[text] for text in texts], np.int32)

    def words(self) -> list[str]:
        return list(self)


def vocabularies() -> dict[str, Vocabulary]:
    return {
        "RNE": Vocabulary(tuple(codes.RNE)),
        "LS": Vocabulary(tuple(codes.LEGAL_STATUS)),
        "CIN": Vocabulary(tuple(codes.NEED)),
        "PLACE": Vocabulary(codes.PLACE),
        "REC": Vocabulary(tuple(codes.REASON)),
        "PLACE_PROVIDER": Vocabulary(),
        "PL_LOCATION": Vocabulary(("IN", "OUT")),
        "SEX": Vocabulary(tuple(codes.SEX)),
        "ETHNIC": Vocabulary(),
    }


@dataclass(slots=True)
class Episodes:
    """Episodes by child, start, end: one array a column, one entry an episode. Days count from 1 January 1970."""

    child: Ints
    decom: Ints
    dec: Ints
    """OPEN where there is no end."""
    year: Ints
    """The calendar year in which the financial year of the last return that lists it ends."""
    rne: Ints
    ls: Ints
    cin: Ints
    place: Ints
    rec: Ints
    location: Ints
    table: Ints
    """Index into `Reading.found`."""
    line: Ints

    def __len__(self) -> int:
        return len(self.child)

    def take(self, which: npt.NDArray[np.bool_] | Longs) -> "Episodes":
        return Episodes(*(getattr(self, name)[which] for name in self.__slots__))


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


@dataclass(slots=True)
class Reading:
    """All that was read. `rows_read == rows_used + rows_merged + len(rejected)`, over the Episodes tables."""

    files: list[Table]
    ids: list[str]
    words: dict[str, Vocabulary]
    episodes: Episodes
    people: People
    rows_read: int
    rows_merged: int
    rejected: list[Rejected]
    flagged: list[Flag]
    notes: list[str]
    unknown_codes: int
    years: tuple[int, ...]
    """Of the returns that were used."""
    names: list[str]
    """The file of each table, for a flag."""

    @property
    def rows_used(self) -> int:
        return self.rows_read - self.rows_merged - len(self.rejected)


@dataclass(slots=True)
class _Part:
    """The rows of one Episodes table, read cell by cell, with what is wrong with each."""

    found: Found
    index: int
    good: Longs
    arrays: dict[str, Ints]
    year: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    year_from: str = ""


def read(finding: Finding, years: Mapping[str, int] | None = None, leave_out: Sequence[str] = ()) -> Reading:
    """The episodes of all tables. `years` says the financial year of a file, where the reader of the page knows better.

    Raises Unreadable where no Episodes table can be used, where two authorities are mixed, or two different returns of one year.
    """
    passed = [Table(one.file, None, None, 0, False, one.reason) for one in finding.passed]
    passed += [
        Table(one.file, one.table, None, one.rows, False, "Left out.")
        for one in finding.tables
        if one.file in leave_out
    ]
    tables = [one for one in finding.tables if one.file not in leave_out]
    words, ids, notes = vocabularies(), Vocabulary(), _Notes()
    ids.clear()
    rejected: list[Rejected] = []
    parts = [
        _part(found, index, words, ids, rejected, notes)
        for index, found in enumerate(tables)
        if found.table == "Episodes"
    ]
    if not parts:
        raise Unreadable(_nothing(finding))
    _refuse_two_authorities([part.found for part in parts])
    for part in parts:
        _set_year(part, (years or {}).get(part.found.file), rejected)
    flagged = [
        Flag(found.file, line, kind) for found in tables for line, kind in found.flagged if found.table == "Episodes"
    ]
    read_rows = sum(part.found.rows for part in parts)
    episodes, merged = _merged(parts, flagged)
    if not len(episodes):
        raise Unreadable(_no_rows(rejected))
    _leading_zeros(list(ids), notes)
    people, about = _people(tables, parts, words, ids, years or {})
    unknown = _unknown_codes(episodes, words, notes)
    _lacking(parts, notes)
    reports = [_report(part, rejected) for part in parts] + about + passed
    if not people.child.size:
        notes.say(
            "There is no Header table: no dates of birth, so children are not taken out of the count at 18, and ages cannot be shown."
        )
    return Reading(
        files=reports,
        ids=list(ids),
        words=words,
        episodes=episodes,
        people=people,
        rows_read=read_rows,
        rows_merged=merged,
        rejected=rejected,
        flagged=flagged,
        notes=notes.lines,
        unknown_codes=unknown,
        years=tuple(sorted({int(year) for part in parts for year in np.unique(part.year)})),
        names=[found.file for found in tables],
    )


class _Notes:
    """Sentences, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        if line not in self.lines:
            self.lines.append(line)


# ── Cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _part(
    found: Found, index: int, words: dict[str, Vocabulary], ids: Vocabulary, rejected: list[Rejected], notes: _Notes
) -> _Part:
    """The rows of an Episodes table; those that cannot be used are rejected with their reason."""
    rejected += [Rejected(found.file, line, reason) for line, reason in found.refused]
    for note in found.notes:
        notes.say(f"{found.file}: {note}")
    rows = len(found.lines)
    reasons: dict[int, str] = {}
    child = _children(found, ids, notes)
    _refuse(reasons, np.flatnonzero(child < 0), lambda _: "no child id")
    decom = _dates(found, "DECOM", reasons, notes)
    dec = _dates(found, "DEC", reasons, notes)
    _refuse(reasons, np.flatnonzero(decom == EMPTY), lambda _: "no start (DECOM)")
    backwards = (dec != EMPTY) & (dec != BAD) & (decom != BAD) & (dec < decom)
    _refuse(reasons, np.flatnonzero(backwards), lambda _: "ends (DEC) before it starts (DECOM)")
    good = np.ones(rows, bool)
    good[list(reasons)] = False
    rejected += [Rejected(found.file, int(found.lines[row]), reason) for row, reason in sorted(reasons.items())]
    arrays = {"child": child, "decom": decom, "dec": np.where(dec == EMPTY, OPEN, dec).astype(np.int32)}
    for name in ("RNE", "LS", "CIN", "PLACE", "REC", "PLACE_PROVIDER", "PL_LOCATION"):
        arrays[name] = _codes(found.columns.get(name), words[name], rows)
    kept = np.flatnonzero(good)
    return _Part(found, index, kept, {name: array[kept] for name, array in arrays.items()})


def _refuse(reasons: dict[int, str], rows: Longs, reason: Callable[[int], str]) -> None:
    for row in rows.tolist():
        reasons.setdefault(row, reason(row))


def _children(found: Found, ids: Vocabulary, notes: _Notes) -> Ints:
    column = found.columns["CHILD"]
    texts = column.words()
    plain = [text if text.isdigit() else cells.child_id(text) for text in texts]
    numbers = np.array([ids.setdefault(text, len(ids)) if text else -1 for text in plain], np.int32)
    changed = plain != texts
    if changed:
        notes.say(
            f"{found.file}: child ids were written in different ways (spaces, small letters, “.0” at the end) and compared without them."
        )
    return numbers[column.codes] if len(numbers) else np.zeros(0, np.int32)


def _dates(found: Found, name: str, reasons: dict[int, str], notes: _Notes, *, born: bool = False) -> Ints:
    column = found.columns.get(name)
    if column is None:
        return np.full(len(found.lines), EMPTY, np.int32)
    numbers = np.empty(len(column.texts), np.int32)
    wrong: dict[int, str] = {}
    serial = False
    for place, text in enumerate(column.words()):
        try:
            number = cells.day(text, born=born)
            numbers[place] = EMPTY if number is None else number
            serial = serial or (number is not None and cells.is_serial(text))
        except cells.NoDate as error:
            numbers[place], wrong[place] = BAD, str(error)
    if serial:
        notes.say(
            f"{found.file}: dates in {name} are a spreadsheet's numbers and were read as days since 30 December 1899."
        )
    values = numbers[column.codes] if len(numbers) else np.zeros(0, np.int32)
    if wrong:
        _refuse(reasons, np.flatnonzero(values == BAD), lambda row: f"{name}: {wrong[int(column.codes[row])]}")
    return values


def _codes(column: Column | None, known: Vocabulary, rows: int) -> Ints:
    if column is None:
        return np.zeros(rows, np.int32)
    numbers = np.array([known.number(cells.code(text)) for text in column.words()], np.int32)
    return numbers[column.codes] if len(numbers) else np.zeros(0, np.int32)


def _unknown_codes(episodes: Episodes, words: dict[str, Vocabulary], notes: _Notes) -> int:
    """How many cells hold a code that is not in the guide."""
    total = 0
    for name in UNKNOWN_CODES:
        values = getattr(episodes, name.lower())
        known = words[name].known
        strange = values[values >= known]
        if len(strange):
            total += len(strange)
            texts = words[name].words()
            shown = ", ".join(
                f"“{cells.shown(texts[number])}”" for number, _ in Counter(strange.tolist()).most_common(5)
            )
            notes.say(
                f"Codes in {name} that are not in the guide: {shown} ({len(strange):,} rows). They are used as they stand."
            )
    return total


def _leading_zeros(ids: Sequence[str], notes: _Notes) -> None:
    """Ids that differ only by zeros in front: a spreadsheet may have eaten them in one year."""
    groups: dict[str, list[str]] = defaultdict(list)
    padded = {name.lstrip("0") for name in ids if name.startswith("0")}
    for name in ids:
        if padded and name.lstrip("0") in padded:
            groups[name.lstrip("0")].append(name)
    alike = [group for group in groups.values() if len(group) > 1]
    if alike:
        shown = "; ".join(" and ".join(cells.shown(name) for name in group) for group in alike[:3])
        notes.say(
            f"Child ids that differ only by zeros in front were kept apart ({len(alike)} times, such as {shown}). A spreadsheet may have taken the zeros away in one year."
        )


def _lacking(parts: Sequence[_Part], notes: _Notes) -> None:
    without = {
        "RNE": "whether an episode starts a period cannot be checked",
        "PLACE": "placements, and returns under an order, cannot be told",
        "CIN": "need at entry cannot be shown",
    }
    for name, what in without.items():
        for part in parts:
            if name not in part.found.columns:
                notes.say(f"{part.found.file}: there is no column {name}, so {what}.")
    if all("PL_LOCATION" not in part.found.columns for part in parts):
        notes.say("Whether a placement was outside the authority cannot be shown: no file has the column PL_LOCATION.")


# ── Years ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _set_year(part: _Part, given: int | None, rejected: list[Rejected]) -> None:
    """The year of each row: its YEAR column, otherwise the file's."""
    latest = _latest(part)
    year, part.year_from = (given, "given") if given else year_of_file(part.found.file, latest)
    part.year = np.full(len(part.good), year, np.int32)
    column = part.found.columns.get("YEAR")
    if column is None or given:
        return
    numbers = np.array([_year_number(text, year) for text in column.words()], np.int32)
    values = numbers[column.codes][part.good] if len(numbers) else part.year
    wrong = np.flatnonzero(values < 0)
    for row in wrong.tolist():
        text = column.text(int(part.good[row]))
        rejected.append(
            Rejected(
                part.found.file, int(part.found.lines[part.good[row]]), f"YEAR: “{cells.shown(text)}” is not a year"
            )
        )
    right = np.flatnonzero(values >= 0)
    part.good, part.year, part.year_from = part.good[right], values[right], "column"
    part.arrays = {name: array[right] for name, array in part.arrays.items()}


def _year_number(text: str, otherwise: int) -> int:
    if not cells.tidy(text):
        return otherwise
    year = cells.financial_year(text)
    return -1 if year is None else year


def _latest(part: _Part) -> int | None:
    """The latest day in the table."""
    if not len(part.good):
        return None
    dec = part.arrays["dec"]
    return int(max(part.arrays["decom"].max(), dec[dec < OPEN].max(initial=0)))


def year_of_file(name: str, latest: int | None) -> tuple[int, str]:
    """The financial year of a file without a YEAR column, and where it was taken from.

    A year in the file's or a folder's name, the nearest first, unless the file has a date after that year; otherwise the latest date's.
    """
    for piece in reversed(PurePosixPath(name.replace("\\", "/")).parts):
        year = cells.year_in_name(piece)
        if year is not None and (latest is None or latest <= cells.end_of(year)):
            return year, "name"
    return (cells.year_of(latest), "date") if latest is not None else (0, "")


# ── Joining ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _merged(parts: Sequence[_Part], flagged: list[Flag]) -> tuple[Episodes, int]:
    """Join across returns on CHILD and DECOM, the later year wins; within one return only exact duplicates are dropped.

    Returns the episodes by child, start and end, and how many rows were merged into others.
    """
    joined = {name: np.concatenate([part.arrays[name] for part in parts]) for name in parts[0].arrays}
    year = np.concatenate([part.year for part in parts])
    table = np.concatenate([np.full(len(part.good), number, np.int32) for number, part in enumerate(parts)])
    row = np.concatenate([part.good for part in parts])
    key = (joined["child"].astype(np.int64) << 32) | (joined["decom"].astype(np.int64) + 32_768 << 12) | (year - 1900)
    order = np.argsort(key, kind="stable")
    key = key[order]
    same = key[1:] >> 12 == key[:-1] >> 12  # one child and start
    keep = np.ones(len(order), bool)
    keep[:-1][same & (key[1:] != key[:-1])] = False
    # A row before the last of an older year: everything before the newest year of its child and start.
    if (~keep).any():
        group = np.concatenate([[0], np.cumsum(~same)])
        newest = np.maximum.reduceat(key, np.flatnonzero(np.concatenate([[True], ~same])))
        keep = key == newest[group]
    twice = np.flatnonzero(keep[1:] & keep[:-1] & (key[1:] == key[:-1]))
    if len(twice):
        _drop_duplicates(parts, order, key, table, row, twice, keep)
    kept = order[keep]
    made = Episodes(
        child=joined["child"][kept],
        decom=joined["decom"][kept],
        dec=joined["dec"][kept],
        year=year[kept],
        rne=joined["RNE"][kept],
        ls=joined["LS"][kept],
        cin=joined["CIN"][kept],
        place=joined["PLACE"][kept],
        rec=joined["REC"][kept],
        location=joined["PL_LOCATION"][kept],
        table=np.array([part.index for part in parts], np.int32)[table[kept]],
        line=_lines(parts, table[kept], row[kept]),
    )
    final = np.lexsort((made.dec, made.decom, made.child)) if len(twice) else None
    return (made if final is None else made.take(final)), len(order) - len(kept)


def _lines(parts: Sequence[_Part], table: Ints, row: Longs) -> Ints:
    starts = np.cumsum([0] + [len(part.found.lines) for part in parts[:-1]])
    lines = np.concatenate([part.found.lines for part in parts])
    return np.asarray(lines[starts[table] + row], np.int32)


def _drop_duplicates(
    parts: Sequence[_Part], order: Longs, key: Longs, table: Ints, row: Longs, twice: Longs, keep: npt.NDArray[np.bool_]
) -> None:
    """Among rows of one child, start and year, keep one of each that are the same in every cell.

    Raises Unreadable where two files have different rows there: a draft and a final return of one year.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for place in np.unique(np.concatenate([twice, twice + 1])).tolist():
        groups[int(key[place])].append(place)
    for places in groups.values():
        seen: set[tuple[str, ...]] = set()
        tables: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        for place in places:
            number = int(table[order[place]])
            texts = _texts(parts[number].found, int(row[order[place]]))
            core = tuple(texts.get(name, "") for name in ("RNE", "LS", "CIN", "PLACE", "DEC", "REC"))
            known = (*core, *(texts.get(name, "") for name in DETAILS))
            elsewhere = any(core in others for other, others in tables.items() if other != number)
            tables[number].add(core)
            if known in seen or elsewhere:
                keep[place] = False
            seen.add(known)
        if len(tables) > 1 and len({frozenset(cores) for cores in tables.values()}) > 1:
            first, second = sorted(tables)[:2]
            year = cells.label_of((int(key[places[0]]) & 0xFFF) + 1900)
            raise Unreadable(
                f"Two different returns of {year} were given, perhaps a draft and the final one: {parts[first].found.file} and "
                f"{parts[second].found.file}. Leave one of them out, or put the year into the names of the files or their folders if they are of different years."
            )


def _texts(found: Found, row: int) -> dict[str, str]:
    """The cells of a row as they are compared."""
    texts = {}
    for name in DETAILS:
        if name in found.columns:
            text = cells.code(found.columns[name].text(row))
            texts[name] = str(cells.day(text)) if name == "DEC" and text else text
    return texts


def _refuse_two_authorities(tables: Sequence[Found]) -> None:
    names = {
        cells.code(text): cells.tidy(text)
        for found in tables
        if "LA" in found.columns
        for text in found.columns["LA"].words()
    }
    names.pop("", None)
    if len(names) > 1:
        shown = ", ".join(cells.shown(name) for name in list(names.values())[:4])
        raise Unreadable(
            f"These files are of {len(names)} authorities ({shown}). Child ids can be the same in two authorities, so give the files of one at a time."
        )


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _people(
    tables: Sequence[Found],
    parts: Sequence[_Part],
    words: dict[str, Vocabulary],
    ids: Vocabulary,
    years: Mapping[str, int],
) -> tuple[People, list[Table]]:
    """What the other tables say of the children, and the report on each of those tables."""
    about: list[Table] = []
    rows: dict[str, list[Ints]] = defaultdict(list)
    late: Counter[int] = Counter()
    framework: dict[int, int] = {}
    neighbours = {_folder(part.found.file): int(part.year.max(initial=0)) for part in parts}
    newest = max((int(part.year.max(initial=0)) for part in parts), default=0)
    for found in tables:
        if found.table == "Episodes":
            continue
        if found.table not in ("Header", "OC2", "OC3", "Framework"):
            about.append(Table(found.file, found.table, None, found.rows, False, "Known, and not needed here."))
            continue
        reasons: dict[int, str] = {}
        year, source = (
            (years[found.file], "given") if found.file in years else _year_beside(found.file, neighbours, newest)
        )
        of_year = _years_of(found, year)
        child = _children(found, ids, _Notes())
        if found.table == "Framework":
            since = _dates(found, "FROM", reasons, _Notes())
            framework |= {int(c): int(day) for c, day in zip(child, since, strict=True) if c >= 0 and day > BAD}
        elif found.table == "OC3":
            gone = _codes(found.columns["IN_TOUCH"], Vocabulary(("RHOM",)), len(child)) == 1
            late.update(of_year[gone & (child >= 0)].tolist())
        else:
            _add_people(found, child, of_year, words, rows, reasons)
        bad = len(found.refused) + len(reasons) + int((child < 0).sum())
        note = (
            (f"{bad:,} rows had a cell that could not be read; the first is in line {_first_bad(found, reasons)}.",)
            if bad
            else ()
        )
        label = _label(of_year) if found.table != "Framework" else None
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
    born = _dates(found, "DOB", reasons, _Notes(), born=True)
    born = np.where(born == BAD, EMPTY, born).astype(np.int32)
    sex = _codes(found.columns.get("SEX"), words["SEX"], len(child))
    ethnicity = _codes(found.columns.get("ETHNIC"), words["ETHNIC"], len(child))
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


def _years_of(found: Found, year: int) -> Ints:
    column = found.columns.get("YEAR")
    if column is None:
        return np.full(len(found.lines), year, np.int32)
    numbers = np.array([cells.financial_year(text) or year for text in column.words()], np.int32)
    return numbers[column.codes] if len(numbers) else np.zeros(0, np.int32)


def _folder(file: str) -> str:
    """Where a table stands: its folder, workbook, or zip file; of one XML file, the file."""
    if file.endswith(")") and " (" in file:
        return file.rpartition(" (")[0]
    return file if file.lower().endswith(".xml") else str(PurePosixPath(file.replace("\\", "/")).parent)


def _year_beside(file: str, neighbours: Mapping[str, int], newest: int) -> tuple[int, str]:
    """The year of a table without dates of its own: in its name, or that of the episodes beside it, or the newest."""
    own = cells.year_in_name(PurePosixPath(file.replace("\\", "/")).name)
    if own is not None and own <= newest:
        return own, "name"
    if _folder(file) in neighbours:
        return neighbours[_folder(file)], "neighbour"
    year, source = year_of_file(file, None)
    return (year, source) if 0 < year <= newest else (newest, "neighbour")


# ── What is said ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _report(part: _Part, rejected: Sequence[Rejected]) -> Table:
    used = len(part.good) > 0
    reason = "" if used else "No row of it could be used."
    return Table(
        part.found.file,
        "Episodes",
        _label(part.year),
        part.found.rows,
        used,
        reason,
        part.year_from,
        tuple(part.found.notes),
    )


def _label(years: Ints) -> str | None:
    present = [year for year in np.unique(years).tolist() if year > 0]
    if not present:
        return None
    first, last = cells.label_of(present[0]), cells.label_of(present[-1])
    return first if first == last else f"{first} to {last}"


def _nothing(finding: Finding) -> str:
    if not finding.tables and not finding.passed:
        return "No file was given that could hold an SSDA903 return (CSV, XML, zip or .xlsx)."
    if len(finding.passed) == 1 and not finding.tables:
        return f"{finding.passed[0].file}: {finding.passed[0].reason}"
    reasons = "; ".join(f"{one.file}: {one.reason}" for one in finding.passed[:3])
    return f"No Episodes table of an SSDA903 return was found, and without one there is nothing to count. {reasons}"


def _no_rows(rejected: Sequence[Rejected]) -> str:
    if not rejected:
        return "The Episodes table has headings and no rows, so there is nothing to count."
    first = rejected[0]
    return f"No row of the Episodes table could be used. The first: {first.file}, line {first.line}: {first.reason}."
