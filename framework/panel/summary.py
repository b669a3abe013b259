"""What a meeting leaves behind: the summary that its members take away, as data and as a PDF.

The data is a pure function of the meeting; the page is set by Typst from summary.typ, which gets the data as
JSON, so that no text from a person is ever read as markup. What is missing is said, never left blank.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from framework import documents, panel
from framework.dates import uk_clock, uk_time
from framework.edition import UNKNOWN, WISHES, Dimension, Edition, Question
from framework.light import classification, explain
from framework.streams import anchor
from framework.streams.kind import Happened

TEMPLATES = Path(__file__).parent
NOT_KNOWN_YET = "Some of what the rule looks at is not known yet, so no typical row can be named."


class Proof(NamedTuple):
    """What the summary is checked by."""

    hash: str
    """Of the meeting's last event: it covers all that came before."""
    record: anchor.Stamp


def summary(
    state: panel.Panel, edition: Edition, happened: Sequence[Happened], proof: Proof | None = None
) -> dict[str, Any]:
    """Who sat in which role, the agreed answers with notes and dissent, the light and what held it, what was unknown.

    Once the panel has agreed, the answers, the light and what holds it are those of the sealed outcome.
    While everybody scores it says nothing that anybody answered.
    """
    state = panel.view_for(state, None)
    result, still_agreeing = panel.panel_light(state, edition), bool(panel.open_questions(state, edition))
    return {
        "case": state.case,
        "title": state.title,
        "stage": state.stage,
        "fictional": state.fictional,
        "phase": panel.PHASE_WORDS[state.phase],
        "opened": uk_time(happened[0].at),
        "ended": uk_time(happened[-1].at),
        "carers": list(state.carers.values()),
        "past_carers": _past_carers(state, edition),
        "members": [_member(member, state, edition) for member in state.members.values()],
        "composition": list(panel.composition(state, edition)),
        "proceedings": [{"at": uk_time(one.at), "what": one.what} for one in panel.what_happened(happened, edition)],
        "views": [
            {"who": state.members[member].name, "role": panel.role(state, member, edition), "text": view.text}
            for member, view in state.views.items()
        ],
        "level": explain.title(edition, result),
        "shape": edition.levels[result.indicated].shape if result.indicated else "ring",
        "sentence": explain.sentence(edition, result, state.carers, still_agreeing=still_agreeing),
        "meaning": edition.levels[result.indicated].meaning if result.indicated else "",
        "basis": explain.basis(edition, result) or NOT_KNOWN_YET,
        "caveats": explain.caveats(edition, result, state.carers, still_agreeing=still_agreeing),
        "safety_unknown": explain.safety_unknown(edition, result, state.carers),
        "history": [edition.factors[factor].label for factor in result.history],
        "for_authority": _for_authority(edition, result, state),
        "dimensions": [{"label": d.label, "value": _value(d, result.dimensions[d.id])} for d in edition.dimension],
        "rule_note": edition.rule.provenance_note if edition.rule.provenance == "reconstructed" else "",
        "row": _row(edition, result),
        "holding": [
            {"label": label, "items": items} for label, items in explain.holding(edition, result, state.carers)
        ],
        "unknown": [
            explain.subject(edition, question, state.carers)
            for question, _ in result.unknown
            if question not in result.unknown_for_safety
        ],
        "wishes_apart": explain.WISHES_APART if any(a.question.subject == WISHES for a in result.holding) else "",
        "protecting": _protecting(state, edition),
        "cautions": [edition.factors[factor].label for factor in result.cautions],
        "answers": [_answer(state, edition, question) for question in edition.questions(state.carer_ids)],
        "words": [_words(edition, dimension) for dimension in edition.dimension],
        "sealed": panel.sealed_when(state),
        **_proof(proof),
        "edition": edition.title,
        "edition_hash": state.edition,
        "events": len(happened),
        "meeting": state.meeting,
    }


def _proof(proof: Proof | None) -> dict[str, str]:
    """The hashes as they are printed, in groups that can be read aloud; "" where the summary is not taken from a store."""
    if proof is None:
        return {"short_hash": "", "hash": "", "record_hash": "", "record": ""}
    what = {
        "anchor": f"line {proof.record.number} of the anchor, a signed file that is kept outside the database",
        "register": f"event {proof.record.number} of the register, which names every meeting in the record",
    }
    return {
        "short_hash": anchor.short(proof.hash),
        "hash": _in_groups(proof.hash),
        "record_hash": _in_groups(proof.record.hash),
        "record": what[proof.record.of],
    }


def _in_groups(hash_: str) -> str:
    return " ".join(hash_[at : at + 8] for at in range(0, len(hash_), 8))


def _for_authority(edition: Edition, result: classification.Classification, state: panel.Panel) -> list[str]:
    """What stands against a better level and is for the authority or others, not the parents, to put right."""
    ways = [change for _, way in explain.changes(edition, result, state.carers) for change in way]
    return list(dict.fromkeys(item for change in ways for need in change.needs for item in need.for_authority))


def _protecting(state: panel.Panel, edition: Edition) -> list[dict[str, Any]]:
    """What is agreed to protect the child, fully or in part: in the family and round the child, and what services do."""
    useless = edition.dimensions["protection"].worst
    found: dict[bool, list[str]] = {False: [], True: []}
    for question in edition.questions(state.carer_ids):
        agreed = panel.agreement(state, question.key) if question.dimension == "protection" else None
        if agreed and edition.dimensions["protection"].value_of.get(agreed.status, useless) < useless:
            given = classification.Answer(question, agreed.status)
            found[question.subject in edition.process_ids].append(explain.answer(edition, given, state.carers))
    headings = {False: "In the family and round the child", True: "What services do"}
    return [{"label": headings[process], "items": items} for process, items in found.items() if items]


def _words(edition: Edition, dimension: Dimension) -> dict[str, Any]:
    """What each answer means, for somebody who reads the summary and was not there."""
    meanings = [(status.label, status.help) for status in dimension.status]
    meanings.append((edition.unknown.label, edition.unknown.help))
    return {"label": dimension.label, "items": [{"label": label, "help": help_} for label, help_ in meanings]}


def _member(member: panel.Member, state: panel.Panel, edition: Edition) -> dict[str, str]:
    role = panel.role(state, member.id, edition)
    if member.id == state.chair:
        role += ", in the chair"
    if member.id == state.deputy:
        role += ", deputy chair"
    why = panel.why_not_counted(state, member) if state.was_revealed or not member.scoring else None
    if why and member.removed is None:
        role += f"; {panel.NOT_COUNTED[why]}"
    elif why and state.was_revealed and member.scoring:
        role += f"; did not count at the {'last ' if len(state.reveals) > 1 else ''}reveal"
    removed = f"{uk_clock(member.removed_at)}: {member.removed}".removeprefix(": ") if member.removed else ""
    return {"name": member.name, "role": role[:1].upper() + role[1:], "removed": removed}


def _past_carers(state: panel.Panel, edition: Edition) -> list[dict[str, Any]]:
    """Who was taken off the carers, with what members had answered about them: it counts for nothing, and is kept."""
    found = []
    for carer, name in state.past_carers.items():
        said = [
            f"{state.members[member].name} on {edition.subject_label(key[0]).lower()}: {edition.status_label(key[0], given.status)}"
            + (f" ({given.note})" if given.note else "")
            for member, answers in state.answers.items()
            for key, given in answers.items()
            if key[1] == carer
        ]
        found.append({"name": name, "answers": said})
    return found


def _value(dimension: Dimension, ends: tuple[int, int]) -> str:
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
    return f"The row of the rule for {level} fits. In the order of this table: {'; '.join(cells)}."


def _answer(state: panel.Panel, edition: Edition, question: Question) -> dict[str, Any]:
    said = _said(state, edition, question)
    return said | {"alike": _alike(state, question, said), "silent": _silent(state, question)}


def _alike(state: panel.Panel, question: Question, said: dict[str, Any]) -> bool:
    """Whether there is nothing to tell of a question but its answer: all who answered gave the agreed one, and no more."""
    agreed, told = panel.agreement(state, question.key), ("note", "notes", "changed", "dissent")
    given = {answers[question.key].status for answers in state.answers.values() if question.key in answers}
    apart = panel.apart(state, question.key)
    return agreed is not None and given == {agreed.status} and not apart and not any(said[one] for one in told)


def _silent(state: panel.Panel, question: Question) -> list[str]:
    """The names of those who count and gave no answer to a question."""
    shown = panel.counting_members(state) if state.phase in panel.SEEN_BY_ALL else ()
    return [m.name for m in shown if question.key not in state.answers.get(m.id, {})]


def _said(state: panel.Panel, edition: Edition, question: Question) -> dict[str, Any]:
    key = question.key
    agreed = panel.agreement(state, key)
    names = {member.id: member.name for member in state.members.values()}
    return {
        "dimension": edition.dimensions[question.dimension].label,
        "question": explain.subject(edition, question, state.carers),
        "answer": edition.status_label(key[0], agreed.status) if agreed else "still open",
        "how": panel.how_agreed(state, edition, key, agreed) if agreed else "",
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
            for member in state.members
            if (changed := panel.how_changed(state, edition, member, key))
        ],
        "dissent": [f"{names[member]}: {reason}" for member, reason in state.dissent.get(key, {}).items()],
    }


def _given(state: panel.Panel, edition: Edition, question: Question) -> list[str]:
    """Who gave which answer, where not all did or not all gave the same: “Active: Sam, Tess”, the most favourable first."""
    names: dict[str, list[str]] = {}
    apart = {one.member.id: f" ({panel.why_apart(one)})" for one in panel.apart(state, question.key)}
    for member, given in state.answers.items():
        if answer := given.get(question.key):
            together = " (filled in together)" if answer.together else ""
            names.setdefault(answer.status, []).append(state.members[member].name + together + apart.get(member, ""))
    order = [*(status.id for status in edition.statuses(question.subject, question.about)), UNKNOWN]
    silent = _silent(state, question)
    said = [
        f"{edition.status_label(question.subject, status)}: {', '.join(names[status])}"
        for status in order
        if status in names and (len(names) > 1 or apart or silent)
    ]
    return [*said, *([f"No answer: {', '.join(silent)}"] if silent else [])]


def _evidence(edition: Edition, given: panel.Given) -> str:
    """“ (seen, told by the child)”, after the name of who noted it."""
    kinds = panel.evidence_words(edition, given)
    return f" ({kinds})" if kinds else ""


def pdf(data: dict[str, Any]) -> bytes:
    """The summary as a tagged PDF (PDF/UA-1). Raises DocumentFailed."""
    return documents.pdf(TEMPLATES / "summary.typ", data)
