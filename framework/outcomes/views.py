"""What a page and a paper say and draw of the answers: sentences, rows for charts, and tables.

Everything takes a `Sharable`: with small numbers hidden for whatever leaves the screen, or exact for the analyst's own.
"""

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

from framework.outcomes import survival
from framework.outcomes.answers import CHILD_ARRANGEMENTS, NO_RESPONSIBILITY, Answers, Breakdown
from framework.outcomes.episodes import Reading
from framework.outcomes.periods import KINDS
from framework.outcomes.suppression import (
    HIDDEN,
    POINT_NAMES,
    Group,
    Point,
    Published,
    Sharable,
    Shown,
    said,
    said_back,
    said_rate,
)
from framework.outcomes.survival import POINTS
from framework.tables import Table

Row = dict[str, Any]
NOT_A_FAILURE = (
    "Coming back into care can be the right thing for a child, and so can never going home. A re-entry is not a failure of a child, a "
    "family or a worker."
)
GROUPS_ARE_NOT_CHILDREN = (
    "These are groups, not children. A group that comes back more often says nothing about the risk of one child in it. "
    "That needs an assessment of this child and this family."
)
HIDDEN_WHY = (
    "Numbers of 1 to 5 are hidden, sometimes with a second one from which they could be worked out, so that nobody can be recognised. "
    "All other counts are to the nearest 5."
)
NOT_TO_BE_SHARED = "Exact numbers, not to be shared: a child could be recognised in them."
CANNOT_SAY = (
    "These files say where children lived and when. They do not say whether a child was safe, well and settled at home, or what support "
    "the family had. They do not show who moved to another area, or who needed help without being looked after again. "
    "For that, look at plans, reviews and what children and families say."
)
CURVE = "The share of all returns after which the child was back in care, allowing for those not followed long enough. Published curves stand beside it."
NO_FRAMEWORK = (
    "Was the framework used or not? To compare, add a CSV with two columns. CHILD is the id in these returns, FROM the day of first use. "
    "Cases in Homeward are not matched, because they do not hold that id."
)
SOURCE = "Source: the authority's own SSDA903 returns, counted up to {}."
PUBLISHED: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("England 2014-20 (Goldacre 2022)", ((91, 12), (365, 20), (2190, 35))),
    ("England 2006-07 (Department 2013)", ((1826, 30),)),
    ("Any way out, 2008 (McGrath-Lone 2017)", ((1826, 35),)),
)
"""Published shares back in care: days after the return, and per cent. Goldacre et al. 2022; Department for Education 2013; McGrath-Lone et al.
2017, of whom those who left care in any way. Names are short enough for the legend on a phone."""


def source(shown: Sharable) -> str:
    return SOURCE.format(uk(shown.extract))


def uk(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.day} {on:%B %Y}"


# ── Sentences ────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_line(reading: Reading) -> str:
    """What was read, in one line, with the count that every row is accounted for."""
    tables = sum(one.used for one in reading.files)
    passed = len(reading.files) - tables
    more = f" {number(passed, 'file or table was', 'files or tables were')} not used." if passed else ""
    return (
        f"{number(tables, 'table', 'tables')} read, {number(reading.rows_read, 'row', 'rows')} of episodes: {reading.rows_used:,} used, "
        f"{reading.rows_merged:,} merged with the same episode of another year, {len(reading.rejected):,} not usable.{more}"
    )


def headline(shown: Sharable) -> str:
    """How many went home, and how many of them were back within a year."""
    if shown.returns == 0:
        return f"No return home was found up to {uk(shown.extract)}."
    if shown.returns is None:
        return "There were so few returns home that their number is hidden."
    about = "" if shown.exact else "about "
    year = next(point for point in shown.points if point.name == "1_year")
    back = (
        "how many came back within a year cannot be said"
        if year.estimate is None
        else f"{year.estimate}% of the children were back in care within a year{_between(year.low, year.high)}"
    )
    return f"There were {about}{number(shown.returns, 'return', 'returns')} home up to {uk(shown.extract)}; {back}."


def _between(low: int | None, high: int | None) -> str:
    return "" if low is None or high is None else f" (between {low}% and {high}%, allowing for chance)"


def beside(shown: Sharable) -> str:
    """Who may have gone home, too, and is not counted as a return; "" where there is nobody."""
    exits = dict(shown.exits)
    nearly = exits[NO_RESPONSIBILITY], exits[CHILD_ARRANGEMENTS]
    if not any(count is None or count for count in nearly):
        return ""
    to_others, by_order = map(said, nearly)
    return (
        f"Not counted as returns home: those who left to somebody without parental responsibility ({to_others}). Nor are those who left "
        f"under a residence or child arrangements order, which may be to a parent ({by_order})."
    )


def trend(shown: Sharable) -> str:
    """Whether returns rise or fall from the first to the last year: by the difference of two Poisson counts, at 95%."""
    years = [year for year in shown.years.groups if year.returns is not None]
    if len(years) < 2:
        return "There are too few years or too small numbers to see a trend."
    first, last = years[0], years[-1]
    assert first.returns is not None and last.returns is not None
    about = "" if shown.exact else "about "
    if abs(last.returns - first.returns) <= survival.NORMAL_95 * math.sqrt(first.returns + last.returns):
        said = (
            f"In {last.name} there were {about}{last.returns:,} returns home, in {first.name} {about}{first.returns:,}. "
            "The difference is no larger than chance alone often makes it."
        )
    else:
        word = "more than" if last.returns > first.returns else "fewer than"
        said = f"In {last.name} there were {about}{last.returns:,} returns home, {word} in {first.name} ({about}{first.returns:,})."
    later = f" Of {last.name} it is not known yet how many come back within a year." if last.followed == 0 else ""
    return said + later


def trend_alt(shown: Sharable) -> str:
    """The chart of the years, for who cannot see it."""
    years = [f"{year.name}: {said(year.returns)} and {said_back(year)}" for year in shown.years.groups]
    return f"Bar chart of the returns home in each year, and of these the children back in care within a year. {'; '.join(years)}."


def curve_note(shown: Sharable) -> str:
    """What the curve is, and why there is no interval where there is none."""
    without: dict[str, list[str]] = {}
    for point in shown.points:
        if point.why:
            without.setdefault(point.why, []).append(POINT_NAMES[point.name])
    return " ".join([CURVE, *(f"No interval can be given after {', '.join(at)}. {why}" for why, at in without.items())])


def curve_alt(shown: Sharable) -> str:
    """The chart of the curve, for who cannot see it."""
    points = [f"after {POINT_NAMES[point.name]} {said_point(point)}" for point in shown.points]
    return f"Line chart of the share back in care: {', '.join(points)}. Beside it the published curves: {'; '.join(name for name, _ in PUBLISHED)}."


def under_order(shown: Sharable) -> str:
    """Returns under an order, in a sentence."""
    held, broken = (count for _, count in shown.under_order)
    already = (
        f" Of the returns home, {said(shown.already_at_home)} were of children who lived with their parents under the order already, until it "
        "ended."
        if shown.already_at_home != 0
        else ""
    )
    if held is None and broken is None:
        return f"Moves to parents under an order were too few to be shown.{already}"
    return (
        f"Children who went to live with parents under an order: the move broke down for {said(broken)}, and held so far for {said(held)}. "
        f"Not counted here are those who lived there already when these files begin: {said(shown.before_these_files)}.{already}"
    )


def compared(one: Breakdown) -> str:
    """The log-rank test in plain words."""
    if one.p is None:
        return "These groups cannot be compared: there is only one, or nobody came back."
    if one.p < 0.01:
        return "The groups differ clearly in how soon children come back: by chance alone this would be rare."
    if one.p < 0.05:
        return "The groups seem to differ in how soon children come back, more than chance alone would often do."
    return "Between these groups no difference can be told from chance."


def number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


# ── Rows and tables ──────────────────────────────────────────────────────────────────────────────────────────────────


def year_rows(shown: Sharable) -> list[Row]:
    """Two bars a year. One that is hidden or not known yet has no length, and says so."""
    return [
        {"year": year.name, "what": name, "count": count or 0, "said": words, "label": words.removesuffix(" known")}
        for year in shown.years.groups
        for name, count, words in (
            ("Went home", year.returns, said(year.returns)),
            ("Of these, back within a year", year.back, said_back(year)),
        )
    ]


def curve_rows(shown: Sharable, found: Answers | None = None) -> list[Row]:
    """The four points; of exact answers, which are for the analyst's own screen, every step. Then the published curves."""
    ours = "This authority"
    rows = [_curve_row(ours, 0, 0)]
    if found is not None:
        rows += [
            _curve_row(ours, day, 100 * share) for day, share in zip(found.curve.days, found.curve.share, strict=True)
        ]
        rows.append(_curve_row(ours, found.curve.longest, 100 * found.curve.share[-1] if found.curve.share else 0))
    else:
        rows += [
            _curve_row(ours, POINTS[p.name], p.estimate, p.low, p.high) for p in shown.points if p.estimate is not None
        ]
    for name, points in PUBLISHED:
        rows += [_curve_row(name, day, share) for day, share in points]
    return rows


def _curve_row(name: str, day: int, share: float, low: int | None = None, high: int | None = None) -> Row:
    return {
        "curve": name,
        "years": day / 365.25,
        "share": share / 100,
        "low": low and low / 100,
        "high": high and high / 100,
        "said": f"{share:.0f}%",
    }


def group_rows(table: Published) -> list[Row]:
    return [{"group": group.name, "rate": group.rate or 0, "said": said_rate(group)} for group in table.groups]


def exit_rows(shown: Sharable) -> list[Row]:
    """Hidden numbers have no length, and say so; what happened to nobody is left out."""
    return [{"exit": name, "count": count or 0, "said": said(count)} for name, count in shown.exits if count != 0]


def group_table(table: Published) -> Table:
    """A table of groups, with all returns in its last row."""
    head = (table.title, "Returns home", "Followed for a year", "Back within a year", "Share back")
    groups = table.groups or (Group("Too small to be shown", None, None, None),)
    return Table(
        head,
        tuple((g.name, said(g.returns), said(g.followed), said_back(g), said_rate(g)) for g in (*groups, table.total)),
    )


def point_table(shown: Sharable) -> Table:
    rows = [
        (f"After {POINT_NAMES[p.name]}", said_point(p), *("" if end is None else f"{end}%" for end in (p.low, p.high)))
        for p in shown.points
    ]
    return Table(("", "Back in care", "At least", "At most"), tuple(rows))


def said_point(point: Point) -> str:
    """The share that is back by a point of the curve."""
    if not point.known:
        return "not followed so long"
    return HIDDEN if point.estimate is None else f"{point.estimate}%"


def curve_table(shown: Sharable) -> Table:
    """The four points, then what is published."""
    own = point_table(shown)
    theirs = [
        (f"{name}, after {_time(day)}", f"{share}%", "", "") for name, points in PUBLISHED for day, share in points
    ]
    return Table(own.head, own.rows + tuple(theirs))


def _time(days: int) -> str:
    if days < 365:
        return f"{round(days / 30.4)} months"
    return number(round(days / 365.25), "year", "years")


def count_table(head: str, counts: Sequence[tuple[str, Shown]]) -> Table:
    return Table((head, "Periods of care"), tuple((name, said(count)) for name, count in counts))


def exact_years(found: Answers) -> Table:
    """What only the analyst's own screen shows of the years."""
    head = (
        "Year",
        "Left care",
        "Returns",
        "Planned",
        "Not planned",
        "Re-entries in the year",
        "Back within a year",
        "With the ages of all years together",
    )
    return Table(
        head,
        tuple(
            (y.label, f"{y.left:,}", f"{y.returns:,}", f"{y.planned:,}", f"{y.unplanned:,}", f"{y.reentries:,}",
             "not known" if y.one_year is None else f"{y.one_year.estimate:.1%}", "not known" if y.standardised is None else f"{y.standardised:.1%}")
            for y in found.years
        ),
    )  # fmt: skip


def file_table(reading: Reading) -> Table:
    head = ("File", "Table", "Year", "Rows", "Used", "Why not, or what was noticed")
    rows = [
        (
            one.file,
            one.table or "–",
            one.year or "–",
            f"{one.rows:,}",
            "yes" if one.used else "no",
            one.reason or " ".join(one.notes),
        )
        for one in reading.files
    ]
    return Table(head, tuple(rows))


def rejected_table(reading: Reading, most: int = 200) -> Table:
    rows = [(one.file, f"{one.line:,}", one.reason) for one in reading.rejected[:most]]
    return Table(("File", "Line", "Why the row was not used"), tuple(rows))


def quality_table(found: Answers) -> Table:
    """How often something was assumed or contradicts itself, and where first."""
    firsts: dict[str, tuple[str, int]] = {}
    counts: dict[str, int] = {}
    for flag in found.flagged:
        firsts.setdefault(flag.kind, (flag.file, flag.line))
        counts[flag.kind] = counts.get(flag.kind, 0) + 1
    rows = [
        (KINDS.get(kind, kind), f"{count:,}", "{}, line {:,}".format(*firsts[kind])) for kind, count in counts.items()
    ]
    return Table(("What", "Rows", "First"), tuple(rows))


def tidy_rows(shown: Sharable) -> list[tuple[object, ...]]:
    """Every published number as one row: measure, breakdown, group, value. The heading comes first."""
    rows: list[tuple[object, ...]] = [("measure", "breakdown", "group", "value")]
    tables = [("year", shown.years), *shown.breakdowns.items()]
    for name, table in tables:
        for group in table.groups:
            for measure in ("returns", "followed", "back"):
                value = getattr(group, measure)
                rows.append((_MEASURES[measure], name, group.name, "hidden" if value is None else value))
    for measure in ("returns", "followed", "back"):
        value = getattr(shown.years.total, measure)
        rows.append((_MEASURES[measure], "all", "all", "hidden" if value is None else value))
    rows += [
        (
            "re-entry rate, per cent",
            "time",
            POINT_NAMES[p.name],
            p.estimate if p.estimate is not None else said_point(p),
        )
        for p in shown.points
    ]
    rows += [
        ("periods of care that ended", "what became", name, "hidden" if count is None else count)
        for name, count in shown.exits
    ]
    rows += [
        ("returns under an order", "so far", name, "hidden" if count is None else count)
        for name, count in shown.under_order
    ]
    already = shown.already_at_home
    rows.append(("returns home", "under an order", "lived there already", "hidden" if already is None else already))
    return rows


_MEASURES = {"returns": "returns home", "followed": "returns followed for a year", "back": "back within a year"}
