"""The audit trail as a view of the case page: what is drawn, filtered and verified, and that text stays text."""

from datetime import date

import pytest

from framework.audit import reading
from framework.audit.reading import LIMIT
from framework.casefile import Add, Change
from tests.case.test_case_page import as_person, begun, invented, labelled, run
from tests.test_pages import button, closed_meeting, meeting_of, opened, record, whole, words

__all__ = ["record"]
pytestmark = pytest.mark.slow


def test_the_trail_of_a_case_is_read_filtered_and_verified() -> None:
    worker, manager = invented("practitioner"), invented("team_manager")
    case = begun(by=worker)
    run(case, Change("child", "child", "summary", "**Bold** <b>words</b>"), worker)
    run(case, Add("worker", {"person": manager.id, "part": "manager", "since": date(2026, 1, 1)}), worker)
    visit = as_person(opened("case", case=case, view="trail"), worker)
    shown = words(visit)
    assert "Began the case LCS 100, of a child who is called Amy here" in shown
    assert "**Bold** <b>words</b>" in shown
    assert not [one for one in visit.html if "<b>words" in one.body], "text from people stays text"
    assert "Read “" not in shown, "who read it is for its manager"
    labelled(visit.text_input, "With these words").set_value("manager").run()
    assert "Began the case" not in words(whole(visit)) and "Part in the case: Team manager" in words(visit)
    labelled(visit.text_input, "With these words").set_value("nothing has these").run()
    assert "Nothing happened that fits this." in words(whole(visit))

    visit = as_person(opened("case", case=case, view="trail"), manager)
    labelled(visit.multiselect, "Of which part").set_value(["Reading"]).run()
    assert "Read “Audit trail”, as team manager." in words(whole(visit)) and "Began the case" not in words(visit)
    button(visit, "Verify that the record is whole")
    assert f"Case, Reading: {reading.WHOLE}" in words(visit)


def test_many_entries_are_drawn_a_hundred_at_a_time() -> None:
    worker = invented("practitioner")
    case = begun(by=worker)
    for number in range(120):
        run(case, Change("child", "child", "summary", f"Line {number}"), worker)
    visit = as_person(opened("case", case=case, view="trail"), worker)
    assert (
        "100 of 122 entries" in words(visit)
        and "to “Line 119”" in words(visit)
        and "Began the case" not in words(visit)
    )
    button(visit, "Show 22 more")
    assert "122 entries" in words(visit) and "Began the case" in words(visit)


def test_a_closed_meeting_has_its_trail_below_its_table() -> None:
    visit = closed_meeting()
    meeting = meeting_of(visit)
    assert AUDIT in [one.label for one in visit.expander] and "Answered Neglect" not in words(visit)
    visit.session_state[f"trail|{meeting}"] = True
    visit.session_state[f"audit-words|{meeting}"] = "Neglect"
    assert "Answered Neglect: Not known." in words(whole(visit.run()))
    button(visit, "Verify that the record is whole")
    assert reading.WHOLE in words(visit) and LIMIT in words(visit)


AUDIT = "Audit trail: every event, and whether the record is whole"
