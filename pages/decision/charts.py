"""The classifications of a child over time: levels in rows, the least risk at the foot; a shape for each that departs from the rule."""

import json
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from framework.decision.shown import Point
from pages.ui.charts import Specification

STEP = 34
"""Pixels of a level's row."""
FOLLOWS, DEPARTS = "as indicated", "departs from the rule"
POINT = "#2a8a94"
"""A mid tone that keeps 3:1 on the light and the dark background alike."""


@lru_cache(maxsize=32)
def over_time(points: tuple[Point, ...], levels: tuple[str, ...]) -> Specification:
    import altair as alt  # heavy

    rows = [
        {
            "at": datetime.combine(one.day, time()).isoformat(),
            "rank": one.rank,
            "level": one.level,
            "stage": one.stage,
            "is": DEPARTS if one.departs else FOLLOWS,
        }
        for one in points
    ]
    axis = alt.Axis(
        values=[*range(len(levels))],
        labelExpr=f"{json.dumps(levels)}[datum.value]",
        title=None,
        grid=True,
        minExtent=90,
    )
    position = alt.Y("rank:Q", axis=axis, scale=alt.Scale(domain=[-0.4, len(levels) - 0.6]))
    when = alt.X("at:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True, tickCount=4))
    tooltip = [
        alt.Tooltip(f"{name}:N", title=title)
        for name, title in (("level", "Level"), ("stage", "Stage"), ("is", "By the rule"))
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=when, y=position)
    shape = alt.Shape(
        "is:N",
        scale=alt.Scale(domain=[FOLLOWS, DEPARTS], range=["circle", "diamond"]),
        legend=alt.Legend(title=None, orient="bottom"),
    )
    made: dict[str, Any] = (
        alt.layer(
            base.mark_line(color=POINT, strokeWidth=1.5, strokeDash=[4, 3], interpolate="step-after"),
            base.mark_point(size=130, opacity=1, filled=True, color=POINT).encode(shape=shape, tooltip=tooltip),
        )
        .properties(height=STEP * len(levels) + 70)
        .to_dict()
    )
    made.pop("config", None)  # the looks are the house's, and depend on where it is shown
    return made
