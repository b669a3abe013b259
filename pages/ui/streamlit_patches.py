"""What of Streamlit 1.67 is changed while the app runs. Each patch fails at the start if what it patches has gone."""

import uvicorn.config
from starlette.types import ASGIApp
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

assert hasattr(uvicorn.config, "ProxyHeadersMiddleware")
_check_for_requests = ScriptRunner._maybe_handle_execution_control_request


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


def proxies_are_the_gates() -> None:
    """uvicorn takes X-Forwarded-For and -Proto from whoever is on this machine; the gate takes them from the proxies that were named.

    uvicorn looks this class up when it has loaded app.py, and puts it around the app.
    """
    uvicorn.config.ProxyHeadersMiddleware = _as_it_is  # type: ignore[assignment,misc]


def _as_it_is(app: ASGIApp, trusted_hosts: object) -> ASGIApp:
    return app
