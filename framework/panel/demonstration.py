"""A whole meeting on a sample case with fictional members, so that one trainer can show its course step by step."""

from dataclasses import dataclass
from datetime import datetime

from framework import panel
from framework.case import Case, FictionalMember
from framework.edition import UNKNOWN, Edition
from framework.panel.spread import spreads


@dataclass(frozen=True, slots=True)
class Step:
    """A moment worth stopping at: the version of the meeting's stream, and what to say."""

    version: int
    title: str
    to: panel.Phase | None = None
    """The phase that begins with it, if one does."""


def events(case: Case, edition: Edition, meeting: str, code: str, now: datetime) -> list[panel.Event]:
    """Every event of the demonstration, decided by the same rules as a real meeting.

    Raises Refused if the case's fictional members cannot hold a meeting (nobody among them scores, say).
    """
    if not case.member:
        raise panel.Refused("This case names no members who could show a meeting.")
    held = _Held(edition, now)
    members = sorted(case.member, key=lambda member: not member.chairs)
    seats = [_seat(f"demo{number}", member, edition) for number, member in enumerate(members)]
    chair = seats[0].member
    opening = panel.Open(
        meeting=meeting,
        case=case.id,
        title=case.title,
        stage=case.stage,
        fictional=True,
        edition=edition.hash,
        code=code,
        carers=case.carers,
        chair=seats[0],
        demonstration=True,
    )
    held.do(chair, opening)
    for seat in seats[1:]:
        held.do(seat.member, panel.Join(seat))
    held.do(chair, panel.MovePhase("scoring"))
    for seat, member in zip(seats, members, strict=True):
        if edition.panel_roles[seat.role].scores:
            _score(held, case, seat, member)
    held.do(chair, panel.MovePhase("revealed"))
    _agree(held, chair)
    held.do(chair, panel.MovePhase("agreed"), panel.MovePhase("closed"))
    return held.events


class _Held:
    """The meeting so far."""

    def __init__(self, edition: Edition, now: datetime) -> None:
        self.edition, self.now = edition, now
        self.state = panel.Panel()
        self.events: list[panel.Event] = []

    def do(self, actor: str, *commands: panel.Command) -> None:
        for command in commands:
            new = panel.decide(self.state, command, actor, self.edition)
            self.state = panel.fold(new, self.state, self.now)
            self.events += new


def _seat(identifier: str, member: FictionalMember, edition: Edition) -> panel.Seat:
    asked = edition.panel_roles[member.role].asked_met_family
    return panel.Seat(identifier, member.name, member.role, "", False if asked else None)


def _score(held: _Held, case: Case, seat: panel.Seat, member: FictionalMember) -> None:
    """One member answers as the reference does, but where the case says that they differ; the social worker adds notes."""
    remarks = {(remark.factor, remark.about): remark for remark in case.remark}
    differs = {(one.factor, one.about): one for one in member.differs}
    for question in held.edition.questions(held.state.carer_ids):
        key = question.key
        status, note = case.reference.answers.get(key, UNKNOWN), ""
        evidence: tuple[str, ...] = ()
        if key in differs:
            status, note = differs[key].status, differs[key].note
        elif key in remarks and seat.role == "social_worker":
            note, evidence = remarks[key].note, remarks[key].evidence
        held.do(seat.member, panel.Score(*key, status, note, evidence))
    held.do(seat.member, panel.Finish(True))


def _agree(held: _Held, chair: str) -> None:
    """The chair records what is offered, question by question; one member dissents, to show how that is kept."""
    dissenting = _dissenter(held.state, held.edition)
    for spread in spreads(held.state, held.edition):
        key = spread.question.key
        if panel.agreement(held.state, key) is None:
            offer = panel.offered(held.state, held.edition, key)
            held.do(
                chair,
                panel.Focus(key),
                panel.Agree(*key, offer.status, f"Offered because {panel.OFFER_REASONS[offer.why]}."),
            )
        if dissenting and dissenting[1] == key:
            reason = "I would have scored this differently and want that on the record."
            held.do(dissenting[0], panel.Dissent(*key, reason))
    held.do(chair, panel.Focus(None))


def _dissenter(state: panel.Panel, edition: Edition) -> tuple[str, tuple[str, str]] | None:
    """One member whose own answer was not the one offered, and the question."""
    for spread in spreads(state, edition):
        if not spread.differs:
            continue
        answer = panel.offered(state, edition, spread.question.key).status
        for member, given in spread.given:
            if given and given.status not in (answer, UNKNOWN) and member.id != state.chair:
                return member.id, spread.question.key
    return None


def steps(done: list[panel.Event], edition: Edition) -> tuple[Step, ...]:
    """Where to stop: people arriving, each member finishing, the reveal, each agreement, the end."""
    found, names = [], {}
    for version, event in enumerate(done, 1):
        match event:
            case panel.Joined(member=member, name=name, role=role):
                names[member] = name
                found.append(Step(version, f"{name} takes a seat: {edition.role_label(role)}"))
            case panel.PhaseMoved(to=to):
                found.append(Step(version, _PHASES[to], to))
            case panel.Finished(member=member):
                found.append(Step(version, f"{names[member]} has finished scoring"))
            case panel.Agreed(subject=subject):
                found.append(Step(version, f"The panel agrees: {edition.subject_label(subject)}"))
            case panel.Dissented(member=member):
                found.append(Step(version, f"{names[member]} dissents, and says why"))
    return tuple(found)


_PHASES: dict[panel.Phase, str] = {
    "gathering": "The panel gathers again",
    "scoring": "Scoring starts: each on their own",
    "revealed": "The chair reveals all scores at once",
    "agreed": "Everything is agreed: the panel's light stands",
    "closed": "The meeting is closed and locked",
}
