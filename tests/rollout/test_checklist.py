"""The implementation checklist as data: everything that is printed is there, and nothing of ours passes for printed."""

import json
import subprocess
import sys
import tomllib

import pytest

from framework import edition
from framework.edition import EditionError
from framework.rollout import checklist

# What the published checklist prints, as far as our copy has it.
PRINTED_TASKS = [f"1.{n}" for n in range(5, 17)] + [f"2.{n}" for n in range(2, 13)]
PRINTED_PARTS = {"1.11": "abcd", "1.12": "abc", "2.2": "ab"}
PRINTED_OUTCOMES = [f"1-{letter}" for letter in "ABCDEFGH"] + [f"2-{letter}" for letter in "ABCDEFG"]
PRINTED_ANNEXES = {
    "1.5": 3,
    "1.6": 6,
    "1.8": 4,
    "1.9": 5,
    "1.10": 7,
    "1.13": 9,
    "1.15": 10,
    "2.8": 11,
}
PRINTED_AGENDAS = ["strategic-1", "strategic-2", "strategic-3", "briefing", "practice-1", "practice-2", "practice-3"]
# What our copy has lost, and what stands in its place.
RECONSTRUCTED_TASKS = ["1.1", "1.2", "1.3", "1.4", "2.1", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"]


@pytest.fixture(scope="module")
def loaded() -> checklist.Checklist:
    return checklist.load()


def test_every_printed_task_is_there_and_says_so(loaded: checklist.Checklist) -> None:
    published = [task.id for task in loaded.task if task.provenance == "published"]
    assert published == PRINTED_TASKS
    assert all(loaded.tasks[task].source == "wilkins2015" for task in PRINTED_TASKS)


def test_every_printed_part_is_there(loaded: checklist.Checklist) -> None:
    assert {task.id: "".join(part.id for part in task.part) for task in loaded.task if task.part} == PRINTED_PARTS


def test_every_printed_outcome_is_there(loaded: checklist.Checklist) -> None:
    assert [outcome.id for outcome in loaded.outcome if outcome.provenance == "published"] == PRINTED_OUTCOMES


def test_every_printed_reference_to_an_annex_is_there(loaded: checklist.Checklist) -> None:
    assert {task: loaded.tasks[task].annex for task in PRINTED_ANNEXES} == PRINTED_ANNEXES
    assert [annex.number for annex in loaded.annex] == list(range(1, 12))


def test_an_annex_that_is_not_printed_at_its_task_says_so(loaded: checklist.Checklist) -> None:
    for task in loaded.task:
        if task.provenance == "published" and task.annex and task.id not in PRINTED_ANNEXES:
            assert "printed without an annex" in task.provenance_note, task.id


def test_every_printed_agenda_and_rule_of_time_is_there(loaded: checklist.Checklist) -> None:
    assert [agenda.id for agenda in loaded.agenda][:7] == PRINTED_AGENDAS
    assert (loaded.meetings.gap_working_weeks, loaded.meetings.action_list_working_days) == (6, 2)


def test_the_minimum_membership_is_as_printed(loaded: checklist.Checklist) -> None:
    assert [role.id for role in loaded.role if role.minimum] == [
        "assistant_director",
        "head_looked_after",
        "head_in_need",
        "key_manager",
        "principal_social_worker",
        "workforce_manager",
        "iro_lead",
        "fostering_manager",
        "data_manager",
    ]
    assert all(role.provenance == "published" for role in loaded.role if role.minimum)


def test_nothing_reconstructed_lacks_its_mark(loaded: checklist.Checklist) -> None:
    assert [task.id for task in loaded.task if task.provenance == "reconstructed"] == RECONSTRUCTED_TASKS
    for outcome in loaded.outcome:
        assert (outcome.provenance == "reconstructed") == (outcome.phase == 3), outcome.id
    # Of the third phase our copy has the name alone.
    assert {phase.number: phase.provenance for phase in loaded.phase} == {
        1: "published",
        2: "published",
        3: "reconstructed",
    }
    assert all(rule.provenance == "reconstructed" for rule in loaded.rule)
    assert all(component.provenance == "reconstructed" for component in loaded.component)
    assert loaded.links_provenance == "reconstructed"


def test_every_item_has_a_source_that_is_listed_and_every_reconstruction_its_how(loaded: checklist.Checklist) -> None:
    kinds = ("phase", "annex", "task", "outcome", "role", "agenda", "prompt", "gap", "component", "rule", "template")
    for kind in kinds:
        for item in getattr(loaded, kind):
            assert item.source in edition.load().sources, item
            assert item.provenance == "published" or item.provenance_note, item


def test_an_outcome_rests_on_the_tasks_of_its_subject(loaded: checklist.Checklist) -> None:
    """No printed outcome speaks of services (1.7) or of obstacles (1.16): none is held up by them."""
    behind = {task for outcome in loaded.outcome for task in outcome.tasks}
    assert behind == set(loaded.tasks) - {"1.7", "1.16"}
    assert "1.7" in loaded.links_note and "1.16" in loaded.links_note
    assert loaded.outcomes["1-H"].tasks == ("1.15",)  # engagement rests on the task about engagement
    assert loaded.outcomes["2-G"].tasks == ("1.5", "2.2")  # outcomes and costs: both
    for outcome in loaded.outcome:
        phases = {loaded.tasks[task].phase for task in outcome.tasks}
        assert max(phases) == outcome.phase, outcome.id


def test_the_checklist_says_nothing_that_no_source_says(loaded: checklist.Checklist) -> None:
    """Taken out in November 2026: neither the checklist nor the scale-up evaluation says any of it."""
    said = (edition.folder_of() / "checklist.toml").read_text("utf-8")
    for words in ("one to three years", "commonest way", "untrained staff", "Untrained staff"):
        assert words not in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t["task"][4].pop("source"), 'task → "1.5" → source'),
        (lambda t: t["task"][4].update(source="nobody2020"), '"nobody2020" is not in sources.toml'),
        (lambda t: t["task"][0].update(provenance_note=""), "provenance_note"),
        (lambda t: t["task"][4].update(id="1.6"), 'task "1.6": is listed 2 times'),
        (lambda t: t["outcome"][0].update(tasks=["9.9"]), "there is no task 9.9"),
        (lambda t: t["task"][4].update(annex=40), "there is no annex 40"),
        (lambda t: t["template"][0]["section"][0].update(text="{nothing}"), 'there is no fact "nothing"'),
        (lambda t: t["task"][4].update(colour="blue"), "colour"),
    ],
)
def test_a_broken_checklist_names_its_place(change, said: str) -> None:
    table = tomllib.loads((edition.folder_of() / "checklist.toml").read_text("utf-8"))
    change(table)
    with pytest.raises(EditionError) as error:
        checklist.parse(_toml(table), {source.id: source.citation for source in edition.load().source})
    assert said in str(error.value)


def test_the_command_line_gives_every_phase_and_task_with_source_and_provenance() -> None:
    done = subprocess.run([sys.executable, "-m", "framework", "checklist"], capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert [phase["number"] for phase in told["phases"]] == [1, 2, 3]
    tasks = {task["id"]: task for phase in told["phases"] for task in phase["tasks"]}
    assert set(PRINTED_TASKS) | set(RECONSTRUCTED_TASKS) == set(tasks)
    for item in (*told["phases"], *tasks.values(), *(o for phase in told["phases"] for o in phase["outcomes"])):
        assert item["source"] and item["provenance"] in ("published", "reconstructed")
    assert tasks["1.11"]["parts"][0]["id"] == "a"


def _toml(table: dict) -> str:
    """JSON is near enough to TOML's inline form for a table of strings, numbers, lists and tables."""

    def value(one: object) -> str:
        if isinstance(one, dict):
            return "{ " + ", ".join(f"{key} = {value(held)}" for key, held in one.items()) + " }"
        if isinstance(one, list):
            return "[" + ", ".join(map(value, one)) + "]"
        return json.dumps(one)

    return "\n".join(f"{key} = {value(held)}" for key, held in table.items())
