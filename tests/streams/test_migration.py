"""A database of release 0.3 or earlier becomes one of today's: all of it or nothing, and what was broken stays visible."""

import json
import signal
import subprocess
import time
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from framework.streams.store import FIRST_PREVIOUS_HASH, Store, database, row_hash
from tests.postgres import wait_until
from tests.streams.stores import append, by_hand, everything, on_sqlite, python, unavailable

AT = "2026-03-02T12:00:00.123456+00:00"
OPEN = """
import sys
from framework.streams.store import Store
print("ready", flush=True)
Store.open(sys.argv[1]).close()
print("done", flush=True)
"""


def old_rows(**lengths: int) -> list[dict[str, Any]]:
    """Events as release 0.3 wrote them, the streams taking turns."""
    rows, last = [], dict.fromkeys(lengths, FIRST_PREVIOUS_HASH)
    for version in range(1, max(lengths.values()) + 1):
        for stream, length in lengths.items():
            if version <= length:
                payload = json.dumps({"note": f"{stream} {version} said"})
                fields = {"stream": stream, "version": version, "type": "noted"}
                rest = {"actor": "jo", "at": AT, "previous_hash": last[stream]}
                last[stream] = row_hash(stream, version, "noted", payload, "jo", AT, last[stream])
                rows.append({**fields, "payload": payload, **rest, "hash": last[stream]})
    return rows


def write_old(url: str, rows: list[dict[str, Any]]) -> None:
    """A database as release 0.3 left it."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with by_hand(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        tables = sa.MetaData()
        tables.reflect(connection)
        connection.execute(tables.tables["events"].insert(), rows)
        heads = {row["stream"]: row for row in rows}
        listed = [
            {"stream": stream, "kind": "panel", "title": f"Title of {stream}", "head": row["version"]}
            | {"head_hash": row["hash"], "updated_at": AT}
            for stream, row in heads.items()
        ]
        connection.execute(tables.tables["streams"].insert(), listed)


@pytest.fixture
def old_url(database_url: str) -> str:
    write_old(database_url, old_rows(b=3, a=2))
    return database_url


def test_old_events_are_read_as_they_were_and_the_chain_goes_on(old_url: str) -> None:
    store = Store.open(old_url)
    assert [(event.seq, event.version, event.actor) for event in store.read("b")] == [
        (1, 1, "jo"),
        (3, 2, "jo"),
        (5, 3, "jo"),
    ]
    assert json.loads(store.read("a")[1].text) == {"note": "a 2 said"}
    assert {(one.stream, one.title, one.head) for one in store.listing("panel")} == {
        ("a", "Title of a", 2),
        ("b", "Title of b", 3),
    }
    assert [json.loads(event.text)["stream"] for event in store.read("register")] == ["b", "a"]
    assert append(store, "b", 3) == 4 and append(store, "c", 0) == 1
    assert store.read("b", after=3)[0].seq > store.read("register")[0].seq
    assert store.verify() == (3, 7, 0, None)
    store.close()


OLD_BREAKS = {
    "content": (["UPDATE events SET payload = '{}' WHERE stream = 'b' AND version = 2"], "b", 2, "older release"),
    "person": (["UPDATE events SET actor = 'x' WHERE stream = 'a' AND version = 1"], "a", 1, "older release"),
    "hash": ([f"UPDATE events SET hash = '{'f' * 64}' WHERE stream = 'b' AND version = 1"], "b", 1, "older release"),
    "link": ([f"UPDATE events SET previous_hash = '{'f' * 64}' WHERE stream = 'b' AND version = 2"], "b", 2, "follow"),
    "removed": (["DELETE FROM events WHERE stream = 'b' AND version = 2"], "b", 3, "version 2 should"),
    "last removed": (["DELETE FROM events WHERE stream = 'b' AND version = 3"], "b", 3, "version 2, but the list"),
    "list: hash": ([f"UPDATE streams SET head_hash = '{'f' * 64}' WHERE stream = 'a'"], "a", 2, "another hash"),
    "list: row": (["DELETE FROM streams WHERE stream = 'a'"], "a", 2, "its row in the list"),
    "all events": (["DELETE FROM events WHERE stream = 'a'"], "a", 2, "all its events"),
}


@pytest.mark.parametrize("broken", OLD_BREAKS)
def test_the_migration_hides_nothing_that_was_broken(broken: str, old_url: str) -> None:
    statements, stream, version, words = OLD_BREAKS[broken]
    with by_hand(old_url) as connection:
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount == 1 + (broken == "all events")
    store = Store.open(old_url)
    found = store.verify().broken
    assert found and (found.stream, found.version) == (stream, version) and words in found.what
    store.close()


NEW_BREAKS = {
    "changed": f"UPDATE events SET old_hash = '{'f' * 64}' WHERE stream = 'b' AND version = 2",
    "removed from one": "UPDATE events SET old_hash = NULL WHERE stream = 'b' AND version = 2",
    "removed from all": "UPDATE events SET old_hash = NULL",
    "put where none was": f"UPDATE events SET old_hash = '{'f' * 64}' WHERE stream = 'b' AND version = 4",
}


@pytest.mark.parametrize("broken", NEW_BREAKS)
def test_verify_checks_the_old_hashes_as_long_as_they_are_there(broken: str, old_url: str) -> None:
    store = Store.open(old_url)
    append(store, "b", 3)
    assert store.verify().broken is None
    with by_hand(old_url) as connection:
        connection.exec_driver_sql(NEW_BREAKS[broken])
    found = store.verify().broken
    assert found and found.stream == "b" and "older release" in found.what
    store.close()


def test_erasing_an_old_event_takes_every_hash_that_could_confirm_a_guess(old_url: str) -> None:
    store = Store.open(old_url)
    store.erase([("b", [2])], actor="jo", at=store.read("a")[0].at, reason={})
    assert store.verify() == (2, 6, 1, None)
    with by_hand(old_url) as connection:
        kept = connection.exec_driver_sql("SELECT stream, version FROM events WHERE old_hash IS NOT NULL").all()
    assert {tuple(row) for row in kept} == {("b", 1), ("a", 1), ("a", 2)}
    store.close()


def test_the_tables_do_not_depend_on_where_they_came_from(old_url: str, tmp_path: Any) -> None:
    Store.open(old_url).close()
    with by_hand(old_url) as connection:
        assert set(sa.inspect(connection).get_table_names()) == {
            "alembic_version",
            "events",
            "streams",
            "stream_index",
            "drafts",
        }
        if not on_sqlite(old_url):
            names = connection.exec_driver_sql("SELECT relname FROM pg_class WHERE relname LIKE 'events%%'").scalars()
            assert set(names) == {"events", "events_pkey", "events_seq_seq", "events_stream_version"}


@pytest.mark.parametrize(
    "begun",
    [
        "ALTER TABLE events ADD COLUMN salt TEXT",
        "CREATE TABLE events_old (x TEXT)",
        "CREATE TABLE stream_index (x TEXT)",
        "CREATE TABLE drafts (x TEXT)",
    ],
)
def test_a_database_that_somebody_else_half_migrated_is_refused_and_left_alone(begun: str, old_url: str) -> None:
    with by_hand(old_url) as connection:
        connection.exec_driver_sql(begun)
    before = everything(old_url)
    with unavailable("corrupt"):
        Store.open(old_url)
    assert everything(old_url) == before


def test_a_migration_that_is_killed_has_not_begun_or_is_done(database_url: str) -> None:
    """A real process, killed at several moments on its way through 6,000 events."""
    write_old(database_url, old_rows(a=3000, b=2000, c=1000))
    before, moments = everything(database_url), [0.05 * step for step in range(12)]
    undone = 0
    for moment in moments:
        with python(OPEN, database_url, stderr=subprocess.DEVNULL) as child:
            assert child.stdout and child.stdout.readline() == "ready\n"
            time.sleep(moment)
            child.send_signal(signal.SIGKILL)
            done = child.stdout.read() == "done\n"
        if not on_sqlite(database_url):
            wait_until(lambda: others(database_url) == 0)
        with by_hand(database_url) as connection:
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        if revision != "0001":
            break
        assert not done and everything(database_url) == before
        undone += 1
    assert undone > 0
    store = Store.open(database_url)
    assert store.verify() == (3, 6000, 0, None)
    store.close()


def others(url: str) -> int:
    """How many other sessions the server still has on this database: that of the killed process ends with its transaction."""
    with by_hand(url) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return connection.exec_driver_sql(query).scalar_one()
