"""What the list of cases costs a person who sees 40 of 5,000."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from framework.streams.kind import Actor
from framework.streams.store import Store, schema
from tests.bench import percentiles, say
from tests.bench.lists import timed
from tests.record import casefiles_in

CASES, MINE = 5_000, 40
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
ME = Actor("p-me", "Me", frozenset({"practitioner"}))


def measure(folder: Path) -> None:
    address = f"sqlite:///{folder / 'cases.db'}"
    Store.open(address).close()
    fill(address)
    store = Store.open(address)
    files = casefiles_in(store, lambda: NOW)
    assert len(files.listing(ME)) == MINE and len(files.listing(ME, "open")) == MINE
    say(f"list {MINE} of {CASES} cases, SQLite", "ms", 100.0, **percentiles(timed(lambda: files.listing(ME))))
    say(
        f"list {MINE} open of {CASES} cases, SQLite",
        "ms",
        100.0,
        **percentiles(timed(lambda: files.listing(ME, "open"))),
    )
    store.close()


def fill(address: str) -> None:
    """The rows that the list is made of, without any events: each case with a team of six, and as many who left it."""
    streams, pairs = [], []
    for number in range(CASES):
        stream, at = f"casefile:{number:032x}", (NOW - timedelta(minutes=number)).isoformat(timespec="microseconds")
        listed = {"stream": stream, "kind": "casefile", "title": f"LCS {number}", "head": 1, "head_hash": "0" * 64}
        streams.append(listed | {"updated_at": at, "index_rules": 1})
        team = [f"p-{(number * 12 + one) % 613}" for one in range(12)]
        if number % (CASES // MINE) == 0:
            team[0] = ME.id
        values = [("reference", f"lcs{number}"), ("called", "Ash"), ("standing", "open"), ("begun", at)]
        for place, person in enumerate(team):
            until = "2025-12-31" if place > 5 else ""
            values += [("person", person), ("part", f"{person}|worker|2024-01-01|{until}")]
        pairs += [{"stream": stream, "key": key, "value": value} for key, value in values]
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(schema.streams.insert(), streams)
        connection.execute(schema.stream_index.insert(), pairs)
    engine.dispose()
