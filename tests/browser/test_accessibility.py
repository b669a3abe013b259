"""Everybody can use every page: axe, zoom, headings, words beside shapes, and a focus that can be seen."""

import itertools
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from framework import panel
from framework.case import Case
from framework.casefile.sample import SAMPLE
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys
from tests.browser.conftest import DESK, Spare, Visit, visits
from tests.browser.live_journeys import alone
from tests.server import AppServer

Axe = Callable[[Page], None]
Start = Callable[..., Ticket]
State = Callable[[Page, Start], None]


# ── States that somebody sees, one after the other ───────────────────────────────────────────────────────────────────


def home(page: Page, _: Start) -> None:
    journeys.open_home(page)


def case(page: Page, _: Start) -> None:
    if "case=HW-013" not in page.url:
        journeys.open_home(page)
        journeys.open_case(page, "HW-013")


def case_evidence(page: Page, start: Start) -> None:
    case(page, start)
    page.get_by_role("tab", name="Chronology").click()
    expect(page.get_by_role("region", name="Chronology")).to_be_visible()


def gathering(page: Page, start: Start) -> None:
    start(page)


def scoring(page: Page, start: Start) -> None:
    """With answers given, a note and everything about the light unfolded (with the evidence beside it: test_form.py)."""
    start(page, "scoring")
    journeys.answer(page, "Neglect (take great care)", "Active")
    journeys.fill_rest(page)
    details = journeys.open_details(page, ("neglect", "child"))
    journeys.note(details).fill("Seen twice in October.")
    details.get_by_role("button", name="Seen").click()
    journeys.open_up(page, "Meaning in full")
    for part in ("Find out next", "What holds it there", "What would have to be different", "Take great care"):
        journeys.open_up(page, part)
    journeys.open_up(page, "The rule, and the row that fits")


def framework_factors(page: Page, _: Start) -> None:
    page.goto("/framework")
    expect(page.get_by_role("textbox", name="Search the factors")).to_be_visible()
    journeys.settled(page)
    journeys.open_up(page, "Previous episodes of maltreatment")


def framework_tab(page: Page, name: str, seen: str) -> None:
    if not page.url.endswith("/framework"):
        page.goto("/framework")
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tabpanel").get_by_text(seen).first).to_be_visible()
    journeys.settled(page)


def framework_rule(page: Page, _: Start) -> None:
    framework_tab(page, "The rule", "Four levels, three lights")
    journeys.open_up(page, "Capacity to change")


def framework_stages(page: Page, _: Start) -> None:
    framework_tab(page, "The stages", "What is done")


def framework_research(page: Page, _: Start) -> None:
    framework_tab(page, "Research", "six times as likely")


def framework_about(page: Page, _: Start) -> None:
    framework_tab(page, "About the framework", "Six core messages")


def framework_sources(page: Page, _: Start) -> None:
    framework_tab(page, "Sources", "Archives of Disease in Childhood")


def demonstration(page: Page, start: Start) -> None:
    """What is seen after the reveal, and the wall in small."""
    case(page, start)
    page.get_by_role("button", name="Show the demonstration").click()
    page.get_by_role("button", name="To the reveal").click()
    expect(page.get_by_role("heading", name="What the members said")).to_be_visible()
    journeys.settled(page)


def costs(page: Page, _: Start) -> None:
    page.goto("/costs")
    expect(page.get_by_role("heading", name="Your figures")).to_be_visible()
    journeys.settled(page)


def rollout(page: Page, _: Start) -> None:
    page.goto("/rollout?rollout=sample")
    expect(page.get_by_text("Next meeting").first).to_be_visible()
    journeys.settled(page)


def cases(page: Page, _: Start) -> None:
    """The list with the sample in it, and what can be begun."""
    page.goto("/case")
    expect(page.get_by_role("textbox", name="Search in my cases")).to_be_visible()
    journeys.settled(page)
    journeys.open_up(page, "Begin a case")


def case_view(page: Page, name: str) -> None:
    """A view of the sample case."""
    if f"/case?case={SAMPLE}" not in page.url:
        page.goto(f"/case?case={SAMPLE}")
    view = page.get_by_role("radio", name=name, exact=True)
    view.click()
    expect(view).to_be_checked()
    journeys.settled(page)


def case_overview(page: Page, _: Start) -> None:
    case_view(page, "Overview")


def case_cards(page: Page, _: Start) -> None:
    case_view(page, "What we know")


def case_chronology(page: Page, _: Start) -> None:
    case_view(page, "Chronology")


def case_meetings(page: Page, _: Start) -> None:
    case_view(page, "Meetings")


def case_seen(page: Page, _: Start) -> None:
    case_view(page, "Who has seen it")


def case_trail(page: Page, _: Start) -> None:
    case_view(page, "Audit trail")


def case_closing(page: Page, _: Start) -> None:
    case_view(page, "Closing")


def people(page: Page, _: Start) -> None:
    """Everybody, and one person with all that can be done unfolded."""
    page.goto("/people")
    expect(page.get_by_role("heading", name="Asha Example")).to_be_visible()
    for box in ("Give a role", "Block this person", "What happened"):
        journeys.open_up(page, box)
    journeys.settled(page)


def people_waiting(page: Page, start: Start) -> None:
    people(page, start)
    if not page.get_by_text("waits for a second person").count():
        page.get_by_role("combobox", name=re.compile("Role")).first.click()
        page.get_by_role("option", name="Panel chair").click()
        page.get_by_label("Why", exact=True).fill("Covers a colleague’s leave.")
        page.get_by_role("button", name="Give this role").click()
        expect(page.get_by_text("Panel chair for Asha Example is in the record.")).to_be_visible()
    page.get_by_role("tab", name="Waiting for a second person").click()
    expect(page.get_by_role("tabpanel").get_by_text("proposed it on").first).to_be_visible()
    journeys.settled(page)


def people_roles(page: Page, _: Start) -> None:
    page.goto("/people")
    page.get_by_role("tab", name="What a role may do").click()
    expect(page.get_by_text("At a panel’s table").first).to_be_visible()


def people_settings(page: Page, _: Start) -> None:
    page.goto("/people")
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_text("HOMEWARD_SIGN_IN_CLIENT_SECRET").first).to_be_visible()


STATES = (
    home,
    case_evidence,
    demonstration,
    gathering,
    scoring,
    framework_factors,
    framework_rule,
    framework_stages,
    framework_research,
    framework_about,
    framework_sources,
    costs,
    rollout,
    cases,
    case_overview,
    case_cards,
    case_chronology,
    case_meetings,
    case_seen,
    case_trail,
    case_closing,
    people,
    people_waiting,
    people_roles,
    people_settings,
)


@pytest.fixture(scope="module")
def start(server: AppServer, work: Workspace, cases: dict[str, Case]) -> Start:
    """`start(page)`, `start(page, "scoring")`: a meeting of one's own, alone, as far as this phase."""

    def begin(page: Page, *phases: panel.Phase) -> Ticket:
        return alone(page, server, work, cases["HW-013"], *phases)

    return begin


@pytest.fixture(scope="module")
def one_page(spare: Spare, server: AppServer) -> Iterator[Page]:
    """A page that goes from state to state, by the app's own ways where there are some: to open one costs 3 seconds."""
    with visits(spare, server) as visit:
        yield visit()


@pytest.fixture(scope="module", params=STATES, ids=lambda state: state.__name__)
def shown(request: pytest.FixtureRequest, one_page: Page, start: Start) -> Page:
    """Each state, for several tests to look at."""
    request.param(one_page, start)
    return one_page


def test_axe_finds_no_violation(shown: Page, axe_in_both: Axe) -> None:
    axe_in_both(shown)


def test_axe_finds_no_violation_where_somebody_else_would_join(
    page: Page, visit: Visit, axe_in_both: Axe, start: Start
) -> None:
    start(page)
    other = visit()
    other.goto(page.url)
    expect(other.get_by_role("heading", name="Join the meeting")).to_be_visible()
    journeys.open_up(other, "I have my seat key")
    axe_in_both(other)
    other.goto(f"/panel?code={journeys.code(page)}")
    expect(other.get_by_role("button", name="Take a seat")).to_be_visible()
    axe_in_both(other)
    page.get_by_role("button", name="Your seat").click()
    expect(page.get_by_role("button", name="Show my seat key")).to_be_visible()
    page.get_by_role("button", name="Show my seat key").click()
    expect(page.locator(".hw-key")).to_be_visible()
    axe_in_both(page)


# ── Headings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_main_heading_and_no_level_left_out(shown: Page) -> None:
    levels: list[tuple[int, str]] = shown.get_by_role("heading").evaluate_all(
        "all => all.map(one => [+(one.ariaLevel ?? one.tagName[1]), one.innerText.trim()])"
    )
    assert [text for level, text in levels if level == 1] == [levels[0][1]], "one main heading, and it comes first"
    jumps = [
        f"“{text}” (level {level}) comes after “{before}” (level {above})"
        for (above, before), (level, text) in itertools.pairwise(levels)
        if level > above + 1
    ]
    assert not jumps, "\n".join(jumps)


# ── Zoom ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

CUT_OFF = """() => {
  const reach = innerWidth + 1, wrong = []
  for (const one of document.querySelectorAll("button, a[href], input, textarea, summary, [role=radio], [role=tab]")) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest("[data-testid=stSidebar], [aria-hidden=true]")) continue
    const shown = one.matches("input[type=radio], input[type=checkbox]") ? one.closest("label") : one
    const box = shown.getBoundingClientRect()
    // What a strip of its own scrolls into view (tabs, tables) is not cut off; the rest of the page does not scroll sideways.
    let strip = shown.parentElement
    while (strip && !/auto|scroll/.test(getComputedStyle(strip).overflowX)) strip = strip.parentElement
    const scrolls = strip && strip.scrollWidth > strip.clientWidth && !/stMain|stApp/.test(strip.dataset.testid ?? "")
    const name = (one.getAttribute("aria-label") ?? one.innerText ?? "").trim().slice(0, 50)
    if (box.width && !scrolls && (box.left < -1 || box.right > reach)) wrong.push(`cut off: ${one.tagName} ${name}`)
  }
  for (const one of [document.scrollingElement, ...document.querySelectorAll("[data-testid=stMain]")])
    if (one.scrollWidth > one.clientWidth + 1) wrong.push(`${one.dataset?.testid ?? "the page"} is ${one.scrollWidth} wide`)
  return wrong
}"""


@pytest.fixture
def zoomed(shown: Page) -> Iterator[Page]:
    """A window of 1280 pixels at 400% shows as much as one of 320 at 100% (WCAG 1.4.10)."""
    shown.set_viewport_size({"width": 320, "height": 256})
    yield journeys.settled(shown)
    shown.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def test_nothing_is_cut_off_at_400_per_cent(zoomed: Page) -> None:
    assert zoomed.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1")
    wrong: list[str] = zoomed.evaluate(CUT_OFF)
    assert not wrong, "\n".join(wrong)


def test_every_answer_can_be_given_on_a_phone(phone: Page, start: Start) -> None:
    start(phone, "scoring")
    for given in ("Not there", "Resolved", "Improving", "Active", "Not known"):
        journeys.answer(phone, "Severe physical abuse", given)
    # The light is a bar at the foot, in view wherever the form has been scrolled to, and opens.
    foot = phone.locator(".hw-footlight")
    expect(foot.locator(".level")).to_be_in_viewport()
    expect(foot.locator(".level")).to_have_text("Between Low and Severe risk")
    expect(foot.get_by_text(re.compile(r"\d+ answers on abuse or cautions not known"))).to_be_in_viewport()
    foot.locator("summary").click()
    expect(foot.get_by_text("Not known yet, about abuse or a caution factor: ")).to_be_in_viewport()
    expect(foot.get_by_text("Not yet: 78 answers that could decide it are not known yet.")).to_be_in_viewport()
    phone.get_by_role("button", name="Next: The child").click()
    expect(journeys.heading(phone)).to_be_in_viewport()


# ── The light without colour ─────────────────────────────────────────────────────────────────────────────────────────


def test_each_light_has_a_word_and_a_shape_of_its_own(page: Page, start: Start) -> None:
    framework_rule(page, start)
    expect(page.locator(".hw-light").filter(has_text="Not yet")).to_be_visible()
    marks: list[tuple[str, str]] = (
        page.get_by_role("tabpanel")
        .locator(".hw-light")
        .evaluate_all("all => all.map(one => [one.querySelector('.level').textContent, one.querySelector('img').src])")
    )
    shapes = dict(marks)
    assert list(shapes) == ["Low risk", "Medium risk", "High risk", "Severe risk", "Not yet"]
    grey = [page.evaluate(IN_GREY, source) for source in shapes.values()]
    for one in range(len(grey)):
        for other in range(one):
            differing = sum(abs(a - b) > 64 for a, b in zip(grey[one], grey[other], strict=True))
            assert differing > 0.03 * len(grey[one]), f"{list(shapes)[one]} looks like {list(shapes)[other]} in grey"


IN_GREY = """async source => {
  const image = new Image()
  image.src = source
  await image.decode()
  const canvas = new OffscreenCanvas(40, 40), context = canvas.getContext("2d")
  context.fillStyle = "white"
  context.fillRect(0, 0, 40, 40)
  context.drawImage(image, 0, 0, 40, 40)
  const { data } = context.getImageData(0, 0, 40, 40)
  return Array.from({ length: 1600 }, (_, i) => 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2])
}"""


# ── The focus ────────────────────────────────────────────────────────────────────────────────────────────────────────

KIND = """() => {
  const one = document.activeElement
  if (!one || one === document.body || one.matches("main, [role=tabpanel]")) return null  // these only scroll
  const shown = one.matches("input[type=radio], input[type=checkbox]") ? one.closest("label") : one
  const { left, top, width, height } = shown.getBoundingClientRect()
  const kind = [one.tagName, one.type, one.getAttribute("role"), one.dataset.testid, one.dataset.variant, one.tabIndex].join(" ")
  return { kind, name: (one.getAttribute("aria-label") ?? one.textContent).trim().slice(0, 40), left, top, width, height }
}"""


def test_the_focus_can_be_seen(page: Page, start: Start) -> None:
    """The ring around what has the focus stands out from what was there before by 3:1 (WCAG 1.4.11)."""
    scoring(page, start)
    faint, kinds = [], []
    for dark in (False, True):
        if dark:
            journeys.darken(page)
            page.evaluate("document.activeElement.blur()")
        seen: set[str] = set()
        for _ in range(70):
            page.keyboard.press("Tab")
            one: dict[str, Any] | None = page.evaluate(KIND)
            if one is None or one["kind"] in seen:
                continue
            seen.add(one["kind"])
            if (strength := ring(page, one)) < 3:
                faint.append(f"{one['name']} ({one['kind']}), {'dark' if dark else 'light'}: {strength:.1f}:1")
        kinds.append(len(seen))
    assert min(kinds) >= 6
    assert not faint, "\n".join(faint)


def ring(page: Page, one: dict[str, Any]) -> float:
    """How far what shows the focus stands out from the same place without it."""
    box = {
        "x": max(one["left"] - 6, 0),
        "y": max(one["top"] - 6, 0),
        "width": min(one["width"], 300) + 12,
        "height": min(one["height"], 60) + 12,
    }
    focused = page.screenshot(clip=box)
    handle = page.evaluate_handle("document.activeElement")
    page.evaluate("document.activeElement.blur()")
    strength = stands_out(focused, page.screenshot(clip=box))
    handle.evaluate("one => one.focus({ preventScroll: true })")
    return strength


def stands_out(focused: bytes, before: bytes) -> float:
    """The contrast, between the two pictures, of the pixels that changed most (a ring has at least some 60)."""
    pictures = [Image.open(BytesIO(picture)).convert("RGB") for picture in (focused, before)]
    pixels = zip(*(list(picture.get_flattened_data()) for picture in pictures), strict=True)
    ratios = sorted((contrast(now, then) for now, then in pixels if now != then), reverse=True)
    return ratios[59] if len(ratios) >= 60 else 1.0


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: tuple[int, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
