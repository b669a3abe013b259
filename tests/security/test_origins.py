"""Protects: only our own page, at the address that people use, may change anything or hold a connection; every answer says so to
browsers."""

import json
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from framework.addresses import AddressError, Addresses, group, same_origin
from framework.panel.meetings import Ticket
from framework.workspace import Workspace
from pages.ui import gate
from tests.load.client import StreamlitClient
from tests.load.live import open_meeting
from tests.postgres import free_port
from tests.security.attacker import opened, rerun, run
from tests.server import AppServer

OURS = {"X-Homeward": "seat", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def ticket(server: AppServer) -> Ticket:
    work = Workspace.open(server.environment["DATABASE_URL"])
    (chair,) = open_meeting(work, 1, start=False)
    work.store.close()
    return chair


def asked(server: AppServer, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as http:
        return http.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})


# ── Whom it listens to ───────────────────────────────────────────────────────────────────────────────────────────────

FOREIGN = [
    "http://evil.example",
    "http://localhost:1",
    "https://localhost:{port}",
    "null",
    "http://localhost:{port}.evil.example",
]


@pytest.mark.parametrize("origin", [*FOREIGN, None])
def test_a_websocket_from_elsewhere_is_refused(server: AppServer, origin: str | None) -> None:
    async def connect() -> tuple[int, str]:
        with pytest.raises(InvalidStatus) as refused:
            async with opened(server.url, origin=origin and origin.format(port=server.port)):
                pass
        return refused.value.response.status_code, bytes(refused.value.response.body or b"").decode()

    status, said = run(connect)
    assert status == 403
    assert "HOMEWARD_ADDRESS" in said


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/seat"), ("POST", "/draft/x"), ("POST", "/seat/x"), ("PUT", "/_stcore/upload_file/a/b")],
)
def test_what_another_page_sends_is_refused(server: AppServer, origin: str, method: str, path: str) -> None:
    assert asked(server, path, method, Origin=origin.format(port=server.port)).status_code == 403


def test_a_request_that_the_browser_says_is_from_another_site_is_refused(server: AppServer) -> None:
    assert asked(server, "/seat", "POST", Sec_Fetch_Site="same-site").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost:1", "localhost", "", "user@localhost:{port}"]
)
def test_another_name_for_this_server_is_refused(server: AppServer, host: str) -> None:
    """DNS rebinding: a page of evil.example whose name points to this machine would be of the same origin."""
    found = asked(server, "/", Host=host.format(port=server.port))
    assert found.status_code == 403
    assert "HOMEWARD_ADDRESS" in found.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST"])
def test_this_machine_needs_no_configuration(server: AppServer, host: str) -> None:
    assert asked(server, "/", Host=f"{host}:{server.port}").status_code == 200


def test_the_address_that_people_use_is_configured(tmp_path: Path) -> None:
    port = free_port()
    addresses = "https://homeward.example.gov.uk, http://10.1.2.3:8080"
    with AppServer(tmp_path, {"HOMEWARD_ADDRESS": addresses}, port) as server:
        page = asked(server, "/", Host="homeward.example.gov.uk")
        assert page.status_code == 200
        assert "; Secure" in page.headers["set-cookie"]
        assert "; Secure" not in asked(server, "/", Host="10.1.2.3:8080").headers["set-cookie"]
        assert asked(server, "/", Host="10.1.2.3").status_code == 403
        own = {"Host": "homeward.example.gov.uk", "Origin": "https://homeward.example.gov.uk"}
        assert asked(server, "/seat", "POST", **own).status_code != 403
        assert asked(server, "/seat", "POST", **own | {"Origin": "http://homeward.example.gov.uk"}).status_code == 403
        assert asked(server, "/seat", "POST", **own | {"Origin": "http://10.1.2.3:8080"}).status_code == 403


@pytest.mark.parametrize(
    "given", ["homeward.example", "ftp://homeward.example", "https://", "https://a b", "https://x:99999"]
)
def test_an_address_that_is_none_stops_the_start(given: str) -> None:
    with pytest.raises(AddressError, match="HOMEWARD_ADDRESS"):
        Addresses.given({"HOMEWARD_ADDRESS": given})
    with pytest.raises(AddressError, match="HOMEWARD_PROXY"):
        Addresses.given({"HOMEWARD_PROXY": "proxy.example"})


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "asks"),
    [
        ("", "127.0.0.1", "6.6.6.6", "127.0.0.1"),  # nobody may say for whom they ask
        ("127.0.0.1", "127.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"),  # what the client invented stands further left
        ("127.0.0.1", "192.0.2.7", "6.6.6.6", "192.0.2.7"),
        ("127.0.0.1,10.0.0.0/8", "127.0.0.1", "192.0.2.7, 10.0.0.9", "192.0.2.7"),
        ("127.0.0.1", "127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "127.0.0.1", "192.0.2.7, <script>", "127.0.0.1"),
    ],
)
def test_only_a_trusted_proxy_says_for_whom_it_asks(proxies: str, peer: str, forwarded: str, asks: str) -> None:
    assert Addresses.given({"HOMEWARD_PROXY": proxies}).client(peer, forwarded) == asks


def test_a_household_is_counted_together() -> None:
    assert group("2001:db8:1:2:3::4") == group("2001:db8:1:2:ffff::1") != group("2001:db8:1:3::4")
    assert group("::ffff:192.0.2.7") == group("192.0.2.7") != group("192.0.2.8")


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("https://a.example", True),
        ("https://A.example:443", True),
        ("https://a.example:8443", False),
        ("http://a.example", False),
        ("https://a.example.evil", False),
        ("https://a.example@evil", False),
        ("https://a.example/path", False),
    ],
)
def test_an_origin_is_compared_to_the_letter(origin: str, same: bool) -> None:
    assert same_origin(origin, "a.example", "https") is same


# ── What it says to browsers ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    ["/", "/panel", "/seat", "/health", "/_stcore/health", "/live/x", "/media/x", "/nothing/here", "/_stcore/metrics"],
)
def test_every_answer_has_the_headers(server: AppServer, path: str) -> None:
    found = asked(server, path, Origin="http://localhost:3000")
    for name, value in gate.HEADERS.items():
        if name != "Content-Security-Policy" or path != "/seat":
            assert found.headers[name] == value
    assert "frame-ancestors 'none'" in found.headers["Content-Security-Policy"]
    assert not [name for name in found.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("path", ["/seat", "/live/x", "/media/x", "/_stcore/host-config", "/_stcore/upload_file/a/b"])
def test_what_is_private_is_not_stored(server: AppServer, path: str) -> None:
    assert asked(server, path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json",
        "/_stcore/anything",
        "/auth/login",
        "/component/x/y",
    ],
)
def test_what_no_page_needs_is_closed(server: AppServer, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        assert asked(server, path, method).status_code == 404


def test_no_foreign_page_may_send_messages_to_ours(server: AppServer) -> None:
    assert asked(server, "/_stcore/host-config").json()["allowedOrigins"] == []


def test_a_proxy_that_is_not_trusted_makes_no_cookie_secure(server: AppServer, ticket: Ticket) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        body = json.dumps({"meeting": ticket.meeting, "key": ticket.key})
        given = http.post("/seat", content=body, headers=OURS | {"X-Forwarded-Proto": "https"}).headers["set-cookie"]
    assert "Secure" not in given


# ── Health ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_health_says_whether_the_record_can_be_written(tmp_path: Path) -> None:
    with AppServer(tmp_path) as server:
        assert asked(server, "/health", Host="").status_code == 200  # a balancer need not know the address
        record = tmp_path / "homeward.db"
        record.rename(tmp_path / "elsewhere.db")
        for beside in tmp_path.glob("homeward.db-*"):
            beside.unlink()
        record.mkdir()
        # What is open stays open in SQLite; a process that starts now, or connects anew, finds no record.
        server.stop()
        server.start()
        said = asked(server, "/health")
        assert said.status_code == 503
        assert "record" in said.text.lower() or "homeward.db" in said.text
        assert asked(server, "/health?drain").status_code == 404


# ── Sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_session_is_resumed_only_by_the_browser_it_began_with(server: AppServer) -> None:
    async def sessions() -> tuple[str, str, str, str]:
        async with await StreamlitClient.connect(server.url) as owner:
            stolen = StreamlitClient(server.url)
            stolen.session_id = owner.session_id
            await stolen._open()
            await stolen._run()
            foreign, first = stolen.session_id, owner.session_id
            await stolen.close()
            forged = StreamlitClient(server.url, headers={"X-Homeward-Browser": "anything"})
            forged.session_id = owner.session_id
            await forged._open()
            await forged._run()
            guessed = forged.session_id
            await forged.close()
            await owner.reconnect()
            await owner.rerun()
            return first, foreign, guessed, owner.session_id

    first, foreign, guessed, again = run(sessions)
    assert foreign != first
    assert guessed != first
    assert again == first
    assert first not in server.log


def test_the_gate_knows_the_port_that_it_is_asked_at(server: AppServer) -> None:
    async def works() -> bytes:
        async with opened(server.url.replace("localhost", "127.0.0.1")) as connection:
            await connection.send(rerun())
            return bytes(await connection.recv(decode=False))

    assert run(works)


@pytest.mark.parametrize(
    ("given", "alone"),
    [
        ({}, True),
        ({"HOMEWARD_ADDRESS": "http://localhost:8501"}, True),
        ({"HOMEWARD_ADDRESS": "https://homeward.example.gov.uk"}, False),
        ({"HOMEWARD_ADDRESS": "http://localhost:8501,http://192.168.1.20:8501"}, False),
        ({"HOMEWARD_PROXY": "127.0.0.1"}, False),
    ],
)
def test_what_a_proxy_hands_on_is_not_for_this_machine_only(given: dict[str, str], alone: bool) -> None:
    """Real returns are read only where nobody else can reach the app."""
    assert Addresses.given(given).this_machine_only is alone
