"""Handing out as pages use it: what is held, what is to be left out and why, the documents, and what was given to whom."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from framework.casefile import access, handout, released
from framework.casefile.casefiles import Casefiles
from framework.casefile.deciding import Command as CaseCommand
from framework.casefile.deciding import Rules
from framework.casefile.handout import About, Held
from framework.casefile.model import Casefile
from framework.casefile.readers import NoteRead, ReadingLog
from framework.casefile.reading import people
from framework.casefile.released import Given, HandOut, LeaveOut, PutBack, Released
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.kind import Actor, Refused
from framework.streams.policy import OPEN

More = Callable[[str, datetime], Sequence[Held]]
"""What other subjects hold of a case, as it stood at a moment."""
READS_ALL = "all that is held, to hand it out"
"""What the log of a case calls it."""


class Prepared(NamedTuple):
    """A case on the screen of whoever hands it out."""

    reference: str
    called: str
    invented: bool
    items: tuple[Held, ...]
    released: Released


class Handouts:
    """One for a process; any thread may use it. Every method raises Refused for whoever may not hand out this case."""

    def __init__(
        self,
        door: Door[Released, released.Command, Any],
        cases: Door[Casefile, CaseCommand, Rules],
        readings: Door[ReadingLog, NoteRead, None],
        casefiles: Casefiles,
        more: More,
        names: Callable[[Collection[str]], dict[str, str]],
        authority: str = "",
    ) -> None:
        self._door = door
        self._cases = cases
        self._readings = readings
        self._casefiles = casefiles
        self._more = more
        self._names = names
        self._authority = authority

    def may(self, case: str, actor: Actor) -> bool:
        """Whether this actor may hand this case out; of one that is not there, no."""
        try:
            self._refuse(case, actor)
        except Refused:
            return False
        return True

    def prepare(self, case: str, actor: Actor) -> Prepared:
        """All that is held, with what was chosen to be left out. The log of the case notes that it was read."""
        self._refuse(case, actor)
        self._casefiles.read_by(case, actor, READS_ALL, by_role=True)
        state = self._cases.state(case)
        items = self._items(case, state, self._casefiles.now())
        return Prepared(state.reference, state.called, state.invented, tuple(items), self._door.state(case))

    def leave_out(self, case: str, actor: Actor, key: str, reason: str, words: str = "") -> None:
        """Leave an item out of the next hand-out. `reason`: an id of handout.toml, or "" with one's own words."""
        self._refuse(case, actor)
        if key not in {one.key for one in self._items(case, self._cases.state(case), self._casefiles.now())}:
            raise Refused("This is not (or no longer) among what is held. Nothing was changed.")
        self._door.run(case, actor, LeaveOut(case, key, reason, words))

    def put_back(self, case: str, actor: Actor, key: str) -> None:
        self._refuse(case, actor)
        self._door.run(case, actor, PutBack(case, key))

    def hand_out(self, case: str, actor: Actor, to: str, why: str) -> Given:
        """Write down that all of it, but for what is left out, is handed out now. :meth:`pdf` and :meth:`json` give it then."""
        self._refuse(case, actor)
        at = self._casefiles.now()
        state, chosen = self._cases.state(case), self._door.state(case).left_out
        items = self._items(case, state, at)
        _, gone = handout.apart(items, {key: one.said for key, one in chosen.items()})
        left_out = {key: one.why for key, one in gone.items()}
        made = handout.data(self._about(state, actor.name, to, at), items, left_out)
        command = HandOut(case, to, why, state.version, len(items), left_out, handout.digest(made))
        return self._door.run(case, actor, command).given[-1]

    def pdf(self, case: str, actor: Actor, number: int = 0) -> bytes:
        """What was handed out that time, as it was; 0: a draft of the next one. Raises DocumentFailed, too."""
        return handout.pdf(self._made(case, actor, number))

    def json(self, case: str, actor: Actor, number: int = 0) -> bytes:
        """As :meth:`pdf`, as JSON."""
        return handout.as_json(self._made(case, actor, number))

    def _made(self, case: str, actor: Actor, number: int) -> dict[str, Any]:
        self._refuse(case, actor)
        log = self._door.state(case)
        if not number:
            state, at = self._cases.state(case), self._casefiles.now()
            left_out = {key: one.said for key, one in log.left_out.items()}
            return handout.data(self._about(state, actor.name, "", at), self._items(case, state, at), left_out)
        if not 0 < number <= len(log.given):
            raise Refused("There was no such hand-out.")
        given = log.given[number - 1]
        state = self._cases.at(case, given.version)
        by = self._names([given.by]).get(given.by, "")
        about = self._about(state, by, given.to, given.at)
        return handout.data(about, self._items(case, state, given.at), given.left_out)

    def _about(self, state: Casefile, by: str, to: str, at: datetime) -> About:
        return About(state.reference, state.called, state.invented, to, at, by, self._authority)

    def _items(self, case: str, state: Casefile, at: datetime) -> list[Held]:
        reads = [one for one in self._readings.state(case).reads if one.at <= at]
        known = people(state) | {one.person for one in reads} | {one.closing.by for one in state.reopened}
        return handout.held(state, reads, self._more(case, at), self._names(known))

    def _refuse(self, case: str, actor: Actor) -> None:
        """Raises Refused unless this actor hands out this case. Whoever may not learns nothing of it, not even that it is there."""
        parts = self._casefiles.parts(case, actor)
        may = policy.allows(released.POLICY, HandOut, actor.roles, parts)
        may = may and (OPEN not in actor.roles or OPEN in parts)  # without sign-in invented cases only
        if not may or access.BLOCKED in parts or not self._cases.state(case).version:
            if access.sees(parts):
                raise Refused("A records manager, or the team manager of the case, hands out what is held.")
            raise Refused(access.NOT_HERE)
