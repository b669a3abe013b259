"""Meetings as pages and the command line use them: opening, joining, codes and keys, notes in typing, what can be read."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from framework.case import Case
from framework.documents import DocumentFailed
from framework.edition import Edition
from framework.light.classification import Key
from framework.panel import course, demonstration, proceedings, reading, summary
from framework.panel.access import may
from framework.panel.course import Moment
from framework.panel.deciding import (
    AddNote,
    AskReturn,
    Command,
    Join,
    MovePhase,
    Open,
    Remove,
    Score,
    Seat,
    WithdrawReturn,
)
from framework.panel.drafts import Drafts
from framework.panel.kind import MEETING
from framework.panel.model import Panel
from framework.panel.proceedings import Proceeding
from framework.streams.anchor import Stamp
from framework.streams.door import Door
from framework.streams.guessing import Caller as Caller
from framework.streams.guessing import Guesses
from framework.streams.kind import NOBODY, Actor, ChangedMeanwhile, Happened, Refused, Unreadable
from framework.streams.live import Watch
from framework.streams.store import StoreUnavailable
from framework.text import TEXT_LIMIT, same_words

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for each other when a code is read aloud."""
CODE_LENGTH, KEY_LENGTH = 8, 12
"""Signs. Until release 0.3.0 a code had six; those open their meetings as before."""
REVEALED = ("revealed", "agreed")
"""The phases in which what somebody types is added as a note with its time."""
SET_ASIDE = "set_aside"
"""The key under which the sample data names the meetings that a reset took out of every list."""


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


class Meetings:
    """One for a process; any thread may use it. A member is given by the id of their seat."""

    def __init__(
        self,
        door: Door[Panel, Command, Edition],
        drafts: Drafts,
        edition_of: Callable[[Panel], Edition],
        now: Callable[[], datetime],
        seconds: Callable[[], float],
        stamp: Callable[[], Stamp],
    ) -> None:
        self._door = door
        self._drafts = drafts
        self._now = now
        self._guesses = Guesses(seconds)
        self._stamp = stamp
        self.edition_of = edition_of
        """The edition that a meeting is scored with, even if the app runs another one by now."""

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def view(self, meeting: str, member: str | None = None, *, newest: int = 0, upto: int | None = None) -> Panel:
        """All that the screen of a member (None: of somebody without a seat) may receive of a meeting. Version 0: there is none.

        `upto`: as it stood at that version. `newest`: see :meth:`Door.state`.
        """
        return self._door.view(meeting, Actor(member) if member else NOBODY, newest=newest, upto=upto)

    def state(self, meeting: str) -> Panel:
        """A meeting with everything in it. Not for pages."""
        return self._door.state(meeting)

    def history(self, meeting: str) -> list[Happened]:
        """What happened, with who and when. Not for pages."""
        return self._door.history(meeting)

    def open_count(self) -> int:
        """How many meetings are going on, demonstrations apart."""
        return self._door.count(NOBODY, not_named_under=(SET_ASIDE,), standing="open")

    def on_samples(self, **wanted: str) -> list[str]:
        """The meetings that resetting the sample data would put aside; in the order of their ids, which tells nothing of them."""
        found = self._door.listing(NOBODY, not_named_under=(SET_ASIDE,), on_sample="yes", **wanted)
        return sorted(MEETING.identifier(one.stream) for one in found)

    def count_on_samples(self, **wanted: str) -> int:
        """How many :meth:`on_samples` has."""
        return self._door.count(NOBODY, not_named_under=(SET_ASIDE,), on_sample="yes", **wanted)

    def listed(self, meetings: Sequence[str]) -> list[str]:
        """Those of these meetings that are there and were not set aside.

        In an order that no page may show, since an answer given on one's own moves a meeting in it; `Panel.news_at` may be shown.
        """
        found = self._door.listed(meetings, not_named_under=(SET_ASIDE,))
        return [MEETING.identifier(one.stream) for one in found]

    def demonstrated(self, meeting: str, version: int) -> Panel:
        """A demonstration as it stood at a version, with what no single screen would show: nobody in it is real.

        Raises Refused for any other meeting.
        """
        self._demonstration_or_refuse(meeting)
        return self._door.at(meeting, version)

    def steps(self, meeting: str) -> tuple[demonstration.Step, ...]:
        """Where to stop when a demonstration is shown. Raises Refused for any other meeting."""
        edition = self.edition_of(self._demonstration_or_refuse(meeting))
        return demonstration.steps([one.event for one in self._door.history(meeting)], edition)

    def _demonstration_or_refuse(self, meeting: str) -> Panel:
        state = self.state(meeting)
        if not state.demonstration:
            raise Refused("This is not a demonstration.")
        return state

    def proceedings(self, meeting: str, upto: int | None = None) -> tuple[Proceeding, ...]:
        """What happened at a meeting, in order, in sentences; nothing while members answer on their own."""
        told = self._door.told(meeting, NOBODY, upto)
        return proceedings.what_happened(told, self.edition_of(self.state(meeting)))

    def course(self, meeting: str, upto: int | None = None) -> tuple[Moment, ...]:
        """How the panel's light moved, up to a version; nothing while members answer on their own."""
        return course.course(self._door.told(meeting, NOBODY, upto), self.edition_of(self.state(meeting)))

    def summary(self, meeting: str, version: int) -> bytes:
        """The summary of a meeting as it stood at a version, as a PDF. Raises DocumentFailed, also while members answer
        on their own."""
        try:
            state = self.view(meeting, upto=version)
        except Unreadable:
            raise
        except Refused as refused:
            raise DocumentFailed(str(refused)) from None
        told = self._door.told(meeting, NOBODY, version)
        proof = summary.Proof(self._door.hash_at(meeting, state.version), self._stamp())
        return summary.pdf(summary.summary(state, self.edition_of(state), told, proof))

    # ── Opening and joining ──────────────────────────────────────────────────────────────────────────────────────────

    def open(self, of: Case, ticket: Ticket, name: str, role: str, has_met_family: bool | None = None) -> Ticket:
        """Open a meeting on a case; whoever opens it chairs it. The same ticket again opens no second one."""
        command = Open(
            meeting=ticket.meeting,
            case=of.id,
            title=of.title,
            stage=of.stage,
            fictional=of.fictional,
            edition=self.edition_of(Panel()).hash,
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
        if self.state(meeting).version:  # a second click on the same button
            return meeting
        at = self._now()
        done = demonstration.events(of, self.edition_of(Panel()), meeting, self._free_code(), at)
        self._door.begin(meeting, [Happened(event, "demonstration", at) for event in done])
        return meeting

    def join(self, ticket: Ticket, name: str, role: str, has_met_family: bool | None = None) -> Ticket:
        """Take a new seat at a meeting. The same ticket again takes no second one."""
        if not self._has_seat(ticket):
            seat = Seat(ticket.member, name, role, key_hash(ticket.key), has_met_family)
            self.run(ticket.meeting, ticket.member, Join(seat))
        return ticket

    def ask_back(self, ticket: Ticket) -> Ticket:
        """Ask for the seat of `ticket.member` back, with the ticket's new key: it opens the seat once others have agreed."""
        command = AskReturn(key_hash(ticket.key)[:16], ticket.member, key_hash(ticket.key))
        self.run(ticket.meeting, ticket.member, command)
        return ticket

    def give_up(self, meeting: str, key: str) -> None:
        """Withdraw one's own request to be let back in, so that nobody lets in who has gone."""
        self.run(meeting, "", WithdrawReturn(key_hash(key)[:16], key_hash(key)))

    def _has_seat(self, ticket: Ticket) -> bool:
        member = self.state(ticket.meeting).members.get(ticket.member)
        return member is not None and secrets.compare_digest(member.key_hash, key_hash(ticket.key))

    def seat(self, meeting: str, key: str) -> str | None:
        """The member whose seat this key opens; None if it opens none (or the seat was removed)."""
        found = reading.whose_key(self.state(meeting), key_hash(key))
        return found[0] if found and found[1] == "in" else None

    def still_seated(self, watch: Watch, *, as_remembered: bool = False) -> bool:
        """Whether the seat of a screen still has the key that it had when the screen was drawn.

        `as_remembered`: as this process last knew the meeting (if it does not know it: yes), without asking the database.
        """
        meeting = MEETING.identifier(watch.stream)
        state = self._door.remembered(meeting) if as_remembered else self.state(meeting)
        if as_remembered and not state.version:
            return True
        member = state.members.get(watch.member or "")
        return member is not None and member.removed is None and member.key_hash == watch.key_hash

    def hold(self, caller: Caller) -> float:
        """Seconds to hold the next code or key of this caller, before it is asked about."""
        return self._guesses.hold(caller)

    def seat_or_refuse(self, meeting: str, key: str, caller: Caller) -> str:
        """As :meth:`seat`, for a key somebody typed: refuses a wrong one, and slows down after a few."""
        return self._guesses.rate_limited(
            caller, lambda: self.seat(meeting, key), "No seat at this meeting has this key."
        )

    def by_code(self, code: str, caller: Caller) -> str:
        """The meeting with this code. Refuses a wrong or old one, and slows down after a few."""
        return self._guesses.rate_limited(
            caller,
            lambda: self._find(normal(code)),
            "No meeting has this code. A code has eight letters and digits; ask the chair to read it out again.",
        )

    def _find(self, code: str) -> str | None:
        for one in self._door.listing(NOBODY, not_named_under=(SET_ASIDE,), code=code):
            if ("phase", "closed") in one.pairs:
                raise Refused("This meeting is closed; its code cannot be used any more.")
            return MEETING.identifier(one.stream)
        return None

    def _free_code(self) -> str:
        while self._door.find("code", code := new_key(CODE_LENGTH)):
            pass
        return code

    # ── What is being typed ──────────────────────────────────────────────────────────────────────────────────────────

    def draft(self, meeting: str, member: str, key: Key) -> str | None:
        """What a member is typing about a question; None if nothing waits to be saved."""
        return self._drafts.get(meeting, member, key)

    def type_note(
        self, meeting: str, member: str, key: Key, text: str, *, was: str | None = None, leaving: bool = False
    ) -> bool:
        """Keep what a member is typing about a question; return whether it is in the record now. Raises Refused if it is too
        long, if there is no such question, or if their seat may not score.

        While everybody scores it waits as a draft, and is saved with the answer when the member leaves (`leaving`)
        or the chair reveals. What arrives after the reveal is added as a note with its time. `was` is the note that the
        writer began from: ChangedMeanwhile if the record has another one by now, from another device (None: not known).
        """
        state = self.state(meeting)
        may(state, member, AddNote(*key, text))
        if all(question.key != key for question in self.edition_of(state).questions(state.carer_ids)):
            raise Refused("This meeting has no such question any more, so the note has nowhere to go.")
        given = state.answers.get(member, {}).get(key)
        if len(text) > TEXT_LIMIT:
            raise Refused(f"Please shorten the note: it has {len(text):,} characters, and {TEXT_LIMIT:,} fit.")
        noted = given.note if given else ""
        if same_words(text, noted):
            self._drafts.drop(meeting, member, key)
            return True
        if state.phase == "scoring" and was is not None and not same_words(was, noted):
            raise ChangedMeanwhile("This note was changed on another device. What is typed here is kept in its field.")
        if state.phase in REVEALED:
            self._add_note(meeting, member, key, text)
            return True
        if state.phase == "closed":
            raise Refused("This meeting is closed, so the note could not be kept.")
        self._drafts.keep(meeting, member, key, text, noted)
        if leaving and given and state.phase == "scoring":
            try:
                self.run(meeting, member, Score(*key, given.status, text, given.evidence, seen=given))
                return True
            except ChangedMeanwhile:  # a click came first: the note goes with the newer answer
                return self.type_note(meeting, member, key, text, leaving=True)
            except Refused:
                if self.state(meeting).phase not in REVEALED:
                    raise
        if self.state(meeting).phase in REVEALED:  # by another process, which may not have seen this draft
            self._add_note(meeting, member, key, text)
            return True
        return False

    def _save_drafts(self, meeting: str) -> None:
        """What members are typing is saved with their answers; what has no answer yet stays a draft.

        So does what began from another note than the answer has by now: it is older than that.
        """
        state = self.state(meeting)
        for (member, key), draft in self._drafts.of(meeting).items():
            given = state.answers.get(member, {}).get(key)
            if given and same_words(draft.was, given.note):
                with suppress(Refused):  # a seat that was removed, a carer who was taken off
                    self.type_note(meeting, member, key, draft.text, leaving=True)

    def _add_drafts(self, meeting: str) -> None:
        """After the reveal: what had no answer to go with is added as a note, whether or not its browser is still there.

        What the database cannot take now stays a draft, for the next step of the meeting. The reveal itself is in the record.
        """
        with suppress(StoreUnavailable):
            for (member, key), draft in self._drafts.of(meeting).items():
                try:
                    self._add_note(meeting, member, key, draft.text)
                except Refused:  # a seat that was removed, a carer who was taken off: there is nowhere to show the note
                    self._drafts.drop(meeting, member, key)

    def _add_note(self, meeting: str, member: str, key: Key, text: str) -> None:
        """Add what was typed as a note, which the same text twice does once, and then drop its draft."""
        if text.strip():
            self.run(meeting, member, AddNote(*key, text))
        self._drafts.drop(meeting, member, key)

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, meeting: str, member: str, command: Command) -> Panel:
        """Carry out a command for a member and return their view of the state after it. Raises Refused with a sentence.

        A reveal first saves what members are typing; a removal gives the meeting another code.
        """
        if isinstance(command, Remove):
            command = replace(command, code=self._free_code())
        if isinstance(command, MovePhase):
            return self._move(meeting, member, command)
        after = self._door.run(meeting, Actor(member), command)
        if isinstance(command, Score):
            with suppress(
                StoreUnavailable
            ):  # the answer is saved; a draft that is older than its note replaces nothing
                self._drafts.drop(meeting, member, (command.subject, command.about))
        return self.view(meeting, member, newest=after.version)

    def _move(self, meeting: str, member: str, command: MovePhase) -> Panel:
        before = self.state(meeting)
        may(before, member, command)
        reveals = before.phase == "scoring" and command.to == "revealed"
        if reveals:
            self._save_drafts(meeting)
        elif before.phase in REVEALED and command.to != before.phase:
            self._add_drafts(meeting)  # whoever revealed may have been killed before it had added all
        after = self._door.run(meeting, Actor(member), command)
        if reveals:
            self._add_drafts(meeting)
            return self.view(meeting, member)
        return self.view(meeting, member, newest=after.version)


def new_key(length: int) -> str:
    """A random key that can be read aloud; five bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normal(text: str) -> str:
    """A code or key as somebody typed it, in its normal form: capitals, without spaces and hyphens."""
    return "".join(c for c in text.upper() if c.isalnum())


def key_hash(key: str) -> str:
    return hashlib.sha256(normal(key).encode()).hexdigest()
