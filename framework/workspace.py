"""The composition root: opens the store and makes the doors and what stands before them. No rule is in here."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from framework import case, casefile, edition
from framework.audit.trails import Trails
from framework.case.cases import CASE, SAMPLES, Cases
from framework.casefile import Casefile, Rules
from framework.casefile import access as case_access
from framework.casefile.casefiles import Casefiles, new_id
from framework.casefile.handout import Held
from framework.casefile.handouts import Handouts
from framework.casefile.importing import Known
from framework.casefile.imports import IMPORTS, Imports
from framework.casefile.kind import CASEFILE
from framework.casefile.readers import READING
from framework.casefile.released import RELEASED
from framework.casefile.tries import TRIES
from framework.costs.saved import SCENARIO, Scenarios
from framework.decision import basis
from framework.decision import held as of_decisions
from framework.decision.basis import Person, Sat
from framework.decision.decisions import DecisionBook
from framework.decision.kind import DECISION
from framework.decision.record.model import CheckedFact
from framework.decision.records import Records
from framework.disposal import meetings as of_meeting
from framework.disposal.backups import BACKUP
from framework.disposal.disposals import Disposals
from framework.disposal.keeping import KEEPING
from framework.disposal.kind import DISPOSAL
from framework.edition import Edition
from framework.edition.editions import EDITION, Editions
from framework.letters import for_record, offering
from framework.letters.deciding import Rules as PaperRules
from framework.letters.family import FamilyPapers
from framework.letters.kind import LETTERS
from framework.letters.reading import OfDecision
from framework.panel.drafts import Drafts
from framework.panel.kind import MEETING
from framework.panel.meetings import Meetings
from framework.panel.model import Panel
from framework.people.kind import PERSON
from framework.people.mail import MAIL, Mail
from framework.people.mode import MODE, OpenRefused
from framework.people.model import person_id
from framework.people.people import People
from framework.people.settings import Settings
from framework.rollout import checklist
from framework.rollout.checklists import CHECKLIST, Checklists
from framework.rollout.kind import ROLLOUT
from framework.rollout.rollouts import Rollouts
from framework.streams.anchor import Anchor, AnchorError, Stamp
from framework.streams.door import Door, Outage
from framework.streams.kind import APP, NOBODY, Actor, C, Kind, R, Refused, Relations, S, Shows
from framework.streams.live import Watch
from framework.streams.policy import OPEN
from framework.streams.store import REGISTER, Store, StoreUnavailable
from framework.waiting import Waits, waits


class Workspace:
    """Everything that pages and the command line read and do. One for a process; any thread may use it."""

    def __init__(
        self,
        store: Store,
        current: Edition,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        settings: Settings | None = None,
    ) -> None:
        """Without settings the app runs open."""
        self.store = store
        self.settings = settings or Settings()
        self.now = now
        self.seconds: Callable[[], float] = time.monotonic
        """What waits are measured with: a clock that nobody sets back."""
        self._outage = outage = Outage()

        def clock() -> datetime:
            return self.now()

        self._doors: dict[str, Door[Any, Any, Any]] = {}

        def no_parts(state: object, actor: Actor, identifier: str) -> Relations:
            return frozenset()

        def door(
            kind: Kind[S, C, R],
            rules: Callable[[S], R],
            parts: Callable[[S, Actor, str], Relations] = no_parts,
            called: Callable[[str], str] = str,
        ) -> Door[S, C, R]:
            self._doors[kind.name] = made = Door(
                kind, store, rules, clock, outage, parts, without_roles=without_roles, called=called
            )
            return made

        def without_roles() -> frozenset[str]:
            """The roles of an actor of whom nothing is known: all of them where the app runs open, none elsewhere."""
            return frozenset({OPEN}) if self.people.open else frozenset()

        self.people = People(door(PERSON, lambda _: self.settings), door(MODE, _no_rules), self.settings, store, clock)
        self.mail = Mail(door(MAIL, _no_rules), self.people, self.settings, lambda actor: self.waits(actor).line, clock)
        self.editions = Editions(door(EDITION, _no_rules), current)
        self.cases = Cases(door(CASE, _no_rules), door(SAMPLES, _no_rules), lambda: case.load_samples(current))
        self.meetings = Meetings(
            door(
                MEETING,
                self._edition_of,
                lambda panel, actor, _: (
                    self.casefiles.parts(panel.casefile, _person(actor)) if panel.casefile else frozenset()
                ),
            ),
            Drafts(store, clock),
            self._edition_of,
            clock,
            lambda: self.seconds(),
            lambda: self.stamp(),
            lambda person: self.people.actor(person),
        )
        self.anchor: Anchor | None = None
        checklists = Checklists(door(CHECKLIST, _no_rules), checklist.load())
        called = self.people.called
        self.rollouts = Rollouts(
            door(ROLLOUT, lambda state: checklists.of(state.checklist), called=called), checklists, clock
        )
        self.scenarios = Scenarios(door(SCENARIO, _no_rules, called=called))
        self.casefiles = self._casefiles(door, clock)
        self.imports = Imports(
            door(IMPORTS, lambda _: self.casefiles.rules),
            now=clock,
            rules=lambda: self.casefiles.rules,
            people=lambda: [
                Known(one.id, one.name, one.address) for one in self.people.listing(APP) if not one.blocked
            ],
            there=self.casefiles.there_already,
            bring_in=self.casefiles.bring_in,
            new_id=new_id,
            names=self.people.names,
        )
        self.decisions = self._decisions(door, clock)
        self.records = self._records(clock)
        self.letters = self._letters(door)
        self.disposals = self._disposals(door, clock)
        self.handouts = self._handouts(door)
        self.trails = Trails(
            self.casefiles,
            self.meetings,
            lambda kind: self._doors[kind.name],
            self.store.verify,
            self.people.names,
            lambda: self.disposals.rules,
            lambda: self.edition,
        )

    def _edition_of(self, panel: Panel) -> Edition:
        return self.editions.of(panel.edition)

    def _casefiles(self, door: Any, clock: Callable[[], datetime]) -> Casefiles:
        cases: Door[Casefile, casefile.Command, Rules] = door(
            CASEFILE,
            lambda _: self.casefiles.rules,
            lambda state, actor, _: self.casefiles.relations(state, actor),
        )
        return Casefiles(
            cases,
            door(READING, _no_rules, lambda log, actor, case: self.casefiles.parts(case, actor)),
            door(TRIES, _no_rules),
            clock,
            is_open=lambda: self.people.open,
            before_real=lambda: self.people.close("a real case was begun"),
            names=self.people.names,
            roles=self.people.roles_of,
        )

    def _letters(self, door: Any) -> FamilyPapers:
        def known(case: str) -> dict[str, OfDecision]:
            return offering.known(self._doors[DECISION.name].state(case), self.casefiles.today) if case else {}

        return FamilyPapers(
            door(
                LETTERS,
                lambda state: PaperRules(
                    self.casefiles.today, self._doors[CASEFILE.name].state(state.case), known(state.case)
                ),
                lambda _, actor, case: self.casefiles.parts(case, actor),
            ),
            self.casefiles,
            known,
            self.people.names,
            self.settings.authority,
        )

    def _decisions(self, door: Any, clock: Callable[[], datetime]) -> DecisionBook:
        decisions = door(
            DECISION,
            lambda state: self._decision_rules(state.case),
            lambda _, actor, case: self.casefiles.parts(case, actor),
        )
        return DecisionBook(decisions, self._decision_rules, self.casefiles, clock, self.people.names)

    def _records(self, clock: Callable[[], datetime]) -> Records:
        return Records(
            self.meetings,
            self._doors[MEETING.name],
            self.casefiles,
            self._doors[CASEFILE.name],
            self._doors[DECISION.name],
            sample=lambda number: self.cases.case(number),
            edition=lambda state: self._edition_of(state) if state.version else self.edition,
            names=self.people.names,
            stamp=self.stamp,
            now=clock,
            checked_facts=self._checked_facts,
            authority=self.settings.authority,
        )

    def _checked_facts(self, case: str, upto: datetime | None) -> tuple[CheckedFact, ...]:
        papers = self._doors[LETTERS.name]
        return for_record.checked_facts(
            papers.at(case, upto) if upto else papers.state(case), self._doors[CASEFILE.name].state(case)
        )

    def _decision_rules(self, case: str) -> basis.Rules:
        """What the decisions on a case depend on, each looked up when a command asks for it."""
        return basis.Rules(
            today=self.casefiles.today,
            case=lambda identifier: self._doors[CASEFILE.name].state(identifier),
            meeting=self._sat,
            person=lambda identifier: self._person(case, identifier),
            lights=basis.lights(self.edition),
        )

    def _sat(self, case: str, meeting: str) -> Sat | None:
        """What a meeting on this case ended with; None if there is no such meeting on it."""
        panel = self.meetings.state(meeting)
        if not panel.version or panel.casefile != case:
            return None
        return basis.sat(panel, self._edition_of(panel), self.meetings.history(meeting))

    def _person(self, case: str, identifier: str) -> Person | None:
        """Somebody who signs in here, with their parts in this case; None for anybody else."""
        try:
            actor = self.people.actor(identifier)
        except Refused:
            return None
        return Person(actor.name, actor.roles, self.casefiles.parts(case, actor))

    def _disposals(self, door: Any, clock: Callable[[], datetime]) -> Disposals:
        return Disposals(
            door(DISPOSAL, _no_rules),
            door(KEEPING, _no_rules),
            door(BACKUP, _no_rules),
            self._doors[CASEFILE.name],
            self.store,
            lambda kind: self._doors[kind].kind.noun if kind in self._doors else kind,
            clock,
        )

    def _handouts(self, door: Any) -> Handouts:
        def more(case: str, until: datetime) -> list[Held]:
            found = self.store.find("case", case, MEETING.name)
            return [
                *of_meeting.held(found, self.meetings.history, self._edition_of, until),
                *of_decisions.held(self._doors[DECISION.name].history(case), self.people.names, until),
                *self.letters.held(case, until, self._doors[CASEFILE.name].at(case, until)),
            ]

        return Handouts(
            door(RELEASED, _no_rules, lambda log, actor, case: self.casefiles.parts(case, actor)),
            self._doors[CASEFILE.name],
            self._doors[READING.name],
            self.casefiles,
            more,
            self.people.names,
            self.settings.authority,
        )

    @classmethod
    def open(cls, url: str | None = None, settings: Settings | None = None) -> "Workspace":
        """Open the store, load the edition and, on the first start, the sample cases, people and roll-out.

        Without settings, those of the environment. Raises StoreUnavailable, EditionError, CaseError, SettingsError or
        OpenRefused, each with a sentence for the user.
        """
        settings = settings or Settings.given(os.environ)
        current = edition.load()
        store = Store.open(url)
        workspace = cls(store, current, settings=settings)
        try:
            workspace.people.refuse_open()
        except OpenRefused:
            store.close()
            raise
        for door in workspace._doors.values():
            door.index_again()
        workspace.anchor = Anchor.given(workspace.store)
        if workspace.anchor:
            workspace.anchor.follow()
        workspace.people.load_invented()
        workspace.cases.load_samples()
        workspace.rollouts.load_first_sample()
        workspace.casefiles.load_sample(lambda role: person_id("invented", role))
        return workspace

    @property
    def edition(self) -> Edition:
        """The edition that new meetings are scored with."""
        return self.editions.current

    @property
    def outage(self) -> str:
        """Why the record could not be read just now; "" while it can."""
        return self._outage.said

    def stamp(self) -> Stamp:
        """What a document that is made now carries of the record. Raises StoreUnavailable."""
        if self.anchor:
            with suppress(AnchorError):  # is logged where the anchor follows the record
                head = self.anchor.note()
                return Stamp("anchor", head.number, head.hash)
        began = self.store.head(REGISTER)
        return Stamp("register", began, self.store.hash_at(REGISTER, began))

    def waits(self, actor: Actor) -> Waits:
        """What waits for somebody over all subjects. Raises StoreUnavailable."""
        return waits(actor, self.casefiles, self.meetings, self.people, self.decisions)

    def check_writable(self) -> None:
        """Raises StoreUnavailable, with a sentence, while nothing can be recorded."""
        self.store.check_writable()

    def shows(self, stream: str, actor: str | None) -> Shows:
        """What a screen of this actor has to show of a stream, as this process last knew it. Asks no database."""
        kind, _, identifier = stream.partition(":")
        if kind == CASEFILE.name:
            return self.casefiles.shows(identifier, actor)
        return self._doors[kind].shows(identifier, actor) if kind in self._doors else Shows(0)

    def knows(self, stream: str, version: int) -> bool:
        """Whether this process has read a stream up to a version, or cannot. Asks no database."""
        kind, _, identifier = stream.partition(":")
        return kind not in self._doors or self._doors[kind].remembered(identifier).version >= version

    def still_hears(self, watch: Watch) -> bool:
        """Whether whoever listens in this name still has to do with the case, or the meeting on one, that they listen to.

        Asks the record. Raises StoreUnavailable and Unreadable.
        """
        kind, _, identifier = watch.stream.partition(":")
        if not watch.member:
            return not (kind == MEETING.name and watch.person) or self._still_sees(identifier, watch.person)
        if kind == MEETING.name:  # of one on a sample, what this process remembers of the seat is enough
            return not self._doors[kind].remembered(identifier).casefile or self.meetings.still_seated(watch)
        if kind not in (CASEFILE.name, DECISION.name, LETTERS.name):  # they are called by the id of the case
            return True
        try:
            return case_access.sees(self.casefiles.parts(identifier, self.people.actor(watch.member)))
        except Refused:  # they are blocked
            return False

    def _still_sees(self, meeting: str, person: str) -> bool:
        """Whether somebody who has no seat at a meeting still sees it."""
        if not self._doors[MEETING.name].remembered(meeting).casefile:
            return True
        try:
            return self.meetings.seen(meeting, "", self.people.actor(person)).version > 0
        except Refused:  # they are blocked
            return False

    def catch_up(self, stream: str, version: int) -> None:
        """Read what another process wrote, up to a version; while the database is away, what is known stays.

        Raises Unreadable.
        """
        kind, _, identifier = stream.partition(":")
        with suppress(StoreUnavailable):
            self._doors[kind].state(identifier, newest=version)

    def reset_samples(self, actor: Actor = NOBODY) -> int:
        """Load the sample cases again and set aside every meeting held on them. Returns how many were set aside.

        Raises Refused.
        """
        aside = self.meetings.on_samples()
        self.cases.seen_by(actor).reset(aside)
        return len(aside)


def _person(actor: Actor) -> Actor:
    """The person who sits at a table."""
    return Actor(actor.person, actor.name, actor.roles)


def _no_rules(state: object) -> None:
    return None
