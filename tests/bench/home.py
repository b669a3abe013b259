"""Home and a join by code through the pages of a running server, with ten meetings in the record and with ten thousand."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from framework.panel.kind import MEETING
from framework.panel.meetings import ALPHABET, CODE_LENGTH, Ticket
from framework.streams.store import schema
from framework.workspace import Workspace
from tests.bench import percentiles, say
from tests.load.client import StreamlitClient
from tests.server import AppServer

SIZES = (10, 1_000, 10_000)
VISITS = 40
TARGET_MS = 100.0


def measure(folder: Path) -> None:
    for size in SIZES:
        (folder / str(size)).mkdir()
        server = AppServer(folder / str(size))
        fill(server.environment["DATABASE_URL"], size)
        with server:
            asyncio.run(_visit(server.url, size))


async def _visit(url: str, size: int) -> None:
    await _seconds(url)  # the first visitor of a process waits for its imports
    home = [await _seconds(url) for _ in range(VISITS)]
    # Each code once, so that no meeting is remembered: all of its events are read and folded.
    step = max(1, size // VISITS)
    codes = [code(number) for number in range(0, size, step)][:VISITS]
    joined = [await _seconds(url, page="panel", query=f"code={one}") for one in codes]
    for name, taken in (("open Home", home), ("open a meeting by its code", joined)):
        measured = percentiles([1000 * one for one in taken])
        say(f"{name}, {size} meetings, SQLite", "ms", TARGET_MS if size == SIZES[-1] else None, **measured)


async def _seconds(url: str, **page: str) -> float:
    """Of the first run of a new session."""
    async with await StreamlitClient.connect(url, **page) as client:
        assert not client.exceptions() and client.first_run
        return client.first_run.seconds


# ── A record with many meetings ──────────────────────────────────────────────────────────────────────────────────────


def code(number: int) -> str:
    """The code of the meeting with this number."""
    letters = [ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(CODE_LENGTH)]
    return "".join(reversed(letters))


def fill(address: str, size: int) -> None:
    """So many meetings that go on, each with all its events: copies of one, with their own names and codes.

    The hashes are those of the one; nobody verifies this record.
    """
    work = Workspace.open(address)
    ticket = work.meetings.open(work.cases.all()[0], Ticket.new(), "Chair", "social_worker")
    for number in range(5):
        work.meetings.join(Ticket.new(ticket.meeting), f"Member {number}", "other_professional")
    stream, mine = MEETING.stream(ticket.meeting), work.meetings.state(ticket.meeting).code
    work.store.close()
    with _engine(address) as engine, engine.begin() as connection:
        for table in (schema.events, schema.streams, schema.stream_index):
            rows = connection.execute(sa.select(table).where(table.c.stream == stream)).mappings().all()
            copies = []
            for number in range(size - 1):
                for row in rows:
                    as_text = {name: value for name, value in row.items() if name != "seq"}
                    copies.append(
                        {name: _renamed(value, ticket.meeting, mine, number) for name, value in as_text.items()}
                    )
            if copies:
                connection.execute(table.insert(), copies)
        renamed = schema.stream_index.update().where(schema.stream_index.c.value == mine)
        connection.execute(renamed.values(value=code(size - 1)))


def _renamed(value: object, meeting: str, mine: str, number: int) -> object:
    return value.replace(meeting, f"{number:016x}").replace(mine, code(number)) if isinstance(value, str) else value


@contextmanager
def _engine(address: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()
