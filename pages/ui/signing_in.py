"""Sign-in at the organisation's own provider (OpenID Connect): how Streamlit's `st.login` is set up, and what is changed in it.

Streamlit has the routes (/auth/login, /auth/logout, /oauth2callback), Authlib the protocol. Left as they are, a provider that does not
answer would lead to a line of bare text, and one that answers wrongly to the first page without a word; whoever has signed in would
always be on the first page; and a cookie that is signed, but can be read, would hold the whole token for 30 days.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette import starlette_auth_routes as routes

from framework.addresses import PUBLIC, AddressError, Addresses
from framework.people import token
from framework.people.settings import SIGN_IN, Settings
from framework.streams import tokens
from pages.ui.app import base_path

log = logging.getLogger(__name__)

CALLBACK = "oauth2callback"
PROVIDER = "default"
OUTCOME = "sign-in"
"""In the address of the page that somebody comes back to: why it did not work (a key of SAID)."""
BACK = "homeward-back"
"""In the cookie that Authlib keeps its state in: where somebody was."""
_REFUSED = "x-homeward-refused"
"""A header between the two functions below, which no browser gets to see."""
_STOPPED = frozenset({"access_denied", "login_required", "consent_required", "interaction_required"})
"""Errors of the provider that somebody's own choice or their organisation's leads to (OpenID Connect Core 1.0, 3.1.2.6)."""
BACK_LENGTH = 1500
ID_TOKEN_LENGTH = 2500
"""Characters of an ID token that is kept, so that the provider knows whom it signs out. Cookies of 4 kB are the most that browsers keep."""
SAID = {
    "away": "The sign-in service does not answer just now. Nothing that was saved is lost. Try again in a few minutes; if it goes on, "
    "tell whoever looks after Homeward.",
    "failed": "Signing in did not work: the sign-in service did not confirm who you are. Try again; if it happens again, tell whoever "
    "looks after Homeward.",
    "declined": "You were not signed in: the sign-in was stopped, or your organisation does not let you use Homeward. Try again, or ask "
    "whoever looks after Homeward to let you in.",
    "again": "That sign-in was used already, or began too long ago. Sign in once more.",
    "account": "Homeward does not take this account: it belongs to another organisation, or was given for another application. Choose "
    "the account that you use at work here.",
}


def configured(settings: Settings, addresses: Addresses, folder: Path) -> dict[str, Any]:
    """What `st.App(secrets=…)` is given, and Streamlit's routes as they are used here. Nothing, and nothing changed, in open mode.

    Raises AddressError if no address says where the provider sends people back to.
    """
    if settings.open:
        return {}
    secret = cookie_secret(tokens.shared_secret(folder))
    # Starlette's SessionMiddleware, which keeps Authlib's state, is made before Streamlit has taken the secrets in.
    config.set_option("server.cookieSecret", secret)
    _say_what_happened(settings)
    return {
        "auth": {
            "redirect_uri": f"{first(addresses)}{base_path()}/{CALLBACK}",
            "cookie_secret": secret,
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "server_metadata_url": settings.sign_in,
            "client_kwargs": {"scope": "openid email profile", "prompt": "select_account", "timeout": 5.0},
        }
    }


def first(addresses: Addresses) -> str:
    """The address that the provider sends people back to. Raises AddressError."""
    if not addresses.first:
        raise AddressError(f"{PUBLIC} has to say under which address people reach Homeward, where {SIGN_IN} is set.")
    return addresses.first


def cookie_secret(shared: bytes) -> str:
    """What cookies are signed with: the same in all processes that share a secret, and of no use for anything else."""
    return hmac.digest(shared, b"homeward sign-in cookies", hashlib.sha256).hex()


# ── Where somebody goes ──────────────────────────────────────────────────────────────────────────────────────────────


def go(page: str, query: dict[str, Any]) -> None:
    """In a run: send this browser to the provider, and back to a page (its `url_path`) with this query."""
    back = f"{base_path()}/{page}"
    if wanted := {name: value for name, value in query.items() if name != OUTCOME}:
        back += f"?{urlencode(wanted, doseq=True)}"
    context = get_script_run_ctx()
    assert context
    message = ForwardMsg()
    message.auth_redirect.url = f"{generate_login_redirect_url(PROVIDER)}&{urlencode({'back': back})}"
    context.enqueue(message)


def is_ours(back: str) -> bool:
    """Whether an address is a path of this app: not another site's, however a browser would read it."""
    parts = urlsplit(back)
    return (
        len(back) <= BACK_LENGTH
        and back.startswith(f"{base_path()}/")
        and not back.startswith("//")
        and "\\" not in back
        and back.isascii()
        and back.isprintable()
        and not (parts.scheme or parts.netloc)
    )


# ── Streamlit's routes ───────────────────────────────────────────────────────────────────────────────────────────────

_login, _callback, _set_cookie = routes._auth_login, routes._auth_callback, routes._set_auth_cookie


def _say_what_happened(settings: Settings) -> None:
    """Put what stands below in the place of Streamlit's functions, which its routes look up when they are asked."""
    routes._auth_login = _begin
    routes._auth_callback = _come_back
    routes._set_auth_cookie = _cookie_for(settings)  # type: ignore[assignment]
    assert routes.AUTH_COOKIE_MAX_AGE_SECONDS
    routes.AUTH_COOKIE_MAX_AGE_SECONDS = settings.hours * 3600  # type: ignore[misc]


async def _begin(request: Request, base_url: str) -> Response:
    """To the provider; back with a sentence if it does not answer."""
    back = request.query_params.get("back", "")
    request.session[BACK] = back if is_ours(back) else ""
    answer: Response = await _login(request, base_url)
    if answer.status_code >= 400:
        log.warning("Nobody can sign in: the provider at the address in HOMEWARD_SIGN_IN does not answer.")
        return _to("away", request)
    return answer


async def _come_back(request: Request, base_url: str) -> Response:
    """From the provider: to the page where somebody was; without a sign-in that page asks for one, and says why."""
    asked = request.query_params
    begun_here = routes._get_provider_by_state(request, asked.get("state")) is not None
    answer: Response = await _callback(request, base_url)
    if not asked:  # from the provider's own page after signing out
        return answer
    if begun_here and _signs_in(answer):
        answer.headers["location"] = request.session.pop(BACK, "") or f"{base_path()}/"
        return answer
    outcome = "again"
    if begun_here:
        outcome = (
            "account" if _REFUSED in answer.headers else "declined" if asked.get("error") in _STOPPED else "failed"
        )
    told = _to(outcome, request)
    if begun_here:
        routes._clear_auth_cookie(told, request)  # nobody goes on as whoever was signed in before
    return told


def _signs_in(answer: Response) -> bool:
    """Whether it gives the browser a cookie that says who somebody is; one that is taken away is empty."""
    begins = f"{routes.USER_COOKIE_NAME}="
    given = [one.removeprefix(begins) for one in answer.headers.getlist("set-cookie") if one.startswith(begins)]
    return any(not one.startswith('""') for one in given)


def _to(outcome: str, request: Request) -> Response:
    """To the page where somebody was, which says what has become of their sign-in."""
    back = request.session.pop(BACK, "") or f"{base_path()}/"
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{urlencode({OUTCOME: outcome})}", status_code=302)


def _cookie_for(settings: Settings) -> Callable[[Response, dict[str, Any], dict[str, Any]], Coroutine[Any, Any, None]]:
    async def set_cookie(response: Response, user: dict[str, Any], given: dict[str, Any]) -> None:
        """Keep of a token what is needed, if it is one for us; the access token is needed for nothing."""
        claims = token.kept(user)
        try:
            token.read(claims, settings, datetime.now(UTC))
        except token.TokenRefused as refused:
            log.warning("A sign-in was not taken: %s", refused)
            response.headers[_REFUSED] = "1"
            return
        own = {name: user[name] for name in ("origin", "is_logged_in", "provider")}
        id_token = given.get("id_token", "")
        await _set_cookie(response, claims | own, {"id_token": id_token} if len(id_token) <= ID_TOKEN_LENGTH else {})

    return set_cookie
