"""Rules: the sample cases are fictional, reach what their files say, and show every level, grey and a gap."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from framework import case, edition
from framework.case import SAMPLES, CaseError
from framework.classification import classify
from tests.earlier_edition import before_the_later_answers

EDITION = edition.load(edition.DEFAULT)
FILES = sorted(SAMPLES.glob("*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_case_comes_to_the_level_that_its_file_says(path: Path) -> None:
    written = case._read(path)
    case.check(written, EDITION)
    result = classify(EDITION, written.reference)
    assert (result.indicated or "grey", result.basis or "") == (written.level, written.basis)


def test_together_they_show_every_level_and_grey_and_a_gap() -> None:
    cases = case.load_samples(EDITION)
    assert {one.level for one in cases} == {"low", "medium", "high", "severe", "grey"}
    assert "gap" in {one.basis for one in cases}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_case_is_marked_as_fictional_and_carries_its_evidence(path: Path) -> None:
    written = case._read(path)
    assert tomllib.loads(path.read_text("utf-8"))["fictional"] is True
    assert written.chronology
    assert written.child_words.said
    assert {view.carer for view in written.carer_view} == {carer.id for carer in written.carer}
    assert written.report
    assert written.missing


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_case_holds_against_somebody_what_cannot_apply_to_them(path: Path) -> None:
    written = case._read(path)
    young = 2026 - int(written.born[:4]) < 13
    assert (written.scores["child"]["adolescent_oscillating"] == "not_applicable") == young
    for carer in written.carers:
        scores = written.scores[carer]
        ill = {scores["alcohol_or_drug_misuse"], scores["mental_health_problem"]} != {"absent"}
        assert (scores["illness_responds_to_treatment"] == "not_applicable") != ill
        assert scores["learning_disability_with_illness"] == "not_applicable"
        # Both are about harm in the carer's own childhood: where there was none, neither applies.
        childhood = {scores["own_childhood_abuse_unrecognised"], scores["own_childhood_come_to_terms"]}
        assert "not_applicable" not in childhood or childhood == {"not_applicable"}


def test_a_case_that_another_edition_cannot_ask_is_left_out(tmp_path: Path) -> None:
    shutil.copy(FILES[0], tmp_path / "one.toml")
    text = FILES[1].read_text("utf-8").replace('neglect = "', 'negligence = "', 1)
    (tmp_path / "two.toml").write_text(text, "utf-8")
    assert [one.id for one in case.load_samples(EDITION, tmp_path)] == ["HW-011"]


def test_the_cases_come_to_the_same_levels_in_an_edition_that_has_not_the_later_answers(tmp_path: Path) -> None:
    text = FILES[0].read_text("utf-8")
    text, count = re.subn(r"(?<=^\[capacity\]\n)a = .*$", 'a = "not_needed"', text, flags=re.MULTILINE)
    assert count == 1
    (tmp_path / "one.toml").write_text(text, "utf-8")
    (now,) = case.load_samples(EDITION, tmp_path)
    (then,) = case.load_samples(edition.load(str(before_the_later_answers(tmp_path))), tmp_path)
    assert "not_needed" in now.capacity.values()
    assert "not_applicable" in {status for given in now.scores.values() for status in given.values()}
    assert not {"not_needed", "not_applicable"} & set(then.reference.answers.values())
    assert (now.level, now.basis) == (then.level, then.basis)


def test_a_file_that_is_broken_is_named_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(FILES[0].read_text("utf-8").replace("stage = ", "stages = ", 1), "utf-8")
    with pytest.raises(CaseError, match=r"one\.toml: stage"):
        case.load_samples(EDITION, tmp_path)
