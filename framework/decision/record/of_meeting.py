"""What the record says of a meeting: who sat there, every score, what was agreed, and what the rule makes of it."""

from collections.abc import Sequence
from typing import Any

from framework import panel
from framework.dates import uk_clock
from framework.decision.record.model import (
    Answered,
    Edition,
    Group,
    Labelled,
    Light,
    Meeting,
    Person,
    Provenance,
    Score,
    View,
    When,
)
from framework.edition import CAPACITY, WISHES, Question
from framework.edition import Edition as Framework
from framework.light import explain
from framework.panel import summary
from framework.panel.spread import lights_counted, reliability, spreads
from framework.streams.kind import Happened


def meeting(state: panel.Panel, edition: Framework, happened: Sequence[Happened]) -> Meeting:
    """`state` as everybody may see it (:func:`framework.panel.view_for`)."""
    said = summary.summary(state, edition, happened)
    return Meeting(
        id=state.meeting,
        stage=state.stage,
        phase=panel.PHASE_WORDS[state.phase],
        closed=state.phase == "closed",
        opened=said["opened"],
        last=said["ended"],
        people=tuple(_person(one, state, edition) for one in state.members.values()),
        composition=tuple(said["composition"]),
        carers=tuple(said["carers"]),
        carers_before=tuple(_taken_off(one) for one in said["past_carers"]),
        views=tuple(View(who=f"{one['who']} ({one['role']})", words=one["text"]) for one in said["views"]),
        proceedings=tuple(When(at=one["at"], what=one["what"]) for one in said["proceedings"]),
        sealed=said["sealed"],
        events=len(happened),
    )


def _person(member: panel.Member, state: panel.Panel, edition: Framework) -> Person:
    role = panel.role(state, member.id, edition)
    counting = {one.id for one in panel.counting_members(state)} if state.phase in panel.SEEN_BY_ALL else set()
    removed = f"{uk_clock(member.removed_at)}: {member.removed}".removeprefix(": ") if member.removed else ""
    return Person(
        name=member.name,
        role=role[:1].upper() + role[1:],
        independent=member.has_met_family is False,
        counted=member.id in counting,
        chaired=member.id == state.chair,
        removed=removed,
    )


def _taken_off(one: dict[str, Any]) -> str:
    answers = "; ".join(one["answers"]) or "nobody had answered about this person"
    return f"{one['name']}: {answers}"


def framework(edition: Framework) -> Edition:
    return Edition(id=edition.id, title=edition.title, hash=edition.hash)


# ── The light ────────────────────────────────────────────────────────────────────────────────────────────────────────


def light(state: panel.Panel, edition: Framework, happened: Sequence[Happened]) -> Light:
    """Of what is agreed; empty before the answers are on the table."""
    if state.phase not in panel.SEEN_BY_ALL:
        return Light()
    said, found = summary.summary(state, edition, happened), panel.panel_light(state, edition)
    return Light(
        level=said["level"],
        shape=said["shape"],
        sentence=said["sentence"],
        meaning=said["meaning"],
        row_or_gap=found.basis or "",
        basis=said["basis"],
        row=said["row"],
        dimensions=tuple(Labelled(label=one["label"], text=one["value"]) for one in said["dimensions"]),
        holding=_groups(said["holding"]),
        protecting=_groups(said["protecting"]),
        unknown=tuple(said["unknown"]),
        unknown_for_safety=tuple(said["safety_unknown"]),
        cautions=tuple(said["cautions"]),
        history=tuple(said["history"]),
        for_authority=tuple(said["for_authority"]),
        caveats=tuple(said["caveats"]),
        wishes=said["wishes_apart"],
        note=said["rule_note"],
        members=tuple(one.words for one in lights_counted(state, edition)),
        alike=reliability(state, edition).sentence,
    )


def _groups(said: Sequence[dict[str, Any]]) -> tuple[Group, ...]:
    return tuple(Group(label=one["label"], entries=tuple(one["items"])) for one in said)


# ── Every answer ─────────────────────────────────────────────────────────────────────────────────────────────────────


def answers(state: panel.Panel, edition: Framework) -> tuple[Answered, ...]:
    """Question by question in the edition's order; none before the answers are on the table."""
    if state.phase not in panel.SEEN_BY_ALL:
        return ()
    differed = {one.question.key for one in spreads(state, edition) if one.differed}
    return tuple(_answered(state, edition, one, one.key in differed) for one in edition.questions(state.carer_ids))


def _answered(state: panel.Panel, edition: Framework, question: Question, differed: bool) -> Answered:
    key, agreed = question.key, panel.agreement(state, question.key)
    factor = edition.factors.get(question.subject)
    dimension = edition.dimensions[question.dimension]
    names = {one.id: one.name for one in state.members.values()}
    counting = panel.counting_members(state)
    own: Provenance = dimension.provenance
    return Answered(
        subject=question.subject,
        about=question.about,
        dimension=dimension.id,
        domain=factor.domain if factor else "",
        question=explain.subject(edition, question, state.carers),
        status=agreed.status if agreed else "",
        answer=edition.status_label(question.subject, agreed.status) if agreed else "",
        how=panel.how_agreed(state, edition, key, agreed) if agreed else "",
        note=agreed.note if agreed else "",
        scores=tuple(_scores(state, edition, question)),
        silent=tuple(one.name for one in counting if key not in state.answers.get(one.id, {})),
        differed=differed,
        notes=tuple(f"{names[one.member]}, {uk_clock(one.at)}: {one.text}" for one in state.notes.get(key, ())),
        dissent=tuple(f"{names[who]}: {reason}" for who, reason in state.dissent.get(key, {}).items()),
        caution=bool(factor and factor.caution),
        provenance=factor.provenance if factor else own,
        guidance_provenance=factor.guidance_provenance if factor else own,
    )


def _scores(state: panel.Panel, edition: Framework, question: Question) -> list[Score]:
    key, found = question.key, []
    why = {one.member.id: panel.why_apart(one) for one in panel.apart(state, key)}
    for member in state.members.values():
        steps = panel.trail(state, member.id, key)
        if not steps:
            continue
        given = state.answers.get(member.id, {}).get(key)
        found.append(
            Score(
                who=member.name,
                answer=edition.status_label(question.subject, given.status) if given else "",
                first=edition.status_label(question.subject, steps[0].given.status),
                changed=panel.how_changed(state, edition, member.id, key),
                note=given.note if given else "",
                evidence=panel.evidence_words(edition, given) if given else "",
                together=bool(given and given.together),
                apart=why.get(member.id, ""),
            )
        )
    return found


def about_wishes(answer: Answered) -> bool:
    return answer.subject == WISHES


def about_capacity(answer: Answered) -> bool:
    return answer.subject == CAPACITY
