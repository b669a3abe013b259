"""When visits and reviews are due after a return, and which rule says so: the law, the plan, or what Homeward suggests.

From the last due visit each rule names the latest day for the next one, and the earliest day counts; where two fall on one
day, the law is named before the plan and the plan before a suggestion. Every rule names a later day, or none, for a later
last visit, so one more rule can only bring a visit forward. Only law and plan can make a visit late.

The rules are data: content/law/schedule.toml (regulations 19, 28 and 33 of the Care Planning, Placement and Case Review
(England) Regulations 2010, with how we read them) and schedule.toml of an edition.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from framework import dates, loading
from framework.loading import LoadingError
from framework.plan.rules import (
    LOOKED_AFTER,
    Law,
    Status,
    SuggestedDays,
    Suggestions,
    VisitRule,
    suggested_on,
)

DAY = timedelta(days=1)
YEARS = 18
"""For how long after a return a schedule is made: by then the child has grown up."""
RANKS = ("law", "plan", "product")
"""Who is named where two rules fall on one day."""


class InvalidSituation(LoadingError):
    """A situation that cannot be used; the message is one sentence: where, what."""


# ── What is put in ───────────────────────────────────────────────────────────────────────────────────────────────────


def _day(value: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f'"{value}" is not a day of the calendar') from None
    raise ValueError('must be a day from 1900 to 2199, written like "2026-03-31"')


def _maybe_day(value: Any) -> date | None:
    return None if value is None else _day(value)


def _number_of_days(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 366:
        raise ValueError("must be a whole number of days from 1 to 366")
    return value


def _yes_or_no(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("must be true or false")
    return value


Day = Annotated[date, BeforeValidator(_day)]
MaybeDay = Annotated[date | None, BeforeValidator(_maybe_day)]


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spell(_Input):
    """A legal status and its first day; it lasts until the next one begins."""

    start: Day = Field(alias="from")
    status: Status


class Planned(_Input):
    """What the plan says: a visit at least so often, from the return to a day."""

    every_days: Annotated[int, BeforeValidator(_number_of_days)]
    until: Day


class Situation(_Input):
    """One return home, as far as its dates depend on it."""

    returned_on: Day
    until: Day
    statuses: Annotated[tuple[Spell, ...], Field(min_length=1)]
    immediate: Annotated[bool, BeforeValidator(_yes_or_no)] = False
    """Placed with parents before the assessment was done (regulation 19)."""
    first_review_on: MaybeDay = None
    """The first review after the move home, held or arranged."""
    order_made_on: MaybeDay = None
    """The day of the (first) full care order; None: the first day of that status."""
    looked_after_since: MaybeDay = None
    """None: the first day of the statuses that are known."""
    plan: tuple[Planned, ...] = ()


def parse(data: Any, law: Law) -> Situation:
    """A situation from what JSON gave. Raises InvalidSituation."""
    if not isinstance(data, dict):
        raise InvalidSituation("The input must be an object with returned_on, until and statuses.")
    situation = loading.validate(Situation, data, "situation", InvalidSituation, _problems)
    if situation.returned_on < law.first_day:
        raise InvalidSituation(
            f"situation: returned_on: the law that is kept here begins on {dates.uk(law.first_day)}, after this return."
        )
    return situation


def _problems(given: Situation) -> Iterator[tuple[str, str]]:
    """What pydantic cannot see. The first one is said, so each may rely on those before it."""
    home, words = given.returned_on, dates.uk
    if given.until < home:
        yield "until", f"{words(given.until)} is before the return on {words(home)}."
    if given.until > home + relativedelta(years=YEARS):
        yield "until", f"{words(given.until)} is more than {YEARS} years after the return."
    yield from _problems_of_statuses(given)
    if given.first_review_on and given.first_review_on <= home:
        said = f"{words(given.first_review_on)} is not after the return on {words(home)}."
        yield "first_review_on", f"{said} It is the first review after the move home."
    for number, planned in enumerate(given.plan, 1):
        if planned.until < home:
            said = f"{words(planned.until)} is before the return on {words(home)}"
            yield f"plan → number {number} → until", f"{said}: the plan would end before it begins."


def _problems_of_statuses(given: Situation) -> Iterator[tuple[str, str]]:
    home, words = given.returned_on, dates.uk
    for number, (one, following) in enumerate(pairwise(given.statuses), 2):
        if following.start <= one.start:
            said = f"begins on {words(following.start)}, which is not after the one before it ({words(one.start)})."
            yield f"statuses → number {number}", f"{said} Statuses may not overlap."
    if given.statuses[0].start > home:
        said = f"begins on {words(given.statuses[0].start)}, after the return on {words(home)}."
        yield "statuses → number 1", f"{said} Give the status on that day, too."
    if given.immediate and _status_on(given, home) not in ("s31", "s38"):
        said = "is only for a child who is under a care order or an interim one (s31, s38)"
        yield "immediate", f"{said} on the day of the return."
    order, since = _first_day_of(given, ("s31",)), _first_day_of(given, LOOKED_AFTER)
    if given.order_made_on and order and given.order_made_on > order:
        said = f"{words(given.order_made_on)} is after {words(order)}"
        yield "order_made_on", f"{said}, from which the child is said to be under a care order."
    if given.looked_after_since and since and given.looked_after_since > since:
        said = f"{words(given.looked_after_since)} is after {words(since)}"
        yield "looked_after_since", f"{said}, on which a status of a looked after child begins."


# ── Rules on days ────────────────────────────────────────────────────────────────────────────────────────────────────


class Run(NamedTuple):
    """Days on which one of some statuses lasts, without a break, inside the schedule."""

    start: date
    end: date
    """Its last day."""
    since: date
    """When it began, also where that was before the return."""


def _status_on(given: Situation, day: date) -> Status:
    return next(spell.status for spell in reversed(given.statuses) if spell.start <= day)


def _first_day_of(given: Situation, statuses: tuple[Status, ...]) -> date | None:
    return next((spell.start for spell in given.statuses if spell.status in statuses), None)


def _runs(given: Situation, statuses: tuple[Status, ...]) -> list[Run]:
    runs: list[Run] = []
    ends = [spell.start - DAY for spell in given.statuses[1:]] + [date.max]
    since = None
    for spell, last in zip(given.statuses, ends, strict=True):
        if spell.status not in statuses:
            since = None
            continue
        since = since or spell.start
        start, end = max(spell.start, given.returned_on), min(last, given.until)
        if runs and runs[-1].since == since:
            runs[-1] = runs[-1]._replace(end=max(end, runs[-1].end))
        elif start <= end:
            runs.append(Run(start, end, since))
    return runs


class Rule(NamedTuple):
    """One rule as it binds in one situation; see `next_day`."""

    id: str
    governed_by: str
    source: str
    provenance: str
    start: date
    every: int | None
    """Days between two visits; None: one visit, by `start`."""
    while_before: date
    """It names a day only while the last visit lies before this one."""
    end: date
    """It names no day after this one."""

    def next_day(self, last: date) -> date | None:
        """The latest day for the next visit, if this rule asks for one. It never falls as `last` rises."""
        if last >= self.while_before:
            return None
        day = self.start if self.every is None else max(last, self.start) + timedelta(days=self.every)
        return day if last < day <= self.end else None


def next_visit(rules: list[Rule], last: date) -> tuple[date, Rule] | None:
    """The day by which the next visit is due after one on `last` (or after the return), and the rule that says so."""
    named = [(day, rule) for rule in rules if (day := rule.next_day(last))]
    return min(named, key=lambda one: (one[0], RANKS.index(one[1].governed_by)), default=None)


def visit_rules(given: Situation, law: Law, suggestions: Suggestions) -> list[Rule]:
    """Every rule for visits that binds in a situation. `next_visit` asks them, also after a visit that was really made."""
    reviews = [review.due for review in lawful_reviews(given, law)]
    found = [
        bound
        for rule in law.visit
        for run in _runs(given, rule.statuses)
        if (bound := _bind(rule, run, given, law, reviews))
    ]
    return found + _planned(given) + _suggested_visits(given, suggestions)


def _bind(rule: VisitRule, run: Run, given: Situation, law: Law, reviews: list[date]) -> Rule | None:
    """A rule of the law in a run of its statuses; None where it does not apply there. Source: regulation 28."""
    start, end = max(run.start, rule.valid_from), min(run.end, law.last_day(rule))
    if start > end or (rule.immediate and not (given.immediate and run.start == given.returned_on)):
        return None
    before = end + DAY
    if rule.within_days:
        anchor = run.since
        if rule.counted_from == "order" and given.order_made_on and anchor == _first_day_of(given, ("s31",)):
            anchor = given.order_made_on
        if rule.counted_from == "start" and anchor <= given.returned_on:
            return None  # that placement began before the schedule does
        start, before = anchor + timedelta(days=rule.within_days), max(anchor, given.returned_on + DAY)
    elif rule.until_first_review:
        before = _first_review_after(start, given, reviews) or before
    return Rule(rule.id, "law", law.cite(rule), rule.provenance, start, rule.every_days, before, end)


def _first_review_after(start: date, given: Situation, reviews: list[date]) -> date | None:
    """The known day of the first review after the move home, else the last day on which it may lawfully be held."""
    if given.first_review_on and given.first_review_on > start:
        return given.first_review_on
    return next((day for day in reviews if day > start), None)


def _planned(given: Situation) -> list[Rule]:
    """An interval that begins before its `until` is finished, unless no part of the plan lasts that long."""
    home, until = given.returned_on, max((part.until for part in given.plan), default=given.returned_on)
    end = min(until, given.until)
    return [Rule("plan", "plan", "The plan", "plan", home, part.every_days, part.until, end) for part in given.plan]


def _suggested_visits(given: Situation, suggestions: Suggestions) -> list[Rule]:
    """The contact, then one stage after another; a time between visits that begins in a stage is that stage's."""
    home = given.returned_on
    part = suggested_on(home, suggestions.visits)
    if not part.on:
        return []
    cited = suggestions.cite(part)
    found, start = [], home
    if part.contact_on_day:
        day = home + timedelta(days=part.contact_on_day)
        found.append(Rule("contact", "product", cited, part.provenance, day, None, home + DAY, given.until))
    for stage in part.stage:
        end = min(home + timedelta(days=part.stage[-1].until_day), given.until)
        until = home + timedelta(days=stage.until_day)
        name = f"every_{stage.every_days}_days"
        found.append(Rule(name, "product", cited, part.provenance, start, stage.every_days, until, end))
        start = until
    return found


# ── What comes out ───────────────────────────────────────────────────────────────────────────────────────────────────


class Due(NamedTuple):
    """Something that is due by a day, and what asks for it."""

    due: date
    rule: str
    governed_by: str
    source: str
    provenance: str


def visits(given: Situation, law: Law, suggestions: Suggestions) -> list[Due]:
    """Every visit from the return to the end of the schedule, each by its latest day."""
    rules, last, found = visit_rules(given, law, suggestions), given.returned_on, []
    while named := next_visit(rules, last):
        last, rule = named
        found.append(Due(last, rule.id, rule.governed_by, rule.source, rule.provenance))
    return found


def lawful_reviews(given: Situation, law: Law) -> list[Due]:
    """Reviews by the latest days that the law allows, and the one that is arranged. Source: regulations 19 and 33."""
    found: list[Due] = []
    for run in _runs(given, LOOKED_AFTER):
        found += _reviews_in(run, given, law)
    if (day := given.first_review_on) and day <= given.until and day not in {one.due for one in found}:
        found.append(_arranged(day))
    return sorted(found, key=_order)


def _reviews_in(run: Run, given: Situation, law: Law) -> Iterator[Due]:
    """Reviews before the return are taken to have been on their last lawful days, and are left out."""
    at_return = run.start == given.returned_on
    last, held = (at_return and given.looked_after_since) or run.since, 0
    while True:
        named = [_lawful(law, ("looked_after", "first_review", "later_review")[min(held, 2)], last)]
        if given.immediate and at_return and last <= given.returned_on:
            named.append(_lawful(law, "immediate_placement", given.returned_on))
        due, arranged = min(named, key=_order), given.first_review_on
        if arranged and max(last, run.start) < arranged and due.due > given.returned_on:
            if due.due < arranged and due.due <= run.end:
                yield due  # and missed: the arranged one is the first
            if due.due != arranged:
                due = _arranged(arranged)
        if due.due > run.end:
            return
        last, held = due.due, held + 1
        if last > given.returned_on:
            yield due


def _order(one: Due) -> tuple[date, int]:
    return one.due, RANKS.index(one.governed_by)


def _lawful(law: Law, counted_from: str, day: date) -> Due:
    rule = law.review_rule(counted_from, day)
    if rule.within_working_days:
        due = dates.add_working_days(day, rule.within_working_days)
    else:
        due = day + relativedelta(months=rule.within_months or 0)
    return Due(due, rule.id, "law", law.cite(rule), rule.provenance)


def _arranged(day: date) -> Due:
    return Due(day, "first_review_on", "plan", "The day given for the first review", "plan")


def reviews(given: Situation, law: Law, suggestions: Suggestions) -> list[Due]:
    """Reviews that law and plan ask for, and those that are suggested. A suggestion moves no day of the law."""
    part = suggested_on(given.returned_on, suggestions.reviews)
    both = lawful_reviews(given, law) + _suggested_days(given, part, suggestions.cite(part))
    both.sort(key=_order)
    return [one for before, one in zip([None, *both], both, strict=False) if before is None or before.due < one.due]


def outcome_points(given: Situation, suggestions: Suggestions) -> list[Due]:
    """When it is asked how the return is going, so that it can be set beside others."""
    part = suggested_on(given.returned_on, suggestions.outcome_points)
    return _suggested_days(given, part, suggestions.cite(part))


def _suggested_days(given: Situation, part: SuggestedDays, cited: str) -> list[Due]:
    home = given.returned_on
    named = {home + timedelta(days=days): f"{days}_days" for days in part.days}
    named |= {home + relativedelta(months=months): f"{months}_months" for months in part.months}
    return [
        Due(day, name, "product", cited, part.provenance)
        for day, name in sorted(named.items())
        if part.on and day <= given.until
    ]


def as_json(given: Situation, law: Law, suggestions: Suggestions) -> dict[str, Any]:
    """The whole schedule, with how the law was read."""
    return {
        "visits": _windows(given, visits(given, law, suggestions)),
        "reviews": _windows(given, reviews(given, law, suggestions)),
        "outcome_points": _windows(given, outcome_points(given, suggestions)),
        "readings": [reading.text for reading in law.reading],
    }


def _windows(given: Situation, due: list[Due]) -> list[dict[str, Any]]:
    """Each opens on the day after the one before it was due, the first on the day after the return."""
    before = [given.returned_on, *(one.due for one in due)]
    return [
        {
            "from": last + DAY,
            "due": one.due,
            "working_day_before": None if dates.is_working_day(one.due) else dates.working_day_before(one.due),
            "governed_by": one.governed_by,
            "rule": one.rule,
            "source": one.source,
            "provenance": one.provenance,
        }
        for last, one in zip(before, due, strict=False)
    ]
