"""The roles that people have in Homeward, what each may read, and which chairs at a panel's table it may take.

Provenance: product, after the roles that practice names; an authority gives each person the roles that fit their work.
"""

from typing import NamedTuple

from framework.streams.policy import OPEN, THE_APP

__all__ = ["ADMINISTRATOR", "CASE_ROLES", "DIRECTOR", "EVERYBODY", "MEETS", "OPEN", "ROLES", "THE_APP", "Role"]


class Role(NamedTuple):
    label: str
    about: str
    reads_cases: bool = False
    """Whether it lets a person read cases that they have a part in: a second person has to confirm it."""
    at_the_table: tuple[str, ...] = ()
    """The roles at a panel's table (ids of the edition) that a person of this role may take."""


ADMINISTRATOR, DIRECTOR = "administrator", "director"

ROLES: dict[str, Role] = {
    "practitioner": Role(
        "Practitioner",
        "Works with children and families: enters a case, writes in it and takes part in its meetings.",
        True,
        ("social_worker", "second_worker", "additional_worker", "other_professional", "observer"),
    ),
    "team_manager": Role(
        "Team manager",
        "Manages practitioners: is responsible for the cases of the team, and for who works on each.",
        True,
        ("team_manager", "second_worker", "additional_worker", "observer"),
    ),
    "panel_chair": Role(
        "Panel chair",
        "Leads panel meetings and is independent of the case.",
        True,
        ("independent_chair", "team_manager", "observer"),
    ),
    "reviewing_officer": Role(
        "Reviewing officer",
        "Reviews the care plans of looked after children, and the cases that name this person as reviewing officer.",
        True,
        ("reviewing_officer", "observer"),
    ),
    "nominated_officer": Role(
        "Nominated officer",
        "Approves what a nominated officer has to approve, where the case asks this person to.",
        True,
        ("observer",),
    ),
    DIRECTOR: Role(
        "Director of children’s services",
        "Approves what only the director may approve, names nominated officers and confirms roles that read cases.",
        True,
        ("observer",),
    ),
    "strategic_lead": Role(
        "Strategic lead", "Leads the roll-out of the framework, and reads costs and outcomes. Reads no case."
    ),
    "data_analyst": Role("Data analyst", "Works out outcomes from statutory returns, and costs. Reads no case."),
    "trainer": Role(
        "Trainer", "Teaches with sample cases and demonstrations, and takes part in the roll-out. Reads no case."
    ),
    "quality_assurer": Role(
        "Quality assurer", "Reads the cases that were drawn for this person to check.", True, ("observer",)
    ),
    "records_manager": Role(
        "Records manager",
        "Hands records out, and disposes of them once they are due and a second person agrees.",
        True,
    ),
    ADMINISTRATOR: Role(
        "Administrator", "Sees people and settings, gives and ends roles, blocks people. Never reads a case."
    ),
}

CASE_ROLES = frozenset(name for name, role in ROLES.items() if role.reads_cases)
"""The roles that read cases: one that is given in the app takes a second person."""
MEETS = frozenset(name for name, role in ROLES.items() if role.at_the_table) | {"trainer"}
"""Those who open meetings: whoever sits at a table, and trainers, on sample cases. Anybody takes a seat with a code."""
EVERYBODY = frozenset(ROLES)
"""Everybody who has a role: whoever signs in and has none sees nothing."""
