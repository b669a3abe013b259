"""Protects: what the record says of a decision.

- a substitute is named as they were typed in;
- every view of the child stands in it, each with the day on which it was given;
- that it was sent back, by whom and why, stays in it after it was decided again;
- answers about two parents or home carers say about whom each is;
- who decided without a meeting is named, and not only who recorded it.
"""

import json
from typing import Any

import pytest

from framework.decision import record
from framework.decision.deciding import AskApproval, Decide, SendBack, Withdraw
from framework.decision.record import court, paper
from framework.decision.record.model import Decision, Record
from framework.decision.record.of_decision import decision, people
from framework.items import Add
from tests.decision.made import MEETING, PEOPLE, World, a_case
from tests.panel.table import EDITION

CARERS = {"c1": "Dana", "c2": "Marek"}


def of(there: World) -> Decision:
    known = {one: there.people[one].name for one in people(there.state) if one in there.people}
    return decision(there.state, "d1", EDITION, there.today, known, there.case, CARERS)


def papers(made: Decision, there: World) -> list[str]:
    """What each of the records says, as text."""
    whole: Record = record.of(None, EDITION, decision=made, made_at=there.now)
    return [
        json.dumps(one.blocks, default=list, ensure_ascii=False)
        for one in (paper.decision_paper(whole), court.court_paper(whole))
    ]


def add(there: World, kind: str, **fields: Any) -> None:
    there.do("wanda", Add(kind, {"decision": "d1", **fields}))


def test_a_substitute_is_named_as_typed_in() -> None:
    there = World().decided()
    there.do("wanda", AskApproval("d1", "p-nick", "Helen Hart, head of service", "She is on leave."))
    made = of(there)
    assert made.approval.substitute == "In place of Helen Hart, head of service: She is on leave."
    assert people(there.state) <= {f"p-{one}" for one in PEOPLE}


def test_every_view_of_the_child_stands_in_both_records_with_its_day() -> None:
    there = World().prepared()
    add(there, "view", whose="child", words="I miss my dog.", weight="Some.", given_on="02/11/2026")
    add(there, "view", whose="child", words="I want to stay here now.", weight="Much.", given_on="20/11/2026")
    add(there, "view", whose="mother", who="Dana", words="He is ready.", given_on="21/11/2026")
    made = of(there)
    assert made.child_view == made.child_views[0] and [one.given_on for one in made.child_views] == [
        "2 November 2026",
        "20 November 2026",
    ]
    for text in papers(made, there):
        for said in ("I miss my dog.", "I want to stay here now.", "2 November 2026", "20 November 2026"):
            assert said in text
        assert "He is ready." in text and "21 November 2026" in text


def test_a_send_back_and_its_reason_stay_in_the_record_after_it_is_decided_again() -> None:
    there = World().asked()
    there.do("nick", SendBack("d1", "Ask the father, too."))
    there.later(hours=2).do("mo", Decide("d1"))
    made = of(there)
    (earlier,) = made.earlier
    assert (earlier.decided_by, earlier.outcome, earlier.reason) == ("Mo", "Return home", "Ask the father, too.")
    assert earlier.result.startswith("Sent back by Nick") and made.approval.result.startswith("Still open")
    assert all("Ask the father, too." in text for text in papers(made, there))


@pytest.mark.parametrize("sent_back", [True, False])
def test_a_decision_that_is_given_up_says_so_beside_its_send_back(sent_back: bool) -> None:
    there = World().asked() if sent_back else World().prepared()
    if sent_back:
        there.do("nick", SendBack("d1", "Ask the father, too."))
    there.do("mo", Withdraw("d1", "The mother has moved away."))
    assert of(there).effect == "Withdrawn on 24 November 2026: The mother has moved away."
    for text in papers(of(there), there):
        assert "The mother has moved away." in text and ("Ask the father, too." in text) == sent_back


def test_who_decided_without_a_meeting_is_named_and_not_only_who_recorded_it() -> None:
    there = World()
    there.prepared(meeting="", decided_by="")
    assert there.missing()[0].field == "decided_by"
    there.write(decided_by="Helen Hart, head of service")
    there.do("mo", Decide("d1"))
    made = of(there)
    assert made.decided_by == "Helen Hart, head of service"
    said = {one.label: one.text for one in made.without_meeting}
    assert (said["Made without a meeting, by"], said["Recorded by"]) == ("Helen Hart, head of service", "Mo")


@pytest.mark.parametrize(("about", "said"), [("c1", "Dana"), ("c2", "Marek")])
def test_an_answer_about_a_carer_says_about_whom_it_is(about: str, said: str) -> None:
    there = World(None, MEETING).prepared()
    add(there, "answer", subject="mental_illness", about=about, words="We asked the doctor.")
    (answer,) = of(there).answers
    assert answer.label.endswith(f"({said})")
    assert all(answer.label in text for text in papers(of(there), there))


def test_a_child_at_the_edge_of_care_does_not_stop_being_looked_after() -> None:
    there = World(a_case("edge"), MEETING).decided()
    assert of(there).in_law == "Lives with the family, and is not looked after"
