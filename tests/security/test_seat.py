"""Protects: nobody is moved to another seat, or taken for somebody else, and who was removed is out."""

import json

import httpx
import pytest

from framework import panel
from framework.panel.meetings import Ticket
from framework.streams.guessing import Caller
from framework.streams.kind import Refused
from framework.text import looks_alike
from framework.workspace import Workspace
from tests.load.live import open_meeting
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
