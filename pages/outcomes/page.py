"""The outcomes page: drop the returns, see what was read and what not, then the story in order.

What stands here can be shared: small numbers are hidden. Exact ones are shown when somebody asks for them, and in no file.
"""

from contextlib import suppress

import streamlit as st

from framework.costs import figures as published
from framework.costs import model as costs
from framework.edition import EditionError
from framework.outcomes import report, simulator, suppression, views
from framework.outcomes.answers import Answers
from framework.outcomes.episodes import Reading
from framework.outcomes.periods import DEFINITIONS
from framework.outcomes.suppression import Sharable
from framework.tables import Table, csv_bytes
from pages.outcomes import brought, charts
from pages.outcomes.brought import Kept
from pages.ui import charts as ui_charts
from pages.ui import download
from pages.ui.charts import Specification
from pages.ui.download import Download
from pages.ui.html import html, show_html
from pages.ui.links import PAGES
from pages.ui.text import plain

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def page() -> None:
    st.title("What became of the children who went home", anchor=False)
    _words(
        "For data analysts and strategic leads: drop your authority's own SSDA903 returns. They are read in this session's memory, never "
        "written to a disk, and gone when you forget them or close the page."
    )
    kept = brought.choose()
    if kept is None:
        return
    if kept.problem or kept.reading is None or kept.found is None:
        st.error(plain(kept.problem), icon=":material/block:")
        brought.settle(kept)
        return
    if kept.sample:
        _words("These returns are a sample: every child in them is made up.", "fictional")
    _what_was_read(kept, kept.reading)
    exact = st.toggle("Show exact numbers", key="outcomes-exact")
    if exact:
        st.warning(plain(views.NOT_TO_BE_SHARED), icon=":material/visibility_lock:")
    shown = suppression.exact(kept.found) if exact else suppression.sharable(kept.found)
    _story(shown, kept.found)
    _quality(kept.reading, kept.found)
    if not exact:
        _away(kept, shown)


def _words(text: str, kind: str = "") -> None:
    show_html(html('<p class="hw {kind}" style="max-width:46rem">{text}</p>', kind=kind, text=text))


# ── What was read ────────────────────────────────────────────────────────────────────────────────────────────────────


def _what_was_read(kept: Kept, reading: Reading) -> None:
    show_html(html('<p class="hw" role="status">{line}</p>', line=views.read_line(reading)))
    with st.expander("What was read, and what was not", key="outcomes-read"):
        show_html(ui_charts.table_html(views.file_table(reading), "Files", "text"))
        if reading.rejected:
            show_html(ui_charts.table_html(views.rejected_table(reading), "Rows that were not used", "text"))
            if len(reading.rejected) > 200:
                _words(f"And {len(reading.rejected) - 200:,} more.")
        for note in reading.notes:
            _words(note)
        brought.settle(kept)


# ── The story ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _story(shown: Sharable, found: Answers) -> None:
    show_html(
        html(
            '<p class="hw" style="font-size:1.35rem;font-weight:700;line-height:1.3;max-width:52rem">{said}</p>',
            said=views.headline(shown),
        )
    )
    if beside := views.beside(shown):
        _words(beside)
    _words(views.NOT_A_FAILURE)
    if not shown.exact:
        _words(views.HIDDEN_WHY, "quiet")
    _chart(
        shown,
        "returns",
        "Are returns rising or falling?",
        charts.trend(views.year_rows(shown)),
        views.group_table(shown.years),
        views.trend(shown),
    )
    if shown.exact:
        show_html(ui_charts.table_html(views.exact_years(found), "Year by year, exact"))
    _chart(
        shown,
        "curve",
        "How many come back, and when",
        charts.curve(views.curve_rows(shown, found if shown.exact else None), exact=shown.exact),
        views.curve_table(shown),
        views.curve_note(shown),
    )
    _chart(
        shown,
        "exits",
        "What became of all who left care",
        charts.exits(views.exit_rows(shown)),
        views.count_table("What became", shown.exits),
        "A child who rightly does not go home is an outcome, not a failure.",
    )
    _who(shown, found)
    for title, text in (
        ("Returns under an order", views.under_order(shown)),
        ("What these numbers cannot say", views.CANNOT_SAY),
    ):
        show_html(
            html('<h3 class="hw">{title}</h3><p class="hw" style="max-width:46rem">{text}</p>', title=title, text=text)
        )


@st.fragment
def _who(shown: Sharable, found: Answers) -> None:
    """One breakdown at a time."""
    names = [name for name, table in found.breakdowns.items() if len(table.groups) > 1]
    if "framework_used" not in names:
        _words(views.NO_FRAMEWORK, "quiet")
    if not names:
        return
    chosen = st.selectbox(
        "Who comes back: break down by",
        names,
        format_func=lambda name: found.breakdowns[name].title,
        key="outcomes-breakdown",
    )
    table = shown.breakdowns[chosen]
    _chart(
        shown,
        f"who-{chosen}",
        f"Who comes back: {table.title.lower()}",
        charts.groups(views.group_rows(table), [group.name for group in table.groups]),
        views.group_table(table),
        f"{views.compared(found.breakdowns[chosen])} {views.GROUPS_ARE_NOT_CHILDREN}",
    )


def _chart(shown: Sharable, key: str, title: str, specification: Specification, table: Table, lead: str) -> None:
    """A chart with its table and source; with downloads only where it may be shared."""
    if not shown.exact:
        rows = (table.head, *table.rows, (views.source(shown),), (views.HIDDEN_WHY,))
        ui_charts.show(
            f"outcomes-{key}",
            title,
            f"{title} {lead} The table below holds the numbers.",
            specification,
            lambda: table,
            lambda: csv_bytes(rows),
            lead,
        )
    else:
        show_html(html('<h3 class="hw">{title}</h3><p class="hw">{lead}</p>', title=title, lead=lead))
        alt = f"{title} The table below holds the numbers."
        with st.container(key=f"chart-exact-{key}"):
            st.vega_lite_chart(
                spec=ui_charts.for_screen(specification), width="stretch", key=f"figure-exact-{key}", alt=alt
            )
        show_html(ui_charts.table_html(table, title))
    show_html(html('<p class="hw quiet">{source}</p>', source=views.source(shown)))


# ── Quality, and taking away ─────────────────────────────────────────────────────────────────────────────────────────


def _quality(reading: Reading, found: Answers) -> None:
    with st.expander("Data quality: what was assumed", key="outcomes-quality"):
        if found.flagged:
            show_html(
                ui_charts.table_html(views.quality_table(found), "What was assumed or contradicts itself", "text")
            )
        else:
            _words("Nothing had to be assumed.")
        if found.late_returns:
            _words(
                f"Young people who went back to parents later, after care (OC3): {suppression.said(suppression.whole(found.late_returns))}."
            )
    with st.expander("How it was counted", key="outcomes-definitions"):
        for words in DEFINITIONS.values():
            _words(words)


def _away(kept: Kept, shown: Sharable) -> None:
    st.header("Take it away", anchor=False)
    committee, public = report.committee(shown, sample=kept.sample), report.public(shown, sample=kept.sample)
    download.show(
        (
            Download(
                "Report for a committee (PDF)",
                lambda: report.as_pdf(committee, charts.for_paper(shown, report.FONT)),
                "outcomes.pdf",
                "application/pdf",
                "outcomes-pdf",
            ),
            Download(
                "Report for a committee (Word)",
                lambda: report.as_word(committee, charts.for_paper(shown, ui_charts.FILE_FONT)),
                "outcomes.docx",
                WORD,
                "outcomes-word",
            ),
            Download(
                "One page for the public (PDF)",
                lambda: report.as_pdf(public, charts.for_paper(shown, report.FONT)),
                "outcomes-public.pdf",
                "application/pdf",
                "outcomes-public",
            ),
            Download("All numbers (CSV)", lambda: report.as_csv(shown), "outcomes.csv", "text/csv", "outcomes-csv"),
        )
    )
    st.header("Into the cost simulator", anchor=False)
    try:
        taken = simulator.take(shown)
    except simulator.NothingToTake as nothing:
        _words(str(nothing))
        return
    _words(taken.source)
    if st.button("Use these figures in the cost simulator", key="outcomes-to-costs", icon=":material/payments:"):
        # An address that names no published figures is one of release 0.2.0, and opens with those of then.
        with suppress(EditionError):  # of which the page of costs says what is wrong
            taken.fields[costs.FIGURES] = published.load().id
        st.switch_page(PAGES["costs"], query_params=taken.fields)
