"""A meeting on a case file, in an app with sign-in: the people who work with the child, and some who do not."""

from datetime import UTC, datetime, timedelta

from framework import edition, panel
from framework.case import Case
from framework.casefile import Add, Change
from framework.panel import MovePhase, Panel, Score
from framework.panel.meetings import Caller, Ticket, key_hash
from framework.people.settings import Settings
from framework.streams.kind import Actor
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.panel.table import NEGLECT

PROVIDER = "https://sign-in.example.org"
SETTINGS = Settings(
    sign_in=f"{PROVIDER}/.well-known/openid-configuration",
    roles="Practitioner=practitioner, Manager=team_manager, Chair=panel_chair, Reviewing=reviewing_officer, Trainer=trainer",
)
CALLED, REFERENCE = "Ash", "LCS 4711"
STAFF = {
    "wanda": ("Wanda Worker", "Practitioner"),
    "mo": ("Mo Manager", "Manager"),
    "sam": ("Sam Stranger", "Practitioner"),
    "carl": ("Carl Chair", "Chair"),
    "rita": ("Rita Relative", "Practitioner"),
    "tom": ("Tom Trainer", "Trainer"),
}
"""Wanda begins the case and opens its meeting, Mo manages it; Rita is kept out of it; Sam, Carl and Tom have no part in it."""


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def enter(work: Workspace, case: str, who: Actor) -> None:
    """What a meeting needs of a case before it can be opened on it."""
    for command in (
        Change("child", "child", "birth", "14/03/2017"),
        Add("status", {"status": "s20", "since": "01/02/2025"}),
        Add("home", {"id": "home1", "name": "Mum’s flat"}),
        Add("adult", {"home": "home1", "name": "Dana Example", "relation": "mother", "would_care": True}),
    ):
        work.casefiles.run(case, who, command)


class CaseMeeting:
    """A workspace with a real case and a meeting on it, which Wanda chairs."""

    def __init__(self, store: Store, settings: Settings = SETTINGS) -> None:
        self.clock = Clock()
        self.work = Workspace(store, edition.load(), self.clock, settings)
        self.work.seconds = lambda: self.clock().timestamp()
        self.ids = {}
        for who, (name, role) in STAFF.items():
            person = self.work.people.signed_in(PROVIDER, who, name, f"{who}@example.org", [role])
            self.ids[who] = person.id
        self.case = self.work.casefiles.begin(self["wanda"], REFERENCE, CALLED)
        self.part("mo", "manager")
        self.work.casefiles.run(
            self.case, self["wanda"], Add("block", {"person": self.ids["rita"], "why": "A relative."})
        )
        enter(self.work, self.case, self["wanda"])
        self.chair = Ticket.new()
        self.work.meetings.open(self.bundle(), self.chair, "Wanda Worker", "social_worker", me=self["wanda"])
        self.meeting = self.chair.meeting
        self.seats = {"wanda": self.chair}

    def __getitem__(self, who: str) -> Actor:
        """A person with the roles that they have now; somebody who is not signed in for any other name."""
        return self.work.people.actor(self.ids[who]) if who in self.ids else Actor("")

    def bundle(self, who: str = "wanda") -> Case:
        return self.work.casefiles.bundle(self.case, self[who])

    def part(self, who: str, part: str, by: str = "wanda", **days: object) -> None:
        given = {"person": self.ids[who], "part": part, "since": self.work.casefiles.today} | days
        self.work.casefiles.run(self.case, self[by], Add("worker", given))

    @property
    def state(self) -> Panel:
        return self.work.meetings.state(self.meeting)

    def sit_down(self, who: str, role: str = "other_professional") -> Ticket:
        """Take a seat, or ask for one, as this person; a guest has the name that is given."""
        ticket = self.seats[who] = Ticket.new(self.meeting)
        name = STAFF[who][0] if who in STAFF else who
        return self.work.meetings.join(ticket, name, role, me=self[who])

    def stands(self, who: str) -> str:
        key = self.seats[who].key if who in self.seats else ""
        return self.work.meetings.standing(self.meeting, key, self[who])[0]

    def seen_by(self, who: str) -> Panel:
        """What this person's screen receives: by their seat, if they have one."""
        return self.work.meetings.seen(self.meeting, self.seats[who].key if who in self.seats else "", self[who])

    def do(self, who: str, *commands: object) -> None:
        for command in commands:
            self.work.meetings.run(self.meeting, self.seats[who].member, command, me=self[who])  # type: ignore[arg-type]

    def request_of(self, who: str) -> str:
        return key_hash(self.seats[who].key)[:16]

    def close(self) -> None:
        """To the end, the quick way."""
        self.do("wanda", MovePhase("scoring"), Score(*NEGLECT, "improving"), MovePhase("revealed"))
        for key in panel.open_questions(self.state, self.work.edition):
            self.do("wanda", panel.Agree(*key, "unknown"))
        self.do("wanda", MovePhase("agreed"), MovePhase("closed"))


def caller(name: str = "a browser") -> Caller:
    return Caller(name, f"address of {name}")
