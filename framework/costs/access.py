"""Who may save, remove, see and list scenarios. One holds figures and nothing about a person. Provenance: product."""

from framework.costs.deciding import Remove, Save, Saved
from framework.people.roles import DIRECTOR
from framework.streams.policy import Allowed, Find, See, applied

POLICY = (
    Allowed(
        "work out costs; save, remove, see and list scenarios",
        (Save, Remove, See, Find),
        frozenset({"strategic_lead", DIRECTOR, "data_analyst"}),
    ),
)
may, view, past, listed = applied(POLICY, Saved())
