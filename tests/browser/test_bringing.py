"""Bringing in a file of open cases and handing cases over, in Chromium with a real sign-in: whole on a desk and on a phone, and nothing
for axe to find."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from framework.people import person_id
from framework.workspace import Workspace
from tests.browser import journeys
from tests.browser.test_sign_in import signs_in
from tests.oidc import ROLES, Provider, person, provider
from tests.postgres import free_port
from tests.server import AppServer

PIA, MO, NED = (
    person("Pia Practitioner", "Homeward.Practitioner"),
    person("Mo Manager", "Homeward.Manager"),
    person("Ned Newcomer-With-A-Long-Name", "Homeward.Practitioner"),
)
HEAD = "Case ID,Forename,DOB,Looked after since,Legal status,Social worker,Team manager,Ethnicity,School\n"
GOOD = "".join(
    f"LCS {number},Ash{number},24/11/2014,03/02/2025,Section 20,Pia Practitioner,Mo Manager,As the family says,Hill School\n"
    for number in range(4711, 4716)
)
WRONG = "LCS 4720,Elm,31/02/2014,,,Pia Practitioner,Mo Manager,,\nLCS 4721,,,,,Nobody Known,Mo Manager,,\n"
DESK, PHONE = (1280, 900), (390, 844)


@pytest.fixture
def idp() -> Iterator[Provider]:
    with provider([PIA, MO, NED]) as running:
        yield running


@pytest.fixture
def council(idp: Provider, tmp_path: Path) -> Iterator[AppServer]:
    port = free_port()
    given = idp.environment | {
        "HOMEWARD_ADDRESS": f"http://localhost:{port}",
        "HOMEWARD_SIGN_IN_ROLES": ROLES,
    }
    with AppServer(tmp_path, given, port) as running:
        yield running


def whole(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_file_is_brought_in_and_cases_are_handed_over(
    council: AppServer,
    desk: Callable[..., Page],
    record: Workspace,
    idp: Provider,
    axe: Callable[[Page], None],
    tmp_path: Path,
    size: tuple[int, int],
) -> None:
    for one in (PIA, NED):
        record.people.signed_in(idp.url, one.sub, str(one.claims["name"]), one.sub, ["Homeward.Practitioner"])
    page = desk(size)
    signs_in(page, MO.sub)
    expect(page.get_by_role("heading", name="Can this child safely go home?")).to_be_visible()
    page.goto("/case")
    page.get_by_text("Bring in a file", exact=True).click()
    choose = page.locator("input[type=file]")
    wrong, good = tmp_path / "wrong.csv", tmp_path / "open cases.csv"
    wrong.write_text(HEAD + GOOD + WRONG, "utf-8")
    good.write_text(HEAD + GOOD, "utf-8")
    choose.set_input_files(wrong)
    expect(page.get_by_text("Nothing can be brought in yet: 2 rows")).to_be_visible()
    journeys.settled(page)
    whole(page)
    axe(page)
    page.get_by_role("button", name="Remove").first.click()
    choose.set_input_files(good)
    page.get_by_role("button", name="Begin these 5 cases").click()
    expect(page.get_by_text("5 cases begun.")).to_be_visible()
    expect(page.get_by_text("You work on no case here yet")).to_have_count(0)
    journeys.settled(page)
    whole(page)
    axe(page)
    page.get_by_text("Bring in a file").click()
    page.get_by_text("Hand over cases").click()
    journeys.choose(page, "Who hands over", "Pia Practitioner")
    journeys.choose(page, "To whom", "Ned Newcomer-With-A-Long-Name")
    expect(page.get_by_text("What would be handed over (5)")).to_be_visible()
    journeys.settled(page)
    whole(page)
    axe(page)
    page.get_by_role("button", name="Hand over these 5 cases").click()
    expect(page.get_by_text("5 cases handed over")).to_be_visible()
    journeys.settled(page)
    axe(page)
    assert len(record.casefiles.listing(record.people.actor(person_id(idp.url, NED.sub)))) == 5
