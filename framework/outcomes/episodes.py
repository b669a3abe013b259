"""What is read of several years of returns: every row is used, merged into another, or reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from framework.outcomes.files import Finding
from framework.outcomes.headers import People, people_of
from framework.outcomes.joining import Episodes, merge, refuse_two_authorities
from framework.outcomes.notes import count_unknown_codes, no_rows, nothing_found, say_lacking, say_leading_zeros
from framework.outcomes.rows import (
    EMPTY,
    Flag,
    Notes,
    Part,
    Rejected,
    Table,
    Vocabulary,
    children_of,
    rows_of,
    vocabularies,
)
from framework.outcomes.tables import Unreadable
from framework.outcomes.years import label_of, set_year


@dataclass(slots=True)
class Reading:
    """All that was read. `rows_read == rows_used + rows_merged + len(rejected)`, over the Episodes tables."""

    files: list[Table]
    ids: list[str]
    words: dict[str, Vocabulary]
    episodes: Episodes
    people: People
    rows_read: int
    rows_merged: int
    rejected: list[Rejected]
    flagged: list[Flag]
    notes: list[str]
    unknown_codes: int
    years: tuple[int, ...]
    """Of the returns that were used."""
    names: list[str]
    """The file of each table, for a flag."""

    @property
    def rows_used(self) -> int:
        return self.rows_read - self.rows_merged - len(self.rejected)


def read(finding: Finding, years: Mapping[str, int] | None = None, leave_out: Sequence[str] = ()) -> Reading:
    """The episodes of all tables. `years` says the financial year of a file, where the reader of the page knows better.

    Raises Unreadable where no Episodes table can be used, where two authorities are mixed, or two different returns of one year.
    """
    passed = [Table(one.file, None, None, 0, False, one.reason) for one in finding.passed]
    passed += [
        Table(one.file, one.table, None, one.rows, False, "Left out.")
        for one in finding.tables
        if one.file in leave_out
    ]
    tables = [one for one in finding.tables if one.file not in leave_out]
    words, notes = vocabularies(), Notes()
    rejected: list[Rejected] = []
    ids, children = children_of(tables, notes)
    parts = [
        rows_of(found, index, words, child, rejected, notes)
        for index, (found, child) in enumerate(zip(tables, children, strict=True))
        if found.table == "Episodes"
    ]
    if not parts:
        raise Unreadable(nothing_found(finding))
    refuse_two_authorities([part.found for part in parts])
    for part in parts:
        set_year(part, (years or {}).get(part.found.file), rejected)
    flagged = [
        Flag(found.file, line, kind) for found in tables for line, kind in found.flagged if found.table == "Episodes"
    ]
    read_rows = sum(part.found.rows for part in parts)
    episodes, merged = merge(parts, flagged)
    if not len(episodes):
        raise Unreadable(no_rows(rejected))
    say_leading_zeros(ids, notes)
    people, about = people_of(tables, children, parts, words, years or {})
    unknown = count_unknown_codes(episodes, words, notes)
    say_lacking(parts, notes)
    reports = [_report(part, rejected) for part in parts] + about + passed
    if not people.child.size:
        notes.say(
            "There is no Header table: no dates of birth, so children are not taken out of the count at 18, and ages cannot be shown."
        )
    elif without := _without_birth(len(ids), episodes, people):
        notes.say(
            f"Of {without:,} of the children no date of birth was found. They are not taken out of the count at 18, and their ages are not known."
        )
    return Reading(
        files=reports,
        ids=ids,
        words=words,
        episodes=episodes,
        people=people,
        rows_read=read_rows,
        rows_merged=merged,
        rejected=rejected,
        flagged=flagged,
        notes=notes.lines,
        unknown_codes=unknown,
        years=tuple(sorted({int(year) for part in parts for year in np.flatnonzero(np.bincount(part.year))})),
        names=[found.file for found in tables],
    )


def _without_birth(children: int, episodes: Episodes, people: People) -> int:
    """How many of those who have episodes have no date of birth in any return."""
    here, born = np.zeros(children, bool), np.zeros(children, bool)
    here[episodes.child], born[people.child[people.born != EMPTY]] = True, True
    return int((here & ~born).sum())


def _report(part: Part, rejected: Sequence[Rejected]) -> Table:
    used = len(part.good) > 0
    reason = "" if used else "No row of it could be used."
    return Table(
        part.found.file,
        "Episodes",
        label_of(part.year),
        part.found.rows,
        used,
        reason,
        part.year_from,
        tuple(part.found.notes),
    )
