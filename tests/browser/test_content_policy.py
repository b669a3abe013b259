"""Protects: no page of ours does what the content security policy forbids."""

import re
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


def test_no_page_does_what_the_policy_forbids(context: BrowserContext, said: list[str]) -> None:
    page = context.new_page()
    for path in PAGES:
        said.append(f"on /{path}:")
        page.goto(f"/{path}")
        drawn(page)
    assert [line for line in said if re.search("^on /|Policy|blocked|EvalError", line)] == [
        f"on /{path}:" for path in PAGES
    ]
