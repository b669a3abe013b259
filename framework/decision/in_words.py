"""What happened in the decisions on a child, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from framework import dates, trail
from framework.decision import model
from framework.decision.model import CHOICES, KINDS, LEGAL, STAGES
from framework.items import Added, Changed, Removed, Restored
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop
from framework.trail import Said, Written, name_of

LevelName = Mapping[str, str]
"""Level of an edition → what it is called."""


def told(happened: Iterable[Happened], names: Mapping[str, str], levels: LevelName) -> list[Said]:
    """Every event of the decisions on one child."""
    written = Written(KINDS, lambda kind, field, value: levels.get(value) if field == "level" else None)
    found = []
    for event, actor, at in happened:
        if isinstance(event, model.Opened):
            written.begin(
                model.Draft(id=event.decision, stage=event.stage, meeting=event.meeting, unplanned=event.unplanned)
            )
        found.append(Said(at, name_of(names, actor), _words(event, written, names, levels)))
    return found


def people(happened: Iterable[Happened]) -> set[str]:
    """Everybody who acts or is named in what happened."""
    found = set()
    for event, actor, _ in happened:
        found |= {actor, getattr(event, "person", ""), getattr(event, "substitute_for", "")}
    return found - {""}


def _words(event: Any, written: Written, names: Mapping[str, str], levels: LevelName) -> str:
    match event:
        case Erased():
            return trail.erased(event)
        case Added() | Changed() | Removed() | Restored():
            return written.words(event)
        case model.Opened(stage=stage, meeting=meeting, unplanned=unplanned):
            how = "on an unplanned return" if unplanned else "after a meeting" if meeting else "without a meeting"
            return f"Began to prepare a decision {how}. {with_full_stop(STAGES[stage])}"
        case model.Classified():
            return _classified(event, levels)
        case model.Decided():
            return _decided(event)
        case model.Superseded(by=other, since=since):
            return (
                f"Another decision takes its place from {trail.day(since)}."
                if other
                else "That another decision takes its place was taken back."
            )
        case model.PlanPrepared(on=on, where=where):
            return f"Recorded that the placement plan was prepared on {dates.uk(on)}{f': {with_full_stop(where)}' if where else '.'}"
    return _approval(event, names)


def _approval(event: Any, names: Mapping[str, str]) -> str:
    match event:
        case model.ApprovalAsked(person=person, why=why):
            asked = f"Asked {name_of(names, person)} to approve it{_in_place(event, names)}"
            return f"{asked}: {with_full_stop(why)}" if why else f"{asked}."
        case model.Satisfied(condition=condition, evidence=evidence):
            return f"Recorded with what the condition “{condition}” is met: {with_full_stop(evidence)}"
        case model.Unsatisfied(condition=condition):
            return f"Took back that the condition “{condition}” is met."
        case model.Approved(words=words):
            return f"Approved the decision{_in_place(event, names)}.{f' {with_full_stop(words)}' if words else ''}"
        case model.AuthoritySatisfied(words=words):
            said = f"Recorded that the authority is satisfied{_in_place(event, names)}."
            return f"{said} {with_full_stop(words)}" if words else said
        case model.ApprovalRefused(reason=reason):
            return f"Refused the approval: {with_full_stop(reason)}"
        case model.SentBack(reason=reason):
            return f"Sent the decision back: {with_full_stop(reason)}"
        case model.Withdrawn(reason=reason):
            return f"Withdrew the decision: {with_full_stop(reason)}"
    return "Did something that this release has no words for."


def _in_place(event: Any, names: Mapping[str, str]) -> str:
    return f", in place of {name_of(names, event.substitute_for)}" if event.substitute_for else ""


def _classified(event: model.Classified, levels: LevelName) -> str:
    level = levels.get(event.level, event.level)
    if not event.departs:
        return f"Recorded the panel’s classification: {level}."
    indicated = levels.get(event.indicated, event.indicated) if event.indicated else "more than one level"
    said = f"Recorded the panel’s classification: {level}. It departs from the indication, {indicated}."
    more = (("Reason", event.departs_why), ("What the rule did not see", event.not_seen))
    return " ".join([said, *(f"{name}: {with_full_stop(text)}" for name, text in more if text)])


def _decided(event: model.Decided) -> str:
    legal = f" {LEGAL[event.legal_outcome]}." if event.legal_outcome in LEGAL else ""
    approver = {"none": "", "court": " A court decides."}.get(event.route.approver, "") if event.route else ""
    if event.route and event.route.approver not in ("none", "court"):
        approver = f" To be approved by the {event.route.approver.replace('_', ' ')}."
    return (
        f"Recorded the decision of {dates.uk(event.day)}: {CHOICES[event.outcome].label}. In effect on "
        f"{dates.uk(event.effective_on)} at the earliest.{legal}{approver}"
    )
