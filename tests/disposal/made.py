"""A real case with a meeting on it, and the people who look after records."""

from typing import Any

from framework.casefile import Add, Change, Close, Reopen
from framework.disposal.deciding import Confirm
from framework.panel import AddNote, Agree, MovePhase, Score, open_questions
from framework.streams.store import Draft, Store
from framework.workspace import Workspace
from tests.casefile.made import CHOSEN
from tests.panel.case_meeting import PROVIDER, SETTINGS, CaseMeeting
from tests.panel.table import NEGLECT

WITH_RECORDS = SETTINGS.model_copy(
    update={
        "roles": {
            **SETTINGS.roles,
            "Records": "records_manager",
            "Director": "director",
            "Analyst": "data_analyst",
            "Nominated": "nominated_officer",
            "Assurer": "quality_assurer",
        }
    }
)
LOOK_AFTER_RECORDS = {"kit": "Records", "kim": "Records", "dora": "Director", "ana": "Analyst"}
"""Kit proposes, Kim or Dora decides; Ana has nothing to do with it."""
MARK = "Quillonberry"
"""Stands in every text that anybody wrote about the child, and nowhere else."""


class Held(CaseMeeting):
    """The case says `MARK` wherever people write: its child, chronology, meeting, notes, drafts and what was handed out."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, WITH_RECORDS)
        for who, role in LOOK_AFTER_RECORDS.items():
            name = f"{who.capitalize()} {role}"
            self.ids[who] = self.work.people.signed_in(PROVIDER, who, name, f"{who}@example.org", [role]).id

    def write(self) -> None:
        case, wanda = self.case, self["wanda"]
        for command in (
            Change("child", "child", "name", MARK),
            Change("child", "child", "reference", f"LCS {MARK}"),
            Change("child", "child", "summary", f"Where {MARK} stands."),
            Add("parent", {"name": f"Dana {MARK}", "relation": "mother"}),
            entry("2019-04", f"{MARK} moved in with an aunt.", third_party=True),
            entry("2021", f"Counsel advised on {MARK}.", legal_advice=True),
            entry("2022-06-01", f"A judge spoke with {MARK}.", court=True),
        ):
            self.work.casefiles.run(case, wanda, command)
        self.work.casefiles.read_by(case, wanda, "the case", f"To prepare for {MARK}.")

    def meet(self) -> None:
        """Hold the meeting to its end; a note and what was being typed name the child."""
        self.do("wanda", MovePhase("scoring"), Score(*NEGLECT, "improving"), MovePhase("revealed"))
        self.do("wanda", AddNote(*NEGLECT, f"{MARK} said so."))
        for key in open_questions(self.state, self.work.edition):
            self.do("wanda", Agree(*key, "unknown"))
        self.do("wanda", MovePhase("agreed"), MovePhase("closed"))
        typed = Draft(self.chair.member, "neglect|child", f"{MARK} is being typed.", "", self.clock())
        self.work.store.keep_draft(f"panel:{self.meeting}", typed)

    def close_case(self) -> None:
        on = self.work.casefiles.today
        self.work.casefiles.run(self.case, self["mo"], Close("home", on, f"{MARK} is at home."))

    def decided(self, case: str = "", ground: str = "mistake") -> str:
        """A disposal that two people have decided."""
        found = self.work.disposals.propose(self["kit"], case or self.case, ground, "Entered twice.")
        self.work.disposals.decide(found, self["dora"], Confirm("Checked with the team."))
        return found

    def sibling(self) -> str:
        """The case of a brother, with its own words."""
        brother = self.work.casefiles.begin(self["wanda"], "LCS 99", "Brother")
        self.work.casefiles.run(brother, self["wanda"], Add("sibling", {"case": self.case}))
        return brother


def entry(since: str, what: str, **more: Any) -> Add:
    return Add("entry", {"since": since, "what": what, "source": "A record of the time", **CHOSEN, **more})


def whole(store: Store) -> Held:
    """A case that is closed, with everything in it that can be erased."""
    held = Held(store)
    held.write()
    held.meet()
    held.close_case()
    return held


def reopen() -> Reopen:
    return Reopen("Another look.")


def other_process(work: Workspace, url: str) -> Workspace:
    return Workspace(Store.open(url), work.edition, work.now, work.settings)
