"""Decisions as pages use them: begun, written, made, approved, and found."""

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple

from framework import dates
from framework.casefile import access
from framework.casefile.casefiles import Casefiles
from framework.decision import preparing, reading
from framework.decision.basis import Rules, Sat
from framework.decision.deciding import Command, Open
from framework.decision.kind import DECISION
from framework.decision.model import Decisions, Stage
from framework.decision.preparing import Gap, Moved, Must, Prompt
from framework.decision.reading import Waits
from framework.items import SOMEBODY, Change, EditConflict
from framework.streams.door import Door
from framework.streams.kind import Actor, Happened, Refused, Unreadable

READ = "the decisions"
"""What the log of a case calls it."""


class Waiting(NamedTuple):
    """Something that waits for a person in a case."""

    case: str
    called: str
    """The child's name used here."""
    waits: Waits


class DecisionBook:
    """One for a process; any thread may use it. Every reading gives the empty state to whoever has no part in the case."""

    def __init__(
        self,
        door: Door[Decisions, Command, Rules],
        rules: Callable[[str], Rules],
        casefiles: Casefiles,
        now: Callable[[], datetime],
        names: Callable[[Collection[str]], dict[str, str]],
    ) -> None:
        """`rules` gives what the decisions on a case, by its id, depend on."""
        self._door = door
        self._rules = rules
        self._casefiles = casefiles
        self._names = names
        self.now = now

    @property
    def today(self) -> date:
        return dates.local(self.now()).date()

    # ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, case: str, actor: Actor, stage: Stage, meeting: str = "", unplanned: bool = False) -> str:
        """Begin to prepare a decision and return its id; of a meeting that has one already, that one's. Raises Refused."""
        found = self.of_meeting(meeting, actor) if meeting else None
        if found and found[0] == case:
            return found[1]
        decision = new_id()
        self.run(case, actor, Open(decision, stage, meeting, unplanned))
        return decision

    def run(self, case: str, actor: Actor, command: Command) -> Decisions:
        """Carry out a command on the decisions of a case, and return them as the actor may see them. Raises Refused."""
        if isinstance(command, Open):
            command = replace(command, case=case)
        with self._readable(case, actor):
            try:
                self._door.run(case, actor, command)
            except EditConflict as conflict:
                raise self._with_name(case, command, conflict) from None
        return self._seen(case, actor)

    def _with_name(self, case: str, command: Command, conflict: EditConflict) -> EditConflict:
        """The conflict with the name of the person in place of their id."""
        if not isinstance(command, Change):
            return conflict
        who = self._door.remembered(case).items.last_by(command.kind, command.id, command.field)
        name = self._names([who]).get(who) if who else None
        return EditConflict((name or SOMEBODY) + str(conflict).removeprefix(who), conflict.theirs)

    # ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def view(self, case: str, actor: Actor, upto: int | datetime | None = None) -> Decisions:
        """The decisions on a case as they stand, or stood; version 0 where there are none, or none for this actor.

        The log of the case notes that they read them.
        """
        found = self._seen(case, actor, upto)
        if found.version:
            self._casefiles.read_by(case, actor, READ)
        return found

    def _seen(self, case: str, actor: Actor, upto: int | datetime | None = None) -> Decisions:
        """As :meth:`view`, for lists and look-ups, which are no reading."""
        try:
            with self._readable(case, actor):
                return self._door.view(case, actor, upto=upto)
        except Unreadable:
            raise
        except Refused:  # an earlier moment of what is not theirs
            return Decisions()

    def history(self, case: str, actor: Actor) -> list[Happened]:
        """What happened in them, in order; nothing for whoever has no part in the case."""
        with suppress(Refused), self._readable(case, actor):
            return self._door.told(case, actor)
        return []

    @contextmanager
    def _readable(self, case: str, actor: Actor) -> Iterator[None]:
        """Raises Unreadable for those only who have a part in the case; for others what is damaged or erased is not there."""
        try:
            yield
        except Unreadable:
            if access.sees(self._casefiles.parts(case, actor)):
                raise
            raise Refused(access.NOT_HERE) from None

    def hash_at(self, case: str, version: int) -> str:
        """The hash of an event of them, to be printed."""
        return self._door.hash_at(case, version)

    def of_meeting(self, meeting: str, actor: Actor) -> tuple[str, str] | None:
        """(case, decision) of the last decision on a meeting that was not withdrawn; None if there is none for this actor."""
        for case in self._door.find("meeting", meeting):
            state = self._seen(case, actor)
            found = [name for name, one in state.drafts.items() if one.meeting == meeting and _stands(state, name)]
            if found:
                return case, found[-1]
        return None

    def waiting_for(self, actor: Actor) -> tuple[Waiting, ...]:
        """What of decisions waits for this actor, in every open case that they work on or are asked in."""
        mine = {one.id for one in self._casefiles.listing(actor, standing="open")}
        asked = self._door.find("asked", actor.id) if actor.id else []
        to_do = (case for case in self._door.find("to_do", "yes") if case in mine)
        found: list[Waiting] = []
        for case in dict.fromkeys((*asked, *to_do)):
            with suppress(Unreadable):  # one damaged record hides no other
                found += self.waiting(case, actor)
        return tuple(found)

    def waiting(self, case: str, actor: Actor) -> list[Waiting]:
        """What of the decisions on one case waits for this actor."""
        state, parts = self._seen(case, actor), self._casefiles.parts(case, actor)
        called = self._rules(case).case(case).called if state.version else ""
        return [Waiting(case, called, one) for one in reading.waits(state, actor.id, parts, self.today)]

    # ── What is asked of a decision that is being prepared ───────────────────────────────────────────────────────────

    def meeting(self, case: str, actor: Actor, decision: str) -> Sat | None:
        """What the meeting that a decision follows ended with; None without one, or for whoever has no part in the case."""
        draft = self._seen(case, actor).drafts.get(decision)
        return self._rules(case).meeting(case, draft.meeting) if draft and draft.meeting else None

    def missing(self, case: str, actor: Actor, decision: str) -> list[Gap]:
        """What stands in the way of making a decision."""
        state = self._seen(case, actor)
        return preparing.missing(state, decision, self._rules(case)) if decision in state.drafts else []

    def must_answer(self, case: str, actor: Actor, decision: str) -> list[Must]:
        """The cautions and unknowns that its rationale answers."""
        return preparing.must_answer(self._seen(case, actor), decision, self.meeting(case, actor, decision))

    def prompts(self, case: str, actor: Actor, decision: str) -> list[Prompt]:
        """What supervision would ask about it."""
        state, rules = self._seen(case, actor), self._rules(case)
        if decision not in state.drafts:
            return []
        sat = self.meeting(case, actor, decision)
        lights = sat.lights if sat else rules.lights
        return preparing.prompts(state, decision, rules.case(case), self.today, lights)

    def compared(self, case: str, actor: Actor, decision: str) -> Moved | None:
        """The last classification of this child before it, and what moved."""
        return preparing.compared_with_last(self._seen(case, actor), decision, self.meeting(case, actor, decision))


def _stands(state: Decisions, decision: str) -> bool:
    made = state.made.get(decision)
    return decision not in state.dropped and not (made and (made.withdrawn or made.refused))


def new_id() -> str:
    """The id of a new decision, which says nothing."""
    return secrets.token_hex(8)


__all__ = ["DECISION", "DecisionBook", "Waiting", "new_id"]
