"""Protects: a decision on a real meeting, from its end to the approval, as pages use it; who learns of it; and what is held of it."""

import json
from threading import Barrier, Thread

import pytest

from framework.casefile import Add, Change
from framework.decision.deciding import Approve, AskApproval, Decide, Satisfy, SendBack, Withdraw
from framework.decision.kind import DECISION
from framework.decision.model import Decisions
from framework.decision.reading import conditions, in_effect
from framework.items import EditConflict
from framework.streams.kind import Refused
from framework.streams.live import Watch
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.casefile.made import child
from tests.disposal.made import MARK, Held, other_process
from tests.panel.case_meeting import PROVIDER
from tests.streams.stores import by_hand, everything

NOMINATED = {"nick": "nominated_officer", "nora": ""}
"""Nominated officers, and the part that each has in the case."""


class Deciding(Held):
    """A meeting that has ended, and the decision on it that Wanda prepares."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        roles = {**self.work.settings.roles, "Nominated": "nominated_officer"}
        self.work.people.settings = self.work.settings = self.work.settings.model_copy(update={"roles": roles})
        for who, part in NOMINATED.items():
            name = who.capitalize()
            self.ids[who] = self.work.people.signed_in(PROVIDER, who, name, f"{who}@example.org", ["Nominated"]).id
            if part:
                self.part(who, part)
        self.work.casefiles.run(self.case, self["wanda"], child("looked_after_since", "01/02/2025"))
        self.meet()
        self.book = self.work.decisions
        self.decision = self.book.begin(self.case, self["wanda"], "2", self.meeting)

    def prepare(self) -> None:
        wanda = self["wanda"]
        for one in self.book.must_answer(self.case, wanda, self.decision):
            values = {
                "decision": self.decision,
                "subject": one.subject,
                "about": one.about,
                "words": f"{MARK} says so.",
            }
            self.book.run(self.case, wanda, Add("answer", values))
        for name, value in {
            "level": "medium",
            "departs_why": f"We know {MARK}.",
            "not_seen": "An aunt.",
            "outcome": "proceed",
            "rationale": f"{MARK} can go home.",
        }.items():
            self.book.run(self.case, wanda, Change("draft", self.decision, name, value))

    def home(self) -> None:
        """A later decision, without a meeting, by which the child goes home, and which Nick is asked to approve."""
        wanda = self["wanda"]
        self.decision = self.book.begin(self.case, wanda, "4")
        for name, value in {
            "decided_by": "The head of service",
            "why_no_meeting": "Agreed at the review.",
            "made_on": f"What {MARK} says.",
            "meeting_by": "04/12/2026",
            "outcome": "return_home",
            "legal_outcome": "ceases",
            "key_stage_4_move": "no",
            "out_of_area": "no",
            "ward_of_court": "no",
            "rationale": f"{MARK} is safe there.",
        }.items():
            self.book.run(self.case, wanda, Change("draft", self.decision, name, value))
        self.book.run(self.case, self["mo"], Decide(self.decision))
        self.book.run(self.case, wanda, AskApproval(self.decision, self.ids["nick"]))

    def approve(self) -> Decisions:
        state = self.book.view(self.case, self["nick"])
        for one in conditions(state.made[self.decision]):
            self.book.run(self.case, self["nick"], Satisfy(self.decision, one.id, f"{MARK} was asked."))
        return self.book.run(self.case, self["nick"], Approve(self.decision, f"For {MARK}."))


@pytest.fixture
def there(store: Store) -> Deciding:
    return Deciding(store)


def test_from_the_end_of_the_meeting_to_the_decision(there: Deciding) -> None:
    wanda, book, case = there["wanda"], there.book, there.case
    sat = book.meeting(case, wanda, there.decision)
    assert sat and sat.sealed and sat.indicated is None and sat.cautions == ("neglect",)
    assert sat.counted == sat.chaired == (there.ids["wanda"],)
    assert {one.subject for one in book.must_answer(case, wanda, there.decision)} > {"neglect", "sexual_abuse_severe"}
    assert "answer" in {one.field for one in book.missing(case, wanda, there.decision)}
    there.prepare()
    assert book.missing(case, wanda, there.decision) == []
    state = book.run(case, there["mo"], Decide(there.decision))
    made = state.made[there.decision]
    assert made.classified and made.classified.departs and made.classified.indicated is None
    assert in_effect(made, book.today).in_effect and made.decided.route is None
    assert made.decided.meeting_version == sat.version
    assert book.of_meeting(there.meeting, wanda) == (case, there.decision)
    assert book.begin(case, there["mo"], "2", there.meeting) == there.decision  # it has one already


def test_from_the_decision_to_the_approval(there: Deciding) -> None:
    there.home()
    asked = there.book.waiting_for(there["nick"])
    assert [(one.case, one.waits.what, one.waits.decision) for one in asked] == [
        (there.case, "approve", there.decision)
    ]
    assert asked[0].called == "Ash" and there.book.waiting_for(there["nora"]) == ()
    with pytest.raises(Refused, match="Nora has no part in this case"):
        there.book.run(there.case, there["wanda"], AskApproval(there.decision, there.ids["nora"]))
    with pytest.raises(Refused, match="Choose somebody who signs in here"):
        there.book.run(there.case, there["wanda"], AskApproval(there.decision, "p-nobody"))
    made = there.approve().made[there.decision]
    assert in_effect(made, there.book.today).in_effect and there.book.waiting_for(there["nick"]) == ()
    told = [one.event.type for one in there.book.history(there.case, there["wanda"])]
    assert told[-1] == "approved" and "decided" in told
    assert len(there.book.hash_at(there.case, len(told))) == 64
    before = there.book.view(there.case, there["wanda"], upto=len(told) - 1)
    assert not in_effect(before.made[there.decision], there.book.today).in_effect


def test_who_has_no_part_in_the_case_learns_nothing_of_it(there: Deciding) -> None:
    there.home()
    for who in ("wanda", "mo"):
        assert there.book.view(there.case, there[who]).version
    read = there.work.casefiles.readings(there.case, there["mo"]).reads
    assert {one.person for one in read if one.what == "the decisions"} == {there.ids["wanda"], there.ids["mo"]}
    for who in ("sam", "carl", "tom", "rita", "nora", "kit", "nobody"):
        actor = there[who]
        assert there.book.view(there.case, actor) == Decisions(), who
        assert there.book.view(there.case, actor, upto=3) == Decisions(), who
        assert there.book.history(there.case, actor) == [], who
        assert there.book.of_meeting(there.meeting, actor) is None, who
        assert there.book.meeting(there.case, actor, there.decision) is None, who
        assert there.book.missing(there.case, actor, there.decision) == [], who
        assert there.book.waiting(there.case, actor) == [], who
        for deed in (Decide(there.decision), Approve(there.decision), Withdraw(there.decision, "No.")):
            with pytest.raises(Refused, match="There is no such case"):
                there.book.run(there.case, actor, deed)
        with pytest.raises(Refused, match="There is no such case"):
            there.book.begin(there.case, actor, "4")


def test_who_was_asked_and_has_no_part_any_more_waits_for_nothing(there: Deciding) -> None:
    there.home()
    workers = there.work.casefiles.view(there.case, there["wanda"]).workers
    mine = next(one.id for one in workers.values() if one.person == there.ids["nick"])
    there.clock.move(days=2)
    yesterday = there.work.casefiles.today.replace(day=25)
    there.work.casefiles.run(there.case, there["wanda"], Change("worker", mine, "until", yesterday))
    assert there.book.waiting_for(there["nick"]) == ()
    heard = DECISION.stream(there.case)
    assert there.work.still_hears(Watch(heard, there.ids["wanda"]))
    assert not there.work.still_hears(Watch(heard, there.ids["nick"]))


def test_a_meeting_on_another_case_is_no_meeting_here(there: Deciding) -> None:
    brother = there.sibling()
    with pytest.raises(Refused, match="There is no such meeting on this case"):
        there.book.begin(brother, there["wanda"], "2", there.meeting)


def test_a_conflict_names_the_person(there: Deciding) -> None:
    there.book.run(there.case, there["mo"], Change("draft", there.decision, "rationale", "Mine.", seen=""))
    with pytest.raises(EditConflict, match="Mo Manager has changed the rationale"):
        there.book.run(there.case, there["wanda"], Change("draft", there.decision, "rationale", "Ours.", seen=""))


def test_of_two_processes_that_decide_at_once_one_decides(there: Deciding, database_url: str) -> None:
    there.prepare()
    other = other_process(there.work, database_url)
    barrier, refused = Barrier(2), list[str]()

    def decide(work: Workspace, who: str) -> None:
        barrier.wait()
        try:
            work.decisions.run(there.case, there[who], Decide(there.decision))
        except Refused as why:
            refused.append(str(why))

    threads = [Thread(target=decide, args=args) for args in ((there.work, "wanda"), (other, "mo"))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    types = [one.event.type for one in there.book.history(there.case, there["wanda"])]
    assert types.count("decided") == types.count("classified") == 1
    assert len(refused) == 1 and "made this decision on 24 November 2026" in refused[0]
    other.store.close()


# ── What is held, and erased ─────────────────────────────────────────────────────────────────────────────────────────


def test_all_of_it_is_in_what_is_held_about_the_child_with_what_it_said_before(there: Deciding) -> None:
    there.prepare()
    there.book.run(there.case, there["wanda"], Change("draft", there.decision, "rationale", "Another reason."))
    there.book.run(there.case, there["wanda"], Add("option", {"decision": there.decision, "name": "With an aunt"}))
    there.book.run(
        there.case, there["wanda"], Add("view", {"decision": there.decision, "whose": "child", "words": "Now."})
    )
    there.book.run(there.case, there["mo"], Decide(there.decision))
    there.home()
    there.book.run(there.case, there["nick"], SendBack(there.decision, "Ask the father, too."))
    there.book.run(there.case, there["mo"], Decide(there.decision))
    there.book.run(there.case, there["wanda"], AskApproval(there.decision, there.ids["nick"]))
    there.approve()
    found = there.work.handouts.prepare(there.case, there["kit"]).items
    mine = [one for one in found if one.key.startswith("decision/")]
    said = json.dumps([one._replace(at=None) for one in mine], ensure_ascii=False)
    for words in (
        "With an aunt", "Now.", "it was:", f"{MARK} can go home.", "Another reason.", "Ask the father, too.", f"For {MARK}.",
        f"{MARK} was asked.", "Approved", "Sent back", "Nick", "Mo Manager", "Panel’s classification", "regulation 39(4)",
    ):  # fmt: skip
        assert words in said, words
    assert there.ids["nick"] not in said and there.ids["mo"] not in said
    assert len({one.key for one in mine}) == len(mine)
    assert [one.third_party for one in mine if one.key.startswith("decision/view")] == [True]
    there.work.handouts.hand_out(there.case, there["kit"], "Ash", "Ash asked for it.")
    assert f"For {MARK}." in there.work.handouts.json(there.case, there["kit"], 1).decode()


def test_with_the_case_every_word_of_it_is_erased_and_the_chains_hold(there: Deciding, database_url: str) -> None:
    there.prepare()
    there.book.run(there.case, there["mo"], Decide(there.decision))
    there.home()
    there.approve()
    there.close_case()
    plan = there.work.disposals.plan(there.decided())
    assert f"decision:{there.case}" in plan.streams
    there.work.disposals.carry_out(plan)
    assert MARK.casefold() not in repr(everything(database_url)).casefold()
    assert there.work.store.verify().broken is None
    assert there.book.view(there.case, there["wanda"]) == Decisions()
    assert there.book.history(there.case, there["wanda"]) == [] and there.book.waiting_for(there["nick"]) == ()
    with pytest.raises(Refused, match="There is no such case"):
        there.book.run(there.case, there["wanda"], Withdraw(there.decision, "No."))


def test_a_record_of_decisions_that_cannot_be_read_hides_nothing_else_that_waits(
    there: Deciding, database_url: str
) -> None:
    there.home()
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("UPDATE events SET payload = '[]' WHERE stream LIKE 'decision:%' AND version = 1")
    afresh = Workspace(there.work.store, there.work.edition, settings=there.work.settings)
    for who in ("nick", "wanda"):
        assert afresh.waits(there[who]).decisions == ()
