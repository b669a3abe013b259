"""Protects: what a browser sends late is not a click.

A browser sends what all its widgets show with every message. One that asks for news just before it hears that an answer
was taken back still sends that answer; the record must not get it again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from framework import panel
from framework.workspace import Workspace
from tests.load.live import Screen, open_meeting, run, sit_down
from tests.server import AppServer

NEGLECT = ("neglect", "child")

Step = Callable[[Screen, str], Awaitable[None]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with AppServer(tmp_path_factory.mktemp("live-late")) as started:
        yield started


async def fill_and_take_back(screen: Screen, identifier: str) -> None:
    await screen.click("fill-rest")
    await late(screen, lambda: screen.click("take-back"))


async def clear(screen: Screen, identifier: str) -> None:
    await screen.set(f"answer|{identifier}", "Active")
    await screen.open_expander(f"detail|{identifier}")
    await screen.set(f"note|{identifier}", "Seen on Monday.")
    await late(screen, lambda: screen.click(f"clear|{identifier}"))


async def late(screen: Screen, click: Callable[[], Awaitable[object]]) -> None:
    """Click, and send once more, with a question for news, what the widgets showed before."""
    shown = dict(screen._states)
    await click()
    screen._states |= shown
    await screen.component_trigger(screen._listener_key, "news", "late")
    await screen.rerun()


@pytest.mark.parametrize("step", [fill_and_take_back, clear], ids=["taken back", "cleared"])
def test_an_answer_that_was_taken_away_stays_away(server: AppServer, step: Step) -> None:
    work = Workspace.open(server.environment["DATABASE_URL"])
    ticket = open_meeting(work, 1)[0]

    async def meet() -> None:
        async with await sit_down(server, ticket) as screen:
            await step(screen, f"{ticket.meeting}|neglect|child")

    run(meet())
    assert work.meetings.state(ticket.meeting).answers.get(ticket.member, {}) == {}
    work.store.close()


def test_the_hand_that_clicked_last_has_the_last_word(server: AppServer) -> None:
    """One seat at two devices: what the other one still shows does not undo the newer answer."""
    work = Workspace.open(server.environment["DATABASE_URL"])
    ticket = open_meeting(work, 1)[0]
    key = f"answer|{ticket.meeting}|neglect|child"

    async def meet() -> None:
        async with await sit_down(server, ticket) as laptop, await sit_down(server, ticket) as tablet:
            await tablet.set(key, "Active")
            await laptop.set(key, "Improving")

            async def another_answer() -> None:
                await tablet.set(f"answer|{ticket.meeting}|growth_faltering|child", "Active")

            await late(tablet, another_answer)

    run(meet())
    given = work.meetings.state(ticket.meeting).answers[ticket.member]
    assert given[NEGLECT] == panel.Given("improving")
    work.store.close()


def test_two_devices_of_one_seat_show_the_same_and_nobody_asks_them_to(server: AppServer) -> None:
    work = Workspace.open(server.environment["DATABASE_URL"])
    ticket = open_meeting(work, 2)[0]
    key = f"{ticket.meeting}|neglect|child"

    def shown(screen: Screen) -> list[str]:
        (answers,) = [one.proto for one in screen.widgets("button_group") if one.key.startswith(f"answer|{key}")]
        return [answers.options[index].content for index in answers.default] or list(answers.raw_values)

    async def meet() -> None:
        async with await sit_down(server, ticket) as laptop, await sit_down(server, ticket) as tablet:
            await laptop.settled()
            await tablet.settled()
            before = laptop.full_runs, tablet.full_runs
            await tablet.set(f"answer|{key}", "Active")
            await laptop.wait_until(lambda screen: shown(screen) == ["Active"], timeout=30)
            # What was clicked on a device is drawn there once, and nowhere a second time.
            runs = laptop.fragment_runs, tablet.fragment_runs
            await asyncio.sleep(1)
            assert (laptop.full_runs, tablet.full_runs) == before
            assert (laptop.fragment_runs, tablet.fragment_runs) == runs

    run(meet())
    work.store.close()


def test_ones_own_click_is_drawn_once(server: AppServer) -> None:
    work = Workspace.open(server.environment["DATABASE_URL"])
    ticket = open_meeting(work, 2)[0]

    async def meet() -> None:
        async with await sit_down(server, ticket) as screen:
            await screen.settled()
            before = screen.full_runs, screen.fragment_runs
            await screen.set(f"answer|{ticket.meeting}|neglect|child", "Active")
            await asyncio.sleep(1.2)
            assert (screen.full_runs, screen.fragment_runs) == (before[0], before[1] + 1)

    run(meet())
    work.store.close()
