"""Slows down whoever tries codes or keys."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from framework.streams.kind import Refused

T = TypeVar("T")

FREE_TRIES = 5
"""Wrong ones before each further try has to wait (source: product)."""
COUNTED = timedelta(minutes=15)
"""How long a wrong one counts (source: product)."""
CALLERS = 20_000
"""So many callers are remembered; the one who tried longest ago is forgotten first."""


class Guesses:
    """The wrong codes and keys of each caller. Any thread may use it."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._tries: OrderedDict[str, list[datetime]] = OrderedDict()

    def rate_limited(self, caller: str, find: Callable[[], T | None], wrong: str) -> T:
        """What `find` finds for this caller. Raises Refused with `wrong` if that is None, and after a few makes them wait."""
        now = self._now()
        with self._lock:
            tries = [at for at in self._tries.get(caller, []) if now - at < COUNTED]
            wait = timedelta(seconds=min(2 ** (len(tries) - FREE_TRIES + 1), 60)) if len(tries) >= FREE_TRIES else None
            if wait and now < tries[-1] + wait:
                seconds = int((tries[-1] + wait - now).total_seconds()) + 1
                raise Refused(f"That was wrong several times. Please wait {seconds} seconds before the next try.")
            # Counted before the look-up, so that many tries at once do not slip through together.
            self._tries[caller] = [*tries, now]
            self._tries.move_to_end(caller)
            while len(self._tries) > CALLERS:
                self._tries.popitem(last=False)
        found = find()
        if found is None:
            raise Refused(wrong)
        with self._lock, suppress(KeyError, ValueError):
            # The right one is no try. Earlier wrong ones stay counted: who knows one code may not guess others.
            self._tries[caller].remove(now)
        return found
