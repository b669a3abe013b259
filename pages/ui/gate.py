"""What may pass between the network and Streamlit. Every request and every message of a browser comes through here.

Streamlit answers whoever speaks its protocol: each visitor could clear its caches, stop a run or ask for its metrics. Our pages
need little of that. What they need stands in the tables below; the rest never reaches Streamlit.
"""

import asyncio
import hashlib
import logging
import math
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from framework.addresses import PUBLIC, Addresses, same_origin
from framework.logs import counted, one_line
from pages.ui import files_made, uploads
from pages.ui.app import BROWSER_HEADER, base_path
from pages.ui.policy import POLICY

log = logging.getLogger(__name__)

# ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_READ = frozenset({"GET", "HEAD"})
_NOTHING: frozenset[str] = frozenset()
_ASKED = frozenset({"GET"})
SOCKET, HEALTH = "/_stcore/stream", ("/_stcore/health", "/health")
UPLOAD, MADE, LIVE = "/_stcore/upload_file/", "/media/", "/live/"
ROUTES: tuple[tuple[str, frozenset[str], bool], ...] = (
    ("/_stcore/health", _READ, True),
    ("/_stcore/host-config", _READ, True),
    (UPLOAD, frozenset({"PUT", "DELETE"}), True),
    ("/_stcore/", _NOTHING, True),  # metrics, the agent's routes, and whatever the next Streamlit brings
    ("/component/", _NOTHING, True),
    ("/auth/login", _ASKED, True),
    ("/auth/logout", _ASKED, True),
    ("/auth/", _NOTHING, True),
    ("/oauth2callback", _ASKED, True),
    (MADE, _READ, True),
    (LIVE, _READ, True),
    ("/draft/", frozenset({"POST"}), True),
    ("/seat/", frozenset({"POST"}), True),
    ("/seat", _READ | {"POST"}, True),
    ("/health", _READ, True),
    ("/static/", _READ, False),
    ("/app/static/", _READ, False),
    ("/", _READ, False),  # the pages, each of which is the same file
)
"""(where a path begins, or the whole path; the methods that are answered; whether the answer is private). The first that fits."""
SIGN_IN, SIGN_OUT = ("/auth/login", "/auth/logout", "/oauth2callback"), "/auth/logout"
"""There is nothing at these in open mode."""

COOKIE = "homeward_browser"
"""A cookie that says no more than that it is the same browser. Streamlit resumes a session for that browser only."""
PRIVATE_LENGTH, FILE_LENGTH = 2500, 200
"""Characters of a path: a token has up to 2,000, and no file or page of ours so many as a file's name may have."""
_HEADER = BROWSER_HEADER.lower().encode()
"""How Streamlit hears of it (`server.trustedUserHeaders`). What a browser sends under this name is dropped."""
BROWSER_SECONDS = 30 * 24 * 3600
UPLOAD_SECONDS = 300.0
"""That a file may take to come; until then there is room kept for it."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

MESSAGE_BYTES = 1024 * 1024
"""Of one message. The longest of ours carries the notes of a whole meeting: some 60 of 4,000 characters."""
MESSAGES, MESSAGES_A_SECOND = 100, 20
"""At once, and on and on, from one browser tab. The next ones wait, so a quick hand loses nothing."""
BYTES, BYTES_A_SECOND = 4 * MESSAGE_BYTES, MESSAGE_BYTES
REFUSED_LIMIT = 100
"""Messages that no page sends; after them the connection ends."""
WIDGETS = 2000
_ID = re.compile(r"[0-9a-f-]{0,64}")
"""How Streamlit writes the ids of pages and fragments: as hexadecimal hashes."""
FILES_AT_ONCE = 100
"""Five years of returns in twelve tables each are 60 files."""
LENGTHS = {"query_string": 8192, "page_name": 200}


def _rerun(state: ClientState) -> bool:
    """Whether a request for a run has the form of ours."""
    widgets = state.widget_states.widgets
    return (
        _ID.fullmatch(state.page_script_hash) is not None
        and _ID.fullmatch(state.fragment_id) is not None
        and all(len(getattr(state, name)) <= limit for name, limit in LENGTHS.items())
        and len(widgets) <= WIDGETS
        and all(_ID.fullmatch(one) for one in state.cached_message_hashes)
    )


def _numbers(state: ClientState) -> bool:
    """Whether every number of a widget is one; NaN and infinity are none."""
    widgets = state.widget_states.widgets
    return all(
        math.isfinite(one.double_value) and all(map(math.isfinite, one.double_array_value.data)) for one in widgets
    )


PASSED: dict[str, Callable[[BackMsg], bool]] = {
    "rerun_script": lambda message: _rerun(message.rerun_script),
    "app_heartbeat": lambda message: True,
    # The file of a download button that is made when it is pressed.
    "backend_operation_request": lambda message: message.backend_operation_request.HasField("deferred_file"),
    # The addresses that the chosen files are sent to: an uploader of several asks for all of them at once.
    "file_urls_request": lambda message: len(message.file_urls_request.file_names) <= FILES_AT_ONCE,
}
"""The messages that our pages need, and what each has to be like. Those that Streamlit's front end (1.67) sends for what our pages use."""

TEXT_FRAME, NOT_A_MESSAGE, TOO_BIG, TOO_MANY_REFUSED, GOING_AWAY = 1003, 1002, 1009, 1008, 1001
"""Why a connection is closed (RFC 6455, 7.4.1). A tab that is closed or opens another address is going away; a lost network is not."""


class Bucket:
    """So much at once, and so much a second from then on (a token bucket)."""

    def __init__(self, size: float, a_second: float, now: Callable[[], float] = time.monotonic) -> None:
        self._size, self._a_second, self._now = size, a_second, now
        self._left, self._at = size, now()

    def wait(self, amount: float) -> float:
        """Take an amount; the seconds to wait until it is there."""
        now = self._now()
        self._left = min(self._size, self._left + (now - self._at) * self._a_second) - amount
        self._at = now
        return max(0.0, -self._left / self._a_second)


@dataclass(slots=True)
class _Tab:
    """One connection of a browser tab."""

    receive: Receive
    send: Send
    messages: Bucket = field(default_factory=lambda: Bucket(MESSAGES, MESSAGES_A_SECOND))
    volume: Bucket = field(default_factory=lambda: Bucket(BYTES, BYTES_A_SECOND))
    refused: Counter[str] = field(default_factory=Counter)
    closed: bool = False
    gone: bool = False
    session: str = ""

    async def next(self) -> Message:
        """The next message that Streamlit may have."""
        while True:
            message = await self.receive()
            if message["type"] != "websocket.receive" or self.closed:
                self.gone = message.get("code") == GOING_AWAY
                return message
            content = message.get("bytes")
            if content is None:
                return await self._close(TEXT_FRAME)
            if len(content) > MESSAGE_BYTES:
                return await self._close(TOO_BIG)
            if wait := max(self.messages.wait(1), self.volume.wait(len(content))):
                await asyncio.sleep(wait)
            kind = passes(content)
            if kind is None:
                return await self._close(NOT_A_MESSAGE)
            if kind == "":
                return message
            self.refused[kind] += 1
            if self.refused.total() > REFUSED_LIMIT:
                return await self._close(TOO_MANY_REFUSED)

    async def _close(self, code: int) -> Message:
        if not self.closed:
            self.closed = True
            await self.send({"type": "websocket.close", "code": code})
        return {"type": "websocket.disconnect", "code": code}

    async def sent(self, message: Message) -> None:
        """What Streamlit sends. After the connection was closed here, nothing goes out any more."""
        if not self.session and message.get("bytes"):
            self.session = ForwardMsg.FromString(message["bytes"]).new_session.initialize.session_id
        if not self.closed:
            await self.send(message)


def passes(content: bytes) -> str | None:
    """ "" if Streamlit may have this message; else its kind; None if it is no message at all."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return None
    kind = message.WhichOneof("type") or "empty"
    # The last byte of NaN and of infinity (IEEE 754, little-endian) is one of these; text seldom has them, and to look at each
    # widget in Python costs more than all the rest.
    if (b"\x7f" in content or b"\xff" in content) and not _numbers(message.rerun_script):
        return kind
    return "" if kind in PASSED and PASSED[kind](message) else kind


# ── The gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Refused(Exception):
    """Why a request goes no further."""

    status: int
    sentence: str


class Gate:
    """ASGI middleware around Streamlit and our own routes."""

    def __init__(self, app: ASGIApp, addresses: Addresses, *, sign_in: bool = False) -> None:
        """`sign_in`: whether people sign in here, so that there are routes for it."""
        self._app = app
        self._addresses = addresses
        self._closed = () if sign_in else SIGN_IN
        self._said: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        try:
            self._admit(scope, answer)
        except _Refused as refused:
            self._say(refused.sentence)
            if scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
                await PlainTextResponse(refused.sentence, refused.status)(scope, receive, answer.send)
            else:
                await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            await _file_or_page(self._app, scope, receive, answer.send)
        elif scope["path"].removeprefix(base_path()) == SOCKET:
            await _talk(self._app, scope, receive, answer.send)
        else:
            await self._app(scope, _only_listening(receive), answer.send)

    def _admit(self, scope: Scope, answer: "_Answer") -> None:
        """Let a request in, with what is known of it put right. Raises _Refused."""
        headers, path = Headers(scope=scope), scope["path"].removeprefix(base_path())
        socket = scope["type"] == "websocket"
        methods, answer.private = (_NOTHING, True) if socket else _route(path)
        too_long = len(path) > (PRIVATE_LENGTH if answer.private else FILE_LENGTH)
        if (
            too_long
            or path in self._closed
            or not path.isprintable()
            or (not (path == SOCKET or path.startswith(LIVE)) if socket else not methods)
        ):
            raise _Refused(404, "There is nothing at this address.")
        if not socket and scope["method"] not in methods:
            raise _Refused(405, f"{scope['method']} is not how this address is asked.")
        self._know_who_asks(scope, headers)
        if path in HEALTH:  # which a balancer asks without knowing the address, and a page's own cookie comes with
            answer.secure = self._addressed(scope, headers.get("host", "")) == "https"
            return
        scheme = self._scheme(scope, headers.get("host", ""))
        scope["scheme"] = scheme.replace("http", "ws") if socket else scheme
        answer.secure = scheme == "https"
        if socket or scope["method"] not in _READ:
            self._same_origin(headers, scheme, required=socket)
        elif path == SIGN_OUT and headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise _Refused(403, "Only a page of Homeward signs somebody out of it.")
        browser = self._know_the_browser(scope, headers)
        answer.give_browser = browser if socket or not answer.private else ""

    def _know_who_asks(self, scope: Scope, headers: Headers) -> None:
        peer, port = scope.get("client") or ("", 0)
        asks = self._addresses.client(peer, ",".join(headers.getlist("x-forwarded-for")))
        scope["client"] = (asks, port)

    def _addressed(self, scope: Scope, host: str) -> str | None:
        own = "https" if scope["scheme"] in ("https", "wss") else "http"
        return self._addresses.scheme(host, (scope.get("server") or ("", 0))[1] or 0, own)

    def _scheme(self, scope: Scope, host: str) -> str:
        scheme = self._addressed(scope, host)
        if scheme is None:
            raise _Refused(
                403,
                f"Homeward is not set up to be reached as {one_line(host, 100)!r}. Whoever runs it can allow that by starting it with "
                f"{PUBLIC} set to the address that people use, for example {PUBLIC}=https://homeward.example.gov.uk.",
            )
        return scheme

    def _same_origin(self, headers: Headers, scheme: str, *, required: bool) -> None:
        """A request that changes something comes from our own page, to the letter of its address."""
        origin = headers.get("origin")
        if origin is None and not required and headers.get("sec-fetch-site", "same-origin") == "same-origin":
            return  # no browser, or one that says so itself
        if origin is None or not same_origin(origin, headers.get("host", ""), scheme):
            raise _Refused(
                403,
                f"This came from a page at {one_line(origin or 'no address', 100)!r}, not from Homeward. If that is the address that "
                f"people use, whoever runs Homeward can allow it by starting it with {PUBLIC} set to it.",
            )

    def _know_the_browser(self, scope: Scope, headers: Headers) -> str:
        """Tell Streamlit which browser this is. Returns the cookie to be given to one that has none."""
        known = cookie(headers.get("cookie", ""), COOKIE)
        browser = known or secrets.token_urlsafe(24)
        mark = hashlib.sha256(browser.encode()).hexdigest()[:32]
        rest = [one for one in scope["headers"] if one[0] != _HEADER]
        scope["headers"] = [*rest, (_HEADER, mark.encode())]
        return "" if known else browser

    def _say(self, sentence: str) -> None:
        """Each reason once: what is asked again and again must not fill the log."""
        if sentence not in self._said and len(self._said) < 100:
            self._said.add(sentence)
            log.warning("Refused: %s", sentence)


def _route(path: str) -> tuple[frozenset[str], bool]:
    for begins, methods, private in ROUTES:
        if path == begins or (begins.endswith("/") and path.startswith(begins)):
            return methods, private
    return _NOTHING, True


def cookie(header: str, name: str) -> str:
    """The value of a cookie; "" if there is none."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


class _Answer:
    """What goes back to a browser: the same headers on everything."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._path = f"{base_path()}/"
        self._send = send
        self.private, self.secure, self.give_browser = True, False, ""

    async def send(self, message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start", "websocket.accept"):
            message.setdefault("headers", [])
            self._complete(MutableHeaders(scope=message))
        await self._send(message)

    def _complete(self, headers: MutableHeaders) -> None:
        for name in [name for name in headers if name.startswith("access-control-")]:
            del headers[name]  # Streamlit lets every port of this machine read its answers
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self.private:
            headers["Cache-Control"] = "no-store"
        if self.give_browser:
            headers.append(
                "Set-Cookie",
                f"{COOKIE}={self.give_browser}; HttpOnly; Max-Age={BROWSER_SECONDS}; Path={self._path}; SameSite=Lax",
            )
        if self.secure:
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for one in cookies:
                headers.append("Set-Cookie", one if "; secure" in one.lower() else f"{one}; Secure")


async def _file_or_page(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request. One for a file that was made, or with one that is brought, is let through only as its store allows."""
    path, headers = scope["path"].removeprefix(base_path()), Headers(scope=scope)
    if path.startswith(MADE) and not await asyncio.to_thread(
        files_made.may_fetch, path.removeprefix(MADE), headers[BROWSER_HEADER]
    ):
        await PlainTextResponse("There is nothing at this address.", 404)(scope, receive, send)
        return
    store = uploads.of_this_process()
    if not path.startswith(UPLOAD) or store is None:
        await app(scope, receive, send)
        return
    session, _, file = path.removeprefix(UPLOAD).partition("/")
    try:
        if scope["method"] == "DELETE":
            store.check_removable(session, file, headers[BROWSER_HEADER])
            await app(scope, receive, send)
            return
        # With both, the server goes by the chunks (RFC 9112, 6.3), and the length would be no more than what somebody says.
        if "transfer-encoding" in headers or not headers.get("content-length", "").isdecimal():
            raise uploads.NotTaken(411, "The length of the file has to be said before it is sent.")
        with store.taking(session, file, headers[BROWSER_HEADER], int(headers["content-length"])):
            async with asyncio.timeout(UPLOAD_SECONDS):
                await app(scope, receive, send)
    except uploads.NotTaken as refused:
        await PlainTextResponse(refused.sentence, refused.status)(scope, receive, send)
    except TimeoutError:
        await PlainTextResponse("The file took too long to come.", 408)(scope, receive, send)
    except ClientDisconnect:
        pass  # the browser has gone, and with it the file


def _only_listening(receive: Receive) -> Receive:
    """Of a browser that listens nothing is heard but that it goes; the first thing that it says ends the connection."""

    async def heard() -> Message:
        message = await receive()
        said = message["type"] == "websocket.receive"
        return {"type": "websocket.disconnect", "code": TEXT_FRAME} if said else message

    return heard


async def _talk(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    tab = _Tab(receive, send)
    try:
        await app(scope, tab.next, tab.sent)
    finally:
        if tab.gone:
            uploads.tab_gone(tab.session)
        if tab.refused:
            log.warning("A browser sent what no page sends: %s.", counted(tab.refused))
