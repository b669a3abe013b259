"""Protects: a browser that goes away while its event stream connects leaves nobody behind who counts as present."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message

from framework.panel import Remove
from framework.panel.meetings import Ticket, key_hash
from framework.streams.live import Hub
from framework.streams.tokens import Tokens, shared_secret
from pages.panel import seat
from pages.ui import app, live
from tests.load.live import run
from tests.postgres import free_port, wait_until

STREAM, MEMBER = "panel:x", "sam"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The app's hub, over an empty record."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'homeward.db'}")
    app.forget()
    yield app.hub()
    app.forget()


def nobody_listens(hub: Hub) -> bool:
    return hub.present(STREAM) == frozenset() and not hub._listeners.get(STREAM) and not live._wakes


async def answered(token: str, sent: list[Message]) -> None:
    """What the server does with a request for the stream; the browser takes its time with every part."""
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "path_params": {"token": token}}

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)
        await asyncio.sleep(0)

    response = await live.stream(Request({**scope, "query_string": b""}))
    await response(scope, receive, send)


def test_a_request_that_is_cancelled_at_any_await_leaves_nobody_behind(hub: Hub) -> None:
    token = hub.token(STREAM, MEMBER)

    async def cancelled_after(turns: int) -> list[Message]:
        sent: list[Message] = []
        task = asyncio.create_task(answered(token, sent))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return sent

    async def all_of_them() -> None:
        parts = set()
        for turns in range(60):
            parts.add(len(await cancelled_after(turns)))
            await asyncio.sleep(0.005)  # what went on in another thread comes to its end
            assert nobody_listens(hub), f"cancelled after {turns} turns"
        for pause in (*range(20), 50, 100, 300, 1000):  # milliseconds; a busy machine needs the long ones
            sent: list[Message] = []
            with suppress(TimeoutError):
                await asyncio.wait_for(answered(token, sent), pause / 1000)
            parts.add(len(sent))
            await asyncio.sleep(0.005)
            assert nobody_listens(hub), f"cancelled after {pause} ms"
        assert 0 in parts and max(parts) >= 3, "before and after the stream began"

    run(all_of_them())


def test_a_browser_that_closes_at_once_many_times_is_not_present(hub: Hub) -> None:
    served = Starlette(routes=[Route("/live/{token}", live.stream)])
    port, token = free_port(), hub.token(STREAM, MEMBER)
    server = uvicorn.Server(uvicorn.Config(served, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        request = f"GET /live/{token} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", port)) as staying:
            staying.sendall(request)
            assert b"200 OK" in staying.recv(1000)
            wait_until(lambda: hub.present(STREAM) == {MEMBER})
        for _ in range(150):
            with socket.create_connection(("127.0.0.1", port)) as gone:
                gone.sendall(request)
        wait_until(lambda: nobody_listens(hub))
    finally:
        server.should_exit = True
        thread.join()


def test_the_stream_begins_with_what_the_record_has(hub: Hub) -> None:
    """Also for the first who listens, when nothing is known of the stream yet."""
    work = app.workspace()
    meeting = work.meetings.open(work.cases.all()[0], Ticket.new(), "Cora", "social_worker").meeting
    token, sent = hub.token(f"panel:{meeting}", None), list[Message]()

    async def listen() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(answered(token, sent), 1)

    run(listen())
    data = next(message["body"] for message in sent if message.get("body", b"").startswith(b"data: "))
    assert json.loads(data.removeprefix(b"data: "))["s"] == work.meetings.state(meeting).news > 0


def test_whoever_has_lost_the_seat_is_told_that_the_stream_ends(hub: Hub) -> None:
    """A browser connects again when a stream ends without a word, and its console would show that 404."""
    work = app.workspace()
    chair = work.meetings.open(work.cases.all()[0], Ticket.new(), "Cora", "social_worker")
    sam = work.meetings.join(Ticket.new(chair.meeting), "Sam", "team_manager")
    token, sent = hub.token(f"panel:{sam.meeting}", sam.member, key_hash(sam.key)), list[Message]()

    async def listen() -> None:
        listening = asyncio.create_task(answered(token, sent))
        while not any(message.get("body", b"").startswith(b"data: ") for message in sent):
            await asyncio.sleep(0.01)
        work.meetings.run(chair.meeting, chair.member, Remove(sam.member, "Took two seats."))
        await asyncio.wait_for(listening, 10)

    run(listen())
    *_, last = [message["body"] for message in sent if message.get("body")]
    assert last == b"event: gone\ndata:\n\n"


async def cookie_for(token: str) -> tuple[int, str]:
    """The status of /seat/{token} and the cookie that it sets."""
    scope = {"type": "http", "scheme": "http", "method": "POST", "path": "/", "headers": []}
    found = await seat.remember(Request({**scope, "path_params": {"token": token}}))
    return found.status_code, found.headers.get("set-cookie", "").partition(";")[0]


def test_a_seats_cookie_is_given_once_and_for_a_token_of_any_process(hub: Hub, tmp_path: Path) -> None:
    of_another_process = Tokens(shared_secret(tmp_path))
    token = of_another_process.make("seat", "m1", "ABCDEFGHJKLM", "number")
    assert run(cookie_for(token)) == (204, "homeward_seat_m1=ABCDEFGHJKLM")
    assert run(cookie_for(token)) == (404, "")
    assert run(cookie_for(Tokens(b"guessed").make("seat", "m1", "ABCDEFGHJKLM", "another"))) == (404, "")
    assert run(cookie_for(hub.token("panel:m1", "sam", ""))) == (404, ""), "made for listening"
