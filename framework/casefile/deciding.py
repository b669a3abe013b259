"""Commands on a case, and what each leads to: events, or Refused with a sentence for the user."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from framework import dates, items
from framework.casefile.model import (
    KINDS,
    OUTCOMES,
    Begun,
    Casefile,
    Closed,
    Event,
    GlassBroken,
    Outcome,
    Part,
    Reopened,
    Worker,
)
from framework.items import LINE_LIMIT, Add, Added, Change, Remove, Restore
from framework.streams.kind import Actor, Refused
from framework.text import clean, clean_text

GLASS_HOURS = 24
"""So long a case stays open to somebody who broke the glass (source: product)."""
ALWAYS_CHANGED = ("worker", "block")
"""Who works on a case, and who is kept out, can be changed when it is closed, too: it is still read."""
FIRST_PART: dict[str, Part] = {"team_manager": "manager", "practitioner": "worker"}
"""The part in a case of somebody of this role who begins it."""


class Rules(NamedTuple):
    """What the rules depend on beside the case."""

    open: bool
    """Whether the app runs without sign-in, where every case is an invented one."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a case, with whoever does so in its team."""

    case: str
    reference: str
    called: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Close:
    outcome: Outcome
    on: date
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    reason: str


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """Open the case to oneself for some hours. Its team is told."""

    reason: str


Command = Begin | items.Command | Close | Reopen | BreakGlass


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(state: Casefile, command: Command, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user."""
    if isinstance(command, Begin):
        return _begin(state, command, rules, actor, now)
    if isinstance(command, BreakGlass):
        until = now + timedelta(hours=GLASS_HOURS)
        reason = clean_text(command.reason, "the reason", required=True)
        return [GlassBroken(person=actor.id, reason=reason, until=until)]
    if isinstance(command, Reopen):
        if not state.closed:
            return []
        return [Reopened(reason=clean_text(command.reason, "the reason", required=True))]
    if state.closed and not (isinstance(command, Add | Change | Remove | Restore) and command.kind in ALWAYS_CHANGED):
        raise Refused(
            f"This case was closed on {dates.uk(state.closed.on)}: it can be read, and not changed. Reopen it first."
        )
    if isinstance(command, Close):
        return _close(command, now)
    return items.decide(KINDS, state.items, command)


def _begin(state: Casefile, command: Begin, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    if state.version:
        raise Refused("This case has begun already.")
    if rules.open and not command.invented:
        raise Refused("Without sign-in this app takes invented cases only. Nobody real may be put in.")
    reference, called = _line(command.reference, "the reference"), _line(command.called, "the name used here")
    events: list[Event] = [Begun(case=command.case, reference=reference, called=called, invented=command.invented)]
    part = next((part for role, part in FIRST_PART.items() if role in actor.roles), None)
    if actor.id and part:
        today = dates.local(now).date()
        events.append(Added(item=Worker(id="w1", person=actor.id, part=part, since=today, why="Began the case")))
    return events


def _line(given: str, what: str) -> str:
    return clean_text(" ".join(clean(given).split()), what, required=True, limit=LINE_LIMIT)


def _close(command: Close, now: datetime) -> list[Event]:
    if command.outcome not in OUTCOMES:
        raise Refused(f"Outcome: choose one of: {', '.join(OUTCOMES.values())}.")
    if command.on > dates.local(now).date():
        raise Refused(f"{dates.uk(command.on)} is still to come: give the day on which the case was closed.")
    return [Closed(outcome=command.outcome, on=command.on, words=clean_text(command.words, "the words on it"))]
