"""Protects: figures taken from the authority's own returns keep their source, saved and opened again, on page and paper; never longer than they stand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from framework.costs import figures as published
from framework.costs import model, saved, views, words
from framework.streams.store import Store
from tests.record import scenarios_in

FIGURES = published.load()
LINK = {
    "children": "75",
    "rate": "26",
    "curve": "own",
    "own_curve": "9, 20, 26",
    "own_months": "3, 12, 24",
    "rate_range": "-15,15",
    "taken": "2026-03-31 children rate own_curve rate_range",
}
SOURCE = "Your own SSDA903 returns up to 31 March 2026"


def now() -> datetime:
    return datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def taken() -> model.Scenario:
    scenario, sentences = model.from_query(FIGURES, LINK)
    assert not sentences
    return scenario


def test_the_source_is_kept_with_the_saved_scenario_and_in_its_link(store: Store, taken: model.Scenario) -> None:
    scenarios = scenarios_in(store, now)
    scenarios.save(FIGURES, "North", "Priya", taken)
    assert saved.opened(scenarios.all()[0]).scenario == taken
    assert model.from_query(FIGURES, model.to_query(FIGURES, taken)) == (taken, [])
    assert taken.taken == model.Taken(date(2026, 3, 31), ("children", "rate", "own_curve", "rate_range"))


def test_page_and_paper_say_it_at_each_figure(taken: model.Scenario) -> None:
    sources = {row[0]: row[2] for row in views.scenario_table(FIGURES, taken).rows}
    figures = (
        "Children who go home in a year",
        "Of these, come back into care",
        "When children come back",
        "Range: how many children come back",
    )
    assert {sources[name] for name in figures} == {SOURCE}
    assert words.taken_said(taken).startswith(f"{SOURCE} gave: how many children go home, to the nearest 5, ")


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("children", "90", ("rate", "own_curve", "rate_range")),
        ("own_curve", "9, 20, 27", ("children", "rate", "rate_range")),
        ("own_months", "3, 12, 25", ("children", "rate", "rate_range")),
        ("curve", "dfe2013", ("children", "rate", "rate_range")),
        ("kept", "4", ("children", "rate", "own_curve", "rate_range")),
    ],
)
def test_a_figure_that_somebody_changes_is_no_longer_said_to_be_of_the_returns(
    taken: model.Scenario, name: str, text: str, left: tuple[str, ...]
) -> None:
    changed, errors = model.entered(FIGURES, {name: text}, taken, name)
    assert not errors and changed.taken is not None and changed.taken.fields == left


def test_where_all_were_changed_nothing_is_said() -> None:
    scenario, _ = model.from_query(FIGURES, {"children": "75", "taken": "2026-03-31 children"})
    changed, _ = model.entered(FIGURES, {"children": "90"}, scenario, "children")
    assert changed.taken is None and words.taken_said(changed) == ""


@pytest.mark.parametrize("text", ["2026-03-31", "2026-03-31 everything", "yesterday rate", "<b>"])
def test_a_link_can_claim_nothing_else(text: str) -> None:
    scenario, sentences = model.from_query(FIGURES, {"children": "75", "taken": text})
    assert scenario.taken is None and len(sentences) == 1


def test_the_own_curve_may_have_points_at_any_month(taken: model.Scenario) -> None:
    assert model.points(FIGURES, taken) == ((3, Decimal("0.09")), (12, Decimal("0.2")), (24, Decimal("0.26")))
    without = replace(taken, own_months=None)
    assert [month for month, _ in model.points(FIGURES, without)] == [12, 24, 36]


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ("3, 12", "3 percentages and 2 months"),
        ("12, 3, 24", "later than the one before"),
        ("0, 1, 2", "1"),
        ("3, 12, x", "number"),
    ],
)
def test_months_that_do_not_fit_are_refused_at_their_field(taken: model.Scenario, months: str, words: str) -> None:
    scenario, errors = model.entered(FIGURES, {"own_months": months}, taken, "own_months")
    assert words in errors["own_months"] and scenario.own_months == (3, 12, 24)
