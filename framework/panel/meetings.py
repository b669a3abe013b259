"""Meetings as pages and the command line use them: opening, joining, codes and keys, notes in typing, what can be read."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from framework.case import Case
from framework.documents import DocumentFailed
from framework.edition import Edition
from framework.light.classification import Key
from framework.panel import course, demonstration, in_words, proceedings, reading, summary
from framework.panel.access import WALL, as_known_to, doorway, joins_as_staff, may, need_to_know, standing
from framework.panel.course import Moment
from framework.panel.deciding import (
    AddNote,
    AskReturn,
    Command,
    Join,
    MovePhase,
    OfferWall,
    Open,
    OpenWall,
    Remove,
    Score,
    Seat,
    WithdrawReturn,
    wall_code_holds,
)
from framework.panel.drafts import Drafts
from framework.panel.kind import MEETING
from framework.panel.model import Member, Panel, WallCode
from framework.panel.proceedings import Proceeding
from framework.streams.anchor import Stamp
from framework.streams.door import Door
from framework.streams.guessing import Caller as Caller
from framework.streams.guessing import Guesses
from framework.streams.kind import APP, NOBODY, Actor, ChangedMeanwhile, Happened, Refused, Unreadable
from framework.streams.live import Watch
from framework.streams.policy import OPEN
from framework.streams.store import StoreUnavailable
from framework.text import TEXT_LIMIT, same_words
from framework.trail import Said

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for each other when a code is read aloud."""
CODE_LENGTH, KEY_LENGTH, WALL_CODE_LENGTH = 8, 12, 6
"""Signs. Until release 0.3.0 a code had six; those open their meetings as before."""
REVEALED = ("revealed", "agreed")
"""The phases in which what somebody types is added as a note with its time."""
NO_SUCH_WALL = (
    "No wall waits for this code. A code has six letters and digits, works for ten minutes and for one screen; ask the chair for a "
    "new one."
)
Standing = Literal["none", "in", "removed", "waiting", "parted", "over"]
"""How somebody stands to a meeting. `waiting`: they ask to be let in, or back in; `parted`: they have no part in the case any more;
`over`: a guest of a meeting that is closed."""
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
        who: Callable[[str], Actor] = Actor,
    ) -> None:
        """`who` gives a person with the roles that they have at this moment. Raises Refused for one who is blocked."""
        self._door = door
        self._drafts = drafts
        self._now = now
        self._guesses = Guesses(seconds)
        self._stamp = stamp
        self._who = who
        self.edition_of = edition_of
        """The edition that a meeting is scored with, even if the app runs another one by now."""

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def view(
        self,
        meeting: str,
        member: str | None = None,
        *,
        me: Actor = NOBODY,
        newest: int = 0,
        upto: int | None = None,
    ) -> Panel:
        """All that the screen of a member (None: of somebody without a seat) may receive of a meeting. Version 0: there is none.

        `me` is the person who looks. `upto`: as it stood at that version. `newest`: see :meth:`Door.state`.
        """
        return self._door.view(meeting, at_the_table(member, me), newest=newest, upto=upto)

    def standing(self, meeting: str, key: str, me: Actor = NOBODY, *, newest: int = 0) -> tuple[Standing, str]:
        """(how whoever has this key and is this person stands to a meeting, the member that they are or ask to be)."""
        state = self._door.state(meeting, newest)
        found = reading.whose_seat(state, key_hash(key) if key else "", me.id)
        if found is None:
            return "none", ""
        member, how = found
        context = self._door.context(state, at_the_table(member, me))
        if not need_to_know(state, context.relations):
            return how, member
        stands = standing(state, context.actor, context.relations)
        if stands == "out":
            return "none", ""
        return (stands if stands in ("parted", "over") else how), member

    def seen(
        self, meeting: str, key: str, me: Actor = NOBODY, *, codes: Collection[str] = (), newest: int = 0
    ) -> Panel:
        """What the screen of whoever has this key, and is this person, receives of a meeting. Version 0: there is none.

        `codes`: the codes of this meeting that they have shown they know; with the one that it has now they may ask for a seat.
        """
        how, member = self.standing(meeting, key, me, newest=newest)
        state = self._door.state(meeting, newest)
        if how not in ("none", "waiting"):
            return self.view(meeting, member, me=me, newest=state.version)
        seen = self.view(meeting, me=me, newest=state.version)
        if seen.version or self._blocked(state, me) or (how == "none" and state.code not in map(normal, codes)):
            return seen
        return doorway(state, asks=member)

    def _blocked(self, state: Panel, me: Actor) -> bool:
        """Whether this person is kept out of the case that the meeting is on."""
        return "blocked" in self._door.context(state, at_the_table(None, me)).relations

    def state(self, meeting: str) -> Panel:
        """A meeting with everything in it. Not for pages."""
        return self._door.state(meeting)

    def history(self, meeting: str) -> list[Happened]:
        """What happened, with who and when. Not for pages."""
        return self._door.history(meeting)

    def open_count(self) -> int:
        """How many meetings are going on, demonstrations apart."""
        return self._door.count(NOBODY, not_named_under=(SET_ASIDE,), standing="open")

    def of_person(self, me: Actor) -> list[str]:
        """The meetings on case files that this person has a seat at."""
        found = self._door.listing(APP, not_named_under=(SET_ASIDE,), person=me.id) if me.id else []
        return [MEETING.identifier(one.stream) for one in found]

    def waits_at_door(self, meeting: str, me: Actor) -> bool:
        """Whether somebody asks to be let in to a meeting, or back in, that this person chairs and still has to do with.

        Not of one that cannot be read.
        """
        try:
            state = self.state(meeting)
        except Unreadable:
            return False
        chair = state.members.get(state.chair)
        chairs = chair is not None and chair.person == me.id
        return chairs and bool(state.requests) and self.standing(meeting, "", me)[0] == "in"

    def on_casefile(self, casefile: str, me: Actor) -> list[Panel]:
        """The meetings on a case file that this person may know of, as their screen may receive them, the newest first.

        One that cannot be read is left out; whoever has its address is told.
        """
        known = []
        for one in self._door.listing(APP, not_named_under=(SET_ASIDE,), case=casefile):
            with suppress(Unreadable):
                known.append(self.view(MEETING.identifier(one.stream), me=me))
        return sorted((one for one in known if one.version), key=lambda one: one.news_at, reverse=True)

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

    def proceedings(
        self, meeting: str, upto: int | None = None, *, member: str | None = None, me: Actor = NOBODY
    ) -> tuple[Proceeding, ...]:
        """What happened at a meeting, in order, in sentences; nothing while members answer on their own."""
        told = self._door.told(meeting, at_the_table(member, me), upto)
        return proceedings.what_happened(told, self.edition_of(self.state(meeting)))

    def told(self, meeting: str, *, member: str | None = None, me: Actor = NOBODY) -> list[Said]:
        """Every event of a meeting in words; nothing while members answer on their own."""
        state = self.state(meeting)
        return (
            in_words.told(self._door.told(meeting, at_the_table(member, me)), self.edition_of(state))
            if state.version
            else []
        )

    def course(
        self, meeting: str, upto: int | None = None, *, member: str | None = None, me: Actor = NOBODY
    ) -> tuple[Moment, ...]:
        """How the panel's light moved, up to a version; nothing while members answer on their own."""
        told = self._door.told(meeting, at_the_table(member, me), upto)
        return course.course(told, self.edition_of(self.state(meeting)))

    def summary(self, meeting: str, version: int, *, member: str | None = None, me: Actor = NOBODY) -> bytes:
        """The summary of a meeting as it stood at a version, as a PDF. Raises DocumentFailed, also while members answer
        on their own."""
        try:
            state = self.view(meeting, member, me=me, upto=version)
        except Unreadable:
            raise
        except Refused as refused:
            raise DocumentFailed(str(refused)) from None
        if member in state.members and state.members[member].guest:
            raise DocumentFailed("The summary belongs into the case file; whoever works on the case takes it away.")
        told = self._door.told(meeting, at_the_table(member, me), version)
        proof = summary.Proof(self._door.hash_at(meeting, state.version), self._stamp())
        return summary.pdf(summary.summary(state, self.edition_of(state), told, proof))

    # ── Opening and joining ──────────────────────────────────────────────────────────────────────────────────────────

    def open(
        self,
        of: Case,
        ticket: Ticket,
        name: str,
        role: str,
        has_met_family: bool | None = None,
        *,
        me: Actor = NOBODY,
    ) -> Ticket:
        """Open a meeting on a case; whoever opens it chairs it. The same ticket again opens no second one.

        A meeting on a case file keeps the bundle as it is now. Raises Refused, as for a case that there is none of, if `me` has no
        part in it.
        """
        casefile = of.taken_from.case if of.taken_from else ""
        self._may_open_on(casefile, me)
        command = Open(
            meeting=ticket.meeting,
            case="" if casefile else of.id,
            title=of.title,
            stage=of.stage,
            fictional=of.fictional,
            edition=self.edition_of(Panel()).hash,
            code=self._free_code("code", CODE_LENGTH),
            carers=of.carers,
            chair=Seat(ticket.member, name, role, key_hash(ticket.key), has_met_family),
            casefile=casefile,
            bundle=of.model_dump(mode="json") if casefile else None,
        )
        if not self._has_seat(ticket):
            self.run(ticket.meeting, ticket.member, command, me=me)
        return ticket

    def _may_open_on(self, casefile: str, me: Actor) -> None:
        if not casefile:
            return
        parts = self._door.context(Panel(casefile=casefile), at_the_table(None, me)).relations
        if OPEN not in parts and not joins_as_staff(parts):
            raise Refused("There is no such case.")

    def demonstrate(self, of: Case, meeting: str = "") -> str:
        """Hold a whole meeting on a sample case with its fictional members; returns the meeting.

        The same meeting again holds no second one.
        """
        meeting = meeting or secrets.token_hex(8)
        if self.state(meeting).version:  # a second click on the same button
            return meeting
        at = self._now()
        done = demonstration.events(of, self.edition_of(Panel()), meeting, self._free_code("code", CODE_LENGTH), at)
        self._door.begin(meeting, [Happened(event, "demonstration", at) for event in done])
        return meeting

    def join(
        self, ticket: Ticket, name: str, role: str, has_met_family: bool | None = None, *, me: Actor = NOBODY
    ) -> Ticket:
        """Take a new seat at a meeting, or ask for one where one has to be let in. The same ticket again takes no second one."""
        if not self._has_seat(ticket):
            seat = Seat(ticket.member, name, role, key_hash(ticket.key), has_met_family)
            self.run(ticket.meeting, ticket.member, Join(seat), me=me)
        return ticket

    def ask_back(self, ticket: Ticket, me: Actor = NOBODY) -> Ticket:
        """Ask for the seat of `ticket.member` back, with the ticket's new key: it opens the seat once others have agreed."""
        command = AskReturn(key_hash(ticket.key)[:16], ticket.member, key_hash(ticket.key))
        self.run(ticket.meeting, ticket.member, command, me=me)
        return ticket

    def give_up(self, meeting: str, key: str, me: Actor = NOBODY) -> None:
        """Withdraw one's own request to be let in, or back in, so that nobody lets in who has gone."""
        requests = self.state(meeting).requests.values()
        own = [
            one for one in requests if me.id and one.seat and one.seat.person == me.id
        ]  # asked from another device, it may be
        for request, hash_ in [(one.id, one.key_hash) for one in own] or [(key_hash(key)[:16], key_hash(key))]:
            self.run(meeting, "", WithdrawReturn(request, hash_), me=me)

    def taken(self, ticket: Ticket) -> bool:
        """Whether a ticket was used, by whoever has it or by somebody else."""
        return ticket.member in self.state(ticket.meeting).members

    def opens(self, meeting: str, key: str, member: str) -> bool:
        """Whether this key is that of this seat."""
        seat = self.state(meeting).members.get(member)
        return seat is not None and secrets.compare_digest(seat.key_hash, key_hash(key))

    def _has_seat(self, ticket: Ticket) -> bool:
        member = self.state(ticket.meeting).members.get(ticket.member)
        return member is not None and secrets.compare_digest(member.key_hash, key_hash(ticket.key))

    def seat(self, meeting: str, key: str, me: Actor = NOBODY) -> str | None:
        """The member whose seat this key opens; None if it opens none (or the seat was removed)."""
        found = reading.whose_seat(self.state(meeting), key_hash(key), me.id)
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
        if (
            member is None
            or member.removed is not None
            or (state.casefile and member.guest and state.phase == "closed")
        ):
            return False
        if member.person and state.casefile and not as_remembered and not self._still_in(state, member):
            return False
        return watch.key_hash in (member.key_hash, *([by_person(member.person)] if member.person else []))

    def _still_in(self, state: Panel, member: Member) -> bool:
        """Whether somebody who is known still has to do with the case at this moment."""
        try:
            me = self._who(member.person)
        except Refused:
            return False
        context = self._door.context(state, at_the_table(member.id, me))
        return not need_to_know(state, context.relations) or standing(state, context.actor, context.relations) == "in"

    def hold(self, caller: Caller) -> float:
        """Seconds to hold the next code or key of this caller, before it is asked about."""
        return self._guesses.hold(caller)

    def seat_or_refuse(self, meeting: str, key: str, caller: Caller, me: Actor = NOBODY) -> str:
        """As :meth:`seat`, for a key somebody typed: refuses a wrong one, and slows down after a few."""
        return self._guesses.rate_limited(
            caller, lambda: self.seat(meeting, key, me), "No seat at this meeting has this key."
        )

    def by_code(self, code: str, caller: Caller, me: Actor = NOBODY) -> str:
        """The meeting with this code. Refuses a wrong or old one, and slows down after a few.

        Somebody who is blocked from its case gets the answer of a wrong code.
        """
        return self._guesses.rate_limited(
            caller,
            lambda: self._find(normal(code), me),
            "No meeting has this code. A code has eight letters and digits; ask the chair to read it out again.",
        )

    def _find(self, code: str, me: Actor) -> str | None:
        for one in self._door.listing(APP, not_named_under=(SET_ASIDE,), code=code):
            meeting = MEETING.identifier(one.stream)
            if self._blocked(self.state(meeting), me):
                return None
            if ("phase", "closed") in one.pairs:
                raise Refused("This meeting is closed; its code cannot be used any more.")
            return meeting
        return None

    def _free_code(self, key: str, length: int) -> str:
        while self._door.find(key, code := new_key(length)):
            pass
        return code

    # ── The wall ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def new_wall(self) -> OfferWall:
        """The command for a code with which one screen becomes the wall; the code before it opens nothing any more."""
        return OfferWall(self._free_code("wall", WALL_CODE_LENGTH))

    def wall_code(self, state: Panel) -> WallCode | None:
        """The code for a wall that a meeting offers now; None if there is none, or a screen has used it or it is too old."""
        holds = state.wall is not None and wall_code_holds(state, state.wall.code, self._now())
        return state.wall if holds else None

    def open_wall(self, code: str, screen: str, caller: Caller) -> str:
        """The meeting whose wall this screen shows from now on; the code opens no other screen. Refuses a wrong, used or old one,
        and slows down after a few.

        The code that a meeting on a sample case is joined with opens its wall, too, as often as it is typed.
        """
        return self._guesses.rate_limited(caller, lambda: self._open_wall(normal(code), key_hash(screen)), NO_SUCH_WALL)

    def _open_wall(self, code: str, screen: str) -> str | None:
        for one in self._door.listing(APP, not_named_under=(SET_ASIDE,), wall=code):
            meeting = MEETING.identifier(one.stream)
            try:
                self._door.run(meeting, NOBODY, OpenWall(code, screen))
            except Unreadable:
                raise
            except Refused:  # too old, or another screen was first
                return None
            return meeting
        found = self._find(code, NOBODY)
        return found if found and not self.state(found).casefile else None

    def wall(self, meeting: str, *, newest: int = 0) -> Panel:
        """What the wall of a meeting receives. Version 0: there is none."""
        state = self._door.state(meeting, newest)
        return self._door.view(meeting, WALL if state.casefile else NOBODY, newest=state.version)

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
        me = self._person_of(state, member)
        self._may(state, member, AddNote(*key, text), me)
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
            self._add_note(meeting, member, key, text, me)
            return True
        if state.phase == "closed":
            raise Refused("This meeting is closed, so the note could not be kept.")
        self._drafts.keep(meeting, member, key, text, noted)
        if leaving and given and state.phase == "scoring":
            try:
                self.run(meeting, member, Score(*key, given.status, text, given.evidence, seen=given), me=me)
                return True
            except ChangedMeanwhile:  # a click came first: the note goes with the newer answer
                return self.type_note(meeting, member, key, text, leaving=True)
            except Refused:
                if self.state(meeting).phase not in REVEALED:
                    raise
        if self.state(meeting).phase in REVEALED:  # by another process, which may not have seen this draft
            self._add_note(meeting, member, key, text, me)
            return True
        return False

    def _person_of(self, state: Panel, member: str) -> Actor:
        """Who sits there, with the roles that they have at this moment; NOBODY where that is not known, or does not matter."""
        one = state.members.get(member)
        return self._who(one.person) if one and one.person and state.casefile else NOBODY

    def _may(self, state: Panel, member: str, command: Command, me: Actor) -> None:
        """As the door asks it before a command, for what has to be done before that one."""
        known = as_known_to(state, self._door.context(state, at_the_table(member, me)), command)
        may(known, member, command)

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
                    self._add_note(meeting, member, key, draft.text, self._person_of(self.state(meeting), member))
                except Refused:  # a seat that was removed, a carer who was taken off: there is nowhere to show the note
                    self._drafts.drop(meeting, member, key)

    def _add_note(self, meeting: str, member: str, key: Key, text: str, me: Actor) -> None:
        """Add what was typed as a note, which the same text twice does once, and then drop its draft."""
        if text.strip():
            self.run(meeting, member, AddNote(*key, text), me=me)
        self._drafts.drop(meeting, member, key)

    # ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, meeting: str, member: str, command: Command, *, me: Actor = NOBODY) -> Panel:
        """Carry out a command for a member, who is this person, and return their view of the state after it. Raises Refused with a sentence.

        A reveal first saves what members are typing; a removal gives the meeting another code.
        """
        if isinstance(command, Remove):
            command = replace(command, code=self._free_code("code", CODE_LENGTH))
        if isinstance(command, MovePhase):
            return self._move(meeting, member, command, me)
        after = self._door.run(meeting, at_the_table(member, me), command)
        if isinstance(command, Score):
            with suppress(
                StoreUnavailable
            ):  # the answer is saved; a draft that is older than its note replaces nothing
                self._drafts.drop(meeting, member, (command.subject, command.about))
        return self.view(meeting, member, me=me, newest=after.version)

    def _move(self, meeting: str, member: str, command: MovePhase, me: Actor) -> Panel:
        before = self.state(meeting)
        self._may(before, member, command, me)
        reveals = before.phase == "scoring" and command.to == "revealed"
        if reveals:
            self._save_drafts(meeting)
        elif before.phase in REVEALED and command.to != before.phase:
            self._add_drafts(meeting)  # whoever revealed may have been killed before it had added all
        after = self._door.run(meeting, at_the_table(member, me), command)
        if reveals:
            self._add_drafts(meeting)
            return self.view(meeting, member, me=me)
        return self.view(meeting, member, me=me, newest=after.version)


def at_the_table(member: str | None, me: Actor) -> Actor:
    """A person (NOBODY: not known) at a seat (None: without one)."""
    return Actor(member or "", me.name, me.roles, me.id)


def by_person(person: str) -> str:
    """What stands for the key's hash in what is made for somebody who found their seat as themselves."""
    return f"person {person}"


def new_key(length: int) -> str:
    """A random key that can be read aloud; five bits a character."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normal(text: str) -> str:
    """A code or key as somebody typed it, in its normal form: capitals, without spaces and hyphens."""
    return "".join(c for c in text.upper() if c.isalnum())


def key_hash(key: str) -> str:
    return hashlib.sha256(normal(key).encode()).hexdigest()
