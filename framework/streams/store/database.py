"""Opening the database: its address, how it is connected to, its schema, and why it cannot be used.

SQLite in a file is the default and needs nothing; PostgreSQL is for several processes or machines. Both are
set up so that a commit that returned is on disk.
"""

import errno
import logging
import math
import os
import re
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Connection, Engine

log = logging.getLogger(__name__)

DEFAULT_FILE = Path("data/homeward.db")
DEFAULT_ADDRESS = f"sqlite:///{DEFAULT_FILE}"
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 2.0
"""How long to wait for someone else's lock, for a free connection and for a server's answer: it has to be said within 3 seconds.
(Two is also the least that psycopg takes for a connection.)"""
SILENT_SECONDS = 1.0
"""So long after such a wait nobody waits again: a page that is drawn asks a dozen times."""
MIGRATION_SECONDS = 600
"""How long to wait for another process that migrates: 100,000 events take it 2 to 4 seconds."""

_ADVISORY_LOCK = 0x686F6D65  # "home": any number will do that nothing else in the same database locks
_MIGRATING = Lock()  # Alembic keeps the migration that runs in a module-wide variable

Reason = Literal[
    "newer_schema", "unreachable", "read_only", "full", "locked", "corrupt", "bad_url", "damaged", "replaced"
]

_SENTENCES: dict[Reason, str] = {
    "newer_schema": (
        "{place} was set up by a newer version of Homeward. Nothing in it was changed and all of it is safe. "
        "Start that newer version, or set DATABASE_URL to another database."
    ),
    "unreachable": (
        "{place} cannot be reached. {saved} A step sent at this very moment may or may not have been saved. "
        "Check that {check}; then look whether the step is there before repeating it."
    ),
    "read_only": (
        "{place} can be read but not written to, so the last step was not saved. {saved} "
        "Give Homeward permission to write there, then repeat the step."
    ),
    "full": (
        "{place} cannot grow because its disk is full, so the last step was not saved. {saved} "
        "Make room on the disk, then repeat the step."
    ),
    "locked": (
        "{place} was kept busy by something else for too long, so the last step was not saved. {saved} "
        "Repeat the step; if this happens again, look for another program that uses it."
    ),
    "corrupt": (
        "{place} does not hold what Homeward stores: it is damaged, or another program changed or made it. "
        "Nothing was written just now. Keep a copy of it as it is, then restore the latest backup."
    ),
    "damaged": (
        "One part of the record ({place}) is damaged, or another program changed it, so it cannot be shown. Nothing was "
        "written just now, and everything else can be used as before. Keep a copy of the database as it is, then restore "
        "this part from the latest backup."
    ),
    "replaced": (
        "{place} was deleted, moved or replaced while Homeward was running, so the last step was not saved, and no other is "
        "saved there now. What was confirmed as saved before is in the file that was there: put it back, or restore the latest "
        "backup, and start Homeward again. Then repeat the step."
    ),
    "bad_url": (
        "DATABASE_URL is not an address that Homeward can use. Nothing was opened or changed. "
        "Write sqlite:///path/to/file.db or postgresql://user:password@host:5432/database, "
        "with special characters in the password percent-encoded (@ as %40)."
    ),
}
_SAVED = "Everything that was confirmed as saved is safe."


class StoreUnavailable(Exception):
    """The store cannot be used. The message is for the user: what happened, what is safe, what to do."""

    def __init__(self, reason: Reason, place: str = "The database", check: str = "it runs") -> None:
        super().__init__(reason, place, check)
        self.reason: Reason = reason
        self._sentence = _SENTENCES[reason].format(place=place, check=check, saved=_SAVED)

    def __str__(self) -> str:
        return self._sentence


class StreamDamaged(StoreUnavailable):
    """One stream cannot be read; all others can."""

    def __init__(self, stream: str) -> None:
        super().__init__("damaged", stream)
        self.stream = stream


class Silence:
    """Whether the database has just kept somebody waiting in vain. Any thread may use it.

    After that nobody waits again for a moment, so that a page says what is wrong after one wait and not after each of a dozen.
    """

    def __init__(self) -> None:
        self._until, self._reason, self._only_writing = 0.0, "", False

    def check(self, *, writing: bool) -> Reason | None:
        """Why not to ask now; None: ask."""
        if time.monotonic() >= self._until or (self._only_writing and not writing):
            return None
        return "locked" if self._reason == "locked" else "unreachable"

    def note(self, reason: Reason, *, writing: bool, waited: float) -> None:
        """Somebody who asked was told this after so many seconds."""
        if reason in ("locked", "unreachable") and waited >= BUSY_SECONDS / 2:
            # A lock that keeps a writer out lets readers in, mostly; a server that is frozen answers nobody.
            self._only_writing = writing and reason == "locked"
            self._reason, self._until = reason, time.monotonic() + SILENT_SECONDS


def connect(address: str | None) -> Engine:
    """An engine for the address (None: $DATABASE_URL, else the default file); connects to nothing yet."""
    address = _address(address)
    try:
        url = sa.make_url(address)
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:") and _options_count(url):
            return _connect_sqlite(url.set(drivername="sqlite+pysqlite"))
        # A second @ is one in the password that was not encoded. Part of the password would then pass for the
        # host and appear in the driver's messages.
        if url.get_backend_name() in ("postgresql", "postgres") and address.count("@") <= 1:
            return _connect_postgresql(url.set(drivername="postgresql+psycopg"))
    except (exc.ArgumentError, ValueError):
        pass  # and not kept as the cause: its message repeats the address, with the password
    raise StoreUnavailable("bad_url")


def address(given: str | None) -> URL:
    """The address that `connect` would use. Raises StoreUnavailable for one that cannot be read."""
    try:
        return sa.make_url(_address(given))
    except (exc.ArgumentError, ValueError):
        raise StoreUnavailable("bad_url") from None


def folder(url: URL) -> Path:
    """Where files that go with a record are kept: beside a SQLite file, else `data` under the current folder."""
    sqlite = url.get_backend_name() == "sqlite" and "uri" not in url.query
    return Path(url.database or "").parent if sqlite else DEFAULT_FILE.parent


def folder_of(given: str | None = None) -> Path:
    """:func:`folder` of the record that `connect` would open, whether or not it can be reached."""
    try:
        return folder(address(given))
    except StoreUnavailable:
        return DEFAULT_FILE.parent


def _address(given: str | None) -> str:
    return given or os.environ.get("DATABASE_URL") or DEFAULT_ADDRESS


def missing_file(address: str) -> str | None:
    """The SQLite file that an address names, if it is not there: to open the address would create it."""
    try:
        url = sa.make_url(address)
    except (exc.ArgumentError, ValueError):
        return None
    if url.get_backend_name() != "sqlite" or not url.database or "uri" in url.query or os.path.exists(url.database):
        return None
    return url.database


def file_at(url: URL) -> tuple[int, int] | None:
    """Which file stands at a SQLite address now (its device and inode); None if none does, or the address names no file."""
    if url.get_backend_name() != "sqlite" or "uri" in url.query:
        return None
    try:
        found = os.stat(url.database or "")
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _options_count(url: URL) -> bool:
    """SQLite takes options (?mode=ro) only of an address that is a URI; of another it would pass over them."""
    return not url.query or "uri" in url.query


def _connect_sqlite(url: URL) -> Engine:
    if "uri" not in url.query:
        _create_file(Path(url.database or ""))
        _tighten(Path(url.database or ""))
    opened = file_at(url)
    engine = sa.create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=10,
        max_overflow=20,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,  # error messages go to logs; case data does not
    )

    @event.listens_for(engine, "do_connect")
    def on_do_connect(*_: object) -> None:
        if file_at(url) != opened:  # SQLite would make an empty file in its place
            raise unavailable(url, "replaced")

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin transactions by itself, and not for reads: on_begin does it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten: see `erasing.wipe`

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if begin := connection.get_execution_options().get("sqlite_begin", "BEGIN"):
            connection.exec_driver_sql(begin)

    return engine


def _create_file(path: Path) -> None:
    """Create the file for its owner only, since it holds case data; SQLite's other files get its mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Exclusively: to open and close a file that SQLite has open would drop its locks.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        log.info("cannot create %s: %s", path, error.strerror)
        reasons: dict[int | None, Reason] = {
            errno.EROFS: "read_only",
            errno.EACCES: "read_only",
            errno.EPERM: "read_only",
            errno.ENOSPC: "full",
            errno.EDQUOT: "full",
        }
        raise unavailable(sa.make_url(f"sqlite:///{path}"), reasons.get(error.errno, "unreachable")) from None


SIDE_FILES = ("-wal", "-shm")
"""What SQLite puts behind the name of the file for its write-ahead log."""
_OWN_FOLDER = re.compile(r"secret|\.secret-.*|\.homeward-.*|.*\.(db|sqlite|sqlite3|log)(-wal|-shm|-journal)?")


def _tighten(path: Path) -> None:
    """Take from others what they may do with a file of case data, its write-ahead log, and a folder that holds nothing else.

    Only the owner of a file can; on systems without such permissions nothing happens.
    """
    beside = [path.with_name(path.name + end) for end in SIDE_FILES]
    with suppress(OSError):
        own = path.parent.resolve() == DEFAULT_FILE.parent.resolve() or all(
            _OWN_FOLDER.fullmatch(one.name) for one in path.parent.iterdir()
        )
        for one in [path, *beside, *([path.parent] if own else [])]:
            if one.exists() and (wide := stat.S_IMODE(one.stat().st_mode)) & 0o077:
                one.chmod(wide & 0o700)
                log.warning("%s could be opened by other users of this machine; now only by its owner.", one)


def _connect_postgresql(url: URL) -> Engine:
    defaults = {
        "connect_timeout": str(
            math.ceil(BUSY_SECONDS)
        ),  # also of a server that is frozen: its system takes connections
        "tcp_user_timeout": "20000",  # a server that vanished must not hold a page for many minutes
        "client_encoding": "utf8",
    }
    engine = sa.create_engine(
        url.update_query_dict({key: value for key, value in defaults.items() if key not in url.query}),
        pool_size=10,
        max_overflow=20,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,  # connections do not survive a restart of the server
        hide_parameters=True,
    )

    silence = Silence()

    @event.listens_for(engine, "do_connect")
    def on_do_connect(_: object, __: object, args: Any, options: dict[str, Any]) -> psycopg.Connection:
        # A connection of the pool that gives no answer is thrown away and another one made, which would wait once more.
        if silence.check(writing=True):
            raise NoAnswer("the server has just given no answer")
        connection = Impatient.connect(*args, **options)
        connection.silence = silence
        return connection

    @event.listens_for(engine, "connect")
    def on_connect(connection: psycopg.Connection, _: object) -> None:
        connection.autocommit = True
        connection.execute(
            # Shorter than the wait for an answer, so that a lock is said to be one.
            f"SELECT set_config('lock_timeout', '{int(BUSY_SECONDS * 750)}', false),"
            " CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')"  # stricter ones stay
            " THEN set_config('synchronous_commit', 'on', false) END"
        )
        connection.autocommit = False

    return engine


class NoAnswer(psycopg.OperationalError):
    """The server has the question and does not answer."""


class Impatient(psycopg.Connection[Any]):
    """A connection that waits no longer than that for an answer.

    The system of a server that is frozen acknowledges what it is sent, so that no timeout of TCP would end the wait.
    """

    patience: float | None = None
    """Seconds; None: `BUSY_SECONDS`."""
    silence: Silence | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        seconds = self.patience or BUSY_SECONDS
        try:
            return super().wait(gen, interval, timeout if timeout is not None else seconds)
        except psycopg.OperationalError as error:
            if timeout is not None or type(error).__name__ != "_WaitTimeout":
                raise
            if self.silence is not None:
                self.silence.note("unreachable", writing=True, waited=seconds)
            self.pgconn.finish()  # without a word to the server; SQLAlchemy takes it out of the pool
            raise NoAnswer("no answer") from None


def writing(engine: Engine) -> Engine:
    """The engine for transactions that write: on SQLite they take the lock first, so none fails half-way."""
    return engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """The engine for single reads: PostgreSQL needs no BEGIN and ROLLBACK around them."""
    return _on_postgresql(engine, "AUTOCOMMIT")


def reading_at_one_moment(engine: Engine) -> Engine:
    """The engine for several reads that must agree. On SQLite any transaction sees one moment."""
    return _on_postgresql(engine, "REPEATABLE READ")


def _on_postgresql(engine: Engine, isolation_level: str) -> Engine:
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level=isolation_level)


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; refuse one that this program does not know, before touching anything.

    Several processes may start at once: one migrates, the others wait for it.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with reading(engine).connect() as connection:
        up_to_date = _is_up_to_date(connection, scripts)
    if engine.dialect.name == "sqlite":
        _use_write_ahead_log(engine)
    if up_to_date:
        return
    with _MIGRATING, writing(engine).connect() as connection, patient(connection), connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{MIGRATION_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        if not _is_up_to_date(connection, scripts):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


@contextmanager
def patient(connection: Connection) -> Iterator[None]:
    """Wait as long as a migration, one's own or that of another process, or a copy of everything may take."""
    driver = connection.connection.dbapi_connection
    if isinstance(driver, Impatient):
        driver.patience = MIGRATION_SECONDS
        yield
        driver.patience = None
        return
    if driver is None:
        yield
        return
    driver.execute(f"PRAGMA busy_timeout = {MIGRATION_SECONDS * 1000}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def _is_up_to_date(connection: Connection, scripts: ScriptDirectory) -> bool:
    current = set(MigrationContext.configure(connection).get_current_heads())
    if not current <= {script.revision for script in scripts.walk_revisions()}:
        raise unavailable(connection.engine.url, "newer_schema")
    return current == set(scripts.get_heads())


def _use_write_ahead_log(engine: Engine) -> None:
    """Readers and the writer do not wait for each other; the file remembers it."""
    deadline = time.monotonic() + BUSY_SECONDS
    with engine.execution_options(sqlite_begin=None).connect() as connection:
        while connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() != "wal":
            try:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except exc.OperationalError as error:
                reason = _reason(engine.url, error)
                if reason == "read_only":
                    return  # a copy to read needs no such log
                # SQLite does not wait here by itself, and another process may be doing the same.
                if reason != "locked" or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)


@contextmanager
def plain_errors(url: URL, stream: str | None = None) -> Iterator[None]:
    """Turn what the database and its driver raise into a StoreUnavailable; let our own mistakes pass.

    Where one `stream` is read, text in it that is no text is damage to that stream alone.
    """
    try:
        yield
    except exc.SQLAlchemyError as error:
        reason = _reason(url, error)
        if reason is None:
            raise
        if stream is not None and is_undecodable(error):
            raise StreamDamaged(stream) from None
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        log.info("store unavailable (%s): %s: %s", reason, type(cause).__name__, str(cause).partition("\n")[0])
        raise unavailable(url, reason) from None


def unavailable(url: URL, reason: Reason) -> StoreUnavailable:
    """The exception to raise, its sentence naming the file but nothing of a server's address."""
    if url.get_backend_name() == "sqlite":
        return StoreUnavailable(
            reason, f"The database file {url.database}", "the file and its folder exist and its disk works"
        )
    return StoreUnavailable(
        reason,
        "The PostgreSQL database",
        "the server runs, and that the host, database, user and password in DATABASE_URL are right",
    )


def is_undecodable(error: exc.SQLAlchemyError) -> bool:
    """Text in a SQLite file that is not UTF-8: Python raises that, not SQLite, and so it has no name of SQLite's."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else None
    return isinstance(cause, sqlite3.OperationalError) and getattr(cause, "sqlite_errorname", None) is None


def _reason(url: URL, error: exc.SQLAlchemyError) -> Reason | None:
    """Which of our reasons an error is; None if it is none of them, but a mistake in a statement."""
    if isinstance(error, exc.TimeoutError):
        return "locked"  # every connection of the pool stayed in use
    if not isinstance(error, exc.DBAPIError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_reason(url, error.orig)
    if isinstance(error.orig, psycopg.Error):
        return _postgresql_reason(error, error.orig)
    return None


def _sqlite_reason(url: URL, error: sqlite3.Error) -> Reason | None:
    name = getattr(error, "sqlite_errorname", None)
    if name is None:
        # What Python raises without SQLite: text in the file that is not UTF-8, or mistakes of ours.
        return "corrupt" if isinstance(error, sqlite3.OperationalError) else None
    if name.startswith("SQLITE_CANTOPEN"):
        path = Path(url.database or "")
        readable = os.access(path, os.R_OK)
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        return "read_only" if readable and not writable else "unreachable"
    prefixes: dict[str, Reason] = {
        "SQLITE_READONLY": "read_only",
        "SQLITE_PERM": "read_only",
        "SQLITE_FULL": "full",
        "SQLITE_BUSY": "locked",
        "SQLITE_LOCKED": "locked",
        "SQLITE_CORRUPT": "corrupt",
        "SQLITE_NOTADB": "corrupt",
        "SQLITE_IOERR_SHMSIZE": "full",
        "SQLITE_IOERR": "unreachable",
    }
    for prefix, reason in prefixes.items():
        if name.startswith(prefix):
            return reason
    # The plain SQLITE_ERROR: our statements are right, so a table or column is not what they expect.
    return "corrupt" if name == "SQLITE_ERROR" else None


def _postgresql_reason(error: exc.DBAPIError, cause: psycopg.Error) -> Reason | None:
    if error.statement is None and isinstance(cause, psycopg.ProgrammingError):
        return "bad_url"  # an option in the address that the driver does not know
    states: dict[str, Reason] = {
        "25006": "read_only",  # read-only transaction, or a standby server
        "42501": "read_only",  # no permission
        "53100": "full",
        "55P03": "locked",  # lock_timeout
        "57014": "locked",  # statement_timeout
        "40P01": "locked",  # deadlock
        "40001": "locked",
        "42P01": "corrupt",  # no such table
        "42703": "corrupt",  # no such column
        "42P07": "corrupt",  # a table of that name is there, but not from our migrations
        "42701": "corrupt",  # so is a column
        "XX001": "corrupt",
        "XX002": "corrupt",
    }
    if cause.sqlstate in states:
        return states[cause.sqlstate]
    # No state: no answer. 08, 28, 3D, 53, 57, 58: the connection, the login, the database's name, too few
    # resources, a server that stops or starts, its disk.
    if isinstance(cause, psycopg.OperationalError) or (cause.sqlstate or "")[:2] in ("28", "3D"):
        return "unreachable"
    return None
