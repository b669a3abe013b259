"""A roll-out as a subject: the row of functions that its door runs."""

from framework.rollout import access, deciding, model, sample
from framework.rollout.checklist import Checklist
from framework.rollout.deciding import Command
from framework.rollout.model import Event, Rollout
from framework.streams.kind import Context, Kind, Pair, tagged

SAMPLE = "sample"
"""Begins the identifier of every roll-out that was loaded from the sample file."""


def index(state: Rollout) -> frozenset[Pair]:
    """ "loaded": of a sample that release 0.2.0 could not finish loading, "in part" or, if people worked in it, "in part, used".

    "archived": "yes" of one that is.
    """
    archived = {("archived", "yes")} if state.archived else set[Pair]()
    if not state.id.startswith(SAMPLE) or (loaded := sample.events_loaded(state.log)) >= sample.EVENTS_OF_0_2_0:
        return frozenset(archived)
    return frozenset({("loaded", "in part, used" if len(state.log) > loaded else "in part"), *archived})


def _decide(state: Rollout, command: Command, context: Context[Checklist]) -> list[Event]:
    return deciding.decide(state, command, context.rules, context.actor.name, context.now)


ROLLOUT: Kind[Rollout, Command, Checklist] = Kind(
    name="rollout",
    noun="roll-out",
    empty=Rollout(),
    stored=tagged(model.EVENTS),
    fold=model.fold,
    decide=_decide,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
    title=lambda state: state.title,
    index=index,
    index_rules=2,
)
