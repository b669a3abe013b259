"""Protects: many tabs of one browser are all live, however few connections a browser opens to one host."""

from playwright.sync_api import expect

from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser.conftest import Visit
from tests.load.live import open_meeting, run, sit_down
from tests.server import AppServer

TABS = 8
"""More than the six connections that browsers open to one host over HTTP/1.1."""


async def starts(server: AppServer, chair: Ticket) -> None:
    """The chair starts the scoring, on a device of their own."""
    async with await sit_down(server, chair) as screen:
        await screen.click("start-scoring")


def test_eight_tabs_of_one_browser_are_live_and_stay_so_when_the_first_is_closed(
    visit: Visit, server: AppServer, work: Workspace
) -> None:
    chair, _ = open_meeting(work, 2, start=False)
    code = work.meetings.view(chair.meeting).code
    first = visit()
    tabs = [first, *(first.context.new_page() for _ in range(TABS - 1))]
    for tab in tabs:
        tab.goto(f"/wall?code={code}")
    for tab in tabs:
        expect(tab.locator('.live[data-state="ok"]')).to_be_attached()
    first.close()
    run(starts(server, chair))
    for tab in tabs[1:]:
        expect(tab.get_by_text("have finished")).to_be_visible()


def test_where_no_websocket_of_ours_comes_through_the_event_stream_is_used(
    visit: Visit, server: AppServer, work: Workspace
) -> None:
    chair, _ = open_meeting(work, 2, start=False)
    tab = visit(console=False)
    tab.route_web_socket("**/live/*", lambda socket: socket.close(code=1011))
    tab.goto(f"/wall?code={work.meetings.view(chair.meeting).code}")
    expect(tab.locator('.live[data-state="ok"]')).to_be_attached()
    run(starts(server, chair))
    expect(tab.get_by_text("have finished")).to_be_visible()
    tab.close()  # nobody else may have a browser with this route
