"""What changed since a day: the difference and not the steps, who made it, and the command that takes it back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from framework.rollout import (
    Add,
    Change,
    Command,
    Comment,
    Happened,
    Remove,
    Restore,
    Rollout,
    SetStatus,
    Start,
    StateFact,
    StateOutcome,
    changed,
    checklist,
    decide,
    fold,
)
from framework.streams.kind import Refused

LIST = checklist.load()
BEFORE, AFTER = datetime(2026, 11, 20, 10, 0, tzinfo=UTC), datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)


def do(state: Rollout, at: datetime, *commands: Command, by: str = "Priya") -> Rollout:
    for command in commands:
        state = fold([Happened(event, by, at) for event in decide(state, command, LIST, by, at)], state)
    return state


@pytest.fixture
def begun() -> Rollout:
    return do(
        Rollout(),
        BEFORE,
        Start("x", "Test"),
        Add("member", {"name": "Ada"}),
        Add("stakeholder", {"name": "The courts", "owner": "p1"}),
        Change("task", "1.5", "notes", "First"),
        SetStatus("1.6", "blocked", "Waits for finance."),
    )


def test_the_difference_is_shown_with_who_made_it_last(begun: Rollout) -> None:
    after = do(begun, AFTER, Change("task", "1.5", "notes", "Second"))
    after = do(after, AFTER, Change("task", "1.5", "notes", "Third"), SetStatus("1.6", "done"), by="Tom")
    after = do(after, AFTER, Change("task", "1.7", "notes", "Here"), Change("task", "1.7", "notes", ""))
    after = do(after, AFTER, Comment("1.5", "One"), Comment("1.5", "Two"), Remove("stakeholder", "s1", "Entered twice"))
    assert {(made.title, made.text, made.by) for made in changed.since(after, LIST, DAY)} == {
        ("1.5 Plan how costs and savings will be recorded", "Notes: “First” → “Third”", "Tom"),
        ("1.6 Settle how resources will be decided", "Status: “Blocked” → “Done”", "Tom"),
        ("1.5 Plan how costs and savings will be recorded", "2 comments, the last: “Two”", "Priya"),
        ("Stakeholder: The courts", "Removed, because: Entered twice", "Priya"),
    }
    assert changed.since(after, LIST, DAY + timedelta(days=1)) == []


def test_what_came_and_went_since_is_no_difference(begun: Rollout) -> None:
    """It was listed as “Removed”, and to put it back added what had not been there."""
    after = do(begun, AFTER, Add("stakeholder", {"name": "Entered by mistake"}), Remove("stakeholder", "s2"))
    assert changed.since(after, LIST, DAY) == []


def test_what_was_removed_before_and_is_here_again_was_put_back_and_not_added(begun: Rollout) -> None:
    after = do(do(begun, BEFORE, Remove("stakeholder", "s1")), AFTER, Restore("stakeholder", "s1"))
    assert [made.text for made in changed.since(after, LIST, DAY)] == ["Put back"]


STEPS = st.lists(
    st.one_of(
        st.builds(Change, st.just("task"), st.sampled_from(["1.5", "1.6"]), st.just("notes"), st.sampled_from("abc")),
        st.builds(
            SetStatus,
            st.sampled_from(["1.5", "1.6"]),
            st.sampled_from(["not_started", "under_way", "blocked", "done"]),
            st.sampled_from(["Because.", "Why not?"]),
        ),
        st.builds(Remove, st.just("stakeholder"), st.just("s1"), st.just("Gone")),
        st.builds(StateFact, st.just("authority"), st.sampled_from(["", "Fennmoor"])),
        st.builds(StateOutcome, st.just("1-F"), st.sampled_from(["", "Minutes"])),
    ),
    max_size=12,
)


@example([SetStatus("1.6", "blocked", "Because.")], [SetStatus("1.6", "done"), SetStatus("1.6", "blocked", "Why not?")])
@given(STEPS, STEPS)
def test_to_put_everything_back_brings_back_how_it_stood(first: list[Command], later: list[Command]) -> None:
    state = do(Rollout(), BEFORE, Start("x", "Test"), Add("stakeholder", {"name": "The courts"}))

    def walk(state: Rollout, at: datetime, commands: list[Command]) -> Rollout:
        for command in commands:
            try:
                state = do(state, at, command)
            except Refused:
                continue
        return state

    was = walk(state, BEFORE, first)
    now = walk(was, AFTER, later)
    for made in changed.since(now, LIST, DAY):
        assert made.back is not None
        now = do(now, AFTER, made.back)
    assert dict(now.items.here) == dict(was.items.here) and now.facts == was.facts
    assert {one: said.evidence for one, said in now.stated.items()} == {
        one: said.evidence for one, said in was.stated.items()
    }
    assert changed.since(now, LIST, DAY) == []


def test_the_last_meeting_is_what_is_asked_for_first(begun: Rollout) -> None:
    state = do(
        begun,
        BEFORE,
        Add("meeting", {"agenda": "strategic-1", "on": date(2026, 11, 2)}),
        Add("meeting", {"agenda": "practice-1", "on": date(2026, 11, 16)}),
        Add("meeting", {"agenda": "strategic-2", "on": date(2027, 1, 18)}),
    )
    assert list(changed.moments(state, DAY).values())[:2] == [date(2026, 11, 16), date(2026, 11, 2)]
