"""Outcomes from statutory returns: from files on a disk to all answers, as the command line gives them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from framework.outcomes import answers, episodes, files, sample
from tests.bench import median, say

ROOT = Path(__file__).parents[2]
ONE_AUTHORITY, ENGLAND = 4_000, 1_000_000


def measure(folder: Path) -> None:
    small, large = folder / "authority", folder / "england"
    lines = write(small, ONE_AUTHORITY)
    taken, _ = zip(*(command(small) for _ in range(5)), strict=True)
    say(f"outcomes of one authority, {lines:,} episode lines, start-up included", "s", 2.0, **median(taken))
    say("outcomes of one authority, our own work", "s", 0.3, **median(own_work(small)))
    lines = write(large, ENGLAND)
    taken, peaks = zip(*(command(large) for _ in range(3)), strict=True)
    say(f"outcomes of England's size, {lines:,} episode lines", "s", 3.0, **median(taken))
    say("outcomes of England's size, peak memory", "MB", 600.0, **median(peaks))


def own_work(folder: Path) -> list[float]:
    """Reading and answering with every library already loaded."""
    taken = []
    for _ in range(6):
        start = time.perf_counter()
        reading = episodes.read(files.find(files.on_disk([str(folder)])))
        answers.as_json(reading, answers.answer(reading))
        taken.append(time.perf_counter() - start)
    return taken[1:]


def command(folder: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of one run of the command."""
    run = [sys.executable, "-m", "framework", "outcomes", str(folder)]
    # A process begins with the peak of the one that started it (`execve` keeps it), so a small one stands between.
    small = subprocess.run([sys.executable, "-c", _MEASURED, *run], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    seconds, peak = map(float, small.stdout.split())
    return seconds, peak


_MEASURED = """import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000)"""


def write(folder: Path, wanted: int) -> int:
    """Returns of five years with so many episode lines or a few more; the same lives again under other ids where there are many."""
    some = sample.sample_files(sample.lives(children=1_500))
    lines = {name: data.decode().splitlines(keepends=True) for name, data in some.items() if "truth" not in name}
    each = sum(len(rows) - 1 for name, rows in lines.items() if name.endswith("episodes.csv"))
    copies = -(-wanted // each)
    for name, rows in lines.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join([rows[0], *_copied(rows[1:], copies)]))
    return each * copies


def _copied(rows: list[str], copies: int) -> Iterator[str]:
    for copy in range(copies):
        yield from (f"{copy:03d}{row}" for row in rows)
