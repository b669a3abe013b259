"""Where on the roll-out page somebody is: the view, and the task or closing outcome that is open.

The session knows, and the address follows it, so that a place can be sent to a colleague. The other way round would lose
clicks: a piece of news that the browser reports before it has heard of the new address still carries the old one.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from pages.rollout.edit import NAME_COOKIE, ROLLOUT_COOKIE
from pages.ui.app import base_path

VIEWS = {
    "board": "Board",
    "timeline": "Timeline and progress",
    "group": "Group and meetings",
    "partners": "Partners and services",
    "keeping": "Keeping it going",
    "changes": "What changed",
    "away": "Take away",
}


_steady = st.components.v2.component(
    "homeward_rollout_steady", js=(Path(__file__).parent / "steady.js").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class Where:
    rollout: str
    view: str = "board"
    task: str = ""
    outcome: str = ""
    only: bool = False
    """Whether the open task has the page to itself."""

    @property
    def open(self) -> str:
        """What is open, as the board names it; empty if nothing is."""
        return f"task:{self.task}" if self.task else f"outcome:{self.outcome}" if self.outcome else ""


def arrive(rollout: str) -> None:
    """Somebody opens the page, or comes back to it: they are where the address says."""
    asked = st.query_params
    st.session_state["rollout_where"] = Where(
        rollout,
        asked.get("view") if asked.get("view") in VIEWS else "board",  # type: ignore[arg-type]
        asked.get("task", ""),
        "" if "task" in asked else asked.get("outcome", ""),
        asked.get("only") == "task",
    )


def last() -> str:
    """The roll-out that was open last in this session; empty if none was."""
    return st.session_state["rollout_where"].rollout if "rollout_where" in st.session_state else ""


def now() -> Where:
    return st.session_state["rollout_where"]


def go(**changes: object) -> None:
    """From a callback: go elsewhere on the page."""
    st.session_state["rollout_where"] = replace(now(), **changes)  # type: ignore[arg-type]


def tell_address() -> None:
    """Let the address say where the page is."""
    here = now()
    said = {"rollout": here.rollout}
    if here.view != "board":
        said["view"] = here.view
    if here.open:
        said |= {"task": here.task} if here.task else {"outcome": here.outcome}
        if here.only:
            said["only"] = "task"
    if st.query_params.to_dict() != said:
        st.query_params.from_dict(said)


def hold_steady(name: str) -> None:
    """Take the focus to what was opened, keep a field that somebody types in where it is, and let the browser remember."""
    remember = {NAME_COOKIE: name, ROLLOUT_COOKIE: now().rollout}
    _steady(key="rollout-steady", data={"open": now().open, "remember": remember, "path": base_path() or "/"}, height=1)
