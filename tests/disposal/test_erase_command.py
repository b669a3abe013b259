"""Protects: `erase` carries out what two people have decided, and nothing else; it says what is left to do."""

import json
from pathlib import Path

import pytest

from framework.__main__ import main
from framework.streams.store import Store
from tests.disposal.made import MARK, Held, whole
from tests.streams.stores import by_hand, everything, on_sqlite


@pytest.fixture
def held(store: Store) -> Held:
    return whole(store)


class Ran:
    def __init__(self, arguments: list[str], capfd: pytest.CaptureFixture[str]) -> None:
        self.status = main(arguments)
        out, self.error = capfd.readouterr()
        self.said = json.loads(out) if out else {}


def test_a_dry_run_says_what_would_go_and_erases_nothing(
    held: Held, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    disposal = held.decided()
    before = everything(database_url)
    ran = Ran(["erase", "--disposal", disposal, "--dry-run", "--database", database_url], capfd)
    assert (ran.status, ran.error) == (0, "")
    assert ran.said == {
        "ok": True, "dry_run": True, "disposal": disposal, "case": held.case, "backups": [],
        "streams": [f"casefile:{held.case}", f"panel:{held.meeting}", f"reading:{held.case}"],
    }  # fmt: skip
    assert everything(database_url) == before


def test_it_erases_proves_and_names_the_backups(
    held: Held, database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    disposal, copy = held.decided(), tmp_path / "monday.db"
    assert Ran(["backup", str(copy), "--database", database_url], capfd).status == 0
    ran = Ran(["erase", "--disposal", disposal, "--database", database_url], capfd)
    assert (ran.status, ran.error) == (0, "")
    assert ran.said["ok"] and ran.said["backups"] == [str(copy)]
    assert any(str(copy) in sentence and "destroyed" in sentence for sentence in ran.said["then"])
    assert ran.said["wiped"] == on_sqlite(database_url)
    assert MARK not in repr(everything(database_url)) and MARK.encode() in copy.read_bytes()
    verified = Ran(["verify", "--database", database_url], capfd)
    assert verified.said["ok"] and verified.said["erased"] == ran.said["events"]

    again = Ran(["erase", "--disposal", disposal, "--database", database_url], capfd)
    assert (again.status, again.said) == (2, {})
    assert "This disposal was carried out on" in again.error and "There is nothing left to erase." in again.error


@pytest.mark.parametrize("dry", [["--dry-run"], []])
def test_what_was_not_decided_by_two_is_refused_in_one_line(
    dry: list[str], held: Held, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    proposed = held.work.disposals.propose(held["kit"], held.case, "mistake", "Entered twice.")
    before = everything(database_url)
    for disposal, words in ((proposed, "nobody has confirmed it"), ("0" * 16, "no such disposal"), ("../x", "no such")):
        ran = Ran(["erase", "--disposal", disposal, *dry, "--database", database_url], capfd)
        assert (ran.status, ran.said) == (2, {})
        assert words in ran.error and ran.error.count("\n") == 1
    assert everything(database_url) == before


def test_a_confirmation_by_whoever_proposed_is_none(
    held: Held, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Written into the record past the app's rules, it still erases nothing."""
    disposal = held.decided()
    with by_hand(database_url) as connection:
        connection.exec_driver_sql(
            f"UPDATE events SET actor = '{held.ids['kit']}' WHERE stream = 'disposal:{disposal}' AND version = 2"
        )
    ran = Ran(["erase", "--disposal", disposal, "--database", database_url], capfd)
    assert ran.status == 2 and "Two have to decide" in ran.error
    assert MARK in repr(everything(database_url))


def test_a_mistyped_database_is_not_made(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ran = Ran(["erase", "--disposal", "0" * 16, "--database", f"sqlite:///{tmp_path}/none.db"], capfd)
    assert ran.status == 2 and "There is no database at" in ran.error
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_classes_that_cannot_be_used_stops_it(
    held: Held, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    disposal = held.decided()
    own = tmp_path / "ours.toml"
    own.write_text('[[class]]\nid = "looked_after"\nyears = 1\nsource = "Ours"\n', "utf-8")
    monkeypatch.setenv("HOMEWARD_RETENTION", str(own))
    ran = Ran(["erase", "--disposal", disposal, "--database", database_url], capfd)
    assert ran.status == 2 and "the law sets this class" in ran.error
    assert MARK in repr(everything(database_url))
