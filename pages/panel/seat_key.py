"""The key of one's own seat, large enough to photograph: when the seat is taken, and later only after "Show"."""

import textwrap

import streamlit as st

from framework import panel
from framework.panel.meetings import normal
from pages.panel import asking, room, seat
from pages.ui.app import workspace
from pages.ui.html import html, show_html


def page(state: panel.Panel, member: str) -> None:
    """After a seat was taken, before the meeting is shown."""
    back = seat.shows_key(state.meeting) == "back"
    st.title("You are back in your seat" if back else "Your seat is taken", anchor=False)
    who = f"{state.members[member].name}, {panel.role(state, member, workspace().meetings.edition_of(state))}"
    chair = " You chair this meeting." if member == state.chair else ""
    case = f" Case {state.case}." if state.case else ""
    with st.container(key="seat-key-page"):
        show_html(html('<p class="hw">{who}.{chair}{case}</p>', who=who, chair=chair, case=case))
        if back:
            show_html(
                html(
                    '<p class="hw">Your answers are all here. You have a new key; the old one opens nothing any '
                    "more.</p>"
                )
            )
        _card(state)
        with st.container(horizontal=True, key="key-actions"):
            st.button(
                "Go on to the meeting", type="primary", key="key-go-on", on_click=seat.go_on, args=(state.meeting,)
            )
            st.button("Print this key", key="print-key", icon=":material/print:")


def show(state: panel.Panel) -> None:
    """The same, asked for later."""

    def body() -> None:
        _card(state)
        with st.container(horizontal=True, key="key-actions"):
            st.button("Hide", type="primary", key="key-hide", on_click=_hide, args=(state.meeting,))
            st.button("Print this key", key="print-key", icon=":material/print:")

    asking.dialog(state.meeting, "Your seat key", body)


def _hide(meeting: str) -> None:
    asking.answered(meeting)
    st.rerun()


def grouped(key: str) -> str:
    """ABCD-EFGH-JKLM: as it is easiest to copy."""
    return "-".join(textwrap.wrap(normal(key), 4))


def _card(state: panel.Panel) -> None:
    key = seat.key_of(state.meeting)
    link = room.address(f"seat#{state.meeting}.{normal(key)}")
    show_html(
        html(
            '<div class="hw hw-keycard"><div><p>Your seat key</p><p class="hw-key">{grouped}</p><p>With '
            "this key you find your seat again on any device, if this one fails. Photograph it, print it "
            "or write it down now.</p><p><strong>Whoever has it can answer in your name.</strong> Keep "
            'it to yourself.</p></div><div class="hw-keyqr">{qr_image}<p>Opens your seat on your own '
            "phone.</p>{only_here}</div></div>",
            grouped=grouped(key),
            qr_image=room.qr_image(link, "QR code that opens your seat on your own phone", 170),
            only_here=room.only_here(link),
        )
    )
