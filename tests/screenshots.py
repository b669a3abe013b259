"""Takes the pictures in docs/pictures from the real app in a real browser: `make screenshots`."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from framework import panel
from framework.decision.deciding import AskApproval, Decide
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.decision.page_case import DecisionCase
from tests.server import ROOT, AppServer

PICTURES = ROOT / "docs" / "pictures"
CASE = "HW-013"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="homeward-pictures-") as folder, AppServer(Path(folder)) as server:
        work = Workspace.open(server.environment["DATABASE_URL"])
        chair, scorer = _meeting(work)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium-headless-shell"), args=ARGUMENTS
            )
            _before_the_reveal(browser, server.url, scorer)
            work.meetings.run(chair.meeting, chair.member, panel.MovePhase("revealed"))
            _after_the_reveal(browser, server.url, chair, work.meetings.state(chair.meeting).code)
            _beside_the_meeting(browser, server.url)
            _decided(browser, server.url, DecisionCase(work))
            browser.close()


def _meeting(work: Workspace) -> tuple[Ticket, Ticket]:
    """A meeting in which everybody has scored, and nearly all have said so: the chair, and the one who goes on scoring."""
    case = work.cases.case(CASE)
    assert case is not None
    members = sorted(case.member, key=lambda one: not one.chairs)
    tickets: list[Ticket] = []
    for one in members:
        seat = (one.name, one.role, False if work.edition.panel_roles[one.role].asked_met_family else None)
        if tickets:
            tickets.append(work.meetings.join(Ticket.new(tickets[0].meeting), *seat))
        else:
            tickets.append(work.meetings.open(case, Ticket.new(), *seat))
    chair = tickets[0]
    state = work.meetings.run(chair.meeting, chair.member, panel.MovePhase("scoring"))
    scorers = [seat for seat in zip(tickets, members, strict=True) if state.members[seat[0].member].scores]
    for ticket, one in scorers:
        answers = {**case.reference.answers} | {(d.factor, d.about): d.status for d in one.differs}
        for (subject, about), status in answers.items():
            work.meetings.run(ticket.meeting, ticket.member, panel.Score(subject, about, status))
    *finished, (last, _) = scorers
    for ticket, _ in finished:
        work.meetings.run(ticket.meeting, ticket.member, panel.Finish(True))
    return chair, last


def _before_the_reveal(browser: Browser, url: str, ticket: Ticket) -> None:
    with _page(browser, url) as page:
        _open(page, f"{url}/", page.get_by_role("button", name="Open this case"))
        _take(page, "home")
        _open(page, f"{url}/panel?case={CASE}", page.get_by_role("heading", name="The evidence"))
        _take(page, "case")
        _open(page, f"{url}/framework", page.get_by_role("tab", name="The rule"))
        _take(page, "framework")
    for name, look in (("panel", {}), ("panel-dark", {"dark": True}), ("panel-phone", {"width": 390, "height": 844})):
        with _page(browser, url, ticket=ticket, **look) as page:
            _open(page, f"{url}/panel?meeting={ticket.meeting}", page.get_by_role("radiogroup"))
            _take(page, name)


def _after_the_reveal(browser: Browser, url: str, ticket: Ticket, code: str) -> None:
    with _page(browser, url, ticket=ticket) as page:
        _open(page, f"{url}/panel?meeting={ticket.meeting}", page.get_by_text("The panel"))
        _take(page, "revealed")
    with _page(browser, url) as page:
        _open(page, f"{url}/wall?code={code}", page.get_by_text("The panel"))
        _take(page, "wall")


def _beside_the_meeting(browser: Browser, url: str) -> None:
    with _page(browser, url, height=1000) as page:
        _open(page, f"{url}/costs", page.get_by_test_id("stVegaLiteChart"))
        _take(page, "costs")
        _open(page, f"{url}/rollout?rollout=sample", page.get_by_text("Next meeting:"))
        _take(page, "rollout")


def _decided(browser: Browser, url: str, one: DecisionCase) -> None:
    """A decision that waits for its approval."""
    decision = one.prepared()
    one.run(Decide(decision), AskApproval(decision, one.officer.id))
    with _page(browser, url, height=1000) as page:
        address = f"{url}/case?case={one.case}&view=decisions&decision={decision}"
        _open(page, address, page.get_by_text("Not in effect").first)
        _take(page, "decision")


@contextmanager
def _page(
    browser: Browser,
    url: str,
    *,
    ticket: Ticket | None = None,
    width: int = 1280,
    height: int = 800,
    dark: bool = False,
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/London",
    )
    if ticket:
        name, domain = f"homeward_seat_{ticket.meeting}", urlsplit(url).hostname or ""
        context.add_cookies([{"name": name, "value": ticket.key, "domain": domain, "path": "/"}])
    yield context.new_page()
    context.close()


def _open(page: Page, address: str, sign: Locator) -> None:
    """Go there, and wait until the page is whole and its run has ended."""
    page.goto(address)
    expect(sign.first).to_be_visible(timeout=20_000)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(500)


def _take(page: Page, name: str) -> None:
    """What the window shows, in 256 colours: flat pages lose nothing by it, and the files are small."""
    shot = Image.open(BytesIO(page.screenshot(animations="disabled")))
    file = PICTURES / f"{name}.png"
    shot.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
