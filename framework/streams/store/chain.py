"""The hash chain: each event's hash covers the event and the hash of the one before it in its stream.

Of the payload it covers a salted digest, so that a payload can be erased and the chain still be checked. What a chain
shows: nobody changed, removed, inserted or reordered events without computing every later hash anew. The register, a
stream of its own in the same log, names every stream and its kind, so that a stream that is gone with all its rows is missed.
Neither can show that somebody who holds the database computed everything anew: that is what the anchor is for
(`framework.streams.anchor`), and the hash on each document. A stream's title and index rows are labels for lists and are not
covered; nor is the value of `seq` beyond the order it gives.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

FIRST_PREVIOUS_HASH = "0" * 64
"""What the first event of a stream has in place of a previous hash."""
REGISTER = "register"
"""The stream (and its kind) in which the beginning of every other stream is an event."""
ERASED = "erased"
"""The type of the event that says what was erased from its stream. It cannot be erased itself."""


class Row(NamedTuple):
    """A row of the table `events`, as stored. `payload` and `salt` are None once it is erased.

    `old_hash` is what a release before 0.4 computed, over the payload itself; None for a newer event.
    """

    seq: int
    stream: str
    version: int
    type: str
    payload: str | None
    salt: str | None
    digest: str
    actor: str
    at: str
    previous_hash: str
    hash: str
    old_hash: str | None


class Head(NamedTuple):
    """A stream's last event: what the table `streams` says of it, or what the events say."""

    version: int
    hash: str
    at: str
    old_hash: str | None = None


class Broken(NamedTuple):
    """The first row that breaks a chain, and what is wrong with it. `seq` is None if no event is at fault."""

    seq: int | None
    stream: str
    version: int
    what: str


class Verified(NamedTuple):
    """How many streams and events were found right, how many of these events are erased, and what is not right.

    The register is checked but not counted. If something is broken, the numbers are those up to there.
    """

    streams: int
    events: int
    erased: int
    broken: Broken | None


def row_hash(stream: str, version: int, type: str, content: str, actor: str, at: str, previous_hash: str) -> str:
    """SHA-256, in hex, over the seven fields in this order, each as `<length in bytes>:<UTF-8 bytes>,`.

    `content` is the digest of the payload; releases before 0.4 had the payload itself there. The lengths keep fields
    apart whatever they contain, and a few lines in any language compute the same.
    """
    digest = sha256()
    for field in (stream, str(version), type, content, actor, at, previous_hash):
        encoded = field.encode()
        digest.update(b"%d:%b," % (len(encoded), encoded))
    return digest.hexdigest()


def payload_digest(salt: str, payload: str) -> str:
    """SHA-256, in hex, over the salt (32 hexadecimal digits) followed by the payload, both as UTF-8.

    Whoever guesses an erased payload cannot confirm the guess without the salt, which is erased with it.
    """
    return sha256((salt + payload).encode()).hexdigest()


def verify(rows: Iterable[Row], heads: Mapping[str, Head], registered: Mapping[str, int]) -> Verified:
    """Check every row, then what the list of streams and the register say of them.

    `rows` come in order of `seq`: in that order the versions of each stream must count 1, 2, 3… `registered` has the
    streams that the register names, each with the version up to which an older release wrote it (0 if none did).
    """
    last: dict[str, Head] = {}
    erased: set[str] = set()
    unexplained: dict[str, set[int]] = {}
    events = erased_events = 0
    for row in rows:
        if what := _odd(row):
            broken: Broken | None = Broken(_number(row.seq), str(row.stream), _number(row.version) or 0, what)
            return Verified(len(last.keys() - {REGISTER}), events, erased_events, broken)
        before = last.get(row.stream, Head(0, FIRST_PREVIOUS_HASH, "", FIRST_PREVIOUS_HASH))
        if row.payload is None:
            erased.add(row.stream)
            unexplained.setdefault(row.stream, set()).add(row.version)
        elif row.type == ERASED and row.stream in unexplained:
            unexplained[row.stream] -= _versions_erased(row.payload, unexplained[row.stream])
        needs_old_hash = row.version <= registered.get(row.stream, 0) and row.stream not in erased
        if what := _fault(row, before, needs_old_hash):
            broken = Broken(row.seq, row.stream, row.version, what)
            return Verified(len(last.keys() - {REGISTER}), events, erased_events, broken)
        last[row.stream] = Head(row.version, row.hash, row.at, row.old_hash)
        if row.stream != REGISTER:
            events, erased_events = events + 1, erased_events + (row.payload is None)
    broken = _odd_in_the_list(heads) or _unlike_the_list(last, heads) or _unlike_the_register(last, heads, registered)
    broken = broken or _without_a_reason(unexplained)
    return Verified(len(last.keys() - {REGISTER}), events, erased_events, broken)


def registered_streams(payloads: Iterable[str | None]) -> dict[str, int]:
    """What `verify` needs of the register: see there. One that cannot be read is passed over; its digest shows it."""
    found = {}
    for payload in payloads:
        try:
            content = json.loads(payload or "")
            found[str(content["stream"])] = int(content.get("old_version", 0))
        except _UNREADABLE:
            continue
    return found


def registered_kinds(payloads: Iterable[str | None]) -> dict[str, str]:
    """The kind that each stream began with; a stream that a release before 0.4 began is left out."""
    found = {}
    for payload in payloads:
        try:
            content = json.loads(payload or "")
            found[str(content["stream"])] = str(content["kind"])
        except _UNREADABLE:
            continue
    return found


def of_another_kind(
    heads: Mapping[str, Head], kinds: Mapping[str, str], registered: Mapping[str, str]
) -> Broken | None:
    """The first stream of which the list says another kind than the register."""
    for stream, began in sorted(registered.items()):
        if stream in heads and kinds.get(stream) != began:
            what = f"it began as {began}, but the list of streams says that its kind is {kinds.get(stream)}: the list was changed"
            return Broken(None, stream, heads[stream].version, what)
    return None


_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What JSON that is broken, of another form, too large or too deep leads to."""
_TEXTS = ("stream", "type", "digest", "actor", "at", "previous_hash", "hash")
_TEXTS_OR_NOTHING = ("payload", "salt", "old_hash")


def _odd(row: Row) -> str | None:
    """What cannot be checked at all: SQLite keeps any value in any column, also of a table that was made anew."""
    texts = all(isinstance(getattr(row, name), str) for name in _TEXTS)
    others = all(isinstance(getattr(row, name), str | None) for name in _TEXTS_OR_NOTHING)
    if texts and others and isinstance(row.version, int):
        return None
    return "one of its columns holds another sort of value than Homeward writes: the row was changed or damaged"


def _odd_in_the_list(heads: Mapping[str, Head]) -> Broken | None:
    for stream, head in heads.items():
        if not (isinstance(stream, str) and isinstance(head.version, int) and isinstance(head.hash, str)):
            what = "its row in the list of streams holds another sort of value than Homeward writes"
            return Broken(None, str(stream), _number(head.version) or 0, what)
    return None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _fault(row: Row, before: Head, needs_old_hash: bool) -> str | None:
    """What is wrong with a row, given the event before it in its stream."""
    if row.version != before.version + 1:
        return f"version {before.version + 1} should come here: events were removed, inserted or reordered"
    if row.previous_hash != before.hash:
        return "it does not follow from the event before it: one of the two was replaced"
    if row.hash != row_hash(*row[1:4], row.digest, row.actor, row.at, row.previous_hash):
        return "its content does not give its hash: something in it was changed after it was written"
    if (row.payload is None) != (row.salt is None):
        return "only a part of its content is there: something in it was changed after it was written"
    if row.payload is not None and row.digest != payload_digest(row.salt or "", row.payload):
        return "its content does not give its hash: something in it was changed after it was written"
    return _old_fault(row, before, needs_old_hash)


def _old_fault(row: Row, before: Head, needs_old_hash: bool) -> str | None:
    if row.old_hash is None:
        return "the hash that an older release gave it was removed" if needs_old_hash else None
    if row.payload is None or before.old_hash is None:
        return "it has a hash of an older release, which should have been erased with what it was computed from"
    if row.old_hash != row_hash(*row[1:4], row.payload, row.actor, row.at, before.old_hash):
        return "its content does not give the hash that an older release gave it: something in it was changed"
    return None


def _versions_erased(payload: str, candidates: set[int]) -> set[int]:
    """Which of the candidates an event of type `erased` speaks of."""
    try:
        versions = json.loads(payload)["versions"]
        return set(candidates) if versions == "all" else set(versions)
    except _UNREADABLE:
        return set()


def _unlike_the_list(last: Mapping[str, Head], heads: Mapping[str, Head]) -> Broken | None:
    for stream in sorted(last.keys() | heads.keys()):
        if difference := _disagreement(last.get(stream), heads.get(stream)):
            return Broken(None, stream, (heads.get(stream) or last[stream]).version, difference)
    return None


def _unlike_the_register(
    last: Mapping[str, Head], heads: Mapping[str, Head], registered: Mapping[str, int]
) -> Broken | None:
    for stream in registered:
        if stream not in last and stream not in heads:
            return Broken(None, stream, 0, "the whole stream was removed together with its row in the list of streams")
    for stream in sorted(last.keys() - registered.keys() - {REGISTER}):
        what = "the register of streams does not name it: it was not begun by Homeward, or the register was changed"
        return Broken(None, stream, last[stream].version, what)
    return None


def _without_a_reason(unexplained: Mapping[str, set[int]]) -> Broken | None:
    for stream, versions in sorted(unexplained.items()):
        if versions:
            what = "its content was removed, and no event of its stream says that it was erased"
            return Broken(None, stream, min(versions), what)
    return None


def _disagreement(last: Head | None, listed: Head | None) -> str | None:
    """What differs between a stream's last event and its row in `streams`, both None if there is none."""
    if listed is None:
        return "its events are there, but its row in the list of streams was removed"
    if last is None:
        # The register is listed from the start, before its first event.
        nothing_yet = (listed.version, listed.hash) == (0, FIRST_PREVIOUS_HASH)
        return None if nothing_yet else "it is in the list of streams, but all its events were removed"
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
