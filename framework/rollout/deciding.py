"""Commands on a roll-out, and what each leads to: events, or Refused with a sentence for the user."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from pydantic import ValidationError

from framework import dates
from framework.rollout.checklist import GROUPS, Checklist
from framework.rollout.model import (
    KINDS,
    NAME_LIMIT,
    STATUSES,
    TEXT_LIMIT,
    Action,
    Added,
    Changed,
    Check,
    Commented,
    Event,
    Evidence,
    FactStated,
    Item,
    Kind,
    Meeting,
    Member,
    OutcomeStated,
    Postcard,
    Published,
    Removed,
    Rollout,
    ServiceGap,
    Stakeholder,
    Started,
    Status,
    StatusSet,
    Task,
    fold,
    with_field,
)
from framework.streams.kind import Happened, Refused
from framework.text import clean

ITEMS_LIMIT = 2000
UNSEEN: Any = object()
"""The caller did not say what was on the screen."""


class EditConflict(Refused):
    """Somebody else has changed the same field in the meantime. `theirs` is what it holds now."""

    def __init__(self, sentence: str, theirs: Any) -> None:
        super().__init__(sentence)
        self.theirs = theirs


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Start:
    rollout: str
    title: str
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    """A new item. Its id is given here unless `values` brings one, as an import does."""

    kind: Kind
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one item; `seen` is what was on the screen, so that two hands on the same field cannot cross."""

    kind: Kind
    id: str
    field: str
    value: Any
    seen: Any = UNSEEN


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
class Remove:
    kind: Kind
    id: str
    reason: str = ""


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
class Import:
    """Many commands at once: all of them or none. Rules between fields are checked once, at the end.

    Each command stands beside the place it comes from (a table's row), which a refusal names.
    """

    commands: tuple[tuple[str, "Single"], ...]


Single = Add | Change | SetStatus | TickPart | Remove | Comment | StateOutcome | StateFact
Command = Start | Single | Import


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
    title = clean(command.title)
    if not title:
        raise Refused("Give the roll-out a name, for example that of your authority.")
    if len(title) > NAME_LIMIT:
        raise Refused(f"Please shorten the name: it has {len(title)} characters, and {NAME_LIMIT} fit.")
    tasks = tuple(Published(id=task.id, phase=task.phase, title=task.title) for task in checklist.task)
    return [
        Started(
            rollout=command.rollout, title=title, fictional=command.fictional, checklist=checklist.hash, tasks=tasks
        )
    ]


def _import(state: Rollout, command: Import, checklist: Checklist, actor: str, now: datetime) -> list[Event]:
    """All the commands' events, or RowRefused with every row that cannot be taken."""
    problems: list[tuple[str, str]] = []
    events: list[Event] = []
    touched: dict[tuple[Kind, str], str] = {}
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
    return events


def _touched(events: Iterable[Event]) -> list[tuple[Kind, str]]:
    found: list[tuple[Kind, str]] = []
    for event in events:
        match event:
            case Added(item=item):
                found.append((item.kind, item.id))
            case Changed(kind=kind, id=identifier):
                found.append((kind, identifier))
            case StatusSet(task=task):
                found.append(("task", task))
    return list(dict.fromkeys(found))


def _events(state: Rollout, command: Single, checklist: Checklist, now: datetime) -> list[Event]:
    match command:
        case Add(kind=kind, values=values):
            return [Added(item=_new(state, kind, values, checklist))]
        case Change():
            return _change(state, command)
        case SetStatus():
            return _set_status(state, command)
        case TickPart(task=task, part=part, done=done):
            ticked = set(_known(state, "task", task).parts_done)
            after = sorted(ticked | {part} if done else ticked - {part})
            return [Changed(kind="task", id=task, field="parts_done", value=after)] if set(after) != ticked else []
        case Remove():
            return _remove(state, command)
        case Comment(task=task, text=text, by=by, at=at):
            _known(state, "task", task)
            text, by = _required(text, "the comment"), clean(by)
            if at is None:
                return [Commented(task=task, text=text)]
            if not by or len(by) > NAME_LIMIT:
                raise Refused(
                    f"A comment from before needs the name of who made it, in at most {NAME_LIMIT} characters."
                )
            if at > now:
                raise Refused(f"{dates.uk(dates.local(at).date())} is still to come: nobody can have commented then.")
            return [Commented(task=task, text=text, said_by=by, said_at=at)]
        case StateOutcome(outcome=outcome, evidence=evidence, seen=seen):
            if outcome not in checklist.outcomes:
                raise Refused(f'There is no closing outcome "{outcome}".')
            known = state.stated[outcome].evidence if outcome in state.stated else ""
            evidence = _short(clean(evidence), "the evidence")
            _not_crossed(state, "the evidence for this outcome", known, seen, _last_outcome(state, outcome))
            return [OutcomeStated(outcome=outcome, evidence=evidence)] if evidence != known else []
        case StateFact(fact=fact, value=value, seen=seen):
            if fact not in checklist.facts:
                raise Refused(f'There is no fact "{fact}".')
            known = state.facts.get(fact, "")
            value = _short(clean(value), checklist.facts[fact].label.lower())
            _not_crossed(state, checklist.facts[fact].label.lower(), known, seen, _last_fact(state, fact))
            return [FactStated(fact=fact, value=value)] if value != known else []


def _new(state: Rollout, kind: Kind, values: Mapping[str, Any], checklist: Checklist) -> Item:
    if kind not in KINDS:
        raise Refused(f'There is no kind of entry "{kind}".')
    if len(state.of(kind)) >= ITEMS_LIMIT:
        raise Refused(f"This roll-out holds {ITEMS_LIMIT:,} entries of this kind; no more fit.")
    given = {name: _cleaned(value) for name, value in values.items() if name != "kind"}
    if kind == "task":
        # The words of the published tasks are the checklist's; whatever is added is local.
        if not given.get("local", True):
            raise Refused("A task of the checklist cannot be added; they are all here from the start.")
        given["local"] = True
        if given.get("status", "not_started") not in STATUSES:
            raise Refused(f'Status: "{given["status"]}" is not one of: {", ".join(STATUSES.values())}.')
        if checklist.phases and given.get("phase") not in checklist.phases:
            raise Refused(f'Phase: there is no phase "{given.get("phase", "")}".')
    if kind == "meeting":
        agenda = checklist.agendas.get(given.get("agenda", ""))
        if agenda is None:
            raise Refused(f'There is no kind of meeting "{given.get("agenda", "")}".')
        given.setdefault("title", agenda.title)
        given.setdefault("points", "\n".join(agenda.items))
        if agenda.group != "either" and not agenda.between:
            given["group"] = agenda.group
    if "id" in given:
        if given["id"] in state.of(kind):
            raise Refused(f'There is a {NOUNS[kind]} with the id "{given["id"]}" already.')
    else:
        given["id"] = state.free_id(kind, id_prefix(kind, given))
    try:
        return KINDS[kind].model_validate(given)  # type: ignore[return-value]
    except ValidationError as error:
        raise Refused(_sentence(kind, error)) from None


def _change(state: Rollout, command: Change) -> list[Event]:
    item = _known(state, command.kind, command.id)
    fixed = ("id", "kind", "status", "reason", "local") + (
        () if item.kind != "task" or item.local else ("phase", "title", "text")
    )
    if command.field not in type(item).model_fields or (item.kind == "task" and command.field in fixed):
        whose = (
            "The checklist's own" if command.kind == "task" and command.field in ("phase", "title", "text") else "This"
        )
        raise Refused(f"{whose} {_field_label(command.field)} cannot be changed here.")
    if command.field in ("id", "kind"):
        raise Refused("An entry keeps its id.")
    if (command.kind, command.field) in (("evidence", "task"), ("meeting", "agenda")):
        raise Refused(f"The {_field_label(command.field)} stays as it is. Remove the entry and add another.")
    try:
        after = with_field(item, command.field, _cleaned(command.value))
        seen = command.seen
        if seen is not UNSEEN:
            seen = getattr(with_field(item, command.field, _cleaned(seen)), command.field)
    except ValidationError as error:
        raise Refused(_sentence(command.kind, error)) from None
    now, value = getattr(item, command.field), getattr(after, command.field)
    if now == value:
        return []
    _not_crossed(
        state,
        f"the {_field_label(command.field)}",
        now,
        seen,
        _last(
            state,
            lambda e: isinstance(e, Changed) and (e.kind, e.id, e.field) == (command.kind, command.id, command.field),
        ),
    )
    stored = after.model_dump(mode="json")[command.field]
    return [Changed(kind=command.kind, id=command.id, field=command.field, value=stored)]


def _set_status(state: Rollout, command: SetStatus) -> list[Event]:
    task = _known(state, "task", command.task)
    if command.status not in STATUSES:
        raise Refused(f'Status: "{command.status}" is not one of: {", ".join(STATUSES.values())}.')
    reason = _short(clean(command.reason), "the reason")
    if command.status not in ("blocked", "not_applicable"):
        reason = ""
    if (task.status, task.reason) == (command.status, reason):
        return []
    _not_crossed(
        state,
        "the status",
        STATUSES[task.status],
        command.seen if command.seen is UNSEEN else STATUSES.get(command.seen, command.seen),
        _last(state, lambda e: isinstance(e, StatusSet) and e.task == command.task),
    )
    return [StatusSet(task=command.task, status=command.status, reason=reason)]


def _remove(state: Rollout, command: Remove) -> list[Event]:
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
    return [Removed(kind=command.kind, id=command.id, reason=_short(clean(command.reason), "the reason"))]


# ── Rules between fields and items ───────────────────────────────────────────────────────────────────────────────────


def _problem(
    state: Rollout, checklist: Checklist, kind: Kind, identifier: str, changed: str | None, now: datetime
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

NOUNS: dict[Kind, str] = {
    "task": "task",
    "evidence": "piece of evidence",
    "member": "member",
    "meeting": "meeting",
    "action": "action",
    "postcard": "postcard",
    "stakeholder": "stakeholder",
    "gap": "service gap",
    "check": "entry",
}
LETTERS: dict[Kind, str] = {
    "task": "",
    "evidence": "e",
    "member": "p",
    "meeting": "m",
    "action": "a",
    "postcard": "c",
    "stakeholder": "s",
    "gap": "g",
    "check": "k",
}


def id_prefix(kind: Kind, values: Mapping[str, Any]) -> str:
    """What the id of a new item begins with: a letter for its kind, and for a local task its phase."""
    return f"{values.get('phase', 0)}.L" if kind == "task" else LETTERS[kind]


FIELD_LABELS = {
    "id": "id",
    "phase": "phase",
    "title": "title",
    "text": "text",
    "status": "status",
    "reason": "reason",
    "owner": "owner",
    "start": "start date",
    "due": "due date",
    "depends_on": "tasks it depends on",
    "parts_done": "parts done",
    "notes": "notes",
    "task": "task",
    "what": "link or file name",
    "on": "date",
    "note": "note",
    "name": "name",
    "group": "group",
    "roles": "roles",
    "organisation": "organisation",
    "left": "day they left",
    "agenda": "kind of meeting",
    "starts": "time",
    "place": "place",
    "points": "agenda",
    "held": "mark as held",
    "action_list_sent": "day the action list went out",
    "closer_because": "reason for meeting sooner",
    "meeting": "meeting",
    "done": "mark as done",
    "result": "result",
    "sender": "sender",
    "commitments": "commitments",
    "requests": "requests",
    "answer": "answer",
    "needs": "what they need to know",
    "gains": "what they gain",
    "resistance": "resistance",
    "response": "answer to the resistance",
    "channel": "channel",
    "next_contact": "next contact",
    "gap": "kind of gap",
    "service": "service",
    "families": "for whom",
    "asked": "what was asked",
    "asked_of": "who was asked",
    "asked_on": "day it was asked",
    "settled": "mark as settled",
    "about": "case or subject",
    "by": "who did it",
    "missing": "missing components",
}


def _field_label(name: str) -> str:
    return FIELD_LABELS.get(name, name.replace("_", " "))


def _sentence(kind: Kind, error: ValidationError) -> str:
    """pydantic's first complaint, as a sentence for the user."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    label, given = _field_label(name), first.get("input")
    field_info = KINDS[kind].model_fields.get(name)
    if first["type"] == "extra_forbidden":
        return f'A {NOUNS[kind]} has no "{name}".'
    if first["type"] in ("missing", "string_too_short") or given is None:
        return f"Please give the {label} of the {NOUNS[kind]}."
    if first["type"] == "string_too_long":
        return f"Please shorten the {label}: it has {len(given):,} characters, and {first['ctx']['max_length']:,} fit."
    if first["type"].startswith("date") or "date" in str(field_info and field_info.annotation):
        return f'{label.capitalize()}: "{given}" is not a date between 2000 and 2100, such as 24/11/2026.'
    if first["type"].startswith("bool"):
        return f'{label.capitalize()}: "{given}" is neither yes nor no.'
    if first["type"] == "literal_error":
        offered = ", ".join(_literals(kind, name))
        return f'{label.capitalize()}: "{given}" is not one of: {offered}.'
    if name == "starts":
        return f'Time: "{given}" is not a time such as 09:30.'
    return f'{label.capitalize()}: "{given}" cannot be used.'


def _literals(kind: Kind, name: str) -> tuple[str, ...]:
    named = {"status": STATUSES, "group": GROUPS, "sender": GROUPS}
    if name in named:
        return tuple(named[name].values())  # type: ignore[attr-defined]
    return get_args(KINDS[kind].model_fields[name].annotation)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    return tuple(map(_cleaned, value)) if isinstance(value, list | tuple) else value


def _required(value: str, what: str) -> str:
    text = clean(value)
    if not text:
        raise Refused(f"Please write {what} first.")
    return _short(text, what)


def _short(text: str, what: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise Refused(f"Please shorten {what}: it has {len(text):,} characters, and {TEXT_LIMIT:,} fit.")
    return text


def _known(state: Rollout, kind: Kind, identifier: str) -> Any:
    item = state.of(kind).get(identifier) if kind in KINDS else None
    if item is None:
        raise Refused(f'There is no {NOUNS.get(kind, "entry")} "{identifier}" in this roll-out (any more).')
    return item


def _last(state: Rollout, wanted: Callable[[Event], bool]) -> Happened | None:
    return next((one for one in reversed(state.log) if wanted(one.event)), None)


def last_change(state: Rollout, kind: Kind, identifier: str, name: str) -> str:
    """Who changed a field last."""
    last = _last(state, lambda e: isinstance(e, Changed) and (e.kind, e.id, e.field) == (kind, identifier, name))
    return last.actor if last else "Somebody else"


def _last_outcome(state: Rollout, outcome: str) -> Happened | None:
    return _last(state, lambda e: isinstance(e, OutcomeStated) and e.outcome == outcome)


def last_fact(state: Rollout, fact: str) -> str:
    """Who stated a fact last."""
    last = _last_fact(state, fact)
    return last.actor if last else "Somebody else"


def _last_fact(state: Rollout, fact: str) -> Happened | None:
    return _last(state, lambda e: isinstance(e, FactStated) and e.fact == fact)


def _not_crossed(state: Rollout, what: str, now: Any, seen: Any, last: Happened | None) -> None:
    """Refuse if the field no longer holds what the person saw."""
    if seen is UNSEEN or seen == now:
        return
    who = last.actor if last else "Somebody else"
    raise EditConflict(f"{who} has changed {what} in the meantime; it now says: {shown(state, now)}.", now)


def shown(state: Rollout, value: Any) -> str:
    """A field's value for a reader."""
    if value in ("", None, ()):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if hasattr(value, "year"):
        return dates.uk(value)
    if value in state.members:
        return state.members[value].name
    text = str(value)
    return f"“{text[:200]}{'…' if len(text) > 200 else ''}”"
