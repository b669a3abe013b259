"""Protects: a decision meeting runs as the framework asks, and nobody sees another's answers before the reveal.

- the meeting goes from gathering to scoring, revealed, agreed and closed, one step at a time; going back needs a
  reason, and a closed meeting cannot be changed;
- each member answers alone; after the reveal an answer can be changed only with a reason, beside the first one;
- where all members say the same the panel has agreed; otherwise the chair records the answer, and dissent is kept;
- only the chair leads, observers only watch, and a panel without the people that the framework asks for is told so;
- before the reveal a screen receives its own member's answers and no one else's;
- the state is a pure function of the events, and events survive being stored.

Panels are run here through the same two doors as in the product: access.may, then panel.decide.
"""

import copy
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import reduce
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import access, edition, panel, sections
from framework.classification import Key
from framework.edition import DEFAULT
from framework.panel import (
    PHASES,
    SEATS_LIMIT,
    Agree,
    Agreement,
    AgreeOffered,
    Command,
    Dissent,
    Event,
    FillRest,
    Finish,
    Focus,
    Given,
    HandOver,
    Join,
    MovePhase,
    NameCarers,
    Open,
    Panel,
    Phase,
    Refused,
    Remove,
    Role,
    Score,
    Seat,
    ShowNames,
    TakeBack,
    evolve,
    fold,
    view_for,
)

EDITION = edition.load(DEFAULT)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NEGLECT: Key = ("neglect", "child")
EMPATHY: Key = ("lack_of_empathy", "a")
HEALTH: Key = ("good_health_and_development", "child")
CAPACITY: Key = ("capacity", "a")
WISH: Key = ("wishes", "child")
ROLES: dict[str, Role] = {
    "cora": "chair",
    "sam": "social_worker",
    "tess": "team_manager",
    "wes": "second_worker",
    "olive": "observer",
}
"""Who sits at the table of these tests; ids are their first names in small letters."""


class Table:
    """A meeting under test: what its members did so far, and where it stands."""

    def __init__(self, *members: str, carers: dict[str, str] | None = None) -> None:
        self.panel = Panel()
        self.events: list[Event] = []
        self.do("cora", opening(carers={"a": "Carer A (mother)"} if carers is None else carers))
        for member in members:
            self.do(member, Join(seat(member)))

    def do(self, actor: str, *commands: Command) -> list[Event]:
        """Carry out commands of a member; the events of the last one."""
        events: list[Event] = []
        for command in commands:
            access.may(self.panel, actor, command)
            events = panel.decide(self.panel, command, actor, EDITION, NOW)
            self.events += events
            self.panel = fold(events, self.panel)
        return events

    def refuses(self, actor: str, command: Command, *words: str) -> None:
        """The command is refused with a sentence that holds these words, and nothing changes."""
        before = self.panel
        with pytest.raises(Refused) as refused:
            self.do(actor, command)
        sentence = str(refused.value)
        assert not sentence[0].islower() and sentence.endswith("."), sentence
        for word in words:
            assert word in sentence
        assert self.panel is before

    def score(self, key: Key, **statuses: str) -> None:
        """Answers of several members to one question."""
        for member, status in statuses.items():
            self.do(member, Score(*key, status))

    def to(self, phase: Phase) -> "Table":
        """Go forward to a phase, with the least that each step needs."""
        while self.panel.phase != phase:
            if self.panel.phase == "scoring" and not any(self.panel.answers.values()):
                self.do("cora", Score(*NEGLECT, "improving"))
            if self.panel.phase == "revealed":
                for key in panel.open_questions(self.panel, EDITION):
                    self.do("cora", Agree(*key, "unknown"))
            self.do("cora", MovePhase(PHASES[PHASES.index(self.panel.phase) + 1]))
        return self

    def back_to(self, phase: Phase) -> "Table":
        self.do("cora", MovePhase(phase, "We missed something."))
        return self


def seat(member: str, role: Role | None = None, **details: Any) -> Seat:
    return Seat(member, member.title(), role or ROLES.get(member, "other_professional"), f"hash of {member}", **details)


def opening(**changes: Any) -> Open:
    usual: dict[str, Any] = {
        "meeting": "m1",
        "case": "HW-011",
        "title": "A slow way back to Dad",
        "stage": 2,
        "fictional": True,
        "edition": EDITION.hash,
        "code": "ABC234",
        "carers": {"a": "Carer A (mother)"},
        "chair": seat("cora"),
    }
    return Open(**usual | changes)


# Opening and the phases


def test_whoever_opens_a_meeting_chairs_it_and_gathering_begins() -> None:
    meeting = Table().panel
    assert (meeting.phase, meeting.chair, meeting.carer_ids, meeting.version) == ("gathering", "cora", ("a",), 3)
    assert meeting.edition == EDITION.hash and meeting.code == "ABC234" and meeting.fictional


def test_a_meeting_is_opened_once_and_by_its_chair() -> None:
    table = Table()
    table.refuses("cora", opening(), "open already")
    with pytest.raises(Refused, match="chairs it"):
        panel.decide(Panel(), opening(chair=seat("sam")), "sam", EDITION, NOW)


def test_nothing_can_be_done_at_a_meeting_that_was_never_opened() -> None:
    with pytest.raises(Refused, match="no such meeting"):
        panel.decide(Panel(), Join(seat("sam")), "sam", EDITION, NOW)


def test_a_meeting_goes_forward_one_step_at_a_time() -> None:
    for now in PHASES:
        table = Table("sam").to(now)
        for then in PHASES[PHASES.index(now) + 2 :]:
            table.refuses("cora", MovePhase(then), "one step at a time")
    assert Table().to("closed").panel.phase == "closed"


def test_staying_in_a_phase_is_no_event() -> None:
    assert Table().do("cora", MovePhase("gathering")) == []


@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "\x07", "\u200b\u200b"], ids=ascii)
def test_going_back_needs_a_reason_that_can_be_read(reason: str) -> None:
    Table("sam").to("revealed").refuses("cora", MovePhase("scoring", reason), "reason")


def test_the_reason_for_going_back_is_kept() -> None:
    table = Table("sam").to("agreed")
    (moved,) = table.do("cora", MovePhase("revealed", "  Dad's wish was never asked. "))
    assert isinstance(moved, panel.PhaseMoved)
    assert (moved.to, moved.reason) == ("revealed", "Dad's wish was never asked.")


def test_scoring_waits_until_a_carer_is_named() -> None:
    table = Table(carers={})
    table.refuses("cora", MovePhase("scoring"), "Name the carers")
    table.do("cora", NameCarers({"a": "Carer A (father)"}), MovePhase("scoring"))
    assert table.panel.phase == "scoring"


def test_there_is_nothing_to_reveal_before_somebody_has_answered() -> None:
    table = Table("sam").to("scoring")
    table.refuses("cora", MovePhase("revealed"), "nothing to reveal")
    table.do("sam", Score(*NEGLECT, "active"))
    table.do("cora", MovePhase("revealed"))
    assert table.panel.phase == "revealed"


def test_the_panel_has_agreed_only_when_no_question_is_open() -> None:
    table = Table("sam").to("revealed")
    questions = EDITION.questions(("a",))
    table.refuses("cora", MovePhase("agreed"), str(len(questions)), "still open")
    for question in questions[1:]:
        table.do("cora", Agree(*question.key, "unknown"))
    table.refuses("cora", MovePhase("agreed"), "1 ", "still open")
    table.do("cora", Agree(*questions[0].key, "unknown"), MovePhase("agreed"))
    assert table.panel.phase == "agreed"


def test_a_phase_that_does_not_exist_is_refused() -> None:
    Table().refuses("cora", MovePhase("adjourned"), "adjourned")  # type: ignore[arg-type]


ONE_OF_EACH: tuple[Command, ...] = (
    NameCarers({"a": "Somebody"}),
    Join(seat("pat")),
    Remove("sam", "Left."),
    HandOver("sam"),
    MovePhase("agreed", "To change something."),
    Score(*NEGLECT, "active", reason="New evidence."),
    FillRest((NEGLECT,), "active"),
    TakeBack((NEGLECT,)),
    Finish(True),
    Agree(*NEGLECT, "active"),
    AgreeOffered((NEGLECT,)),
    Dissent(*NEGLECT, "I see it differently."),
    Focus(NEGLECT),
    ShowNames(True),
)


def test_the_list_of_commands_in_this_file_is_complete() -> None:
    assert {type(command) for command in ONE_OF_EACH} | {Open} == set(get_args(Command))


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=lambda command: type(command).__name__)
def test_a_closed_meeting_cannot_be_changed_any_more(command: Command) -> None:
    Table("sam").to("closed").refuses("cora", command, "closed")


# Who may do what

WHO_SCORES = Score | FillRest | TakeBack | Finish | Dissent
ONLY_WHO_SCORES = [command for command in ONE_OF_EACH if isinstance(command, WHO_SCORES)]
ONLY_THE_CHAIR = [command for command in ONE_OF_EACH if not isinstance(command, WHO_SCORES | Join)]


@pytest.mark.parametrize("command", ONLY_THE_CHAIR, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("member", ["sam", "wes", "olive"])
def test_only_the_chair_leads(command: Command, member: str) -> None:
    Table("sam", "wes", "olive").to("revealed").refuses(member, command, "Only the chair", "Cora")


@pytest.mark.parametrize("command", ONLY_WHO_SCORES, ids=lambda command: type(command).__name__)
def test_an_observer_watches_and_does_not_score(command: Command) -> None:
    Table("sam", "olive").to("scoring").refuses("olive", command, "observer")


@pytest.mark.parametrize(
    "command", [c for c in ONE_OF_EACH if not isinstance(c, Join)], ids=lambda command: type(command).__name__
)
def test_without_a_seat_nothing_can_be_done(command: Command) -> None:
    Table("sam").to("revealed").refuses("a stranger", command, "no seat")
    table = Table("sam", "tess").to("revealed")
    table.do("cora", Remove("tess", "Went to another meeting."))
    table.refuses("tess", command, "removed", "Went to another meeting.")


def test_a_new_chair_leads_from_then_on() -> None:
    table = Table("sam", "tess")
    table.do("cora", HandOver("sam"))
    assert table.panel.chair == "sam"
    table.refuses("cora", MovePhase("scoring"), "Only the chair", "Sam")
    table.do("sam", MovePhase("scoring"))
    assert table.panel.phase == "scoring"
    assert table.do("sam", HandOver("sam")) == []


def test_the_chair_is_handed_over_only_to_someone_who_sits_here_and_scores() -> None:
    table = Table("sam", "olive")
    table.refuses("cora", HandOver("olive"), "observer")
    table.refuses("cora", HandOver("nobody"), "no such seat")
    table.do("cora", Remove("sam", "Left."))
    table.refuses("cora", HandOver("sam"), "no such seat")


def test_a_removed_seat_is_gone_with_its_reason_and_the_chair_cannot_be_removed() -> None:
    table = Table("sam")
    table.refuses("cora", Remove("cora", "Enough."), "Hand over the chair first")
    table.refuses("cora", Remove("sam", " \x00 "), "reason")
    table.do("cora", Remove("sam", "Sat down twice."))
    assert table.panel.members["sam"].removed == "Sat down twice."
    assert [member.id for member in table.panel.seated] == ["cora"]
    table.refuses("cora", Remove("sam", "Again."), "no such seat")


# Taking a seat


def test_there_is_one_chair() -> None:
    Table().refuses("pat", Join(seat("pat", "chair")), "has a chair")


def test_two_people_with_one_name_are_told_apart() -> None:
    table = Table("sam")
    clash = Seat("sam2", " SAM ", "other_professional", "hash")
    table.refuses("sam2", Join(clash), "SAM", "already")
    table.do("cora", Remove("sam", "Left."))
    table.do("sam2", Join(clash))
    assert table.panel.members["sam2"].name == "SAM"


def test_a_role_that_does_not_exist_is_refused() -> None:
    Table().refuses("pat", Join(Seat("pat", "Pat", "king", "hash")), "king")  # type: ignore[arg-type]


def test_the_seats_are_limited_and_a_removed_one_is_free_again() -> None:
    table = Table()
    for number in range(SEATS_LIMIT - 1):
        table.do(f"guest{number}", Join(seat(f"guest{number}", "observer")))
    table.refuses("late", Join(seat("late")), str(SEATS_LIMIT), "taken")
    table.do("cora", Remove("guest0", "Left."))
    table.do("late", Join(seat("late")))
    assert len(table.panel.seated) == SEATS_LIMIT == 30


@pytest.mark.parametrize("phase", ["gathering", "scoring", "revealed", "agreed"])
def test_a_seat_can_be_taken_until_the_meeting_is_closed(phase: Phase) -> None:
    table = Table("sam").to(phase)
    table.do("pat", Join(seat("pat")))
    assert table.panel.members["pat"].role == "other_professional"


# Names and texts


@pytest.mark.parametrize(
    ("carers", "words"),
    [
        ({}, ["at least one carer"]),
        ({"child": "Somebody"}, ['"child"']),
        ({"household": "Somebody"}, ['"household"']),
        ({"": "Somebody"}, ['""']),
        ({"a": "  "}, ["carer's name"]),
        ({"a": "\u202e\x00"}, ["carer's name"]),
        ({"a": "x" * 81}, ["carer's name", "81", "80"]),
        ({"a": "Alex", "b": " alex "}, ["Two carers", "lex"]),
        ({f"c{n}": f"Carer {n}" for n in range(9)}, ["8"]),
    ],
    ids=str,
)
def test_carers_have_names_that_tell_them_apart(carers: dict[str, str], words: list[str]) -> None:
    Table().refuses("cora", NameCarers(carers), *words)


def test_carers_named_at_the_opening_follow_the_same_rules() -> None:
    with pytest.raises(Refused, match='"child"'):
        panel.decide(Panel(), opening(carers={"child": "Somebody"}), "cora", EDITION, NOW)


def test_eight_carers_can_be_named_and_keep_their_order() -> None:
    table = Table()
    carers = {identifier: f"Carer {identifier}" for identifier in "hgfedcba"}
    table.do("cora", NameCarers(carers))
    assert table.panel.carer_ids == tuple("hgfedcba")


@pytest.mark.parametrize("phase", ["revealed", "agreed"])
def test_carers_are_named_before_the_reveal(phase: Phase) -> None:
    Table("sam").to(phase).refuses("cora", NameCarers({"b": "Carer B"}), "until the scores are revealed")


def test_an_answer_about_a_carer_who_is_no_longer_named_counts_no_more() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score("capacity", "a", "none"))
    table.do("cora", NameCarers({"b": "Carer B (grandmother)"}))
    assert panel.light_of(table.panel, EDITION, "sam").dimensions["capacity"] == (0, 2)
    (sam,) = [p for p in panel.progress(table.panel, EDITION) if p.member.id == "sam"]
    assert sam.answered == 0
    table.refuses("sam", Score("capacity", "a", "none"), "Unknown carer")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  two words \n", "two words"),
        ("one\ntwo\tthree", "one\ntwo\tthree"),
        ("bell\x07 and null\x00", "bell and null"),
        ("turned\u202e round", "turned round"),
        ("<b>bold</b> ![x](http://x)", "<b>bold</b> ![x](http://x)"),
        ("Zoë Жанна 明 👪", "Zoë Жанна 明 👪"),
    ],
    ids=ascii,
)
def test_text_is_kept_as_text_without_control_characters(typed: str, kept: str) -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", typed))
    assert table.panel.answers["sam"][NEGLECT].note == kept


@pytest.mark.parametrize(
    "typed",
    ["Mum\u00a0said", "Mum\u202fsaid", "Mum\u2003said", "Mum\rsaid", "Mum\u2028said"],
    ids=["no-break space", "narrow space", "em space", "old line end", "line separator"],
)
def test_words_pasted_from_another_program_do_not_run_together(typed: str) -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", typed))
    assert table.panel.answers["sam"][NEGLECT].note.split() == ["Mum", "said"]


def test_a_text_that_is_too_long_is_refused_with_both_numbers() -> None:
    table = Table("sam").to("scoring")
    table.refuses("sam", Score(*NEGLECT, "active", "x" * 4001), "4,001", "4,000")
    table.do("sam", Score(*NEGLECT, "active", "x" * 4000))
    table.refuses("pat", Join(Seat("pat", "x" * 81, "observer", "hash")), "81", "80")
    table.do("pat", Join(Seat("pat", "x" * 80, "observer", "hash")))
    table.refuses("new", Join(Seat("new", " \x00 ", "observer", "hash")), "your name")


# Scoring


def test_scoring_is_done_while_scoring() -> None:
    Table("sam").refuses("sam", Score(*NEGLECT, "active"), "not started")
    Table("sam").to("agreed").refuses("sam", Score(*NEGLECT, "active", reason="New."), "agreed")


def test_an_answer_can_be_changed_and_taken_back_while_scoring() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", "Seen on Monday", ("seen", "child_told", "seen")))
    assert table.panel.answers["sam"][NEGLECT] == Given("active", "Seen on Monday", ("seen", "child_told"))
    table.do("sam", Score(*NEGLECT, "improving"))
    assert table.panel.answers["sam"][NEGLECT] == Given("improving")
    assert table.do("sam", Score(*NEGLECT, "improving")) == []
    table.do("sam", Score(*NEGLECT, None))
    assert NEGLECT not in table.panel.answers["sam"]
    assert table.do("sam", Score(*NEGLECT, None)) == []


def test_not_known_is_an_answer() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "unknown"))
    assert table.panel.answers["sam"][NEGLECT].status == "unknown"


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (Score("bad_luck", "child", "active"), "bad_luck"),
        (Score("neglect", "a", "active"), "child"),
        (Score("lack_of_empathy", "zed", "active"), "zed"),
        (Score("neglect", "child", "present"), "present"),
        (Score("wishes", "a", "not_expressed"), "not_expressed"),
        (Score("neglect", "child", "active", evidence=("gossip",)), "gossip"),
        (FillRest((NEGLECT, ("bad_luck", "child")), "active"), "bad_luck"),
        (FillRest((NEGLECT, HEALTH), "active"), "good_health_and_development"),
    ],
    ids=str,
)
def test_an_answer_that_the_edition_does_not_know_is_refused(command: Command, word: str) -> None:
    Table("sam").to("scoring").refuses("sam", command, word)


def test_after_the_reveal_an_answer_changes_only_with_a_reason_and_the_first_stays_beside_it() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, sam="active", cora="absent")
    table.to("revealed")
    table.refuses("sam", Score(*NEGLECT, "improving"), "why")
    table.refuses("sam", Score(*NEGLECT, "improving", reason=" \x00"), "why")
    table.do("sam", Score(*NEGLECT, "improving", reason="Tess showed me the school's report."))
    assert table.panel.answers["sam"][NEGLECT].status == "improving"
    assert table.panel.answers["sam"][NEGLECT].reason == "Tess showed me the school's report."
    table.do("sam", Score(*NEGLECT, "absent", reason="So did Wes."))
    assert table.panel.first["sam"][NEGLECT].status == "active"
    table.refuses("sam", Score(*NEGLECT, None), "not taken back")


def test_after_the_reveal_a_question_left_out_can_be_answered_without_a_reason() -> None:
    table = Table("sam").to("revealed")
    table.do("sam", Score(*HEALTH, "present"))
    assert table.panel.answers["sam"][HEALTH].status == "present"
    assert HEALTH not in table.panel.first.get("sam", {})


def test_the_first_answers_are_those_of_the_first_reveal_even_if_the_panel_scores_again() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, sam="active")
    table.to("revealed").back_to("scoring")
    table.score(NEGLECT, sam="improving")
    table.to("revealed")
    assert table.panel.answers["sam"][NEGLECT].status == "improving"
    assert table.panel.first["sam"][NEGLECT].status == "active"


def test_the_rest_of_a_section_can_be_filled_in_together_and_is_marked_so() -> None:
    table = Table("sam").to("scoring")
    keys: tuple[Key, ...] = (NEGLECT, ("growth_faltering", "child"), ("sadistic_abuse", "child"))
    table.do("sam", Score(*NEGLECT, "active"), FillRest(keys, "absent"))
    mine = table.panel.answers["sam"]
    assert mine[NEGLECT] == Given("active")
    assert mine[keys[1]] == mine[keys[2]] == Given("absent", together=True)
    assert table.do("sam", FillRest(keys, "active")) == []


def test_taking_back_spares_what_was_answered_one_by_one() -> None:
    table = Table("sam").to("scoring")
    keys: tuple[Key, ...] = (NEGLECT, ("growth_faltering", "child"), ("sadistic_abuse", "child"))
    table.do("sam", Score(*NEGLECT, "active"), FillRest(keys, "absent"), Score(*keys[1], "resolved"), TakeBack(keys))
    assert table.panel.answers["sam"] == {NEGLECT: Given("active"), keys[1]: Given("resolved")}
    assert table.do("sam", TakeBack(keys)) == []


@pytest.mark.parametrize("phase", ["gathering", "revealed", "agreed"])
@pytest.mark.parametrize(
    "command",
    [FillRest((NEGLECT,), "absent"), TakeBack((NEGLECT,)), Finish(True)],
    ids=lambda command: type(command).__name__,
)
def test_filling_in_taking_back_and_finishing_belong_to_scoring(command: Command, phase: Phase) -> None:
    Table("sam").to(phase).refuses("sam", command)


def test_a_member_says_when_they_have_finished_and_can_go_on_after_all() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Finish(True))
    assert table.panel.finished == {"sam"}
    assert table.do("sam", Finish(True)) == []
    table.do("sam", Finish(False))
    assert table.panel.finished == frozenset()


def test_progress_counts_answers_of_those_who_score_and_says_nothing_about_them() -> None:
    table = Table("sam", "olive").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", "a note that stays private"), Finish(True))
    report = panel.progress(table.panel, EDITION)
    total = len(EDITION.questions(("a",)))
    assert [(p.member.id, p.answered, p.total, p.finished) for p in report] == [
        ("cora", 0, total, False),
        ("sam", 1, total, True),
    ]
    assert "private" not in repr(report)


# Agreeing


def test_where_all_members_say_the_same_the_panel_has_agreed_by_itself() -> None:
    table = Table("sam", "tess", "olive").to("scoring")
    table.score(NEGLECT, cora="active", sam="active", tess="active")
    table.score(HEALTH, cora="present", sam="present", tess="emerging")
    table.score(WISH, cora="wants", sam="wants")
    table.to("revealed")
    assert panel.agreement(table.panel, NEGLECT) == Agreement("active", "", "")
    assert panel.agreement(table.panel, HEALTH) is None
    assert panel.agreement(table.panel, WISH) is None  # Tess has not answered
    assert NEGLECT not in panel.open_questions(table.panel, EDITION)
    table.do("cora", Remove("tess", "Called away."))
    assert panel.agreement(table.panel, HEALTH) == Agreement("present", "", "")


def test_where_they_differ_the_chair_records_the_panels_answer() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="absent", sam="active")
    table.to("revealed")
    table.do("cora", Agree(*NEGLECT, "improving", "Visits since May."))
    assert panel.agreement(table.panel, NEGLECT) == Agreement("improving", "Visits since May.", "cora")
    table.do("cora", Agree(*NEGLECT, None, seen=panel.agreement(table.panel, NEGLECT)))
    assert panel.agreement(table.panel, NEGLECT) is None


def test_the_panels_light_comes_from_its_agreed_answers_and_what_is_open_counts_as_unknown() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="active", sam="active")
    table.score(HEALTH, cora="present", sam="absent")
    table.to("revealed")
    assert panel.panel_assessment(table.panel, EDITION).answers == {NEGLECT: "active"}
    light = panel.panel_light(table.panel, EDITION)
    assert (light.best, light.worst, light.dimensions["risk"]) == ("high", "severe", (2, 2))
    assert panel.light_of(table.panel, EDITION, "sam").dimensions["protection"] == (0, 2)


@pytest.mark.parametrize(
    ("key", "given", "offered"),
    [
        (NEGLECT, ["absent", "active", "improving"], "active"),
        (NEGLECT, ["absent", "resolved"], "resolved"),
        (NEGLECT, ["unknown", "absent"], "absent"),
        (NEGLECT, ["unknown", "unknown"], "unknown"),
        (NEGLECT, [], "unknown"),
        (HEALTH, ["present", "emerging"], "emerging"),
        (HEALTH, ["present", "absent", "unknown"], "absent"),
        (CAPACITY, ["evident", "limited"], "limited"),
        (WISH, ["wants", "not_expressed"], "not_expressed"),
        (WISH, ["ambivalent", "opposed", "wants"], "opposed"),
    ],
)
def test_the_least_favourable_known_answer_is_offered_for_agreement(key: Key, given: list[str], offered: str) -> None:
    members = ("sam", "tess", "wes")
    table = Table(*members).to("scoring")
    for member, status in zip(members, given, strict=False):
        table.do(member, Score(*key, status))
    assert panel.offered(table.panel, EDITION, key) == offered


def test_two_hands_that_record_an_answer_at_once_do_not_cross() -> None:
    """The chair has two screens open: the second one still shows the question as it was."""
    table = Table("sam").to("revealed")
    table.do("cora", Agree(*NEGLECT, "active", "From the first screen."))
    table.refuses("cora", Agree(*NEGLECT, "absent"), "just changed", "Active")
    table.refuses("cora", Agree(*NEGLECT, None), "just changed")
    seen = table.panel.recorded[NEGLECT]
    table.do("cora", Agree(*NEGLECT, "absent", seen=seen))
    table.refuses("cora", Agree(*NEGLECT, "improving", seen=seen), "just changed", "Not there")
    table.do("cora", Agree(*NEGLECT, None, seen=table.panel.recorded[NEGLECT]))
    table.refuses("cora", Agree(*NEGLECT, "improving", seen=seen), "open again")


def test_offered_answers_are_recorded_for_the_open_questions_only() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="absent", sam="active")
    table.score(HEALTH, cora="present", sam="present")
    table.score(WISH, cora="wants", sam="opposed")
    table.to("revealed").do("cora", Agree(*WISH, "ambivalent"), AgreeOffered((NEGLECT, HEALTH, WISH, CAPACITY)))
    agreed = {key: panel.agreement(table.panel, key) for key in (NEGLECT, HEALTH, WISH, CAPACITY)}
    assert agreed == {
        NEGLECT: Agreement("active", "", "cora"),
        HEALTH: Agreement("present", "", ""),
        WISH: Agreement("ambivalent", "", "cora"),
        CAPACITY: Agreement("unknown", "", "cora"),
    }
    assert table.do("cora", AgreeOffered((NEGLECT, HEALTH, WISH, CAPACITY))) == []
    table.refuses("cora", AgreeOffered((NEGLECT, ("bad_luck", "child"))), "bad_luck")


@pytest.mark.parametrize("phase", ["gathering", "scoring", "agreed"])
def test_answers_are_agreed_between_the_reveal_and_the_decision(phase: Phase) -> None:
    Table("sam").to(phase).refuses("cora", Agree(*NEGLECT, "active"))
    Table("sam").to(phase).refuses("cora", AgreeOffered((NEGLECT,)))


def test_an_agreed_answer_must_be_one_that_the_edition_knows() -> None:
    table = Table("sam").to("revealed")
    table.refuses("cora", Agree(*NEGLECT, "present"), "present")
    table.refuses("cora", Agree("bad_luck", "child", "active"), "bad_luck")


def test_dissent_is_kept_with_its_reason_beside_the_panels_answer_until_it_is_withdrawn() -> None:
    table = Table("sam", "tess").to("agreed")
    table.do("sam", Dissent(*NEGLECT, "The school sees it otherwise."))
    table.do("tess", Dissent(*NEGLECT, "I agree with Sam."))
    assert table.panel.dissent[NEGLECT] == {"sam": "The school sees it otherwise.", "tess": "I agree with Sam."}
    table.do("sam", Dissent(*NEGLECT, ""))
    assert table.panel.dissent[NEGLECT] == {"tess": "I agree with Sam."}
    table.to("closed")
    assert table.panel.dissent[NEGLECT] == {"tess": "I agree with Sam."}


@pytest.mark.parametrize("phase", ["gathering", "scoring"])
def test_before_the_reveal_there_is_nothing_to_dissent_from_or_to_discuss(phase: Phase) -> None:
    table = Table("sam").to(phase)
    table.refuses("sam", Dissent(*NEGLECT, "No."), "revealed")
    table.refuses("cora", Focus(NEGLECT), "before the reveal")


def test_the_chair_shows_the_room_one_question_at_a_time() -> None:
    table = Table("sam").to("revealed")
    table.do("cora", Focus(NEGLECT))
    assert table.panel.focus == NEGLECT
    assert table.do("cora", Focus(NEGLECT)) == []
    table.do("cora", Focus(None))
    assert table.panel.focus is None
    table.refuses("cora", Focus(("bad_luck", "child")), "bad_luck")


def test_an_answer_given_on_ones_own_is_no_news_to_others_and_all_else_is() -> None:
    table = Table("sam").to("scoring")
    before = table.panel.news
    assert before == table.panel.version
    table.do("sam", Score(*NEGLECT, "active"))
    assert (table.panel.news, table.panel.version) == (before, before + 1)
    table.do("sam", Finish(True))
    assert table.panel.news == table.panel.version
    table.do("cora", MovePhase("revealed"))
    table.do("sam", Score(*NEGLECT, "improving", reason="The father's report."))
    assert table.panel.news == table.panel.version
    table.do("cora", MovePhase("scoring", "A carer was left out."))
    back = table.panel.version
    table.do("sam", Score(*NEGLECT, "absent"))
    assert table.panel.news == back


def test_the_carers_names_are_on_the_wall_only_if_the_chair_says_so() -> None:
    table = Table("sam")
    assert not table.panel.names_on_wall
    table.do("cora", ShowNames(True))
    assert table.panel.names_on_wall
    assert table.do("cora", ShowNames(True)) == []


# Who the framework asks for


def test_a_panel_is_told_whom_it_lacks() -> None:
    social_worker, team_manager, second_worker = panel.composition(Table().panel)
    assert social_worker == "The child's social worker is not here."
    assert team_manager == "The social worker's team manager is not here."
    assert "no second worker" in second_worker and "without meeting the family" in second_worker


def test_a_panel_that_is_complete_is_told_nothing() -> None:
    table = Table("sam", "tess")
    table.do("wes", Join(seat("wes", has_met_family=False)))
    assert panel.composition(table.panel) == ()
    table.do("cora", Remove("sam", "Left."))
    assert panel.composition(table.panel) == ("The child's social worker is not here.",)


def test_a_second_worker_who_has_met_the_family_gives_no_independent_view() -> None:
    table = Table("sam", "tess")
    table.do("wes", Join(seat("wes", has_met_family=True)))
    assert panel.composition(table.panel) == (
        "The second worker has met the family, so the panel has no independent view.",
    )
    table.do("ida", Join(seat("ida", "second_worker", has_met_family=False)))
    assert panel.composition(table.panel) == ()


# Sections of the scoring form


def test_the_scoring_form_asks_every_question_once() -> None:
    form = sections.sections(Table(carers={"a": "Carer A", "b": "Carer B"}).panel, EDITION)
    asked = [question for section in form for question in section.questions]
    assert sorted(asked) == sorted(EDITION.questions(("a", "b")))
    assert len({section.id for section in form}) == len(form)
    parent = next(section for section in form if section.id == "risk-parent")
    assert [q.about for q in parent.questions] == sorted(q.about for q in parent.questions), "a carer's stand together"


def test_a_section_counts_its_answers_and_knows_which_were_filled_in_together() -> None:
    table = Table("sam").to("scoring")
    abuse = sections.sections(table.panel, EDITION)[0]
    keys = tuple(question.key for question in abuse.questions)
    table.do("sam", Score(*keys[0], "active"), FillRest(keys[:3], "absent"))
    mine = table.panel.answers["sam"]
    assert abuse.answered(mine) == 3
    assert abuse.filled_together(mine) == keys[1:3]


# Properties of any meeting

MEMBERS = ("cora", "sam", "tess", "olive")
KEYS = (NEGLECT, EMPATHY, HEALTH, CAPACITY, WISH)
ANY_MEETING = settings(max_examples=150, deadline=None, derandomize=True)


def mark(member: str) -> str:
    """Stands in every text that a member writes, so that it is found wherever it leaks to."""
    return f"«written by {member}»"


def some_command(state: Panel, actor: str, kind: int, choice: int) -> Command:
    """A command that could be sent at this moment; it may well be refused."""
    key = KEYS[choice % len(KEYS)]
    statuses = [status.id for status in EDITION.statuses(*key)] + ["unknown"]
    status = statuses[choice // len(KEYS) % len(statuses)]
    text = f"{mark(actor)} {choice}"
    member = MEMBERS[choice % len(MEMBERS)]
    place = PHASES.index(state.phase)
    commands: tuple[Command, ...] = (
        *(Score(*key, status, text, ("seen",), text),) * 4,
        FillRest(KEYS[:2], "improving"),
        TakeBack(KEYS[:2]),
        Finish(bool(choice % 2)),
        Dissent(*key, text),
        Score(*key, None),
        *(MovePhase(PHASES[min(place + 1, 3)]),) * 2,
        MovePhase(PHASES[choice % 4], "Back."),
        Agree(*key, status, text, state.recorded.get(key)),
        AgreeOffered(KEYS if choice % 3 else tuple(q.key for q in EDITION.questions(state.carer_ids))),
        Focus(key),
        HandOver(member),
        Remove(member, "Left."),
        Join(seat(f"{member}{choice}", "observer" if choice % 2 else "other_professional")),
        NameCarers({"a": "Carer A", "b": "Carer B"} if choice % 2 else {"a": "Carer A"}),
        ShowNames(bool(choice % 2)),
    )
    return commands[kind]


MEETINGS = st.tuples(st.integers(0, 2**32), st.integers(20, 80))
"""A seed for chance, and how many commands are tried. (Lists drawn one by one come out too short to reach a reveal.)"""


def meeting_of(seed_and_length: tuple[int, int]) -> Table:
    """A meeting in which these commands were tried; what is refused did not happen."""
    seed, length = seed_and_length
    chance = Random(seed)
    table = Table("sam", "tess", "olive").to("scoring")
    for _ in range(length):
        kind = chance.randrange(20)
        actor = chance.choice(list(table.panel.members)) if kind < 9 else table.panel.chair
        try:
            table.do(actor, some_command(table.panel, actor, kind, chance.randrange(1000)))
        except Refused:
            continue
    return table


def states(table: Table) -> Iterable[Panel]:
    state = Panel()
    for event in table.events:
        state = evolve(state, event)
        yield state


@ANY_MEETING
@given(MEETINGS)
def test_before_the_reveal_no_screen_receives_anybody_elses_answers(meeting: tuple[int, int]) -> None:
    for state in states(meeting_of(meeting)):
        if state.phase not in ("gathering", "scoring"):
            continue
        for member in (*state.members, None):
            view = view_for(state, member)
            sent = repr(view)
            for other in state.members:
                assert other == member or mark(other) not in sent
            assert view.answers.keys() | view.first.keys() <= {member}
            assert not view.recorded and not view.dissent and view.focus is None
            if member is not None:
                assert view.answers.get(member) == state.answers.get(member)
            assert (view.members, view.carers, view.phase, view.version) == (
                state.members,
                state.carers,
                state.phase,
                state.version,
            )


def test_after_the_reveal_every_screen_receives_every_answer() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, sam="active", cora="absent")
    assert view_for(table.panel, "cora").answers.keys() == {"cora"}
    table.to("revealed")
    for member in ("cora", "sam", None):
        assert view_for(table.panel, member) == table.panel
    table.back_to("scoring")
    assert view_for(table.panel, "cora").answers.keys() == view_for(table.panel, "cora").first.keys() == {"cora"}


@ANY_MEETING
@given(MEETINGS)
def test_the_state_is_what_the_events_make_of_it_one_by_one_or_all_at_once(meeting: tuple[int, int]) -> None:
    table = meeting_of(meeting)
    at_once = fold(table.events)
    assert at_once == reduce(evolve, table.events, Panel()) == table.panel
    assert at_once.version == len(table.events)
    assert list(at_once.members) == list(table.panel.members)
    assert at_once.carer_ids == table.panel.carer_ids
    half = len(table.events) // 2
    assert fold(table.events[half:], fold(table.events[:half])) == at_once


@ANY_MEETING
@given(MEETINGS)
def test_a_state_never_changes_once_it_is_there(meeting: tuple[int, int]) -> None:
    table = meeting_of(meeting)
    half = len(table.events) // 2
    start = fold(table.events[:half])
    kept = copy.deepcopy(start)
    later = start
    for event in table.events[half:]:
        later = evolve(later, event)
    fold(table.events[half:], start)
    assert start == kept
    before = copy.deepcopy(table.panel)
    for kind, command in enumerate(ONE_OF_EACH):
        try:
            panel.decide(table.panel, command, MEMBERS[kind % 4], EDITION, NOW)
        except Refused:
            continue
    assert table.panel == before


@ANY_MEETING
@given(MEETINGS)
def test_events_survive_being_stored_as_json(meeting: tuple[int, int]) -> None:
    table = meeting_of(meeting)
    assert panel.from_json(event.model_dump_json() for event in table.events) == table.events


def test_an_event_of_a_kind_or_with_a_key_that_is_not_known_is_not_read() -> None:
    for stored in ('{"type": "guessed"}', '{"type": "names_shown", "shown": true, "extra": 1}'):
        with pytest.raises(ValueError, match="validation error"):
            panel.from_json([stored])


@ANY_MEETING
@given(MEETINGS)
def test_the_chair_always_has_a_seat_and_first_answers_never_change(meeting: tuple[int, int]) -> None:
    first = None
    for state in states(meeting_of(meeting)):
        if state.chair:
            assert state.members[state.chair].scores
        if state.was_revealed:
            assert first is None or state.first == first
            first = state.first
