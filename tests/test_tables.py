"""Protects: whatever people write, no file for a spreadsheet holds a formula; numbers stay numbers; text comes back whole."""

import csv
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from framework import case, edition
from framework.costs import cohort, model, simulation, views
from framework.costs import figures as published
from framework.edition import CONTENT, DEFAULT, FILES, library
from framework.panel import course, demonstration
from framework.rollout import Add, Change, Comment, Happened, Rollout, Start, StateFact, checklist, decide, fold
from framework.rollout import files as rollout_files
from framework.tables import csv_bytes, csv_rows, escape_formula, unescape_formula

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FIGURES, LIST = published.load(), checklist.load()
EXAMPLE = model.default(FIGURES)
FORMULA = re.compile(r"[=+\-@\t\r]")
HOSTILE = ("=1+1", "+44", "-2+3", "@SUM(A1)", '=HYPERLINK("http://example.org","x")')


def cells(content: bytes) -> list[str]:
    assert content.startswith(b"\xef\xbb\xbf"), "without the mark, Excel shows Â£"
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell))


def a_rollout(text: str) -> Rollout:
    """A roll-out in which people wrote this wherever they can."""
    commands = (
        Start("x", text),
        Add("member", {"name": text, "organisation": text}),
        Add("task", {"phase": 1, "title": text, "text": text, "owner": "p1", "notes": text}),
        Change("task", "1.5", "notes", text),
        Comment("1.5", text),
        StateFact("authority", text),
        Add("stakeholder", {"name": text, "needs": text, "channel": text}),
        Add("action", {"text": text, "owner": "p1"}),
    )
    state = Rollout()
    for command in commands:
        state = fold((Happened(e, text, NOW) for e in decide(state, command, LIST, text, NOW)), state)
    return state


@cache
def own_edition(text: str) -> edition.Edition:
    """An authority's own edition that calls a factor this."""
    files = {name: (CONTENT / DEFAULT / f"{name}.toml").read_text("utf-8") for name in FILES}
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    files["factors"] = files["factors"].replace('label = "Neglect"', f'label = "{quoted}"')
    return edition.parse(files)


def a_course(text: str) -> bytes:
    """The course of a meeting in which a member of this name changed an answer."""
    of = edition.load(DEFAULT)
    events = demonstration.events(case.load_samples(of)[0], of, "m", "ABC234", NOW)
    first, *rest = course.course([Happened(event, "", NOW) for event in events], of)
    return course.as_csv([replace(first, what=f"{text} changed Neglect"), *rest], of)


def compared(text: str) -> bytes:
    return views.compare_csv(views.compare([(text, FIGURES, EXAMPLE), ("-1", FIGURES, replace(EXAMPLE, kept=3))]))


EVERY_CSV: dict[str, Callable[[str], bytes]] = {
    "tasks": lambda text: rollout_files.tasks_csv(a_rollout(text), LIST),
    "factors": lambda text: library.as_csv(own_edition(text), own_edition(text).factor),
    "course": a_course,
    "comparison": compared,
}
"""Every table of which people write a part."""
NUMBERS: dict[str, Callable[[], bytes]] = {
    "map": lambda: views.heat_csv(views.heat_map(FIGURES, EXAMPLE)),
    "years": lambda: views.year_csv(cohort.outlook(FIGURES, EXAMPLE)),
    "spread": lambda: views.bin_csv(views.bin_rows(simulation.simulate(FIGURES, EXAMPLE, 500))),
    "ranges": lambda: views.tornado_csv(simulation.tornado(FIGURES, EXAMPLE)),
}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", EVERY_CSV)
def test_nothing_that_people_write_is_a_formula(name: str, text: str) -> None:
    found = cells(EVERY_CSV[name](text))
    assert any(text in cell for cell in found), "the words are still there"
    assert not [cell for cell in found if FORMULA.match(cell) and not is_number(cell)]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_the_archive_of_a_rollout_is_a_formula_and_all_of_it_comes_back(text: str) -> None:
    state = a_rollout(text)
    with zipfile.ZipFile(io.BytesIO(rollout_files.csv_zip(state, LIST))) as archive:
        found = [cell for name in archive.namelist() for cell in cells(archive.read(name))]
    assert sum(text in cell for cell in found) > 10
    assert not [cell for cell in found if FORMULA.match(cell)]
    tables = rollout_files.read(rollout_files.csv_zip(state, LIST), "all.zip")
    assert not rollout_files.preview(state, tables, LIST, "Priya", NOW).changes


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_stay_numbers(name: str) -> None:
    found = cells(NUMBERS[name]())
    assert not [cell for cell in found if cell.startswith("'")]
    assert not [cell for cell in found if FORMULA.match(cell) and not is_number(cell)]
    if name in ("map", "years"):
        assert any(cell.startswith("-") for cell in found), "a loss is a number below nought"


def test_text_that_looks_like_a_number_below_nought_is_text_and_a_number_is_a_number() -> None:
    assert cells(csv_bytes([("-5", -5, -0.5, None)])) == ["'-5", "-5", "-0.5", ""]


@given(st.text())
@example("'=1")
@example("''=1")
@example("'tis")
def test_any_text_comes_back_and_none_begins_like_a_formula(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert not FORMULA.match(escape_formula(text))


def test_lines_and_semicolons_in_a_cell_do_not_pass_for_columns() -> None:
    cells = ["m1", "Practice set 2", "Topics: one; two\nTopics: three; four\nTopics: five; six", "no"]
    written = csv_bytes([["Id", "Kind", "Agenda", "Held"], cells])
    assert list(csv_rows(written)) == [["Id", "Kind", "Agenda", "Held"], cells]


def test_there_is_one_writer_of_csv() -> None:
    """Also no grid of Streamlit's: those offer a download of their own, which escapes nothing."""
    other = re.compile(r"csv\.(Dict)?[wW]riter|\.to_csv\(|st\.(dataframe|data_editor)\(")
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("framework", "pages")
        for path in (ROOT / folder).rglob("*.py")
        if other.search(path.read_text("utf-8"))
    ]
    assert found == ["framework/tables.py"]
