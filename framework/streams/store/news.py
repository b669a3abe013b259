"""News of what was appended: to subscribers in this process and, on PostgreSQL, to those of every other process."""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Engine

log = logging.getLogger(__name__)

CHANNEL = "homeward"
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0
"""Seconds between two tries to reach a database that is away; doubled each time."""
_KEEPALIVE = {"keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
"""A connection that only listens would not notice a server that vanished: let the system ask after 10 seconds."""

Subscriber = Callable[[str, int], None]


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
        self._listening: psycopg.Connection | None = None

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """See `Store.subscribe`."""
        key = object()
        with self._lock:
            self._subscribers[key] = callback
            if self._across and self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._listen, name="news from other processes", daemon=True)
                self._thread.start()

        def unsubscribe() -> None:
            self._subscribers.pop(key, None)

        return unsubscribe

    def announcement(self, stream: str, version: int) -> list[sa.ColumnElement[None]]:
        """What the transaction of an append returns, besides: other processes hear of it once it is committed.

        A statement that is sent anyway carries it, which saves a journey to the server. Nothing on SQLite.
        """
        return [sa.func.pg_notify(CHANNEL, f"{self._id} {version} {stream}")] if self._across else []

    def tell(self, stream: str, version: int) -> None:
        """Call every subscriber of this process."""
        for callback in list(self._subscribers.values()):
            try:
                callback(stream, version)
            except Exception:
                log.exception("a subscriber failed; the event is stored all the same")

    def close(self) -> None:
        """End the thread."""
        self._closed.set()
        with self._lock:
            thread, connection = self._thread, self._listening
            if connection is not None:
                # The thread sleeps until the server sends something; to end the connection under it wakes it.
                with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as wire:
                    wire.shutdown(socket.SHUT_RDWR)
        if thread is not None:
            thread.join(timeout=2)

    def _listen(self) -> None:
        """Listen until closed, again after each outage. From each LISTEN on nothing is missed, so at each it says: look again."""
        wait = FIRST_WAIT
        while not self._closed.is_set():
            try:
                with self._connect() as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.tell("", 0)
                    wait = FIRST_WAIT
                    for notification in connection.notifies():
                        self._heard(notification.payload)
            except (psycopg.Error, OSError) as error:
                if not self._closed.is_set():
                    log.info("no news from other processes: %s", str(error).partition("\n")[0])
            self._listening = None
            self._closed.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def _connect(self) -> psycopg.Connection:
        """A connection of the thread's own: one of the pool would go back there, or run out of time."""
        args, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection = psycopg.connect(*args, **{**_KEEPALIVE, **options}, autocommit=True)
        with self._lock:
            self._listening = connection
        if self._closed.is_set():  # `close` came before it could see the connection
            connection.close()
        return connection

    def _heard(self, payload: str) -> None:
        sender, _, rest = payload.partition(" ")
        version, _, stream = rest.partition(" ")
        if sender != self._id and version.isdecimal():  # anything else on our channel is another program's
            self.tell(stream, int(version))
