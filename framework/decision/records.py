"""Records as pages and the command line take them: of a meeting or a decision, as it stands or as it stood, in each format."""

from collections.abc import Callable, Collection
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple, get_args

from framework import case, casefile, dates, panel
from framework.casefile import reading as of_case
from framework.casefile.casefiles import Casefiles
from framework.decision import record
from framework.decision.deciding import Command
from framework.decision.model import CHOICES, Approved, Decided, Decisions
from framework.decision.record import court, paper, word
from framework.decision.record.model import CheckedFact, Record
from framework.decision.record.of_decision import decision, people
from framework.edition import Edition
from framework.panel.kind import MEETING
from framework.panel.meetings import Meetings, at_the_table
from framework.streams.anchor import Stamp
from framework.streams.door import Door
from framework.streams.kind import Actor, Happened, Refused
from framework.text import with_full_stop

Sort = Literal["decision", "court"]
SORTS: dict[Sort, str] = {"decision": "Decision record", "court": "Court record"}
Format = Literal["json", "pdf", "docx"]
FORMATS: tuple[Format, ...] = get_args(Format)
NOT_HERE = "There is no such meeting or decision, or it is not for you."
GUEST = "The record belongs into the case file; whoever works on the case takes it away."
TOO_EARLY = "At that moment nothing of this meeting or decision was recorded yet. Choose a later one."


class Which(NamedTuple):
    """What a record is of: a meeting, a decision of a case, or both. A meeting's last decision is found by itself."""

    meeting: str = ""
    case: str = ""
    decision: str = ""


class Moment(NamedTuple):
    """A past moment that a record can be of."""

    at: datetime
    what: str


class _Read(NamedTuple):
    """What a record is made from, each part as it stood."""

    state: panel.Panel
    happened: list[Happened]
    file: casefile.Casefile | None
    decisions: Decisions
    which: Which


class Records:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        meetings: Meetings,
        panels: Door[panel.Panel, panel.Command, Edition],
        casefiles: Casefiles,
        files: Door[casefile.Casefile, casefile.Command, Any],
        decisions: Door[Decisions, Command, Any],
        sample: Callable[[str], case.Case | None],
        edition: Callable[[panel.Panel], Edition],
        names: Callable[[Collection[str]], dict[str, str]],
        stamp: Callable[[], Stamp],
        now: Callable[[], datetime],
        checked_facts: Callable[[str, datetime | None], tuple[CheckedFact, ...]],
        authority: str = "",
    ) -> None:
        """`sample` gives a sample case by its number; `edition` the one that a meeting is scored with, or the current one.

        `checked_facts`: what parents said, of a case, up to a moment.
        """
        self._meetings = meetings
        self._panels = panels
        self._casefiles = casefiles
        self._files = files
        self._decisions = decisions
        self._sample = sample
        self._edition = edition
        self._names = names
        self._stamp = stamp
        self._now = now
        self._checked_facts = checked_facts
        self._authority = authority

    # ── For pages ────────────────────────────────────────────────────────────────────────────────────────────────────

    def of(self, which: Which, actor: Actor, member: str | None = None, upto: datetime | None = None) -> Record:
        """What this actor, who sits at the meeting as `member`, may take away. Raises Refused.

        Whoever has no part in the case gets what the meeting read, and nothing of the decision.
        """
        state = self._meetings.view(which.meeting, member, me=actor) if which.meeting else panel.Panel()
        at_case = which.case or state.casefile
        if which.meeting and not state.version:
            raise Refused(NOT_HERE)
        if member in state.members and state.members[member].guest:
            raise Refused(GUEST)
        file = self._casefiles.view(at_case, actor, upto) if at_case else None
        decisions = self._decisions.view(at_case, actor, upto=upto) if file and file.version else Decisions()
        happened = self._told(which.meeting, at_the_table(member, actor), upto)
        if which.meeting:
            state = self._meetings.view(which.meeting, member, me=actor, upto=len(happened))
        if at_case:
            self._casefiles.read_by(at_case, actor, "the record of a decision")
        return self._made(_Read(state, happened, file, decisions, which._replace(case=at_case)), upto)

    def _told(self, meeting: str, actor: Actor, upto: datetime | None) -> list[Happened]:
        if not meeting:
            return []
        told = self._panels.told(meeting, actor)
        if not told:
            raise Refused(
                "While members answer on their own, nothing can be taken away. It can be once the scores are revealed."
            )
        return [one for one in told if upto is None or one.at <= upto]

    def moments(self, which: Which, actor: Actor, member: str | None = None) -> list[Moment]:
        """When the meeting came to an end and something was decided or approved, the newest first."""
        found = []
        state = self._meetings.view(which.meeting, member, me=actor) if which.meeting else panel.Panel()
        if which.meeting:
            told = self._panels.told(which.meeting, at_the_table(member, actor))
            found += [
                Moment(one.at, f"Meeting: {panel.PHASE_WORDS[one.event.to].lower()}")
                for one in told
                if isinstance(one.event, panel.PhaseMoved)
            ]
        at_case = which.case or state.casefile
        for one in self._decisions.told(at_case, actor) if at_case else ():
            if isinstance(one.event, Decided):
                found.append(Moment(one.at, f"Decided: {CHOICES[one.event.outcome].label}"))
            elif isinstance(one.event, Approved):
                found.append(Moment(one.at, "Approved"))
        return sorted(found, key=lambda one: one.at)[::-1]

    # ── For the command line ─────────────────────────────────────────────────────────────────────────────────────────

    def whole(self, meeting: str, upto: datetime | None = None) -> Record:
        """The record of a meeting with everything in it, for whoever holds the database. Not for pages. Raises Refused."""
        happened = [one for one in self._panels.history(meeting) if upto is None or one.at <= upto]
        state = self._panels.at(meeting, len(happened)) if happened else panel.Panel()
        if not state.version:
            known = self._panels.state(meeting).version
            raise Refused(TOO_EARLY if known else f"There is no meeting “{meeting}” in this record.")
        file, decisions = None, Decisions()
        if state.casefile:
            file = self._files.at(state.casefile, upto) if upto else self._files.state(state.casefile)
            decisions = self._decisions.at(state.casefile, upto) if upto else self._decisions.state(state.casefile)
        return self._made(_Read(state, happened, file, decisions, Which(meeting, state.casefile)), upto)

    # ── Making ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _made(self, read: _Read, upto: datetime | None) -> Record:
        state, which, decisions = read.state, read.which, read.decisions
        found = which.decision or _of_meeting(decisions, which.meeting)
        if not state.version and found not in decisions.drafts:
            raise Refused(TOO_EARLY if upto else NOT_HERE)
        made_at, edition = self._now(), self._edition(state)
        day: date = dates.local(upto or made_at).date()
        file = read.file if read.file and read.file.version else None
        return record.of(
            state if state.version else None,
            edition,
            read.happened,
            evidence=None if file else panel.bundle_of(state) if state.casefile else self._sample(state.case),
            file=file,
            restricted=of_case.restricted(self._files.state(which.case)) if file else (),
            decision=decision(
                decisions,
                found,
                edition,
                day,
                self._names(people(decisions)),
                file,
                {**state.past_carers, **state.carers},
            ),
            checked_facts=self._checked_facts(which.case, upto) if file else (),
            proof=record.proved(self._hashes(read), self._stamp()),
            authority=self._authority,
            made_at=made_at,
            stood_at=upto,
        )

    def _hashes(self, read: _Read) -> list[tuple[str, int, str]]:
        meeting, case_ = read.which.meeting, read.which.case
        doors: list[tuple[str, Door[Any, Any, Any], str, int]] = [
            (f"the {MEETING.noun}", self._panels, meeting, read.state.version),
            ("the decisions of the case", self._decisions, case_, read.decisions.version),
            ("the case", self._files, case_, read.file.version if read.file else 0),
        ]
        return [(what, version, door.hash_at(name, version)) for what, door, name, version in doors if version]


def _of_meeting(decisions: Decisions, meeting: str) -> str:
    """The last decision on a meeting that was not given up; "" if there is none."""
    drafts = [name for name, one in decisions.drafts.items() if meeting and one.meeting == meeting]
    return next((name for name in reversed(drafts) if name not in decisions.dropped), "")


def as_file(made: Record, sort: Sort, form: Format, template: bytes | None = None) -> bytes:
    """A record in one format; `template`: an authority's own Word template. Raises DocumentFailed."""
    if form == "json":
        return record.as_json(made) if sort == "decision" else record.court_json(made)
    set_ = _paper(made, sort)
    if form == "pdf":
        return paper.as_pdf(set_)
    return word.by_own_template(template, made, set_) if template is not None else word.as_word(made, set_)


def first_page(made: Record, sort: Sort) -> bytes:
    """The first page as a PNG picture. Raises DocumentFailed."""
    return paper.first_page(_paper(made, sort))


def in_words(made: Record, sort: Sort) -> str:
    """What the first page says, for whoever does not see the picture of it."""
    first = _paper(made, sort).blocks[:8]
    said = [": ".join(filter(None, (one["label"], one["text"]))) for one in first if one["text"]]
    return f"The {SORTS[sort].lower()} begins so. {' '.join(map(with_full_stop, said))}"


def _paper(made: Record, sort: Sort) -> paper.Paper:
    return paper.decision_paper(made) if sort == "decision" else court.court_paper(made)


def moment(day: date | None, clock: time) -> datetime:
    """A day and a time as a clock in England shows it; no day: today."""
    return datetime.combine(day or dates.today(), clock, dates.LONDON).replace(second=59)
