"""The cost simulator: the draws, the files, and the page after a change of an input."""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from framework.costs import cohort, model, reading, report, simulation, workbook
from framework.costs import figures as published
from pages.ui import charts as ui_charts
from tests.bench import percentiles, say
from tests.load.client import StreamlitClient
from tests.server import AppServer
from tests.workbooks import gives_our_answers, random_scenario

RUNS, CHANGES, SCENARIOS = 40, 60, 220


def run() -> Iterator[dict[str, Any]]:
    """One result after another, as `say` takes them."""
    figures = published.load()
    scenario = replace(model.default(figures), years=10)
    about = reading.About(date(2026, 11, 24))
    yield _timed("100,000 draws over ten years", 100.0, lambda: simulation.simulate(figures, scenario, 100_000))
    yield _timed("cohort model over ten years", None, lambda: cohort.outlook(figures, scenario))
    yield _timed("workbook with live formulas", None, lambda: workbook.build(figures, scenario, about), runs=10)
    svg = ui_charts.svg({"mark": "bar", "data": {"values": []}})
    pictures = [report.Picture("A chart", "A chart", svg)] * 3
    shown = reading.read(figures, scenario)
    paper = lambda: report.build(figures, scenario, shown, pictures, about)  # noqa: E731
    yield _timed("paper for a committee", None, paper, runs=10)
    yield _workbooks()
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as folder, AppServer(Path(folder)) as server:
        yield from asyncio.run(_page(server.url))


def _workbooks() -> dict[str, Any]:
    """Random scenarios whose workbook, recalculated by LibreOffice, gives our answers: stops at the first that does not."""
    chance = random.Random(4)
    scenarios = [random_scenario(chance) for _ in range(SCENARIOS)]
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as folder:
        gives_our_answers(scenarios, Path(folder))
    taken = round(time.perf_counter() - start, 1)
    return {"name": f"{SCENARIOS} workbooks recalculated, every answer is ours", "unit": "s", "value": taken}


def measure(_: Path) -> None:
    for result in run():
        say(**result)


def _timed(name: str, target: float | None, act: Callable[[], object], runs: int = RUNS) -> dict[str, Any]:
    act()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return {"name": name, "unit": "ms", "target": target, **percentiles(taken)}


def _label(name: str) -> str:
    """Of a field; its key changes when it is shown anew."""
    field = model.FIELDS[name]
    return f"{field.label} ({field.unit})" if field.unit else field.label


async def _page(url: str) -> list[dict[str, Any]]:
    """From a change of an input to the end of the run that it causes; each change is one that was never seen before."""
    async with await StreamlitClient.connect(url, page="costs") as client:
        assert not client.exceptions()
        fragments, whole = [], []
        for number in range(CHANGES):
            result = await client.set(_label("children"), str(100 + number))
            assert result is not None and not client.exceptions()
            fragments.append(result.seconds * 1000)
            assert f"Support for {100 + number} families" in " ".join(client.texts())
        for number in range(CHANGES):
            # A full rerun with another input: the page is asked for again as after a change outside any fragment.
            rate = str(Decimal(300 + number) / 10)
            await client.set(_label("rate"), rate)
            whole.append((await client.rerun()).seconds * 1000)
        return [
            {"name": "costs page, input change, one client", "unit": "ms", "target": 250.0, **percentiles(fragments)},
            {"name": "costs page, whole page again, one client", "unit": "ms", "target": 250.0, **percentiles(whole)},
        ]
