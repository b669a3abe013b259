"""Protects: the letters that mark a member, what is said of who stands apart, and which question the room is at."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from framework import edition, panel
from framework.light.classification import Key
from framework.panel.access import may
from framework.panel.spread import ask_how, in_discussion, lights_counted, next_open, spreads

EDITION = edition.load()
AT = datetime(2026, 3, 2, 21, 26, tzinfo=UTC)
NEGLECT: Key = ("neglect", "child")
GROWTH: Key = ("growth_faltering", "child")
CRUELTY: Key = ("sadistic_abuse", "child")


def seat(name: str, role: str) -> panel.Seat:
    return panel.Seat(name.lower(), name, role, f"hash of {name}", False if role == "second_worker" else None)


def do(state: panel.Panel, actor: str, *commands: panel.Command) -> panel.Panel:
    for command in commands:
        may(state, actor, command)
        state = panel.fold(panel.decide(state, command, actor, EDITION), state, AT)
    return state


def revealed(answers: dict[Key, str]) -> panel.Panel:
    """Tess in the chair, Sam and Wes: for each question one word a member, in that order ("-": no answer)."""
    opening = panel.Open(
        "m", "HW-011", "A case", 2, True, EDITION.hash, "ABC234", {"a": "A"}, seat("Tess", "team_manager")
    )
    state = do(panel.Panel(), "tess", opening)
    for name, role in (("Sam", "social_worker"), ("Wes", "second_worker"), ("Ruth", "reviewing_officer")):
        state = do(state, name.lower(), panel.Join(seat(name, role)))
    state = do(state, "tess", panel.MovePhase("scoring"))
    for key, line in answers.items():
        for member, status in zip(("tess", "sam", "wes"), line.split(), strict=True):
            if status != "-":
                state = do(state, member, panel.Score(*key, status))
    return do(state, "tess", panel.MovePhase("revealed"))


def member(number: int, name: str) -> panel.Member:
    return panel.Member(f"m{number}", name, "social_worker", None, "", True)


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
    assert panel.initials([member(1, name)]) == {"m1": letters}


def test_members_with_the_same_initials_are_told_apart() -> None:
    marks = panel.initials([member(n, name) for n, name in enumerate(["Anna Lee", "Dr Alan Lowe", "Ada Lund", "Al"])])
    assert list(marks.values()) == ["AL", "AL2", "AL3", "AL4"]


def test_who_does_not_count_is_told_so_and_nobody_else() -> None:
    state = revealed({NEGLECT: "active active -"})
    state = do(state, "lena", panel.Join(seat("Lena", "other_professional")))
    assert panel.standing_of(state, state.members["lena"]).startswith("You joined after the reveal")
    assert panel.standing_of(state, state.members["wes"]).startswith("You had given no answer at the reveal")
    assert not panel.standing_of(state, state.members["sam"])
    assert not panel.standing_of(state, state.members["ruth"]), "who does not score is told nothing of counting"


def test_how_an_answer_changed_is_kept_after_every_reveal() -> None:
    state = revealed({NEGLECT: "active improving resolved"})
    state = do(state, "sam", panel.Score(*NEGLECT, "active", reason="The second visit."))
    assert panel.how_changed(state, EDITION, "sam", NEGLECT) == "first said Improving, then Active: The second visit."
    state = do(state, "tess", panel.MovePhase("scoring", "Something new."))
    state = do(state, "sam", panel.Score(*NEGLECT, "resolved"))
    state = do(state, "tess", panel.MovePhase("revealed"))
    said = panel.how_changed(state, EDITION, "sam", NEGLECT)
    assert said.startswith("first said Improving, then ") and said.endswith(
        "then Resolved (while everybody scored again)"
    )
    assert not panel.how_changed(state, EDITION, "tess", NEGLECT)


def test_an_answer_first_given_after_the_reveal_is_marked() -> None:
    state = revealed({NEGLECT: "active active active", GROWTH: "absent absent -"})
    state = do(state, "wes", panel.Score(*GROWTH, "absent"))
    assert panel.how_changed(state, EDITION, "wes", GROWTH) == "said Not there only when the answers were on the table"


def test_the_room_stays_with_its_question_whatever_is_agreed_or_changed() -> None:
    state = revealed({NEGLECT: "active improving resolved", GROWTH: "absent improving -", CRUELTY: "absent absent -"})
    first = in_discussion(state, spreads(state, EDITION))
    assert first == NEGLECT
    for member_, reason in (("sam", "A visit."), ("wes", "A report.")):
        state = do(state, member_, panel.Score(*NEGLECT, "active", reason=reason))
    assert panel.agreement(state, NEGLECT), "all say the same by now"
    assert in_discussion(state, spreads(state, EDITION)) == NEGLECT
    following = next_open(state, spreads(state, EDITION), NEGLECT)
    assert following == GROWTH
    state = do(state, "tess", panel.Focus(GROWTH), panel.Agree(*GROWTH, "improving"))
    assert in_discussion(state, spreads(state, EDITION)) == GROWTH


def test_after_the_last_question_the_next_is_looked_for_from_the_top() -> None:
    state = revealed({NEGLECT: "active improving resolved", GROWTH: "absent absent -"})
    found = spreads(state, EDITION)
    assert next_open(state, found, found[-1].question.key) == NEGLECT
    for key in panel.open_questions(state, EDITION):
        state = do(state, "tess", panel.Agree(*key, "unknown"))
    assert next_open(state, spreads(state, EDITION), NEGLECT) is None


def test_what_only_one_knows_is_asked() -> None:
    state = revealed({NEGLECT: "unknown active unknown", GROWTH: "absent improving unknown"})
    asked = {spread.question.key: ask_how(spread) for spread in spreads(state, EDITION)}
    assert asked[NEGLECT] == "Only Sam answered this with something known. Ask how they know."
    assert not asked[GROWTH] and not asked[CRUELTY]


def test_the_members_lights_are_counted_by_level_and_only_of_those_who_count() -> None:
    state = revealed({NEGLECT: "active active active"})
    assert [one.words for one in lights_counted(state, EDITION)] == ["3 between levels"]
    late = do(
        state,
        "lena",
        panel.Join(seat("Lena", "other_professional")),
    )
    late = do(late, "lena", panel.Score(*NEGLECT, "absent"))
    assert lights_counted(late, EDITION) == lights_counted(state, EDITION)
    best = {q.key: EDITION.statuses(*q.key)[0].id for q in EDITION.questions(("a",))}
    given = {who: {key: panel.Given(status) for key, status in best.items()} for who in ("tess", "sam")}
    counted = lights_counted(replace(state, answers={**state.answers, **given}), EDITION)
    assert [(one.level, one.words) for one in counted] == [("low", "2 Low risk"), (None, "1 between levels")]


def test_a_view_is_recorded_by_who_is_consulted_and_not_by_an_observer() -> None:
    state = revealed({NEGLECT: "active active active"})
    state = do(state, "olive", panel.Join(seat("Olive", "observer")))
    state = do(state, "ruth", panel.RecordView("The child has not been asked alone."))
    assert state.views["ruth"].text == "The child has not been asked alone."
    for who, said in (("olive", "An observer watches"), ("sam", "You score at this meeting")):
        with pytest.raises(panel.Refused, match=said):
            do(state, who, panel.RecordView("Something."))
