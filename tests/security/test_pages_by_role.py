"""Protects: each page is drawn for the roles that navigation names and for nobody else. Whoever may not see one is sent nothing of it, neither
at its address nor for a widget of it that is replayed."""

import json
import sqlite3
import time
from pathlib import Path

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from framework.people.roles import ADMINISTRATOR, ROLES
from pages.people import sign_in as page
from pages.ui import signing_in
from tests.load.client import StreamlitClient, Widget
from tests.oidc import CLIENT, Somebody, person, provider
from tests.postgres import free_port
from tests.security.attacker import run
from tests.server import AppServer

SECRET = "a-secret-of-these-tests-that-is-long-enough"
EVERYBODY = set(ROLES)
CASE_READERS = {name for name, role in ROLES.items() if role.reads_cases}
LEADS = {"strategic_lead", "director"}
SEEN_BY = {
    "": EVERYBODY,
    "case": CASE_READERS,
    "panel": CASE_READERS - {"records_manager"} | {"trainer"},
    "costs": LEADS | {"data_analyst"},
    "rollout": LEADS | {"team_manager", "trainer", "quality_assurer"},
    "outcomes": LEADS | {"data_analyst", "quality_assurer"},
    "framework": EVERYBODY,
    "records": {"records_manager", "director"},
    "people": {ADMINISTRATOR, "director"},
}
"""The address of each page but the wall, which asks for a code: the roles that see it. Written out by hand."""


def said(tab: StreamlitClient) -> set[str]:
    return {text for text in tab.texts() if not text.startswith("<style")}


async def replay(tab: StreamlitClient, page_hash: str, widgets: list[Widget]) -> None:
    """Press every button of a page, one after the other: as a run of the whole page, and of the fragment that it stands in."""
    for widget in widgets:
        pressed = WidgetState(id=widget.id, trigger_value=True)
        await tab._run("", pressed, page_hash=page_hash)
        if widget.fragment_id:
            message = tab._rerun_message(widget.fragment_id, pressed, page_hash, False)
            assert tab._ws
            await tab._ws.send(message.SerializeToString())


def events(file: Path) -> int:
    with sqlite3.connect(file) as record:
        return int(record.execute("SELECT count(*) FROM events").fetchone()[0])


def test_every_page_is_for_its_roles_only_and_replayed_widgets_of_it_do_nothing(tmp_path: Path) -> None:
    people = [person(f"{role.replace('_', '').capitalize()} Person", role) for role in ROLES]
    by_role = dict(zip(ROLES, people, strict=True))
    port = free_port()
    with provider(people) as idp:
        environment = idp.environment | {
            "HOMEWARD_SECRET": SECRET,
            "HOMEWARD_ADDRESS": f"http://localhost:{port}",
            "HOMEWARD_SIGN_IN_ROLES": ",".join(f"{role}={role}" for role in ROLES if role != ADMINISTRATOR),
            "HOMEWARD_ADMINISTRATOR": by_role[ADMINISTRATOR].sub,
        }
        with AppServer(tmp_path, environment, port) as server:
            found = run(
                lambda: walked(
                    {role: browser(server, idp.url, role, one.sub) for role, one in by_role.items()}, tmp_path
                )
            )
            assert "Traceback" not in server.log
    assert found == SEEN_BY


def browser(server: AppServer, issuer: str, role: str, sub: str) -> Somebody:
    """Somebody with a cookie as the server gives it after a sign-in."""
    content = {
        "iss": issuer,
        "sub": sub,
        "aud": [CLIENT],
        "iat": int(time.time()) - 60,
        "name": role,
        "email": sub,
        "roles": [role],
    }
    content |= {"origin": server.url, "is_logged_in": True, "provider": "default"}
    name = "_streamlit_user"
    one = Somebody(server)
    one.page()
    one.http.cookies.set(
        name, create_signed_value(signing_in.cookie_secret(SECRET.encode()), name, json.dumps(content)).decode()
    )
    return one


async def walked(browsers: dict[str, Somebody], folder: Path) -> dict[str, set[str]]:
    """The roles that see each page; asserts what the others are sent."""
    seen: dict[str, set[str]] = {address: set() for address in SEEN_BY}
    content: dict[str, set[str]] = {}
    buttons: dict[str, tuple[str, list[Widget]]] = {}
    outside: set[str] = set()
    refused: list[tuple[str, str, list[bytes]]] = []
    for role, one in browsers.items():
        async with one.tab(record=True) as tab:
            assert tab.pages.keys() == SEEN_BY.keys() | {"wall"}, "a new page"
            for address in SEEN_BY:
                tab.raw.clear()
                await tab.open_page(address)
                texts = said(tab)
                assert not tab.exceptions()
                if page.NOT_YOURS in texts:
                    outside |= texts
                    refused.append((role, address, list(tab.raw)))
                    continue
                assert page.NO_ROLE not in texts, role
                if not address:
                    for offer in ("Start a meeting", "Try a sample case"):
                        assert (offer in texts) == (role in SEEN_BY["panel"]), f"{offer}: {role}"
                    assert "Join a meeting" in texts, "with its code anybody takes a seat"
                seen[address].add(role)
                content[address] = content.get(address, set()) | texts
                own_buttons = [widget for widget in tab.widgets("button") if widget.key != "sign-out"]
                if address not in buttons or len(buttons[address][1]) < len(own_buttons):
                    buttons[address] = (tab.page_hash, own_buttons)
    for role, address, raw in refused:
        sent = b"".join(raw).decode("utf-8", "replace")
        own = {text for text in content[address] - outside if len(text) > 20}
        assert own, address
        assert not {text for text in own if text in sent}, (role, address)
    assert sum(len(found) for _, found in buttons.values()) > 10
    before = events(folder / "homeward.db")
    for role, one in browsers.items():
        async with one.tab() as tab:
            others = [address for address in SEEN_BY if role not in seen[address]]
            for address in others:
                await replay(tab, *buttons[address])
                await tab.rerun()
                assert page.NOT_YOURS in said(tab) or not buttons[address][1], (role, address)
            await tab.open_page("")
            assert not tab.exceptions()
            assert any("Signed in as" in text for text in said(tab))
    assert events(folder / "homeward.db") == before
    async with browsers["trainer"].tab() as tab:  # pressed the same way, a button that is there does what it is for
        await replay(tab, tab.page_hash, [tab.widget("sign-out")])
    assert events(folder / "homeward.db") == before + 1
    return seen
