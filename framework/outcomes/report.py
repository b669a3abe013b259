"""The papers: a report for a scrutiny committee and one page for the public, as PDF (PDF/UA-1) and Word, and a tidy CSV.

All of them are made from what may be shared, never from exact numbers.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from framework import documents
from framework.outcomes import views
from framework.outcomes.suppression import Sharable
from framework.tables import Table, csv_bytes

TEMPLATE = Path(__file__).parent / "report.typ"
MADE_UP = "Made from the sample: nothing here is of a real child."


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as its pieces in order: a heading ("# …"), a paragraph, or a table."""

    title: str
    subtitle: str
    pieces: tuple[str | Table, ...]
    footer: str


def committee(shown: Sharable, *, sample: bool) -> Paper:
    """The report for a scrutiny committee."""
    return Paper(
        "What became of children who went home",
        views.source(shown),
        tuple(_committee(shown)),
        MADE_UP if sample else "",
    )


def _committee(shown: Sharable) -> Iterator[str | Table]:
    yield views.headline(shown)
    yield views.NOT_A_FAILURE
    yield "# Are returns rising or falling?"
    yield views.trend(shown)
    yield views.group_table(shown.years)
    yield "# How many come back, and when"
    yield views.curve_table(shown)
    yield "# What became of all who left care"
    yield views.count_table("What became", shown.exits)
    yield "# Returns under an order"
    yield views.under_order(shown)
    yield "# Who comes back"
    yield views.GROUPS_ARE_NOT_CHILDREN
    for table in shown.breakdowns.values():
        if len(table.groups) > 1:
            yield views.group_table(table)
    yield "# What these numbers cannot say"
    yield views.CANNOT_SAY
    yield "# Hidden numbers"
    yield views.HIDDEN_WHY


def public(shown: Sharable, *, sample: bool) -> Paper:
    """One page for the public."""
    pieces = (
        views.headline(shown),
        views.NOT_A_FAILURE,
        "# Year by year",
        views.trend(shown),
        views.group_table(shown.years),
        "# How many come back, and when",
        views.point_table(shown),
        "# What these numbers cannot say",
        views.CANNOT_SAY,
        views.HIDDEN_WHY,
    )
    return Paper("Children who went home from care", views.source(shown), pieces, MADE_UP if sample else "")


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_csv(shown: Sharable) -> bytes:
    """Every number that may be shared, one a row. Raises ValueError for exact ones."""
    _refuse_exact(shown)
    return csv_bytes(views.tidy_rows(shown))


def _refuse_exact(shown: Sharable) -> None:
    if shown.exact:
        raise ValueError("Exact numbers are not written into files.")


def as_pdf(paper: Paper) -> bytes:
    """The paper as PDF/UA-1. Raises DocumentFailed."""
    blocks = []
    for piece in paper.pieces:
        if isinstance(piece, Table):
            widths = [3, *[1.4] * (len(piece.head) - 1)]
            blocks.append(
                {"kind": "table", "text": "", "entries": [], "head": piece.head, "rows": piece.rows, "widths": widths}
            )
        else:
            kind = "heading" if piece.startswith("# ") else "paragraph"
            blocks.append(
                {"kind": kind, "text": piece.removeprefix("# "), "entries": [], "head": [], "rows": [], "widths": []}
            )
    return documents.pdf(
        TEMPLATE, {"title": paper.title, "subtitle": paper.subtitle, "footer": paper.footer, "blocks": blocks}
    )


def as_word(paper: Paper) -> bytes:
    """The paper as a Word file."""
    import docx  # heavy

    document = docx.Document()
    document.core_properties.title, document.core_properties.author = paper.title, "Homeward"
    document.add_heading(paper.title, 0)
    document.add_paragraph(paper.subtitle)
    for piece in paper.pieces:
        if isinstance(piece, Table):
            table = document.add_table(rows=0, cols=len(piece.head), style="Table Grid")
            for row in (piece.head, *piece.rows):
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = documents.xml_text(text)
        elif piece.startswith("# "):
            document.add_heading(piece.removeprefix("# "), 1)
        else:
            document.add_paragraph(documents.xml_text(piece))
    if paper.footer:
        document.sections[0].footer.paragraphs[0].text = paper.footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
