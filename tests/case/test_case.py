"""Rules: the sample cases are fictional, reach what their files say, and show every level, grey and a gap.

Their answers follow from their evidence, their ages and months agree, and their words blame nobody.
"""

import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from framework import case, edition, panel
from framework.case import SAMPLES, Case, CaseError, model
from framework.dates import MONTHS, months_between
from framework.light.classification import Assessment, Key, classify
from framework.panel import demonstration
from tests.earlier_edition import before_the_later_answers

EDITION = edition.load(edition.DEFAULT)
FILES = sorted(SAMPLES.glob("*.toml"))
NUMBERS = (
    "nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
NUMBER = "|".join(NUMBERS)
every_case = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@every_case
def test_each_case_comes_to_the_level_that_its_file_says(path: Path) -> None:
    written = model.read(path)
    case.check(written, EDITION)
    result = classify(EDITION, written.reference)
    assert (result.indicated or "grey", result.basis or "") == (written.level, written.basis)


def test_together_they_show_every_level_and_grey_and_a_gap() -> None:
    cases = case.load_samples(EDITION)
    assert {one.level for one in cases} == {"low", "medium", "high", "severe", "grey"}
    assert "gap" in {one.basis for one in cases}


@every_case
def test_each_case_is_marked_as_fictional_and_carries_its_evidence(path: Path) -> None:
    written = model.read(path)
    assert tomllib.loads(path.read_text("utf-8"))["fictional"] is True
    assert written.chronology
    assert written.child_words.said
    assert {view.carer for view in written.carer_view} == {carer.id for carer in written.carer}
    assert written.report
    assert written.missing


@every_case
def test_no_case_holds_against_somebody_what_cannot_apply_to_them(path: Path) -> None:
    written = model.read(path)
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


@every_case
def test_each_case_has_members_who_can_hold_a_meeting(path: Path) -> None:
    """Chairing is a duty beside a role, and only who scores can score differently."""
    written = model.read(path)
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
    written = model.read(FILES[0])
    members = tuple(member.model_copy(update={"role": role}) if member.differs else member for member in written.member)
    with pytest.raises(CaseError, match=f"{written.id}: .*{words}"):
        case.check(written.model_copy(update={"member": members}), EDITION)


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


def test_a_demonstration_names_no_kind_of_evidence_that_the_edition_does_not_know(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(edition.CONTENT / edition.DEFAULT, tmp_path / "edition"))
    rule = copy / "classification.toml"
    later = re.compile(r'\[\[evidence\]\]\nid = "(foster_carer|relative|school|health|verbal_only)"\n(.+\n)*\n?')
    text, count = later.subn("", rule.read_text("utf-8"))
    assert count == 5
    rule.write_text(text, "utf-8")
    earlier = edition.load(str(copy))
    for one in case.load_samples(earlier):
        assert demonstration.events(one, earlier, "demo", "ABC234", datetime(2026, 11, 27, tzinfo=UTC))


def test_a_file_that_is_broken_is_named_with_the_place(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(FILES[0].read_text("utf-8").replace("stage = ", "stages = ", 1), "utf-8")
    with pytest.raises(CaseError, match=r"one\.toml: stage"):
        case.load_samples(EDITION, tmp_path)


# ── Months and ages ──────────────────────────────────────────────────────────────────────────────────────────────────


def year_month(words: str) -> str:
    """ "May 2026" as “2026-05”."""
    month, year = words.split()
    return f"{year}-{MONTHS.index(month) + 1:02}"


@every_case
def test_the_months_of_a_bundle_are_in_order_and_none_is_later_than_it_was_read(path: Path) -> None:
    written = model.read(path)
    months = [year_month(entry.when) for entry in written.chronology]
    assert months == sorted(months)
    assert written.as_at
    assert max([*months, *(year_month(report.when) for report in written.report)]) <= written.as_at
    if written.in_care_since:
        assert written.in_care_since in months, "the chronology says how the child became looked after"
    assert (written.legal_status == "edge") == (not written.in_care_since)
    if written.home_since:
        assert written.legal_status == "s20", "only an accommodation ends when the child goes home"
        assert written.in_care_since <= written.home_since <= written.as_at


@every_case
def test_the_ages_in_the_prose_agree_with_the_month_of_birth(path: Path) -> None:
    written = model.read(path)
    summary = re.search(rf"(?:child|young person) is ({NUMBER})\b( months old)?", written.summary)
    assert summary, "the summary says how old the child is"
    assert written.age == f"{NUMBERS.index(summary[1])} {'months' if summary[2] else 'years'}"
    for entry in written.chronology:
        for said in re.findall(rf"(?:[Cc]hild, |(?<!who )(?:child|person|[Ss]he|[Hh]e) is )({NUMBER})\b", entry.what):
            assert months_between(written.born, year_month(entry.when)) // 12 == NUMBERS.index(said), entry.what


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield " ".join(part.split())
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from texts(one)


def written_words(path: Path) -> list[str]:
    return list(texts(tomllib.loads(path.read_text("utf-8"))))


@every_case
def test_in_care_is_said_only_of_a_child_under_a_care_order(path: Path) -> None:
    said = [text for text in written_words(path) if re.search(r"\b(in|into) care\b", text)]
    assert model.read(path).legal_status in ("s31", "s38") or not said


@every_case
def test_a_foster_carer_is_called_so_in_full_and_nobody_else_is_a_carer(path: Path) -> None:
    bare = r"(?<!foster )(?<!Foster )(?<!home )(?<!residential )\bcarers?\b"
    assert not [text for text in written_words(path) if re.search(bare, text)]


@every_case
def test_no_case_blames_a_wish_or_calls_a_parent_incapable(path: Path) -> None:
    blaming = r"(?i)incapable|unable to parent|non-?complian|hard to reach|dysfunctional|attention.seeking|manipulat|holds? the light at red"
    assert not [text for text in written_words(path) if re.search(blaming, text)]


@every_case
def test_no_sentence_is_longer_than_25_words(path: Path) -> None:
    sentences = [one for text in written_words(path) for one in re.split(r"(?<=[.!?])\s+", text)]
    assert not [one for one in sentences if len(re.findall(r"[\w'’-]+", one)) > 25]


@every_case
def test_no_day_of_a_month_is_named(path: Path) -> None:
    months = "|".join(MONTHS)
    assert not [text for text in written_words(path) if re.search(rf"\b\d{{1,2}}(st|nd|rd|th)? ({months})\b", text)]


@every_case
def test_what_a_case_is_about_does_not_give_its_answer_away_and_what_it_shows_does(path: Path) -> None:
    written = model.read(path)
    assert written.about and "\n" not in written.about
    assert not re.search(r"(?i)\b(low|medium|high|severe|grey|red|amber|green|risk|level|light)\b", written.about)
    word = "No level yet" if written.level == "grey" else f"{EDITION.levels[written.level].label} risk"
    assert written.shows.startswith(word)


def test_a_case_of_the_first_release_has_no_line_about_it_and_still_reads() -> None:
    written = tomllib.loads(FILES[0].read_text("utf-8"))
    del written["about"], written["as_at"]
    assert (Case.model_validate(written).about, Case.model_validate(written).age) == ("", "")


# ── Answers and evidence ─────────────────────────────────────────────────────────────────────────────────────────────


@every_case
def test_every_question_has_an_answer(path: Path) -> None:
    reference = model.read(path).reference
    assert set(reference.answers) == {question.key for question in EDITION.questions(reference.carers)}


@every_case
def test_every_remark_names_kinds_of_evidence_that_there_are(path: Path) -> None:
    kinds = {kind.id for kind in EDITION.evidence}
    for remark in model.read(path).remark:
        assert remark.evidence and set(remark.evidence) <= kinds, remark.factor


@every_case
def test_every_caution_that_is_there_has_a_remark(path: Path) -> None:
    written = model.read(path)
    there = {
        key
        for key, status in written.reference.answers.items()
        if key[0] in EDITION.caution_ids and status in ("improving", "active")
    }
    assert there <= {(remark.factor, remark.about) for remark in written.remark}


def table_of_the_readme() -> dict[str, tuple[str, list[tuple[str, str, str, str]]]]:
    """Case → its level, and (subject, about, status, the entry it rests on) of each deciding answer."""
    text = (SAMPLES.parent / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (HW-\d+) \| ([^|]+) \| (.+) \|$", text, re.MULTILINE)
    item = re.compile(r"`(\w+)` (\w+): (\w+) \((.+)\)")
    found = {}
    for number, level, answers in rows:
        matches = [item.fullmatch(one) for one in answers.split("<br>")]
        assert all(matches), number
        found[number] = (level, [match.groups() for match in matches if match])
    return found


def test_the_readme_has_a_row_for_every_case_with_its_level() -> None:
    rows = {number: level for number, (level, _) in table_of_the_readme().items()}
    cases = [model.read(path) for path in FILES]
    assert rows == {one.id: ", ".join(filter(None, (one.level, one.basis))) for one in cases}


@every_case
def test_the_answers_that_the_readme_names_are_the_case_s_and_decide_its_light_alone(path: Path) -> None:
    written = model.read(path)
    answers: dict[Key, str] = {}
    for question in EDITION.questions(tuple(written.carers)):
        statuses = EDITION.statuses(*question.key)
        least = EDITION.dimensions[question.dimension].combine == "least_favourable"
        known = [status for status in statuses if status.id != "not_applicable"]
        answers[question.key] = (min if least else max)(known, key=lambda status: status.value).id
    for subject, about, status, _ in table_of_the_readme()[written.id][1]:
        assert written.reference.answers[subject, about] == status
        answers[subject, about] = status
    alone, whole = classify(EDITION, Assessment(tuple(written.carers), answers)), classify(EDITION, written.reference)
    assert alone.dimensions == whole.dimensions


@every_case
def test_every_answer_in_the_readme_rests_on_an_entry_that_is_there(path: Path) -> None:
    written = model.read(path)
    entries = (
        {f"chronology, {entry.when}" for entry in written.chronology}
        | {f"report, {report.by}" for report in written.report}
        | {f"child's words, {number}" for number in range(1, len(written.child_words.said) + 1)}
        | {f"view, {view.carer}" for view in written.carer_view}
        | {f"missing, {number}" for number in range(1, len(written.missing) + 1)}
    )
    assert {entry for *_, entry in table_of_the_readme()[written.id][1]} <= entries


# ── The demonstration of each case ───────────────────────────────────────────────────────────────────────────────────


@every_case
def test_the_demonstration_ends_at_the_level_that_the_case_says_and_for_the_same_reasons(path: Path) -> None:
    written = model.read(path)
    done = demonstration.events(written, EDITION, "demo", "ABC234", datetime(2026, 11, 27, tzinfo=UTC))
    light = panel.panel_light(panel.fold(done), EDITION)
    print(f"{written.id} ends {light.indicated or 'grey'} {light.basis or ''}")
    assert (light.indicated or "grey", light.basis or "") == (written.level, written.basis)
    assert light.dimensions == classify(EDITION, written.reference).dimensions


@every_case
def test_whoever_chairs_is_independent_and_everybody_who_scores_differs_somewhere(path: Path) -> None:
    members = model.read(path).member
    assert [member.role for member in members if member.chairs] == ["independent_chair"]
    assert all(EDITION.panel_roles[member.role].scores == bool(member.differs) for member in members)
    assert sum(bool(member.differs) for member in members) >= EDITION.panel_rules.least_scoring


@every_case
def test_what_differs_is_another_answer_than_the_reference_one(path: Path) -> None:
    written = model.read(path)
    for member in written.member:
        for one in member.differs:
            assert written.reference.answers[one.factor, one.about] != one.status, (member.name, one.factor)
            assert one.note, "who differs says why"


def test_a_sample_is_fictional_and_has_its_answers_and_a_bundle_of_a_case_has_none() -> None:
    sample = model.read(FILES[0]).model_dump()
    taken = {"case": "0" * 32, "version": 3, "on": "2026-11-24", "entries": ("e1",)}
    for wrong in ({"fictional": False}, {"shows": " "}, {"scores": {}}, {"taken_from": taken}):
        with pytest.raises(ValidationError):
            model.Case.model_validate(sample | wrong)
    bundle = sample | {"taken_from": taken, "fictional": False, "level": "", "basis": "", "scores": {}, "capacity": {}}
    assert not model.Case.model_validate(bundle | {"id": "0" * 32, "wishes": {}}).fictional


def test_a_case_that_an_older_release_wrote_still_reads() -> None:
    """Without what this release added."""
    sample = model.read(FILES[0])
    old = sample.model_dump(mode="json", exclude={"taken_from", "chronology"})
    old["chronology"] = [{"when": one.when, "what": one.what, "source": one.source} for one in sample.chronology]
    assert model.Case.model_validate(old) == sample
