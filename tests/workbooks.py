"""Workbooks whose inputs somebody changes: LibreOffice recalculates them, and the answers are held against ours."""

import io
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from framework.costs import figures as published
from framework.costs import model, simulation, views, workbook
from framework.costs.reading import About
from tests.libreoffice import ensure_libreoffice, recalculate

FIGURES = published.load()
ABOUT = About(date(2026, 11, 28))


def random_scenario(chance: random.Random) -> model.Scenario:
    """Anything that the page would take, the edges included."""
    rate = Decimal(chance.choice([0, 1000, chance.randint(1, 999)])) / 1000
    children = chance.choice([1, chance.randint(1, 300), chance.randint(1, model.MOST_CHILDREN)])
    low = chance.randint(0, 100)
    medium = chance.randint(0, 100 - low)
    own = sorted(Decimal(chance.randint(1, 1000)) / 1000 for _ in range(chance.randint(1, 10)))
    first = chance.randint(1, 12)
    months = chance.randint(1, 12)
    last = 2026 * 12 + first - 1 + months - 1
    return model.Scenario(
        edition=chance.choice(list(FIGURES.editions)),
        children=children,
        rate=rate,
        kept=chance.choice([None, chance.randint(0, int(children * rate))]),
        usual_effect=Decimal(chance.choice([0, 250, 500, 1000, chance.randint(1, 999)])) / 1000,
        reentry_cost=chance.choice([None, Decimal(0), Decimal(chance.randint(1, 20_000_000)) / 100]),
        support_cost=chance.choice([None, Decimal(0), Decimal(chance.randint(1, 2_000_000)) / 100]),
        months=chance.choice([12, chance.randint(1, 120)]),
        additional=chance.choice([Decimal(0), Decimal(1), Decimal(chance.randint(0, 100)) / 100]),
        uprating=chance.choice([Decimal(1), Decimal(chance.randint(100, 9999)) / 1000]),
        mix=chance.random() < 0.5,
        need_low=low,
        need_medium=medium,
        need_high=100 - low - medium,
        curve=chance.choice([*FIGURES.curves, model.OWN]),
        own_curve=tuple(own),
        start=date(2026, first, 1),
        end=date(last // 12, last % 12 + 1, 28),
        years=chance.randint(1, 10),
        discount=Decimal(chance.choice([0, 35, chance.randint(0, 1000)])) / 1000,
        rate_range=(-chance.randint(0, 100), chance.randint(0, 100)),
        effect_range=(-chance.randint(0, 100), chance.randint(0, 100)),
    )


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def inputs_of(scenario: model.Scenario) -> Worksheet:
    """The sheet Inputs as somebody would fill it in for this scenario."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        workbook._inputs(book, book.add_worksheet("Inputs"), workbook._Look(book), FIGURES, scenario)
    return opened(out.getvalue())["Inputs"]


def cell_of(book: openpyxl.Workbook, name: str) -> Cell:
    sheet, cell = next(iter(book.defined_names[name].destinations))
    return book[sheet][cell]


def named(book: openpyxl.Workbook, name: str) -> Any:
    return cell_of(book, name).value


def gives_our_answers(scenarios: Sequence[model.Scenario], folder: Path) -> None:
    """The default workbook, its inputs replaced by those of each scenario: AssertionError where an answer is not ours."""
    ensure_libreoffice()
    book = opened(workbook.build(FIGURES, model.default(FIGURES), ABOUT))
    sources, results = folder / "changed", folder / "recalculated"
    sources.mkdir()
    results.mkdir()
    files = []
    for number, scenario in enumerate(scenarios):
        for row in inputs_of(scenario).iter_rows():
            for cell in row:
                if book["Inputs"][cell.coordinate].value != cell.value:
                    book["Inputs"][cell.coordinate].value = cell.value
        files.append(sources / f"{number}.xlsx")
        book.save(files[-1])  # without any result of a formula: whatever is read below was computed anew
    recalculate(files, results, folder / "profile")
    for number, scenario in enumerate(scenarios):
        _held_against_ours(openpyxl.load_workbook(results / f"{number}.xlsx", data_only=True), scenario)


def _held_against_ours(got: openpyxl.Workbook, scenario: model.Scenario) -> None:
    for name, ours in workbook.equal_to_ours(FIGURES, scenario).items():
        theirs = named(got, name)
        if isinstance(ours, str):
            assert theirs == ours, (name, scenario)
        else:
            # To a hundredth of a penny in small sums, to a billionth in sums of many millions.
            assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-4), (name, scenario)
    assert named(got, "inputs_ok") == 1, scenario
    _map_against_ours(got["Map"], scenario)
    if not model.effect_given(scenario):
        assert {cell.value for row in got["Ranges"]["B5:F8"] for cell in row} == {views.NOT_GIVEN}
        return
    swings = {row[0].value: row for row in got["Ranges"].iter_rows(min_row=5, max_row=8)}
    for swing in simulation.tornado(FIGURES, scenario):
        label = dict(zip(("rate", "reentry_cost", "support_cost", "effect"), swings, strict=True))[swing.name]
        row = [cell.value for cell in swings[label]]
        assert row[1:5] == pytest.approx([swing.low, swing.at_low, swing.high, swing.at_high], rel=1e-9, abs=1e-3)


def _map_against_ours(sheet: Worksheet, scenario: model.Scenario) -> None:
    """Each cell of the map is what the model says of its own rate and children; only what cannot be has none."""
    kept = [cell.value for cell in sheet[5][1:12]]
    for row in sheet.iter_rows(min_row=6, max_row=14):
        rate = row[0].value
        for number, cell in zip(kept, row[1:12], strict=True):
            possible = all(not isinstance(one, str) for one in (rate, number))
            if not possible or number > round(rate * scenario.children, 9):
                assert cell.value == "–", (scenario, rate, number)
                continue
            answer = model.answer_of(FIGURES, replace(scenario, rate=Decimal(str(round(rate, 10)))))
            assert cell.value == pytest.approx(float(answer.total_cost(int(number))), rel=1e-9, abs=1e-3)
    answer = model.answer_of(FIGURES, scenario)
    here, even = model.kept(scenario, answer), answer.breakeven_children_rounded
    assert kept[9:] == [views.NOT_GIVEN if here is None else here, "none" if even is None else even]
