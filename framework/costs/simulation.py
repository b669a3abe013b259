"""Uncertainty: what the position might be when the figures are not known exactly.

Each of four figures is drawn from a triangle between its lowest and highest value with its peak at the one entered,
independently of the others: how many children come back, what a year in care costs, what support costs, and how many
children support keeps at home. Where more children come back, support keeps proportionally more at home. The draws
are seeded: the same scenario always gives the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framework.costs import cohort, model
from framework.costs.figures import Figures

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
BINS = 40


@dataclass(frozen=True, slots=True)
class Spread:
    """Lowest, most likely and highest value of one figure."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    def draw(self, generator: np.random.Generator, size: int) -> np.ndarray:
        if self.low == self.high:
            return np.full(size, self.low)
        return generator.triangular(self.low, self.mode, self.high, size)


@dataclass(frozen=True, slots=True)
class Spreads:
    """The four figures that are not known exactly. `effect` is the share of the re-entries that support prevents."""

    rate: Spread
    reentry_cost: Spread
    support_cost: Spread
    effect: Spread


@dataclass(frozen=True, slots=True)
class Bin:
    low: float
    high: float
    share: float
    """Of all draws."""


@dataclass(frozen=True, slots=True)
class YearSpread:
    """The cumulative position at the end of a year: the middle, and the limits of the 80% and the 95% interval."""

    label: str
    low95: float
    low80: float
    median: float
    high80: float
    high95: float
    chance: float
    """Share of the draws in which support has paid for itself by then."""


@dataclass(frozen=True, slots=True)
class Simulation:
    draws: int
    years: tuple[YearSpread, ...]
    bins: tuple[Bin, ...]
    """The position at the end of the last year."""
    mean: float
    expected: float
    """The mean as worked out without drawing."""
    error: float
    """Standard error of `mean`."""

    @property
    def end(self) -> YearSpread:
        return self.years[-1]


def spreads(figures: Figures, scenario: model.Scenario) -> Spreads:
    """The four figures with their ranges, none beyond what is possible. Raises ValueError where the effect is not given."""
    rate = float(scenario.rate)
    answer = model.answer_of(figures, scenario)
    effect = cohort.kept_of(scenario, answer) / float(answer.expected_reentries) if scenario.rate else 0.0
    return Spreads(
        rate=_spread(rate, scenario.rate_range, 1.0),
        reentry_cost=_spread(float(model.reentry_cost(figures, scenario)), scenario.reentry_range),
        support_cost=_spread(float(model.support_cost(figures, scenario)), scenario.support_range),
        effect=_spread(effect, scenario.effect_range, 1.0),
    )


def _spread(mode: float, range_: tuple[int, int], most: float = float("inf")) -> Spread:
    low, high = range_
    # min and max: a hundred hundredths of a binary fraction may lie a bit beside it, and a triangle needs its peak inside.
    return Spread(min(mode, mode * (100 + low) / 100), mode, max(mode, min(most, mode * (100 + high) / 100)))


def _weights(figures: Figures, scenario: model.Scenario) -> tuple[np.ndarray, np.ndarray]:
    """By the end of each year: discounted years of care for each re-entry, discounted share of the support."""
    when = cohort.timing_of(figures, scenario)
    worth = np.array(cohort.factors(float(scenario.discount), scenario.years))
    return np.cumsum(np.array(when.care) * worth), np.cumsum(np.array(when.support) * worth)


def simulate(figures: Figures, scenario: model.Scenario, draws: int = model.DRAWS) -> Simulation:
    """Draw the position at the end of each year `draws` times."""
    generator = np.random.default_rng(scenario.seed)
    spread = spreads(figures, scenario)
    care, support = _weights(figures, scenario)
    new_support = scenario.children * float(scenario.additional)
    saved = spread.rate.draw(generator, draws)
    saved *= spread.reentry_cost.draw(generator, draws)
    saved *= spread.effect.draw(generator, draws)
    saved *= scenario.children
    spent = spread.support_cost.draw(generator, draws)
    spent *= new_support
    # A row a year. Sorted, every quantile and every chance is a look-up, which is three times as quick as np.quantile.
    positions = np.multiply.outer(care, saved) - np.multiply.outer(support, spent)
    mean, deviation = float(positions[-1].mean()), float(positions[-1].std(ddof=1))
    expected = (
        scenario.children * spread.rate.mean * spread.reentry_cost.mean * spread.effect.mean * care[-1]
        - new_support * spread.support_cost.mean * support[-1]
    )
    positions.sort(axis=1)
    ranks = np.array(LEVELS) * (draws - 1)
    below = ranks.astype(int)
    between = ranks - below
    quantiles = positions[:, below] * (1 - between) + positions[:, np.minimum(below + 1, draws - 1)] * between
    chances = [1 - np.searchsorted(row, -cohort.HALF_A_PENNY) / draws for row in positions]
    years = []
    for index in range(scenario.years):
        low95, low80, median, high80, high95 = quantiles[index].tolist()
        label, chance = cohort.label(scenario, index), float(chances[index])
        years.append(YearSpread(label, low95, low80, median, high80, high95, chance))
    return Simulation(draws, tuple(years), _bins(positions[-1]), mean, float(expected), deviation / draws**0.5)


def _bins(values: np.ndarray) -> tuple[Bin, ...]:
    """A histogram in round numbers with a border at zero, so that no bar lies on both sides of it."""
    low, high = float(values.min()), float(values.max())
    width = round_step((high - low) / BINS) if high > low else max(abs(high) / 10, 1.0)
    first, last = int(np.floor(low / width)), int(np.floor(high / width)) + 1
    edges = np.arange(first, last + 1) * width
    counts, _ = np.histogram(values, edges)
    shares = (counts / len(values)).tolist()
    return tuple(Bin(float(a), float(b), s) for a, b, s in zip(edges[:-1], edges[1:], shares, strict=True))


def round_step(step: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(next(power * n for n in (1, 2, 2.5, 5, 10) if power * n >= step * 0.999999))


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one figure alone moves the position at the end, all others as entered."""

    name: str
    low: float
    high: float
    at_low: float
    """The position with the figure at its lowest."""
    at_high: float
    base: float

    @property
    def width(self) -> float:
        return abs(self.at_high - self.at_low)


def tornado(figures: Figures, scenario: model.Scenario) -> tuple[Swing, ...]:
    """What each figure's range does to the position at the end, the widest first."""
    spread = spreads(figures, scenario)
    care, support = _weights(figures, scenario)
    centre = {name: getattr(spread, name).mode for name in ("rate", "reentry_cost", "support_cost", "effect")}

    def position(values: dict[str, float]) -> float:
        saved = scenario.children * values["rate"] * values["effect"] * values["reentry_cost"] * care[-1]
        spent = scenario.children * float(scenario.additional) * values["support_cost"] * support[-1]
        return float(saved - spent)

    base = position(centre)
    swings = []
    for name in centre:
        range_: Spread = getattr(spread, name)
        swings.append(
            Swing(
                name=name,
                low=range_.low,
                high=range_.high,
                at_low=position({**centre, name: range_.low}),
                at_high=position({**centre, name: range_.high}),
                base=base,
            )
        )
    return tuple(sorted(swings, key=lambda swing: -swing.width))


def matter_most(swings: Sequence[Swing]) -> tuple[Swing, ...]:
    """The figures that move the position most: several where they move it alike, none if nothing moves it."""
    widest = max((swing.width for swing in swings), default=0.0)
    if widest <= cohort.HALF_A_PENNY:
        return ()
    return tuple(swing for swing in swings if swing.width >= widest * (1 - 1e-9) - cohort.HALF_A_PENNY)
