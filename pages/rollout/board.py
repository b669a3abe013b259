"""The board of a roll-out as one element: three hundred tasks cost no more than a few."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from framework.rollout import STATUSES, Rollout, reading
from framework.rollout.checklist import Checklist
from pages.rollout import edit, where
from pages.ui import fields

HERE = Path(__file__).parent
_board = st.components.v2.component(
    "homeward_rollout_board",
    js=(HERE / "board.js").read_text("utf-8"),
    css=(HERE / "board.css").read_text("utf-8"),
    html='<div class="board"></div>',
)
MINE = "mine"
VIEW_OF = {"action": "group", "meeting": "group", "postcard": "group", "stakeholder": "partners", "drift": "keeping"}
"""Where a note that is not about a task leads."""


def owner_filter(state: Rollout, checklist: Checklist) -> str | None:
    """Whose tasks are shown: None for everybody's."""
    me = reading.member_called(state, edit.who())
    owners = {
        "": "Everybody",
        **({MINE: "My tasks"} if me else {}),
        reading.UNOWNED: "Nobody yet",
        **edit.people(state, checklist),
    }
    owners |= {m.id: f"{m.name} (has left)" for m in state.members.values() if m.left}
    chosen = st.selectbox(
        "Show the tasks of", list(owners), format_func=owners.__getitem__, key=f"owner-{state.id}", width=340
    )
    return me if chosen == MINE else chosen or None


def show(state: Rollout, checklist: Checklist, owner: str | None, here: where.Where) -> None:
    data = _data(state.id, state.version, edit.door().today, owner, checklist, _State(state))
    _board(key=f"board-{state.id}", data={**data, "chosen": here.open}, on_open_change=_opened(state.id))


def _opened(rollout: str) -> Callable[[], None]:
    # A value with the moment of the click, and not a trigger: Streamlit 1.67 cannot be asked for the trigger of a component
    # whose first run has not ended yet, and the click would be lost. The browser may tell the same value again.
    def opened() -> None:
        told = st.session_state.get(f"board-{rollout}", {}).get("open") or ""
        if told and told != st.session_state.get("rollout_told"):
            st.session_state["rollout_told"] = told
            kind, _, identifier = told.split(" ")[0].partition(":")
            _open_item(kind, identifier)

    return opened


def _open_item(kind: str, identifier: str) -> None:
    """Show a task or an outcome at the side, or go to the view where the item is."""
    fields.forget_messages()
    if kind == "task":
        where.go(task=identifier, outcome="")
    elif kind == "outcome":
        where.go(task="", outcome=identifier)
    elif kind in VIEW_OF:
        where.go(view=VIEW_OF[kind], task="", outcome="")


class _State:
    """Carries a state past the cache below, which goes by id and version."""

    def __init__(self, state: Rollout) -> None:
        self.state = state

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _State)


@lru_cache(maxsize=64)
def _data(
    rollout: str, version: int, today: Any, owner: str | None, checklist: Checklist, held: _State
) -> dict[str, Any]:
    """What the board draws. One computation serves everybody who looks at the same version."""
    state = held.state
    attention = reading.attention(state, checklist, today, owner)
    columns = reading.board(state, checklist, today, owner)
    idle = [member.name for member in attention.idle]
    return {
        "stuck": [_note(note) for note in attention.stuck],
        "overdue": [_note(note) for note in attention.overdue],
        "overdueWords": reading.overdue_words(attention.overdue),
        "due": [_note(note) for note in attention.due],
        "drift": [
            {"kind": "drift", "id": view.rule.id, "title": view.rule.title, "text": view.text, "owner": ""}
            for view in reading.drift(state, checklist, today)
            if view.state == "warning"
        ],
        "idle": f"In the group without an open task or action: {', '.join(idle)}." if idle else "",
        "columns": [
            {
                "number": column.number,
                "title": column.title,
                "progress": reading.progress_words(column),
                "met": column.met,
                "outcomes": [
                    {"id": view.outcome.id, "text": view.outcome.text, "met": view.met, "how": view.how}
                    for view in column.outcomes
                ],
                "cards": [
                    {
                        "id": card.id,
                        "title": card.title,
                        "status": card.status,
                        "word": STATUSES[card.status],
                        "owner": card.owner,
                        "due": card.due,
                        "flag": card.flag,
                        "tag": "Local" if card.local else "Reconstructed" if card.reconstructed else "",
                    }
                    for card in column.cards
                ],
            }
            for column in columns
        ],
    }


def _note(note: reading.Note) -> dict[str, str]:
    return {"kind": note.kind, "id": note.id, "title": note.title, "text": note.text, "owner": note.owner}
