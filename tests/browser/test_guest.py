"""A meeting on a real case, in Chromium: the chair signs in and sits down as herself, a guest asks with the code and is let in, the wall
opens on another screen with a code of its own, and once the meeting is closed the guest and the wall show nothing of it any more."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from framework import panel
from framework.panel.meetings import Ticket
from framework.people import person_id
from framework.workspace import Workspace
from tests.browser import journeys, live_journeys
from tests.browser.test_sign_in import signs_in
from tests.browser.test_wall import CUT_OFF, DRAWN, SMALLEST
from tests.oidc import Provider, person, provider
from tests.panel.case_meeting import enter
from tests.postgres import free_port
from tests.server import AppServer

PIA = person("Pia Practitioner", "Homeward.Practitioner")
CALLED, REFERENCE, GUEST = "Ash", "LCS 4711", "Ms Hall"


@pytest.fixture
def idp() -> Iterator[Provider]:
    with provider([PIA]) as running:
        yield running


@pytest.fixture
def council(idp: Provider, tmp_path: Path) -> Iterator[AppServer]:
    port = free_port()
    given = idp.environment | {"HOMEWARD_ADDRESS": f"http://localhost:{port}"}
    with AppServer(tmp_path, given, port) as running:
        yield running


def test_a_guest_asks_and_is_let_in_and_sees_nothing_any_more_once_the_meeting_is_closed(
    desk: Callable[..., Page], record: Workspace, idp: Provider, axe: Callable[[Page], None]
) -> None:
    chair = desk()
    signs_in(chair, PIA.sub)
    expect(chair.get_by_text(f"Signed in as {PIA.claims['name']}").first).to_be_visible()
    pia = record.people.actor(person_id(idp.url, PIA.sub))
    case = record.casefiles.begin(pia, REFERENCE, CALLED)
    enter(record, case, pia)
    ticket = Ticket.new()
    bundle = record.casefiles.bundle(case, pia)
    record.meetings.open(bundle, ticket, pia.name, "social_worker", me=pia)
    meeting, code = ticket.meeting, record.meetings.state(ticket.meeting).code

    # She finds her seat as herself, on a device that has no key of it.
    chair.goto(f"/panel?meeting={meeting}")
    expect(chair.get_by_role("heading", level=1)).to_have_text(CALLED)
    expect(live_journeys.live_sign(chair)).to_have_text("Live")
    assert CALLED not in chair.title() and REFERENCE not in chair.content()

    # A guest has no account: the code, a name, and they wait.
    guest = desk()
    guest.goto("/panel")
    guest.get_by_label("Code from the chair").fill(code)
    guest.get_by_role("button", name="Join").click()
    expect(guest.get_by_role("heading", name="Ask to be let in")).to_be_visible()
    guest.get_by_label("Your name").fill(GUEST)
    journeys.choose(guest, "Your role in this meeting", "Other professional")
    axe(guest)
    guest.get_by_role("button", name="Ask to be let in").click()
    expect(guest.get_by_role("heading", name="Waiting to be let in")).to_be_visible()
    axe(guest)
    shows_nothing(guest)

    expect(chair.get_by_text(f"{GUEST} asks to be let in")).to_be_visible()
    axe(chair)
    chair.get_by_role("button", name="Let in").click()
    guest.get_by_role("button", name="Go on to the meeting").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text(CALLED)

    # The wall: on a screen that is nobody's.
    menu = live_journeys.open_menu(chair)
    menu.get_by_role("button", name="Code for another screen").click()
    given = chair.locator(".st-key-chair-menu .hw-code").nth(1)
    expect(given).to_have_text(re.compile(r"^[A-Z2-9]{6}$"))
    screen = desk((1280, 720))
    screen.goto("/wall")
    screen.get_by_label("Code from the chair").fill(given.inner_text())
    screen.get_by_role("button", name="Show the meeting").click()
    expect(screen.locator(".hw-walltop")).to_have_text("Decision meeting · Stage 2 · Gathering")
    chair.keyboard.press("Escape")
    for width, height in ((1280, 720), (3840, 2160)):
        screen.set_viewport_size({"width": width, "height": height})
        screen.evaluate(DRAWN)
        assert screen.evaluate(CUT_OFF) == [] and screen.evaluate(SMALLEST) > 1 / 70
    axe(screen)
    shows_nothing(screen)
    screen.reload()
    expect(screen.locator(".hw-walltop")).to_be_visible()

    def do(*commands: panel.Command) -> None:
        for command in commands:
            record.meetings.run(meeting, ticket.member, command, me=pia)

    do(panel.MovePhase("scoring"), panel.Score("neglect", "child", "improving"), panel.MovePhase("revealed"))
    for key in panel.open_questions(record.meetings.state(meeting), record.edition):
        do(panel.Agree(*key, "unknown"))
    do(panel.MovePhase("agreed"))
    live_journeys.look_again(chair, "Agreed")
    live_journeys.confirm(
        chair, chair.get_by_role("button", name="Close the meeting"), "Close the meeting?", "Close the meeting"
    )
    expect(chair.get_by_text("The meeting is closed. Nothing in it can be changed any more.")).to_be_visible()
    expect(guest.get_by_role("heading", name="The meeting is closed")).to_be_visible()
    expect(guest.get_by_text("Thank you for your part in it.")).to_be_visible()
    axe(guest)
    expect(screen.get_by_role("heading", name="The meeting is closed")).to_be_visible()
    for page in (guest, screen):
        shows_nothing(page)
        page.reload()
        expect(page.get_by_role("heading", name="The meeting is closed")).to_be_visible()
        shows_nothing(page)


def shows_nothing(page: Page) -> None:
    """Nothing of the child, the family or who was there."""
    journeys.settled(page)
    for word in (CALLED, REFERENCE, "Dana", "Pia"):
        assert word not in page.content() and word not in page.title() and word not in page.url, word
