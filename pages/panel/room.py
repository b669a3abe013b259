"""The room: the code and its QR, who is here, and what the panel lacks."""

import io
from base64 import b64encode
from urllib.parse import urlsplit

import segno
import streamlit as st
from markupsafe import Markup

from framework import panel
from framework.panel.kind import MEETING
from pages.ui.app import base_path, hub, workspace
from pages.ui.html import NOTHING, html, show_html
from pages.ui.text import plain


def address(path: str) -> str:
    """The full address of a page, as this browser reaches the app."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{base_path()}/{path}"


def code(state: panel.Panel, *, width: int = 200) -> None:
    """The code to join with, and the same as a QR code. An address on this machine only is said to be one."""
    join = address(f"panel?code={state.code}")
    show_html(
        html(
            '<div class="hw hw-joincode"><p>Join with the code<br><span class="hw-code">{code}</span></p>'
            "{qr_image}{only_here}</div>",
            code=state.code,
            qr_image=qr_image(join, "QR code that opens the page to join this meeting", width),
            only_here=only_here(join),
        )
    )


def only_here(link: str) -> Markup:
    """HTML that says so if a link works on this machine only; "" otherwise."""
    if urlsplit(link).hostname not in ("localhost", "127.0.0.1"):
        return NOTHING
    return html(
        '<p class="quiet">This address works on this machine only. The README says how to open the '
        "app to other devices.</p>"
    )


def qr_image(text: str, alt: str, width: int) -> Markup:
    """HTML of a QR code, dark on white in every theme, so that every camera reads it."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=8, border=2, dark="#000", light="#fff")
    image = b64encode(out.getvalue()).decode()
    return html(
        '<img alt="{alt}" width="{width}" src="data:image/svg+xml;base64,{image}" style="background:#fff;padding:8px;border-radius:6px">',
        alt=alt,
        width=width,
        image=image,
    )


def people(state: panel.Panel) -> None:
    """Who sits where, and whether a screen of theirs is open now."""
    present = hub().present(MEETING.stream(state.meeting))
    edition = workspace().meetings.edition_of(state)
    rows = []
    for member in state.seated:
        here = "here" if member.id in present or state.demonstration else "no screen open"
        sign = "●" if here == "here" else "○"
        duty = ", in the chair" if member.id == state.chair else ", deputy chair" if member.id == state.deputy else ""
        rows.append(
            html(
                '<li><strong>{name}</strong>, {role}{duty} <span class="quiet">{sign} {here}</span></li>',
                name=member.name,
                role=panel.role(state, member.id, edition),
                duty=duty,
                sign=sign,
                here=here,
            )
        )
    show_html(html('<div class="hw"><ul style="list-style:none;padding:0">{rows}</ul></div>', rows=rows))


def missing(state: panel.Panel) -> None:
    """What the framework asks of the composition and is not there, said plainly."""
    with st.container(key="composition"):
        if lacking := panel.composition(state, workspace().meetings.edition_of(state)):
            st.warning(plain("  \n".join(lacking)), icon=":material/group_off:")
            st.caption("The meeting can go on. What is missing goes into the record.")
