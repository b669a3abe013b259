"""What happened in the decisions on a child, in order, in sentences: who did what, when, and what they wrote."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from framework import dates, items
from framework.decision import model
from framework.decision.model import CHOICES, KINDS, STAGES, WHOSE, Decisions, fold
from framework.items import Added, Changed, Items, Removed, Restored, said
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop

ERASED = "What this said was erased."


class Sentence(NamedTuple):
    at: datetime
    who: str
    """Their name; "" where nobody knows it."""
    decision: str
    """ "" where it cannot be told any more."""
    what: str


def sentences(
    happened: Iterable[Happened], names: Mapping[str, str], levels: Mapping[str, str] | None = None
) -> list[Sentence]:
    """Every event as a sentence. `names`: person → name; `levels`: id of a level → what it is called."""
    state, found = Decisions(), []
    for one in happened:
        before, state = state, fold([one], state)
        decision, what = _said(one.event, before, state, names, levels or {})
        found.append(Sentence(one.at, names.get(one.actor, ""), decision, what))
    return found


def _said(
    event: Any, before: Decisions, after: Decisions, names: Mapping[str, str], levels: Mapping[str, str]
) -> tuple[str, str]:
    """(the decision that an event is about, what it says)"""
    match event:
        case Erased(reason=reason):
            return "", ERASED if reason is None else "Entries of these decisions were erased."
        case Added() | Changed() | Removed() | Restored():
            return _written(event, before.items, after.items)
        case model.Classified() | model.Decided() | model.Opened():
            return event.decision, _made(event, levels)
    return event.decision, _done(event, names, after)


def _written(event: Any, before: Items, after: Items) -> tuple[str, str]:
    """What was written, changed, removed or put back."""
    kind = event.item.kind if isinstance(event, Added) else event.kind
    identifier = event.item.id if isinstance(event, Added) else event.id
    now, was = after.of(kind).get(identifier), before.of(kind).get(identifier)
    item, collection = now or was, KINDS.of(kind)
    if item is None:
        return "", ERASED
    match event:
        case Changed(field=name):
            label = collection.label(name)
            values = [
                items.shown(collection, found, name, getattr(one, name)) for found, one in ((before, was), (after, now))
            ]
            return item.decision, f"Changed the {label} from {values[0]} to {values[1]}."
        case Removed(reason=reason):
            return item.decision, with_full_stop(
                f"Removed the {collection.noun}{_words_of(item)}{f': {reason}' if reason else ''}"
            )
        case Restored():
            return item.decision, f"Put the {collection.noun}{_words_of(item)} back."
    return item.decision, f"Wrote the {collection.noun}{_words_of(item)}."


def _words_of(item: Any) -> str:
    """What an item is told by, after its noun: the first of these that it has."""
    if item.kind == "view":
        return f" of {WHOSE[item.whose]}" + (f": {said(item.words)}" if item.words else "")
    text = next((value for name in ("name", "words", "what", "who") if (value := getattr(item, name, ""))), "")
    return f" {said(text)}" if text else ""


def _made(event: Any, levels: Mapping[str, str]) -> str:
    match event:
        case model.Opened(stage=stage, meeting=meeting, unplanned=unplanned):
            way = "after an unplanned return" if unplanned else "on a meeting" if meeting else "without a meeting"
            return f"Began to prepare a decision {way}. {with_full_stop(STAGES[stage])}"
        case model.Classified(level=level):
            why = f", departing from what is indicated: {event.departs_why}" if event.departs else ""
            return with_full_stop(f"Recorded the classification {levels.get(level, level)}{why}")
    label = CHOICES[event.outcome].label if event.outcome else "nothing"
    start = f", to be in effect from {dates.uk(event.effective_on)}" if event.effective_on > event.day else ""
    return f"Decided on {dates.uk(event.day)}: {label}{start}."


def _done(event: Any, names: Mapping[str, str], after: Decisions) -> str:
    match event:
        case model.Superseded(by=by, since=since):
            return (
                f"A later decision takes its place from {dates.uk(since)} on."
                if by
                else "No later decision takes its place any more: that one was withdrawn."
            )
        case model.ApprovalAsked(person=person, substitute_for=substitute_for, why=why):
            instead = f", in place of {substitute_for}: {why}" if substitute_for else ""
            return with_full_stop(f"Asked {names.get(person) or 'somebody'} to approve it{instead}")
        case model.Satisfied(condition=condition, evidence=evidence):
            return f"Met the condition {said(_condition(event.decision, condition, after))} with {said(evidence)}."
        case model.Unsatisfied(condition=condition):
            return f"Took back that the condition {said(_condition(event.decision, condition, after))} is met."
        case model.Approved(words=words, substitute_for=substitute_for):
            return with_full_stop(
                f"Approved it{f' in place of {substitute_for}' if substitute_for else ''}{f': {words}' if words else ''}"
            )
        case model.AuthoritySatisfied(words=words):
            return with_full_stop(f"Recorded that it may be carried out{f': {words}' if words else ''}")
        case model.ApprovalRefused(reason=reason):
            return with_full_stop(f"Refused the approval: {reason}")
        case model.SentBack(reason=reason):
            return with_full_stop(f"Sent it back: {reason}")
        case model.PlanPrepared(on=on, where=where):
            return f"Recorded that the placement plan was prepared on {dates.uk(on)}{f', {where}' if where else ''}."
        case model.AssessmentCompleted(on=on):
            return f"Recorded that the assessment was complete on {dates.uk(on)}."
        case model.Withdrawn(reason=reason):
            return with_full_stop(f"Withdrew it: {reason}")
    raise ValueError(f"nothing is said of {type(event).__name__}")


def _condition(decision: str, condition: str, after: Decisions) -> str:
    """The text of a condition, as the law of the day had it."""
    made = after.made.get(decision)
    route = made.decided.route if made else None
    return next((one.text for one in route.conditions if one.id == condition), condition) if route else condition
