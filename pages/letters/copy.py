"""The copy for one parent or home carer: the facts that they check, the text, what is left out, and filing it."""

from datetime import date

import streamlit as st

from framework.casefile import Casefile
from framework.casefile import reading as cases
from framework.casefile.model import YES_NO, Entry
from framework.items import FIRST_DAY
from framework.letters import offering, reading
from framework.letters.deciding import CheckWithheld, Reply
from framework.letters.model import (
    ANSWERS,
    COPY,
    HOWS,
    REASONS,
    SORTS,
    Copy,
    Fact,
    Letters,
    Withheld,
)
from framework.letters.reading import OfDecision, Person
from framework.readability import PARENT_AGE
from framework.text import TEXT_LIMIT
from pages.case.edit import name_of, offered, when
from pages.letters import checking, edit, versions
from pages.ui import fields
from pages.ui.fields import Field
from pages.ui.html import show_html
from pages.ui.identity import me
from pages.ui.text import plain

FACT = (
    when("since", "Date, or when it began"),
    Field("sort", "Is it", "one", offered(SORTS)),
    Field("words", "What happened, in plain words", "text"),
    Field(
        "source",
        "Who saw or recorded it",
        "line",
        help="This is printed. Leave it empty if it would tell who spoke to us.",
    ),
)
STAYS = Field("stays_why", "If you leave it as it is although they say it is not right: why", "text")


def show(state: Casefile, papers: Letters, who: Person, decision: str, known: OfDecision) -> None:
    facts = reading.facts_of(papers, who.id)
    st.header(plain(f"1. The facts that {who.name} checks"), anchor=False)
    for one in facts:
        _fact(state, papers, one)
    if not facts:
        st.caption("No fact yet. Take those that concern this person from the chronology, or add one by hand.")
    _take(state, papers, who)
    _add(state, papers, who)
    stops = edit.door().stops(state.id, me(), who.id)
    if stops:
        versions.stopped("Before these facts can be given to anybody:", stops)
    elif facts:
        with st.container(horizontal=True):
            checking.button(state.id, who)
            edit.files(state.id, who.id, "Facts to check", f"facts-{who.id.replace('.', '-')}")
    copy = next((one for one in papers.copies.values() if (one.person, one.decision) == (who.id, decision)), None)
    st.header("2. The copy", anchor=False)
    if copy is None:
        _begin(state, papers, who, decision, known)
        return
    _text(state, papers, copy, who, known)
    st.header("3. What is left out", anchor=False)
    _left_out(state, papers, copy)
    st.header("4. Print and file", anchor=False)
    _file(state, papers, copy)


# ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fact(state: Casefile, papers: Letters, fact: Fact) -> None:
    with st.container(key=f"row-fact-{fact.id}", gap=None):
        show_html(checking.read(papers, fact))
        with st.expander("Change, or enter what came back", key=f"fact-{fact.id}", on_change="rerun") as box:
            if box.open:
                for spec in FACT:
                    edit.field(state, papers, fact, spec)
                edit.measure(fact.words, "facts", PARENT_AGE)
                if reading.standing(papers, fact) == "corrected":
                    edit.field(state, papers, fact, STAYS)
                _came_back(state, papers, fact)
                where = edit.fields_of(state, papers, "fact")
                if not where.closed:
                    fields.remove_button(where, "fact", fact.id, "Take this fact out")


def _came_back(state: Casefile, papers: Letters, fact: Fact) -> None:
    """What a parent wrote on paper, or said aloud."""
    if not edit.may(state, Reply):
        return
    count = len(reading.replies_of(papers, fact.id))
    stem = f"came-back|{state.id}|{fact.id}|{count}"
    today = edit.door().today
    with st.form(stem, border=True, enter_to_submit=False):
        st.markdown("**What came back on paper, or was said**")
        st.selectbox("They say", list(ANSWERS), format_func=ANSWERS.__getitem__, key=f"{stem}|answer")
        st.text_area("In their words", key=f"{stem}|words", max_chars=TEXT_LIMIT, height=80)
        st.selectbox("How", ["paper", "aloud"], format_func=lambda one: HOWS[one], key=f"{stem}|how")
        st.date_input("On", today, min_value=FIRST_DAY, max_value=today, format="DD/MM/YYYY", key=f"{stem}|on")
        st.form_submit_button("Keep it beside the fact", on_click=_send_reply, args=(state.id, fact, stem))
    fields.message(stem)


def _send_reply(case: str, fact: Fact, stem: str) -> None:
    given = st.session_state
    on = given.get(f"{stem}|on")
    reply = Reply(
        fact.id,
        given[f"{stem}|answer"],
        given.get(f"{stem}|words") or "",
        on if isinstance(on, date) else None,
        given[f"{stem}|how"],
        fact.words,
    )
    edit.send(case, reply, stem, done="It is kept beside the fact.")


def _take(state: Casefile, papers: Letters, who: Person) -> None:
    """A fact from the chronology: a worker says whom it concerns, and puts it into plain words."""
    entries = reading.offered_entries(state, papers, who.id)
    if not edit.may(state, Fact) or not entries:
        return
    stem = f"take|{state.id}|{who.id}|{len(papers.items.given.get('fact', ()))}"
    with st.form(stem, border=False, enter_to_submit=False):
        st.selectbox(
            "From the chronology",
            entries,
            index=None,
            placeholder="Choose an entry that concerns this person",
            format_func=lambda one: plain(_named(state.entries[one])),
            key=f"{stem}|entry",
            help="What is somebody else’s, legal advice, a court’s, an opinion, or the child’s words is not offered.",
        )
        st.radio("It is", list(SORTS), format_func=SORTS.__getitem__, horizontal=True, key=f"{stem}|sort")
        st.form_submit_button("Take it as a fact", on_click=_send_taken, args=(state, who.id, stem))
    fields.message(stem)


def _named(entry: Entry) -> str:
    return f"{cases.when(entry)}: {entry.what[:80]}"


def _send_taken(state: Casefile, person: str, stem: str) -> None:
    chosen = st.session_state.get(f"{stem}|entry")
    if chosen is None or chosen not in state.entries:
        fields.say(stem, "Choose an entry first.")
        return
    entry = state.entries[chosen]
    values: dict[str, object] = {"person": person, "since": entry.since, "words": entry.what, "entry": chosen}
    edit.add(
        state.id,
        "fact",
        {**values, "sort": st.session_state[f"{stem}|sort"]},
        stem,
        done="Added. Put it into plain words.",
    )


def _add(state: Casefile, papers: Letters, who: Person) -> None:
    where = edit.fields_of(state, papers, "fact")
    if where.closed:
        return
    with st.expander("Add a fact by hand", icon=":material/add:", key=f"add-fact-{who.id.replace('.', '-')}"):
        fields.add_form(
            where, "fact", FACT, "Add this fact", fixed={"person": who.id}, start={"sort": "worry"}, name=who.id
        )


# ── The text ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _begin(state: Casefile, papers: Letters, who: Person, decision: str, known: OfDecision) -> None:
    if not edit.may(state, Copy):
        st.caption("There is no copy for this person yet.")
        return
    place = f"begin-copy|{state.id}|{who.id}|{decision}"
    st.markdown(
        "Each section begins with a text from the decision and the case. Read all of it, and change what does not fit."
    )
    values = {"person": who.id, "decision": decision, "name": who.name, **offering.copy(papers, who, state, known)}
    st.button("Begin the copy", key=place, type="primary", on_click=edit.add, args=(state.id, "copy", values, place))
    fields.message(place)


def _text(state: Casefile, papers: Letters, copy: Copy, who: Person, known: OfDecision) -> None:
    edit.field(state, papers, copy, Field("name", "Name used in the copy", "line", help="A chosen name, or initials."))
    edit.field(
        state,
        papers,
        copy,
        Field("given_how", "How they are given it", "line", help="Read aloud, with an interpreter, in large print."),
    )
    first = offering.copy(papers, who, state, known)
    for name, section in COPY.items():
        edit.field(state, papers, copy, Field(name, section.heading, "text", help=section.ask))
        text = getattr(copy, name)
        edit.measure(text, "copy", PARENT_AGE)
        if name == "decided":
            versions.printed(offering.counts(known, state.called or "the child"))
        versions.offer(state, copy, name, first.get(name, "") if not text else "")
    st.subheader("The child’s own words", anchor=False)
    st.caption("They stand in this copy only if the child agreed that this person may read them.")
    edit.field(
        state,
        papers,
        copy,
        Field("child_agreed", "Did the child agree that this person is told?", "one", offered(YES_NO), empty=""),
    )
    edit.field(state, papers, copy, Field("child_said", "What the child said, in the child’s words", "text"))


# ── What is left out ─────────────────────────────────────────────────────────────────────────────────────────────────


def _left_out(state: Casefile, papers: Letters, copy: Copy) -> None:
    st.caption("In its place stands the reason. Somebody else who manages the case checks it before the copy is filed.")
    for one in reading.left_out(papers, copy):
        _one_left_out(state, papers, one)
    where = edit.fields_of(state, papers, "withheld")
    if where.closed:
        return
    facts = {one.id: one.words[:80] for one in reading.printed_facts(papers, copy)}
    with st.expander("Leave something out", key=f"leave-out-{copy.id}"):
        for fact, words in facts.items():
            place = f"leave-out|{state.id}|{copy.id}|{fact}"
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(f"Fact: {words}"))
                values = {
                    "copy_id": copy.id,
                    "fact": fact,
                    "what": words,
                    "section": "worries" if papers.facts[fact].sort == "worry" else "well",
                }
                st.button(
                    "Leave this fact out",
                    key=place,
                    on_click=edit.add,
                    args=(state.id, "withheld", values, place),
                    help=plain(words),
                )
            fields.message(place)
        fields.add_form(
            where,
            "withheld",
            (
                Field("section", "Section", "one", lambda _: {name: one.heading for name, one in COPY.items()}),
                Field("what", "What is left out", "text", help="For whoever checks it. It is never printed."),
                Field("reason", "Reason", "one", offered(REASONS)),
                Field("words", "Own words", "text"),
            ),
            "Leave this out",
            fixed={"copy_id": copy.id},
            start={"section": "worries"},
            name=copy.id,
        )


def _one_left_out(state: Casefile, papers: Letters, part: Withheld) -> None:
    with st.container(border=True, key=f"withheld-{part.id}"):
        st.markdown(plain(f"Left out of “{COPY[part.section].heading}”: {part.what}"))
        edit.field(state, papers, part, Field("reason", "Reason, as it is printed", "one", offered(REASONS)))
        if part.reason == "own":
            edit.field(state, papers, part, Field("words", "The reason in your own words", "text"))
        check = papers.checks.get(part.id)
        if check:
            agreed = "agrees" if check.agreed else "does not agree"
            st.markdown(plain(f"{name_of(check.by)} {agreed}. {check.words}"))
        if edit.may(state, CheckWithheld):
            _check(state, part)
        where = edit.fields_of(state, papers, "withheld")
        if not where.closed:
            fields.remove_button(where, "withheld", part.id, "Put it in again")


def _check(state: Casefile, part: Withheld) -> None:
    place = f"check|{state.id}|{part.id}"
    st.text_input("If you do not agree: why", key=f"{place}|words")
    with st.container(horizontal=True):
        st.button(
            "I agree that it is left out",
            key=f"{place}|yes",
            on_click=_send_check,
            args=(state.id, part.id, place, True),
        )
        st.button("I do not agree", key=f"{place}|no", on_click=_send_check, args=(state.id, part.id, place, False))
    fields.message(place)


def _send_check(case: str, part: str, place: str, agreed: bool) -> None:
    words = st.session_state.get(f"{place}|words") or ""
    edit.send(case, CheckWithheld(part, agreed, words), place, done="It is recorded.")


# ── Filing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _file(state: Casefile, papers: Letters, copy: Copy) -> None:
    if any(reading.standing(papers, one) == "open" for one in reading.printed_facts(papers, copy)):
        edit.field(state, papers, copy, Field("unchecked_why", "If they could not check the facts: why", "text"))
    versions.show(state, papers, copy.id, "copy", "The copy")
