"""Commands on a disposal, and what each leads to: events, or Refused with a sentence for the user.

One person proposes, a second confirms. What stands in the way is asked at each of these steps and again when it is carried out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import regex

from framework import dates
from framework.disposal.model import (
    STANDINGS,
    CarriedOut,
    Confirmed,
    Disposal,
    Event,
    Proposed,
    TurnedDown,
    Withdrawn,
)
from framework.disposal.retention import Ground, Kept
from framework.streams.kind import Actor, Context, Refused
from framework.text import as_seen, clean_text

# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Propose:
    """`kept` and `ground` are looked up by :class:`framework.disposal.disposals.Disposals`, never brought by a page."""

    disposal: str
    case: str
    ground: Ground
    kept: Kept
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    reason: str


@dataclass(frozen=True, slots=True)
class TurnDown:
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    reason: str


@dataclass(frozen=True, slots=True)
class CarryOut:
    """What the command line does, once two have decided."""

    streams: int
    events: int
    backups: tuple[str, ...] = ()


Command = Propose | Confirm | TurnDown | Withdraw | CarryOut


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(state: Disposal, command: Command, context: Context[None]) -> list[Event]:
    """The events that a command leads to. Raises Refused with a sentence for the user."""
    match command:
        case Propose():
            return _propose(state, command, context)
        case CarryOut(streams=streams, events=events, backups=backups):
            refuse_unless_confirmed(state)
            return [CarriedOut(streams=streams, events=events, backups=backups)]
        case Confirm(reason=reason):
            refuse_unless_open(state)
            if state.standing == "confirmed":
                return []
            return [Confirmed(reason=clean_text(reason, "the reason", required=True))]
        case TurnDown(reason=reason):
            refuse_unless_open(state)
            return [TurnedDown(reason=clean_text(reason, "the reason", required=True))]
        case Withdraw(reason=reason):
            refuse_unless_open(state)
            return [Withdrawn(reason=clean_text(reason, "the reason", required=True))]


def _propose(state: Disposal, command: Propose, context: Context[None]) -> list[Event]:
    if state.version:
        return []  # a second click on the same button
    kept, today = command.kept, dates.local(context.now).date()
    if not command.ground.before_due and not kept.is_due(today):
        raise Refused(f"This case is not due. {kept.why} If it has to go before that, choose why.")
    reason = clean_text(command.reason, "the reason", required=True)
    return [
        Proposed(
            disposal=command.disposal,
            case=command.case,
            ground=command.ground.id,
            class_id=kept.class_.id,
            kept_until=None,  # a disposal outlives the case: the day would tell the date of birth
            why=kept.in_years,
            reason=reason,
        )
    ]


def refuse_unless_open(state: Disposal) -> None:
    if not state.version:
        raise Refused(NO_SUCH_DISPOSAL)
    if state.standing == "carried_out":
        raise Refused("This disposal was carried out: what was erased cannot come back.")
    if state.standing in ("turned_down", "withdrawn"):
        raise Refused(f"This disposal was {STANDINGS[state.standing].lower()}. Propose it anew if it is to be done.")


NO_SUCH_DISPOSAL = "There is no such disposal. Its id stands on the page Records, beside what was confirmed."


def refuse_unless_confirmed(state: Disposal) -> None:
    """Raises Refused, with what is missing, unless two people have decided and it was not carried out yet."""
    refuse_unless_open(state)
    if state.standing != "confirmed" or state.decided is None or state.proposed is None:
        raise Refused(
            "This disposal was proposed, and nobody has confirmed it. A second person decides on it, on the page Records. Nothing was "
            "erased."
        )
    if state.decided.by == state.proposed.by:
        raise Refused("One person proposed and confirmed this disposal. Two have to decide. Nothing was erased.")


# ── What stands in the way ───────────────────────────────────────────────────────────────────────────────────────────


class Obstacles(NamedTuple):
    """What is asked of a case before it goes."""

    closed_on: date | None
    hold: str
    """The reason of a legal hold; "": none."""
    going_on: tuple[str, ...] = ()
    """What of the case is still going on, each as a noun: "meeting"."""
    other_disposals: int = 0
    """Disposals of the same case, beside this one, on which somebody has still to decide."""


def refuse_obstacles(found: Obstacles) -> None:
    """Raises Refused for the first thing that stands in the way."""
    if found.hold:
        raise Refused(
            f"A legal hold is on this case: {found.hold} Nothing of it may be erased until the hold is lifted."
        )
    if found.going_on:
        what = " and ".join(f"a {noun}" for noun in dict.fromkeys(found.going_on))
        raise Refused(f"This case has {what} that is not closed yet. Close it first. Nothing was erased.")
    if found.closed_on is None:
        raise Refused("This case is open. Its social worker or team manager closes it first. Nothing was erased.")
    if found.other_disposals:
        raise Refused(
            "Somebody has still to decide on another disposal of this case. It has to be confirmed, turned down or withdrawn first."
        )


def refuse_names(reason: str, names: Iterable[str]) -> None:
    """Raises Refused if a text that stays when the case is gone names whom the case is about."""
    said = as_seen(reason)
    for name in names:
        if name and regex.search(rf"(?<!\w){regex.escape(as_seen(name))}(?!\w)", said):
            raise Refused(
                f"Leave out “{name}”: this reason stays when the case is gone, so it may name nobody of the family, and no reference."
            )


def refuse_same_person(state: Disposal, actor: Actor) -> None:
    """Raises Refused if whoever proposed a disposal is to decide on it, too."""
    if state.proposed and state.proposed.by == actor.id:
        raise Refused("You proposed this disposal. A second person decides on it; you can withdraw it.")
