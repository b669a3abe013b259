"""What changed since the last meeting, in the whole roll-out, and a way back for each thing."""

import streamlit as st

from framework import dates
from framework.rollout import Rollout, changed
from framework.rollout.changed import Made
from framework.rollout.checklist import Checklist
from framework.rollout.deciding import Single
from pages.rollout import edit
from pages.ui import fields
from pages.ui.html import html, show_html
from pages.ui.text import plain

AT_ONCE = 40
"""Changes that are drawn at first, and with each click on "more": each has a button."""


def show(state: Rollout, checklist: Checklist) -> None:
    st.subheader("What changed")
    offered = changed.moments(state, edit.door().today)
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox("Since", list(offered), format_func=plain, key=f"changed-since-{state.id}")
    found = changed.since(state, checklist, offered[chosen])
    with right:
        by = st.selectbox("By", ["Everybody", *changed.people(found)], format_func=plain, key=f"changed-by-{state.id}")
    shown = [made for made in found if by in ("Everybody", made.by)]
    if not shown:
        st.info(f"Nothing is different from how it stood on {dates.uk(offered[chosen])}.")
        return
    st.caption(
        f"{len(shown)} {'thing is' if len(shown) == 1 else 'things are'} different from how they stood at the beginning of "
        f"{dates.uk(offered[chosen])}. “Put it back” makes one change more; nothing is lost from the record."
    )
    limit = st.session_state.setdefault(f"changed-limit-{state.id}", AT_ONCE)
    for made in shown[:limit]:
        _made(state, made)
    if len(shown) > limit:
        st.button(plain(f"Show more ({len(shown) - limit})"), key="changed-more", on_click=_more, args=(state.id,))


def _made(state: Rollout, made: Made) -> None:
    place = f"{state.id}|back|{made.key}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"made-{made.key}"):
        show_html(
            html(
                '<div class="hw"><p><strong>{title}</strong><br>{text}<br><span class="quiet">{by}, {at}</span></p></div>',
                title=made.title,
                text=made.text,
                by=made.by,
                at=fields.moment(made.at),
            )
        )
        if made.back is not None:
            st.button(
                "Put it back",
                key=f"back-{made.key}",
                help=plain(f"{made.title}: {made.text}"),
                disabled=edit.closed(),
                on_click=_put_back,
                args=(state.id, made.back, place),
            )
    fields.message(place)


def _put_back(rollout: str, command: Single, place: str) -> None:
    edit.send(rollout, command, place, done="Put back.")


def _more(rollout: str) -> None:
    st.session_state[f"changed-limit-{rollout}"] += AT_ONCE
