"""The course of the meeting as a chart, with its table beside it."""

import pandas as pd
import streamlit as st

from framework import course as c
from framework import panel as p
from pages.components.app import workspace


def show(state: p.Panel) -> None:
    """How the panel's light moved since the reveal, up to the state that is shown."""
    import altair as alt

    edition = workspace().edition_of(state)
    moments = workspace().course(state.meeting, state.version)
    if not moments:
        st.info("The course begins with the reveal.")
        return
    labels = [level.label for level in edition.level]
    rows = pd.DataFrame(c.rows(moments, edition))
    base = alt.Chart(rows).encode(x=alt.X("Step:O", title="What happened, in order", axis=alt.Axis(labelAngle=0)))
    order = list(reversed(labels))
    tooltip = ["Time (UTC)", "What happened", "Best it can be", "Worst it can be"]
    chart = alt.layer(
        base.mark_bar(size=9, opacity=0.35, color="#6b7674").encode(
            y=alt.Y("Best it can be:O", sort=order, scale=alt.Scale(domain=order), title="Level"),
            y2="Worst it can be:O",
            tooltip=tooltip,
        ),
        base.mark_point(shape="triangle-up", size=60, filled=True, color="#1b5e66").encode(
            y=alt.Y("Best it can be:O", sort=order, scale=alt.Scale(domain=order)), tooltip=tooltip
        ),
        base.mark_point(shape="square", size=60, filled=True, color="#8a3b12").encode(
            y=alt.Y("Worst it can be:O", sort=order, scale=alt.Scale(domain=order)), tooltip=tooltip
        ),
    ).properties(title="Where the panel's light could lie after each step", height=220)
    st.altair_chart(chart, key=f"course-chart-{state.meeting}")
    st.caption("Triangle: the best it could be. Square: the worst. Where they meet, the light has formed.")
    with st.expander("The same as a table", key="course-table"):
        st.dataframe(rows, hide_index=True)
        st.download_button(
            "Download the table (CSV)",
            rows.to_csv(index=False),
            f"course-{state.meeting}.csv",
            "text/csv",
            on_click="ignore",
        )
