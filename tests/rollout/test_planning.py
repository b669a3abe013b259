"""How a roll-out begins, what it is called, and many tasks at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework import dates
from framework.rollout import Add, Archive, Change, Comment, Rename, checklist, planning
from framework.rollout.kind import SAMPLE
from framework.rollout.planning import Plan
from framework.rollout.rollouts import Rollouts
from framework.streams.kind import Refused
from framework.streams.store import Store
from tests.record import rollouts_in

LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def door(store: Store) -> Rollouts:
    return rollouts_in(store, lambda: NOW)


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_proposed_dates_are_working_days_in_the_order_of_the_checklist(begins: date) -> None:
    ends = planning.phase_ends(LIST, begins)
    due = planning.due_dates(LIST, begins, ends)
    assert list(due) == [task.id for task in sorted(LIST.task, key=lambda task: (task.phase, task.number))]
    assert list(due.values()) == sorted(due.values())
    assert all(dates.is_working_day(day) for day in due.values())
    for phase in LIST.phase:
        of_phase = [day for task, day in due.items() if LIST.tasks[task].phase == phase.number]
        assert begins <= min(of_phase) and max(of_phase) == ends[phase.number]


def test_a_phase_that_would_end_before_it_begins_is_refused() -> None:
    ends = planning.phase_ends(LIST, TODAY) | {2: TODAY}
    with pytest.raises(Refused, match="Phase 2 would end on 24 November 2026, too soon after 24 May 2027"):
        planning.due_dates(LIST, TODAY, ends)


def test_a_rollout_begins_with_its_people_and_dates_or_not_at_all(door: Rollouts) -> None:
    plan = Plan(planning.phase_ends(LIST, TODAY), TODAY, (("Ada Fictional", "strategic_lead"), ("", "champion")))
    begun = door.start("Fennmoor", "Priya", plan)
    assert [(one.name, one.roles) for one in begun.members.values()] == [("Ada Fictional", ("strategic_lead",))]
    assert all(task.due for task in begun.tasks.values())
    before = door.names()
    with pytest.raises(Refused, match="There is a Ada in the group already"):
        door.start("Twice", "Priya", Plan(people=(("Ada", ""), ("ada", ""))))
    assert door.names() == before


def test_a_name_is_given_once_can_be_changed_and_is_free_when_its_rollout_is_archived(door: Rollouts) -> None:
    first, second = door.start("Fennmoor", "Priya"), door.start("Upper Fennmoor", "Priya")
    with pytest.raises(Refused, match="There is a roll-out called fennmoor already"):
        door.start(" fennmoor ", "Tom")
    with pytest.raises(Refused, match="There is a roll-out called FENNMOOR already"):
        door.run(second.id, "Tom", Rename("FENNMOOR"))
    assert door.run(second.id, "Tom", Rename("Fennmoor 2027", "Upper Fennmoor")).title == "Fennmoor 2027"
    assert door.names()[second.id] == "Fennmoor 2027"
    with pytest.raises(Refused, match="Tom has changed the name in the meantime"):
        door.run(second.id, "Priya", Rename("Other", "Upper Fennmoor"))
    door.run(first.id, "Priya", Archive())
    assert list(door.names().items())[-1] == (first.id, "Fennmoor (archived)")
    with pytest.raises(Refused, match="can be read, and not changed"):
        door.run(first.id, "Priya", Comment("1.5", "Late"))
    door.run(second.id, "Tom", Rename("Fennmoor"))
    with pytest.raises(Refused, match="already"):
        door.run(first.id, "Priya", Archive(False))
    door.run(second.id, "Tom", Rename("Fennmoor 2027"))
    assert not door.run(first.id, "Priya", Archive(False)).archived


def test_two_fresh_samples_of_one_minute_have_two_names(door: Rollouts) -> None:
    for _ in range(3):
        door.fresh_sample()
    assert len(set(door.names().values())) == 3


def test_a_link_leads_to_ones_own_rollout_and_not_to_the_one_changed_last(door: Rollouts) -> None:
    door.load_sample()
    assert door.to_open() == SAMPLE, "there is no other"
    mine = door.start("Mine", "Priya")
    assert door.to_open() == mine.id, "the only one that is not made up"
    other = door.start("Other", "Tom")
    assert door.to_open(mine.id) == mine.id and door.to_open(SAMPLE) == SAMPLE
    assert door.to_open() is None and door.to_open("gone") is None
    door.run(mine.id, "Priya", Archive())
    assert door.to_open(mine.id) == other.id


def test_many_tasks_get_an_owner_and_a_date_all_or_none(door: Rollouts) -> None:
    begun = door.start("Many", "Priya")
    state = door.run(begun.id, "Priya", Add("member", {"name": "Ada"}))
    run: Callable[..., object] = lambda *a, **k: door.run(begun.id, "Priya", planning.together(state, *a, **k))  # noqa: E731
    run(["1.5", "1.6"], owner="p1", due=TODAY)
    state = door.view(begun.id)
    assert [(state.tasks[one].owner, state.tasks[one].due) for one in ("1.5", "1.6")] == [("p1", TODAY)] * 2
    run(["1.5", "1.6", "1.7"], weeks=2)
    state = door.view(begun.id)
    assert state.tasks["1.6"].due == TODAY + timedelta(weeks=2) and state.tasks["1.7"].due is None
    door.run(begun.id, "Priya", Change("task", "1.6", "start", TODAY))
    with pytest.raises(Refused, match=r"Task 1\.6: it would be due"):
        run(["1.5", "1.6"], due=TODAY - timedelta(days=1))
    assert door.view(begun.id).tasks["1.5"].due == TODAY + timedelta(weeks=2)
    for args, said in (
        (([],), "Choose the tasks"),
        ((["1.5"],), "Choose an owner"),
        ((["1.7"], None, None, 2), "None of these tasks has a due date"),
        ((["1.5"], None, TODAY, 2), "not both"),
    ):
        with pytest.raises(Refused, match=said):
            run(*args)
