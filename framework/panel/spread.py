"""How the members' answers compare after the reveal: question by question, and over all."""

from collections.abc import Mapping
from dataclasses import dataclass

from framework.edition import UNKNOWN, Edition, Question
from framework.light import explain
from framework.light.classification import Key
from framework.panel import (
    Apart,
    Given,
    Member,
    Panel,
    agreement,
    apart,
    counting_members,
    light_of,
    names_listed,
)


@dataclass(frozen=True, slots=True)
class Spread:
    """The answers to one question."""

    question: Question
    given: tuple[tuple[Member, Given | None], ...]
    """Every counting member, whether still seated or not; None where one has not answered."""
    apart: tuple[Apart, ...]
    """Answers that do not count, or whose seat was removed."""
    differs: bool
    """Two counting members gave different known answers."""
    only_known_by: tuple[Member, ...]
    """Those who know what most others do not: to be asked how they know."""
    order: tuple[int, int, int]
    """How much the answers differed on the members' own: what they do to the rule, how many kinds, how many people."""

    @property
    def differed(self) -> bool:
        """Counting members gave different known answers on their own, whatever they say by now."""
        return self.order[1] > 1


def spreads(panel: Panel, edition: Edition) -> tuple[Spread, ...]:
    """Every question, most disagreement first.

    The order follows the answers that the members gave on their own, so that nothing jumps while the panel talks.
    """
    found = [_spread(panel, edition, question) for question in edition.questions(panel.carer_ids)]
    return tuple(sorted(found, key=lambda spread: spread.order, reverse=True))


def _spread(panel: Panel, edition: Edition, question: Question) -> Spread:
    counting = counting_members(panel)
    given = tuple((member, panel.answers.get(member.id, {}).get(question.key)) for member in counting)
    known = {answer.status for _, answer in given if answer and answer.status != UNKNOWN}
    who_know = tuple(member for member, answer in given if answer and answer.status != UNKNOWN)
    unknown = sum(answer is not None and answer.status == UNKNOWN for _, answer in given)
    own = own_answers(panel)
    return Spread(
        question,
        given,
        apart(panel, question.key),
        differs=len(known) > 1,
        only_known_by=who_know if 0 < len(who_know) < unknown else (),
        order=_order(edition, question.key, [own.get(member.id, {}) for member in counting]),
    )


def own_answers(panel: Panel) -> Mapping[str, Mapping[Key, Given]]:
    """What each member had answered on their own at the last reveal (before it: what they have answered so far)."""
    return panel.reveals[-1].answers if panel.reveals else panel.answers


def _order(edition: Edition, key: Key, answers: list[Mapping[Key, Given]]) -> tuple[int, int, int]:
    value_of = edition.dimension_of(key[0]).value_of
    statuses = [given[key].status if key in given else UNKNOWN for given in answers]
    known = [status for status in statuses if status != UNKNOWN]
    values = [value_of[status] for status in known]
    apart = max(values, default=0) - min(values, default=0)
    most = max((statuses.count(status) for status in set(statuses)), default=0)
    return apart, len(set(known)), len(statuses) - most


def in_discussion(panel: Panel, found: tuple[Spread, ...]) -> Key:
    """The question that the room is at: the one the chair took up last.

    Before the chair has taken up any: the first that was not answered alike at the reveal. What is agreed or changed since
    does not move it, so no screen goes on to another question by itself.
    """
    keys = [spread.question.key for spread in found]
    if panel.focus in keys:
        return panel.focus
    own = own_answers(panel)
    for key in keys:
        given = {own[m.id][key].status if key in own.get(m.id, {}) else None for m in counting_members(panel)}
        if len(given) > 1 or None in given:
            return key
    return keys[0]


def next_open(panel: Panel, found: tuple[Spread, ...], after: Key) -> Key | None:
    """The question to take up after this one: the next that is open, from the top again at the end; None if none is."""
    keys = [spread.question.key for spread in found]
    place = keys.index(after)
    return next((key for key in keys[place + 1 :] + keys[:place] if agreement(panel, key) is None), None)


def ask_how(spread: Spread) -> str:
    """The prompt where a few know what most others do not; "" for any other question."""
    if not spread.only_known_by:
        return ""
    return f"Only {names_listed(spread.only_known_by)} answered this with something known. Ask how they know."


@dataclass(frozen=True, slots=True)
class LevelCount:
    """How many members' own answers lead to one level; `level` None: to more than one, so far."""

    level: str | None
    number: int
    words: str


def lights_counted(panel: Panel, edition: Edition) -> tuple[LevelCount, ...]:
    """How many counting members are at which level, the most favourable first: “3 Medium risk”, “1 between levels”."""
    lights = [light_of(panel, edition, member.id).indicated for member in counting_members(panel)]
    labels: dict[str | None, str] = {level: explain.level_name(edition, level) for level in edition.levels}
    labels[None] = "between levels"
    return tuple(
        LevelCount(level, number, f"{number} {label}")
        for level, label in labels.items()
        if (number := lights.count(level))
    )


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the members saw the same case."""

    alpha: float | None
    """Krippendorff's alpha, ordinal, over what the answers do to the rule (0, 1, 2); None where it is not defined."""
    sentence: str


def reliability(panel: Panel, edition: Edition) -> Reliability:
    """Agreement of the answers that the members gave on their own, over all questions.

    Krippendorff's alpha: 1 is perfect agreement, 0 what chance would give. The bounds of the sentence (0.8 and 0.667)
    are Krippendorff's own. A member who does not know is left out of that question.
    """
    import numpy as np
    from krippendorff import alpha

    counting = counting_members(panel)
    given = {member.id: own_answers(panel).get(member.id, {}) for member in counting}
    questions = edition.questions(panel.carer_ids)
    rows = []
    for member in counting:
        own = given.get(member.id, {})
        rows.append(
            [
                edition.dimension_of(q.subject).value_of.get(own[q.key].status, np.nan) if q.key in own else np.nan
                for q in questions
            ]
        )
    data = np.array(rows, dtype=float)
    shared = (~np.isnan(data)).sum(axis=0) > 1 if len(rows) > 1 else np.array([])
    if not shared.any():
        return Reliability(None, "Fewer than two members answered the same question, so there is nothing to compare.")
    if len(np.unique(data[:, shared][~np.isnan(data[:, shared])])) == 1:
        same = all(
            len({a[key].status for a in given.values() if key in a}) <= 1
            for key in {k for a in given.values() for k in a}
        )
        alike = "Everybody who answered saw the same everywhere."
        return Reliability(None, alike if same else "Where the answers differ, they come to the same for the rule.")
    value = float(alpha(data, level_of_measurement="ordinal"))
    if value >= 0.8:
        sentence = "The members saw this case much alike."
    elif value >= 0.667:
        sentence = "The members saw this case fairly alike, with differences worth talking through."
    else:
        sentence = "The members saw this case quite differently. Talk the first questions through before agreeing."
    return Reliability(value, sentence)
