"""Plain sentences for a classification: why this light, what holds it there, what would change it, what to find out.

Every word comes from the edition or from here; every claim comes from :mod:`framework.light.classification`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

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
from framework.light.classification import Answer, Classification, Condition, deciding

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number_of(number: int, one: str, many: str) -> str:
    """“two answers”, “12 answers”."""
    return f"{_NUMBERS[number] if number < len(_NUMBERS) else number} {one if number == 1 else many}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """“a, b and c”."""
    words = list(items)
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)


def who(about: str, names: Mapping[str, str]) -> str:
    """Whom an answer is about; `names` are those of the parents or home carers, by their ids."""
    fixed = {CHILD: "the child", HOUSEHOLD: "the home", UNNAMED_CARER: "a parent or home carer not named yet"}
    return fixed.get(about) or names[about]


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


def level_name(edition: Edition, level: str) -> str:
    """“High risk”: the level in full, wherever it stands alone."""
    label = edition.levels[level].label
    return label if label.casefold().endswith("risk") else f"{label} risk"


def title(edition: Edition, result: Classification) -> str:
    """“High risk”, or “Between Medium and High risk”."""
    if result.indicated:
        return level_name(edition, result.indicated)
    return f"Between {edition.levels[result.best].label} and {level_name(edition, result.worst)}"


STILL_AGREEING = "What is not agreed yet counts as not known here."
"""Said with the panel's light and its lists while members' answers are not agreed: they are known, and not the panel's yet."""


def sentence(
    edition: Edition, result: Classification, names: Mapping[str, str], *, still_agreeing: bool = False
) -> str:
    """What stands under the light: the level and why, a sentence for each reason.

    Risks are named, three of them at most, and never counted. `still_agreeing`: answers that the panel has not agreed yet
    are taken for not known, although members may have given them; the sentence says so.
    """
    if not result.indicated:
        open_ = len(find_out(edition, result, names))
        return (
            f"Not yet: {number_of(open_, 'answer that could', 'answers that could')} decide it "
            f"{'is' if open_ == 1 else 'are'} {'not agreed or ' if still_agreeing else ''}not known yet."
        )
    level = level_name(edition, result.indicated)
    reasons = [reason for name in DIMENSIONS for reason in _reasons(edition, name, result, names)]
    if not reasons:
        return (
            f"{level}, because risks are resolved or absent, something protects the child, any needed change was seen, "
            "and everyone who can say wants the return."
        )
    first, *rest = reasons
    return " ".join([f"{level}, because {first}.", *(f"{reason[:1].upper()}{reason[1:]}." for reason in rest)])


NAMED = 3
"""So many risks the sentence names at most; the list under it has them all."""
NAMED_WORDS = 12
"""So many words their labels have together, unless one alone has more: the sentence then stays within 25."""


def _reasons(edition: Edition, name: DimensionId, result: Classification, names: Mapping[str, str]) -> Iterable[str]:
    held = _held(result, name)
    statuses = {given.status for given in held}
    if name == "risk":
        for status, one, many in _OF_RISKS:
            if found := _first_named(edition, [given for given in held if given.status == status]):
                yield f"{one if len(found) == 1 else many}: {listed(found)}"
    elif name == "protection" and "protection" in result.held_by:
        yield "nothing protective is " + ("fully there yet" if "emerging" in statuses else "there or emerging")
    elif name == "capacity" and held:
        people = {
            status: listed([who(given.question.about, names) for given in held if given.status == status])
            for status in dict.fromkeys(given.status for given in held)
        }
        for status, whose in people.items():
            yield _OF_CAPACITY.get(status, "the answer on capacity to change for {} holds it there").format(whose)
    elif name == "wishes" and held:
        yield "not everybody who was asked wants the return at present"


_OF_RISKS = (
    ("active", "this is present, with no change seen yet", "these are present, with no change seen yet"),
    ("improving", "this is still being worked on", "these are still being worked on"),
)
_OF_CAPACITY = {
    "none": "no change has been seen yet in {}",
    "limited": "the change seen in {} is limited so far",
}


def _first_named(edition: Edition, held: list[Answer]) -> list[str]:
    """The first risks by name, the caution factors before the others: “neglect, growth faltering, denial, and others”."""
    subjects = dict.fromkeys(given.question.subject for given in held)
    first = sorted(subjects, key=lambda factor: factor not in edition.caution_ids)
    found = [in_sentence(edition.factors[factor].label) for factor in first[:NAMED]]
    while len(found) > 1 and len(" ".join(found).split()) > NAMED_WORDS:
        found.pop()
    return [*found, "others"] if len(first) > len(found) else found


def in_sentence(label: str) -> str:
    """A label inside a sentence: without its capital, unless it is a name or an abbreviation, with capitals further on."""
    return label if any(letter.isupper() for letter in label[1:]) else label[:1].lower() + label[1:]


def _held(result: Classification, name: DimensionId) -> list[Answer]:
    return [given for given in result.holding if given.question.dimension == name]


def holding(edition: Edition, result: Classification, names: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """What holds the light where it is: for each dimension its heading and its answers, caution factors first.

    Risks that are for the authority or others to put right stand apart from those of the family.
    """
    groups = []
    for name in DIMENSIONS:
        held = _held(result, name)
        held.sort(key=lambda given: given.question.subject not in result.cautions)
        if name == "protection":
            if "protection" in result.held_by:
                wanted = "present" if any(given.status == "emerging" for given in held) else "present or emerging"
                groups.append((edition.dimensions[name].label, [f"No protective factor is {wanted}"]))
            continue
        for heading, theirs in (("{}", False), ("{} for the authority or others to put right", True)):
            if lines := [answer(edition, g, names) for g in held if _for_authority(edition, g) == theirs]:
                groups.append((heading.format(edition.dimensions[name].label), lines))
    return groups


def _for_authority(edition: Edition, given: Answer) -> bool:
    factor = edition.factors.get(given.question.subject)
    return factor is not None and factor.put_right_by == "authority"


@dataclass(frozen=True, slots=True)
class Need:
    """What one dimension would need for a better level."""

    text: str
    answers: list[str]
    """The known answers that would have to be different."""
    for_authority: list[str]
    """Those of them that are for the authority or others to put right, not for the parents."""
    unknown: int
    """How many answers there are not known."""


@dataclass(frozen=True, slots=True)
class Change:
    """One way to a better level. Wishes are heard, not improved: they are no need, and only named as standing apart."""

    needs: list[Need]
    wishes: bool
    """Whether the level also asks that everybody wants the return, and not everybody does (or it is not known)."""


WISHES_APART = (
    "Not everybody is known to want the return. Wishes are heard as they are; nobody should be asked to change them."
)


def changes(edition: Edition, result: Classification, names: Mapping[str, str]) -> list[tuple[str, list[Change]]]:
    """For each better level, nearest first: the ways to it, each with the needs that must all be met."""
    return [
        (level_name(edition, level), [_change(edition, way, names) for way in ways])
        for level, ways in reversed(result.changes.items())
    ]


def _change(edition: Edition, way: Iterable[Condition], names: Mapping[str, str]) -> Change:
    conditions = list(way)
    needs = [_need(edition, one, names) for one in conditions if one.dimension != WISHES]
    return Change(needs, any(one.dimension == WISHES for one in conditions))


def _need(edition: Edition, condition: Condition, names: Mapping[str, str]) -> Need:
    dimension = edition.dimensions[condition.dimension]
    usual = [s for s in dimension.status if s.value <= condition.needed and not s.shown_last]
    enough = listed((f"“{s.label}”" for s in usual), "or")
    if dimension.id == "protection":
        return Need(f"At least one protective factor is {enough}", [], [], len(condition.unknown))
    what = {"risk": "Every risk factor", "capacity": "Every parent's or home carer's capacity to change"}[dimension.id]
    said = [(_for_authority(edition, given), answer(edition, given, names)) for given in condition.answers]
    return Need(
        f"{what} is {enough}",
        [text for theirs, text in said if not theirs],
        [text for theirs, text in said if theirs],
        len(condition.unknown),
    )


ONLY_SERVICES = "What protects the child so far is only what services do."


def safety_unknown(edition: Edition, result: Classification, names: Mapping[str, str]) -> list[str]:
    """Unanswered questions about abuse and the caution factors: named beside any light, whether or not they can move it."""
    return [subject(edition, question, names) for question in result.unknown_for_safety]


def caveats(
    edition: Edition, result: Classification, names: Mapping[str, str], *, still_agreeing: bool = False
) -> list[str]:
    """What no light may stand without, a short sentence each: that only services protect, and what about abuse or a caution
    factor is not known, the first three by name. `still_agreeing` as for :func:`sentence`."""
    said = [ONLY_SERVICES] if result.only_process else []
    if unknown := safety_unknown(edition, result, names):
        more = [f"and {len(unknown) - NAMED} more"] if len(unknown) > NAMED + 1 else unknown[NAMED:]
        yet = "Not agreed or not known" if still_agreeing else "Not known"
        said.append(f"{yet} yet, about abuse or a caution factor: {'; '.join([*unknown[:NAMED], *more])}.")
    return said


def caveats_in_short(result: Classification) -> str:
    """The same for a light with no room for names, in a few words; "" where there is nothing to say."""
    said = ["Only services protect"] if result.only_process else []
    if unknown := len(result.unknown_for_safety):
        said.append(f"{number_of(unknown, 'answer', 'answers')} on abuse or cautions not known")
    line = "; ".join(said)
    return line[:1].upper() + line[1:]


def basis(edition: Edition, result: Classification) -> str:
    """Whether the rule has a typical row for this combination, in a sentence; "" while a dimension is not known."""
    return {
        "row": "Among the typical rows, as reconstructed here, is one for this combination.",
        "gap": (
            "The typical rows, as reconstructed here, have none for this combination. The rule falls to the cautious "
            "side, so the panel's own judgement matters most."
        ),
        None: "",
    }[result.basis]


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
        table.append((row.level, level_name(edition, row.level), ["Every other combination"] if everything else cells))
    return table


@cache
def gist(definition: str) -> str:
    """The beginning of a definition, as one sentence: as far as its first full stop, colon or semicolon."""
    return re.split(r"[.:;](?=\s|$)", " ".join(definition.split()), maxsplit=1)[0] + "."
