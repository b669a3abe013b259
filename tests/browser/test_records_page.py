"""The page Records, as a person and axe see it: a case that is due to go is found, decided on by two, and handed out."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from framework.casefile import Add, Change, Close
from framework.streams.kind import Actor
from framework.streams.policy import OPEN
from framework.workspace import Workspace
from tests.browser import journeys
from tests.casefile.made import CHOSEN

EVERYWHERE = Actor("", "", frozenset({OPEN}))


@pytest.fixture
def reference() -> str:
    return f"LCS {secrets.token_hex(3)}"


@pytest.fixture
def case(work: Workspace, reference: str) -> str:
    files = work.casefiles
    found = files.begin(EVERYWHERE, reference, "Ash", invented=True)
    files.run(found, EVERYWHERE, Change("child", "child", "birth", "14/03/2017"))
    files.run(
        found,
        EVERYWHERE,
        Add("entry", {**CHOSEN, "since": "2019-04", "what": "Moved in with an aunt.", "third_party": True}),
    )
    files.run(found, EVERYWHERE, Close("home", files.today))
    return found


def become(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="You are").click()
    page.get_by_role("option", name=name).click()
    journeys.settled(page)


def find(page: Page, reference: str) -> None:
    page.get_by_role("textbox", name="Reference").fill(reference)
    page.get_by_role("button", name="Find it").click()
    expect(page.get_by_role("heading", name=reference)).to_be_visible()


def test_two_people_decide_and_axe_finds_nothing(
    page: Page, work: Workspace, case: str, reference: str, axe_in_both: Callable[[Page], None]
) -> None:
    page.goto("/records")
    become(page, "Kiran Invention")
    find(page, reference)
    for part in ("Legal hold, class, death", "Propose that it is disposed of", "Hand out what is held"):
        journeys.open_up(page, part)
    expect(page.get_by_role("button", name="PDF of the draft")).to_be_visible()
    journeys.settled(page)
    axe_in_both(page)
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="PDF of the draft").click()
    name = downloaded.value.suggested_filename
    assert name.endswith("-draft.pdf") and "Ash" not in name
    assert downloaded.value.path().read_bytes().startswith(b"%PDF")
    journeys.settled(page)

    journeys.choose(page, "Why", "It was begun by mistake", exact=False)
    page.get_by_role("textbox", name="Reason").last.fill("Entered twice.")
    page.get_by_role("button", name="Propose it: a second person decides").click()
    expect(page.get_by_role("button", name="Withdraw this disposal")).to_be_visible()

    become(page, "Farid Fable")
    reason = page.get_by_role("textbox", name="Reason")
    expect(reason).to_have_count(1)  # what the one before could do has gone
    reason.fill("Checked with the team.")
    page.get_by_role("button", name="Confirm: it may be erased").click()
    expect(page.get_by_text("Whoever looks after the machine erases it")).to_be_visible()
    axe_in_both(page)
    assert [one.standing for one in work.disposals.listing(EVERYWHERE) if one.case == case] == ["confirmed"]
