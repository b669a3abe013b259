"""Commands on the decisions of a child, and what each leads to: events, or Refused with a sentence for the user."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import ValidationError

from framework import dates, items
from framework.casefile.model import PARTS, Casefile
from framework.casefile.reading import status_on
from framework.decision import preparing
from framework.decision.approval import InvalidFacts, approval, parse
from framework.decision.basis import Person, Rules, Sat
from framework.decision.model import (
    AFTERWARDS,
    KINDS,
    Answer,
    ApprovalAsked,
    ApprovalRefused,
    Approved,
    AssessmentCompleted,
    AuthoritySatisfied,
    Classified,
    Decided,
    Decisions,
    Draft,
    Event,
    Made,
    Opened,
    PlanPrepared,
    Satisfied,
    SentBack,
    Stage,
    Superseded,
    Told,
    Unsatisfied,
    View,
    Withdrawn,
    fold,
)
from framework.decision.reading import (
    choices,
    complete,
    conditions,
    first_day,
    follows_assessment,
    in_order,
    needs_plan,
    unmet,
)
from framework.items import LINE_LIMIT, Add, Added, Change, Changed, Remove, Restore
from framework.streams.kind import Actor, ChangedMeanwhile, Happened, Refused
from framework.text import clean_text

APPROVERS: dict[str, frozenset[str]] = {
    "nominated_officer": frozenset({"nominated_officer"}),
    "director": frozenset({"director"}),
}
"""The role that approves, where the law names an approver (regulations 18 and 39)."""
MANAGERS = frozenset({"team_manager", "nominated_officer", "director"})
"""The roles of a named manager who records that the authority is satisfied (source: product)."""
ASKABLE = frozenset({"manager", "nominated_officer", "approver"})
"""The parts in the case of those who can be asked."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Open:
    """Begin to prepare a decision. The same id again begins no second one.

    `case` is filled in by :class:`framework.decision.decisions.DecisionBook`.
    """

    decision: str
    stage: Stage
    meeting: str = ""
    unplanned: bool = False
    case: str = ""


@dataclass(frozen=True, slots=True)
class Classify:
    """Record the level in the draft as the panel's classification. `seen`: the version on the screen; 0: not known."""

    decision: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Decide:
    """Make the decision as it is written. `seen`: the version on the screen, so that nobody decides on what they have not seen."""

    decision: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Ask a person, by id, to approve (or to record that the authority is satisfied), in place of whoever was asked before.

    `substitute_for`: in whose place they act; then `why`.
    """

    decision: str
    person: str
    substitute_for: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Satisfy:
    decision: str
    condition: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Unsatisfy:
    decision: str
    condition: str


@dataclass(frozen=True, slots=True)
class Approve:
    decision: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class RefuseApproval:
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class SendBack:
    """Back to those who prepared it: it can be written on, and decided, again."""

    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordSatisfied:
    """That the authority is satisfied, or what the court has decided, where the law names no approver."""

    decision: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PreparePlan:
    """The placement plan is prepared. `where` it is to be found."""

    decision: str
    on: date
    where: str = ""


@dataclass(frozen=True, slots=True)
class CompleteAssessment:
    """The assessment that follows an immediate placement or an unplanned return is complete, of the former with its review."""

    decision: str
    on: date


@dataclass(frozen=True, slots=True)
class Withdraw:
    decision: str
    reason: str


Command = (
    Open
    | items.Command
    | Classify
    | Decide
    | AskApproval
    | Satisfy
    | Unsatisfy
    | Approve
    | RefuseApproval
    | SendBack
    | RecordSatisfied
    | PreparePlan
    | CompleteAssessment
    | Withdraw
)


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def decide(state: Decisions, command: Command, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    """The events that this command leads to. Raises Refused with a sentence for the user."""
    match command:
        case Open():
            return _open(state, command, rules)
        case Add() | Change() | Remove() | Restore():
            return _write(state, command, rules)
        case Classify():
            return _classify(state, command, rules)
        case Decide():
            return _decide(state, command, rules, actor, now)
        case AskApproval():
            return _ask(state, command, rules, actor)
        case Satisfy() | Unsatisfy():
            return _satisfy(state, command, rules, actor)
        case Approve() | RecordSatisfied():
            return _sign(state, command, rules, actor, now)
        case RefuseApproval() | SendBack():
            return _turn_down(state, command, rules, actor, now)
        case PreparePlan():
            return _prepare_plan(state, command, rules, actor, now)
        case CompleteAssessment():
            return _complete_assessment(state, command, rules)
        case Withdraw():
            return _withdraw(state, command, rules, actor, now)


# ── Preparing it ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _open(state: Decisions, command: Open, rules: Rules) -> list[Event]:
    decision, meeting = command.decision, command.meeting
    if decision in state.opened:
        draft = state.drafts.get(decision)
        if draft and (draft.stage, draft.meeting, draft.unplanned) == (command.stage, meeting, command.unplanned):
            return []  # a second click
        raise Refused("A decision with this id was begun already.")
    case = command.case or state.case
    _case_is_open(case, rules)
    try:
        Draft(id=decision, stage=command.stage, meeting=meeting, unplanned=command.unplanned)
    except ValidationError:
        raise Refused("Choose the stage that is decided at.") from None
    if command.unplanned:
        _ended_by_family(command, case, rules)
    if meeting:
        _meeting_fits(state, command, case, rules)
    return [Opened(decision=decision, case=case, stage=command.stage, meeting=meeting, unplanned=command.unplanned)]


def _meeting_fits(state: Decisions, command: Open, case: str, rules: Rules) -> None:
    sat = rules.meeting(case, command.meeting)
    if sat is None:
        raise Refused("There is no such meeting on this case.")
    if preparing.STAGE_OF.get(sat.stage, command.stage) != command.stage:
        raise Refused(f"This meeting was held at stage {sat.stage}: decide at the same stage.")
    others = [name for name, draft in state.drafts.items() if draft.meeting == command.meeting]
    if any(_live(state, name, rules.today) for name in others):
        raise Refused("There is a decision on this meeting already. Open that one, or withdraw it first.")


def _ended_by_family(command: Open, case: str, rules: Rules) -> None:
    if command.meeting or command.stage != "after":
        raise Refused("An unplanned return is recorded after the return, and without a meeting.")
    if status_on(rules.case(case), rules.today) in ("s31", "s38", "remand"):
        raise Refused(
            "A parent or a child can end a time away only where it was agreed with them (section 20). This child is under a court’s order "
            "or on remand: decide on a placement with parents, or on what brings the child back."
        )


def _live(state: Decisions, decision: str, today: date) -> bool:
    """Whether something is to come of a decision, or has come of it."""
    made = state.made.get(decision)
    if made is None or made.sent_back:
        return decision not in state.dropped
    return not (made.ended or (made.superseded and made.superseded.since <= today))


def _case_is_open(case: str, rules: Rules) -> None:
    closed = rules.case(case).closed
    if closed:
        raise Refused(f"This case was closed on {dates.uk(closed.on)}: nothing is decided in it. Reopen it first.")


def _write(state: Decisions, command: items.Command, rules: Rules) -> list[Event]:
    decision = _decision_of(state, command)
    if command.kind == "draft" and not isinstance(command, Change):
        raise Refused("A decision is begun, and withdrawn, as a whole.")
    _may_be_written(state, decision, command.kind, rules)
    events: list[Event] = items.decide(KINDS, state.items, command)
    for event in events:
        _check(state, event, rules)
    return events


def _decision_of(state: Decisions, command: items.Command) -> str:
    """The decision that an item belongs to, or is to belong to."""
    match command:
        case Add(values=values):
            return str(values.get("decision", ""))
        case Restore(kind=kind, id=identifier):
            found = state.items.removed.get(kind, {}).get(identifier) or state.items.of(kind).get(identifier)
        case _:
            found = items.known(KINDS, state.items, command.kind, command.id)
    return str(found.decision) if found else ""


def _may_be_written(state: Decisions, decision: str, kind: str, rules: Rules) -> None:
    _case_is_open(state.case, rules)
    made = state.made.get(decision)
    if decision not in state.drafts:
        raise Refused("There is no such decision in this case.")
    if decision in state.dropped or (made and made.withdrawn):
        raise Refused("This decision was withdrawn: it can be read, and not changed.")
    if not state.writable(decision) and kind not in AFTERWARDS:
        raise Refused(
            "This decision is made: it can be read, and not changed. Whoever is asked to approve it can send it back, or it is withdrawn "
            "and another one made."
        )


def _check(state: Decisions, event: Event, rules: Rules) -> None:
    """Raises Refused where an item as it would be cannot stay so."""
    match event:
        case Added(item=Answer() as item):
            there = state.of("answer", item.decision).values()
            if any((one.subject, one.about) == (item.subject, item.about) for one in there):
                raise ChangedMeanwhile("Somebody has answered this already. Read their answer, and change it there.")
        case Added(item=Told(on=day)) | Added(item=View(given_on=day)):
            _has_been(day, rules)
        case Changed(kind="told" | "view", field="on" | "given_on", value=value):
            _has_been(date.fromisoformat(value) if value else None, rules)
        case Changed(kind="draft", id=decision, field="outcome", value=value):
            draft = state.drafts[decision]
            if value and value not in choices(draft.stage, draft.unplanned):
                raise Refused("This cannot be decided at this stage. Choose one of those offered.")


def _has_been(day: date | None, rules: Rules) -> None:
    if day and day > rules.today:
        raise Refused(f"{dates.uk(day)} is still to come: give the day on which it was.")


# ── Classifying and deciding ─────────────────────────────────────────────────────────────────────────────────────────


def _writable(state: Decisions, decision: str, seen: int, rules: Rules) -> Draft:
    """A draft that can be classified or decided on by whoever saw it at version `seen`."""
    _may_be_written(state, decision, "draft", rules)
    if seen and state.touched.get(decision, 0) > seen:
        raise ChangedMeanwhile(
            "Somebody has written on this decision since you opened it. Read what is new, then decide. Nothing was decided just now."
        )
    return state.drafts[decision]


def _refuse_gaps(gaps: list[preparing.Gap]) -> None:
    """Raises Refused with the first of what stands in the way."""
    if gaps:
        rest = {0: "", 1: " One more thing is missing."}.get(
            len(gaps) - 1, f" {len(gaps) - 1} more things are missing."
        )
        raise Refused(gaps[0].sentence + rest)


def _classify(state: Decisions, command: Classify, rules: Rules) -> list[Event]:
    draft = _writable(state, command.decision, command.seen, rules)
    if not draft.meeting:
        raise Refused("A panel classifies, at a meeting. This decision is made without one.")
    _refuse_gaps(preparing.missing_for_level(state, draft, rules))
    return _classified(state, draft, rules.meeting(state.case, draft.meeting))


def _classified(state: Decisions, draft: Draft, sat: Sat | None) -> list[Event]:
    """The panel's classification, unless it is the one that was recorded last; none without a meeting."""
    if sat is None:
        return []
    departs = preparing.departs(draft, sat)
    event = Classified(
        decision=draft.id,
        stage=draft.stage,
        level=draft.level,
        departs_why=draft.departs_why if departs else "",
        not_seen=draft.not_seen if departs else "",
        meeting=sat.meeting,
        meeting_version=sat.version,
        edition=sat.edition,
        indicated=sat.indicated,
        best=sat.best,
        worst=sat.worst,
        basis=sat.basis,
        held_by=sat.held_by,
        dimensions=dict(sat.dimensions),
        answers=sat.answers,
    )
    recorded = [one.classified for one in state.classifications if one.classified.decision == draft.id]
    return [] if recorded and recorded[-1] == event else [event]


def _decide(state: Decisions, command: Decide, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    decision, made = command.decision, state.made.get(command.decision)
    if made and not made.sent_back:
        if made.by == actor.id:  # a second click
            return []
        at = dates.local(made.at)
        raise ChangedMeanwhile(
            f"{_name(made.by, rules)} made this decision on {dates.uk(at.date())} at {at:%H:%M}. Read what was decided. Nothing was "
            "decided twice."
        )
    draft = _writable(state, decision, command.seen, rules)
    _refuse_gaps(preparing.missing(state, decision, rules))
    sat = rules.meeting(state.case, draft.meeting) if draft.meeting else None
    try:
        facts, route = preparing.route(draft, rules.case(state.case), rules.today)
    except InvalidFacts as impossible:  # `missing` has asked already
        raise Refused(str(impossible)) from None
    day = draft.decided_on or rules.today
    decided = Decided(
        decision=decision,
        day=day,
        effective_on=draft.effective_on or day,
        outcome=draft.outcome,
        legal_outcome=facts.outcome if facts else "",
        unplanned=draft.unplanned,
        level=draft.level,
        facts=facts.model_dump(mode="json") if facts else None,
        route=route,
        meeting=draft.meeting,
        meeting_version=sat.version if sat else 0,
        counted=sat.counted if sat else (),
        chaired=sat.chaired if sat else (),
    )
    events = [*_classified(state, draft, sat), decided]
    return _and_superseded(state, events, decision, actor, now)


# ── Superseding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def superseded_by(state: Decisions, decision: str, today: date) -> list[Event]:
    """Which decisions this one, as it now stands, takes the place of.

    Those that wait for an approval, at once; those that are in effect, from the first day on which this one is (source: product:
    an immediate placement stays in effect until the decision that confirms it is approved).
    """
    made = state.made[decision]
    if not made.choice.replaces or made.ended:
        return []
    since = _begins(made)
    found: list[Event] = []
    for other in in_order(state):
        if other.version >= made.version or other.ended:
            continue
        day = since if complete(other) else today
        if day and not (other.superseded and other.superseded.since <= day):
            found.append(Superseded(decision=other.decision, by=decision, since=day))
    return found


def _and_superseded(state: Decisions, events: list[Event], decision: str, actor: Actor, now: datetime) -> list[Event]:
    after = fold((Happened(event, actor.id, now) for event in events), state)
    return [*events, *superseded_by(after, decision, dates.local(now).date())]


def _begins(made: Made) -> date | None:
    """The first day on which it has what is its own effect: an unplanned return at once, as the child is at home."""
    if complete(made):
        return first_day(made)
    return made.decided.effective_on if made.decided.unplanned else None


def _and_taken_back(
    state: Decisions, ended: Withdrawn | SentBack | ApprovalRefused, actor: Actor, now: datetime
) -> list[Event]:
    """The end of a decision, and what it no longer takes the place of: this stays as it was, or another one takes its place.

    What it took the place of before today stays so. What waits for an approval waits again, unless it was in effect before today.
    """
    decision, today = ended.decision, dates.local(now).date()
    made = state.made.get(decision)
    began = _begins(made) if made else None
    early = began is None or began >= today
    events: list[Event] = [ended]
    events += [
        Superseded(decision=other.decision)
        for other in state.made.values()
        if other.superseded
        and other.superseded.by == decision
        and (other.superseded.since > today or (early and not complete(other)))
    ]
    for other in in_order(state):
        after = fold((Happened(event, actor.id, now) for event in events), state)
        events += superseded_by(after, other.decision, today)
    return events


# ── Approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pending(state: Decisions, decision: str, rules: Rules) -> Made:
    """A decision that can still be approved, or turned down. Raises Refused."""
    made = state.made.get(decision)
    if made is None:
        raise Refused("This decision has not been made yet.")
    if made.withdrawn:
        raise Refused("This decision was withdrawn. Nothing can be approved in it any more.")
    if made.sent_back:
        raise Refused("This decision was sent back. It has to be made again before it can be approved.")
    if made.refused:
        raise Refused("The approval of this decision was refused. Another decision has to be made.")
    if made.superseded and made.superseded.since <= rules.today:
        raise Refused(
            "A later decision has taken the place of this one, so it cannot be approved any more. Open the later one."
        )
    if made.decided.route is None:
        raise Refused("This decision needs no approval: the child does not go home by it.")
    _case_is_open(state.case, rules)
    return made


def _ask(state: Decisions, command: AskApproval, rules: Rules, actor: Actor) -> list[Event]:
    made = _pending(state, command.decision, rules)
    if made.signed:
        raise Refused(f"{_name(made.signed.by, rules)} has approved this decision already.")
    person = rules.person(command.person)
    if person is None:
        raise Refused("Choose somebody who signs in here and has a part in this case.")
    _the_meeting_stands(state, made, rules)
    _may_be_asked(state, made, command.person, person, rules)
    if judged(made) and command.person == actor.id:
        raise Refused("Nobody asks themselves to approve. Ask somebody else, or let somebody else ask you.")
    substitute_for = clean_text(command.substitute_for, "the person who is replaced", limit=LINE_LIMIT)
    if substitute_for.casefold() in (person.name.casefold(), command.person.casefold()):
        raise Refused(f"{person.name} cannot stand in for themselves. Name whoever is replaced, or leave it empty.")
    why = clean_text(command.why, "the reason")
    if substitute_for and not why:
        raise Refused(f"Say why {person.name} stands in for {substitute_for}.")
    asked = made.asks
    if asked and (asked.person, asked.substitute_for, asked.why) == (command.person, substitute_for, why):
        return []
    return [ApprovalAsked(decision=command.decision, person=command.person, substitute_for=substitute_for, why=why)]


def _the_meeting_stands(state: Decisions, made: Made, rules: Rules) -> None:
    """Raises Refused where the meeting that it was decided on does not have the sealed outcome any more that it had then."""
    if not made.decided.meeting:
        return
    sat = rules.meeting(state.case, made.decided.meeting)
    if sat is None or not sat.sealed or sat.version != made.decided.meeting_version:
        raise Refused(
            "The meeting has been opened again since this was decided, so it does not stand on what the panel agreed. Send it back, and "
            "decide again when the panel has agreed."
        )


def _may_be_asked(state: Decisions, made: Made, identifier: str, person: Person, rules: Rules) -> None:
    _has_the_role(made, person.name, person.roles)
    if not person.parts & ASKABLE:
        raise Refused(
            f"{person.name} has no part in this case with which they could read it. Give them the part “{PARTS['approver']}” first, on the "
            "page of who works on the case."
        )
    _stands_apart(state, made, identifier, person.name, rules)


def _has_the_role(made: Made, name: str, roles: frozenset[str]) -> None:
    approver = made.decided.route.approver if made.decided.route else "none"
    if roles & APPROVERS.get(approver, MANAGERS):
        return
    if approver == "director":
        raise Refused(f"{name} is not the director of children’s services, who has to approve this.")
    if approver == "nominated_officer":
        raise Refused(
            f"{name} is no nominated officer. Only somebody whom the director has nominated can approve this."
        )
    raise Refused(f"{name} is no manager. A team manager, a nominated officer or the director records this.")


def _stands_apart(state: Decisions, made: Made, identifier: str, name: str, rules: Rules) -> None:
    """Raises Refused for whoever counted in it, chaired, wrote or recorded it, at this making or at an earlier one.

    Source: product; not asked of a record of facts alone.
    """
    if not judged(made):
        return
    makings = (made, *state.before.get(made.decision, ()))
    sat = rules.meeting(state.case, made.decided.meeting) if made.decided.meeting else None
    counted = {one for making in makings for one in making.decided.counted} | set(sat.counted if sat else ())
    chaired = {one for making in makings for one in making.decided.chaired} | set(sat.chaired if sat else ())
    recorded = {one.by for one in makings}
    recorded |= {one.by for one in state.classifications if one.classified.decision == made.decision}
    for people, what in (
        (counted, "gave answers that counted at the meeting"),
        (chaired, "chaired the meeting"),
        (recorded, "recorded this decision"),
        (_wrote(state, made.decision), "wrote on this decision"),
    ):
        if identifier in people:
            raise Refused(
                f"{name} {what}, and nobody approves what they took part in. Ask somebody else; in a small authority, name a substitute."
            )


_WRITTEN = ("draft", "answer", "option")
"""The kinds of item that say what is decided and why."""


def _wrote(state: Decisions, decision: str) -> set[str]:
    """Who wrote what is decided and why, of a decision; whoever only began it did not."""
    found: set[str] = set()
    for (kind, identifier), edits in state.items.edits.items():
        if kind in _WRITTEN:
            item = state.items.of(kind).get(identifier) or state.items.removed.get(kind, {}).get(identifier)
            if item and item.decision == decision:
                found |= {edit.by for edit in edits}
    return found


def judged(made: Made) -> bool:
    """Whether whoever signs judges the decision. At the edge of care, on remand and where a court decides they record a fact."""
    route, facts = made.decided.route, made.decided.facts or {}
    if route is None or route.approver == "court":
        return False
    return route.approver != "none" or made.decided.unplanned or facts.get("legal_status") == "s20"


def _may_sign(state: Decisions, made: Made, rules: Rules, actor: Actor) -> str:
    """In whose place somebody signs who may; "" in their own. Raises Refused for anybody who may not."""
    if not actor.id:
        raise Refused("Choose the person who you are first: an approval is somebody’s own.")
    approver, asked = made.decided.route.approver if made.decided.route else "none", made.asks
    if approver in APPROVERS and (asked is None or asked.person != actor.id):
        whom = (
            f"{_name(asked.person, rules)} is asked to approve this" if asked else "Nobody is asked to approve this yet"
        )
        raise Refused(f"{whom}, and only whoever is asked can answer.")
    _has_the_role(made, actor.name or _name(actor.id, rules), actor.roles)
    _stands_apart(state, made, actor.id, actor.name or _name(actor.id, rules), rules)
    return asked.substitute_for if asked and asked.person == actor.id else ""


def _satisfy(state: Decisions, command: Satisfy | Unsatisfy, rules: Rules, actor: Actor) -> list[Event]:
    made, name = _pending(state, command.decision, rules), command.condition
    if made.signed:
        raise Refused("This decision is approved: what it was approved on stays as it is.")
    condition = next((one for one in conditions(made) if one.id == name), None)
    if condition is None:
        raise Refused("There is no such condition on this decision.")
    if condition.by_plan:
        raise Refused("Record that the placement plan is prepared, with its day: that meets this condition.")
    _may_sign(state, made, rules, actor)
    if isinstance(command, Unsatisfy):
        return [Unsatisfied(decision=made.decision, condition=name)] if condition.evidence else []
    evidence = clean_text(command.evidence, "the evidence that this condition is met", required=True)
    if condition.evidence and condition.evidence.words == evidence:
        return []
    return [Satisfied(decision=made.decision, condition=name, evidence=evidence)]


def _sign(
    state: Decisions, command: Approve | RecordSatisfied, rules: Rules, actor: Actor, now: datetime
) -> list[Event]:
    made = _pending(state, command.decision, rules)
    if made.signed:
        if made.signed.by == actor.id:  # a second click
            return []
        day = dates.uk(dates.local(made.signed.at).date())
        raise ChangedMeanwhile(
            f"{_name(made.signed.by, rules)} has approved this already, on {day}. It is approved once."
        )
    named = made.decided.route is not None and made.decided.route.approver in APPROVERS
    if named != isinstance(command, Approve):
        raise Refused(
            "The law names who approves this: ask them to."
            if named
            else "The law names nobody to approve this: a manager records that the authority is satisfied, or what the court decided."
        )
    substitute_for = _may_sign(state, made, rules, actor)
    _the_meeting_stands(state, made, rules)
    if open_ones := unmet(made):
        more = f" {len(open_ones) - 1} more wait, too." if len(open_ones) > 1 else ""
        raise Refused(f"Answer each condition with its evidence first. Still open: “{open_ones[0].text}”{more}")
    _still_the_same_route(made, rules.case(state.case), rules.today)
    deed = Approved if named else AuthoritySatisfied
    words = clean_text(command.words, "the words on it")
    event = deed(decision=made.decision, words=words, substitute_for=substitute_for)
    return _and_superseded(state, [event], made.decision, actor, now)


def _still_the_same_route(made: Made, case: Casefile, today: date) -> None:
    """Raises Refused where the case says something else now, or, counted to today, the law asks for more or for somebody else."""
    route = made.decided.route
    if made.decided.facts is None or route is None:
        return
    then = parse(made.decided.facts)
    try:
        now = preparing.facts(made.draft, case, made.decided.day)
        for field, what in _RESTS_ON.items():
            if getattr(then, field) != getattr(now, field):
                raise Refused(
                    f"The case has another {what} now than when this was decided. Send it back, and decide again."
                )
        found = approval(now.model_copy(update={"effective_on": max(then.effect, today)}))
    except InvalidFacts as impossible:
        raise Refused(f"This can no longer be approved. {impossible}") from None
    if found.approver != route.approver:
        raise Refused(
            f"Days have passed since this was decided, and somebody else approves it now. {found.basis} Send it back, and decide again."
        )
    if more := [one for one in found.conditions if one.id not in {known.id for known in route.conditions}]:
        raise Refused(
            f"Days have passed since this was decided, and one more condition has to be met now: “{more[0].text}” Send it back, and "
            "decide again."
        )


_RESTS_ON = {
    "legal_status": "legal status",
    "date_of_birth": "date of birth",
    "looked_after_since": "first day of being looked after",
}
"""What the law is asked with that stands in the case, and what it is called."""


def _turn_down(
    state: Decisions, command: RefuseApproval | SendBack, rules: Rules, actor: Actor, now: datetime
) -> list[Event]:
    made = state.made.get(command.decision)
    reason = clean_text(command.reason, "the reason", required=True)
    before = (made.refused if isinstance(command, RefuseApproval) else made.sent_back) if made else None
    if before and (before.by, before.words) == (actor.id, reason):  # a second click
        return []
    made = _pending(state, command.decision, rules)
    if made.signed:
        raise Refused("This decision is approved already. Withdraw it, with a reason, if it is not to be carried out.")
    _may_sign(state, made, rules, actor)
    deed = ApprovalRefused if isinstance(command, RefuseApproval) else SentBack
    return _and_taken_back(state, deed(decision=made.decision, reason=reason), actor, now)


# ── Afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _prepare_plan(state: Decisions, command: PreparePlan, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    made = _pending(state, command.decision, rules)
    if not needs_plan(made):
        raise Refused("This decision takes no placement plan: the child is not placed with a parent by it.")
    if command.on > rules.today:
        raise Refused(
            f"{dates.uk(command.on)} is still to come: give the day on which the placement plan was prepared."
        )
    where = clean_text(command.where, "where the plan is", limit=LINE_LIMIT)
    if made.plan and (made.plan.on, made.plan.where) == (command.on, where):
        return []
    event = PlanPrepared(decision=made.decision, on=command.on, where=where)
    return _and_superseded(state, [event], made.decision, actor, now)


def _complete_assessment(state: Decisions, command: CompleteAssessment, rules: Rules) -> list[Event]:
    made = state.made.get(command.decision)
    if made is None or made.ended or not follows_assessment(made):
        raise Refused("There is no immediate placement or unplanned return here that an assessment follows.")
    _case_is_open(state.case, rules)
    if command.on > rules.today:
        raise Refused(f"{dates.uk(command.on)} is still to come: give the day on which the assessment was complete.")
    if command.on < made.decided.effective_on and not made.decided.unplanned:
        raise Refused(
            f"The assessment was complete on {dates.uk(command.on)}, before the child was placed on {dates.uk(made.decided.effective_on)}: "
            "that is no immediate placement."
        )
    if made.assessed and made.assessed.on == command.on:
        return []
    return [AssessmentCompleted(decision=made.decision, on=command.on)]


def _withdraw(state: Decisions, command: Withdraw, rules: Rules, actor: Actor, now: datetime) -> list[Event]:
    decision, made = command.decision, state.made.get(command.decision)
    if decision not in state.opened:
        raise Refused("There is no such decision in this case.")
    reason = clean_text(command.reason, "the reason", required=True)
    if decision in state.dropped or (made and made.withdrawn):
        return []
    if made and made.refused:
        raise Refused("The approval of this decision was refused, so there is nothing to withdraw.")
    _case_is_open(state.case, rules)
    return _and_taken_back(state, Withdrawn(decision=decision, reason=reason), actor, now)


def _name(identifier: str, rules: Rules) -> str:
    person = rules.person(identifier) if identifier else None
    return person.name if person else items.SOMEBODY
