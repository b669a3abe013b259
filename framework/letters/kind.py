"""The papers for the family of a case as a subject: the row of functions that its door runs."""

from framework.letters import access, deciding, model
from framework.letters.deciding import Command, Rules
from framework.letters.model import Event, Letters
from framework.streams.kind import Context, Kind, Pair, tagged


def _decide(state: Letters, command: Command, context: Context[Rules]) -> list[Event]:
    return deciding.decide(state, command, context.rules, context.actor)


def _index(state: Letters) -> frozenset[Pair]:
    return frozenset({("case", state.case)}) if state.case else frozenset()


LETTERS: Kind[Letters, Command, Rules] = Kind(
    name="letters",
    noun="set of papers for the family",
    empty=Letters(),
    stored=tagged(model.EVENTS),
    fold=model.fold,
    decide=_decide,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
    title=lambda state: "",
    index=_index,
)
"""Its streams are called by the id of the case. The parts of an actor are those in the case: the door is given them."""
