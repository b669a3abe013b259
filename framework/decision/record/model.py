"""What the record of a decision holds. Everything is words for a reader, days and times in England's; what is missing is empty.

:data:`GAPS` names what a whole record has, so that every paper says what is missing of it in the place where it would stand.
"""

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

VERSION = 1
"""Of the JSON's form: fields are added; one that is there keeps its name and meaning."""
MISSING = "[still to be filled in: {}]"
Provenance = Literal["published", "reconstructed", "product", "to_check"]
PROVENANCES: dict[Provenance, str] = {
    "published": "as the source named has it",
    "reconstructed": "worked out anew from research, since our copy of the source has lost it",
    "product": "Homeward’s own, neither the law’s nor the research’s",
    "to_check": "our reading, which the authority still has to check",
}
"""What each mark on paper says."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# ── The meeting ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Labelled(_Part):
    label: str
    text: str


class Group(_Part):
    label: str
    entries: tuple[str, ...]


class Person(_Part):
    """Somebody at the table."""

    name: str
    role: str
    independent: bool
    """A second or additional worker who has not met the family."""
    counted: bool
    chaired: bool
    removed: str
    """Why the seat was removed; "" while it was taken."""


class Score(_Part):
    """What one member answered to one question."""

    who: str
    answer: str
    first: str
    """As they answered first, on their own."""
    changed: str
    """How the answer came to change, in words; "" if it did not."""
    note: str
    evidence: str
    first_note: str
    """The note on the first answer, where another one stands by now; with its kind of evidence."""
    together: bool
    """Filled in together with the rest of a section."""
    apart: str
    """Why it does not count; "" if it does."""


class Answered(_Part):
    """One question: the panel's answer, and everybody's."""

    subject: str
    about: str
    """"child", "household" or the id of a parent or home carer."""
    dimension: str
    domain: str
    question: str
    status: str
    """The id of the panel's answer; "" while it is open."""
    answer: str
    how: str
    note: str
    scores: tuple[Score, ...]
    silent: tuple[str, ...]
    """Who counted and gave no answer."""
    differed: bool
    """Whether counting members gave different known answers on their own."""
    notes: tuple[str, ...]
    """Notes that were added after the reveal."""
    dissent: tuple[str, ...]
    caution: bool
    provenance: Provenance
    """Of the finding that it matters."""
    guidance_provenance: Provenance
    """Of the words that say what counts as which answer."""


class View(_Part):
    who: str
    words: str
    weight: str = ""
    """What weight it had, and why."""
    given_on: str = ""


class When(_Part):
    at: str
    what: str


class Meeting(_Part):
    id: str = ""
    stage: int = 0
    phase: str = ""
    closed: bool = False
    opened: str = ""
    last: str = ""
    people: tuple[Person, ...] = ()
    composition: tuple[str, ...] = ()
    """Who should have been there and was not, and whether anybody was independent, in sentences."""
    carers: tuple[str, ...] = ()
    carers_before: tuple[str, ...] = ()
    """Who was taken off, with what was answered about them."""
    views: tuple[View, ...] = ()
    proceedings: tuple[When, ...] = ()
    sealed: str = ""
    events: int = 0


class Edition(_Part):
    id: str = ""
    title: str = ""
    hash: str = ""


class Light(_Part):
    """What the rule makes of the panel's answers: an indication."""

    level: str = ""
    shape: str = ""
    sentence: str = ""
    meaning: str = ""
    row_or_gap: Literal["row", "gap", ""] = ""
    basis: str = ""
    row: str = ""
    dimensions: tuple[Labelled, ...] = ()
    holding: tuple[Group, ...] = ()
    protecting: tuple[Group, ...] = ()
    unknown: tuple[str, ...] = ()
    unknown_for_safety: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    for_authority: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    wishes: str = ""
    note: str = ""
    """What of the rule is reconstructed; "" if nothing is."""
    members: tuple[str, ...] = ()
    """How many members' own answers lead where."""
    alike: str = ""
    """How far the members saw the same case."""


# ── The case ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Event(_Part):
    """An entry of the chronology."""

    when: str
    kind: str
    what: str
    source: str
    basis: str = ""
    affected: str = ""
    means: str = ""
    done: str = ""
    result: str = ""


class Relative(_Part):
    """A parent, another adult or a brother or sister. Never an address."""

    name: str
    relation: str
    considered: str = ""
    view: str = ""
    known: str = ""
    """Of an adult in a considered home: what is known of convictions and cautions."""


class Case(_Part):
    """What was known of the child. `invented`: nobody in it is real."""

    reference: str = ""
    called: str = ""
    invented: bool = False
    who: str = ""
    """Initials, month and year of birth, age."""
    standing: str = ""
    statuses: tuple[str, ...] = ()
    looked_after_since: str = ""
    proceedings: str = ""
    """By what it is known that there are proceedings in a court; "" if nothing says so."""
    lives: str = ""
    school: str = ""
    background: tuple[Labelled, ...] = ()
    """Sex, ethnicity, faith, language and so on, as far as they are recorded."""
    communicates: str = ""
    permanence_plan: str = ""
    summary: str = ""
    parents: tuple[Relative, ...] = ()
    adults: tuple[Relative, ...] = ()
    siblings: tuple[Relative, ...] = ()
    child_said: tuple[str, ...] = ()
    chronology: tuple[Event, ...] = ()
    information: tuple[str, ...] = ()
    """The reports and documents that were used."""
    not_known: tuple[str, ...] = ()
    left_out: int = 0
    """How much is marked as legal advice or as under a court's restriction."""


# ── The decision ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Option(_Part):
    name: str
    strengths: str = ""
    risks: str = ""
    risk_rests_on: str = ""
    tried: str = ""
    would_work: str = ""
    """What would make it work."""
    chosen: bool = False


class Support(_Part):
    what: str
    who: str
    since: str


class Condition(_Part):
    words: str
    by: str


class Told(_Part):
    who: str
    by: str
    when: str
    how: str
    said: str = ""
    """What they said to it."""


class CheckedFact(_Part):
    """What a parent or home carer said to a fact about them, before their copy was filed."""

    who: str
    when: str
    """Of the fact."""
    fact: str
    """As it was when they said so."""
    answer: str
    words: str
    """Theirs."""
    said: str
    """On which day and in which way they said it."""
    stays_why: str
    """Why the fact stays as it is, where they said that it is not right."""


class Satisfied(_Part):
    """One condition of the approval."""

    text: str
    source: str
    provenance: Provenance
    evidence: str = ""
    """"" while it is not satisfied."""
    by: str = ""
    at: str = ""


class Approval(_Part):
    needed: str = ""
    """Who must approve."""
    why: str = ""
    result: str = ""
    """Approved, refused, sent back or still open, in a sentence."""
    by: str = ""
    at: str = ""
    reason: str = ""
    substitute: str = ""
    """For whom, where a substitute approved, and why."""
    conditions: tuple[Satisfied, ...] = ()
    plan: str = ""
    """The placement plan, where one must be prepared."""
    law_checked_on: str = ""


class Earlier(_Part):
    """A time before at which it was decided, and sent back."""

    decided_on: str
    decided_by: str
    outcome: str
    result: str
    """By whom and when it was sent back, in words."""
    reason: str


class Decision(_Part):
    id: str = ""
    made: bool = False
    """Whether it was decided; False while it is a draft."""
    stage: str = ""
    without_meeting: tuple[Labelled, ...] = ()
    """Of a decision without a meeting: by whom, on what, and the meeting that follows."""
    unplanned: tuple[Labelled, ...] = ()
    """Of an unplanned return: who ended it, the check of immediate safety and so on."""
    level: str = ""
    departs: bool = False
    departs_why: str = ""
    not_seen: str = ""
    last: tuple[str, ...] = ()
    """Against the last classification of this child: what moved, what did not."""
    answers: tuple[Labelled, ...] = ()
    """The answer to each caution and to each unknown that matters."""
    outcome: str = ""
    in_law: str = ""
    decided_by: str = ""
    decided_on: str = ""
    effective_on: str = ""
    in_effect: bool | None = None
    """None while nothing is decided, and where there is nothing to put into effect."""
    effect: str = ""
    """Why it is in effect or not, in a sentence."""
    rationale: str = ""
    sits_badly: str = ""
    sits_badly_why: str = ""
    why_not_supervision: str = ""
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    support: tuple[Support, ...] = ()
    child_view: View | None = None
    """The first view of the child."""
    child_views: tuple[View, ...] = ()
    """All of them, in the order in which they were written."""
    views: tuple[View, ...] = ()
    dispute: str = ""
    told: tuple[Told, ...] = ()
    dissent: tuple[View, ...] = ()
    review_on: str = ""
    would_change: str = ""
    fact_or_said: str = ""
    not_asked: str = ""
    because_placement_failed: str = ""
    not_known: str = ""
    circumstances: tuple[Labelled, ...] = ()
    """What the law asks about: the home, schooling, the area and wardship."""
    approval: Approval = Approval()
    earlier: tuple[Earlier, ...] = ()


class Proved(_Part):
    """The last event of a stream that the record was made from: its hash covers all before it."""

    what: str
    version: int
    hash: str


class Proof(_Part):
    events: tuple[Proved, ...] = ()
    record: str = ""
    """What of the whole record the last hash is of: a line of the anchor, or an event of the register."""
    record_hash: str = ""


class Record(_Part):
    version: int = VERSION
    title: str
    authority: str = ""
    made_at: str
    stood_at: str = ""
    """The past moment that was asked for; "" for the record as it stands."""
    case: Case
    meeting: Meeting
    edition: Edition
    light: Light
    answers: tuple[Answered, ...]
    decision: Decision
    checked_facts: tuple[CheckedFact, ...] = ()
    proof: Proof

    @property
    def invented(self) -> bool:
        return self.case.invented


# ── What is missing ──────────────────────────────────────────────────────────────────────────────────────────────────

_ALWAYS = {
    "case.summary": "the summary of the case",
    "case.looked_after_since": "since when the child is looked after",
    "case.lives": "where the child lives",
    "case.school": "school or nursery",
    "case.parents": "the parents, also the one who is not considered",
    "case.child_said": "what the child said, in the child’s words",
    "case.chronology": "the chronology",
    "case.information": "the reports and documents that were used",
}
_MEETING = {
    "meeting.people": "who sat at the table",
    "light.level": "the level that the panel’s answers indicate",
}
_DECISION = {
    "decision.level": "the panel’s classification",
    "decision.outcome": "what was decided",
    "decision.rationale": "the reasons for the decision",
    "decision.options": "the realistic options, compared as a whole",
    "decision.support": "the support, from whom and from when",
    "decision.child_view": "the child’s view and what weight it had",
    "decision.views": "each parent’s view and the views of the others",
    "decision.told": "who was told of the decision, by whom and when",
    "decision.review_on": "the day on which the decision is looked at again",
    "decision.would_change": "what would change the decision",
    "decision.fact_or_said": "what is fact, and what was only said",
    "decision.not_asked": "who was not asked",
}
_MADE = {"decision.approval.needed": "who must approve the decision"}
NO_DECISION = "the decision, with its reasons, the options, the views and the approval"
GAPS: dict[str, str] = {**_ALWAYS, **_MEETING, "decision": NO_DECISION, **_DECISION, **_MADE}
"""Where it would stand in the model → what is missing there."""


class Gap(NamedTuple):
    where: str
    what: str


def gaps(record: Record) -> tuple[Gap, ...]:
    """What is not filled in, in the order of the model."""
    found = [Gap(where, what) for where, what in (_ALWAYS | _MEETING).items() if not at(record, where)]
    if not record.decision.id:
        return (*found, Gap("decision", NO_DECISION))
    asked = _DECISION | (_MADE if record.decision.made else {})
    found += [Gap(where, what) for where, what in asked.items() if not at(record, where)]
    if record.decision.departs:
        why = {"decision.departs_why": "why the panel departs", "decision.not_seen": "what the rule did not see"}
        found += [Gap(where, what) for where, what in why.items() if not at(record, where)]
    return tuple(found)


def at(record: Record, where: str) -> Any:
    """What stands at a place: "decision.rationale"."""
    found: Any = record
    for name in where.split("."):
        found = getattr(found, name)
    return found


def filled(record: Record) -> dict[str, Any]:
    """The model as plain data for a template: a text that is missing is its gap in words, and no part is absent."""
    data: dict[str, Any] = record.model_dump(mode="json")
    missing = dict(gaps(record))
    if "decision" in missing:
        missing |= _DECISION | _MADE
    for where, what in missing.items():
        *inside, name = where.split(".")
        part = data
        for one in inside:
            part = part[one]
        if isinstance(part[name], str):
            part[name] = MISSING.format(what)
    if data["decision"]["child_view"] is None:
        words = MISSING.format(_DECISION["decision.child_view"])
        data["decision"]["child_view"] = {"who": "The child", "words": words, "weight": "", "given_on": ""}
    data["gaps"] = [what for _, what in gaps(record)]
    return data
