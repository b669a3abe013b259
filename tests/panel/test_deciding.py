"""Protects: a decision meeting runs as the framework asks.

- it goes from gathering to scoring, revealed, agreed and closed, one step at a time; going back needs a reason, which
  everybody sees, and a closed meeting cannot be changed;
- carers and members keep their identity: an id is for ever one person's, and a role can be corrected;
- each member answers alone; after the reveal an answer changes only with a reason, beside the first one;
- where all who count say the same the panel has agreed; otherwise the chair records the answer, and dissent is kept;
- nothing is agreed in bulk from “not known” to something better;
- what the panel agreed is written once.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from framework import panel
from framework.light.classification import Key
from framework.panel import (
    PHASES,
    SEATS_LIMIT,
    AddNote,
    Agree,
    Agreement,
    AgreeTogether,
    BringBackCarer,
    ChangedMeanwhile,
    Command,
    CorrectRole,
    Dissent,
    FillRest,
    Finish,
    Focus,
    Given,
    HandOver,
    Join,
    MovePhase,
    NameCarer,
    OpenAgain,
    Panel,
    Phase,
    RecordView,
    Refused,
    Remove,
    Restore,
    Score,
    Seat,
    ShowLight,
    ShowNames,
    TakeBack,
    TakeOffCarer,
    sections,
)
from tests.panel.table import (
    ANY_MEETING,
    CAPACITY,
    CRUELTY,
    EDITION,
    EMPATHY,
    GROWTH,
    HEALTH,
    MEETINGS,
    NEGLECT,
    WISH,
    Table,
    meeting_of,
    opening,
    seat,
)

# Opening and the phases


def test_whoever_opens_a_meeting_chairs_it_and_gathering_begins() -> None:
    meeting = Table().panel
    assert (meeting.phase, meeting.chair, meeting.carer_ids, meeting.version) == ("gathering", "cora", ("a",), 3)
    assert meeting.edition == EDITION.hash and meeting.code == "ABC234" and meeting.fictional
    assert meeting.members["cora"].role == "other_professional", "chairing is a duty beside a role"


def test_a_meeting_is_opened_once_and_not_by_an_observer() -> None:
    table = Table()
    table.refuses("sam", opening(chair=seat("sam")), "open already")
    with pytest.raises(Refused, match="observer cannot chair"):
        panel.decide(Panel(), opening(chair=seat("olive")), "olive", EDITION)


def test_an_independent_chair_leads_and_does_not_score() -> None:
    opened = panel.fold(panel.decide(Panel(), opening(chair=seat("ina", "independent_chair")), "ina", EDITION))
    assert opened.chair == "ina" and opened.scorers == ()


def test_nothing_can_be_done_at_a_meeting_that_was_never_opened() -> None:
    with pytest.raises(Refused, match="no such meeting"):
        panel.decide(Panel(), Join(seat("sam")), "sam", EDITION)


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


def test_the_reason_for_going_back_is_shown_to_everybody_until_the_meeting_goes_on() -> None:
    table = Table("sam").to("agreed")
    (moved,) = table.do("cora", MovePhase("revealed", "  Dad's wish was never asked. "))
    assert isinstance(moved, panel.PhaseMoved)
    assert (moved.to, moved.reason) == ("revealed", "Dad's wish was never asked.")
    back = table.panel.stepped_back
    assert back and (back.was, back.reason, back.by, back.at) == (
        "agreed",
        "Dad's wish was never asked.",
        "cora",
        table.times[-1],
    )
    assert panel.view_for(table.panel, "sam").stepped_back == back
    assert "Cora took the meeting back from agreed to revealed: Dad's wish was never asked." in table.happened()
    table.to("agreed")
    assert table.panel.stepped_back is None


def test_after_going_back_nobody_has_finished_and_no_light_is_shown_early() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Finish(True))
    table.do("cora", ShowLight())
    table.to("revealed").back_to("scoring")
    assert table.panel.finished == table.panel.light_shown == frozenset()
    assert panel.finished_count(table.panel) == (0, 2)
    assert panel.light_held_back(table.panel, "sam") and panel.light_held_back(table.panel, "cora")


def test_scoring_waits_until_a_carer_is_named() -> None:
    table = Table(carers={})
    table.refuses("cora", MovePhase("scoring"), "Name the parents and home carers")
    table.do("cora", NameCarer(None, "Carer A (father)"), MovePhase("scoring"))
    assert table.panel.phase == "scoring"


def test_there_is_nothing_to_reveal_before_somebody_has_answered() -> None:
    table = Table("sam").to("scoring")
    table.refuses("cora", MovePhase("revealed"), "nothing to reveal")
    table.do("sam", Score(*NEGLECT, "active"))
    table.do("cora", MovePhase("revealed"))
    assert table.panel.phase == "revealed"


def test_where_nobody_scores_there_is_nothing_to_reveal() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active"))
    table.do("cora", CorrectRole("sam", "observer"), CorrectRole("cora", "independent_chair"))
    table.refuses("cora", MovePhase("revealed"), "Nobody here scores")


def test_the_chair_is_told_who_would_not_count_and_asked_again_if_somebody_came_meanwhile() -> None:
    table = Table("sam", "tess").to("scoring")
    table.do("sam", Score(*NEGLECT, "active"))
    assert [member.id for member in panel.would_not_count(table.panel)] == ["cora", "tess"]
    table.do("wes", Join(seat("wes")))
    table.refuses("cora", MovePhase("revealed", without=("cora", "tess")), "Wes", "would not count")
    table.do("cora", MovePhase("revealed", without=("cora", "tess", "wes")))
    assert table.panel.counting == ("sam",)


def test_the_chair_is_not_asked_about_latecomers_who_never_count() -> None:
    """The chair's screen names a latecomer, too; a command that does not is carried out all the same."""
    table = Table("sam").to("revealed")
    table.do("late", Join(seat("late")), Score(*NEGLECT, "absent"))
    table.back_to("scoring")
    assert [member.id for member in panel.would_not_count(table.panel)] == ["sam", "late"]
    table.do("cora", MovePhase("revealed", without=("sam",)))
    assert table.panel.counting == ("cora",)


def test_the_panel_has_agreed_only_when_no_question_is_open() -> None:
    table = Table("sam").to("revealed")
    table.do("cora", OpenAgain(()))
    questions = panel.open_questions(table.panel, EDITION)
    table.refuses("cora", MovePhase("agreed"), str(len(questions)), "still open")
    for key in questions[1:]:
        table.do("cora", Agree(*key, "unknown"))
    table.refuses("cora", MovePhase("agreed"), "1 ", "still open")
    table.do("cora", Agree(*questions[0], "unknown"), MovePhase("agreed"))
    assert table.panel.phase == "agreed"


def test_a_phase_that_does_not_exist_is_refused() -> None:
    Table().refuses("cora", MovePhase("adjourned"), "adjourned")  # type: ignore[arg-type]


# Taking a seat, and losing it


def test_the_chair_is_handed_over_only_to_someone_who_sits_here_and_is_no_observer() -> None:
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


def test_a_removal_can_be_undone_with_everything_that_was_answered() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", "Seen on Monday."))
    table.do("cora", Remove("sam", "The wrong one."), Restore("sam"))
    assert table.panel.members["sam"].scores
    assert table.panel.answers["sam"][NEGLECT] == Given("active", "Seen on Monday.")
    table.do("sam", Score(*GROWTH, "absent"))
    table.refuses("cora", Restore("nobody"), "no such seat")


def test_a_seat_is_not_given_back_while_somebody_else_has_its_name() -> None:
    table = Table("sam")
    table.do("cora", Remove("sam", "Left."))
    table.do("sam2", Join(Seat("sam2", "Sam", "other_professional", "hash")))
    table.refuses("cora", Restore("sam"), "a Sam at this meeting already")


def test_two_people_with_one_name_are_told_apart() -> None:
    table = Table("sam")
    clash = Seat("sam2", " SAM ", "other_professional", "hash")
    table.refuses("sam2", Join(clash), "a Sam at this meeting already")
    table.do("cora", Remove("sam", "Left."))
    table.do("sam2", Join(clash))
    assert table.panel.members["sam2"].name == "SAM"


@pytest.mark.parametrize("role", ["", "king", "chair"])
def test_a_role_has_no_preset_and_must_be_one_of_the_edition(role: str) -> None:
    Table().refuses("pat", Join(Seat("pat", "Pat", role, "hash")), "Choose your role")


@pytest.mark.parametrize("role", ["second_worker", "additional_worker"])
def test_who_is_asked_for_an_independent_view_says_whether_they_have_met_the_family(role: str) -> None:
    table = Table()
    table.refuses("pat", Join(Seat("pat", "Pat", role, "hash")), "Say whether you have met the family")
    table.do("pat", Join(Seat("pat", "Pat", role, "hash", True)))
    assert table.panel.members["pat"].has_met_family is True


@pytest.mark.parametrize(
    ("role", "scores"),
    [
        ("social_worker", True),
        ("team_manager", True),
        ("second_worker", True),
        ("additional_worker", True),
        ("other_professional", True),
        ("reviewing_officer", False),
        ("independent_chair", False),
        ("observer", False),
    ],
)
def test_who_scores_follows_from_the_role(role: str, scores: bool) -> None:
    table = Table()
    table.do("pat", Join(seat("pat", role)))
    assert table.panel.members["pat"].scores is scores


def test_a_role_and_whether_the_family_was_met_can_be_corrected_and_the_record_says_so() -> None:
    table = Table("wes").to("scoring")
    table.do("wes", Score(*NEGLECT, "active"), Finish(True))
    table.do("cora", CorrectRole("wes", "second_worker", True))
    assert table.panel.members["wes"].has_met_family is True
    assert table.happened()[-1] == (
        "Wes's role was corrected, from second worker, has not met the family to second worker, has met the family."
    )
    table.refuses("cora", CorrectRole("wes", "additional_worker"), "Say whether you have met the family")
    table.do("cora", CorrectRole("wes", "reviewing_officer"))
    assert not table.panel.members["wes"].scores and table.panel.finished == frozenset()
    assert table.panel.answers["wes"][NEGLECT].status == "active", "what they answered stays in the record"


def test_the_seats_are_limited_and_a_removed_one_is_free_again() -> None:
    table = Table()
    for number in range(SEATS_LIMIT - 1):
        table.do(f"guest{number}", Join(seat(f"guest{number}", "observer")))
    table.refuses("late", Join(seat("late")), str(SEATS_LIMIT), "taken")
    table.do("cora", Remove("guest0", "Left."))
    table.do("late", Join(seat("late")))
    assert len(table.panel.seated) == SEATS_LIMIT == 30
    table.refuses("cora", Restore("guest0"), "taken")


@pytest.mark.parametrize("phase", ["gathering", "scoring", "revealed", "agreed"])
def test_a_seat_can_be_taken_until_the_meeting_is_closed(phase: Phase) -> None:
    table = Table("sam").to(phase)
    table.do("pat", Join(seat("pat")))
    assert table.panel.members["pat"].role == "other_professional"


# Parents and home carers


@pytest.mark.parametrize(
    ("carers", "words"),
    [
        ({"child": "Somebody"}, ['"child"']),
        ({"household": "Somebody"}, ['"household"']),
        ({"": "Somebody"}, ['""']),
        ({"a": "  "}, ["name of the parent or home carer"]),
        ({"a": "\u202e\x00"}, ["name of the parent or home carer"]),
        ({"a": "x" * 81}, ["name of the parent or home carer", "81", "80"]),
        ({"a": "Alex", "b": " alex "}, ["Two people at home", "lex"]),
        ({f"c{n}": f"Carer {n}" for n in range(9)}, ["8"]),
    ],
    ids=str,
)
def test_carers_have_names_that_tell_them_apart(carers: dict[str, str], words: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        panel.decide(Panel(), opening(carers=carers), "cora", EDITION)
    assert all(word in str(refused.value) for word in words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("  ", ["name of the parent or home carer"]),
        ("\u202e\x00", ["name of the parent or home carer"]),
        ("x" * 81, ["name of the parent or home carer", "81", "80"]),
        ("CARER A (MOTHER)", ["Two people at home"]),
    ],
    ids=ascii,
)
def test_a_carer_who_is_added_or_named_anew_follows_the_same_rules(name: str, words: list[str]) -> None:
    table = Table(carers={"a": "Carer A (mother)", "b": "Carer B"})
    table.refuses("cora", NameCarer(None, name), *words)
    table.refuses("cora", NameCarer("b", name), *words)


def test_eight_carers_can_be_named_and_keep_their_order_and_at_least_one_stays() -> None:
    table = Table(carers={"mother": "Mum"})
    for number in range(7):
        table.do("cora", NameCarer(None, f"Carer {number}"))
    assert table.panel.carer_ids == ("mother", *"abcdefg")
    table.refuses("cora", NameCarer(None, "One more"), "8")
    for carer in "abcdefg":
        table.do("cora", TakeOffCarer(carer))
    table.refuses("cora", TakeOffCarer("mother"), "at least one parent or home carer")


@pytest.mark.parametrize("phase", ["revealed", "agreed"])
@pytest.mark.parametrize("command", [NameCarer(None, "Carer B"), NameCarer("a", "Carer Z"), TakeOffCarer("a"), BringBackCarer("a")], ids=str)  # fmt: skip
def test_carers_are_named_before_the_reveal(phase: Phase, command: Command) -> None:
    Table("sam").to(phase).refuses("cora", command, "until the scores are revealed")


def test_the_next_carer_never_gets_the_id_and_the_answers_of_one_who_was_taken_off() -> None:
    """Release 0.2.0 dealt freed ids out again: carer B then owned “hit her again”, which was said of carer A."""
    table = Table("sam", carers={"a": "Carer A (mother)", "b": "Carer B (her partner)"}).to("scoring")
    table.do("sam", Score("capacity", "a", "none", "Hit her again."), Score("capacity", "b", "evident"))
    table.do("cora", TakeOffCarer("a"))
    assert table.panel.carers == {"b": "Carer B (her partner)"}
    table.do("cora", NameCarer("b", "Carer B (her partner)"), NameCarer(None, "Carer C (aunt)"))
    assert table.panel.carers == {"b": "Carer B (her partner)", "c": "Carer C (aunt)"}
    assert panel.light_of(table.panel, EDITION, "sam").dimensions["capacity"] == (0, 2), "of the aunt nothing is known"
    assert table.panel.past_carers == {"a": "Carer A (mother)"}
    assert table.panel.answers["sam"]["capacity", "a"].note == "Hit her again.", "it stays in the record"


def test_a_carer_who_is_brought_back_has_their_answers_again_even_under_a_new_name() -> None:
    table = Table("sam", carers={"a": "Carer A (mother)", "b": "Carer B (her partner)"}).to("scoring")
    table.do("sam", Score("capacity", "b", "none"))
    table.do("cora", TakeOffCarer("b"))
    table.refuses("cora", NameCarer("b", "Somebody else"), "Bring them back first")
    table.do("cora", BringBackCarer("b"), NameCarer("b", "Carer B (stepfather)"))
    assert table.panel.carers == {"a": "Carer A (mother)", "b": "Carer B (stepfather)"}
    assert table.panel.past_carers == {}
    assert panel.assessment_of(table.panel, "sam").answers == {("capacity", "b"): "none"}
    assert table.happened()[-3:] == [
        "Carer B (her partner) was taken off the parents and home carers.",
        "Carer B (her partner) was brought back to the parents and home carers.",
        "The name of a parent or home carer was changed from Carer B (her partner) to Carer B (stepfather).",
    ]


def test_who_was_never_there_cannot_be_brought_back_and_not_under_the_name_of_another() -> None:
    table = Table(carers={"a": "Alex", "b": "Bo"})
    table.refuses("cora", BringBackCarer("z"), "nobody to bring back")
    table.do("cora", TakeOffCarer("b"), NameCarer("a", "Bo"))
    table.refuses("cora", BringBackCarer("b"), "Two people at home are called Bo")


def test_after_all_letters_were_given_the_ids_go_on_with_numbers() -> None:
    table = Table()
    for number in range(30):
        table.do("cora", NameCarer(None, f"Carer {number}"))
        table.do("cora", TakeOffCarer(table.panel.carer_ids[-1]))
    assert len(table.panel.past_carers) == 30
    assert {"z", "c27", "c31"} <= table.panel.past_carers.keys()


def test_an_answer_about_a_carer_who_was_taken_off_counts_no_more() -> None:
    table = Table("sam", carers={"a": "Carer A", "b": "Carer B"}).to("scoring")
    table.do("sam", Score("capacity", "a", "none"))
    table.do("cora", TakeOffCarer("a"))
    assert panel.light_of(table.panel, EDITION, "sam").dimensions["capacity"] == (0, 2)
    table.refuses("sam", Score("capacity", "a", "none"), "Unknown carer")


def test_what_was_recorded_about_a_carer_who_is_taken_off_later_is_no_part_of_the_light_or_the_outcome() -> None:
    table = Table("sam", carers={"a": "Carer A", "b": "Carer B"}).to("scoring")
    table.score(("capacity", "b"), cora="none", sam="limited")
    table.to("revealed").do("cora", Agree("capacity", "b", "none"))
    table.back_to("scoring").do("cora", TakeOffCarer("b"), MovePhase("revealed"))
    assert panel.panel_light(table.panel, EDITION).dimensions["capacity"] == (0, 2)
    table.to("agreed")
    assert table.panel.outcome and ("capacity", "b") not in table.panel.outcome


# Names and texts


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


@pytest.mark.parametrize("typed", ["می\u200cخواهم", "👨\u200d👩\u200d👧", "\u200fسلام", "वि\u200dशेष"], ids=ascii)
def test_marks_that_scripts_and_emoji_are_joined_with_are_kept(typed: str) -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", typed))
    table.do("pat", Join(Seat("pat", typed, "observer", "hash")))
    assert table.panel.answers["sam"][NEGLECT].note == table.panel.members["pat"].name == typed


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
    table = Table("sam", "iris").to("scoring")
    table.refuses("sam", Score(*NEGLECT, "active", "x" * 4001), "4,001", "4,000")
    table.do("sam", Score(*NEGLECT, "active", "x" * 4000))
    table.refuses("pat", Join(Seat("pat", "x" * 81, "observer", "hash")), "81", "80")
    table.do("pat", Join(Seat("pat", "x" * 80, "observer", "hash")))
    table.refuses("new", Join(Seat("new", " \x00 ", "observer", "hash")), "your name")
    table.to("revealed")
    table.refuses("iris", RecordView("x" * 4001), "4,001")
    table.refuses("sam", AddNote(*NEGLECT, "x" * 4001), "4,001")


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
    table.do("sam", Score(*NEGLECT, None))
    assert NEGLECT not in table.panel.answers["sam"]


def test_not_known_is_an_answer() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "unknown"))
    assert table.panel.answers["sam"][NEGLECT].status == "unknown"


def test_an_answer_that_waited_on_one_device_does_not_replace_a_newer_one_from_another() -> None:
    """The laptop had no network while the same member answered on the tablet."""
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "improving"))
    on_the_laptop = table.panel.answers["sam"][NEGLECT]
    table.do("sam", Score(*NEGLECT, "active", "From the tablet."))
    late = Score(*NEGLECT, "absent", seen=on_the_laptop)
    table.refuses("sam", late, "Neglect", "“Not there” was not saved", "on another device", "“Active” now")
    table.refuses("sam", Score(*NEGLECT, None, seen=on_the_laptop), "not taken back", "“Active” now")
    table.refuses("sam", Score(*NEGLECT, "absent", seen=None), "“Active” now")
    assert table.panel.answers["sam"][NEGLECT] == Given("active", "From the tablet.")
    table.do("sam", Score(*NEGLECT, None))
    table.refuses("sam", late, "it was taken back")


def test_an_answer_that_waited_is_saved_where_nothing_else_happened_or_the_same_was_said() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "improving", seen=None))
    seen = table.panel.answers["sam"][NEGLECT]
    table.do("sam", Score(*NEGLECT, "active", seen=seen))
    assert table.panel.answers["sam"][NEGLECT].status == "active"
    assert table.do("sam", Score(*NEGLECT, "active", seen=seen)) == [], "another device had sent it already"


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
    said = [(step.given.status, step.saw_answers) for step in panel.trail(table.panel, "sam", NEGLECT)]
    assert said == [("active", False), ("improving", True), ("absent", True)]
    table.refuses("sam", Score(*NEGLECT, None), "not taken back")


def test_after_the_reveal_a_question_left_out_can_be_answered_without_a_reason_and_is_marked() -> None:
    table = Table("sam").to("revealed")
    table.do("sam", Score(*HEALTH, "present"))
    assert table.panel.answers["sam"][HEALTH].status == "present"
    assert HEALTH not in table.panel.reveals[0].answers.get("sam", {})
    assert [step.saw_answers for step in panel.trail(table.panel, "sam", HEALTH)] == [True]


def test_a_note_can_be_added_after_the_reveal_and_stands_apart_with_its_time() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", "Seen on Monday."))
    table.refuses("sam", AddNote(*NEGLECT, "And on Tuesday."), "once the scores are revealed")
    table.to("revealed").do("sam", AddNote(*NEGLECT, "And on Tuesday."))
    assert table.panel.notes[NEGLECT] == (panel.AddedNote("sam", "And on Tuesday.", table.times[-1]),)
    assert table.panel.answers["sam"][NEGLECT].note == "Seen on Monday."
    table.to("agreed").do("sam", AddNote(*NEGLECT, "And on Friday."))
    assert [note.text for note in table.panel.notes[NEGLECT]] == ["And on Tuesday.", "And on Friday."]
    table.refuses("sam", AddNote(*NEGLECT, "  "), "Please give the note")
    table.refuses("sam", AddNote("bad_luck", "child", "Hm."), "bad_luck")


def test_kinds_of_evidence_that_reach_the_record_only_after_the_reveal_are_not_lost() -> None:
    """They waited through an outage, with the answer that everybody sees by now."""
    table = Table("sam").to("scoring")
    table.do("sam", Score(*NEGLECT, "active", "Seen on Monday.", ("seen",)))
    table.to("revealed")
    waited = Score(*NEGLECT, "active", "And on Tuesday", ("seen", "school"))
    table.do("sam", waited)
    assert [note.text for note in table.panel.notes[NEGLECT]] == [
        "And on Tuesday. How this is known: seen by the worker, school."
    ]
    assert table.panel.answers["sam"][NEGLECT] == Given("active", "Seen on Monday.", ("seen",))
    assert table.do("sam", waited) == [], "it was sent twice"
    table.do("sam", Score(*NEGLECT, "active", "Seen on Monday."))
    assert table.panel.notes[NEGLECT][-1].text == "How this is known: no kind of evidence is named any more."
    assert table.do("sam", Score(*NEGLECT, "active", "Seen on Monday.", ("seen",))) == []


def test_the_rest_of_a_section_can_be_filled_in_together_and_is_marked_so() -> None:
    table = Table("sam").to("scoring")
    keys: tuple[Key, ...] = (NEGLECT, GROWTH, CRUELTY)
    table.do("sam", Score(*NEGLECT, "active"), FillRest(keys, "absent"))
    mine = table.panel.answers["sam"]
    assert mine[NEGLECT] == Given("active")
    assert mine[keys[1]] == mine[keys[2]] == Given("absent", together=True)
    assert table.do("sam", FillRest(keys, "active")) == []


def test_taking_back_spares_what_was_answered_one_by_one() -> None:
    table = Table("sam").to("scoring")
    keys: tuple[Key, ...] = (NEGLECT, GROWTH, CRUELTY)
    table.do("sam", Score(*NEGLECT, "active"), FillRest(keys, "absent"), Score(*keys[1], "resolved"), TakeBack(keys))
    assert table.panel.answers["sam"] == {NEGLECT: Given("active"), keys[1]: Given("resolved")}


@pytest.mark.parametrize("phase", ["gathering", "revealed", "agreed"])
@pytest.mark.parametrize(
    "command",
    [FillRest((NEGLECT,), "absent"), TakeBack((NEGLECT,)), Finish(True), ShowLight()],
    ids=lambda command: type(command).__name__,
)
def test_filling_in_taking_back_and_finishing_belong_to_scoring(command: Command, phase: Phase) -> None:
    Table("sam").to(phase).refuses("sam", command)


def test_a_member_says_when_they_have_finished_and_can_go_on_after_all() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", Finish(True))
    assert table.panel.finished == {"sam"}
    table.do("sam", Finish(False))
    assert table.panel.finished == frozenset()
    assert "sam" in table.panel.light_shown, "who goes on has seen their own light: that is recorded"


def test_looking_at_ones_own_light_early_is_recorded_and_afterwards_it_is_nothing_special() -> None:
    table = Table("sam").to("scoring")
    table.do("sam", ShowLight())
    assert not panel.light_held_back(table.panel, "sam")
    assert table.happened()[-1] == "Sam looked at their own light before they had finished."
    table.do("cora", Finish(True))
    assert table.do("cora", ShowLight()) == [], "who has finished sees it anyway"
    alone = Table().to("scoring")
    assert alone.do("cora", ShowLight()) == [], "and so does who scores alone"


# Agreeing


def test_where_all_who_count_say_the_same_the_panel_has_agreed_by_itself() -> None:
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
    assert panel.agreement(table.panel, HEALTH) is None, "a removed seat makes nothing alike"
    assert panel.agreement(table.panel, WISH) is None


def test_where_they_differ_the_chair_records_the_panels_answer() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="absent", sam="active")
    table.to("revealed")
    table.do("cora", Agree(*NEGLECT, "improving", "Visits since May."))
    assert panel.agreement(table.panel, NEGLECT) == Agreement("improving", "Visits since May.", "cora")
    table.do("cora", Agree(*NEGLECT, None, seen=panel.agreement(table.panel, NEGLECT)))
    assert panel.agreement(table.panel, NEGLECT) is None


def test_an_answer_recorded_on_an_old_screen_replaces_no_newer_one() -> None:
    """The chair has two screens open: the second one still shows the question as it was."""
    table = Table("sam").to("revealed")
    table.do("cora", Agree(*NEGLECT, "active", "From the first screen."))
    table.refuses("cora", Agree(*NEGLECT, "absent"), "You have just changed", "Active")
    table.refuses("cora", Agree(*NEGLECT, None), "just changed")
    seen = table.panel.recorded[NEGLECT]
    table.do("cora", Agree(*NEGLECT, "absent", seen=seen))
    table.refuses("cora", Agree(*NEGLECT, "improving", seen=seen), "just changed", "Not there")
    table.do("cora", Agree(*NEGLECT, None, seen=table.panel.recorded[NEGLECT]))
    table.refuses("cora", Agree(*NEGLECT, "improving", seen=seen), "has just been opened again")
    with pytest.raises(ChangedMeanwhile) as refused:
        table.do("cora", Agree(*NEGLECT, "improving", seen=seen))
    assert "Somebody else" not in str(refused.value), "it was Cora's own click"


UNSEEN = ("\u200e", "\u200d", "\u3164", "\u2800")


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_no_two_names_look_the_same_and_none_is_invisible(unseen: str) -> None:
    """A seat is removed, handed the chair and let back in by its name, and answers are about a carer by theirs."""
    table = Table("sam")
    stranger = Seat("pat", f"Sam{unseen}", "team_manager", "hash of pat")
    table.refuses("pat", Join(stranger), "There is a Sam")
    table.refuses("pat", Join(replace(stranger, name=unseen)), "Please give your name.")
    table.refuses("cora", NameCarer(None, f"Carer{unseen} A (mother)", "b"), "Two people at home are called")
    table.refuses("cora", NameCarer(None, unseen, "b"), "Please give the name of the parent or home carer.")
    table.do("cora", NameCarer(None, "\u0645\u06cc\u200c\u0646\u0627", "b"))
    assert table.panel.carers["b"] == "\u0645\u06cc\u200c\u0646\u0627", "what a script is joined with stays in the name"


def bulk() -> Table:
    """Cora, Sam and Tess have answered; only some of it may be agreed together."""
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active", tess="unknown")  # the least favourable there is
    table.score(GROWTH, cora="absent", sam="absent", tess="unknown")  # one does not know
    table.score(CRUELTY, cora="absent", sam="unknown", tess="unknown")  # only one knows
    table.score(HEALTH, cora="present", sam="present")  # one has not answered
    table.score(WISH, cora="wants", sam="opposed", tess="wants")  # they differ
    table.score(EMPATHY, cora="improving", sam="improving", tess="improving")  # agreed already
    return table.to("revealed")


def test_together_is_agreed_what_nobody_disputes_and_never_from_not_known_to_something_better() -> None:
    table = bulk()
    offers = dict(panel.bulk_offers(table.panel, EDITION))
    assert offers == {NEGLECT: "active", HEALTH: "present"}, "what only one knows is asked"
    table.do("cora", AgreeTogether(tuple(offers.items())))
    assert {key: one.status for key, one in table.panel.recorded.items()} == offers
    assert panel.agreement(table.panel, GROWTH) is None
    assert panel.agreement(table.panel, CAPACITY) is None, "nobody answered, which is not “not known”"


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (GROWTH, "absent"),
        (GROWTH, "unknown"),
        (CRUELTY, "absent"),
        (CRUELTY, "unknown"),
        (WISH, "opposed"),
        (CAPACITY, "unknown"),
        (HEALTH, "emerging"),
    ],
    ids=str,
)
def test_a_crafted_message_cannot_agree_together_what_was_not_offered(key: Key, status: str) -> None:
    table = bulk()
    table.refuses("cora", AgreeTogether(((NEGLECT, "active"), (key, status))), "changed meanwhile")
    assert table.panel.recorded == {}
    table.refuses("cora", AgreeTogether(((("bad_luck", "child"), "active"),)), "bad_luck")


def test_what_was_agreed_in_the_meantime_is_left_as_it_is() -> None:
    table = bulk()
    offers = panel.bulk_offers(table.panel, EDITION)
    table.do("cora", Agree(*HEALTH, "absent", "Seen at school."), AgreeTogether(offers))
    assert panel.agreement(table.panel, HEALTH) == Agreement("absent", "Seen at school.", "cora")


def test_if_an_answer_has_changed_meanwhile_the_chair_looks_again() -> None:
    table = bulk()
    offers = panel.bulk_offers(table.panel, EDITION)
    table.do("tess", Score(*HEALTH, "absent"))
    with pytest.raises(ChangedMeanwhile):
        table.do("cora", AgreeTogether(offers))


def test_what_was_agreed_together_can_be_undone_where_it_still_stands() -> None:
    table = bulk()
    offers = panel.bulk_offers(table.panel, EDITION)
    table.do("cora", AgreeTogether(offers))
    table.do("cora", Agree(*HEALTH, "absent", seen=table.panel.recorded[HEALTH]), OpenAgain(offers))
    assert {key: one.status for key, one in table.panel.recorded.items()} == {HEALTH: "absent"}
    assert panel.bulk_offers(table.panel, EDITION) == tuple(one for one in offers if one[0] != HEALTH)


@ANY_MEETING
@given(MEETINGS)
def test_in_no_meeting_is_not_known_agreed_together_to_anything_but_itself_or_the_worst(
    meeting: tuple[int, int],
) -> None:
    """Whatever was answered and changed: who offers and who accepts go by the same rule."""
    table = meeting_of(meeting)
    with suppress(Refused):
        table.do(table.panel.chair, MovePhase("revealed", "So that there is something to agree."))
    if table.panel.phase != "revealed":
        return  # nobody whose answers count has given one
    before = table.panel
    table.do(before.chair, AgreeTogether(panel.bulk_offers(before, EDITION)))
    for key in table.panel.recorded.keys() - before.recorded.keys():
        given = {
            answers[key].status
            for member in panel.counting_members(before)
            if key in (answers := before.answers.get(member.id, {}))
        }
        now, worst = table.panel.recorded[key].status, EDITION.statuses(*key)[-1].id
        assert given, "somebody who counts has answered"
        assert len(given - {"unknown"}) <= 1, "and nobody said otherwise"
        assert now in given or now == "unknown"
        assert "unknown" not in given or now in ("unknown", worst)


@pytest.mark.parametrize("phase", ["gathering", "scoring", "agreed"])
@pytest.mark.parametrize(
    "command",
    [Agree(*NEGLECT, "active"), AgreeTogether(((NEGLECT, "active"),)), OpenAgain(((NEGLECT, "active"),))],
    ids=lambda command: type(command).__name__,
)
def test_answers_are_agreed_between_the_reveal_and_the_decision(command: Command, phase: Phase) -> None:
    Table("sam").to(phase).refuses("cora", command, "between the reveal and the decision")


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
    table.do("cora", Focus(None))
    assert table.panel.focus is None
    table.refuses("cora", Focus(("bad_luck", "child")), "bad_luck")


def test_the_carers_names_are_on_the_wall_only_if_the_chair_says_so() -> None:
    table = Table("sam")
    assert not table.panel.names_on_wall
    table.do("cora", ShowNames(True))
    assert table.panel.names_on_wall


# Scoring again


def again(**changed: Any) -> Table:
    """Sam said active, Tess and Cora improving; the chair recorded it; they scored once more, with these changes."""
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="improving", sam="active", tess="improving")
    table.score(GROWTH, cora="absent", sam="improving", tess="absent")
    table.to("revealed").do("cora", Agree(*NEGLECT, "active", "The visits decide it."), Agree(*GROWTH, "improving"))
    table.back_to("scoring")
    for member, status in changed.items():
        table.do(member, Score(*NEGLECT, status))
    return table


def test_what_was_recorded_is_open_again_where_the_answers_that_count_have_changed_since() -> None:
    """Recorded “improving”, then somebody saw harm: the old answer must not stand in the light of the new ones."""
    table = again(tess="active").to("scoring")
    table.do("cora", MovePhase("revealed"))
    assert panel.agreement(table.panel, NEGLECT) is None
    assert panel.agreement(table.panel, GROWTH) == Agreement("improving", "", "cora"), "here nothing changed"
    assert table.happened()[-1] == (
        "Recorded before, and open again since the answers that count have changed: Neglect."
    )


def test_what_was_recorded_stands_where_everybody_who_counts_says_what_they_said() -> None:
    table = again()
    table.do("tess", Score(*NEGLECT, "improving", "Only the note is new."))
    table.do("cora", MovePhase("revealed"))
    assert panel.agreement(table.panel, NEGLECT) == Agreement("active", "The visits decide it.", "cora")
    assert "open again" not in " ".join(table.happened())


def test_it_is_open_again_too_where_somebody_counts_now_who_did_not_or_no_longer() -> None:
    table = again()
    table.do("wes", Join(seat("wes")), Score(*GROWTH, "active"))
    table.do("cora", MovePhase("revealed"))
    assert panel.agreement(table.panel, GROWTH) is None
    assert panel.agreement(table.panel, NEGLECT), "of neglect he said nothing"
    table = again()
    table.do("cora", Remove("sam", "Called away."), MovePhase("revealed"))
    assert table.panel.recorded == {}
    assert panel.agreement(table.panel, NEGLECT) == Agreement("improving", "", ""), "all who count now say the same"
    assert table.how(NEGLECT) == ("Alike among those still seated; the social worker (seat removed 21:14) said Active")


def test_a_change_with_a_reason_before_the_answer_was_recorded_does_not_open_it_again() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="improving", sam="active")
    table.to("revealed").do("sam", Score(*NEGLECT, "improving", reason="The school's letter."))
    table.do("cora", Agree(*NEGLECT, "active"))
    table.back_to("scoring").do("cora", MovePhase("revealed"))
    assert panel.agreement(table.panel, NEGLECT) == Agreement("active", "", "cora")


# The outcome


def test_what_the_panel_agreed_is_written_once_with_who_counted_and_the_light() -> None:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active")
    table.to("revealed")
    for key in panel.open_questions(table.panel, EDITION):
        table.do("cora", Agree(*key, "unknown"))
    light = panel.panel_light(table.panel, EDITION)
    outcome, moved = table.do("cora", MovePhase("agreed"))
    assert isinstance(outcome, panel.Outcome) and moved == panel.PhaseMoved(to="agreed")
    assert outcome.counting == ("cora", "sam")
    assert len(outcome.answers) == len(EDITION.questions(("a",)))
    assert panel.OutcomeAnswer(subject="neglect", about="child", status="active") in outcome.answers
    assert (outcome.indicated, outcome.best, outcome.worst, outcome.basis) == (
        light.indicated,
        light.best,
        light.worst,
        light.basis,
    )


@ANY_MEETING
@given(MEETINGS)
def test_whatever_happens_afterwards_changes_nothing_of_what_was_agreed(meeting: tuple[int, int]) -> None:
    """Latecomers, removals, corrected roles, a new chair, notes, dissent: every command there is, tried at random."""

    class Agreed(Table):
        """From “agreed” on the panel does not go back."""

        def do(self, actor: str, *commands: Command) -> list[panel.Event]:
            moves = [c for c in commands if isinstance(c, MovePhase) and c.to != "closed"]
            return super().do(actor, *commands) if self.panel.phase not in ("agreed", "closed") or not moves else []

    table = Agreed("sam", "tess", "olive").to("scoring")
    table.score(NEGLECT, cora="active", sam="active", tess="active")
    table.score(WISH, cora="wants", sam="ambivalent", tess="wants")
    table.to("agreed")
    agreed = {q.key: panel.agreement(table.panel, q.key) for q in EDITION.questions(table.panel.carer_ids)}
    light, counting = panel.panel_light(table.panel, EDITION), table.panel.counting
    meeting_of(meeting, table)
    assert table.panel.phase in ("agreed", "closed")
    assert {q.key: panel.agreement(table.panel, q.key) for q in EDITION.questions(table.panel.carer_ids)} == agreed
    assert panel.panel_light(table.panel, EDITION) == light
    assert table.panel.counting == counting
    assert panel.open_questions(table.panel, EDITION) == ()


def test_going_back_from_agreed_opens_the_discussion_and_a_new_outcome_takes_the_place_of_the_old() -> None:
    table = Table("sam").to("scoring")
    table.score(NEGLECT, cora="active", sam="absent")
    table.to("agreed").back_to("revealed")
    assert table.panel.outcome is None
    assert panel.agreement(table.panel, NEGLECT) == Agreement("unknown", "", "cora")
    table.do("cora", Agree(*NEGLECT, "active", seen=table.panel.recorded[NEGLECT]))
    table.to("agreed")
    assert panel.agreement(table.panel, NEGLECT) == Agreement("active", "", "cora")


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
