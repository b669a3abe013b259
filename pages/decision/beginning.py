"""All decisions on a child, and beginning one: on a meeting, without a meeting, or after an unplanned return."""

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile
from framework.decision import shown
from framework.decision.deciding import Open
from framework.decision.decisions import new_id
from framework.decision.model import STAGES, Decisions, Stage
from framework.decision.preparing import STAGE_OF
from framework.panel import PHASE_WORDS, Panel
from pages.case import where
from pages.decision import edit
from pages.decision.edit import Here
from pages.ui import fields
from pages.ui.app import workspace
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain

WITHOUT = (
    Field("decided_by", "Who decided it", "line", help="Name and role, such as: Jo Example, head of service, on call."),
    Field(
        "why_no_meeting",
        "Why it is decided without a meeting",
        "text",
        help="Such as: the child cannot stay where they are tonight.",
    ),
    Field(
        "made_on", "What it is decided on", "text", help="What was known, from whom, and what could not be found out."
    ),
)
WITHOUT_DAYS = (
    Field("decided_on", "Day of the decision", "day", help="Leave empty if it is today."),
    Field("meeting_by", "The meeting that follows is held by", "day"),
)


def show(file: Casefile, state: Decisions) -> None:
    if meeting := where.within(file.id, "meeting"):
        _from_meeting(file, meeting)
    st.header("Decisions", anchor=False)
    with st.container():
        _list(file, state)
    if file.closed or not edit.may(file.id, Open):
        return
    st.header("Begin a decision", anchor=False)
    with st.container(key="begin-decision"):
        _on_meetings(file, state)
        _without(file, state)


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _list(file: Casefile, state: Decisions) -> None:
    found = shown.rows(state, edit.door().today)
    if not found:
        st.info("Nothing has been decided on this child here yet.")
    for row in found:
        with st.container(border=True, key=f"decision-row-{row.decision}"):
            show_html(html('<div class="hw">{row}</div>', row=row_html(row)))
            st.button(
                f"Open: {plain(row.called)}",
                key=f"open-decision-{row.decision}",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=where.go,
                args=(file.id, "decisions"),
                kwargs={"decision": row.decision},
            )


def row_html(row: shown.Row) -> Markup:
    return html(
        '<p class="decision-row"><strong>{called}</strong><span class="decision-tag {kind}">{standing}</span><br>'
        '<span class="quiet">{how}</span></p>',
        called=row.called,
        kind="on" if row.in_effect else "off",
        standing=row.standing,
        how=row.how,
    )


# ── Beginning one ────────────────────────────────────────────────────────────────────────────────────────────────────


def _from_meeting(file: Casefile, meeting: str) -> None:
    """Somebody comes from the end of a meeting: on to its decision, or the way to begin it."""
    if found := edit.door().of_meeting(meeting, me()):
        where.go(file.id, "decisions", decision=found[1], meeting="")
        st.rerun()
    if not edit.may(file.id, Open):
        st.info(
            "The child’s social worker or their manager begins the decision on this meeting. It is shown here then."
        )


def _on_meetings(file: Casefile, state: Decisions) -> None:
    there = [one for one in workspace().meetings.on_casefile(file.id, me()) if one.phase in ("agreed", "closed")]
    open_ones = shown.meetings_decided_on(state, edit.door().today)
    there = [one for one in there if one.meeting not in open_ones]
    if not there:
        st.caption("A meeting whose answers are agreed, and that nothing was decided on yet, is offered here.")
    for meeting in there:
        with st.container(border=True, key=f"decide-on-{meeting.meeting}"):
            _on_meeting(file, state, meeting)
    fields.message(f"begin|{file.id}")


def _on_meeting(file: Casefile, state: Decisions, meeting: Panel) -> None:
    held = f"Meeting at stage {meeting.stage}, {PHASE_WORDS[meeting.phase].lower()} {shown.day_of(meeting.news_at)}"
    show_html(html('<p class="hw"><strong>{held}</strong></p>', held=held))
    stage = STAGE_OF[meeting.stage] if meeting.stage in STAGE_OF else _asked_stage(meeting.meeting)
    st.button(
        "Begin the decision on this meeting",
        key=f"begin-on-{meeting.meeting}",
        type="primary",
        on_click=_begin,
        args=(file.id, Open(_new(file, state, meeting.meeting), stage, meeting.meeting)),
    )


def _without(file: Casefile, state: Decisions) -> None:
    with st.expander("Decide without a meeting", icon=":material/bolt:", key="begin-without"):
        st.write("For what cannot wait, such as an immediate placement on a Friday night. A meeting follows.")
        stage = _asked_stage(file.id, "4")
        st.button(
            "Begin a decision without a meeting",
            key="begin-without-now",
            on_click=_begin,
            args=(file.id, Open(_new(file, state, "without"), stage)),
        )
    with st.expander("Record an unplanned return", icon=":material/home:", key="begin-unplanned"):
        st.write(
            "A parent or the child has ended the time away. The authority did not decide it: first comes the child’s safety now, then "
            "the full assessment and a plan, with the child at home."
        )
        st.button(
            "Begin with the child’s safety",
            key="begin-unplanned-now",
            on_click=_begin,
            args=(file.id, Open(_new(file, state, "unplanned"), "after", unplanned=True)),
        )


def _asked_stage(of: str, first: Stage = "2") -> Stage:
    stages = list(STAGES)
    return st.radio(
        "What stage is decided at",
        stages,
        index=stages.index(first),
        format_func=STAGES.__getitem__,
        key=f"stage|{of}",
    )


def _begin(case: str, command: Open) -> None:
    if edit.send(case, command, f"begin|{case}"):
        where.go(case, "decisions", decision=command.decision, meeting="")


def _new(file: Casefile, state: Decisions, of: str) -> str:
    """The id of what a button begins, until it has begun it: a second click begins nothing more."""
    kept: dict[str, str] = st.session_state.setdefault("decision-new", {})
    if kept.setdefault(f"{file.id}|{of}", new_id()) in state.opened:
        kept[f"{file.id}|{of}"] = new_id()
    return kept[f"{file.id}|{of}"]


# ── Without a meeting ────────────────────────────────────────────────────────────────────────────────────────────────


def without_meeting(one: Here) -> None:
    """By whom and on what it is decided, and the meeting that follows."""
    st.header("Decided without a meeting", anchor=False)
    edit.columns(one, one.draft, WITHOUT, WITHOUT_DAYS)
