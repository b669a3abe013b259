"""The meetings that this browser sits in, open and closed."""

import streamlit as st

from framework.dates import uk_time
from framework.light import explain
from framework.panel import PHASE_WORDS, Panel, called
from pages.panel import seat
from pages.ui import identity, unreadable
from pages.ui.app import workspace
from pages.ui.links import PAGES
from pages.ui.text import plain

WAITS_FOR = {
    "gathering": "waits for the chair to start scoring",
    "scoring": "waits for the members to score",
    "revealed": "waits for the panel to agree its answers",
    "agreed": "waits for the chair to close it",
    "closed": "it can be read, and its summary taken away",
}
SHOWN = 20
"""So many of each are listed, those with the newest news first."""


def mine() -> None:
    """The meetings this browser sits in, and that there are others."""
    meetings = workspace().meetings
    named = dict.fromkeys((*meetings.of_person(identity.me()), *meetings.listed(seat.meetings_here())))
    readable = []
    for one in named:
        with unreadable.said():
            readable.append(seat.current(one))
    own = [
        one for one in readable if one.version and seat.standing(one)[0] in ("in", "waiting") and not one.demonstration
    ]
    own.sort(key=lambda one: one.news_at, reverse=True)
    running = [one for one in own if one.phase != "closed"]
    closed = [one for one in own if one.phase == "closed"]
    others = meetings.open_count() - sum(not one.casefile for one in running)
    if not running:
        st.info("You sit in no open meeting. Open a case and start one there, or join one with its code.")
    for meeting in running[:SHOWN]:
        _row(meeting)
    if closed:
        st.subheader("Closed", anchor=False)
        for meeting in closed[:SHOWN]:
            _row(meeting)
    if others:
        st.caption(
            f"{explain.number_of(others, 'other meeting is', 'other meetings are').capitalize()} open. To join one, use its code."
        )


def _row(panel: Panel) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"meeting-{panel.meeting}"):
        st.page_link(
            PAGES["panel"],
            label=plain(called(panel) if panel.casefile else f"{panel.case} {panel.title}"),
            icon=":material/summarize:" if panel.phase == "closed" else ":material/arrow_forward:",
            query_params={"meeting": panel.meeting},
        )
        st.caption(f"{PHASE_WORDS[panel.phase]}: {WAITS_FOR[panel.phase]}. Last change {uk_time(panel.news_at)}.")
