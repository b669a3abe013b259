"""The real app in a real Chromium: a server, a browser, and pages that notice when something goes wrong behind them."""

import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from framework import case, edition
from framework.case import Case
from framework.people import Settings
from framework.workspace import Workspace
from tests.browser.journeys import darken, settled
from tests.postgres import free_port
from tests.server import AppServer

HERE = Path(__file__).parent
HEADLESS = "chromium-headless-shell"
"""Debian's Chromium without the browser's own windows, toolbars and new tab page: half the processor time for each page."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core that look at colours."""
DESK, PHONE = (1280, 900), (390, 844)
# A shared machine is slow at times. What does not come within this time does not come.
PATIENCE = 30_000
MOST_SPARE = 5
"""As many browsers as the tests have open at once; what is left over may belong to a server that has gone."""

# Streamlit looks for its server beside a page first (/panel/_stcore/health) and then at the root; these two 404s are its own.
LOOKS_FOR_ITS_SERVER = re.compile(r"/\w+/_stcore/(health|host-config)$")

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Two browsers, two servers and their tests share two cores. A test that fails is tried once more, keeps its trace,
            # and the summary names it ("rerun"): each is a fault to find. One that fails always is red.
            item.add_marker(pytest.mark.flaky(reruns=1))


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures of a test know, when they are torn down, whether it failed."""
    report = yield
    if report.when != "teardown":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def cases() -> dict[str, Case]:
    """The sample cases, by their number."""
    return {one.id: one for one in case.load_samples(edition.load())}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One app for the whole run, with an empty record, reached also through a `Wire`. A test that stops it starts its own."""
    through = free_port()
    environment = {"HOMEWARD_ADDRESS": f"http://localhost:{through}"}
    with AppServer(tmp_path_factory.mktemp("app"), environment, wire_port=through) as started:
        yield started


@pytest.fixture(scope="module")
def work(server: AppServer) -> Iterator[Workspace]:
    """The record that the server keeps: to set up what a test begins with, and to look at what was written."""
    opened = Workspace.open(server.environment["DATABASE_URL"])
    yield opened
    opened.store.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        expect.set_options(timeout=PATIENCE)
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which(HEADLESS)
    assert path, f"These tests need Chromium: run tests/install, or install Debian's package {HEADLESS}."
    browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


class Watch:
    """Notes what goes wrong on the pages of a context: scripts that fail, and requests that leave for another host."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.console = True
        """Whether what scripts write there as an error is wrong, too."""
        self.wrong: list[str] = []
        self._host = urlsplit(url).netloc
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        context.on("request", lambda request: self._request(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._request(socket.url)))

    def _console(self, message: ConsoleMessage) -> None:
        said = f"{message.text} {message.location.get('url', '')}"
        if self.console and message.type == "error" and not ("404" in said and LOOKS_FOR_ITS_SERVER.search(said)):
            self.wrong.append(f"console: {said}")

    def _request(self, url: str) -> None:
        # A blob or data URL carries its content with it; nothing is fetched.
        if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != self._host:
            self.wrong.append(f"a request left for another host: {url}")


@dataclass
class Opened:
    """A browser context with its one page, and what goes wrong in it."""

    context: BrowserContext
    page: Page
    watch: Watch
    url: str
    """Of the server that it talks to."""

    def forget(self) -> None:
        """Make it as new, but for Chromium's HTTP cache: no cookie, nothing stored, no page of the app."""
        for other in self.context.pages:
            if other != self.page:
                other.close()
        self.page.goto(f"{self.url}/_stcore/health")  # of the same origin, whose storage can be emptied only from there
        self.page.evaluate("() => { sessionStorage.clear(); localStorage.clear() }")
        self.page.mouse.move(0, 0)
        self.context.clear_cookies()


class Spare:
    """Contexts that a test has left and the next one may have: Streamlit's scripts are in their cache and compiled.

    A page in a new context costs 1.9 seconds of processor time, one in a context that was used before 1.1.
    """

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._left: list[Opened] = []

    def take(self, url: str) -> Opened:
        """One that nobody has."""
        found = next((one for one in self._left if one.url == url), None)
        if found:
            self._left.remove(found)
            found.context.tracing.start_chunk()
            return found
        context = self._chromium.new_context(base_url=url, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        context.tracing.start()  # what was done when; without pictures, which would cost every test time
        watch = Watch(context, url)
        return Opened(context, context.new_page(), watch, url)

    def leave(self, one: Opened) -> None:
        """Nobody has it any more. It is as new for whoever takes it."""
        one.context.tracing.stop_chunk()
        one.forget()
        self._left.append(one)
        if len(self._left) > MOST_SPARE:
            self._left.pop(0).context.close()


@pytest.fixture(scope="session")
def spare(chromium: Browser) -> Spare:
    return Spare(chromium)


@contextmanager
def visits(spare: Spare, server: AppServer, keep: Callable[[], Path | None] = lambda: None) -> Iterator[Visit]:
    """Opens a browser of somebody's own (nothing remembered): `visit()`, `visit(size=PHONE)`, `visit(dark=True)`.

    `to` is another server than this one. A test that takes the server away expects that the console tells of it:
    `console=False`. Whatever else goes wrong in one of the browsers is an error at the end. `keep` is asked at the end for
    the folder in which to keep a picture and the trace of every browser (`playwright show-trace`), or None.
    """
    opened: list[Opened] = []

    def visit(
        *, size: tuple[int, int] = DESK, dark: bool = False, to: AppServer = server, console: bool = True
    ) -> Page:
        one = spare.take(to.url)
        one.watch.console = console
        opened.append(one)
        one.page.set_viewport_size({"width": size[0], "height": size[1]})
        one.page.emulate_media(media="null", color_scheme="dark" if dark else "light")
        return one.page

    try:
        yield visit
    finally:
        for number, one in enumerate(opened):
            folder = keep()
            if folder:
                _keep(one.context, folder, number)
            if one.url == server.url and not folder and not one.page.is_closed():
                spare.leave(one)
            else:
                one.context.close()
    wrong = [problem for one in opened for problem in one.watch.wrong]
    assert not wrong, "\n".join(wrong)


def _keep(context: BrowserContext, folder: Path, number: int) -> None:
    """Keep what the pages of a browser look like and what was done on them."""
    with suppress(PlaywrightError):  # a page may be gone or hang, which is perhaps why the test failed
        context.tracing.stop(path=folder / f"{number}.zip")
        for page in context.pages:
            page.screenshot(path=folder / f"{number}.png", full_page=True, timeout=5000)


@pytest.fixture
def visit(spare: Spare, server: AppServer, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visit]:
    """Opens browsers for one test: see `visits`. What they showed is kept in pytest's temporary folder where it fails."""

    def keep() -> Path | None:
        return tmp_path if request.node.stash.get(FAILED, False) else None

    with visits(spare, server, keep) as open_:
        yield open_


@pytest.fixture
def page(visit: Visit) -> Page:
    """A browser on somebody's desk."""
    return visit()


@pytest.fixture
def phone(visit: Visit) -> Page:
    """A browser on somebody's phone."""
    return visit(size=PHONE)


@pytest.fixture
def record(council: AppServer) -> Iterator[Workspace]:
    """The record that the `council` of a test keeps."""
    opened = Workspace.open(council.environment["DATABASE_URL"], Settings.given(council.environment))
    yield opened
    opened.store.close()


@pytest.fixture
def desk(chromium: Browser, council: AppServer) -> Iterator[Callable[..., Page]]:
    """Somebody's own browser at the `council` of a test, an app with a sign-in. It leaves for another host: the provider's."""
    opened: list[BrowserContext] = []

    def new(size: tuple[int, int] = DESK) -> Page:
        context = chromium.new_context(
            base_url=council.url,
            viewport={"width": size[0], "height": size[1]},
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context.new_page()

    yield new
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails, readably, on every violation of WCAG 2.2 A and AA that axe-core sees on the page as it stands."""
    return lambda page: _expect_none(page, "tag", AXE)


@pytest.fixture(scope="session")
def axe_in_both(axe: Callable[[Page], None]) -> Callable[[Page], None]:
    """`axe` on the page as it stands, and its colours once more in the dark, which changes nothing else."""

    def check(page: Page) -> None:
        axe(page)
        _expect_none(darken(page), "rule", COLOURS)
        darken(page, dark=False)

    return check


def _expect_none(page: Page, kind: str, values: list[str]) -> None:
    """No violation of what axe-core is to look for: its "tag"s or its "rule"s."""
    # The page's language is set by the same script as what its colours depend on; what goes fades out, colours fade in.
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    settled(page)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate((HERE / "axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = page.evaluate(_VIOLATIONS, {"type": kind, "values": values})
    lines = [
        f"{one['id']} ({one['impact']}): {one['help']}\n"
        + "\n".join(
            f"    {node['html'][:160]}\n      {_first_line(node['failureSummary'])}" for node in one["nodes"][:5]
        )
        for one in found
    ]
    assert not lines, f"{page.url}\n" + "\n".join(lines)


# What passes is described as fully as what does not, unless told otherwise: that took longer than to look.
_VIOLATIONS = "async runOnly => (await axe.run({ runOnly, resultTypes: ['violations'] })).violations"


def _first_line(summary: str) -> str:
    """The reason of "Fix any of the following:\\n  reason\\n  reason"."""
    return next((line.strip() for line in summary.splitlines()[1:] if line.strip()), summary)
