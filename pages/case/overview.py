"""A case at a glance: what waits for whom, the chronology as a picture, what is still to be filled in."""

import streamlit as st
from markupsafe import Markup

from framework.casefile import Casefile, reading, shown
from framework.casefile.model import PARTS
from framework.casefile.shown import CARDS, Card, Waits
from framework.dates import uk
from framework.decision.model import Decisions
from pages.case import cards, chronology, edit, meetings, where
from pages.decision import glance
from pages.ui.html import html, show_html


def show(state: Casefile) -> None:
    decided = glance.decisions(state)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("Where things stand", anchor=False)
        if state.child and state.child.summary:
            show_html(html('<p class="hw case-summary">{summary}</p>', summary=state.child.summary))
        else:
            st.caption("Nobody has said it in a few sentences yet. They have their place on “What we know”.")
        with st.container(key="case_levels"):
            glance.over_time(decided)
        if state.entries:
            chronology.timeline(state)
        else:
            st.info("The chronology is empty. Its first event can be added on “Chronology”.")
    with right:
        with st.container(key="case_waits"):
            _waits(state, decided)
        with st.container(key="case_decisions"):
            glance.listed(state, decided)
        with st.container(key="case_meetings"):
            _meetings(state)
        with st.container():
            _team(state)


def _waits(state: Casefile, decided: Decisions) -> None:
    found = [_wait(one) for one in shown.waits(state, edit.door().today)]
    found = [*glance.waits(state, decided), *found]
    st.header("What waits, and for whom", anchor=False)
    if state.closed:
        st.caption("A closed case waits for nobody.")
        return
    if not found:
        st.success("Nothing waits for anybody.", icon=":material/check:")
        return
    show_html(html('<div class="hw"><ul class="case-waits">{items}</ul></div>', items=found))
    _to_fill(state)


def _wait(one: Waits) -> Markup:
    when = html("<strong>{on}{late}</strong>: ", on=uk(one.on), late=" (late)" if one.late else "") if one.on else ""
    whom = PARTS[one.whom].lower() if one.whom in PARTS else one.whom
    return html(
        '<li>{when}{what}<br><span class="quiet">waits for the {whom}</span></li>', when=when, what=one.what, whom=whom
    )


def _meetings(state: Casefile) -> None:
    st.header("Meetings", anchor=False)
    meetings.held(state)


def _to_fill(state: Casefile) -> None:
    """A way to each card that lacks something."""
    lacking = shown.missing(state, edit.door().today)
    for card, what in lacking.items():
        if what:
            count = f"{len(what)} {'thing' if len(what) == 1 else 'things'} missing"
            st.button(
                f"{CARDS[card]}: {count}",
                key=f"fill-{card}",
                type="tertiary",
                icon=":material/edit:",
                on_click=_open,
                args=(state.id, card),
            )


def _open(case: str, card: Card) -> None:
    cards.open_card(case, card)
    where.go(case, "know")


def _team(state: Casefile) -> None:
    st.header("Who works on it", anchor=False)
    team = reading.team(state, edit.door().today).now
    if not team:
        st.caption("Nobody yet.")
        return
    known = edit.names({one.person for one in team})
    rows = [
        html('<li>{name}<br><span class="quiet">{part}</span></li>', name=known[one.person], part=PARTS[one.part])
        for one in team
    ]
    show_html(html('<div class="hw"><ul class="case-waits">{rows}</ul></div>', rows=rows))
