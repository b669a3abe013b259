"""What is shown of a roll-out: the board, what is due and stuck, progress, the timeline, the group, drift. All pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from framework import dates, items
from framework.items import Added, Changed, Removed, Restored
from framework.rollout.checklist import GROUPS, Checklist, Group, Outcome, Rule
from framework.rollout.model import (
    STATUSES,
    TASKS,
    Check,
    Commented,
    Kind,
    Meeting,
    Member,
    OutcomeStated,
    Rollout,
    Started,
    Status,
    StatusSet,
    Task,
)
from framework.streams.kind import Happened

SOON = timedelta(days=14)
QUIET = timedelta(days=84)
"""A roll-out in which nothing was changed for so long is asleep: twice the six working weeks between two meetings of a group,
each of which would have left a trace (source: product)."""
UNOWNED = "nobody"
"""Stands for "has no owner" where tasks are filtered by owner."""


def order(task: Task) -> tuple[int, bool, int, str]:
    """The order of the checklist, local tasks after the published ones of their phase."""
    number = task.id.split(".")[-1].lstrip("L")
    return (task.phase, task.local, int(number) if number.isdigit() else 0, task.id)


def in_order(state: Rollout) -> list[Task]:
    return sorted(state.tasks.values(), key=order)


def owner_name(state: Rollout, task: Task) -> str:
    member = state.members.get(task.owner)
    return f"{member.name}{' (has left)' if member.left else ''}" if member else ""


def active(state: Rollout) -> list[Member]:
    """Who is in the group now, by name."""
    return sorted((m for m in state.members.values() if not m.left), key=lambda m: m.name.casefold())


def member_called(state: Rollout, name: str) -> str:
    """The id of the member of this name who is in the group now; empty if there is none."""
    return next((m.id for m in active(state) if m.name.casefold() == name.strip().casefold()), "")


def overdue_or_unowned(state: Rollout, today: date) -> dict[str, list[str]]:
    """The open tasks that are overdue, and those that nobody owns: what is changed many at once."""
    open_ = [task for task in in_order(state) if task.open]
    return {
        "overdue": [task.id for task in open_ if task.due and task.due < today],
        "with no owner": [task.id for task in open_ if not task.owner or state.members[task.owner].left],
    }


def chosen(state: Rollout, owner: str | None) -> list[Task]:
    """The tasks of one owner (UNOWNED: of nobody; None: all), in order."""
    wanted = "" if owner == UNOWNED else owner
    return [task for task in in_order(state) if wanted is None or task.owner == wanted]


def waits_for(state: Rollout, task: Task) -> list[Task]:
    """The open tasks that a task depends on."""
    return [state.tasks[other] for other in task.depends_on if other in state.tasks and state.tasks[other].open]


def lateness(state: Rollout, task: Task, today: date) -> str:
    """How a task stands against its due date and against the first one it had; empty if there is nothing to say."""
    if task.due is None:
        return ""
    if task.open and task.due < today:
        return f"overdue by {_days((today - task.due).days)}"
    if task.open and task.due == today:
        return "due today"
    closed = state.closed_on.get(task.id)
    if task.status == "done" and closed and closed > task.due:
        return f"done {_days((closed - task.due).days)} late"
    slipped = (task.due - state.first_due.get(task.id, task.due)).days
    return f"moved back by {_days(slipped)}" if slipped > 0 else ""


def _days(number: int) -> str:
    if number >= 180:
        return f"{round(number / (365.25 / 12))} months"
    if number >= 14:
        return f"{number // 7} weeks"
    return "1 day" if number == 1 else f"{number} days"


# ── Closing outcomes ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OutcomeView:
    outcome: Outcome
    met: bool
    how: str
    """Why it counts as met, or what is missing."""


def outcomes(state: Rollout, checklist: Checklist, phase: int | None = None) -> list[OutcomeView]:
    """Each closing outcome: met when every task behind it is done, or when somebody has stated the evidence."""
    return [_outcome(state, outcome) for outcome in checklist.outcome if phase in (None, outcome.phase)]


def _outcome(state: Rollout, outcome: Outcome) -> OutcomeView:
    if stated := state.stated.get(outcome.id):
        return OutcomeView(
            outcome, True, f"{stated.by} stated on {dates.uk(dates.local(stated.at).date())}: {stated.evidence}"
        )
    tasks = [state.tasks[identifier] for identifier in outcome.tasks if identifier in state.tasks]
    open_ = [task.id for task in tasks if task.open]
    if open_:
        return OutcomeView(outcome, False, f"Still open: {_tasks(open_)}.")
    if not any(task.status == "done" for task in tasks):
        return OutcomeView(outcome, False, "Every task behind it is marked as not applicable; state the evidence.")
    return OutcomeView(outcome, True, f"Done: {_tasks([task.id for task in tasks])}.")


def _tasks(identifiers: list[str]) -> str:
    return f"task{'s' if len(identifiers) > 1 else ''} {', '.join(identifiers)}"


# ── The board ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Card:
    id: str
    title: str
    status: Status
    owner: str
    due: str
    flag: str
    """What needs attention: overdue, blocked because, waits for."""
    local: bool
    reconstructed: bool


@dataclass(frozen=True, slots=True)
class Column:
    number: int
    title: str
    done: int
    total: int
    set_aside: int
    met: int
    outcomes: tuple[OutcomeView, ...]
    cards: tuple[Card, ...]


def board(state: Rollout, checklist: Checklist, today: date, owner: str | None = None) -> tuple[Column, ...]:
    """The phases as columns. Progress counts every task of the phase; the cards are those of the chosen owner."""
    columns = []
    for phase in checklist.phase:
        all_tasks = [task for task in state.tasks.values() if task.phase == phase.number]
        views = tuple(outcomes(state, checklist, phase.number))
        cards = tuple(
            _card(state, checklist, task, today) for task in chosen(state, owner) if task.phase == phase.number
        )
        columns.append(
            Column(
                phase.number,
                phase.title,
                sum(task.status == "done" for task in all_tasks),
                len(all_tasks),
                sum(task.status == "not_applicable" for task in all_tasks),
                sum(view.met for view in views),
                views,
                cards,
            )
        )
    return tuple(columns)


def progress_words(column: Column) -> str:
    """12 of 16 tasks done, 5 of 8 outcomes met; never a percentage."""
    aside = f", {column.set_aside} set aside" if column.set_aside else ""
    return f"{column.done} of {column.total} tasks done{aside}; {column.met} of {len(column.outcomes)} closing outcomes met"


def _card(state: Rollout, checklist: Checklist, task: Task, today: date) -> Card:
    published = checklist.tasks.get(task.id)
    flag = lateness(state, task, today)
    waiting = waits_for(state, task)
    if task.status == "blocked":
        flag = f"{task.reason.rstrip('.')} · {flag}" if flag else task.reason
    elif task.open and waiting:
        flag = f"waits for {', '.join(t.id for t in waiting)}{f' · {flag}' if flag else ''}"
    return Card(
        task.id,
        task.title,
        task.status,
        owner_name(state, task),
        dates.uk_short(task.due) if task.open else "",
        flag,
        task.local,
        published is not None and published.provenance == "reconstructed",
    )


# ── What needs attention ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that needs attention. `kind` and `id` say where to go."""

    kind: Kind
    id: str
    title: str
    text: str
    owner: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Attention:
    stuck: tuple[Note, ...]
    overdue: tuple[Note, ...]
    """Tasks first, then actions, contacts, meetings, and last what one group owes the other in writing."""
    due: tuple[Note, ...]
    """What is due within SOON."""
    idle: tuple[Member, ...]
    """Who is in the group and has no open task or action."""


RANKS: tuple[Kind, ...] = ("task", "action", "stakeholder", "meeting", "postcard")
"""What matters first among what is overdue (source: product)."""


def attention(state: Rollout, checklist: Checklist, today: date, owner: str | None = None) -> Attention:
    """What is stuck, overdue and due, what matters most first and of that the longest overdue; who has nothing to do."""
    stuck, due = [], []
    for task in chosen(state, owner):
        if not task.open:
            continue
        who = owner_name(state, task)
        member = state.members.get(task.owner)
        label = f"{task.id} {task.title}"
        if task.status == "blocked":
            stuck.append(Note("task", task.id, label, task.reason, who, task.due))
        elif member and member.left:
            text = f"{member.name} left the group on {dates.uk(member.left)}: it needs a new owner."
            stuck.append(Note("task", task.id, label, text, "", task.due))
        elif task.status == "under_way" and (waiting := waits_for(state, task)):
            text = f"Under way, but waits for {', '.join(other.id for other in waiting)}."
            stuck.append(Note("task", task.id, label, text, who, task.due))
        if task.due and task.due <= today + SOON:
            when = lateness(state, task, today) if task.due <= today else f"due on {dates.uk(task.due)}"
            due.append(Note("task", task.id, label, when, who, task.due))
    if owner != UNOWNED:
        due += _due_elsewhere(state, checklist, today, owner)
    due.sort(key=lambda note: note.on or date.max)
    late = sorted((note for note in due if note.on and note.on < today), key=lambda note: RANKS.index(note.kind))
    coming = tuple(note for note in due if not (note.on and note.on < today))
    stuck.sort(key=lambda note: note.on or date.max)
    busy = {task.owner for task in state.tasks.values() if task.open}
    busy |= {action.owner for action in state.actions.values() if not action.done}
    return Attention(tuple(stuck), tuple(late), coming, tuple(m for m in active(state) if m.id not in busy))


def _due_elsewhere(state: Rollout, checklist: Checklist, today: date, owner: str | None) -> Iterator[Note]:
    for action in state.actions.values():
        if not action.done and action.due and action.due <= today + SOON and owner in (None, action.owner):
            member = state.members.get(action.owner)
            yield Note(
                "action", action.id, action.text, _when(action.due, today), member.name if member else "", action.due
            )
    for contact in state.stakeholders.values():
        when = contact.next_contact
        if when and when <= today + SOON and owner in (None, contact.owner):
            member = state.members.get(contact.owner)
            title = f"Contact with {contact.name}"
            yield Note("stakeholder", contact.id, title, _when(when, today), member.name if member else "", when)
    if owner is not None:
        return
    last_held = {meeting.group: meeting for meeting in in_time(state) if meeting.held}
    unsent = []
    for meeting in in_time(state):
        if meeting.held and not meeting.action_list_sent:
            if meeting.on < last_held[meeting.group].on:
                unsent.append(meeting)
                continue
            by = action_list_due(checklist, meeting)
            yield Note("meeting", meeting.id, f"Action list of {meeting.title}", _when(by, today), "", by)
        elif not meeting.held and meeting.on <= today + SOON:
            text = "was it held?" if meeting.on < today else _when(meeting.on, today).replace("due", "is")
            yield Note("meeting", meeting.id, meeting.title, text, "", meeting.on)
    if unsent:  # the group has met again: to send them now would tell it nothing new
        title = f"{_count(len(unsent), 'action list')} of earlier meetings"
        text = f"never marked as sent; the last of {dates.uk(unsent[-1].on)}"
        yield Note("meeting", unsent[-1].id, title, text, "", unsent[-1].on)
    yield from _postcards(state, last_held)
    for review in midway(state, checklist):
        if review.held_on is None and review.on <= today + SOON and review.after.on >= today:
            text = f"{_when(review.on, today)}, between {review.before.title} and {review.after.title}"
            yield Note("meeting", review.before.id, "Mid-way review", text, "", review.on)


def _postcards(state: Rollout, last_held: dict[Group, Meeting]) -> Iterator[Note]:
    """Those that wait for an answer; in one line those that have seen a meeting of the group that owes it go by."""
    waiting = []
    for postcard in sorted(state.postcards.values(), key=lambda card: card.on):
        if not postcard.answer:
            owes: Group = "practice" if postcard.sender == "strategic" else "strategic"
            if owes in last_held and postcard.on < last_held[owes].on:
                waiting.append(postcard)
                continue
            other = GROUPS[owes].lower()
            text = f"not answered yet by the {other}, written on {dates.uk(postcard.on)}"
            title = f"Postcard from the {GROUPS[postcard.sender].lower()}"
            yield Note("postcard", postcard.id, title, text, "", postcard.on)
    if len(waiting) == 1:
        text = f"not answered at a meeting since; written on {dates.uk(waiting[0].on)}"
        yield Note("postcard", waiting[0].id, "A postcard", text, "", waiting[0].on)
    elif waiting:
        text = f"not answered at a meeting since; the last of {dates.uk(waiting[-1].on)}"
        yield Note("postcard", waiting[-1].id, f"{len(waiting)} postcards", text, "", waiting[-1].on)


def overdue_words(notes: tuple[Note, ...]) -> str:
    """How much of what is overdue: "54 tasks (12 with no owner), 6 actions, 3 others"; empty for nothing."""
    number = Counter(note.kind for note in notes)
    nobody = sum(note.kind == "task" and not note.owner for note in notes)
    others = len(notes) - number["task"] - number["action"]
    said = [
        f"{_count(number['task'], 'task')}{f' ({nobody} with no owner)' if nobody else ''}" if number["task"] else "",
        _count(number["action"], "action") if number["action"] else "",
        _count(others, "other") if others else "",
    ]
    return ", ".join(one for one in said if one)


def last_change(state: Rollout) -> date | None:
    """The day on which somebody last changed something."""
    return dates.local(state.log[-1].at).date() if state.log else None


def quiet_since(state: Rollout, today: date) -> date | None:
    """The day of the last change in a roll-out that is asleep; None in one that is alive."""
    last = last_change(state)
    return last if last and today - last > QUIET else None


def quiet_words(state: Rollout, today: date) -> str:
    """What a roll-out that is asleep says before all else; empty in one that is alive."""
    since = quiet_since(state, today)
    if since is None:
        return ""
    return (
        f"Nothing has been changed here since {dates.uk(since)}, {_days((today - since).days)} ago. What follows is how "
        "things stood then. If the roll-out goes on, begin with what is overdue; if it has ended, archive it."
    )


def _when(day: date, today: date) -> str:
    if day < today:
        return f"overdue by {_days((today - day).days)}"
    return "due today" if day == today else f"due on {dates.uk(day)}"


# ── The group and its meetings ───────────────────────────────────────────────────────────────────────────────────────


def missing_members(state: Rollout, checklist: Checklist) -> list[str]:
    """What the minimum membership asks for and is missing, in plain sentences."""
    here = {role for member in active(state) if member.group == "strategic" for role in member.roles}
    sentences = [
        f"{role.label}: nobody in the strategic group."
        for role in checklist.role
        if role.minimum and role.id not in here
    ]
    everybody = {role for member in active(state) for role in member.roles}
    if not any(role.partner and role.id in everybody for role in checklist.role):
        sentences.append(
            "The teams are meant to be multi-agency, and no partner agency or commissioner takes part yet."
        )
    if not any(member.group == "practice" for member in active(state)):
        sentences.append("There is no practice group yet.")
    return sentences


def action_list_due(checklist: Checklist, meeting: Meeting) -> date:
    return dates.add_working_days(meeting.on, checklist.meetings.action_list_working_days)


def in_time(state: Rollout) -> list[Meeting]:
    """Meetings by date."""
    return sorted(state.meetings.values(), key=lambda m: (m.on, m.starts, m.id))


def next_meeting(state: Rollout, today: date) -> Meeting | None:
    return next((meeting for meeting in in_time(state) if meeting.on >= today and not meeting.held), None)


def earliest(state: Rollout, checklist: Checklist, agenda: str, today: date) -> date:
    """The first day on which a meeting can be held, six working weeks after the last of its group."""
    kind = checklist.agendas[agenda]
    tomorrow = dates.working_day_on_or_after(today + timedelta(days=1))
    if not kind.keeps_distance:
        return tomorrow
    last = [
        m.on
        for m in state.meetings.values()
        if m.group == kind.group and m.agenda in checklist.agendas and checklist.agendas[m.agenda].keeps_distance
    ]
    return (
        max(tomorrow, dates.add_working_days(max(last), checklist.meetings.gap_working_weeks * 5)) if last else tomorrow
    )


@dataclass(frozen=True, slots=True)
class Midway:
    """A mid-way review that is due between two strategic meetings."""

    before: Meeting
    after: Meeting
    on: date
    planned: Meeting | None

    @property
    def held_on(self) -> date | None:
        return self.planned.on if self.planned and self.planned.held else None

    def bookable(self, today: date) -> date:
        """The day to plan it on: half-way, or the next working day if that has passed."""
        return min(max(self.on, dates.add_working_days(today, 1)), self.after.on)


def midway(state: Rollout, checklist: Checklist) -> list[Midway]:
    """The mid-way review between each two meetings of a group, with the meeting that was planned for it."""
    reviews = []
    agendas = checklist.agendas
    for group in GROUPS:
        sets = [
            m for m in in_time(state) if m.group == group and m.agenda in agendas and agendas[m.agenda].keeps_distance
        ]
        for before, after in pairwise(sets):
            half = dates.add_working_days(before.on, max(1, dates.working_days_between(before.on, after.on) // 2))
            planned = [
                m
                for m in state.meetings.values()
                if m.agenda in agendas
                and agendas[m.agenda].between
                and m.group == group
                and before.on < m.on < after.on
            ]
            reviews.append(Midway(before, after, half, planned[0] if planned else None))
    return sorted(reviews, key=lambda review: review.on)


# ── Sustaining ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Drift:
    """A sustaining rule and how things stand with it."""

    rule: Rule
    state: Literal["warning", "well", "not_yet"]
    text: str


def drift(state: Rollout, checklist: Checklist, today: date) -> list[Drift]:
    """Every sustaining rule, warnings first."""
    views = [_drift(state, checklist, rule, today) for rule in checklist.rule]
    return sorted(views, key=lambda view: ("warning", "well", "not_yet").index(view.state))


def _drift(state: Rollout, checklist: Checklist, rule: Rule, today: date) -> Drift:
    if rule.kind == "role":
        return _empty_roles(state, checklist, rule)
    last = max((c.on for c in state.checks.values() if c.what == rule.kind), default=None)
    # Before the first case there is nothing to check; a roll-out is reviewed a year after it began.
    begins = state.started_on if rule.kind == "review" else pilot_began(state)
    since = last or begins
    if since is None:
        return Drift(rule, "not_yet", "Counts from the day on which the first pilot case starts (task 2.1).")
    limit = months_after(since, rule.months)
    said = f"Last on {dates.uk(last)}" if last else f"Never yet; counted from {dates.uk(begins)}"
    if limit < today:
        return Drift(rule, "warning", f"{rule.text} {said}.")
    return Drift(rule, "well", f"{said}; the next is due by {dates.uk(limit)}.")


def _empty_roles(state: Rollout, checklist: Checklist, rule: Rule) -> Drift:
    held = {role for member in active(state) for role in member.roles}
    empty = []
    for role in checklist.role:
        if role.keep_filled and role.id not in held:
            gone = [m for m in state.members.values() if m.left and role.id in m.roles]
            last = max(gone, key=lambda m: m.left or date.min, default=None)
            empty.append(f"{role.label}{f', since {last.name} left on {dates.uk(last.left)}' if last else ''}")
    if empty:
        return Drift(rule, "warning", f"{rule.text} Empty: {'; '.join(empty)}.")
    return Drift(rule, "well", "Every lead's and champion's role is filled.")


def pilot_began(state: Rollout) -> date | None:
    """The day on which task 2.1 was first under way."""
    for happened in state.log:
        event = happened.event
        if isinstance(event, StatusSet) and event.task == "2.1" and event.status in ("under_way", "done"):
            return dates.local(happened.at).date()
    return None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for candidate in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(candidate, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


# ── Progress over time ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Point:
    """How far a phase was at the end of a day."""

    on: date
    phase: int
    tasks_done: int
    tasks: int
    outcomes_met: int
    outcomes: int


def progress(state: Rollout, checklist: Checklist) -> list[Point]:
    """Tasks done and outcomes met, phase by phase, on every day on which one of them changed."""
    status: dict[str, Status] = {}
    phase_of: dict[str, int] = {}
    removed: dict[str, tuple[Status, int]] = {}
    stated: set[str] = set()
    behind: dict[str, list[Outcome]] = {}
    for outcome in checklist.outcome:
        for task in outcome.tasks:
            behind.setdefault(task, []).append(outcome)
    met: set[str] = set()
    points: dict[tuple[date, int], Point] = {}

    def look(outcome: Outcome) -> None:
        known = [status[task] for task in outcome.tasks if task in status]
        done = bool(known) and "done" in known and all(s in ("done", "not_applicable") for s in known)
        (met.add if done or outcome.id in stated else met.discard)(outcome.id)

    def note(phase: int, at: datetime) -> None:
        here = [task for task, number in phase_of.items() if number == phase]
        of_phase = [o for o in checklist.outcome if o.phase == phase]
        on = dates.local(at).date()
        points[on, phase] = Point(
            on,
            phase,
            sum(status[task] == "done" for task in here),
            len(here),
            sum(o.id in met for o in of_phase),
            len(of_phase),
        )

    for event, _, at in state.log:
        match event:
            case Started(tasks=tasks):
                for published in tasks:
                    status[published.id], phase_of[published.id] = "not_started", published.phase
                for phase in checklist.phase:
                    note(phase.number, at)
            case StatusSet(task=identifier, status=new) if identifier in status:
                status[identifier] = new
                for outcome in behind.get(identifier, ()):
                    look(outcome)
                # An outcome can rest on a task of an earlier phase: both phases have a new point then.
                for phase_number in {phase_of[identifier], *(o.phase for o in behind.get(identifier, ()))}:
                    note(phase_number, at)
            case Added(item=Task() as added):
                status[added.id], phase_of[added.id] = added.status, added.phase
                note(added.phase, at)
            case Changed(kind="task", field="phase", id=identifier, value=value):
                before, phase_of[identifier] = phase_of[identifier], value
                note(before, at)
                note(value, at)
            case Removed(kind="task", id=identifier):
                removed[identifier] = status.pop(identifier), phase_of.pop(identifier)
                note(removed[identifier][1], at)
            case Restored(kind="task", id=identifier):
                status[identifier], phase_of[identifier] = removed[identifier]
                note(phase_of[identifier], at)
            case OutcomeStated(outcome=identifier, evidence=evidence) if identifier in checklist.outcomes:
                (stated.add if evidence else stated.discard)(identifier)
                look(checklist.outcomes[identifier])
                note(checklist.outcomes[identifier].phase, at)
    return [points[key] for key in sorted(points)]


# ── The timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Bar:
    """A task on the timeline. `end` is the day it was done, or the day it is due."""

    id: str
    title: str
    phase: int
    status: Status
    owner: str
    start: date
    end: date
    first_due: date | None
    """Where it ends by its first due date, if that was another."""
    note: str
    depends_on: tuple[str, ...]


def timeline(state: Rollout, today: date, phase: int | None = None, owner: str | None = None) -> list[Bar]:
    """Every task that has a date, in order. A task without a start begins where its status first moved, or at its due date."""
    begun: dict[str, date] = {}
    for event, _, at in state.log:
        if isinstance(event, StatusSet) and event.status == "under_way":
            begun.setdefault(event.task, dates.local(at).date())
    bars = []
    for task in chosen(state, owner):
        if phase not in (None, task.phase) or task.status == "not_applicable":
            continue
        closed = state.closed_on.get(task.id)
        end = closed or task.due or (today if task.id in begun else None)
        if end is None:
            continue
        start = min(task.start or begun.get(task.id) or end, end)
        first = state.first_due.get(task.id)
        depends = tuple(other for other in task.depends_on if other in state.tasks)
        bars.append(
            Bar(
                task.id,
                task.title,
                task.phase,
                task.status,
                owner_name(state, task),
                start,
                end,
                first if first and first != end else None,
                lateness(state, task, today),
                depends,
            )
        )
    return bars


# ── History ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    actor: str
    text: str


def history(state: Rollout, task: str) -> list[Entry]:
    """What happened to a task, newest first."""
    entries = [
        Entry(dates.local(one.at), one.actor, text)
        for one in state.log
        if (text := _told(state, one, task)) is not None
    ]
    return entries[::-1]


def _told(state: Rollout, happened: Happened, task: str) -> str | None:
    match happened.event:
        case StatusSet(task=where, status=status, reason=reason) if where == task:
            return f"Status: {STATUSES[status].lower()}{f', because: {reason}' if reason else ''}".rstrip(".") + "."
        case Changed(kind="task", id=where, field=name, value=value) if where == task:
            return f"{TASKS.label(name).capitalize()}: {_value(state, name, value)}."
        case Added(item=item) if item.kind == "task" and item.id == task:
            return "Added as a local task."
        case Removed(kind="task", id=where, reason=reason) if where == task:
            return f"Removed{f', because: {reason}' if reason else ''}".rstrip(".") + "."
        case Restored(kind="task", id=where) if where == task:
            return "Put back."
        case Added(item=item) if item.kind == "evidence" and item.task == task:
            return f"Evidence: {item.what} ({dates.uk(item.on)})."
        case Removed(kind="evidence", id=where) if any(
            isinstance(one.event, Added)
            and one.event.item.kind == "evidence"
            and (one.event.item.id, one.event.item.task) == (where, task)
            for one in state.log
        ):
            return "Evidence taken away."
        case Commented(task=where, text=text, said_by=by) if where == task:
            return f"Comment of {by}, from a file: {text}" if by else f"Comment: {text}"
    return None


def _value(state: Rollout, name: str, value: object) -> str:
    if name in ("start", "due") and isinstance(value, str):
        return dates.uk(date.fromisoformat(value))
    return items.shown(TASKS, state.items, name, tuple(value) if isinstance(value, list) else value)


def checks(state: Rollout) -> list[Check]:
    """What was quality-assured, trained and reviewed, newest first."""
    return sorted(state.checks.values(), key=lambda c: (c.on, c.id), reverse=True)


# ── Titles that say what to see ──────────────────────────────────────────────────────────────────────────────────────


def timeline_words(bars: list[Bar], today: date) -> str:
    """The sentence above the timeline."""
    late = sum(bar.status not in ("done", "not_applicable") and bar.end < today for bar in bars)
    moved = sum(bar.status != "done" and bar.first_due is not None and bar.first_due < bar.end for bar in bars)
    done = sum(bar.status == "done" for bar in bars)
    said = f"{done} of {_count(len(bars), 'task')} with a date {'is' if done == 1 else 'are'} done"
    said += f", {late} {'is' if late == 1 else 'are'} overdue" if late else ", none is overdue"
    return said + (f", {moved} {'was' if moved == 1 else 'were'} moved to a later date" if moved else "")


def progress_title(points: list[Point], checklist: Checklist, what: str) -> str:
    """The sentence above a progress chart: of the tasks done (`what` = "done") or of the closing outcomes met."""
    last = {point.phase: point for point in points}
    now = next((p for _, p in sorted(last.items()) if p.tasks_done < p.tasks), None)
    if what == "done":
        if now is None:
            return "Every task of every phase is done"
        return f"{checklist.phases[now.phase].title}: {now.tasks_done} of {_count(now.tasks, 'task')} done so far"
    if now is None:
        met, of = sum(p.outcomes_met for p in last.values()), sum(p.outcomes for p in last.values())
        return f"{met} of {_count(of, 'closing outcome')} met"
    return f"{checklist.phases[now.phase].title}: {now.outcomes_met} of {_count(now.outcomes, 'closing outcome')} met so far"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
