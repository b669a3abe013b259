"""Commands on a roll-out, and what each leads to: events, or Refused with a sentence for the user."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from framework import dates, items
from framework.items import (
    LINE_LIMIT,
    SOMEBODY,
    UNSEEN,
    Add,
    Added,
    Change,
    Changed,
    Remove,
    Restore,
    Restored,
    cleaned,
    refuse_conflict,
    said,
)
from framework.rollout.checklist import Checklist
from framework.rollout.model import (
    KINDS,
    STATUSES,
    Action,
    Archived,
    Check,
    Commented,
    Event,
    Evidence,
    FactStated,
    Imported,
    Meeting,
    Member,
    OutcomeStated,
    Postcard,
    Published,
    Renamed,
    Rollout,
    ServiceGap,
    Stakeholder,
    Started,
    Status,
    StatusSet,
    Task,
    fold,
)
from framework.streams.kind import Happened, Refused
from framework.text import clean, clean_text

# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Start:
    rollout: str
    title: str
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class SetStatus:
    task: str
    status: Status
    reason: str = ""
    seen: Any = UNSEEN


@dataclass(frozen=True, slots=True)
class TickPart:
    """One part of a task, so that two people can tick different parts at once."""

    task: str
    part: str
    done: bool


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment by whoever sends it; `by` and `at` where a file brings back what somebody said before."""

    task: str
    text: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StateOutcome:
    """State the evidence that a closing outcome is met; an empty text takes it back."""

    outcome: str
    evidence: str
    seen: Any = UNSEEN


@dataclass(frozen=True, slots=True)
class StateFact:
    fact: str
    value: str
    seen: Any = UNSEEN


@dataclass(frozen=True, slots=True)
class Rename:
    """That no other roll-out has the name is for :class:`framework.rollout.rollouts.Rollouts` to see: one stream knows no other."""

    title: str
    seen: Any = UNSEEN


@dataclass(frozen=True, slots=True)
class Archive:
    """Archive a roll-out, or take it up again."""

    archived: bool = True


@dataclass(frozen=True, slots=True)
class Import:
    """Many commands at once: all of them or none. Rules between fields are checked once, at the end.

    Each command stands beside the place it comes from (a table's row), which a refusal names. Where a file brought them, the
    record says so: its name, and the SHA-256 of what its tables say.
    """

    commands: tuple[tuple[str, "Single"], ...]
    file: str = ""
    content: str = ""


Single = Add | Change | SetStatus | TickPart | Remove | Restore | Comment | StateOutcome | StateFact
Command = Start | Single | Import | Rename | Archive


class RowRefused(Refused):
    """What is wrong in an import: every (place, reason)."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        super().__init__(" ".join(f"{place}: {reason}" for place, reason in problems))
        self.problems = problems


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(state: Rollout, command: Command, checklist: Checklist, actor: str, now: datetime) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user."""
    if not clean(actor):
        raise Refused("Say who you are first: your name is kept with every change.")
    if isinstance(command, Start):
        return _start(state, command, checklist)
    if not state.version:
        raise Refused("There is no such roll-out.")
    if isinstance(command, Archive):
        return [Archived(archived=command.archived)] if command.archived != state.archived else []
    if state.archived:
        raise Refused("This roll-out is archived: it can be read, and not changed. Take it up again first.")
    if isinstance(command, Rename):
        return _rename(state, command)
    if isinstance(command, Import):
        return _import(state, command, checklist, actor, now)
    events = _events(state, command, checklist, now)
    after = fold((Happened(event, actor, now) for event in events), state)
    for kind, identifier in _touched(events):
        changed = command.field if isinstance(command, Change) else None
        if problem := _problem(after, checklist, kind, identifier, changed, now):
            raise Refused(problem)
    return events


def _start(state: Rollout, command: Start, checklist: Checklist) -> list[Event]:
    if state.version:
        raise Refused("This roll-out has begun already.")
    title = _title(command.title)
    tasks = tuple(Published(id=task.id, phase=task.phase, title=task.title) for task in checklist.task)
    return [
        Started(
            rollout=command.rollout, title=title, fictional=command.fictional, checklist=checklist.hash, tasks=tasks
        )
    ]


def _title(given: str) -> str:
    title = clean(given)
    if not title:
        raise Refused("Give the roll-out a name, for example that of your authority.")
    if len(title) > LINE_LIMIT:
        raise Refused(f"Please shorten the name: it has {len(title)} characters, and {LINE_LIMIT} fit.")
    return title


def _rename(state: Rollout, command: Rename) -> list[Event]:
    title = _title(command.title)
    who = _last_by(state, lambda event: isinstance(event, Renamed))
    refuse_conflict("the name", state.title, command.seen, who, said(state.title))
    return [Renamed(title=title)] if title != state.title else []


def _import(state: Rollout, command: Import, checklist: Checklist, actor: str, now: datetime) -> list[Event]:
    """All the commands' events, or RowRefused with every row that cannot be taken."""
    if known := imported_before(state, command.content):
        raise Refused(known)
    problems: list[tuple[str, str]] = []
    events: list[Event] = []
    touched: dict[tuple[str, str], str] = {}
    after = state
    for place, single in command.commands:
        try:
            new = _events(after, single, checklist, now)
        except Refused as refused:
            problems.append((place, str(refused)))
            continue
        after = fold((Happened(event, actor, now) for event in new), after)
        events += new
        touched |= dict.fromkeys(_touched(new), place)
    for (kind, identifier), place in touched.items():
        # No one field is what was changed here: a file also repeats what was so before, an owner who has left, say.
        if problem := _problem(after, checklist, kind, identifier, None, now):
            problems.append((place, problem))
    if problems:
        raise RowRefused(tuple(dict.fromkeys(problems)))
    if events and command.content:
        return [Imported(file=command.file[:LINE_LIMIT], content=command.content, entries=len(events)), *events]
    return events


def imported_before(state: Rollout, content: str) -> str:
    """Who has brought in a file that says the same, and when, as a sentence; empty if nobody has."""
    for one in reversed(state.log):
        if isinstance(one.event, Imported) and content and one.event.content == content:
            return (
                f"{one.actor} brought in a file that says the same on {dates.uk_time(one.at)}, so it is not brought in again. What "
                "was left as it was then, or has been changed since, can be changed here, or in a file taken from here today."
            )
    return ""


def _touched(events: Iterable[Event]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for event in events:
        match event:
            case Added(item=item):
                found.append((item.kind, item.id))
            case Changed(kind=kind, id=identifier) | Restored(kind=kind, id=identifier):
                found.append((kind, identifier))
            case StatusSet(task=task):
                found.append(("task", task))
    return list(dict.fromkeys(found))


def _events(state: Rollout, command: Single, checklist: Checklist, now: datetime) -> list[Event]:
    match command:
        case Add():
            return items.decide(KINDS, state.items, _with_defaults(command, checklist))
        case Change():
            _may_change(state, command)
            return items.decide(KINDS, state.items, command)
        case Remove():
            _may_remove(state, command)
            return items.decide(KINDS, state.items, command)
        case Restore():
            return items.decide(KINDS, state.items, command)
        case SetStatus():
            return _set_status(state, command)
        case TickPart(task=task, part=part, done=done):
            ticked = set(_known(state, "task", task).parts_done)
            after = sorted(ticked | {part} if done else ticked - {part})
            return [Changed(kind="task", id=task, field="parts_done", value=after)] if set(after) != ticked else []
        case Comment(task=task, text=text, by=by, at=at):
            _known(state, "task", task)
            text, by = _required(text, "the comment"), clean(by)
            if at is None:
                return [Commented(task=task, text=text)]
            if not by or len(by) > LINE_LIMIT:
                raise Refused(
                    f"A comment from before needs the name of who made it, in at most {LINE_LIMIT} characters."
                )
            if at > now:
                raise Refused(f"{dates.uk(dates.local(at).date())} is still to come: nobody can have commented then.")
            return [Commented(task=task, text=text, said_by=by, said_at=at)]
        case StateOutcome(outcome=outcome, evidence=evidence, seen=seen):
            if outcome not in checklist.outcomes:
                raise Refused(f'There is no closing outcome "{outcome}".')
            known = state.stated[outcome].evidence if outcome in state.stated else ""
            evidence = clean_text(evidence, "the evidence")
            refuse_conflict("the evidence for this outcome", known, seen, last_outcome(state, outcome), said(known))
            return [OutcomeStated(outcome=outcome, evidence=evidence)] if evidence != known else []
        case StateFact(fact=fact, value=value, seen=seen):
            if fact not in checklist.facts:
                raise Refused(f'There is no fact "{fact}".')
            known = state.facts.get(fact, "")
            label = checklist.facts[fact].label.lower()
            value = clean_text(value, label)
            refuse_conflict(label, known, seen, last_fact(state, fact), said(known))
            return [FactStated(fact=fact, value=value)] if value != known else []


def _with_defaults(command: Add, checklist: Checklist) -> Add:
    """The command with what the checklist fills in. Raises Refused if it names what the checklist does not have."""
    given = {name: cleaned(value) for name, value in command.values.items()}
    if command.kind == "task":
        # The words of the published tasks are the checklist's; whatever is added is local.
        if not given.get("local", True):
            raise Refused("A task of the checklist cannot be added; they are all here from the start.")
        given["local"] = True
        if given.get("phase") not in checklist.phases:
            raise Refused(f'Phase: there is no phase "{given.get("phase", "")}".')
    if command.kind == "meeting":
        agenda = checklist.agendas.get(given.get("agenda", ""))
        if agenda is None:
            raise Refused(f'There is no kind of meeting "{given.get("agenda", "")}".')
        given.setdefault("title", agenda.title)
        given.setdefault("points", "\n".join(agenda.items))
        if agenda.group != "either" and not agenda.between:
            given["group"] = agenda.group
    return Add(command.kind, given)


def _may_change(state: Rollout, command: Change) -> None:
    """The status of a task has a command of its own, and the words of a published task are the checklist's."""
    task = state.tasks.get(command.id) if command.kind == "task" else None
    if task is None:
        return
    if not task.local and command.field in ("phase", "title", "text"):
        raise Refused(f"The checklist's own {command.field} cannot be changed here.")
    if command.field in ("status", "reason", "local"):
        raise Refused(f"This {command.field} cannot be changed here.")


def _set_status(state: Rollout, command: SetStatus) -> list[Event]:
    task: Task = _known(state, "task", command.task)
    if command.status not in STATUSES:
        raise Refused(f'Status: "{command.status}" is not one of: {", ".join(STATUSES.values())}.')
    reason = clean_text(command.reason, "the reason")
    if command.status not in ("blocked", "not_applicable"):
        reason = ""
    if (task.status, task.reason) == (command.status, reason):
        return []
    seen = command.seen if command.seen is UNSEEN else STATUSES.get(command.seen, command.seen)
    now, who = STATUSES[task.status], state.items.last_by("task", task.id, "status")
    refuse_conflict("the status", now, seen, who, said(now))
    return [StatusSet(task=command.task, status=command.status, reason=reason)]


def _may_remove(state: Rollout, command: Remove) -> None:
    item = _known(state, command.kind, command.id)
    if isinstance(item, Task):
        if not item.local:
            raise Refused(
                f"Task {item.id} belongs to the checklist and cannot be removed. If it does not apply to you, mark it "
                "as not applicable and say why."
            )
        waiting = [task.id for task in state.tasks.values() if item.id in task.depends_on]
        if waiting:
            raise Refused(f"Task {', '.join(waiting)} depends on {item.id}. Change that first.")
        shown = [evidence for evidence in state.evidence.values() if evidence.task == item.id]
        if shown:
            raise Refused(f"Task {item.id} has evidence. Remove that first.")
        if not clean(command.reason):
            raise Refused("Say why the task is removed. The record keeps the reason.")
    if isinstance(item, Member):
        owned = [task.id for task in state.tasks.values() if task.owner == item.id]
        acting = [a for a in state.actions.values() if a.owner == item.id]
        looked_after = [s for s in state.stakeholders.values() if s.owner == item.id]
        if owned or acting or looked_after:
            raise Refused(
                f"{item.name} owns tasks, actions or contacts. If they have gone, give the day they left instead; the "
                "board then shows what needs a new owner."
            )
    if isinstance(item, Meeting):
        used = [a.id for a in state.actions.values() if a.meeting == item.id]
        used += [c.id for c in state.postcards.values() if c.meeting == item.id]
        if used:
            raise Refused(f"The meeting has actions or postcards ({', '.join(used)}). Remove those first.")


# ── Rules between fields and items ───────────────────────────────────────────────────────────────────────────────────


def _problem(
    state: Rollout, checklist: Checklist, kind: str, identifier: str, changed: str | None, now: datetime
) -> str | None:
    """What is wrong with an item as it now stands, after its field `changed` was; None if it can stay so."""
    item = state.of(kind).get(identifier)
    match item:
        case Task():
            return _task_problem(state, checklist, item, changed)
        case Evidence(task=task):
            return None if task in state.tasks else f'There is no task "{task}".'
        case Member():
            return _member_problem(state, checklist, item)
        case Meeting():
            return _meeting_problem(state, checklist, item, now)
        case Action():
            return _owner_problem(state, item.owner, changed) or _meeting_known(state, item.meeting)
        case Postcard():
            return _meeting_known(state, item.meeting)
        case Stakeholder():
            return _owner_problem(state, item.owner, changed) if item.owner else None
        case ServiceGap():
            return None if item.gap in checklist.gaps else f'There is no kind of service gap "{item.gap}".'
        case Check():
            if item.on > dates.local(now).date():
                return f"{dates.uk(item.on)} is still to come: only what has happened can be recorded here."
            unknown = [name for name in item.missing if name not in checklist.components]
            return f'There is no essential component "{unknown[0]}".' if unknown else None
    return None


def _task_problem(state: Rollout, checklist: Checklist, task: Task, changed: str | None) -> str | None:
    if task.phase not in checklist.phases and task.local:
        return f"There is no phase {task.phase}."
    if task.start and task.due and task.due < task.start:
        return f"Task {task.id}: it would be due on {dates.uk(task.due)}, before it starts on {dates.uk(task.start)}."
    if task.owner and (problem := _owner_problem(state, task.owner, changed)):
        return f"Task {task.id}: {problem}"
    for other in task.depends_on:
        if other not in state.tasks:
            return f'Task {task.id} cannot depend on "{other}": there is no such task.'
    if circle := _circle(state, task.id):
        return f"Task {task.id} would wait for itself: {' waits for '.join(circle)}. Take one of these links away."
    published = checklist.tasks.get(task.id)
    parts = [part.id for part in published.part] if published else []
    strange = [part for part in task.parts_done if part not in parts]
    if strange and changed in (None, "parts_done"):
        return f'Task {task.id} has no part "{strange[0]}".'
    missing = [part for part in parts if part not in task.parts_done]
    if task.status == "done" and missing:
        listed = f"part {missing[0]} is" if len(missing) == 1 else f"parts {', '.join(missing)} are"
        return f"Task {task.id} cannot be done yet: {listed} not ticked."
    if task.status in ("blocked", "not_applicable") and not task.reason:
        what = "what it is waiting for" if task.status == "blocked" else "why it does not apply"
        return f"Task {task.id}: say {what}. The reason stays beside the task."
    return None


def _circle(state: Rollout, start: str) -> list[str]:
    """A way from a task back to itself along what it depends on; empty if there is none."""
    paths, seen = [[start]], {start}
    while paths:
        path = paths.pop()
        for other in state.tasks[path[-1]].depends_on:
            if other == start:
                return [*path, start]
            if other in state.tasks and other not in seen:
                seen.add(other)
                paths.append([*path, other])
    return []


def _member_problem(state: Rollout, checklist: Checklist, member: Member) -> str | None:
    same = [m for m in state.members.values() if m.name.casefold() == member.name.casefold() and m.id != member.id]
    if same:
        return f"There is a {member.name} in the group already. Tell the two apart, for example by their post."
    unknown = [role for role in member.roles if role not in checklist.roles]
    return f'There is no role "{unknown[0]}".' if unknown else None


def _owner_problem(state: Rollout, owner: str, changed: str | None) -> str | None:
    member = state.members.get(owner)
    if member is None:
        return f'"{owner}" is not in the group. Add the person under Group and meetings first.'
    if member.left and changed == "owner":
        return f"{member.name} left the group on {dates.uk(member.left)}. Choose somebody who is in it."
    return None


def _meeting_known(state: Rollout, meeting: str) -> str | None:
    return None if not meeting or meeting in state.meetings else f'There is no meeting "{meeting}".'


def _meeting_problem(state: Rollout, checklist: Checklist, meeting: Meeting, now: datetime) -> str | None:
    if meeting.agenda not in checklist.agendas:
        return f'There is no kind of meeting "{meeting.agenda}".'
    if meeting.held and meeting.on > dates.local(now).date():
        return f"The meeting of {dates.uk(meeting.on)} is still to come and cannot have been held."
    if meeting.action_list_sent and meeting.action_list_sent < meeting.on:
        return f"The action list cannot go out before the meeting of {dates.uk(meeting.on)}."
    if meeting.closer_because:
        return None
    for other in neighbours(state, checklist, meeting):
        first, second = sorted((other, meeting), key=lambda m: m.on)
        weeks, apart = checklist.meetings.gap_working_weeks, dates.working_days_between(first.on, second.on)
        if apart < weeks * 5:
            return (
                f"{meeting.title} on {dates.uk(meeting.on)} is only {apart} working days from {other.title} on "
                f"{dates.uk(other.on)}; the checklist asks for at least {weeks} working weeks, so from "
                f"{dates.uk(dates.add_working_days(first.on, weeks * 5))}. Choose a later day, or say why it has to be closer."
            )
    return None


def neighbours(state: Rollout, checklist: Checklist, meeting: Meeting) -> list[Meeting]:
    """The meetings just before and just after this one among those of its group that keep a distance."""
    if not checklist.agendas[meeting.agenda].keeps_distance:
        return []
    others = [
        m
        for m in state.meetings.values()
        if m.id != meeting.id
        and m.group == meeting.group
        and m.agenda in checklist.agendas
        and checklist.agendas[m.agenda].keeps_distance
    ]
    before = max((m for m in others if m.on <= meeting.on), key=lambda m: m.on, default=None)
    after = min((m for m in others if m.on > meeting.on), key=lambda m: m.on, default=None)
    return [m for m in (before, after) if m]


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _required(value: str, what: str) -> str:
    text = clean(value)
    if not text:
        raise Refused(f"Please write {what} first.")
    return clean_text(text, what)


def _known(state: Rollout, kind: str, identifier: str) -> Any:
    return items.known(KINDS, state.items, kind, identifier)


def last_outcome(state: Rollout, outcome: str) -> str:
    """Who stated the evidence for a closing outcome last."""
    return _last_by(state, lambda event: isinstance(event, OutcomeStated) and event.outcome == outcome)


def last_fact(state: Rollout, fact: str) -> str:
    """Who stated a fact last."""
    return _last_by(state, lambda event: isinstance(event, FactStated) and event.fact == fact)


def _last_by(state: Rollout, wanted: Callable[[Event], bool]) -> str:
    return next((one.actor for one in reversed(state.log) if wanted(one.event)), SOMEBODY)
