"""What the papers for the family hold of a child, for a hand-out: the facts with what was said of them, what was left out, what was filed."""

from collections.abc import Iterator, Mapping

from framework import dates
from framework.casefile.handout import KNOWN, TIME, Held
from framework.casefile.model import Casefile, when_words
from framework.letters import reading
from framework.letters.model import ANSWERS, HOWS, REASONS, Fact, Letters, Version

_WHERE = "Written in Homeward for the family"


def held(state: Letters, case: Casefile, names: Mapping[str, str]) -> list[Held]:
    """A row for each fact, each part left out and each filed paper, marked where it holds what is legal advice or a court's.

    `names` gives the names of people.
    """
    facts = [*state.facts.values(), *state.items.removed.get("fact", {}).values()]
    return [
        *(_marked(_fact(state, one, case, names), case, one) for one in facts),
        *_left_out(state, case, names),
        *(_marked(_filed(one, case, names), case) for one in state.filed),
    ]


def _marked(row: Held, case: Casefile, fact: Fact | None = None) -> Held:
    text = "\n".join(text for _, text in row.lines)
    mark = (fact and reading.restricted(fact, case)) or reading.kept_back(text, case)
    return row._replace(legal_advice=mark == "legal_advice", court=mark == "court")


def _fact(state: Letters, fact: Fact, case: Casefile, names: Mapping[str, str]) -> Held:
    edits = state.items.edits.get(("fact", fact.id), ())
    said = [
        (f"Said on {dates.uk(one.on)}, {HOWS[one.how]}", f"{ANSWERS[one.answer]}. {one.words} (of: {one.said})")
        for one in reading.replies_of(state, fact.id)
    ]
    lines = (
        ("Fact", fact.words),
        ("Seen or recorded by", fact.source),
        ("Why it stays as it is", fact.stays_why),
        *said,
    )
    gone = "" if fact.id in state.facts else " (removed)"
    return Held(
        key=f"letters/{fact.id}",
        part=TIME,
        what=f"Fact for {reading.person(case, fact.person).name or 'a parent'} to check{gone}",
        lines=tuple((label, text) for label, text in lines if text),
        at=edits[0].at if edits else None,
        day=fact.since,
        when=when_words(fact.since),
        source=_WHERE,
        about=("A parent", "The child"),
        third_party=True,
        written=tuple(_by(edit.by, names) for edit in edits[:1]),
    )


def _left_out(state: Letters, case: Casefile, names: Mapping[str, str]) -> Iterator[Held]:
    for one in state.withheld.values():
        check = state.checks.get(one.id)
        checked = (
            f"{'Agreed' if check.agreed else 'Not agreed'} by {names.get(check.by) or 'somebody'}" if check else ""
        )
        copy = state.copies.get(one.copy_id)
        lines = (("What", one.what), ("Reason", one.words or REASONS[one.reason]), ("Checked", checked))
        row = Held(
            key=f"letters/{one.id}",
            part=KNOWN,
            what=f"Left out of the copy for {reading.person(case, copy.person).name if copy else 'a parent'}",
            lines=tuple((label, text) for label, text in lines if text),
            at=None,
            source=_WHERE,
            about=("A parent", "The child"),
            third_party=True,
        )
        yield _marked(row, case, reading.any_fact(state, one.fact))


def _filed(one: Version, case: Casefile, names: Mapping[str, str]) -> Held:
    day = dates.local(one.at).date()
    to = reading.person(case, one.person).name if one.person else "the child"
    return Held(
        key=f"letters/filed/{one.number}",
        part=TIME,
        what=f"Paper for {to or 'a parent'}, filed",
        lines=(("Title", one.paper.title), ("Text", one.paper.text)),
        at=one.at,
        day=day.isoformat(),
        when=dates.uk(day),
        source=_WHERE,
        about=("The child",) if not one.person else ("A parent", "The child"),
        third_party=bool(one.person),
        written=(_by(one.by, names),),
    )


def _by(who: str, names: Mapping[str, str]) -> str:
    return f"Written by {names.get(who) or 'somebody without a sign-in'}"
