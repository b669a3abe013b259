"""Fixtures that many tests share: a real PostgreSQL server, and an empty store on each of our databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from framework.streams.store import Store
from tests.postgres import PostgresServer

# A shared machine is slow at times: no example of any property fails for its time.
settings.register_profile("homeward", deadline=None)
settings.load_profile("homeward")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own for the whole run."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database; a test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/homeward.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    # Where the test opens a store anyway, its tables need not be made each time anew.
    url = server.create_database(migrated="store" in request.fixturenames)
    yield url
    server.drop_database(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open, empty store, on both kinds of database."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


SLOW = (
    "tests/browser/",
    "tests/panel/test_live_",
    "tests/ui/test_live_",
    "tests/test_servers.py",
    "tests/costs/test_costs_workbook.py",
    "tests/streams/test_processes.py",
    "tests/test_many_meetings.py",
)
"""They start a browser, the app, or LibreOffice, or fill a record with hundreds of meetings."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make quick` leaves out what starts a server: the tests of these files, and those on PostgreSQL."""
    for item in items:
        if (
            item.nodeid.startswith(SLOW)
            or "postgres_server" in getattr(item, "fixturenames", ())
            or "[postgresql" in item.name
        ):
            item.add_marker(pytest.mark.slow)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what a test measured (`record_property`), also where the tests ran in other processes."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")
