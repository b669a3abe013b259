"""The log itself: events are appended to streams and read back. Nothing is ever changed but what is erased."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from framework.streams.store import chain, database, drafts, erasing, index, writing
from framework.streams.store.chain import REGISTER, Head, Row, Verified
from framework.streams.store.database import StoreUnavailable
from framework.streams.store.drafts import Draft
from framework.streams.store.erasing import ErasedCount, Proof
from framework.streams.store.index import IndexChange, Listed
from framework.streams.store.news import News
from framework.streams.store.schema import events as _events
from framework.streams.store.schema import streams as _streams
from framework.streams.store.writing import Conflict, NewEvent

T = TypeVar("T")


class StoredEvent(NamedTuple):
    """An event as it was appended; `at` is in UTC. `payload` is None once it is erased."""

    seq: int
    stream: str
    version: int
    type: str
    payload: str | None
    actor: str
    at: datetime

    @property
    def text(self) -> str:
        """The payload, where it has to be there. Raises Erased if it was erased."""
        if self.payload is None:
            raise Erased(self.stream, self.version)
        return self.payload


class Erased(Exception):
    """What an event said was erased."""

    def __init__(self, stream: str, version: int) -> None:
        super().__init__(stream, version)
        self.stream = stream
        self.version = version

    def __str__(self) -> str:
        return f"what event {self.version} of {self.stream} said was erased"


class StreamInfo(NamedTuple):
    """What a list shows of a stream; `head` is its last event's version, `updated_at` that event's time."""

    stream: str
    kind: str
    title: str | None
    head: int
    head_hash: str
    updated_at: datetime


class StreamHead(NamedTuple):
    """A stream's kind and its last event, as an anchor outside the database holds them."""

    kind: str
    version: int
    hash: str


class HashedEvent(NamedTuple):
    """Where an event stands, found by its hash."""

    stream: str
    version: int
    hash: str
    at: datetime


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
        self._news = News(engine)
        self._silence = database.Silence()
        self._file = database.file_at(engine.url)

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

    @property
    def folder(self) -> Path:
        """Where files that go with the record are kept: beside a SQLite file, else `data` under the current folder."""
        return database.folder(self._url)

    @property
    def on_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close every connection that is not in use, and listen to other processes no more."""
        self._news.close()
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
        index: IndexChange | None = None,
    ) -> int:
        """Append all the events, or none, and return the stream's new version; what returned is on disk.

        `expected_version` is the version the caller decided upon, 0 for a new stream; if the stream is not at
        it, Conflict. A stream keeps the kind it began with, its title until another is given, and its index rows until
        they are changed. A mistake in the arguments (no events, a time without zone, another kind) is a ValueError.
        """
        writing.check(stream, events, actor, at, kind, title)
        news = self._news.announcement(stream, expected_version + len(events))
        with self._turn(stream):
            try:
                with self._writing.begin() as connection:
                    head = writing.append(
                        connection, stream, expected_version, events, actor, at, kind, title, index, news
                    )
            except exc.IntegrityError:
                # Two began the stream at once and the other was first: the unique constraint told us.
                actual = self.head(stream)
                if actual != expected_version:
                    raise Conflict(stream, expected_version, actual) from None
                # Or there are events beyond what the list of streams says.
                raise database.unavailable(self._url, "corrupt") from None
        self._news.tell(stream, head)
        return head

    def check_writable(self) -> None:
        """Take the right to write and give it back, as every event is written; on SQLite, see if the disk has room.

        Raises StoreUnavailable.
        """
        with self._turn(), self._writing.begin() as connection:
            connection.execute(sa.update(_streams).where(sa.false()).values(head=0))
        if self._file:
            database.check_room(self._url)

    def erase(
        self,
        items: Iterable[tuple[str, Collection[int] | None]],
        *,
        actor: str,
        at: datetime,
        reason: Mapping[str, Any],
        upon: Mapping[str, int] = MappingProxyType({}),
        proof: Proof | None = None,
    ) -> ErasedCount:
        """Erase what events said, of several streams in one transaction; what returned is on disk.

        `items` names streams, each with the versions to erase, or None for all and the title, index rows and drafts as well. To
        each stream is appended an event `erased`: `reason` (JSON: by which decision, what kind of thing) and "versions",
        "all" or a list. What is erased already stays so and is not counted. A stream or version that is not there, or
        the register, is a ValueError, and nothing is erased.

        `upon` has the versions that the caller decided upon: if one of these streams is at another, or the stream of `proof` is,
        Conflict, and nothing is erased.
        """
        if at.tzinfo is None:
            raise ValueError("the time of an event needs its time zone")
        done, announce = {}, self._news.announcement
        with self._turn():
            with self._writing.begin() as connection:
                for stream, versions in erasing.merged(items).items():
                    expected = upon.get(stream)
                    if erased := erasing.erase_stream(
                        connection, stream, versions, actor, at, reason, announce, expected
                    ):
                        done[stream] = erased
                count = ErasedCount(len(done), sum(count for _, count in done.values()), False)
                heads = {stream: head for stream, (head, _) in done.items()}
                if proof:
                    heads[proof.stream] = self._prove(connection, proof, count, actor, at)
            wiped = erasing.wipe(self._engine)
        for stream, head in heads.items():
            self._news.tell(stream, head)
        return count._replace(wiped=wiped)

    def _prove(self, connection: Connection, proof: Proof, count: ErasedCount, actor: str, at: datetime) -> int:
        events = proof.events(count.streams, count.events)
        writing.check(proof.stream, events, actor, at, proof.kind, None)
        news = self._news.announcement(proof.stream, proof.version + len(events))
        return writing.append(
            connection, proof.stream, proof.version, events, actor, at, proof.kind, None, proof.pairs, news
        )

    def read(self, stream: str, after: int = 0, upto: int | None = None) -> list[StoredEvent]:
        """The stream's events with a version above `after` and, if given, not above `upto`; in order.

        Raises StreamDamaged if some are missing or cannot be read; other streams can be used all the same.
        """
        query = (
            sa.select(*_events.c["seq", "stream", "version", "type", "payload", "actor", "at"])
            .where(_events.c.stream == stream, _events.c.version > after)
            .order_by(_events.c.version)
        )
        if upto is not None:
            query = query.where(_events.c.version <= upto)
        with self._asking(stream), self._reading.connect() as connection:
            rows = connection.execute(query).all()
        if [row.version for row in rows] != list(range(after + 1, after + 1 + len(rows))):
            raise database.StreamDamaged(stream)  # to fold what is left would show what never was
        try:
            return [
                StoredEvent(
                    seq,
                    stream,
                    version,
                    _text(type),
                    None if payload is None else _text(payload),
                    _text(actor),
                    _moment(at),
                )
                for seq, stream, version, type, payload, actor, at in rows
            ]
        except (ValueError, TypeError):
            raise database.StreamDamaged(stream) from None

    def head(self, stream: str) -> int:
        """The version of the stream's last event; 0 if there is no such stream."""
        query = sa.select(_streams.c.head).where(_streams.c.stream == stream)
        with self._asking(stream), self._reading.connect() as connection:
            head = connection.execute(query).scalar() or 0
        if not isinstance(head, int):
            raise database.StreamDamaged(stream)
        return head

    def heads(self) -> dict[str, StreamHead]:
        """The last event of every stream that has one, the register's, too."""
        query = sa.select(*_streams.c["stream", "kind", "head", "head_hash"]).where(_streams.c.head > 0)
        with database.plain_errors(self._url), self._reading.connect() as connection:
            return {stream: StreamHead(*head) for stream, *head in connection.execute(query)}

    def hashes(self, streams: Collection[str]) -> dict[tuple[str, int], str]:
        """(stream, version) → hash of every event of these streams."""
        query = sa.select(*_events.c["stream", "version", "hash"])
        with database.plain_errors(self._url), self._reading_at_one_moment.connect() as connection:
            rows = connection.execution_options(yield_per=10_000).execute(query)
            return {(stream, version): hash_ for stream, version, hash_ in rows if stream in streams}

    def hash_at(self, stream: str, version: int) -> str:
        """The hash of an event; "" if there is none. It stays when the event is erased."""
        query = sa.select(_events.c.hash).where(_events.c.stream == stream, _events.c.version == version)
        with database.plain_errors(self._url), self._reading.connect() as connection:
            return connection.execute(query).scalar() or ""

    def with_hash(self, start: str) -> list[HashedEvent]:
        """The events whose hash begins like this (hexadecimal digits), at most ten."""
        columns = _events.c["stream", "version", "hash", "at"]
        query = sa.select(*columns).where(sa.func.substr(_events.c.hash, 1, len(start)) == start).limit(10)
        with database.plain_errors(self._url), self._reading.connect() as connection:
            rows = connection.execute(query.order_by(_events.c.seq)).all()
        return [HashedEvent(stream, version, hash_, index.moment(at)) for stream, version, hash_, at in rows]

    def streams(self, kind: str | None = None) -> list[StreamInfo]:
        """All streams but the register, or those of a kind, the one with the newest event first."""
        columns = _streams.c["stream", "kind", "title", "head", "head_hash", "updated_at"]
        query = sa.select(*columns).where(_streams.c.stream != REGISTER)
        if kind is not None:
            query = query.where(_streams.c.kind == kind)
        query = query.order_by(_streams.c.updated_at.desc(), _streams.c.stream)
        rows = self._ask(self._reading, lambda connection: connection.execute(query).all())
        return [
            StreamInfo(stream, kind, title, head, head_hash, index.moment(updated_at))
            for stream, kind, title, head, head_hash, updated_at in rows
        ]

    def find(self, key: str, value: str, kind: str | None = None) -> list[str]:
        """The streams that have this pair in the index, of a kind if given; by name."""
        return self._ask(self._reading, lambda connection: index.find(connection, key, value, kind))

    def listing(
        self,
        kind: str,
        where: Mapping[str, str] = MappingProxyType({}),
        without: Collection[str] = (),
        not_named_under: Collection[str] = (),
        among: Collection[str] | None = None,
        limit: int | None = None,
        after: tuple[datetime, str] | None = None,
    ) -> list[Listed]:
        """The streams of a kind, the one with the newest event first, with their pairs of the index.

        `where`: a stream has all these pairs. `without`: it has no pair with one of these keys. `not_named_under`: no
        stream has its name as the value of one of these keys (as sample data names the meetings that it set aside). For
        the next page, `after` is (updated_at, stream) of the last one of this page.

        `among`: only these streams, by name.

        With a `limit`, the cost does not grow with the number of streams, unless nearly all of them are refused: ask for
        what is rare by `where`, not for the absence of what is common by `without`.
        """

        def ask(connection: Connection) -> list[Listed]:
            wanted = index.conditions(connection, kind, where, without, not_named_under, among)
            return index.listing(connection, [*wanted, _streams.c.stream != REGISTER], limit, after)

        return self._ask(self._reading_at_one_moment, ask)

    def count(
        self,
        kind: str,
        where: Mapping[str, str] = MappingProxyType({}),
        without: Collection[str] = (),
        not_named_under: Collection[str] = (),
    ) -> int:
        """How many streams `listing` would give without a limit."""

        def ask(connection: Connection) -> int:
            wanted = index.conditions(connection, kind, where, without, not_named_under)
            return index.count(connection, [*wanted, _streams.c.stream != REGISTER])

        return self._ask(self._reading_at_one_moment, ask)

    def behind(self, kind: str, rules: int) -> list[str]:
        """The streams of a kind whose index rows were computed by older rules than these, or never; by name."""
        return self._ask(self._reading, lambda connection: index.behind(connection, kind, rules))

    def set_index(self, stream: str, head: int, pairs: Collection[tuple[str, str]], rules: int) -> bool:
        """Replace a stream's index rows, computed at version `head`; do nothing, and say so, if it is not there."""
        with self._turn(stream), self._writing.begin() as connection:
            row = writing.lock(connection, stream)
            if row is None or row.head != head:
                return False
            index.replace_index(connection, stream, pairs, rules)
            return True

    def keep_draft(self, stream: str, draft: Draft) -> None:
        """Keep a text that is being typed, in place of the one that its seat has about the same; what returned is on disk.

        No part of the log: no version, no news, no hash. Erasing the whole stream drops it.
        """
        with self._turn(), self._writing.begin() as connection:
            drafts.keep(connection, stream, draft)

    def drafts(self, stream: str, seat: str | None = None, key: str | None = None) -> list[Draft]:
        """What is being typed about a stream, by one seat or about one thing if given; the oldest first."""
        return self._ask(self._reading, lambda connection: drafts.of(connection, stream, seat, key))

    def drop_draft(self, stream: str, seat: str, key: str) -> None:
        """Drop a draft, if there is one."""
        with self._turn(), self._writing.begin() as connection:
            drafts.drop(connection, stream, seat, key)

    def subscribe(self, callback: Callable[[str, int], None]) -> Callable[[], None]:
        """Call `callback(stream, version)` after each append; the returned function ends that.

        For an append by this Store it is called in the thread that appended. On PostgreSQL it is called for those of
        other processes, too, in a thread of its own. As soon as that thread listens, and again after each outage, it is
        called with ("", 0): something may have been missed, look again. Threads may overtake each other: take it as "at least at this version". What it
        raises is logged, since the append has happened.
        """
        return self._news.subscribe(callback)

    def share(self, say: Callable[[bool], Sequence[str]], hear: Callable[[str, str], None]) -> Callable[[], None]:
        """Tell other processes what is stored nowhere, and hear them: on PostgreSQL only.

        What `say` returns (texts of up to 7,900 bytes) is sent. It is called with True every few seconds, for everything
        there is to say, and with False soon after each call of the returned function, for what has changed. `hear` is
        called with another process and a text of it, in a thread of the store's own.
        """
        return self._news.share(say, hear)

    def verify(self, stream: str | None = None) -> Verified:
        """Compute every hash again, of all streams or of one, and say what was found: see `chain.verify`."""
        rows = sa.select(_events).order_by(_events.c.seq)
        heads = sa.select(*_streams.c["stream", "head", "head_hash", "updated_at"])
        kinds = sa.select(*_streams.c["stream", "kind"])
        began = sa.select(_events.c.payload).where(_events.c.stream == REGISTER).order_by(_events.c.version)
        if stream is not None:
            rows = rows.where(_events.c.stream == stream)
            heads = heads.where(_streams.c.stream == stream)
        with (
            database.plain_errors(self._url),
            self._reading_at_one_moment.connect() as connection,
            _any_bytes_as_text(connection),
            database.patient(connection),
        ):
            listed = {name: Head(*head) for name, *head in connection.execute(heads)}
            listed_kinds = {row.stream: row.kind for row in connection.execute(kinds)}
            names = connection.scalars(began).all()
            registered, begun_as = chain.registered_streams(names), chain.registered_kinds(names)
            if stream is not None:
                registered = {name: version for name, version in registered.items() if name == stream}
            streamed = connection.execution_options(yield_per=1000).execute(rows)
            verified = chain.verify((Row(*row) for row in streamed), listed, registered)
            return (
                verified
                if verified.broken
                else verified._replace(broken=chain.of_another_kind(listed, listed_kinds, begun_as))
            )

    def _ask(self, engine: Engine, question: Callable[[Connection], T]) -> T:
        """What is asked of many streams. One row with bytes that are no text does not keep the others out of a list."""
        with self._asking(), engine.connect() as connection:
            try:
                return question(connection)
            except exc.OperationalError as error:
                if not database.is_undecodable(error):
                    raise
                with _any_bytes_as_text(connection):
                    return question(connection)

    def _check_file(self) -> None:
        """Raises StoreUnavailable if another file stands where the open one was: SQLite goes on in one that was deleted."""
        if database.file_at(self._url) != self._file:
            raise database.unavailable(self._url, "replaced")

    @contextmanager
    def _asking(self, stream: str | None = None, *, writing: bool = False) -> Iterator[None]:
        """Turn what the database raises into a StoreUnavailable; after a wait in vain do not wait again for a moment."""
        if reason := self._silence.check(writing=writing):
            raise database.unavailable(self._url, reason)
        begun = time.monotonic()
        try:
            with database.plain_errors(self._url, stream):
                yield
        except StoreUnavailable as error:
            self._silence.note(error.reason, writing=writing, waited=time.monotonic() - begun)
            raise

    @contextmanager
    def _turn(self, stream: str | None = None) -> Iterator[None]:
        """As :meth:`_asking`, to write: on SQLite one thread after the other."""
        if self._sqlite_turn is None:
            with self._asking(stream, writing=True):
                yield
        elif self._sqlite_turn.acquire(timeout=database.BUSY_SECONDS):
            try:
                with self._asking(stream, writing=True):
                    self._check_file()
                    yield
                    self._check_file()  # it may have gone meanwhile, and what was written with it
            finally:
                self._sqlite_turn.release()
        else:
            raise database.unavailable(self._url, "locked")


def _text(value: Any) -> str:
    """Raises TypeError for what is no text: SQLite keeps any value in any column."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _moment(value: Any) -> datetime:
    """Raises ValueError or TypeError for what is no time in a time zone."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at


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
