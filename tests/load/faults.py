"""A server that is killed in mid-meeting, again and again.

While several members score without a pause, the real server gets `kill -9` and is started again on the same port and
file. Afterwards every score that a screen was shown as saved is in the record, in the order its member
gave them, the record's chain is whole, and every session is back by itself, on its own seat.
"""

import asyncio
import re
from collections import defaultdict
from pathlib import Path
from random import Random

from websockets.exceptions import WebSocketException

from framework import panel
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.load.live import Screen, answers_on, open_meeting, sit_down, wall
from tests.server import AppServer

SEATS = 4


class Member:
    """Somebody who scores without a pause, and remembers what the page said was saved."""

    def __init__(self, ticket: Ticket, screen: Screen, random: Random) -> None:
        self.ticket, self.screen, self.random = ticket, screen, random
        self.acknowledged: list[tuple[str, str, str]] = []
        self.last: dict[tuple[str, str], str] = {}

    async def score_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._score()
            except (ConnectionError, TimeoutError, WebSocketException):
                await self.screen.recover()

    async def _score(self) -> None:
        key, options = self.random.choice(list(answers_on(self.screen).items()))
        _, _, subject, about = key.split("|")[:4]
        label = self.random.choice([option for option in options if option != self.last.get((subject, about))])
        await self.screen.set(key, label)
        if saved(self.screen):
            self.last[subject, about] = label
            self.acknowledged.append((subject, about, label))


def saved(screen: Screen) -> bool:
    """Whether nothing on the page says that something was not saved."""
    return not any("not saved" in text.lower() or "cannot be reached" in text for text in screen.texts())


async def meeting_through_kills(folder: Path, kills: int) -> int:
    """Hold a meeting through so many kills, and check what is left; the number of answers that were shown as saved."""
    with AppServer(folder) as server:
        return await _killed_again_and_again(server, kills)


async def _killed_again_and_again(server: AppServer, kills: int) -> int:
    work = Workspace.open(server.environment["DATABASE_URL"])
    tickets = open_meeting(work, SEATS)
    meeting = tickets[0].meeting
    stop = asyncio.Event()
    members = [Member(t, await sit_down(server, t), Random(i)) for i, t in enumerate(tickets)]
    room = await wall(server, work.meetings.state(meeting).code)
    watching = asyncio.create_task(keep_open(room, stop))
    scoring = [asyncio.create_task(member.score_until(stop)) for member in members]
    try:
        for number in range(kills):
            before = [len(member.acknowledged) for member in members]
            await asyncio.sleep(Random(number).uniform(0.0, 0.25))
            async with asyncio.timeout(60):
                while any(len(m.acknowledged) == b for m, b in zip(members, before, strict=True)):
                    await asyncio.sleep(0.02)
            server.kill()
            await asyncio.to_thread(server.start)
        async with asyncio.timeout(60):  # everybody goes on scoring after the last one, too
            before = [len(member.acknowledged) for member in members]
            while any(len(m.acknowledged) < b + 3 for m, b in zip(members, before, strict=True)):
                await asyncio.sleep(0.02)
            stop.set()
            await asyncio.gather(*scoring)
            for screen in (room, *(member.screen for member in members)):
                await screen.wait_until(lambda one: one.is_current(work.meetings.state(meeting)), 20)
    finally:
        stop.set()
        for task in (*scoring, watching):
            if task.done() and not task.cancelled() and task.exception():
                task.result()
            task.cancel()
    await check(work, meeting, members, room, kills)
    for screen in (*(member.screen for member in members), room):
        await screen.close()
    work.store.close()
    return sum(len(member.acknowledged) for member in members)


async def keep_open(screen: Screen, stop: asyncio.Event) -> None:
    """The wall: nobody touches it, it comes back by itself."""
    while not stop.is_set():
        await screen.lost.wait()
        await screen.recover()


async def check(work: Workspace, meeting: str, members: list[Member], room: Screen, kills: int) -> None:
    state, edition = work.meetings.state(meeting), work.edition
    recorded: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for event, _, _ in work.meetings.history(meeting):
        if isinstance(event, panel.Scored):
            assert event.status is not None
            label = edition.status_label(event.subject, event.status)
            recorded[event.member].append((event.subject, event.about, label))
    for member in members:
        assert len(member.acknowledged) > kills
        # By question: a click whose answer was cut off may have been saved, so that the same click again adds nothing.
        for question in {one[:2] for one in member.acknowledged}:
            assert in_order(of(question, member.acknowledged), of(question, recorded[member.ticket.member]))
        # Nobody was seated anew: it is the same seat, and the page shows what the record has.
        name = state.members[member.ticket.member].name
        assert any(f"{name}, " in text and "Stage 2" in text for text in member.screen.texts())
        await member.screen.rerun()
        for widget in member.screen.widgets("button_group"):
            _, _, subject, about = widget.key.split("|")[:4]
            given = state.answers[member.ticket.member].get((subject, about))
            shown = [widget.proto.options[index].content for index in widget.proto.default] or list(
                widget.proto.raw_values
            )
            wanted = [edition.status_label(subject, given.status)] if given else []
            assert shown == wanted, widget.key
    assert len(state.seated) == SEATS
    assert f"of {SEATS} have finished" in words(room)
    assert work.store.verify().broken is None


def words(screen: Screen) -> str:
    """What stands on a page, without the tags around it."""
    return re.sub(r"<[^>]+>", "", " ".join(screen.texts()))


def of(question: tuple[str, str], scores: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [one for one in scores if one[:2] == question]


def in_order(some: list[tuple[str, str, str]], all_: list[tuple[str, str, str]]) -> bool:
    """Whether every one of these is among those, in the same order."""
    rest = iter(all_)
    return all(one in rest for one in some)
