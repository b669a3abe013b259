"""The meetings that this browser sits in, open and closed."""

import streamlit as st

from framework import explain
from framework.dates import uk_time
from framework.panel import PHASE_WORDS
from framework.workspace import Meeting
from pages.components import seat
from pages.components.app import workspace
from pages.components.links import PAGES
from pages.components.text import plain

WAITS_FOR = {
    "gathering": "waits for the chair to start scoring",
    "scoring": "waits for the members to score",
    "revealed": "waits for the panel to agree its answers",
    "agreed": "waits for the chair to close it",
    "closed": "it can be read, and its summary taken away",
}
SHOWN = 20
"""So many of each are listed, those with the newest event first."""


def mine() -> None:
    """The meetings this browser sits in, and that there are others."""
    every = [one for one in workspace().meetings() if not one.panel.demonstration]
    own = [one for one in every if seat.standing(one.panel)[0] in ("in", "waiting")]
    running = [one for one in own if one.panel.phase != "closed"]
    closed = [one for one in own if one.panel.phase == "closed"]
    others = sum(one.panel.phase != "closed" for one in every) - len(running)
    if not running:
        st.info("You sit in no open meeting. Open a sample case above and start one, or join one with its code.")
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


def _row(meeting: Meeting) -> None:
    panel = meeting.panel
    with st.container(horizontal=True, vertical_alignment="center", key=f"meeting-{panel.meeting}"):
        st.page_link(
            PAGES["panel"],
            label=plain(f"{panel.case} {panel.title}"),
            icon=":material/summarize:" if panel.phase == "closed" else ":material/arrow_forward:",
            query_params={"meeting": panel.meeting},
        )
        st.caption(f"{PHASE_WORDS[panel.phase]}: {WAITS_FOR[panel.phase]}. Last change {uk_time(meeting.updated_at)}.")
