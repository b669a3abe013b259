"""Cases as pages use them: beginning one, working in it, finding it, breaking the glass, and who read what."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from framework import dates
from framework.case import Case
from framework.casefile import access
from framework.casefile.deciding import Begin, Command, Rules
from framework.casefile.kind import CASEFILE
from framework.casefile.model import Casefile
from framework.streams.door import Door
from framework.streams.kind import Actor, Refused, Relations
from framework.streams.policy import OPEN
from framework.streams.store import Listed


class ListedCase(NamedTuple):
    """What a list shows of a case."""

    id: str
    reference: str
    called: str
    invented: bool
    closed: bool
    parts: Relations
    """Those of the reader."""
    changed_at: datetime


class Casefiles:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        door: Door[Casefile, Command, Rules],
        is_open: Callable[[], bool],
        before_real: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        """`is_open`: whether the app runs without sign-in. `before_real` is called before a case that is not invented begins."""
        self._door = door
        self._is_open = is_open
        self._before_real = before_real
        self.now = now

    @property
    def today(self) -> date:
        return dates.local(self.now()).date()

    def begin(self, actor: Actor, reference: str, called: str, invented: bool = False) -> str:
        """Begin a case and return its id, which says nothing. Raises Refused. Without sign-in every case is an invented one."""
        identifier, invented = secrets.token_hex(16), invented or self._is_open()
        if not invented:
            self._before_real()
        self._door.run(identifier, actor, Begin(identifier, reference, called, invented))
        return identifier

    def run(self, identifier: str, actor: Actor, command: Command) -> Casefile:
        """Carry out a command and return what the actor may see after it. Raises Refused with a sentence."""
        self._door.run(identifier, actor, command)
        return self.view(identifier, actor)

    def view(self, identifier: str, actor: Actor, upto: int | datetime | None = None) -> Casefile:
        """A case as it stands, or stood, for this actor; version 0 if there is none, or they have no part in it."""
        return self._door.view(identifier, actor, upto=upto)

    def parts(self, identifier: str, actor: Actor) -> Relations:
        """The parts that this actor has in a case now."""
        return access.relations(self._door.state(identifier), actor, self.now())

    def relations(self, state: Casefile, actor: Actor) -> Relations:
        """What the door reads a case with, one of the past, too: the actor's parts in it as it stands, and in linked cases."""
        newest = self._door.remembered(state.id) if state.id else state
        if newest.version < state.version:
            newest = self._door.state(state.id)
        now, found = self.now(), access.relations(newest, actor, self.now())
        if not access.sees(found):
            return found
        links = {one.case for one in (*state.siblings.values(), *state.items.removed.get("sibling", {}).values())} - {
            ""
        }
        both = {case for case in links if access.sees(access.relations(self._door.state(case), actor, now))}
        return found | {access.linked(case) for case in both}

    def listing(self, actor: Actor, standing: str = "") -> list[ListedCase]:
        """The cases in which this actor has a part now, the one changed last first; `standing`: "open" or "closed" ones only."""
        listed = self._door.listing(actor, standing=standing) if standing else self._door.listing(actor)
        found = [self._listed(one, actor) for one in listed]
        return [one for one in found if access.sees(one.parts)]

    def _listed(self, one: Listed, actor: Actor) -> ListedCase:
        pairs = dict(one.pairs)
        parts = {OPEN} if OPEN in actor.roles else set[str]()
        for value in (value for key, value in one.pairs if key == "part"):
            person, part, since, until = value.split("|")
            moment = self.now() if part == access.GLASS else self.today
            read = datetime.fromisoformat if part == access.GLASS else date.fromisoformat
            if person == actor.id and read(since) <= moment and (not until or moment <= read(until)):
                parts.add(part)
        return ListedCase(
            CASEFILE.identifier(one.stream),
            one.title or "",
            pairs.get("called", ""),
            "invented" in pairs,
            pairs.get("standing") == "closed",
            frozenset(parts),
            one.updated_at,
        )

    def break_glass(self, actor: Actor, reference: str, reason: str) -> str:
        """Open the case of this exact reference for some hours, and return its id. Raises Refused."""
        raise Refused(access.NOT_HERE)

    def read_by(self, identifier: str, actor: Actor, what: str, why: str = "") -> None:
        """Note in the case's log that this actor reads something of it."""

    def bundle(self, identifier: str, actor: Actor, chosen: Sequence[str] | None = None) -> Case:
        """The evidence bundle of a meeting: a dated selection of the chronology, with what the case says of the rest."""
        raise Refused(access.NOT_HERE)
