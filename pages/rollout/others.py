"""Other roll-outs than the one that is open: which there are, a new one in three steps, a name, the archive."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from framework import dates
from framework.items import FIRST_DAY, LAST_DAY, LINE_LIMIT
from framework.rollout import Archive, Command, Rename, planning
from framework.rollout.planning import Plan
from framework.streams.kind import Refused
from framework.streams.store import StoreUnavailable
from framework.text import clean
from pages.rollout import edit
from pages.ui import fields
from pages.ui.html import html, show_html
from pages.ui.text import plain

DAY: dict[str, Any] = {"min_value": FIRST_DAY, "max_value": LAST_DAY, "format": "DD/MM/YYYY"}
LEADS = ("strategic_lead", "champion", "training_lead")
"""The roles that a new roll-out asks for by name: those that may never stand empty."""


@dataclass(frozen=True, slots=True)
class New:
    """A roll-out that is about to begin, as far as it is filled in."""

    step: int = 1
    title: str = ""
    begins: date | None = None
    people: tuple[str, ...] = ()
    ends: tuple[tuple[int, date], ...] = ()


def choose(known: dict[str, str]) -> None:
    """The page where nobody can say which roll-out is one's own."""
    st.title("Roll-out")
    st.write("Which roll-out do you work on? This browser will remember it.")
    choose_another(known, "")


def choose_another(known: dict[str, str], shown: str) -> None:
    _list(known, shown)
    st.subheader("Start a new one")
    _new()


def show(shown: str) -> None:
    with st.expander("Another roll-out", key="other-rollout", on_change="rerun") as box:
        if box.open:
            choose_another(edit.door().names(), shown)
    with st.expander("Name and archive", key="this-rollout", on_change="rerun") as box:
        if box.open:
            _this(shown)


def _list(known: dict[str, str], shown: str) -> None:
    for rollout, title in known.items():
        if rollout != shown:
            st.button(plain(title), key=f"open-{rollout}", on_click=_open, args=(rollout,))
    st.button(
        "Open a fresh copy of the sample",
        key="fresh-sample",
        icon=":material/restart_alt:",
        help="Dated from today, for trying things out. What was changed in the sample before stays in its own place.",
        on_click=_fresh_sample,
    )


def _open(rollout: str) -> None:
    st.query_params.from_dict({"rollout": rollout})
    st.session_state.pop("rollout_where", None)
    # Streamlit runs one fragment a message: if this click and the listener's trigger arrive together, it runs the listener's.
    st.rerun()


def _fresh_sample() -> None:
    _open(edit.door().fresh_sample().id)


# ── The one that is open ─────────────────────────────────────────────────────────────────────────────────────────────


def _this(rollout: str) -> None:
    state = edit.door().view(rollout)
    if state.archived:
        st.button(
            "Take it up again", key="unarchive", disabled=not edit.who(), on_click=_send, args=(rollout, Archive(False))
        )
    else:
        key = f"rename-{rollout}-{state.title}"
        st.text_input("Name of this roll-out", state.title, max_chars=LINE_LIMIT, key=key, disabled=not edit.who())
        st.button("Rename", key="rename", disabled=not edit.who(), on_click=_rename, args=(rollout, key, state.title))
        st.caption("An archived roll-out can be read and taken up again; it is listed behind the others.")
        st.button("Archive it", key="archive", disabled=not edit.who(), on_click=_send, args=(rollout, Archive()))
    fields.message("this-rollout")


def _rename(rollout: str, key: str, seen: str) -> None:
    _send(rollout, Rename(st.session_state[key], seen))


def _send(rollout: str, command: Command) -> None:
    edit.send(rollout, command, "this-rollout")


# ── A new one, in three steps ────────────────────────────────────────────────────────────────────────────────────────


def _new() -> None:
    new: New = st.session_state.get("rollout_new") or New(begins=edit.door().today)
    words = ("Its name", "Who leads it", "By when")[new.step - 1]
    show_html(html('<p class="hw ro-label">Step {step} of 3: {words}</p>', step=new.step, words=words))
    match new.step:
        case 1:
            _name(new)
        case 2:
            _people(new)
        case _:
            _dates(new)
    with st.container(horizontal=True):
        if new.step > 1:
            st.button("Back", key=f"new-back-{new.step}", on_click=_go, args=(new, new.step - 1))
        if new.step < 3:
            label = "Next: who leads it" if new.step == 1 else "Next: by when"
            st.button(label, key=f"new-next-{new.step}", type="primary", on_click=_go, args=(new, new.step + 1))
        else:
            st.button("Start the roll-out", key="new-start", type="primary", on_click=_start, args=(new,))
    fields.message("new-rollout")


def _name(new: New) -> None:
    if not edit.who():
        st.text_input("Your name, kept with what you begin", key="new-who", max_chars=LINE_LIMIT)
    help_ = "For example, your authority's name. No two have the same."
    st.text_input("Name of a new roll-out", new.title, key="new-title", max_chars=LINE_LIMIT, help=help_)
    st.date_input("First day", new.begins, key="new-begins", **DAY)


def _people(new: New) -> None:
    st.caption("Those who may never be missing. Leave empty whom you do not know yet.")
    roles = edit.door().checklist.roles
    for number, role in enumerate(LEADS):
        begins = new.people[number] if number < len(new.people) else ""
        st.text_input(plain(roles[role].label), begins, key=f"new-{role}", max_chars=LINE_LIMIT)


def _dates(new: New) -> None:
    checklist, begins = edit.door().checklist, new.begins or edit.door().today
    proposed = planning.phase_ends(checklist, begins) | dict(new.ends)
    st.caption(
        "Proposed by Homeward: each phase ends on this day, and its tasks are due evenly before. Change what you like."
    )
    ends = {}
    for phase in checklist.phase:
        label = f"Phase {phase.number}, {phase.title}, ends"
        ends[phase.number] = st.date_input(plain(label), proposed[phase.number], key=f"new-end-{phase.number}", **DAY)
    try:
        due = planning.due_dates(checklist, begins, ends)
    except Refused as refused:
        st.error(plain(str(refused)))
        return
    rows = [
        html("<tr><td>{id} {title}</td><td>{on}</td></tr>", id=one, title=checklist.tasks[one].title, on=dates.uk(day))
        for one, day in due.items()
    ]
    show_html(
        html(
            '<div class="hw scroll" style="max-height:16rem;overflow:auto" tabindex="0" role="region" aria-label="Proposed dates">'
            '<table><thead><tr><th scope="col">Task</th><th scope="col">Due</th></tr></thead><tbody>{rows}</tbody></table></div>',
            rows=rows,
        )
    )


def _filled(new: New) -> New:
    """With what the widgets of its step hold: Streamlit forgets a widget that is not on the page any more."""
    given = st.session_state
    match new.step:
        case 1:
            if not edit.who():
                given["rollout_name"] = clean(given.get("new-who", ""))
            return replace(new, title=given["new-title"], begins=given["new-begins"] or edit.door().today)
        case 2:
            return replace(new, people=tuple(given[f"new-{role}"] for role in LEADS))
    ends = {phase.number: given[f"new-end-{phase.number}"] for phase in edit.door().checklist.phase}
    return replace(new, ends=tuple((phase, day) for phase, day in ends.items() if day))


def _go(new: New, step: int) -> None:
    filled = _filled(new)
    fields.forget_messages()
    if step > new.step == 1 and (said := edit.door().cannot_start(filled.title, edit.who())):
        fields.say("new-rollout", said)
        step = 1
    st.session_state["rollout_new"] = replace(filled, step=step)


def _start(new: New) -> None:
    filled = _filled(new)
    st.session_state["rollout_new"] = filled
    plan = Plan(dict(filled.ends), filled.begins, tuple(zip(filled.people, LEADS, strict=False)))
    try:
        begun = edit.door().start(filled.title, edit.who(), plan)
    except Refused as refused:
        fields.say("new-rollout", str(refused))
    except StoreUnavailable as error:
        fields.say(
            "new-rollout", f"Not saved: the record cannot be reached just now. {error} What you entered is still here."
        )
    else:
        st.session_state.pop("rollout_new")
        fields.forget_messages()
        _open(begun.id)
