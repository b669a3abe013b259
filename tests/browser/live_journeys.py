"""What people do together on the Panel and the Wall, in their words, for the tests to speak."""

import re
import socket
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Self

from playwright.sync_api import Locator, Page, expect

from framework import panel
from framework.case import Case
from framework.panel.meetings import Ticket
from framework.streams.store import NewEvent
from framework.workspace import Workspace
from tests.browser import journeys
from tests.browser.conftest import Visit
from tests.server import AppServer


@dataclass
class Table:
    """A meeting, and the screens of those who sit at it."""

    work: Workspace
    case: Case
    meeting: str
    pages: dict[str, Page]
    seats: dict[str, Ticket]

    def __getitem__(self, name: str) -> Page:
        return self.pages[name]

    @property
    def state(self) -> panel.Panel:
        return self.work.meetings.state(self.meeting)

    def behind_the_pages(self, name: str, *commands: panel.Command) -> None:
        """Something done from another process, of which the pages hear with the next click of anybody."""
        for command in commands:
            self.work.meetings.run(self.meeting, self.seats[name].member, command)

    def fill_in(self, **differs: dict[tuple[str, str], str]) -> None:
        """Each of these members scores all that they have not: as the reference answers, except where they differ.

        How a form is filled in by hand is in test_light_journey.py.
        """
        for name, own in differs.items():
            given = self.state.answers.get(self.seats[name].member, {})
            all_of_them = self.case.reference.answers | own
            missing = {key: status for key, status in all_of_them.items() if key not in given}
            write_answers(self.work, self.case, self.seats[name], missing)

    def all_at(self, phase: str) -> None:
        """Every screen has moved on by itself."""
        for name, page in self.pages.items():
            where = page.locator(".hw-walltop") if name == "wall" else journeys.phase(page)
            expect(where).to_contain_text(phase)


ROLES = {"Farida": "team_manager", "Owen": "social_worker", "Malcolm": "second_worker"}


def seated(
    visit: Visit,
    server: AppServer,
    work: Workspace,
    case: Case,
    *phases: panel.Phase,
    screens: Collection[str] = tuple(ROLES),
    wall: bool = True,
) -> Table:
    """A table with the chair Farida, Owen and Malcolm, who have gone through these phases.

    Those of them named in `screens` have a browser with the cookie of their seat; `wall` opens the wall, too.
    """
    tickets = {"Farida": work.meetings.open(case, Ticket.new(), "Farida", ROLES["Farida"])}
    meeting = tickets["Farida"].meeting
    for name, role in list(ROLES.items())[1:]:
        met = False if role == "second_worker" else None
        tickets[name] = work.meetings.join(Ticket.new(meeting), name, role, met)
    table = Table(work, case, meeting, {}, tickets)
    for phase in phases:
        if phase == "revealed":
            table.fill_in(Farida={}, Owen=OWEN, Malcolm=MALCOLM)
        if phase == "agreed":
            for key in panel.open_questions(table.state, work.edition):
                offer = panel.offered(table.state, work.edition, key).status
                table.behind_the_pages("Farida", panel.Agree(*key, offer))
        table.behind_the_pages("Farida", panel.MovePhase(phase))
    for name in screens:
        table.pages[name] = visit(to=server)
        sit(table.pages[name], server, tickets[name])
    if wall and table.state.phase != "closed":
        table.pages["wall"] = visit(to=server, size=(1920, 1080))
        open_wall(table.pages["wall"], table.state.code)
    return table


def write_answers(work: Workspace, case: Case, ticket: Ticket, given: Mapping[tuple[str, str], str]) -> None:
    """All answers of a member, written at once: one command for each of 79 would take seconds."""
    events = [panel.Scored(member=ticket.member, subject=k[0], about=k[1], status=s) for k, s in given.items()]
    stream = f"panel:{ticket.meeting}"
    work.store.append(
        stream,
        work.store.head(stream),
        [NewEvent(event.type, event.model_dump_json()) for event in events],
        actor=ticket.member,
        at=work.now(),
        kind="panel",
        title=case.title,
    )


def alone(
    page: Page,
    server: AppServer,
    work: Workspace,
    case: Case,
    *phases: panel.Phase,
    answers: Mapping[tuple[str, str], str] | None = None,
) -> Ticket:
    """Somebody at a table alone, who chairs and scores, on the Panel. How one gets there by hand is in `journeys.start_meeting`."""
    ticket = work.meetings.open(case, Ticket.new(), "Sam Reed", "team_manager")
    for phase in phases:
        work.meetings.run(ticket.meeting, ticket.member, panel.MovePhase(phase))
    for key, status in (answers or {}).items():
        work.meetings.run(ticket.meeting, ticket.member, panel.Score(*key, status))
    sit(page, server, ticket)
    return ticket


# Where Owen and Malcolm differ from the reference answers of HW-014 (which Farida gives).
OWEN = {("recognises_problem", "a"): "emerging", ("capacity", "a"): "limited"}
MALCOLM = {("lack_of_cooperation", "a"): "improving", ("disordered_attachment", "a"): "unknown"}


def sit(page: Page, server: AppServer, ticket: Ticket) -> None:
    """Open the Panel with the cookie of a seat."""
    page.context.add_cookies([{"name": f"homeward_seat_{ticket.meeting}", "value": ticket.key, "url": server.url}])
    page.goto(f"/panel?meeting={ticket.meeting}")
    expect(journeys.phase(page)).to_be_visible()
    expect(live_sign(page)).to_have_text("Live")  # until it listens, it may be drawn anew for what it has not heard
    journeys.settled(page)


def look_again(page: Page, phase: str) -> None:
    """Load the Panel anew, to see what another process has written: that is heard of at the next click of anybody."""
    page.reload()
    expect(journeys.phase(page)).to_have_text(phase)
    expect(live_sign(page)).to_have_text("Live")  # until it listens, it may be drawn anew: a dialog would be closed
    journeys.settled(page)


def open_wall(page: Page, code: str) -> None:
    page.goto(f"/wall?code={code}")
    expect(page.locator(".hw-walltop")).to_be_visible()
    journeys.settled(page)


def open_menu(page: Page) -> Locator:
    """The chair's own menu."""
    button = page.get_by_role("button", name=re.compile("Chair$"))
    menu = page.get_by_role("dialog", name=re.compile("Chair$"))
    if not menu.is_visible():
        button.click()
    expect(menu).to_be_visible()
    journeys.settled(page)
    return menu


def close_menu(page: Page) -> None:
    page.keyboard.press("Escape")
    journeys.settled(page)


def finish(page: Page) -> None:
    """Say that one has finished scoring, and say yes when asked about what is still open."""
    page.get_by_role("button", name="I have finished scoring").click()
    page.get_by_role("button", name="Finish all the same").click()
    expect(page.get_by_role("button", name="Go on scoring").first).to_be_visible()


def reveal(chair: Page) -> None:
    """Reveal, and say yes when asked."""
    confirm(
        chair, chair.get_by_role("button", name="Reveal all scores").first, "Reveal all scores?", "Reveal all scores"
    )
    expect(journeys.phase(chair)).to_have_text("Revealed")
    journeys.settled(chair)


def confirm(page: Page, opens: Locator, title: str, says: str, reason: str = "") -> None:
    """Press a button that asks once, give the reason that is asked for, and say yes."""
    opens.click()
    asked = page.get_by_role("dialog", name=title)
    expect(asked).to_be_visible()
    journeys.settled(page)
    if reason:
        asked.get_by_role("textbox", name=re.compile("^Reason")).fill(reason)
    asked.get_by_role("button", name=says).click()
    expect(asked).to_have_count(0)
    journeys.settled(page)


def somebody(chair: Page, name: str, what: str) -> Locator:
    """In the chair's menu: the button that does something about somebody else's seat."""
    menu = open_menu(chair)
    journeys.choose(chair, "Somebody else's seat", name)
    return menu.get_by_role("button", name=what)


def remove(chair: Page, name: str, reason: str) -> None:
    confirm(chair, somebody(chair, name, "Remove this seat"), f"Remove {name}'s seat?", "Remove this seat", reason)


def hand_over(chair: Page, name: str) -> None:
    button = somebody(chair, name, "Hand over the chair")
    confirm(chair, button, f"Hand over the chair to {name}?", "Hand over the chair")


def go_back(chair: Page, to: str, reason: str) -> None:
    button = open_menu(chair).get_by_role("button", name=f"Go back to {to}")
    confirm(chair, button, f"Go back to {to}?", f"Go back to {to}", reason)


def agreed(page: Page) -> Locator:
    """How much is agreed, as the Panel or the Wall says it."""
    return page.get_by_text(re.compile(r"^\d+ of \d+ agreed$")).first


def agree(page: Page) -> Locator:
    """The one click that agrees the offered answer."""
    return page.locator(".st-key-answer").get_by_role("button", name=re.compile("^Agree: "))


def next_question(page: Page) -> None:
    """Go on to the next open question, as the chair does after something was recorded."""
    page.wait_for_timeout(1300)  # a click so soon at the same place would be taken for a slip
    page.get_by_role("button", name=re.compile("Next question")).click()
    expect(agree(page)).to_be_visible()


def live_sign(page: Page) -> Locator:
    """The listener's own words: live, or behind."""
    return page.locator(".live").first


class Wire:
    """The network between a browser and a server, which can be cut and mended: `visit(to=wire)`.

    Chromium's own "offline" leaves open connections open; here they end, and new ones are refused.
    """

    def __init__(self, server: AppServer) -> None:
        self._to = server.port
        assert server.wire_port, "the server is not reached under another port"
        self._port = server.wire_port
        self.url = f"http://localhost:{self._port}"
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = Lock()  # what is accepted in the moment of a cut is cut, too

    def open(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", self._port))
        Thread(target=self._accept, args=(self._listening,), daemon=True).start()
        return self

    def cut(self) -> None:
        with self._lock:
            ended = [self._listening, *self._open] if self._listening else []
            self._listening, self._open = None, set()
        for one in ended:
            _end(one)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):  # it has been cut
            while True:
                here, _ = listening.accept()
                self._connect(here, listening)

    def _connect(self, here: socket.socket, listening: socket.socket) -> None:
        try:
            there = socket.create_connection(("localhost", self._to))
        except OSError:
            _end(here)  # the browser tries again
            return
        with self._lock:
            cut = self._listening is not listening
            if not cut:
                self._open |= {here, there}
        if cut:
            _end(here)
            _end(there)
            return
        for one, other in ((here, there), (there, here)):
            Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    _end(other)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
