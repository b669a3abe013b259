"""What the pages of a case show beside :mod:`framework.casefile.reading`: the five cards, what waits for whom, rows of a list, and
the picture of the chronology.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from framework import dates
from framework.casefile import access, readers, reading
from framework.casefile.model import KINDS, LIVES, PARTS, STANDINGS, Casefile, Document, Entry, Part, read_when
from framework.casefile.reading import Mark, NextDate
from framework.items import Change, Edit, Restore
from framework.items import shown as shown_as
from framework.streams.kind import Actor, Relations
from framework.streams.policy import OPEN, See, allows

Card = Literal["child", "status", "homes", "family", "team"]
CARDS: dict[Card, str] = {
    "child": "The child",
    "status": "Legal status and dates",
    "homes": "Homes, and the adults in them",
    "family": "Parents and family",
    "team": "The team",
}
_ON: dict[str, Card] = {
    "child": "child",
    "status": "status",
    "home": "homes",
    "adult": "homes",
    "parent": "family",
    "sibling": "family",
    "worker": "team",
    "block": "team",
}
_DATES = frozenset({"looked_after_since", "next_review", "permanence_plan", "permanence_words"})
"""The fields of the child that stand on the card of legal status and dates."""
SOON = timedelta(days=14)
"""So long before its day a date waits for somebody (source: product)."""
NOW_NEEDED: tuple[Part, ...] = ("worker", "manager")
"""Without these parts an open case waits (source: product)."""


# ── Where it stands ──────────────────────────────────────────────────────────────────────────────────────────────────


def born(state: Casefile, day: date) -> str:
    """“born March 2018, 8 years”: the month and the year, never the day."""
    birth = state.child.birth if state.child else None
    if birth is None:
        return "date of birth not recorded"
    return ", ".join(filter(None, (f"born {reading.month_of_birth(birth)}", reading.age(birth, day))))


def standing(state: Casefile, day: date) -> tuple[str, ...]:
    """Where the child stands today: legal status, since when looked after, where they live."""
    child, status = state.child, reading.status_on(state, day)
    if child is None:
        return ()
    said = [STANDINGS[status] if status else "Legal status not recorded"]
    if child.looked_after_since and reading.is_looked_after(state, day):
        said.append(f"looked after since {dates.uk(child.looked_after_since)}")
    if child.lives:
        said.append(f"lives {LIVES[child.lives][0].lower()}{LIVES[child.lives][1:]}")
    return tuple(said)


def parts_of(state: Casefile, person: str, day: date) -> tuple[str, ...]:
    """The parts that a person has in it today, in words."""
    return tuple(PARTS[one.part] for one in reading.team(state, day).now if one.person == person)


# ── The five cards ───────────────────────────────────────────────────────────────────────────────────────────────────


def missing(state: Casefile, day: date) -> dict[Card, tuple[str, ...]]:
    """What each card still lacks, within a sentence. Nothing of it blocks anything; the chronology has no card."""
    found: dict[Card, list[str]] = {card: [] for card in CARDS}
    for one in reading.missing(state, day):
        if card := _card_of(one.kind, one.field):
            # "who was second worker" is asked of a record that is closed; on a card it is what the team lacks.
            found[card].append(f"the {one.what.removeprefix('who was ')}" if one.kind == "worker" else one.what)
    return {card: tuple(what) for card, what in found.items()}


def filled(state: Casefile, day: date) -> dict[Card, bool]:
    """Whether a card holds anything."""
    return {
        "child": bool(state.child and state.child.birth),
        "status": bool(state.statuses),
        "homes": bool(state.homes),
        "family": bool(state.parents or state.siblings),
        "team": bool(reading.team(state, day).now),
    }


class Made(NamedTuple):
    """A change on a card, and the way back."""

    at: datetime
    by: str
    """An id of a person."""
    what: str
    back: Change | Restore | None
    """None where something else was put there since."""


def made(state: Casefile, card: Card) -> list[Made]:
    """What was changed and removed on a card, the newest first."""
    found = []
    for (kind, identifier), edits in state.items.edits.items():
        for edit in edits:
            if _card_of(kind, edit.field) == card and (edit.field or edit.after is None):
                found.append(_made(state, kind, identifier, edit))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _card_of(kind: str, field: str) -> Card | None:
    return "status" if kind == "child" and field in _DATES else _ON.get(kind)


def _made(state: Casefile, kind: str, identifier: str, edit: Edit) -> Made:
    collection, item = KINDS.of(kind), state.of(kind).get(identifier)
    if not edit.field:
        gone = identifier in state.items.removed.get(kind, {})
        return Made(edit.at, edit.by, f"Removed a {collection.noun}", Restore(kind, identifier) if gone else None)
    before, after = (shown_as(collection, state.items, edit.field, value) for value in (edit.before, edit.after))
    holds = item is not None and getattr(item, edit.field) == edit.after
    back = Change(kind, identifier, edit.field, edit.before, edit.after) if holds else None
    label = collection.label(edit.field)
    return Made(edit.at, edit.by, f"{label[0].upper()}{label[1:]}: from {before} to {after}", back)


# ── What waits ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Waits(NamedTuple):
    """Something that waits for somebody."""

    what: str
    """A sentence without the child's name."""
    whom: str
    """A part in the case: "worker"."""
    on: date | None = None
    late: bool = False


def waits(state: Casefile, day: date) -> list[Waits]:
    """What waits for whom, the earliest day first. A closed case waits for nobody."""
    if state.child is None or state.closed:
        return []
    found = [Waits(one.what, _whose(one), one.on, one.late) for one in reading.next_dates(state, day)]
    there = {one.part for one in reading.team(state, day).now}
    found += [Waits(f"Nobody is its {PARTS[part].lower()}", "manager") for part in NOW_NEEDED if part not in there]
    if count := sum(map(len, missing(state, day).values())):
        found.append(Waits(f"{count} {'fact is' if count == 1 else 'facts are'} still to be filled in", "worker"))
    return sorted(found, key=lambda one: one.on or dates.FAR)


def _whose(one: NextDate) -> Part:
    """Whom a date waits for: who comes next is the manager's to say, a review its officer's to hold, a late one the worker's to date."""
    if one.what.startswith("Last day as"):
        return "manager"
    return "reviewing_officer" if "review" in one.what.casefold() and not one.late else "worker"


class Row(NamedTuple):
    """A case in a list."""

    id: str
    called: str
    reference: str
    born: str
    parts: tuple[str, ...]
    """Those of the reader, in words."""
    waits: tuple[Waits, ...]
    """What waits for the reader, and every date; for whoever has no part, all."""
    closed: bool
    invented: bool

    @property
    def next(self) -> Waits | None:
        """The next of these with a date."""
        return next((one for one in self.waits if one.on), None)


def row(state: Casefile, person: str, day: date) -> Row:
    """A case as a list shows it to a person who may see it."""
    own = {one.part for one in reading.team(state, day).now if one.person == person}
    mine = tuple(one for one in waits(state, day) if not own or one.whom in own or one.on)
    parts = parts_of(state, person, day)
    closed = state.closed is not None
    return Row(state.id, state.called, state.reference, born(state, day), parts, mine, closed, state.invented)


def unreadable(case: str, called: str, reference: str, closed: bool, invented: bool) -> Row:
    """A case that this release cannot read, as a list shows it."""
    return Row(case, called, reference, "", (), (Waits("It cannot be read just now", ""),), closed, invented)


def in_order(rows: Iterable[Row], text: str = "") -> list[Row]:
    """Those whose name or reference holds a text; open ones first, what waits earliest on top."""
    wanted = text.strip().casefold()
    found = [one for one in rows if wanted in f"{one.called} {one.reference}".casefold()]
    return sorted(found, key=lambda one: (one.closed, (one.next and one.next.on) or dates.FAR, one.called))


class Soon(NamedTuple):
    """What waits for somebody over all their cases."""

    rows: tuple[Row, ...]
    """Those in which a day has passed or is near, or in which something else waits for them."""
    line: str
    """One line that names no child, to be copied into a message; "" where nothing waits."""


def soon(rows: Iterable[Row], day: date) -> Soon:
    """What waits for somebody: whatever has no date, and dates that have passed or are near."""
    found = []
    for one in in_order(rows):
        near = tuple(wait for wait in one.waits if wait.on is None or wait.on <= day + SOON)
        if near and not one.closed:
            found.append(one._replace(waits=near))
    if not found:
        return Soon((), "")
    days = sorted(wait.on for one in found for wait in one.waits if wait.on)
    count = f"{len(found)} {'case waits' if len(found) == 1 else 'cases wait'} for you"
    by = f", the earliest by {dates.uk(days[0])}" if days else ""
    return Soon(tuple(found), f"Homeward: {count}{by}.")


# ── The chronology ───────────────────────────────────────────────────────────────────────────────────────────────────


def marks_of(entry: Entry | Document) -> tuple[str, ...]:
    """What a reader has to know before they pass something on; also of a reference to a document."""
    told = {
        "legal_advice": "Legal advice",
        "court": "Under a court’s restriction",
        "third_party": "About somebody else",
    }
    return tuple(words for name, words in told.items() if getattr(entry, name))


def restricted(state: Casefile) -> str:
    """How many entries nobody may copy, in words; "" where there are none."""
    count = sum(one.restricted for one in state.entries.values())
    return f"{count} {'entry' if count == 1 else 'entries'}" if count else ""


class Band(NamedTuple):
    """A time at home, on the timeline."""

    first: date
    last: date
    label: str
    said: str
    ended: bool


class Picture(NamedTuple):
    """The chronology over time: only what may be copied, since a picture can be taken away."""

    title: str
    """What to see in it, as a sentence."""
    rows: tuple[str, ...]
    marks: tuple[Mark, ...]
    bands: tuple[Band, ...]


RETURN = "Return home"


def picture(state: Casefile, day: date) -> Picture:
    """The events as marks in rows; each return home that has a length as a band across them, any other as a mark of its own."""
    found = reading.timeline(state, day, reading.chronology(state, for_copy=True))
    bands = [
        _band(number, one, day) for number, one in enumerate([one for one in found.returns if one.period], start=1)
    ]
    points = [one for one in found.returns if not one.period]
    rows = (*found.rows, *([RETURN] if points else []))
    return Picture(_title(found.marks, bands), rows, (*found.marks, *points), tuple(bands))


def _band(number: int, mark: Mark, day: date) -> Band:
    ordinal = ORDINAL.get(number, f"{number}th")
    said = f"{ordinal} time at home: {mark.when}, {length(mark.start, mark.end)}"
    return Band(mark.start, mark.end, f"Home {number}", said, mark.end < day)


ORDINAL = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}
TIMES = {1: "Once", 2: "Twice", 3: "Three times", 4: "Four times", 5: "Five times", 6: "Six times"}


def length(first: date, last: date) -> str:
    """How long it is from one day to another, roughly: “15 months”, “3 weeks”, “2 days”."""
    days = (last - first).days + 1
    months = round(days / 30.44)
    number, unit = (months, "month") if days >= 60 else (days // 7, "week") if days >= 14 else (days, "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _title(marks: Collection[Mark], bands: Collection[Band]) -> str:
    ended = [length(one.first, one.last) for one in bands if one.ended]
    if ended:
        named = ended[0] if len(ended) == 1 else f"{', '.join(ended[:-1])} and {ended[-1]}"
        return f"{TIMES.get(len(ended), f'{len(ended)} times')} at home before: for {named}"
    rows = [one.row for one in marks]
    most = max(rows, key=rows.count) if rows else ""
    if len(rows) == 1:
        return f"One event: {most.lower()}"
    return f"{len(rows)} events, most of them on: {most.lower()}" if rows else ""


# ── As it is typed, and who may ──────────────────────────────────────────────────────────────────────────────────────


def typed_when(when: str) -> str:
    """ "2026-11-24" as it is typed in Britain: “24/11/2026”; "2026-11" as “11/2026”."""
    return "/".join(reversed(when.split("-")))


def read_typed(text: str) -> str:
    """What the record makes of a typed day, month or year; what it cannot read stays as it is."""
    return str(read_when(text))


def may(deed: type, actor: Actor, parts: Relations = frozenset()) -> bool:
    """Whether somebody with these parts in a case may change a kind of item in it, or give a command."""
    return allows(access.POLICY, deed, actor.roles, parts)


def may_see_readers(actor: Actor, parts: Relations) -> bool:
    """Whether somebody may see who has read a case."""
    return allows(readers.POLICY, See, actor.roles, parts)


def part_words(parts: Iterable[str]) -> tuple[str, ...]:
    """As what somebody read a case."""
    words: dict[str, str] = {**{str(part): word for part, word in PARTS.items()}, OPEN: "In an app without sign-in"}
    return tuple(words[part] for part in parts if part in words)
