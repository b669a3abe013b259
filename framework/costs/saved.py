"""Saved cost scenarios: each name is a stream of its own in the record, so that who saved what and when is kept.

To save under a name that is there already adds a version, once somebody has said so; every version can be opened. To remove a
scenario hides it and keeps its record.
"""

from collections.abc import Callable
from copy import copy
from datetime import date
from urllib.parse import urlencode

from framework.costs import access, keeping, model
from framework.costs import figures as published
from framework.costs.deciding import (
    NameTaken,
    Remove,
    Save,
    Saved,
    ScenarioRemoved,
    ScenarioSaved,
    decide,
    fold,
    identifier_of,
)
from framework.costs.figures import Figures
from framework.streams.door import REST, Door
from framework.streams.kind import NOBODY, Actor, Happened, Kind, Pair, Refused, Unreadable, by_type, named
from framework.text import clean_name

__all__ = [
    "MOST",
    "SCENARIO",
    "NameTaken",
    "Saved",
    "ScenarioRemoved",
    "ScenarioSaved",
    "Scenarios",
    "identifier_of",
    "opened",
]

MOST = 200
"""Scenarios kept in the list at once (source: product)."""


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
    past=access.past,
    listed=access.listed,
    title=lambda saved: saved.name,
    index=index,
)


# ── As pages use them ────────────────────────────────────────────────────────────────────────────────────────────────


class Scenarios:
    """One for a process; any thread may use it."""

    def __init__(self, door: Door[Saved, Save | Remove, None]) -> None:
        self._door = door
        self._actor = NOBODY

    def seen_by(self, actor: Actor) -> "Scenarios":
        """The same for the screen of this actor. Without it, of somebody of whom only the name that they type is known."""
        other = copy(self)
        other._actor = actor
        return other

    def save(self, figures: Figures, name: str, by: str, scenario: model.Scenario, over: int = 0) -> Saved:
        """Save a scenario under a name; as the next version if `over` is the one that stands there now.

        Raises NameTaken where another stands there, and Refused with a sentence.
        """
        name, by = clean_name(name, "the scenario a name"), clean_name(by, "your name")
        identifier = identifier_of(name)
        if self._door.state(identifier).content is None and self._door.count(self._actor, listed="yes") >= MOST:
            raise Refused(
                f"There are {MOST} saved scenarios already. Remove one that is no longer needed, then save again."
            )
        query = urlencode(model.to_query(figures, scenario))
        content = ScenarioSaved(name=name, query=query, **keeping.kept(figures, scenario))
        return self._door.run(identifier, named(self._actor, by), Save(content, over))

    def remove(self, seen: Saved, by: str) -> None:
        """Take a scenario out of the list. Its record stays, and saving under its name brings it back.

        Only the version that was seen: raises Refused if there is a newer one, or none any more.
        """
        by = clean_name(by, "your name")
        self._door.run(seen.id, named(self._actor, by), Remove(seen.version))

    def all(self) -> list[Saved]:
        """Every scenario in the list, the one saved last first."""
        return self.read()[0]

    def read(self) -> tuple[list[Saved], list[str]]:
        """(as :meth:`all`, a sentence for each of the others in the list that cannot be read)."""
        found, not_read = [], []
        for one in self._door.listing(self._actor, listed="yes"):
            try:
                found.append(self._door.view(SCENARIO.identifier(one.stream), self._actor, newest=one.head))
            except Unreadable as error:
                not_read.append(f"“{one.title}”: {error}")
        return [one for one in found if one.content is not None], not_read

    def history(self, saved: Saved) -> list[Happened]:
        """Who saved or removed it, and when, the first first."""
        return self._door.told(saved.id, self._actor)

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
