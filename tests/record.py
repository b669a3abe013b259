"""The record of a workspace, as tests look at it."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from framework.casefile.casefiles import Casefiles
from framework.casefile.kind import CASEFILE
from framework.casefile.readers import READING
from framework.casefile.tries import TRIES
from framework.costs.saved import SCENARIO, Scenarios
from framework.panel import Panel
from framework.panel.kind import MEETING
from framework.panel.meetings import SET_ASIDE
from framework.rollout import checklist
from framework.rollout.checklist import Checklist
from framework.rollout.checklists import CHECKLIST, Checklists
from framework.rollout.kind import ROLLOUT
from framework.rollout.rollouts import Rollouts
from framework.streams.door import Door, Outage
from framework.streams.kind import Happened, Kind
from framework.streams.policy import OPEN
from framework.streams.store import Store, StoredEvent
from framework.workspace import Workspace
from tests.casefile import made


def listed(work: Workspace) -> list[Panel]:
    """Every meeting that was not set aside, the one with the newest event first."""
    found = work.store.listing("panel", not_named_under=(SET_ASIDE,))
    return [work.meetings.state(MEETING.identifier(one.stream)) for one in found]


def happened(stored: Iterable[StoredEvent]) -> list[Happened]:
    """What a meeting's rows in the record say."""
    rows = list(stored)
    events = MEETING.stored.read([(row.type, row.text) for row in rows])
    return [Happened(event, row.actor, row.at) for event, row in zip(events, rows, strict=True)]


def _door(
    kind: Kind, store: Store, now: Callable[[], datetime], rules: Callable[[Any], Any] = lambda state: None
) -> Door:
    door: Door = Door(kind, store, rules, now, Outage(), without_roles=lambda: frozenset({OPEN}))
    door.index_again()
    return door


def rollouts_in(store: Store, now: Callable[[], datetime], current: Checklist | None = None) -> Rollouts:
    """The roll-outs of a store, without a workspace, as another process would open them."""
    checklists = Checklists(_door(CHECKLIST, store, now), current or checklist.load())
    return Rollouts(_door(ROLLOUT, store, now, lambda state: checklists.of(state.checklist)), checklists, now)


def scenarios_in(store: Store, now: Callable[[], datetime]) -> Scenarios:
    """The saved scenarios of a store, as another process would open them."""
    return Scenarios(_door(SCENARIO, store, now))


def casefiles_in(
    store: Store,
    now: Callable[[], datetime],
    *,
    is_open: bool = False,
    names: dict[str, str] | None = None,
    seconds: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = lambda seconds: None,
) -> Casefiles:
    """The case files of a store, in an app with sign-in unless it is open, as another process would open them."""
    cases: Door = Door(
        CASEFILE, store, lambda _: files.rules, now, Outage(), lambda state, actor, _: files.relations(state, actor)
    )
    readings: Door = Door(
        READING, store, lambda _: None, now, Outage(), lambda log, actor, case: files.parts(case, actor)
    )
    cases.index_again()
    files = Casefiles(
        cases,
        readings,
        Door(TRIES, store, lambda _: None, now, Outage()),
        now,
        is_open=lambda: is_open,
        before_real=lambda: None,
        names=lambda ids: names or {},
        roles=made.rules().roles,
        seconds=seconds,
        pause=pause,
    )
    return files
