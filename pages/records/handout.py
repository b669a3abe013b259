"""Handing out what is held about a child: what is left out and why, to whom it goes, and the documents."""

from collections.abc import Callable

import streamlit as st

from framework.casefile.handout import Held, reasons
from framework.casefile.handouts import Handouts, Prepared
from framework.dates import uk_time
from framework.streams.kind import Refused
from framework.text import NAME_LIMIT, TEXT_LIMIT, with_full_stop
from pages.ui import download, fields, identity
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.text import plain

PDF, JSON = "application/pdf", "application/json"


def _door() -> Handouts:
    return workspace().handouts


def may(case: str) -> bool:
    """Whether whoever is here hands this case out: for a page that offers it."""
    return _door().may(case, identity.me())


@st.fragment
def show(case: str) -> None:
    """All of it, for a records manager or the manager of the case; a sentence for anybody else."""
    try:
        prepared = _door().prepare(case, identity.me())
    except Refused as refused:
        st.info(plain(str(refused)), icon=":material/info:")
        return
    st.markdown(
        f"Items that are held: {len(prepared.items)}. Legal advice and what is under a court’s restriction are always left out, and the "
        f"document says why: {sum(bool(one.restricted) for one in prepared.items)} here."
    )
    _leave_out(case, prepared)
    _left_out(case, prepared)
    _hand_out(case, prepared)


def _send(place: str, act: Callable[[Handouts], object], done: str) -> bool:
    return fields.send(lambda _: act(_door()), None, place, done=done)


def _named(one: Held) -> str:
    words = next((text for label, text in one.lines if label in ("Event", "Name", "Title", "What")), "")
    mark = " (somebody else’s data, too)" if one.third_party else ""
    return f"{one.when + ': ' if one.when else ''}{one.what}{mark}{'. ' + words[:80] if words else ''}"


def _leave_out(case: str, prepared: Prepared) -> None:
    st.subheader("Leave something out", anchor=False)
    items = {one.key: one for one in prepared.items if not one.restricted and one.key not in prepared.released.left_out}
    others = st.toggle("Only what is about somebody else, too", key=f"handout|{case}|others")
    keys = [key for key, one in items.items() if one.third_party or not others]
    stem = f"handout|{case}|{prepared.released.version}"
    key = st.selectbox(
        "Item",
        keys,
        index=None,
        placeholder="Choose an item",
        format_func=lambda one: plain(_named(items[one])),
        key=f"{stem}|item",
    )
    if key is None:
        return
    _item(items[key])
    listed = {one.id: one for one in reasons().reason}
    with st.form(f"{stem}|form", border=False, enter_to_submit=False):
        st.selectbox(
            "Reason", ["", *listed], key=f"{stem}|reason",
            format_func=lambda one: plain(listed[one].label) if one else "Another reason, in your own words",
        )  # fmt: skip
        st.text_area(
            "In your own words", key=f"{stem}|words", max_chars=TEXT_LIMIT, height=80,
            help="Whoever gets the document reads it in the place of the item.",
        )  # fmt: skip
        st.form_submit_button("Leave it out", on_click=_send_left_out, args=(case, stem, key))
    fields.message(stem)


def _send_left_out(case: str, stem: str, key: str) -> None:
    reason, words = st.session_state.get(f"{stem}|reason") or "", st.session_state.get(f"{stem}|words") or ""
    _send(stem, lambda door: door.leave_out(case, identity.me(), key, reason, words), "It is left out.")


def _item(one: Held) -> None:
    lines = [html("<li><strong>{label}:</strong> {text}</li>", label=label, text=text) for label, text in one.lines]
    show_html(
        html(
            '<div class="hw"><p><strong>{what}</strong></p><ul>{lines}</ul><p class="quiet">Source: {source}. About: {about}.</p></div>',
            what=f"{one.when + ': ' if one.when else ''}{one.what}",
            lines=lines,
            source=one.source,
            about=", ".join(one.about).lower(),
        )
    )


def _left_out(case: str, prepared: Prepared) -> None:
    items = {one.key: one for one in prepared.items}
    for key, choice in prepared.released.left_out.items():
        if key in items:
            with st.container(border=True, key=f"left-out-{case}-{key.replace('/', '-')}"):
                st.markdown(plain(f"Left out: {with_full_stop(_named(items[key]))} {choice.said}"))
                st.button(
                    "Put it back", key=f"handout|{case}|back|{key}", on_click=_put_back, args=(case, key), help=plain(_named(items[key]))
                )  # fmt: skip


def _put_back(case: str, key: str) -> None:
    _send(f"handout|{case}", lambda door: door.put_back(case, identity.me(), key), "It is in again.")


def _hand_out(case: str, prepared: Prepared) -> None:
    st.subheader("Hand it out", anchor=False)
    stem = f"handout|{case}|give|{len(prepared.released.given)}"
    _documents(case, 0, "the draft")
    with st.form(stem, border=False, enter_to_submit=False):
        st.text_input("To whom", key=f"{stem}|to", max_chars=NAME_LIMIT)
        st.text_area("Why, such as who asked for it and when", key=f"{stem}|why", max_chars=TEXT_LIMIT, height=80)
        st.form_submit_button("Record that it is handed out", type="primary", on_click=_send_given, args=(case, stem))
    fields.message(stem)
    names = workspace().people.names([one.by for one in prepared.released.given])
    for one in reversed(prepared.released.given):
        with st.container(border=True, key=f"given-{case}-{one.number}"):
            by = names.get(one.by, "Somebody")
            st.markdown(
                plain(
                    f"Handed out to {one.to}, {uk_time(one.at)}, by {by}: {one.why} {one.held} items, {len(one.left_out)} left out. "
                    f"SHA-256 of the JSON: {one.digest[:16]}…"
                )
            )
            _documents(case, one.number, f"hand-out {one.number}")


def _documents(case: str, number: int, which: str) -> None:
    me = identity.me()
    stem, key = f"held-{case[:8]}-{number or 'draft'}", f"handout|{case}|{number}"
    download.show(
        (
            download.Download(
                f"PDF of {which}", lambda: _door().pdf(case, me, number), f"{stem}.pdf", PDF, f"{key}|pdf"
            ),
            download.Download(
                f"JSON of {which}", lambda: _door().json(case, me, number), f"{stem}.json", JSON, f"{key}|json"
            ),
        )
    )


def _send_given(case: str, stem: str) -> None:
    to, why = st.session_state.get(f"{stem}|to") or "", st.session_state.get(f"{stem}|why") or ""
    _send(stem, lambda door: door.hand_out(case, identity.me(), to, why), "It is recorded. Take the documents below.")
