"""What happened at a meeting, in order, in sentences: who came, went and chaired, who counted, each step and its reason.

For the record and the summary. Pure: from the events with their times; what members answered on their own is not in it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from framework.edition import Edition, Question
from framework.light import explain
from framework.light.classification import Key
from framework.panel import model
from framework.panel.model import PHASE_WORDS, PHASES, Event, Panel
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop


class Proceeding(NamedTuple):
    at: datetime
    what: str


def what_happened(happened: Iterable[Happened], edition: Edition) -> tuple[Proceeding, ...]:
    """Everything about the course of a meeting that a reader of its record would ask about."""
    state, found = Panel(), []
    silent: list[Event] = []  # folded together, since nine in ten events say nothing here
    for event, _, at in happened:
        if isinstance(event, model.Scored | model.Agreed):
            silent.append(event)
            continue
        before = model.fold(silent, state) if silent else state
        silent = []
        state = model.evolve(before, event, at)
        found += [Proceeding(at, what) for what in said(event, before, state, edition)]
    return tuple(found)


def said(event: Event | Erased, before: Panel, after: Panel, edition: Edition) -> Sequence[str]:
    """What one event says about the course of a meeting; nothing of one that only its members' answers are about."""
    match event:
        case Erased(reason=reason):
            return ["Entries of this record were erased. What they said is gone."] if reason is not None else []
        case model.Opened():
            return ["The meeting was opened."]
        case model.Joined(name=name, let_in_by=by):
            how = f"was let in by {name_of(before, by)} and took a seat" if by else "took a seat"
            return [f"{name} {how}: {role(after, event.member, edition)}.{_late(after, event.member)}"]
        case model.SeatAsked(name=name):
            return [f"{name} asked to be let in."]
        case model.RoleCorrected(member=member):
            was, now = role(before, member, edition), role(after, member, edition)
            return [f"{name_of(after, member)}'s role was corrected, from {was} to {now}.{_late(after, member)}"]
        case model.Removed(member=member, reason=reason):
            return [
                f"{name_of(after, member)}'s seat was removed by {name_of(before, before.chair)}: {with_full_stop(reason)}"
            ]
        case model.Restored(member=member):
            return [f"{name_of(after, member)}'s seat was given back."]
        case model.HandedOver(member=member):
            how = "took the chair as deputy" if member == before.deputy else "took the chair"
            return [f"{name_of(after, member)} {how}; before, {name_of(after, before.chair)} chaired."]
        case model.DeputyNamed(member=member):
            return [
                f"{name_of(after, member)} was named deputy chair." if member else "There is no deputy chair any more."
            ]
        case model.KeyReplaced(member=member, by=by):
            people = " and ".join(name_of(after, one) for one in by)
            return [f"{name_of(after, member)} was let back in from another device by {people}; the old key is void."]
        case model.ReturnRefused(by=by, request=request):
            asked = before.requests.get(request)
            if asked and asked.seat:
                return [
                    f"{name_of(after, by)} did not let {asked.seat.name} in."
                    if by
                    else f"{asked.seat.name} asked no longer."
                ]
            if asked and not by:
                return [f"The request for {name_of(after, asked.member)}'s seat was given up."]
            if asked and asked.member == by:
                return [
                    f"Somebody asked for {name_of(after, by)}'s seat from another device; {name_of(after, by)} refused it."
                ]
            return [f"{name_of(after, by)} did not let {name_of(after, asked.member)} back in."] if asked else []
        case model.CarersNamed():
            return _carers(before, after)
        case model.LightShown(member=member):
            return [f"{name_of(after, member)} looked at their own light before they had finished."]
        case model.Outcome():
            return _sealed(event, after, edition)
        case model.PhaseMoved():
            return _moved(event, before, after, edition)
    return []


def _carers(before: Panel, after: Panel) -> list[str]:
    said = []
    if before.carers:
        said += [
            f"{n} was {'brought back' if c in before.past_carers else 'added'} to the parents and home carers."
            for c, n in after.carers.items()
            if c not in before.carers
        ]
        said += [
            f"{n} was taken off the parents and home carers." for c, n in before.carers.items() if c not in after.carers
        ]
    said += [
        f"The name of a parent or home carer was changed from {before.carers[carer]} to {name}."
        for carer, name in after.carers.items()
        if carer in before.carers and before.carers[carer] != name
    ]
    return said


def _moved(event: model.PhaseMoved, before: Panel, after: Panel, edition: Edition) -> list[str]:
    to = PHASE_WORDS[event.to].lower()
    if PHASES.index(event.to) < PHASES.index(before.phase):
        who = name_of(before, before.chair)
        aside = ["What had been sealed is set aside and stays in the record."] if before.sealed else []
        return [
            f"{who} took the meeting back from {PHASE_WORDS[before.phase].lower()} to {to}: {with_full_stop(event.reason)}",
            *aside,
        ]
    if event.to != "revealed":
        return [{"scoring": "Scoring began.", "agreed": "All answers were agreed.", "closed": "The meeting was closed."}[
            event.to
        ]]  # fmt: skip
    counting = after.counting or ()
    names = ", ".join(name_of(after, member) for member in counting)
    said = [f"The scores were revealed. Whose answers count: {names}."]
    if without := [member.name for member in after.scorers if member.id not in counting]:
        said.append(f"At the reveal without an answer that counts: {', '.join(without)}.")
    for member in counting:
        if together := sum(answer.together for answer in after.answers.get(member, {}).values()):
            answers = "1 answer" if together == 1 else f"{together} answers"
            said.append(f"{name_of(after, member)} had filled in {answers} together with the rest of a section.")
    if opened := [question(edition, key, after) for key in before.recorded if key not in after.recorded]:
        said.append(f"Recorded before, and open again since the answers that count have changed: {'; '.join(opened)}.")
    return said


def _sealed(event: model.Outcome, after: Panel, edition: Edition) -> list[str]:
    if event.light is None:
        return []
    level = explain.level_name(edition, event.worst)
    if event.indicated is None:
        level = f"Between {edition.levels[event.best].label} and {level}"
    names = ", ".join(name_of(after, member) for member in event.counting)
    return [f"What was agreed was sealed: {level}. Whose answers counted: {names}."]


def question(edition: Edition, key: Key, panel: Panel) -> str:
    asked = Question(*key, edition.dimension_of(key[0]).id)
    return explain.subject(edition, asked, {**panel.past_carers, **panel.carers})


def role(panel: Panel, member: str, edition: Edition) -> str:
    """“second worker, has not met the family”."""
    one = panel.members[member]
    words = explain.in_sentence(edition.role_label(one.role))
    if one.has_met_family is not None:
        words += ", has met the family" if one.has_met_family else ", has not met the family"
    return words


def _late(panel: Panel, member: str) -> str:
    one = panel.members[member]
    return " They saw the answers before giving any, so theirs never count." if one.late and one.scoring else ""


def name_of(panel: Panel, member: str) -> str:
    return panel.members[member].name if member in panel.members else "somebody"
