"""Protects: the sample case follows the rules on whatever day it is loaded, and shows its three failed returns."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from framework.casefile import Casefile, reading, sample
from framework.casefile.model import fold
from framework.people.model import person_id
from framework.streams.policy import OPEN
from framework.workspace import Workspace
from tests.casefile.made import EVERYWHERE, NOW


def loaded(now: datetime = NOW) -> Casefile:
    return fold(sample.load(now, lambda role: f"p-{role}"))


@pytest.mark.parametrize(
    "now",
    [
        NOW,
        datetime(2026, 12, 1, 0, 0, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 0, tzinfo=UTC),
        datetime(2031, 3, 31, tzinfo=UTC),
    ],
)
def test_the_sample_follows_the_rules_whenever_it_is_loaded(now: datetime) -> None:
    state, today = loaded(now), now.date()
    assert state.invented and state.id == sample.SAMPLE and reading.look_again(state, today) == []
    assert reading.who(state, today).endswith("12 years") and reading.status_on(state, today) == "s31"
    shown = reading.timeline(state, today)
    assert len(shown.returns) == 3 and len(shown.rows) > 7
    assert all((one.end - one.start).days < 250 for one in shown.returns)


def test_after_each_return_comes_the_event_that_ended_it() -> None:
    """What the chart is to show at a glance."""
    state = loaded()
    for back in reading.timeline(state, NOW.date()).returns:
        inside = [one for one in state.entries.values() if one.sort in ("neglect", "harm")]
        assert any(back.start < date.fromisoformat(one.since) <= back.end for one in inside)


def test_the_sample_leaves_gaps_that_a_panel_would_ask_about() -> None:
    missing = [one.what for one in reading.missing(loaded(), NOW.date())]
    assert missing == ["who was second worker", "whether Father has parental responsibility"][:1]


def test_a_meeting_can_read_the_sample() -> None:
    found = reading.bundle(loaded(), NOW.date())
    assert (
        found.fictional and "Counsel" not in found.model_dump_json() and "psychologist" not in found.model_dump_json()
    )
    assert found.carers == {"a1": "Carer A (mother)"} and len(found.child_words.said) == 3


def test_a_line_that_breaks_a_rule_is_named(tmp_path: Path) -> None:
    file = tmp_path / "casefile.toml"
    file.write_text(sample.FILE.read_text("utf-8").replace('until = "2018-09-24"', 'until = "2017-01-01"'), "utf-8")
    with pytest.raises(sample.SampleError, match="before"):
        sample.load(NOW, lambda role: f"p-{role}", file)
    file.write_text(sample.FILE.read_text("utf-8").replace('since = "2016-11"', 'since = "winter"'), "utf-8")
    with pytest.raises(sample.SampleError, match="“winter” is not a date"):
        sample.load(NOW, lambda role: f"p-{role}", file)


def test_the_first_start_of_an_open_app_loads_it_once_for_its_team_and_for_everybody_there(database_url: str) -> None:
    for _ in range(2):
        work = Workspace.open(database_url)
        assert [one.reference for one in work.casefiles.listing(EVERYWHERE)] == ["SAMPLE 3"]
        worker = work.people.actor(person_id("invented", "practitioner"))
        assert OPEN not in worker.roles and work.casefiles.view(sample.SAMPLE, worker).called == "Rowan"
        trainer = work.people.actor(person_id("invented", "trainer"))
        assert work.casefiles.view(sample.SAMPLE, trainer) == Casefile() and work.casefiles.listing(trainer) == []
        head = work.casefiles.view(sample.SAMPLE, EVERYWHERE).version
        work.store.close()
    assert head == len(sample.load(NOW, lambda role: role))
