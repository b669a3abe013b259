"""Protects: nobody is told a later day for a visit or a review than the law allows, and every date says which rule it comes from.

Source: practice after a return, regulations 19, 28 and 33 of the Care Planning, Placement and Case Review (England)
Regulations 2010. What each rule means for a child stands in tests/situations/schedule, worked out by hand: one situation
for every kind of placement, over Christmas, Easter, month ends, 29 February and changes of status.

And for any situation: windows follow one another without a gap; no two visits lie further apart than the law allows; one
more rule brings visits forward and moves none back; nothing is due after the end.
"""

import gc
import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework import edition
from framework.__main__ import main
from framework.edition import EditionError
from framework.plan import rules, schedule
from framework.plan.rules import Suggestions
from framework.plan.schedule import InvalidSituation, Situation
from tests.test_command_line import answer, homeward, refused

HERE = Path(__file__).parent.parent / "situations" / "schedule"
DAY = timedelta(days=1)
LAW = rules.load_law()
SUGGESTED = rules.load_suggestions(edition.DEFAULT)
NOTHING = Suggestions(
    source=SUGGESTED.source,
    visits=tuple(part.model_copy(update={"on": False}) for part in SUGGESTED.visits),
    reviews=tuple(part.model_copy(update={"on": False}) for part in SUGGESTED.reviews),
    outcome_points=tuple(part.model_copy(update={"on": False}) for part in SUGGESTED.outcome_points),
)
"""What an authority suggests that has switched every part off."""


# ── Situations ───────────────────────────────────────────────────────────────────────────────────────────────────────


def situations() -> Iterator[Any]:
    for file in sorted(HERE.glob("*.toml")):
        for one in tomllib.loads(file.read_text("utf-8"))["situation"]:
            yield pytest.param(one, id=f"{file.stem}: {one['shows']}")


def facts(situation: dict[str, Any]) -> Any:
    """As JSON gives them: days are text."""
    return json.loads(json.dumps(situation["facts"], default=date.isoformat))


def read(line: str) -> tuple[date, date | None, str, str]:
    """A line of a situation: the last day, the working day before where it is none, who asks, by which rule."""
    found = re.fullmatch(r"(\w+ \d+ \w+ \d+)(?: \((.*)\))? (\w+) (\w+)", line)
    assert found, line
    return day(found[1]), day(found[2]) if found[2] else None, found[3], found[4]


def day(text: str) -> date:
    read = datetime.strptime(text, "%a %d %b %Y").date()
    assert text == f"{read:%a} {read.day} {read:%b %Y}", "another day of the week"
    return read


@pytest.mark.parametrize("situation", list(situations()))
def test_a_situation_is_as_it_was_worked_out_by_hand(situation: dict[str, Any]) -> None:
    if "refused" in situation:
        with pytest.raises(InvalidSituation, match=re.escape(situation["refused"])):
            schedule.parse(facts(situation), LAW)
        return
    suggestions = SUGGESTED if situation.get("suggestions") else NOTHING
    made = schedule.as_json(schedule.parse(facts(situation), LAW), LAW, suggestions)
    asked = {"visits", "reviews", "outcome_points"} & situation.keys()
    assert asked
    for kind in asked:
        lines = [read(line) for line in situation[kind].strip().splitlines()]
        assert lines == [
            (one["due"], one["working_day_before"], one["governed_by"], one["rule"]) for one in made[kind]
        ], kind


def test_every_rule_of_the_law_is_shown_by_a_situation() -> None:
    shown = {
        line.split()[-1]
        for file in HERE.glob("*.toml")
        for one in tomllib.loads(file.read_text("utf-8"))["situation"]
        for line in (one.get("visits", "") + one.get("reviews", "")).splitlines()
        if line
    }
    assert {rule.id for rule in (*LAW.visit, *LAW.review)} <= shown


# ── Whatever the situation ───────────────────────────────────────────────────────────────────────────────────────────

DAYS = st.dates(date(2011, 4, 1), date(2040, 12, 31))
EVERY = {"s20": 42, "s31": 42, "s38": 28}
"""The longest time between two visits under each status, after the first review. Regulation 28."""


@st.composite
def returns(draw: st.DrawFn) -> dict[str, Any]:
    home = draw(DAYS)
    first = home - timedelta(days=draw(st.integers(0, 800)))
    changes = draw(st.lists(st.integers(1, 500), max_size=3, unique=True))
    days = [first, *sorted(home + timedelta(days=one) for one in changes)]
    statuses = [{"from": one, "status": draw(st.sampled_from(("s20", "s31", "s38", "none")))} for one in days]
    return {
        "returned_on": home,
        "until": home + timedelta(days=draw(st.integers(0, 450))),
        "statuses": statuses,
        "immediate": statuses[0]["status"] in ("s31", "s38") and draw(st.booleans()),
        "first_review_on": draw(st.none() | st.integers(1, 300).map(lambda n: home + timedelta(days=n))),
        "looked_after_since": draw(st.none() | st.integers(0, 400).map(lambda n: first - timedelta(days=n))),
        "plan": draw(plans(home)),
    }


def plans(home: date) -> st.SearchStrategy[list[dict[str, Any]]]:
    until = st.integers(0, 600).map(lambda n: home + timedelta(days=n))
    return st.lists(st.fixed_dictionaries({"every_days": st.integers(1, 90), "until": until}), max_size=2)


def parsed(facts: dict[str, Any]) -> Situation:
    return schedule.parse(json.loads(json.dumps(facts, default=date.isoformat)), LAW)


def dues(facts: dict[str, Any], suggestions: Suggestions = SUGGESTED) -> list[date]:
    return [one.due for one in schedule.visits(parsed(facts), LAW, suggestions)]


def status_on(facts: dict[str, Any], day: date) -> str:
    return [one["status"] for one in facts["statuses"] if one["from"] <= day][-1]


@given(returns())
def test_windows_follow_one_another_without_a_gap_and_end_with_the_schedule(facts: dict[str, Any]) -> None:
    made = schedule.as_json(parsed(facts), LAW, SUGGESTED)
    for kind in ("visits", "reviews", "outcome_points"):
        opens = facts["returned_on"] + DAY
        for window in made[kind]:
            assert window["from"] == opens <= window["due"] <= facts["until"]
            opens = window["due"] + DAY


@given(returns(), st.sampled_from((SUGGESTED, NOTHING)))
def test_no_visit_is_later_than_the_law_allows(facts: dict[str, Any], suggestions: Suggestions) -> None:
    """On each day of a status, the last visit, the return or the beginning of the status is no further back than the law lets it be."""
    visited = dues(facts, suggestions)
    last, begun = facts["returned_on"], facts["returned_on"]
    day = facts["returned_on"]
    while day <= facts["until"]:
        status = status_on(facts, day)
        if day > facts["returned_on"] and status != status_on(facts, day - DAY):
            begun = day
        if status != "none":
            weekly = status == "s38" and facts["first_review_on"] and begun < day <= facts["first_review_on"]
            assert (day - max(last, begun)).days <= (7 if weekly else EVERY[status]), day
        if day in visited:
            last = day
        day += DAY


@given(returns(), st.integers(1, 90), st.integers(0, 700))
def test_one_more_rule_moves_no_visit_back(facts: dict[str, Any], every: int, until: int) -> None:
    more = {"every_days": every, "until": facts["returned_on"] + timedelta(days=until)}
    before, after = dues(facts), dues({**facts, "plan": [*facts["plan"], more]})
    assert len(after) >= len(before)
    assert all(new <= old for new, old in zip(after, before, strict=False))


@given(returns())
def test_what_is_suggested_moves_no_visit_and_no_review_back(facts: dict[str, Any]) -> None:
    without, with_them = dues(facts, NOTHING), dues(facts)
    assert all(new <= old for new, old in zip(with_them, without, strict=False)) and len(with_them) >= len(without)
    lawful = [one.due for one in schedule.reviews(parsed(facts), LAW, NOTHING)]
    assert set(lawful) <= {one.due for one in schedule.reviews(parsed(facts), LAW, SUGGESTED)}


@given(returns())
def test_reviews_lie_within_six_months_of_each_other(facts: dict[str, Any]) -> None:
    """While a child is looked after throughout, and no review is arranged later than the law allows."""
    facts |= {"statuses": [{**one, "status": "s20"} for one in facts["statuses"]], "immediate": False}
    facts["first_review_on"] = None
    days = [one.due for one in schedule.reviews(parsed(facts), LAW, NOTHING)]
    assert all((b - a).days <= 184 for a, b in pairwise([facts["returned_on"], *days, facts["until"]]))


@given(returns(), st.integers(1, 400), st.sampled_from(("s20", "s31", "s38", "none")))
def test_a_change_of_status_leaves_the_days_before_it_as_they_were(
    facts: dict[str, Any], after: int, status: str
) -> None:
    change = facts["statuses"][-1]["from"]
    change = max(change, facts["returned_on"]) + timedelta(days=after)
    changed = {**facts, "statuses": [*facts["statuses"], {"from": change, "status": status}]}
    assert [one for one in dues(facts) if one < change] == [one for one in dues(changed) if one < change]


@given(returns())
def test_the_next_visit_is_found_from_the_last_one_that_was_made(facts: dict[str, Any]) -> None:
    """A visit that is made early brings the next one forward, never back."""
    situation = parsed(facts)
    bound = schedule.visit_rules(situation, LAW, SUGGESTED)
    for due in dues(facts):
        named = schedule.next_visit(bound, due)
        early = schedule.next_visit(bound, max(due - 3 * DAY, facts["returned_on"]))
        assert named is None or (early and early[0] <= named[0])


# ── The data ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def own_law(tmp_path: Path, *changes: tuple[str, str], more: str = "") -> rules.Law:
    text = (edition.CONTENT / "law" / "schedule.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "schedule.toml").write_text(text + more, "utf-8")
    return rules.read_law(tmp_path / "schedule.toml")


TWO_WEEKS = """
[[visit]]
id = "six_weekly"
regulation = "28 as amended"
statuses = ["s20", "s31", "s38"]
every_days = 14
valid_from = 2027-06-01
source = "careplanning2010"
provenance = "published"
note = "Invented."
"""


def test_a_new_law_counts_from_its_day_and_the_old_one_until_then(tmp_path: Path) -> None:
    law = own_law(tmp_path, more=TWO_WEEKS)
    facts = {"returned_on": "2027-04-05", "until": "2027-07-01", "statuses": [{"from": "2026-04-05", "status": "s31"}]}
    made = schedule.visits(schedule.parse(facts, law), law, NOTHING)
    assert [(one.due, one.source[-13:]) for one in made] == [
        (date(2027, 5, 17), "(3)(b) and (5)(b)"[-13:]),
        (date(2027, 6, 15), "28 as amended"),
        (date(2027, 6, 29), "28 as amended"),
    ]


@pytest.mark.parametrize(
    ("changes", "more", "said"),
    [
        ([("every_days = 7\n", "")], "", r'visit → "weekly_interim_order": needs either every_days or within_days'),
        ([('counted_from = "order"\n', "")], "", "within_days and counted_from go together"),
        ([("within_months = 3", "within_days = 3")], "", r'review → "second_review"'),
        (
            [('source = "careplanning2010"', 'source = "hearsay"')],
            "",
            r'visit "weekly_interim_order" → source: "hearsay"',
        ),
        ([("valid_from = 2011-04-01", "")], "", r"valid_from: is missing"),
        ([], TWO_WEEKS + TWO_WEEKS, r'visit "six_weekly": stands twice with the valid_from 2027-06-01'),
        (
            [('counted_from = "later_review"', 'counted_from = "first_review"')],
            "",
            'no rule is counted from "later_review"',
        ),
    ],
)
def test_a_broken_law_says_where(changes: list[tuple[str, str]], more: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=f"schedule.toml: .*{said}"):
        own_law(tmp_path, *changes, more=more)


def own_edition(tmp_path: Path, change: tuple[str, str] | None) -> str:
    """An edition of an authority with its own suggestions; without the file where there is no change."""
    folder = Path(shutil.copytree(edition.CONTENT / edition.DEFAULT, tmp_path / "own"))
    file = folder / "schedule.toml"
    if change is None:
        file.unlink()
    else:
        text = file.read_text("utf-8")
        assert change[0] in text
        file.write_text(text.replace(*change), "utf-8")
    return str(folder)


CLOSER_LATER = "{ every_days = 14, until_day = 10 }, { every_days = 3, until_day = 20 }"
HOME = {"returned_on": "2027-01-04", "until": "2027-01-31", "statuses": [{"from": "2027-01-04", "status": "none"}]}


def suggested_days(folder: str) -> list[int]:
    made = schedule.visits(schedule.parse(HOME, LAW), LAW, rules.load_suggestions(folder))
    return [(one.due - date(2027, 1, 4)).days for one in made]


@pytest.mark.parametrize(
    ("change", "days"),
    [
        (None, [2, 9, 16, 23]),
        (("on = true", "on = false"), []),
        (("contact_on_day = 2", "contact_on_day = 1"), [1, 8, 15, 22]),
        (("contact_on_day = 2\n", ""), [7, 14, 21]),
        (("every_days = 7,", "every_days = 10,"), [2, 12, 22]),
        (("{ every_days = 7, until_day = 42 }", CLOSER_LATER), [2, 13, 16, 19, 22]),
    ],
    ids=[
        "no file: the built-in one",
        "switched off",
        "another day",
        "no contact: a visit in the week",
        "another interval",
        "closer together later",
    ],
)
def test_an_authority_changes_what_is_suggested_or_switches_it_off(
    change: tuple[str, str] | None, days: list[int], tmp_path: Path
) -> None:
    assert suggested_days(own_edition(tmp_path, change)) == days


def test_a_return_keeps_what_was_suggested_on_its_day(tmp_path: Path) -> None:
    folder = own_edition(tmp_path, ("[[reviews]]", LATER + "[[reviews]]"))
    assert suggested_days(folder) == [2, 9, 16, 23]
    later = {**HOME, "returned_on": "2027-02-01", "until": "2027-02-28"}
    made = schedule.visits(schedule.parse(later, LAW), LAW, rules.load_suggestions(folder))
    assert [one.due for one in made] == [date(2027, 2, 5)]


LATER = """[[visits]]
on = true
contact_on_day = 4
valid_from = 2027-02-01
source = "homeward_schedule"
provenance = "product"
note = "Invented."

"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("until_day = 91", "until_day = 42"), "each stage must end later than the one before it"),
        (("contact_on_day = 2", "contact_on_day = 0"), r"visits → number 1 → contact_on_day"),
        (("on = true", 'on = "no"'), "visits → number 1 → on"),
        (('source = "homeward_schedule"', 'source = "x"'), r'visits number 1 → source: "x" is not a source'),
        (("[[reviews]]", LATER.replace("2027-02-01", "2026-11-28") + "[[reviews]]"), "visits: stands twice"),
    ],
)
def test_broken_suggestions_say_where(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(EditionError, match=f"schedule.toml: .*{said}"):
        rules.load_suggestions(own_edition(tmp_path, change))


# ── The command ──────────────────────────────────────────────────────────────────────────────────────────────────────

FIRST = '"returned_on": "2027-01-04", "until": "2027-01-10", "statuses": [{"from": "2027-01-04", "status": "s38"}]'


def test_the_command_gives_the_promised_keys_and_says_where_each_day_comes_from() -> None:
    made = answer(homeward("schedule", "-", stdin=f"{{{FIRST}}}"))
    assert list(made) == ["visits", "reviews", "outcome_points", "readings"]
    assert made["visits"] == [
        {
            "from": "2027-01-05",
            "due": "2027-01-06",
            "working_day_before": None,
            "governed_by": "product",
            "rule": "contact",
            "source": "Homeward's own suggestion",
            "provenance": "product",
        }
    ]
    assert (made["reviews"], made["outcome_points"]) == ([], [])
    assert made["readings"] and all(isinstance(one, str) for one in made["readings"])
    described = (Path(__file__).parents[2] / "docs" / "command-line.md").read_text("utf-8")
    section = described.split("## `schedule", 1)[1].split("\n## ", 1)[0]
    for field in (*made, *made["visits"][0], *(field.alias or name for name, field in Situation.model_fields.items())):
        assert f"`{field}`" in section, field


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The input is not valid JSON"),
        ("{", "The input is not valid JSON"),
        ("[]", "The input must be an object"),
        ("null", "The input must be an object"),
        (f'{{{FIRST}, "until": "2027-02-01"}}', '"until" is given twice'),
        (f'{{{FIRST}, "returns": 1}}', "situation: returns: is not a key that is known here."),
        (f'{{{FIRST}, "first_review_on": 20270110}}', "first_review_on: must be a day"),
        ('{"returned_on": null, "until": null, "statuses": null}', "situation: returned_on: must be a day"),
        (f'{{{FIRST}, "plan": {{}}}}', "situation: plan: must be a list."),
        (f'{{{FIRST}, "plan": [{{"every_days": true, "until": "2027-01-10"}}]}}', "must be a whole number of days"),
        (f'{{{FIRST}, "plan": [{{"every_days": 7, "until": "9999-12-31"}}]}}', "must be a day from 1900 to 2199"),
        (f'{{{FIRST}, "plan": null}}', "situation: plan: must be a list."),
        (f'{{{FIRST}, "plan": [7]}}', "situation: plan → number 1: must be a group of keys with their values."),
        (f'{{{FIRST}, "\\u001b[31m": 1}}', "is not a key that is known here"),
    ],
)
def test_bad_input_is_one_line_and_nothing_else(
    text: str, said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.json").write_text(text)
    try:
        assert main(["schedule", str(tmp_path / "in.json")]) == 2
    finally:
        gc.enable()  # a command of its own process switches it off
    printed = capfd.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    assert said in printed.err and printed.err.removesuffix("\n").isprintable()


def test_a_file_that_is_not_there_is_named() -> None:
    assert refused(homeward("schedule", "nowhere.json")).startswith("nowhere.json: cannot be read")
