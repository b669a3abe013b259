"""Protects: what was written once is read for ever. Each event as this release writes it, and as another one may."""

import json
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from framework.decision.kind import DECISION
from framework.decision.model import Decisions, Event, fold
from framework.items import Added, Changed, Removed, Restored
from framework.streams.kind import Erased, Happened

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
STORED: tuple[dict[str, Any], ...] = (
    {"type": "opened", "decision": "d1", "case": "c1", "stage": "4"},
    {"type": "added", "item": {"id": "a1", "kind": "answer", "decision": "d1", "subject": "neglect"}},
    {"type": "added", "item": {"id": "o1", "kind": "option", "decision": "d1", "name": "Home now"}},
    {"type": "added", "item": {"id": "s1", "kind": "support", "decision": "d1", "what": "A family worker"}},
    {"type": "added", "item": {"id": "c1", "kind": "condition", "decision": "d1", "words": "He is not there alone."}},
    {"type": "added", "item": {"id": "v1", "kind": "view", "decision": "d1", "whose": "child"}},
    {"type": "added", "item": {"id": "i1", "kind": "dispute", "decision": "d1", "words": "Too early."}},
    {"type": "added", "item": {"id": "n1", "kind": "dissent", "decision": "d1", "who": "Sol", "words": "Too early."}},
    {"type": "changed", "kind": "draft", "id": "d1", "field": "outcome", "value": "return_home"},
    {"type": "changed", "kind": "draft", "id": "d1", "field": "review_on", "value": "2027-01-05"},
    {"type": "removed", "kind": "option", "id": "o1"},
    {"type": "restored", "kind": "option", "id": "o1"},
    {"type": "classified", "decision": "d1", "stage": "4", "level": "low"},
    {"type": "decided", "decision": "d1", "day": "2026-11-24", "effective_on": "2026-11-24", "outcome": "return_home", "level": "low",
     "route": {"approver": "nominated_officer", "law_checked_on": "2026-11-28", "conditions": [{"id": "iro", "text": "Consulted."}]}},
    {"type": "approval_asked", "decision": "d1", "person": "p-nick"},
    {"type": "sent_back", "decision": "d1", "reason": "Ask the father."},
    {"type": "decided", "decision": "d1", "day": "2026-11-24", "effective_on": "2026-11-24", "outcome": "return_home"},
    {"type": "approval_asked", "decision": "d1", "person": "p-nick"},
    {"type": "satisfied", "decision": "d1", "condition": "iro", "evidence": "Her letter."},
    {"type": "unsatisfied", "decision": "d1", "condition": "iro"},
    {"type": "approved", "decision": "d1"},
    {"type": "authority_satisfied", "decision": "d1"},
    {"type": "plan_prepared", "decision": "d1", "on": "2026-11-24"},
    {"type": "assessment_completed", "decision": "d1", "on": "2026-11-24"},
    {"type": "added", "item": {"id": "t1", "kind": "told", "decision": "d1", "who": "Ash"}},
    {"type": "superseded", "decision": "d1", "by": "d2", "since": "2026-12-01"},
    {"type": "superseded", "decision": "d1"},
    {"type": "approval_refused", "decision": "d1", "reason": "No."},
    {"type": "withdrawn", "decision": "d1", "reason": "No."},
)  # fmt: skip
"""The least that the first release which wrote them can have written: every other field has a default."""


def read(*stored: dict[str, Any]) -> list[Happened]:
    events = DECISION.stored.read([(one["type"], json.dumps(one)) for one in stored])
    return [Happened(one, "p-mo", AT) for one in events]


def test_every_event_is_among_them() -> None:
    known = {one.model_fields["type"].default for one in get_args(Event) if hasattr(one, "model_fields")}
    known |= {one.model_fields["type"].default for one in (Added, Changed, Removed, Restored)}
    assert {one["type"] for one in STORED} == known


def test_each_folds_and_is_read_back_as_it_was_written() -> None:
    happened = read(*STORED)
    state = fold(happened)
    assert state.version == len(STORED)
    again = DECISION.stored.read([DECISION.stored.write(one.event) for one in happened])
    assert again == [one.event for one in happened]
    assert fold([one._replace(event=event) for one, event in zip(happened, again, strict=True)]) == state


def test_a_field_that_a_newer_release_added_is_passed_over() -> None:
    newer = [{**one, "newer": {"a": 1}} for one in STORED]
    assert fold(read(*newer)) == fold(read(*STORED))


def test_without_its_beginning_nobody_knows_whose_decisions_they_are() -> None:
    with pytest.raises(ValueError, match="cannot be read without their beginning"):
        fold([Happened(Erased("opened"), "p-mo", AT), *read(*STORED[1:])])


@pytest.mark.parametrize("number", range(1, len(STORED)))
def test_whatever_was_erased_the_rest_folds(number: int) -> None:
    happened = read(*STORED)
    happened[number] = happened[number]._replace(event=Erased(STORED[number]["type"]))
    state = fold(happened)
    assert state.version == len(STORED) and state.erased


@pytest.mark.parametrize(
    "stored", [one for one in STORED if one["type"] not in ("opened", "added", "classified", "withdrawn")]
)
def test_an_event_about_nothing_is_not_passed_over(stored: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        fold(read(stored), Decisions())
