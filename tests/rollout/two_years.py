"""Two years of a made-up roll-out, walked through the door by a moved clock: about 5,000 events, the same every time.

A keen first year; from month 14 the group thins out: the lead leaves, meetings stop, what is due stays undone.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta

from framework import dates
from framework.rollout import Add, Change, Command, Comment, Rollout, SetStatus, TickPart, reading
from framework.rollout.rollouts import Rollouts
from framework.streams.kind import Refused

PEOPLE = ("Ada Fictional", "Ben Fictional", "Cleo Fictional", "Dev Fictional", "Esi Fictional", "Finn Fictional")
WEEKS = 104


class Walk:
    """One roll-out, week by week. `rollouts` is made with `clock` as its clock."""

    def __init__(self, open_: Callable[[Callable[[], datetime]], Rollouts], begins: datetime, title: str) -> None:
        self.now = begins
        self.door = open_(lambda: self.now)
        self.chance = random.Random(title)
        self.id = self.door.start(title, PEOPLE[0]).id
        for number, name in enumerate(PEOPLE):
            roles = (("strategic_lead",), ("champion", "training_lead"), ("practice_lead",))[number : number + 1]
            known = tuple(role for role in (roles[0] if roles else ()) if role in self.door.checklist.roles)
            group = "strategic" if number % 2 == 0 else "practice"
            self.do(Add("member", {"name": name, "group": group, "roles": known}))
        for number, task in enumerate(self.state.tasks.values()):
            due = self.day + timedelta(days=21 + number * 14)
            self.do(Change("task", task.id, "due", due))
            if number % 5:
                self.do(Change("task", task.id, "owner", f"p{1 + number % len(PEOPLE)}"))

    @property
    def state(self) -> Rollout:
        return self.door.view(self.id)

    @property
    def day(self) -> date:
        return dates.local(self.now).date()

    def do(self, command: Command, by: str = "") -> None:
        """A command a few minutes after the last. One that the rules refuse is left out, as a person would leave it."""
        self.now += timedelta(minutes=3)
        with suppress(Refused):
            self.door.run(self.id, by or self.chance.choice(PEOPLE[1:]), command)

    def walk(self, weeks: int, until: int = WEEKS, first: int = 0) -> None:
        """So many weeks, of which `first` is the number of the first; after week `until` nobody does anything."""
        begins = self.now
        for week in range(weeks):
            self.now = begins + timedelta(weeks=week)
            if first + week < until:
                self.week(first + week)
        self.now = begins + timedelta(weeks=weeks)

    def week(self, week: int) -> None:
        keen = 1.0 if week < 60 else 0.5
        if week == 61:
            self.do(Change("member", "p1", "left", self.day))
        for task in [task for task in reading.in_order(self.state) if task.open][:8]:
            self.task(task.id, keen)
        if week % 2 == 1 and week < 80:
            due = self.day + timedelta(days=60)
            self.do(Add("task", {"phase": 1 + min(2, week // 30), "title": f"Local task of week {week}", "due": due}))
        if week % 7 == 0 and week < 60:
            self.meeting()
        if week % 9 == 5 and week < 70:
            self.do(Add("check", {"what": "quality", "on": self.day, "about": f"Case {week}"}))
        for _ in range(round(36 * keen)):
            task = self.chance.choice(list(self.state.tasks))
            self.do(Comment(task, self.chance.choice(("Asked again.", "Talked it over.", "Waiting.", "Nearly there."))))
        for _ in range(round(24 * keen)):
            task = self.chance.choice(list(self.state.tasks))
            self.do(Change("task", task, "notes", f"Week {week}: {self.chance.randrange(1000)}"))

    def task(self, task: str, keen: float) -> None:
        chance = self.chance.random()
        if chance < 0.07 * keen:
            for part in "abcd":
                self.do(TickPart(task, part, True))
            self.do(SetStatus(task, "done"))
        elif chance < 0.3 * keen:
            self.do(SetStatus(task, "under_way"))
        elif chance < 0.33 * keen:
            self.do(SetStatus(task, "blocked", "Waits for finance."))
        elif chance < 0.4 * keen:
            self.do(Change("task", task, "due", self.day + timedelta(days=self.chance.randrange(7, 90))))

    def meeting(self) -> None:
        number = len(self.state.meetings) + 1
        group = ("strategic", "practice")[number % 2]
        on = dates.working_day_on_or_after(self.day)
        agenda = f"{group}-{1 + (number // 2) % 3}"
        self.do(Add("meeting", {"agenda": agenda, "id": f"m{number}", "on": on, "closer_because": "An inspection."}))
        self.now += timedelta(days=4)
        self.do(Change("meeting", f"m{number}", "held", True))
        if number % 3:
            self.do(Change("meeting", f"m{number}", "action_list_sent", dates.add_working_days(on, 2)))
        for one in range(3):
            owner = f"p{self.chance.randrange(1, 7)}"
            values = {"text": f"Follow up point {one + 1}", "owner": owner, "meeting": f"m{number}"}
            self.do(Add("action", {**values, "due": on + timedelta(days=28)}))
        self.do(Add("postcard", {"sender": group, "on": on, "meeting": f"m{number}", "requests": "Which form?"}))
        for action in [action for action in self.state.actions.values() if not action.done][:2]:
            self.do(Change("action", action.id, "done", True))
