"""The log itself: events are appended to streams and read back, never changed or removed."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from framework.streams.store import database
from framework.streams.store.chain import FIRST_PREVIOUS_HASH, Broken, Head, Row, first_break, row_hash

log = logging.getLogger(__name__)

# The schema's owner is framework/streams/store/migrations; a test holds the two together.
_metadata = sa.MetaData()
_events = sa.Table(
    "events",
    _metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("stream", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.UniqueConstraint("stream", "version", name="events_stream_version"),
    sqlite_autoincrement=True,
)
_streams = sa.Table(
    "streams",
    _metadata,
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("head", sa.Integer, nullable=False),
    sa.Column("head_hash", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Text, nullable=False),
    sa.Index("streams_kind_updated_at", "kind", "updated_at"),
)


class NewEvent(NamedTuple):
    """An event to append: its type, and its content as JSON text, which is stored and hashed as it is.

    `actor` and `at` stand only where an event of a batch has its own; without them, those of the append hold.
    """

    type: str
    payload: str
    actor: str | None = None
    at: datetime | None = None


class StoredEvent(NamedTuple):
    """An event as it was appended; `at` is in UTC."""

    seq: int
    stream: str
    version: int
    type: str
    payload: str
    actor: str
    at: datetime


class StreamInfo(NamedTuple):
    """What a list shows of a stream; `head` is its last event's version, `updated_at` that event's time."""

    stream: str
    kind: str
    title: str | None
    head: int
    head_hash: str
    updated_at: datetime


class Conflict(Exception):
    """Someone else has appended to the stream since it was read."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(stream, expected, actual)
        self.stream = stream
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return f"{self.stream} was expected at version {self.expected} but is at version {self.actual}"


class Store:
    """An open event store. One serves a whole process: every method may be called from any thread.

    Every method raises StoreUnavailable, with a sentence for the user, if the database cannot do its part.
    """

    def __init__(self, engine: Engine) -> None:
        """Use `Store.open`."""
        self._engine = engine
        self._url = engine.url
        self._reading = database.reading(engine)
        self._reading_at_one_moment = database.reading_at_one_moment(engine)
        self._writing = database.writing(engine)
        # SQLite has one writer at a time and lets the others poll; in one process a lock is quicker, fairer.
        self._sqlite_turn = Lock() if engine.dialect.name == "sqlite" else None
        self._subscribers: dict[object, Callable[[str, int], None]] = {}

    @classmethod
    def open(cls, url: str | None = None) -> "Store":
        """Open the store and bring its schema up to date.

        `url` is sqlite:///path or postgresql://user:password@host/database; None takes $DATABASE_URL, else
        the file data/homeward.db under the current folder. A missing file is created, with its folder.
        """
        engine = database.connect(url)
        try:
            with database.plain_errors(engine.url):
                database.migrate(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._engine.dispose()

    def append(
        self,
        stream: str,
        expected_version: int,
        events: Sequence[NewEvent],
        *,
        actor: str,
        at: datetime,
        kind: str,
        title: str | None = None,
    ) -> int:
        """Append all the events, or none, and return the stream's new version; what returned is on disk.

        `expected_version` is the version the caller decided upon, 0 for a new stream; if the stream is not at
        it, Conflict. A stream keeps the kind it began with, and its title until another is given. A mistake
        in the arguments (no events, a time without zone, another kind) is a ValueError.
        """
        _check(stream, events, actor, at, kind, title)
        with self._turn(), database.plain_errors(self._url):
            try:
                with self._writing.begin() as connection:
                    head = _append(connection, stream, expected_version, events, actor, at, kind, title)
            except exc.IntegrityError:
                # Two began the stream at once and the other was first: the unique constraint told us.
                actual = self.head(stream)
                if actual != expected_version:
                    raise Conflict(stream, expected_version, actual) from None
                # Or there are events beyond what the list of streams says.
                raise database.unavailable(self._url, "corrupt") from None
        self._tell(stream, head)
        return head

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> list[StoredEvent]:
        """The stream's events with a version above `after` and, if given, not above `upto`; in order."""
        query = (
            sa.select(*_events.c["seq", "stream", "version", "type", "payload", "actor", "at"])
            .where(_events.c.stream == stream, _events.c.version > after)
            .order_by(_events.c.version)
        )
        if upto is not None:
            query = query.where(_events.c.version <= upto)
        with database.plain_errors(self._url), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        try:
            return [
                StoredEvent(seq, stream, version, type, payload, actor, datetime.fromisoformat(at))
                for seq, stream, version, type, payload, actor, at in rows
            ]
        except ValueError:
            raise database.unavailable(self._url, "corrupt") from None

    def head(self, stream: str) -> int:
        """The version of the stream's last event; 0 if there is no such stream."""
        query = sa.select(_streams.c.head).where(_streams.c.stream == stream)
        with database.plain_errors(self._url), self._reading.connect() as connection:
            return connection.execute(query).scalar() or 0

    def streams(self, kind: str | None = None) -> list[StreamInfo]:
        """All streams, or those of a kind, the one with the newest event first."""
        query = sa.select(_streams).order_by(_streams.c.updated_at.desc(), _streams.c.stream)
        if kind is not None:
            query = query.where(_streams.c.kind == kind)
        with database.plain_errors(self._url), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        try:
            return [
                StreamInfo(stream, kind, title, head, head_hash, datetime.fromisoformat(updated_at))
                for stream, kind, title, head, head_hash, updated_at in rows
            ]
        except ValueError:
            raise database.unavailable(self._url, "corrupt") from None

    def subscribe(self, callback: Callable[[str, int], None]) -> Callable[[], None]:
        """Call `callback(stream, version)` after each append by this Store; the returned function ends that.

        It is called in the thread that appended. Threads may overtake each other: take it as "at least at
        this version". What it raises is logged, since the append has happened.
        """
        key = object()
        self._subscribers[key] = callback

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def verify(self, stream: str | None = None) -> Broken | None:
        """Compute every hash again, of all streams or of one, and return the first row that is not right."""
        rows = sa.select(_events).order_by(_events.c.seq)
        heads = sa.select(*_streams.c["stream", "head", "head_hash", "updated_at"])
        if stream is not None:
            rows = rows.where(_events.c.stream == stream)
            heads = heads.where(_streams.c.stream == stream)
        with (
            database.plain_errors(self._url),
            self._reading_at_one_moment.connect() as connection,
            _any_bytes_as_text(connection),
        ):
            listed = {name: Head(*head) for name, *head in connection.execute(heads)}
            streamed = connection.execution_options(yield_per=1000).execute(rows)
            return first_break(cast(Iterator[Row], streamed), listed)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._sqlite_turn is None:
            yield
        elif self._sqlite_turn.acquire(timeout=database.BUSY_SECONDS):
            try:
                yield
            finally:
                self._sqlite_turn.release()
        else:
            raise database.unavailable(self._url, "locked")

    def _tell(self, stream: str, version: int) -> None:
        for callback in list(self._subscribers.values()):
            try:
                callback(stream, version)
            except Exception:
                log.exception("a subscriber failed; the event is stored all the same")


def _check(stream: str, events: Sequence[NewEvent], actor: str, at: datetime, kind: str, title: str | None) -> None:
    """Refuse what only a mistake in a caller can give, before a database refuses it in its own way."""
    if not events:
        raise ValueError("nothing to append")
    if any(moment.tzinfo is None for moment in (at, *(event.at for event in events if event.at))):
        raise ValueError("the time of an event needs its time zone")
    texts = (text for event in events for text in (event.type, event.payload, event.actor or ""))
    for text in (stream, actor, kind, title or "", *texts):
        text.encode()  # raises UnicodeEncodeError, a ValueError, for half of a surrogate pair
        if "\0" in text:
            raise ValueError("text with a NUL character cannot be stored in PostgreSQL; JSON can escape it")


def _append(
    connection: Connection,
    stream: str,
    expected_version: int,
    events: Sequence[NewEvent],
    actor: str,
    at: datetime,
    kind: str,
    title: str | None,
) -> int:
    # Waiting for a rival here, not at the insert, makes losing to it cheaper.
    query = sa.select(*_streams.c["head", "head_hash", "kind"]).where(_streams.c.stream == stream).with_for_update()
    head, head_hash, known_kind = connection.execute(query).one_or_none() or (0, FIRST_PREVIOUS_HASH, kind)
    if head != expected_version:
        raise Conflict(stream, expected_version, head)
    if kind != known_kind:
        raise ValueError(f"{stream} is of kind {known_kind}, not {kind}")
    rows = []
    for version, event in enumerate(events, start=head + 1):
        moment = (event.at or at).astimezone(UTC).isoformat(timespec="microseconds")
        fields: dict[str, Any] = {"stream": stream, "version": version, "type": event.type, "payload": event.payload}
        fields |= {"actor": event.actor or actor, "at": moment, "previous_hash": head_hash}
        head_hash = row_hash(**fields)
        rows.append(fields | {"hash": head_hash})
    connection.execute(_events.insert(), rows)
    changes = {"head": head + len(rows), "head_hash": head_hash, "updated_at": moment}
    if title is not None:
        changes["title"] = title
    if head == 0:
        connection.execute(_streams.insert().values(stream=stream, kind=kind, **changes))
    else:
        connection.execute(_streams.update().where(_streams.c.stream == stream).values(**changes))
    return head + len(rows)


@contextmanager
def _any_bytes_as_text(connection: Connection) -> Iterator[None]:
    """Damaged text in SQLite may be no UTF-8: read it all the same, so that its row can be reported."""
    driver = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    usual = driver.text_factory
    driver.text_factory = partial(str, encoding="utf-8", errors="backslashreplace")
    try:
        yield
    finally:
        driver.text_factory = usual
