"""Which seat this browser has taken. A cookie that scripts cannot read keeps it across reloads and restarts.

The browser fetches the cookie itself, with a token that works once, because Streamlit cannot set one.
"""

import secrets
import time
from threading import Lock

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from framework.workspace import Ticket
from pages.components.app import base_path, workspace

COOKIE_SECONDS = 30 * 24 * 3600
TOKEN_SECONDS = 120
_tokens: dict[str, tuple[str, str, float]] = {}
_lock = Lock()

_fetch = st.components.v2.component(
    "homeward_seat",
    js="""
export default function ({ data, parentElement }) {
  if (parentElement.homewardDone === data.path) return
  parentElement.homewardDone = data.path
  fetch(data.path, { method: "POST", credentials: "same-origin" })
}
""",
)


def _cookie(meeting: str) -> str:
    return f"homeward_seat_{meeting}"


async def remember(request: Request) -> Response:
    """POST /seat/{token}: sets the cookie of a seat that was taken a moment ago."""
    with _lock:
        meeting, key, until = _tokens.pop(request.path_params["token"], ("", "", 0.0))
    if time.monotonic() > until:
        return PlainTextResponse("This link has been used or is too old.", status_code=404)
    response = Response(status_code=204)
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    response.set_cookie(_cookie(meeting), key, max_age=COOKIE_SECONDS, httponly=True, samesite="strict", secure=secure)
    return response


def mine(meeting: str) -> str | None:
    """The member whose seat this session has, from this visit or from the cookie."""
    seats: dict[str, str] = st.session_state.setdefault("seats", {})
    if meeting not in seats and (key := st.context.cookies.get(_cookie(meeting))):
        member = workspace().seat(meeting, key)
        if member:
            seats[meeting] = member
            _keys()[meeting] = key
    return seats.get(meeting)


def key_of(meeting: str) -> str | None:
    """The key of this session's seat, to be shown to its owner."""
    return _keys().get(meeting)


def _keys() -> dict[str, str]:
    return st.session_state.setdefault("seat_keys", {})


def take(ticket: Ticket) -> None:
    """Sit down: this session has the seat, and the browser is given its cookie at the next run."""
    st.session_state.setdefault("seats", {})[ticket.meeting] = ticket.member
    _keys()[ticket.meeting] = ticket.key
    token, now = secrets.token_urlsafe(24), time.monotonic()
    with _lock:
        for old in [name for name, (_, _, until) in _tokens.items() if until < now]:
            del _tokens[old]
        _tokens[token] = (ticket.meeting, ticket.key, now + TOKEN_SECONDS)
    st.session_state["seat_token"] = token


def give_cookie() -> None:
    """Let the browser fetch the cookie of the seat it has just taken, if there is one to fetch."""
    token = st.session_state.get("seat_token")
    # The place is kept when there is nothing to fetch, so that nothing after it moves: a part of the page that is being
    # drawn again would otherwise be sent to where it no longer is.
    with st.container(key="seat-cookie-place"):
        if token and token not in _tokens:
            del st.session_state["seat_token"]  # the browser has fetched it
        elif token:
            _fetch(key="seat-cookie", data={"path": f"{base_path()}/seat/{token}"}, height=1)


def caller() -> str:
    """Who is trying codes and keys: the address, so that a new tab does not start the count again."""
    return st.context.ip_address or "this machine"


def forget(meeting: str) -> None:
    """Leave the seat in this session (the cookie no longer opens it once the chair has removed it)."""
    st.session_state.get("seats", {}).pop(meeting, None)
