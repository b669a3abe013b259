"""Invented people and a case that they work on, for the tests of case files."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from framework.casefile import Add, Begin, Casefile, Change, Command, Rules
from framework.casefile.deciding import decide
from framework.casefile.model import fold
from framework.streams.kind import Actor, Happened
from framework.streams.policy import OPEN

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
CHOSEN = {"sort": "other", "basis": "fact"}
"""What has to be chosen of an event in the chronology, where a test is about something else."""


_ROLES: dict[str, frozenset[str]] = {}


def person(name: str, *roles: str) -> Actor:
    """Somebody whom the rules of a case know from now on."""
    made = Actor(f"p-{name.lower()}", name, frozenset(roles))
    _ROLES[made.id] = made.roles
    return made


def rules(is_open: bool = False) -> Rules:
    return Rules(is_open, lambda one: _ROLES.get(one, frozenset()))


WORKER = person("Wanda", "practitioner")
MANAGER = person("Mo", "team_manager")
SECOND = person("Sol", "practitioner")
OFFICER = person("Iris", "reviewing_officer")
APPROVER = person("Nick", "nominated_officer")
ASSURER = person("Quinn", "quality_assurer")
STRANGER = person("Sam", "practitioner", "reviewing_officer", "nominated_officer")
"""Can be given most parts, and has none."""
OTHER_MANAGER = person("Max", "team_manager")
EVERYWHERE = Actor("", "", frozenset({OPEN}))
"""Somebody in an app that runs without sign-in."""

PARTS = {
    "manager": MANAGER,
    "second_worker": SECOND,
    "reviewing_officer": OFFICER,
    "nominated_officer": APPROVER,
    "assurer": ASSURER,
}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def child(field: str, value: Any) -> Change:
    return Change("child", "child", field, value)


def part(who: Actor, name: str, **more: Any) -> Add:
    return Add("worker", {"person": who.id, "part": name, **more})


def case(*commands: Command, actor: Actor = WORKER, is_open: bool = False) -> Casefile:
    """A case after these commands: no store, the rules alone."""
    return after(Casefile(), (Begin("c1", "LCS 4711", "Ash", is_open), *commands), actor, is_open)


def after(state: Casefile, commands: Iterable[Command], actor: Actor = WORKER, is_open: bool = False) -> Casefile:
    for command in commands:
        events = decide(state, command, rules(is_open), actor, NOW)
        state = fold([Happened(event, actor.id, NOW) for event in events], state)
    return state
