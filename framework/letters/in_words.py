"""What happened to the papers for the family, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from framework import dates, trail
from framework.casefile.model import Casefile, when_words
from framework.items import Added, Changed, Removed, Restored
from framework.letters import reading
from framework.letters.model import (
    ANSWERS,
    HOWS,
    KINDS,
    Begun,
    Checked,
    Fact,
    Filed,
    Letters,
    Replied,
    Withheld,
    fold,
)
from framework.streams.kind import Erased, Happened
from framework.text import with_full_stop
from framework.trail import Said, Written, name_of


def told(happened: Iterable[Happened], case: Casefile, names: Mapping[str, str]) -> list[Said]:
    """Every event. `case`, as it stands now, names the parents and home carers, and says what is legal advice or a court's: that is marked
    from its first word on. `names`: the people who work here."""
    happened = list(happened)
    state = fold(happened, Letters())

    def value(kind: str, field: str, given: Any) -> str | None:
        if field == "person":
            return _called(case, given)
        return when_words(given) if kind == "fact" and field == "since" else None

    written = Written(KINDS, value)
    found = []
    for event, actor, at in happened:
        words = _words(event, written, case)
        found.append(Said(at, name_of(names, actor), words, bool(_restricted(event, words, state, case))))
    return found


def _restricted(event: Any, words: str, state: Letters, case: Casefile) -> str:
    fact = reading.any_fact(state, _fact_of(event, state))
    return (fact and reading.restricted(fact, case)) or reading.kept_back(words, case)


def _fact_of(event: Any, state: Letters) -> str:
    """The id of the fact that an event is about, or that the part it is about leaves out; "": none."""
    match event:
        case Replied(fact=fact) | Added(item=Withheld(fact=fact)):
            return fact
        case Added(item=Fact(id=identifier)):
            return identifier
        case (
            Changed(kind="fact", id=identifier)
            | Removed(kind="fact", id=identifier)
            | Restored(kind="fact", id=identifier)
        ):
            return identifier
        case Changed(kind="withheld", id=identifier) | Removed(kind="withheld", id=identifier):
            part = state.withheld.get(identifier) or state.items.removed.get("withheld", {}).get(identifier)
            return part.fact if part else ""
    return ""


def _words(event: Any, written: Written, case: Casefile) -> str:
    match event:
        case Erased():
            return trail.erased(event)
        case Added() | Changed() | Removed() | Restored():
            return written.words(event)
        case Begun():
            return "Began to write for the family."
        case Replied(said=said, answer=answer, words=words, on=on, how=how):
            own = f" “{words}”" if words else ""
            return f"Kept what was said on {dates.uk(on)}, {HOWS[how]}, of the fact “{said}”: {ANSWERS[answer]}.{own}"
        case Checked(agreed=agreed, words=words):
            done = "Agreed that a part is left out" if agreed else "Did not agree that a part is left out"
            return with_full_stop(f"{done}{f': {words}' if words else ''}")
        case Filed(sort=sort, person=person):
            return f"Filed {'the copy for ' + _called(case, person) if sort == 'copy' else 'the child’s letter'}."
    return "Did something that this release has no words for."


def _called(case: Casefile, person: str) -> str:
    return reading.person(case, person).name or "a parent"
