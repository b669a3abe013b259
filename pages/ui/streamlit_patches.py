"""What of Streamlit 1.67 is changed while the app runs. Each patch fails at the start if what it patches has gone."""

import asyncio
from functools import cache
from typing import Any

import uvicorn.config
from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session, memory_media_file_storage, memory_uploaded_file_manager
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState, get_script_run_ctx
from streamlit.runtime.state.session_state import SessionState, _is_stale_widget

from pages.ui import identity
from pages.ui.files_made import FilesMade
from pages.ui.uploads import Uploads

assert hasattr(uvicorn.config, "ProxyHeadersMiddleware")
assert hasattr(memory_media_file_storage, "MemoryMediaFileStorage")
assert hasattr(memory_uploaded_file_manager, "MemoryUploadedFileManager")
_check_for_requests = ScriptRunner._maybe_handle_execution_control_request
_populate_theme = app_session._populate_theme_msg
_begin_session = AppSession.__init__
_take_message = AppSession.handle_backmsg
_forget_stale_widgets = SessionState._remove_stale_widgets


def asks_no_outside_service() -> None:
    """This machine's address counts as known: Streamlit asks an outside service for it when a page of another site connects."""
    if not hasattr(net_util, "_external_ip"):
        raise AttributeError("Streamlit's net_util has no _external_ip any more: see what get_external_ip asks now.")
    net_util._external_ip = "127.0.0.1"


def theme_is_made_once() -> None:
    """The theme does not change while the app runs: its message is made once a section and copied from then on.

    Streamlit sends the theme again with every run of the smallest fragment, and makes it anew from its options each time: that
    was a tenth of the server's work in a live meeting.
    """
    app_session._populate_theme_msg = _copy_theme


def callbacks_run_to_their_end() -> None:
    """A callback that has begun is carried out to its end.

    At each access to `st.session_state` Streamlit looks for a newer request of the browser (a piece of news that asks for a
    rerun, say) and raises RerunException for it. In a callback it then swallows that exception: what came after the access
    was never done. A command was recorded, and what should have been said of it was lost, or an answer was not sent at
    all. Outside callbacks, where a run that begins anew loses nothing, it looks as before.
    """
    ScriptRunner._maybe_handle_execution_control_request = _unless_in_a_callback  # type: ignore[method-assign]


def uploads_stay_in_memory() -> None:
    """An uploaded file is never written to a disk.

    Starlette's form parser keeps an upload in a SpooledTemporaryFile, which moves to a file on a disk at 1 MB. Streamlit copies it
    into its own memory a moment later; but a return names children, and what was on a disk can be found there again. How large an
    upload may be is `server.maxUploadSize`.
    """
    assert MultiPartParser.spool_max_size > 0
    MultiPartParser.spool_max_size = 1 << 40


def _copy_theme(msg: CustomThemeConfig, section: str = "theme") -> None:
    msg.MergeFrom(_theme(section))


@cache
def _theme(section: str) -> CustomThemeConfig:
    message = CustomThemeConfig()
    _populate_theme(message, section)
    return message


def uploads_belong_to_a_page() -> None:
    """Files are taken by a store of our own, which hears after each run which widgets the page does not show any more."""
    memory_uploaded_file_manager.MemoryUploadedFileManager = Uploads  # type: ignore[misc]
    SessionState._remove_stale_widgets = _and_their_uploads  # type: ignore[method-assign]


def files_know_whom_they_are_for() -> None:
    """Files to be taken are kept by a store of our own, which knows the browser and the seat that each was made for."""
    memory_media_file_storage.MemoryMediaFileStorage = FilesMade  # type: ignore[misc]


class IdleLoop(asyncio.BaseEventLoop):
    """An event loop without a selector and its three descriptors. What is to be run in it after all runs in a loop of its own."""

    def run_until_complete(self, future: Any) -> Any:
        with asyncio.Runner() as runner:
            return runner.run(future)


def sessions_hold_no_event_loop() -> None:
    """Streamlit opens an event loop for each session, in case a page asks for one: three of the five descriptors of a session."""
    AppSession.__init__ = _with_an_idle_loop  # type: ignore[method-assign]


def messages_are_from_whoever_may_send_them() -> None:
    """Each message of a browser is looked at before Streamlit carries it out: whether its sender may still do what they might before.

    Streamlit runs a widget's callback and then, of a page, the fragment that the message names: the script that says who may see which
    page does not run. Somebody who was blocked, whose sign-in has ended or who lost a role would go on with the page that is open.
    """
    AppSession.handle_backmsg = _if_they_still_may  # type: ignore[method-assign]


def _if_they_still_may(self: AppSession, msg: BackMsg) -> None:
    lost = identity.lost_since(self, self._user_info)
    if not lost:
        _take_message(self, msg)
        return
    state = ClientState()
    if msg.WhichOneof("type") == "rerun_script":
        state.CopyFrom(msg.rerun_script)
        state.ClearField("widget_states")
        state.ClearField("fragment_id")
    else:
        state.CopyFrom(self._client_state)
        state.ClearField("widget_states")
    self.request_rerun(state)


def _with_an_idle_loop(self: AppSession, *arguments: Any, **more: Any) -> None:
    _begin_session(self, *arguments, **more)
    self._script_event_loop.close()
    self._script_event_loop = IdleLoop()


def _and_their_uploads(self: SessionState, active_widget_ids: frozenset[str]) -> None:
    _forget_stale_widgets(self, active_widget_ids)
    ctx = get_script_run_ctx()
    if ctx is not None and isinstance(ctx.uploaded_file_mgr, Uploads):
        known, fragments = self._new_widget_state.widget_metadata, ctx.fragment_ids_this_run
        ctx.uploaded_file_mgr.run_ended(
            ctx.session_id, lambda widget: _is_stale_widget(known.get(widget), active_widget_ids, fragments)
        )


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
