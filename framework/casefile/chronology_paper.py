"""The chronology of a case on paper: a PDF of what may be copied, with its timeline, and a word on what is left out."""

from datetime import date
from typing import Any

from framework import dates, documents
from framework.casefile import reading, shown
from framework.casefile.model import BASES, SORTS, Casefile, Entry

INVENTED = "Invented: nobody in this is real."
WIDTHS = (1.5, 1.6, 5.2, 1.7)
PICTURE = "timeline.svg"


def pdf(state: Casefile, today: date, stamp: str, drawing: bytes = b"") -> bytes:
    """The chronology as tagged PDF. `stamp`: what it carries of the record; `drawing`: the timeline as SVG. Raises DocumentFailed."""
    return documents.pdf(
        documents.REPORT, report(state, today, stamp, bool(drawing)), {PICTURE: drawing} if drawing else None
    )


def report(state: Casefile, today: date, stamp: str, drawn: bool = False) -> dict[str, Any]:
    """What stands in it, as the template of a report takes it."""
    entries, picture = reading.chronology(state, for_copy=True), shown.picture(state, today)
    left_out = shown.restricted(state)
    blocks = []
    if state.invented:
        blocks.append(_paragraph(INVENTED))
    if left_out:
        blocks.append(_paragraph(f"{left_out} under legal advice or a court’s restriction: left out of this paper."))
    if drawn and picture.title:
        blocks.append({**_paragraph(picture.title), "kind": "heading"})
        blocks.append({**_paragraph(PICTURE), "kind": "figure", "alt": _in_words(picture)})
    blocks.append(
        {
            **_paragraph(""),
            "kind": "table",
            "head": ("When", "What kind", "What happened, what it meant and what was done", "Source"),
            "rows": [_row(one) for one in entries],
            "widths": WIDTHS,
        }
        if entries
        else _paragraph("Nothing that may stand on paper has been written down.")
    )
    return {
        "title": f"Chronology: {state.called}",
        "subtitle": f"{state.reference}, {shown.born(state, today)}. As it stood on {dates.uk(today)}.",
        "footer": " · ".join(filter(None, ("Invented" if state.invented else "Confidential", stamp))),
        "blocks": blocks,
    }


def _row(entry: Entry) -> tuple[str, ...]:
    said = [entry.what]
    said += [
        f"{label}: {text}"
        for label, text in (
            ("Affected", entry.affected),
            ("Meaning", entry.means),
            ("Done", entry.done),
            ("Result", entry.result),
        )
        if text
    ]
    kind = f"{SORTS[entry.sort]} ({BASES[entry.basis].lower()})"
    return reading.when(entry), kind, "\n".join(said), entry.source or "Not given"


def _in_words(picture: shown.Picture) -> str:
    homes = f" Shaded: {'; '.join(band.said for band in picture.bands)}." if picture.bands else ""
    return f"{len(picture.marks)} events over time, kinds of event in rows.{homes} The table says the same."


def _paragraph(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text, "entries": (), "head": (), "rows": (), "widths": ()}
