"""Protects: whoever holds the whole database, and makes every hash of it anew, is shown by the anchor outside it."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from framework.__main__ import main
from framework.streams.anchor import Anchor, AnchorError, Checked, check, public_key
from framework.streams.store import FIRST_PREVIOUS_HASH, REGISTER, Broken, Store, payload_digest, row_hash
from tests.postgres import wait_until
from tests.streams.stores import append, by_hand, scored

SECRET = b"a secret of forty-two letters, for the test"
KEYS = {public_key(SECRET)}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "anchor.jsonl"


@pytest.fixture
def anchor(store: Store, file: Path) -> Anchor:
    """Two meetings and a case, anchored when the first meeting had two events and again when it had three."""
    append(store, "panel:one", 0, scored(1, 2))
    append(store, "panel:two", 0, scored(1))
    append(store, "case:HW-011", 0, scored(1), kind="case")
    anchor = Anchor(store, file, SECRET, lambda: datetime(2026, 11, 28, 12, 0, tzinfo=UTC))
    anchor.note()
    append(store, "panel:one", 2, scored(3))
    anchor.note()
    return anchor


def broken(store: Store, file: Path, keys: set[str] = KEYS) -> str:
    found = check(file.read_bytes(), keys, store)
    assert isinstance(found, Broken), "it passed for whole"
    return f"{found.stream}, version {found.version}: {found.what}"


def made_anew(connection: Connection, stream: str) -> None:
    """What somebody does who holds the database: compute every hash of a stream again, and change the list to match."""
    rows = connection.execute(
        sa.text("SELECT seq, type, payload, salt, actor, at FROM events WHERE stream = :s ORDER BY seq"), {"s": stream}
    ).all()
    before, version, at = FIRST_PREVIOUS_HASH, 0, ""
    connection.execute(sa.text("UPDATE events SET version = -version WHERE stream = :s"), {"s": stream})
    for version, (seq, type_, payload, salt, actor, at) in enumerate(rows, 1):
        digest = payload_digest(salt, payload)
        made = row_hash(stream, version, type_, digest, actor, at, before)
        connection.execute(
            sa.text("UPDATE events SET version = :v, digest = :d, previous_hash = :p, hash = :h WHERE seq = :q"),
            {"v": version, "d": digest, "p": before, "h": made, "q": seq},
        )
        before = made
    listed = sa.text("UPDATE streams SET head = :v, head_hash = :h, updated_at = :at WHERE stream = :s")
    connection.execute(listed, {"v": version, "h": before, "at": at, "s": stream})


def removed_with_its_register_row(connection: Connection) -> None:
    for table in ("events", "streams", "stream_index"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE stream = 'panel:two'")
    named = sa.text("DELETE FROM events WHERE stream = :s AND payload LIKE :named")
    connection.execute(named, {"s": REGISTER, "named": "%panel:two%"})
    made_anew(connection, REGISTER)


def another_kind(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE streams SET kind = 'costs' WHERE stream = 'panel:two'")
    rows = connection.exec_driver_sql(f"SELECT seq, payload FROM events WHERE stream = '{REGISTER}'").all()
    for seq, payload in rows:
        if "panel:two" in payload:
            said = json.dumps({**json.loads(payload), "kind": "costs"})
            connection.execute(sa.text("UPDATE events SET payload = :p WHERE seq = :q"), {"p": said, "q": seq})
    made_anew(connection, REGISTER)


def another_text(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE events SET payload = '{\"level\":\"9\"}' WHERE stream = 'panel:two'")
    made_anew(connection, "panel:two")


def cut_off(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM events WHERE stream = 'panel:one' AND version = 3")
    made_anew(connection, "panel:one")


ATTACKS: dict[str, tuple[Callable[[Connection], None], str]] = {
    "a stream removed with its register row": (removed_with_its_register_row, "it is not in this database"),
    "a changed kind": (another_kind, "it is of kind costs, and was of kind panel"),
    "a changed text, all hashes made anew": (another_text, "another hash"),
    "the last event cut off": (cut_off, "stands at version 2, and stood at 3"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_every_chain_of_the_database_allows_is_shown_by_the_anchor(
    attack: str, store: Store, database_url: str, anchor: Anchor, file: Path
) -> None:
    do, said = ATTACKS[attack]
    whole = check(file.read_bytes(), KEYS, store)
    assert isinstance(whole, Checked) and len(whole.lines) == 2 and whole.lines[-1] == anchor.note()
    with by_hand(database_url) as connection:
        do(connection)
    assert store.verify().broken is None, "the database alone cannot show it"
    assert said in broken(store, file)


def test_a_kind_that_was_changed_in_the_list_only_shows_without_an_anchor(store: Store, database_url: str) -> None:
    append(store, "panel:one", 0)
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("UPDATE streams SET kind = 'costs' WHERE stream = 'panel:one'")
    found = store.verify().broken
    assert found and found.stream == "panel:one" and "kind" in found.what


def test_another_database_is_shown(store: Store, anchor: Anchor, file: Path, tmp_path: Path) -> None:
    other = Store.open(f"sqlite:///{tmp_path}/other.db")
    append(other, "panel:other", 0)
    assert "none of the 3 streams" in broken(other, file)
    other.close()


def test_a_swapped_file_is_shown(file: Path, tmp_path: Path) -> None:
    database = tmp_path / "homeward.db"
    url = f"sqlite:///{database}"
    store = Store.open(url)
    append(store, "panel:one", 0, scored(1, 2))
    anchor = Anchor(store, file, SECRET)
    anchor.note()
    store.close()
    copy = database.read_bytes()
    store = Store.open(url)
    append(store, "panel:one", 2, scored(3, 4))
    append(store, "panel:two", 0)
    Anchor(store, file, SECRET).note()
    store.close()
    database.write_bytes(copy)
    store = Store.open(url)
    assert store.verify().broken is None
    assert "panel:one, version 4" in broken(store, file) and "older copy" in broken(store, file)
    with pytest.raises(AnchorError, match="older copy"):
        Anchor(store, file, SECRET).note()
    store.close()


def test_nothing_is_written_where_nothing_has_changed_and_each_line_names_what_has(anchor: Anchor, file: Path) -> None:
    anchor.note()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["number"] for line in lines] == [1, 2]
    assert set(lines[0]["streams"]) == {"panel:one", "panel:two", "case:HW-011", REGISTER}
    assert set(lines[1]["streams"]) == {"panel:one"}
    assert lines[1]["streams"]["panel:one"][:2] == ["panel", 3]


def test_a_line_that_was_changed_removed_reordered_or_signed_by_another_is_shown(
    store: Store, anchor: Anchor, file: Path
) -> None:
    append(store, "panel:one", 3)
    anchor.note()
    first, second, third = file.read_bytes().splitlines(keepends=True)
    for text, said in (
        (first + second.replace(b'"panel",3', b'"panel",2') + third, "signature"),
        (first + third, "line 2"),
        (second + third, "line 1"),
        (first + third + second, "line 2"),
    ):
        file.write_bytes(text)
        assert said in broken(store, file)
    file.write_bytes(first + second + third)
    assert "another key" in broken(store, file, {public_key(b"another secret, which nobody has but them")})
    assert isinstance(check(file.read_bytes(), KEYS, store), Checked)


def test_what_anybody_may_write_into_the_file_ends_in_a_sentence(
    store: Store, database_url: str, anchor: Anchor, file: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    whole = file.read_bytes()
    deep = b"[" * 5000 + b"\n"
    forged = b'{"number":3,"at":"","previous":"","streams":{},"key":"\\ud800","signature":"00"}\n'
    asked = ["verify", "--database", database_url, "--anchor", str(file), "--anchor-key", *KEYS]
    for added, status in ((deep, 0), (forged, 1)):
        file.write_bytes(whole + added)
        assert main(asked) == status
        assert b"Traceback" not in capfdbinary.readouterr().err
    file.write_bytes(whole + deep)
    append(store, "panel:one", 3)
    assert Anchor(store, file, SECRET).note().number == 3


def test_an_anchor_without_a_line_shows_nothing_and_says_so(store: Store, file: Path) -> None:
    found = check(b"", KEYS, store)
    assert isinstance(found, Broken) and "no line" in found.what


def test_a_line_that_was_being_written_when_the_power_went_is_passed_over(
    store: Store, anchor: Anchor, file: Path
) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"number":3,"at":"2026')
    assert isinstance(check(file.read_bytes(), KEYS, store), Checked)
    append(store, "panel:one", 3)
    Anchor(store, file, SECRET).note()
    found = check(file.read_bytes(), KEYS, store)
    assert isinstance(found, Checked) and len(found.lines) == 3


def test_several_processes_write_one_file_in_turn(store: Store, anchor: Anchor, file: Path) -> None:
    others = [Anchor(store, file, SECRET) for _ in range(3)]

    def work(number: int) -> None:
        for version in range(5):
            append(store, f"panel:of {number}", version)
            others[number].note()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = check(file.read_bytes(), KEYS, store)
    assert isinstance(found, Checked)
    assert found.lines[-1] == anchor.note()


def test_erasing_leaves_the_anchor_as_it_was(store: Store, anchor: Anchor, file: Path) -> None:
    store.erase([("panel:one", None)], actor="x", at=datetime.now(UTC), reason={"decision": "d1"})
    assert isinstance(check(file.read_bytes(), KEYS, store), Checked)
    anchor.note()
    assert isinstance(check(file.read_bytes(), KEYS, store), Checked)


def test_a_file_that_cannot_be_written_is_a_sentence(store: Store, tmp_path: Path) -> None:
    append(store, "panel:one", 0)
    with pytest.raises(AnchorError, match="cannot be written"):
        Anchor(store, tmp_path, SECRET).note()


def test_the_anchor_follows_the_record_by_itself(store: Store, file: Path) -> None:
    append(store, "panel:one", 0)
    anchor = Anchor(store, file, SECRET)
    stop = anchor.follow(timedelta(seconds=0.01))
    try:
        wait_until(lambda: file.exists() and len(file.read_bytes().splitlines()) == 1)
        append(store, "panel:one", 1)
        wait_until(lambda: len(file.read_bytes().splitlines()) == 2)
    finally:
        stop()


def test_a_database_that_contradicts_the_anchor_is_logged_once_and_nothing_is_added(
    store: Store, database_url: str, anchor: Anchor, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with by_hand(database_url) as connection:
        removed_with_its_register_row(connection)
    before = file.read_bytes()
    rounds: list[int] = []

    def now() -> bool:
        rounds.append(1)
        return len(rounds) > 20 and bool(caplog.records)

    stop = Anchor(store, file, SECRET).follow(timedelta(seconds=0.005))
    try:
        wait_until(now)
    finally:
        stop()
    (said,) = [one.message for one in caplog.records if one.name == "framework.streams.anchor"]
    assert "panel:two" in said and "not anchored" in said
    assert file.read_bytes() == before
