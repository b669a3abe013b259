"""A roll-out on paper: the action list, a one-page status report, and drafts from the templates. As PDF and as Word.

A document is built once, as a :class:`Report`; both formats are set from that.
"""

import io
import string
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from framework import dates, documents, edition
from framework.rollout import reading
from framework.rollout.checklist import GROUPS, Checklist
from framework.rollout.model import STATUSES, Rollout

TEMPLATE = "rollout.docx"
MISSING = "[still to be filled in: {}]"
FICTIONAL = "Everything in this sample is made up."


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a report. Only what its kind needs is filled."""

    kind: Literal["heading", "paragraph", "bullets", "table"]
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    footer: str


def heading(text: str) -> Block:
    return Block("heading", text)


def paragraph(text: str) -> Block:
    return Block("paragraph", text)


def bullets(*items: str) -> Block:
    return Block("bullets", items=items)


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[float, ...]) -> Block:
    return Block("table", head=head, rows=tuple(rows), widths=widths)


# ── What the documents say ───────────────────────────────────────────────────────────────────────────────────────────


def status_report(state: Rollout, checklist: Checklist, today: date) -> Report:
    """One page for a board: how far each phase is, what is stuck, what is due, what the group lacks, warnings."""
    attention = reading.attention(state, checklist, today)
    columns = reading.board(state, checklist, today)
    rows = [
        (
            f"{c.number}. {c.title}",
            f"{c.done} of {c.total - c.set_aside}{f' ({c.set_aside} set aside)' if c.set_aside else ''}",
            f"{c.met} of {len(c.outcomes)}",
        )
        for c in columns
    ]
    blocks = [heading("How far we are"), table(("Phase", "Tasks done", "Closing outcomes met"), rows, (3, 2, 2))]
    blocks += [heading("Stuck"), _notes(attention.stuck, "Nothing is stuck.", 5)]
    blocks += [heading("Overdue"), _notes(attention.overdue, "Nothing is overdue.", 7)]
    blocks += [heading("Due in the next two weeks"), _notes(attention.due, "Nothing is due.", 5)]
    warnings = [view.text for view in reading.drift(state, checklist, today) if view.state == "warning"]
    lacks = [*reading.missing_members(state, checklist), *warnings]
    blocks += [heading("What the group lacks, and signs of drift"), bullets(*(lacks or ["Nothing at present."]))]
    meeting = reading.next_meeting(state, today)
    if meeting:
        at = f" at {meeting.starts}" if meeting.starts else ""
        blocks += [heading("Next meeting"), paragraph(f"{meeting.title}, {dates.uk(meeting.on)}{at}. {meeting.place}")]
    return Report("Roll-out status", f"{state.title}, {dates.uk(today)}", tuple(blocks), footer(state))


def _notes(notes: tuple[reading.Note, ...], nothing: str, limit: int) -> Block:
    if not notes:
        return paragraph(nothing)
    items = [f"{n.title}: {n.text.rstrip('.')}{f' ({n.owner})' if n.owner else ''}." for n in notes[:limit]]
    more = len(notes) - limit
    return bullets(*items, *([f"And {more} more on the board."] if more > 0 else []))


def action_list(state: Rollout, checklist: Checklist, today: date, meeting: str | None = None) -> Report:
    """The open actions, by owner; of one meeting, or of all. Then the open tasks with a due date."""
    actions = [a for a in state.actions.values() if not a.done and meeting in (None, a.meeting)]
    actions.sort(key=lambda a: (name_of(state, a.owner).casefold(), a.due or date.max))
    rows = [(name_of(state, a.owner), a.text, dates.uk_short(a.due), meeting_of(state, a.meeting)) for a in actions]
    blocks = [heading("Actions")]
    blocks.append(
        table(("Who", "What", "By", "From"), rows, (2, 4, 1.6, 2)) if rows else paragraph("No action is open.")
    )
    if meeting is None:
        tasks = [task for task in reading.in_order(state) if task.open and (task.due or task.status != "not_started")]
        tasks.sort(key=lambda task: task.due or date.max)
        task_rows = [
            (
                reading.owner_name(state, t) or "Nobody yet",
                f"{t.id} {t.title}",
                dates.uk_short(t.due),
                f"{STATUSES[t.status]}{f': {t.reason}' if t.reason else ''}",
            )
            for t in tasks
        ]
        blocks.append(heading("Tasks"))
        blocks.append(
            table(("Who", "Task", "By", "Status"), task_rows, (2, 4, 1.6, 2))
            if task_rows
            else paragraph("No open task has a date.")
        )
        subtitle = f"{state.title}, {dates.uk(today)}"
    else:
        held = state.meetings[meeting]
        by = dates.uk(reading.action_list_due(checklist, held))
        subtitle = f"{state.title}: {held.title} of {dates.uk(held.on)}. To be sent out by {by}."
        cards = [card for card in state.postcards.values() if card.meeting == meeting]
        for card in cards:
            blocks.append(heading(f"Postcard from the {GROUPS[card.sender].lower()}"))
            blocks += [paragraph(text) for text in (card.commitments, card.requests) if text]
            blocks.append(paragraph(f"Answer: {card.answer or 'not yet'}"))
    return Report("Action list", subtitle, tuple(blocks), footer(state))


def draft(state: Rollout, checklist: Checklist, template: str, today: date) -> Report:
    """A draft from a template: the authority's own facts filled in, and what is missing said to be missing."""
    chosen = checklist.templates[template]
    blocks: list[Block] = []
    for section in chosen.section:
        if section.heading:
            blocks.append(heading(section.heading))
        blocks.append(paragraph(fill(section.text, state, checklist)))
    return Report(chosen.title, f"Draft, {dates.uk(today)}", tuple(blocks), footer(state))


def fill(text: str, state: Rollout, checklist: Checklist) -> str:
    """A template's text with facts in place of {names}; never formats what a fact contains."""
    parts: list[str] = []
    for literal, name, _, _ in string.Formatter().parse(text):
        value = state.facts.get(name or "", "")
        rest = literal
        if parts and parts[-1].endswith((".", "?", "!")) and literal.startswith("."):
            rest = literal[1:]  # the fact brought its own full stop
        parts.append(rest)
        if name is not None:
            parts.append(value or MISSING.format(checklist.facts[name].label.lower()))
    return "".join(parts)


def missing_facts(state: Rollout, checklist: Checklist, template: str) -> list[str]:
    """The labels of the facts that a template needs and does not have."""
    needed = {
        name
        for section in checklist.templates[template].section
        for _, name, _, _ in string.Formatter().parse(section.text)
        if name
    }
    return [fact.label for fact in checklist.fact if fact.id in needed and not state.facts.get(fact.id)]


def name_of(state: Rollout, member: str) -> str:
    return state.members[member].name if member in state.members else ""


def meeting_of(state: Rollout, meeting: str) -> str:
    return state.meetings[meeting].title if meeting in state.meetings else ""


def footer(state: Rollout) -> str:
    return FICTIONAL if state.fictional else state.title


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def marked(report: Report, record: str) -> Report:
    """The report with what it carries of the record at its foot: “Record 4f2a 91bc 03d7 a1e2”."""
    return replace(report, footer=" · ".join(filter(None, (report.footer, record))))


def as_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1: tagged, so that a screen reader can read it. Raises DocumentFailed."""
    return documents.pdf(documents.REPORT, _plain(report))


def _plain(report: Report) -> dict[str, Any]:
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "footer": report.footer,
        "blocks": [
            {"kind": b.kind, "text": b.text, "entries": b.items, "head": b.head, "rows": b.rows, "widths": b.widths}
            for b in report.blocks
        ],
    }


def word_template() -> Path:
    """The Word template of the edition, which an authority restyles; the built-in one where its folder has none."""
    own = edition.folder_of() / TEMPLATE
    return own if own.is_file() else edition.CONTENT / edition.DEFAULT / TEMPLATE


def as_word(report: Report, template: Path | None = None) -> bytes:
    """The report as a Word file, set by the template. Raises EditionError if the template cannot be used."""
    import docxtpl  # heavy
    import jinja2

    path = template or word_template()
    try:
        document = docxtpl.DocxTemplate(path)
        # Text from people is text: whatever it holds, it neither ends a tag nor is read as one.
        document.render(documents.each_text(_plain(report), documents.xml_text), autoescape=True)
    except (jinja2.TemplateError, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise edition.EditionError(f"{path}: cannot be used as the template of a Word file ({error}).") from None
    document.core_properties.title = documents.xml_text(report.title)[:255]  # python-docx takes no more
    document.core_properties.author = "Homeward"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_text(report: Report) -> str:
    """The report as plain text, to be read on screen or pasted into an e-mail."""
    lines = [report.title, report.subtitle, ""]
    for block in report.blocks:
        lines += [block.text] if block.kind in ("heading", "paragraph") else [f"- {item}" for item in block.items]
        lines += [" | ".join(row) for row in (block.head, *block.rows) if row]
        lines.append("")
    return "\n".join(lines).strip() + "\n"
