"""Panel: a decision meeting, live."""

from html import escape

import streamlit as st

from framework import explain
from framework import panel as p
from framework.workspace import panel_stream
from pages.components import evidence, live, scoring, seat, sending
from pages.components.app import workspace


def page() -> None:
    seat.give_cookie()
    meeting = st.query_params.get("meeting", "")
    if not meeting:
        _before(st.query_params.get("case", ""))
        return
    state = workspace().panel(meeting)
    if not state.version:
        st.error("There is no meeting at this address. Ask the chair for the code, or go back to Home.")
        return
    member = seat.mine(meeting)
    if member is None:
        _join(state)
    elif (removed := state.members[member].removed) is not None:
        st.error(f"The chair removed your seat: {removed}. Ask the chair if that is a mistake.")
        seat.forget(meeting)
    else:
        _meeting(state, member)


# ── Before there is a seat ───────────────────────────────────────────────────────────────────────────────────────────


def _before(identifier: str) -> None:
    """Read a case and open a meeting on it."""
    work = workspace()
    case = work.case(identifier) if identifier else None
    if case is None:
        st.title("Panel")
        if identifier:
            st.error(f"There is no case {identifier}.")
        st.info("Open a sample case on Home and start a meeting, or join a meeting there with its code.")
        return
    st.title(f"{case.id}  {case.title}")
    evidence.summary(case)
    with st.container(border=True, key="start-box"):
        st.subheader("Start a meeting on this case")
        with st.form("start", border=False):
            name = st.text_input("Your name", max_chars=p.NAME_LIMIT, help="You chair the meeting that you open.")
            if st.form_submit_button("Start the meeting", type="primary"):
                try:
                    ticket = work.open_meeting(case, name)
                except p.Refused as refused:
                    st.error(str(refused))
                else:
                    seat.take(ticket)
                    del st.query_params["case"]
                    st.query_params["meeting"] = ticket.meeting
                    st.rerun()
    st.subheader("The evidence")
    evidence.bundle(case)


def _join(state: p.Panel) -> None:
    """Take a seat, or find one's own again."""
    st.title("Join the meeting")
    st.html(f'<p class="hw">Case {escape(state.case)} · Stage {state.stage} · {p.PHASE_WORDS[state.phase]}</p>')
    with st.form("join"):
        name = st.text_input("Your name", max_chars=p.NAME_LIMIT)
        roles = [role for role in p.ROLES if role != "chair"]
        role = st.selectbox("Your role in this meeting", roles, format_func=p.ROLES.__getitem__)
        met = st.radio("Second worker only: have you met the family?", ["No", "Yes"], horizontal=True)
        if st.form_submit_button("Take a seat", type="primary"):
            try:
                ticket = workspace().join(state.meeting, name, role, met == "Yes" if role == "second_worker" else None)
            except p.Refused as refused:
                st.error(str(refused))
            else:
                seat.take(ticket)
                st.rerun()
    with st.expander("I have a seat here already"), st.form("return", border=False):
        key = st.text_input("Your seat key", help="On the device you used before: Seat, then Your seat key.")
        if st.form_submit_button("Find my seat"):
            try:
                member = workspace().seat_or_refuse(state.meeting, key, seat.caller())
            except p.Refused as refused:
                st.error(str(refused))
            else:
                from framework.workspace import Ticket

                seat.take(Ticket(state.meeting, member, key))
                st.rerun()


# ── At the table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _meeting(state: p.Panel, member: str) -> None:
    st.session_state["shown"] = _shape(state)
    _status(state.meeting, member)
    _messages(state.meeting, member)
    if state.phase == "gathering":
        _gathering(state, member)
    elif state.phase == "scoring":
        _evidence(state)
        if state.members[member].scores:
            scoring.form(state.meeting, member)
        else:
            st.info("The members are scoring, each on their own. You see the answers once they are revealed.")


def _shape(state: p.Panel) -> tuple:
    """What makes the whole page look different, rather than one part of it."""
    return (state.phase, state.chair, tuple(state.carers.items()), len(state.seated))


@st.fragment(key="status")
def _status(meeting: str, member: str) -> None:
    state = workspace().panel(meeting)
    edition = workspace().edition_of(state)
    phases = "".join(
        f"<li{' aria-current=step' if phase == state.phase else ''}>{p.PHASE_WORDS[phase]}</li>" for phase in p.PHASES
    )
    done = p.progress(state, edition)
    finished = sum(one.finished for one in done)
    st.html(
        f'<div class="hw"><h1 style="font-size:1.5rem;margin:0 0 .3rem;padding:0">Case {escape(state.case)}: '
        f"{escape(state.title)}</h1><p class=quiet>{evidence.fictional() if state.fictional else ''} Stage {state.stage} · "
        f"{escape(state.members[member].name)}, {p.ROLES[state.members[member].role].lower()}"
        f"{' · ' + f'{finished} of {len(done)} finished' if state.phase == 'scoring' else ''}</p>"
        f'<ol class="hw-phases" aria-label="Phases of the meeting">{phases}</ol></div>'
    )
    live.watch(panel_stream(meeting), member, state.version, lambda: _news(meeting))


def _news(meeting: str) -> None:
    if _shape(workspace().panel(meeting)) != st.session_state.get("shown"):
        st.rerun()


@st.fragment(key="messages")
def _messages(meeting: str, member: str) -> None:
    sending.messages(meeting, member)


def _gathering(state: p.Panel, member: str) -> None:
    chair = member == state.chair
    left, right = st.columns([3, 2], gap="large")
    with left:
        case = workspace().case(state.case)
        if case:
            evidence.summary(case)
            st.subheader("The evidence")
            evidence.bundle(case)
    with right:
        _carers(state, member)
        if chair:
            st.button(
                "Start scoring", type="primary", key="start-scoring", on_click=_move, args=(state, member, "scoring")
            )
        else:
            st.info("The chair starts the scoring. This page moves on by itself.")


def _evidence(state: p.Panel) -> None:
    """The bundle, one click away while scoring and discussing."""
    case = workspace().case(state.case)
    if case:
        with st.expander("The case and its evidence", key="evidence"):
            evidence.summary(case)
            evidence.bundle(case)


def _carers(state: p.Panel, member: str) -> None:
    st.subheader("Carers in the home")
    if member != state.chair:
        st.html(f'<ul class="hw">{"".join(f"<li>{escape(name)}</li>" for name in state.carers.values())}</ul>')
        return
    st.caption("Each parent or carer in the home the child would return to. Some factors are scored once for each.")
    with st.form("carers"):
        names = [
            st.text_input(f"Carer {number + 1}", value=name, key=f"carer-{number}", max_chars=p.NAME_LIMIT)
            for number, name in enumerate([*state.carers.values(), ""])
        ]
        if st.form_submit_button("Save the carers"):
            ids = [*state.carers, *(letter for letter in "abcdefghijklm" if letter not in state.carers)]
            named = {identifier: name for identifier, name in zip(ids, names, strict=False) if name.strip()}
            if sending.send(state.meeting, member, p.NameCarers(named)):
                st.toast(f"{explain.count(len(named), 'carer', 'carers').capitalize()} saved.")
            st.rerun()


def _move(state: p.Panel, member: str, to: p.Phase) -> None:
    sending.send(state.meeting, member, p.MovePhase(to))
