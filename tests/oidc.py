"""A real OpenID provider that runs here (PyPI's `oidc-provider-mock`), and somebody who signs in at it without a browser."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from oidc_provider_mock import User, run_server_in_thread
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.load.client import StreamlitClient
from tests.security.attacker import run
from tests.server import AppServer

CLIENT = "homeward"
ROLES = "Homeward.Trainer=trainer,Homeward.Practitioner=practitioner,Homeward.Manager=team_manager,Homeward.Director=director,Homeward.Analyst=data_analyst"


def person(name: str, *roles: str, **claims: Any) -> User:
    """Somebody whom the provider knows: signs in as their address."""
    address = f"{name.split()[0].lower()}@council.example"
    return User(sub=address, claims={"name": name, "email": address, "roles": list(roles), **claims})


@dataclass
class Provider:
    """Where it is reached."""

    url: str
    people: Sequence[User] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What Homeward is started with to use it."""
        return {
            "HOMEWARD_SIGN_IN": f"{self.url}/.well-known/openid-configuration",
            "HOMEWARD_SIGN_IN_CLIENT_ID": CLIENT,
            "HOMEWARD_SIGN_IN_CLIENT_SECRET": "not-a-secret",
            "HOMEWARD_SIGN_IN_ROLES": ROLES,
            "HOMEWARD_ADMINISTRATOR": "ada@council.example",
            "AUTHLIB_INSECURE_TRANSPORT": "1",
        }

    def know(self, user: User) -> None:
        """Know somebody, or know something else of them."""
        httpx.put(f"{self.url}/users/{user.sub}", json=dict(user.claims), trust_env=False).raise_for_status()


@contextmanager
def provider(people: Sequence[User] = (), port: int = 0) -> Iterator[Provider]:
    with run_server_in_thread(port, user_claims=people) as server:
        yield Provider(f"http://localhost:{server.server_port}", people)


class Tab(StreamlitClient):
    """A tab that is opened when it is entered."""

    async def __aenter__(self) -> Self:
        await self._open()
        self.first_run = await self._run()
        return self


class Somebody:
    """A browser's cookies and its way through the sign-in, over HTTP."""

    def __init__(self, server: AppServer) -> None:
        self.server = server
        self.http = httpx.Client(base_url=server.url, trust_env=False, timeout=30)

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.http.cookies.jar}

    def tab(self, page: str = "", query: str = "", **more: Any) -> StreamlitClient:
        """A tab of this browser: `async with somebody.tab("panel") as tab:`."""
        return Tab(self.server.url, page=page, query=query, cookies=self.cookies, **more)

    def page(self, address: str = "/") -> httpx.Response:
        """Open a page, as a browser does first: it is given its cookies."""
        self.http.get("/_stcore/health")
        return self.http.get(address)

    async def asked_by_hand(self) -> str:
        """As :meth:`asked`, of a browser without this one's cookies: somebody who is signed in has no such button."""
        return await Somebody(self.server).asked()

    async def asked(self, press: str = "sign-in", page: str = "", query: str = "") -> str:
        """Where the button of a page sends this browser."""
        async with self.tab(page, query, record=True) as tab:
            await tab.click(press)
            return redirect(tab)

    def to_provider(self, address: str) -> httpx.Response:
        """Follow what a button gave as far as the provider's own page."""
        answer = self.http.get(address)
        assert answer.status_code == 302, answer.text
        return answer

    def back(self, at_provider: str, sub: str) -> httpx.Response:
        """Sign in at the provider, and go where it sends the browser; that answer is not followed."""
        with httpx.Client(trust_env=False, timeout=30) as outside:
            sent = outside.post(at_provider, data={"sub": sub} if sub else {"action": "deny"})
        assert sent.status_code == 302, sent.text
        return self.http.get(sent.headers["location"])

    def sign_in(self, sub: str, page: str = "", query: str = "") -> httpx.Response:
        """The whole way: from the button on a page back to that page."""
        self.page()
        address = run(lambda: self.asked(page=page, query=query))
        return self.back(self.to_provider(address).headers["location"], sub)


def redirect(tab: StreamlitClient) -> str:
    """The last address that the server sent this tab to ("": none)."""
    found = ""
    for content in tab.raw:
        message = ForwardMsg.FromString(content)
        if message.WhichOneof("type") == "auth_redirect":
            found = message.auth_redirect.url
    return found
