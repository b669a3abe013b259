"""The board of a roll-out as one element: three hundred tasks cost no more than a few."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from framework import rollout as r
from framework.checklist import Checklist
from framework.rollout import reading
from pages.components import rollout_edit as edit

HERE = Path(__file__).parent
_board = st.components.v2.component(
    "homeward_rollout_board",
    js=(HERE / "rollout_board.js").read_text("utf-8"),
    css=(HERE / "rollout_board.css").read_text("utf-8"),
    html='<div class="board"></div>',
)
VIEW_OF = {
    "action": "Group and meetings",
    "meeting": "Group and meetings",
    "postcard": "Group and meetings",
    "stakeholder": "Partners and services",
}
"""Where a note that is not about a task leads."""


def show(state: r.Rollout, owner: str | None, chosen: str) -> None:
    door = edit.door()
    data = _data(state.id, state.version, door.today, owner, door.checklist, _State(state))
    _board(key=f"board-{state.id}", data={**data, "chosen": chosen}, on_open_change=_opened(state.id))


def _opened(rollout: str) -> Callable[[], None]:
    def opened() -> None:
        told = st.session_state[f"board-{rollout}"].get("open") or ""
        kind, _, identifier = told.split(" ")[0].partition(":")
        open_item(kind, identifier)

    return opened


def open_item(kind: str, identifier: str) -> None:
    """Show a task or an outcome at the side, or go to the view where the item is."""
    edit.forget_message("rollout_task")
    if kind in ("task", "outcome"):
        st.query_params[kind] = identifier
        st.query_params.pop("outcome" if kind == "task" else "task", None)
    else:
        st.session_state["rollout_view"] = VIEW_OF[kind]
        st.query_params.pop("task", None)
        st.query_params.pop("outcome", None)
    st.rerun()


class _State:
    """Carries a state past the cache below, which goes by id and version."""

    def __init__(self, state: r.Rollout) -> None:
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
        "due": [_note(note) for note in attention.due],
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
                        "word": r.STATUSES[card.status],
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
