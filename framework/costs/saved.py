"""Saved cost scenarios: each name is a stream of its own in the record, so that who saved what and when is kept.

To save under a name that is there already adds a version, once somebody has said so; every version can be opened. To remove a
scenario hides it and keeps its record.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from framework.costs import access, keeping, model
from framework.costs import figures as published
from framework.costs.figures import Figures
from framework.dates import uk_time
from framework.streams.door import REST, Door
from framework.streams.kind import (
    NOBODY,
    Actor,
    Context,
    Erased,
    Happened,
    Kind,
    Pair,
    Refused,
    Unreadable,
    by_type,
)
from framework.text import clean_name

MOST = 200
"""Scenarios kept in the list at once (source: product)."""


# ── Events, state, commands ──────────────────────────────────────────────────────────────────────────────────────────


class ScenarioSaved(BaseModel):
    """Its address and, since release 0.4.0, all that it rests on (:func:`framework.costs.keeping.kept`)."""

    model_config = ConfigDict(frozen=True)

    name: str
    query: str
    inputs: dict[str, Any] | None = None
    figures: dict[str, Any] | None = None


class ScenarioRemoved(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario under its name, as it was last saved; without `content` once it was removed."""

    version: int = 0
    id: str = ""
    name: str = ""
    content: ScenarioSaved | None = None
    by: str = ""
    at: datetime | None = None


class NameTaken(Refused):
    """There is a scenario of this name; `saved` is what stands there. It is asked for, not saved over."""

    def __init__(self, saved: Saved) -> None:
        when = f" on {uk_time(saved.at)}" if saved.at else ""
        super().__init__(
            f"There is a scenario “{saved.name}” already: {saved.by} saved version {saved.version}{when}. Nothing has been saved "
            "yet. Give yours another name, or save it as the next version of that one."
        )
        self.saved = saved


@dataclass(frozen=True, slots=True)
class Save:
    """Save it under its name; over another's only if it is the version that was asked about."""

    content: ScenarioSaved
    over: int = 0


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove the version that stood on the screen, and no newer one."""

    seen: int


def identifier_of(name: str) -> str:
    """One stream a name, whatever its capitals and spaces, so that two people cannot make two of the same name."""
    return hashlib.sha256(" ".join(name.casefold().split()).encode()).hexdigest()[:16]


def fold(happened: Iterable[Happened], start: Saved) -> Saved:
    for event, actor, at in happened:
        if isinstance(event, ScenarioSaved):
            start = Saved(start.version + 1, identifier_of(event.name), event.name, event, actor, at)
        elif isinstance(event, Erased):
            start = replace(start, version=start.version + 1)
        else:
            start = Saved(start.version + 1, start.id, start.name, None, actor, at)
    return start


def decide(saved: Saved, command: Save | Remove, context: Context[None]) -> list[BaseModel]:
    if isinstance(command, Save):
        if saved.content == command.content and saved.by == context.actor.name:
            return []
        if saved.content is not None and command.over != saved.version:
            raise NameTaken(saved)
        return [command.content]
    if saved.content is None:
        raise Refused("This scenario is not in the list any more; somebody else has just removed it.")
    if saved.version != command.seen:
        raise Refused(
            f"{saved.by} has saved “{saved.name}” again in the meantime (version {saved.version}; you saw version "
            f"{command.seen}). Look at it first. If it is to go all the same, press the button once more."
        )
    return [ScenarioRemoved(name=saved.name)]


def index(saved: Saved) -> frozenset[Pair]:
    return frozenset({("listed", "yes")}) if saved.content else frozenset()


SCENARIO: Kind[Saved, Save | Remove, None] = Kind(
    name="costs",
    noun="scenario",
    empty=Saved(),
    stored=by_type({"saved": ScenarioSaved, "removed": ScenarioRemoved}),
    fold=fold,
    decide=decide,
    may=access.may,
    view=access.view,
    listed=access.listed,
    title=lambda saved: saved.name,
    index=index,
)


# ── As pages use them ────────────────────────────────────────────────────────────────────────────────────────────────


class Scenarios:
    """One for a process; any thread may use it. Who acts is given by the name they typed."""

    def __init__(self, door: Door[Saved, Save | Remove, None]) -> None:
        self._door = door

    def save(self, figures: Figures, name: str, by: str, scenario: model.Scenario, over: int = 0) -> Saved:
        """Save a scenario under a name; as the next version if `over` is the one that stands there now.

        Raises NameTaken where another stands there, and Refused with a sentence.
        """
        name, by = clean_name(name, "the scenario a name"), clean_name(by, "your name")
        identifier = identifier_of(name)
        if self._door.state(identifier).content is None and self._door.count(NOBODY, listed="yes") >= MOST:
            raise Refused(
                f"There are {MOST} saved scenarios already. Remove one that is no longer needed, then save again."
            )
        query = urlencode(model.to_query(figures, scenario))
        content = ScenarioSaved(name=name, query=query, **keeping.kept(figures, scenario))
        return self._door.run(identifier, Actor(by, by), Save(content, over))

    def remove(self, seen: Saved, by: str) -> None:
        """Take a scenario out of the list. Its record stays, and saving under its name brings it back.

        Only the version that was seen: raises Refused if there is a newer one, or none any more.
        """
        by = clean_name(by, "your name")
        self._door.run(seen.id, Actor(by, by), Remove(seen.version))

    def all(self) -> list[Saved]:
        """Every scenario in the list, the one saved last first."""
        return self.read()[0]

    def read(self) -> tuple[list[Saved], list[str]]:
        """(as :meth:`all`, a sentence for each of the others in the list that cannot be read)."""
        found, not_read = [], []
        for one in self._door.listing(NOBODY, listed="yes"):
            try:
                found.append(self._door.view(SCENARIO.identifier(one.stream), NOBODY, newest=one.head))
            except Unreadable as error:
                not_read.append(f"“{one.title}”: {error}")
        return [one for one in found if one.content is not None], not_read

    def history(self, saved: Saved) -> list[Happened]:
        """Who saved or removed it, and when, the first first."""
        return self._door.history(saved.id)

    def versions(self, saved: Saved) -> list[Saved]:
        """Each version of it that can be opened, the newest first."""
        found, state = [], Saved()
        for one in self.history(saved):
            state = fold([one], state)
            if isinstance(one.event, ScenarioSaved):
                found.append(state)
        return found[::-1]


def opened(saved: Saved, figures_on: Callable[[date], Figures] | None = None) -> keeping.Opened:
    """The scenario as it was saved, with the published figures of then. `figures_on`: those of a day (None: as published).

    Raises Unreadable.
    """
    assert saved.content is not None
    stored = {name: value for name, value in saved.content.model_dump().items() if value is not None}
    try:
        return keeping.opened(stored, figures_on or (lambda day: published.load(on=day)))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise Unreadable(
            f"The scenario “{saved.name}” cannot be opened: what was saved in version {saved.version} is damaged. Nothing in it was "
            f"changed. {REST}"
        ) from error
