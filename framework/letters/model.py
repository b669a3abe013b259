"""Papers for the family of one case: their items, the events beside theirs, and the state after those events.

What a copy for a parent and a letter for a child hold follows from practice: plain words, dated facts, nothing of anybody else, a right
to correct (source: product, after the records that families asked for); the wording is ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework import items
from framework.casefile.model import LOOKS, YES_NO, When, YesNo
from framework.items import (
    About,
    Added,
    Changed,
    Collection,
    Collections,
    Folding,
    Id,
    Items,
    Line,
    Name,
    Removed,
    Restored,
    Text,
    Words,
)
from framework.streams.kind import Erased, Happened

# ── Words of choices ─────────────────────────────────────────────────────────────────────────────────────────────────

Sort = Literal["worry", "well"]
SORTS: dict[Sort, str] = {"worry": "A worry", "well": "Something that goes well"}

Answer = Literal["confirm", "correct", "comment"]
ANSWERS: dict[Answer, str] = {
    "confirm": "Yes, this is right",
    "correct": "No, this is not right",
    "comment": "I want to say something about it",
}
"""What somebody can say of a fact about them."""
How = Literal["page", "paper", "aloud"]
HOWS: dict[How, str] = {"page": "on this page", "paper": "on paper", "aloud": "aloud, read to them"}

Reader = Literal["", "later", "young", "middle", "teen", "older"]
READERS: dict[Reader, str] = {
    "": "Not chosen yet",
    "later": "Too young to read it: told now in their own way, kept for later",
    "young": "About 5 to 8, or understands as a child of that age does",
    "middle": "About 9 to 11",
    "teen": "About 12 to 15",
    "older": "16 or 17",
}

Reason = Literal["", "somebody_else", "safety", "child_asked", "court", "legal_advice", "police", "own"]
REASONS: dict[Reason, str] = {
    "": "Not chosen yet",
    "somebody_else": "It is private to somebody else.",
    "safety": "Telling it now could put somebody in danger.",
    "child_asked": "The child asked us to keep it private.",
    "court": "A court has said that it may not be shared.",
    "legal_advice": "It is advice from our lawyers.",
    "police": "The police or a court are still looking into it.",
    "own": "Another reason, in your own words.",
}
"""Why a part is left out, as it stands in the copy (source: product; an authority has them checked)."""


class Section(NamedTuple):
    """A part of a paper that somebody writes."""

    heading: str
    ask: str
    """What to write, for whoever writes it; within a sentence of what is missing, in `gap`."""
    gap: str


COPY: dict[str, Section] = {
    "decided": Section(
        "What was decided",
        "The decision in one or two sentences, the day, and whether it counts yet.",
        "what was decided",
    ),
    "worries": Section(
        "What we are worried about",
        "One sentence before the dated facts. What was seen or heard, not what kind of person somebody is.",
        "what we are worried about",
    ),
    "well": Section(
        "What is going well", "What this person does well for the child, with an example.", "what goes well"
    ),
    "change": Section(
        "What must change, and how we will know",
        "What would be seen at home if things were safe, by when, and who will see it.",
        "what must change, and how we will know",
    ),
    "help": Section(
        "The help we will give",
        "Each help: who gives it, and from which day.",
        "which help we give, and from when",
    ),
    "what_if": Section(
        "What happens if",
        "What we do if it goes well, if it does not, and if our help comes late.",
        "what happens if things go well or do not",
    ),
    "who_decides": Section(
        "Who decides, and when", "Names or jobs, and the next day on which it is looked at.", "who decides, and when"
    ),
    "you_said": Section(
        "What you told us", "In their own words, also where they see it differently.", "what they told us"
    ),
    "complain": Section(
        "If you do not agree",
        "How to ask for a change, how to complain, where legal advice and an advocate can be had, with our phone number.",
        "how to complain, and where to get advice",
    ),
}
"""The sections of a parent's copy, in their order. What the child said and room for own words follow by themselves."""

LETTER: dict[str, Section] = {
    "decided": Section("What was decided", "First the answer, in one sentence.", "what was decided"),
    "why": Section(
        "Why",
        "The true reasons, without more of anybody’s private life than the child needs, and without making them small.",
        "why it was decided",
    ),
    "view": Section(
        "What you told us, and how it counted",
        "What the child said or showed, and what it changed. If it was not followed: why not.",
        "what the child told us, and how it counted",
    ),
    "next": Section("What happens next", "The next things that are sure, with who and which day.", "what happens next"),
    "ask": Section(
        "Who you can ask",
        "Two people by name, and how to reach them; also an advocate, and what they do.",
        "who the child can ask",
    ),
}
"""The sections of the child's letter, in their order."""


# ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Fact(items.Item):
    """A dated fact about one person, which they can check before their copy is filed."""

    kind: Literal["fact"] = "fact"
    person: Annotated[Id, About("person", fixed=True)]
    """As :class:`framework.letters.reading.Person` has it: whose copy it stands in, and nobody else's."""
    sort: Annotated[Sort, About("worry or strength", options=SORTS)] = "worry"
    since: Annotated[When, About("date", looks=LOOKS)]
    words: Annotated[Words, About("fact")]
    source: Annotated[Line, About("who saw or recorded it")] = ""
    entry: Annotated[Line, About("entry of the chronology", fixed=True)] = ""
    """The id of the entry it was taken from; "": it was typed here."""
    stays_why: Annotated[Text, About("reason why it stays as it is")] = ""
    """Of a fact that the person says is wrong."""


class Copy(items.Item):
    """The copy for one person of one decision, while it is written."""

    kind: Literal["copy"] = "copy"
    person: Annotated[Id, About("person", fixed=True)]
    decision: Annotated[Line, About("decision", fixed=True)] = ""
    """"": of no decision that is recorded here."""
    name: Annotated[Name, About("name used in the copy")]
    given_how: Annotated[Line, About("how they are given it")] = ""
    """Read aloud, with an interpreter, in large print."""
    decided: Text = ""
    worries: Text = ""
    well: Text = ""
    change: Text = ""
    help: Text = ""
    what_if: Text = ""
    who_decides: Text = ""
    you_said: Text = ""
    complain: Text = ""
    child_said: Annotated[Text, About("what the child said")] = ""
    child_agreed: Annotated[YesNo, About("whether the child agreed that this is told", options=YES_NO)] = ""
    unchecked_why: Annotated[Text, About("reason why a fact was not checked")] = ""

    @property
    def called(self) -> str:
        return self.name


class Withheld(items.Item):
    """A part that one copy leaves out. `what` is for whoever checks it, and is never printed."""

    kind: Literal["withheld"] = "withheld"
    copy_id: Annotated[Id, About("copy", fixed=True)]
    section: Annotated[str, About("section", options={name: one.heading for name, one in COPY.items()})] = "worries"
    fact: Annotated[Line, About("fact", fixed=True)] = ""
    """The id of a fact that is left out; "": something else."""
    what: Annotated[Words, About("part that is left out")]
    reason: Annotated[Reason, About("reason", options=REASONS)] = ""
    words: Annotated[Text, About("own words on the reason")] = ""


class Letter(items.Item):
    """The child's letter of one decision, while it is written."""

    kind: Literal["letter"] = "letter"
    decision: Annotated[Line, About("decision", fixed=True)] = ""
    name: Annotated[Name, About("name used in the letter")]
    reader: Annotated[Reader, About("age and understanding", options=READERS)] = ""
    understands: Annotated[Text, About("how this child understands best")] = ""
    decided: Text = ""
    why: Text = ""
    view: Text = ""
    next: Text = ""
    ask: Text = ""
    signed: Annotated[Line, About("name under the letter")] = ""


Item = Fact | Copy | Withheld | Letter

KINDS = Collections(
    "case",
    Collection(Fact, "fact", "f"),
    Collection(Copy, "copy", "c"),
    Collection(Withheld, "part that is left out", "o"),
    Collection(Letter, "letter", "n"),
)


# ── Papers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Piece(_Frozen):
    """A piece of a paper."""

    kind: Literal["heading", "paragraph", "bullet", "fact", "note", "gap", "tick", "room"]
    text: str = ""
    more: tuple[str, ...] = ()
    """Of a fact: what was said of it. Of boxes to tick: their labels."""


class Paper(_Frozen):
    """A paper as it is read: no field, no markup, nothing that is looked up later."""

    sort: Literal["copy", "letter", "facts"]
    title: str
    lead: str = ""
    pieces: tuple[Piece, ...] = ()
    foot: str = ""

    @property
    def text(self) -> str:
        """All of its words."""
        return "\n".join(
            [self.title, self.lead, *(line for one in self.pieces for line in (one.text, *one.more)), self.foot]
        )

    @property
    def gaps(self) -> tuple[str, ...]:
        """What it still lacks, within a sentence."""
        return tuple(one.text for one in self.pieces if one.kind == "gap")


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Begun(_Frozen):
    type: Literal["begun"] = "begun"
    case: str


class Replied(_Frozen):
    """What somebody said of a fact about them. `said`: the fact as it was when they said so."""

    type: Literal["replied"] = "replied"
    fact: str
    said: str
    answer: Answer
    words: str = ""
    on: date
    how: How


class Checked(_Frozen):
    """The manager agrees that a part is left out, or does not."""

    type: Literal["checked"] = "checked"
    withheld: str
    agreed: bool
    words: str = ""


class Filed(_Frozen):
    """A version that is never changed again; a newer one of the same copy or letter takes its place."""

    type: Literal["filed"] = "filed"
    sort: Literal["copy", "letter"]
    id: str
    decision: str
    person: str
    """"": the child."""
    paper: Paper


Event = (
    Begun
    | Added[Annotated[Item, Field(discriminator="kind")]]
    | Changed
    | Removed
    | Restored
    | Replied
    | Checked
    | Filed
)
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class KeptReply(NamedTuple):
    fact: str
    said: str
    answer: Answer
    words: str
    on: date
    how: How
    by: str
    """Who entered it."""
    at: datetime


class Check(NamedTuple):
    agreed: bool
    words: str
    by: str
    at: datetime


class Version(NamedTuple):
    """A filed paper."""

    number: int
    """Counts all that was filed in the case, from 1."""
    sort: Literal["copy", "letter"]
    id: str
    decision: str
    person: str
    paper: Paper
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letters:
    """The papers of a case after `version` events; of version 0, none, or none for who asks."""

    version: int = 0
    case: str = ""
    items: Items = field(default_factory=Items)
    replies: tuple[KeptReply, ...] = ()
    """Oldest first; nothing takes one away."""
    checks: dict[str, Check] = field(default_factory=dict)
    """Id of a part that is left out → what the manager said, as long as nobody has changed the part since."""
    filed: tuple[Version, ...] = ()
    erased: bool = False

    @property
    def facts(self) -> dict[str, Fact]:
        return self.items.of("fact")

    @property
    def copies(self) -> dict[str, Copy]:
        return self.items.of("copy")

    @property
    def withheld(self) -> dict[str, Withheld]:
        return self.items.of("withheld")

    @property
    def letters(self) -> dict[str, Letter]:
        return self.items.of("letter")


def fold(happened: Iterable[Happened], start: Letters) -> Letters:
    """The state after these events. `start` is not changed."""
    working, version, case = Folding(start.items), start.version, start.case
    replies, checks, filed, erased = list(start.replies), dict(start.checks), list(start.filed), start.erased
    for event, actor, at in happened:
        version += 1
        match event:
            case Begun():
                case = event.case
            case Replied() as one:
                replies.append(KeptReply(one.fact, one.said, one.answer, one.words, one.on, one.how, actor, at))
            case Checked() as one:
                checks[one.withheld] = Check(one.agreed, one.words, actor, at)
            case Filed() as one:
                filed.append(Version(len(filed) + 1, one.sort, one.id, one.decision, one.person, one.paper, actor, at))
            case Erased():
                erased = True
            case _:
                if isinstance(event, Changed | Removed) and event.kind == "withheld":
                    checks.pop(event.id, None)
                try:
                    working.apply(event, actor, at)
                except KeyError:  # about an item whose own event was erased
                    if not erased:
                        raise
    return replace(
        start,
        version=version,
        case=case,
        items=working.done(),
        replies=tuple(replies),
        checks=checks,
        filed=tuple(filed),
        erased=erased,
    )
