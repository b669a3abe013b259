"""Filing a copy or a letter: what keeps it from that, its files, and the versions that were filed."""

from typing import Literal

import streamlit as st

from framework import readability
from framework.casefile import Casefile
from framework.dates import uk_time
from framework.items import Change
from framework.letters import reading
from framework.letters.deciding import File
from framework.letters.model import Copy, Letter, Letters
from pages.case.edit import name_of
from pages.letters import edit
from pages.ui import fields
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain


def offer(state: Casefile, item: Copy | Letter, name: str, text: str) -> None:
    """Below an empty section: a first text for it."""
    with st.container():
        if text and edit.may(state, type(item)):
            place = f"offer|{state.id}|{item.kind}|{item.id}|{name}"
            show_html(html('<blockquote class="hw"><p>{text}</p></blockquote>', text=text))
            command = Change(item.kind, item.id, name, text)
            st.button("Use this text", key=place, on_click=edit.send, args=(state.id, command, place))
            fields.message(place)


def printed(line: str) -> None:
    """Below a text: what is printed after it by itself, as it is on the day of printing."""
    with st.container():
        if line:
            st.caption(plain(f"Printed after it, as it is on the day: “{line}”"))


def stopped(title: str, stops: list[str]) -> None:
    """What keeps a paper from being filed or given."""
    listed = [html("<li>{one}</li>", one=one) for one in stops]
    show_html(
        html(
            '<div class="hw case-calm"><p><strong>{title}</strong></p><ul>{listed}</ul></div>',
            title=title,
            listed=listed,
        )
    )


def show(state: Casefile, papers: Letters, identifier: str, sort: Literal["copy", "letter"], called: str) -> None:
    filed = reading.versions(papers, identifier)
    target = readability.PARENT_AGE if sort == "copy" else readability.CHILD_AGE
    paper = edit.door().draft(state.id, me(), identifier).paper
    measured = readability.check(paper.text, sort, target)
    age = (
        f"reading age about {measured.age:.0f} (aim: {target} or below)"
        if measured.age is not None
        else "too short to measure"
    )
    st.markdown(plain(f"All of it: {measured.words} words, {age}."))
    if sort == "copy" and measured.words > readability.TWO_PAGES:
        st.warning(f"This is more than two pages. Aim for {readability.TWO_PAGES} words or fewer.")
    stops = edit.door().stops(state.id, me(), identifier)
    if stops:
        stopped("Before it can be filed:", stops)
    edit.files(state.id, identifier, f"{called}, draft", f"{sort}-draft")
    if edit.may(state, File):
        place = f"file|{state.id}|{identifier}|{len(filed)}"
        words = "File a newer version" if filed else "File it"
        st.button(
            words, key=place, type="primary", disabled=bool(stops), on_click=edit.send,
            args=(state.id, File(sort, identifier, len(filed)), place, "It is filed. This version stays as it is."),
        )  # fmt: skip
        fields.message(place)
    for one in filed:
        with st.container(border=True, key=f"filed-{one.number}"):
            newest = one is filed[0]
            later = "" if newest else " A newer version has taken its place."
            st.markdown(
                plain(
                    f"Version {reading.edition(papers, one)}, filed by {name_of(one.by)} on {uk_time(one.at)}.{later}"
                )
            )
            edit.files(state.id, one.number, f"Version {reading.edition(papers, one)}", f"{sort}-{one.number}")
