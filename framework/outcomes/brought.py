"""From the files that somebody brought to all answers, in one step: what a page has done in a process apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from framework import apart
from framework.outcomes import answers, episodes, files
from framework.outcomes.answers import Answers
from framework.outcomes.episodes import Reading
from framework.outcomes.tables import Unreadable

BOUNDS = apart.Bounds(seconds=60, megabytes=3000)
"""For reading what a page takes at once, 150 MB: a million rows as CSV take 3 s and 600 MB, as XML 25 s."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What was read: the files in which a table was found, and the answers or the sentence that says why there are none."""

    names: tuple[str, ...]
    reading: Reading | None = None
    found: Answers | None = None
    problem: str = ""


def read(sources: Sequence[files.Source], years: Mapping[str, int], left_out: Sequence[str]) -> Brought:
    """Everything that these files say, with the years that somebody set, and without some of the files."""
    finding = files.find(sources)
    names = tuple(dict.fromkeys(table.file for table in finding.tables))
    try:
        reading = episodes.read(finding, years, left_out)
        return Brought(names, reading, answers.answer(reading))
    except Unreadable as error:
        return Brought(names, problem=str(error))


def read_apart(sources: Sequence[files.Source], years: Mapping[str, int], left_out: Sequence[str]) -> Brought:
    """As :func:`read`, in a process with bounded memory and time."""
    try:
        return apart.run(read, tuple(sources), dict(years), tuple(left_out), bounds=BOUNDS)
    except apart.UsedUp as error:
        return Brought((), problem=f"These files could not be read. {error}")
