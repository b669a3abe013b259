"""The one door: runs a command for an actor (access, decide, append, retry on conflict) and reads what is shown."""

import hashlib
import json
import random
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock, RLock
from typing import Any

from framework import case, course, demonstration, edition, panel
from framework.case import Case
from framework.classification import Key
from framework.course import Moment
from framework.drafts import Drafts
from framework.edition import Edition
from framework.live import Watch
from framework.panel import Command, Event, Panel, Refused, Seat, Seen
from framework.panel.access import may
from framework.panel.proceedings import Proceeding
from framework.streams.store import Conflict, NewEvent, Store, StoredEvent, StoreUnavailable

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for each other when a code is read aloud."""
CODE_LENGTH, KEY_LENGTH = 6, 12
FREE_TRIES = 5
"""Wrong codes or keys before each further try has to wait."""
REMEMBERED = timedelta(minutes=15)
"""How long a wrong code or key counts."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A seat that somebody takes or has just taken. The key is shown to them and never stored.

    A screen makes one when it offers a seat, so that a second click on its button takes the same seat again.
    """

    meeting: str
    member: str
    key: str

    @classmethod
    def new(cls, meeting: str = "") -> "Ticket":
        """A ticket that nobody has; without a meeting, for one that is to be opened."""
        return cls(meeting or secrets.token_hex(8), secrets.token_hex(4), new_key(KEY_LENGTH))


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as a list shows it."""

    panel: Panel
    updated_at: datetime


def panel_stream(meeting: str) -> str:
    return f"panel:{meeting}"


class Workspace:
    """Everything that pages and the command line read and do. One for a process; any thread may use it."""

    def __init__(self, store: Store, current: Edition, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.store = store
        self.edition = current
        self.now = now
        self._panels: dict[str, Panel] = {}
        self._editions: dict[str, Edition] = {current.hash: current}
        self._cases: dict[str, tuple[int, Case]] = {}
        self._locks: dict[str, RLock] = {}
        self._tries: dict[str, list[datetime]] = {}
        self.drafts = Drafts()
        self._lock = Lock()
        self.outage = ""
        """Why the record could not be read just now; "" while it can."""

    @classmethod
    def open(cls, url: str | None = None) -> "Workspace":
        """Open the store, load the edition and, on the first start, the sample cases and the sample roll-out.

        Raises StoreUnavailable, EditionError or CaseError, each with a sentence for the user.
        """
        from framework import rollouts  # it needs this module

        current = edition.load()
        samples = case.load_samples(current)
        workspace = cls(Store.open(url), current)
        workspace._keep_edition()
        workspace._load_samples(samples)
        rollouts.of(workspace).load_first_sample()
        return workspace

    # ── Editions ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def edition_of(self, meeting: Panel) -> Edition:
        """The edition that a meeting is scored with, even if the app runs another one by now."""
        if meeting.edition not in self._editions:
            (kept,) = self.store.read(f"edition:{meeting.edition}", upto=1)
            self._editions[meeting.edition] = edition.parse_stored(json.loads(kept.text)["text"])
        return self._editions[meeting.edition]

    def _keep_edition(self) -> None:
        self._append_once(
            f"edition:{self.edition.hash}", "edition", self.edition.title, "kept", {"text": self.edition.text}
        )

    # ── Cases ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def cases(self) -> tuple[Case, ...]:
        """Every case, by its number."""
        infos = sorted(self.store.streams("case"), key=lambda info: info.stream)
        return tuple(self._case(info.stream, info.head) for info in infos)

    def case(self, identifier: str) -> Case | None:
        stream = f"case:{identifier}"
        try:
            head = self.store.head(stream)
        except StoreUnavailable:
            if stream not in self._cases:
                raise
            return self._cases[stream][1]
        return self._case(stream, head) if head else None

    def _case(self, stream: str, head: int) -> Case:
        known = self._cases.get(stream)
        if known is None or known[0] < head:
            (last,) = self.store.read(stream, after=head - 1, upto=head)
            known = self._cases[stream] = (head, Case.model_validate_json(last.text))
        return known[1]

    def _load_samples(self, samples: Sequence[Case]) -> None:
        for sample in samples:
            stream = f"case:{sample.id}"
            head = self.store.head(stream)
            if head and self._case(stream, head) == sample:
                continue
            try:
                self._append(
                    stream, head, "case", sample.title, [("registered", sample.model_dump(mode="json"))], "app"
                )
            except Conflict:
                continue  # another process of the app has just done it

    def reset_samples(self) -> int:
        """Load the sample cases again and set aside every meeting held on them. Returns how many were set aside.

        Nothing is deleted: the record keeps those meetings, and the lists stop showing them.
        """
        self._load_samples(case.load_samples(self.edition))
        aside = [meeting.panel.meeting for meeting in self.meetings_on_samples()]
        if aside:
            while True:
                head = self.store.head("samples")
                with suppress(Conflict):  # another process reset them in the same moment; this adds to it
                    self._append("samples", head, "samples", "Sample data", [("reset", {"set_aside": aside})], "app")
                    break
        return len(aside)

    def meetings_on_samples(self) -> list[Meeting]:
        """The meetings that resetting the sample data would put aside."""
        return [meeting for meeting in self.meetings() if meeting.panel.fictional]

    def _set_aside(self) -> set[str]:
        return {m for event in self.store.read("samples") for m in json.loads(event.text)["set_aside"]}

    # ── Meetings ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def meetings(self) -> list[Meeting]:
        """Every meeting that was not set aside, the one with the newest event first."""
        aside = self._set_aside()
        found = []
        for info in self.store.streams("panel"):
            meeting = info.stream.removeprefix("panel:")
            if meeting not in aside:
                known = self._panels.get(meeting)
                found.append(
                    Meeting(known if known and known.version == info.head else self.panel(meeting), info.updated_at)
                )
        return found

    def panel(self, meeting: str, upto: int | None = None, newest: int = 0) -> Panel:
        """A meeting as it stands, or as it stood at version `upto`. Version 0 if there is none.

        `newest` is a version that the caller knows to be the newest: what is in memory is not read again then.
        """
        stream = panel_stream(meeting)
        if upto is not None:
            return panel.replay(self.store.read(stream, upto=upto))
        known = self._remembered(meeting)
        if newest and known.version >= newest:
            return known
        try:
            events = self.store.read(stream, after=known.version)
        except StoreUnavailable as error:
            # A meeting goes on being shown as it was last read; commands are refused until the record is back.
            if not known.version:
                raise
            self.outage = str(error)
            return known
        self.outage = ""
        if events:
            known = self._remember(meeting, panel.replay(events, known))
        return known

    def seen_by(self, watch: Watch, version: int) -> Seen:
        """What a screen has to show of its stream, which is at `version`.

        Asks no database: of what this process does not know yet, all has to be shown.
        """
        kind, _, meeting = watch.stream.partition(":")
        if kind != "panel":
            return Seen(version, 0)
        known = self._remembered(meeting)
        seen = panel.seen_by(known, watch.member)
        return seen if known.version >= version else seen._replace(shown=version)

    def events(self, meeting: str) -> list[StoredEvent]:
        """The record of a meeting, with who and when."""
        return self.store.read(panel_stream(meeting))

    def open_meeting(
        self, of: Case, ticket: Ticket, name: str, role: str, has_met_family: bool | None = None
    ) -> Ticket:
        """Open a meeting on a case; whoever opens it chairs it. The same ticket again opens no second one."""
        command = panel.Open(
            meeting=ticket.meeting,
            case=of.id,
            title=of.title,
            stage=of.stage,
            fictional=of.fictional,
            edition=self.edition.hash,
            code=self._free_code(),
            carers=of.carers,
            chair=Seat(ticket.member, name, role, key_hash(ticket.key), has_met_family),
        )
        if not self._has_seat(ticket):
            self.run(ticket.meeting, ticket.member, command)
        return ticket

    def demonstrate(self, of: Case, meeting: str = "") -> str:
        """Hold a whole meeting on a sample case with its fictional members; returns the meeting.

        The same meeting again holds no second one.
        """
        meeting = meeting or secrets.token_hex(8)
        if self.panel(meeting).version:
            return meeting
        done = demonstration.events(of, self.edition, meeting, self._free_code(), self.now())
        with suppress(Conflict):  # a second click on the same button
            self.store.append(
                panel_stream(meeting),
                0,
                [NewEvent(event.type, event.model_dump_json()) for event in done],
                actor="demonstration",
                at=self.now(),
                kind="panel",
                title=f"{of.id} · {of.title}",
            )
        return meeting

    def steps(self, meeting: str) -> tuple[demonstration.Step, ...]:
        """Where to stop when a demonstration is shown."""
        done = panel.from_json(event.text for event in self.events(meeting))
        return demonstration.steps(done, self.edition_of(self.panel(meeting)))

    def proceedings(self, meeting: str, upto: int | None = None) -> tuple[Proceeding, ...]:
        """What happened at a meeting, in order, in sentences."""
        return panel.what_happened(self._with_times(meeting, upto), self.edition_of(self.panel(meeting)))

    def course(self, meeting: str, upto: int | None = None) -> tuple[Moment, ...]:
        """How the panel's light moved, up to a version."""
        return course.course(self._with_times(meeting, upto), self.edition_of(self.panel(meeting)))

    def _with_times(self, meeting: str, upto: int | None = None) -> list[tuple[Event, datetime]]:
        stored = self.store.read(panel_stream(meeting), upto=upto)
        events = panel.from_json(row.text for row in stored)
        return [(event, row.at) for event, row in zip(events, stored, strict=True)]

    def join(self, ticket: Ticket, name: str, role: str, has_met_family: bool | None = None) -> Ticket:
        """Take a new seat at a meeting. The same ticket again takes no second one."""
        if not self._has_seat(ticket):
            seat = Seat(ticket.member, name, role, key_hash(ticket.key), has_met_family)
            self.run(ticket.meeting, ticket.member, panel.Join(seat))
        return ticket

    def ask_back(self, ticket: Ticket) -> Ticket:
        """Ask for the seat of `ticket.member` back, with the ticket's new key: it opens the seat once others have agreed."""
        command = panel.AskReturn(key_hash(ticket.key)[:16], ticket.member, key_hash(ticket.key))
        self.run(ticket.meeting, ticket.member, command)
        return ticket

    def give_up(self, meeting: str, key: str) -> None:
        """Withdraw one's own request to be let back in, so that nobody lets in who has gone."""
        self.run(meeting, "", panel.WithdrawReturn(key_hash(key)[:16], key_hash(key)))

    def _has_seat(self, ticket: Ticket) -> bool:
        member = self.panel(ticket.meeting).members.get(ticket.member)
        return member is not None and secrets.compare_digest(member.key_hash, key_hash(ticket.key))

    def seat(self, meeting: str, key: str) -> str | None:
        """The member whose seat this key opens; None if it opens none (or the seat was removed)."""
        found = panel.whose_key(self.panel(meeting), key_hash(key))
        return found[0] if found and found[1] == "in" else None

    def still_seated(self, watch: Watch, *, as_remembered: bool = False) -> bool:
        """Whether the seat of a screen still has the key that it had when the screen was drawn.

        `as_remembered`: as this process last knew the meeting (if it does not know it: yes), without asking the database.
        """
        meeting = watch.stream.partition(":")[2]
        state = self._remembered(meeting) if as_remembered else self.panel(meeting)
        if as_remembered and not state.version:
            return True
        member = state.members.get(watch.member or "")
        return member is not None and member.removed is None and member.key_hash == watch.key_hash

    def seat_or_refuse(self, meeting: str, key: str, caller: str) -> str:
        """As :meth:`seat`, for a key somebody typed: refuses a wrong one, and slows down after a few."""
        return self._rate_limited(caller, lambda: self.seat(meeting, key), "No seat at this meeting has this key.")

    def meeting_by_code(self, code: str, caller: str) -> str:
        """The meeting with this code. Refuses a wrong or old one, and slows down after a few."""
        wanted = normal(code)

        def find() -> str | None:
            for meeting in self.meetings():
                if meeting.panel.code == wanted:
                    if meeting.panel.phase == "closed":
                        raise Refused("This meeting is closed; its code cannot be used any more.")
                    return meeting.panel.meeting
            return None

        return self._rate_limited(
            caller, find, "No meeting has this code. It has six letters and digits; ask the chair to read it out again."
        )

    def _rate_limited(self, caller: str, find: Callable[[], str | None], sentence: str) -> str:
        now = self.now()
        with self._lock:
            tries = [at for at in self._tries.get(caller, []) if now - at < REMEMBERED]
            wait = timedelta(seconds=min(2 ** (len(tries) - FREE_TRIES + 1), 60)) if len(tries) >= FREE_TRIES else None
            if wait and now < tries[-1] + wait:
                seconds = int((tries[-1] + wait - now).total_seconds()) + 1
                raise Refused(f"That was wrong several times. Please wait {seconds} seconds before the next try.")
            # Counted before the look-up, so that many tries at once do not slip through together.
            self._tries[caller] = [*tries, now]
        found = find()
        if found is None:
            raise Refused(sentence)
        with self._lock, suppress(KeyError, ValueError):
            # The right one is no try. Earlier wrong ones stay counted: who knows one code may not guess others.
            self._tries[caller].remove(now)
        return found

    # ── What is being typed ──────────────────────────────────────────────────────────────────────────────────────────

    def type_note(
        self, meeting: str, member: str, key: Key, text: str, *, was: str | None = None, leaving: bool = False
    ) -> None:
        """Keep what a member is typing about a question. Raises Refused if it is too long, if there is no such question, or
        if their seat may not score.

        While everybody scores it waits in this process, and is saved with the answer when the member leaves (`leaving`)
        or the chair reveals. What arrives after the reveal is added as a note with its time. `was` is the note that the
        writer began from: ChangedMeanwhile if the record has another one by now, from another device (None: not known).
        """
        state = self.panel(meeting)
        may(state, member, panel.AddNote(*key, text))
        if all(question.key != key for question in self.edition_of(state).questions(state.carer_ids)):
            raise Refused("This meeting has no such question any more, so the note has nowhere to go.")
        given = state.answers.get(member, {}).get(key)
        if len(text) > panel.TEXT_LIMIT:
            raise Refused(f"Please shorten the note: it has {len(text):,} characters, and {panel.TEXT_LIMIT:,} fit.")
        noted = given.note if given else ""
        if _same_words(text, noted):
            self.drafts.drop(meeting, member, key)
        elif state.phase == "scoring" and was is not None and not _same_words(was, noted):
            raise panel.ChangedMeanwhile(
                "This note was changed on another device. What is typed here is kept in its field."
            )
        elif state.phase in ("revealed", "agreed"):
            self.drafts.drop(meeting, member, key)
            if text.strip():
                self.run(meeting, member, panel.AddNote(*key, text))
        elif state.phase == "closed":
            raise Refused("This meeting is closed, so the note could not be kept.")
        else:
            self.drafts.keep(meeting, member, key, text)
            if leaving and given and state.phase == "scoring":
                try:
                    self.run(meeting, member, panel.Score(*key, given.status, text, given.evidence, seen=given))
                except panel.ChangedMeanwhile:  # a click came first: the note goes with the newer answer
                    self.type_note(meeting, member, key, text, leaving=True)

    def _save_drafts(self, meeting: str) -> None:
        """What members are typing is saved with their answers; what has no answer yet stays a draft."""
        state = self.panel(meeting)
        for (member, key), text in self.drafts.of(meeting).items():
            if key in state.answers.get(member, {}):
                with suppress(Refused):  # a seat that was removed, a carer who was taken off
                    self.type_note(meeting, member, key, text, leaving=True)

    def _add_drafts(self, meeting: str) -> None:
        """After the reveal: what had no answer to go with is added as a note, whether or not its browser is still there.

        What the database cannot take now stays a draft: its browser sends it again. The reveal itself is in the record.
        """
        for (member, key), text in self.drafts.of(meeting).items():
            self.drafts.drop(meeting, member, key)
            try:
                if text.strip():
                    self.run(meeting, member, panel.AddNote(*key, text))
            except Refused:
                continue  # a seat that was removed, a carer who was taken off: there is nowhere to show the note
            except StoreUnavailable:
                self.drafts.keep(meeting, member, key, text)

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, meeting: str, actor: str, command: Command) -> Panel:
        """Carry out a command for a member and return the state after it. Raises Refused with a sentence.

        What has returned is on disk. If somebody else was first, the command is checked again on the newer state.
        """
        reveals = isinstance(command, panel.MovePhase) and command.to == "revealed"
        if reveals and (before := self.panel(meeting)).phase == "scoring":
            may(before, actor, command)
            self._save_drafts(meeting)
            self._run(meeting, actor, command)
            self._add_drafts(meeting)
            return self.panel(meeting)
        after = self._run(meeting, actor, command)
        if isinstance(command, panel.Score):
            self.drafts.drop(meeting, actor, (command.subject, command.about))
        return after

    def _run(self, meeting: str, actor: str, command: Command) -> Panel:
        with self._lock_for(meeting):
            for attempt in range(40):
                if attempt:  # two processes that try again in step would keep each other out
                    time.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
                now = self.now()
                # First upon what this process remembers: it is nearly always the newest, and the store takes nothing on top
                # of an older state. What would be refused, or change nothing, is looked at again in the record itself.
                before = self.panel(meeting) if attempt else self._remembered(meeting)
                try:
                    events = self._decide(before, actor, command, now)
                except Refused:
                    if attempt:
                        raise
                    continue
                if not events:
                    if attempt:
                        return before
                    continue
                after = panel.fold(events, before, now)
                try:
                    self.store.append(
                        panel_stream(meeting),
                        before.version,
                        [NewEvent(event.type, event.model_dump_json()) for event in events],
                        actor=actor,
                        at=now,
                        kind="panel",
                        title=f"{after.case} · {after.title}",
                    )
                except Conflict:
                    continue
                except StoreUnavailable:
                    self.panel(meeting)  # is only writing impossible, or reading too? It knows, and says so in `outage`
                    raise
                return self._remember(meeting, after)
        raise Refused("Too many people are changing this meeting at the same moment. Nothing was saved; try again.")

    def _decide(self, before: Panel, actor: str, command: Command, now: datetime) -> list[Event]:
        may(before, actor, command)
        return panel.decide(before, command, actor, self.edition_of(before) if before.version else self.edition)

    def _remembered(self, meeting: str) -> Panel:
        """A meeting as this process last knew it (version 0: not at all). Asks no database."""
        return self._panels.get(meeting, Panel())

    def _remember(self, meeting: str, state: Panel) -> Panel:
        with self._lock:
            if self._remembered(meeting).version <= state.version:
                self._panels[meeting] = state
        return state

    def _lock_for(self, name: str) -> RLock:
        with self._lock:
            return self._locks.setdefault(name, RLock())

    def _free_code(self) -> str:
        taken = {meeting.panel.code for meeting in self.meetings()}
        while (code := new_key(CODE_LENGTH)) in taken:
            pass
        return code

    def _append(
        self, stream: str, head: int, kind: str, title: str, events: Sequence[tuple[str, Any]], actor: str
    ) -> None:
        new = [NewEvent(type_, json.dumps(payload, ensure_ascii=False)) for type_, payload in events]
        self.store.append(stream, head, new, actor=actor, at=self.now(), kind=kind, title=title)

    def _append_once(self, stream: str, kind: str, title: str, type_: str, payload: Any) -> None:
        if not self.store.head(stream):
            with suppress(Conflict):  # another process of the app has just done it
                self._append(stream, 0, kind, title, [(type_, payload)], "app")


def _same_words(one: str, other: str) -> bool:
    """Whether two texts differ in spaces and line ends only."""
    return one.split() == other.split()


def new_key(length: int) -> str:
    """A random key that can be read aloud; five bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normal(text: str) -> str:
    """A code or key as somebody typed it, in its normal form: capitals, without spaces and hyphens."""
    return "".join(c for c in text.upper() if c.isalnum())


def key_hash(key: str) -> str:
    return hashlib.sha256(normal(key).encode()).hexdigest()
