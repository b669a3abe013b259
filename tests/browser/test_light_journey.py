"""From Home to a light, by mouse in haste and by keyboard; and nothing is lost on the way.

The light of every sample case, with all that stands beside it, is in tests/test_pages.py.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from framework import panel
from framework.case import Case
from framework.light import explain
from framework.light.classification import classify
from framework.panel.meetings import Ticket
from framework.panel.sections import Section
from framework.workspace import Workspace
from tests.browser import journeys
from tests.browser.conftest import Visit
from tests.browser.live_journeys import alone, sit
from tests.record import listed
from tests.server import AppServer

IN_HASTE, BY_KEYBOARD = "HW-015", "HW-012"


# ── By mouse, faster than the server can answer ──────────────────────────────────────────────────────────────────────


def test_from_home_to_the_light_in_haste(page: Page, cases: dict[str, Case]) -> None:
    journeys.start_meeting(page, IN_HASTE)
    journeys.start_scoring(page)
    journeys.score(page, cases[IN_HASTE], hasty=True)
    expect(page.get_by_text("You have answered everything.")).to_be_visible()
    expect_light(page, cases[IN_HASTE], "Between Medium and High risk")


def expect_light(page: Page, case: Case, level: str) -> None:
    result = classify(journeys.EDITION, case.reference)
    light = journeys.light(page)
    expect(journeys.level(page)).to_have_text(level)
    expect(light.locator(".why")).to_have_text(explain.sentence(journeys.EDITION, result, case.carers))
    expect(light.locator("img")).to_be_visible()
    journeys.open_up(page, "The rule, and the row that fits")
    expect(light).to_contain_text(explain.basis(journeys.EDITION, result))
    holding = explain.holding(journeys.EDITION, result, case.carers)
    _expect_listed(
        page, "What holds it there", [heading for heading, _ in holding], [o for _, part in holding for o in part]
    )
    better = [level for level, _ in explain.changes(journeys.EDITION, result, case.carers)]
    changes = journeys.open_up(page, "What would have to be different")
    expect(changes.get_by_role("heading")).to_have_text([re.compile(f"^For {level}: ") for level in better])
    moving = explain.find_out(journeys.EDITION, result, case.carers)
    safety = [one for one in explain.safety_unknown(journeys.EDITION, result, case.carers) if one not in moving]
    headings = ["Not known, and about abuse or a caution factor"] if safety else []
    _expect_listed(page, "Find out next", headings, [*moving, *safety])


def _expect_listed(page: Page, title: str, headings: list[str], items: list[str]) -> None:
    """One of the parts under the light: its headings, and all that it lists, in this order."""
    part = journeys.unfold(journeys.open_up(page, title))
    expect(part.get_by_role("heading")).to_have_text(headings)
    expect(part.get_by_role("listitem")).to_have_text(items)
    if not items:
        expect(part).to_contain_text(
            re.compile("Nothing known stands against the best level|Everything that bears on the light")
        )


# ── By keyboard alone ────────────────────────────────────────────────────────────────────────────────────────────────

NO_FOCUS = "nothing has the focus"
FOCUS = """() => {
  const focused = document.activeElement
  if (!focused || focused === document.body) return "nothing has the focus"
  const shown = focused.matches("input[type=radio], input[type=checkbox]") ? focused.closest("label") : focused
  const box = shown.getBoundingClientRect()
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth)
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight)
  const what = `${focused.tagName} ${(focused.getAttribute("aria-label") ?? focused.textContent).trim().slice(0, 60)}`
  if (right - left < 1 || bottom - top < 1) return `outside the window: ${what}`
  if (!focused.matches(":focus-visible")) return `the focus is not marked: ${what}`
  for (const y of [0.5, 0.1, 0.9]) for (const x of [0.5, 0.05, 0.95]) {
    const there = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y)
    if (there && (shown.contains(there) || there.contains(shown))) return ""
  }
  return `hidden behind something: ${what}`
}"""


class Keyboard:
    """Somebody who uses no mouse: Tab, arrows, Enter and Space, and always sees where they are."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, target: Locator, *, backwards: bool = False, limit: int = 60) -> None:
        """Press Tab until the focus is on the target or inside it."""
        expect(target).to_be_visible()
        for _ in range(limit):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            problem = self.page.evaluate(FOCUS)
            if problem == NO_FOCUS:
                continue  # past the end of the page, where the browser's own controls are
            assert not problem, problem
            if target.evaluate("element => element.contains(document.activeElement)"):
                return
        raise AssertionError(f"{limit} times Tab did not lead to {target}")

    def press(self, target: Locator, key: str = "Enter", **options: bool) -> None:
        self.tab_to(target, **options)
        self.page.keyboard.press(key)

    def answer(self, name: str, given: str) -> None:
        row = journeys.row(self.page, name)
        self.tab_to(row)
        for _ in range(row.get_by_role("radio").count()):
            if journeys.choice(self.page, name, given).evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("Space")
        expect(journeys.choice(self.page, name, given)).to_be_checked()


def test_from_home_to_the_light_by_keyboard_alone(page: Page, work: Workspace, cases: dict[str, Case]) -> None:
    case = cases[BY_KEYBOARD]
    given = case.reference.answers
    keyboard = Keyboard(page)
    journeys.open_home(page)
    keyboard.press(journeys.card(page, case.id).get_by_role("button", name="Open this case"))
    expect(page.get_by_role("button", name="Start the meeting")).to_be_visible()
    journeys.settled(page)
    keyboard.tab_to(page.get_by_role("textbox", name="Your name"))
    page.keyboard.type("Sam Reed")
    keyboard.tab_to(page.get_by_role("combobox", name="Your own role"))
    page.keyboard.type("Team man")
    expect(page.get_by_role("option", name="Team manager")).to_be_visible()
    page.keyboard.press("Enter")
    journeys.settled(page)
    keyboard.press(page.get_by_role("button", name="Start the meeting"))
    expect(page.locator(".hw-key")).to_have_text(journeys.KEY)
    journeys.settled(page)
    keyboard.press(page.get_by_role("button", name="Go on to the meeting"))
    expect(page.get_by_role("button", name="Start scoring")).to_be_visible()
    journeys.settled(page)
    keyboard.press(page.get_by_role("button", name="Start scoring"), "Space")
    expect(journeys.progress(page)).to_be_visible()
    journeys.settled(page)
    first, second, *_, last = journeys.all_sections(case)
    score_by_keyboard(keyboard, case, first)
    keyboard.press(page.get_by_role("button", name="Next: "), "Space")
    expect(journeys.heading(page)).to_have_text(f"{second.group}: {second.label}")
    journeys.settled(page)
    # The focus goes along, so that the next Tab leads to the first question and not out of the form.
    expect(journeys.heading(page)).to_be_focused()
    # What lies between is answered from another process.
    state = next(one for one in listed(work) if one.meeting in page.url)
    for key, status in given.items():
        if key not in {question.key for section in (first, last) for question in section.questions}:
            work.meetings.run(state.meeting, state.chair, panel.Score(*key, status))
    page.goto(f"/panel?meeting={state.meeting}&section={last.id}")
    expect(journeys.heading(page)).to_have_text(f"{last.group}: {last.label}")
    journeys.settled(page)
    score_by_keyboard(keyboard, case, last)
    journeys.expect_answered(page, len(given))
    expect(journeys.level(page)).to_have_text("Medium risk")
    part = page.locator("details").filter(has_text="The rule, and the row that fits").first
    keyboard.press(part.locator("summary").first)
    expect(part.locator("tr.hw-matched")).to_contain_text("Medium risk")
    keyboard.press(page.locator(".st-key-finish-end").get_by_role("button"), backwards=True, limit=12)
    expect(page.locator(".st-key-finish-end").get_by_role("button", name="Go on scoring")).to_be_visible()


def score_by_keyboard(keyboard: Keyboard, case: Case, section: Section) -> None:
    page, given = keyboard.page, case.reference.answers
    rest = [q for q in section.questions if section.id not in ("capacity", "wishes") and given[q.key] == "absent"]
    for question in section.questions:
        if question not in rest:
            keyboard.answer(journeys.label(case, question.key), journeys.words(question.subject, given[question.key]))
    journeys.settled(page)
    if rest:
        keyboard.press(journeys.rest(page))
        expect(journeys.rest(page)).to_have_count(0)
        journeys.settled(page)


# ── One answer, many, and none ───────────────────────────────────────────────────────────────────────────────────────

NEGLECT = "Neglect (take great care)"


@pytest.fixture
def scoring(page: Page, server: AppServer, work: Workspace, cases: dict[str, Case]) -> Page:
    """A page on which somebody has begun to score the grey case, alone."""
    alone(page, server, work, cases["HW-015"], "scoring")
    return page


def test_an_answer_can_be_changed_and_cleared(scoring: Page) -> None:
    journeys.answer(scoring, NEGLECT, "Active")
    journeys.expect_answered(scoring, 1)
    expect(journeys.level(scoring)).to_have_text("Between High and Severe risk")
    journeys.answer(scoring, NEGLECT, "Improving")
    expect(journeys.level(scoring)).to_have_text("Between Medium and Severe risk")
    details = journeys.open_details(scoring, ("neglect", "child"))
    details.get_by_role("button", name="Clear this answer").click()
    journeys.expect_answered(scoring, 0)
    journeys.settled(scoring)
    expect(journeys.row(scoring, NEGLECT).get_by_role("radio", checked=True)).to_have_count(0)
    scoring.reload()
    journeys.expect_answered(scoring, 0)


def test_what_was_filled_in_together_can_be_taken_back_together(scoring: Page) -> None:
    journeys.answer(scoring, NEGLECT, "Active")
    journeys.settled(scoring)
    journeys.fill_rest(scoring)
    journeys.expect_answered(scoring, 8)
    assert list(journeys.answers(scoring).values()).count("Not there") == 7
    expect(scoring.get_by_text("Filled in together").first).to_be_visible()
    scoring.get_by_role("button", name="Take back").click()
    expect(journeys.rest(scoring)).to_be_visible()
    journeys.settled(scoring)
    journeys.expect_answered(scoring, 1)
    # Nor does what the browser still held when it was told bring them back.
    journeys.open_details(scoring, ("neglect", "child"))
    journeys.expect_answered(scoring, 1)
    assert {answer for answer in journeys.answers(scoring).values() if answer} == {"Active"}
    scoring.reload()
    journeys.expect_answered(scoring, 1)


def test_open_details_stay_open_when_answers_are_filled_in(scoring: Page) -> None:
    details = journeys.open_details(scoring, ("neglect", "child"))
    expect(details).to_contain_text("Meaning in full, what to look for, what counts as evidence")
    expect(details).to_contain_text("Named in: ")
    journeys.fill_rest(scoring)
    expect(journeys.note(details)).to_be_visible()


# ── Nothing is lost ──────────────────────────────────────────────────────────────────────────────────────────────────

NOTE = "Seen twice in October:\nthe child's lunch box was empty. <b>rcR</b>"


def test_a_reload_keeps_everything(scoring: Page, cases: dict[str, Case]) -> None:
    write_answer_note_and_evidence(scoring)
    journeys.go_to_section(scoring, journeys.all_sections(cases["HW-015"])[-2])
    journeys.answer(scoring, "Capacity to change, Carer A (mother)", "Evident")
    journeys.expect_answered(scoring, 2)
    before = journeys.level(scoring).inner_text()
    scoring.reload()
    # The section, too.
    expect(journeys.choice(scoring, "Capacity to change, Carer A (mother)", "Evident")).to_be_checked()
    expect(journeys.level(scoring)).to_have_text(before)
    journeys.expect_answered(scoring, 2)
    journeys.go_to_section(scoring, journeys.all_sections(cases["HW-015"])[0])
    expect_answer_note_and_evidence(scoring)


def write_answer_note_and_evidence(page: Page) -> None:
    """The note comes before the answer, and is folded away when that is given: it is saved with it."""
    details = journeys.open_details(page, ("neglect", "child"))
    journeys.note(details).fill(NOTE)
    details.get_by_role("button", name="Seen").click()
    expect(details.get_by_role("button", name="Seen")).to_have_attribute("aria-pressed", "true")
    journeys.settled(page)
    details.locator("summary").first.press("Enter")
    expect(journeys.note(details)).to_be_hidden()
    journeys.settled(page)
    journeys.answer(page, NEGLECT, "Active")
    expect(page.get_by_text("Note written")).to_be_visible()


def expect_answer_note_and_evidence(page: Page) -> None:
    expect(journeys.choice(page, NEGLECT, "Active")).to_be_checked()
    details = journeys.open_details(page, ("neglect", "child"))
    expect(journeys.note(details)).to_have_value(NOTE)
    expect(details.get_by_role("button", name="Seen")).to_have_attribute("aria-pressed", "true")


def test_another_device_finds_the_seat_with_its_key(scoring: Page, visit: Visit) -> None:
    write_answer_note_and_evidence(scoring)
    key = journeys.seat_key(scoring)
    other = visit(size=(390, 844))
    other.goto(scoring.url)
    expect(other.get_by_role("heading", name="Join the meeting")).to_be_visible()
    expect(other.get_by_text(NEGLECT)).to_have_count(0)
    part = journeys.open_up(other, "I have my seat key")
    part.get_by_role("textbox", name="Your seat key").fill("AAAA BBBB CCCC")
    part.get_by_role("button", name="Find my seat").click()
    expect(other.get_by_text("No seat at this meeting has this key.")).to_be_visible()
    # As somebody types it from a piece of paper.
    part.get_by_role("textbox", name="Your seat key").fill(f" {key.replace('-', ' ', 1)} ".lower())
    part.get_by_role("button", name="Find my seat").click()
    journeys.expect_answered(other, 1)
    expect_answer_note_and_evidence(other)


# ── What is typed ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_letters_r_and_c_are_only_letters(
    page: Page, server: AppServer, work: Workspace, cases: dict[str, Case]
) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    alone(page, server, work, cases["HW-015"], "scoring")
    journeys.answer(page, NEGLECT, "Active")
    details = journeys.open_details(page, ("neglect", "child"))
    journeys.note(details).press_sequentially("rc RC, car care: r")
    expect(journeys.note(details)).to_have_value("rc RC, car care: r")
    page.keyboard.press("Tab")
    journeys.open_details(page, ("previous_maltreatment", "child"))
    expect(page.get_by_text("Note written")).to_be_visible()
    journeys.settled(page)
    # With the focus on the page itself, on a button and on an answer, a bare letter asks nothing of the server.
    page.evaluate("document.activeElement.blur()")
    before = len(sent)
    for place in (None, page.get_by_role("button", name="Next: "), journeys.choice(page, NEGLECT, "Active")):
        if place:
            place.focus()
        for letter in "rcRC":
            page.keyboard.press(letter)
    journeys.open_details(page, ("severe_physical_abuse", "child"))
    assert len(sent) == before + 1
    expect(page.get_by_role("dialog")).to_have_count(0)


CHAIR = "<b>x</b> **x** [x](http://evil.example) ![x](http://evil.example/x.png) :red[x]"
CARER = "<i>y</i> _y_ `y` $y$ ~y~ &amp; ![y](http://evil.example/y.png)"
assert max(len(CHAIR), len(CARER)) <= panel.NAME_LIMIT


def test_names_are_shown_as_they_were_typed(
    page: Page, server: AppServer, work: Workspace, cases: dict[str, Case]
) -> None:
    """Also the fixture's doing: it fails if the browser asks another host for a picture."""
    sit(page, server, work.meetings.open(cases["HW-016"], Ticket.new(), CHAIR, "team_manager"))
    expect(page.get_by_text(f"Stage 4 · {CHAIR}, team manager, in the chair")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=f"{CHAIR}, team manager, in the chair")).to_be_visible()
    carer = page.get_by_role("textbox", name="Parent or home carer 1")
    carer.fill(CARER)
    carer.press("Enter")
    expect(page.get_by_text("Saved: <i>y</i> _y_ `y`")).to_be_visible()
    journeys.start_scoring(page)
    page.locator(".st-key-section-capacity").get_by_role("button").click()
    expect(journeys.heading(page)).to_contain_text("Capacity to change")
    expect(page.locator(".hw-asked .hw-question").first).to_have_text(f"Capacity to change, {CARER}")
    row = page.locator(".st-key-rows_column .stButtonGroup").first
    row.get_by_role("radio", name="No change seen yet").click()
    expect(journeys.open_up(page, "What holds it there")).to_contain_text(
        f"Capacity to change, {CARER}: No change seen yet"
    )
    page.locator(".st-key-section-risk-parent").get_by_role("button").click()
    expect(page.locator(".st-key-rows_column").get_by_role("heading", name=CARER, exact=True)).to_be_visible()
    expect(page.locator("main :is(.katex, a[href*=evil], img[src*=evil])")).to_have_count(0)
