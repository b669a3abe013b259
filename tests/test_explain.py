"""Protects: what stands beside the light is true, complete and reads as plain English.

- one sentence says the level and why, or how much is still to be found out;
- what holds the light there, and what would have to be different, are said in the words of the edition;
- while the light is grey, there is always something named that would help to decide it;
- the rule can be read as a table of words, and factors can be found by their words and taken into a spreadsheet,
  where no cell may act as a formula.
"""

import csv
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import case, edition, explain, library
from framework.classification import Assessment, Classification, Key, classify
from framework.edition import CONTENT, DEFAULT

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
            "Low",
            "Low, because every risk is resolved or not there, something protects the child, every carer has changed, "
            "and nobody who can say is against the return.",
        ),
        ("HW-012", "Medium", "Medium, because 13 risks are still improving."),
        (
            "HW-013",
            "High",
            "High, because 18 risks are not being addressed, Carer A shows limited change so far, Carer B shows no "
            "change and the child and Carer B are in two minds.",
        ),
        (
            "HW-014",
            "Severe",
            "Severe, because 31 risks are not being addressed, nothing protective is there or emerging and Carer A and "
            "Carer B show no change.",
        ),
        ("HW-015", "Between Medium and High", "Not yet: nine answers that could decide it are not known yet."),
        ("HW-016", "High", "High, because the child is in two minds."),
    ],
)
def test_the_sentence_under_the_light_of_each_sample_case(sample: str, title: str, sentence: str) -> None:
    assert explain.title(EDITION, light_of(sample)) == title
    assert explain.sentence(EDITION, light_of(sample), NAMES) == sentence


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({("neglect", "child"): "active"}, "High, because one risk is not being addressed."),
        ({("neglect", "child"): "improving"}, "Medium, because one risk is still improving."),
        ({("capacity", "b"): "none"}, "High, because Carer B shows no change."),
        ({("capacity", "a"): "limited", ("capacity", "b"): "limited"}, None),
        ({("wishes", "child"): "opposed"}, "High, because the child opposes the return."),
        (
            {("wishes", "child"): "opposed", ("wishes", "a"): "ambivalent"},
            "High, because the child opposes the return and Carer A is in two minds.",
        ),
        ({("neglect", "child"): "unknown"}, "Not yet: one answer that could decide it is not known yet."),
        (
            without_protection(("a", "b")) | {("no_domestic_abuse", "household"): "emerging"},
            "Medium, because nothing protective is fully there yet.",
        ),
        (without_protection(("a", "b")), "High, because nothing protective is there or emerging."),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_the_sentence_names_what_is_in_the_way(changes: dict[Key, str], sentence: str | None) -> None:
    expected = sentence or "High, because Carer A and Carer B show limited change so far."
    assert explain.sentence(EDITION, light(("a", "b"), changes), NAMES) == expected


def test_a_risk_that_is_not_in_the_way_is_not_given_as_a_reason() -> None:
    """While one risk is active, those that are improving do not hold it at high."""
    result = light(("a",), {("neglect", "child"): "active", ("family_stress", "household"): "improving"})
    assert explain.sentence(EDITION, result, NAMES) == "High, because one risk is not being addressed."


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no risks"), (1, "one risk"), (9, "nine risks"), (10, "10 risks"), (31, "31 risks")]
)
def test_small_numbers_are_written_as_words(number: int, words: str) -> None:
    assert explain.count(number, "risk", "risks") == words


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
        ("Risk factors", ["Neglect: Active", "Lack of empathy for the child, Carer B: Active"]),
        ("Capacity to change", ["Capacity to change, Carer A: Limited"]),
        ("Wishes about the return", ["Wishes, the child: Opposed"]),
    ]
    assert explain.holding(EDITION, light_of("HW-011"), NAMES) == []


def test_missing_protection_is_said_once_and_not_factor_by_factor() -> None:
    (protection,) = explain.holding(EDITION, light(("a",), without_protection(("a",))), NAMES)
    assert protection == ("Protective factors", ["None of 21 protective factors is present or emerging"])
    emerging = without_protection(("a",)) | {("normal_attachment", "a"): "emerging"}
    (protection,) = explain.holding(EDITION, light(("a",), emerging), NAMES)
    assert protection == ("Protective factors", ["None of 21 protective factors is present"])


def test_what_would_have_to_be_different_is_said_for_each_better_level_the_nearest_first() -> None:
    result = light(("a",), {("neglect", "child"): "active", ("wishes", "child"): "unknown"})
    medium, low = explain.changes(EDITION, result, NAMES)
    assert [label for label, _ in (medium, low)] == ["Medium", "Low"]
    ((risk, wishes),) = medium[1]
    assert risk.text == "Every risk factor is “Not there”, “Resolved” or “Improving”"
    assert (risk.answers, risk.unknown) == (["Neglect: Active"], 0)
    assert wishes.text == "Every wish is “Wants it” or “Too young to say”"
    assert (wishes.answers, wishes.unknown) == ([], 1)
    assert low[1][0][0].text == "Every risk factor is “Not there” or “Resolved”"


def test_where_more_than_one_way_leads_out_each_is_said() -> None:
    changes = without_protection(("a",)) | {("neglect", "child"): "active", ("capacity", "a"): "none"}
    high = explain.changes(EDITION, light(("a",), changes), NAMES)[0]
    assert high[0] == "High"
    assert sorted(need.text for (need,) in high[1]) == [
        "At least one protective factor is “Present” or “Emerging”",
        "Every carer's capacity to change is “Evident” or “Limited”",
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
    assert "Capacity to change, a carer not named yet" in explain.find_out(EDITION, result, {})
    assert explain.title(EDITION, result) == "Between Low and Severe"


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
    assert explain.title(EDITION, result) == "Between High and Severe"
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


@settings(max_examples=200, deadline=None, derandomize=True)
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
        assert sentence.startswith(f"{EDITION.levels[result.indicated].label}, because ")
        assert explain.title(EDITION, result) == EDITION.levels[result.indicated].label
    for label, ways in explain.changes(EDITION, result, NAMES):
        assert label in ("Low", "Medium", "High")
        assert ways and all(need.text for way in ways for need in way)


# The rule as words


def test_the_rule_reads_as_a_table_of_words() -> None:
    assert explain.rule_table(EDITION) == [
        (
            "low",
            "Low",
            [
                "All absent or resolved",
                "At least one is present",
                "Evident in every carer",
                "All want it, or the child is too young to say",
            ],
        ),
        (
            "medium",
            "Medium",
            [
                "All absent or resolved / The worst is improving",
                "At least one is present / The best is emerging",
                "Evident in every carer",
                "All want it, or the child is too young to say",
            ],
        ),
        (
            "severe",
            "Severe",
            ["At least one is active", "None is present or emerging", "None in at least one carer", "Any"],
        ),
        ("high", "High", ["Every other combination"]),
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
    return list(csv.reader(io.StringIO(library.as_csv(of, of.factor), newline="")))


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
