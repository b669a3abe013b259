"""What the record says of the child: from the case file as it stood, or from the evidence that a meeting read."""

from collections.abc import Collection, Iterable
from datetime import date

from framework import case, casefile, dates
from framework.casefile import reading
from framework.casefile.model import (
    BASES,
    KEY_STAGES,
    LIVES,
    PERMANENCE,
    RELATIONS,
    SEXES,
    SORTS,
    STANDINGS,
    YES_NO,
    Adult,
    Entry,
    Parent,
    Sort,
)
from framework.casefile.model import Child as Known
from framework.decision.record.model import Case, Event, Labelled, Relative

VOICE: Sort = "voice"
UNDER_WAY = "An interim care order is made while a court has the case."
"""Children Act 1989, section 38."""


def of_evidence(bundle: case.Case) -> Case:
    """A sample, or the selection of a case file that a meeting kept."""
    return Case(
        reference=bundle.id if bundle.taken_from is None else "",
        called=bundle.title,
        invented=bundle.fictional,
        who=", ".join(
            filter(None, (f"born {dates.month_words(bundle.born)}", f"{bundle.age} old" if bundle.age else ""))
        ),
        standing=bundle.standing,
        looked_after_since=dates.month_words(bundle.in_care_since) if bundle.in_care_since else "",
        proceedings=UNDER_WAY if bundle.legal_status == "s38" and not bundle.home_since else "",
        summary=bundle.summary,
        communicates=bundle.child_words.how,
        adults=tuple(
            Relative(name=one.name, relation=one.relation, view=_said(bundle, one.id)) for one in bundle.carer
        ),
        child_said=bundle.child_words.said,
        chronology=tuple(
            Event(
                when=one.when,
                kind="",
                what=one.what,
                source=one.source,
                basis=one.basis,
                affected=one.affected,
                means=one.means,
                done=one.done,
                result=one.result,
            )
            for one in bundle.chronology
        ),
        information=tuple(f"{one.by}, {one.when}: {one.text}" for one in bundle.report),
        not_known=bundle.missing,
    )


def _said(bundle: case.Case, carer: str) -> str:
    return " ".join(one.text for one in bundle.carer_view if one.carer == carer)


def of_file(state: casefile.Casefile, day: date, restricted: Collection[tuple[str, str]] = ()) -> Case:
    """A case file as it stands, or stood, on a day. No address, and nothing of what is marked as legal advice or a court's.

    `restricted`: kind and id of what is marked so today, and may have got its mark after that day.
    """
    child = state.child
    if child is None:
        return Case(invented=state.invented)
    standing = reading.status_on(state, day)
    out = reading.restricted(state) | set(restricted)
    entries = [one for one in reading.chronology(state) if (one.kind, one.id) not in out]
    documents = [one for one in state.documents.values() if (one.kind, one.id) not in out]
    return Case(
        reference=state.reference,
        called=state.called,
        invented=state.invented,
        who=reading.who(state, day),
        standing=STANDINGS[standing] if standing else "",
        statuses=tuple(
            f"{STANDINGS[one.status]}: {dates.uk(one.since)} to {dates.uk(one.until) or 'now'}"
            for one in reading.statuses(state)
        ),
        looked_after_since=dates.uk(child.looked_after_since),
        proceedings=UNDER_WAY if standing == "s38" else "",
        lives=LIVES[child.lives] if child.lives else "",
        school=", ".join(filter(None, (child.school, KEY_STAGES[child.key_stage] if child.key_stage else ""))),
        background=tuple(_background(child)),
        communicates=child.communicates_by,
        permanence_plan=". ".join(
            filter(None, (PERMANENCE[child.permanence_plan] if child.permanence_plan else "", child.permanence_words))
        ),
        summary=child.summary,
        parents=tuple(_parent(one) for one in state.parents.values()),
        adults=tuple(_adult(state, one) for one in state.adults.values()),
        siblings=tuple(
            Relative(name=one.who or "In a case of their own here", relation="Brother or sister", considered=one.lives)
            for one in state.siblings.values()
        ),
        child_said=tuple(one.what for one in entries if one.sort == VOICE),
        chronology=tuple(map(_event, entries)),
        information=tuple(
            ", ".join(filter(None, (one.title, one.source, dates.uk(one.on), f"reference {one.where}")))
            for one in documents
        ),
        not_known=tuple(_not_known(state, day, out)),
        left_out=len(state.entries) + len(state.documents) - len(entries) - len(documents),
    )


def _not_known(state: casefile.Casefile, day: date, out: Collection[tuple[str, str]]) -> Iterable[str]:
    """Not of what is restricted: that would say when it happened."""
    for one in reading.missing(state, day):
        if (one.kind, one.id) not in out:
            yield f"{one.what[0].upper()}{one.what[1:]}"


def _background(child: Known) -> Iterable[Labelled]:
    said = {
        "Sex": SEXES[child.sex] if child.sex else "",
        "Ethnicity": child.ethnicity,
        "Faith": child.faith,
        "Language": child.language,
        "Needs an interpreter": YES_NO[child.interpreter] if child.interpreter else "",
        "Disability": child.disability,
    }
    return [Labelled(label=label, text=text) for label, text in said.items() if text]


def _parent(one: Parent) -> Relative:
    responsibility = {"yes": "has parental responsibility", "no": "has no parental responsibility"}
    relation = ", ".join(filter(None, (RELATIONS[one.relation], responsibility.get(one.responsibility, ""))))
    considered = {
        "yes": "A return to them is considered",
        "no": f"Not considered: {one.why_not or 'no reason recorded'}",
    }
    return Relative(
        name=one.name, relation=relation, considered=considered.get(one.considered, ""), view=one.view
    )  # fmt: skip


def _adult(state: casefile.Casefile, one: Adult) -> Relative:
    home = state.homes.get(one.home)
    where = f"in {home.name}" if home else ""
    cares = "would care for the child" if one.would_care else ""
    relation = ", ".join(filter(None, (one.relation, where, cares)))
    return Relative(name=one.name, relation=relation, view=one.view, known=one.known)


def _event(one: Entry) -> Event:
    return Event(
        when=reading.when(one),
        kind=SORTS[one.sort],
        what=one.what,
        source=one.source,
        basis=BASES[one.basis],
        affected=one.affected,
        means=one.means,
        done=one.done,
        result=one.result,
    )
