"""Protects: what somebody is typing. It is kept for them alone, reaches the record at the reveal, and no browser can flood it.

What several processes do, and one that is killed, runs on SQLite and on PostgreSQL.
"""

import signal
from collections.abc import Iterator
from datetime import datetime

import pytest

from framework import panel
from framework.light.classification import Key
from framework.panel import MovePhase, Refused, Remove, Score, drafts
from framework.panel.drafts import Rate
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.streams.stores import python

NEGLECT, ABUSE = ("neglect", "child"), ("severe_physical_abuse", "child")
NOTE = "Seen twice in October"


@pytest.fixture
def workspace(database_url: str) -> Iterator[Workspace]:
    opened = Workspace.open(database_url)
    yield opened
    opened.store.close()


@pytest.fixture
def table(workspace: Workspace) -> tuple[Ticket, Ticket, Ticket]:
    """The chair, a manager and an observer; everybody scores."""
    case = workspace.cases.case("HW-015")
    assert case
    chair = workspace.meetings.open(case, Ticket.new(), "Sam", "social_worker")
    tess = workspace.meetings.join(Ticket.new(chair.meeting), "Tess", "team_manager")
    olive = workspace.meetings.join(Ticket.new(chair.meeting), "Olive", "observer")
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("scoring"))
    workspace.meetings.run(chair.meeting, chair.member, Score(*NEGLECT, "active"))
    workspace.meetings.run(chair.meeting, tess.member, Score(*NEGLECT, "improving", evidence=("child_told",)))
    return chair, tess, olive


def test_what_is_typed_at_the_reveal_stands_with_the_answer(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE)
    assert workspace.meetings.state(tess.meeting).answers[tess.member][NEGLECT].note == ""
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert state.answers[tess.member][NEGLECT] == panel.Given("improving", NOTE, ("child_told",))
    assert state.reveals[-1].answers[tess.member][NEGLECT].note == NOTE


def test_an_old_laptop_does_not_replace_the_note_that_a_tablet_has_saved_since(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    workspace.meetings.run(tess.meeting, tess.member, Score(*NEGLECT, "improving", "Saved on the tablet."))
    with pytest.raises(panel.ChangedMeanwhile, match="changed on another device"):
        workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, "Typed on the laptop.", was="", leaving=True)
    assert workspace.meetings.state(tess.meeting).answers[tess.member][NEGLECT].note == "Saved on the tablet."
    # Nothing is lost: after the reveal both stand there.
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, "Typed on the laptop.", was="", leaving=True)
    state = workspace.meetings.state(tess.meeting)
    assert state.answers[tess.member][NEGLECT].note == "Saved on the tablet."
    assert [added.text for added in state.notes[NEGLECT]] == ["Typed on the laptop."]


def test_who_goes_on_typing_in_the_note_that_the_record_has_may_save_it(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    _, tess, _ = table
    workspace.meetings.run(tess.meeting, tess.member, Score(*NEGLECT, "improving", "Seen once."))
    workspace.meetings.type_note(
        tess.meeting, tess.member, NEGLECT, "Seen once. And again.", was=" Seen once.", leaving=True
    )
    assert workspace.meetings.state(tess.meeting).answers[tess.member][NEGLECT].note == "Seen once. And again."


def test_a_note_that_is_saved_while_its_writer_changes_the_answer_goes_with_the_new_one(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket], database_url: str
) -> None:
    """The clock is asked just before the note is written: in that moment the answer is changed on another device."""
    _, tess, _ = table
    clock, tablet = workspace.now, Workspace.open(database_url)

    def change_the_answer() -> datetime:
        workspace.now = clock
        tablet.meetings.run(tess.meeting, tess.member, Score(*NEGLECT, "active", evidence=("seen",)))
        return clock()

    workspace.now = change_the_answer
    workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE, leaving=True)
    tablet.store.close()
    assert workspace.meetings.state(tess.meeting).answers[tess.member][NEGLECT] == panel.Given(
        "active", NOTE, ("seen",)
    )


def test_what_is_typed_without_an_answer_is_added_at_the_reveal_and_only_once(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    workspace.meetings.type_note(tess.meeting, tess.member, ABUSE, NOTE)
    workspace.meetings.type_note(chair.meeting, chair.member, ABUSE, "   ")
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    (added,) = state.notes[ABUSE]
    assert (added.member, added.text) == (tess.member, NOTE) and added.at is not None
    # Its browser, which does not know that, sends it once more when its form goes away.
    workspace.meetings.type_note(tess.meeting, tess.member, ABUSE, NOTE, leaving=True)
    assert len(workspace.meetings.state(tess.meeting).notes[ABUSE]) == 1


def test_what_arrives_after_the_reveal_is_added_with_its_time(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE)
    state = workspace.meetings.state(tess.meeting)
    assert [(note.member, note.text) for note in state.notes[NEGLECT]] == [(tess.member, NOTE)]
    assert state.answers[tess.member][NEGLECT].note == ""


def test_who_leaves_has_their_note_saved_with_their_answer(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    _, tess, _ = table
    workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE, leaving=True)
    assert workspace.meetings.state(tess.meeting).answers[tess.member][NEGLECT].note == NOTE
    assert workspace.store.drafts(MEETING.stream(tess.meeting)) == []


@pytest.mark.parametrize(
    ("who", "key", "text", "says"),
    [
        (1, NEGLECT, "x" * (panel.TEXT_LIMIT + 1), "Please shorten the note"),
        (1, ("no_such_factor", "child"), NOTE, "no such question"),
        (1, ("neglect", "household"), NOTE, "no such question"),
        (2, NEGLECT, NOTE, "does not score"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket], who: int, key: Key, text: str, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        workspace.meetings.type_note(table[who].meeting, table[who].member, key, text)
    assert workspace.store.drafts(MEETING.stream(table[who].meeting)) == []


def test_a_removed_seat_types_nothing_any_more(workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]) -> None:
    chair, tess, _ = table
    workspace.meetings.run(chair.meeting, chair.member, Remove(tess.member, "Came to the wrong room"))
    with pytest.raises(Refused, match="removed by the chair"):
        workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE)


def test_what_is_typed_while_the_meeting_goes_back_is_kept_and_a_closed_one_takes_nothing(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("gathering", "A carer is missing"))
    workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE, leaving=True)
    assert workspace.meetings.draft(tess.meeting, tess.member, NEGLECT) == NOTE
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("scoring"))
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert state.answers[tess.member][NEGLECT].note == NOTE
    for key in panel.open_questions(state, workspace.edition):
        workspace.meetings.run(chair.meeting, chair.member, panel.Agree(*key, "unknown"))
    for phase in ("agreed", "closed"):
        workspace.meetings.run(chair.meeting, chair.member, MovePhase(phase))
    with pytest.raises(Refused, match="closed"):
        workspace.meetings.type_note(tess.meeting, tess.member, NEGLECT, "Too late")


def test_a_draft_is_its_writers_and_its_questions_and_the_newest_text_stands(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    for text in ("first", "first,\0 again", ""):
        workspace.meetings.type_note(tess.meeting, tess.member, ABUSE, text or "second")
    assert workspace.meetings.draft(tess.meeting, tess.member, ABUSE) == "second"
    assert workspace.meetings.draft(chair.meeting, chair.member, ABUSE) is None
    assert workspace.meetings.draft(tess.meeting, tess.member, NEGLECT) is None
    assert workspace.meetings.draft("another", tess.member, ABUSE) is None


# Several processes on one database


@pytest.fixture
def other(workspace: Workspace, database_url: str) -> Iterator[Workspace]:
    """The door of a second process: it opens the same database on its own."""
    opened = Workspace.open(database_url)
    yield opened
    opened.store.close()


@pytest.mark.both_databases
def test_a_reveal_in_one_process_saves_what_is_typed_in_another(
    workspace: Workspace, other: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    chair, tess, _ = table
    other.meetings.type_note(tess.meeting, tess.member, NEGLECT, NOTE)
    other.meetings.type_note(tess.meeting, tess.member, ABUSE, "Not sure.")
    assert workspace.meetings.draft(tess.meeting, tess.member, ABUSE) == "Not sure."
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert state.reveals[-1].answers[tess.member][NEGLECT].note == NOTE
    assert [(note.member, note.text) for note in state.notes[ABUSE]] == [(tess.member, "Not sure.")]
    assert workspace.store.drafts(MEETING.stream(tess.meeting)) == []


@pytest.mark.both_databases
def test_what_another_process_reveals_while_it_is_being_kept_is_added(
    workspace: Workspace, other: Workspace, table: tuple[Ticket, Ticket, Ticket]
) -> None:
    """The clock is asked just before the draft is kept: in that moment the chair, on another process, reveals."""
    chair, tess, _ = table
    clock = other.now

    def reveal() -> datetime:
        other.now = clock
        workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
        return clock()

    other.now = reveal
    assert other.meetings.type_note(tess.meeting, tess.member, ABUSE, "Not sure.")
    other.now = reveal
    state = workspace.meetings.state(chair.meeting)
    assert [note.text for note in state.notes[ABUSE]] == ["Not sure."]
    assert workspace.store.drafts(MEETING.stream(tess.meeting)) == []


PROCESS = """
import os, signal, sys
from framework.panel import MovePhase, Score
from framework.workspace import Workspace
from tests.streams.stores import python
url, meeting, chair, tess = sys.argv[1:]
workspace = Workspace.open(url)
note = lambda key, text, **how: workspace.meetings.type_note(meeting, tess, (key, "child"), text, **how)
die = lambda stream="panel", version=0: stream and os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(script: str, url: str, chair: Ticket, tess: Ticket) -> None:
    """A process of its own does this, and ends in SIGKILL on its way."""
    with python(PROCESS + script, url, chair.meeting, chair.member, tess.member) as process:
        assert process.wait() == -signal.SIGKILL


@pytest.mark.both_databases
def test_a_process_that_is_killed_between_typing_and_the_reveal_loses_nothing(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket], database_url: str
) -> None:
    chair, tess, _ = table
    killed(f"note('neglect', {NOTE!r}); note('severe_physical_abuse', 'Not sure.'); die()", database_url, chair, tess)
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert state.reveals[-1].answers[tess.member][NEGLECT].note == NOTE
    assert [note.text for note in state.notes[ABUSE]] == ["Not sure."]


def test_a_process_that_is_killed_just_after_its_reveal_leaves_the_notes_to_the_next_step(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket], database_url: str
) -> None:
    chair, tess, _ = table
    workspace.meetings.type_note(tess.meeting, tess.member, ABUSE, "Not sure.")
    reveal = "workspace.store.subscribe(die); workspace.meetings.run(meeting, chair, MovePhase('revealed'))"
    killed(reveal, database_url, chair, tess)
    assert workspace.meetings.state(chair.meeting).phase == "revealed"
    with pytest.raises(Refused, match="Only the chair"):
        workspace.meetings.run(tess.meeting, tess.member, MovePhase("scoring", "A mistake."))
    assert workspace.meetings.state(chair.meeting).notes == {}
    workspace.meetings.run(chair.meeting, chair.member, MovePhase("scoring", "A mistake."))
    assert [note.text for note in workspace.meetings.state(chair.meeting).notes[ABUSE]] == ["Not sure."]


@pytest.mark.both_databases
def test_half_a_note_whose_process_is_killed_when_the_whole_was_saved_does_not_replace_it(
    workspace: Workspace, table: tuple[Ticket, Ticket, Ticket], database_url: str
) -> None:
    chair, tess, _ = table
    whole = f"workspace.meetings.run(meeting, tess, Score('neglect', 'child', 'improving', {NOTE!r}))"
    killed(f"note('neglect', 'Seen twice'); workspace.store.subscribe(die); {whole}", database_url, chair, tess)
    assert workspace.meetings.draft(tess.meeting, tess.member, NEGLECT) == "Seen twice"
    state = workspace.meetings.run(chair.meeting, chair.member, MovePhase("revealed"))
    assert state.reveals[-1].answers[tess.member][NEGLECT].note == NOTE


def test_who_sends_too_often_has_to_wait_and_others_do_not() -> None:
    time = 100.0
    rate = Rate(lambda: time)
    assert [rate.allows("a") for _ in range(drafts.AT_ONCE + 1)] == [True] * drafts.AT_ONCE + [False]
    assert rate.allows("b")
    time += 1.0
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]
