"""The chronology over time: kinds of event in rows, time across, each time at home as a band behind them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from framework.casefile.model import BASES
from framework.casefile.reading import Mark
from framework.casefile.shown import Band, Picture
from pages.ui.charts import Specification, for_file, svg

SHAPES = {BASES["fact"]: "circle", BASES["opinion"]: "square", BASES["said"]: "diamond"}
SIGNS = "● fact · □ opinion · ◇ said only"
EVENT, HOME = "#2a8a94", "#c77700"
"""Mid tones that keep 3:1 on the light and the dark background alike."""
ON_A_PHONE = "windowSize()[0] < 640"
"""A test in Vega's own language: there a chart has room for less."""
STEP = 34
"""Pixels of a row."""
BESIDE = 56
"""Pixels above and below the rows, for the labels of the bands and the axis: Streamlit fits all of a chart into its height."""


@lru_cache(maxsize=32)
def timeline(picture: Picture, today: date) -> Specification:
    import altair as alt  # heavy

    kinds, marks, bands = list(picture.rows), picture.marks, picture.bands
    first = min([today, *(one.start for one in marks), *(one.first for one in bands)])
    last = max([today, *(one.end for one in marks)])
    room = max((last - first) / 40, timedelta(days=20))
    x = alt.X(
        "from:T",
        title=None,
        scale=alt.Scale(domain=[_iso(first - room), _iso(last + room)], nice=False),
        axis=alt.Axis(
            format="%b %Y", labelOverlap=True, labelFlush=False, tickCount=alt.ExprRef(f"{ON_A_PHONE} ? 3 : 8")
        ),
    )
    axis = alt.Axis(
        ticks=False, labelPadding=8, labelLimit=alt.ExprRef(f"{ON_A_PHONE} ? 110 : 220"), grid=True, domain=False
    )
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=kinds), axis=axis)
    tooltip = [
        alt.Tooltip(f"{name}:N", title=title) for name, title in (("when", "When"), ("what", "What"), ("is", "Is"))
    ]
    home = alt.Chart(_rows([_band(one) for one in bands]))
    events = alt.Chart(_rows([_mark(one) for one in marks]))
    now = alt.Chart(_rows([{"from": _iso(today), "label": "today"}]))
    shape = alt.Shape("is:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None)
    point: dict[str, Any] = {"size": 110, "opacity": 1, "strokeWidth": 2, "color": EVENT}
    layers = [
        home.mark_rect(color=HOME, opacity=0.22).encode(
            x=x, x2="until:T", tooltip=[alt.Tooltip("said:N", title="At home")]
        ),
        home.mark_rule(color=HOME, strokeWidth=2, strokeDash=[4, 3]).encode(x=alt.X("until:T")),
        home.transform_calculate(shown=f"{ON_A_PHONE} ? datum.number : datum.label")
        .mark_text(baseline="bottom", dy=-4, fontWeight="bold")
        .encode(x="middle:T", y=alt.value(0), text="shown:N"),
        now.mark_rule(strokeDash=[2, 3], color="#7f8c8a").encode(x="from:T"),
        events.transform_filter("datum.long")
        .mark_rule(strokeWidth=7, opacity=0.55, color=EVENT, strokeCap="round")
        .encode(x=x, x2="until:T", y=y, tooltip=tooltip),
        events.transform_filter("datum.is == 'Fact'")
        .mark_point(filled=True, **point)
        .encode(x=x, y=y, shape=shape, tooltip=tooltip),
        events.transform_filter("datum.is != 'Fact'")
        .mark_point(filled=False, **point)
        .encode(x=x, y=y, shape=shape, tooltip=tooltip),
    ]
    made: Specification = (
        alt.layer(*layers).properties(height=_rows_high(picture) + BESIDE, padding={"top": 18}).to_dict()
    )
    made.pop("config", None)  # the looks are the house's, and depend on where it is shown
    return made


def _rows_high(picture: Picture) -> int:
    return STEP * max(len(picture.rows), 1)


def _mark(one: Mark) -> dict[str, Any]:
    return {
        "row": one.row,
        "from": _iso(one.start),
        "until": _iso(one.end),
        "long": one.period,
        "when": one.when,
        "what": one.what,
        "is": one.basis,
    }


def _band(one: Band) -> dict[str, Any]:
    middle = one.first + (one.last - one.first) / 2
    return {
        "from": _iso(one.first),
        "until": _iso(one.last),
        "middle": _iso(middle),
        "label": one.label,
        "number": one.label.split()[-1],
        "said": one.said,
    }


def _rows(rows: Sequence[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _iso(day: date) -> str:
    # With a time, so that the browser takes it as local time and not as midnight in Greenwich.
    return datetime.combine(day, time()).isoformat()


def for_paper(picture: Picture, today: date) -> bytes:
    """The drawing on the printed chronology, as SVG."""
    return svg(
        for_file(timeline(picture, today), font="Libertinus Serif", width=620, height=_rows_high(picture))
    ).encode()
