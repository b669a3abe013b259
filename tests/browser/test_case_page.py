"""A case in a real browser: entered in a few minutes, its chronology with the picture, closed and reopened; also on a phone."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser import journeys

EVENTS = (
    ("11/2022", "Harm or injury", "Hurt while he pulled two adults apart.", "Hospital"),
    ("06/2023", "Return home", "First return home.", "Case closure summary"),
    ("04/2024", "School or nursery", "Tired, and fights in the playground.", "School"),
)


def begin(page: Page, called: str, reference: str = "") -> None:
    """Begin a case; unless one is given, under a reference that no other test has, nor this one at a second try."""
    page.goto("/case")
    expect(page.get_by_role("heading", name="Cases", level=1)).to_be_visible()
    journeys.settled(page)
    journeys.open_up(page, "Begin a case")
    page.get_by_role("textbox", name="What the child is called here").fill(called)
    page.get_by_role("textbox", name="Reference in your own system").fill(reference or f"LCS {time.monotonic_ns()}")
    page.get_by_role("button", name="Begin this case").click()
    expect(page.get_by_role("heading", name=called, level=1)).to_be_visible()
    journeys.settled(page)


def view(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="View").get_by_role("radio", name=name, exact=True).click()
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    journeys.settled(page)


def day(page: Page, label: str, *parts: str, seen: str) -> None:
    """Type a date, part by part, as its field takes it; `seen` on the page once it is saved."""
    for kind, part in zip(("day", "month", "year"), parts, strict=True):
        page.get_by_role("spinbutton", name=f"{kind}, {label}").press_sequentially(part)
    page.keyboard.press("Tab")  # to the calendar's button, which still belongs to the field
    page.keyboard.press("Tab")
    expect(page.get_by_text(seen).first).to_be_visible()
    journeys.settled(page)


def write(page: Page, label: str, text: str) -> None:
    """Type into a field and leave it: it is saved."""
    field = page.get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    field.press("Tab")
    journeys.settled(page)


def next_card(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Next card: {title}").click()
    expect(page.get_by_role("heading", name=title, level=2)).to_be_visible()
    journeys.settled(page)


def fill_cards(page: Page) -> None:
    """All five cards, one after the other, as somebody does who knows the case."""
    day(page, "Date of birth", "09", "03", "2014", seen="born March 2014")
    journeys.choose(page, "Sex", "Boy")
    write(page, "First language", "English")
    journeys.choose(page, "Lives now", "With foster carers")
    write(page, "Where things stand, in a few sentences", "Looked after for the third time since May.")
    next_card(page, "Legal status and dates")
    journeys.choose(page, "Legal status", "Interim care order (section 38)")
    page.get_by_role("button", name="Add this legal status").click()
    expect(page.get_by_text(re.compile("Interim care order .* to now"))).to_be_visible()
    journeys.settled(page)
    day(page, "Looked after since", "04", "05", "2026", seen="looked after since 4 May 2026")
    next_card(page, "Homes, and the adults in them")
    page.get_by_role("textbox", name="What this home is called here").fill("Mum’s flat")
    page.get_by_role("button", name="Add this home").click()
    expect(page.get_by_role("heading", name="Mum’s flat")).to_be_visible()
    journeys.settled(page)
    page.get_by_role("textbox", name="Name", exact=True).fill("Denise Foster")
    page.get_by_role("button", name="Add this adult").click()
    journeys.open_up(page, "Denise Foster")
    page.get_by_text("Would care for the child").click()
    expect(page.get_by_text("Denise Foster, would care for the child")).to_be_visible()
    next_card(page, "Parents and family")
    page.get_by_role("textbox", name="Name", exact=True).fill("Denise Foster")
    journeys.choose(page, "Relation to the child", "Mother")
    page.get_by_role("button", name="Add this parent").click()
    expect(page.get_by_text("Denise Foster, mother")).to_be_visible()
    next_card(page, "The team")
    journeys.choose(page, "Person", "Asha Example")
    journeys.choose(page, "Part in this case", "Social worker")
    page.get_by_role("button", name="Add to the team").click()
    expect(page.get_by_text("Social worker: Asha Example")).to_be_visible()
    journeys.settled(page)


def add_event(page: Page, when: str, sort: str, what: str, source: str) -> None:
    form = page.locator(".st-key-add-entry")
    form.get_by_role("textbox", name="Date, or when it began").fill(when)
    journeys.choose(page, "Kind of event", sort)
    form.get_by_role("textbox", name="What happened").fill(what)
    form.get_by_role("textbox", name="Source").fill(source)
    journeys.choose(page, "Is it", "Fact")
    form.get_by_role("button", name="Add this event").click()
    expect(page.locator(".case-what", has_text=what)).to_be_visible()
    journeys.settled(page)


def entry(page: Page, what: str) -> Locator:
    return page.locator("[class*=st-key-row-]", has_text=what)


def test_a_case_is_entered_with_its_chronology_closed_and_reopened(
    page: Page, axe_in_both: Callable[[Page], None], record_property: Callable[[str, object], None]
) -> None:
    clock = "() => performance.timeOrigin + performance.now()"
    start = page.evaluate(clock)
    begin(page, "Callum")
    fill_cards(page)
    record_property("case entered, five cards (s)", round((page.evaluate(clock) - start) / 1000, 1))
    axe_in_both(page)
    view(page, "Chronology")
    for event in EVENTS:
        add_event(page, *event)
    entry(page, "First return home.").locator("summary").press("Enter")
    write(page, "End of the period", "09/2024")
    expect(page.get_by_role("heading", name="Once at home before: for 16 months")).to_be_visible()
    expect(page.locator(".st-key-chart-chronology canvas, .st-key-chart-chronology svg").first).to_be_visible()
    journeys.open_up(page, "The same as a table, and downloads")
    expect(page.get_by_role("region", name=re.compile("Table: Once at home"))).to_contain_text(
        "June 2023 to September 2024"
    )
    axe_in_both(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Print the chronology (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    view(page, "Closing")
    journeys.choose(page, "What became of it", "Returned home")
    page.get_by_role("button", name="Close this case").click()
    expect(page.get_by_text("It can be read, and not changed.")).to_be_visible()
    journeys.settled(page)
    page.get_by_role("textbox", name="Why it is opened again").fill("Back in care.")
    page.get_by_role("button", name="Reopen this case").click()
    expect(page.get_by_role("button", name="Close this case")).to_be_visible()
    axe_in_both(page)


def test_what_is_being_typed_is_there_after_a_reload_and_is_saved_when_the_field_is_left(page: Page) -> None:
    begin(page, "Amy")
    fields = [
        page.get_by_role("textbox", name=label, exact=True)
        for label in ("How the child communicates best", "School or nursery")
    ]
    for field in fields:
        field.press_sequentially("Draws first,")
        page.reload()
        expect(field).to_have_value("Draws first,")
        journeys.settled(page)
        field.press("End")
        field.press_sequentially(" then talks")
        field.press("Tab")
        journeys.settled(page)
    page.evaluate("sessionStorage.clear()")
    page.reload()
    for field in fields:
        expect(field).to_have_value("Draws first, then talks")


def test_a_case_is_worked_with_on_a_phone(phone: Page, axe_in_both: Callable[[Page], None]) -> None:
    begin(phone, "Aisha")
    fits(phone)
    axe_in_both(phone)
    view(phone, "Chronology")
    add_event(phone, *EVENTS[0])
    fits(phone)
    axe_in_both(phone)


def fits(page: Page) -> None:
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
