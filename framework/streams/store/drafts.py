"""What is being typed about a stream and waits to be saved. No part of the log: it is replaced, dropped, and erased with its stream."""

from datetime import UTC, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from framework.streams.store.index import moment
from framework.streams.store.schema import drafts as _drafts

_KEY = ("stream", "seat", "key")


class Draft(NamedTuple):
    """A text in typing: whose, about what, the text in the record that it began from, and when it was last kept."""

    seat: str
    key: str
    text: str
    was: str
    at: datetime


def keep(connection: Connection, stream: str, draft: Draft) -> None:
    """Put a draft in the place of the one that its seat has about the same."""
    fields = {**draft._asdict(), "stream": stream, "at": draft.at.astimezone(UTC).isoformat(timespec="microseconds")}
    newest = {name: fields[name] for name in ("text", "was", "at")}
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(_drafts).values(fields).on_conflict_do_update(index_elements=_KEY, set_=newest))


def of(connection: Connection, stream: str, seat: str | None, key: str | None) -> list[Draft]:
    """The drafts of a stream, of one seat or about one thing if given; the oldest first."""
    query = sa.select(*_drafts.c["seat", "key", "text", "was", "at"]).where(_drafts.c.stream == stream)
    if seat is not None:
        query = query.where(_drafts.c.seat == seat)
    if key is not None:
        query = query.where(_drafts.c.key == key)
    rows = connection.execute(query.order_by(_drafts.c.at, *(_drafts.c[name] for name in _KEY)))
    return [
        Draft(row.seat, row.key, row.text, row.was, moment(row.at))
        for row in rows
        if all(isinstance(one, str) for one in row[:4])  # SQLite keeps any value in any column
    ]


def drop(connection: Connection, stream: str, seat: str | None = None, key: str | None = None) -> int:
    """Drop the drafts of a stream, of one seat or about one thing if given; return how many there were."""
    statement = _drafts.delete().where(_drafts.c.stream == stream)
    if seat is not None:
        statement = statement.where(_drafts.c.seat == seat)
    if key is not None:
        statement = statement.where(_drafts.c.key == key)
    return connection.execute(statement).rowcount
