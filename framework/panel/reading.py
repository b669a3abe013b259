"""What a state says: who counts, what is agreed, what is offered, and which part of it a member's screen may receive."""

from collections.abc import Iterable
from secrets import compare_digest
from typing import Literal, NamedTuple

from pydantic import ValidationError

from framework.case import Case
from framework.edition import UNKNOWN, Edition
from framework.light import classification, explain
from framework.light.classification import Assessment, Classification, Key
from framework.panel import sealing
from framework.panel.model import (
    SEEN_BY_ALL,
    Agreement,
    Given,
    Member,
    Outcome,
    OutcomeAnswer,
    Panel,
    ReturnRequest,
)
from framework.streams.kind import Shows, Unreadable

# ── Who counts ───────────────────────────────────────────────────────────────────────────────────────────────────────


def counting_members(panel: Panel) -> tuple[Member, ...]:
    """Those whose answers count: fixed at the last reveal, whoever came or went since; before it, those who score."""
    if panel.counting is None:
        return panel.scorers
    return tuple(panel.members[member] for member in panel.counting)


def _counting_by_record(panel: Panel) -> tuple[str, ...]:
    """As :func:`counting_members`, by the last reveal, whatever a sealed outcome says."""
    if panel.counting is not None and panel.reveals:
        return panel.reveals[-1].counting
    return tuple(member.id for member in counting_members(panel))


def would_count(panel: Panel) -> tuple[Member, ...]:
    """Who counts if the scores are revealed now: those seated who score, gave an answer, and gave it on their own."""
    return tuple(member for member in panel.scorers if has_answered(panel, member.id) and not member.late)


def has_answered(panel: Panel, member: str) -> bool:
    """Whether a member has given an answer to anything. Before the reveal the chair's screen knows it of everybody."""
    return bool(panel.answers.get(member)) or member in panel.others_answered


def would_not_count(panel: Panel) -> tuple[Member, ...]:
    """The others who are seated and score: without an answer, or joined after a reveal. The chair is asked about them."""
    count = {member.id for member in would_count(panel)}
    return tuple(member for member in panel.scorers if member.id not in count)


def whose_key(panel: Panel, key_hash: str) -> tuple[str, Literal["in", "removed", "waiting"]] | None:
    """(member, how they stand) for the key of a seat: it opens the seat, or will once others have agreed. None: it opens none."""
    for member in panel.members.values():
        if compare_digest(member.key_hash, key_hash):
            return member.id, "in" if member.removed is None else "removed"
    for request in panel.requests.values():
        if compare_digest(request.key_hash, key_hash):
            return request.member, "waiting"
    return None


def whose_seat(panel: Panel, key_hash: str, person: str) -> tuple[str, Literal["in", "removed", "waiting"]] | None:
    """(member, how they stand) for whoever has this key ("": none) and is this person ("": not known). None: they have no seat.

    A person finds their seat without its key. A key alone does not open the seat of somebody else who is known, where two people
    use one browser; at a meeting on a case file it does not open the seat of anybody who is known.
    """
    if person:
        for member in panel.members.values():
            if member.person == person:
                return member.id, "in" if member.removed is None else "removed"
        for request in panel.requests.values():
            if request.seat and request.seat.person == person:
                return request.member, "waiting"
    found = whose_key(panel, key_hash) if key_hash else None
    if found is None:
        return None
    seat = next((one.seat for one in panel.requests.values() if one.seat and one.member == found[0]), None)
    whose = panel.members[found[0]].person if found[0] in panel.members else seat.person if seat else ""
    return None if whose and whose != person and (person or panel.casefile) else found


WhyApart = Literal["removed", "late", "role", "absent", "no_answer"]


class Apart(NamedTuple):
    """An answer that does not count, or whose seat was removed, and why it stands apart."""

    member: Member
    given: Given
    why: WhyApart


def why_not_counted(panel: Panel, member: Member) -> WhyApart | None:
    """Why a member's answers do not count; None if they do (or will, before the reveal)."""
    if member in panel.scorers if panel.counting is None else member.id in panel.counting:
        return None
    if member.removed is not None:
        return "removed"
    if not member.scoring:
        return "role"
    if member.late:
        return "late"
    return "absent" if panel.reveals and panel.reveals[-1].answers.get(member.id) else "no_answer"


def answered_apart(panel: Panel) -> tuple[Member, ...]:
    """The members whose role scores and who answered something, but whose answers do not count."""
    counting = {member.id for member in counting_members(panel)}
    return tuple(
        member
        for member in panel.members.values()
        if member.scoring and member.id not in counting and panel.answers.get(member.id)
    )


def apart(panel: Panel, key: Key) -> tuple[Apart, ...]:
    """The answers to a question that stand apart from those of the counting members who are still seated."""
    found = []
    for member in panel.members.values():
        if given := panel.answers.get(member.id, {}).get(key):
            why = "removed" if member.removed is not None else why_not_counted(panel, member)
            if why:
                found.append(Apart(member, given, why))
    return tuple(found)


class Step(NamedTuple):
    """An answer in the course of a meeting."""

    given: Given
    saw_answers: bool
    """Whether it was given while everybody saw everybody's answers, and not on one's own."""


def trail(panel: Panel, member: str, key: Key) -> tuple[Step, ...]:
    """A member's answers to a question, in order: as given on their own at each reveal, each one that they gave after it,
    and as it is now; one that repeats the status before it is left out."""
    steps: list[Step] = []
    openly = panel.given_openly.get(member, {}).get(key, ())
    for number, reveal in enumerate(panel.reveals, 1):
        if own := reveal.answers.get(member, {}).get(key):
            steps.append(Step(own, saw_answers=False))
        steps += [Step(given, saw_answers=True) for before, given in openly if before == number]
    if now := panel.answers.get(member, {}).get(key):
        steps.append(Step(now, saw_answers=panel.phase in SEEN_BY_ALL))
    kept = steps[:1]
    for step in steps[1:]:
        if step.given.status != kept[-1].given.status:
            kept.append(step)
    return tuple(kept)


def bundle_of(panel: Panel) -> Case | None:
    """The evidence that a meeting on a case file has kept; None where it has none. Raises Unreadable."""
    if panel.bundle is None:
        return None
    try:
        return Case.model_validate(panel.bundle)
    except ValidationError:
        raise Unreadable("The evidence of this meeting cannot be shown: another release of Homeward kept it.") from None


# ── Lights and agreement ─────────────────────────────────────────────────────────────────────────────────────────────


def assessment_of(panel: Panel, member: str) -> Assessment:
    """One member's own answers."""
    given = panel.answers.get(member, {})
    return Assessment(panel.carer_ids, {key: answer.status for key, answer in given.items()})


def light_of(panel: Panel, edition: Edition, member: str) -> Classification:
    """The classification of one member's own answers."""
    return classification.classify(edition, assessment_of(panel, member))


def light_held_back(panel: Panel, member: str) -> bool:
    """Whether a member's own light is not shown yet: while they score beside others, until they have finished.

    A light that moves with each answer invites to score towards it (source: product). Who scores alone, has finished,
    or asked for it (which is recorded) sees it.
    """
    alone = len(panel.scorers) < 2
    seen = member in panel.finished or member in panel.light_shown
    return panel.phase == "scoring" and not (alone or seen or panel.demonstration)


def agreement(panel: Panel, key: Key) -> Agreement | None:
    """The panel's answer: what the chair recorded, or what every counting member said alike; None while it is open.

    Once the panel has gone on, it is what was written down then (`Outcome`).
    """
    return panel.outcome.get(key) if panel.outcome is not None else _agreed_by_record(panel, key)


def _agreed_by_record(panel: Panel, key: Key) -> Agreement | None:
    """The panel's answer by what its members and the chair have recorded, whatever was written when it went on."""
    if recorded := panel.recorded.get(key):
        return recorded
    given = [panel.answers.get(member, {}).get(key) for member in _counting_by_record(panel)]
    statuses = {answer.status if answer else None for answer in given}
    if len(statuses) == 1 and (status := statuses.pop()) is not None:
        return Agreement(status, "", "")
    return None


def changed_since_recorded(panel: Panel, key: Key) -> bool:
    """Whether an answer that counts was changed after the chair had recorded the panel's (it stands until it is opened)."""
    agreed = agreement(panel, key)
    if agreed is None or not agreed.by or panel.counting is None:
        return False
    given = {m: one.status for m in panel.counting if (one := panel.answers.get(m, {}).get(key))}
    return dict(agreed.of) != given


def panel_assessment(panel: Panel, edition: Edition) -> Assessment:
    """The panel's agreed answers; what is still open counts as unknown."""
    agreed = {q.key: agreement(panel, q.key) for q in edition.questions(panel.carer_ids)}
    return Assessment(panel.carer_ids, {key: answer.status for key, answer in agreed.items() if answer})


def panel_light(panel: Panel, edition: Edition) -> Classification:
    """The classification of what the panel has agreed so far; once that is sealed, as it was sealed."""
    found = classification.classify(edition, panel_assessment(panel, edition))
    return sealing.as_sealed(panel.seal.outcome, edition, found) if panel.seal else found


def outcome_of(panel: Panel, edition: Edition) -> Outcome:
    """What is agreed, to be written: the answers, who counted, and what the edition's rule makes of them."""
    agreed = {q.key: agreement(panel, q.key) for q in edition.questions(panel.carer_ids)}
    answers = [
        OutcomeAnswer(subject=key[0], about=key[1], status=one.status, note=one.note, by=one.by)
        for key, one in agreed.items()
        if one
    ]
    light = classification.classify(edition, panel_assessment(panel, edition))
    return sealing.outcome(panel.counting or (), answers, light, edition)


def unlike_the_record(panel: Panel, edition: Edition) -> tuple[str, ...]:
    """In what a sealed outcome differs from what the record and the edition's rule give now, each after “It differs in”.

    Only another release of the rule, a fault or somebody who changed the record can be behind that.
    """
    if panel.seal is None:
        return ()
    outcome, names = panel.seal.outcome, {**panel.past_carers, **panel.carers}
    sealed = {(one.subject, one.about): one.status for one in outcome.answers}
    unlike, answers = [], []
    if outcome.edition != edition.hash:
        unlike.append("the edition")
    if outcome.counting != _counting_by_record(panel):
        unlike.append("whose answers counted")
    for question in edition.questions(panel.carer_ids):
        now = _agreed_by_record(panel, question.key)
        if sealed.get(question.key) != (now.status if now else None):
            answers.append(f"“{explain.subject(edition, question, names)}”")
    if answers:
        more = [f"{len(answers) - 3} more"] if len(answers) > 3 else []
        unlike.append(f"the answers to {explain.listed([*answers[:3], *more])}")
    light = classification.classify(edition, Assessment(panel.carer_ids, sealed))
    if sealing.as_sealed(outcome, edition, light) != light:
        unlike.append("the level, or what holds it")
    return tuple(unlike)


class Offer(NamedTuple):
    """The answer offered for agreement, and why."""

    status: str
    why: Literal["least_there_is", "half_do_not_know", "least_given", "no_answer"]


OFFER_REASONS = {
    "least_there_is": "a member gave this answer, the most cautious there is",
    "half_do_not_know": "half or more of those who answered do not know",
    "least_given": "it is the most cautious answer that was given",
    "no_answer": "nobody whose answers count has answered this",
}
"""Each after “Offered because”, on screen and, as the note on an answer of a demonstration, on paper."""


def offered(panel: Panel, edition: Edition, key: Key) -> Offer:
    """The answer offered to the panel, of the counting members who answered this question.

    The least favourable status that the question has, if anybody gave it; otherwise not known, where half or more said
    so; otherwise the least favourable one that was given. Who gave no answer is not counted as “not known”.
    Source: the product's own rule (domain notes, section 2: Agreeing).
    """
    order = [status.id for status in edition.statuses(*key)]
    given = [answer.status for m in counting_members(panel) if (answer := panel.answers.get(m.id, {}).get(key))]
    if not given:
        return Offer(UNKNOWN, "no_answer")
    if order[-1] in given:
        return Offer(order[-1], "least_there_is")
    if 2 * given.count(UNKNOWN) >= len(given):
        return Offer(UNKNOWN, "half_do_not_know")
    return Offer(max((s for s in given if s != UNKNOWN), key=order.index), "least_given")


def may_agree_in_bulk(panel: Panel, edition: Edition, key: Key) -> bool:
    """Whether the offered answer may be recorded together with others, without talking about it.

    Only where at least half of those who count have answered (two, unless one alone counts) and all who did said the same,
    or where most gave the least favourable answer there is and the others do not know. What only a few know is asked;
    “not known” never turns into something better (source: domain notes, section 2: Agreeing; the halves are ours).
    """
    order = [status.id for status in edition.statuses(*key)]
    counting = counting_members(panel)
    answers = [answer.status for m in counting if (answer := panel.answers.get(m.id, {}).get(key))]
    given = set(answers)
    if not given or 2 * len(answers) < len(counting) or len(answers) < min(2, len(counting)):
        return False
    return len(given) == 1 or (given == {UNKNOWN, order[-1]} and 2 * answers.count(order[-1]) > len(answers))


def bulk_offers(panel: Panel, edition: Edition) -> tuple[tuple[Key, str], ...]:
    """The open questions that may be agreed together, each with its offered answer."""
    return tuple(
        (key, offered(panel, edition, key).status)
        for key in open_questions(panel, edition)
        if may_agree_in_bulk(panel, edition, key)
    )


def open_questions(panel: Panel, edition: Edition) -> tuple[Key, ...]:
    """The questions that the panel has not agreed yet."""
    return tuple(q.key for q in edition.questions(panel.carer_ids) if agreement(panel, q.key) is None)


# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def finished_count(panel: Panel) -> tuple[int, int]:
    """(how many have finished, how many are expected to): all that others learn before the reveal.

    Expected are those who score; not who joined after an earlier reveal, whose answers never count.
    """
    expected = [member for member in panel.scorers if not member.late]
    return sum(member.id in panel.finished for member in expected), len(expected)


def all_finished(panel: Panel) -> bool:
    """Whether everybody who is expected to has finished: the chair's button to reveal then stands out."""
    finished, expected = finished_count(panel)
    return finished == expected


def may_record_view(member: Member) -> bool:
    """Whether a member is consulted and does not score: a reviewing officer or an independent chair, not an observer.

    Source: regulation 39(6)(e), by which the reviewing officer is consulted (domain notes, section 1).
    """
    return not member.scoring and member.role != "observer"


def composition(panel: Panel, edition: Edition) -> tuple[str, ...]:
    """What the framework asks of the panel and is missing, in plain sentences (source: wilkins2015, stages 1 and 2)."""
    roles = {member.role for member in panel.seated}
    missing = [role.missing for role in edition.panel_roles.values() if role.missing and role.id not in roles]
    independent = [member for member in panel.seated if edition.asks_met_family(member.role)]
    if not independent:
        missing.append(edition.panel_rules.no_independent_view)
    elif all(member.has_met_family for member in independent):
        first = next(role for role in edition.panel_roles.values() if role.id in {m.role for m in independent})
        word = explain.in_sentence(first.label)
        missing.append(f"The {word} has met the family, so the panel has no independent view.")
    least, scoring = edition.panel_rules.least_scoring, len(counting_members(panel))
    if scoring < least:
        some = {0: "Nobody scores", 1: "One person scores"}.get(scoring, f"{scoring} people score")
        missing.append(f"{some}; the least number is {least}.")
    return tuple(missing)


def who_lets_back_in(panel: Panel, request: ReturnRequest) -> tuple[Member, ...]:
    """Those who may let this person back to their seat: the chair or the deputy; for the chair, everybody but observers.

    Once scoring has begun, only those who sat there then: whoever has learnt the code may not take the chair's seat with it.
    """
    others = [member for member in panel.seated if member.id != request.member]
    if request.member == panel.chair:
        known = panel.at_start or {member.id for member in others}
        return tuple(m for m in others if m.role != "observer" and (m.id in known or m.id == panel.deputy))
    return tuple(member for member in others if member.id in (panel.chair, panel.deputy))


def enough_to_let_back_in(panel: Panel, request: ReturnRequest, by: Iterable[str]) -> bool:
    """Whether these members are enough. One is; for the chair it takes the deputy, or two (one, where there is only one)."""
    able = {member.id for member in who_lets_back_in(panel, request)} & set(by)
    if request.member != panel.chair or panel.deputy in able:
        return bool(able)
    return bool(able) and len(able) >= min(2, len(who_lets_back_in(panel, request)))


# ── What a screen may receive ────────────────────────────────────────────────────────────────────────────────────────


def versions_to_show(panel: Panel, member: str | None) -> Shows:
    """What the screens of this member have to show, so that they miss nothing and learn nothing of what others answer.

    The wall, and every screen without a seat, follows all that happens.
    """
    if member is None:
        return Shows(panel.version, 0)
    return Shows(panel.news, panel.own.get(member, 0))
