"""What is shown of the decisions on a child: worked out of their state and the day, so that pages compute nothing.

What is asked of a decision that is still being prepared is in :mod:`framework.decision.preparing`.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Literal, NamedTuple

from framework import dates
from framework.dates import add_working_days
from framework.decision.approval import immediate_limits
from framework.decision.law import OutcomeId, Status
from framework.decision.model import (
    CHOICES,
    LEGAL,
    UNPLANNED,
    Classing,
    Decisions,
    Draft,
    Evidence,
    Made,
    OutcomeChoice,
    Stage,
)

PLACED = ("placed_with_parents", "placed_with_parents_immediately")
"""Decisions that a placement plan must be prepared for before they are in effect (regulation 18)."""
PLAN = "placement_plan"
"""The condition that is met by the plan itself (:class:`framework.decision.deciding.PreparePlan`), and by no words on it."""
PLAN_WORKING_DAYS = 5
"""Where a placement plan cannot be prepared before an immediate placement, it is within so many working days of its start (regulation 9)."""
WRITERS = frozenset({"worker", "manager"})
"""The parts in the case of those who prepare decisions, and whom it waits for when something is to be told or done."""

Standing = Literal[
    "withdrawn", "sent_back", "refused", "superseded", "to_ask", "to_approve", "to_satisfy", "to_plan", "to_come", "in_effect", "at_home"
]  # fmt: skip
STANDINGS: dict[Standing, str] = {
    "withdrawn": "Withdrawn",
    "sent_back": "Sent back",
    "refused": "Approval refused",
    "superseded": "Superseded by a later decision",
    "to_ask": "Not in effect: nobody has been asked to approve it",
    "to_approve": "Not in effect: waits for approval",
    "to_satisfy": "Not in effect: no manager has recorded that the authority is satisfied",
    "to_plan": "Not in effect: the placement plan is not prepared",
    "to_come": "Approved, not in effect yet",
    "in_effect": "In effect",
    "at_home": "The child is at home",
}


class InEffect(NamedTuple):
    """Whether a decision is in effect on a day, and why. Of an unplanned return: true from the start, as the child is at home."""

    in_effect: bool
    why: str
    standing: Standing


class ToMeet(NamedTuple):
    """A condition for the approver, and with what it is satisfied."""

    id: str
    text: str
    source: str
    provenance: str
    evidence: Evidence | None
    by_plan: bool
    """Whether the placement plan meets it."""
    met: bool


# ── In effect, or not ────────────────────────────────────────────────────────────────────────────────────────────────


def in_effect(made: Made, day: date) -> InEffect:
    """Whether a decision is in effect on a day. Source: regulations 18 and 39 (domain notes, section 4); superseding is ours."""
    standing = standing_on(made, day)
    if made.decided.unplanned and standing in ("to_ask", "to_approve", "to_satisfy"):
        return InEffect(
            True, "A parent or the child ended it, so the child is at home. The plan is not approved yet.", "at_home"
        )
    return InEffect(standing == "in_effect", _why(made, standing), standing)


def standing_on(made: Made, day: date) -> Standing:
    """How a decision stands on a day."""
    if made.withdrawn:
        return "withdrawn"
    if made.sent_back:
        return "sent_back"
    if made.refused:
        return "refused"
    if made.superseded and made.superseded.since <= day:
        return "superseded"
    if lacking := _lacking(made):
        return lacking
    first = first_day(made)
    return "in_effect" if first and first <= day else "to_come"


def _lacking(made: Made) -> Standing | None:
    """What it lacks to take effect; None if nothing but its day."""
    route = made.decided.route
    if route is None:
        return None
    if not made.signed:
        if route.approver not in ("nominated_officer", "director"):
            return "to_satisfy"
        return "to_approve" if made.asked else "to_ask"
    return "to_plan" if needs_plan(made) and not made.plan else None


def needs_plan(made: Made) -> bool:
    """Whether it takes a placement plan, too (regulation 18(1)(b))."""
    return made.decided.legal_outcome in PLACED


def complete(made: Made) -> bool:
    """Whether it has all that it takes to be in effect from its first day on."""
    return not made.ended and _lacking(made) is None


def first_day(made: Made) -> date | None:
    """The first day on which it is in effect; None while something is lacking."""
    if _lacking(made):
        return None
    days = [made.decided.effective_on]
    days += [dates.local(made.signed.at).date()] if made.signed else []
    days += [dates.local(made.plan.at).date()] if needs_plan(made) and made.plan else []
    return max(days)


def _why(made: Made, standing: Standing) -> str:
    first = first_day(made)
    match standing:
        case "to_satisfy" if made.decided.route and made.decided.route.approver == "court":
            return "Not in effect: no manager has recorded what the court decided."
        case "to_satisfy" if (made.decided.facts or {}).get("legal_status") in ("edge", "remand"):
            return "Not in effect: no manager has recorded who decided."
        case "to_come":
            return f"It has all that it takes, and is in effect from {dates.uk(first)} on."
        case "in_effect":
            return f"In effect since {dates.uk(first)}."
        case "superseded":
            since = made.superseded.since if made.superseded else None
            return f"A later decision has taken its place since {dates.uk(since)}."
        case "withdrawn" | "sent_back" | "refused":
            signed = made.withdrawn or made.sent_back or made.refused
            return (
                f"{STANDINGS[standing]} on {dates.uk(dates.local(signed.at).date())}: {signed.words}" if signed else ""
            )
    return f"{STANDINGS[standing]}."


def current(state: Decisions, day: date) -> list[Made]:
    """The decisions that are in effect on a day, the one made last first."""
    return [one for one in reversed(in_order(state)) if in_effect(one, day).in_effect]


def in_order(state: Decisions) -> list[Made]:
    """The decisions as they were made last, the earliest first."""
    return sorted(state.made.values(), key=lambda one: one.version)


# ── Approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def conditions(made: Made) -> list[ToMeet]:
    """What the approver answers one by one, each with its evidence."""
    found = []
    for one in made.decided.route.conditions if made.decided.route else ():
        evidence, by_plan = made.satisfied.get(one.id), one.id == PLAN and needs_plan(made)
        met = bool(made.plan) if by_plan else evidence is not None
        found.append(ToMeet(one.id, one.text, one.source, one.provenance, evidence, by_plan, met))
    return found


def unmet(made: Made) -> list[ToMeet]:
    """The conditions that an approval still waits for. The placement plan may come after it."""
    return [one for one in conditions(made) if not one.met and not one.by_plan]


# ── Who waits for what ───────────────────────────────────────────────────────────────────────────────────────────────


class Waits(NamedTuple):
    """Something that waits for a person."""

    what: Literal["approve", "satisfy", "ask", "plan", "tell", "write"]
    decision: str
    words: str


def waits(state: Decisions, person: str, parts: Collection[str], day: date) -> list[Waits]:
    """What of these decisions waits for somebody who has these parts in the case."""
    found = []
    for made in in_order(state):
        standing = standing_on(made, day)
        if made.asks and made.asks.person == person and standing in ("to_approve", "to_satisfy"):
            what: Literal["approve", "satisfy"] = "approve" if standing == "to_approve" else "satisfy"
            found.append(Waits(what, made.decision, "A decision waits for your approval."))
        if WRITERS.intersection(parts):
            found += _for_writers(state, made, standing)
    return found


def may_wait(state: Decisions) -> bool:
    """Whether, on some day, something of them waits for whoever writes them."""
    return bool(waits(state, "", WRITERS, date.min))


def _for_writers(state: Decisions, made: Made, standing: Standing) -> list[Waits]:
    decision = made.decision
    if standing == "sent_back" and state.writable(decision):
        return [Waits("write", decision, "A decision was sent back. Read why, and decide again.")]
    if standing in ("to_ask", "to_satisfy") and not made.asked:
        return [Waits("ask", decision, "Nobody has been asked to approve this decision yet.")]
    if standing == "to_plan":
        return [
            Waits("plan", decision, "It is approved. The placement plan has to be prepared before it is in effect.")
        ]
    if standing in ("in_effect", "at_home", "to_come") and not state.of("told", decision):
        return [Waits("tell", decision, "Nobody is recorded as told of this decision yet.")]
    return []


# ── Days to keep ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Deadline(NamedTuple):
    """A day that a decision has set, or the law for it."""

    day: date
    decision: str
    words: str
    late: bool
    source: str
    """Where it comes from: "law" (regulation 19, to be checked), "decision" (the panel's or the authority's own)."""


def follows_assessment(made: Made) -> bool:
    """Whether an assessment comes after it: of an immediate placement (regulation 19), or an unplanned return."""
    return made.decided.unplanned or made.decided.legal_outcome == "placed_with_parents_immediately"


def deadlines(state: Decisions, day: date) -> list[Deadline]:
    """The days that are still to be kept, the earliest first: none of a decision that ended or was superseded."""
    found = []
    for made in in_order(state):
        if standing_on(made, day) not in ("withdrawn", "refused", "sent_back", "superseded"):
            found += [
                Deadline(due, made.decision, words, due < day, source)
                for due, words, source in _due(state, made)
                if due
            ]
    return sorted(found, key=lambda one: (one.day, one.words))


def _due(state: Decisions, made: Made) -> Iterator[tuple[date | None, str, str]]:
    draft, followed = made.draft, _followed(state, made)
    if made.decided.legal_outcome == "placed_with_parents_immediately":
        limits = immediate_limits(made.decided.effective_on, made.assessed.on if made.assessed else None)
        if not made.assessed:
            yield limits.assess_by, "Assessment and review complete (immediate placement)", "law"
        if not made.plan:
            due = add_working_days(made.decided.effective_on, PLAN_WORKING_DAYS)
            yield due, "Placement plan prepared (immediate placement)", "law"
        yield limits.decide_by, "Decision made and approved that confirms the placement, or ends it", "law"
    elif made.decided.unplanned and not made.assessed:
        yield draft.assessment_by, "Full assessment with the child at home", "decision"
    if not followed and not draft.meeting:
        yield draft.meeting_by, "Meeting that follows this decision", "decision"
    yield draft.review_on, "Review of this decision", "decision"
    yield from (
        (one.by, f"Condition: {one.words}", "decision") for one in state.of("condition", made.decision).values()
    )


def _followed(state: Decisions, made: Made) -> bool:
    """Whether a decision on a meeting has been made since."""
    return any(one.draft.meeting for one in in_order(state) if one.version > made.version)


# ── Choices and classifications ──────────────────────────────────────────────────────────────────────────────────────


def choices(stage: Stage, unplanned: bool = False) -> dict[OutcomeChoice, str]:
    """What can be decided at a stage: id and label."""
    names = (
        UNPLANNED
        if unplanned
        else tuple(name for name, one in CHOICES.items() if one.stage == stage and name != UNPLANNED[0])
    )
    return {name: CHOICES[name].label for name in names}


def classifications(state: Decisions) -> list[Classing]:
    """The panel's classifications over time: of each decision the last one, in the order in which they were recorded."""
    last = {one.classified.decision: one for one in state.classifications}
    return sorted(last.values(), key=lambda one: one.at)


def footing(name: OutcomeId, status: Status | None) -> str:
    """What a legal footing is called of a child under a legal status: who is at the edge of care was never looked after."""
    return EDGE if (name, status) == ("ceases", "edge") else LEGAL[name]


def status_then(made: Made | None) -> Status | None:
    """The child's legal status that a decision was made under; None where the law was not asked, or it is not made yet."""
    status: Status | None = made.decided.facts.get("legal_status") if made and made.decided.facts else None
    return status


EDGE = "Lives with the family, and is not looked after"
"""What “stops being looked after” is called at the edge of care."""


def called(draft: Draft, made: Made | None = None) -> str:
    """What a decision is called in a list."""
    outcome = made.decided.outcome if made else draft.outcome
    return CHOICES[outcome].label if outcome else "Decision not made yet"
