"""The rules of a roll-out: what each command does, what is refused, and what is shown. No database needed."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework import dates
from framework.edition import EditionError
from framework.rollout import (
    Add,
    Change,
    Command,
    Comment,
    EditConflict,
    Happened,
    Import,
    Remove,
    Rollout,
    SetStatus,
    Start,
    StateFact,
    StateOutcome,
    TickPart,
    checklist,
    decide,
    documents,
    fold,
    reading,
    sample,
)
from framework.rollout import files as rollout_files
from framework.rollout.deciding import RowRefused
from framework.streams.kind import Refused

LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


class Desk:
    """A roll-out to try commands on."""

    def __init__(self) -> None:
        self.state = Rollout()
        self.now = NOW
        self.do(Start("x", "Test"))

    def do(self, *commands: Command, by: str = "Priya") -> Rollout:
        for command in commands:
            new = [Happened(event, by, self.now) for event in decide(self.state, command, LIST, by, self.now)]
            self.state = fold(new, self.state)
        return self.state

    def refused(self, command: Command) -> str:
        before = self.state
        with pytest.raises(Refused) as error:
            self.do(command)
        assert self.state == before
        return str(error.value)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    desk.do(Add("member", {"name": "Ada Fictional"}), Add("member", {"name": "Ben Fictional"}))
    return desk


def test_a_rollout_begins_with_every_task_of_the_checklist(desk: Desk) -> None:
    assert list(desk.state.tasks) == list(LIST.tasks)
    assert all(task.status == "not_started" for task in desk.state.tasks.values())


def test_nobody_changes_anything_without_a_name(desk: Desk) -> None:
    with pytest.raises(Refused, match="Say who you are"):
        decide(desk.state, Comment("1.1", "Hello"), LIST, " ", NOW)


# ── Tasks ────────────────────────────────────────────────────────────────────────────────────────────────────────────


NEW_ITEMS = {
    "task": {"phase": 2, "title": "Local"},
    "evidence": {"task": "1.5", "what": "minutes.docx", "on": date(2026, 11, 2)},
    "member": {"name": "Ada"},
    "meeting": {"agenda": "strategic-1", "on": date(2026, 11, 2)},
    "action": {"text": "Write", "owner": "p1"},
    "postcard": {"sender": "practice", "on": date(2026, 11, 2)},
    "stakeholder": {"name": "The courts"},
    "gap": {"gap": LIST.gap[0].id, "service": "Parent support"},
    "check": {"what": "quality", "on": date(2026, 11, 2), "about": "A case"},
}
PREFIXES = {"task": "2.L", "evidence": "e", "member": "p", "meeting": "m", "action": "a", "postcard": "c"} | {
    "stakeholder": "s",
    "gap": "g",
    "check": "k",
}


@pytest.mark.parametrize("kind", NEW_ITEMS)
@given(
    st.lists(
        st.one_of(st.just("add"), st.just("file"), st.integers(1, 9), st.sampled_from(["remove first", "remove last"])),
        max_size=20,
    )
)
def test_an_id_is_never_given_twice(kind: str, steps: list[str | int]) -> None:
    """Whatever was added, brought with its own id by a file (a number here) and removed before."""
    desk, ever = Desk(), set[str]()
    if kind == "action":
        desk.do(Add("member", {"name": "Ada"}))
    name = {"member": "name", "meeting": "closer_because"}.get(kind)
    for count, step in enumerate(steps):
        before = desk.state.of(kind).keys() - LIST.tasks.keys()
        values = NEW_ITEMS[kind] | ({name: f"Person {count}"} if name else {})
        if step == "add":
            desk.do(Add(kind, values))
        elif step == "file":
            table = {sheet.name: sheet for sheet in rollout_files.SHEETS if sheet.kind == kind}
            ((sheet_name, sheet),) = table.items()
            where = rollout_files._in(desk.state, LIST)
            columns = [column for column in sheet.columns if column.field in values]
            row = [column.write(where, values[column.field]) for column in columns]
            content = [[sheet.headings[0], *(column.heading for column in columns)], ["", *row]]
            found = rollout_files.preview(desk.state, {sheet_name: content}, LIST, "Priya", NOW)
            assert not found.rejected
            desk.do(found.command)
        elif isinstance(step, int):
            if (own := f"{PREFIXES[kind]}{step}") not in before:
                desk.do(Add(kind, values | {"id": own}))
                ever.add(own)
            continue
        elif before:
            ids = sorted(before)
            desk.do(Remove(kind, ids[0 if step == "remove first" else -1], "Test"))
        (given_now,) = (desk.state.of(kind).keys() - LIST.tasks.keys() - before) or {None}
        assert given_now not in ever
        if given_now:
            ever.add(given_now)


def test_a_due_date_before_the_start_is_refused(desk: Desk) -> None:
    desk.do(Change("task", "1.5", "start", date(2026, 12, 1)))
    said = desk.refused(Change("task", "1.5", "due", date(2026, 11, 30)))
    assert said == "Task 1.5: it would be due on 30 November 2026, before it starts on 1 December 2026."


def test_a_circle_of_dependencies_is_refused_and_named(desk: Desk) -> None:
    desk.do(Change("task", "1.6", "depends_on", ("1.5",)), Change("task", "1.7", "depends_on", ("1.6",)))
    said = desk.refused(Change("task", "1.5", "depends_on", ("1.7",)))
    assert "1.5 waits for 1.7 waits for 1.6 waits for 1.5" in said
    assert "wait for itself" in desk.refused(Change("task", "1.8", "depends_on", ("1.8",)))


def test_an_unknown_owner_task_date_status_or_field_is_refused(desk: Desk) -> None:
    assert '"p9" is not in the group' in desk.refused(Change("task", "1.5", "owner", "p9"))
    assert "there is no such task" in desk.refused(Change("task", "1.5", "depends_on", ("9.9",)))
    assert "is not a date" in desk.refused(Change("task", "1.5", "due", "31/02/2026"))
    assert "is not a date between 2000 and 2100" in desk.refused(Change("task", "1.5", "due", date(206, 1, 1)))
    assert "is not one of" in desk.refused(SetStatus("1.5", "finished"))  # type: ignore[arg-type]
    assert 'no task "9.9"' in desk.refused(SetStatus("9.9", "done"))
    assert "cannot be changed" in desk.refused(Change("task", "1.5", "colour", "blue"))


def test_a_published_task_is_never_dropped_or_reworded(desk: Desk) -> None:
    assert "mark it as not applicable" in desk.refused(Remove("task", "1.5", "We do not need it"))
    assert "cannot be changed" in desk.refused(Change("task", "1.5", "title", "Something else"))


def test_not_applicable_and_blocked_need_a_reason(desk: Desk) -> None:
    assert "say why it does not apply" in desk.refused(SetStatus("1.5", "not_applicable"))
    assert "say what it is waiting for" in desk.refused(SetStatus("1.5", "blocked", "  "))
    desk.do(SetStatus("1.5", "not_applicable", "Another board does it."))
    assert desk.state.tasks["1.5"].reason == "Another board does it."
    desk.do(SetStatus("1.5", "under_way"))
    assert desk.state.tasks["1.5"].reason == ""


def test_a_task_with_parts_is_done_when_every_part_is_ticked(desk: Desk) -> None:
    desk.do(TickPart("1.11", "a", True), TickPart("1.11", "b", True), TickPart("1.11", "c", True))
    assert "part d is not ticked" in desk.refused(SetStatus("1.11", "done"))
    desk.do(TickPart("1.11", "d", True), SetStatus("1.11", "done"))
    assert "part a is not ticked" in desk.refused(TickPart("1.11", "a", False))
    assert 'no part "z"' in desk.refused(TickPart("1.11", "z", True))


def test_two_people_may_tick_different_parts_at_once(desk: Desk) -> None:
    desk.do(TickPart("1.12", "a", True), by="Priya")
    desk.do(TickPart("1.12", "b", True), by="Tom")
    assert desk.state.tasks["1.12"].parts_done == ("a", "b")


def test_local_tasks_can_be_added_changed_and_removed_with_a_reason(desk: Desk) -> None:
    desk.do(Add("task", {"phase": 2, "title": "Our own"}))
    (local,) = [task for task in desk.state.tasks.values() if task.local]
    desk.do(Change("task", local.id, "title", "Our very own"), Change("task", "2.1", "depends_on", (local.id,)))
    assert "depends on" in desk.refused(Remove("task", local.id, "Done with"))
    desk.do(Change("task", "2.1", "depends_on", ()))
    assert "Say why" in desk.refused(Remove("task", local.id))
    desk.do(Remove("task", local.id, "Done with"))
    assert local.id not in desk.state.tasks
    desk.do(Add("task", {"phase": 2, "title": "Another"}))
    assert local.id not in desk.state.tasks, "an id is not given twice"
    assert "Phase" in desk.refused(Add("task", {"phase": 7, "title": "Nowhere"}))
    assert "cannot be added" in desk.refused(Add("task", {"phase": 1, "title": "Pretended", "local": False}))


def test_different_fields_do_not_cross_and_the_second_on_the_same_field_is_told(staffed: Desk) -> None:
    staffed.do(Change("task", "1.5", "notes", "Mine", ""), by="Priya")
    staffed.do(Change("task", "1.5", "owner", "p1", ""), by="Tom")
    task = staffed.state.tasks["1.5"]
    assert (task.notes, task.owner) == ("Mine", "p1")
    with pytest.raises(
        EditConflict, match="Priya has changed the notes in the meantime; it now says: “Mine”"
    ) as crossed:
        staffed.do(Change("task", "1.5", "notes", "No, mine", ""), by="Tom")
    assert crossed.value.theirs == "Mine"
    with pytest.raises(EditConflict, match="Tom has changed the owner"):
        staffed.do(Change("task", "1.5", "owner", "p2", ""), by="Priya")
    staffed.do(SetStatus("1.5", "under_way", "", "not_started"))
    with pytest.raises(EditConflict, match="the status"):
        staffed.do(SetStatus("1.5", "done", "", "not_started"), by="Tom")


def test_saying_the_same_again_is_no_event(desk: Desk) -> None:
    desk.do(Change("task", "1.5", "notes", "Twice"))
    version = desk.state.version
    desk.do(Change("task", "1.5", "notes", " Twice "), SetStatus("1.5", "not_started"))
    assert desk.state.version == version


def test_the_history_says_who_did_what(staffed: Desk) -> None:
    staffed.do(Change("task", "1.5", "due", date(2027, 1, 4)), by="Priya")
    staffed.do(SetStatus("1.5", "blocked", "No figures yet."), Comment("1.5", "I have asked again."), by="Tom")
    staffed.do(Add("evidence", {"task": "1.5", "what": "costs.xlsx", "on": TODAY}), by="Tom")
    assert [(entry.actor, entry.text) for entry in reading.history(staffed.state, "1.5")] == [
        ("Tom", "Evidence: costs.xlsx (24 November 2026)."),
        ("Tom", "Comment: I have asked again."),
        ("Tom", "Status: blocked, because: No figures yet."),
        ("Priya", "Due date: 4 January 2027."),
    ]


def test_a_comment_that_a_file_brings_says_whose_it_was_and_that_a_file_said_so(desk: Desk) -> None:
    then = NOW - timedelta(days=30)
    desk.do(Comment("1.5", "Asked finance.", "Josephine", then), by="Priya")
    (said,) = desk.state.comments["1.5"]
    assert (said.by, said.at, said.copied) == ("Josephine", then, True)
    (entry,) = reading.history(desk.state, "1.5")
    assert (entry.actor, entry.text) == ("Priya", "Comment of Josephine, from a file: Asked finance.")
    assert "still to come" in desk.refused(Comment("1.5", "Later", "Josephine", NOW + timedelta(days=1)))
    assert "needs the name" in desk.refused(Comment("1.5", "Whose?", " ", then))


# ── Outcomes and progress ────────────────────────────────────────────────────────────────────────────────────────────


def _outcome(state: Rollout, identifier: str) -> reading.OutcomeView:
    return next(view for view in reading.outcomes(state, LIST) if view.outcome.id == identifier)


def test_an_outcome_is_met_only_when_every_task_behind_it_is_done(desk: Desk) -> None:
    desk.do(SetStatus("1.3", "done"))
    assert not _outcome(desk.state, "1-B").met
    assert _outcome(desk.state, "1-B").how == "Still open: task 1.5."
    desk.do(SetStatus("1.5", "done"))
    assert _outcome(desk.state, "1-B").met


def test_tasks_that_do_not_apply_do_not_make_an_outcome_by_themselves(desk: Desk) -> None:
    desk.do(SetStatus("1.2", "not_applicable", "Another authority does it for us."))
    assert not _outcome(desk.state, "1-A").met


def test_somebody_may_state_the_evidence_instead_and_take_it_back(desk: Desk) -> None:
    desk.do(StateOutcome("1-F", "Cabinet named the teams on 3 November."), by="Priya")
    view = _outcome(desk.state, "1-F")
    assert view.met and "Priya stated on 24 November 2026" in view.how
    desk.do(StateOutcome("1-F", ""))
    assert not _outcome(desk.state, "1-F").met


def test_progress_over_time_follows_the_events(desk: Desk) -> None:
    desk.now = NOW + timedelta(days=1)
    desk.do(SetStatus("1.2", "done"))
    desk.now = NOW + timedelta(days=2)
    desk.do(SetStatus("1.2", "under_way"), StateOutcome("1-A", "Report"))
    points = [p for p in reading.progress(desk.state, LIST) if p.phase == 1]
    assert [(p.tasks_done, p.outcomes_met) for p in points] == [(0, 0), (1, 1), (0, 1)]
    assert (
        reading.progress_title(reading.progress(desk.state, LIST), LIST, "done")
        == "Groundwork: 0 of 16 tasks done so far"
    )
    last = points[-1]
    (column,) = [c for c in reading.board(desk.state, LIST, TODAY) if c.number == 1]
    assert (last.tasks_done, last.tasks, last.outcomes_met) == (column.done, column.total, column.met)


def test_progress_counts_an_outcome_that_a_task_of_an_earlier_phase_completes(desk: Desk) -> None:
    """2-G rests on task 1.5, of the first phase, and on 2.2."""
    desk.do(TickPart("2.2", "a", True), TickPart("2.2", "b", True), SetStatus("2.2", "done"))
    desk.now = NOW + timedelta(days=1)
    desk.do(SetStatus("1.5", "done"))
    last = [p for p in reading.progress(desk.state, LIST) if p.phase == 2][-1]
    (column,) = [c for c in reading.board(desk.state, LIST, TODAY) if c.number == 2]
    assert _outcome(desk.state, "2-G").met
    assert last.outcomes_met == column.met == 1


def test_slippage_is_measured_against_the_first_due_date(desk: Desk) -> None:
    desk.do(Change("task", "1.5", "due", date(2026, 12, 1)), Change("task", "1.5", "due", date(2026, 12, 11)))
    assert reading.lateness(desk.state, desk.state.tasks["1.5"], TODAY) == "moved back by 10 days"
    assert reading.lateness(desk.state, desk.state.tasks["1.5"], date(2026, 12, 12)) == "overdue by 1 day"
    (bar,) = reading.timeline(desk.state, TODAY)
    assert (bar.first_due, bar.end) == (date(2026, 12, 1), date(2026, 12, 11))


def test_what_is_stuck_and_due_comes_first_and_can_be_filtered(staffed: Desk) -> None:
    staffed.do(
        Change("task", "1.5", "owner", "p1"),
        SetStatus("1.5", "blocked", "Waits for finance."),
        Change("task", "1.6", "due", TODAY - timedelta(days=3)),
        Change("task", "1.7", "due", TODAY + timedelta(days=60)),
    )
    seen = reading.attention(staffed.state, LIST, TODAY)
    assert [note.id for note in seen.stuck] == ["1.5"]
    assert [(note.id, note.text) for note in seen.overdue] == [("1.6", "overdue by 3 days")]
    assert [member.name for member in seen.idle] == ["Ben Fictional"]
    assert not reading.attention(staffed.state, LIST, TODAY, "p1").overdue
    assert [n.id for n in reading.attention(staffed.state, LIST, TODAY, reading.UNOWNED).overdue] == ["1.6"]
    staffed.do(SetStatus("1.5", "under_way"), Change("member", "p1", "left", TODAY))
    assert "needs a new owner" in reading.attention(staffed.state, LIST, TODAY).stuck[0].text


def test_overdue_tasks_come_before_lists_that_nobody_sent_and_say_how_many(staffed: Desk) -> None:
    """Lists and postcards that a later meeting has overtaken are one line each, however many they are."""
    for number, week in enumerate((60, 40, 20), 1):
        on = dates.working_day_on_or_after(TODAY - timedelta(weeks=week))
        staffed.do(
            Add("meeting", {"agenda": f"strategic-{number}", "on": on}), Change("meeting", f"m{number}", "held", True)
        )
        staffed.do(Add("postcard", {"sender": "practice", "on": on - timedelta(days=9), "requests": "Which form?"}))
    for number in range(5, 16):
        staffed.do(Change("task", f"1.{number}", "due", TODAY - timedelta(days=number)))
    staffed.do(Add("action", {"text": "Write", "owner": "p1", "due": TODAY - timedelta(days=300)}))
    seen = reading.attention(staffed.state, LIST, TODAY)
    assert [note.id for note in seen.overdue] == [*(f"1.{n}" for n in range(15, 4, -1)), "a1", "m2", "m3", "c3"]
    assert [note.title for note in seen.overdue[-3:]] == [
        "2 action lists of earlier meetings",
        "Action list of Strategic set 3",
        "3 postcards",
    ]
    assert reading.overdue_words(seen.overdue) == "11 tasks (11 with no owner), 1 action, 3 others"


def test_a_rollout_that_nobody_has_changed_for_twelve_weeks_says_so(desk: Desk) -> None:
    assert not reading.quiet_words(desk.state, TODAY + timedelta(days=84))
    said = reading.quiet_words(desk.state, TODAY + timedelta(days=730))
    assert said.startswith("Nothing has been changed here since 24 November 2026, 24 months ago.")
    desk.now = NOW + timedelta(days=730)
    desk.do(Comment("1.5", "We are back."))
    assert not reading.quiet_words(desk.state, TODAY + timedelta(days=730))


# ── The group and its meetings ───────────────────────────────────────────────────────────────────────────────────────


def test_what_the_minimum_membership_lacks_is_said_plainly(desk: Desk) -> None:
    desk.do(Add("member", {"name": "Ada", "roles": ("assistant_director", "iro_lead", "partner")}))
    missing = reading.missing_members(desk.state, LIST)
    assert "Fostering manager: nobody in the strategic group." in missing
    assert not any("Assistant director" in sentence or "multi-agency" in sentence for sentence in missing)
    desk.do(Change("member", "p1", "left", TODAY))
    assert "Assistant director: nobody in the strategic group." in reading.missing_members(desk.state, LIST)


def test_a_name_is_taken_once_and_an_owner_is_not_removed(staffed: Desk) -> None:
    assert "already" in staffed.refused(Add("member", {"name": "ada fictional"}))
    staffed.do(Change("task", "1.5", "owner", "p1"))
    assert "owns tasks" in staffed.refused(Remove("member", "p1"))
    staffed.do(Change("member", "p1", "left", TODAY))
    assert "left the group" in staffed.refused(Change("task", "1.6", "owner", "p1"))
    staffed.do(Change("task", "1.5", "notes", "Still here"))  # what they own can still be worked on


def test_meetings_of_a_group_lie_six_working_weeks_apart(desk: Desk) -> None:
    desk.do(Add("meeting", {"agenda": "strategic-1", "on": date(2026, 11, 24)}))
    # Thirty working days, without Christmas Day, the bank holiday after it, and New Year's Day.
    assert reading.earliest(desk.state, LIST, "strategic-2", TODAY) == date(2027, 1, 8)
    said = desk.refused(Add("meeting", {"agenda": "strategic-2", "on": date(2027, 1, 7)}))
    assert "only 29 working days" in said and "from 8 January 2027" in said
    desk.do(Add("meeting", {"agenda": "practice-1", "on": date(2026, 12, 1)}))  # another group
    desk.do(Add("meeting", {"agenda": "midway", "on": date(2026, 12, 15)}))  # lies between two
    desk.do(Add("meeting", {"agenda": "strategic-2", "on": date(2027, 1, 8)}))
    assert "working days from" in desk.refused(Change("meeting", "m1", "on", date(2026, 12, 1)))
    early = {"agenda": "strategic-3", "on": date(2027, 1, 20), "closer_because": "An inspection is due."}
    desk.do(Add("meeting", early))


def test_a_meeting_brings_its_agenda_and_its_action_list_a_date(desk: Desk) -> None:
    desk.do(Add("meeting", {"agenda": "strategic-1", "on": date(2026, 11, 20)}))
    meeting = desk.state.meetings["m1"]
    assert meeting.points.splitlines() == list(LIST.agendas["strategic-1"].items)
    assert reading.action_list_due(LIST, meeting) == date(2026, 11, 24), "a Friday's list is due on Tuesday"
    desk.do(Change("meeting", "m1", "held", True))
    assert any(note.title.startswith("Action list") for note in reading.attention(desk.state, LIST, TODAY).due)
    assert "before the meeting" in desk.refused(Change("meeting", "m1", "action_list_sent", date(2026, 11, 19)))
    desk.do(Add("meeting", {"agenda": "other", "title": "Later", "on": date(2027, 3, 1)}))
    assert "still to come" in desk.refused(Change("meeting", "m2", "held", True))


def test_a_midway_review_is_due_between_two_meetings(desk: Desk) -> None:
    desk.do(Add("meeting", {"agenda": "strategic-1", "on": date(2026, 9, 1)}))
    desk.do(Add("meeting", {"agenda": "strategic-2", "on": date(2026, 12, 1)}))
    (review,) = reading.midway(desk.state, LIST)
    assert date(2026, 10, 10) < review.on < date(2026, 10, 25) and review.planned is None
    assert review.bookable(date(2026, 9, 7)) == review.on
    assert review.bookable(date(2026, 11, 27)) == date(2026, 11, 30), "a missed one is held on the next working day"
    assert review.bookable(date(2026, 11, 30)) == date(2026, 12, 1), "and no later than the meeting it leads to"
    desk.do(Add("meeting", {"agenda": "midway", "on": date(2026, 11, 2)}), Change("meeting", "m3", "held", True))
    assert reading.midway(desk.state, LIST)[0].held_on == date(2026, 11, 2)


def test_an_action_needs_an_owner_and_a_postcard_waits_for_its_answer(staffed: Desk) -> None:
    assert "Please give the owner" in staffed.refused(Add("action", {"text": "Write"}))
    assert "not in the group" in staffed.refused(Add("action", {"text": "Write", "owner": "p9"}))
    staffed.do(Add("postcard", {"sender": "practice", "on": TODAY, "requests": "Which form?"}))
    assert any(note.kind == "postcard" for note in reading.attention(staffed.state, LIST, TODAY).due)
    staffed.do(Change("postcard", "c1", "answer", "The new one."))
    assert not any(note.kind == "postcard" for note in reading.attention(staffed.state, LIST, TODAY).due)


# ── Sustaining ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _drift(desk: Desk, rule: str, today: date) -> reading.Drift:
    return next(view for view in reading.drift(desk.state, LIST, today) if view.rule.id == rule)


def test_three_months_without_a_checked_case_are_a_warning(desk: Desk) -> None:
    assert _drift(desk, "quality", date(2030, 1, 1)).state == "not_yet", "there is no case before the pilot"
    desk.do(SetStatus("2.1", "under_way"))
    assert _drift(desk, "quality", date(2027, 2, 24)).state == "well"
    assert _drift(desk, "quality", date(2027, 2, 25)).state == "warning"
    desk.do(Add("check", {"what": "quality", "on": TODAY, "about": "Case 1"}))
    assert "24 February 2027" in _drift(desk, "quality", TODAY).text


def test_training_roles_and_the_yearly_review_have_their_rules(desk: Desk) -> None:
    desk.do(SetStatus("2.1", "under_way"))
    assert _drift(desk, "training", date(2027, 11, 25)).state == "warning"
    assert _drift(desk, "review", date(2027, 11, 25)).state == "warning"
    desk.do(Add("member", {"name": "Ada", "roles": ("strategic_lead", "champion", "training_lead")}))
    assert _drift(desk, "role", TODAY).state == "well"
    desk.do(Change("member", "p1", "left", TODAY))
    assert "Strategic lead, since Ada left on 24 November 2026" in _drift(desk, "role", TODAY).text


def test_only_what_has_happened_is_recorded(desk: Desk) -> None:
    assert "still to come" in desk.refused(Add("check", {"what": "review", "on": date(2027, 1, 1), "about": "All"}))


# ── Imports, text, the sample, documents ─────────────────────────────────────────────────────────────────────────────


def test_an_import_is_all_or_nothing_and_names_every_row(desk: Desk) -> None:
    rows = (
        ("Tasks, row 2", Change("task", "1.5", "notes", "Good")),
        ("Tasks, row 3", Change("task", "1.6", "owner", "nobody")),
        ("Tasks, row 4", SetStatus("1.99", "done")),
    )
    before = desk.state
    with pytest.raises(RowRefused) as error:
        desk.do(Import(rows))
    assert [place for place, _ in error.value.problems] == ["Tasks, row 4", "Tasks, row 3"]
    assert desk.state == before


def test_an_import_may_move_both_dates_at_once(desk: Desk) -> None:
    desk.do(Change("task", "1.5", "start", date(2026, 12, 1)), Change("task", "1.5", "due", date(2026, 12, 20)))
    later = (
        ("2", Change("task", "1.5", "start", date(2027, 2, 1))),
        ("2", Change("task", "1.5", "due", date(2027, 2, 9))),
    )
    desk.do(Import(later))
    assert desk.state.tasks["1.5"].due == date(2027, 2, 9)


def test_text_is_trimmed_limited_and_free_of_control_characters(desk: Desk) -> None:
    desk.do(Change("task", "1.5", "notes", " a\x00b\xa0c\u202e \n"))
    assert desk.state.tasks["1.5"].notes == "ab c"
    assert "4,000 fit" in desk.refused(Change("task", "1.5", "notes", "x" * 4001))


def test_the_sample_is_half_way_through_its_pilot_whatever_the_day() -> None:
    for shift in range(0, 365, 30):
        now = NOW + timedelta(days=shift)
        state = fold(sample.load(LIST, now))
        first, second, third = reading.board(state, LIST, dates.local(now).date())
        assert state.fictional and first.done == first.total and 0 < second.done < second.total and not third.done
        assert all(one.at <= now for one in state.log)
        assert reading.attention(state, LIST, dates.local(now).date()).stuck


def test_a_draft_fills_in_facts_and_says_what_is_missing(desk: Desk) -> None:
    desk.do(StateFact("authority", "{lead} & <b>Sons</b>"))
    said = documents.as_text(documents.draft(desk.state, LIST, "first_message", TODAY))
    assert "In {lead} & <b>Sons</b>," in said, "what a fact holds is never filled in again"
    assert "[still to be filled in: whom to ask]" in said
    assert "Whom to ask" in documents.missing_facts(desk.state, LIST, "first_message")


def test_the_documents_are_pdf_ua_and_word() -> None:
    state = fold(sample.load(LIST, NOW))
    report = documents.status_report(state, LIST, TODAY)
    reader = pypdf.PdfReader(io.BytesIO(documents.as_pdf(report)))
    assert reader.metadata.title == "Roll-out status"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.trailer["/Root"]["/Lang"] == "en-GB"
    assert len(reader.pages) == 1, "a status report is one page"
    assert "2.8 Review how well services reach families" in reader.pages[0].extract_text()
    word = docx.Document(io.BytesIO(documents.as_word(documents.action_list(state, LIST, TODAY))))
    assert any("Nasreen Holtby" in cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert word.core_properties.title == "Action list" and word.core_properties.language == "en-GB"
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == ["Action list"]
    guide = pypdf.PdfReader(io.BytesIO(documents.as_pdf(documents.draft(state, LIST, "one_minute_guide", TODAY))))
    assert len(guide.pages) == 1


def test_what_people_write_is_text_in_a_word_file_too() -> None:
    odd = "a & b <c> {{ title }} {% for x in y %}\nnext line"
    report = documents.Report(odd, "", (documents.paragraph(odd), documents.bullets(odd)), odd)
    word = docx.Document(io.BytesIO(documents.as_word(report)))
    assert [p.text for p in word.paragraphs] == [odd] * 3
    assert odd in word.sections[0].footer.paragraphs[0].text


def test_an_authority_uses_a_word_template_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = docx.Document(documents.word_template())
    own.add_paragraph("Fennmoor letterhead for {{ title }}")
    own.save(tmp_path / "rollout.docx")
    monkeypatch.setenv("HOMEWARD_EDITION", str(tmp_path))
    report = documents.Report("Action list", "", (), "")
    word = docx.Document(io.BytesIO(documents.as_word(report)))
    assert word.paragraphs[-1].text == "Fennmoor letterhead for Action list"
    (tmp_path / "rollout.docx").unlink()
    assert documents.word_template().is_file(), "without one of its own it is the built-in one"


@pytest.mark.parametrize("fault", ["{{ title", "{%p for block in %}"])
def test_a_word_template_that_cannot_be_used_is_named(tmp_path: Path, fault: str) -> None:
    broken = docx.Document()
    broken.add_paragraph(fault)
    broken.save(tmp_path / "rollout.docx")
    with pytest.raises(EditionError, match=r"rollout\.docx: cannot be used as the template"):
        documents.as_word(documents.Report("Title", "", (), ""), tmp_path / "rollout.docx")
    (tmp_path / "text.docx").write_text("No Word file")
    with pytest.raises(EditionError, match=r"text\.docx: cannot be used"):
        documents.as_word(documents.Report("Title", "", (), ""), tmp_path / "text.docx")
