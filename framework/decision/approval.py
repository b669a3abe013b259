"""Who must approve that a child goes home, on which conditions, and why: a pure function of a few facts.

Which rule applies is said here, a branch a line; what it says, with its source, stands in framework/content/law/approval.toml
under the same name. England only.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from framework.dates import add_working_days, birthday, uk, working_days_between
from framework.decision.law import Approver, Law, LimitId, OutcomeId, Provenance, RuleId, Status, load

YEARS = range(1950, 2151)
"""A year outside them is a slip of the pen."""


class InvalidFacts(Exception):
    """Facts that cannot be used, or that cannot be true together; the message says why."""


def _day(value: object) -> object:
    """A day as JSON gives it, which is text, or as Python does."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        value = date.fromisoformat(value)
    if type(value) is not date or value.year not in YEARS:
        raise ValueError
    return value


Day = Annotated[date, BeforeValidator(_day)]


class Facts(BaseModel):
    """What the answer depends on. `looked_after_since`: the first day of this time looked after; None at the edge of care."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    date_of_birth: Day
    decision_date: Day
    effective_on: Day | None = None
    """The first day on which the decision is in effect; None: the day of the decision."""
    looked_after_since: Day | None = None
    legal_status: Status
    outcome: OutcomeId
    key_stage_4_move: bool = False
    """Whether the return disrupts schooling in Year 10 or 11."""
    ward_of_court: bool = False
    out_of_area: Literal["no", "adjoining", "at_a_distance"] = "no"
    """Whether the home lies in another authority's area, and whether that adjoins this authority's."""

    @property
    def effect(self) -> date:
        return self.effective_on or self.decision_date

    @property
    def placed(self) -> bool:
        """Whether the child stays looked after and is placed with a parent by the authority."""
        return self.outcome in ("placed_with_parents", "placed_with_parents_immediately")

    def aged(self, age: int, on: date) -> bool:
        return on >= birthday(self.date_of_birth, age)


class ToSatisfy(BaseModel):
    """A condition for the approver; `source` in words."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    source: str
    provenance: Provenance


class Approval(BaseModel):
    """Who must approve, and on what. `working_days`: looked after before it takes effect; None if not looked after."""

    model_config = ConfigDict(frozen=True)

    approver: Approver
    working_days: int | None
    conditions: tuple[ToSatisfy, ...]
    basis: str
    law_checked_on: date


def approval(facts: Facts) -> Approval:
    """Who must approve, by the law of the day of the decision. Raises InvalidFacts where the facts cannot be true together."""
    law = load()
    for reason in _contradictions(facts, law):
        raise InvalidFacts(reason)
    days = _working_days(facts)
    rules = [law.rule_on(facts.decision_date, name) for name in _rules(facts, law, days)]
    if any(rule.valid_from > facts.decision_date for rule in rules):
        rules.append(law.rule_on(facts.decision_date, "older_than_the_rules"))
    words = _words(facts, law, days)
    return Approval(
        approver=[rule.approver for rule in rules if rule.approver][-1],
        working_days=days,
        conditions=tuple(
            ToSatisfy(id=one.id, text=one.text.format(**words), source=law.cite(one), provenance=one.provenance)
            for rule in rules
            for one in rule.condition
        ),
        basis=" ".join(rule.basis.format(**words) for rule in rules if rule.basis),
        law_checked_on=law.checked_on,
    )


def _rules(facts: Facts, law: Law, days: int | None) -> Iterator[RuleId]:
    """The rules that apply. The last of them that names an approver decides who it is."""
    yield from _when_ceasing(facts, law, days or 0) if facts.outcome == "ceases" else (facts.outcome,)
    if facts.key_stage_4_move:
        yield "key_stage_4" if facts.placed else "key_stage_4_without_placement"
    if facts.out_of_area != "no":
        yield "out_of_area" if facts.placed else "out_of_area_without_placement"
    if facts.out_of_area == "at_a_distance" and facts.placed:
        yield "at_a_distance"
    if facts.ward_of_court:
        yield "ward_of_court"


def _when_ceasing(facts: Facts, law: Law, days: int) -> Iterator[RuleId]:
    """Regulation 39. Its age and its least number of working days are those of the day of the decision."""
    if facts.legal_status == "edge" or facts.legal_status == "remand":
        yield facts.legal_status
        return
    sixteen = law.limit_on(facts.decision_date, "director_from_age")
    if facts.aged(sixteen, facts.decision_date):
        yield "director"
        yield "regulation_39"
        yield "leaving_care" if _eligible(facts, law) else "earlier_periods"
        return
    if days >= law.limit_on(facts.decision_date, "looked_after_working_days"):
        yield "nominated_officer"
        yield "regulation_39"
        if _eligible(facts, law):
            yield "leaving_care"
    else:
        yield "authority_satisfied"
    if facts.looked_after_since != facts.effect:
        yield "counted"
    if facts.aged(sixteen, facts.effect):
        yield "turns_sixteen"


def _working_days(facts: Facts) -> int | None:
    """From the first day looked after to the day before the decision takes effect, both counted (our reading, to be checked)."""
    if facts.looked_after_since is None:
        return None
    return working_days_between(facts.looked_after_since - timedelta(days=1), facts.effect - timedelta(days=1))


def _eligible(facts: Facts, law: Law) -> bool:
    """Whether this time looked after makes the child an eligible one; earlier times count, too, and are not known here."""
    assert facts.looked_after_since
    if not facts.aged(law.limit_on(facts.decision_date, "leaving_care_from_age"), facts.effect):
        return False
    counts_from = birthday(facts.date_of_birth, law.limit_on(facts.decision_date, "leaving_care_counts_from_age"))
    weeks = law.limit_on(facts.decision_date, "leaving_care_weeks")
    return facts.effect - max(facts.looked_after_since, counts_from) >= timedelta(weeks=weeks)


def _words(facts: Facts, law: Law, days: int | None) -> dict[str, str]:
    """What the texts of the rules name in braces."""
    limits = {name: str(law.limit_on(facts.decision_date, name)) for name in get_args(LimitId)}
    return limits | {
        "age": str(_age(facts.date_of_birth, facts.decision_date)),
        "working_days": str(days),
        "since": uk(facts.looked_after_since),
        "until": uk(facts.effect - timedelta(days=1)),
        "effect": uk(facts.effect),
        "assess_by": uk(immediate_limits(facts.effect).assess_by),
    }


def _age(born: date, on: date) -> int:
    years = on.year - born.year
    return years - (on < birthday(born, years))


# ── An immediate placement ───────────────────────────────────────────────────────────────────────────────────────────


class ImmediateLimits(NamedTuple):
    """The last lawful days; `decide_by` is not known before the assessment is complete."""

    assess_by: date
    decide_by: date | None


def immediate_limits(placed_on: date, assessed_on: date | None = None) -> ImmediateLimits:
    """Regulation 19: so many working days from placing to assessment and review, and again from there to the approved decision.

    The working day after is day 1. Raises InvalidFacts where the assessment was complete before the child was placed.
    """
    if assessed_on and assessed_on < placed_on:
        raise InvalidFacts(
            f"The assessment was complete on {uk(assessed_on)}, before the child was placed on {uk(placed_on)}: "
            "that is no immediate placement."
        )
    days = load().limit_on(placed_on, "immediate_working_days")
    return ImmediateLimits(
        add_working_days(placed_on, days), add_working_days(assessed_on, days) if assessed_on else None
    )


# ── What cannot be ───────────────────────────────────────────────────────────────────────────────────────────────────


def _contradictions(facts: Facts, law: Law) -> Iterator[str]:
    """Why the facts cannot be true together, if they cannot."""
    born, decided, since = facts.date_of_birth, facts.decision_date, facts.looked_after_since
    age = law.limit_on(decided, "adult_from_age")
    adult = birthday(born, age)
    outcome = law.outcome_on(decided, facts.outcome)
    if born > decided:
        yield f"The child was born on {uk(born)}, after the decision of {uk(decided)}."
    if facts.effect < decided:
        yield f"The decision of {uk(decided)} cannot take effect before it is made, on {uk(facts.effect)}."
    if decided >= adult:
        yield f"Who was born on {uk(born)} is {age} or over on {uk(decided)}: an adult, of whom this cannot be decided."
    if facts.effect >= adult:
        yield f"The child turns {age} on {uk(adult)}, and the decision would take effect only on {uk(facts.effect)}."
    if since is None and facts.legal_status != "edge":
        yield f'"looked_after_since" is missing: a child on "{facts.legal_status}" is looked after.'
    if since is not None and facts.legal_status == "edge":
        yield '"looked_after_since" must be null: a child at the edge of care is not looked after.'
    if since is not None and since < born:
        yield f"The child cannot be looked after from {uk(since)}, before the birth on {uk(born)}."
    if since is not None and since > decided:
        yield f"The child cannot be looked after from {uk(since)}, after the decision of {uk(decided)}."
    if facts.legal_status not in outcome.statuses:
        yield f'"{facts.legal_status}" cannot have the outcome "{facts.outcome}". {outcome.otherwise}'


# ── The command line's JSON ──────────────────────────────────────────────────────────────────────────────────────────


def parse(data: object) -> Facts:
    """Facts from a parsed JSON object. Raises InvalidFacts naming the first key that is wrong, and why."""
    if not isinstance(data, Mapping):
        raise InvalidFacts("The input must be a JSON object.")
    try:
        return Facts.model_validate(data)
    except ValidationError as error:
        raise InvalidFacts(_sentence(error.errors()[0])) from None


def _sentence(wrong: ErrorDetails) -> str:
    key, given = str(wrong["loc"][0])[:40], _shown(wrong["input"])
    match wrong["type"]:
        case "missing":
            return f'"{key}" is missing.'
        case "extra_forbidden":
            return f'"{key}" is not a known key. Known are {", ".join(Facts.model_fields)}.'
        case "literal_error":
            known = ", ".join(f'"{one}"' for one in get_args(Facts.model_fields[key].annotation))
            return f'"{key}" is {given}; it must be one of {known}.'
        case "bool_type":
            return f'"{key}" must be true or false, without quotation marks.'
    years = f"from {YEARS[0]} to {YEARS[-1]}"
    return f'"{key}" is {given}; it must be a day {years}, written like 2026-11-28.'


def _shown(given: object) -> str:
    """What was put in, as JSON writes it; not what may be long or nested."""
    if isinstance(given, str):
        return f'"{given[:40]}"'
    if isinstance(given, bool | int | float | date):
        return str(given).lower()
    return "null" if given is None else "a list or an object"


def as_json(facts: Facts) -> dict[str, Any]:
    """The answer as the command line prints it. Raises InvalidFacts."""
    return approval(facts).model_dump(mode="json")
