"""Protects: what a page costs does not grow with the number of meetings in the record. Counted, not timed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from framework.streams.store import Store
from pages.ui import app as process
from tests.bench.home import code, fill
from tests.test_pages import opened, words

FEW, MANY = 10, 300


LISTS_ON_HOME = 3
"""So many lists of meetings Home asks for, at most."""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How many statements were executed, and how often a meeting's events were read."""
    found: Counter[str] = Counter()
    read = Store.read

    def counting(self: Store, stream: str, after: int = 0, upto: int | None = None) -> object:
        found["meetings read"] += stream.startswith("panel:")
        return read(self, stream, after, upto)

    def see(*_: object) -> None:
        found["statements"] += 1

    monkeypatch.setattr(Store, "read", counting)
    sa.event.listen(Engine, "before_cursor_execute", see)
    yield found
    sa.event.remove(Engine, "before_cursor_execute", see)
    process.forget()


@pytest.fixture
def records(tmp_path: Path) -> dict[int, str]:
    """Size → the address of a record with so many meetings."""
    addresses = {size: f"sqlite:///{tmp_path}/{size}.db" for size in (FEW, MANY)}
    for size, address in addresses.items():
        fill(address, size)
    return addresses


def test_home_and_a_join_by_code_cost_the_same_with_ten_meetings_and_with_three_hundred(
    records: dict[int, str], counted: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cost: dict[int, list[dict[str, int]]] = {}
    for size, address in records.items():
        monkeypatch.setenv("DATABASE_URL", address)
        process.forget()
        cost[size] = []
        for page, query in (("", {}), ("", {}), ("panel", {"code": code(size // 2)})):
            counted.clear()
            counted["meetings read"] = 0
            visit = opened(page, **query)
            cost[size].append(dict(counted))
        assert "Take a seat" in words(visit), "the meeting was found"
    for few, many in zip(cost[FEW], cost[MANY], strict=True):
        assert few["meetings read"] == many["meetings read"]
        # Where many streams have a pair, the store asks for it another way: one statement more a list, whatever their number.
        assert 0 <= many["statements"] - few["statements"] <= LISTS_ON_HOME
    start, home, join = cost[MANY]
    assert start["statements"] > home["statements"] > 0
    assert start["meetings read"] == home["meetings read"] == 0 and 0 < join["meetings read"] <= 8
