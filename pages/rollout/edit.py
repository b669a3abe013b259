"""Editing a roll-out, one field at a time: who is working, what was refused, and what two people changed at once.

Everything that shows a roll-out is one fragment of the page, and no callback asks for another run by itself. Whatever a
click or a piece of news changes is therefore drawn together, and a run that the next click cuts short leaves nothing behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import streamlit as st

from framework import dates
from framework import rollout as r
from framework.items import FIRST_DAY, LAST_DAY, LINE_LIMIT
from framework.rollout import reading
from framework.rollout.checklist import Checklist
from framework.rollout.rollouts import Rollouts
from framework.streams.kind import Refused
from framework.streams.store import StoreUnavailable
from framework.text import TEXT_LIMIT, clean
from pages.ui.app import workspace
from pages.ui.text import plain


def door() -> Rollouts:
    return workspace().rollouts


def who() -> str:
    """The name of the person at this browser; empty until they have given it."""
    return st.session_state.get("rollout_name", "")


# ── Commands, and what was refused ───────────────────────────────────────────────────────────────────────────────────


def send(rollout: str, command: r.Command, place: str, done: str = "") -> bool:
    """Carry out a command. False if it was refused; `message` shows why at this place."""
    try:
        door().run(rollout, who(), command)
    except Refused as refused:
        say(place, str(refused))
        return False
    except StoreUnavailable as error:
        say(place, f"Not saved: the record cannot be reached just now. {error} What you entered is still here.")
        return False
    forget_messages()
    if done:
        st.toast(done)
    return True


def say(place: str, sentence: str) -> None:
    st.session_state["rollout_said"] = {place: sentence}


def message(place: str) -> None:
    """What was refused here last, until something is saved. It stands below what it is about, and moves nothing above."""
    with st.container():
        if sentence := st.session_state.get("rollout_said", {}).get(place):
            st.error(plain(sentence), icon=":material/block:")


def forget_messages() -> None:
    st.session_state.pop("rollout_said", None)


# ── Widgets that show the record ─────────────────────────────────────────────────────────────────────────────────────


def born(stem: str, now: Any) -> tuple[str, Any]:
    """The key of a widget that is to hold `now`, and the value it begins with.

    When the record and the widget part (somebody else changed the field, or a choice was refused), another widget takes
    its place. It could be set instead; but a browser that has not heard of it yet would send its old value with the next
    click, and that would pass for a choice. See `chosen`.
    """
    known: dict[str, tuple[int, Any]] = st.session_state.setdefault("rollout_born", {})
    _saved().pop(stem, None)
    generation, begins = known.get(stem, (0, now))
    holds = st.session_state.get(f"{stem}|{generation}", begins)
    if (tuple(holds) if isinstance(holds, list) else holds) != now:
        generation, begins = generation + 1, now
    known[stem] = (generation, begins)
    return f"{stem}|{generation}", begins


def again(stem: str, value: str) -> None:
    """From a callback: let a typed field begin anew with this text."""
    known: dict[str, tuple[int, Any]] = st.session_state.setdefault("rollout_born", {})
    known[stem] = (known.get(stem, (0, ""))[0] + 1, value)


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed field as it stands. What somebody is typing must not be swept away by another person's change."""

    key: str
    begins: str
    text: str
    """What is in the field, as far as the server knows."""
    seen: str
    """What the record said when the person last had it in the field."""


def typed(stem: str, now: str) -> Typed:
    """A field that begins with what the record says and then keeps its own text, whatever others do."""
    known: dict[str, tuple[int, Any]] = st.session_state.setdefault("rollout_born", {})
    seen: dict[str, str] = st.session_state.setdefault("rollout_seen", {})
    generation, begins = known.get(stem, (-1, now))
    if f"{stem}|{generation}" not in st.session_state:  # it was not on the page until now
        begins = _unsaved().get(stem, now)
        if stem not in _unsaved():
            seen[stem] = now
        generation += 1
        known[stem] = (generation, begins)
    key = f"{stem}|{generation}"
    text = st.session_state.get(key, begins)
    if clean(text or "") == now:
        seen[stem] = now
    return Typed(key, begins, text, seen[stem])


def chosen(stem: str, key: str, showed: Any) -> bool:
    """From a callback: whether somebody chose, or a widget that was replaced is heard of once more with what it showed."""
    value = st.session_state[key]
    return _current(stem, key) or (tuple(value) if isinstance(value, list) else value) != showed


def choose(rollout: str, stem: str, value: Any, seen: Any, make: Callable[[Any], r.Command]) -> bool:
    """Save a choice. `make` makes the command from what was seen: the record as it was drawn, or one's own click since."""
    if not send(rollout, make(_saved().get(stem, seen)), stem):
        return False
    _saved()[stem] = value
    return True


def _saved() -> dict[str, Any]:
    """What quick clicks saved since their field was drawn last, so that nobody is said to have crossed themselves."""
    return st.session_state.setdefault("rollout_saved", {})


def _current(stem: str, key: str) -> bool:
    return key == f"{stem}|{st.session_state['rollout_born'][stem][0]}"


def afresh(stem: str) -> None:
    """From a callback: a typed field begins anew with what the record says."""
    known: dict[str, tuple[int, Any]] = st.session_state.setdefault("rollout_born", {})
    known[stem] = (known.get(stem, (0, ""))[0] + 1, "")
    _unsaved().pop(stem, None)


def _unsaved() -> dict[str, str]:
    """Texts that could not be saved, so that they are still there when somebody comes back from another view."""
    return st.session_state.setdefault("rollout_unsaved", {})


def save_typed(stem: str, key: str, save: Callable[[str, str], r.Command], rollout: str) -> None:
    """A typed field was left: save its text. `save` makes the command from the text and what was seen."""
    if not _current(stem, key):
        return  # the last word of a field that was replaced
    text = clean(st.session_state[key] or "")
    seen: dict[str, str] = st.session_state["rollout_seen"]
    try:
        door().run(rollout, who(), save(text, seen[stem]))
    except r.EditConflict:
        _unsaved()[stem] = text  # `crossed` says what the other wrote
    except Refused as refused:
        _unsaved()[stem] = text
        say(stem, str(refused))
    except StoreUnavailable as error:
        _unsaved()[stem] = text
        say(stem, f"Not saved: the record cannot be reached just now. {error} What you entered is still here.")
    else:
        seen[stem] = text
        _unsaved().pop(stem, None)
        forget_messages()


def crossed(
    stem: str,
    field: Typed,
    label: str,
    now: str,
    by: Callable[[], str],
    save: Callable[[str, str], r.Command],
    rollout: str,
) -> None:
    """Below a typed field: what somebody else has written there, and what to do with one's own text."""
    with st.container():
        if field.seen == now:
            return
        mine = clean(field.text or "") != field.seen
        st.html(
            f'<div class="hw ro-crossed" role="status"><p><strong>{escape(by())} has changed “{escape(label)}” in the '
            f"meantime.</strong> {'Yours is still in the field and is not saved. ' if mine else ''}It now says:</p>"
            f"<blockquote><p>{escape(now) or 'nothing'}</p></blockquote></div>"
        )
        with st.container(horizontal=True):
            if mine:
                st.button(
                    "Save mine instead", key=f"mine|{stem}", on_click=_mine, args=(stem, field.key, now, save, rollout)
                )
            words = "Use theirs" if mine else "Show it in the field"
            st.button(words, key=f"theirs|{stem}", on_click=afresh, args=(stem,))


def _mine(stem: str, key: str, now: str, save: Callable[[str, str], r.Command], rollout: str) -> None:
    st.session_state["rollout_seen"][stem] = now
    save_typed(stem, key, save, rollout)


# ── Fields of an item ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of an item is entered."""

    name: str
    label: str
    form: Literal["line", "text", "day", "yes", "one", "many"]
    options: Callable[[r.Rollout, Checklist], Mapping[str, str]] | None = None
    help: str | None = None
    empty: str = ""
    """What an empty choice is called."""

    @property
    def typed(self) -> bool:
        return self.form in ("line", "text")


BLANK: dict[str, Any] = {"line": "", "text": "", "day": None, "yes": False, "one": None, "many": ()}


def people(state: r.Rollout, _: Checklist) -> Mapping[str, str]:
    return {member.id: member.name for member in reading.active(state)}


def tasks(state: r.Rollout, _: Checklist) -> Mapping[str, str]:
    return {task.id: f"{task.id} {task.title}" for task in reading.in_order(state)}


def meetings(state: r.Rollout, _: Checklist) -> Mapping[str, str]:
    return {m.id: f"{m.title}, {dates.uk(m.on)}" for m in reading.in_time(state)}


def field(state: r.Rollout, kind: r.Kind, item: Any, spec: Field) -> None:
    """A widget that saves one field of an item as soon as it is left or chosen."""
    stem, now = f"{state.id}|{kind}|{item.id}|{spec.name}", getattr(item, spec.name)
    if spec.typed:

        def save(text: str, seen: str) -> r.Command:
            return r.Change(kind, item.id, spec.name, text, seen)

        one = typed(stem, now)
        saving = (stem, one.key, save, state.id)
        widget(state, spec, one.key, one.begins, disabled=not who(), on_change=save_typed, args=saving)
        crossed(stem, one, spec.label, now, lambda: state.items.last_by(kind, item.id, spec.name), save, state.id)
    else:
        key, begins = born(stem, now)
        choosing = (state.id, kind, item.id, spec, key, stem, now)
        widget(state, spec, key, begins, disabled=not who(), on_change=_choose, args=choosing)
    message(stem)


def _choose(rollout: str, kind: r.Kind, identifier: str, spec: Field, key: str, stem: str, shown: Any) -> None:
    value = st.session_state[key]
    value = tuple(value) if spec.form == "many" else value
    if chosen(stem, key, shown):
        choose(rollout, stem, value, shown, lambda seen: r.Change(kind, identifier, spec.name, value, seen))


def widget(
    state: r.Rollout,
    spec: Field,
    key: str,
    begins: Any,
    *,
    disabled: bool = False,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> None:
    """The widget for a field, in a form or on its own."""
    common: dict[str, Any] = {"key": key, "help": spec.help, "disabled": disabled}
    if on_change:
        common |= {"on_change": on_change, "args": args}
    match spec.form:
        case "line":
            st.text_input(spec.label, begins, max_chars=LINE_LIMIT, **common)
        case "text":
            st.text_area(spec.label, begins, max_chars=TEXT_LIMIT, height="content", **common)
        case "day":
            st.date_input(spec.label, begins, min_value=FIRST_DAY, max_value=LAST_DAY, format="DD/MM/YYYY", **common)
        case "yes":
            st.checkbox(spec.label, begins, **common)
        case "one":
            offered = _offered(state, spec, (begins,) if begins else ())
            index = list(offered).index(begins) if begins in offered else 0
            st.selectbox(spec.label, list(offered), index, format_func=offered.__getitem__, **common)
        case "many":
            offered = _offered(state, spec, begins)
            st.multiselect(
                spec.label,
                list(offered),
                list(begins),
                format_func=offered.__getitem__,
                placeholder="Choose",
                **common,
            )


def _offered(state: r.Rollout, spec: Field, chosen: tuple[str, ...]) -> dict[str, str]:
    """What can be chosen, and what was: somebody who has left still owns what they own."""
    assert spec.options is not None
    offered = {"": spec.empty} if spec.empty else {}
    offered |= spec.options(state, door().checklist_of(state))
    for one in chosen:
        offered.setdefault(one, f"{state.members[one].name} (has left)" if one in state.members else one)
    return offered


# ── Adding and removing ──────────────────────────────────────────────────────────────────────────────────────────────


def add_form(
    state: r.Rollout,
    kind: r.Kind,
    fields: tuple[Field, ...],
    button: str,
    *,
    fixed: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    name: str = "",
) -> None:
    """A form for a new item. What was typed stays there if it is refused; the next form has another key and begins empty."""
    count = f"added|{state.id}|{kind}|{name}"
    stem = f"{state.id}|new|{kind}|{name}|{st.session_state.get(count, 0)}"
    with st.form(f"form|{stem}", border=False, enter_to_submit=False):
        for spec in fields:
            widget(
                state, spec, f"{stem}|{spec.name}", (start or {}).get(spec.name, BLANK[spec.form]), disabled=not who()
            )
        st.form_submit_button(
            button,
            disabled=not who(),
            on_click=_add,
            args=(state.id, kind, fields, stem, fixed or {}, count),
        )
    message(stem)


def _add(
    rollout: str, kind: r.Kind, fields: tuple[Field, ...], stem: str, fixed: Mapping[str, Any], count: str
) -> None:
    values: dict[str, Any] = dict(fixed)
    for spec in fields:
        value = st.session_state.get(f"{stem}|{spec.name}")
        if value not in (None, "", []):
            values[spec.name] = tuple(value) if spec.form == "many" else value
    if send(rollout, r.Add(kind, values), stem, done="Added."):
        st.session_state[count] = st.session_state.get(count, 0) + 1


def remove_button(state: r.Rollout, kind: r.Kind, identifier: str, label: str = "Remove") -> None:
    """Removes after a second click, in words."""
    asked = f"sure|{state.id}|{kind}|{identifier}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(asked):
            st.button("Yes, remove it", key=f"yes-{asked}", on_click=_remove, args=(state.id, kind, identifier, asked))
            st.button("Keep it", key=f"no-{asked}", on_click=_ask, args=(asked, False))
        else:
            st.button(label, key=f"ask-{asked}", disabled=not who(), on_click=_ask, args=(asked,), type="tertiary")
    message(asked)


def _ask(asked: str, value: bool = True) -> None:
    st.session_state[asked] = value


def _remove(rollout: str, kind: r.Kind, identifier: str, asked: str) -> None:
    st.session_state.pop(asked, None)
    send(rollout, r.Remove(kind, identifier, "Removed on the page"), asked)
