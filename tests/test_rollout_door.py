"""The door to roll-outs: what has returned is on disk, two who write at once lose nothing, the sample is loaded once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from framework import checklist, rollouts
from framework.panel import Refused
from framework.rollout import Add, Change, Comment, SetStatus, TickPart
from framework.rollouts import SAMPLE, Rollouts
from framework.store import Store

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def door(store: Store) -> Rollouts:
    return Rollouts(store, checklist.load(), lambda: NOW)


def test_the_sample_is_loaded_on_first_use_and_once(store: Store) -> None:
    assert list(door(store).names()) == [SAMPLE]
    first = door(store).state(SAMPLE)
    assert first.fictional and door(store).names() == {SAMPLE: first.title}
    assert door(store).state(SAMPLE).version == first.version
    assert store.verify() is None


def test_a_fresh_sample_stands_beside_the_one_that_people_have_changed(store: Store) -> None:
    where = door(store)
    where.load_sample()
    where.run(SAMPLE, "Priya", Change("task", "2.9", "notes", "Tried something"))
    fresh = where.fresh_sample()
    assert fresh.fictional and fresh.tasks["2.9"].notes == "" and fresh.title == "Sample of 24 November 2026, 10:00"
    assert where.state(SAMPLE).tasks["2.9"].notes == "Tried something"
    assert set(where.names()) == {SAMPLE, fresh.id}


def test_two_processes_that_write_at_once_lose_nothing(store: Store) -> None:
    one, other = door(store), door(store)
    begun = one.start("Two at once", "Priya")
    one.run(begun.id, "Priya", Add("member", {"name": "Ada"}))

    def write(number: int) -> None:
        where = (one, other)[number % 2]
        where.run(begun.id, f"Person {number}", Comment("1.5", f"Comment {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    one.run(begun.id, "Priya", TickPart("1.11", "a", True))
    other.run(begun.id, "Tom", TickPart("1.11", "b", True))
    one.run(begun.id, "Priya", Change("task", "1.11", "owner", "p1", ""))
    other.run(begun.id, "Tom", Change("task", "1.11", "notes", "Both are here", ""))
    for state in (one.state(begun.id), other.state(begun.id), door(store).state(begun.id)):
        task = state.tasks["1.11"]
        assert len(state.comments["1.5"]) == 40
        assert (task.parts_done, task.owner, task.notes) == (("a", "b"), "p1", "Both are here")
    assert {one.actor for one in state.log} >= {"Priya", "Tom", "Person 7"}


def test_what_is_refused_leaves_no_trace(store: Store) -> None:
    where = door(store)
    begun = where.start("Refused", "Priya")
    with pytest.raises(Refused):
        where.run(begun.id, "Priya", SetStatus("1.5", "blocked"))
    with pytest.raises(Refused, match="no such roll-out"):
        where.run("nowhere", "Priya", Comment("1.5", "Hello"))
    assert where.state(begun.id).version == store.head(rollouts.stream_of(begun.id)) == 1
