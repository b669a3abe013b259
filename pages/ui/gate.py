"""What may pass between the network and Streamlit. Every request and every message of a browser comes through here.

Streamlit answers whoever speaks its protocol: each visitor could clear its caches, stop a run or ask for its metrics. Our pages
need little of that. What they need stands in the tables below; the rest never reaches Streamlit.
"""

import asyncio
import logging
import math
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

from framework.logs import counted

log = logging.getLogger(__name__)

# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

MESSAGE_BYTES = 1024 * 1024
"""Of one message. The longest of ours carries the notes of a whole meeting: some 60 of 4,000 characters."""
MESSAGES, MESSAGES_A_SECOND = 100, 20
"""At once, and on and on, from one browser tab. The next ones wait, so a quick hand loses nothing."""
BYTES, BYTES_A_SECOND = 4 * MESSAGE_BYTES, MESSAGE_BYTES
REFUSED_LIMIT = 100
"""Messages that no page sends; after them the connection ends."""
WIDGETS = 2000
_ID = re.compile(r"[0-9a-f-]{0,64}")
"""How Streamlit writes the ids of pages and fragments: as hexadecimal hashes."""
LENGTHS = {"query_string": 8192, "page_name": 200}


def _rerun(state: ClientState) -> bool:
    """Whether a request for a run has the form of ours."""
    widgets = state.widget_states.widgets
    return (
        _ID.fullmatch(state.page_script_hash) is not None
        and _ID.fullmatch(state.fragment_id) is not None
        and all(len(getattr(state, name)) <= limit for name, limit in LENGTHS.items())
        and len(widgets) <= WIDGETS
        and all(_ID.fullmatch(one) for one in state.cached_message_hashes)
        and all(math.isfinite(one.double_value) for one in widgets)
        and all(map(math.isfinite, (n for one in widgets for n in one.double_array_value.data)))
    )


PASSED: dict[str, Callable[[BackMsg], bool]] = {
    "rerun_script": lambda message: _rerun(message.rerun_script),
    "app_heartbeat": lambda message: True,
    # The file of a download button that is made when it is pressed.
    "backend_operation_request": lambda message: message.backend_operation_request.HasField("deferred_file"),
    # The address that a chosen file is sent to.
    "file_urls_request": lambda message: len(message.file_urls_request.file_names) <= 1,
}
"""The messages that our pages need, and what each has to be like. Found by walking every page in Chromium."""

TEXT_FRAME, NOT_A_MESSAGE, TOO_BIG, TOO_MANY_REFUSED = 1003, 1002, 1009, 1008
"""Why a connection is closed (RFC 6455, 7.4.1)."""


class Bucket:
    """So much at once, and so much a second from then on (a token bucket)."""

    def __init__(self, size: float, a_second: float, now: Callable[[], float] = time.monotonic) -> None:
        self._size, self._a_second, self._now = size, a_second, now
        self._left, self._at = size, now()

    def wait(self, amount: float) -> float:
        """Take an amount; the seconds to wait until it is there."""
        now = self._now()
        self._left = min(self._size, self._left + (now - self._at) * self._a_second) - amount
        self._at = now
        return max(0.0, -self._left / self._a_second)


@dataclass(slots=True)
class _Tab:
    """One connection of a browser tab."""

    receive: Receive
    send: Send
    messages: Bucket = field(default_factory=lambda: Bucket(MESSAGES, MESSAGES_A_SECOND))
    volume: Bucket = field(default_factory=lambda: Bucket(BYTES, BYTES_A_SECOND))
    refused: Counter[str] = field(default_factory=Counter)
    closed: bool = False

    async def next(self) -> Message:
        """The next message that Streamlit may have."""
        while True:
            message = await self.receive()
            if message["type"] != "websocket.receive" or self.closed:
                return message
            content = message.get("bytes")
            if content is None:
                return await self._close(TEXT_FRAME)
            if len(content) > MESSAGE_BYTES:
                return await self._close(TOO_BIG)
            if wait := max(self.messages.wait(1), self.volume.wait(len(content))):
                await asyncio.sleep(wait)
            kind = passes(content)
            if kind is None:
                return await self._close(NOT_A_MESSAGE)
            if kind == "":
                return message
            self.refused[kind] += 1
            if self.refused.total() > REFUSED_LIMIT:
                return await self._close(TOO_MANY_REFUSED)

    async def _close(self, code: int) -> Message:
        if not self.closed:
            self.closed = True
            await self.send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    async def sent(self, message: Message) -> None:
        """What Streamlit sends. After the connection was closed here, nothing goes out any more."""
        if not self.closed:
            await self.send(message)


def passes(content: bytes) -> str | None:
    """ "" if Streamlit may have this message; else its kind; None if it is no message at all."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return None
    kind = message.WhichOneof("type") or "empty"
    return "" if kind in PASSED and PASSED[kind](message) else kind


# ── The gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Gate:
    """ASGI middleware around Streamlit and our own routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        tab = _Tab(receive, send)
        try:
            await self._app(scope, tab.next, tab.sent)
        finally:
            if tab.refused:
                log.warning("A browser sent what no page sends: %s.", counted(tab.refused))
