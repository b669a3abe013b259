"""Makes tests/releases/0.2.0/ with release 0.2.0 itself: what every later release has to go on reading.

No test needs it. To make the files again, check that release out beside this repository and let *its* code run:

    git worktree add ../homeward-0.2.0 8865e25
    PYTHONPATH=../homeward-0.2.0 PYTHONDONTWRITEBYTECODE=1 .venv/bin/python tests/releases/make_0_2_0.py tests/releases/0.2.0

The clock is fixed and the secrets are seeded, so the same files come out. It writes

- record.sql.gz: the whole database, as the SQL of SQLite;
- editions/: each edition that is stored in it, by its hash;
- links.json: addresses with state, and what stands behind each;
- expected.json: what release 0.2.0 showed. Where a later release shows something else *on purpose*, the field
  "today_differs" has the new values and, in "because", the reason.
"""

import gzip
import json
import random
import secrets
import sqlite3
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from framework.store import Store

from framework import case as cases
from framework import edition, panel, rollout, rollouts, scenarios
from framework.costs import cohort, figures, model
from framework.costs.calculator import Answer
from framework.edition import Edition, Question
from framework.panel import (
    Agree,
    AgreeOffered,
    Dissent,
    FillRest,
    Finish,
    Focus,
    HandOver,
    MovePhase,
    NameCarers,
    Panel,
    Remove,
    Score,
    ShowNames,
    TakeBack,
)
from framework.rollout import reading
from framework.workspace import Workspace

BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
COUNTED_THEN = (
    "Decision record 8: since 0.3.0 who counts is fixed at the reveal. A late joiner does not count; whoever counted at the "
    "reveal goes on counting after their seat was removed."
)
LINKED_NOW = (
    "Release 0.3.0 corrected which tasks lead to closing outcome 2-G: task 1.5 as well as 2.2. So with 2.2 set aside and 1.5 "
    "done it is met, which 0.2.0 left to be stated."
)
TODAY: dict[str, dict[str, Any]] = {}
"""meeting or roll-out → what a later release shows on purpose; filled in below, beside what it concerns."""


class Clock:
    """Each look at it is twenty seconds later."""

    def __init__(self) -> None:
        self.at = BEGIN

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=20)
        return self.at


# ── Meetings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Table:
    """A meeting with its seats by name, so that the script reads like what people did."""

    def __init__(self, workspace: Workspace, case: str, chair: str) -> None:
        self.workspace, self.case = workspace, workspace.case(case)
        assert self.case is not None
        ticket = workspace.open_meeting(self.case, chair)
        self.meeting, self.seats = ticket.meeting, {chair: ticket}
        self.chair = chair

    def join(self, name: str, role: Any, has_met_family: bool | None = None) -> None:
        self.seats[name] = self.workspace.join(self.meeting, name, role, has_met_family)

    def do(self, name: str, *commands: Any) -> None:
        for command in commands:
            self.workspace.run(self.meeting, self.seats[name].member, command)

    @property
    def state(self) -> Panel:
        return self.workspace.panel(self.meeting)

    @property
    def questions(self) -> list[Question]:
        return list(self.workspace.edition.questions(self.state.carer_ids))

    def score(self, name: str, *, every: int = 7, shift: int = 0) -> None:
        """Answer as the sample case does, but every so many questions with another status, a note and evidence."""
        assert self.case is not None
        kinds = sorted(self.workspace.edition.evidence_kinds)
        for number, question in enumerate(self.questions):
            key = question.key
            dimension = self.workspace.edition.dimension_of(key[0])
            status = self.case.reference.answers.get(key, "unknown")
            note, evidence = "", ()
            if (number + shift) % every == 0:
                possible = [s.id for s in dimension.status if s.only_about in (None, key[1])]
                status = possible[(number + shift) % len(possible)]
                note, evidence = f"{name} sees question {number + 1} like this.", (kinds[number % len(kinds)],)
            self.do(name, Score(*key, status, note, evidence))

    def agree_all(self) -> None:
        edition_ = self.workspace.edition
        keys = panel.open_questions(self.state, edition_)
        for key in keys[:3]:
            self.do(self.chair, Focus(key))
            self.do(self.chair, Agree(*key, panel.offered(self.state, edition_, key), "Talked about at the table."))
        self.do(self.chair, Focus(None), AgreeOffered(panel.open_questions(self.state, edition_)))


def full_table(workspace: Workspace, case: str) -> Table:
    table = Table(workspace, case, "Rowena")
    table.join("Sam", "social_worker")
    table.join("Tess", "team_manager")
    table.join("Wilf", "second_worker", False)
    table.join("Iris", "reviewing_officer")
    table.join("Otto", "observer")
    return table


def hold_meetings(workspace: Workspace) -> dict[str, Table]:
    """One meeting in every phase, and the ways of going astray that release 0.2.0 offered."""
    held = {
        "gathering": gathering(workspace),
        "scoring": scoring(workspace),
        "revealed": revealed(workspace),
        "agreed": agreed(workspace),
        "closed": closed(workspace),
        "stepped back": stepped_back(workspace),
        "revealed twice": revealed_twice(workspace),
        "removed and handed over": removed_and_handed_over(workspace),
        "joined late": joined_late(workspace),
    }
    return held


def gathering(workspace: Workspace) -> Table:
    table = full_table(workspace, "HW-011")
    table.do("Rowena", NameCarers({"a": "Mother", "b": "Mother’s partner"}), ShowNames(True))
    return table


def scoring(workspace: Workspace) -> Table:
    table = full_table(workspace, "HW-012")
    table.do("Rowena", MovePhase("scoring"))
    table.score("Sam")
    table.do("Sam", Finish(True))
    keys = tuple(
        question.key for question in table.questions if workspace.edition.dimension_of(question.subject).id == "risk"
    )
    table.do(
        "Tess",
        Score(
            *keys[0],
            "active",
            "Seen twice at home.",
            ("seen_by_worker",) if "seen_by_worker" in workspace.edition.evidence_kinds else (),
        ),
    )
    table.do("Tess", FillRest(keys[:10], "absent"), TakeBack(keys[6:10]), Score(*keys[0], None))
    table.do("Tess", Finish(True), Finish(False))
    return table


def revealed(workspace: Workspace) -> Table:
    table = full_table(workspace, "HW-013")
    table.do("Rowena", MovePhase("scoring"))
    for shift, name in enumerate(("Sam", "Tess", "Wilf", "Iris")):
        table.score(name, shift=shift)
        table.do(name, Finish(True))
    table.score("Rowena", every=5)
    table.do("Rowena", MovePhase("revealed"))
    keys = panel.open_questions(table.state, workspace.edition)
    before = table.state.answers[table.seats["Sam"].member][keys[0]].status
    other = next(s.id for s in workspace.edition.dimension_of(keys[0][0]).status if s.id != before)
    table.do("Sam", Score(*keys[0], other, "A second look.", (), "The history was read out again."))
    table.do("Rowena", Agree(*keys[1], "unknown"), Agree(*keys[2], "unknown", "Asked for by Friday."))
    table.do("Wilf", Dissent(*keys[1], "I saw enough to say."), Dissent(*keys[2], "Not needed."))
    table.do("Wilf", Dissent(*keys[2], ""))
    table.do("Rowena", Focus(keys[3]))
    return table


def agreed(workspace: Workspace) -> Table:
    table = full_table(workspace, "HW-014")
    table.do("Rowena", MovePhase("scoring"))
    for shift, name in enumerate(("Rowena", "Sam", "Tess", "Wilf", "Iris")):
        table.score(name, shift=2 * shift)
    table.do("Rowena", MovePhase("revealed"))
    first = panel.open_questions(table.state, workspace.edition)[0]
    table.agree_all()
    table.do("Tess", Dissent(*first, "I would wait for the school’s report."))
    table.do("Rowena", MovePhase("agreed"))
    return table


def closed(workspace: Workspace) -> Table:
    """Release 0.2.0 had no view on record: its reviewing officer scored like everybody else."""
    table = agreed_on(workspace, "HW-015")
    table.do("Rowena", MovePhase("agreed"), MovePhase("closed"))
    return table


def agreed_on(workspace: Workspace, case: str) -> Table:
    table = full_table(workspace, case)
    table.do("Rowena", MovePhase("scoring"))
    for shift, name in enumerate(("Rowena", "Sam", "Tess", "Wilf", "Iris")):
        table.score(name, every=9, shift=3 * shift)
    table.do("Rowena", MovePhase("revealed"))
    table.agree_all()
    return table


def stepped_back(workspace: Workspace) -> Table:
    table = agreed_on(workspace, "HW-016")
    table.do("Rowena", MovePhase("agreed"), MovePhase("scoring", "A report has come in."))
    table.do("Sam", Score(*table.questions[2].key, "unknown", "The report says otherwise."))
    return table


def revealed_twice(workspace: Workspace) -> Table:
    table = agreed_on(workspace, "HW-011")
    table.do("Rowena", MovePhase("scoring", "Once more, with the school’s letter."))
    table.do("Sam", Score(*table.questions[3].key, "unknown"))
    table.do("Rowena", MovePhase("revealed"))
    return table


def removed_and_handed_over(workspace: Workspace) -> Table:
    table = agreed_on(workspace, "HW-012")
    table.do("Rowena", HandOver(table.seats["Tess"].member))
    table.chair = "Tess"
    table.do("Tess", Remove(table.seats["Wilf"].member, "Called away to another child."))
    TODAY[table.meeting] = {
        "counting": ["Rowena", "Sam", "Tess", "Wilf", "Iris"],
        "because": COUNTED_THEN,
    }
    return table


def joined_late(workspace: Workspace) -> Table:
    table = full_table(workspace, "HW-013")
    table.do("Rowena", MovePhase("scoring"))
    for shift, name in enumerate(("Rowena", "Sam", "Tess", "Wilf", "Iris")):
        table.score(name, every=11, shift=shift)
    table.do("Rowena", MovePhase("revealed"))
    alone = shown_of(workspace, table.meeting)
    table.join("Lena", "other_professional")
    table.do("Lena", Score(*table.questions[0].key, "unknown", "I know the family only from the file."))
    # Lena's seat made every answer open again; since 0.3.0 all stays as it was before she came.
    kept = {name: alone[name] for name in ("counting", "agreed", "panel")}
    TODAY[table.meeting] = kept | {"because": COUNTED_THEN}
    return table


def light(of: Any) -> dict[str, Any]:
    return {"indicated": of.indicated, "best": of.best, "worst": of.worst}


def shown_of(workspace: Workspace, meeting: str) -> dict[str, Any]:
    """What the pages of release 0.2.0 showed of a meeting."""
    state = workspace.panel(meeting)
    current: Edition = workspace.edition_of(state)
    names = {member.id: member.name for member in state.members.values()}
    of_panel = panel.panel_light(state, current)
    answers = {
        f"{subject}/{about}": [found.status, found.note, names.get(found.by, "")]
        for question in current.questions(state.carer_ids)
        for subject, about in [question.key]
        if (found := panel.agreement(state, question.key))
    }
    return {
        "title": state.title,
        "case": state.case,
        "version": state.version,
        "edition": state.edition,
        "code": state.code,
        "phase": state.phase,
        "chair": names[state.chair],
        "carers": state.carers,
        "seats": [[m.name, m.role, m.removed] for m in state.members.values()],
        "counting": [member.name for member in state.scorers],
        "finished": sorted(names[member] for member in state.finished),
        "lights": {
            m.name: light(panel.light_of(state, current, m.id)) for m in state.members.values() if m.role != "observer"
        },
        "panel": light(of_panel)
        | {"light": of_panel.light, "row": of_panel.row and of_panel.row.level, "basis": of_panel.basis},
        "agreed": answers,
        "dissent": {
            "/".join(key): {names[m]: why for m, why in given.items()} for key, given in state.dissent.items() if given
        },
        "changed": {
            f"{names[m]}: {subject}/{about}": [given.reason, given.status]
            for m, own in state.answers.items()
            for (subject, about), given in own.items()
            if given.reason
        },
        "focus": state.focus and "/".join(state.focus),
        "demonstration": state.demonstration,
    }


# ── Roll-outs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def work_on_a_rollout(workspace: Workspace) -> str:
    """A second roll-out, in which people did one of everything."""
    door = rollouts.of(workspace)
    begun = door.start("Fictional County Council", "Anwen Hale")
    at, today = begun.id, door.today

    def do(who: str, *commands: Any) -> None:
        for command in commands:
            door.run(at, who, command)

    do(
        "Anwen Hale",
        rollout.Add("member", {"name": "Anwen Hale", "roles": ["assistant_director"]}),
        rollout.Add("member", {"name": "Bertil Quarmby", "roles": ["key_manager"], "organisation": "Fostering team"}),
        rollout.Add("member", {"name": "Ottoline Grieve"}),
    )
    people = {member.name: member.id for member in door.state(at).members.values()}
    do(
        "Anwen Hale",
        rollout.Change("task", "1.1", "owner", people["Bertil Quarmby"]),
        rollout.Change("task", "1.1", "start", today.isoformat()),
        rollout.Change("task", "1.1", "due", (today + timedelta(days=21)).isoformat()),
        rollout.Change("task", "1.1", "due", (today + timedelta(days=35)).isoformat()),
        rollout.Change("task", "1.1", "notes", "Begun with the fostering team."),
        rollout.SetStatus("1.1", "under_way"),
        rollout.SetStatus("1.2", "done"),
        rollout.SetStatus("1.3", "blocked", "The post is empty."),
        rollout.SetStatus("1.4", "not_applicable", "We have one team only."),
        rollout.Comment("1.3", "Advert goes out on Monday."),
        rollout.Comment("1.3", "Said on the telephone.", "Ottoline Grieve", BEGIN - timedelta(days=3)),
        rollout.Add(
            "task",
            {
                "phase": 1,
                "title": "Tell the youth council",
                "text": "They asked for it.",
                "due": (today + timedelta(days=50)).isoformat(),
            },
        ),
        rollout.Add("task", {"phase": 2, "title": "A local task that was given up"}),
    )
    local = [task.id for task in door.state(at).tasks.values() if task.local]
    do(
        "Bertil Quarmby",
        rollout.SetStatus(local[0], "done"),
        rollout.Add(
            "evidence", {"task": "1.2", "what": "minutes-2026-11-02.pdf", "on": today.isoformat(), "note": "Page 2"}
        ),
        rollout.Remove("task", local[1], "Done by the region."),
        rollout.Add(
            "meeting",
            {
                "agenda": "strategic-1",
                "on": (today - timedelta(days=40)).isoformat(),
                "starts": "10:00",
                "place": "Room 4",
            },
        ),
        rollout.Add("meeting", {"agenda": "strategic-2", "on": (today + timedelta(days=60)).isoformat()}),
    )
    first = next(iter(door.state(at).meetings))
    do(
        "Bertil Quarmby",
        rollout.Change("meeting", first, "held", True),
        rollout.Change("meeting", first, "notes", "Everybody came."),
        rollout.Change("meeting", first, "action_list_sent", (today - timedelta(days=38)).isoformat()),
        rollout.Add(
            "action",
            {
                "text": "Send the briefing to schools",
                "owner": people["Anwen Hale"],
                "meeting": first,
                "due": today.isoformat(),
            },
        ),
        rollout.Add(
            "action",
            {
                "text": "Book the hall",
                "owner": people["Bertil Quarmby"],
                "meeting": first,
                "done": True,
                "result": "Booked.",
            },
        ),
        rollout.Add(
            "postcard",
            {
                "sender": "strategic",
                "on": today.isoformat(),
                "meeting": first,
                "commitments": "A second worker for each case.",
            },
        ),
        rollout.Add(
            "stakeholder", {"name": "Head teachers", "needs": "When and whom to call", "owner": people["Anwen Hale"]}
        ),
        rollout.Add(
            "check",
            {"what": "quality", "on": today.isoformat(), "about": "One case read by two", "by": "Ottoline Grieve"},
        ),
        rollout.StateOutcome("1-A", "The cabinet’s decision of 2 November."),
        rollout.StateOutcome("1-B", "Said too early."),
        rollout.StateOutcome("1-B", ""),
        rollout.StateFact("authority", "Fictional County Council"),
        rollout.Change("member", people["Ottoline Grieve"], "left", today.isoformat()),
    )
    return at


def close_a_rollout(workspace: Workspace) -> str:
    """A third, in which everything is done or set aside."""
    door = rollouts.of(workspace)
    at = door.start("Fictional Borough, finished", "Anwen Hale").id
    for number, task in enumerate(list(door.state(at).tasks)):
        status = ("not_applicable", "Not asked of a borough.") if number % 9 == 8 else ("done", "")
        for part in door.checklist.tasks[task].part:
            door.run(at, "Anwen Hale", rollout.TickPart(task, part.id, True))
        door.run(at, "Anwen Hale", rollout.SetStatus(task, *status))
    then = rollout_shown(workspace, at, door.today)
    TODAY[at] = {
        "outcomes": then["outcomes"] | {"2-G": True},
        "phases": [
            [number, done, total, aside, met + (number == 2)] for number, done, total, aside, met in then["phases"]
        ],
        "because": LINKED_NOW,
    }
    return at


def rollout_shown(workspace: Workspace, identifier: str, today: date) -> dict[str, Any]:
    door = rollouts.of(workspace)
    state = door.state(identifier)
    columns = reading.board(state, door.checklist, today)
    return {
        "title": state.title,
        "version": state.version,
        "fictional": state.fictional,
        "checklist": state.checklist,
        "today": today.isoformat(),
        "tasks": len(state.tasks),
        "local": sorted(task.id for task in state.tasks.values() if task.local),
        "status": {task.id: task.status for task in state.tasks.values()},
        "phases": [[c.number, c.done, c.total, c.set_aside, c.met] for c in columns],
        "outcomes": {view.outcome.id: view.met for column in columns for view in column.outcomes},
        "people": [member.name for member in state.members.values()],
        "owners": {task.id: reading.owner_name(state, task) for task in state.tasks.values() if task.owner},
        "due": {task.id: task.due.isoformat() for task in state.tasks.values() if task.due},
        "first_due": {task: day.isoformat() for task, day in state.first_due.items()},
        "meetings": [[m.title, m.on.isoformat(), m.held] for m in state.meetings.values()],
        "actions": [[a.text, a.done] for a in state.actions.values()],
        "comments": {task: [[c.text, c.by] for c in said] for task, said in state.comments.items()},
        "counts": {kind: len(state.of(kind)) for kind in ("evidence", "postcard", "stakeholder", "gap", "check")},
        "facts": state.facts,
    }


# ── Costs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pictures(usual: model.Scenario) -> dict[str, model.Scenario]:
    """Every field that can be entered, changed in one of them at least."""
    return {
        "Budget 2026": usual,
        "More children": replace(usual, children=160, rate=Decimal("0.35"), kept=12),
        "Study of 2024": replace(usual, edition="2024", reentry_cost=Decimal("98000.50"), additional=Decimal("0.6")),
        "Own mix and prices": replace(
            usual, mix=True, need_low=40, need_medium=40, need_high=20, uprating=Decimal("1.31"), price_year=2026
        ),
        "Own curve": replace(
            usual,
            curve=model.OWN,
            own_curve=(Decimal("0.2"), Decimal("0.25"), Decimal("0.305")),
            start=date(2027, 4, 1),
            end=date(2028, 3, 31),
            years=5,
            discount=Decimal("0.02"),
            months=18,
            rate_range=(-10, 30),
            reentry_range=(-5, 5),
            support_range=(0, 40),
            effect_range=(-60, 10),
            seed=77,
        ),
        "Curve of 2013": replace(usual, curve="dfe2013", rate=Decimal("0.3"), support_cost=Decimal("6100")),
    }


def costs_shown(scenario: model.Scenario) -> dict[str, Any]:
    published = figures.load()
    answer: Answer = model.answer_of(published, scenario)
    outlook = cohort.outlook(published, scenario)
    return {
        "fields": {name: model.shown(published, scenario, name) for name in model.FIELDS},
        "numbers": {
            "expected_reentries": str(answer.expected_reentries),
            "expected_cost": str(answer.expected_cost),
            "support_cost": str(answer.support_cost),
            "breakeven": answer.breakeven_children_rounded,
            "net": str(answer.net_position(model.kept(scenario, answer))),
            "outlook": str(outlook.position),
        },
    }


def save_scenarios(workspace: Workspace) -> dict[str, Any]:
    published = figures.load()
    made = pictures(model.default(published))

    def save(name: str, by: str, scenario: model.Scenario) -> None:
        scenarios.save(workspace.store, workspace.now, published, name, by, scenario)

    for name, scenario in made.items():
        save(name, "Anwen Hale", scenario)
    save("more  CHILDREN", "Bertil Quarmby", replace(made["More children"], children=170))
    save("Given up", "Bertil Quarmby", made["Own curve"])
    scenarios.remove(workspace.store, workspace.now, scenarios.stream_of("Given up"), "Anwen Hale")
    return {
        saved.name: {"query": saved.query, "by": saved.by, "version": saved.version}
        | costs_shown(scenarios.scenario_of(published, saved)[0])
        for saved in scenarios.all_saved(workspace.store)
    }


def links_of(held: dict[str, Table], worked: str) -> list[dict[str, Any]]:
    """Addresses that release 0.2.0 wrote, and what they opened."""
    published = figures.load()
    shared = [
        {
            "address": f"costs?{urlencode(model.to_query(published, scenario))}".removesuffix("?"),
            "opens": costs_shown(scenario),
        }
        for scenario in pictures(model.default(published)).values()
    ]
    of_meetings = [
        {"address": f"panel?meeting={held['closed'].meeting}", "opens": {"meeting": held["closed"].meeting}},
        {"address": f"panel?code={held['scoring'].state.code}", "opens": {"meeting": held["scoring"].meeting}},
        {"address": f"wall?code={held['revealed'].state.code}", "opens": {"meeting": held["revealed"].meeting}},
        {"address": "panel?case=HW-012", "opens": {"case": "HW-012"}},
    ]
    of_rollouts = [
        {"address": "rollout?rollout=sample", "opens": {"rollout": "sample", "view": "board"}},
        {"address": f"rollout?rollout={worked}&task=1.3", "opens": {"rollout": worked, "view": "board", "task": "1.3"}},
        {
            "address": f"rollout?rollout={worked}&task=1.1&only=task",
            "opens": {"rollout": worked, "view": "board", "task": "1.1", "only": True},
        },
        {
            "address": f"rollout?rollout={worked}&outcome=1-A",
            "opens": {"rollout": worked, "view": "board", "outcome": "1-A"},
        },
        {"address": f"rollout?rollout={worked}&view=group", "opens": {"rollout": worked, "view": "group"}},
    ]
    return shared + of_meetings + of_rollouts


# ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def make(into: Path) -> None:
    seeded = random.Random("0.2.0")
    secrets.token_hex = lambda nbytes=32: seeded.randbytes(nbytes).hex()  # type: ignore[assignment]
    secrets.choice = seeded.choice  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "homeward.db"
        current = edition.load()
        workspace = Workspace(Store.open(f"sqlite:///{file}"), current, Clock())
        workspace._keep_edition()
        workspace._load_samples(cases.load_samples(current))
        rollouts.of(workspace).names()
        set_aside = [gathering(workspace).meeting, workspace.demonstrate(workspace.cases()[0])]
        workspace.reset_samples()
        demonstrations = [workspace.demonstrate(of) for of in workspace.cases()]
        held = hold_meetings(workspace)
        worked, finished = work_on_a_rollout(workspace), close_a_rollout(workspace)
        fresh = rollouts.of(workspace).fresh_sample().id
        saved = save_scenarios(workspace)
        today = rollouts.of(workspace).today
        expected = {
            "release": "0.2.0",
            "set_aside": set_aside,
            "cases": [[of.id, of.title] for of in workspace.cases()],
            "listed": [meeting.panel.meeting for meeting in workspace.meetings()],
            "seat_keys": {
                table.meeting: {name: [t.member, t.key] for name, t in table.seats.items()} for table in held.values()
            },
            "meetings": {
                meeting: {"what": what}
                | shown_of(workspace, meeting)
                | ({"today_differs": TODAY[meeting]} if meeting in TODAY else {})
                for what, meeting in [(what, table.meeting) for what, table in held.items()]
                + [(f"demonstration {number}", meeting) for number, meeting in enumerate(demonstrations, 1)]
            },
            "rollouts": {
                at: rollout_shown(workspace, at, today) | ({"today_differs": TODAY[at]} if at in TODAY else {})
                for at in ("sample", worked, finished, fresh)
            },
            "rollout_names": rollouts.of(workspace).names(),
            "scenarios": saved,
        }
        links = links_of(held, worked)
        events = workspace.store.read(f"edition:{current.hash}")
        workspace.store.close()
        write(into, file, expected, links, {current.hash: json.loads(events[0].payload)["text"]})


def write(into: Path, file: Path, expected: Any, links: Any, editions: dict[str, str]) -> None:
    (into / "editions").mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file)
    connection.execute("VACUUM")
    dump = "\n".join(connection.iterdump()) + "\n"
    connection.close()
    (into / "record.sql.gz").write_bytes(gzip.compress(dump.encode(), 9, mtime=0))
    for name, content in (("expected.json", expected), ("links.json", links)):
        (into / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for identifier, text in editions.items():
        (into / "editions" / f"{identifier}.toml").write_text(text, "utf-8")


if __name__ == "__main__":
    if hasattr(panel, "Outcome"):
        sys.exit("This is a later release's code. Put that of release 0.2.0 first in PYTHONPATH.")
    make(Path(sys.argv[1]))
