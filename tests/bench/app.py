"""The app: how soon it is there, and how quickly it answers the members of a meeting.

A real server, and clients that speak Streamlit's protocol without a browser. A time is what a client sees: from the
click to the end of the run that it causes. The clients do not listen for each other's news, and share the machine
with the server.
"""

import asyncio
import os
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from framework import panel
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.bench import median, percentiles, say
from tests.load.client import StreamlitClient, Widget
from tests.server import AppServer

MEETINGS, SEATS = 5, 6
SECONDS = 20.0


def measure_start(folder: Path) -> None:
    served, shown = [], []
    for run in range(3):
        new = folder / str(run)
        new.mkdir()
        start = time.perf_counter()
        with AppServer(new) as server:
            assert httpx.get(server.url, trust_env=False).is_success
            served.append(time.perf_counter() - start)
            assert asyncio.run(_home(server.url))
            shown.append(time.perf_counter() - start)
    say("start with a new record, until the page is served over HTTP", "s", 3.0, **median(served))
    say("start with a new record, until a visitor has the whole of Home", "s", 3.0, **median(shown))


async def _home(url: str) -> bool:
    async with await StreamlitClient.connect(url) as client:
        assert not client.exceptions()
        return "Try a sample case" in client.texts()


async def measure_meetings(folder: Path) -> None:
    with AppServer(folder) as server:
        work = Workspace.open(server.environment["DATABASE_URL"])
        tickets = _meetings(work)
        await _measure(server, work, tickets[:1], every=0.25)
        await _measure(server, work, tickets, every=1.0)


def _meetings(work: Workspace) -> list[Ticket]:
    """Meetings in the middle of their scoring: half of the answers are given."""
    chance = random.Random(1)
    case = next(case for case in work.cases.all() if len(case.carer) > 1)
    tickets = []
    for _ in range(MEETINGS):
        seats = [work.meetings.open(case, Ticket.new(), "Chair", "other_professional")]
        meeting = seats[0].meeting
        seats += [work.meetings.join(Ticket.new(meeting), f"Member {n}", "other_professional") for n in range(1, SEATS)]
        work.meetings.run(seats[0].meeting, seats[0].member, panel.MovePhase("scoring"))
        for seat in seats:
            for (subject, about), status in case.reference.answers.items():
                if chance.random() < 0.5:
                    work.meetings.run(seat.meeting, seat.member, panel.Score(subject, about, status))
        tickets += seats
    return tickets


async def _measure(server: AppServer, work: Workspace, tickets: list[Ticket], every: float) -> None:
    members = [await _Member.sit_down(server.url, ticket, number) for number, ticket in enumerate(tickets)]
    each = f"{len(tickets)} member{'s, each' if len(tickets) > 1 else ''} {1 / every:g} a second for {SECONDS:g} s"
    for name, act, target in (("scoring click", _Member.click, 150.0), ("whole Panel page", _Member.reload, None)):
        before = _events(work, tickets)
        cpu = _cpu_seconds(server.pid)
        taken = [one for many in await asyncio.gather(*(_keep(m, act, every) for m in members)) for one in many]
        used = _cpu_seconds(server.pid) - cpu
        if act is _Member.click:
            assert _events(work, tickets) - before == len(taken), "an answer was lost"
        say(
            f"{name}, {each}",
            "ms",
            target if len(tickets) > 1 else None,
            **percentiles(taken),
            server_cpu_seconds=round(used, 2),
            server_cpu_ms_each=round(used / len(taken) * 1000, 1),
        )
    for member in members:
        assert not member.client.exceptions()
        await member.client.close()


class _Member:
    """One member at their own device, with one section of the form open."""

    def __init__(self, client: StreamlitClient, chance: random.Random) -> None:
        self.client = client
        self.chance = chance
        self.chosen: dict[str, str] = {}

    @classmethod
    async def sit_down(cls, url: str, ticket: Ticket, number: int) -> "_Member":
        client = await StreamlitClient.connect(
            url,
            page="panel",
            query=f"meeting={ticket.meeting}",
            cookies={f"homeward_seat_{ticket.meeting}": ticket.key},
        )
        sections = [
            w.key for w in client.widgets("button") if w.key.startswith(("section-risk-", "section-protective-"))
        ]
        if number % len(sections):  # the first one is open already
            await client.click(sections[number % len(sections)])
        return cls(client, random.Random(number))

    async def click(self) -> float:
        rows = [widget for widget in self.client.widgets("button_group") if widget.key.startswith("answer|")]
        row = self.chance.choice(rows)
        answer = self.chance.choice([answer for answer in _answers_of(row) if answer != self._chosen(row)])
        result = await self.client.set(row.key, answer)
        assert result is not None and result.fragment
        self.chosen[row.key] = answer
        return result.seconds * 1000

    def _chosen(self, row: Widget) -> str | None:
        """The answer that stands: a click runs the rest of the page again, not the row itself."""
        shown = [_answers_of(row)[index] for index in row.proto.default] or list(row.proto.raw_values)
        return self.chosen.get(row.key) or next(iter(shown), None)

    async def reload(self) -> float:
        return (await self.client.rerun()).seconds * 1000


def _answers_of(row: Widget) -> list[str]:
    return [option.content for option in row.proto.options]


async def _keep(member: _Member, act: Callable[[_Member], Awaitable[float]], every: float) -> list[float]:
    """Act at regular times, from a random moment on."""
    taken = []
    begin = time.perf_counter() + member.chance.random() * every
    for number in range(int(SECONDS / every)):
        await asyncio.sleep(max(0.0, begin + number * every - time.perf_counter()))
        taken.append(await act(member))
    return taken


def _events(work: Workspace, tickets: list[Ticket]) -> int:
    """How many events these members' meetings have."""
    return sum(work.meetings.state(meeting).version for meeting in {ticket.meeting for ticket in tickets})


def _cpu_seconds(pid: int) -> float:
    """What a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
