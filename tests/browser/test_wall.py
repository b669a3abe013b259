"""The wall fits its screen: with 2, 9 and 30 members, in every phase, from 1024 × 768 to 3840 × 2160, nothing scrolls or is cut."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from framework import panel
from framework.case import Case
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from tests.browser import live_journeys
from tests.browser.conftest import Visit
from tests.server import AppServer

SIZES = ((1024, 768), (1280, 720), (1920, 1080), (3840, 2160))
PHASES: tuple[panel.Phase, ...] = ("gathering", "scoring", "revealed", "agreed", "closed")
ROLES = ("team_manager", "social_worker", "second_worker")
SURNAMES = ("Adeyemi-Richardson", "Lee", "Okafor", "Wojciechowska", "Price")
NEGLECT = ("neglect", "child")


@pytest.fixture(scope="module")
def case(cases: dict[str, Case]) -> Case:
    return cases["HW-014"]


def seats(work: Workspace, case: Case, members: int) -> list[Ticket]:
    """A meeting with so many members, all of whom score."""
    tickets = [work.meetings.open(case, Ticket.new(), "Farida Khan", ROLES[0])]
    for number in range(1, members):
        role = ROLES[number] if number < len(ROLES) else "other_professional"
        name = f"Member {number} {SURNAMES[number % len(SURNAMES)]}"
        met = False if role == "second_worker" else None
        tickets.append(work.meetings.join(Ticket.new(tickets[0].meeting), name, role, met))
    return tickets


def answer(work: Workspace, case: Case, tickets: list[Ticket]) -> None:
    """Everybody answers everything, in many ways on neglect."""
    for number, ticket in enumerate(tickets):
        neglect = ("active", "improving", "resolved", "unknown")[number % 4]
        live_journeys.write_answers(work, case, ticket, case.reference.answers | {NEGLECT: neglect})


def move_on(work: Workspace, case: Case, tickets: list[Ticket], to: panel.Phase) -> None:
    """The next phase, with what has to be done before it."""
    chair = tickets[0]
    if to == "revealed":
        answer(work, case, tickets)
    if to == "agreed":
        for key in panel.open_questions(work.meetings.state(chair.meeting), work.edition):
            offer = panel.offered(work.meetings.state(chair.meeting), work.edition, key).status
            work.meetings.run(chair.meeting, chair.member, panel.Agree(*key, offer))
    work.meetings.run(chair.meeting, chair.member, panel.MovePhase(to))
    if to == "revealed":
        work.meetings.run(chair.meeting, chair.member, panel.Focus(NEGLECT))
        late = (
            work.meetings.join(Ticket.new(chair.meeting), "Late Comer", "other_professional")
            if len(tickets) < 30
            else None
        )
        if late:
            work.meetings.run(late.meeting, late.member, panel.Score(*NEGLECT, "resolved"))


CUT_OFF = """() => {
    const wrong = []
    const page = document.documentElement, main = document.querySelector("[data-testid=stMain]")
    if (page.scrollHeight > window.innerHeight || page.scrollWidth > window.innerWidth) wrong.push("the page scrolls")
    if (main.scrollHeight > main.clientHeight + 1) wrong.push("the main part scrolls")
    for (const part of document.querySelectorAll(".hw-wall, .hw-wall *")) {
        const at = part.getBoundingClientRect(), name = `${part.tagName}.${part.className} “${part.textContent.slice(0, 40)}”`
        if (at.top < -1 || at.left < -1 || at.bottom > window.innerHeight + 1 || at.right > window.innerWidth + 1)
            wrong.push(`outside the screen: ${name}`)
        if (part.clientHeight && part.scrollHeight > part.clientHeight + 1 && getComputedStyle(part).display !== "inline")
            wrong.push(`cut off: ${name} ${part.scrollHeight} > ${part.clientHeight}`)
        if (part.clientWidth && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline")
            wrong.push(`too narrow: ${name} ${part.scrollWidth} > ${part.clientWidth}`)
    }
    return wrong
}"""
DRAWN = """async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise((done) => requestAnimationFrame(done))
}"""
"""The letters take their size in the frames that follow a change."""
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".hw-wall *")]
    .filter(part => [...part.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(part => parseFloat(getComputedStyle(part).fontSize) / window.innerHeight))"""


@pytest.mark.parametrize("members", [2, 9, 30])
def test_the_wall_fits_its_screen(
    visit: Visit, server: AppServer, work: Workspace, case: Case, members: int, axe: Callable[[Page], None]
) -> None:
    tickets = seats(work, case, members)
    wall, code = visit(size=(1920, 1080)), work.meetings.state(tickets[0].meeting).code
    for phase in PHASES:
        if phase != "gathering":
            move_on(work, case, tickets, phase)
        if phase == "closed":
            live_journeys.sit(
                visit(), server, tickets[0]
            )  # the code leads to no closed meeting; somebody who comes wakes the wall
        else:
            live_journeys.open_wall(wall, code)
        expect(wall.locator(".hw-walltop")).to_contain_text(panel.PHASE_WORDS[phase])
        for width, height in SIZES:
            wall.set_viewport_size({"width": width, "height": height})
            wall.evaluate(DRAWN)
            assert wall.evaluate(CUT_OFF) == [], (phase, width, height)
            # A letter of 1/70 of the height is what small print on a slide has.
            assert wall.evaluate(SMALLEST) > 1 / 70, (phase, width, height)
        axe(wall)
    words = wall.locator(".hw-wall").inner_text()
    assert "As reconstructed here" in words


def test_before_the_reveal_the_wall_shows_one_number_and_nothing_else(
    visit: Visit, work: Workspace, case: Case
) -> None:
    tickets = seats(work, case, 9)
    wall = visit(size=(1280, 720))
    live_journeys.open_wall(wall, work.meetings.state(tickets[0].meeting).code)
    expect(wall.locator(".hw-walladdress")).to_have_text(f"{wall.url.partition('/wall')[0]}/panel")
    move_on(work, case, tickets, "scoring")
    for ticket in tickets[:4]:
        work.meetings.run(ticket.meeting, ticket.member, panel.Finish(True))
    wall.reload()
    expect(wall.get_by_text("4 of 9 have finished")).to_be_visible()
    words = " ".join(wall.locator(".hw-wall").inner_text().split())
    assert words == "Case HW-014 · Stage 2 · Scoring Fictional 4 of 9 have finished"


def test_after_the_reveal_the_wall_counts_the_lights_and_says_the_gap(
    visit: Visit, work: Workspace, case: Case
) -> None:
    tickets = seats(work, case, 3)
    for phase in ("scoring", "revealed"):
        move_on(work, case, tickets, phase)
    wall = visit(size=(1280, 720))
    live_journeys.open_wall(wall, work.meetings.state(tickets[0].meeting).code)
    expect(wall.locator(".hw-wallcounts li")).to_have_text([re.compile("3 Severe")])
    expect(wall.locator(".hw-apart")).to_contain_text("Late Comer: Resolved (joined after the reveal, saw the answers)")
    # Nothing is agreed yet: the risks that nobody may overlook are named beside the light.
    expect(wall.locator(".hw-caveat")).to_contain_text("Not agreed or not known yet, about abuse or a caution factor: ")
    # An ambivalent child in an otherwise good situation: no typical row, so the caveat stands beside the light.
    chair = tickets[0]
    for question in work.edition.questions(tuple(case.carers)):
        order = [status.id for status in work.edition.statuses(*question.key)]
        status = "ambivalent" if question.key == ("wishes", "child") else order[0]
        seen = work.meetings.state(chair.meeting).recorded.get(question.key)
        work.meetings.run(chair.meeting, chair.member, panel.Agree(*question.key, status, "", seen))
    wall.reload()
    expect(wall.locator(".hw-wallcaveat")).to_contain_text("the panel's own judgement matters most")
    # A step back is said; its reason may hold names, and is not.
    work.meetings.run(chair.meeting, chair.member, panel.MovePhase("scoring", "Mrs Example wants to add something."))
    wall.reload()
    expect(wall.get_by_text("Back to scoring")).to_be_visible()
    assert "Example" not in wall.locator("body").inner_text()
