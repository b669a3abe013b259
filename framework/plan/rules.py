"""The rules for visits and reviews as data: those of the law, and what an edition suggests beside them.

Law: content/law/schedule.toml. Suggestions: schedule.toml of an edition, where it has none that of the built-in one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from framework import edition as editions
from framework import loading
from framework.edition import EditionError
from framework.loading import Id, Text

Status = Literal["s20", "s31", "s38", "none"]
LOOKED_AFTER: tuple[Status, ...] = ("s20", "s31", "s38")
Days = Annotated[int, Field(strict=True, ge=1, le=3660)]
FILE = "schedule.toml"


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Content):
    id: Id
    citation: Text
    checked_on: date | None = None
    """When somebody last compared the rules with it."""
    note: Text


class _Dated(_Content):
    valid_from: date
    source: str
    note: Text


class _LawRule(_Dated):
    id: Id
    regulation: Text
    provenance: Literal["published", "to_check"]


class VisitRule(_LawRule):
    """Either a longest time between visits (`every_days`) or one visit within a time (`within_days`, `counted_from`)."""

    statuses: tuple[Status, ...]
    every_days: Days | None = None
    within_days: Days | None = None
    counted_from: Literal["order", "start"] | None = None
    until_first_review: bool = False
    immediate: bool = False

    @model_validator(mode="after")
    def _one_kind(self) -> "VisitRule":
        if (self.every_days is None) == (self.within_days is None):
            raise ValueError("needs either every_days or within_days")
        if (self.within_days is None) != (self.counted_from is None):
            raise ValueError("within_days and counted_from go together")
        return self


class ReviewRule(_LawRule):
    counted_from: Literal["looked_after", "first_review", "later_review", "immediate_placement"]
    within_working_days: Days | None = None
    within_months: Days | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "ReviewRule":
        if (self.within_working_days is None) == (self.within_months is None):
            raise ValueError("needs either within_working_days or within_months")
        return self


class Reading(_Content):
    """What we take the law to say where it can be read in more than one way; goes out with every schedule."""

    id: Id
    text: Text


class Law(_Content):
    source: tuple[Source, ...]
    visit: tuple[VisitRule, ...]
    review: tuple[ReviewRule, ...]
    reading: tuple[Reading, ...]

    @property
    def first_day(self) -> date:
        return min(rule.valid_from for rule in self.visit)

    def last_day(self, rule: VisitRule) -> date:
        """The day before the same rule stands there anew."""
        later = [one.valid_from for one in self.visit if one.id == rule.id and one.valid_from > rule.valid_from]
        return min(later) - timedelta(days=1) if later else date.max

    def review_rule(self, counted_from: str, day: date) -> ReviewRule:
        """The rule that is in force on a day; before all of them, the first."""
        return _on(day, [rule for rule in self.review if rule.counted_from == counted_from])

    def cite(self, rule: VisitRule | ReviewRule) -> str:
        citation = next(source.citation for source in self.source if source.id == rule.source)
        return f"{citation}, regulation {rule.regulation}"


class Stage(_Content):
    every_days: Days
    until_day: Days
    """The last day of the stage; the return is day 0."""


class _Suggested(_Dated):
    on: Annotated[bool, Field(strict=True)]
    provenance: Literal["product", "published", "to_check"]


class SuggestedVisits(_Suggested):
    contact_on_day: Days | None = None
    stage: tuple[Stage, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "SuggestedVisits":
        ends = [stage.until_day for stage in self.stage]
        if ends != sorted(set(ends)):
            raise ValueError("each stage must end later than the one before it")
        return self


class SuggestedDays(_Suggested):
    days: tuple[Days, ...] = ()
    months: tuple[Days, ...] = ()


S = TypeVar("S", bound=_Dated)


class Suggestions(_Content):
    """Each part as it is from a day on; `on` a day says which one counts."""

    source: tuple[Source, ...]
    visits: Annotated[tuple[SuggestedVisits, ...], Field(min_length=1)]
    reviews: Annotated[tuple[SuggestedDays, ...], Field(min_length=1)]
    outcome_points: Annotated[tuple[SuggestedDays, ...], Field(min_length=1)]

    def cite(self, part: _Suggested) -> str:
        return next(source.citation for source in self.source if source.id == part.source)


def suggested_on(day: date, parts: Iterable[S]) -> S:
    """What is suggested for a return of this day; before all of them, the first."""
    return _on(day, list(parts))


def _on(day: date, versions: list[S]) -> S:
    in_force = [one for one in versions if one.valid_from <= day]
    return max(in_force, key=lambda one: one.valid_from) if in_force else min(versions, key=lambda one: one.valid_from)


@lru_cache(maxsize=1)
def load_law() -> Law:
    """The rules of the law. Raises EditionError naming file, key and reason."""
    return read_law(editions.CONTENT / "law" / FILE)


def read_law(path: Path) -> Law:
    table = loading.parse(loading.read(path, EditionError), path, EditionError)
    return loading.validate(Law, table, path, EditionError, _problems_of_law)


def load_suggestions(edition: str | None = None) -> Suggestions:
    """What an edition (None: the current one) suggests. Raises EditionError naming file, key and reason."""
    return _read_suggestions(editions.folder_of(edition))


@lru_cache(maxsize=8)
def _read_suggestions(folder: Path) -> Suggestions:
    editions.load(str(folder))  # which says what is wrong with a folder that is no edition
    own = folder / FILE
    path = own if own.is_file() else editions.CONTENT / editions.DEFAULT / FILE
    table = loading.parse(loading.read(path, EditionError), path, EditionError)
    return loading.validate(Suggestions, table, path, EditionError, _problems_of_suggestions)


def _problems_of_law(law: Law) -> Iterator[tuple[str, str]]:
    rules = [("visit", rule) for rule in law.visit] + [("review", rule) for rule in law.review]
    yield from _cited(law.source, [(f'{kind} "{rule.id}"', rule) for kind, rule in rules])
    for (kind, name, day), times in Counter((kind, rule.id, rule.valid_from) for kind, rule in rules).items():
        if times > 1:
            yield f'{kind} "{name}"', f"stands twice with the valid_from {day}; each needs its own."
    for counted_from in ("looked_after", "first_review", "later_review", "immediate_placement"):
        if not any(rule.counted_from == counted_from for rule in law.review):
            yield "review", f'no rule is counted from "{counted_from}".'


def _problems_of_suggestions(made: Suggestions) -> Iterator[tuple[str, str]]:
    for kind in ("visits", "reviews", "outcome_points"):
        parts: tuple[_Suggested, ...] = getattr(made, kind)
        yield from _cited(made.source, [(f"{kind} number {n}", part) for n, part in enumerate(parts, 1)])
        if len({part.valid_from for part in parts}) < len(parts):
            yield kind, "stands twice with the same valid_from; each needs its own."


def _cited(sources: tuple[Source, ...], items: list[tuple[str, S]]) -> Iterator[tuple[str, str]]:
    known = {source.id for source in sources}
    for where, item in items:
        if item.source not in known:
            yield f"{where} → source", f'"{item.source}" is not a source of this file.'
