"""The analytical chronology: what happened, over time and in order, what it meant, and what was done."""

from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile, chronology_paper, reading, shown
from framework.casefile.model import BASES, SORTS, WHOM, Document, Entry
from framework.dates import uk
from framework.tables import Table, csv_bytes
from pages.case import charts as drawn
from pages.case import edit
from pages.case.edit import columns, field, offered, to_choose, when
from pages.ui import charts, download
from pages.ui.app import workspace
from pages.ui.download import Download
from pages.ui.fields import Field
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain

SORT = Field("sort", "Kind of event", "one", offered(SORTS))
BASIS = Field("basis", "Is it", "one", offered(BASES))
NEW = (
    when("since", "Date, or when it began"),
    to_choose(SORT),
    Field("what", "What happened", "text"),
    Field("source", "Source", "line", help="Who recorded it, and where it can be found."),
    to_choose(BASIS),
)
LEFT = (
    when("since", "Date, or when it began"),
    when("until", "End of the period", "Only of a period that has ended: 24/11/2026, 11/2026 or 2026."),
    Field("goes_on", "It goes on", "yes"),
    SORT,
    BASIS,
    Field("source", "Source", "line"),
    Field("affected", "Who was affected", "line"),
    Field("about", "Whom this entry is about", "many", offered(WHOM)),
)
RIGHT = (
    Field("what", "What happened", "text"),
    Field("means", "What it means for the child", "text"),
    Field("done", "What was done", "text"),
    Field("result", "With what result", "text"),
    Field("legal_advice", "This is legal advice", "yes", help="It stands in no copy, bundle or hand-out."),
    Field("court", "This is under a court’s restriction", "yes", help="It stands in no copy, bundle or hand-out."),
    Field("third_party", "This tells of somebody else’s private matters", "yes"),
)
DOCUMENT = (
    Field("title", "What it is", "line"),
    Field("where", "Where it is in your own system", "line", help="A number or an address. No document is kept here."),
    Field("on", "Date of it", "day"),
)
DOCUMENT_MORE = (
    *DOCUMENT,
    Field("source", "Who wrote it", "line"),
    Field("legal_advice", "This is legal advice", "yes"),
    Field("court", "This is under a court’s restriction", "yes"),
    Field("third_party", "This tells of somebody else’s private matters", "yes"),
)
AT_ONCE = 40
"""Entries that are drawn at first, and with each click on “more”: each can be opened."""


def show(state: Casefile) -> None:
    opened = st.session_state.setdefault(f"add-entry|{state.id}", not state.entries)
    with st.expander("Add an event", icon=":material/add:", key="add-entry", expanded=opened):
        edit.add_form(state, "entry", NEW, "Add this event")
    if state.entries:
        with st.container():
            st.header("Over time", anchor=False)
            timeline(state)
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header("In order of time", anchor=False)
            _print(state)
        _list(state, _chosen(state))
    else:
        st.info("Nothing has been written down yet. Begin with the event that brought the child to your service.")
    with st.container():
        _documents(state)


# ── The timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────


def timeline(state: Casefile) -> None:
    """The chart of what may be copied, with its table."""
    today = edit.door().today
    picture = shown.picture(state, today)
    if not picture.title:
        return
    kept_out = shown.restricted(state)
    lead = f"{drawn.SIGNS}. A thick line is a period."
    lead += f" Shaded: {'; '.join(band.said for band in picture.bands)}." if picture.bands else ""
    lead += f" {kept_out} under legal advice or a court’s restriction: only in the list." if kept_out else ""
    table = Table(
        ("When", "Kind of event", "What happened", "Is it", "Source"),
        tuple(
            (reading.when(one), SORTS[one.sort], one.what, BASES[one.basis], one.source)
            for one in reading.chronology(state, for_copy=True)
        ),
    )
    charts.show(
        "chronology",
        picture.title,
        f"Kinds of event in rows, over time. {lead} The table below says the same.",
        drawn.timeline(picture, today),
        lambda: table,
        lambda: csv_bytes((table.head, *table.rows)),
        lead,
    )


# ── The list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen(state: Casefile) -> list[Entry]:
    """The entries that somebody wants to see."""
    there = {one.sort for one in state.entries.values()}
    sorts, bases, text = st.columns([3, 2, 2])
    with sorts:
        chosen = st.multiselect(
            "Kinds of event",
            [sort for sort in SORTS if sort in there],
            format_func=SORTS.__getitem__,
            placeholder="All kinds",
            key=f"sorts|{state.id}",
        )
    with bases:
        of = st.multiselect(
            "Fact, opinion or said",
            list(BASES),
            format_func=BASES.__getitem__,
            placeholder="All of them",
            key=f"bases|{state.id}",
        )
    with text:
        words = st.text_input("With these words", key=f"words|{state.id}", max_chars=100)
    return reading.chronology(state, sorts=chosen, bases=of, holding=words or "")


def _list(state: Casefile, found: list[Entry]) -> None:
    still = {one.id: one for one in edit.still_open(state, "entry")}
    gone = [one for name, one in still.items() if name not in state.entries]
    limit = st.session_state.setdefault(f"entries|{state.id}", AT_ONCE)
    if len(found) < len(state.entries):
        st.caption(f"{len(found)} of {len(state.entries)} entries.")
    with st.container(key="entries", gap=None):
        for entry in (*found[:limit], *gone):
            _entry(state, entry)
    if len(found) > limit:
        st.button(f"Show more ({len(found) - limit})", key="more-entries", on_click=_more, args=(state.id,))


def _more(case: str) -> None:
    st.session_state[f"entries|{case}"] += AT_ONCE


def _entry(state: Casefile, entry: Entry) -> None:
    with st.container(key=f"row-{entry.id}", gap=None):
        show_html(_read(entry))
        with st.expander("Change, or say more", key=f"entry-{entry.id}", on_change="rerun") as box:
            if box.open:
                edit.removed(state, entry)
                columns(state, entry, LEFT, RIGHT)
                edit.remove_button(state, "entry", entry.id, "Entered by mistake: remove")


def _read(entry: Entry) -> Markup:
    """An entry as somebody reads it."""
    tags = [html(' <span class="hw-tag">{words}</span>', words=words) for words in shown.marks_of(entry)]
    more = [
        html("<p><strong>{label}:</strong> {text}</p>", label=label, text=text)
        for label, text in (
            ("Affected", entry.affected),
            ("What it means", entry.means),
            ("What was done", entry.done),
            ("With what result", entry.result),
        )
        if text
    ]
    return html(
        '<div class="hw case-entry"><p class="case-when">{when}</p><div><p class="quiet">{sort} · {basis}{tags}</p>'
        '<p class="case-what">{what}</p>{more}<p class="quiet">{source}</p></div></div>',
        when=reading.when(entry),
        sort=SORTS[entry.sort],
        basis=BASES[entry.basis],
        tags=tags,
        what=entry.what,
        more=more,
        source=f"Source: {entry.source}" if entry.source else "No source given",
    )


def _print(state: Casefile) -> None:
    actor = me()  # the file is made in a thread that knows no session

    def make() -> bytes:
        edit.door().read_by(state.id, actor, "the chronology on paper")
        today, stamp = edit.door().today, workspace().stamp().short
        return chronology_paper.pdf(state, today, stamp, _drawing(state))

    name = f"chronology-{edit.door().today}.pdf"
    download.show(
        (
            Download(
                "Print the chronology (PDF)", make, name, "application/pdf", f"paper-{state.id}", ":material/print:"
            ),
        )
    )


def _drawing(state: Casefile) -> bytes:
    picture = shown.picture(state, edit.door().today)
    return drawn.for_paper(picture, edit.door().today) if picture.title else b""


# ── Documents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _documents(state: Casefile) -> None:
    st.header("Documents, where they are in your own system", anchor=False)
    with st.container():
        documents: Sequence[Document] = edit.still_open(state, "document")
        for one in sorted(documents, key=lambda one: (str(one.on or ""), one.id)):
            said = [one.title, one.where, uk(one.on), *shown.marks_of(one)]
            with st.expander(plain(", ".join(filter(None, said))), key=f"document-{one.id}", on_change="rerun") as box:
                if box.open:
                    edit.removed(state, one)
                    for spec in DOCUMENT_MORE:
                        field(state, one, spec)
                    edit.remove_button(state, "document", one.id, "Entered by mistake: remove")
    with st.container(border=True, key="case-add-document"):
        edit.add_form(state, "document", DOCUMENT, "Add this reference")
