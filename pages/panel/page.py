"""Panel: a decision meeting, live."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from framework import panel
from framework.case import Case
from framework.dates import uk_clock
from framework.documents import DocumentFailed
from framework.panel.kind import MEETING
from framework.panel.meetings import normal
from framework.streams.kind import Actor
from pages.audit import trail as audit
from pages.case import evidence
from pages.panel import (
    asking,
    carers,
    chair,
    demonstration,
    joining,
    light,
    meetings,
    notices,
    own_seat,
    revealed,
    room,
    scoring,
    seat,
    seat_key,
    sending,
    to_decision,
)
from pages.panel.seat import current
from pages.ui import attempts, files_made, identity
from pages.ui.app import hub, workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain


def page() -> None:
    seat.give_cookie()
    code, meeting = st.query_params.get("code", ""), st.query_params.get("meeting", "")
    if code:
        try:
            meeting = workspace().meetings.by_code(code, seat.caller_held(), identity.me())
        except panel.Refused as refused:
            del st.query_params["code"]  # one wrong code is one try, however often the page is drawn
            st.title("Join a meeting", anchor=False)
            joining.ask_for_code(str(refused))
            return
        seat.may_join().add((meeting, normal(code)))
        joining.go_to(meeting)
    if not meeting:
        _before(st.query_params.get("case", ""))
        return
    state = current(meeting, fresh=True)
    if not state.version:
        st.title("Panel", anchor=False)
        st.error("There is no meeting at this address. Ask the chair for the code, or go back to Home.")
        joining.ask_for_code()
        return
    workspace().meetings.edition_of(state)  # where it cannot be read, nothing of the page can be drawn
    if state.demonstration:
        demonstration.show(state)
        return
    standing, member = seat.standing(state)
    if standing == "waiting":
        joining.waiting(meeting)
    elif standing == "removed":
        joining.removed(meeting)
    elif standing == "over":
        joining.over()
    elif standing == "parted":
        joining.parted(meeting)
    elif standing != "in":
        joining.page(state, standing)
    elif seat.shows_key(meeting):
        seat_key.page(state, member)
    else:
        _meeting(state, member)


# ── Before there is a meeting ────────────────────────────────────────────────────────────────────────────────────────


def _before(identifier: str) -> None:
    """Read a case and open a meeting on it."""
    case = workspace().cases.case(identifier) if identifier else None
    if case is None:
        st.title("Panel", anchor=False)
        if identifier:
            st.error(f"There is no case {plain(identifier)}.")
        st.write("Join a meeting with its code, or open a sample case on Home and start one.")
        joining.ask_for_code()
        st.header("Your meetings", anchor=False)
        meetings.mine()
        return
    st.title(plain(f"{case.id}  {case.title}"), anchor=False)
    evidence.summary(case)
    start, show = st.columns(2)
    with start.container(border=True, key="start-box"):
        st.header("Start a meeting on this case", anchor=False)
        joining.opening(case)
    if case.member:
        with show.container(border=True, key="show-box"):
            st.header("Show a whole meeting", anchor=False)
            st.write("Fictional members score this case, disagree, and agree. Step through it on a projector.")
            st.button("Show the demonstration", key="demonstrate", on_click=_demonstrate, args=(case,))
            attempts.refused(f"demonstration|{case.id}")
    st.header("The evidence", anchor=False)
    evidence.bundle(case)


def _demonstrate(case: Case) -> None:
    """Show the demonstration that this session has of a case; two clicks hold one meeting."""
    kept = f"demonstration|{case.id}"

    def act() -> None:
        st.session_state[kept] = workspace().meetings.demonstrate(case, st.session_state.get(kept, ""))
        joining.go_to(st.session_state[kept])

    attempts.attempt(kept, act)


# ── At the table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _meeting(state: panel.Panel, member: str) -> None:
    """The table. What news of the meeting changes is one fragment; a member who is scoring has their form beside it."""
    files_made.while_it_holds(seat.still_mine(state.meeting, member))
    shown = f"shown|{state.meeting}"
    if shown in st.session_state and st.session_state[shown][0] != state.phase:
        asking.answered(state.meeting)  # a question belongs to its phase, and so does a key that is on the screen
    st.session_state[shown] = _shape(state, member)
    if state.phase == "scoring":
        _scoring_title(state.meeting, member)
        _scoring_status(state.meeting, member)
        with st.container(key="phase-scoring"):
            _scoring(state, member)
    else:
        _table(state.meeting, member)
    _ask(state, member)


@st.fragment(key="table")
def _table(meeting: str, member: str) -> None:
    state = _as_shown(current(meeting, fresh=True), member)
    _title(state, member)
    _status(state, member)
    sending.messages(meeting, member)
    with st.container(key=f"phase-{state.phase}"):
        PHASES[state.phase](state, member)


@st.fragment(key="menus")
def _scoring_title(meeting: str, member: str) -> None:
    _title(_as_shown(current(meeting), member), member)


@st.fragment(key="status")
def _scoring_status(meeting: str, member: str) -> None:
    """All that the news of somebody's answer draws anew, on every screen of the meeting: so it is kept small."""
    _status(_as_shown(current(meeting), member), member)


def _as_shown(state: panel.Panel, member: str) -> panel.Panel:
    """The meeting, for a part of the page; the whole page is drawn anew if it looks different by now."""
    if _shape(state, member) != st.session_state.get(f"shown|{state.meeting}"):
        st.rerun()
    return state


def _shape(state: panel.Panel, member: str) -> tuple:
    """What makes the whole page look different, rather than one part of it; and whether the seat is still this session's."""
    ready = state.phase == "scoring" and panel.all_finished(state)
    seats = tuple((one.id, one.role, one.has_met_family) for one in state.seated)
    people = (state.chair, state.deputy, seats, seat.holds(state, member))
    return (state.phase, people, tuple(state.carers.items()), tuple(state.past_carers), ready)


def _title(state: panel.Panel, member: str) -> None:
    leads = member == state.chair
    reveals = leads and state.phase == "scoring"
    title, menus = st.columns([5, 4] if reveals else [7, 3], vertical_alignment="top")
    with title:
        show_html(
            html(
                '<h1 class="hw" style="font-size:1.4rem;margin:0;padding:0.3rem 0 0">{called}</h1>',
                called=panel.called(state),
            )
        )
    with menus.container(horizontal=True, horizontal_alignment="right", gap="small", key="menus"):
        if reveals:
            chair.reveal_button(state, member)
        own_seat.menu(state, member)
        if leads and state.phase != "closed":
            chair.menu(state, member)


def _status(state: panel.Panel, member: str) -> None:
    meeting = state.meeting
    phases = [
        html(
            "<li{current}>{phase}</li>",
            current=" aria-current=step" if phase == state.phase else "",
            phase=panel.PHASE_WORDS[phase],
        )
        for phase in panel.PHASES
    ]
    role = panel.role(state, member, workspace().meetings.edition_of(state)).partition(", ")[0]
    duty = ", in the chair" if member == state.chair else ""
    where = [
        f"Stage {state.stage}",
        f"{state.members[member].name}, {role}{duty}",
    ]
    # Each in a place of its own width: a number that changes moves nothing beside it.
    counts = []
    if state.phase == "scoring":
        finished, of = panel.finished_count(state)
        counts.append(f"{finished} of {of} have finished")
    present = len(hub().present(MEETING.stream(meeting)) & {one.id for one in state.seated})
    counts.append(f"{max(present, 1)} of {len(state.seated)} here")
    counted = [html('<span class="hw-count">{count}</span>', count=count) for count in counts]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="status"):
        show_html(
            html('<ol class="hw hw-phases" aria-label="Phases of the meeting">{phases}</ol>', phases=phases),
            width="content",
        )
        show_html(
            html(
                '<div class="hw"><p class="quiet" style="margin:0">{fictional} {where} {counted}</p></div>',
                fictional=evidence.fictional() if state.fictional else "",
                where=" · ".join(where),
                counted=counted,
            ),
            width="content",
        )
        seat.watch(state, member, partial(scoring.redraw_if_older, meeting, member))
    notices.in_head(state, member)
    notices.beside(state, member)


# ── What is asked before a step ──────────────────────────────────────────────────────────────────────────────────────

OF_THE_CHAIR: dict[str, Callable[[panel.Panel, str, str], None]] = {
    "remove": chair.ask_to_remove,
    "hand-over": chair.ask_to_hand_over,
    "back": chair.ask_to_go_back,
    "reveal": chair.ask_to_reveal,
    "close": chair.ask_to_close,
    "take-off": carers.ask_to_take_off,
}
OF_EVERYBODY: dict[str, Callable[[panel.Panel, str, str], None]] = {
    "correct": chair.ask_for_role,
    "take-chair": own_seat.ask_to_take_chair,
    "key": lambda state, member, about: seat_key.show(state),
}


def _ask(state: panel.Panel, member: str) -> None:
    """The dialog of what is asked now, if anything is."""
    if asked := asking.asked(state.meeting):
        questions = OF_EVERYBODY | (OF_THE_CHAIR if member == state.chair else {})
        seated = {one.id for one in state.seated}
        about_a_member = asked.what in ("remove", "hand-over", "correct")
        if asked.what in questions and not (about_a_member and asked.about not in seated):
            questions[asked.what](state, member, asked.about)
        else:
            asking.answered(state.meeting)


# ── The phases ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _evidence(state: panel.Panel) -> None:
    """The bundle, one click away while scoring and discussing."""
    case = evidence.case_of(state)
    if case:
        with st.expander("The case and its evidence", key="evidence"):
            evidence.summary(case)
            st.header("The evidence")
            evidence.bundle(case)


def _gathering(state: panel.Panel, member: str) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        case = evidence.case_of(state)
        if case:
            evidence.summary(case)
            st.header("The evidence", anchor=False)
            evidence.bundle(case)
    # What comes and goes with people stands last: it moves nothing that somebody may be typing in.
    with right.container(key="gathering_side"):
        if member == state.chair:
            room.code(state, width=150)
            st.button("Start scoring", type="primary", key="start-scoring", on_click=_start, args=(state, member))
            sending.said(state.meeting, member, "start")
        else:
            st.info("The chair starts the scoring. This page moves on by itself.")
        st.header("Parents and home carers", anchor=False)
        if member == state.chair:
            carers.editor(state, member)
        else:
            carers.listed(state)
        st.header("Who is here", anchor=False)
        room.people(state)
        room.missing(state)


def _start(state: panel.Panel, member: str) -> None:
    sending.send(state.meeting, member, panel.MovePhase("scoring"), place="start")


def _scoring(state: panel.Panel, member: str) -> None:
    if state.members[member].scores:
        scoring.form(state.meeting, member)
    else:
        sending.messages(state.meeting, member)
        _evidence(state)
        st.info("The members are scoring, each on their own. You see the answers once they are revealed.")


def _revealed(state: panel.Panel, member: str) -> None:
    _evidence(state)
    revealed.view(state.meeting, member)


def _agreed(state: panel.Panel, member: str) -> None:
    if member == state.chair:
        st.button("Close the meeting", key="close", type="primary", on_click=asking.ask, args=(state.meeting, "close"))
    to_decision.show(state, member)
    _evidence(state)
    revealed.view(state.meeting, member)
    _take_away(state, member)
    _trail(state, member)


def _closed(state: panel.Panel, member: str) -> None:
    edition = workspace().meetings.edition_of(state)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.success("The meeting is closed. Nothing in it can be changed any more.")
        to_decision.show(state, member)
        _take_away(state, member)
        from pages.panel import course

        course.show(state)
        with st.expander("What happened at this meeting", key=f"happened|{state.meeting}"):
            rows = [
                html(
                    '<tr><th scope="row">{uk_clock}</th><td>{what}</td></tr>', uk_clock=uk_clock(one.at), what=one.what
                )
                for one in workspace().meetings.proceedings(state.meeting, member=member, me=identity.me())
            ]
            show_html(html('<div class="hw"><table><tbody>{rows}</tbody></table></div>', rows=rows))
        _trail(state, member)
    with right.container(key="light_column"):
        light.box(edition, panel.panel_light(state, edition), "The panel's light", state.carers)


def _trail(state: panel.Panel, member: str) -> None:
    box = st.expander(
        "Audit trail: every event, and whether the record is whole", key=f"trail|{state.meeting}", on_change="rerun"
    )
    if box.open:
        with box:
            audit.of_meeting(state, member)


def _take_away(state: panel.Panel, member: str) -> None:
    """How the outcome is kept, and the summary as a PDF: of a closed meeting at once, before that when somebody asks for it."""
    show_html(html('<p class="hw quiet">{sealed}</p>', sealed=panel.sealed_when(state)))
    if state.members[member].guest:
        return  # what a meeting on a case leaves behind belongs into its file
    made = f"summary|{state.meeting}"
    with st.container(key="take-away", gap="small"):
        if state.phase == "closed":
            st.session_state[made] = state.version
        else:
            st.button(
                "Make the summary as it stands (PDF)", key="make-summary", on_click=_make, args=(made, state.version)
            )
        if version := st.session_state.get(made):
            _download(state, member, version)


def _make(made: str, version: int) -> None:
    st.session_state[made] = version


def _download(state: panel.Panel, member: str, version: int) -> None:
    try:
        made = _summary(state.meeting, version, member if state.casefile else "", identity.me())
    except DocumentFailed as error:
        st.error(f"{plain(str(error))} The meeting and its record are safe.", icon=":material/picture_as_pdf:")
        return
    st.download_button(
        "Download the summary (PDF)" if state.phase == "closed" else "Download the summary as it stood just now (PDF)",
        made,
        file_name="-".join(filter(None, ("summary", state.case, state.meeting))) + ".pdf",
        mime="application/pdf",
        on_click="ignore",
        icon=":material/download:",
    )


@st.cache_data(max_entries=16, show_spinner="Making the summary")
def _summary(meeting: str, version: int, member: str, _me: Actor) -> bytes:
    return workspace().meetings.summary(meeting, version, member=member, me=_me)


PHASES = {
    "gathering": _gathering,
    "scoring": _scoring,
    "revealed": _revealed,
    "agreed": _agreed,
    "closed": _closed,
}
