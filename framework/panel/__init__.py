"""A decision meeting: who sits in it, what each member answered on their own, what the panel agreed.

`model` holds the events and the state that they fold to, `deciding` the commands and what each leads to, `reading` what a
state says: who counts, what is agreed, what is offered, which part of it a member's screen may receive.
None of them knows a clock, a database or a screen.
"""

from framework.panel.deciding import *  # noqa: F403
from framework.panel.model import *  # noqa: F403
from framework.panel.proceedings import *  # noqa: F403
from framework.panel.reading import *  # noqa: F403
from framework.panel.words import *  # noqa: F403
