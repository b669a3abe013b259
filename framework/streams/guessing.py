"""Slows down whoever tries codes or keys. Nobody is shut out by what others do."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from framework.addresses import group
from framework.streams.kind import Refused

log = logging.getLogger(__name__)
T = TypeVar("T")

FREE_TRIES = 5
"""Wrong ones of a browser before each further try is refused for a while (source: product)."""
LONGEST_REFUSAL = 60.0
"""Seconds that a browser is refused at most."""
FREE_FROM_AN_ADDRESS = 20
"""Wrong ones from an address before each further try from there is held. A council sits behind one (source: product)."""
LONGEST_HOLD = 2.0
"""Seconds that a try is held at most, and then looked up: the right code gets in, however many wrong ones others send."""
COUNTED = 15 * 60.0
"""Seconds that a wrong one counts (source: product)."""
CALLERS = 20_000
"""So many browsers and addresses are remembered; the one that tried longest ago is forgotten first."""
ALARM, ALARM_SECONDS = 200, 60.0
"""So many wrong ones in so many seconds, whoever sent them, are written into the log once."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tries: a browser ("" where none is known), and the address that it is at."""

    browser: str
    address: str = ""


class Guesses:
    """The wrong codes and keys of each browser and address. Any thread may use it. `now` is a clock that is never set back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._tries: OrderedDict[tuple[str, str], list[float]] = OrderedDict()
        self._wrong: list[float] = []

    def hold(self, caller: Caller) -> float:
        """Seconds that the next try of this caller is to be held before it is looked up."""
        with self._lock:
            over = len(self._recent(_address(caller), self._now())) - FREE_FROM_AN_ADDRESS
        return min(0.1 * 2.0 ** min(over, 10), LONGEST_HOLD) if over >= 0 else 0.0

    def rate_limited(self, caller: Caller, find: Callable[[], T | None], wrong: str) -> T:
        """What `find` finds for this caller. Raises Refused with `wrong` if that is None, and after a few makes a browser wait."""
        now = self._now()
        with self._lock:
            self._refuse_early(self._recent(("browser", caller.browser), now), now)
            # Counted before the look-up, so that many tries at once do not slip through together.
            counted = [key for key in (("browser", caller.browser), _address(caller)) if key[1]]
            for key in counted:
                self._tries[key] = [*self._recent(key, now), now]
                self._tries.move_to_end(key)
            while len(self._tries) > CALLERS:
                self._tries.popitem(last=False)
        found = find()
        if found is None:
            self._raise_alarm(now)
            raise Refused(wrong)
        with self._lock:
            # The right one is no try. Earlier wrong ones stay counted: who knows one code may not guess others.
            for key in counted:
                if now in self._tries.get(key, ()):
                    self._tries[key].remove(now)
        return found

    def _recent(self, key: tuple[str, str], now: float) -> list[float]:
        return [at for at in self._tries.get(key, ()) if now - at < COUNTED]

    def _refuse_early(self, tries: list[float], now: float) -> None:
        if len(tries) < FREE_TRIES:
            return
        until = tries[-1] + min(2.0 ** (len(tries) - FREE_TRIES + 1), LONGEST_REFUSAL)
        if now < until:
            raise Refused(
                f"That was wrong several times. Please wait {int(until - now) + 1} seconds before the next try."
            )

    def _raise_alarm(self, now: float) -> None:
        """Many browsers at many addresses are slowed down one by one; that they come together is for people to see."""
        with self._lock:
            self._wrong = [*(at for at in self._wrong[-ALARM:] if now - at < ALARM_SECONDS), now]
            if len(self._wrong) < ALARM:
                return
            self._wrong.clear()
        log.warning("Somebody may be guessing codes: %d wrong ones within %d seconds.", ALARM, ALARM_SECONDS)


def _address(caller: Caller) -> tuple[str, str]:
    return "address", group(caller.address)
