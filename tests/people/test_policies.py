"""Protects: who may do, see and list what. What no row of a policy allows is refused, for every role and for a stranger.

The tables here are written out by hand, so that a row that is changed by mistake is noticed.
"""

import importlib
from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from framework.case.cases import CASE, SAMPLES
from framework.case.model import Reset
from framework.costs.deciding import Remove as RemoveScenario
from framework.costs.deciding import Save, ScenarioSaved
from framework.costs.saved import SCENARIO
from framework.edition.editions import EDITION
from framework.edition.model import EditionText
from framework.items import Add, Change, Remove, Restore
from framework.outcomes.access import POLICY as OUTCOMES
from framework.panel.deciding import Open
from framework.people import access as people_access
from framework.people import deciding
from framework.people.deciding import (
    AskRole,
    Block,
    Choose,
    ConfirmRole,
    EndRole,
    Invent,
    RefuseRole,
    ReleaseAddress,
    SignIn,
    SignOut,
    Unblock,
)
from framework.people.kind import PERSON
from framework.people.model import Person
from framework.people.roles import ADMINISTRATOR, CASE_ROLES, DIRECTOR, EVERYBODY, OPEN, ROLES, THE_APP
from framework.people.settings import Settings
from framework.rollout import access as rollout_access
from framework.rollout import deciding as rollout
from framework.rollout.checklist import ChecklistText
from framework.rollout.checklists import CHECKLIST
from framework.rollout.kind import ROLLOUT
from framework.streams.kept import Kept
from framework.streams.kind import NOBODY, Actor, Context, Kind, Refused
from framework.streams.policy import Allowed, Find, See, allows, refusal
from framework.who_may_what import SUBJECTS, rows
from pages.rows import ROWS
from tests import who_may_what
from tests.security.test_pages_by_role import SEEN_BY

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
STRANGER = ""
WHOEVER = (*ROLES, OPEN, THE_APP, STRANGER)
LEADS = {"strategic_lead", "director"}
GROUP = LEADS | {"team_manager", "trainer", "quality_assurer"}
FIGURES = LEADS | {"data_analyst"}

ROLLOUT_WORK = (
    Add("task", {}),
    Change("task", "t", "due", None),
    Remove("task", "t"),
    Restore("task", "t"),
    rollout.SetStatus("t", "done"),
    rollout.TickPart("t", "p", True),
    rollout.Comment("t", "Said."),
    rollout.StateOutcome("o", "Seen."),
    rollout.StateFact("f", "3"),
    rollout.Import(()),
)
DEEDS: list[tuple[Kind[Any, Any, Any], tuple[Any, ...], Collection[str]]] = [
    (ROLLOUT, (rollout.Start("r", "Ours"), rollout.Rename("Other"), rollout.Archive()), LEADS),
    (ROLLOUT, ROLLOUT_WORK, GROUP),
    (CHECKLIST, (ChecklistText(text="", citations={}),), {THE_APP}),
    (SCENARIO, (Save(ScenarioSaved(name="S", query="")), RemoveScenario(1)), FIGURES),
    (SAMPLES, (Reset(set_aside=()),), {"trainer"}),
    (EDITION, (EditionText(text=""),), {THE_APP}),
]
AT_MEETINGS = CASE_ROLES - {"records_manager"} | {"trainer"}
SEEN: list[tuple[Kind[Any, Any, Any], Any, Collection[str]]] = [
    (ROLLOUT, rollout.Rollout(version=1), GROUP | {THE_APP}),
    (SCENARIO, SCENARIO.empty.__class__(version=1), FIGURES),
    (CASE, Kept(1), AT_MEETINGS | {THE_APP}),
    (EDITION, Kept(1), EVERYBODY),
]


def context(role: str, relations: Collection[str] = ()) -> Context[Any]:
    roles = frozenset({role} if role else ())
    return Context(Actor("p0123456789abcdef" if role else "", "Pat", roles), NOW, Settings(), frozenset(relations))


def may(kind: Kind[Any, Any, Any], state: Any, command: Any, given: Context[Any]) -> bool:
    try:
        kind.may(state, command, given)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("kind", "commands", "by"), DEEDS, ids=lambda one: getattr(one, "name", ""))
def test_a_command_is_for_these_roles_only(
    kind: Kind[Any, Any, Any], commands: tuple[Any, ...], by: Collection[str]
) -> None:
    expected = {*by, OPEN}
    for command in commands:
        assert {role for role in WHOEVER if may(kind, kind.empty, command, context(role))} == expected, command


@pytest.mark.parametrize(("kind", "state", "by"), SEEN, ids=lambda one: getattr(one, "name", ""))
def test_one_is_shown_and_listed_for_these_roles_only(
    kind: Kind[Any, Any, Any], state: Any, by: Collection[str]
) -> None:
    expected = {*by, OPEN}
    assert {role for role in WHOEVER if kind.view(state, context(role)) == state} == expected
    assert all(kind.view(state, context(role)) == kind.empty for role in set(WHOEVER) - expected)
    assert {role for role in WHOEVER if kind.past(state, context(role))} == expected, "nor is what happened told"
    if kind is not EDITION:  # there is no list of them
        assert {role for role in WHOEVER if kind.listed(context(role).actor) is not None} == expected


def test_outcomes_are_for_these_roles_only() -> None:
    seen = {role for role in WHOEVER if allows(OUTCOMES, See, context(role).actor.roles)}
    assert seen == {*FIGURES, "quality_assurer", OPEN}


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ABOUT = Person(version=1, id="p1", name="Sam", address="sam@example.org")
PEOPLE: list[tuple[Any, Collection[str], Collection[str]]] = [
    (SignIn("i", "s", "Sam", "", ()), {THE_APP}, {THE_APP}),
    (Invent("p1", "Sam", "", ()), {THE_APP}, {THE_APP}),
    (Choose(), {OPEN}, {OPEN}),
    (SignOut("s"), (), WHOEVER),
    (AskRole("trainer", DAY, DAY, "Covers."), {ADMINISTRATOR}, ()),
    (ConfirmRole(1), {ADMINISTRATOR, DIRECTOR}, ()),
    (RefuseRole(1, "No."), {ADMINISTRATOR, DIRECTOR}, ()),
    (EndRole(1, "Left."), {ADMINISTRATOR}, WHOEVER),
    (Block("Left."), {ADMINISTRATOR}, ()),
    (Unblock("Back."), {ADMINISTRATOR}, ()),
    (ReleaseAddress("Left."), {ADMINISTRATOR}, ()),
]
"""(command, who may give it about somebody else, who may about themselves)."""


@pytest.mark.parametrize(("command", "others", "oneself"), PEOPLE, ids=lambda one: type(one).__name__)
def test_what_is_done_to_people_is_for_these_roles_only(
    command: Any, others: Collection[str], oneself: Collection[str]
) -> None:
    for relation, by in ((people_access.OTHER, others), (people_access.SELF, oneself)):
        done = {role for role in WHOEVER if may(PERSON, ABOUT, command, context(role, {relation}))}
        assert done - {OPEN} == set(by) - {OPEN}, relation


def test_of_a_person_others_see_the_name() -> None:
    for role in WHOEVER:
        seen = PERSON.view(ABOUT, context(role, {people_access.OTHER}))
        sees = role in (ADMINISTRATOR, DIRECTOR, THE_APP, OPEN)
        assert seen.name == "Sam" and bool(seen.address) == sees == PERSON.past(ABOUT, context(role, {"other"}))
        assert (PERSON.listed(context(role).actor) is not None) == sees
        assert PERSON.view(ABOUT, context(role, {people_access.SELF})) == ABOUT


def test_an_administrator_reads_no_case_and_no_role_but_those_that_are_marked_does() -> None:
    for policy in (SUBJECTS["Cases"], SUBJECTS["Meetings"]):
        for row in policy:
            named = row.roles & EVERYBODY
            opens = row.commands == (Open,) and named == AT_MEETINGS  # on a sample: a case asks for a part in it
            assert named <= CASE_ROLES or opens, f"{row.what}: a role that reads no case"
    assert ADMINISTRATOR not in CASE_ROLES


# ── Rows, and the table that is made of them ─────────────────────────────────────────────────────────────────────────


class Deed:
    """A command of no subject."""


def test_a_row_asks_for_a_role_and_a_part_and_an_empty_set_for_nothing() -> None:
    both = Allowed("do it", (Deed,), frozenset({"trainer"}), frozenset({"chair"}))
    free = Allowed("do it", (Deed,))
    assert both.allows(Deed, frozenset({"trainer"}), frozenset({"chair"}))
    assert both.allows(Deed, frozenset({OPEN}), frozenset({"chair"})), "whoever uses the app open has every role"
    assert not both.allows(Deed, frozenset({"trainer"})) and not both.allows(Deed, frozenset(), frozenset({"chair"}))
    assert not both.allows(Deed, frozenset({OPEN})), "but no part that they have not taken"
    assert (
        free.allows(Deed, frozenset()) and not free.allows(See, frozenset({OPEN})) and not allows((), Deed, EVERYBODY)
    )


def test_a_refusal_says_what_to_do() -> None:
    assert "Sign in first" in refusal(Actor(""))
    assert "it has ended. Ask an administrator" in refusal(Actor("p1", "Pat"))
    assert "Ask an administrator of Homeward who may" in refusal(Actor("p1", "Pat", frozenset({"trainer"})))


def test_every_command_of_a_subject_stands_in_its_policy() -> None:
    for commands, policy in ((deciding.Command, people_access.POLICY), (rollout.Command, rollout_access.POLICY)):
        named = {command for row in policy for command in row.commands} - {See, Find}
        assert set(get_args(commands)) <= named


def test_every_subject_has_a_policy_that_the_document_tells_of() -> None:
    told = {row for policy in SUBJECTS.values() for row in policy}
    for file in Path("framework").glob("*/access.py"):
        policy = importlib.import_module(f"framework.{file.parent.name}.access").POLICY
        assert policy and told.issuperset(policy), file


def test_the_document_is_made_of_the_policies() -> None:
    assert who_may_what.FILE.read_text("utf-8") == who_may_what.document(), f"run `{who_may_what.COMMAND}`"


def test_what_a_role_may_is_told_of_each_role() -> None:
    told = {role: {row.what for row in rows(role)} for role in ROLES}
    assert "Give somebody else a role" in told[ADMINISTRATOR] and "Give somebody else a role" not in told[DIRECTOR]
    assert "Begin a case" in told["practitioner"] and "Begin a case" not in told[ADMINISTRATOR]
    assert all(told[role] < {row.what for row in rows()} for role in ROLES)


def test_each_page_is_for_the_roles_of_its_row_and_for_whoever_uses_an_app_without_sign_in() -> None:
    rows = {"" if name == "home" else name: row for name, row in ROWS.items() if name != "wall"}
    assert {name: set(row.roles) - {THE_APP} for name, row in rows.items()} == SEEN_BY
    for name, row in rows.items():
        assert row.seen_by(Actor("", "", frozenset({OPEN}))) and not row.seen_by(NOBODY)
        assert {role for role in ROLES if row.seen_by(Actor("p", "P", frozenset({role})))} == SEEN_BY[name]
    assert ROWS["wall"].seen_by(NOBODY), "it asks for a code"
