"""What a meeting leaves behind: the summary that its members take away, as data and as a PDF.

The data is a pure function of the meeting; the page is set by Typst from templates/summary.typ, which gets the data as
JSON, so that no text from a person is ever read as markup. What is missing is said, never left blank.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from framework import classification, explain
from framework import panel as p
from framework.dates import uk_clock, uk_time
from framework.edition import UNKNOWN, Edition, Question
from framework.store import StoredEvent

TEMPLATES = Path(__file__).parent / "templates"


def summary(state: p.Panel, edition: Edition, stored: Sequence[StoredEvent]) -> dict[str, Any]:
    """Who sat in which role, the agreed answers with notes and dissent, the light and what held it, what was unknown."""
    result = p.panel_light(state, edition)
    return {
        "case": state.case,
        "title": state.title,
        "stage": state.stage,
        "fictional": state.fictional,
        "phase": p.PHASE_WORDS[state.phase],
        "opened": uk_time(stored[0].at),
        "ended": uk_time(stored[-1].at),
        "carers": list(state.carers.values()),
        "past_carers": _past_carers(state, edition),
        "members": [_member(member, state, edition) for member in state.members.values()],
        "composition": list(p.composition(state, edition)),
        "proceedings": [
            {"at": uk_time(one.at), "what": one.what}
            for one in p.what_happened(zip(p.from_json(e.payload for e in stored), times(stored), strict=True), edition)
        ],
        "views": [
            {"who": state.members[member].name, "role": p.role(state, member, edition), "text": view.text}
            for member, view in state.views.items()
        ],
        "level": explain.title(edition, result),
        "shape": edition.levels[result.indicated].shape if result.indicated else "ring",
        "sentence": explain.sentence(edition, result, state.carers),
        "meaning": edition.levels[result.indicated].meaning if result.indicated else "",
        "basis": {
            "row": "The research describes this combination.",
            "gap": "The research does not describe this combination; the rule falls to the cautious side.",
            None: "Not every dimension of the rule is known.",
        }[result.basis],
        "dimensions": [{"label": d.label, "value": _value(d, result.dimensions[d.id])} for d in edition.dimension],
        "rule_note": edition.rule.provenance_note if edition.rule.provenance == "reconstructed" else "",
        "row": _row(edition, result),
        "holding": [
            {"label": label, "items": items} for label, items in explain.holding(edition, result, state.carers)
        ],
        "unknown": [explain.subject(edition, question, state.carers) for question, _ in result.unknown],
        "cautions": [edition.factors[factor].label for factor in result.cautions],
        "answers": [_answer(state, edition, question) for question in edition.questions(state.carer_ids)],
        "edition": edition.title,
        "edition_hash": state.edition,
        "events": len(stored),
        "meeting": state.meeting,
    }


def times(stored: Sequence[StoredEvent]) -> list[datetime]:
    return [event.at for event in stored]


def _member(member: p.Member, state: p.Panel, edition: Edition) -> dict[str, str]:
    role = p.role(state, member.id, edition)
    if member.id == state.chair:
        role += ", in the chair"
    if member.id == state.deputy:
        role += ", deputy chair"
    counting = {one.id for one in p.counting_members(state)}
    if state.was_revealed and member.scoring and member.id not in counting:
        role += f"; {p.LATE if member.late else p.NO_ANSWER}"
    elif not member.scoring:
        role += "; does not score"
    removed = f"{uk_clock(member.removed_at)}: {member.removed}".removeprefix(": ") if member.removed else ""
    return {"name": member.name, "role": role[:1].upper() + role[1:], "removed": removed}


def _past_carers(state: p.Panel, edition: Edition) -> list[dict[str, Any]]:
    """Who was taken off the carers, with what members had answered about them: it counts for nothing, and is kept."""
    found = []
    for carer, name in state.past_carers.items():
        said = [
            f"{state.members[member].name} on {_subject(edition, key)}: {edition.status_label(key[0], given.status)}"
            + (f" ({given.note})" if given.note else "")
            for member, answers in state.answers.items()
            for key, given in answers.items()
            if key[1] == carer
        ]
        found.append({"name": name, "answers": said})
    return found


def _subject(edition: Edition, key: classification.Key) -> str:
    factor = edition.factors.get(key[0])
    return (factor.label if factor else edition.dimensions[key[0]].label).lower()


def _value(dimension: Any, ends: tuple[int, int]) -> str:
    best, worst = ends
    if best == worst:
        return dimension.values[best]
    return f"Not known: from “{dimension.values[best]}” to “{dimension.values[worst]}”"


def _row(edition: Edition, result: classification.Classification) -> str:
    if result.row is None:
        return "No one row fits yet: the answers allow more than one level."
    level, cells = next(
        (level, cells)
        for row, (_, level, cells) in zip(edition.rule.row, explain.rule_table(edition), strict=True)
        if row is result.row
    )
    return f"{level}: {'; '.join(cells)}"


def _answer(state: p.Panel, edition: Edition, question: Question) -> dict[str, Any]:
    key = question.key
    agreed = p.agreement(state, key)
    names = {member.id: member.name for member in state.members.values()}
    return {
        "dimension": edition.dimensions[question.dimension].label,
        "question": explain.subject(edition, question, state.carers),
        "answer": edition.status_label(key[0], agreed.status) if agreed else "still open",
        "how": p.how_agreed(state, edition, key, agreed) if agreed else "",
        "note": agreed.note if agreed else "",
        "given": _given(state, edition, question),
        "notes": [
            f"{names[member]}{_evidence(edition, given[key])}: {given[key].note}"
            for member, given in state.answers.items()
            if key in given and given[key].note
        ]
        + [
            f"{names[note.member]}, added after the reveal, {uk_clock(note.at)}: {note.text}"
            for note in state.notes.get(key, ())
        ],
        "changed": [
            f"{names[member]} {changed}"
            for member in state.answers
            if (changed := p.how_changed(state, edition, member, key))
        ],
        "dissent": [f"{names[member]}: {reason}" for member, reason in state.dissent.get(key, {}).items()],
    }


def _given(state: p.Panel, edition: Edition, question: Question) -> list[str]:
    """Who gave which answer, where not all gave the same: “Active: Sam, Tess”, the most favourable first."""
    names: dict[str, list[str]] = {}
    apart = {one.member.id: f" ({p.why_apart(one)})" for one in p.apart(state, question.key)}
    for member, given in state.answers.items():
        if answer := given.get(question.key):
            together = " (filled in together)" if answer.together else ""
            names.setdefault(answer.status, []).append(state.members[member].name + together + apart.get(member, ""))
    order = [*(status.id for status in edition.statuses(question.subject, question.about)), UNKNOWN]
    silent = [m.name for m in p.counting_members(state) if question.key not in state.answers.get(m.id, {})]
    said = [
        f"{edition.status_label(question.subject, status)}: {', '.join(names[status])}"
        for status in order
        if status in names and (len(names) > 1 or apart)
    ]
    return [*said, *([f"No answer: {', '.join(silent)}"] if silent else [])]


def _evidence(edition: Edition, given: p.Given) -> str:
    """“ (seen, told by the child)”, after the name of who noted it."""
    kinds = [edition.evidence_kinds[kind].label.lower() for kind in given.evidence if kind in edition.evidence_kinds]
    return f" ({', '.join(kinds)})" if kinds else ""


def pdf(data: dict[str, Any]) -> bytes:
    """The summary as a tagged PDF (PDF/UA-1)."""
    import typst

    return typst.compile(
        str(TEMPLATES / "summary.typ"),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
