"""The outcomes page without a browser: what it takes, what it says, and what it never shows or keeps."""

import gc
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from framework.outcomes import suppression, views
from framework.outcomes.answers import Answers
from framework.outcomes.episodes import Reading
from pages.outcomes import brought
from pages.outcomes.brought import Kept
from tests.outcomes.made import csv_of
from tests.test_pages import button, opened, record, whole, words

__all__ = ["record"]
GOOD = csv_of(
    [
        *((str(number), "01/05/2021", "S", "V2", "U6", "01/08/2021", "E4A") for number in range(37)),
        *((str(number), "01/10/2021", "S", "V2", "U6", "", "") for number in range(9)),
    ]
)


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "this_machine_only", lambda: True)


def visit() -> AppTest:
    return opened("outcomes")


def with_sample() -> AppTest:
    return button(visit(), "Look at the made-up sample")


def with_files(**files: bytes) -> AppTest:
    page = visit()
    page.file_uploader[0].set_value([(name, data, "text/csv") for name, data in files.items()])
    return whole(page.run())


def test_the_sample_tells_its_story_with_small_numbers_hidden() -> None:
    said = words(with_sample())
    assert "every child in them is made up" in said
    assert "returns home up to 31 March 2026" in said and "about" in said
    assert views.NOT_A_FAILURE in said and views.CANNOT_SAY in said


def test_exact_numbers_are_marked_and_can_be_taken_nowhere() -> None:
    page = with_sample()
    assert len(page.get("download_button")) == 4
    page.toggle(key="outcomes-exact").set_value(True)
    whole(page.run())
    assert views.NOT_TO_BE_SHARED in words(page) + "".join(box.value for box in page.warning)
    assert not page.get("download_button")


def test_files_are_read_and_accounted_for() -> None:
    said = words(with_files(**{"episodes_2022.csv": GOOD, "notes.csv": b"milk,eggs\n"}))
    assert "46 rows of episodes: 46 used" in said and "1 file or table was not used" in said
    assert "about 35 returns" in said


def test_a_file_that_cannot_be_used_is_refused_in_a_sentence_and_the_session_lives() -> None:
    page = with_files(**{"a.zip": b"PK\x03\x04 cut off"})
    assert "cut off or damaged" in page.error[0].value
    assert whole(page.run()).title[0].value == "What became of the children who went home"


def test_forgetting_leaves_nothing_in_the_session() -> None:
    page = button(with_sample(), "Forget these files")
    assert brought.KEPT not in page.session_state and "returns home up to" not in words(page)


def test_forgetting_gives_all_that_was_read_back() -> None:
    """No fragment, download or cache still holds it."""
    page = button(with_files(**{"episodes_2022.csv": GOOD}), "Forget these files")
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, Reading | Answers | Kept)], page


def test_a_small_csv_says_for_whom_the_framework_was_used() -> None:
    assert views.NO_FRAMEWORK in words(with_files(**{"episodes_2022.csv": GOOD}))
    used = b"CHILD,FROM\n" + b"".join(b"%d,01/06/2021\n" % number for number in range(20))
    page = with_files(**{"episodes_2022.csv": GOOD, "used.csv": used})
    assert views.NO_FRAMEWORK not in words(page)
    page.selectbox(key="outcomes-breakdown").set_value("framework_used")
    said = words(whole(page.run()))
    assert "Who comes back: framework used" in said


def test_where_others_can_reach_the_app_real_files_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "this_machine_only", lambda: False)
    page = visit()
    assert not page.get("file_uploader") and "has no sign-in" in page.info[0].value
    assert "every child in them is made up" in words(button(page, "Look at the made-up sample"))


@pytest.mark.parametrize(
    ("address", "local"),
    [("localhost", True), ("127.0.0.1", True), ("0.0.0.0", False), (None, False), ("192.0.2.7", False)],
)
def test_only_an_address_of_this_machine_is_this_machine(
    address: str | None, local: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(st, "get_option", lambda name: {"server.address": address}[name])
    assert brought.this_machine_only() is local


def test_one_click_takes_the_figures_into_the_cost_simulator() -> None:
    page = with_sample()
    next(one for one in page.button if one.key == "outcomes-to-costs").click()
    whole(page.run())
    assert "Your own SSDA903 returns up to 31 March 2026 gave" in words(page)


def test_nothing_of_the_files_is_written_into_the_record(record: Path) -> None:
    page = with_files(**{"episodes_2022.csv": GOOD.replace(b"\n7,", b"\nUNMISTAKABLE,")})
    assert suppression.HIDDEN in words(page)
    for file in record.parent.iterdir():
        assert b"UNMISTAKABLE" not in file.read_bytes()
