"""Saved scenarios: who saved what and when is kept, and two who save at once both get through."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import pytest

from framework import scenarios
from framework.costs import figures as published
from framework.costs import keeping
from framework.costs import scenario as sc
from framework.panel import Refused
from framework.streams.store import Store

FIGURES = published.load()
EXAMPLE = sc.default(FIGURES)


def now() -> datetime:
    return datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_saved_scenario_comes_back_with_who_and_when(store: Store) -> None:
    scenario = replace(EXAMPLE, children=120, kept=11)
    scenarios.save(store, now, FIGURES, "  North  team ", "Priya", scenario)
    (saved,) = scenarios.all_saved(store)
    assert (saved.name, saved.by, saved.at, saved.version) == ("North team", "Priya", now(), 1)
    assert scenarios.opened(saved) == keeping.Opened(FIGURES, scenario)
    assert store.streams("costs")[0].title == "North team"
    assert store.verify().broken is None


def test_saving_under_the_same_name_adds_a_version_whatever_its_capitals(store: Store) -> None:
    scenarios.save(store, now, FIGURES, "North team", "Priya", EXAMPLE)
    scenarios.save(store, now, FIGURES, "NORTH TEAM", "Tom", replace(EXAMPLE, kept=9))
    (saved,) = scenarios.all_saved(store)
    assert (saved.by, saved.version) == ("Tom", 2)
    assert [event.actor for event in scenarios.history(store, saved.stream)] == ["Priya", "Tom"]


def test_a_removed_scenario_leaves_the_list_and_keeps_its_record(store: Store) -> None:
    saved = scenarios.save(store, now, FIGURES, "North", "Priya", EXAMPLE)
    scenarios.remove(store, now, saved, "Tom")
    assert scenarios.all_saved(store) == []
    assert [event.type for event in scenarios.history(store, saved.stream)] == ["saved", "removed"]
    with pytest.raises(Refused, match="not in the list any more"):
        scenarios.remove(store, now, saved, "Tom")
    scenarios.save(store, now, FIGURES, "North", "Priya", EXAMPLE)
    assert len(scenarios.all_saved(store)) == 1


def test_only_the_version_that_one_saw_is_removed(store: Store) -> None:
    seen = scenarios.save(store, now, FIGURES, "North", "Priya", EXAMPLE)
    newer = scenarios.save(store, now, FIGURES, "North", "Tom", replace(EXAMPLE, kept=9))
    with pytest.raises(Refused, match="Tom has saved “North” again"):
        scenarios.remove(store, now, seen, "Priya")
    assert scenarios.all_saved(store) == [newer]
    # Removed and saved again: the name is the same, what was seen is not.
    scenarios.remove(store, now, newer, "Priya")
    scenarios.save(store, now, FIGURES, "North", "Ada", EXAMPLE)
    with pytest.raises(Refused, match="Ada has saved"):
        scenarios.remove(store, now, newer, "Priya")


@pytest.mark.parametrize(("name", "by"), [("", "Priya"), ("North", " \n"), ("x" * 81, "Priya"), ("\0\u200b", "Priya")])
def test_a_name_that_cannot_be_used_is_refused(store: Store, name: str, by: str) -> None:
    with pytest.raises(Refused):
        scenarios.save(store, now, FIGURES, name, by, EXAMPLE)
    assert scenarios.all_saved(store) == []


def test_all_who_save_under_one_name_at_once_get_through(store: Store) -> None:
    threads = [
        Thread(target=scenarios.save, args=(store, now, FIGURES, "North", f"Member {n}", replace(EXAMPLE, kept=n)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (saved,) = scenarios.all_saved(store)
    assert saved.version == 6
    assert {event.actor for event in scenarios.history(store, saved.stream)} == {f"Member {n}" for n in range(6)}
