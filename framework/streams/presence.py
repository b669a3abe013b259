"""Who has a screen open at which stream, in all processes: each tells the others of its own screens, again and again.

Nothing of it is stored. A process that is killed falls silent, and those whom only it named are gone after GONE_SECONDS.
"""

import json
import time
import zlib
from collections import Counter
from collections.abc import Callable
from threading import Lock

from framework.streams.store import Store

GONE_SECONDS = 12.0
"""Four times `news.BEAT_SECONDS`: whom no process has named for so long has gone."""
MOST_BYTES = 7_000
"""Of one message: PostgreSQL takes up to 8,000."""


class Presence:
    """Any thread may use it. It asks no database: the store's own thread sends what is to be said."""

    def __init__(self, store: Store, changed: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        """`changed` is called with a stream whenever somebody came to it or left it, in whichever process."""
        self._changed = changed
        self._now = now
        self._lock = Lock()
        self._own: dict[str, Counter[str]] = {}
        self._others: dict[str, dict[str, tuple[float, frozenset[str]]]] = {}
        """Stream → process → when it was last heard, and whom it named."""
        self._to_say: set[str] = set()
        self._soon = store.share(self.say, self.hear)

    def present(self, stream: str) -> frozenset[str]:
        """The members who have a screen open, in any process."""
        with self._lock:
            return self._present(stream)

    def number(self, stream: str) -> int:
        """A number that is another with other members present, and the same in every process; 0 for nobody."""
        present = sorted(self.present(stream))
        return zlib.crc32(json.dumps(present).encode()) if present else 0

    def came(self, stream: str, member: str) -> None:
        """A screen of a member is open in this process."""
        self._count(stream, member, 1)

    def left(self, stream: str, member: str) -> None:
        """It is closed."""
        self._count(stream, member, -1)

    def say(self, everything: bool) -> list[str]:
        """What this process tells the others: of the streams that have changed, or of all; each stream with its members.

        Before everything is said again, whoever has not been heard of for too long is forgotten.
        """
        if everything:
            self._forget()
        with self._lock:
            streams = self._to_say | (set(self._own) if everything else set())
            self._to_say = set()
            return [_message(stream, self._own.get(stream, ())) for stream in sorted(streams)]

    def hear(self, process: str, text: str) -> None:
        """What another process has said; anything else on its channel is passed over."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return
        match said:
            case [str(stream), list(members)]:
                named = frozenset(map(str, members))
            case _:
                return
        with self._lock:
            before = self._present(stream)
            heard = self._others.setdefault(stream, {})
            heard[process] = (self._now(), named)
            if not named:
                del heard[process]
            if not heard:
                del self._others[stream]
            changed = self._present(stream) != before
        if changed:
            self._changed(stream)

    def _present(self, stream: str) -> frozenset[str]:
        since = self._now() - GONE_SECONDS
        named = [members for heard, members in self._others.get(stream, {}).values() if heard >= since]
        return frozenset(self._own.get(stream, ())).union(*named)

    def _count(self, stream: str, member: str, by: int) -> None:
        with self._lock:
            before = self._present(stream)
            own = self._own.setdefault(stream, Counter())
            own[member] += by
            if own[member] == (1 if by > 0 else 0):
                self._to_say.add(stream)
            if not own[member]:
                del own[member]
            if not own:
                del self._own[stream]
            said, changed = stream in self._to_say, self._present(stream) != before
        if said:
            self._soon()
        if changed:
            self._changed(stream)

    def _forget(self) -> None:
        """Forget the processes that have fallen silent."""
        with self._lock:
            since, lost = self._now() - GONE_SECONDS, set()
            for stream, heard in list(self._others.items()):
                left = {process: one for process, one in heard.items() if one[0] >= since}
                if len(left) < len(heard):
                    lost.add(stream)
                    self._others[stream] = left
                if not left:
                    del self._others[stream]
        for stream in lost:
            self._changed(stream)


def _message(stream: str, members: Counter[str] | tuple[()]) -> str:
    """As JSON; of more members than one message holds, the first."""
    named, size = [], len(json.dumps(stream))
    for member in sorted(members):
        size += len(json.dumps(member)) + 2
        if size > MOST_BYTES:
            break
        named.append(member)
    return json.dumps([stream, named])
