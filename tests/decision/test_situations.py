"""Protects: who has to do what before a decision is in effect, who may not, and what cannot be decided at all.

The situations stand in tests/situations/decision, one by one, to be read and changed by somebody who knows the field.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from framework.decision.basis import Person
from framework.decision.deciding import (
    Approve,
    AskApproval,
    Decide,
    PreparePlan,
    RecordSatisfied,
    RefuseApproval,
    SendBack,
    Withdraw,
)
from framework.decision.reading import STANDINGS
from framework.streams.kind import Refused
from tests.decision.made import World, a_case

FILES = sorted((Path(__file__).parents[1] / "situations/decision").glob("*.toml"))


def situations() -> list[Any]:
    found = [(file.stem, one) for file in FILES for one in tomllib.loads(file.read_text("utf-8"))["situation"]]
    return [pytest.param(one, id=f"{stem}: {one['shows']}") for stem, one in found]


def world(situation: dict[str, Any]) -> World:
    """The child of a situation, with a decision that is written and not made."""
    found = World(a_case(**situation["child"]))
    for who, role in situation.get("roles", {}).items():
        if not who.endswith("_part"):
            known = found.people[f"p-{who}"]
            part = situation["roles"].get(f"{who}_part")
            parts = frozenset({part}) if part else known.parts
            found.people[f"p-{who}"] = Person(known.name, frozenset({role}), parts)
    return found.prepared(**situation.get("decision", {}))


def step(there: World, one: dict[str, Any]) -> None:
    who, today = one.get("who", ""), there.today
    match one["does"]:
        case "decides":
            there.do(who, Decide("d1"))
        case "asks":
            there.do(who, AskApproval("d1", f"p-{one['whom']}", one.get("for", ""), one.get("why", "")))
        case "answers each condition":
            there.satisfy(who)
        case "approves":
            there.do(who, Approve("d1"))
        case "records that the authority is satisfied":
            there.do(who, RecordSatisfied("d1"))
        case "prepares the plan":
            there.do(who, PreparePlan("d1", today))
        case "sends back":
            there.do(who, SendBack("d1", "Ask the father, too."))
        case "refuses":
            there.do(who, RefuseApproval("d1", "The support is not there."))
        case "withdraws":
            there.do(who, Withdraw("d1", "Things have changed."))
        case "a day goes by":
            there.later(days=1)
        case "a week goes by":
            there.later(days=7)
        case other:
            raise AssertionError(f"nobody does {other!r} here")


@pytest.mark.parametrize("situation", situations())
def test_a_situation_goes_as_it_is_written(situation: dict[str, Any]) -> None:
    there = world(situation)
    for one in situation["steps"]:
        if refused := one.get("refused"):
            with pytest.raises(Refused) as why:
                step(there, one)
            assert refused in str(why.value)
            continue
        step(there, one)
        standing = there.stands()
        assert standing.standing == one["stands"], one
        assert standing.in_effect == (one["stands"] == "in_effect"), one


def test_the_situations_come_by_every_standing_and_every_step() -> None:
    steps = [one for situation in situations() for one in situation.values[0]["steps"]]
    assert {one["stands"] for one in steps if "stands" in one} == set(STANDINGS) - {"superseded", "at_home"}
    assert date(2026, 11, 24) == World().today
