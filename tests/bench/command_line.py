"""The command line, start-up included: a fresh process each time."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from framework import edition
from framework.edition import CAPACITY, WISHES
from tests.bench import median, say

ASSESSMENTS = 10_000
RUNS = 3


def measure(folder: Path) -> None:
    chance, chosen = random.Random(1), edition.load()
    one, many = folder / "one.jsonl", folder / "many.jsonl"
    lines = [json.dumps(random_assessment(chosen, chance)) + "\n" for _ in range(ASSESSMENTS)]
    one.write_text(lines[0])
    many.write_text("".join(lines))
    say("command line, start-up and one assessment", "s", **_runs(one, 1))
    say(f"classify --lines, {ASSESSMENTS} full assessments", "s", 2.0, **_runs(many, ASSESSMENTS))


def random_assessment(chosen: edition.Edition, chance: random.Random) -> dict[str, Any]:
    """Every question answered, for one to three carers."""
    carers = ("a", "b", "c")[: chance.randint(1, 3)]
    made: dict[str, Any] = {"carers": carers, "scores": [], CAPACITY: {}, WISHES: {}}
    for subject, about, _ in chosen.questions(carers):
        status = chance.choice(chosen.statuses(subject, about)).id
        if subject in (CAPACITY, WISHES):
            made[subject][about] = status
        else:
            made["scores"].append({"factor": subject, "about": about, "status": status})
    return made


def _runs(file: Path, expected: int) -> dict[str, Any]:
    before = os.times()
    measured = median([_classify(file, expected) for _ in range(RUNS)])
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return measured | {"cpu_seconds_each": round(used / RUNS, 3)}


def _classify(file: Path, expected: int) -> float:
    command = [sys.executable, "-m", "framework", "classify", "-", "--lines"]
    with file.open("rb") as given:
        start = time.perf_counter()
        done = subprocess.run(command, stdin=given, stdout=subprocess.PIPE, check=True)
        seconds = time.perf_counter() - start
    assert done.stdout.count(b"\n") == expected
    return seconds
