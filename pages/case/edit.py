"""What the fields of a case save to, and who is working.

All that follows a case is one fragment of the page, and no callback asks for another run by itself, as on the page of a roll-out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from framework.casefile import Casefile, Command, shown
from framework.casefile.casefiles import Casefiles
from framework.casefile.model import KINDS, Worker
from framework.items import Item
from framework.streams.kind import Relations
from pages.ui import fields
from pages.ui.app import workspace
from pages.ui.fields import Field, Fields
from pages.ui.identity import me

SOMEBODY = "Somebody"
UNCHOSEN = "Everybody at once"
"""Whoever works in an app without sign-in and has chosen no invented person."""


def door() -> Casefiles:
    return workspace().casefiles


def names(people: set[str]) -> dict[str, str]:
    """The names of these people; whoever is not known any more has none."""
    known = workspace().people.names(people - {""})
    return {one: known.get(one, SOMEBODY) if one else UNCHOSEN for one in people}


def name_of(person: str) -> str:
    return names({person})[person]


def colleagues() -> dict[str, str]:
    """Everybody who can be chosen for a part in a case, by id."""
    return workspace().people.colleagues(me())


def run_in(case: str) -> fields.Run:
    """Carries out commands on a case for the person of this session."""

    return lambda command: door().run(case, me(), command)


def send(case: str, command: Command, place: str, done: str = "") -> bool:
    """Carry out a command. False if it was refused; `fields.message` shows why at this place."""
    return fields.send(run_in(case), command, place, done)


def look_up_parts(case: str) -> None:
    """At the beginning of a run: which parts the person of this session has in a case, for all that is drawn of it."""
    st.session_state[f"case-parts|{case}"] = door().parts(case, me())


def parts(case: str) -> Relations:
    return st.session_state[f"case-parts|{case}"]


def may(case: str, deed: type) -> bool:
    """Whether the person of this session is offered this in a case: a kind of item, or a command. The door asks again."""
    return shown.may(deed, me(), parts(case))


# ── Fields of an item ────────────────────────────────────────────────────────────────────────────────────────────────


def fields_of(state: Casefile, kind: str) -> Fields:
    """What the fields of a kind of item show and save to."""
    model = KINDS.of(kind).model
    closed = not may(state.id, model) or (state.closed is not None and model is not Worker)
    return Fields(f"note-{state.id}", state.items, run_in(state.id), closed, (state,), name_of, name_of)


def field(state: Casefile, item: Item, spec: Field) -> None:
    fields.field(fields_of(state, item.kind), item, spec)


def columns(state: Casefile, item: Item, left: tuple[Field, ...], right: tuple[Field, ...]) -> None:
    """Fields in two columns, which stand one under the other where there is no room."""
    for place, specs in zip(st.columns(2, gap="large"), (left, right), strict=True):
        with place:
            for spec in specs:
                field(state, item, spec)


def still_open(state: Casefile, kind: str) -> list[Any]:
    """The items of a kind, and those that somebody else has removed while they are unfolded here."""
    return fields.still_open(fields_of(state, kind), kind)


def removed(state: Casefile, item: Item) -> None:
    """Above the fields of an item: who has removed it meanwhile, and the way back."""
    fields.removed(fields_of(state, item.kind), item, KINDS.of(item.kind).noun)


def add_form(state: Casefile, kind: str, specs: tuple[Field, ...], button: str, **more: Any) -> None:
    where = fields_of(state, kind)
    if not where.closed:
        fields.add_form(where, kind, specs, button, **more)


def remove_button(state: Casefile, kind: str, identifier: str, label: str = "Remove") -> None:
    where = fields_of(state, kind)
    if not where.closed:
        fields.remove_button(where, kind, identifier, label)


def offered(words: Mapping[Any, str]) -> Callable[[Any], Mapping[str, str]]:
    """The options of a choice that is the same in every case."""
    return lambda _: words


def to_choose(spec: Field) -> Field:
    """A choice as a form for a new item has it: nothing is chosen at first."""
    return replace(spec, empty="Choose")


def when(name: str, label: str, help_: str = "As exact as you know it: 24/11/2026, 11/2026 or 2026.") -> Field:
    """A date that may be known in part."""
    return Field(name, label, "line", help=help_, show=shown.typed_when, read=shown.read_typed)
