"""Who must approve a return home, as dated data: framework/content/law/approval.toml, checked.

What stands in it, and what its provenances mean, is said at the top of the file. `approval` says which rules apply.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field

from framework import loading
from framework.loading import Id, LoadingError, Text

PATH = Path(__file__).parent.parent / "content" / "law" / "approval.toml"

Status = Literal["s20", "s31", "s38", "remand", "edge"]
"""Accommodated by agreement; care order; interim care order; on remand; edge of care, so not looked after."""
OutcomeId = Literal[
    "ceases",
    "placed_with_parents",
    "placed_with_parents_immediately",
    "court_directed_placement",
    "order_ended_by_court",
]
Approver = Literal["nominated_officer", "director", "court", "none"]
Provenance = Literal["published", "to_check", "product"]
LimitId = Literal[
    "looked_after_working_days",
    "director_from_age",
    "adult_from_age",
    "leaving_care_weeks",
    "leaving_care_counts_from_age",
    "leaving_care_from_age",
    "immediate_working_days",
]
RuleId = Literal[
    "director",
    "nominated_officer",
    "authority_satisfied",
    "edge",
    "remand",
    "placed_with_parents",
    "placed_with_parents_immediately",
    "court_directed_placement",
    "order_ended_by_court",
    "regulation_39",
    "leaving_care",
    "earlier_periods",
    "counted",
    "turns_sixteen",
    "key_stage_4",
    "key_stage_4_without_placement",
    "out_of_area",
    "at_a_distance",
    "out_of_area_without_placement",
    "ward_of_court",
    "older_than_the_rules",
]
WORDS = {"age", "working_days", "since", "until", "effect", "assess_by", *get_args(LimitId)}
"""What a text may name in braces; `approval` fills it in."""


class LawError(LoadingError):
    """A file of the law that cannot be used: says which file, which key and why."""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Content):
    id: Id
    citation: Text
    version: Text
    """Which text of it was read."""


class _Sourced(_Content):
    source: Id
    at: Text
    """The place in the source."""
    provenance: Provenance


class Condition(_Sourced):
    id: Id
    text: Text


class _Dated(_Sourced):
    valid_from: date
    """The first day on which it is used."""


class Limit(_Dated):
    id: LimitId
    value: Annotated[int, Field(gt=0)]
    unit: Literal["working days", "weeks", "years"]


class Outcome(_Dated):
    """The legal statuses that can have an outcome, and the sentence for the others."""

    id: OutcomeId
    statuses: tuple[Status, ...]
    otherwise: Text


class Rule(_Dated):
    """One branch, or what is added to one: who approves (None: says nothing on that), why, and on which conditions."""

    id: RuleId
    approver: Approver | None = None
    basis: str = ""
    condition: tuple[Condition, ...] = ()


D = TypeVar("D", bound="Limit | Outcome | Rule")


class Law(_Content):
    """Everything in approval.toml, valid once it exists."""

    checked_on: date
    """The day on which it was last compared with its sources."""
    source: tuple[Source, ...]
    limit: tuple[Limit, ...]
    outcome: tuple[Outcome, ...]
    rule: tuple[Rule, ...]

    def limit_on(self, day: date, name: LimitId) -> int:
        return _in_force(self.limit, name, day).value

    def outcome_on(self, day: date, name: OutcomeId) -> Outcome:
        return _in_force(self.outcome, name, day)

    def rule_on(self, day: date, name: RuleId) -> Rule:
        return _in_force(self.rule, name, day)

    def cite(self, condition: Condition) -> str:
        """The source of a condition in words: what, where in it, and which text of it was read."""
        source = next(one for one in self.source if one.id == condition.source)
        return f"{source.citation}, {condition.at} ({source.version})"


def _in_force(items: tuple[D, ...], name: str, day: date) -> D:
    """The newest version that is in force on a day; before all of them, the first."""
    versions = sorted((item for item in items if item.id == name), key=lambda item: item.valid_from)
    return next((item for item in reversed(versions) if item.valid_from <= day), versions[0])


@lru_cache(maxsize=4)
def load(path: Path = PATH) -> Law:
    """The law of all days. Raises LawError."""
    table = loading.parse(loading.read(path, LawError), path, LawError)
    return loading.validate(Law, table, path, LawError, _problems)


def _problems(law: Law) -> Iterator[tuple[str, str]]:
    """What pydantic cannot see: what is missing or stands twice, sources that are not there, unknown words in braces."""
    sources = {source.id for source in law.source}
    kinds = (("limit", law.limit, LimitId), ("outcome", law.outcome, OutcomeId), ("rule", law.rule, RuleId))
    for kind, items, ids in kinds:
        for missing in set(get_args(ids)) - {item.id for item in items}:
            yield f'{kind} "{missing}"', "is missing."
        dated = [(item.id, item.valid_from) for item in items]
        for item in items:
            if dated.count((item.id, item.valid_from)) > 1:
                yield f'{kind} "{item.id}"', "stands twice with the same valid_from."
            if item.source not in sources:
                yield f'{kind} "{item.id}" → source', f'"{item.source}" is no source in this file.'
    for rule in law.rule:
        yield from _problems_of(rule, sources)


def _problems_of(rule: Rule, sources: set[str]) -> Iterator[tuple[str, str]]:
    ids = [condition.id for condition in rule.condition]
    for condition in rule.condition:
        where = f'rule "{rule.id}" → condition "{condition.id}"'
        if ids.count(condition.id) > 1:
            yield where, "stands twice."
        if condition.source not in sources:
            yield f"{where} → source", f'"{condition.source}" is no source in this file.'
    for text in (rule.basis, *(condition.text for condition in rule.condition)):
        for _, word, _, _ in Formatter().parse(text):
            if word is not None and word not in WORDS:
                yield f'rule "{rule.id}"', f"{{{word}}} is nothing that can be filled in."
