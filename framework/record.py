"""What a meeting leaves behind: the summary that its members take away, as data and as a PDF.

The data is a pure function of the meeting; the page is set by Typst from templates/summary.typ, which gets the data as
JSON, so that no text from a person is ever read as markup. What is missing is said, never left blank.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from framework import classification, explain
from framework import panel as p
from framework.edition import UNKNOWN, Edition
from framework.store import StoredEvent

TEMPLATES = Path(__file__).parent / "templates"
LONDON = ZoneInfo("Europe/London")


def uk_time(at: datetime) -> str:
    """“22 November 2026, 14:05”, in the time that a clock in England shows."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


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
        "members": [_member(member, state) for member in state.members.values()],
        "composition": list(p.composition(state)),
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
        "answers": [answer for q in edition.questions(state.carer_ids) if (answer := _answer(state, edition, q))],
        "edition": edition.title,
        "edition_hash": state.edition,
        "events": len(stored),
        "meeting": state.meeting,
    }


def _member(member: p.Member, state: p.Panel) -> dict[str, str]:
    role = p.ROLES[member.role]
    if member.id == state.chair and member.role != "chair":
        role += ", in the chair"
    if member.role == "chair" and member.id != state.chair:
        role = "Chair at first"
    if member.has_met_family is not None:
        role += ", has met the family" if member.has_met_family else ", has not met the family"
    return {"name": member.name, "role": role, "removed": member.removed or ""}


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
        if row == result.row
    )
    return f"{level}: {'; '.join(cells)}"


def _answer(state: p.Panel, edition: Edition, question: Any) -> dict[str, Any] | None:
    agreed = p.agreement(state, question.key)
    by = "all alike" if agreed and not agreed.by else "recorded by the chair"
    changed = [
        f"{state.members[member].name} first said {edition.status_label(question.subject, was.status)}, then "
        f"{edition.status_label(question.subject, now.status)}: {now.reason}"
        for member, given in state.first.items()
        if (was := given.get(question.key))
        and (now := state.answers.get(member, {}).get(question.key))
        and now.status != was.status
    ]
    return {
        "dimension": edition.dimensions[question.dimension].label,
        "question": explain.subject(edition, question, state.carers),
        "answer": edition.status_label(question.subject, agreed.status) if agreed else "still open",
        "how": by if agreed else "",
        "note": agreed.note if agreed else "",
        "given": _given(state, edition, question),
        "notes": [
            f"{state.members[member].name}{_evidence(edition, given[question.key])}: {given[question.key].note}"
            for member, given in state.answers.items()
            if question.key in given and given[question.key].note
        ],
        "changed": changed,
        "dissent": [
            f"{state.members[member].name}: {reason}" for member, reason in state.dissent.get(question.key, {}).items()
        ],
    }


def _given(state: p.Panel, edition: Edition, question: Any) -> list[str]:
    """Who gave which answer, where not all gave the same: “Active: Sam, Tess”, the most favourable first."""
    names: dict[str, list[str]] = {}
    for member, given in state.answers.items():
        if answer := given.get(question.key):
            names.setdefault(answer.status, []).append(state.members[member].name)
    order = [*(status.id for status in edition.statuses(question.subject, question.about)), UNKNOWN]
    return [
        f"{edition.status_label(question.subject, status)}: {', '.join(names[status])}"
        for status in order
        if status in names and len(names) > 1
    ]


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
