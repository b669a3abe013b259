"""Saved scenarios: what happened to one, its state, and what a command leads to."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from framework.dates import uk_time
from framework.streams.kind import Context, Erased, Happened, Refused


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
