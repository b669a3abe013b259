"""Need to know: who may do what in a case, see it and list it. Whoever has no part in a case does not learn that it exists.

A part counts from the first to the last day of it, and only while the person has a role that reads cases. A block wins over
everything.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from framework import dates, items
from framework.casefile.deciding import Begin, BreakGlass, BringIn, Close, Command, HandOver, Reopen
from framework.casefile.model import (
    KINDS,
    PART_GIVERS,
    PARTS,
    Adult,
    Block,
    Casefile,
    Child,
    Document,
    Entry,
    Home,
    Parent,
    Sibling,
    Status,
    Worker,
)
from framework.items import Add, Added, Change, Changed, Items, Remove, Removed, Restore, Restored
from framework.people.roles import CASE_ROLES
from framework.streams import policy
from framework.streams.kind import Actor, Context, Happened, Refused, Relations, Shows
from framework.streams.policy import OPEN, Allowed, Find, Policy, See

BLOCKED, GLASS = "blocked", "glass"
SEES: Relations = frozenset({*PARTS, GLASS, OPEN})
"""Whoever has one of these parts in a case sees it."""

_WRITERS: Relations = frozenset({"worker", "manager", OPEN})

POLICY: Policy = (
    Allowed("see a case", (See,), CASE_ROLES, SEES),
    Allowed("find a case in a list", (Find,), CASE_ROLES, SEES),
    Allowed("begin a case", (Begin,), frozenset({"practitioner", "team_manager"})),
    Allowed(
        "write down what is known", (Child, Status, Home, Adult, Parent, Sibling, Entry, Document), CASE_ROLES, _WRITERS
    ),
    Allowed("write the chronology", (Entry, Document), CASE_ROLES, frozenset({"second_worker"})),
    Allowed(
        "say who works on a case (its team manager alone: who checks it), and who is kept out of it",
        (Worker, Block),
        CASE_ROLES,
        _WRITERS,
    ),
    Allowed(
        "say who works on a case after breaking the glass, where nobody is left in it",
        (Worker,),
        frozenset({"team_manager"}),
        frozenset({GLASS}),
    ),
    Allowed("close and reopen a case", (Close, Reopen), CASE_ROLES, _WRITERS),
    Allowed(
        "bring in open cases from the council’s own system: a team manager those of the team, a records manager all",
        (BringIn,),
        frozenset({"team_manager", "records_manager"}),
    ),
    Allowed(
        "hand over what one does in a case; its manager, what anybody does in it",
        (HandOver,),
        CASE_ROLES,
        frozenset({*PARTS, OPEN}),
    ),
    Allowed(
        "break the glass",
        (BreakGlass,),
        frozenset({"practitioner", "team_manager", "reviewing_officer", "nominated_officer", "director"}),
    ),
)

NOT_HERE = (
    "There is no such case, or you have no part in it. If you need to see one, ask its team manager, or break the glass with "
    "its reference."
)
"""The one answer to whoever has no part in a case, whether it is there or not."""
NOT_YOURS = "Your part in this case does not allow this. Ask its social worker or team manager."


def relations(state: Casefile, actor: Actor, now: datetime) -> Relations:
    """The parts that an actor has in a case at a moment; with :func:`linked`, all that a view depends on."""
    if OPEN in actor.roles:
        return frozenset({OPEN}) if state.invented else frozenset()
    if actor.id and any(block.person == actor.id for block in state.blocks.values()):
        return frozenset({BLOCKED})  # whatever their role: a code opens no meeting on it to them either
    if not actor.id or not actor.roles & CASE_ROLES:
        return frozenset()
    today = dates.local(now).date()
    parts = {one.part for one in state.workers.values() if one.person == actor.id and one.in_force(today)}
    broken = any(one.person == actor.id and now < one.until for one in state.glass)
    return frozenset({*parts, GLASS} if broken else parts)


def linked(case: str) -> str:
    """The part of somebody who sees a brother's or sister's case as well."""
    return f"sibling:{case}"


def links(state: Casefile) -> list[Sibling]:
    """The brothers and sisters with a case of their own, those that were removed among them."""
    found = (*state.siblings.values(), *state.items.removed.get("sibling", {}).values())
    return [one for one in found if one.case]


def sees(parts: Relations) -> bool:
    return bool(parts & SEES)


def deed(command: Command) -> type:
    """What a policy has a command under: its class, and of one on an item the item's."""
    if isinstance(command, Add | Change | Remove | Restore):
        model: type = KINDS.of(command.kind).model
        return model
    return type(command)


def may(state: Casefile, command: Command, context: Context[Any]) -> None:
    """Raises Refused unless this actor may give this command."""
    parts, wanted = context.relations, deed(command)
    allowed = policy.allows(POLICY, wanted, context.actor.roles, parts)
    match command:
        case Begin() | BringIn():
            hidden = bool(state.version) and not sees(parts)
        case BreakGlass():
            hidden = not state.version or BLOCKED in parts or not context.actor.id
        case _:
            hidden = not sees(parts)
    if not allowed and isinstance(command, Begin | BreakGlass | BringIn):
        raise Refused(policy.refusal(context.actor))  # by the role alone, and so says nothing of the case
    if hidden:
        raise Refused(NOT_HERE)
    if not allowed or (_takes_over(wanted, parts) and _looked_after(state, context)):
        raise Refused(NOT_YOURS)
    if (
        isinstance(command, Change | Remove | Restore)
        and command.kind == "sibling"
        and command.id in _hidden(state, parts)
    ):
        items.decide(KINDS, Items(), command)  # refuses it as one that is not there
    if wanted is Worker and not _takes_over(wanted, parts) and not parts & {*_givers(state, command), OPEN}:
        raise Refused(f"Only its team manager says who is {PARTS['assurer'].lower()} in a case. Nothing was changed.")
    if isinstance(command, HandOver) and command.person != context.actor.id and not parts & {"manager", OPEN}:
        raise Refused("Only its team manager hands over what somebody else does in a case. " + NOT_YOURS)


def _givers(state: Casefile, command: Command) -> Relations:
    """The parts that give, change and end the part that a command is about."""
    if isinstance(command, Add):
        part = str(command.values.get("part", ""))
    else:
        every = {**state.items.removed.get("worker", {}), **state.workers}
        part = every[command.id].part if isinstance(command, Change | Remove | Restore) and command.id in every else ""
    return frozenset(next((givers for one, givers in PART_GIVERS.items() if one == part), _WRITERS))


def _takes_over(wanted: type, parts: Relations) -> bool:
    """Whether somebody says who works on a case by having broken the glass alone."""
    return wanted is Worker and GLASS in parts and not parts & _WRITERS


def _looked_after(state: Casefile, context: Context[Any]) -> bool:
    """Whether somebody who can say who works on the case still does."""
    today = dates.local(context.now).date()
    return any(one.part in _WRITERS and one.in_force(today) for one in state.workers.values())


def view(state: Casefile, context: Context[Any]) -> Casefile:
    """All that this actor's screen may receive: the empty case for whoever has no part in it."""
    return _without_links(state, context.relations) if sees(context.relations) else Casefile()


def past(state: Casefile, context: Context[Any]) -> bool:
    return sees(context.relations)


def _without_links(state: Casefile, parts: Relations) -> Casefile:
    """The case without the brothers and sisters whose own case this actor does not see."""
    hidden = _hidden(state, parts)
    return replace(state, items=_without(state.items, "sibling", hidden)) if hidden else state


def _hidden(state: Casefile, parts: Relations) -> set[str]:
    """The ids of links to cases that this actor does not see."""
    return {one.id for one in links(state) if linked(one.case) not in parts}


def _without(all_: Items, kind: str, hidden: Collection[str]) -> Items:
    def rest(by_kind: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {**by_kind, kind: {name: one for name, one in by_kind.get(kind, {}).items() if name not in hidden}}

    return Items(
        rest(all_.here),
        rest(all_.removed),
        {**all_.given, kind: all_.given.get(kind, frozenset()).difference(hidden)},
        {key: edits for key, edits in all_.edits.items() if key[0] != kind or key[1] not in hidden},
    )


def tell(happened: list[Happened], context: Context[Any]) -> list[Happened]:
    """What happened, without what is said of brothers and sisters whose own case this actor does not see."""
    hidden: set[str] = set()
    told = []
    for one in happened:
        match one.event:
            case Added(item=Sibling(id=identifier, case=case)) if case and linked(case) not in context.relations:
                hidden.add(identifier)
            case Changed(kind="sibling", id=identifier) | Removed(kind="sibling", id=identifier) if (
                identifier in hidden
            ):
                pass
            case Restored(kind="sibling", id=identifier) if identifier in hidden:
                pass
            case _:
                told.append(one)
    return told


def listed(actor: Actor) -> dict[str, str] | None:
    """Those in which they have a part, or had; :class:`framework.casefile.casefiles.Casefiles` leaves out what has ended."""
    if OPEN in actor.roles:
        return {"invented": "yes"}
    return {"person": actor.id} if actor.id and actor.roles & CASE_ROLES else None


def shows(state: Casefile, actor: str | None) -> Shows:
    """For the page of somebody who sees the case: :func:`hears` says whether they still do."""
    return Shows(state.version) if actor or state.invented else Shows(0)


def hears(state: Casefile, person: str | None, now: datetime) -> bool:
    """Whether news of a case may reach somebody: not once their part has ended, since that it changes tells that it is there."""
    if not person:
        return state.invented
    today = dates.local(now).date()
    if any(one.person == person for one in state.blocks.values()):
        return False
    works = any(one.person == person and one.in_force(today) for one in state.workers.values())
    return works or any(one.person == person and now < one.until for one in state.glass)
