"""Erasure that keeps the proof: what an event said goes; that it happened, when, by whom and in what order, stays."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import Connection, Engine

from framework.streams.store.chain import ERASED, REGISTER
from framework.streams.store.drafts import drop
from framework.streams.store.index import IndexChange
from framework.streams.store.schema import events as _events
from framework.streams.store.schema import stream_index as _index
from framework.streams.store.schema import streams as _streams
from framework.streams.store.writing import Conflict, NewEvent, StreamRow, insert, lock

log = logging.getLogger(__name__)


class Proof(NamedTuple):
    """What is appended in the same transaction as an erasure: that it was done, in a stream that stays."""

    stream: str
    version: int
    """Upon which it is appended: somebody who was first there stops the whole erasure."""
    kind: str
    events: Callable[[int, int], Sequence[NewEvent]]
    """What it says, of how many streams and events were erased."""
    pairs: IndexChange


class ErasedCount(NamedTuple):
    """How many streams and events an erasure touched, and whether the text is out of the database's files, too.

    Always False on PostgreSQL, where VACUUM is the operator's. On SQLite False if another program kept the file busy:
    to erase the same again tries again.
    """

    streams: int
    events: int
    wiped: bool


def merged(items: Iterable[tuple[str, Collection[int] | None]]) -> dict[str, set[int] | None]:
    """What to erase of each stream (None: all), each once and in the one order in which streams are locked."""
    wanted: dict[str, set[int] | None] = {}
    for stream, versions in items:
        if stream == REGISTER:
            raise ValueError("the register of streams cannot be erased")
        known = wanted.get(stream, set())
        wanted[stream] = None if versions is None or known is None else known | set(versions)
    return dict(sorted(wanted.items()))


def erase_stream(
    connection: Connection,
    stream: str,
    versions: set[int] | None,
    actor: str,
    at: datetime,
    reason: Mapping[str, Any],
    announce: Callable[[str, int], Sequence[sa.ColumnElement[Any]]],
    expected: int | None = None,
) -> tuple[int, int] | None:
    """Erase within the transaction; return the new version and how many events were erased, None if nothing was left.

    Raises Conflict if the stream is not at the version `expected`.
    """
    row = lock(connection, stream)
    if row is None:
        raise ValueError(f"there is no stream {stream}")
    if expected is not None and row.head != expected:
        raise Conflict(stream, expected, row.head)
    if versions is not None and not versions <= set(range(1, row.head + 1)):
        raise ValueError(f"{stream} has versions 1 to {row.head} only")
    blanked = _blank(connection, stream, versions)
    labels = versions is None and _remove_labels(connection, stream, row)
    if not blanked and not labels:
        return None
    what = "all" if versions is None else blanked
    said = NewEvent(ERASED, json.dumps({**reason, "versions": what}, ensure_ascii=False))
    changes = insert(connection, stream, row, [said], actor, at)
    listed = _streams.update().where(_streams.c.stream == stream).values(**changes)
    announcement = announce(stream, changes["head"])
    connection.execute(listed.returning(*announcement) if announcement else listed)
    return changes["head"], len(blanked)


def _blank(connection: Connection, stream: str, versions: set[int] | None) -> list[int]:
    """Blank what these events said; return the versions of those that still said something."""
    of_stream = _events.c.stream == stream
    there = sa.select(_events.c.version).where(of_stream, _events.c.payload.is_not(None), _events.c.type != ERASED)
    found = [v for v in connection.scalars(there.order_by(_events.c.version)) if versions is None or v in versions]
    if found:
        blank = _events.update().where(of_stream, _events.c.version == sa.bindparam("blanked"))
        connection.execute(blank.values(payload=None, salt=None), [{"blanked": version} for version in found])
        # An old hash is unsalted, and each is chained to the one before: a guess of the text could be confirmed with any
        # of them from here on.
        later = _events.update().where(of_stream, _events.c.version >= found[0], _events.c.old_hash.is_not(None))
        connection.execute(later.values(old_hash=None))
    return found


def _remove_labels(connection: Connection, stream: str, row: StreamRow) -> bool:
    """Remove the title, the index rows and the drafts of a stream; False if there were none."""
    removed = connection.execute(_index.delete().where(_index.c.stream == stream)).rowcount + drop(connection, stream)
    connection.execute(_streams.update().where(_streams.c.stream == stream).values(title=None))
    return bool(removed) or row.title is not None


def wipe(engine: Engine) -> bool:
    """Take what was erased out of the bytes of SQLite's files.

    PRAGMA secure_delete (set on every connection) overwrites what is deleted, but SQLite moves rows between pages when it
    balances a tree, and can leave an older copy in the unused part of a page: only VACUUM, which writes every page anew,
    removes these. The checkpoint then empties the write-ahead log. VACUUM writes at about 100 MB a second, and other
    writers wait for it.
    """
    if engine.dialect.name != "sqlite":
        return False
    try:
        with engine.execution_options(sqlite_begin=None).connect() as connection:
            connection.exec_driver_sql("VACUUM")
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    except exc.DBAPIError as error:
        log.warning("erased, but old bytes are still in the file: %s", str(error.orig).partition("\n")[0])
        return False
    if busy:
        log.warning("erased, but old bytes are still in the write-ahead log: another program is reading")
    return not busy
