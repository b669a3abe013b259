"""Returns under an order: a child on a care order moves to live with parents and stays looked after."""

from dataclasses import dataclass

import numpy as np

from framework.outcomes import codes
from framework.outcomes.periods import History, Mask
from framework.outcomes.rows import EMPTY, Ints, Longs

DEFINITIONS = {
    "under_order": "A return under an order is a move to live with parents (P1) inside a period of care, under C1, C2, D1 or E1. The first placement of a period is no move; temporary placements (T0 to T4) are looked through.",
    "broken_down": "It breaks down if the next placement is neither with parents nor temporary, on the day on which what follows begins. A move into independence at 16 or over (P2, K3, H5) is no breakdown, nor is a period that ends at home.",
    "before_these_files": "Some children are with parents in the first placement that these files show, and the period did not start with it. Their move came before, and they are counted apart.",
}
SIXTEEN_YEARS = 16


@dataclass(slots=True)
class UnderOrder:
    """Stays with parents under an order: one array a column, one entry a stay."""

    child: Ints
    period: Longs
    on: Ints
    """The day of the move; of those that began before these files, the start of the period."""
    broken: Mask
    ended_on: Ints
    """Of those that broke down, the day; EMPTY otherwise."""
    before_these_files: Mask

    def __len__(self) -> int:
        return len(self.child)


@dataclass(slots=True)
class Orders:
    stays: UnderOrder
    already_home: Mask
    """For each return home, whether the child was already at home under the order when it ended."""


def under_order(history: History, sixteenth: Ints) -> Orders:
    """Stays with parents under an order, from the episodes of each period. `sixteenth` is each child's 16th birthday, EMPTY if not known.

    Example: foster care, P1, a week in hospital (T1), P1, foster care, all under C2: one return under an order, which broke down.
    """
    episodes, periods = history.episodes, history.periods
    period = _period_of(history)
    temporary = np.isin(episodes.place, _numbers(codes.TEMPORARY))
    # Placements that count: inside a period, temporary ones looked through.
    at = np.flatnonzero((period >= 0) & ~temporary)
    with_parents = episodes.place[at] == _numbers((codes.PARENTS,))[0]
    of = period[at]
    opens = np.concatenate([[True], of[1:] != of[:-1]]) if len(at) else np.zeros(0, bool)
    stay_begins = with_parents & (opens | ~np.concatenate([[False], with_parents[:-1]])) if len(at) else with_parents
    ordered = np.isin(episodes.ls[at], _ls(codes.ORDERS))
    known = periods.known_start[of] if len(at) else np.zeros(0, bool)
    moved = stay_begins & ordered & ~opens
    before = stay_begins & ordered & opens & ~known
    begins = np.flatnonzero(moved | before)
    last = _last_of_stay(with_parents, opens, begins)
    follows = (last + 1 < len(at)) & ~np.append(opens, True)[last + 1] if len(begins) else np.zeros(0, bool)
    after = at[np.minimum(last + 1, max(len(at) - 1, 0))] if len(begins) else np.zeros(0, np.int64)
    # Temporary placements between the stay and what follows belong to what follows: it begins with the first of them.
    gone_on = episodes.decom[np.minimum(at[last] + 1, len(episodes) - 1)] if len(begins) else np.zeros(0, np.int32)
    child = episodes.child[at[begins]]
    independent = np.isin(episodes.place[after], _numbers(codes.SUPPORTED))
    # Where the birthday is not known: these placements are for children of 16 and over.
    old_enough = (sixteenth[child] == EMPTY) | (gone_on >= sixteenth[child])
    broken = follows & ~(independent & old_enough)
    stays = UnderOrder(
        child=child,
        period=of[begins],
        on=np.where(before[begins], periods.start[of[begins]], episodes.decom[at[begins]]).astype(np.int32),
        broken=broken,
        ended_on=np.where(broken, gone_on, EMPTY).astype(np.int32),
        before_these_files=before[begins],
    )
    return Orders(stays, _already_home(history, period, at, with_parents, ordered))


def _period_of(history: History) -> Longs:
    """The number of the period of each episode, -1 for one in none."""
    periods = history.periods
    period = np.full(len(history.episodes), -1, np.int64)
    if len(periods):
        lengths = periods.last - periods.first + 1
        within = np.repeat(periods.first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(
            lengths.sum()
        )
        period[within] = np.repeat(np.arange(len(periods)), lengths)
    return period


def _last_of_stay(with_parents: Mask, opens: Mask, begins: Longs) -> Longs:
    """The last placement of each stay: stays are runs of placements with parents in one period."""
    if not len(begins):
        return begins
    ends = with_parents & np.append(~with_parents[1:] | opens[1:], True)
    every = np.flatnonzero(ends)
    last: Longs = every[np.searchsorted(every, begins)]
    return last


def _already_home(history: History, period: Longs, at: Longs, with_parents: Mask, ordered: Mask) -> Mask:
    """Whether the last placement of the period of each return was with parents under an order."""
    last = np.zeros(len(history.periods), bool)
    last[period[at]] = with_parents & ordered  # of several, the last assignment stands
    found: Mask = last[history.returns.period]
    return found


def _numbers(wanted: tuple[str, ...]) -> Ints:
    return np.array([codes.PLACE.index(code) + 1 for code in wanted], np.int32)


def _ls(wanted: tuple[str, ...]) -> Ints:
    return np.array([list(codes.LEGAL_STATUS).index(code) + 1 for code in wanted], np.int32)
