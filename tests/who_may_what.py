"""Writes docs/who-may-what.md from the policies of all subjects: `python -m tests.who_may_what`."""

from collections.abc import Iterable
from pathlib import Path

from framework.case import access as case
from framework.casefile import access as casefile
from framework.casefile import readers, released
from framework.costs import access as costs
from framework.disposal import access as disposal
from framework.disposal import backups, keeping
from framework.edition import access as edition
from framework.edition import load
from framework.outcomes import access as outcomes
from framework.panel import access as panel
from framework.people import access as people
from framework.people import mode
from framework.people.roles import CASE_ROLES, EVERYBODY, OPEN, ROLES, THE_APP
from framework.rollout import access as rollout
from framework.streams.policy import Allowed, Policy

FILE = Path(__file__).parent.parent / "docs" / "who-may-what.md"
COMMAND = "python -m tests.who_may_what"

SUBJECTS: dict[str, Policy] = {
    "Cases": (*casefile.POLICY, *readers.POLICY),
    "Retention and disposal": (*keeping.POLICY, *disposal.POLICY, *backups.POLICY),
    "Hand-outs": released.POLICY,
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
"""What a part in something is called. A part that a policy names and that is missing here fails the test."""

HEAD = f"""# Who may do, see and list what

Made of the policies in the `access.py` of each subject by `{COMMAND}`; a test holds that nothing here differs from them. What no
row allows is refused. Which roles there are, and which may do what, is our own choice (`product`), after the people whom practice
names: an authority should check it against its own scheme of delegation.

## The rules behind the rows

- A person's roles come from the council's sign-in, by the mapping in `HOMEWARD_SIGN_IN_ROLES`, or an administrator gives them for at
  most a year, with a reason. Who gave, confirmed, refused or ended which, and when, stays in the record.
- Nobody gives, confirms or refuses a role of their own. A role that reads cases, given here, takes effect when a second person
  confirms it: another administrator, or a director.
- A role is not enough to read a case: it takes a part in that case, too. Whoever has none does not learn that it exists.
- An administrator never reads a case: while somebody has that role, their roles that read cases have no effect.
- A block acts at the next click, in every process. Nobody blocks themselves, and the last administrator cannot lose the role.
- Without sign-in the app runs open: everybody has every role, on invented cases only.
"""


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


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def document() -> str:
    """The whole file."""
    who = _table(
        ("Subject", "What may be done", "By one of these roles", "Who has one of these parts in it"),
        (
            (subject, f"{row.what[0].upper()}{row.what[1:]}", *_words(row))
            for subject, policy in SUBJECTS.items()
            for row in policy
        ),
    )
    chairs = load().panel_roles
    roles = _table(
        ("Role", "What it is for", "Reads cases", "May sit at a panel’s table as"),
        (
            (
                role.label,
                role.about,
                "yes" if role.reads_cases else "no",
                ", ".join(chairs[name].label for name in role.at_the_table) or "–",
            )
            for role in ROLES.values()
        ),
    )
    return f"{HEAD}\n## The table\n\n{who}\n\n## The roles\n\n{roles}\n"


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
