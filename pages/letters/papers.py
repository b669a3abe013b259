"""The papers for the family: whose paper it is, of which decision; a view of the page of a case."""

from collections.abc import Mapping

import streamlit as st

from framework.casefile import Casefile
from framework.letters import offering, reading
from framework.letters.kind import LETTERS
from framework.letters.reading import OfDecision, Person
from pages.letters import child, copy, edit
from pages.ui import fields, live
from pages.ui.identity import me
from pages.ui.text import plain

CHILD = "child"


def show(state: Casefile) -> None:
    papers, known = edit.view(state.id), edit.door().known(state.id, me())
    st.markdown(
        "Each person gets a paper of their own, in plain words, with only what concerns them. Nothing is sent from here: you print it "
        "or read it out, and say under the decision who was told."
    )
    who = me().id or None
    with st.container(key="letters_live"):
        live.watch(LETTERS.stream(state.id), who, LETTERS.shows(papers, who), lambda: None, word="")
    decision = _choose_decision(state.id, known)
    whose = _choose_whose(state, reading.people(state))
    with st.container(key=f"letters-body-{whose.replace('.', '-')}"):
        of = known.get(decision, OfDecision())
        if whose == CHILD:
            child.show(state, papers, decision, of)
        else:
            copy.show(state, papers, reading.person(state, whose), decision, of)


def _choose_decision(case: str, known: Mapping[str, OfDecision]) -> str:
    """The decision that the papers are about: the one made last at first; "" where none is."""
    if not known:
        st.info(
            "No decision is recorded yet. You can collect the facts now, and write; what the decision would fill in stays a gap.",
            icon=":material/info:",
        )
        return ""
    listed = [*known][::-1]
    if len(listed) == 1:
        return listed[0]
    chosen = st.selectbox(
        "Decision", listed, format_func=lambda one: plain(offering.named(known[one])), key=f"letters-decision|{case}"
    )
    return chosen or listed[0]


def _choose_whose(state: Casefile, people: list[Person]) -> str:
    options = {one.id: f"{one.name}’s copy" for one in people} | {CHILD: f"{state.called}’s letter"}
    stem = f"letters-whose|{state.id}"
    kept = st.session_state.get(stem, "")
    now = kept if kept in options else next(iter(options))
    key = fields.choice(f"{stem}|choice", now)
    st.segmented_control(
        "Whose paper",
        list(options),
        format_func=lambda one: plain(options[one]),
        default=now,
        required=True,
        key=key,
        on_change=_go_to,
        args=(stem, key, now),
    )
    if not people:
        st.info("No parent or home carer is recorded yet. Add them on “What we know”.", icon=":material/info:")
    return now


def _go_to(stem: str, key: str, showed: str) -> None:
    if fields.is_user_change(f"{stem}|choice", key, showed):
        st.session_state[stem] = st.session_state[key]
