"""The parents and home carers: the adults in the home that the child would return to, as the chair names them.

Each has a field of their own, by their id, which is for ever: taking one off never moves what was answered to another.
"""

import streamlit as st

from framework import panel
from pages.panel import asking, sending
from pages.panel.seat import current
from pages.ui import widgets
from pages.ui.html import html, show_html

PLACE = "carers"


def listed(state: panel.Panel) -> None:
    """For everybody but the chair."""
    names = [html("<li>{name}</li>", name=name) for name in state.carers.values()]
    show_html(
        html('<ul class="hw">{names}</ul>', names=names)
        if names
        else html('<p class="hw">Nobody has been named yet.</p>')
    )


def editor(state: panel.Panel, member: str) -> None:
    """For the chair, while everybody gathers or scores: name, add, take off, bring back."""
    meeting = state.meeting
    st.caption("Each adult in the home that the child would return to. Some factors are scored once for each.")
    for number, (carer, name) in enumerate(state.carers.items(), 1):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"carer-row-{carer}"):
            field = widgets.widget_for(_stem(meeting, carer), name, keep_entered=True)
            st.text_input(
                f"Parent or home carer {number}",
                value=name,
                key=field,
                max_chars=panel.NAME_LIMIT,
                on_change=_rename,
                args=(meeting, member, carer, field),
            )
            st.button("Take off", key=f"take-off|{carer}", on_click=asking.ask, args=(meeting, "take-off", carer))
    with (
        st.form(f"add-carer|{meeting}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        # A new field once somebody was added: what the browser still holds of the last one cannot add them again.
        as_id = panel.free_carer_id(state)
        field = f"new-carer|{meeting}|{as_id}"
        st.text_input("Add another", key=field, max_chars=panel.NAME_LIMIT)
        st.form_submit_button("Add", key=f"add|{meeting}", on_click=_add, args=(meeting, member, field, as_id))
    if state.past_carers:
        show_html(
            html(
                '<p class="hw quiet" style="margin:0">Taken off. What was answered about them is kept and '
                "does not count:</p>"
            )
        )
    for carer, name in state.past_carers.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"past-carer-{carer}"):
            show_html(html('<p class="hw" style="margin:0">{name}</p>', name=name))
            st.button("Bring back", key=f"bring-back|{carer}", on_click=_bring_back, args=(meeting, member, carer))
    sending.said(meeting, member, PLACE)


def _stem(meeting: str, carer: str) -> str:
    return f"carer|{meeting}|{carer}"


def _rename(meeting: str, member: str, carer: str, field: str) -> None:
    state, name = current(meeting), st.session_state[field]
    if carer in state.carers and widgets.is_current(_stem(meeting, carer), field) and name != state.carers[carer]:
        sending.send(meeting, member, panel.NameCarer(carer, name), place=PLACE, done=f"Saved: {name.strip()}.")


def _add(meeting: str, member: str, field: str, as_id: str) -> None:
    name = st.session_state.get(field, "")
    sending.send(meeting, member, panel.NameCarer(None, name, as_id), place=PLACE, done=f"Added: {name.strip()}.")


def _bring_back(meeting: str, member: str, carer: str) -> None:
    name = current(meeting).past_carers.get(carer, "")
    sending.send(
        meeting, member, panel.BringBackCarer(carer), place=PLACE, done=f"{name} is back, with what was answered."
    )


def ask_to_take_off(state: panel.Panel, member: str, carer: str) -> None:
    """The dialog before somebody is taken off."""
    name = state.carers.get(carer)
    if name is None:
        asking.answered(state.meeting)
        return

    def body() -> None:
        show_html(
            html(
                '<p class="hw">{name} is then no longer scored. What was answered about this person is kept '
                "in the record and counts no more. You can bring them back, with those answers, until the "
                "scores are revealed.</p>",
                name=name,
            )
        )
        st.button(
            "Take off",
            type="primary",
            key="take-off-now",
            on_click=_take_off,
            args=(state.meeting, member, carer, name),
        )
        asking.refused(state.meeting, member)

    asking.dialog(state.meeting, f"Take off {name}?", body)


def _take_off(meeting: str, member: str, carer: str, name: str) -> None:
    command, undo = panel.TakeOffCarer(carer), panel.BringBackCarer(carer)
    if asking.confirm(meeting, member, command, done=f"{name} was taken off.", undo=undo, done_at=PLACE):
        st.rerun()
