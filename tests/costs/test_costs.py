"""The cost simulator without a screen: the published examples, the years, the uncertainty, and what is refused."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from framework.costs import calculator, cohort, model, reading, simulation, views, words
from framework.costs import figures as published
from framework.costs.reading import About
from framework.edition import EditionError, folder_of

FIGURES = published.load()
EXAMPLE = model.default(FIGURES)

# ── The published examples, from the data ────────────────────────────────────────────────────────────────────────────


def test_the_worked_example_of_the_checklist_to_the_pound() -> None:
    """80 children, 45%, £61,614 and £5,627: £2,218,104 against £450,160, 7.31 children, so 8."""
    answer = model.answer_of(FIGURES, EXAMPLE)
    assert answer.expected_reentries == 36
    assert answer.expected_cost == Decimal("2218104")
    assert answer.support_cost == answer.additional_support_cost == Decimal("450160")
    assert answer.breakeven_children is not None
    assert answer.breakeven_children.quantize(Decimal("0.01")) == Decimal("7.31")
    assert answer.breakeven_children_rounded == 8
    assert answer.net_position(8) == 8 * 61614 - 450160 == 42752
    assert answer.net_position(7) < 0
    assert words.headline(EXAMPLE, answer) == "Support for 80 families pays for itself if 8 more children stay at home."


def test_a_whole_number_of_children_is_not_rounded_up() -> None:
    answer = calculator.calculate(calculator.Inputs(80, Decimal("0.45"), Decimal(45016), Decimal(5627)))
    assert answer.breakeven_children == 10
    assert answer.breakeven_children_rounded == 10


@pytest.mark.parametrize("national", FIGURES.national, ids=lambda national: national.id)
def test_the_figures_for_england_follow_from_the_unit_costs_as_their_source_rounds_them(national) -> None:
    edition = FIGURES.editions[national.edition]

    def rounded(money: Decimal, to: int, how: str) -> int:
        return int((money / to).quantize(Decimal(1), "ROUND_HALF_UP" if how == "nearest" else "ROUND_DOWN")) * to

    care = national.reentries * edition.reentry_cost.value
    support = national.returns * edition.support_average.value
    assert rounded(care, national.reentry_rounded_to, national.reentry_rounding) == national.reentry_total
    assert rounded(support, national.support_rounded_to, national.support_rounding) == national.support_total


def test_england_2012_13() -> None:
    """4,738 re-entries of 10,080 returns are 47%; support for all would have paid for itself at 38%."""
    england = next(n for n in FIGURES.national if n.id == "england-2012-13")
    rate = Decimal(england.reentries) / england.returns
    assert round(rate, 2) == Decimal("0.47")
    answer = calculator.calculate(calculator.Inputs(england.returns, rate, Decimal(61614), Decimal(5627)))
    assert answer.breakeven_rate is not None
    assert round(answer.breakeven_rate, 2) == Decimal("0.38")
    assert (england.reentry_total, england.support_total) == (300_000_000, 56_000_000)


def test_the_2024_study() -> None:
    """The two national totals fit the unit costs and the 35% of its own curve."""
    england = next(n for n in FIGURES.national if n.id == "england-2024")
    curve = FIGURES.curves["sussex2024"]
    assert curve.source == "goldacre2022"  # the 2024 cost study only quotes it
    assert (england.reentry_total, england.support_total) == (316_000_000, 67_000_000)
    assert england.returns == int(Decimal(england.support_total) / 7857)
    assert england.reentries == int(england.returns * curve.total)
    assert dict(zip(curve.months, curve.share, strict=True)) == {
        3: Decimal("0.12"),
        12: Decimal("0.20"),
        72: Decimal("0.35"),
    }
    answer = model.answer_of(FIGURES, replace(EXAMPLE, edition="2024"))
    assert answer.expected_cost == 36 * 105804
    assert answer.support_cost == 80 * 7857
    assert answer.breakeven_children_rounded == 6


def test_every_figure_says_where_it_comes_from() -> None:
    for edition in FIGURES.edition:
        for figure in edition.figures.values():
            assert FIGURES.citations[figure.source]
            assert figure.note and figure.unit
            assert figure.provenance == ("reconstructed" if figure.source == "homeward" else "published")


# ── Editions, local figures, prices, needs ───────────────────────────────────────────────────────────────────────────


def test_uprating_raises_published_figures_and_leaves_local_ones() -> None:
    raised = replace(EXAMPLE, uprating=Decimal("1.1"))
    assert model.reentry_cost(FIGURES, raised) == Decimal("61614") * Decimal("1.1")
    local = replace(raised, reentry_cost=Decimal(70000), support_cost=Decimal(6000))
    assert (model.reentry_cost(FIGURES, local), model.support_cost(FIGURES, local)) == (70000, 6000)


def test_a_mix_of_needs_weighs_the_three_costs() -> None:
    mixed = replace(EXAMPLE, mix=True, need_low=60, need_medium=0, need_high=40)
    assert model.support_cost(FIGURES, mixed) == Decimal(60 * 3000 + 40 * 13000) / 100


def test_only_additional_support_has_to_be_earned_back() -> None:
    half = model.answer_of(FIGURES, replace(EXAMPLE, additional=Decimal("0.5")))
    assert half.support_cost == 450160
    assert half.additional_support_cost == 225080
    assert half.breakeven_children_rounded == 4


def test_a_stay_of_two_years_costs_twice_as_much_and_halves_the_break_even() -> None:
    longer = model.answer_of(FIGURES, replace(EXAMPLE, months=24))
    assert longer.expected_cost == 2 * 2218104
    assert longer.breakeven_children_rounded == 4


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("[example", "not valid TOML"),
        ("rate = 7", "discount"),
        ("kept = 37", "example"),
        ('source = "nobody"', "nobody"),
        ("share = [0.5]", "curve"),
    ],
)
def test_a_broken_file_is_named_with_its_key_and_reason(tmp_path: Path, broken: str, named: str) -> None:
    for file in folder_of().glob("*.toml"):
        text = file.read_text("utf-8")
        if file.name == "costs.toml":
            before = {
                "[example": "[example]",
                "rate = 7": "rate = 0.035",
                "kept = 37": "kept = 8",
                'source = "nobody"': 'source = "greenbook"\nprovenance',
                "share = [0.5]": "share = [0.12, 0.20, 0.35]",
            }[broken]
            after = broken + "\nprovenance" if "nobody" in broken else broken
            assert before in text
            text = text.replace(before, after, 1)
        (tmp_path / file.name).write_text(text, "utf-8")
    with pytest.raises(EditionError, match=named) as raised:
        published.load(str(tmp_path))
    assert "costs.toml" in str(raised.value)


# ── The calculation's properties ─────────────────────────────────────────────────────────────────────────────────────

money = some.decimals(0, 1_000_000, places=2)
share = some.decimals(0, 1, places=3)
inputs = some.builds(
    calculator.Inputs,
    children=some.integers(1, 100_000),
    reentry_rate=share,
    reentry_cost=money,
    support_cost=money,
    additional_share=share,
    reentry_months=some.integers(1, 120),
)


@example(calculator.Inputs(1750, Decimal(0), Decimal("0.01"), Decimal("0.01"), Decimal("0.001"), 1))
@given(inputs)
def test_the_calculation_is_exact(given_: calculator.Inputs) -> None:
    """Against the same in fractions; the break-even is the smallest number of children that covers the support."""
    answer = calculator.calculate(given_)
    one = Fraction(given_.reentry_cost) * given_.reentry_months / 12
    additional = given_.children * Fraction(given_.support_cost) * Fraction(given_.additional_share)
    assert abs(Fraction(answer.expected_cost) - given_.children * Fraction(given_.reentry_rate) * one) < Fraction(
        1, 10**40
    )
    assert Fraction(answer.additional_support_cost) == additional
    needed = answer.breakeven_children_rounded
    if additional and not one:
        assert needed is None and answer.breakeven_children is None and not answer.reachable
    else:
        assert needed is not None
        assert needed * one >= additional
        assert needed == 0 or (needed - 1) * one < additional


@given(inputs, some.integers(0, 1000))
def test_one_more_child_at_home_never_costs_more(given_: calculator.Inputs, kept: int) -> None:
    answer = calculator.calculate(given_)
    assert answer.net_position(kept + 1) >= answer.net_position(kept)
    assert answer.total_cost(kept + 1) <= answer.total_cost(kept)


@given(inputs)
def test_at_the_break_even_rate_nothing_is_lost_or_won(given_: calculator.Inputs) -> None:
    answer = calculator.calculate(given_)
    if answer.breakeven_rate is not None and answer.breakeven_children is not None:
        kept = given_.children * (given_.reentry_rate - answer.breakeven_rate)
        assert abs(answer.net_position(kept)) < Decimal("0.01")


# ── Years ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@some.composite
def scenarios(draw) -> model.Scenario:
    children = draw(some.integers(1, 2000))
    rate = draw(share)
    first = draw(some.integers(1, 12))
    last = 2026 * 12 + first - 1 + draw(some.integers(0, 11))
    own = sorted(draw(some.lists(some.decimals(Decimal("0.001"), 1, places=3), min_size=1, max_size=10)))
    return replace(
        EXAMPLE,
        edition=draw(some.sampled_from(list(FIGURES.editions))),
        children=children,
        rate=rate,
        kept=draw(some.none() | some.integers(0, int(children * rate))),
        months=draw(some.integers(1, 120)),
        additional=draw(share),
        reentry_cost=draw(some.none() | money),
        support_cost=draw(some.none() | money),
        curve=draw(some.sampled_from([*FIGURES.curves, model.OWN])),
        own_curve=tuple(own),
        start=date(2026, first, 1),
        end=date(last // 12, last % 12 + 1, 28),
        years=draw(some.integers(1, 10)),
        discount=draw(some.decimals(0, Decimal("0.2"), places=3)),
    )


@given(scenarios())
def test_costs_fall_in_some_year_once_and_never_twice(scenario: model.Scenario) -> None:
    """What falls within ten years is at most what the calculation says, and all of it if there is time enough."""
    scenario = replace(scenario, years=10)
    outlook, answer = cohort.outlook(FIGURES, scenario), model.answer_of(FIGURES, scenario)
    care = sum(year.care_without for year in outlook.years)
    assert care <= float(answer.expected_cost) * (1 + 1e-9) + 1e-6
    latest = model.points(FIGURES, scenario)[-1][0] + scenario.cohort_months + scenario.months
    if latest <= 120:
        assert care == pytest.approx(float(answer.expected_cost), rel=1e-9, abs=1e-6)
    support = sum(year.support for year in outlook.years)
    assert support == pytest.approx(float(answer.additional_support_cost), rel=1e-9, abs=1e-6)


@given(scenarios())
def test_more_children_kept_home_never_costs_more_in_any_year(scenario: model.Scenario) -> None:
    kept = model.kept(scenario, model.answer_of(FIGURES, scenario))
    if kept + 1 <= scenario.children * scenario.rate:
        fewer = cohort.outlook(FIGURES, scenario)
        more = cohort.outlook(FIGURES, replace(scenario, kept=kept + 1))
        for before, after in zip(fewer.years, more.years, strict=True):
            assert after.cumulative >= before.cumulative - 1e-6
            assert after.care_with <= before.care_with + 1e-6


@given(scenarios())
def test_nothing_is_gained_with_no_effect(scenario: model.Scenario) -> None:
    outlook = cohort.outlook(FIGURES, replace(scenario, kept=0))
    for year in outlook.years:
        assert year.care_with == year.care_without
        assert year.net == -year.support
        assert year.cumulative <= 0


def test_without_discounting_and_with_time_the_years_add_up_to_the_calculation() -> None:
    scenario = replace(EXAMPLE, discount=Decimal(0), years=10)
    assert cohort.outlook(FIGURES, scenario).position == pytest.approx(42752)


def test_the_turning_year_is_the_first_from_which_the_position_stays_above_zero() -> None:
    outlook = cohort.outlook(FIGURES, EXAMPLE)
    assert outlook.turns is not None
    turned = outlook.turns.number
    assert all(year.cumulative < 0 for year in outlook.years if year.number < turned)
    assert all(year.cumulative >= 0 for year in outlook.years if year.number >= turned)
    assert cohort.outlook(FIGURES, replace(EXAMPLE, kept=2)).turns is None


def test_children_come_back_as_the_curve_says() -> None:
    """Everybody home on one day: after 3, 12 and 72 months 12, 20 and 35 of 100 are back."""
    one_month = replace(EXAMPLE, children=100, rate=Decimal("0.35"), kept=0, end=date(2026, 4, 30), years=6)
    outlook = cohort.outlook(FIGURES, one_month)
    assert outlook.years[0].back_without == pytest.approx(20)
    assert outlook.years[5].back_without == pytest.approx(35)
    assert outlook.years[0].label == "Apr 2026 to Mar 2027"


def test_money_of_the_first_year_counts_in_full_and_later_money_less() -> None:
    assert cohort.factors(0.035, 3) == pytest.approx((1, 1 / 1.035, 1 / 1.035**2))


# ── Uncertainty ──────────────────────────────────────────────────────────────────────────────────────────────────────


@given(scenarios(), some.integers(0, 999))
def test_the_mean_of_the_simulation_meets_the_closed_form_within_its_error(scenario: model.Scenario, seed: int) -> None:
    """Five standard errors: one in some two million draws lies further out by chance."""
    result = simulation.simulate(FIGURES, replace(scenario, seed=seed), draws=2000)
    assert abs(result.mean - result.expected) <= 5 * result.error + 1e-6


def test_a_hundred_thousand_draws_meet_the_closed_form_closely() -> None:
    result = simulation.simulate(FIGURES, replace(EXAMPLE, years=10))
    assert result.draws == 100_000
    assert abs(result.mean - result.expected) <= 4 * result.error < 2000


def test_the_same_scenario_draws_the_same_futures_and_another_seed_others() -> None:
    assert simulation.simulate(FIGURES, EXAMPLE, 500) == simulation.simulate(FIGURES, EXAMPLE, 500)
    assert simulation.simulate(FIGURES, EXAMPLE, 500) != simulation.simulate(FIGURES, replace(EXAMPLE, seed=2), 500)


@given(scenarios())
def test_the_intervals_lie_in_each_other_and_the_bars_hold_every_draw(scenario: model.Scenario) -> None:
    result = simulation.simulate(FIGURES, scenario, draws=300)
    for year in result.years:
        assert year.low95 <= year.low80 <= year.median <= year.high80 <= year.high95
        assert 0 <= year.chance <= 1
    assert sum(bin_.share for bin_ in result.bins) == pytest.approx(1)
    assert all(bin_.low >= 0 or bin_.high <= 0 for bin_ in result.bins), "no bar lies on both sides of zero"


def test_the_intervals_are_the_quantiles_of_the_draws() -> None:
    """Drawn again by hand for the last year, with numpy's own quantiles."""
    import numpy as np

    scenario = replace(EXAMPLE, rate_range=(0, 0), reentry_range=(0, 0), effect_range=(0, 0))
    result, spread = simulation.simulate(FIGURES, scenario, draws=999), simulation.spreads(FIGURES, scenario)
    care, support = simulation._weights(FIGURES, scenario)
    drawn = np.random.default_rng(scenario.seed).triangular(
        spread.support_cost.low, spread.support_cost.mode, spread.support_cost.high, 999
    )
    positions = 8 * spread.reentry_cost.mode * care[-1] - scenario.children * drawn * support[-1]
    end = result.end
    assert [end.low95, end.low80, end.median, end.high80, end.high95] == pytest.approx(
        np.quantile(positions, simulation.LEVELS).tolist()
    )
    assert end.chance == pytest.approx(float((positions >= 0).mean()))


def test_what_is_certain_is_the_same_in_every_draw() -> None:
    certain = replace(EXAMPLE, rate_range=(0, 0), reentry_range=(0, 0), support_range=(0, 0), effect_range=(0, 0))
    result = simulation.simulate(FIGURES, certain, draws=100)
    position = cohort.outlook(FIGURES, certain).position
    assert result.end.low95 == pytest.approx(position) == result.end.high95
    assert simulation.matter_most(simulation.tornado(FIGURES, certain)) == ()


def test_the_tornado_begins_with_what_matters_most() -> None:
    swings = simulation.tornado(FIGURES, EXAMPLE)
    assert [s.width for s in swings] == sorted((s.width for s in swings), reverse=True)
    assert swings[0].name == "effect"
    assert all(s.base == pytest.approx(cohort.outlook(FIGURES, EXAMPLE).position) for s in swings)


def test_no_range_leads_beyond_what_is_possible() -> None:
    spread = simulation.spreads(
        FIGURES, replace(EXAMPLE, rate=Decimal("0.9"), kept=70, rate_range=(0, 100), effect_range=(0, 100))
    )
    assert spread.rate.high == 1
    assert spread.effect.high == 1


# ── What somebody enters ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rate", "101", "more than 100%"),
        ("rate", "-1", "less than 0%"),
        ("rate", "many", "not a number"),
        ("children", "0", "at least 1 child"),
        ("children", "-3", "at least 1 child"),
        ("children", "2.5", "whole numbers"),
        ("children", "9" * 18, "100,000 or less"),
        ("children", "9" * 110, "too long"),
        ("reentry_cost", "-5", "less than £0"),
        ("reentry_cost", "1e308", "too long"),
        ("reentry_cost", "99999999999999999999", "or less for one child"),
        ("support_cost", "0.001", "pounds and pence"),
        ("kept", "37", "more than the 36 children"),
        ("years", "11", "10 or less"),
        ("months", "0", "1 or more"),
        ("uprating", "0", "from 0.1 to 10"),
        ("end", "2020-01-01", "before the first day"),
        ("end", "2028-01-01", "12 calendar months"),
        ("start", "yesterday", "not a date"),
        ("edition", "1999", "no figures called"),
        ("curve", "steep", "no curve called"),
        ("curve", "own", "one percentage"),
        ("own_curve", "20, 10", "lower than the one before"),
        ("rate_range", "5,10", "below and above"),
        ("mix", "perhaps", "yes or no"),
        ("children", "", "empty"),
        ("children", "<script>alert(1)</script>", "not a number"),
        ("children", "٣", "not a number"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence_and_the_last_good_answer_stays(name: str, text: str, said: str) -> None:
    scenario, errors = model.read(FIGURES, {name: text}, EXAMPLE)
    assert scenario == EXAMPLE
    assert said in " ".join(errors.values())
    assert all(sentence.endswith(".") for sentence in errors.values())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("children", " 1,200 ", 1200),
        ("rate", "47%", Decimal("0.47")),
        ("reentry_cost", "£70,000.50", Decimal("70000.50")),
        ("support_cost", "", None),
        ("own_curve", "20, 25 29%", (Decimal("0.2"), Decimal("0.25"), Decimal("0.29"))),
        ("rate_range", "−10,30", (-10, 30)),
    ],
)
def test_figures_may_be_written_as_people_write_them(name: str, text: str, value: object) -> None:
    scenario, errors = model.read(FIGURES, {name: text}, EXAMPLE)
    assert not errors
    assert getattr(scenario, name) == value


def test_a_good_field_is_taken_even_where_another_is_wrong() -> None:
    scenario, errors = model.read(FIGURES, {"children": "100", "rate": "200"}, EXAMPLE)
    assert scenario.children == 100 and scenario.rate == EXAMPLE.rate
    assert list(errors) == ["rate"]


@pytest.mark.parametrize("name", ["rate", "additional", "discount", "own_curve"])
def test_a_share_typed_as_a_fraction_is_asked_about(name: str) -> None:
    """0.45 as a rate was taken for 0.45% without a word."""
    scenario, errors = model.entered(FIGURES, {name: "0.45"}, EXAMPLE, name)
    assert scenario == EXAMPLE
    assert errors == {name: "Did you mean 45%? Enter 45%, or 0.45% if it is less than one per cent."}
    for text, value in (("45%", Decimal("0.45")), ("0.45%", Decimal("0.0045"))):
        meant, errors = model.entered(FIGURES, {name: text}, EXAMPLE, name)
        assert errors == {} and getattr(meant, name) == ((value,) if name == "own_curve" else value)
    # What stands in the field then is no doubt when something else is changed, and an old link keeps its meaning.
    again, errors = model.entered(
        FIGURES, {name: model.shown(FIGURES, meant, name), "children": "90"}, meant, "children"
    )
    assert (getattr(again, name), again.children, errors) == (getattr(meant, name), 90, {})
    linked, sentences = model.from_query(FIGURES, {name: "0.45"})
    assert getattr(linked, name) == getattr(meant, name) and sentences == []


def test_a_curve_of_fractions_is_asked_about() -> None:
    _, errors = model.entered(FIGURES, {"curve": "own", "own_curve": "0.12, 0.2, 0.35"}, EXAMPLE, "own_curve")
    assert errors["own_curve"].startswith("Did you mean 12%, 20%, 35%?")
    curve, errors = model.entered(FIGURES, {"curve": "own", "own_curve": "0.5, 20"}, EXAMPLE, "own_curve")
    assert curve.own_curve == (Decimal("0.005"), Decimal("0.2")) and errors == {}


def test_an_effect_is_a_number_of_children_or_a_share() -> None:
    begun = model.begin(FIGURES)
    assert (begun.kept, begun.usual_effect, model.effect_given(begun)) == (None, None, False)
    number, errors = model.entered(FIGURES, {"kept": "12"}, begun, "kept")
    assert (model.kept(number, model.answer_of(FIGURES, number)), errors) == (12, {})
    share, errors = model.entered(FIGURES, {"kept": "20%"}, begun, "kept")
    assert (model.kept(share, model.answer_of(FIGURES, share)), share.usual_effect, errors) == (7, Decimal("0.2"), {})
    more, _ = model.entered(FIGURES, {"children": "160", "kept": "7"}, share, "children")
    assert model.kept(more, model.answer_of(FIGURES, more)) == 14, "a share follows"
    for text, said in (("120%", "more than 100%"), ("0.2", "a share like 20%"), ("-1", "less than 0 children")):
        assert said in model.entered(FIGURES, {"kept": text}, begun, "kept")[1]["kept"]
    for scenario in (begun, replace(number, usual_effect=EXAMPLE.usual_effect), share):
        assert model.from_query(FIGURES, model.to_query(FIGURES, scenario)) == (scenario, [])
        assert model.from_inputs(FIGURES, model.to_inputs(scenario)) == (scenario, [])
    assert model.from_query(FIGURES, {"children": "160"})[0].usual_effect == EXAMPLE.usual_effect, "a link of 0.2.0"


@pytest.mark.parametrize(
    ("query", "said", "kept"),
    [
        (
            {"children": "200", "rate": "5", "kept": "50", "months": "24"},
            "50 is more than the 10",
            {"children": 200, "months": 24},
        ),
        (
            {"children": "200", "mix": "yes", "need_low": "90"},
            "add up to 140%",
            {"children": 200, "mix": True, "need_low": 50},
        ),
        ({"children": "200", "curve": "own"}, "one percentage", {"children": 200, "curve": "sussex2024"}),
        ({"children": "200", "start": "2027-05-01"}, "before the first day", {"children": 200, "start": EXAMPLE.start}),
        ({"children": "200", "edition": "1999", "years": "5"}, "no figures called", {"children": 200, "years": 5}),
        ({"children": "200", "rate": "many"}, "not a number", {"children": 200, "rate": EXAMPLE.rate}),
    ],
)
def test_a_link_with_one_misfit_keeps_its_other_figures(
    query: dict[str, str], said: str, kept: dict[str, object]
) -> None:
    """One part that did not fit the others took all of them with it."""
    scenario, sentences = model.from_query(FIGURES, query)
    assert {name: getattr(scenario, name) for name in kept} == kept
    assert len(sentences) == 1 and said in sentences[0] and sentences[0].endswith("It was left out.")
    assert model.check(FIGURES, scenario) == {}
    assert "kept" not in query or not model.effect_given(scenario), "nobody's effect, rather than the example's"


def test_a_refused_change_says_so_at_the_field_that_was_changed_too() -> None:
    """Fewer children were refused in silence there: the sentence stood at another field."""
    good = replace(EXAMPLE, kept=20)
    scenario, errors = model.entered(FIGURES, {"children": "10", "kept": "20"}, good, "children")
    assert scenario == good and list(errors) == ["kept", "children"]
    assert errors["children"].startswith(
        "This does not fit “More of them kept at home by the support”. 20 is more than the 4.5"
    )


def test_no_field_says_that_as_many_are_less() -> None:
    _, errors = model.read(FIGURES, {"children": "80", "rate": "44.9999", "kept": "36"}, EXAMPLE)
    assert errors["kept"].startswith("36 is more than the 35.99 children")


def test_a_range_of_nothing_is_drawn() -> None:
    """A hundred hundredths of a float may be more than it: the draws stopped with an error."""
    for cost in range(1, 2000):
        spread = simulation._spread(cost / 7, (0, 0))
        assert spread.low <= spread.mode <= spread.high


def test_the_published_figure_typed_in_is_no_local_figure() -> None:
    scenario, _ = model.read(FIGURES, {"reentry_cost": "61614"}, replace(EXAMPLE, reentry_cost=Decimal(1)))
    assert scenario.reentry_cost is None


def test_until_somebody_enters_it_the_same_share_stays_at_home_as_in_the_example() -> None:
    """8 of 36. Who enters ten children is not refused for the example's eight, and a cheaper service shows its gain."""
    for children, needed in ((80, 8), (160, 16), (10, 1), (1, 0)):
        scenario, errors = model.entered(FIGURES, {"children": str(children), "kept": "8"}, EXAMPLE)
        assert errors == {}, "a field that shows what follows is not taken for an entry"
        assert model.kept(scenario, model.answer_of(FIGURES, scenario)) == needed
    cheaper = replace(EXAMPLE, support_cost=Decimal(3000))
    assert (
        model.answer_of(FIGURES, cheaper).net_position(model.kept(cheaper, model.answer_of(FIGURES, cheaper)))
        == 8 * 61614 - 240000
    )
    entered, _ = model.entered(FIGURES, {"kept": "12"}, EXAMPLE)
    more, _ = model.entered(FIGURES, {"children": "160", "kept": "12"}, entered)
    assert model.kept(more, model.answer_of(FIGURES, more)) == 12
    emptied, errors = model.entered(FIGURES, {"kept": ""}, more)
    assert (emptied.kept, errors) == (None, {})


@given(scenarios())
def test_never_more_stay_at_home_than_would_come_back(scenario: model.Scenario) -> None:
    answer = model.answer_of(FIGURES, scenario)
    assert 0 <= model.kept(scenario, answer) <= answer.expected_reentries


@given(scenarios())
def test_an_address_brings_back_the_same_scenario(scenario: model.Scenario) -> None:
    scenario = model.without_published(FIGURES, scenario)
    again, sentences = model.from_query(FIGURES, model.to_query(FIGURES, scenario))
    assert sentences == []
    assert again == scenario


@given(some.dictionaries(some.sampled_from([*model.FIELDS, "x", "<b>"]), some.text(max_size=60), max_size=8))
def test_nonsense_in_an_address_never_breaks_the_page(query: dict[str, str]) -> None:
    scenario, sentences = model.from_query(FIGURES, query)
    assert model.check(FIGURES, scenario) == {}
    assert all(len(sentence) < 300 for sentence in sentences)
    words.headline(scenario, model.answer_of(FIGURES, scenario))


def test_the_address_of_the_worked_example_names_its_figures_and_nothing_else() -> None:
    assert model.to_query(FIGURES, EXAMPLE) == {"figures": FIGURES.id}


# ── What is said and shown ───────────────────────────────────────────────────────────────────────────────────────────


@given(scenarios())
def test_every_scenario_can_be_said_and_shown(scenario: model.Scenario) -> None:
    """Every sentence and table, with nothing divided by zero and no number that is none."""
    answer, outlook = model.answer_of(FIGURES, scenario), cohort.outlook(FIGURES, scenario)
    result, swings = simulation.simulate(FIGURES, scenario, 50), simulation.tornado(FIGURES, scenario)
    most = simulation.matter_most(swings)
    said = [
        words.headline(scenario, answer),
        words.without_support(FIGURES, scenario, answer),
        words.with_support(scenario, answer),
        words.breakeven(scenario, answer),
        words.years(scenario, outlook),
        words.uncertainty(FIGURES, scenario, result, most),
        words.map_title(scenario, answer),
        words.tornado_title(most),
        words.years_note(scenario, answer, outlook),
        words.prices(FIGURES, scenario),
        *(words.source_of(FIGURES, scenario, name) for name in model.FIELDS),
    ]
    tables = [
        views.heat_table(views.heat_map(FIGURES, scenario)),
        views.year_table(outlook),
        views.spread_table(result),
        views.tornado_table(swings, scenario),
        views.scenario_table(FIGURES, scenario),
    ]
    for table in tables:
        assert all(len(row) == len(table.head) for row in table.rows)
        said += [cell for row in table.rows for cell in row]
    assert not any("nan" in text.split() or "inf" in text.split() or "£nan" in text for text in said)
    assert views.bin_rows(result)
    assert views.year_rows(outlook)[0]["position"] == 0


def test_the_map_has_the_scenario_in_it_and_marks_where_support_pays() -> None:
    rows = views.heat_map(FIGURES, EXAMPLE)
    (here,) = [row for row in rows if row["here"]]
    assert (here["kept"], here["rate"], here["total"]) == (8, "45%", 28 * 61614 + 450160)
    assert all((row["kept"] >= 8) == row["pays"] for row in rows if row["possible"])  # type: ignore[operator]


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf"), "without the mark, Excel shows Â£"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_files_beside_the_charts_hold_numbers_that_a_spreadsheet_can_add() -> None:
    outlook, swings = cohort.outlook(FIGURES, EXAMPLE), simulation.tornado(FIGURES, EXAMPLE)
    result = simulation.simulate(FIGURES, EXAMPLE, 500)
    years = read_csv(views.year_csv(outlook))
    assert float(years[-1]["Position so far (£)"]) == pytest.approx(outlook.position, abs=1e-5)
    assert sum(float(y["At year 1 value (£)"]) for y in years) == pytest.approx(outlook.position, abs=1e-4)
    cells = {
        (row["Come back"], row["Kept at home"]): row
        for row in read_csv(views.heat_csv(views.heat_map(FIGURES, EXAMPLE)))
    }
    assert cells["45%", "8"]["Better or worse off (£)"] == "42752"
    assert sum(
        float(row["Share of the futures"]) for row in read_csv(views.bin_csv(views.bin_rows(result)))
    ) == pytest.approx(1)
    first = read_csv(views.tornado_csv(swings))[0]
    assert float(first["Difference (£)"]) == pytest.approx(swings[0].width, abs=1e-5)


def test_a_csv_cell_never_becomes_a_formula() -> None:
    compared = views.compare([("=1+1", FIGURES, EXAMPLE), ("@c", FIGURES, replace(EXAMPLE, kept=3))])
    rows = read_csv(views.compare_csv(compared))
    assert [row["Scenario"] for row in rows] == ["'=1+1", "'@c"]
    assert float(rows[1]["Position at the end (£)"]) < 0, "a minus before a number is a number"


def test_no_chance_is_shown_as_certain() -> None:
    """What is drawn can say neither never nor always."""
    assert [words.chance(share) for share in (0.0, 0.004, 0.54, 1.0)] == ["under 1%", "under 1%", "54%", "over 99%"]


def test_scenarios_of_different_size_are_said_not_to_compare() -> None:
    assert words.compare_note([(FIGURES, EXAMPLE), (FIGURES, replace(EXAMPLE, kept=3))]) == ""
    assert "numbers of children and numbers of years" in words.compare_note(
        [(FIGURES, EXAMPLE), (FIGURES, replace(EXAMPLE, children=90, years=5))]
    )


def test_scenarios_at_different_prices_are_never_compared_in_silence() -> None:
    own = replace(EXAMPLE, reentry_cost=Decimal(70000))
    both = replace(own, support_cost=Decimal(6000))
    for other, said in (
        (replace(EXAMPLE, edition="2024"), "2014 prices; 2024 prices"),
        (replace(EXAMPLE, uprating=Decimal("1.3"), price_year=2024), "2014 prices; 2014 prices, times 1.3 for 2024"),
        (own, "2014 prices; 2014 prices, and your own figure"),
        (both, "2014 prices; your own figures"),
    ):
        note = words.compare_note([(FIGURES, EXAMPLE), (FIGURES, other)])
        assert f"different prices ({said})" in note and "pounds do not compare" in note
    assert "of one year" in words.compare_note([(FIGURES, both), (FIGURES, both)])
    compared = views.compare([("A", FIGURES, EXAMPLE), ("B", FIGURES, replace(EXAMPLE, edition="2024"))])
    assert ("Prices", "2014 prices", "2024 prices") in views.compare_table(compared).rows
    assert [row["Prices"] for row in read_csv(views.compare_csv(compared))] == ["2014 prices", "2024 prices"]
    assert [row[1] for row in views.national_table(FIGURES).rows] == ["2014 prices", "2024 prices"]


def test_where_the_years_say_no_and_the_break_even_yes_it_says_why() -> None:
    short = replace(EXAMPLE, years=3)
    for scenario, explained in ((EXAMPLE, False), (short, True), (replace(short, kept=2), False)):
        note = words.years_note(scenario, model.answer_of(FIGURES, scenario), cohort.outlook(FIGURES, scenario))
        assert bool(note) == explained


def test_it_says_at_which_prices_all_money_is() -> None:
    raised = replace(EXAMPLE, uprating=Decimal("1.38"), price_year=2026)
    assert words.prices(FIGURES, EXAMPLE) == "All money is at 2014 prices, not at today's."
    assert words.prices(FIGURES, raised) == "All money is at 2014 prices, times 1.38 for 2026."
    assert "your own is as you entered it" in words.prices(FIGURES, replace(raised, support_cost=Decimal(6000)))


def test_the_figures_for_england_are_shown_with_what_is_reconstructed() -> None:
    first, second = views.national_table(FIGURES).rows
    assert first == (
        "England 2012-13",
        "2014 prices",
        "10,080",
        "4,738 (47% of 10,080, not a count)",
        "£300,000,000",
        "£56,000,000",
    )
    assert second[2:4] == ("8,527 (reconstructed)", "2,984 (reconstructed)")


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="620" height="260"><rect width="9" height="9"/></svg>'


def paper(scenario: model.Scenario, about: About) -> tuple[bytes, str, int]:
    """The paper as bytes, its text with the lines joined, and how many pages it has."""
    import pypdf

    from framework.costs import report

    shown = reading.read(FIGURES, scenario)
    pictures = [
        report.Picture(f"Chart {n} #panic()", "Chart: words $x$", SVG) for n in range(3 if shown.outlook else 1)
    ]
    pdf = report.build(FIGURES, scenario, shown, pictures, about)
    made = pypdf.PdfReader(io.BytesIO(pdf))
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"] and b"pdfuaid" in pdf
    return pdf, " ".join(" ".join(page.extract_text() for page in made.pages).split()), len(made.pages)


def test_the_paper_is_tagged_and_sets_what_people_wrote_as_it_is() -> None:
    longest = replace(EXAMPLE, curve=model.OWN, own_curve=tuple(Decimal(n) / 1000 for n in range(101, 111)), mix=True)
    for scenario in (EXAMPLE, longest, model.begin(FIGURES)):
        _, text, pages = paper(scenario, About(date(2026, 11, 24), "Paper for *us* @them"))
        assert pages <= 4
        assert "£2,218,104" in text and "24 November 2026" in text
        assert "Paper for *us* @them" in text and "#panic()" in text


def test_the_paper_says_whose_it_is_what_it_rests_on_and_how_gross_becomes_net() -> None:
    scenario = replace(EXAMPLE, mix=True, seed=77, rate_range=(-15, 25))
    link = "https://homeward.example/costs?kept=8&figures=x"
    _, text, _ = paper(scenario, About(date(2026, 11, 24), "North 2027", "Northshire", "Priya Shah", link))
    # Marks that allow or forbid a line break inside a link are no part of it.
    squeezed = "".join(text.split()).replace("\u2060", "").replace("\u200b", "").replace("\u00ad", "")
    for said in ("North 2027", "Northshire", "Priya Shah", link, "24 November 2026", "−15% to +25%", "77"):
        assert said.replace(" ", "") in squeezed, said
    for said in (
        words.ASSUMED,
        "50% low, 35% medium, 15% high",
        "From gross to net",
        *(step.label for step in views.bridge(FIGURES, scenario, cohort.outlook(FIGURES, scenario))),
        *(text for one in words.assumed(FIGURES, scenario) for text in one),
    ):
        assert said.replace(" ", "") in squeezed, said


# ── The command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def command(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "framework", "costs", "-"], input=text, capture_output=True, text=True)


ANNEX_3 = {"children": 80, "reentry_rate": 0.45, "reentry_cost": 61614, "support_cost": 5627}


def test_the_command_line_gives_the_worked_example() -> None:
    done = command(json.dumps(ANNEX_3))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["expected_cost"] == 2218104
    assert answer["support_cost"] == 450160
    assert answer["breakeven_children"] == 7.31
    assert answer["breakeven_children_rounded"] == 8


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"reentry_rate": 1.01}, "reentry_rate"),
        ({"reentry_rate": -0.1}, "reentry_rate"),
        ({"reentry_rate": "0.45"}, "reentry_rate"),
        ({"children": 0}, "children"),
        ({"children": 1.5}, "children"),
        ({"children": True}, "children"),
        ({"children": 10**15}, "children"),
        ({"support_cost": -1}, "support_cost"),
        ({"reentry_cost": None}, "reentry_cost"),
        ({"reentry_cost": 1e300}, "reentry_cost"),
        ({"additional_share": 2}, "additional_share"),
        ({"children_kept_home": 37}, "children_kept_home"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_input_names_its_key(change: dict, key: str) -> None:
    with pytest.raises(calculator.InvalidInput, match=f'"{key}"'):
        calculator.parse({**ANNEX_3, **change})


@pytest.mark.parametrize("key", ANNEX_3)
def test_a_missing_key_is_named(key: str) -> None:
    with pytest.raises(calculator.InvalidInput, match=f'"{key}" is missing'):
        calculator.parse({name: value for name, value in ANNEX_3.items() if name != key})


def test_the_command_line_refuses_in_one_line_with_status_2() -> None:
    for text in ('{"children": 0}', "[]", "nonsense", json.dumps(ANNEX_3)[:-1] + ', "children": 81}'):
        done = command(text)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
