"""The one loop: runs a command for an actor (access, decide, append, again on conflict) and reads what is shown."""

import gc
import json
import logging
import random
import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock, RLock
from typing import Any, Generic

from pydantic import ValidationError

from framework import dates
from framework.streams.kind import (
    Actor,
    C,
    Context,
    Erased,
    Happened,
    Kind,
    R,
    Refused,
    Relations,
    S,
    Shows,
    Unreadable,
)
from framework.streams.store import (
    ERASED,
    Conflict,
    IndexChange,
    Listed,
    NewEvent,
    Store,
    StoredEvent,
    StoreUnavailable,
    StreamDamaged,
    WrongKind,
)

log = logging.getLogger(__name__)

REMEMBERED = 256
"""States that a process keeps for each kind, those used last: a meeting of 30 with 78 questions each takes about 1 MB."""
LOCKS = 64
"""Streams share so many locks, so that their number does not grow. Two that share one wait for each other, no more."""
TRIES = 40
"""Times that a command is checked again because somebody else was first: with 30 at once the last waits some 30 times."""

REST = "Tell whoever looks after Homeward. Everything else can be used."


class Outage:
    """Why the record could not be read just now; "" while it can. One for all doors of a process."""

    said = ""


class Door(Generic[S, C, R]):
    """Runs the commands of one kind and reads its streams. One for a kind and process; any thread may use it."""

    def __init__(
        self,
        kind: Kind[S, C, R],
        store: Store,
        rules: Callable[[S], R],
        now: Callable[[], datetime],
        outage: Outage,
        parts: Callable[[S, Actor, str], Relations] = lambda state, actor, identifier: frozenset(),
        without_roles: Callable[[], frozenset[str]] = frozenset,
        called: Callable[[str], str] = str,
    ) -> None:
        """`rules` gives what a stream is read with; for the empty state, what a new one begins with.

        `parts` gives the parts that an actor has in what the stream of this id belongs to, as a meeting belongs to a case. A stream
        that is called by what it belongs to may have nothing in it yet.
        `without_roles` gives the roles of an actor who brings none. `called` gives what a fold is told of who acted: the record
        has a person's id, and a subject that shows who did what has their name.
        """
        self.kind = kind
        self._store = store
        self._rules = rules
        self._now = now
        self._outage = outage
        self._parts = parts
        self._without_roles = without_roles
        self._called = called
        self._states: OrderedDict[str, S] = OrderedDict()
        self._lock = Lock()
        self._locks = tuple(RLock() for _ in range(LOCKS))

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, identifier: str, actor: Actor, command: C) -> S:
        """Carry out a command and return the state after it. Raises Refused with a sentence.

        What has returned is on disk. If somebody else was first, the command is checked again on the newer state.
        """
        there_are = 0
        with self._locks[hash(identifier) % LOCKS]:
            for attempt in range(TRIES):
                if attempt:  # two processes that try again in step would keep each other out
                    time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
                # First upon what this process remembers: it is nearly always the newest, and the store takes nothing on top
                # of an older state. What would be refused, or change nothing, is looked at again in the record itself.
                before = self.state(identifier) if attempt else self.remembered(identifier)
                if (
                    before.version < there_are and not self._outage.said
                ):  # the last events are gone: it would conflict for ever
                    raise self._damaged(StreamDamaged(self.kind.stream(identifier)))
                context = self.context(before, actor, identifier)
                try:
                    self.kind.may(before, command, context)
                    events = self.kind.decide(before, command, context)
                except Refused:
                    if attempt:
                        raise
                    continue
                if not events:
                    if attempt:
                        return before
                    continue
                try:
                    return self._append(
                        identifier, before, [Happened(event, actor.id, context.now) for event in events]
                    )
                except Conflict as conflict:
                    there_are = conflict.actual
                except StoreUnavailable:
                    self.state(identifier)  # is only writing impossible, or reading too? It knows, and says so
                    raise
        raise Refused(
            f"Too many people are changing this {self.kind.noun} at the same moment. Nothing was saved; try again."
        )

    def may(self, identifier: str, actor: Actor, command: C) -> None:
        """Raises Refused unless this actor may give this command, before anything is prepared for it."""
        state = self.remembered(identifier)
        self.kind.may(state, command, self.context(state, actor, identifier))

    def begin(self, identifier: str, happened: Sequence[Happened]) -> bool:
        """Append a new stream with all its events, each with its own person and moment; all of it or nothing.

        Asks nobody's leave: see :meth:`may`. Does nothing, and returns False, if it is there: two processes that begin the same one begin one.
        """
        if self.state(identifier).version:
            return False
        try:
            self._append(identifier, self.kind.empty, happened)
        except Conflict:
            return False
        return True

    def _append(self, identifier: str, before: S, happened: Sequence[Happened]) -> S:
        after = self.kind.fold([one._replace(actor=self._called(one.actor)) for one in happened], before)
        was = self.kind.index(before) if before.version else frozenset()
        now = self.kind.index(after)
        last = happened[-1]
        stream = self.kind.stream(identifier)
        try:
            self._store.append(
                stream,
                before.version,
                [NewEvent(*self.kind.stored.write(one.event), one.actor, one.at) for one in happened],
                actor=last.actor,
                at=last.at,
                kind=self.kind.name,
                title=self.kind.title(after),
                index=IndexChange(now - was, was - now, self.kind.index_rules),
            )
        except WrongKind:  # every stream of ours began with our kind
            raise self._damaged(StreamDamaged(stream)) from None
        except StreamDamaged as error:
            raise self._damaged(error) from None
        return self._remember(identifier, after)

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def view(self, identifier: str, actor: Actor, *, newest: int = 0, upto: int | datetime | None = None) -> S:
        """All that this actor's screen may receive of a stream, as it stands or as it stood at a version or moment.

        With `told` the only reading that pages get. `newest`: see :meth:`state`. Raises Refused if what was before is
        hidden from them as it stands.
        """
        state = self.state(identifier, newest)
        if upto is not None:
            if not self.kind.past(state, self.context(state, actor, identifier)):
                raise Refused(f"Earlier moments of this {self.kind.noun} cannot be read as it stands now.")
            state = self.at(identifier, upto)
        return self.kind.view(state, self.context(state, actor, identifier))

    def told(self, identifier: str, actor: Actor, upto: int | None = None) -> list[Happened]:
        """What happened, in order, for this actor's screen; nothing while that is hidden from them."""
        state = self.state(identifier)
        context = self.context(state, actor, identifier)
        return self.kind.tell(self.history(identifier, upto), context) if self.kind.past(state, context) else []

    def state(self, identifier: str, newest: int = 0) -> S:
        """A stream as it stands; version 0 if there is none. Not for pages.

        `newest` is a version that the caller knows to be the newest: what is remembered is not read again then.
        """
        known = self.remembered(identifier)
        if newest and known.version >= newest:
            return known
        try:
            stored = self._read(identifier, after=known.version)
            if known.version and any(one.type == ERASED for one in stored):  # what is remembered holds what was erased
                self._forget(identifier)
                known, stored = self.kind.empty, self._read(identifier)
        except StoreUnavailable as error:
            # What was last read goes on being shown; commands are refused until the record is back.
            if not known.version:
                raise
            self._outage.said = str(error)
            return known
        self._outage.said = ""
        return self._remember(identifier, self._fold(stored, known)) if stored else known

    def remembered(self, identifier: str) -> S:
        """A stream as this process last knew it (version 0: not at all). Asks no database."""
        with self._lock:
            if identifier not in self._states:
                return self.kind.empty
            self._states.move_to_end(identifier)
            return self._states[identifier]

    def history(self, identifier: str, upto: int | None = None) -> list[Happened]:
        """What happened, in order. Not for pages."""
        return self._happened(self._read(identifier, upto=upto))

    def hash_at(self, identifier: str, version: int) -> str:
        """The hash of an event, to be printed: it covers all that came before it. "" if there is none."""
        return self._store.hash_at(self.kind.stream(identifier), version)

    def shows(self, identifier: str, actor: str | None) -> Shows:
        """What a screen has to show of a stream, as this process last knew it. Asks no database."""
        return self.kind.shows(self.remembered(identifier), actor)

    def listed(self, identifiers: Iterable[str], *, not_named_under: Collection[str] = ()) -> list[Listed]:
        """Those of these streams that are there, the one changed last first: for a reader who names them."""
        names = [self.kind.stream(one) for one in identifiers]
        return self._store.listing(self.kind.name, among=names, not_named_under=not_named_under) if names else []

    def listing(self, actor: Actor, *, not_named_under: Collection[str] = (), **wanted: str) -> list[Listed]:
        """The streams that this actor may list and that have all these pairs in the index, the one changed last first."""
        mine = self.kind.listed(self._with_roles(actor))
        if mine is None:
            return []
        return self._store.listing(self.kind.name, {**wanted, **mine}, not_named_under=not_named_under)

    def count(self, actor: Actor, *, not_named_under: Collection[str] = (), **wanted: str) -> int:
        """How many :meth:`listing` has."""
        mine = self.kind.listed(self._with_roles(actor))
        return (
            0
            if mine is None
            else self._store.count(self.kind.name, {**wanted, **mine}, not_named_under=not_named_under)
        )

    def find(self, key: str, value: str) -> list[str]:
        """The identifiers of the streams with this pair in the index."""
        return [self.kind.identifier(stream) for stream in self._store.find(key, value, self.kind.name)]

    def index_again(self) -> None:
        """Index the streams that an older release wrote. One that cannot be read stays out of the lists."""
        for stream in self._store.behind(self.kind.name, self.kind.index_rules):
            try:
                state = self._fold(self._read(self.kind.identifier(stream)), self.kind.empty)
            except Unreadable as error:
                log.warning("%s is not in the lists: %s", stream, error)
                continue
            with suppress(StreamDamaged):
                self._store.set_index(stream, state.version, self.kind.index(state), self.kind.index_rules)

    def at(self, identifier: str, upto: int | datetime) -> S:
        """A stream as it stood at a version or a moment. Not for pages."""
        if isinstance(upto, int):
            return self._fold(self._read(identifier, upto=upto), self.kind.empty)
        return self._fold([one for one in self._read(identifier) if one.at <= upto], self.kind.empty)

    def _forget(self, identifier: str) -> None:
        with self._lock:
            self._states.pop(identifier, None)

    def _read(self, identifier: str, after: int = 0, upto: int | None = None) -> list[StoredEvent]:
        stream = self.kind.stream(identifier)
        try:
            stored = self._store.read(stream, after=after, upto=upto)
            if not stored and not after and upto is None and self._store.head(stream):
                stored = self._store.read(stream)  # it may have begun between the two questions
                if not stored:  # listed, and all of it is gone
                    raise StreamDamaged(stream)
        except StreamDamaged as error:
            raise self._damaged(error) from None
        return stored

    def _damaged(self, error: StreamDamaged) -> Unreadable:
        log.error("%s", error)
        return Unreadable(
            f"This {self.kind.noun} cannot be shown: its record is damaged. Nothing in it was changed just now. {REST}"
        )

    def _fold(self, stored: Sequence[StoredEvent], state: S) -> S:
        if not stored:
            return state
        gone = any(one.payload is None for one in stored)
        if not state.version and all(one.payload is None or one.type == ERASED for one in stored):
            raise self._gone(stored[0].stream, "was erased", "That it was held, and when, stays in the record")
        happened = self._happened(stored)
        try:
            with _not_collecting():
                return self.kind.fold(happened, state)
        except (
            Exception
        ) as error:  # whatever a fold raises, it is about these events, and no other stream has to do with it
            if gone:
                log.error("%s cannot be read without what was erased: %s", stored[0].stream, _kind_of(error))
                raise self._gone(
                    stored[0].stream, "cannot be shown: what it begins with was erased", "The rest stays in the record"
                ) from error
            fails = bisect_left(range(len(stored)), True, key=lambda upto: not self._folds(happened[: upto + 1], state))
            raise self._unreadable(stored[0].stream, stored[min(fails, len(stored) - 1)].version, error) from error

    def _folds(self, happened: Sequence[Happened], state: S) -> bool:
        try:
            self.kind.fold(happened, state)
        except Exception:
            return False
        return True

    def _gone(self, stream: str, what: str, stays: str) -> Unreadable:
        """Of a stream, or the part of it that it cannot be read without, which was erased: with the day of the last erasure."""
        at = [one.at for one in self._read(self.kind.identifier(stream)) if one.type == ERASED]
        on = f" on {dates.uk(dates.local(at[-1]).date())}" if at else ""
        return Unreadable(f"This {self.kind.noun} {what}{on}. {stays}; what was erased is gone.")

    def _happened(self, stored: Sequence[StoredEvent]) -> list[Happened]:
        try:
            with _not_collecting():
                events = iter(self._events(stored))
                return [Happened(_erased(one) or next(events), self._called(one.actor), one.at) for one in stored]
        except (ValueError, RecursionError) as error:
            raise self._unreadable(stored[0].stream, self._first_unreadable(stored), error) from error

    def _events(self, stored: Sequence[StoredEvent]) -> list[Any]:
        """The events of this subject that still say something."""
        return self.kind.stored.read(
            [(one.type, one.payload) for one in stored if one.payload is not None and one.type != ERASED]
        )

    def _first_unreadable(self, stored: Sequence[StoredEvent]) -> int:
        for one in stored:
            try:
                self._events([one])
                _erased(one)
            except (ValueError, RecursionError):
                return one.version
        return stored[-1].version

    def _unreadable(self, stream: str, version: int, error: Exception) -> Unreadable:
        log.error("%s cannot be read at version %d: %s", stream, version, _kind_of(error))
        return Unreadable(
            f"This {self.kind.noun} cannot be shown: entry {version} of its record was written by a newer release of Homeward, "
            f"or is damaged. Nothing in it was changed. {REST}"
        )

    def context(self, state: S, actor: Actor, identifier: str = "") -> Context[R]:
        """What a command or a view of this actor is checked with. Not for pages."""
        actor = self._with_roles(actor)
        relations = self.kind.relations(state, actor) | self._parts(state, actor, identifier)
        return Context(actor, self._now(), self._rules(state), relations)

    def _with_roles(self, actor: Actor) -> Actor:
        return actor if actor.roles else actor._replace(roles=self._without_roles())

    def _remember(self, identifier: str, state: S) -> S:
        with self._lock:
            known = self._states.get(identifier)
            if known is None or known.version <= state.version:
                self._states[identifier] = state
            self._states.move_to_end(identifier)
            while len(self._states) > REMEMBERED:
                self._states.popitem(last=False)
        return state


def _kind_of(error: Exception) -> str:
    """What went wrong, for the log: where, and never the words that stand there, which an erasure would not reach."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['type']}" for one in found[:3])


def _erased(one: StoredEvent) -> Erased | None:
    """What a fold is given in place of an event that was erased, and of the erasure; None for any other."""
    if one.payload is None:
        return Erased(one.type)
    if one.type != ERASED:
        return None
    reason = json.loads(one.payload)
    if not isinstance(reason, dict):
        raise ValueError("an erasure says what was erased, and why")
    return Erased(one.type, reason)


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Switches the garbage collector off: thousands of new objects, none of them garbage, would double the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
