"""A disposal as a subject: the row of functions that its door runs."""

from framework.disposal import access, deciding, model
from framework.disposal.deciding import Command
from framework.disposal.model import OPEN_STANDINGS, Disposal
from framework.streams.kind import Kind, Pair, tagged


def index(state: Disposal) -> frozenset[Pair]:
    """ "of_case" and not "case": a disposal is not a part of the case, and stays when it is erased."""
    pairs = {("of_case", state.case), ("stands", state.standing)}
    return frozenset(pairs | ({("undecided", "yes")} if state.standing in OPEN_STANDINGS else set()))


DISPOSAL: Kind[Disposal, Command, None] = Kind(
    name="disposal",
    noun="disposal",
    empty=Disposal(),
    stored=tagged(model.EVENTS),
    fold=model.fold,
    decide=deciding.decide,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
    relations=access.relations,
    title=lambda state: "",
    index=index,
)
