"""Bringing in open cases from a file of the council's own system: columns, a preview, and one confirmation."""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from framework import dates
from framework.casefile.importing import COLUMNS, NAME, REFERENCE, ROWS_LIMIT, Column, Plan, Sheet, matching_problem
from framework.casefile.imports import Imports
from framework.streams.kind import Actor, Refused
from framework.streams.store import StoreUnavailable
from framework.tables import Table
from pages.ui import uploads
from pages.ui.app import workspace
from pages.ui.charts import table_html
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain

SHOWN = 200
"""Rows of a preview in one table."""
READ, RUNNING, DONE, ROUND = "cases-read", "cases-running", "cases-brought", "cases-round"
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="bringing-in")
"""What was confirmed is carried out apart from the page: the next click ends the run of a page, and would end it half-way."""


@dataclass(slots=True)
class _Read:
    """A file as this session has read it."""

    file: str
    by: str
    sheet: Sheet | None = None
    problem: str = ""
    preview: tuple[object, Plan] | None = None
    """What it would begin, and for which matching, version and roles that was worked out."""


@dataclass(slots=True)
class _Running:
    """An import that was confirmed here."""

    part: float = 0.0
    result: "Future[int]" = field(default_factory=Future)

    def tell(self, part: float) -> None:
        self.part = part


def show() -> None:
    """The whole section; a sentence for whoever may not bring anything in."""
    st.header("Bring in open cases from a file", anchor=False)
    imports, actor = workspace().imports, me()
    if why := imports.refused(actor):
        st.info(plain(why), icon=":material/block:")
        return
    if RUNNING in st.session_state:
        _wait(st.session_state[RUNNING])
    if done := st.session_state.pop(DONE, ""):
        show_html(html('<p class="hw" role="status">✓ {done}</p>', done=done))
    st.caption(
        f"Excel (.xlsx) or CSV of up to 5 MB and {ROWS_LIMIT:,} cases, one row for each child. You see first what would begin. "
        "Nothing is taken while a row cannot be, and a reference that is here already changes nothing."
    )
    given = uploads.uploader("File of open cases", key=f"cases-file-{st.session_state.get(ROUND, 0)}")
    if given is None:
        st.session_state.pop(READ, None)
        _earlier(imports, actor)
        return
    read = _read(imports, actor, given)
    if read.sheet is None:
        st.error(plain(read.problem), icon=":material/block:")
        return
    matching = _columns(read.sheet, imports.matched(actor, read.sheet))
    if problem := matching_problem(read.sheet.head, matching):
        st.warning(plain(problem), icon=":material/view_column:")
        return
    try:
        plan = _plan(imports, actor, read, matching)
    except Refused as refused:
        st.error(plain(str(refused)), icon=":material/block:")
        return
    _preview(imports, actor, plan)


def _read(imports: Imports, actor: Actor, given: UploadedFile) -> _Read:
    """The file, read once however often the page is drawn."""
    kept: _Read | None = st.session_state.get(READ)
    if kept is None or (kept.file, kept.by) != (given.file_id, actor.id):
        kept = st.session_state[READ] = _Read(given.file_id, actor.id)
        with st.spinner("Reading the file"):
            try:
                kept.sheet = imports.read(actor, given.getvalue(), given.name)
            except Refused as refused:
                kept.problem = str(refused)
    return kept


# ── Columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(sheet: Sheet, proposed: dict[str, int]) -> dict[str, int]:
    """Which column each field is read from, as it is chosen on the page; proposed as it was matched last."""
    whole = {REFERENCE, NAME} <= proposed.keys()
    with st.expander(
        f"Columns: {len(proposed)} of {len(COLUMNS)} are matched", expanded=not whole, key="cases-columns"
    ):
        st.caption("Check which column is what. It is remembered for the next file of your authority.")
        if sheet.ignored:
            st.caption(plain(f"Not read: the sheet {', '.join(sheet.ignored)}."))
        beside = st.columns(3)
        chosen = {}
        for number, column in enumerate(COLUMNS):
            with beside[number % 3]:
                place = _choose(sheet, column, proposed.get(column.field))
            if place is not None:
                chosen[column.field] = place
    return chosen


def _choose(sheet: Sheet, column: Column, proposed: int | None) -> int | None:
    offered: list[int | None] = [None, *(place for place, heading in enumerate(sheet.head) if heading)]
    needed = " (needed)" if column.field in (REFERENCE, NAME) else ""
    chosen: int | None = st.selectbox(
        f"{column.label}{needed}",
        offered,
        index=offered.index(proposed) if proposed in offered else 0,
        format_func=lambda place: "Not in this file" if place is None else plain(f"{place + 1}: {sheet.head[place]}"),
        key=f"cases-column-{sheet.content[:12]}-{column.field}",
        help=column.about or None,
    )
    return chosen


# ── The preview ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _plan(imports: Imports, actor: Actor, read: _Read, matching: dict[str, int]) -> Plan:
    """What the file would begin, worked out once for each matching, and again when somebody has brought in a file since."""
    assert read.sheet is not None
    of = (matching, imports.state(actor).version, actor)
    if read.preview is None or read.preview[0] != of:
        bar = st.progress(0.0, "Looking at the rows")
        read.preview = (
            of,
            imports.plan(actor, read.sheet, matching, lambda part: _draw(bar, part, "Looking at the rows")),
        )
        bar.empty()
    return read.preview[1]


def _draw(bar: "st.delta_generator.DeltaGenerator", part: float, words: str) -> None:
    bar.progress(min(part, 1.0), f"{words}: {part:.0%}")


def _preview(imports: Imports, actor: Actor, plan: Plan) -> None:
    if plan.known:
        st.info(plain(plan.known), icon=":material/history:")
        return
    if plan.refused:
        st.error(
            f"Nothing can be brought in yet: {_count(len(plan.refused), 'row')} to be put right in the file. Save it and choose it again.",
            icon=":material/block:",
        )
        _table("What cannot be taken", ("Row", "What is wrong", "How to mend it"), plan.refused)
    if plan.there:
        with st.expander(f"Here already, and left as it is ({len(plan.there):,})", key="cases-there"):
            _table("Here already", ("Row", "Why"), plan.there)
    if plan.cases:
        rows = [(one.command.reference, one.command.called, one.team) for one in plan.cases]
        _table(f"What would begin ({len(plan.cases):,})", ("Reference", "Name used here", "Who works on it"), rows)
    elif not plan.refused:
        st.info("The file brings no case that is not here already.")
    if plan.cases and not plan.refused:
        label = f"Begin {'this case' if len(plan.cases) == 1 else f'these {len(plan.cases):,} cases'}"
        st.button(label, type="primary", key="cases-go", on_click=_start, args=(imports, actor, plan))


def _table(title: str, head: tuple[str, ...], rows: Sequence[Sequence[str]]) -> None:
    shown = tuple(tuple(row) for row in rows[:SHOWN])
    show_html(
        html(
            '<div class="hw"><h3>{title}</h3></div>{table}',
            title=title,
            table=table_html(Table(head, shown), title, "text"),
        )
    )
    if len(rows) > SHOWN:
        st.caption(f"And {len(rows) - SHOWN:,} more.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# ── Carried out ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _start(imports: Imports, actor: Actor, plan: Plan) -> None:
    if RUNNING not in st.session_state:  # a second click
        running = st.session_state[RUNNING] = _Running()
        running.result = _THREADS.submit(imports.bring_in, actor, plan, running.tell)


def _wait(running: _Running) -> None:
    """Show how far it is until it is done, then what came of it."""
    bar = st.progress(0.0, "Beginning the cases")
    while not running.result.done():
        _draw(bar, running.part, "Beginning the cases")
        time.sleep(0.1)
    bar.empty()
    del st.session_state[RUNNING]
    try:
        begun = running.result.result()
    except (Refused, StoreUnavailable) as error:
        st.error(
            plain(f"{error} What was begun until then is here; the same file brings the rest."), icon=":material/block:"
        )
        return
    st.session_state[DONE] = f"{_count(begun, 'case')} begun. Each is in the list of whoever works on it."
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    st.rerun()  # the list of cases above was drawn before they began


def _earlier(imports: Imports, actor: Actor) -> None:
    files = imports.state(actor).files[::-1][:20]
    if not files:
        return
    names = workspace().people.names({one.by for one in files})
    rows = [
        (
            one.file,
            names.get(one.by, "Somebody"),
            dates.uk_time(one.at),
            f"{one.cases:,}"
            if one.whole
            else f"{one.begun or 0:,} of {one.cases:,}: bring in the same file again for the rest",
        )
        for one in files
    ]
    with st.expander("Files that were brought in", key="cases-earlier"):
        _table("Files that were brought in", ("File", "By", "When", "Cases"), rows)
