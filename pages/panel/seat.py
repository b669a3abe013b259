"""Which seat this browser has taken. A cookie that scripts cannot read keeps it across reloads and restarts.

The browser fetches the cookie itself, with a token that works once in a process and for two minutes in any, because Streamlit
cannot set one.

To open a seat on another device its key stands in the fragment of a link (the part after #), most often as a QR code. A
browser sends a fragment to no server, so the key is in no log; Streamlit could not read it either, so a small page of our
own does: it takes the key out of the address and the history, and sends it in the body of a request.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Literal

import streamlit as st
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from framework import panel
from framework.panel.kind import MEETING
from framework.panel.meetings import Caller, Ticket, by_person, key_hash, normal
from framework.streams.kind import Unreadable
from framework.streams.live import Watch
from framework.streams.store import StoreUnavailable
from pages.ui import identity, live, unreadable
from pages.ui.app import BROWSER, BROWSER_HEADER, base_path, hub, tokens, workspace
from pages.ui.policy import source_hash

COOKIE = "homeward_seat_"
COOKIE_SECONDS = 30 * 24 * 3600
TOKEN_SECONDS = 120
BODY_LIMIT = 1000
"""Bytes of a meeting and a key, as a link sends them."""
OPENED_ELSEWHERE = (
    "Your seat was opened on another device, and this one has lost it. If that was not you, tell the chair at once."
)
PARTED = "You have no part in this case any more, so you cannot go on at this meeting. What you said stays in its record. Speak to the chair."
_used: dict[str, float] = {}
"""The numbers of tokens that this process has given a cookie for, and until when that has to be remembered."""
_lock = Lock()

Standing = Literal["none", "in", "removed", "waiting", "refused", "lost", "parted", "over"]
"""How this session stands to a meeting. `waiting`: it asks to be let in, or back in; `lost`: its key was replaced; `parted`: whoever
it is has no part in the case any more; `over`: a guest of a meeting that is closed."""

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


# ── Routes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def remember(request: Request) -> Response:
    """POST /seat/{token}: sets the cookie of a seat that was taken a moment ago."""
    match tokens().read(request.path_params["token"], "seat", TOKEN_SECONDS):
        case [str(meeting), str(key), str(number)] if _first_use(number):
            return _with_cookie(request, Response(status_code=204), meeting, key)
    return PlainTextResponse("This link has been used or is too old.", status_code=404)


def _first_use(number: str) -> bool:
    """Whether this process sees a token for the first time; from then on it does not any more."""
    now = time.monotonic()
    with _lock:
        for old in [one for one, until in _used.items() if until < now]:
            del _used[old]
        first = number not in _used
        _used[number] = now + 2 * TOKEN_SECONDS
        return first


HEADER = "X-Homeward"
"""Our own pages send it with what opens a seat. A page of another site cannot, unless the gate let it ask first."""
_SCRIPT = """
const [meeting, key] = location.hash.slice(1).split(".")
history.replaceState(null, "", location.pathname)
const said = document.getElementById("said"), change = document.getElementById("change")
const open = async (instead) => {
  change.hidden = true
  try {
    const headers = { "Content-Type": "application/json", "X-Homeward": "seat" }
    const answer = await fetch(location.pathname, { method: "POST", headers, body: JSON.stringify({ meeting, key, instead }) })
    if (answer.ok) return location.replace(`panel?meeting=${encodeURIComponent(meeting)}`)
    said.textContent = await answer.text()
    change.hidden = answer.status !== 409
  } catch {
    said.textContent = "The app cannot be reached. Check the network of this device, and open the link again."
  }
}
change.addEventListener("click", () => open(true))
open(false)
"""
_STYLE = ":root { color-scheme: light dark } body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 2rem } button { font: inherit; padding: .6rem 1rem }"
_LINK_PAGE = f"""<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Your seat · Homeward</title>
<style>{_STYLE}</style>
</head><body><main><h1>Your seat</h1><p id="said" role="status">Opening your seat…</p>
<button id="change" hidden>Change to the other seat</button><noscript>Please allow scripts for this page.</noscript></main>
<script>{_SCRIPT}</script></body></html>"""
_LINK_POLICY = (
    f"default-src 'none'; script-src {source_hash(_SCRIPT)}; style-src {source_hash(_STYLE)}; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


async def link_page(request: Request) -> Response:
    """GET /seat#MEETING.KEY: the page that hands the key of a seat to this browser."""
    return HTMLResponse(_LINK_PAGE, headers={"Content-Security-Policy": _LINK_POLICY})


async def open_with_key(request: Request) -> Response:
    """POST /seat with {"meeting", "key", "instead"?}: sets the cookie if the key opens a seat.

    409 if this browser has another seat at that meeting, unless `instead` says that it is to be replaced.
    """
    if request.headers.get("content-type") != "application/json" or request.headers.get(HEADER) != "seat":
        return PlainTextResponse("This is not how a seat is opened.", status_code=415)
    try:
        meeting, key, instead = await _sent(request)
    except ClientDisconnect:
        return Response(status_code=400)
    except (ValueError, KeyError, TypeError, RecursionError):
        return PlainTextResponse("This link is not complete. Scan the code again, or type your key.", status_code=400)
    caller = Caller(request.headers.get(BROWSER_HEADER, ""), request.client.host if request.client else "this machine")
    try:
        await asyncio.sleep(workspace().meetings.hold(caller))
        member = await asyncio.to_thread(workspace().meetings.seat_or_refuse, meeting, key, caller)
        held = request.cookies.get(_cookie(meeting), "")
        other = "" if instead else await asyncio.to_thread(_another, meeting, held, member)
    except panel.Refused as refused:
        return PlainTextResponse(str(refused), status_code=403)
    except StoreUnavailable as error:
        return PlainTextResponse(str(error), status_code=503)
    if other:
        return PlainTextResponse(other, status_code=409)
    return _with_cookie(request, Response(status_code=204), meeting, key)


def _another(meeting: str, held: str, member: str) -> str:
    """What to ask whoever has a seat already and follows a link to another one; "" if they do not."""
    own = workspace().meetings.seat(meeting, held) if held else None
    if own is None or own == member:
        return ""
    members = workspace().meetings.view(meeting, own).members
    return (
        f"You sit at this meeting as {members[own].name}. This link opens the seat of {members[member].name}. If somebody sent it to "
        "you, do not change: what you answered there would be seen by whoever made it. Close this page to stay where you are."
    )


async def _sent(request: Request) -> tuple[str, str, bool]:
    """(meeting, key, whether it may replace another seat) from the body, which is read no further than it may be long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ValueError("too long")
    sent = json.loads(body)
    meeting, key = str(sent["meeting"]), str(sent["key"])
    if not (
        meeting.isascii() and meeting.isalnum()
    ):  # as Ticket.new makes them; the record is asked about nothing else
        raise ValueError("no meeting")
    return meeting, key, sent.get("instead") is True


def _with_cookie(request: Request, response: Response, meeting: str, key: str) -> Response:
    # In its normal form: a cookie holds Latin-1 only, and a key that was typed may have a dash that is not in it.
    response.set_cookie(
        _cookie(meeting),
        normal(key),
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def _cookie(meeting: str) -> str:
    return f"{COOKIE}{meeting}"


# ── This session's seats ─────────────────────────────────────────────────────────────────────────────────────────────


def _keys() -> dict[str, str]:
    """meeting → the key that this session has for it; "" where its owner has left the seat."""
    return st.session_state.setdefault("seat_keys", {})


def _key(meeting: str) -> str:
    """The key that this session, or else the browser's cookie, has for a meeting; "" for none."""
    return _keys()[meeting] if meeting in _keys() else st.context.cookies.get(_cookie(meeting), "")


def standing(state: panel.Panel) -> tuple[Standing, str]:
    """(how this session stands to a meeting, the member that it is or asks to be): as whoever it is, from this visit or from the
    cookie."""
    meeting = state.meeting
    if not meeting:
        return "none", ""
    how, member = workspace().meetings.standing(meeting, _key(meeting), identity.me(), newest=state.version)
    if how == "none":
        if not _keys().get(meeting):
            return "none", ""
        return ("lost" if st.session_state.get(f"sat|{meeting}") else "refused"), ""
    if meeting not in _keys() and (how == "waiting" or workspace().meetings.opens(meeting, _key(meeting), member)):
        _keys()[meeting] = _key(meeting)
    if how == "in":
        st.session_state[f"sat|{meeting}"] = True
    elif how == "waiting":
        st.session_state[f"key-new|{meeting}"] = (
            "back"  # kept by the cookie only, if the page was opened anew meanwhile
        )
    return how, member


def current(meeting: str, *, fresh: bool = False) -> panel.Panel:
    """All that this session's screen may receive of a meeting, by the seat whose key it has. Version 0: there is no such meeting.

    As this process knows it; read from the record only if that may hold something newer, or if `fresh`.
    """
    newest = 0 if fresh else hub().news(MEETING.stream(meeting)).version
    codes = [code for one, code in may_join() if one == meeting]
    try:
        return workspace().meetings.seen(meeting, _key(meeting), identity.me(), codes=codes, newest=newest)
    except Unreadable:
        unreadable.to_the_page()
        raise


def may_join() -> set[tuple[str, str]]:
    """The meetings, each with the code that this session has shown it knows."""
    return st.session_state.setdefault("may_join", set())


def watch(state: panel.Panel, member: str | None, on_news: Callable[[], None]) -> None:
    """Listen to a meeting from here on, as this member (None: a screen without a seat); see :func:`pages.ui.live.watch`."""
    stream = MEETING.stream(state.meeting)
    screen = f"{stream} {state.phase}"
    live.watch(stream, member, state.version, on_news, screen=screen, key_hash=_hash_of(state.meeting, member))


def still_mine(meeting: str, member: str) -> Callable[[], bool]:
    """Whether a seat still has the key that this session has now, whenever and from whichever thread that is asked."""
    watch = Watch(MEETING.stream(meeting), member, _hash_of(meeting, member))

    def still() -> bool:
        try:
            return workspace().meetings.still_seated(watch)
        except (StoreUnavailable, Unreadable):
            return workspace().meetings.still_seated(watch, as_remembered=True)

    return still


def token(meeting: str, member: str | None) -> str:
    """This session's token for a meeting and a seat: with it the browser listens, and sends what is being typed."""
    return live.token(MEETING.stream(meeting), member, _hash_of(meeting, member))


def _hash_of(meeting: str, member: str | None) -> str:
    # Of the key that this session has: a screen that is drawn while its seat gets another one is given no token for that.
    if not member:
        return ""
    if found_as_oneself(meeting, member):
        return by_person(identity.me().id)
    return key_hash(key_of(meeting))


def found_as_oneself(meeting: str, member: str) -> bool:
    """Whether this session has its seat by who it is: not by a key, which it could show."""
    return bool(identity.me().id) and not workspace().meetings.opens(meeting, _key(meeting), member)


def meetings_here() -> list[str]:
    """The meetings for which this browser or this session has a key."""
    cookies = (name.removeprefix(COOKIE) for name in st.context.cookies.to_dict() if name.startswith(COOKIE))
    return list(dict.fromkeys([*_keys(), *cookies]))


def holds(state: panel.Panel, member: str) -> bool:
    """Whether this session has the key of a seat, removed or not."""
    how, who = standing(state)
    return how in ("in", "removed") and who == member


def key_of(meeting: str) -> str:
    """The key of this session's seat, to be shown to its owner."""
    return _keys().get(meeting, "")


def ticket(where: str, meeting: str = "") -> Ticket:
    """The ticket for a seat that this screen offers: the same one until it is used, so that two clicks take one seat."""
    kept: Ticket | None = st.session_state.get(f"ticket|{where}")
    if kept is None or workspace().meetings.taken(kept):
        kept = st.session_state[f"ticket|{where}"] = Ticket.new(meeting)
    return kept


def offered(where: str) -> Ticket:
    """The ticket that :func:`ticket` made when the screen was drawn."""
    kept: Ticket = st.session_state[f"ticket|{where}"]
    return kept


def take(ticket: Ticket, *, key: Literal["new", "back", "known"] = "new") -> None:
    """Sit down, or ask to: this session has the key, and the browser is given its cookie at the next run.

    A key that its owner does not know yet is shown before anything else (:func:`shows_key`): of a new seat, or of one's own
    seat that one comes back to.
    """
    _keys()[ticket.meeting] = ticket.key
    st.session_state.pop(f"sat|{ticket.meeting}", None)
    if key != "known":
        st.session_state[f"key-new|{ticket.meeting}"] = key
    number = secrets.token_urlsafe(12)
    made = tokens().make("seat", ticket.meeting, ticket.key, number)
    _unfetched()[ticket.meeting] = (made, number, time.monotonic() + TOKEN_SECONDS)


def shows_key(meeting: str) -> str:
    """Whether the key is "new", or new for somebody who came "back", and its owner has not gone on to the meeting yet."""
    return str(st.session_state.get(f"key-new|{meeting}", ""))


def go_on(meeting: str) -> None:
    st.session_state.pop(f"key-new|{meeting}", None)


def give_cookie() -> None:
    """Let the browser fetch the cookie of each seat that it has just taken, if there is one to fetch."""
    for meeting, (_, number, until) in list(_unfetched().items()):
        if number in _used or time.monotonic() > until:
            del _unfetched()[meeting]  # the browser has fetched it
    # The place is kept when there is nothing to fetch, so that nothing after it moves: a part of the page that is being
    # drawn again would otherwise be sent to where it no longer is.
    with st.container(key="seat-cookie-place"):
        for meeting, (token, _, _) in _unfetched().items():
            _fetch(key=f"seat-cookie-{meeting}", data={"path": f"{base_path()}/seat/{token}"}, height=1)


def _unfetched() -> dict[str, tuple[str, str, float]]:
    """meeting → the token for a cookie that the browser has not fetched yet, its number, and until when it can be used."""
    return st.session_state.setdefault("seat_tokens", {})


def caller_held() -> Caller:
    """Who tries a code or key in this session, after the time that the next try from there is held."""
    browser = st.user.get(BROWSER) or st.session_state.setdefault("caller", secrets.token_hex(8))
    caller = Caller(str(browser), st.context.ip_address or "this machine")
    time.sleep(workspace().meetings.hold(caller))
    return caller


def forget(meeting: str) -> None:
    """Leave a seat in this session, so that another one can be taken."""
    _keys()[meeting] = ""
