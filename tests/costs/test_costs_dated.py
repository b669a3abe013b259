"""Protects: a saved scenario and a link stay as they were made, whatever is published later.

- costs.toml may hold several values of a figure, each with its first day; all of them are checked;
- a saved scenario keeps every value and the published figures that it rests on, also those that the file has lost;
- a link names the figures that it was made with, and a figure that is not to be had any more is said;
- what has changed since is a sentence, and today's figures are one step away.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from framework.costs import figures as published
from framework.costs import keeping, model, words
from framework.costs import saved as scenarios
from framework.costs.figures import FIRST_DAY, Figures
from framework.costs.saved import SCENARIO
from framework.edition import EditionError, folder_of
from framework.streams.store import IndexChange, NewEvent, Store
from pages.costs import page as costs
from pages.ui import app
from tests.record import scenarios_in

FIGURES = published.load()
EXAMPLE = model.default(FIGURES)
NEXT_YEAR = date(2027, 4, 1)
NEWER = """
[[edition.reentry_cost]]
value = 70000.50
unit = "£ for a child in care for a year"
valid_from = 2027-04-01
source = "holmes2014"
provenance = "published"
note = "Raised."
"""
CURVE = """
[[curve]]
id = "dfe2013"
label = "32% in 5 years"
months = [60]
share = [0.32]
valid_from = 2027-04-01
source = "dfe2013"
provenance = "published"
"""
STUDY = CURVE.replace("dfe2013", "dfe2027", 1)


def now() -> datetime:
    return datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def edition(folder: Path, change: Callable[[str], str]) -> Callable[[date], Figures]:
    """An edition whose costs.toml is changed: its figures of a day."""
    folder.mkdir(exist_ok=True)
    for file in folder_of().glob("*.toml"):
        text = file.read_text("utf-8")
        (folder / file.name).write_text(change(text) if file.name == "costs.toml" else text, "utf-8")
    return lambda day: published.load(str(folder), day)


def dearer(text: str) -> str:
    """The file as the next release may publish it: the cost of a year in care, the discount rate and a curve have a new value."""
    text = text.replace("\n[edition.reentry_cost]", "\n[[edition.reentry_cost]]", 1)
    text = text.replace("\n[edition.support_average]", f"{NEWER}\n[edition.support_average]", 1)
    discount = text[text.index("\n[discount]") : text.index("# Where the sliders")]
    newer = discount.replace("0.035", "0.03").replace("2026-11-24", "2027-04-01")
    return text.replace(discount, (discount + newer).replace("[discount]", "[[discount]]")) + CURVE


@pytest.fixture
def later(tmp_path: Path) -> Callable[[date], Figures]:
    return edition(tmp_path / "later", dearer)


# ── Dated values ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_figures_of_a_day_are_those_that_began_last(later: Callable[[date], Figures]) -> None:
    for day, value, rate, share in (
        (date(2020, 1, 1), "61614", "0.035", "0.30"),  # before them all: the first
        (date(2027, 3, 31), "61614", "0.035", "0.30"),
        (NEXT_YEAR, "70000.50", "0.03", "0.32"),
        (date(2040, 1, 1), "70000.50", "0.03", "0.32"),
    ):
        figures = later(day)
        assert figures.editions["2014"].reentry_cost.value == Decimal(value)
        assert figures.discount.rate == Decimal(rate)
        assert figures.curves["dfe2013"].share == (Decimal(share),)
        assert figures.as_at == (FIRST_DAY if value == "61614" else NEXT_YEAR)
        assert figures.editions["2024"] == FIGURES.editions["2024"]


def test_the_id_of_the_first_figures_stays_because_links_hold_it(
    later: Callable[[date], Figures], tmp_path: Path
) -> None:
    assert published.load(on=FIRST_DAY).id == "2026-11-24-47514d"
    assert later(FIRST_DAY).id == "2026-11-24-47514d"
    assert edition(tmp_path / "new", lambda text: text + STUDY)(FIRST_DAY).id == "2026-11-24-47514d"
    assert later(NEXT_YEAR).id != later(FIRST_DAY).id


def test_a_curve_that_comes_later_is_no_part_of_the_figures_before(tmp_path: Path) -> None:
    figures_on = edition(tmp_path / "new", lambda text: text + STUDY)
    assert "dfe2027" not in figures_on(FIRST_DAY).curves
    assert "dfe2027" in figures_on(NEXT_YEAR).curves


def test_a_file_without_dates_is_read_as_the_figures_of_release_0_2_0(tmp_path: Path) -> None:
    figures_on = edition(tmp_path / "old", lambda text: text.replace("valid_from = 2026-11-24\n", ""))
    assert figures_on(date(2030, 1, 1)) == FIGURES


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda text: dearer(text).replace("2027-04-01", '"2027-04-01"', 1), "valid_from: must be a day"),
        (lambda text: dearer(text).replace("2027-04-01", "2026-11-24", 1), "discount: stands twice"),
        (lambda text: text + CURVE.replace("2027-04-01", "2026-11-24"), 'curve "dfe2013": stands twice'),
        # A value that is not used yet is checked all the same.
        (lambda text: dearer(text).replace("value = 70000.50", "value = -1"), "greater than or equal to 0"),
        (lambda text: dearer(text).replace("share = [0.32]", "share = [0.32, 0.4]"), "as many entries"),
    ],
)
def test_a_mistake_in_a_dated_value_is_named(tmp_path: Path, change: Callable[[str], str], named: str) -> None:
    with pytest.raises(EditionError, match=named) as raised:
        edition(tmp_path / "broken", change)(FIRST_DAY)
    assert "costs.toml" in str(raised.value)


# ── Saved scenarios ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_scenario_saved_with_defaults_keeps_its_figures_when_others_are_published(
    store: Store, later: Callable[[date], Figures]
) -> None:
    """“Budget 2026”, saved as it stood, was an empty query, and followed whatever was published next."""
    before = later(FIRST_DAY)
    saved = scenarios_in(store, now).save(before, "Budget 2026", "Priya", model.default(before))
    one = scenarios.opened(saved, later)
    assert one == keeping.Opened(before, model.default(before))
    assert model.reentry_cost(one.figures, one.scenario) == 61614


def test_it_keeps_them_where_an_authority_has_written_over_its_file(store: Store, tmp_path: Path) -> None:
    def overwritten(text: str) -> str:
        text = text.replace("value = 61614", "value = 99999").replace(
            "share = [0.12, 0.20, 0.35]", "share = [0.1, 0.2, 0.3]"
        )
        return text.replace("rate = 0.035", "rate = 0.01").replace("kept = 8", "kept = 4").replace("2024 study", "Gone")

    saved = scenarios_in(store, now).save(FIGURES, "Budget 2026", "Priya", EXAMPLE)
    one = scenarios.opened(saved, edition(tmp_path / "over", overwritten))
    assert one.scenario == EXAMPLE and not one.sentences
    assert model.answer_of(one.figures, one.scenario) == model.answer_of(FIGURES, EXAMPLE)
    assert model.points(one.figures, one.scenario) == model.points(FIGURES, EXAMPLE)
    assert model.to_query(one.figures, one.scenario).keys() == {"figures"}


def test_it_keeps_a_study_and_a_curve_that_are_gone(store: Store, tmp_path: Path) -> None:
    def without(text: str) -> str:
        study = text[text.index('[[edition]]\nid = "2024"') : text.index("# When children come back")]
        curve = text[text.index('[[curve]]\nid = "farmer2011"') : text.index("# What the studies say")]
        england = text[text.index('[[national]]\nid = "england-2024"') :]
        return text.replace(study, "").replace(curve, "").replace(england, "")

    scenario = replace(EXAMPLE, edition="2024", curve="farmer2011", rate=Decimal("0.47"))
    figures_on = edition(tmp_path / "less", without)
    one = scenarios.opened(scenarios_in(store, now).save(FIGURES, "North", "Priya", scenario), figures_on)
    assert one.scenario == scenario and not one.sentences
    assert model.answer_of(one.figures, one.scenario) == model.answer_of(FIGURES, scenario)
    today = figures_on(now().date())
    said = [words.changed_since(change, "this was saved") for change in keeping.changes(one.figures, today, scenario)]
    assert said[0] == (
        "The published cost of a child back in care was £105,804 when this was saved; it is not among the published figures "
        "now. This scenario keeps £105,804."
    )
    taken = keeping.with_todays(one.figures, today, scenario)
    assert model.check(today, taken) == {}
    assert keeping.changes(today, today, taken) == ()


def test_what_is_stored_can_be_read_without_the_program(store: Store) -> None:
    scenarios_in(store, now).save(FIGURES, "North", "Priya", replace(EXAMPLE, children=120))
    stored = json.loads(store.read(store.streams("costs")[0].stream)[0].text)
    assert stored["inputs"].keys() == {*model.FIELDS, "usual_effect"}
    assert (stored["inputs"]["children"], stored["inputs"]["rate"], stored["inputs"]["edition"]) == (
        "120",
        "45",
        "2014",
    )
    figure = stored["figures"]["edition"]["reentry_cost"]
    assert (figure["value"], figure["valid_from"], figure["source"]) == ("61614", "2026-11-24", "holmes2014")
    assert stored["figures"]["curve"]["share"] == ["0.12", "0.20", "0.35"]
    assert stored["figures"]["citations"]["holmes2014"] == FIGURES.citations["holmes2014"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", EXAMPLE),
        ("children=160&kept=12&curve=dfe2013", replace(EXAMPLE, children=160, kept=12, curve="dfe2013")),
    ],
)
def test_what_release_0_2_0_saved_is_read_with_the_figures_of_that_release(
    store: Store, later: Callable[[date], Figures], query: str, expected: model.Scenario
) -> None:
    stored = NewEvent("saved", json.dumps({"name": "Budget 2026", "query": query}))
    store.append(
        SCENARIO.stream(scenarios.identifier_of("Budget 2026")), 0, [stored], actor="Priya", at=now(), kind="costs"
    )
    (saved,) = scenarios_in(store, now).all()
    assert scenarios.opened(saved, later) == keeping.Opened(later(FIRST_DAY), expected)


# ── What has changed since ───────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_which_figures_have_changed_and_which_the_scenario_keeps(later: Callable[[date], Figures]) -> None:
    then, today = later(FIRST_DAY), later(NEXT_YEAR)
    scenario = replace(model.default(then), curve="dfe2013")
    assert [words.changed_since(change, "this was saved") for change in keeping.changes(then, today, scenario)] == [
        "The published cost of a child back in care was £61,614 when this was saved; it is £70,000.50 now. This scenario "
        "keeps £61,614.",
        "The published pattern of when children come back was “30% in 5 years” when this was saved; it is “32% in 5 "
        "years” now. This scenario keeps “30% in 5 years”.",
        "The published discount rate was 3.5% when this was saved; it is 3% now. This scenario keeps 3.5%.",
    ]


def test_what_somebody_entered_rests_on_no_published_figure(later: Callable[[date], Figures]) -> None:
    then, today = later(FIRST_DAY), later(NEXT_YEAR)
    own = replace(model.default(then), reentry_cost=Decimal(60000), discount=Decimal("0.02"))
    assert keeping.changes(then, today, own) == ()
    assert keeping.changes(then, today, replace(model.default(then), edition="2024", discount=Decimal("0.02"))) == ()
    assert keeping.changes(then, then, model.default(then)) == ()


def test_with_todays_figures_only_what_was_published_changes(later: Callable[[date], Figures]) -> None:
    then, today = later(FIRST_DAY), later(NEXT_YEAR)
    scenario = replace(model.default(then), children=120, support_cost=Decimal(6000), rate_range=(-5, 5))
    taken = keeping.with_todays(then, today, scenario)
    assert taken == replace(scenario, discount=Decimal("0.03"))
    assert model.reentry_cost(today, taken) == Decimal("70000.50")
    assert keeping.changes(today, today, taken) == ()
    own = replace(scenario, discount=Decimal("0.02"))
    assert keeping.with_todays(then, today, own) == own


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_opens_with_the_figures_that_it_was_made_with(later: Callable[[date], Figures]) -> None:
    for day in (FIRST_DAY, NEXT_YEAR):
        made = later(day)
        query = model.to_query(made, replace(model.default(made), children=120))
        assert query == {"children": "120", "figures": made.id}
        figures, said = published.of_link(query["figures"], later)
        assert (figures, said) == (made, "")
        assert model.from_query(figures, query) == (replace(model.default(made), children=120), [])


def test_a_link_of_release_0_2_0_names_no_figures_and_opens_with_those_of_then(
    later: Callable[[date], Figures],
) -> None:
    assert published.of_link(None, later) == (later(FIRST_DAY), "")


@pytest.mark.parametrize("name", ["2026-11-24-ffffff", "2027-05-01-47514d", "2026-13-40-47514d", "red", "", "<b>" * 60])
def test_figures_that_are_not_to_be_had_are_said_and_others_stand_in(
    later: Callable[[date], Figures], name: str
) -> None:
    figures, said = published.of_link(name, later)
    assert "It is shown with" in said and len(said) < 200
    assert model.check(figures, model.default(figures)) == {}


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def changed_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The app of an authority in which the figures have changed since release 0.2.0."""
    edition(tmp_path / "changed", lambda text: dearer(text).replace("2027-04-01", "2026-11-25"))
    monkeypatch.setenv("HOMEWARD_EDITION", str(tmp_path / "changed"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/homeward.db")
    app.forget()
    yield
    app.forget()


def visit(query: str = "", page: str = "costs") -> AppTest:
    opened = AppTest.from_file(str(Path(__file__).parents[2] / "pages" / "navigation.py"), default_timeout=60)
    opened.query_params.update(dict(parse_qsl(query)))
    opened._page_hash = calc_hash(page)  # our pages are functions, which AppTest.switch_page does not know
    return shown(opened.run())


def shown(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def field(page: AppTest, name: str) -> Any:
    """The field that shows this value now."""
    (found,) = (one for one in page.text_input if re.fullmatch(rf"costs-{name}(\|\d+)?", one.key or ""))
    return found


def fields(page: AppTest) -> tuple[str, str]:
    return field(page, "reentry_cost").value, field(page, "discount").value


@pytest.mark.usefixtures("changed_figures")
def test_a_saved_scenario_says_on_the_page_what_has_changed_and_todays_figures_are_one_click_away(
    tmp_path: Path,
) -> None:
    page = visit()
    assert fields(page) == ("70,000.50", "3") and not page.info[0].value.startswith("The published")
    store = Store.open(f"sqlite:///{tmp_path}/homeward.db")
    old = NewEvent("saved", json.dumps({"name": "Budget 2026", "query": ""}))
    store.append(
        SCENARIO.stream(scenarios.identifier_of("Budget 2026")),
        0,
        [old],
        actor="Priya",
        at=now(),
        kind="costs",
        title="Budget 2026",
        index=IndexChange(frozenset({("listed", "yes")}), frozenset(), 1),
    )
    store.close()
    page = visit()
    shown(page.button(key="costs-open").click().run())
    assert fields(page) == ("61,614", "3.5")
    said = page.info[0].value
    assert "cost of a child back in care was £61,614 when this was saved; it is £70,000.50 now." in said
    assert "This scenario keeps 3.5%." in said
    # What is entered now rests on the same figures, and so does the link that the page has written.
    shown(field(page, "children").set_value("120").run())
    address = urlencode({name: page.query_params[name] for name in page.query_params}, doseq=True)
    assert fields(page) == ("61,614", "3.5") and "figures=2026-11-24" in address
    sent = visit(address)
    assert fields(sent) == ("61,614", "3.5") and "when this link was made" in sent.info[0].value
    shown(page.button(key="costs-todays").click().run())
    assert fields(page) == ("70,000.50", "3")
    assert field(page, "children").value == "120"
    assert not any("The published" in info.value for info in page.info)


@pytest.mark.usefixtures("changed_figures")
@pytest.mark.parametrize("query", ["children=120", "children=120&figures=2026-11-24-47514d"])
def test_an_older_link_opens_with_the_figures_of_then(query: str) -> None:
    page = visit(query)
    assert fields(page) == ("61,614", "3.5") and not page.warning
    assert field(page, "children").value == "120"


@pytest.mark.usefixtures("changed_figures")
def test_a_link_with_figures_that_are_not_known_says_so_as_text() -> None:
    page = visit("children=120&figures=%3Cb%3E*red*")
    assert "There are no published figures" in page.warning[0].value and "\\*red\\*" in page.warning[0].value
    assert fields(page) == ("70,000.50", "3")


@pytest.mark.usefixtures("changed_figures")
def test_what_the_outcomes_page_hands_over_rests_on_todays_figures_and_asks_for_the_effect() -> None:
    """The link named no figures, as those of release 0.2.0 do, and so meant the figures and the example's effect of then."""
    page = visit(page="outcomes")
    shown(page.button(key="outcomes-use-sample").click().run())
    shown(page.button(key="outcomes-to-costs").click().run())
    assert fields(page) == ("70,000.50", "3") and not any("The published" in info.value for info in page.info)
    assert field(page, "kept").value == ""


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2027, 7, 2, 23, 30, tzinfo=UTC), date(2027, 7, 3)),  # 00:30 in England, where it is summer time
        (datetime(2027, 1, 2, 23, 30, tzinfo=UTC), date(2027, 1, 2)),
    ],
)
def test_a_paper_has_the_date_of_england(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: datetime, day: date
) -> None:
    """A paper made at 00:30 in summer said yesterday."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/homeward.db")
    app.forget()
    try:
        monkeypatch.setattr(app.workspace(), "now", lambda: moment)
        costs._use(FIGURES, EXAMPLE, "you began")
        for name in ("scenario", "authority", "author"):
            st.session_state[f"costs-about-{name}"] = f" {name} "
        about = costs._about(FIGURES, EXAMPLE)
    finally:
        app.forget()
    assert (about.on, about.scenario, about.author) == (day, "scenario", "author")
