"""What lists and look-ups need: for each stream any number of (key, value), written with its events, folding nothing."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from framework.streams.store.schema import stream_index as _index
from framework.streams.store.schema import streams as _streams

FEW = 200
"""If at most so many streams have a pair, they are looked up one by one and sorted; otherwise a list walks through the
streams of its kind, newest first, until it has enough of them. Neither gets dearer with the number of all streams."""


class IndexChange(NamedTuple):
    """What an append changes in the (key, value) pairs of its stream; `rules` is the version of what computed them."""

    added: frozenset[tuple[str, str]]
    removed: frozenset[tuple[str, str]]
    rules: int


class Listed(NamedTuple):
    """What a list shows of a stream; `head` is its last event's version, `updated_at` that event's time."""

    stream: str
    kind: str
    title: str | None
    head: int
    updated_at: datetime
    pairs: frozenset[tuple[str, str]]


def moment(text: str) -> datetime:
    """A time as stored. One that cannot be read is 1 January 1970: one damaged row must not end a list of others."""
    with suppress(ValueError, TypeError):
        if (found := datetime.fromisoformat(text)).tzinfo:
            return found
    return datetime.fromtimestamp(0, UTC)


def change_index(connection: Connection, stream: str, change: IndexChange) -> None:
    """Remove and add pairs of a stream. A pair that is there already, or not there, is none the worse for it."""
    if touched := change.added | change.removed:
        pair = sa.tuple_(_index.c.key, _index.c.value)
        connection.execute(_index.delete().where(_index.c.stream == stream, pair.in_(sorted(touched))))
    if change.added:
        rows = [{"stream": stream, "key": key, "value": value} for key, value in sorted(change.added)]
        connection.execute(_index.insert(), rows)


def replace_index(connection: Connection, stream: str, pairs: Collection[tuple[str, str]], rules: int) -> None:
    """Put these pairs in place of all that the stream has."""
    connection.execute(_index.delete().where(_index.c.stream == stream))
    change_index(connection, stream, IndexChange(frozenset(pairs), frozenset(), rules))
    connection.execute(_streams.update().where(_streams.c.stream == stream).values(index_rules=rules))


def find(connection: Connection, key: str, value: str, kind: str | None) -> list[str]:
    """The streams that have a pair, of a kind if given; by name."""
    query = sa.select(_index.c.stream).where(_index.c.key == key, _index.c.value == value).order_by(_index.c.stream)
    if kind is not None:
        query = query.join(_streams, _streams.c.stream == _index.c.stream).where(_streams.c.kind == kind)
    return _names(connection.scalars(query))


def _names(found: Iterable[Any]) -> list[str]:
    """Without what is no text: SQLite keeps any value in any column. `verify` names such a row."""
    return [one for one in found if isinstance(one, str)]


def conditions(
    connection: Connection,
    kind: str,
    where: Mapping[str, str],
    without: Collection[str],
    not_named_under: Collection[str],
    among: Collection[str] | None = None,
) -> list[sa.ColumnElement[bool]]:
    """What `listing` and `count` ask of a stream: see `Store.listing`."""
    found: list[sa.ColumnElement[bool]] = [_streams.c.kind == kind]
    of_this = _index.c.stream == _streams.c.stream
    left = dict(where)
    for key, value in where.items():
        if _few_have(connection, key, value):
            of_few = sa.select(_index.c.stream).where(_index.c.key == key, _index.c.value == value)
            # Not the plain column: SQLite would then take the index on kind and walk through all streams of it.
            found = [_streams.c.stream.in_(of_few), (_streams.c.kind + "") == kind]
            del left[key]
            break
    if among is not None:
        found = [_streams.c.stream.in_(list(among)), (_streams.c.kind + "") == kind]
        left = dict(where)
    found += [sa.exists().where(of_this, _index.c.key == key, _index.c.value == value) for key, value in left.items()]
    found += [~sa.exists().where(of_this, _index.c.key == key) for key in without]
    named = _index.c.value == _streams.c.stream
    found += [~sa.exists().where(named, _index.c.key == key) for key in not_named_under]
    return found


def _few_have(connection: Connection, key: str, value: str) -> bool:
    some = sa.select(_index.c.stream).where(_index.c.key == key, _index.c.value == value).limit(FEW + 1)
    return connection.execute(sa.select(sa.func.count()).select_from(some.subquery())).scalar_one() <= FEW


def listing(
    connection: Connection,
    wanted: Collection[sa.ColumnElement[bool]],
    limit: int | None,
    after: tuple[datetime, str] | None,
) -> list[Listed]:
    """The streams that meet all conditions, newest event first, with their pairs; one query for both.

    A row that is damaged stays in its place, without what is no text or number in it; one without a name is left out.
    """
    columns = _streams.c["stream", "kind", "title", "head", "updated_at"]
    page = sa.select(*columns).where(*wanted)
    if after is not None:
        last = (after[0].astimezone(UTC).isoformat(timespec="microseconds"), after[1])
        page = page.where(sa.tuple_(_streams.c.updated_at, _streams.c.stream) < sa.tuple_(*map(sa.literal, last)))
    page = page.order_by(_streams.c.updated_at.desc(), _streams.c.stream.desc())
    found = (page if limit is None else page.limit(limit)).subquery()
    query = (
        sa.select(*found.c, _index.c.key, _index.c.value)
        .outerjoin_from(found, _index, _index.c.stream == found.c.stream)
        .order_by(found.c.updated_at.desc(), found.c.stream.desc())
    )
    listed = []
    for (stream, kind, title, head, updated_at), rows in groupby(connection.execute(query), lambda row: row[:5]):
        pairs = frozenset((row.key, row.value) for row in rows if row.key is not None)
        if isinstance(stream, str):
            title, head = title if isinstance(title, str) else None, head if isinstance(head, int) else 0
            listed.append(Listed(stream, kind, title, head, moment(updated_at), pairs))
    return listed


def count(connection: Connection, wanted: Collection[Any]) -> int:
    """How many streams meet all conditions."""
    return connection.execute(sa.select(sa.func.count()).select_from(_streams).where(*wanted)).scalar_one()


def behind(connection: Connection, kind: str, rules: int) -> list[str]:
    """The streams of a kind whose pairs were computed by older rules, or never; by name."""
    query = sa.select(_streams.c.stream).where(_streams.c.kind == kind, _streams.c.index_rules < rules)
    return _names(connection.scalars(query.order_by(_streams.c.stream)))
