"""On Home: what of the decisions, and of running meetings, waits for the person of this session."""

from collections.abc import Iterable

import streamlit as st

from framework.decision.decisions import Waiting
from framework.panel import Panel, called
from framework.streams.kind import Unreadable
from pages.panel import seat
from pages.ui import identity
from pages.ui.app import workspace
from pages.ui.links import PAGES
from pages.ui.text import plain


def to_score() -> list[Panel]:
    """The running meetings in which this person still has to answer."""
    me = identity.me()
    here = dict.fromkeys((*workspace().meetings.of_person(me), *workspace().meetings.listed(seat.meetings_here())))
    return [one for meeting in here if (one := _to_score(meeting))]


def _to_score(meeting: str) -> Panel | None:
    """A meeting in which this person scores and has not finished."""
    try:
        state = seat.current(meeting)
    except Unreadable:
        return None
    standing, member = seat.standing(state)
    scores = standing == "in" and state.phase == "scoring" and state.members[member].scores
    return state if scores and member not in state.finished and not state.demonstration else None


def show(to_score: Iterable[Panel], waiting: Iterable[Waiting]) -> None:
    for state in to_score:
        st.page_link(PAGES["panel"], label=plain(f"To score: {called(state)}"), query_params={"meeting": state.meeting})
    for one in waiting:
        st.page_link(
            PAGES["case"],
            label=plain(f"{one.called}: {one.waits.words}"),
            query_params={"case": one.case, "view": "decisions", "decision": one.waits.decision},
        )
