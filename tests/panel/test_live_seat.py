"""Protects: the route that opens a seat with its key. What comes from outside and opens nothing is refused with a sentence,
is read no further than it may be long, and leaves the app as it was.
"""

import json
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from pages.panel.seat import BODY_LIMIT
from tests.load.live import Usage, open_meeting
from tests.server import AppServer

JSON = {"Content-Type": "application/json", "X-Homeward": "seat"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    with AppServer(tmp_path_factory.mktemp("live-seat")) as started:
        yield started


@pytest.fixture(scope="module")
def ticket(server: AppServer) -> Ticket:
    work = Workspace.open(server.environment["DATABASE_URL"])
    (chair,) = open_meeting(work, 1, start=False)
    work.store.close()
    return chair


def post(server: AppServer, body: bytes | Iterator[bytes]) -> httpx.Response:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as http:
        return http.post("/seat", content=body, headers=JSON)


@pytest.mark.parametrize("between", ["", "-", " ", "\u2013", "\u00a0"], ids=ascii)
def test_a_key_opens_its_seat_however_it_is_written(server: AppServer, ticket: Ticket, between: str) -> None:
    key = between.join((ticket.key[:4].lower(), ticket.key[4:8], ticket.key[8:]))
    found = post(server, json.dumps({"meeting": ticket.meeting, "key": key}).encode())
    assert found.status_code == 204
    assert found.headers["set-cookie"].startswith(f"homeward_seat_{ticket.meeting}={ticket.key}; HttpOnly;")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * (BODY_LIMIT - 1),
        b'{"meeting": "m"}',
        b'{"meeting": "\\ud800", "key": "A"}',
        b'{"meeting": "\\u0000", "key": "A"}',
        b'{"meeting": "../m", "key": "A"}',
        b'{"meeting": ["m"], "key": "A"}',
        b'{"meeting": "m", "key": "' + b"A" * BODY_LIMIT + b'"}',
    ],
)
def test_what_is_no_meeting_and_key_is_refused_with_a_sentence(server: AppServer, body: bytes) -> None:
    found = post(server, body)
    assert (found.status_code, found.text) == (400, "This link is not complete. Scan the code again, or type your key.")
    assert "Traceback" not in server.log


def test_a_body_without_end_is_not_kept_in_memory(server: AppServer) -> None:
    before = Usage.of(server.pid).rss_mb
    with suppress(httpx.TransportError):  # the server may close the connection while the client is still sending
        assert post(server, (b"x" * 1_000_000 for _ in range(200))).status_code == 400
    assert Usage.of(server.pid).rss_mb - before < 50
    assert server.healthy()
