"""Fields of a page that save one thing each as soon as it is left or chosen, for every subject that has items.

Each says what was refused, and what somebody else wrote in the same field meanwhile; what is being typed stays through every
rerun. A field is described once (:class:`Field`), and :class:`Fields` says what the fields of a page belong to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import streamlit as st

from framework import dates
from framework.items import FIRST_DAY, LAST_DAY, LINE_LIMIT, Add, Change, EditConflict, Item, Items, Remove, Restore
from framework.streams.kind import Refused
from framework.streams.store import StoreUnavailable
from framework.text import TEXT_LIMIT, clean
from pages.ui import widgets
from pages.ui.html import html, show_html
from pages.ui.text import plain

Run = Callable[[Any], object]
"""Carries out a command for whoever is at this browser. Raises Refused or StoreUnavailable."""
Save = Callable[[str, str], Any]
"""The command that saves a text, from the text and from what was seen in its field."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What the fields of a page show and save to."""

    name: str
    """Begins the keys of its widgets; two streams in one session have two."""
    items: Items
    run: Run
    closed: bool
    """Whether whoever is at this browser can change nothing."""
    reads: tuple[Any, ...] = ()
    """What the options of a field are made from."""
    former: Callable[[str], str] = str
    """What a value is called that can no longer be chosen."""
    named: Callable[[str], str] = str
    """What the record calls somebody, as a reader knows them."""


# ── Commands, and what was refused ───────────────────────────────────────────────────────────────────────────────────


def send(run: Run, command: Any, place: str, done: str = "") -> bool:
    """Carry out a command. False if it was refused; `message` shows why at this place."""
    try:
        run(command)
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
    st.session_state["fields_said"] = {place: sentence}


def message(place: str) -> None:
    """What was refused here last, until something is saved. It stands below what it is about, and moves nothing above."""
    with st.container():
        if sentence := st.session_state.get("fields_said", {}).get(place):
            st.error(plain(sentence), icon=":material/block:")


def forget_messages() -> None:
    st.session_state.pop("fields_said", None)


# ── Widgets that show the record ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed field as it stands. Another person's change leaves what somebody is typing where it is."""

    key: str
    begins: str
    text: str
    """What is in the field, as far as the server knows."""
    seen: str
    """What the record said when the person last had it in the field."""


def typed(stem: str, now: str, read: Callable[[str], str] = str) -> Typed:
    """A field that begins with what the record says and then keeps its own text, whatever others do.

    `read`: what the record makes of a text, so that one's own “3.5.2026” is no conflict with “03/05/2026”.
    """
    seen: dict[str, str] = st.session_state.setdefault("fields_seen", {})
    begins = _unsaved().get(stem, now)
    if widgets.key_of(stem) not in st.session_state:  # it was not on the page until now
        widgets.reset_widget(stem)
        if stem not in _unsaved():
            seen[stem] = now
    key = widgets.key_of(stem)
    text = st.session_state.get(key, begins)
    if read(clean(text or "")) == read(now):
        seen[stem] = now
    return Typed(key, begins, text, seen[stem])


def choice(stem: str, now: Any) -> str:
    """The key of a widget in which somebody chooses, and which is to show `now` otherwise."""
    _saved().pop(stem, None)
    return widgets.widget_for(stem, now)


def is_user_change(stem: str, key: str, showed: Any) -> bool:
    """From a callback: whether somebody chose, or a widget that was replaced is heard of once more with what it showed."""
    value = st.session_state[key]
    return widgets.is_current(stem, key) or (tuple(value) if isinstance(value, list) else value) != showed


def save_choice(run: Run, stem: str, value: Any, seen: Any, make: Callable[[Any], Any]) -> bool:
    """Save a choice. `make` makes the command from what was seen: the record as it was drawn, or one's own click since."""
    if not send(run, make(_saved().get(stem, seen)), stem):
        return False
    _saved()[stem] = value
    return True


def _saved() -> dict[str, Any]:
    """What quick clicks saved since their field was drawn last, so that nobody is in conflict with themselves."""
    return st.session_state.setdefault("fields_saved", {})


def show_record(stem: str) -> None:
    """From a callback: a typed field begins anew with what the record says."""
    widgets.reset_widget(stem)
    _unsaved().pop(stem, None)


def _unsaved() -> dict[str, str]:
    """Texts that could not be saved, so that they are still there when somebody comes back from another view."""
    return st.session_state.setdefault("fields_unsaved", {})


def save_typed(stem: str, key: str, save: Save, run: Run) -> None:
    """A typed field was left: save its text. `save` makes the command from the text and what was seen."""
    if not widgets.is_current(stem, key):
        return  # a widget that was replaced sends its text once more, under its old key
    text = clean(st.session_state[key] or "")
    seen: dict[str, str] = st.session_state["fields_seen"]
    try:
        run(save(text, seen[stem]))
    except EditConflict:
        _unsaved()[stem] = text  # `conflict` says what the other wrote
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


def conflict(stem: str, field: Typed, label: str, now: str, by: Callable[[], str], save: Save, run: Run) -> None:
    """Below a typed field: what somebody else has written there, and what to do with one's own text."""
    with st.container():
        if field.seen == now:
            return
        mine = clean(field.text or "") != field.seen
        show_html(
            html(
                '<div class="hw conflict" role="status"><p><strong>{by} has changed “{label}” in the '
                "meantime.</strong> {mine}It now says:</p><blockquote><p>{now}</p></blockquote></div>",
                by=by(),
                label=label,
                mine="Yours is still in the field and is not saved. " if mine else "",
                now=now or "nothing",
            )
        )
        with st.container(horizontal=True):
            if mine:
                st.button(
                    "Save mine instead", key=f"mine|{stem}", on_click=_mine, args=(stem, field.key, now, save, run)
                )
            words = "Use theirs" if mine else "Show it in the field"
            st.button(words, key=f"theirs|{stem}", on_click=show_record, args=(stem,))


def _mine(stem: str, key: str, now: str, save: Save, run: Run) -> None:
    st.session_state["fields_seen"][stem] = now
    save_typed(stem, key, save, run)


# ── Fields of an item ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of an item is entered."""

    name: str
    label: str
    form: Literal["line", "text", "day", "yes", "one", "many"]
    options: Callable[..., Mapping[str, str]] | None = None
    """What can be chosen, by value, from what the fields read (`Fields.reads`)."""
    help: str | None = None
    empty: str = ""
    """What an empty choice is called."""
    show: Callable[[str], str] = str
    """Of a line: how a reader writes what the record has."""
    read: Callable[[str], str] = str
    """Of a line: what the record makes of a text; what it cannot read stays as it is."""

    @property
    def typed(self) -> bool:
        return self.form in ("line", "text")


BLANK: dict[str, Any] = {"line": "", "text": "", "day": None, "yes": False, "one": None, "many": ()}


def field(where: Fields, item: Item, spec: Field) -> None:
    """A widget that saves one field of an item as soon as it is left or chosen."""
    kind, now = item.kind, getattr(item, spec.name)
    stem = f"{where.name}|{kind}|{item.id}|{spec.name}"
    if spec.typed:

        def save(text: str, seen: str) -> Change:
            return Change(kind, item.id, spec.name, text, seen)

        text = spec.show(now)
        one = typed(stem, text, spec.read)
        saving = (stem, one.key, save, where.run)
        widget(where, spec, one.key, one.begins, disabled=where.closed, on_change=save_typed, args=saving)
        by = lambda: where.named(where.items.last_by(kind, item.id, spec.name))  # noqa: E731
        conflict(stem, one, spec.label, text, by, save, where.run)
    else:
        key = choice(stem, now)
        choosing = (where.run, kind, item.id, spec, key, stem, now)
        widget(where, spec, key, now, disabled=where.closed, on_change=_choose, args=choosing)
    message(stem)


def _choose(run: Run, kind: str, identifier: str, spec: Field, key: str, stem: str, shown: Any) -> None:
    value = st.session_state[key]
    value = tuple(value) if spec.form == "many" else value
    if is_user_change(stem, key, shown):
        save_choice(run, stem, value, shown, lambda seen: Change(kind, identifier, spec.name, value, seen))


def widget(
    where: Fields,
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
            offered = _offered(where, spec, (begins,) if begins else ())
            index = list(offered).index(begins) if begins in offered else 0
            st.selectbox(spec.label, list(offered), index, format_func=offered.__getitem__, **common)
        case "many":
            offered = _offered(where, spec, begins)
            st.multiselect(
                spec.label,
                list(offered),
                list(begins),
                format_func=offered.__getitem__,
                placeholder="Choose",
                **common,
            )


def _offered(where: Fields, spec: Field, chosen: tuple[str, ...]) -> dict[str, str]:
    """What can be chosen, and what was chosen before: it stays there, though nobody could choose it now."""
    assert spec.options is not None
    offered = {"": spec.empty} if spec.empty else {}
    offered |= spec.options(*where.reads)
    for one in chosen:
        offered.setdefault(one, where.former(one))
    return offered


# ── Adding and removing ──────────────────────────────────────────────────────────────────────────────────────────────


def add_form(
    where: Fields,
    kind: str,
    fields: tuple[Field, ...],
    button: str,
    *,
    fixed: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    name: str = "",
) -> None:
    """A form for a new item. What was typed stays there if it is refused; the next form has another key and begins empty."""
    count = f"added|{where.name}|{kind}|{name}"
    stem = f"{where.name}|new|{kind}|{name}|{st.session_state.get(count, 0)}"
    with st.form(f"form|{stem}", border=False, enter_to_submit=False):
        for spec in fields:
            widget(
                where,
                spec,
                f"{stem}|{spec.name}",
                (start or {}).get(spec.name, BLANK[spec.form]),
                disabled=where.closed,
            )
        st.form_submit_button(
            button,
            disabled=where.closed,
            on_click=_add,
            args=(where.run, kind, fields, stem, fixed or {}, count),
        )
    message(stem)


def _add(run: Run, kind: str, fields: tuple[Field, ...], stem: str, fixed: Mapping[str, Any], count: str) -> None:
    values: dict[str, Any] = dict(fixed)
    for spec in fields:
        value = st.session_state.get(f"{stem}|{spec.name}")
        if value not in (None, "", []):
            values[spec.name] = tuple(value) if spec.form == "many" else value
    if send(run, Add(kind, values), stem, done="Added."):
        for spec in fields:
            if spec.typed:
                _added()[f"{stem}|{spec.name}"] = values.get(spec.name, "")
        st.session_state[count] = st.session_state.get(count, 0) + 1


def kept(stem: str) -> dict[str, str]:
    """For `browser.keep_notes`: what the record has of the texts whose key begins so, by the key of their widget."""
    seen: dict[str, str] = st.session_state.get("fields_seen", {})
    fields = {widgets.key_of(one): text for one, text in seen.items() if one.startswith(stem) and one not in _unsaved()}
    return fields | {key: text for key, text in _added().items() if key.startswith(stem)}


def _added() -> dict[str, str]:
    """The texts of the forms whose items were added, by the key of their widget."""
    return st.session_state.setdefault("fields_added", {})


def remove_button(where: Fields, kind: str, identifier: str, label: str = "Remove") -> None:
    """Removes after a second click, in words."""
    asked = f"sure|{where.name}|{kind}|{identifier}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(asked):
            st.button("Yes, remove it", key=f"yes-{asked}", on_click=_remove, args=(where.run, kind, identifier, asked))
            st.button("Keep it", key=f"no-{asked}", on_click=_ask, args=(asked, False))
        else:
            st.button(label, key=f"ask-{asked}", disabled=where.closed, on_click=_ask, args=(asked,), type="tertiary")
    message(asked)


def _ask(asked: str, value: bool = True) -> None:
    st.session_state[asked] = value


def _remove(run: Run, kind: str, identifier: str, asked: str) -> None:
    st.session_state.pop(asked, None)
    if send(run, Remove(kind, identifier, "Removed on the page"), asked):
        let_go(kind, identifier)


# ── What somebody else removes meanwhile ─────────────────────────────────────────────────────────────────────────────


def still_open(where: Fields, kind: str) -> list[Any]:
    """The items of a kind, and those that somebody else has removed while they are unfolded here (`{kind}-{id}`).

    A browser sends what is typed when its field is left, and throws it away with a field that is taken off the page: a
    half-typed text is kept by keeping its field. (Under another label the browser would take its expander for a new one.)
    """
    gone = where.items.removed.get(kind, {})
    here = [one for name, one in gone.items() if st.session_state.get(f"{kind}-{name}") and not is_let_go(kind, name)]
    return [*where.items.of(kind).values(), *here]


def removed(where: Fields, item: Item, noun: str) -> None:
    """Above the fields of an item, in a place that is always there: who has removed it, and the way back."""
    with st.container():
        if item.id in where.items.of(item.kind):
            return
        last = where.items.edits[item.kind, item.id][-1]
        place = f"{where.name}|removed|{item.kind}|{item.id}"
        show_html(
            html(
                '<div class="hw conflict" role="status"><p><strong>{by} removed this {noun}, {at}.</strong> What you have '
                "typed here is still in its field. It is saved if you put the {noun} back.</p></div>",
                by=where.named(last.by),
                noun=noun,
                at=moment(last.at),
            )
        )
        with st.container(horizontal=True):
            st.button(
                "Put it back", key=f"back|{place}", disabled=where.closed, on_click=_put_back, args=(where, item, place)
            )
            st.button("Leave it removed", key=f"leave|{place}", on_click=let_go, args=(item.kind, item.id))
        message(place)


def _put_back(where: Fields, item: Item, place: str) -> None:
    """Restore an item, and save what was typed into its fields meanwhile."""
    if not send(where.run, Restore(item.kind, item.id), place, done="Put back."):
        return
    _let_go().discard((item.kind, item.id))
    begins = f"{where.name}|{item.kind}|{item.id}|"
    for stem, text in list(_unsaved().items()):
        if stem.startswith(begins):
            seen = st.session_state["fields_seen"][stem]
            if send(where.run, Change(item.kind, item.id, stem.removeprefix(begins), text, seen), stem):
                st.session_state["fields_seen"][stem] = text
                _unsaved().pop(stem, None)


def let_go(kind: str, identifier: str) -> None:
    """Somebody has removed an item here, or knows that it is gone: it is shown no longer."""
    _let_go().add((kind, identifier))


def is_let_go(kind: str, identifier: str) -> bool:
    return (kind, identifier) in _let_go()


def _let_go() -> set[tuple[str, str]]:
    return st.session_state.setdefault("fields_let_go", set())


# ── History ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SHOWN = 200
"""Entries of a history that are drawn (source: product; the log has them all)."""


def history_table(entries: Iterable[tuple[datetime, str, str]]) -> None:
    """Who did what, and when: (moment, person, sentence) for each, newest first."""
    rows = [
        html("<tr><td>{at}</td><td>{actor}</td><td>{text}</td></tr>", at=moment(at), actor=actor, text=text)
        for at, actor, text in islice(entries, SHOWN)
    ]
    if not rows:
        st.caption("Nothing has happened to it yet.")
        return
    show_html(
        html(
            '<div class="hw scroll" tabindex="0" role="region" aria-label="History"><table><thead><tr>'
            '<th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th></tr></thead>'
            "<tbody>{rows}</tbody></table></div>",
            rows=rows,
        )
    )


def moment(at: datetime) -> str:
    """A moment as a reader takes it in: day and time, in the United Kingdom."""
    at = dates.local(at)
    return f"{dates.uk_short(at.date())}, {at:%H:%M}"
