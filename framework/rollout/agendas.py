"""What a meeting is held with, on paper: its agenda with times, the papers to read before, open actions and postcards, and a
sign-in sheet.

The checklist prints the points and no times. The times here are Homeward's own proposal: the points share the length of the
meeting equally, and a whole day has its breaks. A line of the agenda that begins with a time of its own keeps it.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import NamedTuple

from framework import dates
from framework.rollout import Meeting, Member, Postcard, Rollout, documents, reading
from framework.rollout.calendar import SET, WHOLE_DAY
from framework.rollout.checklist import GROUPS, Checklist, Group
from framework.rollout.documents import MISSING, Block, Report, bullets, heading, paragraph, table

BEGINS = time(9, 30)
"""When a whole day begins that has no time yet."""
BREAKS = (("Break", 15), ("Lunch", 45), ("Break", 15))
"""After a quarter, a half and three quarters of the points of a whole day; with their minutes."""
STEP = 5
"""Times are given in steps of so many minutes."""
EMPTY_ROWS = 12
"""On a sign-in sheet, for those who are not in the group."""
TO_SIGN, TO_WRITE = "\n\n", "\n\n\n\n"
"""Cells that are high enough to be written in by hand."""
_POINTS, _WIDTHS = ("From", "What", "For", "Led by"), (1.0, 5.0, 1.4, 1.8)
_TIMED = re.compile(r"(\d{1,2})[.:](\d\d)\b\W*")


class Slot(NamedTuple):
    begins: datetime
    minutes: int
    point: str


def agenda(state: Rollout, checklist: Checklist, meeting: str, today: date) -> Report:
    """The paper that a group meets with. Raises KeyError if there is no such meeting."""
    held = state.meetings[meeting]
    blocks = [*_who(state, checklist, held), heading("Agenda"), *_points(checklist, held)]
    blocks += [heading("To read before"), _to_read(state, checklist, held)]
    blocks += [heading("Open actions"), _open_actions(state, held, today)]
    blocks += _postcards(state, held)
    return Report(f"Agenda: {held.title}", _subtitle(state, checklist, held), tuple(blocks), documents.footer(state))


def sign_in(state: Rollout, checklist: Checklist, meeting: str) -> Report:
    """A sheet on which those who come sign: the group, then empty rows. Raises KeyError if there is no such meeting."""
    held = state.meetings[meeting]
    names = [(member.name, member.organisation, TO_SIGN) for member in _group(state, held)]
    rows = [*names, *[("", "", TO_SIGN)] * EMPTY_ROWS]
    blocks = (table(("Name", "Team or organisation", "Signature"), rows, (3, 3, 3)),)
    return Report(f"Sign-in sheet: {held.title}", _subtitle(state, checklist, held), blocks, documents.footer(state))


def is_whole_day(checklist: Checklist, meeting: Meeting) -> bool:
    known = checklist.agendas.get(meeting.agenda)
    return known is not None and known.whole_day


# ── Times ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def timetable(checklist: Checklist, meeting: Meeting) -> list[Slot]:
    """The points with the times proposed for them, breaks among them. Empty if no time can be proposed.

    None can where the meeting has no time, where a point has one of its own, and where there are more points than steps.
    """
    points, whole = _lines(meeting.points), is_whole_day(checklist, meeting)
    starts = time.fromisoformat(meeting.starts) if meeting.starts else BEGINS if whole else None
    breaks = dict(_breaks(len(points))) if whole else {}
    length = (WHOLE_DAY if whole else SET) // timedelta(minutes=1) - sum(minutes for _, minutes in breaks.values())
    if starts is None or not 0 < len(points) <= length // STEP or any(map(_TIMED.match, points)):
        return []
    at, slots = datetime.combine(meeting.on, starts), []
    steps, longer = divmod(length // STEP, len(points))
    for number, point in enumerate(points):
        minutes = STEP * (steps + (number < longer))
        slots.append(Slot(at, minutes, point))
        at += timedelta(minutes=minutes)
        if number + 1 in breaks:
            name, minutes = breaks[number + 1]
            slots.append(Slot(at, minutes, name))
            at += timedelta(minutes=minutes)
    return slots


def _breaks(points: int) -> Iterator[tuple[int, tuple[str, int]]]:
    """After how many of the points each break comes; a day of few points has fewer breaks."""
    for quarter, pause in enumerate(BREAKS, 1):
        after = ceil(points * quarter / 4)
        if after < points:
            yield after, pause


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _subtitle(state: Rollout, checklist: Checklist, meeting: Meeting) -> str:
    when = f"{meeting.on:%A} {dates.uk(meeting.on)}"
    slots = timetable(checklist, meeting)
    if slots:
        ends = slots[-1].begins + timedelta(minutes=slots[-1].minutes)
        when += f", {slots[0].begins:%H:%M} to {ends:%H:%M}"
    else:
        when += f", {meeting.starts or MISSING.format('time')}"
    return f"{state.title}. {when}. {meeting.place or MISSING.format('place')}"


def _who(state: Rollout, checklist: Checklist, meeting: Meeting) -> list[Block]:
    names = [_with_roles(checklist, member.name, member.roles) for member in _group(state, meeting)]
    who = "; ".join(names) or MISSING.format(f"who is in the {GROUPS[meeting.group].lower()}")
    return [heading(GROUPS[meeting.group]), paragraph(who)]


def _with_roles(checklist: Checklist, name: str, roles: tuple[str, ...]) -> str:
    known = [checklist.roles[role].label for role in roles if role in checklist.roles]
    return f"{name} ({', '.join(known)})" if known else name


def _group(state: Rollout, meeting: Meeting) -> list[Member]:
    return [member for member in reading.active(state) if member.group == meeting.group]


def _points(checklist: Checklist, meeting: Meeting) -> list[Block]:
    slots, points = timetable(checklist, meeting), _lines(meeting.points)
    if slots:
        rows = [(f"{slot.begins:%H:%M}", slot.point, f"{slot.minutes} minutes", "") for slot in slots]
        proposed = "The times are a proposal: the points share the meeting equally."
        return [table(_POINTS, rows, _WIDTHS), paragraph(proposed)]
    if any(map(_TIMED.match, points)):
        return [table(_POINTS, [_own_time(point) for point in points], _WIDTHS)]
    numbered = [paragraph(f"{number}. {point}") for number, point in enumerate(points, 1)]
    return numbered or [paragraph(MISSING.format("agenda"))]


def _own_time(point: str) -> tuple[str, str, str, str]:
    """A line of the agenda that may begin with a time, as a row of the table."""
    found = _TIMED.match(point)
    return (f"{int(found[1]):02}:{found[2]}", point[found.end() :], "", "") if found else ("", point, "", "")


def _to_read(state: Rollout, checklist: Checklist, meeting: Meeting) -> Block:
    """What is written down for it, and the action list of the group's last meeting."""
    own = _lines(meeting.to_read)
    last = _last(state, meeting)
    if last:
        sent, by = last.action_list_sent, dates.uk(reading.action_list_due(checklist, last))
        how = f"sent on {dates.uk(sent)}" if sent else f"not sent yet; it was due by {by}"
        own.append(f"Action list of {last.title}, {dates.uk(last.on)} ({how})")
    return bullets(*own) if own else paragraph(MISSING.format("what to read before"))


def _last(state: Rollout, meeting: Meeting) -> Meeting | None:
    """The group's last meeting before this one that was held."""
    before = [m for m in reading.in_time(state) if m.held and m.group == meeting.group and m.on < meeting.on]
    return before[-1] if before else None


def _open_actions(state: Rollout, meeting: Meeting, today: date) -> Block:
    """Of this group's meetings up to this one, and those of its members that belong to no meeting; the earliest due first."""
    before = {m.id for m in state.meetings.values() if m.group == meeting.group and m.on <= meeting.on}
    own = {member.id for member in state.members.values() if member.group == meeting.group}
    actions = [
        action
        for action in state.actions.values()
        if not action.done and (action.meeting in before if action.meeting in state.meetings else action.owner in own)
    ]
    actions.sort(key=lambda action: (action.due or dates.FAR, action.text))
    rows = [
        (
            documents.name_of(state, action.owner),
            action.text,
            f"{dates.uk_short(action.due)}{' (overdue)' if action.due and action.due < today else ''}",
            documents.meeting_of(state, action.meeting),
        )
        for action in actions
    ]
    return table(("Who", "What", "By", "From"), rows, (2, 4, 1.6, 2)) if rows else paragraph("No action is open.")


def _postcards(state: Rollout, meeting: Meeting) -> list[Block]:
    """The other group's postcards that wait for an answer or came since the last meeting, and an empty one to write."""
    last = _last(state, meeting)
    other: Group = "practice" if meeting.group == "strategic" else "strategic"
    since = last.on if last else date.min
    cards = sorted(state.postcards.values(), key=lambda card: (card.on, card.id))
    came = [card for card in cards if card.sender == other and (not card.answer or card.on >= since)]
    blocks = [block for card in came for block in _postcard(card)]
    to = GROUPS[other].lower()
    rows = [("We commit to", TO_WRITE, "", ""), ("We ask", TO_WRITE, "", "")]
    empty = table(("Part", "What", "By when", "Who"), rows, (1.7, 5, 1.4, 1.8))
    return [*blocks, heading(f"Postcard to the {to}, to be written at this meeting"), empty]


def _postcard(card: Postcard) -> list[Block]:
    said = [("They commit to", card.commitments), ("They ask", card.requests)]
    answer = card.answer or MISSING.format("our answer")
    return [
        heading(f"Postcard from the {GROUPS[card.sender].lower()}, {dates.uk(card.on)}"),
        *[paragraph(f"{what}: {text}") for what, text in said if text],
        paragraph(f"Answer: {answer}"),
    ]
