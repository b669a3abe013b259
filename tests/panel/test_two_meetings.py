"""Protects: of two meetings that are open one after the other in one session, neither shows anything of the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from framework import panel
from framework.panel.meetings import Ticket
from framework.workspace import Workspace

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
OF_EVERY_MEETING = {"seat_keys", "seat_tokens", "live_tokens", "widgets", "may_join"}
"""What the session keeps by meeting, or by a stem that has the meeting in it."""
OF_EVERY_PAGE = {
    *("homeward-page", "homeward-notes", "homeward-waiting", "homeward-choice", "invented-person"),
    *("files-hold", "files-who"),
}
"""Our components in the browser, which tell the script nothing that is kept; what the files of a page are made under and for whom, set anew by
each page; who somebody is in an open app."""
NOTE = "The lunch box was empty."


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'homeward.db'}")
    st.cache_resource.clear()
    opened = Workspace.open()
    yield opened
    opened.store.close()
    st.cache_resource.clear()


def scoring(work: Workspace, case: str) -> Ticket:
    """A seat in a meeting that scores."""
    from framework import case as cases

    ticket = Ticket.new()
    sample = next(one for one in cases.load_samples(work.edition) if one.id == case)
    work.meetings.open(sample, ticket, "Sam Reed", "social_worker", False)
    work.meetings.run(ticket.meeting, ticket.member, panel.MovePhase("scoring"))
    return ticket


def show(visit: AppTest, ticket: Ticket) -> AppTest:
    visit.query_params.clear()
    visit.query_params["meeting"] = ticket.meeting
    visit.run()
    assert not visit.exception
    return visit


def section(visit: AppTest) -> str:
    """The label of the section that is shown, from its button."""
    (chosen,) = [
        one.label for one in visit.button if (one.key or "").startswith("section-") and one.proto.type == "secondary"
    ]
    return str(chosen)


def test_what_was_entered_in_one_meeting_is_there_again_and_not_in_the_other(work: Workspace) -> None:
    first, second = scoring(work, "HW-015"), scoring(work, "HW-015")
    visit = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    visit._page_hash = calc_hash("panel")
    visit.session_state["seat_keys"] = {one.meeting: one.key for one in (first, second)}
    show(visit, first)
    begins = section(visit)
    visit.session_state[f"detail|{first.meeting}|neglect|child"] = True
    visit.run()
    visit.text_area(key=f"note|{first.meeting}|neglect|child").set_value(NOTE).run()
    visit.run()
    visit.button(key="evidence-beside").click().run()
    visit.run()
    going = [one for one in visit.button if (one.key or "").startswith("section-")][3]
    going.click().run()
    visit.run()
    there = section(visit)
    assert there != begins

    show(visit, second)
    assert section(visit) == begins
    assert not [one for one in visit.button if one.key == "evidence-close"]
    visit.session_state[f"detail|{second.meeting}|neglect|child"] = True
    visit.run()
    assert [one.value for one in visit.text_area] == [""]

    show(visit, first)
    assert section(visit) == there
    assert [one for one in visit.button if one.key == "evidence-close"]
    visit.session_state[f"section|{first.meeting}"] = None
    visit.session_state[f"detail|{first.meeting}|neglect|child"] = True
    visit.run()
    assert NOTE in [one.value for one in visit.text_area]


@pytest.mark.parametrize("phase", ["scoring", "revealed"])
def test_every_key_of_the_session_names_its_meeting(work: Workspace, phase: panel.Phase) -> None:
    """But for buttons and components, which hold nothing, and for the dictionaries whose keys are meetings."""
    ticket = scoring(work, "HW-015")
    if phase != "scoring":
        work.meetings.run(ticket.meeting, ticket.member, panel.Score("neglect", "child", "active"))
        work.meetings.run(ticket.meeting, ticket.member, panel.Finish(True))
        work.meetings.run(ticket.meeting, ticket.member, panel.MovePhase("revealed"))
    visit = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    visit._page_hash = calc_hash("panel")
    visit.session_state["seat_keys"] = {ticket.meeting: ticket.key}
    show(visit, ticket)
    buttons = {one.key for one in visit.button}
    strays = (
        {key for key in visit.session_state if ticket.meeting not in key} - buttons - OF_EVERY_MEETING - OF_EVERY_PAGE
    )
    assert strays == set()
