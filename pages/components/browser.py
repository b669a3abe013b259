"""What pages need of the browser beyond Streamlit's own elements."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_page = st.components.v2.component("homeward_page", js=(_HERE / "browser.js").read_text("utf-8"))
_notes = st.components.v2.component("homeward_notes", js=(_HERE / "notes.js").read_text("utf-8"))


def helper() -> None:
    """Once a run, outside every fragment: the page's language, no stray shortcuts, and a way to ask for a whole run."""
    _page(key="homeward-page", on_wake_change=lambda: None, height=1)


def keep_notes(place: str, saved: dict[str, str]) -> None:
    """Keep what is typed into notes until it is saved. `saved`: widget key → saved text; `place`: what is shown.

    When `place` changes the page scrolls to the top of the rows.
    """
    as_class = {f"st-key-{_class(key)}": text for key, text in saved.items()}
    _notes(key="homeward-notes", data={"place": place, "saved": as_class}, height=1)


def _class(key: str) -> str:
    """A widget key as Streamlit writes it into the class of its element."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in key)
