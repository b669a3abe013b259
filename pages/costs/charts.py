"""The charts of the costs page.

The colours keep 3:1 on the light and on the dark background alike; what they say is always said in words or signs too.
Altair draws a chart once for each shape that it can have; a change of an input then only brings other rows, since to
build and check a chart anew takes longer than everything else on the page.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from framework.costs import views, words
from pages.ui.charts import Specification

if TYPE_CHECKING:
    import altair as alt

GOOD, BAD, QUIET = "#2a8a94", "#d0641c", "#7f8c8a"
OUTCOMES = {"Pays for itself": GOOD, "Costs more": BAD, "Not possible": QUIET}
POSITION = f"Position at the end, {words.VALUE}"
# Vega knows no pounds with a short form and a minus sign before them.
_SHORT = "abs(datum.value) >= 1e6 ? format(abs(datum.value) / 1e6, ',.2~f') + 'm' : abs(datum.value) >= 1e3 ? format(abs(datum.value) / 1e3, ',.1~f') + 'k' : format(abs(datum.value), ',.0f')"
POUNDS = f"(datum.value < 0 ? '−' : '') + '£' + ({_SHORT})"


def _with(template: Specification, rows: Sequence[views.Row]) -> Specification:
    # Named: of unnamed rows, Streamlit 1.67 draws none if no layer has any of its own.
    return {**template, "data": {"name": "rows"}, "datasets": {**template.get("datasets", {}), "rows": list(rows)}}


def _template(chart: "alt.LayerChart | alt.FacetChart", height: int) -> Specification:
    specification = chart.properties(height=height).to_dict()
    specification.pop("config", None)
    return specification


def _there(rows: Sequence[views.Row]) -> tuple[str, ...]:
    """The outcomes that occur, so that a legend names no other."""
    return tuple(outcome for outcome in OUTCOMES if any(row["outcome"] == outcome for row in rows))


def _outcome(there: tuple[str, ...]) -> "alt.Color":
    import altair as alt

    scale = alt.Scale(domain=list(there), range=[OUTCOMES[outcome] for outcome in there])
    return alt.Color("outcome:N", scale=scale, legend=alt.Legend(title=None, orient="top"))


def _pounds(title: str, field: str, room: int, **axis: Any) -> "alt.X":
    import altair as alt

    settings = {"labelExpr": POUNDS, "tickCount": 5, **axis}
    return alt.X(field, title=title, axis=alt.Axis(**settings), scale=alt.Scale(padding=room, nice=False))


# ── The charts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def heat_map(rows: Sequence[views.Row]) -> Specification:
    """What is spent for each number kept home and each re-entry rate; a tick where support pays for itself."""
    columns, lines = len({row["kept"] for row in rows}), len({row["rate"] for row in rows})
    return _with(_heat_map(columns, lines, _there(rows), any(row["here"] for row in rows)), rows)


@lru_cache(maxsize=64)
def _heat_map(columns: int, lines: int, there: tuple[str, ...], here: bool) -> Specification:
    import altair as alt

    percent = alt.Axis(domain=False, ticks=False, labelExpr="format(datum.value * 100, '.4~r') + '%'")
    base = alt.Chart().encode(
        x=alt.X(
            "kept:O",
            title="Children kept at home by the support",
            axis=alt.Axis(labelAngle=0, domain=False, ticks=False),
        ),
        y=alt.Y("rate_order:O", title="Come back into care", axis=percent),
    )
    cells = base.mark_rect(cornerRadius=3, opacity=0.3).encode(
        color=_outcome(there),
        tooltip=[
            alt.Tooltip("kept:O", title="Kept at home"),
            alt.Tooltip("rate:N", title="Come back"),
            alt.Tooltip("said:N", title="Spent in all"),
            alt.Tooltip("net_said:N", title="Better or worse off"),
        ],
    )
    # On a phone the amounts would run into each other: there the cells carry the tick only, and the table the amounts.
    shown = f"width < {54 * columns} ? datum.tick : datum.said"
    said = base.transform_calculate(shown=shown).mark_text().encode(text="shown:N")
    frame = base.transform_filter("datum.here").mark_rect(fill=None, strokeWidth=3, stroke=GOOD, cornerRadius=3)
    return _template(
        alt.layer(cells, *([frame] if here else []), said, data=alt.InlineData(values=[])), 34 * lines + 30
    )


def years(rows: Sequence[views.Row]) -> Specification:
    """The cumulative position, with the year by whose end support has paid for itself."""
    noted = [float(row["position"] or 0) for row in rows if row["note"]]
    return _with(_years(any(p >= 0 for p in noted), any(p < 0 for p in noted), any(r["turns"] for r in rows)), rows)


@lru_cache(maxsize=8)
def _years(above: bool, below: bool, turns: bool) -> Specification:
    import altair as alt

    base = alt.Chart().encode(
        x=alt.X("year:O", title="End of year", axis=alt.Axis(labelAngle=0, grid=False)),
        y=alt.Y(
            "position:Q",
            title=f"Position so far, {words.VALUE}",
            axis=alt.Axis(labelExpr=POUNDS, tickCount=6),
            scale=alt.Scale(padding=34, nice=False),
        ),
        tooltip=[alt.Tooltip("label:N", title="Year"), alt.Tooltip("said:N", title="Position so far")],
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(strokeDash=[5, 4], color=QUIET, strokeWidth=1.5)
    layers = [
        zero.encode(y="zero:Q"),
        base.mark_line(color=GOOD, strokeWidth=3),
        base.mark_point(filled=True, size=70, color=GOOD, opacity=1),
    ]
    # Only the layers that have something to show: Vega warns of others.
    if turns:
        layers.append(
            base.transform_filter("datum.turns").mark_point(size=260, strokeWidth=2.5, color=GOOD, filled=False)
        )
    places: tuple[tuple[bool, str, dict[str, Any]], ...] = (
        (above, "datum.position >= 0", {"baseline": "bottom", "dy": -14}),
        (below, "datum.position < 0", {"baseline": "top", "dy": 14}),
    )
    for wanted, test, place in places:
        if wanted:
            note = base.transform_filter(f"datum.note && {test}").mark_text(align="right", **place)
            layers.append(note.encode(text="note:N"))
    return _template(alt.layer(*layers, data=alt.InlineData(values=[])), 300)


def spread(rows: Sequence[views.Row]) -> Specification:
    """How the draws fall, those that pay for themselves and those that cost more."""
    return _with(_spread(_there(rows)), rows)


@lru_cache(maxsize=8)
def _spread(there: tuple[str, ...]) -> Specification:
    import altair as alt

    bars = (
        alt.Chart()
        .mark_bar(binSpacing=1)
        .encode(
            x=alt.X("low:Q", bin="binned", title=POSITION, axis=alt.Axis(labelExpr=POUNDS, grid=False, tickCount=8)),
            x2="high:Q",
            y=alt.Y("share:Q", title="Share of the futures drawn", axis=alt.Axis(format=".0%", tickCount=4)),
            color=_outcome(there),
            tooltip=[alt.Tooltip("said:N", title="Position"), alt.Tooltip("share:Q", title="Share", format=".1%")],
        )
    )
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=QUIET, strokeWidth=2).encode(x="zero:Q")
    return _template(alt.layer(bars, zero, data=alt.InlineData(values=[])), 260)


def tornado(rows: Sequence[views.Row]) -> Specification:
    """What each figure's range alone does to the result."""
    better = any(row["outcome"] == "Better" for row in rows)
    worse = any(row["outcome"] == "Worse" for row in rows)
    return _with(_tornado(tuple(dict.fromkeys(str(row["input"]) for row in rows)), better, worse), rows)


@lru_cache(maxsize=64)
def _tornado(order: tuple[str, ...], better: bool, worse: bool) -> Specification:
    import altair as alt

    base = alt.Chart().encode(
        y=alt.Y("input:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=220, ticks=False)),
    )
    scale = alt.Scale(domain=["Better", "Worse"], range=[GOOD, BAD])
    bars = base.mark_bar(height=22).encode(
        x=_pounds(POSITION, "from:Q", 58),
        x2="to:Q",
        color=alt.Color("outcome:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
        tooltip=[
            alt.Tooltip("input:N", title="Figure"),
            alt.Tooltip("value:N", title="If it is"),
            alt.Tooltip("said:N", title="Position"),
        ],
    )
    ends = _ends(base, "to", "value:N", "datum.outcome == 'Better'", better, "datum.outcome == 'Worse'", worse)
    return _template(alt.layer(bars, *ends, data=alt.InlineData(values=[])), 46 * len(order) + 50)


def comparison(rows: Sequence[views.Row]) -> Specification:
    """The position at the end of each saved scenario."""
    gains, losses = (any(row["outcome"] == o for row in rows) for o in ("Pays for itself", "Costs more"))
    return _with(_comparison(tuple(str(row["name"]) for row in rows), _there(rows), gains, losses), rows)


@lru_cache(maxsize=64)
def _comparison(names: tuple[str, ...], there: tuple[str, ...], gains: bool, losses: bool) -> Specification:
    import altair as alt

    base = alt.Chart().encode(
        y=alt.Y("name:N", sort=list(names), title=None, axis=alt.Axis(labelLimit=200, ticks=False)),
        x=_pounds(POSITION, "position:Q", 66),
    )
    bars = base.mark_bar(height=26).encode(
        color=_outcome(there),
        tooltip=[alt.Tooltip("name:N", title="Scenario"), alt.Tooltip("said:N", title="Position")],
    )
    ends = _ends(base, "position", "said:N", "datum.position >= 0", gains, "datum.position < 0", losses)
    return _template(alt.layer(bars, *ends, data=alt.InlineData(values=[])), 52 * len(names) + 100)


def _ends(
    base: "alt.Chart", at: str, text: str, right: str, any_right: bool, left: str, any_left: bool
) -> list["alt.Chart"]:
    """What stands at the end of each bar, outside it."""
    sides: tuple[tuple[str, bool, dict[str, Any]], ...] = (
        (right, any_right, {"align": "left", "dx": 5}),
        (left, any_left, {"align": "right", "dx": -5}),
    )
    return [
        base.transform_filter(test).mark_text(**place).encode(x=f"{at}:Q", text=text)
        for test, wanted, place in sides
        if wanted
    ]
