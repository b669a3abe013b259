"""The door to roll-outs: what has returned is on disk, two who write at once lose nothing, the sample is loaded once."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from framework.rollout import Add, Change, Comment, SetStatus, TickPart, checklist, documents, fold, sample
from framework.rollout.kind import ROLLOUT, SAMPLE
from framework.rollout.rollouts import Rollouts
from framework.streams.kind import Refused
from framework.streams.store import NewEvent, Store
from framework.workspace import Workspace
from tests.record import rollouts_in

ROOT = Path(__file__).parents[2]
LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def door(store: Store) -> Rollouts:
    return rollouts_in(store, lambda: NOW)


@pytest.mark.both_databases
def test_the_start_of_the_app_loads_the_sample_once_and_no_read_loads_it(database_url: str, store: Store) -> None:
    assert door(store).names() == {} and store.streams("rollout") == []
    for _ in range(2):
        work = Workspace.open(database_url)
        first = work.rollouts.view(SAMPLE)
        assert first.fictional and work.rollouts.names() == {SAMPLE: first.title}
        work.store.close()
    assert store.head(ROLLOUT.stream(SAMPLE)) == len(first.log) == sample.EVENTS_OF_0_2_0
    assert len({one.actor for one in first.log}) > 5 and first.log[0].at < first.log[-1].at < datetime.now(UTC)
    assert store.verify().broken is None


# One process a step: each is killed before its next statement, or before its commit. Forked, since the imports take long.
LOAD_AND_BE_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
import sqlalchemy as sa
from framework.rollout import checklist
from framework.streams.store import Store
from tests.record import rollouts_in

def load(step):
    door = rollouts_in(Store.open(sys.argv[1]), lambda: datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    left = step

    def count(*_):
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, moment, count)
    door.load_sample()

for step in range(1, 30):
    pid = os.fork()
    if not pid:
        load(step)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    sys.stdin.readline()
"""


@pytest.mark.both_databases
def test_a_load_that_is_killed_at_any_step_leaves_nothing(database_url: str, store: Store) -> None:
    command = [sys.executable, "-c", LOAD_AND_BE_KILLED, database_url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as loading:
        assert loading.stdin and loading.stdout
        kills = 0
        while (code := int(loading.stdout.readline())) != 0:
            assert code == -signal.SIGKILL
            kills += 1
            assert store.head(ROLLOUT.stream(SAMPLE)) == 0 and store.read(ROLLOUT.stream(SAMPLE)) == [], (
                f"after kill {kills}"
            )
            loading.stdin.write("\n")
            loading.stdin.flush()
        loading.kill()
    assert kills > 3, "it was never killed between its statements"
    assert store.head(ROLLOUT.stream(SAMPLE)) == sample.EVENTS_OF_0_2_0


def as_0_2_0_loaded_it(store: Store, events: int, identifier: str = SAMPLE) -> None:
    """The sample's first events, each appended on its own, as release 0.2.0 did until it was killed."""
    happened = sample.load(checklist.load(), datetime(2026, 10, 1, 9, 0, tzinfo=UTC), identifier)
    for version, one in enumerate(happened[:events]):
        new = [NewEvent(one.event.type, one.event.model_dump_json())]
        title = fold(happened).title
        store.append(ROLLOUT.stream(identifier), version, new, actor=one.actor, at=one.at, kind="rollout", title=title)


@pytest.mark.parametrize("events", [1, 40, sample.EVENTS_OF_0_2_0 - 1])
def test_a_sample_that_was_half_loaded_is_replaced_and_not_shown(store: Store, events: int) -> None:
    as_0_2_0_loaded_it(store, events)
    assert door(store).names() == {}
    for _ in range(2):
        where = door(store)
        where.load_first_sample()
        ((identifier, title),) = where.names().items()
        assert where.view(identifier).version == sample.EVENTS_OF_0_2_0 and title == where.view(identifier).title
    assert store.head(ROLLOUT.stream(SAMPLE)) == events, "nothing is deleted"


def test_a_half_loaded_sample_that_people_worked_in_is_kept_behind_a_whole_one(store: Store) -> None:
    as_0_2_0_loaded_it(store, 40)
    door(store).run(SAMPLE, "Priya", Comment("1.5", "We did not know that half of it was missing"))
    where = door(store)
    where.load_first_sample()
    whole, part = where.names()
    assert where.view(whole).version == sample.EVENTS_OF_0_2_0
    assert part == SAMPLE and where.names()[part] == f"{where.view(part).title} (loaded only in part)"
    assert where.view(part).comments["1.5"][0].by == "Priya"


def test_a_sample_that_0_2_0_loaded_whole_stays_as_it_is(store: Store) -> None:
    as_0_2_0_loaded_it(store, sample.EVENTS_OF_0_2_0)
    door(store).run(SAMPLE, "Priya", Comment("1.5", "Ours"))
    where = door(store)
    where.load_first_sample()
    assert where.names() == {SAMPLE: where.view(SAMPLE).title}


def test_a_fresh_sample_stands_beside_the_one_that_people_have_changed(store: Store) -> None:
    where = door(store)
    where.load_sample()
    where.run(SAMPLE, "Priya", Change("task", "2.9", "notes", "Tried something"))
    fresh = where.fresh_sample()
    assert fresh.fictional and fresh.tasks["2.9"].notes == "" and fresh.title == "Sample of 24 November 2026, 10:00"
    assert where.view(SAMPLE).tasks["2.9"].notes == "Tried something"
    assert set(where.names()) == {SAMPLE, fresh.id}


@pytest.mark.both_databases
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
    for state in (one.view(begun.id), other.view(begun.id), door(store).view(begun.id)):
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
    assert where.view(begun.id).version == store.head(ROLLOUT.stream(begun.id)) == 1


def test_the_day_on_papers_is_the_day_in_england(store: Store) -> None:
    late = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight of the next day there
    rollouts = rollouts_in(store, lambda: late)
    state = fold(sample.load(LIST, NOW))
    for paper in (
        documents.status_report(state, LIST, rollouts.today),
        documents.action_list(state, LIST, rollouts.today),
        documents.draft(state, LIST, LIST.template[0].id, rollouts.today),
    ):
        assert paper.subtitle.endswith("1 July 2027")
