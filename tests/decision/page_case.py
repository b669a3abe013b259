"""A case with a meeting whose answers are agreed, in an app without sign-in, made through the doors; and its people."""

from datetime import date
from typing import Any

from framework import panel
from framework.casefile import Add, Change
from framework.panel.meetings import Ticket
from framework.streams.kind import Actor
from framework.streams.policy import OPEN
from framework.workspace import Workspace
from tests.panel.table import NEGLECT

EVERYBODY = Actor("", "", frozenset({OPEN}))
PARTS = {
    "practitioner": "worker",
    "team_manager": "manager",
    "reviewing_officer": "reviewing_officer",
    "nominated_officer": "nominated_officer",
}
FILLED: dict[str, Any] = {
    "outcome": "return_home",
    "legal_outcome": "ceases",
    "key_stage_4_move": "no",
    "out_of_area": "no",
    "ward_of_court": "no",
    "rationale": "She has kept every promise since May.",
}
"""What a decision on a return needs beside its level."""

SAFE: dict[str, Any] = {
    "ended_by": "parent",
    "learned_on": date(2026, 6, 1),
    "seen_by": "The duty worker",
    "seen_on": date(2026, 6, 1),
    "seen_alone": "yes",
    "section_47": "no",
    "section_47_why": "No harm was told or seen.",
    "safety_plan": "Her aunt calls every evening.",
    "senior": "The head of service",
    "senior_on": date(2026, 6, 1),
    "assessment_by": date(2027, 6, 30),
    "rationale": "She is at home, and safe for now.",
}
"""What an unplanned return has to say first."""


def invented(work: Workspace, role: str) -> Actor:
    """An invented person who has this role and no other."""
    people = work.people
    return next(actor for one in people.colleagues(EVERYBODY) if role in (actor := people.actor(one)).roles)


class DecisionCase:
    """An invented case of a worker, with a manager, a reviewing officer and a nominated officer; accommodated for long."""

    def __init__(self, work: Workspace, called: str = "Amy", status: str = "s20") -> None:
        self.work, self.called = work, called
        self.worker, self.officer = invented(work, "practitioner"), invented(work, "nominated_officer")
        self.manager = invented(work, "team_manager")
        self.case = self.work.casefiles.begin(self.worker, f"LCS {called}", called, invented=True)
        for role, part in list(PARTS.items())[1:]:
            self.enter(Add("worker", {"person": invented(work, role).id, "part": part, "since": "01/01/2026"}))
        self.enter(
            Change("child", "child", "birth", "14/03/2017"),
            Change("child", "child", "looked_after_since", "01/02/2025"),
            Add("status", {"status": status, "since": "01/02/2025"}),
            Add("home", {"id": "home1", "name": "Mum’s flat"}),
            Add("adult", {"home": "home1", "name": "Dana Example", "relation": "mother", "would_care": True}),
            Add("parent", {"name": "Dana Example", "relation": "mother", "considered": "yes"}),
        )

    def enter(self, *commands: Any) -> None:
        for command in commands:
            self.work.casefiles.run(self.case, self.worker, command)

    def meeting(self, stage: int = 4, *, known: bool = False, upto: panel.Phase = "agreed") -> str:
        """A meeting whose answers are agreed: neglect is improving; nothing else is known, or all of it speaks for a return."""
        meetings, ticket, edition = self.work.meetings, Ticket.new(), self.work.edition
        bundle = self.work.casefiles.bundle(self.case, self.worker).model_copy(update={"stage": stage})
        meetings.open(bundle, ticket, self.worker.name, "social_worker", me=self.worker)

        def do(*commands: Any) -> None:
            for command in commands:
                meetings.run(ticket.meeting, ticket.member, command, me=self.worker)

        do(panel.MovePhase("scoring"), panel.Score(*NEGLECT, "improving"), panel.MovePhase("revealed"))
        for key in panel.open_questions(meetings.state(ticket.meeting), edition):
            best = min((one for one in edition.statuses(*key) if not one.only_where), key=lambda one: one.value)
            do(panel.Agree(*key, best.id if known else "unknown"))
        if upto == "agreed":
            do(panel.MovePhase("agreed"))
        return ticket.meeting

    def run(self, *commands: Any, by: Actor | None = None) -> Any:
        state = None
        for command in commands:
            state = self.work.decisions.run(self.case, by or self.worker, command)
        return state

    def begun(self, meeting: str = "", stage: Any = "4", unplanned: bool = False) -> str:
        return self.work.decisions.begin(self.case, self.worker, stage, meeting, unplanned)

    def write(self, decision: str, **values: Any) -> None:
        self.run(*(Change("draft", decision, name, value) for name, value in values.items()))

    def answer_all(self, decision: str) -> None:
        for must in self.work.decisions.must_answer(self.case, self.worker, decision):
            given = {"decision": decision, "subject": must.subject, "about": must.about, "words": "Talked about."}
            self.run(Add("answer", given))

    @property
    def state(self) -> Any:
        return self.work.decisions.view(self.case, self.worker)

    def prepared(self) -> str:
        """A decision on a meeting that lacks nothing."""
        decision = self.begun(self.meeting())
        self.answer_all(decision)
        self.write(decision, level="high", departs_why="More is known.", not_seen="Her aunt.", **FILLED)
        self.write(decision, sits_badly_why="Safe now.")
        return decision
