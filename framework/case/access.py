"""Who may register, see and list cases and load the sample data: everybody, since every case is an invented one so far."""

from framework.streams.kind import allowed as may
from framework.streams.kind import everything as listed
from framework.streams.kind import unhidden as view

__all__ = ["listed", "may", "view"]
