"""Protects: no sentence, title or caption says what the model does not, and no two of them say different things.

Every number in them is read back and held against sums of this file's own, over thousands of scenarios; a threshold is put into
the model as it is shown, and has to hold. Page, paper and workbook take their words from `words.compose`; that they do is tested
where each is built.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest

from framework.costs import cohort, model, reading, report, simulation, views, words
from framework.costs.reading import Reading
from framework.costs.simulation import matter_most
from tests.workbooks import ABOUT, FIGURES, random_scenario

EXAMPLE = model.default(FIGURES)
BEGUN = model.begin(FIGURES)
MANY = 3_000
DRAWS = 400
HALF = Fraction(1, 2)


def scenarios(how_many: int = MANY) -> Iterator[model.Scenario]:
    """What the issue named, then anything that the page would take; every fifth without an effect."""
    yield from (EXAMPLE, BEGUN, replace(EXAMPLE, children=100, rate=Decimal("0.05")))
    yield from (replace(EXAMPLE, edition="2024"), replace(EXAMPLE, years=1), replace(EXAMPLE, kept=0))
    chance = random.Random(15)
    for number in range(how_many):
        scenario = random_scenario(chance)
        if number % 3 == 0:  # sizes of real authorities, where the break-even is near what can be reached
            children = chance.randint(5, 200)
            rate = Decimal(chance.randint(1, 60)) / 100
            scenario = replace(
                EXAMPLE,
                children=children,
                rate=rate,
                kept=chance.randint(0, int(children * rate)),
                years=scenario.years,
            )
        yield replace(scenario, kept=None, usual_effect=None) if number % 5 == 0 else scenario


def number(text: str) -> Fraction:
    """“−£1,234.50”, “35.8%” or “8” as a number; a percentage is of 1."""
    value = Fraction(re.sub(r"[£,%+]", "", text).replace("−", "-"))
    return value / 100 if text.endswith("%") else value


class Model:
    """The published sums, in fractions, without any of the code that is tested."""

    def __init__(self, scenario: model.Scenario) -> None:
        study = FIGURES.editions[scenario.edition]
        up, need = Fraction(scenario.uprating), (scenario.need_low, scenario.need_medium, scenario.need_high)
        costs = (study.support_low.value, study.support_medium.value, study.support_high.value)
        mixed = sum(Fraction(share, 100) * Fraction(cost) for share, cost in zip(need, costs, strict=True))
        published = mixed if scenario.mix else Fraction(study.support_average.value)
        own, own_support = scenario.reentry_cost, scenario.support_cost
        year = Fraction(study.reentry_cost.value) * up if own is None else Fraction(own)
        self.children, self.rate = Fraction(scenario.children), Fraction(scenario.rate)
        self.one = year * scenario.months / 12
        self.support = self.children * (published * up if own_support is None else Fraction(own_support))
        self.new = self.support * Fraction(scenario.additional)
        self.expected = self.children * self.rate

    def net(self, kept: Fraction | int) -> Fraction:
        return kept * self.one - self.new


def agrees(shown: str, exact: Fraction, to: Fraction = HALF) -> bool:
    return abs(number(shown) - exact) <= to


def needs(text: str, pattern: str) -> re.Match[str]:
    found = re.fullmatch(pattern, text)
    assert found, text
    return found


N = r"([0-9,]+(?:\.[0-9]+)?)"
MONEY = r"([+−]?£[0-9,]+)"


@pytest.fixture(scope="module")
def readings() -> list[tuple[model.Scenario, Model, Reading]]:
    return [(one, Model(one), reading.read(FIGURES, one, DRAWS)) for one in scenarios()]


Readings = list[tuple[model.Scenario, Model, Reading]]


def pays(reference: Model) -> str:
    """What the headline, the break-even, the map's title and the tile must all say."""
    if not reference.new:
        return "free"
    if not reference.one:
        return "never"
    return "out of reach" if ceil(reference.new / reference.one) > reference.expected else "pays"


def test_the_headline_holds_in_the_model(readings: Readings) -> None:
    for scenario, reference, shown in readings:
        said, verdict = shown.said.headline, pays(reference)
        families = needs(said.partition(" famil")[0], rf"Support for {N}")
        assert number(families[1]) == scenario.children
        if verdict == "free":
            assert "adds no new spending" in said
        elif verdict == "never":
            assert "cannot pay for itself" in said
        elif verdict == "out of reach":
            found = needs(
                said.partition(": ")[2],
                rf"it would take {N} child(?:ren)? more at home, and {N} are expected to come back\.",
            )
            assert reference.net(number(found[1])) >= 0 > reference.net(number(found[1]) - 1), scenario
            assert number(found[1]) > number(found[2]) and 0 <= reference.expected - number(found[2]) < Fraction(1, 100)
        else:
            found = needs(said.partition(" for itself ")[2], rf"if {N} more child(?:ren)? stays? at home\.")
            assert reference.net(number(found[1])) >= 0 > reference.net(number(found[1]) - 1), scenario
            assert number(found[1]) <= reference.expected


def test_the_title_of_the_map_never_contradicts_the_headline(readings: Readings) -> None:
    """`children=100&rate=5` said “would not pay for itself” and then “pays for itself from 10 children kept at home”."""
    for scenario, reference, shown in readings:
        title, verdict = shown.said.map_title, pays(reference)
        if verdict == "pays":
            needed = number(needs(title, rf"Support pays for itself from {N} child(?:ren)? kept at home")[1])
            assert reference.net(needed) >= 0 > reference.net(needed - 1) and needed <= reference.expected, scenario
        elif verdict == "out of reach":
            found = needs(
                title,
                rf"Where {N}% come back, support does not pay for itself: it takes {N} more at home, and {N} are expected to come back",
            )
            assert number(found[1]) / 100 == reference.rate
            assert number(found[2]) == ceil(reference.new / reference.one) > number(found[3])
        else:
            assert ("nothing to earn back" if verdict == "free" else "No number of children") in title
        framed = "the frame is this scenario" in shown.said.map_note
        assert framed == model.effect_given(scenario) == any(row["here"] for row in views.heat_map(FIGURES, scenario))


def test_a_break_even_rate_is_rounded_so_that_it_holds(readings: Readings) -> None:
    """“35.9% or fewer” was £1,610 short, and “45% or fewer … instead of 45%” said nothing."""
    seen = set()
    for scenario, reference, shown in readings:
        said, verdict = shown.said.sentences[2], pays(reference)
        found = re.fullmatch(
            rf"Support has paid for itself when (none|{N}% or fewer) come back, instead of {N}%\.", said
        )
        seen.add(bool(found))
        assert bool(found) == (verdict == "pays"), (scenario, said)
        if found:
            rate = Fraction(0) if found[1] == "none" else number(found[2]) / 100
            assert reference.net(reference.children * (reference.rate - rate)) >= 0, (scenario, said)
            wider = rate + Fraction(1, 1000)
            assert reference.net(reference.children * (reference.rate - wider)) < 0, (
                "a wider limit would have held, too"
            )
            assert rate < number(found[3]) / 100 == reference.rate
        else:
            assert ("no new spending" if verdict == "free" else "o re-entry rate is low enough") in said
    assert seen == {True, False}


def test_the_costs_and_the_net_position_are_those_of_the_model(readings: Readings) -> None:
    for scenario, reference, shown in readings:
        without, with_, _, _ = shown.said.sentences
        found = needs(
            without,
            rf"{N} of {N} child(?:ren)? (?:is|are) expected to come back into care\. At (.+) each, that costs {MONEY}\.",
        )
        assert abs(number(found[1]) - reference.expected) <= Fraction(1, 200) and number(found[2]) == reference.children
        assert agrees(found[4], reference.expected * reference.one)
        assert agrees(shown.said.tiles[0][0], reference.expected * reference.one)
        assert agrees(shown.said.tiles[1][0], reference.support)
        spent = needs(
            with_.partition(". ")[0], rf"Support costs {MONEY}, (?:all of it|of which {MONEY} is) new spending"
        )
        assert agrees(spent[1], reference.support) and (spent[2] is None or agrees(spent[2], reference.new))
        assert (spent[2] is None) == (scenario.additional == 1)
        kept = model.kept(scenario, shown.answer)
        end = with_.partition(". ")[2]
        if kept is None:
            assert "has not been entered" in end
            continue
        result = needs(end, r"With (.+) more child(?:ren)? at home, the authority is (.+)\.")
        assert result[1] == (f"{kept:,}" if kept else "no")
        net = reference.net(kept)
        if net == 0:
            assert result[2] == "exactly where it was"
        else:
            off = needs(result[2], rf"(?:(less than £1)|{MONEY}) (better|worse) off")
            assert abs(net) < HALF if off[1] else agrees(off[2], abs(net))
            assert off[3] == ("better" if net > 0 else "worse")
        assert agrees(shown.said.tiles[3][0], net)


def test_a_cost_without_a_time_is_never_called_a_years(readings: Readings) -> None:
    """The 2024 study says what a child costs who comes back, not for how long: “a year” for £105,804 was ours."""
    for scenario, _, shown in readings:
        timeless = scenario.edition == "2024" and scenario.reentry_cost is None
        texts = [shown.said.sentences[0], words.source_of(FIGURES, scenario, "reentry_cost")]
        texts += [views.scenario_table(FIGURES, scenario).rows[2][0]]
        if timeless:
            assert not any("year in care" in text or "a year of care" in text for text in texts), texts
            assert any("taken as the cost of 12 months" in one.what for one in words.assumed(FIGURES, scenario))
        elif scenario.months == 12:
            assert "At a year of care each" in texts[0]


def test_the_effect_that_it_takes_is_enough_when_it_is_entered(readings: Readings) -> None:
    asked = 0
    for scenario, reference, shown in readings:
        said = shown.said.ask
        assert bool(said) == (not model.effect_given(scenario))
        if not said:
            continue
        verdict = pays(reference)
        found = re.search(rf"it has to keep {N} of the {N} at home who are expected to come back \(({N}%)\)", said)
        assert bool(found) == (verdict == "pays"), (scenario, said)
        if not found:
            assert ("no effect would be enough" in said) == (verdict in ("never", "out of reach"))
            continue
        asked += 1
        assert number(found[1]) == ceil(reference.new / reference.one)
        tried, errors = model.entered(FIGURES, {"kept": found[3]}, scenario)
        kept = model.kept(tried, model.answer_of(FIGURES, tried))
        assert not errors and kept is not None and reference.net(kept) >= 0, "the share as it is shown, entered"
        assert shown.said.tiles[3][0] == found[3]
        in_time = cohort.needed(FIGURES, scenario)
        within = re.search(rf"it takes {N} \({N}%\)\.$", said)
        same = "The same number is enough" in said
        assert bool(within) + same + ("not even all of them" in said) == 1
        reached = int(number(within[1])) if within else int(number(found[1])) if same else None
        if reached is None:
            assert in_time is None or in_time > reference.expected
        else:
            assert cohort.outlook(FIGURES, replace(scenario, kept=reached)).position >= -cohort.HALF_A_PENNY
            if reached:
                assert cohort.outlook(FIGURES, replace(scenario, kept=reached - 1)).position < 0
    assert asked > 50


def test_the_years_say_what_the_years_are(readings: Readings) -> None:
    for _, reference, shown in readings:
        if shown.outlook is None:
            assert not shown.said.years and not shown.said.years_title
            continue
        said, title, years = shown.said.years, shown.said.years_title, shown.outlook.years
        assert "today" not in said + title
        if not reference.new:
            assert "no new spending" in title and "Support has paid" not in said
        else:
            paid = re.fullmatch(r"Support has paid for itself by the end of year (\d+)", title)
            assert bool(paid) == said.startswith("Support has paid for itself by the end of year")
            if paid:
                first = int(paid[1])
                assert f"by the end of year {first} ({years[first - 1].label})" in said
                assert all(year.cumulative >= -0.005 for year in years[first - 1 :])
                assert first == 1 or years[first - 2].cumulative < 0
            else:
                assert years[-1].cumulative < 0 and "has not paid for itself within" in title
        if "nothing changes" in said:
            assert all(abs(year.net) < 0.005 for year in years)
            continue
        if end := re.search(rf"the authority is {MONEY} (ahead|behind), at year 1 value", said):
            assert abs(float(number(end[1])) - abs(years[-1].cumulative)) <= 0.5001
            assert (end[2] == "ahead") == (years[-1].cumulative > 0)
        else:
            assert "where it was, to the pound" in said and abs(years[-1].cumulative) <= 0.5


def test_the_uncertainty_says_what_was_drawn(readings: Readings) -> None:
    for scenario, reference, shown in readings:
        if shown.drawn is None:
            assert not shown.said.uncertainty
            continue
        said, title, end = shown.said.uncertainty, shown.said.uncertainty_title, shown.drawn.end
        if reference.new:
            hundred = re.search(r"in (about|more than|fewer than) (\d+) of 100", title)
            assert hundred and f"{hundred[1]} {hundred[2]} of 100, support has paid for itself" in said
            share = end.chance * 100
            assert {
                "about": abs(share - int(hundred[2])) <= 0.5001,
                "more than": share >= 99.5,
                "fewer than": share <= 0.5,
            }[hundred[1]]
        else:
            assert "nothing to earn back" in title and "support has paid for itself" not in said
        found = re.search(rf"between {MONEY} and {MONEY}\. In 95 of 100 it lies between {MONEY} and {MONEY}\.", said)
        assert found
        for text, value in zip(found.groups(), (end.low80, end.high80, end.low95, end.high95), strict=True):
            assert abs(float(number(text)) - value) <= 0.5001
        assert (words.OF_EXAMPLE in said) == model.effect_of_example(FIGURES, scenario)


def test_what_moves_the_result_most_does_and_where_two_do_alike_both_are_named(readings: Readings) -> None:
    together = 0
    for _, _, shown in readings:
        if not shown.swings:
            continue
        title = shown.said.tornado_title.lower()
        most = matter_most(shown.swings)
        widest = max(swing.width for swing in shown.swings)
        for swing in shown.swings:
            named = words.INPUT_NAMES[swing.name] in title
            assert named == (swing in most)
            if named:
                assert swing.width == pytest.approx(widest, rel=1e-6, abs=0.01)
            else:
                assert swing.width < widest or widest <= 0.005
        together += len(most) > 1
    assert together > 3


def test_every_line_from_gross_to_net_is_the_sum_of_what_it_names(readings: Readings) -> None:
    for scenario, reference, shown in readings:
        steps = views.bridge(FIGURES, scenario, shown.outlook)
        amounts = [Fraction(step.amount) for step in steps]
        assert amounts[:3] == [-reference.support, reference.support - reference.new, -reference.new]
        if shown.outlook is None:
            assert len(steps) == 3
            continue
        kept = model.kept(scenario, shown.answer)
        assert kept is not None
        for at, exact in ((3, kept * reference.one), (4, reference.net(kept))):
            assert abs(amounts[at] - exact) < Fraction(1, 10**9)
        assert float(amounts[7]) == shown.outlook.position
        assert float(sum(amounts[4:7])) == pytest.approx(shown.outlook.position, abs=0.01, rel=1e-9)
        table = views.bridge_table(steps)
        assert all(abs(number(row[1]) - amount) <= HALF for row, amount in zip(table.rows, amounts, strict=True))


def test_every_caption_of_a_field_says_what_is_in_force(readings: Readings) -> None:
    for scenario, _, shown in readings:
        kept, said = model.kept(scenario, shown.answer), words.source_of(FIGURES, scenario, "kept")
        if share := re.match(rf"{N}% of those", said):
            assert scenario.kept is None and kept is not None
            assert abs(number(share[1]) / 100 - Fraction(scenario.usual_effect or 0)) <= Fraction(1, 2000)
        else:
            assert said == "Your own assumption" if kept is not None else said.startswith("For you to say")
        year = str(FIGURES.editions[scenario.edition].price_year)
        for name in ("reentry_cost", "support_cost"):
            caption = words.source_of(FIGURES, scenario, name)
            assert f"{year} prices" in caption, "the price year stands beside every published figure"
            if published := re.search(r"Published: (£[0-9,]+)", caption):
                figure = getattr(model, f"published_{name}")(FIGURES, scenario)
                assert agrees(published[1], Fraction(figure))


def test_two_kinds_of_prices_are_never_mixed_in_silence(readings: Readings) -> None:
    for scenario, _, shown in readings:
        own = (scenario.reentry_cost is not None) + (scenario.support_cost is not None)
        said = shown.said.sentences[3]
        assert ("Two kinds of prices meet here" in said) == (own == 1)
        assert ("Make sure that both are of the same year" in said) == (own == 2)
        if own < 2:
            assert f"{FIGURES.editions[scenario.edition].price_year} prices" in said
        if scenario.uprating != 1 and own < 2:
            assert ", times " in said
        assert ("not at today's" in said) == (own == 0 and scenario.uprating == 1)


def test_everything_that_nobody_has_published_is_listed_with_what_it_rests_on(readings: Readings) -> None:
    for scenario, _, _ in readings:
        listed = words.assumed(FIGURES, scenario)
        assert all(one.what.endswith(".") and len(one.rests_on) > 20 for one in listed)
        said = " ".join(one.what for one in listed)
        assert ("of them at home" in said) == model.effect_of_example(FIGURES, scenario)
        packages = scenario.mix and scenario.support_cost is None
        assert ("for medium need" in said) == packages
        assert ("for high need" in said) == (packages and scenario.edition == "2024")
        for name, label in words.INPUT_NAMES.items():
            unchanged = words.range_source(FIGURES, scenario, name) == "Assumed by Homeward"
            assert (f"{label} {words.range_said(scenario, name)}" in said) == unchanged


def test_the_paper_says_the_same_words(readings: Readings) -> None:
    pictures: list[report.Picture] = []
    for scenario, _, shown in readings[:300]:
        data = report._data(FIGURES, scenario, shown, pictures, ABOUT)
        said = shown.said
        assert data["headline"] == said.headline and data["map_note"] == said.map_note
        assert data["numbers"] == [list(tile) for tile in said.tiles]
        assert data["sentences"] == [*said.sentences, *([said.ask] if said.ask else [])]
        assert data["assumed"] == [list(one) for one in words.assumed(FIGURES, scenario)]
        if shown.outlook is None:
            assert data["over_time"] is None
        else:
            over = data["over_time"]
            assert isinstance(over, dict)
            assert (over["years"], over["uncertainty"], over["spread_title"]) == (
                said.years,
                said.uncertainty,
                said.tornado_title,
            )


def test_without_an_effect_nothing_that_needs_one_is_worked_out() -> None:
    shown = reading.read(FIGURES, BEGUN)
    assert (shown.outlook, shown.drawn, shown.swings) == (None, None, ())
    assert model.kept(BEGUN, shown.answer) is None and model.shown(FIGURES, BEGUN, "kept") == ""
    for compute in (cohort.outlook, simulation.spreads):
        with pytest.raises(ValueError, match="effect"):
            compute(FIGURES, BEGUN)
    compared = views.compare([("A", FIGURES, BEGUN), ("B", FIGURES, EXAMPLE)])
    assert [row["name"] for row in views.compare_rows(compared)] == ["B"]
    assert ("Kept at home", views.NOT_GIVEN, "8") in views.compare_table(compared).rows
