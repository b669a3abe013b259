"""Of the decisions on a child, what the head of the case and its overview show."""

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile
from framework.casefile.model import PARTS
from framework.dates import uk
from framework.decision import reading, shown
from framework.decision.kind import DECISION
from framework.decision.model import Decisions
from framework.tables import csv_bytes
from pages.case import edit as of_case
from pages.case import where
from pages.decision import beginning, charts, edit
from pages.panel import light
from pages.ui import charts as shown_charts
from pages.ui import live
from pages.ui.app import workspace
from pages.ui.html import NOTHING, html, show_html
from pages.ui.identity import me
from pages.ui.text import plain


def decisions(file: Casefile) -> Decisions:
    """Read once by whoever shows them; each reading asks the record."""
    return edit.door().view(file.id, me())


def listen(file: Casefile, state: Decisions) -> None:
    """Listen to the decisions, beside the case itself: its head shows them in every view."""
    who = me().id or None
    with st.container(key="decision_live"):
        live.watch(DECISION.stream(file.id), who, DECISION.shows(state, who), lambda: None, word="")


# ── The head of the case ─────────────────────────────────────────────────────────────────────────────────────────────


def head(state: Decisions) -> Markup:
    """HTML: the last level of this child, and whether the last decision is in effect."""
    return html("{level}{last}", level=_level(state), last=_last(state))


def _level(state: Decisions) -> Markup:
    last = shown.last_level(state)
    if last is None:
        return NOTHING
    edition, event = workspace().edition, last.classified
    departs = (
        html(' <span class="hw-tag">{words}</span>', words=shown.departs(edition, event)) if event.departs else NOTHING
    )
    name = shown.level_name(edition, event.level)
    known = event.level if event.level in edition.levels else None
    return html(
        '<div class="case-level">{mark}<p class="quiet">Classified {day}{departs}</p></div>',
        mark=light.level_mark(edition, known, name),
        day=shown.day_of(last.at),
        departs=departs,
    )


def _last(state: Decisions) -> Markup:
    rows = shown.rows(state, edit.door().today)
    return beginning.row_html(rows[0]) if rows else NOTHING


# ── The overview ─────────────────────────────────────────────────────────────────────────────────────────────────────


def over_time(state: Decisions) -> None:
    """The classifications as a small chart, with its table."""
    edition = workspace().edition
    points = shown.points(state, edition)
    if not points:
        return
    table = shown.points_table(points)
    names = tuple(shown.level_name(edition, level) for level in edition.levels)
    shown_charts.show(
        "classifications",
        shown.points_title(points),
        "The level of each classification over time. The table below says the same.",
        charts.over_time(tuple(points), names),
        lambda: table,
        lambda: csv_bytes((table.head, *table.rows)),
    )


def listed(file: Casefile, state: Decisions) -> None:
    """All decisions, each with whether it is in effect."""
    st.header("Decisions", anchor=False)
    found = shown.rows(state, edit.door().today)
    if not found:
        st.caption("Nothing has been decided on this child here yet.")
    for row in found:
        with st.container(key=f"glance-{row.decision}", gap=None):
            show_html(html('<div class="hw">{row}</div>', row=beginning.row_html(row)))
            st.button(
                plain(f"Open: {row.called}"),
                key=f"glance-open-{row.decision}",
                type="tertiary",
                on_click=where.go,
                args=(file.id, "decisions"),
                kwargs={"decision": row.decision},
            )


def waits(file: Casefile, state: Decisions) -> list[Markup]:
    """What of the decisions waits for whom, and the days to keep, as items of a list."""
    if file.closed:
        return []
    days = [
        html(
            "<li><strong>{on}{late}</strong>: {what}{law}</li>",
            on=uk(one.day),
            late=" (late)" if one.late else "",
            what=one.words,
            law=html(' <span class="quiet">(regulation 19, to be checked)</span>') if one.source == "law" else "",
        )
        for one in reading.deadlines(state, edit.door().today)
    ]
    found = shown.waiting(state, edit.door().today)
    known = of_case.names({whom for _, whom in found if whom not in PARTS})
    return [*_waiting(found, known), *days]


def _waiting(found: list[tuple[str, str]], known: dict[str, str]) -> list[Markup]:
    return [
        html(
            '<li>{what}<br><span class="quiet">waits for {whom}</span></li>',
            what=what,
            whom=f"the {PARTS[whom].lower()}" if whom in PARTS else known[whom],
        )
        for what, whom in found
    ]
