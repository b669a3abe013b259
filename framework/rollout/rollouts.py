"""Roll-outs as pages use them: starting one, the samples, what can be read."""

import secrets
from collections.abc import Callable
from datetime import date, datetime

from framework import dates
from framework.items import LINE_LIMIT
from framework.rollout import sample
from framework.rollout.checklist import Checklist
from framework.rollout.checklists import Checklists
from framework.rollout.deciding import Command, Start
from framework.rollout.kind import ROLLOUT, SAMPLE
from framework.rollout.model import Rollout
from framework.streams.door import Door
from framework.streams.kind import NOBODY, Actor
from framework.text import clean


class Rollouts:
    """One for a process; any thread may use it. Who acts is given by the name they typed."""

    def __init__(
        self, door: Door[Rollout, Command, Checklist], checklists: Checklists, now: Callable[[], datetime]
    ) -> None:
        self._door = door
        self._checklists = checklists
        self.now = now

    @property
    def today(self) -> date:
        return dates.local(self.now()).date()

    def names(self) -> dict[str, str]:
        """Every roll-out's id and title, the one changed last first.

        A sample that release 0.2.0 could not finish loading is left out. If people have worked in it, it stays, behind
        the others and with a title that says so.
        """
        whole, partly = {}, {}
        for one in self._door.listing(NOBODY):
            identifier, title = ROLLOUT.identifier(one.stream), one.title or ""
            loaded = dict(one.pairs).get("loaded")
            if loaded is None:
                whole[identifier] = title
            elif loaded == "in part, used":
                partly[identifier] = f"{title} (loaded only in part)"
        return whole | partly

    def view(self, identifier: str) -> Rollout:
        """A roll-out as it stands; version 0 if there is none."""
        return self._door.view(identifier, NOBODY)

    def stood(self, identifier: str, version: int) -> Rollout:
        """A roll-out as it stood after so many events. Raises Refused if that cannot be read any more."""
        return self._door.view(identifier, NOBODY, upto=version)

    @property
    def checklist(self) -> Checklist:
        """What new roll-outs begin with."""
        return self._checklists.current

    def checklist_of(self, state: Rollout) -> Checklist:
        """The checklist that a roll-out began with. Raises Unreadable."""
        return self._checklists.of(state.checklist)

    def start(self, title: str, actor: str) -> Rollout:
        """Begin a roll-out with every task of the checklist, which the record keeps for it."""
        identifier = secrets.token_hex(4)
        self._checklists.keep()
        return self.run(identifier, actor, Start(identifier, title))

    def run(self, identifier: str, actor: str, command: Command) -> Rollout:
        """Carry out a command for somebody of this name and return the state after it. Raises Refused with a sentence."""
        name = clean(actor)[:LINE_LIMIT]
        return self._door.run(identifier, Actor(name, name), command)

    def load_first_sample(self) -> None:
        """Load the sample if there is no roll-out that could be shown: what the start of the app does."""
        listed = self._door.listing(NOBODY)
        if all(dict(one.pairs).get("loaded") for one in listed):
            # Two processes that start at once choose the same id, and only one of them loads it.
            self.load_sample(f"{SAMPLE}-whole" if listed else SAMPLE)

    def load_sample(self, identifier: str = SAMPLE, title: str | None = None) -> None:
        """Load the sample roll-out, all of it or nothing, dated so that today it is half-way through its pilot.

        Does nothing if it is there.
        """
        if not self.view(identifier).version:
            self._checklists.keep()
            self._door.begin(identifier, sample.load(self.checklist, self.now(), identifier, title))

    def fresh_sample(self) -> Rollout:
        """The sample as it is on its first day, beside the one that people have worked on: nothing is ever deleted."""
        identifier, at = f"{SAMPLE}-{secrets.token_hex(3)}", dates.local(self.now())
        self.load_sample(identifier, f"Sample of {dates.uk(at.date())}, {at:%H:%M}")
        return self.view(identifier)
