"""Many meetings on two processes behind HAProxy and PostgreSQL, and one of the processes is killed on the way.

How quickly “I have finished” reaches every other screen of its meeting, whether an answer that was shown as saved was lost, and how soon
every session is back.
"""

import asyncio
import os
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from websockets.exceptions import WebSocketException

from framework import panel
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.balancer import Balanced
from tests.load.faults import Member, saved
from tests.load.live import SCORES_BETWEEN, Screen, in_the_news, open_meeting, percentiles, sit_down, turn, wall
from tests.postgres import PostgresServer

TARGET = {"p50_ms": 100, "p95_ms": 300}
BACK_SECONDS = 10
RESTART_SECONDS = 1
"""As in deploy/homeward@.service."""


class Paced(Member):
    """A member who scores every few seconds, and whose browser comes back by itself."""

    def __init__(self, ticket: Ticket, screen: Screen, random: Random, every: float) -> None:
        super().__init__(ticket, screen, random)
        self.every = every
        self.turned: list[tuple[float, bool]] = []
        """When they said that they have finished (True) or go on, and the page said so, too."""

    async def score_until(self, stop: asyncio.Event) -> None:
        await asyncio.sleep(self.random.uniform(0, self.every))
        while not stop.is_set():
            begun = time.perf_counter()
            try:
                await self._score()
                if self.random.random() < 1 / SCORES_BETWEEN:
                    await self._turn()
            except (ConnectionError, TimeoutError, LookupError, WebSocketException):
                self.screen.lost.set()
                while self.screen.lost.is_set():  # `come_back` is at it
                    await asyncio.sleep(0.02)
            await asyncio.sleep(max(0.0, begun + self.every - time.perf_counter()))

    async def _turn(self) -> None:
        before = self._finished()
        said = await turn(self.screen)
        if self._finished() != before and saved(self.screen):
            self.turned.append((said, not before))

    def _finished(self) -> bool:
        return bool(self.screen.widget("finish").proto.label == "Go on scoring")


class Table:
    """The screens of one meeting."""

    def __init__(self, meeting: str, members: list[Paced], room: Screen) -> None:
        self.meeting, self.members, self.room = meeting, members, room
        self.screens = [*(member.screen for member in members), room]


async def several(folder: Path, meetings: int, seats: int, seconds: float, every: float) -> dict[str, Any]:
    server = PostgresServer()
    server.start()
    try:
        with Balanced(folder, server.create_database(migrated=True)) as balanced:
            return await _measure(balanced, meetings, seats, seconds, every)
    finally:
        server.remove()


async def _measure(balanced: Balanced, meetings: int, seats: int, seconds: float, every: float) -> dict[str, Any]:
    work = Workspace.open(balanced.environment["DATABASE_URL"])
    tables = [await _table(balanced, work, seats, number, every) for number in range(meetings)]
    screens = [screen for table in tables for screen in table.screens]
    on_a = [screen for screen in screens if screen.cookies["NODE"] == "a"]
    back: dict[Screen, float] = {}
    stop = asyncio.Event()
    returning = [asyncio.create_task(_come_back(screen, back)) for screen in screens]
    scoring = [asyncio.create_task(one.score_until(stop)) for table in tables for one in table.members]
    await asyncio.sleep(seconds / 2)
    balanced.nodes["a"].kill()
    killed = time.perf_counter()
    await asyncio.sleep(RESTART_SECONDS)
    await asyncio.to_thread(balanced.nodes["a"].start)
    await asyncio.sleep(max(0.0, killed + seconds / 2 - time.perf_counter()))
    stop.set()
    done, hanging = await asyncio.wait(scoring, timeout=60)
    for task in (*done, *(one for one in returning if one.done())):
        task.result()
    if hanging:
        waiting = [screen for screen in screens if screen.lost.is_set()]
        raise TimeoutError(f"{len(hanging)} members never ended; {len(waiting)} screens never came back: {waiting[:3]}")
    await asyncio.sleep(2)
    states = {table.meeting: work.meetings.state(table.meeting) for table in tables}
    behind = sum(not screen.is_current(states[table.meeting]) for table in tables for screen in table.screens)
    for task in returning:
        task.cancel()
    await asyncio.gather(*returning, return_exceptions=True)
    for screen in screens:
        await screen.close()
    came_back = [back[screen] - killed for screen in on_a if screen in back]
    until = killed + max([BACK_SECONDS, *came_back])
    result = _result(work, tables, killed, until)
    broken = work.store.verify().broken
    work.store.close()
    return {
        "benchmark": "live on two processes, one of them killed",
        "members": meetings * seats,
        "meetings": meetings,
        "seconds": seconds,
        "seconds_between_scores_of_a_member": every,
        **result,
        "sessions": len(screens),
        "sessions_of_the_killed_process": len(on_a),
        "sessions_back": len(came_back),
        "last_back_after_s": round(max(came_back, default=0.0), 1),
        "screens_behind_at_the_end": behind,
        "chain_whole": broken is None,
        "load_average": round(os.getloadavg()[0], 1),
        "target": {**TARGET, "last_back_after_s": BACK_SECONDS, "acknowledged_scores_lost": 0},
        "met": bool(result["finished_to_every_other_session"])
        and all(result["finished_to_every_other_session"][name] <= limit for name, limit in TARGET.items())
        and max(came_back, default=0.0) <= BACK_SECONDS
        and not (result["acknowledged_scores_lost"] or behind or len(on_a) - len(came_back)),
    }


async def _table(balanced: Balanced, work: Workspace, seats: int, number: int, every: float) -> Table:
    tickets = await asyncio.to_thread(open_meeting, work, seats)
    members = [Paced(t, await sit_down(balanced, t), Random(100 * number + n), every) for n, t in enumerate(tickets)]
    return Table(tickets[0].meeting, members, await wall(balanced, work.meetings.state(tickets[0].meeting).code))


async def _come_back(screen: Screen, back: dict[Screen, float]) -> None:
    """What a browser does by itself; `back` is when its page was there again for the first time."""
    while True:
        await screen.lost.wait()
        await screen.recover()
        back.setdefault(screen, time.perf_counter())


def _result(work: Workspace, tables: Sequence[Table], killed: float, until: float) -> dict[str, Any]:
    """Seconds from each acknowledged “I have finished” to the last other screen of its meeting; those around the kill apart."""
    usual, around, acknowledged, lost = [], [], 0, 0
    for table in tables:
        scores, turns = _recorded(work, table.meeting)
        for member in table.members:
            acknowledged += len(member.acknowledged)
            found = {question: iter(all_) for question, all_ in scores[member.ticket.member].items()}
            for subject, about, label in member.acknowledged:
                lost += label not in found.get((subject, about), iter(()))  # which goes on after the one that is found
            rest = iter(turns[member.ticket.member])
            for sent, finished in member.turned:
                number = next((number for said, number in rest if said == finished), None)
                if number is None:
                    lost += 1
                    continue
                others = (screen for screen in table.screens if screen is not member.screen)
                arrived = max(_shown_at(screen, number, sent) for screen in others)
                (around if killed - 1 <= sent <= until else usual).append(arrived - sent)
    return {
        "scores": acknowledged,
        "acknowledged_scores_lost": lost,
        "times_somebody_had_finished": len(usual) + len(around),
        "finished_to_every_other_session": percentiles(usual),
        "around_the_kill": percentiles(around),
    }


Scores = dict[str, dict[tuple[str, str], list[str]]]
Turns = dict[str, list[tuple[bool, int]]]


def _recorded(work: Workspace, meeting: str) -> tuple[Scores, Turns]:
    """Member → question → answers, and member → (whether they have finished, which of the news that was); in order."""
    scores: Scores = defaultdict(lambda: defaultdict(list))
    turns: Turns = defaultdict(list)
    for event, number in in_the_news(work, meeting):
        if isinstance(event, panel.Scored) and event.status is not None:
            label = work.edition.status_label(event.subject, event.status)
            scores[event.member][event.subject, event.about].append(label)
        elif isinstance(event, panel.Finished):
            turns[event.member].append((event.finished, number))
    return scores, turns


def _shown_at(screen: Screen, number: int, sent: float) -> float:
    """When a screen showed so much of the news; an hour later if it never did."""
    index = bisect_left(screen.shown, number, key=lambda one: one[1])
    return screen.shown[index][0] if index < len(screen.shown) else sent + 3600
