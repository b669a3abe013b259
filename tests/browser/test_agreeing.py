"""After the reveal, in real browsers: a click does one thing, the page stays with the question, and everybody has their say."""

import re
from collections.abc import Callable
from io import BytesIO

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from framework import panel
from framework.case import Case
from framework.panel import spread
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys, live_journeys
from tests.browser.conftest import DESK, PHONE, Visit
from tests.server import AppServer

Axe = Callable[[Page], None]


@pytest.fixture
def case(cases: dict[str, Case]) -> Case:
    return cases["HW-014"]


@pytest.fixture
def table(visit: Visit, server: AppServer, work: Workspace, case: Case) -> live_journeys.Table:
    """The chair's screen at "revealed", where several questions are open, one of them ready to be agreed together."""
    return live_journeys.seated(visit, server, work, case, "scoring", "revealed", screens=["Farida"], wall=False)


def agreed_events(table: live_journeys.Table) -> int:
    return sum(one.event.type == "agreed" for one in table.work.meetings.history(table.meeting))


def question(page: Page) -> Locator:
    """The question that the page shows."""
    return page.locator(".st-key-place_top h2")


def rows(page: Page) -> Locator:
    """The buttons of the questions that are still open, a row each."""
    return page.locator('[class*="st-key-open-"]')


def offered(page: Page) -> Locator:
    return live_journeys.agree(page)


def another(page: Page) -> Locator:
    return page.locator(".st-key-agree-buttons").get_by_role("button").nth(1)


def in_a_row(page: Page) -> Locator:
    return rows(page).first.get_by_role("button", name=re.compile("^Agree: "))


def together(page: Page) -> Locator:
    page.get_by_role("button", name=re.compile("^Agree the 1 where")).click()
    return page.get_by_role("button", name="Agree this one")


def test_clicks_at_the_same_place_agree_one_thing(table: live_journeys.Table) -> None:
    page = table["Farida"]
    for size, button in (
        *((DESK, button) for button in (offered, another, in_a_row, together)),
        (PHONE, offered),
    ):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        journeys.settled(page)
        before, shown = agreed_events(table), question(page).inner_text()
        pressed = button(page)
        pressed.scroll_into_view_if_needed()
        journeys.settled(page)
        place = pressed.bounding_box()
        assert place
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        page.mouse.click(x, y)
        for pause in (300, 600, 1000):
            page.wait_for_timeout(pause)
            page.mouse.click(x, y)
        journeys.settled(page)
        assert agreed_events(table) == before + 1, button.__name__
        assert "Somebody else" not in page.locator("body").inner_text()
        expect(question(page)).to_have_text(shown)
        # For the next button: nothing is agreed, and another menu than this one may open.
        page.keyboard.press("Escape")
        table.behind_the_pages(
            "Farida", panel.OpenAgain(tuple((key, given.status) for key, given in table.state.recorded.items()))
        )
        page.reload()
        expect(offered(page)).to_be_visible()
        journeys.settled(page)


def test_after_agree_the_page_stays_and_the_chair_goes_on(
    visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", "revealed", screens=[], wall=False)
    table.behind_the_pages("Farida", panel.Remove(table.seats["Malcolm"].member, "Took two seats."))
    chair, member, wall = visit(), visit(), visit(size=(1920, 1080))
    live_journeys.sit(chair, server, table.seats["Farida"])
    live_journeys.sit(member, server, table.seats["Owen"])
    live_journeys.open_wall(wall, table.state.code)
    journeys.settled(chair)
    shown = question(chair).inner_text()
    word = offered(chair).inner_text().removeprefix("Agree: ")
    expect(chair.locator(".st-key-answer")).to_contain_text("Offered because ")
    before = [one.bounding_box() for one in chair.locator(".st-key-agree-buttons").get_by_role("button").all()]
    offered(chair).click()
    line = chair.locator(".st-key-answer")
    expect(line).to_contain_text(f"Recorded: {word}.")
    for page in (chair, member):
        expect(question(page)).to_have_text(shown)
    how = re.compile(r"Recorded by the chair.*; the second worker \(seat removed \d\d:\d\d\) said ")
    for page in (chair, member):
        expect(page.get_by_text(how).first).to_be_visible()
    assert shown.partition(",")[0] in wall.locator(".hw-strip h2").inner_text()
    journeys.settled(chair)
    after = [one.bounding_box() for one in chair.locator(".st-key-agree-buttons").get_by_role("button").all()]
    assert before == after, "a button moved when something was agreed"
    undo = line.get_by_role("button", name="Undo").bounding_box()
    assert undo and after[0] and undo["y"] + undo["height"] <= after[0]["y"], "the line has room for what it says"
    axe(chair)
    line.get_by_role("button", name="Undo").click()
    expect(offered(chair)).to_be_visible()
    assert not table.state.recorded
    offered(chair).click()
    chair.wait_for_timeout(1300)
    chair.get_by_role("button", name=re.compile("Next question")).click()
    expect(question(chair)).not_to_have_text(shown)
    following = question(chair).inner_text()
    expect(question(member)).to_have_text(following)
    expect(wall.locator(".hw-strip h2")).to_contain_text(following.partition(",")[0])
    # Another answer than the offered one is one click away, and so is a change of mind.
    another(chair).click()
    expect(line).to_contain_text("Recorded: ")
    expect(chair.get_by_text("Somebody else")).to_have_count(0)


def test_what_is_agreed_in_a_row_or_together_can_be_undone_and_a_refusal_stands_beside_its_button(
    table: live_journeys.Table, axe: Axe
) -> None:
    page = table["Farida"]
    a_row_keeps_its_place_and_says_what_was_recorded(table, page)
    what_is_agreed_together_is_looked_at_first(table, page, axe)
    a_refusal_is_gone_with_the_next_question(table, page)


def a_row_keeps_its_place_and_says_what_was_recorded(table: live_journeys.Table, page: Page) -> None:
    total = rows(page).count()
    assert total > 1
    in_a_row(page).scroll_into_view_if_needed()
    journeys.settled(page)
    before = [one.bounding_box() for one in rows(page).all()]
    word = in_a_row(page).inner_text().removeprefix("Agree: ")
    in_a_row(page).click()
    expect(rows(page).first).to_contain_text(f"Recorded: {word}")
    journeys.settled(page)
    after = [one.bounding_box() for one in rows(page).all()]
    assert len(after) == total
    for was, now in zip(before, after, strict=True):
        assert was and now and abs(was["y"] - now["y"]) < 2
    rows(page).first.get_by_role("button", name="Undo").click()
    expect(in_a_row(page)).to_be_visible()
    assert not table.state.recorded


def what_is_agreed_together_is_looked_at_first(table: live_journeys.Table, page: Page, axe: Axe) -> None:
    ((key, status),) = panel.bulk_offers(table.state, table.work.edition)
    button = together(page)
    listed = page.get_by_role("region", name="What would be agreed")
    expect(listed).to_contain_text(table.work.edition.status_label(key[0], status))
    expect(listed).to_contain_text("Not known: Malcolm")
    axe(page)
    button.click()
    expect(page.get_by_text("1 answer recorded.")).to_be_visible()
    assert table.state.recorded[key].status == status
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert not table.state.recorded
    page.keyboard.press("Escape")
    journeys.settled(page)


def a_refusal_is_gone_with_the_next_question(table: live_journeys.Table, page: Page) -> None:
    key = spread.in_discussion(table.state, spread.spreads(table.state, table.work.edition))
    # Another process records another answer, so this page has not heard of it when the chair clicks.
    table.behind_the_pages("Farida", panel.Focus(key), panel.Agree(*key, "unknown", "By another hand."))
    button = offered(page)
    place = button.bounding_box()
    button.click()
    said = page.get_by_text(re.compile("just changed this answer; it is “Not known” now"))
    expect(said).to_be_visible()
    where = said.bounding_box()
    assert place and where and abs(where["y"] - place["y"]) < 250
    page.get_by_role("button", name=re.compile("Next question")).click()
    expect(said).to_have_count(0)


def test_a_member_adds_a_note_and_who_differs_is_offered_dissent(
    visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", "revealed", screens=[], wall=False)
    chair, owen = visit(), visit()
    key = ("capacity", "a")
    word = table.work.edition.status_label(key[0], live_journeys.OWEN[key])
    table.behind_the_pages("Farida", panel.Focus(key))
    live_journeys.sit(chair, server, table.seats["Farida"])
    live_journeys.sit(owen, server, table.seats["Owen"])
    form = journeys.open_up(owen, "Add a note")
    form.get_by_role("textbox", name=re.compile("^My note")).fill("He fetched her from nursery himself.")
    form.get_by_role("button", name="Add this note").click()
    for page in (owen, chair):
        expect(
            page.get_by_text(re.compile(r"Owen, added \d\d:\d\d: He fetched her from nursery himself\."))
        ).to_be_visible()
    expect(form.get_by_role("textbox", name=re.compile("^My note"))).to_have_value("")
    offered(chair).click()
    # Whoever answered otherwise finds the field for dissent open, with both answers named.
    asked = owen.get_by_text(f"You answered {word}; the panel recorded")
    expect(asked).to_be_visible()
    expect(chair.get_by_text(re.compile("^You answered"))).to_have_count(0)
    owen.get_by_role("textbox", name="Why", exact=True).fill("I saw it three times.")
    owen.get_by_role("button", name="Record my dissent").click()
    for page in (owen, chair):
        expect(page.get_by_text("Dissent, Owen: I saw it three times.")).to_be_visible()
    axe(owen)


def test_a_latecomer_is_told_in_one_sentence_and_answers_apart(
    visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", "revealed", screens=[], wall=False)
    late = work.meetings.join(Ticket.new(table.meeting), "Lena Late", "other_professional")
    page = visit(size=PHONE)
    live_journeys.sit(page, server, late)
    expect(
        page.get_by_text("You joined after the reveal and can see the answers, so you can watch or answer apart")
    ).to_be_visible()
    light = work.meetings.state(table.meeting)
    before = panel.panel_light(light, work.edition)
    form = journeys.open_up(page, "Answer this question apart")
    form.get_by_role("radiogroup").get_by_text("Not known", exact=True).click()
    form.get_by_role("button", name="Answer this question apart").click()
    expect(page.locator(".hw-apart")).to_contain_text("Lena Late: Not known (joined after the reveal, saw the answers)")
    expect(page.locator(".hw-strip td .hw-chip", has_text="LL")).to_have_count(0)
    assert panel.panel_light(work.meetings.state(table.meeting), work.edition) == before
    axe(page)


def test_a_reviewing_officer_puts_a_view_on_record_and_an_observer_is_offered_none(
    visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", "revealed", screens=["Farida"], wall=False)
    pages = {}
    for name, role in (("Ruth", "reviewing_officer"), ("Olive", "observer")):
        pages[name] = visit()
        live_journeys.sit(pages[name], server, work.meetings.join(Ticket.new(table.meeting), name, role))
    ruth = pages["Ruth"]
    ruth.get_by_role("textbox", name="My view on record").fill("The child has not been asked alone.")
    ruth.get_by_role("button", name="Put it on record").click()
    for page in (ruth, table["Farida"], pages["Olive"]):
        expect(
            page.get_by_text(re.compile(r"Ruth, Independent Reviewing Officer, \d\d:\d\d: The child has not"))
        ).to_be_visible()
    expect(pages["Olive"].get_by_role("textbox", name="My view on record")).to_have_count(0)
    axe(ruth)


def test_on_paper_the_light_and_the_answers_are_whole(table: live_journeys.Table) -> None:
    page = table["Farida"]
    journeys.open_up(page, "All questions")
    expect(page.locator(".hw-whole").last).to_be_attached()
    pdf = pypdf.PdfReader(BytesIO(page.pdf(format="A4")))
    text = " ".join(" ".join(one.extract_text() for one in pdf.pages).split())
    level = journeys.level(page, "The panel's light").inner_text()
    assert "The panel's light" in text and level in text
    last = spread.spreads(table.state, table.work.edition)[-1].question
    assert table.work.edition.factors[last.subject].label in text
    assert len(pdf.pages) > 3
