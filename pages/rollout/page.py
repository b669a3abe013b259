"""Roll-out: the implementation checklist, tracked by a group, live."""

import streamlit as st

from framework import dates
from framework.items import LINE_LIMIT
from framework.rollout import Rollout, reading
from framework.rollout.checklist import Checklist
from framework.rollout.kind import ROLLOUT
from framework.text import clean
from pages.case.evidence import fictional
from pages.rollout import board, edit, others, task, together, where
from pages.ui import fields, live, unreadable
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain


def page() -> None:
    known = edit.door().names()
    asked = st.query_params.get("rollout", "")
    wanted = asked if asked in known else edit.door().to_open(where.last() or edit.from_cookie(edit.ROLLOUT_COOKIE))
    lost = st.empty()
    if asked and asked not in known:
        lost.error("There is no roll-out at this address." + (" This is another one." if wanted else ""))
        st.query_params.clear()
    if wanted is None:
        others.choose(known)
        return
    where.arrive(wanted)
    readable = False
    with unreadable.said("Roll-out"):
        edit.door().checklist_of(edit.door().view(wanted))
        readable = True
        _rollout()
    if not readable:
        others.choose_another(known, wanted)


@st.fragment(key="rollout")
@unreadable.said("Roll-out")
def _rollout() -> None:
    """All that follows the roll-out: what a click or a piece of news changes is drawn together.

    Every part has a place of its own, which is there whether it is filled or not: what one part no longer needs is
    cleared away before another could be mistaken for it, and a task opens without the board being drawn anew.
    """
    here = where.now()
    state = edit.door().view(here.rollout)
    checklist = edit.door().checklist_of(state)
    st.session_state["rollout_archived"] = state.archived
    _head(state)
    with st.container(key="rollout_name_place"):
        if not edit.who():
            _ask_name()
    with st.container(key="rollout_view_place"):
        if not here.only:
            _choose_view(here)
    beside = here.open and (here.only or here.view in ("board", "timeline"))
    with st.container(key="rollout_body"):
        with st.container(key="rollout_main", gap=None):
            for view in where.VIEWS:
                if view == here.view and not (here.only and here.open):
                    with st.container(key=f"rollout_view_{view}"):
                        _view(view, state, checklist)
                else:
                    st.empty()
        with st.container(key="rollout_side"):
            if beside:
                task.show(state, checklist)
    with st.container(key="rollout_others"):
        others.show(here.rollout)
    where.hold_steady(edit.who())
    where.tell_address()


def _head(state: Rollout) -> None:
    made_up = html("{fictional} &nbsp;", fictional=fictional()) if state.fictional else ""
    name = f"You are working as {edit.who()}. " if edit.who() else ""
    show_html(
        html(
            '<div class="hw"><h1 style="font-size:1.6rem;margin:0 0 .2rem;padding:0">Roll-out: {title}'
            '</h1><p class="quiet">{made_up}{name}What brings the framework into your authority, who '
            "does what by when, and what is stuck.</p></div>",
            title=state.title,
            made_up=made_up,
            name=name,
        )
    )
    today = edit.door().today
    asleep = reading.quiet_since(state, today)
    word = f"Last change {dates.uk(asleep)}" if asleep else "Live"
    who = edit.who() or None
    live.watch(ROLLOUT.stream(state.id), who, ROLLOUT.shows(state, who), lambda: None, word=word)
    if edit.who():
        st.button(f"Not {plain(edit.who())}?", key="rollout-not-me", type="tertiary", on_click=_forget_name)
    if state.archived:
        st.info("This roll-out is archived: it can be read, and not changed.", icon=":material/inventory_2:")
    elif asleep:
        show_html(html('<div class="hw ro-warn"><p>{said}</p></div>', said=reading.quiet_words(state, today)))


def _ask_name() -> None:
    """Once in a session: there is no sign-in yet, and every change carries a name."""
    with st.form("rollout-name", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Your name, kept with every change you make", key="rollout_name_given", max_chars=LINE_LIMIT)
        st.form_submit_button("Start working", type="primary", on_click=_take_name)


def _take_name() -> None:
    name = clean(st.session_state["rollout_name_given"])
    if name:
        st.session_state["rollout_name"] = name


def _forget_name() -> None:
    st.session_state["rollout_name"] = ""


def _choose_view(here: where.Where) -> None:
    key = fields.choice("rollout_view", here.view)
    st.segmented_control(
        "View",
        list(where.VIEWS),
        format_func=where.VIEWS.__getitem__,
        default=here.view,
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=_go_to_view,
        args=(key, here.view),
    )


def _go_to_view(key: str, shown: str) -> None:
    if fields.is_user_change("rollout_view", key, shown):
        where.go(view=st.session_state[key])


def _view(view: str, state: Rollout, checklist: Checklist) -> None:
    match view:
        case "timeline":
            from pages.rollout import charts

            charts.show(state, checklist, edit.door().today)
        case "group":
            from pages.rollout import group

            group.show(state, checklist)
        case "partners":
            from pages.rollout import partners

            partners.show(state, checklist)
        case "keeping":
            from pages.rollout import keeping

            keeping.show(state, checklist)
        case "changes":
            from pages.rollout import changes

            changes.show(state, checklist)
        case "away":
            from pages.rollout import away

            away.show(state, checklist)
        case _:
            _board(state, checklist)


def _board(state: Rollout, checklist: Checklist) -> None:
    board.show(state, checklist, board.owner_filter(state, checklist), where.now())
    with st.container():
        _next_meeting(state)
    with st.expander(
        "Change several tasks at once", icon=":material/checklist:", key="together", on_change="rerun"
    ) as box:
        if box.open:
            together.show(state, checklist)
    with st.expander("Add a local task", icon=":material/add:", key="add-task"):
        phases = {phase.number: f"{phase.number}. {phase.title}" for phase in checklist.phase}
        specs = (
            Field("phase", "Phase", "one", lambda _, __: phases),  # type: ignore[arg-type, return-value]
            Field("title", "Title", "line"),
            Field("text", "What it is", "text"),
            Field("owner", "Owner", "one", edit.people, empty="Nobody yet"),
            Field("due", "Due", "day"),
        )
        edit.add_form(state, "task", specs, "Add the task", start={"phase": 1})


def _next_meeting(state: Rollout) -> None:
    meeting = reading.next_meeting(state, edit.door().today)
    if meeting is None:
        return
    open_ = [action for action in state.actions.values() if not action.done]
    points = [html("<li>{point}</li>", point=point) for point in meeting.points.splitlines()]
    actions = [
        html(
            "<li>{text} ({name}{by})</li>",
            text=action.text,
            name=state.members[action.owner].name,
            by=f", by {dates.uk_short(action.due)}" if action.due else "",
        )
        for action in open_
    ]
    at = f", {meeting.starts}" if meeting.starts else ""
    show_html(
        html(
            '<div class="hw ro-calm"><h2 class="ro-title">Next meeting: {title}, {on}{at}</h2><details>'
            "<summary>Agenda</summary><ol>{points}</ol></details><details{open}><summary>Open actions "
            "({count})</summary><ul>{actions}</ul></details></div>",
            title=meeting.title,
            on=dates.uk(meeting.on),
            at=at,
            points=points,
            open=" open" if open_ else "",
            count=len(open_),
            actions=actions,
        )
    )
