"""Who may do what at a meeting. Says no with a sentence. Checked on the server for every command."""

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
from framework.panel.model import Panel
from framework.panel.proceedings import with_full_stop
from framework.panel.reading import may_record_view, who_lets_back_in
from framework.streams.kind import Refused

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
