"""The course of the meeting as a chart, with its table beside it."""

import json

import pandas as pd
import streamlit as st

from framework import panel
from framework.panel.course import as_csv, table
from framework.panel.course import points as course_points
from pages.ui import charts
from pages.ui.app import workspace
from pages.ui.html import html, show_html


def show(state: panel.Panel) -> None:
    """How the panel's light and each dimension moved since the reveal, up to the state that is shown."""
    edition = workspace().meetings.edition_of(state)
    moments = workspace().meetings.course(state.meeting, state.version)
    if not moments:
        st.info("The course begins with the reveal.")
        return
    show_html(
        html('<h2 class="hw" style="font-size:1.15rem">How the light and its dimensions narrowed, step by step</h2>')
    )
    points = course_points(moments, edition)
    for number, series in enumerate(dict.fromkeys(str(point["Series"]) for point in points)):
        here = [point for point in points if point["Series"] == series]
        show_html(html('<h3 class="hw" style="font-size:1rem;margin:0;padding:0">{series}</h3>', series=series))
        st.altair_chart(_chart(here), key=f"course-chart-{number}-{state.meeting}")
    st.caption(
        "Triangle: what speaks most for a return that the answers allow after this step. Square: what speaks most against "
        "one. Where they meet, it is known."
    )
    with st.expander("The same as a table", key="course-table"):
        # Not st.dataframe: its own download would leave text that begins like a formula as it is.
        show_html(charts.table_html(table(moments, edition), "The course of the meeting", "text"))
        st.download_button(
            "Download the table (CSV)",
            as_csv(moments, edition),
            f"course-{state.meeting}.csv",
            "text/csv",
            on_click="ignore",
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
