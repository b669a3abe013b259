"""Protects: an app without a sign-in says so, and one person can go on as each of the invented people, which is recorded; who cannot be
found again there is nobody in particular."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from framework.people import ROLES, person_id
from framework.people.model import Chosen
from framework.streams.kind import Refused
from framework.workspace import Workspace
from pages.people import sign_in
from pages.ui import app, identity
from tests.people.settled import SETTINGS
from tests.people.settled import sign_in as sign_in_elsewhere

NAVIGATION = Path(__file__).parent.parent.parent / "pages" / "navigation.py"


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started_once: Path) -> Iterator[Workspace]:
    shutil.copy(started_once, tmp_path / "homeward.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'homeward.db'}")
    app.forget()
    yield app.workspace()
    app.forget()


def opened() -> AppTest:
    visit = AppTest.from_file(str(NAVIGATION), default_timeout=60).run()
    assert not visit.exception
    return visit


def links(visit: AppTest) -> set[str]:
    return {one.proto.label for one in visit.get("page_link")}


def sidebar(visit: AppTest) -> str:
    return " ".join(one.body for one in visit.html)


def test_an_open_app_says_so_and_shows_everybody_every_page() -> None:
    visit = opened()
    assert "Open: invented cases only" in sidebar(visit)
    assert {"Home", "Panel", "Wall", "Costs", "Roll-out", "Outcomes", "Framework"} <= links(visit)
    assert "Sign in" not in {one.label for one in visit.button}


def test_once_somebody_signed_in_to_its_record_elsewhere_nobody_goes_on_in_an_open_app(work: Workspace) -> None:
    visit = opened()
    sign_in_elsewhere(Workspace(work.store, work.edition, settings=SETTINGS), "Ada")
    visit.run()
    assert [one.value for one in visit.error] and "may not be opened without sign-in" in visit.error[0].value
    assert links(visit) <= {"Wall"} and not visit.title


def test_one_person_can_go_on_as_each_invented_person_and_back(work: Workspace) -> None:
    visit = opened()
    choice = visit.selectbox(key="invented-person")
    invented = {one.id: one for one in work.people.invented()}
    assert {one.own_roles[0] for one in invented.values()} == set(ROLES)
    assert all("(invented)" in label for label in choice.options[1:])
    analyst, practitioner = person_id("invented", "data_analyst"), person_id("invented", "practitioner")
    choice.set_value(analyst)
    visit.run()
    assert "Costs" in links(visit) and "Panel" not in links(visit)
    visit.selectbox(key="invented-person").set_value(practitioner)
    visit.run()
    assert "Panel" in links(visit) and "Costs" not in links(visit)
    visit.selectbox(key="invented-person").set_value("")
    visit.run()
    assert {"Costs", "Panel"} <= links(visit)


def test_after_a_reload_the_list_shows_who_this_tab_is(work: Workspace) -> None:
    """The browser says it when the page has been drawn once, with nobody chosen."""
    visit = opened()
    trainer = person_id("invented", "trainer")
    visit.session_state[identity.CHOSEN] = trainer
    visit.run()
    (shown,) = (one for one in visit.selectbox if one.label == "You are")
    assert shown.value == trainer and "Costs" not in links(visit)


def test_who_was_chosen_is_recorded(work: Workspace) -> None:
    visit = opened()
    trainer = person_id("invented", "trainer")
    visit.selectbox(key="invented-person").set_value(trainer)
    visit.run()
    told = work.people._door.history(trainer)
    assert [type(one.event) for one in told][-1] is Chosen


def test_nobody_can_be_chosen_who_was_not_invented(work: Workspace) -> None:
    with pytest.raises(Refused):
        work.people.choose("p0123456789abcdef")


def test_a_page_that_an_invented_person_does_not_see_is_not_drawn(work: Workspace) -> None:
    visit = opened()
    visit.selectbox(key="invented-person").set_value(person_id("invented", "practitioner"))
    visit.run()
    visit._page_hash = calc_hash("costs")
    visit.run()
    assert sign_in.NOT_YOURS in [one.value for one in visit.info]
