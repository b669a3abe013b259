"""Panel: a decision meeting, live."""

from functools import partial
from html import escape

import streamlit as st

from framework import explain, record
from framework import panel as p
from framework.workspace import Ticket, panel_stream
from pages.components import (
    demonstration,
    evidence,
    light,
    live,
    meetings,
    revealed,
    room,
    scoring,
    seat,
    sending,
)
from pages.components.app import current, hub, workspace
from pages.components.text import plain


def page() -> None:
    seat.give_cookie()
    code, meeting = st.query_params.get("code", ""), st.query_params.get("meeting", "")
    if code:
        try:
            meeting = workspace().meeting_by_code(code, seat.caller())
        except p.Refused as refused:
            del st.query_params["code"]  # one wrong code is one try, however often the page is drawn
            st.title("Join a meeting")
            st.error(plain(str(refused)))
            _ask_for_code()
            return
        _may_join().add(meeting)
        del st.query_params["code"]
        st.query_params["meeting"] = meeting
    if not meeting:
        _before(st.query_params.get("case", ""))
        return
    state = workspace().panel(meeting)
    if not state.version:
        st.title("Panel")
        st.error("There is no meeting at this address. Ask the chair for the code, or go back to Home.")
        _ask_for_code()
        return
    if state.demonstration:
        demonstration.show(state)
        return
    member = seat.mine(meeting)
    if member is None:
        _join(state)
    elif (removed := state.members[member].removed) is not None:
        st.title("Panel")
        st.error(f"The chair removed your seat: {plain(removed)}. Ask the chair if that is a mistake.")
        seat.forget(meeting)
    else:
        _meeting(state, member)


# ── Before there is a seat ───────────────────────────────────────────────────────────────────────────────────────────


def _may_join() -> set[str]:
    """The meetings whose code this session has shown it knows."""
    return st.session_state.setdefault("may_join", set())


def _ask_for_code() -> None:
    with st.form("code"):
        code = st.text_input("Code from the chair", max_chars=20, placeholder="six letters and digits")
        if st.form_submit_button("Join", type="primary") and code.strip():
            st.query_params.clear()
            st.query_params["code"] = code
            st.rerun()


def _before(identifier: str) -> None:
    """Read a case and open a meeting on it."""
    work = workspace()
    case = work.case(identifier) if identifier else None
    if case is None:
        st.title("Panel")
        if identifier:
            st.error(f"There is no case {plain(identifier)}.")
        st.write("Join a meeting with its code, or open a sample case on Home and start one.")
        _ask_for_code()
        st.header("Your open meetings")
        meetings.mine()
        return
    st.title(f"{case.id}  {case.title}")
    evidence.summary(case)
    start, show = st.columns(2)
    with start.container(border=True, key="start-box"):
        st.header("Start a meeting on this case")
        with st.form("start", border=False):
            name = st.text_input("Your name", max_chars=p.NAME_LIMIT, help="You chair the meeting that you open.")
            role = st.selectbox("Your role", list(work.edition.panel_roles), format_func=work.edition.role_label)
            if st.form_submit_button("Start the meeting", type="primary"):
                try:
                    ticket = work.open_meeting(case, Ticket.new(), name, role or "")
                except p.Refused as refused:
                    st.error(plain(str(refused)))
                else:
                    seat.take(ticket)
                    _go_to(ticket.meeting)
    if case.member:
        with show.container(border=True, key="show-box"):
            st.header("Show a whole meeting")
            st.write("Fictional members score this case, disagree, and agree. Step through it on a projector.")
            if st.button("Show the demonstration", key="demonstrate"):
                _go_to(work.demonstrate(case))
    st.header("The evidence")
    evidence.bundle(case)


def _go_to(meeting: str) -> None:
    st.query_params.clear()
    st.query_params["meeting"] = meeting
    st.rerun()


def _join(state: p.Panel) -> None:
    """Take a seat, or find one's own again."""
    st.title("Join the meeting")
    if state.phase == "closed":
        st.info("This meeting is closed. Only those who sat in it can open it.")
    elif state.meeting not in _may_join():
        st.write("Enter the code that the chair reads out or shows.")
        _ask_for_code()
    else:
        _new_seat(state)
    with st.expander("I have a seat here already"), st.form("return", border=False):
        key = st.text_input("Your seat key", help="On the device you used before: Your seat.")
        if st.form_submit_button("Find my seat"):
            try:
                member = workspace().seat_or_refuse(state.meeting, key, seat.caller())
            except p.Refused as refused:
                st.error(plain(str(refused)))
            else:
                seat.take(Ticket(state.meeting, member, key))
                st.rerun()


def _new_seat(state: p.Panel) -> None:
    st.html(f'<p class="hw">Case {escape(state.case)} · Stage {state.stage} · {p.PHASE_WORDS[state.phase]}</p>')
    edition = workspace().edition_of(state)
    roles = list(edition.panel_roles)
    role = st.selectbox("Your role in this meeting", roles, format_func=edition.role_label, key="join-role")
    with st.form("join"):
        name = st.text_input("Your name", max_chars=p.NAME_LIMIT)
        met = None
        if role == "second_worker":
            met = st.radio("Have you met the family?", ["No", "Yes"], horizontal=True) == "Yes"
            st.caption("The second worker writes the case history without meeting the family, as a guard against bias.")
        if st.form_submit_button("Take a seat", type="primary"):
            try:
                ticket = workspace().join(Ticket.new(state.meeting), name, role or "", met)
            except p.Refused as refused:
                st.error(plain(str(refused)))
            else:
                seat.take(ticket)
                st.rerun()


# ── At the table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _meeting(state: p.Panel, member: str) -> None:
    """The table. What news of the meeting changes is one fragment; a member who is scoring has their form beside it."""
    st.session_state["shown"] = _shape(state)
    if state.phase == "scoring":
        _scoring_title(state.meeting, member)
        _scoring_status(state.meeting, member)
        with st.container(key="phase-scoring"):
            _scoring(state, member)
    else:
        _table(state.meeting, member)


@st.fragment(key="table")
def _table(meeting: str, member: str) -> None:
    state = _as_shown(workspace().panel(meeting))
    _head(state, member)
    sending.messages(meeting, member)
    with st.container(key=f"phase-{state.phase}"):
        PHASES[state.phase](state, member)


@st.fragment(key="menus")
def _scoring_title(meeting: str, member: str) -> None:
    _title(_as_shown(current(meeting)), member)


@st.fragment(key="status")
def _scoring_status(meeting: str, member: str) -> None:
    """All that the news of somebody's answer draws anew, on every screen of the meeting: so it is kept small."""
    _status(_as_shown(current(meeting)), member)


def _as_shown(state: p.Panel) -> p.Panel:
    """The meeting, for a part of the page; the whole page is drawn anew if it looks different by now."""
    if _shape(state) != st.session_state.get("shown"):
        st.rerun()
    return state


def _head(state: p.Panel, member: str) -> None:
    _title(state, member)
    _status(state, member)


def _title(state: p.Panel, member: str) -> None:
    chair = member == state.chair
    reveals = chair and state.phase == "scoring"
    title, menus = st.columns([5, 4] if reveals else [7, 3], vertical_alignment="top")
    title.html(
        f'<h1 class="hw" style="font-size:1.4rem;margin:0;padding:0.3rem 0 0">Case {escape(state.case)}: '
        f"{escape(state.title)}</h1>"
    )
    with menus.container(horizontal=True, horizontal_alignment="right", gap="small", key="menus"):
        if reveals:
            _reveal_button(state, member)
        room.seat_menu(state, member)
        if chair and state.phase != "closed":
            room.chair_menu(state, member)


def _shape(state: p.Panel) -> tuple:
    """What makes the whole page look different, rather than one part of it."""
    ready = state.phase == "scoring" and _all_finished(state)
    return (state.phase, state.chair, tuple(state.carers.items()), tuple(member.id for member in state.seated), ready)


def _all_finished(state: p.Panel) -> bool:
    return all(one.id in state.finished for one in state.scorers)


def _status(state: p.Panel, member: str) -> None:
    meeting = state.meeting
    phases = "".join(
        f"<li{' aria-current=step' if phase == state.phase else ''}>{p.PHASE_WORDS[phase]}</li>" for phase in p.PHASES
    )
    where = [
        f"Stage {state.stage}",
        f"{state.members[member].name}, {p.role(state, member, workspace().edition_of(state))}",
    ]
    if state.phase == "scoring":
        done = p.progress(state, workspace().edition_of(state))
        where.append(f"{sum(one.finished for one in done)} of {len(done)} finished")
    present = len(hub().present(panel_stream(meeting)) & {one.id for one in state.seated})
    where.append(f"{explain.number_of(max(present, 1), 'person', 'people')} here")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="status"):
        st.html(f'<ol class="hw hw-phases" aria-label="Phases of the meeting">{phases}</ol>', width="content")
        st.html(
            f'<div class="hw"><p class="quiet" style="margin:0">{evidence.fictional() if state.fictional else ""} '
            f"{escape(' · '.join(where))}</p></div>",
            width="content",
        )
        live.watch(panel_stream(meeting), member, state.version, partial(scoring.redraw_if_older, meeting, member))


def _evidence(state: p.Panel) -> None:
    """The bundle, one click away while scoring and discussing."""
    case = workspace().case(state.case)
    if case:
        with st.expander("The case and its evidence", key="evidence"):
            evidence.summary(case)
            st.header("The evidence")
            evidence.bundle(case)


def _gathering(state: p.Panel, member: str) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        case = workspace().case(state.case)
        if case:
            evidence.summary(case)
            st.header("The evidence")
            evidence.bundle(case)
    with right.container(key="gathering_side"):
        if member == state.chair:
            room.code(state, width=150)
            st.button(
                "Start scoring", type="primary", key="start-scoring", on_click=_move, args=(state, member, "scoring")
            )
        else:
            st.info("The chair starts the scoring. This page moves on by itself.")
        _people(state)
        _carers(state, member)


def _people(state: p.Panel) -> None:
    st.header("Who is here")
    room.people(state)
    room.missing(state)


def _carers(state: p.Panel, member: str) -> None:
    st.header("Carers in the home")
    if member != state.chair:
        st.html(f'<ul class="hw">{"".join(f"<li>{escape(name)}</li>" for name in state.carers.values())}</ul>')
        return
    st.caption("Each parent or carer in the home the child would return to. Some factors are scored once for each.")
    for carer, name in state.carers.items():
        st.text_input("Name", value=name, key=f"carer|{state.meeting}|{carer}", max_chars=p.NAME_LIMIT)
    if state.carers:
        st.caption(plain(f"Saved: {explain.listed(state.carers.values())}"))


def _scoring(state: p.Panel, member: str) -> None:
    if state.members[member].scores:
        scoring.form(state.meeting, member)
    else:
        sending.messages(state.meeting, member)
        _evidence(state)
        st.info("The members are scoring, each on their own. You see the answers once they are revealed.")


def _reveal_button(state: p.Panel, member: str) -> None:
    st.button(
        "Reveal all scores",
        key="reveal",
        icon=":material/visibility:",
        type="primary" if _all_finished(state) else "secondary",
        on_click=_ask_reveal,
    )
    if st.session_state.pop("asking", "") == "reveal":
        _confirm_reveal(state.meeting, member)


def _ask_reveal() -> None:
    st.session_state["asking"] = "reveal"
    room.redraw()


@st.dialog("Reveal all scores?")
def _confirm_reveal(meeting: str, member: str) -> None:
    state = workspace().panel(meeting)
    done = p.progress(state, workspace().edition_of(state))
    finished = sum(one.finished for one in done)
    st.write(
        f"{finished} of {len(done)} have said that they are finished. After the reveal everybody sees everybody's "
        "answers, and a changed answer keeps its first beside it."
    )
    st.html(room.progress(state))
    if st.button("Reveal all scores", type="primary", key="reveal-now"):
        sending.send(meeting, member, p.MovePhase("revealed"))
        st.rerun()


def _revealed(state: p.Panel, member: str) -> None:
    _evidence(state)
    revealed.view(state.meeting, member)


def _agreed(state: p.Panel, member: str) -> None:
    if member == state.chair:
        st.button("Close the meeting", key="close", type="primary", on_click=_ask_close)
        if st.session_state.pop("asking", "") == "close":
            _confirm_close(state.meeting, member)
    _evidence(state)
    revealed.view(state.meeting, member)
    _take_away(state)


def _ask_close() -> None:
    st.session_state["asking"] = "close"


@st.dialog("Close the meeting?")
def _confirm_close(meeting: str, member: str) -> None:
    st.write("A closed meeting is locked: nothing in it can be changed any more. The summary can then be downloaded.")
    if st.button("Close the meeting", type="primary", key="close-now"):
        sending.send(meeting, member, p.MovePhase("closed"))
        st.rerun()


def _closed(state: p.Panel, member: str) -> None:
    edition = workspace().edition_of(state)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.success("The meeting is closed. Nothing in it can be changed any more.")
        _take_away(state)
        from pages.components import course

        course.show(state)
    with right.container(key="light_column"):
        light.box(edition, p.panel_light(state, edition), "The panel's light", state.carers)


def _take_away(state: p.Panel) -> None:
    """The summary as a PDF, made when the page is shown and only once for a state."""
    st.download_button(
        "Download the summary (PDF)" if state.phase == "closed" else "Download the summary as it stands (PDF)",
        _summary(state.meeting, state.version),
        file_name=f"summary-{state.case}-{state.meeting}.pdf",
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
    )


@st.cache_data(max_entries=16, show_spinner="Making the summary")
def _summary(meeting: str, version: int) -> bytes:
    work = workspace()
    state = work.panel(meeting, upto=version)
    return record.pdf(record.summary(state, work.edition_of(state), work.events(meeting)[:version]))


def _move(state: p.Panel, member: str, to: p.Phase) -> None:
    sending.send(state.meeting, member, p.MovePhase(to))


PHASES = {
    "gathering": _gathering,
    "scoring": _scoring,
    "revealed": _revealed,
    "agreed": _agreed,
    "closed": _closed,
}
