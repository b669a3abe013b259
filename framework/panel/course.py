"""The course of a meeting: how the panel's light and each dimension moved, from the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from framework import panel
from framework.edition import Edition
from framework.light.classification import Classification
from framework.streams.kind import Happened
from framework.tables import Table, csv_bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """The panel's light after one event. Only while the answers are on the table: otherwise the panel has none."""

    version: int
    at: datetime
    what: str
    result: Classification


def course(happened: Sequence[Happened], edition: Edition) -> tuple[Moment, ...]:
    """The moments at which something changed that the light could depend on."""
    state, moments = panel.Panel(), []
    for event, _, at in happened:
        state = panel.evolve(state, event, at)
        moves = panel.PhaseMoved | panel.Scored | panel.Agreed | panel.CarersNamed
        if state.phase in panel.SEEN_BY_ALL and isinstance(event, moves):
            moments.append(Moment(state.version, at, _what(event, state, edition), panel.panel_light(state, edition)))
    return tuple(moments)


def _what(event: panel.Event, state: panel.Panel, edition: Edition) -> str:
    match event:
        case panel.PhaseMoved(to=to):
            return panel.PHASE_WORDS[to]
        case panel.Scored(member=member, subject=subject):
            return f"{state.members[member].name} changed {edition.subject_label(subject)}"
        case panel.Agreed(subject=subject, status=status):
            return f"{'Agreed' if status else 'Opened again'}: {edition.subject_label(subject)}"
    return "Parents and home carers named"


def rows(moments: Sequence[Moment], edition: Edition) -> list[dict[str, object]]:
    """The course as a table: one row a moment, levels and dimensions in words."""
    found = []
    for step, moment in enumerate(moments, 1):
        result = moment.result
        row: dict[str, object] = {
            "Step": step,
            "Time (UTC)": moment.at.strftime("%H:%M:%S"),
            "What happened": moment.what,
            "Best it can be": edition.levels[result.best].label,
            "Worst it can be": edition.levels[result.worst].label,
        }
        for dimension in edition.dimension:
            best, worst = result.dimensions[dimension.id]
            words = dimension.values[best] if best == worst else f"{dimension.values[best]} – {dimension.values[worst]}"
            row[dimension.label] = words
        found.append(row)
    return found


def table(moments: Sequence[Moment], edition: Edition) -> Table:
    """The course as it is read, one row a moment."""
    found = rows(moments, edition)
    return Table(tuple(found[0]) if found else (), tuple(tuple(map(str, row.values())) for row in found))


def as_csv(moments: Sequence[Moment], edition: Edition) -> bytes:
    """The course for a spreadsheet."""
    found = rows(moments, edition)
    return csv_bytes((tuple(found[0]) if found else (), *(tuple(row.values()) for row in found)))


def points(moments: Sequence[Moment], edition: Edition) -> list[dict[str, object]]:
    """The course for a chart: one row a moment and series. Positions are ranks, 0 the most favourable, shown as words."""
    found: list[dict[str, object]] = []
    for step, moment in enumerate(moments, 1):
        result = moment.result
        series = [
            ("The light", edition.rank[result.best], edition.rank[result.worst], [lv.label for lv in edition.level])
        ]
        series += [(d.label, *result.dimensions[d.id], list(d.values)) for d in edition.dimension]
        for name, best, worst, words in series:
            ends = words if name == "The light" else ["for", *[""] * (len(words) - 2), "against"]
            found.append(
                {
                    "Step": step,
                    "What happened": moment.what,
                    "Series": name,
                    "best": best,
                    "worst": worst,
                    "ranks": ends,
                    "Best it can be": words[best],
                    "Worst it can be": words[worst],
                }
            )
    return found
