"""What breaks under a meeting, what was lost of it, and how soon all are live again. `make bench-faults`.

Each fault is made for real, on loopback and within a minute: the real server, its clients as in `live.py`, a real PostgreSQL. While it
lasts somebody answers; afterwards every member answers once more. Lost is what a screen was shown as saved, or as kept, and is not
in the record. One JSON object a line; `--write` puts the figures into the table of docs/reliability.md.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import httpx
from websockets.exceptions import WebSocketException

from framework import panel
from framework.workspace import Workspace
from pages.ui.health import KEPT_SECONDS
from tests.load import processes
from tests.load.faults import Member, in_order, of, saved
from tests.load.live import Screen, open_meeting, sit_down, wall
from tests.postgres import PostgresServer
from tests.server import ROOT, AppServer

SEATS, RECONNECTING, IDLE = 6, 60, 200
DOCUMENT = ROOT / "docs" / "reliability.md"
AWAY = (ConnectionError, TimeoutError, LookupError, WebSocketException)


class Row(NamedTuple):
    """What one fault came to. `said`: seconds until who answered was told that it was not saved (None: it was saved)."""

    fault: str
    sessions: int
    lost: int
    said: float | None
    live: float
    """Seconds from its end until every screen was live and had saved an answer."""


class Fault(NamedTuple):
    """How it is made, and how it is ended."""

    begin: Callable[[], object]
    end: Callable[[], object]


@asynccontextmanager
async def meeting(server: AppServer, seats: int) -> AsyncIterator[tuple[Workspace, list[Member]]]:
    """Members at the table, in meetings of up to 30."""
    work = Workspace.open(server.environment["DATABASE_URL"])
    tickets = [ticket for first in range(0, seats, 30) for ticket in open_meeting(work, min(30, seats - first))]
    members = [Member(ticket, await sit_down(server, ticket), Random(n)) for n, ticket in enumerate(tickets)]
    try:
        yield work, members
    finally:
        for member in members:
            await member.screen.close()
        work.store.close()


async def through(name: str, server: AppServer, fault: Fault, seats: int = SEATS) -> Row:
    """Hold a meeting through a fault."""
    async with meeting(server, seats) as (work, members):
        for member in members[:SEATS]:
            await member._score()
        await asyncio.to_thread(fault.begin)
        said = await _answer_meanwhile(members[0])
        await asyncio.to_thread(fault.end)
        ended = time.perf_counter()
        await asyncio.gather(*(_live_again(member) for member in members))
        live = time.perf_counter() - ended
        return Row(name, seats, _lost(work, members), said, live)


async def _answer_meanwhile(member: Member) -> float | None:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(60):
            await member._score()
    except AWAY:
        return None
    return None if saved(member.screen) else time.perf_counter() - begun


async def _live_again(member: Member) -> None:
    """As a browser does: come back if the server was away, and answer until an answer is saved."""
    before = len(member.acknowledged)
    async with asyncio.timeout(60):
        while len(member.acknowledged) == before:
            try:
                await member._score()
            except AWAY:
                await member.screen.recover()
            if len(member.acknowledged) == before:
                await asyncio.sleep(0.05)


def _lost(work: Workspace, members: list[Member]) -> int:
    """How many acknowledged answers are not in the record, in the order in which they were given."""
    lost = 0
    for member in members:
        recorded = [
            (event.subject, event.about, work.edition.status_label(event.subject, event.status))
            for event, _, _ in work.meetings.history(member.ticket.meeting)
            if isinstance(event, panel.Scored) and event.member == member.ticket.member and event.status
        ]
        for question in {one[:2] for one in member.acknowledged}:
            given, found = of(question, member.acknowledged), of(question, recorded)
            lost += 0 if in_order(given, found) else sum(one not in found for one in given) or 1
    assert work.store.verify().broken is None
    return lost


# ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def nothing() -> None:
    """It ends by itself."""


def _file(server: AppServer) -> Path:
    return Path(server.environment["DATABASE_URL"].removeprefix("sqlite:///"))


async def killed(folder: Path) -> Row:
    with AppServer(folder) as server:
        return await through("server killed (`kill -9`), started again", server, Fault(server.kill, server.start))


async def reconnecting(folder: Path) -> Row:
    with AppServer(folder) as server:
        fault = Fault(server.kill, server.start)
        return await through("60 clients reconnect at once", server, fault, RECONNECTING)


async def locked(folder: Path) -> Row:
    with (
        AppServer(folder) as server,
        closing(sqlite3.connect(_file(server), isolation_level=None, check_same_thread=False)) as other,
    ):
        fault = Fault(lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("ROLLBACK"))
        return await through("SQLite file locked by another program", server, fault)


async def replaced(folder: Path) -> Row:
    with AppServer(folder) as server:
        file = _file(server)
        away = file.with_suffix(".away")

        def replace() -> None:
            file.rename(away)
            shutil.copy(away, file)

        return await through("SQLite file replaced, then put back", server, Fault(replace, lambda: away.replace(file)))


async def gone(folder: Path) -> Row:
    with AppServer(folder) as server:
        file = _file(server)
        away = file.with_suffix(".away")
        fault = Fault(lambda: file.rename(away), lambda: away.rename(file))
        return await through("SQLite file gone, then put back", server, fault)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 16 MB. Needs root."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], check=True)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


async def disk_full(folder: Path) -> Row:
    with _small_disk(folder) as disk, AppServer(folder, {"DATABASE_URL": f"sqlite:///{disk}/homeward.db"}) as server:
        filler = disk / "filler.log"

        def fill() -> None:
            with closing(sqlite3.connect(disk / "homeward.db")) as other:
                other.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # or the next answers find room in the log
            with filler.open("wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(4096))
                except OSError:
                    pass
            health(503)

        def empty() -> None:
            filler.unlink()
            health(200)

        def health(expected: int) -> None:
            time.sleep(KEPT_SECONDS)
            assert httpx.get(f"{server.url}/health", trust_env=False).status_code == expected

        return await through("disk full, then room again", server, Fault(fill, empty))


async def postgres_gone(folder: Path) -> Row:
    return await _on_postgres(folder, "PostgreSQL stopped, then started", lambda one: Fault(one.stop, one.start))


async def postgres_frozen(folder: Path) -> Row:
    def fault(postgres: PostgresServer) -> Fault:
        frozen = postgres.frozen()
        return Fault(frozen.__enter__, lambda: frozen.__exit__(None, None, None))

    return await _on_postgres(folder, "PostgreSQL frozen (`SIGSTOP`), then going on", fault)


async def _on_postgres(folder: Path, name: str, fault: Callable[[PostgresServer], Fault]) -> Row:
    postgres = PostgresServer()
    postgres.start()
    try:
        with AppServer(folder, {"DATABASE_URL": postgres.create_database(started=True)}) as server:
            return await through(name, server, fault(postgres))
    finally:
        postgres.remove()


async def clock_back(folder: Path) -> Row:
    """The clock of the machine is set back by an hour between two answers: in this process, whose clock can be."""
    work = Workspace.open(f"sqlite:///{folder}/homeward.db")
    ticket, now, back = open_meeting(work, 1)[0], work.now, timedelta()
    work.now = lambda: now() - back
    given = []
    for number, status in enumerate(("active", "improving", "resolved", "active")):
        back = timedelta(hours=number)
        work.meetings.run(ticket.meeting, ticket.member, panel.Score("neglect", "child", status))
        given.append(status)
    recorded = [e.status for e, _, _ in work.meetings.history(ticket.meeting) if isinstance(e, panel.Scored)]
    broken = work.store.verify().broken
    work.store.close()
    assert broken is None
    return Row(
        "clock set back by an hour, three times",
        1,
        sum(a != b for a, b in zip(given, recorded, strict=True)),
        None,
        0.0,
    )


async def process_lost(folder: Path) -> Row:
    found = await processes.several(folder, 2, 8, 24.0)
    assert found["chain_whole"] and found["sessions_back"] == found["sessions_of_the_killed_process"]
    lost = found["acknowledged_scores_lost"]
    return Row("one of two processes killed, behind HAProxy", found["sessions"], lost, None, found["last_back_after_s"])


async def idle(folder: Path) -> Row:
    """200 sessions that do nothing, and a member who answers among them; then they are all shown that it has moved on."""
    with AppServer(folder) as server:
        async with meeting(server, 1) as (work, (member,)):
            code = work.meetings.state(member.ticket.meeting).code
            walls: list[Screen] = []
            try:
                for _ in range(IDLE):
                    walls.append(await wall(server, code))
                await asyncio.sleep(5)
                begun = time.perf_counter()
                await member._score()
                await member.screen.click("reveal")
                await member.screen.click("reveal-now")
                state = work.meetings.state(member.ticket.meeting)
                async with asyncio.timeout(60):
                    await asyncio.gather(*(one.wait_until(lambda s: s.is_current(state), 60) for one in walls))
                live = time.perf_counter() - begun
                return Row("200 idle sessions, then a reveal", IDLE + 1, _lost(work, [member]), None, live)
            finally:
                for one in walls:
                    await one.close()


FAULTS: dict[str, Callable[[Path], Awaitable[Row]]] = {
    "killed": killed,
    "disk-full": disk_full,
    "gone": gone,
    "replaced": replaced,
    "locked": locked,
    "postgres-gone": postgres_gone,
    "postgres-frozen": postgres_frozen,
    "clock-back": clock_back,
    "process-lost": process_lost,
    "idle": idle,
    "reconnecting": reconnecting,
}


# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADING = "| fault | sessions | lost | said after | all live again after |\n| --- | --- | --- | --- | --- |\n"


def write(rows: list[Row]) -> None:
    """Put these rows into the table, each in the place of the one of the same fault."""
    text = DOCUMENT.read_text("utf-8")
    before, table, after = re.split(r"(?<=<!-- faults -->\n)|(?=<!-- end of faults -->)", text)
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in table.splitlines()[2:]}
    for row in rows:
        said = f"{row.said:.1f} s" if row.said is not None else "–"
        lines[row.fault] = f"| {row.fault} | {row.sessions} | {row.lost or 'nothing'} | {said} | {row.live:.1f} s |"
    DOCUMENT.write_text(before + HEADING + "".join(f"{line}\n" for line in lines.values()) + after, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("fault", nargs="*", choices=[[], *FAULTS], default=[], help="which (default: all of them)")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    arguments = parser.parse_args()
    rows = []
    for name in arguments.fault or FAULTS:
        with tempfile.TemporaryDirectory(prefix="homeward-faults-") as folder:
            row = asyncio.run(FAULTS[name](Path(folder)))  # type: ignore[arg-type]
        said: dict[str, Any] = {**row._asdict(), "load_average": round(os.getloadavg()[0], 1)}
        print(json.dumps(said), flush=True)
        rows.append(row)
        if arguments.write:
            write(rows)


if __name__ == "__main__":
    main()
