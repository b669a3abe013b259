"""Protects: a click whose callback has begun is carried out to its end, whatever the browser asks for meanwhile; the app asks
nobody outside for its address; the theme's options are looked up once; uploads stay in memory; what a run has made is sent."""

from collections.abc import AsyncIterator, Iterator
from tempfile import SpooledTemporaryFile
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser
from streamlit import config, net_util
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState

from pages.ui import streamlit_patches
from tests.load.live import run


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


def test_nobody_outside_is_asked_for_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net_util, "_external_ip", None)
    monkeypatch.setattr(
        net_util, "_make_blocking_http_get", lambda *_, **__: pytest.fail("an outside service was asked")
    )
    streamlit_patches.asks_no_outside_service()
    assert net_util.get_external_ip() == "127.0.0.1"


def test_a_patch_whose_target_has_gone_fails_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(net_util, "_external_ip")
    with pytest.raises(AttributeError, match="get_external_ip"):
        streamlit_patches.asks_no_outside_service()


@pytest.mark.parametrize("section", ["theme", "theme.dark", "theme.light.sidebar"])
def test_the_theme_that_is_sent_is_streamlits_own_made_once(monkeypatch: pytest.MonkeyPatch, section: str) -> None:
    monkeypatch.setattr(app_session, "_populate_theme_msg", app_session._populate_theme_msg)
    wanted, sent, again = CustomThemeConfig(), CustomThemeConfig(), CustomThemeConfig()
    app_session._populate_theme_msg(wanted, section)
    streamlit_patches.theme_is_made_once()
    app_session._populate_theme_msg(sent, section)
    monkeypatch.setattr(config, "get_options_for_section", lambda _: pytest.fail("the options were looked up again"))
    app_session._populate_theme_msg(again, section)
    assert sent == wanted == again


def test_an_upload_of_many_megabytes_never_reaches_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    streamlit_patches.uploads_stay_in_memory()
    whole = b"child" * 1_000_000
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="episodes.csv"\r\n\r\n' + whole + b"\r\n--x--\r\n"
    )

    async def stream() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 65_536):
            yield body[at : at + 65_536]
        yield b""

    async def parsed() -> UploadFile:
        form = await MultiPartParser(Headers({"content-type": "multipart/form-data; boundary=x"}), stream()).parse()
        found = form["f"]
        assert isinstance(found, UploadFile)
        return found

    uploaded = run(parsed())
    assert uploaded.size == len(whole)
    assert isinstance(uploaded.file, SpooledTemporaryFile) and not uploaded.file._rolled  # type: ignore[attr-defined]


def test_what_a_whole_run_has_made_is_sent_though_a_fragments_run_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    def delta(said: str) -> ForwardMsg:
        message = ForwardMsg()
        message.delta.new_element.html.body = said
        message.delta.fragment_id = "strip"
        message.metadata.delta_path[:] = [0, 2]
        return message

    finished = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
    monkeypatch.setattr(AppSession, "_clear_queue", AppSession._clear_queue)
    streamlit_patches.messages_of_a_whole_run_arrive()
    session: Any = SimpleNamespace(_browser_queue=(queue := ForwardMsgQueue()))
    for message in (delta("of the whole run"), finished):
        queue.enqueue(message)
    AppSession._clear_queue(session, ["strip"])
    queue.enqueue(delta("of the fragment"))
    sent = queue.flush()
    assert [one.WhichOneof("type") for one in sent] == ["delta", "script_finished", "delta"]
    assert sent[1].script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    queue.enqueue(delta("of a run that is interrupted by a whole one"))
    AppSession._clear_queue(session)
    assert not queue.flush()
