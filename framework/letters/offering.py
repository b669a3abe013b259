"""The first text of each section, from the decision and the case, in our own words: to be edited, and never sent by itself."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from framework import dates
from framework.casefile.deciding import years_between
from framework.casefile.model import Casefile
from framework.decision import reading as decided
from framework.decision.model import Decisions, Made
from framework.letters import reading
from framework.letters.model import Letters, Reader
from framework.letters.reading import OfDecision, Person, tokens

OUTCOMES: dict[str, tuple[str, str]] = {
    "proceed": ("that {child} may live at home again, once some things have changed", "that you may live at home again, once some things have changed"),
    "not_now": ("that {child} cannot live at home now", "that you cannot live at home now"),
    "elsewhere": ("that {child} needs another home to grow up in", "that you need another home to grow up in"),
    "return_home": ("that {child} can go home", "that you can go home"),
    "phased_return": ("that {child} can go home, step by step", "that you can go home, step by step"),
    "placement_with_parents": ("that {child} can live at home, while we share the care", "that you can live at home, while we help to look after you"),
    "defer": ("to decide later", "to decide later"),
    "do_not_return": ("that {child} will not go home to live", "that you will not go home to live"),
    "goes_on": ("that {child} goes on living at home", "that you go on living at home"),
    "more_help": ("that {child} goes on living at home, with more help", "that you go on living at home, with more help"),
    "plan_at_home": ("that {child} stays at home, with a plan", "that you stay at home, with a plan"),
    "ends": ("that {child} cannot go on living at home", "that you cannot go on living at home"),
}  # fmt: skip
"""Outcome of a decision → what was decided, within a sentence, to a parent and to the child."""
_WAITS_FOR = {
    "nominated_officer": "A senior manager has to agree before it counts.",
    "director": "The director of children’s services has to agree before it counts.",
    "court": "A court decides about this.",
    "none": "A manager has to record that it is right for {child} before it counts.",
    "plan": "The plan for living at home has to be ready first.",
}
_READERS: tuple[tuple[int, Reader], ...] = ((5, "later"), (9, "young"), (12, "middle"), (16, "teen"), (18, "older"))
"""Below so many years, for whom a letter is written at first; whoever writes it knows how much the child understands."""


def reader_on(birth: date | None, day: date) -> Reader:
    """For whom a letter is written at first, by the child's age alone; "" if that is not known."""
    age = years_between(birth, day) if birth else None
    return next((which for below, which in _READERS if age is not None and age < below), "")


def known(decisions: Decisions, day: date) -> dict[str, OfDecision]:
    """Decision → what the papers may tell of it, the earliest first; of those that were made and not sent back."""
    return {made.decision: _known(decisions, made, day) for made in decided.in_order(decisions) if not made.sent_back}


def _known(decisions: Decisions, made: Made, day: date) -> OfDecision:
    def of(kind: str) -> list[Any]:
        return list(decisions.of(kind, made.decision).values())

    standing = decided.standing_on(made, day)
    ended = standing in ("withdrawn", "refused", "superseded")
    route = made.decided.route
    return OfDecision(
        outcome=made.decided.outcome,
        on=made.decided.day,
        stands="ended"
        if ended
        else "to_come"
        if standing == "to_come"
        else "in_effect"
        if standing in ("in_effect", "at_home")
        else "waits",
        since=decided.first_day(made),
        conditions=tuple((one.words, one.by) for one in of("condition")),
        supports=tuple((one.what, one.who, one.since) for one in of("support")),
        waits_for="plan" if standing == "to_plan" else route.approver if route and not made.signed else "",
        review_on=made.draft.review_on,
        views=tuple((one.whose, one.words) for one in of("view") if one.words),
    )


def named(known: OfDecision) -> str:
    """A decision in a list: "24 November 2026: that Ash can go home"."""
    words = OUTCOMES[known.outcome][0].format(child="the child") if known.outcome else "not decided yet"
    return f"{dates.uk(known.on)}: {words}" if known.on else words[0].upper() + words[1:]


# ── A parent's copy ──────────────────────────────────────────────────────────────────────────────────────────────────


def copy(state: Letters, who: Person, case: Casefile, known: OfDecision) -> dict[str, str]:
    """Field of a copy → its first text; those of which nothing can be said yet are not there."""
    child = case.called or "your child"
    sorts = {one.sort for one in reading.facts_of(state, who.id)}
    offered = {
        "decided": _decided(known, child),
        "worries": "These things worry us. Each has a date, so that you can check it." if "worry" in sorts else "",
        "well": "These things go well." if "well" in sorts else "",
        "change": _change(who, case, known),
        "help": _help(who, case, known),
        "what_if": (
            f"If it goes well, we go on with the plan. If we are worried, we talk to you first, unless {child} is in danger. "
            "If our help comes late, tell us. That is not your doing, and we will not hold it against you."
        ),
        "who_decides": _who_decides(known),
        "you_said": "\n".join(f"You told us: “{one}”" for one in reading.own_views(who.id, case, known)[:1]),
        "complain": (
            "If something here is wrong, tell your social worker. You can also write to our complaints team. You can get legal advice "
            "from a solicitor who works with families. An advocate can help you to say what you want to say. Ask us for their "
            "phone numbers: asking does not count against you."
        ),
    }
    return {name: text for name, text in offered.items() if text}


def _decided(known: OfDecision, child: str) -> str:
    if not known.outcome or not known.on:
        return ""
    return f"On {dates.uk(known.on)} we decided {OUTCOMES[known.outcome][0].format(child=child)}."


def counts(known: OfDecision, child: str) -> str:
    """Whether the decision counts, to a parent; "" while nothing is decided. A paper says it as it is when the paper is made."""
    return _counts(known, waits_for(known, child))


def counts_for_child(known: OfDecision) -> str:
    """The same, to the child."""
    return _counts(known, _WAITS_FOR["plan"] if known.waits_for == "plan" else "Somebody else still has to agree.")


_SAYS_IT_COUNTS = re.compile(r"\b(?:This|It) (?:counts now|counts from [^.\n]*|does not count (?:yet|any more))\.")


def standing_in(text: str, child: str) -> list[str]:
    """The sentences of a text that say whether the decision counts, and what it waits for, in the words of :func:`counts`."""
    waits = [one.format(child=child) for one in _WAITS_FOR.values()]
    return [*_SAYS_IT_COUNTS.findall(text), *(one for one in waits if one in text)]


def _counts(known: OfDecision, waits_for: str) -> str:
    if not known.outcome or not known.on:
        return ""
    match known.stands:
        case "in_effect":
            return "This counts now."
        case "to_come":
            return f"This counts from {dates.uk(known.since)}."
        case "ended":
            return "This does not count any more."
    return f"It does not count yet. {waits_for}".strip()


def waits_for(known: OfDecision, child: str) -> str:
    """Whose approval the decision waits for, to a parent; "" for nobody's."""
    if known.stands != "waits":
        return ""
    return _WAITS_FOR.get(known.waits_for, "").format(child=child)


def _change(who: Person, case: Casefile, known: OfDecision) -> str:
    lines = [f"- {words}{_by(', by', day)}" for words, day in known.conditions if _concerns(words, who, case)]
    ends = "We will look at each of these with you, and tell you what we see."
    return "\n".join(["These things must be so:", *lines, ends]) if lines else ""


def _help(who: Person, case: Casefile, known: OfDecision) -> str:
    lines = [
        f"- {what}{f', from {giver}' if giver else ''}{_by(', starting on', day)}"
        for what, giver, day in known.supports
        if _concerns(f"{what} {giver}", who, case)
    ]
    return "\n".join(["We will give this help:", *lines]) if lines else ""


def _by(words: str, day: date | None) -> str:
    return f"{words} {dates.uk(day)}" if day else ""


def _concerns(text: str, who: Person, case: Casefile) -> bool:
    """Whether a text names nobody else of the family and not this person."""

    def names(one: Person) -> bool:
        return bool({*tokens(one.name)} & {*tokens(text)})

    others = [one for one in reading.people(case) if one.id != who.id]
    return names(who) or not any(names(one) for one in others)


def _who_decides(known: OfDecision) -> str:
    return f"We look at it again on {dates.uk(known.review_on)}." if known.review_on else ""


# ── The child's letter ───────────────────────────────────────────────────────────────────────────────────────────────


def letter(case: Casefile, known: OfDecision, worker: str = "") -> dict[str, str]:
    """Field of the child's letter → its first text. Why it was decided nobody can offer. `worker`: the name of the social worker."""
    named = f", {worker}" if worker else ""
    offered = {
        "decided": _decided_for_child(known),
        "view": "\n".join(f"You told us: “{words}”" for whose, words in known.views if whose == "child" and words),
        "next": f"On {dates.uk(known.review_on)} we look at it again, and we ask you what you think."
        if known.review_on
        else "",
        "ask": (
            f"You can ask your social worker{named}. You can also ask for an advocate. That is a person who is there just for you. "
            "They help you to be heard."
        ),
    }
    return {name: text for name, text in offered.items() if text}


def _decided_for_child(known: OfDecision) -> str:
    if not known.outcome or not known.on:
        return ""
    return f"We decided {OUTCOMES[known.outcome][1]}."


# ── Prompts while writing the letter ─────────────────────────────────────────────────────────────────────────────────

_PROMPTS: dict[Reader, tuple[str, ...]] = {
    "": (),
    "later": (
        "Tell it now in the child’s own way: with pictures, toys or a story. Say on the file who did so.",
        "Write the letter for the day on which it is read. Say how old the child was, and what they liked then.",
    ),
    "young": (
        "Short sentences, one thing in each. Use the names that the child uses.",
        "Say where the bed, the school and the pet will be.",
    ),
    "middle": (
        "Say how it was decided: who sat there, and what they talked about.",
        "Say what is not known yet, and when it will be.",
    ),
    "teen": (
        "Write as to somebody who can bear the truth and wants the reasons. No baby words.",
        "Say what they can do if they do not agree.",
    ),
    "older": (
        "Say what they have a right to, and from which birthday.",
        "Say what they can do if they do not agree, and who helps with it.",
    ),
}
_ALWAYS = (
    "Is it true, also to somebody of 18 who has read the whole file?",
    "Does it say that it was not the child’s doing, if the child may think so?",
    "Does it promise nothing that could still change?",
    "Would the child’s parents find it fair?",
)


def prompts(which: Reader) -> Iterator[str]:
    """What to think of while writing for this reader (source: product)."""
    yield from _PROMPTS[which]
    yield from _ALWAYS
