"""Protects: a roll-out is read with the checklist that it began with, whatever the app runs with by then."""

import json
from datetime import UTC, datetime

import pytest

from framework import edition
from framework.edition import EditionError
from framework.rollout import Add, SetStatus, TickPart, checklist, documents, reading
from framework.rollout.checklist import Checklist
from framework.rollout.checklists import CHECKLIST
from framework.rollout.kind import ROLLOUT, SAMPLE
from framework.streams.kind import Refused, Unreadable
from framework.streams.store import NewEvent, Store
from tests.record import rollouts_in
from tests.rollout.test_rollout_door import as_0_2_0_loaded_it

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BUILT_IN = checklist.load(edition.DEFAULT)


def now() -> datetime:
    return NOW


def rewritten(*changes: tuple[str, str]) -> Checklist:
    """The built-in checklist as an authority may have it, with sources of its own."""
    text = BUILT_IN.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return checklist.parse(text, {name: f"{said} Our note." for name, said in BUILT_IN.citations.items()})


FIRST = BUILT_IN.tasks["1.11"]
OURS = rewritten(
    (f'title = "{FIRST.title}"', 'title = "Ask our own board"'),
    (f'text = "{FIRST.part[0].text}"', 'text = "The chair of our own board"'),
)
NEXT_YEARS = rewritten((f'id = "{FIRST.part[0].id}"', 'id = "z"'))


def test_a_rollout_of_an_authoritys_own_checklist_is_read_after_that_checklist_changed(store: Store) -> None:
    began = rollouts_in(store, now, OURS).start("Our authority", "Priya")
    for current in (NEXT_YEARS, BUILT_IN):
        later = rollouts_in(store, now, current)
        state = later.view(began.id)
        own = later.checklist_of(state)
        assert own == OURS and own.model_dump() == OURS.model_dump() and later.checklist == current
        assert own.tasks["1.11"].part[0].text == "The chair of our own board"
        # Commands are decided by it too: part a is there, though the checklist of now calls it z.
        state = later.run(began.id, "Tom", TickPart("1.11", "a", current == NEXT_YEARS))
        with pytest.raises(Refused, match='no part "z"'):
            later.run(began.id, "Tom", TickPart("1.11", "z", True))
        columns = reading.board(state, own, NOW.date())
        (card,) = [card for column in columns for card in column.cards if card.id == "1.11"]
        assert card.title == "Ask our own board"
        assert documents.status_report(state, own, NOW.date()).blocks


def test_a_checklist_is_kept_once_however_many_begin_with_it(store: Store) -> None:
    rollouts = rollouts_in(store, now, OURS)
    assert not store.streams("checklist"), "only the beginning of a roll-out keeps it"
    ids = {rollouts.start(title, "Priya").id for title in ("North", "South")}
    rollouts.load_sample()
    rollouts_in(store, now, OURS).start("West", "Priya")
    assert len(ids) == 2 and [one.stream for one in store.streams("checklist")] == [CHECKLIST.stream(OURS.hash)]
    (kept,) = store.read(CHECKLIST.stream(OURS.hash))
    assert kept.payload is not None
    assert json.loads(kept.payload) == {"text": OURS.text, "citations": OURS.citations}
    assert store.verify().broken is None


def test_a_rollout_of_release_0_2_0_goes_on_reading_the_built_in_checklist(store: Store) -> None:
    as_0_2_0_loaded_it(store, 219)
    for current in (OURS, BUILT_IN):
        rollouts = rollouts_in(store, now, current)
        state = rollouts.view(SAMPLE)
        assert rollouts.checklist_of(state) == BUILT_IN
        assert rollouts.run(SAMPLE, "Priya", SetStatus("1.5", "under_way")).tasks["1.5"].status == "under_way"
    assert not store.streams("checklist")


def test_one_of_an_earlier_release_with_a_checklist_that_nobody_kept_is_read_with_what_the_app_runs_with(
    store: Store,
) -> None:
    began = rollouts_in(store, now, OURS).start("Our authority", "Priya")
    (started,) = (one.text for one in store.read(ROLLOUT.stream(began.id)))
    old = started.replace(OURS.hash, "0" * 64).replace(began.id, "old")
    store.append(ROLLOUT.stream("old"), 0, [NewEvent("started", old)], actor="Ada", at=NOW, kind="rollout", title="Old")
    rollouts = rollouts_in(store, now, NEXT_YEARS)
    assert rollouts.checklist_of(rollouts.view("old")) == NEXT_YEARS


@pytest.mark.parametrize("text", ["phase = [", 'title = "No more than this"'])
def test_a_checklist_that_cannot_be_read_is_said_and_the_other_rollouts_go_on(store: Store, text: str) -> None:
    began = rollouts_in(store, now, BUILT_IN).start("Other", "Priya")
    lost = "1" * 64
    (started,) = (one.text for one in store.read(ROLLOUT.stream(began.id)))
    old = started.replace(BUILT_IN.hash, lost).replace(began.id, "lost")
    store.append(
        ROLLOUT.stream("lost"), 0, [NewEvent("started", old)], actor="Ada", at=NOW, kind="rollout", title="Lost"
    )
    content = json.dumps({"text": text, "citations": {}})
    store.append(
        CHECKLIST.stream(lost), 0, [NewEvent("kept", content)], actor="app", at=NOW, kind="checklist", title=""
    )
    rollouts = rollouts_in(store, now, BUILT_IN)
    with pytest.raises(Unreadable, match="the checklist that it began with cannot be read"):
        rollouts.view("lost")
    with pytest.raises(Unreadable):
        rollouts.run("lost", "Priya", Add("member", {"name": "Ada"}))
    assert set(rollouts.names()) == {began.id, "lost"} and rollouts.view(began.id).version == 1


def test_what_is_kept_can_be_read_again_whole() -> None:
    assert checklist.parse(OURS.text, OURS.citations).model_dump() == OURS.model_dump()
    with pytest.raises(EditionError):
        checklist.parse(OURS.text, {})
