"""Tables as they leave the product: how they are read, and the one writer of CSV for everything that can be downloaded."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
