"""The course of the meeting as a chart, with its table beside it."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from framework import panel
from framework.panel.course import as_csv, table
from framework.panel.course import points as course_points
from framework.streams.kind import Actor
from pages.panel import seat
from pages.ui import charts, identity
from pages.ui.app import workspace
from pages.ui.html import html, show_html


@dataclass(frozen=True, slots=True)
class _Made:
    """The course of a meeting, ready for every screen: (series, its chart) each, the table as HTML and as CSV."""

    charts: tuple[tuple[str, dict[str, Any]], ...]
    table: Markup
    csv: bytes


def show(state: panel.Panel) -> None:
    """How the panel's light and each dimension moved since the reveal, up to the state that is shown."""
    made = _made(state.meeting, state.version, seat.standing(state)[1] if state.casefile else "", identity.me())
    if made is None:
        st.info("The course begins with the reveal.")
        return
    show_html(
        html('<h2 class="hw" style="font-size:1.15rem">How the light and its dimensions narrowed, step by step</h2>')
    )
    for number, (series, chart) in enumerate(made.charts):
        show_html(html('<h3 class="hw" style="font-size:1rem;margin:0;padding:0">{series}</h3>', series=series))
        st.vega_lite_chart(spec=chart, key=f"course-chart-{number}-{state.meeting}")
    st.caption(
        "Triangle: what speaks most for a return that the answers allow after this step. Square: what speaks most against "
        "one. Where they meet, it is known."
    )
    with st.expander("The same as a table", key="course-table"):
        # Not st.dataframe: its own download would leave text that begins like a formula as it is.
        show_html(made.table)
        st.download_button(
            "Download the table (CSV)", made.csv, f"course-{state.meeting}.csv", "text/csv", on_click="ignore"
        )


@st.cache_data(max_entries=16, show_spinner=False)
def _made(meeting: str, version: int, member: str, _me: Actor) -> _Made | None:
    """None before the reveal. Made once a version: it says the same on every screen, and took each of 28 screens 0.7 s to work out."""
    meetings = workspace().meetings
    edition = meetings.edition_of(meetings.view(meeting, member, me=_me))
    moments = meetings.course(meeting, version, member=member, me=_me)
    if not moments:
        return None
    points: dict[str, list[dict[str, object]]] = {}
    for point in course_points(moments, edition):
        points.setdefault(str(point["Series"]), []).append(point)
    shown = table(moments, edition)
    return _Made(
        tuple((series, _chart(here).to_dict()) for series, here in points.items()),
        charts.table_html(shown, "The course of the meeting", "text"),
        as_csv(moments, edition),
    )


def _chart(points: list[dict[str, object]]):
    import altair as alt

    ranks = points[0]["ranks"]
    assert isinstance(ranks, list)
    highest = len(ranks) - 1

    best, worst, bar = "#3a939c", "#c46a35", "#7d8a88"  # mid tones, seen on the light and the dark page
    axis = alt.Axis(
        values=[*range(len(ranks))],
        labelExpr=f"{json.dumps(ranks)}[datum.value]",
        title=None,
        grid=False,
        minExtent=56,
        labelOverlap=False,
    )
    position = alt.Y("best:Q", axis=axis, scale=alt.Scale(domain=[0, highest]))
    base = alt.Chart(pd.DataFrame(points).drop(columns="ranks")).encode(
        x=alt.X("Step:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=position,
        tooltip=["What happened", "Best it can be", "Worst it can be"],
    )
    return alt.layer(
        base.mark_bar(size=7, color=bar, opacity=0.5).encode(y2="worst:Q"),
        base.mark_point(shape="triangle-up", size=55, filled=True, opacity=1, color=best),
        base.mark_point(shape="square", size=40, filled=True, opacity=1, color=worst).encode(y="worst:Q"),
    ).properties(height=55 + 30 * len(ranks))
