"""What the fields of the papers for the family save to, and how a text is measured while it is written."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from framework import readability
from framework.casefile import Casefile
from framework.items import Add, Item
from framework.letters.access import POLICY
from framework.letters.deciding import Command
from framework.letters.family import FamilyPapers
from framework.letters.model import KINDS, Letters
from framework.readability import Checked
from framework.streams.policy import allows
from pages.case import edit
from pages.ui import download, fields
from pages.ui.app import workspace
from pages.ui.fields import Field, Fields
from pages.ui.html import html, show_html
from pages.ui.identity import me

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def door() -> FamilyPapers:
    return workspace().letters


def view(case: str) -> Letters:
    return door().view(case, me())


def run_in(case: str) -> fields.Run:
    return lambda command: door().run(case, me(), command)


def send(case: str, command: Command, place: str, done: str = "") -> None:
    """From a callback: carry out a command; `fields.message` says at this place why it was refused."""
    fields.send(run_in(case), command, place, done)


def may(case: Casefile, deed: type) -> bool:
    """Whether the person of this session is offered this. The door asks again."""
    return not case.closed and allows(POLICY, deed, me().roles, edit.parts(case.id))


def fields_of(case: Casefile, papers: Letters, kind: str) -> Fields:
    closed = not may(case, KINDS.of(kind).model)
    return Fields(f"note-{case.id}|letters", papers.items, run_in(case.id), closed, (papers,), str, edit.name_of)


def field(case: Casefile, papers: Letters, item: Item, spec: Field) -> None:
    fields.field(fields_of(case, papers, item.kind), item, spec)


def add(case: str, kind: str, values: Mapping[str, object], place: str, done: str = "") -> None:
    send(case, Add(kind, values), place, done)


def files(case: str, what: str | int, called: str, name: str) -> None:
    """The buttons that give a paper as PDF and as Word."""
    actor = me()  # the file is made in a thread that knows no session
    key = f"letters|{case}|{what}"
    download.show(
        (
            download.Download(
                f"{called} (PDF)", lambda: door().pdf(case, actor, what), f"{name}.pdf", PDF, f"{key}|pdf"
            ),
            download.Download(
                f"{called} (Word)", lambda: door().word(case, actor, what), f"{name}.docx", WORD, f"{key}|word"
            ),
        )
    )


# ── Measuring while writing ──────────────────────────────────────────────────────────────────────────────────────────


def measure(text: str, paper: readability.Paper, target: int) -> None:
    """Below a text: its reading age, long sentences and words to look at. In a place that is always there."""
    with st.container():
        if text:
            show_html(_measured(readability.check(text, paper, target)))


def _measured(one: Checked) -> Markup:
    if one.age is None:
        age = "Too short to measure."
    else:
        aim = "above what it should be" if one.too_hard else "good"
        age = f"Reading age about {one.age:.0f} (aim: {one.target} or below): {aim}."
    long = [
        html("<li>Long sentence ({count} words): “{text}”</li>", count=each.words, text=each.sentence)
        for each in one.long
    ]
    found = [
        html(
            "<li>{label}: “{word}”. {why}{instead}</li>",
            label=each.label,
            word=each.word,
            why=each.why,
            instead=f" Perhaps: {each.instead}." if each.instead else "",
        )
        for each in one.found
    ]
    listed = html("<ul>{long}{found}</ul>", long=long, found=found) if long or found else html("")
    return html('<div class="hw quiet letters-measure"><p>{age}</p>{listed}</div>', age=age, listed=listed)
