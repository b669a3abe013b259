"""What an event said can be erased; that it happened stays, and `verify` still holds."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from framework.streams.store import Conflict, Erased, IndexChange, NewEvent, Proof, Store, schema
from tests.streams.stores import NOON, append, by_hand, everything, on_sqlite, scored

LATER = NOON + timedelta(days=400)
REASON = {"by_decision": "disposal-7", "kind": "a meeting"}


def erase(store: Store, *items: tuple[str, list[int] | None], at: datetime = LATER) -> tuple[int, int]:
    """How many streams and events."""
    return store.erase(items, actor="officer", at=at, reason=REASON)[:2]


@pytest.fixture
def two(store: Store) -> Store:
    for stream in ("panel-1", "panel-2"):
        pairs = frozenset({("code", f"code of {stream}"), ("person", "ayesha")})
        index = IndexChange(pairs, frozenset(), 1)
        append(
            store, stream, 0, scored(f"{stream} a", f"{stream} b", f"{stream} c"), title=f"Title {stream}", index=index
        )
    return store


def test_a_whole_stream_is_erased_with_its_title_and_index(two: Store, database_url: str) -> None:
    assert erase(two, ("panel-1", None)) == (1, 3)
    stored = two.read("panel-1")
    assert [(event.version, event.type, event.actor, event.at) for event in stored] == [
        *[(version, "scored", "chair", NOON) for version in (1, 2, 3)],
        (4, "erased", "officer", LATER),
    ]
    assert [event.payload for event in stored[:3]] == [None] * 3
    assert json.loads(stored[3].text) == {**REASON, "versions": "all"}
    with pytest.raises(Erased, match="event 1 of panel-1"):
        _ = stored[0].text
    assert [(one.title, one.pairs) for one in two.listing("panel") if one.stream == "panel-1"] == [(None, frozenset())]
    assert two.find("person", "ayesha") == ["panel-2"]
    assert two.verify() == (2, 7, 3, None)
    with by_hand(database_url) as connection:
        blank = sa.select(schema.events).where(schema.events.c.stream == "panel-1", schema.events.c.version < 4)
        assert {(row.payload, row.salt, row.old_hash) for row in connection.execute(blank)} == {(None, None, None)}


def test_single_events_are_erased_and_the_labels_stay(two: Store) -> None:
    assert erase(two, ("panel-1", [2]), ("panel-2", [1, 3]), ("panel-2", [3])) == (2, 3)
    assert [event.payload is None for event in two.read("panel-2")] == [True, False, True, False]
    assert json.loads(two.read("panel-2")[3].text)["versions"] == [1, 3]
    assert two.find("person", "ayesha") == ["panel-1", "panel-2"]
    assert two.verify() == (2, 8, 3, None)


def test_erasing_again_changes_nothing_and_more_can_be_erased_later(two: Store, database_url: str) -> None:
    erase(two, ("panel-1", [2]))
    before = everything(database_url)
    assert erase(two, ("panel-1", [2]), at=LATER + timedelta(days=1)) == (0, 0)
    assert everything(database_url) == before
    assert erase(two, ("panel-1", None)) == (1, 2)
    assert erase(two, ("panel-1", None)) == (0, 0)
    assert append(two, "panel-1", 5) == 6  # a stream goes on, and its proof of erasure is never erased
    assert erase(two, ("panel-1", None)) == (1, 1)
    assert [e.version for e in two.read("panel-1") if e.payload is not None] == [4, 5, 7]
    assert two.verify().broken is None


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([("panel-1", None), ("panel-9", None)], "no stream panel-9"),
        ([("panel-1", None), ("panel-2", [4])], "versions 1 to 3"),
        ([("panel-1", [0])], "versions 1 to 3"),
        ([("register", None)], "register"),
    ],
)
def test_what_cannot_be_erased_leaves_everything_as_it_was(
    items: list, words: str, two: Store, database_url: str
) -> None:
    before = everything(database_url)
    with pytest.raises(ValueError, match=words):
        erase(two, *items)
    assert everything(database_url) == before


def test_an_erasure_and_the_proof_of_it_are_one_step(two: Store, database_url: str) -> None:
    """Whoever was first in a stream that was decided upon, or in that of the proof, stops all of it."""

    def proof(version: int) -> Proof:
        pairs = IndexChange(frozenset({("standing", "carried out")}), frozenset(), 1)
        said = lambda streams, events: [NewEvent("carried_out", json.dumps([streams, events]))]  # noqa: E731
        return Proof("disposal-7", version, "disposal", said, pairs)

    append(two, "disposal-7", 0, kind="disposal")
    before = everything(database_url)
    for upon, version in (({"panel-2": 2}, 1), ({"panel-1": 3}, 0), ({}, 2)):
        with pytest.raises(Conflict):
            two.erase(
                [("panel-1", None), ("panel-2", None)],
                actor="officer",
                at=LATER,
                reason=REASON,
                upon=upon,
                proof=proof(version),
            )
        assert everything(database_url) == before
    two.erase([("panel-1", None)], actor="officer", at=LATER, reason=REASON, upon={"panel-1": 3}, proof=proof(1))
    assert two.read("disposal-7")[-1].text == "[1, 3]"
    assert two.find("standing", "carried out") == ["disposal-7"]
    assert two.verify().broken is None


@pytest.mark.parametrize("column", ["payload", "salt", "digest", "type", "actor"])
def test_verify_finds_what_was_changed_in_an_erased_event(column: str, two: Store, database_url: str) -> None:
    erase(two, ("panel-1", [2]))
    with by_hand(database_url) as connection:
        connection.exec_driver_sql(f"UPDATE events SET {column} = 'x' WHERE stream = 'panel-1' AND version = 2")
    broken = two.verify().broken
    assert broken and (broken.stream, broken.version) == ("panel-1", 2)


def test_subscribers_hear_of_an_erasure(two: Store) -> None:
    heard: list[tuple[str, int]] = []
    two.subscribe(lambda stream, version: heard.append((stream, version)) if stream else None)
    erase(two, ("panel-2", None), ("panel-1", [1]))
    assert set(heard) >= {("panel-1", 4), ("panel-2", 4)}


@pytest.mark.parametrize("seed", range(2))
def test_no_byte_of_it_stays_in_sqlites_files(seed: int, tmp_path: Path) -> None:
    """Many streams of all sizes, erased one after another in any order, so that pages split and merge."""
    chance, count = random.Random(seed), 150
    store = Store.open(f"sqlite:///{tmp_path}/homeward.db")
    for number in range(count):
        note = NewEvent("noted", f"SECRET{number}." + "x" * chance.choice([5, 100, 3000, 9000]))
        pairs = frozenset(("person", f"SECRET{number}.{n}") for n in range(chance.randrange(5)))
        title = f"SECRET{number}." + "y" * chance.randrange(90)
        name = f"panel:{number}:{chance.getrandbits(64):x}"
        append(store, name, 0, [note] * chance.randint(1, 3), title=title, index=IndexChange(pairs, frozenset(), 1))
    streams = [info.stream for info in store.streams()]
    chance.shuffle(streams)
    gone, kept = streams[: count // 2], streams[count // 2 :]
    for start in range(0, len(gone), 25):
        assert store.erase([(one, None) for one in gone[start : start + 25]], actor="o", at=LATER, reason=REASON).wiped
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [one for one in gone if f"SECRET{one.split(':')[1]}.".encode() in written] == []
    assert all(f"SECRET{one.split(':')[1]}.".encode() in written for one in kept)
    assert store.verify().broken is None
    store.close()


def test_copies_that_an_older_program_left_in_the_file_go_too(tmp_path: Path) -> None:
    """A title that was changed without secure_delete stays in pages that are free now: only VACUUM removes it."""
    file = tmp_path / "homeward.db"
    store = Store.open(f"sqlite:///{file}")
    append(store, "panel-1", 0, title="SECRET " * 3000)
    with closing(sqlite3.connect(file, isolation_level=None)) as older:
        older.execute("PRAGMA secure_delete = OFF")
        older.execute("UPDATE streams SET title = 'x' WHERE stream = 'panel-1'")
        older.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"SECRET" in file.read_bytes()
    assert store.erase([("panel-1", None)], actor="o", at=LATER, reason=REASON).wiped
    assert b"SECRET" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_an_erasure_that_a_reader_keeps_in_the_log_says_so_and_can_be_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framework.streams.store.database.BUSY_SECONDS", 0.2)
    url = f"sqlite:///{tmp_path}/homeward.db"
    store = Store.open(url)
    append(store, "panel-1", 0)
    with by_hand(url) as reader:
        reader.exec_driver_sql("BEGIN")
        reader.exec_driver_sql("SELECT * FROM events").all()
        assert store.erase([("panel-1", None)], actor="o", at=LATER, reason=REASON) == (1, 1, False)
    assert store.erase([("panel-1", None)], actor="o", at=LATER, reason=REASON) == (0, 0, True)
    assert on_sqlite(url) and store.verify() == (1, 2, 1, None)
    store.close()
