"""Protects: what somebody is typing. It is kept for them alone, reaches the record at the reveal, and no browser can flood it.

Everything about the record runs on SQLite and on PostgreSQL.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from framework import panel
from framework.light.classification import Key
from framework.panel import MovePhase, Refused, Remove, Score, drafts
from framework.panel.drafts import Drafts, Rate
from framework.panel.meetings import Ticket
from framework.workspace import Workspace

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
    assert workspace.meetings._drafts.of(tess.meeting) == {}


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
    assert workspace.meetings._drafts.of(table[who].meeting) == {}


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


def test_a_draft_is_its_writers_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "KEPT", 2)
    kept = Drafts()
    kept.keep("m", "sam", NEGLECT, "first")
    kept.keep("m", "tess", NEGLECT, "second")
    assert kept.get("m", "sam", NEGLECT) == "first" and kept.get("m", "tess", ABUSE) is None
    assert kept.of("m", "sam") == {("sam", NEGLECT): "first"}
    kept.keep("m", "sam", NEGLECT, "first, again")
    kept.keep("other", "sam", NEGLECT, "third")
    assert kept.of("m") == {("sam", NEGLECT): "first, again"}


def test_who_sends_too_often_has_to_wait_and_others_do_not() -> None:
    time = 100.0
    rate = Rate(lambda: time)
    assert [rate.allows("a") for _ in range(drafts.AT_ONCE + 1)] == [True] * drafts.AT_ONCE + [False]
    assert rate.allows("b")
    time += 1.0
    assert [rate.allows("a") for _ in range(3)] == [True, True, False]
