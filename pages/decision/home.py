"""On Home: what of the decisions, and of running meetings, waits for the person of this session."""

from typing import NamedTuple

import streamlit as st

from framework.decision.reading import Waits
from framework.panel import Panel, called
from framework.streams.kind import Unreadable
from pages.decision import edit
from pages.panel import seat
from pages.ui import identity
from pages.ui.app import workspace
from pages.ui.links import PAGES
from pages.ui.text import plain


class Found(NamedTuple):
    to_score: list[Panel]
    decisions: list[tuple[str, str, Waits]]
    """(case, the child's name used here, what waits)"""


def found() -> Found:
    me = identity.me()
    here = dict.fromkeys((*workspace().meetings.of_person(me), *workspace().meetings.listed(seat.meetings_here())))
    asked = {(one.case, one.called, one.waits) for one in edit.door().asked(me)}
    mine = [
        one for case in workspace().casefiles.listing(me, standing="open") for one in edit.door().waiting(case.id, me)
    ]
    waits = dict.fromkeys([*asked, *((one.case, one.called, one.waits) for one in mine)])
    return Found([one for meeting in here if (one := _to_score(meeting))], list(waits))


def _to_score(meeting: str) -> Panel | None:
    """A meeting in which this person scores and has not finished."""
    try:
        state = seat.current(meeting)
    except Unreadable:
        return None
    standing, member = seat.standing(state)
    scores = standing == "in" and state.phase == "scoring" and state.members[member].scores
    return state if scores and member not in state.finished and not state.demonstration else None


def show(waiting: Found) -> None:
    for state in waiting.to_score:
        st.page_link(PAGES["panel"], label=plain(f"To score: {called(state)}"), query_params={"meeting": state.meeting})
    for case, name, waits in waiting.decisions:
        st.page_link(
            PAGES["case"],
            label=plain(f"{name}: {waits.words}"),
            query_params={"case": case, "view": "decisions", "decision": waits.decision},
        )
