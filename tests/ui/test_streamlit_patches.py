"""Protects: a click whose callback has begun is carried out to its end, whatever the browser asks for meanwhile."""

from collections.abc import Iterator

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

from pages.ui import streamlit_patches


class Asked(Exception):
    """A newer request of the browser was handled."""


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptRunner]:
    """A script runner with a newer request waiting, in whose thread the test runs."""

    def handle(self: ScriptRunner) -> None:
        raise Asked

    before = ScriptRunner._maybe_handle_execution_control_request
    monkeypatch.setattr(streamlit_patches, "_check_for_requests", handle)
    monkeypatch.setattr(ScriptRunner, "_is_in_script_thread", lambda self: True)
    streamlit_patches.callbacks_run_to_their_end()
    ThreadState.initialize()
    yield object.__new__(ScriptRunner)
    ScriptRunner._maybe_handle_execution_control_request = before  # type: ignore[method-assign]


def test_a_callback_is_not_interrupted_and_the_page_around_it_is(runner: ScriptRunner) -> None:
    with pytest.raises(Asked):
        runner._maybe_handle_execution_control_request()
    with ThreadState.scoped(run_location=RunLocation.CALLBACK):
        runner._maybe_handle_execution_control_request()
    with pytest.raises(Asked):
        runner._maybe_handle_execution_control_request()
