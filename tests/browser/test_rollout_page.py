"""The roll-out in a real browser: the board, one task, two people at once, files out and in, a phone, axe."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE

Visit = Callable[..., Page]
VIEWS = [
    "Board",
    "Timeline and progress",
    "Group and meetings",
    "Partners and services",
    "Keeping it going",
    "Take away",
]


def enter(page: Page, name: str = "Priya Example", query: str = "") -> Page:
    """Open the sample and say who is working."""
    page.goto(f"/rollout{query}")
    page.get_by_label("Your name, kept with every change you make").fill(name)
    page.get_by_role("button", name="Start working").click()
    expect(page.get_by_text(f"You are working as {name}.")).to_be_visible()
    return page


def start(page: Page, title: str) -> str:
    """Begin a roll-out of one's own, so that tests do not meet each other; its address."""
    enter(page)
    expect(page.get_by_role("button", name="Start a roll-out", include_hidden=True)).to_be_enabled()
    page.get_by_text("Another roll-out").click()
    page.get_by_role("textbox", name="Name of a new roll-out").fill(title)
    page.get_by_role("button", name="Start a roll-out").click()
    expect(page.get_by_role("heading", name=f"Roll-out: {title}")).to_be_visible()
    expect(page.locator("section.phase")).to_have_count(3)  # the board of the roll-out before it has gone
    found = re.search(r"rollout=(\w+)", page.url)
    assert found
    return found[1]


def card(page: Page, task: str) -> Locator:
    return page.locator(f'section.phase button[data-key="task:{task}"]')


def notes(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Notes", exact=True)


def leave(field: Locator, text: str) -> None:
    """Type a text and leave the field, which saves it."""
    field.fill(text)
    field.press("Tab")


def test_the_board_opens_with_what_is_stuck_and_due_and_a_task_opens_at_the_side(page: Page) -> None:
    enter(page)
    expect(page.get_by_role("heading", name="Stuck (2)")).to_be_visible()
    expect(page.get_by_text("In the group without an open task or action")).to_be_visible()
    page.locator('section.notes button[data-key="task:2.8"]').click()
    expect(page.get_by_role("heading", name="2.8 Review how well services reach families")).to_be_visible()
    expect(page.get_by_text("The contract for parenting support").last).to_be_visible()
    assert "task=2.8" in page.url
    page.get_by_role("button", name="Full width").click()
    expect(page.locator("section.phase")).to_have_count(0)
    page.get_by_role("button", name="Back to the board").click()
    expect(page.locator("section.phase")).to_have_count(3)


def test_before_there_is_a_name_everything_can_be_read_and_nothing_changed(page: Page) -> None:
    page.goto("/rollout?rollout=sample&task=2.3")
    expect(page.get_by_role("heading", name="2.3 Write the policy on reunification")).to_be_visible()
    expect(notes(page)).to_be_disabled()


def test_status_owner_due_date_parts_and_history(page: Page) -> None:
    start(page, "Edits")
    card(page, "1.11").click()
    side = page.locator(".st-key-rollout_side")
    side.get_by_role("radio", name="Done").click()
    expect(side.get_by_text("parts a, b, c, d are not ticked")).to_be_visible()
    expect(side.get_by_role("radio", name="Not started")).to_be_checked()
    for part in ("a. How cases", "b. How decisions", "c. How support", "d. Who holds"):
        side.get_by_text(part).click()
    expect(side.get_by_text("Parts: 4 of 4 done")).to_be_visible()
    side.get_by_role("radio", name="Done").click()
    expect(page.get_by_text("1 of 16 tasks done; 0 of 8 closing outcomes met")).to_be_visible()
    side.get_by_text("History (").click()
    expect(side.get_by_text("Status: done.")).to_be_visible()


def test_blocked_asks_what_it_waits_for(page: Page) -> None:
    start(page, "Blocked")
    card(page, "1.5").click()
    side = page.locator(".st-key-rollout_side")
    side.get_by_role("radio", name="Blocked").click()
    side.get_by_role("textbox", name="What is it waiting for?").fill("Figures from finance <b>")
    side.get_by_role("button", name="Save the status").click()
    expect(page.get_by_role("heading", name="Stuck (1)")).to_be_visible()
    expect(card(page, "1.5")).to_contain_text("Figures from finance <b>")


def test_two_browsers_edit_the_same_rollout_and_both_changes_are_there(visit: Visit) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Two browsers")
    query = f"?rollout={rollout}&task=1.5"
    card(one, "1.5").click()
    enter(other, "Tom Example", query)
    leave(notes(one), "From Priya")
    other.locator(".st-key-rollout_side").get_by_role("radio", name="Under way").click()
    # Each sees the other's change without a click.
    expect(one.locator(".st-key-rollout_side").get_by_role("radio", name="Under way")).to_be_checked()
    expect(card(one, "1.5")).to_contain_text("Under way")
    expect(other.get_by_text("From Priya", exact=True)).to_be_visible()
    other.get_by_role("button", name="Show it in the field").click()
    expect(notes(other)).to_have_value("From Priya")


def test_the_second_on_the_same_field_is_told_and_loses_nothing(visit: Visit) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Same field")
    card(one, "1.5").click()
    enter(other, "Tom Example", f"?rollout={rollout}&task=1.5")
    expect(notes(other)).to_be_enabled()
    notes(other).fill("Tom is still writing")  # and has not left the field
    leave(notes(one), "Priya was first")
    expect(other.get_by_text("Priya Example has changed “Notes” in the meantime.")).to_be_visible()
    expect(notes(other)).to_have_value("Tom is still writing")
    notes(other).press("Tab")
    expect(other.get_by_text("Yours is still in the field and is not saved.")).to_be_visible()
    expect(notes(one)).to_have_value("Priya was first")
    other.get_by_role("button", name="Save mine instead").click()
    expect(one.get_by_text("Tom Example has changed “Notes” in the meantime.")).to_be_visible()
    expect(one.get_by_text("Tom is still writing", exact=True)).to_be_visible()


def test_a_person_a_meeting_an_action_and_a_postcard(page: Page) -> None:
    start(page, "Group")
    page.get_by_role("radio", name="Group and meetings").click()
    expect(page.get_by_text("Fostering manager: nobody in the strategic group.")).to_be_visible()
    page.get_by_text("Add a person").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Ada Fictional")
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_text("Strategic group (1)")).to_be_visible()
    page.get_by_text("Plan a meeting").click()
    page.get_by_role("button", name="Plan the meeting").click()
    expect(page.get_by_text("Who is here, and what this group is for")).to_be_visible()
    page.get_by_text("Add an action").click()
    page.get_by_role("textbox", name="What is to be done").fill("Read the framework")
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_text("○ Read the framework · Ada Fictional")).to_be_visible()


def test_a_workbook_is_taken_away_changed_previewed_and_brought_back(page: Page, tmp_path: Path) -> None:
    start(page, "Files")
    page.get_by_role("radio", name="Take away").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Everything (Excel)").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    sheet = book["Tasks"]
    heads = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "T1.10")
    row[heads.index("Notes")].value = "From the workbook"
    row[heads.index("Owner")].value = "Nobody Atall"
    out = io.BytesIO()
    book.save(out)
    given = {"name": "changed.xlsx", "mimeType": "application/octet-stream"}
    page.locator('input[type="file"]').set_input_files({**given, "buffer": out.getvalue()})
    expect(page.get_by_text("Nothing can be imported yet")).to_be_visible()
    expect(
        page.get_by_text("“Nobody Atall” is not in the group").or_(
            page.get_by_text('"Nobody Atall" is not in the group')
        )
    ).to_be_visible()
    row[heads.index("Owner")].value = None
    out = io.BytesIO()
    book.save(out)
    page.locator('input[type="file"]').set_input_files({**given, "buffer": out.getvalue()})
    expect(page.get_by_text("1.10: Notes: nothing → From the workbook")).to_be_visible()
    page.get_by_role("button", name="Make this change").click()
    page.get_by_role("radio", name="Board").click()
    card(page, "1.10").click()
    expect(notes(page)).to_have_value("From the workbook")


@pytest.mark.parametrize(
    ("button", "begins"),
    [
        ("Status on one page (PDF)", b"%PDF"),
        ("Action list (Word)", b"PK"),
        ("Dates for your calendar (.ics)", b"BEGIN:VCALENDAR"),
        ("Reunification: a one-minute guide (PDF)", b"%PDF"),
    ],
)
def test_documents_can_be_taken_away(page: Page, button: str, begins: bytes) -> None:
    enter(page, query="?rollout=sample")
    page.get_by_role("radio", name="Take away").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name=button).click()
    assert Path(taken.value.path()).read_bytes().startswith(begins)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(visit: Visit, axe: Callable[[Page], None], view: str, dark: bool) -> None:
    page = enter(visit(dark=dark), query="?rollout=sample&task=2.8" if view == "Board" else "?rollout=sample")
    page.get_by_role("radio", name=view).click()
    if view == "Timeline and progress":
        expect(
            page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first
        ).to_be_visible()
    page.wait_for_timeout(700)
    axe(page)


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_scrolls_sideways_on_a_phone(visit: Visit, view: str) -> None:
    page = enter(visit(size=PHONE), query="?rollout=sample")
    page.get_by_role("radio", name=view).click()
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('.stMain'))")


def test_an_address_that_leads_nowhere_gets_a_sentence(page: Page) -> None:
    page.goto("/rollout?rollout=nowhere&task=9.9")
    expect(page.get_by_text("There is no roll-out at this address.")).to_be_visible()
    page.goto("/rollout?rollout=sample&task=9.9")
    expect(page.get_by_text("There is no task 9.9 in this roll-out.")).to_be_visible()
