"""Who may do what, as data: each subject's `access` has a table of :class:`Allowed`, and what no row allows is refused.

The documentation's table is made of the same rows.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple

from framework.streams.kind import Actor, Context, Refused, Relations, S

OPEN = "open"
"""Stands among the roles of everybody who uses an app without sign-in: has every role. Cases are invented ones there."""
THE_APP = "app"
"""The role of :data:`framework.streams.kind.APP`."""


class See:
    """Stands among the commands of a row: to be shown one of them. Whoever may not is shown the empty state."""


class Find:
    """Stands among the commands of a row: to be shown it in a list."""


class Allowed(NamedTuple):
    """One row: whoever has one of these roles, and one of these relations, may do this. An empty set asks for nothing."""

    what: str
    """In words, for the documentation: "begin a roll-out"."""
    commands: tuple[type, ...]
    """Their types; :class:`See` and :class:`Find` stand for reading."""
    roles: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()

    def allows(self, command: type, roles: frozenset[str], relations: Relations = frozenset()) -> bool:
        """Whether an actor with these roles, who has these parts in it, may give a command of this type by this row."""
        has_role = not self.roles or OPEN in roles or bool(self.roles & roles)
        return command in self.commands and has_role and (not self.relations or bool(self.relations & relations))


Policy = tuple[Allowed, ...]


def allows(policy: Iterable[Allowed], command: type, roles: frozenset[str], relations: Relations = frozenset()) -> bool:
    """Whether some row of a policy allows a command of this type."""
    return any(row.allows(command, roles, relations) for row in policy)


def check(policy: Iterable[Allowed], command: Any, context: Context[Any]) -> None:
    """Raises Refused unless some row allows this command."""
    if not allows(policy, type(command), context.actor.roles, context.relations):
        raise Refused(refusal(context.actor))


def refusal(actor: Actor) -> str:
    """Why no row allows something, as far as that may be said."""
    if not actor.roles and not (actor.person or actor.id):
        return "Sign in first. Nothing was changed."
    if not actor.roles:
        return (
            "You have no role in Homeward at the moment, so nothing was changed. If you had one until now, it has ended. "
            "Ask an administrator of Homeward."
        )
    return "Your role does not allow this. Nothing was changed. Ask an administrator of Homeward who may."


class Applied(NamedTuple, Generic[S]):
    """What a kind needs of a policy: `may`, `view`, `past` and `listed` (:class:`framework.streams.kind.Kind`)."""

    may: Callable[[S, Any, Context[Any]], None]
    view: Callable[[S, Context[Any]], S]
    past: Callable[[S, Context[Any]], bool]
    listed: Callable[[Actor], dict[str, str] | None]


def applied(policy: Policy, empty: S) -> Applied[S]:
    """A policy as it is, for a subject of which an actor sees everything or nothing: then the `empty` state, as if there were none."""

    def may(state: S, command: Any, context: Context[Any]) -> None:
        check(policy, command, context)

    def past(state: S, context: Context[Any]) -> bool:
        return allows(policy, See, context.actor.roles, context.relations)

    def view(state: S, context: Context[Any]) -> S:
        return state if past(state, context) else empty

    def listed(actor: Actor) -> dict[str, str] | None:
        return {} if allows(policy, Find, actor.roles) else None

    return Applied(may, view, past, listed)
