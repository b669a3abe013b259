"""Protects: what is being typed reaches the server by a route of its own, for the seat whose token it is, and for nobody else.

The real server; what is typed comes from outside, so every kind of message that is none is refused with a sentence.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from framework import panel
from framework.panel.drafts import AT_ONCE
from framework.panel.meetings import Ticket, key_hash
from framework.workspace import Workspace
from tests.load.live import Screen, open_meeting, run, sit_down, wall
from tests.server import AppServer

NOTE = "Seen twice in October, marker-5b21"
NEGLECT = "neglect|child"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with AppServer(tmp_path_factory.mktemp("live-drafts")) as started:
        yield started


@pytest.fixture
def work(server: AppServer) -> Iterator[Workspace]:
    opened = Workspace.open(server.environment["DATABASE_URL"])
    yield opened
    opened.store.close()


@pytest.fixture
def table(work: Workspace) -> list[Ticket]:
    """The chair and Sam, who have both answered about neglect."""
    tickets = open_meeting(work, 2)
    for ticket in tickets:
        work.meetings.run(ticket.meeting, ticket.member, panel.Score("neglect", "child", "active"))
    return tickets


def token(screen: Screen) -> str:
    return str(screen.live["path"]).rpartition("/")[2]


async def post(server: AppServer, token: str, body: object, **query: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await http.post(f"/draft/{token}", content=content, params=query)


def test_what_is_typed_while_the_chair_reveals_is_in_the_record(
    server: AppServer, work: Workspace, table: list[Ticket]
) -> None:
    chair, sam = table

    async def meet() -> None:
        async with await sit_down(server, chair) as room, await sit_down(server, sam) as screen:
            typed = {NEGLECT: NOTE, "growth_faltering|child": "Not weighed since May."}
            assert (await post(server, token(screen), typed)).status_code == 204
            await room.click("reveal")
            await room.click("reveal-now")
            await screen.wait_until(lambda one: one.is_current(work.meetings.state(sam.meeting)), 20)
            # What arrives now is added with its time: a longer text, and one about another question.
            late = {"previous_maltreatment|child": "Two reports in 2024."}
            assert (await post(server, token(screen), late, leaving="1")).status_code == 201

    run(meet())
    state = work.meetings.state(sam.meeting)
    assert state.answers[sam.member]["neglect", "child"] == panel.Given("active", NOTE)
    added = {
        key[0]: [(note.member, note.text, note.at is not None) for note in notes] for key, notes in state.notes.items()
    }
    assert added == {
        "growth_faltering": [(sam.member, "Not weighed since May.", True)],
        "previous_maltreatment": [(sam.member, "Two reports in 2024.", True)],
    }
    assert state.answers[chair.member]["neglect", "child"].note == ""


def test_who_leaves_the_page_has_their_note_saved(server: AppServer, work: Workspace, table: list[Ticket]) -> None:
    async def meet() -> None:
        async with await sit_down(server, table[1]) as screen:
            assert (await post(server, token(screen), {NEGLECT: NOTE}, leaving="1")).status_code == 201

    run(meet())
    assert work.meetings.state(table[1].meeting).answers[table[1].member]["neglect", "child"].note == NOTE


def test_what_is_typed_is_sent_to_nobody_else(server: AppServer, work: Workspace, table: list[Ticket]) -> None:
    async def meet() -> None:
        chair, sam = table
        async with (
            await sit_down(server, chair, record=True) as room,
            await sit_down(server, sam) as screen,
            await wall(server, work.meetings.state(sam.meeting).code, record=True) as big,
        ):
            await post(server, token(screen), {NEGLECT: NOTE})
            await post(server, token(screen), {NEGLECT: NOTE}, leaving="1")
            for other in (room, big):
                await other.rerun()
                assert b"marker-5b21" not in other.received_bytes() + bytes(other.heard)

    run(meet())


def test_what_is_no_note_is_refused_with_a_sentence(server: AppServer, work: Workspace, table: list[Ticket]) -> None:
    async def meet() -> None:
        async with (
            await sit_down(server, table[1]) as screen,
            await wall(server, work.meetings.state(table[1].meeting).code) as big,
        ):
            mine = token(screen)
            for where, body, status in (
                ("nobody-knows-this", {NEGLECT: NOTE}, 404),
                (token(big), {NEGLECT: NOTE}, 403),
                (mine, b"\xff{", 400),
                (mine, b"[" * 50_000, 400),
                (mine, [NOTE], 400),
                (mine, {}, 400),
                (mine, {"neglect": NOTE}, 400),
                (mine, {NEGLECT: 7}, 400),
                (mine, {f"q{number}|child": NOTE for number in range(11)}, 400),
                (mine, {"no_such|child": NOTE}, 409),
                (mine, {NEGLECT: "x" * 4001}, 409),
                (mine, {NEGLECT: "x" * 70_000}, 413),
                (mine, b'{"neglect|child": "half an emoji: \\ud83d"}', 204),
            ):
                answer = await post(server, where, body)
                assert answer.status_code == status, (body, answer.text)
                assert status == 204 or answer.text.endswith("."), answer.text

    run(meet())
    assert work.meetings.state(table[1].meeting).answers[table[1].member]["neglect", "child"].note == ""


def test_a_screen_that_has_lost_its_seat_keeps_nothing(server: AppServer, work: Workspace, table: list[Ticket]) -> None:
    """Its token is still known, and names the seat; but the seat has another key, or was removed."""
    chair, sam = table
    tess = work.meetings.join(Ticket.new(sam.meeting), "Tess", "other_professional")

    async def meet() -> None:
        async with await sit_down(server, sam) as lost, await sit_down(server, tess) as removed:
            old = token(lost), token(removed)
            new = work.meetings.ask_back(Ticket(sam.meeting, sam.member, Ticket.new().key))
            work.meetings.run(sam.meeting, chair.member, panel.AllowReturn(key_hash(new.key)[:16]))
            work.meetings.run(sam.meeting, chair.member, panel.Remove(tess.member, "Took two seats."))
            for mine in old:
                for leaving in ({}, {"leaving": "1"}):
                    answer = await post(server, mine, {NEGLECT: NOTE}, **leaving)
                    assert answer.status_code == 409 and "not kept" in answer.text
            async with await sit_down(server, new) as screen:
                assert (await post(server, token(screen), {NEGLECT: "On the new one."}, leaving="1")).status_code == 201

    run(meet())
    state = work.meetings.state(sam.meeting)
    assert state.answers[sam.member]["neglect", "child"].note == "On the new one."
    assert not state.answers.get(tess.member)


def test_who_sends_without_a_pause_is_told_to_wait_and_others_are_not(
    server: AppServer, work: Workspace, table: list[Ticket]
) -> None:
    async def meet() -> None:
        async with await sit_down(server, table[0]) as room, await sit_down(server, table[1]) as screen:
            found = [(await post(server, token(screen), {NEGLECT: f"{n}"})).status_code for n in range(AT_ONCE + 10)]
            assert found[:AT_ONCE] == [204] * AT_ONCE and 429 in found
            assert (await post(server, token(room), {NEGLECT: "mine"})).status_code == 204

    run(meet())
