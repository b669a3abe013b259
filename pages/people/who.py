"""In the sidebar: who this session is, until when, and how it becomes somebody else's."""

from datetime import timedelta

import streamlit as st

from framework.dates import uk_clock
from framework.people.model import Person
from framework.people.roles import ROLES
from framework.streams.kind import Actor
from pages.people import sign_in
from pages.ui import attempts, browser, identity, widgets
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.identity import Standing
from pages.ui.text import plain

SOON = timedelta(minutes=30)
"""So long before a sign-in ends that is said."""


def is_here(standing: Standing, address: str) -> None:
    """`address`: the page (its `url_path`), which whoever signs in again comes back to."""
    with st.container(key="who"):
        if identity.open_mode():
            _invented(standing.actor)
        elif standing.actor.id:
            _signed_in(standing, address)


def _signed_in(standing: Standing, address: str) -> None:
    labels = [ROLES[name].label for name in ROLES if name in standing.actor.roles]
    show_html(
        html(
            '<p class="hw quiet">Signed in as <strong>{name}</strong>{roles}</p>',
            name=standing.actor.name,
            roles=f", {', '.join(labels).lower()}" if labels else "",
        )
    )
    if standing.until and standing.until - workspace().now() < SOON:
        show_html(html('<p class="hw quiet">Your sign-in ends at {at}.</p>', at=uk_clock(standing.until)))
        st.button("Sign in again now", key="sign-in-again", on_click=identity.sign_in, args=(address,))
    if standing.actor.roles:  # whoever has none finds the button on the page
        sign_in.sign_out()


def _invented(actor: Actor) -> None:
    """Who somebody is in open mode: everybody at once, or one of the invented people."""
    show_html(html('<p class="hw quiet">Open: invented cases only</p>'))
    people = {one.id: one for one in identity.invented()}
    chosen = identity.chosen_here()
    browser.keep_choice(chosen, known=identity.has_chosen(), on_kept=identity.take_up)
    here = chosen if chosen in people else ""
    st.selectbox(  # after a reload the browser says who it was when this has been drawn already
        "You are",
        ["", *people],
        index=["", *people].index(here),
        format_func=lambda one: _named(people[one]) if one else "Everybody at once",
        key=widgets.widget_for("invented-person", here),
        on_change=_choose,
    )
    attempts.refused("invented-person")


def _named(person: Person) -> str:
    return plain(f"{person.name} (invented), {', '.join(ROLES[name].label for name in person.own_roles).lower()}")


def _choose() -> None:
    chosen = st.session_state[widgets.key_of("invented-person")]
    attempts.attempt("invented-person", lambda: identity.choose(chosen))
