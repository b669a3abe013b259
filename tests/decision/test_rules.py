"""Protects: what must be answered first, what supersedes what, two people at once, a second click, and an unplanned return."""

from datetime import date
from typing import Any

import pytest

from framework.casefile import Close
from framework.decision import preparing, reading
from framework.decision.basis import Person
from framework.decision.deciding import (
    Approve,
    AskApproval,
    Classify,
    CompleteAssessment,
    Decide,
    Open,
    PreparePlan,
    RecordSatisfied,
    RefuseApproval,
    Satisfy,
    SendBack,
    Unsatisfy,
    Withdraw,
    decide,
)
from framework.decision.kind import index
from framework.items import Add, Change, EditConflict, Remove, Restore
from framework.streams.kind import ChangedMeanwhile, Refused
from tests.casefile import made as casefiles
from tests.casefile.made import EVERYWHERE
from tests.decision.made import CAUTIOUS, HOME, LIGHTS, MEETING, UNPLANNED, World, a_case

GREY = MEETING._replace(indicated=None, best="low", worst="high", basis=None)
HIGH = MEETING._replace(indicated="high", best="high", worst="high", dimensions={"risk": (2, 2)})


def answer(subject: str, about: str = "", decision: str = "d1") -> Add:
    values = {"decision": decision, "subject": subject, "about": about, "words": "Nothing was seen for a year."}
    return Add("answer", values)


# ── What comes first ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_caution_and_each_unknown_that_matters_for_safety_is_answered_first() -> None:
    there = World(None, CAUTIOUS).prepared()
    for deed in (Classify("d1"), Decide("d1")):
        with pytest.raises(Refused, match="Still open: “Neglect”, “Severe sexual abuse”"):
            there.do("mo", deed)
    there.do("wanda", answer("neglect"))
    with pytest.raises(Refused, match="Still open: “Severe sexual abuse”"):
        there.do("mo", Decide("d1"))
    there.do("wanda", answer("sexual_abuse_severe", "child"))
    assert all(one.answer for one in preparing.must_answer(there.state, "d1", CAUTIOUS))
    there.do("mo", Decide("d1"))


def test_an_answer_without_words_and_an_answer_that_was_removed_are_no_answers() -> None:
    there = World(None, CAUTIOUS._replace(unknown=())).prepared()
    there.do("wanda", Add("answer", {"decision": "d1", "subject": "neglect"}))
    with pytest.raises(Refused, match="Neglect"):
        there.do("mo", Decide("d1"))
    there.do("wanda", Change("answer", "a1", "words", "It has stopped."), Remove("answer", "a1"))
    with pytest.raises(Refused, match="Neglect"):
        there.do("mo", Decide("d1"))
    there.do("wanda", Restore("answer", "a1"))
    there.do("mo", Decide("d1"))


def test_nothing_is_decided_on_a_meeting_that_has_not_agreed() -> None:
    there = World(None, MEETING._replace(sealed=False)).prepared()
    with pytest.raises(Refused, match="The panel has not agreed its answers yet"):
        there.do("mo", Decide("d1"))


@pytest.mark.parametrize(
    ("sat", "level", "departs"), [(MEETING, "low", False), (MEETING, "medium", True), (GREY, "low", True), (GREY, "high", True)]
)  # fmt: skip
def test_grey_is_classified_by_departing_only_and_a_departure_shows(sat: Any, level: str, departs: bool) -> None:
    there = World(None, sat).prepared(level=level)
    if departs:
        with pytest.raises(Refused, match="Say why the panel departs"):
            there.do("mo", Classify("d1"))
        there.write(departs_why="His aunt moved in.", not_seen="The aunt.")
    there.do("mo", Classify("d1"))
    assert there.state.classifications[-1].classified.departs is departs
    there.do("mo", Decide("d1"))
    classified = there.made().classified
    assert classified and classified.departs is departs
    assert (classified.departs_why, classified.not_seen) == (
        ("His aunt moved in.", "The aunt.") if departs else ("", "")
    )
    assert len(there.state.classifications) == 1  # it was not recorded once more


def test_without_a_meeting_no_panel_has_classified() -> None:
    there = World().prepared(meeting="")
    with pytest.raises(Refused, match="A panel classifies, at a meeting"):
        there.do("mo", Classify("d1"))
    there.do("mo", Decide("d1"))
    assert there.made().classified is None and there.state.classifications == ()


def test_a_level_that_the_edition_does_not_have_is_refused() -> None:
    there = World().prepared(level="purple")
    with pytest.raises(Refused, match="Choose one of the levels"):
        there.do("mo", Decide("d1"))


def test_a_decision_keeps_a_copy_of_what_it_stood_on() -> None:
    there = World().decided()
    there.case, there.meetings = a_case("s31"), {}
    decided = there.made().decided
    assert decided.facts and decided.facts["legal_status"] == "s20"
    assert decided.facts["looked_after_since"] == "2026-01-05"
    assert decided.route and decided.route.approver == "nominated_officer"
    assert [one.id for one in decided.route.conditions] == ["wishes", "welfare", "support", "relatives", "iro"]
    assert decided.counted == ("p-wanda", "p-sol") and decided.chaired == ("p-carl",)
    assert decided.meeting_version == 90 and decided.route.law_checked_on == date(2026, 11, 28)


# ── It never blocks judgement ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("level", "outcome", "badly"),
    [
        ("severe", "return_home", True),
        ("high", "phased_return", True),
        ("high", "placement_with_parents", True),
        ("medium", "return_home", False),
        ("low", "return_home", False),
        ("low", "do_not_return", True),
        ("low", "defer", True),
        ("medium", "do_not_return", False),
        ("high", "do_not_return", False),
        ("high", "goes_on", True),
        ("severe", "more_help", True),
        ("high", "plan_at_home", True),
        ("medium", "goes_on", False),
    ],
)
def test_a_return_at_red_and_a_refusal_at_green_sit_badly(level: str, outcome: str, badly: bool) -> None:
    stage = "after" if outcome in preparing.AT_HOME else "4"
    unplanned = outcome == "plan_at_home"
    there = World(None, MEETING._replace(stage=5 if stage == "after" else 4))
    there.do("wanda", Open("d1", stage, "" if unplanned else "m1", unplanned, case="c1"))
    there.write(level=level, outcome=outcome)
    assert bool(preparing.sits_badly(there.state.drafts["d1"], LIGHTS)) is badly


def test_what_sits_badly_is_asked_about_and_decided_all_the_same() -> None:
    there = World(None, HIGH).prepared(level="high")
    asked = {one.field: one.answered for one in there.prompts()}
    assert asked["sits_badly_why"] is False
    there.do("mo", Decide("d1"))
    assert there.made().decided.level == "high"


def test_supervision_asks_and_what_is_answered_shows() -> None:
    there = World().prepared(would_change="A new partner in the home.")
    asked = {one.question: one.answered for one in there.prompts()}
    assert asked["What would change our mind?"] is True
    assert asked["What is fact, and what was only said?"] is False
    assert asked["Are we returning the child because a placement failed?"] is False
    mother = "What does Dana say, as they put it?"
    assert asked[mother] is False
    there.do("wanda", Add("view", {"decision": "d1", "whose": "mother", "words": "I want him home."}))
    assert {one.question: one.answered for one in there.prompts()}[mother] is True


@pytest.mark.parametrize(("status", "asked"), [("s31", True), ("s38", False)])
def test_at_home_under_a_full_care_order_it_asks_why_not_a_supervision_order(status: str, asked: bool) -> None:
    there = World(a_case(status)).prepared(outcome="placement_with_parents", legal_outcome="placed_with_parents")
    assert ("why_not_supervision" in {one.field for one in there.prompts()}) is asked


# ── Two at once, and a second click ──────────────────────────────────────────────────────────────────────────────────


def test_of_two_who_decide_at_once_one_is_told() -> None:
    there = World().decided()
    with pytest.raises(ChangedMeanwhile, match="Mo made this decision on 24 November 2026 at 10:00"):
        there.do("wanda", Decide("d1"))
    assert len(there.happened) == there.state.version


def test_nobody_decides_on_what_they_have_not_seen() -> None:
    there = World().prepared()
    seen = there.state.version
    there.write(who="sol", rationale="The change has not lasted.")
    with pytest.raises(ChangedMeanwhile, match="Somebody has written on this decision since you opened it"):
        there.do("mo", Decide("d1", seen))
    there.do("mo", Decide("d1", there.state.version))


def test_two_who_write_in_one_field_are_told_and_two_who_answer_one_caution() -> None:
    there = World(None, CAUTIOUS).prepared()
    there.do("sol", Change("draft", "d1", "rationale", "Mine.", seen="The change has lasted for a year."))
    with pytest.raises(EditConflict):
        there.do("wanda", Change("draft", "d1", "rationale", "Yours.", seen="The change has lasted for a year."))
    there.do("sol", answer("neglect"))
    with pytest.raises(ChangedMeanwhile, match="has answered this already"):
        there.do("wanda", answer("neglect"))


def test_a_second_click_does_nothing_twice() -> None:
    there = World()

    def twice(who: str, deed: Any) -> None:
        assert there.do(who, deed), deed
        assert there.do(who, deed) == [], deed

    twice("wanda", Open("d1", "4", "m1", case="c1"))
    there.write(level="low", outcome="return_home", legal_outcome="ceases", rationale="It has lasted.")
    there.write(key_stage_4_move="no", out_of_area="no", ward_of_court="no")
    twice("mo", Classify("d1"))
    twice("mo", Decide("d1"))
    twice("wanda", AskApproval("d1", "p-nick"))
    twice("nick", SendBack("d1", "Ask the father."))
    there.do("mo", Decide("d1"))
    there.do("wanda", AskApproval("d1", "p-nick"))
    for one in reading.conditions(there.made()):
        twice("nick", Satisfy("d1", one.id, "Seen."))
    twice("nick", Unsatisfy("d1", "iro"))
    there.do("nick", Satisfy("d1", "iro", "She wrote."))
    twice("nick", Approve("d1"))
    twice("mo", Withdraw("d1", "Things have changed."))


def test_a_made_decision_is_read_and_not_changed_but_who_was_told_can_be_added() -> None:
    there = World().decided()
    for deed in (
        Change("draft", "d1", "rationale", "Another one."),
        Add("option", {"decision": "d1", "name": "Adoption"}),
        answer("neglect"),
    ):
        with pytest.raises(Refused, match="it can be read, and not changed"):
            there.do("wanda", deed)
    there.do("wanda", Add("told", {"decision": "d1", "who": "Ash", "on": "24/11/2026"}))
    with pytest.raises(Refused, match="25 November 2026 is still to come"):
        there.do("wanda", Add("told", {"decision": "d1", "who": "Dana", "on": "25/11/2026"}))


def test_evidence_is_given_one_by_one_and_stays_after_the_approval() -> None:
    there = World().asked()
    there.do("nick", Unsatisfy("d1", "iro"))
    with pytest.raises(Refused, match="Still open: “The Independent Reviewing Officer was consulted"):
        there.do("nick", Approve("d1"))
    with pytest.raises(Refused, match="Please give the evidence"):
        there.do("nick", Satisfy("d1", "iro", "  "))
    with pytest.raises(Refused, match="no such condition"):
        there.do("nick", Satisfy("d1", "regulation_17", "Read."))
    there.do("nick", Satisfy("d1", "iro", "Her letter of 20 November."), Approve("d1"))
    with pytest.raises(Refused, match="what it was approved on stays"):
        there.do("nick", Unsatisfy("d1", "iro"))


# ── What an approval rests on ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("again", [MEETING._replace(version=95, sealed=False), MEETING._replace(version=97)])
def test_nobody_is_asked_and_nobody_approves_when_the_meeting_was_opened_again(again: Any) -> None:
    there = World().asked()
    there.meetings["m1"] = again
    with pytest.raises(Refused, match="The meeting has been opened again since this was decided"):
        there.do("nick", Approve("d1"))
    with pytest.raises(Refused, match="The meeting has been opened again since this was decided"):
        there.do("wanda", AskApproval("d1", "p-nora"))
    there.do("nick", SendBack("d1", "Decide on what the panel agrees now."))
    assert there.stands().standing == "sent_back"


def test_who_counted_or_chaired_at_an_earlier_making_does_not_approve_the_later_one() -> None:
    for field, why in (("counted", "gave answers that counted"), ("chaired", "chaired the meeting")):
        there = World(None, MEETING._replace(**{field: ("p-nora",)})).asked()
        there.do("nick", SendBack("d1", "Ask the father."))
        there.meetings["m1"] = MEETING
        there.do("mo", Decide("d1"))
        with pytest.raises(Refused, match=f"Nora {why}"):
            there.do("wanda", AskApproval("d1", "p-nora"))


def test_who_chairs_the_meeting_after_the_decision_does_not_approve_it_either() -> None:
    there = World().asked()
    there.meetings["m1"] = MEETING._replace(chaired=("p-carl", "p-nick"))
    with pytest.raises(Refused, match="Nick chaired the meeting"):
        there.do("nick", Approve("d1"))


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ({"status": "s38"}, "The case has another legal status now"),
        ({"born": "2010-03-01"}, "The case has another date of birth now"),
        ({"since": "2026-02-05"}, "The case has another first day of being looked after now"),
    ],
)
def test_an_approval_is_refused_when_the_case_was_put_right_since(now: dict[str, str], why: str) -> None:
    there = World().asked()
    there.case = a_case(**now)
    with pytest.raises(Refused, match=why):
        there.do("nick", Approve("d1"))
    assert not there.stands().in_effect


def test_an_approval_is_refused_when_a_condition_has_come_with_the_days() -> None:
    """At sixteen, thirteen weeks after fourteen: by the day of the approval this child needs a pathway plan, too."""
    there = World(a_case(born="2010-11-20", since="2026-08-27")).asked(whom="dora")
    assert "pathway_plan" not in there.made().satisfied
    there.later(days=7)
    with pytest.raises(Refused, match="one more condition has to be met now"):
        there.do("dora", Approve("d1"))


def test_in_a_closed_case_nobody_is_asked_nothing_is_approved_and_nothing_withdrawn() -> None:
    there = World().asked()
    there.case = casefiles.after(there.case, [Close("home", casefiles.TODAY)])
    for who, deed in (
        ("wanda", AskApproval("d1", "p-nora")),
        ("nick", Satisfy("d1", "iro", "Her letter.")),
        ("nick", Approve("d1")),
        ("nick", SendBack("d1", "Once more.")),
        ("mo", Withdraw("d1", "Not any more.")),
    ):
        with pytest.raises(Refused, match="This case was closed on 24 November 2026"):
            there.do(who, deed)


def test_the_assessment_is_not_complete_in_a_closed_case() -> None:
    there = placed_immediately()
    there.case = casefiles.after(there.case, [Close("home", casefiles.TODAY)])
    with pytest.raises(Refused, match="This case was closed"):
        there.do("wanda", CompleteAssessment("d1", there.today))


def test_who_wrote_what_is_decided_does_not_approve_it_and_who_only_began_it_may() -> None:
    there = World()
    there.people["p-nick"] = Person(
        "Nick", frozenset({"nominated_officer"}), frozenset({"manager", "nominated_officer"})
    )
    there.do("nick", Open("d1", "4", "m1", case="c1"))
    there.write("d1", **HOME)
    there.do("wanda", Add("option", {"decision": "d1", "name": "Adoption"}))
    there.do("mo", Decide("d1"))
    there.do("wanda", AskApproval("d1", "p-nick"))
    there.do("nick", SendBack("d1", "Once more."), Change("option", "o1", "risks", "Away from her sister."))
    there.do("mo", Decide("d1"))
    with pytest.raises(Refused, match="Nick wrote on this decision"):
        there.do("wanda", AskApproval("d1", "p-nick"))


def test_nobody_asks_themselves_to_approve() -> None:
    there = World().decided()
    there.people["p-nick"] = Person("Nick", frozenset({"nominated_officer"}), frozenset({"manager"}))
    with pytest.raises(Refused, match="Nobody asks themselves to approve"):
        there.do("nick", AskApproval("d1", "p-nick"))
    there.do("wanda", AskApproval("d1", "p-nick"))


@pytest.mark.parametrize("name", ["Nick", " nick ", "p-nick"])
def test_nobody_stands_in_for_themselves(name: str) -> None:
    there = World().decided()
    with pytest.raises(Refused, match="Nick cannot stand in for themselves"):
        there.do("wanda", AskApproval("d1", "p-nick", name, "He is away."))


# ── One decision after the other ─────────────────────────────────────────────────────────────────────────────────────

SECOND = MEETING._replace(meeting="m2")


def two(**fields: Any) -> World:
    """A first decision that waits for approval, and a second one that is written."""
    there = World(None, MEETING, SECOND).asked()
    return there.prepared("d2", "m2", **fields)


def test_an_approval_of_a_superseded_decision_is_refused() -> None:
    there = two(outcome="do_not_return")
    there.do("mo", Decide("d2"))
    assert there.stands("d1").standing == "superseded"
    with pytest.raises(Refused, match="A later decision has taken the place of this one"):
        there.do("nick", Approve("d1"))
    with pytest.raises(Refused, match="A later decision"):
        there.do("wanda", AskApproval("d1", "p-nora"))


def test_what_is_in_effect_stays_so_until_the_later_decision_is() -> None:
    there = two(effective_on="01/12/2026")
    there.do("nick", Approve("d1"))
    there.do("mo", Decide("d2"))
    assert there.stands("d1").in_effect and not there.stands("d2").in_effect
    there.do("wanda", AskApproval("d2", "p-nick"))
    there.satisfy("nick", "d2")
    there.do("nick", Approve("d2"))
    assert there.stands("d1").in_effect and there.stands("d2").standing == "to_come"
    there.later(days=7)
    assert there.stands("d1").standing == "superseded" and there.stands("d2").in_effect
    assert [one.decision for one in reading.current(there.state, there.today)] == ["d2"]


def test_the_later_one_withdrawn_before_its_day_leaves_the_earlier_one_in_effect() -> None:
    there = two(effective_on="01/12/2026")
    there.do("nick", Approve("d1"))
    there.do("mo", Decide("d2"))
    there.do("wanda", AskApproval("d2", "p-nick"))
    there.satisfy("nick", "d2")
    there.do("nick", Approve("d2"))
    there.do("mo", Withdraw("d2", "The home fell through."))
    there.later(days=30)
    assert there.stands("d1").in_effect and there.stands("d2").standing == "withdrawn"


def three(second: str, third: str) -> World:
    """A decision in effect, and two later ones that are approved for days to come."""
    there = World(None, MEETING, SECOND, MEETING._replace(meeting="m3")).asked()
    there.do("nick", Approve("d1"))
    for decision, day in (("d2", second), ("d3", third)):
        there.asked(decision, meeting=f"m{decision[1:]}", effective_on=day)
        there.do("nick", Approve(decision))
    return there


@pytest.mark.parametrize(
    ("second", "third", "withdrawn", "stays"),
    [
        ("29/11/2026", "04/12/2026", "d2", "d3"),
        ("04/12/2026", "29/11/2026", "d3", "d2"),
        ("29/11/2026", "04/12/2026", "d3", "d2"),
        ("04/12/2026", "29/11/2026", "d2", "d3"),
    ],
)
def test_of_two_later_decisions_one_is_withdrawn_and_the_other_still_takes_the_place(
    second: str, third: str, withdrawn: str, stays: str
) -> None:
    there = three(second, third)
    there.do("mo", Withdraw(withdrawn, "The home fell through."))
    assert [one.decision for one in reading.current(there.state, there.today)] == ["d1"]
    there.later(days=11)
    assert [one.decision for one in reading.current(there.state, there.today)] == [stays]
    there.do("mo", Withdraw(stays, "This one, too."))
    assert reading.current(there.state, there.today) == []


def test_of_two_later_decisions_both_are_withdrawn_before_their_days_and_the_first_stays_in_effect() -> None:
    there = three("29/11/2026", "04/12/2026")
    there.do("mo", Withdraw("d2", "The home fell through."), Withdraw("d3", "This one, too."))
    there.later(days=11)
    assert [one.decision for one in reading.current(there.state, there.today)] == ["d1"]


@pytest.mark.parametrize(
    "deed", [SendBack("d2", "Ask the father."), RefuseApproval("d2", "Not so."), Withdraw("d2", "No.")]
)
def test_what_waits_for_an_approval_waits_again_when_the_later_decision_came_to_nothing(deed: Any) -> None:
    there = two()
    there.do("mo", Decide("d2"))
    there.do("wanda", AskApproval("d2", "p-nick"))
    assert there.stands("d1").standing == "superseded"
    there.do("mo" if isinstance(deed, Withdraw) else "nick", deed)
    assert there.stands("d1").standing == "to_approve"
    there.do("nick", Approve("d1"))
    assert there.stands("d1").in_effect


def test_what_waits_waits_again_when_a_refusal_is_withdrawn_on_its_day_and_not_later() -> None:
    for days, standing in ((0, "to_approve"), (3, "superseded")):
        there = two(outcome="do_not_return")
        there.do("mo", Decide("d2"))
        there.later(days=days).do("mo", Withdraw("d2", "Recorded by mistake."))
        assert there.stands("d1").standing == standing


def test_that_the_return_goes_on_takes_the_place_of_nothing() -> None:
    there = World(None, MEETING, SECOND._replace(stage=5)).asked()
    there.do("nick", Approve("d1"))
    there.decided("d2", "m2", stage="after", outcome="goes_on")
    assert there.stands("d1").in_effect and there.stands("d2").in_effect


def test_one_meeting_has_one_decision_until_that_is_withdrawn() -> None:
    there = World().prepared()
    with pytest.raises(Refused, match="There is a decision on this meeting already"):
        there.do("mo", Open("d2", "4", "m1", case="c1"))
    there.do("mo", Withdraw("d1", "Begun twice."))
    there.do("mo", Open("d2", "4", "m1", case="c1"))
    with pytest.raises(Refused, match="was withdrawn"):
        there.write("d1", rationale="All the same.")
    with pytest.raises(Refused, match="was withdrawn"):
        there.do("mo", Decide("d1"))


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (Open("d1", "2", "m1", case="c1"), "held at stage 4"),
        (Open("d1", "4", "m9", case="c1"), "no such meeting"),
        (Open("d1", "after", "m1", unplanned=True, case="c1"), "without a meeting"),
        (Open("no id!", "4", "m1", case="c1"), "Choose the stage"),
    ],
)
def test_a_decision_that_cannot_be_begun(deed: Open, why: str) -> None:
    there = World()
    with pytest.raises(Refused, match=why):
        there.do("wanda", deed)
    assert there.state.version == 0


def test_in_a_closed_case_nothing_is_decided() -> None:
    there = World().prepared()
    there.case = casefiles.after(there.case, [Close("home", casefiles.TODAY)])
    for deed in (Decide("d1"), Open("d2", "4", "", case="c1"), Change("draft", "d1", "rationale", "x")):
        with pytest.raises(Refused, match="This case was closed on 24 November 2026"):
            there.do("mo", deed)


def test_what_moved_since_the_last_classification_and_what_did_not() -> None:
    there = World(
        None, MEETING, HIGH._replace(meeting="m2", answers=(("neglect", "", "active"), ("capacity", "Dana", "evident")))
    )
    there.decided()
    there.later(days=30).prepared("d2", "m2", level="high", outcome="do_not_return")
    moved = preparing.compared_with_last(there.state, "d2", there.meetings["m2"])
    assert moved and moved.level_before == "low"
    assert moved.dimensions == (("risk", (0, 0), (2, 2)),)
    assert moved.answers == (("neglect", "", "resolved", "active"),)
    assert moved.same == (("capacity", "Dana", "evident"),)
    assert preparing.compared_with_last(there.state, "d1", MEETING) is None
    there.do("mo", Decide("d2"))
    assert [one.classified.level for one in reading.classifications(there.state)] == ["low", "high"]
    assert preparing.compared_with_last(there.state, "d1", MEETING) is None  # what came after it is no last one


# ── An unplanned return ──────────────────────────────────────────────────────────────────────────────────────────────


def unplanned(**fields: Any) -> World:
    there = World()
    there.do("wanda", Open("d1", "after", unplanned=True, case="c1"))
    there.write(**{**UNPLANNED, **fields})
    return there


def test_an_unplanned_return_is_never_shown_as_not_in_effect_and_its_plan_is_approved() -> None:
    there = unplanned()
    there.do("wanda", Decide("d1"))
    assert there.stands() == (
        True,
        "A parent or the child ended it, so the child is at home. The plan is not approved yet.",
        "at_home",
    )
    there.people["p-wanda"] = Person("Wanda", frozenset({"practitioner", "team_manager"}), frozenset({"manager"}))
    with pytest.raises(Refused, match="Wanda recorded this decision"):
        there.do("wanda", AskApproval("d1", "p-wanda"))
    there.do("wanda", AskApproval("d1", "p-mo"))
    there.satisfy("mo")
    there.do("mo", RecordSatisfied("d1"))
    assert there.stands().in_effect and there.stands().standing == "in_effect"


@pytest.mark.parametrize(
    "field", ["ended_by", "learned_on", "seen_by", "seen_on", "seen_alone", "section_47", "section_47_why", "safety_plan", "senior", "senior_on", "assessment_by"]
)  # fmt: skip
def test_the_immediate_safety_comes_first(field: str) -> None:
    there = unplanned(**{field: ""})
    with pytest.raises(Refused):
        there.do("wanda", Decide("d1"))
    assert [one.field for one in there.missing()] == [field]


@pytest.mark.parametrize("field", ["learned_on", "seen_on", "senior_on"])
def test_what_has_happened_is_not_still_to_come(field: str) -> None:
    there = unplanned(**{field: "25/11/2026"})
    with pytest.raises(Refused, match="25 November 2026 is still to come"):
        there.do("wanda", Decide("d1"))


def test_an_unplanned_return_takes_the_place_of_what_was_decided_at_once() -> None:
    there = World(None, MEETING._replace(stage=2)).decided(stage="2", outcome="proceed")
    assert there.stands("d1").in_effect
    there.do("wanda", Open("d2", "after", unplanned=True, case="c1"))
    there.write("d2", **UNPLANNED)
    there.do("wanda", Decide("d2"))
    assert there.stands("d1").standing == "superseded" and there.stands("d2").standing == "at_home"


def test_the_child_has_not_gone_home_in_the_future_and_the_assessment_is_due_after_we_learned_of_it() -> None:
    assert [one.field for one in unplanned(home_since="25/11/2026").missing()] == ["home_since"]
    assert [one.field for one in unplanned(assessment_by="23/11/2026").missing()] == ["assessment_by"]
    assert not unplanned(home_since="24/11/2026", assessment_by="24/11/2026").missing()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("01/02/2017", ["was born (1 March 2017)", "looked after only since then"]),
        ("04/01/2026", ["looked after only since then"]),
    ],
)
def test_nothing_is_decided_before_the_child_was_born_or_looked_after(day: str, why: list[str]) -> None:
    found = World().prepared(outcome="do_not_return", decided_on=day).missing()
    assert [one.field for one in found] == ["decided_on"] * len(why)
    assert all(words in one.sentence for words, one in zip(why, found, strict=True))


@pytest.mark.parametrize(("status", "says"), [("edge", "is not looked after"), ("s20", "Stops being looked after")])
def test_at_the_edge_of_care_nobody_stops_being_looked_after(status: str, says: str) -> None:
    there = World(a_case(status)).prepared()
    assert says in preparing.legal_choices(there.state.drafts["d1"], there.case, there.today)["ceases"]


@pytest.mark.parametrize("status", ["s31", "s38", "remand"])
def test_under_an_order_nobody_but_a_court_ends_it(status: str) -> None:
    with pytest.raises(Refused, match="only where it was agreed with them"):
        World(a_case(status)).do("wanda", Open("d1", "after", unplanned=True, case="c1"))


def test_the_full_assessment_is_watched_until_it_is_complete() -> None:
    there = unplanned()
    there.do("wanda", Decide("d1"))
    assert [(one.day, one.words, one.late) for one in reading.deadlines(there.state, date(2026, 12, 9))] == [
        (date(2026, 12, 8), "Full assessment with the child at home", True)
    ]
    there.later(days=10).do("wanda", CompleteAssessment("d1", there.today))
    assert reading.deadlines(there.state, there.today) == []


# ── An immediate placement ───────────────────────────────────────────────────────────────────────────────────────────


def placed_immediately() -> World:
    there = World(a_case("s38"))
    there.asked("d1", meeting="", outcome="placement_with_parents", legal_outcome="placed_with_parents_immediately")
    there.do("nick", Approve("d1"))
    there.do("wanda", PreparePlan("d1", there.today, "Care plan, section 4"))
    return there


def test_the_two_limits_of_an_immediate_placement_are_watched() -> None:
    there = placed_immediately()
    due = {one.words: one for one in reading.deadlines(there.state, there.today)}
    assert due["Assessment and review complete (immediate placement)"].day == date(2026, 12, 8)
    assert due["Meeting that follows this decision"].day == date(2026, 12, 4)
    assert "Placement plan prepared (immediate placement)" not in due  # it is prepared
    there.later(days=6).do("wanda", CompleteAssessment("d1", there.today))
    due = {one.words: one for one in reading.deadlines(there.state, date(2026, 12, 20))}
    assert due["Decision made and approved that confirms the placement, or ends it"].day == date(2026, 12, 14)
    assert due["Decision made and approved that confirms the placement, or ends it"].late


@pytest.mark.parametrize(
    ("day", "why"), [(date(2026, 11, 23), "before the child was placed"), (date(2026, 11, 25), "still to come")]
)
def test_an_assessment_is_complete_after_the_placement_and_not_in_the_future(day: date, why: str) -> None:
    with pytest.raises(Refused, match=why):
        placed_immediately().do("wanda", CompleteAssessment("d1", day))


def test_the_plan_of_an_immediate_placement_is_due_within_five_working_days() -> None:
    there = World(a_case("s38"))
    there.asked("d1", meeting="", outcome="placement_with_parents", legal_outcome="placed_with_parents_immediately")
    due = {one.words: one.day for one in reading.deadlines(there.state, there.today)}
    assert due["Placement plan prepared (immediate placement)"] == date(2026, 12, 1)


def test_who_has_turned_18_before_the_signature_cannot_be_decided_on_any_more() -> None:
    there = World(a_case(born="2008-11-30")).asked(whom="dora")
    there.later(days=7)
    with pytest.raises(Refused, match=r"can no longer be approved. The child turns 18 on 30 November 2026"):
        there.do("dora", Approve("d1"))


@pytest.mark.parametrize(
    ("status", "legal", "why"),
    [
        ("edge", "ceases", "no manager has recorded who decided"),
        ("s38", "order_ended_by_court", "no manager has recorded what the court decided"),
        ("s20", "ceases", "nobody has been asked to approve it"),
    ],
)
def test_what_is_not_in_effect_says_why(status: str, legal: str, why: str) -> None:
    there = World(a_case(status)).decided(legal_outcome=legal)
    assert not there.stands().in_effect and why in there.stands().why


def test_an_immediate_placement_stays_in_effect_until_the_decision_that_confirms_it_is() -> None:
    there = placed_immediately()
    there.asked("d2", outcome="placement_with_parents", legal_outcome="placed_with_parents")
    assert there.stands("d1").in_effect
    there.do("nick", Approve("d2"))
    assert there.stands("d1").in_effect and there.stands("d2").standing == "to_plan"
    there.do("wanda", PreparePlan("d2", there.today))
    assert there.stands("d1").standing == "superseded" and there.stands("d2").in_effect
    assert not reading.deadlines(there.state, there.today)


# ── Who waits for what, and who finds it ─────────────────────────────────────────────────────────────────────────────


def waits(there: World, who: str) -> list[str]:
    return [one.what for one in reading.waits(there.state, f"p-{who}", there.people[f"p-{who}"].parts, there.today)]


def test_it_waits_for_one_after_the_other() -> None:
    there = World().decided()
    assert (waits(there, "wanda"), waits(there, "nick")) == (["ask"], [])
    there.do("wanda", AskApproval("d1", "p-nick"))
    assert (waits(there, "wanda"), waits(there, "nick")) == ([], ["approve"])
    assert ("asked", "p-nick") in index(there.state)
    there.do("nick", SendBack("d1", "Ask the father."))
    assert (waits(there, "wanda"), waits(there, "nick")) == (["write"], [])
    assert ("asked", "p-nick") not in index(there.state)
    there.do("mo", Decide("d1"))
    there.do("wanda", AskApproval("d1", "p-nick"))
    there.satisfy("nick")
    there.do("nick", Approve("d1"))
    assert (waits(there, "wanda"), waits(there, "nick"), waits(there, "quinn")) == (["tell"], [], [])
    there.do("wanda", Add("told", {"decision": "d1", "who": "Ash"}))
    assert waits(there, "wanda") == []


def test_a_reviewing_officer_puts_their_own_view_and_a_dispute_on_record_and_no_more() -> None:
    there = World().prepared()
    there.do("iris", Add("view", {"decision": "d1", "whose": "reviewing_officer", "words": "Too early."}))
    there.do("iris", Add("dispute", {"decision": "d1", "words": "The support has not begun."}))
    for deed in (
        Add("view", {"decision": "d1", "whose": "child", "words": "I want to."}),
        Change("view", "v1", "whose", "child"),
        Change("draft", "d1", "rationale", "Mine."),
        Decide("d1"),
    ):
        with pytest.raises(Refused, match=r"Your part in this case|their own view"):
            there.do("iris", deed)


def test_an_approval_needs_somebody_even_where_the_app_runs_without_sign_in() -> None:
    there = World().asked()
    with pytest.raises(Refused, match="Choose the person who you are first"):
        decide(there.state, Approve("d1"), there.rules, EVERYWHERE, there.now)


def test_a_case_that_does_not_say_since_when_the_child_is_looked_after_is_told_where_to_say_it() -> None:
    case = casefiles.case(
        casefiles.child("birth", "2017-03-01"), Add("status", {"status": "s20", "since": "2026-02-02"})
    )
    there = World(case).prepared()
    (gap,) = preparing.missing(there.state, "d1", there.rules)
    assert "since when the child has been looked after" in gap.sentence and "looked_after_since" not in gap.sentence
