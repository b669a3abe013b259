"""Files that are made when their button is pressed. Why one could not be made stands under its button."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

import streamlit as st

from framework.documents import DocumentFailed
from framework.edition import EditionError
from framework.streams.kind import Refused
from framework.streams.store import StoreUnavailable
from pages.ui.text import plain

PATIENCE = 60.0
"""Seconds that a run waits for the file to be made; the longest takes about two."""
UNKNOWN = "The file could not be made. Nothing that was recorded is lost. Please tell whoever looks after Homeward."


@dataclass(frozen=True, slots=True)
class Download:
    """A button and the file it gives. `make` runs in a thread of its own and raises what has a sentence for people."""

    label: str
    make: Callable[[], bytes]
    file_name: str
    mime: str
    key: str
    icon: str | None = None


@dataclass(slots=True)
class _Attempt:
    """How the making of one file went: kept in the session, since the button's thread cannot write on the page."""

    done: Event = field(default_factory=Event)
    problem: str = ""


@st.fragment
def show(offered: tuple[Download, ...]) -> None:
    """The buttons beside each other.

    A click starts two things at once: a run of this fragment, and the making of the file in another thread. The run
    waits until the file is made, so that it can say why it was not. Nothing else on the page runs.
    """
    with st.container(horizontal=True):
        pressed = [one for one in offered if _button(one)]
    for one in pressed:
        attempt = _attempt(one)
        if attempt.done.wait(PATIENCE) and attempt.problem:
            st.error(plain(attempt.problem), icon=":material/block:")
        attempt.done.clear()


def _button(one: Download) -> bool:
    attempt = _attempt(one)
    return st.download_button(
        one.label, lambda: _made(one, attempt), one.file_name, one.mime, key=one.key, icon=one.icon, on_click="rerun"
    )


def _attempt(one: Download) -> _Attempt:
    return st.session_state.setdefault(f"download-{one.key}", _Attempt())


def _made(one: Download, attempt: _Attempt) -> bytes:
    attempt.problem = UNKNOWN
    try:
        content = one.make()
        attempt.problem = ""
    except (DocumentFailed, EditionError, StoreUnavailable, Refused) as error:
        attempt.problem = str(error)
        raise
    finally:
        attempt.done.set()
    return content
