"""Where a stream cannot be read (a newer release wrote it, it is damaged, it was erased), its sentence stands in its place."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

from framework.streams.kind import Unreadable
from pages.ui.text import plain


def to_the_page() -> None:
    """Where a fragment or a callback runs: draw the whole page, which reads the same stream and says why it cannot be shown.

    Streamlit shows what a fragment or a callback raises as a traceback, and hands on another exception.
    """
    context = get_script_run_ctx()
    if context and (context.fragment_ids_this_run or ThreadState.get().run_location is RunLocation.CALLBACK):
        st.rerun()


@contextmanager
def said(title: str = "") -> Iterator[None]:
    """Around, or above, what reads a stream; `title` is the page's, where nothing has been drawn yet."""
    try:
        yield
    except Unreadable as error:
        if title:
            st.title(title, anchor=False)
        st.error(plain(str(error)), icon=":material/block:")
