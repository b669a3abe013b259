"""Which roles a person has at this moment, and where each comes from."""

from datetime import date
from typing import Literal, NamedTuple

from framework.people.model import Grant, Person, folded
from framework.people.roles import ADMINISTRATOR, CASE_ROLES, ROLES
from framework.people.settings import Settings


class Held(NamedTuple):
    """A role that a person has, and where it comes from."""

    role: str
    source: Literal["provider", "given", "configuration", "invented"]
    grant: Grant | None = None


def held(person: Person, settings: Settings, today: date) -> list[Held]:
    """The roles that a person has on a day, in the order of :data:`ROLES`, whether or not another one keeps it from acting."""
    found = [Held(settings.roles[theirs], "provider") for theirs in person.provider_roles if theirs in settings.roles]
    found += [Held(one.role, "given", one) for one in person.grants.values() if one.in_force(today)]
    if person.invented:
        found += [Held(role, "invented") for role in person.own_roles]
    elif settings.administrator and folded(person.address) == settings.administrator:
        found.append(Held(ADMINISTRATOR, "configuration"))
    return sorted((one for one in found if one.role in ROLES), key=lambda one: list(ROLES).index(one.role))


def roles(person: Person, settings: Settings, today: date) -> frozenset[str]:
    """The roles that take effect on a day. An administrator never reads a case: with that role those that do are without effect."""
    found = frozenset(one.role for one in held(person, settings, today))
    return found - CASE_ROLES if ADMINISTRATOR in found else found


def kept_back(person: Person, settings: Settings, today: date) -> frozenset[str]:
    """The roles that a person has and that are without effect, since an administrator never reads a case."""
    return frozenset(one.role for one in held(person, settings, today)) - roles(person, settings, today)
