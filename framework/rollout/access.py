"""Who may do what in a roll-out, and see and list it: everybody, with the name that they give, until people sign in.

Nothing about families belongs in one.
"""

from framework.streams.kind import allowed as may
from framework.streams.kind import everything as listed
from framework.streams.kind import unhidden as view

__all__ = ["listed", "may", "view"]
