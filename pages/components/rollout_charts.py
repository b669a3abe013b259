"""The timeline of a roll-out and its progress over time, each with a title that says what to see and a table beside it."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st

from framework import rollout as r
from framework.checklist import Checklist
from framework.rollout import days, reading

SIGNS: dict[r.Status, str] = {
    "not_started": "○",
    "under_way": "◐",
    "blocked": "■",
    "done": "✓",
    "not_applicable": "–",
}
# Mid tones that keep 3:1 on the light and the dark background alike; the sign beside each bar says the same.
COLOURS: dict[r.Status, str] = {
    "not_started": "#8a8f94",
    "under_way": "#3f7fbf",
    "blocked": "#d0342c",
    "done": "#2e8b57",
    "not_applicable": "#8a8f94",
}
PHASE_DASHES = ((1, 0), (6, 3), (2, 2))
PHASE_COLOURS = ("#2e8b57", "#3f7fbf", "#c77700")


# ── Timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def timeline(state: r.Rollout, today: date, phase: int | None, owner: str | None) -> None:
    bars = reading.timeline(state, today, phase, owner)
    if not bars:
        st.info("No task has a date yet. Open a task on the board and give it a due date.")
        return
    st.html(f'<div class="hw"><h2 class="ro-title">{escape(reading.timeline_words(bars, today))}</h2></div>')
    spec = _timeline(today, tuple(bars), _ink())
    with st.container(key="timeline_chart"):  # scrolls sideways on a phone, where the bars would have no room
        st.vega_lite_chart(
            spec=spec, width="stretch", alt="Bars of the tasks over time. The table below says the same."
        )
    st.caption(
        "✓ done · ◐ under way · ■ blocked · ○ not started. A thin tail leads from the first due date to where the task "
        "ends now. An arrow joins a task to what it waits for."
    )
    with st.expander("The same as a table", key="timeline-table"):
        rows = "".join(
            f'<tr><th scope="row">{escape(bar.id)} {escape(bar.title)}</th><td>{r.STATUSES[bar.status]}</td>'
            f"<td>{escape(bar.owner)}</td><td>{days.uk_short(bar.start)}</td><td>{days.uk_short(bar.end)}</td>"
            f"<td>{days.uk_short(bar.first_due)}</td><td>{escape(bar.note)}</td><td>{escape(', '.join(bar.depends_on))}</td></tr>"
            for bar in bars
        )
        st.html(
            '<div class="hw scroll" tabindex="0" role="region" aria-label="Timeline as a table"><table><thead><tr>'
            + "".join(
                f'<th scope="col">{head}</th>'
                for head in ("Task", "Status", "Owner", "Start", "End or due", "First due date", "Late", "Depends on")
            )
            + f"</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _ink() -> str:
    """The colour of text in a chart, which does not follow the theme by itself."""
    return "#ECEFEA" if st.context.theme.type == "dark" else "#1C2B2D"


@lru_cache(maxsize=32)
def _timeline(today: date, bars: tuple[reading.Bar, ...], ink: str) -> dict[str, Any]:
    import altair as alt  # heavy

    order = [f"{bar.id} {bar.title}" for bar in bars]
    place = {bar.id: bar for bar in bars}
    data = [
        {
            "task": label,
            "start": _iso(bar.start),
            "end": _iso(bar.end + timedelta(days=1)),
            "first": _iso(bar.first_due) if bar.first_due else None,
            "status": r.STATUSES[bar.status],
            "sign": f"{SIGNS[bar.status]} {bar.note}".strip(),
            "owner": bar.owner or "nobody yet",
            "dates": f"{days.uk(bar.start)} to {days.uk(bar.end)}",
        }
        for bar, label in zip(bars, order, strict=True)
    ]
    links = [
        {
            "task": f"{bar.id} {bar.title}",
            "other": f"{other} {place[other].title}",
            "at": _iso(bar.start),
            "from": _iso(place[other].end + timedelta(days=1)),
        }
        for bar in bars
        for other in bar.depends_on
        if other in place
    ]
    scale_y = alt.Scale(domain=order)
    y = alt.Y("task:N", scale=scale_y, title=None, axis=alt.Axis(labelLimit=330, labelPadding=6, ticks=False))
    scale = alt.Scale(domain=list(r.STATUSES.values()), range=[COLOURS[status] for status in r.STATUSES])
    tooltip = [
        alt.Tooltip("task:N", title="Task"),
        alt.Tooltip("status:N", title="Status"),
        alt.Tooltip("owner:N", title="Owner"),
        alt.Tooltip("dates:N", title="When"),
        alt.Tooltip("sign:N", title="Late"),
    ]
    base = alt.Chart(alt.Data(values=data))
    time_axis = alt.X("start:T", title=None, axis=alt.Axis(format="%b %Y", orient="top", labelOverlap=True))
    layers = [
        alt.Chart(alt.Data(values=links))
        .mark_rule(strokeWidth=1, opacity=0.55, color="#8a8f94")
        .encode(x="from:T", x2="at:T", y=alt.Y("other:N", scale=scale_y), y2="task:N"),
        alt.Chart(alt.Data(values=links))
        .mark_point(shape="triangle-right", size=35, filled=True, color="#8a8f94", opacity=1)
        .encode(x="at:T", y=alt.Y("task:N", scale=scale_y)),
        base.mark_bar(height=11, cornerRadius=3).encode(
            x=time_axis, x2="end:T", y=y, color=alt.Color("status:N", scale=scale, legend=None), tooltip=tooltip
        ),
        base.transform_filter("datum.first != null")
        .mark_rule(strokeWidth=3, strokeDash=[2, 2], color="#c77700")
        .encode(x="first:T", x2="end:T", y=y),
        base.mark_text(align="left", dx=6, fontSize=12, color=ink).encode(x="end:T", y=y, text="sign:N"),
        alt.Chart(alt.Data(values=[{"on": _iso(today), "label": "today"}]))
        .mark_rule(strokeWidth=2, color="#c77700")
        .encode(x="on:T"),
        alt.Chart(alt.Data(values=[{"on": _iso(today), "label": f"today, {days.uk(today)}"}]))
        .mark_text(align="left", baseline="bottom", dx=5, dy=-1, fontSize=12, fontWeight="bold", color=ink)
        .encode(x="on:T", y=alt.value(0), text="label:N"),
    ]
    chart = alt.layer(*layers).properties(height=alt.Step(24)).configure_view(stroke=None)
    return chart.to_dict()


def _iso(day: date) -> str:
    # With a time, so that the browser takes it as local time and not as midnight in Greenwich.
    return datetime.combine(day, time()).isoformat()


# ── Progress ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def progress(state: r.Rollout, checklist: Checklist, today: date) -> None:
    points = reading.progress(state, checklist)
    st.html(f'<div class="hw"><h2 class="ro-title">{escape(reading.progress_title(points, checklist))}</h2></div>')
    spec = _progress(today, checklist, tuple(points))
    st.vega_lite_chart(
        spec=spec,
        width="stretch",
        alt="Steps of tasks done and outcomes met in each phase. The table below says the same.",
    )
    with st.expander("The same as a table", key="progress-table"):
        rows = "".join(
            f'<tr><th scope="row">{days.uk_short(p.on)}</th><td>{p.phase}. {escape(checklist.phases[p.phase].title)}</td>'
            f"<td>{p.tasks_done} of {p.tasks}</td><td>{p.outcomes_met} of {p.outcomes}</td></tr>"
            for p in reversed(points)
        )
        st.html(
            '<div class="hw scroll" style="max-height:24rem;overflow-y:auto" tabindex="0" role="region" '
            'aria-label="Progress as a table"><table><thead><tr><th scope="col">Day</th><th scope="col">Phase</th>'
            f'<th scope="col">Tasks done</th><th scope="col">Outcomes met</th></tr></thead><tbody>{rows}</tbody></table></div>'
        )


@lru_cache(maxsize=32)
def _progress(today: date, checklist: Checklist, points: tuple[reading.Point, ...]) -> dict[str, Any]:
    import altair as alt  # heavy

    names = [f"{phase.number}. {phase.title}" for phase in checklist.phase]
    last = {point.phase: point for point in points}
    data = [
        {"on": _iso(on), "phase": names[p.phase - 1], "what": what, "number": number}
        for p, on in [*((p, p.on) for p in points), *((p, today) for p in last.values())]
        for what, number in (("Tasks done", p.tasks_done), ("Closing outcomes met", p.outcomes_met))
    ]
    colours = alt.Scale(domain=names, range=list(PHASE_COLOURS[: len(names)]))
    dashes = alt.Scale(domain=names, range=[list(dash) for dash in PHASE_DASHES[: len(names)]])
    base = alt.Chart(alt.Data(values=data))
    x = alt.X("on:T", title=None, axis=alt.Axis(format="%b %Y", labelOverlap=True))

    def panel(what: str) -> Any:
        return (
            base.transform_filter(alt.datum.what == what)
            .mark_line(interpolate="step-after", strokeWidth=2.5)
            .encode(
                x=x,
                y=alt.Y("number:Q", title=what, axis=alt.Axis(tickMinStep=1, format="d")),
                color=alt.Color("phase:N", scale=colours, legend=alt.Legend(title=None, orient="top", labelLimit=300)),
                strokeDash=alt.StrokeDash("phase:N", scale=dashes),
            )
            .properties(height=170, width="container")
        )

    chart = alt.vconcat(panel("Tasks done"), panel("Closing outcomes met"))
    return chart.to_dict()
