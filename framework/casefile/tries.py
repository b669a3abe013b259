"""Who asked to break the glass, when and why: one stream for the whole record, for those who look after records.

It says neither of which reference nor whether there is such a case, and is written before anybody looks: a try that opened a case stands
in that case as well. So it tells nobody what is there, it outlives no case with its number, and an outage stops every try alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from framework.people.roles import DIRECTOR, THE_APP
from framework.streams import policy
from framework.streams.kind import Context, Erased, Happened, Kind, by_type
from framework.streams.policy import Allowed, Policy, See


class NoteTry(BaseModel):
    """The command and the event."""

    model_config = ConfigDict(frozen=True)

    person: str
    roles: tuple[str, ...]
    """Those that they had then."""
    reason: str


class Try(NamedTuple):
    person: str
    roles: tuple[str, ...]
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tries:
    version: int = 0
    tries: tuple[Try, ...] = ()
    """Oldest first."""


POLICY: Policy = (
    Allowed("note that somebody asks to break the glass", (NoteTry,), frozenset({THE_APP})),
    Allowed("see who asked to break the glass, in vain or not", (See,), frozenset({"records_manager", DIRECTOR})),
)
_APPLIED = policy.applied(POLICY, Tries())


def fold(happened: Iterable[Happened], start: Tries) -> Tries:
    version, tries = start.version, list(start.tries)
    for event, _, at in happened:
        version += 1
        if not isinstance(event, Erased):
            tries.append(Try(event.person, event.roles, event.reason, at))
    return Tries(version, tuple(tries))


def _decide(tries: Tries, command: NoteTry, context: Context[None]) -> list[NoteTry]:
    return [command]


TRIES: Kind[Tries, NoteTry, None] = Kind(
    name="tries",
    noun="list of those who asked to break the glass",
    empty=Tries(),
    stored=by_type({"tried": NoteTry}),
    fold=fold,
    decide=_decide,
    may=_APPLIED.may,
    view=_APPLIED.view,
    past=_APPLIED.past,
    listed=lambda actor: None,
    title=lambda tries: "Asked to break the glass",
)
