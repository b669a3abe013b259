"""Roll-out: the implementation checklist, tracked by a group, live."""

from html import escape
from pathlib import Path

import streamlit as st

from framework import rollout as r
from framework.panel import Refused
from framework.rollout import days, reading
from framework.rollout.model import NAME_LIMIT
from framework.rollouts import stream_of
from pages.components import live, rollout_board, rollout_task
from pages.components import rollout_edit as edit
from pages.components.evidence import fictional
from pages.components.rollout_edit import HEAD, MAIN, Field
from pages.components.text import plain

VIEWS = (
    "Board",
    "Timeline and progress",
    "Group and meetings",
    "Partners and services",
    "Keeping it going",
    "Take away",
)
STYLE = Path(__file__).parent / "components" / "rollout.css"


def page() -> None:
    st.html(STYLE)
    known = edit.door().all()
    wanted = st.query_params.get("rollout") or known[0].id
    state = next((one for one in known if one.id == wanted), None)
    if state is None:
        st.title("Roll-out")
        st.error("There is no roll-out at this address.")
        state = known[0]
        st.query_params.pop("task", None)
    st.query_params["rollout"] = state.id
    st.session_state["rollout_shown"] = {}  # everything is drawn anew, from what the head has read or newer
    _head(state.id)
    if not edit.who():
        _ask_name()
    if st.query_params.get("only") == "task" and rollout_task.is_open():
        _nothing()
        rollout_task.show(state.id)
        return
    st.segmented_control(
        "View", VIEWS, default="Board", required=True, key="rollout_view", label_visibility="collapsed"
    )
    if rollout_task.is_open() and _view() in VIEWS[:2]:
        board, side = st.columns([3, 2.2], gap="large")
        with board:
            _main(state.id)
        with side.container(key="rollout_side"):
            rollout_task.show(state.id)
    else:
        _main(state.id)
        rollout_task.nothing()
    _other(known, state)


def _view() -> str:
    return st.session_state.get("rollout_view") or "Board"


@st.fragment(key=HEAD)
def _head(rollout: str) -> None:
    state = edit.door().state(rollout)
    made_up = f"{fictional()} &nbsp;" if state.fictional else ""
    name = f"You are working as {escape(edit.who())}. " if edit.who() else ""
    st.html(
        f'<div class="hw"><h1 style="font-size:1.6rem;margin:0 0 .2rem;padding:0">Roll-out: {escape(state.title)}</h1>'
        f'<p class="quiet">{made_up}{name}What brings the framework into your authority, who does what by when, and what is '
        "stuck.</p></div>"
    )
    live.watch(stream_of(rollout), edit.who() or None, edit.shown_version(state.version), edit.refresh)


def _ask_name() -> None:
    """Once in a session: there is no sign-in yet, and every change carries a name."""
    with st.form("rollout-name", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Your name, kept with every change you make", key="rollout_name_given", max_chars=NAME_LIMIT)
        st.form_submit_button("Start working", type="primary", on_click=_take_name)


def _take_name() -> None:
    name = r.deciding.clean(st.session_state["rollout_name_given"])
    if name:
        st.session_state["rollout_name"] = name


@st.fragment(key=MAIN)
def _main(rollout: str) -> None:
    state, checklist, today = edit.door().state(rollout), edit.door().checklist, edit.door().today
    match _view():
        case "Timeline and progress":
            from pages.components import rollout_charts

            left, right = st.columns(2)
            with left:
                owner = _owner_filter(state)
            with right:
                phases: dict[int | None, str] = {
                    None: "All phases",
                    **{p.number: f"{p.number}. {p.title}" for p in checklist.phase},
                }
                phase = st.selectbox("Phase", list(phases), format_func=phases.__getitem__, key="rollout-phase")
            rollout_charts.timeline(state, today, phase or None, owner)
            rollout_charts.progress(state, checklist, today)
        case "Group and meetings":
            from pages.components import rollout_group

            rollout_group.show(state, checklist)
        case "Partners and services":
            from pages.components import rollout_partners

            rollout_partners.show(state, checklist)
        case "Keeping it going":
            from pages.components import rollout_keeping

            rollout_keeping.show(state, checklist)
        case "Take away":
            from pages.components import rollout_away

            rollout_away.show(state, checklist)
        case _:
            _board(state)
    edit.drawn(MAIN, state.version)


@st.fragment(key=MAIN)
def _nothing() -> None:
    """Where the board would stand while one task has the page to itself."""
    edit.drawn(MAIN, None)


def _board(state: r.Rollout) -> None:
    owner = _owner_filter(state)
    edit.message(MAIN)
    rollout_board.show(state, owner, st.query_params.get("task", ""))
    _next_meeting(state)
    with st.expander("Add a local task", icon=":material/add:", key="add-task"):
        phases = {phase.number: f"{phase.number}. {phase.title}" for phase in edit.door().checklist.phase}
        fields = (
            Field("phase", "Phase", "one", lambda _, __: phases),  # type: ignore[arg-type, return-value]
            Field("title", "Title", "line"),
            Field("text", "What it is", "text"),
            Field("owner", "Owner", "one", edit.people, empty="Nobody yet"),
            Field("due", "Due", "day"),
        )
        edit.add_form(state, "task", fields, "Add the task", MAIN, start={"phase": 1})


def _owner_filter(state: r.Rollout) -> str | None:
    owners = {"": "Everybody", reading.UNOWNED: "Nobody yet", **edit.people(state, edit.door().checklist)}
    owners |= {m.id: f"{m.name} (has left)" for m in state.members.values() if m.left}
    chosen = st.selectbox(
        "Show the tasks of", list(owners), format_func=owners.__getitem__, key="rollout-owner", width=340
    )
    return chosen or None


def _next_meeting(state: r.Rollout) -> None:
    meeting = reading.next_meeting(state, edit.door().today)
    if meeting is None:
        return
    open_ = [action for action in state.actions.values() if not action.done]
    points = "".join(f"<li>{escape(point)}</li>" for point in meeting.points.splitlines())
    actions = "".join(
        f"<li>{escape(action.text)} ({escape(state.members[action.owner].name)}"
        f"{f', by {days.uk_short(action.due)}' if action.due else ''})</li>"
        for action in open_
    )
    at = f", {meeting.starts}" if meeting.starts else ""
    st.html(
        f'<div class="hw ro-calm"><h2 class="ro-title">Next meeting: {escape(meeting.title)}, {days.uk(meeting.on)}{at}</h2>'
        f"<details><summary>Agenda</summary><ol>{points}</ol></details>"
        f"<details{' open' if open_ else ''}><summary>Open actions ({len(open_)})</summary><ul>{actions}</ul></details></div>"
    )


# ── Other roll-outs ──────────────────────────────────────────────────────────────────────────────────────────────────


def _other(known: list[r.Rollout], state: r.Rollout) -> None:
    with st.expander("Another roll-out", key="other-rollout"):
        for one in known:
            if one.id != state.id:
                st.button(plain(one.title), key=f"open-{one.id}", on_click=_open, args=(one.id,))
        with st.form("start-rollout", border=False, enter_to_submit=False):
            st.text_input(
                "Name of a new roll-out",
                key="new_rollout",
                max_chars=NAME_LIMIT,
                help="For example, your authority's name.",
            )
            st.form_submit_button("Start a roll-out", disabled=not edit.who(), on_click=_start)
        if sentence := st.session_state.pop("start_refused", None):
            st.error(plain(sentence))


def _open(rollout: str) -> None:
    for name in ("task", "outcome", "only"):
        st.query_params.pop(name, None)
    st.query_params["rollout"] = rollout


def _start() -> None:
    try:
        begun = edit.door().start(st.session_state["new_rollout"], edit.who())
    except Refused as refused:
        st.session_state["start_refused"] = str(refused)
    else:
        _open(begun.id)
