"""Protects: who may do what at a meeting, and that a second click on a button never does, or refuses, a second thing.

- only the chair leads; the deputy may take the chair; who does not score puts a view on record instead;
- without a seat nothing can be done but to open, to join and to ask to be let back in;
- whoever lost their key is let back in by the chair or the deputy, the chair by the deputy or two members together;
- every command sent twice leads to what it leads to once.
"""

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given

from framework import panel
from framework.panel import (
    AddNote,
    Agree,
    AgreeTogether,
    AllowReturn,
    AskReturn,
    BringBackCarer,
    Command,
    CorrectRole,
    Dissent,
    FillRest,
    Finish,
    Focus,
    HandOver,
    Join,
    MovePhase,
    NameCarer,
    NameDeputy,
    OfferWall,
    Open,
    OpenAgain,
    OpenWall,
    Phase,
    RecordView,
    Refused,
    RefuseReturn,
    Remove,
    Restore,
    Score,
    Seat,
    ShowLight,
    ShowNames,
    TakeBack,
    TakeChair,
    TakeOffCarer,
    WithdrawReturn,
    access,
)
from framework.streams import policy
from framework.streams.kind import Actor
from tests.panel.table import ANY_MEETING, CRUELTY, GROWTH, MEETINGS, NEGLECT, Table, meeting_of, opening, seat

ONE_OF_EACH: tuple[Command, ...] = (
    NameCarer(None, "Somebody"),
    TakeOffCarer("a"),
    BringBackCarer("a"),
    Join(seat("pat")),
    CorrectRole("sam", "observer"),
    Remove("sam", "Left."),
    Restore("sam"),
    HandOver("sam"),
    NameDeputy("sam"),
    TakeChair(),
    AskReturn("r1", "sam", "new hash"),
    AllowReturn("r1"),
    RefuseReturn("r1"),
    WithdrawReturn("r1", "new hash"),
    MovePhase("agreed", "To change something."),
    Score(*NEGLECT, "active", reason="New evidence."),
    FillRest((NEGLECT,), "active"),
    TakeBack((NEGLECT,)),
    AddNote(*NEGLECT, "Seen again."),
    ShowLight(),
    Finish(True),
    Agree(*NEGLECT, "active"),
    AgreeTogether(((NEGLECT, "active"),)),
    OpenAgain(((NEGLECT, "active"),)),
    Dissent(*NEGLECT, "I see it differently."),
    RecordView("The child should be asked again."),
    Focus(NEGLECT),
    ShowNames(True),
    OfferWall("WALL22"),
    OpenWall("WALL22", "a screen"),
)
NEEDS_NO_SEAT = Join | AskReturn | WithdrawReturn | OpenWall
WHO_SCORES = Score | FillRest | TakeBack | AddNote | ShowLight | Finish | Dissent
HAS_ITS_OWN_RULE = RecordView | TakeChair | AllowReturn | RefuseReturn
ONLY_THE_CHAIR = [c for c in ONE_OF_EACH if not isinstance(c, NEEDS_NO_SEAT | WHO_SCORES | HAS_ITS_OWN_RULE)]


def by_name(command: Command) -> str:
    return type(command).__name__


def test_the_list_of_commands_in_this_file_is_complete() -> None:
    assert {type(command) for command in ONE_OF_EACH} | {Open} == set(get_args(Command))


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=by_name)
def test_a_closed_meeting_cannot_be_changed_any_more(command: Command) -> None:
    table = Table("sam", "iris").to("revealed")
    table.do("cora", NameDeputy("sam"))
    table.do("sam", AskReturn("r1", "iris", "new hash"))
    table.to("closed")
    actor = {RecordView: "iris", TakeChair: "sam"}.get(type(command), "cora")
    table.refuses(actor, command, "closed")


# The policy


@pytest.mark.parametrize("command", ONE_OF_EACH, ids=by_name)
@pytest.mark.parametrize("member", ["cora", "sam", "iris", "olive", "wes", "tess", "a stranger"])
def test_what_the_policy_does_not_allow_is_refused_with_a_sentence(command: Command, member: str) -> None:
    """Cora chairs, Wes is her deputy, Iris and Olive do not score, Tess's seat was removed."""
    table = Table("sam", "tess", "wes", "iris", "olive").to("revealed")
    table.do("cora", NameDeputy("wes"), Remove("tess", "Left."))
    relations = access.relations(table.panel, Actor(member))
    if not policy.allows(access.POLICY, type(command), frozenset(), relations):
        with pytest.raises(Refused):
            access.may(table.panel, member, command)


def test_every_command_stands_in_the_policy() -> None:
    assert {one for row in access.POLICY for one in row.commands} >= set(get_args(Command))


# Who leads


@pytest.mark.parametrize("command", ONLY_THE_CHAIR, ids=by_name)
@pytest.mark.parametrize("member", ["tess", "wes", "iris", "olive"])
def test_only_the_chair_leads(command: Command, member: str) -> None:
    table = Table("sam", "tess", "wes", "iris", "olive").to("revealed")
    table.do("cora", NameDeputy("wes"))
    table.refuses(member, command, "Only the chair", "Cora")


@pytest.mark.parametrize("command", [c for c in ONE_OF_EACH if isinstance(c, WHO_SCORES)], ids=by_name)
@pytest.mark.parametrize("member", ["olive", "iris"])
def test_who_does_not_score_watches(command: Command, member: str) -> None:
    Table("sam", "olive", "iris").to("scoring").refuses(member, command, "does not score")


@pytest.mark.parametrize("command", [c for c in ONE_OF_EACH if not isinstance(c, NEEDS_NO_SEAT)], ids=by_name)
def test_without_a_seat_nothing_can_be_done(command: Command) -> None:
    Table("sam").to("revealed").refuses("a stranger", command, "no seat")
    table = Table("sam", "tess").to("revealed")
    table.do("cora", Remove("tess", "Went to another meeting."))
    table.refuses("tess", command, "removed", "Went to another meeting.")


def test_a_new_chair_leads_from_then_on() -> None:
    table = Table("sam", "tess")
    table.do("cora", HandOver("sam"))
    assert table.panel.chair == "sam"
    assert table.panel.handover and (table.panel.handover.before, table.panel.handover.chair) == ("cora", "sam")
    table.refuses("cora", MovePhase("scoring"), "Only the chair", "Sam")
    table.do("sam", MovePhase("scoring"))
    assert table.panel.phase == "scoring"


def test_a_reviewing_officer_puts_a_view_on_record_from_the_reveal_on_and_who_scores_does_not() -> None:
    table = Table("sam", "iris").to("scoring")
    view = RecordView("Nobody has asked the school.")
    table.refuses("iris", view, "revealed")
    table.refuses("sam", view, "You score at this meeting")
    table.to("revealed").do("iris", view)
    assert table.panel.views["iris"].text == "Nobody has asked the school."
    table.to("agreed").do("iris", RecordView("The school was asked today."))
    assert table.panel.views["iris"].text == "The school was asked today."
    table.do("iris", RecordView(""))
    assert table.panel.views == {}


def test_everybody_may_correct_their_own_role_and_only_the_chair_that_of_others() -> None:
    table = Table("sam", "tess")
    table.do("sam", CorrectRole("sam", "reviewing_officer"))
    assert table.panel.members["sam"].role == "reviewing_officer"
    table.refuses("tess", CorrectRole("sam", "social_worker"), "Only the chair")
    table.do("cora", CorrectRole("sam", "social_worker"))
    assert table.panel.members["sam"].scores


# The deputy, and being let back in


def test_the_deputy_takes_the_chair_when_its_device_fails_and_nobody_else_can() -> None:
    table = Table("sam", "tess")
    table.refuses("sam", TakeChair(), "Only the deputy")
    table.do("cora", NameDeputy("sam"))
    table.refuses("tess", TakeChair(), "Only the deputy")
    table.do("sam", TakeChair())
    assert (table.panel.chair, table.panel.deputy) == ("sam", "")
    assert table.happened()[-1] == "Sam took the chair as deputy; before, Cora chaired."


def test_an_observer_the_chair_and_a_removed_member_are_no_deputy() -> None:
    table = Table("sam", "olive")
    table.refuses("cora", NameDeputy("olive"), "not an observer")
    table.refuses("cora", NameDeputy("cora"), "somebody else")
    table.refuses("cora", NameDeputy("nobody"), "no such seat")
    table.do("cora", NameDeputy("sam"), Remove("sam", "Left."))
    assert table.panel.deputy == ""


def test_the_deputy_cannot_become_an_observer() -> None:
    table = Table("sam")
    table.do("cora", NameDeputy("sam"))
    table.refuses("sam", CorrectRole("sam", "observer"), "Hand over the chair first")
    table.refuses("cora", CorrectRole("cora", "observer"), "Hand over the chair first")


@pytest.mark.parametrize("who", ["cora", "tess"], ids=["the chair", "the deputy"])
def test_a_member_without_their_key_is_let_back_in_and_the_old_key_is_void(who: str) -> None:
    table = Table("sam", "tess", "wes")
    table.do("cora", NameDeputy("tess"))
    table.do("nobody yet", AskReturn("r1", "sam", "hash of a new key"))
    assert table.panel.members["sam"].key_hash == "hash of sam", "to ask changes nothing"
    table.refuses("wes", AllowReturn("r1"), "Only the chair or the deputy")
    table.do(who, AllowReturn("r1"))
    assert table.panel.members["sam"].key_hash == "hash of a new key"
    assert table.panel.requests == {}
    assert table.happened()[-1] == f"Sam was let back in from another device by {who.title()}; the old key is void."


def test_the_chair_is_let_back_in_by_two_members_together() -> None:
    table = Table("sam", "tess", "olive")
    table.do("somebody", AskReturn("r1", "cora", "hash of a new key"))
    table.refuses("olive", AllowReturn("r1"), "two members together")
    table.do("sam", AllowReturn("r1"))
    assert table.panel.members["cora"].key_hash == "hash of cora", "one is not enough"
    table.do("sam", AllowReturn("r1"))
    assert table.panel.members["cora"].key_hash == "hash of cora", "the same one twice is not enough either"
    table.do("tess", AllowReturn("r1"))
    assert table.panel.members["cora"].key_hash == "hash of a new key"
    assert "by Sam and Tess" in table.happened()[-1]


def test_who_said_yes_and_was_then_removed_is_no_longer_one_of_the_two() -> None:
    table = Table("sam", "tess", "wes")
    table.do("somebody", AskReturn("r1", "cora", "hash of a new key"))
    table.do("sam", AllowReturn("r1"))
    table.do("cora", Remove("sam", "Nobody knew him."))
    table.do("tess", AllowReturn("r1"))
    assert table.panel.members["cora"].key_hash == "hash of cora"


def test_the_deputy_alone_lets_the_chair_back_in_and_so_does_the_only_other_member() -> None:
    table = Table("sam", "tess")
    table.do("cora", NameDeputy("sam"))
    table.do("somebody", AskReturn("r1", "cora", "hash of a new key"))
    table.do("sam", AllowReturn("r1"))
    assert table.panel.members["cora"].key_hash == "hash of a new key"
    table = Table("sam")
    table.do("somebody", AskReturn("r1", "cora", "hash of a new key"))
    table.do("sam", AllowReturn("r1"))
    assert table.panel.members["cora"].key_hash == "hash of a new key"


def test_nobody_lets_themselves_in() -> None:
    table = Table("sam", "tess")
    table.do("somebody", AskReturn("r1", "cora", "hash of a new key"))
    table.refuses("cora", AllowReturn("r1"), "two members together")
    table.do("somebody", AskReturn("r2", "sam", "hash of another key"))
    table.refuses("sam", AllowReturn("r2"), "Only the chair")


@pytest.mark.parametrize("whose", ["sam", "cora"])
def test_whoever_sits_on_a_seat_may_refuse_somebody_else_who_asks_for_it(whose: str) -> None:
    table = Table("sam", "tess")
    table.do("somebody", AskReturn("r1", whose, "hash of a stranger's key"))
    table.do(whose, RefuseReturn("r1"))
    assert table.panel.requests == {}
    assert table.do("cora", AllowReturn("r1")) == []
    assert table.panel.members[whose].key_hash == f"hash of {whose}"
    name = whose.title()
    assert table.happened()[-1] == f"Somebody asked for {name}'s seat from another device; {name} refused it."


def test_asking_again_takes_the_place_of_the_last_request() -> None:
    """What the chair said yes to is what they saw: somebody else's later request is another one."""
    table = Table("sam")
    table.do("somebody", AskReturn("r1", "sam", "hash one"))
    table.do("a stranger", AskReturn("r2", "sam", "hash two"))
    assert table.do("cora", AllowReturn("r1")) == []
    assert table.panel.members["sam"].key_hash == "hash of sam"
    assert set(table.panel.requests) == {"r2"}


@pytest.mark.parametrize("answered", [False, True])
def test_one_key_never_opens_or_asks_for_two_seats(answered: bool) -> None:
    """Whoever chose a wrong name first would be let in under it, and sit in somebody else's seat."""
    table = Table("sam", "tess")
    table.do("somebody", AskReturn("r1", "sam", "hash of a new key"))
    if answered:
        table.do("cora", AllowReturn("r1"))
    for request in ("r1", "r2"):
        table.refuses("somebody", AskReturn(request, "tess", "hash of a new key"), "another seat")
    table.do("somebody", AskReturn("r2", "tess", "hash of another key"))
    table.do("cora", AllowReturn("r2"))
    found = panel.whose_key(table.panel, "hash of another key")
    assert found == ("tess", "in")


def test_a_removed_seat_cannot_be_asked_for_and_what_was_asked_before_goes_with_it() -> None:
    table = Table("sam")
    table.do("somebody", AskReturn("r1", "sam", "hash of a stranger's key"))
    table.do("cora", Remove("sam", "Left."))
    assert table.do("cora", AllowReturn("r1")) == []
    table.refuses("somebody", AskReturn("r2", "sam", "another hash"), "no such seat")
    table.do("cora", Restore("sam"))
    assert table.panel.members["sam"].key_hash == "hash of sam"


# A second click


def revealed(*members: str) -> Table:
    table = Table(*(members or ("sam", "tess", "iris"))).to("scoring")
    table.score(NEGLECT, cora="active", sam="active")
    table.score(GROWTH, cora="absent", sam="improving")
    table.score(CRUELTY, cora="absent")
    table.do("cora", MovePhase("revealed"))
    return table


def two_of_three_know() -> Table:
    table = Table("sam", "tess").to("scoring")
    table.score(NEGLECT, cora="active", sam="active", tess="active")
    table.score(CRUELTY, cora="absent", sam="absent")
    return table.to("revealed")


def seated() -> Table:
    return Table("sam", "tess", "iris")


def at(phase: Phase) -> Callable[[], Table]:
    return lambda: seated().to(phase)


def with_deputy() -> Table:
    table = seated()
    table.do("cora", NameDeputy("sam"))
    return table


def with_a_request(member: str = "sam") -> Callable[[], Table]:
    def made() -> Table:
        table = seated()
        table.do("somebody", AskReturn("r1", member, "hash of a new key"))
        return table

    return made


def with_a_past_carer() -> Table:
    table = Table("sam", carers={"a": "Carer A", "b": "Carer B"})
    table.do("cora", TakeOffCarer("b"))
    return table


def with_a_removed_seat() -> Table:
    table = seated()
    table.do("cora", Remove("sam", "Left."))
    return table


def filled_in() -> Table:
    table = seated().to("scoring")
    table.do("sam", FillRest((NEGLECT, GROWTH), "absent"))
    return table


def recorded() -> Table:
    table = revealed()
    table.do("cora", Agree(*GROWTH, "improving"))
    return table


def with_a_dissent_and_a_view() -> Table:
    table = revealed()
    table.do("sam", Dissent(*GROWTH, "I see it differently."))
    table.do("iris", RecordView("Ask the school."))
    return table


def with_a_wall_code() -> Table:
    table = seated()
    table.do("cora", OfferWall("WALL22"))
    return table


TWICE: list[tuple[Callable[[], Table], str, Command]] = [
    (seated, "cora", opening()),
    (seated, "cora", NameCarer(None, "Carer B (father)", "b")),
    (seated, "cora", NameCarer("a", "Carer A (grandmother)")),
    (lambda: Table(carers={"a": "Carer A", "b": "Carer B"}), "cora", TakeOffCarer("b")),
    (with_a_past_carer, "cora", BringBackCarer("b")),
    (seated, "pat", Join(seat("pat"))),
    (seated, "cora", CorrectRole("sam", "observer")),
    (seated, "sam", CorrectRole("sam", "second_worker", True)),
    (seated, "cora", Remove("sam", "Left.")),
    (with_a_removed_seat, "cora", Restore("sam")),
    (seated, "cora", HandOver("sam")),
    (seated, "cora", NameDeputy("sam")),
    (with_deputy, "cora", NameDeputy(None)),
    (with_deputy, "sam", TakeChair()),
    (seated, "somebody", AskReturn("r1", "sam", "hash of a new key")),
    (with_a_request(), "cora", AllowReturn("r1")),
    (with_a_request("cora"), "sam", AllowReturn("r1")),
    (with_a_request(), "cora", RefuseReturn("r1")),
    (with_a_request(), "somebody", WithdrawReturn("r1", "hash of a new key")),
    (seated, "cora", MovePhase("scoring")),
    (filled_in, "cora", MovePhase("revealed")),
    (revealed, "cora", MovePhase("scoring", "Something was missed.")),
    (at("agreed"), "cora", MovePhase("revealed", "Something was missed.")),
    (at("agreed"), "cora", MovePhase("closed")),
    (at("scoring"), "sam", Score(*NEGLECT, "active", "Seen.", ("seen",))),
    (at("scoring"), "sam", Score(*NEGLECT, "active", seen=None)),
    (filled_in, "sam", Score(*NEGLECT, None)),
    (revealed, "sam", Score(*NEGLECT, "improving", reason="The school's letter.")),
    (at("scoring"), "sam", FillRest((NEGLECT, GROWTH), "absent")),
    (filled_in, "sam", TakeBack((NEGLECT, GROWTH))),
    (revealed, "sam", AddNote(*NEGLECT, "Seen again on Monday.")),
    (at("scoring"), "sam", ShowLight()),
    (at("scoring"), "sam", Finish(True)),
    (revealed, "cora", Agree(*GROWTH, "improving", "The chart.")),
    (recorded, "cora", Agree(*GROWTH, None, seen=panel.Agreement("improving", "", "cora"))),
    (two_of_three_know, "cora", AgreeTogether(((CRUELTY, "absent"),))),
    (recorded, "cora", OpenAgain(((GROWTH, "improving"),))),
    (revealed, "sam", Dissent(*NEGLECT, "I see it differently.")),
    (with_a_dissent_and_a_view, "sam", Dissent(*GROWTH, "")),
    (revealed, "iris", RecordView("The school was not asked.")),
    (with_a_dissent_and_a_view, "iris", RecordView("")),
    (revealed, "cora", Focus(NEGLECT)),
    (seated, "cora", ShowNames(True)),
    (seated, "cora", OfferWall("WALL22")),
    (with_a_wall_code, "", OpenWall("WALL22", "a screen")),
]


def test_every_command_is_sent_twice_below() -> None:
    assert {type(command) for _, _, command in TWICE} == set(get_args(Command))


@pytest.mark.parametrize(("made", "actor", "command"), TWICE, ids=[by_name(command) for *_, command in TWICE])
def test_a_second_click_does_nothing_and_refuses_nothing(
    made: Callable[[], Table], actor: str, command: Command
) -> None:
    table = made()
    if not isinstance(command, Open):  # the table itself was opened with this command
        assert table.do(actor, command), "the first click does something"
    assert table.do(actor, command) == []


@ANY_MEETING
@given(MEETINGS)
def test_in_any_meeting_whatever_is_done_can_be_clicked_twice(meeting: tuple[int, int]) -> None:
    class EveryClickTwice(Table):
        def do(self, actor: str, *commands: Command) -> list[panel.Event]:
            events = super().do(actor, *commands)
            try:
                assert super().do(actor, *commands[-1:]) == [], commands
            except Refused as refused:  # would pass for a refusal of the first click
                raise AssertionError(commands) from refused
            return events

    meeting_of(meeting, EveryClickTwice("sam", "tess", "olive").to("scoring"))


def test_the_id_of_a_seat_that_somebody_has_is_not_given_to_another() -> None:
    table = Table("sam")
    table.refuses("sam", Join(Seat("sam", "Mallory", "team_manager", "hash of another key")), "else's")
    assert table.panel.members["sam"].key_hash == "hash of sam"


def test_who_gives_up_asking_is_let_in_by_nobody_any_more() -> None:
    table = Table("sam").to("scoring")
    table.do("", AskReturn("r1", "sam", "hash of a new key"))
    assert table.do("", WithdrawReturn("r1", "hash of another key")) == [], "only who asked can give it up"
    table.do("", WithdrawReturn("r1", "hash of a new key"))
    assert not table.panel.requests
    assert table.happened()[-1] == "The request for Sam's seat was given up."
    table.do("cora", AllowReturn("r1"))
    assert table.panel.members["sam"].key_hash == "hash of sam"


def test_who_comes_in_with_the_code_while_a_panel_scores_cannot_take_the_chairs_seat_with_it() -> None:
    table = Table("sam", "tess").to("scoring")
    table.do("mallory", Join(seat("mallory", "other_professional")))
    table.do("moriarty", Join(seat("moriarty", "other_professional")))
    table.do("", AskReturn("request", "cora", "hash of a new key"))
    for stranger in ("mallory", "moriarty"):
        table.refuses(stranger, AllowReturn("request"), "let somebody back in")
    table.do("sam", AllowReturn("request"))
    assert table.panel.members["cora"].key_hash == "hash of cora"
    table.do("tess", AllowReturn("request"))
    assert table.panel.members["cora"].key_hash == "hash of a new key"


def test_two_carers_who_are_added_one_after_the_other_are_two_though_each_click_is_repeated() -> None:
    table = Table("sam")
    for name, as_id in (("Carer B (father)", "b"), ("Carer C (aunt)", "c")):
        for _ in range(2):
            table.do("cora", NameCarer(None, name, as_id))
    assert table.panel.carers == {"a": "Carer A (mother)", "b": "Carer B (father)", "c": "Carer C (aunt)"}
    # The chair's second screen was drawn before Carer C was added and offers the same id.
    table.do("cora", NameCarer(None, "Carer D (uncle)", "c"))
    assert table.panel.carers["c"] == "Carer C (aunt)" and table.panel.carers["d"] == "Carer D (uncle)"
