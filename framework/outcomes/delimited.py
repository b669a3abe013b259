"""CSV: any encoding and separator that a spreadsheet or a system for social care writes, and the line of every row.

A plain file (one line a row, as many cells as headings) is read by Arrow. Anything else is taken apart line by line, so that a
blank line, a row that is too long or a quotation mark that is never closed is named and takes nothing else with it.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from framework.outcomes import cells
from framework.outcomes.tables import COMPARED, KNOWN, WANTED, Column, Found, Unreadable, is_heading, table_of

SEPARATORS = (",", ";", "\t", "|")
LONGEST_LINE = 64_000
"""Characters. A row of a return has about 120; a cell with a long note a few thousand."""
HEADINGS_WITHIN = 50
"""Lines among which the headings are looked for."""
_SOMETHING = re.compile(rb"[^\r\n]")
MOST_JOINED = 20
"""Lines that one cell with line breaks may have."""


def read(data: bytes, file: str) -> list[Found]:
    """The tables in a text file. Raises Unreadable."""
    text, notes = as_utf8(data, file)
    _refuse_long_lines(text, file)
    start, line, separator, names = _headings(text, file)
    table = table_of(names, file)
    body = memoryview(text)[start:]
    found = _quickly(body, line, separator, names, table, file) or _carefully(text, line, separator, names, file)
    for one in found:
        one.notes[:0] = notes
        if extra := [name for name in names if name and name not in WANTED[one.table]]:
            one.notes.append(f"Columns that are not needed: {', '.join(cells.shown(name) for name in extra[:12])}.")
    return found


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_utf8(data: bytes, file: str) -> tuple[bytes, list[str]]:
    """The file's text in UTF-8, with \\n or \\r\\n at the ends of lines, and what was noticed. Raises Unreadable."""
    notes: list[str] = []
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_like_utf16(data):
        name = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else _looks_like_utf16(data)
        data = data.decode(name, "replace").encode("utf-8")
    if not data.strip():
        raise Unreadable(f"{file}: the file is empty.")
    if b"\x00" in data[:4096] or b"\x00" in data:
        raise Unreadable(f"{file}: this is not a text file. Save the table as CSV or as a workbook (.xlsx).")
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            data = data.decode("cp1252", "replace").encode("utf-8")
            notes.append("Read as Windows-1252, since it is not UTF-8.")
    if b"\r" in data and b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return data, notes


def _looks_like_utf16(data: bytes) -> str:
    """UTF-16 without a byte order mark: of Latin letters every other byte is 0."""
    sample = data[:2000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) >= 8 and odd > len(sample) * 0.4 and not even:
        return "utf-16-le"
    return "utf-16-be" if len(sample) >= 8 and even > len(sample) * 0.4 and not odd else ""


def _refuse_long_lines(text: bytes, file: str) -> None:
    """Every stretch of LONGEST_LINE bytes must hold an end of a line; so none is longer than twice that."""
    at = 0
    while len(text) - at > LONGEST_LINE:
        end = text.rfind(b"\n", at, at + LONGEST_LINE)
        if end < 0:
            line = text.count(b"\n", 0, at) + 1
            raise Unreadable(
                f"{file}: line {line} has more than {LONGEST_LINE:,} characters. That is no row of a return."
            )
        at = end + 1


def _headings(text: bytes, file: str) -> tuple[int, int, str, list[str]]:
    """Where the rows begin (byte and line), the separator and the headings. Raises Unreadable."""
    at = 0
    for line in range(1, HEADINGS_WITHIN + 1):
        end = text.find(b"\n", at)
        piece = text[at : end if end >= 0 else len(text)].decode("utf-8", "replace")
        for separator in SEPARATORS:
            names = [cells.heading(cell) for cell in _split(piece, separator)]
            if is_heading(names):
                return (end + 1 if end >= 0 else len(text)), line + 1, separator, names
        if end < 0:
            break
        at = end + 1
    start = cells.shown(text[:200].decode("utf-8", "replace").strip(), 60)
    raise Unreadable(
        f"{file}: no headings of an SSDA903 table were found (it begins with “{start}”). The first line should name the columns: CHILD, DECOM, …"
    )


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=separator), [])
    except csv.Error:
        return line.split(separator)


# ── One line a row, read by Arrow ────────────────────────────────────────────────────────────────────────────────────


def _quickly(
    body: memoryview, line: int, separator: str, names: list[str], table: str, file: str
) -> list[Found] | None:
    """The rows of a plain file, or None if it is not one."""
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow import csv as arrow

    stripped = body.nbytes
    while stripped and body[stripped - 1] in b" \r\n":
        stripped -= 1
    body = body[:stripped]
    if not stripped:
        return [
            Found(
                file,
                table,
                {name: Column(np.zeros(0, np.int32), []) for name in names if name in WANTED[table]},
                np.zeros(0, np.int32),
            )
        ]
    # Arrow has no name twice: an unnamed or unneeded column gets its place for a name.
    wanted = [name for name in dict.fromkeys(names) if name in WANTED[table]]
    unique = [
        name if name in wanted and names.index(name) == place else f"#{place}" for place, name in enumerate(names)
    ]
    if len(unique) < 2:
        return None
    try:
        read = arrow.read_csv(
            pa.BufferReader(body),
            read_options=arrow.ReadOptions(column_names=unique, block_size=max(stripped + 1, 1 << 16)),
            parse_options=arrow.ParseOptions(delimiter=separator, ignore_empty_lines=False, newlines_in_values=False),
            convert_options=arrow.ConvertOptions(
                column_types={
                    name: pa.string() if name in COMPARED else pa.dictionary(pa.int32(), pa.string()) for name in wanted
                },
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if read.num_rows != bytes_count(body) + 1:
        return None
    rows = np.arange(read.num_rows, dtype=np.int32)
    columns = {
        name: Column(rows, _whole(read.column(name))) if name in COMPARED else _column(read.column(name))
        for name in wanted
    }
    children = columns["CHILD"].texts
    odd = [] if compute.all(compute.utf8_is_digit(children)).as_py() else columns["CHILD"].words()
    if "DECOM" in columns:
        odd += columns["DECOM"].words()
    if any(cells.heading(text) in ("", *KNOWN) for text in odd):
        return None  # headings again in the middle, or perhaps a row of nothing but separators
    return [Found(file, table, columns, np.arange(line, line + read.num_rows, dtype=np.int32))]


def bytes_count(body: memoryview) -> int:
    """How many ends of lines there are."""
    return body.tobytes().count(b"\n")


def _column(chunked: "object") -> Column:
    import pyarrow as pa

    assert isinstance(chunked, pa.ChunkedArray)
    whole = _whole(chunked.unify_dictionaries())
    small = np.uint16 if len(whole.dictionary) < 1 << 16 else np.int32
    return Column(whole.indices.to_numpy(zero_copy_only=False).astype(small, copy=False), whole.dictionary)


def _whole(chunked: Any) -> Any:
    """A column in one piece: the file is read in one block, so that nothing is copied here."""
    return chunked.chunk(0) if chunked.num_chunks == 1 else chunked.combine_chunks()


# ── Line by line ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Builder:
    """A table that grows row by row."""

    def __init__(self, file: str, names: list[str]) -> None:
        self.file, self.names, self.table = file, names, table_of(names, file)
        self.places = [(place, name) for place, name in enumerate(names) if name in WANTED[self.table]]
        self.texts: dict[str, dict[str, int]] = {name: {} for _, name in self.places}
        self.codes: dict[str, list[int]] = {name: [] for _, name in self.places}
        self.lines: list[int] = []
        self.refused: list[tuple[int, str]] = []
        self.flagged: list[tuple[int, str]] = []

    def add(self, row: list[str], line: int) -> None:
        """A row of cells; a blank one is passed over, one with more cells than headings is refused."""
        if not any(map(cells.tidy, row)):
            return
        if len(row) > len(self.names) and any(map(cells.tidy, row[len(self.names) :])):
            self.refused.append((line, f"{len(row)} cells where there are {len(self.names)} headings"))
            return
        if len(row) < len(self.names):
            self.flagged.append((line, "row_too_short"))
        for place, name in self.places:
            text = row[place] if place < len(row) else ""
            known = self.texts[name]
            self.codes[name].append(known.setdefault(text, len(known)))
        self.lines.append(line)

    def found(self) -> Found:
        columns = {
            name: Column(np.array(self.codes[name], np.int32), list(self.texts[name])) for _, name in self.places
        }
        return Found(self.file, self.table, columns, np.array(self.lines, np.int32), self.refused, [], self.flagged)


def _carefully(text: bytes, line: int, separator: str, names: list[str], file: str) -> list[Found]:
    builder = Builder(file, names)
    found = [builder]
    for number, row in _rows(text, line, separator, len(names)):
        if row is None:
            builder.refused.append((number, "a quotation mark is opened and never closed"))
            continue
        first = cells.heading(row[0])
        if first in ("CHILD", *builder.names[:1]) and is_heading(again := [cells.heading(cell) for cell in row]):
            builder.flagged.append((number, "headings_again"))
            if again != builder.names:
                builder = Builder(file, again)
                found.append(builder)
            continue
        builder.add(row, number)
    return [one.found() for one in found]


def _rows(text: bytes, first: int, separator: str, width: int) -> Iterator[tuple[int, list[str] | None]]:
    """Line and cells of each row from line `first` on; None in place of cells where a quotation mark is never closed."""
    nothing = f'{separator}" \t\u00a0'
    lines = ((number, line) for number, line in _lines(text) if number >= first and line.strip(nothing))
    ahead = deque(islice(lines, 1))
    while ahead:
        number, line = ahead[0]
        joined = 1
        if line.count('"') % 2:
            ahead.extend(islice(lines, MOST_JOINED - len(ahead)))
            joined = _joined([line for _, line in ahead], separator, width)
        row = [ahead.popleft()[1] for _ in range(joined or 1)]
        yield number, _cells(row, separator) if joined else None
        if not ahead:
            ahead.extend(islice(lines, 1))


def _lines(text: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of each line that is not blank. Of a file of blank lines none becomes a text of its own."""
    at, number = 0, 1
    while at < len(text):
        if text[at] in b"\r\n":
            something = _SOMETHING.search(text, at)
            start = something.start() if something else len(text)
            number += text.count(b"\n", at, start)
            at = start
            continue
        end = text.find(b"\n", at)
        end = end if end >= 0 else len(text)
        yield number, text[at:end].decode("utf-8", "replace").rstrip("\r")
        at, number = end + 1, number + 1


def _joined(lines: Sequence[str], separator: str, width: int) -> int:
    """How many lines a cell with line breaks joins; 0 if its quotation mark is never closed, or would swallow whole rows."""
    quotes = lines[0].count('"')
    for more in range(1, len(lines)):
        if len(_split(lines[more], separator)) >= max(width, 2):
            return 0
        quotes += lines[more].count('"')
        if quotes % 2 == 0:
            return more + 1
    return 0


def _cells(lines: list[str], separator: str) -> list[str]:
    if len(lines) > 1:
        return _split_joined("\n".join(lines), separator)
    return _split(lines[0], separator) if '"' in lines[0] else lines[0].split(separator)


def _split_joined(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(re.split(r"(?<=\n)", text), delimiter=separator), [])
    except csv.Error:
        return text.split(separator)
