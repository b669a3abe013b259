"""A whole meeting in four browsers at once: the chair, two members and the wall; and what may go wrong in between."""

import re
from collections.abc import Callable

import pypdf
import pytest
from playwright.sync_api import Page, expect

from framework import panel
from framework.case import Case
from framework.panel import spread
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys, live_journeys
from tests.browser.conftest import Visit
from tests.record import listed
from tests.server import AppServer

CASE = "HW-014"
NEGLECT = ("neglect", "child")
Axe = Callable[[Page], None]


@pytest.fixture
def case(cases: dict[str, Case]) -> Case:
    return cases[CASE]


def test_a_whole_meeting(visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe) -> None:
    farida, owen, malcolm, wall = visit(), visit(), visit(), visit(size=(1920, 1080))

    # Gathering: the code and its picture, who is here, and who is missing.
    live_journeys.sit(farida, server, work.meetings.open(case, Ticket.new(), "Farida", "team_manager"))
    code = journeys.code(farida)
    expect(farida.get_by_role("img", name="QR code that opens the page to join this meeting").first).to_be_visible()
    live_journeys.open_wall(wall, code)
    expect(wall.locator(".hw-code")).to_have_text(code)
    expect(wall.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    for page in (farida, wall):
        expect(page.get_by_text("There is no second worker").first).to_be_visible()
    journeys.open_home(owen)
    typed = owen.get_by_role("textbox", name="Code from the chair")
    typed.fill(f" {code[:3].lower()} {code[3:].lower()} ")
    typed.press("Enter")
    expect(owen.get_by_role("button", name="Take a seat")).to_be_visible()
    journeys.take_seat(owen, "Owen")
    expect(journeys.phase(owen)).to_have_text("Gathering")
    journeys.join_meeting(malcolm, code, "Malcolm", "Second worker")
    for page in (farida, owen, wall):
        expect(page.get_by_text("Malcolm, second worker").first).to_be_visible()
        expect(page.get_by_text("There is no second worker")).to_have_count(0)
    state = next(one for one in listed(work) if one.code == code)
    seats = {one.name: one.id for one in state.members.values()}
    table = live_journeys.Table(
        work, case, state.meeting, {"Farida": farida, "Owen": owen, "Malcolm": malcolm, "wall": wall}, {}
    )
    table.seats = {name: Ticket(state.meeting, member, "") for name, member in seats.items()}
    axe(farida)
    axe(wall)

    # Scoring: each alone; what somebody is typing stays while others score.
    journeys.start_scoring(farida)
    table.all_at("Scoring")
    note = journeys.note(journeys.open_details(farida, NEGLECT))
    note.click()
    note.press_sequentially("Cold and ")
    neglect = journeys.label(case, NEGLECT)
    journeys.answer(owen, neglect, "Active")
    journeys.answer(malcolm, neglect, "Improving")
    live_journeys.finish(owen)
    for page in (farida, malcolm):
        expect(page.get_by_text("1 of 3 have finished")).to_be_visible()
    expect(wall.get_by_text("1 of 3 have finished")).to_be_visible()
    note.press_sequentially("hungry.")
    expect(note).to_have_value("Cold and hungry.")
    expect(note).to_be_focused()
    for page in (malcolm, wall):
        assert "hungry" not in page.content() and "Owen · 1 of" not in malcolm.content()
    journeys.answer(farida, neglect, "Active")
    expect(note).to_have_value("Cold and hungry.")
    axe(malcolm)
    axe(wall)
    table.fill_in(Farida={}, Owen=live_journeys.OWEN, Malcolm=live_journeys.MALCOLM)

    # The reveal: asked once, then on every screen.
    live_journeys.reveal(farida)
    table.all_at("Revealed")
    for page in table.pages.values():
        expect(page.locator(".hw-strip").first).to_be_visible()
    for page in (farida, owen, malcolm):
        for name in ("Farida", "Owen", "Malcolm"):
            expect(page.locator(".hw-light.small .whose", has_text=name).first).to_be_visible()
    expect(wall.locator(".hw-wallcounts")).to_contain_text(re.compile(r"\d (Low|Medium|High|Severe|between)"))
    assert "Malcolm" not in wall.locator(".hw-wallhalves").inner_text()
    axe(farida)
    axe(owen)
    axe(wall)
    expect(journeys.level(farida, "The panel's light")).to_have_text(re.compile("^Between|^Severe"))

    # Agreeing: in bulk what only somebody did not know, then one by one; every screen follows at once.
    total = len(panel.open_questions(panel.Panel(carers=case.carers), work.edition))

    def all_agree_on(number: int) -> None:
        for page in table.pages.values():
            expect(live_journeys.agreed(page)).to_have_text(f"{number} of {total} agreed")
        level = journeys.level(farida, "The panel's light").inner_text()
        for page in (owen, malcolm):
            expect(journeys.level(page, "The panel's light")).to_have_text(level)
        expect(wall.locator(".hw-lightbox .level").first).to_have_text(level)

    open_ = len(panel.open_questions(table.state, work.edition))
    all_agree_on(total - open_)
    farida.get_by_role("button", name=re.compile("^Agree the 1 where")).click()
    farida.get_by_role("button", name="Agree this one").click()
    expect(farida.get_by_text("1 answer recorded.")).to_be_visible()
    farida.keyboard.press("Escape")
    all_agree_on(total - open_ + 1)

    # A member changes an answer, with a reason; the first stays beside it.
    expect(malcolm.locator(".hw-strip").first).to_contain_text("Neglect")
    asked = journeys.open_up(malcolm, "Change my answer")
    asked.get_by_text("Resolved", exact=True).click()
    asked.get_by_role("textbox", name="What changed my mind").fill("Owen's visits.")
    asked.get_by_role("button", name="Change my answer").click()
    for page in (malcolm, farida):
        expect(page.get_by_text("First said Improving, then Resolved: Owen's visits.").first).to_be_visible()

    # One by one; then the chair is handed over, and the new chair goes on.
    open_ = len(panel.open_questions(table.state, work.edition))
    live_journeys.agree(farida).click()
    all_agree_on(total - open_ + 1)
    live_journeys.next_question(farida)
    live_journeys.hand_over(farida, "Owen")
    expect(live_journeys.agree(owen)).to_be_visible()
    expect(live_journeys.agree(farida)).to_have_count(0)
    shown = spread.in_discussion(table.state, spread.spreads(table.state, work.edition))
    for key in panel.open_questions(table.state, work.edition):
        if key != shown:
            offer = panel.offered(table.state, work.edition, key).status
            table.behind_the_pages("Owen", panel.Agree(*key, offer))
    live_journeys.agree(owen).click()
    all_agree_on(total)

    # Dissent, with a name and a reason.
    asked = journeys.open_up(malcolm, "I do not share this answer")
    asked.get_by_role("textbox", name="Why").fill("She opened the door when he was away.")
    asked.get_by_role("button", name="Record my dissent").click()
    for page in (malcolm, owen, farida):
        expect(page.get_by_text("Dissent, Malcolm:").first).to_be_visible()

    # Agreed.
    owen.get_by_role("button", name="Go on: all answers are agreed").click()
    table.all_at("Agreed")
    axe(owen)
    axe(wall)

    # Closed: locked, with a summary to take away.
    live_journeys.confirm(
        owen, owen.get_by_role("button", name="Close the meeting"), "Close the meeting?", "Close the meeting"
    )
    table.all_at("Closed")
    for page in (farida, owen, malcolm):
        expect(page.get_by_text("The meeting is closed. Nothing in it can be changed any more.")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Agree|Change my answer|Record my dissent"))).to_have_count(
            0
        )
    axe(malcolm)
    axe(wall)
    with malcolm.expect_download() as download:
        malcolm.get_by_role("button", name="Download the summary (PDF)").click()
    pdf = pypdf.PdfReader(download.value.path())
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in ("Cold and hungry.", "Owen's visits.", "She opened the door", "took the chair", "in the chair"):
        assert words.replace("'", "") in text.replace("'", "").replace("’", ""), words
    assert work.store.verify().broken is None


def test_the_wall_names_no_carer_unless_the_chair_turns_that_on(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", "revealed", screens=["Farida"])
    table.behind_the_pages("Farida", panel.Focus(("capacity", "a")))
    wall, menu = table["wall"], live_journeys.open_menu(table["Farida"])
    names = list(case.carers.values())
    wall.reload()
    expect(wall.locator(".hw-strip").first).to_be_visible()
    assert "(mother)" in names[0]
    assert "mother" not in wall.locator("body").inner_text()
    menu.get_by_text("Show the names of parents and home carers on the wall").click()
    expect(wall.locator(".hw-strip h2", has_text=names[0])).to_be_visible()
    live_journeys.open_menu(table["Farida"]).get_by_text(
        "Show the names of parents and home carers on the wall"
    ).click()
    expect(wall.locator(".hw-strip h2", has_text=names[0])).to_have_count(0)


def test_a_member_without_network_sees_the_sign_and_recovers(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", screens=["Malcolm"], wall=False)
    wire = live_journeys.Wire(server).open()
    lost = visit(to=wire, console=False)
    live_journeys.sit(lost, server, table.seats["Owen"])
    expect(live_journeys.live_sign(lost)).to_have_text("Live")
    note = journeys.note(journeys.open_details(lost, NEGLECT))
    note.click()
    note.press_sequentially("Half a sen")
    wire.cut()
    lost.evaluate("() => { window.stayed = true }")
    expect(live_journeys.live_sign(lost)).to_have_text(re.compile("Connection lost"), timeout=40_000)
    journeys.answer(table["Malcolm"], journeys.label(case, NEGLECT), "Active")
    live_journeys.finish(table["Malcolm"])
    wire.open()
    expect(lost.get_by_text("1 of 3 have finished")).to_be_visible(timeout=40_000)
    expect(live_journeys.live_sign(lost)).to_have_text("Live", timeout=40_000)
    expect(note).to_have_value("Half a sen")
    note.press_sequentially("tence.")
    expect(note).to_have_value("Half a sentence.")
    assert lost.evaluate("() => window.stayed")
    wire.cut()
