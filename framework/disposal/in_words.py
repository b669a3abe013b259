"""How long a case is kept, and its disposal, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from framework import trail
from framework.disposal import keeping, model
from framework.disposal.retention import Retention
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop
from framework.trail import Said, name_of


def told(happened: Iterable[Happened], names: Mapping[str, str], rules: Retention | None) -> list[Said]:
    """Every event of a stream of either kind. `rules` gives classes and grounds their labels; None: their ids stand there."""
    return [Said(at, name_of(names, actor), _words(event, rules)) for event, actor, at in happened]


def _words(event: Any, rules: Retention | None) -> str:
    match event:
        case Erased():
            return trail.erased(event)
        case keeping.ClassChosen(class_id=class_id, reason=reason):
            chosen = (
                f"Gave the case the class “{_class(class_id, rules)}”"
                if class_id
                else "Took back the class that was given"
            )
            return f"{chosen}: {with_full_stop(reason)}"
        case keeping.DeathNoted(on=on, reason=reason):
            noted = f"Noted that the child died on {trail.day(on)}" if on else "Took back that the child died"
            return f"{noted}: {with_full_stop(reason)}"
        case keeping.HoldPlaced(reason=reason):
            return f"Put a legal hold on the case: {with_full_stop(reason)}"
        case keeping.HoldLifted(reason=reason):
            return f"Lifted the legal hold: {with_full_stop(reason)}"
        case model.Proposed(ground=ground, reason=reason):
            found = rules.grounds.get(ground) if rules else None
            return f"Proposed to dispose of the case ({found.label if found else ground}): {with_full_stop(reason)}"
        case model.Confirmed(reason=reason):
            return f"Confirmed the disposal: {with_full_stop(reason)}"
        case model.TurnedDown(reason=reason):
            return f"Turned the disposal down: {with_full_stop(reason)}"
        case model.Withdrawn(reason=reason):
            return f"Withdrew the proposal to dispose of it: {with_full_stop(reason)}"
        case model.CarriedOut(streams=streams, events=events):
            return f"The disposal was carried out: {events} entries of {streams} records were erased."
    return "Did something that this release has no words for."


def _class(class_id: str, rules: Retention | None) -> str:
    found = rules.classes.get(class_id) if rules else None
    return found.label if found else class_id
