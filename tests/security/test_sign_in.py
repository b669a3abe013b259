"""Protects: whoever has not signed in sees the way in and nothing else; nobody goes on with a sign-in that is forged, foreign, over or
ended; a block and a lost role act at the next message; what the provider does wrong is said and stops nothing else."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value

from framework.people import AskRole, Block, EndRole, Settings, Unblock, person_id, token
from framework.streams.kind import Actor
from framework.workspace import Workspace
from pages.people import sign_in as page
from pages.ui import gate, signing_in
from pages.ui.text import plain
from tests.oidc import CLIENT, Provider, Somebody, Tab, person, provider, redirect
from tests.postgres import PostgresServer, free_port
from tests.security.attacker import run
from tests.server import ROOT, AppServer

SECRET = "a-secret-of-these-tests-that-is-long-enough"
TENANT = "tenant-of-the-council"
PEOPLE = [
    person("Ada Admin", tid=TENANT),
    person("Pia Practitioner", "Homeward.Practitioner", tid=TENANT),
    person("Tom Trainer", "Homeward.Trainer", "Something.Else", tid=TENANT),
    person("Ned Nobody", tid=TENANT),
    person("Max Mapped", "Unknown.Group", tid=TENANT),
    person("Eve Elsewhere", "Homeward.Director", tid="tenant-of-another"),
]
ADA, PIA, TOM, NED, MAX, EVE = (one.sub for one in PEOPLE)
USER = "_streamlit_user"


@pytest.fixture(scope="module")
def idp() -> Iterator[Provider]:
    with provider(PEOPLE) as running:
        yield running


@pytest.fixture(scope="module")
def environment(idp: Provider, postgres_server: PostgresServer) -> Iterator[dict[str, str]]:
    url = postgres_server.create_database(migrated=True)
    yield {
        **idp.environment,
        "DATABASE_URL": url,
        "HOMEWARD_SECRET": SECRET,
        "HOMEWARD_SIGN_IN_TENANT": TENANT,
        "HOMEWARD_AUTHORITY": "Sampleshire",
    }
    postgres_server.drop_database(url)


@pytest.fixture(scope="module")
def server(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """PostgreSQL, since only there another process (this one) is heard at once."""
    port = free_port()
    with AppServer(
        tmp_path_factory.mktemp("app"), environment | {"HOMEWARD_ADDRESS": f"http://localhost:{port}"}, port
    ) as running:
        yield running
    assert "Traceback" not in running.log


@pytest.fixture(scope="module")
def work(server: AppServer, environment: dict[str, str]) -> Iterator[Workspace]:
    opened = Workspace.open(environment["DATABASE_URL"], Settings.given(environment))
    yield opened
    opened.store.close()


@pytest.fixture
def somebody(server: AppServer) -> Callable[[str], Somebody]:
    """Somebody who has signed in, in a browser of their own."""

    def signed_in(sub: str) -> Somebody:
        one = Somebody(server)
        assert USER in (one.sign_in(sub), one.cookies)[1]
        return one

    return signed_in


@pytest.fixture(scope="module")
def pia(server: AppServer) -> None:
    """The record knows her: a cookie that is good is taken for her."""
    one = Somebody(server)
    one.sign_in(PIA)
    assert "Signed in as" in " ".join(shown(one))


def shown(one: Somebody, address: str = "", query: str = "") -> list[str]:
    """What a page says, the stylesheets left out."""

    async def look() -> list[str]:
        async with one.tab(address, query) as tab:
            return said(tab)

    return run(look)


def said(tab: Tab) -> list[str]:
    return [text for text in tab.texts() if not text.startswith("<style")]


def links(texts: list[str]) -> set[str]:
    return {"Home", "Panel", "Wall", "Costs", "Roll-out", "Outcomes", "Framework"} & set(texts)


def known(idp: Provider, sub: str) -> str:
    return person_id(idp.url, sub)


# ── Nobody ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "query"),
    [(one, "") for one in ("", "panel", "costs", "rollout", "outcomes", "framework")] + [("panel", "case=HW-011")],
)
def test_whoever_has_not_signed_in_sees_the_way_in_at_every_address(
    server: AppServer, address: str, query: str
) -> None:
    texts = shown(Somebody(server), address, query)
    assert "Homeward at Sampleshire" in texts
    assert "Sign in" in texts
    assert links(texts) == {"Wall"}
    assert "HW-011" not in " ".join(texts)


def test_the_wall_and_a_guests_way_in_ask_for_a_code_and_no_sign_in(server: AppServer) -> None:
    assert "The wall" in shown(Somebody(server), "wall")
    assert "Join a meeting" in shown(Somebody(server), "panel", "code=K7WXYZ22")


def test_nothing_that_somebody_without_a_sign_in_sends_runs_a_page(server: AppServer) -> None:
    async def replay() -> list[str]:
        async with Somebody(server).tab() as tab:
            message = BackMsg()
            message.rerun_script.page_script_hash = tab.pages["costs"]
            message.rerun_script.fragment_id = "0" * 32
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id, widget.trigger_value = "$$ID-0-open-HW-011", True
            assert tab._ws
            await tab._ws.send(message.SerializeToString())
            await tab.open_page("costs")
            return said(tab)

    assert "Sign in" in run(replay)


# ── Signing in ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_signing_in_leads_back_to_where_somebody_was(server: AppServer, work: Workspace, idp: Provider) -> None:
    one = Somebody(server)
    assert one.sign_in(PIA, "panel", "case=HW-011").headers["location"] == "/panel?case=HW-011"
    texts = shown(one, "panel", "case=HW-011")
    assert any("HW-011" in text for text in texts)
    assert any("Signed in as <strong>Pia Practitioner</strong>, practitioner" in text for text in texts)
    assert work.people.person(known(idp, PIA)).name == "Pia Practitioner"


def test_each_role_sees_its_pages_and_no_other(somebody: Callable[[str], Somebody]) -> None:
    practitioner, trainer = somebody(PIA), somebody(TOM)
    assert links(shown(practitioner)) == {"Home", "Panel", "Wall", "Framework"}
    assert links(shown(trainer)) == {"Home", "Panel", "Wall", "Roll-out", "Framework"}
    assert any("HW-011" in text for text in shown(trainer, "panel", "case=HW-011"))
    assert page.NOT_YOURS in shown(trainer, "case")
    assert page.NOT_YOURS in shown(practitioner, "costs")


@pytest.mark.parametrize("sub", [NED, MAX])
def test_whoever_has_no_role_is_told_so(somebody: Callable[[str], Somebody], sub: str) -> None:
    texts = shown(somebody(sub), "rollout")
    assert page.NO_ROLE in texts
    assert "Sign out" in texts
    assert links(texts) == {"Wall"}


def test_several_tabs_are_one_sign_in(somebody: Callable[[str], Somebody], work: Workspace, idp: Provider) -> None:
    one = somebody(TOM)
    shown(one)
    before = work.people.person(known(idp, TOM)).sign_ins
    for _ in range(3):
        shown(one)
    assert work.people._door.state(known(idp, TOM)).sign_ins == before


def test_two_people_with_one_address_are_not_taken_for_each_other(
    server: AppServer, somebody: Callable[[str], Somebody], idp: Provider
) -> None:
    shown(somebody(PIA))
    idp.know(replace(person("Pia Twin", "Homeward.Director", tid=TENANT), sub="twin"))
    one = Somebody(server)
    one.sign_in("twin")
    assert "already" in " ".join(shown(one))
    assert links(shown(one)) == {"Wall"}


def test_the_cookie_holds_what_is_needed_and_no_longer_than_a_sign_in_holds(server: AppServer) -> None:
    one = Somebody(server)
    given = one.sign_in(PIA).headers.get_list("set-cookie")
    own = [cookie for cookie in given if cookie.startswith(USER)]
    assert len(own) == 2
    for cookie in own:
        assert "; HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert "Max-Age=28800" in cookie
    content = json.loads(decode_signed_value(secret(), USER, one.cookies[USER]) or b"")
    assert set(content) <= {*token.KEPT, "origin", "is_logged_in", "provider"}
    assert set(json.loads(decode_signed_value(secret(), f"{USER}_tokens", one.cookies[f"{USER}_tokens"]) or b"")) == {
        "id_token"
    }


def secret() -> str:
    return signing_in.cookie_secret(SECRET.encode())


# ── What somebody else could bring ───────────────────────────────────────────────────────────────────────────────────


def forged(idp: Provider, server: AppServer, key: str = "", **claims: Any) -> dict[str, str]:
    """A cookie as the server makes them, of somebody who is a practitioner; signed with another key, or with other claims."""
    content = {
        "iss": idp.url,
        "sub": PIA,
        "aud": [CLIENT],
        "tid": TENANT,
        "iat": int(time.time()) - 60,
        "name": "Pia Practitioner",
        "email": PIA,
        "roles": ["Homeward.Practitioner"],
        "origin": server.url,
        "is_logged_in": True,
        "provider": "default",
    } | claims
    return {USER: create_signed_value(key or secret(), USER, json.dumps(content)).decode()}


FORGED: dict[str, dict[str, Any]] = {
    "another key": {"key": "x" * 64},
    "the shared secret itself": {"key": SECRET},
    "over": {"iat": int(time.time()) - 8 * 3600 - 1},
    "of the future": {"iat": int(time.time()) + 3600},
    "without a time": {"iat": None},
    "a time that is none": {"iat": True},
    "another audience": {"aud": ["another-app"]},
    "no audience": {"aud": None},
    "another tenant": {"tid": "tenant-of-another"},
    "no tenant": {"tid": None},
    "no subject": {"sub": ""},
    "a subject that is none": {"sub": ["a"]},
    "another issuer": {"iss": "https://elsewhere.example"},
    "another origin": {"origin": "https://elsewhere.example"},
    "not signed in": {"is_logged_in": False},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_sign_in_that_is_not_good_is_nobodys(server: AppServer, idp: Provider, pia: None, how: str) -> None:
    one = Somebody(server)
    one.page()
    one.http.cookies.update(forged(idp, server, **FORGED[how]))
    texts = shown(one)
    assert "Signed in as" not in " ".join(texts)
    assert "practitioner" not in " ".join(texts)


def test_the_same_cookie_with_nothing_changed_is_good(server: AppServer, idp: Provider, pia: None) -> None:
    """Otherwise the test above would hold for any reason."""
    one = Somebody(server)
    one.page()
    one.http.cookies.update(forged(idp, server))
    assert "Signed in as" in " ".join(shown(one))


@pytest.mark.parametrize("part", [0, -1], ids=["content", "signature"])
def test_a_cookie_that_was_changed_is_nobodys(
    server: AppServer, somebody: Callable[[str], Somebody], part: int
) -> None:
    one = somebody(PIA)
    parts = one.cookies[USER].removeprefix(".").split(".")
    middle = len(parts[part]) // 2  # of the last letter of a signature not every bit counts
    changed = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + changed + parts[part][middle + 1 :]
    one.http.cookies.clear()
    one.page()
    one.http.cookies.update({USER: f".{'.'.join(parts)}"})
    assert "Sign in" in shown(one)


def test_the_account_of_another_organisation_is_not_taken(server: AppServer) -> None:
    one = Somebody(server)
    answer = one.sign_in(EVE)
    assert answer.headers["location"] == "/?sign-in=account"
    assert USER not in one.cookies
    assert plain(signing_in.SAID["account"]) in shown(one, query="sign-in=account")


def test_who_was_signed_in_before_is_so_no_more_after_another_account_was_refused(
    somebody: Callable[[str], Somebody],
) -> None:
    one = somebody(PIA)
    with httpx.Client(trust_env=False) as outside:
        at_provider = one.to_provider(run(lambda: one.asked_by_hand())).headers["location"]
        back = outside.post(at_provider, data={"sub": EVE}).headers["location"]
    one.http.get(back)
    assert "Sign in" in shown(one)


def test_a_way_back_leads_to_this_app_only(server: AppServer) -> None:
    for back in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nb", "/é"):
        one = Somebody(server)
        one.page()
        address = run(one.asked)
        wanted = parse_qs(urlsplit(address).query) | {"back": [back]}
        changed = f"{urlsplit(address).path}?{urlencode(wanted, doseq=True)}"
        answer = one.back(one.to_provider(changed).headers["location"], PIA)
        assert answer.headers["location"] == "/"


def test_a_callback_that_was_not_begun_here_signs_nobody_in_or_out(
    server: AppServer, somebody: Callable[[str], Somebody]
) -> None:
    one, other = somebody(PIA), Somebody(server)
    other.page()
    at_provider = other.to_provider(run(other.asked)).headers["location"]
    with httpx.Client(trust_env=False) as outside:
        theirs = outside.post(at_provider, data={"sub": TOM}).headers["location"]
    for address in (theirs, "/oauth2callback?error=access_denied", "/oauth2callback?code=x&state=y"):
        answer = one.http.get(address)
        assert answer.headers["location"] == "/?sign-in=again"
        assert "Pia Practitioner" in " ".join(shown(one))


def test_a_callback_works_once(server: AppServer) -> None:
    one = Somebody(server)
    one.page()
    with httpx.Client(trust_env=False) as outside:
        back = outside.post(one.to_provider(run(one.asked)).headers["location"], data={"sub": PIA}).headers["location"]
    assert one.http.get(back).headers["location"] == "/"
    assert one.http.get(back).headers["location"] == "/?sign-in=again"


def test_what_the_provider_says_is_not_repeated(server: AppServer) -> None:
    one = Somebody(server)
    one.page()
    at_provider = one.to_provider(run(one.asked)).headers["location"]
    state = parse_qs(urlsplit(at_provider).query)["state"][0]  # which this provider leaves out of a refusal
    answer = one.http.get(
        "/oauth2callback", params={"error": "access_denied", "error_description": "<b>", "state": state}
    )
    assert answer.headers["location"] == "/?sign-in=declined"
    assert plain(signing_in.SAID["declined"]) in shown(one, query="sign-in=declined")
    assert not [text for text in shown(one, query="sign-in=<b>anything</b>") if "anything" in text]


# ── What ends a sign-in ──────────────────────────────────────────────────────────────────────────────────────────────


def test_signing_out_ends_it_in_every_tab_and_wherever_the_cookie_was_copied_to(
    server: AppServer, idp: Provider, somebody: Callable[[str], Somebody]
) -> None:
    one = somebody(PIA)
    copied = one.cookies

    async def sign_out() -> tuple[str, list[str]]:
        async with one.tab("panel", "meeting=4f1c") as other, one.tab(record=True) as tab:
            await tab.click("sign-out")
            await other.rerun()
            return redirect(tab), said(other)

    address, other = run(sign_out)
    assert "Sign in" in other
    answer = one.http.get(address)
    assert answer.headers["location"].startswith(f"{idp.url}/oauth2/end_session?")
    assert parse_qs(urlsplit(answer.headers["location"]).query)["post_logout_redirect_uri"] == [
        f"{server.url}/oauth2callback"
    ]
    assert USER not in one.cookies
    thief = Somebody(server)
    thief.http.cookies.update(copied)
    assert "Signed in as" not in " ".join(shown(thief))
    assert one.http.get("/oauth2callback").headers["location"] == "/"


def test_signing_out_on_one_device_leaves_the_other(somebody: Callable[[str], Somebody]) -> None:
    one = somebody(TOM)
    time.sleep(1.1)  # a provider that gives no id of a sign-in tells two by their second
    two = somebody(TOM)

    async def sign_out() -> None:
        async with one.tab() as tab:
            await tab.click("sign-out")

    run(sign_out)
    assert "Signed in as" in " ".join(shown(two))
    assert "Signed in as" not in " ".join(shown(one))


def admin(work: Workspace, idp: Provider) -> Actor:
    return work.people.actor(known(idp, ADA))


def test_a_block_acts_at_the_next_message_of_a_page_that_is_open(
    work: Workspace, idp: Provider, somebody: Callable[[str], Somebody]
) -> None:
    shown(somebody(ADA))
    one = somebody(PIA)

    async def blocked() -> list[str]:
        async with one.tab("panel", "case=HW-011") as tab:
            assert "Start the meeting" in said(tab)
            work.people.run(known(idp, PIA), admin(work, idp), Block("has left"))
            await settle()
            await tab.click("open-meeting")
            return said(tab)

    try:
        texts = run(blocked)
        assert any("blocked" in text for text in texts)
        assert "Start the meeting" not in texts
        assert not work.meetings.count_on_samples(standing="open")
    finally:
        work.people.run(known(idp, PIA), admin(work, idp), Unblock("is back"))


async def settle() -> None:
    """PostgreSQL tells the other process of it a moment later."""
    await asyncio.sleep(0.5)


def test_a_role_that_ends_takes_the_open_page_and_its_files_with_it(
    work: Workspace, idp: Provider, somebody: Callable[[str], Somebody]
) -> None:
    shown(somebody(ADA))
    one = somebody(NED)
    shown(one)
    today = date.today()
    ned = known(idp, NED)
    given = work.people.run(ned, admin(work, idp), AskRole("data_analyst", today, today + timedelta(days=7), "to help"))
    number = max(given.grants)

    async def ended() -> tuple[list[str], list[str], list[str]]:
        await settle()
        async with one.tab("costs") as tab, one.tab("framework") as other:
            before = said(tab)
            made = other.widgets("download_button")[0].proto.url
            assert one.http.get(made).status_code == 200
            fragments = {widget.fragment_id for widget in tab.widgets() if widget.fragment_id}
            work.people.run(ned, admin(work, idp), EndRole(number, "no longer needed"))
            await settle()
            result = await tab.rerun(fragment_id=next(iter(fragments)))
            assert not result.fragment
            after = said(tab)
            assert one.http.get(made).status_code == 404
            await tab.open_page("costs")
            return before, after, said(tab)

    before, after, again = run(ended)
    assert "Costs" in before
    assert page.NO_ROLE in after
    assert page.NO_ROLE in again


# ── A provider that is away ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_provider_that_is_away_stops_nobody_who_is_in_and_nothing_else(
    environment: dict[str, str], tmp_path: Path
) -> None:
    port, at = free_port(), free_port()
    una = person("Una Up", "Homeward.Practitioner", tid=TENANT)
    with provider([una], at) as up:
        given = environment | up.environment | {"HOMEWARD_ADDRESS": f"http://localhost:{port}"}
    with AppServer(tmp_path, given, port) as server:  # it starts without its provider
        one = Somebody(server)
        one.page()
        address = run(one.asked)
        assert one.http.get(address).headers["location"] == "/?sign-in=away"
        assert plain(signing_in.SAID["away"]) in shown(one, query="sign-in=away")
        assert "The wall" in shown(one, "wall")
        with provider([una], at):
            assert one.sign_in(una.sub).headers["location"] == "/"
            waits = Somebody(server)
            waits.page()
            sent = waits.to_provider(run(waits.asked)).headers["location"]
            with httpx.Client(trust_env=False) as outside:
                back = outside.post(sent, data={"sub": una.sub}).headers["location"]
        assert "Signed in as" in " ".join(shown(one))
        assert waits.http.get(back).headers["location"] == "/?sign-in=failed"


# ── On the wire ──────────────────────────────────────────────────────────────────────────────────────────────────────

ROUTES = ("/auth/login", "/auth/logout", "/oauth2callback")


@pytest.mark.parametrize("path", ROUTES)
def test_the_routes_of_the_sign_in_have_the_headers_and_one_method(server: AppServer, path: str) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        found = http.get(path)
        assert found.status_code == 302
        for name, value in gate.HEADERS.items():
            assert found.headers[name] == value
        assert found.headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in found.headers  # over http it would mean nothing
        assert not [name for name in found.headers if name.startswith("access-control-")]
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
            assert http.request(method, path).status_code == 405


def test_another_site_cannot_sign_somebody_out(server: AppServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as http:
        for site in ("cross-site", "same-site"):
            assert http.get("/auth/logout", headers={"Sec-Fetch-Site": site}).status_code == 403


def test_behind_https_every_cookie_of_the_sign_in_is_for_tls_only_and_two_processes_share_one(
    environment: dict[str, str], tmp_path: Path
) -> None:
    public = "https://homeward.example.gov.uk"
    given = environment | {"HOMEWARD_ADDRESS": public}
    host = {"Host": "homeward.example.gov.uk"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with AppServer(tmp_path / "one", given) as one, AppServer(tmp_path / "two", given) as two:
        login = f"{one.url}/auth/login?provider={provider_token()}&back=%2Fpanel"
        with httpx.Client(trust_env=False, headers=host, timeout=30) as http:
            health = http.get(f"{one.url}/_stcore/health")
            begun = http.get(login)
            assert parse_qs(urlsplit(begun.headers["location"]).query)["redirect_uri"] == [f"{public}/oauth2callback"]
            with httpx.Client(trust_env=False) as outside:
                back = outside.post(begun.headers["location"], data={"sub": PIA}).headers["location"]
            state = begun.headers["set-cookie"].partition(";")[0]
            signed_in = http.get(back.replace(public, two.url), headers=host | {"Cookie": state})
        assert signed_in.headers["location"] == "/panel"
        for answer in (health, begun, signed_in):
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
            cookies = answer.headers.get_list("set-cookie")
            assert cookies
            assert all("; Secure" in cookie for cookie in cookies), cookies
        value = next(one for one in signed_in.headers.get_list("set-cookie") if one.startswith(f"{USER}="))
        assert decode_signed_value(secret(), USER, value.partition("=")[2].partition(";")[0])


def provider_token() -> str:
    config.set_option("server.cookieSecret", secret())
    return parse_qs(urlsplit(generate_login_redirect_url("default")).query)["provider"][0]


# ── The start ────────────────────────────────────────────────────────────────────────────────────────────────────────


def started(environment: dict[str, str], folder: Path) -> tuple[int, str]:
    """How a start ends that cannot succeed: its exit status and what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={free_port()}"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{folder / 'homeward.db'}"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("change", "sentence"),
    [  # every other wrong setting: tests/people/test_settings.py
        ({"HOMEWARD_SIGN_IN": ""}, "without it Homeward would run open"),
        ({"HOMEWARD_ADDRESS": ""}, "HOMEWARD_ADDRESS has to say"),
    ],
)
def test_a_sign_in_that_is_half_set_up_stops_the_start(
    environment: dict[str, str], tmp_path: Path, change: dict[str, str], sentence: str
) -> None:
    given = {name: value for name, value in environment.items() if name != "DATABASE_URL"}
    status, text = started(given | {"HOMEWARD_ADDRESS": "http://localhost:8501"} | change, tmp_path)
    assert status == 1
    assert sentence in text
    assert "Traceback" not in text
    assert "not-a-secret" not in text


def test_a_record_that_people_signed_in_to_does_not_start_open(
    server: AppServer, environment: dict[str, str], somebody: Callable[[str], Somebody], tmp_path: Path
) -> None:
    shown(somebody(PIA))
    status, text = started({"DATABASE_URL": environment["DATABASE_URL"]}, tmp_path)
    assert status == 1
    assert "may not be opened without sign-in" in text
    assert "Traceback" not in text


# ── Without a sign-in ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tab_that_is_loaded_anew_is_whom_it_had_chosen_and_nobody_whom_it_makes_up(tmp_path: Path) -> None:
    trainer = person_id("invented", "trainer")

    async def told(whom: str) -> list[str]:
        async with Somebody(server).tab() as tab:
            await tab.component_trigger("homeward-choice", "kept", whom)
            return said(tab)

    with AppServer(tmp_path) as server:
        assert links(run(lambda: told(trainer))) == links(run(lambda: told(""))) - {"Costs", "Outcomes"}
        assert "Costs" in run(lambda: told("p0123456789abcdef"))
        assert all(Somebody(server).http.get(path).status_code == 404 for path in ROUTES)
