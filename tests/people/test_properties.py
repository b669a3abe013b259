"""Protects: whatever people try, in whichever order and on whichever day, nobody gets a role that nobody else gave or confirmed.

Also: an administrator never reads a case, nobody blocks themselves or ends their own block, and each role ends by itself.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framework import dates
from framework.people import reading
from framework.people.deciding import (
    AskRole,
    Block,
    Command,
    ConfirmRole,
    EndRole,
    RefuseRole,
    ReleaseAddress,
    SignIn,
    Unblock,
)
from framework.people.kind import PERSON
from framework.people.model import Person, person_id
from framework.people.roles import ADMINISTRATOR, CASE_ROLES, DIRECTOR, ROLES
from framework.streams.kind import APP, Actor, Context, Happened, Refused
from framework.workspace import Workspace
from tests.people.settled import SETTINGS, acting, give, opened, sign_in

NAMES = ("ada", "ben", "cyd", "dora")
"""The first is the first administrator."""
PROVIDED = dict(SETTINGS.roles)
START = date(2026, 3, 2)

days = st.integers(0, 40).map(lambda number: START + timedelta(days=number))
words = st.just("Covers for a colleague.")
numbers = st.integers(1, 4)
roles = st.sampled_from(["practitioner", "trainer", ADMINISTRATOR, DIRECTOR])
commands = st.one_of(
    st.builds(AskRole, roles, days, days, words),
    st.builds(AskRole, roles, st.just(START), st.just(START + timedelta(days=40)), words),
    st.builds(ConfirmRole, numbers),
    st.builds(RefuseRole, numbers, words),
    st.builds(EndRole, numbers, words),
    st.builds(Block, words),
    st.builds(Unblock, words),
    st.builds(ReleaseAddress, words),
    st.builds(
        lambda provided: lambda name: SignIn("i", name, name, f"{name}@example.org", tuple(provided)),
        st.sets(st.sampled_from(sorted(PROVIDED))),
    ),
)
steps = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), commands, st.integers(0, 3)), max_size=40)


@dataclass
class Town:
    """People whose commands are carried out as a door does it, without a record."""

    people: dict[str, Person] = field(default_factory=lambda: dict.fromkeys(NAMES, Person()))
    now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)

    @property
    def today(self) -> date:
        return dates.local(self.now).date()

    def actor(self, name: str) -> Actor:
        """Who somebody acts as; whoever is blocked is refused before, by :meth:`framework.people.people.People.actor`."""
        person = self.people[name]
        return Actor(person.id, name, reading.roles(person, SETTINGS, self.today))

    def run(self, about: str, actor: Actor, command: Command) -> bool:
        person = self.people[about]
        context = Context(actor, self.now, SETTINGS, PERSON.relations(person, actor))
        try:
            PERSON.may(person, command, context)
            events = PERSON.decide(person, command, context)
        except Refused:
            return False
        self.people[about] = PERSON.fold([Happened(event, actor.id, self.now) for event in events], person)
        return bool(events)


def played(tried: list[tuple[str, str, Command | Callable[[str], Command], int]]) -> Town:
    """The people after all that was tried."""
    town = Town()
    for name in NAMES:
        town.run(name, APP._replace(id=person_id("i", name)), SignIn("i", name, name, f"{name}@example.org", ()))
    for who, about, command, later in tried:
        town.now += timedelta(days=later)
        if callable(command):
            town.run(about, APP._replace(id=person_id("i", about)), command(about))
        elif not town.people[who].blocked:
            town.run(about, town.actor(who), command)
    return town


@given(steps)
def test_nobody_has_a_role_that_nobody_else_gave_or_confirmed(tried: list) -> None:
    town = played(tried)
    ids = {person.id for person in town.people.values()}
    for person in town.people.values():
        for one in reading.held(person, SETTINGS, town.today):
            if one.source == "configuration":
                assert person.id == person_id("i", "ada") and one.role == ADMINISTRATOR
            elif one.source == "provider":
                assert one.role in {PROVIDED[theirs] for theirs in person.provider_roles}
            else:
                grant = one.grant
                assert grant and grant.confirmed and not grant.refused and not grant.ended
                assert grant.since <= town.today <= grant.until
                assert grant.asked.by in ids - {person.id} and grant.asked.why
                assert grant.confirmed.by in ids - {person.id}
                assert one.role not in CASE_ROLES or grant.confirmed.by != grant.asked.by


@given(steps)
def test_an_administrator_never_reads_a_case(tried: list) -> None:
    town = played(tried)
    for person in town.people.values():
        effective = reading.roles(person, SETTINGS, town.today)
        held = {one.role for one in reading.held(person, SETTINGS, town.today)}
        assert effective <= held <= set(ROLES)
        assert ADMINISTRATOR not in effective or not effective & CASE_ROLES
        assert effective | reading.kept_back(person, SETTINGS, town.today) == held


@given(steps)
def test_every_role_that_was_given_ends_without_anybody_doing_anything(tried: list) -> None:
    town = played(tried)
    for person in town.people.values():
        later = town.today + timedelta(days=400)
        assert all(one.source != "given" for one in reading.held(person, SETTINGS, later))


@given(steps, st.sampled_from(NAMES), commands)
def test_nobody_blocks_themselves_or_ends_their_own_block(tried: list, name: str, command: object) -> None:
    town = played(tried)
    before = town.people[name].blocked
    assert not before or before.by != town.people[name].id
    if not callable(command):
        town.run(name, town.actor(name), command)
    assert town.people[name].blocked == before


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tried=st.lists(st.sampled_from(["block", "unblock", "sign in", "give"]), max_size=12))
def test_whoever_is_blocked_is_refused_as_an_actor_and_nobody_else_is(work: Workspace, tried: list[str]) -> None:
    ada, name = acting(work, "Ada"), f"Pat {secrets.token_hex(4)}"
    pat = sign_in(work, name, address="")
    for step in tried:
        with suppress(Refused):
            match step:
                case "block":
                    work.people.run(pat.id, ada, Block("Left."))
                case "unblock":
                    work.people.run(pat.id, ada, Unblock("Is back."))
                case "sign in":
                    sign_in(work, name, address="")
                case "give":
                    give(work, pat, "trainer", by=ada)
        if work.people.person(pat.id).blocked:
            with pytest.raises(Refused, match="has blocked you"):
                work.people.actor(pat.id)
        else:
            assert work.people.actor(pat.id).id == pat.id
    if set(tried) & {"block", "unblock"}:
        last = [step for step in tried if step in ("block", "unblock")][-1]
        assert bool(work.people.person(pat.id).blocked) == (last == "block")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workspace]:
    """An app in which people sign in, on an empty record."""
    made = opened(tmp_path / "homeward.db")
    yield made
    made.store.close()
