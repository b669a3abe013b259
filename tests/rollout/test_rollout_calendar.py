"""A roll-out's dates as a calendar file: an entry is replaced when it moves, and taken back when it is over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest

from framework.rollout import (
    Add,
    Change,
    Command,
    Happened,
    Remove,
    Rollout,
    SetStatus,
    Start,
    checklist,
    decide,
    fold,
    sample,
)
from framework.rollout.calendar import KEPT, calendar

LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DUE = date(2026, 12, 4)


def do(state: Rollout, *commands: Command, at: datetime = NOW) -> Rollout:
    for command in commands:
        state = fold([Happened(event, "Priya", at) for event in decide(state, command, LIST, "Priya", at)], state)
    return state


def entries(state: Rollout, at: datetime = NOW) -> dict[str, Any]:
    """The entries by what their UID says after the roll-out's own id."""
    book: Any = icalendar.Calendar.from_ical(calendar(state, LIST, at))
    events = book.walk("VEVENT")
    found = {str(event["uid"]).removeprefix("x-").removesuffix("@homeward"): event for event in events}
    assert len(found) == len(events), "each entry has an identity of its own"
    return found


def status(event: Any) -> tuple[str, str]:
    return str(event["status"]), str(event["summary"])


@pytest.fixture
def started() -> Rollout:
    return do(
        Rollout(),
        Start("x", "Test"),
        Add("member", {"name": "Ada Bell"}),
        Change("task", "1.5", "due", DUE),
        Add("action", {"text": "Book the room", "owner": "p1", "due": DUE}),
        Add("meeting", {"agenda": "strategic-1", "on": date(2026, 12, 1), "starts": "09:30", "place": "Room 1"}),
    )


def test_the_sample_has_its_meetings_and_due_dates() -> None:
    full = fold(sample.load(LIST, NOW))
    content = calendar(full, LIST, NOW)
    book: Any = icalendar.Calendar.from_ical(content)
    events = {str(event["uid"]): event for event in book.walk("VEVENT")}
    meeting = events["sample-m7@homeward"]
    assert str(meeting["summary"]) == "Strategic set 3"
    assert meeting["dtstart"].dt.hour == 9 and meeting["dtstart"].params["TZID"] == "Europe/London"
    due = events["sample-task-2.9@homeward"]
    assert due["dtstart"].dt == full.tasks["2.9"].due and "Adaeze Whitlock" in str(due["summary"])
    assert calendar(full, LIST, NOW) == content
    assert b"METHOD:PUBLISH" in content


def test_a_moved_meeting_is_the_same_entry_with_a_higher_sequence(started: Rollout) -> None:
    before = entries(started)["m1"]
    moved = do(started, Change("meeting", "m1", "on", date(2026, 12, 8)), at=NOW + timedelta(hours=1))
    after = entries(moved)["m1"]
    assert before["uid"] == after["uid"] and after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt
    assert after["dtstart"].dt.date() == date(2026, 12, 8) and status(after) == ("CONFIRMED", "Strategic set 1")
    assert entries(moved).keys() == entries(started).keys(), "nothing is left on the old day"


@pytest.mark.parametrize(
    ("name", "command", "word"),
    [
        ("m1", Remove("meeting", "m1"), "Cancelled"),
        ("a1", Remove("action", "a1"), "Cancelled"),
        ("a1", Change("action", "a1", "done", True), "Done"),
        ("a1", Change("action", "a1", "due", None), "Cancelled"),
        ("task-1.5", SetStatus("1.5", "not_applicable", "Not here"), "Done"),
        ("task-1.5", Change("task", "1.5", "due", None), "Cancelled"),
    ],
)
def test_what_is_over_is_cancelled_under_its_own_uid(started: Rollout, name: str, command: Command, word: str) -> None:
    before, after = entries(started)[name], entries(do(started, command))[name]
    assert status(before)[0] == "CONFIRMED"
    assert status(after) == ("CANCELLED", f"{word}: {before['summary']}")
    assert after["sequence"] > before["sequence"] and after["dtstart"].dt == before["dtstart"].dt
    assert str(after["transp"]) == "TRANSPARENT"
    others = {other: status(event) for other, event in entries(started).items() if other != name}
    assert others.items() <= {other: status(event) for other, event in entries(do(started, command)).items()}.items()


def test_what_is_open_again_is_no_longer_cancelled(started: Rollout) -> None:
    done = do(started, Change("action", "a1", "done", True))
    again = do(done, Change("action", "a1", "done", False))
    assert status(entries(again)["a1"])[0] == "CONFIRMED"
    assert entries(again)["a1"]["sequence"] > entries(done)["a1"]["sequence"]


def test_a_cancelled_entry_is_written_for_a_year(started: Rollout) -> None:
    done = do(started, Change("action", "a1", "done", True))
    assert "a1" in entries(done, NOW + KEPT) and "a1" not in entries(done, NOW + KEPT + timedelta(days=1))


def test_an_action_list_is_asked_for_until_it_went_out(started: Rollout) -> None:
    assert "m1-list" not in entries(started)
    later = NOW + timedelta(days=8)
    held = do(started, Change("meeting", "m1", "held", True), at=later)
    listed = entries(held, later)["m1-list"]
    assert status(listed) == ("CONFIRMED", "Action list of Strategic set 1 is due")
    assert listed["dtstart"].dt == date(2026, 12, 3) and str(listed["transp"]) == "TRANSPARENT"
    sent = do(held, Change("meeting", "m1", "action_list_sent", date(2026, 12, 2)), at=later)
    assert status(entries(sent, later)["m1-list"])[0] == "CANCELLED"
    mistaken = do(held, Change("meeting", "m1", "held", False), at=later)
    assert status(entries(mistaken, later)["m1-list"]) == ("CANCELLED", f"Cancelled: {listed['summary']}")


def test_a_whole_day_ends_where_the_next_begins(started: Rollout) -> None:
    """RFC 5545: DTEND is exclusive. The last day of October is an hour longer, and no entry may end on it an hour early."""
    untimed = do(started, Change("meeting", "m1", "starts", ""), Change("meeting", "m1", "on", date(2026, 10, 25)))
    for name in ("m1", "task-1.5", "a1"):
        event = entries(untimed)[name]
        assert type(event["dtstart"].dt) is date and event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtend"].dt == event["dtstart"].dt + timedelta(days=1)
        assert event["dtend"].params["VALUE"] == "DATE"
    assert str(entries(untimed)["m1"]["transp"]) == "OPAQUE", "a day at a meeting is not free"


def test_a_day_by_which_something_is_due_makes_nobody_busy(started: Rollout) -> None:
    assert {str(entries(started)[name]["transp"]) for name in ("task-1.5", "a1")} == {"TRANSPARENT"}


def test_a_partner_is_in_it_with_the_next_contact_and_nothing_that_is_thought_of_them(started: Rollout) -> None:
    values = {
        "name": "Schools",
        "owner": "p1",
        "next_contact": DUE,
        "resistance": "They fear the cost",
        "channel": "By phone",
    }
    state = do(started, Add("stakeholder", values))
    assert status(entries(state)["s1"]) == ("CONFIRMED", "Contact: Schools (Ada Bell)")
    assert b"fear" not in calendar(state, LIST, NOW) and b"phone" not in calendar(state, LIST, NOW)
    moved = do(state, Change("stakeholder", "s1", "next_contact", date(2027, 1, 5)))
    assert entries(moved)["s1"]["dtstart"].dt == date(2027, 1, 5)
    assert entries(moved)["s1"]["sequence"] > entries(state)["s1"]["sequence"]
    none = do(state, Change("stakeholder", "s1", "next_contact", None))
    assert status(entries(none)["s1"]) == ("CANCELLED", "Cancelled: Contact: Schools (Ada Bell)")
