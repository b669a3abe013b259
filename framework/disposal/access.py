"""Who may propose a disposal, decide on it, carry it out and see it.

Nobody decides on what they proposed themselves. Provenance: product, after the practice that a disposal is a decision with a record.
"""

from typing import Any

from framework.disposal.deciding import CarryOut, Command, Confirm, Propose, TurnDown, Withdraw, refuse_same_person
from framework.disposal.model import Disposal
from framework.people.roles import DIRECTOR, THE_APP
from framework.streams import policy
from framework.streams.kind import Actor, Context, Refused, Relations
from framework.streams.policy import Allowed, Applied, Find, See

PROPOSER, OTHER = "proposer", "not_proposer"
"""The relations of an actor to a disposal: they proposed it, or somebody else did."""
RECORDS = frozenset({"records_manager"})
DECIDES = frozenset({"records_manager", DIRECTOR})

POLICY = (
    Allowed("propose that a case is disposed of", (Propose,), RECORDS),
    Allowed(
        "confirm or turn down a disposal that somebody else proposed", (Confirm, TurnDown), DECIDES, frozenset({OTHER})
    ),
    Allowed("withdraw a disposal that one proposed", (Withdraw,), RECORDS, frozenset({PROPOSER})),
    Allowed("carry out a disposal that two people decided", (CarryOut,), frozenset({THE_APP})),
    Allowed("see disposals, and list them", (See, Find), DECIDES | {THE_APP}),
)
_APPLIED: Applied[Disposal] = policy.applied(POLICY, Disposal())
view, past, listed = _APPLIED.view, _APPLIED.past, _APPLIED.listed


def relations(state: Disposal, actor: Actor) -> Relations:
    if not state.proposed:
        return frozenset()
    return frozenset({PROPOSER if actor.id == state.proposed.by else OTHER})


def may(state: Disposal, command: Command, context: Context[Any]) -> None:
    """Raises Refused unless this actor may give this command."""
    if not isinstance(command, CarryOut) and not context.actor.id and context.actor.roles:
        raise Refused("Two people have to decide on a disposal. Choose in the sidebar which invented person you are.")
    if isinstance(command, Confirm | TurnDown):
        refuse_same_person(state, context.actor)
    policy.check(POLICY, command, context)
