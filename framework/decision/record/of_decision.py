"""What the record says of a decision: as it was written when it was made, and what was done to it since."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from framework import dates
from framework.casefile import Casefile
from framework.decision import preparing, reading
from framework.decision.model import (
    AREAS,
    CHOICES,
    ENDED_BY,
    STAGES,
    WHOSE,
    YES_NO,
    Classified,
    Decisions,
    Draft,
    Made,
    Signed,
    Whose,
)
from framework.decision.record.model import (
    Approval,
    Condition,
    Decision,
    Earlier,
    Labelled,
    Option,
    Provenance,
    Satisfied,
    Support,
    Told,
    View,
)
from framework.edition import UNKNOWN, Edition
from framework.light import explain

APPROVERS = {
    "nominated_officer": "A nominated officer",
    "director": "The director of children’s services",
    "court": "A court decides; a named manager records it",
    "none": "Nobody is named by the law; a named manager records that the authority is satisfied",
}
KNOWN_MARKS: frozenset[str] = frozenset({"published", "reconstructed", "product", "to_check"})


def decision(
    state: Decisions,
    identifier: str,
    edition: Edition,
    day: date,
    names: Mapping[str, str],
    file: Casefile | None = None,
    carers: Mapping[str, str] = MappingProxyType({}),
) -> Decision:
    """One decision as it stands on a day; an empty one if there is none. `names`: of people, by id.

    `carers`: of the parents and home carers at its meeting, by their id there.
    """
    draft = state.drafts.get(identifier)
    if draft is None:
        return Decision()
    made = state.made.get(identifier)
    if made is not None and not state.writable(identifier):
        draft = made.draft
    classified = _classified(state, identifier)
    said = _said(state, identifier, edition, carers)
    return Decision(
        **said,
        **_written(draft, file),
        **_level(state, draft, classified, edition),
        **_standing(made, state.dropped.get(identifier), day, names),
        id=identifier,
        made=made is not None,
        stage=STAGES[draft.stage],
        unplanned=tuple(_unplanned(draft)),
        without_meeting=tuple(_without_meeting(draft, made, names)),
        outcome=CHOICES[draft.outcome].label if draft.outcome else "",
        in_law=reading.footing(draft.legal_outcome, reading.status_then(made)) if draft.legal_outcome else "",
        sits_badly=_sits_badly(draft, edition),
        approval=_approval(made, names) if made else Approval(),
        earlier=tuple(_earlier(state, identifier, names)),
    )


def people(state: Decisions) -> set[str]:
    """The ids of everybody whose name the record of a decision needs."""
    found = {one.by for one in state.opened.values()}
    for made in (*state.made.values(), *(one for before in state.before.values() for one in before)):
        found |= {made.by} | {one.person for one in made.asked} | {one.by for one in made.asked}
        found |= {one.by for one in made.satisfied.values()}
        for signed in (made.approved, made.authority_satisfied, made.refused, made.sent_back, made.withdrawn):
            found |= {signed.by} if signed else set()
    return found - {""}


# ── The classification ───────────────────────────────────────────────────────────────────────────────────────────────


def _classified(state: Decisions, identifier: str) -> Classified | None:
    return next((c.classified for c in reversed(state.classifications) if c.classified.decision == identifier), None)


def _level(state: Decisions, draft: Draft, classified: Classified | None, edition: Edition) -> dict[str, Any]:
    """What was written when the panel classified; before, what is being written."""
    level = classified.level if classified else draft.level
    return {
        "level": explain.level_name(edition, level) if level in edition.levels else level,
        "departs": bool(classified and classified.departs),
        "departs_why": classified.departs_why if classified else draft.departs_why,
        "not_seen": classified.not_seen if classified else draft.not_seen,
        "last": tuple(_against_the_last(state, classified, edition)) if classified else (),
    }


def _against_the_last(state: Decisions, classified: Classified, edition: Edition) -> Sequence[str]:
    """Against the classification of this child before it: the level, then each answer that is another one now."""
    earlier = [c for c in reading.classifications(state) if c.classified.decision != classified.decision]
    before = [one for one in earlier if one.at <= _at(state, classified)]
    if not before:
        return ["This is the first classification of this child here."]
    last = before[-1]
    then, now = (_name(edition, one.level) for one in (last.classified, classified))
    found = [f"{then} on {dates.uk(dates.local(last.at).date())}, {now} now."]
    known = {(subject, who): status for subject, who, status in last.classified.answers}
    for subject, who, status in classified.answers:
        was = known.get((subject, who))
        if was and was != status:
            label = edition.subject_label(subject) + (f" ({who})" if who else "")
            found.append(f"{label}: {_status(edition, subject, was)}, now {_status(edition, subject, status)}")
    return found if len(found) > 1 else [*found, "No answer is another one."]


def _at(state: Decisions, classified: Classified) -> datetime:
    return next(one.at for one in reversed(state.classifications) if one.classified is classified)


def _name(edition: Edition, level: str) -> str:
    return explain.level_name(edition, level) if level in edition.levels else level


def _status(edition: Edition, subject: str, status: str) -> str:
    known = {one.id for one in edition.dimension_of(subject).status} | {UNKNOWN}
    return edition.status_label(subject, status) if status in known else status


def _sits_badly(draft: Draft, edition: Edition) -> str:
    """The fact alone: what :func:`framework.decision.preparing.sits_badly` asks for stands under it."""
    asks = preparing.sits_badly(draft, {level.id: level.light for level in edition.level})
    return f"{asks.partition('. ')[0]}." if asks else ""


# ── What was written ─────────────────────────────────────────────────────────────────────────────────────────────────


def _written(draft: Draft, file: Casefile | None) -> dict[str, Any]:
    """The texts of the draft that stand in the record as they are."""
    return {
        "rationale": draft.rationale,
        "sits_badly_why": draft.sits_badly_why,
        "why_not_supervision": draft.why_not_supervision,
        "review_on": dates.uk(draft.review_on),
        "would_change": draft.would_change,
        "fact_or_said": draft.fact_or_said,
        "not_asked": draft.not_asked,
        "because_placement_failed": draft.placement_failed,
        "not_known": draft.not_known,
        "circumstances": tuple(_circumstances(draft, file)),
    }


def _circumstances(draft: Draft, file: Casefile | None) -> list[Labelled]:
    """What the law asks about: the home, schooling, the area and wardship."""
    home = file.homes.get(draft.to_home) if file else None
    said = {
        "Home": home.name if home else "",
        "Schooling in Year 10 or 11 disrupted": YES_NO[draft.key_stage_4_move] if draft.key_stage_4_move else "",
        "Area of the home": AREAS[draft.out_of_area] if draft.out_of_area else "",
        "Ward of court": YES_NO[draft.ward_of_court] if draft.ward_of_court else "",
    }
    return _labelled(said)


def _labelled(said: Mapping[str, str]) -> list[Labelled]:
    return [Labelled(label=label, text=text) for label, text in said.items() if text]


def _without_meeting(draft: Draft, made: Made | None, names: Mapping[str, str]) -> list[Labelled]:
    if draft.meeting:
        return []
    return _labelled(
        {
            "Made without a meeting, by": draft.decided_by or (names.get(made.by, "") if made else ""),
            "Recorded by": names.get(made.by, "") if made else "",
            "Why without a meeting": draft.why_no_meeting,
            "On what it is made": draft.made_on,
            "The meeting follows by": dates.uk(draft.meeting_by),
        }
    )


def _unplanned(draft: Draft) -> list[Labelled]:
    """The immediate check after a return that nobody planned, and who was told."""
    if not draft.unplanned:
        return []
    alone = {"yes": "alone", "no": "not alone"}.get(draft.seen_alone, "")
    return _labelled(
        {
            "Who ended the time away": ENDED_BY[draft.ended_by] if draft.ended_by else "",
            "How it ended": draft.ended_words,
            "At home since": dates.uk(draft.home_since),
            "Learned": _moment(draft.learned_on, draft.learned_at),
            "Who saw the child": ", ".join(
                filter(None, (draft.seen_by, _moment(draft.seen_on, draft.seen_at), alone, draft.seen_words))
            ),
            "Section 47 discussion": ". ".join(
                filter(None, (YES_NO[draft.section_47] if draft.section_47 else "", draft.section_47_why))
            ),
            "Interim safety plan": draft.safety_plan,
            "Senior manager told": ", ".join(filter(None, (draft.senior, _moment(draft.senior_on, draft.senior_at)))),
            "Full assessment due by": dates.uk(draft.assessment_by),
        }
    )


def _moment(day: date | None, clock: str) -> str:
    return ", ".join(filter(None, (dates.uk(day), clock)))


def _said(state: Decisions, identifier: str, edition: Edition, carers: Mapping[str, str]) -> dict[str, Any]:
    """The lists: answers, options, conditions, support, views, disputes, who was told, dissent."""

    def of(kind: str) -> list[Any]:
        return list(state.of(kind, identifier).values())

    views = [
        (
            one.whose,
            View(who=_whose(one.whose, one.who), words=one.words, weight=one.weight, given_on=dates.uk(one.given_on)),
        )
        for one in of("view")
    ]
    child = tuple(view for whose, view in views if whose == "child")
    return {
        "answers": tuple(
            Labelled(label=_asked(edition, one.subject, carers.get(one.about, "")), text=one.words)
            for one in of("answer")
            if one.words
        ),
        "options": tuple(
            Option(
                name=one.name, strengths=one.strengths, risks=one.risks, risk_rests_on=one.risk_rests_on,
                tried=one.tried, would_work=one.would_work, chosen=one.chosen,
            )
            for one in of("option")
        ),
        "conditions": tuple(Condition(words=one.words, by=dates.uk(one.by)) for one in of("condition")),
        "support": tuple(Support(what=one.what, who=one.who, since=dates.uk(one.since)) for one in of("support")),
        "child_view": next(iter(child), None),
        "child_views": child,
        "views": tuple(view for whose, view in views if whose != "child"),
        "dispute": " ".join(_dispute(one) for one in of("dispute")),
        "told": tuple(
            Told(who=one.who, by=one.by, when=dates.uk(one.on), how=one.how, said=one.words) for one in of("told")
        ),
        "dissent": tuple(View(who=one.who, words=one.words) for one in of("dissent")),
    }  # fmt: skip


def _whose(whose: Whose, who: str) -> str:
    label = WHOSE[whose]
    return f"{label}: {who}" if who else label


def _asked(edition: Edition, subject: str, carer: str) -> str:
    known = subject in edition.factors
    label = edition.factors[subject].label if known else subject.replace("_", " ").capitalize()
    return f"{label} ({carer})" if carer else label


def _dispute(one: Any) -> str:
    days = f"({dates.uk(one.begun_on) or 'day not recorded'} to {dates.uk(one.ended_on) or 'now'})"
    return " ".join(filter(None, (one.words, days, one.outcome)))


# ── What was done to it ──────────────────────────────────────────────────────────────────────────────────────────────


def _standing(made: Made | None, gone: Signed | None, day: date, names: Mapping[str, str]) -> dict[str, Any]:
    """`gone`: by whom it was withdrawn while it was being prepared, or again after it was sent back."""
    withdrawn = f"Withdrawn on {dates.uk(dates.local(gone.at).date())}: {gone.words}" if gone else ""
    if made is None:
        return {"effect": withdrawn or "The decision is being prepared and has not been made."}
    stands = reading.in_effect(made, day)
    return {
        "decided_by": _decided_by(made, names),
        "decided_on": dates.uk(made.decided.day),
        "effective_on": dates.uk(made.decided.effective_on),
        # Of an unplanned return there is nothing to put into effect but the plan: the child is at home.
        "in_effect": None if stands.standing == "at_home" else stands.in_effect,
        "effect": withdrawn or stands.why,
    }


def _approval(made: Made, names: Mapping[str, str]) -> Approval:
    route = made.decided.route
    if route is None:
        return Approval(needed="Nobody: the child does not go home by this decision")
    asks = made.asked[-1] if made.asked else None
    result, signed = _result(made)
    substitute = signed.substitute_for if signed else asks.substitute_for if asks else ""
    why = f": {asks.why}" if asks and asks.why else ""
    return Approval(
        needed=APPROVERS[route.approver],
        why=route.basis,
        result=f"{result}{_by(signed, names)}" if signed else _waits(asks.person if asks else "", names),
        by=names.get(signed.by, "") if signed else "",
        at=dates.uk_time(signed.at) if signed else "",
        reason=signed.words if signed else "",
        substitute=f"In place of {substitute}{why}" if substitute else "",
        conditions=tuple(_condition(one, names) for one in reading.conditions(made)),
        plan=_plan(made, names),
        law_checked_on=dates.uk(route.law_checked_on),
    )


def _result(made: Made) -> tuple[str, Signed | None]:
    for words, signed in (
        ("Withdrawn", made.withdrawn),
        ("Sent back", made.sent_back),
        ("Refused", made.refused),
        ("Approved", made.approved),
        ("Recorded that the authority is satisfied", made.authority_satisfied),
    ):
        if signed:
            return words, signed
    return "", None


def _earlier(state: Decisions, identifier: str, names: Mapping[str, str]) -> Iterator[Earlier]:
    """Each time it was decided and sent back, before it was decided again."""
    for one in state.before.get(identifier, ()):
        back = one.sent_back
        yield Earlier(
            decided_on=dates.uk(one.decided.day),
            decided_by=_decided_by(one, names),
            outcome=CHOICES[one.decided.outcome].label,
            result=f"Sent back{_by(back, names)}" if back else "",
            reason=back.words if back else "",
        )


def _decided_by(made: Made, names: Mapping[str, str]) -> str:
    """Who decided; whoever recorded it where nobody else is named."""
    return made.draft.decided_by or names.get(made.by, "")


def _by(signed: Signed, names: Mapping[str, str]) -> str:
    return f" by {names.get(signed.by) or 'somebody without a sign-in'}, {dates.uk_time(signed.at)}"


def _waits(person: str, names: Mapping[str, str]) -> str:
    return (
        f"Still open: {names.get(person, 'somebody')} is asked" if person else "Still open: nobody has been asked yet"
    )


def _condition(one: reading.ToMeet, names: Mapping[str, str]) -> Satisfied:
    evidence = one.evidence
    provenance: Provenance = one.provenance if one.provenance in KNOWN_MARKS else "to_check"  # type: ignore[assignment]
    return Satisfied(
        text=one.text,
        source=one.source,
        provenance=provenance,
        evidence=evidence.words if evidence else "The placement plan is prepared." if one.met else "",
        by=names.get(evidence.by, "") if evidence else "",
        at=dates.uk_time(evidence.at) if evidence else "",
    )


def _plan(made: Made, names: Mapping[str, str]) -> str:
    if made.plan is None:
        return "Not prepared yet" if reading.needs_plan(made) else ""
    where = f", {made.plan.where}" if made.plan.where else ""
    return f"Prepared on {dates.uk(made.plan.on)}{where} ({names.get(made.plan.by) or 'somebody'})"
