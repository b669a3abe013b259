"""Protects: what is counted in the made-up returns is what happened in the lives that they were written from, return by return."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from framework.outcomes import answers, episodes, files, periods, sample
from framework.outcomes.cells import EPOCH
from framework.outcomes.rows import OPEN

SAMPLE = Path(__file__).parents[2] / "sample_data" / "outcomes"


def read(every: list[sample.Life]) -> episodes.Reading:
    made = sample.sample_files(every).items()
    return episodes.read(files.find(files.Source(name, data) for name, data in made if not name.startswith("truth")))


def day(number: int) -> date:
    return EPOCH + timedelta(days=int(number))


@pytest.mark.parametrize("seed", [sample.SEED, 1, 2, 3])
def test_the_truth_of_the_lives_is_met_exactly(seed: int) -> None:
    every = sample.lives(seed)
    truth, reading = sample.truth(every), read(every)
    found = periods.history(reading, (sample.EXTRACT - EPOCH).days).returns
    ours = {
        (reading.ids[child], day(on), ("planned", "unplanned", "not_known")[kind], None if back == OPEN else day(back))
        for child, on, kind, back in zip(found.child, found.on, found.kind, found.back, strict=True)
    }
    assert ours == set(truth.returns) and len(truth.returns) > 200
    answered = answers.answer(reading)
    assert (answered.under_order.total, answered.under_order.broken_down) == (truth.under_order, truth.broken_down)
    assert not reading.rejected and not answered.flagged


def test_the_files_of_the_sample_are_what_the_generator_writes() -> None:
    for name, data in sample.sample_files(sample.lives()).items():
        assert (SAMPLE / name).read_bytes() == data, name


def test_the_sample_tells_a_believable_story() -> None:
    found = answers.answer(read(sample.lives()))
    one_year = found.rates["1_year"]
    assert one_year is not None and 0.12 < one_year.estimate < 0.28  # published: about 20%
    planned = found.breakdowns["planned"]
    assert planned.p is not None and planned.p < 0.05
    assert all(year.returns > 40 for year in found.years)
