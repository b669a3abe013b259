"""How quickly “I have finished” reaches every other screen while all score. `make bench-live`; one JSON object a line.

It is all that others are shown before the reveal: of an answer nothing reaches them, not even that it came.

Real server, fresh SQLite file (or two behind HAProxy on PostgreSQL: `--processes 2`), and protocol-level clients that do what a browser does on the Panel page: each keeps its
websocket, listens to /live/{token} and, on news, asks for a rerun of the fragment that shows it, with the same
one-question-at-a-time logic as pages/ui/live.js. Everything runs on this one machine: the clients' own work is
in the figures too, and so is whatever else the machine does (`load_average` says how much).
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import httpx
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from framework import panel
from framework.panel.meetings import Ticket
from framework.streams.kind import Shows
from framework.workspace import Workspace
from tests.balancer import Balanced
from tests.load.client import EARLY, StreamlitClient
from tests.server import AppServer

T = TypeVar("T")
CASE = "HW-014"
ROLES = ("team_manager", "second_worker", "other_professional", "additional_worker", "social_worker")
"""Those who score."""
TARGET = {"p50_ms": 150, "p95_ms": 500}
BETWEEN_SCORES = 2.0
"""Seconds from one score of a member to their next."""
SCORES_BETWEEN = 10
"""So many scores of a member come before they say again that they have finished, or take it back."""


# ── A screen ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(eq=False)
class Screen(StreamlitClient):
    """A browser tab on the Panel or the Wall: a client that also listens, as live.js does."""

    live: dict[str, Any] = field(init=False, default_factory=dict)
    """What Python told the listener last: path of the stream, and what the page shows, counted as in `Shows`; also who is present."""
    member: str | None = field(init=False, default=None)
    """Whose seat it is; None: a wall."""
    shown: list[tuple[float, int]] = field(init=False, default_factory=list)
    """When the page showed so much of what everybody sees for the first time."""
    heard: bytearray = field(init=False, default_factory=bytearray)
    """Everything that it was told there."""
    full_runs: int = field(init=False, default=0)
    fragment_runs: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.told: dict[str, int] = {}
        self._asking, self._asked = False, 0.0
        self._listening: asyncio.Task[None] | None = None
        self._asks: set[asyncio.Task[None]] = set()
        self._listener_key = ""
        self._own = 0  # how much of the member's own the form shows
        self._drawn = Shows(0)  # what the last run that has ended shows
        self.lost = asyncio.Event()
        """Set when the server does not know the token any more, or the websocket is gone."""

    def is_current(self, state: panel.Panel) -> bool:
        """Whether this screen shows all that it has to of a meeting as it stands."""
        due = panel.counts_to_show(state, self.member)
        return self._drawn.shown >= due.shown and self._drawn.own >= due.own

    async def listen(self) -> Self:
        """Listen, as the mounted component does; it closes with the screen."""
        await self.stop_listening()
        self.lost.clear()
        self._listening = asyncio.create_task(self._listen(self.live["path"]))
        return self

    async def close(self) -> None:
        await self.stop_listening()
        await super().close()

    async def settled(self) -> None:
        """Wait until the page shows all that it was told of, and asks for nothing more."""
        async with asyncio.timeout(30):
            while not self.told or self._behind() or self._behind_own() or self._asks:
                await asyncio.sleep(0.01)

    async def recover(self) -> None:
        """What a browser does after its server went away, until there is one again.

        Streamlit's own page connects again; live.js finds that its token is no longer known and asks for a whole run.
        """
        await self.stop_listening()
        while True:
            try:
                await self.reconnect()
                await self.component_trigger("homeward-page", "wake", time.time())
                await self.listen()
            except (OSError, TimeoutError, LookupError, WebSocketException, httpx.HTTPError):
                await asyncio.sleep(0.1)
            else:
                break

    async def open_expander(self, key: str) -> None:
        """Open an expander of which Python keeps the state."""
        node = next(n for n in self.nodes() if n.block and n.block.id.endswith(f"-{key}"))
        assert node.block is not None
        self._states[node.block.id] = WidgetState(id=node.block.id, bool_value=True)
        await self._run(node.fragment_id)

    async def forge(self, widget_ids: Iterable[str], fragment_id: str = "") -> None:
        """Press buttons that this screen may never have had."""
        self._states |= {id_: WidgetState(id=id_, trigger_value=True) for id_ in widget_ids}
        await self._run(fragment_id)
        self._forget_removed_widgets()

    async def stop_listening(self) -> None:
        """Hear no more news: from then on its page runs only when it is told to."""
        tasks = [*self._asks, *([self._listening] if self._listening else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.told = {}  # what it heard before must not make it ask later

    async def _listen(self, path: str) -> None:
        try:
            cookies = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            async with connect(
                f"ws{self.base_url.removeprefix('http')}{path}",
                origin=Origin(self.base_url),
                additional_headers=cookies if self.cookies else {},
                compression=None,
                ping_interval=None,
                proxy=None,
            ) as news:
                assert news.response
                self._keep_cookies(news.response.headers.get_all("Set-Cookie"))
                async for said in news:
                    assert isinstance(said, str)
                    self.heard += said.encode() + b"\n"
                    self.told = json.loads(said)
                    self._ask_if_behind()
        except (OSError, WebSocketException):
            pass
        self.lost.set()

    def _ask_if_behind(self) -> None:
        """One question at a time: the next when the answer to the last has come, or after 0.3 seconds."""
        now = time.monotonic()
        if not self._behind():
            self._ask_for_own_soon()
            return
        if self._asking and now - self._asked < 0.3:
            return
        self._asking, self._asked = True, now
        asyncio.get_running_loop().call_later(0.35, self._ask_if_behind)
        self._start_asking()

    def _start_asking(self) -> None:
        task = asyncio.create_task(self._ask())
        self._asks.add(task)
        task.add_done_callback(self._asks.discard)

    def _ask_for_own_soon(self) -> None:
        """What the form does not show a moment later was answered on another device."""

        def ask() -> None:
            if self._behind_own() and not self._asks:
                self._start_asking()

        if self._behind_own():
            asyncio.get_running_loop().call_later(0.4, ask)

    def _behind(self) -> bool:
        return bool(self.told) and (
            self.told["s"] > self.live["shown"]
            or (self.told["n"] == self.live["process"] and self.told["p"] != self.live["presence"])
        )

    def _behind_own(self) -> bool:
        return bool(self.told) and self.told["o"] > max(self.live["own"], self._own)

    async def _ask(self) -> None:
        try:
            await self.component_trigger(self._listener_key, "news", f"news {self.told['s']} {time.time()}")
        except (ConnectionError, TimeoutError, LookupError, WebSocketException):
            self.lost.set()

    def _mount(self, element: Element) -> None:
        super()._mount(element)
        component = element.bidi_component
        if element.WhichOneof("type") == "bidi_component" and component.component_name == "homeward_live":
            self.live = json.loads(component.json)
            self._listener_key = component.id.split("-", maxsplit=2)[-1]
            self._asking = False  # new data is the answer
            if self.told:
                asyncio.get_running_loop().call_soon(self._ask_if_behind)
        if element.WhichOneof("type") == "bidi_component" and component.component_name == "homeward_notes":
            self._own = json.loads(component.json).get("form", {}).get("own", 0)

    def _on_finished(self, message: ForwardMsg) -> None:
        if message.script_finished != EARLY:
            if message.metadata.run.fragment_ids:
                self.fragment_runs += 1
            else:
                self.full_runs += 1
            self._note_what_is_shown()
        super()._on_finished(message)

    def _note_what_is_shown(self) -> None:
        shown = self.live.get("shown", 0)
        self._drawn = Shows(shown, max(self.live.get("own", 0), self._own))
        if not self.shown or shown > self.shown[-1][1]:
            self.shown.append((time.perf_counter(), shown))


async def wall(server: AppServer | Balanced, code: str, **options: Any) -> Screen:
    """The wall screen of a meeting."""
    screen = await Screen.connect(server.url, page="wall", query=urlencode({"code": code}), **options)
    return await screen.listen()


async def sit_down(server: AppServer | Balanced, ticket: Ticket, **options: Any) -> Screen:
    """The Panel page of somebody whose browser has the cookie of a seat."""
    cookies = {f"homeward_seat_{ticket.meeting}": ticket.key}
    query = urlencode({"meeting": ticket.meeting})
    screen = await Screen.connect(server.url, page="panel", query=query, cookies=cookies, **options)
    screen.member = ticket.member
    return await screen.listen()


def answers_on(screen: Screen) -> dict[str, list[str]]:
    """The questions of the section that is shown: widget key → the options to click."""
    return {
        widget.key: [option.content for option in widget.proto.options]
        for widget in screen.widgets("button_group")
        if widget.key.startswith("answer|")
    }


async def turn(screen: Screen) -> float:
    """Say that one has finished, or take that back; returns when it was said."""
    said = time.perf_counter()
    await screen.click("finish")
    if any(widget.key == "finish-yes" for widget in screen.widgets("button")):  # some questions are open
        said = time.perf_counter()
        await screen.click("finish-yes")
    return said


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: where a browser test has run before, this one's event loop is taken."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


# ── A meeting ────────────────────────────────────────────────────────────────────────────────────────────────────────


def open_meeting(work: Workspace, members: int, case: str = CASE, start: bool = True) -> list[Ticket]:
    """A meeting with this many seats, the chair's first, at scoring (or still gathering)."""
    found = work.cases.case(case)
    assert found is not None
    tickets = [work.meetings.open(found, Ticket.new(), "Chair", "social_worker")]
    meeting = tickets[0].meeting
    for number in range(1, members):
        role = ROLES[(number - 1) % len(ROLES)]
        met = False if work.edition.panel_roles[role].asked_met_family else None
        tickets.append(work.meetings.join(Ticket.new(meeting), f"Member {number}", role, met))
    if start:
        work.meetings.run(meeting, tickets[0].member, panel.MovePhase("scoring"))
    return tickets


@dataclass
class Scorer:
    """A member who goes through the form, one answer at a time."""

    ticket: Ticket
    screen: Screen
    number: int = 0
    """At the table. The chair (0) never has finished, or all had at times, when every page is drawn anew; the others do not at once."""
    sent: list[float] = field(default_factory=list)
    """When each of their scores was sent."""
    turned: list[float] = field(default_factory=list)
    """When they said each time that they have finished, or go on."""
    runs: list[float] = field(default_factory=list)
    """Seconds until the scorer's own screen had answered."""

    async def score(self, until: float) -> None:
        """Score every two seconds; after a section go on to the next. Now and then say that one has finished, and go on."""
        todo: list[str] = []
        round_ = 0
        while (now := time.perf_counter()) < until:
            if not todo:
                if round_:
                    await self._next_section()
                todo = list(answers_on(self.screen))
                round_ += 1
            key = todo.pop(0)
            options = answers_on(self.screen)[key]
            self.sent.append(time.perf_counter())
            run = await self.screen.set(key, options[round_ % len(options)])
            assert run is not None
            self.runs.append(run.seconds)
            if self.number and (len(self.sent) + self.number) % SCORES_BETWEEN == 0:
                self.turned.append(await turn(self.screen))
            await asyncio.sleep(max(0.0, now + BETWEEN_SCORES - time.perf_counter()))

    async def _next_section(self) -> None:
        keys = {widget.key for widget in self.screen.widgets("button")}
        first = next(key for key in sorted(keys) if key.startswith("section-"))
        await self.screen.click("next-section" if "next-section" in keys else first)


# ── What is measured ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Usage:
    """What the server process has used so far."""

    user: float
    system: float
    rss_mb: float

    @classmethod
    def of(cls, pid: int) -> Self:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
        return cls(int(fields[11]) / tick, int(fields[12]) / tick, int(fields[21]) * page / 1e6)


def cpu(before: Usage, after: Usage, seconds: float) -> dict[str, float]:
    user, system = after.user - before.user, after.system - before.system
    return {
        "server_cpu_user_s": round(user, 2),
        "server_cpu_system_s": round(system, 2),
        "server_cpu_percent_of_a_core": round(100 * (user + system) / seconds, 1),
        "server_rss_start_mb": round(before.rss_mb, 1),
        "server_rss_end_mb": round(after.rss_mb, 1),
        "load_average": round(os.getloadavg()[0], 1),
    }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    return {"p50_ms": at(0.5), "p95_ms": at(0.95), "max_ms": at(1)} if ordered else {}


def arrivals(
    work: Workspace, scorers: Sequence[Scorer], walls: Mapping[str, Screen], lateness: float
) -> tuple[list[float], list[float], Mapping[str, int]]:
    """Seconds from each “I have finished” to each other session of its meeting, to the last of them, and what went missing.

    The record says which of the news each became: a member's are in it in the order in which they were said.
    """
    by_meeting: dict[str, list[Scorer]] = defaultdict(list)
    for scorer in scorers:
        by_meeting[scorer.ticket.meeting].append(scorer)
    each, every = [], []
    missing = unsaved = 0
    for meeting, table in by_meeting.items():
        news: dict[str, list[int]] = defaultdict(list)
        saved: Counter[str] = Counter()
        for event, number in in_the_news(work, meeting):
            if isinstance(event, panel.Finished):
                news[event.member].append(number)
            elif isinstance(event, panel.Scored):
                saved[event.member] += 1
        for scorer in table:
            unsaved += len(scorer.sent) - saved[scorer.ticket.member]
            unsaved += len(scorer.turned) - len(news[scorer.ticket.member])
            for sent, number in zip(scorer.turned, news[scorer.ticket.member], strict=False):
                times = []
                for screen in (*(other.screen for other in table if other is not scorer), walls[meeting]):
                    at = next((at for at, shown in screen.shown if shown >= number), None)
                    missing += at is None
                    times.append((sent + lateness if at is None else at) - sent)
                each += times
                every.append(max(times))
    return each, every, {"not_saved": unsaved, "not_received": missing}


def in_the_news(work: Workspace, meeting: str) -> Iterator[tuple[Any, int]]:
    """Each event of a meeting, with how much of what everybody sees there is after it (`Panel.news`)."""
    state = panel.Panel()
    for event, _, at in work.meetings.history(meeting):
        state = panel.evolve(state, event, at)
        yield event, state.news


# ── The benchmarks ───────────────────────────────────────────────────────────────────────────────────────────────────


async def scoring(folder: Path, meetings: int, seats: int, seconds: float) -> dict[str, Any]:
    """Members of several meetings score for a while, each meeting with its wall screen."""
    with AppServer(folder) as server:
        work = Workspace.open(server.environment["DATABASE_URL"])
        tables = [open_meeting(work, seats) for _ in range(meetings)]
        placed = [(number, ticket) for table in tables for number, ticket in enumerate(table)]
        scorers = [Scorer(ticket, await sit_down(server, ticket), number) for number, ticket in placed]
        walls = {(t := table[0]).meeting: await wall(server, work.meetings.state(t.meeting).code) for table in tables}
        await asyncio.sleep(2)
        screens = [*(scorer.screen for scorer in scorers), *walls.values()]
        runs = sum(s.full_runs for s in screens), sum(s.fragment_runs for s in screens)
        before, start = Usage.of(server.pid), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, scorer in enumerate(scorers):
                group.create_task(
                    _after(BETWEEN_SCORES * number / len(scorers), scorer, start + BETWEEN_SCORES + seconds)
                )
        elapsed, after = time.perf_counter() - start, Usage.of(server.pid)
        await asyncio.sleep(2)
        each, every, missing = arrivals(work, scorers, walls, seconds)
        full, fragment = sum(s.full_runs for s in screens) - runs[0], sum(s.fragment_runs for s in screens) - runs[1]
        for screen in screens:
            await screen.close()
        work.store.close()
    found = percentiles(every)
    return {
        "benchmark": "live",
        "members": len(scorers),
        "meetings": meetings,
        "seconds": round(elapsed, 1),
        "scores": sum(len(scorer.sent) for scorer in scorers),
        **missing,
        "times_somebody_had_finished": len(every),
        "finished_to_every_other_session": found,
        "finished_to_each_other_session": percentiles(each),
        "scorers_own_screen": percentiles([run for scorer in scorers for run in scorer.runs]),
        "target": TARGET,
        "met": bool(found) and all(found[name] <= limit for name, limit in TARGET.items()),
        "first_page": percentiles([s.first_run.seconds for s in screens if s.first_run]),
        "full_page_runs_a_second": round(full / elapsed, 2),
        "fragment_runs_a_second": round(fragment / elapsed, 1),
        **cpu(before, after, elapsed),
    }


async def _after(delay: float, scorer: Scorer, until: float) -> None:
    await asyncio.sleep(delay)
    await scorer.score(until)


async def idle(folder: Path, meetings: int, seats: int, seconds: float) -> dict[str, Any]:
    """Everybody is connected and nothing happens."""
    with AppServer(folder) as server:
        work = Workspace.open(server.environment["DATABASE_URL"])
        tables = [open_meeting(work, seats) for _ in range(meetings)]
        screens = [await sit_down(server, ticket) for table in tables for ticket in table]
        screens += [await wall(server, work.meetings.state(table[0].meeting).code) for table in tables]
        await asyncio.sleep(3)
        runs = sum(s.runs_finished for s in screens)
        before, start = Usage.of(server.pid), time.perf_counter()
        await asyncio.sleep(seconds)
        elapsed, after = time.perf_counter() - start, Usage.of(server.pid)
        runs = sum(s.runs_finished for s in screens) - runs
        for screen in screens:
            await screen.close()
        work.store.close()
    return {
        "benchmark": "live idle",
        "members": meetings * seats,
        "meetings": meetings,
        "seconds": round(elapsed, 1),
        "runs": runs,
        **cpu(before, after, elapsed),
    }


async def kills(folder: Path, number: int) -> dict[str, Any]:
    """One meeting whose server is killed again and again: stops with an AssertionError if anything is lost."""
    from tests.load.faults import meeting_through_kills  # it needs this module

    return {"benchmark": "live kills", "kills": number, "scores_kept": await meeting_through_kills(folder, number)}


async def several(folder: Path, meetings: int, seats: int, seconds: float, every: float) -> dict[str, Any]:
    """Meetings on two processes behind HAProxy, one of which is killed on the way."""
    from tests.load import processes  # it needs this module

    return await processes.several(folder, meetings, seats, seconds, every)


def main() -> None:
    """Five meetings, ten, five in which nothing happens, one through twenty kills, and twenty on two processes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60.0, help="how long members score")
    parser.add_argument("--processes", type=int, choices=(1, 2), help="this run only; 2: behind HAProxy on PostgreSQL")
    parser.add_argument("--meetings", type=int, default=20)
    parser.add_argument("--members", type=int, default=6, help="of each meeting")
    parser.add_argument(
        "--every", type=float, default=6.0, help="seconds between two scores of a member, on two processes"
    )
    given = parser.parse_args()
    seconds = given.seconds
    runs: list[Callable[[Path], Coroutine[Any, Any, dict[str, Any]]]] = [
        lambda folder: scoring(folder, 5, 6, seconds),
        lambda folder: scoring(folder, 10, 6, seconds),
        lambda folder: idle(folder, 5, 6, 20),
        lambda folder: kills(folder, 20),
        lambda folder: several(folder, given.meetings, given.members, seconds, given.every),
    ]
    if given.processes:
        runs = runs[-1:] if given.processes == 2 else [lambda f: scoring(f, given.meetings, given.members, seconds)]
    for run in runs:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(asyncio.run(run(Path(folder)))), flush=True)


if __name__ == "__main__":
    main()
