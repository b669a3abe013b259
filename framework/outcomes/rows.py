"""The rows of a table, read cell by cell: whole arrays, and a reason for each row that cannot be used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from framework.outcomes import cells, codes
from framework.outcomes.tables import EPISODE_COLUMNS, Column, Found

Ints = npt.NDArray[np.signedinteger[Any]]


Longs = npt.NDArray[np.int64]


OPEN = 65_535
"""The end of an episode that has none, in days since 1970: later than every date that is read."""


EMPTY, BAD = -(2**31), -(2**31) + 1


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
        "PL_LOCATION": Vocabulary(("IN", "OUT")),
        "SEX": Vocabulary(tuple(codes.SEX)),
        "ETHNIC": Vocabulary(),
    }


class Notes:
    """Sentences, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        if line not in self.lines:
            self.lines.append(line)


@dataclass(slots=True)
class Part:
    """The rows of one Episodes table, read cell by cell, with what is wrong with each."""

    found: Found
    index: int
    good: Longs
    arrays: dict[str, Ints]
    year: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    year_from: str = ""


def rows_of(
    found: Found, index: int, words: dict[str, Vocabulary], child: Ints, rejected: list[Rejected], notes: Notes
) -> Part:
    """The rows of an Episodes table, each of the child `child`; those that cannot be used are rejected with their reason."""
    rejected += [Rejected(found.file, line, reason) for line, reason in found.refused]
    for note in found.notes:
        notes.say(f"{found.file}: {note}")
    rows = len(found.lines)
    reasons: dict[int, str] = {}
    _refuse(reasons, np.flatnonzero(child < 0), lambda _: "no child id")
    decom = dates_of(found, "DECOM", reasons, notes)
    dec = dates_of(found, "DEC", reasons, notes)
    _refuse(reasons, np.flatnonzero(decom == EMPTY), lambda _: "no start (DECOM)")
    backwards = (dec != EMPTY) & (dec != BAD) & (decom != BAD) & (dec < decom)
    _refuse(reasons, np.flatnonzero(backwards), lambda _: "ends (DEC) before it starts (DECOM)")
    good = np.ones(rows, bool)
    good[list(reasons)] = False
    rejected += [Rejected(found.file, int(found.lines[row]), reason) for row, reason in sorted(reasons.items())]
    arrays = {"child": child, "decom": decom, "dec": np.where(dec == EMPTY, OPEN, dec).astype(np.int32)}
    for name in ("RNE", "LS", "CIN", "PLACE", "REC", "PL_LOCATION"):
        arrays[name] = codes_of(found.columns.get(name), words[name], rows)
    kept = np.flatnonzero(good)
    return Part(found, index, kept, {name: array[kept] for name, array in arrays.items()})


def _refuse(reasons: dict[int, str], rows: Longs, reason: Callable[[int], str]) -> None:
    for row in rows.tolist():
        reasons.setdefault(row, reason(row))


def children_of(tables: Sequence[Found], notes: Notes) -> tuple[list[str], list[Ints]]:
    """All ids of children, and for each table the number of each row's id among them; -1 where there is none."""
    import pyarrow as pa

    texts = [_plain_ids(found, notes) for found in tables]
    encoded = pa.chunked_array(
        [one for one in texts if len(one)], pa.string()
    ).dictionary_encode()  # one dictionary over all of them
    every: list[str] = encoded.chunk(0).dictionary.to_pylist() if encoded.num_chunks else []
    there = np.array([bool(text) for text in every], bool)
    number_of = np.where(there, np.cumsum(there) - 1, -1).astype(np.int32)
    chunks = iter(encoded.chunks)
    numbers = [
        number_of[next(chunks).indices.to_numpy()][found.columns["CHILD"].codes] if len(one) else np.zeros(0, np.int32)
        for found, one in zip(tables, texts, strict=True)
    ]
    return [text for text in every if text], numbers


def _plain_ids(found: Found, notes: Notes) -> Any:
    """The different ids of a table as they are compared. Nearly all are digits, which are compared as they stand."""
    import pyarrow as pa
    from pyarrow import compute

    texts = found.columns["CHILD"].texts
    array = pa.array(texts, pa.string()) if isinstance(texts, list) else texts
    odd = compute.invert(compute.utf8_is_digit(array))
    written = array.filter(odd).to_pylist()
    compared = [cells.child_id(text) for text in written]
    if compared == written:
        return array
    if found.table == "Episodes":
        notes.say(
            f"{found.file}: child ids were written in different ways (spaces, small letters, “.0” at the end) and compared without them."
        )
    return compute.replace_with_mask(array, odd, pa.array(compared, pa.string()))


def dates_of(found: Found, name: str, reasons: dict[int, str], notes: Notes, *, born: bool = False) -> Ints:
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


def codes_of(column: Column | None, known: Vocabulary, rows: int) -> Ints:
    """The number of each row's code; of two bytes, unless there are more codes than a guide could hold."""
    if column is None:
        return np.zeros(rows, np.int16)
    numbers = [known.number(cells.code(text)) for text in column.words()]
    small: Ints = np.array(numbers, np.int16 if len(known) < 1 << 15 else np.int32)
    return small[column.codes] if numbers else np.zeros(0, np.int16)


def by_value(values: Ints, of: Callable[[int], int]) -> Ints:
    """`of` each number, asked once for each different one: for years and days, which lie close together and come many times."""
    if not len(values):
        return np.zeros(0, np.int32)
    low = int(values.min())
    seen = np.bincount(values - low)
    table = np.zeros(len(seen), np.int32)
    for place in np.flatnonzero(seen).tolist():
        table[place] = of(low + place)
    return table[values - low]
