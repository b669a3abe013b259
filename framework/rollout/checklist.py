"""The implementation checklist as data: phases, tasks, closing outcomes, agendas, roles, rules and templates.

Loaded from checklist.toml in the folder of the edition. A broken file raises EditionError naming file, key and reason.
"""

import hashlib
import string
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from framework import edition, loading
from framework.edition import EditionError, Provenance
from framework.loading import Id, Text

Group = Literal["strategic", "practice"]
GROUPS: dict[Group, str] = {"strategic": "Strategic group", "practice": "Practice group"}
TaskId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*\.[1-9][0-9]*$")]


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sourced(_Content):
    """An item that a reader can trace: where it is from, and whether it is printed there or worked out by us."""

    source: str
    provenance: Provenance
    provenance_note: str = ""

    @model_validator(mode="after")
    def _says_how(self) -> "_Sourced":
        if self.provenance == "reconstructed" and not self.provenance_note:
            raise ValueError("what is reconstructed needs a provenance_note that says how")
        return self


class Phase(_Sourced):
    number: Annotated[int, Field(ge=1)]
    title: Text
    purpose: Text


class Annex(_Sourced):
    number: Annotated[int, Field(ge=1)]
    title: Text
    about: Text


class Part(_Content):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
    text: Text


class PublishedTask(_Sourced):
    """A task of the checklist. Its id is the phase's number and its own: 1.11."""

    id: TaskId
    title: Text
    text: Text
    annex: int | None = None
    part: tuple[Part, ...] = ()

    @property
    def phase(self) -> int:
        return int(self.id.split(".")[0])

    @property
    def number(self) -> int:
        return int(self.id.split(".")[1])


class Outcome(_Sourced):
    """What will have been achieved when a phase closes. The link to its tasks is ours (`links_note`)."""

    id: Annotated[str, StringConstraints(pattern=r"^[1-9]-[A-Z]$")]
    text: Text
    tasks: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def phase(self) -> int:
        return int(self.id.split("-")[0])


class Role(_Sourced):
    """A role in the group. `minimum`: the strategic group needs it; `keep_filled`: it may never stand empty."""

    id: Id
    label: Text
    minimum: bool
    keep_filled: bool = False
    partner: bool = False


class MeetingRules(_Content):
    gap_working_weeks: Annotated[int, Field(ge=0)]
    action_list_working_days: Annotated[int, Field(ge=0)]
    source: str
    provenance: Provenance
    note: Text


class Agenda(_Sourced):
    """The agenda of a meeting. `between`: it lies between two sets and keeps no distance of its own."""

    id: Id
    group: Literal["strategic", "practice", "either"]
    title: Text
    items: tuple[Text, ...]
    whole_day: bool = False
    between: bool = False

    @property
    def keeps_distance(self) -> bool:
        return self.group != "either" and not self.between and not self.whole_day


class Prompt(_Sourced):
    text: Text


class Named(_Sourced):
    """A kind of service gap, or an essential component."""

    id: Id
    text: Text


class Rule(_Sourced):
    """A rule that warns of drift after so many months."""

    id: Id
    kind: Literal["quality", "training", "role", "review"]
    title: Text
    months: Annotated[int, Field(ge=0)]
    text: Text
    why: Text


class Fact(_Content):
    id: Id
    label: Text
    help: Text
    long: bool = False
    """Whether it takes a sentence or two."""


class Section(_Content):
    heading: str
    text: Text


class Template(_Sourced):
    id: Id
    title: Text
    about: Text
    section: tuple[Section, ...]


class Checklist(_Content):
    """The whole checklist; immutable, and valid once it exists (see :func:`load`)."""

    title: Text
    summary: Text
    source: str
    links_provenance: Provenance
    links_note: Text
    phase: Annotated[tuple[Phase, ...], Field(min_length=1)]
    annex: tuple[Annex, ...]
    task: Annotated[tuple[PublishedTask, ...], Field(min_length=1)]
    outcome: tuple[Outcome, ...]
    role: tuple[Role, ...]
    meetings: MeetingRules
    agenda: tuple[Agenda, ...]
    prompt: tuple[Prompt, ...]
    gap: tuple[Named, ...]
    component: tuple[Named, ...]
    rule: tuple[Rule, ...]
    fact: tuple[Fact, ...]
    template: tuple[Template, ...]
    citations: dict[str, str]
    """Source id → citation, from the edition's sources.toml."""
    hash: str
    text: str
    """The text of its file, which can be read again by :func:`parse`."""

    @cached_property
    def tasks(self) -> dict[str, PublishedTask]:
        return {task.id: task for task in self.task}

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        return {outcome.id: outcome for outcome in self.outcome}

    @cached_property
    def annexes(self) -> dict[int, Annex]:
        return {annex.number: annex for annex in self.annex}

    @cached_property
    def phases(self) -> dict[int, Phase]:
        return {phase.number: phase for phase in self.phase}

    @cached_property
    def roles(self) -> dict[str, Role]:
        return {role.id: role for role in self.role}

    @cached_property
    def agendas(self) -> dict[str, Agenda]:
        return {agenda.id: agenda for agenda in self.agenda}

    @cached_property
    def gaps(self) -> dict[str, Named]:
        return {gap.id: gap for gap in self.gap}

    @cached_property
    def components(self) -> dict[str, Named]:
        return {component.id: component for component in self.component}

    @cached_property
    def facts(self) -> dict[str, Fact]:
        return {fact.id: fact for fact in self.fact}

    @cached_property
    def templates(self) -> dict[str, Template]:
        return {template.id: template for template in self.template}

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Checklist) and other.hash == self.hash


@lru_cache(maxsize=8)
def load(of: str | None = None) -> Checklist:
    """The checklist of an edition (as in :func:`framework.edition.load`). Raises EditionError."""
    path = edition.folder_of(of) / "checklist.toml"
    text = loading.read(path, EditionError)
    citations = {source.id: source.citation for source in edition.load(of).source}
    return parse(text, citations, path)


def parse(text: str, citations: dict[str, str], file: Path | str = "checklist.toml") -> Checklist:
    """A checklist from the text of its file. Raises EditionError."""
    table = loading.parse(text, file, EditionError)
    table |= {"citations": citations, "hash": hashlib.sha256(text.encode()).hexdigest(), "text": text}
    return loading.validate(Checklist, table, file, EditionError, _problems)


def as_json(checklist: Checklist) -> dict[str, Any]:
    """Every phase with its tasks and closing outcomes, each with its source and provenance."""

    def sourced(item: _Sourced, **more: Any) -> dict[str, Any]:
        said = {"source": item.source, "provenance": item.provenance}
        return {**more, **said, **({"provenance_note": item.provenance_note} if item.provenance_note else {})}

    return {
        "title": checklist.title,
        "source": checklist.source,
        "links_between_outcomes_and_tasks": {
            "provenance": checklist.links_provenance,
            "provenance_note": checklist.links_note,
        },
        "phases": [
            sourced(phase, number=phase.number, title=phase.title, purpose=phase.purpose)
            | {
                "tasks": [
                    sourced(
                        task,
                        id=task.id,
                        number=task.number,
                        title=task.title,
                        text=task.text,
                        annex=task.annex,
                        parts=[part.model_dump() for part in task.part],
                    )
                    for task in checklist.task
                    if task.phase == phase.number
                ],
                "outcomes": [
                    sourced(outcome, id=outcome.id, text=outcome.text, tasks=outcome.tasks)
                    for outcome in checklist.outcome
                    if outcome.phase == phase.number
                ],
            }
            for phase in checklist.phase
        ],
        "annexes": [
            sourced(annex, number=annex.number, title=annex.title, about=annex.about) for annex in checklist.annex
        ],
    }


def _problems(checklist: Checklist) -> Iterator[tuple[str, str]]:
    """What pydantic cannot see: (key, sentence) for each thing wrong."""
    groups: dict[str, tuple[Any, ...]] = {
        name: getattr(checklist, name)
        for name in ("phase", "annex", "task", "outcome", "role", "agenda", "gap", "component", "rule", "template")
    }
    for kind, items in {**groups, "fact": checklist.fact, "prompt": checklist.prompt}.items():
        names = [str(getattr(item, "id", None) or getattr(item, "number", None) or item.text) for item in items]
        for name, times in Counter(names).items():
            if times > 1:
                yield f'{kind} "{name}"', f"is listed {times} times; each must stand once."
        for name, item in zip(names, items, strict=True):
            cited = getattr(item, "source", None)
            if cited is not None and cited not in checklist.citations:
                yield f'{kind} "{name}" → source', f'"{cited}" is not in sources.toml.'
    for cited in (checklist.source, checklist.meetings.source):
        if cited not in checklist.citations:
            yield "source", f'"{cited}" is not in sources.toml.'
    for task in checklist.task:
        if task.phase not in checklist.phases:
            yield f'task "{task.id}"', f"there is no phase {task.phase}."
        if task.annex is not None and task.annex not in checklist.annexes:
            yield f'task "{task.id}" → annex', f"there is no annex {task.annex}."
    for outcome in checklist.outcome:
        for identifier in outcome.tasks:
            if identifier not in checklist.tasks:
                yield f'outcome "{outcome.id}" → tasks', f"there is no task {identifier}."
    for template in checklist.template:
        for section in template.section:
            for _, fact, _, _ in string.Formatter().parse(section.text):
                if fact is not None and fact not in checklist.facts:
                    yield f'template "{template.id}"', f'there is no fact "{fact}".'


class ChecklistText(BaseModel):
    """A checklist as it is kept in the record: :func:`parse` reads it."""

    model_config = ConfigDict(frozen=True)

    text: str
    citations: dict[str, str]
