"""One task of a roll-out, or one closing outcome: what, why, parts, status, owner, dates, evidence, comments, history."""

from datetime import datetime
from html import escape

import streamlit as st

from framework import rollout as r
from framework.checklist import Checklist
from framework.rollout import days, reading
from pages.components import rollout_edit as edit
from pages.components.rollout_edit import TASK, Field, field
from pages.components.text import plain

OWNER = Field("owner", "Owner", "one", edit.people, empty="Nobody yet")
START = Field("start", "Start", "day")
DUE = Field("due", "Due", "day")
DEPENDS = Field("depends_on", "Depends on", "many", edit.tasks, help="Tasks that have to be done first.")
NOTES = Field("notes", "Notes", "text", help="Saved when you leave the field.")
TITLE, TEXT = Field("title", "Title", "line"), Field("text", "What it is", "text")
EVIDENCE = (
    Field(
        "what",
        "Link or file name",
        "line",
        help="Where others find it: an address in your own systems, or a file's name.",
    ),
    Field("on", "Date of the evidence", "day"),
    Field("note", "What it shows", "line"),
)
ASK = {"blocked": "What is it waiting for?", "not_applicable": "Why does it not apply here?"}


@st.fragment(key=TASK)
def show(rollout: str) -> None:
    """Whatever the address names; nothing if it names nothing."""
    state, checklist = edit.door().state(rollout), edit.door().checklist
    if identifier := st.query_params.get("task"):
        if identifier in state.tasks:
            _task(state, checklist, state.tasks[identifier])
        else:
            st.warning(f"There is no task {plain(identifier)} in this roll-out.")
            _close_button()
    elif identifier := st.query_params.get("outcome"):
        if identifier in checklist.outcomes:
            _outcome(state, checklist, identifier)
        else:
            st.warning(f"There is no closing outcome {plain(identifier)}.")
            _close_button()
    edit.drawn(TASK, state.version)


@st.fragment(key=TASK)
def nothing() -> None:
    """Keeps the fragment's name known while no task is open, so that a change can always ask for it."""
    edit.drawn(TASK, None)


def is_open() -> bool:
    return "task" in st.query_params or "outcome" in st.query_params


def _close_button() -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        alone = st.query_params.get("only") == "task"
        st.button("Back to the board" if alone else "Close", icon=":material/close:", key="task-close", on_click=_close)
        if not alone:
            st.button("Full width", icon=":material/open_in_full:", key="task-wide", on_click=_wide, type="tertiary")


def _close() -> None:
    for name in ("task", "outcome", "only"):
        st.query_params.pop(name, None)
    edit.forget_message(TASK)
    st.rerun()


def _wide() -> None:
    st.query_params["only"] = "task"
    st.rerun()


# ── A task ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _task(state: r.Rollout, checklist: Checklist, task: r.Task) -> None:
    _close_button()
    st.html(_what(state, checklist, task))
    edit.message(TASK)
    _status(state, task)
    _parts(state, checklist, task)
    with st.container(key="task-fields"):
        field(state, "task", task, OWNER, TASK)
        left, right = st.columns(2)
        with left:
            field(state, "task", task, START, TASK)
        with right:
            field(state, "task", task, DUE, TASK)
        field(state, "task", task, DEPENDS, TASK)
        field(state, "task", task, NOTES, TASK)
    _evidence(state, task)
    _comments(state, task)
    entries = reading.history(state, task.id)
    with st.expander(f"History ({len(entries)})", key=f"history-{task.id}"):
        _history(entries)
    if task.local:
        _local(state, task)


def _what(state: r.Rollout, checklist: Checklist, task: r.Task) -> str:
    """What the task is and why it is here."""
    published = checklist.tasks.get(task.id)
    phase = checklist.phases[task.phase].title if task.phase in checklist.phases else ""
    late = reading.lateness(state, task, edit.door().today)
    top = f"Phase {task.phase}: {escape(phase)}{f' · {escape(late)}' if late else ''}"
    text, tag, source, extra = task.text, "Local", "Added by your authority.", ""
    if published:
        text = published.text
        tag = "Reconstructed" if published.provenance == "reconstructed" else "Published"
        source = f"Source: {escape(checklist.citations[published.source])} {escape(published.provenance_note)}"
        if published.annex:
            annex = checklist.annexes[published.annex]
            extra = f"<p><strong>Annex {annex.number}, {escape(annex.title)}.</strong> {escape(annex.about)}</p>"
        leads = [o for o in checklist.outcome if task.id in o.tasks]
        if leads:
            extra += f"<p>Leads to: {'; '.join(escape(o.text.lower()) for o in leads)}.</p>"
    waiting = reading.waits_for(state, task) if task.open else []
    if waiting:
        listed = "; ".join(f"{escape(t.id)} {escape(t.title)} ({r.STATUSES[t.status].lower()})" for t in waiting)
        extra += f'<p class="ro-flag">Waits for {listed}.</p>'
    return (
        f'<div class="hw"><h2 class="ro-title">{escape(task.id)} {escape(task.title)}</h2>'
        f'<p class="quiet">{top}</p><p>{escape(text)}</p>{extra}'
        f'<details><summary>Where this comes from <span class="hw-tag">{tag}</span></summary>'
        f'<p class="quiet">{source}</p></details></div>'
    )


def _status(state: r.Rollout, task: r.Task) -> None:
    key, pending = f"{state.id}|status|{task.id}", f"{state.id}|pending|{task.id}"
    asked = st.session_state.get(pending)
    edit.follow(key, asked or task.status)
    st.segmented_control(
        "Status",
        list(r.STATUSES),
        format_func=lambda status: r.STATUSES[status],
        key=key,
        required=True,
        disabled=not edit.who(),
        on_change=_choose_status,
        args=(state.id, task.id, key, pending, task.status),
    )
    if asked:
        words = f"{state.id}|reason|{task.id}"
        st.text_input(ASK[asked], key=words, max_chars=500)
        with st.container(horizontal=True):
            st.button(
                "Save the status",
                type="primary",
                key="reason-save",
                on_click=_give_reason,
                args=(state.id, task.id, words, pending, task.status),
            )
            st.button("Leave it as it was", key="reason-cancel", on_click=_drop, args=(pending,))
    elif task.reason:
        st.html(f'<div class="hw"><p class="ro-flag">{escape(task.reason)}</p></div>')


def _choose_status(rollout: str, task: str, key: str, pending: str, seen: str) -> None:
    chosen = st.session_state[key]
    if chosen in ASK and chosen != seen:
        st.session_state[pending] = chosen  # a reason is asked for first
    else:
        st.session_state.pop(pending, None)
        if not edit.send(rollout, r.SetStatus(task, chosen, "", seen), TASK):
            edit.back(key)
    edit.refresh()


def _give_reason(rollout: str, task: str, words: str, pending: str, seen: str) -> None:
    if edit.send(rollout, r.SetStatus(task, st.session_state[pending], st.session_state[words], seen), TASK):
        st.session_state.pop(pending, None)
    edit.refresh()


def _drop(pending: str) -> None:
    st.session_state.pop(pending, None)
    edit.forget_message(TASK)
    edit.refresh()


def _parts(state: r.Rollout, checklist: Checklist, task: r.Task) -> None:
    published = checklist.tasks.get(task.id)
    if not published or not published.part:
        return
    st.html(f'<p class="hw ro-label">Parts: {len(task.parts_done)} of {len(published.part)} done</p>')
    for part in published.part:
        key = f"{state.id}|part|{task.id}|{part.id}"
        edit.follow(key, part.id in task.parts_done)
        st.checkbox(
            f"{part.id}. {part.text}",
            key=key,
            disabled=not edit.who(),
            on_change=_tick,
            args=(state.id, task.id, part.id, key),
        )


def _tick(rollout: str, task: str, part: str, key: str) -> None:
    if not edit.send(rollout, r.TickPart(task, part, st.session_state[key]), TASK):
        edit.back(key)
    edit.refresh()


def _evidence(state: r.Rollout, task: r.Task) -> None:
    shown = [evidence for evidence in state.evidence.values() if evidence.task == task.id]
    with st.expander(f"Evidence ({len(shown)})", key=f"evidence-{task.id}", expanded=bool(shown)):
        for evidence in shown:
            st.html(
                f'<div class="hw"><p><strong>{escape(evidence.what)}</strong>, {days.uk(evidence.on)}'
                f"{f'<br>{escape(evidence.note)}' if evidence.note else ''}</p></div>"
            )
            edit.remove_button(state, "evidence", evidence.id, TASK, "Take it away")
        if not shown:
            st.caption("Nothing yet. A link or a file's name and its date are enough.")
        edit.add_form(state, "evidence", EVIDENCE, "Add the evidence", TASK, fixed={"task": task.id}, name=task.id)


def _comments(state: r.Rollout, task: r.Task) -> None:
    said = state.comments.get(task.id, ())
    with st.expander(f"Comments ({len(said)})", key=f"comments-{task.id}", expanded=bool(said)):
        for one in said:
            st.html(
                f'<div class="hw"><p><strong>{escape(one.by)}</strong> <span class="quiet">{_moment(one.at)}</span><br>'
                f"{escape(one.text)}</p></div>"
            )
        with st.form(f"comment-{task.id}", border=False, enter_to_submit=False):
            key = f"{state.id}|comment|{task.id}"
            edit.taken(key)
            st.text_area("Your comment", key=key, height=80, max_chars=2000, disabled=not edit.who())
            st.form_submit_button(
                "Add the comment", disabled=not edit.who(), on_click=_comment, args=(state.id, task.id, key)
            )


def _comment(rollout: str, task: str, key: str) -> None:
    if edit.send(rollout, r.Comment(task, st.session_state[key] or ""), TASK):
        edit.put(key, "")
    edit.refresh()


def _history(entries: list[reading.Entry]) -> None:
    if not entries:
        st.caption("Nothing has happened to it yet.")
        return
    rows = "".join(
        f"<tr><td>{_moment(entry.at)}</td><td>{escape(entry.actor)}</td><td>{escape(entry.text)}</td></tr>"
        for entry in entries[:200]
    )
    st.html(
        '<div class="hw scroll" tabindex="0" role="region" aria-label="History"><table><thead><tr><th scope="col">When</th>'
        f'<th scope="col">Who</th><th scope="col">What</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _moment(at: datetime) -> str:
    at = days.local(at)
    return f"{days.uk_short(at.date())}, {at:%H:%M}"


def _local(state: r.Rollout, task: r.Task) -> None:
    with st.expander("Change or remove this local task", key=f"local-{task.id}"):
        field(state, "task", task, TITLE, TASK)
        field(state, "task", task, TEXT, TASK)
        reason = f"{state.id}|why|{task.id}"
        st.text_input("Why it is removed", key=reason, max_chars=300, disabled=not edit.who())
        st.button(
            "Remove this task",
            key="remove-task",
            disabled=not edit.who(),
            on_click=_remove,
            args=(state.id, task.id, reason),
        )


def _remove(rollout: str, task: str, reason: str) -> None:
    if edit.send(rollout, r.Remove("task", task, st.session_state[reason]), TASK, done="Removed. The record keeps it."):
        _close()
    edit.refresh()


# ── A closing outcome ────────────────────────────────────────────────────────────────────────────────────────────────


def _outcome(state: r.Rollout, checklist: Checklist, identifier: str) -> None:
    _close_button()
    view = next(view for view in reading.outcomes(state, checklist) if view.outcome.id == identifier)
    outcome = view.outcome
    tasks = "".join(
        f"<li>{escape(task.id)} {escape(task.title)}: {r.STATUSES[task.status].lower()}</li>"
        for name in outcome.tasks
        if (task := state.tasks.get(name))
    )
    tag = "Reconstructed" if outcome.provenance == "reconstructed" else "Published"
    st.html(
        f'<div class="hw"><h2 class="ro-title">{escape(outcome.text)}</h2>'
        f'<p class="quiet">Closing outcome of phase {outcome.phase}</p>'
        f"<p><strong>{'✓ Met' if view.met else '○ Not met yet'}.</strong> {escape(view.how)}</p>"
        f"<h3>Tasks behind it</h3><ul>{tasks}</ul><details><summary>Where this comes from "
        f'<span class="hw-tag">{tag}</span></summary><p class="quiet">Source: '
        f"{escape(checklist.citations[outcome.source])} {escape(outcome.provenance_note)} "
        f"{escape(checklist.links_note)}</p></details></div>"
    )
    edit.message(TASK)
    known = state.stated[identifier].evidence if identifier in state.stated else ""
    st.caption(
        "It counts as met when every task behind it is done. If it is met in another way, say what shows it; an empty "
        "text takes that back."
    )
    with st.form(f"outcome-{identifier}", border=False, enter_to_submit=False):
        key = f"{state.id}|outcome|{identifier}"
        if key not in st.session_state:
            st.session_state[key] = st.session_state[f"seen|{key}"] = known
        st.text_area("Evidence that it is met", key=key, max_chars=2000, disabled=not edit.who())
        st.form_submit_button(
            "Save the evidence", disabled=not edit.who(), on_click=_state, args=(state.id, identifier, key)
        )


def _state(rollout: str, outcome: str, key: str) -> None:
    seen = st.session_state[f"seen|{key}"]
    edit.send(rollout, r.StateOutcome(outcome, st.session_state[key] or "", seen), TASK)
    # If somebody else was first, the message says what they wrote; saving once more is then meant.
    stated = edit.door().state(rollout).stated.get(outcome)
    st.session_state[f"seen|{key}"] = stated.evidence if stated else ""
    edit.refresh()
