"""Tables as they leave the product and as people bring them: the one writer of CSV for everything that can be downloaded, and a
reader of what spreadsheet programs make of it."""

import csv
import io
import re
import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_ESCAPED = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection"), and the mark that says it is none."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is read: column headings, and rows of text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows of cells, the heading first, as a CSV file that spreadsheets open as it is meant.

    Text is escaped; a number stays a number, also a negative one; None is an empty cell.
    """
    out = io.StringIO(newline="")
    csv.writer(out).writerows([escape_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")  # without the mark at the front Excel shows "Â£"


def escape_formula(text: str) -> str:
    """Text that a spreadsheet would run as a formula begins with an apostrophe; so does text that has its own."""
    return f"'{text}" if text.startswith(_ESCAPED) else text


def unescape_formula(cell: str) -> str:
    """The text that :func:`escape_formula` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_ESCAPED) else cell


# ── What people bring ────────────────────────────────────────────────────────────────────────────────────────────────

OFFERED = ",;\t"
"""What may stand between cells; which of them does is seen from the first LOOKED_AT rows."""
LOOKED_AT = 20
_SEPARATOR = re.compile(r"sep=(.)\r?(\n|$)", re.IGNORECASE)
_BY_PART = {
    "mimetype": "an OpenDocument file (.ods)",
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "Index/Document.iwa": "a Numbers file",
}


def csv_rows(content: bytes) -> Iterator[list[str]]:
    """The rows of a CSV file one after the other, as they stand in it: an empty line is an empty row.

    Reads UTF-8, UTF-16 with its mark at the front ("Unicode text" of Excel) and Windows-1252 (what Excel in Britain writes by
    default); commas, semicolons or tabs; and takes Excel's own first line `sep=;` for what it is. Raises ValueError with the
    rest of a sentence that begins with the file's name.
    """
    text = _decoded(content)
    told = _SEPARATOR.match(text)
    if told:
        text = text[told.end() :]
    delimiter = told[1] if told else max(OFFERED, key=lambda sign: _fits(text, sign))
    if told:
        yield []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [unescape_formula(cell) for cell in row]
    except (csv.Error, TypeError, ValueError) as error:
        raise ValueError(f"is not a CSV file that can be read ({error}).") from None


def _decoded(content: bytes) -> str:
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValueError(
        "is not a text file that can be read. Save it as “CSV UTF-8” in Excel, or take a workbook (.xlsx)."
    )


def _fits(text: str, delimiter: str) -> tuple[float, int]:
    """Which part of the first rows has the same number of cells, more than one, if this stands between them; and that number.

    Not how many rows: a text of several lines in one cell is one row only where the sign is the right one.
    """
    try:
        rows = [row for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), LOOKED_AT) if row]
    except csv.Error:
        return 0, 0
    lengths = Counter(len(row) for row in rows if len(row) > 1)
    return max(((count / len(rows), length) for length, count in lengths.items()), default=(0, 0))


def not_read(content: bytes) -> str | None:
    """Why a file that is neither text nor a workbook of today is not read: the rest of a sentence that begins with its name.

    None where it may be read. It goes by what is in the file, since a name may say something else.
    """
    what = None
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        what = "an old Excel file (.xls) or one that is locked with a password"
    elif content.startswith(b"%PDF"):
        what = "a PDF"
    elif content.startswith(b"PK"):
        what = _packed(content)
    return (
        what
        and f"is {what}, which is not read here. Open it and save it as an Excel workbook (.xlsx) without a password, or as CSV."
    )


def _packed(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
    except zipfile.BadZipFile:
        return None  # whoever opens it says so
    return next((what for part, what in _BY_PART.items() if part in parts), None)
