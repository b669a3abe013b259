"""Protects: from everything that can be exported of one set of files, no hidden number can be computed.

An attacker who knows every rule, what is published, and even the exact totals, lets an integer solver look for the least and the most
that each hidden cell could be. If these were one number, it would be known.
"""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from framework.outcomes import answers, suppression
from framework.outcomes.suppression import SMALL, Group, Published, Shown, column
from tests.outcomes.made import Row, histories, reading

# One column


def test_small_numbers_are_hidden_with_another_and_the_rest_is_rounded() -> None:
    assert column([40, 3, 20]) == [40, None, None]
    assert column([43, 3, 20, 4]) == [45, None, 20, None]
    assert column([42, 20, 0]) == [40, 20, 0]
    assert column([6, 9]) == [5, 10]


def test_two_that_pin_each_other_take_a_third_with_them() -> None:
    assert column([1, 1, 30]) == [None, None, None]  # together 2: each could only be 1
    assert column([5, 5, 30, 60]) == [None, None, None, 60]


def test_a_number_that_stands_elsewhere_too_hides_no_other() -> None:
    """8 who returned home and 3 who died: the 8 are all returns as well, so a 0 is hidden with the 3."""
    assert column([8, 3, 0, 0]) == [None, None, 0, 0]
    assert column([8, 3, 0, 0], {0}) == [10, None, None, 0]


def test_a_table_with_nothing_left_to_hide_is_not_published() -> None:
    assert column([5, 5]) is None
    assert column([3]) is None


def possible(shown: Sequence[Shown], total: int) -> list[tuple[int, int]]:
    """The least and the most that each hidden cell of a column could be, by trying: rounding leaves 2 on each side."""
    free = [place for place, cell in enumerate(shown) if cell is None]
    low = [0 if cell is None else max(cell - 2, 0 if cell == 0 else SMALL + 1) for cell in shown]
    high = [total if cell is None else (cell + 2 if cell else 0) for cell in shown]
    found = []
    for place in free:
        least = max(low[place], total - sum(high) + high[place])
        most = min(high[place], total - sum(low) + low[place])
        found.append((least, most))
    return found


@given(st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=1, max_size=9))
def test_no_hidden_cell_of_a_column_is_known_even_with_the_exact_total(counts: list[int]) -> None:
    shown = column(counts)
    if shown is None:
        return
    assert all(cell is None for cell, count in zip(shown, counts, strict=True) if 0 < count <= SMALL)
    assert all(cell is None or abs(cell - count) <= 2 for cell, count in zip(shown, counts, strict=True))
    assert all(most > least for least, most in possible(shown, sum(counts)))


# Everything that can be exported


class Attack:
    """Whole numbers that are not known, and what is known of them."""

    def __init__(self) -> None:
        self.low: list[float] = []
        self.high: list[float] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def cell(self, shown: Shown) -> int:
        if shown is None:
            self.low.append(0)
            self.high.append(10_000)
        else:
            self.low.append(0 if shown == 0 else max(SMALL + 1, shown - 2))
            self.high.append(0 if shown == 0 else shown + 2)
        return len(self.low) - 1

    def know(self, weights: dict[int, float], low: float, high: float) -> None:
        self.rows.append((weights, low, high))

    def span(self, cell: int) -> tuple[int, int]:
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(self.low))
            goal[cell] = sign
            matrix = np.zeros((len(self.rows), len(self.low)))
            for number, (weights, _, _) in enumerate(self.rows):
                for place, weight in weights.items():
                    matrix[number, place] = weight
            limits = LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])
            solved = milp(
                goal, constraints=limits, bounds=Bounds(self.low, self.high), integrality=np.ones(len(self.low))
            )
            assert solved.success, solved.message
            ends.append(round(sign * solved.fun))
        return ends[0], ends[1]

    def table(self, published: Published, totals: dict[str, int]) -> list[int]:
        """The cells of a table; returns those that are hidden."""
        hidden = []
        columns: dict[str, list[int]] = {name: [] for name in totals}
        for group in published.groups:
            cells = {name: self.cell(getattr(group, name)) for name in totals}
            for name, cell in cells.items():
                columns[name].append(cell)
                if getattr(group, name) is None:
                    hidden.append(cell)
            # Who came back was followed, and who was followed had gone home.
            self.know({cells["returns"]: 1, cells["followed"]: -1}, 0, np.inf)
            self.know({cells["followed"]: 1, cells["back"]: -1}, 0, np.inf)
        for name, cells_of in columns.items():
            if cells_of:
                self.know(dict.fromkeys(cells_of, 1.0), totals[name], totals[name])
        return hidden

    def curve(self, shared: suppression.Sharable, found: answers.Answers) -> list[int]:
        """How many were back by each of the four points, from their percentages; returns those whose percentage is hidden.

        The attacker knows how many returns there were, how many could be followed for a year, and how many of these were back. The
        estimate is no less than the share of all returns (who was followed less could still come back), and no more than what it would be
        had nobody been followed who was not followed to the end.
        """
        hidden, before = [], None
        for point in shared.points:
            back = self.cell(None)
            if before is not None:
                self.know({back: 1, before: -1}, 0, np.inf)
            self.know({back: 1}, 0, found.returns)
            if point.estimate is not None:
                self.know({back: 100}, 0, found.returns * (point.estimate + 0.5))
                if point.name in ("3_months", "1_year"):
                    self.know({back: 100}, found.followed * (point.estimate - 0.5), np.inf)
            elif point.known:
                hidden.append(back)
            if point.name == "1_year":
                self.know({back: 1}, found.back, found.back + found.returns - found.followed)
            before = back
        return hidden


def small_authority(seed: int) -> dict[str, list[Row]]:
    """Returns of so few children that much has to be hidden."""
    return histories(seed, random.Random(seed).choice((25, 60, 150)))


@pytest.mark.parametrize("seed", range(6))
def test_a_solver_cannot_compute_a_hidden_number_from_all_that_is_exported(seed: int) -> None:
    found = answers.answer(reading(**small_authority(seed)))
    shared = suppression.sharable(found)
    attack = Attack()
    totals = {"returns": found.returns, "followed": found.followed, "back": found.back}
    hidden = []
    for table in (shared.years, *shared.breakdowns.values()):
        hidden += attack.table(table, totals)
    for counts, total in ((shared.exits, sum(found.exits.values())), (shared.under_order, found.under_order.total)):
        cells = [attack.cell(shown) for _, shown in counts]
        attack.know(dict.fromkeys(cells, 1.0), total, total)
        for cell, (name, _) in zip(cells, counts, strict=True):
            if name == answers.HOME and shared.returns is not None:  # these are all returns
                attack.know({cell: 1.0}, found.returns, found.returns)
        if sum(shown is None for _, shown in counts) < len(counts):
            hidden += [cell for cell, (_, shown) in zip(cells, counts, strict=True) if shown is None]
    hidden += attack.curve(shared, found)
    assert hidden, "nothing was hidden: this history tests nothing"
    for cell in hidden:
        least, most = attack.span(cell)
        assert most > least


def test_a_rate_of_a_group_is_that_of_the_rounded_numbers() -> None:
    assert Group("", 40, 40, 10).rate == 0.25
    assert Group("", 40, 40, None).rate is None and Group("", 40, 0, 0).rate is None


@pytest.mark.parametrize("seed", range(30))
def test_no_percentage_of_the_curve_stands_for_few_children(seed: int) -> None:
    """Of fewer than 200 returns a whole per cent is nearly a count: neither what came between two points nor what is left may be small."""
    found = answers.answer(reading(**histories(seed, random.Random(seed).choice((8, 25, 60, 150)))))
    shown = [point for point in suppression.sharable(found).points if point.estimate is not None]
    last = 0
    for point in shown:
        back, still = found.reached[point.name]
        assert (back == last or back - last > SMALL) and still > SMALL
        last = back


def test_a_percentage_that_gives_away_two_children_was_shown_once() -> None:
    """Fifty returns: 6 are back after three months, 8 after a year. 12% and 16% would say that two came back in between."""
    rows: list[Row] = []
    for number in range(50):
        rows.append((str(number), "01/05/2019", "S", "V2", "U6", "01/06/2019", "E4A"))
        if number < 8:
            rows.append((str(number), "01/07/2019" if number < 6 else "01/02/2020", "S", "V2", "U6", "", ""))
    found = answers.answer(reading(y2023=rows))
    assert [found.reached[name].back for name in ("3_months", "1_year")] == [6, 8]
    assert [point.estimate for point in suppression.sharable(found).points] == [12, None, None, None]
