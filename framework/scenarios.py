"""Saved cost scenarios: each name is a stream of its own in the record, so that who saved what and when is kept.

To save under a name that is there already adds a version; to remove one hides it and keeps its record.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from framework.costs import figures as published
from framework.costs import keeping
from framework.costs import scenario as sc
from framework.costs.figures import Figures
from framework.panel import NAME_LIMIT, Refused
from framework.streams.store import Conflict, NewEvent, Store, StoredEvent

KIND = "costs"
MOST = 200
"""Scenarios kept in the list at once."""
TRIES = 20


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario under its name, as it was last saved."""

    stream: str
    name: str
    payload: str
    """What was stored, as JSON: its name, its address (`query`) and, since release 0.4.0, all that it rests on (`keeping.kept`)."""
    by: str
    at: datetime
    version: int


def stream_of(name: str) -> str:
    """One stream a name, whatever its capitals and spaces, so that two people cannot make two of the same name."""
    return f"{KIND}:{hashlib.sha256(' '.join(name.casefold().split()).encode()).hexdigest()[:16]}"


def save(
    store: Store, now: Callable[[], datetime], figures: Figures, name: str, by: str, scenario: sc.Scenario
) -> Saved:
    """Save a scenario under a name, as a new version if there is one. Raises Refused with a sentence."""
    name, by = _text(name, "the scenario a name"), _text(by, "your name")
    stream = stream_of(name)
    if not any(known.stream == stream for known in all_saved(store)) and len(all_saved(store)) >= MOST:
        raise Refused(
            f"There are {MOST} saved scenarios already. Remove one that is no longer needed, then save again."
        )
    query = urlencode(sc.to_query(figures, scenario))
    event = _event("saved", {"name": name, "query": query} | keeping.kept(figures, scenario))
    at = now()
    version = _append(store, stream, name, event, by, at)
    return Saved(stream, name, event.payload, by, at, version)


def remove(store: Store, now: Callable[[], datetime], seen: Saved, by: str) -> None:
    """Take a scenario out of the list. Its record stays, and saving under its name brings it back.

    Only the version that was seen: raises Refused if there is a newer one, or none any more.
    """
    by = _text(by, "your name")
    event = _event("removed", {"name": seen.name})
    try:
        store.append(seen.stream, seen.version, [event], actor=by, at=now(), kind=KIND, title=seen.name)
    except Conflict:
        known = next((one for one in all_saved(store) if one.stream == seen.stream), None)
        if known is None:
            raise Refused("This scenario is not in the list any more; somebody else has just removed it.") from None
        raise Refused(
            f"{known.by} has saved “{known.name}” again in the meantime (version {known.version}; you saw version "
            f"{seen.version}). Look at it first. If it is to go all the same, press the button once more."
        ) from None


def all_saved(store: Store) -> list[Saved]:
    """Every scenario in the list, the one saved last first."""
    found = []
    for info in store.streams(KIND):
        (last,) = store.read(info.stream, after=info.head - 1, upto=info.head)
        if last.type == "saved":
            found.append(_saved(last))
    return found


def history(store: Store, stream: str) -> list[StoredEvent]:
    """Who saved or removed it, and when, the first first."""
    return store.read(stream)


def opened(saved: Saved, figures_on: Callable[[date], Figures] | None = None) -> keeping.Opened:
    """The scenario as it was saved, with the published figures of then. `figures_on`: those of a day (None: as published)."""
    return keeping.opened(json.loads(saved.payload), figures_on or (lambda day: published.load(on=day)))


def _saved(event: StoredEvent) -> Saved:
    name = json.loads(event.text)["name"]
    return Saved(event.stream, name, event.text, event.actor, event.at, event.version)


def _append(store: Store, stream: str, title: str, event: NewEvent, by: str, at: datetime) -> int:
    for _ in range(TRIES):
        try:
            return store.append(stream, store.head(stream), [event], actor=by, at=at, kind=KIND, title=title)
        except Conflict:
            continue  # somebody else saved under this name at the same moment: ours becomes the next version
    raise Refused("Too many people are saving under this name at the same moment. Nothing was saved; try again.")


def _event(type_: str, content: dict[str, Any]) -> NewEvent:
    return NewEvent(type_, json.dumps(content, ensure_ascii=False))


def _text(text: str, what: str) -> str:
    """Text from a person on one line, without what cannot be shown."""
    clean = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not clean:
        raise Refused(f"Please give {what}.")
    if len(clean) > NAME_LIMIT:
        raise Refused(f"Please shorten this: it has {len(clean)} characters, and {NAME_LIMIT} fit.")
    return clean
