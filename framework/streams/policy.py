"""Who may do what, as data: each subject's `access` has a table of :class:`Allowed`, and what no row allows is refused.

The documentation's table is made of the same rows.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from framework.streams.kind import APP, Actor, Context, Refused, Relations

OPEN = "open"
"""Stands among the roles of everybody who uses an app without sign-in: has every role. Cases are invented ones there."""
SIGNED_IN = "signed_in"
"""Stands among the roles of everybody whom the app knows as a person: signed in, or an invented person who was chosen."""
THE_APP = "app"
"""The role of :data:`framework.streams.kind.APP`."""


class See:
    """Stands among the commands of a row: to be shown one of them. Whoever may not is shown the empty state."""


class Find:
    """Stands among the commands of a row: to be shown it in a list."""


class Allowed(NamedTuple):
    """One row: whoever has one of these roles and one of these relations may do this. An empty set asks for nothing."""

    what: str
    """In words, for the documentation: "begin a roll-out"."""
    commands: tuple[type, ...]
    """Their types; :class:`See` and :class:`Find` stand for reading."""
    roles: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()


Policy = tuple[Allowed, ...]


def permits(policy: Policy, command: type, actor: Actor, relations: Relations = frozenset()) -> bool:
    """Whether a row allows this actor, who has these parts in it, a command of this type."""
    return any(command in row.commands and _meets(row, actor, relations) for row in policy)


def _meets(row: Allowed, actor: Actor, relations: Relations) -> bool:
    has_role = not row.roles or OPEN in actor.roles or bool(row.roles & actor.roles)
    return has_role and (not row.relations or bool(row.relations & relations))


def check(policy: Policy, command: Any, context: Context[Any]) -> None:
    """Raises Refused unless a row allows this command."""
    if not permits(policy, type(command), context.actor, context.relations):
        raise Refused(refusal(context.actor))


def refusal(actor: Actor) -> str:
    """Why no row allows something, as far as that may be said."""
    if OPEN in actor.roles or actor.roles - {SIGNED_IN}:
        return "Your role does not allow this. Nothing was changed. An administrator of Homeward can say who may."
    if SIGNED_IN in actor.roles:
        return (
            "You have no role in Homeward at the moment, so nothing was changed. If you had one until now, it has ended. "
            "Ask an administrator of Homeward."
        )
    return "Sign in first. Nothing was changed."


def roles_that(policy: Policy, command: type) -> frozenset[str]:
    """The roles that some row names for a command of this type."""
    return frozenset[str]().union(*(row.roles for row in policy if command in row.commands))


def commands_of(policy: Policy) -> frozenset[type]:
    """Every type of command that some row names, reading left out."""
    return frozenset(command for row in policy for command in row.commands) - {See, Find}


def roles(*names: str) -> frozenset[str]:
    """A set of roles, as a row has it."""
    return frozenset(names)


def union(*sets: Iterable[str]) -> frozenset[str]:
    """All that stands in any of these."""
    return frozenset[str]().union(*sets)


assert THE_APP in APP.roles
