"""Protects: what the page says of costs is what the framework says, and nothing is filled in, refused or saved over in silence."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.costs import model, reading, views, words
from framework.text import unbroken
from pages.ui import app
from pages.ui.text import plain
from tests.costs.test_costs_dated import FIGURES, field, shown, visit


@pytest.fixture(autouse=True)
def _record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/homeward.db")
    app.forget()
    yield
    app.forget()


def html(page: AppTest) -> str:
    return unescape(" ".join(str(element.proto.body) for element in page.get("html")))


def enter(page: AppTest, **texts: str) -> AppTest:
    for name, text in texts.items():
        shown(field(page, name).set_value(text).run())
    return page


@pytest.mark.parametrize(
    "query", ["", "kept=8", "children=100&rate=5", "edition=2024&mix=yes&kept=3&years=2", "children=10&rate=7.4&kept=0"]
)
def test_the_page_says_the_words_of_the_framework(query: str) -> None:
    page = visit(query)
    scenario = page.session_state["costs-scenario"]
    result = reading.read(FIGURES, scenario)
    said, all_of_it = result.said, html(page)
    texts = [said.headline, *said.sentences, said.map_title, said.map_note, said.years_title, said.years]
    texts += [said.uncertainty_title, said.uncertainty, said.tornado_title, said.tornado_note]
    texts += [part for tile in said.tiles for part in tile]
    texts += [part for one in words.assumed(FIGURES, scenario) for part in one]
    texts += [step.label for step in views.bridge(FIGURES, scenario, result.outlook)]
    for text in texts:
        assert unbroken(text) in all_of_it or text in all_of_it, text
    assert words.ASSUMED in all_of_it and "today's value" not in all_of_it
    assert [info.value for info in page.info if "How many of them" in info.value] == (
        [plain(said.ask)] if said.ask else []
    )


def test_no_effect_is_filled_in_and_the_example_is_a_named_button() -> None:
    page = visit()
    assert field(page, "kept").value == ""
    assert "possible futures" not in html(page)
    shown(page.button(key="costs-example").click().run())
    assert field(page, "kept").value == "8"
    assert "about 54 of 100 possible futures" in html(page) and words.OF_EXAMPLE in html(page)
    shown(page.button(key="costs-reset-all").click().run())
    assert field(page, "kept").value == "" and "unknown" in page.query_params["kept"]
    enter(page, kept="25%")
    assert field(page, "kept").value == "9" and "25%" in page.query_params["kept"]
    shown(page.button(key="costs-reset-kept").click().run())
    assert field(page, "kept").value == ""


def test_a_refused_change_says_so_at_its_field_and_beside_the_headline() -> None:
    page = enter(visit("kept=20"), children="10")
    said = html(page)
    assert said.count("20 is more than the 4.5 children") == 3, "at both fields, and beside the headline"
    assert words.STILL in said and page.session_state["costs-scenario"].children == 80
    assert field(page, "children").value == "10", "what was typed stays to be mended"
    enter(page, children="80", rate="0.45")
    assert "Did you mean 45%?" in html(page)
    assert enter(page, rate="45%").session_state["costs-errors"] == {}


def test_a_link_with_one_misfit_keeps_its_other_figures_and_says_what_was_left_out() -> None:
    page = visit("children=200&rate=5&kept=50")
    assert field(page, "children").value == "200" and field(page, "kept").value == ""
    assert len(page.warning) == 1 and "50 is more than the 10 children" in page.warning[0].value


def test_saving_under_somebodys_name_asks_and_every_version_can_be_opened() -> None:
    page = visit("kept=9")
    page.text_input(key="costs-save-name").set_value("Budget")
    page.text_input(key="costs-save-by").set_value("Priya")
    save = next(button for button in page.button if button.label == "Save this scenario")
    shown(save.click().run())
    enter(page, kept="10")
    page.text_input(key="costs-save-by").set_value("Tom")
    shown(next(button for button in page.button if button.label == "Save this scenario").click().run())
    assert any(plain("“Budget” already: Priya saved version 1") in one.value for one in page.warning)
    shown(page.button(key="costs-save-over").click().run())
    assert not page.warning
    version = next(box for box in page.selectbox if box.label == "Version")
    assert [option[:8] for option in version.options] == ["2: Tom, ", "1: Priya"]
    version.set_value(1)  # and clicked before the page has been drawn with it
    shown(page.button(key="costs-open").click().run())
    assert field(page, "kept").value == "9"


def test_scenarios_at_different_prices_stand_side_by_side_with_a_warning() -> None:
    for query, name in (("kept=9", "Then"), ("kept=9&edition=2024", "Now"), ("kept=unknown", "Not yet")):
        page = visit(query)
        page.text_input(key="costs-save-name").set_value(name)
        page.text_input(key="costs-save-by").set_value("Priya")
        shown(next(button for button in page.button if button.label == "Save this scenario").click().run())
    said = html(visit())
    assert "different prices (2014 prices; 2024 prices), so their pounds do not compare" in said
    assert model.shown(FIGURES, model.begin(FIGURES), "kept") == ""


@pytest.mark.parametrize(
    ("label", "text", "said"),
    [
        ("Of these, come back into care", "145", "This cannot be more than 100%."),
        ("A child back in care costs", "-5", "Money cannot be less than £0 here."),
        ("Children who go home in a year", "0", "There must be at least 1 child"),
        ("Children who go home in a year", "<img src=x onerror=alert(1)>", "This is not a number."),
        ("Children who go home in a year", "9" * 400, "This number is too long."),
        ("kept at home by the support", "37", "37 is more than the 36 children who would come back."),
    ],
)
def test_bad_input_gets_a_sentence_at_its_field_and_the_last_answer_stays(label: str, text: str, said: str) -> None:
    page = visit("children=80")
    before = page.session_state["costs-scenario"]
    field = next(one for one in page.text_input if label in one.label)
    shown(field.set_value(text).run())
    assert html(page).count(said) >= 2, "at its field, and beside the headline"
    assert page.text_input(key=field.key).value == text and page.session_state["costs-scenario"] == before


def test_nonsense_in_a_link_gets_a_sentence_each_and_the_example() -> None:
    page = visit("children=-1&rate=%3Cscript%3E&colour=red")
    assert page.session_state["costs-scenario"].children == 80
    assert len(page.warning) == 3 and all("could not be used in full" in one.value for one in page.warning)


def test_a_small_authority_only_enters_its_children() -> None:
    """Nobody is refused for a number that they have not entered."""
    page = enter(visit("children=80"), children="10")
    assert field(page, "kept").value == "1" and page.session_state["costs-errors"] == {}
    enter(page, kept="3")
    assert "3" in page.query_params["kept"]
    shown(page.button(key="costs-reset-kept").click().run())
    assert "unknown" in page.query_params["kept"]


def test_the_2024_figures_are_one_choice_away() -> None:
    page = visit("children=80")
    choice = next(one for one in page.selectbox if one.label == "Published figures")
    shown(choice.select_index(next(n for n, one in enumerate(choice.options) if "2024" in one)).run())
    assert "if 6 more children stay" in html(page)
    assert next(one for one in page.text_input if "A child back in care costs" in one.label).value == "105,804"
