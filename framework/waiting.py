"""What waits for somebody over all subjects: in their cases, in decisions, at the door of a meeting, for a second person; and a line that names nobody."""

from typing import NamedTuple

from framework.casefile import shown
from framework.casefile.casefiles import Casefiles
from framework.casefile.shown import Row
from framework.decision.decisions import DecisionBook, Waiting
from framework.light.explain import number_of
from framework.panel.meetings import Meetings
from framework.people.people import InList, People
from framework.streams.kind import Actor


class Waits(NamedTuple):
    cases: tuple[Row, ...]
    """Those in which a day has passed or is near, or in which something else waits."""
    meetings: tuple[str, ...]
    """The ids of meetings at whose door somebody asks to be let in."""
    people: tuple[InList, ...]
    """Those with a role that waits for a second person."""
    decisions: tuple[Waiting, ...]
    """What of decisions waits: to approve, to ask somebody, to tell."""
    line: str
    """One line that names no child and nobody else; "" where nothing waits."""


def waits(actor: Actor, casefiles: Casefiles, meetings: Meetings, people: People, decisions: DecisionBook) -> Waits:
    """What waits for this actor now. No log notes it as reading of a case."""
    soon = shown.soon(casefiles.rows(actor), casefiles.today)
    asking = tuple(one for one in meetings.of_person(actor) if meetings.waits_at_door(one, actor))
    roles = tuple(one for one in people.listing(actor) if one.asked) if actor.id else ()
    to_do = decisions.waiting_for(actor)
    said = [soon.line.removesuffix(".")] if soon.line else []
    if asking:
        said.append(f"somebody asks to be let in to {number_of(len(asking), 'meeting', 'meetings')}")
    if roles:
        said.append(
            f"{number_of(len(roles), 'person has a role', 'people have a role')} that waits for a second person"
        )
    if to_do:
        said.append(number_of(len(to_do), "decision waits for you", "decisions wait for you"))
    line = "; ".join(said)
    line = line if soon.line or not line else f"Homeward: {line}"
    return Waits(soon.rows, asking, roles, to_do, f"{line}." if line else "")
