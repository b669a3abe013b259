"""Who read what of a case, when and why: a stream of its own beside each case, so that reading changes no version of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from framework.casefile.access import GLASS
from framework.people.roles import CASE_ROLES, THE_APP
from framework.streams import policy
from framework.streams.kind import Actor, Context, Erased, Happened, Kind, by_type
from framework.streams.policy import OPEN, Allowed, Policy, See

AGAIN = timedelta(minutes=30)
"""Within so long the same person reading the same thing is one entry of the log (source: product)."""


class NoteRead(BaseModel):
    """The command and the event: the app notes what it shows."""

    model_config = ConfigDict(frozen=True)

    case: str
    person: str
    parts: tuple[str, ...]
    """The parts in the case by which they read: "glass" stands out."""
    what: str
    why: str = ""


class Read(NamedTuple):
    person: str
    parts: tuple[str, ...]
    what: str
    why: str
    at: datetime

    @property
    def stands_out(self) -> bool:
        """Whether somebody read who has no part in the case and had broken the glass."""
        return GLASS in self.parts


@dataclass(frozen=True, slots=True)
class ReadingLog:
    version: int = 0
    case: str = ""
    reads: tuple[Read, ...] = ()
    """Oldest first."""
    latest: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    """Person, what and why → when that was last noted."""

    def noted(self, command: NoteRead, now: datetime) -> bool:
        """Whether the log has this already, a short while ago."""
        last = self.latest.get((command.person, command.what, command.why))
        return last is not None and now - last < AGAIN


POLICY: Policy = (
    Allowed("note who reads a case", (NoteRead,), frozenset({THE_APP})),
    Allowed("see who read a case", (See,), CASE_ROLES, frozenset({"manager", "assurer", OPEN})),
)


def fold(happened: Iterable[Happened], start: ReadingLog) -> ReadingLog:
    version, case, reads, latest = start.version, start.case, list(start.reads), dict(start.latest)
    for event, _, at in happened:
        version += 1
        if not isinstance(event, Erased):
            case = event.case
            reads.append(Read(event.person, event.parts, event.what, event.why, at))
            latest[event.person, event.what, event.why] = at
    return ReadingLog(version, case, tuple(reads), latest)


def _decide(log: ReadingLog, command: NoteRead, context: Context[None]) -> list[NoteRead]:
    return [] if log.noted(command, context.now) else [command]


def _may(log: ReadingLog, command: NoteRead, context: Context[None]) -> None:
    policy.check(POLICY, command, context)


def _sees(log: ReadingLog, context: Context[Any]) -> bool:
    return policy.allows(POLICY, See, context.actor.roles, context.relations)


def _view(log: ReadingLog, context: Context[None]) -> ReadingLog:
    return log if _sees(log, context) else ReadingLog()


def _listed(actor: Actor) -> dict[str, str] | None:
    return None


READING: Kind[ReadingLog, NoteRead, None] = Kind(
    name="reading",
    noun="reading log",
    empty=ReadingLog(),
    stored=by_type({"read": NoteRead}),
    fold=fold,
    decide=_decide,
    may=_may,
    view=_view,
    past=_sees,
    listed=_listed,
    title=lambda log: "",
)
"""Its streams are called by the id of the case. The parts of an actor are those in the case: the door is given them."""
