"""Bringing in open cases: what the record keeps of it (how columns are matched, which files), and the way a plan is carried out.

One stream for the authority. It names no child: the cases have their own.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from framework import apart, dates, workbooks
from framework.casefile import importing
from framework.casefile.deciding import NO_IMPORT, BringIn, Rules
from framework.casefile.importing import Known, Matching, NotCases, Plan, Sheet
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.kind import Actor, ChangedMeanwhile, Context, Erased, Happened, Kind, Refused, by_type
from framework.streams.policy import Allowed, Policy, See
from framework.streams.store import StoreUnavailable

BOUNDS = apart.Bounds(seconds=10, megabytes=600)
"""For reading a file."""
BROKEN_OFF = timedelta(minutes=10)
"""After so long an import that has not ended was broken off, and another can begin (source: product)."""


class Started(BaseModel):
    """Somebody confirmed a file: from now on its cases begin."""

    model_config = ConfigDict(frozen=True)

    file: str
    content: str
    """A slow hash of what stood in it, with the salt: it outlives the cases, and nobody is to find out by guessing what a small file held."""
    salt: str = ""
    """The same for every file, so that a preview computes one; hexadecimal."""
    columns: tuple[tuple[str, str], ...]
    """(field, heading): how the columns were matched, for the next file."""
    cases: int


class Ended(BaseModel):
    model_config = ConfigDict(frozen=True)

    begun: int
    """Cases that were begun, of those that were confirmed."""


def salted(content: str, salt: str) -> str:
    """What the record keeps of the hash of a file's content: scrypt (RFC 7914) with 16 MB, about 50 ms."""
    return hashlib.scrypt(content.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32).hex()


def kind_of(file: str) -> str:
    """What the record keeps of a file's name, which may be a child's and outlives every case: its ending."""
    return f"a {PurePath(file).suffix.lower() or 'nameless'} file"


@dataclass(frozen=True, slots=True)
class Start:
    seen: int
    """The version that the sender's preview was worked out with."""
    started: Started


Command = Start | Ended


class Brought(NamedTuple):
    """A file that was brought in, or was begun to be."""

    file: str
    content: str
    salt: str
    cases: int
    by: str
    at: datetime
    begun: int | None = None
    """None while it goes on, or if it was broken off."""

    @property
    def whole(self) -> bool:
        return self.begun == self.cases


@dataclass(frozen=True, slots=True)
class State:
    version: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field → heading, as they were matched last."""
    files: tuple[Brought, ...] = ()
    """Oldest first."""

    def running(self, now: datetime) -> Brought | None:
        """The import that goes on at this moment."""
        last = self.files[-1] if self.files else None
        return last if last and last.begun is None and now - last.at < BROKEN_OFF else None

    @property
    def salt(self) -> str:
        """That of the files so far; "" of the first."""
        return next((one.salt for one in self.files if one.salt), "")

    def known(self, content: str) -> Brought | None:
        """The file with this content (:attr:`Sheet.content`) that was brought in whole."""
        kept = salted(content, self.salt) if self.salt else ""
        return next((one for one in reversed(self.files) if one.whole and one.salt and one.content == kept), None)


POLICY: Policy = (
    Allowed(
        "bring in a file of open cases, see which files were brought in, and how their columns were matched",
        (Start, Ended, See),
        frozenset({"team_manager", "records_manager"}),
    ),
)
_APPLIED = policy.applied(POLICY, State())


def fold(happened: Iterable[Happened], start: State) -> State:
    version, columns, files = start.version, dict(start.columns), list(start.files)
    for event, by, at in happened:
        version += 1
        match event:
            case Started():
                columns |= dict(event.columns)
                files.append(Brought(event.file, event.content, event.salt, event.cases, by, at))
            case Ended():
                if files:
                    files[-1] = files[-1]._replace(begun=event.begun)
            case Erased():
                pass
    return State(version, columns, tuple(files))


def _decide(state: State, command: Command, context: Context[Rules]) -> list[Any]:
    if context.rules.open:
        raise Refused(NO_IMPORT)
    if isinstance(command, Ended):
        return [command] if state.files and state.files[-1].begun is None else []
    if state.running(context.now):
        raise Refused(
            "Somebody is bringing in a file at this moment. Wait until it is done, then look at the preview again."
        )
    if state.version != command.seen:
        raise ChangedMeanwhile(
            "Somebody has brought in a file since this preview was made. Nothing was taken; look at the preview again."
        )
    return [command.started]


IMPORTS: Kind[State, Command, Rules] = Kind(
    name="imports",
    noun="list of imports",
    empty=State(),
    stored=by_type({"started": Started, "ended": Ended}),
    fold=fold,
    decide=_decide,
    may=_APPLIED.may,
    view=_APPLIED.view,
    past=_APPLIED.past,
    listed=lambda actor: None,
    title=lambda state: "Imports",
)


class Imports:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        door: Door[State, Command, Rules],
        *,
        now: Callable[[], datetime],
        rules: Callable[[], Rules],
        people: Callable[[], Iterable[Known]],
        there: Callable[[Actor, Iterable[str]], Collection[str]],
        bring_in: Callable[[Actor, BringIn], object],
        new_id: Callable[[], str],
        names: Callable[[Collection[str]], Mapping[str, str]],
    ) -> None:
        """`there`, `bring_in` and `rules`: of :class:`framework.casefile.casefiles.Casefiles`. `people` are those who can have a part."""
        self._door = door
        self._now = now
        self._rules = rules
        self._people = people
        self._there = there
        self._bring_in = bring_in
        self._new_id = new_id
        self._names = names

    def refused(self, actor: Actor) -> str:
        """Why this actor cannot bring in a file now, as a sentence; "" if they can."""
        if self._rules().open:
            return NO_IMPORT
        return "" if policy.allows(POLICY, Start, actor.roles) else policy.refusal(actor)

    def state(self, actor: Actor) -> State:
        """Which files were brought in, and how columns were matched last; nothing for whoever may not."""
        return self._door.view("", actor)

    def read(self, actor: Actor, content: bytes, name: str) -> Sheet:
        """The table in a file, read in a process apart. Raises Refused with a sentence."""
        if why := self.refused(actor):
            raise Refused(why)
        try:
            return apart.run(importing.read, content, name, bounds=BOUNDS)
        except apart.UsedUp as error:
            raise NotCases(f"{name}: {error}") from None
        except workbooks.NotRead as error:
            raise NotCases(str(error)) from None

    def matched(self, actor: Actor, sheet: Sheet) -> dict[str, int]:
        """Which column each field is read from, as it was matched last."""
        return importing.matched(sheet.head, self.state(actor).columns)

    def plan(
        self, actor: Actor, sheet: Sheet, matching: Matching, progress: Callable[[float], None] = lambda part: None
    ) -> Plan:
        """What a sheet would begin, and what in it cannot be taken. Changes nothing. Raises Refused."""
        if why := self.refused(actor):
            raise Refused(why)
        state = self.state(actor)
        if done := state.known(sheet.content):
            return Plan(sheet, matching, version=state.version, known=self._known(done))
        found = importing.plan(
            sheet,
            matching,
            self._people(),
            actor,
            lambda references: self._there(actor, references),
            self._now(),
            self._rules(),
            progress=progress,
        )
        return Plan(sheet, matching, found.cases, found.there, found.refused, state.version)

    def _known(self, done: Brought) -> str:
        who = self._names([done.by]).get(done.by, "somebody")
        return (
            f"This file was brought in already, by {who} on {dates.uk_time(done.at)}: {done.cases:,} "
            f"{'case' if done.cases == 1 else 'cases'}. Nothing is to be taken again."
        )

    def bring_in(self, actor: Actor, plan: Plan, progress: Callable[[float], None] = lambda part: None) -> int:
        """Begin the cases of a plan, as the person who confirmed it, and return how many. Raises Refused.

        Each case begins whole or not at all. If the record fails on the way, the same file brings the rest another time: what is
        there already changes nothing.
        """
        if plan.refused:
            raise Refused("Nothing was brought in: some rows cannot be taken. Put them right in the file first.")
        if not plan.cases:
            raise Refused("The file brings no case that is not here already.")
        if self._there(actor, [one.command.reference for one in plan.cases]):
            raise ChangedMeanwhile(
                "A case of this file has been begun since this preview was made. Nothing was taken; look at the preview again."
            )
        columns = importing.remembered_as(plan.sheet.head, plan.matching)
        salt = self.state(actor).salt or secrets.token_hex(16)
        started = Started(
            file=kind_of(plan.sheet.file),
            content=salted(plan.sheet.content, salt),
            salt=salt,
            columns=columns,
            cases=len(plan.cases),
        )
        self._door.run("", actor, Start(plan.version, started))
        begun = 0
        try:
            for case in plan.cases:
                self._bring_in(actor, importing.identified(case, self._new_id()))
                begun += 1
                if begun % 20 == 0:
                    progress(begun / len(plan.cases))
        finally:
            with suppress(StoreUnavailable):  # what was begun is there; that it was is found by its references
                self._door.run("", actor, Ended(begun=begun))
        return begun
