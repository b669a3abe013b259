"""How quick Homeward is: `make bench` prints one JSON object a line with what was measured, and the target if it has one."""

import json
import statistics
from collections.abc import Sequence
from typing import Any


def say(name: str, unit: str, target: float | None = None, **measured: Any) -> None:
    """Print one result. What is held against the target is its p95, or else its value."""
    line = {"name": name, **measured, "unit": unit, "target": target}
    if target is not None:
        line["met"] = (measured["p95"] if "p95" in measured else measured["value"]) <= target
    print(json.dumps(line), flush=True)


def median(values: Sequence[float]) -> dict[str, Any]:
    """The middle one of a few whole runs, and all of them."""
    return {"value": round(statistics.median(values), 3), "runs": [round(value, 3) for value in values]}


def percentiles(values: Sequence[float]) -> dict[str, Any]:
    """Of many short ones."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    named = {"p50": cuts[49], "p95": cuts[94], "max": max(values)}
    return {name: round(value, 2) for name, value in named.items()} | {"n": len(values)}
