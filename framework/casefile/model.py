"""The record of a real case: its items, the events beside theirs, and the state after those events.

Items are added, changed one field at a time and removed by :mod:`framework.items`; what only a case knows is here.
Which facts a record has to hold follows from the Children Act 1989, and from schedules 2 and 3 of the Care Planning, Placement and
Case Review (England) Regulations 2010.
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
)

from framework import dates, items
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

CHILD = "child"
"""The id of the one item that holds what is known of the child."""

# ── Words of choices ─────────────────────────────────────────────────────────────────────────────────────────────────

Standing = Literal["s20", "s31", "s38", "remand", "edge"]
STANDINGS: dict[Standing, str] = {
    "s20": "Accommodated by agreement (section 20)",
    "s31": "Care order (section 31)",
    "s38": "Interim care order (section 38)",
    "remand": "Remanded by a court",
    "edge": "Not looked after (edge of care)",
}
LOOKED_AFTER: frozenset[str] = frozenset({"s20", "s31", "s38", "remand"})
"""Under these a child is looked after (Children Act 1989, section 22(1); remand: LASPO 2012, section 104)."""

Sex = Literal["", "female", "male", "other"]
SEXES: dict[Sex, str] = {"": "Not recorded", "female": "Girl", "male": "Boy", "other": "As the family says it"}

KeyStage = Literal["", "early_years", "1", "2", "3", "4", "16_plus"]
KEY_STAGES: dict[KeyStage, str] = {
    "": "Not recorded",
    "early_years": "Early years",
    "1": "Key stage 1 (Years 1 and 2)",
    "2": "Key stage 2 (Years 3 to 6)",
    "3": "Key stage 3 (Years 7 to 9)",
    "4": "Key stage 4 (Years 10 and 11)",
    "16_plus": "After 16",
}
Lives = Literal[
    "", "parent", "foster", "connected", "residential", "semi_independent", "secure", "hospital", "adopters", "other"
]
LIVES: dict[Lives, str] = {
    "": "Not recorded",
    "parent": "With a parent",
    "foster": "With foster carers",
    "connected": "With relatives or friends (connected people)",
    "residential": "In a children’s home",
    "semi_independent": "In supported accommodation",
    "secure": "In secure accommodation or custody",
    "hospital": "In hospital",
    "adopters": "With adopters",
    "other": "Somewhere else",
}
Permanence = Literal["", "home", "kinship", "long_term_foster", "adoption", "other", "not_decided"]
PERMANENCE: dict[Permanence, str] = {
    "": "Not recorded",
    "home": "Return home",
    "kinship": "With relatives or friends",
    "long_term_foster": "Long-term fostering or a children’s home",
    "adoption": "Adoption",
    "other": "Another plan",
    "not_decided": "Not decided yet",
}
YesNo = Literal["", "yes", "no"]
YES_NO: dict[YesNo, str] = {"": "Not known", "yes": "Yes", "no": "No"}

Relation = Literal["mother", "father", "other"]
RELATIONS: dict[Relation, str] = {"mother": "Mother", "father": "Father", "other": "Somebody else"}

Part = Literal["worker", "manager", "second_worker", "reviewing_officer", "nominated_officer", "approver", "assurer"]
PARTS: dict[Part, str] = {
    "worker": "Social worker",
    "manager": "Team manager",
    "second_worker": "Second worker",
    "reviewing_officer": "Independent reviewing officer",
    "nominated_officer": "Nominated officer",
    "approver": "Asked to approve",
    "assurer": "Quality assurer",
}
PART_ROLES: dict[Part, frozenset[str]] = {
    "worker": frozenset({"practitioner", "team_manager"}),
    "manager": frozenset({"team_manager"}),
    "second_worker": frozenset({"practitioner", "team_manager"}),
    "reviewing_officer": frozenset({"reviewing_officer"}),
    "nominated_officer": frozenset({"nominated_officer", "director"}),
    "approver": frozenset({"nominated_officer", "director"}),
    "assurer": frozenset({"quality_assurer"}),
}
"""Who can be given a part: somebody who has one of these roles on that day. What older releases wrote stays as it is. Sources:
reviewing officer, Children Act 1989, section 25A; nominated officer, Care Planning, Placement and Case Review (England)
Regulations 2010, regulation 18; the others, product."""
PART_GIVERS: dict[Part, frozenset[Part]] = {
    part: frozenset[Part]({"manager"} if part == "assurer" else {"worker", "manager"}) for part in PARTS
}
"""Who gives a part, changes it and ends it: somebody who has one of these parts. Nobody chooses who checks their own work (source:
product)."""

Basis = Literal["fact", "opinion", "said"]
BASES: dict[Basis, str] = {"fact": "Fact", "opinion": "Opinion", "said": "Said only"}

Sort = Literal[
    "harm", "neglect", "domestic_abuse", "substances", "mental_health", "health", "school", "housing_money",
    "family_time", "voice", "move", "return", "services", "police_court", "decision", "other",
]  # fmt: skip
SORTS: dict[Sort, str] = {
    "harm": "Harm or injury",
    "neglect": "Neglect",
    "domestic_abuse": "Domestic abuse",
    "substances": "Alcohol or drugs",
    "mental_health": "A parent’s mental health",
    "health": "The child’s health",
    "school": "School or nursery",
    "housing_money": "Housing or money",
    "family_time": "Family time",
    "voice": "What the child said or showed",
    "move": "Where the child lived",
    "return": "Return home",
    "services": "Help and services",
    "police_court": "Police or court",
    "decision": "Meeting or decision",
    "other": "Something else",
}
"""What an event of the chronology is about: the rows of its chart, from top to bottom (source: product)."""

Whom = Literal["child", "parent", "other_child", "other_adult", "professional"]
WHOM: dict[Whom, str] = {
    "child": "The child",
    "parent": "A parent",
    "other_child": "Another child",
    "other_adult": "Another adult",
    "professional": "A professional",
}

Outcome = Literal["home", "not_returned", "kinship", "permanence_elsewhere", "moved", "other"]
OUTCOMES: dict[Outcome, str] = {
    "home": "Returned home",
    "not_returned": "Not returned home",
    "kinship": "Lives with relatives or friends",
    "permanence_elsewhere": "Permanence elsewhere",
    "moved": "Moved to another authority",
    "other": "Something else",
}


# ── Days, as people write them, and those that are known only in part ──────────────────────────────────────

_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})|([A-Za-z]+)\.? (\d{4})")


def read_when(given: Any) -> Any:
    """A day, month or year as people write it, as the record has it: "2026-11-24", "2026-11" or "2026".

    What is none is left for the pattern to refuse.
    """
    if isinstance(given, date):
        return given.isoformat()
    if not isinstance(given, str) or re.fullmatch(r"(\d{4})?", given):
        return given
    if found := _MONTH.fullmatch(given):
        names = [month[:3].casefold() for month in dates.MONTHS]
        word = (found[5] or "")[:3].casefold()
        month = names.index(word) + 1 if word in names else int(found[1] or found[4] or 0)
        return f"{found[2] or found[3] or found[6]}-{month:02}" if 1 <= month <= 12 else given
    try:
        return dates.read_day(given).isoformat()
    except ValueError:
        return given


def _day(given: Any) -> Any:
    """A day as people write it; what is none is left for the type to refuse, and an empty text is none given."""
    if not isinstance(given, str):
        return given
    try:
        return dates.read_day(given)
    except ValueError:
        return given or None


def _is_one(when: str) -> str:
    """Raises ValueError for a day that no calendar has, such as 31 February."""
    if len(when) == len("2026-11-24"):
        date.fromisoformat(when)
    return when


_WHEN = r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
LOOKS = "a date such as 24/11/2026, 11/2026 or 2026"
When = Annotated[str, StringConstraints(pattern=f"^{_WHEN}$"), BeforeValidator(read_when), AfterValidator(_is_one)]
"""A day, a month or a year, each as much as is known: "2026-11-24", "2026-11", "2026"."""
WhenOrNone = Annotated[
    str, StringConstraints(pattern=f"^({_WHEN})?$"), BeforeValidator(read_when), AfterValidator(_is_one)
]
Day = Annotated[items.Day, BeforeValidator(_day)]
DayOrNone = Annotated[items.Day | None, BeforeValidator(_day)]


def first_day(when: str) -> date:
    """The first day that it can be: "2026-11" is 1 November 2026."""
    return date.fromisoformat(when + "-01-01"[len(when) - 4 :] if len(when) < 10 else when)


def last_day(when: str) -> date:
    """The last day that it can be: "2026-11" is 30 November 2026."""
    if len(when) == 10:
        return date.fromisoformat(when)
    year, month = int(when[:4]), int(when[5:7] or 12)
    return date(year, month, calendar.monthrange(year, month)[1])


def when_words(when: str) -> str:
    """ "24 November 2026", "November 2026", "2026"."""
    if len(when) == 10:
        return dates.uk(date.fromisoformat(when))
    return dates.month_words(when) if len(when) == 7 else when


# ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Child(items.Item):
    """What is known of the child. Sex, ethnicity and faith are for the child and for equality; no rule reads them."""

    kind: Literal["child"] = "child"
    reference: Name
    """The number under which the council's own system has the child."""
    name: Annotated[Name, About("name used here")]
    """How the child is called here."""
    birth: Annotated[DayOrNone, About("date of birth")] = None
    sex: Annotated[Sex, About(options=SEXES)] = ""
    ethnicity: Line = ""
    faith: Line = ""
    language: Line = ""
    interpreter: Annotated[YesNo, About("need for an interpreter", options=YES_NO)] = ""
    disability: Text = ""
    communicates_by: Annotated[Text, About("way the child communicates best")] = ""
    looked_after_since: Annotated[DayOrNone, About("looked-after date")] = None
    lives: Annotated[Lives, About("kind of place where the child lives", options=LIVES)] = ""
    lives_at: Annotated[Text, About("place where the child lives")] = ""
    school: Line = ""
    key_stage: Annotated[KeyStage, About(options=KEY_STAGES)] = ""
    permanence_plan: Annotated[Permanence, About(options=PERMANENCE)] = ""
    permanence_words: Annotated[Text, About("words on the permanence plan")] = ""
    next_review: Annotated[DayOrNone, About("date of the next review")] = None
    summary: Annotated[Text, About("summary")] = ""
    """Where things stand, in a few sentences: the head of a meeting's bundle."""


class Status(items.Item):
    """A legal status, from the day it began to the day it ended. What follows begins on that day at the earliest."""

    kind: Literal["status"] = "status"
    status: Annotated[Standing, About("legal status", options=STANDINGS)]
    since: Annotated[Day, About("first day")]
    until: Annotated[DayOrNone, About("last day")] = None
    note: Text = ""


class Home(items.Item):
    """A home that is considered, or was."""

    kind: Literal["home"] = "home"
    name: Name
    """What it is called here: "Mum’s flat"."""
    address: Text = ""
    considered: Annotated[YesNo, About("whether it is considered", options=YES_NO)] = "yes"
    why_not: Annotated[Text, About("reason why it is not considered")] = ""
    note: Text = ""

    @property
    def called(self) -> str:
        return self.name


class Adult(items.Item):
    """Somebody of 18 or over who lives in a considered home, or stays there often (regulation 17, schedule 3)."""

    kind: Literal["adult"] = "adult"
    home: Annotated[str, About(names="home")]
    name: Name
    relation: Annotated[Line, About("relation to the child")] = ""
    birth: Annotated[WhenOrNone, About("date of birth", looks=LOOKS)] = ""
    would_care: Annotated[bool, About("whether they would care for the child")] = False
    since: Annotated[WhenOrNone, About("date they moved in", looks=LOOKS)] = ""
    until: Annotated[WhenOrNone, About("date they moved out", looks=LOOKS)] = ""
    known: Annotated[Text, About("what is known of convictions and cautions")] = ""
    view: Annotated[Text, About("view of the return")] = ""
    note: Text = ""

    @property
    def called(self) -> str:
        return self.name


class Parent(items.Item):
    """A parent or another person with parental responsibility, the one who is not considered among them."""

    kind: Literal["parent"] = "parent"
    name: Name
    relation: Annotated[Relation, About("relation to the child", options=RELATIONS)] = "other"
    birth: Annotated[WhenOrNone, About("date of birth", looks=LOOKS)] = ""
    responsibility: Annotated[YesNo, About("parental responsibility", options=YES_NO)] = ""
    considered: Annotated[YesNo, About("whether a return to them is considered", options=YES_NO)] = ""
    why_not: Annotated[Text, About("reason why they are not considered")] = ""
    lives: Annotated[Text, About("place where they live")] = ""
    view: Annotated[Text, About("view of the return")] = ""
    note: Text = ""

    @property
    def called(self) -> str:
        return self.name


class Sibling(items.Item):
    """A brother or sister: a case here, shown only to those on both, or words."""

    kind: Literal["sibling"] = "sibling"
    case: Annotated[Id | Literal[""], About("linked case", fixed=True)] = ""
    who: Annotated[Line, About("brother or sister")] = ""
    lives: Annotated[Line, About("place where they live")] = ""
    note: Text = ""

    @property
    def called(self) -> str:
        return self.who


class Worker(items.Item):
    """The part that a person has in the case, from the first to the last day of it."""

    kind: Literal["worker"] = "worker"
    person: Annotated[Id, About("person", looks="somebody who signs in here", fixed=True)]
    part: Annotated[Part, About("part in the case", options=PARTS, fixed=True)]
    since: Annotated[Day, About("first day")]
    until: Annotated[DayOrNone, About("last day")] = None
    why: Annotated[Line, About("reason")] = ""

    def in_force(self, day: date) -> bool:
        return self.since <= day and self.reaches(day)

    def reaches(self, day: date) -> bool:
        """Whether it has not ended before this day."""
        return self.until is None or day <= self.until


class Entry(items.Item):
    """An event of the analytical chronology."""

    kind: Literal["entry"] = "entry"
    since: Annotated[When, About("date", looks=LOOKS)]
    """When it happened; of a period, when it began."""
    until: Annotated[WhenOrNone, About("end of the period", looks=LOOKS)] = ""
    """Of a period that has ended. An event of one day, month or year has none."""
    goes_on: Annotated[bool, About("whether it goes on")] = False
    """A period that has not ended."""
    sort: Annotated[Sort, About("kind of event", options=SORTS)] = "other"
    what: Annotated[Words, About("event")]
    source: Line = ""
    basis: Annotated[Basis, About("fact, opinion or said only", options=BASES)] = "fact"
    affected: Annotated[Line, About("who was affected")] = ""
    means: Annotated[Text, About("what it means")] = ""
    done: Annotated[Text, About("what was done")] = ""
    result: Text = ""
    about: Annotated[tuple[Whom, ...], About("whom it is about", options=WHOM)] = ("child",)
    third_party: Annotated[bool, About("mark for what is somebody else’s")] = False
    legal_advice: Annotated[bool, About("mark for legal advice")] = False
    court: Annotated[bool, About("mark for a court’s restriction")] = False

    @property
    def restricted(self) -> bool:
        """Whether it may stand in no copy, bundle or hand-out."""
        return self.legal_advice or self.court


class Document(items.Item):
    """A document, as a reference to the council's own system: never a copy."""

    kind: Literal["document"] = "document"
    title: Name
    where: Annotated[Words, About("reference in your own system")]
    on: Annotated[DayOrNone, About("date")] = None
    source: Line = ""
    third_party: Annotated[bool, About("mark for what is somebody else’s")] = False
    legal_advice: Annotated[bool, About("mark for legal advice")] = False
    court: Annotated[bool, About("mark for a court’s restriction")] = False

    @property
    def restricted(self) -> bool:
        """Whether it may stand in no copy, bundle or hand-out."""
        return self.legal_advice or self.court


class Block(items.Item):
    """Keeps a person out of the case, whatever their role: a relative, a former partner."""

    kind: Literal["block"] = "block"
    person: Annotated[Id, About("person", looks="somebody who signs in here", fixed=True)]
    why: Annotated[Words, About("reason")]


Item = Child | Status | Home | Adult | Parent | Sibling | Worker | Entry | Document | Block

KINDS = Collections(
    "case",
    Collection(Child, "child", "child"),
    Collection(Status, "legal status", "l"),
    Collection(Home, "home", "h"),
    Collection(Adult, "adult", "a"),
    Collection(Parent, "parent", "p"),
    Collection(Sibling, "brother or sister", "s"),
    Collection(Worker, "part in the case", "w"),
    Collection(Entry, "entry", "e"),
    Collection(Document, "document", "d"),
    Collection(Block, "block", "b"),
)


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Begun(_Event):
    type: Literal["begun"] = "begun"
    case: str
    reference: str
    called: str
    invented: bool


class Closed(_Event):
    type: Literal["closed"] = "closed"
    outcome: Outcome
    on: date
    words: str = ""


class Reopened(_Event):
    type: Literal["reopened"] = "reopened"
    reason: str


class GlassBroken(_Event):
    """Somebody without a part opened the case by its reference, for a reason, until a moment."""

    type: Literal["glass_broken"] = "glass_broken"
    person: str
    reason: str
    until: AwareDatetime


Event = (
    Begun
    | Added[Annotated[Item, Field(discriminator="kind")]]
    | Changed
    | Removed
    | Restored
    | Closed
    | Reopened
    | GlassBroken
)
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Closing(NamedTuple):
    """With what a case was closed."""

    outcome: Outcome
    on: date
    words: str
    by: str
    at: datetime


class Reopening(NamedTuple):
    closing: Closing
    """What was reopened."""
    reason: str
    by: str
    at: datetime


class Glass(NamedTuple):
    """Who broke the glass, why, and until when the case is open to them."""

    person: str
    reason: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Casefile:
    """A case as it stands after `version` events; of version 0, one that is not there, or not for who asks."""

    id: str = ""
    invented: bool = False
    version: int = 0
    begun_by: str = ""
    begun_at: datetime | None = None
    items: Items = field(default_factory=Items)
    closed: Closing | None = None
    """None while it is open."""
    reopened: tuple[Reopening, ...] = ()
    glass: tuple[Glass, ...] = ()
    """Every time that somebody broke the glass, oldest first."""
    erased: bool = False
    """Whether something that it said was erased."""

    def of(self, kind: str) -> dict[str, Any]:
        """The items of a kind, by id."""
        return self.items.of(kind)

    @property
    def child(self) -> Child | None:
        """None in a case that is not there, or whose beginning was erased."""
        found: Child | None = self.items.of("child").get(CHILD)
        return found

    @property
    def reference(self) -> str:
        return self.child.reference if self.child else ""

    @property
    def called(self) -> str:
        return self.child.name if self.child else ""

    @property
    def statuses(self) -> dict[str, Status]:
        return self.items.of("status")

    @property
    def homes(self) -> dict[str, Home]:
        return self.items.of("home")

    @property
    def adults(self) -> dict[str, Adult]:
        return self.items.of("adult")

    @property
    def parents(self) -> dict[str, Parent]:
        return self.items.of("parent")

    @property
    def siblings(self) -> dict[str, Sibling]:
        return self.items.of("sibling")

    @property
    def workers(self) -> dict[str, Worker]:
        return self.items.of("worker")

    @property
    def entries(self) -> dict[str, Entry]:
        return self.items.of("entry")

    @property
    def documents(self) -> dict[str, Document]:
        return self.items.of("document")

    @property
    def blocks(self) -> dict[str, Block]:
        return self.items.of("block")


def fold(happened: Iterable[Happened], start: Casefile | None = None) -> Casefile:
    """The state after these events. `start` is not changed."""
    state = start or Casefile()
    working, top, version = Folding(state.items), dict[str, Any](), state.version
    closed, reopened, glass, erased = state.closed, list(state.reopened), list(state.glass), state.erased
    for one in happened:
        version += 1
        match one.event:
            case Begun() as begun:
                top = {"id": begun.case, "invented": begun.invented, "begun_by": one.actor, "begun_at": one.at}
                working.begin(Child(id=CHILD, reference=begun.reference, name=begun.called))
            case Closed(outcome=outcome, on=on, words=words):
                closed = Closing(outcome, on, words, one.actor, one.at)
            case Reopened(reason=reason):
                if closed:
                    reopened.append(Reopening(closed, reason, one.actor, one.at))
                closed = None
            case GlassBroken(person=person, reason=reason, until=until):
                glass.append(Glass(person, reason, one.at, until))
            case Erased():
                if version == 1:
                    raise ValueError("a case cannot be read without its beginning")
                erased = True
            case event:
                try:
                    working.apply(event, one.actor, one.at)
                except KeyError:
                    # It is about an item that is not there: the event that added it was erased, and so the item is gone.
                    if not erased:
                        raise
    return replace(
        state,
        **top,
        version=version,
        items=working.done(),
        closed=closed,
        reopened=tuple(reopened),
        glass=tuple(glass),
        erased=erased,
    )
