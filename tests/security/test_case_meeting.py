"""Protects, on the wire: whoever has nothing to do with a meeting on a case is sent what they would be sent of one that does not exist; a
guest is sent nothing of it before the chair lets them in, and nothing once it is closed.

What is searched is every byte that the real server sent to a browser that has not signed in.
"""

from collections.abc import Iterator

import pytest

from framework.panel import AllowReturn, RefuseReturn
from framework.streams.store import Store
from tests.oidc import Tab
from tests.panel.case_meeting import CALLED, PROVIDER, REFERENCE, CaseMeeting
from tests.postgres import free_port
from tests.security.attacker import run
from tests.server import AppServer

GUEST = "Ms Hall"
SECRET = (CALLED, REFERENCE, "Dana", "Wanda", "Mo Manager")
"""What would say whose meeting it is, or who is at it. (“Ash” stands in no other word that the app sends here.)"""
ROLES = "Practitioner=practitioner,Manager=team_manager,Chair=panel_chair,Trainer=trainer"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    port = free_port()
    given = {
        "HOMEWARD_ADDRESS": f"http://localhost:{port}",
        "HOMEWARD_SIGN_IN": f"{PROVIDER}/.well-known/openid-configuration",
        "HOMEWARD_SIGN_IN_CLIENT_ID": "homeward",
        "HOMEWARD_SIGN_IN_CLIENT_SECRET": "not-a-secret",
        "HOMEWARD_SIGN_IN_ROLES": ROLES,
        "HOMEWARD_ADMINISTRATOR": "ada@example.org",
    }
    with AppServer(tmp_path_factory.mktemp("case-meeting"), given, port) as started:
        yield started


@pytest.fixture(scope="module")
def held(server: AppServer) -> Iterator[CaseMeeting]:
    """The meeting, as another process holds it: it is heard of at a browser's next message."""
    store = Store.open(server.environment["DATABASE_URL"])
    yield CaseMeeting(store)
    store.close()


def said(tab: Tab, since: int = 0) -> list[str]:
    """What would say whose meeting it is, of all that this browser was sent."""
    sent = tab.received_bytes()[since:]
    return [word for word in SECRET if word.encode() in sent]


async def asks(tab: Tab, meeting: str) -> None:
    await tab.set(f"name|join|{meeting}", GUEST)
    await tab.set(f"role|join|{meeting}", "Other professional")
    await tab.click("take-seat")


def test_a_stranger_is_sent_what_they_would_be_sent_of_a_meeting_that_does_not_exist(
    server: AppServer, held: CaseMeeting
) -> None:
    async def looks() -> None:
        seen = []
        for meeting in (held.meeting, "0123456789abcdef"):
            async with Tab(server.url, page="panel", query=f"meeting={meeting}", record=True) as tab:
                seen.append([text.replace(meeting, "MEETING") for text in tab.texts()])
                assert said(tab) == [] and not tab.exceptions()
        assert seen[0] == seen[1] and any("There is no meeting at this address" in text for text in seen[0])
        async with Tab(server.url, page="wall", query=f"code={held.state.code}", record=True) as tab:
            assert any("No wall waits for this code" in text for text in tab.texts()) and said(tab) == []

    run(looks)


def test_a_guest_is_sent_nothing_before_they_are_let_in_and_nothing_once_it_is_closed(
    server: AppServer, held: CaseMeeting
) -> None:
    async def comes() -> None:
        async with Tab(server.url, page="panel", query=f"code={held.state.code}", record=True) as tab:
            await asks(tab, held.meeting)
            await tab.rerun()
            assert "Waiting to be let in" in " ".join(tab.texts()) and said(tab) == []
            (request,) = held.state.requests
            held.do("wanda", RefuseReturn(request))
            await tab.rerun()
            assert "You were not let in" in " ".join(tab.texts()) and said(tab) == []
            await asks(tab, held.meeting)
            (request,) = held.state.requests
            held.do("wanda", AllowReturn(request))
            await tab.rerun()
            await tab.click("key-go-on")
            assert {CALLED, "Wanda"} <= set(said(tab)) and REFERENCE not in said(tab)
            held.close()
            before = len(tab.received_bytes())
            await tab.rerun()
            assert "Thank you for your part in it" in " ".join(tab.texts())
            assert said(tab, before) == [] and not tab.exceptions()

    run(comes)
