"""The outcomes page in a real browser: upload, read, chart, download, into the simulator, a dropped connection; axe."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from framework.outcomes import sample
from tests.browser.conftest import PHONE, Visit
from tests.browser.journeys import settled
from tests.browser.live_journeys import Wire
from tests.server import AppServer

pytestmark = pytest.mark.browser
HEADING = "Are returns rising or falling?"


def files() -> list[dict[str, object]]:
    made = sample.sample_files(sample.lives())
    return [
        {"name": f"{name.split('/')[0]}_{name.split('/')[-1]}", "mimeType": "text/csv", "buffer": data}
        for name, data in made.items()
        if not name.startswith("truth")
    ]


def with_sample(page: Page) -> Page:
    page.goto("/outcomes")
    page.get_by_role("button", name="Look at the made-up sample").click()
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    expect(page.locator("[class*='st-key-chart-outcomes-exits'] svg.marks")).to_be_visible()
    return settled(page)


def test_returns_are_dropped_read_drawn_and_taken_away(page: Page) -> None:
    page.goto("/outcomes")
    expect(page.get_by_role("button", name="Look at the made-up sample")).to_be_visible()
    settled(page).locator("input[type=file]").set_input_files(files())  # type: ignore[arg-type]
    expect(page.get_by_text(re.compile("rows of episodes: .* 0 not usable"))).to_be_visible(timeout=30_000)
    expect(page.locator("[class*='st-key-chart-outcomes-returns'] svg.marks")).to_be_visible()
    settled(page)
    with page.expect_download() as begun:
        page.get_by_role("button", name="All numbers (CSV)").click()
    assert begun.value.path().read_bytes().startswith(b"\xef\xbb\xbfmeasure,breakdown,group,value")
    page.get_by_role("button", name="Forget these files").click()
    expect(page.get_by_role("heading", name=HEADING)).to_have_count(0)


def test_one_click_takes_the_figures_into_the_simulator(page: Page) -> None:
    with_sample(page).get_by_role("button", name="Use these figures in the cost simulator").click()
    expect(page).to_have_url(re.compile(r"/costs\?.*curve=own"))
    expect(page.get_by_text("Your own SSDA903 returns up to 31 March 2026 gave")).to_be_visible()


def test_a_dropped_connection_in_the_middle_loses_nothing(visit: Visit, server: AppServer) -> None:
    wire = Wire(server).open()
    page = visit(to=wire, console=False)
    with_sample(page)
    state = page.get_by_test_id("stApp")
    wire.cut()
    expect(state).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    wire.open()
    expect(state).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=40_000)
    page.get_by_text("Show exact numbers").click()
    expect(page.get_by_text("Exact numbers, not to be shared")).to_be_visible(timeout=40_000)
    expect(page.get_by_role("heading", name=HEADING)).to_be_visible()
    wire.cut()


def test_axe_finds_nothing_and_a_phone_is_not_scrolled_sideways(
    page: Page, axe: Callable[[Page], None], axe_in_both: Callable[[Page], None]
) -> None:
    page.goto("/outcomes")
    expect(page.get_by_role("button", name="Look at the made-up sample")).to_be_visible()
    axe(settled(page))
    with_sample(page)
    for part in ("What was read, and what was not", "Data quality: what was assumed", "How it was counted"):
        page.get_by_text(part, exact=True).click()
        settled(page)
    axe_in_both(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    main = settled(page).get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
