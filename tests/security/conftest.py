"""The real app, and what somebody outside can do to it without our pages."""

from collections.abc import Iterator

import pytest

from tests.server import AppServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The app for a whole file. At its end nothing that came from outside has led to a traceback."""
    with AppServer(tmp_path_factory.mktemp("security")) as running:
        yield running
    assert "Traceback" not in running.log
