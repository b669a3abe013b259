"""What of Streamlit 1.67 is changed while the app runs. Each patch fails at the start if what it patches has gone."""

from functools import cache

from streamlit import config, net_util
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

_check_for_requests = ScriptRunner._maybe_handle_execution_control_request


def asks_no_outside_service() -> None:
    """This machine's address counts as known: Streamlit asks an outside service for it when a page of another site connects."""
    if not hasattr(net_util, "_external_ip"):
        raise AttributeError("Streamlit's net_util has no _external_ip any more: see what get_external_ip asks now.")
    net_util._external_ip = "127.0.0.1"


def options_are_looked_up_once() -> None:
    """The options of a section (the theme) do not change while the app runs.

    Streamlit sends the theme again with every run of the smallest fragment, and looks all its options up anew each time: that
    was a tenth of the server's work in a live meeting.
    """
    config.get_options_for_section = cache(config.get_options_for_section)


def callbacks_run_to_their_end() -> None:
    """A callback that has begun is carried out to its end.

    At each access to `st.session_state` Streamlit looks for a newer request of the browser (a piece of news that asks for a
    rerun, say) and raises RerunException for it. In a callback it then swallows that exception: what came after the access
    was never done. A command was recorded, and what should have been said of it was lost, or an answer was not sent at
    all. Outside callbacks, where a run that begins anew loses nothing, it looks as before.
    """
    ScriptRunner._maybe_handle_execution_control_request = _unless_in_a_callback  # type: ignore[method-assign]


def _unless_in_a_callback(self: ScriptRunner) -> None:
    if self._is_in_script_thread() and ThreadState.get().run_location is RunLocation.CALLBACK:
        return
    _check_for_requests(self)
