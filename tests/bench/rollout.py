"""The roll-out's board with many tasks and a long record: a full run, as ten people see it.

A real server, and clients that speak Streamlit's protocol without a browser, one full run each every second.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from framework.rollout import Rollout, checklist, fold, reading
from framework.rollout.kind import ROLLOUT
from framework.rollout.model import Added, Changed, Commented, Event, Member, Published, Started, StatusSet, Task
from framework.streams.kind import Happened
from framework.streams.store import NewEvent, Store
from tests.bench import percentiles
from tests.load.client import StreamlitClient
from tests.server import AppServer

TASKS, EVENTS, CLIENTS = 300, 5_000, 10
SECONDS, EVERY = 20.0, 1.0
BIG = "big"
TARGET_MS = 200.0


def run() -> Iterator[dict[str, Any]]:
    """Each result as a dict: name, unit, target and what was measured."""
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as folder, AppServer(Path(folder)) as server:
        store = Store.open(server.environment["DATABASE_URL"])
        events = long_rollout()
        new = [NewEvent(event.type, event.model_dump_json()) for event in events]
        store.append(
            ROLLOUT.stream(BIG), 0, new, actor="Bench", at=datetime.now(UTC), kind="rollout", title="A long roll-out"
        )
        yield _fold(store)
        yield _read(store)
        store.close()
        yield asyncio.run(_board(server))


def long_rollout() -> list[Event]:
    """Every task of the checklist and local ones up to three hundred, changed again and again by twenty people."""
    chosen, chance = checklist.load(), random.Random(1)
    published = tuple(Published(id=task.id, phase=task.phase, title=task.title) for task in chosen.task)
    events: list[Event] = [
        Started(rollout=BIG, title="A long roll-out", fictional=True, checklist=chosen.hash, tasks=published)
    ]
    events += [Added(item=Member(id=f"p{n}", name=f"Person {n}")) for n in range(1, 21)]
    tasks = [task.id for task in chosen.task]
    for number in range(1, TASKS - len(tasks) + 1):
        local = Task(id=f"{1 + number % 3}.L{number}", phase=1 + number % 3, title=f"Local task {number}", local=True)
        events.append(Added(item=local))
        tasks.append(local.id)
    today = datetime.now(UTC).date()
    while len(events) < EVENTS:
        task = chance.choice(tasks)
        match chance.randrange(5):
            case 0:
                status = chance.choice(("not_started", "under_way", "under_way", "blocked", "done"))
                reason = "Waits for the budget." if status == "blocked" else ""
                events.append(StatusSet(task=task, status=status, reason=reason))  # type: ignore[arg-type]
            case 1:
                due = today + timedelta(days=chance.randrange(-60, 300))
                events.append(Changed(kind="task", id=task, field="due", value=due.isoformat()))
            case 2:
                events.append(Changed(kind="task", id=task, field="owner", value=f"p{chance.randrange(1, 21)}"))
            case 3:
                events.append(
                    Changed(kind="task", id=task, field="notes", value=f"Note {len(events)} on what was agreed.")
                )
            case _:
                events.append(Commented(task=task, text="Spoken about at the last meeting; no change."))
    return events


def _happened(store: Store) -> list[Happened]:
    rows = store.read(ROLLOUT.stream(BIG))
    events = ROLLOUT.stored.read([(row.type, row.text) for row in rows])
    return [Happened(event, row.actor, row.at) for event, row in zip(events, rows, strict=True)]


def _fold(store: Store) -> dict[str, Any]:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        state = fold(_happened(store))
        taken.append((time.perf_counter() - start) * 1000)
    assert (len(state.tasks), state.version) == (TASKS, EVENTS)
    return {
        "name": f"a roll-out of {EVENTS} events: read, parse and fold",
        "unit": "ms",
        "target": None,
        **percentiles(taken),
    }


def _read(store: Store) -> dict[str, Any]:
    chosen, today = checklist.load(), datetime.now(UTC).date()
    state = fold(_happened(store))
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        _views(state, chosen, today)
        taken.append((time.perf_counter() - start) * 1000)
    return {
        "name": f"its board and what is due, {TASKS} tasks, not cached",
        "unit": "ms",
        "target": None,
        **percentiles(taken),
    }


def _views(state: Rollout, chosen: checklist.Checklist, today: date) -> None:
    reading.board(state, chosen, today)
    reading.attention(state, chosen, today)


async def _board(server: AppServer) -> dict[str, Any]:
    clients = [
        await StreamlitClient.connect(server.url, page="rollout", query=f"rollout={BIG}") for _ in range(CLIENTS)
    ]
    for client in clients:
        assert not client.exceptions() and any("Local task 1" in text for text in client.texts())
    cpu = _cpu_seconds(server.pid)
    many = await asyncio.gather(*(_keep(client, random.Random(number)) for number, client in enumerate(clients)))
    used = _cpu_seconds(server.pid) - cpu
    taken = [one for each in many for one in each]
    for client in clients:
        assert not client.exceptions()
        await client.close()
    return {
        "name": f"the whole board, {TASKS} tasks and {EVENTS} events, {CLIENTS} clients, each {1 / EVERY:g} a second",
        "unit": "ms",
        "target": TARGET_MS,
        **percentiles(taken),
        "server_cpu_ms_each": round(used / len(taken) * 1000, 1),
    }


async def _keep(client: StreamlitClient, chance: random.Random) -> list[float]:
    """A full run at regular times, from a random moment on."""
    taken = []
    begin = time.perf_counter() + chance.random() * EVERY
    for number in range(int(SECONDS / EVERY)):
        await asyncio.sleep(max(0.0, begin + number * EVERY - time.perf_counter()))
        taken.append((await client.rerun()).seconds * 1000)
    return taken


def _cpu_seconds(pid: int) -> float:
    """What a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for result in run():
        print(result, flush=True)
