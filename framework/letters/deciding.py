"""Commands on the papers for the family, and what each leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from framework import dates, items
from framework.casefile.model import Casefile, first_day, when_words
from framework.items import Add, Change, Restore
from framework.letters import papers, reading
from framework.letters.model import (
    ANSWERS,
    HOWS,
    KINDS,
    Answer,
    Begun,
    Checked,
    Copy,
    Event,
    Fact,
    Filed,
    How,
    Letter,
    Letters,
    Replied,
    Withheld,
)
from framework.letters.reading import OfDecision
from framework.streams.kind import Actor, Refused
from framework.text import clean_text


class Rules(NamedTuple):
    """What the rules depend on beside the papers."""

    today: date
    case: Casefile
    """As it stands: of nobody in particular, so that what must not be told is known."""
    known: Mapping[str, OfDecision] = {}
    """Decision → what the papers may tell of it."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Begin:
    """The first command of a case's papers."""

    case: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a parent or home carer says of a fact about them, entered by the worker or by themselves in the worker's hand."""

    fact: str
    answer: Answer
    words: str = ""
    on: date | None = None
    """None: today."""
    how: How = "page"
    seen: str = ""
    """The fact as it was on the screen or on the paper; "": as it is."""


@dataclass(frozen=True, slots=True)
class CheckWithheld:
    withheld: str
    agreed: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """Freeze a version of a copy or of the child's letter."""

    sort: Literal["copy", "letter"]
    id: str
    seen: int = field(default=0)
    """How many versions the screen showed: a second click files no second one."""


Command = Begin | items.Command | Reply | CheckWithheld | File


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(state: Letters, command: Command, rules: Rules, actor: Actor) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user."""
    if isinstance(command, Begin):
        return [] if state.version else [Begun(case=command.case)]
    if rules.case.closed:
        raise Refused("This case is closed: its papers can be read, and not changed. Reopen the case first.")
    match command:
        case Reply():
            return _reply(state, command, rules)
        case CheckWithheld():
            return _check(state, command, actor)
        case File():
            return _file(state, command, rules)
    return _items(state, command, rules)


def _items(state: Letters, command: items.Command, rules: Rules) -> list[Event]:
    events: list[Event] = items.decide(KINDS, state.items, command)
    match command:
        case Add():
            _may_add(state, events[0].item, rules)  # type: ignore[union-attr]
        case Change(kind="fact", field="since", value=value):
            _refuse_future(str(value), rules)
        case Change(kind="fact", id=identifier, field="words" | "source" | "stays_why" as name, value=value) if events:
            _refuse_restricted(state.facts[identifier].model_copy(update={name: str(value)}), rules)
        case Restore(kind="fact", id=identifier) if events:
            _refuse_restricted(state.items.removed["fact"][identifier], rules)
            _refuse_second(state, state.items.removed["fact"][identifier])
        case Restore(kind="withheld", id=identifier) if events:
            _may_add(state, state.items.removed["withheld"][identifier], rules)
    return events


def _may_add(state: Letters, item: Any, rules: Rules) -> None:
    there = {one.id for one in reading.people(rules.case)}
    match item:
        case Fact():
            _refuse_future(item.since, rules)
            _refuse_stranger(item.person, there)
            _refuse_restricted(item, rules)
            _refuse_second(state, item)
        case Copy():
            _refuse_stranger(item.person, there)
            if any((one.person, one.decision) == (item.person, item.decision) for one in state.copies.values()):
                raise Refused("There is a copy for this person and this decision already. Go on in that one.")
        case Letter():
            if any(one.decision == item.decision for one in state.letters.values()):
                raise Refused("There is a letter of this decision already. Go on in that one.")
        case Withheld():
            if item.copy_id not in state.copies:
                raise Refused("This copy is not there any more.")
            if item.fact and any(
                (one.copy_id, one.fact) == (item.copy_id, item.fact) for one in state.withheld.values()
            ):
                raise Refused("This fact is left out of the copy already.")


def _refuse_stranger(person: str, there: set[str]) -> None:
    if person not in there:
        raise Refused("Choose one of the parents or home carers of this case. Add them under “What we know” first.")


def _refuse_future(since: str, rules: Rules) -> None:
    if since and first_day(since) > rules.today:
        raise Refused(f"{when_words(since)} is still to come: a fact has happened.")


def _refuse_second(state: Letters, fact: Fact) -> None:
    if fact.entry and any(one.entry == fact.entry for one in reading.facts_of(state, fact.person)):
        raise Refused("This entry is a fact about this person already. Change it there.")


def _refuse_restricted(fact: Fact, rules: Rules) -> None:
    if reading.restricted(fact, rules.case):
        raise Refused(
            "This is legal advice, or under a court’s restriction: it may be no fact in a paper for the family."
        )


def _reply(state: Letters, command: Reply, rules: Rules) -> list[Event]:
    fact = state.facts.get(command.fact)
    if fact is None:
        raise Refused("This fact has been taken out meanwhile. Nothing was kept; tell the worker.")
    if command.answer not in ANSWERS or command.how not in HOWS:
        raise Refused("Choose one of the answers.")
    words = clean_text(command.words, "what they say", required=command.answer != "confirm")
    on = command.on or rules.today
    if on > rules.today:
        raise Refused(f"{dates.uk(on)} is still to come: give the day on which they answered.")
    said = command.seen or fact.words
    new = Replied(fact=fact.id, said=said, answer=command.answer, words=words, on=on, how=command.how)
    last = reading.last_reply(state, fact.id)
    if last and (last.said, last.answer, last.words, last.on) == (said, command.answer, words, on):
        return []  # a second click
    return [new]


def _check(state: Letters, command: CheckWithheld, actor: Actor) -> list[Event]:
    part = state.withheld.get(command.withheld)
    if part is None:
        raise Refused("This part is not there any more.")
    if not part.reason or (part.reason == "own" and not part.words):
        raise Refused("It has no reason yet: whoever gets the copy reads it in the place of the part.")
    if actor.id in reading.wrote(state, "withheld", part.id):
        raise Refused(
            "Whoever leaves a part out does not check it. Somebody else who manages this case does; without sign-in, choose another "
            "invented person."
        )
    words = clean_text(command.words, "the reason", required=not command.agreed)
    known = state.checks.get(part.id)
    if known and (known.agreed, known.words) == (command.agreed, words):
        return []
    return [Checked(withheld=part.id, agreed=command.agreed, words=words)]


def _file(state: Letters, command: File, rules: Rules) -> list[Event]:
    item = state.items.of(command.sort).get(command.id)
    if item is None:
        raise Refused("This is not there any more.")
    if command.seen < sum(one.id == command.id for one in state.filed):
        return []
    known = rules.known.get(item.decision, OfDecision())
    if isinstance(item, Copy):
        paper = papers.copy(state, item, rules.case, known)
        stops = reading.stops(state, item, rules.case, known, paper)
    else:
        paper = papers.letter(item, rules.case, known)
        stops = reading.letter_stops(item, rules.case, paper)
    stops = [*papers.outdated(item, rules.case, known), *stops]
    if stops:
        raise Refused(f"It cannot be filed yet. {' '.join(stops)}")
    if any(one.id == item.id and one.paper == paper for one in state.filed[-1:]):
        raise Refused("Nothing in it has changed since it was filed last.")
    person = item.person if isinstance(item, Copy) else ""
    return [Filed(sort=command.sort, id=item.id, decision=item.decision, person=person, paper=paper)]
