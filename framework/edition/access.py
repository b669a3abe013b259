"""Who may keep and see an edition: everybody. It is published, and the app alone keeps the one that it runs with."""

from framework.streams.kind import allowed as may
from framework.streams.kind import everything as listed
from framework.streams.kind import unhidden as view

__all__ = ["listed", "may", "view"]
