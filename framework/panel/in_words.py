"""Every event of a meeting in words, for whoever may be told what happened there (:func:`framework.panel.access.past`).

What a member answered and changed again before a reveal was never put to the panel. That they did stands here; what it said does not.
"""

from collections.abc import Sequence
from typing import Any

from framework import trail
from framework.edition import Edition
from framework.light.classification import Key
from framework.panel import model, proceedings
from framework.panel.model import SEEN_BY_ALL, Panel
from framework.panel.proceedings import name_of, question
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop
from framework.trail import Said


def told(happened: Sequence[Happened], edition: Edition) -> list[Said]:
    """What happened, in order; nothing unless the last step of it is one in which everybody sees the answers."""
    seats = {event.member: event.name for event, _, _ in happened if isinstance(event, model.Joined | model.SeatAsked)}
    never_shown, before, found = _never_shown(happened), Panel(), []
    for number, (event, actor, at) in enumerate(happened):
        after = model.evolve(before, event, at)
        if number in never_shown:
            said = f"Answered {question(edition, (event.subject, event.about), after)}, and changed that before the reveal."
        else:
            said = " ".join(_said(event, before, after, edition))
        found.append(Said(at, trail.name_of(seats, actor), said))
        before = after
    return found if before.phase in SEEN_BY_ALL else []


def _never_shown(happened: Sequence[Happened]) -> set[int]:
    """The answers, by their place, that a member replaced or took back before they were revealed."""
    latest: dict[tuple[str, Key], int] = {}
    replaced, phase = set[int](), "gathering"
    for number, (event, _, _) in enumerate(happened):
        if isinstance(event, model.PhaseMoved):
            phase = event.to
            latest = {} if phase in SEEN_BY_ALL else latest
        elif isinstance(event, model.Scored) and phase not in SEEN_BY_ALL:
            of = event.member, (event.subject, event.about)
            if of in latest:
                replaced.add(latest[of])
            latest[of] = number
    return replaced


def _said(event: Any, before: Panel, after: Panel, edition: Edition) -> Sequence[str]:
    if isinstance(event, Erased):
        return [trail.erased(event)]
    if isinstance(event, model.Scored):
        return [_scored(event, before, after, edition)]
    said = [*proceedings.said(event, before, after, edition)]
    return said or [_otherwise(event, before, after, edition)]


def _scored(event: model.Scored, before: Panel, after: Panel, edition: Edition) -> str:
    key = (event.subject, event.about)
    asked, was = question(edition, key, after), before.answers.get(event.member, {}).get(key)
    if event.status is None:
        return f"Took back the answer to {asked}."
    label = edition.status_label(event.subject, event.status)
    if after.phase in SEEN_BY_ALL and was:
        said = f"Changed the answer to {asked}, from {edition.status_label(event.subject, was.status)} to {label}."
    else:
        said = f"Answered {asked}: {label}{', together with the rest of the section' if event.together else ''}."
    kinds = [edition.evidence_kinds[one].label for one in event.evidence if one in edition.evidence_kinds]
    more = (("Evidence", ", ".join(kinds)), ("Note", event.note), ("Reason", event.reason))
    return " ".join([said, *(f"{name}: {with_full_stop(text)}" for name, text in more if text)])


def _otherwise(event: Any, before: Panel, after: Panel, edition: Edition) -> str:
    """Events of which the proceedings of a meeting say nothing."""
    match event:
        case model.NoteAdded(text=text):
            return f"Added a note to {_asked(event, after, edition)}: {with_full_stop(text)}"
        case model.Agreed(status=None):
            return f"Opened {_asked(event, after, edition)} again."
        case model.Agreed(status=str(status), note=note):
            label = edition.status_label(event.subject, status)
            said = f"Recorded the panel’s answer to {_asked(event, after, edition)}: {label}."
            return f"{said} Note: {with_full_stop(note)}" if note else said
        case model.Dissented(reason=reason):
            asked = _asked(event, after, edition)
            return (
                f"Does not share the panel’s answer to {asked}: {with_full_stop(reason)}"
                if reason
                else f"Withdrew the dissent on {asked}."
            )
        case model.ViewRecorded(text=text):
            return f"Put a view on record: {with_full_stop(text)}" if text else "Withdrew the view that was on record."
        case model.Finished(finished=finished):
            return "Said that they have finished." if finished else "Went on answering after having finished."
        case model.CarersNamed(carers=carers):
            return f"Parents and home carers: {', '.join(carers.values()) or 'nobody'}."
        case model.Focused(subject=subject, about=about):
            turned = question(edition, (subject, about), after) if subject and about else "no question"
            return f"Turned the room to {turned}."
        case model.NamesShown(shown=shown):
            return f"{'Let the wall show' if shown else 'Took off the wall'} the names of parents and home carers."
        case model.WallOffered():
            return "Asked for a code for the wall."
        case model.WallOpened():
            return "A screen was made the wall."
        case model.ReturnAsked(member=member):
            return f"Somebody asked for {name_of(after, member)}’s seat back from another device."
        case model.ReturnSupported(by=by, request=request):
            asks = before.requests.get(request)
            return f"{name_of(after, by)} said that it is {name_of(after, asks.member) if asks else 'them'}."
        case model.ReturnRefused():
            return "A request for a seat was refused or given up."
        case model.Outcome():
            return "What was agreed was written down."
    return "Did something that this release has no words for."


def _asked(event: Any, panel: Panel, edition: Edition) -> str:
    return question(edition, (event.subject, event.about), panel)
