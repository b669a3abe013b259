"""Who has read a case, when, what and why: for its manager and for an assurer."""

import streamlit as st

from framework.casefile import Casefile


def may_see(state: Casefile) -> bool:
    return False


def show(state: Casefile) -> None:
    st.caption("")
