"""Protects: from the reveal to an approved decision in a real browser, also when it is sent back, with the keyboard alone where somebody
approves; and an unplanned return, whose words survive a reload."""

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from framework.workspace import Workspace
from tests.browser import journeys
from tests.browser.conftest import Visit
from tests.browser.test_case_page import write
from tests.browser.test_records_page import become
from tests.decision.page_case import DecisionCase
from tests.decision.test_record import pdf_text, squeezed, word_text

CHILD = "Wren"


def made(work: Workspace) -> DecisionCase:
    """A case with a name of its own, so that a second try finds no other."""
    return DecisionCase(work, f"{CHILD} {time.monotonic_ns()}")


def opens(page: Page, one: DecisionCase, who: str, decision: str = "") -> None:
    page.goto(f"/case?case={one.case}&view=decisions{f'&decision={decision}' if decision else ''}")
    journeys.settled(page)
    become(page, who)
    expect(page.get_by_role("radio", name="Decisions", exact=True)).to_be_checked()
    journeys.settled(page)


def asked_once(page: Page, label: str, yes: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()
    page.get_by_role("button", name=yes).click()
    journeys.settled(page)


def standing(page: Page) -> Locator:
    return page.locator(".decision-standing")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Come to something with the Tab key, and press a key on it."""
    for _ in range(120):
        if target.evaluate("one => one === document.activeElement || one.contains(document.activeElement)"):
            page.keyboard.press(key)
            journeys.settled(page)
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not come to it")


def test_from_the_reveal_to_an_approved_decision_that_was_sent_back_once(
    visit: Visit, work: Workspace, axe_in_both: Callable[[Page], None]
) -> None:
    one, page, officer = made(work), visit(), visit()
    meeting = one.meeting(known=True, upto="revealed")

    # The chair goes on from the last answer to the decision.
    page.goto(f"/panel?meeting={meeting}")
    journeys.settled(page)
    become(page, one.worker.name)
    page.get_by_role("button", name="Go on: all answers are agreed").click()
    page.get_by_role("link", name="Go on to the decision").click()
    page.get_by_role("button", name="Begin the decision on this meeting").click()
    expect(standing(page)).to_have_text("◌ Not in effect: being prepared.")
    journeys.settled(page)

    # It is written in the order of the meeting.
    write(page, "Neglect (take great care)", "Seen every week; her aunt helps.")
    page.get_by_text("Medium risk (confirms what is indicated)").click()
    journeys.settled(page)
    page.get_by_role("button", name="Record the classification").click()
    expect(page.get_by_text("✓ Recorded")).to_be_visible()
    page.get_by_text("Return home", exact=True).click()
    journeys.settled(page)
    journeys.choose(page, "Legal footing", "Stops being looked after")
    says_no(page, "Is schooling in Year 10 or 11 disrupted?")
    journeys.choose(page, "Where the home is", "In our own area")
    says_no(page, "Is the child a ward of court?")
    expect(page.get_by_role("heading", name="A nominated officer must approve it")).to_be_visible()
    page.get_by_role("button", name="Compare this option").click()
    expect(page.get_by_role("region", name="The options side by side")).to_contain_text("Home now, with support")
    write(page, "Rationale: why this is decided", "She has changed, and she")
    page.reload()
    expect(page.get_by_role("textbox", name="Rationale: why this is decided")).to_have_value("She has changed, and she")
    write(page, "Rationale: why this is decided", "She has changed, and others saw it.")
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    axe_in_both(page)
    asked_once(page, "Record the decision", "Yes, record it")
    expect(standing(page)).to_contain_text("Not in effect: nobody has been asked to approve it")
    (decision,) = one.state.made

    # The officer is asked, sends it back, and it is decided again.
    ask(page, one)
    opens(officer, one, one.officer.name, decision)
    officer_sends_back(officer)
    expect(standing(page)).to_contain_text("Say who was told.")  # by itself
    journeys.settled(page)
    write(page, "Rationale: why this is decided", "She has changed, and others saw it. All were told.")
    asked_once(page, "Record the decision", "Yes, record it")
    ask(page, one)

    # From Home to the approval, with the keyboard alone.
    officer_approves(officer, one, axe_in_both)
    expect(standing(page)).to_contain_text("In effect since")
    signed = one.state.made[decision].approved
    assert signed and signed.by == one.officer.id
    page.get_by_role("radio", name="Overview", exact=True).focus()
    page.get_by_text("Overview", exact=True).click()
    expect(page.get_by_role("heading", name="Classified once: Medium risk")).to_be_visible()
    journeys.settled(page)
    axe_in_both(page)

    # The records are looked at and taken away.
    page.goto(f"/case?case={one.case}&view=decisions&decision={decision}")
    journeys.settled(page)
    journeys.open_up(page, "The records, to look at and take away")
    expect(page.get_by_role("img", name="The decision record begins so")).to_be_visible()
    axe_in_both(page)
    for record in ("Decision record", "Court record"):
        for text in (pdf_text(taken(page, f"{record}: PDF")), word_text(taken(page, f"{record}: Word"))):
            assert squeezed("She has changed, and others saw it. All were told.") in squeezed(text), record
            assert squeezed(one.officer.name) in squeezed(text), record


def taken(page: Page, button: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.path().read_bytes()


def says_no(page: Page, question: str) -> None:
    """`journeys.choose` takes “Not answered” for a “No” that is chosen already."""
    page.get_by_role("combobox", name=question).click()
    page.get_by_role("option", name="No", exact=True).click()
    journeys.settled(page)


def ask(page: Page, one: DecisionCase) -> None:
    journeys.choose(page, "Who is asked", one.officer.name)
    page.get_by_role("button", name="Ask this person").click()
    expect(standing(page)).to_contain_text("Not in effect: waits for approval")
    journeys.settled(page)


def officer_sends_back(page: Page) -> None:
    page.get_by_role("textbox", name="In words").fill("Say who was told.")
    asked_once(page, "Send it back", "Yes, send it back")
    expect(standing(page)).to_contain_text("Sent back on")


def officer_approves(page: Page, one: DecisionCase, axe_in_both: Callable[[Page], None]) -> None:
    page.goto("/")
    link = page.get_by_role("link", name=f"{one.called}: A decision waits for your approval")
    expect(link).to_be_visible()
    journeys.settled(page)
    press(page, link)
    expect(page.get_by_role("heading", name="What must be satisfied, one by one")).to_be_visible()
    journeys.settled(page)
    axe_in_both(page)
    evidence = page.get_by_role("textbox", name="Evidence that it is met")
    for left in range(evidence.count(), 0, -1):
        expect(evidence).to_have_count(left)
        press(page, evidence.first, "o")
        page.keyboard.type("n file.")
        press(page, page.get_by_role("button", name="It is satisfied").first)
    expect(evidence).to_have_count(0)
    press(page, page.get_by_role("button", name="Approve", exact=True))
    press(page, page.get_by_role("button", name="Yes, approve it"))


def test_an_unplanned_return_begins_with_safety_and_keeps_what_is_typed(
    page: Page, work: Workspace, axe_in_both: Callable[[Page], None]
) -> None:
    one = made(work)
    opens(page, one, one.worker.name)
    journeys.open_up(page, "Record an unplanned return")
    page.get_by_role("button", name="Begin with the child’s safety").click()
    expect(standing(page)).to_contain_text("The child is at home")
    journeys.settled(page)
    journeys.choose(page, "Who ended it", "A parent")
    write(page, "Who saw the child", "The duty worker")
    plan = page.get_by_role("textbox", name="Interim safety plan", exact=False)
    plan.press_sequentially("Her aunt calls every")
    page.reload()
    expect(plan).to_have_value("Her aunt calls every")
    journeys.settled(page)
    plan.press("End")
    plan.press_sequentially(" evening.")
    plan.press("Tab")
    journeys.settled(page)
    expect(page.get_by_text("Write down the interim safety plan.")).to_have_count(0)
    expect(page.get_by_text("Say whether the child was seen alone.")).to_be_visible()
    axe_in_both(page)
    (draft,) = one.state.drafts.values()
    assert (draft.ended_by, draft.safety_plan) == ("parent", "Her aunt calls every evening.")
    assert page.get_by_text("Not in effect").count() == 0
