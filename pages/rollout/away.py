"""Taking a roll-out away as files and bringing it back; drafts from templates with the authority's own facts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from markupsafe import Markup
from streamlit.runtime.uploaded_file_manager import UploadedFile

from framework.rollout import Command, Import, Rollout, StateFact, calendar, deciding, documents, files
from framework.rollout.checklist import Checklist, Fact
from framework.streams.kind import Refused
from pages.rollout import edit
from pages.ui import download, fields, uploads
from pages.ui.download import Download
from pages.ui.html import html, show_html
from pages.ui.text import plain

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READ = "import-read"


@dataclass(slots=True)
class Brought:
    """A file as this session has read it, kept under READ."""

    file: str
    tables: dict[str, files.Table] = field(default_factory=dict)
    problem: str = ""
    preview: tuple[tuple[str, int, str, tuple[str, ...]], files.Preview] | None = None
    """What it would change, and for which roll-out, version and person that was worked out."""


def show(state: Rollout, checklist: Checklist) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _documents(state, checklist)
        _tables(state, checklist)
        _back(state, checklist)
        _facts(state, checklist)
    with right:
        _drafts(state, checklist)


def _documents(state: Rollout, checklist: Checklist) -> None:
    st.subheader("On paper")
    today = edit.door().today
    _pair("Status on one page", "status", state, lambda now: documents.status_report(now, checklist, today))
    _pair("Action list", "action-list", state, lambda now: documents.action_list(now, checklist, today))


def _pair(label: str, name: str, state: Rollout, make: Callable[[Rollout], documents.Report]) -> None:
    """A document as PDF and as Word, made when it is asked for."""
    rollout, today = state.id, edit.door().today
    download.show(
        (
            Download(
                f"{label} (PDF)",
                lambda: documents.as_pdf(edit.marked(make(edit.door().view(rollout)))),
                f"{name}-{today}.pdf",
                "application/pdf",
                f"{name}-pdf",
            ),
            Download(
                f"{label} (Word)",
                lambda: documents.as_word(edit.marked(make(edit.door().view(rollout)))),
                f"{name}-{today}.docx",
                WORD,
                f"{name}-word",
            ),
        )
    )


def _tables(state: Rollout, checklist: Checklist) -> None:
    st.subheader("As tables, and for your calendar")
    door, rollout, today = edit.door(), state.id, edit.door().today
    kinds: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
        ("Everything (Excel)", f"roll-out-{today}.xlsx", EXCEL, lambda: files.excel(door.view(rollout), checklist)),
        ("Tasks (CSV)", f"tasks-{today}.csv", "text/csv", lambda: files.tasks_csv(door.view(rollout), checklist)),
        (
            "Everything (CSV, zip)",
            f"roll-out-{today}.zip",
            "application/zip",
            lambda: files.csv_zip(door.view(rollout), checklist),
        ),
        (
            "Dates for your calendar (.ics)",
            "roll-out.ics",
            "text/calendar",
            lambda: calendar.calendar(door.view(rollout), checklist, door.now()),
        ),
    )
    download.show(tuple(Download(label, make, name, mime, f"away-{name}") for label, name, mime, make in kinds))


# ── Back in ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _back(state: Rollout, checklist: Checklist) -> None:
    st.subheader("Bring a file back")
    st.caption(
        "Excel (.xlsx) or CSV of up to 5 MB, as taken from here and changed. You see what would change first; nothing is removed, "
        "and what colleagues have changed since stays."
    )
    count = st.session_state.get("import-count", 0)
    # Any kind of file may be chosen: `files.read` says what it is and what to save it as, the browser only that it may not.
    given = uploads.uploader("File", key=f"import-{count}", disabled=edit.closed())
    if given is None:
        st.session_state.pop(READ, None)
        return
    brought = _read(given)
    if brought.problem:
        st.error(plain(brought.problem), icon=":material/block:")
        return
    chosen = tuple(
        key for key in st.session_state.get("import-conflicts", ()) if st.session_state.get(f"take-{count}-{key}")
    )
    preview = _preview(brought, given.name, state, checklist, chosen)
    if preview.known:
        st.info(plain(preview.known), icon=":material/history:")
        return
    if preview.since:
        st.caption(plain(preview.since))
    if preview.ignored:
        st.caption(plain(f"Not read: {'; '.join(preview.ignored)}."))
    if preview.rejected:
        st.error(
            f"Nothing can be imported yet: {len(preview.rejected)} to be put right in the file.",
            icon=":material/block:",
        )
        show_html(_lines("What cannot be taken", ("Where", "Why"), preview.rejected))
        return
    _conflicts(preview, count)
    if not preview.changes:
        st.info(
            "There is nothing else to import."
            if preview.conflicts
            else "The file brings nothing that is not here already."
        )
        return
    show_html(_lines(f"What would change ({len(preview.changes)})", ("Where", "What"), preview.changes))
    st.button(
        f"Make {'this change' if len(preview.changes) == 1 else f'these {len(preview.changes)} changes'}",
        type="primary",
        key="import-go",
        on_click=_import,
        args=(state.id, preview.command),
    )
    fields.message("import")


def _read(given: UploadedFile) -> Brought:
    """The file that was brought: read once, however often the page is drawn."""
    kept: Brought | None = st.session_state.get(READ)
    if kept is None or kept.file != given.file_id:
        kept = st.session_state[READ] = Brought(given.file_id)
        with st.spinner("Reading the file"):
            try:
                kept.tables = files.read(given.getvalue(), given.name)
            except Refused as refused:
                kept.problem = str(refused)
    return kept


def _preview(
    brought: Brought, name: str, state: Rollout, checklist: Checklist, chosen: tuple[str, ...]
) -> files.Preview:
    """What the file would change in the roll-out as it stands, by the person who is at it, with the conflicts chosen."""
    of = (state.id, state.version, edit.who(), chosen)
    if brought.preview is None or brought.preview[0] != of:
        brought.preview = (
            of,
            files.preview(
                state,
                brought.tables,
                checklist,
                edit.who(),
                edit.door().now(),
                name=name,
                stood=lambda version: edit.door().stood(state.id, version),
                chosen=chosen,
            ),
        )
    return brought.preview[1]


def _conflicts(preview: files.Preview, count: int) -> None:
    """What both the file and somebody else have changed: theirs stays, but for what is chosen here."""
    st.session_state["import-conflicts"] = [conflict.key for conflict in preview.conflicts]
    if not preview.conflicts:
        return
    st.warning(
        f"Changed in the file and by somebody else: {len(preview.conflicts)}. What they wrote stays, unless you tick it here.",
        icon=":material/call_split:",
    )
    for conflict in preview.conflicts:
        st.checkbox(
            plain(f"Take the file's: {conflict.place}, {conflict.text}"),
            key=f"take-{count}-{conflict.key}",
        )


def _lines(title: str, heads: tuple[str, str], lines: tuple[tuple[str, str], ...]) -> Markup:
    rows = [html("<tr><td>{a}</td><td>{b}</td></tr>", a=a, b=b) for a, b in lines[:1000]]
    more = html("<p>And {count} more.</p>", count=len(lines) - 1000) if len(lines) > 1000 else ""
    return html(
        '<div class="hw"><h3>{title}</h3>'
        '<div class="scroll" style="max-height:22rem;overflow:auto" tabindex="0" role="region" aria-label="{title}">'
        '<table><thead><tr><th scope="col">{where}</th><th scope="col">{what}</th></tr></thead>'
        "<tbody>{rows}</tbody></table></div>{more}</div>",
        title=title,
        where=heads[0],
        what=heads[1],
        rows=rows,
        more=more,
    )


def _import(rollout: str, command: Import) -> None:
    if edit.send(rollout, command, "import", done="The file has been imported."):
        st.session_state["import-count"] = st.session_state.get("import-count", 0) + 1


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _drafts(state: Rollout, checklist: Checklist) -> None:
    st.subheader("Drafts with your own facts")
    offered = {template.id: template.title for template in checklist.template}
    chosen = st.radio("Draft", list(offered), format_func=lambda one: plain(offered[one]), key="draft-kind")
    template = checklist.templates[chosen]
    today = edit.door().today
    report = documents.draft(state, checklist, chosen, today)
    missing = documents.missing_facts(state, checklist, chosen)
    with st.container():
        if missing:
            said = "; ".join(missing)
            show_html(
                html('<div class="hw ro-warn"><p><strong>Still to be filled in:</strong> {said}.</p></div>', said=said)
            )
    body = [
        html("<h3>{text}</h3>", text=block.text) if block.kind == "heading" else html("<p>{text}</p>", text=block.text)
        for block in report.blocks
    ]
    show_html(
        html(
            '<div class="hw ro-paper"><p><strong>{title}</strong></p>{body}</div><p class="hw quiet">'
            "{about} {provenance_note}</p>",
            title=report.title,
            body=body,
            about=template.about,
            provenance_note=template.provenance_note,
        )
    )
    _pair("This draft", chosen.replace("_", "-"), state, lambda now: documents.draft(now, checklist, chosen, today))


def _facts(state: Rollout, checklist: Checklist) -> None:
    st.subheader("Your authority's facts")
    st.caption("They fill in the drafts. Each is saved when you leave its field.")
    for fact in checklist.fact:
        _fact(state, fact)


def _fact(state: Rollout, fact: Fact) -> None:
    stem, now = f"{state.id}|fact|{fact.id}", state.facts.get(fact.id, "")

    def save(text: str, seen: str) -> Command:
        return StateFact(fact.id, text, seen)

    one, run = fields.typed(stem, now), edit.run_in(state.id)
    common: dict[str, Any] = {"key": one.key, "help": plain(fact.help), "max_chars": 500, "disabled": edit.closed()}
    common |= {"on_change": fields.save_typed, "args": (stem, one.key, save, run)}
    if fact.long:
        st.text_area(plain(fact.label), one.begins, height="content", **common)
    else:
        st.text_input(plain(fact.label), one.begins, **common)
    fields.conflict(stem, one, fact.label, now, lambda: deciding.last_fact(state, fact.id), save, run)
    fields.message(stem)
