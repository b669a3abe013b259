"""Files that a page has made ready to be taken: who may fetch one, and how long.

Streamlit gives a file to whoever knows its address, as long as a session shows its button, whatever has become of the seat that it was
made for. Here it goes to the browser that it was made for, while what it was made under still holds.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui.app import BROWSER

HOLDS = "files-hold"
"""Session key: whether what the page's files are made under still holds (a seat, say)."""
WHO = "files-who"
"""Session key: whether the session is still of the same person."""
_of_this_process: list["FilesMade"] = []


class FilesMade(MemoryMediaFileStorage):
    """Streamlit's store of files, which knows for whom each was made."""

    def __init__(self, media_endpoint: str) -> None:
        super().__init__(media_endpoint)
        _of_this_process.append(self)
        self._made_for: dict[str, dict[str, tuple[str, tuple[Callable[[], bool] | None, ...]]]] = {}
        """File → session → its browser, and whether what it was made under holds, each of it."""

    def load_and_get_id(self, path_or_data: Any, mimetype: str, *args: Any, **more: Any) -> str:
        file = super().load_and_get_id(path_or_data, mimetype, *args, **more)
        if ctx := get_script_run_ctx():
            self._made_for.setdefault(file, {})[ctx.session_id] = (
                str(st.user.get(BROWSER)),
                (st.session_state.get(HOLDS), st.session_state.get(WHO)),
            )
        return file

    def delete_file(self, file_id: str) -> None:
        self._made_for.pop(file_id, None)
        super().delete_file(file_id)

    def may_fetch(self, file: str, browser: str) -> bool:
        """Whether a file may go to this browser. May ask the database.

        What was made outside a run (a file that is made when its button is pressed) is known by its address alone.
        """
        made_for = self._made_for.get(file)
        if made_for is None:
            return True
        return any(
            whose == browser and all(holds is None or holds() for holds in under)
            for whose, under in list(made_for.values())
        )


def may_fetch(file: str, browser: str) -> bool:
    """As :meth:`FilesMade.may_fetch`, for the file of an address (its id, with an ending)."""
    return all(store.may_fetch(file.partition(".")[0], browser) for store in _of_this_process)


def for_whom(still: Callable[[], bool] | None) -> None:
    """What this session makes from here on can be fetched while it is still of the same person; None: whoever it is."""
    st.session_state[WHO] = still


def while_it_holds(holds: Callable[[], bool] | None) -> None:
    """What this page makes from here on can be fetched while `holds()`; None: without a condition."""
    st.session_state[HOLDS] = holds
