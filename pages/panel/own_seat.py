"""One's own seat: the role, the key behind "Show", and taking the chair as its deputy."""

import streamlit as st

from framework import panel
from pages.panel import asking, seat
from pages.panel.seat import current
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain


def menu(state: panel.Panel, member: str) -> None:
    meeting, one = state.meeting, state.members[member]
    with st.popover("Your seat", icon=":material/event_seat:", key=f"seat|{meeting}"), st.container(key="seat-menu"):
        role = panel.role(state, member, workspace().meetings.edition_of(state))
        show_html(html('<p class="hw"><strong>{name}</strong>, {role}</p>', name=one.name, role=role))
        if state.phase != "closed":
            st.button("Correct my role", key="correct-own", on_click=asking.ask, args=(meeting, "correct", member))
        st.divider()
        if seat.found_as_oneself(meeting, member):
            st.write("This is your seat wherever you are signed in. You need no key.")
        else:
            st.write("This browser finds your seat by itself. For another device you need your seat key.")
            st.button(
                "Show my seat key", key="show-key", icon=":material/key:", on_click=asking.ask, args=(meeting, "key")
            )
        if state.deputy == member and state.phase != "closed":
            st.divider()
            st.write("You are the deputy chair.")
            st.button("Take the chair", key="take-chair", on_click=asking.ask, args=(meeting, "take-chair"))


def ask_to_take_chair(state: panel.Panel, member: str, _: str) -> None:
    meeting, chair = state.meeting, state.members[state.chair].name

    def body() -> None:
        st.write(
            f"You then lead the meeting in place of {plain(chair)}: you reveal, record what the panel agrees, and close it. "
            f"{plain(chair)} keeps the seat and is told. The record says that you took the chair as deputy."
        )
        st.button("Take the chair", type="primary", key="take-chair-now", on_click=_take_chair, args=(meeting, member))
        asking.refused(meeting, member)

    asking.dialog(meeting, "Take the chair?", body)


def _take_chair(meeting: str, member: str) -> None:
    if asking.confirm(meeting, member, panel.TakeChair(), done="You chair this meeting now."):
        tell(meeting, current(meeting).version)  # whoever took the chair need not be told
        st.rerun()


def told(meeting: str) -> int:
    """The version up to which this session's owner knows who chairs."""
    return int(st.session_state.get(f"told|{meeting}", 0))


def tell(meeting: str, version: int) -> None:
    st.session_state[f"told|{meeting}"] = version
