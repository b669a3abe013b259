"""A server of these tests' own, which is killed, or asked so many wrong codes that everybody has to wait."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from framework.case import Case
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys, live_journeys
from tests.browser.conftest import Visit
from tests.browser.test_light_journey import expect_answer_note_and_evidence, write_answer_note_and_evidence
from tests.server import AppServer

NEGLECT, NEGLECT_ROW = ("neglect", "child"), "Neglect (take great care)"
UNSAVED = "The school rang this morning"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with AppServer(tmp_path_factory.mktemp("killed")) as started:
        yield started


@pytest.fixture
def case(cases: dict[str, Case]) -> Case:
    return cases["HW-014"]


def test_everybody_recovers_without_a_reload_when_the_server_was_killed(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    table = live_journeys.seated(visit_in_peace(visit), server, work, case, "scoring", screens=["Farida", "Owen"])
    for page in table.pages.values():
        page.evaluate("() => { window.stayed = true }")
    journeys.answer(table["Owen"], NEGLECT_ROW, "Active")
    expect(table["Owen"].get_by_text(re.compile(r"^1 of \d+ answered · saved"))).to_be_visible()
    server.kill()
    server.start()
    table["Farida"].wait_for_timeout(2000)
    for page in table.pages.values():
        expect(live_journeys.live_sign(page)).to_have_text("Live", timeout=40_000)
    expect(journeys.choice(table["Owen"], NEGLECT_ROW, "Active")).to_be_checked()
    live_journeys.finish(table["Farida"])
    for name in ("Owen", "wall"):
        expect(table[name].get_by_text("1 of 3 have finished")).to_be_visible(timeout=40_000)
    for page in table.pages.values():
        assert page.evaluate("() => window.stayed")
    assert work.store.verify().broken is None


def visit_in_peace(visit: Visit) -> Visit:
    """The console tells of a server that has gone."""
    return partial(visit, console=False)


def test_a_killed_server_loses_nothing_and_the_page_recovers_by_itself(
    server: AppServer, visit: Visit, work: Workspace, cases: dict[str, Case]
) -> None:
    page = visit(console=False)
    live_journeys.alone(page, server, work, cases["HW-015"], "scoring")
    write_answer_note_and_evidence(page)
    key = ("severe_physical_abuse", "child")
    journeys.answer(page, "Severe physical abuse", "Resolved")
    journeys.expect_answered(page, 2)
    journeys.note(journeys.open_details(page, key)).press_sequentially(UNSAVED)
    server.kill()
    expect(page.get_by_text("Connection lost. Trying again; what you see may be behind.")).to_be_visible()
    server.start()
    expect(page.get_by_text("Connection lost.")).to_have_count(0, timeout=40_000)
    journeys.settled(page)
    journeys.expect_answered(page, 2)
    expect(journeys.note(journeys.open_details(page, key))).to_have_value(UNSAVED)
    expect_answer_note_and_evidence(page)
    expect(journeys.choice(page, "Severe physical abuse", "Resolved")).to_be_checked()
    # And it goes on: the same page takes the next answer.
    journeys.answer(page, "Deliberate cruelty", "Not there")
    journeys.expect_answered(page, 3)
    page.reload()
    journeys.expect_answered(page, 3)
    expect(journeys.note(journeys.open_details(page, key))).to_have_value(UNSAVED)
    # Leaving the field saves it.
    journeys.note(journeys.open_details(page, key)).focus()
    page.keyboard.press("Tab")
    journeys.open_details(page, ("previous_maltreatment", "child"))
    expect(page.get_by_text("Note written")).to_have_count(2)


def test_an_answer_that_waits_for_the_database_outlasts_a_new_start_of_the_server(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    page = visit(console=False)
    chair = live_journeys.alone(page, server, work, case, "scoring")
    journeys.answer(page, NEGLECT_ROW, "Improving")
    file = server.environment["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # another program keeps the file to itself
        journeys.choice(page, NEGLECT_ROW, "Active").click()
        expect(page.get_by_text("1 answer is not saved yet")).to_be_visible()
        page.wait_for_function("() => (sessionStorage.getItem('homeward-waiting') ?? '').includes('neglect')")
        server.kill()
        other.execute("ROLLBACK")
    server.start()
    page.wait_for_function("() => sessionStorage.getItem('homeward-waiting') === '{}'")
    assert work.meetings.state(chair.meeting).answers[chair.member][NEGLECT].status == "active"
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    expect(journeys.choice(page, NEGLECT_ROW, "Active")).to_be_checked()


def test_a_wrong_code_is_refused_and_guessing_is_slowed_down(page: Page, work: Workspace, case: Case) -> None:
    ticket = work.meetings.open(case, Ticket.new(), "Farida", "team_manager")
    for number in range(6):
        page.goto("/panel?code=WRONG2")
        expect(page.get_by_text(re.compile("No meeting has this code|Please wait"))).to_be_visible()
        if number == 0:
            expect(page.get_by_text("No meeting has this code")).to_be_visible()
    expect(page.get_by_text(re.compile(r"That was wrong several times\. Please wait \d+ seconds"))).to_be_visible()
    # Whoever has the right code gets in after the wait, and starts from nought again.
    page.wait_for_timeout(5000)
    page.goto(f"/panel?code={work.meetings.state(ticket.meeting).code}")
    expect(page.get_by_role("button", name="Take a seat")).to_be_visible()
