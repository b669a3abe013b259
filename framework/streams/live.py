"""Who is watching which stream, and the news that it has grown. Carries versions only, never what happened.

Browsers are not told the version: it tells that others have answered (:class:`framework.streams.kind.Shows`).

A token that nobody can guess, made for one session and one seat, lets a browser listen: to any process that has the secret.
Who listens in the name of a seat is present, in all processes (`presence`).
"""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from framework.streams.presence import Presence
from framework.streams.store import Store, StoreUnavailable
from framework.streams.tokens import Tokens

log = logging.getLogger(__name__)

TOKEN_SECONDS = 12 * 3600
"""As long as the longest day of a meeting. A session gets a new one at its next run when half of it is over."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a token allows: to hear of one stream, and whose presence it shows (None: a screen without a seat)."""

    stream: str
    member: str | None
    key_hash: str = ""
    """Of the seat's key when the token was made. A seat that has another key by now is no longer this screen's."""
    person: str = ""
    """The id of whoever is signed in at a screen without a seat: when their part ends, they hear no more."""


@dataclass(frozen=True, slots=True)
class News:
    """The stream's version (0 if nobody listens or it is not known), and a number for who is present."""

    version: int
    presence: int


class Hub:
    """Tokens, listeners and presence. Any thread may use it."""

    def __init__(self, store: Store, tokens: Tokens | None = None) -> None:
        self.process = secrets.randbits(32)
        """Tells this process from the others, and from the one before it."""
        self._store = store
        self._sealed = tokens or Tokens()
        self._lock = Lock()
        self._listeners: dict[str, dict[object, Callable[[], None]]] = {}
        self._versions: dict[str, int] = {}
        self._presence = Presence(store, self._wake)
        store.subscribe(self._appended)

    def token(self, stream: str, member: str | None, key_hash: str = "", person: str = "") -> str:
        """A new token for one browser session."""
        return self._sealed.make("live", stream, member, key_hash, person)

    def watch(self, token: str, seconds: float = TOKEN_SECONDS) -> Watch | None:
        """What this token allows; None if it is not one of ours, or older than so many seconds."""
        match self._sealed.read(token, "live", seconds):
            case [str(stream), str() | None as member, str(key_hash), str(person)]:
                return Watch(stream, member, key_hash, person)
            case [str(stream), str() | None as member, str(key_hash)]:  # made before an upgrade
                return Watch(stream, member, key_hash)
        return None

    def listen(self, watch: Watch, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` whenever there is news of the stream, from any thread; the returned function ends that.

        While it lasts, the watch's member counts as present. Asks no database, so that nothing can come between this and
        the caller's hold on the function that ends it; `catch_up` finds out where the stream is.
        """
        key = object()
        with self._lock:
            self._listeners.setdefault(watch.stream, {})[key] = wake
            self._versions.setdefault(watch.stream, 0)
        if watch.member is not None:
            self._presence.came(watch.stream, watch.member)

        def stop() -> None:
            with self._lock:
                listeners = self._listeners.get(watch.stream, {})
                if listeners.pop(key, None) is None:
                    return
                if not listeners:
                    self._listeners.pop(watch.stream, None)
                    self._versions.pop(watch.stream, None)
            if watch.member is not None:
                self._presence.left(watch.stream, watch.member)

        return stop

    def catch_up(self, stream: str) -> None:
        """Look up the version of a stream that somebody listens to, if it is not known yet. Asks the database."""
        if self._versions.get(stream) != 0:
            return
        with suppress(StoreUnavailable):  # the next event says better
            self._know(stream, self._store.head(stream))

    def present(self, stream: str) -> frozenset[str]:
        """The members who have a screen open, in any process."""
        return self._presence.present(stream)

    def news(self, stream: str) -> News:
        return News(self._versions.get(stream, 0), self._presence.number(stream))

    def _appended(self, stream: str, version: int) -> None:
        if not stream:
            self._look_again()
            return
        self._know(stream, version)
        self._wake(stream)

    def _look_again(self) -> None:
        """News from other processes may have been missed: each stream is looked up, and only then is anybody woken.

        What is known stays known meanwhile. Where the database is away, nothing is, and each listener looks it up again.
        """
        with self._lock:
            watched = list(self._versions)
        for stream in watched:
            try:
                self._know(stream, self._store.head(stream))
            except StoreUnavailable:
                with self._lock:
                    if stream in self._versions:
                        self._versions[stream] = 0
        for stream in watched:
            self._wake(stream)

    def _know(self, stream: str, version: int) -> None:
        with self._lock:
            if stream in self._versions:
                self._versions[stream] = max(version, self._versions[stream])

    def _wake(self, stream: str) -> None:
        for wake in list(self._listeners.get(stream, {}).values()):
            try:
                wake()
            except Exception:  # a browser that has gone must not keep the news from the others
                log.exception("a listener failed")
