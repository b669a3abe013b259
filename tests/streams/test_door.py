"""Protects: one loop for every subject, on both databases, with a subject of its own (a counter that goes up to 20).

- what returned is on disk; what another process did first is decided upon anew; a refusal is looked at again in the record;
- what lists need follows the state in the same transaction;
- an outage, an event that this release does not know, damage and an erasure are each said in a sentence, for that stream only;
- what was erased is forgotten, also by the other processes.
"""

import json
import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from subprocess import PIPE
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework.streams import door as the_door
from framework.streams.door import Door, Outage
from framework.streams.kind import Happened, Refused, Shows, Unreadable
from framework.streams.store import NewEvent, Store, StoreUnavailable, schema
from tests.streams.counter import (
    AYESHA,
    BEN,
    COUNTER,
    GUEST,
    LIMIT,
    Add,
    Added,
    Counter,
    Label,
    Labelled,
    door_of,
    index,
)
from tests.streams.stores import NOON, append, by_hand, on_sqlite, python

Counters = Door[Counter, Add | Label, int]
NEWER = "newer release of Homeward, or is damaged"


@pytest.fixture
def outage() -> Outage:
    return Outage()


@pytest.fixture
def door(store: Store, outage: Outage) -> Counters:
    return door_of(store, outage=outage)


@pytest.fixture
def other(store: Store) -> Counters:
    """The door of another process."""
    return door_of(store)


def pairs(store: Store, stream: str = "counter:1") -> set[tuple[str, str]]:
    return {pair for one in store.listing("counter", among=[stream]) for pair in one.pairs}


def written(store: Store, events: Sequence[tuple[str, str]], stream: str = "counter:2") -> None:
    """Events of another release."""
    append(store, stream, 0, [NewEvent(*event) for event in events], kind="counter", title="Other")


def erase(store: Store, versions: Collection[int] | None = None, stream: str = "counter:1", days: int = 400) -> None:
    at = NOON + timedelta(days=days)
    store.erase([(stream, versions)], actor="officer", at=at, reason={"by_decision": "disposal-7"})


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_returned_is_on_disk(door: Counters, database_url: str) -> None:
    assert door.run("1", AYESHA, Add(3, "three")).total == 3
    assert door.run("1", BEN, Label("Big")).version == 2
    anew = Store.open(database_url)
    assert door_of(anew).state("1") == Counter(2, 3, "Big", {"ayesha": ("three",)})
    assert [(one.actor, one.event) for one in door_of(anew).history("1")] == [
        ("ayesha", Added(number=3, note="three")),
        ("ben", Labelled(label="Big")),
    ]
    assert [(one.title, one.head) for one in anew.listing("counter")] == [("Big", 2)]
    anew.close()


def test_a_command_upon_an_older_state_is_decided_again_on_the_newer_one(door: Counters, other: Counters) -> None:
    door.run("1", AYESHA, Add(12))
    assert other.state("1").total == 12
    other.run("1", BEN, Add(5))
    with pytest.raises(Refused, match="up to 20"):
        door.run("1", AYESHA, Add(6))  # of the 12 that this process remembers it would have been right
    assert door.run("1", AYESHA, Add(2)).total == 19


def test_what_is_remembered_refuses_nothing_that_the_record_allows(door: Counters, other: Counters) -> None:
    door.run("1", AYESHA, Add(20))
    other.run("1", BEN, Add(-15))
    assert door.remembered("1").total == 20
    assert door.run("1", AYESHA, Add(10)).total == 15


def test_what_changes_nothing_appends_nothing(door: Counters, other: Counters, store: Store) -> None:
    door.run("1", AYESHA, Label("Big"))
    assert door.run("1", BEN, Label("Big")).version == store.head("counter:1") == 1
    other.run("1", BEN, Label("Small"))
    assert door.run("1", AYESHA, Label("Big")).version == store.head("counter:1") == 3  # in the record it is another


def test_who_may_not_is_refused_and_nothing_is_written(door: Counters, store: Store) -> None:
    with pytest.raises(Refused, match="Guests only look"):
        door.run("1", GUEST, Add(1))
    assert store.head("counter:1") == 0 and store.listing("counter") == []


def test_commands_of_many_threads_and_processes_all_arrive(store: Store) -> None:
    doors = [door_of(store), door_of(store)]
    begin = Barrier(6)

    def add(which: int) -> None:
        begin.wait()
        for _ in range(3):
            doors[which % 2].run("1", AYESHA, Add(1))

    threads = [Thread(target=add, args=(which,)) for which in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.state("1").total for one in doors] == [18, 18]


BEGIN = """
import sys
from framework.streams.kind import Happened
from framework.streams.store import Store
from tests.streams.counter import Added, door_of
from tests.streams.stores import NOON
door = door_of(Store.open(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(door.begin("1", [Happened(Added(number=4), sys.argv[2], NOON), Happened(Added(number=5), sys.argv[2], NOON)]))
"""


def test_two_processes_that_begin_the_same_one_begin_one(store: Store, database_url: str) -> None:
    both = [python(BEGIN, database_url, who, stdin=PIPE) for who in ("first", "second")]
    for one in both:
        assert one.stdout and one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    said = sorted(one.communicate(timeout=60)[0].strip() for one in both)
    assert said == ["False", "True"]
    assert door_of(store).state("1").total == 9 and store.head("counter:1") == 2


def test_to_begin_again_does_nothing(door: Counters, other: Counters) -> None:
    happened = [Happened(Added(number=1), "ayesha", NOON), Happened(Added(number=2), "ben", NOON + timedelta(hours=1))]
    assert door.begin("1", happened) and not door.begin("1", happened) and not other.begin("1", happened)
    assert door.history("1") == happened


# ── An outage ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def away(store: Store, database_url: str) -> Iterator[None]:
    """The table of events is gone for a while."""
    yield
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO events")


@pytest.mark.usefixtures("away")
def test_in_an_outage_what_was_last_read_goes_on_being_shown(
    door: Counters, other: Counters, database_url: str, outage: Outage
) -> None:
    door.run("1", AYESHA, Add(3))
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("ALTER TABLE events RENAME TO gone")
    assert door.view("1", AYESHA).total == 3
    assert outage.said
    with pytest.raises(StoreUnavailable):
        door.run("1", AYESHA, Add(1))
    with pytest.raises(StoreUnavailable):
        other.state("1")  # nothing of it was ever read here
    assert door.view("1", AYESHA).total == 3
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("ALTER TABLE gone RENAME TO events")
    assert door.run("1", AYESHA, Add(1)).total == door.state("1").total == 4
    assert not outage.said
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("ALTER TABLE events RENAME TO gone")


# ── What is remembered ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_process_remembers_the_states_used_last_and_reads_the_others_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_door, "REMEMBERED", 3)
    door = door_of(store)
    for number in range(6):
        door.run(str(number), AYESHA, Add(number + 1))
        door.remembered("0")  # used all the time
    assert [number for number in range(6) if door.remembered(str(number)).version] == [0, 4, 5]
    assert [door.state(str(number)).total for number in range(6)] == [1, 2, 3, 4, 5, 6]
    assert sum(door.remembered(str(number)).version > 0 for number in range(6)) == 3
    assert door.run("1", AYESHA, Add(5)).total == 7


def test_what_is_known_to_be_the_newest_is_not_read_again(door: Counters, other: Counters) -> None:
    door.run("1", AYESHA, Add(1))
    other.run("1", AYESHA, Add(1))
    assert door.state("1", newest=1).total == 1
    assert door.shows("1", None) == Shows(1)
    assert door.state("1", newest=2).total == 2


def test_a_stream_that_begins_while_it_is_looked_for_is_not_taken_for_damaged(
    door: Counters, other: Counters, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events are asked for before another process begins it, and its row in the list after."""
    head = store.head

    def begun_meanwhile(stream: str) -> int:
        monkeypatch.undo()
        other.run("1", BEN, Add(3))
        return head(stream)

    monkeypatch.setattr(store, "head", begun_meanwhile)
    assert door.state("1").total == 3


def test_a_stream_can_be_read_as_it_stood(door: Counters, store: Store) -> None:
    door.run("1", AYESHA, Add(3))
    at = door.history("1")[0].at
    door.run("1", BEN, Add(4))
    assert [door.at("1", upto).total for upto in (0, 1, 2, 9)] == [0, 3, 7, 7]
    assert door.at("1", at).total == 3
    assert door.at("1", at - timedelta(seconds=1)) == Counter()
    assert [door.view("1", BEN, upto=upto).notes for upto in (1, 2)] == [{}, {"ben": ("",)}]
    assert door.at("none", 5) == Counter()


def test_a_view_holds_what_its_actor_may_see(door: Counters) -> None:
    door.run("1", AYESHA, Add(3, "mine"))
    door.run("1", BEN, Add(4, "his"))
    assert door.view("1", AYESHA).notes == {"ayesha": ("mine",)}
    assert door.view("1", GUEST) == Counter(2, 7, "", {})


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────

COMMANDS = st.one_of(st.builds(Add, st.integers(-9, 9)), st.builds(Label, st.sampled_from(["", "Zoë 🏠", "b"])))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commands=st.lists(st.tuples(st.sampled_from([AYESHA, BEN, GUEST]), st.booleans(), COMMANDS), max_size=8))
def test_after_any_commands_the_index_says_what_the_state_says(store: Store, commands: list) -> None:
    doors = [door_of(store), door_of(store)]
    for actor, which, command in commands:
        try:
            state = doors[which].run("1", actor, command)
        except Refused:
            continue
        if state.version:
            assert pairs(store) == index(state)
            assert store.listing("counter")[0].title == state.label


def test_a_list_has_what_the_actor_may_list_and_what_was_asked_for(door: Counters) -> None:
    door.run("1", AYESHA, Add(1))
    door.run("2", AYESHA, Add(2))
    door.run("3", BEN, Add(3))
    assert [one.stream for one in door.listing(AYESHA)] == ["counter:2", "counter:1"]
    assert [one.stream for one in door.listing(BEN)] == ["counter:3"]
    assert [one.stream for one in door.listing(AYESHA, parity="odd")] == ["counter:1"]
    assert door.listing(GUEST) == [] and door.count(GUEST) == 0 and door.count(AYESHA) == 2
    assert [one.stream for one in door.listed(["3", "1", "none"])] == ["counter:3", "counter:1"]
    assert door.listed([]) == [] and door.find("by", "ben") == ["3"]


def test_newer_rules_of_the_index_index_older_streams_again(store: Store) -> None:
    door_of(store).run("1", AYESHA, Add(1))
    newer = replace(COUNTER, index=lambda state: frozenset({("size", str(state.total))}), index_rules=2)
    door = door_of(store, newer)
    door.index_again()
    assert pairs(store) == {("size", "1")}
    assert store.behind("counter", 2) == []
    door.run("1", AYESHA, Add(2))
    assert pairs(store) == {("size", "3")}


def test_one_that_cannot_be_read_keeps_no_other_out_of_the_lists(store: Store) -> None:
    written(store, [("added", '{"type":"added","number":2}')], "counter:1")
    written(store, [("doubled", '{"type":"doubled"}')])
    written(store, [("added", '{"type":"added","number":5}')], "counter:3")
    door = door_of(store)
    door.index_again()
    assert pairs(store) == {("parity", "even"), ("by", "chair")}
    assert pairs(store, "counter:3") == {("parity", "odd"), ("by", "chair")}
    assert pairs(store, "counter:2") == set()


# ── What cannot be read ──────────────────────────────────────────────────────────────────────────────────────────────

ONE = ("added", '{"type":"added","number":1}')


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (("doubled", '{"type":"doubled"}'), "entry 2"),
        (("added", '{"type":"added","num'), "entry 2"),
        (("added", '{"type":"added","number":"many"}'), "entry 2"),
        (("added", "[" * 5000), "entry 2"),
        (("added", '{"type":"added","number":13}'), "entry 2"),
    ],
    ids=["unknown type", "damaged JSON", "wrong value", "deep JSON", "the fold fails"],
)
def test_what_this_release_cannot_read_is_said_and_the_rest_goes_on(
    door: Counters, store: Store, event: tuple[str, str], words: str, caplog: pytest.LogCaptureFixture, outage: Outage
) -> None:
    written(store, [ONE, event, ONE])
    door.run("1", AYESHA, Add(3))
    with caplog.at_level(logging.CRITICAL):
        for ask in (
            lambda: door.view("2", AYESHA),
            lambda: door.at("2", 3),
            lambda: door.run("2", AYESHA, Add(1)),
            lambda: door.begin("2", [Happened(Added(number=1), "ayesha", NOON)]),
        ):
            with pytest.raises(Unreadable, match=f"This counter cannot be shown: {words} .* {NEWER}"):
                ask()
    assert store.head("counter:2") == 3
    assert door.at("2", 1).total == 1  # what it was before can still be read
    assert door.run("1", AYESHA, Add(1)).total == 4
    assert not outage.said


@pytest.mark.parametrize(
    "payload",
    [
        '{"type":"added","number":"Quillonberry"}',
        '{"type":"Quillonberry"}',
        '{"type":"added","Quillonberry',
        '"Quillonberry"',
    ],
)
def test_the_log_says_where_it_cannot_be_read_and_no_word_that_stands_there(
    door: Counters, store: Store, payload: str, caplog: pytest.LogCaptureFixture
) -> None:
    written(store, [ONE, ("added", payload)])
    with caplog.at_level(logging.DEBUG), pytest.raises(Unreadable):
        door.view("2", AYESHA)
    assert "counter:2 cannot be read at version 2" in caplog.text and "Quillonberry" not in caplog.text


def test_an_erasure_that_is_damaged_is_said(door: Counters, database_url: str, store: Store) -> None:
    written(store, [ONE, ("added", "no JSON")])
    with by_hand(database_url) as connection:
        connection.execute(schema.events.update().where(schema.events.c.version == 2).values(type="erased"))
    with pytest.raises(Unreadable, match=f"entry 2 .* {NEWER}"):
        door.view("2", AYESHA)


def test_a_field_that_a_newer_release_added_is_passed_over(door: Counters, store: Store) -> None:
    written(store, [("added", '{"type":"added","number":1,"colour":"blue"}')])
    assert door.state("2").total == 1


@pytest.mark.parametrize("after", [False, True], ids=["never read before", "remembered"])
def test_a_stream_that_lost_an_event_is_said_to_be_damaged(
    door: Counters, database_url: str, after: bool, store: Store, outage: Outage
) -> None:
    written(store, [ONE, ONE, ONE])
    door.run("1", AYESHA, Add(3))
    if after:
        assert door.state("2").total == 3
        written_more = [NewEvent(*ONE), NewEvent(*ONE)]
        append(store, "counter:2", 3, written_more, kind="counter")
    with by_hand(database_url) as connection:
        gone = schema.events.delete().where(
            schema.events.c.stream == "counter:2", schema.events.c.version == (4 if after else 2)
        )
        connection.execute(gone)
    with pytest.raises(Unreadable, match="record is damaged"):
        door.view("2", AYESHA)
    assert not outage.said
    assert door.run("1", AYESHA, Add(1)).total == 4


@pytest.mark.parametrize("left", [0, 2], ids=["all of them", "the last"])
def test_a_stream_whose_last_events_are_gone_takes_no_command(
    door: Counters, database_url: str, left: int, store: Store
) -> None:
    written(store, [ONE, ONE, ONE])
    with by_hand(database_url) as connection:
        gone = schema.events.c.stream == "counter:2", schema.events.c.version > left
        connection.execute(schema.events.delete().where(*gone))
    with pytest.raises(Unreadable, match="record is damaged"):
        door.run("2", AYESHA, Add(1))
    if not left:
        with pytest.raises(Unreadable, match="record is damaged"):
            door.view("2", AYESHA)


def test_text_that_is_no_utf8_is_said_to_be_damaged(door: Counters, database_url: str, store: Store) -> None:
    written(store, [ONE])
    damage = sa.text("UPDATE events SET payload = CAST(x'ff' AS TEXT) WHERE stream = 'counter:2'")
    if not on_sqlite(database_url):  # PostgreSQL keeps no such text
        damage = sa.text("UPDATE events SET at = 'yesterday' WHERE stream = 'counter:2'")
    with by_hand(database_url) as connection:
        connection.execute(damage)
    with pytest.raises(Unreadable, match="record is damaged"):
        door.view("2", AYESHA)


# ── What was erased ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_erased_is_forgotten_by_every_process(door: Counters, other: Counters, store: Store) -> None:
    door.run("1", AYESHA, Add(3, "private"))
    door.run("1", BEN, Add(4, "his"))
    door.run("1", AYESHA, Add(5, "hers"))
    assert other.state("1").notes["ayesha"] == ("private", "hers")
    erase(store, [1])
    for one in (door, other):
        assert one.state("1") == Counter(4, 9, "", {"ben": ("his",), "ayesha": ("hers",)})
        assert "private" not in repr(one.remembered("1")) and "private" not in repr(one.history("1"))
    assert door.run("1", AYESHA, Add(1)).total == 10


def test_one_erased_as_a_whole_says_when_and_is_forgotten(door: Counters, other: Counters, store: Store) -> None:
    door.run("1", AYESHA, Add(3, "private"))
    door.run("2", AYESHA, Add(1))
    other.state("1")
    erase(store)
    for one in (door, other, door_of(store)):
        with pytest.raises(Unreadable, match=r"This counter was erased on 6 April 2027\."):
            one.view("1", AYESHA)
        assert "private" not in repr(one.remembered("1"))
        assert one.view("2", AYESHA).total == 1
    with pytest.raises(Unreadable, match="was erased on 6 April 2027"):
        door.at("1", 1)  # as it stood before it was erased
    with pytest.raises(Unreadable, match="was erased on 6 April 2027"):
        door.run("1", AYESHA, Add(1))
    assert store.head("counter:1") == 2
    assert door.find("by", "ayesha") == ["2"]


def test_a_process_with_what_was_erased_in_mind_writes_nothing_on_top_of_it(
    door: Counters, store: Store, other: Counters
) -> None:
    door.run("1", AYESHA, Add(3, "private"))
    erase(store)
    with pytest.raises(Unreadable, match="was erased"):
        door.run("1", AYESHA, Label("Big"))  # upon the state that it remembers it would have been right
    assert store.head("counter:1") == 2 and "private" not in repr(door.remembered("1"))
    assert other.remembered("1") == Counter()


def test_one_whose_first_entry_alone_was_erased_can_still_be_read(door: Counters, store: Store) -> None:
    door.run("1", AYESHA, Add(3, "private"))
    door.run("1", BEN, Add(4))
    erase(store, [1])
    assert door_of(store).state("1").total == 4
    with pytest.raises(Refused, match="20"):
        door.run("1", AYESHA, Add(LIMIT))


def test_the_history_says_what_was_erased_and_by_which_decision(door: Counters, store: Store) -> None:
    door.run("1", AYESHA, Add(3, "private"))
    door.run("1", BEN, Add(4))
    erase(store, [1])
    events = [one.event for one in door.history("1")]
    assert (events[0].type, events[0].reason, events[1]) == ("added", None, Added(number=4))
    assert json.loads(json.dumps(events[2].reason)) == {"by_decision": "disposal-7", "versions": [1]}
