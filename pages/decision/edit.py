"""What the fields of a decision save to, which decision is open, and who is working.

All of it stands in the fragment of the case's page (see :mod:`pages.case.edit`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from framework.casefile import Casefile
from framework.decision import access
from framework.decision.basis import Sat
from framework.decision.deciding import Command
from framework.decision.decisions import DecisionBook
from framework.decision.model import AFTERWARDS, KINDS, Decisions, Draft, Made
from framework.edition import Edition
from framework.items import Item
from framework.streams.policy import allows
from pages.case import edit as of_case
from pages.ui import fields
from pages.ui.app import workspace
from pages.ui.fields import Field, Fields
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.text import plain


def door() -> DecisionBook:
    return workspace().decisions


@dataclass(frozen=True, slots=True)
class Here:
    """One decision, as everything below is drawn from it."""

    file: Casefile
    state: Decisions
    decision: str
    sat: Sat | None
    """What the meeting that it follows ended with; None without one."""

    @property
    def case(self) -> str:
        return self.file.id

    @property
    def draft(self) -> Draft:
        """As it is written; once it is made, as it was decided."""
        return self.made.draft if self.made and not self.writable else self.state.drafts[self.decision]

    @property
    def made(self) -> Made | None:
        return self.state.made.get(self.decision)

    @property
    def writable(self) -> bool:
        return self.state.writable(self.decision) and not self.file.closed

    @property
    def today(self) -> date:
        return door().today

    @property
    def edition(self) -> Edition:
        """The one that the meeting was scored with; without a meeting, the one that new meetings are."""
        return workspace().editions.of(self.sat.edition) if self.sat else workspace().edition

    def of(self, kind: str) -> list[Any]:
        """The items of a kind that belong to it."""
        return list(self.state.of(kind, self.decision).values())


def here(file: Casefile, state: Decisions, decision: str) -> Here:
    return Here(file, state, decision, door().meeting(file.id, me(), decision))


# ── Who may, and what was refused ────────────────────────────────────────────────────────────────────────────────────


def may(case: str, deed: type) -> bool:
    """Whether the person of this session is offered this: a kind of item, or a command. The door asks again."""
    return allows(access.POLICY, deed, me().roles, of_case.parts(case))


def run_in(case: str) -> fields.Run:
    """Carries out commands on the decisions of a case for the person of this session, and notes what they have seen of them."""

    def run(command: Command) -> None:
        before = door().view(case, me()).version
        after = door().run(case, me(), command).version
        if st.session_state.get(_seen(case)) == before:  # nobody else has written meanwhile
            st.session_state[_seen(case)] = after

    return run


def send(case: str, command: Command, place: str, done: str = "") -> bool:
    """Carry out a command. False if it was refused; `fields.message` shows why at this place."""
    return fields.send(run_in(case), command, place, done)


def note_seen(state: Decisions, case: str) -> None:
    """What is drawn now is what its reader decides on."""
    st.session_state[_seen(case)] = state.version


def seen(case: str) -> int:
    """The version that this person has seen: as it was drawn, or with their own changes since."""
    return int(st.session_state.get(_seen(case), 0))


def _seen(case: str) -> str:
    return f"decision-seen|{case}"


# ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def fields_of(one: Here, kind: str) -> Fields:
    """What the fields of a kind of item show and save to."""
    open_ = one.writable or (kind in AFTERWARDS and not one.file.closed and _stands(one))
    closed = not (open_ and may(one.case, KINDS.of(kind).model))
    return Fields(
        f"note-{one.case}|decisions", one.state.items, run_in(one.case), closed, (one,), former, of_case.name_of
    )


def _stands(one: Here) -> bool:
    made = one.made
    return bool(made) and not (made.withdrawn if made else True)


def former(value: str) -> str:
    """What can be chosen no more, and was chosen before."""
    return f"{value} (no longer offered)"


def field(one: Here, item: Item, spec: Field) -> None:
    fields.field(fields_of(one, item.kind), item, spec)


def of_draft(one: Here, *specs: Field) -> None:
    """Fields of the decision itself, one under the other."""
    for spec in specs:
        field(one, one.draft, spec)


def columns(one: Here, item: Item, *sides: tuple[Field, ...]) -> None:
    """Fields side by side, which stand one under the other where there is no room."""
    for place, specs in zip(st.columns(len(sides), gap="large"), sides, strict=True):
        with place:
            for spec in specs:
                field(one, item, spec)


def offered(words: Mapping[Any, str]) -> Callable[[Any], Mapping[str, str]]:
    """The options of a choice that is the same in every decision."""
    return lambda _: words


def listed(
    one: Here,
    kind: str,
    called: Callable[[Any], str],
    sides: tuple[tuple[Field, ...], ...],
    new: tuple[Field, ...],
    button: str,
    **more: Any,
) -> None:
    """The items of a kind, each folded, and below them a form for another one."""
    where = fields_of(one, kind)
    with st.container():
        for item in fields.still_open(where, kind):
            if item.decision != one.decision:
                continue
            with st.expander(plain(called(item)), key=f"{kind}-{item.id}", on_change="rerun") as box:
                if box.open:
                    fields.removed(where, item, KINDS.of(kind).noun)
                    columns(one, item, *sides)
                    if not where.closed:
                        fields.remove_button(where, kind, item.id)
    if not where.closed:
        with st.expander(button, icon=":material/add:", key=f"decision-add-{kind}"):
            fixed = {"decision": one.decision} | more.pop("fixed", {})
            fields.add_form(where, kind, new, button, fixed=fixed, name=one.decision, **more)


# ── Steps that are asked about once ──────────────────────────────────────────────────────────────────────────────────


def asks_once(
    place: str, label: str, question: str, yes: str, act: Callable[[], None], *, primary: bool = False
) -> None:
    """A button for what cannot be clicked away again: it asks, in words. A second click on “yes” finds nothing asked any more."""
    asked = f"sure|{place}"
    with st.container(key=f"ask-{place}"):
        if not st.session_state.get(asked):
            st.button(
                label, key=f"ask|{place}", type="primary" if primary else "secondary", on_click=_ask, args=(asked, True)
            )
        else:
            show_html(html('<p class="hw decision-sure"><strong>{question}</strong></p>', question=question))
            with st.container(horizontal=True):
                st.button(yes, key=f"yes|{place}", type="primary", on_click=_answer, args=(asked, act))
                st.button("No, go back", key=f"no|{place}", on_click=_ask, args=(asked, False))
    fields.message(place)


def _ask(asked: str, value: bool) -> None:
    fields.forget_messages()
    st.session_state[asked] = value


def _answer(asked: str, act: Callable[[], None]) -> None:
    if st.session_state.pop(asked, False):
        act()
