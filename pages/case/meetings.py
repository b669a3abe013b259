"""The meetings of a case, and starting one with a dated selection of the chronology as its evidence."""

import streamlit as st

from framework.casefile import Casefile, reading, shown
from framework.casefile.model import Entry
from framework.dates import uk, uk_time
from framework.panel import PHASE_WORDS
from framework.panel.meetings import Meetings
from framework.streams.kind import Refused
from pages.case import edit
from pages.panel import joining
from pages.panel.meetings import WAITS_FOR
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.links import PAGES
from pages.ui.text import plain

STARTED = "case-meeting-started"


def door() -> Meetings:
    return workspace().meetings


def leave_for_started() -> None:
    """Where a meeting was just started here: on to its table."""
    if meeting := st.session_state.pop(STARTED, ""):
        st.switch_page(PAGES["panel"], query_params={"meeting": meeting})


def show(state: Casefile) -> None:
    st.header("Meetings on this case", anchor=False)
    with st.container():
        held(state)
    if state.closed:
        return
    st.header("Start a meeting", anchor=False)
    _start(state)


def held(state: Casefile) -> None:
    """The meetings on the case, each with the way to it."""
    found = door().on_casefile(state.id, me())
    if not found:
        st.caption("No meeting has been held on this case yet, as far as you may know.")
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"meeting-{one.meeting}"):
            st.page_link(
                PAGES["panel"],
                label=f"Stage {one.stage}: {PHASE_WORDS[one.phase].lower()}",
                icon=":material/summarize:" if one.phase == "closed" else ":material/arrow_forward:",
                query_params={"meeting": one.meeting},
            )
            st.caption(plain(f"{WAITS_FOR[one.phase]}. Last change {uk_time(one.news_at)}."))


def _start(state: Casefile) -> None:
    today = edit.door().today
    if needs := reading.bundle_needs(state, today):
        items = [html("<li>{what}</li>", what=what) for what in needs]
        show_html(
            html(
                '<div class="hw case-calm"><p><strong>Before a meeting can read this case, put in:</strong></p>'
                "<ul>{items}</ul></div>",
                items=items,
            )
        )
        return
    offered = {one.id: one for one in reading.chronology(state, for_copy=True)}
    st.write(
        f"Its members read the case as it stands today, {uk(today)}: what is changed later does not change it there."
    )
    left_out = st.multiselect(
        "Events that are left out of the evidence",
        list(offered),
        format_func=lambda entry: _named(offered[entry]),
        placeholder="None: all of the chronology is read",
        key=f"left-out|{state.id}",
    )
    chosen = [entry for entry in offered if entry not in left_out]
    kept_out = shown.restricted(state)
    st.caption(
        f"Entries that are read: {len(chosen)} of {len(state.entries)}."
        + (f" {kept_out} under legal advice or a court’s restriction: never." if kept_out else "")
    )
    try:
        bundle = edit.door().bundle(state.id, me(), chosen)
    except Refused as refused:
        st.error(plain(str(refused)), icon=":material/block:")
        return
    with st.container(border=True, key="start-box"):
        joining.opening(bundle, go=_go)


def _named(entry: Entry) -> str:
    return f"{reading.when(entry)}: {entry.what[:70]}{'…' if len(entry.what) > 70 else ''}"


def _go(meeting: str) -> None:
    st.session_state[STARTED] = meeting
