"""Plain sentences for a classification: why this light, what holds it there, what would change it, what to find out.

Every word comes from the edition or from here; every claim comes from :mod:`framework.classification`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from framework.classification import Answer, Classification, Condition, deciding
from framework.edition import (
    CAPACITY,
    CHILD,
    DIMENSIONS,
    HOUSEHOLD,
    UNNAMED_CARER,
    WISHES,
    DimensionId,
    Edition,
    Question,
)

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def count(number: int, one: str, many: str) -> str:
    """“two risks”, “12 risks”."""
    return f"{_NUMBERS[number] if number < len(_NUMBERS) else number} {one if number == 1 else many}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """“a, b and c”."""
    words = list(items)
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def who(about: str, names: Mapping[str, str]) -> str:
    """Whom an answer is about; `names` are the carers' names by their ids."""
    return {CHILD: "the child", HOUSEHOLD: "the home", UNNAMED_CARER: "a carer not named yet"}.get(about) or names[
        about
    ]


def subject(edition: Edition, question: Question, names: Mapping[str, str]) -> str:
    """What was asked, and about whom where that can differ: “Alcohol or drug misuse, Carer A”."""
    if question.subject == CAPACITY:
        return f"Capacity to change, {who(question.about, names)}"
    if question.subject == WISHES:
        return f"Wishes, {who(question.about, names)}"
    factor = edition.factors[question.subject]
    return f"{factor.label}, {who(question.about, names)}" if factor.scope == "carer" else factor.label


def answer(edition: Edition, given: Answer, names: Mapping[str, str]) -> str:
    """“Alcohol or drug misuse, Carer A: Active”."""
    label = edition.status_label(given.question.subject, given.status)
    return f"{subject(edition, given.question, names)}: {label}"


def title(edition: Edition, result: Classification) -> str:
    """“High”, or “Between Medium and High”."""
    if result.indicated:
        return edition.levels[result.indicated].label
    return f"Between {edition.levels[result.best].label} and {edition.levels[result.worst].label}"


def sentence(edition: Edition, result: Classification, names: Mapping[str, str]) -> str:
    """One sentence under the light: the level and why."""
    if not result.indicated:
        open_ = len(find_out(edition, result, names))
        return (
            f"Not yet: {count(open_, 'answer that could', 'answers that could')} decide it "
            f"{'is' if open_ == 1 else 'are'} not known yet."
        )
    level = edition.levels[result.indicated].label
    reasons = [reason for name in DIMENSIONS for reason in _reasons(name, result, names)]
    if not reasons:
        return (
            f"{level}, because every risk is resolved or not there, something protects the child, every carer has "
            "changed, and nobody who can say is against the return."
        )
    return f"{level}, because {listed(reasons)}."


def _reasons(name: DimensionId, result: Classification, names: Mapping[str, str]) -> Iterable[str]:
    held = [answer for answer in result.holding if answer.question.dimension == name]
    if not held:
        return
    statuses = [given.status for given in held]
    if name == "risk":
        if active := statuses.count("active"):
            yield f"{count(active, 'risk is', 'risks are')} not being addressed"
        if improving := statuses.count("improving"):
            yield f"{count(improving, 'risk is', 'risks are')} still improving"
    elif name == "protection":
        yield "nothing protective is " + ("fully there yet" if "emerging" in statuses else "there or emerging")
    else:
        for status in dict.fromkeys(statuses):
            people = [who(given.question.about, names) for given in held if given.status == status]
            one, many = _SAID.get(status, (f"is at “{status}”", f"are at “{status}”"))
            yield f"{listed(people)} {one if len(people) == 1 else many}"


_SAID = {
    "none": ("shows no change", "show no change"),
    "limited": ("shows limited change so far", "show limited change so far"),
    "opposed": ("opposes the return", "oppose the return"),
    "ambivalent": ("is in two minds", "are in two minds"),
}


def holding(edition: Edition, result: Classification, names: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """What holds the light where it is: for each dimension its heading and its answers, caution factors first."""
    groups = []
    for name in DIMENSIONS:
        held = [given for given in result.holding if given.question.dimension == name]
        held.sort(key=lambda given: given.question.subject not in result.cautions)
        if held and name == "protection":
            wanted = "present" if any(given.status == "emerging" for given in held) else "present or emerging"
            groups.append((edition.dimensions[name].label, [f"None of {len(held)} protective factors is {wanted}"]))
        elif held:
            groups.append((edition.dimensions[name].label, [answer(edition, given, names) for given in held]))
    return groups


@dataclass(frozen=True, slots=True)
class Need:
    """What one dimension would need for a better level."""

    text: str
    answers: list[str]
    """The known answers that would have to be different."""
    unknown: int
    """How many answers there are not known."""


def changes(edition: Edition, result: Classification, names: Mapping[str, str]) -> list[tuple[str, list[list[Need]]]]:
    """For each better level, nearest first: the ways to it, each a list of needs that must all be met."""
    return [
        (edition.levels[level].label, [[_need(edition, condition, names) for condition in way] for way in ways])
        for level, ways in reversed(result.changes.items())
    ]


def _need(edition: Edition, condition: Condition, names: Mapping[str, str]) -> Need:
    dimension = edition.dimensions[condition.dimension]
    enough = listed((f"“{s.label}”" for s in dimension.status if s.value <= condition.needed), "or")
    if dimension.id == "protection":
        return Need(f"At least one protective factor is {enough}", [], len(condition.unknown))
    what = {"risk": "Every risk factor", "capacity": "Every carer's capacity to change", "wishes": "Every wish"}
    return Need(
        f"{what[dimension.id]} is {enough}",
        [answer(edition, given, names) for given in condition.answers],
        len(condition.unknown),
    )


def find_out(edition: Edition, result: Classification, names: Mapping[str, str]) -> list[str]:
    """What to find out next: the unknown answers that can narrow the light, the most telling first.

    Where no answer can do so alone, those that can together.
    """
    questions = [question for question, narrows in result.unknown if narrows]
    if not questions and not result.indicated:
        together = deciding(edition, result)
        questions = [question for question, _ in result.unknown if question.dimension in together]
    return [subject(edition, question, names) for question in questions]


def rule_table(edition: Edition) -> list[tuple[str, str, list[str]]]:
    """The rule as rows of words: level id, its label, and what each dimension has to be."""
    table = []
    for row in edition.rule.row:
        cells = []
        for dimension in edition.dimension:
            values = getattr(row, dimension.id)
            accepted = [dimension.values[value] for value in values]
            cells.append("Any" if len(accepted) == len(dimension.values) else " / ".join(accepted))
        everything = all(cell == "Any" for cell in cells)
        table.append((row.level, edition.levels[row.level].label, ["Every other combination"] if everything else cells))
    return table


@cache
def gist(definition: str) -> str:
    """The beginning of a definition, as one sentence: as far as its first full stop, colon or semicolon."""
    return re.split(r"[.:;](?=\s|$)", " ".join(definition.split()), maxsplit=1)[0] + "."
