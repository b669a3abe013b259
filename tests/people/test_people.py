"""Protects: who somebody is, and which roles take effect now.

- roles come from the provider, by the configuration, or are given for a time, with who and why;
- a role that reads cases takes a second person; nobody gives one to themselves; an administrator never reads a case;
- a block, and a role that ends, act at the next command; the last administrator stays one;
- two people never have one address; whom no role fits is known and may do nothing.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from framework import edition
from framework.people import (
    CASE_ROLES,
    ROLES,
    AskRole,
    Block,
    ConfirmRole,
    EndRole,
    RefuseRole,
    ReleaseAddress,
    Unblock,
    person_id,
)
from framework.people import people as people_module
from framework.people.people import PeopleError, read_invented
from framework.rollout.deciding import Comment
from framework.streams.kind import APP, NOBODY, Actor, Refused
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.people.settled import ISSUER, SETTINGS, Clock, acting, give, opened, sign_in


@pytest.fixture
def clock() -> Clock:
    """The clock of the workspace."""
    return Clock()


@pytest.fixture
def work(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    """An app in which people sign in, on an empty record."""
    made = opened(tmp_path / "homeward.db", clock=clock)
    yield made
    made.store.close()


@pytest.fixture
def ada(work: Workspace) -> Actor:
    """The first administrator, whom the configuration names."""
    return acting(work, "Ada")


@pytest.fixture
def dora(work: Workspace) -> Actor:
    """A director, by the provider."""
    return acting(work, "Dora", "Homeward.Director")


# ── Signing in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_administrator_is_the_one_whom_the_configuration_names(work: Workspace, ada: Actor) -> None:
    assert ada.roles == {"administrator"} and ada.name == "Ada"
    assert acting(work, "Ben").roles == frozenset()


def test_roles_of_the_provider_are_ours_by_the_mapping(work: Workspace) -> None:
    pat = acting(work, "Pat", "Homeward.Practitioner", "Homeward.Director", "Some.Other")
    assert pat.roles == {"practitioner", "director"}
    assert acting(work, "Pat", "Some.Other").roles == frozenset(), "as the provider says at the next sign-in"


def test_an_id_says_nothing_and_is_the_same_at_every_sign_in(work: Workspace) -> None:
    first, again = sign_in(work, "Pat"), sign_in(work, "Pat")
    assert first.id == again.id == person_id(ISSUER, "Pat") and again.sign_ins == 2
    assert person_id("https://other.example", "Pat") != first.id
    assert work.people.names([first.id, "p0"]) == {first.id: "Pat"}


def test_whom_no_role_fits_is_known_and_may_do_nothing(work: Workspace) -> None:
    pat = acting(work, "Pat", "Some.Group")
    assert pat.roles == frozenset() and work.people.person(pat.id).provider_roles == ("Some.Group",)
    work.rollouts.load_sample()
    assert work.cases.seen_by(pat).all() == () and work.rollouts.seen_by(pat).names() == {}
    assert work.people.colleagues(pat) == {} and work.people.listing(pat) == []
    with pytest.raises(
        Refused, match=r"You have no role in Homeward at the moment.*Ask an administrator of Homeward\."
    ):
        work.rollouts.seen_by(pat).start("Our roll-out", pat.name)


def test_two_people_with_one_address(work: Workspace, ada: Actor) -> None:
    pat = sign_in(work, "Pat", address="Pat@Example.org")
    with pytest.raises(Refused, match=r"the address pat@example\.org already.*Ask an administrator"):
        work.people.signed_in(ISSUER, "another", "Pat Two", "pat@example.org")
    assert not work.people.person(person_id(ISSUER, "another")).version, "nothing is half-written"
    with pytest.raises(Refused, match="still uses this address"):
        work.people.run(pat.id, ada, ReleaseAddress("Left."))
    work.people.run(pat.id, ada, Block("Left the council."))
    with pytest.raises(Refused, match="blocked"):  # a second account is no way round a block
        work.people.signed_in(ISSUER, "another", "Pat", "pat@example.org")
    work.people.run(pat.id, ada, ReleaseAddress("The address was given to a new colleague."))
    assert work.people.signed_in(ISSUER, "another", "Pat Two", "pat@example.org").name == "Pat Two"


def test_people_without_an_address_or_a_name_can_sign_in(work: Workspace) -> None:
    assert work.people.signed_in(ISSUER, "1", "", "").name == "Somebody without a name"
    assert work.people.signed_in(ISSUER, "2", " \u200b ", "").address == ""
    assert work.people.signed_in(ISSUER, "3", "", "lee@example.org").name == "lee@example.org"


# ── Roles that are given ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_that_reads_no_case_takes_effect_at_once_and_until_its_last_day(
    work: Workspace, ada: Actor, clock: Clock
) -> None:
    pat = acting(work, "Pat")
    give(work, pat, "trainer", by=ada)
    (grant,) = work.people.person(pat.id).grants.values()
    assert (grant.asked.by, grant.asked.why) == (ada.id, "Covers for a colleague.")
    assert work.people.actor(pat.id).roles == {"trainer"}
    clock.move(days=30)
    assert work.people.actor(pat.id).roles == {"trainer"}, "the last day counts"
    clock.move(days=1)
    assert work.people.actor(pat.id).roles == frozenset()


@pytest.mark.parametrize("role", sorted(CASE_ROLES))
def test_a_role_that_reads_cases_takes_a_second_person(work: Workspace, ada: Actor, dora: Actor, role: str) -> None:
    pat = acting(work, "Pat")
    number = give(work, pat, role, by=ada)
    assert work.people.actor(pat.id).roles == frozenset()
    with pytest.raises(Refused, match="You proposed this role yourself"):
        work.people.run(pat.id, ada, ConfirmRole(number))
    work.people.run(pat.id, dora, ConfirmRole(number))
    assert work.people.actor(pat.id).roles == {role}
    head = work.store.head(f"person:{pat.id}")
    work.people.run(pat.id, dora, ConfirmRole(number))
    assert work.store.head(f"person:{pat.id}") == head, "a second click changes nothing"


def test_a_role_that_was_refused_has_no_effect_and_can_be_proposed_again(
    work: Workspace, ada: Actor, dora: Actor
) -> None:
    pat = acting(work, "Pat")
    number = give(work, pat, "practitioner", by=ada)
    with pytest.raises(Refused, match="Please give the reason"):
        work.people.run(pat.id, dora, RefuseRole(number, " "))
    work.people.run(pat.id, dora, RefuseRole(number, "Not in this team."))
    with pytest.raises(Refused, match="was refused in the meantime"):
        work.people.run(pat.id, dora, ConfirmRole(number))
    assert work.people.actor(pat.id).roles == frozenset()
    assert give(work, pat, "practitioner", by=ada, confirmed_by=dora) == number + 1
    assert work.people.actor(pat.id).roles == {"practitioner"}


def test_nobody_gives_or_confirms_a_role_of_their_own(work: Workspace, ada: Actor, dora: Actor) -> None:
    today = work.now().date()
    with pytest.raises(Refused, match="Nobody gives a role to themselves"):
        work.people.run(ada.id, ada, AskRole("trainer", today, today, "I would like to."))
    number = give(work, dora, "reviewing_officer", by=ada)
    with pytest.raises(Refused, match="Nobody confirms a role of their own"):
        work.people.run(dora.id, dora, ConfirmRole(number))


def test_whoever_is_no_administrator_gives_no_role(work: Workspace, ada: Actor, dora: Actor) -> None:
    pat, today = acting(work, "Pat", "Homeward.Practitioner"), work.now().date()
    for actor in (pat, dora, acting(work, "Sam")):
        with pytest.raises(Refused, match="role"):
            work.people.run(ada.id, actor, AskRole("trainer", today, today, "Asked to."))
    with pytest.raises(Refused, match="Sign in first"):
        work.people.run(ada.id, NOBODY, Block("No."))


@pytest.mark.parametrize(
    ("since", "until", "role", "why", "says"),
    [
        (3, 1, "trainer", "Covers.", "would end on 3 March 2026, before it begins on 5 March 2026"),
        (-9, -1, "trainer", "Covers.", "would have ended already, on 1 March 2026"),
        (0, 400, "trainer", "Covers.", "a year at most"),
        (0, 9, "wizard", "Covers.", "There is no role “wizard”"),
        (0, 9, "trainer", " ", "Please give the reason"),
    ],
)
def test_what_cannot_be_given_is_refused(
    work: Workspace, ada: Actor, since: int, until: int, role: str, why: str, says: str
) -> None:
    pat, today = sign_in(work, "Pat"), work.now().date()
    with pytest.raises(Refused, match=says):
        work.people.run(pat.id, ada, AskRole(role, today + timedelta(days=since), today + timedelta(days=until), why))
    assert not work.people.person(pat.id).grants


def test_a_role_is_not_given_twice_and_not_to_somebody_who_is_not_there(work: Workspace, ada: Actor) -> None:
    pat = sign_in(work, "Pat", "Homeward.Practitioner")
    with pytest.raises(Refused, match="has or will have the role Practitioner already"):
        give(work, pat, "practitioner", by=ada)
    with pytest.raises(Refused, match="There is no such person"):
        give(work, replace(pat, id="p0123456789abcdef"), "trainer", by=ada)


def test_an_administrator_never_reads_a_case(work: Workspace, ada: Actor, dora: Actor) -> None:
    pat = acting(work, "Pat")
    give(work, pat, "administrator", by=ada)
    with pytest.raises(Refused, match="an administrator never reads a case"):
        give(work, pat, "practitioner", by=ada)
    with pytest.raises(Refused, match="has a role that reads cases"):
        give(work, dora, "administrator", by=ada)
    both = acting(work, "Ada", "Homeward.Practitioner")
    assert both.roles == {"administrator"}, "also where the provider gives both"


def test_a_role_that_waits_is_not_confirmed_for_somebody_who_has_become_an_administrator(
    work: Workspace, ada: Actor, dora: Actor
) -> None:
    pat = acting(work, "Pat")
    number = give(work, pat, "practitioner", by=ada)
    with pytest.raises(Refused, match="has a role that reads cases"):
        give(work, pat, "administrator", by=ada)
    work.people.settings = SETTINGS.model_copy(update={"roles": {**SETTINGS.roles, "A": "administrator"}})
    work.settings = work.people.settings  # as another configuration would say
    assert acting(work, "Pat", "A").roles == {"administrator"}
    with pytest.raises(Refused, match="an administrator never reads a case"):
        work.people.run(pat.id, dora, ConfirmRole(number))


# ── Ending and blocking ──────────────────────────────────────────────────────────────────────────────────────────────


def test_somebody_who_loses_their_role_meanwhile_is_refused_at_the_next_command(
    work: Workspace, ada: Actor, clock: Clock
) -> None:
    work.rollouts.load_sample()
    tess = acting(work, "Tess")
    number = give(work, tess, "trainer", by=ada)
    task = next(iter(work.rollouts.seen_by(APP).view("sample").tasks))

    def comment(words: str) -> None:
        actor = work.people.actor(tess.id)  # as every run of a page asks
        work.rollouts.seen_by(actor).run("sample", actor.name, Comment(task, words))

    comment("The first group starts on Monday.")
    work.people.run(tess.id, ada, EndRole(number, "Has another post."))
    with pytest.raises(Refused, match="If you had one until now, it has ended"):
        comment("The second group, too.")
    said = work.rollouts.seen_by(APP).view("sample").comments[task]
    assert [(one.by, one.text) for one in said][-1] == ("Tess", "The first group starts on Monday.")
    assert not work.rollouts.seen_by(work.people.actor(tess.id)).view("sample").version, "nor do they see it"


def test_a_person_ends_a_role_of_their_own(work: Workspace, ada: Actor) -> None:
    tess = acting(work, "Tess")
    number = give(work, tess, "trainer", by=ada)
    work.people.run(tess.id, tess, EndRole(number, "I have another post."))
    assert work.people.actor(tess.id).roles == frozenset()


def test_the_last_administrator_stays_one(work: Workspace) -> None:
    only_given = SETTINGS.model_copy(update={"roles": {"A": "administrator"}, "administrator": ""})
    work.people.settings = only_given  # as another configuration would say
    ann = acting(work, "Ann", "A")
    bob = acting(work, "Bob")
    number = give(work, bob, "administrator", by=ann)
    bob = work.people.actor(bob.id)
    work.people.run(ann.id, bob, Block("Left the council."))
    with pytest.raises(Refused, match="is the only administrator"):
        work.people.run(bob.id, bob, EndRole(number, "I have another post."))
    work.people.run(ann.id, bob, Unblock("Is back."))
    work.people.run(bob.id, bob, EndRole(number, "I have another post."))
    assert work.people.administrators() == {ann.id}


def test_nobody_blocks_themselves(work: Workspace, ada: Actor) -> None:
    with pytest.raises(Refused, match="Nobody blocks themselves"):
        work.people.run(ada.id, ada, Block("Try it."))
    assert work.people.actor(ada.id) == ada


def test_a_block_acts_at_once_and_keeps_the_person_from_signing_in(work: Workspace, ada: Actor, dora: Actor) -> None:
    with pytest.raises(Refused, match="Please give the reason"):
        work.people.run(dora.id, ada, Block(""))
    work.people.run(dora.id, ada, Block("Device was stolen."))
    for attempt in (lambda: work.people.actor(dora.id), lambda: sign_in(work, "Dora", "Homeward.Director")):
        with pytest.raises(Refused, match="an administrator has blocked you"):
            attempt()
    assert dora.id not in work.people.colleagues(ada)
    with pytest.raises(Refused, match="is blocked"):
        give(work, dora, "trainer", by=ada)
    work.people.run(dora.id, ada, Unblock("Has a new device."))
    assert work.people.actor(dora.id).roles == {"director"}


@pytest.mark.both_databases
def test_a_block_in_one_process_acts_in_the_others(postgres_server: object, database_url: str) -> None:
    one, other = (Workspace(Store.open(database_url), edition.load(), settings=SETTINGS) for _ in range(2))
    ada, dora = acting(one, "Ada"), acting(one, "Dora", "Homeward.Director")
    assert other.people.actor(dora.id) == dora
    one.people.run(dora.id, ada, Block("Device was stolen."))
    # News comes from the other process on PostgreSQL; on SQLite, which sends none, a person is read again after a while.
    now = time.monotonic() + people_module.FRESH_SECONDS
    other.people._seconds = lambda: now
    with pytest.raises(Refused, match="an administrator has blocked you"):
        other.people.actor(dora.id)
    one.store.close()
    other.store.close()


# ── What others see of a person ──────────────────────────────────────────────────────────────────────────────────────


def test_colleagues_see_a_name_and_nothing_else(work: Workspace, ada: Actor, dora: Actor) -> None:
    pat = acting(work, "Pat", "Homeward.Practitioner")
    seen = work.people.view(dora.id, pat)
    assert (seen.name, seen.address, seen.provider_roles, seen.signed_in_at) == ("Dora", "", (), None)
    assert work.people.told(dora.id, pat) == [] and work.people.listing(pat) == []
    assert work.people.colleagues(pat) == {ada.id: "Ada", dora.id: "Dora", pat.id: "Pat"}
    assert work.people.view(pat.id, pat).address == "pat@example.org" and len(work.people.told(pat.id, pat)) == 1


def test_an_administrator_sees_who_signed_in_and_what_waits(work: Workspace, ada: Actor, dora: Actor) -> None:
    pat = acting(work, "Pat")
    give(work, pat, "practitioner", by=ada)
    assert [(one.name, one.asked, one.blocked) for one in work.people.listing(ada)] == [
        ("Ada", False, False),
        ("Dora", False, False),
        ("Pat", True, False),
    ]
    assert [one.event.type for one in work.people.told(pat.id, ada)] == ["signed_in", "role_asked"]
    assert work.people.listing(dora) == work.people.listing(ada)


# ── Invented people ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_there_is_an_invented_person_for_each_role(tmp_path: Path) -> None:
    invented = read_invented()
    assert [one.roles for one in invented] == [(role,) for role in ROLES]
    assert len({one.name for one in invented}) == len({one.id for one in invented}) == len(ROLES)


def test_a_file_of_invented_people_that_cannot_be_used_says_where(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text('[[person]]\nid = "wizard"\nname = "Wil"\nabout = "No role."\n')
    with pytest.raises(PeopleError, match=r'people\.toml: person → "wizard": is no role of Homeward\.'):
        read_invented(file)


def test_every_role_takes_only_chairs_that_the_edition_has() -> None:
    chairs = set(edition.load().panel_roles)
    assert all(set(role.at_the_table) <= chairs for role in ROLES.values())
    assert {chair for role in ROLES.values() for chair in role.at_the_table} == chairs, "each chair is somebody's"
    assert all(role.reads_cases for role in ROLES.values() if role.at_the_table)
