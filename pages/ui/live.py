"""Live without polling: the browser hears that a meeting has grown, and reruns only what shows it.

`socket` and `stream` are the routes that app.py adds; `watch` mounts the listener in a page. What is sent are counts of what its screen
shows something of, so the listener learns that something happened, never what; and of what it may not know of it learns nothing. It uses the websocket; the event stream where that cannot be had; and
where neither can (a proxy that holds them back), it asks every few seconds instead.
"""

import asyncio
import json
import signal
import threading
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from framework.streams.kind import Shows, Unreadable
from framework.streams.live import TOKEN_SECONDS, Watch
from framework.streams.store import StoreUnavailable
from pages.ui.app import base_path, hub, workspace
from pages.ui.identity import me

HEARTBEAT_SECONDS = 10
"""The listener takes two missed heartbeats for a lost connection."""
GONE, GOING_AWAY = 4404, 1001
"""Why a websocket is closed (RFC 6455, 7.4): the page has to be opened again (a code of our own); the server stops."""


_wakes: set[Callable[[], None]] = set()
_ending = threading.Event()


def end_with_the_server() -> None:
    """End the open streams as soon as the server is told to stop; it would wait for them otherwise."""
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def handle(number: int, frame: FrameType | None, before: Any = before) -> None:
            _ending.set()
            for wake in list(_wakes):
                wake()
            if callable(before):
                before(number, frame)

        with suppress(ValueError):  # only the main thread may; elsewhere the server is not ours to stop
            signal.signal(number, handle)


class _Events(StreamingResponse):
    """Closes its generator however the response ends; Starlette leaves that to the garbage collector."""

    async def stream_response(self, send: Send) -> None:
        assert isinstance(self.body_iterator, AsyncGenerator)
        async with aclosing(self.body_iterator):
            await super().stream_response(send)


async def stream(request: Request) -> Response:
    """GET /live/{token}: the news as server-sent events, for a browser to which no websocket of ours comes through."""
    watch = await _watch(token := request.path_params["token"])
    if watch is None:
        return PlainTextResponse("This page has to be opened again.", status_code=404)

    async def events() -> AsyncGenerator[str]:
        async with aclosing(_news(watch, token)) as news:
            yield "retry: 1000\n\n"
            async for said in news:
                # A stream that ends without a word is connected again, and is told 404.
                yield f"data: {said}\n\n" if said else "event: gone\ndata:\n\n"

    return _Events(
        events(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def socket(connection: WebSocket) -> None:
    """The news over a websocket to /live/{token}; closed with GONE where the page has to be opened again.

    A browser has six connections to one host (HTTP/1.1) and an event stream holds one of them as long as its tab is open, so that the
    seventh tab would wait for ever. Websockets are not counted among them.
    """
    await connection.accept()
    watch = await _watch(token := connection.path_params["token"])
    telling = asyncio.create_task(_tell(connection, watch, token))
    try:
        while (await connection.receive())["type"] != "websocket.disconnect":
            pass  # whatever a browser says here, nobody asked for it
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(connection: WebSocket, watch: Watch | None, token: str) -> None:
    """Send news until there is no more to hear, and then close."""
    code = GONE if watch is None else GOING_AWAY
    with suppress(WebSocketDisconnect):
        if watch is not None:
            async with aclosing(_news(watch, token)) as news:
                async for said in news:
                    if not said:
                        code = GONE
                        break
                    await connection.send_text(said)
        await connection.close(code)


async def _watch(token: str) -> Watch | None:
    """What a token allows to hear; None if it is none of ours, too old, or of a seat that was lost."""
    watch = hub().watch(token)
    if watch is not None:
        await _catch_up(watch.stream, 1)  # another process may have drawn the page
    return None if watch is None or _lost(watch) or not await _still_hears(watch) else watch


async def _news(watch: Watch, token: str) -> AsyncGenerator[str]:
    """News as JSON, `{"s": shown, "o": own, "p": presence, "n": process}`, and the last again as a heartbeat.

    The screen is drawn anew if it shows fewer events than `shown` (those that everybody sees) or `own` (the member's own
    answers, on whichever device they were given). `presence` is as the process `n` knows it, which need not have drawn the page.
    Where none of that has changed nothing is sent, and the heartbeat comes when it would have come: before the reveal the
    others answer, and neither a message nor the time between two tells of it.
    Ends with the server; and, after the news of it, which makes the page say so, with the seat or the token: then with "".
    """
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with suppress(RuntimeError):  # the server is stopping; the listener will connect to the next one
            loop.call_soon_threadsafe(changed.set)

    # No await between listening and the try: a browser that closes while it connects cancels this at an await.
    stop = hub().listen(watch, wake)
    said, beat_at = "", time.monotonic()
    read_at, valid = beat_at, True
    try:
        _wakes.add(wake)
        while not _ending.is_set():
            changed.clear()
            before, said = said, await _said(watch)
            if said != before or time.monotonic() >= beat_at:
                yield said
                beat_at = time.monotonic() + HEARTBEAT_SECONDS
                # To decrypt it at each news would cost more than the news.
                if time.monotonic() - read_at >= HEARTBEAT_SECONDS:
                    read_at = time.monotonic()
                    valid = hub().watch(token) is not None and await _still_hears(watch)
            if _lost(watch) or not valid:
                yield ""
                break
            # Not wait_for: where `changed` is set in the moment of a cancellation, Python 3.11's swallows the cancellation, and a
            # connection whose browser has gone would never end.
            with suppress(TimeoutError):
                async with asyncio.timeout(beat_at - time.monotonic()):
                    await changed.wait()
    finally:
        _wakes.discard(wake)
        stop()


async def _said(watch: Watch) -> str:
    """What a listener is told as things stand."""
    if not hub().news(watch.stream).version:  # at the start, and where the database was away when it was looked up
        await asyncio.to_thread(hub().catch_up, watch.stream)
    news = hub().news(watch.stream)
    readable = await _catch_up(watch.stream, news.version)
    shows = workspace().shows(watch.stream, watch.member)
    # Of a stream that cannot be read any more, one thing more has to be shown: that.
    said = {"s": shows.shown + (not readable), "o": shows.own, "p": news.presence, "n": hub().process}
    return json.dumps(said)


async def _catch_up(stream: str, version: int) -> bool:
    """Read what another process wrote; asks the database only if there is such. Whether this release can read it."""
    try:
        if not workspace().knows(stream, version):
            await asyncio.to_thread(workspace().catch_up, stream, version)
    except Unreadable:
        return False
    return True


def _lost(watch: Watch) -> bool:
    """Whether the seat of this screen was removed, or has another key by now."""
    return watch.member is not None and not workspace().meetings.still_seated(watch, as_remembered=True)


async def _still_hears(watch: Watch) -> bool:
    """Whether whoever listens still has to do with it; while the record is away, or cannot be read, as before."""
    try:
        return await asyncio.to_thread(workspace().still_hears, watch)
    except (StoreUnavailable, Unreadable):
        return True


_listener = st.components.v2.component(
    "homeward_live",
    js=(Path(__file__).parent / "live.js").read_text("utf-8"),
    css=(Path(__file__).parent / "live.css").read_text("utf-8"),
    html='<div class="live" role="status"></div>',
)


def token(stream: str, member: str | None, key_hash: str = "") -> str:
    """This session's token for a stream, and for a seat that has this key."""
    tokens, person = st.session_state.setdefault("live_tokens", {}), "" if member else me().id
    known = tokens.get((stream, member, key_hash, person))
    if known is None or hub().watch(known, TOKEN_SECONDS / 2) is None:
        known = tokens[stream, member, key_hash, person] = hub().token(stream, member, key_hash, person)
    return str(known)


def watch(
    stream: str,
    member: str | None,
    shows: Shows,
    on_news: Callable[[], None],
    screen: str = "",
    key_hash: str = "",
    word: str = "Live",
) -> None:
    """Listen to a stream from here on; `on_news` is called in a rerun of the fragment this stands in.

    `shows` is what the page shows now, so that nothing is asked twice and nothing is missed. Another `screen` (a phase of a
    meeting) begins at its top. `word` is what it says while the connection holds.
    """
    _listener(
        key=f"live-{stream}",
        data={
            "path": f"{base_path()}/live/{token(stream, member, key_hash)}",
            "shown": shows.shown,
            "own": shows.own,
            "presence": hub().news(stream).presence,
            "process": hub().process,
            "silence": 2.5 * HEARTBEAT_SECONDS,
            "screen": screen or stream,
            "word": word,
        },
        on_news_change=on_news,
        width="content",
    )
