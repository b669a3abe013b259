"""The sample roll-out: fictional, dated from the day on which it is loaded, and made by the same rules as any other."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from framework import dates, loading
from framework.items import Add, Change
from framework.loading import LoadingError
from framework.rollout.checklist import Checklist
from framework.rollout.deciding import (
    Command,
    Comment,
    SetStatus,
    Start,
    StateFact,
    StateOutcome,
    decide,
)
from framework.rollout.model import Rollout, fold
from framework.streams.kind import Happened, Refused

SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "rollout.toml"
Step = tuple[int, str, Command]
"""A day from today, who, what."""
EVENTS_OF_0_2_0 = 219
"""What release 0.2.0 loaded, each event in a transaction of its own, so that a kill could leave fewer behind."""


class SampleError(LoadingError):
    """The sample file breaks a rule: says which step and why."""


def load(
    checklist: Checklist, now: datetime, identifier: str = "sample", title: str | None = None, path: Path = SAMPLE
) -> list[Happened]:
    """Every event of the sample, in order, none of them later than `now`. Raises SampleError."""
    data = loading.parse(loading.read(path, SampleError), path, SampleError)
    data |= {"id": identifier, "title": title or data["title"]}
    today = dates.local(now).date()
    steps = _steps(data, lambda day: dates.working_day_on_or_after(today + timedelta(days=day)))
    state, happened = Rollout(), list[Happened]()
    for number, (day, by, command) in enumerate(sorted(steps, key=lambda step: step[0])):
        # Steps of one day keep their order; the last of them still lies before this moment.
        at = datetime.combine(today + timedelta(days=day), time(9), UTC) + timedelta(seconds=number)
        at = min(at, now)
        try:
            new = [Happened(event, by, at) for event in decide(state, command, checklist, by, at)]
        except Refused as refused:
            raise SampleError(f"{path.name}: {command}: {refused}") from None
        state = fold(new, state)
        happened += new
    return happened


def events_loaded(log: Sequence[Happened]) -> int:
    """How many events at the start of a sample's log come from its load: that of step n is stamped n seconds past nine."""
    last = -1
    for count, one in enumerate(log):
        past_nine = (one.at - datetime.combine(one.at.date(), time(9), UTC)).total_seconds()
        if past_nine not in range(last + 1, EVENTS_OF_0_2_0 + 1):
            return count
        last = int(past_nine)
    return len(log)


def _steps(data: dict[str, Any], on: Callable[[int], date]) -> list[Step]:
    by, started = data["by"], data["started"]
    members = {member["name"]: f"p{number}" for number, member in enumerate(data["member"], 1)}

    def dated(values: dict[str, Any], *names: str) -> dict[str, Any]:
        return {k: on(v) if k in names else v for k, v in values.items()}

    steps: list[Step] = [(started, by, Start(data["id"], data["title"], fictional=True))]
    steps += [(started, by, StateFact(fact, value)) for fact, value in data["facts"].items()]
    for member in data["member"]:
        values = {k: v for k, v in member.items() if k not in ("joined", "left")} | {"id": members[member["name"]]}
        steps.append((member["joined"], by, Add("member", values)))
        if "left" in member:
            steps.append((member["left"], by, Change("member", members[member["name"]], "left", on(member["left"]))))
    for number, local in enumerate(data.get("local", ()), 1):
        task = {**local, "id": f"{local['phase']}.L{number}"}
        steps.append((local["day"], by, Add("task", {k: task[k] for k in ("id", "phase", "title", "text")})))
        steps += _task_steps(task, members, by, local["day"], on)
    for task in data["task"]:
        steps += _task_steps(task, members, by, max(started, task.get("start", started) - 15), on)
    for stated in data.get("stated", ()):
        steps.append((stated["day"], stated["by"], StateOutcome(stated["outcome"], stated["evidence"])))
    for number, meeting in enumerate(data["meeting"], 1):
        planned = min(meeting["day"] - 30, -1)
        values = {k: meeting[k] for k in ("agenda", "starts", "place") if k in meeting}
        steps.append((planned, by, Add("meeting", {**values, "id": f"m{number}", "on": on(meeting["day"])})))
        if meeting.get("held"):
            sent = dates.add_working_days(on(meeting["day"]), meeting["list_sent"])
            held = meeting["day"] + 4
            steps.append((held, by, Change("meeting", f"m{number}", "held", True)))
            steps.append((held + 5, by, Change("meeting", f"m{number}", "action_list_sent", sent)))
    for number, action in enumerate(data["action"], 1):
        owner = members[action["owner"]]
        values = {"id": f"a{number}", "text": action["text"], "owner": owner, "meeting": f"m{action['meeting']}"}
        steps.append((action["day"], by, Add("action", {**values, "due": on(action["due"])})))
        if "done" in action:
            steps.append((action["done"], action["owner"], Change("action", f"a{number}", "done", True)))
            steps.append(
                (action["done"], action["owner"], Change("action", f"a{number}", "result", action.get("result", "")))
            )
    for number, card in enumerate(data["postcard"], 1):
        values = {k: card[k] for k in ("sender", "commitments", "requests")}
        values |= {"id": f"c{number}", "meeting": f"m{card['meeting']}", "on": on(card["day"])}
        steps.append((card["day"] + 3, card["by"], Add("postcard", values)))
        if "answer" in card:
            change = Change("postcard", f"c{number}", "answer", card["answer"])
            steps.append((card["answered"], card["answered_by"], change))
    for contact in data["stakeholder"]:
        values = {k: v for k, v in contact.items() if k != "day"} | {"owner": members[contact["owner"]]}
        steps.append((contact["day"], by, Add("stakeholder", dated(values, "next_contact"))))
    for gap in data["gap"]:
        values = {k: v for k, v in gap.items() if k != "day"}
        steps.append((gap["day"], by, Add("gap", dated(values, "asked_on"))))
    for check in data["check"]:
        values = {k: v for k, v in check.items() if k != "day"} | {"on": on(check["day"])}
        steps.append((check["day"] + 4, check["by"], Add("check", values)))
    steps += [(c["day"], c["by"], Comment(c["task"], c["text"])) for c in data["comment"]]
    return steps


def _task_steps(
    task: dict[str, Any], members: dict[str, str], by: str, planned: int, on: Callable[[int], date]
) -> list[Step]:
    """Planned by the lead, then moved, begun, ticked and closed by the owner."""
    identifier, who = task["id"], task.get("owner", by)
    planned = min(planned, -1)
    steps: list[Step] = []

    def change(day: int, actor: str, name: str, value: Any) -> None:
        steps.append((day, actor, Change("task", identifier, name, value)))

    if "owner" in task:
        change(max(planned, -320), by, "owner", members[task["owner"]])
    if "start" in task:
        change(planned, by, "start", on(task["start"]))
    change(planned, by, "due", on(task["due"]))
    if "depends_on" in task:
        change(planned, by, "depends_on", tuple(task["depends_on"]))
    if "begun" in task:
        steps.append((task["begun"], who, SetStatus(identifier, "under_way")))
    if "notes" in task:
        change(task["begun"] + 3, who, "notes", task["notes"])
    if "moved" in task:
        change(task["moved"][0], who, "due", on(task["moved"][1]))
    if "parts" in task:
        day = task.get("done", task["begun"] + 20)
        change(day, who, "parts_done", tuple(task["parts"]))
    if "blocked" in task:
        day, reason = task["blocked"]
        steps.append((day, who, SetStatus(identifier, "blocked", reason)))
    if "evidence" in task:
        values = {"task": identifier, "what": task["evidence"], "on": on(task["done"])}
        steps.append((task["done"], who, Add("evidence", values)))
    if "done" in task:
        steps.append((task["done"], who, SetStatus(identifier, "done")))
    return steps
