"""A roll-out: how far an authority has come with the implementation checklist, who does what, and what is stuck.

`model` holds the items, the events and the state; `deciding` the commands; `reading` what is shown.
"""

from framework.items import Add, Change, EditConflict, Remove, Restore
from framework.rollout.deciding import (
    Archive,
    Command,
    Comment,
    Import,
    Rename,
    SetStatus,
    Start,
    StateFact,
    StateOutcome,
    TickPart,
    decide,
)
from framework.rollout.model import (
    STATUSES,
    Action,
    Check,
    Evidence,
    Item,
    Kind,
    Meeting,
    Member,
    Postcard,
    Rollout,
    ServiceGap,
    Stakeholder,
    Status,
    Task,
    fold,
)
from framework.streams.kind import Happened

__all__ = [
    "STATUSES",
    "Action",
    "Add",
    "Archive",
    "Change",
    "Check",
    "Command",
    "Comment",
    "EditConflict",
    "Evidence",
    "Happened",
    "Import",
    "Item",
    "Kind",
    "Meeting",
    "Member",
    "Postcard",
    "Remove",
    "Rename",
    "Restore",
    "Rollout",
    "ServiceGap",
    "SetStatus",
    "Stakeholder",
    "Start",
    "StateFact",
    "StateOutcome",
    "Status",
    "Task",
    "TickPart",
    "decide",
    "fold",
]
