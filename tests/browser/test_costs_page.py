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


def box(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label)


def enter(page: Page, label: str, text: str) -> None:
    field = box(page, label)
    field.fill(text)
    field.press("Enter")
    settled(page)


def test_an_input_change_changes_every_answer_and_the_address_and_a_link_opens_the_same_picture(
    costs: Page, visit: Visit
) -> None:
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
    # What is refused says so at its field and beside the headline; the last answer stays.
    typed = "<img src=x onerror=alert(1)>"
    enter(costs, "Children who go home in a year", typed)
    at_field = costs.locator(".st-key-costs-field-children").get_by_role("alert")
    expect(at_field).to_contain_text("This is not a number.")
    expect(costs.locator(HEADLINE)).to_contain_text(EXAMPLE)
    expect(costs.locator(HEADLINE)).to_contain_text("This is not a number.")
    expect(box(costs, "Children who go home in a year")).to_have_value(typed)
    enter(costs, "Children who go home in a year", "80")
    expect(costs.get_by_role("alert")).to_have_count(0)
    enter(costs, KEPT, "12")
    enter(costs, "Support costs", "£6,000")
    expect(costs).to_have_url(re.compile("support_cost=6000"))
    said = costs.locator(HEADLINE).inner_text()
    other = opened(visit(), costs.url)
    expect(other.locator(HEADLINE)).to_have_text(said)
    expect(box(other, KEPT)).to_have_value("12")
    expect(other.get_by_text("Your own figure. Published: £5,627, 2014 prices").first).to_be_visible()


def test_the_answer_stays_in_view_where_the_figures_are_entered(costs: Page) -> None:
    for size, share, children in ((DESK, "50", 4), (PHONE, "100", 8)):
        costs.set_viewport_size({"width": size[0], "height": size[1]})
        settled(costs)
        assert costs.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        field = box(costs, "Of the support, new spending")
        field.scroll_into_view_if_needed()
        enter(costs, "Of the support, new spending", share)
        expect(costs.locator(HEADLINE)).to_have_text(
            f"Support for 80 families pays for itself if {children} more children stay at home."
        )
        expect(costs.locator(HEADLINE)).to_be_in_viewport(ratio=1)
        expect(field).to_be_in_viewport(ratio=1)


def test_every_chart_has_its_title_its_table_and_its_files_and_the_papers_are_taken_away(costs: Page) -> None:
    with costs.expect_download() as download:
        costs.get_by_role("button", name="Excel workbook").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert book["Answers"]["B7"].value == '=IF(inputs_ok=1,expected_reentries*cost_of_one,"check inputs")'
    with costs.expect_download() as download:
        costs.get_by_role("button", name="Paper for a committee").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
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
