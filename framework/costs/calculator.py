"""The published calculation (the checklist's Annex 3), in decimal arithmetic: what failed returns cost in a year, what
support costs, and how many more children have to stay at home for it to pay for itself.

Nothing is rounded on the way. As in the source, the break-even is shown with two decimals, half a unit up (7.31), and
its whole number is the next one above the exact figure (8); a figure that is whole already is not raised. Only the
additional share of support is set against what re-entries cost, since the rest is spent anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

MOST_CHILDREN = 1_000_000
MOST_MONEY = Decimal(100_000_000)
LONGEST = 120

PENNY = Decimal("0.01")
# Long enough that nothing a person or a program can enter is rounded by the arithmetic itself.
_EXACT = Context(prec=80)


class InvalidInput(ValueError):
    """An input that cannot be used; the message names the key and says why."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the calculation starts from. Money is pounds a child; the rate and the share are of 1."""

    children: int
    reentry_rate: Decimal
    reentry_cost: Decimal
    support_cost: Decimal
    additional_share: Decimal = Decimal(1)
    reentry_months: int = 12
    """How long a child who comes back stays, on average."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes out, exact. None where there is no answer: nothing is divided by zero."""

    expected_reentries: Decimal
    expected_cost: Decimal
    support_cost: Decimal
    additional_support_cost: Decimal
    cost_of_one: Decimal
    """What one child who comes back costs, for as long as it stays."""
    breakeven_children: Decimal | None
    breakeven_children_rounded: int | None
    breakeven_rate: Decimal | None
    """The re-entry rate at which support has paid for itself; None if even a rate of 0 would not do."""

    @property
    def reachable(self) -> bool:
        """Whether as many children as it takes would come back in the first place."""
        return self.breakeven_rate is not None

    def net_position(self, kept_home: Decimal | int) -> Decimal:
        """What the authority has gained when so many more children stay at home; negative if support cost more."""
        with localcontext(_EXACT):
            return kept_home * self.cost_of_one - self.additional_support_cost

    def total_cost(self, kept_home: Decimal | int) -> Decimal:
        """What is spent on children who come back and on additional support together."""
        with localcontext(_EXACT):
            return (self.expected_reentries - kept_home) * self.cost_of_one + self.additional_support_cost


def calculate(inputs: Inputs) -> Answer:
    """The published calculation for one year's children."""
    with localcontext(_EXACT):
        one = inputs.reentry_cost * inputs.reentry_months / 12
        reentries = inputs.children * inputs.reentry_rate
        support = inputs.children * inputs.support_cost
        additional = support * inputs.additional_share
        # In twelfths: a twelfth of a sum may have no last digit, and what is cut off would make it one child more.
        exact, whole = _breakeven(additional * 12, inputs.reentry_cost * inputs.reentry_months)
        rate = None if exact is None else inputs.reentry_rate - exact / inputs.children
        return Answer(
            expected_reentries=reentries,
            expected_cost=reentries * one,
            support_cost=support,
            additional_support_cost=additional,
            cost_of_one=one,
            breakeven_children=exact,
            breakeven_children_rounded=whole,
            breakeven_rate=None if rate is None or rate < 0 else rate,
        )


def _breakeven(additional: Decimal, one: Decimal) -> tuple[Decimal | None, int | None]:
    if not additional:
        return Decimal(0), 0
    if not one:
        return None, None
    return additional / one, int(additional // one) + (1 if additional % one else 0)


def pence(money: Decimal) -> Decimal:
    """Pounds and pence, half a penny up."""
    with localcontext(_EXACT):
        return money.quantize(PENNY, ROUND_HALF_UP)


# ── The command line's JSON ──────────────────────────────────────────────────────────────────────────────────────────

_REQUIRED = ("children", "reentry_rate", "reentry_cost", "support_cost")
_OPTIONAL = ("additional_share", "reentry_months", "children_kept_home")


def parse(data: object) -> tuple[Inputs, int]:
    """Inputs, and the number of children kept at home, from a parsed JSON object. Raises InvalidInput."""
    if not isinstance(data, Mapping):
        raise InvalidInput("The input must be a JSON object.")
    for key in data:
        if key not in (*_REQUIRED, *_OPTIONAL):
            raise InvalidInput(f'"{key}" is not a known key. Known are {", ".join((*_REQUIRED, *_OPTIONAL))}.')
    for key in _REQUIRED:
        if key not in data:
            raise InvalidInput(f'"{key}" is missing.')
    inputs = Inputs(
        children=_whole(data, "children", 1, MOST_CHILDREN),
        reentry_rate=_number(data, "reentry_rate", Decimal(1), " (0.45 for 45%)"),
        reentry_cost=_number(data, "reentry_cost", MOST_MONEY),
        support_cost=_number(data, "support_cost", MOST_MONEY),
        additional_share=_number(data, "additional_share", Decimal(1)) if "additional_share" in data else Decimal(1),
        reentry_months=_whole(data, "reentry_months", 1, LONGEST) if "reentry_months" in data else 12,
    )
    kept = _whole(data, "children_kept_home", 0, MOST_CHILDREN) if "children_kept_home" in data else 0
    expected = calculate(inputs).expected_reentries
    if kept > expected:
        raise InvalidInput(
            f'"children_kept_home" is {kept}, more than the {pence(expected).normalize():f} children who are expected '
            "to come back."
        )
    return inputs, kept


def as_json(inputs: Inputs, kept: int) -> dict[str, float | int | bool | None]:
    """The answer as the command line prints it: pounds and pence, rates with four decimals."""
    answer = calculate(inputs)
    return {
        "expected_reentries": _rounded(answer.expected_reentries),
        "expected_cost": _rounded(answer.expected_cost),
        "support_cost": _rounded(answer.support_cost),
        "additional_support_cost": _rounded(answer.additional_support_cost),
        "breakeven_children": _rounded(answer.breakeven_children),
        "breakeven_children_rounded": answer.breakeven_children_rounded,
        "breakeven_rate": _rounded(answer.breakeven_rate, Decimal("0.0001")),
        "breakeven_reachable": answer.reachable,
        "children_kept_home": kept,
        "net_position": _rounded(answer.net_position(kept)),
    }


def _rounded(number: Decimal | None, to: Decimal = PENNY) -> float | int | None:
    if number is None:
        return None
    with localcontext(_EXACT):
        number = number.quantize(to, ROUND_HALF_UP)
    return int(number) if number == number.to_integral_value() else float(number)


def _number(data: Mapping[str, Any], key: str, most: Decimal, hint: str = "") -> Decimal:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise InvalidInput(f'"{key}" must be a number, without quotation marks.')
    number = Decimal(str(value))  # of a float, the digits as they were typed
    if not number.is_finite() or not 0 <= number <= most:
        raise InvalidInput(f'"{key}" must be from 0 to {most:,}{hint}.')
    return number


def _whole(data: Mapping[str, Any], key: str, least: int, most: int) -> int:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise InvalidInput(f'"{key}" must be a whole number, without quotation marks.')
    number = Decimal(str(value))
    if not number.is_finite() or number != number.to_integral_value() or not least <= number <= most:
        raise InvalidInput(f'"{key}" must be a whole number from {least} to {most:,}.')
    return int(number)
