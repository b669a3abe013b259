"""The event store keeps its promises, on SQLite and on PostgreSQL alike."""

import json
import logging
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection, Engine

from framework.streams.store import (
    FIRST_PREVIOUS_HASH,
    Broken,
    Conflict,
    NewEvent,
    Store,
    StreamDamaged,
    database,
    payload_digest,
    row_hash,
    schema,
)
from tests.postgres import PASSWORD, PostgresServer, free_port, wait_until
from tests.streams.stores import (
    NOON,
    STORE,
    WRONG_PASSWORD,
    append,
    append_retrying,
    by_hand,
    everything,
    on_sqlite,
    python,
    scored,
    unavailable,
)

STORABLE = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
ONE_STORE_FOR_ALL_EXAMPLES = [HealthCheck.function_scoped_fixture]


# Appending and reading


def test_what_was_appended_is_read_back_in_order(store: Store) -> None:
    assert append(store, "panel-1", 0, scored("a", "b"), actor="ayesha", at=NOON) == 2
    assert append(store, "panel-1", 2, scored("c"), actor="ben", at=NOON + timedelta(seconds=1)) == 3
    events = store.read("panel-1")
    assert [(e.stream, e.version, e.type, e.payload, e.actor) for e in events] == [
        ("panel-1", 1, "scored", '{"level":"a"}', "ayesha"),
        ("panel-1", 2, "scored", '{"level":"b"}', "ayesha"),
        ("panel-1", 3, "scored", '{"level":"c"}', "ben"),
    ]
    assert [e.at for e in events] == [NOON, NOON, NOON + timedelta(seconds=1)]
    assert events[0].seq < events[1].seq < events[2].seq


def test_a_part_of_a_stream_can_be_read(store: Store) -> None:
    append(store, "panel-1", 0, scored(1, 2, 3, 4, 5))
    append(store, "panel-2", 0, scored(1))
    assert [e.version for e in store.read("panel-1", after=2)] == [3, 4, 5]
    assert [e.version for e in store.read("panel-1", upto=2)] == [1, 2]
    assert [e.version for e in store.read("panel-1", after=1, upto=4)] == [2, 3, 4]
    assert store.read("panel-1", after=5) == store.read("panel-1", upto=0) == store.read("nothing") == []


def test_the_head_is_the_last_version_and_0_for_no_stream(store: Store) -> None:
    assert store.head("panel-1") == 0
    append(store, "panel-1", 0, scored(1, 2))
    assert store.head("panel-1") == 2


def test_streams_are_listed_newest_first_by_kind(store: Store) -> None:
    append(store, "panel-1", 0, title="Avery", at=NOON)
    append(store, "panel-2", 0, at=NOON + timedelta(minutes=1))
    append(store, "case-1", 0, kind="case", at=NOON + timedelta(minutes=2))
    append(store, "panel-1", 1, at=NOON + timedelta(minutes=3))
    assert [s.stream for s in store.streams()] == ["panel-1", "case-1", "panel-2"]
    newest, other = store.streams("panel")
    assert newest[:4] == ("panel-1", "panel", "Avery", 2)
    assert newest.updated_at == NOON + timedelta(minutes=3)
    assert other[:4] == ("panel-2", "panel", None, 1)
    append(store, "panel-1", 2, title="Avery, second meeting")
    assert store.streams("panel")[1].title == "Avery, second meeting"


def test_times_are_kept_in_utc_to_the_microsecond(store: Store) -> None:
    append(store, "panel-1", 0, at=NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    append(store, "panel-1", 1, at=NOON.replace(microsecond=0))
    first, second = store.read("panel-1")
    assert first.at.isoformat() == "2026-03-02T12:00:00.123456+00:00"
    assert second.at == NOON.replace(microsecond=0)


def test_a_very_long_payload_survives(store: Store) -> None:
    payload = '{"note":"' + "Zoë — 家に帰る 🏠 \\u0000 " * 200_000 + '"}'
    append(store, "panel-1", 0, [NewEvent("noted", payload)])
    assert store.read("panel-1")[0].payload == payload
    assert store.verify().broken is None


@settings(max_examples=40, suppress_health_check=ONE_STORE_FOR_ALL_EXAMPLES)
@given(type=STORABLE, payload=STORABLE, actor=STORABLE, title=STORABLE)
def test_any_text_survives(store: Store, type: str, payload: str, actor: str, title: str) -> None:
    version = append(store, "panel-1", store.head("panel-1"), [NewEvent(type, payload)], actor=actor, title=title)
    (event,) = store.read("panel-1", after=version - 1)
    assert (event.type, event.payload, event.actor, store.streams()[0].title) == (type, payload, actor, title)
    assert store.verify().broken is None


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        ({"at": NOON.replace(tzinfo=None)}, "time zone"),
        ({"actor": "nul\0"}, "NUL"),
        ({"title": "half a pair \ud83c"}, "surrogates"),
        ({"events": [NewEvent("noted", "{}"), NewEvent("noted", "\ud83c")]}, "surrogates"),
        ({"kind": "case"}, "of kind panel"),
        ({"kind": "register"}, "by the store alone"),
        ({"events": [NewEvent("erased", "{}")]}, "by the store alone"),
    ],
    ids=["time", "NUL", "title", "payload", "kind", "register", "erased"],
)
def test_a_mistake_of_the_caller_is_refused_before_anything_is_written(store: Store, mistake: dict, words: str) -> None:
    append(store, "panel-1", 0)
    with pytest.raises(ValueError, match=words):
        append(store, "panel-1", 1, **mistake)
    assert store.head("panel-1") == len(store.read("panel-1")) == 1


@pytest.mark.parametrize("name", ["register", "x" * 1001, "nul\0"])
def test_a_name_that_no_stream_can_have_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match=r"alone|bytes|NUL"):
        append(store, name, 0)
    assert store.streams() == []


def test_an_append_of_nothing_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="nothing to append"):
        store.append("panel-1", 0, [], actor="chair", at=NOON, kind="panel")


# Several at once


def test_a_stale_version_conflicts_and_writes_nothing(store: Store) -> None:
    append(store, "panel-1", 0, scored(1, 2))
    for stale in (0, 1, 3):
        with pytest.raises(Conflict) as caught:
            append(store, "panel-1", stale)
        assert (caught.value.stream, caught.value.expected, caught.value.actual) == ("panel-1", stale, 2)
    assert store.head("panel-1") == len(store.read("panel-1")) == 2


@pytest.mark.parametrize("stores", [1, 2], ids=["one store", "two stores"])
def test_of_two_that_append_at_once_exactly_one_wins(database_url: str, store: Store, stores: int) -> None:
    """Two stores share no lock in this process, like two processes."""
    contenders = [store, store if stores == 1 else Store.open(database_url)]
    gate = threading.Barrier(2)

    def contend(contender: Store, version: int) -> int | str:
        gate.wait()
        try:
            return append(contender, "panel-1", version, scored(1, 2))
        except Conflict as conflict:
            return str(conflict)

    with ThreadPoolExecutor(2) as pool:
        for version in range(0, 40, 2):
            conflict = f"panel-1 was expected at version {version} but is at version {version + 2}"
            assert set(pool.map(contend, contenders, [version] * 2)) == {version + 2, conflict}
    assert store.head("panel-1") == len(store.read("panel-1")) == 40
    assert store.verify().broken is None
    contenders[1].close()


def test_many_threads_lose_nothing(store: Store) -> None:
    def work(number: int) -> None:
        for _ in range(5):
            append_retrying(store, "shared")
            append_retrying(store, f"own-{number}")

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(12)))
    assert [e.version for e in store.read("shared")] == list(range(1, 61))
    assert [store.head(f"own-{number}") for number in range(12)] == [5] * 12
    assert store.verify().broken is None


def test_subscribers_hear_of_each_commit_until_they_leave(store: Store) -> None:
    heard: list[tuple[str, int]] = []

    def listen(stream: str, version: int) -> None:
        if stream:  # not "look again", as soon as the store listens to other processes
            assert store.head(stream) == version  # it is already there for everyone
            heard.append((stream, version))

    leave = store.subscribe(listen)
    append(store, "panel-1", 0, scored(1, 2))
    with pytest.raises(Conflict):
        append(store, "panel-1", 0)
    append(store, "panel-2", 0)
    assert heard == [("panel-1", 2), ("panel-2", 1)]
    leave()
    leave()
    append(store, "panel-2", 1)
    assert len(heard) == 2


def test_a_subscriber_that_fails_is_logged_and_breaks_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[int] = []

    def fail(stream: str, version: int) -> None:
        raise RuntimeError("the page is gone")

    store.subscribe(fail)
    store.subscribe(lambda stream, version: heard.append(version) if stream else None)
    assert append(store, "panel-1", 0) == 1
    assert heard == [1] and "the page is gone" in caplog.text


def test_a_subscriber_may_append(store: Store) -> None:
    def follow(stream: str, version: int) -> None:
        if stream == "a":
            append(store, "b", 0)

    store.subscribe(follow)
    append(store, "a", 0)
    assert store.head("b") == 1


# The hash chain


def test_the_hash_can_be_computed_by_anyone() -> None:
    zeros = "0" * 64
    # The lengths are in bytes: é has two.
    written = f"5:pané,1:1,6:scored,2:{{}},2:jo,32:2026-03-02T12:00:00.123456+00:00,64:{zeros},"
    assert zeros == FIRST_PREVIOUS_HASH
    assert (
        row_hash("pané", 1, "scored", "{}", "jo", "2026-03-02T12:00:00.123456+00:00", zeros)
        == sha256(written.encode()).hexdigest()
    )


def test_stored_rows_form_the_chain(database_url: str, store: Store) -> None:
    append(store, "panel-1", 0, scored(1, 2))
    append(store, "panel-1", 2, scored(3))
    previous = FIRST_PREVIOUS_HASH
    with by_hand(database_url) as connection:
        rows = connection.execute(
            sa.select(schema.events).order_by("seq").where(schema.events.c.stream == "panel-1")
        ).all()
    for row in rows:
        assert len(row.salt) == 32 and row.digest == payload_digest(row.salt, row.payload)
        assert row.previous_hash == previous and row.old_hash is None
        assert row.hash == row_hash("panel-1", row.version, row.type, row.digest, row.actor, row.at, previous)
        previous = row.hash
    assert len({row.salt for row in rows}) == 3
    assert store.streams()[0].head_hash == previous


@pytest.fixture
def two_panels(store: Store) -> Store:
    """panel-1 with versions 1 to 5, panel-2 with versions 1 to 3, their events taking turns."""
    append(store, "panel-1", 0, scored(1, 2))
    append(store, "panel-2", 0, scored(1))
    append(store, "panel-1", 2, scored(3, 4))
    append(store, "panel-2", 1, scored(2, 3), at=NOON + timedelta(minutes=1))
    append(store, "panel-1", 4, scored(5), at=NOON + timedelta(minutes=2))
    return store


THIRD = "WHERE stream = 'panel-1' AND version = 3"
TAMPERINGS: dict[str, tuple[list[str], int, str]] = {
    "payload": ([f"UPDATE events SET payload = '{{}}' {THIRD}"], 3, "changed"),
    "type": ([f"UPDATE events SET type = 'revealed' {THIRD}"], 3, "changed"),
    "actor": ([f"UPDATE events SET actor = 'someone' {THIRD}"], 3, "changed"),
    "time": ([f"UPDATE events SET at = '2026-03-02T11:00:00.000000+00:00' {THIRD}"], 3, "changed"),
    "hash": ([f"UPDATE events SET hash = '{'f' * 64}' {THIRD}"], 3, "changed"),
    "previous hash": ([f"UPDATE events SET previous_hash = '{'f' * 64}' {THIRD}"], 3, "replaced"),
    "moved to another stream": ([f"UPDATE events SET stream = 'panel-9' {THIRD}"], 3, "version 1 should"),
    "first removed": (["DELETE FROM events WHERE stream = 'panel-1' AND version = 1"], 2, "version 1 should"),
    "middle removed": ([f"DELETE FROM events {THIRD}"], 4, "version 3 should"),
    "last removed": (
        ["DELETE FROM events WHERE stream = 'panel-1' AND version = 5"],
        5,
        "last event is version 4",
    ),
    "all removed": (["DELETE FROM events WHERE stream = 'panel-1'"], 5, "all its events were removed"),
    "removed and closed up": (
        [
            f"DELETE FROM events {THIRD}",
            "UPDATE events SET version = 3 WHERE stream = 'panel-1' AND version = 4",
            "UPDATE events SET version = 4 WHERE stream = 'panel-1' AND version = 5",
            "UPDATE streams SET head = 4 WHERE stream = 'panel-1'",
        ],
        3,
        "does not follow",
    ),
    "inserted": (
        [
            "UPDATE events SET version = 6 WHERE stream = 'panel-1' AND version = 5",
            "UPDATE events SET version = 5 WHERE stream = 'panel-1' AND version = 4",
            "INSERT INTO events (stream, version, type, payload, salt, digest, actor, at, previous_hash, hash)"
            " SELECT stream, 4, type, payload, salt, digest, actor, at, previous_hash, hash FROM events " + THIRD,
            "UPDATE streams SET head = 6 WHERE stream = 'panel-1'",
        ],
        5,
        "version 4 should",
    ),
    "added at the end": (
        [
            "INSERT INTO events (stream, version, type, payload, salt, digest, actor, at, previous_hash, hash)"
            " SELECT stream, 6, type, payload, salt, digest, actor, at, hash, previous_hash FROM events"
            " WHERE stream = 'panel-1' AND version = 5",
        ],
        6,
        "changed",
    ),
    "versions swapped": (
        [
            f"UPDATE events SET version = -1 {THIRD}",
            "UPDATE events SET version = 3 WHERE stream = 'panel-1' AND version = 4",
            "UPDATE events SET version = 4 WHERE stream = 'panel-1' AND version = -1",
        ],
        4,
        "version 3 should",
    ),
    "seq swapped": (
        [
            "UPDATE events SET seq = -6 WHERE seq = 6",
            "UPDATE events SET seq = 6 WHERE seq = 7",
            "UPDATE events SET seq = 7 WHERE seq = -6",
        ],
        4,
        "version 3 should",
    ),
    "list: head lower": (
        ["UPDATE streams SET head = 4 WHERE stream = 'panel-1'"],
        4,
        "last event is version 5",
    ),
    "list: head higher": (
        ["UPDATE streams SET head = 6 WHERE stream = 'panel-1'"],
        6,
        "last event is version 5",
    ),
    "list: hash": (
        [f"UPDATE streams SET head_hash = '{'f' * 64}' WHERE stream = 'panel-1'"],
        5,
        "another hash",
    ),
    "list: time": (["UPDATE streams SET updated_at = 'later' WHERE stream = 'panel-1'"], 5, "another time"),
    "list: removed": (["DELETE FROM streams WHERE stream = 'panel-1'"], 5, "its row in the list of streams"),
    "whole stream removed": (
        [f"DELETE FROM {table} WHERE stream = 'panel-1'" for table in ("events", "streams")],
        0,
        "the whole stream was removed",
    ),
    "register: an entry removed": (
        ["DELETE FROM events WHERE stream = 'register' AND version = 1"],
        2,
        "version 1 should",
    ),
    "register: renamed entry": (
        ["UPDATE events SET payload = '{\"stream\":\"panel-1\"}' WHERE stream = 'register' AND version = 1"],
        1,
        "changed",
    ),
    "digest": ([f"UPDATE events SET digest = '{'f' * 64}' {THIRD}"], 3, "changed"),
    "salt": ([f"UPDATE events SET salt = '{'f' * 32}' {THIRD}"], 3, "changed"),
    "payload gone": ([f"UPDATE events SET payload = NULL {THIRD}"], 3, "changed"),
    "blanked by hand": ([f"UPDATE events SET payload = NULL, salt = NULL {THIRD}"], 3, "no event of its stream says"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_verify_finds(tampering: str, database_url: str, two_panels: Store) -> None:
    statements, version, words = TAMPERINGS[tampering]
    assert two_panels.verify().broken is None
    with by_hand(database_url) as connection:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount > 0
    broken = two_panels.verify().broken
    assert broken is not None
    assert broken.version == version and words in broken.what
    assert two_panels.verify("panel-2").broken is None  # the other stream is as it was
    assert two_panels.verify(broken.stream).broken == broken


def forged(stream: str, version: int, previous_hash: str) -> dict[str, Any]:
    """A row that somebody computed who knows how."""
    salt, at = "0" * 32, "2026-03-02T12:02:00.123456+00:00"
    fields = (stream, version, "scored", payload_digest(salt, "{}"), "someone", at, previous_hash)
    names = ("stream", "version", "type", "digest", "actor", "at", "previous_hash")
    return {**dict(zip(names, fields, strict=True)), "payload": "{}", "salt": salt, "hash": row_hash(*fields)}


def test_verify_finds_an_event_added_with_its_own_right_hash(database_url: str, two_panels: Store) -> None:
    (head_hash,) = [info.head_hash for info in two_panels.streams() if info.stream == "panel-1"]
    with by_hand(database_url) as connection:
        connection.execute(schema.events.insert().values(forged("panel-1", 6, head_hash)))
    broken = two_panels.verify().broken
    assert broken is not None and broken.seq is None and "last event is version 6" in broken.what


def test_verify_finds_a_stream_that_was_slipped_in_whole(database_url: str, two_panels: Store) -> None:
    row = forged("panel-3", 1, FIRST_PREVIOUS_HASH)
    listed = {"stream": "panel-3", "kind": "panel", "head": 1, "head_hash": row["hash"], "updated_at": row["at"]}
    with by_hand(database_url) as connection:
        connection.execute(schema.events.insert().values(row))
        connection.execute(schema.streams.insert().values(listed))
    broken = two_panels.verify().broken
    assert broken == two_panels.verify("panel-3").broken
    assert broken and (broken.stream, broken.version) == ("panel-3", 1) and "register" in broken.what
    assert two_panels.verify("panel-1").broken is None


def test_verify_counts_streams_and_events_without_the_register(two_panels: Store) -> None:
    assert two_panels.verify() == (2, 8, 0, None)
    assert two_panels.verify("panel-2") == (1, 3, 0, None)


def test_the_register_has_every_stream_in_order_and_is_never_listed(two_panels: Store) -> None:
    append(two_panels, "case-1", 0, kind="case")
    began = two_panels.read("register")
    assert [json.loads(event.text)["stream"] for event in began] == ["panel-1", "panel-2", "case-1"]
    assert {info.stream for info in two_panels.streams()} == {"panel-1", "panel-2", "case-1"}
    assert two_panels.streams("register") == two_panels.listing("register") == []
    assert two_panels.count("register") == 0


def test_verify_returns_the_first_of_several(database_url: str, two_panels: Store) -> None:
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("UPDATE events SET actor = 'someone' WHERE version >= 2")
    broken = two_panels.verify().broken
    assert isinstance(broken, Broken)
    assert (broken.stream, broken.version) == ("panel-1", 2)


def test_verify_names_a_row_whose_text_was_damaged(tmp_path: Path) -> None:
    """Only SQLite lets a byte that is no UTF-8 into a text."""
    url = f"sqlite:///{tmp_path}/homeward.db"
    store = Store.open(url)
    append(store, "panel-1", 0, scored(1, 2, 3))
    with by_hand(url) as connection:
        connection.exec_driver_sql("UPDATE events SET payload = CAST(x'7bff7d' AS TEXT) WHERE version = 2")
    broken = store.verify().broken
    assert broken is not None and broken.version == 2 and "changed" in broken.what
    with unavailable("damaged"):
        store.read("panel-1")
    assert len(store.read("panel-1", after=2)) == 1  # and the connection reads text as ever
    store.close()


# All but `seq` (only its order means anything), and `kind` and `title` (labels for lists)
NUMBERS = [schema.events.c.version, schema.streams.c.head]
TEXTS = [
    *schema.events.c["stream", "type", "payload", "salt", "digest", "actor", "at", "previous_hash", "hash"],
    *schema.streams.c["stream", "head_hash", "updated_at"],
]


@pytest.fixture
def hand(database_url: str) -> Iterator[Engine]:
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


@settings(max_examples=50, suppress_health_check=ONE_STORE_FOR_ALL_EXAMPLES)
@given(
    change=st.tuples(st.sampled_from(NUMBERS), st.integers(-10, 10) | st.integers(-(2**31), 2**31 - 1))
    | st.tuples(st.sampled_from(TEXTS), STORABLE | st.sampled_from(["panel-1", "panel-2", "panel-3"])),
    row=st.integers(0, 9),
)
def test_verify_finds_any_single_tampering(
    hand: Engine, two_panels: Store, change: tuple[sa.Column[Any], int | str], row: int
) -> None:
    column, value = change
    table = column.table
    with hand.begin() as connection:
        rows = [dict(stored._mapping) for stored in connection.execute(sa.select(table))]
        assume(rows[row % len(rows)][column.name] != value)
        changed = [dict(stored) for stored in rows]
        changed[row % len(rows)][column.name] = value
        assume(len({(stored["stream"], stored.get("version")) for stored in changed}) == len(rows))  # unique
        rewrite(connection, table, changed)
    broken = two_panels.verify().broken
    with hand.begin() as connection:
        rewrite(connection, table, rows)
    assert broken is not None
    assert two_panels.verify().broken is None


def rewrite(connection: Connection, table: Any, rows: list[dict]) -> None:
    connection.execute(table.delete())
    connection.execute(table.insert(), rows)


# Crashes and disturbances

# A killed predecessor's last step may still be about to be committed by the server, hence the conflicts.
APPEND_FOREVER = f"""{STORE}
store = Store.open(sys.argv[1])
while True:
    try:
        print(append("panel-1", store.head("panel-1")), flush=True)
    except Conflict:
        pass
"""
OPEN_WHEN_TOLD = f"""{STORE}
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(sys.argv[1])
append(sys.argv[2], 0)
"""


def test_a_killed_process_loses_nothing_that_it_acknowledged(database_url: str, store: Store) -> None:
    acknowledged = 0
    for round in range(5):
        with python(APPEND_FOREVER, database_url) as child:
            assert child.stdout
            for _ in range(random.randint(1, 40)):
                acknowledged = int(child.stdout.readline())
            time.sleep(random.uniform(0, 0.005))
            child.send_signal(signal.SIGKILL)
            # The last line may have been cut short by the kill; whole lines count.
            rest = child.stdout.read().split("\n")[:-1]
        acknowledged = int(rest[-1]) if rest else acknowledged
        versions = [event.version for event in store.read("panel-1")]
        assert versions == list(range(1, len(versions) + 1)), f"after kill {round + 1}"
        assert len(versions) >= acknowledged
        assert store.verify().broken is None
    assert acknowledged >= 5


def test_processes_that_open_a_fresh_database_at_once_all_succeed(database_url: str) -> None:
    children = [python(OPEN_WHEN_TOLD, database_url, f"panel-{n}", stdin=subprocess.PIPE) for n in range(4)]
    for child in children:
        assert child.stdout and child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin
        child.stdin.write("now\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0] * 4
    store = Store.open(database_url)
    assert len(store.streams()) == 4 and store.verify().broken is None
    store.close()


def test_threads_that_open_a_fresh_database_at_once_all_succeed(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in list(pool.map(Store.open, [database_url] * 4)):
            assert store.streams() == []
            store.close()


def test_threads_may_open_the_same_and_other_databases_at_once(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number // 3}.db" for number in range(60)]
    with ThreadPoolExecutor(6) as pool:
        for store in list(pool.map(Store.open, urls)):
            assert store.streams() == []
            store.close()


def test_opening_waits_for_another_program_that_writes(tmp_path: Path) -> None:
    """Above all when it changes the file to its write-ahead log, where SQLite itself does not wait."""
    other = sqlite3.connect(tmp_path / "homeward.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    store = Store.open(f"sqlite:///{tmp_path}/homeward.db")
    release.join()
    assert append(store, "panel-1", 0) == 1
    store.close()
    other.close()


def test_a_crash_of_the_server_loses_nothing_and_the_store_reconnects(
    postgres_server: PostgresServer,
) -> None:
    store = Store.open(postgres_server.create_database())
    append(store, "panel-1", 0, scored(1, 2))
    postgres_server.stop("immediate")
    try:
        with unavailable("unreachable"):
            append(store, "panel-1", 2)
        with unavailable("unreachable"):
            store.read("panel-1")
    finally:
        postgres_server.start()
    assert len(store.read("panel-1")) == 2
    assert append(store, "panel-1", 2) == 3
    assert store.verify().broken is None
    store.close()


def test_connections_that_the_server_closed_are_replaced(postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database()
    store = Store.open(url)
    append(store, "panel-1", 0)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with by_hand(url) as connection:
        assert connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {others}").all()

    def gone() -> bool:
        # Each time in a transaction of its own: within one, PostgreSQL shows its list of sessions as it first was.
        with by_hand(url) as connection:
            return connection.exec_driver_sql(f"SELECT count(*) {others}").scalar_one() == 0

    wait_until(gone)
    assert append(store, "panel-1", 1) == 2
    store.close()


# The schema


def test_the_tables_in_code_are_those_of_the_migrations(database_url: str, store: Store) -> None:
    with by_hand(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that any engine executes."""
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement.split()[0].upper())

    sa.event.listen(Engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        sa.event.remove(Engine, "before_cursor_execute", see)


def test_opening_again_changes_nothing(database_url: str, store: Store) -> None:
    append(store, "panel-1", 0)
    before = everything(database_url)
    with statements() as seen:
        Store.open(database_url).close()
    assert "SELECT" in seen and not {"CREATE", "INSERT", "UPDATE", "DELETE", "ALTER", "DROP"} & set(seen)
    assert everything(database_url) == before


@pytest.mark.parametrize("with_tables", [True, False], ids=["our tables", "other tables"])
def test_a_newer_schema_is_refused_and_left_alone(database_url: str, with_tables: bool) -> None:
    if with_tables:
        store = Store.open(database_url)
        append(store, "panel-1", 0)
        store.close()
        with by_hand(database_url) as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    else:
        with by_hand(database_url) as connection:
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('9999')")
    content = file_content(database_url)
    before = everything(database_url)
    with unavailable("newer_schema") as caught:
        Store.open(database_url)
    assert "newer version of Homeward" in str(caught.value) and "safe" in str(caught.value)
    assert everything(database_url) == before
    assert file_content(database_url) == content


def file_content(url: str) -> bytes | None:
    return Path(url.removeprefix("sqlite:///")).read_bytes() if on_sqlite(url) else None


# What can go wrong with a database


@pytest.mark.parametrize(
    "url",
    [
        "homeward.db",
        f"mysql://jo:{WRONG_PASSWORD}@localhost/homeward",
        f"postgresql://jo:{WRONG_PASSWORD}@localhost:port/homeward",
        f"postgresql://jo:se@{WRONG_PASSWORD}@localhost/homeward",
        f"postgresql://jo:{WRONG_PASSWORD}@localhost/homeward?colour=red",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///homeward.db?timeout=long",
    ],
)
def test_an_address_that_is_none_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.chdir(tmp_path)
    with unavailable("bad_url"):
        Store.open(url)
    assert WRONG_PASSWORD not in caplog.text


def test_a_server_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with unavailable("unreachable") as caught:
        Store.open(f"postgresql://tester:{WRONG_PASSWORD}@127.0.0.1:{free_port()}/homeward")
    assert "PostgreSQL" in str(caught.value) and "safe" in str(caught.value)
    assert WRONG_PASSWORD not in caplog.text


def test_a_login_or_database_that_the_server_does_not_know(
    postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with unavailable("unreachable"):
        Store.open(postgres_server.url().replace(PASSWORD, WRONG_PASSWORD))
    with unavailable("unreachable"):
        Store.open(postgres_server.url("no_such_database"))
    assert "password authentication failed" in caplog.text and "does not exist" in caplog.text
    assert WRONG_PASSWORD not in caplog.text and PASSWORD not in caplog.text


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "homeward.db", tmp_path):
        with unavailable("unreachable") as caught:
            Store.open(f"sqlite:///{place}")
        assert str(place) in str(caught.value)


def test_a_database_that_may_only_be_read(database_url: str, store: Store) -> None:
    append(store, "panel-1", 0)
    if on_sqlite(database_url):
        only_read = database_url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"
    else:
        only_read = database_url + "?options=-c%20default_transaction_read_only%3Don"
    reader = Store.open(only_read)
    assert len(reader.read("panel-1")) == 1 and reader.verify().broken is None
    with unavailable("read_only"):
        append(reader, "panel-1", 1)
    assert store.head("panel-1") == len(store.read("panel-1")) == 1
    reader.close()


def test_a_full_disk_leaves_nothing_half_written(database_url: str, store: Store) -> None:
    append(store, "panel-1", 0)
    before = everything(database_url)
    with full_disk(database_url) as limited:
        with unavailable("full"):
            append(limited, "panel-1", 1, [NewEvent("noted", "x" * 20_000)] * 50)
        with unavailable("full"):
            append(limited, "panel-2", 0, [NewEvent("noted", "x" * 20_000)] * 50)
        assert limited.head("panel-1") == 1
    assert everything(database_url) == before
    assert append(store, "panel-1", 1, [NewEvent("noted", "x" * 20_000)] * 50) == 51
    assert store.verify().broken is None


def test_a_full_disk_is_seen_before_anything_is_to_be_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written to /dev/full is refused by the kernel as it refuses it on a full disk."""
    store = Store.open(f"sqlite:///{tmp_path / 'homeward.db'}")
    store.check_writable()
    before = sorted(tmp_path.iterdir())

    def on_a_full_disk(dir: Path) -> IO[bytes]:
        return Path("/dev/full").open("wb")

    monkeypatch.setattr(database, "TemporaryFile", on_a_full_disk)
    with unavailable("full"):
        store.check_writable()
    monkeypatch.undo()
    store.check_writable()
    assert sorted(tmp_path.iterdir()) == before, "nothing is left beside the record"
    store.close()


@contextmanager
def full_disk(url: str) -> Iterator[Store]:
    """SQLite itself limits a file's size; PostgreSQL is made to raise its error within the transaction."""
    if on_sqlite(url):

        def limit(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 30")

        sa.event.listen(Engine, "connect", limit)
        store = Store.open(url)
        try:
            yield store
        finally:
            store.close()
            sa.event.remove(Engine, "connect", limit)
        return
    with by_hand(url) as connection:
        raising = "BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'could not extend file'; END"
        connection.exec_driver_sql(
            f"CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS '{quoted(raising)}'"
        )
        # At the third row of a statement, so that two are written by then.
        connection.exec_driver_sql(
            "CREATE TRIGGER full_disk BEFORE INSERT ON events FOR EACH ROW"
            " WHEN (mod(NEW.version, 50) = 3) EXECUTE FUNCTION full_disk()"
        )
    store = Store.open(url)
    yield store
    store.close()
    with by_hand(url) as connection:
        connection.exec_driver_sql("DROP FUNCTION full_disk CASCADE")


def quoted(text: str) -> str:
    return text.replace("'", "''")


def test_all_or_nothing_when_a_later_event_cannot_be_stored(database_url: str, two_panels: Store) -> None:
    """Somebody lowered the head: the third event now collides with one that is there."""
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("DELETE FROM events WHERE stream = 'panel-1' AND version IN (3, 4)")
        connection.exec_driver_sql("UPDATE streams SET head = 2 WHERE stream = 'panel-1'")
    before = everything(database_url)
    with unavailable("corrupt"):
        append(two_panels, "panel-1", 2, scored(3, 4, 5))
    assert everything(database_url) == before


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    monkeypatch.setattr(database, "SILENT_SECONDS", 0.0)


LOCKS: dict[bool, Callable[[Connection], object]] = {
    True: lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"),
    False: lambda connection: connection.exec_driver_sql("SELECT * FROM streams FOR UPDATE"),
}


def test_a_lock_held_too_long_by_another_program(impatient: None, database_url: str, store: Store) -> None:
    append(store, "panel-1", 0)
    with by_hand(database_url) as connection:
        LOCKS[on_sqlite(database_url)](connection)
        with unavailable("locked"):
            append(store, "panel-1", 1)
        assert len(store.read("panel-1")) == 1  # reading goes on
    assert append(store, "panel-1", 1) == 2


def test_after_one_wait_in_vain_nobody_waits_again_for_a_moment(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """A page asks a dozen times: a lock has to be said after one wait."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.3)
    monkeypatch.setattr(database, "SILENT_SECONDS", 600.0)
    store = Store.open(database_url)
    append(store, "panel-1", 0)
    with by_hand(database_url) as connection:
        LOCKS[on_sqlite(database_url)](connection)
        with unavailable("locked"):
            append(store, "panel-1", 1)
        assert len(store.read("panel-1")) == 1  # what can be answered is
    for _ in range(12):  # nobody holds the lock any more, so that each of these would be done, had it been asked
        with unavailable("locked"):
            append(store, "panel-1", 1)
    store._silence._until = 0.0
    assert append(store, "panel-1", 1) == 2
    store.close()


def test_a_server_that_is_frozen_is_said_to_be_away_and_used_again_when_it_goes_on(
    postgres_server: PostgresServer,
) -> None:
    """Its system goes on taking connections and acknowledging what is sent, so that no timeout of the network ends the wait."""
    url = postgres_server.create_database(migrated=True)
    store = Store.open(url)
    append(store, "panel-1", 0)
    with postgres_server.frozen():
        for ask in (lambda: append(store, "panel-1", 1), lambda: store.read("panel-1"), lambda: store.listing("panel")):
            with unavailable("unreachable"):
                ask()
        with unavailable("unreachable"):  # a process that starts now has no connection yet
            Store.open(url)
    wait_until(lambda: not store._silence.check(writing=True))
    assert append(store, "panel-1", store.head("panel-1")) in (2, 3)
    assert store.verify().broken is None
    store.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "homeward.db").write_text("Minutes of the panel, 2 March. " * 100)
    with unavailable("corrupt"):
        Store.open(f"sqlite:///{tmp_path}/homeward.db")
    assert "Minutes" in (tmp_path / "homeward.db").read_text()


def test_a_database_with_other_tables_of_our_names(database_url: str) -> None:
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("CREATE TABLE events (name TEXT)")
    with unavailable("corrupt"):
        Store.open(database_url)
    assert everything(database_url) == {"events": []}  # our other table was not left behind


DAMAGE = {
    "time": "UPDATE events SET at = 'noon' WHERE stream = 'panel-1' AND version = 2",
    "gap": "DELETE FROM events WHERE stream = 'panel-1' AND version = 2",
    "beginning": "DELETE FROM events WHERE stream = 'panel-1' AND version = 1",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_stream_is_refused_and_the_others_go_on(damage: str, database_url: str, two_panels: Store) -> None:
    with by_hand(database_url) as connection:
        connection.exec_driver_sql(DAMAGE[damage])
    with unavailable("damaged") as caught:
        two_panels.read("panel-1")
    assert isinstance(caught.value, StreamDamaged) and caught.value.stream == "panel-1"
    assert "panel-1" in str(caught.value) and "everything else can be used" in str(caught.value)
    assert len(two_panels.read("panel-2")) == 3
    assert append(two_panels, "panel-2", 3) == 4
    assert len(two_panels.streams()) == len(two_panels.listing("panel")) == 2


def test_a_time_in_the_list_that_cannot_be_read_takes_nothing_else_away(database_url: str, two_panels: Store) -> None:
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("UPDATE streams SET updated_at = 'noon' WHERE stream = 'panel-1'")
    for listed in (two_panels.streams(), two_panels.listing("panel")):
        assert {one.stream: one.updated_at.year for one in listed} == {"panel-1": 1970, "panel-2": 2026}


# Where the data is


def test_the_default_is_a_file_under_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    store = Store.open()
    append(store, "panel-1", 0)
    store.close()
    assert (tmp_path / "data" / "homeward.db").is_file()


def test_the_environment_names_the_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url.replace("postgresql://", "postgres://"))
    store = Store.open()
    append(store, "panel-1", 0)
    store.close()
    again = Store.open(database_url)
    assert again.head("panel-1") == 1
    again.close()


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    usual = os.umask(0)
    try:
        store = Store.open(f"sqlite:///{tmp_path}/data/homeward.db")
        append(store, "panel-1", 0)
    finally:
        os.umask(usual)
    files = list((tmp_path / "data").iterdir())
    assert {f.name for f in files} == {"homeward.db", "homeward.db-wal", "homeward.db-shm"}
    assert {f.stat().st_mode & 0o777 for f in files} == {0o600}
    store.close()


def test_a_commit_is_on_disk_before_it_is_acknowledged(database_url: str) -> None:
    """Killing a process cannot prove it, as the system still writes what it left: look at the settings."""
    address = database_url
    if not on_sqlite(database_url):
        address += "?options=-c%20synchronous_commit%3Doff"  # as some administrators set it
    store = Store.open(address)
    with store._engine.connect() as connection:
        if on_sqlite(database_url):
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    store.close()
