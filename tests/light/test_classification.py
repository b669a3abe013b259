"""Protects: the traffic light says what the published rule says, for every child, and explains itself truly.

Source of the rules: Ward, Brown and Westlake (2012), as taken into the practice framework. The level follows from four
dimensions, never from a sum:

- risk is the least favourable risk factor, protection the most favourable protective factor, capacity to change the
  least favourable carer, wishes the least favourable wish of the child and the carers;
- low needs all four at their best; medium at most improving risks, something at least emerging that protects, evident
  capacity and everybody's wish; severe is an active risk, nothing protective and a carer without change; everything
  else is high;
- what the research does not describe is a gap, and falls to the cautious side;
- an unknown answer is taken both ways: the light then shows a range, or none (grey);
- what cannot apply to somebody counts as not there, and is never held against them; a parent who had nothing to change is
  as favourable as one who has changed.

The rule is written out again here, from the words above and without looking at the edition's rows.
"""

import itertools
import json
from collections.abc import Iterable, Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import edition
from framework.edition import DEFAULT, DimensionId, Question
from framework.light import classification
from framework.light.classification import Answer, Assessment, Classification, Condition, Key, Way, classify

EDITION = edition.load(DEFAULT)
LEVELS = ("low", "medium", "high", "severe")
LIGHTS = {"low": "green", "medium": "amber", "high": "red", "severe": "red"}
DIMENSIONS: tuple[DimensionId, ...] = ("risk", "protection", "capacity", "wishes")
VALUES = {
    "risk": {"not_applicable": 0, "absent": 0, "resolved": 0, "improving": 1, "active": 2},
    "protection": {"present": 0, "emerging": 1, "not_applicable": 2, "absent": 2},
    "capacity": {"not_needed": 0, "evident": 0, "limited": 1, "none": 2},
    "wishes": {"wants": 0, "not_expressed": 0, "ambivalent": 1, "opposed": 1},
}
MOST_FAVOURABLE = {"risk": "absent", "protection": "present", "capacity": "evident", "wishes": "wants"}
LEAST_FAVOURABLE = {"risk": "active", "protection": "absent", "capacity": "none", "wishes": "opposed"}
CAUTION = {
    "previous_maltreatment",
    "neglect",
    "alcohol_or_drug_misuse",
    "mental_health_problem",
    "parental_conflict_or_domestic_abuse",
    "previous_failed_return",
}
ABUSE = {
    "previous_maltreatment",
    "neglect",
    "severe_physical_abuse",
    "sexual_abuse_severe",
    "multiple_maltreatment",
    "growth_faltering",
    "fabricated_illness",
    "sadistic_abuse",
}
SERVICES = {
    "written_agreement_with_goals",
    "specialist_services_in_place",
    "partnership_with_parents",
    "gradual_prepared_return",
}
Answers = dict[Key, str]
COMBINATIONS = list(itertools.product(range(3), range(3), range(3), range(2)))


# The rule, written again from its words


def level_in_words(risk: int, protection: int, capacity: int, wishes: int) -> str:
    if risk == protection == capacity == wishes == 0:
        return "low"
    if risk <= 1 and protection <= 1 and capacity == 0 and wishes == 0:
        return "medium"
    if risk == 2 and protection == 2 and capacity == 2:
        return "severe"
    return "high"


def described_by_research(risk: int, protection: int, capacity: int, wishes: int) -> bool:
    return (
        (risk == protection == capacity == wishes == 0)
        or (risk == 1 and protection <= 1 and capacity == 0 and wishes == 0)
        or (risk == 2 and protection <= 1 and capacity >= 1 and wishes == 1)
        or (risk == 2 and protection == 2 and capacity == 2 and wishes == 1)
    )


def dimensions_in_words(carers: tuple[str, ...], answers: Answers) -> tuple[int, int, int, int]:
    """The four dimensions of an assessment in which every question has a known answer."""
    given: dict[str, list[int]] = {name: [] for name in DIMENSIONS}
    for question in EDITION.questions(carers):
        given[question.dimension].append(VALUES[question.dimension][answers[question.key]])
    return max(given["risk"]), min(given["protection"]), max(given["capacity"]), max(given["wishes"])


# Assessments to write tests with


def all_questions(carers: tuple[str, ...], *dimensions: str) -> list[Question]:
    return [q for q in EDITION.questions(carers) if q.dimension in (dimensions or DIMENSIONS)]


def possible(question: Question) -> list[str]:
    """The known answers to a question, most favourable first."""
    values = VALUES[question.dimension]
    return [
        status
        for status in values
        if (status != "not_expressed" or question.about == "child")
        and (status != "not_applicable" or EDITION.factors[question.subject].may_not_apply)
    ]


def good_in_every_way(carers: tuple[str, ...] = ("a",)) -> Answers:
    """No risk was ever there, everything protects, every carer has changed, everybody wants the return."""
    return {question.key: MOST_FAVOURABLE[question.dimension] for question in all_questions(carers)}


def light(carers: tuple[str, ...] = ("a",), **changes: str) -> Classification:
    """The light for a child for whom all is good in every way, except for these answers.

    `neglect="active"` is about the child, the home or the first carer, as the factor goes; `capacity_b="limited"` is
    carer b's capacity to change; `wishes_child="opposed"` the child's wish.
    """
    answers = good_in_every_way(carers)
    for name, status in changes.items():
        subject, _, about = name.rpartition("_")
        if subject not in EDITION.factors and subject not in ("capacity", "wishes"):
            subject, about = name, {"carer": carers[0]}.get(EDITION.factors[name].scope, EDITION.factors[name].scope)
        answers[subject, about] = status
    return classify(EDITION, Assessment(carers, answers))


def with_all(dimension: str, status: str, carers: tuple[str, ...] = ("a",)) -> Answers:
    """All good, but this status throughout a dimension."""
    return good_in_every_way(carers) | {question.key: status for question in all_questions(carers, dimension)}


NOTHING_PROTECTS = with_all("protection", "absent")


def held_by(result: Classification) -> list[tuple[str, str, str]]:
    return [(answer.question.subject, answer.question.about, answer.status) for answer in result.holding]


# Every combination


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_every_combination_has_the_level_and_the_basis_that_the_rule_gives_in_words(
    combination: tuple[int, int, int, int],
) -> None:
    risk, protection, capacity, wishes = combination
    answers = with_all("protection", "absent", ("a", "b"))
    answers["neglect", "child"] = ("resolved", "improving", "active")[risk]
    answers["takes_responsibility", "b"] = ("present", "emerging", "absent")[protection]
    answers["capacity", "b"] = ("evident", "limited", "none")[capacity]
    answers["wishes", "child"] = ("wants", "ambivalent")[wishes]
    result = classify(EDITION, Assessment(("a", "b"), answers))
    level = level_in_words(*combination)
    assert (result.indicated, result.best, result.worst) == (level, level, level)
    assert result.light == LIGHTS[level]
    assert result.dimensions == {name: (value, value) for name, value in zip(DIMENSIONS, combination, strict=True)}
    assert result.basis == ("row" if described_by_research(*combination) else "gap")
    assert result.row is not None and result.row.level == level


def test_most_combinations_are_gaps_in_the_research() -> None:
    assert len(COMBINATIONS) == 54
    assert sum(described_by_research(*combination) for combination in COMBINATIONS) == 8


# Examples that a social worker can check


def test_all_good_is_low() -> None:
    result = light()
    assert (result.indicated, result.light, result.basis) == ("low", "green", "row")
    assert result.holding == () and result.changes == {} and result.unknown == ()


def test_a_risk_that_is_resolved_counts_as_one_that_is_not_there() -> None:
    result = light(neglect="resolved", alcohol_or_drug_misuse="resolved", family_stress="resolved")
    assert (result.indicated, result.basis) == ("low", "row")


def test_one_risk_that_is_still_improving_makes_it_medium() -> None:
    result = light(neglect="improving")
    assert (result.indicated, result.light, result.basis) == ("medium", "amber", "row")
    assert held_by(result) == [("neglect", "child", "improving")]


def test_risks_are_never_added_up() -> None:
    many = classify(EDITION, Assessment(("a",), with_all("risk", "improving")))
    assert many.indicated == light(neglect="improving").indicated == "medium"


def test_one_active_risk_makes_it_high_however_good_everything_else_is() -> None:
    result = light(perpetrator_access="active")
    assert (result.indicated, result.light, result.basis) == ("high", "red", "gap")
    assert held_by(result) == [("perpetrator_access", "household", "active")]


def test_what_protects_does_not_outweigh_an_active_risk() -> None:
    everything_protects = light(sadistic_abuse="active")
    one_thing_protects = classify(
        EDITION,
        Assessment(
            ("a",),
            with_all("protection", "absent")
            | {("sadistic_abuse", "child"): "active", ("normal_attachment", "a"): "present"},
        ),
    )
    assert everything_protects.indicated == one_thing_protects.indicated == "high"


def test_a_child_in_two_minds_makes_it_high_in_an_otherwise_good_situation_and_that_is_a_gap() -> None:
    result = light(wishes_child="ambivalent")
    assert (result.indicated, result.basis) == ("high", "gap")
    assert held_by(result) == [("wishes", "child", "ambivalent")]


def test_a_carer_who_does_not_want_the_return_weighs_as_much_as_a_child_who_does_not() -> None:
    child, carer = light(("a", "b"), wishes_child="opposed"), light(("a", "b"), wishes_b="opposed")
    assert (child.indicated, child.basis) == (carer.indicated, carer.basis) == ("high", "gap")


def test_a_child_too_young_to_say_sets_no_limit() -> None:
    assert light(wishes_child="not_expressed").indicated == "low"


def test_attendance_alone_is_not_change() -> None:
    """A carer who comes to every appointment, and at home does as before."""
    result = light(engages_with_services="present", lack_of_cooperation="absent", capacity_a="none")
    assert (result.indicated, result.basis) == ("high", "gap")
    assert held_by(result) == [("capacity", "a", "none")]
    words = {status.id: status.help for status in EDITION.dimensions["capacity"].status}
    assert "Attending or complying is not enough" in words["evident"]
    assert "attended" in words["none"]


def test_of_two_carers_the_least_favourable_decides() -> None:
    result = light(("a", "b"), capacity_a="evident", capacity_b="limited")
    assert (result.indicated, result.dimensions["capacity"]) == ("high", (1, 1))
    assert held_by(result) == [("capacity", "b", "limited")]


def test_one_thing_that_protects_is_enough() -> None:
    answers = with_all("protection", "absent") | {("child_can_seek_help", "child"): "present"}
    assert classify(EDITION, Assessment(("a",), answers)).indicated == "low"


def test_if_the_best_that_protects_is_only_emerging_it_is_medium() -> None:
    answers = with_all("protection", "absent") | {("child_can_seek_help", "child"): "emerging"}
    result = classify(EDITION, Assessment(("a",), answers))
    assert (result.indicated, result.basis) == ("medium", "gap")


def test_if_nothing_protects_it_is_high_even_without_any_risk() -> None:
    result = classify(EDITION, Assessment(("a",), with_all("protection", "absent")))
    assert (result.indicated, result.basis) == ("high", "gap")


def test_severe_is_an_active_risk_with_nothing_that_protects_and_a_carer_without_change() -> None:
    bad = with_all("protection", "absent") | {("neglect", "child"): "active", ("capacity", "a"): "none"}
    all_want_it = classify(EDITION, Assessment(("a",), bad))
    child_does_not = classify(EDITION, Assessment(("a",), bad | {("wishes", "child"): "ambivalent"}))
    assert (all_want_it.indicated, all_want_it.basis) == ("severe", "gap")
    assert (child_does_not.indicated, child_does_not.basis) == ("severe", "row")
    for one_better in (
        {("neglect", "child"): "improving"},
        {("normal_attachment", "a"): "emerging"},
        {("capacity", "a"): "limited"},
    ):
        assert classify(EDITION, Assessment(("a",), bad | one_better)).indicated == "high"


def test_the_typical_high_case_of_the_research() -> None:
    result = light(neglect="active", capacity_a="limited", wishes_child="ambivalent")
    assert (result.indicated, result.basis) == ("high", "row")


def test_while_no_carer_is_named_what_would_be_asked_about_them_is_unknown() -> None:
    answers = {key: status for key, status in good_in_every_way(()).items() if key[1]}
    result = classify(EDITION, Assessment((), answers))
    assert (result.best, result.worst, result.light, result.basis) == ("low", "high", "grey", None)
    assert result.dimensions == {"risk": (0, 2), "protection": (0, 0), "capacity": (0, 2), "wishes": (0, 1)}
    open_ = {question.key for question, _ in result.unknown}
    assert open_ == {question.key for question in all_questions(()) if not question.about}
    assert {("capacity", ""), ("wishes", ""), ("denial_of_problems", ""), ("takes_responsibility", "")} <= open_


def test_with_no_answers_at_all_the_light_is_grey_and_anything_is_possible() -> None:
    result = classify(EDITION, Assessment(("a",), {}))
    assert (result.best, result.worst, result.indicated, result.light) == ("low", "severe", None, "grey")


def test_one_unknown_risk_keeps_the_light_grey_until_it_is_known() -> None:
    result = light(neglect="unknown")
    assert (result.best, result.worst, result.light) == ("low", "high", "grey")
    assert result.unknown == ((Question("neglect", "child", "risk"), True),)
    assert light(neglect="absent").indicated == "low"
    assert light(neglect="active").indicated == "high"


def test_unknown_answers_that_cannot_change_the_level_do_not_hide_it() -> None:
    """The child is against it and something protects: whatever the risks turn out to be, it is high."""
    result = light(wishes_child="opposed", neglect="unknown", capacity_a="unknown")
    assert (result.indicated, result.light) == ("high", "red")
    assert result.basis is None
    assert [narrows for _, narrows in result.unknown] == [False, False]


def test_a_caution_is_pointed_out_and_does_not_change_the_level() -> None:
    with_caution, without = light(alcohol_or_drug_misuse="improving"), light(denial_of_problems="improving")
    assert with_caution.cautions == ("alcohol_or_drug_misuse",) and without.cautions == ()
    assert with_caution.indicated == without.indicated == "medium"


def test_a_caution_about_two_carers_is_named_once() -> None:
    result = light(("a", "b"), alcohol_or_drug_misuse_a="active", alcohol_or_drug_misuse_b="improving")
    assert result.cautions == ("alcohol_or_drug_misuse",)


def test_a_caution_that_is_resolved_or_not_known_is_not_pointed_out() -> None:
    assert light(neglect="resolved", previous_failed_return="unknown").cautions == ()


def test_a_caution_that_is_resolved_stays_as_history() -> None:
    result = light(neglect="resolved", previous_failed_return="unknown", family_stress="resolved")
    assert (result.cautions, result.history) == ((), ("neglect",))
    both = light(("a", "b"), alcohol_or_drug_misuse_a="resolved", alcohol_or_drug_misuse_b="absent")
    assert (both.cautions, both.history) == ((), ("alcohol_or_drug_misuse",))


def test_a_caution_that_is_resolved_for_one_carer_and_improving_for_the_other_is_a_caution_and_no_history() -> None:
    result = light(("a", "b"), alcohol_or_drug_misuse_a="resolved", alcohol_or_drug_misuse_b="improving")
    assert (result.cautions, result.history) == (("alcohol_or_drug_misuse",), ())


def test_a_risk_that_does_not_apply_counts_as_one_that_is_not_there() -> None:
    result = light(adolescent_oscillating="not_applicable", own_childhood_abuse_unrecognised="not_applicable")
    assert (result.indicated, result.basis, result.cautions, result.history) == ("low", "row", (), ())


def test_what_cannot_protect_somebody_protects_nobody_and_is_never_held_against_them() -> None:
    """An illness that nobody has cannot respond to treatment."""
    answers = NOTHING_PROTECTS | {("illness_responds_to_treatment", "a"): "not_applicable"}
    result = classify(EDITION, Assessment(("a",), answers))
    assert (result.indicated, result.dimensions["protection"]) == ("high", (2, 2))
    held = {answer.question.subject for answer in result.holding}
    asked = {a.question.subject for _, way in all_ways(result) for condition in way for a in condition.answers}
    assert "recognises_problem" in held & asked
    assert "illness_responds_to_treatment" not in held | asked


def test_a_parent_who_had_nothing_to_change_weighs_as_much_as_one_who_has_changed() -> None:
    result = light(("a", "b"), capacity_a="not_needed", capacity_b="evident")
    assert (result.indicated, result.basis, result.dimensions["capacity"]) == ("low", "row", (0, 0))
    assert light(("a", "b"), capacity_a="not_needed", capacity_b="none").dimensions["capacity"] == (2, 2)


@pytest.mark.parametrize("status", ["present", "emerging"])
def test_it_is_said_where_only_what_services_do_protects_the_child(status: str) -> None:
    only = NOTHING_PROTECTS | {("written_agreement_with_goals", "household"): status}
    assert classify(EDITION, Assessment(("a",), only)).only_process
    assert classify(EDITION, Assessment(("a",), only | {("normal_attachment", "a"): "unknown"})).only_process
    assert not classify(EDITION, Assessment(("a",), only | {("normal_attachment", "a"): "emerging"})).only_process
    assert not classify(EDITION, Assessment(("a",), NOTHING_PROTECTS)).only_process
    assert not light().only_process


def test_an_unknown_answer_about_abuse_or_a_caution_is_named_even_where_it_cannot_move_the_level() -> None:
    result = light(
        wishes_child="opposed",
        sadistic_abuse="unknown",
        mental_health_problem="unknown",
        denial_of_problems="unknown",
        takes_responsibility="unknown",
    )
    assert result.indicated == "high"
    assert [narrows for _, narrows in result.unknown] == [False] * 4
    assert [q.key for q in result.unknown_for_safety] == [("sadistic_abuse", "child"), ("mental_health_problem", "a")]


def test_the_ways_out_of_severe_are_said_one_by_one() -> None:
    bad = with_all("protection", "absent") | {("neglect", "child"): "active", ("capacity", "a"): "none"}
    result = classify(EDITION, Assessment(("a",), bad))
    ways = [[(c.dimension, c.now, c.needed) for c in way] for way in result.changes["high"]]
    assert sorted(ways) == [[("capacity", 2, 1)], [("protection", 2, 1)], [("risk", 2, 1)]]
    (to_medium,) = result.changes["medium"]
    assert {(c.dimension, c.needed) for c in to_medium} == {("risk", 1), ("protection", 1), ("capacity", 0)}


# Properties that hold for any assessment


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """0 to 3 carers; in each dimension one answer throughout (or none), with some exceptions."""
    carers = ("a", "b", "c")[: draw(st.integers(0, 3))]
    answers: dict[Key, str | None] = {}
    for dimension in DIMENSIONS:
        questions = [question for question in all_questions(carers, dimension) if question.about]
        if not questions:
            continue
        usual = draw(st.sampled_from([None, "unknown", *VALUES[dimension]]))
        for question in questions:
            fits = usual in (None, "unknown", *possible(question))
            answers[question.key] = usual if fits else LEAST_FAVOURABLE[dimension]
        for question in draw(st.lists(st.sampled_from(questions), max_size=3)):
            answers[question.key] = draw(st.sampled_from([None, "unknown", *possible(question)]))
    return Assessment(carers, {key: status for key, status in answers.items() if status is not None})


ANY = settings(max_examples=40, deadline=None, derandomize=True)
SEEDS = st.integers(0, 2**32)


def rank(level: str) -> int:
    return LEVELS.index(level)


def known(assessment: Assessment) -> list[Question]:
    return [
        question
        for question in EDITION.questions(assessment.carers)
        if assessment.answers.get(question.key, "unknown") != "unknown"
    ]


def not_known(assessment: Assessment) -> list[Question]:
    answered = set(known(assessment))
    return [question for question in EDITION.questions(assessment.carers) if question not in answered]


def applies(assessment: Assessment, question: Question) -> bool:
    return assessment.answers[question.key] != "not_applicable"


def but(assessment: Assessment, changes: Answers) -> Assessment:
    """The same assessment with some answers changed."""
    return Assessment(assessment.carers, {**assessment.answers, **changes})


def favourable(questions: Iterable[Question]) -> Answers:
    return {question.key: MOST_FAVOURABLE[question.dimension] for question in questions}


def unfavourable(questions: Iterable[Question]) -> Answers:
    return {question.key: LEAST_FAVOURABLE[question.dimension] for question in questions}


@ANY
@given(assessments())
def test_every_assessment_has_a_light_that_agrees_with_its_levels(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    assert rank(result.best) <= rank(result.worst)
    assert result.indicated == (result.best if result.best == result.worst else None)
    assert result.light == (LIGHTS[result.indicated] if result.indicated else "grey")
    assert (result.row is None) == (result.indicated is None)
    assert result.row is None or result.row.level == result.indicated
    assert all(low <= high for low, high in result.dimensions.values())


@ANY
@given(assessments())
def test_both_ends_of_the_range_are_what_the_rule_gives_in_words_and_can_be_reached(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    open_ = not_known(assessment)
    for answers, level, end in (
        (favourable(open_), result.best, 0),
        (unfavourable(open_), result.worst, 1),
    ):
        completed = but(assessment, answers)
        combination = dimensions_in_words(completed.carers, dict(completed.answers))
        assert tuple(result.dimensions[name][end] for name in DIMENSIONS) == combination
        assert classify(EDITION, completed).indicated == level == level_in_words(*combination)


@ANY
@given(assessments())
def test_the_basis_is_left_open_exactly_while_a_dimension_is_not_known(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    ends = [result.dimensions[name] for name in DIMENSIONS]
    if any(low != high for low, high in ends):
        assert result.basis is None
    else:
        typical = described_by_research(*(low for low, _ in ends))
        assert result.basis == ("row" if typical else "gap")


@ANY
@given(assessments(), st.data())
def test_a_less_favourable_answer_never_gives_a_better_level(assessment: Assessment, data: st.DataObject) -> None:
    answered = known(assessment)
    if not answered:
        return
    question = data.draw(st.sampled_from(answered))
    values = VALUES[question.dimension]
    now = values[assessment.answers[question.key]]
    worse = data.draw(st.sampled_from([status for status in possible(question) if values[status] >= now]))
    before, after = classify(EDITION, assessment), classify(EDITION, but(assessment, {question.key: worse}))
    assert rank(before.best) <= rank(after.best)
    assert rank(before.worst) <= rank(after.worst)
    if before.indicated and after.indicated:
        assert rank(before.indicated) <= rank(after.indicated)


@ANY
@given(assessments(), SEEDS)
def test_however_the_unknown_answers_turn_out_the_level_lies_within_the_range(
    assessment: Assessment, seed: int
) -> None:
    result = classify(EDITION, assessment)
    chance = Random(seed)
    open_ = not_known(assessment)
    for _ in range(5):
        # Mostly favourable or mostly not, in each dimension; even chances would nearly always end at the extremes.
        usual = {name: chance.choice(list(VALUES[name])) for name in DIMENSIONS}
        answers = {
            q.key: usual[q.dimension]
            if chance.random() < 0.9 and usual[q.dimension] in possible(q)
            else chance.choice(possible(q))
            for q in open_
        }
        level = classify(EDITION, but(assessment, answers)).indicated
        assert level is not None
        assert rank(result.best) <= rank(level) <= rank(result.worst)


@ANY
@given(assessments(), st.data())
def test_learning_an_answer_never_widens_the_range(assessment: Assessment, data: st.DataObject) -> None:
    open_ = not_known(assessment)
    if not open_:
        return
    question = data.draw(st.sampled_from(open_))
    status = data.draw(st.sampled_from(possible(question)))
    before, after = classify(EDITION, assessment), classify(EDITION, but(assessment, {question.key: status}))
    assert rank(before.best) <= rank(after.best) <= rank(after.worst) <= rank(before.worst)


@ANY
@given(assessments())
def test_not_known_and_not_answered_are_the_same(assessment: Assessment) -> None:
    said = but(assessment, {question.key: "unknown" for question in not_known(assessment)})
    unsaid = Assessment(
        assessment.carers, {key: status for key, status in assessment.answers.items() if status != "unknown"}
    )
    assert classify(EDITION, said) == classify(EDITION, unsaid) == classify(EDITION, assessment)


@ANY
@given(assessments())
def test_what_holds_the_light_is_what_would_improve_it(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    assert (result.holding == ()) == (result.best == "low")
    for answer in result.holding:
        assert assessment.answers[answer.question.key] == answer.status
        assert VALUES[answer.question.dimension][answer.status] > 0
    assert len(set(result.holding)) == len(result.holding)
    assert "not_applicable" not in {answer.status for answer in result.holding}
    if not result.holding:
        return
    held = [answer.question for answer in result.holding]
    assert rank(classify(EDITION, but(assessment, favourable(held))).best) < rank(result.best)
    others = [question for question in known(assessment) if question not in held and applies(assessment, question)]
    assert classify(EDITION, but(assessment, favourable(others))).best == result.best


def satisfying(condition: Condition, one_protective: int) -> Answers:
    """Answers that meet a condition and no more than that."""
    values = VALUES[condition.dimension].items()
    status = next(status for status, value in values if value == condition.needed and status != "not_applicable")
    questions = [answer.question for answer in condition.answers] + list(condition.unknown)
    if condition.dimension == "protection":
        questions = [questions[one_protective % len(questions)]]
    return {question.key: status for question in questions}


def after(assessment: Assessment, way: Iterable[Condition], one_protective: int) -> Classification:
    changes: Answers = {}
    for condition in way:
        changes |= satisfying(condition, one_protective)
    return classify(EDITION, but(assessment, changes))


def all_ways(result: Classification) -> Iterator[tuple[str, Way]]:
    for level, ways in result.changes.items():
        for way in ways:
            yield level, way


@ANY
@given(assessments(), SEEDS)
def test_every_way_to_a_better_level_leads_there_and_asks_for_no_more_than_it_must(
    assessment: Assessment, seed: int
) -> None:
    result = classify(EDITION, assessment)
    assert tuple(result.changes) == LEVELS[: rank(result.worst)]
    assert all(result.changes.values())
    for level, way in all_ways(result):
        assert way
        assert len({condition.dimension for condition in way}) == len(way)
        assert rank(after(assessment, way, seed).worst) <= rank(level)
        for left_out in way:
            rest = [condition for condition in way if condition is not left_out]
            assert rank(after(assessment, rest, seed).worst) > rank(level)


@ANY
@given(assessments())
def test_a_way_to_a_better_level_names_the_answers_it_is_about(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    for _, way in all_ways(result):
        for condition in way:
            assert condition.now == result.dimensions[condition.dimension][1] > condition.needed
            values = VALUES[condition.dimension]
            for answer in condition.answers:
                assert assessment.answers[answer.question.key] == answer.status
                assert answer.question.dimension == condition.dimension
                assert values[answer.status] > condition.needed and answer.status != "not_applicable"
            open_ = [q for q in not_known(assessment) if q.dimension == condition.dimension]
            assert list(condition.unknown) == open_


@ANY
@given(assessments(), SEEDS)
def test_an_unknown_marked_as_narrowing_can_narrow_the_range_and_one_not_so_marked_cannot(
    assessment: Assessment, seed: int
) -> None:
    result = classify(EDITION, assessment)
    marked = dict(result.unknown)
    assert sorted(marked) == sorted(not_known(assessment))
    assert len(marked) == len(result.unknown)
    marks = [narrows for _, narrows in result.unknown]
    assert marks == sorted(marks, reverse=True), "those that can narrow it come first"
    chance = Random(seed)
    for dimension in DIMENSIONS:
        here = [question for question in marked if question.dimension == dimension]
        for question in chance.sample(here, min(3, len(here))):
            assert marked[question] == can_narrow(assessment, [question]) or (
                # Where no answer can narrow it alone, those may be marked that can together.
                marked[question] and no_answer_narrows_alone(assessment) and can_narrow(assessment, here)
            )


def can_narrow(assessment: Assessment, questions: list[Question]) -> bool:
    """Whether some answer (the same one to all of these questions) changes the range."""
    before = classify(EDITION, assessment)
    for status in possible(questions[0]):
        answers = {question.key: status for question in questions if status in possible(question)}
        learnt = classify(EDITION, but(assessment, answers))
        if (learnt.best, learnt.worst) != (before.best, before.worst):
            return True
    return False


def no_answer_narrows_alone(assessment: Assessment) -> bool:
    return not any(can_narrow(assessment, [question]) for question in not_known(assessment))


@ANY
@given(assessments())
def test_cautions_are_exactly_the_caution_factors_that_are_improving_or_active(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    there = {
        question.subject
        for question in known(assessment)
        if question.subject in CAUTION and assessment.answers[question.key] in ("improving", "active")
    }
    assert set(result.cautions) == there
    assert len(result.cautions) == len(there)


@ANY
@given(assessments())
def test_history_is_exactly_the_caution_factors_whose_worst_known_answer_is_resolved(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    said: dict[str, set[str]] = {name: set() for name in CAUTION}
    for question in known(assessment):
        said.get(question.subject, set()).add(assessment.answers[question.key])
    expected = {n for n, given in said.items() if "resolved" in given and not given & {"improving", "active"}}
    assert set(result.history) == expected and len(result.history) == len(expected)


@ANY
@given(assessments())
def test_protection_is_only_from_services_exactly_where_nothing_else_is_known_to_protect(
    assessment: Assessment,
) -> None:
    result = classify(EDITION, assessment)
    carrying = {
        q.subject
        for q in known(assessment)
        if q.dimension == "protection" and assessment.answers[q.key] in ("present", "emerging")
    }
    assert result.only_process == (bool(carrying) and carrying <= SERVICES)


@ANY
@given(assessments())
def test_unknown_for_safety_is_exactly_what_is_not_known_about_abuse_and_the_cautions(assessment: Assessment) -> None:
    result = classify(EDITION, assessment)
    assert list(result.unknown_for_safety) == [q for q in not_known(assessment) if q.subject in ABUSE | CAUTION]


@ANY
@given(assessments(), st.data())
def test_what_does_not_apply_counts_as_what_is_not_there(assessment: Assessment, data: st.DataObject) -> None:
    marked = [q for q in EDITION.questions(assessment.carers) if "not_applicable" in possible(q) and q.about]
    question = data.draw(st.sampled_from(marked))
    absent = classify(EDITION, but(assessment, {question.key: "absent"}))
    without = classify(EDITION, but(assessment, {question.key: "not_applicable"}))
    assert (without.best, without.worst, without.dimensions) == (absent.best, absent.worst, absent.dimensions)
    assert (without.basis, without.unknown, without.cautions) == (absent.basis, absent.unknown, absent.cautions)


# Its form as JSON


def as_input(assessment: Assessment) -> dict:
    """An assessment as the command line takes it."""
    answers = assessment.answers.items()
    return {
        "carers": list(assessment.carers),
        "scores": [
            {"factor": subject, "about": about, "status": status}
            for (subject, about), status in answers
            if subject in EDITION.factors
        ],
        "capacity": {about: status for (subject, about), status in answers if subject == "capacity"},
        "wishes": {about: status for (subject, about), status in answers if subject == "wishes"},
    }


@ANY
@given(assessments())
def test_an_assessment_reads_back_from_json_and_its_light_can_be_written_as_json(assessment: Assessment) -> None:
    again = classification.parse(EDITION, json.loads(json.dumps(as_input(assessment))))
    assert again == assessment
    result = classify(EDITION, again)
    written = json.loads(json.dumps(classification.as_json(EDITION, result)))
    assert written["indicated"] == result.indicated
    assert [entry["narrows"] for entry in written["unknown"]] == [narrows for _, narrows in result.unknown]
    assert [as_answer(entry) for entry in written["holding"]] == list(result.holding)


def as_answer(entry: dict) -> Answer:
    return Answer(Question(entry["factor"], entry["about"], entry["dimension"]), entry["status"])
