"""The meetings that this browser sits in."""

import streamlit as st

from framework import explain
from framework.panel import PHASE_WORDS
from pages.components import seat
from pages.components.app import workspace
from pages.components.links import PAGES
from pages.components.text import plain

WAITS_FOR = {
    "gathering": "waits for the chair to start scoring",
    "scoring": "waits for the members to score",
    "revealed": "waits for the panel to agree its answers",
    "agreed": "waits for the chair to close it",
    "closed": "is closed",
}


def mine() -> None:
    """The meetings this browser sits in, and that there are others."""
    open_ = [m for m in workspace().meetings() if m.panel.phase != "closed" and not m.panel.demonstration]
    own = [m for m in open_ if seat.mine(m.panel.meeting)]
    others = len(open_) - len(own)
    if not own:
        st.info("You sit in no open meeting. Open a sample case above and start one, or join one with its code.")
    for meeting in own[:20]:
        panel = meeting.panel
        with st.container(horizontal=True, vertical_alignment="center", key=f"meeting-{panel.meeting}"):
            st.page_link(
                PAGES["panel"],
                label=f"{panel.case} {plain(panel.title)}",
                icon=":material/arrow_forward:",
                query_params={"meeting": panel.meeting},
            )
            st.caption(f"{PHASE_WORDS[panel.phase]}: {WAITS_FOR[panel.phase]}.")
    if others:
        st.caption(
            f"{explain.number_of(others, 'other meeting is', 'other meetings are').capitalize()} open. To join one, use its code."
        )
