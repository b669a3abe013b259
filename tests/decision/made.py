"""A child, the people around them, a meeting and the decisions on it, for the tests of decisions: the rules alone, no store."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from framework.casefile import Add, Casefile, Change
from framework.decision import preparing, reading
from framework.decision.access import may
from framework.decision.basis import Person, Rules, Sat
from framework.decision.deciding import (
    AskApproval,
    Command,
    Decide,
    Open,
    Satisfy,
    decide,
)
from framework.decision.model import EVENTS, Decisions, Event, Made, fold
from framework.streams.kind import Actor, Context, Happened
from tests.casefile import made as casefiles

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LIGHTS: Any = {"low": "green", "medium": "amber", "high": "red", "severe": "red"}
MEETING = Sat(
    meeting="m1",
    version=90,
    stage=4,
    sealed=True,
    edition="e" * 64,
    lights=LIGHTS,
    indicated="low",
    best="low",
    worst="low",
    basis="row",
    dimensions={"risk": (0, 0), "protection": (0, 0), "capacity": (0, 0), "wishes": (0, 0)},
    answers=(("neglect", "", "resolved"), ("capacity", "Dana", "evident")),
    counted=("p-wanda", "p-sol"),
    chaired=("p-carl",),
)
CAUTIOUS = MEETING._replace(
    cautions=("neglect",),
    unknown=(("sexual_abuse_severe", "child"),),
    labels={("neglect", ""): "Neglect", ("sexual_abuse_severe", "child"): "Severe sexual abuse"},
)
"""A meeting with one caution, and one unknown that matters for safety."""
PEOPLE = {
    "wanda": ("Wanda", "practitioner", "worker"),
    "sol": ("Sol", "practitioner", "second_worker"),
    "mo": ("Mo", "team_manager", "manager"),
    "carl": ("Carl", "nominated_officer", "approver"),
    "nick": ("Nick", "nominated_officer", "nominated_officer"),
    "nora": ("Nora", "nominated_officer", "approver"),
    "dora": ("Dora", "director", "approver"),
    "iris": ("Iris", "reviewing_officer", "reviewing_officer"),
    "quinn": ("Quinn", "quality_assurer", "assurer"),
    "max": ("Max", "team_manager", "approver"),
    "sam": ("Sam", "practitioner", ""),
    "noel": ("Noel", "nominated_officer", ""),
}
"""Who they are: name, role and part in the case. Wanda and Sol counted at the meeting, Carl chaired it."""
HOME = {
    "level": "low",
    "outcome": "return_home",
    "legal_outcome": "ceases",
    "key_stage_4_move": "no",
    "out_of_area": "no",
    "ward_of_court": "no",
    "rationale": "The change has lasted for a year.",
}
"""What a return home needs, at the least."""
UNPLANNED = {
    "outcome": "plan_at_home",
    "rationale": "We learned of it today; the child is safe tonight.",
    "ended_by": "parent",
    "learned_on": "24/11/2026",
    "seen_by": "Wanda",
    "seen_on": "24/11/2026",
    "seen_alone": "yes",
    "section_47": "no",
    "section_47_why": "Nothing new was seen.",
    "safety_plan": "An aunt stays in the home.",
    "senior": "The assistant director",
    "senior_on": "24/11/2026",
    "assessment_by": "08/12/2026",
}
WITHOUT_MEETING = {
    "decided_by": "Helen Hart, head of service",
    "why_no_meeting": "It is Friday night.",
    "made_on": "The police report.",
    "meeting_by": "04/12/2026",
}


def a_case(status: str = "s20", since: str = "2026-01-05", born: str = "2017-03-01") -> Casefile:
    first = "2026-01-05" if status == "edge" else since
    looked_after = [] if status == "edge" else [casefiles.child("looked_after_since", since)]
    return casefiles.case(
        casefiles.child("birth", born),
        *looked_after,
        Add("status", {"status": status, "since": first}),
        Add("home", {"id": "h1", "name": "Mum’s flat"}),
        Add("parent", {"id": "p1", "name": "Dana", "relation": "mother"}),
    )


class World:
    """The decisions on one child; `happened` has every event as it comes back from the store."""

    def __init__(self, case: Casefile | None = None, *meetings: Sat, at: datetime = NOW) -> None:
        self.case = case or a_case()
        self.meetings = {one.meeting: one for one in meetings or (MEETING,)}
        self.people = {
            f"p-{key}": Person(name, frozenset({role}), frozenset({part} if part else ()))
            for key, (name, role, part) in PEOPLE.items()
        }
        self.now = at
        self.state = Decisions()
        self.happened: list[Happened] = []

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def rules(self) -> Rules:
        return Rules(
            self.today,
            lambda _: self.case,
            lambda _, meeting: self.meetings.get(meeting),
            self.people.get,
            LIGHTS,
        )

    def actor(self, who: str) -> Actor:
        person = self.people[f"p-{who}"]
        return Actor(f"p-{who}", person.name, person.roles)

    def do(self, who: str, *commands: Command) -> list[Event]:
        """What these commands led to. Raises Refused."""
        events: list[Event] = []
        for command in commands:
            actor, parts = self.actor(who), self.people[f"p-{who}"].parts
            may(self.state, command, Context(actor, self.now, self.rules, parts))
            events += self.record(decide(self.state, command, self.rules, actor, self.now), actor.id)
        return events

    def record(self, events: Iterable[Event], by: str) -> list[Event]:
        stored = [EVENTS.validate_json(f"[{one.model_dump_json()}]")[0] for one in events]
        new = [Happened(one, by, self.now) for one in stored]
        self.happened += new
        self.state = fold(new, self.state)
        return stored

    def later(self, **by: float) -> "World":
        self.now += timedelta(**by)
        return self

    def write(self, decision: str = "d1", who: str = "wanda", **fields: Any) -> None:
        for name, value in fields.items():
            self.do(who, Change("draft", decision, name, value))

    def prepared(self, decision: str = "d1", meeting: str = "m1", stage: Any = "4", **fields: Any) -> "World":
        """A decision that can be made: a return home unless `fields` say something else."""
        self.do("wanda", Open(decision, stage, meeting, case="c1"))
        self.write(decision, **{**HOME, **({} if meeting else WITHOUT_MEETING), **fields})
        return self

    def decided(self, decision: str = "d1", meeting: str = "m1", **fields: Any) -> "World":
        self.prepared(decision, meeting, **fields)
        self.do("mo", Decide(decision))
        return self

    def asked(self, decision: str = "d1", whom: str = "nick", **fields: Any) -> "World":
        """Decided, and somebody asked, who has answered each condition."""
        self.decided(decision, **fields)
        self.do("wanda", AskApproval(decision, f"p-{whom}"))
        self.satisfy(whom, decision)
        return self

    def satisfy(self, who: str, decision: str = "d1") -> None:
        for one in reading.conditions(self.made(decision)):
            if not one.by_plan:
                self.do(who, Satisfy(decision, one.id, "Seen and read."))

    def made(self, decision: str = "d1") -> Made:
        return self.state.made[decision]

    def stands(self, decision: str = "d1", day: date | None = None) -> reading.InEffect:
        return reading.in_effect(self.made(decision), day or self.today)

    def missing(self, decision: str = "d1") -> list[preparing.Gap]:
        return preparing.missing(self.state, decision, self.rules)

    def prompts(self, decision: str = "d1") -> list[preparing.Prompt]:
        return preparing.prompts(self.state, decision, self.case, self.today, LIGHTS)
