"""The roll-out in a real browser: the board, one task, two people at once, files out and in, a phone, axe."""

import io
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect

from framework import edition
from framework.rollout import Add, Change, SetStatus, files
from framework.workspace import Workspace
from pages.rollout.edit import NAME_COOKIE
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.journeys import settled
from tests.browser.live_journeys import live_sign
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


def enter(page: Page, server: AppServer, name: str = "Priya Example", query: str = "?rollout=sample") -> Page:
    """Open the sample in a browser that knows who is working."""
    page.context.add_cookies([{"name": NAME_COOKIE, "value": quote(name), "url": server.url}])
    page.goto(f"/rollout{query}")
    expect(page.get_by_text(f"You are working as {name}.")).to_be_visible()
    expect(live_sign(page)).to_have_text("Live")  # until it listens, it may be drawn anew for what it has not heard
    return settled(page)


@pytest.fixture
def start(work: Workspace, server: AppServer) -> Start:
    """`start(page, "Title")`: work on a roll-out of one's own, so that tests do not meet each other; its address."""

    def begin(page: Page, title: str) -> str:
        taken = work.rollouts.names().values()  # of a test that is tried once more
        title = next(one for one in (title, f"{title} again") if one not in taken)
        begun = work.rollouts.start(title, "Priya Example")
        enter(page, server, query=f"?rollout={begun.id}")
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


def test_the_board_opens_with_what_is_stuck_and_due_and_a_task_opens_at_the_side(page: Page, server: AppServer) -> None:
    enter(page, server)
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
    # An opened task has the focus, and closing it gives the focus back.
    for width, height_ in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height_})
        wait_until_idle(page)
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


def test_a_rollout_begun_by_hand_and_what_is_refused_goes_from_its_field(page: Page, server: AppServer) -> None:
    enter(page, server)
    unfold(page, "Another roll-out")
    page.get_by_role("textbox", name="Name of a new roll-out").fill(name := f"By hand, {datetime.now():%H:%M:%S}")
    page.get_by_role("button", name="Next: who leads it").click()
    page.get_by_role("textbox", name="Strategic lead").fill("Priya Example")
    page.get_by_role("button", name="Next: by when").click()
    expect(page.get_by_role("region", name="Proposed dates")).to_contain_text("1.16")
    page.get_by_role("button", name="Start the roll-out").click()
    expect(page.get_by_role("heading", name=f"Roll-out: {name}")).to_be_visible()
    expect(page.get_by_role("heading", name="Stuck (2)")).to_have_count(0)  # the board of the sample has gone
    card(page, "1.11").click()
    beside = side(page)
    beside.get_by_role("radio", name="Done").click()
    expect(beside.get_by_text("parts a, b, c, d are not ticked")).to_be_visible()
    expect(beside.get_by_role("radio", name="Not started")).to_have_count(1)  # the refused one has gone
    expect(beside.get_by_role("radio", name="Not started")).to_be_checked()
    beside.get_by_text("a. How cases").click()
    expect(beside.get_by_text("Parts: 1 of 4 done")).to_be_visible()
    beside.get_by_role("radio", name="Blocked").click()
    beside.get_by_role("textbox", name="What is it waiting for?").fill("Figures from finance <b>")
    beside.get_by_role("button", name="Save the status").click()
    expect(page.get_by_role("heading", name="Stuck (1)")).to_be_visible()
    expect(card(page, "1.11")).to_contain_text("Figures from finance <b>")

    def enter_date(name: str, *parts: str) -> None:
        for kind, part in zip(("day", "month", "year"), parts, strict=True):
            page.get_by_role("spinbutton", name=f"{kind}, {name}").press_sequentially(part)
        page.keyboard.press("Tab")  # to the calendar's button, which still belongs to the field
        page.keyboard.press("Tab")

    due = beside.get_by_role("spinbutton", name="year, Due")
    year = int(due.inner_text())
    enter_date("Start", "12", "01", str(year + 1))
    expect(beside.get_by_text("before it starts on 12 January")).to_be_visible()
    expect(beside.get_by_role("spinbutton", name="year, Start")).to_have_text("yyyy")


def test_every_view_can_be_used_by_everybody_and_its_papers_taken_away(
    page: Page, server: AppServer, axe_in_both: Callable[[Page], None]
) -> None:
    enter(page, server, query="?rollout=sample&task=2.8")
    for name in VIEWS:
        view(page, name)
        if name == "Timeline and progress":
            expect(page.locator("[data-testid=stVegaLiteChart]").locator("svg, canvas").first).to_be_visible()
        axe_in_both(page)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('.stMain'))"), name
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        settled(page)
    for button, begins in (
        ("Status on one page (PDF)", b"%PDF"),
        ("Action list (Word)", b"PK"),
        ("Everything (Excel)", b"PK"),
        ("Dates for your calendar (.ics)", b"BEGIN:VCALENDAR"),
    ):
        taken(page, page.get_by_role("button", name=button), begins)
    # The address says where one is.
    view(page, "Timeline and progress")
    expect(page).to_have_url(re.compile("view=timeline"))
    page.reload()
    page.get_by_text("The same as a table, and downloads").first.click()
    place = page.locator(".st-key-files-timeline")
    for button, begins in (("Picture (PNG)", b"\x89PNG"), ("Numbers (CSV)", b"\xef\xbb\xbfTask,")):
        taken(page, place.get_by_role("button", name=button), begins)


def taken(page: Page, button: Locator, begins: bytes) -> None:
    """What is downloaded begins so."""
    settled(page)
    page.keyboard.press("Shift")  # scrolled by the test, a button may stand where the last click was
    with page.expect_download() as download:
        button.click()
    assert Path(download.value.path()).read_bytes().startswith(begins)


def test_two_browsers_edit_the_same_rollout_and_who_was_second_on_a_field_loses_nothing(
    visit: Visit, server: AppServer, start: Start
) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Two browsers")
    card(one, "1.5").click()
    enter(other, server, "Tom Example", f"?rollout={rollout}&task=1.5")
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


def test_while_one_clicks_quickly_another_types_on_undisturbed(visit: Visit, server: AppServer, start: Start) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Clicks and words")
    enter(other, server, "Tom Example", f"?rollout={rollout}&task=1.11")
    card(one, "1.11").click()
    expect(notes(other)).to_be_enabled()
    notes(other).click()
    parts = ("a. How cases", "b. How decisions", "c. How support", "d. Who holds")
    top = height(notes(other))
    for number, part in enumerate(parts[:2] * 2):
        side(one).get_by_role("radio", name=("Under way", "Not started")[number % 2]).click()
        other.keyboard.type(f"word {number} ")
        side(one).get_by_text(part).click()
    expect(side(other).get_by_text("Parts: 0 of 4 done")).to_be_visible()
    expect(other.get_by_text("in the meantime")).to_have_count(0)  # nothing passes for a choice that Tom did not make
    wait_until_idle(one)
    wait_until_idle(other)
    expect(notes(other)).to_be_focused()
    expect(notes(other)).to_have_value("".join(f"word {number} " for number in range(4)))
    assert abs(height(notes(other)) - top) < 2
    notes(other).press("Tab")
    expect(one.get_by_text("Tom Example has changed “Notes” in the meantime.")).to_be_visible()
    for page in (one, other):
        expect(side(page).get_by_role("radio", name="Not started")).to_be_checked()
        assert doubled(side(page)) == []


def test_what_others_add_above_moves_nothing_that_somebody_types_in(
    visit: Visit, server: AppServer, start: Start
) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Steady")
    view(one, "Group and meetings")
    unfold(one, "Write a postcard")
    asked = one.get_by_role("textbox", name="What we ask", exact=True)
    asked.click()
    one.keyboard.type("Could we")
    top = height(asked)
    enter(other, server, "Tom Example", f"?rollout={rollout}&view=group")
    unfold(other, "Add a person")
    other.get_by_role("textbox", name="Name", exact=True).fill("Ada Fictional")
    other.get_by_role("button", name="Add the person").click()
    expect(one.get_by_text("Ada Fictional", exact=True)).to_be_visible()
    wait_until_idle(one)
    one.keyboard.type(" have a room?")
    expect(asked).to_be_focused()
    expect(asked).to_have_value("Could we have a room?")
    assert abs(height(asked) - top) < 2


def test_a_document_that_cannot_be_made_says_so_beside_a_page_that_goes_on(
    visit: Visit, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    """An authority's own Word template may be no Word file."""
    own = tmp_path / "edition"
    shutil.copytree(edition.CONTENT / edition.DEFAULT, own)
    (own / "rollout.docx").write_text("No Word file", "utf-8")
    with AppServer(tmp_path, {"HOMEWARD_EDITION": str(own)}) as server:
        page = enter(visit(to=server), server, query="?rollout=sample")
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
    row[heads.index("Owner")].value = "Nobody Atall"
    unknown = io.BytesIO()
    book.save(unknown)
    row[heads.index("Owner")].value = None
    # Meanwhile a colleague changes one of the two, and something else.
    work.rollouts.run(rollout, "Tom Example", Change("task", "1.10", "notes", "From Tom"))
    work.rollouts.run(rollout, "Tom Example", SetStatus("1.5", "done"))
    view(page, "Take away")
    bring(page, unknown.getvalue())
    expect(page.get_by_text("Nothing can be imported yet")).to_be_visible()
    expect(page.get_by_text(re.compile(".Nobody Atall. is not in the group"))).to_be_visible()
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
    page: Page, visit: Visit, work: Workspace, start: Start
) -> None:
    mine = start(page, "Ours to keep")
    work.rollouts.start(f"Changed after {mine}", "Tom Example")
    settled(page)
    page.goto("/rollout")
    expect(page.get_by_role("heading", name="Roll-out: Ours to keep")).to_be_visible()
    expect(page.get_by_text("You are working as Priya Example.")).to_be_visible()
    page.get_by_role("button", name="Not Priya Example?").click()
    expect(page.get_by_label("Your name, kept with every change you make")).to_be_visible()
    other = visit()
    other.goto("/rollout")
    expect(other.get_by_text("Which roll-out do you work on?")).to_be_visible()
    settled(other)
    other.get_by_role("button", name=work.rollouts.view(mine).title, exact=True).click()
    expect(other.get_by_role("heading", name="Roll-out: Ours to keep")).to_be_visible()
    expect(other).to_have_url(re.compile(f"rollout={mine}"))
    other.get_by_label("Your name, kept with every change you make").fill("Tom Example")
    other.get_by_role("button", name="Start working").click()
    expect(other.get_by_text("You are working as Tom Example.")).to_be_visible()
    settled(other)
    other.goto("/rollout")
    expect(other.get_by_text("You are working as Tom Example.")).to_be_visible()


def test_what_one_is_typing_survives_the_removal_of_its_item_and_is_saved_when_it_is_put_back(
    visit: Visit, server: AppServer, work: Workspace, start: Start
) -> None:
    one, other = visit(), visit()
    rollout = start(one, "Half-typed")
    work.rollouts.run(rollout, "Priya Example", Add("stakeholder", {"name": "Head teachers"}))
    for page, name in ((one, "Priya Example"), (other, "Tom Example")):
        if page is other:
            enter(page, server, name, f"?rollout={rollout}&view=partners")
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
    for _ in range(50):
        if work.rollouts.view(rollout).stakeholders["s1"].gains:
            break
        one.wait_for_timeout(200)
    assert work.rollouts.view(rollout).stakeholders["s1"].gains == "Half a thought"
