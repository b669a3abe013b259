"""The record: appending to it, and what a meeting of ten thousand events costs a process that has just started."""

import gc
import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from framework import edition, panel
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket
from framework.streams.door import Door, Outage
from framework.streams.store import NewEvent, Store
from framework.workspace import Workspace
from tests.bench import median, percentiles, say

EVENTS = 10_000
APPENDS = 1_000
RUNS = 5
STREAM = "panel:long"
CARERS = {"a": "Carer A (mother)", "b": "Carer B (father)"}


def measure(folder: Path) -> None:
    address = f"sqlite:///{folder / 'homeward.db'}"
    store = Store.open(address)
    events = [NewEvent(event.type, event.model_dump_json()) for event in long_meeting(EVENTS)]
    store.append(STREAM, 0, events, actor="m0", at=datetime.now(UTC), kind="panel", title="A long meeting")
    say("append one event, SQLite", "ms", **percentiles(_appends(store, events[-1])))
    store.close()
    say("score a question: check, decide, append, SQLite", "ms", **percentiles(_commands(f"{address}-2")))
    for where in ("app", "command"):
        command = [sys.executable, "-m", "tests.bench.record", address, where]
        runs = [json.loads(subprocess.check_output(command)) for _ in range(RUNS)]
        name = f"a meeting of {EVENTS} events, first time, {_WHERE[where]}"
        say(f"{name}: parse and fold", "ms", 50, **median([run["fold"] for run in runs]))
        parts = {part: round(min(run[part] for run in runs), 1) for part in runs[0]}
        say(f"{name}: read from SQLite, parse and fold", "ms", **median([sum(r.values()) for r in runs]), best=parts)


_WHERE = {"app": "in an app that has just started", "command": "in any other fresh process"}


def long_meeting(length: int) -> list[panel.Event]:
    """Ten members who score every question again and again, some with a note; then the panel agrees its answers."""
    chosen, chance = edition.load(), random.Random(1)
    questions = chosen.questions(tuple(CARERS))
    events: list[panel.Event] = [
        panel.Opened(
            meeting="long",
            case="HW-001",
            title="A long meeting",
            stage=2,
            fictional=True,
            edition="0" * 64,
            code="ABCDEF",
            chair="m0",
        ),
        panel.CarersNamed(carers=CARERS),
    ]
    for number in range(10):
        events.append(
            panel.Joined(
                member=f"m{number}",
                name=f"Member {number}",
                role="other_professional",
                key_hash="0" * 64,
                scores=True,
            )
        )
    events.append(panel.PhaseMoved(to="scoring"))
    agreed = [panel.Agreed(subject=q.subject, about=q.about, status="unknown") for q in questions]
    while len(events) < length - len(agreed) - 1:
        question = chance.choice(questions)
        noted = chance.random() < 0.2
        events.append(
            panel.Scored(
                member=f"m{chance.randrange(10)}",
                subject=question.subject,
                about=question.about,
                status=chance.choice(chosen.statuses(question.subject, question.about)).id,
                note="Seen on two visits in October; the school says the same." if noted else "",
                evidence=(chosen.evidence[0].id,) if noted else (),
            )
        )
    counting = tuple(f"m{number}" for number in range(10))
    return [*events, panel.PhaseMoved(to="revealed", counting=counting), *agreed]


def _appends(store: Store, event: NewEvent) -> list[float]:
    taken = []
    for version in range(APPENDS):
        start = time.perf_counter()
        store.append("bench", version, [event], actor="m0", at=datetime.now(UTC), kind="bench")
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def _commands(address: str) -> list[float]:
    work = Workspace.open(address)
    ticket = work.meetings.open(work.cases.all()[0], Ticket.new(), "Chair", "other_professional")
    work.meetings.run(ticket.meeting, ticket.member, panel.MovePhase("scoring"))
    questions = work.edition.questions(work.meetings.state(ticket.meeting).carer_ids)
    taken = []
    for number in range(APPENDS):
        subject, about, _ = questions[number % len(questions)]
        statuses = work.edition.statuses(subject, about)
        status = statuses[number // len(questions) % len(statuses)].id
        start = time.perf_counter()
        work.meetings.run(ticket.meeting, ticket.member, panel.Score(subject, about, status))
        taken.append((time.perf_counter() - start) * 1000)
    assert work.meetings.state(ticket.meeting).version == 4 + APPENDS
    return taken


def _cold(address: str, where: str) -> dict[str, Any]:
    """Milliseconds of each part, in a process that has read no event before."""
    store = Store.open(address)
    if where == "app":  # app.py does this once it has imported everything
        gc.collect()
        gc.freeze()
    start = time.perf_counter()
    stored = store.read(STREAM)
    read = time.perf_counter()
    state = Door(MEETING, store, lambda state: None, lambda: datetime.now(UTC), Outage())._fold(stored, MEETING.empty)  # type: ignore[arg-type,return-value]
    folded = time.perf_counter()
    assert state.version == EVENTS
    return {"read": (read - start) * 1000, "fold": (folded - read) * 1000}


if __name__ == "__main__":
    print(json.dumps(_cold(*sys.argv[1:])))
