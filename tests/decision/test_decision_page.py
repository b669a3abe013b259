"""The page of a decision without a browser: in the order of the meeting, nothing lost, nothing done twice, by the named person."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from framework.decision.deciding import Approve, AskApproval, Decide, Satisfy, SendBack
from framework.decision.reading import conditions
from framework.items import Change
from framework.streams.kind import Actor
from pages.ui import app, identity
from tests.decision.page_case import SAFE, DecisionCase
from tests.test_pages import NAVIGATION, button, go_to, read_only, record, whole, words

__all__ = ["record"]
pytestmark = pytest.mark.slow


def at(made: DecisionCase, actor: Actor, **query: str) -> AppTest:
    """Somebody opens the decisions of a case, or one of them."""
    query = {"case": made.case, "view": "decisions"} | query
    visit = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    visit.session_state[identity.CHOSEN] = actor.id
    visit.query_params.update(query)
    return go_to(visit, "case")


def labelled(elements: Any, label: str) -> Any:
    found = [one for one in elements if one.label.startswith(label)]
    assert found, f"{label}: {[one.label for one in elements]}"
    return found[0]


def key(elements: Any, ends: str) -> Any:
    """The widget whose key ends so (with the number that follows where it was replaced)."""
    found = [one for one in elements if f"{ends}|" in f"{one.key}|"]
    assert found, f"{ends}: {[one.key for one in elements]}"
    return found[0]


def asked(made: DecisionCase) -> str:
    """A decision whose approval the nominated officer is asked for."""
    decision = made.prepared()
    made.run(Decide(decision), AskApproval(decision, made.officer.id))
    return decision


# ── From the meeting to the decision ─────────────────────────────────────────────────────────────────────────────────


def test_a_decision_is_prepared_in_the_order_of_the_meeting_and_says_what_it_lacks() -> None:
    made = DecisionCase(app.workspace())
    meeting = made.meeting()
    visit = at(made, made.worker)
    button(visit, "Begin the decision on this meeting")
    (decision,) = made.state.drafts
    assert made.state.drafts[decision].meeting == meeting
    said = words(visit)
    assert "Not in effect: being prepared." in said and "Answer each caution" in said
    whole(labelled(visit.text_area, "Neglect").set_value("She was seen weekly.").run())
    (answer,) = made.state.items.of("answer").values()
    assert (answer.subject, answer.words) == ("neglect", "She was seen weekly.")
    whole(labelled(visit.text_area, "Neglect").set_value("She is seen weekly.").run())
    assert [one.words for one in made.state.items.of("answer").values()] == ["She is seen weekly."]
    whole(key(visit.radio, "|level").set_value("high").run())
    whole(labelled(visit.text_area, "Why the panel departs").set_value("Grey, and more is known.").run())
    whole(key(visit.radio, "|outcome").set_value("return_home").run())
    draft = made.state.drafts[decision]
    assert (draft.level, draft.departs_why, draft.outcome) == ("high", "Grey, and more is known.", "return_home")
    said = words(visit)
    assert "This is a return home at a red level." in said
    assert "Who must approve it cannot be said yet." in said and "Choose the legal footing of the return." in said
    whole(key(visit.selectbox, "|legal_outcome").set_value("ceases").run())
    said = words(visit)
    assert "A nominated officer must approve it" in said and "The law was last checked on" in said
    assert [it.decision for it in made.state.made.values()] == []


def test_it_is_recorded_once_after_one_question_and_the_departure_stands_wherever_the_level_does() -> None:
    made = DecisionCase(app.workspace())
    decision = made.prepared()
    visit = at(made, made.worker, decision=decision)
    assert "Nothing is missing." in words(visit)
    button(visit, "Record the decision")
    assert not made.state.made, "it asks first"
    yes = next(one for one in visit.button if one.label == "Yes, record it")
    whole(yes.click().run())
    version = made.state.version
    assert made.state.made[decision].by == made.worker.id
    said = words(visit)
    assert "Not in effect: nobody has been asked to approve it." in said
    departs = "Departs from the rule, which indicated"
    assert said.count(departs) == 2, "in the head of the case and in the decision"
    overview = words(at(made, made.worker, view="overview"))
    assert departs in overview and "Classified once: High risk" in overview
    assert "Nobody has been asked to approve this decision yet." in overview
    assert made.state.version == version, "reading writes nothing"


def test_what_somebody_else_wrote_meanwhile_is_read_before_it_is_decided() -> None:
    made = DecisionCase(app.workspace())
    decision = made.prepared()
    visit = at(made, made.worker, decision=decision)
    button(visit, "Record the decision")
    made.run(Change("draft", decision, "rationale", "Something else."), by=made.manager)
    whole(next(one for one in visit.button if one.label == "Yes, record it").click().run())
    assert not made.state.made and "Somebody has written on this decision since you opened it." in words(visit)
    button(visit, "Record the decision")
    button(visit, "Yes, record it")
    assert made.state.made


def test_what_is_typed_and_the_click_on_decide_may_come_in_one_message() -> None:
    made = DecisionCase(app.workspace())
    decision = made.prepared()
    visit = at(made, made.worker, decision=decision)
    button(visit, "Record the decision")
    labelled(visit.text_area, "Rationale").set_value("The last word.")
    whole(next(one for one in visit.button if one.label == "Yes, record it").click().run())
    assert made.state.made[decision].draft.rationale == "The last word."


def test_what_is_typed_while_the_record_is_away_is_still_there() -> None:
    made = DecisionCase(app.workspace())
    decision = made.prepared()
    visit = at(made, made.worker, decision=decision)
    with read_only():
        whole(labelled(visit.text_area, "Rationale").set_value("Typed in an outage.").run())
        assert "Not saved: the record cannot be reached just now." in words(visit)
        assert labelled(visit.text_area, "Rationale").value == "Typed in an outage."
    whole(labelled(visit.text_area, "Rationale").set_value("Typed in an outage. And after.").run())
    assert made.state.drafts[decision].rationale == "Typed in an outage. And after."


# ── Approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_named_person_finds_it_on_home_answers_each_condition_and_approves_it_once() -> None:
    made = DecisionCase(app.workspace())
    decision = made.prepared()
    made.run(Decide(decision))
    visit = at(made, made.worker, decision=decision)
    person = labelled(visit.selectbox, "Who is asked")
    assert made.worker.name not in person.options and made.officer.name in person.options
    person.set_value(made.officer.id)
    button(visit, "Ask this person")
    assert f"{made.officer.name} was asked on" in words(visit) and "Not in effect: waits for approval." in words(visit)
    assert not [one for one in visit.button if one.label == "Approve"], "whoever recorded it does not approve it"

    home = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    home.session_state[identity.CHOSEN] = made.officer.id
    assert "A decision waits for your approval" in words(go_to(home, ""))
    visit = at(made, made.officer, decision=decision)
    button(visit, "Approve")
    button(visit, "Yes, approve it")
    assert "Answer each condition with its evidence first." in words(visit)
    for number, condition in enumerate(conditions(made.state.made[decision])):
        key(visit.text_area, f"|evidence|{decision}|{condition.id}").set_value(f"Seen on file {number}.")
        whole(next(one for one in visit.button if one.label == "It is satisfied").click().run())
    assert "○ Open:" not in words(visit) and "Seen on file 0." in words(visit)
    button(visit, "Approve")
    button(visit, "Yes, approve it")
    assert made.state.made[decision].approved.by == made.officer.id
    assert "In effect since" in words(visit) and not [one for one in visit.button if one.label == "Approve"]
    assert "A decision waits for your approval" not in words(go_to(home, ""))


def test_what_is_sent_back_is_written_on_with_the_reason_in_sight() -> None:
    made = DecisionCase(app.workspace())
    decision = asked(made)
    visit = at(made, made.officer, decision=decision)
    button(visit, "Send it back")
    button(visit, "Yes, send it back")
    assert made.state.made[decision].sent_back is None and "the reason" in words(visit)
    labelled(visit.text_area, "In words").set_value("Ask the aunt first.")
    button(visit, "Send it back")
    button(visit, "Yes, send it back")
    visit = at(made, made.worker, decision=decision)
    assert f"{made.officer.name} sent it back" in words(visit) and "Ask the aunt first." in words(visit)
    whole(labelled(visit.text_area, "Rationale").set_value("She was asked.").run())
    button(visit, "Record the decision")
    button(visit, "Yes, record it")
    assert made.state.made[decision].sent_back is None and made.state.made[decision].draft.rationale == "She was asked."


def test_a_placement_with_parents_waits_for_its_plan_and_who_was_told_is_written_down() -> None:
    made = DecisionCase(app.workspace(), status="s31")
    decision = made.prepared()
    made.write(
        decision,
        outcome="placement_with_parents",
        legal_outcome="placed_with_parents",
        why_not_supervision="Tried in May.",
    )
    made.run(Decide(decision), AskApproval(decision, made.officer.id))
    for condition in conditions(made.state.made[decision]):
        if not condition.by_plan:
            made.run(Satisfy(decision, condition.id, "On file."), by=made.officer)
    made.run(Approve(decision), by=made.officer)
    visit = at(made, made.worker, decision=decision)
    assert "Not in effect: the placement plan is not prepared." in words(visit)
    button(visit, "The placement plan is prepared")
    assert "In effect since" in words(visit)
    labelled(visit.text_input, "Who was told").set_value("Amy")
    button(visit, "Add who was told")
    assert [one.who for one in made.state.items.of("told").values()] == ["Amy"]
    assert "Amy, " in words(visit)


# ── Without a meeting, unplanned, withdrawn ──────────────────────────────────────────────────────────────────────────


def test_an_unplanned_return_begins_with_the_child_s_safety_and_is_never_shown_as_not_in_effect() -> None:
    made = DecisionCase(app.workspace())
    visit = at(made, made.worker)
    button(visit, "Begin with the child’s safety")
    (decision,) = made.state.drafts
    said = words(visit)
    assert "The child is at home: the plan is being prepared." in said
    assert said.index("The child’s safety now") < said.index("The decision\n")
    assert "Say who saw the child." in said and "Not in effect" not in said
    made.write(decision, **SAFE)
    whole(key(visit.radio, "|outcome").set_value("plan_at_home").run())
    button(visit, "Record the decision")
    button(visit, "Yes, record it")
    assert made.state.made[decision].decided.unplanned
    said = words(visit)
    assert "the child is at home" in said and "Not in effect" not in said


def test_a_decision_without_a_meeting_says_why_and_a_withdrawn_one_can_only_be_read() -> None:
    made = DecisionCase(app.workspace())
    visit = at(made, made.worker)
    button(visit, "Begin a decision without a meeting")
    (decision,) = made.state.drafts
    assert "Say why this is decided without a meeting." in words(visit)
    whole(labelled(visit.text_area, "Why it is decided without").set_value("Friday night.").run())
    assert made.state.drafts[decision].why_no_meeting == "Friday night."
    assert "Say who decided this, with name and role." in words(visit)
    whole(labelled(visit.text_input, "Who decided it").set_value("The head of service").run())
    assert made.state.drafts[decision].decided_by == "The head of service"
    assert "Say who decided this" not in words(visit)
    labelled(visit.text_area, "Why it is withdrawn").set_value("Not needed.")
    button(visit, "Withdraw it")
    button(visit, "Yes, withdraw it")
    assert decision in made.state.dropped
    assert "Withdrawn before it was made" in words(visit) and "Record the decision" not in words(visit)


def test_who_may_only_read_is_offered_nothing_to_change_and_text_stays_text() -> None:
    made = DecisionCase(app.workspace())
    decision = made.prepared()
    made.write(decision, rationale="<b>*So*</b> {{it}} is.")
    visit = at(made, made.officer, decision=decision)
    assert (
        labelled(visit.text_area, "Rationale").disabled
        and labelled(visit.text_area, "Rationale").value == "<b>*So*</b> {{it}} is."
    )
    offered = [one.label for one in visit.button]
    assert not [label for label in offered if label.startswith(("Record", "Withdraw", "Add", "Compare"))]
    made.run(Decide(decision))
    assert "<b>*So*</b> {{it}} is." in words(at(made, made.officer, decision=decision))


def test_a_send_back_is_still_on_the_page_once_it_is_decided_again() -> None:
    made = DecisionCase(app.workspace())
    decision = asked(made)
    made.run(SendBack(decision, "Ask the father, too."), by=made.officer)
    made.run(Decide(decision))
    said = words(at(made, made.worker, decision=decision))
    assert "sent it back" in said and "Ask the father, too." in said


def test_the_records_of_a_decision_are_taken_from_its_page() -> None:
    made = DecisionCase(app.workspace())
    decision = asked(made)
    visit = at(made, made.worker, decision=decision)
    assert "Decision record" not in words(visit)
    visit.session_state[f"records-{decision}"] = True
    whole(visit.run())
    assert "Decision record" in words(visit) and "Court record" in words(visit)
    assert "Go on to the papers for the family" in [one.label for one in visit.button]
