"""Content that is broken is refused with one sentence, whatever it is: the file, the key, the reason."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from framework import case, edition
from framework.case import model
from framework.costs import figures
from framework.loading import LoadingError
from framework.rollout import checklist, sample

LOADERS: dict[str, Callable[[Path], object]] = {
    "edition.toml": lambda folder: edition.load(str(folder)),
    "classification.toml": lambda folder: edition.load(str(folder)),
    "checklist.toml": lambda folder: checklist.load(str(folder)),
    "costs.toml": lambda folder: figures.load(str(folder)),
    "hw-011.toml": lambda folder: model.read(folder / "hw-011.toml"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the built-in edition with a sample case beside it."""
    copy = Path(shutil.copytree(edition.CONTENT / edition.DEFAULT, tmp_path / "own"))
    shutil.copy(case.SAMPLES / "hw-011.toml", copy)
    return copy


def refused(folder: Path, file: str) -> str:
    """The sentence about a file, without the file's name in front of it."""
    with pytest.raises(LoadingError) as error:
        LOADERS[file](folder)
    start = f"{folder / file}: "
    assert str(error.value).startswith(start)
    return str(error.value).removeprefix(start)


@pytest.mark.parametrize("file", LOADERS)
def test_a_byte_order_mark_before_the_text_is_no_fault(folder: Path, file: str) -> None:
    """Notepad on Windows writes one."""
    before = LOADERS[file](folder)
    other = folder.rename(folder.with_name("with-mark"))
    (other / file).write_bytes(b"\xef\xbb\xbf" + (other / file).read_bytes())
    assert LOADERS[file](other) == before


@pytest.mark.parametrize("file", LOADERS)
def test_a_file_that_is_not_there_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert refused(folder, file).startswith("the file is missing.")


@pytest.mark.parametrize("file", LOADERS)
def test_a_file_that_is_no_text_is_named(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b'title = "\xe9"')
    assert refused(folder, file).startswith("cannot be read as UTF-8 text (")


@pytest.mark.parametrize("file", LOADERS)
def test_a_text_that_is_no_toml_is_named_with_its_line(folder: Path, file: str) -> None:
    (folder / file).write_text("\n\nrate = ten\n", "utf-8")
    said = refused(folder, file)
    assert said.startswith("is not valid TOML. ") and "line 3" in said


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        # Items are named, and not counted from 0 or 1.
        (
            "costs.toml",
            "share = [0.12, 0.20, 0.35]",
            "share = [0.12, 0.20, 3]",
            'curve → "sussex2024" → share → number 3: ',
        ),
        ("hw-011.toml", "[[carer]]", '[[carer]]\nage = "30"', 'carer → "a" → age: is not a key that is known here.'),
        # Plain words, and those of our own checks without pydantic's in front.
        ("costs.toml", "kept = 8\n", "kept = 37\n", "example: kept must not be more than the children who come back."),
        ("hw-011.toml", "summary = ", "summery = ", "summary: is missing."),
        (
            "checklist.toml",
            'id = "1.5"',
            'id = "1.5"\ncolour = 1',
            'task → "1.5" → colour: is not a key that is known here.',
        ),
        # What is asked for is what that key needs, and not what another needs.
        (
            "hw-011.toml",
            'id = "a"',
            'id = "0a"',
            "carer → \"0a\" → id: String should match pattern '^[a-z][a-z0-9_]*$'.",
        ),
    ],
)
def test_the_key_is_named_as_its_author_would_look_for_it_with_the_reason_in_plain_words(
    folder: Path, file: str, before: str, after: str, said: str
) -> None:
    text = (folder / file).read_text("utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")
    assert refused(folder, file).startswith(said)


def test_how_many_entries_are_needed_is_said(folder: Path) -> None:
    """Two levels at least: “at least one entry” was said of a file that had one."""
    text = (folder / "classification.toml").read_text("utf-8")
    first, last = text.index("[[level]]"), text.rindex("[[level]]")
    (folder / "classification.toml").write_text(text[:first] + text[last:], "utf-8")
    assert refused(folder, "classification.toml") == "level: needs at least 2 entries."


def test_a_broken_sample_of_a_roll_out_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "rollout.toml").write_text("[[", "utf-8")
    with pytest.raises(sample.SampleError, match=r"rollout\.toml: is not valid TOML"):
        sample.load(checklist.load(), datetime(2026, 11, 28, tzinfo=UTC), path=tmp_path / "rollout.toml")
