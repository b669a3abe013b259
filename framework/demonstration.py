"""A whole meeting on a sample case with fictional members, so that one trainer can show its course step by step."""

from dataclasses import dataclass
from datetime import datetime

from framework import panel as p
from framework.case import Case
from framework.edition import UNKNOWN, Edition


@dataclass(frozen=True, slots=True)
class Step:
    """A moment worth stopping at: the version of the meeting's stream, and what to say."""

    version: int
    title: str


def events(case: Case, edition: Edition, meeting: str, code: str, now: datetime) -> list[p.Event]:
    """Every event of the demonstration, decided by the same rules as a real meeting.

    Raises Refused if the case's fictional members cannot hold a meeting (nobody among them scores, say).
    """
    state, done = p.Panel(), []

    def do(actor: str, command: p.Command) -> None:
        nonlocal state
        new = p.decide(state, command, actor, edition)
        state = p.fold(new, state, now)
        done.extend(new)

    members = sorted(case.member, key=lambda member: not member.chairs)
    if not members:
        raise p.Refused("This case names no members who could show a meeting.")
    roles = edition.panel_roles
    seats = [
        p.Seat(f"demo{number}", m.name, m.role, "", False if roles[m.role].asked_met_family else None)
        for number, m in enumerate(members)
    ]
    chair = seats[0].member
    do(
        chair,
        p.Open(
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
        ),
    )
    for seat in seats[1:]:
        do(seat.member, p.Join(seat))
    do(chair, p.MovePhase("scoring"))
    remarks = {(remark.factor, remark.about): remark for remark in case.remark}
    for seat, member in zip(seats, members, strict=True):
        if not roles[seat.role].scores:
            continue
        differs = {(d.factor, d.about): d for d in member.differs}
        for question in edition.questions(state.carer_ids):
            key = question.key
            status, note = case.reference.answers.get(key, UNKNOWN), ""
            evidence: tuple[str, ...] = ()
            if key in differs:
                status, note = differs[key].status, differs[key].note
            elif key in remarks and seat.role == "social_worker":
                note, evidence = remarks[key].note, remarks[key].evidence
            do(seat.member, p.Score(*key, status, note, evidence))
        do(seat.member, p.Finish(True))
    do(chair, p.MovePhase("revealed"))
    dissenting = _dissenter(state, edition)
    from framework.spread import spreads

    for spread in spreads(state, edition):
        key = spread.question.key
        if p.agreement(state, key) is None:
            do(chair, p.Focus(key))
            offer = p.offered(state, edition, key)
            do(chair, p.Agree(*key, offer.status, p.OFFER_REASONS[offer.why]))
        if dissenting and dissenting[1] == key:
            do(dissenting[0], p.Dissent(*key, "I would have scored this differently and want that on the record."))
    do(chair, p.Focus(None))
    do(chair, p.MovePhase("agreed"))
    do(chair, p.MovePhase("closed"))
    return done


def _dissenter(state: p.Panel, edition: Edition) -> tuple[str, tuple[str, str]] | None:
    """One member whose own answer was not the one offered, to show how dissent is kept."""
    from framework.spread import spreads

    for spread in spreads(state, edition):
        if not spread.differs:
            continue
        answer = p.offered(state, edition, spread.question.key).status
        for member, given in spread.given:
            if given and given.status not in (answer, UNKNOWN) and member.id != state.chair:
                return member.id, spread.question.key
    return None


def steps(done: list[p.Event], edition: Edition) -> tuple[Step, ...]:
    """Where to stop: people arriving, each member finishing, the reveal, each agreement, the end."""
    found, names = [], {}
    for version, event in enumerate(done, 1):
        match event:
            case p.Joined(member=member, name=name, role=role):
                names[member] = name
                found.append(Step(version, f"{name} takes a seat: {edition.role_label(role)}"))
            case p.PhaseMoved(to=to):
                found.append(Step(version, _PHASES[to]))
            case p.Finished(member=member):
                found.append(Step(version, f"{names[member]} has finished scoring"))
            case p.Agreed(subject=subject):
                found.append(Step(version, f"The panel agrees: {edition.subject_label(subject)}"))
            case p.Dissented(member=member):
                found.append(Step(version, f"{names[member]} dissents, and says why"))
    return tuple(found)


_PHASES: dict[p.Phase, str] = {
    "gathering": "The panel gathers again",
    "scoring": "Scoring starts: each on their own",
    "revealed": "The chair reveals all scores at once",
    "agreed": "Everything is agreed: the panel's light stands",
    "closed": "The meeting is closed and locked",
}
