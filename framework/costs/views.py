"""What charts and tables show, as rows; and the same rows as CSV. A chart, its table and its file never differ."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from framework.costs import calculator, model, words
from framework.costs.figures import Figures
from framework.dates import uk
from framework.tables import Table, csv_bytes

if TYPE_CHECKING:  # numpy is for those who compute
    from framework.costs.cohort import Outlook
    from framework.costs.simulation import Simulation, Swing

Row = dict[str, str | float | int | bool | None]


# ── The map ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def kept_steps(scenario: model.Scenario, answer: calculator.Answer) -> tuple[int, ...]:
    """About nine numbers of children kept at home, evenly from none to beyond the break-even, with both of interest."""
    here = model.kept(scenario, answer) or 0
    furthest = max(2 * (answer.breakeven_children_rounded or 0), here + 2, 8)
    step = ceil(min(furthest, scenario.children) / 8)
    steps = set(range(0, min(furthest, scenario.children) + 1, step)) | {here}
    if answer.breakeven_children_rounded is not None and answer.breakeven_children_rounded <= scenario.children:
        steps.add(answer.breakeven_children_rounded)
    return tuple(sorted(steps))


def rate_steps(scenario: model.Scenario) -> tuple[Decimal, ...]:
    """The scenario's re-entry rate with four steps of five points on either side, as far as there is room."""
    around = {scenario.rate + Decimal(points) / 100 for points in range(-20, 21, 5)}
    return tuple(sorted(rate for rate in around if 0 <= rate <= 1))


def heat_map(figures: Figures, scenario: model.Scenario) -> list[Row]:
    """A cell for each number of children kept home and each re-entry rate: what is spent, and whether support pays."""
    from dataclasses import replace

    rows: list[Row] = []
    entered = model.answer_of(figures, scenario)
    steps, kept_here = kept_steps(scenario, entered), model.kept(scenario, entered)
    for rate in rate_steps(scenario):
        answer = model.answer_of(figures, replace(scenario, rate=rate))
        for kept in steps:
            possible = kept <= answer.expected_reentries
            net = float(answer.net_position(kept))
            total = float(answer.total_cost(kept))
            pays = net >= 0
            rows.append(
                {
                    "kept": kept,
                    "rate": words.exact_percent(rate),
                    "rate_order": float(rate),
                    "possible": possible,
                    "net": net if possible else None,
                    "total": total if possible else None,
                    "said": f"{'✓ ' if pays else ''}{words.short_money(total)}" if possible else "–",
                    "tick": ("✓" if pays else "") if possible else "–",
                    "net_said": words.money(net, sign=True) if possible else "more than would come back",
                    "pays": pays if possible else None,
                    "outcome": ("Pays for itself" if pays else "Costs more") if possible else "Not possible",
                    "here": kept == kept_here and rate == scenario.rate,
                }
            )
    return rows


def heat_table(rows: Sequence[Row]) -> Table:
    kept = sorted({row["kept"] for row in rows})  # type: ignore[type-var]
    rates = list(dict.fromkeys(str(row["rate"]) for row in rows))
    cells = {(row["rate"], row["kept"]): row for row in rows}
    return Table(
        ("Come back", *(f"{k:,} kept home" for k in kept)),
        tuple(
            (
                rate,
                *(
                    words.money(float(total)) + (" ✓" if cells[rate, k]["pays"] else "")
                    if (total := cells[rate, k]["total"]) is not None
                    else "not possible"
                    for k in kept
                ),
            )
            for rate in rates
        ),
    )


# ── The years ────────────────────────────────────────────────────────────────────────────────────────────────────────


def year_rows(outlook: "Outlook") -> list[Row]:
    """The cumulative position at the end of each year, from nothing at the start."""
    rows: list[Row] = [{"year": 0, "label": "Start", "position": 0.0, "said": "£0", "turns": False, "note": ""}]
    for year in outlook.years:
        said = words.money(year.cumulative, sign=True)
        turns, last = year is outlook.turns, year is outlook.years[-1]
        note = f"Paid for itself: {said}" if turns and last else "Paid for itself" if turns else said if last else ""
        rows.append(
            {
                "year": year.number,
                "label": year.label,
                "position": year.cumulative,
                "said": said,
                "turns": turns,
                "note": note,
            }
        )
    return rows


def year_table(outlook: "Outlook") -> Table:
    return Table(
        (
            "Year",
            "Back in care, without support",
            "Back in care, with support",
            "Care costs, without support",
            "Care costs, with support",
            "New spending on support",
            "Better or worse off",
            "At year 1 value",
            "Position so far",
        ),
        tuple(
            (
                f"{year.number}: {year.label}",
                words.number(year.back_without, 1),
                words.number(year.back_with, 1),
                words.money(year.care_without),
                words.money(year.care_with),
                words.money(year.support),
                words.money(year.net, sign=True),
                words.money(year.discounted, sign=True),
                words.money(year.cumulative, sign=True),
            )
            for year in outlook.years
        ),
    )


# ── From gross to net ────────────────────────────────────────────────────────────────────────────────────────────────


class Step(NamedTuple):
    """One line of the way from what is spent to what is gained."""

    label: str
    amount: Decimal | float
    total: bool = False


def bridge(figures: Figures, scenario: model.Scenario, outlook: "Outlook | None") -> tuple[Step, ...]:
    """One way from the gross cost to the net position, each line with its amount; each total is the sum of what it names.

    Without an effect, the lines that need none.
    """
    answer = model.answer_of(figures, scenario)
    paid_already = answer.support_cost - answer.additional_support_cost
    gross = [
        Step("Support for every child who goes home (gross)", -answer.support_cost),
        Step("Part of it that is being paid for already", paid_already),
        Step("New spending on support", -answer.additional_support_cost, True),
    ]
    kept = model.kept(scenario, answer)
    if kept is None or outlook is None:
        return tuple(gross)
    net = answer.net_position(kept)
    in_time = sum(year.net for year in outlook.years)
    return (
        *gross,
        Step(
            f"Care not needed: {words.children(f'{kept:,}')} at {words.money(answer.cost_of_one)}",
            kept * answer.cost_of_one,
        ),
        Step("Better or worse off, whenever it falls (net)", net, True),
        Step(f"What falls after year {scenario.years} and is not counted", in_time - float(net)),
        Step(
            f"Later money counts for less: {words.exact_percent(scenario.discount)} a year", outlook.position - in_time
        ),
        Step(f"Position at the end, {words.VALUE}", outlook.position, True),
    )


def bridge_table(steps: Sequence[Step]) -> Table:
    return Table(("From gross to net", "Amount"), tuple((s.label, words.money(s.amount, sign=True)) for s in steps))


# ── Uncertainty ──────────────────────────────────────────────────────────────────────────────────────────────────────


def bin_rows(result: "Simulation") -> list[Row]:
    return [
        {
            "low": bin_.low,
            "high": bin_.high,
            "share": bin_.share,
            "outcome": "Pays for itself" if bin_.low >= 0 else "Costs more",
            "said": f"{words.money(bin_.low, sign=True)} to {words.money(bin_.high, sign=True)}",
        }
        for bin_ in result.bins
        if bin_.share
    ]


def spread_table(result: "Simulation") -> Table:
    return Table(
        (
            "By the end of",
            "Chance of breaking even",
            "Middle",
            "80 of 100, from",
            "80 of 100, to",
            "95 of 100, from",
            "95 of 100, to",
        ),
        tuple(
            (
                f"Year {number}: {year.label}",
                words.chance(year.chance),
                *(
                    words.money(value, sign=True)
                    for value in (year.median, year.low80, year.high80, year.low95, year.high95)
                ),
            )
            for number, year in enumerate(result.years, 1)
        ),
    )


def _input_value(name: str, value: float, scenario: model.Scenario) -> str:
    if name == "rate":
        return words.percent(value)
    if name == "effect":
        kept = value * scenario.children * float(scenario.rate)
        return words.number(kept, 1)
    return words.money(value)


INPUT_LABELS = {
    "rate": "How many come back",
    "reentry_cost": "Cost of a child back in care",
    "support_cost": "Cost of support",
    "effect": "Children kept at home",
}


def tornado_rows(swings: "Sequence[Swing]", scenario: model.Scenario) -> list[Row]:
    """Two bars a figure: from the middle to where its lowest and its highest value lead."""
    rows: list[Row] = []
    for order, swing in enumerate(swings):
        for end, value, position in (("lowest", swing.low, swing.at_low), ("highest", swing.high, swing.at_high)):
            rows.append(
                {
                    "input": INPUT_LABELS[swing.name],
                    "order": order,
                    "end": end,
                    "value": _input_value(swing.name, value, scenario),
                    "from": swing.base,
                    "to": position,
                    "said": words.money(position, sign=True),
                    "outcome": "Better" if position >= swing.base else "Worse",
                }
            )
    return rows


def tornado_table(swings: "Sequence[Swing]", scenario: model.Scenario) -> Table:
    return Table(
        ("Figure", "Lowest", "Result then", "Highest", "Result then", "Difference"),
        tuple(
            (
                INPUT_LABELS[swing.name],
                _input_value(swing.name, swing.low, scenario),
                words.money(swing.at_low, sign=True),
                _input_value(swing.name, swing.high, scenario),
                words.money(swing.at_high, sign=True),
                words.money(swing.width),
            )
            for swing in swings
        ),
    )


# ── England ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def national_table(figures: Figures) -> Table:
    """What the studies say of the whole country; what only follows from their totals is marked."""

    def count(number: int, provenance: str, derived: str = "") -> str:
        marks = [derived, "reconstructed" if provenance == "reconstructed" else ""]
        mark = "; ".join(filter(None, marks))
        return f"{number:,} ({mark})" if mark else f"{number:,}"

    return Table(
        (
            "",
            "Prices",
            "Children who went home",
            "Came back into care",
            "What that cost",
            "What support for all would cost",
        ),
        tuple(
            (
                one.label,
                f"{figures.editions[one.edition].price_year} prices",
                count(one.returns, one.returns_provenance),
                count(one.reentries, one.reentries_provenance, one.reentries_derived),
                words.money(one.reentry_total),
                words.money(one.support_total),
            )
            for one in figures.national
        ),
    )


# ── Scenarios side by side ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Compared:
    """A named scenario with its figures and what it comes to."""

    name: str
    figures: Figures
    scenario: model.Scenario
    answer: calculator.Answer
    outlook: "Outlook | None"
    """None, like the simulation, while nobody has said what the support achieves."""
    simulation: "Simulation | None"


def compare(named: Sequence[tuple[str, Figures, model.Scenario]]) -> list[Compared]:
    """Each scenario on the published figures that it was made with."""
    from framework.costs import cohort, simulation

    return [
        Compared(
            name,
            figures,
            scenario,
            model.answer_of(figures, scenario),
            cohort.outlook(figures, scenario) if model.effect_given(scenario) else None,
            simulation.simulate(figures, scenario) if model.effect_given(scenario) else None,
        )
        for name, figures, scenario in named
    ]


def compare_rows(compared: Sequence[Compared]) -> list[Row]:
    return [
        {
            "name": c.name,
            "order": order,
            "position": c.outlook.position,
            "said": words.money(c.outlook.position, sign=True),
            "outcome": "Pays for itself" if c.outlook.position >= 0 else "Costs more",
        }
        for order, c in enumerate(compared)
        if c.outlook
    ]


def compare_table(compared: Sequence[Compared]) -> Table:
    """A column a scenario, a row for each thing that may differ and each answer."""

    def row(label: str, say: Callable[[Compared], str]) -> tuple[str, ...]:
        return (label, *(say(c) for c in compared))

    return Table(
        ("", *(c.name for c in compared)),
        (
            row("Figures from", lambda c: model.edition_of(c.figures, c.scenario).label),
            row("Children who go home", lambda c: f"{c.scenario.children:,}"),
            row("Come back", lambda c: words.exact_percent(c.scenario.rate)),
            row("Prices", lambda c: words.price_base(c.figures, c.scenario)),
            row("A child back in care", lambda c: words.money(model.reentry_cost(c.figures, c.scenario))),
            row("Months in care", lambda c: str(c.scenario.months)),
            row("Support for a child", lambda c: words.money(model.support_cost(c.figures, c.scenario))),
            row("New spending", lambda c: words.exact_percent(c.scenario.additional)),
            row("Kept at home", lambda c: model.shown(c.figures, c.scenario, "kept") or NOT_GIVEN),
            row("Cost without support", lambda c: words.money(c.answer.expected_cost)),
            row("Cost of support", lambda c: words.money(c.answer.support_cost)),
            row("Children to break even", lambda c: words.number(c.answer.breakeven_children_rounded)),
            row("Years looked ahead", lambda c: str(c.scenario.years)),
            row(
                "Year it has paid for itself",
                lambda c: _turning(c.outlook) if c.outlook else NOT_GIVEN,
            ),
            row(
                f"Position at the end, {words.VALUE}",
                lambda c: words.money(c.outlook.position, sign=True) if c.outlook else NOT_GIVEN,
            ),
            row(
                "Chance of breaking even",
                lambda c: words.chance(c.simulation.end.chance) if c.simulation else NOT_GIVEN,
            ),
        ),
    )


NOT_GIVEN = "not entered"
"""What stands where there is no answer while the effect of the support is not given."""


def _turning(outlook: "Outlook") -> str:
    return str(outlook.turns.number) if outlook.turns else "not in this time"


def scenario_table(figures: Figures, scenario: model.Scenario) -> Table:
    """What was entered, with where it comes from."""
    months = f"{scenario.months} months" if scenario.months != 1 else "1 month"
    curve = own_curve(scenario) if scenario.curve == model.OWN else figures.curves[scenario.curve].label

    def source(name: str) -> str:
        return words.source_of(figures, scenario, name)

    rows = [
        ("Children who go home in a year", f"{scenario.children:,}", source("children")),
        ("Of these, come back into care", words.exact_percent(scenario.rate), source("rate")),
        ("A child back in care", f"£{model.shown(figures, scenario, 'reentry_cost')}", source("reentry_cost")),
        ("A child who comes back stays", months, source("months")),
        ("Support for a child", f"£{model.shown(figures, scenario, 'support_cost')}", source("support_cost")),
        (
            "New spending in it",
            words.exact_percent(scenario.additional),
            "The rest is being paid for already" if scenario.additional < 1 else "None of it is being paid for already",
        ),
        ("More children kept at home", model.shown(figures, scenario, "kept") or NOT_GIVEN, source("kept")),
        ("When children come back", curve, _curve_source(figures, scenario)),
        ("Discount rate", f"{words.exact_percent(scenario.discount)} a year", source("discount")),
        ("Years looked ahead", str(scenario.years), ""),
        ("Children go home", f"{uk(scenario.start)} to {uk(scenario.end)}", ""),
        ("Prices", words.price_base(figures, scenario), ""),
        *(
            (
                f"Range: {words.INPUT_NAMES[name]}",
                words.range_said(scenario, name),
                words.range_source(figures, scenario, name),
            )
            for name in words.INPUT_NAMES
        ),
        ("Seed of the simulation", str(scenario.seed), "The same seed draws the same futures again"),
    ]
    if scenario.mix:
        rows.insert(5, ("Low, medium and high need", words.mix_said(scenario), words.mix_source(figures, scenario)))
    return Table(("Figure", "Value", "Where it comes from"), tuple(rows))


def own_curve(scenario: model.Scenario) -> str:
    """“your own: 12% after 3 months, 20% after 12 months”."""
    months = scenario.own_months or range(12, 12 * len(scenario.own_curve) + 1, 12)
    points = zip(months, scenario.own_curve, strict=True)
    return "your own: " + ", ".join(f"{words.exact_percent(share)} after {month} months" for month, share in points)


def _curve_source(figures: Figures, scenario: model.Scenario) -> str:
    if scenario.curve == model.OWN:
        return words.own_returns(scenario) if words.is_taken(scenario, "own_curve") else "Your own figures"
    citation = figures.citations[figures.curves[scenario.curve].source]
    return citation[: citation.index(")") + 1] if ")" in citation else citation


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def heat_csv(rows: Sequence[Row]) -> bytes:
    return _csv(
        ("Come back", "Kept at home", "Spent (£)", "Better or worse off (£)"),
        ((row["rate"], row["kept"], row["total"], row["net"]) for row in rows),
    )


def year_csv(outlook: "Outlook") -> bytes:
    money = ("without support", "with support")
    return _csv(
        (
            "Year",
            "Months",
            *(f"Back in care, {which}" for which in money),
            *(f"Care costs, {which} (£)" for which in money),
            "New spending on support (£)",
            "Better or worse off (£)",
            "Discount factor",
            "At year 1 value (£)",
            "Position so far (£)",
        ),
        (
            (
                year.number,
                year.label,
                year.back_without,
                year.back_with,
                year.care_without,
                year.care_with,
                year.support,
                year.net,
                year.factor,
                year.discounted,
                year.cumulative,
            )
            for year in outlook.years
        ),
    )


def bin_csv(rows: Sequence[Row]) -> bytes:
    return _csv(("From (£)", "To (£)", "Share of the futures"), ((r["low"], r["high"], r["share"]) for r in rows))


def tornado_csv(swings: "Sequence[Swing]") -> bytes:
    return _csv(
        ("Figure", "Lowest", "Position then (£)", "Highest", "Position then (£)", "Difference (£)"),
        ((_CSV_LABELS[s.name], s.low, s.at_low, s.high, s.at_high, s.width) for s in swings),
    )


_CSV_LABELS = {
    "rate": "How many come back (share)",
    "reentry_cost": "Cost of a child back in care (£)",
    "support_cost": "Cost of support (£ a child)",
    "effect": "Kept at home by support (share of those who would come back)",
}


def compare_csv(compared: Sequence[Compared]) -> bytes:
    """A line a scenario."""
    return _csv(
        (
            "Scenario",
            "Figures from",
            "Children who go home",
            "Come back (share)",
            "Prices",
            "A child back in care (£)",
            "Months in care",
            "Support for a child (£)",
            "New spending (share)",
            "Kept at home",
            "Cost without support (£)",
            "Cost of support (£)",
            "Children to break even",
            "Years looked ahead",
            "Year it has paid for itself",
            "Position at the end (£)",
            "Chance of breaking even (share)",
        ),
        (
            (
                c.name,
                model.edition_of(c.figures, c.scenario).label,
                c.scenario.children,
                c.scenario.rate,
                words.price_base(c.figures, c.scenario),
                model.reentry_cost(c.figures, c.scenario),
                c.scenario.months,
                model.support_cost(c.figures, c.scenario),
                c.scenario.additional,
                model.kept(c.scenario, c.answer),
                c.answer.expected_cost,
                c.answer.support_cost,
                c.answer.breakeven_children_rounded,
                c.scenario.years,
                c.outlook.turns.number if c.outlook and c.outlook.turns else None,
                c.outlook and c.outlook.position,
                c.simulation and c.simulation.end.chance,
            )
            for c in compared
        ),
    )


def _csv(head: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """Numbers as a spreadsheet takes them, under headings that a person reads."""
    return csv_bytes((head, *([_number(cell) for cell in line] for line in lines)))


def _number(value: object) -> object:
    """A number as a file has it; anything else as it is."""
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        value = round(value, 6)  # past any penny and any share; the rest is the computer's own dust
        return int(value) if value.is_integer() else value
    return value
