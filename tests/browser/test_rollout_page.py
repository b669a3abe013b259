"""The roll-out in a real browser: the board, one task, two people at once, files out and in, a phone, axe."""

import io
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from framework import edition
from framework.rollout import Add, Change, SetStatus, files
from framework.workspace import Workspace
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.journeys import settled
from tests.server import AppServer

Start = Callable[[Page, str], str]
VIEWS = [
    "Board",
    "Timeline and progress",
    "Group and meetings",
    "Partners and services",
    "Keeping it going",
    "What changed",
    "Take away",
]


def enter(page: Page, name: str = "Priya Example", query: str = "?rollout=sample") -> Page:
    """Open the sample and say who is working."""
    page.goto(f"/rollout{query}")
    page.get_by_label("Your name, kept with every change you make").fill(name)
    page.get_by_role("button", name="Start working").click()
    expect(page.get_by_text(f"You are working as {name}.")).to_be_visible()
    # Where the question stood, everything has moved up before anybody clicks.
    expect(page.get_by_label("Your name, kept with every change you make")).to_have_count(0)
    return settled(page)


@pytest.fixture
def start(work: Workspace) -> Start:
    """`start(page, "Title")`: work on a roll-out of one's own, so that tests do not meet each other; its address."""

    def begin(page: Page, title: str) -> str:
        taken = work.rollouts.names().values()  # of a test that is tried once more
        title = next(one for one in (title, f"{title} again") if one not in taken)
        begun = work.rollouts.start(title, "Priya Example")
        enter(page, query=f"?rollout={begun.id}")
        expect(page.get_by_role("heading", name=f"Roll-out: {title}")).to_be_visible()
        return begun.id

    return begin


def card(page: Page, task: str) -> Locator:
    return page.locator(f'section.phase button[data-key="task:{task}"]')


def open_task(page: Page, task: str) -> None:
    """Open a task, and wait until it stands at the side in place of the one before."""
    card(page, task).click()
    expect(side(page).get_by_role("heading", level=2)).to_contain_text(task)
    wait_until_idle(page)


def notes(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Notes", exact=True)


def side(page: Page) -> Locator:
    return page.locator(".st-key-rollout_side")


def view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).click()
    wait_until_idle(page)


def pick(field: Locator, option: str) -> None:
    """Choose an option of a list. Its popover closes when the page is scrolled: that is done before the click."""
    field.scroll_into_view_if_needed()
    wait_until_idle(field.page)
    field.click()
    field.page.get_by_role("option", name=option).click()
    wait_until_idle(field.page)


def unfold(place: Page | Locator, *names: str) -> None:
    """Open folded parts, one after another: of two clicks in one instant, Streamlit runs the part of one only."""
    for name in names:
        place.get_by_text(name, exact=True).click()
        wait_until_idle(place if isinstance(place, Page) else place.page)


def height(field: Locator) -> float:
    """How far down the screen it is."""
    box = field.bounding_box()
    assert box
    return box["y"]


def wait_until_idle(page: Page) -> None:
    """Until the browser has drawn the answer to the last click, and nothing runs any more."""
    page.wait_for_timeout(300)
    settled(page)


def doubled(place: Locator) -> list[str]:
    """What stands in a place more than once and should not: a part that the browser forgot to clear away."""
    return place.evaluate(
        """place => {
            const seen = new Map()
            for (const one of place.querySelectorAll("[class*=st-key-], h2, label p"))
                for (const name of one.tagName === "DIV" ? [...one.classList].filter(c => c.startsWith("st-key-")) : [one.textContent])
                    seen.set(name, (seen.get(name) ?? 0) + 1)
            return [...seen].filter(([, times]) => times > 1).map(([name]) => name)
        }"""
    )


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


def test_the_status_of_a_task_asks_for_what_it_needs_and_an_outcome_is_met_by_stated_evidence(page: Page) -> None:
    enter(page)
    unfold(page, "Another roll-out")
    page.get_by_role("textbox", name="Name of a new roll-out").fill(name := f"By hand, {datetime.now():%H:%M:%S}")
    page.get_by_role("button", name="Next: who leads it").click()
    page.get_by_role("textbox", name="Strategic lead").fill("Priya Example")
    page.get_by_role("button", name="Next: by when").click()
    expect(page.get_by_role("region", name="Proposed dates")).to_contain_text("1.16")
    page.get_by_role("button", name="Start the roll-out").click()
    expect(page.get_by_role("heading", name=f"Roll-out: {name}")).to_be_visible()
    expect(page.get_by_role("heading", name="Stuck (2)")).to_have_count(0)  # the board of the sample has gone
    # Done, once every part is.
    card(page, "1.11").click()
    beside = side(page)
    beside.get_by_role("radio", name="Done").click()
    expect(beside.get_by_text("parts a, b, c, d are not ticked")).to_be_visible()
    expect(beside.get_by_role("radio", name="Not started")).to_have_count(1)  # the refused one has gone
    expect(beside.get_by_role("radio", name="Not started")).to_be_checked()
    for part in ("a. How cases", "b. How decisions", "c. How support", "d. Who holds"):
        beside.get_by_text(part).click()
    expect(beside.get_by_text("Parts: 4 of 4 done")).to_be_visible()
    beside.get_by_role("radio", name="Done").click()
    expect(page.get_by_text("1 of 16 tasks done; 0 of 8 closing outcomes met")).to_be_visible()
    beside.get_by_text("History (").click()
    expect(beside.get_by_text("Status: done.")).to_be_visible()
    # Blocked, with what it waits for.
    open_task(page, "1.5")
    beside.get_by_role("radio", name="Blocked").click()
    beside.get_by_role("textbox", name="What is it waiting for?").fill("Figures from finance <b>")
    beside.get_by_role("button", name="Save the status").click()
    expect(page.get_by_role("heading", name="Stuck (1)")).to_be_visible()
    expect(card(page, "1.5")).to_contain_text("Figures from finance <b>")
    # Set aside, with a reason.
    open_task(page, "1.12")
    beside.get_by_role("radio", name="Not applicable").click()
    beside.get_by_role("button", name="Save the status").click()
    expect(beside.get_by_text("say why it does not apply")).to_be_visible()
    beside.get_by_role("textbox", name="Why does it not apply here?").fill("The whole service begins at once")
    beside.get_by_role("button", name="Save the status").click()
    expect(page.get_by_text("1 of 16 tasks done, 1 set aside; 0 of 8 closing outcomes met")).to_be_visible()
    # An outcome.
    page.get_by_text("Closing outcomes: 0 of 8 met").click()
    page.locator('button[data-key="outcome:1-F"]').click()
    expect(beside.get_by_text("Not met yet.")).to_be_visible()
    beside.get_by_role("textbox", name="Evidence that it is met").fill("Minutes of the board, 3 November")
    beside.get_by_role("button", name="Save the evidence").click()
    expect(beside.get_by_text("✓ Met.")).to_be_visible()
    expect(page.get_by_text("Closing outcomes: 1 of 8 met")).to_be_visible()


def test_two_browsers_edit_the_same_rollout_and_who_was_second_on_a_field_loses_nothing(
    visit: Visit, start: Start
) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Two browsers")
    card(one, "1.5").click()
    enter(other, "Tom Example", f"?rollout={rollout}&task=1.5")
    leave(notes(one), "From Priya")
    side(other).get_by_role("radio", name="Under way").click()
    # Each sees the other's change without a click.
    expect(side(one).get_by_role("radio", name="Under way")).to_be_checked()
    expect(card(one, "1.5")).to_contain_text("Under way")
    expect(other.get_by_text("From Priya", exact=True)).to_be_visible()
    other.get_by_role("button", name="Show it in the field").click()
    expect(notes(other)).to_have_value("From Priya")
    # Both write in the same field.
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


def test_quick_clicks_from_task_to_task_leave_the_last_one_open_and_nothing_of_the_others(
    page: Page, start: Start
) -> None:
    start(page, "Quick clicks")
    for task in ("1.11", "1.5", "1.12", "1.6", "1.11", "1.2", "1.12", "1.9", "1.5", "1.11"):
        card(page, task).click()
    expect(side(page).get_by_role("heading", level=2)).to_have_text("1.11 Clarify procedures")
    wait_until_idle(page)
    expect(side(page).get_by_role("heading", level=2)).to_have_text("1.11 Clarify procedures")
    assert doubled(side(page)) == []
    assert "task=1.11" in page.url
    for name in ("Take away", "Group and meetings", "Keeping it going", "Board", "Timeline and progress", "Board"):
        page.get_by_role("radio", name=name).click()
    wait_until_idle(page)
    assert doubled(page.locator(".st-key-rollout_main")) == []
    expect(page.locator("section.phase")).to_have_count(3)
    expect(page.get_by_text("Add a person")).to_have_count(0)


def test_while_one_clicks_quickly_another_types_on_undisturbed(visit: Visit, start: Start) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Clicks and words")
    enter(other, "Tom Example", f"?rollout={rollout}&task=1.11")
    card(one, "1.11").click()
    expect(notes(other)).to_be_enabled()
    notes(other).click()
    parts = ("a. How cases", "b. How decisions", "c. How support", "d. Who holds")
    top = height(notes(other))
    for number, part in enumerate(parts * 2):
        side(one).get_by_role("radio", name=("Under way", "Not started")[number % 2]).click()
        other.keyboard.type(f"word {number} ")
        side(one).get_by_text(part).click()
    expect(side(other).get_by_text("Parts: 0 of 4 done")).to_be_visible()
    expect(other.get_by_text("in the meantime")).to_have_count(0)  # nothing passes for a choice that Tom did not make
    wait_until_idle(one)
    wait_until_idle(other)
    expect(notes(other)).to_be_focused()
    expect(notes(other)).to_have_value("".join(f"word {number} " for number in range(8)))
    assert abs(height(notes(other)) - top) < 2
    notes(other).press("Tab")
    expect(one.get_by_text("Tom Example has changed “Notes” in the meantime.")).to_be_visible()
    for page in (one, other):
        expect(side(page).get_by_role("radio", name="Not started")).to_be_checked()
        assert doubled(side(page)) == []


def test_what_others_add_above_moves_nothing_that_somebody_types_in(visit: Visit, start: Start) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Steady")
    view(one, "Group and meetings")
    unfold(one, "Write a postcard")
    asked = one.get_by_role("textbox", name="What we ask", exact=True)
    asked.click()
    one.keyboard.type("Could we")
    top = height(asked)
    enter(other, "Tom Example", f"?rollout={rollout}&view=group")
    unfold(other, "Add a person")
    other.get_by_role("textbox", name="Name", exact=True).fill("Ada Fictional")
    other.get_by_role("button", name="Add the person").click()
    expect(one.get_by_text("Ada Fictional", exact=True)).to_be_visible()
    wait_until_idle(one)
    one.keyboard.type(" have a room?")
    expect(asked).to_be_focused()
    expect(asked).to_have_value("Could we have a room?")
    assert abs(height(asked) - top) < 2


def test_an_opened_task_has_the_focus_and_closing_it_gives_the_focus_back(visit: Visit) -> None:
    for size in (DESK, PHONE):
        page = enter(visit(size=size), query="?rollout=sample")
        card(page, "2.12").focus()
        page.keyboard.press("Enter")
        heading = side(page).get_by_role("heading", level=2)
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(side(page)).to_have_count(0)
        expect(card(page, "2.12")).to_be_focused()


def test_dates_and_dependencies_that_cannot_be_are_refused_below_the_field(page: Page, start: Start) -> None:
    start(page, "Refusals")
    card(page, "1.5").click()
    expect(side(page).get_by_role("heading", level=2)).to_be_focused()

    def enter_date(name: str, *parts: str) -> None:
        for kind, part in zip(("day", "month", "year"), parts, strict=True):
            page.get_by_role("spinbutton", name=f"{kind}, {name}").press_sequentially(part)
        page.keyboard.press("Tab")  # to the calendar's button, which still belongs to the field
        page.keyboard.press("Tab")

    enter_date("Start", "12", "01", "2027")
    expect(side(page).get_by_text("History (1)")).to_be_visible()
    enter_date("Due", "11", "01", "2027")
    expect(page.get_by_text("it would be due on 11 January 2027, before it starts on 12 January 2027.")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="year, Due")).to_have_text("yyyy")

    def depend(task: str) -> None:
        page.get_by_role("combobox", name="Depends on").click()
        page.get_by_role("combobox", name="Depends on").fill(task)
        page.get_by_role("option", name=task).click()

    card(page, "1.6").click()
    expect(side(page).get_by_role("heading", level=2)).to_be_focused()
    wait_until_idle(page)
    depend("1.5 Plan")
    expect(card(page, "1.6")).to_contain_text("waits for 1.5")
    card(page, "1.5").click()
    expect(side(page).get_by_role("heading", level=2)).to_contain_text("1.5")
    wait_until_idle(page)
    depend("1.6 Settle")
    expect(page.get_by_text("Task 1.5 would wait for itself: 1.5 waits for 1.6 waits for 1.5.")).to_be_visible()


def test_a_local_task_with_evidence_and_a_comment_and_its_removal(page: Page, start: Start) -> None:
    start(page, "Local")
    unfold(page, "Add a local task")
    page.get_by_role("textbox", name="Title").fill("Our *own* task")
    page.get_by_role("button", name="Add the task").click()
    card(page, "1.L1").click()
    expect(side(page).get_by_role("heading", level=2)).to_have_text("1.L1 Our *own* task")
    unfold(side(page), "Evidence (0)", "Comments (0)")
    side(page).get_by_role("textbox", name="Link or file name").fill("minutes.docx")
    side(page).get_by_role("button", name="Add the evidence").click()
    expect(side(page).get_by_text("Please give the date of the piece of evidence.")).to_be_visible()
    for kind, part in (("day", "03"), ("month", "11"), ("year", "2026")):
        side(page).get_by_role("spinbutton", name=f"{kind}, Date of the evidence").press_sequentially(part)
    side(page).get_by_role("button", name="Add the evidence").click()
    expect(side(page).get_by_text("minutes.docx, 3 November 2026")).to_be_visible()
    side(page).get_by_role("textbox", name="Your comment").fill("Looks good")
    side(page).get_by_role("button", name="Add the comment").click()
    expect(side(page).get_by_text("Comments (1)")).to_be_visible()
    expect(side(page).get_by_role("textbox", name="Your comment")).to_have_value("")
    unfold(side(page), "Change or remove this local task")
    side(page).get_by_role("textbox", name="Why it is removed").fill("Entered twice")
    side(page).get_by_role("button", name="Remove this task").click()
    expect(side(page).get_by_text("has evidence. Remove that first.")).to_be_visible()
    side(page).get_by_role("button", name="Take it away").click()
    page.keyboard.press("Shift")  # scrolled by the test, the next button stands under the last click: it is meant
    side(page).get_by_role("button", name="Yes, remove it").click()
    expect(side(page).get_by_text("Evidence (0)")).to_be_visible()
    page.keyboard.press("Shift")
    side(page).get_by_role("button", name="Remove this task").click()
    expect(card(page, "1.L1")).to_have_count(0)


def test_a_meeting_too_soon_is_refused_beside_its_form_and_nothing_typed_is_lost(page: Page) -> None:
    enter(page, query="?rollout=sample&view=group")
    unfold(page, "Plan a meeting")
    form = page.locator(".st-key-add-meeting")
    page.get_by_role("combobox", name="Which meeting").click()
    page.get_by_role("option", name="Strategic set 3").click()
    expect(form.get_by_text("At least six working weeks after the last of its group")).to_be_visible()
    form.get_by_role("textbox", name="Place").fill("Room 4")
    year = form.get_by_role("spinbutton", name="year, Date")
    year.press_sequentially("2026")
    form.get_by_role("spinbutton", name="month, Date").press_sequentially("12")
    form.get_by_role("button", name="Plan the meeting").click()
    expect(form.get_by_text("the checklist asks for at least 6 working weeks")).to_be_visible()
    expect(form.get_by_role("textbox", name="Place")).to_have_value("Room 4")


def test_a_stakeholder_a_gap_and_a_checked_case(page: Page, start: Start) -> None:
    start(page, "Partners")
    view(page, "Partners and services")
    unfold(page, "Add a stakeholder")
    page.get_by_role("textbox", name="Who", exact=True).fill("Head teachers")
    page.get_by_role("button", name="Add the stakeholder").click()
    expect(page.get_by_text("Head teachers", exact=True)).to_be_visible()
    unfold(page, "Add a gap")
    page.get_by_role("textbox", name="Service", exact=True).fill("Evening classes")
    page.get_by_role("button", name="Add the gap").click()
    expect(page.get_by_text("○ open · Evening classes")).to_be_visible()
    view(page, "Keeping it going")
    expect(page.get_by_text("Leads and champions: ▲ warning.")).to_be_visible()
    page.get_by_role("textbox", name="Which case").fill("Case 12")
    page.get_by_role("button", name="Record the case").click()
    expect(page.get_by_text("Case 12", exact=False).last).to_be_visible()
    expect(page.get_by_text("Cases read for quality: ✓ in order.")).to_be_visible()


def test_the_address_says_where_one_is_and_a_fresh_sample_can_be_had(page: Page) -> None:
    enter(page, query="?rollout=sample")
    view(page, "Keeping it going")
    expect(page).to_have_url(re.compile("view=keeping"))
    page.reload()
    expect(page.get_by_text("Signs of drift")).to_be_visible()
    unfold(page, "Another roll-out")
    page.get_by_role("button", name="Open a fresh copy of the sample").click()
    expect(page.get_by_role("heading", name=re.compile("Roll-out: Sample of"))).to_be_visible()
    expect(page).to_have_url(re.compile("rollout=sample-"))


def test_a_chart_is_taken_away_as_a_picture_and_as_numbers(page: Page) -> None:
    enter(page, query="?rollout=sample&view=timeline")
    page.get_by_text("The same as a table, and downloads").first.click()
    place = page.locator(".st-key-files-timeline")
    for name, begins in (("Picture (PNG)", b"\x89PNG"), ("Numbers (CSV)", b"\xef\xbb\xbfTask,")):
        with page.expect_download() as taken:
            place.get_by_role("button", name=name).click()
        assert Path(taken.value.path()).read_bytes().startswith(begins)


def test_a_person_a_meeting_an_action_and_a_postcard(page: Page, start: Start) -> None:
    start(page, "Group")
    view(page, "Group and meetings")
    expect(page.get_by_text("Fostering manager: nobody in the strategic group.")).to_be_visible()
    unfold(page, "Add a person")
    page.get_by_role("textbox", name="Name", exact=True).fill("Ada Fictional")
    page.get_by_role("button", name="Add the person").click()
    expect(page.get_by_text("Strategic group (1)")).to_be_visible()
    unfold(page, "Plan a meeting")
    page.get_by_role("button", name="Plan the meeting").click()
    expect(page.get_by_text("Who is here, and what this group is for")).to_be_visible()
    unfold(page, "Add an action")
    page.get_by_role("textbox", name="What is to be done").fill("Read the framework")
    page.get_by_role("button", name="Add the action").click()
    expect(page.get_by_text("○ Read the framework · Ada Fictional")).to_be_visible()
    unfold(page, "Write a postcard")
    page.get_by_role("textbox", name="What we ask", exact=True).fill("Which form?")
    page.get_by_role("button", name="Send the postcard").click()
    leave(page.get_by_role("textbox", name="Answer of the practice group"), "The new one.")
    expect(page.get_by_text("✓ answered · from the strategic group")).to_be_visible()


def test_a_workbook_is_taken_away_changed_previewed_and_brought_back(page: Page, tmp_path: Path, start: Start) -> None:
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


def test_documents_can_be_taken_away(page: Page) -> None:
    enter(page, query="?rollout=sample&view=away")
    for button, begins in (
        ("Status on one page (PDF)", b"%PDF"),
        ("Action list (Word)", b"PK"),
        ("Dates for your calendar (.ics)", b"BEGIN:VCALENDAR"),
        ("This draft (PDF)", b"%PDF"),
        ("This draft (Word)", b"PK"),
    ):
        settled(page)
        page.keyboard.press("Shift")  # scrolled by the test, a button may stand where the last click was
        with page.expect_download() as taken:
            page.get_by_role("button", name=button).click()
        assert Path(taken.value.path()).read_bytes().startswith(begins), button


def test_a_document_that_cannot_be_made_says_so_beside_a_page_that_goes_on(
    visit: Visit, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    """An authority's own Word template may be no Word file."""
    own = tmp_path / "edition"
    shutil.copytree(edition.CONTENT / edition.DEFAULT, own)
    (own / "rollout.docx").write_text("No Word file", "utf-8")
    with AppServer(tmp_path, {"HOMEWARD_EDITION": str(own)}) as server:
        page = enter(visit(to=server), query="?rollout=sample")
        page.get_by_role("radio", name="Take away").click()
        page.get_by_role("button", name="Action list (Word)").click()
        said = page.get_by_text("rollout.docx: cannot be used as the template of a Word file")
        expect(said).to_be_visible()
        axe(page)
        with page.expect_download() as taken:
            page.get_by_role("button", name="Action list (PDF)").click()
        assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
        expect(said).to_have_count(0)
        page.close()  # before its server goes


def test_axe_finds_nothing_in_any_view(page: Page, axe_in_both: Callable[[Page], None]) -> None:
    enter(page, query="?rollout=sample&task=2.8")
    for name in VIEWS:
        view(page, name)
        if name == "Timeline and progress":
            expect(page.locator("[data-testid=stVegaLiteChart]").locator("svg, canvas").first).to_be_visible()
        axe_in_both(page)


def test_no_view_scrolls_sideways_on_a_phone(phone: Page) -> None:
    enter(phone, query="?rollout=sample")
    for name in VIEWS:
        view(phone, name)
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert phone.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('.stMain'))"), name


def test_an_address_that_leads_nowhere_gets_a_sentence(page: Page) -> None:
    page.goto("/rollout?rollout=nowhere&task=9.9")
    expect(page.get_by_text("There is no roll-out at this address.")).to_be_visible()
    page.goto("/rollout?rollout=sample&task=9.9")
    expect(page.get_by_text("There is no task 9.9 in this roll-out.")).to_be_visible()


# ── Files that are stale, come twice, or hold a formula without a value ──────────────────────────────────────────────


def bring(page: Page, content: bytes, name: str = "stale.xlsx") -> None:
    given = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator('input[type="file"]').set_input_files(given)
    settled(page)


def test_a_stale_file_the_same_file_twice_and_a_formula_without_a_value(
    page: Page, work: Workspace, start: Start, axe: Callable[[Page], None]
) -> None:
    rollout = start(page, "Stale")
    state = work.rollouts.view(rollout)
    book = openpyxl.load_workbook(io.BytesIO(files.excel(state, work.rollouts.checklist)))
    sheet = book["Tasks"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value in ("T1.10", "T1.11"):
            row[heads.index("Notes")].value = "From the file"
    stale = io.BytesIO()
    book.save(stale)
    # Meanwhile a colleague changes one of the two, and something else.
    work.rollouts.run(rollout, "Tom Example", Change("task", "1.10", "notes", "From Tom"))
    work.rollouts.run(rollout, "Tom Example", SetStatus("1.5", "done"))
    view(page, "Take away")
    bring(page, stale.getvalue())
    expect(page.get_by_text("2 things have changed here (by Tom Example)")).to_be_visible()
    expect(page.get_by_text("Tom Example has changed it to “From Tom” since")).to_be_visible()
    expect(page.get_by_text("1.11: Notes: nothing → From the file")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Make this change").click()
    expect(page.get_by_text("The file has been imported.")).to_be_visible()
    after = work.rollouts.view(rollout)
    assert (after.tasks["1.10"].notes, after.tasks["1.11"].notes) == ("From Tom", "From the file")
    assert after.tasks["1.5"].status == "done" and after.items.last_by("task", "1.5", "status") == "Tom Example"
    # The same file once more.
    wait_until_idle(page)
    bring(page, stale.getvalue())
    expect(page.get_by_text("Priya Example brought in a file that says the same")).to_be_visible()
    expect(page.get_by_role("button", name="Make th")).to_have_count(0)
    # A program that wrote a formula and did not compute it: openpyxl is one.
    row[heads.index("Notes")].value = '=A2&" is new"'
    formula = io.BytesIO()
    book.save(formula)
    bring(page, formula.getvalue(), "formula.xlsx")
    expect(page.get_by_text("holds a formula without a value that can be read")).to_be_visible()
    axe(page)
    assert work.rollouts.view(rollout).version == after.version


# ── One's own roll-out ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_browser_remembers_who_one_is_and_which_rollout_is_ones_own(
    page: Page, work: Workspace, start: Start
) -> None:
    mine = start(page, "Ours to keep")
    work.rollouts.start(f"Changed after {mine}", "Tom Example")
    settled(page)
    page.goto("/rollout")
    expect(page.get_by_role("heading", name="Roll-out: Ours to keep")).to_be_visible()
    expect(page.get_by_text("You are working as Priya Example.")).to_be_visible()
    page.get_by_role("button", name="Not Priya Example?").click()
    expect(page.get_by_label("Your name, kept with every change you make")).to_be_visible()
    title = work.rollouts.view(mine).title
    page.goto("about:blank")  # the page left behind would go on writing its cookies
    page.context.clear_cookies()
    page.goto("/rollout")
    expect(page.get_by_text("Which roll-out do you work on?")).to_be_visible()
    settled(page)
    page.get_by_role("button", name=title, exact=True).click()
    expect(page.get_by_role("heading", name="Roll-out: Ours to keep")).to_be_visible()
    expect(page).to_have_url(re.compile(f"rollout={mine}"))


def test_what_one_is_typing_survives_the_removal_of_its_item_and_is_saved_when_it_is_put_back(
    visit: Visit, work: Workspace, start: Start
) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Half-typed")
    work.rollouts.run(rollout, "Priya Example", Add("stakeholder", {"name": "Head teachers"}))
    for page, name in ((one, "Priya Example"), (other, "Tom Example")):
        if page is other:
            enter(page, name, f"?rollout={rollout}&view=partners")
        else:
            view(page, "Partners and services")
        unfold(page, "Head teachers")
    gains = one.get_by_role("textbox", name="What they gain").first
    gains.click()
    one.keyboard.type("Half a thou")
    other.get_by_role("button", name="Remove", exact=True).click()
    other.get_by_role("button", name="Yes, remove it").click()
    expect(one.get_by_text("Tom Example removed this stakeholder")).to_be_visible()
    one.keyboard.type("ght")
    expect(gains).to_be_focused()
    expect(gains).to_have_value("Half a thought")
    expect(other.get_by_text("Head teachers")).to_have_count(0)
    one.get_by_role("button", name="Put it back").click()
    expect(one.get_by_text("removed this stakeholder")).to_have_count(0)
    expect(other.get_by_text("Head teachers", exact=True)).to_be_visible()
    wait_until_idle(one)
    assert work.rollouts.view(rollout).stakeholders["s1"].gains == "Half a thought"


def test_a_rollout_is_renamed_and_archived(page: Page, work: Workspace, start: Start) -> None:
    rollout = start(page, "To be renamed")
    if "Taken by others" not in work.rollouts.names().values():
        work.rollouts.start("Taken by others", "Tom Example")
    unfold(page, "Name and archive")
    page.get_by_role("textbox", name="Name of this roll-out").fill("Taken by others")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_text("There is a roll-out called Taken by others already")).to_be_visible()
    page.get_by_role("textbox", name="Name of this roll-out").fill(f"Renamed {rollout}")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Roll-out: Renamed")).to_be_visible()
    page.get_by_role("button", name="Archive it").click()
    expect(page.get_by_text("This roll-out is archived")).to_be_visible()
    card(page, "1.5").click()
    expect(notes(page)).to_be_disabled()
    page.get_by_role("button", name="Take it up again").click()
    expect(notes(page)).to_be_enabled()
    assert not work.rollouts.view(rollout).archived


def test_many_tasks_get_an_owner_at_once_and_what_changed_is_put_back(
    page: Page, work: Workspace, start: Start
) -> None:
    rollout = start(page, "Many at once")
    work.rollouts.run(rollout, "Tom Example", Add("member", {"name": "Priya Example"}))
    unfold(page, "Change several tasks at once")
    page.get_by_role("button", name="Choose those with no owner").click()
    wait_until_idle(page)
    pick(page.locator(".st-key-together").get_by_role("combobox", name="Owner"), "Priya Example")
    page.get_by_role("button", name="Change these tasks").click()
    expect(page.get_by_text("Changed: 35 tasks.")).to_be_visible()
    assert {task.owner for task in work.rollouts.view(rollout).tasks.values()} == {"p1"}
    view(page, "What changed")
    pick(page.locator(f".st-key-changed-since-{rollout}").get_by_role("combobox"), "the beginning")
    expect(page.get_by_text("Owner: nothing → Priya Example").first).to_be_visible()
    page.get_by_role("button", name="Put it back").first.click()
    expect(page.get_by_text("Put back.")).to_be_visible()
    assert [task.owner for task in work.rollouts.view(rollout).tasks.values()].count("") == 1
