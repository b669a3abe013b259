"""The dates of a roll-out as an iCalendar file (RFC 5545), which a calendar takes again and again.

An entry keeps its UID, and its SEQUENCE rises with every change of what it is about, so that a calendar that knows the entry
replaces it. What was done, removed or has lost its date is written as CANCELLED, for a year. A calendar that leaves
cancelled entries standing shows by the title that they are over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from framework import dates
from framework.documents import xml_text
from framework.items import Edit
from framework.rollout import Meeting, Rollout, documents, reading
from framework.rollout.checklist import Checklist

KEPT = timedelta(days=366)
"""For how long after the change a cancelled entry is written."""
WHOLE_DAY, SET = timedelta(hours=7), timedelta(hours=2)
"""How long a meeting that has a time is taken to last. The checklist does not say; these are Homeward's own."""


@dataclass(frozen=True, slots=True)
class _Entry:
    uid: str
    title: str
    start: date | datetime
    end: date | datetime
    """Exclusive, as RFC 5545 has it: an entry of one whole day ends on the next."""
    edits: tuple[Edit, ...]
    """Everything that was ever done to what it is about."""
    over: str = ""
    """Why it is cancelled, as the first word of its title; empty if it is not."""
    about: str = ""
    place: str = ""
    busy: bool = False


def calendar(state: Rollout, checklist: Checklist, now: datetime) -> bytes:
    """Meetings, action lists to be sent, due dates of tasks and actions, and when partners are to be spoken to next."""
    import icalendar  # heavy

    book = icalendar.Calendar()
    book.add("prodid", "-//Homeward//Roll-out//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", " ".join(xml_text(state.title).split()))
    for entry in _entries(state, checklist):
        if not (entry.over and entry.edits and entry.edits[-1].at < now - KEPT):
            book.add_component(_component(entry, now))
    if any(isinstance(event.start, datetime) for event in book.events):
        book.add_missing_timezones()
    return bytes(book.to_ical())


def _component(entry: _Entry, now: datetime) -> Any:
    import icalendar  # heavy

    event = icalendar.Event()
    event.add("uid", entry.uid)
    event.add("sequence", len(entry.edits))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    if entry.edits:
        event.add("last-modified", entry.edits[-1].at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", xml_text(f"{entry.over}: {entry.title}" if entry.over else entry.title))
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    event.add("status", "CANCELLED" if entry.over else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.busy and not entry.over else "TRANSPARENT")
    if entry.about:
        event.add("description", xml_text(entry.about))
    if entry.place:
        event.add("location", xml_text(entry.place))
    return event


def _entries(state: Rollout, checklist: Checklist) -> Iterator[_Entry]:
    yield from _meetings(state, checklist)
    yield from _tasks(state)
    yield from _actions(state)
    yield from _contacts(state)


def _meetings(state: Rollout, checklist: Checklist) -> Iterator[_Entry]:
    for meeting, gone in _all(state, "meeting"):
        uid, edits = f"{state.id}-{meeting.id}", _edits(state, meeting)
        start, end = _span(meeting, checklist)
        over = "Cancelled" if gone else ""
        points, place = meeting.points, meeting.place
        yield _Entry(f"{uid}@homeward", meeting.title, start, end, edits, over, points, place, busy=True)
        if meeting.held or any(edit.after for edit in state.items.history("meeting", meeting.id, "held")):
            by = reading.action_list_due(checklist, meeting)
            over = "Cancelled" if gone or not meeting.held else "Done" if meeting.action_list_sent else ""
            yield _due(f"{uid}-list", f"Action list of {meeting.title} is due", by, edits, over)


def _span(meeting: Meeting, checklist: Checklist) -> tuple[date | datetime, date | datetime]:
    if not meeting.starts:
        return meeting.on, meeting.on + timedelta(days=1)
    start = datetime.combine(meeting.on, time.fromisoformat(meeting.starts), dates.LONDON)
    agenda = checklist.agendas.get(meeting.agenda)
    return start, start + (WHOLE_DAY if agenda and agenda.whole_day else SET)


def _tasks(state: Rollout) -> Iterator[_Entry]:
    for task, gone in _all(state, "task"):
        day = _last_day(state, task, "due")
        if day:
            who = reading.owner_name(state, task)
            title = f"Due: {task.id} {task.title}{f' ({who})' if who else ''}"
            over = "Cancelled" if gone or not task.due else "" if task.open else "Done"
            yield _due(f"{state.id}-task-{task.id}", title, day, _edits(state, task), over, task.notes)


def _actions(state: Rollout) -> Iterator[_Entry]:
    for action, gone in _all(state, "action"):
        day = _last_day(state, action, "due")
        if day:
            over = "Cancelled" if gone or not action.due else "Done" if action.done else ""
            title = f"Due: {action.text[:120]}"
            yield _due(f"{state.id}-{action.id}", title, day, _edits(state, action), over)


def _contacts(state: Rollout) -> Iterator[_Entry]:
    """Whom to speak to and who does it; what they gain or resist is not for a calendar that others may see."""
    for partner, gone in _all(state, "stakeholder"):
        day = _last_day(state, partner, "next_contact")
        if day:
            who = documents.name_of(state, partner.owner)
            title = f"Contact: {partner.name}{f' ({who})' if who else ''}"
            over = "Cancelled" if gone or not partner.next_contact else ""
            yield _due(f"{state.id}-{partner.id}", title, day, _edits(state, partner), over)


def _due(uid: str, title: str, day: date, edits: tuple[Edit, ...], over: str, about: str = "") -> _Entry:
    """A day by which something is due: it makes nobody busy."""
    return _Entry(f"{uid}@homeward", title, day, day + timedelta(days=1), edits, over, about)


def _all(state: Rollout, kind: str) -> Iterator[tuple[Any, bool]]:
    """Every item of a kind, also those that were removed; and whether it was."""
    yield from ((item, False) for item in state.of(kind).values())
    yield from ((item, True) for item in state.items.removed.get(kind, {}).values())


def _edits(state: Rollout, item: Any) -> tuple[Edit, ...]:
    return state.items.edits.get((item.kind, item.id), ())


def _last_day(state: Rollout, item: Any, name: str) -> date | None:
    """The day in this field, or the last that was in it."""
    before = [edit.before for edit in state.items.history(item.kind, item.id, name) if edit.before]
    return getattr(item, name) or (before[-1] if before else None)
