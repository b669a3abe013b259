"""A copy of the whole record while it is in use, and a record from such a copy.

A backup is a SQLite file, whichever database it was taken from, so that it can be checked, read and restored anywhere.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from framework.streams.store import database
from framework.streams.store.chain import Verified
from framework.streams.store.log import Store
from framework.streams.store.schema import events, metadata

BATCH = 1000
"""Rows that are read and written at a time."""
TABLES = metadata.sorted_tables


class BackupRefused(Exception):
    """What was asked for would overwrite something, or cannot be done: a sentence for the operator. Nothing was changed."""


class Restored(NamedTuple):
    """What the record holds now, and where the file that stood there before was put (None: there was none)."""

    verified: Verified
    set_aside: Path | None


def backup(url: str | None, to: Path) -> Verified:
    """Copy the record, as it stands at one moment, into a new file, and check the copy. Meetings go on meanwhile.

    A copy that is not whole is kept, too: what is wrong in it is wrong in the record. Raises BackupRefused, StoreUnavailable.
    """
    if to.exists():
        raise BackupRefused(f"There is something at {to} already. Nothing was changed; give the backup another name.")
    engine = database.connect(url)
    try:
        with database.plain_errors(engine.url):
            database.migrate(engine)
        with _temporary(to) as file:
            if engine.dialect.name == "sqlite":
                _copy_file(engine, file)
            else:
                _copy_rows(engine, file)
            verified = _verify(file)
            _finish(file)
            _give_name(file, to)
    finally:
        engine.dispose()
    return verified


def restore(source: Path, url: str | None, *, replace: bool = False, damaged: bool = False) -> Restored:
    """Make the record what a backup holds: all of it or nothing. Homeward must not be running on it.

    A record that holds something is only replaced if `replace` says so, and a backup of which `verify` says that it is not whole
    is only taken if `damaged` says so. A SQLite file that is replaced is kept under another name. Raises BackupRefused,
    StoreUnavailable.
    """
    address = database.address(url)
    if address.get_backend_name() == "sqlite":
        if not address.database or "uri" in address.query:
            raise BackupRefused("A backup is restored into a file: give an address such as sqlite:///path/to/file.db.")
        return _restore_file(source, Path(address.database), replace, damaged)
    return _restore_rows(source, url, replace, damaged)


# ── Taking one ───────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _temporary(beside: Path) -> Iterator[Path]:
    """An empty file for its owner only, beside the one that is to be made, and gone afterwards."""
    try:
        beside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=beside.parent, prefix=".homeward-")
    except OSError as error:
        raise BackupRefused(
            f"Nothing can be written in {beside.parent} ({error.strerror}). Nothing was changed."
        ) from None
    os.close(handle)
    try:
        yield Path(name)
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise BackupRefused(f"The copy could not be made ({why}). Nothing was changed.") from None
    finally:
        for end in ("", *database.SIDE_FILES, "-journal"):
            Path(name + end).unlink(missing_ok=True)


def _copy_file(engine: Engine, to: Path) -> None:
    """SQLite's own copy: in one step, of one moment; writers wait for nothing, since the log of the file is written ahead."""
    with database.plain_errors(engine.url), engine.connect() as connection:
        source = connection.connection.dbapi_connection
        assert isinstance(source, sqlite3.Connection)
        target = sqlite3.connect(to)
        try:
            source.backup(target)
        finally:
            target.close()
    _into_one_file(to)


def _copy_rows(engine: Engine, to: Path) -> None:
    """Every row of a PostgreSQL database, as it stands at one moment."""
    target = _emptied(to)
    try:
        reading = database.reading_at_one_moment(engine)
        with (
            database.plain_errors(engine.url),
            reading.connect() as source,
            database.patient(source),
            target.begin() as connection,
        ):
            _copy_tables(source, connection)
    finally:
        target.dispose()
    _into_one_file(to)


def _emptied(file: Path) -> Engine:
    """A SQLite file with our tables and nothing in them."""
    engine = database.connect(f"sqlite:///{file}")
    database.migrate(engine)
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(table.delete())
    return engine


def _copy_tables(source: Connection, target: Connection) -> None:
    for table in TABLES:
        rows = source.execution_options(yield_per=BATCH).execute(sa.select(table))
        for batch in rows.partitions():
            target.execute(table.insert(), [dict(row._mapping) for row in batch])


def _into_one_file(file: Path) -> None:
    """Without a write-ahead log: one file, and nothing beside it."""
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()


def _finish(file: Path) -> None:
    """On disk, before it gets its name."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _give_name(file: Path, to: Path) -> None:
    """Put a finished copy where it is to stand, over nothing that is there. Raises BackupRefused."""
    try:
        try:
            os.link(file, to)  # whole or not at all
        except FileExistsError:
            raise
        except OSError:  # FAT (a USB stick) and some network drives know no second name for a file
            os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            os.replace(file, to)
    except FileExistsError:
        raise BackupRefused(f"Something was put at {to} meanwhile. It was left as it is.") from None


def _verify(file: Path) -> Verified:
    store = Store.open(f"sqlite:///file:{quote(str(file))}?mode=ro&uri=true")
    try:
        return store.verify()
    finally:
        store.close()


# ── Restoring one ────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _checked(source: Path, beside: Path, damaged: bool) -> Iterator[tuple[Path, Verified]]:
    """A copy of a backup that is up to date and was verified."""
    if not source.is_file():
        raise BackupRefused(f"There is no backup at {source}. Nothing was changed.")
    with _temporary(beside) as file:
        try:
            opened = sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)
            target = sqlite3.connect(file)
            try:
                opened.backup(target)
                target.execute("SELECT count(*) FROM events")  # an empty file is a database without tables
            finally:
                opened.close()
                target.close()
            Store.open(f"sqlite:///{file}").close()  # an older release may have made it
            _into_one_file(file)
            verified = _verify(file)
        except (sqlite3.Error, database.StoreUnavailable) as error:
            newer = isinstance(error, database.StoreUnavailable) and error.reason == "newer_schema"
            why = "a newer release of Homeward made it" if newer else "it is no backup, or it is damaged"
            raise BackupRefused(f"{source} cannot be restored: {why}. Nothing was changed.") from None
        if verified.broken and not damaged:
            broken = verified.broken
            raise BackupRefused(
                f"{source} is not whole: {broken.stream}, version {broken.version}: {broken.what}. Nothing was changed. Take an "
                "earlier backup; --damaged restores this one as it is."
            )
        yield file, verified


def _restore_file(source: Path, target: Path, replace: bool, damaged: bool) -> Restored:
    if not replace and _file_holds_something(target):
        raise BackupRefused(_holds_something(str(target)))
    with _checked(source, target, damaged) as (file, verified):
        aside = None
        if target.exists():
            _refuse_if_in_use(target)
            stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
            if target.stat().st_size:
                aside = target.with_name(f"{target.name}.before-restore-{stamp}")
                os.link(target, aside)
        _finish(file)
        for end in database.SIDE_FILES:  # of the old file: they must not be taken for the new one's
            side = target.with_name(target.name + end)
            with suppress(FileNotFoundError):
                side.rename(aside.with_name(aside.name + end)) if aside else side.unlink()
        os.replace(file, target)
    return Restored(verified, aside)


def _file_holds_something(path: Path) -> bool:
    """Anything but an empty file, or tables in which no stream has begun. What cannot be read may hold something."""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
        try:
            return bool(connection.execute("SELECT count(*) FROM events").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error:
        return True


def _refuse_if_in_use(path: Path) -> None:
    """Raises BackupRefused while a program has the file open; empties its write-ahead log into it."""
    connection = sqlite3.connect(path, timeout=0.5)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")  # which SQLite does only for the last one who has it open
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise BackupRefused(_in_use(str(path))) from None
    except sqlite3.DatabaseError:
        pass  # damaged: what is restored takes its place
    finally:
        connection.close()


def _restore_rows(source: Path, url: str | None, replace: bool, damaged: bool) -> Restored:
    engine = database.connect(url)
    try:
        with (
            _checked(source, Path(tempfile.gettempdir()) / "homeward", damaged) as (file, _),
            database.plain_errors(engine.url),
        ):
            database.migrate(engine)
            _refuse_connections(engine)
            with engine.connect() as connection, database.patient(connection), connection.begin():
                if not replace and connection.execute(sa.select(sa.func.count()).select_from(events)).scalar_one():
                    raise BackupRefused(_holds_something("The PostgreSQL database"))
                tables = ", ".join(table.name for table in TABLES)
                connection.exec_driver_sql(f"TRUNCATE {tables}")
                backup = sa.create_engine(f"sqlite:///{file}")
                with backup.connect() as opened:
                    _copy_tables(opened, connection)
                backup.dispose()
                connection.execute(
                    sa.text("SELECT setval('events_seq_seq', (SELECT coalesce(max(seq), 0) + 1 FROM events), false)")
                )
    except (exc.DataError, exc.IntegrityError) as error:
        raise BackupRefused(
            f"{source} holds something that PostgreSQL cannot store ({str(error.orig).partition(chr(10))[0]}). Nothing was changed."
        ) from None
    finally:
        engine.dispose()
    store = Store.open(url)
    try:
        return Restored(store.verify(), None)
    finally:
        store.close()


def _refuse_connections(engine: Engine) -> None:
    """Raises BackupRefused while anybody else is connected; one who has just gone may be listed for a moment."""
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    for _ in range(20):
        engine.dispose()  # our own connections but one
        with database.reading(engine).connect() as connection:
            if not connection.execute(others).scalar_one():
                return
        time.sleep(0.1)
    raise BackupRefused(_in_use("The PostgreSQL database"))


def _in_use(place: str) -> str:
    return f"{place} is in use. Nothing was changed. Stop Homeward, and every other program that uses it, then restore again."


def _holds_something(place: str) -> str:
    return (
        f"{place} holds a record already. Nothing was changed. Take a backup of it first if it may be needed; then --replace "
        "puts the other one in its place."
    )
