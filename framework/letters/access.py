"""Who may write the papers of a case, check what is left out of them, and read them: whoever has the part in the case that it takes."""

from typing import Any

from framework.casefile.access import NOT_HERE, NOT_YOURS, SEES
from framework.items import Add, Change, Remove, Restore
from framework.letters.deciding import Begin, CheckWithheld, Command, File, Reply
from framework.letters.model import KINDS, Copy, Fact, Letter, Letters, Withheld
from framework.people.roles import CASE_ROLES
from framework.streams import policy
from framework.streams.kind import Actor, Context, Refused, Relations
from framework.streams.policy import OPEN, Allowed, Policy, See

_WRITERS: Relations = frozenset({"worker", "manager", OPEN})

POLICY: Policy = (
    Allowed("see the papers for the family of a case", (See,), CASE_ROLES, SEES),
    Allowed(
        "write parents’ copies, the facts that parents check and the child’s letter, and file them",
        (Begin, Fact, Copy, Withheld, Letter, Reply, File),
        CASE_ROLES,
        _WRITERS,
    ),
    Allowed("check what is left out of a parent’s copy", (CheckWithheld,), CASE_ROLES, frozenset({"manager", OPEN})),
)


def deed(command: Command) -> type:
    """What the policy has a command under: its class, and of one on an item the item's."""
    if isinstance(command, Add | Change | Remove | Restore):
        model: type = KINDS.of(command.kind).model
        return model
    return type(command)


def may(state: Letters, command: Command, context: Context[Any]) -> None:
    """Raises Refused unless this actor may give this command."""
    parts = context.relations
    if not parts & SEES:
        raise Refused(NOT_HERE)
    if not policy.allows(POLICY, deed(command), context.actor.roles, parts):
        raise Refused(NOT_YOURS)


def past(state: Letters, context: Context[Any]) -> bool:
    return policy.allows(POLICY, See, context.actor.roles, context.relations)


def view(state: Letters, context: Context[Any]) -> Letters:
    return state if past(state, context) else Letters()


def listed(actor: Actor) -> dict[str, str] | None:
    """Nobody lists them: they are found by their case."""
    return None
