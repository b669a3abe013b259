"""The scoring form in real browsers: what is typed is never lost, two devices show the same, and it fits a phone and paper."""

import io
import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import Page, expect

from framework import panel
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys
from tests.browser.conftest import PHONE, Visit
from tests.server import AppServer

CASE = "HW-014"
NEGLECT, ABUSE = ("neglect", "child"), ("severe_physical_abuse", "child")
NEGLECT_ROW = "Neglect (take great care)"
HELD_BACK = "Your light is held back until you have finished"
Axe = Callable[[Page], None]


@pytest.fixture
def seats(work: Workspace) -> tuple[Ticket, Ticket]:
    """The chair and Tess, who both score."""
    case = work.cases.case(CASE)
    assert case
    chair = work.meetings.open(case, Ticket.new(), "Sam", "social_worker")
    tess = work.meetings.join(Ticket.new(chair.meeting), "Tess", "team_manager")
    work.meetings.run(chair.meeting, chair.member, panel.MovePhase("scoring"))
    work.meetings.run(chair.meeting, chair.member, panel.Score(*NEGLECT, "active"))
    return chair, tess


def sit(page: Page, server: AppServer, ticket: Ticket, **query: str) -> Page:
    """A browser that has the cookie of a seat, on the form."""
    page.context.add_cookies([{"name": f"homeward_seat_{ticket.meeting}", "value": ticket.key, "url": server.url}])
    page.goto(f"/panel?meeting={ticket.meeting}" + "".join(f"&{name}={value}" for name, value in query.items()))
    expect(journeys.progress(page)).to_be_visible()
    return journeys.settled(page)


def test_what_is_typed_while_the_chair_reveals_is_in_the_record(
    visit: Visit, server: AppServer, work: Workspace, seats: tuple[Ticket, Ticket]
) -> None:
    chair, tess = sit(visit(), server, seats[0]), sit(visit(), server, seats[1])
    journeys.answer(tess, NEGLECT_ROW, "Active")
    journeys.note(journeys.open_details(tess, NEGLECT)).press_sequentially("The lunch box was")
    journeys.note(journeys.open_details(tess, ABUSE)).press_sequentially("A bruise in")
    tess.wait_for_timeout(2500)
    chair.locator(".st-key-reveal").get_by_role("button").click()
    now = chair.locator(".st-key-reveal-now").get_by_role("button")
    expect(now).to_be_visible()
    # The last words are typed in the moment of the reveal.
    journeys.note(journeys.open_details(tess, ABUSE)).press_sequentially(" May.")
    now.click()
    expect(journeys.phase(tess)).to_have_text("Revealed")
    journeys.settled(tess)

    def said() -> list[str]:
        state, member = work.meetings.state(seats[1].meeting), seats[1].member
        notes = [note.text for key in (NEGLECT, ABUSE) for note in state.notes.get(key, ()) if note.member == member]
        return [state.answers[member][NEGLECT].note, *notes]

    for _ in range(50):
        if "A bruise in May." in said():
            break
        tess.wait_for_timeout(200)
    assert "The lunch box was" in said() and "A bruise in May." in said()
    expect_no_drafts(tess)


def expect_no_drafts(page: Page) -> None:
    page.wait_for_function("() => (sessionStorage.getItem('homeward-drafts') ?? '{}') === '{}'")


def test_what_is_typed_is_sent_while_one_types_and_when_the_page_goes(
    visit: Visit, server: AppServer, work: Workspace, seats: tuple[Ticket, Ticket]
) -> None:
    page = sit(visit(), server, seats[0])
    note = journeys.note(journeys.open_details(page, NEGLECT))
    with page.expect_request(re.compile(r"/draft/"), timeout=8000) as during:
        note.press_sequentially("x" * 70, delay=100)  # seven seconds without a pause
    assert "xxxx" in (during.value.post_data or "")
    with page.expect_request(re.compile(r"/draft/"), timeout=5000) as paused:
        note.press_sequentially(" end")
    assert " end" in (paused.value.post_data or "")
    note.press_sequentially(" of it")
    page.goto("about:blank")
    meeting, member = seats[0].meeting, seats[0].member
    for _ in range(50):
        if work.meetings.state(meeting).answers[member][NEGLECT].note.endswith("end of it"):
            break
        page.wait_for_timeout(100)
    assert work.meetings.state(meeting).answers[member][NEGLECT].note.endswith("xx end of it")


def test_two_devices_show_the_same_and_typing_is_left_alone(
    visit: Visit, server: AppServer, seats: tuple[Ticket, Ticket]
) -> None:
    laptop, phone = sit(visit(), server, seats[0]), sit(visit(size=PHONE), server, seats[0])
    note = journeys.note(journeys.open_details(laptop, NEGLECT))
    note.click()
    note.press_sequentially("Cold and ")
    journeys.answer(phone, "Severe physical abuse", "Resolved")
    expect(journeys.choice(laptop, "Severe physical abuse", "Resolved")).to_be_checked(timeout=2000)
    expect(note).to_be_focused()
    note.press_sequentially("hungry.")
    expect(note).to_have_value("Cold and hungry.")
    note.press("Tab")
    expect(phone.locator(".hw-asked", has_text="The child's basic needs").get_by_text("Note written")).to_be_visible()
    expect(note).to_have_value("Cold and hungry.")


def test_a_reload_keeps_section_and_place(visit: Visit, server: AppServer, seats: tuple[Ticket, Ticket]) -> None:
    page = sit(visit(), server, seats[0])
    page.locator(".st-key-section-risk-parent").get_by_role("button").click()
    expect(journeys.heading(page)).to_have_text("Risk factors: The parent or home carer")
    expect(page).to_have_url(re.compile("section=risk-parent"))
    journeys.settled(page)
    row = page.locator(".st-key-rows_column [role=radiogroup]").nth(10)
    row.evaluate("element => element.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(500)
    before = row.bounding_box()
    page.reload()
    expect(journeys.heading(page)).to_have_text("Risk factors: The parent or home carer")
    expect(row).to_be_in_viewport()
    journeys.settled(page)
    after = row.bounding_box()
    assert before and after and abs(before["y"] - after["y"]) < 60
    link = sit(visit(), server, seats[0], section="capacity")
    expect(journeys.heading(link)).to_contain_text("Capacity to change")


def test_the_form_on_a_phone(visit: Visit, server: AppServer, seats: tuple[Ticket, Ticket], axe_in_both: Axe) -> None:
    page = journeys.settled(sit(visit(size=PHONE), server, seats[1]))
    first = page.locator(".st-key-rows_column [role=radio]").first.bounding_box()
    bar = page.locator(".hw-footlight").bounding_box()
    assert first and bar and first["y"] + first["height"] <= bar["y"], "the first answer is seen without scrolling"
    for box in page.locator(".st-key-rows_column [role=radio]").all():
        size = box.bounding_box()
        assert size and size["height"] >= 44
    expect(page.locator(".hw-footlight")).to_contain_text("No light yet")
    axe_in_both(page)
    journeys.answer(page, NEGLECT_ROW, "Active")
    expect(page.locator(".hw-footlight")).to_contain_text(HELD_BACK)
    journeys.open_details(page, NEGLECT)
    axe_in_both(page)
    page.get_by_role("button", name="Show the evidence").click()
    expect(page.get_by_role("tab", name="The child's words")).to_be_visible()
    expect(journeys.choice(page, NEGLECT_ROW, "Active")).to_be_visible()
    axe_in_both(page)
    page.get_by_role("button", name="Close the evidence").click()
    expect(page.get_by_role("tab", name="The child's words")).to_have_count(0)


def test_the_form_on_a_desk(visit: Visit, server: AppServer, seats: tuple[Ticket, Ticket], axe: Axe) -> None:
    page = sit(visit(), server, seats[0])
    expect(page.get_by_text(HELD_BACK).first).to_be_visible()
    question = journeys.row(page, NEGLECT_ROW)
    before = question.bounding_box()
    page.get_by_role("button", name="Show the evidence").click()
    expect(page.get_by_role("tab", name="The child's words")).to_be_visible()
    journeys.settled(page)
    beside = question.bounding_box()
    assert before and beside and abs(beside["y"] - before["y"]) < 150, "the evidence does not push the form away"
    axe(page)
    page.get_by_role("button", name="Hide the evidence").click()
    expect(page.get_by_role("tab", name="The child's words")).to_have_count(0)
    page.get_by_role("button", name="Show it now (this is recorded)").click()
    expect(journeys.level(page)).to_have_text("Between High and Severe risk")
    axe(page)
    page.locator(".st-key-finish").get_by_role("button").click()
    expect(page.get_by_text("77 questions are still open; they count as not known.")).to_be_in_viewport()
    axe(page)
    page.get_by_role("button", name="Finish all the same").click()
    expect(page.locator(".st-key-finish").get_by_role("button", name="Go on scoring")).to_be_visible()
    axe(page)


def test_on_paper_the_light_and_the_answers_are_there(
    visit: Visit, server: AppServer, seats: tuple[Ticket, Ticket]
) -> None:
    page = sit(visit(), server, seats[0])
    page.get_by_role("button", name="Show it now (this is recorded)").click()
    expect(journeys.level(page)).to_have_text("Between High and Severe risk")
    journeys.settled(page)
    paper = " ".join(
        " ".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    )
    assert "Between High and Severe risk" in paper and "✓ Active" in paper
    assert "Deliberate cruelty" in paper and "Rest of this section" not in paper
