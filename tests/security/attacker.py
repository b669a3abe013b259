"""Somebody who speaks Streamlit's protocol, but not as our pages do."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from tests.load.live import run as in_a_thread

T = TypeVar("T")


def run(work: Callable[[], Awaitable[T]]) -> T:
    async def main() -> T:
        async with asyncio.timeout(120):
            return await work()

    return in_a_thread(main())


def opened(url: str, *, origin: str | None = "", headers: dict[str, str] | None = None, session: str = "") -> connect:
    """A connection to the app's websocket. `origin`: "" for the app's own, None for none."""
    protocols = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([session] if session else [])]
    return connect(
        f"ws{url.removeprefix('http')}/_stcore/stream",
        origin=None if origin is None else Origin(origin or url),
        subprotocols=[Subprotocol(one) for one in protocols],
        additional_headers=headers or {},
        compression=None,
        max_size=None,
        max_queue=None,  # with a full one nothing more is read, not even the answer to its close: 10 seconds each
        proxy=None,
    )


def rerun(**fields: str) -> bytes:
    """A request for a run, with these fields of the client's state."""
    message = BackMsg()
    message.rerun_script.widget_states.SetInParent()
    for name, value in fields.items():
        setattr(message.rerun_script, name, value)
    return message.SerializeToString()


async def ended_with(connection: ClientConnection) -> int | None:
    """The code with which the server ends a connection."""
    try:
        while True:
            await connection.recv()
    except ConnectionClosed:
        return connection.close_code
