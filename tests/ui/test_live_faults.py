"""Protects: the server may be killed in mid-meeting, as often as it likes, and nothing that was saved is lost.

The database may go away, too: what could not be saved meanwhile is saved afterwards, or said.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from framework import panel
from framework.panel.meetings import Ticket, key_hash
from framework.workspace import Workspace
from tests.load.faults import meeting_through_kills
from tests.load.live import Screen, answers_on, open_meeting, run, sit_down
from tests.postgres import PostgresServer
from tests.server import AppServer

KILLS = 5
"""`make bench-live` kills it twenty times."""


def test_killed_again_and_again_in_mid_meeting_every_acknowledged_score_is_there(tmp_path: Path) -> None:
    assert run(meeting_through_kills(tmp_path, KILLS)) > KILLS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresServer) -> Iterator[AppServer]:
    """The app on a database that the tests stop and start again."""
    url = postgres_server.create_database(started=True)
    with AppServer(tmp_path_factory.mktemp("outage"), {"DATABASE_URL": url}) as server:
        yield server


def test_after_an_outage_the_tablets_newer_answer_stands_and_the_laptop_says_so(
    server: AppServer, postgres_server: PostgresServer
) -> None:
    """The database goes away while a laptop is scored on; a tablet of the same seat is quicker when it is back."""
    run(_outage(server, postgres_server))


async def _outage(server: AppServer, postgres_server: PostgresServer) -> None:
    work = Workspace.open(server.environment["DATABASE_URL"])
    ticket = open_meeting(work, 1)[0]
    neglect, abuse = (f"answer|{ticket.meeting}|{factor}|child" for factor in ("neglect", "severe_physical_abuse"))
    async with (
        await sit_down(server, ticket, auto_rerun=False) as laptop,
        await sit_down(server, ticket, auto_rerun=False) as tablet,
    ):
        # Each runs when the test says so, and not at news or by a timer: so it is known which of the two is first.
        await laptop.stop_listening()
        await tablet.stop_listening()
        await laptop.set(neglect, "Improving")
        await tablet.rerun()
        postgres_server.stop()
        try:
            await laptop.set(neglect, "Active")
            await laptop.set(abuse, "Active")
            assert "2 answers are not saved yet" in " ".join(laptop.texts())
        finally:
            postgres_server.start()
        (newer,) = (key for key in answers_on(tablet) if key.startswith(neglect))
        await tablet.set(newer, "Resolved")
        await _catch_up(tablet)
        await _catch_up(laptop)
        said = " ".join(laptop.texts())
        assert "your answer “Active” was not saved" in said and "it is “Resolved” now" in said
        await laptop.click(f"read|{ticket.meeting}")
        await laptop.rerun()
        assert "was not saved" not in " ".join(laptop.texts())
    given = work.meetings.state(ticket.meeting).answers[ticket.member]
    assert {key[0]: answer.status for key, answer in given.items()} == {
        "neglect": "resolved",
        "severe_physical_abuse": "active",
    }
    work.store.close()


async def _catch_up(screen: Screen) -> None:
    """Run its page until the record was read and all that waited was saved or refused: the first tries may find the database away."""
    async with asyncio.timeout(60):
        await screen.rerun()
        while any(away in " ".join(screen.texts()) for away in ("not saved yet", "may be behind")):
            await screen.rerun()


def test_what_waited_through_an_outage_is_not_saved_for_a_seat_that_was_lost_meanwhile(
    server: AppServer, postgres_server: PostgresServer
) -> None:
    """The laptop keeps an answer back; before it tries again, its seat is opened on another device."""
    run(_outage_and_loss(server, postgres_server))


async def _outage_and_loss(server: AppServer, postgres_server: PostgresServer) -> None:
    work = Workspace.open(server.environment["DATABASE_URL"])
    chair, sam = open_meeting(work, 2)
    async with (
        await sit_down(server, chair, auto_rerun=False) as room,
        await sit_down(server, sam, auto_rerun=False, record=True) as laptop,
    ):
        await laptop.stop_listening()
        postgres_server.stop()
        try:
            await laptop.set(f"answer|{sam.meeting}|neglect|child", "Active")
            assert "1 answer is not saved yet" in " ".join(laptop.texts())
        finally:
            postgres_server.start()
        new = work.meetings.ask_back(Ticket(sam.meeting, sam.member, Ticket.new().key))
        work.meetings.run(sam.meeting, chair.member, panel.AllowReturn(key_hash(new.key)[:16]))
        await _catch_up(room)  # the server reads in the record what this process has done
        messages = (ForwardMsg.FromString(one) for one in laptop.raw)
        tries_again = [one.auto_rerun.fragment_id for one in messages if one.HasField("auto_rerun")]
        await laptop.forge((), tries_again[-1])
        await laptop.rerun()
        assert "opened on another device" in " ".join(laptop.texts())
    assert not work.meetings.state(sam.meeting).answers.get(sam.member)
    work.store.close()
