"""What a subject is: a row of pure functions (`Kind`), who acts (`Actor`) and what happened (`Happened`).

No function of a kind knows a clock, a database, randomness or a screen. :class:`framework.streams.door.Door` runs them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter


class State(Protocol):
    """The state of one stream. Treat it as immutable."""

    @property
    def version(self) -> int:
        """The number of events that it is folded from."""


S = TypeVar("S", bound=State)
C = TypeVar("C")
"""The commands of a subject."""
R = TypeVar("R")
"""The rules that a subject is read with: an edition, a checklist, figures."""

Relations = frozenset[str]
"""The parts that an actor has in what a stream belongs to ("seat": takes part in this meeting)."""
Pair = tuple[str, str]
"""A key and a value in the index of streams, as ("code", "K7WXYZ")."""


class Actor(NamedTuple):
    """Who acts: a person, a guest's seat, or the app itself."""

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    person: str = ""
    """Who it is, where `id` is a seat at a table; "" for a guest, and where `id` is the person."""


APP = Actor("app", roles=frozenset({"app"}))
"""The app itself, where no person asked."""
NOBODY = Actor("")
"""Somebody of whom nothing is known: a screen without a seat."""


def named(actor: Actor, name: str) -> Actor:
    """An actor of whom nothing is known but the name that they typed; a person acts as who they are."""
    return actor if actor.id else Actor(name, name, actor.roles)


class Happened(NamedTuple):
    """An event with who caused it and when (in UTC): what every fold is given."""

    event: Any
    actor: str
    at: datetime


class Erased(NamedTuple):
    """What stands in the place of an event whose words were erased: that it happened stays, what it said is gone.

    Also what a fold is given of the erasure itself, which has its `reason`.
    """

    type: str
    reason: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Context(Generic[R]):
    """What a decision or a view depends on, beside the state."""

    actor: Actor
    now: datetime
    rules: R
    relations: Relations = frozenset()


class Shows(NamedTuple):
    """The versions that a screen has to show: it is out of date if what it shows is older than either."""

    shown: int
    """Of what everybody sees."""
    own: int = 0
    """Of what only this actor sees, on whichever device it came from."""


class Refused(Exception):
    """A command that the state, the phase, the role or the relation does not allow: a sentence for the user."""


class ChangedMeanwhile(Refused):
    """A command about something that has become another since the sender's screen showed it."""


class Unreadable(Refused):
    """A stream that this release cannot read, so that no command on it can be carried out either: a sentence for the user.

    The rest of the record goes on.
    """


class Codec(NamedTuple):
    """How the events of a subject are stored: each as its type and a JSON text."""

    read: Callable[[Sequence[tuple[str, str]]], list[Any]]
    """Events from (type, text). Raises ValueError."""
    write: Callable[[Any], tuple[str, str]]


def tagged(events: TypeAdapter[list[Any]]) -> Codec:
    """Of events whose text holds their type, too. They are read all at once, which is ten times as quick as one by one."""

    def read_all(stored: Sequence[tuple[str, str]]) -> list[Any]:
        read = events.validate_json(f"[{','.join(text for _, text in stored)}]", extra="ignore")
        if len(read) != len(stored):
            raise ValueError("a text holds no event, or several")
        return read

    return Codec(read_all, lambda event: (event.type, event.model_dump_json()))


def by_type(models: dict[str, type[BaseModel]]) -> Codec:
    """Of events whose text does not hold their type."""
    types = {model: type_ for type_, model in models.items()}

    def read(stored: Sequence[tuple[str, str]]) -> list[Any]:
        if unknown := next((type_ for type_, _ in stored if type_ not in models), None):
            raise ValueError(f"no event is called {unknown}")
        return [models[type_].model_validate_json(text, extra="ignore") for type_, text in stored]

    return Codec(read, lambda event: (types[type(event)], event.model_dump_json()))


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, C, R]):
    """One subject. Every function is pure."""

    name: str
    """Begins the names of its streams: "panel" has "panel:4f1c…"."""
    noun: str
    """What one of them is called in a sentence: "meeting"."""
    empty: S
    """The state before the first event; its version is 0."""
    stored: "Codec"
    """How its events are stored. Reading is lenient: a field that a newer release added is passed over."""
    fold: Callable[[Iterable[Happened], S], S]
    """The state after these events; the state given is not changed."""
    decide: Callable[[S, C, Context[R]], list[Any]]
    """The events that a command leads to, none if it changes nothing. Raises Refused."""
    may: Callable[[S, C, Context[R]], None]
    """Raises Refused unless this actor may give this command."""
    view: Callable[[S, Context[R]], S]
    """All that this actor's screen may receive."""
    title: Callable[[S], str]
    """What a list calls it."""
    index: Callable[[S], frozenset[Pair]] = lambda state: frozenset()
    """What lists and look-ups need to find a stream by, without folding it."""
    index_rules: int = 1
    """Counts up whenever `index` changes, so that the streams of an older release are indexed again."""
    relations: Callable[[S, Actor], Relations] = lambda state, actor: frozenset()
    """The parts that this actor has in it."""
    shows: Callable[[S, str | None], Shows] = lambda state, actor: Shows(state.version)
    """What the screens of this actor (None: without one) have to show, so that they miss nothing and learn nothing else."""
    past: Callable[[S, Context[R]], bool] = lambda state, context: True
    """Whether this actor's screen may receive, as it stands, how it stood before and what happened."""
    tell: Callable[[list[Happened], Context[R]], list[Happened]] = lambda happened, context: happened
    """Of what happened, in order, what this actor's screen may receive."""
    listed: Callable[[Actor], dict[str, str] | None] = lambda actor: {}
    """Which of them this actor may list: those with all of these pairs in the index; None: none at all."""

    def stream(self, identifier: str) -> str:
        """The name of a stream; the identifier is empty where a kind has one stream only."""
        return f"{self.name}:{identifier}" if identifier else self.name

    def identifier(self, stream: str) -> str:
        return stream.removeprefix(self.name).removeprefix(":")


def allowed(state: Any, command: Any, context: Context[Any]) -> None:
    """`may` of a subject in which everybody may do everything."""


def unhidden(state: S, context: Context[Any]) -> S:
    """`view` of a subject in which nothing is hidden from anybody."""
    return state


def everything(actor: Actor) -> dict[str, str]:
    """`listed` of a subject that everybody may list."""
    return {}
