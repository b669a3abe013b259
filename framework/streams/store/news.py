"""News of what was appended: to subscribers in this process and, on PostgreSQL, to those of every other process.

On PostgreSQL processes also tell each other what is stored nowhere (who is present).
"""

import logging
import secrets
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Engine

log = logging.getLogger(__name__)

CHANNEL, SHARED = "homeward", "homeward_shared"
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between two tries to reach a database that is away; doubled each time."""
_KEEPALIVE = {"keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
"""A connection that only listens would not notice a server that vanished: let the system ask after 10 seconds."""

BEAT_SECONDS = 3.0
"""Processes say again what they share: one that was just started knows it after so long, and one that is silent has gone."""

Subscriber = Callable[[str, int], None]
Say = Callable[[bool], Sequence[str]]
Hear = Callable[[str, str], None]


class News:
    """The subscribers of one Store, and the thread that listens to other processes as soon as there is one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._across = engine.dialect.name == "postgresql"
        self._id = secrets.token_hex(8)  # PostgreSQL sends our own news back to us, too
        self._subscribers: dict[object, Subscriber] = {}
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closed = Event()
        self._sharing: list[tuple[Say, Hear]] = []
        self._wakes, self._waker = socket.socketpair()  # a selector waits for the server and for these
        self._waker.setblocking(False)

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """See `Store.subscribe`."""
        key = object()
        with self._lock:
            self._subscribers[key] = callback
        self._start()

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def share(self, say: Say, hear: Hear) -> Callable[[], None]:
        """See `Store.share`."""
        if not self._across:
            return lambda: None
        with self._lock:
            self._sharing.append((say, hear))
        self._start()
        return self._wake

    def _start(self) -> None:
        with self._lock:
            if self._across and self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._listen, name="news from other processes", daemon=True)
                self._thread.start()

    def _wake(self) -> None:
        with suppress(OSError):  # full: it will wake anyway; closed: there is nobody to wake
            self._waker.send(b".")

    def announcement(self, stream: str, version: int) -> list[sa.ColumnElement[None]]:
        """What the transaction of an append returns, besides: other processes hear of it once it is committed.

        A statement that is sent anyway carries it, which saves a journey to the server. Nothing on SQLite.
        """
        return [sa.func.pg_notify(CHANNEL, f"{self._id} {version} {stream}")] if self._across else []

    def tell(self, stream: str, version: int) -> None:
        """Call every subscriber of this process."""
        for callback in list(self._subscribers.values()):
            with _logged():
                callback(stream, version)

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        self._wake()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout=2)
        self._waker.close()
        self._wakes.close()

    def _listen(self) -> None:
        """Listen until closed, again after each outage. From each LISTEN on nothing is missed, so at each it says: look again."""
        wait = FIRST_WAIT
        while not self._closed.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"LISTEN {CHANNEL}; LISTEN {SHARED}")
                    self.tell("", 0)
                    wait = FIRST_WAIT
                    self._talk(connection)
            except (
                psycopg.Error,
                OSError,
                ValueError,
            ) as error:  # ValueError: the selector was given what `close` has closed
                if not self._closed.is_set():
                    log.info("no news from other processes: %s", str(error).partition("\n")[0])
            self._closed.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _talk(self, connection: psycopg.Connection) -> None:
        """Say what this process shares and hear the others, until closed or the connection is lost."""
        beat = 0.0
        with selectors.DefaultSelector() as waiting:  # select() itself takes no file descriptor above 1,023
            waiting.register(connection, selectors.EVENT_READ)
            waiting.register(self._wakes, selectors.EVENT_READ)
            while not self._closed.is_set():
                everything = time.monotonic() >= beat
                if everything:
                    beat = time.monotonic() + BEAT_SECONDS
                self._say(connection, everything)
                # After saying, too: what came with its answer is in psycopg's backlog, and the socket has nothing more to read.
                for notification in connection.notifies(timeout=0):
                    self._heard(notification.channel, notification.payload)
                ready = waiting.select(max(0.0, beat - time.monotonic()))
                if any(key.fileobj is self._wakes for key, _ in ready):
                    self._wakes.recv(4096)

    def _connect(self) -> psycopg.Connection:
        """A connection of the thread's own: one of the pool would go back there, or run out of time."""
        args, options = self._engine.dialect.create_connect_args(self._engine.url)
        return psycopg.connect(*args, **{**_KEEPALIVE, **options}, autocommit=True)

    def _say(self, connection: psycopg.Connection, everything: bool) -> None:
        said = []
        for say, _ in list(self._sharing):
            with _logged():
                said += [f"{self._id} {text}" for text in say(everything)]
        if said:
            connection.execute("SELECT pg_notify(%s, text) FROM unnest(%s::text[]) AS text", (SHARED, said))

    def _heard(self, channel: str, payload: str) -> None:
        sender, _, rest = payload.partition(" ")
        if sender == self._id:
            return
        version, _, stream = rest.partition(" ")
        if channel == SHARED:
            for _, hear in list(self._sharing):
                with _logged():
                    hear(sender, rest)
        elif version.isdecimal():  # anything else on our channel is another program's
            self.tell(stream, int(version))


@contextmanager
def _logged() -> Iterator[None]:
    """What a subscriber raises is logged: the event is stored all the same, and the others have to hear of it."""
    try:
        yield
    except Exception:
        log.exception("a subscriber failed")
