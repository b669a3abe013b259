"""The timeline of a roll-out and its progress over time, each with a title that says what to see and a table beside it."""

import textwrap
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import streamlit as st

from framework import dates
from framework.rollout import STATUSES, Rollout, Status, reading
from framework.rollout.checklist import Checklist
from framework.tables import Table, csv_bytes
from pages.rollout.board import owner_filter
from pages.ui import charts

SIGNS: dict[Status, str] = {
    "not_started": "○",
    "under_way": "◐",
    "blocked": "■",
    "done": "✓",
    "not_applicable": "–",
}
# Mid tones that keep 3:1 on the light and the dark background alike; the sign beside each bar says the same.
COLOURS: dict[Status, str] = {
    "not_started": "#7f8c8a",
    "under_way": "#3f7fbf",
    "blocked": "#d0342c",
    "done": "#2e8b57",
    "not_applicable": "#7f8c8a",
}
SLIPPED, QUIET = "#c77700", "#7f8c8a"
PHASE_DASHES = ((1, 0), (6, 3), (2, 2))
PHASE_COLOURS = ("#2e8b57", "#3f7fbf", "#c77700")
ON_A_PHONE = "windowSize()[0] < 640"
"""A test in Vega's own language: there a chart has room for less."""
LINE = 27
"""Characters of a task's name that fit on one line beside the timeline on a phone; twice as many do elsewhere."""
_LINES = "split(datum.label, '\\n')"
TWO_LINES = (
    f"{ON_A_PHONE} ? [{_LINES}[0], join(slice({_LINES}, 1), ' ')] : "
    f"length(datum.label) <= {2 * LINE + 2} ? join({_LINES}, ' ') : "
    f"[join(slice({_LINES}, 0, 2), ' '), join(slice({_LINES}, 2), ' ')]"
)
"""Makes two lines at most of a name that is broken into lines of LINE characters, in Vega's own language."""
PLOT, LETTER, SIGN = 700, 6.5, 30
"""Pixels: of the narrowest timeline that has notes beside its bars, of a letter of a note, and of the sign before it."""


def show(state: Rollout, checklist: Checklist, today: date) -> None:
    left, right = st.columns(2)
    with left:
        owner = owner_filter(state, checklist)
    with right:
        phases: dict[int | None, str] = {
            None: "All phases",
            **{phase.number: f"{phase.number}. {phase.title}" for phase in checklist.phase},
        }
        phase = st.selectbox("Phase", list(phases), format_func=phases.__getitem__, key="rollout-phase")
    with st.container(key="timeline_place"):
        _show_timeline(state, today, phase, owner)
    points = reading.progress(state, checklist)
    done, met = st.columns(2, gap="large")
    with done:
        _show_progress(points, checklist, today, "done")
    with met:
        _show_progress(points, checklist, today, "met")


def _show_timeline(state: Rollout, today: date, phase: int | None, owner: str | None) -> None:
    bars = tuple(reading.timeline(state, today, phase, owner))
    if not bars:
        st.info("No task here has a date yet. Open a task on the board and give it a due date.")
        return
    table = Table(
        ("Task", "Status", "Owner", "Start", "End or due", "First due date", "Late", "Depends on"),
        tuple(
            (
                f"{bar.id} {bar.title}",
                STATUSES[bar.status],
                bar.owner,
                dates.uk_short(bar.start),
                dates.uk_short(bar.end),
                dates.uk_short(bar.first_due),
                bar.note,
                ", ".join(bar.depends_on),
            )
            for bar in bars
        ),
    )
    charts.show(
        "timeline",
        reading.timeline_words(list(bars), today),
        "Bars of the tasks over time. The table below says the same.",
        _timeline(today, bars),
        lambda: table,
        lambda: csv_bytes((table.head, *table.rows)),
        "✓ done · ◐ under way · ■ blocked · ○ not started. The amber line under a bar runs from its first due date to where "
        "the task ends now. A grey line with an arrow joins a task to what it waits for.",
    )


def _show_progress(points: list[reading.Point], checklist: Checklist, today: date, what: str) -> None:
    counts = {"done": lambda p: (p.tasks_done, p.tasks), "met": lambda p: (p.outcomes_met, p.outcomes)}[what]
    noun = {"done": "Tasks done", "met": "Closing outcomes met"}[what]
    table = Table(
        ("Day", "Phase", noun),
        tuple(
            (dates.uk_short(p.on), f"{p.phase}. {checklist.phases[p.phase].title}", "{} of {}".format(*counts(p)))
            for p in reversed(points)
        ),
    )
    lines = tuple((p.on, p.phase, counts(p)[0]) for p in points)
    charts.show(
        f"progress-{what}",
        reading.progress_title(points, checklist, what),
        f"Steps of {noun.lower()} in each phase. The table below says the same.",
        _progress(today, tuple(f"{phase.number}. {phase.title}" for phase in checklist.phase), lines, noun),
        lambda: table,
        lambda: csv_bytes((table.head, *table.rows)),
    )


@lru_cache(maxsize=32)
def _timeline(today: date, bars: tuple[reading.Bar, ...]) -> dict[str, Any]:
    import altair as alt  # heavy

    labels = {bar.id: "\n".join(textwrap.wrap(f"{bar.id} {bar.title}", LINE)) for bar in bars}
    place = {bar.id: bar for bar in bars}
    data = [
        {
            "task": labels[bar.id],
            "name": f"{bar.id} {bar.title}",
            "start": _iso(bar.start),
            "end": _iso(bar.end + timedelta(days=1)),
            "first": _iso(bar.first_due) if bar.first_due else None,
            "status": STATUSES[bar.status],
            "sign": SIGNS[bar.status],
            "said": f"{SIGNS[bar.status]} {bar.note}".strip(),
            "note": bar.note or "no",
            "owner": bar.owner or "nobody yet",
            "dates": f"{dates.uk(bar.start)} to {dates.uk(bar.end)}",
        }
        for bar in bars
    ]
    links = [
        {
            "task": labels[bar.id],
            "other": labels[other],
            "at": _iso(bar.start),
            "from": _iso(place[other].end + timedelta(days=1)),
        }
        for bar in bars
        for other in bar.depends_on
        if other in place
    ]
    scale_y = alt.Scale(domain=list(labels.values()))
    room, letters = alt.ExprRef(f"{ON_A_PHONE} ? 140 : 330"), alt.ExprRef(f"{ON_A_PHONE} ? 10 : 12")
    axis = alt.Axis(
        labelExpr=TWO_LINES,
        labelLimit=room,
        labelFontSize=letters,
        labelLineHeight=12,
        labelOffset=alt.ExprRef(f"{ON_A_PHONE} ? -6 : 0"),
        labelPadding=6,
        ticks=False,
    )
    y = alt.Y("task:N", scale=scale_y, title=None, axis=axis)
    scale = alt.Scale(domain=list(STATUSES.values()), range=[COLOURS[status] for status in STATUSES])
    tooltip = [
        alt.Tooltip("name:N", title="Task"),
        alt.Tooltip("status:N", title="Status"),
        alt.Tooltip("owner:N", title="Owner"),
        alt.Tooltip("dates:N", title="When"),
        alt.Tooltip("note:N", title="Late"),
    ]
    base = alt.Chart(alt.Data(values=data))
    slipped = base.transform_filter("datum.first != null")
    joined = alt.Chart(alt.Data(values=links))
    now = alt.Chart(alt.Data(values=[{"on": _iso(today), "label": f"today, {dates.uk(today)}"}]))
    layers = [
        now.mark_rule(strokeWidth=2, strokeDash=[5, 3], color=SLIPPED).encode(x="on:T"),
        joined.mark_rule(strokeWidth=1.2, color=QUIET).encode(
            x="from:T", x2="at:T", y=alt.Y("other:N", scale=scale_y), y2="task:N"
        ),
        base.mark_bar(height=12, cornerRadius=3).encode(
            x=alt.X(
                "start:T",
                title=None,
                axis=alt.Axis(format="%b %Y", orient="top", labelOverlap=True, labelFlush=True),
                scale=alt.Scale(padding=24, domainMax=_ends(today, bars)),
            ),
            x2="end:T",
            y=y,
            color=alt.Color("status:N", scale=scale, legend=None),
            tooltip=tooltip,
        ),
        joined.mark_point(shape="triangle-right", size=45, filled=True, color=QUIET, opacity=1, xOffset=-3).encode(
            x="at:T", y=alt.Y("task:N", scale=scale_y)
        ),
        slipped.mark_rule(strokeWidth=2.5, color=SLIPPED, yOffset=9).encode(x="first:T", x2="end:T", y=y),
        slipped.mark_point(shape="diamond", size=34, filled=True, opacity=1, color=SLIPPED, yOffset=9).encode(
            x="first:T", y=y
        ),
        base.transform_calculate(shown=f"{ON_A_PHONE} ? datum.sign : datum.said")
        .mark_text(align="left", dx=6)
        .encode(x="end:T", y=y, text="shown:N"),
        # Below the plot: above it stand the months.
        now.mark_text(align="right", baseline="top", dx=-4, dy=4, fontWeight="bold").encode(
            x="on:T", y=alt.value("height"), text="label:N"
        ),
    ]
    chart = alt.layer(*layers).properties(height=alt.Step(26))
    return _bare(chart.to_dict())


def _ends(today: date, bars: tuple[reading.Bar, ...]) -> Any:
    """Where the timeline ends: late enough for the note beside each bar to be inside it. On a phone bars have no notes."""
    import altair as alt  # heavy

    first, last = min(today, *(bar.start for bar in bars)), max(today, *(bar.end for bar in bars))
    notes = ((bar, min(0.5, (SIGN + LETTER * len(bar.note)) / PLOT)) for bar in bars)
    roomy = max(last, *(first + (bar.end - first) / (1 - part) for bar, part in notes))
    return alt.ExprRef(f"{ON_A_PHONE} ? {_in_vega(last)} : {_in_vega(roomy)}")


def _in_vega(day: date) -> str:
    return f"datetime({day.year}, {day.month - 1}, {day.day + 1})"


def _bare(specification: dict[str, Any]) -> dict[str, Any]:
    specification.pop("config", None)  # the looks are the house's, and depend on where it is shown
    return specification


def _iso(day: date) -> str:
    # With a time, so that the browser takes it as local time and not as midnight in Greenwich.
    return datetime.combine(day, time()).isoformat()


@lru_cache(maxsize=32)
def _progress(
    today: date, names: tuple[str, ...], lines: tuple[tuple[date, int, int], ...], noun: str
) -> dict[str, Any]:
    import altair as alt  # heavy

    last = {phase: number for _, phase, number in lines}
    data = [
        {"on": _iso(on), "phase": names[phase - 1], "number": number}
        for on, phase, number in (*lines, *((today, phase, number) for phase, number in last.items()))
    ]
    columns = alt.ExprRef(f"{ON_A_PHONE} ? 1 : 2")
    legend = alt.Legend(
        title=None, orient="top", labelLimit=300, columns=columns, symbolType="stroke", symbolStrokeWidth=3
    )
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(
            x=alt.X("on:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True, labelFlush=True)),
            y=alt.Y("number:Q", title=noun, axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color(
                "phase:N", scale=alt.Scale(domain=list(names), range=list(PHASE_COLOURS[: len(names)])), legend=legend
            ),
            strokeDash=alt.StrokeDash(
                "phase:N",
                scale=alt.Scale(domain=list(names), range=[list(dash) for dash in PHASE_DASHES[: len(names)]]),
                legend=legend,
            ),
        )
        .properties(height=250)
    )
    return _bare(chart.to_dict())
