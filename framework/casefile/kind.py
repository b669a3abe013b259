"""A case, and the log of who read it, as subjects: the rows of functions that their doors run."""

from framework.casefile import access, deciding, model
from framework.casefile.deciding import Command, Rules
from framework.casefile.model import LOOKED_AFTER, Casefile, Child, Event
from framework.streams.kind import Context, Kind, Pair, tagged
from framework.text import as_seen


def folded(reference: str) -> str:
    """A reference as it is looked up: capitals and spaces make no difference."""
    return "".join(as_seen(reference).split())


def index(state: Casefile) -> frozenset[Pair]:
    """What finds a case, and what a list shows of it.

    "person" of everybody who has a part in it, had one or is to have one, and "part" with its days: `person|part|since|until`,
    moments for who broke the glass. Nobody who is kept out. A pair knows no clock: a list leaves out what has ended.
    "retention": what the time depends on that it is kept for, `birth|ever looked after|closed on`.
    """
    child = state.child
    if child is None:
        return frozenset()
    blocked = {one.person for one in state.blocks.values()}
    parts = [(one.person, one.part, one.since, one.until) for one in state.workers.values()]
    glass = [(one.person, access.GLASS, one.at, one.until) for one in state.glass]
    pairs: set[Pair] = {
        ("reference", folded(child.reference)),
        ("called", child.name),
        ("standing", "closed" if state.closed else "open"),
        ("begun", state.begun_at.isoformat() if state.begun_at else ""),
        ("retention", _retention(state, child)),
    }
    for person, part, since, until in (*parts, *glass):
        if person not in blocked:
            pairs |= {
                ("person", person),
                ("part", f"{person}|{part}|{since.isoformat()}|{until.isoformat() if until else ''}"),
            }
    pairs |= {("sibling", one.case) for one in state.siblings.values() if one.case}
    if state.invented:
        pairs.add(("invented", "yes"))
    return frozenset(pairs)


def _retention(state: Casefile, child: Child) -> str:
    looked_after = bool(child.looked_after_since) or any(one.status in LOOKED_AFTER for one in state.statuses.values())
    days = (child.birth, state.closed.on if state.closed else None)
    birth, closed = (day.isoformat() if day else "" for day in days)
    return f"{birth}|{'yes' if looked_after else 'no'}|{closed}"


def _decide(state: Casefile, command: Command, context: Context[Rules]) -> list[Event]:
    return deciding.decide(state, command, context.rules, context.actor, context.now)


CASEFILE: Kind[Casefile, Command, Rules] = Kind(
    name="casefile",
    noun="case",
    empty=Casefile(),
    stored=tagged(model.EVENTS),
    fold=model.fold,
    decide=_decide,
    may=access.may,
    view=access.view,
    listed=access.listed,
    title=lambda state: state.reference,
    index=index,
    index_rules=2,
    shows=access.shows,
    past=access.past,
    tell=access.tell,
)
