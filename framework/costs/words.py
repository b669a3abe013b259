"""The cost simulator in sentences: plain words first, numbers second. Nothing is computed here but how it is said."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from framework.costs import calculator
from framework.costs import scenario as sc
from framework.costs.figures import Figures

if TYPE_CHECKING:  # numpy is for those who compute
    from framework.costs.cohort import Outlook
    from framework.costs.simulation import Simulation, Swing

NOT_A_REASON = "Cost is never a reason to send a child home, or to keep one in care."
ROUNDING = (
    "Nothing is rounded on the way. The break-even is shown with two decimals; the number of children is the next whole "
    "number above it, and a whole number stays as it is."
)
INPUT_NAMES = {
    "rate": "how many children come back",
    "reentry_cost": "what a year back in care costs",
    "support_cost": "what support costs",
    "effect": "how many children the support keeps at home",
}


def money(amount: float | Decimal, *, sign: bool = False) -> str:
    """Whole pounds, half a pound up: £2,218,104. With `sign`, a gain has a plus."""
    rounded = int(Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP))
    mark = "−" if rounded < 0 else "+" if sign and rounded > 0 else ""
    return f"{mark}£{abs(rounded):,}"


def short_money(amount: float | Decimal, *, sign: bool = False) -> str:
    """For charts and narrow cells: £43k, £2.22m."""
    value = abs(float(amount))
    if value >= 999_500:
        text = f"£{value / 1e6:,.2f}m"
    elif value >= 1_000:
        text = f"£{value / 1e3:,.0f}k"
    else:
        text = f"£{value:,.0f}"
    mark = "−" if amount < 0 and text != "£0" else "+" if sign and text != "£0" else ""
    return mark + text


def number(value: float | Decimal | None, decimals: int = 2) -> str:
    """A number without trailing zeros: 7.31, 36."""
    if value is None:
        return "none"
    text = f"{Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float | Decimal | None, decimals: int = 1) -> str:
    return "none" if share is None else f"{number(Decimal(share) * 100, decimals)}%"


def children(count: int | str) -> str:
    return "1 child" if str(count) == "1" else f"{count} children"


def headline(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    """The one sentence that a committee remembers."""
    families = "1 family" if scenario.children == 1 else f"{scenario.children:,} families"
    needed = answer.breakeven_children_rounded
    if not answer.additional_support_cost:
        return f"Support for {families} adds no spending, so every child who stays at home is a saving."
    if needed is None:
        return f"Support for {families} cannot pay for itself here, because coming back into care costs nothing."
    if needed > answer.expected_reentries:
        return (
            f"Support for {families} would not pay for itself by savings alone: it would take "
            f"{children(f'{needed:,}')} more at home, and {children(number(answer.expected_reentries))} are expected "
            "to come back."
        )
    more = "1 more child stays" if needed == 1 else f"{needed:,} more children stay"
    return f"Support for {families} pays for itself if {more} at home."


def without_support(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    stay = "a year" if scenario.months == 12 else f"{scenario.months} months" if scenario.months > 1 else "a month"
    comes = "comes" if answer.expected_reentries == 1 else "come"
    return (
        f"{number(answer.expected_reentries)} of {children(f'{scenario.children:,}')} {comes} back. At {stay} of care "
        f"each, that costs {money(answer.expected_cost)}."
    )


def with_support(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    new = (
        "all of it new spending"
        if scenario.additional == 1
        else f"of which {money(answer.additional_support_cost)} is new spending"
    )
    net = answer.net_position(scenario.kept)
    kept = (
        "1 more child"
        if scenario.kept == 1
        else f"{scenario.kept:,} more children"
        if scenario.kept
        else "no more children"
    )
    if net == 0:
        result = "the authority is exactly where it was"
    else:
        result = f"the authority is {money(abs(net))} {'better' if net > 0 else 'worse'} off"
    return f"Support costs {money(answer.support_cost)}, {new}. With {kept} at home, {result}."


def breakeven(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    if answer.breakeven_rate is None:
        return "No re-entry rate is low enough to pay for the support."
    return (
        f"Support has paid for itself when {percent(answer.breakeven_rate)} or fewer come back, "
        f"instead of {percent(scenario.rate)}."
    )


def years(scenario: sc.Scenario, outlook: "Outlook") -> str:
    """What the years say."""
    span = "the first year" if scenario.years == 1 else f"{scenario.years} years"
    if not scenario.kept and not any(year.support for year in outlook.years):
        return f"Over {span} nothing changes: there is no new spending and no child is kept at home."
    if outlook.turns:
        turn = f"The position turns in year {outlook.turns.number} ({outlook.turns.label})"
    else:
        turn = "The position does not turn within this time"
    end = "then" if scenario.years == 1 else f"after {span}"
    gain = "ahead" if outlook.position >= 0 else "behind"
    return f"{turn}; {end} the authority is {money(abs(outlook.position))} {gain}, in today's worth."


def years_title(scenario: sc.Scenario, outlook: "Outlook") -> str:
    """What to see in the chart of the years."""
    if outlook.turns:
        return f"Support has paid for itself by the end of year {outlook.turns.number}"
    return f"Support has not paid for itself within {'a year' if scenario.years == 1 else f'{scenario.years} years'}"


def in_a_hundred(chance: float) -> str:
    """A chance as people picture it; never certain, since it is drawn."""
    if chance >= 0.995:
        return "more than 99 in 100"
    if chance <= 0.005:
        return "fewer than 1 in 100"
    return f"about {round(chance * 100)} in 100"


def uncertainty(scenario: sc.Scenario, simulation: "Simulation", most: "Swing | None") -> str:
    end = simulation.end
    span = "a year" if scenario.years == 1 else f"{scenario.years} years"
    matters = f" What matters most is {INPUT_NAMES[most.name]}." if most else ""
    return (
        f"In {in_a_hundred(end.chance)} futures, support has paid for itself within {span}. In 8 of 10, the result lies "
        f"between {money(end.low80, sign=True)} and {money(end.high80, sign=True)}.{matters}"
    )


def uncertainty_title(scenario: sc.Scenario, simulation: "Simulation") -> str:
    span = "a year" if scenario.years == 1 else f"{scenario.years} years"
    said = in_a_hundred(simulation.end.chance)
    return f"{said[0].upper()}{said[1:]} futures break even within {span}"


def tornado_title(most: "Swing | None") -> str:
    if most is None:
        return "None of the ranges moves the result"
    name = INPUT_NAMES[most.name]
    return f"{name[0].upper()}{name[1:]} moves the result most"


def map_title(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    if not answer.additional_support_cost:
        return "Without new spending, every cell pays for itself"
    if answer.breakeven_children_rounded is None:
        return "No number of children kept at home pays for the support"
    return f"Support pays for itself from {children(f'{answer.breakeven_children_rounded:,}')} kept at home"


def compare_title(best: str) -> str:
    return f"“{best}” leaves the authority best off"


def source_of(figures: Figures, scenario: sc.Scenario, name: str) -> str:
    """Where the figure in a field comes from, in a few words."""
    edition = sc.edition_of(figures, scenario)
    year = scenario.price_year
    raised = ""
    if scenario.uprating != 1:
        raised = f", times {number(scenario.uprating, 4)}" + (f" for {year} prices" if year else "")
    if name == "reentry_cost":
        if scenario.reentry_cost is not None:
            return f"Your own figure. Published: £{sc.published_reentry_cost(figures, scenario):,.0f}"
        return f"{edition.label}, {edition.price_year} prices{raised}"
    if name == "support_cost":
        if scenario.support_cost is not None:
            return f"Your own figure. Published: £{sc.published_support_cost(figures, scenario):,.0f}"
        which = "your mix of needs" if scenario.mix else "average"
        return f"{edition.label}, {which}, {edition.price_year} prices{raised}"
    usual = sc.default(figures)
    if name in ("children", "rate"):
        return "The published example" if getattr(scenario, name) == getattr(usual, name) else "Your own figure"
    if name == "kept":
        return "Your assumption; the example needs 8"
    if name == "additional":
        return "Part of the support may already be paid for"
    if name == "months":
        return "The published example counts one year"
    if name == "discount":
        return "HM Treasury, Green Book" if scenario.discount == figures.discount.rate else "Your own rate"
    return ""
