"""What a list of meetings and a look-up by code cost, with ten meetings in the record and with ten thousand."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from framework.streams.store import Store, schema
from tests.bench import percentiles, say

SIZES = (10, 1_000, 10_000)
RUNS = 200


def measure(folder: Path) -> None:
    for size in SIZES:
        address = f"sqlite:///{folder / f'{size}.db'}"
        Store.open(address).close()
        fill(address, size)
        store = Store.open(address)
        for name, ask in questions(store, size).items():
            say(f"{name}, {size} meetings, SQLite", "ms", **percentiles(timed(ask)))
        store.close()


def questions(store: Store, size: int) -> dict[str, Callable[[], object]]:
    """What the pages ask, each to be answered at the same cost whatever the size."""
    middle = f"K{size // 2}"
    newest = store.listing("panel", limit=20)
    after = (newest[-1].updated_at, newest[-1].stream)
    return {
        "find a meeting by its code": lambda: store.find("code", middle, "panel"),
        "list 20 of all": lambda: store.listing("panel", limit=20),
        "list the next 20 of all": lambda: store.listing("panel", limit=20, after=after),
        "list 20 that are open, where one in a hundred is": lambda: store.listing("panel", {"open": "rare"}, limit=20),
        "list 20 that are open, where half are": lambda: store.listing(
            "panel", {"open": "often"}, without=["closed"], not_named_under=["set_aside"], limit=20
        ),
    }


def fill(address: str, size: int) -> None:
    """The rows that lists are made of, without any events: these are not read for a list."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    streams, pairs = [], []
    for number in range(size):
        stream, at = f"panel:{number:x}", (begun + timedelta(minutes=number)).isoformat(timespec="microseconds")
        listed = {"stream": stream, "kind": "panel", "title": f"Meeting {number}", "head": 1, "head_hash": "0" * 64}
        streams.append(listed | {"updated_at": at, "index_rules": 1})
        values = [("code", f"K{number}"), ("case", f"HW-{number % 97}"), ("person", f"p{number % 53}")]
        values += [("open", "rare")] if number % 100 == 0 else []
        values += [("open", "often")] if number % 2 else [("closed", at[:10])]
        pairs += [{"stream": stream, "key": key, "value": value} for key, value in values]
    engine = sa.create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(schema.streams.insert(), streams)
        connection.execute(schema.stream_index.insert(), pairs)
    engine.dispose()


def timed(ask: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return taken
