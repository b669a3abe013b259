"""Editing a roll-out, one field at a time: who is working, what was refused, and what two people changed at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final, Literal

import streamlit as st

from framework import rollout as r
from framework import rollouts
from framework.checklist import Checklist
from framework.panel import Refused
from framework.rollout import deciding, reading
from framework.rollout.model import FIRST_DAY, LAST_DAY, NAME_LIMIT, TEXT_LIMIT
from framework.rollouts import Rollouts
from framework.store import StoreUnavailable
from pages.components.app import workspace
from pages.components.text import plain

HEAD: Final = "rollout_head"
MAIN: Final = "rollout_main"
TASK: Final = "rollout_task"
Place = Literal["rollout_main", "rollout_task"]


def door() -> Rollouts:
    return rollouts.of(workspace())


def who() -> str:
    """The name of the person at this browser; empty until they have given it."""
    return st.session_state.get("rollout_name", "")


def refresh() -> None:
    """Redraw what shows the roll-out. For use in a widget's callback."""
    # The head comes last: it tells the listener which version the page shows, once the others show it.
    st.rerun([MAIN, TASK, HEAD])


def drawn(place: Place, version: int | None) -> None:
    """A fragment has been drawn from this version (None: there is nothing in it)."""
    shown: dict[str, int] = st.session_state.setdefault("rollout_shown", {})
    if version is None:
        shown.pop(place, None)
    else:
        shown[place] = version


def shown_version(now: int) -> int:
    """The oldest version on the page. A run can be cut short by the next click, and must not pass for finished."""
    return min([now, *st.session_state.get("rollout_shown", {}).values()])


def send(rollout: str, command: r.Command, place: Place, done: str = "") -> bool:
    """Carry out a command. False if it was refused; the message is shown in `place`."""
    try:
        door().run(rollout, who(), command)
    except Refused as refused:
        say(place, str(refused))
        return False
    except StoreUnavailable as error:
        say(place, f"Not saved: the record cannot be reached just now. {error} What you entered is still here.")
        return False
    st.session_state.pop(f"refused-{place}", None)
    if done:
        st.toast(done)
    return True


def say(place: Place, sentence: str) -> None:
    st.session_state[f"refused-{place}"] = sentence


def message(place: Place) -> None:
    """What was refused here last, until something is saved."""
    if sentence := st.session_state.get(f"refused-{place}"):
        st.error(plain(sentence), icon=":material/block:")


def forget_message(place: Place) -> None:
    st.session_state.pop(f"refused-{place}", None)


# ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


def people(state: r.Rollout, _: Checklist) -> Mapping[str, str]:
    return {member.id: member.name for member in reading.active(state)}


def tasks(state: r.Rollout, _: Checklist) -> Mapping[str, str]:
    return {task.id: f"{task.id} {task.title}" for task in reading.in_order(state)}


def meetings(state: r.Rollout, _: Checklist) -> Mapping[str, str]:
    return {m.id: f"{m.title}, {deciding.days.uk(m.on)}" for m in reading.in_time(state)}


def put(key: str, value: Any) -> None:
    """Change what a typed field holds, from a callback.

    A callback that asks for fragments ends its own run, and the value it set would not reach the browser; `taken` sets
    it once more in the run that draws the field.
    """
    st.session_state.setdefault("rollout_put", {})[key] = value


def taken(key: str) -> None:
    """To be called just before a typed field is drawn."""
    waiting = st.session_state.get("rollout_put", {})
    if key in waiting:
        st.session_state[key] = waiting.pop(key)


def follow(key: str, now: Any, shown: Any = None) -> None:
    """Let a widget that is chosen, not typed, follow the record; to be called just before it is drawn.

    It is set only when the record has changed: whoever clicks again before the last click was answered keeps the click.
    """
    if key not in st.session_state or st.session_state.get(f"drawn|{key}", deciding.UNSEEN) != now:
        st.session_state[key] = now if shown is None else shown
    st.session_state[f"drawn|{key}"] = now


def back(key: str) -> None:
    """After a refusal: let the widget show the record again."""
    st.session_state.pop(f"drawn|{key}", None)


def field(state: r.Rollout, kind: r.Kind, item: Any, spec: Field, place: Place) -> None:
    """A widget that saves one field of an item as soon as it is left."""
    key = f"{state.id}|{kind}|{item.id}|{spec.name}"
    now = getattr(item, spec.name)
    typed = spec.form in ("line", "text")
    taken(key)
    # What somebody is typing must not be swept away by another person's change: typed fields keep their own text, and
    # the other's is shown below. All other widgets simply follow the record.
    if not typed:
        follow(key, now, list(now) if spec.form == "many" else None)
        st.session_state[f"seen|{key}"] = now
    elif key not in st.session_state:
        st.session_state[key] = st.session_state[f"seen|{key}"] = now
    elif st.session_state[key] == now:
        st.session_state[f"seen|{key}"] = now
    widget(
        state, spec, key, disabled=not who(), now=now, on_change=_save, args=(state.id, kind, item.id, spec, key, place)
    )
    if typed and st.session_state[f"seen|{key}"] != now:
        _crossed(state, kind, item, spec, key, now, place)


def widget(
    state: r.Rollout,
    spec: Field,
    key: str,
    *,
    disabled: bool = False,
    now: Any = None,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> Any:
    """The widget for a field, in a form or on its own."""
    common: dict[str, Any] = {"key": key, "help": spec.help, "disabled": disabled}
    if on_change:
        common |= {"on_change": on_change, "args": args}
    checklist = door().checklist
    match spec.form:
        case "line":
            return st.text_input(spec.label, max_chars=NAME_LIMIT, **common)
        case "text":
            return st.text_area(spec.label, max_chars=TEXT_LIMIT, height="content", **common)
        case "day":
            return st.date_input(
                spec.label, min_value=FIRST_DAY, max_value=LAST_DAY, format="DD/MM/YYYY", **_valued(key, common)
            )
        case "yes":
            return st.checkbox(spec.label, **common)
    assert spec.options is not None
    offered = dict(spec.options(state, checklist))
    if spec.form == "many":
        for known in now or ():
            offered.setdefault(known, known)
        return st.multiselect(
            spec.label, list(offered), format_func=offered.__getitem__, placeholder="Choose", **common
        )
    if spec.empty:
        offered = {"": spec.empty, **offered}
    if now and now not in offered:  # somebody who has left still owns what they own
        offered[now] = f"{deciding.shown(state, now)} (has left)"
    return st.selectbox(spec.label, list(offered), format_func=offered.__getitem__, **common)


def _valued(key: str, common: dict[str, Any]) -> dict[str, Any]:
    # Without a value in the session a date input would start with today.
    return common if key in st.session_state else {**common, "value": None}


def _save(rollout: str, kind: r.Kind, identifier: str, spec: Field, key: str, place: Place) -> None:
    value, seen = st.session_state[key], st.session_state.get(f"seen|{key}", deciding.UNSEEN)
    if spec.form == "many":
        value = tuple(value)
    if spec.form in ("line", "text"):
        typed, value = value, deciding.clean(value or "")
        if typed != value:  # otherwise the field is left alone: somebody may be typing in it again
            put(key, value)
    try:
        door().run(rollout, who(), r.Change(kind, identifier, spec.name, value, seen))
    except r.Crossed as crossed:
        if spec.form not in ("line", "text"):
            say(place, f"{crossed} Look at it and choose again.")
            back(key)
    except Refused as refused:
        say(place, str(refused))
        back(key)
    except StoreUnavailable as error:
        say(place, f"Not saved: the record cannot be reached just now. {error} What you entered is still here.")
    else:
        st.session_state[f"seen|{key}"] = value
        st.session_state.pop(f"refused-{place}", None)
    refresh()


def _crossed(state: r.Rollout, kind: r.Kind, item: Any, spec: Field, key: str, now: Any, place: Place) -> None:
    """Somebody else has changed a field that is on this screen: their text, and what to do with one's own."""
    by = deciding.last_change(state, kind, item.id, spec.name)
    mine = st.session_state[key] != st.session_state[f"seen|{key}"]
    st.html(
        f'<div class="hw ro-crossed" role="status"><p><strong>{escape(by)} has changed “{escape(spec.label)}” in the '
        f"meantime.</strong> {'Yours is still in the field and is not saved. ' if mine else ''}It now says:</p>"
        f"<blockquote><p>{escape(str(now)) or 'nothing'}</p></blockquote></div>"
    )
    with st.container(horizontal=True):
        if mine:
            st.button(
                "Save mine instead",
                key=f"mine|{key}",
                on_click=_mine,
                args=(state.id, kind, item.id, spec, key, place, now),
            )
        st.button(
            "Use theirs" if mine else "Show it in the field", key=f"theirs|{key}", on_click=_theirs, args=(key, now)
        )


def _mine(rollout: str, kind: r.Kind, identifier: str, spec: Field, key: str, place: Place, now: Any) -> None:
    st.session_state[f"seen|{key}"] = now
    _save(rollout, kind, identifier, spec, key, place)


def _theirs(key: str, now: Any) -> None:
    put(key, now)
    st.session_state[f"seen|{key}"] = now
    refresh()


# ── Adding ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def add_form(
    state: r.Rollout,
    kind: r.Kind,
    fields: tuple[Field, ...],
    button: str,
    place: Place,
    *,
    fixed: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    name: str = "",
) -> None:
    """A form for a new item. What was typed stays there if it is refused."""
    stem = f"{state.id}|new|{kind}|{name}|{st.session_state.get(f'added|{kind}|{name}', 0)}"
    with st.form(f"form|{stem}", border=False, enter_to_submit=False):
        for spec in fields:
            key = f"{stem}|{spec.name}"
            if key not in st.session_state:
                blank: Any = {"line": "", "text": "", "day": None, "yes": False, "one": None, "many": []}[spec.form]
                given = (start or {}).get(spec.name, blank)
                if given is not None:
                    st.session_state[key] = given
            widget(state, spec, key, disabled=not who())
        st.form_submit_button(
            button,
            disabled=not who(),
            on_click=_add,
            args=(state.id, kind, fields, stem, place, fixed or {}, f"added|{kind}|{name}"),
        )


def _add(
    rollout: str, kind: r.Kind, fields: tuple[Field, ...], stem: str, place: Place, fixed: Mapping[str, Any], count: str
) -> None:
    values: dict[str, Any] = dict(fixed)
    for spec in fields:
        value = st.session_state.get(f"{stem}|{spec.name}")
        if value not in (None, "", []):
            values[spec.name] = tuple(value) if spec.form == "many" else value
    if send(rollout, r.Add(kind, values), place, done="Added."):
        # The next form has another key, so that it begins empty.
        st.session_state[count] = st.session_state.get(count, 0) + 1
    refresh()


def remove_button(state: r.Rollout, kind: r.Kind, identifier: str, place: Place, label: str = "Remove") -> None:
    """Removes after a second click, in words."""
    asked = f"sure|{state.id}|{kind}|{identifier}"
    if not st.session_state.get(asked):
        st.button(label, key=f"ask-{asked}", disabled=not who(), on_click=_ask, args=(asked,), type="tertiary")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Yes, remove it", key=f"yes-{asked}", on_click=_remove, args=(state.id, kind, identifier, asked, place)
        )
        st.button("Keep it", key=f"no-{asked}", on_click=_ask, args=(asked, False))


def _ask(asked: str, value: bool = True) -> None:
    st.session_state[asked] = value
    refresh()


def _remove(rollout: str, kind: r.Kind, identifier: str, asked: str, place: Place) -> None:
    st.session_state.pop(asked, None)
    send(rollout, r.Remove(kind, identifier, "Removed on the page"), place)
    refresh()


def uk(day: date | None) -> str:
    return deciding.days.uk(day)
