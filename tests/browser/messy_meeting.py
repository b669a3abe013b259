"""Run by `make bench-live` and not with the tests, since it takes some minutes.

A whole meeting as meetings go, in eight browsers: somebody comes late, a seat is removed, a laptop dies, the meeting goes
back a step, the chair changes, a note in Urdu is being typed at the reveal, and every button is clicked twice.

One journey, because each of these happens upon what the others left behind. Most answers come from another process; what is
clicked here is what a person clicks at each turn. `HOMEWARD_PICTURES=FOLDER` keeps pictures of every screen at every turn.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, expect

from framework import documents, panel
from framework.case import Case
from framework.dates import uk_clock
from framework.light.classification import Key
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import journeys, live_journeys
from tests.browser.conftest import PHONE, Visit
from tests.record import listed
from tests.server import AppServer

CASE = "HW-022"
EMPATHY: Key = ("lack_of_empathy", "b")
NEGLECT: Key = ("neglect", "child")
STRESS: Key = ("family_stress", "household")
UNANSWERED: tuple[Key, ...] = (("growth_faltering", "child"), ("fabricated_illness", "child"))
NOTE = "اس نے کہا کہ وہ گھر جانا چاہتی ہے 🥺 اور رو پڑی"
BACK = "Grace answered for two families."
VIEW = "Her mother has not been asked in her own language. That has to come first."
REMOVED = "Took the seat of a colleague."
QUICK = 700
"""Milliseconds between the two clicks of somebody whose finger was quicker than the page."""
PEOPLE = {
    "Farida Khan": "team_manager",
    "Owen Price": "social_worker",
    "Malcolm Lee": "second_worker",
    "Safiya Ahmed": "other_professional",
    "Grace Hill": "other_professional",
    "Ruth Meyer": "reviewing_officer",
}
SCORING = [name for name, role in PEOPLE.items() if role != "reviewing_officer"]
PICTURES = os.environ.get("HOMEWARD_PICTURES")


@pytest.fixture
def work(server: AppServer) -> Iterator[Workspace]:
    """The record that the server keeps."""
    opened = Workspace.open(server.environment["DATABASE_URL"])
    yield opened
    opened.store.close()


@pytest.fixture
def case(cases: dict[str, Case]) -> Case:
    return cases[CASE]


def twice(page: Page, button: Locator) -> None:
    """Click, and click again where the button stood."""
    expect(button).to_be_visible()
    button.scroll_into_view_if_needed()
    journeys.settled(page)
    box = button.bounding_box()
    assert box
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*at)
    page.wait_for_timeout(QUICK)
    page.mouse.click(*at)
    journeys.settled(page)
    assert "Somebody else has" not in page.locator("body").inner_text()
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def confirm_twice(page: Page, opens: Locator, title: str, says: str, reason: str = "") -> None:
    """As `live_journeys.confirm`, each button clicked twice."""
    twice(page, opens)
    asked = page.get_by_role("dialog", name=title)
    expect(asked).to_be_visible()
    if reason:
        asked.get_by_role("textbox", name=re.compile("^Reason")).fill(reason)
    twice(page, asked.get_by_role("button", name=says))
    expect(asked).to_have_count(0)


class Table(live_journeys.Table):
    """The table, and what is looked at on every screen at once."""

    def seat_of(self, name: str) -> str:
        return self.seats[name].member

    def happened(self, type_: str) -> int:
        """How many events of a type the record holds."""
        return sum(one.event.type == type_ for one in self.work.meetings.history(self.meeting))

    def looked_at(self, turn: str) -> None:
        """Pictures of every screen, for somebody who wants to see them."""
        for name, page in self.pages.items() if PICTURES else ():
            journeys.settled(page)
            page.screenshot(path=Path(PICTURES or "") / f"{turn}-{name.partition(' ')[0].lower()}.png")


def test_a_messy_meeting(visit: Visit, server: AppServer, work: Workspace, case: Case) -> None:
    table = gathering(visit, work, case)
    scoring(table)
    a_laptop_dies(table, visit(to=server))
    the_reveal(table)
    somebody_comes_late(table, visit())
    a_seat_is_removed(table)
    agreeing(table)
    a_step_back(table)
    a_change_of_chair(table)
    the_end(table)
    assert work.store.verify().broken is None


def gathering(visit: Visit, work: Workspace, case: Case) -> Table:
    """Two clicks open one meeting and take one seat each."""
    before = len(listed(work))
    pages = {name: visit(size=PHONE if name.startswith("Safiya") else (1280, 900)) for name in PEOPLE}
    chair = pages["Farida Khan"]
    journeys.open_home(chair)
    journeys.open_case(chair, CASE)
    chair.get_by_role("textbox", name="Your name").fill("Farida Khan")
    journeys.choose(chair, "Your own role", work.edition.role_label(PEOPLE["Farida Khan"]))
    twice(chair, chair.get_by_role("button", name="Start the meeting"))
    journeys.go_on_from_key(chair)
    code = journeys.code(chair)
    pages["wall"] = visit(size=(1920, 1080))
    live_journeys.open_wall(pages["wall"], code)
    for name, role in list(PEOPLE.items())[1:]:
        page = pages[name]
        page.goto(f"/panel?code={code}")
        page.get_by_role("textbox", name="Your name").fill(name)
        journeys.choose(page, "Your role in this meeting", work.edition.role_label(role))
        if role == "second_worker":
            page.get_by_role("radiogroup", name="Have you met the family?").get_by_text("No", exact=True).click()
        twice(page, page.get_by_role("button", name="Take a seat"))
        journeys.go_on_from_key(page)
        expect(journeys.phase(page)).to_have_text("Gathering")
    assert len(listed(work)) == before + 1
    state = next(one for one in listed(work) if one.code == code)
    seats = {one.name: Ticket(state.meeting, one.id, "") for one in state.seated}
    assert list(seats) == list(PEOPLE)
    table = Table(work, case, state.meeting, pages, seats)
    for page in table.pages.values():
        expect(page.get_by_text("Ruth Meyer").first).to_be_visible()
    table.looked_at("1-gathering")
    return table


def scoring(table: Table) -> None:
    """Each alone: everybody, and the wall, sees how many have finished and nothing else."""
    chair = table["Farida Khan"]
    twice(chair, chair.get_by_role("button", name="Start scoring"))
    table.all_at("Scoring")
    expect(table["Ruth Meyer"].get_by_text("The members are scoring, each on their own.")).to_be_visible()
    for name, answer in zip(SCORING, ("Active", "Improving", "Not there", "Active", "Active"), strict=True):
        journeys.answer(table[name], journeys.label(table.case, NEGLECT), answer)
    differs = {one.role: {(d.factor, d.about): d.status for d in one.differs} for one in table.case.member}
    table.fill_in(**{name: differs.get(PEOPLE[name], {}) for name in SCORING if not name.startswith("Grace")})
    # What a teacher cannot know stays without an answer: that is agreed together later, and is no “not known”.
    table.behind_the_pages("Safiya Ahmed", *(panel.Score(*key, None) for key in UNANSWERED))
    table.behind_the_pages("Grace Hill", *(panel.Score(*key, "active") for key in (STRESS, EMPATHY)))
    malcolm = table["Malcolm Lee"]
    malcolm.reload()
    journeys.expect_answered(malcolm, 78)
    twice(malcolm, malcolm.locator(".st-key-finish").get_by_role("button"))
    for page in (chair, table["Safiya Ahmed"], table["wall"]):
        expect(page.get_by_text("1 of 5 have finished")).to_be_visible()
    assert table.state.finished == {table.seat_of("Malcolm Lee")}
    for name, page in table.pages.items():
        if name != "wall":
            assert "Active: " not in page.locator("body").inner_text()
    table.looked_at("2-scoring")


def a_laptop_dies(table: Table, new: Page) -> None:
    """Owen asks from another device; the chair lets him in with two clicks, once."""
    old, chair, given = (
        table["Owen Price"],
        table["Farida Khan"],
        dict(table.state.answers[table.seat_of("Owen Price")]),
    )
    new.goto(f"/panel?code={table.state.code}")
    expect(new.get_by_role("button", name="Take a seat")).to_be_visible()
    journeys.open_up(new, "My key is gone")
    journeys.choose(new, "Who are you?", "Owen Price")
    twice(new, new.get_by_role("button", name="Ask to be let back in"))
    expect(new.get_by_role("heading", name="Waiting to be let back in")).to_be_visible()
    asked = chair.locator(".st-key-notices")
    expect(asked.get_by_text("Owen Price asks to be let back in")).to_be_visible()
    table.pages["Owen's new device"] = new
    table.looked_at("3-let-me-in")
    twice(chair, asked.get_by_role("button", name="Allow"))
    expect(new.get_by_role("heading", name="You are back in your seat")).to_be_visible()
    journeys.go_on_from_key(new)
    journeys.expect_answered(new, 78)
    expect(old.get_by_text("Your seat was opened on another device")).to_be_visible()
    expect(old.get_by_role("radiogroup")).to_have_count(0)
    table.looked_at("4-back-in")
    assert table.happened("key_replaced") == 1
    assert table.state.answers[table.seat_of("Owen Price")] == given and len(given) == 78
    table.pages["Owen Price"] = table.pages.pop("Owen's new device")
    old.context.close()


def the_reveal(table: Table) -> None:
    """Safiya is typing on her phone when the chair reveals; what she has typed is there, and who counts is fixed."""
    chair, safiya = table["Farida Khan"], table["Safiya Ahmed"]
    note = journeys.note(journeys.open_details(safiya, NEGLECT))
    note.press_sequentially(NOTE)
    confirm_twice(
        chair, chair.locator(".st-key-reveal").get_by_role("button"), "Reveal all scores?", "Reveal all scores"
    )
    table.all_at("Revealed")
    assert table.state.counting == tuple(table.seat_of(name) for name in SCORING)
    assert table.happened("phase_moved") == 2
    for name, page in table.pages.items():
        if name != "wall":
            expect(page.locator(".hw-strip").first).to_be_visible()
    for _ in range(50):
        if NOTE in everything_said(table, "Safiya Ahmed", NEGLECT):
            break
        safiya.wait_for_timeout(200)
    assert NOTE in everything_said(table, "Safiya Ahmed", NEGLECT)
    expect(table["wall"].locator(".hw-wallcounts")).to_contain_text(re.compile(r"\d (Low|Medium|High|Severe|between)"))
    assert not {"Farida", "Owen", "Malcolm", "Safiya", "Grace"} & set(re.findall(r"\w+", wall_text(table)))
    table.looked_at("5-revealed")


def everything_said(table: Table, name: str, key: Key) -> list[str]:
    """The notes of somebody on a question, in the record."""
    state, member = table.state, table.seat_of(name)
    given = state.answers[member].get(key)
    return [given.note if given else "", *(note.text for note in state.notes.get(key, ()) if note.member == member)]


def wall_text(table: Table) -> str:
    return table["wall"].locator(".hw-wallhalves").inner_text()


def somebody_comes_late(table: Table, page: Page) -> None:
    """A latecomer sees the answers, may answer apart, and changes no light."""
    lights = {name: journeys.level(table[name], "The panel's light").inner_text() for name in PEOPLE}
    open_ = panel.open_questions(table.state, table.work.edition)
    page.goto(f"/panel?code={table.state.code}")
    page.get_by_role("textbox", name="Your name").fill("Lena Late")
    journeys.choose(page, "Your role in this meeting", "Other professional")
    expect(page.get_by_text("The answers are on the table already.")).to_be_visible()
    twice(page, page.get_by_role("button", name="Take a seat"))
    journeys.go_on_from_key(page)
    table.pages["Lena Late"] = page
    table.seats["Lena Late"] = Ticket(table.meeting, list(table.state.members)[-1], "")
    expect(page.get_by_text("You joined after the reveal and can see the answers")).to_be_visible()
    form = journeys.open_up(page, "Answer this question apart")
    form.get_by_role("radiogroup").get_by_text("Resolved", exact=True).click()
    twice(page, form.get_by_role("button", name="Answer this question apart"))
    said = "Lena Late: Resolved (joined after the reveal, saw the answers)"
    for name in (*PEOPLE, "Lena Late"):
        expect(table[name].locator(".hw-apart").first).to_contain_text(said)
    for name, light in lights.items():
        expect(journeys.level(table[name], "The panel's light")).to_have_text(light)
    assert panel.open_questions(table.state, table.work.edition) == open_
    assert table.seat_of("Lena Late") not in (table.state.counting or ())
    table.looked_at("6-latecomer")


def a_seat_is_removed(table: Table) -> None:
    """Two clicks remove one seat; what was answered there still says whose it was."""
    chair, grace = table["Farida Khan"], table["Grace Hill"]
    live_journeys.open_menu(chair)
    journeys.choose(chair, "Somebody else's seat", "Grace Hill")
    button = chair.get_by_role("button", name="Remove this seat")
    confirm_twice(chair, button, "Remove Grace Hill's seat?", "Remove this seat", REMOVED)
    expect(grace.get_by_text(f"The chair removed your seat: {REMOVED}")).to_be_visible()
    assert [one.name for one in table.state.seated] == [*(n for n in PEOPLE if n != "Grace Hill"), "Lena Late"]
    assert table.happened("removed") == 1
    assert table.seat_of("Grace Hill") in (table.state.counting or ())
    expect(chair.locator(".st-key-notices").get_by_text("Grace Hill's seat was removed.")).to_be_visible()
    at = uk_clock(table.state.members[table.seat_of("Grace Hill")].removed_at)
    table.behind_the_pages("Farida Khan", panel.Focus(NEGLECT))
    chair.reload()
    for name in ("Farida Khan", "Ruth Meyer"):
        said = table[name].locator(".hw-apart").first
        expect(said).to_contain_text(f"Grace Hill: Active (seat removed {at}; the answer still counts)")
    table.looked_at("7-removed")
    del table.pages["Grace Hill"]


def agreeing(table: Table) -> None:
    """Nothing is agreed twice, and the page stays with the question."""
    chair, before = table["Farida Khan"], len(table.state.recorded)
    twice(chair, live_journeys.agree(chair))
    expect(chair.locator(".st-key-answer")).to_contain_text("Recorded: ")
    assert list(table.state.recorded) == [NEGLECT] and before == 0
    table.looked_at("8-agreed-one")
    twice(chair, chair.get_by_role("button", name=re.compile("Next question")))
    expect(live_journeys.agree(chair)).to_be_visible()
    assert table.state.focus not in (None, NEGLECT)
    assert table.happened("agreed") == 1
    ruth = table["Ruth Meyer"]
    ruth.get_by_role("textbox", name="My view on record").fill(VIEW)
    twice(ruth, ruth.get_by_role("button", name="Put it on record"))
    for name in ("Farida Khan", "Safiya Ahmed"):
        expect(table[name].get_by_text(VIEW)).to_be_visible()
    assert table.happened("view_recorded") == 1


def a_step_back(table: Table) -> None:
    """The reason is on every screen, “finished” is cleared, and the next reveal makes a new list of who counts."""
    chair = table["Farida Khan"]
    scrolled_down(table)
    button = live_journeys.open_menu(chair).get_by_role("button", name="Go back to scoring")
    confirm_twice(chair, button, "Go back to scoring?", "Go back to scoring", BACK)
    table.all_at("Scoring")
    for name, page in table.pages.items():
        if name == "wall":
            expect(page.get_by_text("Back to scoring")).to_be_visible()
            assert BACK not in page.locator("body").inner_text()
        else:
            expect(page.get_by_text(BACK)).to_be_in_viewport()
            expect(page.locator(".hw-key")).to_have_count(0)
    assert not table.state.finished and table.happened("phase_moved") == 3
    table.looked_at("9-step-back")
    confirm_twice(
        chair, chair.locator(".st-key-reveal").get_by_role("button"), "Reveal all scores?", "Reveal all scores"
    )
    table.all_at("Revealed")
    assert table.state.counting == tuple(table.seat_of(n) for n in SCORING if n != "Grace Hill")
    table.looked_at("10-revealed-again")


def scrolled_down(table: Table) -> None:
    """Everybody but the chair is reading something further down."""
    for name, ticket in table.seats.items():
        if name in table.pages and ticket.member != table.state.chair:
            table[name].get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")


def a_change_of_chair(table: Table) -> None:
    """The new chair is told, and only then the buttons are there."""
    chair, malcolm = table["Farida Khan"], table["Malcolm Lee"]
    scrolled_down(table)
    live_journeys.open_menu(chair)
    journeys.choose(chair, "Somebody else's seat", "Malcolm Lee")
    button = chair.get_by_role("button", name="Hand over the chair")
    confirm_twice(chair, button, "Hand over the chair to Malcolm Lee?", "Hand over the chair")
    told = malcolm.get_by_text(re.compile(r"You chair this meeting now; handed over by Farida Khan at \d\d:\d\d"))
    expect(told).to_be_in_viewport()
    expect(live_journeys.agree(malcolm)).to_be_visible()
    expect(live_journeys.agree(chair)).to_have_count(0)
    assert table.happened("handed_over") == 1 and table.state.chair == table.seat_of("Malcolm Lee")
    table.looked_at("11-new-chair")
    twice(malcolm, malcolm.get_by_role("button", name="Understood"))
    expect(told).to_have_count(0)


def the_end(table: Table) -> None:
    """All but one of the open questions are agreed from another process; then it is closed, and the summary says it all."""
    malcolm, edition = table["Malcolm Lee"], table.work.edition
    together = len(panel.bulk_offers(table.state, edition))
    assert together == len(UNANSWERED)
    open_ = len(panel.open_questions(table.state, edition))
    malcolm.get_by_role(
        "button", name=re.compile(f"^Agree the {together} where")
    ).click()  # a menu: a second click closes it
    twice(malcolm, malcolm.get_by_role("button", name=f"Agree these {together}"))
    expect(malcolm.get_by_text(f"✓ {together} answers recorded.")).to_be_visible()
    assert len(panel.open_questions(table.state, edition)) == open_ - together
    table.looked_at("12-agreed-together")
    malcolm.keyboard.press("Escape")
    focus = table.state.focus
    for key in panel.open_questions(table.state, edition):
        if key != focus:
            table.behind_the_pages("Malcolm Lee", panel.Agree(*key, panel.offered(table.state, edition, key).status))
    malcolm.reload()
    if panel.open_questions(table.state, edition):
        twice(malcolm, live_journeys.agree(malcolm))
    malcolm.wait_for_timeout(1300)
    twice(malcolm, malcolm.get_by_role("button", name="Go on: all answers are agreed"))
    table.all_at("Agreed")
    table.looked_at("13-agreed")
    confirm_twice(
        malcolm,
        malcolm.get_by_role("button", name="Close the meeting"),
        "Close the meeting?",
        "Close the meeting",
    )
    table.all_at("Closed")
    table.looked_at("14-closed")
    safiya = table["Safiya Ahmed"]
    with safiya.expect_download() as download:
        safiya.get_by_role("button", name="Download the summary (PDF)").click()
    made = Path(download.value.path()).read_bytes()
    if PICTURES:
        (Path(PICTURES) / "summary.pdf").write_bytes(made)
    the_summary_says(made, table)


def the_summary_says(made: bytes, table: Table) -> None:
    """Every turn of the meeting is in it, the note in Urdu, too, with the emoji as a mark that names it."""
    said = letters(" ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made)))
    at = uk_clock(table.state.members[table.seat_of("Grace Hill")].removed_at)
    before, _, after = NOTE.partition("🥺")
    for words in (
        *before.split(),
        *after.split(),
        *documents.printable("🥺").strip("[]").split(),
        BACK,
        VIEW,
        "Other professional; did not count at the last reveal",
        f"Grace Hill's seat was removed by Farida Khan: {REMOVED}",
        f"(seat removed: {at}: {REMOVED})",
        "Farida Khan took the meeting back from revealed to scoring",
        "Malcolm Lee took the chair; before, Farida Khan chaired.",
        "Owen Price was let back in from another device by Farida Khan; the old key is void.",
        "Lena Late took a seat: other professional. They saw the answers before giving any, so theirs never count.",
        "Whose answers count: Farida Khan, Owen Price, Malcolm Lee, Safiya Ahmed, Grace Hill.",
        "Whose answers count: Farida Khan, Owen Price, Malcolm Lee, Safiya Ahmed.",
    ):
        assert letters(words) in said, words


def letters(text: str) -> str:
    """Without spaces, quotation marks' shapes and what is not seen; composed."""
    text = unicodedata.normalize("NFC", text).replace("’", "'")
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cn", "Cc"))
