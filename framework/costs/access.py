"""Who may save, remove, see and list scenarios: everybody, with the name that they give, until people sign in.

A scenario holds figures and nothing about a person. Who saved and removed it stays in its record.
"""

from framework.streams.kind import allowed as may
from framework.streams.kind import everything as listed
from framework.streams.kind import unhidden as view

__all__ = ["listed", "may", "view"]
