"""One task of a roll-out, or one closing outcome: what, why, parts, status, owner, dates, evidence, comments, history."""

import streamlit as st
from markupsafe import Markup

from framework import dates
from framework.rollout import (
    STATUSES,
    Command,
    Comment,
    Remove,
    Rollout,
    SetStatus,
    StateOutcome,
    Task,
    TickPart,
    reading,
)
from framework.rollout.checklist import Checklist
from pages.rollout import edit, where
from pages.rollout.edit import field
from pages.ui import fields
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.text import plain

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


def show(state: Rollout, checklist: Checklist) -> None:
    """The task or the closing outcome that is open."""
    here = where.now()
    _close_button(here.only)
    if here.task in state.tasks:
        _task(state, checklist, state.tasks[here.task])
    elif (gone := state.items.removed.get("task", {}).get(here.task)) and not fields.is_let_go("task", gone.id):
        _task(state, checklist, gone)
    elif here.outcome in checklist.outcomes:
        _outcome(state, checklist, here.outcome)
    else:
        what = f"task {here.task}" if here.task else f"closing outcome {here.outcome}"
        st.warning(f"There is no {plain(what)} in this roll-out.")


def _close_button(alone: bool) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button("Back to the board" if alone else "Close", icon=":material/close:", key="task-close", on_click=_close)
        if not alone:
            st.button("Full width", icon=":material/open_in_full:", key="task-wide", on_click=_wide, type="tertiary")


def _close() -> None:
    where.go(task="", outcome="", only=False)
    fields.forget_messages()


def _wide() -> None:
    where.go(only=True)


# ── A task ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _task(state: Rollout, checklist: Checklist, task: Task) -> None:
    edit.removed(state, task)
    show_html(_what(state, checklist, task))
    _status(state, task)
    _parts(state, checklist, task)
    with st.container(key="task-fields"):
        field(state, task, OWNER)
        left, right = st.columns(2)
        with left:
            field(state, task, START)
        with right:
            field(state, task, DUE)
        field(state, task, DEPENDS)
        field(state, task, NOTES)
    _evidence(state, task)
    _comments(state, task)
    entries = reading.history(state, task.id)
    with st.expander(f"History ({len(entries)})", key=f"history-{task.id}"):
        fields.history_table((entry.at, entry.actor, entry.text) for entry in entries)
    if task.local:
        _local(state, task)


def _what(state: Rollout, checklist: Checklist, task: Task) -> Markup:
    """What the task is and why it is here."""
    published = checklist.tasks.get(task.id)
    phase = checklist.phases[task.phase].title if task.phase in checklist.phases else ""
    late = reading.lateness(state, task, edit.door().today)
    top = f"Phase {task.phase}: {phase}{f' · {late}' if late else ''}"
    text, tag, source, extra = task.text, "Local", "Added by your authority.", ""
    if published:
        text = published.text
        tag = "Reconstructed" if published.provenance == "reconstructed" else "Published"
        source = f"Source: {checklist.citations[published.source]} {published.provenance_note}"
        if published.annex:
            annex = checklist.annexes[published.annex]
            extra = html(
                "<p><strong>Annex {number}, {title}.</strong> {about}</p>",
                number=annex.number,
                title=annex.title,
                about=annex.about,
            )
        leads = [o for o in checklist.outcome if task.id in o.tasks]
        if leads:
            extra += html("<p>Leads to: {outcomes}.</p>", outcomes="; ".join(o.text.lower() for o in leads))
    waiting = reading.waits_for(state, task) if task.open else []
    if waiting:
        listed = "; ".join(f"{t.id} {t.title} ({STATUSES[t.status].lower()})" for t in waiting)
        extra += html('<p class="ro-flag">Waits for {listed}.</p>', listed=listed)
    return html(
        '<div class="hw"><h2 class="ro-title" tabindex="-1" data-opened="task:{id}">{id} {title}</h2>'
        '<p class="quiet">{top}</p><p>{text}</p>{extra}<details><summary>Where this comes from '
        '<span class="hw-tag">{tag}</span></summary><p class="quiet">{source}</p></details></div>',
        id=task.id,
        title=task.title,
        top=top,
        text=text,
        extra=extra,
        tag=tag,
        source=source,
    )


def _status(state: Rollout, task: Task) -> None:
    stem, pending = f"{state.id}|status|{task.id}", f"{state.id}|pending|{task.id}"
    asked = st.session_state.get(pending)
    key = fields.choice(stem, asked or task.status)
    st.segmented_control(
        "Status",
        list(STATUSES),
        format_func=lambda status: STATUSES[status],
        default=asked or task.status,
        key=key,
        required=True,
        disabled=edit.closed(),
        on_change=_choose_status,
        args=(state.id, task.id, key, stem, pending, asked or task.status, task.status),
    )
    with st.container():
        if asked:
            words = f"{state.id}|reason|{asked}|{task.id}"
            st.text_input(ASK[asked], key=words, max_chars=500)
            with st.container(horizontal=True):
                st.button(
                    "Save the status",
                    type="primary",
                    key=f"reason-save-{task.id}",
                    on_click=_give_reason,
                    args=(state.id, task.id, words, stem, pending, task.status),
                )
                st.button("Leave it as it was", key=f"reason-cancel-{task.id}", on_click=_drop, args=(pending,))
        elif task.reason:
            show_html(html('<div class="hw"><p class="ro-flag">{reason}</p></div>', reason=task.reason))
    fields.message(stem)


def _choose_status(rollout: str, task: str, key: str, stem: str, pending: str, shown: str, seen: str) -> None:
    chosen = st.session_state[key]
    if not fields.is_user_change(stem, key, shown):
        return
    if chosen in ASK and chosen != seen:
        st.session_state[pending] = chosen  # a reason is asked for first
    else:
        st.session_state.pop(pending, None)
        fields.save_choice(edit.run_in(rollout), stem, chosen, seen, lambda saw: SetStatus(task, chosen, "", saw))


def _give_reason(rollout: str, task: str, words: str, stem: str, pending: str, seen: str) -> None:
    status, reason = st.session_state.get(pending), st.session_state[words] or ""
    if status and fields.save_choice(
        edit.run_in(rollout), stem, status, seen, lambda saw: SetStatus(task, status, reason, saw)
    ):
        st.session_state.pop(pending, None)


def _drop(pending: str) -> None:
    st.session_state.pop(pending, None)
    fields.forget_messages()


def _parts(state: Rollout, checklist: Checklist, task: Task) -> None:
    published = checklist.tasks.get(task.id)
    with st.container():
        if not published or not published.part:
            return
        show_html(
            html(
                '<p class="hw ro-label">Parts: {done} of {parts} done</p>',
                done=len(task.parts_done),
                parts=len(published.part),
            )
        )
        for part in published.part:
            stem = f"{state.id}|part|{task.id}|{part.id}"
            done = part.id in task.parts_done
            key = fields.choice(stem, done)
            st.checkbox(
                plain(f"{part.id}. {part.text}"),
                done,
                key=key,
                disabled=edit.closed(),
                on_change=_tick,
                args=(state.id, task.id, part.id, key, stem, done),
            )
            fields.message(stem)


def _tick(rollout: str, task: str, part: str, key: str, stem: str, shown: bool) -> None:
    if fields.is_user_change(stem, key, shown):
        edit.send(rollout, TickPart(task, part, st.session_state[key]), stem)


def _evidence(state: Rollout, task: Task) -> None:
    shown = [evidence for evidence in state.evidence.values() if evidence.task == task.id]
    with st.expander(f"Evidence ({len(shown)})", key=f"evidence-{task.id}", expanded=bool(shown)):
        with st.container():
            for evidence in shown:
                show_html(
                    html(
                        '<div class="hw"><p><strong>{what}</strong>, {on}{note}</p></div>',
                        what=evidence.what,
                        on=dates.uk(evidence.on),
                        note=html("<br>{note}", note=evidence.note) if evidence.note else "",
                    )
                )
                edit.remove_button(state, "evidence", evidence.id, "Take it away")
            if not shown:
                st.caption("Nothing yet. A link or a file's name and its date are enough.")
        edit.add_form(state, "evidence", EVIDENCE, "Add the evidence", fixed={"task": task.id}, name=task.id)


def _comments(state: Rollout, task: Task) -> None:
    said = state.comments.get(task.id, ())
    with st.expander(f"Comments ({len(said)})", key=f"comments-{task.id}", expanded=bool(said)):
        # The newest is on top, below the field, so that somebody else's comment does not move what one is writing.
        count = f"{state.id}|comment|{task.id}"
        key = f"{count}|{st.session_state.get(count, 0)}"
        with st.form(f"comment-{task.id}", border=False, enter_to_submit=False):
            st.text_area("Your comment", key=key, height=80, max_chars=2000, disabled=edit.closed())
            st.form_submit_button(
                "Add the comment", disabled=edit.closed(), on_click=_comment, args=(state.id, task.id, key, count)
            )
        fields.message(key)
        for one in reversed(said):
            show_html(
                html(
                    '<div class="hw"><p><strong>{by}</strong> <span class="quiet">{moment}{copied}</span><br>'
                    "{text}</p></div>",
                    by=one.by,
                    moment=fields.moment(one.at),
                    copied=", from a file" if one.copied else "",
                    text=one.text,
                )
            )


def _comment(rollout: str, task: str, key: str, count: str) -> None:
    if edit.send(rollout, Comment(task, st.session_state[key] or ""), key):
        st.session_state[count] = st.session_state.get(count, 0) + 1  # the next comment has a field of its own


def _local(state: Rollout, task: Task) -> None:
    with st.expander("Change or remove this local task", key=f"local-{task.id}"):
        field(state, task, TITLE)
        field(state, task, TEXT)
        reason = f"{state.id}|why|{task.id}"
        st.text_input("Why it is removed", key=reason, max_chars=300, disabled=edit.closed())
        st.button(
            "Remove this task",
            key=f"remove-task-{task.id}",
            disabled=edit.closed(),
            on_click=_remove,
            args=(state.id, task.id, reason),
        )
        fields.message(reason)


def _remove(rollout: str, task: str, reason: str) -> None:
    command = Remove("task", task, st.session_state[reason] or "")
    if edit.send(rollout, command, reason, done="Removed. The record keeps it."):
        _close()


# ── A closing outcome ────────────────────────────────────────────────────────────────────────────────────────────────


def _outcome(state: Rollout, checklist: Checklist, identifier: str) -> None:
    view = next(view for view in reading.outcomes(state, checklist) if view.outcome.id == identifier)
    outcome = view.outcome
    tasks = [
        html("<li>{id} {title}: {status}</li>", id=task.id, title=task.title, status=STATUSES[task.status].lower())
        for name in outcome.tasks
        if (task := state.tasks.get(name))
    ]
    tag = "Reconstructed" if outcome.provenance == "reconstructed" else "Published"
    show_html(
        html(
            '<div class="hw"><h2 class="ro-title" tabindex="-1" data-opened="outcome:{id}">{text}</h2>'
            '<p class="quiet">Closing outcome of phase {phase}</p><p><strong>{met}.</strong> {how}</p>'
            "<h3>Tasks behind it</h3><ul>{tasks}</ul><details><summary>Where this comes from "
            '<span class="hw-tag">{tag}</span></summary><p class="quiet">Source: {source} '
            "{provenance_note} {links_note}</p></details></div>",
            id=outcome.id,
            text=outcome.text,
            phase=outcome.phase,
            met="✓ Met" if view.met else "○ Not met yet",
            how=view.how,
            tasks=tasks,
            tag=tag,
            source=checklist.citations[outcome.source],
            provenance_note=outcome.provenance_note,
            links_note=checklist.links_note,
        )
    )
    st.caption(
        "It counts as met when every task behind it is done. If it is met in another way, say what shows it; an empty "
        "text takes that back."
    )
    now = state.stated[identifier].evidence if identifier in state.stated else ""
    by = state.stated[identifier].by if identifier in state.stated else "Somebody else"
    stem, label = f"{state.id}|outcome|{identifier}", "Evidence that it is met"
    run = edit.run_in(state.id)

    def save(text: str, seen: str) -> Command:
        return StateOutcome(identifier, text, seen)

    one = fields.typed(stem, now)
    with st.form(f"outcome-{identifier}", border=False, enter_to_submit=False):
        st.text_area(label, one.begins, key=one.key, max_chars=2000, disabled=edit.closed())
        st.form_submit_button(
            "Save the evidence", disabled=edit.closed(), on_click=fields.save_typed, args=(stem, one.key, save, run)
        )
    fields.conflict(stem, one, label, now, lambda: by, save, run)
    fields.message(stem)
