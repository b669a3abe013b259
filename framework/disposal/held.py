"""All that belongs to a case: the streams to read for a hand-out, and to erase."""

from collections.abc import Callable, Iterator

from framework.casefile.kind import CASEFILE
from framework.casefile.readers import READING
from framework.casefile.released import RELEASED
from framework.disposal.keeping import KEEPING
from framework.streams.store import ERASED, Store

BESIDE = (CASEFILE, READING, RELEASED, KEEPING)
"""Their streams are called by the id of the case. Every other stream that belongs to one names it in its index, as ("case", id)."""


def streams(store: Store, case: str) -> dict[str, int]:
    """Every stream that belongs to a case, with its version."""
    beside = [kind.stream(case) for kind in BESIDE]
    return {stream: head for stream in [*beside, *store.find("case", case)] if (head := store.head(stream))}


def going_on(store: Store, case: str, noun: Callable[[str], str]) -> Iterator[str]:
    """What of a case is not closed yet, each as the noun of its kind: "meeting". What can be open has "standing" in its index."""
    for kind in sorted({stream.partition(":")[0] for stream in store.find("case", case)}):
        for _ in store.listing(kind, {"case": case, "standing": "open"}):
            yield noun(kind)


def not_erased(store: Store, case: str) -> list[str]:
    """The streams of a case that still say something."""
    return [
        stream
        for stream in streams(store, case)
        if any(one.payload is not None and one.type != ERASED for one in store.read(stream))
    ]
