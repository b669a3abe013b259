"""Tables in a file that somebody brings: CSV, Excel (.xlsx), and a zip of CSV files, as rows of text.

Every size is looked at before it is paid for: what a file unpacks to before it is unpacked, rows and cells while they are read. What
reads a file is called in a process apart (`apart.run`), since a library may take more than is foreseen here.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from framework.tables import csv_rows, not_read

SIZE_LIMIT, UNPACKED_LIMIT = 5_000_000, 30_000_000
"""Bytes of a file, and of all that is in it."""
RATIO_LIMIT, SMALL = 200, 1_000_000
"""How many times its packed size a part of more than SMALL bytes may have. A full workbook packs to a tenth, one of the same row again
and again to a hundredth; what is made to burst, to a thousandth."""
ENTRIES_LIMIT, ROWS_LIMIT, CELLS_LIMIT = 200, 10_000, 400_000
"""Of a zip file or workbook, of a table, and of all tables together."""
TEXT_LIMIT = 20_000_000
"""Characters of all cells together: a workbook holds a text once, and any number of cells may show it."""
COLUMNS = 100
"""The columns of a sheet that are looked at."""
MOMENT = "%d/%m/%Y %H:%M"
Rows = list[list[str]]


class NoValue(str):
    """A cell with a formula whose value the file does not hold, or whose value is an error; where it stands."""


class NotRead(Exception):
    """A file that could not be read: a sentence for whoever brought it."""


def read(content: bytes, name: str) -> dict[str, Rows]:
    """The tables in a file, by the title of the sheet or the name of the CSV file ("" for a CSV file alone). Raises NotRead."""
    if len(content) > SIZE_LIMIT:
        raise NotRead(f"{name} is too large: no more than {SIZE_LIMIT // 1_000_000} MB can be read.")
    if not content.strip():
        raise NotRead(f"{name} is empty.")
    if why := not_read(content):
        raise NotRead(f"{name} {why}")
    room = [CELLS_LIMIT, TEXT_LIMIT]
    return _archive(content, name, room) if content[:2] == b"PK" else {"": _csv(content, name, room)}


def _archive(content: bytes, name: str, room: list[int]) -> dict[str, Rows]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_sizes(parts, name)
            if any(part.filename == "[Content_Types].xml" for part in parts):
                return _excel(content, name, room)
            return {
                part.filename.rpartition("/")[2].removesuffix(".csv"): _csv(archive.read(part), part.filename, room)
                for part in parts
                if part.filename.lower().endswith(".csv") and part.file_size
            }
    except (NotRead, MemoryError):
        raise
    except Exception as error:  # zipfile raises whatever the unpacking raises: zlib.error, BadZipFile, EOFError …
        raise NotRead(f"{name} is damaged or locked and cannot be opened ({error}).") from None


def _check_sizes(parts: list[zipfile.ZipInfo], name: str) -> None:
    if len(parts) > ENTRIES_LIMIT:
        raise NotRead(f"{name} holds {len(parts):,} files; no more than {ENTRIES_LIMIT} are read.")
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise NotRead(f"{name} unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB and is not read.")
    if any(part.file_size > max(SMALL, RATIO_LIMIT * part.compress_size) for part in parts):
        raise NotRead(
            f"{name} unpacks to more than {RATIO_LIMIT} times its size, which no table does. It was not opened. "
            "Save it again in a spreadsheet program, without empty rows at the end."
        )


def _bounded(rows: Iterable[list[str]], where: str, room: list[int]) -> Iterator[list[str]]:
    """The rows, as long as they are not too many."""
    for number, row in enumerate(rows):
        room[0] -= len(row)
        room[1] -= sum(map(len, row))
        if number > ROWS_LIMIT:
            raise NotRead(f"{where} has more than {ROWS_LIMIT:,} rows and is not read.")
        if room[0] < 0:
            raise NotRead(f"{where}: there are more than {CELLS_LIMIT:,} cells up to here, and no more are read.")
        if room[1] < 0:
            raise NotRead(
                f"{where}: the cells up to here hold more than {TEXT_LIMIT:,} characters, and no more are read."
            )
        yield row


def _excel(content: bytes, name: str, room: list[int]) -> dict[str, Rows]:
    import openpyxl  # heavy

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        formulas = _formulas(content)
        found = {}
        for page in book.worksheets:
            page.reset_dimensions()  # what a sheet says of its own size may be wrong
            rows = list(_bounded(_rows(page), f"{name}: {page.title}", room))
            for (title, number), places in formulas.items():
                if title == page.title and number < len(rows):
                    _name_missing(rows[number], places, f"{title}, cell {{}}{number + 1}")
            while rows and not any(rows[-1]):
                rows.pop()
            found[page.title] = rows
        return found
    except (NotRead, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise on a damaged file
        raise NotRead(f"{name} cannot be read as an Excel workbook ({type(error).__name__}).") from None


def _rows(page: Any) -> Iterator[list[str]]:
    for row in page.iter_rows(values_only=True, max_col=COLUMNS):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _formulas(content: bytes) -> dict[tuple[str, int], list[int]]:
    """Where the formulas of a workbook stand: sheet and row → columns, all counted from 0."""
    import openpyxl  # heavy

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(\w+:)?f[\s/>]", archive.read(name)) for name in sheets):
            return {}  # nearly always: not read twice
    found: dict[tuple[str, int], list[int]] = {}
    for page in openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False).worksheets:
        page.reset_dimensions()
        for number, row in enumerate(page.iter_rows(max_row=ROWS_LIMIT + 1, max_col=COLUMNS)):
            if places := [place for place, cell in enumerate(row) if cell.data_type == "f"]:
                found[page.title, number] = places
    return found


def _name_missing(cells: list[str], places: list[int], where: str) -> None:
    """Put where it stands in place of each formula that has no value, or an error for its value."""
    from openpyxl.cell.cell import ERROR_CODES
    from openpyxl.utils import get_column_letter

    cells += [""] * (max(places) + 1 - len(cells))
    for place in places:
        if not cells[place] or cells[place] in ERROR_CODES:
            cells[place] = NoValue(where.format(get_column_letter(place + 1)))


def _text(cell: Any) -> str:
    """An Excel cell as the text it shows."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:{MOMENT}}".removesuffix(" 00:00")
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _csv(content: bytes, name: str, room: list[int]) -> Rows:
    try:
        return list(_bounded(csv_rows(content), name, room))
    except ValueError as error:
        raise NotRead(f"{name} {error}") from None
