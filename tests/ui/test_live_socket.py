"""Protects: news over a websocket says what the event stream says, to whom it says it, and is no way to say anything."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from framework.addresses import Addresses
from framework.panel import MovePhase, Remove
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket, key_hash
from framework.streams.live import Hub
from framework.streams.tokens import Tokens, shared_secret
from framework.workspace import Workspace
from pages.ui import app, live
from pages.ui.gate import Gate
from pages.ui.live import GOING_AWAY, GONE
from tests.load.live import open_meeting
from tests.postgres import free_port, wait_until
from tests.security.attacker import ended_with, run
from tests.server import AppServer


class Served(NamedTuple):
    url: str


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The app's workspace, over an empty record."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'homeward.db'}")
    app.forget()
    yield app.workspace()
    app.forget()


@pytest.fixture
def server(work: Workspace) -> Iterator[Served]:
    """The route and the gate before it, in this process: what happens here is news there."""
    gate = Middleware(Gate, Addresses.given({}))
    served = Starlette(routes=[WebSocketRoute("/live/{token}", live.socket)], middleware=[gate])
    port = free_port()
    uvicorn_server = uvicorn.Server(uvicorn.Config(served, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=uvicorn_server.run)
    thread.start()
    wait_until(lambda: uvicorn_server.started)
    yield Served(f"http://localhost:{port}")
    uvicorn_server.should_exit = True
    thread.join()


def token(work: Workspace, ticket: Ticket) -> str:
    return Hub(work.store, Tokens(shared_secret(work.store.folder))).token(
        MEETING.stream(ticket.meeting), ticket.member, key_hash(ticket.key)
    )


def listens(server: Served | AppServer, token: str, origin: str = "") -> connect:
    url = f"ws{server.url.removeprefix('http')}/live/{token}"
    return connect(url, origin=Origin(origin or server.url), compression=None, proxy=None)


async def news(connection: ClientConnection) -> dict[str, int]:
    said = json.loads(await connection.recv())
    assert list(said) == ["v", "s", "o", "p", "n"] and all(isinstance(one, int) for one in said.values())
    return dict(said)


def test_it_begins_with_what_the_record_has_and_hears_what_comes(server: Served, work: Workspace) -> None:
    chair, member = open_meeting(work, 2, start=False)

    async def heard() -> tuple[int, int]:
        async with listens(server, token(work, member)) as connection:
            first = await news(connection)
            work.meetings.run(chair.meeting, chair.member, MovePhase("scoring"))
            while (later := await news(connection))["v"] == first["v"]:
                pass
            return first["v"], later["s"]

    first, later = run(heard)
    assert 0 < first < later == work.meetings.state(chair.meeting).version


def test_a_guessed_token_and_a_lost_seat_hear_nothing(server: Served, work: Workspace) -> None:
    chair, member = open_meeting(work, 2, start=False)

    async def codes() -> list[int | None]:
        async with listens(server, "x") as guessed, listens(server, token(work, member)) as lost:
            await news(lost)
            work.meetings.run(chair.meeting, chair.member, Remove(member.member, "Took two seats."))
            found = [await ended_with(guessed), await ended_with(lost)]
        async with listens(server, token(work, member)) as again:
            return [*found, await ended_with(again)]

    assert run(codes) == [GONE, GONE, GONE]


def test_another_site_may_not_listen(server: Served, work: Workspace) -> None:
    chair, _ = open_meeting(work, 2, start=False)

    async def refused() -> int:
        with pytest.raises(InvalidStatus) as told:
            async with listens(server, token(work, chair), "http://evil.example"):
                pass
        return told.value.response.status_code

    assert run(refused) == 403


def test_the_first_word_of_a_browser_ends_it(server: Served, work: Workspace) -> None:
    chair, _ = open_meeting(work, 2, start=False)

    async def said() -> None:
        async with listens(server, token(work, chair)) as connection:
            await news(connection)
            await connection.send("a word")
            await ended_with(connection)

    run(said)  # which ends when the connection does


def test_it_ends_with_the_server(tmp_path: Path) -> None:
    with AppServer(tmp_path) as real:
        work = Workspace.open(real.environment["DATABASE_URL"])
        chair, _ = open_meeting(work, 2, start=False)

        async def code() -> int | None:
            async with listens(real, token(work, chair)) as connection:
                await news(connection)
                await asyncio.to_thread(real.stop)
                return await ended_with(connection)

        assert run(code) == GOING_AWAY
        work.store.close()
        assert "Traceback" not in real.log
