"""Every page of the app, by its address: what it is called, where it stands, and the roles that see it."""

from collections.abc import Callable
from typing import NamedTuple

from framework.costs import access as costs_access
from framework.disposal import access as disposal_access
from framework.edition import access as edition_access
from framework.outcomes import access as outcomes_access
from framework.people import access as people_access
from framework.people.roles import CASE_ROLES, EVERYBODY, MEETS, OPEN
from framework.rollout import access as rollout_access
from framework.streams.kind import Actor
from framework.streams.policy import Policy, See
from pages import home
from pages.case import page as case
from pages.costs import page as costs
from pages.library import page as library
from pages.outcomes import page as outcomes
from pages.panel import page as panel
from pages.panel import wall
from pages.people import page as people
from pages.records import page as records
from pages.rollout import page as rollout

ANYBODY: frozenset[str] = frozenset()
"""Of a page that asks for a code in place of a sign-in."""


def _readers(policy: Policy) -> frozenset[str]:
    """The roles that a subject may be seen by."""
    return frozenset[str]().union(*(row.roles for row in policy if See in row.commands))


class Row(NamedTuple):
    """A page: who sees it, and where it stands."""

    title: str
    draw: Callable[[], None]
    icon: str
    group: str
    roles: frozenset[str]

    def seen_by(self, actor: Actor) -> bool:
        return not self.roles or OPEN in actor.roles or bool(self.roles & actor.roles)


ROWS = {
    "home": Row("Home", home.page, "home", "Decide", EVERYBODY),
    "case": Row("Cases", case.page, "folder_shared", "Decide", CASE_ROLES),
    "panel": Row("Panel", panel.page, "groups", "Decide", MEETS),
    "wall": Row("Wall", wall.page, "tv", "Decide", ANYBODY),
    "costs": Row("Costs", costs.page, "payments", "Plan", _readers(costs_access.POLICY)),
    "rollout": Row("Roll-out", rollout.page, "checklist", "Plan", _readers(rollout_access.POLICY)),
    "outcomes": Row("Outcomes", outcomes.page, "monitoring", "Learn", _readers(outcomes_access.POLICY)),
    "framework": Row("Framework", library.page, "menu_book", "Learn", _readers(edition_access.POLICY)),
    "records": Row("Records", records.page, "inventory_2", "Trust", disposal_access.DECIDES),
    "people": Row("People", people.page, "badge", "Administer", _readers(people_access.POLICY)),
}
"""Every page, by its address. Whoever sees one may not do all that is on it: that is for each subject's policy."""
