"""Protects: each row of the policies, with whoever it allows and with everybody it does not."""

from itertools import product
from typing import Any

import pytest

from framework.casefile import (
    Add,
    Begin,
    BreakGlass,
    BringIn,
    Casefile,
    Change,
    Close,
    HandOver,
    Refused,
    Remove,
    Reopen,
    Restore,
)
from framework.casefile.access import GLASS, OPEN, POLICY, SEES, deed, may
from framework.casefile.model import KINDS, PARTS
from framework.casefile.readers import POLICY as READING_POLICY
from framework.casefile.readers import READING, NoteRead
from framework.people.roles import CASE_ROLES, ROLES, THE_APP
from framework.streams.kind import Actor, Context
from framework.streams.policy import Find, See
from tests.casefile.made import ASSURER, EVERYWHERE, NOW, TODAY, after, case, rules

CONTENT = ("child", "status", "home", "adult", "parent", "sibling", "entry", "document")
BREAKERS = {"practitioner", "team_manager", "reviewing_officer", "nominated_officer", "director"}

IN_A_CASE: dict[str, set[str]] = {
    **{kind: {"worker", "manager", OPEN} for kind in CONTENT},
    "entry": {"worker", "manager", "second_worker", OPEN},
    "document": {"worker", "manager", "second_worker", OPEN},
    "worker": {"worker", "manager", OPEN},
    "block": {"worker", "manager", OPEN},
    "close": {"worker", "manager", OPEN},
    "reopen": {"worker", "manager", OPEN},
}
"""What the table is meant to say: which parts may do what."""

COMMANDS: dict[str, Any] = {
    **{kind: Add(kind) for kind in (*CONTENT, "worker", "block")},
    "close": Close("home", TODAY),
    "reopen": Reopen("x"),
}


def allows(command: Any, role: str, *parts: str, state: Casefile | None = None) -> bool:
    actor = Actor("p-x", "X", frozenset({role}))
    try:
        may(state or case(), command, Context(actor, NOW, rules(), frozenset(parts)))
    except Refused:
        return False
    return True


@pytest.mark.parametrize("what", COMMANDS)
def test_each_part_may_do_what_the_table_says_and_no_more(what: str) -> None:
    found = {part for part in (*SEES, "blocked") if allows(COMMANDS[what], "practitioner", part)}
    assert found == IN_A_CASE[what]
    assert not allows(COMMANDS[what], "practitioner")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_may_do_in_a_case_what_its_part_allows_if_it_reads_cases(role: str) -> None:
    for what, part in product(COMMANDS, PARTS):
        assert allows(COMMANDS[what], role, part) == (role in CASE_ROLES and part in IN_A_CASE[what])


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_begins_a_case_and_breaks_the_glass_as_the_table_says(role: str) -> None:
    assert allows(Begin("c2", "R", "A", False), role, state=Casefile()) == (role in {"practitioner", "team_manager"})
    assert allows(BreakGlass("x"), role) == (role in BREAKERS)
    assert not allows(BreakGlass("x"), role, "blocked") and not allows(BreakGlass("x"), role, state=Casefile())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_only_a_manager_takes_over_by_breaking_the_glass_and_only_what_nobody_looks_after(role: str) -> None:
    left = case(Remove("worker", "w1"))
    assert allows(Add("worker"), role, GLASS, state=left) == (role == "team_manager")
    assert not allows(Add("worker"), role, GLASS) and not allows(Add("block"), role, GLASS, state=left)


def test_who_checks_a_case_is_said_by_its_manager_alone_and_so_is_the_end_of_that() -> None:
    quinn = Add("worker", {"person": ASSURER.id, "part": "assurer"})
    state = after(case(), [quinn])
    for command in (quinn, Change("worker", "w2", "until", TODAY), Remove("worker", "w2")):
        assert allows(command, "team_manager", "manager", state=state)
        assert not allows(command, "practitioner", "worker", state=state)
    gone = after(state, [Remove("worker", "w2")])
    assert not allows(Restore("worker", "w2"), "practitioner", "worker", state=gone)
    assert all(allows(Add("worker", {"part": part}), "practitioner", "worker") for part in PARTS if part != "assurer")


def test_changing_removing_and_putting_back_go_by_the_row_of_adding() -> None:
    for kind, collection in KINDS.by_kind.items():
        assert {deed(command) for command in (Add(kind), Remove(kind, "x"), Restore(kind, "x"))} == {collection.model}


def test_every_command_stands_in_a_row_and_every_row_was_looked_at() -> None:
    rows = {command for row in POLICY for command in row.commands}
    tested = {deed(command) for command in COMMANDS.values()} | {Begin, BreakGlass, BringIn, HandOver, See, Find}
    others = {Begin, BreakGlass, BringIn, HandOver, Close, Reopen, See, Find}
    assert rows == tested == {*(one.model for one in KINDS.by_kind.values()), *others}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_brings_in_cases_and_hands_over_as_the_table_says(role: str) -> None:
    assert allows(BringIn("c2", "R", "A"), role, state=Casefile()) == (role in {"team_manager", "records_manager"})
    for name in (*PARTS, GLASS, "blocked"):
        own, others = HandOver("p-x", "p-y", TODAY, ("w1",)), HandOver("p-z", "p-y", TODAY, ("w1",))
        assert allows(own, role, name) == (role in CASE_ROLES and name in PARTS)
        assert allows(others, role, name) == (role in CASE_ROLES and name == "manager")


def test_in_an_app_without_sign_in_everybody_may_do_everything_in_invented_cases() -> None:
    invented = case(actor=EVERYWHERE, is_open=True)
    for command in [*COMMANDS.values(), HandOver("p-x", "p-y", TODAY, ("w1",))]:
        may(invented, command, Context(EVERYWHERE, NOW, rules(is_open=True), frozenset({OPEN})))
        with pytest.raises(Refused):
            may(case(), command, Context(EVERYWHERE, NOW, rules(is_open=True), frozenset()))


def test_the_app_alone_notes_who_reads_and_the_manager_and_the_assurer_see_it() -> None:
    note = NoteRead(case="c1", person="p-x", parts=(), what="the case")
    state = READING.fold([], READING.empty)
    for role in (*ROLES, THE_APP):
        context: Context[None] = Context(Actor("x", "", frozenset({role})), NOW, None, frozenset({"manager"}))
        if role == THE_APP:
            READING.may(state, note, context)
        else:
            with pytest.raises(Refused):
                READING.may(state, note, context)
        for part in (*PARTS, GLASS, OPEN):
            seen = READING.past(state, Context(context.actor, NOW, None, frozenset({part})))
            assert seen == (role in CASE_ROLES and part in {"manager", "assurer", OPEN})
    assert len(READING_POLICY) == 2 and READING.listed(context.actor) is None
