"""What members are typing, kept in this process until it is saved: notes that no answer holds yet.

Nothing here is part of the record. A draft leaves when its note is saved; the oldest go when there are too many.
"""

from collections import OrderedDict
from threading import Lock

from framework.classification import Key

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

    def of(self, meeting: str, member: str | None = None) -> dict[tuple[str, Key], str]:
        """(member, question) → text, for a meeting, or for one member of it."""
        with self._lock:
            return {
                (who, key): text
                for (where, who, key), text in self._drafts.items()
                if where == meeting and member in (None, who)
            }
