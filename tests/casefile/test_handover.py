"""Protects: what a person who leaves does is handed over at once, and only by themselves or by the case's manager.

- each part ends the day before somebody else begins it; what was handed over can be handed back;
- a case that cannot be handed over is named beforehand, and then none is;
- closed cases, other people's parts, and cases that the actor does not manage stay as they are.
"""

from datetime import timedelta
from typing import Any

import pytest

from framework.casefile import Close, HandOver, Refused, handover
from framework.casefile.access import NOT_HERE, NOT_YOURS
from framework.casefile.casefiles import Casefiles
from framework.casefile.handover import Asked, Plan
from framework.casefile.kind import CASEFILE
from framework.streams.kind import Actor
from framework.streams.store import Store
from tests.casefile.made import (
    EVERYWHERE,
    MANAGER,
    NOW,
    OFFICER,
    OTHER_MANAGER,
    SECOND,
    STRANGER,
    TODAY,
    WORKER,
    Clock,
    part,
    person,
    rules,
)
from tests.record import casefiles_in
from tests.streams.stores import by_hand

DAY = TODAY + timedelta(days=6)
RULES = rules()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def files(store: Store, clock: Clock) -> Casefiles:
    return casefiles_in(store, clock)


def begun(files: Casefiles, reference: str, worker: Actor = WORKER, **team: Actor) -> str:
    case = files.begin(worker, reference, f"Child of {reference}")
    for name, who in team.items():
        files.run(case, worker, part(who, name))
    return case


def planned(files: Casefiles, actor: Actor, **asked: Any) -> Plan:
    return handover.plan(
        files.open_ones(actor),
        actor,
        Asked(**{"person": WORKER.id, "to": STRANGER.id, "day": DAY, **asked}),
        RULES,
        files.now(),
    )


def done(files: Casefiles, actor: Actor, plan: Plan) -> handover.Done:
    return handover.carry_out(plan, lambda case, command: files.run(case, actor, command))


def team(files: Casefiles, case: str, reader: Actor) -> list[tuple[str, str, object, object]]:
    return [(one.person, one.part, one.since, one.until) for one in files.view(case, reader).workers.values()]


def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return str(refused.value)


def test_whoever_leaves_hands_over_all_open_cases_at_once(files: Casefiles, clock: Clock) -> None:
    first, second = begun(files, "A1", manager=MANAGER), begun(files, "A2", manager=MANAGER)
    closed = begun(files, "A3", manager=MANAGER)
    files.run(closed, WORKER, Close("home", TODAY))
    versions = {case: files.view(case, WORKER).version for case in (first, second, closed)}
    plan = planned(files, WORKER, why="Leaves")
    assert [(one.reference, one.parts) for one in plan.moves] == [("A1", ("worker",)), ("A2", ("worker",))]
    assert {case: files.view(case, WORKER).version for case in versions} == versions  # a preview changes nothing
    assert [one.reference for one in done(files, WORKER, plan).moves] == ["A1", "A2"]
    for case in (first, second):
        assert team(files, case, MANAGER) == [
            (WORKER.id, "worker", TODAY, DAY - timedelta(days=1)),
            (MANAGER.id, "manager", TODAY, None),
            (STRANGER.id, "worker", DAY, None),
        ]
        assert {one.actor for one in files.told(case, MANAGER)[-2:]} == {WORKER.id}
    assert files.view(closed, WORKER).version == versions[closed]
    assert files.listing(STRANGER) == []
    clock.move(days=6)
    assert {one.reference for one in files.listing(STRANGER)} == {"A1", "A2"}
    assert {one.reference for one in files.listing(WORKER)} == {"A3"}


def test_a_hand_over_is_taken_back_by_another_one(files: Casefiles, clock: Clock) -> None:
    case, own = begun(files, "A1", manager=MANAGER), begun(files, "A2", manager=MANAGER, approver=STRANGER)
    other = begun(files, "A3", STRANGER, manager=MANAGER)
    asked = Asked(WORKER.id, STRANGER.id, TODAY)
    clock.move(days=3)
    asked = Asked(WORKER.id, STRANGER.id, TODAY + timedelta(days=3))
    moved = done(files, MANAGER, handover.plan(files.open_ones(MANAGER), MANAGER, asked, RULES, clock()))
    assert not files.view(case, WORKER).version and files.view(case, STRANGER).version
    clock.move(days=2)
    today = TODAY + timedelta(days=5)
    returned = handover.back(asked, moved.moves, files.open_ones(MANAGER), today)
    plan = handover.plan(files.open_ones(MANAGER), MANAGER, returned, RULES, clock())
    assert [(one.case, one.parts) for one in plan.moves] == [(case, ("worker",)), (own, ("worker",))]
    done(files, MANAGER, plan)
    assert files.parts(case, WORKER) == {"worker"} and not files.parts(case, STRANGER)
    assert files.parts(own, STRANGER) == {"approver"} and files.parts(other, STRANGER) == {"worker"}


def test_taken_back_before_its_day_it_never_was(files: Casefiles) -> None:
    case = begun(files, "A1")
    asked = Asked(WORKER.id, STRANGER.id, DAY)
    moved = done(files, WORKER, planned(files, WORKER))
    plan = handover.plan(
        [files.view(case, WORKER)],
        MANAGER,
        handover.back(asked, moved.moves, [files.view(case, WORKER)], TODAY),
        RULES,
        NOW,
    )
    assert plan.moves == ()  # it is not Mo's case
    files.run(case, WORKER, part(MANAGER, "manager"))
    done(
        files,
        MANAGER,
        handover.plan(
            files.open_ones(MANAGER),
            MANAGER,
            handover.back(asked, moved.moves, files.open_ones(MANAGER), TODAY),
            RULES,
            NOW,
        ),
    )
    assert [one for one in team(files, case, MANAGER) if one[0] != MANAGER.id] == [
        (WORKER.id, "worker", TODAY, DAY - timedelta(days=1)),
        (WORKER.id, "worker", DAY, None),
    ]


def test_a_part_that_begins_today_is_handed_over_today(files: Casefiles) -> None:
    case = begun(files, "A1", manager=MANAGER)
    done(files, WORKER, planned(files, WORKER, day=TODAY))
    assert team(files, case, MANAGER) == [(MANAGER.id, "manager", TODAY, None), (STRANGER.id, "worker", TODAY, None)]


def test_one_case_that_cannot_be_handed_over_is_named_and_stops_all_until_it_is_left_out(files: Casefiles) -> None:
    free, taken = begun(files, "A1"), begun(files, "A2", second_worker=STRANGER)
    plan = planned(files, WORKER)
    ((case, name, why),) = plan.in_the_way
    assert case == taken and name == "A2, Child of A2" and "second worker" in why
    assert "Nothing was handed over" in refusal(lambda: done(files, WORKER, plan))
    assert files.parts(free, WORKER) == {"worker"}
    assert [one.case for one in done(files, WORKER, planned(files, WORKER, without=frozenset({taken}))).moves] == [free]


def test_who_has_the_part_already_does_not_get_it_twice(files: Casefiles) -> None:
    case = begun(files, "A1", manager=MANAGER)
    files.run(case, WORKER, part(STRANGER, "worker"))
    done(files, WORKER, planned(files, WORKER))
    assert [one[:2] for one in team(files, case, MANAGER)] == [
        (WORKER.id, "worker"), (MANAGER.id, "manager"), (STRANGER.id, "worker"),
    ]  # fmt: skip


def test_only_the_part_that_was_chosen_goes(files: Casefiles) -> None:
    both = person("Bo", "practitioner", "nominated_officer")
    case = begun(files, "A1", both, approver=both)
    done(files, both, planned(files, both, person=both.id, part="approver", day=TODAY))
    assert files.parts(case, both) == {"worker"} and files.parts(case, STRANGER) == {"approver"}


def test_a_manager_hands_over_only_where_they_manage_and_nobody_else_does(files: Casefiles) -> None:
    mine, theirs = begun(files, "A1", manager=MANAGER), begun(files, "A2", manager=OTHER_MANAGER)
    begun(files, "A3", second_worker=SECOND, reviewing_officer=OFFICER)
    assert [one.case for one in planned(files, MANAGER).moves] == [mine]
    assert handover.people(files.open_ones(MANAGER), MANAGER, TODAY) == {WORKER.id, MANAGER.id}
    assert handover.people(files.open_ones(SECOND), SECOND, TODAY) == {SECOND.id}
    command = planned(files, WORKER).moves[1].command
    assert (
        refusal(lambda: files.run(theirs, MANAGER, command))
        == NOT_HERE
        == refusal(lambda: files.run("none", MANAGER, command))
    )
    last = planned(files, WORKER).moves[2]
    assert NOT_YOURS in refusal(lambda: files.run(last.case, SECOND, last.command))
    own = HandOver(OFFICER.id, STRANGER.id, DAY, ("w3",))
    files.run(last.case, OFFICER, own)
    assert (STRANGER.id, "reviewing_officer", DAY, None) in team(files, last.case, WORKER)


def test_nobody_takes_over_a_part_for_which_they_have_no_role(files: Casefiles) -> None:
    case = begun(files, "A1", manager=MANAGER)
    plan = handover.plan(files.open_ones(MANAGER), MANAGER, Asked(MANAGER.id, SECOND.id, DAY), RULES, NOW)
    ((named, _, why),) = plan.in_the_way
    assert named == case and "does not have the role for it (Team manager)" in why


def test_a_case_that_cannot_be_read_keeps_no_other_from_being_handed_over(
    files: Casefiles, store: Store, database_url: str, clock: Clock
) -> None:
    begun(files, "A1", manager=MANAGER)
    broken = begun(files, "A2", manager=MANAGER)
    with by_hand(database_url) as connection:
        connection.exec_driver_sql(
            f"UPDATE events SET payload = '[]' WHERE stream = '{CASEFILE.stream(broken)}' AND version = 1"
        )
    afresh = casefiles_in(store, clock)
    assert [one.reference for one in afresh.open_ones(WORKER)] == ["A1"]
    assert [one.reference for one in planned(afresh, WORKER).moves] == ["A1"]
    assert {one.reference for one in afresh.rows(WORKER)} == {"A1", "A2"}, "the list names it"


def test_what_changed_since_the_preview_is_left_and_said(files: Casefiles) -> None:
    case, other = begun(files, "A1", manager=MANAGER), begun(files, "A2", manager=MANAGER)
    plan = planned(files, WORKER)
    files.run(case, MANAGER, Close("home", TODAY))
    result = done(files, WORKER, plan)
    assert [one.case for one in result.moves] == [other]
    ((name, why),) = result.left
    assert name == "A1, Child of A1" and "closed" in why
    again = refusal(lambda: files.run(other, WORKER, plan.moves[1].command))
    assert "changed meanwhile" in again and planned(files, WORKER).moves == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"to": WORKER.id}, "somebody else"),
        ({"to": ""}, "Choose who"),
        ({"day": TODAY + timedelta(days=400)}, "next year"),
        ({"why": "x" * 200}, "shorten"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(files: Casefiles, asked: dict[str, Any], said: str) -> None:
    begun(files, "A1")
    assert said in refusal(lambda: planned(files, WORKER, **asked))


def test_nothing_is_handed_over_from_a_day_that_is_past(files: Casefiles) -> None:
    begun(files, "A1")
    ((_, _, why),) = planned(files, WORKER, day=TODAY - timedelta(days=1)).in_the_way
    assert "is past" in why


def test_without_sign_in_everybody_hands_over_invented_cases(store: Store, clock: Clock) -> None:
    files = casefiles_in(store, clock, is_open=True)
    case = files.begin(EVERYWHERE, "A1", "Ash")
    files.run(case, EVERYWHERE, part(WORKER, "worker"))
    asked = Asked(WORKER.id, STRANGER.id, DAY)
    done(files, EVERYWHERE, handover.plan(files.open_ones(EVERYWHERE), EVERYWHERE, asked, rules(is_open=True), NOW))
    assert (STRANGER.id, "worker", DAY, None) in team(files, case, EVERYWHERE)
