"""Saved cost scenarios: each name is a stream of its own in the record, so that who saved what and when is kept.

To save under a name that is there already adds a version; to remove one hides it and keeps its record.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

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
    query: str
    """The scenario as the query of an address."""
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
    at = now()
    version = _append(store, stream, name, "saved", {"name": name, "query": query}, by, at)
    return Saved(stream, name, query, by, at, version)


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


def scenario_of(figures: Figures, saved: Saved) -> tuple[sc.Scenario, list[str]]:
    """The scenario, and a sentence for each part that today's figures do not know any more."""
    return sc.from_query(figures, dict(parse_qsl(saved.query)))


def _saved(event: StoredEvent) -> Saved:
    content = json.loads(event.text)
    return Saved(event.stream, content["name"], content["query"], event.actor, event.at, event.version)


def _append(store: Store, stream: str, title: str, type_: str, content: dict[str, str], by: str, at: datetime) -> int:
    event = _event(type_, content)
    for _ in range(TRIES):
        try:
            return store.append(stream, store.head(stream), [event], actor=by, at=at, kind=KIND, title=title)
        except Conflict:
            continue  # somebody else saved under this name at the same moment: ours becomes the next version
    raise Refused("Too many people are saving under this name at the same moment. Nothing was saved; try again.")


def _event(type_: str, content: dict[str, str]) -> NewEvent:
    return NewEvent(type_, json.dumps(content, ensure_ascii=False))


def _text(text: str, what: str) -> str:
    """Text from a person on one line, without what cannot be shown."""
    clean = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not clean:
        raise Refused(f"Please give {what}.")
    if len(clean) > NAME_LIMIT:
        raise Refused(f"Please shorten this: it has {len(clean)} characters, and {NAME_LIMIT} fit.")
    return clean
