"""What decisions hold of a child, for a hand-out: all that was written, decided and approved, and what it said before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from framework import dates
from framework.casefile.handout import KNOWN, TIME, Held
from framework.decision.model import CHOICES, KINDS, LEGAL, STAGES, Classing, Decisions, Made, Signed, fold
from framework.decision.reading import conditions, footing
from framework.items import Edit, Item, shown
from framework.streams.kind import Happened

SOURCE = "Written in Homeward"
_ABOUT = {
    "view": (("The child", "A parent", "Another adult", "A professional"), True),
    "told": (("The child", "A parent", "Another adult"), True),
    "dissent": (("A professional",), True),
    "dispute": (("A professional",), True),
}
"""Kind of item → whom it may be about, and whether it may be somebody else's data."""
_NOT_SHOWN = frozenset({"id", "kind", "decision", "meeting", "unplanned", "to_home"})
Names = Callable[[set[str]], dict[str, str]]


def held(happened: Iterable[Happened], names: Names, until: datetime) -> list[Held]:
    """A row for each item that was ever written, each classification and each decision, as they stood at a moment."""
    state = fold(one for one in happened if one.at <= until)
    people = names(_people(state))
    found = [_item(state, kind, item, people) for kind in KINDS.by_kind for item in _all(state, kind)]
    found += [_classified(one, people) for one in state.classifications]
    makings = [*(one for earlier in state.before.values() for one in earlier), *state.made.values()]
    return found + [_made(one, people) for one in makings]


def _all(state: Decisions, kind: str) -> list[Item]:
    return [*state.items.of(kind).values(), *state.items.removed.get(kind, {}).values()]


def _people(state: Decisions) -> set[str]:
    made = [*state.made.values(), *(one for earlier in state.before.values() for one in earlier)]
    found = {edit.by for edits in state.items.edits.values() for edit in edits}
    found |= {one.by for one in (*state.opened.values(), *state.dropped.values())}
    found |= {one.by for one in state.classifications}
    for one in made:
        found |= {one.by, *one.decided.counted, *one.decided.chaired, *(asked.person for asked in one.asked)}
        found |= {signed.by for _, signed in _signatures(one)} | {evidence.by for evidence in one.satisfied.values()}
    return found


def _signatures(made: Made) -> Iterator[tuple[str, Signed]]:
    """What was signed, and by whom, in words."""
    for what, signed in (
        ("Approved", made.approved),
        ("Authority satisfied", made.authority_satisfied),
        ("Approval refused", made.refused),
        ("Sent back", made.sent_back),
        ("Withdrawn", made.withdrawn),
    ):
        if signed:
            yield what, signed


def _item(state: Decisions, kind: str, item: Item, names: Mapping[str, str]) -> Held:
    collection, edits = KINDS.of(kind), state.items.edits.get((kind, item.id), ())
    about, third_party = _ABOUT.get(kind, (("The child",), False))
    begun = state.opened.get(item.id) if kind == "draft" else None
    dropped = state.dropped.get(item.id) if kind == "draft" else None
    written = [_by("Begun", begun, names)] if begun else []
    written += [_edited(state, kind, edit, names) for edit in edits]
    written += [f"{_by('Withdrawn', dropped, names)}: {dropped.words}"] if dropped else []
    gone = "" if item.id in state.items.of(kind) else " (removed)"
    return Held(
        key=f"decision/{kind}/{item.id}",
        part=KNOWN,
        what=("Decision: what was written" if kind == "draft" else f"Decision: {collection.noun}") + gone,
        lines=tuple(
            (_capital(collection.label(name)), _value(state, kind, name, value))
            for name, value in item
            if name not in _NOT_SHOWN and value not in ("", None, (), False)
        ),
        at=begun.at if begun else edits[0].at if edits else None,
        source=SOURCE,
        about=about,
        third_party=third_party,
        written=tuple(written),
    )


def _edited(state: Decisions, kind: str, edit: Edit, names: Mapping[str, str]) -> str:
    signed = Signed(edit.by, edit.at)
    if not edit.field:
        return _by("Written" if edit.before is None else "Removed", signed, names)
    before = "empty" if edit.before in ("", None, ()) else _value(state, kind, edit.field, edit.before)
    return _by(f"{_capital(KINDS.of(kind).label(edit.field))} changed; it was: {before};", signed, names)


def _value(state: Decisions, kind: str, name: str, value: Any) -> str:
    """A value for a reader, whole, without quotation marks."""
    collection = KINDS.of(kind)
    whole = isinstance(value, str) and collection.about(name).options is None
    return value if whole else shown(collection, state.items, name, value).strip("“”")


def _classified(one: Classing, names: Mapping[str, str]) -> Held:
    said = one.classified
    lines = (
        ("Level", said.level),
        ("Indicated", said.indicated or "none yet (grey)"),
        ("Departs from it, because", said.departs_why),
        ("What the rule did not see", said.not_seen),
    )
    return _row(
        f"classified/{said.decision}/{one.at.isoformat()}", "Panel’s classification", lines, one.by, one.at, names
    )


def _made(made: Made, names: Mapping[str, str]) -> Held:
    decided = made.decided
    status = (decided.facts or {}).get("legal_status")
    lines = [
        ("Stage", STAGES[made.draft.stage]),
        ("Decision", CHOICES[decided.outcome].label if decided.outcome else ""),
        ("Legal footing", next((footing(name, status) for name in LEGAL if name == decided.legal_outcome), "")),
        ("Level", decided.level),
        ("Day of the decision", dates.uk(decided.day)),
        ("In effect from", dates.uk(decided.effective_on)),
        ("Who counted at the meeting", ", ".join(names.get(one, one) for one in decided.counted)),
        ("Who chaired it", ", ".join(names.get(one, one) for one in decided.chaired)),
        ("Who approves, and why", decided.route.basis if decided.route else ""),
    ]
    lines += [
        (
            f"Condition: {one.text}",
            f"{one.evidence.words} ({_by('Written', one.evidence, names)})" if one.evidence else "Not met",
        )
        for one in conditions(made)
    ]
    for asked in made.asked:
        more = f", in place of {asked.substitute_for}: {asked.why}" if asked.substitute_for else ""
        lines.append(("Asked to approve", names.get(asked.person, asked.person) + more))
    lines += [
        (what, " ".join(filter(None, (_by("Recorded", one, names) + ".", one.words))))
        for what, one in _signatures(made)
    ]
    if made.plan:
        lines.append(("Placement plan prepared", " ".join(filter(None, (dates.uk(made.plan.on), made.plan.where)))))
    if made.assessed:
        lines.append(("Assessment complete", dates.uk(made.assessed.on)))
    return _row(f"decided/{made.decision}/{made.version}", "Decision", tuple(lines), made.by, made.at, names)


def _row(
    key: str, what: str, lines: tuple[tuple[str, str], ...], by: str, at: datetime, names: Mapping[str, str]
) -> Held:
    day = dates.local(at).date()
    return Held(
        key=f"decision/{key}",
        part=TIME,
        what=what,
        lines=tuple((label, text) for label, text in lines if text),
        at=at,
        day=day.isoformat(),
        when=dates.uk(day),
        source=SOURCE,
        about=("The child", "A parent", "A professional"),
        third_party=True,
        written=(_by("Recorded", Signed(by, at), names),),
    )


def _by(verb: str, signed: Any, names: Mapping[str, str]) -> str:
    return f"{verb} by {names.get(signed.by) or 'somebody without a sign-in'}, {dates.uk_time(signed.at)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
