"""Fixtures that many tests share: a real PostgreSQL server, and an empty store on each of our databases."""

import functools
import gc
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

from framework.streams.store import Store
from framework.workspace import Workspace
from tests.postgres import PostgresServer

# SQLite waits at each commit until it is on disk, which takes as long as all the rest of it. What tests write need not survive a
# power cut, so where the memory of the machine has room it goes there (pytest's tmp_path, and with it every record of a test).
MEMORY, ROOM = Path("/dev/shm"), 4_000_000_000
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# A shared machine is slow at times: no example of any property fails for its time. Thirty examples each time the suite runs, and
# ten times as many with `--hypothesis-profile=thorough`.
settings.register_profile("homeward", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=300)
settings.load_profile("homeward")

# Every AppTest reads the metadata of all installed packages to look for Streamlit components; they do not change meanwhile.
manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of our own for the whole run."""
    server = PostgresServer()
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that a store has been opened in. Copy it."""
    file = tmp_path_factory.mktemp("migrated-once") / "homeward.db"
    Store.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def started_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file on which the app has started once: the sample cases and the sample roll-out are in it. Copy it."""
    file = tmp_path_factory.mktemp("started-once") / "homeward.db"
    Workspace.open(f"sqlite:///{file}").store.close()
    return file


ON_BOTH = (
    "tests/streams/",
    "tests/releases/",
    "tests/disposal/test_erase_command.py",
    "tests/disposal/test_erasing_a_case.py",
    "tests/test_command_line.py",
)
"""Tests of what knows the database: the store, old records, erasure, and the command line that is given its address.

What stands above the store knows none, so its rules are proved on SQLite; single tests there of what several processes do are marked
`both_databases`.
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for a database gets one of SQLite, and where the database matters another of PostgreSQL."""
    if "database_url" in metafunc.fixturenames:
        both = metafunc.definition.nodeid.startswith(ON_BOTH) or metafunc.definition.get_closest_marker(
            "both_databases"
        )
        metafunc.parametrize("database_url", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database; see `ON_BOTH` for which kinds.

    It is empty. Where the test opens a store or a workspace anyway, what that makes on a first start is there already,
    as a copy: to make it anew would cost each test more than what it tests.
    """
    started, migrated = "workspace" in request.fixturenames, "store" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "homeward.db"
        if started or migrated:
            shutil.copy(request.getfixturevalue("started_once" if started else "migrated_once"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(migrated=migrated, started=started)
    yield url
    server.drop_database(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open, empty store."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


def pytest_configure(config: pytest.Config) -> None:
    """A worker of pytest-xdist ends at once with the run that started it, and its servers with it (tests/watchdog.py)."""
    if hasattr(config, "workerinput"):
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


SLOW = (
    "tests/browser/",
    "tests/case/test_case_page.py",
    "tests/casefile/test_bringing_page.py",
    "tests/casefile/test_handout.py::test_the_document_",
    "tests/casefile/test_importing.py::test_a_file_is_read_",
    "tests/casefile/test_shown.py::test_the_chronology_is_printed_",
    "tests/costs/test_costs.py::test_the_command_line_",
    "tests/costs/test_costs.py::test_the_paper_",
    "tests/costs/test_costs_dated.py::test_a_link_with_figures_",
    "tests/costs/test_costs_dated.py::test_a_saved_scenario_says_on_the_page",
    "tests/costs/test_costs_dated.py::test_an_older_link_",
    "tests/costs/test_costs_dated.py::test_figures_that_are_not_to_be_had_",
    "tests/costs/test_costs_dated.py::test_what_the_outcomes_page_",
    "tests/costs/test_costs_page.py",
    "tests/costs/test_costs_workbook.py",
    "tests/disposal/test_erasing_a_case.py::test_a_process_that_is_killed_",
    "tests/disposal/test_records_page.py",
    "tests/edition/test_library_page.py",
    "tests/outcomes/test_bad_input.py::test_lines_of_nothing_",
    "tests/outcomes/test_bad_input.py::test_the_command_line_",
    "tests/outcomes/test_outcomes_page.py",
    "tests/outcomes/test_papers.py",
    "tests/outcomes/test_suppression.py::test_a_solver_",
    "tests/panel/test_drafts.py::test_a_process_that_is_killed_",
    "tests/panel/test_drafts.py::test_half_a_note_",
    "tests/panel/test_drafts.py::test_what_another_process_",
    "tests/panel/test_live_",
    "tests/panel/test_record.py",
    "tests/panel/test_sealing.py::test_the_paper_",
    "tests/panel/test_summary_for_parents.py",
    "tests/panel/test_two_meetings.py",
    "tests/people/test_open_page.py",
    "tests/people/test_people_page.py",
    "tests/releases/test_0_2_0.py::test_a_link_opens_",
    "tests/rollout/test_group_page.py",
    "tests/rollout/test_rollout_door.py::test_a_load_that_is_killed_",
    "tests/rollout/test_two_years.py",
    "tests/security/",
    "tests/streams/test_bad_rows.py::test_one_bad_row_",
    "tests/streams/test_bad_rows.py::test_verify_",
    "tests/streams/test_door.py::test_two_processes_",
    "tests/streams/test_migration.py::test_a_migration_that_is_killed_",
    "tests/streams/test_news.py::test_after_a_restart_",
    "tests/streams/test_presence.py::test_after_a_restart_",
    "tests/streams/test_processes.py",
    "tests/streams/test_store.py::test_a_killed_process_",
    "tests/streams/test_store.py::test_processes_",
    "tests/streams/test_unreadable.py",
    "tests/supply/",
    "tests/test_apart.py",
    "tests/test_command_line.py",
    "tests/test_descriptors.py",
    "tests/test_documents.py",
    "tests/test_many_meetings.py",
    "tests/test_pages.py",
    "tests/test_readme.py::test_an_example_",
    "tests/test_readme.py::test_every_command_",
    "tests/test_readme.py::test_every_field_",
    "tests/test_readme.py::test_the_assessment_",
    "tests/test_seeds.py",
    "tests/test_servers.py",
    "tests/test_walls.py::test_no_session_",
    "tests/ui/test_fields.py",
    "tests/ui/test_live_",
    "tests/ui/test_streamlit_patches.py",
    "tests/ui/test_widgets.py",
)
"""They start a browser, the app, LibreOffice or other processes, draw whole pages, typeset documents, or read or fill large records."""


def pytest_runtest_teardown() -> None:
    """A command that is run in this process (`framework.__main__.main`) switches the collector off, as if it ended with it."""
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make quick` leaves out these tests and those on PostgreSQL."""
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
