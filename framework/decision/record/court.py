"""The court record: the same facts under the headings that a social work statement to a family court has, no score up front.

The headings follow the social work evidence template (ADCS and Cafcass, 2021), in our own words. What a court needs and Homeward does
not hold (the order sought, full names, a genogram, the signature) is a gap that names it.
"""

from collections.abc import Iterator, Sequence

from framework.decision.record import paper
from framework.decision.record.model import MISSING, Answered, Event, Record, Relative
from framework.decision.record.of_meeting import about_capacity, about_wishes
from framework.decision.record.paper import (
    Block,
    Paper,
    block,
    bullets,
    heading,
    missing,
    notice,
    pair,
    paragraph,
    smaller,
    table,
    told,
)
from framework.edition import UNKNOWN

LEAVE = "Not to be disclosed without the court’s leave."
"""What stands on a record where there are proceedings. Family Procedure Rules 2010, part 12 (to be checked by the authority)."""
THERE = frozenset({"active", "improving"})
"""Statuses of a risk factor that is there."""
PROTECTS = frozenset({"present", "emerging"})
INVOLVED = ("Help and services", "Meeting or decision", "Return home", "Where the child lived", "Police or court")
"""Kinds of event that say what was done."""


def court_paper(record: Record) -> Paper:
    parts = (
        _front, _case_details, _chronology, _harm, _child, _parenting, _wider_family, _plan, _others, _fairness, _signature, _checklist,
        paper.information, _the_aid, paper.marks, paper.checked,
    )  # fmt: skip
    title = record.title.replace("Decision record", "Court record")
    footer = f"{LEAVE} {paper.footer(record)}" if record.case.proceedings else paper.footer(record)
    return Paper(title, paper.subtitle(record), footer, tuple(one for part in parts for one in part(record)))


def _front(record: Record) -> Iterator[Block]:
    if record.case.proceedings:
        yield notice(f"{LEAVE} {record.case.proceedings}")
    else:
        yield notice(f"Nothing here says that there are proceedings. Where there are any: {LEAVE.lower()}")
    yield from paper.notices(record)
    for what in (
        "the order that is sought, and why now",
        "the number of this statement, the court and the case number",
        "the author’s name, qualifications, experience and registration number",
    ):
        yield missing(what)
    yield pair("Legal status", record.case.standing) if record.case.standing else missing("the legal status")
    yield paper.asked(record, "case.lives", "Placement")


def _case_details(record: Record) -> Iterator[Block]:
    case = record.case
    yield heading("1. The case")
    yield pair("Child", ", ".join(filter(None, (case.called, case.who))))
    yield missing("the child’s full name and date of birth, to be added for the court")
    if case.statuses:
        yield block("bullets", label="Legal status over time", entries=case.statuses)
    yield paper.asked(record, "case.looked_after_since", "Looked after since")
    yield smaller("The family")
    family = (*case.parents, *case.adults, *case.siblings)
    if not case.parents:
        yield missing("the parents, also the one who is not considered")
    if family:
        yield table(
            ("Name", "Relation to the child", "Where they stand"),
            ((one.name, one.relation, one.considered) for one in family),
        )
    yield paragraph("Addresses are left out, since everybody in the proceedings may read this.")
    yield missing("the genogram")
    yield missing("the ecomap")
    yield paper.asked(record, "case.summary", "Where things stand")


def _chronology(record: Record) -> Iterator[Block]:
    yield heading("2. Chronology")
    if not record.case.chronology:
        yield missing("the chronology")
    else:
        rows = ((one.when, one.what, _significance(one), _source(one)) for one in record.case.chronology)
        yield table(("When", "What happened", "What it meant for the child", "Source"), rows)
    yield from paper.left_out(record)


def _significance(one: Event) -> str:
    affected = f"Affected: {one.affected}" if one.affected else ""
    return "\n".join(filter(None, (one.means or MISSING.format("what it meant"), affected)))


def _source(one: Event) -> str:
    return ", ".join(filter(None, (one.source or MISSING.format("the source"), one.basis.lower())))


# ── Harm and protection ──────────────────────────────────────────────────────────────────────────────────────────────


def _harm(record: Record) -> Iterator[Block]:
    yield heading("3. Risk and protective factors, and what we did")
    yield from _factors(record, "Risks that are there", "risk", THERE)
    yield from _factors(record, "Risks that were there, and are resolved", "risk", frozenset({"resolved"}))
    yield from _factors(record, "What protects the child", "protection", PROTECTS)
    if record.decision.answers:
        yield smaller("What the panel says of each caution")
        yield from paper.pairs(record.decision.answers)
    yield smaller("The authority’s involvement and what came of it")
    done = [one for one in record.case.chronology if one.done or one.result or one.kind in INVOLVED]
    if not done:
        yield missing("what the authority did, and what came of it")
        return
    rows = ((one.when, one.done or one.what, one.result or MISSING.format("what came of it")) for one in done)
    yield table(("When", "What was done", "What came of it"), rows)


def _factors(record: Record, label: str, dimension: str, statuses: frozenset[str]) -> Iterator[Block]:
    found = [one for one in record.answers if one.dimension == dimension and one.status in statuses]
    yield smaller(label)
    if found:
        yield bullets(map(_factor, found))
    elif record.answers:
        yield paragraph("The panel agreed on none.")
    else:
        yield missing("what the panel agreed")


def _found(answers: Sequence[Answered]) -> Iterator[Block]:
    """What is known of each, then the names of what is not known."""
    known = [one for one in answers if one.status != UNKNOWN]
    unknown = [one.question for one in answers if one.status == UNKNOWN]
    if known:
        yield bullets(map(_factor, known))
    if unknown:
        yield pair("Not known yet", "; ".join(unknown))


def _factor(one: Answered) -> str:
    """The agreed answer in words, with the panel's note and what members noted of it."""
    notes = [
        f"{note} ({', '.join(filter(None, (score.who, score.evidence if note == score.note else '')))})"
        for score in one.scores
        for note in (score.first_note, score.note)
        if note
    ]
    said = "; ".join([*([one.note] if one.note else []), *notes])
    answer = f"{paper.marked(one.question, one.provenance)}: {one.answer.lower()}"
    return f"{answer}. {said}" if said else f"{answer}. {MISSING.format('the evidence')}"


# ── The child and the family ─────────────────────────────────────────────────────────────────────────────────────────


def _child(record: Record) -> Iterator[Block]:
    case = record.case
    yield heading("4. The child")
    yield smaller("Daily life")
    yield paper.asked(record, "case.lives", "Lives")
    yield paper.asked(record, "case.school", "School")
    yield from told("How the child communicates best", case.communicates)
    yield missing("a day in this child’s life: routines, friends, health, what the child enjoys")
    yield smaller("Needs, and what was done to meet them")
    needs = [
        one for one in record.answers if one.domain == "child" and one.status not in ("", "absent", "not_applicable")
    ]
    yield from _found(needs) if needs else [missing("the child’s needs")]
    yield from _support(record)
    yield smaller("Wishes and feelings")
    yield from _wishes(record, "child")
    yield from paper.child_view(record)
    yield smaller("The child’s own statement")
    if case.child_said:
        yield from (block("quote", words) for words in case.child_said)
    else:
        yield missing("the child’s own statement")


def _wishes(record: Record, about: str) -> Iterator[Block]:
    for one in record.answers:
        if about_wishes(one) and one.about == about and one.answer:
            yield pair("As the panel heard it", " ".join(filter(None, (f"{one.answer}.", one.note))))


def _support(record: Record) -> Iterator[Block]:
    for one in record.decision.support:
        yield pair(one.what, ", ".join(filter(None, (one.who, f"from {one.since}" if one.since else ""))))


def _parenting(record: Record) -> Iterator[Block]:
    yield heading("5. Parenting")
    capacity = [one for one in record.answers if about_capacity(one)]
    if not capacity:
        yield missing("what was seen of each parent’s or home carer’s parenting and change")
    for one in capacity:
        name = one.question.removeprefix("Capacity to change, ")
        yield smaller(name)
        yield pair("Change that was seen", " ".join(filter(None, (f"{one.answer or 'Still open'}.", one.note))))
        theirs = [other for other in record.answers if other.about == one.about and other.domain and other.status]
        yield from _found(
            [_without_name(other, name) for other in theirs if other.status in THERE | PROTECTS | {"resolved", UNKNOWN}]
        )


def _without_name(one: Answered, name: str) -> Answered:
    """Under the heading of a parent or home carer, whose name stands in each question: “Denial of problems, Carer A”."""
    return one.model_copy(update={"question": one.question.removesuffix(f", {name}")})


def _wider_family(record: Record) -> Iterator[Block]:
    yield heading("6. The wider family")
    yield from _people("Other adults", record.case.adults)
    kin = [
        one
        for one in record.answers
        if one.subject in ("supportive_extended_family", "social_support_network") and one.status
    ]
    yield from _found(kin)
    yield missing("the family group decision-making meeting: offered, accepted or not, and what it came to")


def _people(label: str, found: Sequence[Relative]) -> Iterator[Block]:
    if found:
        yield smaller(label)
    for one in found:
        said = [one.relation, f"Known: {one.known}" if one.known else "", f"View: {one.view}" if one.view else ""]
        yield pair(one.name, ". ".join(filter(None, said)) or "Nothing more is recorded")


# ── The plan, and how it came about ──────────────────────────────────────────────────────────────────────────────────


def _plan(record: Record) -> Iterator[Block]:
    decision = record.decision
    yield heading("7. The plan, and the realistic options")
    yield paper.asked(record, "decision.outcome", "What is planned")
    yield from told("In law", decision.in_law)
    yield paper.asked(record, "decision.rationale", "Why")
    yield from told("Permanence plan", record.case.permanence_plan)
    yield from told("Why not a supervision order, or no order", decision.why_not_supervision)
    yield from paper.options(record)
    yield from paper.plan(record)
    yield missing("family time: with whom, how often, and why")
    yield paper.asked(record, "decision.review_on", "Looked at again on")
    yield from paper.approval(record, smaller)


def _others(record: Record) -> Iterator[Block]:
    yield heading("8. Views of the others")
    decision = record.decision
    for one in record.case.parents:
        if one.view:
            yield pair(one.name, one.view)
    for view in decision.views:
        yield pair(view.who, view.words or MISSING.format("their words"))
        yield from told("Given on", view.given_on)
        yield from told("Weight", view.weight)
    for view in record.meeting.views:
        yield pair(view.who, view.words)
    if not decision.views and not record.meeting.views:
        yield missing("the views of each parent, the reviewing officer, the children’s guardian and the others")
    yield from told("Formal dispute of the reviewing officer", decision.dispute)
    if decision.dissent:
        yield block(
            "bullets",
            label="Who does not share the decision",
            entries=tuple(f"{one.who}: {one.words}" for one in decision.dissent),
        )


def _fairness(record: Record) -> Iterator[Block]:
    yield heading("9. Procedural fairness")
    yield paper.asked(record, "decision.not_asked", "Who was not asked")
    yield from paper.who_was_told(record, smaller)
    yield missing(
        "which documents each parent had, when, in which language, and whether they had an advocate or a lawyer"
    )
    yield from paper.what_parents_said(record, smaller)
    if not record.checked_facts:
        yield missing("what each parent said to the facts above")


def _signature(record: Record) -> Iterator[Block]:
    yield heading("10. Signature")
    for what in (
        "the statement of truth",
        "the author’s signature and the date",
        "the manager’s signature and the date",
    ):
        yield missing(what)


def _checklist(record: Record) -> Iterator[Block]:
    """Section 1(3) of the Children Act 1989, a to g, with where each is answered above."""
    case, decision = record.case, record.decision
    there = [one.question for one in record.answers if one.dimension == "risk" and one.status in THERE]
    capacity = [f"{one.question}: {one.answer.lower()}" for one in record.answers if about_capacity(one) and one.answer]
    options = [one.name for one in decision.options]
    background = "; ".join(f"{one.label}: {one.text}" for one in case.background)
    wishes = " ".join(one.words for one in decision.child_views) or " ".join(case.child_said)
    rows = (
        ("a. The child’s wishes and feelings, by age and understanding", wishes),
        ("b. Physical, emotional and educational needs", ""),
        ("c. The likely effect of a change", ""),
        (
            "d. Age, sex, background and anything that matters of the child",
            "; ".join(filter(None, (case.who, background))),
        ),
        ("e. Harm suffered, or at risk of", "; ".join(there)),
        ("f. How capable each parent, and anybody else, is of meeting the needs", "; ".join(capacity)),
        ("g. The powers that the court has", f"Options compared: {'; '.join(options)}" if options else ""),
    )
    yield heading("11. The welfare checklist (section 1(3), Children Act 1989)")
    yield table(
        ("Point", "What this record says"),
        ((label, text or MISSING.format("the analysis of this point")) for label, text in rows),
    )


def _the_aid(record: Record) -> Iterator[Block]:
    """What the tool indicated: last, in words, as an aid and no evidence of its own."""
    light = record.light
    if not light.level:
        return
    yield heading("About the aid that the panel used")
    yield paragraph(paper.AN_AID)
    yield pair("What it indicated", light.sentence)
    if record.decision.level:
        departs = "The panel departs from it" if record.decision.departs else "The panel confirms it"
        yield pair(
            "The panel’s classification", f"{record.decision.level}. {departs}. {record.decision.departs_why}".strip()
        )
    if light.note:
        yield paragraph(paper.marked(light.note, "reconstructed"))
