"""Asks once before something that cannot simply be clicked away: a dialog that names what happens.

What is asked is kept in the session until it is answered, so that the dialog stays when the page is drawn anew; a second
click on its button finds nothing asked any more and does nothing.
"""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from framework.panel import Command
from pages.panel import sending
from pages.ui.text import plain


class Asked(NamedTuple):
    what: str
    about: str


def ask(where: str, what: str, about: str = "") -> None:
    """For on_click: ask `what` (about somebody, by their id). `where` is the meeting, or the page."""
    st.session_state[_key(where)] = Asked(what, about)
    st.rerun()  # a dialog is drawn with the whole page, never by a part of it that news may draw at the same moment


def asked(where: str) -> Asked | None:
    """What is asked now."""
    return st.session_state.get(_key(where))


def answered(where: str) -> None:
    """Nothing is asked any more."""
    st.session_state.pop(_key(where), None)


def dialog(where: str, title: str, body: Callable[[], None]) -> None:
    """Draw the dialog of what is asked. Once a run, outside every fragment."""

    def drawn() -> None:
        if asked(where) is None:
            # A second click starts a run of the dialog's fragment before that of the first has drawn the page without it.
            st.rerun()
        body()

    st.dialog(plain(title), on_dismiss=lambda: answered(where))(drawn)()


def confirm(
    meeting: str, member: str, command: Command, *, done: str = "", undo: Command | None = None, done_at: str = "notice"
) -> bool:
    """For on_click of the dialog's button: carry the command out and close the dialog, which stays if it is refused."""
    if asked(meeting) is None or not sending.send(
        meeting, member, command, place="dialog", done=done, undo=undo, done_at=done_at
    ):
        return False
    answered(meeting)
    return True


def refused(meeting: str, member: str) -> None:
    """Under the dialog's button: why it led to nothing."""
    sending.said(meeting, member, "dialog")


def _key(where: str) -> str:
    return f"asking|{where}"
