"""The one place that inserts events: each with its salt, digest and hash, and its stream's row in step with it."""

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from framework.streams.store import database
from framework.streams.store.chain import ERASED, FIRST_PREVIOUS_HASH, REGISTER, payload_digest, row_hash
from framework.streams.store.index import IndexChange, change_index
from framework.streams.store.schema import events as _events
from framework.streams.store.schema import streams as _streams

MOST_IN_A_NAME = 1000
"""Bytes in a stream's name: PostgreSQL indexes about 2,700 and sends 8,000 as news."""


MOST_EVENTS = 2**31 - 1
"""Of one stream: `version` is a PostgreSQL integer."""


class NewEvent(NamedTuple):
    """An event to append: its type, and its content as JSON text, which is stored and hashed as it is.

    `actor` and `at` stand only where an event of a batch has its own; without them, those of the append hold.
    """

    type: str
    payload: str
    actor: str | None = None
    at: datetime | None = None


class Conflict(Exception):
    """Someone else has appended to the stream since it was read."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(stream, expected, actual)
        self.stream = stream
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        return f"{self.stream} was expected at version {self.expected} but is at version {self.actual}"


class WrongKind(ValueError):
    """The stream began as one of another kind, or the list of streams was changed."""


class StreamRow(NamedTuple):
    """A stream's row in `streams`, locked on PostgreSQL until the transaction ends."""

    head: int
    head_hash: str
    kind: str
    title: str | None
    index_rules: int


def check(stream: str, events: Sequence[NewEvent], actor: str, at: datetime, kind: str, title: str | None) -> None:
    """Refuse what only a mistake in a caller can give, before a database refuses it in its own way."""
    if not events:
        raise ValueError("nothing to append")
    if any(moment.tzinfo is None for moment in (at, *(event.at for event in events if event.at))):
        raise ValueError("the time of an event needs its time zone")
    if REGISTER in (stream, kind) or any(event.type == ERASED for event in events):
        raise ValueError(f"the stream {REGISTER} and events of type {ERASED} are written by the store alone")
    texts = (text for event in events for text in (event.type, event.payload, event.actor or ""))
    for text in (stream, actor, kind, title or "", *texts):
        text.encode()  # raises UnicodeEncodeError, a ValueError, for half of a surrogate pair
        if "\0" in text:
            raise ValueError("text with a NUL character cannot be stored in PostgreSQL; JSON can escape it")
    if len(stream.encode()) > MOST_IN_A_NAME:
        raise ValueError(f"the name of a stream has at most {MOST_IN_A_NAME} bytes")


def append(
    connection: Connection,
    stream: str,
    expected_version: int,
    events: Sequence[NewEvent],
    actor: str,
    at: datetime,
    kind: str,
    title: str | None,
    index: IndexChange | None,
    announcement: Sequence[sa.ColumnElement[Any]],
) -> int:
    """Append within the transaction of the connection, and return the new version.

    Locks are taken in one order, the stream's row before the register's, so that no two appends wait for each other. The
    register's row is locked only where a stream begins, and last, so that others wait for little more than the commit.
    """
    row = lock(connection, stream) or StreamRow(0, FIRST_PREVIOUS_HASH, kind, None, 0)
    if row.head != expected_version:
        raise Conflict(stream, expected_version, row.head)
    if kind != row.kind:
        raise WrongKind(f"{stream} is of kind {row.kind}, not {kind}")
    changes = insert(connection, stream, row, events, actor, at)
    if title is not None:
        changes["title"] = title
    if index is not None:
        # A change by newer rules to rows of older ones leaves them behind until they are all written anew.
        changes["index_rules"] = min(index.rules, row.index_rules) if row.head else index.rules
    if row.head:
        listed: sa.Insert | sa.Update = _streams.update().where(_streams.c.stream == stream).values(**changes)
    else:
        listed = _streams.insert().values(stream=stream, kind=kind, **changes)
    connection.execute(listed.returning(*announcement) if announcement else listed)
    if index is not None:
        change_index(connection, stream, index)
    if not row.head:
        _register(connection, stream, kind, actor, at)
    return row.head + len(events)


def lock(connection: Connection, stream: str) -> StreamRow | None:
    """The stream's row; None if there is none. Raises StreamDamaged if it cannot be used.

    On PostgreSQL a rival waits here, not at the insert, which makes losing cheaper for it.
    """
    columns = _streams.c["head", "head_hash", "kind", "title", "index_rules"]
    rows = connection.execute(sa.select(*columns).where(_streams.c.stream == stream).with_for_update()).all()
    if not rows:
        return None
    row = StreamRow(*rows[0])
    if len(rows) > 1 or not _is_usable(row):
        raise database.StreamDamaged(stream)
    return row


def _is_usable(row: StreamRow) -> bool:
    """Whether events can be put behind this row: SQLite keeps any value in any column."""
    numbers = all(isinstance(number, int) and 0 <= number < MOST_EVENTS for number in (row.head, row.index_rules))
    return numbers and isinstance(row.head_hash, str) and isinstance(row.kind, str)


def insert(
    connection: Connection, stream: str, row: StreamRow, events: Sequence[NewEvent], actor: str, at: datetime
) -> dict[str, Any]:
    """Insert the events behind those that are there; return what the stream's row says from now on."""
    rows, head_hash, moment = [], row.head_hash, ""
    for version, event in enumerate(events, start=row.head + 1):
        moment = (event.at or at).astimezone(UTC).isoformat(timespec="microseconds")
        salt = secrets.token_hex(16)
        digest, who = payload_digest(salt, event.payload), event.actor or actor
        fields = {"stream": stream, "version": version, "type": event.type, "payload": event.payload, "salt": salt}
        fields |= {"digest": digest, "actor": who, "at": moment, "previous_hash": head_hash}
        head_hash = row_hash(stream, version, event.type, digest, who, moment, head_hash)
        rows.append(fields | {"hash": head_hash})
    connection.execute(_events.insert(), rows)
    return {"head": row.head + len(rows), "head_hash": head_hash, "updated_at": moment}


def _register(connection: Connection, stream: str, kind: str, actor: str, at: datetime) -> None:
    row = lock(connection, REGISTER)
    if row is None:  # the migration made it
        raise database.unavailable(connection.engine.url, "corrupt")
    began = NewEvent("began", json.dumps({"stream": stream, "kind": kind}))
    changes = insert(connection, REGISTER, row, [began], actor, at)
    connection.execute(_streams.update().where(_streams.c.stream == REGISTER).values(**changes))
