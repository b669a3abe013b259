"""Protects: 29 faults that public tools of this field met are none here. The figures of each case are those of its expected.json."""

import json
from pathlib import Path
from typing import Any

import pytest

from framework.outcomes import answers, episodes, files
from framework.outcomes.tables import Unreadable

CASES = Path(__file__).parent / "cases"
ALONE = ("R02", "R04", "R06", "R11", "R13", "R14")
"""Cases whose files are each read alone."""


def inputs() -> list[list[Path]]:
    found: list[list[Path]] = []
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        tables = sorted(case.rglob("*.csv"))
        if case.name.startswith(ALONE):
            found += [[table] for table in tables]
        elif case.name.startswith("R07"):
            found.append([case / "episodes.csv"])
        else:
            found.append([case])
    return found


def answered(*paths: Path) -> dict[str, Any]:
    reading = episodes.read(files.find(files.on_disk(map(str, paths))))
    return answers.as_json(reading, answers.answer(reading))


def test_every_case_is_there() -> None:
    assert len([path for path in CASES.iterdir() if path.is_dir()]) == 29


@pytest.mark.parametrize("paths", inputs(), ids=lambda paths: str(paths[0].relative_to(CASES)))
def test_the_figures_of_the_case_are_ours(paths: list[Path]) -> None:
    found = answered(*paths)
    assert found["rows_read"] == found["rows_used"] + found["rows_merged"] + len(found["rows_rejected"])
    file = CASES / paths[0].relative_to(CASES).parts[0] / "expected.json"
    for name, value in (json.loads(file.read_text()) if file.exists() else {}).items():
        if name == "note":
            continue
        ours: Any = found.get(name)
        if name == "rejected_lines":
            ours = [row["line"] for row in found["rows_rejected"]]
        elif name in ("rows_rejected", "flagged"):
            ours = len(ours)
        elif isinstance(value, dict):
            ours = {key: ours[key] for key in value}
        assert ours == value, name


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(Unreadable, match="column CHILD is there twice"):
        answered(CASES / "R07-extra-columns" / "twice.csv")


def test_numbers_of_a_spreadsheet_are_the_dates_they_stand_for() -> None:
    plain = answered(CASES / "R01-bom-crlf")
    for file in (CASES / "R13-excel-serials").glob("*.csv"):
        found = answered(file)
        assert {name: found[name] for name in ("returns", "reentries", "by_year")} == {
            name: plain[name] for name in ("returns", "reentries", "by_year")
        }
        assert any("1899" in note for note in found["notes"])


def test_who_comes_back_on_the_next_day_is_named_in_the_notes() -> None:
    found = answered(CASES / "D13-gap-boundary")
    lines = [flag["line"] for flag in found["flagged"] if flag["kind"] == "back_next_day"]
    assert (lines, found["next_day_returns"]) == ([2, 4], 2)


def test_ids_that_differ_by_zeros_in_front_are_pointed_out() -> None:
    assert any("zeros" in note for note in answered(CASES / "R10-id-is-text")["notes"])
    assert any("child ids" in note for note in answered(CASES / "R09-child-id-forms")["notes"])
