"""Who may begin a roll-out, work in it, and see and list it. Nothing about families belongs in one.

Provenance: product, after who sits in a strategic group: leadership, the services, learning and quality.
"""

from framework.items import Add, Change, Remove, Restore
from framework.people.roles import DIRECTOR, THE_APP
from framework.rollout.checklist import ChecklistText
from framework.rollout.deciding import (
    Archive,
    Comment,
    Import,
    Rename,
    SetStatus,
    Start,
    StateFact,
    StateOutcome,
    TickPart,
)
from framework.rollout.model import Rollout
from framework.streams.kept import Kept
from framework.streams.policy import Allowed, Find, See, applied

LEADS = frozenset({"strategic_lead", DIRECTOR})
GROUP = LEADS | {"team_manager", "trainer", "quality_assurer"}

POLICY = (
    Allowed("begin, rename and archive a roll-out, and take it up again", (Start, Rename, Archive), LEADS),
    Allowed(
        "work in a roll-out: tasks, people, meetings, checks, and what a file brings in",
        (Add, Change, Remove, Restore, SetStatus, TickPart, Comment, StateOutcome, StateFact, Import),
        GROUP,
    ),
    Allowed("see and list roll-outs", (See, Find), GROUP | {THE_APP}),
    Allowed("keep the checklist that a roll-out begins with", (ChecklistText,), frozenset({THE_APP})),
)
may, view, past, listed = applied(POLICY, Rollout())
_NONE: Kept[ChecklistText] = Kept()
OF_CHECKLISTS = applied(POLICY, _NONE)
