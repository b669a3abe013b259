"""The decisions on a child as a subject: the row of functions that their door runs."""

from framework.decision import access, deciding, model, reading
from framework.decision.basis import Rules
from framework.decision.deciding import Command
from framework.decision.model import Decisions, Event
from framework.streams.kind import Context, Kind, Pair, tagged


def index(state: Decisions) -> frozenset[Pair]:
    """What finds them: "case"; "meeting" of each decision that follows one; "asked", whoever has an open approval to answer; "to_do",
    where something waits for whoever writes them."""
    pairs = {("case", state.case)}
    pairs |= {("meeting", draft.meeting) for draft in state.drafts.values() if draft.meeting}
    pairs |= {("asked", made.asks.person) for made in state.made.values() if made.asks and not made.superseded}
    if reading.may_wait(state):
        pairs.add(("to_do", "yes"))
    return frozenset(pairs)


def _decide(state: Decisions, command: Command, context: Context[Rules]) -> list[Event]:
    return deciding.decide(state, command, context.rules, context.actor, context.now)


DECISION: Kind[Decisions, Command, Rules] = Kind(
    name="decision",
    noun="decision",
    empty=Decisions(),
    stored=tagged(model.EVENTS),
    fold=model.fold,
    decide=_decide,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
    title=lambda state: "",
    index=index,
)
"""Its streams are called by the id of the case. The parts of an actor are those in the case: the door is given them."""
