"""A meeting under test: its members, what they do, and meetings made by chance."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from framework import edition, panel
from framework.edition import DEFAULT
from framework.light.classification import Key
from framework.panel import (
    PHASES,
    AddNote,
    Agree,
    AgreeTogether,
    BringBackCarer,
    Command,
    CorrectRole,
    Dissent,
    Event,
    FillRest,
    Finish,
    Focus,
    HandOver,
    Join,
    MovePhase,
    NameCarer,
    NameDeputy,
    Open,
    OpenAgain,
    Panel,
    Phase,
    RecordView,
    Refused,
    Remove,
    Restore,
    Score,
    Seat,
    ShowLight,
    ShowNames,
    TakeBack,
    TakeChair,
    TakeOffCarer,
    access,
    evolve,
    fold,
)
from framework.streams.kind import Happened

EDITION = edition.load(DEFAULT)
START = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
NEGLECT: Key = ("neglect", "child")
GROWTH: Key = ("growth_faltering", "child")
CRUELTY: Key = ("sadistic_abuse", "child")
EMPATHY: Key = ("lack_of_empathy", "a")
HEALTH: Key = ("good_health_and_development", "child")
CAPACITY: Key = ("capacity", "a")
WISH: Key = ("wishes", "child")
ROLES: dict[str, str] = {
    "cora": "other_professional",
    "sam": "social_worker",
    "tess": "team_manager",
    "wes": "second_worker",
    "iris": "reviewing_officer",
    "olive": "observer",
}
"""Who sits at the table of these tests; ids are their first names in small letters. Cora opens the meeting and chairs it."""


class Table:
    """A meeting under test: what its members did so far, and where it stands. One minute passes with every command."""

    def __init__(self, *members: str, carers: dict[str, str] | None = None) -> None:
        self.panel = Panel()
        self.events: list[Event] = []
        self.times: list[datetime] = []
        self.now = START
        self.do("cora", opening(carers={"a": "Carer A (mother)"} if carers is None else carers))
        for member in members:
            self.do(member, Join(seat(member)))

    def do(self, actor: str, *commands: Command) -> list[Event]:
        """Carry out commands of a member; the events of the last one."""
        events: list[Event] = []
        for command in commands:
            access.may(self.panel, actor, command)
            events = panel.decide(self.panel, command, actor, EDITION)
            self.panel = fold(events, self.panel, self.now)
            self.events += events
            self.times += [self.now] * len(events)
            self.now += timedelta(minutes=1)
        return events

    @property
    def record(self) -> list[Happened]:
        """What happened so far, as the record keeps it (who did it left out)."""
        return [Happened(event, "", at) for event, at in zip(self.events, self.times, strict=True)]

    def refuses(self, actor: str, command: Command, *words: str) -> None:
        """The command is refused with a sentence that holds these words, and nothing changes."""
        before = self.panel
        with pytest.raises(Refused) as refused:
            self.do(actor, command)
        sentence = str(refused.value)
        assert not sentence[0].islower() and sentence.endswith("."), sentence
        for word in words:
            assert word in sentence, sentence
        assert self.panel is before

    def score(self, key: Key, **statuses: str) -> None:
        """Answers of several members to one question."""
        for member, status in statuses.items():
            self.do(member, Score(*key, status))

    def to(self, phase: Phase) -> "Table":
        """Go forward to a phase, with the least that each step needs."""
        while self.panel.phase != phase:
            if self.panel.phase == "scoring" and not any(self.panel.answers.values()):
                self.do("cora", Score(*NEGLECT, "improving"))
            if self.panel.phase == "revealed":
                for key in panel.open_questions(self.panel, EDITION):
                    self.do(self.panel.chair, Agree(*key, "unknown"))
            self.do(self.panel.chair, MovePhase(PHASES[PHASES.index(self.panel.phase) + 1]))
        return self

    def back_to(self, phase: Phase, reason: str = "We missed something.") -> "Table":
        self.do(self.panel.chair, MovePhase(phase, reason))
        return self

    def happened(self) -> list[str]:
        """What the record says happened."""
        return [one.what for one in panel.what_happened(self.record, EDITION)]

    def how(self, key: Key) -> str:
        """How the panel came to its answer."""
        agreed = panel.agreement(self.panel, key)
        assert agreed
        return panel.how_agreed(self.panel, EDITION, key, agreed)


def seat(member: str, role: str | None = None, **details: Any) -> Seat:
    role = role or ROLES.get(member, "other_professional")
    known = EDITION.panel_roles.get(role)
    if known and known.asked_met_family:
        details.setdefault("has_met_family", False)
    return Seat(member, member.title(), role, f"hash of {member}", **details)


def opening(**changes: Any) -> Open:
    usual: dict[str, Any] = {
        "meeting": "m1",
        "case": "HW-011",
        "title": "A slow way back to Dad",
        "stage": 2,
        "fictional": True,
        "edition": EDITION.hash,
        "code": "ABC234",
        "carers": {"a": "Carer A (mother)"},
        "chair": seat("cora"),
    }
    return Open(**usual | changes)


# Meetings made by chance

MEMBERS = ("cora", "sam", "tess", "olive")
KEYS = (NEGLECT, EMPATHY, HEALTH, CAPACITY, WISH)
ANY_MEETING = settings(max_examples=30, deadline=None, derandomize=True)
MEETINGS = st.tuples(st.integers(0, 2**32), st.integers(20, 80))
"""A seed for chance, and how many commands are tried. (Lists drawn one by one come out too short to reach a reveal.)"""


def mark(member: str) -> str:
    """Stands in every text that a member writes, so that it is found wherever it leaks to."""
    return f"«written by {member}»"


def some_commands(state: Panel, actor: str, choice: int) -> tuple[Command, ...]:
    """The commands that a member could send at this moment; each may well be refused."""
    key = KEYS[choice % len(KEYS)]
    statuses = [status.id for status in EDITION.statuses(*key)] + ["unknown"]
    status = statuses[choice // len(KEYS) % len(statuses)]
    text = f"{mark(actor)} {choice}"
    return (
        *(Score(*key, status, text, ("seen",), text),) * 4,
        FillRest(KEYS[:2], "improving"),
        TakeBack(KEYS[:2]),
        Finish(bool(choice % 2)),
        Dissent(*key, text),
        Score(*key, None),
        AddNote(*key, text),
        RecordView(text),
        ShowLight(),
        TakeChair(),
    )


def some_commands_of_the_chair(state: Panel, choice: int) -> tuple[Command, ...]:
    key = KEYS[choice % len(KEYS)]
    statuses = [status.id for status in EDITION.statuses(*key)] + ["unknown"]
    status = statuses[choice // len(KEYS) % len(statuses)]
    text = f"{mark(state.chair)} {choice}"
    member, place = MEMBERS[choice % len(MEMBERS)], PHASES.index(state.phase)
    role = ("observer", "social_worker", "reviewing_officer")[choice % 3]
    return (
        *(MovePhase(PHASES[min(place + 1, 3)]),) * 2,
        MovePhase(PHASES[choice % 4], "Back."),
        Agree(*key, status, text, state.recorded.get(key)),
        AgreeTogether(panel.bulk_offers(state, EDITION)),
        AgreeTogether(
            tuple((q, panel.offered(state, EDITION, q).status) for q in panel.open_questions(state, EDITION))
        ),
        OpenAgain(tuple((key, one.status) for key, one in list(state.recorded.items())[: choice % 5])),
        *(Agree(*one, "unknown") for one in panel.open_questions(state, EDITION)[:1]),
        Focus(key),
        HandOver(member),
        NameDeputy(member),
        Remove(member, "Left."),
        Restore(member),
        CorrectRole(member, role),
        Join(seat(f"{member}{choice}", "observer" if choice % 2 else "other_professional")),
        NameCarer(None, "Carer B", "b"),
        NameCarer("a", f"Carer A{choice % 3}"),
        TakeOffCarer("ab"[choice % 2]),
        BringBackCarer("ab"[choice % 2]),
        ShowNames(bool(choice % 2)),
    )


def meeting_of(seed_and_length: tuple[int, int], table: Table | None = None) -> Table:
    """A meeting in which these commands were tried; what is refused did not happen."""
    seed, length = seed_and_length
    chance = Random(seed)
    table = table or Table("sam", "tess", "olive").to("scoring")
    for _ in range(length):
        if chance.random() < 0.5:
            actor = chance.choice(list(table.panel.members))
            commands = some_commands(table.panel, actor, chance.randrange(1000))
        else:
            actor = table.panel.chair
            commands = some_commands_of_the_chair(table.panel, chance.randrange(1000))
        try:
            table.do(actor, chance.choice(commands))
        except Refused:
            continue
    return table


def states(table: Table) -> Iterable[Panel]:
    """The meeting after each of its events."""
    state = Panel()
    for event, at in zip(table.events, table.times, strict=True):
        state = evolve(state, event, at)
        yield state
