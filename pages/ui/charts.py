"""Every chart's looks, and how it is shown: a title that says what to see, the chart, its table, and three downloads.

On screen a chart takes the theme's font and text colour; in a file it brings its own, and a white ground.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from framework.tables import Table
from framework.text import unbroken
from pages.ui.html import html, show_html

Specification = dict[str, Any]
"""A chart in Vega-Lite, with its rows, without any looks that depend on where it is shown."""


# ── Looks ────────────────────────────────────────────────────────────────────────────────────────────────────────────

INK = "#1C2B2D"
FILE_FONT = "Liberation Sans, Arial, sans-serif"


def _looks(ink: str, grid: str) -> dict[str, Any]:
    axis = {"labelColor": ink, "titleColor": ink, "labelFontSize": 12, "titleFontSize": 12, "gridColor": grid}
    return {
        "axis": {**axis, "titleFontWeight": "normal"},
        "legend": {"labelColor": ink, "labelFontSize": 12},
        "text": {"color": ink, "fontSize": 12},
        "view": {"stroke": None},
    }


def for_screen(specification: Specification) -> Specification:
    """The chart in the text colour of whatever theme it is shown in."""
    # One name for the whole picture; a label on each of eighty cells would only be in the way of the table below it.
    return {**specification, "config": {**_looks("currentColor", "#7f8c8a55"), "mark": {"aria": False}}}


def for_file(
    specification: Specification, title: str = "", font: str = FILE_FONT, width: int = 760, height: int | None = None
) -> Specification:
    """The chart with its title, a white ground, dark text and a font that a file can count on."""
    config = {**_looks(INK, "#e3e1da"), "background": "white", "font": font, "padding": 14}
    made = {**specification, "width": width, "config": config}
    if title:
        made["title"] = {"text": title, "anchor": "start", "fontSize": 17, "offset": 14, "color": INK}
    if height:
        made["height"] = height
    return made


def svg(specification: Specification) -> str:
    import vl_convert

    return vl_convert.vegalite_to_svg(specification)


def png(specification: Specification) -> bytes:
    import vl_convert

    return vl_convert.vegalite_to_png(specification, scale=2)


# ── On the page ──────────────────────────────────────────────────────────────────────────────────────────────────────


def show(
    key: str,
    title: str,
    alt_text: str,
    specification: Specification,
    table: Callable[[], Table],
    csv: Callable[[], bytes],
    lead: str = "",
) -> None:
    """A chart with its title, what to read in it, its table, and the picture and the numbers to take away."""
    show_html(
        html(
            '<h3 class="hw">{title}</h3>{lead}',
            title=unbroken(title),
            lead=html('<p class="hw">{lead}</p>', lead=unbroken(lead)) if lead else "",
        )
    )
    with st.container(key=f"chart-{key}"):
        st.vega_lite_chart(spec=for_screen(specification), width="stretch", key=f"figure-{key}", alt=alt_text)
    _beside(key, title, specification, table, csv)


@st.fragment
def _beside(
    key: str,
    title: str,
    specification: Specification,
    table: Callable[[], Table],
    csv: Callable[[], bytes],
) -> None:
    """The table and the files of a chart, made when somebody opens them and not at every change of an input.

    The files are ready before their buttons are there. Made at the click, a picture may take longer on a busy machine than
    a browser lets a click count, or be swept away by the runs of others before it is fetched: nothing would come.
    """
    part = st.expander("The same as a table, and downloads", key=f"table-{key}", on_change="rerun")
    if not part.open:
        return
    with part:
        show_html(table_html(table(), title))
        picture, drawing = _pictures(specification, title)
        files: dict[str, tuple[str, str | bytes, str]] = {
            "png": ("Picture (PNG)", picture, "image/png"),
            "svg": ("Picture (SVG)", drawing, "image/svg+xml"),
            "csv": ("Numbers (CSV)", csv(), "text/csv"),
        }
        with st.container(horizontal=True, key=f"files-{key}"):
            for ending, (label, data, mime) in files.items():
                st.download_button(label, data, f"{key}.{ending}", mime, on_click="ignore", key=f"{ending}-{key}")


@st.cache_data(max_entries=100, show_spinner=False)
def _pictures(specification: Specification, title: str) -> tuple[bytes, str]:
    made = for_file(specification, title)
    return png(made), svg(made)


def table_html(table: Table, caption: str, kind: str = "figures") -> Markup:
    """A table that can be scrolled sideways on a phone, also with the keyboard. Of `figures`, none is broken in two."""
    head = [html('<th scope="col">{cell}</th>', cell=cell) for cell in table.head]
    rows = [
        html(
            '<tr><th scope="row">{row}</th>{items}</tr>',
            row=row[0],
            items=[html("<td>{cell}</td>", cell=cell) for cell in row[1:]],
        )
        for row in table.rows
    ]
    return html(
        '<div class="hw scroll" tabindex="0" role="region" aria-label="Table: {caption}">'
        '<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>',
        caption=caption,
        kind=kind,
        head=head,
        rows=rows,
    )
