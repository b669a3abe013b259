"""The cost simulator in sentences: plain words first, numbers second. Nothing is computed here but how it is said.

`compose` puts together what is said of a scenario, once for the page, the paper and the workbook. A threshold is rounded to the
side on which it holds: who reaches the number that is shown has broken even.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, NamedTuple

from framework.costs import calculator, model
from framework.costs.figures import Curve, Figures
from framework.costs.keeping import Change
from framework.dates import uk

if TYPE_CHECKING:  # numpy is for those who compute
    from framework.costs.cohort import Outlook
    from framework.costs.simulation import Simulation, Swing

NOT_A_REASON = "Cost is never a reason to send a child home, or to keep one in care."
ROUNDING = (
    "Nothing is rounded on the way. What it takes to break even is rounded so that it is enough. Children go up to two decimals "
    "and to the next whole number; a whole number stays. A re-entry rate goes down to one decimal."
)
ASSUMPTIONS = (
    "Children go home evenly over the cohort's months, each at the beginning of a month.",
    "Between the points of a curve children come back evenly; after its last point nobody does.",
    "A child who comes back is in care from that month on; support is paid for evenly over twelve months after the return.",
    "Costs that fall after the last year looked at are not counted. The first year counts in full; later ones are discounted.",
    "Only the new spending on support is set against what is saved, since the rest is spent anyway.",
)
"""How the model works; what of it nobody has published is also in `assumed`."""
VALUE = "at year 1 value"
"""What money of later years is counted at. It is not today's money: that is a matter of the prices (`prices`)."""
INPUT_NAMES = {
    "rate": "how many children come back",
    "reentry_cost": "what a child back in care costs",
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


def at_least(value: Decimal, decimals: int = 0) -> str:
    """A threshold that has to be reached: never below the value."""
    return number(_to(value, decimals, ROUND_CEILING), decimals)


def at_most(value: Decimal, decimals: int = 0) -> str:
    """A limit that must not be passed: never above the value."""
    return number(_to(value, decimals, ROUND_FLOOR), decimals)


def _to(value: Decimal, decimals: int, rounding: str) -> Decimal:
    with localcontext(Context(prec=100)):
        return value.quantize(Decimal(1).scaleb(-decimals), rounding)


def exact_percent(share: Decimal) -> str:
    """A share that somebody entered, with all its decimals."""
    return f"{number(share * 100, 10)}%"


def percent(share: float | Decimal | None, decimals: int = 1) -> str:
    return "none" if share is None else f"{number(Decimal(share) * 100, decimals)}%"


def children(count: int | str) -> str:
    return "1 child" if str(count) == "1" else f"{count} children"


def headline(scenario: model.Scenario, answer: calculator.Answer) -> str:
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
            f"{children(f'{needed:,}')} more at home, and {_expected(answer)} are expected to come back."
        )
    more = "1 more child stays" if needed == 1 else f"{needed:,} more children stay"
    return f"Support for {families} pays for itself if {more} at home."


def _expected(answer: calculator.Answer) -> str:
    """How many are expected to come back, beside how many it would take: never rounded up to it."""
    return at_most(answer.expected_reentries, 2)


def without_support(figures: Figures, scenario: model.Scenario, answer: calculator.Answer) -> str:
    stay = "a year" if scenario.months == 12 else f"{scenario.months} months" if scenario.months > 1 else "a month"
    verb = "is" if answer.expected_reentries == 1 else "are"
    # A cost for which the study gives no time is not called a year's.
    each = f"{money(answer.cost_of_one)}" if _no_time(figures, scenario) else f"{stay} of care"
    return (
        f"{number(answer.expected_reentries)} of {children(f'{scenario.children:,}')} {verb} expected to come back into "
        f"care. At {each} each, that costs {money(answer.expected_cost)}."
    )


def _no_time(figures: Figures, scenario: model.Scenario) -> bool:
    """Whether the cost of care is a published one for a child, without saying for how long."""
    return scenario.reentry_cost is None and model.edition_of(figures, scenario).reentry_cost.per == "stay"


def with_support(scenario: model.Scenario, answer: calculator.Answer) -> str:
    new = (
        "all of it new spending"
        if scenario.additional == 1
        else f"of which {money(answer.additional_support_cost)} is new spending"
    )
    spent = f"Support costs {money(answer.support_cost)}, {new}."
    kept = model.kept(scenario, answer)
    if kept is None:
        return f"{spent} What it achieves has not been entered, so no gain and no loss is shown."
    net = answer.net_position(kept)
    return f"{spent} With {more_at_home(scenario, answer)}, the authority is {result(net)}."


def result(net: float | Decimal) -> str:
    """A gain or a loss in words: “£42,752 better off”."""
    if net == 0:
        return "exactly where it was"
    said = money(net if net > 0 else -net)
    return f"{'less than £1' if said == '£0' else said} {better(net)} off"


def better(net: float | Decimal) -> str:
    return "better" if net > 0 else "worse"


def more_at_home(scenario: model.Scenario, answer: calculator.Answer) -> str:
    kept = model.kept(scenario, answer)
    if kept is None:
        return "an effect that is not entered"
    return (
        "1 more child at home"
        if kept == 1
        else f"{kept:,} more children at home"
        if kept
        else "no more children at home"
    )


def breakeven(scenario: model.Scenario, answer: calculator.Answer) -> str:
    if not answer.additional_support_cost:
        return "Whatever the re-entry rate, there is no new spending to earn back."
    if answer.breakeven_rate is None:
        return "No re-entry rate is low enough to pay for the support."
    if answer.breakeven_children_rounded is None or answer.breakeven_children_rounded > answer.expected_reentries:
        return "Counted in whole children, no re-entry rate is low enough to pay for the support."
    limit = at_most(answer.breakeven_rate * 100, 1)
    share = "none" if limit == "0" else f"{limit}% or fewer"
    return f"Support has paid for itself when {share} come back, instead of {exact_percent(scenario.rate)}."


def effect_needed(answer: calculator.Answer, needed: int | None) -> str:
    """So many children as a share of those who are expected to come back: “22.3%”; empty where there are not so many."""
    if needed is None or needed > answer.expected_reentries:
        return ""
    with localcontext(Context(prec=100)):
        share = Decimal(needed) / answer.expected_reentries * 100 if needed else Decimal(0)
    return f"{at_least(share, 1)}%"


def ask(scenario: model.Scenario, answer: calculator.Answer, in_time: int | None) -> str:
    """What effect it would take, while nobody has entered one. `in_time`: how many children within the years looked ahead."""
    question = (
        "How many of them does the support keep at home? Enter what you expect; no study gives it for your authority."
    )
    if not answer.additional_support_cost:
        return f"{question} There is no new spending to earn back, whatever it achieves."
    needed = answer.breakeven_children_rounded
    if not (share := effect_needed(answer, needed)):
        return f"{question} By savings alone, no effect would be enough."
    takes = f"To pay for itself, it has to keep {needed:,} of the {_expected(answer)} at home who are expected to come back ({share})."
    span = f"the first {scenario.years} years" if scenario.years > 1 else "the first year"
    if in_time == needed:
        return f"{question} {takes} The same number is enough within {span}, {VALUE}."
    if within := effect_needed(answer, in_time):
        return f"{question} {takes} To do so within {span}, {VALUE}, it takes {in_time:,} ({within})."
    return f"{question} {takes} Within {span}, {VALUE}, not even all of them would be enough."


def prices(figures: Figures, scenario: model.Scenario) -> str:
    """Whose prices all the money is at: a study's figures are not what things cost today."""
    own = _own(scenario)
    if all(own):
        return "All money is at the prices of your own figures. Make sure that both are of the same year."
    at = _published_prices(figures, scenario)
    if any(own):
        other = scenario.price_year or model.edition_of(figures, scenario).price_year
        return (
            f"Two kinds of prices meet here: the published figure is at {at}; your own is as you entered it. The answers are "
            f"right only if yours is at {other} prices, too."
        )
    return f"All money is at {at}." if scenario.uprating != 1 else f"All money is at {at}, not at today's."


def _own(scenario: model.Scenario) -> tuple[bool, bool]:
    return scenario.reentry_cost is not None, scenario.support_cost is not None


def _published_prices(figures: Figures, scenario: model.Scenario) -> str:
    at = f"{model.edition_of(figures, scenario).price_year} prices"
    if scenario.uprating != 1:
        at += f", times {number(scenario.uprating, 4)}" + (f" for {scenario.price_year}" if scenario.price_year else "")
    return at


def price_base(figures: Figures, scenario: model.Scenario) -> str:
    """The same for a cell: “2014 prices”."""
    own = _own(scenario)
    if all(own):
        return "your own figures"
    at = _published_prices(figures, scenario)
    return f"{at}, and your own figure" if any(own) else at


def years(scenario: model.Scenario, outlook: "Outlook") -> str:
    """What the years say."""
    span = "the first year" if scenario.years == 1 else f"{scenario.years} years"
    if not any(year.support or year.care_with != year.care_without for year in outlook.years):
        return f"Over {span} nothing changes: no money is spent, and none is saved."
    if not any(year.support for year in outlook.years):
        turn = "Support adds no new spending."
    elif outlook.turns:
        turn = f"Support has paid for itself by the end of year {outlook.turns.number} ({outlook.turns.label})."
    else:
        turn = "Support has not paid for itself within this time."
    end = "Then" if scenario.years == 1 else f"After {span}"
    said = money(abs(outlook.position))
    gain = "where it was, to the pound" if said == "£0" else f"{said} {'ahead' if outlook.position > 0 else 'behind'}"
    return f"{turn} {end} the authority is {gain}, {VALUE}."


def years_note(scenario: model.Scenario, answer: calculator.Answer, outlook: "Outlook") -> str:
    """Why the years may still say no where the break-even above says yes; empty where they agree."""
    kept = model.kept(scenario, answer)
    if outlook.turns or kept is None or answer.net_position(kept) < 0:
        return ""
    return (
        "The break-even above counts everything that this year's children cost, whenever it falls. Here, savings come as "
        f"late as children would have come back. Later money counts for less ({exact_percent(scenario.discount)} a year), and "
        "what falls after the last year is not counted."
    )


def years_title(scenario: model.Scenario, outlook: "Outlook") -> str:
    """What to see in the chart of the years."""
    if not any(year.support for year in outlook.years):
        return "Support adds no new spending, so there is nothing to earn back in any year"
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


def uncertainty(figures: Figures, scenario: model.Scenario, simulation: "Simulation", most: "Sequence[Swing]") -> str:
    """What the draws say, and what they rest on."""
    end = simulation.end
    span = "a year" if scenario.years == 1 else f"{scenario.years} years"
    matters = f" What matters most is {_and(most)}." if most else ""
    if model.effect_of_example(figures, scenario):
        matters += f" {OF_EXAMPLE}"
    new = scenario.additional and model.support_cost(figures, scenario)
    paid = f" In {in_a_hundred(end.chance)}, support has paid for itself within {span}." if new else ""
    return (
        f"{simulation.draws:,} possible futures are drawn, with each figure somewhere in its range.{paid} In 80 of 100 the result lies "
        f"between {money(end.low80, sign=True)} and {money(end.high80, sign=True)}. In 95 of 100 it lies between "
        f"{money(end.low95, sign=True)} and {money(end.high95, sign=True)}.{matters}"
    )


def uncertainty_title(scenario: model.Scenario, answer: calculator.Answer, simulation: "Simulation") -> str:
    span = "a year" if scenario.years == 1 else f"{scenario.years} years"
    if not answer.additional_support_cost:
        return "Support adds no new spending, so there is nothing to earn back in any possible future"
    return f"Support pays for itself within {span} in {in_a_hundred(simulation.end.chance)} possible futures"


OF_EXAMPLE = (
    "The effect is the one with which the published example just breaks even. Nobody has found it, so this says little of your "
    "own support."
)


def _and(swings: "Sequence[Swing]") -> str:
    *others, last = [INPUT_NAMES[swing.name] for swing in swings]
    return f"{', '.join(others)} and {last}" if others else last


def tornado_title(most: "Sequence[Swing]") -> str:
    if not most:
        return "None of the ranges moves the result"
    names = _and(most)
    together = "moves the result most" if len(most) == 1 else "move the result alike, and most"
    return f"{names[0].upper()}{names[1:]} {together}"


def map_title(scenario: model.Scenario, answer: calculator.Answer) -> str:
    if not answer.additional_support_cost:
        return "Without new spending, there is nothing to earn back in any cell"
    if answer.breakeven_children_rounded is None:
        return "No number of children kept at home pays for the support"
    if answer.breakeven_children_rounded > answer.expected_reentries:
        return (
            f"Where {exact_percent(scenario.rate)} come back, support does not pay for itself: it takes "
            f"{answer.breakeven_children_rounded:,} more at home, and {_expected(answer)} are expected to come back"
        )
    return f"Support pays for itself from {children(f'{answer.breakeven_children_rounded:,}')} kept at home"


def map_note(scenario: model.Scenario) -> str:
    frame = (
        "the frame is this scenario."
        if model.effect_given(scenario)
        else "no cell is framed while no effect is entered."
    )
    return (
        "Each cell is what the children who go home in a year cost: care for those who come back, and the new spending on "
        f"support. A tick marks where support pays for itself; {frame}"
    )


TORNADO_NOTE = "Each bar moves one figure from its lowest to its highest value, with all others as entered."


def compare_title(positions: Sequence[float]) -> str:
    """What to see in the chart of scenarios; it praises none of them, for what they assume may differ."""
    if not positions:
        return "No effect has been entered for these scenarios, so they have no position at the end"
    low, high = money(min(positions), sign=True), money(max(positions), sign=True)
    if len(positions) == 1:
        return f"This scenario ends at {low}"
    return f"These scenarios {f'all end at {low}' if low == high else f'end between {low} and {high}'}"


def compare_note(compared: Sequence[tuple[Figures, model.Scenario]]) -> str:
    """What does not compare: prices of two years first of all."""
    scenarios = [scenario for _, scenario in compared]
    bases = list(dict.fromkeys(price_base(figures, scenario) for figures, scenario in compared))
    said = []
    if len(bases) > 1:
        said.append(
            f"Their money is at different prices ({'; '.join(bases)}), so their pounds do not compare. Raise them to the prices "
            "of one year first."
        )
    elif bases == ["your own figures"] and len(scenarios) > 1:
        said.append("They rest on your own figures: make sure that these are at the prices of one year.")
    names = {"children": "numbers of children", "years": "numbers of years", "discount": "discount rates"}
    differ = [said for name, said in names.items() if len({getattr(one, name) for one in scenarios}) > 1]
    if differ:
        said.append(f"They look at different {' and '.join(differ)}, so their positions do not compare directly.")
    return " ".join(said)


def source_of(figures: Figures, scenario: model.Scenario, name: str) -> str:
    """Where the figure in a field comes from, in a few words."""
    edition = model.edition_of(figures, scenario)
    year = scenario.price_year
    raised = ""
    if scenario.uprating != 1:
        raised = f", times {number(scenario.uprating, 4)}" + (f" for {year} prices" if year else "")
    if name == "reentry_cost":
        if scenario.reentry_cost is not None:
            return (
                f"Your own figure, taken for 12 months. Published: £{model.published_reentry_cost(figures, scenario):,.0f}, "
                f"{edition.price_year} prices{raised}"
            )
        time = "for a child, without a time" if edition.reentry_cost.per == "stay" else "for a year in care"
        return f"{edition.label}, {time}, {edition.price_year} prices{raised}"
    if name == "support_cost":
        if scenario.support_cost is not None:
            return (
                f"Your own figure. Published: £{model.published_support_cost(figures, scenario):,.0f}, {edition.price_year} "
                f"prices{raised}"
            )
        which = "your mix of needs" if scenario.mix else "average"
        return f"{edition.label}, {which}, {edition.price_year} prices{raised}"
    usual = model.default(figures)
    if is_taken(scenario, name):
        return own_returns(scenario)
    if name in ("children", "rate"):
        return "The published example" if getattr(scenario, name) == getattr(usual, name) else "Your own figure"
    if name == "kept":
        if scenario.kept is not None:
            return "Your own assumption"
        if scenario.usual_effect is None:
            return "For you to say: a number of children, or a share of those who would come back, like 20%"
        share = f"{percent(scenario.usual_effect)} of those who would come back, in whole children"
        if model.effect_of_example(figures, scenario):
            return f"{share}: the published example's own break-even, and no finding"
        return f"{share}. Your own assumption"
    if name == "additional":
        return "Enter less if part of the support is being paid for already"
    if name == "months":
        return (
            "Assumed: the study gives no time"
            if _no_time(figures, scenario)
            else "The published example counts one year"
        )
    if name == "discount":
        return "HM Treasury, Green Book" if scenario.discount == figures.discount.rate else "Your own rate"
    return ""


# ── What nobody has published ────────────────────────────────────────────────────────────────────────────────────────

ASSUMED = "Assumed by Homeward, not published"


class Assumed(NamedTuple):
    """Something that the answers rest on and nobody has published, with what it rests on itself."""

    what: str
    rests_on: str


def assumed(figures: Figures, scenario: model.Scenario) -> tuple[Assumed, ...]:
    """Everything of this kind, what moves the answers most first. What somebody entered themselves is not in it."""
    return (*_assumed_effect(figures, scenario), *_assumed_costs(figures, scenario), *_assumed_time(figures, scenario))


def _assumed_effect(figures: Figures, scenario: model.Scenario) -> list[Assumed]:
    found = []
    if model.effect_of_example(figures, scenario):
        found.append(Assumed(f"The support keeps {percent(scenario.usual_effect)} of them at home.", OF_EXAMPLE))
    usual = model.default(figures)
    names = [name for name, field in _RANGES.items() if getattr(scenario, field) == getattr(usual, field)]
    if names and figures.ranges.provenance != "published":
        ranges = ", ".join(f"{INPUT_NAMES[name]} {range_said(scenario, name)}" for name in names)
        found.append(Assumed(f"How far the figures may be out: {ranges}.", figures.ranges.note))
    found.append(
        Assumed(
            "Within its range each figure is likeliest as entered, and none depends on another.",
            "Chosen because it is simple. No study gives the spread.",
        )
    )
    return found


def _assumed_costs(figures: Figures, scenario: model.Scenario) -> list[Assumed]:
    study, found = model.edition_of(figures, scenario), []
    if _no_time(figures, scenario):
        said = f"{money(study.reentry_cost.value)} is taken as the cost of 12 months in care."
        found.append(Assumed(said, study.reentry_cost.note))
    names = ["reentry_cost"] if scenario.reentry_cost is None else []
    if scenario.support_cost is None:
        names += ["support_low", "support_medium", "support_high"] if scenario.mix else ["support_average"]
    for name in names:
        figure = study.figures[name]
        if figure.provenance != "published":
            found.append(Assumed(f"{FIGURE_NAMES[name].capitalize()}: {money(figure.value)}.", figure.note))
    if scenario.support_cost is None and scenario.mix and _usual_mix(figures, scenario):
        found.append(Assumed(f"Need: {mix_said(scenario)}.", figures.need_mix.note))
    return found


def _assumed_time(figures: Figures, scenario: model.Scenario) -> list[Assumed]:
    found = []
    if scenario.curve != model.OWN:
        curve = figures.curves[scenario.curve]
        if curve.total != scenario.rate:
            said = f"The pattern “{curve.label}” holds for {exact_percent(scenario.rate)}, too."
            found.append(Assumed(said, "The curve says when children come back, and the rate says how many."))
    found.append(Assumed(" ".join(ASSUMPTIONS[:3]), "Chosen because it is simple. The studies give no months."))
    return found


def _usual_mix(figures: Figures, scenario: model.Scenario) -> bool:
    mix = figures.need_mix
    return (scenario.need_low, scenario.need_medium, scenario.need_high) == (mix.low, mix.medium, mix.high)


_RANGES = dict(zip(INPUT_NAMES, model.RANGE_NAMES, strict=True))


def range_said(scenario: model.Scenario, name: str) -> str:
    """“−20% to +20%”."""
    low, high = getattr(scenario, _RANGES[name])
    return f"{'−' if low else ''}{-low}% to {'+' if high else ''}{high}%"


def is_taken(scenario: model.Scenario, name: str) -> bool:
    """Whether the figure stands as it was taken from the authority's own returns."""
    return scenario.taken is not None and name in scenario.taken.fields


def own_returns(scenario: model.Scenario) -> str:
    """The source of what was taken from the authority's own returns; "" where nothing was."""
    return f"Your own SSDA903 returns up to {uk(scenario.taken.up_to)}" if scenario.taken else ""


_TAKEN = {
    "children": "how many children go home, to the nearest 5",
    "rate": "the share that comes back",
    "own_curve": "when they come back",
    "rate_range": "how far that share may be out, by chance (95%)",
}


def taken_said(scenario: model.Scenario) -> str:
    """Which figures are those of the authority's own returns, in a sentence; "" where none is."""
    if scenario.taken is None:
        return ""
    *others, last = [_TAKEN[name] for name in scenario.taken.fields]
    return f"{own_returns(scenario)} gave: {', '.join(others)}{' and ' if others else ''}{last}."


def range_source(figures: Figures, scenario: model.Scenario, name: str) -> str:
    if is_taken(scenario, _RANGES[name]):
        return own_returns(scenario)
    usual = getattr(scenario, _RANGES[name]) == getattr(model.default(figures), _RANGES[name])
    return "Assumed by Homeward" if usual and figures.ranges.provenance != "published" else "Your own range"


def mix_said(scenario: model.Scenario) -> str:
    return f"{scenario.need_low}% low, {scenario.need_medium}% medium, {scenario.need_high}% high"


def mix_source(figures: Figures, scenario: model.Scenario) -> str:
    return "Assumed by Homeward" if _usual_mix(figures, scenario) else "Your own mix"


# ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one scenario. The page, the paper and the workbook take their words from here and from nowhere else."""

    headline: str
    tiles: tuple[tuple[str, str], ...]
    """A number and what it is, four times."""
    sentences: tuple[str, ...]
    map_title: str
    map_note: str
    ask: str
    """What effect it would take; empty once one is given. Then the six texts below are there, otherwise they are empty."""
    years_title: str = ""
    years: str = ""
    uncertainty_title: str = ""
    uncertainty: str = ""
    tornado_title: str = ""
    tornado_note: str = ""


def compose(
    figures: Figures,
    scenario: model.Scenario,
    answer: calculator.Answer,
    in_time: int | None,
    computed: "tuple[Outlook, Simulation, Sequence[Swing]] | None",
) -> Said:
    """All words for a scenario. `in_time` as in `ask`; `computed`: the years, the draws and what matters most, with an effect."""
    said = Said(
        headline=headline(scenario, answer),
        tiles=_tiles(scenario, answer),
        sentences=(
            without_support(figures, scenario, answer),
            with_support(scenario, answer),
            breakeven(scenario, answer),
            prices(figures, scenario),
        ),
        map_title=map_title(scenario, answer),
        map_note=map_note(scenario),
        ask="" if computed else ask(scenario, answer, in_time),
    )
    if computed is None:
        return said
    outlook, drawn, most = computed
    return replace(
        said,
        years_title=years_title(scenario, outlook),
        years=f"{years(scenario, outlook)} {years_note(scenario, answer, outlook)}".strip(),
        uncertainty_title=uncertainty_title(scenario, answer, drawn),
        uncertainty=uncertainty(figures, scenario, drawn, most),
        tornado_title=tornado_title(most),
        tornado_note=TORNADO_NOTE,
    )


def example(figures: Figures) -> str:
    """What the button says that loads the published example."""
    one = figures.example
    return f"Example: {one.children} children, {percent(one.reentry_rate)} come back, {one.kept} more stay at home"


STILL = "A field cannot be used as it stands, so this is still the answer to the figures before it: "
"""Before the sentence of that field, beside the headline: the field may be far away."""


def _tiles(scenario: model.Scenario, answer: calculator.Answer) -> tuple[tuple[str, str], ...]:
    needed, kept = answer.breakeven_children_rounded, model.kept(scenario, answer)
    exact = f" ({at_least(answer.breakeven_children, 2)} before rounding)" if answer.breakeven_children else ""
    if kept is None:
        share = effect_needed(answer, needed)
        last = (
            share or "none",
            "of those expected to come back: the effect that it takes" if share else "no effect is enough",
        )
    else:
        net = answer.net_position(kept)
        home = more_at_home(scenario, answer)
        last = (
            money(net, sign=True),
            f"{better(net)} off with {home}" if net else f"neither better nor worse off with {home}",
        )
    return (
        (money(answer.expected_cost), "cost of the children who come back, without support"),
        (money(answer.support_cost), "cost of support for every child who goes home"),
        ("none" if needed is None else f"{needed:,}", f"more children at home to break even{exact}"),
        last,
    )


# ── Published figures that have changed since ────────────────────────────────────────────────────────────────────────

FIGURE_NAMES = {
    "reentry_cost": "cost of a child back in care",
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
