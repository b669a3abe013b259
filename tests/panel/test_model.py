"""Protects: the state of a meeting is a pure function of its events, and events are for ever.

- folding all at once or one by one gives the same, and a state never changes once it is there;
- events survive being stored;
- what release 0.2.0 wrote is read, and what it agreed stays agreed.
"""

import copy
import json
from datetime import datetime, timedelta
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given

from framework import panel
from framework.dates import uk_clock
from framework.panel import MovePhase, Panel, Refused, Remove, Score, evolve, fold
from framework.streams.kind import Happened
from tests.panel.table import (
    ANY_MEETING,
    EDITION,
    EMPATHY,
    HEALTH,
    MEETINGS,
    MEMBERS,
    START,
    WISH,
    Table,
    meeting_of,
    states,
)
from tests.panel.test_access import ONE_OF_EACH

RELEASE = json.loads((Path(__file__).parent.parent / "releases" / "0.2.0" / "meeting.json").read_text("utf-8"))


@ANY_MEETING
@given(MEETINGS)
def test_the_state_is_what_the_events_make_of_it_one_by_one_or_all_at_once(meeting: tuple[int, int]) -> None:
    table = meeting_of(meeting)
    assert reduce(lambda state, one: evolve(state, *one), zip(table.events, table.times, strict=True), Panel()) == (
        table.panel
    )
    at_once = fold(table.events, at=START)
    assert at_once == reduce(lambda state, event: evolve(state, event, START), table.events, Panel())
    assert at_once.version == len(table.events)
    assert list(at_once.members) == list(table.panel.members)
    assert at_once.carer_ids == table.panel.carer_ids
    half = len(table.events) // 2
    assert fold(table.events[half:], fold(table.events[:half], at=START), START) == at_once


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
            panel.decide(table.panel, command, MEMBERS[kind % 4], EDITION)
        except Refused:
            continue
    assert table.panel == before


@ANY_MEETING
@given(MEETINGS)
def test_events_survive_being_stored_as_json(meeting: tuple[int, int]) -> None:
    table = meeting_of(meeting)
    assert panel.from_json(event.model_dump_json() for event in table.events) == table.events
    assert panel.replay(table.record) == table.panel


def test_an_event_of_a_kind_that_is_not_known_is_not_read_and_a_key_that_is_not_known_is_passed_over() -> None:
    (read,) = panel.from_json(['{"type": "names_shown", "shown": true, "extra": 1}'])
    assert read == panel.NamesShown(shown=True)
    for stored in ('{"type": "guessed"}', '{"type": "names_shown"}'):
        with pytest.raises(ValueError, match="validation error"):
            panel.from_json([stored])


@ANY_MEETING
@given(MEETINGS)
def test_the_chair_always_has_a_seat_and_what_was_revealed_never_changes(meeting: tuple[int, int]) -> None:
    before: tuple[panel.Reveal, ...] = ()
    for state in states(meeting_of(meeting)):
        if state.chair in state.members:  # the seat comes one event after the opening
            assert state.members[state.chair].removed is None
        assert state.reveals[: len(before)] == before
        before = state.reveals


@ANY_MEETING
@given(MEETINGS)
def test_no_carer_is_ever_given_the_id_of_another(meeting: tuple[int, int]) -> None:
    """An id that is there stays there, among the carers or among those who were taken off."""
    known: set[str] = set()
    for state in states(meeting_of(meeting)):
        here = {*state.carers, *state.past_carers}
        assert known <= here
        assert not state.carers.keys() & state.past_carers.keys()
        known = here


def test_times_stand_beside_what_happened() -> None:
    table = Table("sam")
    assert table.panel.members["sam"].joined_at == START + timedelta(minutes=1)
    table.do("cora", Remove("sam", "Sat down twice."))
    assert table.panel.members["sam"].removed_at == START + timedelta(minutes=2)


# What release 0.2.0 wrote


def stored() -> list[Happened]:
    """Its events as its door reads them."""
    events = panel.from_json(row["payload"] for row in RELEASE["events"])
    rows = zip(events, RELEASE["events"], strict=True)
    return [Happened(event, row["actor"], datetime.fromisoformat(row["at"])) for event, row in rows]


def until(kind: str, which: int = 0) -> Panel:
    """The old meeting as it stood after the nth event of this kind."""
    versions = [version for version, row in enumerate(RELEASE["events"], 1) if row["type"] == kind]
    return panel.replay(stored()[: versions[which]])


def old_member(state: Panel, name: str) -> panel.Member:
    return next(member for member in state.members.values() if member.name == name)


def test_a_meeting_of_release_0_2_0_is_read_to_its_end() -> None:
    state = panel.replay(stored())
    assert (state.phase, state.version) == ("closed", len(RELEASE["events"]))
    assert panel.what_happened(stored(), EDITION)


def test_whoever_had_the_role_chair_in_release_0_2_0_chairs_and_scores() -> None:
    state = until("joined", 0)
    cora = old_member(state, "Cora")
    assert (cora.role, state.chair, cora.scores) == ("chair", cora.id, True)
    assert EDITION.role_label("chair") == "Chair"
    assert not old_member(until("joined", 4), "Olive").scores


def test_who_counts_at_a_reveal_that_release_0_2_0_recorded_are_those_who_had_answered() -> None:
    state = panel.replay(stored())
    assert [state.members[m].name for m in state.reveals[0].counting] == ["Cora", "Sam", "Tess", "Wes"]
    assert len(state.reveals) == 2


def test_a_carers_id_that_release_0_2_0_gave_to_another_is_read_as_it_was_written() -> None:
    state = panel.replay(stored())
    assert state.carers == {"a": "Carer B (mother's partner)"}
    assert state.past_carers == {"b": "Carer C (grandmother)"}


def test_what_release_0_2_0_agreed_stays_agreed_whoever_came_or_went() -> None:
    """There a removal before the end, and a latecomer after it, would have moved what the panel had agreed."""
    wanted = {(s, a): panel.Agreement(status, note, by) for s, a, status, note, by in RELEASE["agreed"]}
    for state in (until("phase_moved", 4), panel.replay(stored())):
        agreed = {q.key: panel.agreement(state, q.key) for q in EDITION.questions(state.carer_ids)}
        assert agreed == wanted
        light = panel.panel_light(state, EDITION)
        assert {"indicated": light.indicated, "best": light.best, "worst": light.worst} == RELEASE["light_when_agreed"]
        assert panel.open_questions(state, EDITION) == ()


def test_a_difference_that_release_0_2_0_forgot_with_a_removed_seat_is_said() -> None:
    state = panel.replay(stored())
    agreed = panel.agreement(state, HEALTH)
    assert agreed and agreed.by == ""
    removed = old_member(state, "Tess").removed_at
    assert removed
    assert panel.how_agreed(state, EDITION, HEALTH, agreed) == (
        f"Alike among those still seated; the team manager (seat removed {uk_clock(removed)}) said Emerging"
    )


def test_a_running_meeting_of_release_0_2_0_goes_on_under_the_new_rules() -> None:
    state = until("removed", 0)
    sam = old_member(state, "Sam").id
    assert panel.agreement(state, HEALTH) is None, "the removed seat still differs"
    for key in panel.open_questions(state, EDITION):
        state = fold(panel.decide(state, panel.Agree(*key, "unknown"), state.chair, EDITION), state)
    state = fold(panel.decide(state, MovePhase("agreed"), state.chair, EDITION), state)
    assert state.outcome and state.outcome[HEALTH].status == "unknown"
    back = fold(panel.decide(state, MovePhase("scoring", "Once more."), state.chair, EDITION), state)
    again = fold(panel.decide(back, Score(*WISH, "opposed"), sam, EDITION), back)
    again = fold(panel.decide(again, MovePhase("revealed"), again.chair, EDITION), again)
    assert EMPATHY not in again.recorded, "Tess counted when it was recorded, and has no seat any more"
