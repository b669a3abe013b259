"""What a roll-out consists of: items, the events that add, change and remove them, and the state after those events.

An item changes one field at a time, so that two people who work on different fields never overwrite each other.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from framework import dates
from framework.rollout.checklist import Group
from framework.streams.kind import Erased, Happened

NAME_LIMIT, TEXT_LIMIT = 120, 4000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)

Status = Literal["not_started", "under_way", "blocked", "done", "not_applicable"]
STATUSES: dict[Status, str] = {
    "not_started": "Not started",
    "under_way": "Under way",
    "blocked": "Blocked",
    "done": "Done",
    "not_applicable": "Not applicable",
}
CLOSED: tuple[Status, ...] = ("done", "not_applicable")

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_LIMIT)]
Line = Annotated[str, StringConstraints(max_length=NAME_LIMIT)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Ids = tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", max_length=40)], ...]


# ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", max_length=40)]


class Task(_Item):
    """A task of the checklist, or a local one. The words of a published task stand in the checklist."""

    kind: Literal["task"] = "task"
    phase: Annotated[int, Field(ge=1, le=99)]
    title: Name
    local: bool = False
    text: Text = ""
    status: Status = "not_started"
    reason: Text = ""
    """Why it is blocked or not applicable."""
    owner: str = ""
    start: Day | None = None
    due: Day | None = None
    depends_on: Ids = ()
    parts_done: Ids = ()
    notes: Text = ""

    @property
    def open(self) -> bool:
        return self.status not in CLOSED


class Evidence(_Item):
    """What shows that a task was done: a link or the name of a file, and its date."""

    kind: Literal["evidence"] = "evidence"
    task: str
    what: Words
    on: Day
    note: Text = ""


class Member(_Item):
    kind: Literal["member"] = "member"
    name: Name
    group: Group = "strategic"
    roles: Ids = ()
    organisation: Line = ""
    left: Day | None = None
    """The day they left the group; None while they are in it."""


class Meeting(_Item):
    kind: Literal["meeting"] = "meeting"
    agenda: str
    group: Group = "strategic"
    title: Name
    on: Day
    starts: Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")] = ""
    place: Line = ""
    points: Text = ""
    """The agenda, one point a line."""
    notes: Text = ""
    held: bool = False
    action_list_sent: Day | None = None
    closer_because: Text = ""
    """Why it is closer to the last one than the checklist advises."""


class Action(_Item):
    kind: Literal["action"] = "action"
    text: Words
    owner: Annotated[str, StringConstraints(min_length=1)]
    meeting: str = ""
    due: Day | None = None
    done: bool = False
    result: Text = ""


class Postcard(_Item):
    """What one group writes to the other after a meeting, and the answer."""

    kind: Literal["postcard"] = "postcard"
    sender: Group
    on: Day
    meeting: str = ""
    commitments: Text = ""
    requests: Text = ""
    answer: Text = ""


class Stakeholder(_Item):
    kind: Literal["stakeholder"] = "stakeholder"
    name: Name
    needs: Text = ""
    """What they need to know."""
    gains: Text = ""
    resistance: Text = ""
    response: Text = ""
    """How the resistance is met."""
    channel: Line = ""
    owner: str = ""
    next_contact: Day | None = None


class ServiceGap(_Item):
    kind: Literal["gap"] = "gap"
    gap: str
    service: Name
    families: Text = ""
    """For whom it is missing."""
    asked: Text = ""
    asked_of: Line = ""
    asked_on: Day | None = None
    result: Text = ""
    settled: bool = False


class Check(_Item):
    """A case that was quality-assured, a training that was held, or a yearly review."""

    kind: Literal["check"] = "check"
    what: Literal["quality", "training", "review"]
    on: Day
    about: Words
    by: Line = ""
    missing: Ids = ()
    """The essential components that the case did not show."""
    note: Text = ""


Item = Task | Evidence | Member | Meeting | Action | Postcard | Stakeholder | ServiceGap | Check
Kind = Literal["task", "evidence", "member", "meeting", "action", "postcard", "stakeholder", "gap", "check"]
KINDS: dict[Kind, type[_Item]] = {
    "task": Task,
    "evidence": Evidence,
    "member": Member,
    "meeting": Meeting,
    "action": Action,
    "postcard": Postcard,
    "stakeholder": Stakeholder,
    "gap": ServiceGap,
    "check": Check,
}
assert tuple(KINDS) == get_args(Kind)


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(_Event):
    """A task of the checklist as a roll-out begins with it."""

    id: str
    phase: int
    title: str


class Started(_Event):
    type: Literal["started"] = "started"
    rollout: str
    title: str
    fictional: bool
    checklist: str
    """Hash of the checklist that it began with."""
    tasks: tuple[Published, ...]


class Added(_Event):
    type: Literal["added"] = "added"
    item: Annotated[Item, Field(discriminator="kind")]


class Changed(_Event):
    type: Literal["changed"] = "changed"
    kind: Kind
    id: str
    field: str
    value: Any


class StatusSet(_Event):
    type: Literal["status_set"] = "status_set"
    task: str
    status: Status
    reason: str = ""


class Removed(_Event):
    type: Literal["removed"] = "removed"
    kind: Kind
    id: str
    reason: str = ""


class Commented(_Event):
    """A comment on a task. One that a file brings back also says whose it was and when, as the file tells it."""

    type: Literal["commented"] = "commented"
    task: str
    text: str
    said_by: str = ""
    said_at: AwareDatetime | None = None


class OutcomeStated(_Event):
    """Somebody states the evidence that a closing outcome is met. An empty text takes it back."""

    type: Literal["outcome_stated"] = "outcome_stated"
    outcome: str
    evidence: str


class FactStated(_Event):
    type: Literal["fact_stated"] = "fact_stated"
    fact: str
    value: str


Event = Started | Added | Changed | StatusSet | Removed | Commented | OutcomeStated | FactStated
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Stated(NamedTuple):
    """The evidence somebody gave for a closing outcome."""

    evidence: str
    by: str
    at: datetime


class Said(NamedTuple):
    """A comment on a task."""

    text: str
    by: str
    at: datetime
    copied: bool = False
    """Whether a file brought it: then who and when are the file's word, and the record has who brought it."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """A roll-out as it stands after `version` events. Treat the mappings as immutable."""

    id: str = ""
    title: str = ""
    fictional: bool = False
    checklist: str = ""
    version: int = 0
    tasks: dict[str, Task] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    postcards: dict[str, Postcard] = field(default_factory=dict)
    stakeholders: dict[str, Stakeholder] = field(default_factory=dict)
    gaps: dict[str, ServiceGap] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    stated: dict[str, Stated] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    first_due: dict[str, date] = field(default_factory=dict)
    """The first due date that a task was given: what slippage is measured against."""
    closed_on: dict[str, date] = field(default_factory=dict)
    """When a task was done or set aside."""
    used: dict[Kind, frozenset[str]] = field(default_factory=dict)
    """Every id that an added item of a kind has ever had, so that no id is given twice."""
    log: tuple[Happened, ...] = ()

    def of(self, kind: Kind) -> dict[str, Any]:
        """The items of a kind, by id."""
        items: dict[str, Any] = getattr(self, FIELDS[kind])
        return items

    def free_id(self, kind: Kind, prefix: str, taken: Collection[str] = ()) -> str:
        """An id of this prefix that no item of the kind has, ever had, or is about to have (`taken`)."""
        used = self.used.get(kind, frozenset())
        number = len(used) + 1
        while (found := f"{prefix}{number}") in used or found in taken:
            number += 1
        return found

    @property
    def started_on(self) -> date | None:
        return dates.local(self.log[0].at).date() if self.log else None


FIELDS: dict[Kind, str] = {
    "task": "tasks",
    "evidence": "evidence",
    "member": "members",
    "meeting": "meetings",
    "action": "actions",
    "postcard": "postcards",
    "stakeholder": "stakeholders",
    "gap": "gaps",
    "check": "checks",
}


def fold(happened: Iterable[Happened], start: Rollout | None = None) -> Rollout:
    """The state after these events. `start` is not changed."""
    working = _Working(start or Rollout())
    for one in happened:
        working.apply(one)
    return working.done()


class _Working:
    """A private copy of a state that events are applied to in place, so that folding thousands of them stays quick."""

    def __init__(self, state: Rollout) -> None:
        self.state = state
        self.top: dict[str, Any] = {}
        self.items = {kind: dict(state.of(kind)) for kind in KINDS}
        self.stated, self.facts, self.comments = dict(state.stated), dict(state.facts), dict(state.comments)
        self.first_due, self.closed_on = dict(state.first_due), dict(state.closed_on)
        self.used = {kind: set(state.used.get(kind, ())) for kind in KINDS}
        self.log = list(state.log)

    def apply(self, happened: Happened) -> None:
        self.log.append(happened)
        match happened.event:
            case Changed(kind=kind, id=identifier, field=name, value=value):
                items = self.items[kind]
                items[identifier] = with_field(items[identifier], name, value)
                if kind == "task" and name == "due" and (due := items[identifier].due):
                    self.first_due.setdefault(identifier, due)
            case StatusSet(task=task, status=status, reason=reason):
                tasks = self.items["task"]
                tasks[task] = tasks[task].model_copy(update={"status": status, "reason": reason})
                self._close(tasks[task], dates.local(happened.at).date())
            case Added(item=item):
                self.items[item.kind][item.id] = item
                self.used[item.kind].add(item.id)
                if isinstance(item, Task):
                    if item.due:
                        self.first_due.setdefault(item.id, item.due)
                    self._close(item, dates.local(happened.at).date())
            case Removed(kind=kind, id=identifier):
                self.items[kind].pop(identifier, None)
                if kind == "task":
                    self.closed_on.pop(identifier, None)
            case Commented(task=task, text=text, said_by=by, said_at=at):
                said = Said(text, by, at, True) if at else Said(text, happened.actor, happened.at)
                self.comments[task] = (*self.comments.get(task, ()), said)
            case OutcomeStated(outcome=outcome, evidence=evidence):
                self.stated.pop(outcome, None)
                if evidence:
                    self.stated[outcome] = Stated(evidence, happened.actor, happened.at)
            case FactStated(fact=fact, value=value):
                self.facts.pop(fact, None)
                if value:
                    self.facts[fact] = value
            case Erased():
                if len(self.log) == 1:
                    raise ValueError("a roll-out cannot be read without its beginning")
            case Started() as started:
                self.top = {
                    "id": started.rollout,
                    "title": started.title,
                    "fictional": started.fictional,
                    "checklist": started.checklist,
                }
                self.items["task"] = {
                    task.id: Task(id=task.id, phase=task.phase, title=task.title) for task in started.tasks
                }

    def _close(self, task: Task, on: date) -> None:
        if task.open:
            self.closed_on.pop(task.id, None)
        else:
            self.closed_on.setdefault(task.id, on)

    def done(self) -> Rollout:
        kinds: dict[str, Any] = {FIELDS[kind]: items for kind, items in self.items.items()}
        return replace(
            self.state,
            **self.top,
            **kinds,
            version=len(self.log),
            stated=self.stated,
            facts=self.facts,
            comments=self.comments,
            first_due=self.first_due,
            closed_on=self.closed_on,
            used={kind: frozenset(ids) for kind, ids in self.used.items()},
            log=tuple(self.log),
        )


def with_field(item: Any, name: str, value: Any) -> Any:
    """The item with one field changed and checked. Raises pydantic's ValidationError."""
    return type(item).model_validate({**item.__dict__, name: value})
