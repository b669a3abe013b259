"""One morning at a council, in Chromium, with a real provider: two people sign in and out, a sign-in ends and what was typed is there
again, a block acts at once, the provider is away."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value

from framework.people import Block, person_id
from framework.workspace import Workspace
from pages.people import sign_in
from pages.ui import signing_in
from tests.browser import journeys
from tests.oidc import Provider, person, provider
from tests.postgres import PostgresServer, free_port
from tests.server import AppServer

NEGLECT, NEGLECT_ROW = ("neglect", "child"), "Neglect (take great care)"
SECRET = "a-secret-of-these-tests-that-is-long-enough"
ADA, PIA, TOM = (
    person("Ada Admin"),
    person("Pia Practitioner", "Homeward.Practitioner"),
    person("Tom Trainer", "Homeward.Trainer"),
)


@pytest.fixture
def running() -> Iterator[tuple[Provider, Callable[[], None]]]:
    """The provider, and what ends it."""
    with ExitStack() as stack:
        yield stack.enter_context(provider([ADA, PIA, TOM])), stack.close


@pytest.fixture
def idp(running: tuple[Provider, Callable[[], None]]) -> Provider:
    return running[0]


@pytest.fixture
def away(running: tuple[Provider, Callable[[], None]]) -> Callable[[], None]:
    return running[1]


@pytest.fixture
def council(idp: Provider, postgres_server: PostgresServer, tmp_path: Path) -> Iterator[AppServer]:
    url, port = postgres_server.create_database(migrated=True), free_port()
    given = idp.environment | {
        "DATABASE_URL": url,
        "HOMEWARD_ADDRESS": f"http://localhost:{port}",
        "HOMEWARD_SECRET": SECRET,
        "HOMEWARD_AUTHORITY": "Sampleshire",
    }
    with AppServer(tmp_path, given, port) as running:
        yield running
    postgres_server.drop_database(url)


def signs_in(page: Page, sub: str, address: str = "/") -> None:
    page.goto(address)
    page.get_by_role("button", name="Sign in", exact=True).click()
    at_provider(page, sub)


def at_provider(page: Page, sub: str) -> None:
    page.get_by_role("button", name=sub).click()


def older(page: Page, by: timedelta) -> None:
    """The same sign-in, made so much earlier: what hours would do."""
    secret, name = signing_in.cookie_secret(SECRET.encode()), "_streamlit_user"
    found = next(one for one in page.context.cookies() if one["name"] == name)
    content = json.loads(decode_signed_value(secret, name, found["value"]) or b"")
    content["iat"] -= by.total_seconds()
    value = create_signed_value(secret, name, json.dumps(content)).decode()
    page.context.add_cookies([{**found, "value": value}])  # type: ignore[list-item]


def test_a_morning_with_a_sign_in(
    council: AppServer,
    idp: Provider,
    away: Callable[[], None],
    desk: Callable[..., Page],
    record: Workspace,
    axe_in_both: Callable[[Page], None],
) -> None:
    # Nobody sees anything but the way in; it can be used with the keyboard.
    pia = desk()
    pia.goto("/panel?case=HW-011")
    expect(pia.get_by_role("heading", name="Homeward at Sampleshire")).to_be_visible()
    axe_in_both(pia)
    pia.get_by_role("button", name="Sign in", exact=True).focus()
    pia.keyboard.press("Enter")
    at_provider(pia, PIA.sub)

    # Back where she was, in her role.
    expect(pia.get_by_role("heading", name="Start a meeting on this case")).to_be_visible()
    expect(pia.get_by_text("Signed in as Pia Practitioner, practitioner")).to_be_visible()
    expect(pia.get_by_role("link", name="Costs")).to_have_count(0)
    axe_in_both(pia)

    # Another person, another browser, other pages.
    tom = desk()
    signs_in(tom, TOM.sub)
    expect(tom.get_by_text("Signed in as Tom Trainer, trainer")).to_be_visible()
    tom.goto("/case")
    expect(tom.get_by_text(sign_in.NOT_YOURS)).to_be_visible()
    axe_in_both(tom)

    # Her sign-in ends while she types, by another tab; what she typed is there again when she has signed in, in this one.
    journeys.choose(pia, "Your own role", "Social worker")
    pia.get_by_role("button", name="Start the meeting").click()
    carer = pia.get_by_label("Add another")
    carer.fill("Grandmother")
    other = pia.context.new_page()
    other.goto("/framework")
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(re.compile(f"{re.escape(idp.url)}/oauth2/end_session"))
    other.close()
    pia.get_by_role("button", name="Start scoring").click()
    expect(pia.get_by_text("You have signed out")).to_be_visible()
    pia.get_by_role("button", name="Sign in", exact=True).click()
    at_provider(pia, PIA.sub)
    expect(carer).to_have_value("Grandmother")

    # It ends by its time; a note is there again, too.
    journeys.start_scoring(pia)
    note = journeys.note(journeys.open_details(pia, NEGLECT))
    note.press_sequentially("She feels safe there")
    older(pia, timedelta(hours=8))
    pia.reload()
    expect(pia.get_by_text("each holds for 8 hours")).to_be_visible()
    axe_in_both(pia)
    pia.get_by_role("button", name="Sign in", exact=True).click()
    at_provider(pia, PIA.sub)
    expect(journeys.note(journeys.open_details(pia, NEGLECT))).to_have_value("She feels safe there")

    # Signing out ends it in the other tab, too, and at the provider.
    second = tom.context.new_page()
    second.goto("/framework")
    expect(second.get_by_text("Signed in as Tom Trainer")).to_be_visible()
    tom.get_by_role("button", name="Sign out").click()
    expect(tom).to_have_url(re.compile(f"{re.escape(idp.url)}/oauth2/end_session"))
    second.get_by_role("link", name="Roll-out").click()
    expect(second.get_by_role("button", name="Sign in", exact=True)).to_be_visible()

    # A block acts at her next click.
    ada = desk()
    signs_in(ada, ADA.sub)
    expect(ada.get_by_text("Signed in as Ada Admin, administrator")).to_be_visible()
    record.people.run(person_id(idp.url, PIA.sub), record.people.actor(person_id(idp.url, ADA.sub)), Block("has left"))
    blocked = pia.get_by_text("an administrator has blocked you")
    for answer in ("Active", "Improving", "Active"):
        # Written by another process, which sends no news of people: a person is read again after ten seconds at the latest.
        # On a slow machine the answer to a click may come when one is about to click again, and the row has gone.
        with suppress(AssertionError, PlaywrightError):
            journeys.choice(pia, NEGLECT_ROW, answer).click(timeout=6000)
            expect(blocked).to_be_visible(timeout=6000)
        if blocked.is_visible():
            break
    expect(blocked).to_be_visible()
    expect(pia.get_by_role("button", name="Sign out")).to_be_visible()

    # Somebody else signs in in her tab: what it kept for her is gone.
    pia.evaluate("sessionStorage.setItem('homeward-drafts', '{\"a note\": \"of hers\"}')")
    pia.get_by_role("button", name="Sign in", exact=True).click()
    at_provider(pia, TOM.sub)
    expect(pia.get_by_text("Signed in as Tom Trainer")).to_be_visible()
    pia.wait_for_function("sessionStorage.getItem('homeward-drafts') === null")

    # The provider is away: that is said on a page, and whoever is in stays in.
    away()
    second.get_by_role("button", name="Sign in", exact=True).click()
    expect(second.get_by_text("The sign-in service does not answer just now")).to_be_visible()
    axe_in_both(second)
    ada.get_by_role("link", name="Framework").click()
    expect(ada.get_by_text("Signed in as Ada Admin")).to_be_visible()
