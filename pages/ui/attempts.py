"""Clicks of somebody who sits at no table yet: what was refused is said beside the button, and goes with the next click."""

from collections.abc import Callable

import streamlit as st

from framework.streams.kind import Refused
from framework.streams.store import StoreUnavailable
from pages.ui.text import plain


def attempt(where: str, act: Callable[[], None]) -> None:
    """For on_click: do it, and draw the whole page, which shows something else then. `where` names the button."""
    st.session_state.pop(f"refused|{where}", None)
    try:
        act()
    except Refused as refused:
        st.session_state[f"refused|{where}"] = str(refused)
    except StoreUnavailable as error:
        st.session_state[f"refused|{where}"] = f"Not saved. {error} Click again when the record is back."
    else:
        st.rerun()


def refused(where: str) -> None:
    """Beside the button: why the last click led to nothing."""
    with st.container(key=f"refused-{where}"):
        if text := st.session_state.pop(f"refused|{where}", ""):
            st.error(plain(text), icon=":material/block:")
