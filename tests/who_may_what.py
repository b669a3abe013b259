"""Writes docs/who-may-what.md from the policies of all subjects: `python -m tests.who_may_what`."""

from collections.abc import Iterable
from pathlib import Path

from framework import who_may_what
from framework.edition import load
from framework.people.roles import ROLES

FILE = Path(__file__).parent.parent / "docs" / "who-may-what.md"
COMMAND = "python -m tests.who_may_what"

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


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def document() -> str:
    """The whole file."""
    heads = ("Subject", "What may be done", "By one of these roles", "Who has one of these parts in it")
    who = _table(heads, who_may_what.rows())
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
