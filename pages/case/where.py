"""Where on the page of a case somebody is: the session knows, and the address follows it, so that a place can be passed on."""

import streamlit as st

VIEWS = {
    "overview": "Overview",
    "know": "What we know",
    "chronology": "Chronology",
    "meetings": "Meetings",
    "decisions": "Decisions",
    "letters": "For the family",
    "trail": "Audit trail",
    "seen": "Who has seen it",
    "handout": "Hand out",
    "closing": "Closing",
}
WITHIN = {"decisions": ("decision", "meeting")}
"""What the address of a view may say beside it: which decision is open, or which meeting one is to follow."""


def arrive(case: str) -> None:
    """Somebody opens the page, or comes back to it: they are where the address says, unless that is what was told it last."""
    if st.query_params.to_dict() == st.session_state.get(f"{_key(case)}|told"):
        return
    asked = st.query_params.get("view", "")
    if asked in VIEWS:
        st.session_state[_key(case)] = asked
        for name in WITHIN.get(asked, ()):
            st.session_state[f"{_key(case)}|{name}"] = st.query_params.get(name, "")


def now(case: str) -> str:
    return st.session_state.get(_key(case), "overview")


def within(case: str, name: str) -> str:
    """What is open in a view: the id of a decision; "" for none."""
    return st.session_state.get(f"{_key(case)}|{name}", "")


def go(case: str, view: str, **within: str) -> None:
    """From a callback: go elsewhere on the page. What is open in the view stays open, unless `within` says otherwise."""
    st.session_state[_key(case)] = view
    for name, value in within.items():
        st.session_state[f"{_key(case)}|{name}"] = value


def tell_address(case: str) -> None:
    """Let the address say where the page is."""
    view = now(case)
    said = {"case": case} if view == "overview" else {"case": case, "view": view}
    said |= {name: found for name in WITHIN.get(view, ()) if (found := within(case, name))}
    st.session_state[f"{_key(case)}|told"] = said
    if st.query_params.to_dict() != said:
        st.query_params.from_dict(said)


def _key(case: str) -> str:
    return f"case-view|{case}"
