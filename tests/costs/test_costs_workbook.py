"""The workbook: whoever changes an input in it gets the same answers as on screen."""

import io
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from framework.costs import model, words, workbook
from framework.costs.reading import About
from tests.libreoffice import ensure_libreoffice, recalculate
from tests.workbooks import ABOUT, FIGURES, cell_of, gives_our_answers, named, opened, random_scenario

EXAMPLE = model.default(FIGURES)
CHOSEN = (
    EXAMPLE,
    *(replace(EXAMPLE, edition=edition) for edition in FIGURES.editions if edition != EXAMPLE.edition),
    *(replace(EXAMPLE, curve=curve, years=7) for curve in FIGURES.curves if curve != EXAMPLE.curve),
    replace(EXAMPLE, curve=model.OWN, own_curve=(Decimal("0.2"), Decimal("0.25"), Decimal(1)), years=10),
    replace(EXAMPLE, rate=Decimal(0), kept=0),
    replace(EXAMPLE, rate=Decimal(1), kept=EXAMPLE.children),
    replace(EXAMPLE, children=1, kept=None),
    replace(EXAMPLE, children=model.MOST_CHILDREN, kept=None, years=10),
    replace(EXAMPLE, reentry_cost=Decimal(0), support_cost=Decimal(0)),
    replace(EXAMPLE, reentry_cost=Decimal("12345.67"), support_cost=Decimal("0.01"), additional=Decimal(0)),
    replace(EXAMPLE, months=120, additional=Decimal("0.5"), uprating=Decimal("1.234")),
    replace(EXAMPLE, mix=True, need_low=0, need_medium=0, need_high=100),
    replace(EXAMPLE, usual_effect=Decimal(1), kept=None),
    replace(EXAMPLE, start=date(2026, 12, 1), end=date(2027, 11, 28), years=10, discount=Decimal(1)),
    replace(EXAMPLE, start=date(2026, 4, 1), end=date(2026, 4, 28), years=1, discount=Decimal(0)),
    replace(EXAMPLE, rate_range=(-100, 100), effect_range=(0, 0)),
    model.begin(FIGURES),
    replace(EXAMPLE, children=100, rate=Decimal("0.05")),
    replace(EXAMPLE, children=10, rate=Decimal("0.074")),
    replace(EXAMPLE, rate=Decimal("0.4494"), reentry_cost=Decimal(70000), price_year=2026),
)
"""Every edition and curve, and the edges of every input."""
SCENARIOS = 24
"""The chosen ones, and as many random ones as fit; `make bench` takes hundreds."""


def test_the_scenarios_are_ones_that_the_page_takes() -> None:
    chance = random.Random(4)
    for scenario in (*CHOSEN, *(random_scenario(chance) for _ in range(220))):
        assert model.check(FIGURES, scenario) == {}


def test_a_workbook_whose_inputs_are_changed_gives_our_answers(tmp_path: Path) -> None:
    chance = random.Random(4)
    others = [random_scenario(chance) for _ in range(SCENARIOS - len(CHOSEN))]
    assert others, "there is room for chance"
    gives_our_answers([*CHOSEN, *others], tmp_path)


def test_text_from_people_stays_text_in_the_workbook() -> None:
    book = opened(workbook.build(FIGURES, EXAMPLE, ABOUT._replace(scenario='=HYPERLINK("http://example.org","x")')))
    assert book["Answers"]["A1"].data_type == "s"
    assert book["Answers"]["A1"].hyperlink is None


def test_the_workbook_opens_with_our_answers_before_anything_is_recalculated() -> None:
    scenario = replace(EXAMPLE, kept=20)
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(FIGURES, scenario, ABOUT)), data_only=True)
    for name, ours in workbook.equal_to_ours(FIGURES, scenario).items():
        assert named(book, name) == (ours if isinstance(ours, str) else pytest.approx(ours)), name


WRONG = (
    ({"children": "eighty"}, "children"),
    ({"children": 0}, "children"),
    ({"children": 2.5}, "children"),
    ({"children": None}, "children"),
    ({"reentry_rate": -0.1}, "reentry_rate"),
    ({"reentry_rate": 45}, "reentry_rate"),
    ({"own_kept": 37}, "own_kept"),
    ({"own_kept": -1}, "own_kept"),
    ({"own_kept": "eight"}, "own_kept"),
    ({"usual_effect": 1.5}, "usual_effect"),
    ({"published_reentry": -1}, "published_reentry"),
    ({"local_support": "free"}, "local_support"),
    ({"local_reentry": 10_000_001}, "local_reentry"),
    ({"use_mix": 1, "need_low": 0.9}, "need_high"),
    ({"use_mix": 2}, "use_mix"),
    ({"uprating": 0}, "uprating"),
    ({"horizon": 11}, "horizon"),
    ({"care_months": 0}, "care_months"),
    ({"discount_rate": "3.5 per cent"}, "discount_rate"),
    ({"rate_lower": 0.2}, "rate_lower"),
    ({"effect_higher": 2}, "effect_higher"),
)
"""What the page refuses, each with the cell that says so."""
RIGHT: tuple[dict[str, object], ...] = (
    {"own_kept": 36},
    {"children": 100, "reentry_rate": 0.29, "own_kept": 29},
    {"own_kept": None, "usual_effect": None},
    {"need_low": 0.9},
    {"use_mix": 1, "need_low": 0.1, "need_medium": 0.2, "need_high": 0.7},
)


def test_the_workbook_refuses_what_the_page_refuses_and_says_where(tmp_path: Path) -> None:
    """Kept above the expected, mixes over 100%, negatives and text gave answers like any other."""
    ensure_libreoffice()
    files = []
    for number, changed in enumerate([*(wrong for wrong, _ in WRONG), *RIGHT]):
        book = opened(workbook.build(FIGURES, EXAMPLE, ABOUT))
        for name, value in changed.items():
            cell_of(book, name).value = value
        files.append(tmp_path / f"{number}.xlsx")
        book.save(files[-1])
    (tmp_path / "out").mkdir()
    recalculate(files, tmp_path / "out", tmp_path / "profile")
    books = [openpyxl.load_workbook(tmp_path / "out" / file.name, data_only=True) for file in files]
    for book, (changed, name) in zip(books, WRONG, strict=False):
        row = cell_of(book, name).row
        told = [cell.row for cell in book["Inputs"]["D"][4:] if cell.value]
        assert told == [row], (changed, told)
        assert named(book, "inputs_ok") == 0 and "cannot be used" in named(book, "said_headline")
        for answer in ("expected_cost", "breakeven", "net_position", "end_position", "kept"):
            assert named(book, answer) == workbook.CHECK, (changed, answer)
        values = [
            cell.value for sheet in ("Answers", "Map", "Years", "Ranges") for row_ in book[sheet] for cell in row_
        ]
        assert not any(isinstance(value, str) and value.startswith(("#", "Err:")) for value in values), changed
    for book, changed in zip(books[len(WRONG) :], RIGHT, strict=True):
        assert named(book, "inputs_ok") == 1, changed
        assert named(book, "expected_cost") > 0


def test_every_cell_that_may_be_changed_is_checked_when_it_is_typed() -> None:
    book = opened(workbook.build(FIGURES, EXAMPLE, ABOUT))
    sheet = book["Inputs"]
    checked = {str(rule.sqref) for rule in sheet.data_validations.dataValidation if rule.error}
    names = [line.name for line in workbook._lines(FIGURES, EXAMPLE)]
    names += [f"{name}_{end}" for name, _ in workbook._RANGED for end in ("lower", "higher")]
    assert {cell_of(book, name).coordinate for name in names} == checked


def test_the_workbook_says_whose_it_is_at_what_prices_and_what_nobody_has_published() -> None:
    about = About(date(2027, 7, 3), "Budget 2028", "Northshire", "Priya Shah", "https://homeward.example/costs?kept=8")
    scenario = replace(EXAMPLE, edition="2024", mix=True)
    book = opened(workbook.build(FIGURES, scenario, about))
    said = {str(cell.value) for row in book["Sources"].iter_rows() for cell in row if cell.value}
    assert {"Northshire", "Budget 2028", "Priya Shah", "3 July 2027", about.link, words.ASSUMED} <= said
    for one in words.assumed(FIGURES, scenario):
        assert set(one) <= said
    for source in ("sussex2024", "goldacre2022", "greenbook"):
        assert any(FIGURES.citations[source] in text for text in said)
    assert named(book, "published_price_year") == 2024
