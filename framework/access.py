"""Who may do what. One function a subject; each says no with a sentence. Checked on the server for every command."""

from framework import panel as p


def may(panel: p.Panel, actor: str, command: p.Command) -> None:
    """Raises Refused unless this seat may give this command. Opening and joining need no seat."""
    if isinstance(command, p.Open | p.Join):
        return
    member = panel.members.get(actor)
    if member is None:
        raise p.Refused("You have no seat at this meeting. Join it with its code first.")
    if member.removed is not None:
        raise p.Refused(f"Your seat was removed by the chair: {member.removed} Ask the chair if that is a mistake.")
    if isinstance(command, p.Score | p.FillRest | p.TakeBack | p.Finish | p.Dissent):
        if not member.scores:
            raise p.Refused("An observer watches the meeting and does not score.")
    elif actor != panel.chair:
        raise p.Refused(f"Only the chair can do this. The chair is {panel.members[panel.chair].name}.")
