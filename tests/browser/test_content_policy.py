"""Protects: no page of ours does what the content security policy forbids, and a browser shows none of them in a frame."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.journeys import settled
from tests.server import AppServer


@pytest.fixture
def context(chromium: Browser, server: AppServer) -> Iterator[BrowserContext]:
    opened = chromium.new_context(base_url=server.url)
    yield opened
    opened.close()


@pytest.fixture
def said(context: BrowserContext) -> list[str]:
    """What the browser writes into its console about what it was not allowed to do."""
    lines: list[str] = []
    context.on("console", lambda message: lines.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: lines.append(str(error.error)))
    return lines


PAGES = ("", "panel", "panel?case=HW-011", "wall", "costs", "rollout", "framework")


def drawn(page: Page) -> None:
    expect(page.locator("h1").first).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    settled(page)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_does_what_the_policy_forbids(context: BrowserContext, said: list[str], path: str) -> None:
    page = context.new_page()
    page.goto(f"/{path}")
    drawn(page)
    assert [line for line in said if "Policy" in line or "blocked" in line or "EvalError" in line] == []


@pytest.mark.parametrize("path", ["", "panel", "wall"])
def test_another_site_can_show_no_page_in_a_frame(
    context: BrowserContext, server: AppServer, said: list[str], path: str
) -> None:
    frames = (
        f'<iframe name="ours" src="{server.url}/{path}"></iframe><iframe name="other" srcdoc="<h1>Other</h1>"></iframe>'
    )
    context.route("http://another.example/", lambda route: route.fulfill(content_type="text/html", body=frames))
    page = context.new_page()
    page.goto("http://another.example/")
    expect(page.frame_locator("[name=other]").locator("h1")).to_have_text("Other")
    ours = page.frame("ours")
    assert ours and not ours.url.startswith(server.url)
    assert ours.evaluate("document.getElementById('root') === null"), "nothing of the app is in it"
    assert any("frame-ancestors 'none'" in line for line in said)
