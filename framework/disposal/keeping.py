"""What is known of one case for its retention: a class that was chosen for it, a death, a legal hold. A stream beside the case.

It is erased with the case. Whoever looks after records writes it, and needs no part in the case for that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework import dates
from framework.people.roles import DIRECTOR
from framework.streams import policy
from framework.streams.kind import Context, Erased, Happened, Kind, Pair, Refused, tagged
from framework.streams.policy import Allowed, Applied, See
from framework.text import clean_text


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str


class ClassChosen(_Event):
    type: Literal["class_chosen"] = "class_chosen"
    class_id: str
    """"": none, so that the case has the class that follows from what is known."""
    reason: str


class DeathNoted(_Event):
    type: Literal["death_noted"] = "death_noted"
    on: date | None
    """None: it was noted by mistake."""
    reason: str


class HoldPlaced(_Event):
    type: Literal["hold_placed"] = "hold_placed"
    reason: str


class HoldLifted(_Event):
    type: Literal["hold_lifted"] = "hold_lifted"
    reason: str


Event = ClassChosen | DeathNoted | HoldPlaced | HoldLifted
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


class Hold(NamedTuple):
    """Nothing of the case may be erased while it stands."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    version: int = 0
    case: str = ""
    class_id: str = ""
    died_on: date | None = None
    hold: Hold | None = None


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ChooseClass:
    case: str
    class_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoteDeath:
    case: str
    on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceHold:
    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class LiftHold:
    case: str
    reason: str


Command = ChooseClass | NoteDeath | PlaceHold | LiftHold

POLICY = (
    Allowed(
        "say how long a case is kept: its class, a death, a legal hold",
        (ChooseClass, NoteDeath, PlaceHold, LiftHold),
        frozenset({"records_manager"}),
    ),
    Allowed("see how long a case is kept", (See,), frozenset({"records_manager", DIRECTOR})),
)
_APPLIED: Applied[Keeping] = policy.applied(POLICY, Keeping())


def fold(happened: Iterable[Happened], start: Keeping) -> Keeping:
    for event, actor, at in happened:
        start = replace(start, version=start.version + 1)
        match event:
            case Erased():
                pass
            case ClassChosen():
                start = replace(start, case=event.case, class_id=event.class_id)
            case DeathNoted():
                start = replace(start, case=event.case, died_on=event.on)
            case HoldPlaced():
                start = replace(start, case=event.case, hold=Hold(event.reason, actor, at))
            case HoldLifted():
                start = replace(start, case=event.case, hold=None)
    return start


def decide(state: Keeping, command: Command, context: Context[Any]) -> list[Event]:
    """Raises Refused with a sentence. That a class may be chosen at all, :class:`framework.disposal.disposals.Disposals` sees."""
    reason = clean_text(command.reason, "the reason", required=True)
    match command:
        case ChooseClass(case=case, class_id=class_id):
            return [ClassChosen(case=case, class_id=class_id, reason=reason)] if class_id != state.class_id else []
        case NoteDeath(case=case, on=on):
            if on and on > dates.local(context.now).date():
                raise Refused(f"{dates.uk(on)} is still to come: it cannot be the day of a death.")
            return [DeathNoted(case=case, on=on, reason=reason)] if on != state.died_on else []
        case PlaceHold(case=case):
            return [] if state.hold else [HoldPlaced(case=case, reason=reason)]
        case LiftHold(case=case):
            return [HoldLifted(case=case, reason=reason)] if state.hold else []


def index(state: Keeping) -> frozenset[Pair]:
    """ "kept": class and day of a death, for lists, so that they fold nothing: `class|2026-11-24`."""
    died = state.died_on.isoformat() if state.died_on else ""
    pairs = {("case", state.case), ("kept", f"{state.class_id}|{died}")}
    return frozenset(pairs | ({("hold", "yes")} if state.hold else set()))


KEEPING: Kind[Keeping, Command, Any] = Kind(
    name="retention",
    noun="retention of a case",
    empty=Keeping(),
    stored=tagged(EVENTS),
    fold=fold,
    decide=decide,
    may=_APPLIED.may,
    view=_APPLIED.view,
    past=_APPLIED.past,
    listed=_APPLIED.listed,
    title=lambda state: "",
    index=index,
)
"""Its streams are called by the id of the case."""
