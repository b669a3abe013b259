"""An anchor outside the database: a file in which the last hash of every stream is signed, again and again.

Whoever holds the whole database can compute every hash in it anew, remove a stream with its row in the register, or put an
older copy in its place; the database alone cannot show that. The file can, where it and the key are kept elsewhere.

A line is JSON: its number, when it was written, the SHA-256 of the line before it, every stream that has changed since then
(name: kind, version, hash), the public key, and an Ed25519 signature (RFC 8032) over the text before it. No line is ever
changed. What events say is not in it, so erasing changes nothing of it.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, BinaryIO, Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from framework.streams import tokens
from framework.streams.store import (
    FIRST_PREVIOUS_HASH,
    REGISTER,
    Broken,
    Store,
    StoreUnavailable,
    StreamHead,
)

log = logging.getLogger(__name__)

VARIABLE = "HOMEWARD_ANCHOR"
EVERY = timedelta(minutes=1)
"""How often the app looks whether a stream has changed; each document looks, too. What happened since the last line is not anchored."""
COMPUTED_ANEW = "the event has another hash than it had: the stream was computed anew, or is another one"
_MARK = b',"signature":"'


class AnchorError(Exception):
    """The anchor could not go on; with a sentence for whoever looks after Homeward."""


class AnchorHead(NamedTuple):
    """The last line of the file: its number, the SHA-256 of its text, and when it was written."""

    number: int
    hash: str
    at: str


class Stamp(NamedTuple):
    """What a document carries of the whole record, so that it shows later whether the record is still the same.

    The last line of the anchor; without one, the last event of the register of streams.
    """

    of: Literal["anchor", "register"]
    number: int
    hash: str

    @property
    def short(self) -> str:
        """“Record 4f2a 91bc 03d7 a1e2”"""
        return f"Record {short(self.hash)}"


def short(hash_: str) -> str:
    """The beginning of a hash, as it stands on each page of a document: “4f2a 91bc 03d7 a1e2”."""
    return " ".join(hash_[at : at + 4] for at in range(0, 16, 4))


class Checked(NamedTuple):
    """The lines, all of them right; at least one."""

    lines: tuple[AnchorHead, ...]


class _Line(NamedTuple):
    text: bytes
    signed: bytes
    signature: bytes
    said: dict[str, Any]

    @property
    def head(self) -> AnchorHead:
        return AnchorHead(self.said["number"], sha256(self.text).hexdigest(), self.said["at"])

    @property
    def streams(self) -> dict[str, StreamHead]:
        return {stream: StreamHead(*head) for stream, head in self.said["streams"].items()}


def public_key(secret: bytes) -> str:
    """The key, in hex, that shows what was signed with this secret. It may be known to everybody."""
    return _private_key(secret).public_key().public_bytes_raw().hex()


def _private_key(secret: bytes) -> Ed25519PrivateKey:
    # Of the secret that processes share, for this purpose only: no token can be made of it, and it of no token.
    return Ed25519PrivateKey.from_private_bytes(sha256(b"homeward anchor\n" + secret).digest())


class Anchor:
    """Writes the file. Any thread may use it, and several processes may write one file."""

    def __init__(
        self, store: Store, file: Path, secret: bytes, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._file = file
        self._key = _private_key(secret)
        self._public = public_key(secret)
        self._now = now
        self._lock = Lock()
        self._known: dict[str, StreamHead] = {}
        self._head = AnchorHead(0, FIRST_PREVIOUS_HASH, "")
        self._read = 0

    @classmethod
    def given(cls, store: Store) -> "Anchor | None":
        """The anchor in the file that $HOMEWARD_ANCHOR names; None without one."""
        named = os.environ.get(VARIABLE, "")
        return cls(store, Path(named), tokens.shared_secret(store.folder)) if named else None

    def note(self) -> AnchorHead:
        """Add a line if any stream has changed since the last one; return the last line.

        Raises AnchorError if the file cannot be written, or if the database contradicts it: then it stays as it is, for
        `verify` to show. Raises StoreUnavailable.
        """
        try:
            with self._lock, self._opened() as file:
                self._catch_up(file)  # before the database is asked: what others have anchored is in it by then
                if changed := self._changed(self._store.heads()):
                    self._add(file, changed)
                return self._head
        except OSError as error:
            raise AnchorError(f"The anchor file {self._file} cannot be written ({error.strerror}).") from None

    def follow(self, every: timedelta = EVERY) -> Callable[[], None]:
        """Note now and then, in a thread of its own; the returned function ends it. What goes wrong is logged once."""
        ended, said = Event(), ""

        def work() -> None:
            nonlocal said
            while True:
                try:
                    self.note()
                    said = ""
                except AnchorError as error:
                    if str(error) != said:
                        log.error("%s Until that is put right the record is not anchored.", error)
                    said = str(error)
                except StoreUnavailable:  # the app says so itself
                    pass
                if ended.wait(every.total_seconds()):
                    return

        Thread(target=work, name="the anchor of the record", daemon=True).start()
        return ended.set

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        """The file, for this process alone. Reading and appending is all that is asked of it: it may be append-only."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self._file, "a+b", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            if sys.platform != "win32":  # there, one process serves a record
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX)  # ends when the file is closed
            yield file

    def _catch_up(self, file: BinaryIO) -> None:
        """Read what other processes, or this one before its start, have written."""
        if file.seek(0, os.SEEK_END) < self._read:
            raise AnchorError(f"The anchor file {self._file} is shorter than it was: lines were removed from it.")
        file.seek(self._read)
        for text in file.read().splitlines(keepends=True):
            self._read += len(text)
            if line := _parsed(text.rstrip(b"\n")):
                self._known |= line.streams
                self._head = line.head

    def _changed(self, heads: Mapping[str, StreamHead]) -> dict[str, StreamHead]:
        for stream, then in self._known.items():
            if what := _unlike(then, heads.get(stream)):
                raise AnchorError(f"The database is not the one of the anchor {self._file}: {stream}: {what}.")
        return {stream: head for stream, head in heads.items() if self._known.get(stream) != head}

    def _add(self, file: BinaryIO, changed: Mapping[str, StreamHead]) -> None:
        said = {
            "number": self._head.number + 1,
            "at": self._now().astimezone(UTC).isoformat(timespec="seconds"),
            "previous": self._head.hash,
            "streams": {stream: list(head) for stream, head in sorted(changed.items())},
            "key": self._public,
        }
        signed = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode().removesuffix(b"}")
        text = signed + _MARK + self._key.sign(signed).hex().encode() + b'"}'
        file.seek(max(self._read - 1, 0))
        whole = self._read == 0 or file.read(1) == b"\n"  # else the power went while a line was being written
        file.write((b"" if whole else b"\n") + text + b"\n")
        file.flush()
        os.fsync(file.fileno())
        self._catch_up(file)


def _parsed(text: bytes) -> _Line | None:
    """A line of the file; None if it is none, as where the power went while it was being written."""
    signed, mark, rest = text.rpartition(_MARK)
    try:
        said = json.loads(text)
        line = _Line(text, signed, bytes.fromhex(rest.removesuffix(b'"}').decode()), said)
        shaped = isinstance(line.head.number, int) and all(
            isinstance(one.version, int) for one in line.streams.values()
        )
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    return line if mark and shaped else None


# ── Checking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def check(text: bytes, keys: set[str], store: Store) -> Checked | Broken:
    """Whether a database holds all that the anchor says, up to the anchor's last line. `keys` are the public keys to trust.

    If the file itself is at fault, `stream` is "anchor" and `version` the number of the line. What was cut off at the
    file's end does not show; a later document, which names its last line, shows it. Raises StoreUnavailable.
    """
    lines: list[_Line] = []
    head = AnchorHead(0, FIRST_PREVIOUS_HASH, "")
    for line in filter(None, map(_parsed, text.split(b"\n"))):
        if what := _fault(line, head, keys):
            return Broken(None, "anchor", head.number + 1, what)
        lines.append(line)
        head = line.head
    if not lines:
        return Broken(None, "anchor", 0, "there is no line in the anchor file, so it shows nothing")
    return _unlike_the_database(lines, store) or Checked(tuple(line.head for line in lines))


def _fault(line: _Line, before: AnchorHead, keys: set[str]) -> str | None:
    key = str(line.said.get("key"))
    if key not in keys:
        return f"the line was signed with another key ({key[:64]!a})"  # of which JSON may say half of a surrogate pair
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(line.signature, line.signed)
    except (InvalidSignature, ValueError):
        return "its signature does not fit: the line was changed after it was written"
    if (line.said["number"], line.said.get("previous")) != (before.number + 1, before.hash):
        return f"line {before.number + 1} should come here: lines were removed, changed or put in another order"
    return None


def _unlike_the_database(lines: list[_Line], store: Store) -> Broken | None:
    heads = store.heads()
    named = {stream for line in lines for stream in line.streams} - {REGISTER}
    if named and not named & heads.keys():
        what = f"none of the {len(named)} streams of the anchor is in this database: it is another one"
        return Broken(None, REGISTER, heads[REGISTER].version if REGISTER in heads else 0, what)
    hashes = store.hashes(named | {REGISTER})
    for line in lines:
        for stream, then in line.streams.items():
            different = _unlike(then, heads.get(stream))
            if different is None and hashes.get((stream, then.version)) != then.hash:
                different = COMPUTED_ANEW
            if different:
                at = f" (anchored {line.head.at}, line {line.head.number})"
                return Broken(None, stream, then.version, different + at)
    return None


def _unlike(then: StreamHead, now: StreamHead | None) -> str | None:
    """How a stream contradicts what the anchor says of it; None if it may have grown from there."""
    if now is None:
        return "it is not in this database: the stream was removed with all that names it, or the database is an older copy"
    if now.kind != then.kind:
        return f"it is of kind {now.kind}, and was of kind {then.kind}"
    if now.version < then.version:
        return (
            f"it stands at version {now.version}, and stood at {then.version}: the database is an older copy, or events were "
            "removed from its end"
        )
    if now.version == then.version and now.hash != then.hash:
        return COMPUTED_ANEW
    return None
