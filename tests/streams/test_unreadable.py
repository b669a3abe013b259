"""Protects: what cannot be read is said in a sentence on the page that needs it, beside the navigation; the rest goes on.

A newer release wrote it, it is damaged, or it was erased.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from framework import edition, panel
from framework.costs import figures as published
from framework.costs import model
from framework.costs.saved import identifier_of
from framework.panel.kind import MEETING
from framework.panel.meetings import Ticket, key_hash
from framework.streams.kind import Unreadable
from framework.streams.store import NewEvent
from pages.panel import drafts, seat
from pages.ui import app, live
from tests.load.live import run
from tests.test_pages import go_to, opened, words

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The app's record is an empty SQLite file, and the process remembers nothing of another one."""
    path = tmp_path / "homeward.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    app.forget()
    yield path
    app.forget()


def by_hand(file: Path, sql: str, *values: object) -> None:
    """Somebody goes around the store; then the app is started anew, and remembers nothing."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(sql, values)
    app.forget()


def newer(file: Path, stream: str) -> None:
    store = app.workspace().store
    kind = stream.partition(":")[0]
    store.append(stream, store.head(stream), [NewEvent("voted", '{"type":"voted"}')], actor="a", at=NOW, kind=kind)


def damage(file: Path, stream: str) -> None:
    by_hand(file, "DELETE FROM events WHERE stream = ? AND version = 1", stream)


def erase(file: Path, stream: str) -> None:
    app.workspace().store.erase([(stream, None)], actor="officer", at=NOW, reason={"by_decision": "disposal-7"})


HOW: list[tuple[Callable[[Path, str], None], str]] = [
    (newer, "newer release of Homeward, or is damaged"),
    (damage, "its record is damaged"),
    (erase, "was erased on 2 November 2026"),
]
in_every_way = pytest.mark.parametrize(("spoil", "said"), HOW, ids=["newer release", "damaged", "erased"])


def held(case: str = "HW-011") -> Ticket:
    """A meeting with its chair and one more member."""
    meetings = app.workspace().meetings
    found = app.workspace().cases.case(case)
    assert found is not None
    chair = meetings.open(found, Ticket.new(), "Cora Chair", "other_professional", True)
    meetings.join(Ticket.new(chair.meeting), "Sam Social", "social_worker")
    return chair


def sitting(*tickets: Ticket) -> AppTest:
    """The browser of somebody who has these seats, before it opens a page."""
    visit = opened()
    visit.session_state["seat_keys"] = {one.meeting: one.key for one in tickets}
    return visit


def sentence(visit: AppTest) -> str:
    """The one error on a page that has its title and its navigation."""
    assert not visit.exception
    assert visit.sidebar.get("page_link")[0].label == "Home"
    assert len(visit.title) == 1 and len(visit.error) == 1
    return visit.error[0].value


# ── Meetings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@in_every_way
def test_a_meeting_says_why_it_cannot_be_shown(file: Path, spoil: Callable[[Path, str], None], said: str) -> None:
    ticket, other = held(), held("HW-012")
    code = app.workspace().meetings.view(ticket.meeting).code
    spoil(file, MEETING.stream(ticket.meeting))
    visit = sitting(ticket, other)
    visit.query_params["meeting"] = ticket.meeting
    assert said in sentence(go_to(visit, "panel"))
    if spoil is not erase:  # its code is gone with it, and joins nothing
        assert said in sentence(opened("wall", code=code))
    visit.query_params.clear()
    home = go_to(visit, "")
    assert said in home.error[0].value and len(home.error) == 1
    assert "HW-012" in " ".join(link.label for link in home.get("page_link")), "the others are listed"
    visit.query_params["meeting"] = other.meeting
    assert not go_to(visit, "panel").error


@in_every_way
def test_a_page_that_is_open_says_it_when_its_meeting_cannot_be_read_any_more(
    file: Path, spoil: Callable[[Path, str], None], said: str
) -> None:
    ticket = held()
    visit = sitting(ticket)
    visit.query_params["meeting"] = ticket.meeting
    page = go_to(visit, "panel")
    assert any(one.label == "Start scoring" for one in page.button)
    spoil(file, MEETING.stream(ticket.meeting))
    before = app.workspace().store.head(MEETING.stream(ticket.meeting))
    page = next(one for one in page.button if one.label == "Start scoring").click().run()
    assert said in sentence(page)
    assert app.workspace().store.head(MEETING.stream(ticket.meeting)) == before


def test_a_meeting_whose_edition_is_not_in_the_record_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = held()
    by_hand(
        file, "UPDATE events SET payload = replace(payload, ?, ?)", edition.load().hash, "0" * len(edition.load().hash)
    )
    visit = sitting(ticket)
    visit.query_params["meeting"] = ticket.meeting
    assert "edition that it was scored with is not in the record" in sentence(go_to(visit, "panel"))
    with pytest.raises(Unreadable, match="edition"):
        app.workspace().meetings.run(ticket.meeting, ticket.member, panel.MovePhase("scoring"))


def test_a_meeting_goes_on_without_its_case(file: Path) -> None:
    ticket = held()
    damage(file, "case:HW-011")
    visit = sitting(ticket)
    visit.query_params["meeting"] = ticket.meeting
    page = go_to(visit, "panel")
    assert [one.value for one in page.error if "This case cannot be shown" in one.value]
    assert any(one.label == "Start scoring" for one in page.button)
    home = opened()
    assert "HW-012" in words(home) and not any("HW-011" in heading.value for heading in home.subheader)
    assert "This case cannot be shown" in sentence(opened("panel", case="HW-011"))


def test_the_question_before_a_reset_names_one_that_cannot_be_read_by_its_sentence(file: Path) -> None:
    ticket, _ = held(), held("HW-012")
    newer(file, MEETING.stream(ticket.meeting))
    home = opened()
    page = next(one for one in home.button if one.key == "reset").click().run()
    assert not page.exception
    assert "newer release" in words(page) and "HW-012" in words(page)


# ── Costs, roll-out ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_scenario_that_cannot_be_read_is_named_and_the_others_are_shown(file: Path) -> None:
    figures = published.load()
    for name in ("Budget 2026", "Growth"):
        app.workspace().scenarios.save(figures, name, "Ayesha", model.default(figures))
    newer(file, f"costs:{identifier_of('Budget 2026')}")
    page = opened("costs")
    said = [one.value for one in page.error]
    assert len(said) == 1 and "Budget 2026" in said[0] and "entry 2 of its record" in said[0]
    assert "Growth" in words(page)


@in_every_way
def test_a_roll_out_says_why_it_cannot_be_shown(file: Path, spoil: Callable[[Path, str], None], said: str) -> None:
    begun = app.workspace().rollouts.start("North", "Ayesha")
    spoil(file, f"rollout:{begun.id}")
    page = opened("rollout", rollout=begun.id)
    assert said in sentence(page)
    assert any("Ford" in one.label or "ample" in one.label for one in page.button), "another one can be opened"


def test_the_app_starts_with_a_damaged_edition_and_damaged_sample_data(file: Path) -> None:
    app.workspace()
    by_hand(file, "DELETE FROM events WHERE version = 1 AND stream <> 'register'")
    assert not opened().exception
    assert not opened("costs").exception


# ── Routes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@in_every_way
def test_the_routes_answer_with_a_sentence(file: Path, spoil: Callable[[Path, str], None], said: str) -> None:
    ticket = held()
    spoil(file, MEETING.stream(ticket.meeting))
    token = app.hub().token(MEETING.stream(ticket.meeting), ticket.member, key_hash(ticket.key))
    routes = [
        Route("/draft/{token}", drafts.keep, methods=["POST"]),
        Route("/seat", seat.open_with_key, methods=["POST"]),
    ]

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
            note = await http.post(f"/draft/{token}", content=json.dumps({"neglect|child": "a note"}))
            return [
                note,
                await http.post(
                    "/seat", json={"meeting": ticket.meeting, "key": ticket.key}, headers={"X-Homeward": "seat"}
                ),
            ]

    note, opens = run(ask())
    assert (note.status_code, opens.status_code) == (409, 403)
    assert said in note.text and said in opens.text
    assert live._lost(app.hub().watch(token)) is False  # the news go on, so that the page that is open hears of it
