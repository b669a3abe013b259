"""Protects: the one door. What people do lands once, in order, for the right meeting, and can be read for ever.

- the first start loads the sample cases, later ones change nothing; each sample is what it says it is;
- a seat is found again by its key and a meeting by its code; wrong ones are refused, and guessing is slowed down;
- many people at once lose nothing, and the record's chain stays whole;
- a meeting is read and classified with the edition it was scored with, whatever the app runs by now;
- nothing is ever deleted: sample meetings are only set aside;
- whoever watches a meeting hears that it has grown, and nothing about what happened in it.

What several processes do at once runs on SQLite and on PostgreSQL.
"""

import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from framework import case, edition, panel
from framework.edition import CONTENT, DEFAULT
from framework.light.classification import classify
from framework.panel import Agree, FillRest, Finish, MovePhase, Open, Refused, Remove, Score, Seat
from framework.panel.kind import MEETING
from framework.panel.meetings import ALPHABET, CODE_LENGTH, Ticket, key_hash, new_key
from framework.streams.guessing import Caller
from framework.streams.live import Hub, News, Watch
from framework.streams.store import Draft, NewEvent, Store
from framework.streams.tokens import Tokens
from framework.workspace import Workspace
from tests.record import listed
from tests.streams.stores import settled_hub

NEGLECT = ("neglect", "child")
SAMPLES = [f"HW-{number:03}" for number in range(11, 23)]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    """A workspace just opened on an empty database, on each kind."""
    opened = Workspace.open(database_url)
    yield opened
    opened.store.close()


@pytest.fixture
def clock(workspace: Workspace) -> Clock:
    """The clock of the workspace."""
    workspace.now = Clock()
    workspace.seconds = lambda: workspace.now().timestamp()
    return workspace.now


@pytest.fixture
def other(workspace: Workspace, database_url: str) -> Iterator[Workspace]:
    """A second workspace on the same database, as a second process of the app has it."""
    opened = Workspace.open(database_url)
    yield opened
    opened.store.close()


def meeting_on(workspace: Workspace, sample: str = "HW-011", chair: str = "Cora") -> Ticket:
    found = workspace.cases.case(sample)
    assert found is not None
    return workspace.meetings.open(found, Ticket.new(), chair, "other_professional")


def scoring(workspace: Workspace, sample: str = "HW-011") -> Ticket:
    ticket = meeting_on(workspace, sample)
    workspace.meetings.run(ticket.meeting, ticket.member, MovePhase("scoring"))
    return ticket


# Cases


@pytest.mark.both_databases
def test_the_first_start_loads_the_samples_and_a_second_one_adds_nothing(
    workspace: Workspace, database_url: str
) -> None:
    before = workspace.store.streams()
    assert sorted(info.stream for info in before if info.kind == "case") == [f"case:{sample}" for sample in SAMPLES]
    assert [info.stream for info in before if info.kind == "edition"] == [f"edition:{workspace.edition.hash}"]
    again = Workspace.open(database_url)
    assert again.store.streams() == before
    again.store.close()


def test_every_case_reads_back_as_it_was_loaded_in_the_order_of_its_number(workspace: Workspace) -> None:
    assert workspace.cases.all() == case.load_samples(workspace.edition)
    assert [found.id for found in workspace.cases.all()] == SAMPLES
    assert workspace.cases.case("HW-014") == workspace.cases.all()[3]
    assert workspace.cases.case("HW-999") is None


@pytest.mark.parametrize("file", sorted(case.SAMPLES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_sample_case_has_the_light_that_its_file_says_it_has(file: Path) -> None:
    # The file itself: what is loaded follows the rule of whatever edition runs.
    written = tomllib.loads(file.read_text("utf-8"))
    sample = case.Case.model_validate(written)
    built_in = edition.load(DEFAULT)
    case.check(sample, built_in)
    light = classify(built_in, sample.reference)
    assert (light.indicated or "grey", light.basis or "") == (written["level"], written["basis"])
    assert written["fictional"] is True
    assert all("(fictional)" in member["name"] for member in written["member"])


def test_the_samples_show_every_level_a_gap_and_a_light_that_is_still_open() -> None:
    shown = {(sample.level, sample.basis) for sample in case.load_samples(edition.load(DEFAULT))}
    assert {
        ("low", "row"),
        ("medium", "row"),
        ("high", "row"),
        ("severe", "row"),
        ("high", "gap"),
        ("grey", ""),
    } <= shown


# Opening a meeting and taking a seat


def test_whoever_opens_a_meeting_sits_in_its_chair_with_the_carers_of_the_case_named(workspace: Workspace) -> None:
    ticket = meeting_on(workspace, "HW-013")
    state = workspace.meetings.state(ticket.meeting)
    assert (state.case, state.phase, state.chair) == ("HW-013", "gathering", ticket.member)
    assert state.carers == {"a": "Carer A (mother)", "b": "Carer B (mother's partner)"}
    assert state.edition == workspace.edition.hash
    assert len(state.code) == CODE_LENGTH and set(state.code) <= set(ALPHABET)
    assert listed(workspace) == [state]


def test_a_seat_is_found_again_by_its_key_however_it_is_typed(workspace: Workspace) -> None:
    chair = meeting_on(workspace)
    sam = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    typed = f" {sam.key[:4].lower()}-{sam.key[4:8]} {sam.key[8:]} "
    assert (
        workspace.meetings.seat(chair.meeting, sam.key) == workspace.meetings.seat(chair.meeting, typed) == sam.member
    )
    assert workspace.meetings.seat_or_refuse(chair.meeting, typed, Caller("a browser")) == sam.member
    assert workspace.meetings.seat(chair.meeting, chair.key) == chair.member


def test_a_key_opens_no_other_seat_and_no_removed_one(workspace: Workspace) -> None:
    one, another = meeting_on(workspace), meeting_on(workspace)
    assert workspace.meetings.seat(another.meeting, one.key) is None
    assert workspace.meetings.seat(one.meeting, "") is None
    sam = workspace.meetings.join(Ticket.new(one.meeting), "Sam", "social_worker")
    workspace.meetings.run(one.meeting, one.member, Remove(sam.member, "Left."))
    assert workspace.meetings.seat(one.meeting, sam.key) is None
    with pytest.raises(Refused, match="No seat at this meeting has this key"):
        workspace.meetings.seat_or_refuse(one.meeting, sam.key, Caller("a browser"))


def test_a_key_is_never_stored(workspace: Workspace) -> None:
    ticket = meeting_on(workspace)
    stored = "".join(row.text for row in workspace.store.read(f"panel:{ticket.meeting}"))
    assert ticket.key not in stored
    assert key_hash(ticket.key) in stored


def test_keys_are_long_and_of_letters_and_digits_that_nobody_confuses() -> None:
    keys = {new_key(12) for _ in range(1000)}
    assert len(keys) == 1000
    assert all(len(key) == 12 and set(key) <= set(ALPHABET) for key in keys)
    assert not set(ALPHABET) & set("01IOL")


def test_a_meeting_is_found_by_its_code_however_it_is_typed(workspace: Workspace) -> None:
    one, another = meeting_on(workspace), meeting_on(workspace)
    for ticket in (one, another):
        code = workspace.meetings.state(ticket.meeting).code
        assert workspace.meetings.by_code(f" {code[:3].lower()} {code[3:]}", Caller("a browser")) == ticket.meeting


def test_the_code_of_a_closed_meeting_is_refused(workspace: Workspace) -> None:
    ticket = scoring(workspace)
    code = workspace.meetings.state(ticket.meeting).code
    workspace.meetings.run(ticket.meeting, ticket.member, Score(*NEGLECT, "active"))
    workspace.meetings.run(ticket.meeting, ticket.member, MovePhase("revealed"))
    for key in panel.open_questions(workspace.meetings.state(ticket.meeting), workspace.edition):
        workspace.meetings.run(ticket.meeting, ticket.member, Agree(*key, "unknown"))
    workspace.meetings.run(ticket.meeting, ticket.member, MovePhase("agreed"))
    assert workspace.meetings.by_code(code, Caller("a browser")) == ticket.meeting
    workspace.meetings.run(ticket.meeting, ticket.member, MovePhase("closed"))
    with pytest.raises(Refused, match="closed"):
        workspace.meetings.by_code(code, Caller("a browser"))


def test_what_is_refused_writes_nothing(workspace: Workspace) -> None:
    ticket = meeting_on(workspace)
    before = workspace.store.streams()
    with pytest.raises(Refused, match="one step at a time"):
        workspace.meetings.run(ticket.meeting, ticket.member, MovePhase("closed"))
    with pytest.raises(Refused, match="no seat"):
        workspace.meetings.run(ticket.meeting, "a stranger", Finish(True))
    with pytest.raises(Refused, match="no such meeting"):
        workspace.meetings.join(Ticket.new("no meeting"), "Sam", "social_worker")
    with pytest.raises(Refused, match="your name"):
        meeting_on(workspace, chair="  ")
    assert workspace.store.streams() == before


# One click, one thing


def test_the_same_ticket_opens_one_meeting_and_takes_one_seat(workspace: Workspace, other: Workspace) -> None:
    """A second click on the button, also one that another process of the app serves."""
    found = workspace.cases.case("HW-011")
    assert found is not None
    chair = Ticket.new()
    for through in (workspace, workspace, other):
        assert through.meetings.open(found, chair, "Cora", "team_manager") == chair
    assert [meeting.meeting for meeting in listed(workspace)] == [chair.meeting]
    sam = Ticket.new(chair.meeting)
    for through in (workspace, other, other):
        assert through.meetings.join(sam, "Sam", "social_worker") == sam
    assert [member.name for member in workspace.meetings.state(chair.meeting).seated] == ["Cora", "Sam"]
    assert len(workspace.meetings.history(chair.meeting)) == 4


@pytest.mark.both_databases
def test_two_clicks_at_the_same_moment_take_one_seat(workspace: Workspace, other: Workspace) -> None:
    chair = meeting_on(workspace)
    sam = Ticket.new(chair.meeting)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda each: each.meetings.join(sam, "Sam", "social_worker"), (workspace, other) * 2))
    assert set(taken) == {sam}
    assert [member.name for member in workspace.meetings.state(chair.meeting).seated] == ["Cora", "Sam"]


def test_two_tickets_are_never_alike() -> None:
    tickets = [Ticket.new() for _ in range(100)]
    assert len({t.meeting for t in tickets}) == len({t.member for t in tickets}) == len({t.key for t in tickets}) == 100


# Being let back in


def test_a_seat_whose_key_is_lost_is_opened_by_a_new_key_and_the_old_one_is_void(workspace: Workspace) -> None:
    chair = scoring(workspace)
    lost = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    workspace.meetings.run(chair.meeting, lost.member, Score(*NEGLECT, "active"))
    again = Ticket(chair.meeting, lost.member, new_key(12))
    workspace.meetings.ask_back(again)
    workspace.meetings.ask_back(again)
    assert workspace.meetings.seat(chair.meeting, again.key) is None, "not before the chair has said yes"
    (request,) = workspace.meetings.state(chair.meeting).requests
    workspace.meetings.run(chair.meeting, chair.member, panel.AllowReturn(request))
    assert workspace.meetings.seat(chair.meeting, again.key) == lost.member
    assert workspace.meetings.seat(chair.meeting, lost.key) is None
    assert workspace.meetings.state(chair.meeting).answers[lost.member][NEGLECT].status == "active", (
        "no answer was lost"
    )
    workspace.meetings.ask_back(again)
    assert not workspace.meetings.state(chair.meeting).requests, "a late second click asks for nothing"
    stored = "".join(row.text for row in workspace.store.read(f"panel:{chair.meeting}"))
    assert again.key not in stored


def test_who_is_refused_stays_out(workspace: Workspace) -> None:
    chair = scoring(workspace)
    sam = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    stranger = Ticket(chair.meeting, sam.member, new_key(12))
    workspace.meetings.ask_back(stranger)
    (request,) = workspace.meetings.state(chair.meeting).requests
    workspace.meetings.run(chair.meeting, sam.member, panel.RefuseReturn(request))
    assert workspace.meetings.seat(chair.meeting, stranger.key) is None
    assert workspace.meetings.seat(chair.meeting, sam.key) == sam.member


# What is being typed


def note(workspace: Workspace, of: Ticket) -> str:
    return workspace.meetings.state(of.meeting).answers[of.member][NEGLECT].note


def test_a_note_in_typing_is_saved_when_the_chair_reveals(workspace: Workspace) -> None:
    chair = scoring(workspace)
    sam = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    workspace.meetings.run(chair.meeting, sam.member, Score(*NEGLECT, "active", "Seen", ("seen",)))
    workspace.meetings.type_note(chair.meeting, sam.member, NEGLECT, "Seen on two vis")
    workspace.meetings.type_note(chair.meeting, sam.member, NEGLECT, "Seen on two visits.")
    assert note(workspace, sam) == "Seen", "while it is being typed, nothing is written"
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    given = workspace.meetings.state(chair.meeting).reveals[0].answers[sam.member][NEGLECT]
    assert (given.status, given.note, given.evidence) == ("active", "Seen on two visits.", ("seen",))
    assert workspace.store.drafts(MEETING.stream(chair.meeting)) == []


def test_a_note_is_saved_when_its_writer_leaves(workspace: Workspace) -> None:
    chair = scoring(workspace)
    workspace.meetings.run(chair.meeting, chair.member, Score(*NEGLECT, "active"))
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen on two visits.", leaving=True)
    assert note(workspace, chair) == "Seen on two visits."
    assert workspace.store.drafts(MEETING.stream(chair.meeting)) == []


def test_what_arrives_after_the_reveal_is_added_with_its_time_and_never_lost(
    workspace: Workspace, clock: Clock
) -> None:
    chair = scoring(workspace)
    workspace.meetings.run(chair.meeting, chair.member, Score(*NEGLECT, "active", "Seen."))
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    clock.move(5)
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen on two visits.")
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen on two visits.", leaving=True)
    (added,) = workspace.meetings.state(chair.meeting).notes[NEGLECT]
    assert (added.member, added.text, added.at) == (chair.member, "Seen on two visits.", clock())
    assert note(workspace, chair) == "Seen."


def test_what_arrives_while_the_reveal_is_being_written_is_added_too(workspace: Workspace) -> None:
    chair = scoring(workspace)
    sam = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    for member in (chair, sam):
        workspace.meetings.run(chair.meeting, member.member, Score(*NEGLECT, "active"))
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen on two visits.")

    def sam_types(stream: str, version: int) -> None:
        if stream:
            draft = Draft(sam.member, "neglect|child", "The school, too.", "", workspace.now())
            workspace.store.keep_draft(stream, draft)

    workspace.store.subscribe(sam_types)  # called when the chair's own note has just been saved
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    state = workspace.meetings.state(chair.meeting)
    assert state.answers[chair.member][NEGLECT].note == "Seen on two visits."
    assert [(added.member, added.text) for added in state.notes[NEGLECT]] == [(sam.member, "The school, too.")]


def test_what_has_no_answer_yet_is_added_as_a_note_at_the_reveal(workspace: Workspace) -> None:
    chair = scoring(workspace)
    workspace.meetings.run(chair.meeting, chair.member, Score("growth_faltering", "child", "absent"))
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "I am not sure yet.", leaving=True)
    assert workspace.meetings.draft(chair.meeting, chair.member, NEGLECT) == "I am not sure yet."
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert [added.text for added in state.notes[NEGLECT]] == ["I am not sure yet."]
    assert not workspace.store.drafts(MEETING.stream(chair.meeting))
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("gathering", "A carer was left out."))
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "I am not sure yet, but.", leaving=True)
    assert workspace.meetings.draft(chair.meeting, chair.member, NEGLECT) == "I am not sure yet, but."


def test_a_note_that_is_saved_or_typed_back_to_what_was_saved_is_no_draft(workspace: Workspace) -> None:
    chair = scoring(workspace)
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen.")
    workspace.meetings.run(chair.meeting, chair.member, Score(*NEGLECT, "active", "Seen."))
    assert workspace.store.drafts(MEETING.stream(chair.meeting)) == []
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen. And")
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Seen.")
    assert workspace.store.drafts(MEETING.stream(chair.meeting)) == []
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "")
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert note(workspace, chair) == "", "a note that was deleted is gone"


def test_one_draft_that_cannot_be_saved_keeps_no_other_from_being_saved(workspace: Workspace) -> None:
    chair = scoring(workspace, "HW-013")
    sam = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    tess = workspace.meetings.join(Ticket.new(chair.meeting), "Tess", "team_manager")
    about_b = ("capacity", "b")
    for member in (chair, sam, tess):
        workspace.meetings.run(chair.meeting, member.member, Score(*NEGLECT, "active"))
        workspace.meetings.run(chair.meeting, member.member, Score(*about_b, "none"))
        workspace.meetings.type_note(chair.meeting, member.member, about_b, "About a carer who is taken off.")
        workspace.meetings.type_note(chair.meeting, member.member, NEGLECT, "Seen.")
    workspace.meetings.run(chair.meeting, chair.member, Remove(sam.member, "Called away."))
    workspace.meetings.run(chair.meeting, chair.member, panel.TakeOffCarer("b"))
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert [note(workspace, one) for one in (chair, sam, tess)] == ["Seen.", "", "Seen."]


def test_only_the_chairs_reveal_saves_what_others_are_typing(workspace: Workspace) -> None:
    chair = scoring(workspace)
    sam = workspace.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    workspace.meetings.run(chair.meeting, chair.member, Score(*NEGLECT, "active"))
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Half a sen")
    before = workspace.meetings.history(chair.meeting)
    with pytest.raises(Refused, match="Only the chair"):
        workspace.meetings.run(chair.meeting, sam.member, MovePhase("revealed"))
    assert workspace.meetings.history(chair.meeting) == before


def test_a_second_click_on_reveal_changes_no_answer(workspace: Workspace) -> None:
    """A draft of a question that was answered only after the reveal is no part of that answer."""
    chair = scoring(workspace)
    workspace.meetings.run(chair.meeting, chair.member, Score("growth_faltering", "child", "absent"))
    workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "Not sure.")
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    late = Draft(chair.member, "growth_faltering|child", "Typed before, arrived late.", "", workspace.now())
    workspace.store.keep_draft(MEETING.stream(chair.meeting), late)
    before = workspace.meetings.history(chair.meeting)
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert workspace.meetings.history(chair.meeting) == before


def test_nobody_types_for_another_or_without_a_seat_that_scores(workspace: Workspace) -> None:
    chair = scoring(workspace)
    olive = workspace.meetings.join(Ticket.new(chair.meeting), "Olive", "observer")
    for member, words in ((olive.member, "does not score"), ("a stranger", "no seat")):
        with pytest.raises(Refused, match=words):
            workspace.meetings.type_note(chair.meeting, member, NEGLECT, "Hm.")
    with pytest.raises(Refused, match="4,001 characters"):
        workspace.meetings.type_note(chair.meeting, chair.member, NEGLECT, "x" * 4001)
    assert workspace.store.drafts(MEETING.stream(chair.meeting)) == []


# Guessing


def guess(workspace: Workspace, caller: str = "a browser", code: str = "222222") -> str:
    """The sentence with which a wrong code is refused."""
    with pytest.raises(Refused) as refused:
        workspace.meetings.by_code(code, Caller(caller))
    return str(refused.value)


def seconds_to_wait(sentence: str) -> int:
    assert "Please wait" in sentence, sentence
    return next(int(word) for word in sentence.split() if word.isdigit())


def test_after_five_wrong_codes_every_further_try_has_to_wait_longer(workspace: Workspace, clock: Clock) -> None:
    for _ in range(5):
        assert "No meeting has this code" in guess(workspace)
    waits = []
    for _ in range(8):
        waits.append(seconds_to_wait(guess(workspace)))
        clock.move(waits[-1])
        assert "No meeting has this code" in guess(workspace)
    assert waits == sorted(waits) and waits[0] < waits[1] < waits[2]
    assert waits[-1] == waits[-2] <= 61, "nobody is shut out for long"


def test_while_one_has_to_wait_even_the_right_code_is_not_looked_up_and_others_are_not_slowed(
    workspace: Workspace, clock: Clock
) -> None:
    ticket = meeting_on(workspace)
    code = workspace.meetings.state(ticket.meeting).code
    for _ in range(5):
        guess(workspace)
    wait = seconds_to_wait(guess(workspace, code=code))
    assert workspace.meetings.by_code(code, Caller("another browser")) == ticket.meeting
    clock.move(wait)
    assert workspace.meetings.by_code(code, Caller("a browser")) == ticket.meeting
    assert "No meeting has this code" in guess(workspace), "after a right code the count begins again"


def test_wrong_seat_keys_are_slowed_down_too(workspace: Workspace, clock: Clock) -> None:
    ticket = meeting_on(workspace)
    for _ in range(5):
        with pytest.raises(Refused, match="No seat"):
            workspace.meetings.seat_or_refuse(ticket.meeting, "WRONGKEY2345", Caller("a browser"))
    with pytest.raises(Refused, match="Please wait"):
        workspace.meetings.seat_or_refuse(ticket.meeting, ticket.key, Caller("a browser"))
    clock.move(60)
    assert workspace.meetings.seat_or_refuse(ticket.meeting, ticket.key, Caller("a browser")) == ticket.member


def test_many_tries_at_the_same_moment_do_not_slip_through_together(workspace: Workspace, clock: Clock) -> None:
    with ThreadPoolExecutor(20) as pool:
        sentences = list(pool.map(lambda _: guess(workspace), range(60)))
    assert sum("No meeting has this code" in sentence for sentence in sentences) == 5


# Many people at once


def ten_people_answer_at_once(workspaces: tuple[Workspace, ...]) -> None:
    """Ten members answer eight questions each, spread over the workspaces: every answer must land."""
    workspace = workspaces[0]
    meeting = scoring(workspace).meeting
    members = [
        workspace.meetings.join(Ticket.new(meeting), f"Member {n}", "other_professional").member for n in range(10)
    ]
    keys = [question.key for question in workspace.edition.questions(("a",)) if question.dimension == "risk"][:8]
    version = workspace.meetings.state(meeting).version

    def answer_all(number: int) -> None:
        through = workspaces[number % len(workspaces)]
        for key in keys:
            through.meetings.run(meeting, members[number], Score(*key, "improving", f"by {number}"))

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(answer_all, range(10)))
    state = panel.replay(workspace.meetings.history(meeting))
    assert all(each.meetings.state(meeting) == state for each in workspaces)
    assert state.version == version + len(members) * len(keys)
    for number, member in enumerate(members):
        assert {key: given.note for key, given in state.answers[member].items()} == dict.fromkeys(keys, f"by {number}")
    assert workspace.store.verify().broken is None


def test_what_ten_people_do_at_once_all_lands(workspace: Workspace) -> None:
    ten_people_answer_at_once((workspace,))


@pytest.mark.both_databases
def test_what_ten_people_do_at_once_through_two_processes_all_lands(workspace: Workspace, other: Workspace) -> None:
    ten_people_answer_at_once((workspace, other))


@pytest.mark.both_databases
def test_of_two_who_take_the_last_seat_at_once_one_gets_it(workspace: Workspace, other: Workspace) -> None:
    chair = meeting_on(workspace)
    for number in range(panel.SEATS_LIMIT - 2):
        workspace.meetings.join(Ticket.new(chair.meeting), f"Guest {number}", "observer")

    def join(through: Workspace) -> str:
        try:
            through.meetings.join(Ticket.new(chair.meeting), f"Late {id(through)}", "observer")
            return "seated"
        except Refused:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(join, (workspace, other))) == ["refused", "seated"]
    assert len(workspace.meetings.state(chair.meeting).seated) == panel.SEATS_LIMIT


@pytest.mark.both_databases
def test_a_second_workspace_sees_what_happened_in_the_first(workspace: Workspace, other: Workspace) -> None:
    chair = scoring(workspace)
    assert other.meetings.state(chair.meeting) == workspace.meetings.state(chair.meeting)
    sam = other.meetings.join(Ticket.new(chair.meeting), "Sam", "social_worker")
    workspace.meetings.run(chair.meeting, sam.member, Score(*NEGLECT, "active"))
    assert other.meetings.state(chair.meeting).answers[sam.member][NEGLECT].status == "active"
    assert listed(other) == listed(workspace)
    assert other.meetings.seat(chair.meeting, chair.key) == chair.member


@pytest.mark.both_databases
def test_a_command_is_decided_on_what_the_record_has_not_on_what_was_remembered(
    workspace: Workspace, other: Workspace
) -> None:
    chair = scoring(workspace)
    meeting, me = chair.meeting, chair.member
    workspace.meetings.run(meeting, me, Score(*NEGLECT, "active"))
    other.meetings.run(meeting, me, Score(*NEGLECT, "improving"))
    # The first process remembers "active": the same click again would change nothing there, but it changes the record.
    assert workspace.meetings.run(meeting, me, Score(*NEGLECT, "active")).answers[me][NEGLECT].status == "active"
    assert other.meetings.state(meeting).answers[me][NEGLECT].status == "active"
    other.meetings.run(meeting, me, MovePhase("revealed"))
    other.meetings.run(meeting, me, MovePhase("scoring", "A carer was left out."))
    other.meetings.run(meeting, me, MovePhase("revealed"))
    # Refused by the remembered phase, allowed by the record's.
    workspace.meetings.run(meeting, me, Agree(*NEGLECT, "improving"))
    assert other.meetings.state(meeting).recorded[NEGLECT].status == "improving"


# The record


def test_the_record_says_who_did_what_and_when(workspace: Workspace, clock: Clock) -> None:
    ticket = scoring(workspace)
    clock.move(90)
    workspace.meetings.run(ticket.meeting, ticket.member, Score(*NEGLECT, "active", "Seen by the school."))
    last = workspace.meetings.history(ticket.meeting)[-1]
    assert (last.event.type, last.actor, last.at) == ("scored", ticket.member, clock())
    assert last.event.note == "Seen by the school."


def test_a_meeting_can_be_read_as_it_stood_at_any_version(workspace: Workspace) -> None:
    ticket = scoring(workspace)
    seen = [workspace.meetings.state(ticket.meeting)]
    for status in ("active", "improving", "resolved"):
        workspace.meetings.run(ticket.meeting, ticket.member, Score(*NEGLECT, status))
        seen.append(workspace.meetings.state(ticket.meeting))
    for state in seen:
        assert workspace.meetings._door.at(ticket.meeting, state.version) == state
    assert workspace.meetings.state(ticket.meeting) == seen[-1]
    assert workspace.meetings.state("no meeting").version == workspace.meetings._door.at(ticket.meeting, 0).version == 0


def test_meetings_are_listed_with_the_latest_first(workspace: Workspace, clock: Clock) -> None:
    tickets = []
    for _ in range(3):
        clock.move(60)
        tickets.append(meeting_on(workspace))
    clock.move(60)
    workspace.meetings.run(tickets[1].meeting, tickets[1].member, MovePhase("scoring"))
    found = listed(workspace)
    assert [one.meeting for one in found] == [tickets[1].meeting, tickets[2].meeting, tickets[0].meeting]
    assert workspace.meetings.listed([tickets[1].meeting]) == [tickets[1].meeting]
    assert found[0].news_at == clock()
    clock.move(60)
    alone = workspace.meetings.run(tickets[1].meeting, tickets[1].member, Score(*NEGLECT, "active"))
    assert alone.news_at == found[0].news_at, (
        "an answer that others do not see is no change that they are told the time of"
    )


def test_resetting_the_samples_sets_their_meetings_aside_and_deletes_nothing(workspace: Workspace) -> None:
    one, another = scoring(workspace), meeting_on(workspace, "HW-014")
    code = workspace.meetings.state(one.meeting).code
    real = Open(
        "real",
        "R-1",
        "A real case",
        2,
        False,
        workspace.edition.hash,
        "REAL23",
        {},
        Seat("r", "R", "team_manager", "h"),
    )
    workspace.meetings.run("real", "r", real)
    events = workspace.meetings.history(one.meeting)
    assert workspace.reset_samples() == 2
    assert [found.meeting for found in listed(workspace)] == ["real"]
    assert workspace.meetings.history(one.meeting) == events
    assert workspace.meetings.state(another.meeting).case == "HW-014"
    with pytest.raises(Refused, match="No meeting has this code"):
        workspace.meetings.by_code(code, Caller("a browser"))
    assert workspace.reset_samples() == 0
    assert workspace.store.verify().broken is None


def test_resetting_the_samples_loads_them_again(workspace: Workspace, other: Workspace) -> None:
    sample = workspace.cases.all()[0]
    changed = sample.model_copy(update={"title": "Spoilt in a training session"})
    event = NewEvent("registered", changed.model_dump_json())
    workspace.store.append("case:HW-011", 1, [event], actor="x", at=workspace.now(), kind="case")
    assert workspace.cases.case("HW-011") == other.cases.case("HW-011") == changed
    workspace.reset_samples()
    assert workspace.cases.case("HW-011") == other.cases.case("HW-011") == sample


# Editions


@pytest.fixture
def own_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the built-in edition that the next workspace to be opened will run."""
    folder = Path(shutil.copytree(CONTENT / DEFAULT, tmp_path / "own-edition"))
    monkeypatch.setenv("HOMEWARD_EDITION", str(folder))
    edition.load.cache_clear()
    yield folder
    edition.load.cache_clear()


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / f"{file}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


ANYTHING_EMERGING = "protection = [0, 1]\ncapacity = [0]\nwishes = [0]"


def test_a_meeting_keeps_the_edition_it_was_scored_with(
    database_url: str, workspace: Workspace, own_edition: Path
) -> None:
    old = scoring(workspace)
    questions = workspace.edition.questions(("a",))
    good = {"risk": "absent", "protection": "absent", "capacity": "evident", "wishes": "wants"}
    for dimension, status in good.items():
        keys = tuple(question.key for question in questions if question.dimension == dimension)
        workspace.meetings.run(old.meeting, old.member, FillRest(keys, status))
    workspace.meetings.run(old.meeting, old.member, Score("no_domestic_abuse", "household", "emerging"))
    assert panel.panel_light(workspace.meetings.state(old.meeting), workspace.edition).indicated == "medium"

    # The authority now asks for something present, not only emerging, before it is medium; and in its own words.
    change(own_edition, "classification", ANYTHING_EMERGING, ANYTHING_EMERGING.replace("[0, 1]", "[0]"))
    change(own_edition, "factors", 'label = "Neglect"', 'label = "Going without"')
    later = Workspace.open(database_url)
    assert later.edition.hash != workspace.edition.hash
    state = later.meetings.state(old.meeting)
    kept = later.meetings.edition_of(state)
    assert kept == workspace.edition
    assert (kept.factors["neglect"].label, later.edition.factors["neglect"].label) == ("Neglect", "Going without")
    assert panel.panel_light(state, kept).indicated == "medium"
    assert panel.panel_light(state, later.edition).indicated == "high"

    later.meetings.run(
        old.meeting, old.member, Score(*NEGLECT, "resolved")
    )  # the old meeting goes on under its own edition
    assert later.meetings.state(old.meeting).edition == workspace.edition.hash
    new = meeting_on(later)
    assert later.meetings.edition_of(later.meetings.state(new.meeting)) == later.edition
    # And a process that still runs the old edition can read the new meeting.
    assert (
        workspace.meetings.edition_of(workspace.meetings.state(new.meeting)).factors["neglect"].label == "Going without"
    )
    later.store.close()


def test_an_authority_with_its_own_rows_can_start_although_the_samples_were_written_for_ours(
    database_url: str, own_edition: Path
) -> None:
    """Its table says medium, not high, where the child is in two minds and all else is good."""
    first_row = '[[rule.row]]\nlevel = "severe"'
    own_row = '[[rule.row]]\nlevel = "medium"\nrisk = [0]\nprotection = [0]\ncapacity = [0]\nwishes = [1]\n\n'
    change(own_edition, "classification", first_row, own_row + first_row)
    opened = Workspace.open(database_url)
    assert opened.edition.row_for[0, 0, 0, 1].level == "medium"
    assert [(c.id, c.level) for c in opened.cases.all() if c.id in ("HW-011", "HW-016")] == [
        ("HW-011", "low"),
        ("HW-016", "medium"),
    ]
    opened.store.close()


def test_a_broken_edition_stops_the_start_before_anything_is_stored(database_url: str, own_edition: Path) -> None:
    change(own_edition, "factors", 'domain = "abuse"', 'domain = "weather"')
    with pytest.raises(edition.EditionError, match="weather"):
        Workspace.open(database_url)
    store = Store.open(database_url)
    assert store.streams() == []
    store.close()


# Who is watching, and the news


@pytest.mark.both_databases
def test_a_listener_hears_that_its_meeting_has_grown_and_of_no_other(workspace: Workspace, database_url: str) -> None:
    one, another = meeting_on(workspace), meeting_on(workspace)
    hub = settled_hub(workspace.store, database_url)
    heard: Counter[str] = Counter()
    stops = [
        hub.listen(Watch(MEETING.stream(one.meeting), None), lambda: heard.update(["one"])),
        hub.listen(Watch(MEETING.stream(another.meeting), None), lambda: heard.update(["another"])),
    ]
    state = workspace.meetings.run(one.meeting, one.member, MovePhase("scoring"))
    assert heard == {"one": 1}
    assert hub.news(MEETING.stream(one.meeting)).version == state.version
    for stop in stops:
        stop()
    workspace.meetings.run(one.meeting, one.member, Score(*NEGLECT, "active"))
    assert heard == {"one": 1}


def test_the_news_is_a_version_and_a_number_and_nothing_else(workspace: Workspace) -> None:
    ticket = scoring(workspace)
    hub, stream = Hub(workspace.store), MEETING.stream(ticket.meeting)
    assert hub.news(stream) == News(0, 0), "while nobody listens there is none"
    stop = hub.listen(Watch(stream, None), lambda: None)
    hub.catch_up(stream)
    assert hub.news(stream) == News(workspace.meetings.state(ticket.meeting).version, 0)
    sam = hub.listen(Watch(stream, "sam"), lambda: None)
    assert hub.news(stream).version == workspace.meetings.state(ticket.meeting).version
    assert hub.news(stream).presence != 0
    for end in (sam, stop):
        end()


@pytest.mark.both_databases
def test_what_another_process_wrote_is_known_to_whoever_starts_to_listen(
    workspace: Workspace, other: Workspace
) -> None:
    ticket = scoring(workspace)
    hub = Hub(other.store)
    workspace.meetings.run(ticket.meeting, ticket.member, Score(*NEGLECT, "active"))
    stop = hub.listen(Watch(MEETING.stream(ticket.meeting), None), lambda: None)
    hub.catch_up(MEETING.stream(ticket.meeting))
    assert hub.news(MEETING.stream(ticket.meeting)).version == workspace.meetings.state(ticket.meeting).version
    stop()


def test_what_is_answered_alone_changes_no_screen_but_the_members_own(workspace: Workspace, other: Workspace) -> None:
    ticket = scoring(workspace)
    sam = workspace.meetings.join(Ticket.new(ticket.meeting), "Sam", "social_worker")
    stream = MEETING.stream(ticket.meeting)
    before = workspace.shows(stream, sam.member)
    now = workspace.meetings.run(ticket.meeting, ticket.member, Score(*NEGLECT, "active")).version
    assert workspace.shows(stream, sam.member) == workspace.shows(stream, None) == before == (before.shown, 0)
    assert workspace.shows(stream, ticket.member) == (before.shown, 1), "their other device shows it, too"
    assert other.shows(stream, ticket.member) == (0, 0), "it does not know yet what happened"
    other.catch_up(stream, now)
    assert other.shows(stream, ticket.member) == (before.shown, 1)
    workspace.meetings.run(ticket.meeting, ticket.member, MovePhase("revealed"))
    assert workspace.shows(stream, sam.member) == workspace.shows(stream, None) == (before.shown + 1, 0)
    rollout = workspace.rollouts.view("sample")
    assert workspace.shows("rollout:sample", "Ann") == (rollout.version, 0), "of a roll-out everybody sees everything"


def test_a_member_is_present_while_any_of_their_screens_is_open(store: Store, database_url: str) -> None:
    hub, heard = settled_hub(store, database_url), []
    room = hub.listen(Watch("panel:x", None), lambda: heard.append(hub.news("panel:x").presence))
    assert hub.present("panel:x") == frozenset() and heard == []
    laptop = hub.listen(Watch("panel:x", "sam"), lambda: None)
    assert hub.present("panel:x") == {"sam"} and len(heard) == 1
    phone = hub.listen(Watch("panel:x", "sam"), lambda: None)
    laptop()
    assert hub.present("panel:x") == {"sam"} and len(heard) == 1
    phone()
    phone()
    assert hub.present("panel:x") == frozenset() and len(heard) == 2
    assert len(set(heard)) == 2, "the number changes whenever somebody comes or goes"
    assert hub.present("panel:y") == frozenset()
    room()


def test_to_stop_listening_twice_is_to_stop_once(store: Store) -> None:
    hub = Hub(store)
    first = hub.listen(Watch("panel:x", "sam"), lambda: None)
    second = hub.listen(Watch("panel:x", "sam"), lambda: None)
    first()
    first()
    assert hub.present("panel:x") == {"sam"}
    second()
    assert hub.present("panel:x") == frozenset()


def test_a_listener_that_fails_does_not_keep_the_news_from_the_others(workspace: Workspace, database_url: str) -> None:
    """A browser has gone without a word: its wake-up call fails."""
    ticket = scoring(workspace)
    hub, heard = settled_hub(workspace.store, database_url), []
    watch = Watch(MEETING.stream(ticket.meeting), None)

    def gone() -> None:
        raise RuntimeError("the event loop is closed")

    stops = [hub.listen(watch, wake) for wake in (lambda: heard.append("first"), gone, lambda: heard.append("last"))]
    workspace.meetings.run(ticket.meeting, ticket.member, Score(*NEGLECT, "active"))
    assert heard == ["first", "last"]
    for stop in stops:
        stop()


@pytest.mark.both_databases
def test_while_many_write_the_news_ends_at_the_last_version(workspace: Workspace) -> None:
    chair = scoring(workspace)
    members = [
        workspace.meetings.join(Ticket.new(chair.meeting), f"Member {n}", "other_professional").member for n in range(5)
    ]
    hub, stream = Hub(workspace.store), MEETING.stream(chair.meeting)
    heard: list[int] = []
    stop = hub.listen(Watch(stream, None), lambda: heard.append(hub.news(stream).version))
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda member: workspace.meetings.run(chair.meeting, member, Score(*NEGLECT, "active")), members))
    assert hub.news(stream).version == workspace.meetings.state(chair.meeting).version == max(heard)
    stop()


def test_a_token_cannot_be_guessed_and_an_unknown_one_allows_nothing(store: Store) -> None:
    hub = Hub(store)
    tokens = {hub.token("panel:x", "sam") for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) >= 32 for token in tokens)
    assert hub.watch(tokens.pop()) == Watch("panel:x", "sam")
    assert hub.watch("") is hub.watch("panel:x") is None
    assert Hub(store).watch(tokens.pop()) is None


def test_a_token_of_one_process_serves_in_another_and_ends_with_its_day(store: Store) -> None:
    one, another = Hub(store, Tokens(b"shared")), Hub(store, Tokens(b"shared"))
    token = one.token("panel:x", "sam", "0123456789abcdef")
    assert another.watch(token) == Watch("panel:x", "sam", "0123456789abcdef")
    assert another.watch(one.token("panel:x", None)) == Watch("panel:x", None)
    assert another.watch(one.token("panel:x", None, person="p-mo")) == Watch("panel:x", None, person="p-mo")
    assert another.watch(token, seconds=-1) is None, "older than it may be"
    assert one.process != another.process
