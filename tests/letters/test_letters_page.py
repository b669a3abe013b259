"""The papers for the family without a browser: parents check in the worker's hand, a manager checks what is left out, then it is filed."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from framework.casefile import Change as CaseChange
from framework.casefile.sample import SAMPLE
from framework.items import Add, Change
from framework.letters.model import Letters
from framework.people.model import person_id
from pages.ui import app, identity
from tests.letters.made import FULL
from tests.test_pages import NAVIGATION, button, go_to, record, whole, words

__all__ = ["record"]
pytestmark = pytest.mark.slow
WORKER, MANAGER = person_id("invented", "practitioner"), person_id("invented", "team_manager")


def at(person: str) -> AppTest:
    """Somebody opens the papers of the sample case."""
    visit = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    visit.session_state[identity.CHOSEN] = person
    visit.query_params.update({"case": SAMPLE, "view": "letters"})
    return go_to(visit, "case")


def run(command: Any) -> Letters:
    work = app.workspace()
    return work.letters.run(SAMPLE, work.people.actor(WORKER), command)


def run_in_case(command: Any) -> None:
    work = app.workspace()
    work.casefiles.run(SAMPLE, work.people.actor(WORKER), command)


def now() -> Letters:
    work = app.workspace()
    return work.letters.view(SAMPLE, work.people.actor(WORKER))


def fill(visit: AppTest, elements: Any, label: str, value: Any) -> AppTest:
    (found, *_) = [one for one in elements if one.label == label]
    return whole(found.set_value(value).run())


def test_a_parent_checks_the_facts_in_the_workers_hand_and_sees_nothing_else_of_the_case() -> None:
    for words_ in ("Police came at night.", "You rang every day."):
        run(Add("fact", {"person": "parent.p1", "since": "2024-03", "words": words_}))
    run(Add("fact", {"person": "parent.p2", "since": "2024-03", "words": "He moved to Leeds."}))
    visit = button(at(WORKER), "Let Carer A check them here")
    said = words(visit)
    assert "Police came at night." in said and "You rang every day." in said
    assert "He moved to Leeds." not in said and "SAMPLE 3" not in said and "In order of time" not in said
    visit = button(visit, "Keep my answer to fact 1 of 2")
    assert "Choose one of the three answers first" in words(visit) and not now().replies
    visit = button(visit, "I have finished")
    assert "Not checked yet" in words(visit) and "SAMPLE 3" in words(visit)


def test_facts_that_tell_what_is_not_theirs_are_shown_to_nobody() -> None:
    view = "I want him to stay where he goes to school"
    run_in_case(CaseChange("parent", "p2", "view", view))
    run(Add("fact", {"person": "parent.p1", "since": "2024-03", "words": "You rang every day."}))
    visit = button(at(WORKER), "Let Carer A check them here")
    run(Add("fact", {"person": "parent.p1", "since": "2024-03", "words": view}))
    said = words(whole(visit.run()))
    assert "These facts cannot be shown just now" in said and "where he goes" not in said and "You rang" not in said
    visit = at(WORKER)
    assert "tells what is about somebody else" in words(visit)
    assert not [one for one in visit.button if "check them here" in one.label or "Facts to check" in one.label]


def test_a_copy_is_written_checked_by_a_manager_and_filed() -> None:
    visit = button(at(WORKER), "Begin the copy")
    (copy,) = now().copies.values()
    assert copy.person == "parent.p1" and "complaints team" in copy.complain
    fill(visit, visit.text_area, "What was decided", "The IRO said that reunification is pursuant to s20.")
    assert "“reunification”" in words(visit) and "“IRO”" in words(visit) and "above what it should be" in words(visit)
    assert [one.disabled for one in visit.button if one.label == "File it"] == [True]
    for name, text in FULL.items():
        run(Change("copy", copy.id, name, text))
    run(Add("withheld", {"copy_id": copy.id, "what": "Where he lives now", "reason": "safety"}))
    visit = at(WORKER)
    assert "has not checked yet" in words(visit)
    assert not [one for one in visit.button if one.label.startswith("I agree")]
    button(at(MANAGER), "I agree that it is left out")
    visit = button(at(WORKER), "File it")
    assert now().filed[0].paper.text.count("somebody in danger") == 1 and "Version 1, filed by" in words(visit)


def test_the_letter_is_begun_with_prompts_for_the_childs_age() -> None:
    visit = at(WORKER)
    fill(
        visit,
        visit.segmented_control if hasattr(visit, "segmented_control") else visit.button_group,
        "Whose paper",
        "child",
    )
    visit = button(visit, "Begin the letter")
    (letter,) = now().letters.values()
    assert letter.reader == "teen" and letter.why == "" and "No baby words." in words(visit)
    fill(visit, visit.text_area, "Why", "We promise it was not your fault.")
    assert "It sounds like a promise: “promise”" in words(visit) and "It may sound like blame: “fault”" in words(visit)
