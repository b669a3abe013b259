"""The workbook: whoever changes an input in it gets the same answers as on screen."""

import io
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from framework.costs import scenario as sc
from framework.costs import workbook
from tests.workbooks import FIGURES, gives_our_answers, named, opened, random_scenario

EXAMPLE = sc.default(FIGURES)
CHOSEN = (
    EXAMPLE,
    *(replace(EXAMPLE, edition=edition) for edition in FIGURES.editions if edition != EXAMPLE.edition),
    *(replace(EXAMPLE, curve=curve, years=7) for curve in FIGURES.curves if curve != EXAMPLE.curve),
    replace(EXAMPLE, curve=sc.OWN, own_curve=(Decimal("0.2"), Decimal("0.25"), Decimal(1)), years=10),
    replace(EXAMPLE, rate=Decimal(0), kept=0),
    replace(EXAMPLE, rate=Decimal(1), kept=EXAMPLE.children),
    replace(EXAMPLE, children=1, kept=None),
    replace(EXAMPLE, children=sc.MOST_CHILDREN, kept=None, years=10),
    replace(EXAMPLE, reentry_cost=Decimal(0), support_cost=Decimal(0)),
    replace(EXAMPLE, reentry_cost=Decimal("12345.67"), support_cost=Decimal("0.01"), additional=Decimal(0)),
    replace(EXAMPLE, months=120, additional=Decimal("0.5"), uprating=Decimal("1.234")),
    replace(EXAMPLE, mix=True, need_low=0, need_medium=0, need_high=100),
    replace(EXAMPLE, usual_effect=Decimal(1), kept=None),
    replace(EXAMPLE, start=date(2026, 12, 1), end=date(2027, 11, 28), years=10, discount=Decimal(1)),
    replace(EXAMPLE, start=date(2026, 4, 1), end=date(2026, 4, 28), years=1, discount=Decimal(0)),
    replace(EXAMPLE, rate_range=(-100, 100), effect_range=(0, 0)),
)
"""Every edition and curve, and the edges of every input."""
SCENARIOS = 24
"""The chosen ones, and as many random ones as fit; `make bench` takes hundreds."""


def test_the_scenarios_are_ones_that_the_page_takes() -> None:
    chance = random.Random(4)
    for scenario in (*CHOSEN, *(random_scenario(chance) for _ in range(220))):
        assert sc.check(FIGURES, scenario) == {}


def test_a_workbook_whose_inputs_are_changed_gives_our_answers(tmp_path: Path) -> None:
    chance = random.Random(4)
    others = [random_scenario(chance) for _ in range(SCENARIOS - len(CHOSEN))]
    assert others, "there is room for chance"
    gives_our_answers([*CHOSEN, *others], tmp_path)


def test_text_from_people_stays_text_in_the_workbook() -> None:
    book = opened(workbook.build(FIGURES, EXAMPLE, '=HYPERLINK("http://example.org","x")'))
    assert book["Answers"]["A1"].data_type == "s"
    assert book["Answers"]["A1"].hyperlink is None


def test_the_workbook_opens_with_our_answers_before_anything_is_recalculated() -> None:
    scenario = replace(EXAMPLE, kept=20)
    book = openpyxl.load_workbook(io.BytesIO(workbook.build(FIGURES, scenario)), data_only=True)
    for name, ours in workbook.equal_to_ours(FIGURES, scenario).items():
        assert named(book, name) == (ours if isinstance(ours, str) else pytest.approx(ours)), name
