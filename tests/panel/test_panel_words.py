"""Protects: the letters that mark a member, what is said of who stands apart, and which question the room is at."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from framework import edition
from framework import panel as p
from framework.light.classification import Key
from framework.panel import spread as s
from framework.panel.access import may

EDITION = edition.load()
AT = datetime(2026, 3, 2, 21, 26, tzinfo=UTC)
NEGLECT: Key = ("neglect", "child")
GROWTH: Key = ("growth_faltering", "child")
CRUELTY: Key = ("sadistic_abuse", "child")


def seat(name: str, role: str) -> p.Seat:
    return p.Seat(name.lower(), name, role, f"hash of {name}", False if role == "second_worker" else None)


def do(state: p.Panel, actor: str, *commands: p.Command) -> p.Panel:
    for command in commands:
        may(state, actor, command)
        state = p.fold(p.decide(state, command, actor, EDITION), state, AT)
    return state


def revealed(answers: dict[Key, str]) -> p.Panel:
    """Tess in the chair, Sam and Wes: for each question one word a member, in that order ("-": no answer)."""
    opening = p.Open("m", "HW-011", "A case", 2, True, EDITION.hash, "ABC234", {"a": "A"}, seat("Tess", "team_manager"))
    state = do(p.Panel(), "tess", opening)
    for name, role in (("Sam", "social_worker"), ("Wes", "second_worker"), ("Ruth", "reviewing_officer")):
        state = do(state, name.lower(), p.Join(seat(name, role)))
    state = do(state, "tess", p.MovePhase("scoring"))
    for key, line in answers.items():
        for member, status in zip(("tess", "sam", "wes"), line.split(), strict=True):
            if status != "-":
                state = do(state, member, p.Score(*key, status))
    return do(state, "tess", p.MovePhase("revealed"))


def member(number: int, name: str) -> p.Member:
    return p.Member(f"m{number}", name, "social_worker", None, "", True)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dr Anna Lee", "AL"),
        ("Ms J. Okafor", "JO"),
        ("Sam (fictional)", "SA"),
        ("Prof. Dr. Ana López-Ruiz", "AL"),
        ("Mary Jane Watson", "MW"),
        ("Anna Lee (social worker)", "AL"),
        ("mr o'neil", "ON"),
        ("عائشہ خان", "عخ"),
        ("Dr", "DR"),
        ("(Sam)", "SA"),
        ("🙂", "?"),
    ],
)
def test_initials_leave_out_titles_and_brackets(name: str, letters: str) -> None:
    assert p.initials([member(1, name)]) == {"m1": letters}


def test_members_with_the_same_initials_are_told_apart() -> None:
    marks = p.initials([member(n, name) for n, name in enumerate(["Anna Lee", "Dr Alan Lowe", "Ada Lund", "Al"])])
    assert list(marks.values()) == ["AL", "AL2", "AL3", "AL4"]


def test_who_does_not_count_is_told_so_and_nobody_else() -> None:
    state = revealed({NEGLECT: "active active -"})
    state = do(state, "lena", p.Join(seat("Lena", "other_professional")))
    assert p.standing_of(state, state.members["lena"]).startswith("You joined after the reveal")
    assert p.standing_of(state, state.members["wes"]).startswith("You had given no answer at the reveal")
    assert not p.standing_of(state, state.members["sam"])
    assert not p.standing_of(state, state.members["ruth"]), "who does not score is told nothing of counting"


def test_how_an_answer_changed_is_kept_after_every_reveal() -> None:
    state = revealed({NEGLECT: "active improving resolved"})
    state = do(state, "sam", p.Score(*NEGLECT, "active", reason="The second visit."))
    assert p.how_changed(state, EDITION, "sam", NEGLECT) == "first said Improving, then Active: The second visit."
    state = do(state, "tess", p.MovePhase("scoring", "Something new."))
    state = do(state, "sam", p.Score(*NEGLECT, "resolved"))
    state = do(state, "tess", p.MovePhase("revealed"))
    said = p.how_changed(state, EDITION, "sam", NEGLECT)
    assert said.startswith("first said Improving, then ") and said.endswith(
        "then Resolved (while everybody scored again)"
    )
    assert not p.how_changed(state, EDITION, "tess", NEGLECT)


def test_an_answer_first_given_after_the_reveal_is_marked() -> None:
    state = revealed({NEGLECT: "active active active", GROWTH: "absent absent -"})
    state = do(state, "wes", p.Score(*GROWTH, "absent"))
    assert p.how_changed(state, EDITION, "wes", GROWTH) == "said Not there only when the answers were on the table"


def test_the_room_stays_with_its_question_whatever_is_agreed_or_changed() -> None:
    state = revealed({NEGLECT: "active improving resolved", GROWTH: "absent improving -", CRUELTY: "absent absent -"})
    first = s.in_discussion(state, s.spreads(state, EDITION))
    assert first == NEGLECT
    for member_, reason in (("sam", "A visit."), ("wes", "A report.")):
        state = do(state, member_, p.Score(*NEGLECT, "active", reason=reason))
    assert p.agreement(state, NEGLECT), "all say the same by now"
    assert s.in_discussion(state, s.spreads(state, EDITION)) == NEGLECT
    following = s.next_open(state, s.spreads(state, EDITION), NEGLECT)
    assert following == GROWTH
    state = do(state, "tess", p.Focus(GROWTH), p.Agree(*GROWTH, "improving"))
    assert s.in_discussion(state, s.spreads(state, EDITION)) == GROWTH


def test_after_the_last_question_the_next_is_looked_for_from_the_top() -> None:
    state = revealed({NEGLECT: "active improving resolved", GROWTH: "absent absent -"})
    found = s.spreads(state, EDITION)
    assert s.next_open(state, found, found[-1].question.key) == NEGLECT
    for key in p.open_questions(state, EDITION):
        state = do(state, "tess", p.Agree(*key, "unknown"))
    assert s.next_open(state, s.spreads(state, EDITION), NEGLECT) is None


def test_what_only_one_knows_is_asked() -> None:
    state = revealed({NEGLECT: "unknown active unknown", GROWTH: "absent improving unknown"})
    asked = {spread.question.key: s.ask_how(spread) for spread in s.spreads(state, EDITION)}
    assert asked[NEGLECT] == "Only Sam answered this with something known. Ask how they know."
    assert not asked[GROWTH] and not asked[CRUELTY]


def test_the_members_lights_are_counted_by_level_and_only_of_those_who_count() -> None:
    state = revealed({NEGLECT: "active active active"})
    assert [one.words for one in s.lights_counted(state, EDITION)] == ["3 between levels"]
    late = do(
        state,
        "lena",
        p.Join(seat("Lena", "other_professional")),
    )
    late = do(late, "lena", p.Score(*NEGLECT, "absent"))
    assert s.lights_counted(late, EDITION) == s.lights_counted(state, EDITION)
    best = {q.key: EDITION.statuses(*q.key)[0].id for q in EDITION.questions(("a",))}
    given = {who: {key: p.Given(status) for key, status in best.items()} for who in ("tess", "sam")}
    counted = s.lights_counted(replace(state, answers={**state.answers, **given}), EDITION)
    assert [(one.level, one.words) for one in counted] == [("low", "2 Low risk"), (None, "1 between levels")]


def test_a_view_is_recorded_by_who_is_consulted_and_not_by_an_observer() -> None:
    state = revealed({NEGLECT: "active active active"})
    state = do(state, "olive", p.Join(seat("Olive", "observer")))
    state = do(state, "ruth", p.RecordView("The child has not been asked alone."))
    assert state.views["ruth"].text == "The child has not been asked alone."
    for who, said in (("olive", "An observer watches"), ("sam", "You score at this meeting")):
        with pytest.raises(p.Refused, match=said):
            do(state, who, p.RecordView("Something."))
