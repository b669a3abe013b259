"""Protects: nobody is moved to another seat, or taken for somebody else, and who was removed is out."""

import json
from collections.abc import Iterator

import httpx
import pytest

from framework import panel
from framework.panel.meetings import Ticket
from framework.streams.guessing import Caller
from framework.streams.kind import Refused
from framework.text import looks_alike
from framework.workspace import Workspace
from tests.load.client import StreamlitClient
from tests.load.live import open_meeting, sit_down
from tests.security.attacker import run
from tests.server import AppServer

OURS = {"X-Homeward": "seat", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def seats(server: AppServer) -> tuple[Ticket, ...]:
    work = Workspace.open(server.environment["DATABASE_URL"])
    seats = open_meeting(work, 2, start=False)
    work.store.close()
    return tuple(seats)


def opens(server: AppServer, ticket: Ticket, headers: dict[str, str], held: str = "", **more: object) -> httpx.Response:
    cookies = {f"homeward_seat_{ticket.meeting}": held} if held else {}
    with httpx.Client(base_url=server.url, trust_env=False, cookies=cookies) as http:
        body = json.dumps({"meeting": ticket.meeting, "key": ticket.key, **more})
        return http.post("/seat", content=body, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json"},  # without our own header
        {"Content-Type": "text/plain", "X-Homeward": "seat"},
        OURS | {"Origin": "http://evil.example"},
        OURS | {"Origin": "null"},
        OURS | {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_opens_no_seat(server: AppServer, seats: tuple[Ticket, ...], headers: dict[str, str]) -> None:
    found = opens(server, seats[1], headers)
    assert found.status_code in (403, 415)
    assert "homeward_seat" not in str(found.headers)


def test_a_seat_in_hand_is_not_replaced_unasked(server: AppServer, seats: tuple[Ticket, ...]) -> None:
    own, other = seats
    asked = opens(server, other, OURS, held=own.key)
    assert asked.status_code == 409
    assert "homeward_seat" not in str(asked.headers)
    assert "do not change" in asked.text
    assert opens(server, other, OURS, held=own.key, instead=True).status_code == 204
    assert opens(server, own, OURS, held=own.key).status_code == 204
    assert opens(server, own, OURS, held="NOKEYATALL22").status_code == 204


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria", "\u041caria"),  # Cyrillic capital em
        ("Max Cope", "M\u0430\u0445 \u0421\u043e\u0440e"),
        ("Barnes", "Bames"),
        ("Al", "AI"),
        ("Ann", "\uff21nn"),
        ("Ann", "An\u200bn"),
        ("Zo\u00eb", "Zoe\u0308"),
    ],
)
def test_names_that_look_alike_are_one_to_a_reader(one: str, other: str) -> None:
    assert looks_alike(one, other)
    assert looks_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Ann", "Anna"), ("Zo\u00eb", "Zoe"), ("\u0418\u0432\u0430\u043d", "Ivan"), ("Sam K", "Sam L")]
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert not looks_alike(one, other)


def test_who_looks_like_somebody_at_the_table_gets_no_seat(workspace: Workspace, meeting: Ticket) -> None:
    workspace.meetings.join(Ticket.new(meeting.meeting), "Maria", "social_worker")
    with pytest.raises(Refused, match="There is a Maria at this meeting already"):
        workspace.meetings.join(Ticket.new(meeting.meeting), "\u041caria", "social_worker")


def test_who_was_removed_is_out(workspace: Workspace, meeting: Ticket) -> None:
    sam = workspace.meetings.join(Ticket.new(meeting.meeting), "Sam", "social_worker")
    before = workspace.meetings.view(meeting.meeting).code
    workspace.meetings.run(meeting.meeting, meeting.member, panel.Remove(sam.member, "Took two seats."))
    after = workspace.meetings.view(meeting.meeting).code
    assert after != before
    assert workspace.meetings.by_code(after, Caller("a")) == meeting.meeting
    with pytest.raises(Refused, match="No meeting has this code"):
        workspace.meetings.by_code(before, Caller("a"))


def test_a_second_click_on_remove_changes_the_code_once(workspace: Workspace, meeting: Ticket) -> None:
    sam = workspace.meetings.join(Ticket.new(meeting.meeting), "Sam", "social_worker")
    for _ in range(2):
        workspace.meetings.run(meeting.meeting, meeting.member, panel.Remove(sam.member, "Took two seats."))
        code = workspace.meetings.view(meeting.meeting).code
    assert workspace.meetings.by_code(code, Caller("a")) == meeting.meeting


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.open(f"sqlite:///{tmp_path_factory.mktemp('seat')}/homeward.db")


@pytest.fixture
def meeting(workspace: Workspace) -> Ticket:
    (chair,) = open_meeting(workspace, 1, start=False)
    return chair


def test_a_meeting_of_an_earlier_release_is_joined_with_its_six_signs(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("framework.panel.meetings.CODE_LENGTH", 6)
    (chair,) = open_meeting(workspace, 1, start=False)
    code = workspace.meetings.view(chair.meeting).code
    assert len(code) == 6
    assert workspace.meetings.by_code(code, Caller("a")) == chair.meeting


# ── What a removed seat had opened ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def work(server: AppServer) -> Iterator[Workspace]:
    work = Workspace.open(server.environment["DATABASE_URL"])
    yield work
    work.store.close()


def agreed(work: Workspace) -> list[Ticket]:
    """The seats of a meeting that has agreed."""
    seats = open_meeting(work, 3)
    chair, meetings = seats[0], work.meetings
    for key in work.edition.questions(meetings.view(chair.meeting).carer_ids):
        meetings.run(chair.meeting, chair.member, panel.Score(*key.key, "unknown"))
    for phase in ("revealed", "agreed"):
        meetings.run(chair.meeting, chair.member, panel.MovePhase(phase))
    return seats


async def fetched(server: AppServer, cookies: dict[str, str], path: str) -> int:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, cookies=cookies) as http:
        return (await http.get(path)).status_code


def test_a_removed_seat_takes_the_files_with_it_that_were_made_for_it(server: AppServer, work: Workspace) -> None:
    chair, mine, _ = agreed(work)

    async def tried() -> list[int]:
        async with await sit_down(server, mine) as screen:
            await screen.click("make-summary")
            path = screen.widgets("download_button")[0].proto.url
            found = [await fetched(server, screen.cookies, path), await fetched(server, {}, path)]
            await screen.stop_listening()  # who means to keep the files asks for no newer page
            work.meetings.run(mine.meeting, chair.member, panel.Remove(mine.member, "Took two seats."))
            return [*found, await fetched(server, screen.cookies, path)]

    assert run(tried) == [200, 404, 404]


def walls(server: AppServer, cookies: dict[str, str], query: str) -> tuple[str, dict[str, str], str]:
    """What the wall says at an address, the cookies after it and the address after it."""

    async def shown() -> tuple[str, dict[str, str], str]:
        async with await StreamlitClient.connect(server.url, page="wall", query=query, cookies=cookies) as client:
            return " ".join(client.texts()), client.cookies, client.query

    return run(shown)


def test_a_wall_stays_open_in_its_browser_when_the_code_changes(server: AppServer, work: Workspace) -> None:
    chair, other, _ = open_meeting(work, 3, start=False)
    code = work.meetings.view(chair.meeting).code
    first, cookies, address = walls(server, {}, f"code={code}")
    assert "Who is here" in first and "wall=" in address
    work.meetings.run(chair.meeting, chair.member, panel.Remove(other.member, "Took two seats."))
    again, _, _ = walls(server, cookies, address)
    assert "Who is here" in again and work.meetings.view(chair.meeting).code in again
    elsewhere, _, _ = walls(server, {}, address)
    assert "Who is here" not in elsewhere and "No wall waits for this code" in elsewhere


def test_who_was_removed_has_no_wall_by_what_was_given_before(server: AppServer, work: Workspace) -> None:
    chair, other, _ = open_meeting(work, 3, start=False)
    seat = {f"homeward_seat_{other.meeting}": other.key}
    _, cookies, address = walls(server, seat, f"code={work.meetings.view(chair.meeting).code}")
    work.meetings.run(chair.meeting, chair.member, panel.Remove(other.member, "Took two seats."))
    said, _, _ = walls(server, cookies | seat, address)
    assert "Who is here" not in said and "The chair removed your seat" in said
    by_new_code, _, _ = walls(server, cookies | seat, f"code={work.meetings.view(chair.meeting).code}")
    assert "Who is here" in by_new_code
