"""Protects: what each part of the roll-out page takes, refuses and says. What needs a browser is in tests/browser/test_rollout_page.py."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from framework.rollout import Add, Remove, Rollout
from pages.ui import app
from tests.test_pages import button, opened, record, unmarked, whole, words

__all__ = ["record"]
PRIYA, TOM = "Priya Example", "Tom Example"


class Visit:
    """Somebody's visit to a roll-out of their own."""

    def __init__(self, view: str = "board", rollout: str = "", **query: str) -> None:
        self.door = app.workspace().rollouts
        self.rollout = rollout or self.door.start("North", PRIYA).id
        self.page: AppTest
        self.go(view=view, **query)

    def go(self, name: str = PRIYA, **query: str) -> None:
        """Open an address of the page as a new visitor, under a name."""
        self.page = opened("rollout", rollout=self.rollout, **query)
        self.page.session_state["rollout_name"] = name
        whole(self.page.run())

    @property
    def state(self) -> Rollout:
        return self.door.view(self.rollout)

    @property
    def said(self) -> str:
        return words(self.page).replace("\xa0", " ")

    def run(self, *commands: Any, by: str = TOM) -> None:
        for command in commands:
            self.door.run(self.rollout, by, command)

    def unfold(self, *keys: str) -> None:
        for key in keys:
            self.page.session_state[key] = True
        whole(self.page.run())

    def press(self, label: str) -> None:
        button(self.page, label)

    def field(self, label: str) -> Any:
        """By its label, as it is read; of two, the one of what is open and not that of a form for something new."""
        page = self.page
        kinds = (page.text_input, page.text_area, page.selectbox, page.multiselect, page.date_input, page.checkbox)
        found = [one for kind in kinds for one in kind if unmarked(one.label) == label]
        return min(found, key=lambda one: "|new|" in one.key)

    def enter(self, label: str, value: Any) -> None:
        """Into a form: it is sent with its button."""
        self.field(label).set_value(value)

    def fill(self, label: str, value: Any) -> None:
        """Into a field that saves when it is left."""
        whole(self.field(label).set_value(value).run())

    def status(self, value: str) -> None:
        whole(next(one for one in self.page.segmented_control if one.label == "Status").set_value(value).run())


@pytest.fixture
def visit() -> Visit:
    return Visit()


# ── Getting there ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_before_there_is_a_name_everything_can_be_read_and_nothing_changed() -> None:
    page = opened("rollout", rollout="sample", task="2.3")
    assert "2.3 Write the policy on reunification" in words(page)
    assert next(one for one in page.text_area if one.label == "Notes").disabled


def test_an_address_that_leads_nowhere_gets_a_sentence() -> None:
    assert "There is no roll-out at this address." in words(opened("rollout", rollout="nowhere", task="9.9"))
    assert "There is no task 9.9 in this roll-out." in words(opened("rollout", rollout="sample", task="9.9"))


def test_a_fresh_copy_of_the_sample_can_be_had(visit: Visit) -> None:
    visit.unfold("other-rollout")
    visit.press("Open a fresh copy of the sample")
    assert visit.page.query_params["rollout"].startswith("sample-") and "Roll-out: Sample of" in visit.said


def test_a_rollout_is_renamed_and_archived(visit: Visit) -> None:
    visit.door.start("Taken by others", TOM)
    visit.go(task="1.5")
    visit.unfold("this-rollout")
    visit.fill("Name of this roll-out", "Taken by others")
    visit.press("Rename")
    assert "There is a roll-out called Taken by others already" in visit.said
    visit.fill("Name of this roll-out", "Northtown")
    visit.press("Rename")
    assert "Roll-out: Northtown" in visit.said
    visit.press("Archive it")
    assert "This roll-out is archived" in visit.said and visit.field("Notes").disabled
    visit.press("Take it up again")
    assert not visit.field("Notes").disabled and not visit.state.archived


# ── A task ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_status_of_a_task_asks_for_what_it_needs(visit: Visit) -> None:
    visit.go(task="1.11")
    visit.status("done")
    assert "parts a, b, c, d are not ticked" in visit.said and visit.state.tasks["1.11"].status == "not_started"
    for part in [one.label for one in visit.page.checkbox]:
        visit.fill(part, True)
    assert "Parts: 4 of 4 done" in visit.said
    visit.status("done")
    assert "Status: done." in visit.said and visit.state.tasks["1.11"].status == "done"
    visit.go(task="1.5")
    visit.status("blocked")
    visit.fill("What is it waiting for?", "Figures from finance")
    visit.press("Save the status")
    assert visit.state.tasks["1.5"].status == "blocked"
    visit.go(task="1.12")
    visit.status("not_applicable")
    visit.press("Save the status")
    assert "say why it does not apply" in visit.said
    visit.fill("Why does it not apply here?", "The whole service begins at once")
    visit.press("Save the status")
    assert visit.state.tasks["1.12"].status == "not_applicable"


def test_an_outcome_is_met_by_stated_evidence(visit: Visit) -> None:
    visit.go(outcome="1-F")
    assert "Not met yet." in visit.said
    visit.enter("Evidence that it is met", "Minutes of the board, 3 November")
    visit.press("Save the evidence")
    assert "✓ Met." in visit.said


def test_dates_and_dependencies_that_cannot_be_are_refused_below_the_field(visit: Visit) -> None:
    visit.go(task="1.5")
    visit.fill("Start", date(2027, 1, 12))
    visit.fill("Due", date(2027, 1, 11))
    assert "it would be due on 11 January 2027, before it starts on 12 January 2027." in visit.said
    assert visit.state.tasks["1.5"].due is None
    visit.go(task="1.6")
    visit.fill("Depends on", ["1.5"])
    visit.go(task="1.5")
    visit.fill("Depends on", ["1.6"])
    assert "Task 1.5 would wait for itself: 1.5 waits for 1.6 waits for 1.5." in visit.said


def test_a_local_task_with_evidence_is_not_removed_until_that_is(visit: Visit) -> None:
    visit.enter("Title", "Our *own* task")
    visit.press("Add the task")
    visit.go(task="1.L1")
    assert "1.L1 Our *own* task" in visit.said
    visit.enter("Link or file name", "minutes.docx")
    visit.press("Add the evidence")
    assert "Please give the date of the piece of evidence." in visit.said
    visit.enter("Date of the evidence", date(2026, 11, 3))
    visit.press("Add the evidence")
    assert "Evidence (1)" in visit.said and "minutes.docx" in visit.said
    visit.enter("Your comment", "Looks good")
    visit.press("Add the comment")
    assert "Comments (1)" in visit.said and visit.field("Your comment").value == ""
    visit.fill("Why it is removed", "Entered twice")
    visit.press("Remove this task")
    assert "has evidence. Remove that first." in visit.said
    visit.press("Take it away")
    visit.press("Yes, remove it")
    assert "Evidence (0)" in visit.said
    visit.press("Remove this task")
    assert "1.L1" not in visit.state.tasks


def test_many_tasks_get_an_owner_at_once_and_what_changed_is_put_back(visit: Visit) -> None:
    visit.run(Add("member", {"name": PRIYA}))
    visit.go()
    visit.unfold("together")
    visit.press(next(one.label for one in visit.page.button if one.label.startswith("Choose those with no owner")))
    owner = next(one for one in visit.page.selectbox if one.key.startswith("together-") and one.label == "Owner")
    whole(owner.set_value("p1").run())
    visit.press("Change these tasks")
    assert "Changed: 35 tasks." in visit.said
    assert {task.owner for task in visit.state.tasks.values()} == {"p1"}
    visit.go(view="changes")
    since = visit.page.selectbox(key=f"changed-since-{visit.rollout}")
    whole(since.set_value(next(one for one in since.options if "beginning" in one)).run())
    assert f"Owner: nothing → {PRIYA}" in visit.said
    visit.press("Put it back")
    assert [task.owner for task in visit.state.tasks.values()].count("") == 1


# ── Group, partners, keeping it going ────────────────────────────────────────────────────────────────────────────────


def test_a_person_a_meeting_an_action_and_a_postcard(visit: Visit) -> None:
    visit.go(view="group")
    assert "Fostering manager: nobody in the strategic group." in visit.said
    visit.enter("Name", "Ada Fictional")
    visit.press("Add the person")
    assert "Strategic group (1)" in visit.said
    visit.unfold("add-meeting")
    visit.press("Plan the meeting")
    assert "Who is here, and what this group is for" in visit.said
    visit.unfold(*(f"add-action-{meeting}" for meeting in visit.state.meetings))
    visit.enter("What is to be done", "Read the framework")
    visit.press("Add the action")
    assert "○ Read the framework · Ada Fictional" in visit.said
    visit.enter("What we ask", "Which form?")
    visit.press("Send the postcard")
    visit.fill("Answer of the practice group", "The new one.")
    assert "✓ answered · from the strategic group" in visit.said


def test_a_meeting_too_soon_is_refused_beside_its_form_and_nothing_typed_is_lost() -> None:
    visit = Visit("group", "sample")
    visit.unfold("add-meeting")
    kind = visit.field("Which meeting")
    whole(kind.set_value(next(one for one in kind.options if "Strategic set 3" in one)).run())
    assert "At least six working weeks after the last of its group" in visit.said
    visit.enter("Place", "Room 4")
    visit.enter("Date", visit.door.today)
    visit.press("Plan the meeting")
    assert "the checklist asks for at least 6 working weeks" in visit.said and visit.field("Place").value == "Room 4"


def test_a_stakeholder_a_gap_and_a_checked_case(visit: Visit) -> None:
    visit.go(view="partners")
    visit.enter("Who", "Head teachers")
    visit.press("Add the stakeholder")
    visit.enter("Service", "Evening classes")
    visit.press("Add the gap")
    assert "Head teachers" in visit.said and "○ open · Evening classes" in visit.said
    visit.go(view="keeping")
    assert "Leads and champions: ▲ warning." in visit.said
    visit.enter("Which case", "Case 12")
    visit.press("Record the case")
    assert "Case 12" in visit.said and "Cases read for quality: ✓ in order." in visit.said


@pytest.mark.parametrize(
    ("kind", "fields", "empty"),
    [
        ("stakeholder", {"name": "Head teachers"}, "Nobody is listed yet"),
        ("gap", {"gap": "housing", "service": "Evening classes"}, "No gap is recorded yet"),
    ],
)
def test_nothing_comes_above_the_only_item_while_somebody_types_in_it_and_another_removes_it(
    visit: Visit, kind: Any, fields: dict[str, str], empty: str
) -> None:
    """The browser took the expander that had moved for a new one: the focus was lost, and half a text with it."""
    visit.run(Add(kind, fields))
    item = next(iter(visit.state.items.of(kind)))
    visit.go(view="partners")
    visit.unfold(f"{kind}-{item}")
    visit.run(Remove(kind, item))
    whole(visit.page.run())
    assert "Tom Example removed this " in visit.said and empty not in visit.said
    visit.press("Leave it removed")
    assert empty in visit.said
