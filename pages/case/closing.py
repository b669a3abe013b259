"""Closing a case with its outcome, with what is missing in sight, and opening it again."""

from datetime import date

import streamlit as st

from framework.casefile import Casefile, Close, Reopen, shown
from framework.casefile.model import OUTCOMES
from framework.casefile.shown import CARDS
from framework.dates import uk, uk_time
from framework.items import FIRST_DAY
from framework.text import TEXT_LIMIT
from pages.case import edit
from pages.ui import fields
from pages.ui.html import html, show_html
from pages.ui.text import plain

STILL_OPEN = "It does not keep you from closing the case; whoever reads it later will not find it."


def show(state: Casefile) -> None:
    st.header("Reopen this case" if state.closed else "Close this case", anchor=False)
    with st.container():
        _missing(state)
    if state.closed:
        _reopen(state)
    else:
        _close(state)
    with st.container():
        _before(state)


def _missing(state: Casefile) -> None:
    lacking = [
        html("<li><strong>{card}:</strong> {what}</li>", card=CARDS[card], what=", ".join(what))
        for card, what in shown.missing(state, edit.door().today).items()
        if what
    ]
    if lacking:
        show_html(
            html(
                '<div class="hw case-calm"><p><strong>What is not recorded.</strong> {said}</p><ul>{lacking}</ul></div>',
                said="Whoever reads the case will not find it." if state.closed else STILL_OPEN,
                lacking=lacking,
            )
        )
    else:
        st.success("Nothing that a case should hold is missing.", icon=":material/check:")


def _close(state: Casefile) -> None:
    key = f"closing|{state.id}|{len(state.reopened)}"
    today = edit.door().today
    with st.form(key, border=False, enter_to_submit=False):
        outcome, on = st.columns(2)
        with outcome:
            st.selectbox(
                "What became of it",
                list(OUTCOMES),
                index=None,
                format_func=OUTCOMES.__getitem__,
                placeholder="Choose an outcome",
                key=f"{key}|outcome",
            )
        with on:
            st.date_input(
                "Closed on", today, min_value=FIRST_DAY, max_value=today, format="DD/MM/YYYY", key=f"{key}|on"
            )
        st.text_area("In words, if there is more to say", key=f"{key}|words", max_chars=TEXT_LIMIT, height=80)
        st.form_submit_button("Close this case", type="primary", on_click=_send_close, args=(state.id, key))
    fields.message(key)


def _send_close(case: str, key: str) -> None:
    given = st.session_state
    outcome, on = given.get(f"{key}|outcome"), given.get(f"{key}|on")
    if outcome is None or not isinstance(on, date):
        fields.say(key, "Choose what became of it, and the day." if outcome is None else "Give the day it was closed.")
        return
    edit.send(case, Close(outcome, on, given.get(f"{key}|words") or ""), key, done="The case is closed.")


def _reopen(state: Casefile) -> None:
    key = f"reopening|{state.id}|{len(state.reopened)}"
    with st.form(key, border=False, enter_to_submit=False):
        st.text_area("Why it is opened again", key=f"{key}|reason", max_chars=TEXT_LIMIT, height=80)
        st.form_submit_button("Reopen this case", type="primary", on_click=_send_reopen, args=(state.id, key))
    fields.message(key)


def _send_reopen(case: str, key: str) -> None:
    edit.send(case, Reopen(st.session_state.get(f"{key}|reason") or ""), key, done="The case is open again.")


def _before(state: Casefile) -> None:
    """How often it was closed and opened again."""
    said = [
        f"Closed on {uk(one.closing.on)} ({OUTCOMES[one.closing.outcome].lower()}), and opened again on {uk_time(one.at)} "
        f"by {edit.name_of(one.by)}: {one.reason}"
        for one in state.reopened
    ]
    if state.closed:
        words = f" {state.closed.words}" if state.closed.words else ""
        by = edit.name_of(state.closed.by)
        said.append(f"Closed on {uk(state.closed.on)} by {by}: {OUTCOMES[state.closed.outcome].lower()}.{words}")
    for one in said:
        st.caption(plain(one))
