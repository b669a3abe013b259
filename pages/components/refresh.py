"""Rerun only the parts of a page that a click or a piece of news changes."""

from typing import NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException


def parts(*names: str) -> NoReturn:
    """From a callback: rerun these fragments; the whole page where one of them is not on it just now."""
    try:
        st.rerun(list(names))
    except StreamlitAPIException:
        # The click came while the page was being drawn anew, or the page has moved on since.
        st.rerun()
