"""Parents check the facts first: a page in the worker's hand, with the facts about one person and nothing else of the case."""

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile
from framework.casefile.model import when_words
from framework.dates import uk
from framework.letters import reading
from framework.letters.deciding import Reply
from framework.letters.model import ANSWERS, HOWS, SORTS, Fact, Letters
from framework.letters.reading import STANDINGS, Person
from framework.text import TEXT_LIMIT
from pages.letters import edit
from pages.ui import fields
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain


def read(papers: Letters, fact: Fact) -> Markup:
    """A fact with where it stands and all that was said of it."""
    said = [
        html(
            "<p>They said on {on}, {how}: {answer}{words}{of}</p>",
            on=uk(one.on),
            how=HOWS[one.how],
            answer=ANSWERS[one.answer].lower(),
            words=f": “{one.words}”" if one.words else ".",
            of=f" (It then said: “{one.said}”)" if one.said != fact.words else "",
        )
        for one in reading.replies_of(papers, fact.id)
    ]
    return html(
        '<div class="hw case-entry"><p class="case-when">{when}</p><div><p class="quiet">{sort} '
        '<span class="hw-tag">{standing}</span></p><p class="case-what">{words}</p>{said}</div></div>',
        when=when_words(fact.since),
        sort=SORTS[fact.sort],
        standing=STANDINGS[reading.standing(papers, fact)],
        words=fact.words,
        said=said,
    )


def _key(case: str) -> str:
    return f"letters-checking|{case}"


def button(case: str, who: Person) -> None:
    """Opens the page for one person."""
    st.button(
        plain(f"Let {who.name} check them here"),
        key=f"check-facts|{who.id}",
        type="primary",
        icon=":material/fact_check:",
        on_click=_open,
        args=(case, who.id),
        help="Shows these facts and nothing else of the case. Hand over the screen, or sit beside them.",
    )


def _open(case: str, person: str) -> None:
    st.session_state[_key(case)] = person


def _close(case: str) -> None:
    st.session_state.pop(_key(case), None)


def is_open(case: str) -> bool:
    """Whether the facts of somebody are being checked: then nothing else of the case is on the screen."""
    return _key(case) in st.session_state


def show(state: Casefile) -> None:
    papers = edit.view(state.id)
    who = reading.person(state, st.session_state[_key(state.id)])
    stopped = bool(edit.door().stops(state.id, me(), who.id))
    facts = [] if stopped else reading.shown_facts(papers, who.id)
    with st.container(key="letters-checking"):
        st.title("Are these facts right?", anchor=False)
        st.markdown(
            plain(f"For {who.name}. Look at each of them. You can say that it is right, that it is not, or add to it. ")
            + "What you say is kept beside the fact, and whoever reads it later sees both."
        )
        for number, fact in enumerate(facts, 1):
            _one(state, papers, fact, f"{number} of {len(facts)}")
        if stopped:
            st.info("These facts cannot be shown just now. Give the screen back to the worker.")
        elif not facts:
            st.info("There is nothing to check.")
        st.button("I have finished", key=f"checked|{state.id}", type="primary", on_click=_close, args=(state.id,))
        st.caption("Then give the screen back to the worker.")


def _one(state: Casefile, papers: Letters, fact: Fact, number: str) -> None:
    replies = reading.replies_of(papers, fact.id)
    stem = f"checking|{state.id}|{fact.id}|{len(replies)}"
    with st.container(border=True, key=f"checking-{fact.id}"):
        show_html(
            html(
                '<div class="hw letters-fact"><h2>Fact {number}</h2><p><strong>{when}:</strong> {words}</p>{source}{said}</div>',
                number=number,
                when=when_words(fact.since),
                words=fact.words,
                source=html("<p>Seen or recorded by: {source}</p>", source=fact.source) if fact.source else "",
                said=[
                    html(
                        "<p><strong>Kept:</strong> {answer}{words}</p>",
                        answer=ANSWERS[one.answer],
                        words=f": “{one.words}”" if one.words else ".",
                    )
                    for one in replies
                ],
            )
        )
        with st.form(stem, border=False, enter_to_submit=False):
            st.radio(
                f"Fact {number}: what do you say?",
                list(ANSWERS),
                index=None,
                format_func=ANSWERS.__getitem__,
                key=f"{stem}|answer",
            )
            st.text_area(
                "What it should say, or what you want to add", key=f"{stem}|words", max_chars=TEXT_LIMIT, height=80
            )
            st.form_submit_button(f"Keep my answer to fact {number}", on_click=_send, args=(state.id, fact, stem))
        fields.message(stem)


def _send(case: str, fact: Fact, stem: str) -> None:
    answer = st.session_state.get(f"{stem}|answer")
    if answer is None:
        fields.say(stem, "Choose one of the three answers first. What you wrote is still here.")
        return
    words = st.session_state.get(f"{stem}|words") or ""
    edit.send(case, Reply(fact.id, answer, words, how="page", seen=fact.words), stem, done="Your answer is kept.")
