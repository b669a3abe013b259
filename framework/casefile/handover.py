"""Handing over at once what a person who leaves does in all open cases: what would be handed over, and what stands in the way.

Each case has its own event, so each can be read in its history. To take a hand-over back is another one, the other way round.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from framework import dates
from framework.casefile.deciding import HandOver, Rules, decide
from framework.casefile.model import PARTS, Casefile, Part, Worker
from framework.streams.kind import Actor, Refused
from framework.streams.policy import OPEN
from framework.text import clean_text

LATEST = timedelta(days=366)
"""So far ahead somebody can hand over (source: product)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be handed over: by whom, to whom, and from which day on."""

    person: str
    to: str
    day: date
    part: Part | None = None
    """Only this part; None: each that the person has."""
    without: frozenset[str] = frozenset()
    """The ids of cases that stay as they are."""
    since: date | None = None
    """Only parts that began on this day or later, as those do that a hand-over began."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What is handed over in one case."""

    case: str
    reference: str
    called: str
    parts: tuple[Part, ...]
    command: HandOver


@dataclass(frozen=True, slots=True)
class Plan:
    """What a hand-over would do. It is carried out only if nothing is in the way."""

    moves: tuple[Move, ...]
    in_the_way: tuple[tuple[str, str, str], ...] = ()
    """Cases that cannot be handed over so: (id of the case, reference and name, why)."""


@dataclass(frozen=True, slots=True)
class Done:
    """How far a hand-over came."""

    moves: tuple[Move, ...]
    left: tuple[tuple[str, str], ...] = ()
    """Cases in which it was refused meanwhile: (reference and name, why)."""


def theirs(cases: Iterable[Casefile], actor: Actor, asked: Asked, today: date) -> list[Casefile]:
    """The open cases in which a person has such a part, and in which this actor may hand it over.

    `cases` are the open ones that the actor sees. Their own parts everybody hands over; somebody else's the case's manager.
    """
    return [
        case for case in cases if _parts(case, asked) and (asked.person == actor.id or _manages(case, actor, today))
    ]


def people(cases: Iterable[Casefile], actor: Actor, today: date) -> set[str]:
    """The ids of those whose parts this actor may hand over in these cases."""
    return {
        worker.person
        for case in cases
        for worker in case.workers.values()
        if worker.reaches(today) and (worker.person == actor.id or _manages(case, actor, today))
    }


def plan(cases: Iterable[Casefile], actor: Actor, asked: Asked, rules: Rules, now: datetime) -> Plan:
    """What would be handed over in these cases. Raises Refused if it cannot be at all. Changes nothing.

    `cases` as in :func:`theirs`; `now` in UTC.
    """
    today = dates.local(now).date()
    why = clean_text(asked.why, "the reason", limit=120)
    if not asked.to or not asked.person:
        raise Refused("Choose who hands over, and to whom.")
    if asked.to == asked.person:
        raise Refused("Choose somebody else: a person cannot hand over to themselves.")
    if asked.day > today + LATEST:
        raise Refused("Choose a day within the next year.")
    moves, in_the_way = list[Move](), list[tuple[str, str, str]]()
    for case in theirs(cases, actor, asked, today):
        if case.id in asked.without:
            continue
        parts = _parts(case, asked)
        command = HandOver(asked.person, asked.to, asked.day, tuple(one.id for one in parts), why)
        try:
            decide(case, command, rules, actor, now)
        except Refused as refused:
            in_the_way.append((case.id, name(case.reference, case.called), str(refused)))
        else:
            moves.append(Move(case.id, case.reference, case.called, tuple(one.part for one in parts), command))
    return Plan(tuple(moves), tuple(in_the_way))


def carry_out(plan: Plan, run: Callable[[str, HandOver], object]) -> Done:
    """Hand over what a plan says, case by case; `run` carries out a command in a case as the person who confirmed.

    Raises Refused, with nothing done, if something is in the way.
    """
    if plan.in_the_way:
        raise Refused(
            "Nothing was handed over: some cases cannot be handed over so. Leave them out, or choose somebody else."
        )
    if not plan.moves:
        raise Refused("There is nothing to hand over.")
    done, left = list[Move](), list[tuple[str, str]]()
    for move in plan.moves:
        try:
            run(move.case, move.command)
        except Refused as refused:
            left.append((name(move.reference, move.called), str(refused)))
        else:
            done.append(move)
    return Done(tuple(done), tuple(left))


def back(asked: Asked, done: Iterable[Move], cases: Iterable[Casefile], today: date) -> Asked:
    """What takes a hand-over back: the other way round, in the cases in which it was done, from the same day or from today.

    `cases` are the open ones that the actor sees.
    """
    those = {move.case for move in done}
    without = frozenset(case.id for case in cases if case.id not in those)
    day = max(asked.day, today)
    return Asked(asked.to, asked.person, day, asked.part, without, asked.day, "Hand-over taken back")


def words(parts: Iterable[Part]) -> str:
    """ "Social worker, second worker"."""
    return ", ".join(PARTS[one] for one in dict.fromkeys(parts)).capitalize()


def name(reference: str, called: str) -> str:
    return f"{reference}, {called}"


def _parts(case: Casefile, asked: Asked) -> list[Worker]:
    return [
        one
        for one in case.workers.values()
        if one.person == asked.person
        and one.reaches(asked.day)
        and asked.part in (None, one.part)
        and (asked.since is None or one.since >= asked.since)
    ]


def _manages(case: Casefile, actor: Actor, today: date) -> bool:
    """Whether the actor is the manager of a case; of invented ones in an app without sign-in everybody is."""
    own = (one for one in case.workers.values() if one.person == actor.id and one.part == "manager")
    return OPEN in actor.roles or any(one.in_force(today) for one in own)
