"""Protects: one bad row stops nothing else.

Whatever stands in a row of the database, `verify` names it, the app starts, everything else can be read and written, and what the
row belongs to says in a sentence that it cannot be shown.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from framework.__main__ import main
from framework.costs import figures as published
from framework.costs import model, saved
from framework.items import Added
from framework.panel.meetings import Ticket
from framework.rollout.deciding import Comment
from framework.streams.kind import Refused, Unreadable
from framework.streams.store import StoreUnavailable
from framework.workspace import Workspace

BAD: list[Any] = [
    None,
    -1,
    2**63 - 1,
    1e308,
    "",
    "null",
    "[]",
    '{"type":"',
    "[" * 5000,
    '{"versions":[[]],"old_version":1e999,"stream":"register"}',
    b"\xff\xfe\x00",
    "\u200f\x1b[2J\n",
    "no-such-kind",
]
"""NULL, numbers at the edge of what SQLite holds, broken, deep and unexpected JSON, bytes, control characters."""
NOT_UTF8 = "CAST(x'ff7b' AS TEXT)"
SUBJECTS = ("panel", "case", "samples", "edition", "checklist", "rollout", "costs", "register")
TABLES = {
    "events": "seq stream version type payload salt digest actor at previous_hash hash old_hash",
    "streams": "stream kind title head head_hash updated_at index_rules",
    "stream_index": "stream key value",
    "drafts": "stream seat key text was at",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ticket]:
    """A record with a stream of every kind, in tables that take anything: no types, and no constraints."""
    file = tmp_path_factory.mktemp("bad-rows") / "homeward.db"
    work = Workspace.open(f"sqlite:///{file}")
    found = work.cases.case("HW-011")
    assert found is not None
    aside = work.meetings.open(found, Ticket.new(), "Cora Chair", "other_professional", True)
    work.reset_samples()
    held = work.meetings.open(found, Ticket.new(), "Cora Chair", "other_professional", True)
    work.meetings._drafts.keep(held.meeting, held.member, ("neglect", "child"), "typing")
    work.store.erase([(f"panel:{aside.meeting}", {1})], actor="officer", at=work.now(), reason={"by_decision": "d-7"})
    figures = published.load()
    for name in ("Budget", "Growth"):
        work.scenarios.save(figures, name, "Ayesha", model.default(figures))
    work.store.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for table, columns in TABLES.items():
            names = ", ".join(columns.split())
            database.executescript(
                f"ALTER TABLE {table} RENAME TO old; CREATE TABLE {table} ({names}); "
                f"INSERT INTO {table} SELECT {names} FROM old; DROP TABLE old;"
            )
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file, held


CELLS = [(table, column) for table, columns in TABLES.items() for column in columns.split()]
VALUES = [("?", (value,)) for value in BAD] + [(NOT_UTF8, ())]


def spoilt(whole: Path, to: Path, table: str, column: str, subject: str, value: str, values: tuple[Any, ...]) -> str:
    """The address of a copy in which one cell of a stream of this subject holds something else."""
    for end in ("", "-wal", "-shm"):
        to.with_name(to.name + end).unlink(missing_ok=True)
    shutil.copy(whole, to)
    where = f"rowid = (SELECT min(rowid) FROM {table} WHERE stream LIKE '{subject}%')"
    with closing(sqlite3.connect(to)) as database, database:
        database.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}", values)
    return f"sqlite:///{to}"


def test_verify_ends_with_a_sentence_whatever_the_register_says(
    whole: tuple[Path, Ticket], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for value, values in VALUES:
        url = spoilt(whole[0], tmp_path / "spoilt.db", "events", "payload", "register", value, values)
        assert main(["verify", "--database", url]) == 1, values
        assert b"Traceback" not in capfdbinary.readouterr().err, values


@pytest.mark.parametrize("table", list(TABLES))
def test_verify_ends_with_a_sentence_whatever_is_in_the_database(
    table: str, whole: tuple[Path, Ticket], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    number = 0
    for column in TABLES[table].split():
        # All of them where texts are parsed; elsewhere every third, beginning with another one in each column.
        for value, values in VALUES if column in ("payload", "text") else VALUES[number % 3 :: 3]:
            number += 1
            subject = SUBJECTS[number % len(SUBJECTS)]
            url = spoilt(whole[0], tmp_path / "spoilt.db", table, column, subject, value, values)
            status = main(["verify", "--database", url])
            said = capfdbinary.readouterr()
            assert b"Traceback" not in said.err, (column, values)
            if status == 2:
                assert said.out == b"" and said.err.count(b"\n") == 1, (column, values)
            else:
                assert json.loads(said.out)["ok"] is (status == 0), (column, values)
                assert status == 1 or not said.err, (column, values)


def readings(work: Workspace, held: Ticket) -> dict[str, Callable[[], object]]:
    """What pages ask for."""
    figures = published.load()
    return {
        "home": lambda: (work.cases.all(), work.meetings.open_count(), work.meetings.on_samples()),
        "my meetings": lambda: work.meetings.listed([held.meeting]),
        "meeting": lambda: work.meetings.view(held.meeting, held.member),
        "what happened": lambda: work.meetings.proceedings(held.meeting),
        "course": lambda: work.meetings.course(held.meeting),
        "drafts": lambda: work.meetings._drafts.of(held.meeting),
        "case": lambda: work.cases.case("HW-011"),
        "roll-outs": lambda: [work.rollouts.view(one) for one in work.rollouts.names()],
        "scenarios": lambda: work.scenarios.read(),
        "scenario": lambda: work.scenarios.save(figures, "Budget", "Ben", model.default(figures), over=1),
        "new scenario": lambda: work.scenarios.save(figures, "New", "Ben", model.default(figures)),
        "reset": lambda: work.reset_samples(),
    }


OTHERS = {"panel": "meeting", "case": "case", "rollout": "roll-outs", "costs": "scenario"}
"""What has to go on if it is another subject whose row is bad."""


@pytest.mark.parametrize("table", list(TABLES))
def test_one_bad_row_stops_nothing_else(table: str, whole: tuple[Path, Ticket], tmp_path: Path) -> None:
    number = 0
    for column in TABLES[table].split():
        for subject in (SUBJECTS[number % 7], SUBJECTS[(number + 3) % 7]):
            number += 1
            value, values = VALUES[number % len(VALUES)]
            work = Workspace.open(spoilt(whole[0], tmp_path / "spoilt.db", table, column, subject, value, values))
            stopped = set()
            for name, ask in readings(work, whole[1]).items():
                try:
                    ask()
                except (Refused, StoreUnavailable):
                    stopped.add(name)
            going = {"home", "new scenario", *(name for other, name in OTHERS.items() if other != subject)}
            assert not stopped & going, (column, subject, values)
            work.store.close()


# ── What is newer, broken or gone ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def work(whole: tuple[Path, Ticket], tmp_path: Path) -> Iterator[Workspace]:
    shutil.copy(whole[0], tmp_path / "homeward.db")
    opened = Workspace.open(f"sqlite:///{tmp_path}/homeward.db")
    yield opened
    opened.store.close()


FREE = ("inputs", "figures", "citations", "carers")
"""What has no fields, but any keys."""


@pytest.mark.parametrize("subject", [one for one in SUBJECTS if one != "register"])
def test_a_field_that_a_newer_release_added_is_passed_over_in_every_subject(subject: str, work: Workspace) -> None:
    def with_more(value: Any) -> Any:
        """The same, with a field more in each object that pydantic reads as one of ours."""
        if isinstance(value, list):
            return [with_more(one) for one in value]
        if (
            not isinstance(value, dict)
            or not value
            or not set(value) & {"type", "kind", "id", "name", "text", "set_aside"}
        ):
            return value
        return {
            **{name: with_more(one) if name not in FREE else one for name, one in value.items()},
            "newer": {"colour": "blue"},
        }

    kind = next(door.kind for name, door in work._doors.items() if name == subject)
    events = [
        (one.type, one.payload)
        for stream in work.store.streams(subject)
        for one in work.store.read(stream.stream)
        if one.payload and one.type != "erased"
    ]
    assert events
    newer = [(type, json.dumps(with_more(json.loads(payload)))) for type, payload in events]
    assert all("newer" in payload for _, payload in newer)
    assert kind.stored.read(newer) == kind.stored.read(events)


def by_hand(work: Workspace, sql: str, *values: object) -> Workspace:
    """Somebody goes around the store; then the app is started anew."""
    url = str(work.store._engine.url)
    work.store.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite+pysqlite:///"))) as database, database:
        assert database.execute(sql, values).rowcount
    return Workspace.open(url)


def test_a_meeting_whose_edition_is_broken_in_the_record_says_so(work: Workspace, whole: tuple[Path, Ticket]) -> None:
    ticket, right = whole[1], work.edition.hash
    text = "# ---- factors.toml\n[[factor"
    broken, name = json.dumps({"text": text}), hashlib.sha256(text.encode()).hexdigest()
    work = by_hand(work, "UPDATE events SET payload = ? WHERE stream = ?", broken, f"edition:{right}")
    assert work.meetings.view(ticket.meeting).version, "the edition that the app runs is in its files"
    work = by_hand(
        work,
        "UPDATE events SET payload = replace(payload, ?, ?), stream = replace(stream, ?, ?)",
        right,
        name,
        right,
        name,
    )
    with pytest.raises(Unreadable, match="the edition that it was scored with cannot be read from the record"):
        work.meetings.view(ticket.meeting)
    assert work.cases.all()


def test_a_stream_that_is_listed_as_another_kind_says_that_it_is_damaged(work: Workspace) -> None:
    work = by_hand(work, "UPDATE streams SET kind = 'no-such-kind' WHERE stream LIKE 'costs:%'")
    figures = published.load()
    with pytest.raises(Unreadable, match="This scenario cannot be shown: its record is damaged"):
        work.scenarios.save(figures, "Budget", "Ben", model.default(figures), over=1)


@pytest.mark.parametrize(
    "payload", ["", '{"type":"fact_stated","fact":"a","value":""},{"type":"fact_stated","fact":"b","value":""}']
)
def test_a_text_with_no_event_or_with_two_is_damage_to_its_stream_alone(payload: str, work: Workspace) -> None:
    name, *_ = work.rollouts.names()
    work = by_hand(work, "UPDATE events SET payload = ? WHERE stream = ? AND version = 2", payload, f"rollout:{name}")
    with pytest.raises(Unreadable, match="entry 2 of its record"):
        work.rollouts.view(name)


def test_a_roll_out_goes_on_without_what_was_erased_of_it(work: Workspace) -> None:
    """Whatever one event said: what was about the same thing is passed over, and the rest is as it was."""
    name, *_ = work.rollouts.names()
    before = work.rollouts.view(name)
    added = {}
    for version, one in enumerate(before.log, 1):
        if isinstance(one.event, Added):
            added.setdefault(one.event.item.kind, (version, one.event.item.id))
    assert len(added) > 5
    work.store.erase(
        [(f"rollout:{name}", [version for version, _ in added.values()])], actor="officer", at=work.now(), reason={}
    )
    after = work.rollouts.view(name)
    for kind, (_, gone) in added.items():
        assert set(after.of(kind)) == set(before.of(kind)) - {gone}
    done = work.rollouts.run(name, "Ayesha", Comment(next(iter(after.tasks)), "We go on."))
    assert done.version == before.version + 2


@pytest.mark.parametrize("key", ["query", "inputs", "figures", "figures.edition", "figures.as_at"])
def test_a_scenario_that_is_broken_inside_says_so_and_the_others_can_be_opened(key: str, work: Workspace) -> None:
    figures, (path, _, inner) = published.load(), key.partition(".")
    work.scenarios.save(figures, "Broken", "Ben", model.default(figures))
    broken = next(one for one in work.scenarios.all() if one.name == "Broken")
    assert broken.content
    told = json.loads(broken.content.model_dump_json())
    if inner:
        told["figures"] |= {"id": "another", inner: 7}
    else:
        told |= {"inputs": None} if path == "query" else {}
        told[path] = "" if path == "query" else {"no": "such"}
    sql = "UPDATE events SET payload = ? WHERE stream = ?"
    work = by_hand(work, sql, json.dumps(told), f"costs:{broken.id}")
    found = {one.name: one for one in work.scenarios.all()}
    assert saved.opened(found["Budget"]).scenario == saved.opened(found["Growth"]).scenario
    if key != "query":  # an empty address is all of the default
        with pytest.raises(Unreadable, match="“Broken” cannot be opened"):
            saved.opened(found["Broken"])
