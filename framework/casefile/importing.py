"""Open cases in a table from the council's own system: which column is what, and what each row would begin.

Pure: a table, how its columns are matched, the people known here and the references that are there give a :class:`Plan`. It takes
all rows or none; each row that cannot be taken is named, with what is wrong and how to mend it.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from framework import dates, workbooks
from framework.casefile.deciding import NO_IMPORT, OTHER_TEAM, RECORDS, BringIn, Rules, decide
from framework.casefile.kind import folded
from framework.casefile.model import CHILD, LIVES, SEXES, STANDINGS, Casefile
from framework.items import Add, Change
from framework.items import Command as ItemCommand
from framework.streams.kind import Actor, Refused
from framework.text import as_seen, clean

ROWS_LIMIT = 2_000
"""Cases that one file can bring (source: product; the largest authorities in England have about as many looked-after children)."""
ABOVE_LIMIT = 10
"""Rows of a file in which the headings are looked for."""
EXCEL_BEGINS, EXCEL_DAYS = date(1899, 12, 30), (30_000, 60_000)
"""Excel counts days from here; a number between these (1982 to 2064) in a column of dates is taken for such a count."""
WHY = "Brought in from the council’s own system"
ELSEWHERE = "Ask the records manager, or take the row out of the file."


class NotCases(Refused):
    """A file that holds no cases that could be read."""


# ── Columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Known(NamedTuple):
    """Somebody who can be given a part in a case."""

    id: str
    name: str
    address: str


class Mend(Exception):
    """A cell that cannot be taken: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


class Column(NamedTuple):
    field: str
    label: str
    """What the page calls it."""
    names: tuple[str, ...]
    """Headings that other systems have for it, in small letters, beside the label."""
    read: Callable[[str], Any] = str
    about: str = ""
    """How a cell has to look, for the page."""


def read_day(text: str) -> str:
    """A day as people write it, or as Excel counts it, as day/month/year. Raises Mend."""
    day = re.sub(r"[ T]\d\d?:\d\d(:\d\d(\.\d+)?)?Z?$", "", text)
    if found := re.fullmatch(r"(\d{5})(\.\d+)?", day):
        count = int(found[1])
        if EXCEL_DAYS[0] <= count <= EXCEL_DAYS[1]:
            return f"{EXCEL_BEGINS + timedelta(days=count):%d/%m/%Y}"
    try:
        return f"{dates.read_day(day):%d/%m/%Y}"
    except ValueError:
        raise Mend(f"“{text}” is not a date", "Write it day first, such as 24/11/2026.") from None


def _one_of(words: Mapping[Any, str], others: Mapping[str, str]) -> Callable[[str], str]:
    """Reads one of a few values: by its own word, its id or another word for it, in small letters without points and spaces."""
    known: dict[str, str] = {_squeezed(word): value for value, word in words.items() if value}
    known |= {_squeezed(value): value for value in words if value} | {_squeezed(a): b for a, b in others.items()}

    def read(text: str) -> str:
        if _squeezed(text) not in known:
            offered = ", ".join(word for value, word in words.items() if value)
            raise Mend(f"“{text}” is not known here", f"Write one of: {offered}. Or leave the cell empty.")
        return known[_squeezed(text)]

    return read


def _squeezed(text: str) -> str:
    return re.sub(r"[\s.,()\-/]", "", text.casefold())


_STATUS_WORDS = {
    "v2": "s20", "section 20": "s20", "s 20": "s20", "voluntary": "s20", "accommodated": "s20",
    "c2": "s31", "section 31": "s31", "care order": "s31", "full care order": "s31", "fco": "s31",
    "c1": "s38", "section 38": "s38", "interim care order": "s38", "ico": "s38",
    "j1": "remand", "remanded": "remand", "remand": "remand",
    "edge of care": "edge", "not looked after": "edge", "none": "edge", "cin": "edge", "child in need": "edge",
}  # fmt: skip
"""C1, C2, V2 and J1 are the legal statuses of the yearly return on looked-after children (SSDA903)."""
_SEX_WORDS = {"f": "female", "girl": "female", "2": "female", "m": "male", "boy": "male", "1": "male", "9": "other"}
_LIVES_WORDS = {
    "foster care": "foster", "foster": "foster", "kinship": "connected", "connected": "connected",
    "children’s home": "residential", "children's home": "residential", "residential": "residential",
    "home": "parent", "parents": "parent", "supported accommodation": "semi_independent",
}  # fmt: skip

REFERENCE, NAME = "reference", "name"
PEOPLE = ("worker", "manager", "second_worker", "reviewing_officer", "nominated_officer")
_A_PERSON = "The address with which they sign in, or their name as it is here."

COLUMNS: tuple[Column, ...] = (
    Column(REFERENCE, "Reference", ("case reference", "ref", "case id", "case number", "person id", "child id", "client id",
        "system id", "mosaic id", "lcs id", "liquidlogic id", "id", "number", "child reference")),
    Column(NAME, "Name used here", ("name", "child", "child name", "first name", "forename", "forenames", "preferred name",
        "known as", "called", "child's name", "child’s name", "full name")),
    Column("birth", "Date of birth", ("dob", "birth", "birth date", "born", "d.o.b.", "date birth"), read_day, "Such as 24/11/2014."),
    Column("looked_after_since", "Looked after since", ("looked after date", "lac start", "cla start", "became looked after",
        "start of care", "period of care start", "date started being looked after", "lac date"), read_day, "Such as 24/11/2024."),
    Column("status", "Legal status", ("legal", "ls", "legal status code", "status"), _one_of(STANDINGS, _STATUS_WORDS)),
    Column("status_since", "Legal status since", ("legal status date", "legal status start", "status since", "decom"), read_day,
        "Empty: the day since which the child is looked after."),
    Column("sex", "Sex", ("gender",), _one_of(SEXES, _SEX_WORDS)),
    Column("ethnicity", "Ethnicity", ("ethnic origin", "ethnic group")),
    Column("faith", "Faith", ("religion",)),
    Column("language", "Language", ("first language", "preferred language", "home language")),
    Column("lives", "Kind of place", ("placement type", "placement", "lives"), _one_of(LIVES, _LIVES_WORDS)),
    Column("school", "School", ("school name", "education setting")),
    Column("next_review", "Next review", ("next review date", "review date", "next cla review", "next lac review"), read_day),
    Column("worker", "Social worker", ("worker", "allocated worker", "case worker", "key worker", "allocated to", "sw"), str, _A_PERSON),
    Column("manager", "Team manager", ("manager", "team leader", "supervisor", "tm"), str, _A_PERSON),
    Column("second_worker", "Second worker", (), str, _A_PERSON),
    Column("reviewing_officer", "Reviewing officer", ("iro", "independent officer", "reviewing officer (iro)"), str, _A_PERSON),
    Column("nominated_officer", "Nominated officer", (), str, _A_PERSON),
)  # fmt: skip
BY_FIELD = {column.field: column for column in COLUMNS}
_ON_CHILD = (
    "birth", "looked_after_since", "sex", "ethnicity", "faith", "language", "lives", "school", "next_review",
)  # fmt: skip

Matching = Mapping[str, int]
"""Field → number of the column it is read from, from 0."""


# ── The file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was read: its headings, and the rows under them with the numbers that a spreadsheet shows."""

    file: str
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    content: str = ""
    """A hash of it."""
    ignored: tuple[str, ...] = ()
    """Other sheets of the file, which are not read."""


def read(content: bytes, name: str) -> Sheet:
    """The table in a file (CSV or Excel). To be called in a process apart. Raises NotCases or workbooks.NotRead."""
    found = {title: rows for title, rows in workbooks.read(content, name).items() if any(map(any, rows))}
    if not found:
        raise NotCases(f"{name} holds no rows.")
    title = max(found, key=lambda one: _known_headings(found[one]))
    return _sheet(name, found[title], tuple(one for one in found if one != title))


def _known_headings(rows: Sequence[Sequence[str]]) -> int:
    return max(len(_guessed(row)) for row in rows[:ABOVE_LIMIT])


def _sheet(name: str, table: workbooks.Rows, ignored: tuple[str, ...]) -> Sheet:
    above = table[:ABOVE_LIMIT]
    at = max(range(len(above)), key=lambda one: (len(_guessed(above[one])), sum(map(bool, above[one])) > 1, -one))
    head = tuple(clean(cell) for cell in table[at])
    rows = tuple(
        (number, _cells(row, len(head)))
        for number, row in enumerate(table[at + 1 :], at + 2)
        if any(map(str.strip, row))
    )
    if sum(map(bool, head)) < 2:
        raise NotCases(
            f"{name} has no row of column headings. Put one above the cases, with at least two columns, and save it again."
        )
    if not rows:
        raise NotCases(f"{name} has column headings and no case below them.")
    if len(rows) > ROWS_LIMIT:
        raise NotCases(
            f"{name} has {len(rows):,} cases; no more than {ROWS_LIMIT:,} are brought in at once. Split it, for example by team. "
            "Nothing was read."
        )
    if garbled := next((cell for _, row in rows for cell in row if _garbled(cell)), ""):
        raise NotCases(
            f"{name} was saved in an encoding that cannot be told from its bytes: “{garbled[:40]}” stands in it. Save it as “CSV "
            "UTF-8” in Excel, or as a workbook (.xlsx). Nothing was read."
        )
    content = hashlib.sha256(json.dumps([head, rows]).encode()).hexdigest()
    return Sheet(name, head, rows, content, ignored)


def _cells(row: Sequence[str], width: int) -> tuple[str, ...]:
    """As many cells as there are headings. A cell without a value that can be read stays what it is."""
    return tuple(row[:width]) + ("",) * (width - len(row))


def _garbled(text: str) -> bool:
    """Whether UTF-8 was read as Windows-1252 and written so: "Zoë" as "ZoÃ«"."""
    if text.isascii():
        return False
    if "\ufffd" in text:
        return True
    try:
        return text.encode("cp1252").decode() != text
    except UnicodeError:
        return False


# ── Matching ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def matched(head: Sequence[str], remembered: Mapping[str, str]) -> dict[str, int]:
    """Which column each field is read from: as it was matched before (field → heading), otherwise by well-known headings.

    No column is taken for two fields.
    """
    places = {_squeezed(heading): place for place, heading in reversed([*enumerate(head)]) if heading}
    found = {
        name: places[_squeezed(one)]
        for name, one in remembered.items()
        if _squeezed(one) in places and name in BY_FIELD
    }
    for name, place in _guessed(head).items():
        if name not in found and place not in found.values():
            found[name] = place
    return found


def _guessed(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    places = {_squeezed(heading): place for place, heading in reversed([*enumerate(head)]) if heading}
    for column in COLUMNS:
        for heading in (column.label, column.field, *column.names):
            place = places.get(_squeezed(heading))
            if place is not None and place not in found.values():
                found[column.field] = place
                break
    return found


def remembered_as(head: Sequence[str], matching: Matching) -> tuple[tuple[str, str], ...]:
    """A matching as the record keeps it: (field, heading). It names no child."""
    return tuple((name, head[place]) for name, place in matching.items())


def matching_problem(head: Sequence[str], matching: Matching) -> str:
    """What is wrong with a matching, as a sentence; "" if it can be used."""
    missing = [BY_FIELD[name].label for name in (REFERENCE, NAME) if name not in matching]
    if missing:
        return f"Choose the column for: {', '.join(missing)}. Without {'it' if len(missing) == 1 else 'them'} no case can be begun."
    twice = [place for place, count in Counter(matching.values()).items() if count > 1]
    if twice:
        labels = " and ".join(BY_FIELD[name].label for name, place in matching.items() if place == twice[0])
        return f"The column “{head[twice[0]]}” is chosen for {labels}. Choose another column for all but one."
    return ""


# ── The plan ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class NotTaken(NamedTuple):
    """A row that cannot be taken."""

    where: str
    """ "Row 7, LCS 4711"."""
    what: str
    mend: str


class Case(NamedTuple):
    """A row that begins a case."""

    row: int
    command: BringIn
    """Without the id of the case, which is given when it is carried out."""
    team: str
    """Who works on it, in words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would begin. It can be carried out only if no row is refused."""

    sheet: Sheet
    matching: Matching
    cases: tuple[Case, ...] = ()
    there: tuple[tuple[str, str], ...] = ()
    """Rows whose reference is known here, and which change nothing: (where, why)."""
    refused: tuple[NotTaken, ...] = ()
    version: int = 0
    """Of the record of what was brought in, when this was worked out."""
    known: str = ""
    """Of a file that was brought in before: who did, and when."""


@dataclass(slots=True)
class _Names:
    """Finds people by their address or name."""

    people: Iterable[Known]
    by_address: dict[str, Known] = field(default_factory=dict)
    by_name: dict[str, list[Known]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.people:
            if one.address:
                self.by_address[as_seen(one.address)] = one
            self.by_name.setdefault(_name(one.name), []).append(one)

    def read(self, text: str) -> Known:
        if found := self.by_address.get(as_seen(text)):
            return found
        same = self.by_name.get(_name(text), [])
        if len(same) == 1:
            return same[0]
        if same:
            raise Mend(
                f"{len(same)} people are called “{text}” here", "Write the address with which the right one signs in."
            )
        raise Mend(
            f"Nobody is known here as “{text}”",
            "Check the spelling, or write the address with which they sign in. Who has never signed in has to do so once first.",
        )


def _name(text: str) -> str:
    """A name as it is looked up: "Smith, Jo" as "jo smith", with one kind of apostrophe."""
    last, comma, first = as_seen(text).replace("’", "'").replace("`", "'").partition(",")
    return " ".join(f"{first} {last}".split() if comma else last.split())


def plan(
    sheet: Sheet,
    matching: Matching,
    people: Iterable[Known],
    actor: Actor,
    there: Callable[[Collection[str]], Collection[str]],
    now: datetime,
    rules: Rules,
    *,
    progress: Callable[[float], None] = lambda part: None,
) -> Plan:
    """What the rows of a sheet would begin, brought in by this actor. Changes nothing.

    `there` gives those of some references, folded, that are there already as far as the actor may learn it. `progress` is told how
    much of the rows was looked at, 0 to 1. Raises Refused: without sign-in, or if the columns are not matched.
    """
    if rules.open:
        raise Refused(NO_IMPORT)
    if problem := matching_problem(sheet.head, matching):
        raise NotCases(problem)
    names = _Names(people)
    references = Counter(folded(_text(cells[matching[REFERENCE]])) for _, cells in sheet.rows)
    known = there([one for one in references if one])
    cases, here, refused = list[Case](), list[tuple[str, str]](), list[NotTaken]()
    for count, (number, cells) in enumerate(sheet.rows, 1):
        reference = _text(cells[matching[REFERENCE]])
        where = f"Row {number}" + (f", {reference[:40]}" if reference else "")
        if count % 50 == 0:
            progress(count / len(sheet.rows))
        if references[folded(reference)] > 1 and reference:
            refused.append(
                NotTaken(where, "This reference stands in the file more than once", "Leave one row of this child.")
            )
        elif folded(reference) in known:
            here.append((where, "A case with this reference is here already. It stays as it is."))
        else:
            try:
                cases.append(_case(number, cells, matching, names, actor, now, rules))
            except Mend as wrong:
                refused.append(NotTaken(where, wrong.what, wrong.mend))
    return Plan(sheet, matching, tuple(cases), tuple(here), tuple(refused))


def _case(
    number: int, cells: Sequence[str], matching: Matching, names: _Names, actor: Actor, now: datetime, rules: Rules
) -> Case:
    """The case that a row begins. Raises Mend."""
    values = dict(_values(cells, matching))
    for name in (REFERENCE, NAME):
        if not values.get(name):
            raise Mend(f"{BY_FIELD[name].label}: the cell is empty", "Fill it in.")
    team = {part: names.read(values[part]) for part in PEOPLE if values.get(part)}
    if "manager" not in team and "manager" not in matching and RECORDS not in actor.roles:
        team["manager"] = Known(actor.id, actor.name, "")
    if RECORDS not in actor.roles and ("manager" not in team or team["manager"].id != actor.id):
        raise Mend(OTHER_TEAM.partition(" Ask ")[0], ELSEWHERE)
    command = BringIn("", values[REFERENCE], values[NAME], tuple(_commands(values, team)))
    try:
        decide(Casefile(), command, rules, actor, now)
    except Refused as refused:
        raise Mend(str(refused), "Put it right in this row.") from None
    return Case(number, command, ", ".join(f"{BY_FIELD[part].label}: {one.name}" for part, one in team.items()))


def _values(cells: Sequence[str], matching: Matching) -> Iterator[tuple[str, str]]:
    for name, place in matching.items():
        cell, label = cells[place], BY_FIELD[name].label
        if isinstance(cell, workbooks.NoValue):
            raise Mend(
                f"{label}: {cell} holds a formula without a value that can be read", "Put the plain value in its place."
            )
        text = _text(cell)
        if text.startswith("="):
            raise Mend(f"{label}: “{text[:40]}” is a formula and no value", "Put the plain value in its place.")
        try:
            yield name, str(BY_FIELD[name].read(text)) if text else ""
        except Mend as problem:
            raise Mend(f"{label}: {problem.what}", problem.mend) from None


def _text(cell: str) -> str:
    """What a cell says. Some systems write ="00123", so that a spreadsheet keeps the leading zeros."""
    text = clean(cell)
    quoted = re.fullmatch(r'="(.*)"', text)
    return clean(quoted[1]) if quoted else text


def _commands(values: Mapping[str, str], team: Mapping[str, Known]) -> Iterator[ItemCommand]:
    for part, one in team.items():
        yield Add("worker", {"person": one.id, "part": part, "why": WHY})
    for name in _ON_CHILD:
        if values.get(name):
            yield Change("child", CHILD, name, values[name])
    if values.get("status"):
        since = values.get("status_since") or values.get("looked_after_since")
        if not since:
            raise Mend(
                "Legal status: the day since which it stands is missing",
                "Fill in a column for “Legal status since” or “Looked after since”, or leave the legal status empty.",
            )
        yield Add("status", {"status": values["status"], "since": since})
    elif values.get("status_since"):
        raise Mend("Legal status since: it has a day and no legal status", "Fill in both, or neither.")


def identified(case: Case, identifier: str) -> BringIn:
    """The command of a planned case, with the id that it is to have."""
    return BringIn(identifier, case.command.reference, case.command.called, case.command.commands)
