"""Protects: the page Records, walked from finding a case to the decision of a second person, and what it shows to whom."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.casefile import Add, Change, Close
from framework.streams.kind import Actor, Refused
from framework.streams.policy import OPEN
from pages.ui import app
from pages.ui.identity import CHOSEN
from tests.casefile import made
from tests.test_pages import button, opened, whole, words, workspace

EVERYWHERE = Actor("", "", frozenset({OPEN}))


@pytest.fixture(autouse=True)
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started_once: Path) -> Iterator[Path]:
    path = tmp_path / "homeward.db"
    shutil.copy(started_once, path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    app.forget()
    yield path
    app.forget()


@pytest.fixture
def case() -> str:
    files = workspace().casefiles
    found = files.begin(EVERYWHERE, "LCS 4711", "Ash <b>Example</b>", invented=True)
    files.run(found, EVERYWHERE, Change("child", "child", "birth", "14/03/2017"))
    files.run(
        found,
        EVERYWHERE,
        Add("entry", {**made.CHOSEN, "since": "2019-04", "what": "Moved in with *an aunt*.", "third_party": True}),
    )
    files.run(found, EVERYWHERE, Close("home", files.today))
    return found


def person(role: str) -> str:
    return next(one.id for one in workspace().people.invented() if role in one.own_roles)


def visit(role: str) -> AppTest:
    page = opened()
    page.session_state[CHOSEN] = person(role)
    from streamlit.util import calc_hash

    page._page_hash = calc_hash("records")
    return whole(page.run())


def fill(page: AppTest, label: str, value: str) -> None:
    fields = [*page.text_input, *page.text_area]
    next(one for one in fields if one.label == label).set_value(value)


def find(page: AppTest, reference: str = "lcs 4711") -> AppTest:
    fill(page, "Reference", reference)
    return button(page, "Find it")


def test_a_case_is_found_proposed_and_confirmed_by_a_second_person(case: str) -> None:
    page = find(visit("records_manager"))
    assert "March 2017" in words(page) and "14 March" not in words(page) and "Ash" not in words(page)
    ground = next(one for one in page.selectbox if one.label == "Why")
    ground.select("mistake")
    reason = [one for one in page.text_area if one.label == "Reason"][-1]
    reason.set_value("Ash <b>Example</b> has two.")
    page = button(page, "Propose it: a second person decides")
    assert (
        any("Leave out" in one.value for one in page.error) and workspace().disposals.listing(_acting("director")) == []
    )
    next(one for one in page.selectbox if one.label == "Why").select("mistake")
    [one for one in page.text_area if one.label == "Reason"][-1].set_value("Entered twice.")
    page = button(page, "Propose it: a second person decides")
    assert "Proposed: a second person has to decide" in words(page)
    assert not any(one.label == "Confirm: it may be erased" for one in page.button)

    other = visit("director")
    assert "Entered twice." in words(other) and "Find it" not in words(other)
    assert "LCS 4711" in words(other) and "Ash" not in words(other), "whoever confirms has to know which case is meant"
    fill(other, "Reason", "Checked with the team.")
    assert "Turn it down" in {one.label for one in other.button}
    other = button(other, "Confirm: it may be erased")
    assert "Turn it down" not in {one.label for one in other.button}, "it has been confirmed"
    assert "Stop it: nothing is erased" in {one.label for one in other.button}
    disposal = workspace().disposals.listing(_acting("director"))[0]
    assert f"python -m framework erase --disposal {disposal.id} --dry-run" in words(other)
    workspace().disposals.carry_out(workspace().disposals.plan(disposal.id))
    assert "LCS 4711" not in words(visit("director"))
    assert "Carried out" in words(visit("director")) and "There is no case" in words(find(visit("records_manager")))


def _acting(role: str) -> Actor:
    return workspace().people.actor(person(role))


def test_whoever_looks_after_records_sees_who_asked_to_break_the_glass_and_not_for_which_case(case: str) -> None:
    assert "Nobody has." in words(visit("records_manager"))
    for reference in ("LCS 4712", "LCS 4713"):
        with pytest.raises(Refused):
            workspace().casefiles.break_glass(_acting("practitioner"), reference, "A call at <b>night</b>.")
    for role in ("records_manager", "director"):
        page = visit(role)
        assert words(page).count("A call at <b>night</b>.") == 2 and "Asha Example" in words(page)
        assert "471" not in words(page).replace(case, "")


def test_a_legal_hold_is_put_on_and_shown(case: str) -> None:
    page = find(visit("records_manager"))
    next(one for one in page.checkbox if one.label.startswith("Legal hold")).check()
    fill(page, "Reason", "An inquest was opened.")
    page = button(page, "Save how it is kept")
    assert "Legal hold: An inquest was opened." in " ".join(words(page).split())
    assert workspace().disposals.known(case, _acting("director")).hold


def test_what_is_held_is_handed_out_with_something_left_out(case: str) -> None:
    page = find(visit("records_manager"))
    page = _open(page, case)
    assert "Items that are held: " in words(page)
    next(one for one in page.selectbox if one.label == "Item").select("entry/e1")
    page = whole(page.run())
    assert "Moved in with *an aunt*." in words(page)
    fill(page, "In your own words", "The aunt said no.")
    page = button(page, "Leave it out")
    assert "Moved in with *an aunt*. The aunt said no." in words(page)
    fill(page, "To whom", "Ash himself")
    fill(page, "Why, such as who asked for it and when", "He asked for it.")
    page = button(page, "Record that it is handed out")
    assert "Handed out to Ash himself" in words(page)
    given = workspace().handouts.prepare(case, _acting("records_manager")).released.given
    assert [(one.to, set(one.left_out)) for one in given] == [("Ash himself", {"entry/e1"})]


def _open(page: AppTest, case: str) -> AppTest:
    page.session_state[f"handout-{case}"] = True
    return whole(page.run())


@pytest.mark.parametrize("role", ["practitioner", "team_manager", "administrator", "data_analyst", "quality_assurer"])
def test_nobody_else_sees_the_page(role: str, case: str) -> None:
    page = visit(role)
    assert "LCS 4711" not in words(page) and "How long cases are kept" not in words(page)
