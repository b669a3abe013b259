"""Protects: what stands beside the light is true, complete and reads as plain English.

- a few short sentences say the level and why, or one says how much is still to be found out;
- what holds the light there, and what would have to be different, are said in the words of the edition;
- while the light is grey, there is always something named that would help to decide it;
- the rule can be read as a table of words, and factors can be found by their words and taken into a spreadsheet,
  where no cell may act as a formula.
"""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import case, edition
from framework.edition import CONTENT, DEFAULT, library
from framework.light import explain
from framework.light.classification import Assessment, Classification, Key, classify
from tests import texts

EDITION = edition.load(DEFAULT)
SAMPLES = {sample.id: sample for sample in case.load_samples(EDITION)}
NAMES = {"a": "Carer A", "b": "Carer B", "c": "Carer C"}
MOST_FAVOURABLE = {"risk": "absent", "protection": "present", "capacity": "evident", "wishes": "wants"}


def light_of(sample: str) -> Classification:
    return classify(EDITION, SAMPLES[sample].reference)


def light(carers: tuple[str, ...], changes: dict[Key, str]) -> Classification:
    """The light for a child for whom all is good in every way, except for these answers."""
    answers = {question.key: MOST_FAVOURABLE[question.dimension] for question in EDITION.questions(carers)}
    return classify(EDITION, Assessment(carers, answers | changes))


def without_protection(carers: tuple[str, ...]) -> dict[Key, str]:
    return {q.key: "absent" for q in EDITION.questions(carers) if q.dimension == "protection"}


# One sentence


@pytest.mark.parametrize(
    ("sample", "title", "sentence"),
    [
        (
            "HW-011",
            "Low risk",
            "Low risk, because risks are resolved or absent, something protects the child, any needed change was seen, "
            "and everyone who can say wants the return.",
        ),
        (
            "HW-012",
            "Medium risk",
            "Medium risk, because these are still being worked on: previous episodes of maltreatment, neglect, alcohol or "
            "drug misuse and others.",
        ),
        (
            "HW-013",
            "High risk",
            "High risk, because these are present, with no change seen yet: previous episodes of maltreatment, neglect, "
            "alcohol or drug misuse and others. The change seen in Carer A is limited so far. No change has been seen yet in "
            "Carer B. Not everybody who was asked wants the return at present.",
        ),
        (
            "HW-014",
            "Severe risk",
            "Severe risk, because these are present, with no change seen yet: previous episodes of maltreatment, neglect, "
            "alcohol or drug misuse and others. Nothing protective is there or emerging. No change has been seen yet in "
            "Carer A and Carer B.",
        ),
        ("HW-015", "Between Medium and High risk", "Not yet: 12 answers that could decide it are not known yet."),
        ("HW-016", "High risk", "High risk, because not everybody who was asked wants the return at present."),
    ],
)
def test_the_sentence_under_the_light_of_each_sample_case(sample: str, title: str, sentence: str) -> None:
    assert explain.title(EDITION, light_of(sample)) == title
    assert explain.sentence(EDITION, light_of(sample), NAMES) == sentence


def test_no_change_is_claimed_for_a_parent_who_had_nothing_to_change() -> None:
    """The father of HW-019 did no harm: nothing in him was seen to change."""
    assert SAMPLES["HW-019"].capacity == {"a": "not_needed"}
    said = explain.sentence(EDITION, light_of("HW-019"), SAMPLES["HW-019"].carers)
    assert "any needed change was seen" in said and len(texts.words(said)) <= 25


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({("neglect", "child"): "active"}, "High risk, because this is present, with no change seen yet: neglect."),
        ({("neglect", "child"): "improving"}, "Medium risk, because this is still being worked on: neglect."),
        ({("capacity", "b"): "none"}, "High risk, because no change has been seen yet in Carer B."),
        (
            {("capacity", "a"): "limited", ("capacity", "b"): "limited"},
            "High risk, because the change seen in Carer A and Carer B is limited so far.",
        ),
        (
            {("wishes", "child"): "opposed", ("wishes", "a"): "ambivalent"},
            "High risk, because not everybody who was asked wants the return at present.",
        ),
        ({("neglect", "child"): "unknown"}, "Not yet: one answer that could decide it is not known yet."),
        (
            without_protection(("a", "b")) | {("no_domestic_abuse", "household"): "emerging"},
            "Medium risk, because nothing protective is fully there yet.",
        ),
        (without_protection(("a", "b")), "High risk, because nothing protective is there or emerging."),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_the_sentence_names_what_is_in_the_way(changes: dict[Key, str], sentence: str) -> None:
    assert explain.sentence(EDITION, light(("a", "b"), changes), NAMES) == sentence


def test_a_headline_names_three_risks_the_cautions_first_and_counts_none() -> None:
    """ "31 risks" tells a parent nothing and sounds like a score."""
    few = {("growth_faltering", "child"): "active", ("family_stress", "household"): "active"}
    many = few | {("previous_failed_return", "child"): "active", ("lack_of_empathy", "a"): "active"}
    said = explain.sentence(EDITION, light(("a",), many), NAMES)
    assert said.startswith(
        "High risk, because these are present, with no change seen yet: previous return home that failed, "
    )
    assert said.endswith(" and others.") and not any(character.isdigit() for character in said)
    assert "others" not in explain.sentence(EDITION, light(("a",), few), NAMES)


def test_nothing_tells_anybody_to_change_a_wish() -> None:
    """Wishes are heard: they hold the light, but are no condition that somebody could be asked to bring about."""
    result = light(("a",), {("wishes", "child"): "opposed", ("neglect", "child"): "improving"})
    for _, ways in explain.changes(EDITION, result, NAMES):
        for way in ways:
            assert way.wishes
            assert not any("wish" in (need.text + "".join(need.answers)).lower() for need in way.needs)


def test_what_the_authority_has_to_put_right_is_not_asked_of_the_parents() -> None:
    result = light(("a",), {("services_not_available", "household"): "active", ("neglect", "child"): "active"})
    ((_, (way,)), _) = explain.changes(EDITION, result, NAMES)
    (risk,) = way.needs
    assert risk.answers == ["Neglect: Active"]
    assert risk.for_authority == ["Gaps in the services the family needs: Active"]


def test_protection_that_only_services_carry_is_said_beside_the_light() -> None:
    only = without_protection(("a",)) | {("partnership_with_parents", "household"): "present"}
    assert explain.caveats(EDITION, light(("a",), only), NAMES) == [
        "What protects the child so far is only what services do."
    ]
    assert explain.caveats_in_short(light(("a",), only)) == "Only services protect"
    assert explain.caveats(EDITION, light(("a",), {}), NAMES) == []
    assert explain.caveats_in_short(light(("a",), {})) == ""


def test_an_unknown_abuse_factor_is_named_also_where_it_cannot_move_the_light() -> None:
    result = light(("a",), {("capacity", "a"): "none", ("sexual_abuse_severe", "child"): "unknown"})
    assert explain.find_out(EDITION, result, NAMES) == []
    assert explain.safety_unknown(EDITION, result, NAMES) == ["Penetrative or long-lasting sexual abuse"]
    assert explain.caveats(EDITION, result, NAMES) == [
        "Not known yet, about abuse or a caution factor: Penetrative or long-lasting sexual abuse."
    ]
    assert explain.caveats_in_short(result) == "One answer on abuse or cautions not known"


def test_of_many_unknown_abuse_factors_three_are_named_and_the_others_counted() -> None:
    unknown = {q.key: "unknown" for q in EDITION.questions(("a",)) if q.subject in EDITION.safety_ids}
    result = light(
        ("a",), unknown | without_protection(("a",)) | {("partnership_with_parents", "household"): "present"}
    )
    names = explain.safety_unknown(EDITION, result, NAMES)
    services, safety = explain.caveats(EDITION, result, NAMES, still_agreeing=True)
    assert services == explain.ONLY_SERVICES
    assert safety == (
        "Not agreed or not known yet, about abuse or a caution factor: "
        f"{'; '.join(names[:3])}; and {len(names) - 3} more."
    )
    assert (
        explain.caveats_in_short(result)
        == f"Only services protect; {len(names)} answers on abuse or cautions not known"
    )


def test_a_risk_that_is_not_in_the_way_is_not_given_as_a_reason() -> None:
    """While one risk is active, those that are improving do not hold it at high."""
    result = light(("a",), {("neglect", "child"): "active", ("family_stress", "household"): "improving"})
    assert (
        explain.sentence(EDITION, result, NAMES)
        == "High risk, because this is present, with no change seen yet: neglect."
    )


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no risks"), (1, "one risk"), (9, "nine risks"), (10, "10 risks"), (31, "31 risks")]
)
def test_small_numbers_are_written_as_words(number: int, words: str) -> None:
    assert explain.number_of(number, "risk", "risks") == words


def test_a_list_reads_as_one_says_it() -> None:
    assert [explain.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert explain.listed(["x", "y"], "or") == "x or y"


# What holds it, what would change it, what to find out


def test_what_holds_the_light_is_listed_by_dimension_with_who_it_is_about() -> None:
    result = light(
        ("a", "b"),
        {
            ("lack_of_empathy", "b"): "active",
            ("neglect", "child"): "active",
            ("capacity", "a"): "limited",
            ("wishes", "child"): "opposed",
        },
    )
    assert explain.holding(EDITION, result, NAMES) == [
        ("Risk factors", ["Neglect: Active", "The child's feelings not noticed, Carer B: Active"]),
        ("Capacity to change", ["Capacity to change, Carer A: Limited"]),
        ("Wishes about the return", ["Wishes, the child: Opposed"]),
    ]
    assert explain.holding(EDITION, light_of("HW-011"), NAMES) == []


def test_missing_protection_is_said_once_and_not_factor_by_factor() -> None:
    (protection,) = explain.holding(EDITION, light(("a",), without_protection(("a",))), NAMES)
    assert protection == ("Protective factors", ["No protective factor is present or emerging"])
    emerging = without_protection(("a",)) | {("normal_attachment", "a"): "emerging"}
    (protection,) = explain.holding(EDITION, light(("a",), emerging), NAMES)
    assert protection == ("Protective factors", ["No protective factor is present"])


def test_what_would_have_to_be_different_is_said_for_each_better_level_the_nearest_first() -> None:
    result = light(("a",), {("neglect", "child"): "active", ("wishes", "child"): "unknown"})
    medium, low = explain.changes(EDITION, result, NAMES)
    assert [label for label, _ in (medium, low)] == ["Medium risk", "Low risk"]
    (way,) = medium[1]
    (risk,) = way.needs
    assert risk.text == "Every risk factor is “Not there”, “Resolved” or “Improving”"
    assert (risk.answers, risk.unknown, way.wishes) == (["Neglect: Active"], 0, True)
    assert low[1][0].needs[0].text == "Every risk factor is “Not there” or “Resolved”"


def test_where_more_than_one_way_leads_out_each_is_said() -> None:
    changes = without_protection(("a",)) | {("neglect", "child"): "active", ("capacity", "a"): "none"}
    high = explain.changes(EDITION, light(("a",), changes), NAMES)[0]
    assert high[0] == "High risk"
    assert sorted(need.text for way in high[1] for need in way.needs) == [
        "At least one protective factor is “Present” or “Emerging”",
        "Every parent's or home carer's capacity to change is “Evident” or “Limited”",
        "Every risk factor is “Not there”, “Resolved” or “Improving”",
    ]


def test_what_to_find_out_next_names_only_what_can_narrow_the_light() -> None:
    assert explain.find_out(EDITION, light_of("HW-015"), NAMES)[:3] == [
        "Capacity to change, Carer B",
        "Wishes, the child",
        "Alcohol or drug misuse, Carer B",
    ]
    assert explain.find_out(EDITION, light_of("HW-013"), NAMES) == [], "seven are not known, and it stays high"
    assert explain.find_out(EDITION, light_of("HW-011"), NAMES) == []


def test_a_carer_nobody_has_named_yet_is_called_that() -> None:
    result = classify(EDITION, Assessment((), {}))
    assert "Capacity to change, a parent or home carer not named yet" in explain.find_out(EDITION, result, {})
    assert explain.title(EDITION, result) == "Between Low and Severe risk"


def test_a_grey_light_names_something_to_find_out_even_if_no_answer_decides_it_alone() -> None:
    """Nothing protects, two risks and both carers' capacity are not known: high, or severe if all turn out badly."""
    result = light(
        ("a", "b"),
        without_protection(("a", "b"))
        | {
            ("neglect", "child"): "unknown",
            ("family_stress", "household"): "unknown",
            ("capacity", "a"): "unknown",
            ("capacity", "b"): "unknown",
        },
    )
    assert explain.title(EDITION, result) == "Between High and Severe risk"
    assert "Capacity to change, Carer A" in explain.find_out(EDITION, result, NAMES)
    assert not explain.sentence(EDITION, result, NAMES).startswith("Not yet: no answers")


@st.composite
def lights(draw: st.DrawFn) -> Classification:
    """The light of any assessment of two carers: in each dimension one answer throughout, with some exceptions."""
    answers: dict[Key, str] = {}
    for dimension in EDITION.dimension:
        questions = [question for question in EDITION.questions(("a", "b")) if question.dimension == dimension.id]
        usual = draw(st.sampled_from([*dimension.value_of, "unknown"]))
        exceptions = draw(st.lists(st.sampled_from(questions), max_size=3))
        for question in questions:
            possible = [s.id for s in EDITION.statuses(*question.key)] + ["unknown"]
            status = draw(st.sampled_from(possible)) if question in exceptions else usual
            answers[question.key] = status if status in possible else "unknown"
    return classify(EDITION, Assessment(("a", "b"), answers))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(lights())
def test_every_light_can_be_explained(result: Classification) -> None:
    sentence = explain.sentence(EDITION, result, NAMES)
    assert sentence.endswith(".") and "  " not in sentence
    assert not sentence.startswith("Not yet: no answers")
    assert (explain.find_out(EDITION, result, NAMES) == []) == (result.indicated is not None)
    held = explain.holding(EDITION, result, NAMES)
    assert (held == []) == (result.best == "low")
    assert all(lines for _, lines in held)
    if result.indicated:
        assert sentence.startswith(f"{EDITION.levels[result.indicated].label} risk, because ")
        assert explain.title(EDITION, result) == f"{EDITION.levels[result.indicated].label} risk"
    for label, ways in explain.changes(EDITION, result, NAMES):
        assert label in ("Low risk", "Medium risk", "High risk")
        assert ways and all(need.text for way in ways for need in way.needs) and all(w.needs or w.wishes for w in ways)


# Composed sentences


WORDS_IN_A_PART = 25
BLAMES = re.compile(
    r"\b(?:incapable|unable|unfit|refuses?|incompetent|fault|failed to)\b"  # says what a person is or cannot do
    r"|\bbecause (?:the|a|this) child\b|\bchild (?:is (?:in two minds|opposed|against)|opposes|does not want)\b",  # leans on a wish
    re.IGNORECASE,
)
WHO = {"a": "Carer A (mother)", "b": "Carer B (mother's partner)"}


def composed(result: Classification) -> list[str]:
    """Every sentence that is put together for a light."""
    needs = [need for _, ways in explain.changes(EDITION, result, WHO) for way in ways for need in way.needs]
    return [
        explain.sentence(EDITION, result, WHO),
        explain.basis(EDITION, result),
        explain.WISHES_APART,
        *(line for heading, lines in explain.holding(EDITION, result, WHO) for line in (heading, *lines)),
        *(line for need in needs for line in (need.text, *need.answers, *need.for_authority)),
    ]


def too_long(said: str) -> list[str]:
    return [part for part in re.split(r"[;.]", said) if len(texts.words(part)) > WORDS_IN_A_PART]


def check_composed(result: Classification) -> None:
    for said in (*composed(result), *explain.caveats(EDITION, result, WHO)):
        assert not too_long(said), said
        assert not BLAMES.search(said), said
    if result.indicated:
        assert not any(character.isdigit() for said in composed(result) for character in said)
    for need in composed(result)[4:]:
        assert "wish" not in need.lower() or need.startswith("Wishes"), need


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_is_composed_for_a_sample_case_is_short_counts_nothing_and_blames_nobody(sample: str) -> None:
    check_composed(light_of(sample))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(lights())
def test_what_is_composed_for_any_light_is_short_counts_nothing_and_blames_nobody(result: Classification) -> None:
    check_composed(result)


@pytest.mark.parametrize(
    "said", ["Carer A is incapable.", "High risk, because the child is in two minds.", "The child does not want to go."]
)
def test_a_sentence_that_blames_is_found(said: str) -> None:
    """The second was the sentence of release 0.2.0."""
    assert BLAMES.search(said)


def test_risks_with_long_names_are_named_until_the_sentence_is_long_enough() -> None:
    """Three labels of eight words each made a part of 33 words."""
    risks = [q for q in EDITION.questions(("a",)) if q.dimension == "risk"]
    by_length = sorted(risks, key=lambda q: -len(EDITION.factors[q.subject].label.split()))
    longest = [q.key for q in by_length if q.subject not in EDITION.caution_ids][:4]
    said = explain.sentence(EDITION, light(("a",), dict.fromkeys(longest, "active")), NAMES)
    assert said.endswith(" and others.") and not too_long(said)


def test_what_is_for_the_authority_to_put_right_stands_apart_from_what_is_the_familys() -> None:
    """Gaps in services stood among a parent's own risks."""
    result = light(("a",), {("services_not_available", "household"): "active", ("neglect", "child"): "active"})
    assert explain.holding(EDITION, result, NAMES) == [
        ("Risk factors", ["Neglect: Active"]),
        ("Risk factors for the authority or others to put right", ["Gaps in the services the family needs: Active"]),
    ]


# The rule as words


def test_the_rule_reads_as_a_table_of_words() -> None:
    assert explain.rule_table(EDITION) == [
        (
            "low",
            "Low risk",
            [
                "All absent or resolved",
                "At least one is present",
                "Evident in every parent or home carer who had something to change",
                "All want it, or the child is too young to say",
            ],
        ),
        (
            "medium",
            "Medium risk",
            [
                "All absent or resolved / The worst is improving",
                "At least one is present / The best is emerging",
                "Evident in every parent or home carer who had something to change",
                "All want it, or the child is too young to say",
            ],
        ),
        (
            "severe",
            "Severe risk",
            [
                "At least one is active",
                "None is present or emerging",
                "No change seen yet in at least one parent or home carer",
                "Any",
            ],
        ),
        ("high", "High risk", ["Every other combination"]),
    ]


# Finding factors and research


def test_factors_are_found_by_every_word_whatever_its_case() -> None:
    assert library.find(EDITION, "") == list(EDITION.factor)
    assert "alcohol_or_drug_misuse" in {factor.id for factor in library.find(EDITION, "ALCOHOL")}
    assert {f.id for f in library.find(EDITION, "drug alcohol")} <= {f.id for f in library.find(EDITION, "drug")}
    assert library.find(EDITION, "alcohol zeppelin") == []


@pytest.mark.parametrize(("kind", "number"), [("All", 54), ("Risk", 33), ("Protective", 21), ("Caution", 6)])
def test_factors_are_found_by_their_kind(kind: str, number: int) -> None:
    assert len(library.find(EDITION, "", kind)) == number


def test_research_is_found_by_its_words_its_source_and_the_factor_it_matters_for() -> None:
    assert "recurrence_first_30_days" in {message.id for message in library.find_messages(EDITION, "30 days")}
    assert {message.source for message in library.find_messages(EDITION, "hindley ramchandani")} >= {"hindley2006"}
    assert library.find_messages(EDITION, "zeppelin") == []
    about = library.messages_about(EDITION, "previous_maltreatment")
    assert about and all("previous_maltreatment" in message.about for message in about)


def cells(of: edition.Edition) -> list[list[str]]:
    return list(csv.reader(io.StringIO(library.as_csv(of, of.factor).decode("utf-8-sig"), newline="")))


def test_the_table_for_a_spreadsheet_holds_every_factor_with_its_source() -> None:
    header, *rows = cells(EDITION)
    assert len(rows) == 54 and {len(row) for row in rows} == {len(header)}
    by_label = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    neglect = by_label["Neglect"]
    assert (neglect["Kind"], neglect["Scored about"], neglect["Take great care"]) == ("risk", "child", "yes")
    assert "Hindley" in neglect["Source"] and neglect["Provenance"] == "published"
    assert neglect["Definition"] == EDITION.factors["neglect"].definition


def starts_a_formula(cell: str) -> bool:
    return cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_no_cell_of_the_built_in_edition_acts_as_a_formula() -> None:
    assert not any(starts_a_formula(cell) for row in cells(EDITION) for cell in row)


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_of_an_authoritys_own_edition_acts_as_a_formula(sign: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CONTENT / DEFAULT, tmp_path / "own"))
    path = folder / "factors.toml"
    text = path.read_text("utf-8").replace('label = "Neglect"', f'label = "{sign}HYPERLINK(1)"')
    path.write_text(text.replace('definition = "', f'definition = "{sign}1 '), "utf-8")
    table = cells(edition.load(str(folder)))
    assert any("HYPERLINK(1)" in row[0] for row in table), "the words are still there"
    assert not any(starts_a_formula(cell) for row in table for cell in row)


@pytest.mark.parametrize(
    ("definition", "gist"),
    [
        ("The child was hurt. It left marks.", "The child was hurt."),
        ("Needs went unmet over time: food,\n  warmth.", "Needs went unmet over time."),
        ("Denial can be seen; it can be total.", "Denial can be seen."),
        ("No stop at the end", "No stop at the end."),
        ("About 3.5 in ten, at 10:30 or so. Then more.", "About 3.5 in ten, at 10:30 or so."),
    ],
)
def test_the_gist_of_a_definition_is_its_beginning_as_a_sentence(definition: str, gist: str) -> None:
    assert explain.gist(definition) == gist


def test_every_factor_has_a_gist_of_a_few_lines() -> None:
    for factor in edition.load().factor:
        assert 20 < len(explain.gist(factor.definition)) < 200, factor.id
