"""What is shown of a case: worked out of its state and the day, so that pages compute nothing."""

import calendar
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from framework import dates
from framework.case import Carer, CarerView, Case, ChildWords, Report, TakenFrom
from framework.case import Entry as BundleEntry
from framework.casefile.deciding import GROWN_UP, years_between
from framework.casefile.model import (
    BASES,
    CHILD,
    LOOKED_AFTER,
    PARTS,
    SORTS,
    STANDINGS,
    Adult,
    Basis,
    Casefile,
    Child,
    Entry,
    Glass,
    Part,
    Sort,
    Standing,
    Status,
    Worker,
    first_day,
    last_day,
    when_words,
)
from framework.items import SOMEBODY
from framework.streams.kind import Refused

FIRST_REVIEW_WORKING_DAYS = 20
"""The first review is held within so many working days of the day on which the child became looked after.

Source: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 33(1).
"""
MONTHS_BELOW_YEARS = 24
"""Below so many months an age is given in months."""
COMING = timedelta(days=366)
"""How far ahead the next dates are looked for (source: product)."""


# ── Who this is ──────────────────────────────────────────────────────────────────────────────────────────────────────


def age(born: date, day: date) -> str:
    """ "11 years", and "18 months" of a small child; "" before birth."""
    years = years_between(born, day)
    months = 12 * (day.year - born.year) + day.month - born.month - (day.day < min(born.day, _last_of(day)))
    if day < born:
        return ""
    if months < MONTHS_BELOW_YEARS:
        return f"{months} {'month' if months == 1 else 'months'}"
    return f"{years} years"


def _last_of(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def birthday(born: date, years: int) -> date:
    """The day on which somebody reaches an age. A birthday on 29 February is on 1 March in other years."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(born.year + years):
        return date(born.year + years, 3, 1)
    return born.replace(year=born.year + years)


def month_of_birth(born: date) -> str:
    """ "March 2017": how a date of birth is shown."""
    return dates.month_words(f"{born:%Y-%m}")


def who(state: Casefile, day: date) -> str:
    """Who this is, on one line: initials, month and year of birth, age. "A. B., born March 2017, 9 years"."""
    child = state.child
    if child is None:
        return ""
    said = [" ".join(f"{word[0].upper()}." for word in child.name.split())]
    if child.birth:
        said += [f"born {month_of_birth(child.birth)}", *([age(child.birth, day)] if child.birth <= day else [])]
    return ", ".join(said)


# ── Legal status ─────────────────────────────────────────────────────────────────────────────────────────────────────


def statuses(state: Casefile) -> list[Status]:
    """The legal statuses, the earliest first."""
    return sorted(state.statuses.values(), key=lambda one: (one.since, one.until or date.max))


def status_on(state: Casefile, day: date) -> Standing | None:
    """The legal status on a day, None if none is known. On the day on which one gives way to another, the later one."""
    on = [one for one in statuses(state) if one.since <= day and (one.until is None or day <= one.until)]
    return on[-1].status if on else None


def is_looked_after(state: Casefile, day: date) -> bool:
    return status_on(state, day) in LOOKED_AFTER


def working_days_looked_after(state: Casefile, before: date) -> int | None:
    """Working days from the day on which the child became looked after, itself included, up to the day before `before`.

    None if the child is not looked after, or nobody has said since when. Source of the count: our reading of regulation 39(4) of
    the Care Planning, Placement and Case Review (England) Regulations 2010 (to be checked).
    """
    since = state.child.looked_after_since if state.child else None
    if since is None or not is_looked_after(state, before - timedelta(days=1)):
        return None
    return dates.working_days_between(since - timedelta(days=1), before - timedelta(days=1))


# ── Who works on it ──────────────────────────────────────────────────────────────────────────────────────────────────


class Team(NamedTuple):
    """Those who work on a case, in the order of their parts."""

    now: list[Worker]
    to_come: list[Worker]
    before: list[Worker]


def team(state: Casefile, day: date) -> Team:
    order = list(PARTS)
    all_ = sorted(state.workers.values(), key=lambda one: (order.index(one.part), one.since))
    return Team(
        [one for one in all_ if one.in_force(day)],
        [one for one in all_ if one.since > day],
        [one for one in all_ if one.until and one.until < day],
    )


def people(state: Casefile) -> set[str]:
    """The ids of everybody whose name a page about the case needs."""
    found = {one.person for one in state.workers.values()} | {one.person for one in state.blocks.values()}
    found |= {one.person for one in state.glass}
    found |= {edit.by for edits in state.items.edits.values() for edit in edits} | {state.begun_by}
    if state.closed:
        found.add(state.closed.by)
    return (found | {one.by for one in state.reopened}) - {"", SOMEBODY}


def glass_to_show(state: Casefile, day: date, days: int = 28) -> list[Glass]:
    """Who broke the glass lately: what the team is told, the newest first. `days`: source, product."""
    return [one for one in reversed(state.glass) if dates.local(one.at).date() >= day - timedelta(days=days)]


def written_by(state: Casefile, kind: str, identifier: str) -> str:
    """The id of the person who wrote an item down first; "" if nobody did (the child's), or that was erased."""
    edits = state.items.edits.get((kind, identifier), ())
    return edits[0].by if edits else ""


# ── The analytical chronology ────────────────────────────────────────────────────────────────────────────────────────


def is_period(entry: Entry) -> bool:
    return bool(entry.until) or entry.goes_on


def when(entry: Entry) -> str:
    """ "24 November 2026", "November 2026", "March 2024 to June 2025", "since March 2024"."""
    if entry.goes_on:
        return f"since {when_words(entry.since)}"
    return when_words(entry.since) + (f" to {when_words(entry.until)}" if entry.until else "")


def chronology(
    state: Casefile,
    *,
    sorts: Collection[Sort] = (),
    bases: Collection[Basis] = (),
    since: date | None = None,
    until: date | None = None,
    holding: str = "",
    by: str = "",
    for_copy: bool = False,
) -> list[Entry]:
    """The entries, the earliest first. Each filter that is given leaves out what does not fit.

    `since` and `until`: what can have happened between these days. `holding`: words that stand in it. `by`: the id of who wrote
    it. `for_copy`: without legal advice and what is under a court's restriction.
    """
    words = holding.casefold().split()
    return [
        one
        for one in sorted(state.entries.values(), key=_in_order)
        if (not sorts or one.sort in sorts)
        and (not bases or one.basis in bases)
        and (since is None or (one.goes_on or last_day(one.until or one.since) >= since))
        and (until is None or first_day(one.since) <= until)
        and all(word in _all_words(one) for word in words)
        and (not by or written_by(state, "entry", one.id) == by)
        and not (for_copy and one.restricted)
    ]


def restricted(state: Casefile) -> set[tuple[str, str]]:
    """Kind and id of each entry and document that is marked as legal advice or under a court's restriction, also if it was removed."""
    found = [*state.of("entry").values(), *state.of("document").values()]
    found += [one for kind in ("entry", "document") for one in state.items.removed.get(kind, {}).values()]
    return {(one.kind, one.id) for one in found if one.restricted}


def _in_order(entry: Entry) -> tuple[date, date, str]:
    return first_day(entry.since), last_day(entry.until or entry.since), entry.id


def _all_words(entry: Entry) -> str:
    said = (entry.what, entry.source, entry.affected, entry.means, entry.done, entry.result, SORTS[entry.sort])
    return " ".join(said).casefold()


class Mark(NamedTuple):
    """An event in the timeline chart: a point or a bar in the row of its kind."""

    entry: str
    row: str
    """The words of its kind of event."""
    start: date
    end: date
    """The last day that it can have lasted: of an event that is known to the month, the end of the month."""
    period: bool
    when: str
    what: str
    basis: str


class Timeline(NamedTuple):
    rows: list[str]
    """The kinds of event that there are, from top to bottom."""
    marks: list[Mark]
    """The earliest first; without the returns home."""
    returns: list[Mark]
    """Earlier returns home: bands across all rows."""
    start: date | None
    end: date | None
    """From the first to the last day that anything is known of; None if nothing is."""


def timeline(state: Casefile, day: date, entries: Sequence[Entry] | None = None) -> Timeline:
    """The chronology as a chart shows it. What goes on lasts until `day`. `entries`: those to show, otherwise all."""
    shown = chronology(state) if entries is None else entries
    marks = [_mark(one, day) for one in shown if one.sort != "return"]
    returns = [_mark(one, day) for one in shown if one.sort == "return"]
    there = {one.row for one in marks}
    all_ = [*marks, *returns]
    return Timeline(
        [words for words in SORTS.values() if words in there],
        marks,
        returns,
        min((one.start for one in all_), default=None),
        max((one.end for one in all_), default=None),
    )


def _mark(entry: Entry, day: date) -> Mark:
    end = day if entry.goes_on else min(last_day(entry.until or entry.since), max(day, first_day(entry.since)))
    return Mark(
        entry.id,
        SORTS[entry.sort],
        first_day(entry.since),
        end,
        is_period(entry),
        when(entry),
        entry.what,
        BASES[entry.basis],
    )


# ── What is missing, and what comes next ─────────────────────────────────────────────────────────────────────────────


class Missing(NamedTuple):
    """A gap: it is shown, and stands in nobody's way. `kind`, `id` and `field` say where it would be filled in ("" if no one item)."""

    kind: str
    id: str
    field: str
    what: str
    """Within a sentence: "the date of birth"."""


_NEEDED: dict[str, str] = {
    "birth": "the date of birth",
    "lives": "where the child lives",
    "sex": "the child’s sex",
    "ethnicity": "ethnicity, as the family says it",
    "language": "the child’s language",
    "communicates_by": "how the child communicates best",
    "school": "school or nursery",
    "permanence_plan": "the permanence plan",
    "summary": "the summary",
}
"""What a record that is closed is expected to say of the child (source: product)."""
_TEAM: tuple[Part, ...] = ("worker", "manager", "second_worker")
_TEAM_LOOKED_AFTER: tuple[Part, ...] = ("reviewing_officer",)


def missing(state: Casefile, day: date) -> list[Missing]:
    """What a complete record would have and this one has not, in the order in which it is entered."""
    child = state.child
    if child is None:
        return []
    found = [Missing("child", CHILD, name, what) for name, what in _NEEDED.items() if not getattr(child, name)]
    found += _missing_status(state, child, day)
    found += _missing_home(state)
    found += _missing_parents(state)
    looked_after = any(one.status in LOOKED_AFTER for one in state.statuses.values())
    parts = (*_TEAM, *(_TEAM_LOOKED_AFTER if looked_after else ()))
    had = {one.part for one in state.workers.values()}
    found += [Missing("worker", "", "part", f"who was {PARTS[part].lower()}") for part in parts if part not in had]
    return found + _missing_chronology(state)


def _missing_status(state: Casefile, child: Child, day: date) -> list[Missing]:
    if not state.statuses:
        return [Missing("status", "", "status", "the legal status and its dates")]
    found = []
    if is_looked_after(state, day) and not child.looked_after_since:
        found.append(Missing("child", CHILD, "looked_after_since", "since when the child is looked after"))
    if is_looked_after(state, day) and not child.next_review:
        found.append(Missing("child", CHILD, "next_review", "the date of the next review"))
    return found


def _missing_home(state: Casefile) -> list[Missing]:
    if not state.homes:
        return [Missing("home", "", "name", "the home that is considered, and the adults in it")]
    inside = {one.home for one in state.adults.values()}
    found = [
        Missing("adult", "", "home", f"the adults in {home.name}")
        for home in state.homes.values()
        if home.considered == "yes" and home.id not in inside
    ]
    for one in state.adults.values():
        considered = one.home in state.homes and state.homes[one.home].considered == "yes"
        if considered and not one.known:
            found.append(Missing("adult", one.id, "known", f"what is known of convictions and cautions of {one.name}"))
    return found


def _missing_parents(state: Casefile) -> list[Missing]:
    if not state.parents:
        return [Missing("parent", "", "name", "the parents, also the one who is not considered")]
    return [
        Missing("parent", one.id, "responsibility", f"whether {one.name} has parental responsibility")
        for one in state.parents.values()
        if not one.responsibility
    ]


def _missing_chronology(state: Casefile) -> list[Missing]:
    if not state.entries:
        return [Missing("entry", "", "what", "the chronology")]
    return [
        Missing("entry", one.id, "source", f"the source of what happened {when(one)}")
        for one in chronology(state)
        if not one.source
    ]


class NextDate(NamedTuple):
    on: date
    what: str
    late: bool
    source: str = ""
    """The law that sets it; "" of a date that people gave."""


def next_dates(state: Casefile, day: date) -> list[NextDate]:
    """What comes next in a case and what is late, the earliest first; nothing in one that is closed."""
    child = state.child
    if child is None or state.closed:
        return []
    found = list[tuple[date, str, str]]()
    if child.next_review:
        found.append((child.next_review, "Review", ""))
    elif child.looked_after_since and is_looked_after(state, day):
        due = dates.add_working_days(child.looked_after_since, FIRST_REVIEW_WORKING_DAYS)
        if due >= day:
            found.append((due, "First review, at the latest", "regulation 33(1)"))
    if child.birth:
        found.append((birthday(child.birth, GROWN_UP), f"{GROWN_UP}th birthday", ""))
    found += [(one.until, f"{STANDINGS[one.status]} ends", "") for one in state.statuses.values() if one.until]
    found += [(one.until, f"Last day as {PARTS[one.part].lower()}", "") for one in team(state, day).now if one.until]
    coming = [one for one in found if day <= one[0] <= day + COMING or (one[1] == "Review" and one[0] < day)]
    return [NextDate(on, what, on < day, source) for on, what, source in sorted(coming)]


def look_again(state: Casefile, day: date) -> list[str]:
    """What is lawful to enter and yet may be a mistake, as sentences."""
    child = state.child
    if child is None:
        return []
    found = []
    if child.birth and years_between(child.birth, day) >= GROWN_UP:
        found.append(f"By this date of birth the child is {age(child.birth, day)} old.")
    spells = [one for one in statuses(state) if one.status in LOOKED_AFTER]
    began = _beginning_of_last_spell(spells)
    if child.looked_after_since and began and child.looked_after_since != began:
        found.append(
            f"Looked after since {dates.uk(child.looked_after_since)}, but the legal statuses say since {dates.uk(began)}."
        )
    if child.looked_after_since and status_on(state, day) == "edge":
        found.append("There is a looked-after date, but the legal status is edge of care.")
    return found


def _beginning_of_last_spell(spells: Sequence[Status]) -> date | None:
    """Since when one status has followed another without a day between."""
    began: date | None = None
    ended: date | None = None
    for one in spells:
        if began is None or ended is None or one.since > ended + timedelta(days=1):
            began = one.since
        ended = one.until
    return began


# ── The bundle of a meeting ──────────────────────────────────────────────────────────────────────────────────────────


def carers(state: Casefile) -> list[Adult]:
    """The adults in the considered homes who would care for the child."""
    homes = {one.id for one in state.homes.values() if one.considered == "yes"}
    return [one for one in state.adults.values() if one.would_care and one.home in homes]


def bundle_needs(state: Casefile, day: date) -> list[str]:
    """Without what a meeting cannot read the case, each within a sentence."""
    needs: dict[str, object] = {
        "the date of birth": state.child and state.child.birth,
        "the legal status today": status_on(state, day),
        "an adult of a considered home who would care for the child": carers(state),
    }
    return [what for what, there in needs.items() if not there]


def bundle(state: Casefile, day: date, chosen: Sequence[str] | None = None, stage: int = 2) -> Case:
    """A dated selection of a case, as a meeting reads it: these entries of the chronology (None: all that may be copied).

    It holds no reference answers. Raises Refused for what a copy may not hold, an entry that is not there, or what is needed first.
    """
    child, standing, listed = state.child, status_on(state, day), carers(state)
    if child is None or child.birth is None or standing is None or not listed:
        raise Refused(f"Before a meeting can read this case, put in: {'; '.join(bundle_needs(state, day))}.")
    entries = _chosen(state, chosen)
    gaps = [f"{one.what[0].upper()}{one.what[1:]}" for one in missing(state, day)]
    return Case(
        id=state.id,
        title=state.called,
        fictional=state.invented,
        taken_from=TakenFrom(case=state.id, version=state.version, on=day, entries=tuple(one.id for one in entries)),
        stage=stage,
        legal_status=standing,
        born=f"{child.birth:%Y-%m}",
        as_at=f"{day:%Y-%m}",
        in_care_since=f"{child.looked_after_since:%Y-%m}" if child.looked_after_since else "",
        summary=child.summary or "Nobody has written a summary yet.",
        missing=tuple(gaps),
        carer=tuple(Carer(id=one.id, name=one.name, relation=one.relation or "home carer") for one in listed),
        chronology=tuple(_bundled(one) for one in entries),
        child_words=ChildWords(
            how=child.communicates_by or "How the child communicates best is not recorded.",
            said=tuple(one.what for one in entries if one.sort == "voice"),
        ),
        carer_view=tuple(CarerView(carer=one.id, text=one.view) for one in listed if one.view),
        report=tuple(
            Report(
                by=one.source or "Not recorded", when=dates.uk(one.on) or "No date", text=f"{one.title}: {one.where}"
            )
            for one in state.documents.values()
            if not one.restricted
        ),
    )


def _chosen(state: Casefile, chosen: Sequence[str] | None) -> list[Entry]:
    for identifier in chosen or ():
        entry = state.entries.get(identifier)
        if entry is None:
            raise Refused("An entry that was chosen is not in the chronology any more. Choose again.")
        if entry.restricted:
            why = "legal advice" if entry.legal_advice else "under a court’s restriction"
            raise Refused(f"The entry of {when_words(entry.since)} is {why}: it may stand in no bundle.")
    return [one for one in chronology(state, for_copy=True) if chosen is None or one.id in chosen]


def _bundled(entry: Entry) -> BundleEntry:
    return BundleEntry(
        when=when(entry),
        what=entry.what,
        source=entry.source or "Source not recorded",
        basis=BASES[entry.basis],
        affected=entry.affected,
        means=entry.means,
        done=entry.done,
        result=entry.result,
    )
