"""Protects: what release 0.2.0 wrote is read for ever, on both kinds of database, as that release showed it.

Where a later release shows something else on purpose, expected.json says what, and why (`today_differs`, `because`).
"""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import psycopg
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from framework import edition, panel
from framework.costs import cohort, model
from framework.costs import figures as published
from framework.costs import saved as scenarios
from framework.costs.figures import Figures
from framework.rollout import reading
from framework.streams.store import Store
from framework.workspace import Workspace
from pages.ui import app as process
from tests.postgres import PostgresServer
from tests.record import listed

FOLDER = Path(__file__).parent / "0.2.0"
NAVIGATION = Path(__file__).parent.parent.parent / "pages" / "navigation.py"
EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))
LINKS = json.loads((FOLDER / "links.json").read_text("utf-8"))
POSTGRES_0001 = """
CREATE TABLE events (seq BIGSERIAL PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL,
  payload TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL,
  CONSTRAINT events_stream_version UNIQUE (stream, version));
CREATE TABLE streams (stream TEXT PRIMARY KEY, kind TEXT NOT NULL, title TEXT, head INTEGER NOT NULL,
  head_hash TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX streams_kind_updated_at ON streams (kind, updated_at);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
"""
"""The tables as release 0.2.0 made them on PostgreSQL."""
COLUMNS = {
    "events": "seq, stream, version, type, payload, actor, at, previous_hash, hash",
    "streams": "stream, kind, title, head, head_hash, updated_at",
    "alembic_version": "version_num",
}


def written(folder: Path) -> Path:
    """The database as release 0.2.0 left it, in SQLite."""
    file = folder / "homeward.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(gzip.decompress((FOLDER / "record.sql.gz").read_bytes()).decode())
    connection.close()
    return file


def copied(file: Path, url: str) -> None:
    """The same rows in PostgreSQL."""
    source = sqlite3.connect(file)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(POSTGRES_0001)
        for table, columns in COLUMNS.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in source.execute(f"SELECT {columns} FROM {table}"):
                    copy.write_row(row)
        cursor.execute("SELECT setval('events_seq_seq', max(seq)) FROM events")
    source.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Today's app, started on a copy of that record."""
    file = written(tmp_path_factory.mktemp("release"))
    if request.param == "sqlite":
        opened = Workspace.open(f"sqlite:///{file}")
        yield opened
        opened.store.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    copied(file, url)
    opened = Workspace.open(url)
    yield opened
    opened.store.close()
    server.drop_database(url)


def light(of: Any) -> dict[str, Any]:
    return {"indicated": of.indicated, "best": of.best, "worst": of.worst}


def shown(workspace: Workspace, meeting: str) -> dict[str, Any]:
    """What today's rules say of a meeting, in the form of expected.json."""
    state = workspace.meetings.state(meeting)
    current = workspace.meetings.edition_of(state)
    names = {member.id: member.name for member in state.members.values()}
    of_panel = panel.panel_light(state, current)
    agreed = {q.key: panel.agreement(state, q.key) for q in current.questions(state.carer_ids)}
    return {
        "title": state.title,
        "case": state.case,
        "version": state.version,
        "edition": state.edition,
        "code": state.code,
        "phase": state.phase,
        "chair": names[state.chair],
        "carers": state.carers,
        "seats": [[m.name, m.role, m.removed] for m in state.members.values()],
        "counting": [member.name for member in panel.counting_members(state)],
        "finished": sorted(names[member] for member in state.finished),
        "lights": {
            m.name: light(panel.light_of(state, current, m.id)) for m in state.members.values() if m.role != "observer"
        },
        "panel": light(of_panel)
        | {"light": of_panel.light, "row": of_panel.row and of_panel.row.level, "basis": of_panel.basis},
        "agreed": {
            "/".join(key): [found.status, found.note, names.get(found.by, "")] for key, found in agreed.items() if found
        },
        "dissent": {
            "/".join(key): {names[m]: why for m, why in given.items()} for key, given in state.dissent.items() if given
        },
        "changed": {
            f"{names[m]}: {subject}/{about}": [given.reason, given.status]
            for m, own in state.answers.items()
            for (subject, about), given in own.items()
            if given.reason
        },
        "focus": state.focus and "/".join(state.focus),
        "demonstration": state.demonstration,
    }


def expected_today(then: dict[str, Any]) -> dict[str, Any]:
    """What release 0.2.0 showed, with what a later release shows otherwise on purpose."""
    differs = dict(then.get("today_differs", {"because": "Nothing differs."}))
    assert differs.pop("because")
    assert all(then[name] != value for name, value in differs.items())
    return {name: value for name, value in then.items() if name not in ("what", "today", "today_differs")} | differs


@pytest.mark.parametrize("meeting", EXPECTED["meetings"], ids=[m["what"] for m in EXPECTED["meetings"].values()])
def test_a_meeting_reads_as_it_was_shown(workspace: Workspace, meeting: str) -> None:
    assert shown(workspace, meeting) == expected_today(EXPECTED["meetings"][meeting])
    # Whatever its phase, it can be told, step by step, and its summary can be made.
    assert panel.what_happened(
        workspace.meetings.history(meeting), workspace.meetings.edition_of(workspace.meetings.state(meeting))
    )
    workspace.meetings.proceedings(meeting)
    workspace.meetings.course(meeting)


def test_every_seat_key_still_opens_its_seat(workspace: Workspace) -> None:
    for meeting, seats in EXPECTED["seat_keys"].items():
        removed = {name for name, _, why in EXPECTED["meetings"][meeting]["seats"] if why}
        for name, (member, key) in seats.items():
            assert workspace.meetings.seat(meeting, key) == (None if name in removed else member)


def test_the_lists_hold_what_they_held_and_not_what_was_set_aside(workspace: Workspace) -> None:
    assert [meeting.meeting for meeting in listed(workspace)] == EXPECTED["listed"]
    assert not set(EXPECTED["set_aside"]) & set(EXPECTED["listed"])
    for meeting in EXPECTED["set_aside"]:  # set aside, and in the record for ever
        assert workspace.meetings.state(meeting).version
    assert [identifier for identifier, _ in EXPECTED["cases"]] == [
        case.id for case in workspace.cases.all() if case.id in dict(EXPECTED["cases"])
    ]


def test_a_meeting_that_is_not_closed_goes_on(workspace: Workspace) -> None:
    (meeting,) = [m for m, shown in EXPECTED["meetings"].items() if shown["what"] == "scoring"]
    member, _ = EXPECTED["seat_keys"][meeting]["Wilf"]
    question = workspace.meetings.edition_of(workspace.meetings.state(meeting)).questions(
        workspace.meetings.state(meeting).carer_ids
    )[0]
    before = workspace.meetings.state(meeting)
    after = workspace.meetings.run(
        meeting, member, panel.Score(*question.key, "unknown", "Written by a later release.")
    )
    assert after.answers[member][question.key].note == "Written by a later release."
    assert workspace.meetings._door.at(meeting, before.version) == before
    workspace.meetings.run(meeting, member, panel.Score(*question.key, None))


def test_an_edition_that_is_stored_is_read_with_the_hash_it_had(workspace: Workspace) -> None:
    for file in (FOLDER / "editions").iterdir():
        assert edition.parse_stored(file.read_text("utf-8")).hash == file.stem
        (kept,) = workspace.store.read(f"edition:{file.stem}")
        assert json.loads(kept.payload)["text"] == file.read_text("utf-8")


@pytest.mark.parametrize("identifier", EXPECTED["rollouts"])
def test_a_rollout_reads_as_it_was_shown(workspace: Workspace, identifier: str) -> None:
    expected = EXPECTED["rollouts"][identifier]
    door = workspace.rollouts
    state = door.view(identifier)
    columns = reading.board(state, door.checklist_of(state), date.fromisoformat(expected["today"]))
    found = {
        "title": state.title,
        "version": state.version,
        "fictional": state.fictional,
        "checklist": state.checklist,
        "tasks": len(state.tasks),
        "local": sorted(task.id for task in state.tasks.values() if task.local),
        "status": {task.id: task.status for task in state.tasks.values()},
        "phases": [[c.number, c.done, c.total, c.set_aside, c.met] for c in columns],
        "outcomes": {view.outcome.id: view.met for column in columns for view in column.outcomes},
        "people": [member.name for member in state.members.values()],
        "owners": {task.id: reading.owner_name(state, task) for task in state.tasks.values() if task.owner},
        "due": {task.id: task.due.isoformat() for task in state.tasks.values() if task.due},
        "first_due": {task: day.isoformat() for task, day in state.first_due.items()},
        "meetings": [[m.title, m.on.isoformat(), m.held] for m in state.meetings.values()],
        "actions": [[a.text, a.done] for a in state.actions.values()],
        "comments": {task: [[c.text, c.by] for c in said] for task, said in state.comments.items()},
        "counts": {kind: len(state.of(kind)) for kind in ("evidence", "postcard", "stakeholder", "gap", "check")},
        "facts": state.facts,
    }
    assert found == expected_today(expected)
    assert door.names()[identifier] == EXPECTED["rollout_names"][identifier]


SINCE = {"taken": "", "own_months": ""}
"""Fields that a scenario has since 0.4, and what stands in them where nobody has entered anything."""


def picture(figures: Figures, scenario: model.Scenario) -> dict[str, Any]:
    """What stands in the fields, and what it comes to, in the form of expected.json."""
    answer = model.answer_of(figures, scenario)
    return {
        "fields": {
            name: said for name in model.FIELDS if (said := model.shown(figures, scenario, name)) != SINCE.get(name)
        },
        "numbers": {
            "expected_reentries": str(answer.expected_reentries),
            "expected_cost": str(answer.expected_cost),
            "support_cost": str(answer.support_cost),
            "breakeven": answer.breakeven_children_rounded,
            "net": str(answer.net_position(model.kept(scenario, answer))),
            "outlook": str(cohort.outlook(figures, scenario).position),
        },
    }


def test_a_saved_scenario_shows_every_value_that_it_showed(workspace: Workspace) -> None:
    saved = {one.name: one for one in workspace.scenarios.all()}
    assert saved.keys() == EXPECTED["scenarios"].keys()
    for name, then in EXPECTED["scenarios"].items():
        assert (saved[name].by, saved[name].version) == (then["by"], then["version"])
        one = scenarios.opened(saved[name])
        assert not one.sentences
        assert picture(one.figures, one.scenario) == {"fields": then["fields"], "numbers": then["numbers"]}


def visit(address: str) -> AppTest:
    """Somebody opens an address."""
    page, _, query = address.partition("?")
    opened = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    opened.query_params.update(dict(parse_qsl(query)))
    if meeting := opened.query_params.get("meeting"):  # opens for those who sat in it: with a seat key of then
        opened.session_state["seat_keys"] = {meeting: EXPECTED["seat_keys"][meeting]["Sam"][1]}
    opened._page_hash = calc_hash(page)  # our pages are functions, which AppTest.switch_page does not know
    opened.run()
    assert not opened.exception
    return opened


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pages on a copy of the record."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{written(tmp_path)}")
    process.forget()
    yield
    process.forget()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("link", [link for link in LINKS if "?" in link["address"]], ids=lambda link: link["address"])
def test_a_link_opens_what_it_opened(link: dict[str, Any]) -> None:
    page, opens = visit(link["address"]), link["opens"]
    said = " ".join(str(getattr(part, "value", "")) + str(getattr(part, "proto", "")) for part in page.main)
    if "fields" in opens:
        state = page.session_state
        assert not state["costs-link"]
        assert picture(state["costs-figures"], state["costs-scenario"]) == opens
    elif "rollout" in opens:
        here = page.session_state["rollout_where"]
        found = {
            "rollout": here.rollout,
            "view": here.view,
            "task": here.task,
            "outcome": here.outcome,
            "only": here.only,
        }
        assert found == {"task": "", "outcome": "", "only": False} | opens
    elif "case" in opens:
        assert opens["case"] in said
    else:
        then = EXPECTED["meetings"][opens["meeting"]]
        # The wall shows the case's number only: others may see it.
        assert (f"Case {then['case']}" if link["address"].startswith("wall") else then["title"]) in said


def test_the_costs_page_without_a_query_is_no_link() -> None:
    """Release 0.2.0 wrote nothing into the address of the worked example: it cannot be told from a first visit."""
    (link,) = [link for link in LINKS if "?" not in link["address"]]
    figures = published.load(on=published.FIRST_DAY)
    assert picture(figures, model.default(figures)) == link["opens"]


def test_every_hash_chain_holds(workspace: Workspace) -> None:
    assert workspace.store.verify().broken is None


def test_a_start_adds_to_the_old_record_and_changes_no_row_of_it(tmp_path: Path) -> None:
    file = written(tmp_path)

    def rows() -> list[Any]:
        connection = sqlite3.connect(file)
        found = connection.execute("SELECT seq, stream, version, type, payload, actor, at FROM events").fetchall()
        connection.close()
        return sorted(found)

    before = rows()
    Workspace.open(f"sqlite:///{file}").store.close()
    store = Store.open(f"sqlite:///{file}")  # a second start, which finds everything as it is
    assert store.verify().broken is None
    store.close()
    assert [row for row in rows() if row[0] <= before[-1][0]] == before
