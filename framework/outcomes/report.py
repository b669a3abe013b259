"""The papers: a report for a scrutiny committee and one page for the public, as PDF (PDF/UA-1) and Word, and a tidy CSV.

All of them are made from what may be shared, never from exact numbers.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from framework import documents
from framework.outcomes import views
from framework.outcomes.suppression import Sharable
from framework.tables import Table, csv_bytes

MADE_UP = "Made from the sample: nothing here is of a real child."

FONT = documents.FAMILIES[0]
"""The font of the PDF, and so of the drawings in it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a drawing stands: its name among the drawings that a format is made with, and the words for who cannot see it."""

    name: str
    alt: str


Piece = str | Table | Picture
Drawings = Mapping[str, str]
"""SVG by the name of its picture: "returns" and "curve"."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as its pieces in order: a heading ("# …"), a paragraph, a picture, or a table."""

    title: str
    subtitle: str
    pieces: tuple[Piece, ...]
    footer: str


def committee(shown: Sharable, *, sample: bool) -> Paper:
    """The report for a scrutiny committee. Raises ValueError for exact numbers."""
    _refuse_exact(shown)
    return Paper(
        "What became of children who went home",
        views.source(shown),
        tuple(_committee(shown)),
        MADE_UP if sample else "",
    )


def _committee(shown: Sharable) -> Iterator[Piece]:
    yield views.headline(shown)
    if beside := views.beside(shown):
        yield beside
    yield views.NOT_A_FAILURE
    yield "# Are returns rising or falling?"
    yield from _trend(shown)
    yield views.group_table(shown.years)
    yield "# How many come back, and when"
    yield from _curve(shown)
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
    """One page for the public. Raises ValueError for exact numbers."""
    _refuse_exact(shown)
    pieces = (
        views.headline(shown),
        views.NOT_A_FAILURE,
        "# Year by year",
        *_trend(shown),
        "# How many come back, and when",
        *_curve(shown),
        "# What these numbers cannot say",
        views.CANNOT_SAY,
        views.HIDDEN_WHY,
    )
    return Paper("Children who went home from care", views.source(shown), pieces, MADE_UP if sample else "")


def _trend(shown: Sharable) -> Iterator[Piece]:
    yield views.trend(shown)
    if shown.years.groups:
        yield Picture("returns", views.trend_alt(shown))


def _curve(shown: Sharable) -> Iterator[Piece]:
    yield views.curve_note(shown)
    yield Picture("curve", views.curve_alt(shown))


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_csv(shown: Sharable) -> bytes:
    """Every number that may be shared, one a row. Raises ValueError for exact ones."""
    _refuse_exact(shown)
    return csv_bytes(views.tidy_rows(shown))


def _refuse_exact(shown: Sharable) -> None:
    if shown.exact:
        raise ValueError("Exact numbers are not written into files.")


def as_pdf(paper: Paper, drawings: Drawings) -> bytes:
    """The paper as PDF/UA-1. Raises DocumentFailed."""
    data = {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "footer": paper.footer,
        "blocks": [_block(piece) for piece in paper.pieces],
    }
    files = {f"{name}.svg": svg.encode() for name, svg in drawings.items()}
    return documents.pdf(documents.REPORT, data, files)


def _block(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, Table):
        widths = [3, *[1.4] * (len(piece.head) - 1)]
        return {"kind": "table", "head": piece.head, "rows": piece.rows, "widths": widths, "figures": True}
    if isinstance(piece, Picture):
        return {"kind": "figure", "text": f"{piece.name}.svg", "alt": piece.alt}
    return {"kind": "heading" if piece.startswith("# ") else "paragraph", "text": piece.removeprefix("# ")}


def as_word(paper: Paper, drawings: Drawings) -> bytes:
    """The paper as a Word file."""
    import docx  # heavy
    from docx.shared import Cm

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    document.core_properties.title, document.core_properties.author = paper.title, "Homeward"
    document.core_properties.language = "en-GB"
    document.add_heading(paper.title, 0)
    document.add_paragraph(paper.subtitle)
    for piece, following in zip(paper.pieces, (*paper.pieces[1:], ""), strict=True):
        if isinstance(piece, Table):
            _word_table(document, piece)
        elif isinstance(piece, Picture):
            _word_picture(document, piece, drawings[piece.name])
        elif piece.startswith("# "):
            document.add_heading(piece.removeprefix("# "), 1)
        else:
            paragraph = document.add_paragraph(documents.xml_text(piece))
            paragraph.paragraph_format.keep_with_next = isinstance(following, Picture)
    if paper.footer:
        page.footer.paragraphs[0].text = paper.footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _word_table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    width, first = Cm(16.6), Cm(6.6)

    made = document.add_table(rows=0, cols=len(table.head), style="Table Grid")
    made.autofit = False
    for place, column in enumerate(made.columns):
        column.width = first if not place else (width - first) // (len(table.head) - 1)
    rows = (table.head, *table.rows)
    for number, row in enumerate(rows, 1):
        for place, (cell, text) in enumerate(zip(made.add_row().cells, row, strict=True)):
            cell.text = documents.xml_text(text)
            cell.width = made.columns[place].width
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            # A table stands on one page: each row is kept with the one after it.
            paragraph.paragraph_format.keep_with_next = number < len(rows)
            if place:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for cell in made.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    # Word repeats a row marked so on every page, and screen readers read it as the headings.
    made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    document.add_paragraph()  # Word joins two tables that follow each other


def _word_picture(document: Any, picture: Picture, svg: str) -> None:
    import vl_convert
    from docx.shared import Cm

    shape = document.add_picture(io.BytesIO(vl_convert.svg_to_png(svg, scale=2)), width=Cm(16.6))
    shape._inline.docPr.set("descr", documents.xml_text(picture.alt))
