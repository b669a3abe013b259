"""Protects: the page sections that bring in a file of open cases and that hand over show what would be done, and do it once."""

import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest
from streamlit.testing.v1 import AppTest

from framework.casefile.deciding import NO_IMPORT
from framework.people.model import person_id
from framework.people.settings import Settings
from pages.ui import app, identity
from tests.people.settled import ENVIRONMENT, ISSUER

CSV = b"Case ID,Forename,DOB,Social worker\nA1,D'Arcy,24/11/2014,wanda@example.org\nA2,<b>Bo</b>,41967,Wanda\n"


def _bringing() -> None:
    from pages.case import bringing

    bringing.show()


def _handing_over() -> None:
    from pages.case import handing_over

    handing_over.show()


def shown(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def words(page: AppTest) -> str:
    said = [*page.error, *page.info, *page.warning, *page.caption]
    return " ".join([*(one.value for one in said), *(one.proto.body for one in page.get("html"))])


@pytest.fixture
def signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOMEWARD_SIGN_IN_ROLES", "T=team_manager, P=practitioner")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'homeward.db'}")
    app.forget()
    people = app.workspace().people
    people.signed_in(ISSUER, "Mo", "Mo", "mo@example.org", ["T"])
    people.signed_in(ISSUER, "Wanda", "Wanda", "wanda@example.org", ["P"])
    yield
    app.workspace().store.close()
    app.forget()


@pytest.fixture
def opened(tmp_path: Path, started_once: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{copy(started_once, tmp_path / 'homeward.db')}")
    app.forget()
    yield
    app.workspace().store.close()
    app.forget()


def visit(section: object, who: str = "") -> AppTest:
    page = AppTest.from_function(section, default_timeout=60)  # type: ignore[arg-type]
    if who:
        settings = Settings.given({**ENVIRONMENT})
        page.user = {
            "is_logged_in": True, "iss": ISSUER, "sub": who, "aud": settings.client_id, "iat": int(time.time()),
            "email": f"{who.lower()}@example.org", "name": who,
        }  # fmt: skip
    return shown(page.run())


def test_a_file_is_looked_at_first_and_begins_its_cases_with_one_click(signed_in: None) -> None:
    page = visit(_bringing, "Mo")
    shown(page.file_uploader[0].upload("cases.csv", CSV, "text/csv").run())
    assert "What would begin (2)" in words(page) and "&lt;b&gt;Bo&lt;/b&gt;" in words(page)
    files, mo = app.workspace().casefiles, app.workspace().people.actor(person_id(ISSUER, "Mo"))
    assert files.listing(mo) == []
    (button,) = [one for one in page.button if one.label == "Begin these 2 cases"]
    shown(button.click().run())
    assert "2 cases begun" in words(page)
    assert {one.called for one in files.listing(mo)} == {"D'Arcy", "<b>Bo</b>"}
    shown(page.run())
    assert not [one for one in page.button if one.label.startswith("Begin")] and "a .csv file" in words(page)


def test_a_row_that_cannot_be_taken_is_named_and_there_is_no_button(signed_in: None) -> None:
    page = visit(_bringing, "Mo")
    shown(page.file_uploader[0].upload("cases.csv", CSV + b"A3,Cy,soon,Wanda\n", "text/csv").run())
    assert (
        "Row 4, A3" in words(page) and "“soon” is not a date" in words(page) and "1 row to be put right" in words(page)
    )
    assert not page.button


def test_columns_that_no_heading_tells_are_matched_on_the_page(signed_in: None) -> None:
    page = visit(_bringing, "Mo")
    shown(page.file_uploader[0].upload("cases.csv", b"Nummer,Kid\nA1,Ash\n", "text/csv").run())
    assert "Reference, Name used here. Without them no case can be begun." in words(page)
    for label, place in (("Reference (needed)", 0), ("Name used here (needed)", 1)):
        (box,) = [one for one in page.selectbox if one.label == label]
        shown(box.set_value(place).run())
    assert "What would begin (1)" in words(page)


def test_whoever_may_not_is_told_so_and_sees_no_uploader(signed_in: None) -> None:
    page = visit(_bringing, "Wanda")
    assert "Your role does not allow this" in words(page) and not page.file_uploader


def test_without_sign_in_there_is_no_import(opened: None) -> None:
    page = visit(_bringing)
    assert NO_IMPORT in words(page).replace("\\", "") and not page.file_uploader


def test_cases_are_handed_over_and_taken_back(opened: None) -> None:
    people, files = app.workspace().people, app.workspace().casefiles
    worker, other = (person_id("invented", role) for role in ("practitioner", "team_manager"))
    page = AppTest.from_function(_handing_over, default_timeout=60)
    page.session_state[identity.CHOSEN] = worker
    shown(page.run())
    assert "Choose who hands over" in words(page)
    shown(page.selectbox(key="hand-over-to").set_value(other).run())
    assert "What would be handed over (1)" in words(page)
    before = files.parts(files.listing(people.actor(worker))[0].id, people.actor(worker))
    shown(page.date_input[0].set_value(files.today.replace(year=files.today.year + 1)).run())
    shown(page.button(key="hand-over-go").click().run())
    assert "1 case handed over" in words(page)
    ((case, team),) = [(one.id, one.workers) for one in files.open_ones(people.actor(worker))]
    assert other in {one.person for one in team.values()}
    shown(page.selectbox(key="hand-over-from").set_value(worker).run())
    assert files.parts(case, people.actor(worker)) == before
    shown(page.button(key="hand-over-back").click().run())
    assert "no part in these cases any more" in words(page)
