"""A meeting as a subject: the row of functions that its door runs."""

from framework.edition import Edition
from framework.panel import access, deciding, model, reading
from framework.panel.deciding import Command
from framework.panel.model import Panel
from framework.streams.kind import Context, Kind, Pair, tagged


def index(panel: Panel) -> frozenset[Pair]:
    """What a meeting is found by. Lists of meetings leave demonstrations out, which have no "standing"."""
    pairs = {("code", panel.code), ("case", panel.case), ("phase", panel.phase)}
    if not panel.demonstration:
        pairs.add(("standing", "closed" if panel.phase == "closed" else "open"))
    if panel.fictional:
        pairs.add(("on_sample", "yes"))
    return frozenset(pairs)


def _decide(panel: Panel, command: Command, context: Context[Edition]) -> list[model.Event]:
    return deciding.decide(panel, command, context.actor.id, context.rules)


def _may(panel: Panel, command: Command, context: Context[Edition]) -> None:
    access.may(panel, context.actor.id, command)


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
    title=lambda panel: f"{panel.case} · {panel.title}",
    index=index,
    relations=access.relations,
    listed=access.listed,
    shows=reading.counts_to_show,
)
