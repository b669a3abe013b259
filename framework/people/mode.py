"""Whether a record may be used by an app that runs open: never again once a person signed in, or a real case was begun."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from framework import dates
from framework.people.roles import THE_APP
from framework.people.settings import SIGN_IN
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.kind import APP, Actor, Context, Erased, Happened, Kind, by_type, unhidden
from framework.streams.policy import Allowed

Reason = Literal["a person signed in", "a real case was begun"]


class OpenRefused(Exception):
    """The app does not start open on this record: a sentence for whoever starts it."""


class Closed(BaseModel):
    model_config = ConfigDict(frozen=True)

    why: str


@dataclass(frozen=True, slots=True)
class Mode:
    """Version 0: the record has only ever been used open."""

    version: int = 0
    closed_at: datetime | None = None
    why: str = ""


POLICY = (Allowed("close a record to an app without sign-in", (Closed,), frozenset({THE_APP})),)


def _may(mode: Mode, command: Closed, context: Context[None]) -> None:
    policy.check(POLICY, command, context)


def fold(happened: Iterable[Happened], start: Mode) -> Mode:
    for event, _, at in happened:
        if isinstance(event, Erased) or start.closed_at:
            start = Mode(start.version + 1, start.closed_at or at, start.why)
        else:
            start = Mode(start.version + 1, at, event.why)
    return start


def _decide(mode: Mode, command: Closed, context: Context[None]) -> list[Closed]:
    return [] if mode.version else [command]


def _listed(actor: Actor) -> dict[str, str] | None:
    return None


MODE: Kind[Mode, Closed, None] = Kind(
    name="mode",
    noun="mode",
    empty=Mode(),
    stored=by_type({"closed": Closed}),
    fold=fold,
    decide=_decide,
    may=_may,
    view=unhidden,
    listed=_listed,
    title=lambda mode: "Mode",
)


def close(door: Door[Mode, Closed, None], why: Reason) -> None:
    """Write down, once, that this record may not be used open any more."""
    if not door.remembered("").version:
        door.run("", APP, Closed(why=why))


def refuse_open(mode: Mode) -> None:
    """Raises OpenRefused if an app that runs open may not use this record."""
    if mode.version:
        when = f" on {dates.uk(dates.local(mode.closed_at).date())}" if mode.closed_at else ""
        raise OpenRefused(
            f"This record may not be opened without sign-in: {mode.why or 'it was closed'}{when}. Set {SIGN_IN} (docs/sign-in.md), or "
            "give an empty database with DATABASE_URL."
        )
