"""What tests of the store share: appending without ceremony, going around the store, and processes of their own."""

import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from framework.streams.live import Hub
from framework.streams.store import Conflict, NewEvent, Store, StoreUnavailable
from tests.postgres import PASSWORD, wait_until

WRONG_PASSWORD = "hunter2"
ROOT = Path(__file__).parent.parent.parent
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def scored(*levels: object) -> list[NewEvent]:
    return [NewEvent("scored", f'{{"level":"{level}"}}') for level in levels]


def append(store: Store, stream: str, version: int, events: list[NewEvent] | None = None, **changes: Any) -> int:
    """Append with everything that a test does not care about filled in."""
    usual: dict[str, Any] = {"actor": "chair", "at": NOON, "kind": "panel"}
    return store.append(stream, version, events or scored(version), **usual | changes)


def append_retrying(store: Store, stream: str) -> int:
    while True:
        try:
            return append(store, stream, store.head(stream))
        except Conflict:
            pass


@contextmanager
def by_hand(url: str) -> Iterator[Connection]:
    """A transaction of someone who goes around the store, straight to its database."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def everything(url: str) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with by_hand(url) as connection:
        tables = sa.inspect(connection).get_table_names()
        return {t: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {t}"))) for t in tables}


def on_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def settled_hub(store: Store, url: str) -> Hub:
    """A hub whose store listens to other processes already, so that it will not be told once more to look again."""
    told: list[str] = []
    stop = store.subscribe(lambda stream, version: told.append(stream))

    def hears() -> bool:
        with by_hand(url) as connection:
            connection.exec_driver_sql("SELECT pg_notify('homeward', 'another-process 1 settled')")
        return "settled" in told

    if not on_sqlite(url):
        wait_until(hears)
    stop()
    return Hub(store)


@contextmanager
def unavailable(reason: str) -> Iterator[pytest.ExceptionInfo[StoreUnavailable]]:
    with pytest.raises(StoreUnavailable) as caught:
        yield caught
    assert caught.value.reason == reason
    shown = "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in shown
    assert WRONG_PASSWORD not in shown


STORE = """
import sys
from datetime import UTC, datetime
from framework.streams.store import Conflict, NewEvent, Store

def append(stream, version):
    events = [NewEvent("scored", "{}")]
    return store.append(stream, version, events, actor="chair", at=datetime.now(UTC), kind="panel")
"""


def python(script: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)
