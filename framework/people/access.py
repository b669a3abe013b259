"""Who may give, confirm and end roles and block people, who sees what of a person, and who may list them.

Nobody gives a role to themselves, and nobody blocks themselves. Provenance: product.
"""

from framework.people.deciding import (
    AskRole,
    Block,
    Choose,
    ChooseMail,
    Command,
    ConfirmRole,
    EndRole,
    Invent,
    RefuseRole,
    ReleaseAddress,
    SignIn,
    SignOut,
    Unblock,
)
from framework.people.model import Person
from framework.people.roles import ADMINISTRATOR, DIRECTOR, OPEN, THE_APP
from framework.people.settings import Settings
from framework.streams import policy
from framework.streams.kind import Actor, Context, Refused, Relations
from framework.streams.policy import Allowed, Find, See

SELF, OTHER = "self", "other"
"""The relations of an actor to a person: it is they, or somebody else."""
_OTHERS = frozenset({OTHER})

POLICY = (
    Allowed("be known by a sign-in, or as an invented person", (SignIn, Invent), frozenset({THE_APP})),
    Allowed("go on as an invented person", (Choose,), frozenset({OPEN})),
    Allowed("end a sign-in of one’s own", (SignOut,), relations=frozenset({SELF})),
    Allowed("give somebody else a role", (AskRole,), frozenset({ADMINISTRATOR}), _OTHERS),
    Allowed(
        "confirm or refuse a role of somebody else that reads cases, which a second person proposed",
        (ConfirmRole, RefuseRole),
        frozenset({ADMINISTRATOR, DIRECTOR}),
        _OTHERS,
    ),
    Allowed("end a role that was given here", (EndRole,), frozenset({ADMINISTRATOR})),
    Allowed("end a role of one’s own that was given here", (EndRole,), relations=frozenset({SELF})),
    Allowed("block and unblock somebody else", (Block, Unblock), frozenset({ADMINISTRATOR}), _OTHERS),
    Allowed("free the address of somebody who is blocked", (ReleaseAddress,), frozenset({ADMINISTRATOR}), _OTHERS),
    Allowed("say whether one gets a line a day by e-mail", (ChooseMail,), relations=frozenset({SELF})),
    Allowed("say whether somebody gets a line a day by e-mail", (ChooseMail,), frozenset({ADMINISTRATOR})),
    Allowed(
        "see a person’s roles, sign-ins and blocks, and list people",
        (See, Find),
        frozenset({ADMINISTRATOR, DIRECTOR, THE_APP}),
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
    if past(person, context):
        return person
    return Person(version=person.version, id=person.id, name=person.name, invented=person.invented)


def past(person: Person, context: Context[Settings]) -> bool:
    """Whether this actor's screen may receive what happened to a person."""
    return policy.allows(POLICY, See, context.actor.roles, context.relations)


def listed(actor: Actor) -> dict[str, str] | None:
    return {} if policy.allows(POLICY, Find, actor.roles) else None
