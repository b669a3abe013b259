"""What is asked of a decision while it is prepared: what must be there before it can be made, and what supervision would ask.

Pure functions of the decisions and of what they stand on (:class:`framework.decision.basis.Rules`).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal, NamedTuple

from framework import dates
from framework.casefile import reading as of_case
from framework.casefile.model import STANDINGS, Casefile
from framework.decision.approval import Facts, InvalidFacts, approval
from framework.decision.basis import Rules, Sat
from framework.decision.law import OutcomeId, load
from framework.decision.model import (
    CHOICES,
    LEGAL,
    Answer,
    Classing,
    Decisions,
    Draft,
    Route,
    Stage,
    ToSatisfy,
)
from framework.decision.reading import PLACED, choices, classifications, footing
from framework.light.classification import Light

STAGE_OF: dict[int, Stage] = {2: "2", 4: "4", 5: "after"}
"""The stage of the framework that a meeting is held at, and of the decision on it. At stages 1 and 3 any can be made."""


STAYS_LOOKED_AFTER = (*PLACED, "court_directed_placement")
"""The legal footings of a placement with parents, under which the child stays looked after."""


AT_HOME = ("goes_on", "more_help", "plan_at_home")
"""What is decided after a return, by which the child stays at home."""


class Gap(NamedTuple):
    """What stands in the way of a decision: the field of the draft (or kind of item) where it is mended, and a sentence."""

    field: str
    sentence: str


# ── Cautions and unknowns ────────────────────────────────────────────────────────────────────────────────────────────


class Must(NamedTuple):
    """A caution that is improving or active, or an unknown that matters for safety: to be answered in the rationale first."""

    subject: str
    about: str
    """ "" for a caution."""
    label: str
    why: Literal["caution", "unknown"]
    answer: Answer | None


def must_answer(state: Decisions, decision: str, sat: Sat | None) -> list[Must]:
    """What the rationale has to answer before the panel classifies (source: domain notes, section 2: caution factors)."""
    if sat is None:
        return []
    given = {(one.subject, one.about): one for one in state.of("answer", decision).values() if one.words}
    asked: list[tuple[str, str, Literal["caution", "unknown"]]] = [(one, "", "caution") for one in sat.cautions]
    asked += [(subject, about, "unknown") for subject, about in sat.unknown]
    return [
        Must(subject, about, sat.labels.get((subject, about), subject), why, given.get((subject, about)))
        for subject, about, why in asked
    ]


# ── The level ────────────────────────────────────────────────────────────────────────────────────────────────────────


def departs(draft: Draft, sat: Sat | None) -> bool:
    """Whether the panel's classification departs from the indication. Grey is classified by departing only."""
    return bool(sat and draft.level and draft.level != sat.indicated)


def sits_badly(draft: Draft, lights: Mapping[str, Light]) -> str:
    """Why a decision sits badly with the level, as a sentence; "" if it does not. It is asked about, and never refused."""
    if not draft.outcome:
        return ""
    choice, light = CHOICES[draft.outcome], lights.get(draft.level)
    if choice.home and light == "red":
        return "This is a return home at a red level. Say why it is right for this child all the same."
    if draft.outcome in AT_HOME and light == "red":
        return "The child stays at home by this, at a red level. Say why it is right for this child all the same."
    if choice.refuses and light == "green":
        return "This is no return home, or none yet, at a green level. Say why it is right for this child all the same."
    return ""


class Moved(NamedTuple):
    """What moved since the last classification of this child."""

    last: Classing
    level_before: str
    dimensions: tuple[tuple[str, tuple[int, int], tuple[int, int]], ...]
    """Each dimension that moved: (id, before, now)."""
    answers: tuple[tuple[str, str, str, str], ...]
    """Each answer that moved: (subject, name of whom it is about, before, now); "" where there was none."""
    same: tuple[tuple[str, str, str], ...]
    """Each answer that did not."""


def compared_with_last(state: Decisions, decision: str, sat: Sat | None) -> Moved | None:
    """The last classification of this child before this decision, and what moved; None for the first one."""
    order = list(state.opened)
    before = order[: order.index(decision)] if decision in order else order
    earlier = [one for one in classifications(state) if one.classified.decision in before]
    if not earlier:
        return None
    last = earlier[-1].classified
    now = sat or Sat("", 0, 0)
    before_of = {(subject, about): status for subject, about, status in last.answers}
    now_of = {(subject, about): status for subject, about, status in now.answers}
    keys = list(dict.fromkeys([*before_of, *now_of]))
    return Moved(
        earlier[-1],
        last.level,
        tuple(
            (name, last.dimensions[name], now.dimensions[name])
            for name in last.dimensions
            if name in now.dimensions and last.dimensions[name] != now.dimensions[name]
        ),
        tuple(
            (*key, before_of.get(key, ""), now_of.get(key, "")) for key in keys if before_of.get(key) != now_of.get(key)
        ),
        tuple((*key, now_of[key]) for key in keys if before_of.get(key) == now_of.get(key)),
    )


# ── The law ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def legal_choices(draft: Draft, case: Casefile, today: date) -> dict[OutcomeId, str]:
    """The legal footings that this return can have under the child's legal status, id and label."""
    day = draft.decided_on or today
    status, law = of_case.status_on(case, day), load()
    return {
        name: footing(name, status)
        for name in LEGAL
        if status in law.outcome_on(day, name).statuses
        and (draft.outcome != "placement_with_parents" or name in STAYS_LOOKED_AFTER)
    }


def asks_law(draft: Draft) -> bool:
    """Whether the law is asked who must approve: where the child goes home by this decision."""
    return bool(draft.outcome) and CHOICES[draft.outcome].home and not draft.unplanned


def facts(draft: Draft, case: Casefile, today: date) -> Facts:
    """What the law is asked with, from the case as it is. Raises InvalidFacts where something is missing or cannot be."""
    child, day = case.child, draft.decided_on or today
    status = of_case.status_on(case, day)
    if child is None or child.birth is None:
        raise InvalidFacts("The case has no date of birth. Put it in on the case page first.")
    if status is None:
        raise InvalidFacts(f"The case has no legal status for {dates.uk(day)}. Put it in on the case page first.")
    if status != "edge" and child.looked_after_since is None:
        raise InvalidFacts(
            "The case does not say since when the child has been looked after. Put the day in on the case page first."
        )
    if not draft.legal_outcome:
        raise InvalidFacts("Choose the legal footing of the return.")
    return Facts(
        date_of_birth=child.birth,
        decision_date=day,
        effective_on=draft.effective_on,
        looked_after_since=None if status == "edge" else child.looked_after_since,
        legal_status=status,
        outcome=draft.legal_outcome,
        key_stage_4_move=draft.key_stage_4_move == "yes",
        ward_of_court=draft.ward_of_court == "yes",
        out_of_area=draft.out_of_area or "no",
    )


def route(draft: Draft, case: Casefile, today: date) -> tuple[Facts | None, Route | None]:
    """What the law is asked with and who must approve; None for either where no approval is asked for. Raises InvalidFacts."""
    if draft.unplanned and draft.outcome == "plan_at_home":
        return None, plan_route(load().checked_on)
    if not asks_law(draft):
        return None, None
    asked = facts(draft, case, today)
    found = approval(asked)
    return asked, Route(
        approver=found.approver,
        working_days=found.working_days,
        conditions=tuple(ToSatisfy(**one.model_dump()) for one in found.conditions),
        basis=found.basis,
        law_checked_on=found.law_checked_on,
    )


def plan_route(checked_on: date) -> Route:
    """Who approves the plan after an unplanned return: the return itself was nobody's decision of the authority's."""
    return Route(approver="none", conditions=PLAN_CONDITIONS, basis=PLAN_BASIS, law_checked_on=checked_on)


_WORKING_TOGETHER = "Working Together to Safeguard Children (2023), on an unplanned return from accommodation"
PLAN_BASIS = (
    "A parent or the child ended the time away, so the authority did not decide that the child goes home, and nobody approves that. What "
    "is approved is the plan for the child at home: a named manager records it."
)
PLAN_CONDITIONS = (
    ToSatisfy(
        id="safe_now",
        text="The child was seen, and what makes the child safe now is in place.",
        source=_WORKING_TOGETHER,
        provenance="to_check",
    ),
    ToSatisfy(
        id="section_47",
        text="Whether section 47 enquiries are needed was discussed, and the reason is recorded.",
        source=_WORKING_TOGETHER,
        provenance="to_check",
    ),
    ToSatisfy(
        id="assessment",
        text="The full assessment, with the child at home, has a day by which it is done.",
        source=_WORKING_TOGETHER,
        provenance="to_check",
    ),
    ToSatisfy(
        id="plan",
        text="The plan says which help the family gets, from whom and from when, and when it is looked at again.",
        source="Homeward, our own rule",
        provenance="product",
    ),
)


# ── What stands in the way ───────────────────────────────────────────────────────────────────────────────────────────


def missing(state: Decisions, decision: str, rules: Rules) -> list[Gap]:
    """All that stands in the way of making a decision, in the order of the page; nothing where it can be made."""
    draft, case = state.drafts[decision], rules.case(state.case)
    sat = rules.meeting(state.case, draft.meeting) if draft.meeting else None
    found = [*_of_way(draft, sat), *_of_days(draft, rules.today), *_of_child(draft, case, rules.today)]
    if draft.unplanned:
        found += _of_safety(draft)
    found += [*_of_level(state, draft, sat, rules), *_of_outcome(draft, case, rules.today)]
    return found


def missing_for_level(state: Decisions, draft: Draft, rules: Rules) -> list[Gap]:
    """What stands in the way of the panel's classification alone."""
    sat = rules.meeting(state.case, draft.meeting) if draft.meeting else None
    return [*(one for one in _of_way(draft, sat) if one.field == "meeting"), *_of_level(state, draft, sat, rules)]


def _of_way(draft: Draft, sat: Sat | None) -> Iterator[Gap]:
    """How it came to be made: by a meeting, without one, or after an unplanned return."""
    if draft.meeting and (sat is None or not sat.sealed):
        yield Gap("meeting", "The panel has not agreed its answers yet. Go on in the meeting until they are agreed.")
    if draft.meeting or draft.unplanned:
        return
    if not draft.decided_by:
        yield Gap("decided_by", "Say who decided this, with name and role.")
    if not draft.why_no_meeting:
        yield Gap("why_no_meeting", "Say why this is decided without a meeting.")
    if not draft.made_on:
        yield Gap("made_on", "Say what this is decided on: what was known, and from whom.")
    if draft.meeting_by is None:
        yield Gap("meeting_by", "Give the day by which the meeting follows.")


def _of_days(draft: Draft, today: date) -> Iterator[Gap]:
    if draft.decided_on and draft.decided_on > today:
        yield Gap("decided_on", f"{dates.uk(draft.decided_on)} is still to come: give the day on which it was decided.")
    if draft.effective_on and draft.effective_on < (draft.decided_on or today):
        yield Gap("effective_on", f"It cannot be in effect from {dates.uk(draft.effective_on)}, before it is decided.")
    for name, what in (
        ("home_since", "saw the child go home"),
        ("learned_on", "learned of it"),
        ("seen_on", "saw the child"),
        ("senior_on", "told a senior manager"),
    ):
        day = getattr(draft, name)
        if day and day > today:
            yield Gap(name, f"{dates.uk(day)} is still to come: give the day on which somebody {what}.")
    if draft.assessment_by and draft.learned_on and draft.assessment_by < draft.learned_on:
        yield Gap(
            "assessment_by",
            f"The full assessment cannot be due on {dates.uk(draft.assessment_by)}, before we learned of it on "
            f"{dates.uk(draft.learned_on)}.",
        )


def _of_child(draft: Draft, case: Casefile, today: date) -> Iterator[Gap]:
    """A decision on a child who was there, and looked after. Where the law is asked, it refuses these days itself."""
    day, child = draft.decided_on or today, case.child
    if asks_law(draft) or child is None:
        return
    for since, what in ((child.birth, "was born"), (child.looked_after_since, "has been looked after only since then")):
        if since and since > day:
            yield Gap("decided_on", f"It cannot be decided on {dates.uk(day)}: the child {what} ({dates.uk(since)}).")


def _of_safety(draft: Draft) -> Iterator[Gap]:
    """The immediate safety, before anything else (practice: unplanned return, minimum record)."""
    needed = {
        "ended_by": "Say who ended it: a parent or the child.",
        "learned_on": "Give the day on which we learned of it.",
        "seen_by": "Say who saw the child.",
        "seen_on": "Give the day on which the child was seen.",
        "seen_alone": "Say whether the child was seen alone.",
        "section_47": "Say whether there was a section 47 discussion.",
        "section_47_why": "Say why there was a section 47 discussion, or why not.",
        "safety_plan": "Write down the interim safety plan.",
        "senior": "Say which senior manager was told.",
        "senior_on": "Give the day on which a senior manager was told.",
        "assessment_by": "Give the day by which the full assessment is due.",
    }
    yield from (Gap(name, sentence) for name, sentence in needed.items() if not getattr(draft, name))


def _of_level(state: Decisions, draft: Draft, sat: Sat | None, rules: Rules) -> Iterator[Gap]:
    """What the classification needs; without a meeting there need be none."""
    unanswered = [one for one in must_answer(state, draft.id, sat) if one.answer is None]
    if unanswered:
        more = f", and {len(unanswered) - 3} more" if len(unanswered) > 3 else ""
        labels = ", ".join(f"“{one.label}”" for one in unanswered[:3])
        yield Gap(
            "answer",
            f"Answer each caution, and each unknown that matters for safety, first. Still open: {labels}{more}.",
        )
    levels = sat.lights if sat else rules.lights
    if draft.level and draft.level not in levels:
        yield Gap("level", "Choose one of the levels.")
    if sat is None or not sat.sealed:
        return
    if not draft.level:
        yield Gap("level", "Confirm the level, or depart from it.")
    elif departs(draft, sat):
        if not draft.departs_why:
            yield Gap("departs_why", "Say why the panel departs from what is indicated.")
        if not draft.not_seen:
            yield Gap("not_seen", "Say what the rule did not see.")


def _of_outcome(draft: Draft, case: Casefile, today: date) -> Iterator[Gap]:
    if draft.outcome not in choices(draft.stage, draft.unplanned):
        yield Gap("outcome", "Choose what is decided.")
        return
    choice = CHOICES[draft.outcome]
    if not draft.rationale:
        yield Gap("rationale", "Write the rationale: why this is decided.")
    if choice.until and not draft.review_on:
        yield Gap("review_on", f"Give {choice.until}.")
    if draft.review_on and draft.review_on < (draft.decided_on or today):
        yield Gap("review_on", f"The review date, {dates.uk(draft.review_on)}, comes before the decision.")
    if asks_law(draft):
        yield from _of_law(draft, case, today)


def _of_law(draft: Draft, case: Casefile, today: date) -> Iterator[Gap]:
    if draft.to_home and draft.to_home not in case.homes:
        yield Gap("to_home", "Choose one of the homes of this case.")
    for name, sentence in (
        ("key_stage_4_move", "Say whether schooling in Year 10 or 11 is disrupted."),
        ("out_of_area", "Say whether the home is in our own area."),
        ("ward_of_court", "Say whether the child is a ward of court."),
    ):
        if not getattr(draft, name):
            yield Gap(name, sentence)
    if wrong := _wrong_footing(draft, case, today):
        yield Gap("legal_outcome", wrong)
        return
    try:
        approval(facts(draft, case, today))
    except InvalidFacts as impossible:
        yield Gap("legal_outcome", str(impossible))


def _wrong_footing(draft: Draft, case: Casefile, today: date) -> str:
    """Why the child's legal status and the return cannot be together; "" if they can, or one is not known."""
    standing, offered = of_case.status_on(case, draft.decided_on or today), legal_choices(draft, case, today)
    wanted = draft.legal_outcome
    if standing is None or (offered and wanted in ("", *offered)):
        return ""
    if wanted and draft.outcome == "placement_with_parents" and wanted not in STAYS_LOOKED_AFTER:
        return "A child who is placed with parents stays looked after: choose a legal footing that says so."
    if not (offered and wanted):
        return f"A child is not placed with parents under this legal status: {STANDINGS[standing]}. Decide on another kind of return."
    return (
        f"“{LEGAL[wanted]}” cannot be under this legal status: {STANDINGS[standing]}. Choose one of: "
        f"{', '.join(offered.values())}."
    )


# ── What supervision would ask ───────────────────────────────────────────────────────────────────────────────────────


class Prompt(NamedTuple):
    """A question that is asked and need not be answered; `field` is of the draft, or a kind of item."""

    field: str
    question: str
    answered: bool


def prompts(state: Decisions, decision: str, case: Casefile, today: date, lights: Mapping[str, Light]) -> list[Prompt]:
    """What supervision would ask about this decision (source: product, after practice)."""
    draft = state.drafts[decision]
    asked = {
        "would_change": "What would change our mind?",
        "fact_or_said": "What is fact, and what was only said?",
        "not_asked": "Who was not asked?",
        "placement_failed": "Are we returning the child because a placement failed?",
        "not_known": "What do we not know?",
    }
    if sentence := sits_badly(draft, lights):
        asked = {"sits_badly_why": sentence, **asked}
    if at_home_under_care_order(draft, case, today):
        asked["why_not_supervision"] = (
            "The child would be at home under a full care order. Why not a supervision order, or no order? When was ending the care "
            "order last considered?"
        )
    found = [Prompt(name, question, bool(getattr(draft, name))) for name, question in asked.items()]
    return found + [Prompt("view", question, there) for question, there in _views(state, decision, case)]


def _views(state: Decisions, decision: str, case: Casefile) -> Iterator[tuple[str, bool]]:
    views = [one for one in state.of("view", decision).values() if one.words]
    whose = {one.whose for one in views}
    yield "What does the child say, in the child’s own words, and what weight did it have?", "child" in whose
    for parent in case.parents.values():
        named = any(one.who.casefold() == parent.name.casefold() for one in views)
        yield f"What does {parent.name} say, as they put it?", named or parent.relation in whose
    yield "What does the reviewing officer say?", "reviewing_officer" in whose
    yield (
        "Who else knows the child: guardian, foster carer, school, advocate?",
        bool(whose & {"guardian", "foster_carer", "school", "advocate"}),
    )


def at_home_under_care_order(draft: Draft, case: Casefile, today: date) -> bool:
    """Whether the child would live at home under a full care order (Re JW [2023] EWCA Civ 944)."""
    return draft.legal_outcome in PLACED and of_case.status_on(case, draft.decided_on or today) == "s31"


OPTIONS: tuple[str, ...] = (
    "Home now, with support",
    "Home under a supervision order",
    "Home under a care order",
    "Home after agreed change, by a date",
    "With relatives or friends",
    "Long-term foster care or a children’s home",
    "Adoption",
)
"""Realistic options that a page offers (source: product, after practice)."""


def options_for(stage: Stage) -> tuple[str, ...]:
    """The realistic options to compare at a stage."""
    return OPTIONS if stage != "after" else ("Stays at home, with support", *OPTIONS[1:3], *OPTIONS[4:])
