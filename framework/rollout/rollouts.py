"""Roll-outs as pages use them: starting one, the samples, what can be read."""

import secrets
from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from threading import Lock

from framework import dates
from framework.items import LINE_LIMIT
from framework.rollout import sample
from framework.rollout.checklist import Checklist
from framework.rollout.checklists import Checklists
from framework.rollout.deciding import Archive, Command, Rename, Start, decide
from framework.rollout.kind import ROLLOUT, SAMPLE
from framework.rollout.model import Rollout, fold
from framework.rollout.planning import Plan, first_steps
from framework.streams.door import Door
from framework.streams.kind import APP, NOBODY, Actor, Happened, Refused, named
from framework.text import clean


class Rollouts:
    """One for a process; any thread may use it."""

    def __init__(
        self, door: Door[Rollout, Command, Checklist], checklists: Checklists, now: Callable[[], datetime]
    ) -> None:
        self._door = door
        self._checklists = checklists
        self._naming = Lock()
        self._actor = NOBODY
        self.now = now

    def seen_by(self, actor: Actor) -> "Rollouts":
        """The same for the screen of this actor. Without it, of somebody of whom only the name that they type is known."""
        other = copy(self)
        other._actor = actor
        return other

    @property
    def today(self) -> date:
        return dates.local(self.now()).date()

    def names(self) -> dict[str, str]:
        """Every roll-out's id and title, the one changed last first; those that are archived behind the others.

        A sample that release 0.2.0 could not finish loading is left out. If people have worked in it, it stays, behind
        the others and with a title that says so.
        """
        whole, partly, archived = {}, {}, {}
        for one in self._door.listing(self._actor):
            identifier, title, pairs = ROLLOUT.identifier(one.stream), one.title or "", dict(one.pairs)
            if pairs.get("loaded") == "in part":
                continue
            if "archived" in pairs:
                archived[identifier] = f"{title} (archived)"
            elif "loaded" in pairs:
                partly[identifier] = f"{title} (loaded only in part)"
            else:
                whole[identifier] = title
        return whole | partly | archived

    def to_open(self, remembered: str = "") -> str | None:
        """Which roll-out a link without one leads to: the one that this browser had open last, else the only one.

        The sample counts only where there is no other. None if somebody has to choose: what others changed last is no
        reason to be shown it.
        """
        known = [identifier for identifier, title in self.names().items() if not title.endswith("(archived)")]
        if remembered in known:
            return remembered
        own = [identifier for identifier in known if not identifier.startswith(SAMPLE)]
        if len(own) == 1:
            return own[0]
        return known[0] if known and not own else None

    def view(self, identifier: str) -> Rollout:
        """A roll-out as it stands; version 0 if there is none."""
        return self._door.view(identifier, self._actor)

    def stood(self, identifier: str, version: int) -> Rollout:
        """A roll-out as it stood after so many events. Raises Refused if that cannot be read any more."""
        return self._door.view(identifier, self._actor, upto=version)

    @property
    def checklist(self) -> Checklist:
        """What new roll-outs begin with."""
        return self._checklists.current

    def checklist_of(self, state: Rollout) -> Checklist:
        """The checklist that a roll-out began with. Raises Unreadable."""
        return self._checklists.of(state.checklist)

    def start(self, title: str, actor: str, plan: Plan | None = None) -> Rollout:
        """Begin a roll-out with every task of the checklist, which the record keeps for it, and with what is planned.

        All of it or nothing. Raises Refused, also if another one has this name.
        """
        identifier, by = secrets.token_hex(4), self._by(actor)
        steps: list[Command] = [Start(identifier, title)]
        self._door.may("", by, steps[0])
        if plan is not None:
            steps.append(first_steps(self.checklist, plan))
        state, happened, now = Rollout(), list[Happened](), self.now()
        for step in steps:
            new = [Happened(event, by.id, now) for event in decide(state, step, self.checklist, by.name, now)]
            state, happened = fold(new, state), happened + new
        with self._naming:
            self._refuse_taken(state.title)
            self._checklists.keep()
            self._door.begin(identifier, happened)
        return self.view(identifier)

    def cannot_start(self, title: str, actor: str) -> str:
        """Why a roll-out of this name cannot begin, as a sentence; empty if it can."""
        try:
            self._door.may("", self._by(actor), Start("new", title))
            decide(Rollout(), Start("new", title), self.checklist, actor, self.now())
            self._refuse_taken(clean(title))
        except Refused as refused:
            return str(refused)
        return ""

    def run(self, identifier: str, actor: str, command: Command) -> Rollout:
        """Carry out a command for somebody of this name and return the state after it. Raises Refused with a sentence."""
        by = self._by(actor)
        if isinstance(command, Rename) or command == Archive(False):
            with self._naming:
                title = command.title if isinstance(command, Rename) else self.view(identifier).title
                self._refuse_taken(clean(title), identifier)
                return self._door.run(identifier, by, command)
        return self._door.run(identifier, by, command)

    def _by(self, name: str) -> Actor:
        return named(self._actor, clean(name)[:LINE_LIMIT])

    def _refuse_taken(self, title: str, but: str = "") -> None:
        """Raises Refused if another roll-out has this name. An archived one gives its name free."""
        names = {name.casefold() for identifier, name in self.names().items() if identifier != but}
        if title.casefold() in names:
            raise Refused(
                f"There is a roll-out called {title} already. Give this one another name, with a year for example."
            )

    def load_first_sample(self) -> None:
        """Load the sample if there is no roll-out that could be shown: what the start of the app does."""
        listed = self._door.listing(APP)
        if all(dict(one.pairs).get("loaded") for one in listed):
            # Two processes that start at once choose the same id, and only one of them loads it.
            self.load_sample(f"{SAMPLE}-whole" if listed else SAMPLE)

    def load_sample(self, identifier: str = SAMPLE, title: str | None = None) -> None:
        """Load the sample roll-out, all of it or nothing, dated so that today it is half-way through its pilot.

        Does nothing if it is there.
        """
        if not self._door.state(identifier).version:
            self._checklists.keep()
            self._door.begin(identifier, sample.load(self.checklist, self.now(), identifier, title))

    def fresh_sample(self) -> Rollout:
        """The sample as it is on its first day, beside the one that people have worked on: nothing is ever deleted. Raises Refused."""
        self._door.may("", self._actor, Start("", ""))
        identifier, at = f"{SAMPLE}-{secrets.token_hex(3)}", dates.local(self.now())
        with self._naming:
            title, taken = f"Sample of {dates.uk(at.date())}, {at:%H:%M}", self.names().values()
            titles = (title, *(f"{title} ({number})" for number in range(2, len(taken) + 3)))
            self.load_sample(identifier, next(one for one in titles if one not in taken))
        return self.view(identifier)
