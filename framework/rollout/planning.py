"""What a roll-out is planned with: proposed dates when it begins, and one owner or date for many tasks at once. All pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from framework import dates
from framework.items import Add, Change
from framework.rollout import reading
from framework.rollout.checklist import Checklist
from framework.rollout.deciding import Import, Single
from framework.rollout.model import Rollout
from framework.streams.kind import Refused

PHASE_MONTHS = {1: 6, 2: 12}
"""Months from the first day to the proposed end of a phase (source: product)."""
LAST_MONTHS = 24
"""Of every later phase: the checklist's plan for the wider roll-out runs over 12 to 24 months; the longer one is proposed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a roll-out begins with beside its name. Every part may be left out."""

    ends: Mapping[int, date] = field(default_factory=dict)
    """Phase → the day on which it is to be finished."""
    begins: date | None = None
    people: Sequence[tuple[str, str]] = ()
    """Name and role of those who lead it."""


def phase_ends(checklist: Checklist, begins: date) -> dict[int, date]:
    """The proposed last day of each phase, a working day."""
    return {
        phase.number: dates.working_day_on_or_after(
            reading.months_after(begins, PHASE_MONTHS.get(phase.number, LAST_MONTHS))
        )
        for phase in checklist.phase
    }


def due_dates(checklist: Checklist, begins: date, ends: Mapping[int, date]) -> dict[str, date]:
    """A due date for each task: those of a phase in the checklist's order, evenly from the end of the phase before.

    Raises Refused if a phase would end before it begins.
    """
    found: dict[str, date] = {}
    for phase in checklist.phase:
        end = ends.get(phase.number)
        if end is None:
            continue
        tasks = sorted((task for task in checklist.task if task.phase == phase.number), key=lambda task: task.number)
        if end < begins + timedelta(days=len(tasks)):
            raise Refused(
                f"Phase {phase.number} would end on {dates.uk(end)}, too soon after {dates.uk(begins)} for its "
                f"{len(tasks)} tasks. Choose a later day."
            )
        for number, task in enumerate(tasks, 1):
            day = begins + (end - begins) * number // len(tasks)
            found[task.id] = min(dates.working_day_on_or_after(day), end)
        begins = end
    return found


def first_steps(checklist: Checklist, plan: Plan) -> Import:
    """What a roll-out is planned with when it begins. Raises Refused."""
    commands: list[tuple[str, Single]] = []
    for name, role in plan.people:
        if name.strip():
            values = {"name": name, "group": "strategic", "roles": (role,) if role else ()}
            commands.append((name, Add("member", values)))
    if plan.begins:
        for task, due in due_dates(checklist, plan.begins, plan.ends).items():
            commands.append((f"Task {task}", Change("task", task, "due", due)))
    return Import(tuple(commands))


def together(
    state: Rollout, tasks: Sequence[str], owner: str | None = None, due: date | None = None, weeks: int = 0
) -> Import:
    """One owner, one due date, or so many weeks more, for all of these tasks or for none. Raises Refused if there is nothing to do."""
    chosen = [state.tasks[task] for task in tasks if task in state.tasks]
    if not chosen:
        raise Refused("Choose the tasks first.")
    if due is not None and weeks:
        raise Refused("Give a due date or a number of weeks, not both.")
    if owner is None and due is None and not weeks:
        raise Refused("Choose an owner, a due date or a number of weeks.")
    commands: list[tuple[str, Single]] = []
    for task in chosen:
        if owner is not None:
            commands.append((f"Task {task.id}", Change("task", task.id, "owner", owner, task.owner)))
        later = task.due + timedelta(weeks=weeks) if weeks and task.due else due
        if later is not None:
            commands.append((f"Task {task.id}", Change("task", task.id, "due", later, task.due)))
    if not commands:
        raise Refused("None of these tasks has a due date that could be moved. Give a due date instead.")
    return Import(tuple(commands))
