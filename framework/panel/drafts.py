"""What members are typing, kept in this process until it is saved: notes that no answer holds yet.

Nothing here is part of the record. A draft leaves when its note is saved; the oldest go when there are too many.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from framework.light.classification import Key

KEPT = 5_000
"""So many drafts are kept in all (a meeting of 30 who all type in some 50 fields has 1,500)."""


class Drafts:
    """Text in typing, by meeting, member and question. Any thread may use it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._drafts: OrderedDict[tuple[str, str, Key], str] = OrderedDict()

    def keep(self, meeting: str, member: str, key: Key, text: str) -> None:
        """Keep the newest text; an empty one is kept, too, since it may replace a note."""
        with self._lock:
            self._drafts[meeting, member, key] = text
            self._drafts.move_to_end((meeting, member, key))
            while len(self._drafts) > KEPT:
                self._drafts.popitem(last=False)

    def drop(self, meeting: str, member: str, key: Key) -> None:
        """Forget a draft, because its text is saved or was given up."""
        with self._lock:
            self._drafts.pop((meeting, member, key), None)

    def get(self, meeting: str, member: str, key: Key) -> str | None:
        """What a member is typing about a question; None if nothing waits here."""
        with self._lock:
            return self._drafts.get((meeting, member, key))

    def of(self, meeting: str, member: str | None = None) -> dict[tuple[str, Key], str]:
        """(member, question) → text, for a meeting, or for one member of it."""
        with self._lock:
            return {
                (who, key): text
                for (where, who, key), text in self._drafts.items()
                if where == meeting and member in (None, who)
            }


AT_ONCE, A_SECOND = 20, 2.0
"""A browser may send so many drafts at once, and so many a second after that. One that types sends one every two seconds;
one whose form goes away sends each field once."""
SENDERS = 20_000
"""So many senders are remembered; who is forgotten begins anew."""


class Rate:
    """How often each sender may send: a token bucket for each. Any thread may use it."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, sender: str) -> bool:
        """Whether this sender may send once more now; if so, it is counted."""
        with self._lock:
            now = self._now()
            left, at = self._left.get(sender, (float(AT_ONCE), now))
            left = min(float(AT_ONCE), left + (now - at) * A_SECOND)
            allowed = left >= 1
            self._left[sender] = (left - allowed, now)
            self._left.move_to_end(sender)
            while len(self._left) > SENDERS:
                self._left.popitem(last=False)
            return allowed
