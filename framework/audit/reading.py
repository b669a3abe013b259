"""What an audit trail shows: its lines, filtered, and as a file."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from framework import dates
from framework.streams.store import Verified
from framework.tables import csv_bytes
from framework.trail import Said

NOT_IN_A_COPY = "Marked as legal advice or under a court’s restriction: it stands in no copy."
WHOLE = (
    "whole. Every hash was worked out again, from the first entry to the last, and each is the one that was written. So no entry was "
    "changed, removed, put in between or put in another order."
)
LIMIT = (
    "What this cannot show: that somebody who holds the whole database worked out all hashes anew. A file of signed hashes outside "
    "of it shows that, where one is kept."
)


class Line(NamedTuple):
    """One event of an audit trail."""

    at: datetime
    who: str
    part: str
    """Of which part of the record: "Case", "Meeting of 3 May 2026"."""
    what: str
    restricted: bool = False


class Part(NamedTuple):
    """One stream of the record, as far as somebody may see it."""

    label: str
    stream: str
    lines: tuple[Line, ...]
    """Oldest first."""


class Trail(NamedTuple):
    """What somebody may see of what happened. Nothing of a part that they may not see, and not that it is there."""

    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    """What cannot be read just now, and why: a sentence each."""

    @property
    def lines(self) -> list[Line]:
        """All of them, the newest first."""
        return sorted(
            (line for part in self.parts for line in reversed(part.lines)), key=lambda line: line.at, reverse=True
        )

    @property
    def people(self) -> list[str]:
        return sorted({line.who for line in self.lines}, key=str.casefold)


class Checked(NamedTuple):
    """What verifying one part found."""

    label: str
    whole: bool
    meaning: str


def part(label: str, stream: str, said: Iterable[Said]) -> Part:
    return Part(
        label,
        stream,
        tuple(Line(one.at, one.who[:1].upper() + one.who[1:], label, one.what, one.restricted) for one in said),
    )


def filtered(lines: Iterable[Line], parts: Collection[str], who: Collection[str], words: str) -> list[Line]:
    """Those of these parts, people and words; an empty filter lets all through. Words are found whatever their case."""
    wanted = words.casefold().split()
    return [
        line
        for line in lines
        if (not parts or line.part in parts)
        and (not who or line.who in who)
        and all(word in f"{line.who} {line.what}".casefold() for word in wanted)
    ]


def as_csv(lines: Sequence[Line]) -> bytes:
    """The lines for a spreadsheet, oldest first. What may stand in no copy is left out with the reason."""
    rows = [
        (
            dates.local(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            one.who,
            one.part,
            NOT_IN_A_COPY if one.restricted else one.what,
        )
        for one in reversed(lines)
    ]
    return csv_bytes([("When (UK time)", "Who", "Of which part", "What"), *rows])


def checked(label: str, found: Verified) -> Checked:
    """What a verification means, in words. How many entries there are is not said: it would tell of some that are hidden."""
    if found.broken is None:
        erased = (
            " Some of what it said was erased, and the proof that it was there still holds." if found.erased else ""
        )
        return Checked(label, True, WHOLE + erased)
    return Checked(
        label,
        False,
        f"not whole. At entry {found.broken.version}, {found.broken.what}. Do not rely on this part. Tell whoever looks after Homeward, "
        "who keeps a copy of the database as it is.",
    )
