"""The financial year of a return: of each row of an Episodes table, and of the tables that have no dates of their own."""

from collections.abc import Mapping
from pathlib import PurePosixPath

import numpy as np

from framework.outcomes import cells
from framework.outcomes.rows import OPEN, Ints, Part, Rejected
from framework.outcomes.tables import Found


def set_year(part: Part, given: int | None, rejected: list[Rejected]) -> None:
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


def _latest(part: Part) -> int | None:
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


def years_of_rows(found: Found, year: int) -> Ints:
    column = found.columns.get("YEAR")
    if column is None:
        return np.full(len(found.lines), year, np.int32)
    numbers = np.array([cells.financial_year(text) or year for text in column.words()], np.int32)
    return numbers[column.codes] if len(numbers) else np.zeros(0, np.int32)


def folder_of(file: str) -> str:
    """Where a table stands: its folder, workbook, or zip file; of one XML file, the file."""
    if file.endswith(")") and " (" in file:
        return file.rpartition(" (")[0]
    return file if file.lower().endswith(".xml") else str(PurePosixPath(file.replace("\\", "/")).parent)


def year_beside(file: str, neighbours: Mapping[str, int], newest: int) -> tuple[int, str]:
    """The year of a table without dates of its own: in its name, or that of the episodes beside it, or the newest."""
    own = cells.year_in_name(PurePosixPath(file.replace("\\", "/")).name)
    if own is not None and own <= newest:
        return own, "name"
    if folder_of(file) in neighbours:
        return neighbours[folder_of(file)], "neighbour"
    year, source = year_of_file(file, None)
    return (year, source) if 0 < year <= newest else (newest, "neighbour")


def label_of(years: Ints) -> str | None:
    present = [year for year in np.flatnonzero(np.bincount(years)).tolist() if year > 0]
    if not present:
        return None
    first, last = cells.label_of(present[0]), cells.label_of(present[-1])
    return first if first == last else f"{first} to {last}"
