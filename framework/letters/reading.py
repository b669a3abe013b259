"""What the papers say and lack: whose they are, what must not stand in them, and what keeps one from being filed. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, NamedTuple

from framework.casefile import reading as cases
from framework.casefile.model import Casefile, Entry, first_day
from framework.letters.model import Copy, Fact, KeptReply, Letter, Letters, Paper, Version, Withheld

WORDS_OF_CHILD, WORDS_OF_OTHERS = 5, 6
"""So many words in a row, the same as in what somebody said or wrote, are taken to be a quotation (source: product)."""
_POSTCODE = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})\b")
"""A postcode of the United Kingdom, in small letters."""


class Person(NamedTuple):
    """Somebody who gets a copy of their own."""

    id: str
    """ "parent.p1", "adult.a2": the kind and id of what the case holds of them."""
    name: str
    relation: str
    """ "mother", "father", "other", or as the case has it of an adult in a home."""


class OfDecision(NamedTuple):
    """What the papers may tell of one decision. Empty where nothing is decided here.

    Its rationale is not among it: that speaks of everybody.
    """

    outcome: str = ""
    """One of :data:`framework.letters.offering.OUTCOMES`; "" while nothing is decided."""
    on: date | None = None
    stands: Literal["in_effect", "to_come", "waits", "ended"] = "waits"
    """Whether it counts: from today, from a day to come (`since`), not before somebody has agreed, or not any more."""
    since: date | None = None
    conditions: tuple[tuple[str, date | None], ...] = ()
    """(what must be so, by when)."""
    supports: tuple[tuple[str, str, date | None], ...] = ()
    """(what help, who gives it, from when)."""
    waits_for: str = ""
    """Whose approval it waits for (:data:`framework.decision.law.Approver`), "plan", or "" for nothing of this kind."""
    review_on: date | None = None
    views: tuple[tuple[str, str], ...] = ()
    """(whose: "child", "mother", "father" …, in their words)."""


def people(case: Casefile) -> list[Person]:
    """Everybody who gets a copy: the parents, those not considered among them, and the adults who would care for the child.

    A parent who is also one of the adults of a home, by the same name, is there once.
    """
    parents = [Person(f"parent.{one.id}", one.name, one.relation) for one in case.parents.values()]
    names = {_folded(one.name) for one in parents}
    carers = [one for one in cases.carers(case) if _folded(one.name) not in names]
    return [*parents, *(Person(f"adult.{one.id}", one.name, one.relation) for one in carers)]


def person(case: Casefile, identifier: str) -> Person:
    """Somebody of :func:`people`; of one who was taken out of the case meanwhile the id alone."""
    return next((one for one in people(case) if one.id == identifier), Person(identifier, "", ""))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


# ── Facts, and what was said of them ─────────────────────────────────────────────────────────────────────────────────

Standing = Literal["open", "confirmed", "corrected", "commented", "changed"]
STANDINGS: dict[Standing, str] = {
    "open": "Not checked yet",
    "confirmed": "They say it is right",
    "corrected": "They say it is not right",
    "commented": "They said something about it",
    "changed": "Changed after what they said",
}


def facts_of(state: Letters, person: str) -> list[Fact]:
    """The facts about one person, the earliest first."""
    own = [one for one in state.facts.values() if one.person == person]
    return sorted(own, key=lambda one: (first_day(one.since), one.since, one.id))


def replies_of(state: Letters, fact: str) -> list[KeptReply]:
    return [one for one in state.replies if one.fact == fact]


def last_reply(state: Letters, fact: str) -> KeptReply | None:
    found = replies_of(state, fact)
    return found[-1] if found else None


def standing(state: Letters, fact: Fact) -> Standing:
    """Where a fact stands. What was confirmed and then changed has to be shown again."""
    reply = last_reply(state, fact.id)
    if reply is None:
        return "open"
    if reply.said != fact.words:
        return "open" if reply.answer == "confirm" else "changed"
    by_answer: dict[str, Standing] = {"confirm": "confirmed", "correct": "corrected", "comment": "commented"}
    return by_answer[reply.answer]


def left_out(state: Letters, copy: Copy) -> list[Withheld]:
    return [one for one in state.withheld.values() if one.copy_id == copy.id]


def printed_facts(state: Letters, copy: Copy) -> list[Fact]:
    """The facts that stand in a copy: those about this person that nobody has left out of it."""
    gone = {one.fact for one in left_out(state, copy) if one.fact}
    return [one for one in facts_of(state, copy.person) if one.id not in gone]


def shown_facts(state: Letters, person: str) -> list[Fact]:
    """The facts that somebody is given to check: those about them that no copy of theirs leaves out."""
    theirs = {one.id for one in state.copies.values() if one.person == person}
    gone = {one.fact for one in state.withheld.values() if one.copy_id in theirs}
    return [one for one in facts_of(state, person) if one.id not in gone]


def offered_entries(case: Casefile, state: Letters, person: str) -> list[str]:
    """The ids of the entries that can be taken from the chronology as facts about this person, the latest first.

    What happened and is no opinion; nothing that is marked as somebody else’s, as legal advice or as a court’s, no words of the
    child, and nothing about another child. Whom of the parents it concerns the chronology does not say: a worker chooses.
    """
    taken = {one.entry for one in facts_of(state, person)}
    found = [
        one
        for one in cases.chronology(case, for_copy=True)
        if one.basis == "fact"
        and one.sort != "voice"
        and not one.third_party
        and not {"other_child", "other_adult"} & {*one.about}
        and one.id not in taken
    ]
    return [one.id for one in reversed(found)]


# ── What must not stand in a paper ───────────────────────────────────────────────────────────────────────────────────


class Secret(NamedTuple):
    """Words that a paper may not hold."""

    what: str
    """What they tell, within a sentence."""
    words: tuple[str, ...]
    run: int
    """So many of them in a row give it away."""


def tokens(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def secrets(state: Letters, copy: Copy, case: Casefile, known: OfDecision) -> list[Secret]:
    """What this person’s copy may not hold: where others live, what others said, and what the law keeps back.

    What this person said themselves may stand in it, whoever else said the same; only what the law keeps back may not. A fact about
    somebody else may stand in it where the same is a fact about this person.
    """
    gone = [state.facts[one.fact].words for one in left_out(state, copy) if one.fact in state.facts]
    child = () if copy.child_agreed == "yes" else tuple(_child_words(case, known))
    return _secrets(state, copy.person, case, known, printed_facts(state, copy), gone, child)


def _secrets_of_facts(state: Letters, who: str, case: Casefile, known: Iterable[OfDecision]) -> list[Secret]:
    """The same of the facts that somebody checks: no copy says yet whether the child agreed."""
    of_all = OfDecision(views=tuple(view for one in known for view in one.views))
    shown = shown_facts(state, who)
    gone = [one.words for one in facts_of(state, who) if one not in shown]
    return _secrets(state, who, case, of_all, shown, gone, _child_words(case, of_all))


def _secrets(
    state: Letters,
    who: str,
    case: Casefile,
    known: OfDecision,
    printed: list[Fact],
    gone: Iterable[str],
    child: Iterable[str],
) -> list[Secret]:
    replies = [one.words for fact in facts_of(state, who) for one in replies_of(state, fact.id)]
    said = _joined((*replies, *own_views(who, case, known)))
    facts = said + _joined(one.words for one in printed)
    found = [_quoted("what the child said", one, WORDS_OF_CHILD) for one in child]
    found += [_quoted("what is left out of it", one, WORDS_OF_OTHERS) for one in gone]
    found += [_quoted(_OTHERS, one, WORDS_OF_OTHERS) for one in _views_of_others(who, case, known)]
    of_others = [_quoted(_OTHERS, one, WORDS_OF_OTHERS) for one in _facts_of_others(state, who)]
    return [
        *_addresses(who, case),
        *_kept_back(case),
        *(one for one in found if not _whole(one, said)),
        *(one for one in of_others if not _whole(one, facts)),
    ]


_OTHERS = "what is about somebody else"
_LAW = "legal advice, or under a court’s restriction"


def _joined(texts: Iterable[str]) -> str:
    return " ".join(f" {' '.join(tokens(text))} " for text in texts)


def _kept_back(case: Casefile) -> list[Secret]:
    return [_law(one) for one in _restricted_entries(case)]


def _law(entry: Entry) -> Secret:
    return _quoted(f"what is {_LAW}", entry.what, WORDS_OF_OTHERS)


def _restricted_entries(case: Casefile) -> list[Entry]:
    """Marked now; also what was removed since."""
    entries = [*case.entries.values(), *case.items.removed.get("entry", {}).values()]
    return [one for one in entries if one.restricted]


def kept_back(text: str, case: Casefile, entry: str = "") -> Literal["", "legal_advice", "court"]:
    """The mark for which a text may stand in no copy, bundle or hand-out: it was taken from this entry, or holds words of one."""
    for one in _restricted_entries(case):
        if one.id == entry or leaks(text, [_law(one)]):
            return "legal_advice" if one.legal_advice else "court"
    return ""


def restricted(fact: Fact, case: Casefile) -> Literal["", "legal_advice", "court"]:
    """The mark for which a fact may stand in no copy, bundle or hand-out; "": none. `case`: as it stands, whatever the moment of the fact."""
    return kept_back(f"{fact.words}\n{fact.source}\n{fact.stays_why}", case, fact.entry)


def any_fact(state: Letters, identifier: str) -> Fact | None:
    """A fact, also one that was removed."""
    return state.facts.get(identifier) or state.items.removed.get("fact", {}).get(identifier)


def _quoted(what: str, text: str, run: int) -> Secret:
    words = tokens(text)
    return Secret(what, words if len(words) >= 3 else (), min(run, len(words)))


def _whole(secret: Secret, text: str) -> bool:
    return f" {' '.join(secret.words)} " in text


def _child_words(case: Casefile, known: OfDecision) -> Iterator[str]:
    yield from (one.what for one in case.entries.values() if one.sort == "voice")
    yield from (words for whose, words in known.views if whose == "child")


def _facts_of_others(state: Letters, who: str) -> Iterator[str]:
    """Facts about others, and what they said of them."""
    others = [one for one in state.facts.values() if one.person != who]
    yield from (one.words for one in others)
    yield from (reply.words for one in others for reply in replies_of(state, one.id))


def _views_of_others(who: str, case: Casefile, known: OfDecision) -> Iterator[str]:
    own = own_views(who, case, known)
    views = [*(one.view for one in case.parents.values()), *(one.view for one in case.adults.values())]
    views += [words for whose, words in known.views if whose != "child"]
    yield from (one for one in views if one not in own)


def own_views(identifier: str, case: Casefile, known: OfDecision) -> list[str]:
    """How this person sees it, in their words: what the decision has of it first, then the case."""
    who = person(case, identifier)
    kind, _, item = identifier.partition(".")
    said = [words for whose, words in known.views if whose == who.relation and kind == "parent" and _alone(case, who)]
    adults = [
        one.view
        for one in case.adults.values()
        if _folded(one.name) == _folded(who.name) or f"adult.{one.id}" == identifier
    ]
    parent = case.parents.get(item) if kind == "parent" else None
    return [one for one in (*said, parent.view if parent else "", *adults) if one]


def _alone(case: Casefile, who: Person) -> bool:
    """Whether nobody else of the case has the same relation: only then a view of “the mother” is surely hers."""
    return sum(one.relation == who.relation for one in people(case)) == 1


def _addresses(identifier: str, case: Casefile) -> Iterator[Secret]:
    """Where anybody else lives, in as many pieces as give it away alone; nothing that is this person’s own address, too."""
    known = list(_known_addresses(case))
    mine = _joined(text for owners, _, text in known if identifier in owners)
    for owners, who, text in known:
        if identifier not in owners:
            for piece in _pieces(text):
                if f" {' '.join(piece)} " not in mine:
                    yield Secret(f"where {who}", piece, len(piece))


def _addresses_of_parents(case: Casefile) -> Iterator[Secret]:
    """Where each parent lives, for the child's letter; nothing of where the child lives now."""
    lives = _joined([case.child.lives_at if case.child else ""])
    for parent in case.parents.values():
        for piece in _pieces(parent.lives):
            if f" {' '.join(piece)} " not in lives:
                yield Secret(f"where {parent.name} lives", piece, len(piece))


def _known_addresses(case: Casefile) -> Iterator[tuple[set[str], str, str]]:
    """(the people whose address it is, whose it is in words, the address)."""
    everybody = people(case)
    for parent in case.parents.values():
        yield {f"parent.{parent.id}"}, f"{parent.name} lives", parent.lives
    for home in case.homes.values():
        inside = {_folded(one.name) for one in case.adults.values() if one.home == home.id and not one.until}
        ids = {f"adult.{one.id}" for one in case.adults.values() if one.home == home.id and not one.until}
        yield ids | {one.id for one in everybody if _folded(one.name) in inside}, f"{home.name} is", home.address
    if case.child:
        yield set(), "the child lives now", case.child.lives_at


def _pieces(address: str) -> Iterator[tuple[str, ...]]:
    """The parts of an address that tell it alone: those with a number, otherwise all of it; and the postcode."""
    yield from ((one[1] + one[2],) for one in _POSTCODE.finditer(address.casefold()))
    bare = _POSTCODE.sub(" ", address.casefold())
    parts = [tokens(part) for part in re.split(r"[,;\n]", bare)]
    numbered = [part for part in parts if len(part) >= 2 and any(any(map(str.isdigit, word)) for word in part)]
    whole = tokens(bare)
    yield from numbered or ([whole] if len(whole) >= 3 else [])


def leaks(text: str, kept: Iterable[Secret]) -> list[str]:
    """What of these a text gives away, each once."""
    folded = text.casefold()
    said = f" {' '.join(tokens(folded))} "
    said += " ".join(["", *("".join(one.groups()) for one in _POSTCODE.finditer(folded)), ""])
    found = dict.fromkeys(one.what for one in kept if any(f" {' '.join(run)} " in said for run in _runs(one)))
    return list(found)


def _runs(secret: Secret) -> Iterator[tuple[str, ...]]:
    for start in range(len(secret.words) - secret.run + 1 if secret.words else 0):
        yield secret.words[start : start + secret.run]


# ── What keeps a paper from being filed ──────────────────────────────────────────────────────────────────────────────


def stops(state: Letters, copy: Copy, case: Casefile, known: OfDecision, paper: Paper) -> list[str]:
    """Why a copy cannot be filed yet, as sentences; none: it can."""
    found = _lacking(paper)
    open_facts = [one for one in printed_facts(state, copy) if standing(state, one) == "open"]
    if open_facts and not copy.unchecked_why:
        found.append(
            f"{len(open_facts)} of its facts {'was' if len(open_facts) == 1 else 'were'} not checked by them: let them check first, or "
            "say why they could not."
        )
    if any(standing(state, one) == "corrected" and not one.stays_why for one in printed_facts(state, copy)):
        found.append("They say that a fact is not right: change it, or say why it stays as it is.")
    for part in left_out(state, copy):
        check = state.checks.get(part.id)
        if check is None:
            found.append(f"The manager has not checked yet that this is left out: {part.what[:80]}")
        elif not check.agreed:
            found.append(f"The manager does not agree that this is left out: {part.what[:80]}")
    if any(restricted(one, case) for one in printed_facts(state, copy)):
        found.append(f"One of its facts is {_LAW}. Take that fact out.")
    if copy.child_said and copy.child_agreed != "yes":
        found.append("It has words of the child: take them out, or record that the child agreed.")
    found += [f"It tells {one}. Take that out." for one in leaks(paper.text, secrets(state, copy, case, known))]
    return found


def facts_stops(state: Letters, person: str, case: Casefile, known: Iterable[OfDecision] = ()) -> list[str]:
    """Why somebody cannot be given the facts about them to check, on paper or on screen, as sentences. `known`: of every decision."""
    kept = _secrets_of_facts(state, person, case, known)
    shown = shown_facts(state, person)
    found = [f"The fact “{one.words[:80]}” is {_LAW}. Take it out." for one in shown if restricted(one, case)]
    return found + [
        f"The fact “{one.words[:80]}” tells {what}. Change the fact, or take it out."
        for one in shown
        if not restricted(one, case)
        for what in leaks(f"{one.words}\n{one.source}", kept)
    ]


def letter_stops(letter: Letter, case: Casefile, paper: Paper) -> list[str]:
    """Why the child's letter cannot be filed yet, as sentences."""
    found = _lacking(paper)
    if not letter.reader:
        found.append("Choose for which age and understanding it is written.")
    kept = [*_kept_back(case), *_addresses_of_parents(case)]
    return [*found, *(f"It tells {one}. Take that out." for one in leaks(paper.text, kept))]


def _lacking(paper: Paper) -> list[str]:
    return [f"It still lacks: {'; '.join(paper.gaps)}."] if paper.gaps else []


# ── Versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def versions(state: Letters, identifier: str) -> list[Version]:
    """What was filed of a copy or letter, the newest first; the others are replaced by it."""
    return [one for one in reversed(state.filed) if one.id == identifier]


def edition(state: Letters, one: Version) -> int:
    """The how-manieth version of its copy or letter it is, from 1."""
    return sum(other.id == one.id and other.number <= one.number for other in state.filed)


def wrote(state: Letters, kind: str, identifier: str) -> set[str]:
    """Everybody who added an item or changed something of it."""
    return {edit.by for edit in state.items.edits.get((kind, identifier), ())}
