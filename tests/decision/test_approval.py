"""Protects: who must approve a return home, on which conditions, and what cannot be.

The branches stand as situations in tests/situations/approval, one by one. Here are what holds for all of them, the two limits
of an immediate placement, the file of the law, and the command line.
"""

import json
import tomllib
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as some

from framework.__main__ import main
from framework.dates import birthday, is_working_day
from framework.decision import law
from framework.decision.approval import Facts, InvalidFacts, approval, immediate_limits, parse

SITUATIONS = sorted((Path(__file__).parents[1] / "situations/approval").glob("*.toml"))
RANK = {"none": 0, "nominated_officer": 1, "director": 2}


# ── Situations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def situations() -> list[Any]:
    return [
        pytest.param(one, id=f"{path.stem}: {one['shows']}")
        for path in SITUATIONS
        for one in tomllib.loads(path.read_text("utf-8"))["situation"]
    ]


@pytest.mark.parametrize("situation", situations())
def test_a_situation_comes_out_as_it_is_written(situation: dict[str, Any]) -> None:
    facts = parse(situation["facts"])
    if "refused" in situation:
        with pytest.raises(InvalidFacts) as refused:
            approval(facts)
        assert situation["refused"] in str(refused.value)
        return
    found = approval(facts)
    assert found.approver == situation["approver"]
    assert found.working_days == situation.get("working_days")
    assert [one.id for one in found.conditions] == situation["conditions"]
    for words in situation.get("says", []):
        assert words in found.basis


def test_the_situations_meet_every_rule_and_every_approver() -> None:
    """A rule that no situation meets would be a branch without its proof."""
    met, approvers = "", set()
    for one in situations():
        (situation,) = one.values
        if "refused" not in situation:
            found = approval(parse(situation["facts"]))
            met += found.basis + " ".join(condition.text for condition in found.conditions)
            approvers.add(found.approver)
    for rule in law.load().rule:
        for text in (rule.basis, *(condition.text for condition in rule.condition)):
            assert text.partition("{")[0] in met, rule.id
    assert approvers == set(get_args(law.Approver))


def test_every_status_with_every_outcome_is_answered_or_refused_as_the_law_has_it() -> None:
    possible = {
        "ceases": {"s20", "remand", "edge"},
        "placed_with_parents": {"s31", "s38"},
        "placed_with_parents_immediately": {"s31", "s38"},
        "court_directed_placement": {"s38"},
        "order_ended_by_court": {"s31", "s38"},
    }
    assert set(possible) == set(get_args(law.OutcomeId))
    for status, outcome in product(get_args(law.Status), possible):
        since = None if status == "edge" else date(2026, 1, 5)
        facts = child(legal_status=status, outcome=outcome, looked_after_since=since)
        if status in possible[outcome]:
            assert approval(facts).basis
        else:
            with pytest.raises(InvalidFacts, match=f'"{status}" cannot have the outcome "{outcome}"'):
                approval(facts)


def test_conditions_say_where_they_come_from_and_how_sure_they_are() -> None:
    """What was not read in the source is never passed off as read; our own is never passed off as the law's."""
    placed = {one.id: one for one in approval(child(legal_status="s31", outcome="placed_with_parents")).conditions}
    assert {key for key, one in placed.items() if one.provenance == "to_check"} == {
        *("wishes", "regulation_17", "welfare", "iro")
    }
    assert placed["placement_plan"].provenance == "published"
    assert (
        "regulation 18(1)" in placed["placement_plan"].source and "28 October 2023" in placed["placement_plan"].source
    )
    ceased = approval(child()).conditions
    assert {one.provenance for one in ceased} == {"published"}
    assert [one.source for one in ceased if "regulation 39(6)" in one.source] == [one.source for one in ceased]
    (own,) = approval(child(legal_status="edge", looked_after_since=None)).conditions
    assert own.provenance == "product" and own.source.startswith("Homeward")


# ── What holds for all ───────────────────────────────────────────────────────────────────────────────────────────────

BASE = {
    "date_of_birth": date(2014, 6, 1),
    "decision_date": date(2026, 10, 12),
    "looked_after_since": date(2026, 1, 5),
    "legal_status": "s20",
    "outcome": "ceases",
}


def child(**other: Any) -> Facts:
    return Facts.model_validate(BASE | other)


@some.composite
def facts_that_can_be(draw: Any, status: str | None = None) -> Facts:
    """Any child, decision and status that can go together."""
    decided = draw(some.dates(date(2011, 4, 1), date(2040, 12, 31)))
    born = draw(some.dates(decided - timedelta(days=18 * 365), decided))
    effect = decided + timedelta(days=draw(some.integers(0, 60)))
    assume(effect < birthday(born, 18))
    outcome = draw(some.sampled_from([one for one in law.load().outcome if status is None or status in one.statuses]))
    status = status or draw(some.sampled_from(outcome.statuses))
    return Facts.model_validate(
        {
            "date_of_birth": born,
            "decision_date": decided,
            "effective_on": draw(some.sampled_from([None, effect])),
            "looked_after_since": None if status == "edge" else draw(some.dates(born, decided)),
            "legal_status": status,
            "outcome": outcome.id,
            "key_stage_4_move": draw(some.booleans()),
            "ward_of_court": draw(some.booleans()),
            "out_of_area": draw(some.sampled_from(["no", "adjoining", "at_a_distance"])),
        }
    )


@given(facts_that_can_be())
def test_whatever_can_be_has_an_answer(facts: Facts) -> None:
    found = approval(facts)
    assert (found.working_days is None) == (facts.legal_status == "edge")
    ids = [one.id for one in found.conditions]
    assert ids and len(set(ids)) == len(ids)
    assert "{" not in found.basis + "".join(one.text for one in found.conditions)
    assert ("regulation_17" in ids) == (facts.outcome == "placed_with_parents")
    assert ("support" in ids) == (facts.outcome == "ceases" and found.approver in ("nominated_officer", "director"))
    assert ("court_leave" in ids) == facts.ward_of_court
    assert ("key_stage_4" in ids) == facts.key_stage_4_move


@given(facts_that_can_be("s20"), some.integers(1, 40))
@example(child(looked_after_since=date(2026, 9, 15)), 1)
def test_more_days_looked_after_never_lower_the_approver(facts: Facts, more: int) -> None:
    assert facts.looked_after_since
    longer = facts.model_copy(update={"looked_after_since": facts.looked_after_since - timedelta(days=more)})
    assume(longer.looked_after_since >= facts.date_of_birth)
    before, after = approval(facts), approval(longer)
    assert (before.working_days or 0) <= (after.working_days or 0)
    assert RANK[before.approver] <= RANK[after.approver]


@given(facts_that_can_be("s20"))
def test_the_day_it_takes_effect_is_not_counted_and_the_first_day_is(facts: Facts) -> None:
    """The same count, a day at a time."""
    assert facts.looked_after_since
    days = range((facts.effect - facts.looked_after_since).days)
    one_by_one = sum(is_working_day(facts.looked_after_since + timedelta(days=n)) for n in days)
    assert approval(facts).working_days == one_by_one


@given(facts_that_can_be(), some.sampled_from([("no", "adjoining"), ("adjoining", "at_a_distance")]))
def test_a_home_farther_away_never_lowers_the_approver(facts: Facts, areas: tuple[str, str]) -> None:
    nearer, farther = (approval(facts.model_copy(update={"out_of_area": area})) for area in areas)
    if nearer.approver == "court":
        assert farther.approver == "court"
    else:
        assert RANK[nearer.approver] <= RANK[farther.approver]
    assert len(nearer.conditions) <= len(farther.conditions)


@given(facts_that_can_be("s20"))
def test_sixteen_and_seventeen_on_section_20_are_always_the_directors(facts: Facts) -> None:
    assert (approval(facts).approver == "director") == (facts.decision_date >= birthday(facts.date_of_birth, 16))


# ── The two limits of an immediate placement ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("placed", "assess_by"),
    [
        (date(2026, 10, 12), date(2026, 10, 26)),  # a Monday: the Tuesday is day 1
        (date(2026, 10, 16), date(2026, 10, 30)),  # a Friday
        (date(2026, 10, 17), date(2026, 10, 30)),  # a Saturday: the Monday is day 1
        (date(2026, 12, 18), date(2027, 1, 6)),  # over Christmas and New Year
        (date(2026, 3, 27), date(2026, 4, 14)),  # over Easter
    ],
)
def test_assessment_and_review_are_due_ten_working_days_after_placing(placed: date, assess_by: date) -> None:
    assert immediate_limits(placed) == (assess_by, None)


def test_the_decision_is_due_ten_working_days_after_the_assessment_also_where_that_was_early_or_late() -> None:
    placed = date(2026, 10, 12)
    assert immediate_limits(placed, date(2026, 10, 26)) == (date(2026, 10, 26), date(2026, 11, 9))
    assert immediate_limits(placed, placed) == (date(2026, 10, 26), date(2026, 10, 26))
    assert immediate_limits(placed, date(2026, 12, 11)) == (date(2026, 10, 26), date(2026, 12, 29))


def test_an_assessment_that_was_complete_before_placing_is_refused() -> None:
    with pytest.raises(InvalidFacts, match=r"complete on 9 October 2026, before the child was placed on 12 October"):
        immediate_limits(date(2026, 10, 12), date(2026, 10, 9))


@given(some.dates(date(2011, 4, 1), date(2040, 1, 1)), some.integers(0, 30))
def test_the_limits_are_working_days_and_in_order(placed: date, later: int) -> None:
    assessed = placed + timedelta(days=later)
    assess_by, decide_by = immediate_limits(placed, assessed)
    assert is_working_day(assess_by) and decide_by and is_working_day(decide_by)
    assert placed < assess_by and assessed < decide_by
    assert assess_by <= decide_by
    assert assessed > assess_by or decide_by <= immediate_limits(placed, assess_by).decide_by


# ── The file of the law ──────────────────────────────────────────────────────────────────────────────────────────────


def changed(tmp_path: Path, old: str, new: str) -> law.Law:
    text = law.PATH.read_text("utf-8")
    assert old in text
    (tmp_path / "approval.toml").write_text(text.replace(old, new, 1), "utf-8")
    return law.load(tmp_path / "approval.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "regulations_part_7"', 'id = "part_7"', 'limit "looked_after_working_days" → source: "regulations_part_7"'),
        ('[[limit]]\nid = "director_from_age"', '[[limit]]\nid = "leaving_care_weeks"', 'limit "director_from_age": is missing'),
        ('id = "director"\n', 'id = "counted"\n', 'rule "director": is missing'),
        ('id = "relatives"', 'id = "iro"', 'rule "regulation_39" → condition "iro": stands twice'),
        ("Aged {age}", "Aged {years}", 'rule "director": {years} is nothing'),
        ("valid_from = 2015-04-01", 'valid_from = "soon"', 'limit → "looked_after_working_days" → valid_from'),
        ("checked_on = 2026-11-28", "", "checked_on: is missing"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_file_key_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(law.LawError) as refused:
        changed(tmp_path, old, new)
    assert str(refused.value).startswith(f"{tmp_path / 'approval.toml'}: ") and said in str(refused.value)


def test_a_rule_that_changes_leaves_the_law_of_an_earlier_day_as_it_was(tmp_path: Path) -> None:
    later = '\n[[limit]]\nid = "looked_after_working_days"\nvalue = 10\nunit = "working days"\nsource = "homeward"\nat = "made up"\nprovenance = "product"\nvalid_from = 2030-01-01\n'
    new = changed(tmp_path, "# ── Figures", f"{later}\n# ── Figures")
    values = {
        day: new.limit_on(date.fromisoformat(day), "looked_after_working_days") for day in ("2029-12-31", "2030-01-01")
    }
    assert values == {"2029-12-31": 20, "2030-01-01": 10}
    assert new.limit_on(date(2000, 1, 1), "looked_after_working_days") == 20


def test_everything_has_a_source_that_is_used_and_a_day() -> None:
    known = law.load()
    used = {item.source for kind in (known.limit, known.outcome, known.rule) for item in kind}
    used |= {condition.source for rule in known.rule for condition in rule.condition}
    assert used == {source.id for source in known.source}
    assert known.checked_on > date(2026, 1, 1)


# ── The command line ─────────────────────────────────────────────────────────────────────────────────────────────────

GOOD = {
    "date_of_birth": "2014-06-01",
    "decision_date": "2026-10-12",
    "looked_after_since": "2026-09-14",
    "legal_status": "s20",
    "outcome": "ceases",
}


def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str | bytes) -> tuple[int, str, str]:
    file = tmp_path / "facts.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    status = main(["approval", str(file)])
    out, error = capfd.readouterr()
    return status, out, error


def test_the_command_prints_exactly_the_promised_keys(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    status, out, error = run(tmp_path, capfd, json.dumps(GOOD))
    found = json.loads(out)
    assert (status, error) == (0, "")
    assert list(found) == ["approver", "working_days", "conditions", "basis", "law_checked_on"]
    assert (found["approver"], found["working_days"]) == ("nominated_officer", 20)
    for one in found["conditions"]:
        assert list(one) == ["id", "text", "source", "provenance"] and all(one.values())
    assert found["law_checked_on"] == date.fromisoformat(found["law_checked_on"]).isoformat()


def test_what_may_be_left_out_may_be_said_as_well(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    full = GOOD | {"effective_on": None, "key_stage_4_move": False, "ward_of_court": False, "out_of_area": "no"}
    assert run(tmp_path, capfd, json.dumps(full)) == run(tmp_path, capfd, json.dumps(GOOD))
    edge = {key: value for key, value in GOOD.items() if key != "looked_after_since"} | {"legal_status": "edge"}
    said = run(tmp_path, capfd, json.dumps(edge | {"looked_after_since": None}))
    assert said[0] == 0 and json.loads(said[1])["working_days"] is None
    assert run(tmp_path, capfd, json.dumps(edge)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        (b"\xff\xfe", "not valid JSON"),
        ('{"date_of_birth": NaN}', "not valid JSON"),
        (json.dumps(GOOD)[:-1] + ', "outcome": "ceases"}', '"outcome" is given twice'),
    ],
)
def test_what_is_no_json_object_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str | bytes, said: str
) -> None:
    status, out, error = run(tmp_path, capfd, text)
    assert (status, out) == (2, "") and error.count("\n") == 1 and said in error


WRONG_DAYS: list[Any] = [
    *("28/11/2026", "2026-11-31", "2026-2-3", "20261128", "2026-W48-6", "2026-11-28T00:00", " 2026-11-28", "soon", ""),
    *(20261128, 1.5, True, ["2026-11-28"], {"day": 28}, "0026-11-28", "9999-12-31", "２０２６-11-28", "x" * 10_000),
]


@pytest.mark.parametrize("key", ["date_of_birth", "decision_date", "effective_on", "looked_after_since"])
@pytest.mark.parametrize("value", WRONG_DAYS, ids=lambda value: repr(value)[:20])
def test_a_day_that_is_none_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], key: str, value: object
) -> None:
    status, out, error = run(tmp_path, capfd, json.dumps(GOOD | {key: value}))
    assert (status, out) == (2, "") and error.count("\n") == 1 and len(error) < 200
    assert error.startswith(f'"{key}" is ') and "written like 2026-11-28" in error


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"date_of_birth": None}, '"date_of_birth" is null; it must be a day'),
        ({"legal_status": "s21"}, '"legal_status" is "s21"; it must be one of "s20", "s31", "s38", "remand", "edge".'),
        ({"legal_status": None}, '"legal_status" is null; it must be one of'),
        ({"outcome": 3}, '"outcome" is 3; it must be one of "ceases", "placed_with_parents",'),
        ({"outcome": ["ceases"]}, '"outcome" is a list or an object; it must be one of'),
        ({"out_of_area": True}, '"out_of_area" is true; it must be one of "no", "adjoining", "at_a_distance".'),
        ({"ward_of_court": "yes"}, '"ward_of_court" must be true or false'),
        ({"ward_of_court": 1}, '"ward_of_court" must be true or false'),
        ({"key_stage_4_move": None}, '"key_stage_4_move" must be true or false'),
        ({"born": "2014-06-01"}, '"born" is not a known key. Known are date_of_birth, decision_date,'),
        ({"\x1b[31m\n": 1}, "is not a known key"),
        ({"decision_date": "2014-05-31"}, "born on 1 June 2014, after the decision of 31 May 2014"),
        ({"legal_status": "s31"}, "Only a court ends a care order"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], change: dict[str, object], said: str
) -> None:
    status, out, error = run(tmp_path, capfd, json.dumps(GOOD | change))
    assert (status, out) == (2, "") and error.count("\n") == 1 and said in error
    assert error.isprintable() or error[:-1].isprintable()


@pytest.mark.parametrize("key", GOOD)
def test_a_missing_key_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str], key: str) -> None:
    text = json.dumps({name: value for name, value in GOOD.items() if name != key})
    status, out, error = run(tmp_path, capfd, text)
    assert (status, out) == (2, "") and error.startswith(f'"{key}" is missing')


def test_a_deeply_nested_value_is_refused_like_any_other(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = json.dumps(GOOD).replace('"ceases"', "[" * 1000 + "]" * 1000)
    status, out, error = run(tmp_path, capfd, text)
    assert (status, out) == (2, "") and error.count("\n") == 1
