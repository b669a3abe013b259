"""Protects: a record that anybody ever signed in to, or that a real case was begun in, is never used again without sign-in."""

import shutil
from pathlib import Path

import pytest

from framework import edition
from framework.people import Settings
from framework.people.mode import MODE, Closed, OpenRefused
from framework.streams.kind import NOBODY, Refused
from framework.streams.policy import OPEN
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.people.settled import SETTINGS, acting, opened, sign_in


@pytest.fixture
def file(tmp_path: Path, started_once: Path) -> Path:
    """A record on which an open app has started once."""
    return Path(shutil.copy(started_once, tmp_path / "homeward.db"))


def test_an_open_app_starts_on_its_record_again_and_again(file: Path) -> None:
    work = Workspace.open(f"sqlite:///{file}", Settings())
    assert work.people.open and len(work.people.invented()) == 12
    work.store.close()


def test_once_somebody_signed_in_it_does_not_start_open(file: Path) -> None:
    work = opened(file)
    sign_in(work, "Ada")
    sign_in(work, "Ben")
    assert work.store.head(MODE.stream("")) == 1, "written once"
    work.store.close()
    with pytest.raises(OpenRefused, match=r"a person signed in on 2 March 2026\. Set HOMEWARD_SIGN_IN "):
        Workspace.open(f"sqlite:///{file}", Settings())
    again = Workspace.open(f"sqlite:///{file}", SETTINGS)
    assert not again.people.open and again.people.invented() == []
    again.store.close()


def test_once_a_real_case_was_begun_it_does_not_start_open(file: Path) -> None:
    work = opened(file)
    work.people.close("a real case was begun")
    work.store.close()
    with pytest.raises(OpenRefused, match="a real case was begun on 2 March 2026"):
        Workspace.open(f"sqlite:///{file}", Settings())


def test_nobody_but_the_app_closes_a_record(file: Path) -> None:
    work = opened(file)
    for actor in (NOBODY, acting(work, "Ada")):
        with pytest.raises(Refused):
            work._doors["mode"].run("", actor, Closed(why="a real case was begun"))
    work.store.close()


def test_an_open_app_that_runs_stops_being_open_when_another_one_lets_people_sign_in(file: Path) -> None:
    store = Store.open(f"sqlite:///{file}")
    open_app = Workspace(store, edition.load())
    with_sign_in = Workspace(store, edition.load(), settings=SETTINGS)
    invented = open_app.people.invented()[0]
    assert open_app.people.actor(invented.id).roles == {"practitioner"} and open_app.cases.all()
    sign_in(with_sign_in, "Ada")
    assert not open_app.people.open and open_app.cases.all() == ()
    with pytest.raises(Refused, match="is an invented person"):
        open_app.people.actor(invented.id)
    store.close()


def test_whoever_brings_no_role_has_all_of_them_in_an_open_app_and_none_elsewhere(file: Path) -> None:
    for settings, roles in ((Settings(), {OPEN}), (SETTINGS, set())):
        work = opened(file, settings)
        door = work._doors["rollout"]
        assert door.context(door.kind.empty, NOBODY).actor.roles == roles
        work.store.close()


def test_nobody_signs_in_to_an_open_app(file: Path) -> None:
    work = opened(file, Settings())
    with pytest.raises(Refused, match="without sign-in"):
        sign_in(work, "Ada")
    assert work.store.head(MODE.stream("")) == 0
    work.store.close()
