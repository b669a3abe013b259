"""Protects: the re-entry rate is the Kaplan–Meier estimate with log-log intervals, and groups are compared by the log-rank test.

`scipy.stats` computes both another way, and agrees.
"""

import random
import warnings
from datetime import date

import numpy as np
import pytest
from scipy import stats

from framework.outcomes import suppression, survival, views
from framework.outcomes.cells import EPOCH
from framework.outcomes.rows import EMPTY, OPEN
from framework.outcomes.survival import FollowUp
from tests.outcomes.made import answered


def followed(days: list[int], back: list[bool]) -> FollowUp:
    return FollowUp(np.array(days, np.int32), np.array(back, bool), np.array(days, np.int32))


def drawn(seed: int, number: int) -> FollowUp:
    chance = random.Random(seed)
    return followed([chance.randrange(2, 900) for _ in range(number)], [chance.random() < 0.4 for _ in range(number)])


@pytest.mark.parametrize("seed", range(20))
def test_the_estimate_and_its_interval_are_those_of_scipy(seed: int) -> None:
    sample = drawn(seed, 5 + 7 * seed)
    curve = survival.curve(sample)
    home = stats.ecdf(stats.CensoredData.right_censored(sample.days, ~sample.back)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where there is no interval
        interval = home.confidence_interval(method="log-log")
    steps = np.array(curve.days)
    assert np.allclose(curve.share, 1 - home.evaluate(steps))
    for low, high, theirs_low, theirs_high in zip(
        curve.low, curve.high, 1 - interval.high.evaluate(steps), 1 - interval.low.evaluate(steps), strict=True
    ):
        if low is None or high is None:
            assert not np.isfinite(theirs_low) or not np.isfinite(theirs_high) or theirs_high == 1
        else:
            assert np.allclose((low, high), (theirs_low, theirs_high))


@pytest.mark.parametrize("seed", range(10))
def test_the_log_rank_test_of_two_groups_is_that_of_scipy(seed: int) -> None:
    one, other = drawn(seed, 40), drawn(seed + 100, 60)
    theirs = stats.logrank(*(stats.CensoredData.right_censored(group.days, ~group.back) for group in (one, other)))
    assert survival.log_rank([one, other]) == pytest.approx(theirs.pvalue)


def test_a_worked_example() -> None:
    # Ten returns; two come back within a year (day 50 and 100), one is followed for 60 days only.
    sample = followed([50, 60, 100, *[400] * 7], [True, False, True, *[False] * 7])
    rates = survival.rates(sample)
    assert rates["3_months"] is not None and rates["3_months"].estimate == pytest.approx(1 / 10)
    assert rates["1_year"] is not None and rates["1_year"].estimate == pytest.approx(1 - 9 / 10 * 7 / 8)
    assert rates["2_years"] is None and rates["5_years"] is None  # past the longest follow-up


def test_where_there_is_no_interval_the_estimate_stands_and_says_why() -> None:
    for sample, estimate in (
        (followed([500] * 3, [False] * 3), 0.0),
        (followed([400], [True]), 0.0),
        (followed([90, 365], [True] * 2), 1.0),
    ):
        rate = survival.rates(sample)["1_year"]
        assert rate is not None
        assert (rate.estimate, rate.low, rate.high, bool(rate.why)) == (estimate, None, None, True)
    assert survival.rates(followed([], [])) == dict.fromkeys(survival.POINTS)


def test_a_return_is_followed_to_the_reentry_the_extract_date_or_the_18th_birthday() -> None:
    def day(*when: int) -> int:
        return (date(*when) - EPOCH).days

    on = np.full(4, day(2021, 1, 1), np.int32)
    back = np.array([day(2021, 1, 11), OPEN, day(2021, 3, 1), day(2021, 2, 1)], np.int32)
    eighteenth = np.array([EMPTY, EMPTY, day(2021, 2, 1), day(2021, 2, 1)], np.int32)
    found = survival.follow_up(on, back, eighteenth, day(2021, 12, 31))
    assert found.days.tolist() == [10, 364, 31, 31]
    assert found.back.tolist() == [True, False, False, True]


def test_groups_that_cannot_be_compared_have_no_test() -> None:
    assert survival.log_rank([drawn(1, 20)]) is None
    assert survival.log_rank([followed([5, 6], [False] * 2), followed([7], [False])]) is None


def test_of_returns_that_cannot_be_followed_for_a_year_those_back_already_are_not_counted_alone() -> None:
    """Two returns of February: one child is back after a week, of the other a month is known. That is no re-entry rate of 100%."""
    one_year = [
        ("1", "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A"),
        ("2", "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A"),
    ]
    late = [("3", "01/05/2021", "S", "V2", "U6", "01/02/2023", "E4A"), ("4", "01/05/2021", "S", "V2", "U6", "01/02/2023", "E4A"),
            ("3", "08/02/2023", "S", "V2", "U6", "", ""), ("2", "01/10/2021", "S", "V2", "U6", "01/11/2021", "E8")]  # fmt: skip
    found = answered(y2023=[*one_year, *late])
    assert [(year.returns, year.followed, year.back) for year in found.years] == [(2, 2, 1), (2, 0, 0)]
    table = views.group_table(suppression.exact(found).years)
    assert table.rows[1] == ("2022-23", "2", "0", "not yet known", "not yet known")


@pytest.mark.parametrize("freedom", range(1, 14))
def test_the_tail_of_chi_squared_is_that_of_scipy(freedom: int) -> None:
    for value in (0.0, 0.01, 0.5, 3.84, 11.0, 60.0, 900.0):
        assert survival.chi_squared_tail(value, freedom) == pytest.approx(
            stats.chi2.sf(value, freedom), rel=1e-9, abs=1e-300
        )
