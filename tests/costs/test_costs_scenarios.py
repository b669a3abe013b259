"""Saved scenarios: who saved what and when is kept, and two who save at once both get through."""

from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread

import pytest

from framework.costs import figures as published
from framework.costs import keeping, model
from framework.costs import saved as scenarios
from framework.costs.saved import NameTaken
from framework.streams.kind import Refused
from framework.streams.store import Store
from tests.record import scenarios_in

FIGURES = published.load()
EXAMPLE = model.default(FIGURES)


def now() -> datetime:
    return datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_a_saved_scenario_comes_back_with_who_and_when(store: Store) -> None:
    scenario = replace(EXAMPLE, children=120, kept=11)
    scenarios_in(store, now).save(FIGURES, "  North  team ", "Priya", scenario)
    (saved,) = scenarios_in(store, now).all()
    assert (saved.name, saved.by, saved.at, saved.version) == ("North team", "Priya", now(), 1)
    assert scenarios.opened(saved) == keeping.Opened(FIGURES, scenario)
    assert store.streams("costs")[0].title == "North team"
    assert store.verify().broken is None


def test_saving_under_the_same_name_adds_a_version_whatever_its_capitals(store: Store) -> None:
    scenarios_in(store, now).save(FIGURES, "North team", "Priya", EXAMPLE)
    scenarios_in(store, now).save(FIGURES, "NORTH TEAM", "Tom", replace(EXAMPLE, kept=9), over=1)
    (saved,) = scenarios_in(store, now).all()
    assert (saved.by, saved.version) == ("Tom", 2)
    assert [event.actor for event in scenarios_in(store, now).history(saved)] == ["Priya", "Tom"]


def test_a_removed_scenario_leaves_the_list_and_keeps_its_record(store: Store) -> None:
    saved = scenarios_in(store, now).save(FIGURES, "North", "Priya", EXAMPLE)
    scenarios_in(store, now).remove(saved, "Tom")
    assert scenarios_in(store, now).all() == []
    assert [type(event.event).__name__ for event in scenarios_in(store, now).history(saved)] == [
        "ScenarioSaved",
        "ScenarioRemoved",
    ]
    with pytest.raises(Refused, match="not in the list any more"):
        scenarios_in(store, now).remove(saved, "Tom")
    scenarios_in(store, now).save(FIGURES, "North", "Priya", EXAMPLE)
    assert len(scenarios_in(store, now).all()) == 1


def test_only_the_version_that_one_saw_is_removed(store: Store) -> None:
    seen = scenarios_in(store, now).save(FIGURES, "North", "Priya", EXAMPLE)
    newer = scenarios_in(store, now).save(FIGURES, "North", "Tom", replace(EXAMPLE, kept=9), over=1)
    with pytest.raises(Refused, match="Tom has saved “North” again"):
        scenarios_in(store, now).remove(seen, "Priya")
    assert scenarios_in(store, now).all() == [newer]
    # Removed and saved again: the name is the same, what was seen is not.
    scenarios_in(store, now).remove(newer, "Priya")
    scenarios_in(store, now).save(FIGURES, "North", "Ada", EXAMPLE)
    with pytest.raises(Refused, match="Ada has saved"):
        scenarios_in(store, now).remove(newer, "Priya")


@pytest.mark.parametrize(("name", "by"), [("", "Priya"), ("North", " \n"), ("x" * 81, "Priya"), ("\0\u200b", "Priya")])
def test_a_name_that_cannot_be_used_is_refused(store: Store, name: str, by: str) -> None:
    with pytest.raises(Refused):
        scenarios_in(store, now).save(FIGURES, name, by, EXAMPLE)
    assert scenarios_in(store, now).all() == []


@pytest.mark.both_databases
def test_of_all_who_save_under_one_name_at_once_one_gets_through_and_the_others_are_asked(store: Store) -> None:
    asked: list[NameTaken] = []

    def save(number: int) -> None:
        try:
            scenarios_in(store, now).save(FIGURES, "North", f"Member {number}", replace(EXAMPLE, kept=number))
        except NameTaken as taken:
            asked.append(taken)

    threads = [Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (saved,) = scenarios_in(store, now).all()
    assert (saved.version, len(asked)) == (1, 5)
    assert all(taken.saved == saved for taken in asked)


def test_saving_under_a_name_that_exists_asks_and_saves_nothing(store: Store) -> None:
    """Somebody's scenario was saved over without a word."""
    first = scenarios_in(store, now).save(FIGURES, "North", "Priya", EXAMPLE)
    other = replace(EXAMPLE, kept=9)
    with pytest.raises(NameTaken, match="“North” already: Priya saved version 1") as raised:
        scenarios_in(store, now).save(FIGURES, " north ", "Tom", other)
    assert raised.value.saved == first and scenarios_in(store, now).all() == [first]
    second = scenarios_in(store, now).save(FIGURES, "North", "Tom", other, over=1)
    assert second.version == 2
    with pytest.raises(NameTaken, match="Tom saved version 2"):  # what was asked about is not what stands there now
        scenarios_in(store, now).save(FIGURES, "North", "Ada", replace(EXAMPLE, kept=10), over=1)
    assert scenarios_in(store, now).save(FIGURES, "North", "Tom", other) == second, "the same again is no question"


def test_every_version_can_be_opened(store: Store) -> None:
    work = scenarios_in(store, now)
    work.save(FIGURES, "North", "Priya", EXAMPLE)
    saved = work.save(FIGURES, "North", "Tom", replace(EXAMPLE, kept=9), over=1)
    work.remove(saved, "Tom")
    saved = work.save(FIGURES, "North", "Ada", model.begin(FIGURES))
    versions = work.versions(saved)
    assert [(one.version, one.by) for one in versions] == [(4, "Ada"), (2, "Tom"), (1, "Priya")]
    assert [scenarios.opened(one).scenario for one in versions] == [
        model.begin(FIGURES),
        replace(EXAMPLE, kept=9),
        EXAMPLE,
    ]
