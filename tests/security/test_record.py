"""Protects: somebody who holds the whole database, and makes its hashes anew, cannot hide it from the operator's own command."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from framework import panel
from framework.panel import MovePhase, Score
from framework.panel.meetings import Ticket
from framework.rollout import documents
from framework.streams.anchor import Anchor, public_key
from framework.workspace import Workspace
from tests.postgres import wait_until
from tests.streams.stores import by_hand, scored
from tests.streams.test_anchor import another_kind, made_anew
from tests.test_command_line import answer, homeward, refused

SECRET = "a secret of more than thirty-two letters"


class Place:
    """A council's machine: the database in one folder, the anchor in another."""

    def __init__(self, folder: Path) -> None:
        self.file, self.anchor = folder / "data" / "homeward.db", folder / "elsewhere" / "anchor.jsonl"
        self.url = f"sqlite:///{self.file}"
        self.work = Workspace.open(self.url)
        self.case = self.work.cases.all()[0]
        self.meeting = self.work.meetings.demonstrate(self.case)
        self.note()

    def note(self) -> None:
        Anchor(self.work.store, self.anchor, SECRET.encode()).note()

    def verify(self, *arguments: str, secret: str = SECRET) -> Any:
        return homeward(
            "verify", *arguments, DATABASE_URL=self.url, HOMEWARD_ANCHOR=str(self.anchor), HOMEWARD_SECRET=secret
        )

    def broken(self) -> dict[str, Any]:
        done = self.verify()
        assert done.returncode == 1, done.stdout
        said = json.loads(done.stdout)
        assert said["ok"] is False and said["what"] in done.stderr.decode()
        return dict(said)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.work.store.close()


def test_a_whole_record_verifies_with_its_anchor_and_names_the_last_line(place: Place) -> None:
    said = answer(place.verify())
    assert said["ok"] and said["anchor"]["lines"] == said["anchor"]["number"] == 1
    keyed = ("verify", "--database", place.url, "--anchor", str(place.anchor), "--anchor-key")
    assert answer(homeward(*keyed, public_key(SECRET.encode())))["anchor"] == said["anchor"]


def test_a_meeting_that_was_removed_with_its_register_row_shows(place: Place) -> None:
    stream = f"panel:{place.meeting}"
    with by_hand(place.url) as connection:
        for table in ("events", "streams", "stream_index"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE stream = '{stream}'")
        connection.exec_driver_sql(f"DELETE FROM events WHERE stream = 'register' AND payload LIKE '%{stream}%'")
        made_anew(connection, "register")
    assert homeward("verify", "--database", place.url).returncode == 0, "without the anchor it passes for whole"
    said = place.broken()
    assert said["stream"] == stream and "removed" in said["what"]


def test_a_database_in_which_a_kind_was_changed_shows(place: Place) -> None:
    place.work.store.append("panel:two", 0, scored(1), actor="x", at=place.work.now(), kind="panel")
    place.note()
    with by_hand(place.url) as connection:
        another_kind(connection)
    assert homeward("verify", "--database", place.url).returncode == 0
    assert place.broken()["stream"] == "panel:two"


def test_an_older_copy_of_the_database_in_its_place_shows(place: Place, tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    with sqlite3.connect(place.file) as source, sqlite3.connect(older) as target:
        source.backup(target)
    later = place.work.meetings.demonstrate(place.case)
    place.note()
    place.work.store.close()
    for leftover in place.file.parent.glob("homeward.db-*"):
        leftover.unlink()
    shutil.copy(older, place.file)
    said = place.broken()
    assert said["stream"] in (f"panel:{later}", "register") and "older copy" in said["what"]


def test_the_hash_on_a_document_is_found_in_its_record_and_in_no_other(place: Place) -> None:
    whole = place.work.store.hash_at(f"panel:{place.meeting}", place.work.meetings.state(place.meeting).version)
    short = f"{whole[:4]} {whole[4:8]}-{whole[8:16].upper()}"
    (found,) = answer(place.verify("--hash", short))["found"]
    assert (found["stream"], found["hash"]) == (f"panel:{place.meeting}", whole)
    line = answer(place.verify())["anchor"]
    assert answer(place.verify("--hash", line["hash"]))["found"] == [{k: line[k] for k in ("number", "hash", "at")}]
    done = place.verify("--hash", "0" * 64)
    assert done.returncode == 1 and json.loads(done.stdout)["found"] == []
    assert "12 to 64" in refused(place.verify("--hash", "not a hash"))


def test_without_its_key_or_its_file_an_anchor_is_not_taken_for_right(place: Place) -> None:
    assert "another key" in json.loads(place.verify(secret="another secret of more than thirty-two").stdout)["what"]
    assert "--anchor-key" in refused(homeward("verify", "--database", place.url, "--anchor", str(place.anchor)))
    place.anchor.unlink()
    assert "cannot be read" in refused(place.verify())


def test_an_answer_that_was_changed_after_it_was_sealed_is_not_closed_over(place: Place) -> None:
    """The events are those of a meeting that goes on; the record behind it is changed while it is at Agreed."""
    meetings = place.work.meetings
    ticket = meetings.open(place.case, Ticket.new(), "Cora", "social_worker")
    meetings.run(ticket.meeting, ticket.member, MovePhase("scoring"))
    key = meetings.edition_of(meetings.state(ticket.meeting)).questions(("a",))[0].key
    meetings.run(ticket.meeting, ticket.member, Score(*key, "active"))
    meetings.run(ticket.meeting, ticket.member, MovePhase("revealed"))
    state = meetings.state(ticket.meeting)
    for one in panel.open_questions(state, meetings.edition_of(state)):
        meetings.run(ticket.meeting, ticket.member, panel.Agree(*one, "unknown"))
    meetings.run(ticket.meeting, ticket.member, MovePhase("agreed"))
    stream = f"panel:{ticket.meeting}"
    place.work.store.close()
    with by_hand(place.url) as connection:
        of_scores = "stream = ? AND type = 'scored'"
        changed = connection.exec_driver_sql(
            f"UPDATE events SET payload = replace(payload, '\"active\"', '\"absent\"') WHERE {of_scores}", (stream,)
        )
        assert changed.rowcount == 1
        made_anew(connection, stream)
    later = Workspace.open(place.url)
    with pytest.raises(panel.Refused, match="not closed"):
        later.meetings.run(ticket.meeting, ticket.member, MovePhase("closed"))
    assert later.meetings.state(ticket.meeting).phase == "agreed"
    later.store.close()


def test_every_document_carries_the_last_line_of_the_anchor_and_the_app_writes_it_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "elsewhere" / "anchor.jsonl"
    monkeypatch.setenv("HOMEWARD_ANCHOR", str(file))
    work = Workspace.open(f"sqlite:///{tmp_path}/homeward.db")
    wait_until(lambda: file.exists() and file.read_bytes().endswith(b"\n"))
    work.meetings.demonstrate(work.cases.all()[0])
    stamp = work.stamp()
    line = file.read_bytes().splitlines()[-1]
    assert (stamp.of, stamp.hash) == ("anchor", sha256(line).hexdigest())
    assert json.loads(line)["number"] == stamp.number
    plan = documents.Report("Action list", "", (), "Our authority")
    assert documents.marked(plan, stamp.short).footer == f"Our authority · {stamp.short}"
    work.store.close()


def test_an_anchor_that_cannot_be_written_stops_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEWARD_ANCHOR", str(tmp_path))  # a folder
    work = Workspace.open(f"sqlite:///{tmp_path}/homeward.db")
    assert work.stamp().of == "register"
    work.store.close()
