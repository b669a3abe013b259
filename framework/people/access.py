"""Who may give, confirm and end roles and block people, who sees what of a person, and who may list them.

Nobody gives a role to themselves, and nobody blocks themselves. Provenance: product.
"""

from framework.people.deciding import (
    AskRole,
    Block,
    Command,
    ConfirmRole,
    EndRole,
    Invent,
    RefuseRole,
    ReleaseAddress,
    SignIn,
    Unblock,
)
from framework.people.model import Person
from framework.people.roles import ADMINISTRATOR, DIRECTOR, THE_APP
from framework.people.settings import Settings
from framework.streams import policy
from framework.streams.kind import Actor, Context, Refused, Relations
from framework.streams.policy import Allowed, Find, See, roles

SELF, OTHER = "self", "other"
"""The relations of an actor to a person: it is they, or somebody else."""
_OTHERS = frozenset({OTHER})

POLICY = (
    Allowed("be known by a sign-in, or as an invented person", (SignIn, Invent), roles(THE_APP)),
    Allowed("give somebody else a role", (AskRole,), roles(ADMINISTRATOR), _OTHERS),
    Allowed(
        "confirm or refuse a role of somebody else that reads cases, which a second person proposed",
        (ConfirmRole, RefuseRole),
        roles(ADMINISTRATOR, DIRECTOR),
        _OTHERS,
    ),
    Allowed("end a role that was given here", (EndRole,), roles(ADMINISTRATOR)),
    Allowed("end a role of one’s own that was given here", (EndRole,), relations=frozenset({SELF})),
    Allowed("block and unblock somebody else", (Block, Unblock), roles(ADMINISTRATOR), _OTHERS),
    Allowed("free the address of somebody who is blocked", (ReleaseAddress,), roles(ADMINISTRATOR), _OTHERS),
    Allowed(
        "see a person’s roles, sign-ins and blocks, and list people",
        (See, Find),
        roles(ADMINISTRATOR, DIRECTOR, THE_APP),
    ),
    Allowed("see one’s own roles, sign-ins and blocks", (See,), relations=frozenset({SELF})),
)

_NOT_ONESELF = {
    AskRole: "Nobody gives a role to themselves. Ask another administrator.",
    ConfirmRole: "Nobody confirms a role of their own. Ask another administrator, or a director.",
    RefuseRole: "This is your own role: somebody else decides on it.",
    Block: "Nobody blocks themselves. Ask another administrator.",
}


def may(person: Person, command: Command, context: Context[Settings]) -> None:
    """Raises Refused unless this actor may give this command."""
    if SELF in context.relations and (sentence := _NOT_ONESELF.get(type(command))):
        raise Refused(sentence)
    policy.check(POLICY, command, context)


def relations(person: Person, actor: Actor) -> Relations:
    return frozenset({SELF if actor.id and actor.id == person.id else OTHER})


def view(person: Person, context: Context[Settings]) -> Person:
    """All that this actor's screen may receive: of a colleague, the name."""
    if policy.permits(POLICY, See, context.actor, context.relations):
        return person
    return Person(version=person.version, id=person.id, name=person.name, invented=person.invented)


def listed(actor: Actor) -> dict[str, str] | None:
    return {} if policy.permits(POLICY, Find, actor) else None
