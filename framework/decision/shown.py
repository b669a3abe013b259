"""What the pages of decisions show beside :mod:`framework.decision.reading`: rows of a list, sentences, and the classifications over time."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from framework import dates
from framework.casefile import reading as of_case
from framework.casefile.model import Casefile
from framework.decision import basis, reading
from framework.decision.deciding import APPROVERS, ASKABLE
from framework.decision.model import (
    STAGES,
    WHOSE,
    Classified,
    Classing,
    Condition,
    Decisions,
    Draft,
    Made,
    Option,
    Route,
    Signed,
    Support,
    Told,
    View,
)
from framework.decision.preparing import Moved
from framework.decision.reading import STANDINGS, in_effect
from framework.edition import CAPACITY, WISHES, Edition
from framework.light import explain
from framework.tables import Table

lights = basis.lights


def day_of(at: datetime) -> str:
    """ "24 November 2026", in the United Kingdom."""
    return dates.uk(dates.local(at).date())


# ── Decisions in a list ──────────────────────────────────────────────────────────────────────────────────────────────


def called(draft: Draft, made: Made | None) -> str:
    """What a decision is called: what was decided, or at what stage something is to be."""
    if draft.outcome:
        return reading.called(draft, made)
    return "Unplanned return" if draft.unplanned else STAGES[draft.stage]


def how_made(draft: Draft) -> str:
    """ "Stage 4. Follows a meeting.", with how else it came about."""
    stage = STAGES[draft.stage].partition(":")[0]
    if draft.unplanned:
        return "After an unplanned return."
    return f"{stage}. {'Follows a meeting.' if draft.meeting else 'Made without a meeting.'}"


class Row(NamedTuple):
    """A decision in a list."""

    decision: str
    called: str
    standing: str
    in_effect: bool
    how: str


PREPARED = "Not in effect: being prepared"
AT_HOME = "The child is at home: the plan is being prepared"
"""Of an unplanned return, which is a fact: it is never said to be not in effect (source: domain notes, section 4)."""


def rows(state: Decisions, day: date) -> list[Row]:
    """All decisions, the one begun last first."""
    return [row(state, decision, day) for decision in reversed([*state.opened]) if decision in state.drafts]


def row(state: Decisions, decision: str, day: date) -> Row:
    draft, made = state.drafts[decision], state.made.get(decision)
    if decision in state.dropped:
        return Row(decision, called(draft, None), "Withdrawn before it was made", False, how_made(draft))
    if made is None:
        prepared = AT_HOME if draft.unplanned else PREPARED
        return Row(decision, called(draft, None), prepared, False, how_made(draft))
    found = in_effect(made, day)
    how = f"{how_made(draft)} Decided on {dates.uk(made.decided.day)}."
    return Row(decision, called(made.draft, made), STANDINGS[found.standing], found.in_effect, how)


def meetings_decided_on(state: Decisions, day: date) -> frozenset[str]:
    """The meetings that something was decided on, or is being prepared on."""
    stands = [
        draft
        for name, draft in state.drafts.items()
        if name not in state.dropped and not ((made := state.made.get(name)) and (made.withdrawn or made.refused))
    ]
    return frozenset(draft.meeting for draft in stands if draft.meeting)


def waiting(state: Decisions, day: date) -> list[tuple[str, str]]:
    """What waits for whom: (a sentence, a part in the case or the id of a person)."""
    found = [(one.words, "worker") for one in reading.waits(state, "", reading.WRITERS, day)]
    for made in reading.in_order(state):
        if made.asks and reading.standing_on(made, day) in ("to_approve", "to_satisfy"):
            found.append((f"To be approved: {called(made.draft, made).lower()}", made.asks.person))
    return found


# ── The level ────────────────────────────────────────────────────────────────────────────────────────────────────────


def level_name(edition: Edition, level: str) -> str:
    """ "High risk"; a level that the edition does not have is named by its id."""
    return explain.level_name(edition, level) if level in edition.levels else level


SHAPES = {"circle": "●", "triangle": "▲", "octagon": "⬣", "octagon_bar": "⬣ with a bar"}


def level_choice(edition: Edition, level: str, indicated: str | None) -> str:
    """A level among those to choose from: its name, and whether it is the indicated one or departs from it."""
    name = level_name(edition, level)
    if indicated is None:
        return name
    return f"{name} (confirms what is indicated)" if level == indicated else f"{name} (departs)"


def departs(edition: Edition, event: Classified) -> str:
    """Of a level that departs from the indication: from what."""
    indicated = level_name(edition, event.indicated) if event.indicated else "no single level"
    return f"Departs from the rule, which indicated {indicated}"


def recorded_level(state: Decisions, decision: str) -> Classing | None:
    """The classification that was recorded last for a decision."""
    found = [one for one in state.classifications if one.classified.decision == decision]
    return found[-1] if found else None


def last_level(state: Decisions) -> Classing | None:
    """The last classification of this child."""
    found = reading.classifications(state)
    return found[-1] if found else None


def moved(edition: Edition, found: Moved) -> list[str]:
    """Each answer that moved since the last classification, as a line."""
    return [
        f"{_subject(edition, subject)}{f', {about}' if about else ''}: {_status(edition, subject, before)} → {_status(edition, subject, now)}"
        for subject, about, before, now in found.answers
    ]


def unmoved(found: Moved) -> str:
    return (
        f"{explain.number_of(len(found.same), 'answer is', 'answers are').capitalize()} as before."
        if found.same
        else ""
    )


def _subject(edition: Edition, subject: str) -> str:
    named = {CAPACITY: "Capacity to change", WISHES: "Wishes"}
    return named.get(subject) or (edition.factors[subject].label if subject in edition.factors else subject)


def _status(edition: Edition, subject: str, status: str) -> str:
    known = status and (subject in edition.factors or subject in (CAPACITY, WISHES))
    return edition.status_label(subject, status) if known else status or "no answer"


class Point(NamedTuple):
    """A classification, as the chart shows it."""

    day: date
    level: str
    rank: int
    """0 is the most favourable level."""
    stage: str
    departs: bool
    in_words: str


def points(state: Decisions, edition: Edition) -> list[Point]:
    """The classifications over time, in the levels of the edition that is current."""
    ranks = {level: rank for rank, level in enumerate(edition.levels)}
    return [
        Point(
            dates.local(one.at).date(),
            level_name(edition, one.classified.level),
            ranks.get(one.classified.level, len(ranks)),
            STAGES[one.classified.stage].partition(":")[0],
            one.classified.departs,
            departs(edition, one.classified) if one.classified.departs else "As indicated",
        )
        for one in reading.classifications(state)
    ]


def points_title(found: list[Point]) -> str:
    """What to see in the chart, as a sentence."""
    if len(found) == 1:
        return f"Classified once: {found[0].level}"
    first, last = found[0], found[-1]
    if last.rank == first.rank:
        return f"{last.level}, as at the first of {explain.number_of(len(found), 'classification', 'classifications')}"
    better = "Less risk" if last.rank < first.rank else "More risk"
    return f"{better} than at first: from {first.level} to {last.level}"


def points_table(found: list[Point]) -> Table:
    return Table(
        ("Day", "Stage", "Level", "By the rule"),
        tuple((dates.uk(one.day), one.stage, one.level, one.in_words) for one in found),
    )


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────


def asked_at(draft: Draft) -> str:
    """What is asked above the choices."""
    if draft.unplanned:
        return "What happens now?"
    return {"2": "Is a return home possible?", "4": "Shall the child return home?", "after": "How does it go on?"}[
        draft.stage
    ]


def homes(case: Casefile) -> dict[str, str]:
    """The homes of the case by id."""
    return {name: home.name for name, home in case.homes.items()}


def option(item: Option) -> str:
    return f"{item.name}{' ✓ chosen' if item.chosen else ''}"


def view(item: View) -> str:
    who = f", {item.who}" if item.who else ""
    said = f": {_short(item.words)}" if item.words else " (nothing written yet)"
    return f"{WHOSE[item.whose]}{who}{said}"


def support(item: Support) -> str:
    who = f", {item.who}" if item.who else ""
    since = f", from {dates.uk(item.since)}" if item.since else ""
    return f"{_short(item.what)}{who}{since}"


def condition(item: Condition) -> str:
    return f"{_short(item.words)}{f', by {dates.uk(item.by)}' if item.by else ''}"


def told(item: Told) -> str:
    by = f", by {item.by}" if item.by else ""
    return f"{item.who}{by}{f', {dates.uk(item.on)}' if item.on else ''}"


SHORT = 70


def _short(text: str) -> str:
    return f"{text[:SHORT].rstrip()}…" if len(text) > SHORT else text


# ── Approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────

WHO = {
    "nominated_officer": "A nominated officer must approve it",
    "director": "The director of children’s services must approve it",
    "court": "The court decides; a manager records it",
    "none": "The law names nobody to approve it; a named manager records it",
}


def who_approves(route: Route) -> str:
    return WHO[route.approver]


def provenance(name: str) -> str:
    """What a reader has to know of a condition: whether it is the law's as read, to be checked, or ours."""
    return {"to_check": " (our reading, to be checked)", "product": " (ours, not the law’s)"}.get(name, "")


def named_by_law(made: Made) -> bool:
    """Whether the law names who approves it; otherwise a manager records that the authority is satisfied."""
    return made.decided.route is not None and made.decided.route.approver in APPROVERS


def may_answer(made: Made, person: str) -> bool:
    """Whether this person is the one whose answer is awaited; where the law names nobody and nobody is asked, any manager."""
    return made.asks.person == person if made.asks else not named_by_law(made)


def askable(case: Casefile, day: date) -> set[str]:
    """The people of the case who can be asked to approve."""
    return {one.person for one in of_case.team(case, day).now if one.part in ASKABLE}


def signatures(made: Made) -> list[Signed]:
    return [one for one in (made.approved, made.authority_satisfied, made.refused, made.sent_back) if one]


def approval_words(made: Made, names: Mapping[str, str]) -> list[str]:
    """Who was asked, and what they answered, in order. `names`: of everybody who is named."""
    said = []
    for one in made.asked:
        instead = f", in place of {one.substitute_for}: {one.why}" if one.substitute_for else ""
        said.append(f"{names[one.person]} was asked on {day_of(one.at)}{instead}.")
    verbs = (
        (made.approved, "approved it"),
        (made.authority_satisfied, "recorded that the authority is satisfied"),
        (made.refused, "refused the approval"),
        (made.sent_back, "sent it back"),
    )
    for signed, verb in verbs:
        if signed:
            words = f": {signed.words}" if signed.words else "."
            said.append(f"{names[signed.by]} {verb} on {day_of(signed.at)}{words}")
    return said or ["Nobody has been asked to approve it yet."]


def people(made: Made) -> Collection[str]:
    """Everybody who is named in :func:`approval_words`."""
    return {one.person for one in made.asked} | {one.by for one in signatures(made)}
