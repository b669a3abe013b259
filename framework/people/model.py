"""A person: what happened to them (sign-ins, roles, blocks), and the state that is folded from it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from framework.streams.kind import Erased, Happened


def person_id(issuer: str, subject: str) -> str:
    """The id of whom a provider (`iss`) calls so (`sub`): the same at every sign-in, and it says nothing."""
    return "p" + hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:16]


# ── Events ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


class SignedIn(_Event):
    """As the provider knew them at that moment."""

    type: Literal["signed_in"] = "signed_in"
    issuer: str
    subject: str
    name: str
    address: str = ""
    provider_roles: tuple[str, ...] = ()


class SignedOut(_Event):
    """One sign-in has ended, in every tab and process; others of the same person, on other devices, go on."""

    type: Literal["signed_out"] = "signed_out"
    sign_in: str
    """As :class:`framework.people.token.Token` has it."""


class Invented(_Event):
    """An invented person, for an app that runs open."""

    type: Literal["invented"] = "invented"
    id: str
    name: str
    about: str = ""
    roles: tuple[str, ...] = ()


class Chosen(_Event):
    """Somebody who uses the app open goes on as this invented person."""

    type: Literal["chosen"] = "chosen"


class RoleAsked(_Event):
    """An administrator gives a role; one that reads cases takes effect when it is confirmed."""

    type: Literal["role_asked"] = "role_asked"
    number: int
    role: str
    since: date
    until: date
    """The last day."""
    why: str
    confirmed: bool = False
    """Whether it takes effect without a second person."""


class RoleConfirmed(_Event):
    type: Literal["role_confirmed"] = "role_confirmed"
    number: int


class RoleRefused(_Event):
    type: Literal["role_refused"] = "role_refused"
    number: int
    why: str


class RoleEnded(_Event):
    type: Literal["role_ended"] = "role_ended"
    number: int
    why: str


class Blocked(_Event):
    type: Literal["blocked"] = "blocked"
    why: str


class Unblocked(_Event):
    type: Literal["unblocked"] = "unblocked"
    why: str


class AddressReleased(_Event):
    """The address belongs to somebody else now, or another person with it signed in first."""

    type: Literal["address_released"] = "address_released"
    why: str


class MailChosen(_Event):
    """Whether this person gets a line a day by e-mail while something waits for them."""

    type: Literal["mail_chosen"] = "mail_chosen"
    wants: bool


Event = (
    SignedIn
    | SignedOut
    | Invented
    | Chosen
    | RoleAsked
    | RoleConfirmed
    | RoleRefused
    | RoleEnded
    | Blocked
    | Unblocked
    | AddressReleased
    | MailChosen
)
EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Annotated[Event, Field(discriminator="type")]])


ENDED = 200
"""Sign-ins that are remembered as ended. Each holds for a day at most, so nobody has as many that count."""


# ── State ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """Who did something, when and why."""

    by: str
    """The id of a person."""
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that was given in the app. `confirmed` is None while a second person is still asked."""

    number: int
    role: str
    since: date
    until: date
    asked: Said
    confirmed: Said | None = None
    refused: Said | None = None
    ended: Said | None = None

    @property
    def waits(self) -> bool:
        """Whether a second person is still asked."""
        return self.confirmed is None and self.refused is None and self.ended is None

    def in_force(self, today: date) -> bool:
        return self.confirmed is not None and self.ended is None and self.since <= today <= self.until


@dataclass(frozen=True, slots=True)
class Person:
    """Treat it as immutable."""

    version: int = 0
    id: str = ""
    name: str = ""
    address: str = ""
    """As the provider gave it; "" if it gave none."""
    provider_roles: tuple[str, ...] = ()
    """As the provider calls them, at the last sign-in."""
    grants: Mapping[int, Grant] = field(default_factory=dict)
    blocked: Said | None = None
    invented: bool = False
    about: str = ""
    own_roles: tuple[str, ...] = ()
    """Of an invented person."""
    signed_in_at: datetime | None = None
    """The last time."""
    first_signed_in_at: datetime | None = None
    sign_ins: int = 0
    ended: tuple[str, ...] = ()
    """The sign-ins that were ended, the last ones last."""
    mail: bool = False
    """Whether they get a line a day by e-mail while something waits for them."""


def folded(address: str) -> str:
    """An address as it is compared."""
    return address.strip().casefold()


def fold(happened: Iterable[Happened], start: Person) -> Person:
    for one in happened:
        start = replace(_after(start, one), version=start.version + 1)
    return start


def _after(person: Person, happened: Happened) -> Person:
    event, by, at = happened
    match event:
        case SignedIn():
            return replace(
                person,
                id=person_id(event.issuer, event.subject),
                name=event.name,
                address=event.address,
                provider_roles=event.provider_roles,
                signed_in_at=at,
                first_signed_in_at=person.first_signed_in_at or at,
                sign_ins=person.sign_ins + 1,
            )
        case SignedOut(sign_in=ended):
            return replace(person, ended=(*person.ended, ended)[-ENDED:])
        case Invented():
            return replace(
                person, id=event.id, name=event.name, about=event.about, own_roles=event.roles, invented=True
            )
        case RoleAsked():
            asked = Said(by, at, event.why)
            grant = Grant(event.number, event.role, event.since, event.until, asked, asked if event.confirmed else None)
            return replace(person, grants={**person.grants, event.number: grant})
        case RoleConfirmed() | RoleRefused() | RoleEnded():
            return _with_grant(person, event, Said(by, at, getattr(event, "why", "")))
        case Blocked(why=why):
            return replace(person, blocked=Said(by, at, why))
        case Unblocked():
            return replace(person, blocked=None)
        case AddressReleased():
            return replace(person, address="")
        case MailChosen(wants=wants):
            return replace(person, mail=wants)
        case Chosen() | Erased():
            return person
    return person


def _with_grant(person: Person, event: RoleConfirmed | RoleRefused | RoleEnded, said: Said) -> Person:
    grant = person.grants.get(event.number)
    if grant is None:  # what gave it was erased
        return person
    match event:
        case RoleConfirmed():
            grant = replace(grant, confirmed=said)
        case RoleRefused():
            grant = replace(grant, refused=said)
        case RoleEnded():
            grant = replace(grant, ended=said)
    return replace(person, grants={**person.grants, event.number: grant})
