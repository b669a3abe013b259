"""Run every benchmark, on a machine that does nothing else if the numbers are to mean anything."""

import asyncio
import os
import platform
import tempfile
from pathlib import Path

from tests.bench import app, cases, command_line, costs, home, lists, outcomes, record, rollout, say, sign_in


def main() -> None:
    say(
        "machine",
        "load average over the last minute before the start",
        value=round(os.getloadavg()[0], 2),
        processor=_processor(),
        cores=os.cpu_count(),
        system=platform.platform(),
        python=platform.python_version(),
    )
    for measure in (
        command_line.measure,
        record.measure,
        lists.measure,
        cases.measure,
        home.measure,
        costs.measure,
        outcomes.measure,
        app.measure_start,
        sign_in.measure,
    ):
        with tempfile.TemporaryDirectory(prefix="homeward-bench-") as folder:
            measure(Path(folder))
    for result in rollout.run():
        say(**result)
    with tempfile.TemporaryDirectory(prefix="homeward-bench-") as folder:
        asyncio.run(app.measure_meetings(Path(folder)))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main()
