"""The record of a real child's case: what is known, who works on it, and who may know of it.

`model` holds the items, the events and the state; `deciding` the commands; `access` need-to-know; `reading` what is shown.
"""

from framework.casefile.deciding import Begin, BreakGlass, BringIn, Close, Command, HandOver, Reopen, Rules
from framework.casefile.model import CHILD, Casefile
from framework.items import Add, Change, EditConflict, Remove, Restore
from framework.streams.kind import Refused

__all__ = [
    "CHILD",
    "Add",
    "Begin",
    "BreakGlass",
    "BringIn",
    "Casefile",
    "Change",
    "Close",
    "Command",
    "EditConflict",
    "HandOver",
    "Refused",
    "Remove",
    "Reopen",
    "Restore",
    "Rules",
]
