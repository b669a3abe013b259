"""The hash chain: each event's hash covers the event and the hash of the one before it in its stream.

What a chain shows: nobody changed, removed, inserted or reordered events without computing every later hash
anew. It cannot show that somebody who holds the database did just that, or removed a whole stream and its row
in `streams`: for that, keep the stream's head hash somewhere else, as on a signed record. A stream's kind and
title are labels for lists and are not covered; nor is the value of `seq` beyond the order it gives.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

FIRST_PREVIOUS_HASH = "0" * 64
"""What the first event of a stream has in place of a previous hash."""


class Row(NamedTuple):
    """A row of the table `events`, as stored."""

    seq: int
    stream: str
    version: int
    type: str
    payload: str
    actor: str
    at: str
    previous_hash: str
    hash: str


class Head(NamedTuple):
    """What the table `streams` says of a stream's last event."""

    version: int
    hash: str
    at: str


class Broken(NamedTuple):
    """The first row that breaks a chain, and what is wrong with it. `seq` is None if no event is at fault."""

    seq: int | None
    stream: str
    version: int
    what: str


def row_hash(stream: str, version: int, type: str, payload: str, actor: str, at: str, previous_hash: str) -> str:
    """SHA-256, in hex, over the seven fields in this order, each as `<length in bytes>:<UTF-8 bytes>,`.

    The lengths keep fields apart whatever they contain, and a few lines in any language compute the same.
    """
    digest = sha256()
    for field in (stream, str(version), type, payload, actor, at, previous_hash):
        encoded = field.encode()
        digest.update(b"%d:%b," % (len(encoded), encoded))
    return digest.hexdigest()


def first_break(rows: Iterable[Row], heads: Mapping[str, Head]) -> Broken | None:
    """The first row that breaks its chain; `rows` come in order of `seq`.

    In that order the versions of each stream must count 1, 2, 3…
    """
    last: dict[str, Head] = {}
    for seq, stream, version, type, payload, actor, at, previous_hash, hash in rows:
        before = last.get(stream, Head(0, FIRST_PREVIOUS_HASH, ""))
        if version != before.version + 1:
            what = f"version {before.version + 1} should come here: events were removed, inserted or reordered"
        elif previous_hash != before.hash:
            what = "it does not follow from the event before it: one of the two was replaced"
        elif hash != row_hash(stream, version, type, payload, actor, at, previous_hash):
            what = "its content does not give its hash: something in it was changed after it was written"
        else:
            last[stream] = Head(version, hash, at)
            continue
        return Broken(seq, stream, version, what)
    for stream in sorted(last.keys() | heads.keys()):
        if difference := _disagreement(last.get(stream), heads.get(stream)):
            return Broken(None, stream, (heads.get(stream) or last[stream]).version, difference)
    return None


def _disagreement(last: Head | None, listed: Head | None) -> str | None:
    """What differs between a stream's last event and its row in `streams`, both None if there is none."""
    if listed is None:
        return "its events are there, but its row in the list of streams was removed"
    if last is None:
        return "it is in the list of streams, but all its events were removed"
    if last.version != listed.version:
        return (
            f"its last event is version {last.version}, but the list of streams says {listed.version}: "
            "events were removed or added at its end, or the list was changed"
        )
    if last.hash != listed.hash:
        return "its last event has another hash than the list of streams: one of the two was replaced"
    if last.at != listed.at:
        return "its last event has another time than the list of streams: the list was changed"
    return None
