"""Protects: a meeting on a case file is there for those who work with the child and for whoever the chair lets in, and for nobody else.

- everybody else gets the answer that they would get of a meeting that does not exist, and no list or count has it;
- who is kept out of the case is kept out with the code, too;
- staff take a seat as themselves and find it without a key; a key alone opens nobody's seat who is known;
- a guest waits for the chair, sees this meeting only, and nothing of it once it is closed;
- who loses their part or their role can do nothing more, and what they said stays;
- the wall has no name, no reference and nothing that anybody wrote.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import edition, panel
from framework.casefile import Add, Change
from framework.casefile import Remove as TakeOff
from framework.casefile.kind import CASEFILE
from framework.documents import DocumentFailed
from framework.panel import (
    AllowReturn,
    Finish,
    Focus,
    MovePhase,
    Open,
    Panel,
    Refused,
    RefuseReturn,
    Remove,
    Score,
    Seat,
    ShowNames,
    TakeChair,
    access,
)
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket, by_person, key_hash
from framework.people import Block
from framework.streams.kind import Actor
from framework.streams.live import Watch
from framework.streams.policy import OPEN
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.panel.case_meeting import CALLED, REFERENCE, STAFF, CaseMeeting, caller, enter
from tests.panel.table import NEGLECT

GUEST = "Ms Hall"
EVERYBODY = Actor("", "", frozenset({OPEN}))
"""Whoever uses an open app and has chosen nobody."""


@pytest.fixture
def held(store: Store) -> CaseMeeting:
    return CaseMeeting(store)


def refusal(held: CaseMeeting, meeting: str, who: str, command: object, member: str = "nobody") -> str:
    with pytest.raises(Refused) as refused:
        held.work.meetings.run(meeting, member, command, me=held[who])  # type: ignore[arg-type]
    return str(refused.value)


# Who learns that it exists


@pytest.mark.parametrize("who", ["sam", "carl", "rita", "tom", GUEST])
def test_who_has_nothing_to_do_with_a_case_gets_the_answer_of_a_meeting_that_does_not_exist(
    held: CaseMeeting, who: str
) -> None:
    assert held.seen_by(who) == Panel() and held.stands(who) == "none"
    assert held.work.meetings.proceedings(held.meeting, me=held[who]) == ()
    for command in (Score(*NEGLECT, "active"), MovePhase("scoring"), TakeChair(), Finish(True)):
        assert refusal(held, held.meeting, who, command) == refusal(held, "no meeting", who, command)
    asked = panel.AskReturn("r", held.chair.member, "hash")
    assert refusal(held, held.meeting, who, asked) == refusal(held, "no meeting", who, asked)


def test_no_list_and_no_count_has_it_but_for_those_who_work_on_it(held: CaseMeeting) -> None:
    meetings = held.work.meetings
    assert meetings.open_count() == 0 and meetings.on_samples() == []
    for who in ("wanda", "mo"):
        assert [one.meeting for one in meetings.on_casefile(held.case, held[who])] == [held.meeting]
    for who in ("sam", "rita", "tom", GUEST):
        assert meetings.on_casefile(held.case, held[who]) == []
    assert meetings.of_person(held["wanda"]) == [held.meeting]
    assert meetings.of_person(held["mo"]) == meetings.of_person(Actor("")) == []


def test_its_list_of_streams_and_its_index_say_nothing_of_the_child(held: CaseMeeting) -> None:
    (listed,) = held.work.store.listing("panel", among=[MEETING.stream(held.meeting)])
    said = f"{listed.title} {listed.pairs} {listed.stream}"
    assert CALLED not in said and REFERENCE not in said and "Carer" not in said


@pytest.mark.parametrize("who", ["sam", "rita", "tom", GUEST])
def test_a_meeting_is_opened_on_a_case_by_those_who_work_on_it_only(held: CaseMeeting, who: str) -> None:
    bundle = held.bundle()
    nowhere = bundle.model_copy(update={"taken_from": bundle.taken_from.model_copy(update={"case": "none"})})  # type: ignore[union-attr]
    for on in (bundle, nowhere):
        with pytest.raises(Refused, match="There is no such case"):
            held.work.meetings.open(on, Ticket.new(), "Somebody", "social_worker", me=held[who])


def test_the_meeting_keeps_the_evidence_as_it_was_chosen(held: CaseMeeting) -> None:
    held.work.casefiles.run(held.case, held["wanda"], Change("child", "child", "summary", "Written afterwards."))
    kept = panel.bundle_of(held.seen_by("wanda"))
    assert kept and kept.title == CALLED and kept.summary != "Written afterwards." and not kept.fictional


def test_nobody_opens_a_real_meeting_at_the_door_without_being_known(held: CaseMeeting) -> None:
    seat = Seat("m", "Mallory", "social_worker", "hash")
    command = Open("m1", "X", "X", 2, False, held.work.edition.hash, "CODE2345", {}, seat, casefile=held.case)
    assert "no such case" in refusal(held, "m1", GUEST, command)


# The code


def test_the_code_finds_the_meeting_for_everybody_but_who_is_kept_out_of_the_case(held: CaseMeeting) -> None:
    code = held.state.code
    for who in ("mo", "sam", GUEST):
        assert held.work.meetings.by_code(code, caller(who), held[who]) == held.meeting
    wrong, kept_out = [], []
    for said, tried in ((wrong, "ZZZZ2222"), (kept_out, code)):
        with pytest.raises(Refused) as refused:
            held.work.meetings.by_code(tried, caller(tried), held["rita"])
        said.append(str(refused.value))
    assert wrong == kept_out
    ticket = Ticket.new(held.meeting)
    for meeting in (held.meeting, "no meeting"):
        with pytest.raises(Refused, match="There is no such meeting"):
            held.work.meetings.join(Ticket(meeting, ticket.member, ticket.key), "Rita", "observer", me=held["rita"])


def test_who_is_kept_out_of_the_case_is_so_without_a_role_that_reads_cases_too(held: CaseMeeting) -> None:
    held.work.casefiles.run(held.case, held["wanda"], Add("block", {"person": held.ids["tom"], "why": "A neighbour."}))
    with pytest.raises(Refused, match="No meeting has this code"):
        held.work.meetings.by_code(held.state.code, caller(), held["tom"])
    with pytest.raises(Refused, match="There is no such meeting"):
        held.sit_down("tom")


def test_whoever_knows_the_code_receives_nothing_of_the_child_or_of_who_is_there(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    seen = held.work.meetings.seen(held.meeting, "", held[GUEST], codes=[held.state.code])
    assert seen == access.doorway(held.state) and seen.version and not seen.members
    for word in (CALLED, REFERENCE, "Wanda", "Mo ", held.state.code, *held.state.carers.values()):
        assert word not in repr(seen)
    assert held.work.meetings.seen(held.meeting, "", held[GUEST], codes=["ZZZZ2222"]) == Panel()
    assert held.work.meetings.seen(held.meeting, "", held["rita"], codes=[held.state.code]) == Panel()


# Staff


def test_staff_take_a_seat_as_themselves_and_find_it_again_without_a_key(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    seat = held.state.members[held.seats["mo"].member]
    assert (seat.person, seat.let_in, seat.guest) == (held.ids["mo"], False, False)
    assert held.work.meetings.standing(held.meeting, "", held["mo"]) == ("in", seat.id)
    with pytest.raises(Refused, match="have a seat at this meeting already"):
        held.work.meetings.join(Ticket.new(held.meeting), "Mo again", "team_manager", me=held["mo"])


def test_the_key_of_somebody_who_is_known_opens_their_seat_for_nobody_else(held: CaseMeeting) -> None:
    key, member = held.chair.key, held.chair.member
    for who in ("mo", "sam", "rita", GUEST):
        assert held.work.meetings.standing(held.meeting, key, held[who]) == ("none", "")
        assert held.work.meetings.seat(held.meeting, key, held[who]) is None
        assert held.work.meetings.view(held.meeting, member, me=held[who]).code in ("", held.state.code)
    for who in ("sam", "rita", GUEST):
        assert held.work.meetings.view(held.meeting, member, me=held[who]) == Panel()
    for who in ("mo", "sam", GUEST):
        assert refusal(held, held.meeting, who, MovePhase("scoring"), member)
    assert held.state.phase == "gathering"


def test_a_screen_of_somebody_who_found_their_seat_as_themselves_is_theirs(held: CaseMeeting) -> None:
    stream, member = MEETING.stream(held.meeting), held.chair.member
    assert held.work.meetings.still_seated(Watch(stream, member, by_person(held.ids["wanda"])))
    assert held.work.meetings.still_seated(Watch(stream, member, key_hash(held.chair.key)))
    assert not held.work.meetings.still_seated(Watch(stream, member, by_person(held.ids["mo"])))
    assert not held.work.meetings.still_seated(Watch(stream, member, by_person("")))


# Guests


@pytest.mark.parametrize("who", [GUEST, "sam", "carl", "tom"])
def test_who_has_no_part_in_the_case_waits_until_the_chair_lets_them_in(held: CaseMeeting, who: str) -> None:
    held.sit_down("mo", "team_manager")
    held.sit_down(who)
    assert held.stands(who) == "waiting" and len(held.state.members) == 2
    seen = held.seen_by(who)
    for word in (CALLED, REFERENCE, "Wanda", "Mo M", *held.state.carers.values()):
        assert word not in repr(seen)
    with pytest.raises(Refused, match="not let in yet"):
        held.do(who, Finish(True))
    with pytest.raises(Refused, match="Only the chair or the deputy"):
        held.do("mo", AllowReturn(held.request_of(who)))
    held.do("wanda", AllowReturn(held.request_of(who)))
    assert held.stands(who) == "in" and held.seen_by(who).title == CALLED
    member = held.state.members[held.seats[who].member]
    assert member.let_in and member.person == held.ids.get(who, "") and not held.state.requests
    name = STAFF[who][0] if who in STAFF else who
    told = panel.what_happened(held.work.meetings.history(held.meeting), held.work.edition)
    assert [one.what for one in told][-2:] == [
        f"{name} asked to be let in.",
        f"{name} was let in by Wanda Worker and took a seat: other professional.",
    ]


def test_that_somebody_waits_at_the_door_is_told_to_the_chair_alone_until_it_is_answered(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    held.sit_down(GUEST)
    told = {who: held.work.meetings.waits_at_door(held.meeting, held[who]) for who in ("wanda", "mo", "sam", GUEST)}
    assert told == {"wanda": True, "mo": False, "sam": False, GUEST: False}
    held.do("wanda", AllowReturn(held.request_of(GUEST)))
    assert not held.work.meetings.waits_at_door(held.meeting, held["wanda"])


def test_a_chair_who_has_no_part_in_the_case_any_more_is_told_nothing_of_the_door(held: CaseMeeting) -> None:
    held.sit_down(GUEST)
    assert held.work.meetings.waits_at_door(held.meeting, held["wanda"])
    files = held.work.casefiles
    mine = next(one.id for one in files.view(held.case, held["mo"]).workers.values() if one.person == held.ids["wanda"])
    files.run(held.case, held["mo"], TakeOff("worker", mine, "Has left the team."))
    assert not held.work.meetings.waits_at_door(held.meeting, held["wanda"])


def test_who_is_not_let_in_hears_so_and_may_ask_again_or_give_up(held: CaseMeeting) -> None:
    held.sit_down(GUEST)
    held.do("wanda", RefuseReturn(held.request_of(GUEST)))
    assert held.stands(GUEST) == "none" and held.seen_by(GUEST) == Panel()
    held.sit_down(GUEST)
    assert held.stands(GUEST) == "waiting"
    held.work.meetings.give_up(held.meeting, held.seats[GUEST].key)
    told = [one.what for one in panel.what_happened(held.work.meetings.history(held.meeting), held.work.edition)]
    assert told[-3:] == [
        f"Wanda Worker did not let {GUEST} in.",
        f"{GUEST} asked to be let in.",
        f"{GUEST} asked no longer.",
    ]
    assert held.stands(GUEST) == "none" and not held.state.requests


def test_a_guest_sees_nothing_any_more_once_the_meeting_is_closed_and_who_works_on_the_case_does(
    held: CaseMeeting,
) -> None:
    for who in (GUEST, "carl", "mo"):
        held.sit_down(who, "team_manager" if who == "mo" else "independent_chair")
        if who != "mo":
            held.do("wanda", AllowReturn(held.request_of(who)))
    watch = Watch(MEETING.stream(held.meeting), held.seats[GUEST].member, key_hash(held.seats[GUEST].key))
    assert held.work.meetings.still_seated(watch)
    held.close()
    assert held.stands(GUEST) == "over"
    seen = held.seen_by(GUEST)
    assert seen.phase == "closed"
    for word in (CALLED, REFERENCE, "Wanda", "Mo M", "improving", *held.state.carers.values()):
        assert word not in repr(seen)
    assert not held.work.meetings.still_seated(watch), "no file and no news goes to their screen any more"
    member = held.seats[GUEST].member
    assert held.work.meetings.proceedings(held.meeting, member=member, me=held[GUEST]) == ()
    with pytest.raises(DocumentFailed):
        held.work.meetings.summary(held.meeting, held.state.version, member=member, me=held[GUEST])
    for who in ("wanda", "mo", "carl"):
        assert held.stands(who) == "in" and held.seen_by(who).title == CALLED


def test_a_guest_whose_device_is_gone_asks_under_the_same_name_and_has_their_seat_again(held: CaseMeeting) -> None:
    first = held.sit_down(GUEST)
    held.do("wanda", AllowReturn(held.request_of(GUEST)))
    held.sit_down(GUEST)
    assert held.stands(GUEST) == "waiting"
    held.do("wanda", AllowReturn(held.request_of(GUEST)))
    assert held.work.meetings.standing(held.meeting, held.seats[GUEST].key, held[GUEST]) == ("in", first.member)
    assert held.work.meetings.standing(held.meeting, first.key, held[GUEST]) == ("none", "")
    assert [one.name for one in held.state.seated] == ["Wanda Worker", GUEST]


def test_that_a_name_is_taken_is_said_to_the_chair_and_not_to_whoever_asks(held: CaseMeeting) -> None:
    held.seats["double"] = Ticket.new(held.meeting)
    held.work.meetings.join(held.seats["double"], "Wanda Worker", "observer")
    with pytest.raises(Refused, match="There is a Wanda Worker"):
        held.do("wanda", AllowReturn(held.request_of("double")))


def test_no_more_than_a_dozen_wait_at_once(held: CaseMeeting) -> None:
    for number in range(12):
        held.sit_down(f"Guest {number}")
    with pytest.raises(Refused, match="Too many people wait"):
        held.sit_down("One more")


def test_a_guest_has_no_other_meeting(held: CaseMeeting) -> None:
    other = Ticket.new()
    held.work.meetings.open(held.bundle("mo"), other, "Mo Manager", "team_manager", me=held["mo"])
    held.sit_down(GUEST)
    held.do("wanda", AllowReturn(held.request_of(GUEST)))
    member = held.seats[GUEST].member
    assert held.work.meetings.view(other.meeting, member, me=held[GUEST]) == Panel()
    assert held.work.meetings.standing(other.meeting, held.seats[GUEST].key, held[GUEST]) == ("none", "")
    assert held.work.casefiles.view(held.case, Actor(member)).version == 0


# In mid-meeting


def test_who_loses_their_part_in_mid_meeting_can_do_nothing_more_and_what_they_said_stays(held: CaseMeeting) -> None:
    held.part("sam", "second_worker")
    held.seats["sam"] = Ticket.new(held.meeting)
    held.work.meetings.join(held.seats["sam"], "Sam Stranger", "second_worker", False, me=held["sam"])
    held.do("wanda", MovePhase("scoring"))
    held.do("sam", Score(*NEGLECT, "active", "Seen at school."))
    workers = held.work.casefiles.view(held.case, held["wanda"]).workers
    (part,) = [one for one in workers.values() if one.person == held.ids["sam"]]
    held.work.casefiles.run(held.case, held["wanda"], TakeOff("worker", part.id))
    with pytest.raises(Refused, match="no part in this case any more, so you cannot do this"):
        held.do("sam", Score(*NEGLECT, "absent"))
    assert held.stands("sam") == "parted" and CALLED not in repr(held.seen_by("sam"))
    assert held.state.answers[held.seats["sam"].member][NEGLECT].note == "Seen at school."
    with pytest.raises(Refused, match="no part in this case"):
        held.work.meetings.type_note(held.meeting, held.seats["sam"].member, NEGLECT, "Typed later.", leaving=True)


def test_a_screen_hears_no_more_of_a_case_and_its_meeting_than_its_person_may_see(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    seat = Watch(MEETING.stream(held.meeting), held.seats["mo"].member, by_person(held.ids["mo"]))
    screens = [seat, Watch(CASEFILE.stream(held.case), held.ids["mo"])]
    assert all(map(held.work.still_hears, screens))
    assert not held.work.still_hears(Watch(CASEFILE.stream(held.case), held.ids["rita"])), "who is kept out"
    workers = held.work.casefiles.view(held.case, held["wanda"]).workers
    (part,) = [one for one in workers.values() if one.person == held.ids["mo"]]
    held.work.casefiles.run(held.case, held["wanda"], TakeOff("worker", part.id))
    assert not any(map(held.work.still_hears, screens))
    assert held.work.still_hears(Watch(CASEFILE.stream(held.case), held.ids["wanda"]))
    ada = Actor("p-ada", "Ada", frozenset({"administrator"}))
    held.work.people.run(held.ids["wanda"], ada, Block("Has left."))
    assert not held.work.still_hears(Watch(CASEFILE.stream(held.case), held.ids["wanda"]))


def test_a_screen_without_a_seat_hears_no_more_of_a_meeting_once_the_part_of_its_person_has_ended(
    held: CaseMeeting,
) -> None:
    screen = Watch(MEETING.stream(held.meeting), None, person=held.ids["mo"])
    assert held.work.still_hears(screen)
    assert not held.work.still_hears(replace(screen, person=held.ids["carl"]))
    workers = held.work.casefiles.view(held.case, held["wanda"]).workers
    (part,) = [one for one in workers.values() if one.person == held.ids["mo"]]
    held.work.casefiles.run(held.case, held["wanda"], TakeOff("worker", part.id))
    assert not held.work.still_hears(screen)
    assert held.work.still_hears(replace(screen, person="")), "the wall has its own way to end"


def test_who_loses_their_role_or_is_blocked_from_the_case_in_mid_meeting_is_out_at_the_next_step(
    held: CaseMeeting,
) -> None:
    member = held.sit_down("mo", "team_manager").member
    mo = held["mo"]
    without = Actor(mo.id, mo.name, frozenset())
    with pytest.raises(Refused, match="no part in this case any more"):
        held.work.meetings.run(held.meeting, member, Finish(True), me=without)
    carl = held.sit_down("carl", "independent_chair").member
    held.do("wanda", AllowReturn(held.request_of("carl")))
    held.work.casefiles.run(
        held.case, held["wanda"], Add("block", {"person": held.ids["carl"], "why": "Knows the family."})
    )
    assert held.stands("carl") == "none" and held.seen_by("carl") == Panel()
    assert refusal(held, held.meeting, "carl", Finish(True), carl) == refusal(held, "no meeting", "carl", Finish(True))
    assert held.state.members[carl].name == "Carl Chair"


def test_whose_seat_the_chair_removed_sees_the_reason_and_nothing_else(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    held.do("wanda", Remove(held.seats["mo"].member, "Called away."))
    assert held.stands("mo") == "removed"
    seen = held.seen_by("mo")
    assert seen.members[held.seats["mo"].member].removed == "Called away." and CALLED not in repr(seen)


# The wall


def offer_wall(held: CaseMeeting) -> Panel:
    held.do("wanda", held.work.meetings.new_wall())
    return held.state


def test_a_code_for_the_wall_opens_one_screen_for_ten_minutes(held: CaseMeeting) -> None:
    meetings = held.work.meetings
    state = offer_wall(held)
    offered = meetings.wall_code(state)
    assert offered and len(offered.code) == 6
    assert meetings.open_wall(f" {offered.code.lower()} ", "screen", caller("1")) == held.meeting
    assert meetings.open_wall(offered.code, "screen", caller("1")) == held.meeting, "a second click is no second screen"
    with pytest.raises(Refused, match="No wall waits for this code"):
        meetings.open_wall(offered.code, "another screen", caller("2"))
    assert meetings.wall_code(held.state) is None
    late = offer_wall(held).wall
    assert late
    held.clock.move(minutes=10, seconds=1)
    with pytest.raises(Refused, match="No wall waits for this code"):
        meetings.open_wall(late.code, "another screen", caller("3"))


def test_a_new_code_for_the_wall_ends_the_one_before_and_the_closing_ends_both(held: CaseMeeting) -> None:
    meetings = held.work.meetings
    first = offer_wall(held).wall
    second = offer_wall(held).wall
    assert first and second
    for code in (first.code, held.state.code):
        with pytest.raises(Refused, match="No wall waits"):
            meetings.open_wall(code, "screen", caller(code))
    held.close()
    with pytest.raises(Refused, match="No wall waits"):
        meetings.open_wall(second.code, "screen", caller("2"))
    assert CALLED not in repr(meetings.wall(held.meeting)) and meetings.wall(held.meeting).answers == {}


def test_wrong_codes_for_the_wall_are_slowed_down(held: CaseMeeting) -> None:
    for _ in range(5):
        with pytest.raises(Refused, match="No wall waits"):
            held.work.meetings.open_wall("ZZZZ22", "screen", caller())
    with pytest.raises(Refused, match="Please wait"):
        held.work.meetings.open_wall("ZZZZ22", "screen", caller())


def test_only_the_chair_gives_the_code_for_the_wall(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    with pytest.raises(Refused, match="Only the chair"):
        held.do("mo", held.work.meetings.new_wall())


def test_the_wall_has_no_name_no_reference_and_nothing_that_anybody_wrote(held: CaseMeeting) -> None:
    held.sit_down("mo", "team_manager")
    held.sit_down(GUEST)
    held.do("wanda", AllowReturn(held.request_of(GUEST)), MovePhase("scoring"))
    for who in ("wanda", "mo", GUEST):
        held.do(who, Score(*NEGLECT, "active", f"Secret of {who}.", ("seen",)))
    for to in ("", "revealed", "agreed"):
        if to == "agreed":
            for key in panel.open_questions(held.state, held.work.edition):
                held.do("wanda", panel.Agree(*key, "unknown", "Secret reason."))
        if to:
            held.do("wanda", MovePhase(to))  # type: ignore[arg-type]
        if to == "revealed":
            held.do("wanda", Focus(NEGLECT), panel.Dissent(*NEGLECT, "Secret dissent."))
        wall = held.work.meetings.wall(held.meeting)
        assert wall.version and wall.phase == held.state.phase
        names = [one.name for one in held.state.members.values()]
        said = repr(wall)
        for word in ("Secret", CALLED, REFERENCE, *names, *held.state.carers.values(), *held.ids.values()):
            assert word not in said, (to, word)
    assert [one.name for one in wall.members.values()] == ["Social worker", "Team manager", "Other professional"]
    with pytest.raises(Refused, match="shows no names"):
        held.do("wanda", ShowNames(True))


# In an app without sign-in


def test_in_an_open_app_a_meeting_on_an_invented_case_is_joined_as_ever_and_an_invented_person_sits_down_as_themselves(
    store: Store,
) -> None:
    work = Workspace(store, edition.load())
    work.people.load_invented()
    case = work.casefiles.begin(EVERYBODY, REFERENCE, CALLED)
    enter(work, case, EVERYBODY)
    chair = work.meetings.open(
        work.casefiles.bundle(case, EVERYBODY), Ticket.new(), "Farida", "team_manager", me=EVERYBODY
    )
    assert work.meetings.state(chair.meeting).fictional and work.meetings.on_samples() == []
    owen = work.meetings.join(Ticket.new(chair.meeting), "Owen", "social_worker", me=EVERYBODY)
    assert work.meetings.standing(chair.meeting, owen.key, EVERYBODY) == ("in", owen.member)
    assert work.meetings.seen(chair.meeting, owen.key, EVERYBODY).title == CALLED
    work.meetings.run(chair.meeting, chair.member, MovePhase("scoring"), me=EVERYBODY)
    work.meetings.run(chair.meeting, owen.member, Score(*NEGLECT, "active"), me=EVERYBODY)
    # One of the invented people, who has no part in the case, is let in like anybody else; the browser's other seat is not theirs.
    pat = work.people.actor(next(one.id for one in work.people.invented() if "practitioner" in one.own_roles))
    assert work.meetings.standing(chair.meeting, owen.key, pat)[0] == "in", "a seat that nobody is known for has a key"
    ticket = work.meetings.join(Ticket.new(chair.meeting), pat.name, "other_professional", me=pat)
    assert work.meetings.standing(chair.meeting, "", pat) == ("waiting", ticket.member)


def test_a_seat_at_a_sample_remembers_who_took_it_and_its_key_still_opens_it(store: Store) -> None:
    work = Workspace(store, edition.load())
    work.people.load_invented()
    work.cases.load_samples()
    one, other = (work.people.actor(person.id) for person in work.people.invented()[:2])
    sample = work.cases.case("HW-011")
    assert sample
    ticket = work.meetings.open(sample, Ticket.new(), one.name, "team_manager", me=one)
    assert work.meetings.standing(ticket.meeting, "", one) == ("in", ticket.member)
    assert work.meetings.standing(ticket.meeting, ticket.key, EVERYBODY) == ("in", ticket.member)
    assert work.meetings.standing(ticket.meeting, ticket.key, other) == ("none", ""), "two people at one browser"
    second = work.meetings.join(Ticket.new(ticket.meeting), other.name, "observer", me=other)
    assert work.meetings.standing(ticket.meeting, ticket.key, other) == ("in", second.member)


# By chance


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CaseMeeting]:
    """One meeting that many examples happen at, so that each begins where the one before left it."""
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('kept')}/homeward.db")
    held = CaseMeeting(store)
    held.sit_down("mo", "team_manager")
    yield held
    store.close()


OUTSIDE = ("sam", "rita", "tom", GUEST, "Another guest")


@settings(max_examples=40, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(("ask", "allow", "refuse", "remove", "give up")), st.sampled_from(OUTSIDE)),
        max_size=8,
    )
)
def test_whatever_is_asked_and_answered_only_who_was_let_in_receives_anything_of_it(
    kept: CaseMeeting, steps: list[tuple[str, str]]
) -> None:
    for step, who in steps:
        seat = kept.seats.get(who)
        try:
            match step:
                case "ask":
                    kept.sit_down(who)
                case "allow" if seat:
                    kept.do("wanda", AllowReturn(kept.request_of(who)))
                case "refuse" if seat:
                    kept.do("wanda", RefuseReturn(kept.request_of(who)))
                case "remove" if seat:
                    kept.do("wanda", Remove(seat.member, "Left."))
                case "give up" if seat:
                    kept.work.meetings.give_up(kept.meeting, seat.key)
        except Refused:
            pass
        for one in OUTSIDE:
            seen, stands = kept.seen_by(one), kept.stands(one)
            assert (CALLED in repr(seen)) == (stands == "in"), (one, stands)
        assert kept.stands("rita") == "none" and kept.seen_by("rita") == Panel()
        people = {one.name for one in kept.state.members.values() if one.let_in}
        assert "Rita Relative" not in people
