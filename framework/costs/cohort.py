"""Years, not a year: when one year's children come back, and when what they cost and what support costs falls due.

The model runs in months. Children go home evenly over the cohort's months, each at the beginning of a month. Between
the points of a curve they come back evenly; after its last point nobody does. A child who comes back is in care from
that month on for the months entered; support is paid for evenly over the twelve months after the return. The curve
says when, the re-entry rate says how many. Costs that fall after the last year are not counted.
"""

from calendar import month_abbr
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import ceil

import numpy as np

from framework.costs import calculator, model
from framework.costs.figures import LONGEST, Figures

HALF_A_PENNY = 0.005
"""A position this close below zero has turned: floating-point dust is not a loss."""


@dataclass(frozen=True, slots=True)
class Timing:
    """For one child of the cohort, what share of each cost falls in each year."""

    reentered: tuple[float, ...]
    """Of all who come back, the share that has by the end of each year."""
    care: tuple[float, ...]
    """Years of care that fall in each year, for each child who comes back."""
    support: tuple[float, ...]
    """Share of the support that is paid for in each year, for each child who went home."""


@lru_cache(maxsize=256)
def timing(points: tuple[tuple[int, Decimal], ...], cohort_months: int, care_months: int, years: int) -> Timing:
    """When things happen. Row t of every array is the end of month t+1, counted from the cohort's first day."""
    months = np.arange(1, LONGEST + 1)
    at = [0, *(month for month, _ in points)]
    share = [0.0, *(float(share) for _, share in points)]
    back = np.interp(months, at, share) / share[-1]
    summed = np.concatenate([[0.0], np.cumsum(back)])
    reentered = (summed[1:] - summed[np.maximum(months - cohort_months, 0)]) / cohort_months
    padded = np.concatenate([[0.0], reentered])
    in_care = reentered - padded[np.maximum(months - care_months, 0)]
    home = np.minimum(months, cohort_months) / cohort_months
    supported = home - np.minimum(np.maximum(months - model.SUPPORT_MONTHS, 0), cohort_months) / cohort_months
    return Timing(
        reentered=tuple(reentered[11 : 12 * years : 12].tolist()),
        care=tuple((in_care[: 12 * years].reshape(years, 12).sum(axis=1) / 12).tolist()),
        support=tuple((supported[: 12 * years].reshape(years, 12).sum(axis=1) / model.SUPPORT_MONTHS).tolist()),
    )


def timing_of(figures: Figures, scenario: model.Scenario) -> Timing:
    return timing(model.points(figures, scenario), scenario.cohort_months, scenario.months, scenario.years)


@dataclass(frozen=True, slots=True)
class Year:
    """One year, money in the prices of the scenario; `discounted` and `cumulative` at what they are worth in year 1."""

    number: int
    label: str
    back_without: float
    """Children who have come back by the end of the year, all told, without the support."""
    back_with: float
    care_without: float
    care_with: float
    support: float
    """What support costs in the year that would not be spent anyway."""
    factor: float
    discounted: float
    cumulative: float

    @property
    def net(self) -> float:
        """What the authority is better off by in this year; negative if it is worse off."""
        return self.care_without - self.care_with - self.support


@dataclass(frozen=True, slots=True)
class Outlook:
    """All years, and the first one from which the cumulative position stays at or above zero."""

    years: tuple[Year, ...]
    turns: Year | None

    @property
    def position(self) -> float:
        """The cumulative position at the end."""
        return self.years[-1].cumulative


def factors(discount: float, years: int) -> tuple[float, ...]:
    """What a pound of each year is worth in year 1, which counts in full."""
    return tuple((1 + discount) ** -year for year in range(years))


def outlook(figures: Figures, scenario: model.Scenario) -> Outlook:
    """The scenario over its years, with and without the support. Raises ValueError where its effect is not given."""
    when = timing_of(figures, scenario)
    answer = model.answer_of(figures, scenario)
    reentries, kept = float(answer.expected_reentries), kept_of(scenario, answer)
    care = float(model.reentry_cost(figures, scenario))
    support = float(model.support_cost(figures, scenario) * scenario.additional * scenario.children)
    years: list[Year] = []
    cumulative = 0.0
    for index, factor in enumerate(factors(float(scenario.discount), scenario.years)):
        without = reentries * care * when.care[index]
        with_support = (reentries - kept) * care * when.care[index]
        paid = support * when.support[index]
        discounted = (kept * care * when.care[index] - paid) * factor
        cumulative += discounted
        years.append(
            Year(
                number=index + 1,
                label=label(scenario, index),
                back_without=reentries * when.reentered[index],
                back_with=(reentries - kept) * when.reentered[index],
                care_without=without,
                care_with=with_support,
                support=paid,
                factor=factor,
                discounted=discounted,
                cumulative=cumulative,
            )
        )
    return Outlook(tuple(years), _turns(years))


def kept_of(scenario: model.Scenario, answer: calculator.Answer) -> float:
    """How many children the support keeps at home. Raises ValueError where nobody has said so."""
    number = model.kept(scenario, answer)
    if number is None:
        raise ValueError("the effect of the support is not given")
    return float(number)


def needed(figures: Figures, scenario: model.Scenario) -> int | None:
    """The least number of children kept at home with which the position at the end is not below zero; None if none is."""
    when, worth = timing_of(figures, scenario), factors(float(scenario.discount), scenario.years)
    saved = float(model.reentry_cost(figures, scenario)) * sum(c * w for c, w in zip(when.care, worth, strict=True))
    new = float(model.support_cost(figures, scenario) * scenario.additional * scenario.children)
    spent = new * sum(s * w for s, w in zip(when.support, worth, strict=True)) - HALF_A_PENNY
    if spent <= 0:
        return 0
    return ceil(spent / saved) if saved else None


def _turns(years: Sequence[Year]) -> Year | None:
    turned = None
    for year in reversed(years):
        if year.cumulative < -HALF_A_PENNY:
            break
        turned = year
    return turned


def label(scenario: model.Scenario, index: int) -> str:
    """ "Apr 2026 to Mar 2027"."""
    first = scenario.start.year * 12 + scenario.start.month - 1 + 12 * index
    last = first + 11
    return f"{month_abbr[first % 12 + 1]} {first // 12} to {month_abbr[last % 12 + 1]} {last // 12}"
