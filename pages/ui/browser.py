"""What pages need of the browser beyond Streamlit's own elements."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_page = st.components.v2.component("homeward_page", js=(_HERE / "browser.js").read_text("utf-8"))
_notes = st.components.v2.component("homeward_notes", js=(_HERE / "notes.js").read_text("utf-8"))
_WAITING = "homeward-waiting"
_waiting = st.components.v2.component("homeward_waiting", js=(_HERE / "waiting.js").read_text("utf-8"))

_CHOICE = "homeward-choice"
_choice = st.components.v2.component("homeward_choice", js=(_HERE / "choice.js").read_text("utf-8"))


def helper(person: str = "", mark: str = "") -> None:
    """Once a run, outside every fragment: the page's language, no stray shortcuts, and a way to ask for a whole run.

    What the tab keeps of what somebody typed goes as soon as another `person` is signed in there. `mark` stands over the page, on the
    screen and on each sheet of paper.
    """
    _page(key="homeward-page", data={"person": person, "mark": mark}, on_wake_change=lambda: None, height=1)


def keep_notes(place: str, saved: dict[str, str]) -> None:
    """Keep what is typed into notes, in this tab, until it is saved. `saved`: widget key → saved text; `place`: what is shown.

    When `place` changes the page scrolls to the top of the rows.
    """
    fields = {f"st-key-{_class(key)}": (f"st-key-{_class(key)}", text) for key, text in saved.items()}
    _notes(key="homeward-notes", data={"place": place, "fields": fields}, height=1)


def keep_form(section: str, *, seat: str, path: str, fields: dict[str, tuple[str, str | None]], own: int) -> None:
    """As :func:`keep_notes`, for the form of one seat: what is typed is also posted to `path` until the record has it.

    `seat` names meeting and member; `fields` says for each note (widget key) its question and the text that the record has
    (None: there is no answer); `own` is the version of the member's own answers that the form shows. The address names the
    section, and a reload finds the place in it again.
    """
    known = {f"st-key-{_class(key)}": (f"{seat}|{question}", text) for key, (question, text) in fields.items()}
    data = {"place": section, "fields": known, "form": {"seat": seat, "path": path, "own": own}}
    _notes(key="homeward-notes", data=data, height=1)


def keep_waiting(seat: str, waiting: str, *, known: bool, on_kept: Callable[[str], None]) -> None:
    """Keep in this tab, too, what waits in the session to be saved: a text ("": nothing waits), for each seat.

    A session that does not know what the tab has (`known` is False: it has just begun) is told by `on_kept`.
    """

    def told() -> None:
        if isinstance(text := st.session_state[_WAITING].get("kept"), str):
            on_kept(text)

    data = {"seat": seat, "waiting": waiting, "known": known}
    _waiting(key=_WAITING, data=data, on_kept_change=told, height=1)


def keep_choice(chosen: str, *, known: bool, on_kept: Callable[[str], None]) -> None:
    """Keep in this tab what somebody has chosen for all pages. A session that has just begun (`known` is False) is told by `on_kept`."""

    def told() -> None:
        if isinstance(kept := st.session_state[_CHOICE].get("kept"), str):
            on_kept(kept)

    _choice(key=_CHOICE, data={"chosen": chosen, "known": known}, on_kept_change=told, height=1)


def _class(key: str) -> str:
    """A widget key as Streamlit writes it into the class of its element."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in key)
