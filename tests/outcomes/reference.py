"""The definitions once more, slow and obvious: one child at a time, plain loops. The fast ones must agree with them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.outcomes.made import Row

HOME = {"E4A": "planned", "E4B": "unplanned", "E4": "not_known"}
DAY = timedelta(days=1)


@dataclass
class Episode:
    start: date
    end: date | None
    rne: str
    ls: str
    place: str
    rec: str
    year: int
    stale: bool = False
    cut: bool = False
    """A period ends after it whatever the gap."""


@dataclass
class Found:
    episodes: int = 0
    periods: int = 0
    returns: list[tuple[str, date, str, date | None]] = field(default_factory=list)
    orders: int = 0
    broken: int = 0
    before: int = 0
    next_day: int = 0


def day(text: str) -> date | None:
    return date(int(text[6:]), int(text[3:5]), int(text[:2])) if text else None


def count(returns: dict[str, list[Row]], extract: date) -> Found:
    found = Found()
    children: dict[str, dict[date, dict[int, list[Episode]]]] = {}
    for name, rows in returns.items():
        for child, decom, rne, ls, place, dec, rec in dict.fromkeys(map(tuple, rows)):
            start = day(decom)
            assert start
            made = Episode(start, day(dec), rne, ls, place, rec, int(name[1:]))
            children.setdefault(child, {}).setdefault(start, {}).setdefault(made.year, []).append(made)
    newest = max(int(name[1:]) for name, rows in returns.items() if rows)
    for child, starts in children.items():
        episodes = [one for versions in starts.values() for one in versions[max(versions)]]
        episodes.sort(key=lambda one: (one.start, one.end or date.max))
        _settle(episodes, newest)
        episodes = [one for one in episodes if one.start <= extract]
        for one in episodes:
            if one.end and one.end > extract:
                one.end, one.rec, one.stale, one.cut = None, "", False, False
        found.episodes += len(episodes)
        _child(child, episodes, found)
    return found


def _settle(episodes: list[Episode], newest: int) -> None:
    for number, one in enumerate(episodes):
        if one.end is not None:
            continue
        one.rec = ""
        listed = date(one.year, 3, 31)
        following = episodes[number + 1] if number + 1 < len(episodes) else None
        if following is None:
            if one.year == newest:
                continue
            one.end = listed
        elif following.rne == "S":
            one.end, one.cut = min(following.start - DAY, listed), True
        else:
            one.end = following.start
        one.end, one.stale = max(one.end, one.start), True


def _child(child: str, episodes: list[Episode], found: Found) -> None:
    runs: list[list[Episode]] = []
    latest = date.min
    for one in episodes:
        joins = (
            bool(runs)
            and one.start <= min(latest, date.max - DAY) + DAY
            and not (runs[-1][-1].cut and latest < one.start)
        )
        if joins:
            runs[-1].append(one)
        else:
            runs.append([one])
        latest = max(latest, one.end or date.max)
    periods = []
    for run in runs:
        core = list(run)
        while core and core[0].ls in ("V3", "V4"):
            core.pop(0)
        while core and core[-1].ls in ("V3", "V4"):
            core.pop()
        if core:
            periods.append((core, run))
    found.periods += len(periods)
    ends = [_end(core, run) for core, run in periods]
    for number, (core, _) in enumerate(periods):
        end, rec = ends[number]
        if end and rec in HOME:
            back = periods[number + 1][0][0].start if number + 1 < len(periods) else None
            found.returns.append((child, end, HOME[rec], back))
        _orders(core, found)


def _end(core: list[Episode], run: list[Episode]) -> tuple[date | None, str]:
    def ends_last(some: list[Episode]) -> Episode:
        best = some[0]
        for one in some:
            if (one.end or date.max) >= (best.end or date.max):
                best = one
        return best

    closing = ends_last(core)
    rec = "" if closing.stale else closing.rec
    if rec == "X1" and run[-1] is not closing:
        final = run[-1]
        rec = final.rec if final.end and not final.stale else ""
    return closing.end, rec


def _orders(core: list[Episode], found: Found) -> None:
    number = 0
    seen_other = False
    while number < len(core):
        one = core[number]
        if one.place.startswith("T"):
            number += 1
            continue
        if one.place != "P1":
            seen_other = True
            number += 1
            continue
        ordered = one.ls in ("C1", "C2", "D1", "E1")
        last = number
        after = None
        for later in range(number + 1, len(core)):
            if core[later].place == "P1":
                last = later
            elif not core[later].place.startswith("T"):
                after = core[later]
                break
        broke = after is not None and after.place not in ("P2", "K3", "H5")
        if ordered and seen_other:
            found.orders += 1
            found.broken += broke
        elif ordered and core[0].rne != "S":
            found.before += 1
        seen_other = True
        number = last + 1
