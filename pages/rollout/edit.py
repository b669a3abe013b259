"""What the fields of a roll-out save to, and who is working.

Everything that shows a roll-out is one fragment of the page, and no callback asks for another run by itself. Whatever a
click or a piece of news changes is therefore drawn together, and a run that the next click cuts short leaves nothing behind.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import streamlit as st

from framework import dates
from framework.items import LINE_LIMIT
from framework.rollout import Command, Item, Kind, Rollout, documents, reading
from framework.rollout.checklist import Checklist
from framework.rollout.model import KINDS
from framework.rollout.rollouts import Rollouts
from framework.text import clean
from pages.ui import fields, identity
from pages.ui.app import workspace
from pages.ui.fields import Field, Fields

NAME_COOKIE, ROLLOUT_COOKIE = "homeward_name", "homeward_rollout"
"""What a browser remembers for a year: the name that was given last, and the roll-out that was open last."""


def door() -> Rollouts:
    return workspace().rollouts.seen_by(identity.me())


def marked(report: documents.Report) -> documents.Report:
    """A document with what it carries of the record."""
    return documents.marked(report, workspace().stamp().short)


def who() -> str:
    """The name of the person at this browser: of a person that of their sign-in; otherwise the one they gave last, or none yet."""
    if (me := identity.me()).id:
        return me.name
    if "rollout_name" not in st.session_state:
        st.session_state["rollout_name"] = clean(from_cookie(NAME_COOKIE))[:LINE_LIMIT]
    return st.session_state["rollout_name"]


def from_cookie(cookie: str) -> str:
    """What this browser remembers (see `where.remember`)."""
    return unquote(st.context.cookies.get(cookie, ""))


def closed() -> bool:
    """Whether whoever is at this browser can change nothing: they have given no name, or the roll-out is archived."""
    return not who() or st.session_state.get("rollout_archived", False)


def run_in(rollout: str) -> fields.Run:
    """Carries out commands on a roll-out for the person at this browser."""
    return lambda command: door().run(rollout, who(), command)


def send(rollout: str, command: Command, place: str, done: str = "") -> bool:
    """Carry out a command. False if it was refused; `fields.message` shows why at this place."""
    return fields.send(run_in(rollout), command, place, done)


# ── Fields of an item ────────────────────────────────────────────────────────────────────────────────────────────────


def people(state: Rollout, _: Checklist) -> Mapping[str, str]:
    return {member.id: member.name for member in reading.active(state)}


def tasks(state: Rollout, _: Checklist) -> Mapping[str, str]:
    return {task.id: f"{task.id} {task.title}" for task in reading.in_order(state)}


def meetings(state: Rollout, _: Checklist) -> Mapping[str, str]:
    return {m.id: f"{m.title}, {dates.uk(m.on)}" for m in reading.in_time(state)}


def fields_of(state: Rollout) -> Fields:
    """What the fields of a roll-out show and save to. Somebody who has left still owns what they own."""

    def former(value: str) -> str:
        return f"{state.members[value].name} (has left)" if value in state.members else value

    return Fields(state.id, state.items, run_in(state.id), closed(), (state, door().checklist_of(state)), former)


def field(state: Rollout, item: Item, spec: Field) -> None:
    fields.field(fields_of(state), item, spec)


def still_open(state: Rollout, kind: Kind) -> list[Any]:
    """The items of a kind, and those that somebody else has removed while they are unfolded here."""
    return fields.still_open(fields_of(state), kind)


def removed(state: Rollout, item: Item) -> None:
    """Above the fields of an item: who has removed it meanwhile, and the way back."""
    fields.removed(fields_of(state), item, KINDS.of(item.kind).noun)


def add_form(state: Rollout, kind: Kind, specs: tuple[Field, ...], button: str, **more: Any) -> None:
    fields.add_form(fields_of(state), kind, specs, button, **more)


def remove_button(state: Rollout, kind: Kind, identifier: str, label: str = "Remove") -> None:
    fields.remove_button(fields_of(state), kind, identifier, label)
