"""A record as a paper: its pieces in order, which PDF and Word are set from; and the decision record itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from framework import documents
from framework.decision.record.model import (
    GAPS,
    MISSING,
    PROVENANCES,
    Answered,
    Group,
    Labelled,
    Option,
    Provenance,
    Record,
    Satisfied,
    Score,
    at,
    gaps,
)
from framework.light.explain import listed, number_of
from framework.text import with_full_stop

TEMPLATE = Path(__file__).parent / "record.typ"
Block = dict[str, Any]
"""`kind`, and what it needs of `text`, `label`, `entries`, `head`, `rows`, `shape`: see record.typ. All of it is text."""
SHAPES = {
    "octagon_bar": "red octagon with a bar",
    "octagon": "red octagon",
    "triangle": "amber triangle",
    "circle": "green circle",
    "ring": "grey dashed ring",
}
"""The sign of a level in words, where it cannot be drawn."""
AN_AID = (
    "The level follows from the agreed answers by the rule of the framework, as reconstructed here. It is an aid to judgement: it adds "
    "up no points, predicts nothing and decides nothing. It is no verdict on anybody as a parent."
)


class Paper(NamedTuple):
    title: str
    subtitle: str
    footer: str
    blocks: tuple[Block, ...]


def block(kind: str, text: str = "", **more: Any) -> Block:
    return {"kind": kind, "text": text, "label": "", "entries": (), "head": (), "rows": (), "shape": ""} | more


def heading(text: str) -> Block:
    return block("heading", text)


def smaller(text: str) -> Block:
    return block("smaller", text)


def paragraph(text: str) -> Block:
    return block("paragraph", text)


def notice(text: str) -> Block:
    """What must not be missed: it stands in a box."""
    return block("notice", text)


def bullets(entries: Iterable[str]) -> Block:
    return block("bullets", entries=tuple(entries))


def pair(label: str, text: str) -> Block:
    return block("pair", text, label=label)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    """Of two, three or four columns."""
    return block("table", head=tuple(head), rows=tuple(map(tuple, rows)))


def missing(what: str) -> Block:
    """A gap: what is not filled in, in the place where it would stand."""
    return block("gap", MISSING.format(what))


def asked(record: Record, where: str, label: str) -> Block:
    """A text of the model under its label, or the gap that names it."""
    text = at(record, where)
    return pair(label, text) if text else block("gap", MISSING.format(GAPS[where]), label=label)


def told(label: str, text: str) -> list[Block]:
    """A text that need not be there."""
    return [pair(label, text)] if text else []


def marked(text: str, provenance: Provenance) -> str:
    """With the mark of what is not published: “… [reconstructed]”."""
    return text if provenance == "published" else f"{text} [{provenance.replace('_', ' ')}]"


def footer(record: Record) -> str:
    said = ["Invented: nobody in this is real"] if record.invented else ["Confidential"]
    said += [record.case.reference] if record.case.reference else []
    said += [f"Hash {in_groups(record.proof.events[0].hash[:16], 4)}"] if record.proof.events else []
    return " · ".join(said)


def in_groups(hash_: str, by: int = 8) -> str:
    """A hash as it can be read aloud."""
    return " ".join(hash_[start : start + by] for start in range(0, len(hash_), by))


# ── The decision record ──────────────────────────────────────────────────────────────────────────────────────────────


def decision_paper(record: Record) -> Paper:
    parts = (
        notices, _in_short, _still_missing, _people, _decision, approval, who_was_told, what_parents_said, _light, _not_known, _answers, _views,
        information, _proceedings, marks, checked,
    )  # fmt: skip
    return Paper(record.title, subtitle(record), footer(record), tuple(one for part in parts for one in part(record)))


def subtitle(record: Record) -> str:
    said = [record.authority, record.case.reference, record.case.who, record.case.standing]
    return ". ".join(filter(None, (*said, f"Made on {record.made_at}")))


def notices(record: Record) -> Iterator[Block]:
    """What changes how everything under it is read."""
    if record.invented:
        yield notice("Invented: made up for training. Nobody in this is real.")
    if record.stood_at:
        yield notice(f"This is how the record stood on {record.stood_at}. What was written later is not in it.")
    if record.meeting.id and not record.meeting.closed:
        yield notice(
            f"The meeting is not closed (now: {record.meeting.phase.lower()}). What stands here can still change."
        )
    decision = record.decision
    if decision.effect:
        says_so = decision.in_effect is None or decision.effect.startswith(("In effect", "Not in effect"))
        label = "In effect" if decision.in_effect else "Not in effect"
        yield notice(decision.effect if says_so else f"{label}. {decision.effect}")


def _in_short(record: Record) -> Iterator[Block]:
    light, decision = record.light, record.decision
    if light.level:
        yield block(
            "light", light.sentence, label=light.level, shape=light.shape, entries=(SHAPES[light.shape], *light.caveats)
        )
    yield asked(record, "light.level", "Indicated level") if not light.level else pair("Row or gap", light.basis)
    if not decision.id:
        yield missing(GAPS["decision"])
        return
    yield asked(record, "decision.level", "The panel’s classification")
    if decision.departs:
        yield notice("The panel departs from the level that the rule indicates.")
        yield _or_gap("Why", decision.departs_why, "why the panel departs")
        yield _or_gap("What the rule did not see", decision.not_seen, "what the rule did not see")
    yield asked(record, "decision.outcome", "Decision")
    yield from told("In law", decision.in_law)
    yield from told("Decided", listed(filter(None, (decision.decided_on, decision.decided_by)), "by"))
    yield from told("First day in effect", decision.effective_on)
    yield asked(record, "decision.review_on", "Looked at again on")


def _or_gap(label: str, text: str, what: str) -> Block:
    return pair(label, text) if text else block("gap", MISSING.format(what), label=label)


def _still_missing(record: Record) -> Iterator[Block]:
    if found := gaps(record):
        yield heading("Still to be filled in")
        yield bullets(f"{one.what[0].upper()}{one.what[1:]}" for one in found)


def _people(record: Record) -> Iterator[Block]:
    yield heading("Who was at the table")
    if not record.meeting.people:
        yield missing(GAPS["meeting.people"])
        return
    rows = []
    for one in record.meeting.people:
        said = ["in the chair"] if one.chaired else []
        said += ["independent: has not met the family"] if one.independent else []
        said += ["answers counted" if one.counted else "answers did not count"]
        said += [f"seat removed {one.removed}"] if one.removed else []
        rows.append((one.name, one.role, "; ".join(said)))
    yield table(("Name", "Role", "Standing"), rows)
    if record.meeting.composition:
        yield bullets(record.meeting.composition)
    yield pair("Parents or home carers", listed(record.meeting.carers) or "none named")
    if record.meeting.carers_before:
        yield pair("Taken off, which counts for nothing here", ". ".join(record.meeting.carers_before))


def _decision(record: Record) -> Iterator[Block]:
    decision = record.decision
    yield heading("The decision and its reasons")
    if not decision.id:
        yield missing(GAPS["decision"])
        return
    for group in (decision.without_meeting, decision.unplanned, decision.circumstances):
        yield from pairs(group)
    yield asked(record, "decision.rationale", "Reasons")
    for label, text in (
        ("Against the level", decision.sits_badly),
        ("Why all the same", decision.sits_badly_why),
        ("Why not a supervision order, or no order", decision.why_not_supervision),
    ):
        yield from told(label, text)
    if decision.last:
        yield smaller("Against the last classification")
        yield bullets(decision.last)
    if decision.answers:
        yield smaller("What the panel says of each caution and of what is not known")
        yield from pairs(decision.answers)
    yield from options(record)
    yield from plan(record)
    yield from views(record)
    yield smaller("What the panel asked itself")
    yield asked(record, "decision.would_change", "What would change the decision")
    yield asked(record, "decision.fact_or_said", "What is fact, and what was only said")
    yield asked(record, "decision.not_asked", "Who was not asked")
    yield from told("Is it decided because a placement failed?", decision.because_placement_failed)
    yield from told("What is not known", decision.not_known)


def pairs(found: Iterable[Labelled]) -> Iterator[Block]:
    yield from (pair(one.label, one.text) for one in found)


def options(record: Record) -> Iterator[Block]:
    """Each realistic option as a whole: what speaks for it and against it, and what the risk rests on."""
    yield smaller("The realistic options, compared as a whole")
    if not record.decision.options:
        yield missing(GAPS["decision.options"])
        return
    yield table(
        ("Option", "What speaks for it", "Risks, and what they rest on", "What was tried"),
        map(_option, record.decision.options),
    )


def _option(one: Option) -> tuple[str, str, str, str]:
    rests = f"Rests on: {one.risk_rests_on}" if one.risk_rests_on else MISSING.format("what the risk rests on")
    risks = one.risks or MISSING.format("the risks")
    chosen = f"{one.name} (chosen)" if one.chosen else one.name
    works = f"Would work: {one.would_work}" if one.would_work else ""
    tried = "\n".join(filter(None, (one.tried, works)))
    return chosen, one.strengths or MISSING.format("what speaks for it"), f"{risks}\n{rests}", tried


def plan(record: Record) -> Iterator[Block]:
    """Conditions and support."""
    decision = record.decision
    if decision.conditions:
        yield smaller("Conditions")
        yield table(
            ("Condition", "By"), ((one.words, one.by or MISSING.format("by when")) for one in decision.conditions)
        )
    yield smaller("Support")
    if decision.support:
        rows = (
            (one.what, one.who or MISSING.format("from whom"), one.since or MISSING.format("from when"))
            for one in decision.support
        )
        yield table(("What", "From whom", "From when"), rows)
    else:
        yield missing(GAPS["decision.support"])


def views(record: Record) -> Iterator[Block]:
    decision = record.decision
    yield smaller("The child’s view, in the child’s words")
    yield from child_view(record)
    yield smaller("What the others think of it")
    if not decision.views:
        yield missing(GAPS["decision.views"])
    for one in decision.views:
        yield pair(one.who, one.words or MISSING.format("their words"))
        yield from told("Given on", one.given_on)
        yield from told("Weight", one.weight)
    yield from told("Formal dispute of the reviewing officer", decision.dispute)
    if decision.dissent:
        yield smaller("Who does not share the decision")
        yield bullets(f"{one.who}: {one.words}" for one in decision.dissent)


def child_view(record: Record) -> Iterator[Block]:
    if not record.decision.child_views:
        yield missing(GAPS["decision.child_view"])
    for view in record.decision.child_views:
        yield block("quote", view.words or MISSING.format("the child’s words"))
        yield from told("Given on", view.given_on)
        yield _or_gap("Weight", view.weight, "what weight it had, and why")


def approval(record: Record, under: Callable[[str], Block] = heading) -> Iterator[Block]:
    """Who must approve and why, and each condition with its evidence."""
    found = record.decision.approval
    if not record.decision.made:
        return
    yield under("Approval")
    yield asked(record, "decision.approval.needed", "Who must approve")
    for label, text in (
        ("Why", found.why),
        ("Stands", found.result),
        ("Reason", found.reason),
        ("Substitute", found.substitute),
    ):
        yield from told(label, text)
    if earlier := record.decision.earlier:
        yield paragraph("It was decided before, and sent back:")
        yield table(
            ("Decided", "What was decided", "What came of it", "Why"),
            ((listed((one.decided_on, one.decided_by), "by"), one.outcome, one.result, one.reason) for one in earlier),
        )
    if found.conditions:
        yield table(("What they must be satisfied of", "Source", "Evidence"), map(_condition, found.conditions))
    yield from told("Placement plan", found.plan)
    if found.law_checked_on:
        yield paragraph(f"The law was last checked on {found.law_checked_on}.")


def _condition(one: Satisfied) -> tuple[str, str, str]:
    evidence = (
        f"{one.evidence} ({', '.join(filter(None, (one.by, one.at)))})" if one.at else MISSING.format("the evidence")
    )
    return marked(one.text, one.provenance), one.source, evidence


def who_was_told(record: Record, under: Callable[[str], Block] = heading) -> Iterator[Block]:
    if not record.decision.id:
        return
    yield under("Who was told")
    if record.decision.told:
        rows = (
            (one.who, one.by, one.when, ". ".join(filter(None, (one.how, f"Said: {one.said}" if one.said else ""))))
            for one in record.decision.told
        )
        yield table(("Who", "By whom", "When", "How"), rows)
    else:
        yield missing(GAPS["decision.told"])


def what_parents_said(record: Record, under: Callable[[str], Block] = heading) -> Iterator[Block]:
    """What parents and home carers said to the facts about them; nothing where nobody was asked."""
    if not record.checked_facts:
        return
    yield under("What parents and home carers said to the facts about them")
    rows = (
        (
            one.who,
            f"{one.when}: {one.fact}",
            ". ".join(filter(None, (one.answer, one.words))),
            ". ".join(filter(None, (one.said, f"It stays as it is: {one.stays_why}" if one.stays_why else ""))),
        )
        for one in record.checked_facts
    )
    yield table(("Who", "The fact", "What they said", "When and how"), rows)


# ── What it stands on ────────────────────────────────────────────────────────────────────────────────────────────────


def _light(record: Record) -> Iterator[Block]:
    light = record.light
    if not light.level:
        return
    yield heading("Why this light")
    yield paragraph(AN_AID)
    yield table(
        ("The rule looks at", "The panel’s answers make it"), ((one.label, one.text) for one in light.dimensions)
    )
    yield paragraph(light.row)
    if light.note:
        yield paragraph(marked(light.note, "reconstructed"))
    yield from groups("What holds it there", light.holding, "Nothing known stands against the best level.")
    yield from told("Wishes", light.wishes)
    yield from groups("What protects the child", light.protecting, "The panel has agreed on nothing that protects yet.")
    for label, found in (
        ("Cautions that are there", light.cautions),
        ("Resolved, and kept as history", light.history),
        ("For the authority or others to put right, not the parents", light.for_authority),
        ("Where members’ own answers lead", light.members),
    ):
        if found:
            yield smaller(label)
            yield bullets(found)
    yield paragraph(light.alike)


def groups(label: str, found: Sequence[Group], nothing: str) -> Iterator[Block]:
    yield smaller(label)
    if not found:
        yield paragraph(nothing)
    for group in found:
        yield block("bullets", label=group.label, entries=group.entries)


def _not_known(record: Record) -> Iterator[Block]:
    light, case = record.light, record.case
    yield heading("What was not known")
    yield paragraph("That something is not known does not mean that it happened.")
    for label, found in (
        ("To be found out first, for the child’s safety", light.unknown_for_safety),
        ("Also not known", light.unknown),
        ("Missing from what was read", case.not_known),
    ):
        if found:
            yield block("bullets", label=label, entries=found)


def _answers(record: Record) -> Iterator[Block]:
    if not record.answers:
        return
    yield heading("Every answer")
    plain_ones = [one for one in record.answers if _is_plain(one)]
    for one in record.answers:
        if one not in plain_ones:
            yield block(
                "answer", _panel_answer(one), label=marked(one.question, one.provenance), entries=tuple(_said(one))
            )
    if plain_ones:
        yield smaller("Answered alike by all who answered, without a note")
        rows = ((marked(one.question, one.provenance), one.answer, listed(one.silent) or "–") for one in plain_ones)
        yield table(("Question", "Answer", "No answer from"), rows)


def _is_plain(one: Answered) -> bool:
    alike = bool(one.answer) and {score.answer for score in one.scores} <= {one.answer}
    said = (
        one.note
        or one.notes
        or one.dissent
        or any(s.note or s.first_note or s.changed or s.apart or s.together for s in one.scores)
    )
    return alike and not said


def _panel_answer(one: Answered) -> str:
    answer = f"{one.answer} ({one.how})" if one.answer else "still open"
    return " ".join(filter(None, (with_full_stop(answer), f"The panel’s note: {one.note}" if one.note else "")))


def _said(one: Answered) -> Iterator[str]:
    """Who answered what; then each note, change and dissent."""
    by_answer: dict[str, list[str]] = {}
    for score in one.scores:
        by_answer.setdefault(score.answer or "took the answer back", []).append(_who(score))
    if one.silent:
        by_answer["No answer"] = list(one.silent)
    yield ". ".join(f"{answer}: {', '.join(who)}" for answer, who in by_answer.items()) + "."
    for score in one.scores:
        if score.changed:
            yield f"{score.who} {score.changed}"
        if score.first_note:
            yield f"Note by {score.who} on the first answer: {score.first_note}"
        if score.note:
            kinds = f" ({score.evidence})" if score.evidence else ""
            yield f"Note by {score.who}{kinds}: {score.note}"
    yield from (f"Note after the reveal by {note}" for note in one.notes)
    yield from (f"Dissent by {dissent}" for dissent in one.dissent)


def _who(score: Score) -> str:
    marks = [*(["filled in together"] if score.together else []), *([score.apart] if score.apart else [])]
    return f"{score.who} ({'; '.join(marks)})" if marks else score.who


def _views(record: Record) -> Iterator[Block]:
    if record.meeting.views:
        yield heading("Views put on record at the meeting")
        yield from (pair(one.who, one.words) for one in record.meeting.views)


def information(record: Record) -> Iterator[Block]:
    yield heading("Information that was used")
    case = record.case
    yield bullets(case.information) if case.information else missing(GAPS["case.information"])
    if sources := list(dict.fromkeys(one.source for one in case.chronology if one.source)):
        yield block("bullets", label="Sources of the chronology", entries=tuple(sources))
    yield from left_out(record)


def left_out(record: Record) -> Iterator[Block]:
    if number := record.case.left_out:
        items = number_of(number, "item", "items")
        yield paragraph(
            f"Left out: {items} marked as legal advice or as under a court’s restriction. They stand in no copy."
        )


def _proceedings(record: Record) -> Iterator[Block]:
    if record.meeting.proceedings:
        yield heading("What happened at the meeting")
        yield table(("When", "What"), ((one.at, one.what) for one in record.meeting.proceedings))


def marks(record: Record) -> Iterator[Block]:
    """What the marks in brackets mean, and of how many factors the words are whose."""
    yield heading("Where the words come from")
    yield bullets(f"[{name.replace('_', ' ')}] {text}" for name, text in PROVENANCES.items() if name != "published")
    own = {one.subject: one.guidance_provenance for one in record.answers}
    for name, text in PROVENANCES.items():
        if name != "published" and (number := list(own.values()).count(name)):
            yield paragraph(
                f"What counts as which answer is [{name.replace('_', ' ')}] ({text}) for {number} of {len(own)} subjects."
            )


def checked(record: Record) -> Iterator[Block]:
    """With which hashes, and how, the paper is held against the record."""
    yield heading("How this can be checked")
    if record.edition.title:
        yield paragraph(f"Edition of the framework: “{record.edition.title}”, {record.edition.hash[:16]}.")
    if record.meeting.sealed:
        yield paragraph(record.meeting.sealed)
    for one in record.proof.events:
        yield pair(f"Hash of event {one.version} of {one.what}", in_groups(one.hash))
    if record.proof.record_hash:
        yield pair(f"Hash of {record.proof.record}", in_groups(record.proof.record_hash))
    if record.proof.events:
        yield paragraph(
            "Each hash is worked out from everything that was recorded up to there. Whoever looks after Homeward can type one into the "
            "command verify --hash, which says whether this paper and the record belong together."
        )
    else:
        yield missing("the hash of the last event: this was not taken from a record")


# ── As PDF ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_pdf(paper: Paper) -> bytes:
    """The paper as tagged PDF (PDF/UA-1). Raises DocumentFailed."""
    return documents.pdf(TEMPLATE, {**paper._asdict(), "pages": True})


FIRST = 30
"""Pieces that are set for a picture of the first page; more do not fit on it."""


def first_page(paper: Paper) -> bytes:
    """The first page as PNG. Raises DocumentFailed."""
    return documents.first_page(TEMPLATE, {**paper._replace(blocks=paper.blocks[:FIRST])._asdict(), "pages": False})
