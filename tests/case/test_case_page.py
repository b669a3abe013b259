"""The pages of a case without a browser: what they show, to whom, and that nothing typed is lost."""

from datetime import date, timedelta
from typing import Any

from streamlit.testing.v1 import AppTest

from framework.casefile import Add, Change, Close
from framework.streams.kind import Actor
from framework.streams.policy import OPEN
from pages.ui import app
from tests.test_pages import button, go_to, opened, record, whole, words

__all__ = ["record"]

HERE = Actor("", "", frozenset({OPEN}))


def begun(called: str = "Amy", reference: str = "LCS 100") -> str:
    return app.workspace().casefiles.begin(HERE, reference, called, invented=True)


def run(case: str, command: Any) -> Any:
    return app.workspace().casefiles.run(case, HERE, command)


def labelled(elements: Any, label: str) -> Any:
    return next(one for one in elements if one.label == label)


def card(visit: AppTest, title: str) -> AppTest:
    """Open a card of “What we know”."""
    chosen = next(one for one in visit.segmented_control if one.label == "Card")
    wanted = next(value for value, label in zip(CARDS, chosen.options, strict=True) if title in label)
    return whole(chosen.set_value(wanted).run())


CARDS = ("child", "status", "homes", "family", "team")


def test_a_case_is_begun_from_an_empty_list_and_opens_on_its_first_card() -> None:
    visit = opened("case")
    assert "You work on no case here yet." in words(visit)
    labelled(visit.text_input, "What the child is called here").set_value("Amy")
    labelled(visit.text_input, "Reference in your own system").set_value("LCS 100")
    button(visit, "Begin this case")
    assert "Amy" in words(visit) and "the date of birth" in words(visit)
    assert labelled(visit.text_input, "Called here").value == "Amy"
