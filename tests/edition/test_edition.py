"""Protects: the built-in edition says where each part of it comes from, and no broken edition ever reaches a panel.

- every risk and protective factor is there, in its domain, with its scope, its caution and its source;
- everything in the edition cites a source that it lists, and says whether it is published or reconstructed;
- an edition that is wrong stops the start, with a sentence that names the file, the key and the reason;
- an authority can run an edition of its own, and a meeting can keep an edition as text and read it back.
"""

import codecs
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framework import edition
from framework.edition import CONTENT, DEFAULT, FILES, Edition, EditionError
from tests.earlier_edition import before_the_later_answers

ROOT = Path(__file__).parents[2]
BUILT_IN = CONTENT / DEFAULT

# The factors as the research names them (id, scope, source; "!" marks a caution factor), by polarity and domain.
# The sources are ids in sources.toml.
FACTORS = """
risk abuse
  previous_maltreatment ! child hindley2006
  neglect ! child hindley2006
  severe_physical_abuse child jones2006
  sexual_abuse_severe child jones2006
  multiple_maltreatment child jones2006
  growth_faltering child jones2006
  fabricated_illness child jones2006
  sadistic_abuse child jones2006
risk child
  special_needs_or_mental_health child jones2006
  very_young_needing_rapid_change child jones2006
  behavioural_emotional_difficulties child farmer2011
  adolescent_oscillating child farmer2011
risk parent
  alcohol_or_drug_misuse ! carer farmer2011
  mental_health_problem ! carer hindley2006
  personality_disorder_aggression carer jones2006
  learning_disability_with_illness carer jones2006
  own_childhood_abuse_unrecognised carer jones2006
  denial_of_problems carer jones2006
  lack_of_cooperation carer jones2006
risk parenting
  lack_of_empathy carer jones2006
  own_needs_first carer jones2006
  poor_parenting_competence carer jones2006
  disordered_attachment carer jones2006
risk family
  parental_conflict_or_domestic_abuse ! household hindley2006
  perpetrator_access household jones2006
  family_stress household jones2006
  child_hidden_from_view household jones2006
risk setting
  social_isolation household jones2006
  inadequate_housing_or_neighbourhood household seed
risk return
  previous_failed_return ! child farmer2011
  unplanned_or_rushed_return child wade2011
  no_change_in_household household farmer2011
  services_not_available household seed
protective child
  good_health_and_development child jones2006
  corrective_relationship child jones2006
  child_can_seek_help child white2014
protective parent
  recognises_problem carer jones2006
  takes_responsibility carer jones2006
  engages_with_services carer white2014
  illness_responds_to_treatment carer jones2006
  own_childhood_come_to_terms carer jones2006
protective parenting
  empathy_for_child carer jones2006
  competent_in_some_areas carer jones2006
  normal_attachment carer jones2006
protective family
  non_abusive_partner household jones2006
  no_domestic_abuse household jones2006
  supportive_extended_family household jones2006
protective setting
  social_support_network household jones2006
  local_childcare_and_school_support household jones2006
protective professional
  partnership_with_parents household white2014
  specialist_services_in_place household thoburn2012
  gradual_prepared_return child wade2011
  written_agreement_with_goals household farmer2011
  foster_carer_or_school_supports_return child farmer2011
"""


def listed() -> Iterator[tuple[str, str, str, str, bool, str]]:
    """The rows of FACTORS: (id, polarity, domain, scope, caution, source)."""
    polarity = domain = ""
    for line in FACTORS.strip().splitlines():
        if not line.startswith(" "):
            polarity, domain = line.split()
            continue
        words = [word for word in line.split() if word != "!"]
        yield words[0], polarity, domain, words[1], "!" in line.split(), words[2]


@pytest.fixture(scope="module")
def built_in() -> Edition:
    return edition.load(DEFAULT)


# The built-in edition


def test_the_built_in_edition_holds_exactly_the_published_factors(built_in: Edition) -> None:
    expected = {row[0]: row for row in listed()}
    held = {f.id: (f.id, f.polarity, f.domain, f.scope, f.caution, f.source) for f in built_in.factor}
    assert held == expected
    assert len(built_in.factor) == len(expected) == 54


def test_six_factors_ask_for_great_caution(built_in: Edition) -> None:
    assert {f.id for f in built_in.factor if f.caution} == {
        "previous_maltreatment",
        "neglect",
        "parental_conflict_or_domestic_abuse",
        "mental_health_problem",
        "alcohol_or_drug_misuse",
        "previous_failed_return",
    }
    assert all(f.polarity == "risk" for f in built_in.factor if f.caution)


def test_each_factor_says_what_it_is_what_to_look_for_and_what_is_not_evidence(built_in: Edition) -> None:
    for factor in built_in.factor:
        assert factor.definition != factor.label, factor.id
        assert factor.look_for and factor.evidence and factor.not_evidence, factor.id
        assert not set(factor.evidence) & set(factor.not_evidence), factor.id
    labels = [factor.label for factor in built_in.factor]
    assert len(set(labels)) == len(labels)


def test_everything_cites_a_source_that_the_edition_lists(built_in: Edition) -> None:
    cited = {built_in.rule.source, *built_in.based_on, *built_in.caution.sources}
    for items in (built_in.level, built_in.dimension, built_in.factor, built_in.stage, built_in.message):
        cited |= {item.source for item in items}
    assert cited <= built_in.sources.keys()
    assert all(source.citation for source in built_in.source)


def test_what_was_worked_out_by_us_is_marked_as_reconstructed(built_in: Edition) -> None:
    assert built_in.rule.provenance == "reconstructed"
    assert "not in the documents" in built_in.rule.provenance_note
    assert built_in.rule.typical_provenance == "reconstructed"
    assert {level.provenance for level in built_in.level} == {"published"}
    assert {level.meaning_provenance for level in built_in.level} == {"reconstructed"}
    assert built_in.dimensions["wishes"].provenance == "reconstructed"
    for stage in built_in.stage:
        assert stage.provenance == "published" or stage.provenance_note, stage.id


def test_that_a_factor_matters_is_published_and_what_counts_as_which_answer_is_ours(built_in: Edition) -> None:
    assert {(f.provenance, f.guidance_provenance) for f in built_in.factor} == {("published", "product")}


def test_four_levels_give_three_lights_and_each_has_a_shape_of_its_own(built_in: Edition) -> None:
    assert [(level.id, level.light) for level in built_in.level] == [
        ("low", "green"),
        ("medium", "amber"),
        ("high", "red"),
        ("severe", "red"),
    ]
    assert len({level.shape for level in built_in.level}) == 4


def test_five_stages_of_which_the_second_and_fourth_classify(built_in: Edition) -> None:
    assert [stage.number for stage in built_in.stage] == [1, 2, 3, 4, 5]
    assert {stage.number for stage in built_in.stage if stage.classifies} >= {2, 4}


def test_the_answers_are_those_of_the_framework(built_in: Edition) -> None:
    answers = {
        "risk": {"not_applicable": 0, "absent": 0, "resolved": 0, "improving": 1, "active": 2},
        "protection": {"present": 0, "emerging": 1, "not_applicable": 2, "absent": 2},
        "capacity": {"not_needed": 0, "evident": 0, "limited": 1, "none": 2},
        "wishes": {"wants": 0, "not_expressed": 0, "ambivalent": 1, "opposed": 1},
    }
    assert {d.id: d.value_of for d in built_in.dimension} == answers
    # Their order says which of two answers is the less favourable.
    assert {d.id: list(d.value_of) for d in built_in.dimension} == {
        name: list(given) for name, given in answers.items()
    }
    # Too young to say is an answer about the child alone.
    assert "not_expressed" in {status.id for status in built_in.statuses("wishes", "child")}
    assert "not_expressed" not in {status.id for status in built_in.statuses("wishes", "a")}


def test_does_not_apply_can_be_said_only_of_a_factor_that_is_marked_so(built_in: Edition) -> None:
    for question in built_in.questions(("a",)):
        offered = "not_applicable" in {status.id for status in built_in.statuses(*question.key)}
        marked = question.subject in built_in.factors and built_in.factors[question.subject].may_not_apply
        assert offered == marked, question


def test_which_factors_may_not_apply_and_never_one_about_abuse_nor_a_caution(built_in: Edition) -> None:
    marked = {f.id: f.may_not_apply_when for f in built_in.factor if f.may_not_apply}
    assert marked.keys() == {
        "very_young_needing_rapid_change",
        "adolescent_oscillating",
        "learning_disability_with_illness",
        "own_childhood_abuse_unrecognised",
        "no_change_in_household",
        "child_can_seek_help",
        "engages_with_services",
        "illness_responds_to_treatment",
        "own_childhood_come_to_terms",
        "non_abusive_partner",
        "gradual_prepared_return",
        "foster_carer_or_school_supports_return",
    }
    assert all(marked.values())
    assert not marked.keys() & built_in.safety_ids


def test_what_services_do_and_what_is_for_the_authority_to_put_right(built_in: Edition) -> None:
    assert {f.id for f in built_in.factor if f.process} == built_in.process_ids
    assert built_in.process_ids == {
        "written_agreement_with_goals",
        "specialist_services_in_place",
        "partnership_with_parents",
        "gradual_prepared_return",
    }
    assert {f.id for f in built_in.factor if f.put_right_by == "authority"} == {
        "services_not_available",
        "unplanned_or_rushed_return",
        "inadequate_housing_or_neighbourhood",
    }


def test_a_text_says_that_services_do_it_who_puts_it_right_and_that_a_condition_is_never_the_risk(
    built_in: Edition,
) -> None:
    put_right = re.compile(r"\bfor the authority (?:or others )?to put right, and not for the parents\b")
    for factor in built_in.factor:
        assert ("something that services do" in factor.definition) == factor.process, factor.id
        assert bool(put_right.search(factor.definition)) == (factor.put_right_by == "authority"), factor.id
    for condition in ("special_needs_or_mental_health", "learning_disability_with_illness", "mental_health_problem"):
        assert "itself is never the risk" in built_in.factors[condition].definition
    for context in ("family_stress", "very_young_needing_rapid_change", "adolescent_oscillating"):
        assert re.search(r"\bno risk by themselves\b|\bis not the risk\b", built_in.factors[context].definition), (
            context
        )


def test_a_meaning_points_to_something_and_decides_nothing(built_in: Edition) -> None:
    assert all(level.meaning.startswith("Points ") for level in built_in.level)


def test_on_a_form_what_sets_no_limit_by_itself_stands_last_before_not_known(built_in: Edition) -> None:
    def choices(subject: str, about: str) -> list[str]:
        return [choice.id for choice in built_in.choices(subject, about)]

    assert choices("neglect", "child") == ["absent", "resolved", "improving", "active", "unknown"]
    assert choices("adolescent_oscillating", "child") == [
        "absent",
        "resolved",
        "improving",
        "active",
        "not_applicable",
        "unknown",
    ]
    assert choices("illness_responds_to_treatment", "a") == [
        "present",
        "emerging",
        "absent",
        "not_applicable",
        "unknown",
    ]
    assert choices("capacity", "a") == ["evident", "limited", "none", "not_needed", "unknown"]
    assert choices("wishes", "child") == ["wants", "not_expressed", "ambivalent", "opposed", "unknown"]
    for question in built_in.questions(("a",)):
        allowed = {status.id for status in built_in.statuses(*question.key)} | {"unknown"}
        assert set(choices(*question.key)) == allowed


def test_no_change_seen_is_never_called_incapable(built_in: Edition) -> None:
    assert built_in.status_label("capacity", "none") == "No change seen yet"


def test_the_kinds_of_evidence_keep_the_ids_of_earlier_answers(built_in: Edition) -> None:
    assert built_in.evidence_kinds.keys() >= {"seen", "child_told", "carer_told", "professional_report", "case_history"}
    assert [kind.label for kind in built_in.evidence] == [
        "Seen by the worker",
        "Told by the child",
        "Told by a parent or home carer",
        "Foster or residential carer",
        "Relative",
        "School",
        "Health",
        "Another professional's report",
        "Case history",
        "Verbal only",
    ]


def test_a_factor_about_carers_is_asked_once_for_each_carer_and_every_other_factor_once(built_in: Edition) -> None:
    asked = [(q.subject, q.about) for q in built_in.questions(("a", "b"))]
    assert len(asked) == len(set(asked))
    for factor in built_in.factor:
        about = [who for subject, who in asked if subject == factor.id]
        assert about == {"child": ["child"], "household": ["household"], "carer": ["a", "b"]}[factor.scope], factor.id
    assert [who for subject, who in asked if subject == "capacity"] == ["a", "b"]
    assert [who for subject, who in asked if subject == "wishes"] == ["child", "a", "b"]


def test_while_no_carer_is_named_the_questions_about_one_are_still_asked(built_in: Edition) -> None:
    asked = {(q.subject, q.about) for q in built_in.questions(())}
    assert {("capacity", ""), ("wishes", ""), ("wishes", "child"), ("denial_of_problems", "")} <= asked


def test_every_factor_has_a_message_from_research_or_guidance(built_in: Edition) -> None:
    """26 of the 54 had none."""
    spoken_of = {factor for message in built_in.message for factor in message.about}
    assert spoken_of == built_in.factors.keys()
    assert all(message.caveat for message in built_in.message if message.about), "each says how far it can be trusted"


def test_what_the_publications_say_of_the_framework_itself_is_there(built_in: Edition) -> None:
    chapters = {chapter.id: chapter for chapter in built_in.chapter}
    assert len(chapters["core_messages"].points) == 6
    assert len(chapters["recommendations_2012"].points) == 5
    assert "not statutory guidance" in " ".join(chapters["what_it_is"].points)
    for name in ("for_whom", "when", "parents_valued", "professionals_valued", "team_or_not", "skills"):
        assert chapters[name].points, name
    assert {chapter.source for chapter in built_in.chapter} <= built_in.sources.keys()


def test_an_edition_from_before_there_were_chapters_can_still_be_read(built_in: Edition) -> None:
    """A meeting of release 0.2.0 keeps the text of its edition, which has none."""
    texts = {name: (BUILT_IN / f"{name}.toml").read_text("utf-8") for name in FILES}
    texts["research"] = texts["research"].partition("[[chapter]]")[0]
    old = edition.parse_stored(edition.parse(texts).text)
    assert old.chapter == () and old.message == built_in.message


# A broken edition

Change = Callable[[Path], None]


def replacing(file: str, old: str, new: str) -> Change:
    """Replace the first `old` in a file, which must be there."""

    def change(folder: Path) -> None:
        path = folder / f"{file}.toml"
        text = path.read_text("utf-8")
        assert old in text, f"the built-in {file}.toml no longer holds {old!r}"
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def in_factor(identifier: str, old: str, new: str) -> Change:
    """Replace the first `old` after a factor's id."""

    def change(folder: Path) -> None:
        path = folder / "factors.toml"
        before, marker, after = path.read_text("utf-8").partition(f'id = "{identifier}"\npolarity')
        assert marker and old in after
        path.write_text(before + marker + after.replace(old, new, 1), "utf-8")

    return change


def without_line(identifier: str, key: str) -> Change:
    """Leave out the line with this key of a factor."""

    def change(folder: Path) -> None:
        path = folder / "factors.toml"
        before, marker, after = path.read_text("utf-8").partition(f'id = "{identifier}"\npolarity')
        lines = after.split("\n")
        del lines[next(number for number, line in enumerate(lines) if line.startswith(f"{key} = "))]
        path.write_text(before + marker + "\n".join(lines), "utf-8")

    return change


def adding(file: str, text: str) -> Change:
    def change(folder: Path) -> None:
        with (folder / f"{file}.toml").open("a", encoding="utf-8") as out:
            out.write(f"\n{text}\n")

    return change


def removing(file: str) -> Change:
    return lambda folder: (folder / f"{file}.toml").unlink()


def writing_bytes(file: str, content: bytes) -> Change:
    def change(folder: Path) -> None:
        (folder / f"{file}.toml").write_bytes(content)

    return change


def without_note(folder: Path) -> None:
    """Take the rule's note away."""
    path = folder / "classification.toml"
    text, count = re.subn(r'provenance_note = """.*?"""\n', "", path.read_text("utf-8"), flags=re.DOTALL)
    assert count == 1
    path.write_text(text, "utf-8")


def without_status(identifier: str) -> Change:
    """Leave out an answer of every dimension."""

    def change(folder: Path) -> None:
        path = folder / "classification.toml"
        answer = rf'\[\[dimension\.status\]\]\nid = "{identifier}"\n(.+\n)*\n'
        text, count = re.subn(answer, "", path.read_text("utf-8"))
        assert count
        path.write_text(text, "utf-8")

    return change


def marking_every_protective_factor(folder: Path) -> None:
    path = folder / "factors.toml"
    text = re.sub(r"may_not_apply(_when)? = .*\n", "", path.read_text("utf-8"))
    marks = 'polarity = "protective"\nmay_not_apply = true\nmay_not_apply_when = "Never."\ndomain'
    path.write_text(text.replace('polarity = "protective"\ndomain', marks), "utf-8")


MOVED_DOWN = """id = "very_present"
label = "Very present"
value = 1
help = "x"

[[dimension.status]]
id = "emerging"
label = "Emerging"
value = 0"""
LAST_ROW = """[[rule.row]]
level = "high"
risk = [0, 1, 2]
protection = [0, 1, 2]
capacity = [0, 1, 2]
wishes = [0, 1]
"""
SEVERE_ROW = """[[rule.row]]
level = "severe"
risk = [2]
protection = [2]
capacity = [2]
wishes = [0, 1]
"""

# what is wrong → (the one thing changed, the file that the sentence names, words that it holds: the key, the reason)
BROKEN: dict[str, tuple[Change, str, tuple[str, ...]]] = {
    "invalid TOML": (adding("stages", "number = = 1"), "stages", ("not valid TOML", "line")),
    "the same key twice": (adding("edition", 'id = "twice"'), "edition", ("not valid TOML",)),
    "a file that is missing": (removing("research"), "research", ("missing",)),
    "a file that is not UTF-8": (writing_bytes("sources", b"# caf\xe9\n"), "sources", ("UTF-8",)),
    "a key in two files": (
        adding("research", "[caution]\nlabel = 'x'"),
        "research",
        ("caution", "classification.toml"),
    ),
    "two factors with one id": (
        replacing("factors", 'id = "severe_physical_abuse"\npolarity', 'id = "neglect"\npolarity'),
        "factors",
        ('factor "neglect"', "2 times"),
    ),
    "two sources with one id": (
        replacing("sources", 'id = "hindley2006"', 'id = "jones2006"'),
        "sources",
        ('source "jones2006"', "2 times"),
    ),
    "a factor without a source": (without_line("neglect", "source"), "factors", ("neglect", "source", "missing")),
    "a factor without a definition": (
        without_line("neglect", "definition"),
        "factors",
        ("neglect", "definition", "missing"),
    ),
    "a definition that is empty": (
        in_factor("neglect", 'definition = "', 'definition = " "\nlook_against = "'),
        "factors",
        ("neglect",),
    ),
    "a factor with an unknown source": (
        in_factor("neglect", 'source = "hindley2006"', 'source = "nobody1999"'),
        "factors",
        ('factor "neglect"', "source", '"nobody1999"', "sources.toml"),
    ),
    "a message with an unknown source": (
        replacing("research", 'source = "hindley2006"', 'source = "nobody1999"'),
        "research",
        ("source", '"nobody1999"', "sources.toml"),
    ),
    "a rule with an unknown source": (
        replacing("classification", '[rule]\nsource = "wardbrownwestlake2012"', '[rule]\nsource = "nobody1999"'),
        "classification",
        ("rule", "source", '"nobody1999"'),
    ),
    "a caution with an unknown source": (
        replacing("classification", 'sources = ["hindley2006"', 'sources = ["nobody1999"'),
        "classification",
        ("caution", '"nobody1999"'),
    ),
    "an edition based on an unknown source": (
        replacing("edition", 'based_on = ["wilkinsfarmer2015"', 'based_on = ["nobody1999"'),
        "edition",
        ("based_on", '"nobody1999"'),
    ),
    "an unknown key in a factor": (
        in_factor("neglect", 'scope = "child"', 'scope = "child"\nweight = 3'),
        "factors",
        ("neglect", "weight", "not a key"),
    ),
    "an unknown key in a file": (replacing("stages", "[[stage]]", "points = 3\n[[stage]]"), "stages", ("points",)),
    "a wrong scope": (
        in_factor("neglect", 'scope = "child"', 'scope = "street"'),
        "factors",
        ("neglect", "scope", "'child', 'household' or 'carer'"),
    ),
    "a caution that is neither true nor false": (
        in_factor("neglect", "caution = true", 'caution = "perhaps"'),
        "factors",
        ("neglect", "caution"),
    ),
    "a wrong provenance": (
        in_factor("neglect", 'provenance = "published"', 'provenance = "guessed"'),
        "factors",
        ("neglect", "provenance", "'published' or 'reconstructed'"),
    ),
    "guidance from nowhere": (
        in_factor("neglect", "caution = true", 'caution = true\nguidance_provenance = "guessed"'),
        "factors",
        ("neglect", "guidance_provenance", "'product' or 'to_check'"),
    ),
    "an unknown domain": (
        in_factor("neglect", 'domain = "abuse"', 'domain = "weather"'),
        "factors",
        ('factor "neglect"', "domain", '"weather"'),
    ),
    "a domain of the other polarity": (
        in_factor("neglect", 'domain = "abuse"', 'domain = "professional"'),
        "factors",
        ('factor "neglect"', 'no risk domain "professional"'),
    ),
    "a factor named capacity": (
        replacing("factors", 'id = "sadistic_abuse"\npolarity', 'id = "capacity"\npolarity'),
        "factors",
        ('factor "capacity"', "name"),
    ),
    "a factor named wishes": (
        replacing("factors", 'id = "sadistic_abuse"\npolarity', 'id = "wishes"\npolarity'),
        "factors",
        ('factor "wishes"', "name"),
    ),
    "an id with spaces": (
        replacing("factors", 'id = "sadistic_abuse"\npolarity', 'id = "Sadistic abuse"\npolarity'),
        "factors",
        ("Sadistic abuse", "id"),
    ),
    "a message about an unknown factor": (
        replacing("research", 'about = ["previous_maltreatment"]', 'about = ["bad_luck"]'),
        "research",
        ("recurrence_first_30_days", "about", '"bad_luck"'),
    ),
    "a rule that leaves a combination without a level": (
        replacing("classification", LAST_ROW, ""),
        "classification",
        ("rule", "not total", "risk 0, protection 0, capacity 0, wishes 1"),
    ),
    "a rule in which a worse answer helps": (
        # Without an active risk it is severe, with one it is high.
        replacing("classification", SEVERE_ROW, SEVERE_ROW.replace("risk = [2]", "risk = [1]")),
        "classification",
        ("rule", "not monotone", "risk 2", "gives high", "gives severe"),
    ),
    "a row with an unknown level": (
        replacing("classification", SEVERE_ROW, SEVERE_ROW.replace("severe", "purple")),
        "classification",
        ("rule", '"purple"'),
    ),
    "a row with a value that its dimension does not have": (
        replacing("classification", LAST_ROW, LAST_ROW.replace("wishes = [0, 1]", "wishes = [0, 1, 2]")),
        "classification",
        ("rule", "wishes", "2"),
    ),
    "a row without a dimension": (
        replacing("classification", LAST_ROW, LAST_ROW.replace("wishes = [0, 1]\n", "")),
        "classification",
        ("rule", "row", "wishes", "missing"),
    ),
    "a typical row that the rule contradicts": (
        replacing(
            "classification",
            '[[rule.typical]]\nlevel = "medium"\nrisk = [1]',
            '[[rule.typical]]\nlevel = "medium"\nrisk = [2]',
        ),
        "classification",
        ("rule", "typical", "says medium", "the rows give high"),
    ),
    "a status whose value the dimension does not describe": (
        replacing("classification", 'label = "Improving"\nvalue = 1', 'label = "Improving"\nvalue = 2'),
        "classification",
        ('dimension "risk"', "status", "0 to 2"),
    ),
    "not known as an answer of its own": (
        replacing("classification", 'id = "resolved"', 'id = "unknown"'),
        "classification",
        ('dimension "risk"', "status", '"unknown"'),
    ),
    "a light that is no traffic light": (
        replacing("classification", 'light = "amber"', 'light = "yellow"'),
        "classification",
        ("level", "medium", "light"),
    ),
    "a better level with a worse light": (
        replacing("classification", 'light = "green"', 'light = "red"'),
        "classification",
        ("level", "from green to red"),
    ),
    "two levels with one label": (
        replacing("classification", 'label = "High"', 'label = "Low"'),
        "classification",
        ("level", '"Low"'),
    ),
    "two answers with one id": (
        replacing("classification", 'id = "resolved"', 'id = "absent"'),
        "classification",
        ('dimension "risk"', 'status "absent"', "2 times"),
    ),
    "a best answer that only the child can give": (
        replacing("classification", 'label = "Wants it"\nvalue = 0', 'label = "Wants it"\nvalue = 1'),
        "classification",
        ('dimension "wishes"', "status", "for the child only"),
    ),
    "a dimension that takes the best risk for the whole": (
        replacing("classification", 'combine = "least_favourable"', 'combine = "most_favourable"'),
        "classification",
        ('dimension "risk"', "combine", "least_favourable"),
    ),
    "a row that can never apply": (
        replacing("classification", SEVERE_ROW, LAST_ROW + "\n" + SEVERE_ROW),
        "classification",
        ("rule", "row 4 (severe)", "never apply"),
    ),
    "a value that is neither number": (
        replacing("classification", LAST_ROW, LAST_ROW.replace("wishes = [0, 1]", "wishes = [false, true]")),
        "classification",
        ("rule", "row", "wishes"),
    ),
    "a reconstructed rule that does not say how": (
        without_note,
        "classification",
        ("rule", "provenance_note", "missing"),
    ),
    "a caution that is a number": (in_factor("neglect", "caution = true", "caution = 1"), "factors", ("caution",)),
    "a caution on a protective factor": (
        in_factor("recognises_problem", "caution = false", "caution = true"),
        "factors",
        ("recognises_problem", "caution", "risk factor"),
    ),
    "a factor that may not apply without saying when": (
        without_line("illness_responds_to_treatment", "may_not_apply_when"),
        "factors",
        ("illness_responds_to_treatment", "may_not_apply_when"),
    ),
    "when a factor does not apply that always does": (
        in_factor("neglect", "caution = true", 'caution = true\nmay_not_apply_when = "The child is well."'),
        "factors",
        ('factor "neglect"', "may_not_apply_when"),
    ),
    "a factor that may not apply without an answer for it": (
        without_status("not_applicable"),
        "factors",
        ("may_not_apply", 'only_where = "may_not_apply"'),
    ),
    "nothing that protects everybody": (
        marking_every_protective_factor,
        "factors",
        ("protective", "may_not_apply", "applies to everybody"),
    ),
    "what does not apply, said of anybody": (
        replacing("classification", 'id = "not_needed"', 'id = "not_applicable"'),
        "classification",
        ('status "not_applicable"', "only_where"),
    ),
    "what does not apply, of a question that is no factor": (
        replacing("classification", 'id = "not_needed"', 'id = "not_applicable"\nonly_where = "may_not_apply"'),
        "classification",
        ('dimension "capacity"', "only_where", "only a factor"),
    ),
    "resolved, only of what may not apply": (
        replacing("classification", 'label = "Resolved"\n', 'label = "Resolved"\nonly_where = "may_not_apply"\n'),
        "classification",
        ('status "resolved"', "only_where"),
    ),
    "what does not apply as something that protects": (
        replacing(
            "classification",
            'id = "not_applicable"\nlabel = "Does not apply"\nvalue = 2',
            'id = "not_applicable"\nlabel = "Does not apply"\nvalue = 1',
        ),
        "classification",
        ('status "not_applicable"', "value", "must be 2"),
    ),
    "answers that do not go from the most favourable to the least": (
        replacing("classification", 'id = "emerging"\nlabel = "Emerging"\nvalue = 1', MOVED_DOWN),
        "classification",
        ('dimension "protection"', "status", "most favourable to the least"),
    ),
    "a risk that services do": (
        in_factor("neglect", "caution = true", "caution = true\nprocess = true"),
        "factors",
        ('factor "neglect"', "process", "protective"),
    ),
    "something protective for the authority to put right": (
        in_factor("recognises_problem", "caution = false", 'caution = false\nput_right_by = "authority"'),
        "factors",
        ("recognises_problem", "put_right_by", "risk factor"),
    ),
    "somebody else to put it right": (
        in_factor("family_stress", "caution = false", 'caution = false\nput_right_by = "neighbours"'),
        "factors",
        ("family_stress", "put_right_by", "'parents' or 'authority'"),
    ),
    "a domain without a factor": (
        adding("factors", '[[domain]]\nid = "empty"\npolarity = "risk"\nlabel = "Empty"\nintro = "Nothing."'),
        "factors",
        ('domain "empty"', "no risk factor"),
    ),
    "stages that do not count on": (
        replacing("stages", "number = 2", "number = 1"),
        "stages",
        ("stage", "1, 1, 3, 4, 5"),
    ),
    "a file that is empty": (writing_bytes("stages", b""), "stages", ("stage", "missing")),
    "a key in the wrong file": (
        adding("stages", "[caution]\nlabel = 'x'"),
        "stages",
        ("caution", "belongs in classification.toml"),
    ),
    "a hash of its own": (adding("edition", 'hash = "0"'), "edition", ("hash", "not a key")),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with a copy of the built-in edition, as an authority would make one."""
    return Path(shutil.copytree(BUILT_IN, tmp_path / "own-edition"))


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_broken_edition_is_refused_naming_the_file_the_key_and_the_reason(wrong: str, copy: Path) -> None:
    change, file, words = BROKEN[wrong]
    change(copy)
    with pytest.raises(EditionError) as refused:
        edition.load(str(copy))
    sentence = str(refused.value)
    assert sentence.startswith(f"{copy / file}.toml: ")
    said = sentence.removeprefix(f"{copy / file}.toml: ")
    for word in words:
        assert word in said


def test_a_folder_that_is_not_there_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EditionError, match="HOMEWARD_EDITION") as refused:
        edition.load(str(tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in str(refused.value)


# An edition of one's own


def test_an_unchanged_copy_is_the_same_edition(copy: Path, built_in: Edition) -> None:
    assert edition.load(str(copy)) == built_in


def run_with_own_edition(folder: Path) -> subprocess.CompletedProcess[str]:
    """Ask the program, started anew, for the words of the edition that HOMEWARD_EDITION names."""
    script = "from framework import edition; e = edition.load(); print(e.title); print(e.factors['neglect'].label)"
    environment = os.environ | {"HOMEWARD_EDITION": str(folder)}
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_homeward_edition_points_at_an_own_folder_and_its_words_are_used(copy: Path) -> None:
    replacing("edition", 'title = "Reunification', 'title = "Fictionshire: Reunification')(copy)
    in_factor("neglect", 'label = "Neglect"', 'label = "Going without"')(copy)
    done = run_with_own_edition(copy)
    assert done.stdout.splitlines() == [
        "Fictionshire: Reunification Practice Framework, England",
        "Going without",
    ], done.stderr


def test_a_broken_own_edition_is_never_replaced_by_the_built_in_one(copy: Path) -> None:
    (copy / "factors.toml").unlink()
    done = run_with_own_edition(copy)
    assert done.returncode != 0 and done.stdout == ""
    assert f"{copy}/factors.toml" in done.stderr


def test_files_saved_on_windows_are_read_too(copy: Path, built_in: Edition) -> None:
    for name in FILES:
        path = copy / f"{name}.toml"
        path.write_bytes(codecs.BOM_UTF8 + path.read_bytes().replace(b"\n", b"\r\n"))
    assert edition.load(str(copy)) == built_in


# An edition kept as text


def content_of(one: Edition) -> dict:
    return one.model_dump()


def test_an_edition_kept_as_text_reads_back_the_same(built_in: Edition) -> None:
    again = edition.parse_stored(built_in.text)
    assert again == built_in
    assert content_of(again) == content_of(built_in)


def test_an_edition_from_before_the_later_answers_still_loads_and_reads_back(tmp_path: Path) -> None:
    one = edition.load(str(before_the_later_answers(tmp_path)))
    again = edition.parse_stored(one.text)
    assert content_of(again) == content_of(one)
    assert not any(f.may_not_apply or f.process or f.put_right_by != "parents" for f in again.factor)
    assert [s.id for s in again.statuses("capacity", "a")] == ["evident", "limited", "none"]
    assert [c.id for c in again.choices("illness_responds_to_treatment", "a")] == [
        "present",
        "emerging",
        "absent",
        "unknown",
    ]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    endings=st.lists(
        st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=20), min_size=6, max_size=6
    ),
    newlines=st.lists(st.booleans(), min_size=6, max_size=6),
)
def test_an_edition_reads_back_the_same_however_its_files_end(endings: list[str], newlines: list[bool]) -> None:
    texts = {}
    for name, ending, newline in zip(FILES, endings, newlines, strict=True):
        text = (BUILT_IN / f"{name}.toml").read_text("utf-8").rstrip("\n")
        texts[name] = f"{text}\n# {ending}" + ("\n" if newline else "")
    one = edition.parse(texts)
    again = edition.parse_stored(one.text)
    assert again.hash == one.hash
    assert content_of(again) == content_of(one)


@pytest.mark.parametrize("file", FILES)
def test_any_change_of_any_file_changes_the_hash(file: str, copy: Path, built_in: Edition) -> None:
    adding(file, "# a remark that changes no rule")(copy)
    changed = edition.load(str(copy))
    assert changed.hash != built_in.hash
    assert changed != built_in


def test_a_word_moved_from_one_file_to_the_next_changes_the_hash() -> None:
    texts = {name: (BUILT_IN / f"{name}.toml").read_text("utf-8") for name in FILES}
    one = edition.parse(texts | {"edition": texts["edition"] + "# remark\n"})
    other = edition.parse(texts | {"sources": "# remark\n" + texts["sources"]})
    assert one.hash != other.hash


def test_an_edition_cannot_be_changed_once_it_is_loaded(built_in: Edition) -> None:
    with pytest.raises(ValueError, match="frozen"):
        built_in.factor[0].label = "Something else"


MARKS = [f"# ---- {name}.toml" for name in FILES]


def files_of_the_built_in() -> dict[str, str]:
    return {name: (BUILT_IN / f"{name}.toml").read_text("utf-8") for name in FILES}


def test_comments_like_the_lines_that_part_the_files_of_a_stored_edition_do_no_harm() -> None:
    files = {}
    for name, text in files_of_the_built_in().items():
        lines = text.splitlines()
        tables = [number for number, line in enumerate(lines, 1) if line.startswith("[")] or [len(lines) // 2]
        middle = tables[len(tables) // 2]
        files[name] = "\n".join([*MARKS, *lines[:middle], *MARKS, *lines[middle:], *MARKS]) + "\n"
    marked = edition.parse(files)
    again = edition.parse_stored(marked.text)
    assert (again.hash, again.text) == (marked.hash, marked.text)
    assert again.model_dump() == marked.model_dump()
    assert again.factor == edition.load(DEFAULT).factor


@pytest.mark.parametrize("mark", MARKS)
def test_a_long_text_like_the_lines_that_part_the_files_stays_whole(mark: str) -> None:
    files = files_of_the_built_in()
    files["edition"] = files["edition"].replace('note = """\\\n', f'note = """\\\n{mark}\n\n')
    marked = edition.parse(files)
    assert marked.note.startswith(f"{mark}\n")
    again = edition.parse_stored(marked.text)
    assert (again.note, again.hash) == (marked.note, marked.hash)


@settings(max_examples=12)
@given(st.data())
def test_one_such_comment_may_stand_at_any_line(data: st.DataObject) -> None:
    files = files_of_the_built_in()
    name, mark = data.draw(st.sampled_from(FILES)), data.draw(st.sampled_from(MARKS))
    lines = files[name].splitlines()
    at = data.draw(st.integers(0, len(lines)))
    files[name] = "\n".join([*lines[:at], mark, *lines[at:]])
    marked = edition.parse(files)
    again = edition.parse_stored(marked.text)
    assert again.hash == marked.hash and again.model_dump() == marked.model_dump()


@pytest.mark.parametrize("text", ["", "nothing", "# ---- edition.toml\n", "# ---- sources.toml\n\n"])
def test_a_stored_text_that_is_no_edition_is_named(text: str) -> None:
    with pytest.raises(EditionError, match="cannot be taken apart"):
        edition.parse_stored(text)
