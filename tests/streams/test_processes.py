"""Two app processes on one PostgreSQL behind HAProxy: members of one meeting on both, and one of them is killed."""

import asyncio
import os
import signal
from collections.abc import Iterator
from random import Random

import httpx
import pytest

from framework import panel
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket, key_hash
from framework.streams.live import Hub
from framework.streams.tokens import Tokens
from framework.workspace import Workspace
from tests.balancer import Balanced
from tests.load.faults import Member, check, keep_open
from tests.load.live import Screen, answers_on, open_meeting, run, sit_down, turn, wall
from tests.postgres import PostgresServer, wait_until

SEATS = 4


@pytest.fixture(scope="module")
def balanced(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[Balanced]:
    url = postgres_server.create_database(migrated=True)
    with Balanced(tmp_path_factory.mktemp("processes"), url) as started:
        yield started
    postgres_server.drop_database(url)


@pytest.fixture
def work(balanced: Balanced) -> Iterator[Workspace]:
    opened = Workspace.open(balanced.environment["DATABASE_URL"])
    yield opened
    opened.store.close()


def test_a_token_of_one_process_serves_at_the_other_until_its_seat_is_lost(balanced: Balanced, work: Workspace) -> None:
    chair, sam = open_meeting(work, 2)
    stream = MEETING.stream(sam.meeting)
    tokens = Tokens(balanced.environment["HOMEWARD_SECRET"].encode())
    token = Hub(work.store, tokens).token(stream, sam.member, key_hash(sam.key))
    for server in balanced.nodes.values():
        assert listens(server.url, token) == 200
        sent = httpx.post(f"{server.url}/draft/{token}?leaving=1", json={"neglect|child": "A note."}, trust_env=False)
        assert sent.status_code in (201, 204)
        cookie = tokens.make("seat", sam.meeting, sam.key, server.url)
        given = httpx.post(f"{server.url}/seat/{cookie}", trust_env=False)
        assert given.headers["set-cookie"].startswith(f"homeward_seat_{sam.meeting}={sam.key}; HttpOnly")
        assert httpx.post(f"{server.url}/seat/{cookie}", trust_env=False).status_code == 404
    new = work.meetings.ask_back(Ticket(sam.meeting, sam.member, Ticket.new().key))
    work.meetings.run(sam.meeting, chair.member, panel.AllowReturn(key_hash(new.key)[:16]))
    for server in balanced.nodes.values():
        wait_until(lambda url=server.url: listens(url, token) == 404)


def listens(url: str, token: str) -> int:
    with httpx.stream("GET", f"{url}/live/{token}", trust_env=False) as answer:
        return answer.status_code


def test_a_process_that_is_busy_for_a_moment_keeps_its_sessions(balanced: Balanced, work: Workspace) -> None:
    """Taken for dead, it would send them all to the other process at once, and make that one late in turn."""

    async def meet() -> None:
        screens = [await sit_down(balanced, ticket) for ticket in open_meeting(work, SEATS)]
        busy = next(one for one in screens if one.cookies["NODE"] == "a")
        os.kill(balanced.nodes["a"].pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(3)  # HAProxy asks twice a second whether a process is there
        finally:
            os.kill(balanced.nodes["a"].pid, signal.SIGCONT)
        await busy.set(next(iter(answers_on(busy))), "Active")
        assert not busy.lost.is_set()
        for screen in screens:
            await screen.close()

    run(meet())


def test_who_has_finished_reaches_the_screens_of_the_other_process_and_a_killed_process_takes_nothing_with_it(
    balanced: Balanced, work: Workspace
) -> None:
    run(_meeting(balanced, work))


async def _meeting(balanced: Balanced, work: Workspace) -> None:
    tickets = open_meeting(work, SEATS)
    meeting = tickets[0].meeting
    members = [Member(ticket, await sit_down(balanced, ticket), Random(n)) for n, ticket in enumerate(tickets)]
    room = await wall(balanced, work.meetings.state(meeting).code)
    screens = [*(member.screen for member in members), room]
    assert {screen.cookies["NODE"] for screen in screens} == {"a", "b"}
    for member in members:
        await member.screen.set(next(iter(answers_on(member.screen))), "Active")
        await turn(member.screen)  # of the answer alone the others are told nothing
        state = work.meetings.state(meeting)
        assert member.ticket.member in state.finished
        for screen in screens:
            await screen.wait_until(lambda one, state=state: one.is_current(state))
    stop = asyncio.Event()
    tasks = [asyncio.create_task(member.score_until(stop)) for member in members]
    tasks.append(asyncio.create_task(keep_open(room, stop)))
    try:
        await _each_scored(members, 2)
        balanced.nodes["a"].kill()
        await _each_scored(members, 2)
        await _current(screens, work.meetings.state(meeting))
        assert {screen.cookies["NODE"] for screen in screens} == {"b"}
        stop.set()
        await asyncio.gather(*tasks[:-1])
        await _current(screens, work.meetings.state(meeting))
        await check(work, meeting, members, room, 1)
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for screen in screens:
            await screen.close()
        await asyncio.to_thread(balanced.nodes["a"].start)


async def _each_scored(members: list[Member], times: int) -> None:
    """Wait until a page has told every member so many more times that their score is saved."""
    before = [len(member.acknowledged) for member in members]
    async with asyncio.timeout(60):
        while any(len(m.acknowledged) < b + times for m, b in zip(members, before, strict=True)):
            await asyncio.sleep(0.02)


async def _current(screens: list[Screen], state: panel.Panel) -> None:
    async with asyncio.timeout(60):
        while not all(screen.is_current(state) for screen in screens):
            await asyncio.sleep(0.02)
