"""Protects, whatever people do in whatever order: who has no part in a case at that moment receives nothing of it, on any way."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework.casefile import Add, Casefile, Change, Close, Refused, Remove, Reopen
from framework.casefile.access import NOT_HERE
from framework.casefile.casefiles import Casefiles
from framework.casefile.kind import CASEFILE
from framework.streams.kind import Actor
from framework.streams.store import Store
from tests.casefile.made import CHOSEN, MANAGER, OTHER_MANAGER, SECOND, STRANGER, WORKER, Clock, child, part
from tests.record import casefiles_in

PEOPLE = (WORKER, MANAGER, SECOND, OTHER_MANAGER)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["part", "end", "remove", "block", "unblock", "glass", "entry", "link", "unlink", "close", "reopen", "wait"]
        ),
        st.sampled_from(PEOPLE),
        st.sampled_from(PEOPLE),
        st.integers(-3, 3),
        st.booleans(),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One record for all examples: each begins cases of its own in it."""
    folder: Path = tmp_path_factory.mktemp("cases")
    store = Store.open(f"sqlite:///{folder / 'homeward.db'}")
    yield store
    store.close()
    shutil.rmtree(folder)


def do(files: Casefiles, clock: Clock, case: str, other: str, step: tuple[str, Actor, Actor, int, bool]) -> None:
    what, who, whom, days, on_other = step
    target = other if on_other else case
    state = files.view(target, who)
    mine = [one.id for one in state.workers.values() if one.person == whom.id]
    day = files.today + timedelta(days=days)
    match what:
        case "part":
            files.run(target, who, part(whom, "approver" if days < 0 else "manager", since=day))
        case "end" if mine:
            files.run(target, who, Change("worker", mine[-1], "until", day))
        case "remove" if mine:
            files.run(target, who, Remove("worker", mine[-1]))
        case "block":
            files.run(target, who, Add("block", {"person": whom.id, "why": "A relative"}))
        case "unblock" if state.blocks:
            files.run(target, who, Remove("block", next(iter(state.blocks)), "A mistake"))
        case "glass":
            files.break_glass(who, target[:8], "An emergency")
        case "entry":
            files.run(target, who, Add("entry", {"since": "2024", "what": "Moved", **CHOSEN}))
        case "link":
            files.run(target, who, Add("sibling", {"case": case if on_other else other, "who": "Brother"}))
        case "unlink" if state.siblings:
            files.run(target, who, Remove("sibling", next(iter(state.siblings))))
        case "close":
            files.run(target, who, Close("home", files.today))
        case "reopen":
            files.run(target, who, Reopen("Back in care"))
        case "wait":
            clock.move(hours=abs(days) * 20)


def has_part(state: Casefile, who: Actor, clock: Clock) -> bool:
    """What the rule says, from the record itself."""
    today = clock().date()
    works = any(one.person == who.id and one.since <= today <= (one.until or today) for one in state.workers.values())
    broke = any(one.person == who.id and clock() < one.until for one in state.glass)
    return (works or broke) and who.id not in {one.person for one in state.blocks.values()}


def check(files: Casefiles, clock: Clock, cases: tuple[str, str]) -> None:
    states = {case: files._door.state(case) for case in cases}
    for who in (*PEOPLE, STRANGER):
        sees = {case: has_part(state, who, clock) for case, state in states.items()}
        listed = {one.id for one in files.listing(who)}
        for case, other in (cases, cases[::-1]):
            view, told = files.view(case, who), files.told(case, who)
            pasts = [files.view(case, who, upto=version) for version in range(1, states[case].version + 1)]
            assert (view.version > 0, case in listed, bool(told)) == (sees[case],) * 3
            assert all((one.version > 0) == sees[case] for one in pasts)
            if not sees[case]:
                assert all(one == Casefile() for one in (view, *pasts))
                assert not files.readings(case, who).version and files.siblings(case, who) == []
                with pytest.raises(Refused, match="There is no such case") as refused:
                    files.run(case, who, child("name", "X"))
                assert str(refused.value) == NOT_HERE
            elif not sees[other]:
                assert other not in repr((view, told, pasts)) and files.siblings(case, who) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_who_has_no_part_in_a_case_receives_nothing_of_it(one_store: Store, steps: list) -> None:
    clock = Clock()
    files = casefiles_in(one_store, clock)
    cases = files.begin(WORKER, "?", "Ash"), files.begin(SECOND, "?", "Elm")
    for case, who in zip(cases, (WORKER, SECOND), strict=True):
        files.run(case, who, child("reference", case[:8]))
    for step in steps:
        with suppress(Refused):
            do(files, clock, *cases, step)
    check(files, clock, cases)


def test_the_property_can_tell_a_leak(one_store: Store) -> None:
    """A case whose view hid nothing would be found."""
    clock = Clock()
    files = casefiles_in(one_store, clock)
    cases = files.begin(WORKER, "leak 1", "Ash"), files.begin(SECOND, "leak 2", "Elm")
    check(files, clock, cases)
    files._door.kind = replace(CASEFILE, view=lambda state, context: state)
    with pytest.raises(AssertionError):
        check(files, clock, cases)
