"""A roll-out as files: tables out and in (CSV, Excel).

A table is read back cell by cell and compared three ways: with what the export said when it was taken, and with how things
stand now. What the file does not change stays as it is, whatever colleagues have done since; what both have changed is a
conflict, which is named and left alone unless somebody chooses the file's. A preview lists every change, every conflict
and every row that cannot be taken; an import then takes all of the file or nothing.
"""

import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from framework import apart, dates, documents, items, workbooks
from framework.rollout import (
    STATUSES,
    Add,
    Change,
    Comment,
    Import,
    Kind,
    Restore,
    Rollout,
    SetStatus,
    StateFact,
    StateOutcome,
    Task,
    decide,
    reading,
)
from framework.rollout.checklist import GROUPS, Checklist
from framework.rollout.deciding import RowRefused, Single, imported_before
from framework.rollout.model import FROM_FILE, KINDS, Commented, FactStated, Imported, OutcomeStated
from framework.streams.kind import Refused
from framework.tables import csv_bytes
from framework.text import clean

BOUNDS = apart.Bounds(seconds=10, megabytes=600)
"""For reading a file. One of 10,000 rows takes some 2 s and 120 MB."""
CHECKS = {"quality": "Quality assurance", "training": "Training", "review": "Yearly review"}


class NotARollout(Refused):
    """A file that holds no roll-out that could be read."""


# ── Columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _In:
    """What a cell is read and written against: the state, and the names of members that the file itself adds."""

    state: Rollout
    checklist: Checklist
    members: Mapping[str, str]
    """Name in small letters → id."""


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    field: str
    write: Callable[[_In, Any], str]
    read: Callable[[_In, str], Any]
    width: int = 18
    day: bool = False
    """Whether a spreadsheet should hold it as a date."""


def _plain(heading: str, field: str, width: int = 18) -> Column:
    return Column(heading, field, lambda _, value: str(value), lambda _, text: text, width)


def _read_day(_: _In, text: str) -> date | None:
    try:
        return dates.read_day(re.sub(r" \d\d:\d\d$", "", text)) if text else None
    except ValueError:
        raise ValueError(f'"{text}" is not a date such as 24/11/2026.') from None


def _read_time(_: _In, text: str) -> str:
    try:
        return dates.read_time(text) if text else ""
    except ValueError:
        raise ValueError(f'"{text}" is not a time such as 09:30.') from None


def _time(heading: str, field: str) -> Column:
    return Column(heading, field, lambda _, value: str(value), _read_time, 8)


def _day(heading: str, field: str) -> Column:
    return Column(heading, field, lambda _, value: f"{value:%d/%m/%Y}" if value else "", _read_day, 12, day=True)


def _read_yes(_: _In, text: str) -> bool:
    known = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False, "": False}
    if text.casefold() not in known:
        raise ValueError(f'"{text}" is neither yes nor no.')
    return known[text.casefold()]


def _yes(heading: str, field: str) -> Column:
    return Column(heading, field, lambda _, value: "yes" if value else "no", _read_yes, 8)


def _choice(heading: str, field: str, names: Callable[[Checklist], Mapping[str, str]], width: int = 18) -> Column:
    """One of a few values, written as its label."""

    def read(where: _In, text: str) -> str:
        offered = names(where.checklist)
        for value, label in offered.items():
            if text.casefold() in (label.casefold(), value.casefold()):
                return value
        raise ValueError(f'"{text}" is not one of: {", ".join(offered.values())}.')

    return Column(heading, field, lambda where, v: names(where.checklist).get(v, v), read, width)


def _write_person(where: _In, value: str) -> str:
    return where.state.members[value].name if value in where.state.members else value


def _read_person(where: _In, text: str) -> str:
    if not text:
        return ""
    if text.casefold() not in where.members:
        raise ValueError(f'"{text}" is not in the group. Add the person to the sheet People, or check the spelling.')
    return where.members[text.casefold()]


def _person(heading: str, field: str) -> Column:
    return Column(heading, field, _write_person, _read_person, 22)


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]


def _task_number(text: str) -> str:
    # "T1.10" and not "1.10": a spreadsheet would take the latter for the number 1.1.
    return text[1:] if re.fullmatch(r"[Tt]\d+\..+", text) else text


def _tasks(heading: str, field: str) -> Column:
    return Column(
        heading,
        field,
        lambda _, value: "; ".join(f"T{task}" for task in value),
        lambda _, text: tuple(_task_number(part) for part in _split(text)),
    )


def _ids(heading: str, field: str) -> Column:
    return Column(heading, field, lambda _, value: "; ".join(value), lambda _, text: tuple(_split(text)))


def _labels(heading: str, field: str, names: Callable[[Checklist], Mapping[str, str]]) -> Column:
    """Several values, written as their labels."""
    one = _choice(heading, field, names)

    def read(where: _In, text: str) -> tuple[str, ...]:
        # A label may hold a comma, so only a semicolon separates labels.
        return tuple(one.read(where, part.strip()) for part in text.split(";") if part.strip())

    return Column(heading, field, lambda where, v: "; ".join(one.write(where, x) for x in v), read, 30)


def _one_task(heading: str, field: str) -> Column:
    return Column(heading, field, lambda _, value: f"T{value}" if value else "", lambda _, text: _task_number(text), 10)


def _number(heading: str, field: str) -> Column:
    def read(_: _In, text: str) -> int:
        if not re.fullmatch(r"\d{1,2}(\.0)?", text):
            raise ValueError(f'"{text}" is not a whole number.')
        return int(float(text))

    return Column(heading, field, lambda _, value: str(value), read, 8)


# ── Sheets ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    kind: Kind
    columns: tuple[Column, ...]

    @property
    def headings(self) -> list[str]:
        return [self._id, *(column.heading for column in self.columns)]

    @property
    def _id(self) -> str:
        return "Number" if self.kind == "task" else "Id"


def _groups(_: Checklist) -> Mapping[str, str]:
    return {str(group): label for group, label in GROUPS.items()}


def _agendas(checklist: Checklist) -> Mapping[str, str]:
    return {agenda.id: agenda.title for agenda in checklist.agenda}


SHEETS = (
    Sheet(
        "People",
        "member",
        (
            _plain("Name", "name", 26),
            _choice("Group", "group", _groups),
            _labels("Roles", "roles", lambda c: {role.id: role.label for role in c.role}),
            _plain("Organisation", "organisation", 24),
            _day("Left on", "left"),
        ),
    ),
    Sheet(
        "Tasks",
        "task",
        (
            _number("Phase", "phase"),
            _plain("Task", "title", 32),
            _plain("What it is", "text", 40),
            _yes("Local", "local"),
            _choice("Status", "status", lambda _: {str(status): label for status, label in STATUSES.items()}, 14),
            _plain("Reason", "reason", 20),
            _person("Owner", "owner"),
            _day("Start", "start"),
            _day("Due", "due"),
            _tasks("Depends on", "depends_on"),
            _ids("Parts done", "parts_done"),
            _plain("Notes", "notes", 34),
        ),
    ),
    Sheet(
        "Evidence",
        "evidence",
        (_one_task("Task", "task"), _plain("Link or file", "what", 44), _day("Date", "on"), _plain("Note", "note", 40)),
    ),
    Sheet(
        "Meetings",
        "meeting",
        (
            _choice("Kind", "agenda", _agendas, 20),
            _choice("Group", "group", _groups),
            _plain("Title", "title", 22),
            _day("Date", "on"),
            _time("Time", "starts"),
            _plain("Place", "place", 16),
            _plain("Agenda", "points", 40),
            _plain("To read before", "to_read", 20),
            _plain("Notes", "notes", 24),
            _yes("Held", "held"),
            _day("Action list sent", "action_list_sent"),
            _plain("Why sooner", "closer_because", 16),
        ),
    ),
    Sheet(
        "Actions",
        "action",
        (
            _plain("Action", "text", 50),
            _person("Owner", "owner"),
            _plain("Meeting", "meeting", 10),
            _day("Due", "due"),
            _yes("Done", "done"),
            _plain("Result", "result", 40),
        ),
    ),
    Sheet(
        "Postcards",
        "postcard",
        (
            _choice("From", "sender", _groups),
            _day("Date", "on"),
            _plain("Meeting", "meeting", 10),
            _plain("Commitments", "commitments", 50),
            _plain("Requests", "requests", 50),
            _plain("Answer", "answer", 50),
        ),
    ),
    Sheet(
        "Stakeholders",
        "stakeholder",
        (
            _plain("Who", "name", 30),
            _plain("What they need to know", "needs", 40),
            _plain("What they gain", "gains", 40),
            _plain("Resistance", "resistance", 40),
            _plain("Answer to it", "response", 40),
            _plain("Channel", "channel", 24),
            _person("Owner", "owner"),
            _day("Next contact", "next_contact"),
        ),
    ),
    Sheet(
        "Service gaps",
        "gap",
        (
            _choice("Kind", "gap", lambda c: {gap.id: gap.text for gap in c.gap}, 40),
            _plain("Service", "service", 24),
            _plain("For whom", "families", 30),
            _plain("What was asked", "asked", 40),
            _plain("Of whom", "asked_of", 24),
            _day("Asked on", "asked_on"),
            _plain("Result", "result", 40),
            _yes("Settled", "settled"),
        ),
    ),
    Sheet(
        "Checks",
        "check",
        (
            _choice("What", "what", lambda _: CHECKS),
            _day("Date", "on"),
            _plain("Case or subject", "about", 40),
            _plain("By", "by", 22),
            _labels("Missing components", "missing", lambda c: {part.id: part.text for part in c.component}),
            _plain("Note", "note", 40),
        ),
    ),
)
OUTCOMES, FACTS, COMMENTS = "Outcomes", "Facts", "Comments"
OUTCOME_HEADINGS = ["Outcome", "What is achieved", "Met", "How", "Evidence stated"]
FACT_HEADINGS = ["Fact", "What it is", "Value"]
COMMENT_HEADINGS = ["Task", "When", "Who", "Comment"]
MOMENT = workbooks.MOMENT
assert {sheet.kind for sheet in SHEETS} == set(KINDS.by_kind)

ABOVE_LIMIT = 10
"""Rows of a file in which the heading of a table is looked for."""
Table = workbooks.Rows
"""A heading row, then rows of text."""
STAMP = "Taken from {} at version {}"
"""The last heading of every table that goes out: which roll-out it is from, and how many events that had."""
_STAMPED = re.compile(r"taken from (\S+) at version (\d{1,9})", re.IGNORECASE)


# ── Out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def tables(state: Rollout, checklist: Checklist) -> dict[str, Table]:
    """Everything in a roll-out but its history, as tables of text that a spreadsheet can hold."""
    where = _in(state, checklist)
    found = {sheet.name: [sheet.headings, *_rows(where, sheet)] for sheet in SHEETS}
    found[OUTCOMES] = [
        OUTCOME_HEADINGS,
        *(
            [
                view.outcome.id,
                view.outcome.text,
                "yes" if view.met else "no",
                view.how,
                state.stated[view.outcome.id].evidence if view.outcome.id in state.stated else "",
            ]
            for view in reading.outcomes(state, checklist)
        ),
    ]
    found[FACTS] = [FACT_HEADINGS, *([fact.id, fact.label, state.facts.get(fact.id, "")] for fact in checklist.fact)]
    found[COMMENTS] = [
        COMMENT_HEADINGS,
        *([f"T{task}", *rest] for task, *rest in _comments(state) if task in state.tasks),
    ]
    for table in found.values():
        table[0] = [*table[0], STAMP.format(state.id, state.version)]
    return {name: [[documents.cell_text(cell) for cell in row] for row in table] for name, table in found.items()}


def _comments(state: Rollout) -> list[tuple[str, str, str, str]]:
    """Task, when, who and text of every comment, also of those on a task that was removed since."""
    return [
        (task, f"{dates.local(said.at):{MOMENT}}", said.by, said.text)
        for task, comments in state.comments.items()
        for said in comments
    ]


def _in(state: Rollout, checklist: Checklist) -> _In:
    return _In(state, checklist, {member.name.casefold(): member.id for member in state.members.values()})


def _rows(where: _In, sheet: Sheet) -> Iterator[list[str]]:
    items = reading.in_order(where.state) if sheet.kind == "task" else where.state.of(sheet.kind).values()
    for item in items:
        yield [f"T{item.id}" if sheet.kind == "task" else item.id, *_cells(where, sheet, item)]


def _cells(where: _In, sheet: Sheet, item: Any) -> list[str]:
    cells = [column.write(where, getattr(item, column.field)) for column in sheet.columns]
    if isinstance(item, Task) and item.id in where.checklist.tasks:
        cells[[column.field for column in sheet.columns].index("text")] = where.checklist.tasks[item.id].text
    return cells


def tasks_csv(state: Rollout, checklist: Checklist) -> bytes:
    """The tasks as one CSV file, as spreadsheets expect it."""
    return csv_bytes(tables(state, checklist)["Tasks"])


def csv_zip(state: Rollout, checklist: Checklist) -> bytes:
    """Everything, as CSV files in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables(state, checklist).items():
            archive.writestr(f"{name}.csv", csv_bytes(table))
    return out.getvalue()


def excel(state: Rollout, checklist: Checklist) -> bytes:
    """Everything as one workbook, a sheet for each table; dates are dates, and the status is chosen from a list."""
    import xlsxwriter  # heavy

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": documents.xml_text(state.title), "comments": "Homeward: a roll-out of the implementation checklist"}
    )
    head = book.add_format({"bold": True, "bg_color": "#E3ECEB", "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"})
    guide = book.add_worksheet("Read me")
    guide.set_column(0, 0, 100, text)
    guide.set_paper(9)
    guide.fit_to_pages(1, 0)
    for number, line in enumerate(_guide(state)):
        guide.write_string(number, 0, documents.cell_text(line), head if number == 0 else text)
    by_name = {sheet.name: sheet for sheet in SHEETS}
    for name, table in tables(state, checklist).items():
        page = book.add_worksheet(name)
        columns = by_name[name].columns if name in by_name else ()
        page.set_column(0, 0, 10, text)
        for number, column in enumerate(columns, 1):
            page.set_column(number, number, column.width, text)
        if not columns:
            page.set_column(1, len(table[0]), 40, text)
        widths = [10, *(column.width for column in columns)] if columns else [10, *[40] * len(table[0])]
        for number, row in enumerate(table):
            page.set_row(number, _height(row, widths))
            for place, cell in enumerate(row):
                if number and cell and place and columns and columns[place - 1].day:
                    page.write_datetime(number, place, datetime.strptime(cell, "%d/%m/%Y"), day)
                elif cell:
                    page.write_string(number, place, cell, text if number else head)
        _set_up_print(page, state)
        page.freeze_panes(1, 3 if name == "Tasks" else 2)
        page.autofilter(0, 0, max(1, len(table) - 1), len(table[0]) - 1)
        for number, column in enumerate(columns, 1):
            if column.field == "status":
                choices = {"validate": "list", "source": list(STATUSES.values())}
                page.data_validation(1, number, len(table) + 200, number, choices)
    book.close()
    return out.getvalue()


def _height(row: Sequence[str], widths: Sequence[int]) -> float:
    """The height in points of a row whose cells are wrapped: some programs print a row that has none over the next one."""
    lines = (
        sum(-(-len(line) * 11 // (width * 10)) or 1 for line in cell.split("\n"))
        for cell, width in zip(row, widths, strict=False)
    )
    return min(409.0, 15.0 * max(1, *lines))  # Excel's highest row


def _set_up_print(page: Any, state: Rollout) -> None:
    """A4 on its side, as wide as one page and as long as it has to be; the headings, the page and its number on each."""
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.3, right=0.3, top=0.5, bottom=0.6)
    page.repeat_rows(0)
    name = documents.xml_text(state.title).replace("&", "&&")[:100]  # Excel takes 255 characters, and & for a command
    page.set_footer(f"&L{name}&C&A&RPage &P of &N")


def _guide(state: Rollout) -> list[str]:
    return [
        f"{state.title}: the implementation checklist, from Homeward",
        "Change what you like in the sheets and bring the file back under Take away; you see every change before it is made.",
        "A new row without a number or id adds an entry. A row that you delete here stays in Homeward.",
        "Tasks of the checklist keep their title and text. To set one aside, choose Not applicable and give a reason.",
        "Outcomes: only the evidence in the last column is read back. Comments: a new row adds one; leave When and Who empty.",
        "Dates are day/month/year.",
        "Leave the last heading of each sheet as it is: it says when the file was taken.",
        "So Homeward can tell your changes from those that colleagues have made since.",
    ]


# ── In ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. It can be carried out only if nothing is rejected."""

    changes: tuple[tuple[str, str], ...]
    """(place, what would change)."""
    rejected: tuple[tuple[str, str], ...]
    """(place, reason)."""
    ignored: tuple[str, ...]
    """Sheets and columns that are not read."""
    command: Import
    conflicts: tuple["Conflict", ...] = ()
    """What the file and somebody else have both changed since it was taken. It stays theirs unless it is chosen."""
    known: str = ""
    """Of a file that was brought in before: who did, and when. Nothing in it is to be taken then."""
    since: str = ""
    """What colleagues have done since the file was taken, in a sentence; or that the file does not say when it was."""


@dataclass(frozen=True, slots=True)
class Conflict:
    key: str
    """Names it when the file is previewed with it chosen."""
    place: str
    text: str
    """What the file says, and who has made it what it is now."""


def read(content: bytes, name: str) -> dict[str, Table]:
    """The tables in a file that somebody brought, read in a process apart. Raises NotARollout with a sentence."""
    try:
        return recognised(apart.run(workbooks.read, content, name, bounds=BOUNDS), name)
    except (workbooks.NotRead, apart.UsedUp) as error:
        raise NotARollout(f"{name}: {error}" if isinstance(error, apart.UsedUp) else str(error)) from None


def recognised(found: Mapping[str, Table], name: str) -> dict[str, Table]:
    """The tables of a file under the names that they have here. Raises NotARollout if none is one of a roll-out."""
    known = {}
    for title, whole in found.items():
        table = _from_heading(whole)
        kind = title if title in _headings() else _recognise(table)
        if kind and table:
            if kind in known:
                raise NotARollout(f"{name} holds the table {kind} twice.")
            known[kind] = table
        elif table and title != "Read me":
            known[f"?{title}"] = table
    if not any(title in _headings() for title in known):
        raise NotARollout(
            f"{name} is no roll-out: no table in it has the columns of one. Take a file from Take away and fill that in."
        )
    for title, table in known.items():
        if not title.startswith("?"):
            _refuse_missing_values(table, name)
    return known


def _refuse_missing_values(table: Table, name: str) -> None:
    """Raises NotARollout if the file does not hold what a cell shows: empty would be taken for emptied."""
    missing = [cell for row in table for cell in row if isinstance(cell, workbooks.NoValue)]
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        raise NotARollout(
            f"{name}: {', '.join(missing[:5])}{more} {'holds' if len(missing) == 1 else 'hold'} a formula without a value that "
            "can be read. Open the file in Excel or LibreOffice, put plain values in place of the formulas, and save it. "
            "Nothing was read."
        )


def _headings() -> dict[str, list[str]]:
    others = {OUTCOMES: OUTCOME_HEADINGS, FACTS: FACT_HEADINGS, COMMENTS: COMMENT_HEADINGS}
    return {sheet.name: sheet.headings for sheet in SHEETS} | others


class Below(list[list[str]]):
    """A table from its heading on, in a file that has other rows above it."""

    above: int = 0


def _from_heading(table: Table) -> Table:
    """The table without a title and empty rows above its heading."""
    for number in range(min(ABOVE_LIMIT, len(table))):
        if _recognise(table[number : number + 1]):
            found = Below(table[number:])
            found.above = number
            return found
    return table


def _recognise(table: Table) -> str | None:
    """Which table has these headings: the first and the second have to be there."""
    if not table:
        return None
    row = {cell.strip().casefold() for cell in table[0]}
    best = [
        (len(row & {h.casefold() for h in headings}), name)
        for name, headings in _headings().items()
        if {headings[0].casefold(), headings[1].casefold()} <= row
    ]
    return max(best)[1] if best and max(best)[0] >= 3 else None


def preview(
    state: Rollout,
    found: Mapping[str, Table],
    checklist: Checklist,
    actor: str,
    now: datetime,
    *,
    name: str = "",
    stood: Callable[[int], Rollout] | None = None,
    chosen: Collection[str] = (),
) -> Preview:
    """What a file of this name would change, and what in it cannot be taken. Nothing is saved.

    `stood` gives the roll-out as it stood at a version; without it, what the file was taken from is not known. `chosen` are
    the keys of the conflicts in which the file's word is to be taken.
    """
    content = hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
    if known := imported_before(state, content):
        return Preview((), (), (), Import(()), known=known)
    plan = _Plan(state, found, checklist, actor, _taken_from(state, found, stood), chosen).preview(now)
    return replace(plan, command=replace(plan.command, file=name, content=content))


def _taken_from(state: Rollout, found: Mapping[str, Table], stood: Callable[[int], Rollout] | None) -> Rollout | None:
    """The roll-out as it stood when the file was taken from it; None if the file does not say."""
    stamps = [match for table in found.values() for cell in table[0] if (match := _STAMPED.fullmatch(cell.strip()))]
    versions = [int(match[2]) for match in stamps if match[1].casefold() == state.id.casefold()]
    if not versions or len(versions) < len(stamps) or max(versions) > state.version or not min(versions):
        return None
    if min(versions) == state.version:
        return state
    try:
        return stood(min(versions)) if stood else None
    except Refused:  # what it was taken from was erased
        return None


UNKNOWN: Any = object()
"""What a field held when the file was taken, where that is not known."""


class _Plan:
    """One pass over the tables, which collects commands, their words, conflicts, and what is wrong."""

    def __init__(
        self,
        state: Rollout,
        found: Mapping[str, Table],
        checklist: Checklist,
        actor: str,
        before: Rollout | None,
        chosen: Collection[str],
    ) -> None:
        self.state, self.found, self.checklist, self.actor = state, found, checklist, actor
        self.before, self.chosen = before, chosen
        self.where = _in(state, checklist)
        self.then = self.where
        if before is not None and before is not state:
            self.then = _in(before, checklist)
            self.where = _In(state, checklist, {**self.then.members, **self.where.members})
        self.commands: list[tuple[str, Single]] = []
        self.changes: list[tuple[str, str]] = []
        self.conflicts: list[Conflict] = []
        self.rejected: list[tuple[str, str]] = []
        self.ignored = [f"the table {name[1:] or 'of this file'}" for name in found if name.startswith("?")]

    def preview(self, now: datetime) -> Preview:
        # People come first, since the other tables name them.
        for sheet in SHEETS:
            if sheet.name in self.found:
                self._sheet(sheet)
        if OUTCOMES in self.found:
            self._pairs(OUTCOMES, OUTCOME_HEADINGS, self._outcome)
        if FACTS in self.found:
            self._pairs(FACTS, FACT_HEADINGS, self._fact)
        if COMMENTS in self.found:
            self._said()
        command = Import(tuple(self.commands))
        try:
            decide(self.state, command, self.checklist, self.actor, now)
        except RowRefused as refused:
            self.rejected += refused.problems
        except Refused as refused:
            self.rejected.append(("The file", str(refused)))
        return Preview(
            tuple(self.changes),
            tuple(dict.fromkeys(self.rejected)),
            tuple(dict.fromkeys(self.ignored)),
            command,
            tuple(self.conflicts),
            since=self._since(),
        )

    def _since(self) -> str:
        if self.before is None:
            return (
                "The file does not say at which version of this roll-out it was taken. Whatever differs is taken for your "
                "change; beside each stands who made it what it is now."
            )
        later = [one for one in self.state.log[self.before.version :] if not isinstance(one.event, Imported)]
        if not later:
            return ""
        names = dict.fromkeys(one.actor.removesuffix(FROM_FILE) for one in later)
        who = ", ".join([*names][:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        return (
            f"Since the file was taken, {len(later)} {'thing has' if len(later) == 1 else 'things have'} changed here "
            f"(by {who}). What the file does not change stays as it is now."
        )

    # ── Three ways ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _decided(
        self,
        key: str,
        place: str,
        was: Any,
        now: Any,
        wanted: Any,
        by: Sequence[tuple[str, datetime]],
        said: str,
        they: str,
    ) -> bool:
        """Whether the file's word is to be taken for something that it says differently from what is here.

        `was` is what it held when the file was taken, `by` who has changed it since, `they` what they did: "removed it". One's
        own change is no conflict. `said` is what the file would do.
        """
        if was is UNKNOWN:
            who = f" ({by[-1][0]} made it so on {_day_of(by[-1])})" if by else ""
            self.changes.append((place, f"{said}{who}"))
            return True
        if wanted in (was, now):
            return False
        others = [one for one in by if one[0].removesuffix(FROM_FILE) != self.actor]
        if was == now or not others:
            self.changes.append((place, said))
            return True
        who = others[-1][0].removesuffix(FROM_FILE)
        self.conflicts.append(Conflict(key, place, f"{said}. {who} has {they} since, on {_day_of(others[-1])}."))
        if key in self.chosen:
            self.changes.append((place, said))
        return key in self.chosen

    def _edits(self, kind: Kind, identifier: str, name: str) -> list[tuple[str, datetime]]:
        """Who changed a field of an item, and when, since the file was taken; if that is not known, at all."""
        seen = len(self.before.items.history(kind, identifier, name)) if self.before else 0
        return [(edit.by, edit.at) for edit in self.state.items.history(kind, identifier, name)[seen:]]

    def _later(self, kind: type[Any], name: str, value: str) -> list[tuple[str, datetime]]:
        """The same of what was stated: the events of this class whose field `name` is `value`."""
        log = self.state.log[self.before.version if self.before else 0 :]
        return [(one.actor, one.at) for one in log if isinstance(one.event, kind) and getattr(one.event, name) == value]

    # ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sheet(self, sheet: Sheet) -> None:
        columns = {column.heading.casefold(): column for column in sheet.columns}
        rows = self._dicts(sheet.name, sheet.headings)
        identifiers = [_task_number(row.get(sheet.headings[0].casefold(), "")) for _, row in rows]
        taken = {*self.state.of(sheet.kind), *identifiers}
        seen: dict[str, int] = {}
        for (number, row), identifier in zip(rows, identifiers, strict=True):
            place = f"{sheet.name}, row {number}"
            if identifier and identifier in seen:
                self.rejected.append((place, f"{identifier} stands in row {seen[identifier]} already."))
                continue
            seen[identifier] = number
            item = self.state.of(sheet.kind).get(identifier)
            was = self.before.of(sheet.kind).get(identifier) if self.before else item
            values = self._values(sheet, place, row, columns, was)
            if values is None:
                continue
            if item is not None:
                self._change(sheet, place, item, was, values)
            elif was is not None:
                if values:
                    self._removed_since(sheet, place, was, values)
            elif identifier or not self._here_already(sheet, place, values):
                self._add(sheet, place, identifier or self._free(sheet.kind, values, taken), values)

    def _values(
        self, sheet: Sheet, place: str, row: Mapping[str, str], columns: Mapping[str, Column], was: Any
    ) -> dict[str, Any] | None:
        """What a row says that differs from what the file was taken with; None if a cell cannot be read."""
        written = dict(zip((c.field for c in sheet.columns), _cells(self.then, sheet, was), strict=True)) if was else {}
        values, good = {}, True
        for heading, text in row.items():
            column = columns.get(heading)
            # A new meeting's empty agenda is filled in from the checklist, unless the row is one that was taken away.
            emptied = column is not None and column.field == "points" and row.get("id")
            if column is None or (was is None and not text and not emptied):
                continue
            if column.field in written and text == clean(written[column.field]):
                continue
            try:
                values[column.field] = column.read(self.where, text)
            except ValueError as error:
                self.rejected.append((f"{place}, {column.heading}", str(error)))
                good = False
        return values if good else None

    def _here_already(self, sheet: Sheet, place: str, values: Mapping[str, Any]) -> bool:
        """Whether an entry without an id was brought in by an earlier import of this file."""

        def says_the_same(item: Any) -> bool:
            return all(getattr(item, name) == value for name, value in values.items() if name != "local")

        known = self.before.items.given.get(sheet.kind, frozenset()) if self.before else frozenset[str]()
        if any(says_the_same(item) for name, item in self.state.of(sheet.kind).items() if name not in known):
            return True
        for name, item in self.state.items.removed.get(sheet.kind, {}).items():
            if self.before and name not in known and says_the_same(item):
                key, by = f"{sheet.kind}|{name}", self._edits(sheet.kind, name, "id")
                said = f"New: {_called(values) or name}"
                return not self._decided(key, place, item, None, values, by, said, "removed it")
        return False

    def _add(self, sheet: Sheet, place: str, identifier: str, values: dict[str, Any]) -> None:
        if sheet.kind == "task":
            if re.fullmatch(r"\d+\.\d+", identifier):
                self.rejected.append(
                    (place, f'The checklist has no task "{identifier}". A local task has no number yet.')
                )
                return
            if values.get("local") is False and "local" in values:
                self.rejected.append((place, f'"{identifier}" is not a task of the checklist, so it has to be local.'))
                return
        if sheet.kind == "member" and "name" in values:
            self.where = _In(self.state, self.checklist, {**self.where.members, values["name"].casefold(): identifier})
        self.commands.append((place, Add(sheet.kind, {**values, "id": identifier})))
        self.changes.append((place, f"New: {_called(values) or identifier}"))

    def _removed_since(self, sheet: Sheet, place: str, was: Any, values: dict[str, Any]) -> None:
        """A colleague has removed what the file changes: it is put back with the file's changes only if that is chosen."""
        by_field = {column.field: column for column in sheet.columns}
        told = ", ".join(f"{by_field[name].heading}: {self._written(by_field[name], v)}" for name, v in values.items())
        by, key = self._edits(sheet.kind, was.id, "id"), f"{sheet.kind}|{was.id}"
        if self._decided(key, place, was, None, values, by, f"{was.id}: {told}", "removed it"):
            self.commands.append((place, Restore(sheet.kind, was.id)))
            if isinstance(was, Task) and ("status" in values or "reason" in values):
                status = values.pop("status", was.status)
                self.commands.append((place, SetStatus(was.id, status, values.pop("reason", was.reason))))
            self.commands += [(place, Change(sheet.kind, was.id, name, value)) for name, value in values.items()]

    def _change(self, sheet: Sheet, place: str, item: Any, was: Any, values: dict[str, Any]) -> None:
        if isinstance(item, Task) and ("status" in values or "reason" in values):
            self._status(place, item, was, values)
        by_field = {column.field: column for column in sheet.columns}
        for name, value in values.items():
            now, column = getattr(item, name), by_field[name]
            then = (getattr(was, name) if was else None) if self.before else UNKNOWN
            if isinstance(value, tuple) and isinstance(then, tuple):
                value, then = _merged(then, now, value), now
            if value == now:
                continue
            is_now = column.write(self.where, now) or "nothing"
            said = f"{item.id}: {column.heading}: {is_now} → {self._written(column, value) or 'nothing'}"
            by = self._edits(sheet.kind, item.id, name)
            they = _changed_to(column.write(self.where, now))
            if self._decided(f"{sheet.kind}|{item.id}|{name}", place, then, now, value, by, said, they):
                self.commands.append((place, Change(sheet.kind, item.id, name, value, now)))

    def _status(self, place: str, item: Task, was: Task | None, values: dict[str, Any]) -> None:
        """A status and its reason belong together: both are the file's, or both are not."""
        then = was or item
        status = values.pop("status", then.status)
        wanted = status, values.pop("reason", then.reason if status == then.status else "")
        now = item.status, item.reason
        if wanted == now:
            return
        told = f"{STATUSES[item.status].lower()} → {STATUSES[status].lower()}"
        told = f"{item.id}: Status: {told}{f' ({wanted[1]})' if wanted[1] else ''}"
        before = ((was.status, was.reason) if was else None) if self.before else UNKNOWN
        by = self._edits("task", item.id, "status") + self._edits("task", item.id, "reason")
        they = _changed_to(STATUSES[item.status])
        if self._decided(f"task|{item.id}|status", place, before, now, wanted, by, told, they):
            self.commands.append((place, SetStatus(item.id, *wanted, item.status)))

    def _written(self, column: Column, value: Any) -> str:
        names = {identifier: name for name, identifier in self.where.members.items()}
        if isinstance(value, str) and value in names and value not in self.state.members:
            return names[value]  # somebody whom this very file adds
        return column.write(self.where, value)

    def _free(self, kind: Kind, values: Mapping[str, Any], taken: set[str]) -> str:
        free = self.state.items.free_id(kind, KINDS.of(kind).id_prefix(values), taken)
        taken.add(free)
        return free

    # ── What is stated, and comments ─────────────────────────────────────────────────────────────────────────────────

    def _pairs(self, name: str, headings: Sequence[str], take: Callable[[str, str, str], None]) -> None:
        """Tables whose first column names a thing and whose last column holds a text."""
        for number, row in self._dicts(name, headings):
            if headings[-1].casefold() in row:
                take(f"{name}, row {number}", row[headings[0].casefold()], row[headings[-1].casefold()])

    def _outcome(self, place: str, outcome: str, evidence: str) -> None:
        def stated(state: Rollout) -> str:
            return state.stated[outcome].evidence if outcome in state.stated else ""

        now, then = stated(self.state), stated(self.before) if self.before else UNKNOWN
        by = self._later(OutcomeStated, "outcome", outcome)
        said = f"Outcome {outcome}: evidence: {evidence or 'taken back'}"
        key, they = f"outcome|{outcome}", _changed_to(now)
        if evidence != now and self._decided(key, place, then, now, evidence, by, said, they):
            self.commands.append((place, StateOutcome(outcome, evidence, now)))

    def _fact(self, place: str, fact: str, value: str) -> None:
        now = self.state.facts.get(fact, "")
        then = self.before.facts.get(fact, "") if self.before else UNKNOWN
        by = self._later(FactStated, "fact", fact)
        said = f"Fact {fact}: {now or 'nothing'} → {value or 'nothing'}"
        they = _changed_to(now)
        if value != now and self._decided(f"fact|{fact}", place, then, now, value, by, said, they):
            self.commands.append((place, StateFact(fact, value, now)))

    def _said(self) -> None:
        """Comments that are not here yet. Nobody changes or removes one, so every other row is left as it is."""
        here = Counter(_comments(self.state))
        mine = {
            (one.event.task, one.event.text)
            for one in self.state.log[self.before.version if self.before else 0 :]
            if isinstance(one.event, Commented) and one.actor == self.actor and not one.event.said_by
        }
        for number, row in self._dicts(COMMENTS, COMMENT_HEADINGS):
            task, when, who, text = (row.get(heading.casefold(), "") for heading in COMMENT_HEADINGS)
            known = (_task_number(task), when, who, text)
            place = f"{COMMENTS}, row {number}"
            if not who and not when and (known[0], text) in mine:  # from an earlier import of this file
                continue
            if here[known]:
                here[known] -= 1
                continue
            try:
                at = datetime.strptime(when, MOMENT).replace(tzinfo=dates.LONDON) if when else None
            except ValueError:
                self.rejected.append((f"{place}, When", f'"{when}" is not a moment such as 24/11/2026 09:30.'))
                continue
            if bool(who) != bool(at):
                self.rejected.append(
                    (place, "When and Who belong together: give both, or neither for a comment of your own.")
                )
                continue
            self.commands.append((place, Comment(known[0], text, who, at)))
            self.changes.append((place, f"{known[0]}: Comment{f' of {who}, {when}' if who else ''}: {text}"))

    def _dicts(self, name: str, headings: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
        """Rows as heading in small letters → text, with their number in the file."""
        table = self.found[name]
        given = [cell.strip().casefold() for cell in table[0]]
        known = [heading.casefold() for heading in headings]
        if known[0] not in given:
            self.rejected.append((name, f"the column {headings[0]} is missing."))
            return []
        for heading in given:
            if given.count(heading) > 1 and heading:
                self.rejected.append((name, f"the column {heading} stands there twice."))
                return []
            if heading and heading not in known and not _STAMPED.fullmatch(heading):
                self.ignored.append(f"{name}: the column {heading}")
        rows = []
        above = table.above if isinstance(table, Below) else 0
        for number, cells in enumerate(table[1:], 2 + above):
            if len(cells) > len(given) and any(cell.strip() for cell in cells[len(given) :]):
                self.rejected.append((f"{name}, row {number}", "the row has more cells than there are columns."))
                continue
            row = {heading: clean(cell) for heading, cell in zip(given, cells, strict=False) if heading in known}
            if not any(row.values()):
                continue
            if row.get("task") == "":
                # An empty cell is most often a slip: it costs its row, not all that the file brings.
                self.ignored.append(f"{name}, row {number}, whose cell Task is empty")
                continue
            rows.append((number, row))
        return rows


def _merged(was: tuple[Any, ...], now: tuple[Any, ...], wanted: tuple[Any, ...]) -> tuple[Any, ...]:
    """Several values in one cell: what either side has put in is in, and what either has taken out is out."""
    kept = [one for one in now if one in wanted or one not in was]
    return (*kept, *(one for one in wanted if one not in was and one not in now))


def _called(values: Mapping[str, Any]) -> str:
    """What a new row is called in a sentence; empty if nothing in it says so."""
    names = ("title", "name", "text", "what", "about", "service")
    return next((str(values[name]) for name in values if name in names), "")


def _changed_to(now: str) -> str:
    return f"changed it to {items.said(now)}"


def _day_of(edit: tuple[str, datetime]) -> str:
    return dates.uk(dates.local(edit[1]).date())


def content(state: Rollout) -> dict[str, Any]:
    """What an export carries and an import brings back: everything but the history of who changed what when."""
    return {
        **{kind: state.of(kind) for kind in KINDS.by_kind},
        "stated": {outcome: stated.evidence for outcome, stated in state.stated.items()},
        "facts": state.facts,
        "comments": sorted(one for one in _comments(state) if one[0] in state.tasks),
    }
