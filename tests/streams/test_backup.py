"""Protects: a backup is whole although a meeting goes on, and a restored record is what the backup holds, or what it was."""

import errno
import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from framework.__main__ import main
from framework.streams.store import BackupRefused, Store, backup, restore
from framework.workspace import Workspace
from tests.postgres import PostgresServer
from tests.streams.stores import append, by_hand, everything, on_sqlite, scored


def address(file: Path) -> str:
    return f"sqlite:///{file}"


def held(url: str) -> Store:
    """A record with two streams, of which one event is erased."""
    store = Store.open(url)
    append(store, "panel-1", 0, scored(1, 2, 3), title="Ünïcode — “one”")
    append(store, "panel-2", 0, scored(1))
    store.erase([("panel-2", [1])], actor="o", at=store.streams()[0].updated_at, reason={})
    return store


# ── Taking one ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_holds_every_row_and_is_for_its_owner_only(database_url: str, tmp_path: Path) -> None:
    held(database_url).close()
    to = tmp_path / "kept" / "monday 50%.db"
    assert backup(database_url, to) == (2, 5, 1, None)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert [one.name for one in to.parent.iterdir()] == [to.name]
    with closing(sqlite3.connect(to)) as copy:
        rows = everything(database_url)
        for table in ("events", "streams", "stream_index", "drafts"):
            assert sorted(copy.execute(f"SELECT * FROM {table}")) == rows[table]


def test_a_backup_of_a_meeting_that_goes_on_is_whole_and_loses_nothing(database_url: str, tmp_path: Path) -> None:
    store = held(database_url)
    append(store, "panel-3", 0, [one for _ in range(2000) for one in scored("a long answer " * 20)])
    begun, stop, written = Event(), Event(), []

    def score() -> None:
        while not stop.is_set():
            written.append(append(store, "panel-1", store.head("panel-1")))
            begun.set()

    writer = Thread(target=score)
    writer.start()
    try:
        assert begun.wait(20)
        before = len(written)
        for number in range(3):
            kept = backup(database_url, tmp_path / f"{number}.db")
            assert kept.broken is None and kept.streams == 3
        assert len(written) > before, "members go on scoring meanwhile"
    finally:
        stop.set()
        writer.join()
    with closing(sqlite3.connect(tmp_path / "2.db")) as copy:
        (head,) = copy.execute("SELECT head FROM streams WHERE stream = 'panel-1'").fetchone()
    assert written[before - 1] <= head <= store.head("panel-1")
    assert store.verify().broken is None and store.head("panel-1") == 3 + len(written)
    store.close()


def test_a_backup_is_written_over_nothing(database_url: str, tmp_path: Path) -> None:
    held(database_url).close()
    to = tmp_path / "notes.txt"
    to.write_text("minutes")
    with pytest.raises(BackupRefused, match=r"something at .* already"):
        backup(database_url, to)
    assert to.read_text() == "minutes"
    with pytest.raises(BackupRefused, match="Nothing can be written in"):
        backup(database_url, to / "under a file" / "x.db")


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a USB stick, where a file has one name."""

    def link(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)


def test_a_backup_onto_a_disk_without_links_is_whole_and_over_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(database_url).close()
    without_links(monkeypatch)
    to = tmp_path / "stick" / "monday.db"
    assert backup(database_url, to) == (2, 5, 1, None)
    assert [one.name for one in to.parent.iterdir()] == [to.name]
    before = to.read_bytes()
    with pytest.raises(BackupRefused, match="something at"):
        backup(database_url, to)
    assert to.read_bytes() == before


def test_a_record_is_not_replaced_where_the_old_one_cannot_be_kept(
    tmp_path: Path, monday: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "there" / "homeward.db"
    store = held(address(there))
    append(store, "panel-1", 3)
    store.close()
    without_links(monkeypatch)
    with pytest.raises(BackupRefused, match="Operation not permitted"):
        restore(monday, address(there), replace=True)
    again = Store.open(address(there))
    assert again.head("panel-1") == 4
    again.close()
    assert [one.name for one in there.parent.iterdir() if not one.name.endswith(("-wal", "-shm"))] == [there.name]


def test_a_record_that_is_not_whole_is_copied_and_said_to_be_so(
    database_url: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    held(database_url).close()
    with by_hand(database_url) as connection:
        connection.exec_driver_sql("UPDATE events SET actor = 'someone' WHERE stream = 'panel-1' AND version = 2")
    copy, again = tmp_path / "copy.db", address(tmp_path / "again.db")
    assert main(["backup", str(copy), "--database", database_url]) == 1
    said = capfdbinary.readouterr()
    assert json.loads(said.out)["ok"] is False and b"panel-1, version 2" in said.err
    assert main(["restore", str(copy), "--database", again]) == 2
    assert b"is not whole: panel-1, version 2" in capfdbinary.readouterr().err
    assert not Path(again.removeprefix("sqlite:///")).exists()
    assert main(["restore", str(copy), "--database", again, "--damaged"]) == 1
    assert everything(again)["events"] == everything(database_url)["events"]


def test_no_backup_is_taken_of_a_file_that_is_not_there(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["backup", str(tmp_path / "to.db"), "--database", address(tmp_path / "typo.db")]) == 2
    assert b"There is no database at" in capfdbinary.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ── Restoring one ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def monday(tmp_path: Path) -> Path:
    """A backup."""
    source = tmp_path / "source" / "homeward.db"
    held(address(source)).close()
    backup(address(source), tmp_path / "monday.db")
    shutil.rmtree(source.parent)
    return tmp_path / "monday.db"


def test_what_is_restored_is_what_was_kept_and_goes_on(
    database_url: str, monday: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["restore", str(monday), "--database", database_url]) == 0
    assert json.loads(capfdbinary.readouterr().out) == {
        "ok": True, "file": str(monday), "set_aside": None, "streams": 2, "events": 5, "erased": 1,
    }  # fmt: skip
    with closing(sqlite3.connect(monday)) as copy:
        assert sorted(copy.execute("SELECT * FROM events")) == everything(database_url)["events"]
    store = Store.open(database_url)
    assert append(store, "panel-1", 3) == 4 and append(store, "panel-9", 0) == 1
    assert store.verify() == (3, 7, 1, None)
    store.close()


def test_a_record_that_holds_something_is_replaced_only_if_that_is_said(
    database_url: str, monday: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    store = Store.open(database_url)
    append(store, "panel-7", 0)
    store.close()
    before = everything(database_url)
    assert main(["restore", str(monday), "--database", database_url]) == 2
    assert b"holds a record already" in capfdbinary.readouterr().err
    assert everything(database_url) == before
    assert main(["restore", str(monday), "--database", database_url, "--replace"]) == 0
    said = json.loads(capfdbinary.readouterr().out)
    store = Store.open(database_url)
    assert store.head("panel-7") == 0 and store.head("panel-1") == 3 and store.verify().broken is None
    store.close()
    if on_sqlite(database_url):
        assert everything(address(said["set_aside"])) == before


def test_a_record_in_use_is_not_replaced(database_url: str, monday: Path, store: Store) -> None:
    append(store, "panel-7", 0)
    with pytest.raises(BackupRefused, match="Stop Homeward"):
        restore(monday, database_url, replace=True)
    assert store.head("panel-7") == 1 and append(store, "panel-7", 1) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b"Minutes of the panel. " * 300),
        lambda file: file.write_bytes(file.read_bytes()[:20000]),
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
        lambda file: (file.unlink(), file.mkdir()),
    ],
    ids=["text", "cut off", "empty", "gone", "a folder"],
)
def test_what_is_no_backup_changes_nothing(
    database_url: str, monday: Path, spoil: Callable[[Path], object], store: Store
) -> None:
    append(store, "panel-7", 0)
    store.close()
    before = everything(database_url)
    spoil(monday)
    with pytest.raises(BackupRefused, match=r"Nothing was changed|is not whole"):
        restore(monday, database_url, replace=True)
    assert everything(database_url) == before


def test_a_damaged_file_is_replaced_and_kept(tmp_path: Path, monday: Path) -> None:
    file = tmp_path / "data" / "homeward.db"
    file.parent.mkdir()
    file.write_bytes(b"no database " * 1000)
    with pytest.raises(BackupRefused, match="holds a record already"):
        restore(monday, address(file))
    restored = restore(monday, address(file), replace=True)
    assert restored.set_aside and restored.set_aside.read_bytes() == b"no database " * 1000
    assert Store.open(address(file)).verify() == (2, 5, 1, None)


def test_the_app_goes_on_with_a_meeting_that_was_restored_into_the_other_database(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    url = postgres_server.create_database(started=True)
    names = set(Workspace.open(url).rollouts.names())
    backup(url, tmp_path / "monday.db")
    restore(tmp_path / "monday.db", address(tmp_path / "homeward.db"))
    work = Workspace.open(address(tmp_path / "homeward.db"))
    assert set(work.rollouts.names()) == names and len(work.cases.all()) > 5
    work.store.close()


# ── The file under the app ───────────────────────────────────────────────────────────────────────────────────────────

GONE: dict[str, Callable[[Path], object]] = {
    "deleted": lambda file: file.unlink(),
    "moved": lambda file: file.rename(file.with_suffix(".old")),
    "replaced": lambda file: os.replace(shutil.copy(file, file.with_suffix(".new")), file),
    "its folder moved": lambda file: file.parent.rename(file.parent.with_name("elsewhere")),
}


@pytest.mark.parametrize("how", list(GONE))
def test_nothing_is_called_saved_once_the_file_is_another(how: str, tmp_path: Path) -> None:
    file = tmp_path / "data" / "homeward.db"
    store = Store.open(address(file))
    append(store, "panel-1", 0)
    GONE[how](file)
    for write in (
        lambda: append(store, "panel-1", 1),
        lambda: append(store, "panel-2", 0),
        store.check_writable,
        lambda: store.drop_draft("panel-1", "a", "b"),
    ):
        with pytest.raises(
            Exception, match="was deleted, moved or replaced while Homeward was running, so the last step was not saved"
        ):
            write()
    assert store.head("panel-1") == 1, "what was saved before can still be read"
    assert file.exists() == (how == "replaced"), "no empty file is made in its place"
    store.close()


def test_a_file_that_is_put_back_is_written_to_again(tmp_path: Path) -> None:
    file = tmp_path / "homeward.db"
    store = Store.open(address(file))
    append(store, "panel-1", 0)
    file.rename(tmp_path / "away.db")
    with pytest.raises(Exception, match="not saved"):
        append(store, "panel-1", 1)
    (tmp_path / "away.db").rename(file)
    assert append(store, "panel-1", 1) == 2
    store.close()


def test_what_others_could_read_is_for_its_owner_only_after_a_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "data" / "homeward.db"
    store = Store.open(address(file))
    append(store, "panel-1", 0)
    beside = [file, file.with_name("homeward.db-wal"), file.with_name("homeward.db-shm")]
    for one in beside:
        one.chmod(0o664)
    file.parent.chmod(0o755)
    again = Store.open(address(file))
    assert [stat.S_IMODE(one.stat().st_mode) for one in [file.parent, *beside]] == [0o700, 0o600, 0o600, 0o600]
    assert caplog.text.count("could be opened by other users") == 4
    again.close()
    store.close()


def test_a_folder_that_holds_other_things_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "shared" / "homeward.db"
    file.parent.mkdir()
    (file.parent / "minutes.docx").write_text("")
    file.parent.chmod(0o755)
    Store.open(address(file)).close()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o755
