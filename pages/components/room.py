"""The room: the code and its QR, who is here, what the panel lacks, and what only the chair can do."""

from base64 import b64encode
from contextlib import suppress
from html import escape
from urllib.parse import urlsplit

import segno
import streamlit as st
from streamlit.errors import StreamlitAPIException

from framework import panel as p
from framework.workspace import panel_stream
from pages.components import seat, sending
from pages.components.app import base_path, hub, workspace


def address(path: str) -> str:
    """The full address of a page, as this browser reaches the app."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{base_path()}/{path}"


def code(state: p.Panel, *, width: int = 200) -> None:
    """The code to join with, and the same as a QR code. An address on this machine only is said to be one."""
    join = address(f"panel?code={state.code}")
    image = b64encode(_qr(join)).decode()
    local = urlsplit(join).hostname in ("localhost", "127.0.0.1")
    only_here = (
        '<p class="quiet">This address works on this machine only. The README says how to open the app to other devices.</p>'
        if local
        else ""
    )
    st.html(
        f'<div class="hw"><p>Join with the code<br><span class="hw-code">{escape(state.code)}</span></p>'
        f'<img alt="QR code that opens the page to join this meeting" width="{width}" '
        f'src="data:image/svg+xml;base64,{image}" style="background:#fff;padding:8px;border-radius:6px">{only_here}</div>'
    )


def _qr(text: str) -> bytes:
    import io

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=8, border=2, dark="#000", light="#fff")
    return out.getvalue()


def people(state: p.Panel) -> None:
    """Who sits where, and whether a screen of theirs is open now."""
    present = hub().present(panel_stream(state.meeting))
    edition = workspace().edition_of(state)
    rows = []
    for member in state.seated:
        here = "here" if member.id in present or state.demonstration else "no screen open"
        sign = "●" if here == "here" else "○"
        chair = " · in the chair" if member.id == state.chair else ""
        rows.append(
            f"<li><strong>{escape(member.name)}</strong>, {escape(p.role(state, member.id, edition))}{chair} "
            f'<span class="quiet">{sign} {here}</span></li>'
        )
    st.html(f'<div class="hw"><ul style="list-style:none;padding:0">{"".join(rows)}</ul></div>')


def missing(state: p.Panel) -> None:
    """What the framework asks of the composition and is not there, said plainly."""
    if lacking := p.composition(state, workspace().edition_of(state)):
        with st.container(key="composition"):
            st.warning("  \n".join(lacking), icon=":material/group_off:")
            st.caption("The meeting can go on. What is missing goes into the record.")


def seat_menu(state: p.Panel, member: str) -> None:
    """One's own seat: how to find it again."""
    with st.popover("Your seat", icon=":material/event_seat:"):
        st.write(
            "This browser finds your seat again by itself. On another device, join with the code and give this key:"
        )
        key = seat.key_of(state.meeting)
        st.code(key or "The key was shown on the device where you took the seat.", language=None)
        st.caption("Whoever has the key can score as you. Keep it to yourself.")


def chair_menu(state: p.Panel, member: str) -> None:
    """What only the chair can do."""
    meeting = state.meeting
    with st.popover("Chair", icon=":material/gavel:"):
        code(state, width=140)
        st.link_button("Open the wall screen", address(f"wall?code={state.code}"), icon=":material/tv:")
        st.toggle(
            "Show the carers' names on the wall",
            value=state.names_on_wall,
            key="wall-names",
            on_change=_show_names,
            args=(meeting, member),
        )
        others = [one for one in state.seated if one.id != member]
        if others:
            st.divider()
            chosen = st.selectbox(
                "Somebody else's seat", others, format_func=lambda one: one.name, key="other-seat", on_change=redraw
            )
            reason = st.text_input("Reason for removing it", key="remove-reason", max_chars=200, on_change=redraw)
            remove, hand_over = st.columns(2)
            remove.button(
                "Remove this seat",
                key="remove-seat",
                disabled=not reason.strip(),
                on_click=sending.do,
                args=(meeting, member, p.Remove(chosen.id, reason)),
            )
            hand_over.button(
                "Hand over the chair",
                key="hand-over",
                on_click=sending.do,
                args=(meeting, member, p.HandOver(chosen.id)),
            )
        if state.phase not in ("gathering", "closed"):
            st.divider()
            back = p.PHASES[p.PHASES.index(state.phase) - 1]
            why = st.text_input(
                f"Reason for going back to {p.PHASE_WORDS[back].lower()}",
                key="back-reason",
                max_chars=400,
                on_change=redraw,
            )
            st.button(
                f"Go back to {p.PHASE_WORDS[back].lower()}",
                key="go-back",
                disabled=not why.strip(),
                on_click=sending.do,
                args=(meeting, member, p.MovePhase(back, why)),
            )


def redraw() -> None:
    """Draw the menus after a change in them; a browser that reports it together with news would ask for the news only."""
    with suppress(StreamlitAPIException):  # where the menus are part of something larger, that is drawn anyway
        st.rerun("menus")


def _show_names(meeting: str, member: str) -> None:
    # As the switch stands, never "the other way": two quick clicks must not leave the names up behind a switch that is off.
    shown = st.session_state["wall-names"]
    if not sending.send(meeting, member, p.ShowNames(shown)):
        st.session_state["wall-names"] = not shown  # the switch says what the wall does, not what was wished
    redraw()


def progress(state: p.Panel, *, names: bool = True) -> str:
    """HTML of how far each member has got; never what they answered."""
    edition = workspace().edition_of(state)
    rows = []
    for one in p.progress(state, edition):
        share = 100 * one.answered / one.total if one.total else 0
        word = "finished" if one.finished else f"{one.answered} of {one.total}"
        rows.append(
            f'<div style="margin:0 0 .5rem"><div class="quiet">{escape(one.member.name) if names else ""} · {word}</div>'
            f'<div class="hw-bar" aria-hidden="true"><span style="width:{share:.0f}%"></span></div></div>'
        )
    return f'<div class="hw">{"".join(rows)}</div>'
