"""What we lean on in Streamlit, each with the name of the file that does: an upgrade that takes it away fails here, and says which.

The app is `edges_app.py`, with nothing of Homeward's but its helpers. docs/streamlit.md says how to upgrade.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Spare, Visit, visits
from tests.browser.journeys import settled
from tests.browser.test_rollout_page import enter, unfold
from tests.server import AppServer

HERE = Path(__file__).parent
SHEET = HERE.parents[1] / "pages" / "ui" / "streamlit.css"
IN_SCRIPTS = {
    "pages/ui/browser.js": (
        ".stButton button",
        ".stDownloadButton button",
        ".stFormSubmitButton button",
        '[class*="st-key-"]',
    ),
    "pages/ui/live.js": ('[data-testid="stMain"]',),
    "pages/ui/notes.js": ("[data-testid=stApp][data-test-script-state=notRunning]", ".st-key-rows_column textarea"),
    "pages/ui/browser.py": (".st-key-kept-a-b",),  # how a key is written into a class: browser._class
    "pages/rollout/steady.js": (".stMain", ".stMainBlockContainer", "[data-testid=stBidiComponentIsolated]"),
    "tests/browser/journeys.py": ("[data-testid=stApp]",),
}
"""Selectors of ours that are in no stylesheet."""


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with AppServer(tmp_path_factory.mktemp("edges"), script=HERE / "edges_app.py") as server:
        yield server


@pytest.fixture
def visit(spare: Spare, edges: AppServer) -> Iterator[Visit]:
    with visits(spare, edges) as opened:
        yield partial(opened, console=False)  # the font of the theme is served beside app.py, and not beside this one


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit()


def go(page: Page, query: str = "") -> Page:
    page.goto(f"/{query}")
    expect(page.get_by_role("button", name="Key", exact=True)).to_be_visible()
    return settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def count(page: Page, what: str) -> int:
    found = re.search(rf"{what}: (\d+)", page.locator(".stMain").inner_text())
    assert found
    return int(found[1])


# ── Selectors ────────────────────────────────────────────────────────────────────────────────────────────────────────


def selectors() -> Iterator[tuple[str, str]]:
    """(selector, the file that leans on it) of streamlit.css, without what depends on the moment: focus, ::before, disabled.

    Of a list that has pieces of our own in it, only those that name an element of Streamlit's.
    """
    text = SHEET.read_text("utf-8")
    for _, owner, rules in re.findall(r"/\* ── ((\S[^─]*?)) ──.*?\*/(.*?)(?=/\* ──|\Z)", text, re.DOTALL):
        rules = re.sub(r"/\*.*?\*/|@media[^{]*\{", "", rules, flags=re.DOTALL)
        for listed in re.findall(r"([^{}]+)\{[^{}]*\}", rules):
            for selector in re.split(r",(?![^(]*\))", listed):
                if re.search(r"\.st[A-Z]|data-testid|data-tag", selector):
                    yield re.sub(r":focus-visible|::before|:not\(:disabled\)|:empty", "", selector).strip(), owner


def found(page: Page, wanted: list[str]) -> set[str]:
    return set(page.evaluate("wanted => wanted.filter((one) => document.querySelector(one))", wanted))


def test_every_selector_that_names_streamlits_elements_finds_one(visit: Visit) -> None:
    owners: dict[str, list[str]] = {}
    for selector, owner in [*selectors(), *((one, file) for file, listed in IN_SCRIPTS.items() for one in listed)]:
        owners.setdefault(selector, []).append(owner)
    wanted = list(owners)
    assert len(wanted) > 60
    desk = go(visit(size=DESK), "?helper=1")
    desk.get_by_label("Typed").fill("x")
    seen = found(desk, wanted)
    press(desk, "Menu")
    press(desk, "Ask")
    expect(desk.get_by_role("dialog", name="Question")).to_be_visible()
    seen |= found(desk, wanted)
    phone = go(visit(size=PHONE), "?empty=1")
    seen |= found(phone, wanted)
    missing = [f"{one}   ({', '.join(owners[one])} leans on it)" for one in wanted if one not in seen]
    assert not missing, "Nothing on the page matches:\n" + "\n".join(missing)


# ── Behaviour ────────────────────────────────────────────────────────────────────────────────────────────────────────


def kept(page: Page) -> Locator:
    return page.get_by_label("Kept")


def test_a_key_is_the_widget_and_another_key_another_widget(page: Page) -> None:
    go(page)
    first = count(page, "whole runs")
    expect(kept(page)).to_have_value(f"given {first}")
    press(page, "Another")
    # For a moment the widget of the old key is still there, after the new one.
    new = page.get_by_label("New").first
    expect(new, "pages/ui/widgets.py: a new key begins with the value given").to_have_value(f"given {first + 1}")
    expect(kept(page), "pages/ui/widgets.py: another value for the same key is ignored").to_have_value(f"given {first}")


def test_a_widget_that_is_not_drawn_loses_its_value(page: Page) -> None:
    go(page)
    kept(page).fill("entered")
    kept(page).press("Enter")
    settled(page)
    page.get_by_text("Draw it").click()
    expect(kept(page)).to_have_count(0)
    page.get_by_text("Draw it").click()
    expect(
        kept(page), "pages/ui/widgets.py, pages/panel/scoring.py: what is not drawn has to be kept elsewhere"
    ).to_have_value(re.compile("given"))


def test_a_click_in_a_fragment_runs_that_fragment_and_a_rerun_by_key_as_well(page: Page) -> None:
    go(page)
    runs, parts = count(page, "whole runs"), count(page, "runs of the part")
    press(page, "Toast")
    expect(page.get_by_text(f"runs of the part: {parts + 1}")).to_be_visible()
    assert count(page, "whole runs") == runs, "pages/panel/scoring.py: a click in the form draws the form alone"
    press(page, "Draw the fragment alone")
    expect(
        page.get_by_text(f"runs of the part: {parts + 2}"), "pages/panel/scoring.py: st.rerun by the fragment's key"
    ).to_be_visible()
    settled(page)
    assert count(page, "whole runs") == runs, "pages/panel/scoring.py: st.rerun by the fragment's key draws it alone"


def test_the_script_knows_which_expander_is_open(page: Page) -> None:
    go(page)
    page.get_by_text("Unfold").click()
    expect(
        page.get_by_text("the script knows that it is open"), "pages/ui/charts.py, pages/panel/scoring.py"
    ).to_be_visible()


def test_a_callback_is_carried_out_to_its_end_though_a_fragment_is_to_run(page: Page) -> None:
    """A request for a run of the whole page begins in a thread of its own; one for a fragment would interrupt the callback."""
    go(page)
    press(page, "Slow callback")
    page.wait_for_timeout(500)
    press(page, "Toast")
    expect(
        page.get_by_text("carried out: 1"), "pages/ui/streamlit_patches.py: callbacks_run_to_their_end"
    ).to_be_visible()


@pytest.mark.parametrize("key", ["r", "c"])
def test_the_page_has_no_keys_of_streamlits(page: Page, key: str) -> None:
    go(page, "?helper=1")
    page.wait_for_function("window.homewardReady")
    runs = count(page, "whole runs")
    page.locator("body").press(key)
    press(page, "Another")
    expect(page.get_by_text(f"whole runs: {runs + 1}"), "pages/ui/browser.js: bare keys are stopped").to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_streamlit_still_reruns_at_a_bare_r(page: Page) -> None:
    """Otherwise pages/ui/browser.js need not stop it any more."""
    go(page)
    runs = count(page, "whole runs")
    page.locator("body").press("r")
    expect(page.get_by_text(f"whole runs: {runs + 1}")).to_be_visible()


def test_a_toast_takes_the_place_of_a_stylesheet_alone_and_of_no_other(page: Page) -> None:
    """Were the first not so any more, show_stylesheets (pages/ui/html.py) could be simpler."""
    go(page, "?bare=1")
    expect(page.locator(".bare")).to_have_css("letter-spacing", "7px")
    press(page, "Toast")
    expect(page.get_by_text("Something was done.")).to_be_visible()
    expect(page.locator(".bare")).not_to_have_css("letter-spacing", "7px")
    expect(page.locator(".beside")).to_have_css("letter-spacing", "7px")


# ── The app itself ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_toast_leaves_the_roll_out_its_stylesheet(spare: Spare, server: AppServer) -> None:
    with visits(spare, server) as opened:
        page = enter(opened(), server)
        page.get_by_role("radio", name="Partners and services").click()
        expect(page.locator(".st-key-rollout_body")).to_have_css("display", "grid")
        unfold(page, "Add a stakeholder")
        page.get_by_role("textbox", name="Who", exact=True).fill("The school nurse")
        press(page, "Add the stakeholder")
        expect(page.get_by_text("Added.")).to_be_visible()
        expect(page.locator(".st-key-rollout_body")).to_have_css("display", "grid")
