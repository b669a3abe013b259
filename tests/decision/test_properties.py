"""Protects, whatever people do in whatever order: nothing is in effect without what the law asks for, and replays fold the same."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framework.decision import reading
from framework.decision.deciding import (
    Approve,
    AskApproval,
    Decide,
    Open,
    PreparePlan,
    RecordSatisfied,
    RefuseApproval,
    SendBack,
    Withdraw,
)
from framework.decision.kind import index
from framework.decision.model import Decisions, Made, fold
from framework.items import Change
from framework.streams.kind import Refused
from tests.decision.made import HOME, WITHOUT_MEETING, World, a_case

DEEDS = (
    "open", "write", "decide", "ask", "satisfy", "approve", "record", "plan", "send back", "refuse", "withdraw", "wait", "go on"
)  # fmt: skip
CASES = (
    a_case("s20"),
    a_case("s20", since="2026-10-28"),
    a_case("s20", born="2010-01-01"),
    a_case("s31"),
    a_case("s38"),
    a_case("edge"),
)
WRITTEN: tuple[tuple[str, Any], ...] = (
    ("outcome", "return_home"), ("outcome", "placement_with_parents"), ("outcome", "do_not_return"),
    ("legal_outcome", "ceases"), ("legal_outcome", "placed_with_parents"), ("legal_outcome", "placed_with_parents_immediately"),
    ("legal_outcome", "court_directed_placement"), ("legal_outcome", "order_ended_by_court"),
    ("effective_on", "01/12/2026"), ("effective_on", None), ("out_of_area", "at_a_distance"),
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.sampled_from(["wanda", "mo", "carl", "nick", "nora", "dora", "max", "sam"]),
        st.sampled_from(["carl", "nick", "nora", "dora", "max", "mo"]),
        st.sampled_from(["d1", "d2"]),
        st.sampled_from(WRITTEN),
    ),
    max_size=30,
)


FOOTING = {"s31": "placed_with_parents", "s38": "placed_with_parents_immediately"}
ON_THE_WAY: tuple[tuple[str, str], ...] = (
    ("decide", "mo"), ("ask", "mo"), ("satisfy", ""), ("approve", ""), ("record", "max"), ("plan", "wanda"),
)  # fmt: skip
"""What leads to the end, where it is the right person who does it."""


def prepared(case: Any, far: int = 0) -> World:
    """Two decisions that can be made, one on a meeting and one without; the first of them so many steps on its way."""
    there = World(case)
    footing = FOOTING.get(next(iter(case.statuses.values())).status)
    more = {"outcome": "placement_with_parents", "legal_outcome": footing} if footing else {}
    there.prepared("d1", **more)
    there.do("wanda", Open("d2", "4", "", case="c1"))
    there.write("d2", **{**HOME, **WITHOUT_MEETING, **more})
    go_on(there, "d1", far)
    return there


def go_on(there: World, decision: str, far: int = len(ON_THE_WAY)) -> None:
    for what, who in ON_THE_WAY[:far]:
        for approver in ("nick", "dora", "max"):
            with suppress(Refused):
                do(there, (what, who or approver, approver, decision, WRITTEN[0]))


def do(there: World, step: tuple[Any, ...]) -> None:
    what, who, whom, decision, (field, value) = step
    match what:
        case "open":
            there.do(who, Open(f"d{len(there.state.opened) + 1}", "4", "m1", case="c1"))
        case "write":
            there.do(who, Change("draft", decision, field, value))
        case "decide":
            there.do(who, Decide(decision))
        case "ask":
            there.do(who, AskApproval(decision, f"p-{whom}"))
        case "satisfy":
            there.satisfy(who, decision) if decision in there.state.made else None
        case "approve":
            there.do(who, Approve(decision))
        case "record":
            there.do(who, RecordSatisfied(decision))
        case "plan":
            there.do(who, PreparePlan(decision, there.today))
        case "send back":
            there.do(who, SendBack(decision, "Once more."))
        case "refuse":
            there.do(who, RefuseApproval(decision, "Not so."))
        case "withdraw":
            there.do(who, Withdraw(decision, "Not any more."))
        case "go on":
            go_on(there, decision)
        case "wait":
            there.later(days=3)


def holds(there: World, made: Made) -> None:
    """What the domain notes ask of a decision that is in effect (section 4), said without the code that is tested."""
    for days in (0, 5, 60):
        day = there.today + timedelta(days=days)
        if not reading.in_effect(made, day).in_effect:
            continue
        decided = made.decided
        assert not (made.refused or made.sent_back or made.withdrawn)
        assert made.superseded is None or made.superseded.since > day
        assert decided.effective_on <= day
        assert (decided.route is None) == (decided.outcome == "do_not_return")
        if decided.route is None:
            continue
        approver = decided.route.approver
        if decided.legal_outcome in ("placed_with_parents", "placed_with_parents_immediately"):
            assert made.plan and approver in ("nominated_officer", "director")
        if approver in ("nominated_officer", "director"):
            assert made.approved and approver in there.people[made.approved.by].roles
            assert made.approved.by not in {*decided.counted, *decided.chaired, made.by}
            assert made.asked[-1].person == made.approved.by
        else:
            assert made.authority_satisfied
        asked = {one.id for one in decided.route.conditions} - {"placement_plan"}
        assert asked - set(made.satisfied) <= ({"placement_plan"} if made.plan else set())


@settings(max_examples=120, deadline=None)
@given(case=st.sampled_from(CASES), far=st.integers(0, len(ON_THE_WAY)), steps=STEPS)
def test_nothing_is_in_effect_without_what_the_law_asks_for(case: Any, far: int, steps: list[tuple[Any, ...]]) -> None:
    there = prepared(case, far)
    for step in steps:
        try:
            do(there, step)
        except Refused:
            continue
        for made in there.state.made.values():
            holds(there, made)
        assert len([one for one in reading.current(there.state, there.today) if one.choice.home]) <= 1


@settings(max_examples=60, deadline=None)
@given(
    days=st.lists(st.integers(0, 12), min_size=3, max_size=3),
    deeds=st.lists(
        st.tuples(
            st.sampled_from(["withdraw", "send back", "go on", "decide", "wait"]), st.sampled_from(["d1", "d2", "d3"])
        ),
        max_size=10,
    ),
)
@example(days=[0, 3, 6], deeds=[("withdraw", "d2")])
@example(days=[0, 6, 3], deeds=[("withdraw", "d3"), ("wait", ""), ("withdraw", "d2")])
def test_at_most_one_return_is_in_effect_on_any_day_whichever_are_withdrawn(
    days: list[int], deeds: list[tuple[str, str]]
) -> None:
    there = World()
    for number, day in enumerate(days, 1):
        there.prepared(f"d{number}", "", effective_on=f"{there.today + timedelta(days=day):%d/%m/%Y}")
        go_on(there, f"d{number}")
    for what, decision in deeds:
        with suppress(Refused):
            do(there, (what, "nick" if what == "send back" else "mo", "", decision, WRITTEN[0]))
        for later in range(15):
            day = there.today + timedelta(days=later)
            assert len([one for one in reading.current(there.state, day) if one.choice.home]) <= 1


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(CASES), far=st.integers(0, len(ON_THE_WAY)), steps=STEPS, cut=st.integers(0, 200))
def test_a_replay_folds_to_the_same_in_one_go_and_in_two(
    case: Any, far: int, steps: list[tuple[Any, ...]], cut: int
) -> None:
    there = prepared(case, far)
    for step in steps:
        try:
            do(there, step)
        except Refused:
            continue
    assert fold(there.happened) == there.state
    assert fold(there.happened[cut:], fold(there.happened[:cut], Decisions())) == there.state


@settings(max_examples=30, deadline=None)
@given(case=st.sampled_from(CASES), far=st.integers(0, len(ON_THE_WAY)), steps=STEPS)
def test_what_waits_for_a_writer_is_found_by_the_index(case: Any, far: int, steps: list[tuple[Any, ...]]) -> None:
    there = prepared(case, far)
    for step in steps:
        with suppress(Refused):
            do(there, step)
        for days in (0, 60):
            if reading.waits(there.state, "", {"worker"}, there.today + timedelta(days=days)):
                assert ("to_do", "yes") in index(there.state)


@settings(max_examples=60, deadline=None)
@given(case=st.sampled_from(CASES), far=st.integers(0, len(ON_THE_WAY)), steps=STEPS)
def test_the_same_click_again_is_refused_or_does_nothing(case: Any, far: int, steps: list[tuple[Any, ...]]) -> None:
    there = prepared(case, far)
    for step in steps:
        try:
            do(there, step)
            version = there.state.version
            do(there, step)
        except Refused:
            continue
        if step[0] not in ("open", "wait", "go on"):  # one that opens another, none, and a row of clicks
            assert there.state.version == version, step


@pytest.mark.parametrize("case", CASES)
def test_the_examples_reach_the_end(case: Any) -> None:
    there = prepared(case, len(ON_THE_WAY))
    holds(there, there.made())
    assert there.stands().in_effect
