"""The door to roll-outs: runs a command (decide, append, retry on conflict) and reads the state. One for a process."""

import secrets
from collections.abc import Callable
from datetime import date, datetime
from threading import Lock, RLock
from weakref import WeakKeyDictionary

from framework import rollout
from framework.checklist import Checklist, load
from framework.panel import Refused
from framework.rollout import Command, Happened, Rollout, days, fold, from_stored, sample
from framework.streams.store import Conflict, NewEvent, Store
from framework.workspace import Workspace

KIND = "rollout"
SAMPLE = "sample"


def stream_of(identifier: str) -> str:
    return f"{KIND}:{identifier}"


class Rollouts:
    """Everything that pages do with roll-outs. Any thread may use it."""

    def __init__(self, store: Store, checklist: Checklist, now: Callable[[], datetime]) -> None:
        self.store = store
        self.checklist = checklist
        self.now = now
        self._states: dict[str, Rollout] = {}
        self._partly_loaded: dict[str, bool | None] = {}
        self._turns: dict[str, RLock] = {}
        self._lock = Lock()

    @property
    def today(self) -> date:
        return days.local(self.now()).date()

    def names(self) -> dict[str, str]:
        """Every roll-out's id and title, the one changed last first.

        A sample that release 0.2.0 could not finish loading is left out. If people have worked in it, it stays, behind
        the others and with a title that says so.
        """
        titles = {info.stream.removeprefix(f"{KIND}:"): info.title or "" for info in self.store.streams(KIND)}
        partly = {identifier: touched for identifier in titles if (touched := self._partly(identifier)) is not None}
        return {identifier: title for identifier, title in titles.items() if identifier not in partly} | {
            identifier: f"{titles[identifier]} (loaded only in part)"
            for identifier, touched in partly.items()
            if touched
        }

    def _partly(self, identifier: str) -> bool | None:
        """Whether people have worked in a sample that was loaded only in part; None if it is whole or no sample."""
        if not identifier.startswith(SAMPLE):
            return None
        if identifier not in self._partly_loaded:  # what is once whole, or once left behind, stays so
            log = self.state(identifier).log
            loaded = sample.events_loaded(log)
            self._partly_loaded[identifier] = None if loaded >= sample.EVENTS_OF_0_2_0 else len(log) > loaded
        return self._partly_loaded[identifier]

    def state(self, identifier: str) -> Rollout:
        """A roll-out as it stands; version 0 if there is none."""
        known = self._states.get(identifier, Rollout())
        stored = self.store.read(stream_of(identifier), after=known.version)
        return self._remember(identifier, fold(from_stored(stored), known)) if stored else known

    def start(self, title: str, actor: str) -> Rollout:
        """Begin a roll-out with every task of the checklist."""
        identifier = secrets.token_hex(4)
        return self.run(identifier, actor, rollout.Start(identifier, title))

    def run(self, identifier: str, actor: str, command: Command) -> Rollout:
        """Carry out a command and return the state after it. Raises Refused with a sentence.

        What has returned is on disk. If somebody else was first, the command is checked again on the newer state.
        """
        actor = rollout.deciding.clean(actor)[: rollout.model.NAME_LIMIT]
        with self._turn(identifier):
            for _ in range(20):
                now = self.now()
                before = self.state(identifier)
                events = rollout.decide(before, command, self.checklist, actor, now)
                if not events:
                    return before
                happened = [Happened(event, actor, now) for event in events]
                after = fold(happened, before)
                try:
                    self._append(identifier, before.version, happened, after.title)
                except Conflict:
                    continue
                return self._remember(identifier, after)
        raise Refused("Too many people are changing this roll-out at the same moment. Nothing was saved; try again.")

    def load_first_sample(self) -> None:
        """Load the sample if there is no roll-out that could be shown: what the start of the app does."""
        whole = [identifier for identifier in self.names() if not self._partly(identifier)]
        if not whole:
            # Two processes that start at once choose the same id, and only one of them loads it.
            self.load_sample(f"{SAMPLE}-whole" if self.store.head(stream_of(SAMPLE)) else SAMPLE)

    def load_sample(self, identifier: str = SAMPLE, title: str | None = None) -> None:
        """Load the sample roll-out, all of it or nothing, dated so that today it is half-way through its pilot.

        Does nothing if it is there.
        """
        with self._turn(identifier):
            if self.store.head(stream_of(identifier)):
                return
            happened = sample.load(self.checklist, self.now(), identifier, title)
            try:
                self._append(identifier, 0, happened, fold(happened).title)
            except Conflict:
                return  # another process of the app has just done it

    def fresh_sample(self) -> Rollout:
        """The sample as it is on its first day, beside the one that people have worked on: nothing is ever deleted."""
        identifier, at = f"{SAMPLE}-{secrets.token_hex(3)}", days.local(self.now())
        self.load_sample(identifier, f"Sample of {days.uk(at.date())}, {at:%H:%M}")
        return self.state(identifier)

    def _append(self, identifier: str, version: int, happened: list[Happened], title: str) -> None:
        """Append all the events in one transaction, each with its own person and moment."""
        new = [NewEvent(one.event.type, one.event.model_dump_json(), one.actor, one.at) for one in happened]
        last = happened[-1]
        self.store.append(stream_of(identifier), version, new, actor=last.actor, at=last.at, kind=KIND, title=title)

    def _remember(self, identifier: str, state: Rollout) -> Rollout:
        with self._lock:
            if self._states.get(identifier, Rollout()).version <= state.version:
                self._states[identifier] = state
        return state

    def _turn(self, identifier: str) -> RLock:
        with self._lock:
            return self._turns.setdefault(identifier, RLock())


_doors: WeakKeyDictionary[Workspace, Rollouts] = WeakKeyDictionary()
_doors_lock = Lock()


def of(workspace: Workspace) -> Rollouts:
    """The one door of this workspace."""
    with _doors_lock:
        if workspace not in _doors:
            _doors[workspace] = Rollouts(workspace.store, load(), workspace.now)
        return _doors[workspace]
