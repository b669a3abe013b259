"""What people do on the pages, in their words, for the tests to speak. Every step waits for what is seen after it."""

import re
import time
from collections.abc import Mapping
from contextlib import suppress

from playwright.sync_api import Locator, Page, expect

from framework import edition, panel
from framework.case import Case
from framework.light import explain
from framework.light.classification import Key
from framework.panel import sections
from framework.panel.sections import Section

EDITION = edition.load()


# ── Getting there ────────────────────────────────────────────────────────────────────────────────────────────────────


def settled(page: Page) -> Page:
    """Wait until the page has been drawn and nothing on it is about to move, nor is a font on its way that would move it."""
    page.wait_for_function(_SETTLED)
    return page


# Asked at every frame; an `expect` that is not true at once looks again only after a while.
_SETTLED = """() => document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-stale=true]") && document.fonts.status === "loaded"
    && document.getAnimations().every(one => one.playState !== "running")"""


def darken(page: Page, dark: bool = True) -> Page:
    """The device's own setting changes to dark, or back, while the page is open: what a second visit would show."""
    before = page.evaluate(_BACKGROUND)
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.wait_for_function(f"was => ({_BACKGROUND})() !== was", arg=before)
    return settled(page)


_BACKGROUND = "() => document.documentElement.style.getPropertyValue('--st-background-color')"


def open_home(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Open this case").first).to_be_visible()
    settled(page)


def open_case(page: Page, case_id: str) -> None:
    """From Home to the page of a case."""
    card(page, case_id).get_by_role("button", name="Open this case").click()
    expect(page.get_by_role("button", name="Start the meeting")).to_be_visible()
    settled(page)


def card(page: Page, case_id: str) -> Locator:
    """The card of a sample case on Home."""
    return page.locator(f".st-key-case-{case_id}")


def start_meeting(page: Page, case_id: str, name: str = "Sam Reed", role: str = "Team manager") -> None:
    """From Home to a meeting of one's own on a case, as far as gathering."""
    open_home(page)
    open_case(page, case_id)
    page.get_by_role("textbox", name="Your name").fill(name)
    choose(page, "Your own role", role)
    page.get_by_role("button", name="Start the meeting").click()
    go_on_from_key(page)
    expect(page.get_by_role("button", name="Start scoring")).to_be_visible()
    settled(page)


def go_on_from_key(page: Page) -> str:
    """Past the page that shows the key of a new seat; returns the key as it stands there."""
    shown = page.locator(".hw-key")
    expect(shown).to_have_text(KEY)
    key = shown.inner_text()
    settled(page)
    page.keyboard.press("Shift")  # no second click of a quick hand: the button may have come where the last one was
    page.get_by_role("button", name="Go on to the meeting").click()
    expect(shown).to_have_count(0)
    return key


KEY = re.compile(r"^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$")


def join_meeting(page: Page, code: str, name: str, role: str = "Social worker", met: str = "") -> str:
    """With the code from the chair to a seat of one's own; returns its key."""
    page.goto(f"/panel?code={code}")
    key = take_seat(page, name, role, met)
    expect(phase(page)).to_be_visible()
    settled(page)
    return key


def take_seat(page: Page, name: str, role: str = "Social worker", met: str = "") -> str:
    """Fill in who one is, where the meeting asks for it; a role that is asked says "No" unless `met` says otherwise."""
    expect(page.get_by_role("button", name="Take a seat")).to_be_visible()
    settled(page)
    page.get_by_role("textbox", name="Your name").fill(name)
    choose(page, "Your role in this meeting", role)
    if met or role in ("Second worker", "Additional worker"):
        page.get_by_role("radiogroup", name="Have you met the family?").get_by_text(met or "No", exact=True).click()
        settled(page)
    page.get_by_role("button", name="Take a seat").click()
    return go_on_from_key(page)


def choose(page: Page, label: str, option: str, exact: bool = True) -> None:
    """Choose an option of a drop-down list. Its popover closes when the page is scrolled: that is done before the click."""
    field = page.get_by_role("combobox", name=label, exact=exact)
    if option not in (field.input_value() or field.inner_text()):
        field.scroll_into_view_if_needed()
        settled(page)
        field.click()
        page.get_by_role("option", name=option, exact=exact).click()
        settled(page)


def code(page: Page) -> str:
    """The code to join with, as the chair reads it out while the meeting gathers."""
    return page.locator(".hw-code").first.inner_text().strip()


def seat_key(page: Page) -> str:
    """The key of one's own seat, as it is shown to its owner who asks for it."""
    page.get_by_role("button", name="Your seat").click()
    page.get_by_role("button", name="Show my seat key").click()
    asked = page.get_by_role("dialog", name="Your seat key")
    shown = asked.locator(".hw-key")
    expect(shown).to_have_text(KEY)
    key = shown.inner_text()
    asked.get_by_role("button", name="Hide").click()
    expect(shown).to_have_count(0)
    return key


def phase(page: Page) -> Locator:
    """The phase that the meeting is in."""
    return page.get_by_role("list", name="Phases of the meeting").locator("[aria-current=step]").first


def start_scoring(page: Page) -> None:
    settled(page)
    page.get_by_role("button", name="Start scoring").click()
    expect(progress(page)).to_be_visible()
    expect(phase(page)).to_have_text("Scoring")
    settled(page)


# ── Scoring ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def all_sections(case: Case) -> tuple[Section, ...]:
    """The sections of the form on this case, in their order."""
    return sections.sections(panel.Panel(version=1, carers=case.carers), EDITION)


def label(case: Case, key: Key) -> str:
    """What a row is called on screen."""
    question = next(q for q in EDITION.questions(tuple(case.carers)) if q.key == key)
    words = explain.subject(EDITION, question, case.carers)
    factor = EDITION.factors.get(key[0])
    return f"{words} ({EDITION.caution.label.lower()})" if factor and factor.caution else words


def words(subject: str, status: str) -> str:
    """What an answer is called on screen."""
    return EDITION.status_label(subject, status)


def row(page: Page, name: str) -> Locator:
    """The answers to a question."""
    return page.get_by_role("radiogroup", name=name, exact=True)


def choice(page: Page, name: str, answer: str) -> Locator:
    return row(page, name).get_by_role("radio", name=answer, exact=True)


def answer(page: Page, name: str, given: str) -> None:
    """Give one answer, and see that it is chosen."""
    choice(page, name, given).click()
    expect(choice(page, name, given)).to_be_checked()


def fill_rest(page: Page) -> None:
    """ "Not there" for what is still open in this section."""
    page.keyboard.press("Shift")  # no second click of a quick hand: "Next" may have stood where this button has come
    rest(page).click()
    page.wait_for_function(_NO_REST_LEFT)
    settled(page)


_NO_REST_LEFT = """() => [...document.querySelectorAll("button")].every(
    button => button.disabled || button.innerText.trim() !== "Rest of this section: not there")"""


def rest(page: Page) -> Locator:
    """The button that fills in the rest of the section; it is gone, or cannot be pressed, where nothing is open."""
    return page.get_by_role("button", name="Rest of this section: not there", disabled=False)


def heading(page: Page) -> Locator:
    """The heading of the section that is shown."""
    return page.locator(".st-key-place_top").get_by_role("heading")


def next_section(page: Page, to: Section) -> None:
    page.get_by_role("button", name=re.compile("^Next: ")).click()
    _arrived(page, to)


def go_to_section(page: Page, to: Section) -> None:
    """Over the list of sections to one of them."""
    page.locator(f".st-key-section-{to.id}").get_by_role("button").click()
    _arrived(page, to)


def _arrived(page: Page, at: Section) -> None:
    page.wait_for_function(
        "title => document.querySelector('.st-key-place_top h2')?.innerText.trim() === title",
        arg=f"{at.group}: {at.label}",
    )
    settled(page)


def open_details(page: Page, key: Key) -> Locator:
    """Open what stands under a question, and return it: meaning, note and evidence."""
    subject, about = key
    part = (
        page.locator(f'.st-key-rows_column [class*="st-key-detail-"][class*="-{subject}-{about} "]')
        .locator("details")
        .first
    )
    for _ in range(5):  # a key that is pressed while the page is drawn anew may meet nobody; people press it again
        if part.get_attribute("open") is None:
            part.locator("summary").first.press("Enter")
        with suppress(AssertionError):
            expect(note(part)).to_be_visible(timeout=6000)
            break
    expect(note(part)).to_be_visible()
    settled(page)
    return part


def note(part: Locator) -> Locator:
    """The field for a note in the details of a question."""
    return part.get_by_role("textbox", name="Note")


def progress(page: Page) -> Locator:
    """How much is answered and saved."""
    return page.get_by_text(re.compile(r"^\d+ of \d+ answered"))


def expect_answered(page: Page, number: int) -> None:
    expect(progress(page)).to_have_text(re.compile(rf"^{number} of \d+ answered"))


def answers(page: Page) -> dict[str, str]:
    """What is chosen on screen in this section: question → answer."""
    return (
        page.locator(".st-key-rows_column")
        .get_by_role("radiogroup")
        .evaluate_all(
            """groups => Object.fromEntries(groups.map(group => [
            group.getAttribute('aria-label'),
            group.querySelector('[aria-checked=true]')?.textContent ?? '',
        ]))"""
        )
    )


def score_section(page: Page, case: Case, section: Section, given: Mapping[Key, str], *, hasty: bool = False) -> None:
    """Give every answer of the section, and let "rest: not there" do where that is right.

    Somebody hasty clicks faster than the server can answer, and nothing may be lost all the same.
    """
    wanted = {question.key: given[question.key] for question in section.questions}
    said = {label(case, key): words(key[0], status) for key, status in wanted.items()}
    page.wait_for_function(_ROWS_ARE, arg=list(said))
    filled = {key for key, status in wanted.items() if status == "absent"} if section.id not in _NO_REST else set()
    clicked = {label(case, key): words(key[0], status) for key, status in wanted.items() if key not in filled}
    if hasty:
        page.evaluate(_CLICK_ALL, clicked)
    else:
        for name, status in clicked.items():
            choice(page, name, status).click()
    if filled:
        settled(page)
        fill_rest(page)
    deadline = time.monotonic() + 10
    while answers(page) != said and time.monotonic() < deadline:
        page.wait_for_timeout(100)  # the last click may be recorded and not drawn yet
    assert answers(page) == said


_NO_REST = ("capacity", "wishes")
_ROWS_ARE = """names => {
    const rows = [...document.querySelectorAll(".st-key-rows_column [role=radiogroup]")]
    return JSON.stringify(rows.map(row => row.getAttribute("aria-label"))) === JSON.stringify(names)
}"""
_CLICK_ALL = """clicked => {
    for (const [name, answer] of Object.entries(clicked)) {
        const row = document.querySelector(`[role=radiogroup][aria-label="${CSS.escape(name)}"]`)
        ;[...row.querySelectorAll("[role=radio]")].find(choice => choice.textContent === answer).click()
    }
}"""


def score(page: Page, case: Case, given: Mapping[Key, str] | None = None, *, hasty: bool = False) -> None:
    """Score a whole case, as its reference answers unless others are given, from the first section on."""
    given = given or case.reference.answers
    found = all_sections(case)
    done = 0
    for place, section in enumerate(found):
        if place:
            next_section(page, section)
        score_section(page, case, section, given, hasty=hasty)
        done += len(section.questions)
        expect_answered(page, done)
    settled(page)


# ── The light ────────────────────────────────────────────────────────────────────────────────────────────────────────


def light(page: Page, whose: str = "Your light") -> Locator:
    """The light: its shape, its word and its sentence."""
    return page.get_by_role("group", name=whose)


def level(page: Page, whose: str = "Your light") -> Locator:
    """The word of the light."""
    return light(page, whose).locator(".level")


def unfold(part: Locator) -> Locator:
    """Unfold the rest of every long list in a part, and return the part."""
    for more in part.get_by_text(re.compile(r"^and \d+ more$")).all():
        more.press("Enter")
    return part


def open_up(page: Page, title: str) -> Locator:
    """Open one of the folded parts, if it is not open yet, and return what stands in it."""
    part = page.locator("details").filter(has=page.locator("summary", has_text=title)).first
    if part.get_attribute("open") is None:
        part.locator("summary").first.press("Enter")  # a click would chase it while others unfold
    expect(part).to_have_attribute("open", "")
    settled(page)
    return part
