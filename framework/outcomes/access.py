"""Who may see what became of the children who went home. The files that somebody brings are kept nowhere. Provenance: product."""

from framework.people.roles import DIRECTOR
from framework.streams.policy import Allowed, See

POLICY = (
    Allowed(
        "bring statutory returns and see outcomes",
        (See,),
        frozenset({"strategic_lead", DIRECTOR, "data_analyst", "quality_assurer"}),
    ),
)
