"""Audit trails as pages use them. Each part is asked of its own door, so that nobody sees here what their view does not allow."""

from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

from framework import dates
from framework.audit import reading
from framework.audit.reading import Checked, Part, Trail
from framework.casefile import in_words as of_case
from framework.casefile.access import NOT_HERE
from framework.casefile.casefiles import Casefiles
from framework.casefile.kind import CASEFILE
from framework.casefile.readers import READING
from framework.casefile.released import RELEASED
from framework.decision.kind import DECISION
from framework.decision.words import sentences as decisions_in_words
from framework.disposal import in_words as of_disposal
from framework.disposal.keeping import KEEPING
from framework.disposal.kind import DISPOSAL
from framework.disposal.retention import Retention, RetentionError
from framework.edition import Edition
from framework.items import SOMEBODY
from framework.letters import in_words as of_letters
from framework.letters.kind import LETTERS
from framework.panel.kind import MEETING
from framework.panel.meetings import Meetings
from framework.panel.model import SEEN_BY_ALL, Panel
from framework.streams.door import Door
from framework.streams.kind import NOBODY, Actor, Happened, Kind, Refused, Unreadable
from framework.streams.store import Verified
from framework.trail import Said

CASE, READ, DECISIONS, FAMILY = "Case", "Reading", "Decisions", "For the family"
HANDED_OUT, KEPT, DISPOSED = "Hand-outs", "Retention", "Disposal"
HIDDEN = "What happens at the meeting of stage {stage} that goes on can be read once its answers are on the table."
UNREADABLE = "The {part} cannot be read: {why}"
READS = "the audit trail, to take it away"
"""What the log of a case calls the taking of a copy."""


class Trails:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        casefiles: Casefiles,
        meetings: Meetings,
        doors: Callable[[Kind[Any, Any, Any]], Door[Any, Any, Any]],
        verify: Callable[[str], Verified],
        names: Callable[[Collection[str]], dict[str, str]],
        retention: Callable[[], Retention],
        edition: Callable[[], Edition],
    ) -> None:
        """`verify` recomputes one stream, by its name. `retention` raises RetentionError; `edition` gives levels their names."""
        self._casefiles = casefiles
        self._meetings = meetings
        self._door = doors
        self._verify = verify
        self._names = names
        self._retention = retention
        self._edition = edition

    def of_case(self, case: str, actor: Actor) -> Trail:
        """Everything that happened in a case and in what belongs to it; the empty trail for whoever does not see the case."""
        happened = self._casefiles.told(case, actor)
        if not happened:
            return Trail()
        state = self._casefiles.view(case, actor)
        names = self._names(of_case.people(happened))
        parts, notes = [reading.part(CASE, CASEFILE.stream(case), of_case.told(happened, state, names))], []
        for label, add in (
            (READ, self._reading),
            (DECISIONS, self._decisions),
            (FAMILY, self._for_the_family),
            (HANDED_OUT, self._handed_out),
            (KEPT, self._kept),
            (DISPOSED, self._disposed),
        ):
            try:
                parts += add(case, actor)
            except Unreadable as error:
                notes.append(UNREADABLE.format(part=label.lower(), why=error))
        for meeting in reversed(self._meetings.on_casefile(case, actor)):
            if meeting.phase in SEEN_BY_ALL:
                parts += self._meeting(meeting, None, actor)
            else:
                notes.append(HIDDEN.format(stage=meeting.stage))
        return Trail(tuple(_told_apart(parts)), tuple(notes))

    def of_meeting(self, meeting: str, member: str | None, me: Actor = NOBODY) -> Trail:
        """Every event of a meeting, for whoever sees it; nothing while members answer on their own."""
        state = self._meetings.view(meeting, member, me=me)
        return Trail(tuple(self._meeting(state, member, me))) if state.phase in SEEN_BY_ALL else Trail()

    def verify_case(self, case: str, actor: Actor) -> list[Checked]:
        """Compute every hash of the parts of :meth:`of_case` again."""
        return self._checked(self.of_case(case, actor))

    def verify_meeting(self, meeting: str, member: str | None, me: Actor = NOBODY) -> list[Checked]:
        return self._checked(self.of_meeting(meeting, member, me))

    def csv(self, case: str, actor: Actor, parts: Collection[str], who: Collection[str], words: str) -> bytes:
        """The trail of a case as a file, filtered as on the screen. The log of the case notes that it was taken.

        Raises Refused for whoever does not see the case.
        """
        trail = self.of_case(case, actor)
        if not trail.parts:
            raise Refused(NOT_HERE)
        self._casefiles.read_by(case, actor, READS)
        return reading.as_csv(reading.filtered(trail.lines, parts, who, words))

    def _checked(self, trail: Trail) -> list[Checked]:
        return [reading.checked(part.label, self._verify(part.stream)) for part in trail.parts]

    # ── The parts of a case ──────────────────────────────────────────────────────────────────────────────────────────

    def _meeting(self, state: Panel, member: str | None, me: Actor) -> list[Part]:
        said = self._meetings.told(state.meeting, member=member, me=me)
        if not said:
            return []
        day = dates.uk(dates.local(said[0].at).date())
        return [reading.part(f"Meeting of {day}, stage {state.stage}", MEETING.stream(state.meeting), said)]

    def _reading(self, case: str, actor: Actor) -> list[Part]:
        reads = self._casefiles.readings(case, actor).reads
        said = of_case.reads(reads, self._names({one.person for one in reads}))
        return [reading.part(READ, READING.stream(case), said)] if said else []

    def _decisions(self, case: str, actor: Actor) -> list[Part]:
        levels = {level.id: level.label for level in self._edition().level}

        def say(happened: list[Happened]) -> list[Said]:
            people = of_case.people(happened)
            found = decisions_in_words(happened, self._names(people), levels)
            return [Said(one.at, one.who or SOMEBODY, one.what) for one in found]

        return self._part(DECISION, DECISIONS, case, actor, say)

    def _for_the_family(self, case: str, actor: Actor) -> list[Part]:
        state = self._casefiles.view(case, actor)
        return self._part(LETTERS, FAMILY, case, actor, lambda all_: of_letters.told(all_, state, self._named(all_)))

    def _handed_out(self, case: str, actor: Actor) -> list[Part]:
        return self._part(RELEASED, HANDED_OUT, case, actor, lambda all_: of_case.handed_out(all_, self._named(all_)))

    def _kept(self, case: str, actor: Actor) -> list[Part]:
        return self._part(KEEPING, KEPT, case, actor, self._on_disposal)

    def _disposed(self, case: str, actor: Actor) -> list[Part]:
        found = self._door(DISPOSAL).find("of_case", case)
        return [part for one in found for part in self._part(DISPOSAL, DISPOSED, one, actor, self._on_disposal)]

    def _on_disposal(self, happened: list[Happened]) -> Any:
        rules = None
        with suppress(RetentionError):
            rules = self._retention()
        return of_disposal.told(happened, self._named(happened), rules)

    def _part(
        self, kind: Kind[Any, Any, Any], label: str, identifier: str, actor: Actor, say: Callable[[list[Happened]], Any]
    ) -> list[Part]:
        happened = self._door(kind).told(identifier, actor)
        return [reading.part(label, kind.stream(identifier), say(happened))] if happened else []

    def _named(self, happened: Collection[Happened]) -> dict[str, str]:
        return self._names({one.actor for one in happened} - {""})


def _told_apart(parts: list[Part]) -> list[Part]:
    """Parts of one label have a number from the second on: two meetings on one day, two disposals."""
    seen, found = Counter[str](), []
    for one in parts:
        seen[one.label] += 1
        label = f"{one.label} ({seen[one.label]})" if seen[one.label] > 1 else one.label
        found.append(Part(label, one.stream, tuple(line._replace(part=label) for line in one.lines)))
    return found
