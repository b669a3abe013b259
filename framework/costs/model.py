"""A scenario: everything that somebody may enter, how it is written in a field or an address, and what is refused.

Whatever cannot be used gets a sentence at its field, and the last good answer stays.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, NamedTuple

from framework.costs import calculator
from framework.costs.figures import LONGEST, CostEdition, Curve, Figures

MOST_CHILDREN = 100_000
MOST_MONEY = Decimal(10_000_000)
MOST_YEARS = 10
OWN = "own"
"""The curve that an authority enters itself."""
SUPPORT_MONTHS = 12
"""Support is paid for evenly over the twelve months after a child goes home."""
DRAWS = 100_000
RANGE_NAMES = ("rate_range", "reentry_range", "support_range", "effect_range")


class Unusable(ValueError):
    """A text that cannot be used; the message is for the person who entered it."""


TAKEABLE = ("children", "rate", "own_curve", "rate_range")
"""Figures that the outcomes page can give."""


class Taken(NamedTuple):
    """Figures from the authority's own SSDA903 returns: the last day that these count, and the fields' names."""

    up_to: date
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One picture of the future. Rates and shares are of 1, money is pounds a child, None means "as published"."""

    edition: str
    children: int
    rate: Decimal
    """The share of the children who come back, all told."""
    kept: int | None = None
    """How many more of them stay at home because of the support; None while nobody has entered a number."""
    usual_effect: Decimal | None = None
    """The share of those who would come back that is kept at home while `kept` says nothing; None: no effect is given."""
    reentry_cost: Decimal | None = None
    support_cost: Decimal | None = None
    months: int = 12
    """How long a child who comes back stays in care."""
    additional: Decimal = Decimal(1)
    uprating: Decimal = Decimal(1)
    price_year: int | None = None
    mix: bool = False
    need_low: int = 0
    need_medium: int = 0
    need_high: int = 0
    curve: str = ""
    own_curve: tuple[Decimal, ...] = ()
    """For the own curve: the share that is back at each of its points."""
    own_months: tuple[int, ...] | None = None
    """The months after the return of these points; None: the ends of year 1, 2, 3 …"""
    start: date = date(2026, 4, 1)
    end: date = date(2027, 3, 31)
    years: int = 10
    discount: Decimal = Decimal("0.035")
    rate_range: tuple[int, int] = (-20, 20)
    reentry_range: tuple[int, int] = (-20, 20)
    support_range: tuple[int, int] = (-20, 20)
    effect_range: tuple[int, int] = (-50, 50)
    seed: int = 1
    taken: Taken | None = None
    """Which figures were taken from the authority's own statutory returns, and still stand as they were taken."""

    @property
    def cohort_months(self) -> int:
        """How many calendar months children go home in; a month that has begun counts as a whole one."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1


def default(figures: Figures) -> Scenario:
    """The published worked example."""
    example, ranges, mix = figures.example, figures.ranges, figures.need_mix
    return Scenario(
        edition=example.edition,
        children=example.children,
        rate=example.reentry_rate,
        usual_effect=example.kept / (example.children * example.reentry_rate) if example.kept else Decimal(0),
        need_low=mix.low,
        need_medium=mix.medium,
        need_high=mix.high,
        curve=example.curve,
        discount=figures.discount.rate,
        rate_range=ranges.reentry_rate,
        reentry_range=ranges.reentry_cost,
        support_range=ranges.support_cost,
        effect_range=ranges.effect,
    )


def begin(figures: Figures) -> Scenario:
    """What the page begins with: the published example without its effect, which is for the authority to give."""
    return replace(default(figures), usual_effect=None)


# ── What a scenario comes to ─────────────────────────────────────────────────────────────────────────────────────────


def edition_of(figures: Figures, scenario: Scenario) -> CostEdition:
    return figures.editions[scenario.edition]


def published_reentry_cost(figures: Figures, scenario: Scenario) -> Decimal:
    """The study's cost of a year back in care, at the scenario's prices."""
    return edition_of(figures, scenario).reentry_cost.value * scenario.uprating


def published_support_cost(figures: Figures, scenario: Scenario) -> Decimal:
    """The study's cost of support, its average or for the scenario's mix of needs, at the scenario's prices."""
    edition = edition_of(figures, scenario)
    if not scenario.mix:
        return edition.support_average.value * scenario.uprating
    mixed = (
        scenario.need_low * edition.support_low.value
        + scenario.need_medium * edition.support_medium.value
        + scenario.need_high * edition.support_high.value
    )
    return mixed * scenario.uprating / 100


def reentry_cost(figures: Figures, scenario: Scenario) -> Decimal:
    return published_reentry_cost(figures, scenario) if scenario.reentry_cost is None else scenario.reentry_cost


def support_cost(figures: Figures, scenario: Scenario) -> Decimal:
    return published_support_cost(figures, scenario) if scenario.support_cost is None else scenario.support_cost


def inputs_of(figures: Figures, scenario: Scenario) -> calculator.Inputs:
    return calculator.Inputs(
        children=scenario.children,
        reentry_rate=scenario.rate,
        reentry_cost=reentry_cost(figures, scenario),
        support_cost=support_cost(figures, scenario),
        additional_share=scenario.additional,
        reentry_months=scenario.months,
    )


def answer_of(figures: Figures, scenario: Scenario) -> calculator.Answer:
    return calculator.calculate(inputs_of(figures, scenario))


def effect_given(scenario: Scenario) -> bool:
    """Whether anybody has said how many children the support keeps at home, as a number or as a share."""
    return scenario.kept is not None or scenario.usual_effect is not None


def effect_of_example(figures: Figures, scenario: Scenario) -> bool:
    """Whether the effect is the published example's own break-even, and nobody's expectation."""
    return scenario.kept is None and scenario.usual_effect == default(figures).usual_effect


def kept(scenario: Scenario, answer: calculator.Answer) -> int | None:
    """How many more children stay at home: as entered, or a share in whole children, half a child up. None: not given."""
    if scenario.kept is not None or scenario.usual_effect is None:
        return scenario.kept
    share = (scenario.usual_effect * answer.expected_reentries).quantize(Decimal("1e-9"))
    return min(int(share.quantize(Decimal(1), ROUND_HALF_UP)), int(answer.expected_reentries))


def points(figures: Figures, scenario: Scenario) -> tuple[tuple[int, Decimal], ...]:
    """The curve as (months after the return, share back in care) points."""
    if scenario.curve == OWN:
        months = scenario.own_months or range(12, 12 * len(scenario.own_curve) + 1, 12)
        return tuple(zip(months, scenario.own_curve, strict=True))
    curve: Curve = figures.curves[scenario.curve]
    return tuple(zip(curve.months, curve.share, strict=True))


# ── Reading what somebody entered ────────────────────────────────────────────────────────────────────────────────────


def _number(text: str, example: str) -> Decimal:
    """A number as people write it: £, commas, spaces and % do not matter."""
    plain = re.sub(r"[£%,\s]", "", text.replace("−", "-"))
    if not re.fullmatch(r"[+-]?([0-9]{1,30}(\.[0-9]{0,10})?|\.[0-9]{1,10})", plain):
        if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?", plain):
            raise Unusable("This number is too long. Write it in full and in pounds, children or per cent.")
        raise Unusable(f"This is not a number. Write it like {example}.")
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise Unusable(f"This is not a number. Write it like {example}.") from None


def _whole(least: int, most: int, example: str, too_few: str = "") -> Callable[[str], int]:
    def read(text: str) -> int:
        number = _number(text, example)
        if number != number.to_integral_value():
            raise Unusable(f"Only whole numbers can be used here, like {example}.")
        if number < least:
            raise Unusable(too_few or f"This must be {least:,} or more.")
        if number > most:
            raise Unusable(f"This must be {most:,} or less.")
        return int(number)

    return read


def _percent(text: str) -> Decimal:
    number = _number(text, "45")
    if number < 0:
        raise Unusable("This cannot be less than 0%.")
    if number > 100:
        raise Unusable("This cannot be more than 100%.")
    return number / 100


def _effect(text: str) -> int | Decimal | None:
    """Children, or with a % sign the share of those who would come back; None where it is said to be unknown."""
    if text.strip().casefold() == UNKNOWN:
        return None
    if "%" in text:
        return _percent(text)
    return _kept(text)


_kept = _whole(0, MOST_CHILDREN, "8, or a share like 20%", "This cannot be less than 0 children.")


def _doubt(name: str, text: str) -> str:
    """A question where 45% may have been meant by 0.45; empty where there is no doubt."""
    if name not in SHARES or "%" in text:
        return ""
    try:
        numbers = [_number(part, "45") for part in re.split(r"[;,\s]+", text.strip()) if part]
    except Unusable:
        return ""
    if not any(0 < number < 1 for number in numbers) or any(number > 1 for number in numbers):
        return ""
    meant, entered_ = (", ".join(f"{_plain(n * by)}%" for n in numbers) for by in (100, 1))
    return f"Did you mean {meant}? Enter {meant}, or {entered_} if it is less than one per cent."


def _money(text: str) -> Decimal:
    number = _number(text, "61,614")
    if number < 0:
        raise Unusable("Money cannot be less than £0 here.")
    if number > MOST_MONEY:
        raise Unusable(f"This must be £{MOST_MONEY:,} or less for one child.")
    if number != number.quantize(Decimal("0.01")):
        raise Unusable("Money can have pounds and pence, like 61,614.50.")
    return number


def _factor(text: str) -> Decimal:
    number = _number(text, "1.05")
    if not Decimal("0.1") <= number <= 10:
        raise Unusable("The factor must be from 0.1 to 10; 1.05 means 5% more.")
    return number


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Unusable("This is not a date. Write it like 2026-04-01.") from None
    if not 2000 <= day.year <= 2100:
        raise Unusable("The date must lie between 2000 and 2100.")
    return day


def _own_curve(text: str) -> tuple[Decimal, ...]:
    parts = [part for part in re.split(r"[;,\s]+", text.strip()) if part]
    if not 1 <= len(parts) <= MOST_YEARS:
        raise Unusable("Give one percentage for the end of each year, up to ten of them, like 20, 25, 29.")
    shares = tuple(_percent(part) for part in parts)
    if any(later < earlier for earlier, later in pairwise(shares)):
        raise Unusable("Each year counts the years before it too, so no percentage can be lower than the one before.")
    if not shares[-1]:
        raise Unusable("The last percentage must be above 0, or there is nothing to spread over the years.")
    return shares


def _months(text: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[;,\s]+", text.strip()) if part]
    months = tuple(_whole(1, 12 * MOST_YEARS, "12")(part) for part in parts)
    if len(months) > MOST_YEARS or any(later <= earlier for earlier, later in pairwise(months)):
        raise Unusable("Give up to ten months, each later than the one before, like 3, 12, 24, 60.")
    return months


def _taken(text: str) -> Taken:
    day, *names = text.split()
    if not names or not set(names) <= set(TAKEABLE):
        raise Unusable("It does not say which figures were taken from the returns.")
    return Taken(_date(day), tuple(name for name in TAKEABLE if name in names))


def _range(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"\s*(-?[0-9]{1,3})\s*,\s*(-?[0-9]{1,3})\s*", text.replace("−", "-"))
    low, high = (int(match[1]), int(match[2])) if match else (1, 1)
    if not -100 <= low <= 0 <= high <= 100:
        raise Unusable("Give how far the figure may lie below and above, like -20,20.")
    return low, high


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise Unusable("This can be yes or no.")
    return text == "yes"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write_money(value: Decimal) -> str:
    value = calculator.pence(value)
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def _write_percent(value: Decimal) -> str:
    """45; below one per cent with its sign, 0.45%, so that nobody takes it for 45%."""
    text = _plain(value * 100)
    return f"{text}%" if 0 < value < Decimal("0.01") else text


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be entered: its name (also in addresses), its label, and how it is read and written."""

    name: str
    label: str
    unit: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("edition", "Published figures", "", str.strip, str),
        Field(
            "children",
            "Children who go home in a year",
            "",
            _whole(
                1, MOST_CHILDREN, "80", "There must be at least 1 child; without children there is nothing to count."
            ),
            "{:,}".format,
        ),
        Field("rate", "Of these, come back into care", "%", _percent, _write_percent),
        Field(
            "kept",
            "More of them kept at home by the support",
            "children, or a %",
            _effect,
            "{:,}".format,
        ),
        Field("reentry_cost", "A child back in care costs", "£ a child", _money, _write_money),
        Field("support_cost", "Support costs", "£ a child", _money, _write_money),
        Field("additional", "Of the support, new spending", "%", _percent, _write_percent),
        Field("months", "A child who comes back stays", "months", _whole(1, LONGEST, "12"), str),
        Field("uprating", "Published prices times", "factor", _factor, _plain),
        Field("price_year", "Year of these prices", "", _whole(1990, 2100, "2026"), str),
        Field("mix", "Use our own mix of needs", "", _yes, lambda value: "yes" if value else "no"),
        Field("need_low", "Low need", "% of children", _whole(0, 100, "50"), str),
        Field("need_medium", "Medium need", "% of children", _whole(0, 100, "35"), str),
        Field("need_high", "High need", "% of children", _whole(0, 100, "15"), str),
        Field("curve", "When children come back", "", str.strip, str),
        Field(
            "own_curve",
            "Back in care by the end of year 1, 2, 3 …",
            "% of children",
            _own_curve,
            lambda shares: ", ".join(_write_percent(share) for share in shares),
        ),
        Field(
            "own_months", "In these months after the return", "", _months, lambda months: ", ".join(map(str, months))
        ),
        Field("start", "First day of the year's returns", "", _date, date.isoformat),
        Field("end", "Last day of the year's returns", "", _date, date.isoformat),
        Field("years", "Look ahead", "years", _whole(1, MOST_YEARS, "10"), str),
        Field("discount", "Discount rate", "% a year", _percent, _write_percent),
        Field("rate_range", "How many come back", "%", _range, "{0[0]},{0[1]}".format),
        Field("reentry_range", "Cost of a child back in care", "%", _range, "{0[0]},{0[1]}".format),
        Field("support_range", "Cost of support", "%", _range, "{0[0]},{0[1]}".format),
        Field("effect_range", "Children kept at home", "%", _range, "{0[0]},{0[1]}".format),
        Field("seed", "Seed of the simulation", "", _whole(0, 999_999_999, "1"), str),
        Field("taken", "From your own returns", "", _taken, lambda taken: " ".join((str(taken.up_to), *taken.fields))),
    )
}
EMPTY_IS_NONE = ("reentry_cost", "support_cost", "kept", "price_year", "own_months", "taken")
"""Fields that may be left empty; the first two then show what is published."""
SHARES = ("rate", "additional", "discount", "own_curve")
"""Fields of per cent, where 0.45 may be meant as 45%."""
UNKNOWN = "unknown"
"""What an address says of an effect that nobody has given; release 0.2.0 left it out where it meant the example's."""


def shown(figures: Figures, scenario: Scenario, name: str) -> str:
    """What stands in a field: the figure that is in force, published or local."""
    if name == "reentry_cost":
        return _write_money(reentry_cost(figures, scenario))
    if name == "support_cost":
        return _write_money(support_cost(figures, scenario))
    if name == "kept":
        number = kept(scenario, answer_of(figures, scenario))
        return "" if number is None else f"{number:,}"
    value = getattr(scenario, name)
    return "" if value is None or value == () else FIELDS[name].write(value)


def read(figures: Figures, texts: Mapping[str, str], good: Scenario) -> tuple[Scenario, dict[str, str]]:
    """The scenario with what was entered, and a sentence for each field that cannot be used.

    A field that cannot be used keeps its last good value. Where the fields do not fit each other, all keep theirs.
    """
    errors: dict[str, str] = {}
    changed: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in FIELDS:
            continue
        try:
            if not text.strip():
                if name not in EMPTY_IS_NONE:
                    raise Unusable("This field is empty. The last figure is still used.")
                changed[name] = None
            else:
                changed[name] = FIELDS[name].read(text)
            if name == "kept":
                changed |= _as_effect(changed["kept"])
        except Unusable as error:
            errors[name] = str(error)
    scenario = without_published(figures, replace(good, **changed))
    misfits = check(figures, scenario)
    if misfits:
        return good, errors | misfits
    return scenario, errors


def _as_effect(value: int | Decimal | None) -> dict[str, Any]:
    """A number of children, a share of those who would come back, or neither."""
    if isinstance(value, int):
        return {"kept": value}
    return {"kept": None, "usual_effect": value}


def entered(
    figures: Figures, texts: Mapping[str, str], good: Scenario, changed: str = ""
) -> tuple[Scenario, dict[str, str]]:
    """The same of fields on screen: one that only shows what is in force was not entered, and goes on following.

    0.45 as a percentage is asked about. Where the field that was changed last is refused for another's sake, it says so too.
    """
    new = {name: text for name, text in texts.items() if text != shown(figures, good, name)}
    doubts = {name: doubt for name, text in new.items() if (doubt := _doubt(name, text))}
    scenario, errors = read(figures, {name: text for name, text in new.items() if name not in doubts}, good)
    if scenario is good and errors and changed in new and changed not in errors | doubts:
        name, sentence = next(reversed(errors.items()))
        errors[changed] = f"This does not fit “{FIELDS[name].label}”. {sentence}"
    return _still_taken(scenario, good), errors | doubts


def _still_taken(scenario: Scenario, before: Scenario) -> Scenario:
    """The scenario without the note that a figure was taken from returns, where somebody has just entered another."""
    if not scenario.taken or scenario.taken != before.taken:
        return scenario
    told = {"own_curve": ("curve", "own_curve", "own_months")}
    fields = tuple(
        name
        for name in scenario.taken.fields
        if all(getattr(scenario, one) == getattr(before, one) for one in told.get(name, (name,)))
    )
    if fields == scenario.taken.fields:
        return scenario
    return replace(scenario, taken=Taken(scenario.taken.up_to, fields) if fields else None)


def without_published(figures: Figures, scenario: Scenario) -> Scenario:
    """A local figure that is the published one is no local figure: it follows the study and its prices again."""
    if scenario.edition not in figures.editions:
        return scenario
    if scenario.reentry_cost == calculator.pence(published_reentry_cost(figures, scenario)):
        scenario = replace(scenario, reentry_cost=None)
    if scenario.support_cost == calculator.pence(published_support_cost(figures, scenario)):
        scenario = replace(scenario, support_cost=None)
    return scenario


def check(figures: Figures, scenario: Scenario) -> dict[str, str]:
    """What does not fit together in a scenario, by field."""
    found: dict[str, str] = {}
    if scenario.edition not in figures.editions:
        return {"edition": f"There are no figures called “{scenario.edition[:40]}”."}
    if scenario.curve != OWN and scenario.curve not in figures.curves:
        return {"curve": f"There is no curve called “{scenario.curve[:40]}”."}
    if scenario.curve == OWN and not scenario.own_curve:
        found["own_curve"] = "Give one percentage for the end of each year, like 20, 25, 29."
    if scenario.curve == OWN and scenario.own_months and len(scenario.own_months) != len(scenario.own_curve):
        found["own_months"] = (
            f"There are {len(scenario.own_curve)} percentages and {len(scenario.own_months)} months. Give one month for each, or leave "
            "this empty for the ends of year 1, 2, 3 …"
        )
    expected = scenario.children * scenario.rate
    if scenario.kept is not None and scenario.kept > expected:
        found["kept"] = (
            f"{scenario.kept:,} is more than the {_plain(expected.quantize(calculator.PENNY, ROUND_FLOOR))} children who would "
            "come back. "
            "Enter fewer, or change how many come back."
        )
    if scenario.mix and scenario.need_low + scenario.need_medium + scenario.need_high != 100:
        total = scenario.need_low + scenario.need_medium + scenario.need_high
        found["need_high"] = f"Low, medium and high need add up to {total}%; they must add up to 100%."
    if scenario.end < scenario.start:
        found["end"] = "The last day lies before the first day."
    elif scenario.cohort_months > 12:
        found["end"] = "A year's returns cannot span more than 12 calendar months."
    return found


# ── Addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_query(figures: Figures, scenario: Scenario) -> dict[str, str]:
    """The scenario as the query of an address, in a fixed order: what differs from the worked example, and the figures' id."""
    usual = default(figures)
    query = {}
    for name, field in FIELDS.items():
        value = getattr(scenario, name)
        if value != getattr(usual, name) and value is not None and value != ():
            query[name] = field.write(value).replace(",", "") if name not in _WITH_COMMAS else field.write(value)
    if scenario.kept is None and scenario.usual_effect != usual.usual_effect:
        share = scenario.usual_effect
        query["kept"] = UNKNOWN if share is None else f"{_plain(share * 100)}%"
    return query | {FIGURES: figures.id}


FIGURES = "figures"
"""The part of an address that names the published figures (see `figures.of_link`)."""
_WITH_COMMAS = (*RANGE_NAMES, "own_curve", "own_months")


def from_query(figures: Figures, query: Mapping[str, str]) -> tuple[Scenario, list[str]]:
    """The scenario that an address made with these figures asks for, and a sentence for each part that cannot be used."""
    usual = default(figures)
    sentences = [
        f"“{name[:40]}” is not something that can be entered here, so it was left out."
        for name in query
        if name not in FIELDS and name != FIGURES
    ][:5]
    scenario, said = _read_parts(figures, {n: t[:200] for n, t in query.items() if n in FIELDS}, usual)
    return scenario, sentences + said


_TOGETHER = {
    "own_curve": ("curve", "own_curve", "own_months"),
    "own_months": ("curve", "own_curve", "own_months"),
    "need_high": ("need_low", "need_medium", "need_high"),
    "end": ("start", "end"),
}
"""Parts of a link that are left out together, where one does not fit the other."""


def to_inputs(scenario: Scenario) -> dict[str, str]:
    """Every value of a scenario as text, by its name; "" for what is not entered and follows the published figures."""
    values = {name: getattr(scenario, name) for name in FIELDS}
    texts = {n: "" if value is None or value == () else FIELDS[n].write(value) for n, value in values.items()}
    return texts | {"usual_effect": "" if scenario.usual_effect is None else str(scenario.usual_effect)}


def from_inputs(figures: Figures, inputs: Mapping[str, str]) -> tuple[Scenario, list[str]]:
    """The scenario that `to_inputs` wrote with these figures, and a sentence for each part that cannot be used."""
    share = inputs["usual_effect"]
    usual = replace(default(figures), usual_effect=Decimal(share) if share else None)
    texts = {n: text for n, text in inputs.items() if n in FIELDS and (text or (n in EMPTY_IS_NONE and n != "kept"))}
    return _read_parts(figures, texts, usual)


def _read_parts(figures: Figures, texts: Mapping[str, str], usual: Scenario) -> tuple[Scenario, list[str]]:
    """What can be used of these texts. A part that cannot, or that does not fit the others, is left out, and no other with it."""
    left = dict(texts)
    errors: dict[str, str] = {}
    while True:
        scenario, found = read(figures, left, usual)
        errors |= found
        gone = {part for name in found for part in _TOGETHER.get(name, (name,))} & left.keys()
        if not gone:
            break
        left = {name: text for name, text in left.items() if name not in gone}
    if "kept" in errors:  # nobody's effect, rather than the example's
        scenario = replace(scenario, kept=None, usual_effect=None)
    return scenario, [f"{FIELDS[name].label}: {sentence} It was left out." for name, sentence in errors.items()]
