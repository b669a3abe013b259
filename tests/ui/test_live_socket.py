"""Protects: news over a websocket says what the event stream says, to whom it says it, and is no way to say anything."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from framework.addresses import Addresses
from framework.panel import Finish, MovePhase, Remove, Score
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket, key_hash
from framework.streams.live import Hub
from framework.streams.store import NewEvent
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
    routes = [WebSocketRoute("/live/{token}", live.socket), Route("/live/{token}", live.stream)]
    served = Starlette(routes=routes, middleware=[gate])
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


def token_of_wall(work: Workspace, ticket: Ticket) -> str:
    return Hub(work.store, Tokens(shared_secret(work.store.folder))).token(MEETING.stream(ticket.meeting), None)


def counts(said: dict[str, int]) -> tuple[int, int]:
    return said["s"], said["o"]


async def news(connection: ClientConnection) -> dict[str, int]:
    said = json.loads(await connection.recv())
    assert list(said) == ["s", "o", "p", "n"] and all(isinstance(one, int) for one in said.values())
    return dict(said)


def test_it_begins_with_what_the_record_has_and_hears_what_comes(server: Served, work: Workspace) -> None:
    chair, member = open_meeting(work, 2, start=False)

    async def heard() -> tuple[int, int]:
        async with listens(server, token(work, member)) as connection:
            first = await news(connection)
            work.meetings.run(chair.meeting, chair.member, MovePhase("scoring"))
            while (later := await news(connection))["s"] == first["s"]:
                pass
            return first["s"], later["s"]

    first, later = run(heard)
    assert 0 < first < later == work.meetings.state(chair.meeting).news


@pytest.mark.parametrize("way", ["websocket", "event stream"])
def test_what_others_answer_alone_sends_nothing(
    way: str, server: Served, work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next that a member or a wall hears is what comes after the answers, and it is the same for one answer as for twenty."""
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 3600)
    listening = {"websocket": heard_by_socket, "event stream": heard_by_stream}[way]
    heard: dict[str, list[list[tuple[int, int]]]] = {"member": [], "wall": []}
    for (listener, found), number in product(heard.items(), (1, 20)):
        _, sam, tess = open_meeting(work, 3)

        def answers(number: int = number, tess: Ticket = tess) -> None:
            state = work.meetings.state(tess.meeting)
            for question in work.edition.questions(state.carer_ids)[:number]:
                work.meetings.run(tess.meeting, tess.member, Score(*question.key, "unknown"))
            assert work.meetings.state(tess.meeting).version == state.version + number
            work.meetings.run(tess.meeting, tess.member, Finish(True))

        who = token(work, sam) if listener == "member" else token_of_wall(work, sam)
        found.append(run(partial(listening, server, who, answers)))
    for one, twenty in heard.values():
        assert one == twenty == [(one[0][0], 0), (one[0][0] + 1, 0)]


async def heard_by_socket(server: Served, token: str, happens: Callable[[], None]) -> list[tuple[int, int]]:
    """What a listener is told first, and next while something happens: (shown, own)."""
    async with listens(server, token) as connection:
        first = counts(await news(connection))
        await asyncio.to_thread(happens)
        return [first, counts(await news(connection))]


async def heard_by_stream(server: Served, token: str, happens: Callable[[], None]) -> list[tuple[int, int]]:
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        http.stream("GET", f"{server.url}/live/{token}", timeout=20) as answer,
    ):
        lines = (json.loads(line[6:]) async for line in answer.aiter_lines() if line.startswith("data: "))
        first = counts(await anext(lines))
        await asyncio.to_thread(happens)
        return [first, counts(await anext(lines))]


def test_what_others_answer_puts_off_no_heartbeat(
    server: Served, work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody answers again and again, much more often than the heart beats: it goes on beating."""
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.5)
    _, sam, tess = open_meeting(work, 3)
    stop = threading.Event()

    def answers() -> None:
        while not stop.is_set():
            for status in ("active", "improving"):
                work.meetings.run(tess.meeting, tess.member, Score("neglect", "child", status))

    async def beats() -> set[tuple[int, int]]:
        async with listens(server, token(work, sam)) as connection:
            answering = asyncio.create_task(asyncio.to_thread(answers))
            try:
                async with asyncio.timeout(30):
                    return {counts(await news(connection)) for _ in range(5)}
            finally:
                stop.set()
                await answering

    before = work.meetings.state(tess.meeting).version
    assert len(run(beats)) == 1
    assert work.meetings.state(tess.meeting).version - before > 10


def test_a_stream_that_cannot_be_read_any_more_has_that_to_show(server: Served, work: Workspace) -> None:
    _, sam = open_meeting(work, 2)
    stream = MEETING.stream(sam.meeting)

    async def heard() -> list[int]:
        async with listens(server, token(work, sam)) as connection:
            first = await news(connection)
            version = work.store.head(stream)
            newer = [NewEvent("written_by_a_newer_release", "{}")]
            work.store.append(stream, version, newer, actor="x", at=work.now(), kind=MEETING.name)
            return [first["s"], (await news(connection))["s"]]

    first, then = run(heard)
    assert then == first + 1


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
