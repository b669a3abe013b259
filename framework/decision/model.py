"""The decisions on one child: the items that people write, the events beside theirs, and the state after those events.

All decisions of a child are one stream, so that what follows from two of them (which one is superseded, who was first) is a rule
inside it. What is written while a decision is prepared are items (:mod:`framework.items`), one field at a time; what the panel
classified, what was decided and who approved it are events, written once with a copy of all that they stood on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from framework import items
from framework.casefile.model import DayOrNone
from framework.decision.law import Approver, OutcomeId
from framework.items import (
    About,
    Added,
    Changed,
    Collection,
    Collections,
    Folding,
    Id,
    Items,
    Line,
    Name,
    Removed,
    Restored,
    Text,
    Words,
)
from framework.streams.kind import Erased, Happened

# ── Words of choices ─────────────────────────────────────────────────────────────────────────────────────────────────

Stage = Literal["2", "4", "after"]
STAGES: dict[Stage, str] = {
    "2": "Stage 2: is a return home possible?",
    "4": "Stage 4: shall the child return home?",
    "after": "After the return home",
}


class Choice(NamedTuple):
    """An outcome that can be decided, and what follows from it."""

    label: str
    stage: Stage
    home: bool = False
    """Whether the child goes home by it, so that the law may ask for an approval."""
    refuses: bool = False
    """Whether it says no to a return, for now or for good."""
    until: str = ""
    """What the day stands for that it cannot do without; "": it needs none."""
    replaces: bool = True
    """Whether it takes the place of what was decided before, once it is in effect."""


OutcomeChoice = Literal[
    "", "proceed", "not_now", "elsewhere",
    "return_home", "phased_return", "placement_with_parents", "defer", "do_not_return",
    "goes_on", "more_help", "plan_at_home", "ends",
]  # fmt: skip
CHOICES: dict[OutcomeChoice, Choice] = {
    "proceed": Choice("Proceed to agreement and goals", "2"),
    "not_now": Choice("Not now: reassess by a date", "2", refuses=True, until="the day to reassess by"),
    "elsewhere": Choice("Not in the child’s interests: plan for permanence elsewhere", "2", refuses=True),
    "return_home": Choice("Return home", "4", home=True),
    "phased_return": Choice("Phased return", "4", home=True),
    "placement_with_parents": Choice("Placement with parents: the child stays looked after", "4", home=True),
    "defer": Choice("Defer the decision", "4", refuses=True, until="the day to decide again by"),
    "do_not_return": Choice("Do not return home", "4", refuses=True),
    "goes_on": Choice("The return goes on as planned", "after", replaces=False),
    "more_help": Choice("The return goes on with a changed plan", "after", replaces=False),
    "plan_at_home": Choice("The child stays at home, with this plan", "after"),
    "ends": Choice("The return ends: the child lives elsewhere again", "after", refuses=True),
}
"""What can be decided at each stage. Stages 2 and 4: the practice framework's; after the return: ours (source: product)."""
UNPLANNED: tuple[OutcomeChoice, ...] = ("plan_at_home", "ends")
"""What can be decided after an unplanned return, and the first of them after no other."""
LEGAL: dict[OutcomeId, str] = {
    "ceases": "Stops being looked after",
    "placed_with_parents": "Stays looked after, placed with a parent (regulations 15 to 20)",
    "placed_with_parents_immediately": "Placed with a parent before the assessment is complete (regulation 19)",
    "court_directed_placement": "Placed with a parent as a court directed (section 38(6))",
    "order_ended_by_court": "A court ends the order",
}
YesNo = Literal["", "yes", "no"]
YES_NO: dict[YesNo, str] = {"": "Not answered", "yes": "Yes", "no": "No"}
Area = Literal["", "no", "adjoining", "at_a_distance"]
AREAS: dict[Area, str] = {
    "": "Not answered",
    "no": "In our own area",
    "adjoining": "In an area that adjoins ours",
    "at_a_distance": "In an area that does not adjoin ours",
}
EndedBy = Literal["", "parent", "child", "somebody_else"]
ENDED_BY: dict[EndedBy, str] = {
    "": "Not recorded",
    "parent": "A parent",
    "child": "The child",
    "somebody_else": "Somebody else",
}
Whose = Literal[
    "child", "mother", "father", "parent", "parent_not_considered", "reviewing_officer", "guardian", "foster_carer", "school",
    "advocate", "relative", "other",
]  # fmt: skip
WHOSE: dict[Whose, str] = {
    "child": "The child",
    "mother": "Mother",
    "father": "Father",
    "parent": "Another parent or home carer",
    "parent_not_considered": "Parent who is not considered",
    "reviewing_officer": "Independent reviewing officer",
    "guardian": "Children’s guardian",
    "foster_carer": "Foster carer or residential carer",
    "school": "School or nursery",
    "advocate": "Advocate",
    "relative": "Relative",
    "other": "Somebody else",
}

_TIME = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$")]
CLOCK = "a time such as 09:30"


# ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Draft(items.Item):
    """What is written of one decision; its id is the decision's."""

    kind: Literal["draft"] = "draft"
    stage: Annotated[Stage, About("stage", options=STAGES, fixed=True)]
    meeting: Annotated[Id | Literal[""], About("meeting", fixed=True)] = ""
    """The meeting that it follows; "": it is made without one."""
    unplanned: Annotated[bool, About("mark for an unplanned return", fixed=True)] = False
    """Whether a parent or the child ended the time away: then what is decided, and approved, is the plan and not the return."""

    why_no_meeting: Annotated[Text, About("reason why it is made without a meeting")] = ""
    made_on: Annotated[Text, About("information that it is made on")] = ""
    decided_by: Annotated[Line, About("who decided")] = ""
    """Of a decision without a meeting, in words: it may not be whoever records it."""
    meeting_by: Annotated[DayOrNone, About("day by which the meeting follows")] = None
    decided_on: Annotated[DayOrNone, About("day of the decision")] = None
    """None: the day on which it is recorded."""

    ended_by: Annotated[EndedBy, About("who ended it", options=ENDED_BY)] = ""
    ended_words: Annotated[Text, About("how it ended")] = ""
    home_since: Annotated[DayOrNone, About("day on which the child went home")] = None
    learned_on: Annotated[DayOrNone, About("day on which we learned of it")] = None
    learned_at: Annotated[_TIME, About("time at which we learned of it", looks=CLOCK)] = ""
    seen_by: Annotated[Line, About("who saw the child")] = ""
    seen_on: Annotated[DayOrNone, About("day on which the child was seen")] = None
    seen_at: Annotated[_TIME, About("time at which the child was seen", looks=CLOCK)] = ""
    seen_alone: Annotated[YesNo, About("whether the child was seen alone", options=YES_NO)] = ""
    seen_words: Annotated[Text, About("what was seen, or why the child was not seen alone")] = ""
    section_47: Annotated[YesNo, About("whether there was a section 47 discussion", options=YES_NO)] = ""
    section_47_why: Annotated[Text, About("reason for or against section 47")] = ""
    safety_plan: Annotated[Text, About("interim safety plan")] = ""
    senior: Annotated[Line, About("senior manager who was told")] = ""
    senior_on: Annotated[DayOrNone, About("day on which a senior manager was told")] = None
    senior_at: Annotated[_TIME, About("time at which a senior manager was told", looks=CLOCK)] = ""
    assessment_by: Annotated[DayOrNone, About("day by which the full assessment is due")] = None

    level: Annotated[Line, About("panel’s classification")] = ""
    """A level of the edition. Confirms the indicated one, or departs from it."""
    departs_why: Annotated[Text, About("reason for departing from the indication")] = ""
    not_seen: Annotated[Text, About("what the rule did not see")] = ""

    outcome: Annotated[
        OutcomeChoice, About("decision", options={name: one.label for name, one in CHOICES.items()} | {"": "None yet"})
    ] = ""
    legal_outcome: Annotated[OutcomeId | Literal[""], About("legal footing", options={**LEGAL, "": "None yet"})] = ""
    effective_on: Annotated[DayOrNone, About("first day on which it is in effect")] = None
    """None: the day of the decision."""
    to_home: Annotated[Id | Literal[""], About("home", looks="one of the homes of this case")] = ""
    """A home of the case file."""
    key_stage_4_move: Annotated[YesNo, About("whether schooling in Year 10 or 11 is disrupted", options=YES_NO)] = ""
    out_of_area: Annotated[Area, About("area of the home", options=AREAS)] = ""
    ward_of_court: Annotated[YesNo, About("whether the child is a ward of court", options=YES_NO)] = ""

    rationale: Annotated[Text, About("rationale")] = ""
    sits_badly_why: Annotated[Text, About("reason for deciding against the level")] = ""
    why_not_supervision: Annotated[Text, About("reason why not a supervision order, or no order")] = ""
    review_on: Annotated[DayOrNone, About("review date")] = None
    would_change: Annotated[Text, About("what would change our mind")] = ""
    fact_or_said: Annotated[Text, About("what is fact and what was only said")] = ""
    not_asked: Annotated[Text, About("who was not asked")] = ""
    placement_failed: Annotated[Text, About("whether we decide so because a placement failed")] = ""
    not_known: Annotated[Text, About("what is not known")] = ""

    @property
    def decision(self) -> str:
        return self.id


class _OfDecision(items.Item):
    decision: Annotated[Id, About("decision", fixed=True)]


class Answer(_OfDecision):
    """What the rationale says of a caution, or of an unknown that matters for safety."""

    kind: Literal["answer"] = "answer"
    subject: Annotated[Id, About("factor", fixed=True)]
    about: Annotated[Id | Literal[""], About("person", fixed=True)] = ""
    """Of an unknown about a parent or carer: their id at the meeting. "" for a caution, and what is about the child or the home."""
    words: Annotated[Text, About("answer")] = ""


class Option(_OfDecision):
    """A realistic option, to be compared as a whole."""

    kind: Literal["option"] = "option"
    name: Name
    strengths: Text = ""
    risks: Text = ""
    risk_rests_on: Annotated[Text, About("what the risk rests on")] = ""
    tried: Annotated[Text, About("what was tried")] = ""
    would_work: Annotated[Text, About("what would make it work")] = ""
    chosen: Annotated[bool, About("mark for the option that was chosen")] = False

    @property
    def called(self) -> str:
        return self.name


class Support(_OfDecision):
    kind: Literal["support"] = "support"
    what: Annotated[Words, About("help")]
    who: Annotated[Line, About("who gives it")] = ""
    since: Annotated[DayOrNone, About("day from which it is given")] = None


class Condition(_OfDecision):
    """What must be so for the decision to hold; not what the law asks of the approver."""

    kind: Literal["condition"] = "condition"
    words: Annotated[Words, About("condition")]
    by: Annotated[DayOrNone, About("day by which it must be met")] = None


class View(_OfDecision):
    """What somebody thinks of it, in their own words, and what weight it had."""

    kind: Literal["view"] = "view"
    whose: Annotated[Whose, About("person whose view it is", options=WHOSE)]
    who: Annotated[Line, About("name")] = ""
    words: Annotated[Text, About("view in their words")] = ""
    given_on: Annotated[DayOrNone, About("day on which it was given")] = None
    weight: Annotated[Text, About("weight that it had, and why")] = ""


class Dispute(_OfDecision):
    """A formal dispute of the reviewing officer (IRO Handbook 2010)."""

    kind: Literal["dispute"] = "dispute"
    words: Annotated[Words, About("dispute")]
    begun_on: Annotated[DayOrNone, About("day on which it began")] = None
    ended_on: Annotated[DayOrNone, About("day on which it ended")] = None
    outcome: Annotated[Text, About("outcome of the dispute")] = ""


class Told(_OfDecision):
    """Somebody was told what was decided."""

    kind: Literal["told"] = "told"
    who: Annotated[Name, About("who was told")]
    by: Annotated[Line, About("who told them")] = ""
    on: Annotated[DayOrNone, About("day on which they were told")] = None
    how: Annotated[Line, About("way they were told")] = ""
    words: Annotated[Text, About("what they said to it")] = ""


class Dissent(_OfDecision):
    """Somebody who took part does not share the decision."""

    kind: Literal["dissent"] = "dissent"
    who: Annotated[Name, About("who does not share it")]
    words: Annotated[Words, About("reason")]


Item = Draft | Answer | Option | Support | Condition | View | Dispute | Told | Dissent

KINDS = Collections(
    "case",
    Collection(Draft, "decision", "d"),
    Collection(Answer, "answer", "a"),
    Collection(Option, "option", "o"),
    Collection(Support, "entry on support", "s"),
    Collection(Condition, "condition", "c"),
    Collection(View, "view", "v"),
    Collection(Dispute, "dispute", "i"),
    Collection(Told, "entry on who was told", "t"),
    Collection(Dissent, "dissent", "n"),
)
AFTERWARDS = ("told", "dispute")
"""Kinds of item that are written when the decision is made, too."""


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Deed(_Event):
    decision: str


class Opened(_Deed):
    """Somebody began to prepare a decision."""

    type: Literal["opened"] = "opened"
    case: str
    stage: Stage
    meeting: str = ""
    unplanned: bool = False


class Classified(_Deed):
    """The panel's classification, with what it stood on: the sealed outcome of the meeting, in a copy."""

    type: Literal["classified"] = "classified"
    stage: Stage
    meeting: str = ""
    meeting_version: int = 0
    edition: str = ""
    """Hash of the edition."""
    level: str
    indicated: str | None = None
    """None: grey, the answers allowed more than one level."""
    best: str = ""
    worst: str = ""
    basis: str | None = None
    """ "row" or "gap"; None while a dimension is not known."""
    held_by: tuple[str, ...] = ()
    dimensions: dict[str, tuple[int, int]] = {}
    """Each at its (most, least) favourable, 0 the most favourable."""
    answers: tuple[tuple[str, str, str], ...] = ()
    """(subject, name of whom it is about or "", status) as agreed."""
    departs_why: str = ""
    not_seen: str = ""

    @property
    def departs(self) -> bool:
        """Whether the panel departed from what the rule indicates; grey is classified by departing only."""
        return bool(self.meeting) and self.level != self.indicated


class ToSatisfy(_Event):
    """A condition for the approver, as the law of the day had it."""

    id: str
    text: str
    source: str = ""
    provenance: str = ""


class Route(_Event):
    """Who must approve, on which conditions and why (:class:`framework.decision.approval.Approval`), in a copy of that day."""

    approver: Approver
    working_days: int | None = None
    conditions: tuple[ToSatisfy, ...] = ()
    basis: str = ""
    law_checked_on: date


class Decided(_Deed):
    """A decision, with a copy of all that it stood on. What was written of it stands in its items, which it closes."""

    type: Literal["decided"] = "decided"
    day: date
    """The day of the decision; `effective_on` its first day in effect, at the earliest."""
    effective_on: date
    outcome: OutcomeChoice
    legal_outcome: str = ""
    unplanned: bool = False
    level: str = ""
    """The panel's classification; "" where there was none."""
    facts: dict[str, Any] | None = None
    """What the law was asked with (the JSON of :class:`framework.decision.approval.Facts`); None where it was not asked."""
    route: Route | None = None
    """None: the child does not go home by it, so it needs no approval."""
    meeting: str = ""
    meeting_version: int = 0
    counted: tuple[str, ...] = ()
    """The people whose answers counted at the meeting."""
    chaired: tuple[str, ...] = ()
    """The people who chaired it."""


class Superseded(_Deed):
    """Another decision takes its place from a day on. `by` is "": that is taken back, since the other one was withdrawn before."""

    type: Literal["superseded"] = "superseded"
    by: str = ""
    since: date | None = None


class ApprovalAsked(_Deed):
    """Somebody is asked to approve it, in place of whoever was asked before."""

    type: Literal["approval_asked"] = "approval_asked"
    person: str
    substitute_for: str = ""
    why: str = ""


class Satisfied(_Deed):
    type: Literal["satisfied"] = "satisfied"
    condition: str
    evidence: str


class Unsatisfied(_Deed):
    type: Literal["unsatisfied"] = "unsatisfied"
    condition: str


class Approved(_Deed):
    type: Literal["approved"] = "approved"
    words: str = ""
    substitute_for: str = ""


class ApprovalRefused(_Deed):
    type: Literal["approval_refused"] = "approval_refused"
    reason: str


class SentBack(_Deed):
    """It can be written on, and decided, again."""

    type: Literal["sent_back"] = "sent_back"
    reason: str


class AuthoritySatisfied(_Deed):
    """A named manager records that the authority is satisfied, or what the court has decided: where the law names no approver."""

    type: Literal["authority_satisfied"] = "authority_satisfied"
    words: str = ""
    substitute_for: str = ""


class PlanPrepared(_Deed):
    """The placement plan is prepared (regulations 9 and 18)."""

    type: Literal["plan_prepared"] = "plan_prepared"
    on: date
    where: str = ""


class AssessmentCompleted(_Deed):
    """The assessment that followed an immediate placement (with its review), or an unplanned return, is complete."""

    type: Literal["assessment_completed"] = "assessment_completed"
    on: date


class Withdrawn(_Deed):
    type: Literal["withdrawn"] = "withdrawn"
    reason: str


Event = (
    Opened
    | Added[Annotated[Item, Field(discriminator="kind")]]
    | Changed
    | Removed
    | Restored
    | Classified
    | Decided
    | Superseded
    | ApprovalAsked
    | Satisfied
    | Unsatisfied
    | Approved
    | ApprovalRefused
    | SentBack
    | AuthoritySatisfied
    | PlanPrepared
    | AssessmentCompleted
    | Withdrawn
)
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Signed(NamedTuple):
    """Who did something to a decision, when, and what they said to it."""

    by: str
    at: datetime
    words: str = ""
    substitute_for: str = ""


class Asked(NamedTuple):
    """Who was asked to approve, by whom."""

    person: str
    by: str
    at: datetime
    substitute_for: str = ""
    why: str = ""


class Evidence(NamedTuple):
    """With what a condition is satisfied."""

    words: str
    by: str
    at: datetime


class Plan(NamedTuple):
    on: date
    where: str
    by: str
    at: datetime


class Assessed(NamedTuple):
    on: date
    by: str
    at: datetime


class Superseding(NamedTuple):
    """Which decision takes the place of this one, from which day on."""

    by: str
    since: date


class Classing(NamedTuple):
    """A classification of this child, and who recorded it when."""

    classified: Classified
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A decision that was made. `decided` is the event, `version` that of the stream with it."""

    decided: Decided
    draft: Draft
    """As it was decided."""
    by: str
    at: datetime
    version: int
    classified: Classified | None = None
    asked: tuple[Asked, ...] = ()
    """Oldest first; the last one is asked now."""
    satisfied: Mapping[str, Evidence] = field(default_factory=dict)
    approved: Signed | None = None
    authority_satisfied: Signed | None = None
    plan: Plan | None = None
    assessed: Assessed | None = None
    refused: Signed | None = None
    sent_back: Signed | None = None
    withdrawn: Signed | None = None
    superseded: Superseding | None = None

    @property
    def decision(self) -> str:
        return self.decided.decision

    @property
    def choice(self) -> Choice:
        return CHOICES[self.decided.outcome]

    @property
    def recorded(self) -> str:
        """Who recorded it."""
        return self.by

    @property
    def ended(self) -> bool:
        """Whether nothing can become of it any more."""
        return bool(self.refused or self.sent_back or self.withdrawn)

    @property
    def signed(self) -> Signed | None:
        """By whom it has what the law asks for in the place of an approval, or the approval itself."""
        return self.approved or self.authority_satisfied

    @property
    def asks(self) -> Asked | None:
        """Who is asked to approve now; None while nobody is, and once it was answered."""
        return self.asked[-1] if self.asked and not (self.signed or self.ended) else None


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions on a child after `version` events. Treat the mappings as immutable. Of version 0: none, or none for who asks."""

    version: int = 0
    case: str = ""
    items: Items = field(default_factory=Items)
    opened: Mapping[str, Signed] = field(default_factory=dict)
    """decision → who began it, oldest first."""
    classifications: tuple[Classing, ...] = ()
    """Every one, oldest first."""
    made: Mapping[str, Made] = field(default_factory=dict)
    """decision → as it was made last, one that was sent back among them."""
    before: Mapping[str, tuple[Made, ...]] = field(default_factory=dict)
    """decision → how it was made before it was sent back and made again."""
    dropped: Mapping[str, Signed] = field(default_factory=dict)
    """decision → who withdrew it before it was made, and why."""
    touched: Mapping[str, int] = field(default_factory=dict)
    """decision → the version with which something that is written of it changed last."""
    erased: bool = False
    """Whether something that it said was erased."""

    @property
    def drafts(self) -> dict[str, Draft]:
        return self.items.of("draft")

    def of(self, kind: str, decision: str) -> dict[str, Any]:
        """The items of a kind that belong to a decision, by id."""
        return {name: one for name, one in self.items.of(kind).items() if one.decision == decision}

    def writable(self, decision: str) -> bool:
        """Whether it is still being prepared, or again."""
        made = self.made.get(decision)
        return decision in self.drafts and decision not in self.dropped and (made is None or bool(made.sent_back))


def fold(happened: Iterable[Happened], start: Decisions | None = None) -> Decisions:
    """The state after these events. `start` is not changed."""
    working = _Working(start or Decisions())
    for one in happened:
        working.apply(one)
    return working.done()


class _Working:
    """A private copy of a state that events are applied to in place, so that folding thousands of them stays quick."""

    def __init__(self, state: Decisions) -> None:
        self.version, self.case, self.erased = state.version, state.case, state.erased
        self.items = Folding(state.items)
        self.opened, self.made, self.before = dict(state.opened), dict(state.made), dict(state.before)
        self.dropped, self.touched = dict(state.dropped), dict(state.touched)
        self.classifications = list(state.classifications)

    def apply(self, one: Happened) -> None:
        """Raises ValueError or KeyError if the event cannot be about these decisions, unless something of them was erased."""
        self.version += 1
        event, by, at = one
        match event:
            case Erased():
                if self.version == 1:
                    raise ValueError("decisions cannot be read without their beginning, which says whose they are")
                self.erased = True
            case Opened(decision=decision):
                self.case, self.opened[decision] = event.case, Signed(by, at)
                self.items.begin(
                    Draft(id=decision, stage=event.stage, meeting=event.meeting, unplanned=event.unplanned)
                )
            case Added() | Changed() | Removed() | Restored():
                self._written(one)
            case Classified():
                self.classifications.append(Classing(event, by, at))
            case Decided():
                self._decided(event, by, at)
            case Withdrawn(decision=decision, reason=reason) if self._being_prepared(decision):
                self.dropped[decision] = Signed(by, at, reason)
            case _:
                self._done_to(event, by, at)

    def _being_prepared(self, decision: str) -> bool:
        made = self.made.get(decision)
        return decision not in self.dropped and (made is None or bool(made.sent_back))

    def _written(self, one: Happened) -> None:
        event = one.event
        try:
            item = event.item if isinstance(event, Added) else self.items.of(event.kind).get(event.id)
            self.items.apply(event, one.actor, one.at)
            item = item or self.items.of(event.kind)[event.id]
        except KeyError:
            # It is about an item that is not there: the event that added it was erased, and so the item is gone.
            if not self.erased:
                raise
            return
        self.touched[item.decision] = self.version

    def _decided(self, event: Decided, by: str, at: datetime) -> None:
        decision = event.decision
        draft = self.items.of("draft").get(decision)
        if draft is None:
            if self.erased:
                return
            raise ValueError(f"no decision {decision} was begun")
        last = [one.classified for one in self.classifications if one.classified.decision == decision]
        classified = last[-1] if last and last[-1].level == event.level else None
        if decision in self.made:
            self.before[decision] = (*self.before.get(decision, ()), self.made[decision])
        self.made[decision] = Made(event, draft, by, at, self.version, classified)

    def _done_to(self, event: Any, by: str, at: datetime) -> None:
        made = self.made.get(event.decision)
        if made is not None:
            self.made[made.decision] = _after(made, event, by, at)
        elif not self.erased:
            raise ValueError(f"no decision {event.decision} was made")

    def done(self) -> Decisions:
        return Decisions(
            version=self.version,
            case=self.case,
            items=self.items.done(),
            opened=self.opened,
            classifications=tuple(self.classifications),
            made=self.made,
            before=self.before,
            dropped=self.dropped,
            touched=self.touched,
            erased=self.erased,
        )


def _after(made: Made, event: Any, by: str, at: datetime) -> Made:
    """A decision after something was done to it."""
    match event:
        case ApprovalAsked(person=person, substitute_for=substitute_for, why=why):
            return replace(made, asked=(*made.asked, Asked(person, by, at, substitute_for, why)))
        case Satisfied(condition=condition, evidence=evidence):
            return replace(made, satisfied={**made.satisfied, condition: Evidence(evidence, by, at)})
        case Unsatisfied(condition=condition):
            return replace(made, satisfied={name: one for name, one in made.satisfied.items() if name != condition})
        case Approved(words=words, substitute_for=substitute_for):
            return replace(made, approved=Signed(by, at, words, substitute_for))
        case AuthoritySatisfied(words=words, substitute_for=substitute_for):
            return replace(made, authority_satisfied=Signed(by, at, words, substitute_for))
        case ApprovalRefused(reason=reason):
            return replace(made, refused=Signed(by, at, reason))
        case SentBack(reason=reason):
            return replace(made, sent_back=Signed(by, at, reason))
        case PlanPrepared(on=on, where=where):
            return replace(made, plan=Plan(on, where, by, at))
        case AssessmentCompleted(on=on):
            return replace(made, assessed=Assessed(on, by, at))
        case Superseded(by=other, since=since):
            return replace(made, superseded=Superseding(other, since) if other and since else None)
        case Withdrawn(reason=reason):
            return replace(made, withdrawn=Signed(by, at, reason))
    raise ValueError(f"nothing is known of {type(event).__name__}")
