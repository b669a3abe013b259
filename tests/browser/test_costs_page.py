"""The cost simulator in a real browser: an input change, a shared link, both downloads, saved scenarios, axe."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.journeys import choose, settled

HEADLINE = ".st-key-costs-headline"
KEPT = "kept at home by the support"
EXAMPLE = "Support for 80 families pays for itself if 8 more children stay at home."


@pytest.fixture
def costs(page: Page) -> Page:
    return opened(page)


WITH_EFFECT = "/costs?children=80"
"""A link of release 0.2.0: without a number of its own it means the effect of the published example."""


def opened(page: Page, address: str = WITH_EFFECT) -> Page:
    page.goto(address)
    expect(page.locator(".st-key-chart-tornado svg.marks")).to_be_visible()
    return settled(page)


def begun(page: Page) -> Page:
    """The page as somebody finds it: no effect is filled in."""
    page.goto("/costs")
    expect(page.locator(".st-key-chart-map svg.marks")).to_be_visible()
    return settled(page)


def test_the_effect_is_asked_for_and_the_example_is_one_named_click_away(page: Page) -> None:
    begun(page)
    expect(box(page, KEPT)).to_have_value("")
    expect(page.locator(".st-key-costs-ask")).to_contain_text("it has to keep 8 of the 36 at home")
    expect(page.locator(".st-key-chart-years")).to_have_count(0)
    expect(page.get_by_role("heading", name="Assumed by Homeward, not published")).to_be_visible()
    enter(page, KEPT, "20%")
    expect(box(page, KEPT)).to_have_value("7")
    expect(page.locator(".st-key-chart-tornado svg.marks")).to_be_visible()
    page.get_by_role("button", name="Reset all").click()
    expect(page.locator(".st-key-chart-years")).to_have_count(0)
    page.get_by_role("button", name="Example: 80 children, 45% come back, 8 more stay at home").click()
    expect(box(page, KEPT)).to_have_value("8")
    expect(page.get_by_role("heading", name="in about 54 of 100 possible futures")).to_be_visible()
    expect(page.get_by_text("Nobody has found it").first).to_be_visible()


def test_a_refused_change_says_so_at_its_field_and_beside_the_headline(page: Page) -> None:
    opened(page, "/costs?kept=20")
    enter(page, "Children who go home in a year", "10")
    at_field = page.locator(".st-key-costs-field-children").get_by_role("alert")
    expect(at_field).to_contain_text("20 is more than the 4.5 children who would come back")
    expect(page.locator(HEADLINE)).to_contain_text("still the answer to the figures before it")
    expect(page.locator(HEADLINE)).to_contain_text(EXAMPLE)
    enter(page, "Children who go home in a year", "80")
    enter(page, "Of these, come back into care", "0.45")
    expect(page.get_by_role("alert").filter(has_text="Did you mean 45%?")).to_be_visible()


def test_saving_under_a_name_that_exists_asks_and_every_version_can_be_opened(page: Page) -> None:
    opened(page, "/costs?kept=9")
    box(page, "Name of this scenario").fill("Twice")
    box(page, "Your name").fill("Priya Shah")
    page.get_by_role("button", name="Save this scenario").click()
    expect(page.get_by_text("Saved “Twice”, version 1.")).to_be_visible()
    enter(page, KEPT, "10")
    expect(page).to_have_url(re.compile("kept=10"))
    page.get_by_role("button", name="Save this scenario").click()
    expect(page.get_by_text("There is a scenario “Twice” already: Priya Shah saved version 1")).to_be_visible()
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.get_by_text("Saved “Twice”, version 2.")).to_be_visible()
    page.get_by_text(re.compile("All saved scenarios")).click()
    settled(page)
    choose(page, "Scenario", "Twice")
    choose(page, "Version", "1: Priya Shah", exact=False)
    page.get_by_role("button", name="Open this scenario").click()
    expect(box(page, KEPT)).to_have_value("9")


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label)


def enter(page: Page, label: str, text: str) -> None:
    field = box(page, label)
    field.fill(text)
    field.press("Enter")
    settled(page)


def test_an_input_change_changes_every_answer_and_the_address(costs: Page) -> None:
    enter(costs, "Children who go home in a year", "160")
    expect(costs.locator(HEADLINE)).to_have_text(
        "Support for 160 families pays for itself if 15 more children stay at home."
    )
    expect(costs.get_by_text("£4,436,208", exact=True)).to_be_visible()
    expect(box(costs, KEPT)).to_have_value("16")
    expect(costs).to_have_url(re.compile(r"children=160"))
    costs.get_by_role("button", name="Reset to 80").click()
    expect(costs.locator(HEADLINE)).to_have_text(EXAMPLE)
    expect(costs).not_to_have_url(re.compile("children="))


def test_the_2024_figures_are_one_choice_away(costs: Page) -> None:
    costs.get_by_label("Published figures").click()
    costs.get_by_role("option", name="2024 study").click()
    expect(costs.locator(HEADLINE)).to_contain_text("if 6 more children stay")
    expect(box(costs, "A child back in care costs")).to_have_value("105,804")


def test_bad_input_gets_a_sentence_at_its_field_and_the_last_answer_stays(costs: Page) -> None:
    for label, text, said in (
        ("Of these, come back into care", "145", "This cannot be more than 100%."),
        ("A child back in care costs", "-5", "Money cannot be less than £0 here."),
        ("Children who go home in a year", "0", "There must be at least 1 child"),
        ("Children who go home in a year", "<img src=x onerror=alert(1)>", "This is not a number."),
        ("Children who go home in a year", "9" * 400, "This number is too long."),
        (KEPT, "37", "37 is more than the 36 children who would come back."),
    ):
        right = box(costs, label).input_value()
        enter(costs, label, text)
        expect(costs.get_by_role("alert").filter(has_text=said)).to_be_visible()
        expect(costs.locator(HEADLINE)).to_contain_text(EXAMPLE)
        expect(costs.locator(HEADLINE)).to_contain_text(said)
        expect(box(costs, label)).to_have_value(text)
        enter(costs, label, right)
        expect(costs.get_by_role("alert")).to_have_count(0)


def test_a_link_opens_the_same_picture(costs: Page, visit: Visit) -> None:
    enter(costs, KEPT, "12")
    enter(costs, "Support costs", "£6,000")
    expect(costs).to_have_url(re.compile("support_cost=6000"))
    said = costs.locator(HEADLINE).inner_text()
    other = opened(visit(), costs.url)
    expect(other.locator(HEADLINE)).to_have_text(said)
    expect(box(other, KEPT)).to_have_value("12")
    expect(other.get_by_text("Your own figure. Published: £5,627, 2014 prices").first).to_be_visible()


def test_nonsense_in_a_link_gets_a_sentence_and_the_example(page: Page) -> None:
    opened(page, "/costs?children=-1&rate=%3Cscript%3E&colour=red")
    expect(page.locator(HEADLINE)).to_have_text(EXAMPLE)
    expect(page.get_by_text("The link could not be used in full.")).to_have_count(3)
    expect(page.get_by_text("it was left out.")).to_have_count(3)


def test_the_workbook_and_the_paper_can_be_taken_away(costs: Page, tmp_path: Path) -> None:
    with costs.expect_download() as download:
        costs.get_by_role("button", name="Excel workbook").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert book["Answers"]["B7"].value == '=IF(inputs_ok=1,expected_reentries*cost_of_one,"check inputs")'
    with costs.expect_download() as download:
        costs.get_by_role("button", name="Paper for a committee").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_small_authority_only_enters_its_children(costs: Page) -> None:
    """Nobody is refused for a number that they have not entered."""
    enter(costs, "Children who go home in a year", "10")
    expect(box(costs, KEPT)).to_have_value("1")
    expect(costs.get_by_role("alert")).to_have_count(0)
    enter(costs, KEPT, "3")
    expect(costs).to_have_url(re.compile("kept=3"))
    costs.get_by_role("button", name="Reset to empty", exact=True).click()
    expect(costs).to_have_url(re.compile("kept=unknown"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_answer_stays_in_view_where_the_figures_are_entered(visit: Visit, size: tuple[int, int]) -> None:
    page = opened(visit(size=size))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    field = box(page, "Of the support, new spending")
    field.scroll_into_view_if_needed()
    enter(page, "Of the support, new spending", "50")
    expect(page.locator(HEADLINE)).to_have_text(
        "Support for 80 families pays for itself if 4 more children stay at home."
    )
    expect(page.locator(HEADLINE)).to_be_in_viewport(ratio=1)
    expect(field).to_be_in_viewport(ratio=1)


def test_every_chart_has_its_title_its_table_and_its_files(costs: Page) -> None:
    for key, title in (
        ("map", "Support pays for itself from 8 children kept at home"),
        ("years", "Support has paid for itself by the end of year 7"),
        ("uncertainty", "within 10 years in about 54 of 100 possible futures"),
        ("tornado", "moves the result most"),
    ):
        expect(costs.get_by_role("heading", name=re.compile(title))).to_be_visible()
        expect(costs.locator(f".st-key-chart-{key} svg.marks").first).to_be_visible()
        costs.keyboard.press(
            "Shift"
        )  # the page is scrolled under the pointer, which is no second click of a quick hand
        costs.locator(f".st-key-table-{key} summary").first.click()
        table = costs.locator(f".st-key-table-{key} table")
        expect(table).to_be_visible()
        settled(costs)
        for ending, start in (("png", b"\x89PNG"), ("svg", b"<svg"), ("csv", b"\xef\xbb\xbf")):
            with costs.expect_download() as download:
                costs.locator(f".st-key-{ending}-{key} button").click()
            assert Path(download.value.path()).read_bytes().startswith(start)


def test_a_scenario_is_saved_with_who_and_opened_again(costs: Page) -> None:
    name = "Plan <b>A</b> *now* :material/home:"
    enter(costs, KEPT, "20")
    expect(costs).to_have_url(re.compile("kept=20"))
    box(costs, "Name of this scenario").fill(name)
    costs.get_by_role("button", name="Save this scenario").click()
    expect(costs.get_by_text("Please give your name.")).to_be_visible()
    box(costs, "Your name").fill("Priya Shah")
    costs.get_by_role("button", name="Save this scenario").click()
    expect(costs.get_by_role("heading", name=re.compile("^Th(is|ese) scenarios? .*end"))).to_be_visible()
    expect(costs.get_by_text("Saved “Plan")).to_be_visible()
    # The stylesheet is still there once a toast has been shown.
    assert costs.locator(".hw .tiles").evaluate("tiles => getComputedStyle(tiles).display") == "grid"
    assert costs.locator(".hw .quiet").first.evaluate("one => getComputedStyle(one).fontSize") == "14.4px"
    costs.get_by_role("button", name="Reset all").click()
    expect(costs.locator(HEADLINE)).to_have_text(EXAMPLE)
    expect(box(costs, KEPT)).to_have_value("")
    costs.get_by_text(re.compile("All saved scenarios")).click()
    settled(costs)
    row = costs.locator(".st-key-costs-all tr").filter(has_text="Priya Shah").filter(has_text=name)
    expect(row).to_be_visible()
    choose(costs, "Scenario", name)
    costs.get_by_role("button", name="Open this scenario").click()
    expect(box(costs, KEPT)).to_have_value("20")
    costs.get_by_role("button", name="Remove this scenario").click()
    costs.get_by_role("button", name="Remove it", exact=True).click()
    expect(costs.get_by_text("Not removed. Please give your name.")).to_be_visible()
    box(costs, "Your name").last.fill("Tom Okafor")
    costs.get_by_role("button", name="Remove it", exact=True).click()
    expect(costs.get_by_text("Removed. The record keeps it.")).to_be_visible()
    expect(row).to_have_count(0)


def test_axe_finds_nothing(page: Page, axe_in_both: Callable[[Page], None]) -> None:
    opened(page)
    box(page, "Name of this scenario").fill("As published")
    box(page, "Your name").fill("Priya Shah")
    page.get_by_role("button", name="Save this scenario").click()
    expect(page.locator(".st-key-chart-comparison svg.marks")).to_be_visible()
    settled(page)
    enter(page, "Of these, come back into care", "145")
    expect(page.get_by_role("alert").filter(has_text="100%")).to_be_visible()
    closed = page.locator(".stExpander details:not([open]) > summary")
    while closed.count():  # one after another, as people do: of two in one instant, Streamlit runs the part of one only
        closed.first.press("Enter")
        settled(page)
    expect(page.get_by_role("slider").first).to_be_visible()
    expect(page.locator(".st-key-table-tornado table")).to_be_visible()
    expect(page.get_by_role("heading", name="What the studies say of England")).to_be_visible()
    axe_in_both(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    axe_in_both(settled(page))
