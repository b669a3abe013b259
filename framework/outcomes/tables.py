"""The tables of a return, told apart by their columns, and a table as it was found in a file."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32] | npt.NDArray[np.uint16]

MARKS: dict[str, frozenset[str]] = {
    "Episodes": frozenset({"DECOM", "DEC", "REC"}),
    "OC2": frozenset({"SDQ_SCORE"}),
    "OC3": frozenset({"IN_TOUCH"}),
    "UASC": frozenset({"DUC"}),
    "AD1": frozenset({"DATE_INT"}),
    "PlacedAdoption": frozenset({"DATE_PLACED"}),
    "PrevPerm": frozenset({"PREV_PERM"}),
    "Missing": frozenset({"MIS_START"}),
    "Reviews": frozenset({"REVIEW"}),
    "SWEpisodes": frozenset({"SW_DECOM"}),
    "DoLo": frozenset({"DOLO_START"}),
    "Header": frozenset({"SEX", "DOB"}),
}
"""Which columns beside CHILD a table is known by; the first that fits counts."""
NEEDED = ("CHILD", "DECOM", "LS", "DEC", "REC")
"""Without one of these columns of Episodes no period of care can be told."""
EPISODE_COLUMNS = (
    "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST",
    "URN", "PL_LA", "PL_LOCATION", "PL_DISTANCE",
)  # fmt: skip
"""All that an Episodes table has had over the years; rows that agree in all of it are the same row."""
COMPARED = ("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN", "PL_LA", "PL_DISTANCE")
"""Columns that are read only where two rows have to be told apart. Postcodes differ so often that to number them takes longest of all."""
PLATFORM_COLUMNS = ("LA", "YEAR")
"""What platforms of several authorities add."""
WANTED: dict[str, tuple[str, ...]] = {
    "Episodes": EPISODE_COLUMNS + PLATFORM_COLUMNS,
    "Header": ("CHILD", "SEX", "DOB", "ETHNIC", *PLATFORM_COLUMNS),
    "OC2": ("CHILD", "DOB", "SDQ_SCORE", *PLATFORM_COLUMNS),
    "OC3": ("CHILD", "IN_TOUCH", *PLATFORM_COLUMNS),
    "Framework": ("CHILD", "FROM"),
}
WANTED |= {table: ("CHILD",) for table in MARKS if table not in WANTED}
KNOWN = frozenset().union(*MARKS.values(), *WANTED.values())


class Unreadable(Exception):
    """A file, or a table in it, that cannot be used; the message is a sentence for whoever brought it."""


@dataclass(slots=True)
class Column:
    """A column as the different texts in it and, for each row, which one stands there."""

    codes: Codes
    texts: Any
    """A list of strings, or Arrow's array of them: of a million postcodes only those that are compared become Python's."""

    def words(self) -> list[str]:
        """The different texts."""
        return list(self.texts) if isinstance(self.texts, list) else list(self.texts.to_pylist())

    def text(self, row: int) -> str:
        """What stands in one row."""
        text = self.texts[int(self.codes[row])]
        return text if isinstance(text, str) else str(text.as_py())


@dataclass(slots=True)
class Found:
    """A table in a file: rows in the file's order."""

    file: str
    table: str
    columns: dict[str, Column]
    lines: npt.NDArray[np.int32]
    """The line of each row in the file; of a sheet, the row."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Rows that could not be taken apart: line and reason. They are not among `lines`."""
    notes: list[str] = field(default_factory=list)
    flagged: list[tuple[int, str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.refused)


def table_of(names: list[str], file: str) -> str:
    """Which table these columns are of. Raises Unreadable if of none, or if a column that matters is there twice."""
    there = set(names)
    if "CHILD" in there and "FROM" in there:
        table = "Framework"
    else:
        table = next((table for table, marks in MARKS.items() if marks <= there), "") if "CHILD" in there else ""
    if not table and {"CHILD", "DECOM"} <= there:
        table = "Episodes"
    if not table:
        raise Unreadable(f"{file}: no table of an SSDA903 return has these columns.")
    for name in WANTED.get(table, ()):
        if names.count(name) > 1:
            raise Unreadable(
                f"{file}: the column {name} is there twice, and only one of them can be right. Remove the other."
            )
    if table == "Episodes" and (lacking := [name for name in NEEDED if name not in there]):
        raise Unreadable(
            f"{file}: the Episodes table has no column {', '.join(lacking)}, without which no period of care can be told."
        )
    return table


def is_heading(names: list[str]) -> bool:
    """Whether a row of cells is the headings of a table: CHILD and one more column that we know."""
    there = set(names)
    return "CHILD" in there and len(there & KNOWN) > 1
