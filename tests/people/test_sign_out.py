"""Protects: a sign-in that was ended is nobody's, whoever still carries it; other sign-ins of the same person go on; and who somebody is
can be said without the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from framework.people import OPEN, Settings
from framework.people.deciding import SignOut
from framework.streams.kind import Actor, Refused
from framework.workspace import Workspace

SETTINGS = Settings(
    sign_in="https://login.example/.well-known/openid-configuration",
    client_id="homeward",
    roles={"Homeward.Trainer": "trainer"},
)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace.open(f"sqlite:///{tmp_path / 'homeward.db'}", SETTINGS)
    yield opened
    opened.store.close()


@pytest.fixture
def tom(work: Workspace) -> str:
    return work.people.signed_in("https://login.example", "tom", "Tom", "tom@x.example", ["Homeward.Trainer"]).id


def test_an_ended_sign_in_is_nobodys_and_another_goes_on(work: Workspace, tom: str) -> None:
    work.people.sign_out(tom, "first")
    with pytest.raises(Refused, match="signed out"):
        work.people.actor(tom, "first")
    assert work.people.actor(tom, "second").roles == {"trainer"}


def test_ending_it_twice_is_ending_it_once(work: Workspace, tom: str) -> None:
    work.people.sign_out(tom, "first")
    version = work.people.person(tom).version
    work.people.sign_out(tom, "first")
    assert work.people.person(tom).version == version


@pytest.mark.parametrize(
    "other", [Actor("p0"), Actor("p0", roles=frozenset({"administrator"})), Actor("", roles=frozenset({OPEN}))]
)
def test_nobody_ends_somebody_elses_sign_in(work: Workspace, tom: str, other: Actor) -> None:
    with pytest.raises(Refused):
        work.people.run(tom, other, SignOut("first"))


def test_who_somebody_is_can_be_said_while_the_record_is_away(work: Workspace, tom: str, tmp_path: Path) -> None:
    work.store.close()
    for file in tmp_path.glob("homeward.db*"):
        file.unlink()
    (tmp_path / "homeward.db").mkdir()
    assert work.people.remembers(tom)
    assert work.people.actor(tom, as_remembered=True).roles == {"trainer"}
    assert not work.people.remembers("p0123456789abcdef")
