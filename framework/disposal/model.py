"""The disposal of a case: what one person proposed, what a second decided, and that it was carried out.

It stays when the case is gone, and so says nothing of the child: the case by its id, how it was kept, who decided, and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework.streams.kind import Erased, Happened

Standing = Literal["", "proposed", "confirmed", "turned_down", "withdrawn", "carried_out"]
STANDINGS: dict[Standing, str] = {
    "": "There is none",
    "proposed": "Proposed: a second person has to decide",
    "confirmed": "Confirmed: it can be carried out",
    "turned_down": "Turned down",
    "withdrawn": "Withdrawn",
    "carried_out": "Carried out",
}
OPEN_STANDINGS: frozenset[Standing] = frozenset({"proposed", "confirmed"})
"""Those in which something is still to happen."""


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Proposed(_Event):
    type: Literal["proposed"] = "proposed"
    disposal: str
    case: str
    ground: str
    """Why: an id of retention.toml."""
    class_id: str
    kept_until: date | None
    why: str
    """How long the case is kept, in a sentence, as it stood."""
    reason: str
    """In the words of whoever proposed it."""


class Confirmed(_Event):
    type: Literal["confirmed"] = "confirmed"
    reason: str


class TurnedDown(_Event):
    type: Literal["turned_down"] = "turned_down"
    reason: str


class Withdrawn(_Event):
    type: Literal["withdrawn"] = "withdrawn"
    reason: str


class CarriedOut(_Event):
    type: Literal["carried_out"] = "carried_out"
    streams: int
    events: int
    backups: tuple[str, ...] = ()
    """The backups that may still hold the case, and have to be destroyed."""


Event = Proposed | Confirmed | TurnedDown | Withdrawn | CarriedOut
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


class Step(NamedTuple):
    """What somebody did, why and when."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Disposal:
    version: int = 0
    id: str = ""
    case: str = ""
    ground: str = ""
    class_id: str = ""
    kept_until: date | None = None
    why: str = ""
    standing: Standing = ""
    proposed: Step | None = None
    decided: Step | None = None
    """By the second person: confirmed or turned down."""
    withdrawn: Step | None = None
    carried_out_at: datetime | None = None
    streams: int = 0
    events: int = 0
    backups: tuple[str, ...] = ()


def fold(happened: Iterable[Happened], start: Disposal) -> Disposal:
    """The state after these events. `start` is not changed."""
    state = start
    for event, actor, at in happened:
        state = replace(state, version=state.version + 1)
        match event:
            case Proposed():
                said = event.model_dump(include={"case", "ground", "class_id", "kept_until", "why"})
                step = Step(actor, at, event.reason)
                state = replace(state, **said, id=event.disposal, standing="proposed", proposed=step)
            case Confirmed():
                state = replace(state, standing="confirmed", decided=Step(actor, at, event.reason))
            case TurnedDown():
                state = replace(state, standing="turned_down", decided=Step(actor, at, event.reason))
            case Withdrawn():
                state = replace(state, standing="withdrawn", withdrawn=Step(actor, at, event.reason))
            case CarriedOut():
                done = event.model_dump(include={"streams", "events", "backups"})
                state = replace(state, **done, standing="carried_out", carried_out_at=at)
            case Erased():
                pass
    return state
