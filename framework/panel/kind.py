"""A meeting as a subject: the row of functions that its door runs."""

from framework.edition import Edition
from framework.panel import access, deciding, model, reading
from framework.panel.deciding import Command, Open
from framework.panel.model import Panel
from framework.streams import policy
from framework.streams.kind import Context, Kind, Pair, tagged


def index(panel: Panel) -> frozenset[Pair]:
    """What a meeting is found by. Lists of meetings leave demonstrations out, which have no "standing"."""
    pairs = {("code", panel.code), ("case", panel.casefile or panel.case), ("phase", panel.phase)}
    if not panel.demonstration:
        pairs.add(("standing", "closed" if panel.phase == "closed" else "open"))
    if panel.casefile:
        pairs |= {("person", one.person) for one in panel.members.values() if one.person}
    else:
        pairs.add(("found_by", "everybody"))
    if panel.fictional and not panel.casefile:
        pairs.add(("on_sample", "yes"))
    if panel.wall and panel.phase != "closed":
        pairs.add(("wall", panel.wall.code))
    return frozenset(pairs)


def _decide(panel: Panel, command: Command, context: Context[Edition]) -> list[model.Event]:
    known = access.as_known_to(panel, context, command)
    ask = access.must_ask(known, context)
    return deciding.decide(
        known, command, context.actor.id, context.rules, person=context.actor.person, must_ask=ask, now=context.now
    )


def _may(panel: Panel, command: Command, context: Context[Edition]) -> None:
    if isinstance(command, Open):
        access.may_open(command, context.actor)
    access.may(access.as_known_to(panel, context, command), context.actor.id, command)
    policy.check(access.POLICY, command, context)


def title(panel: Panel) -> str:
    """What a list of streams calls it: of a meeting on a case file nothing that says whose it is."""
    return "Meeting on a case file" if panel.casefile else f"{panel.case} · {panel.title}"


MEETING: Kind[Panel, Command, Edition] = Kind(
    name="panel",
    noun="meeting",
    empty=Panel(),
    stored=tagged(model.EVENTS),
    fold=model.replay,
    decide=_decide,
    may=_may,
    view=access.view,
    past=access.past,
    title=title,
    index=index,
    index_rules=2,
    relations=access.relations,
    listed=access.listed,
    shows=reading.versions_to_show,
)
