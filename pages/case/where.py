"""Where on the page of a case somebody is: the session knows, and the address follows it, so that a place can be passed on."""

import streamlit as st

VIEWS = {
    "overview": "Overview",
    "know": "What we know",
    "chronology": "Chronology",
    "meetings": "Meetings",
    "trail": "Audit trail",
    "seen": "Who has seen it",
    "handout": "Hand out",
    "closing": "Closing",
}


def arrive(case: str) -> None:
    """Somebody opens the page, or comes back to it: they are where the address says."""
    asked = st.query_params.get("view", "")
    if asked in VIEWS:
        st.session_state[_key(case)] = asked


def now(case: str) -> str:
    return st.session_state.get(_key(case), "overview")


def go(case: str, view: str) -> None:
    """From a callback: go elsewhere on the page."""
    st.session_state[_key(case)] = view


def tell_address(case: str) -> None:
    """Let the address say where the page is."""
    said = {"case": case} if now(case) == "overview" else {"case": case, "view": now(case)}
    if st.query_params.to_dict() != said:
        st.query_params.from_dict(said)


def _key(case: str) -> str:
    return f"case-view|{case}"
