"""Who may do what at a meeting, what of it whose screen may receive, and who may list it.

`may` says no with a sentence; it is checked on the server for every command. A seat is all that is known of a person.
"""

from dataclasses import replace
from typing import Any

from framework.panel.deciding import (
    AddNote,
    AllowReturn,
    AskReturn,
    Command,
    CorrectRole,
    Dissent,
    FillRest,
    Finish,
    HandOver,
    Join,
    Open,
    RecordView,
    RefuseReturn,
    Score,
    ShowLight,
    TakeBack,
    TakeChair,
    WithdrawReturn,
)
from framework.panel.model import SEEN_BY_ALL, Panel, Reveal
from framework.panel.proceedings import with_full_stop
from framework.panel.reading import may_record_view, who_lets_back_in
from framework.streams.kind import Actor, Context, Refused, Relations

OWN_SCORING = (Score, FillRest, TakeBack, Finish, ShowLight, Dissent, AddNote)
"""What every member who scores does for themselves."""


def may(panel: Panel, actor: str, command: Command) -> None:
    """Raises Refused unless this seat may give this command.

    Opening, joining, asking to be let back in and giving that up need no seat.
    """
    if isinstance(command, Open | Join | AskReturn | WithdrawReturn):
        return
    member = panel.members.get(actor)
    if member is None:
        raise Refused("You have no seat at this meeting. Join it with its code first.")
    if member.removed is not None:
        raise Refused(
            f"Your seat was removed by the chair: {with_full_stop(member.removed)} Ask the chair if that is a mistake."
        )
    if isinstance(command, OWN_SCORING):
        if not member.scores:
            raise Refused("Your role watches the meeting and does not score.")
    elif isinstance(command, RecordView):
        if member.scoring:
            raise Refused("You score at this meeting; what you think stands with your answers and your dissent.")
        if not may_record_view(member):
            raise Refused("An observer watches the meeting and puts no view on record.")
    elif isinstance(command, CorrectRole) and command.member == actor:
        return
    elif isinstance(command, AllowReturn | RefuseReturn):
        request = panel.requests.get(command.request)
        own = request and request.member == actor and isinstance(command, RefuseReturn)
        if request and not own and member not in who_lets_back_in(panel, request):
            raise Refused("Only the chair or the deputy can let somebody back in; for the chair, two members together.")
    elif isinstance(command, TakeChair):
        if actor not in (panel.deputy, panel.chair):
            raise Refused("Only the deputy chair can take the chair.")
    elif actor != panel.chair and not _changes_nothing(panel, command):
        raise Refused(f"Only the chair can do this. The chair is {panel.members[panel.chair].name}.")


def _changes_nothing(panel: Panel, command: Command) -> bool:
    """A second click on what has just been done is no fault: the hand-over made somebody else the chair."""
    return isinstance(command, HandOver) and command.member == panel.chair


def relations(panel: Panel, actor: Actor) -> Relations:
    """ "seat": takes part in the meeting, or did until the seat was removed."""
    return frozenset({"seat"}) if actor.id in panel.members else frozenset()


def view(panel: Panel, context: Context[Any]) -> Panel:
    """All that this actor's screen may receive."""
    return view_for(panel, context.actor.id if "seat" in context.relations else None)


def view_for(panel: Panel, member: str | None) -> Panel:
    """What this member's screen may receive: until the reveal, nobody else's answers (None: a screen without a seat).

    Everything that a page shows goes through here, so that what may not be shown is not sent.
    """
    if panel.phase in SEEN_BY_ALL:
        return panel
    own = {member: panel.answers[member]} if member in panel.answers else {}
    answered = frozenset(who for who, given in panel.answers.items() if given) if member == panel.chair else frozenset()
    reveals = tuple(
        Reveal(reveal.counting, {who: given for who, given in reveal.answers.items() if who == member}, reveal.at)
        for reveal in panel.reveals
    )
    return replace(
        panel,
        answers=own,
        others_answered=answered,
        reveals=reveals,
        given_openly={who: given for who, given in panel.given_openly.items() if who == member},
        recorded={},
        outcome=None,
        seal=None,
        dissent={},
        notes={},
        views={},
        focus=None,
        own={who: version for who, version in panel.own.items() if who == member},
        light_shown=panel.light_shown & {member or ""},
    )


def past(panel: Panel, context: Context[Any]) -> bool:
    """Whether earlier moments, and what happened, can be read as the meeting stands: not while members answer on their own.

    An earlier reveal, which a step back has hidden again, is among them.
    """
    return panel.phase in SEEN_BY_ALL


def listed(actor: Actor) -> dict[str, str] | None:
    """Everybody may find every meeting by its code and count those that go on. What is in one is for `view` to say."""
    return {}
