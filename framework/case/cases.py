"""The cases in the record, and the sample data: loading it, and setting aside what was done with it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import copy

from framework.case import access
from framework.case.model import Aside, Case, Reset
from framework.streams import kept
from framework.streams.door import Door
from framework.streams.kept import Kept
from framework.streams.kind import (
    APP,
    NOBODY,
    Actor,
    Context,
    Erased,
    Happened,
    Kind,
    Pair,
    Unreadable,
    by_type,
)

CASE: Kind[Kept[Case], Case, None] = kept.kind(
    "case",
    "case",
    "registered",
    Case,
    lambda case: case.title,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
)


def _fold(happened: Iterable[Happened], start: Aside) -> Aside:
    for one in happened:
        more = frozenset() if isinstance(one.event, Erased) else frozenset(one.event.set_aside)
        start = Aside(start.version + 1, start.meetings | more)
    return start


def _decide(aside: Aside, command: Reset, context: Context[None]) -> list[Reset]:
    return [command] if set(command.set_aside) - aside.meetings else []


def _index(aside: Aside) -> frozenset[Pair]:
    return frozenset(("set_aside", f"panel:{meeting}") for meeting in aside.meetings)


SAMPLES: Kind[Aside, Reset, None] = Kind(
    name="samples",
    noun="sample data",
    empty=Aside(),
    stored=by_type({"reset": Reset}),
    fold=_fold,
    decide=_decide,
    may=access.OF_SAMPLES.may,
    view=access.OF_SAMPLES.view,
    past=access.OF_SAMPLES.past,
    listed=access.OF_SAMPLES.listed,
    title=lambda aside: "Sample data",
    index=_index,
)


class Cases:
    """One for a process; any thread may use it."""

    def __init__(
        self, door: Door[Kept[Case], Case, None], samples: Door[Aside, Reset, None], load: Callable[[], Sequence[Case]]
    ) -> None:
        self._door = door
        self._samples = samples
        self._load = load
        self._actor = NOBODY

    def seen_by(self, actor: Actor) -> "Cases":
        """The same for the screen of this actor. Without it, of somebody of whom nothing is known."""
        other = copy(self)
        other._actor = actor
        return other

    def all(self) -> tuple[Case, ...]:
        """Every case that can be read, by its number."""
        listed = sorted(self._door.listing(self._actor), key=lambda one: one.stream)
        found = []
        for one in listed:
            with suppress(Unreadable):
                found.append(self._door.state(CASE.identifier(one.stream), newest=one.head).content)
        return tuple(case for case in found if case is not None)

    def case(self, identifier: str) -> Case | None:
        """None if there is none. Raises Unreadable."""
        return self._door.state(identifier).content

    def load_samples(self) -> None:
        """Put the sample cases into the record, those that differ from what is there and can be read."""
        for sample in self._load():
            with suppress(Unreadable):  # the door has logged it, and the page that needs the case says it
                if self._door.state(sample.id).content != sample:
                    self._door.run(sample.id, APP, sample)

    def reset(self, set_aside: Sequence[str]) -> None:
        """Load the sample cases again and set these meetings aside. Raises Refused.

        Nothing is deleted: the record keeps those meetings, and the lists stop showing them.
        """
        self._samples.run("", self._actor, Reset(set_aside=tuple(set_aside)))
        self.load_samples()
