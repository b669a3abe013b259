"""What the rules of decisions depend on beside the decisions: a meeting's sealed outcome, the case, and the people in it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from framework.casefile.model import Casefile
from framework.edition import Edition
from framework.light.classification import Key, Light
from framework.panel import reading
from framework.panel.model import HandedOver, Opened, Panel, Seal
from framework.streams.kind import Happened


class Person(NamedTuple):
    """Somebody who signs in here, with their roles at this moment and their parts in the case today."""

    name: str
    roles: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


class Sat(NamedTuple):
    """What a meeting on the case ended with, as it was sealed. Levels are ids of its edition."""

    meeting: str
    version: int
    """Of the meeting, with the event that sealed it."""
    stage: int
    sealed: bool = False
    """Whether its outcome is written: before, there is nothing to decide on."""
    edition: str = ""
    lights: Mapping[str, Light] = {}
    """Each level of the edition and its colour, the most favourable first."""
    indicated: str | None = None
    best: str = ""
    worst: str = ""
    basis: str | None = None
    held_by: tuple[str, ...] = ()
    dimensions: Mapping[str, tuple[int, int]] = {}
    cautions: tuple[str, ...] = ()
    """The caution factors that are improving or active."""
    unknown: tuple[Key, ...] = ()
    """The unknown answers that matter for safety."""
    answers: tuple[tuple[str, str, str], ...] = ()
    """(subject, name of whom it is about or "", status)"""
    labels: Mapping[Key, str] = {}
    """What each caution (about "") and each of `unknown` is called, for a reader."""
    counted: tuple[str, ...] = ()
    """The people whose answers counted; no guests, who have no id as a person."""
    chaired: tuple[str, ...] = ()
    """The people who chaired it at some time."""


class Rules(NamedTuple):
    """Looked up when a command asks for it, as a view needs none of it."""

    today: date
    case: Callable[[str], Casefile]
    meeting: Callable[[str, str], Sat | None]
    """A meeting on a case, by the ids of both; None if there is no such meeting on it."""
    person: Callable[[str], Person | None]
    """By id; None for somebody who signs in here, or who is blocked."""
    lights: Mapping[str, Light]
    """Each level of the edition that new meetings are scored with, for a decision without a meeting."""


def lights(edition: Edition) -> dict[str, Light]:
    """Each level of an edition and its colour, the most favourable first."""
    return {level.id: level.light for level in edition.level}


def sat(panel: Panel, edition: Edition, happened: Sequence[Happened]) -> Sat:
    """What a meeting ended with. `happened`: all of its events."""
    begun = Sat(panel.meeting, panel.version, panel.stage, edition=edition.hash, lights=lights(edition))
    seal = panel.seal
    if panel.phase not in ("agreed", "closed") or seal is None or seal.outcome.light is None:
        return begun
    return _sealed(begun, panel, edition, seal)._replace(chaired=_persons(panel, _chairs(happened)))


def _sealed(begun: Sat, panel: Panel, edition: Edition, seal: Seal) -> Sat:
    found, named = reading.panel_light(panel, edition), {**panel.past_carers, **panel.carers}
    outcome = seal.outcome
    unknown = tuple(question.key for question in found.unknown_for_safety)
    return begun._replace(
        version=seal.version,
        sealed=True,
        indicated=found.indicated,
        best=found.best,
        worst=found.worst,
        basis=found.basis,
        held_by=tuple(found.held_by),
        dimensions={str(name): ends for name, ends in found.dimensions.items()},
        cautions=found.cautions,
        unknown=unknown,
        answers=tuple((one.subject, named.get(one.about, ""), one.status) for one in outcome.answers),
        labels={
            (subject, about): edition.subject_label(subject) + (f" ({named[about]})" if about in named else "")
            for subject, about in (*((caution, "") for caution in found.cautions), *unknown)
        },
        counted=_persons(panel, outcome.counting),
    )


def _chairs(happened: Sequence[Happened]) -> list[str]:
    """The members who chaired a meeting, in order."""
    found = []
    for one in happened:
        match one.event:
            case Opened(chair=chair):
                found.append(chair)
            case HandedOver(member=member):
                found.append(member)
    return found


def _persons(panel: Panel, members: Collection[str]) -> tuple[str, ...]:
    people = (panel.members[member].person for member in members if member in panel.members)
    return tuple(dict.fromkeys(person for person in people if person))
