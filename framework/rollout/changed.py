"""What changed in a whole roll-out since a moment, with the command that puts each thing back. All pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from framework import dates, items
from framework.items import Change, Edit, Removed, Restore
from framework.rollout.checklist import GROUPS, Checklist
from framework.rollout.deciding import SetStatus, Single, StateFact, StateOutcome
from framework.rollout.model import (
    KINDS,
    Commented,
    Evidence,
    FactStated,
    OutcomeStated,
    Postcard,
    Rollout,
    Task,
)
from framework.rollout.reading import in_time

MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Made:
    """The difference that the changes of one thing have made: one field of an item, an item that came or went, comments."""

    key: str
    title: str
    """What it is about."""
    text: str
    by: str
    at: datetime
    back: Single | None = None
    """Puts it back as it was; None where there is nothing to be put back."""


def moments(state: Rollout, today: date) -> dict[str, date]:
    """From which day on changes can be asked for, by what it is called: the meetings that were, the last first, and the rest.

    The day of a meeting counts as after it: what it decided is often written down at the table.
    """
    past = [meeting for meeting in reversed(in_time(state)) if meeting.on <= today][:12]
    found = {f"{meeting.title}, {dates.uk(meeting.on)}": meeting.on for meeting in past}
    found["the last seven days"] = today - timedelta(days=7)
    found["the last thirty days"] = today - MONTH
    if state.started_on:
        found["the beginning"] = state.started_on
    return found


def since(state: Rollout, checklist: Checklist, day: date) -> list[Made]:
    """What is different from how things stood at the beginning of a day, the newest first."""
    begins = datetime.combine(day, time(), dates.LONDON)
    found = [*_items(state, begins), *_stated(state, checklist, begins), *_comments(state, begins)]
    return sorted(found, key=lambda made: made.at, reverse=True)


def people(changes: list[Made]) -> list[str]:
    """Who made them, by name."""
    return sorted({made.by for made in changes}, key=str.casefold)


def _items(state: Rollout, begins: datetime) -> Iterator[Made]:
    reasons = {(one.event.kind, one.event.id): one.event.reason for one in state.log if isinstance(one.event, Removed)}
    for (kind, identifier), edits in state.items.edits.items():
        later = [edit for edit in edits if edit.at >= begins]
        if not later:
            continue
        item, gone = state.of(kind).get(identifier), state.items.removed.get(kind, {}).get(identifier)
        last, key, is_new = later[-1], f"{kind}|{identifier}", later[0].field == "" and later[0].before is None
        if item is None and gone is not None and not is_new:  # what came and went since makes no difference
            why = f", because: {reason}" if (reason := reasons.get((kind, identifier), "")) else ""
            yield Made(key, title(state, gone), f"Removed{why}", last.by, last.at, Restore(kind, identifier))
        elif item is not None and is_new:
            how = "Added" if len(later) == len(edits) else "Put back"
            yield Made(key, title(state, item), how, later[0].by, later[0].at)
        elif item is not None:
            yield from _fields(state, item, later)


def _fields(state: Rollout, item: Any, later: list[Edit]) -> Iterator[Made]:
    collection = KINDS.of(item.kind)
    status = next((edit.before for edit in later if edit.field == "status"), None)
    for name in dict.fromkeys(edit.field for edit in later if edit.field):
        edits = [edit for edit in later if edit.field == name]
        before, now, last = edits[0].before, getattr(item, name), edits[-1]
        if before == now or (name == "reason" and status not in (None, item.status)):  # it goes back with the status
            continue
        back: Single = Change(item.kind, item.id, name, before, now)
        if isinstance(item, Task) and name in ("status", "reason"):
            reason = next((edit.before for edit in later if edit.field == "reason"), item.reason)
            back = SetStatus(item.id, before if name == "status" else item.status, reason, item.status)
        was, is_ = (items.shown(collection, state.items, name, value) for value in (before, now))
        said = f"{collection.label(name).capitalize()}: {was} → {is_}"
        yield Made(f"{item.kind}|{item.id}|{name}", title(state, item), said, last.by, last.at, back)


def _stated(state: Rollout, checklist: Checklist, begins: datetime) -> Iterator[Made]:
    """Closing outcomes and facts: the first event of each kind and name since says what was there before."""
    before: dict[tuple[type[Any], str], str] = {}
    last: dict[tuple[type[Any], str], Any] = {}
    for one in state.log:
        match one.event:
            case OutcomeStated(outcome=name, evidence=value) | FactStated(fact=name, value=value):
                key = (type(one.event), name)
                if one.at < begins:
                    before[key] = value
                else:
                    last[key] = one
    for (kind, name), one in last.items():
        was = before.get((kind, name), "")
        now = one.event.evidence if kind is OutcomeStated else one.event.value
        if was == now:
            continue
        said = f"{items.said(was)} → {items.said(now)}"
        if kind is OutcomeStated:
            about = checklist.outcomes[name].text if name in checklist.outcomes else name
            back: Single = StateOutcome(name, was, now)
            yield Made(f"outcome|{name}", f"Closing outcome: {about}", f"Evidence: {said}", one.actor, one.at, back)
        else:
            about = checklist.facts[name].label if name in checklist.facts else name
            back = StateFact(name, was, now)
            yield Made(f"fact|{name}", f"Your authority's facts: {about}", said, one.actor, one.at, back)


def _comments(state: Rollout, begins: datetime) -> Iterator[Made]:
    """The new comments on each task, in one line."""
    new: dict[str, list[Any]] = {}
    for one in state.log:
        if isinstance(one.event, Commented) and one.at >= begins and one.event.task in state.tasks:
            new.setdefault(one.event.task, []).append(one)
    for task, comments in new.items():
        last = comments[-1]
        number = "A comment" if len(comments) == 1 else f"{len(comments)} comments, the last"
        said = f"{number}: {items.said(last.event.text)}"
        yield Made(f"comment|{task}", title(state, state.tasks[task]), said, last.actor, last.at)


def title(state: Rollout, item: Any) -> str:
    """What an item is called where it stands among items of every kind."""
    match item:
        case Task():
            return f"{item.id} {item.title}"
        case Evidence():
            return f"Evidence of task {item.task}: {item.what}"
        case Postcard():
            return f"Postcard from the {GROUPS[item.sender].lower()}, {dates.uk(item.on)}"
    called = next(
        (getattr(item, name) for name in ("name", "title", "text", "service", "about") if hasattr(item, name)), ""
    )
    noun = KINDS.of(item.kind).noun.capitalize()
    on = f", {dates.uk(item.on)}" if hasattr(item, "on") else ""
    return f"{noun}: {called}{on}"
