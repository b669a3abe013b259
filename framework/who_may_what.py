"""Who may do, see and list what in all subjects: their policies together, in words."""

from typing import NamedTuple

from framework.case import access as case
from framework.casefile import access as casefile
from framework.casefile import imports, readers, released
from framework.costs import access as costs
from framework.decision import access as decision
from framework.disposal import access as disposal
from framework.disposal import backups, keeping
from framework.edition import access as edition
from framework.letters import access as letters
from framework.outcomes import access as outcomes
from framework.panel import access as panel
from framework.people import access as people
from framework.people import mode
from framework.people.roles import CASE_ROLES, EVERYBODY, OPEN, ROLES, THE_APP
from framework.rollout import access as rollout
from framework.streams.policy import Allowed, Policy

SUBJECTS: dict[str, Policy] = {
    "Cases": (*casefile.POLICY, *readers.POLICY, *imports.POLICY),
    "Decisions": decision.POLICY,
    "Retention and disposal": (*keeping.POLICY, *disposal.POLICY, *backups.POLICY),
    "Hand-outs": released.POLICY,
    "Papers for the family": letters.POLICY,
    "Sample cases": case.POLICY,
    "Meetings": panel.POLICY,
    "Roll-out": rollout.POLICY,
    "Costs": costs.POLICY,
    "Outcomes": outcomes.POLICY,
    "The framework": edition.POLICY,
    "People": (*people.POLICY, *mode.POLICY),
}

RELATIONS = {
    "worker": "its social worker",
    "manager": "its team manager",
    "second_worker": "its second worker",
    "reviewing_officer": "its reviewing officer",
    "nominated_officer": "its nominated officer",
    "approver": "asked to approve",
    "assurer": "drew it to check",
    "glass": "broke the glass",
    "seat": "has a seat at it, or had one",
    "taken": "has a seat at it",
    "scores": "scores at it",
    "views": "sits at it without scoring",
    "chair": "its chair",
    "deputy": "its deputy chair",
    disposal.PROPOSER: "they proposed it",
    disposal.OTHER: "somebody else proposed it",
    people.SELF: "it is about themselves",
    people.OTHER: "it is about somebody else",
    OPEN: "uses an app without sign-in, and the case is invented",
}
"""What a part in something is called. A part that a policy names and that is missing here is a ValueError."""


class Told(NamedTuple):
    """A row of a policy in words."""

    subject: str
    what: str
    roles: str
    """Whoever has one of these."""
    parts: str
    """And one of these in it; "–" if it takes none."""


def rows(role: str = "") -> list[Told]:
    """All that somebody of this role may, if they have the part it takes; without a role, all that anybody may."""
    return [
        Told(subject, f"{row.what[0].upper()}{row.what[1:]}", *_words(row))
        for subject, policy in SUBJECTS.items()
        for row in policy
        if not role or not row.roles or role in row.roles
    ]


def _words(row: Allowed) -> tuple[str, str]:
    """(whoever has one of these roles, and these parts) in words."""
    named = row.roles - {OPEN, THE_APP}
    roles = [ROLES[name].label for name in ROLES if name in named]
    if named == EVERYBODY:
        roles = ["Everybody who has a role"]
    elif named == CASE_ROLES:
        roles = ["Everybody who has a role that reads cases"]
    if THE_APP in row.roles:
        roles.append("The app itself")
    if row.roles == {OPEN}:
        roles = ["Whoever uses an app without sign-in"]
    parts = [RELATIONS[name] for name in RELATIONS if name in row.relations]
    if missing := row.relations - RELATIONS.keys():
        raise ValueError(f"no words for {', '.join(sorted(missing))}")
    return ", ".join(roles) or ("–" if parts else "Anybody, a guest too"), "; or ".join(parts) or "–"
