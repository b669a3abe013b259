"""The cost simulator in sentences: plain words first, numbers second. Nothing is computed here but how it is said."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from framework.costs import calculator
from framework.costs import scenario as sc
from framework.costs.figures import Curve, Figures
from framework.costs.keeping import Change

if TYPE_CHECKING:  # numpy is for those who compute
    from framework.costs.cohort import Outlook
    from framework.costs.simulation import Simulation, Swing

NOT_A_REASON = "Cost is never a reason to send a child home, or to keep one in care."
ROUNDING = (
    "Nothing is rounded on the way. The break-even is shown with two decimals. The number of children is the next whole "
    "number above it; a whole number stays as it is."
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
        return f"Support for {families} adds no new spending, so there is nothing to earn back."
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
    verb = "is" if answer.expected_reentries == 1 else "are"
    return (
        f"{number(answer.expected_reentries)} of {children(f'{scenario.children:,}')} {verb} expected to come back into "
        f"care. At {stay} of care each, that costs {money(answer.expected_cost)}."
    )


def with_support(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    new = (
        "all of it new spending"
        if scenario.additional == 1
        else f"of which {money(answer.additional_support_cost)} is new spending"
    )
    net = answer.net_position(sc.kept(scenario, answer))
    result = "exactly where it was" if net == 0 else f"{money(abs(net))} {better(net)} off"
    return (
        f"Support costs {money(answer.support_cost)}, {new}. With {more_at_home(scenario, answer)}, the authority is "
        f"{result}."
    )


def better(net: float | Decimal) -> str:
    return "better" if net > 0 else "worse"


def more_at_home(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    kept = sc.kept(scenario, answer)
    return (
        "1 more child at home"
        if kept == 1
        else f"{kept:,} more children at home"
        if kept
        else "no more children at home"
    )


def breakeven(scenario: sc.Scenario, answer: calculator.Answer) -> str:
    if not answer.additional_support_cost:
        return "Whatever the re-entry rate, there is no new spending to earn back."
    if answer.breakeven_rate is None:
        return "No re-entry rate is low enough to pay for the support."
    return (
        f"Support has paid for itself when {percent(answer.breakeven_rate)} or fewer come back, "
        f"instead of {percent(scenario.rate)}."
    )


def prices(figures: Figures, scenario: sc.Scenario) -> str:
    """Whose prices all the money is at: a study's figures are not what things cost today."""
    own = (scenario.reentry_cost is not None, scenario.support_cost is not None)
    if all(own):
        return "All money is at the prices of your own figures."
    at = f"{sc.edition_of(figures, scenario).price_year} prices"
    if scenario.uprating != 1:
        at += f", times {number(scenario.uprating, 4)}" + (f" for {scenario.price_year}" if scenario.price_year else "")
    if any(own):
        return f"The published figure is at {at}; your own is as you entered it."
    return f"All money is at {at}."


def years(scenario: sc.Scenario, outlook: "Outlook") -> str:
    """What the years say."""
    span = "the first year" if scenario.years == 1 else f"{scenario.years} years"
    if not any(year.support or year.care_with != year.care_without for year in outlook.years):
        return f"Over {span} nothing changes: no money is spent, and none is saved."
    if outlook.turns:
        turn = f"Support has paid for itself by the end of year {outlook.turns.number} ({outlook.turns.label})."
    else:
        turn = "Support has not paid for itself within this time."
    end = "Then" if scenario.years == 1 else f"After {span}"
    gain = "ahead" if outlook.position >= 0 else "behind"
    return f"{turn} {end} the authority is {money(abs(outlook.position))} {gain}, at today's value."


def years_note(scenario: sc.Scenario, answer: calculator.Answer, outlook: "Outlook") -> str:
    """Why the years may still say no where the break-even above says yes; empty where they agree."""
    if outlook.turns or answer.net_position(sc.kept(scenario, answer)) < 0:
        return ""
    return (
        "The break-even above counts everything that this year's children cost, whenever it falls. Here, savings come as "
        f"late as children would have come back. Later money counts for less ({percent(scenario.discount)} a year), and "
        "what falls after the last year is not counted."
    )


def years_title(scenario: sc.Scenario, outlook: "Outlook") -> str:
    """What to see in the chart of the years."""
    if outlook.turns:
        return f"Support has paid for itself by the end of year {outlook.turns.number}"
    return f"Support has not paid for itself within {'a year' if scenario.years == 1 else f'{scenario.years} years'}"


def in_a_hundred(chance: float) -> str:
    """A chance as people picture it; never certain, since it is drawn."""
    if chance >= 0.995:
        return "more than 99 of 100"
    if chance <= 0.005:
        return "fewer than 1 of 100"
    return f"about {round(chance * 100)} of 100"


def chance(share: float) -> str:
    """The same for a cell of a table."""
    return "over 99%" if share >= 0.995 else "under 1%" if share <= 0.005 else percent(share, 0)


def uncertainty(scenario: sc.Scenario, simulation: "Simulation", most: "Swing | None") -> str:
    end = simulation.end
    span = "a year" if scenario.years == 1 else f"{scenario.years} years"
    matters = f" What matters most is {INPUT_NAMES[most.name]}." if most else ""
    return (
        f"{simulation.draws:,} possible futures are drawn, with each figure somewhere in its range. In "
        f"{in_a_hundred(end.chance)}, support has paid for itself within {span}. In 80 of 100 the result lies "
        f"between {money(end.low80, sign=True)} and {money(end.high80, sign=True)}, in 95 of 100 between "
        f"{money(end.low95, sign=True)} and {money(end.high95, sign=True)}.{matters}"
    )


def uncertainty_title(scenario: sc.Scenario, simulation: "Simulation") -> str:
    span = "a year" if scenario.years == 1 else f"{scenario.years} years"
    return f"Support pays for itself within {span} in {in_a_hundred(simulation.end.chance)} possible futures"


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


def compare_title(positions: Sequence[float]) -> str:
    """What to see in the chart of scenarios; it praises none of them, for what they assume may differ."""
    low, high = money(min(positions), sign=True), money(max(positions), sign=True)
    if len(positions) == 1:
        return f"This scenario ends at {low}"
    return f"These scenarios {f'all end at {low}' if low == high else f'end between {low} and {high}'}"


def compare_note(scenarios: Sequence[sc.Scenario]) -> str:
    """What does not compare."""
    names = {"children": "numbers of children", "years": "numbers of years", "discount": "discount rates"}
    differ = [said for name, said in names.items() if len({getattr(one, name) for one in scenarios}) > 1]
    if not differ:
        return ""
    return f"They look at different {' and '.join(differ)}, so their positions do not compare directly."


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
        if scenario.kept is not None:
            return "Your own assumption"
        return f"{percent(scenario.usual_effect)} of those who would come back, as in the published example"
    if name == "additional":
        return "Enter less if part of the support is being paid for already"
    if name == "months":
        return "The published example counts one year"
    if name == "discount":
        return "HM Treasury, Green Book" if scenario.discount == figures.discount.rate else "Your own rate"
    return ""


# ── Published figures that have changed since ────────────────────────────────────────────────────────────────────────

FIGURE_NAMES = {
    "reentry_cost": "cost of a year back in care",
    "support_average": "average cost of support",
    "support_low": "cost of support for low need",
    "support_medium": "cost of support for medium need",
    "support_high": "cost of support for high need",
    "discount": "discount rate",
    "usual_effect": "share of children kept at home by the support",
    "curve": "pattern of when children come back",
}


def changed_since(change: Change, made: str) -> str:
    """That a published figure has changed since `made` (“this was saved”), and that the scenario keeps the one it has."""
    name, then = FIGURE_NAMES[change.name], _figure(change.name, change.then)
    gone = "it is not among the published figures now"
    now = gone if change.now is None else f"it is {_figure(change.name, change.now)} now"
    return f"The published {name} was {then} when {made}; {now}. This scenario keeps {then}."


def _figure(name: str, figure: Decimal | Curve) -> str:
    if isinstance(figure, Curve):
        points = (
            f"{percent(share)} in {_time(month)}" for month, share in zip(figure.months, figure.share, strict=True)
        )
        return f"“{', '.join(points)}”"
    if name in ("discount", "usual_effect"):
        return percent(figure)
    return money(figure) if figure == figure.to_integral_value() else f"£{figure:,.2f}"


def _time(months: int) -> str:
    number, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return f"{number} {unit}{'' if number == 1 else 's'}"
