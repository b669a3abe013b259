"""One owner or one date for many tasks at once."""

import streamlit as st

from framework.items import FIRST_DAY, LAST_DAY
from framework.rollout import Rollout, planning, reading
from framework.rollout.checklist import Checklist
from framework.streams.kind import Refused
from pages.rollout import edit
from pages.ui import fields
from pages.ui.text import plain

KEEP, NOBODY = "keep", "nobody"


def show(state: Rollout, checklist: Checklist) -> None:
    offered = {task.id: f"{task.id} {task.title}" for task in reading.in_order(state) if task.open}
    count = st.session_state.setdefault("together-count", 0)
    key = f"together-{state.id}-{count}"
    with st.container(horizontal=True):
        for words, tasks in reading.overdue_or_unowned(state, edit.door().today).items():
            label = plain(f"Choose those {words} ({len(tasks)})")
            st.button(label, key=f"{key}-{words}", disabled=edit.closed(), on_click=_choose, args=(key, tasks))
    st.multiselect(
        "Tasks", list(offered), format_func=offered.__getitem__, key=key, placeholder="Choose", disabled=edit.closed()
    )
    owners = {KEEP: "As they are", NOBODY: "Nobody", **edit.people(state, checklist)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Owner", list(owners), format_func=owners.__getitem__, key=f"{key}-owner", disabled=edit.closed())
        st.date_input(
            "Due",
            None,
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            format="DD/MM/YYYY",
            key=f"{key}-due",
            disabled=edit.closed(),
        )
        st.number_input("Or move by weeks", -52, 104, 0, key=f"{key}-weeks", disabled=edit.closed())
    st.button(
        "Change these tasks",
        type="primary",
        key=f"{key}-go",
        disabled=edit.closed(),
        on_click=_change,
        args=(state, key),
    )
    fields.message("together")


def _choose(key: str, tasks: list[str]) -> None:
    st.session_state[key] = tasks


def _change(state: Rollout, key: str) -> None:
    given = st.session_state
    owner = {KEEP: None, NOBODY: ""}.get(given[f"{key}-owner"], given[f"{key}-owner"])
    try:
        command = planning.together(state, given[key], owner, given[f"{key}-due"], given[f"{key}-weeks"])
    except Refused as refused:
        fields.say("together", str(refused))
        return
    tasks = len(given[key])
    if edit.send(state.id, command, "together", done=plain(f"Changed: {tasks} {'task' if tasks == 1 else 'tasks'}.")):
        st.session_state["together-count"] += 1
