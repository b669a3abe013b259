"""Papers for the family as pages use them: reading and writing them, and their files."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from framework import dates
from framework.casefile import access as case_access
from framework.casefile.casefiles import Casefiles
from framework.casefile.handout import Held
from framework.casefile.model import Casefile
from framework.items import SOMEBODY, Change, EditConflict
from framework.letters import held, papers, reading
from framework.letters.access import POLICY, deed
from framework.letters.deciding import Begin, Command, Rules
from framework.letters.model import Letters, Paper, Version
from framework.letters.reading import OfDecision
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.kind import Actor, Refused, Unreadable
from framework.streams.policy import See

READS = "the papers for the family"
"""What the log of a case calls the reading of one of its papers."""


class Made(NamedTuple):
    """A paper with how it stands: as it would be now, or as it was filed."""

    paper: Paper
    mark: str
    invented: bool


class FamilyPapers:
    """One for a process; any thread may use it. Whoever has no part in a case is shown nothing and refused."""

    def __init__(
        self,
        door: Door[Letters, Command, Rules],
        casefiles: Casefiles,
        known: Callable[[str], Mapping[str, OfDecision]],
        names: Callable[[list[str]], dict[str, str]],
        authority: str = "",
    ) -> None:
        """`known`: what the papers may tell of the decisions of a case, by the id of each."""
        self._door = door
        self._casefiles = casefiles
        self._known = known
        self._names = names
        self._authority = authority

    @property
    def today(self) -> date:
        return self._casefiles.today

    def view(self, case: str, actor: Actor, upto: int | datetime | None = None) -> Letters:
        """The papers of a case for this actor, as they stand or stood; none (version 0) for whoever has no part in it."""
        if not self._sees(case, actor):
            return Letters()
        try:
            return self._door.view(case, actor, upto=upto)
        except Unreadable:
            raise
        except Refused:  # an earlier moment of what is not theirs
            return Letters()

    def run(self, case: str, actor: Actor, command: Command) -> Letters:
        """Carry out a command and return what the actor may see after it. Raises Refused with a sentence."""
        parts = self._casefiles.parts(case, actor)
        if not self._door.state(case).version:
            if not policy.allows(POLICY, deed(command), actor.roles, parts):
                raise Refused(case_access.NOT_YOURS if case_access.sees(parts) else case_access.NOT_HERE)
            self._door.run(case, actor, Begin(case))
        try:
            self._door.run(case, actor, command)
        except EditConflict as conflict:
            raise self._with_name(case, command, conflict) from None
        return self.view(case, actor)

    def known(self, case: str, actor: Actor) -> Mapping[str, OfDecision]:
        """What the papers may tell of each decision of a case; nothing for whoever has no part in it."""
        return self._known(case) if self._sees(case, actor) else {}

    def draft(self, case: str, actor: Actor, identifier: str) -> Made:
        """A copy, a letter, or (by the id of a person) the facts that they check, as it would be now. Raises Refused."""
        state, file = self._papers(case, actor), self._casefiles.view(case, actor)
        if item := state.copies.get(identifier):
            known = self._known(case).get(item.decision, OfDecision())
            return Made(papers.copy(state, item, file, known), papers.DRAFT, file.invented)
        if found := state.letters.get(identifier):
            known = self._known(case).get(found.decision, OfDecision())
            return Made(papers.letter(found, file, known), papers.DRAFT, file.invented)
        if identifier not in {one.id for one in reading.people(file)}:
            raise Refused("This is not there any more.")
        if stops := reading.facts_stops(state, identifier, file, self._known(case).values()):
            raise Refused(" ".join(stops))
        return Made(papers.facts(state, identifier, file), f"To check, {dates.uk(self.today)}", file.invented)

    def filed(self, case: str, actor: Actor, number: int) -> Made:
        """A version as it was filed. Raises Refused."""
        state = self._papers(case, actor)
        if not 0 < number <= len(state.filed):
            raise Refused("No such version was filed.")
        one = state.filed[number - 1]
        return Made(one.paper, self._mark(state, one), self._casefiles.view(case, actor).invented)

    def pdf(self, case: str, actor: Actor, what: str | int) -> bytes:
        """The PDF of :meth:`draft` (an id) or :meth:`filed` (a number). The log of the case notes it. Raises DocumentFailed, too."""
        made = self._taken(case, actor, what)
        return papers.pdf(made.paper, made.mark, self._authority, made.invented)

    def word(self, case: str, actor: Actor, what: str | int) -> bytes:
        """As :meth:`pdf`, as a Word file."""
        made = self._taken(case, actor, what)
        return papers.word(made.paper, made.mark, self._authority, made.invented)

    def stops(self, case: str, actor: Actor, identifier: str) -> list[str]:
        """Why a copy or letter cannot be filed yet, or the facts (by the id of a person) cannot be given to check, as sentences."""
        state, file = self._papers(case, actor), self._casefiles.view(case, actor)
        if identifier not in state.copies and identifier not in state.letters:
            return reading.facts_stops(state, identifier, file, self._known(case).values())
        paper = self.draft(case, actor, identifier).paper
        if item := state.copies.get(identifier):
            known = self._known(case).get(item.decision, OfDecision())
            return [*papers.outdated(item, file, known), *reading.stops(state, item, file, known, paper)]
        letter = state.letters[identifier]
        known = self._known(case).get(letter.decision, OfDecision())
        return [*papers.outdated(letter, file, known), *reading.letter_stops(letter, file, paper)]

    def held(self, case: str, until: datetime, file: Casefile) -> list[Held]:
        """What they hold of the child, as they stood at a moment: for a hand-out, whoever asks for it. `file`: the case then."""
        state = self._door.at(case, until)
        people = {one.by for one in state.filed} | {one.by for one in state.checks.values()}
        people |= {edit.by for edits in state.items.edits.values() for edit in edits}
        return held.held(state, file, self._names(sorted(people)))

    def _taken(self, case: str, actor: Actor, what: str | int) -> Made:
        made = self.draft(case, actor, what) if isinstance(what, str) else self.filed(case, actor, what)
        self._casefiles.read_by(case, actor, READS)
        return made

    def _mark(self, state: Letters, one: Version) -> str:
        """When it was filed, as it stands at its foot; a child is not told of filing."""
        verb, number = "Filed" if one.person else "Written", reading.edition(state, one)
        newest = reading.versions(state, one.id)[0].number == one.number
        later = "" if newest else ". A newer version has taken its place"
        version = f", version {number}" if one.person or number > 1 else ""
        return f"{verb} on {dates.uk(dates.local(one.at).date())}{version}{later}"

    def _papers(self, case: str, actor: Actor) -> Letters:
        if not self._sees(case, actor):
            raise Refused(case_access.NOT_HERE)
        return self._door.view(case, actor)

    def _sees(self, case: str, actor: Actor) -> bool:
        return policy.allows(POLICY, See, actor.roles, self._casefiles.parts(case, actor))

    def _with_name(self, case: str, command: Any, conflict: EditConflict) -> EditConflict:
        """The conflict with the name of the person in place of their id."""
        if not isinstance(command, Change):
            return conflict
        who = self._door.remembered(case).items.last_by(command.kind, command.id, command.field)
        name = self._names([who]).get(who) if who else None
        return EditConflict((name or SOMEBODY) + str(conflict).removeprefix(who), conflict.theirs)
