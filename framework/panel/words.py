"""Sentences about how an answer came about: the same on screen, on the wall and on paper."""

from framework import explain
from framework.classification import Key
from framework.dates import uk_clock
from framework.edition import Edition
from framework.panel.model import Agreement, Member, Panel
from framework.panel.proceedings import role
from framework.panel.reading import Apart, WhyApart, apart, changed_since_recorded, counting_members

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


def _status(edition: Edition, key: Key, one: Apart) -> str:
    return edition.status_label(key[0], one.given.status)


def standing(panel: Panel, edition: Edition, one: Apart) -> str:
    """“the social worker (seat removed 21:26)”: who it was, and why their answer stands apart."""
    return f"the {_role(panel, edition, one.member)} ({why_apart(one)})"


def why_apart(one: Apart) -> str:
    """Why an answer does not count, or whose it is that counts although nobody sits there any more."""
    when = uk_clock(one.member.removed_at) if one.why == "removed" else ""
    return f"{NOT_COUNTED[one.why]} {when}".strip()


def _role(panel: Panel, edition: Edition, member: Member) -> str:
    same = sum(other.role == member.role for other in panel.members.values())
    words = role(panel, member.id, edition).partition(",")[0]
    return words if same == 1 else f"{words} {member.name}"


def names_listed(members: tuple[Member, ...]) -> str:
    """“Sam, Tess and Owen”."""
    return explain.listed(member.name for member in members)
