"""What happened to a person, and where a role of theirs comes from, as sentences."""

from collections.abc import Mapping
from datetime import date, timedelta

from framework import dates
from framework.people.model import (
    AddressReleased,
    Blocked,
    Grant,
    Invented,
    MailChosen,
    Person,
    RoleAsked,
    RoleConfirmed,
    RoleEnded,
    RoleRefused,
    SignedIn,
    SignedOut,
    Unblocked,
)
from framework.people.reading import Held
from framework.people.roles import ROLES
from framework.streams.kind import Erased, Happened

SOMEBODY = "Somebody"
"""Who acted, where the record has nobody's id, as in an app without sign-in."""


def label(role: str) -> str:
    """What a role is called, also one that a later release has taken away."""
    return ROLES[role].label if role in ROLES else role


def until(grant: Grant) -> str:
    """ "from 2 March 2026 until 1 April 2026" """
    return f"from {dates.uk(grant.since)} until {dates.uk(grant.until)}"


def source(held: Held) -> str:
    """Where a role comes from, in words."""
    if held.grant:
        return f"given here {until(held.grant)}"
    return {
        "provider": "from the sign-in of the organisation",
        "configuration": "named in the configuration as the first administrator",
        "invented": "invented, for trying things out",
    }[held.source]


def happened(one: Happened, grants: Mapping[int, Grant]) -> str:
    """What happened, without who did it and when. `grants`: those of the person, for the names of their roles."""

    def role(number: int) -> str:
        return label(grants[number].role) if number in grants else "a role"

    match one.event:
        case SignedIn():
            return "Signed in."
        case SignedOut():
            return "Signed out."
        case Invented():
            return "Was invented."
        case RoleAsked(role=name, since=since, until=last, why=why, confirmed=confirmed):
            done = "Gave" if confirmed else "Proposed"
            return f"{done} the role {label(name)} from {dates.uk(since)} until {dates.uk(last)}: {why}"
        case RoleConfirmed(number=number):
            return f"Confirmed the role {role(number)}."
        case RoleRefused(number=number, why=why):
            return f"Refused the role {role(number)}: {why}"
        case RoleEnded(number=number, why=why):
            return f"Ended the role {role(number)}: {why}"
        case Blocked(why=why):
            return f"Blocked this person: {why}"
        case Unblocked(why=why):
            return f"Unblocked this person: {why}"
        case AddressReleased(why=why):
            return f"Freed the address: {why}"
        case MailChosen(wants=wants):
            return f"{'Asked for' if wants else 'Switched off'} the line by e-mail."
        case Erased():
            return "What was said here has been erased."
    return "Was chosen, in an app without sign-in."


ENDS_SOON = timedelta(days=30)
"""So long before its last day a role is said to end (source: product)."""


def notes(person: Person, today: date) -> list[str]:
    """What an administrator should see of a person in a list: blocked, waiting for a second person, ending soon."""
    found = [f"Blocked since {dates.uk(dates.local(person.blocked.at).date())}"] if person.blocked else []
    for one in person.grants.values():
        if one.waits and one.until >= today:
            found.append(f"{label(one.role)}: waits for a second person")
        elif one.in_force(today) and one.until <= today + ENDS_SOON:
            found.append(f"{label(one.role)}: ends after {dates.uk(one.until)}")
        elif one.confirmed and not one.ended and today < one.since:
            found.append(f"{label(one.role)}: begins on {dates.uk(one.since)}")
    return found
