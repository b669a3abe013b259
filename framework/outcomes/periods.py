"""Periods of care, returns home and re-entries. Each rule is one function, over all children at once.

The episodes come by child, start and end (`joining.Episodes`). Days count from 1 January 1970. The sources of the definitions: the
SSDA903 guide for the codes, the project's own definitions for the rest; where the Department counts otherwise, the function says so.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from framework.outcomes import cells, codes
from framework.outcomes.episodes import Reading
from framework.outcomes.joining import Episodes
from framework.outcomes.rows import OPEN, Flag, Ints, Longs, Vocabulary, by_value

Mask = npt.NDArray[np.bool_]
DEFINITIONS = {
    "left_open": "An episode that is open in one return and in no later one has an unknown end. It is taken to end where the child's next episode begins. If that is a new start, or nothing follows, it ends by 31 March of the last return that lists it. It is never a return home.",
    "period": "A period of care is a run of a child's episodes with no gap of more than a day, not all of them short breaks. Short breaks at its two ends do not count towards its dates.",
    "return": "A return home is a period of care that ends with E4A (planned), E4B (not planned) or E4 (not known which).",
    "reentry": "A re-entry is the same child's next period of care after a return. Short breaks after a return are support, not a re-entry.",
    "next_day": "Who comes back on the same or the next day has not left: the period goes on. The Department's own rule counts a start on the next day as a new one.",
}
"""The rules in words, as the page shows them."""


@dataclass(slots=True)
class Resolved:
    """Episodes whose unknown ends are settled, up to the extract date."""

    episodes: Episodes
    assumed: Mask
    """Episodes that were left open: their end is assumed, and its reason unknown."""
    breaks: Mask
    """Episodes after which a period ends whatever the gap."""
    after: int
    """Episodes that begin after the extract date: they count as not yet happened."""


@dataclass(slots=True)
class Periods:
    """Periods of care by child and start: one array a column, one entry a period."""

    child: Ints
    start: Ints
    end: Ints
    """OPEN while the child is looked after at the extract date."""
    reason: Ints
    """REC of the episode that ends last; 0 where the end is assumed or no reason was given."""
    first: Longs
    """The first of its episodes, by its place among the episodes."""
    last: Longs
    """The last of its episodes."""
    closing: Longs
    """The episode that ends last."""
    known_start: Mask
    """Whether the first episode says that care started (RNE S)."""

    def __len__(self) -> int:
        return len(self.child)


@dataclass(slots=True)
class Returns:
    """Returns home by child and day: one array a column, one entry a return."""

    period: Longs
    child: Ints
    on: Ints
    kind: Ints
    """0 planned, 1 not planned, 2 not known which: the order of `codes.RETURNED`."""
    back: Ints
    """The day of the re-entry, OPEN where there is none by the extract date."""
    before: Ints
    """How many returns of this child came before, in these files."""

    def __len__(self) -> int:
        return len(self.child)


@dataclass(slots=True)
class History:
    """Everything that is computed of the children's ways through care, up to the extract date."""

    episodes: Episodes
    resolved: Resolved
    periods: Periods
    returns: Returns
    extract: int
    flagged: list[Flag]
    overlaps: int


def history(reading: Reading, extract: int) -> History:
    """Periods, returns and re-entries up to the extract date (days since 1970)."""
    resolved = at_extract(left_open(reading.episodes, reading.words["RNE"], reading.years[-1]), extract)
    episodes = resolved.episodes
    run, overlapping = runs(resolved)
    inside = without_short_breaks(episodes, run)
    periods = periods_of(resolved, run, inside)
    flagged = notices(reading, resolved, run, inside, overlapping, periods, extract)
    return History(episodes, resolved, periods, returns_of(periods), extract, flagged, int(overlapping.sum()))


# ── Episodes without an end ──────────────────────────────────────────────────────────────────────────────────────────


def left_open(episodes: Episodes, rne: Vocabulary, newest: int) -> Resolved:
    """Settle the end of each episode that is open and not in the newest return, or that another episode follows.

    Example: open in the return of 2019-20 and in no later one, the next episode starts (S) on 1 September 2021: ends on 31 March 2020.
    """
    following = same_child(episodes)
    next_start = np.append(episodes.decom[1:], OPEN)
    new_start = np.append(episodes.rne[1:] == rne["S"], False)
    is_open = episodes.dec == OPEN
    last_listed = by_value(episodes.year, cells.end_of)
    stale = is_open & (following | (episodes.year < newest))
    end = episodes.dec.copy()
    goes_on, starts_anew, alone = stale & following & ~new_start, stale & following & new_start, stale & ~following
    end[goes_on] = next_start[goes_on]
    end[starts_anew] = np.minimum(next_start - 1, last_listed)[starts_anew]
    end[alone] = last_listed[alone]
    end = np.maximum(end, episodes.decom).astype(np.int32)
    rec = np.where(is_open, 0, episodes.rec)  # REC on an open row is no end
    return Resolved(replace(episodes, dec=end, rec=rec), stale, starts_anew, 0)


def at_extract(resolved: Resolved, extract: int) -> Resolved:
    """The episodes as they stood on the extract date: what lies after it has not happened yet."""
    episodes = resolved.episodes
    begun = episodes.decom <= extract
    if not begun.all():
        episodes = episodes.take(begun)
    not_ended = (episodes.dec > extract) & (episodes.dec < OPEN)
    dec, rec = np.where(not_ended, OPEN, episodes.dec).astype(np.int32), np.where(not_ended, 0, episodes.rec)
    episodes = replace(episodes, dec=dec, rec=rec)
    assumed, breaks = resolved.assumed[begun] & ~not_ended, resolved.breaks[begun] & ~not_ended
    return Resolved(episodes, assumed, breaks, int((~begun).sum()))


def same_child(episodes: Episodes) -> Mask:
    """For each episode, whether the next one is the same child's."""
    return np.append(episodes.child[1:] == episodes.child[:-1], False)


# ── Periods of care ──────────────────────────────────────────────────────────────────────────────────────────────────


def runs(resolved: Resolved) -> tuple[Longs, Mask]:
    """The number of the run that each episode is in, and whether it begins before an earlier one of its run has ended.

    A new run begins with another child, after a gap of more than a day, and after an episode that was left open before a new start.
    Example: ends on 1 September, the next begins on 2 September: one run; on 3 September: two.
    """
    episodes = resolved.episodes
    child = episodes.child.astype(np.int64)
    # The latest end so far: as children come in order of their number, an earlier child's end is never the largest.
    latest = np.maximum.accumulate((child << 20) | episodes.dec) & 0xFFFFF
    before = np.concatenate([[0], latest[:-1]])
    first = np.concatenate([[True], child[1:] != child[:-1]])
    broken = np.concatenate([[False], resolved.breaks[:-1]]) & (before < episodes.decom)
    starts = first | (episodes.decom - before > 1) | broken
    assumed_before = np.concatenate([[False], resolved.assumed[:-1]])
    return np.cumsum(starts, dtype=np.int64) - 1, ~first & (
        before > episodes.decom
    ) & ~resolved.assumed & ~assumed_before


def without_short_breaks(episodes: Episodes, run: Longs) -> Mask:
    """The episodes that lie in a period: those of a run from its first to its last that is no short break (V3, V4).

    Example: a short break on 1 May that runs into accommodation by agreement: the period begins with the accommodation.
    """
    short = np.isin(episodes.ls, _numbers(codes.LEGAL_STATUS, codes.SHORT_BREAKS))
    if not short.any():
        return np.ones(len(run), bool)
    place = np.arange(len(run), dtype=np.int64)
    count = int(run[-1]) + 1
    first, last = np.full(count, len(run), np.int64), np.full(count, -1, np.int64)
    np.minimum.at(first, run[~short], place[~short])
    np.maximum.at(last, run[~short], place[~short])
    inside: Mask = (place >= first[run]) & (place <= last[run])
    return inside


def periods_of(resolved: Resolved, run: Longs, inside: Mask) -> Periods:
    """The periods of care: of overlapping episodes the one that ends last says when and why it ends."""
    episodes = resolved.episodes
    at = np.flatnonzero(inside)
    if not len(at):
        none, long = np.zeros(0, np.int32), np.zeros(0, np.int64)
        return Periods(none, none, none, none, long, long, long, np.zeros(0, bool))
    starts = np.flatnonzero(np.concatenate([[True], run[at][1:] != run[at][:-1]]))
    last = np.append(starts[1:], len(at)) - 1
    closing = np.maximum.reduceat((episodes.dec[at].astype(np.int64) << 32) | at, starts) & 0xFFFFFFFF
    first = at[starts]
    reason = np.where(resolved.assumed[closing], 0, episodes.rec[closing]).astype(np.int32)
    reason = _through_short_breaks(resolved, run, closing, reason)
    return Periods(
        child=episodes.child[first],
        start=episodes.decom[first],
        end=episodes.dec[closing],
        reason=reason.astype(np.int32),
        first=first,
        last=at[last],
        closing=closing,
        known_start=episodes.rne[first] == 1 + list(codes.RNE).index("S"),
    )


def _through_short_breaks(resolved: Resolved, run: Longs, closing: Longs, reason: Ints) -> Ints:
    """The reasons of periods whose last episode says that another follows at once (X1), and short breaks do: that of the last of these.

    Example: accommodated until 1 August (X1), a short break until 3 August (E4A): a return home on 1 August.
    """
    episodes = resolved.episodes
    goes_on = reason == _numbers(codes.REASON, (codes.CONTINUES,))[0]
    if not goes_on.any():
        return reason
    ends = np.flatnonzero(np.append(run[1:] != run[:-1], True))
    final = ends[run[closing]]
    ended = (episodes.dec[final] < OPEN) & ~resolved.assumed[final]
    return np.where(goes_on & (final != closing), np.where(ended, episodes.rec[final], 0), reason).astype(np.int32)


# ── Returns and re-entries ───────────────────────────────────────────────────────────────────────────────────────────


def returns_of(periods: Periods) -> Returns:
    """The periods that ended at home, each with the day on which the child's next period begins."""
    numbers = _numbers(codes.REASON, tuple(codes.RETURNED))
    home = np.isin(periods.reason, numbers) & (periods.end < OPEN)
    which = np.flatnonzero(home)
    again = np.append(periods.child[1:] == periods.child[:-1], False)
    next_start = np.where(again, np.append(periods.start[1:], OPEN), OPEN).astype(np.int32)
    kind = np.searchsorted(numbers, periods.reason[which]) if len(which) else np.zeros(0, np.int64)
    child = periods.child[which]
    new = np.concatenate([[True], child[1:] != child[:-1]]) if len(child) else np.zeros(0, bool)
    place = np.arange(len(child))
    before = place - np.maximum.accumulate(np.where(new, place, 0)) if len(child) else place
    return Returns(which, child, periods.end[which], kind.astype(np.int32), next_start[which], before.astype(np.int32))


def _numbers(known: dict[str, str], wanted: tuple[str, ...]) -> Ints:
    """Codes as the vocabularies number them: 0 is an empty cell."""
    every = list(known)
    return np.array([every.index(code) + 1 for code in wanted], np.int32)


# ── What was assumed ─────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "left_open": "Open in one return and in no later one: the end was assumed, its reason is unknown",
    "reason_without_end": "A reason (REC) without an end (DEC): counted as open, not as a return",
    "end_without_reason": "An end (DEC) without a reason (REC): ended, reason unknown",
    "next_does_not_follow": "The reason says that a new episode follows at once (X1); the next begins later",
    "nothing_follows": "The reason says that a new episode follows at once (X1); none does: ended, reason unknown",
    "overlap": "Begins before an earlier episode of the child has ended: one period, the latest end counts",
    "no_length": "Starts and ends on one day: kept",
    "back_next_day": "Home, and back on the same or the next day: the period goes on, no return is counted",
    "after_extract_date": "Begins after the extract date: not yet happened",
    "row_too_short": "Fewer cells than headings: the missing ones are taken as empty",
    "headings_again": "The headings again in the middle of the file: passed over",
}
"""What a flag says, in words."""


def notices(
    reading: Reading, resolved: Resolved, run: Longs, inside: Mask, overlapping: Mask, periods: Periods, extract: int
) -> list[Flag]:
    """What was assumed or contradicts itself, row by row."""
    original, episodes = reading.episodes, resolved.episodes
    rec = reading.words["REC"]
    last_of_run = np.append(run[1:] != run[:-1], True)
    more = same_child(episodes)
    says_next = (episodes.rec == rec[codes.CONTINUES]) & (episodes.dec < OPEN) & last_of_run
    home = np.isin(episodes.rec, _numbers(codes.REASON, tuple(codes.RETURNED))) & (episodes.dec < OPEN)
    closes = np.zeros(len(episodes), bool)
    closes[periods.closing] = True
    short = np.isin(episodes.ls, _numbers(codes.LEGAL_STATUS, codes.SHORT_BREAKS))
    found: list[Flag] = list(reading.flagged)
    of_original = {
        "reason_without_end": (original.dec == OPEN) & (original.rec > 0),
        "end_without_reason": (original.dec < OPEN) & (original.rec == 0),
    }
    of_episodes = {
        "left_open": resolved.assumed,
        "next_does_not_follow": says_next & more,
        "nothing_follows": says_next & ~more,
        "overlap": overlapping,
        "back_next_day": home & inside & ~closes & ~short & ~last_of_run,
        "no_length": (episodes.dec == episodes.decom) & ~resolved.assumed,
    }
    for kind, mask in of_original.items():
        found += _flags(reading, original, mask, kind)
    for kind, mask in of_episodes.items():
        found += _flags(reading, episodes, mask, kind)
    if resolved.after:
        found += _flags(reading, original, original.decom > extract, "after_extract_date")
    return found


def _flags(reading: Reading, episodes: Episodes, mask: Mask, kind: str) -> list[Flag]:
    which = np.flatnonzero(mask)
    tables, lines = episodes.table[which].tolist(), episodes.line[which].tolist()
    return [Flag(reading.names[table], line, kind) for table, line in zip(tables, lines, strict=True)]
