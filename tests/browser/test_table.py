"""The table in real browsers: seats that are lost and found, second clicks of a quick hand, and what is said where."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from framework.case import Case
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys, live_journeys
from tests.browser.conftest import DESK, PHONE, Visit
from tests.record import listed
from tests.server import AppServer

CASE = "HW-014"
NEGLECT = ("neglect", "child")
LOST = "Your seat was opened on another device"
Axe = Callable[[Page], None]


@pytest.fixture
def case(cases: dict[str, Case]) -> Case:
    return cases[CASE]


def ask_back(page: Page, table: live_journeys.Table, name: str) -> None:
    """On a new device, with the code and without the key."""
    page.goto(f"/panel?code={table.state.code}")
    expect(page.get_by_role("button", name="Take a seat")).to_be_visible()
    journeys.open_up(page, "My key is gone")
    journeys.choose(page, "Who are you?", name)
    page.get_by_role("button", name="Ask to be let back in").click()
    expect(page.get_by_role("heading", name="Waiting to be let back in")).to_be_visible()
    journeys.settled(page)


def no_refusal(page: Page) -> None:
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def in_view(page: Page, part: Locator) -> bool:
    """Whether all of it is in the window as it is scrolled now."""
    box, window = part.bounding_box(), page.viewport_size
    assert window is not None
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= window["height"]


# ── Seats lost and found ─────────────────────────────────────────────────────────────────────────────────────────────


def test_after_a_dead_laptop_a_member_goes_on_at_another_one(
    visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", screens=["Farida", "Owen"], wall=False)
    old, new = table["Owen"], visit(size=PHONE, to=server)
    journeys.answer(old, journeys.label(case, NEGLECT), "Active")
    ask_back(new, table, "Owen")
    axe(new)
    asked = table["Farida"].locator(".st-key-notices")
    expect(asked.get_by_text("Owen asks to be let back in")).to_be_visible()
    axe(table["Farida"])
    new.reload()  # while one waits
    expect(new.get_by_role("heading", name="Waiting to be let back in")).to_be_visible()
    asked.get_by_role("button", name="Allow").click()
    expect(new.get_by_role("heading", name="You are back in your seat")).to_be_visible()
    axe(new)
    journeys.go_on_from_key(new)
    expect(new.get_by_text(re.compile(r"^1 of \d+ answered"))).to_be_visible()
    expect(old.get_by_text(LOST)).to_be_visible()
    expect(old.get_by_role("radiogroup")).to_have_count(0)
    old.reload()
    expect(old.get_by_role("heading", name="Join the meeting")).to_be_visible()
    expect(asked.get_by_text("Owen was let back in.")).to_be_visible()
    no_refusal(table["Farida"])


def test_a_seat_is_opened_on_ones_own_phone_by_a_link_whose_key_stays_nowhere(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", screens=[], wall=False)
    phone, key = visit(size=PHONE, to=server), table.seats["Owen"].key
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url))
    phone.goto(f"/seat#{table.meeting}.{key}")
    expect(journeys.phase(phone)).to_have_text("Scoring")
    journeys.settled(phone)
    expect(phone.get_by_text("Owen, social worker")).to_be_visible()
    assert not [url for url in sent if key in url.partition("#")[0]], "no server and no log is told the key"
    phone.go_back()
    assert key not in phone.url
    # A wrong key is refused with a sentence.
    stranger = visit(to=server, console=False)
    stranger.goto(f"/seat#{table.meeting}.AAAABBBBCCCC")
    expect(stranger.get_by_text("No seat at this meeting has this key.")).to_be_visible()
    stranger.goto(f"/panel?meeting={table.meeting}")
    expect(stranger.get_by_role("heading", name="Join the meeting")).to_be_visible()


def test_going_back_to_scoring_opens_no_menu_and_shows_no_key(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    """Menus were matched by their place: the chair's key stood on the screen. What is shown of a key is printed alone."""
    table = live_journeys.seated(
        visit, server, work, case, "scoring", "revealed", screens=["Farida", "Owen"], wall=False
    )
    farida, owen = table["Farida"], table["Owen"]
    owen.get_by_role("button", name="Your seat").click()
    owen.get_by_role("button", name="Show my seat key").click()
    key = owen.locator(".hw-key")
    expect(key).to_have_text(journeys.KEY)
    assert in_view(owen, key)
    owen.emulate_media(media="print")
    expect(key).to_be_visible()
    expect(owen.get_by_role("button", name="Print this key")).to_be_hidden()
    expect(owen.locator(".hw-strip").first).to_be_hidden()
    owen.emulate_media(media="screen")
    owen.get_by_role("dialog", name="Your seat key").get_by_role("button", name="Hide").click()
    expect(key).to_have_count(0)
    live_journeys.go_back(farida, "scoring", "Owen has to add something.")
    table.all_at("Scoring")
    for page in table.pages.values():
        expect(page.get_by_text("Farida took the meeting back from revealed")).to_be_visible()
        expect(page.get_by_text("Owen has to add something.")).to_be_visible()
        journeys.settled(page)
        expect(page.get_by_role("button", name="Show my seat key")).to_have_count(0)
        expect(page.locator(".hw-key")).to_have_count(0)
        for ticket in table.seats.values():
            assert ticket.key not in page.content()


# ── Second clicks ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_click_opens_no_second_meeting_and_takes_no_second_seat(visit: Visit, work: Workspace) -> None:
    before = len(listed(work))
    farida, owen = visit(), visit()
    journeys.open_home(farida)
    journeys.open_case(farida, CASE)
    farida.get_by_role("textbox", name="Your name").fill("Farida")
    journeys.choose(farida, "Your own role", "Team manager")
    farida.get_by_role("button", name="Start the meeting").dblclick()
    journeys.go_on_from_key(farida)
    assert len(listed(work)) == before + 1
    owen.goto(f"/panel?code={journeys.code(farida)}")
    expect(owen.get_by_role("button", name="Take a seat")).to_be_visible()
    owen.get_by_role("textbox", name="Your name").fill("Owen")
    journeys.choose(owen, "Your role in this meeting", "Social worker")
    owen.get_by_role("button", name="Take a seat").dblclick()
    journeys.go_on_from_key(owen)
    expect(journeys.phase(owen)).to_have_text("Gathering")
    for page in (farida, owen):
        no_refusal(page)
        expect(page.get_by_text("Owen, social worker").first).to_be_visible()
    newest = listed(work)[0]
    assert [one.name for one in newest.members.values()] == ["Farida", "Owen"]


def test_a_second_click_removes_nobody_else_and_is_undone_with_one(
    visit: Visit, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    table = live_journeys.seated(visit, server, work, case, "scoring", screens=["Farida", "Malcolm"], wall=False)
    farida = table["Farida"]
    live_journeys.somebody(farida, "Malcolm", "Remove this seat").click()
    asked = farida.get_by_role("dialog", name="Remove Malcolm's seat?")
    expect(asked).to_contain_text("The answers that Malcolm has given are kept in the record.")
    axe(farida)
    asked.get_by_role("textbox", name=re.compile("^Reason")).fill("Took two seats.")
    asked.get_by_role("button", name="Remove this seat").dblclick()
    expect(asked).to_have_count(0)
    expect(table["Malcolm"].get_by_text("The chair removed your seat: Took two seats.")).to_be_visible()
    expect(table["Malcolm"].get_by_role("radiogroup")).to_have_count(0)
    assert {one.name for one in table.state.seated} == {"Farida", "Owen"}
    no_refusal(farida)
    menu = live_journeys.open_menu(farida)
    expect(menu.get_by_role("combobox", name="Somebody else's seat")).to_have_value("")
    expect(menu.get_by_role("button", name="Remove this seat")).to_have_count(0)
    live_journeys.close_menu(farida)
    said = farida.locator(".st-key-notices")
    expect(said.get_by_text("Malcolm's seat was removed.")).to_be_visible()
    said.get_by_role("button", name="Undo").click()
    expect(table["Malcolm"].get_by_role("radiogroup").first).to_be_visible()
    assert len(table.state.seated) == 3


def test_a_second_click_on_hand_over_and_close_is_no_refusal_and_the_new_chair_is_told(
    visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    table = live_journeys.seated(
        visit, server, work, case, "scoring", "revealed", "agreed", screens=["Farida", "Owen"], wall=False
    )
    farida, owen = table["Farida"], table["Owen"]
    live_journeys.somebody(farida, "Owen", "Hand over the chair").click()
    farida.get_by_role("dialog", name="Hand over the chair to Owen?").get_by_role(
        "button", name="Hand over the chair"
    ).dblclick()
    expect(farida.get_by_text("Owen chairs the meeting now.")).to_be_visible()
    expect(
        owen.get_by_text(re.compile(r"You chair this meeting now; handed over by Farida at \d\d:\d\d"))
    ).to_be_visible()
    owen.get_by_role("button", name="Understood").click()
    expect(owen.get_by_text("handed over by")).to_have_count(0)
    owen.get_by_role("button", name="Close the meeting").click()
    owen.get_by_role("dialog", name="Close the meeting?").get_by_role("button", name="Close the meeting").dblclick()
    table.all_at("Closed")
    for page in table.pages.values():
        expect(page.get_by_text("The meeting is closed. Nothing in it can be changed any more.")).to_be_visible()
        no_refusal(page)


# ── Carers, and where things are said ────────────────────────────────────────────────────────────────────────────────


def test_a_name_that_is_one_long_word_stays_on_the_page(
    page: Page, server: AppServer, work: Workspace, case: Case
) -> None:
    chair = work.meetings.open(case, Ticket.new(), "W" * 80, "team_manager")
    live_journeys.sit(page, server, chair)
    expect(page.get_by_text("W" * 80).first).to_be_visible()
    for size in (DESK, PHONE):
        resize(page, size)
        assert page.evaluate(TOO_WIDE) == [], size


TOO_WIDE = """() => [...document.querySelectorAll("[data-testid=stMain] .hw, [data-testid=stMain] .hw *")]
    .filter(part => part.getBoundingClientRect().right > innerWidth + 1).map(part => part.textContent)"""


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    journeys.settled(page)


def test_a_refusal_stands_beside_its_button_and_goes_with_the_next_screen(
    page: Page, server: AppServer, work: Workspace, case: Case, axe: Axe
) -> None:
    ticket = work.meetings.open(case, Ticket.new(), "Farida", "team_manager")
    page.goto(f"/panel?code={work.meetings.state(ticket.meeting).code}")
    button = page.get_by_role("button", name="Take a seat")
    expect(button).to_be_visible()
    said = page.get_by_text("Please give your name.")
    for size in (DESK, PHONE):
        resize(page, size)
        button.click()
        expect(said).to_be_visible()
        journeys.settled(page)
        assert in_view(page, said), size
    axe(page)
    journeys.take_seat(page, "Owen")
    no_refusal(page)
    live_journeys.sit(page, server, ticket)  # as chair
    page.get_by_role("button", name="Start scoring").click()
    expect(journeys.phase(page)).to_have_text("Scoring")
    page.get_by_role("button", name="Reveal all scores").click()
    asked = page.get_by_role("dialog", name="Reveal all scores?")
    expect(asked).to_contain_text("Will not count, without an answer: Farida and Owen.")
    asked.get_by_role("button", name="Reveal all scores").click()
    said = asked.get_by_text("Nobody has scored anything yet")
    expect(said).to_be_visible()
    journeys.settled(page)
    assert in_view(page, said)
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    no_refusal(page)


def test_nothing_moves_when_somebody_comes(
    page: Page, visit: Visit, server: AppServer, work: Workspace, case: Case
) -> None:
    ticket = work.meetings.open(case, Ticket.new(), "Farida", "team_manager")
    live_journeys.sit(page, server, ticket)
    field = page.get_by_role("textbox", name="Parent or home carer 2")
    journeys.settled(page)
    field.click()
    field.press_sequentially(" and his mo")
    journeys.settled(page)
    expect(field).to_have_value(re.compile(" and his mo$"))
    before = field.bounding_box(), journeys.phase(page).bounding_box()
    journeys.join_meeting(visit(), work.meetings.state(ticket.meeting).code, "Owen")
    expect(page.get_by_text("Owen, social worker").first).to_be_visible()
    journeys.settled(page)
    assert (field.bounding_box(), journeys.phase(page).bounding_box()) == before
    expect(field).to_be_focused()
    field.press_sequentially("ther")
    expect(field).to_have_value(re.compile(" and his mother$"))
