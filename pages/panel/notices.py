"""What the people at a table have to be told: who asks to come back in, who chairs now, why the meeting went back."""

import streamlit as st

from framework import panel
from framework.dates import uk_clock
from framework.panel.kind import MEETING
from pages.panel import own_seat, sending
from pages.panel.seat import current
from pages.ui.app import hub, workspace
from pages.ui.text import plain


def in_head(state: panel.Panel, member: str) -> None:
    """Under the head: news that comes together with a new screen, so that nothing moves that somebody is working in."""
    with st.container(key="head-notices", gap="small"):
        if back := state.stepped_back:
            st.info(
                f"**Back at {panel.PHASE_WORDS[state.phase].lower()}.** {plain(state.members[back.by].name)} took the meeting back "
                f"from {panel.PHASE_WORDS[back.was].lower()} at {uk_clock(back.at)}: {plain(back.reason)}",
                icon=":material/undo:",
            )


def beside(state: panel.Panel, member: str) -> None:
    """In a corner of the window, however far the page is scrolled: who chairs now, who asks to come back in, and what came of
    the last step."""
    with st.container(key="notices", gap="small"):
        _new_chair(state, member)
        for request in state.requests.values():
            if request.member == member:
                _for_own_seat(state, member, request)
            elif any(one.id == member for one in panel.who_lets_back_in(state, request)):
                _request(state, member, request)
        sending.said(state.meeting, member, "notice")


def _new_chair(state: panel.Panel, member: str) -> None:
    new = state.handover
    if new and new.chair == member and state.phase != "closed" and own_seat.told(state.meeting) < new.version:
        with st.container(key="new-chair", border=True, gap="small"):
            st.write(
                f"**You chair this meeting now**; handed over by {plain(state.members[new.before].name)} at {uk_clock(new.at)}."
            )
            st.button(
                "Understood", key=f"told|{new.version}", on_click=own_seat.tell, args=(state.meeting, new.version)
            )


def _request(state: panel.Panel, member: str, request: panel.ReturnRequest) -> None:
    if request.seat:
        _guest(state, member, request, request.seat)
        return
    name, meeting = plain(state.members[request.member].name), state.meeting
    open_ = request.member in hub().present(MEETING.stream(meeting))
    screen = " A screen of theirs is open at this moment: make sure that it is really them." if open_ else ""
    with st.container(key=f"request-{request.id}", border=True, gap="small"):
        st.write(
            f"**{name} asks to be let back in** from another device, at {uk_clock(request.at)}. If you allow it, the old key of "
            f"this seat is void.{screen}"
        )
        if member in request.supported_by:
            st.write("You have allowed it. One more of those at the table has to.")
            return
        if request.member == state.chair and not panel.enough_to_let_back_in(
            state, request, (*request.supported_by, member)
        ):
            st.write("The chair is let back in by two of you together.")
        _answers(meeting, member, request, "Allow")


def _answers(meeting: str, member: str, request: panel.ReturnRequest, yes: str) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, key, answer in ((yes, "allow", _allow), ("No", "refuse", _refuse)):
            st.button(
                label,
                key=f"{key}|{request.id}",
                type="primary" if key == "allow" else "secondary",
                on_click=answer,
                args=(meeting, member, request.id),
            )


def _guest(state: panel.Panel, member: str, request: panel.ReturnRequest, asks: panel.SeatAsked) -> None:
    """Somebody who has no part in the case, and is let in by whoever knows them."""
    role = workspace().meetings.edition_of(state).role_label(asks.role).lower()
    known = "has signed in" if asks.person else "is a guest, and has not signed in"
    with st.container(key=f"request-{request.id}", border=True, gap="small"):
        st.write(
            f"**{plain(asks.name)} asks to be let in** as {plain(role)}, at {uk_clock(request.at)}. Whoever this is has no part in "
            f"the case and {known}. They see everything at this meeting; a guest sees nothing once it is closed."
        )
        _answers(state.meeting, member, request, "Let in")


def _for_own_seat(state: panel.Panel, member: str, request: panel.ReturnRequest) -> None:
    """For whoever sits there: others may allow it without a look round the table, and this screen would lose the seat."""
    with st.container(key=f"request-{request.id}", border=True, gap="small"):
        st.write(
            f"**Somebody asks for your seat** from another device, at {uk_clock(request.at)}. If that is you, leave this as it "
            "is. If not, refuse it: once it is allowed, this screen has lost the seat."
        )
        st.button(
            "It is not me: refuse",
            key=f"refuse|{request.id}",
            on_click=_refuse,
            args=(state.meeting, member, request.id),
        )


def _allow(meeting: str, member: str, request: str) -> None:
    state = current(meeting)
    asked = state.requests.get(request)
    if asked is None:
        return  # answered already
    enough = panel.enough_to_let_back_in(state, asked, (*asked.supported_by, member))
    done = f"{_name(state, asked)} was let {_in(asked)}." if enough else ""
    sending.send(meeting, member, panel.AllowReturn(request), place="notice", done=done)


def _refuse(meeting: str, member: str, request: str) -> None:
    state = current(meeting)
    if asked := state.requests.get(request):
        done = f"{_name(state, asked)} was not let {_in(asked)}."
        sending.send(meeting, member, panel.RefuseReturn(request), place="notice", done=done)


def _name(state: panel.Panel, asked: panel.ReturnRequest) -> str:
    return asked.seat.name if asked.seat else state.members[asked.member].name


def _in(asked: panel.ReturnRequest) -> str:
    return "in" if asked.seat else "back in"
