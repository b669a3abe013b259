"""Several returns as one list of episodes: join across returns on CHILD and DECOM, the later year wins.

Source of the rules: the SSDA903 guide for what a row is; for joining years, the open-source tools of this field and what went wrong in them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framework.outcomes import cells
from framework.outcomes.rows import DETAILS, Flag, Ints, Longs, Part
from framework.outcomes.tables import Found, Unreadable


@dataclass(slots=True)
class Episodes:
    """Episodes by child, start, end: one array a column, one entry an episode. Days count from 1 January 1970."""

    child: Ints
    decom: Ints
    dec: Ints
    """OPEN where there is no end."""
    year: Ints
    """The calendar year in which the financial year of the last return that lists it ends."""
    rne: Ints
    ls: Ints
    cin: Ints
    place: Ints
    rec: Ints
    location: Ints
    table: Ints
    """Index into `Reading.found`."""
    line: Ints

    def __len__(self) -> int:
        return len(self.child)

    def take(self, which: npt.NDArray[np.bool_] | Longs) -> "Episodes":
        return Episodes(*(getattr(self, name)[which] for name in self.__slots__))


def merge(parts: Sequence[Part], flagged: list[Flag]) -> tuple[Episodes, int]:
    """Join across returns on CHILD and DECOM, the later year wins; within one return only exact duplicates are dropped.

    Returns the episodes by child, start and end, and how many rows were merged into others.
    """
    # What was joined is let go of at once: of a million rows each column has four megabytes.
    joined = {name: np.concatenate([part.arrays.pop(name) for part in parts]) for name in tuple(parts[0].arrays)}
    year = np.concatenate([part.year for part in parts])
    table = np.concatenate([np.full(len(part.good), number, np.int32) for number, part in enumerate(parts)])
    row = np.concatenate([part.good for part in parts])
    key = (joined["child"].astype(np.int64) << 32) | (joined["decom"].astype(np.int64) + 32_768 << 12) | (year - 1900)
    order = np.argsort(key, kind="stable")
    key = key[order]
    same = key[1:] >> 12 == key[:-1] >> 12  # one child and start
    keep = np.ones(len(order), bool)
    keep[:-1][same & (key[1:] != key[:-1])] = False
    # A row before the last of an older year: everything before the newest year of its child and start.
    if (~keep).any():
        group = np.concatenate([[0], np.cumsum(~same)])
        newest = np.maximum.reduceat(key, np.flatnonzero(np.concatenate([[True], ~same])))
        keep = key == newest[group]
    twice = np.flatnonzero(keep[1:] & keep[:-1] & (key[1:] == key[:-1]))
    if len(twice):
        _drop_duplicates(parts, order, key, table, row, twice, keep)
    kept = order[keep]
    made = Episodes(
        child=joined["child"][kept],
        decom=joined["decom"][kept],
        dec=joined["dec"][kept],
        year=year[kept],
        rne=joined["RNE"][kept],
        ls=joined["LS"][kept],
        cin=joined["CIN"][kept],
        place=joined["PLACE"][kept],
        rec=joined["REC"][kept],
        location=joined["PL_LOCATION"][kept],
        table=np.array([part.index for part in parts], np.int32)[table[kept]],
        line=_lines(parts, table[kept], row[kept]),
    )
    final = np.lexsort((made.dec, made.decom, made.child)) if len(twice) else None
    return (made if final is None else made.take(final)), len(order) - len(kept)


def _lines(parts: Sequence[Part], table: Ints, row: Longs) -> Ints:
    starts = np.cumsum([0] + [len(part.found.lines) for part in parts[:-1]])
    lines = np.concatenate([part.found.lines for part in parts])
    return np.asarray(lines[starts[table] + row], np.int32)


def _drop_duplicates(
    parts: Sequence[Part], order: Longs, key: Longs, table: Ints, row: Longs, twice: Longs, keep: npt.NDArray[np.bool_]
) -> None:
    """Among rows of one child, start and year, keep one of each that are the same in every cell.

    Raises Unreadable where two files have different rows there: a draft and a final return of one year.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for place in np.unique(np.concatenate([twice, twice + 1])).tolist():
        groups[int(key[place])].append(place)
    for places in groups.values():
        seen: set[tuple[str, ...]] = set()
        tables: dict[int, set[tuple[str, ...]]] = defaultdict(set)
        for place in places:
            number = int(table[order[place]])
            texts = _texts(parts[number].found, int(row[order[place]]))
            core = tuple(texts.get(name, "") for name in ("RNE", "LS", "CIN", "PLACE", "DEC", "REC"))
            known = (*core, *(texts.get(name, "") for name in DETAILS))
            elsewhere = any(core in others for other, others in tables.items() if other != number)
            tables[number].add(core)
            if known in seen or elsewhere:
                keep[place] = False
            seen.add(known)
        if len(tables) > 1 and len({frozenset(cores) for cores in tables.values()}) > 1:
            first, second = sorted(tables)[:2]
            year = cells.label_of((int(key[places[0]]) & 0xFFF) + 1900)
            raise Unreadable(
                f"Two different returns of {year} were given, perhaps a draft and the final one: {parts[first].found.file} and "
                f"{parts[second].found.file}. Leave one of them out, or put the year into the names of the files or their folders if they are of different years."
            )


def _texts(found: Found, row: int) -> dict[str, str]:
    """The cells of a row as they are compared."""
    texts = {}
    for name in DETAILS:
        if name in found.columns:
            text = cells.code(found.columns[name].text(row))
            texts[name] = str(cells.day(text)) if name == "DEC" and text else text
    return texts


def refuse_two_authorities(tables: Sequence[Found]) -> None:
    names = {
        cells.code(text): cells.tidy(text)
        for found in tables
        if "LA" in found.columns
        for text in found.columns["LA"].words()
    }
    names.pop("", None)
    if len(names) > 1:
        shown = ", ".join(cells.shown(name) for name in list(names.values())[:4])
        raise Unreadable(
            f"These files are of {len(names)} authorities ({shown}). Child ids can be the same in two authorities, so give the files of one at a time."
        )
