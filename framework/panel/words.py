"""Sentences about how an answer came about, and the letters a member is marked with: the same on screen, wall and paper."""

import re
from collections.abc import Iterable

from framework.dates import uk_clock, uk_time
from framework.edition import Edition
from framework.light import explain
from framework.light.classification import Key
from framework.panel.model import Agreement, Given, Member, Panel
from framework.panel.proceedings import role
from framework.panel.reading import (
    Apart,
    WhyApart,
    apart,
    changed_since_recorded,
    counting_members,
    trail,
    why_not_counted,
)

LATE = "joined after the reveal, saw the answers"
NO_ANSWER = "had given no answer at the reveal"
NOT_COUNTED: dict[WhyApart, str] = {
    "removed": "seat removed",
    "late": LATE,
    "role": "does not score",
    "absent": "had no scoring seat at the reveal",
    "no_answer": NO_ANSWER,
}
"""Why a member's answers do not count."""


def how_agreed(panel: Panel, edition: Edition, key: Key, agreed: Agreement) -> str:
    """How the panel came to its answer, and who stands apart from it.

    “All alike”, “Recorded by the chair”, “Alike among those still seated; the social worker (seat removed 21:26) said
    Ambivalent”.
    """
    counting = counting_members(panel)
    seated = {
        answer.status if (answer := panel.answers.get(member.id, {}).get(key)) else None
        for member in counting
        if member.removed is None
    }
    others = [one for one in apart(panel, key) if one.given.status != agreed.status]
    alike = len(seated) == 1 and agreed.status in seated
    removed = any(one.why == "removed" for one in others)
    said = "Alike among those still seated" if alike and removed else "All alike"
    if agreed.by:
        said = "Recorded by the chair" + (", alike among those still seated" if alike and removed else "")
        said += ", before an answer that counts was changed" if changed_since_recorded(panel, key) else ""
    return "; ".join([said, *(f"{standing(panel, edition, one)} said {_status(edition, key, one)}" for one in others)])


def who_agreed(panel: Panel, edition: Edition, key: Key, agreed: Agreement) -> str:
    """The beginning of :func:`how_agreed`, where only a word or two fit: “All alike”, “Alike among those still seated”."""
    return how_agreed(panel, edition, key, agreed).partition("; ")[0]


def _status(edition: Edition, key: Key, one: Apart) -> str:
    return edition.status_label(key[0], one.given.status)


def sealed_when(panel: Panel) -> str:
    """Where the outcome of a meeting is written, in a sentence; "" before the panel has agreed."""
    if panel.outcome is None:
        return ""
    if panel.seal is None or not panel.sealed:
        return "It was agreed with an earlier release of Homeward: the outcome is worked out on reading, not sealed."
    when = f" on {uk_time(panel.seal.at)}" if panel.seal.at else ""
    return (
        f"The outcome was sealed{when}, as event {panel.seal.version} of the meeting: the agreed answers, whose answers "
        "counted, the light and what holds it. They are shown from there."
    )


def standing(panel: Panel, edition: Edition, one: Apart) -> str:
    """“the social worker (seat removed 21:26)”: who it was, and why their answer stands apart."""
    return f"the {_role(panel, edition, one.member)} ({why_apart(one)})"


def why_apart(one: Apart) -> str:
    """Why an answer does not count, or whose it is that counts although nobody sits there any more."""
    when = uk_clock(one.member.removed_at) if one.why == "removed" else ""
    return f"{NOT_COUNTED[one.why]} {when}".strip()


def why_not(panel: Panel, member: Member) -> str:
    """Why the answers of a member do not count; "" if they do."""
    why = why_not_counted(panel, member)
    return NOT_COUNTED[why] if why else ""


def _role(panel: Panel, edition: Edition, member: Member) -> str:
    same = sum(other.role == member.role for other in panel.members.values())
    words = role(panel, member.id, edition).partition(",")[0]
    return words if same == 1 else f"{words} {member.name}"


def names_listed(members: tuple[Member, ...]) -> str:
    """“Sam, Tess and Owen”."""
    return explain.listed(member.name for member in members)


def how_changed(panel: Panel, edition: Edition, member: str, key: Key) -> str:
    """How a member's answer changed: “first said Active, then Improving: the visit”. "" if it did not."""
    steps = trail(panel, member, key)
    if not steps:
        return ""
    labels = [edition.status_label(key[0], step.given.status) for step in steps]
    taken_back = key not in panel.answers.get(member, {})
    late = steps[0].saw_answers
    if len(steps) == 1 and not taken_back:
        return f"said {labels[0]} only when the answers were on the table" if late else ""
    said = [f"first said {labels[0]}" + (", when the answers were on the table" if late else "")]
    for step, label in zip(steps[1:], labels[1:], strict=True):
        seen = "when the answers were on the table" if step.saw_answers else "while everybody scored again"
        said.append(f"then {label}{f': {step.given.reason}' if step.given.reason else f' ({seen})'}")
    if taken_back:
        said.append("then took it back")
    return ", ".join([*(one.removesuffix(".") for one in said[:-1]), said[-1]])


def called(panel: Panel) -> str:
    """What a meeting is called where its members see it: of a case file as the child is called there, and nothing else of it.

    Where somebody is not told that, and on the wall, “Decision meeting”.
    """
    if panel.casefile:
        return panel.title or "Decision meeting"
    return f"Case {panel.case}: {panel.title}"


def carers_without_names(panel: Panel) -> dict[str, str]:
    """Carer id → “adult A”, in the order they stand in: for a screen that everybody in the room sees."""
    return {carer: f"adult {chr(ord('A') + place)}" for place, carer in enumerate(panel.carers)}


def evidence_words(edition: Edition, given: Given) -> str:
    """“seen by the worker, told by the child”; "" where no kind of evidence was named."""
    kinds = edition.evidence_kinds
    return ", ".join(kinds[kind].label.lower() for kind in given.evidence if kind in kinds)


def standing_of(panel: Panel, member: Member) -> str:
    """What a member whose answers do not count is told about it; "" for everybody else."""
    if panel.counting is None or not member.scoring or member.id in panel.counting:
        return ""
    why = {
        "late": "You joined after the reveal and can see the answers",
        "absent": "You had no scoring seat at the reveal",
    }.get(why_not_counted(panel, member) or "", "You had given no answer at the reveal")
    return f"{why}, so you can watch or answer apart: your answers are marked and do not count."


_TITLES = frozenset(
    [
        "dr",
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "prof",
        "professor",
        "sir",
        "dame",
        "lord",
        "lady",
        "rev",
        "revd",
        "reverend",
        "cllr",
        "councillor",
    ]
)
"""Forms of address, which are no part of a name."""


def initials(members: Iterable[Member]) -> dict[str, str]:
    """member → the letters that mark them: “AL” for Dr Anna Lee, “AL2” for the second one with the same."""
    found: dict[str, str] = {}
    for member in members:
        letters = _letters(member.name)
        used, number, mark = set(found.values()), 2, letters
        while mark in used:
            mark, number = f"{letters}{number}", number + 1
        found[member.id] = mark
    return found


def _letters(name: str) -> str:
    """The first letters of the first and the last name, or two of an only one; without titles and what is in brackets."""
    named = _names(re.sub(r"\([^)]*\)|\[[^]]*\]", " ", name)) or _names(name)
    if not named:
        return "?"
    return (named[0][0] + named[-1][0] if len(named) > 1 else named[0][:2]).upper()


def _names(text: str) -> list[str]:
    """The letters and digits of each word that is no title; of a title where there is nothing else."""
    words = [letters for word in text.split() if (letters := "".join(c for c in word if c.isalnum()))]
    return [word for word in words if word.casefold() not in _TITLES] or words
