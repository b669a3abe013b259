"""What was handed out of a case, to whom, and what was left out of it and why: a stream of its own beside the case.

So that deciding what to leave out moves no version of the case. It is erased with the case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework.casefile.handout import reasons
from framework.people.roles import CASE_ROLES
from framework.streams import policy
from framework.streams.kind import Actor, Context, Erased, Happened, Kind, Pair, Refused, tagged
from framework.streams.policy import OPEN, Allowed, Policy, See
from framework.text import clean_name, clean_text


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str


class ItemLeftOut(_Event):
    type: Literal["item_left_out"] = "item_left_out"
    key: str
    reason: str
    """An id of handout.toml; "": own words alone."""
    words: str = ""


class ItemPutBack(_Event):
    type: Literal["item_put_back"] = "item_put_back"
    key: str


class HandedOut(_Event):
    type: Literal["handed_out"] = "handed_out"
    to: str
    why: str
    version: int
    """Of the case, as it was handed out."""
    held: int
    left_out: dict[str, str]
    """What was left out: its key → the reason, as it stands in the document."""
    digest: str
    """SHA-256 of the JSON that was given."""


Event = ItemLeftOut | ItemPutBack | HandedOut
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


class Choice(NamedTuple):
    """Why an item is to be left out, and who chose so."""

    reason: str
    words: str
    by: str
    at: datetime

    @property
    def said(self) -> str:
        """As it stands in the document."""
        listed = next((reasons().said(one) for one in reasons().reason if one.id == self.reason), "")
        return " ".join(filter(None, (listed, self.words)))


class Given(NamedTuple):
    """One time that it was handed out."""

    number: int
    to: str
    why: str
    by: str
    at: datetime
    version: int
    held: int
    left_out: dict[str, str]
    digest: str


@dataclass(frozen=True, slots=True)
class Released:
    version: int = 0
    case: str = ""
    left_out: dict[str, Choice] = field(default_factory=dict)
    """What is to be left out of the next hand-out, by its key."""
    given: tuple[Given, ...] = ()
    """Oldest first."""


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LeaveOut:
    case: str
    key: str
    reason: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PutBack:
    case: str
    key: str


@dataclass(frozen=True, slots=True)
class HandOut:
    """What is handed out is worked out by :class:`framework.casefile.handouts.Handouts`."""

    case: str
    to: str
    why: str
    version: int
    held: int
    left_out: dict[str, str]
    digest: str


Command = LeaveOut | PutBack | HandOut
HANDS_OUT = frozenset({"manager", OPEN})
"""The parts in a case with which one hands it out. A records manager needs none."""
_DEEDS = (LeaveOut, PutBack, HandOut)

POLICY: Policy = (
    Allowed("hand out what is held about a child, and choose what is left out", _DEEDS, frozenset({"records_manager"})),
    Allowed("hand out a case that one manages, and choose what is left out", _DEEDS, CASE_ROLES, HANDS_OUT),
    Allowed("see what was handed out", (See,), frozenset({"records_manager"})),
    Allowed(
        "see what was handed out of a case that one manages or checks", (See,), CASE_ROLES, HANDS_OUT | {"assurer"}
    ),
)


def fold(happened: Iterable[Happened], start: Released) -> Released:
    for event, actor, at in happened:
        start = replace(start, version=start.version + 1)
        match event:
            case ItemLeftOut(case=case, key=key, reason=reason, words=words):
                start = replace(start, case=case, left_out={**start.left_out, key: Choice(reason, words, actor, at)})
            case ItemPutBack(case=case, key=key):
                start = replace(start, case=case, left_out={k: one for k, one in start.left_out.items() if k != key})
            case HandedOut() as one:
                given = Given(
                    len(start.given) + 1, one.to, one.why, actor, at, one.version, one.held, one.left_out, one.digest
                )
                start = replace(start, case=one.case, given=(*start.given, given))
            case Erased():
                pass
    return start


def decide(state: Released, command: Command, context: Context[Any]) -> list[Event]:
    """The events that a command leads to. Raises Refused with a sentence for the user."""
    match command:
        case LeaveOut(case=case, key=key, reason=reason, words=words):
            words = clean_text(words, "the reason")
            if reason and reason not in {one.id for one in reasons().reason}:
                raise Refused("Choose one of the reasons, or give your own.")
            if not (reason or words):
                raise Refused("Say why this is left out: whoever gets the document reads the reason in its place.")
            known = state.left_out.get(key)
            if known and (known.reason, known.words) == (reason, words):
                return []
            return [ItemLeftOut(case=case, key=key, reason=reason, words=words)]
        case PutBack(case=case, key=key):
            return [ItemPutBack(case=case, key=key)] if key in state.left_out else []
        case HandOut():
            to = clean_name(command.to, "the name of whoever it is handed out to")
            why = clean_text(command.why, "the reason", required=True)
            return [
                HandedOut(
                    case=command.case,
                    to=to,
                    why=why,
                    version=command.version,
                    held=command.held,
                    left_out=command.left_out,
                    digest=command.digest,
                )
            ]


def may(state: Released, command: Command, context: Context[Any]) -> None:
    """Raises Refused unless this actor may give this command."""
    policy.check(POLICY, command, context)


def past(state: Released, context: Context[Any]) -> bool:
    return policy.allows(POLICY, See, context.actor.roles, context.relations)


def view(state: Released, context: Context[Any]) -> Released:
    return state if past(state, context) else Released()


def listed(actor: Actor) -> dict[str, str] | None:
    return None


def index(state: Released) -> frozenset[Pair]:
    return frozenset({("case", state.case)})


RELEASED: Kind[Released, Command, Any] = Kind(
    name="handout",
    noun="hand-out",
    empty=Released(),
    stored=tagged(EVENTS),
    fold=fold,
    decide=decide,
    may=may,
    view=view,
    past=past,
    listed=listed,
    title=lambda state: "",
    index=index,
)
"""Its streams are called by the id of the case. The parts of an actor are those in the case: the door is given them."""
