"""Commands on a person, and what each leads to: events, or Refused with a sentence for the user."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from framework import dates
from framework.people import model, reading
from framework.people.model import Event, Grant, Person, folded, person_id
from framework.people.roles import ADMINISTRATOR, CASE_ROLES, ROLES
from framework.people.settings import Settings
from framework.streams.kind import Context, Refused
from framework.text import NAME_LIMIT, as_seen, clean, clean_text

LONGEST = timedelta(days=366)
"""A role is given for a year at most, and then looked at again (source: product)."""
WHY_LIMIT = 500
"""Characters of a reason (source: product)."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """As the provider knows them now."""

    issuer: str
    subject: str
    name: str
    address: str
    provider_roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignOut:
    """End one sign-in, wherever it is used."""

    sign_in: str


@dataclass(frozen=True, slots=True)
class Invent:
    id: str
    name: str
    about: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choose:
    """Go on as this invented person."""


@dataclass(frozen=True, slots=True)
class AskRole:
    """Give this person a role; one that reads cases waits for a second person."""

    role: str
    since: date
    until: date
    why: str


@dataclass(frozen=True, slots=True)
class ConfirmRole:
    number: int


@dataclass(frozen=True, slots=True)
class RefuseRole:
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class EndRole:
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    why: str


@dataclass(frozen=True, slots=True)
class Unblock:
    why: str


@dataclass(frozen=True, slots=True)
class ReleaseAddress:
    """The address of somebody who is blocked belongs to another person now."""

    why: str


@dataclass(frozen=True, slots=True)
class ChooseMail:
    """Whether this person gets a line a day by e-mail while something waits for them."""

    wants: bool


Command = (
    SignIn
    | SignOut
    | Invent
    | Choose
    | AskRole
    | ConfirmRole
    | RefuseRole
    | EndRole
    | Block
    | Unblock
    | ReleaseAddress
    | ChooseMail
)


def decide(person: Person, command: Command, context: Context[Settings]) -> list[Event]:
    """The events that a command leads to. Raises Refused."""
    if isinstance(command, SignIn | Invent):
        return _known(person, command)
    if not person.version:
        raise Refused("There is no such person.")
    return _DECIDE[type(command)](person, command, context)


def _known(person: Person, command: SignIn | Invent) -> list[Event]:
    if isinstance(command, Invent):
        same = (person.id, person.name, person.about, person.own_roles) == (
            command.id,
            command.name,
            command.about,
            command.roles,
        )
        made = model.Invented(id=command.id, name=command.name, about=command.about, roles=command.roles)
        return [] if same else [made]
    if person.blocked:
        raise Refused(BLOCKED)
    address = clean(command.address)[: NAME_LIMIT * 4]
    name = " ".join(clean(command.name).split())[:NAME_LIMIT]
    if not as_seen(name):
        name = address[:NAME_LIMIT] or "Somebody without a name"
    return [
        model.SignedIn(
            issuer=command.issuer,
            subject=command.subject,
            name=name,
            address=address,
            provider_roles=tuple(sorted(set(command.provider_roles))),
        )
    ]


BLOCKED = (
    "You cannot use Homeward at the moment: an administrator has blocked you. Nothing was changed. Ask an administrator if that is "
    "a mistake."
)


def _sign_out(person: Person, command: SignOut, context: Context[Settings]) -> list[Event]:
    return [] if command.sign_in in person.ended else [model.SignedOut(sign_in=command.sign_in)]


def _choose(person: Person, command: Choose, context: Context[Settings]) -> list[Event]:
    if not person.invented:
        raise Refused(f"{person.name} is not an invented person.")
    return [model.Chosen()]


def _ask(person: Person, command: AskRole, context: Context[Settings]) -> list[Event]:
    if command.role not in ROLES:
        raise Refused(f"There is no role “{command.role}”.")
    label, today = ROLES[command.role].label, dates.local(context.now).date()
    if person.blocked:
        raise Refused(f"{person.name} is blocked. Unblock them first; then give the role.")
    if command.until < command.since:
        raise Refused(
            f"The role would end on {dates.uk(command.until)}, before it begins on {dates.uk(command.since)}. Choose a later last day."
        )
    if command.until < today:
        raise Refused(
            f"The role would have ended already, on {dates.uk(command.until)}. Choose a last day from today on."
        )
    if command.until - command.since > LONGEST:
        raise Refused("A role is given for a year at most. Choose an earlier last day; it can be given again then.")
    has = {one.role for one in reading.held(person, context.rules, today)}
    to_come = {one.role for one in person.grants.values() if _still_counts(one, today)}
    if command.role in has | to_come:
        raise Refused(f"{person.name} has or will have the role {label} already, or was proposed for it.")
    _refuse_administrator_with_cases(person, command.role, has | to_come)
    why = clean_text(command.why, "the reason", required=True, limit=WHY_LIMIT)
    number = max(person.grants, default=0) + 1
    return [
        model.RoleAsked(
            number=number,
            role=command.role,
            since=command.since,
            until=command.until,
            why=why,
            confirmed=command.role not in CASE_ROLES,
        )
    ]


def _still_counts(grant: Grant, today: date) -> bool:
    return grant.refused is None and grant.ended is None and grant.until >= today


def _refuse_administrator_with_cases(person: Person, role: str, others: set[str]) -> None:
    if role == ADMINISTRATOR and (reads := others & CASE_ROLES):
        raise Refused(
            f"{person.name} has a role that reads cases ({_labels(reads)}), and an administrator never does. End that role first."
        )
    if role in CASE_ROLES and ADMINISTRATOR in others:
        raise Refused(
            f"{person.name} is an administrator, and an administrator never reads a case. End that role first."
        )


def _labels(names: set[str]) -> str:
    return ", ".join(ROLES[name].label for name in ROLES if name in names)


def _confirm(person: Person, command: ConfirmRole, context: Context[Settings]) -> list[Event]:
    grant = _grant(person, command.number)
    if grant.confirmed and not grant.ended:
        return []
    _refuse_settled(grant)
    if grant.asked.by == context.actor.id:
        raise Refused(
            "You proposed this role yourself. Somebody else has to confirm it: another administrator, or a director."
        )
    if grant.until < (today := dates.local(context.now).date()):
        raise Refused(f"This role would have ended on {dates.uk(grant.until)}. Propose it again with a later last day.")
    _refuse_administrator_with_cases(
        person, grant.role, {one.role for one in reading.held(person, context.rules, today)}
    )
    return [model.RoleConfirmed(number=grant.number)]


def _refuse(person: Person, command: RefuseRole, context: Context[Settings]) -> list[Event]:
    grant = _grant(person, command.number)
    if grant.refused:
        return []
    _refuse_settled(grant)
    return [model.RoleRefused(number=grant.number, why=_reason(command.why))]


def _end(person: Person, command: EndRole, context: Context[Settings]) -> list[Event]:
    grant = _grant(person, command.number)
    if grant.ended or grant.refused:
        return []
    return [model.RoleEnded(number=grant.number, why=_reason(command.why))]


def _refuse_settled(grant: Grant) -> None:
    if not grant.waits:
        word = "confirmed" if grant.confirmed else "ended" if grant.ended else "refused"
        raise Refused(f"This role was {word} in the meantime. Nothing was changed.")


def _grant(person: Person, number: int) -> Grant:
    if number not in person.grants:
        raise Refused(f"{person.name} was given no such role.")
    return person.grants[number]


def _block(person: Person, command: Block, context: Context[Settings]) -> list[Event]:
    return [] if person.blocked else [model.Blocked(why=_reason(command.why))]


def _unblock(person: Person, command: Unblock, context: Context[Settings]) -> list[Event]:
    return [model.Unblocked(why=_reason(command.why))] if person.blocked else []


def _release(person: Person, command: ReleaseAddress, context: Context[Settings]) -> list[Event]:
    if not person.address:
        return []
    if not person.blocked:
        raise Refused(f"{person.name} still uses this address. Block them first; then it can be given up.")
    return [model.AddressReleased(why=_reason(command.why))]


def _choose_mail(person: Person, command: ChooseMail, context: Context[Settings]) -> list[Event]:
    if command.wants and not context.rules.mail_server:
        raise Refused("No mail server is set here, so no line can be sent. Ask whoever runs Homeward.")
    if command.wants and not person.address:
        raise Refused(f"Homeward knows no e-mail address of {person.name}, so no line can be sent.")
    return [] if command.wants == person.mail else [model.MailChosen(wants=command.wants)]


def _reason(why: str) -> str:
    return clean_text(why, "the reason", required=True, limit=WHY_LIMIT)


_DECIDE: dict[type, Callable[[Person, Any, Context[Settings]], list[Event]]] = {
    SignOut: _sign_out,
    Choose: _choose,
    AskRole: _ask,
    ConfirmRole: _confirm,
    RefuseRole: _refuse,
    EndRole: _end,
    Block: _block,
    Unblock: _unblock,
    ReleaseAddress: _release,
    ChooseMail: _choose_mail,
}

__all__ = ["BLOCKED", "Command", "decide", "folded", "person_id"]
