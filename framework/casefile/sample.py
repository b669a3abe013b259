"""The sample case file: invented, with three returns home that did not last, and made by the same rules as any other."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from framework import dates, loading
from framework.casefile.deciding import Begin, Command, Rules, decide
from framework.casefile.model import CHILD, KINDS, Casefile, fold
from framework.items import Add, Change
from framework.loading import LoadingError
from framework.people.roles import ROLES
from framework.streams.kind import Actor, Happened, Refused

FILE = Path(__file__).parent.parent.parent / "sample_data" / "casefile.toml"
SAMPLE = f"{1:032}"
"""The id of the sample, the same in every record: two processes that start at once load one."""
_WHEN = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_DATED = ("since", "until", "birth", "on", "looked_after_since", "next_review")


class SampleError(LoadingError):
    """The sample file breaks a rule: says which entry and why."""


def load(now: datetime, person: Callable[[str], str], path: Path = FILE) -> list[Happened]:
    """Every event of the sample, at `now`. `person` gives the id of the invented person of a role. Raises SampleError."""
    data = loading.parse(loading.read(path, SampleError), path, SampleError)
    months = dates.months_between(data["as_at"], f"{dates.local(now):%Y-%m}")
    by = Actor(person(data["by"]))
    roles = {person(role): frozenset({role}) for role in ROLES}
    rules = Rules(True, lambda one: roles.get(one, frozenset()))
    state, happened = Casefile(), list[Happened]()
    for command in _commands(data, months, person):
        try:
            new = [Happened(event, by.id, now) for event in decide(state, command, rules, by, now)]
        except Refused as refused:
            raise SampleError(f"{path.name}: {command}: {refused}") from None
        state = fold(new, state)
        happened += new
    return happened


def _commands(data: dict[str, Any], months: int, person: Callable[[str], str]) -> Iterator[Command]:
    yield Begin(SAMPLE, data["reference"], data["called"], invented=True)
    for name, value in _moved(data["child"], months).items():
        yield Change("child", CHILD, name, value)
    for kind in KINDS.by_kind:
        for given in data.get(kind, []) if kind != "child" else []:
            values = _moved(given, months)
            yield Add(kind, values | {"person": person(values["person"])} if kind == "worker" else values)


def _moved(values: dict[str, Any], months: int) -> dict[str, Any]:
    """The values with every date in them so many months later."""
    return {name: _later(value, months) if name in _DATED else value for name, value in values.items()}


def _later(when: str, months: int) -> str:
    """A day, month or year moved by months. A day of the month that not every month has becomes the 28th."""
    if not _WHEN.fullmatch(when):
        raise SampleError(f"“{when}” is not a date such as 2026-11-24, 2026-11 or 2026.")
    count = int(when[:4]) * 12 + int(when[5:7] or 1) - 1 + months
    moved = f"{count // 12:04}-{count % 12 + 1:02}"
    return moved[: len(when)] if len(when) < 10 else f"{moved}-{min(int(when[8:]), 28):02}"
