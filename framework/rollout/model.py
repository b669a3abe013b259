"""What a roll-out consists of: its items, the events beside theirs, and the state after those events.

Items are added, changed one field at a time and removed by :mod:`framework.items`; what only a roll-out knows is here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter

from framework import dates, items
from framework.items import (
    About,
    Added,
    Changed,
    Collection,
    Collections,
    Day,
    Folding,
    Ids,
    Items,
    Line,
    Name,
    Removed,
    Restored,
    Text,
    Words,
)
from framework.rollout.checklist import GROUPS, Group
from framework.streams.kind import Erased, Happened

Status = Literal["not_started", "under_way", "blocked", "done", "not_applicable"]
STATUSES: dict[Status, str] = {
    "not_started": "Not started",
    "under_way": "Under way",
    "blocked": "Blocked",
    "done": "Done",
    "not_applicable": "Not applicable",
}
CLOSED: tuple[Status, ...] = ("done", "not_applicable")


# ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Task(items.Item):
    """A task of the checklist, or a local one. The words of a published task stand in the checklist."""

    kind: Literal["task"] = "task"
    phase: Annotated[int, Field(ge=1, le=99)]
    title: Name
    local: bool = False
    text: Text = ""
    status: Annotated[Status, About(options=STATUSES)] = "not_started"
    reason: Text = ""
    """Why it is blocked or not applicable."""
    owner: Annotated[str, About(names="member")] = ""
    start: Annotated[Day | None, About("start date")] = None
    due: Annotated[Day | None, About("due date")] = None
    depends_on: Annotated[Ids, About("tasks it depends on")] = ()
    parts_done: Annotated[Ids, About("parts done")] = ()
    notes: Text = ""

    @property
    def open(self) -> bool:
        return self.status not in CLOSED


class Evidence(items.Item):
    """What shows that a task was done: a link or the name of a file, and its date."""

    kind: Literal["evidence"] = "evidence"
    task: Annotated[str, About(fixed=True)]
    what: Annotated[Words, About("link or file name")]
    on: Annotated[Day, About("date")]
    note: Text = ""


class Member(items.Item):
    kind: Literal["member"] = "member"
    name: Name
    group: Annotated[Group, About(options=GROUPS)] = "strategic"
    roles: Ids = ()
    organisation: Line = ""
    left: Annotated[Day | None, About("day they left")] = None
    """The day they left the group; None while they are in it."""

    @property
    def called(self) -> str:
        return self.name


def as_time(given: Any) -> Any:
    """A time as people write it, 9.30 or 2pm, as the record has it; what is none is left for the pattern to refuse."""
    try:
        return dates.read_time(given)
    except (TypeError, ValueError):
        return given


class Meeting(items.Item):
    kind: Literal["meeting"] = "meeting"
    agenda: Annotated[str, About("kind of meeting", fixed=True)]
    group: Annotated[Group, About(options=GROUPS)] = "strategic"
    title: Name
    on: Annotated[Day, About("date")]
    starts: Annotated[
        str,
        StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$"),
        BeforeValidator(as_time),
        About("time", looks="a time such as 09:30"),
    ] = ""
    place: Line = ""
    points: Annotated[Text, About("agenda")] = ""
    """The agenda, one point a line."""
    to_read: Annotated[Text, About("papers to read before")] = ""
    """One paper a line."""
    notes: Text = ""
    held: Annotated[bool, About("mark as held")] = False
    action_list_sent: Annotated[Day | None, About("day the action list went out")] = None
    closer_because: Annotated[Text, About("reason for meeting sooner")] = ""
    """Why it is closer to the last one than the checklist advises."""


class Action(items.Item):
    kind: Literal["action"] = "action"
    text: Words
    owner: Annotated[str, StringConstraints(min_length=1), About(names="member")]
    meeting: str = ""
    due: Annotated[Day | None, About("due date")] = None
    done: Annotated[bool, About("mark as done")] = False
    result: Text = ""


class Postcard(items.Item):
    """What one group writes to the other after a meeting, and the answer."""

    kind: Literal["postcard"] = "postcard"
    sender: Annotated[Group, About(options=GROUPS)]
    on: Annotated[Day, About("date")]
    meeting: str = ""
    commitments: Text = ""
    requests: Text = ""
    answer: Text = ""


class Stakeholder(items.Item):
    kind: Literal["stakeholder"] = "stakeholder"
    name: Name
    needs: Annotated[Text, About("what they need to know")] = ""
    """What they need to know."""
    gains: Annotated[Text, About("what they gain")] = ""
    resistance: Text = ""
    response: Annotated[Text, About("answer to the resistance")] = ""
    """How the resistance is met."""
    channel: Line = ""
    owner: Annotated[str, About(names="member")] = ""
    next_contact: Annotated[Day | None, About("next contact")] = None


class ServiceGap(items.Item):
    kind: Literal["gap"] = "gap"
    gap: Annotated[str, About("kind of gap")]
    service: Name
    families: Annotated[Text, About("for whom")] = ""
    """For whom it is missing."""
    asked: Annotated[Text, About("what was asked")] = ""
    asked_of: Annotated[Line, About("who was asked")] = ""
    asked_on: Annotated[Day | None, About("day it was asked")] = None
    result: Text = ""
    settled: Annotated[bool, About("mark as settled")] = False


class Check(items.Item):
    """A case that was quality-assured, a training that was held, or a yearly review."""

    kind: Literal["check"] = "check"
    what: Annotated[Literal["quality", "training", "review"], About("kind of entry")]
    on: Annotated[Day, About("date")]
    about: Annotated[Words, About("case or subject")]
    by: Annotated[Line, About("who did it")] = ""
    missing: Annotated[Ids, About("missing components")] = ()
    """The essential components that the case did not show."""
    note: Text = ""


Item = Task | Evidence | Member | Meeting | Action | Postcard | Stakeholder | ServiceGap | Check
Kind = Literal["task", "evidence", "member", "meeting", "action", "postcard", "stakeholder", "gap", "check"]
TASKS = Collection(Task, "task", "{phase}.L")
EVIDENCE = Collection(Evidence, "piece of evidence", "e")
MEMBERS = Collection(Member, "member", "p")
MEETINGS = Collection(Meeting, "meeting", "m")
ACTIONS = Collection(Action, "action", "a")
POSTCARDS = Collection(Postcard, "postcard", "c")
STAKEHOLDERS = Collection(Stakeholder, "stakeholder", "s")
GAPS = Collection(ServiceGap, "service gap", "g")
CHECKS = Collection(Check, "entry", "k")
KINDS = Collections("roll-out", TASKS, EVIDENCE, MEMBERS, MEETINGS, ACTIONS, POSTCARDS, STAKEHOLDERS, GAPS, CHECKS)
assert tuple(KINDS.by_kind) == get_args(Kind)


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
    """Hash of the checklist that it began with (see :mod:`framework.rollout.checklists`)."""
    tasks: tuple[Published, ...]


class StatusSet(_Event):
    type: Literal["status_set"] = "status_set"
    task: str
    status: Status
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


class Renamed(_Event):
    type: Literal["renamed"] = "renamed"
    title: str


class Archived(_Event):
    """A roll-out has ended, or has been taken up again: an archived one can be read and not changed."""

    type: Literal["archived"] = "archived"
    archived: bool


class Imported(_Event):
    """A file was brought in: the `entries` events after this one are what it changed."""

    type: Literal["imported"] = "imported"
    file: str
    content: str
    """SHA-256 of what its tables say, so that the same file is known again."""
    entries: int


Event = (
    Started
    | Added[Annotated[Item, Field(discriminator="kind")]]
    | Changed
    | StatusSet
    | Removed
    | Restored
    | Commented
    | OutcomeStated
    | FactStated
    | Imported
    | Renamed
    | Archived
)
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Stated(NamedTuple):
    """The evidence somebody gave for a closing outcome."""

    evidence: str
    by: str
    at: datetime


FROM_FILE = ", from a file"
"""Follows the name of whoever brought in a file, with what it changed: the words may be somebody else's."""


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
    archived: bool = False
    version: int = 0
    items: Items = field(default_factory=Items)
    stated: dict[str, Stated] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    comments: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    first_due: dict[str, date] = field(default_factory=dict)
    """The first due date that a task was given: what slippage is measured against."""
    closed_on: dict[str, date] = field(default_factory=dict)
    """When a task was done or set aside."""
    log: tuple[Happened, ...] = ()

    def of(self, kind: str) -> dict[str, Any]:
        """The items of a kind, by id."""
        return self.items.of(kind)

    @property
    def started_on(self) -> date | None:
        return dates.local(self.log[0].at).date() if self.log else None

    @property
    def tasks(self) -> dict[str, Task]:
        return self.items.all(TASKS)

    @property
    def evidence(self) -> dict[str, Evidence]:
        return self.items.all(EVIDENCE)

    @property
    def members(self) -> dict[str, Member]:
        return self.items.all(MEMBERS)

    @property
    def meetings(self) -> dict[str, Meeting]:
        return self.items.all(MEETINGS)

    @property
    def actions(self) -> dict[str, Action]:
        return self.items.all(ACTIONS)

    @property
    def postcards(self) -> dict[str, Postcard]:
        return self.items.all(POSTCARDS)

    @property
    def stakeholders(self) -> dict[str, Stakeholder]:
        return self.items.all(STAKEHOLDERS)

    @property
    def gaps(self) -> dict[str, ServiceGap]:
        return self.items.all(GAPS)

    @property
    def checks(self) -> dict[str, Check]:
        return self.items.all(CHECKS)


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
        self.items = Folding(state.items)
        self.stated, self.facts, self.comments = dict(state.stated), dict(state.facts), dict(state.comments)
        self.first_due, self.closed_on = dict(state.first_due), dict(state.closed_on)
        self.log = list(state.log)
        self.from_file = 0
        """How many of the next events a file brought: a store appends them with the one that says so, or not at all."""

    def apply(self, happened: Happened) -> None:
        if self.from_file:
            self.from_file -= 1
            if not isinstance(happened.event, Commented):  # which says itself whose word it is
                happened = happened._replace(actor=happened.actor + FROM_FILE)
        self.log.append(happened)
        try:
            self._apply(happened)
        except KeyError:
            # It is about an item that is not there: the event that added it was erased, and so the item is gone.
            if not any(isinstance(one.event, Erased) for one in self.log):
                raise

    def _apply(self, happened: Happened) -> None:
        match happened.event:
            case Imported(entries=entries):
                self.from_file = entries
            case Changed(kind=kind, id=identifier, field=name) as event:
                self.items.apply(event, happened.actor, happened.at)
                if kind == "task" and name == "due":
                    self._due(self.items.of(kind)[identifier])
            case StatusSet(task=identifier, status=status, reason=reason):
                task = self.items.of("task")[identifier].model_copy(update={"status": status, "reason": reason})
                self.items.change(task, ("status", "reason"), happened.actor, happened.at)
                self._close(task, happened.at)
            case Added(item=item) as event:
                self.items.apply(event, happened.actor, happened.at)
                if isinstance(item, Task):
                    self._due(item)
                    self._close(item, happened.at)
            case Removed() | Restored() as event:
                self.items.apply(event, happened.actor, happened.at)
            case Commented(task=identifier, text=text, said_by=by, said_at=at):
                said = Said(text, by, at, True) if at else Said(text, happened.actor, happened.at)
                self.comments[identifier] = (*self.comments.get(identifier, ()), said)
            case OutcomeStated(outcome=outcome, evidence=evidence):
                self.stated.pop(outcome, None)
                if evidence:
                    self.stated[outcome] = Stated(evidence, happened.actor, happened.at)
            case FactStated(fact=fact, value=value):
                self.facts.pop(fact, None)
                if value:
                    self.facts[fact] = value
            case Renamed(title=title):
                self.top["title"] = title
            case Archived(archived=archived):
                self.top["archived"] = archived
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
                for published in started.tasks:
                    self.items.begin(Task(id=published.id, phase=published.phase, title=published.title))

    def _due(self, task: Task) -> None:
        if task.due:
            self.first_due.setdefault(task.id, task.due)

    def _close(self, task: Task, at: datetime) -> None:
        if task.open:
            self.closed_on.pop(task.id, None)
        else:
            self.closed_on.setdefault(task.id, dates.local(at).date())

    def done(self) -> Rollout:
        return replace(
            self.state,
            **self.top,
            items=self.items.done(),
            version=len(self.log),
            stated=self.stated,
            facts=self.facts,
            comments=self.comments,
            first_due=self.first_due,
            closed_on=self.closed_on,
            log=tuple(self.log),
        )
