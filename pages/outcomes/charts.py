"""The charts of the outcomes page. Colours keep 3:1 on light and dark; what they say stands in the legend and the table, too."""

from collections.abc import Iterable, Sequence
from typing import Any

from framework.outcomes import views
from framework.outcomes.report import Drawings
from framework.outcomes.suppression import Sharable
from pages.ui.charts import Specification, for_file, svg

TEAL, ORANGE, QUIET = "#2a8a94", "#d0641c", "#7f8c8a"
Rows = Sequence[dict[str, Any]]


def _specification(chart: Any, height: int) -> Specification:
    made: Specification = chart.properties(height=height).to_dict()
    made.pop("config", None)
    return made


def _rows(rows: Rows) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _room(lengths: Iterable[float]) -> Any:
    """A scale from 0 that leaves room for the words at the end of the longest bar."""
    import altair as alt

    return alt.Scale(domain=[0, max([*lengths, 0.01]) * 1.2], nice=False)


def for_paper(shown: Sharable, font: str) -> Drawings:
    """The drawings of the papers, by the names of their pictures."""
    drawn = {"returns": trend(views.year_rows(shown)), "curve": curve(views.curve_rows(shown), exact=False)}
    return {name: svg(for_file(one, font=font, width=620, height=190)) for name, one in drawn.items()}


def trend(rows: Rows) -> Specification:
    """Returns home by year, and of these the children who were back within a year."""
    import altair as alt

    scale = alt.Scale(domain=["Went home", "Of these, back within a year"], range=[TEAL, ORANGE])
    base = alt.Chart(_rows(rows)).encode(
        x=alt.X("year:N", title="Financial year", axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("what:N", sort=["Went home", "Of these, back within a year"]),
        y=alt.Y("count:Q", title="Returns home", axis=alt.Axis(tickMinStep=1)),
    )
    bars = base.mark_bar().encode(
        color=alt.Color("what:N", scale=scale, legend=alt.Legend(title=None, orient="top", labelLimit=0)),
        tooltip=[
            alt.Tooltip("year:N", title="Year"),
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("said:N", title="How many"),
        ],
    )
    # Where nothing has a length, the words stand upright: they are broader than a bar on a phone.
    length, none = base.transform_filter("datum.count > 0"), base.transform_filter("datum.count == 0")
    said = length.mark_text(dy=-7) + none.mark_text(angle=270, align="left", dx=4)
    return _specification(bars + said.encode(text="label:N"), 300)


def curve(rows: Rows, *, exact: bool) -> Specification:
    """The share that is back in care by the time since the return, beside what is published."""
    import altair as alt

    # Room above the highest point, or its mark is cut in half.
    top = 0.05 + max(row["high"] or row["share"] for row in rows)
    names = list(dict.fromkeys(row["curve"] for row in rows))
    base = alt.Chart(_rows(rows)).encode(
        x=alt.X(
            "years:Q",
            title="Years after the return home",
            scale=alt.Scale(domain=[0, 6.2]),
            axis=alt.Axis(format="d", tickCount=6),
        ),
        y=alt.Y(
            "share:Q",
            title="Share back in care",
            axis=alt.Axis(format=".0%", tickCount=5),
            scale=alt.Scale(domainMax=top),
        ),
        tooltip=[
            alt.Tooltip("curve:N", title="Curve"),
            alt.Tooltip("years:Q", format=".2f", title="Years"),
            alt.Tooltip("said:N", title="Back"),
        ],
    )
    legend = alt.Legend(title=None, orient="bottom", direction="vertical", labelLimit=0)
    colour = alt.Color("curve:N", scale=alt.Scale(domain=names, range=[TEAL, ORANGE, QUIET, "#8a5fb0"]), legend=legend)
    shape = alt.Shape(
        "curve:N", scale=alt.Scale(domain=names, range=["circle", "square", "diamond", "triangle-up"]), legend=legend
    )
    ours = base.transform_filter(alt.datum.curve == names[0])
    line = ours.mark_line(interpolate="step-after" if exact else "linear", strokeWidth=2.5).encode(color=colour)
    ranges = (
        ours.transform_filter("isValid(datum.low) && isValid(datum.high)")
        .mark_rule(strokeWidth=2, color=TEAL)
        .encode(y="low:Q", y2="high:Q")
    )
    theirs = base.transform_filter(f"datum.curve != '{names[0]}'") if exact else base
    points = theirs.mark_point(filled=True, size=70, opacity=1).encode(color=colour, shape=shape)
    return _specification(alt.layer(line, ranges, points), 400)


def groups(rows: Rows, order: Sequence[str]) -> Specification:
    """The share of each group that is back within a year."""
    import altair as alt

    base = alt.Chart(_rows(rows)).encode(
        y=alt.Y("group:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=260, ticks=False)),
        x=alt.X(
            "rate:Q",
            title="Back in care within a year",
            axis=alt.Axis(format=".0%", tickCount=5, titleAnchor="end"),
            scale=_room(row["rate"] for row in rows),
        ),
        tooltip=[alt.Tooltip("group:N", title="Group"), alt.Tooltip("said:N", title="Back within a year")],
    )
    return _specification(
        base.mark_bar(color=TEAL, height=18) + base.mark_text(align="left", dx=5).encode(text="said:N"),
        30 * max(len(rows), 1) + 70,
    )


def exits(rows: Rows) -> Specification:
    """What became of all who left care."""
    import altair as alt

    base = alt.Chart(_rows(rows)).encode(
        y=alt.Y("exit:N", sort="-x", title=None, axis=alt.Axis(labelLimit=300, ticks=False)),
        x=alt.X(
            "count:Q",
            title="Periods of care that ended",
            axis=alt.Axis(tickMinStep=1, tickCount=5, titleAnchor="end"),
            scale=_room(row["count"] for row in rows),
        ),
        tooltip=[alt.Tooltip("exit:N", title="What became"), alt.Tooltip("said:N", title="How many")],
    )
    return _specification(
        base.mark_bar(color=TEAL, height=18) + base.mark_text(align="left", dx=5).encode(text="said:N"),
        30 * max(len(rows), 1) + 70,
    )
