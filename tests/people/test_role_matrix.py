"""Protects: every command of every subject, as every role, as the app and as a stranger, is taken at the door exactly where the
policies allow it, and thereby where docs/who-may-what.md says so.

The commands are found from what each kind says that it takes: a new one without a row fails here, and so does a new subject.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest

import framework
from framework import items
from framework.casefile import access
from framework.casefile import deciding as casefile_deciding
from framework.casefile import model as casefile
from framework.casefile.access import BLOCKED, GLASS, deed
from framework.casefile.model import PART_ROLES, PARTS, Worker
from framework.casefile.released import LeaveOut
from framework.decision import access as decision_access
from framework.decision import model as decision
from framework.letters import access as letters_access
from framework.letters import deciding as letters_deciding
from framework.letters import model as letters
from framework.panel import deciding as panel
from framework.panel.meetings import Ticket
from framework.people.roles import CASE_ROLES, OPEN, ROLES, THE_APP
from framework.streams.door import Door
from framework.streams.kind import Actor, Context, Kind, Refused
from framework.streams.policy import Policy, allows
from framework.streams.store import Store
from framework.who_may_what import SUBJECTS
from tests.disposal.made import Held
from tests.panel.case_meeting import PROVIDER, REFERENCE

STRANGER = ""
WHOEVER = (*ROLES, OPEN, THE_APP, STRANGER)
FEW = ("practitioner", "team_manager", "records_manager", "trainer", "administrator", OPEN, STRANGER)
"""One role of each sort: enough for parts of which the rows say the same as of another."""
POLICIES: dict[str, Policy] = {
    "casefile": SUBJECTS["Cases"],
    "reading": SUBJECTS["Cases"],
    "imports": SUBJECTS["Cases"],
    "tries": SUBJECTS["Cases"],
    "retention": SUBJECTS["Retention and disposal"],
    "disposal": SUBJECTS["Retention and disposal"],
    "backup": SUBJECTS["Retention and disposal"],
    "handout": SUBJECTS["Hand-outs"],
    "decision": SUBJECTS["Decisions"],
    "letters": SUBJECTS["Papers for the family"],
    "case": SUBJECTS["Sample cases"],
    "samples": SUBJECTS["Sample cases"],
    "panel": SUBJECTS["Meetings"],
    "rollout": SUBJECTS["Roll-out"],
    "checklist": SUBJECTS["Roll-out"],
    "costs": SUBJECTS["Costs"],
    "edition": SUBJECTS["The framework"],
    "person": SUBJECTS["People"],
    "mode": SUBJECTS["People"],
    "mail": SUBJECTS["People"],
}
"""The rows of the document that each kind of stream is run by."""


ITEMS = {
    "casefile": (casefile.KINDS, ("entry", "worker")),
    "decision": (decision.KINDS, ("draft", "view")),
    "letters": (letters.KINDS, ("fact", "withheld")),
}
"""The kinds of stream whose items have rows of their own, and two kinds of item of each."""


DEEDS = {"casefile": deed, "decision": decision_access.deed, "letters": letters_access.deed}
WRITE_DECISIONS = frozenset({"worker", "manager", "second_worker", OPEN})


class Passed(Exception):
    """A command was let through to be decided on."""


def kinds() -> dict[str, tuple[Kind[Any, Any, Any], tuple[type, ...]]]:
    """Every kind of stream that there is, by name, with the types of its commands as its annotation has them."""
    found = {}
    for module in pkgutil.walk_packages(framework.__path__, "framework."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        hints = get_type_hints(loaded) if any(isinstance(one, Kind) for one in vars(loaded).values()) else {}
        for name, hint in hints.items():
            if isinstance(kind := getattr(loaded, name, None), Kind):
                found[kind.name] = (kind, flat(get_args(hint)[1]))
    return found


def flat(commands: Any) -> tuple[type, ...]:
    return (
        tuple(one for part in get_args(commands) for one in flat(part))
        if isinstance(commands, UnionType)
        else (commands,)
    )


def made(wanted: Any) -> Any:
    """Something of a type that an annotation names: what stands in a command matters to no policy."""
    if is_dataclass(wanted) and isinstance(wanted, type):
        hints = get_type_hints(wanted)
        return wanted(**{one.name: made(hints[one.name]) for one in fields(wanted) if needed(one)})
    if isinstance(wanted, type) and hasattr(wanted, "model_construct"):
        return wanted.model_construct()
    return {str: "x", int: 1, bool: True, date: date(2026, 3, 2), datetime: datetime(2026, 3, 2, tzinfo=UTC)}.get(
        wanted
    )


def needed(one: Any) -> bool:
    return one.default is one.default_factory  # both are missing


def commands(kind: str, types: tuple[type, ...]) -> Iterator[Any]:
    """One of each type. On an item of a case or decision, whose kind decides: each kind once, and each type on two kinds."""
    for one in types:
        if kind in ITEMS and one in get_args(items.Command):
            collections, two = ITEMS[kind]
            kinds_of_item = collections.by_kind if one is items.Add else two
            yield from (replace(made(one), kind=item) for item in kinds_of_item)
        else:
            yield made(one)


class Stand(NamedTuple):
    """Somebody, and a stream of which they may have a part."""

    kind: str
    stream: str
    actor: Actor
    parts: frozenset[str] = frozenset()
    """What they are to it, whatever their role."""
    in_case: frozenset[str] = frozenset()
    """Their parts in the case, which count only with a role that reads cases."""
    roles: tuple[str, ...] = WHOEVER


class Situation(Held):
    """A real case with everybody who can have a part in it, a meeting on it with each kind of seat, and a disposal of it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        for part in PARTS:
            if part not in ("worker", "manager"):
                role = "practitioner" if part == "second_worker" else max(PART_ROLES[part])
                theirs = next(one for one, ours in self.work.settings.roles.items() if ours == role)
                self.ids[part] = self.work.people.signed_in(PROVIDER, part, part, f"{part}@example.org", [theirs]).id
                self.part(part, part, by="mo")
        self.work.casefiles.break_glass(self["sam"], REFERENCE, "The duty team was called.")
        self.work.casefiles.read_by(self.case, self["wanda"], "the case", "To prepare.")
        self.door("handout").run(self.case, self["kit"], LeaveOut(self.case, "a key", "", "Of somebody else."))
        self.door("letters").run(self.case, self["wanda"], letters_deciding.Begin(self.case))
        for who, role in (("mo", "team_manager"), ("Guest", "reviewing_officer"), ("Gone", "observer")):
            self.sit_down(who, role)
        self.do("wanda", panel.AllowReturn(self.request_of("Guest")), panel.AllowReturn(self.request_of("Gone")))
        self.do(
            "wanda",
            panel.NameDeputy(self.seats["mo"].member),
            panel.Remove(self.seats["Gone"].member, "Left.", "K7WXYZ22"),
        )
        self.work.decisions.begin(self.case, self["wanda"], "2")
        self.work.cases.load_samples()
        self.sample = Ticket.new()
        self.work.meetings.open(
            self.work.cases.seen_by(self["wanda"]).all()[0], self.sample, "Wanda", "social_worker", me=self["wanda"]
        )
        other = self.work.casefiles.begin(self["wanda"], "LCS 12", "Oak")
        self.work.casefiles.run(
            other, self["wanda"], casefile_deciding.Close("other", self.work.casefiles.today, "Twice.")
        )
        self.disposal = self.work.disposals.propose(self["kit"], other, "mistake", "Entered twice.")

    def door(self, kind: str) -> Door[Any, Any, Any]:
        return self.work._doors[kind]

    def stands(self) -> Iterator[Stand]:  # type: ignore[override]
        yield from (Stand(kind, "new", SOMEBODY, ANEW.get(kind, frozenset())) for kind in POLICIES)
        people = {part: part for part in PARTS} | {"worker": "wanda", "manager": "mo", GLASS: "sam", "": "carl"}
        for kind in ("casefile", "reading", "handout", "letters", "decision"):
            for part, who in people.items():
                yield Stand(
                    kind,
                    self.case,
                    Actor(self.ids[who]),
                    in_case=frozenset({part} - {""}),
                    roles=WHOEVER if part in WHOLE else FEW,
                )
            yield Stand(kind, self.case, Actor(self.ids["rita"]), frozenset({BLOCKED}))
        for meeting, seats in ((self.meeting, SEATS), (self.sample.meeting, {"wanda": SEATS["wanda"]})):
            for who, (parts, in_case) in seats.items():
                ticket = self.seats[who] if meeting == self.meeting else self.sample
                on_case = in_case if meeting == self.meeting else frozenset()
                yield Stand(
                    "panel",
                    meeting,
                    Actor(ticket.member, person=self.ids.get(who, "")),
                    parts,
                    on_case,
                    WHOEVER if who == "wanda" else FEW,
                )
            yield Stand("panel", meeting, SOMEBODY)
        yield Stand("panel", self.meeting, Actor("", person=self.ids["sam"]), in_case=frozenset({GLASS}))
        yield Stand("disposal", self.disposal, Actor(self.ids["kit"]), frozenset({"proposer"}))
        yield Stand("disposal", self.disposal, Actor(self.ids["kim"]), frozenset({"not_proposer"}))
        yield Stand("person", self.ids["wanda"], Actor(self.ids["wanda"]), frozenset({"self"}))
        yield Stand("person", self.ids["wanda"], SOMEBODY, frozenset({"other"}))


SOMEBODY = Actor("p-somebody")
WHOLE = ("", "worker", "manager", GLASS)
ANEW = {"person": frozenset({"other"})}
SEATS = {
    "wanda": (frozenset({"seat", "taken", "scores", "chair"}), frozenset({"worker"})),
    "mo": (frozenset({"seat", "taken", "scores", "deputy"}), frozenset({"manager"})),
    "Guest": (frozenset({"seat", "taken", "views"}), frozenset[str]()),
    "Gone": (frozenset({"seat"}), frozenset[str]()),
}
"""Who sits at the meeting: what their seat is there for, and their part in the case."""


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Situation]:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'homeward.db'}")
    yield Situation(store)
    store.close()


def in_the_way(stand: Stand, command: Any, parts: frozenset[str], role: str) -> bool:
    """Where the rules of a subject refuse what a row allows: the sentences of the document that are no rows."""
    if stand.kind == "casefile":
        sees, there = access.sees(parts), stand.stream != "new"
        match command:
            case casefile_deciding.Begin() | casefile_deciding.BringIn():
                return there and not sees  # as if it were not there
            case casefile_deciding.BreakGlass():
                return not there or BLOCKED in parts
            case casefile_deciding.HandOver():
                return "manager" not in parts  # somebody else's work
            case _:
                return deed(command) is Worker and GLASS in parts  # somebody is left in the case who can do it
    if stand.kind == "decision":  # a reviewing officer puts no view but their own on record
        return isinstance(command, items.Add) and command.kind == "view" and not parts & WRITE_DECISIONS
    if stand.kind == "panel":
        gone = bool(stand.in_case) and "taken" in parts and role not in CASE_ROLES
        others_seat = isinstance(command, panel.HandOver | panel.CorrectRole) and "chair" not in parts
        return gone or others_seat
    return False


def may(door: Door[Any, Any, Any], command: Any, state: Any, context: Context[Any]) -> bool:
    """What a door asks before it decides."""
    try:
        door.kind.may(state, command, context)
    except Refused:
        return False
    return True


def taken(door: Door[Any, Any, Any], stand: Stand, actor: Actor, command: Any) -> bool:
    """Whether a door lets a command through to be decided on."""
    try:
        door.run(stand.stream, actor, command)
    except Passed:
        return True
    except Refused:
        return False
    raise AssertionError("neither refused nor decided on")


def test_every_kind_of_stream_and_every_command_has_its_rows(there: Situation) -> None:
    known = kinds()
    assert known.keys() == POLICIES.keys() == there.work._doors.keys()
    for kind, (_, types) in known.items():
        named = {command for row in POLICIES[kind] for command in row.commands}
        missing = {deed_of(kind, command) for command in commands(kind, types)} - named
        assert not missing, f"{kind}: no row of a policy allows {missing}"


def test_a_door_takes_what_the_policies_allow_and_nothing_else(there: Situation) -> None:
    def passed(*_: object) -> Any:
        raise Passed

    differs, allowed, refused = [], 0, 0
    known = kinds()
    for stand in list(there.stands()):
        door, policy = there.door(stand.kind), POLICIES[stand.kind]
        decide, door.kind = door.kind.decide, replace(door.kind, decide=passed)
        door.state(stand.stream)
        ran: set[bool] = set()
        for role in stand.roles:
            actor = stand.actor._replace(roles=frozenset({role} - {STRANGER}))
            parts = stand.parts | (stand.in_case if role in CASE_ROLES else frozenset())
            if role == OPEN:  # of a real case such an app knows nobody, and so nobody who is kept out
                parts -= {BLOCKED}
            state = door.remembered(stand.stream)
            context = door.context(state, actor, stand.stream)
            assert context.relations == parts, (stand, role)
            for command in commands(stand.kind, known[stand.kind][1]):
                expected = allows(policy, deed_of(stand.kind, command), actor.roles, parts)
                expected = expected and not in_the_way(stand, command, parts, role)
                allowed, refused = allowed + expected, refused + (not expected)
                as_said = may(door, command, state, context) == expected
                if expected not in ran:  # the whole way through the door, for one that passes and one that does not
                    ran.add(expected)
                    as_said &= taken(door, stand, actor, command) == expected
                if not as_said:
                    differs.append((stand.kind, sorted(parts), role, type(command).__name__, f"allowed: {expected}"))
        door.kind = replace(door.kind, decide=decide)
    assert not differs, "\n".join(map(str, differs[:60]))
    assert allowed > 500 and refused > 2000


def deed_of(kind: str, command: Any) -> type:
    return DEEDS[kind](command) if kind in DEEDS else type(command)
