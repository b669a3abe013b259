"""What happened in a case, who read it and what was handed out of it, in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from framework import dates, trail
from framework.casefile import reading, released
from framework.casefile.handout import reasons
from framework.casefile.model import (
    CHILD,
    KINDS,
    OUTCOMES,
    PARTS,
    Begun,
    Casefile,
    Child,
    Closed,
    GlassBroken,
    Reopened,
    when_words,
)
from framework.casefile.readers import Read
from framework.items import Added, Changed, Removed, Restored
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop
from framework.trail import Said, Written, name_of


def told(happened: Sequence[Happened], state: Casefile, names: Mapping[str, str]) -> list[Said]:
    """Every event of a case. `state` is the case as it stands now: what is marked in it as legal advice or under a court's
    restriction is marked here from its first word on."""
    written = Written(KINDS, _value(names))
    restricted = reading.restricted(state)
    found = []
    for event, actor, at in happened:
        if isinstance(event, Begun):
            written.begin(Child(id=CHILD, reference=event.reference, name=event.called))
        found.append(Said(at, name_of(names, actor), _words(event, written, names), _about(event) in restricted))
    return found


def _about(event: Any) -> tuple[str, str]:
    item = event.item if isinstance(event, Added) else event
    return getattr(item, "kind", ""), getattr(item, "id", "")


def _value(names: Mapping[str, str]) -> trail.Value:
    def value(kind: str, field: str, given: Any) -> str | None:
        if field == "person":
            return name_of(names, given)
        if field == "case":
            return "a case of their own"
        if field == "birth" and isinstance(given, date):
            return dates.month_words(given.isoformat()[:7])
        if kind == "entry" and field in ("since", "until"):
            return when_words(given)
        return None

    return value


def _words(event: Any, written: Written, names: Mapping[str, str]) -> str:
    match event:
        case Erased():
            return trail.erased(event)
        case Begun(reference=reference, called=called, invented=invented):
            return f"Began the case {reference}, of a child who is called {called} here{' (invented)' if invented else ''}."
        case Added() | Changed() | Removed() | Restored():
            return written.words(event)
        case Closed(outcome=outcome, on=on, words=words):
            said = f"Closed the case on {dates.uk(on)}: {OUTCOMES[outcome].lower()}."
            return f"{said} {with_full_stop(words)}" if words else said
        case Reopened(reason=reason):
            return f"Opened the case again: {with_full_stop(reason)}"
        case GlassBroken(reason=reason, until=until):
            return f"Broke the glass, until {dates.uk_time(until)}: {with_full_stop(reason)}"
    return "Did something that this release has no words for."


def reads(found: Iterable[Read], names: Mapping[str, str]) -> list[Said]:
    """Who read what, as what and why."""
    return [Said(one.at, name_of(names, one.person), _read(one)) for one in found]


def _read(one: Read) -> str:
    parts = ", ".join(PARTS[part].lower() for part in PARTS if part in one.parts)
    said = f"Read “{one.what}”{f', as {parts}' if parts else ''}{', having broken the glass' if one.stands_out else ''}"
    return f"{said}: {with_full_stop(one.why)}" if one.why else f"{said}."


def handed_out(happened: Iterable[Happened], names: Mapping[str, str]) -> list[Said]:
    """What was left out of hand-outs, and what was given to whom."""
    return [Said(at, name_of(names, actor), _released(event)) for event, actor, at in happened]


def _released(event: Any) -> str:
    match event:
        case Erased():
            return trail.erased(event)
        case released.ItemLeftOut(reason=reason, words=words):
            why = next((one.label for one in reasons().reason if one.id == reason), "")
            return f"Chose to leave something out of the next hand-out: {with_full_stop('. '.join(filter(None, (why, words))))}"
        case released.ItemPutBack():
            return "Chose not to leave it out of the next hand-out after all."
        case released.HandedOut(to=to, why=why, held=held, left_out=left_out):
            return f"Handed out {held} items to {to}, {len(left_out)} of them left out with a reason: {with_full_stop(why)}"
    return "Did something that this release has no words for."


def people(happened: Iterable[Happened]) -> set[str]:
    """Everybody who acts or is named in what happened."""
    found = set()
    for event, actor, _ in happened:
        item = event.item if isinstance(event, Added) else event
        found |= {actor, getattr(item, "person", "")}
    return found - {""}
