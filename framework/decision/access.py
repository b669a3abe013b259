"""Who may do what in the decisions on a child: by their parts in the case, as in the case itself."""

from typing import Any

from framework.casefile.access import NOT_HERE, NOT_YOURS, SEES, sees
from framework.decision.deciding import (
    Approve,
    AskApproval,
    Classify,
    Command,
    CompleteAssessment,
    Decide,
    Open,
    PreparePlan,
    RecordSatisfied,
    RefuseApproval,
    Satisfy,
    SendBack,
    Unsatisfy,
    Withdraw,
)
from framework.decision.model import (
    KINDS,
    Answer,
    Condition,
    Decisions,
    Dispute,
    Dissent,
    Draft,
    Option,
    Support,
    Told,
    View,
)
from framework.items import Add, Change, Remove, Restore
from framework.people.roles import CASE_ROLES, DIRECTOR
from framework.streams import policy
from framework.streams.kind import Actor, Context, Refused, Relations
from framework.streams.policy import OPEN, Allowed, Policy, See

_WRITERS: Relations = frozenset({"worker", "manager", OPEN})
_SIGNERS: Relations = frozenset({"manager", "nominated_officer", "approver", OPEN})
_MANAGERS = frozenset({"team_manager", "nominated_officer", DIRECTOR})

POLICY: Policy = (
    Allowed("see the decisions on a child", (See,), CASE_ROLES, SEES),
    Allowed("begin, make and withdraw a decision", (Open, Classify, Decide, Withdraw), CASE_ROLES, _WRITERS),
    Allowed(
        "write what a decision rests on",
        (Draft, Answer, Option, Support, Condition, View, Dispute, Dissent),
        CASE_ROLES,
        _WRITERS | {"second_worker"},
    ),
    Allowed("write who was told of a decision", (Told,), CASE_ROLES, _WRITERS | {"second_worker", "reviewing_officer"}),
    Allowed(
        "put the reviewing officer’s own view and a formal dispute on record",
        (View, Dispute),
        frozenset({"reviewing_officer"}),
        frozenset({"reviewing_officer"}),
    ),
    Allowed(
        "ask for an approval; record that the placement plan is prepared, or the assessment complete",
        (AskApproval, PreparePlan, CompleteAssessment),
        CASE_ROLES,
        _WRITERS,
    ),
    Allowed(
        "approve a decision, where one is asked to",
        (Approve,),
        frozenset({"nominated_officer", DIRECTOR}),
        frozenset({"nominated_officer", "approver", OPEN}),
    ),
    Allowed(
        "record that the authority is satisfied, where the law names no approver",
        (RecordSatisfied,),
        _MANAGERS,
        _SIGNERS,
    ),
    Allowed(
        "say with what a condition of an approval is met; refuse an approval or send the decision back",
        (Satisfy, Unsatisfy, RefuseApproval, SendBack),
        _MANAGERS,
        _SIGNERS,
    ),
)
"""What no row allows is refused. Who approves what they took part in is refused by :mod:`framework.decision.deciding`."""


def deed(command: Any) -> type:
    """What a policy has a command under: its class, and of one on an item the item's."""
    if isinstance(command, Add | Change | Remove | Restore):
        model: type = KINDS.of(command.kind).model
        return model
    return type(command)


def may(state: Decisions, command: Command, context: Context[Any]) -> None:
    """Raises Refused unless this actor may give this command."""
    parts = context.relations
    if not sees(parts):
        raise Refused(NOT_HERE)
    if not policy.allows(POLICY, deed(command), context.actor.roles, parts):
        raise Refused(NOT_YOURS)
    if isinstance(command, Withdraw) and _is_signed(state, command.decision) and not parts & {"manager", OPEN}:
        raise Refused("This decision is approved: the team manager of the case withdraws it.")
    if not parts & (_WRITERS | {"second_worker"}) and _view_of_another(state, command):
        raise Refused("A reviewing officer puts their own view on record here. " + NOT_YOURS)


def _is_signed(state: Decisions, decision: str) -> bool:
    made = state.made.get(decision)
    return bool(made and made.signed)


def _view_of_another(state: Decisions, command: Command) -> bool:
    """Whether a command is on the view of somebody who is not the reviewing officer."""
    match command:
        case Add(kind="view", values=values):
            return values.get("whose") != "reviewing_officer"
        case (
            Change(kind="view", id=identifier)
            | Remove(kind="view", id=identifier)
            | Restore(kind="view", id=identifier)
        ):
            found = state.items.of("view").get(identifier) or state.items.removed.get("view", {}).get(identifier)
            changes_whose = isinstance(command, Change) and command.field == "whose"
            return found is not None and (found.whose != "reviewing_officer" or changes_whose)
    return False


def past(state: Decisions, context: Context[Any]) -> bool:
    return policy.allows(POLICY, See, context.actor.roles, context.relations)


def view(state: Decisions, context: Context[Any]) -> Decisions:
    """All of them, or the empty state for whoever has no part in the case."""
    return state if past(state, context) else Decisions()


def listed(actor: Actor) -> dict[str, str] | None:
    """None: they are found by the case, or by whom they wait for."""
    return None
