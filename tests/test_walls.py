"""Protects: pages read nothing that did not pass the view of its subject.

No page reaches past it in the code, and no session, whoever sits there, is given another's answer or note before the reveal.
"""

import ast
import importlib
import inspect
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from framework import panel
from framework.case.cases import CASE, SAMPLES
from framework.costs.saved import SCENARIO
from framework.documents import DocumentFailed
from framework.edition.editions import EDITION
from framework.panel.kind import MEETING
from framework.panel.meetings import Meetings, Ticket
from framework.rollout.kind import ROLLOUT
from framework.streams.kind import Kind
from pages.ui import app
from tests.test_pages import go_to, opened

PAGES = Path(__file__).parent.parent / "pages"
PAST_THE_VIEW = {"state", "history", "at", "remembered"}
ALLOWED = {
    "rollout/task.py: reading.history(": "a pure function of a roll-out that the page was shown",
    "costs/page.py: workspace().scenarios.seen_by(identity.me()).history(": "told by the door, to whoever may see scenarios",
    "case/bringing.py: imports.state(": "which files were brought in; it gives nothing to whoever may not bring one in",
    "ui/app.py: workspace().store": "the hub is told of every append by the store",
    "ui/streamlit_patches.py: net_util._external_ip": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: ScriptRunner._maybe_handle_execution_control_request": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: app_session._populate_theme_msg": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._is_in_script_thread": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: SessionState._remove_stale_widgets": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._new_widget_state": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._script_event_loop": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._user_info": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._client_state": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: AppSession._clear_queue": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._browser_queue": "what is patched is Streamlit's",
    "ui/streamlit_patches.py: self._browser_queue._delta_index_map": "what is patched is Streamlit's",
    "ui/signing_in.py: routes._auth_login": "what is patched is Streamlit's",
    "ui/signing_in.py: routes._auth_callback": "what is patched is Streamlit's",
    "ui/signing_in.py: routes._set_auth_cookie": "what is patched is Streamlit's",
    "ui/signing_in.py: routes._clear_auth_cookie": "what is patched is Streamlit's",
    "ui/signing_in.py: routes._get_provider_by_state": "what is patched is Streamlit's",
}
FROM_STREAMS = {
    "framework.streams.kind": None,
    "framework.streams.live": None,
    "framework.streams.policy": None,
    "framework.streams.tokens": {"Tokens", "shared_secret"},
    "framework.streams.store": {"StoreUnavailable"},
}
"""What pages may import of it (None: everything): sentences, watches, names and rows of policies; nothing that reads or writes."""


# ── In the code ──────────────────────────────────────────────────────────────────────────────────────────────────────


def reaches(file: str, tree: ast.AST) -> set[str]:
    """Each place in a page's code that reaches past the view, as "file: code"."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PAST_THE_VIEW:
            found.add(f"{file}: {ast.unparse(node.func)}(")
        if isinstance(node, ast.Attribute) and (
            node.attr == "store" or (node.attr.startswith("_") and not node.attr.startswith("__"))
        ):
            own = isinstance(node.value, ast.Name) and node.value.id == "self"
            if not own or file == "ui/streamlit_patches.py":
                found.add(f"{file}: {ast.unparse(node)}")
        modules = {alias.name: None for alias in node.names} if isinstance(node, ast.Import) else {}
        if isinstance(node, ast.ImportFrom) and node.module:
            modules[node.module] = {alias.name for alias in node.names}  # type: ignore[assignment]
        for module, names in modules.items():
            if module.startswith("framework.streams"):
                may = FROM_STREAMS.get(module, set())
                if may is not None and (names is None or names - may):
                    found.add(f"{file}: import {module}")
    return found


def test_no_page_reaches_past_the_view() -> None:
    found = set()
    for path in sorted(PAGES.rglob("*.py")):
        found |= reaches(path.relative_to(PAGES).as_posix(), ast.parse(path.read_text("utf-8")))
    assert found == ALLOWED.keys()


@pytest.mark.parametrize(
    "code",
    [
        "workspace().meetings.state(meeting)",
        "work.meetings.history(meeting, 3)",
        "workspace().meetings._door.view(meeting, actor)",
        "meetings._drafts.of(meeting)",
        "workspace().store.read('panel:1')",
        "from framework.streams.door import Door",
        "import framework.streams.store",
        "from framework.streams.store import Store, StoreUnavailable",
    ],
)
def test_what_reaches_past_the_view_is_found(code: str) -> None:
    assert reaches("new.py", ast.parse(code))


# ── In the sessions ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(autouse=True)
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started_once: Path) -> Iterator[None]:
    shutil.copy(started_once, tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/homeward.db")
    app.forget()
    yield
    app.forget()


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the meetings hand to whoever calls them: (method, what it returned). What they call of each other is left out."""
    inside, kept = threading.local(), []

    def wrapped(name: str, method: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            outermost = not getattr(inside, "call", False)
            inside.call = True
            try:
                returned = method(*args, **kwargs)
            finally:
                if outermost:
                    inside.call = False
            if outermost:
                kept.append((name, returned))
            return returned

        return call

    for name, method in inspect.getmembers(Meetings, inspect.isfunction):
        if not name.startswith("_"):
            monkeypatch.setattr(Meetings, name, wrapped(name, method))
    return kept


NAMES = {"cora": "other_professional", "sam": "social_worker", "tess": "team_manager", "olive": "observer"}
KEY = ("neglect", "child")


def sit_down() -> dict[str, Ticket]:
    """A meeting in which Cora (the chair), Sam and Tess score, and Olive observes."""
    work = app.workspace()
    case = work.cases.case("HW-011")
    assert case is not None
    seats = {"cora": work.meetings.open(case, Ticket.new(), "cora", NAMES["cora"], True)}
    for name in list(NAMES)[1:]:
        seats[name] = work.meetings.join(Ticket.new(seats["cora"].meeting), name, NAMES[name])
    return seats


def run(seats: dict[str, Ticket], name: str, *commands: panel.Command) -> None:
    for command in commands:
        app.workspace().meetings.run(seats[name].meeting, seats[name].member, command)


def score(seats: dict[str, Ticket]) -> None:
    run(seats, "cora", panel.MovePhase("scoring"))
    for name in ("cora", "sam", "tess"):
        run(seats, name, panel.Score(*KEY, "active", f"marker of {name}"))
        app.workspace().meetings.type_note(
            seats[name].meeting, seats[name].member, ("growth_faltering", "child"), f"marker of {name}, in typing"
        )


def go_back(seats: dict[str, Ticket]) -> None:
    """Reveal, talk, and step back: what was said then is not on the table any more."""
    run(seats, "cora", panel.MovePhase("revealed"))
    for name in ("cora", "sam", "tess"):
        run(seats, name, panel.Score(*KEY, "resolved", f"marker of {name}, openly", reason="We talked."))
        run(
            seats,
            name,
            panel.AddNote(*KEY, f"marker of {name}, added"),
            panel.Dissent(*KEY, f"marker of {name}, dissent"),
        )
    run(seats, "cora", panel.MovePhase("scoring", "Somebody was missing."))


def walk(seats: dict[str, Ticket], name: str, *pages: str) -> AppTest:
    """Somebody opens these pages, one after the other; "" for somebody without a seat."""
    meeting = seats["cora"].meeting
    code = app.workspace().meetings.view(meeting).code
    visit = opened()
    if name:
        visit.session_state["seat_keys"] = {meeting: seats[name].key}
    else:
        visit.session_state["may_join"] = {(meeting, app.workspace().meetings.view(meeting).code)}
    for page in pages:
        visit.query_params.clear()
        visit.query_params.update({"panel": {"meeting": meeting}, "wall": {"code": code}}.get(page, {}))
        go_to(visit, page)
    return visit


def of_others(name: str, received: list[tuple[str, Any]], visit: AppTest) -> list[str]:
    """What a session was given, or keeps, of what others answered and wrote."""
    found = [(method, repr(returned)) for method, returned in received]
    found.append(("session", repr(dict(visit.session_state.items()))))
    return [
        f"{method}: {other}"
        for method, text in found
        for other in NAMES
        if other != name and f"marker of {other}" in text
    ]


@pytest.mark.parametrize("name", ["sam", "cora", "olive", ""], ids=["a scorer", "the chair", "an observer", "no seat"])
@pytest.mark.parametrize("back", [False, True], ids=["scoring", "scoring again"])
def test_no_session_is_given_what_others_answer_before_the_reveal(
    name: str, back: bool, received: list[tuple[str, Any]]
) -> None:
    seats = sit_down()
    walk(seats, name, "panel", "wall")  # it gathers
    score(seats)
    if back:
        go_back(seats)
    received.clear()
    pages = ("", "panel", "wall", "panel") if back else ("", "panel", "wall", "costs", "rollout", "framework")
    visit = walk(seats, name, *pages)
    assert "view" in {method for method, _ in received}
    assert of_others(name, received, visit) == []
    answers = [set(one.answers) for _, one in received if isinstance(one, panel.Panel)]
    assert answers and all(given <= {seats[name].member if name else ""} for given in answers)


def test_a_command_gives_its_sender_no_more_than_their_view(received: list[tuple[str, Any]]) -> None:
    seats = sit_down()
    score(seats)
    received.clear()
    run(seats, "sam", panel.Score(*KEY, "absent", "marker of sam"))
    run(seats, "cora", panel.NameDeputy(seats["tess"].member))
    returned = dict(received)["run"]
    assert set(returned.answers) == {seats["cora"].member}
    assert "marker of tess" not in repr(received)


def test_after_the_reveal_each_session_is_given_everything(received: list[tuple[str, Any]]) -> None:
    """The proof above would find it."""
    seats = sit_down()
    score(seats)
    run(seats, "cora", panel.MovePhase("revealed"))
    received.clear()
    visit = walk(seats, "sam", "panel")
    assert {"view: cora", "view: tess"} <= set(of_others("sam", received, visit))


def test_what_happened_can_be_read_of_what_was_revealed_only() -> None:
    seats = sit_down()
    score(seats)
    meetings, meeting = app.workspace().meetings, seats["cora"].meeting
    assert meetings.proceedings(meeting) == () == meetings.course(meeting)
    run(seats, "cora", panel.MovePhase("revealed"))
    revealed = meetings.state(meeting).version
    assert meetings.proceedings(meeting) and meetings.course(meeting)
    assert "marker of tess" in repr(meetings.view(meeting, seats["sam"].member, upto=revealed))
    assert meetings.summary(meeting, revealed).startswith(b"%PDF")
    go_back(seats)
    assert meetings.proceedings(meeting) == () == meetings.course(meeting, revealed)
    for name in NAMES:
        with pytest.raises(panel.Refused, match="Earlier moments of this meeting cannot be read"):
            meetings.view(meeting, seats[name].member, upto=revealed)
    with pytest.raises(DocumentFailed, match="Earlier moments of this meeting cannot be read"):
        meetings.summary(meeting, revealed)
    for read in (meetings.steps, lambda meeting: meetings.demonstrated(meeting, revealed)):
        with pytest.raises(panel.Refused, match="not a demonstration"):
            read(meeting)
    run(seats, "cora", panel.MovePhase("revealed"))
    assert meetings.view(meeting, upto=revealed).answers and meetings.proceedings(meeting)


@pytest.mark.parametrize("kind", [CASE, EDITION, MEETING, ROLLOUT, SAMPLES, SCENARIO], ids=lambda kind: kind.name)
def test_every_subject_says_in_one_file_who_may_do_see_and_list(kind: Kind[Any, Any, Any]) -> None:
    said = importlib.import_module(f"framework.{'case' if kind is SAMPLES else kind.name}.access")
    applied = said.OF_SAMPLES if kind is SAMPLES else said
    assert said.__doc__ and kind.view is applied.view and kind.past is applied.past and kind.listed is applied.listed
    assert kind.may is applied.may or kind is MEETING, "whose rule takes the seat out of the context"


def test_what_is_kept_for_every_session_is_made_of_what_it_is_given() -> None:
    """Read by a session that happens to come first, it could be that session's own view, and shown to all others."""
    found = []
    for path in sorted((PAGES / "panel").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and "cache_data" in "".join(
                map(ast.unparse, function.decorator_list)
            ):
                called = {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
                found += [f"{path.name}: {function.name}" for _ in called & {"_read", "current"}]
    assert found == []
