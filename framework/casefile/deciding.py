"""Commands on a case, and what each leads to: events, or Refused with a sentence for the user."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from framework import dates, items
from framework.casefile.model import (
    KINDS,
    OUTCOMES,
    PART_ROLES,
    PARTS,
    STANDINGS,
    Adult,
    Begun,
    Block,
    Casefile,
    Child,
    Closed,
    Entry,
    Event,
    GlassBroken,
    Home,
    Outcome,
    Parent,
    Part,
    Reopened,
    Sibling,
    Status,
    Worker,
    first_day,
    fold,
    last_day,
    when_words,
)
from framework.items import LINE_LIMIT, Add, Added, Change, Changed, Remove, Removed, Restore, Restored
from framework.people.roles import ROLES
from framework.streams.kind import Actor, Happened, Refused
from framework.text import clean, clean_text

GLASS_HOURS = 24
"""So long a case stays open to somebody who broke the glass (source: product)."""
GROWN_UP = 18
"""From this age on somebody in the home is one of the adults whom regulation 17 has assessed; below, they are a child."""
MANAGER = "team_manager"
"""The role of somebody who begins a case as its manager."""
RECORDS = "records_manager"
"""The role that brings in cases of every team."""
NO_IMPORT = (
    "Without sign-in this app takes invented cases only, so no file of cases is read here. Cases are brought in where people "
    "sign in with the council’s own sign-in."
)
OTHER_TEAM = (
    "This reference cannot be taken from you: you bring in the cases that name you as team manager. Ask the records manager to "
    "bring in the others."
)
"""Said before anybody looks whether there is such a case, so that it says nothing of that."""
FIRST_PART: dict[str, Part] = {MANAGER: "manager", "practitioner": "worker"}
"""The part in a case of somebody of this role who begins it."""
TEAM_KINDS = ("worker", "block")
"""Who works on a case, and who is kept out of it, can be changed when it is closed, too: it is still read."""
TO_CHOOSE: dict[str, dict[str, str]] = {
    "entry": {
        "sort": "Choose the kind of event.",
        "basis": "Say whether it is a fact, an opinion or said only.",
    },
    "parent": {"relation": "Choose how this person is related to the child."},
}
"""The fields of a new item that somebody has to choose, and the sentence for whoever has not: nothing is chosen for them."""
APART: tuple[tuple[Part, Part, str], ...] = (
    ("second_worker", "worker", "The second worker looks at the evidence without having met the family."),
    ("reviewing_officer", "worker", "A reviewing officer is independent of those who work on the case."),
    ("reviewing_officer", "manager", "A reviewing officer is independent of those who work on the case."),
    ("reviewing_officer", "second_worker", "A reviewing officer is independent of those who work on the case."),
    ("assurer", "worker", "Nobody checks the quality of their own work."),
    ("assurer", "manager", "Nobody checks the quality of their own work."),
    ("assurer", "second_worker", "Nobody checks the quality of their own work."),
)
"""Parts that one person may not have at the same time, and why. Sources: second worker, the framework; reviewing officer,
Care Planning, Placement and Case Review (England) Regulations 2010, regulation 46 (to be checked); assurer, product."""


class Rules(NamedTuple):
    """What the rules depend on beside the case."""

    open: bool
    """Whether the app runs without sign-in, where every case is an invented one."""
    roles: Callable[[str], frozenset[str]]
    """The roles that a person has now, by their id; none of somebody who is not known, or blocked."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin a case, with whoever does so in its team. Nothing but this comes into it: no case is made from another."""

    case: str
    reference: str
    called: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Close:
    """What is missing does not stand in the way; :func:`framework.casefile.reading.missing` shows it."""

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


@dataclass(frozen=True, slots=True)
class BringIn:
    """Begin a case as the council's own system has it: all that is known, and its team, at once or not at all."""

    case: str
    reference: str
    called: str
    commands: tuple[items.Command, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    """From a day on somebody else does what a person did in a case."""

    person: str
    to: str
    day: date
    """The first day of whoever takes over."""
    parts: tuple[str, ...]
    """The ids of the workers (:class:`framework.casefile.model.Worker`) that are handed over."""
    why: str = ""


Command = Begin | items.Command | Close | Reopen | BreakGlass | BringIn | HandOver


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(state: Casefile, command: Command, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user."""
    today = dates.local(now).date()
    match command:
        case Begin():
            return _begin(state, command, rules, actor, today)
        case BreakGlass(reason=reason):
            reason = clean_text(reason, "the reason", required=True)
            return [GlassBroken(person=actor.id, reason=reason, until=now + timedelta(hours=GLASS_HOURS))]
        case Reopen(reason=reason):
            return [Reopened(reason=clean_text(reason, "the reason", required=True))] if state.closed else []
        case Close():
            return _close(state, command, today)
        case BringIn():
            return _bring_in(state, command, rules, actor, now)
        case HandOver():
            return _hand_over(state, command, rules, actor, now)
    if state.closed and command.kind not in TEAM_KINDS:
        raise Refused(_closed(state))
    return _items(state, command, rules, actor, now)


def _begin(state: Casefile, command: Begin, rules: Rules, actor: Actor, today: date) -> list[Event]:
    if state.version:
        raise Refused("This case has begun already.")
    if rules.open and not command.invented:
        raise Refused("Without sign-in this app takes invented cases only. No real child may be put in.")
    reference, called = _line(command.reference, "the reference"), _line(command.called, "the name used here")
    events: list[Event] = [Begun(case=command.case, reference=reference, called=called, invented=command.invented)]
    part = next((part for role, part in FIRST_PART.items() if role in actor.roles), None)
    if actor.id and part:
        events.append(Added(item=Worker(id="w1", person=actor.id, part=part, since=today, why="Began the case")))
    return events


def _bring_in(state: Casefile, command: BringIn, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    if state.version:
        raise Refused("This case has begun already.")
    if rules.open:
        raise Refused(NO_IMPORT)
    reference, called = _line(command.reference, "the reference"), _line(command.called, "the name used here")
    events: list[Event] = [Begun(case=command.case, reference=reference, called=called, invented=False)]
    events += _one_after_the_other(fold([Happened(events[0], actor.id, now)]), command.commands, rules, actor, now)
    team = [event.item for event in events if isinstance(event, Added) and isinstance(event.item, Worker)]
    if not any(one.part in ("worker", "manager") for one in team):
        raise Refused("It names neither a social worker nor a team manager, so nobody could open the case.")
    if RECORDS not in actor.roles and not any(one.part == "manager" and one.person == actor.id for one in team):
        raise Refused(OTHER_TEAM)
    return events


def _one_after_the_other(
    state: Casefile, commands: Iterable[items.Command], rules: Rules, actor: Actor, now: datetime
) -> list[Event]:
    """The events of commands each of which finds what those before it have left."""
    events: list[Event] = []
    for command in commands:
        new = _items(state, command, rules, actor, now)
        state = fold((Happened(event, actor.id, now) for event in new), state)
        events += new
    return events


def _hand_over(state: Casefile, command: HandOver, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    today = dates.local(now).date()
    if state.closed:
        raise Refused(_closed(state))
    if command.to == command.person:
        raise Refused("Choose somebody else: a person cannot hand over to themselves.")
    if command.day < today:
        raise Refused(f"{dates.uk(command.day)} is past. Somebody else takes over today at the earliest.")
    steps: list[items.Command] = []
    for identifier in command.parts:
        worker = state.workers.get(identifier)
        if worker is None or worker.person != command.person or not worker.reaches(command.day):
            raise Refused("Who works on this case has changed meanwhile. Look at what would be handed over once more.")
        steps += _steps(state, worker, command)
    if not steps:
        raise Refused("This person has no part in this case that could be handed over.")
    return _one_after_the_other(state, steps, rules, actor, now)


def _steps(state: Casefile, worker: Worker, command: HandOver) -> list[items.Command]:
    """What ends a part and begins it for whoever takes over, unless they have it for all of that time already."""
    begins = max(worker.since, command.day)
    ends: items.Command = (
        Change("worker", worker.id, "until", command.day - timedelta(days=1))
        if worker.since < command.day
        else Remove("worker", worker.id, command.why)
    )
    has = any(
        one.person == command.to
        and one.part == worker.part
        and one.since <= begins
        and (one.until or date.max) >= (worker.until or date.max)
        for one in state.workers.values()
    )
    values = {"person": command.to, "part": worker.part, "since": begins, "until": worker.until, "why": command.why}
    return [ends] if has else [ends, Add("worker", values)]


def _line(given: str, what: str) -> str:
    return clean_text(" ".join(clean(given).split()), what, required=True, limit=LINE_LIMIT)


def _close(state: Casefile, command: Close, today: date) -> list[Event]:
    words = clean_text(command.words, "the words on it")
    if state.closed:
        if state.closed[:3] == (command.outcome, command.on, words):  # a second click
            return []
        raise Refused(_closed(state))
    if command.outcome not in OUTCOMES:
        raise Refused(f"Outcome: choose one of: {', '.join(OUTCOMES.values())}.")
    if command.on > today:
        raise Refused(f"{dates.uk(command.on)} is still to come: give the day on which the case was closed.")
    return [Closed(outcome=command.outcome, on=command.on, words=words)]


def _closed(state: Casefile) -> str:
    on = dates.uk(state.closed.on) if state.closed else ""
    return f"This case was closed on {on}: it can be read, and not changed. Reopen it first."


def _items(state: Casefile, command: items.Command, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    today = dates.local(now).date()
    match command:
        case Add(kind="worker", values=values):
            command = Add("worker", {"since": today, **values})
        case Add(kind="child") | Remove(kind="child"):
            raise Refused("Each case has one child, and keeps it. Change what is known of the child instead.")
        case Remove():
            _may_remove(state, command)
    events: list[Event] = items.decide(KINDS, state.items, command)
    if isinstance(command, Add):
        _refuse_unchosen(command)
    after = fold((Happened(event, actor.id, now) for event in events), state)
    for item in _touched(after, events):
        if problem := _problem(after, item, today):
            raise Refused(problem)
        if isinstance(item, Worker) and isinstance(command, Add | Restore):
            _refuse_without_role(item, rules)
    return events


def _refuse_without_role(worker: Worker, rules: Rules) -> None:
    """Raises Refused if somebody is given a part for which they have no role."""
    if not rules.roles(worker.person) & PART_ROLES[worker.part]:
        roles = " or ".join(ROLES[name].label for name in ROLES if name in PART_ROLES[worker.part])
        raise Refused(
            f"{PARTS[worker.part]}: this person does not have the role for it ({roles}). Choose somebody else, or ask an "
            "administrator of Homeward to give them the role first."
        )


def _refuse_unchosen(command: Add) -> None:
    """Raises Refused for a choice that nobody made. What older releases wrote has a default there, and is read with it."""
    for name, sentence in TO_CHOOSE.get(command.kind, {}).items():
        if not command.values.get(name):
            raise Refused(sentence)


def _may_remove(state: Casefile, command: Remove) -> None:
    items.known(KINDS, state.items, command.kind, command.id)
    if command.kind == "home":
        inside = [one.name for one in state.adults.values() if one.home == command.id]
        if inside:
            raise Refused(f"{', '.join(inside)} live in this home. Move or remove them first.")
    if command.kind == "block" and not clean(command.reason):
        raise Refused("Say why this person is no longer kept out. The record keeps the reason.")


def _touched(after: Casefile, events: Iterable[Event]) -> list[Any]:
    """The items as they are after these events, without those that are gone."""
    found = []
    for event in events:
        match event:
            case Added(item=item):
                found.append(item)
            case Changed(kind=kind, id=identifier) | Restored(kind=kind, id=identifier):
                found.append(after.of(kind)[identifier])
            case Removed():
                pass
    return found


# ── Rules between fields and items ───────────────────────────────────────────────────────────────────────────────────


def _problem(state: Casefile, item: Any, today: date) -> str | None:
    """What is wrong with an item as it now stands, as a sentence; None if it can stay so."""
    match item:
        case Child():
            return _child_problem(state, item, today)
        case Status():
            return _status_problem(state, item, today)
        case Home():
            return None
        case Adult():
            return _adult_problem(state, item, today)
        case Parent():
            return _birth_problem(item.birth, today)
        case Sibling():
            return _sibling_problem(state, item)
        case Worker():
            return _worker_problem(state, item)
        case Entry():
            return _entry_problem(item, today)
        case Block():
            return _block_problem(state, item, today)
    return None


def _child_problem(state: Casefile, child: Child, today: date) -> str | None:
    born, since = child.birth, child.looked_after_since
    if born and born > today:
        return f"{dates.uk(born)} is still to come. Of a child who is not yet born, leave the date of birth empty."
    if since and since > today:
        return f"{dates.uk(since)} is still to come: the child cannot be looked after since then."
    if born and since and since < born:
        return (
            f"The child was born on {dates.uk(born)} and cannot be looked after since {dates.uk(since)}, before that. Change or "
            "clear the one that is wrong first."
        )
    early = [one for one in state.statuses.values() if born and one.status != "edge" and one.since < born]
    if early:
        return (
            f"{STANDINGS[early[0].status]} begins on {dates.uk(early[0].since)}, before this date of birth. Change the one that is "
            "wrong first."
        )
    return None


def _status_problem(state: Casefile, status: Status, today: date) -> str | None:
    name = STANDINGS[status.status]
    if status.since > today:
        return f"{name}: {dates.uk(status.since)} is still to come. Put it in once it has begun."
    if status.until and status.until < status.since:
        return f"{name}: it would end on {dates.uk(status.until)}, before it begins on {dates.uk(status.since)}."
    born = state.child.birth if state.child else None
    if born and status.status != "edge" and status.since < born:
        return f"{name}: it would begin on {dates.uk(status.since)}, before the child was born on {dates.uk(born)}."
    for other in state.statuses.values():
        if other.id != status.id and _overlap(status, other):
            return (
                f"{name} from {dates.uk(status.since)} overlaps with {STANDINGS[other.status]} from {dates.uk(other.since)}"
                f"{f' to {dates.uk(other.until)}' if other.until else ', which has no last day yet'}. A child has one legal status at a "
                "time: give the earlier one its last day first."
            )
    return None


def _overlap(one: Status, other: Status) -> bool:
    """Whether two statuses share more than the day on which the one gives way to the other."""
    first, second = sorted((one, other), key=lambda status: (status.since, status.until or date.max))
    return first.since == second.since or first.until is None or first.until > second.since


def _adult_problem(state: Casefile, adult: Adult, today: date) -> str | None:
    if adult.home not in state.homes:
        return "Choose one of the homes of this case. If it is not there yet, add the home first."
    if problem := _birth_problem(adult.birth, today):
        return problem
    if adult.birth and years_between(first_day(adult.birth), today) < GROWN_UP:
        return (
            f"{adult.name} is not yet {GROWN_UP} by this date of birth. Here stand the adults of the home only; put a child "
            "under brothers and sisters."
        )
    return _period_problem(adult.since, adult.until, "would have moved out", "they moved in")


def _birth_problem(birth: str, today: date) -> str | None:
    if birth and first_day(birth) > today:
        return f"{when_words(birth)} is still to come: it cannot be a date of birth."
    return None


def _period_problem(since: str, until: str, ends: str, begins: str) -> str | None:
    if since and until and last_day(until) < first_day(since):
        return (
            f"This {ends} in {when_words(until)}, before {begins} in {when_words(since)}. Change one of the two dates."
        )
    return None


def years_between(born: date, day: date) -> int:
    """Whole years of age. Somebody born on 29 February has their birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _sibling_problem(state: Casefile, sibling: Sibling) -> str | None:
    if not sibling.case and not sibling.who:
        return "Say who the brother or sister is, or choose their case."
    if sibling.case == state.id:
        return "A case cannot be linked to itself."
    if sibling.case and any(one.case == sibling.case and one.id != sibling.id for one in state.siblings.values()):
        return "This case is linked already."
    return None


def _worker_problem(state: Casefile, worker: Worker) -> str | None:
    if worker.until and worker.until < worker.since:
        return f"The last day, {dates.uk(worker.until)}, comes before the first, {dates.uk(worker.since)}."
    if any(one.person == worker.person for one in state.blocks.values()):
        return "This person is kept out of the case. Whoever is to work on it must not be: take the block back first, and say why."
    others = [one for one in state.workers.values() if one.person == worker.person and one.id != worker.id]
    for other in others:
        if not _at_the_same_time(worker, other):
            continue
        if other.part == worker.part:
            return f"This person is {PARTS[worker.part].lower()} in this case already, since {dates.uk(other.since)}."
        for one, another, why in APART:
            if {one, another} == {worker.part, other.part}:
                return (
                    f"One person cannot be {PARTS[one].lower()} and {PARTS[another].lower()} in a case. {why} Choose somebody else, or end "
                    "the other part first."
                )
    return None


def _at_the_same_time(one: Worker, other: Worker) -> bool:
    return one.since <= (other.until or date.max) and other.since <= (one.until or date.max)


def _entry_problem(entry: Entry, today: date) -> str | None:
    if first_day(entry.since) > today:
        return f"{when_words(entry.since)} is still to come: the chronology holds what has happened."
    if entry.until and first_day(entry.until) > today:
        return f"{when_words(entry.until)} is still to come. Of a period that goes on, leave the end empty and say that it goes on."
    if entry.until and entry.goes_on:
        return "A period that goes on has no end yet. Clear the end, or say that it does not go on."
    return _period_problem(entry.since, entry.until, "period would end", "it begins")


def _block_problem(state: Casefile, block: Block, today: date) -> str | None:
    if any(one.person == block.person and one.id != block.id for one in state.blocks.values()):
        return "This person is kept out of the case already."
    if any(one.person == block.person and (not one.until or one.until >= today) for one in state.workers.values()):
        return "This person works on the case, so they cannot be kept out of it. Remove them from the team first."
    return None
