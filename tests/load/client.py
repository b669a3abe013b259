"""A Streamlit browser tab without the browser, for load and privacy tests.

It speaks Streamlit 1.67's websocket protocol (``/_stcore/stream``, binary protobufs) and mirrors what the
bundled front end does: it keeps the element tree (deltas applied, stale nodes dropped), the state of every
widget, the forward-message cache and the ``run_every`` timers, and it reruns only a fragment when the widget
lives in one.

    client = await StreamlitClient.connect("http://localhost:8501", page="board", cookies={"token": "..."})
    result = await client.click("claim-42")        # by key or by label
    assert "Claimed" in " ".join(client.texts()) and result.fragment
    await client.close()

All runs the client asks for are sent one at a time, so a result always belongs to its own request.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg, ForwardMsgMetadata
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as ws_connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
COMPLETED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
BUTTONS = ("button", "download_button")
# Proto fields a reader of the page sees, in reading order.
TEXT_FIELDS = ("title", "label", "body", "message", "text", "code_text", "delta", "help", "placeholder")


Mark = tuple[float, int, int]  # a moment: perf_counter(), messages and bytes received until then


@dataclass(frozen=True)
class RunResult:
    """One finished script run. ``seconds`` is from the request (the user's action) to ``script_finished``."""

    seconds: float
    messages: int
    bytes: int
    fragment: bool


@dataclass
class Node:
    """One place in the element tree: an element, or a container with children by delta index."""

    element: Element | None = None
    block: Block | None = None
    run_id: str = ""
    script_hash: str = ""
    fragment_id: str = ""
    children: dict[int, Node] = field(default_factory=dict)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, in the order the page shows it."""
        yield self
        for index in sorted(self.children):
            yield from self.children[index].walk()


@dataclass(frozen=True)
class Widget:
    """A widget on the page. ``key`` is the author's ``key=``, empty when there is none."""

    kind: str
    id: str
    key: str
    label: str
    form_id: str
    fragment_id: str
    proto: Any


@dataclass
class _Pending:
    """A run we asked for. ``run_id`` is empty until the server starts it."""

    fragment_id: str
    mark: Mark
    future: asyncio.Future[RunResult]
    run_id: str = ""
    chained: bool = False  # our run ended with st.rerun() or st.switch_page(): the next run is ours too


@dataclass
class _Cached:
    """A message the server may later send as a mere hash."""

    data: bytes
    fragment_id: str
    last_used: int


@dataclass(eq=False)
class StreamlitClient:
    """One session of one visitor. Create it with :meth:`connect`."""

    base_url: str
    page: str = ""  # the url path
    query: str = ""  # the query string
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    locale: str = "en-US"
    timezone: str = "UTC"
    record: bool = False  # keep every message in `raw`
    auto_rerun: bool = True  # run the timers of `run_every` fragments, as a browser does
    timeout: float = 30.0  # seconds a run may take

    session_id: str = field(init=False, default="")
    page_hash: str = field(init=False, default="")
    pages: dict[str, str] = field(init=False, default_factory=dict)  # url path ("": default page) -> hash
    first_run: RunResult | None = field(init=False, default=None)
    raw: list[bytes] = field(init=False, default_factory=list)
    messages_received: int = field(init=False, default=0)
    bytes_received: int = field(init=False, default=0)
    runs_finished: int = field(init=False, default=0)
    compile_errors: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.base_url, self.page = self.base_url.rstrip("/"), self.page.strip("/")
        self.query, self.cookies = self.query.lstrip("?"), dict(self.cookies)
        self._ws: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._error: Exception | None = None
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()
        self._pending: _Pending | None = None
        self._pushes: deque[RunResult] = deque(maxlen=1000)
        self._timers: dict[str, tuple[float, asyncio.Task[None]]] = {}
        # The element tree and the run that is filling it.
        self._root = Node(block=Block(), children={i: Node(block=Block()) for i in range(4)})
        self._main_hash = ""
        self._run_id = ""
        self._run_fragments: list[str] = []
        self._run_mark: Mark = (0.0, 0, 0)
        # What the visitor entered, and what forms still hold back.
        self._states: dict[str, WidgetState] = {}
        self._form_states: dict[str, dict[str, WidgetState]] = {}
        # Large messages, by hash; the server does not send them again.
        self._cache: dict[str, _Cached] = {}
        self._cache_runs = 0
        self._cache_max_age = 2

    # ------------------------------------------------------------------ connection

    @classmethod
    async def connect(cls, base_url: str, **options: Any) -> Self:
        """Open a session and wait for its first full run (``client.first_run``).

        The options are the fields above: ``page``, ``query``, ``cookies``, ``record``, ``timeout``...
        """
        client = cls(base_url, **options)
        try:
            await client._open()
            client.first_run = await client._run()
        except BaseException:
            await client.close()
            raise
        return client

    async def reconnect(self) -> RunResult | None:
        """Drop the connection and resume the same session, as a tab does after a network loss.

        Like the front end, this asks for a run only if one was under way, the last run was a fragment's, or
        a ``run_every`` timer is active. Otherwise nothing runs and the result is ``None``.
        """
        wants_run = bool(self._pending or self._run_fragments or self._timers)
        await self._disconnect()
        await self._open()
        return await self._run() if wants_run else None

    async def close(self) -> None:
        """Close the connection, as closing the tab does."""
        self._stop_timers()
        await self._disconnect()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _open(self) -> None:
        # The subprotocols carry the XSRF token and, when resuming, the session id.
        protocols = ["streamlit", self.cookies.get("_streamlit_xsrf", "PLACEHOLDER_AUTH_TOKEN")]
        if self.session_id:
            protocols.append(self.session_id)
        headers = dict(self.headers)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = urlsplit(self.base_url)
        self._error = None
        self._ws = await ws_connect(
            "ws" + self.base_url.removeprefix("http") + "/_stcore/stream",
            origin=Origin(f"{url.scheme}://{url.netloc}"),
            subprotocols=[Subprotocol(protocol) for protocol in protocols],
            additional_headers=headers,
            compression=None,
            max_size=None,
            max_queue=None,
            open_timeout=self.timeout,
            ping_interval=None,  # a browser only answers pings
        )
        if self._ws.response:
            self._keep_cookies(self._ws.response.headers.get_all("Set-Cookie"))
        self._reader = asyncio.create_task(self._read(self._ws))

    def _keep_cookies(self, given: Iterable[str]) -> None:
        """Keep what `Set-Cookie` headers give (a load balancer's cookie, say) and send it from now on."""
        for one in given:
            name, _, rest = one.partition("=")
            self.cookies[name.strip()] = rest.partition(";")[0]

    async def _disconnect(self) -> None:
        if self._reader:
            self._reader.cancel()
        if self._ws:
            await self._ws.close()
        self._fail(ConnectionError("The client closed the connection."))

    async def _read(self, ws: ClientConnection) -> None:
        try:
            async for data in ws:
                assert isinstance(data, bytes), "Streamlit sends binary frames only"
                self._receive(data)
            self._fail(ConnectionError(f"The server closed the connection ({ws.close_code})."))
        except ConnectionClosed as exc:
            self._fail(ConnectionError(f"Connection lost: {exc}"))
        except Exception as exc:
            self._fail(exc)

    def _fail(self, error: Exception) -> None:
        self._error = error
        if self._pending and not self._pending.future.done():
            self._pending.future.set_exception(error)
        self._notify()

    # ------------------------------------------------------------------ what a user does

    async def rerun(self, *, widgets: dict[str, Any] | None = None, fragment_id: str | None = None) -> RunResult:
        """Ask for a run, of everything or of one fragment, after setting ``widgets`` (key or label: value)."""
        for name, value in (widgets or {}).items():
            self._enter(self.widget(name), value)
        return await self._run(fragment_id or "")

    async def click(self, name: str) -> RunResult:
        """Press a button or a form's submit button, found by key or label."""
        widget = self.widget(name, *BUTTONS)
        if widget.proto.disabled:
            raise RuntimeError(f"The button {name!r} is disabled.")
        if widget.form_id and getattr(widget.proto, "is_form_submitter", False):
            self._submit(widget.form_id)
        return await self._run(widget.fragment_id, WidgetState(id=widget.id, trigger_value=True))

    async def set(self, name: str, value: Any) -> RunResult | None:
        """Give a widget a value, found by key or label. ``None`` clears it.

        Options are named by the text the page shows. There is no run, and no result, for a widget in a form
        (its submit button sends it) or one created with ``on_change="ignore"``.
        """
        widget = self.widget(name)
        if widget.kind in BUTTONS:
            raise TypeError(f"{name!r} is a button: click it.")
        if widget.proto.disabled:
            raise RuntimeError(f"The widget {name!r} is disabled.")
        self._enter(widget, value)
        if widget.form_id or getattr(widget.proto, "ignore_rerun", False):
            return None
        return await self._run(widget.fragment_id)

    async def component_trigger(self, key: str, name: str, value: Any) -> RunResult:
        """What ``setTriggerValue(name, value)`` does in a components v2 component mounted with ``key``."""
        started = time.perf_counter()
        async with (
            self._lock
        ):  # the run that goes on may draw the component anew; the fragment that it stood in never runs again
            widget = self.widget(key, "bidi_component")
            trigger = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{widget.id}__events")
            trigger.json_trigger_value = json.dumps([{"event": name, "value": value}])
            return await self._run_now(started, widget.fragment_id, trigger)

    async def component_state(self, key: str, name: str, value: Any) -> RunResult | None:
        """What ``setStateValue(name, value)`` does in a components v2 component mounted with ``key``."""
        widget = self.widget(key, "bidi_component")
        known = self._states.get(widget.id)
        values = json.loads(known.json_value) if known else {}
        self._store(widget, WidgetState(id=widget.id, json_value=json.dumps(values | {name: value})))
        return None if widget.form_id else await self._run(widget.fragment_id)

    async def open_page(self, page: str, *, query: str = "") -> RunResult:
        """Go to another page of ``st.navigation``, by url path (the default page is ``""``)."""
        if page not in self.pages:
            raise LookupError(f"No page {page!r}; the app has {sorted(self.pages)}.")
        self._stop_timers()
        self.query = query.lstrip("?")
        # Only widgets of the entry script (its sidebar, say) live on.
        kept = {_element_id(node) for node in self.nodes() if node.script_hash == self._main_hash}
        self._states = {id_: state for id_, state in self._states.items() if id_ in kept}
        return await self._run(page_hash=self.pages[page])

    async def wait_for_push(self, timeout: float = 10.0) -> RunResult:
        """The next run this client did not ask for by an action: a ``run_every`` timer's or the server's.

        Runs that finished since the client's last own action count, oldest first.
        """
        await self.wait_until(lambda client: bool(client._pushes), timeout)
        return self._pushes.popleft()

    async def wait_until(self, predicate: Callable[[Self], bool], timeout: float = 10.0) -> None:
        """Wait until ``predicate(client)`` holds, checked after every finished run."""
        async with asyncio.timeout(timeout):
            while not predicate(self):
                if self._error:
                    raise self._error
                await self._changed.wait()

    # ------------------------------------------------------------------ what a user sees

    def nodes(self) -> Iterator[Node]:
        """Every element and container on the page: main area, sidebar, events (toasts), bottom."""
        for root in self._root.children.values():
            for node in root.walk():
                if node is not root:
                    yield node

    @property
    def elements(self) -> list[Element]:
        """The element protos on the page, in page order."""
        return [node.element for node in self.nodes() if node.element]

    def texts(self) -> list[str]:
        """The texts on the page: bodies, labels, options, help, and a component's HTML and JSON data."""
        return [text for node in self.nodes() for text in _texts(node)]

    def exceptions(self) -> list[str]:
        """Uncaught exceptions on the page, and compile errors since the client connected."""
        shown = [e.exception for e in self.elements if e.WhichOneof("type") == "exception"]
        return [f"{e.type}: {e.message}" for e in shown] + self.compile_errors

    def widgets(self, *kinds: str) -> list[Widget]:
        """The widgets on the page, optionally of some kinds (``button``, ``button_group``, ``radio``...)."""
        found = []
        for node in self.nodes():
            if node.element and _element_id(node):
                kind, proto = _inner(node.element)
                if not kinds or kind in kinds:
                    key = proto.id.split("-", maxsplit=2)[-1]
                    label = getattr(proto, "label", "")
                    form_id = getattr(proto, "form_id", "")
                    key = "" if key == "None" else key
                    found.append(Widget(kind, proto.id, key, label, form_id, node.fragment_id, proto))
        return found

    def widget(self, name: str, *kinds: str) -> Widget:
        """The one widget with this key, or else with this label."""
        widgets = self.widgets(*kinds)
        matches = [w for w in widgets if w.key == name] or [w for w in widgets if w.label == name]
        if len(matches) != 1:
            known = sorted({w.key or w.label for w in widgets})
            raise LookupError(f"{len(matches)} widgets are called {name!r}; the page has {known}.")
        return matches[0]

    def received_bytes(self) -> bytes:
        """Everything the server sent so far, as uncompressed protobuf bytes (needs ``record=True``)."""
        if not self.record:
            raise RuntimeError("Connect with record=True to keep what the server sends.")
        return b"".join(self.raw)

    # ------------------------------------------------------------------ sending

    async def _run(
        self,
        fragment_id: str = "",
        trigger: WidgetState | None = None,
        *,
        page_hash: str | None = None,
        timer: bool = False,
    ) -> RunResult:
        """Send one rerun request and wait for the end of the run (or chain of runs) it causes."""
        started = time.perf_counter()
        async with self._lock:
            return await self._run_now(started, fragment_id, trigger, page_hash=page_hash, timer=timer)

    async def _run_now(
        self,
        started: float,
        fragment_id: str = "",
        trigger: WidgetState | None = None,
        *,
        page_hash: str | None = None,
        timer: bool = False,
    ) -> RunResult:
        """:meth:`_run`, by whoever holds the lock."""
        if self._error or not self._ws:
            raise self._error or ConnectionError("Not connected.")
        if not timer:
            self._pushes.clear()
        message = self._rerun_message(fragment_id, trigger, page_hash, timer)
        future: asyncio.Future[RunResult] = asyncio.get_running_loop().create_future()
        pending = _Pending(fragment_id, (started, self.messages_received, self.bytes_received), future)
        self._pending = pending
        try:
            async with asyncio.timeout(self.timeout):
                await self._ws.send(message.SerializeToString())
                return await pending.future
        except TimeoutError as exc:
            state = f"run {pending.run_id} did not finish" if pending.run_id else "no run started"
            raise TimeoutError(f"{state} within {self.timeout} s (fragment {fragment_id!r})") from exc
        finally:
            self._pending = None

    def _rerun_message(
        self, fragment_id: str, trigger: WidgetState | None, page_hash: str | None, timer: bool
    ) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self.page_hash if page_hash is None else page_hash
        state.page_name = "" if state.page_script_hash else self.page
        state.fragment_id = fragment_id
        state.is_auto_rerun = timer
        state.cached_message_hashes.extend(self._cache)
        state.widget_states.SetInParent()  # sent even when empty
        state.widget_states.widgets.extend(self._states.values())
        if trigger:
            state.widget_states.widgets.append(trigger)
        context = state.context_info
        context.timezone = self.timezone
        context.timezone_offset = 0
        context.locale = self.locale
        query = f"?{self.query}" if self.query else ""
        context.url = f"{self.base_url}/{self.page}{query}"
        context.is_embedded = False
        context.color_scheme = "light"
        return message

    def _enter(self, widget: Widget, value: Any) -> None:
        values = value if isinstance(value, list | tuple) else [] if value is None else [value]
        options = _options(widget.kind, widget.proto)
        if options is not None and not set(values) <= set(options):
            # The server would silently fall back to the default.
            raise ValueError(f"{widget.key or widget.label!r} offers {options}, not {value!r}.")
        self._store(widget, _encode(widget.kind, widget.proto, value))

    def _store(self, widget: Widget, state: WidgetState) -> None:
        """Remember what the user entered; a form keeps it back until it is submitted."""
        store = self._form_states.setdefault(widget.form_id, {}) if widget.form_id else self._states
        store[widget.id] = state

    def _submit(self, form_id: str) -> None:
        self._states.update(self._form_states.pop(form_id, {}))
        forms = (node.block.form for node in self.nodes() if node.block and node.block.HasField("form"))
        if any(form.form_id == form_id and form.clear_on_submit for form in forms):
            for widget in self.widgets(*_FIELDS):
                if widget.form_id == form_id:
                    default = _default(widget.kind, widget.proto)
                    self._store(widget, _encode(widget.kind, widget.proto, default))

    def _start_timer(self, fragment_id: str, interval: float) -> None:
        known = self._timers.get(fragment_id)
        if self.auto_rerun and not (known and known[0] == interval):
            self._stop_timer(fragment_id)
            self._timers[fragment_id] = (interval, asyncio.create_task(self._tick(fragment_id, interval)))

    def _stop_timer(self, fragment_id: str) -> None:
        if timer := self._timers.pop(fragment_id, None):
            timer[1].cancel()

    def _stop_timers(self) -> None:
        for fragment_id in list(self._timers):
            self._stop_timer(fragment_id)

    async def _tick(self, fragment_id: str, interval: float) -> None:
        """A ``run_every`` timer. It is the browser that keeps the time."""
        while True:
            await asyncio.sleep(interval)
            try:
                self._push(await self._run(fragment_id, timer=True))
            except TimeoutError:
                continue
            except ConnectionError:
                return

    # ------------------------------------------------------------------ receiving

    def _receive(self, data: bytes) -> None:
        self.messages_received += 1
        self.bytes_received += len(data)
        if self.record:
            self.raw.append(data)
        message = self._resolve(data)
        match message.WhichOneof("type"):
            case "new_session":
                self._on_new_session(message)
            case "delta":
                self._apply(message.delta, message.metadata)
            case "script_finished":
                self._on_finished(message)
            case "navigation":
                navigation = message.navigation
                self.page_hash = navigation.page_script_hash
                self.pages = {p.url_pathname: p.page_script_hash for p in navigation.app_pages}
                self.page = next((p for p, h in self.pages.items() if h == self.page_hash), self.page)
            case "page_info_changed":
                self.query = message.page_info_changed.query_string
            case "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            case "stop_auto_rerun":
                for fragment_id in message.stop_auto_rerun.fragment_ids:
                    self._stop_timer(fragment_id)
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                self.compile_errors.append(message.session_event.script_compilation_exception.message)

    def _resolve(self, data: bytes) -> ForwardMsg:
        """Parse a message, taking it from the cache when the server only sent its hash."""
        message: ForwardMsg = ForwardMsg.FromString(data)
        if message.WhichOneof("type") == "ref_hash":
            cached = self._cache[message.ref_hash]
            cached.last_used = self._cache_runs
            full: ForwardMsg = ForwardMsg.FromString(cached.data)
            full.metadata.CopyFrom(message.metadata)
            return full
        if message.metadata.cacheable and message.hash not in self._cache:
            self._cache[message.hash] = _Cached(data, message.delta.fragment_id, self._cache_runs)
        return message

    def _on_new_session(self, message: ForwardMsg) -> None:
        session, run = message.new_session, message.metadata.run
        page_changed = session.page_script_hash != self.page_hash
        self.session_id = session.initialize.session_id
        self._main_hash = session.main_script_hash
        self._cache_max_age = session.config.max_cached_message_age
        self._run_id, self._run_fragments = run.script_run_id, list(run.fragment_ids)
        self._run_mark = (time.perf_counter(), self.messages_received - 1, self.bytes_received)
        if not self._run_fragments:
            self._stop_timers()
            self.page_hash = session.page_script_hash
        if page_changed:
            self._leave_page()
        pending = self._pending
        if pending:
            # Runs of a session follow each other: if ours never finished, the server replaced it by this one.
            ours = not self._run_fragments or pending.fragment_id in self._run_fragments
            if ours or pending.run_id or pending.chained:
                pending.run_id = run.script_run_id

    def _on_finished(self, message: ForwardMsg) -> None:
        run, status = message.metadata.run, message.script_finished
        fragments = list(run.fragment_ids)
        if status in COMPLETED and (fragments or run.script_run_id == self._run_id):
            self._drop_stale(run.script_run_id, fragments)
        if status != EARLY:
            self._expire_cache(fragments)
            self.runs_finished += 1
        pending = self._pending
        ours = pending is not None and pending.run_id == run.script_run_id != ""
        if pending and ours and status == EARLY:
            pending.run_id, pending.chained = "", True
        elif pending and ours and not pending.future.done():
            pending.future.set_result(self._result(pending.mark, bool(fragments)))
        elif status != EARLY:
            self._push(self._result(self._run_mark, bool(fragments)))
        self._notify()

    def _result(self, since: Mark, fragment: bool) -> RunResult:
        now = (time.perf_counter(), self.messages_received, self.bytes_received)
        return RunResult(now[0] - since[0], now[1] - since[1], now[2] - since[2], fragment)

    def _push(self, result: RunResult) -> None:
        self._pushes.append(result)
        self._notify()

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _expire_cache(self, fragments: list[str]) -> None:
        self._cache_runs += 1
        for hash_, cached in list(self._cache.items()):
            concerned = not fragments or cached.fragment_id in fragments
            if concerned and self._cache_runs - cached.last_used > self._cache_max_age:
                del self._cache[hash_]

    # ------------------------------------------------------------------ the element tree

    def _apply(self, delta: Delta, metadata: ForwardMsgMetadata) -> None:
        """Put a new element or container in its place."""
        kind, path = delta.WhichOneof("type"), list(metadata.delta_path)
        if not path or kind == "new_transient":  # a spinner, shown only while the script runs
            return
        node = Node(None, None, self._run_id, metadata.active_script_hash, delta.fragment_id)
        parent = self._root
        for index in path[:-1]:
            parent = parent.children.setdefault(index, Node(block=Block()))
            parent.run_id = self._run_id
        if kind == "new_element":
            node.element = delta.new_element
        else:
            node.block = delta.add_block
            known = parent.children.get(path[-1])
            if known and known.block and _same_container(known.block, node.block):
                node.children = known.children
        parent.children[path[-1]] = node
        if node.element:
            self._mount(node.element)

    def _mount(self, element: Element) -> None:
        """A widget that appears reports its default; one the script changed takes the script's value."""
        kind, proto = _inner(element)
        if kind not in _FIELDS:
            return
        known = proto.id in self._states or proto.id in self._form_states.get(proto.form_id, {})
        if proto.set_value:  # changed through st.session_state
            self._states[proto.id] = _encode(kind, proto, _scripted(kind, proto))
        elif not known:
            self._states[proto.id] = _encode(kind, proto, _default(kind, proto))

    def _drop_stale(self, run_id: str, fragments: list[str]) -> None:
        """Drop what the finished run was in charge of and did not send again (ClearStaleNodeVisitor)."""

        def prune(node: Node, inside: bool) -> bool:
            fresh = node.run_id == run_id
            if node.element:
                outside = bool(fragments) and not (node.fragment_id and inside)
                return fresh or outside or node.element.WhichOneof("type") == "toast"
            if not fresh and (inside or not fragments):
                return False
            inside = inside or (fresh and node.fragment_id in fragments)
            node.children = {i: child for i, child in node.children.items() if prune(child, inside)}
            return True

        for root in self._root.children.values():
            root.run_id = run_id
            prune(root, inside=False)
        self._forget_removed_widgets()

    def _leave_page(self) -> None:
        """Drop the old page's nodes; those of the entry script stay until the new run is done."""

        def prune(node: Node) -> None:
            node.children = {i: n for i, n in node.children.items() if n.script_hash == self._main_hash}
            for child in node.children.values():
                prune(child)

        for root in self._root.children.values():
            prune(root)
        self._forget_removed_widgets()

    def _forget_removed_widgets(self) -> None:
        present = {_element_id(node) for node in self.nodes()}
        self._states = {id_: state for id_, state in self._states.items() if id_ in present}
        for form_id, states in self._form_states.items():
            self._form_states[form_id] = {id_: state for id_, state in states.items() if id_ in present}


# ---------------------------------------------------------------------- protos


def _inner(outer: Element | Block) -> tuple[str, Any]:
    """The kind of an element or container, and its own proto."""
    kind = outer.WhichOneof("type")
    return (kind, getattr(outer, kind)) if kind else ("", None)


def _element_id(node: Node) -> str:
    if node.element:
        return getattr(_inner(node.element)[1], "id", "")
    return node.block.id if node.block else ""


def _same_container(old: Block, new: Block) -> bool:
    """Whether a container sent again keeps its children."""
    same = old.WhichOneof("type") == new.WhichOneof("type")
    return same and not (new.HasField("dialog") and old.id != new.id)


def _texts(node: Node) -> Iterator[str]:
    kind, proto = _inner(node.element or node.block or Element())
    if kind == "bidi_component":
        yield from filter(None, [proto.html_content, proto.json, proto.mixed.json])
        return
    for name in TEXT_FIELDS:
        value = getattr(proto, name, "")
        if isinstance(value, str) and value:
            yield value
    if kind == "button_group":
        yield from _options(kind, proto) or []
    else:
        yield from getattr(proto, "options", ())
    yield from getattr(proto, "captions", ())


def _options(kind: str, proto: Any) -> list[str] | None:
    """The choices a widget is limited to, as the page shows them."""
    if kind == "button_group":  # an icon may precede the text
        return [f"{option.content_icon} {option.content}".strip() for option in proto.options]
    if kind not in ("radio", "selectbox", "multiselect") or getattr(proto, "accept_new_options", False):
        return None
    return list(proto.options)


def _default(kind: str, proto: Any) -> Any:
    """The value a widget starts with."""
    options = _options(kind, proto) or list(getattr(proto, "options", ()))
    if kind in ("radio", "selectbox"):
        return options[proto.default] if options and proto.HasField("default") else None
    if kind in ("button_group", "multiselect") or (kind == "slider" and options):
        return [options[int(index)] for index in proto.default]
    if kind in ("text_input", "text_area", "number_input") and not proto.HasField("default"):
        return None
    return proto.default


def _scripted(kind: str, proto: Any) -> Any:
    """The value the script gave a widget during this run (``set_value``)."""
    if kind in ("radio", "selectbox"):
        return proto.raw_value if proto.HasField("raw_value") else None
    if kind in ("button_group", "multiselect"):
        return proto.raw_values
    if kind == "slider" and proto.options:
        return proto.raw_value
    if kind in ("text_input", "text_area", "number_input") and not proto.HasField("value"):
        return None
    return proto.value


def _encode(kind: str, proto: Any, value: Any) -> WidgetState:
    """A widget's value as the browser sends it. A cleared one is sent without a value."""
    if kind not in _FIELDS:
        raise TypeError(f"This client cannot set a {kind}.")
    state, name = WidgetState(id=proto.id), _FIELDS[kind]
    if kind == "slider" and proto.options:  # st.select_slider
        name = "string_array_value"
    if name.endswith("array_value"):
        array = getattr(state, name)
        array.SetInParent()
        if value is not None:
            array.data.extend([value] if isinstance(value, str | int | float) else value)
    elif value is not None:
        setattr(state, name, value)
    return state


# The widgets this client can set, and the WidgetState field that carries their value.
_FIELDS = {
    "checkbox": "bool_value",
    "text_input": "string_value",
    "text_area": "string_value",
    "number_input": "double_value",
    "radio": "string_value",
    "selectbox": "string_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "date_input": "string_array_value",
    "slider": "double_array_value",
}
