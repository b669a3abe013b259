"""What members are typing, kept in the database until it is saved: notes that no answer holds yet.

Nothing here is part of the record, and it leaves when the note is saved. Every process sees it, and one that is killed loses none of it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from threading import Lock

from framework.light.classification import Key
from framework.panel.kind import MEETING
from framework.streams.store import Draft, Store, StoreUnavailable


class Drafts:
    """Text in typing, by meeting, member and question. Any thread may use it. Raises StoreUnavailable."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def keep(self, meeting: str, member: str, key: Key, text: str, was: str = "") -> None:
        """Keep the newest text; an empty one is kept, too, since it may replace a note. `was`: the note that it began from."""
        text = text.replace("\0", "")  # which PostgreSQL cannot store, and no note keeps
        self._store.keep_draft(MEETING.stream(meeting), Draft(member, _name(key), text, was, self._now()))

    def drop(self, meeting: str, member: str, key: Key) -> None:
        """Forget a draft, because its text is saved or was given up. Asks first, since mostly there is none."""
        stream = MEETING.stream(meeting)
        if self._store.drafts(stream, member, _name(key)):
            self._store.drop_draft(stream, member, _name(key))

    def get(self, meeting: str, member: str, key: Key) -> str | None:
        """What a member is typing about a question; None if nothing waits, and while it cannot be read."""
        with suppress(StoreUnavailable):
            for draft in self._store.drafts(MEETING.stream(meeting), member, _name(key)):
                return draft.text
        return None

    def of(self, meeting: str) -> dict[tuple[str, Key], Draft]:
        """(member, question) → what they are typing about it, the oldest first."""
        found = self._store.drafts(MEETING.stream(meeting))
        return {(draft.seat, _key(draft.key)): draft for draft in found}


def _name(key: Key) -> str:
    return "|".join(key)


def _key(name: str) -> Key:
    subject, _, about = name.partition("|")
    return subject, about


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
