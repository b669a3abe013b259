"""Rules: the sample cases are fictional, reach what their files say, and show every level, grey and a gap."""

import shutil
import tomllib
from pathlib import Path

import pytest

from framework import case, edition
from framework.case import SAMPLES, CaseError
from framework.classification import classify

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
def test_each_case_has_members_who_can_hold_a_meeting(path: Path) -> None:
    """Chairing is a duty beside a role, and only who scores can score differently."""
    written = case._read(path)
    roles = {member.name: EDITION.panel_roles[member.role] for member in written.member}
    (chair,) = [member for member in written.member if member.chairs]
    assert chair.role != "observer"
    assert sum(role.scores for role in roles.values()) >= EDITION.panel_rules.least_scoring
    assert {"social_worker", "team_manager"} <= {role.id for role in roles.values()}
    assert {"second_worker", "additional_worker"} & {role.id for role in roles.values()}
    assert all(roles[member.name].scores for member in written.member if member.differs)


@pytest.mark.parametrize(
    ("role", "words"), [("chair", '"chair" is no role'), ("reviewing_officer", "does not score, so nothing can differ")]
)
def test_a_member_who_cannot_sit_or_score_as_the_file_says_is_named(role: str, words: str) -> None:
    written = case._read(FILES[0])
    members = tuple(member.model_copy(update={"role": role}) if member.differs else member for member in written.member)
    with pytest.raises(CaseError, match=f"{written.id}: .*{words}"):
        case.check(written.model_copy(update={"member": members}), EDITION)


def test_a_case_that_another_edition_cannot_ask_is_left_out(tmp_path: Path) -> None:
    shutil.copy(FILES[0], tmp_path / "one.toml")
    text = FILES[1].read_text("utf-8").replace('neglect = "', 'negligence = "', 1)
    (tmp_path / "two.toml").write_text(text, "utf-8")
    assert [one.id for one in case.load_samples(EDITION, tmp_path)] == ["HW-011"]


def test_a_file_that_is_broken_is_named_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(FILES[0].read_text("utf-8").replace("stage = ", "stages = ", 1), "utf-8")
    with pytest.raises(CaseError, match=r"one\.toml: stage"):
        case.load_samples(EDITION, tmp_path)
