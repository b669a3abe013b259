"""Cases as pages use them: beginning one, working in it, finding it, breaking the glass, and who read what."""

import logging
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import NamedTuple

from framework import dates
from framework.case import Case
from framework.casefile import access, reading, sample, shown
from framework.casefile.deciding import RECORDS, Begin, BreakGlass, BringIn, Command, Rules
from framework.casefile.kind import CASEFILE, folded
from framework.casefile.model import CHILD, Casefile
from framework.casefile.readers import NoteRead, ReadingLog
from framework.casefile.shown import Row
from framework.casefile.tries import NoteTry, Tries
from framework.items import SOMEBODY, Add, Change, EditConflict
from framework.people.roles import CASE_ROLES, OPEN, THE_APP
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.guessing import Caller, Guesses
from framework.streams.kind import APP, Actor, Happened, Refused, Relations, Shows, Unreadable
from framework.streams.store import Listed, StoreUnavailable
from framework.text import clean_text

log = logging.getLogger(__name__)

WHOLE = "the case"
"""What a log calls the reading of a case on the screen."""
NOT_OPENED = (
    "No case was opened. The reference has to be exactly that of the council’s own system. Check it, and ask the duty manager if you "
    "cannot wait."
)
"""The one answer to whoever breaks the glass in vain: no case has the reference, or this person is kept out of it."""
ANSWERED_AFTER = 0.5
"""Seconds that this answer takes, whatever was looked up before it: the time it takes is to say nothing either."""
_APP = APP._replace(roles=frozenset({THE_APP}))


class ListedCase(NamedTuple):
    """What a list shows of a case."""

    id: str
    reference: str
    called: str
    invented: bool
    closed: bool
    parts: Relations
    """Those of the reader."""
    begun_at: datetime | None
    changed_at: datetime


class Casefiles:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        door: Door[Casefile, Command, Rules],
        readings: Door[ReadingLog, NoteRead, None],
        tries: Door[Tries, NoteTry, None],
        now: Callable[[], datetime],
        *,
        is_open: Callable[[], bool],
        before_real: Callable[[], None],
        names: Callable[[Collection[str]], dict[str, str]],
        roles: Callable[[str], frozenset[str]],
        seconds: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`is_open`: whether the app runs without sign-in. `before_real` is called before a case that is not invented begins.

        `names` gives the names of people, `roles` the roles that one has now. `seconds` is a clock that is never set back.
        """
        self._door = door
        self._readings = readings
        self._tries = tries
        self._is_open = is_open
        self._before_real = before_real
        self._names = names
        self._roles = roles
        self._seconds = seconds
        self._pause = pause
        self._guesses = Guesses(seconds)
        self.now = now

    @property
    def today(self) -> date:
        return dates.local(self.now()).date()

    @property
    def rules(self) -> Rules:
        """What commands are checked with."""
        return Rules(self._is_open(), self._roles)

    # ── Working in a case ────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, actor: Actor, reference: str, called: str, invented: bool = False) -> str:
        """Begin a case and return its id, which says nothing. Raises Refused. Without sign-in every case is an invented one.

        That somebody else has a case of this reference is not told here: :meth:`same_reference`.
        """
        self._refuse_own_reference(actor, reference)
        identifier, invented = new_id(), invented or self._is_open()
        if not invented:
            self._before_real()
        self._door.run(identifier, actor, Begin(identifier, reference, called, invented))
        return identifier

    def bring_in(self, actor: Actor, command: BringIn) -> None:
        """Begin a case as a file has it, all of it or nothing. Raises Refused."""
        self._before_real()
        self._door.run(command.case, actor, command)

    def there_already(self, actor: Actor, references: Iterable[str]) -> frozenset[str]:
        """Those of these references, folded, with which a case is there already, as far as this actor may learn it.

        A records manager learns it of all that they are not kept out of, anybody else of the cases that they work on.
        """

        def out(case: str) -> bool:
            return access.BLOCKED in self.parts(case, actor)

        wanted = {folded(one) for one in references}
        if RECORDS not in actor.roles:
            return frozenset(wanted & {folded(one.reference) for one in self.listing(actor)})
        return frozenset(
            one for one in wanted if one and any(not out(case) for case in self._door.find("reference", one))
        )

    def open_ones(self, actor: Actor) -> list[Casefile]:
        """The open cases in which this actor has a part now, in the order of their names: who works on them, not what they say.

        Without those that cannot be read, which the list of cases names. No log of a case notes it as reading.
        """
        found = list[Casefile]()
        for one in self.listing(actor, standing="open"):
            with suppress(Unreadable):
                found.append(self._door.view(one.id, actor))
        return sorted(found, key=lambda one: (one.called.casefold(), one.reference))

    def run(self, identifier: str, actor: Actor, command: Command) -> Casefile:
        """Carry out a command and return what the actor may see after it. Raises Refused with a sentence."""
        match command:
            case Change(kind="child", field="reference", value=value):
                self._refuse_own_reference(actor, str(value), identifier)
            case Add(kind="sibling", values={"case": str(other)}) if other and other != identifier:
                if not access.sees(self.parts(other, actor)):
                    raise Refused(
                        "Choose a case that you work on: brothers and sisters are linked by whoever works with both."
                    )
        if isinstance(command, Add) and command.kind == "sibling":  # numbers would have gaps where links are hidden
            command = Add(command.kind, {"id": f"s{secrets.token_hex(8)}", **command.values})
        with self._readable(identifier, actor):
            try:
                self._door.run(identifier, actor, command)
            except EditConflict as conflict:
                raise self._with_name(identifier, command, conflict) from None
        return self.view(identifier, actor)

    def _refuse_own_reference(self, actor: Actor, reference: str, but: str = "") -> None:
        """Raises Refused if the actor works on another case of this reference. Of any other they learn nothing."""
        own = [one for one in self.listing(actor) if one.id != but and folded(one.reference) == folded(reference)]
        if own and reference.strip():
            raise Refused(
                f"You work on a case with the reference {own[0].reference} already: {own[0].called}. Open that one."
            )

    def _with_name(self, identifier: str, command: Command, conflict: EditConflict) -> EditConflict:
        """The conflict with the name of the person in place of their id."""
        if not isinstance(command, Change):
            return conflict
        who = self._door.remembered(identifier).items.last_by(command.kind, command.id, command.field)
        name = self._names([who]).get(who) if who else None
        return EditConflict((name or SOMEBODY) + str(conflict).removeprefix(who), conflict.theirs)

    def shows(self, identifier: str, person: str | None) -> Shows:
        """What the screen of a person has to show of a case now, as this process last knew it. Asks no database."""
        state = self._door.remembered(identifier)
        return access.shows(state, person) if access.hears(state, person, self.now()) else Shows(0)

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def view(self, identifier: str, actor: Actor, upto: int | datetime | None = None, why: str = "") -> Casefile:
        """A case as it stands, or stood, for this actor; version 0 if there is none, or they have no part in it.

        The log notes that they read it.
        """
        try:
            with self._readable(identifier, actor):
                found = self._door.view(identifier, actor, upto=upto)
        except Unreadable:
            raise
        except Refused:  # an earlier moment of what is not theirs
            return Casefile()
        if found.version:
            self._note(identifier, actor, self._door.remembered(identifier), WHOLE, why)
        return found

    def told(self, identifier: str, actor: Actor) -> list[Happened]:
        """What happened in a case, in order, for this actor; nothing if they have no part in it."""
        with suppress(Refused), self._readable(identifier, actor):
            return self._door.told(identifier, actor)
        return []

    def parts(self, identifier: str, actor: Actor) -> Relations:
        """The parts that this actor has in a case now; none in one that cannot be read."""
        try:
            return access.relations(self._door.state(identifier), actor, self.now())
        except Unreadable:
            return frozenset()

    def relations(self, state: Casefile, actor: Actor) -> Relations:
        """What the door reads a case with: the actor's parts in it as it stands now, and in the cases linked to it.

        `state` may be one of the past: who worked on it then sees it no more, who works on it now sees it as it was.
        """
        if not state.version:
            return frozenset()
        newest = self._door.remembered(state.id)
        if newest.version < state.version:  # it was forgotten, for others that were used since
            newest = self._door.state(state.id)
        found = access.relations(newest, actor, self.now())
        if not access.sees(found):
            return found
        both = {one.case for one in access.links(state) if access.sees(self.parts(one.case, actor))}
        return found | {access.linked(case) for case in both}

    def listing(self, actor: Actor, standing: str = "") -> list[ListedCase]:
        """The cases in which this actor has a part now, the one changed last first; `standing`: "open" or "closed" ones only."""
        listed = self._door.listing(actor, standing=standing) if standing else self._door.listing(actor)
        found = [self._listed(one, actor) for one in listed]
        return [one for one in found if access.sees(one.parts)]

    def rows(self, actor: Actor) -> list[Row]:
        """The cases of :meth:`listing` as a list shows them. A list is no reading: the log notes whoever opens a case."""
        return [self._row(one, actor) for one in self.listing(actor)]

    def _row(self, one: ListedCase, actor: Actor) -> Row:
        try:
            return shown.row(self._door.view(one.id, actor), actor.id, self.today)
        except Unreadable:
            return shown.unreadable(one.id, one.called, one.reference, one.closed, one.invented)

    def siblings(self, identifier: str, actor: Actor) -> list[ListedCase]:
        """The cases of brothers and sisters, whichever of the two was linked to the other, that this actor sees as well."""
        linked = {one.case for one in self._door.view(identifier, actor).siblings.values() if one.case}
        if access.sees(self.parts(identifier, actor)):
            linked |= {*self._door.find("sibling", identifier)}
        return [one for one in self._those(linked, actor) if access.sees(one.parts)]

    def same_reference(self, identifier: str, actor: Actor) -> list[ListedCase]:
        """Cases with the same reference that were begun after this one had it: told to its worker and manager, nobody else.

        Whoever begins the second one, or gives an older case its reference, does not learn of the first by it. Its `parts` say
        whether this actor sees it: if they do not, what can be told of it is when it was begun.
        """
        if not self.parts(identifier, actor) & {"worker", "manager", OPEN}:
            return []
        state = self._door.state(identifier)
        others = [one for one in self._door.find("reference", folded(state.reference)) if one != identifier]
        had_since = _reference_since(state) or self.now()
        later = [one for one in self._those(others, actor) if _begun(one) > had_since]
        return [one if access.sees(one.parts) else one._replace(called="") for one in later]

    def _those(self, identifiers: Collection[str], actor: Actor) -> list[ListedCase]:
        return [self._listed(one, actor) for one in self._door.listed(identifiers)]

    def _listed(self, one: Listed, actor: Actor) -> ListedCase:
        pairs = dict(one.pairs)
        begun = pairs.get("begun", "")
        return ListedCase(
            CASEFILE.identifier(one.stream),
            one.title or "",
            pairs.get("called", ""),
            "invented" in pairs,
            pairs.get("standing") == "closed",
            self._parts_by_index(one, actor),
            datetime.fromisoformat(begun) if begun else None,
            one.updated_at,
        )

    def _parts_by_index(self, one: Listed, actor: Actor) -> Relations:
        """:func:`framework.casefile.access.relations` by what the index has, so that a list folds no case."""
        if OPEN in actor.roles:
            return frozenset({OPEN}) if ("invented", "yes") in one.pairs else frozenset()
        if ("person", actor.id) not in one.pairs or not actor.roles & CASE_ROLES:
            return frozenset()
        parts = set[str]()
        for person, part, since, until in (value.split("|") for key, value in one.pairs if key == "part"):
            if person == actor.id and part == access.GLASS:
                parts |= {part} if self.now() < datetime.fromisoformat(until) else set()
            elif person == actor.id and since <= self.today.isoformat() <= (until or "9999"):
                parts.add(part)
        return frozenset(parts)

    # ── Breaking the glass ───────────────────────────────────────────────────────────────────────────────────────────

    def break_glass(self, actor: Actor, reference: str, reason: str) -> str:
        """Open the case of this exact reference for some hours, and return its id. Its team is told. Raises Refused.

        In vain the answer is the same, in its words and in the time it takes, whether there is such a case or not, and whoever
        tries on waits. Of several cases with the reference all are opened, and the one begun first is returned. That somebody asks is
        written down first, so that where nothing can be written the answer is the same, too: StoreUnavailable.
        """
        if not policy.allows(access.POLICY, BreakGlass, actor.roles):
            raise Refused(policy.refusal(actor))
        reference = clean_text(reference, "the reference", required=True)
        reason = clean_text(reason, "the reason", required=True)
        began = self._seconds()
        try:
            return self._guesses.rate_limited(
                Caller(actor.id), lambda: self._opened(actor, reference, reason), NOT_OPENED
            )
        except Refused:
            log.warning("%s broke the glass in vain", actor.id)
            self._pause(max(0.0, ANSWERED_AFTER - (self._seconds() - began)))
            raise

    def tries(self, actor: Actor) -> Tries:
        """Who asked to break the glass; none for whoever may not see that."""
        return self._tries.view("", actor)

    def _opened(self, actor: Actor, reference: str, reason: str) -> str | None:
        self._tries.run("", _APP, NoteTry(person=actor.id, roles=tuple(sorted(actor.roles)), reason=reason))
        found = sorted(self._those(self._door.find("reference", folded(reference)), actor), key=_begun)
        opened = []
        for one in found:
            with suppress(Refused, StoreUnavailable):  # an outage that begins just now: as if there were no such case
                if not access.sees(self.parts(one.id, actor)):
                    self._door.run(one.id, actor, BreakGlass(reason))
                opened.append(one.id)
        return opened[0] if opened else None

    # ── Who read what ────────────────────────────────────────────────────────────────────────────────────────────────

    def read_by(self, identifier: str, actor: Actor, what: str, why: str = "", *, by_role: bool = False) -> None:
        """Note in the case's log that this actor reads something of it: once in half an hour, for the same thing and reason.

        `by_role`: they read it by a role that takes no part in the case, as a records manager does to hand it out.

        While the record takes no entry, what is read is shown all the same, and the app's own log has it.
        """
        with suppress(Unreadable):
            self._note(identifier, actor, self._door.state(identifier), what, why, by_role)

    def _note(self, identifier: str, actor: Actor, state: Casefile, what: str, why: str, by_role: bool = False) -> None:
        parts = access.relations(state, actor, self.now())
        if access.GLASS in parts and not why:
            why = next(one.reason for one in reversed(state.glass) if one.person == actor.id)
        read = NoteRead(case=identifier, person=actor.id, parts=tuple(sorted(parts)), what=what, why=why)
        if not (by_role or access.sees(parts)) or self._readings.remembered(identifier).noted(read, self.now()):
            return
        try:
            self._readings.run(identifier, _APP, read)
        except StoreUnavailable as error:
            log.warning("%s read %s of casefile:%s, which could not be recorded: %s", actor.id, what, identifier, error)

    def readings(self, identifier: str, actor: Actor) -> ReadingLog:
        """Who read a case, for its manager and assurer; the empty log for anybody else."""
        return self._readings.view(identifier, actor)

    # ── What a meeting reads ─────────────────────────────────────────────────────────────────────────────────────────

    def bundle(self, identifier: str, actor: Actor, chosen: Sequence[str] | None = None, stage: int = 2) -> Case:
        """The evidence bundle of a meeting: a dated selection of the case. See :func:`framework.casefile.reading.bundle`.

        Raises Refused, also for whoever has no part in the case.
        """
        state = self.view(identifier, actor)
        if not state.version:
            raise Refused(access.NOT_HERE)
        self.read_by(identifier, actor, "a meeting’s bundle")
        return reading.bundle(state, self.today, chosen, stage)

    # ── The sample ───────────────────────────────────────────────────────────────────────────────────────────────────

    def load_sample(self, person: Callable[[str], str]) -> None:
        """Put the sample case into the record of an app without sign-in. Does nothing if it is there, or ever was.

        `person` gives the id of the invented person of a role.
        """
        with suppress(Unreadable):  # it was erased
            if self._is_open() and not self._door.state(sample.SAMPLE).version:
                self._door.begin(sample.SAMPLE, sample.load(self.now(), person))

    # ── What cannot be read ──────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _readable(self, identifier: str, actor: Actor) -> Iterator[None]:
        """Raises Unreadable for those only who have a part in the case; for others a damaged or erased one is not there."""
        try:
            yield
        except Unreadable:
            if any(access.sees(one.parts) for one in self._those([identifier], actor)):
                raise
            raise Refused(access.NOT_HERE) from None


def new_id() -> str:
    """The id of a new case, which says nothing."""
    return secrets.token_hex(16)


def _reference_since(state: Casefile) -> datetime | None:
    """Since when a case has the reference that it has, however that was written."""
    for edit in reversed(state.items.history("child", CHILD, "reference")):
        if folded(edit.before) != folded(state.reference):
            changed_at: datetime = edit.at
            return changed_at
    return state.begun_at


def _begun(one: ListedCase) -> datetime:
    return one.begun_at or one.changed_at
