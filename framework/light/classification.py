"""The traffic light: from a panel's answers to a level, what holds it there and what would change it.

The rule itself is data (classification.toml of the edition); this file only applies it. It never adds up points: a
dimension is the least (or most) favourable answer that feeds it, and the first row that fits gives the level.
Source: Ward, Brown and Westlake (2012), as taken into the practice framework; the table, the typical rows and what each level
means are reconstructed (see the edition).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from framework.edition import (
    CAPACITY,
    CHILD,
    DIMENSIONS,
    HOUSEHOLD,
    NOT_APPLICABLE,
    RESOLVED,
    UNKNOWN,
    WISHES,
    Combination,
    DimensionId,
    Edition,
    Question,
    Row,
)

Key = tuple[str, str]
"""(subject, about): what was scored, and about whom."""
Light = Literal["red", "amber", "green", "grey"]


class InvalidAssessment(ValueError):
    """An assessment that cannot be classified: the message names the key, factor, status, carer or scope."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One set of answers about one child. A missing answer counts as unknown."""

    carers: tuple[str, ...]
    answers: Mapping[Key, str]
    """(subject, about) → status; subject is a factor's id, "capacity" or "wishes"."""


class Answer(NamedTuple):
    """An answer that the classification points at."""

    question: Question
    status: str


class Condition(NamedTuple):
    """What one dimension would have to become for a better level."""

    dimension: DimensionId
    now: int
    """Its value with every unknown at its least favourable."""
    needed: int
    """The least demanding value that would do."""
    answers: tuple[Answer, ...]
    """Known answers that would have to be different. For protection: all of them, of which one would be enough, without
    those that do not apply."""
    unknown: tuple[Question, ...]
    """Unknown answers that would have to come out favourably (for protection: one of them could)."""


Way = tuple[Condition, ...]
"""Conditions that must all be met."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What the edition's rule indicates, and everything a panel must see beside it."""

    best: str
    """The level with every unknown at its most favourable."""
    worst: str
    """The level with every unknown at its least favourable."""
    dimensions: dict[DimensionId, tuple[int, int]]
    """Each dimension at its (most, least) favourable, 0 the most favourable."""
    basis: Literal["row", "gap"] | None
    """Whether this is one of the typical combinations; None while a dimension is not known."""
    row: Row | None
    """The row of the rule that matched; None while the level is not known."""
    light: Light
    holding: tuple[Answer, ...]
    """The known answers that keep `best` from being the next better level."""
    held_by: tuple[DimensionId, ...]
    """The dimensions that do. Protection can without any answer: where no protective factor can apply to this family."""
    changes: dict[str, tuple[Way, ...]]
    """For each level better than `worst`, most favourable first: the ways to it, any one of which would do."""
    unknown: tuple[tuple[Question, bool], ...]
    """Every unanswered question, and whether its answer can narrow the range of levels; those that can come first."""
    cautions: tuple[str, ...]
    """The caution factors that are improving or active."""
    history: tuple[str, ...]
    """The caution factors of which the least favourable known answer is that they are resolved."""
    only_process: bool
    """Whether what is known to protect the child, at least emerging, is only what services do."""
    unknown_for_safety: tuple[Question, ...]
    """Unanswered questions about abuse and the cautions, also where no answer to them could move the level."""

    @property
    def indicated(self) -> str | None:
        """The level, or None (grey) while the answers allow more than one."""
        return self.best if self.best == self.worst else None


def classify(edition: Edition, assessment: Assessment) -> Classification:
    """Apply the edition's rule. Total: every assessment has a result; monotone: a less favourable answer never helps.

    The assessment must be about this edition's questions (see :func:`parse`); answers to other questions are ignored.
    """
    known: _Known = {}
    unknown: dict[DimensionId, list[Question]] = {}
    answer_to = assessment.answers.get
    for dimension, asked in _plan(edition, assessment.carers).items():
        found = [outcomes.get(answer_to(key)) for key, _, outcomes in asked]
        known[dimension] = [outcome for outcome in found if outcome]
        unknown[dimension] = [question for (_, question, _), outcome in zip(asked, found, strict=True) if not outcome]

    ends = tuple([_range(edition, name, known[name], bool(unknown[name])) for name in DIMENSIONS])
    reading = _read_rule(edition, ends)
    short = {
        (name, limit): tuple(
            [answer for value, answer in known[name] if value > limit and answer.status != NOT_APPLICABLE]
        )
        for name, limit in reading.limits
    }
    cautions, history = _cautions(edition, known["risk"])
    return Classification(
        best=reading.best,
        worst=reading.worst,
        dimensions=dict(zip(DIMENSIONS, ends, strict=True)),
        basis=reading.basis,
        row=reading.row,
        light=reading.light,
        holding=tuple([answer for limit in reading.holding for answer in short[limit]]),
        held_by=tuple([name for name, _ in reading.holding]),
        changes={
            level: tuple(
                [
                    tuple(
                        [
                            Condition(name, now, needed, short.get((name, needed), ()), tuple(unknown[name]))
                            for name, now, needed in way
                        ]
                    )
                    for way in ways
                ]
            )
            for level, ways in reading.changes
        },
        unknown=_unknown(edition, ends, known, unknown) if any(unknown.values()) else (),
        cautions=cautions,
        history=history,
        only_process=_only_process(edition, known["protection"]),
        unknown_for_safety=tuple([q for q in unknown["risk"] if q.subject in edition.safety_ids]),
    )


_Outcome = tuple[int, Answer]
"""A known answer with what it makes of its dimension."""
_Known = dict[DimensionId, list[_Outcome]]
_Ends = tuple[tuple[int, int], ...]
"""Each dimension at its (most, least) favourable, in the order of DIMENSIONS."""
_Plan = dict[DimensionId, tuple[tuple[Key, Question, dict[str | None, _Outcome]], ...]]


@lru_cache(maxsize=512)
def _plan(edition: Edition, carers: tuple[str, ...]) -> _Plan:
    """For each dimension its questions, each with what every known answer to it makes of the dimension."""
    plan: dict[DimensionId, list[tuple[Key, Question, dict[str | None, _Outcome]]]] = {name: [] for name in DIMENSIONS}
    for question in edition.questions(carers):
        offered = edition.statuses(question.subject, question.about)
        outcomes: dict[str | None, _Outcome] = {s.id: (s.value, Answer(question, s.id)) for s in offered}
        plan[question.dimension].append((question.key, question, outcomes))
    return {name: tuple(asked) for name, asked in plan.items()}


class _Reading(NamedTuple):
    """What the rule makes of the four dimensions, whatever the answers behind them."""

    best: str
    worst: str
    basis: Literal["row", "gap"] | None
    row: Row | None
    light: Light
    holding: tuple[tuple[DimensionId, int], ...]
    """The dimensions that keep `best` from being the next better level, each with the value that would do."""
    changes: tuple[tuple[str, tuple[tuple[tuple[DimensionId, int, int], ...], ...]], ...]
    """For each better level its ways: the dimensions, each with its worst value now and the value needed."""
    limits: tuple[tuple[DimensionId, int], ...]
    """Each value that `holding` or `changes` asks of a dimension and that known answers there fall short of."""


@lru_cache(maxsize=2048)
def _read_rule(edition: Edition, ends: _Ends) -> _Reading:
    """Read the rule for the dimensions at their (most, least) favourable. There are a few hundred such ends in all."""
    at_best: Combination = tuple(low for low, _ in ends)  # type: ignore[assignment]
    at_worst: Combination = tuple(high for _, high in ends)  # type: ignore[assignment]
    row = edition.row_for[at_worst]
    best, worst = edition.row_for[at_best].level, row.level
    needed: dict[DimensionId, int] = {}
    if edition.rank[best]:
        for target in _targets(edition, at_best, edition.level[edition.rank[best] - 1].id):
            for name, now, value in zip(DIMENSIONS, at_best, target, strict=True):
                if value < now:
                    needed[name] = max(value, needed.get(name, 0))
    changes = tuple(
        (
            level.id,
            tuple(
                tuple(
                    (name, now, value)
                    for name, now, value in zip(DIMENSIONS, at_worst, target, strict=True)
                    if value < now
                )
                for target in _targets(edition, at_worst, level.id)
            ),
        )
        for level in edition.level[: edition.rank[worst]]
    )
    asked = [*needed.items(), *((name, value) for _, ways in changes for way in ways for name, _, value in way)]
    low = dict(zip(DIMENSIONS, at_best, strict=True))
    return _Reading(
        best,
        worst,
        basis=None if at_best != at_worst else "row" if edition.is_typical(at_best) else "gap",
        row=row if best == worst else None,
        light=edition.levels[best].light if best == worst else "grey",
        holding=tuple(needed.items()),
        changes=changes,
        limits=tuple(dict.fromkeys((name, value) for name, value in asked if value < low[name])),
    )


def _targets(edition: Edition, at: Combination, level: str) -> tuple[Combination, ...]:
    """The least demanding combinations, no worse than `at`, whose level is `level` or better."""
    reach = [
        c
        for c in edition.combinations
        if all(x <= y for x, y in zip(c, at, strict=True))
        and edition.rank[edition.row_for[c].level] <= edition.rank[level]
    ]
    return tuple(c for c in reach if not any(c != d and all(x <= y for x, y in zip(c, d, strict=True)) for d in reach))


def _range(edition: Edition, name: DimensionId, known: list[_Outcome], any_unknown: bool) -> tuple[int, int]:
    """A dimension with its unknown answers at their (most, least) favourable."""
    dimension = edition.dimensions[name]
    values = [value for value, _ in known]
    if dimension.combine == "least_favourable":
        least = max(values, default=0)
        return least, dimension.worst if any_unknown else least
    most = min(values, default=dimension.worst)
    return 0 if any_unknown else most, most


def _cautions(edition: Edition, risks: list[_Outcome]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The caution factors that are there, and those that are only history, each once."""
    found = [
        (answer.question.subject, value)
        for value, answer in risks
        if (value or answer.status == RESOLVED) and answer.question.subject in edition.caution_ids
    ]
    there = dict.fromkeys([subject for subject, value in found if value])
    return tuple(there), tuple(dict.fromkeys([subject for subject, _ in found if subject not in there]))


def _only_process(edition: Edition, protection: list[_Outcome]) -> bool:
    worst, carried = edition.dimensions["protection"].worst, False
    for value, answer in protection:
        if value < worst:
            if answer.question.subject not in edition.process_ids:
                return False
            carried = True
    return carried


def _unknown(
    edition: Edition, ends: _Ends, known: _Known, unknown: Mapping[DimensionId, list[Question]]
) -> tuple[tuple[Question, bool], ...]:
    """Unanswered questions. One narrows the range if some answer to it would change `best` or `worst`.

    Whether it does depends only on its dimension: on the answers already known there and on how many are missing.
    """
    now = _read_rule(edition, ends)
    narrowing = []
    for place, name in enumerate(DIMENSIONS):
        if not unknown[name] or now.best == now.worst:
            continue
        question = unknown[name][0]
        for value in range(edition.dimensions[name].worst + 1):
            outcomes = [*known[name], (value, Answer(question, ""))]
            then = _range(edition, name, outcomes, len(unknown[name]) > 1)
            reading = _read_rule(edition, (*ends[:place], then, *ends[place + 1 :]))
            if (reading.best, reading.worst) != (now.best, now.worst):
                narrowing.append(name)
                break
    # Few questions decide capacity and wishes, many decide risk: ask first where one answer says most.
    narrowing.sort(key=lambda name: len(unknown[name]))
    first = [q for name in narrowing for q in sorted(unknown[name], key=lambda q: q.subject not in edition.caution_ids)]
    rest = [q for name in DIMENSIONS if name not in narrowing for q in unknown[name]]
    return (*((q, True) for q in first), *((q, False) for q in rest))


def deciding(edition: Edition, result: Classification) -> frozenset[DimensionId]:
    """The dimensions that are not known and whose value can make a difference to the level, whatever the others are."""
    return _deciding(edition, tuple(result.dimensions[name] for name in DIMENSIONS))


@lru_cache(maxsize=1024)
def _deciding(edition: Edition, ends: _Ends) -> frozenset[DimensionId]:
    within = [c for c in edition.combinations if all(a <= v <= b for v, (a, b) in zip(c, ends, strict=True))]
    found: set[DimensionId] = set()
    for place, name in enumerate(DIMENSIONS):
        # Combinations that differ in this dimension alone: does its value change their level?
        levels: dict[tuple[int, ...], set[str]] = {}
        for one in within:
            levels.setdefault((*one[:place], *one[place + 1 :]), set()).add(edition.row_for[one].level)
        if any(len(of) > 1 for of in levels.values()):
            found.add(name)
    return frozenset(found)


# ── From and to JSON (the command line of docs/command-line.md) ──────────────────────────────────────────────────────


def parse(edition: Edition, data: Any) -> Assessment:
    """An assessment from the command line's form. Raises InvalidAssessment, naming what is wrong.

    `{"carers": ["a"], "scores": [{"factor", "about", "status"}], "capacity": {carer: …}, "wishes": {"child": …, carer: …}}`
    """
    if not isinstance(data, dict):
        raise InvalidAssessment("An assessment is an object with carers, scores, capacity and wishes.")
    for key in data:
        if key not in ("carers", "scores", "capacity", "wishes"):
            raise InvalidAssessment(f"Unknown key {_said(key)}: an assessment has carers, scores, capacity and wishes.")
    carers = _carers(data.get("carers", []))
    allowed, allowed_beside = _allowed(edition, carers)
    scores = data.get("scores", [])
    if not isinstance(scores, list):
        raise InvalidAssessment('"scores" must be a list.')
    try:
        given = [*map(_SCORE, scores)]
        answers: dict[Key, str] = {(factor, about): status for factor, about, status in given}
        fits = len(answers) == len(scores) and sum(map(len, scores)) == 3 * len(scores) and allowed.issuperset(given)
    except (KeyError, TypeError, IndexError):
        fits = False
    if not fits:
        raise InvalidAssessment(_first_wrong(edition, carers, scores))
    for subject in (CAPACITY, WISHES):
        given = data.get(subject, {})
        if not isinstance(given, dict):
            raise InvalidAssessment(f'"{subject}" must be an object of who → status.')
        for about, status in given.items():
            if not isinstance(status, str) or (subject, about, status) not in allowed_beside:
                check_answer(edition, carers, subject, about, status)
            answers[subject, about] = status
    return Assessment(carers, answers)


_SCORE = itemgetter("factor", "about", "status")
_Given = tuple[str, str, str]
"""(subject, about, status)."""


@lru_cache(maxsize=512)
def _allowed(edition: Edition, carers: tuple[str, ...]) -> tuple[frozenset[_Given], frozenset[_Given]]:
    """Every answer that can be given to a factor, and to the questions beside the factors."""
    given = {
        (subject, about, status)
        for subject, about, _ in edition.questions(carers)
        if about
        for status in (*(s.id for s in edition.statuses(subject, about)), UNKNOWN)
    }
    beside = frozenset(one for one in given if one[0] in (CAPACITY, WISHES))
    return frozenset(given - beside), beside


def _carers(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(carer, str) and carer.strip() for carer in value):
        raise InvalidAssessment('"carers" must be a list of names, none of them empty.')
    for carer in value:
        if carer in (CHILD, HOUSEHOLD):
            raise InvalidAssessment(f'A carer cannot be named "{carer}": that word is taken.')
        if value.count(carer) > 1:
            raise InvalidAssessment(f"The carer {_said(carer)} is named twice.")
    return tuple(value)


def _first_wrong(edition: Edition, carers: tuple[str, ...], scores: list[Any]) -> str:
    """The sentence for the first score that cannot stand."""
    seen: set[Key] = set()
    for score in scores:
        if not isinstance(score, dict):
            return f"A score is an object with factor, about and status, not {_shortened(repr(score))}."
        for key in score:
            if key not in ("factor", "about", "status"):
                return f"Unknown key {_said(key)} in a score: it has factor, about and status."
        for key in ("factor", "about", "status"):
            if not isinstance(score.get(key), str):
                return f'The score {_shortened(repr(score))} needs "{key}", a text.'
        factor, about, status = score["factor"], score["about"], score["status"]
        if factor in (CAPACITY, WISHES):
            return f'"{factor}" is not a factor; put it under "{factor}".'
        try:
            check_answer(edition, carers, factor, about, status)
        except InvalidAssessment as error:
            return str(error)
        if (factor, about) in seen:
            return f'The score of "{factor}" about {_said(about)} is given twice.'
        seen.add((factor, about))
    raise AssertionError("every score stands")


def check_answer(edition: Edition, carers: Iterable[str], subject: str, about: Any, status: Any) -> None:
    """Raises InvalidAssessment unless this answer can be given: names the factor, scope, carer or status."""
    if subject not in (CAPACITY, WISHES) and subject not in edition.factors:
        raise InvalidAssessment(f"Unknown factor {_said(subject)}.")
    carers = tuple(carers)
    if not isinstance(about, str) or not isinstance(status, str):
        raise InvalidAssessment(f'"{subject}" takes texts for whom it is about and for its status.')
    scope = {CAPACITY: "carer", WISHES: "child or carer"}.get(subject) or edition.factors[subject].scope
    fitting = {
        "child": (CHILD,),
        "household": (HOUSEHOLD,),
        "carer": carers,
        "child or carer": (CHILD, *carers),
    }[scope]
    if about not in fitting:
        if about in (CHILD, HOUSEHOLD) or "carer" not in scope:
            raise InvalidAssessment(f'"{subject}" is scored about the {scope}, not about {_said(about)}.')
        named = f"the carers are {_list(carers)}" if carers else "no carer is named"
        raise InvalidAssessment(f'Unknown carer {_said(about)} for "{subject}": {named}.')
    choices = [choice.id for choice in edition.choices(subject, about)]
    if status not in choices:
        if status == NOT_APPLICABLE and subject not in (CAPACITY, WISHES):
            raise InvalidAssessment(
                f'"{subject}" cannot be "{NOT_APPLICABLE}": this factor applies to everybody. Use {_list(choices)}.'
            )
        raise InvalidAssessment(f'Unknown status {_said(status)} for "{subject}": use {_list(choices)}.')


def _list(words: Iterable[str]) -> str:
    return ", ".join(map(_said, words))


def _said(name: str) -> str:
    """A name from the input, in quotation marks."""
    return f'"{_shortened(name)}"'


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"


def as_json(edition: Edition, result: Classification) -> dict[str, Any]:
    """The command line's answer (docs/command-line.md)."""
    return {
        "indicated": result.indicated,
        "best": result.best,
        "worst": result.worst,
        "light": result.light,
        "basis": result.basis,
        "dimensions": {name: list(ends) for name, ends in result.dimensions.items()},
        "holding": [_answer_json(answer) for answer in result.holding],
        "changes": {
            level: [
                [
                    {
                        "dimension": condition.dimension,
                        "now": condition.now,
                        "needed": condition.needed,
                        "meaning": edition.dimensions[condition.dimension].values[condition.needed],
                        "answers": [_answer_json(answer) for answer in condition.answers],
                        "unknown": [_question_json(question) for question in condition.unknown],
                    }
                    for condition in way
                ]
                for way in ways
            ]
            for level, ways in result.changes.items()
        },
        "unknown": [{**_question_json(question), "narrows": narrows} for question, narrows in result.unknown],
        "cautions": list(result.cautions),
        "caution_history": list(result.history),
        "protection_only_from_services": result.only_process,
        "unknown_for_safety": [_question_json(question) for question in result.unknown_for_safety],
    }


@lru_cache(maxsize=4096)
def _question_json(question: Question) -> dict[str, Any]:
    return {"dimension": question.dimension, "factor": question.subject, "about": question.about}


@lru_cache(maxsize=4096)
def _answer_json(answer: Answer) -> dict[str, Any]:
    return {**_question_json(answer.question), "status": answer.status}
