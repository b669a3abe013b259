"""The child's letter, by age and understanding, with prompts and checks while it is written."""

import streamlit as st

from framework.casefile import Casefile, reading
from framework.letters import offering
from framework.letters.model import LETTER, READERS, Letter, Letters
from framework.letters.reading import OfDecision
from framework.readability import CHILD_AGE
from pages.case.edit import name_of, offered
from pages.letters import edit, versions
from pages.ui import fields
from pages.ui.fields import Field
from pages.ui.html import html, show_html

READER = Field(
    "reader",
    "For which age and understanding",
    "one",
    offered(READERS),
    help="Not the birthday alone: how much this child understands.",
)


def show(state: Casefile, papers: Letters, decision: str, known: OfDecision) -> None:
    letter = next((one for one in papers.letters.values() if one.decision == decision), None)
    st.header("The letter", anchor=False)
    first = offering.letter(state, known, _worker(state))
    if letter is None:
        _begin(state, decision, first)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _text(state, papers, letter, first, known)
    with right, st.container(key="letters-prompts"):
        _prompts(letter)
    st.header("Print and file", anchor=False)
    versions.show(state, papers, letter.id, "letter", "The letter")


def _worker(state: Casefile) -> str:
    """The name of the social worker, if there is one."""
    team = reading.team(state, edit.door().today).now
    return next((name_of(one.person) for one in team if one.part == "worker"), "")


def _begin(state: Casefile, decision: str, first: dict[str, str]) -> None:
    if not edit.may(state, Letter):
        st.caption("There is no letter yet.")
        return
    place = f"begin-letter|{state.id}|{decision}"
    child = state.child
    values = {
        "decision": decision,
        "name": state.called,
        "reader": offering.reader_on(child.birth if child else None, edit.door().today),
        "understands": child.communicates_by if child else "",
        "signed": _worker(state),
        **first,
    }
    st.markdown("A few sections begin with a text from the decision. Why it was decided is for you to write.")
    st.button(
        "Begin the letter", key=place, type="primary", on_click=edit.add, args=(state.id, "letter", values, place)
    )
    fields.message(place)


def _text(state: Casefile, papers: Letters, letter: Letter, first: dict[str, str], known: OfDecision) -> None:
    edit.field(state, papers, letter, Field("name", "Name used in the letter", "line"))
    edit.field(state, papers, letter, READER)
    edit.field(
        state,
        papers,
        letter,
        Field("understands", "How this child understands best", "text", help="It is not printed."),
    )
    for name, section in LETTER.items():
        edit.field(state, papers, letter, Field(name, section.heading, "text", help=section.ask))
        text = getattr(letter, name)
        edit.measure(text, "letter", CHILD_AGE)
        if name == "decided":
            versions.printed(offering.counts_for_child(known))
        versions.offer(state, letter, name, first.get(name, "") if not text else "")
    edit.field(state, papers, letter, Field("signed", "Name under the letter", "line"))


def _prompts(letter: Letter) -> None:
    items = [html("<li>{one}</li>", one=one) for one in offering.prompts(letter.reader)]
    show_html(
        html('<div class="hw case-calm"><p><strong>While you write</strong></p><ul>{items}</ul></div>', items=items)
    )
