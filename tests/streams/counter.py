"""A tiny subject for tests of the door: a counter, of which each person sees what they added and the total."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from framework.streams.door import Door, Outage
from framework.streams.kind import Actor, Context, Erased, Happened, Kind, Pair, Refused, Relations, tagged
from framework.streams.store import Store
from tests.streams.stores import NOON

AYESHA, BEN, GUEST = Actor("ayesha", "Ayesha"), Actor("ben", "Ben"), Actor("guest")
LIMIT = 20


class Added(BaseModel):
    type: Literal["added"] = "added"
    number: int
    note: str = ""


class Labelled(BaseModel):
    type: Literal["labelled"] = "labelled"
    label: str


Event = Annotated[Added | Labelled, Field(discriminator="type")]


@dataclass(frozen=True)
class Counter:
    version: int = 0
    total: int = 0
    label: str = ""
    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Add:
    number: int
    note: str = ""


@dataclass(frozen=True)
class Label:
    label: str


def fold(happened: Iterable[Happened], start: Counter) -> Counter:
    for event, actor, _ in happened:
        match event:
            case Added():
                if event.number == 13:
                    raise ZeroDivisionError("a fault of the release that wrote it")
                notes = {**start.notes, actor: (*start.notes.get(actor, ()), event.note)}
                start = replace(start, total=start.total + event.number, notes=notes)
            case Labelled():
                start = replace(start, label=event.label)
            case Erased():
                pass
        start = replace(start, version=start.version + 1)
    return start


def decide(state: Counter, command: Add | Label, context: Context[int]) -> list[Any]:
    if isinstance(command, Label):
        return [] if command.label == state.label else [Labelled(label=command.label)]
    if state.total + command.number > context.rules:
        raise Refused(f"The counter goes up to {context.rules}.")
    return [Added(number=command.number, note=command.note)] if command.number else []


def may(state: Counter, command: Add | Label, context: Context[int]) -> None:
    if context.actor.id == GUEST.id:
        raise Refused("Guests only look.")


def view(state: Counter, context: Context[int]) -> Counter:
    """Everybody sees the total, and of the notes their own."""
    own = {context.actor.id: state.notes[context.actor.id]} if "wrote" in context.relations else {}
    return replace(state, notes=own)


def index(state: Counter) -> frozenset[Pair]:
    label = {("label", state.label)} if state.label else set()
    return frozenset({("parity", "odd" if state.total % 2 else "even"), *(("by", who) for who in state.notes)} | label)


def relations(state: Counter, actor: Actor) -> Relations:
    return frozenset({"wrote"}) if actor.id in state.notes else frozenset()


COUNTER: Kind[Counter, Add | Label, int] = Kind(
    name="counter",
    noun="counter",
    empty=Counter(),
    stored=tagged(TypeAdapter(list[Event])),
    fold=fold,
    decide=decide,
    may=may,
    view=view,
    title=lambda state: state.label,
    index=index,
    relations=relations,
    listed=lambda actor: None if actor.id == GUEST.id else {"by": actor.id},
)


class Clock:
    """One minute passes whenever it is asked."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


def door_of(
    store: Store, kind: Kind[Counter, Add | Label, int] = COUNTER, outage: Outage | None = None
) -> Door[Counter, Add | Label, int]:
    """A door as a process of its own has it: it remembers nothing of the others."""
    return Door(kind, store, lambda state: LIMIT, Clock(), outage or Outage())
