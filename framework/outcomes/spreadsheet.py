"""Workbooks (.xlsx): every sheet is a table. The limits of zip files hold before one is opened."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

from framework.outcomes import cells
from framework.outcomes.delimited import HEADINGS_WITHIN, Builder
from framework.outcomes.tables import Found, Unreadable, is_heading

MOST_COLUMNS = 100
MOST_BLANK = 2000
"""Blank rows after which a sheet is over; some are formatted down to row 1,048,576."""
MOST_ROWS = 400_000


def read(data: bytes, file: str) -> tuple[list[Found], list[str]]:
    """The tables in the sheets, and why each other sheet was not used. Raises Unreadable."""
    import openpyxl

    try:
        _refuse_entities(data, file)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
    except Unreadable:
        raise
    except Exception:  # openpyxl and zipfile raise whatever their parts raise
        raise Unreadable(
            f"{file}: this workbook is damaged, or is none. Open it in a spreadsheet program and save it again."
        ) from None
    found: list[Found] = []
    passed: list[str] = []
    for sheet in sheets:
        name = f"{file} ({sheet.title})"
        try:
            found += _sheet(sheet, name)
        except Unreadable as error:
            passed.append(str(error))
        except Exception:  # a part of the workbook that openpyxl cannot read
            passed.append(f"{name}: this sheet is damaged and could not be read.")
    return found, passed


def _refuse_entities(data: bytes, file: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for part in parts.namelist():
            if part.endswith((".xml", ".rels")):
                with parts.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(4096).upper():
                        raise Unreadable(
                            f"{file}: a part of this workbook has a document type of its own (<!DOCTYPE>), which no spreadsheet writes."
                        )


def _sheet(sheet: Any, name: str) -> list[Found]:
    builder: Builder | None = None
    blank, notes = 0, list[str]()
    sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        row = [_text(value) for value in values]
        if not any(row):
            blank += 1
            if blank > MOST_BLANK:
                notes.append(f"Read to row {number - blank:,}: the {MOST_BLANK:,} rows after it are blank.")
                break
            continue
        blank = 0
        if number > MOST_ROWS:
            raise Unreadable(
                f"{name}: this sheet has more than {MOST_ROWS:,} rows. Save it as CSV, which is read much faster."
            )
        if builder is None:
            names = [cells.heading(text) for text in row]
            while names and not names[-1]:
                names.pop()
            if is_heading(names):
                builder = Builder(name, names)
            elif number > HEADINGS_WITHIN:
                break
            continue
        again = [cells.heading(text) for text in row]
        if again[0] == "CHILD" and is_heading(again):
            builder.flagged.append((number, "headings_again"))
            continue
        builder.add(row + [""] * (len(builder.names) - len(row)), number)
    if builder is None:
        raise Unreadable(f"{name}: no headings of an SSDA903 table were found on this sheet.")
    found = builder.found()
    found.notes += notes
    return [found]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
