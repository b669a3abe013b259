"""The page of whoever is not signed in, or may not go on: why, and how."""

import streamlit as st

from pages.ui import identity, signing_in
from pages.ui.app import settings
from pages.ui.html import html, show_html
from pages.ui.identity import Standing
from pages.ui.links import PAGES
from pages.ui.text import plain

KEPT = "What you had typed is kept in this tab. It is there again once you have signed in here."
NO_ROLE = (
    "You are signed in, but you have no role in Homeward yet, so there is nothing to show. Ask an administrator of Homeward to give you "
    "one. If you had a role until today, it has ended. Sign out and in again if your organisation has just given you one."
)
NOT_YOURS = "This page is not for your role. An administrator of Homeward can say who sees it."


def page(standing: Standing, address: str) -> None:
    """`address` is the page (its `url_path`) that was asked for, and that they come back to."""
    authority = settings().authority
    st.title("Homeward" if not authority else plain(f"Homeward at {authority}"), anchor=False)
    if standing.actor.id:
        st.info(plain(NO_ROLE), icon=":material/person:")
        sign_out()
    else:
        _why(standing)
        st.button("Sign in", type="primary", key="sign-in", on_click=identity.sign_in, args=(address,))
        show_html(html('<p class="hw quiet">You sign in with your account at work. Homeward keeps no password.</p>'))
        if standing.why_not and st.user.get("is_logged_in"):
            sign_out()
    st.header("Were you invited to a meeting?", anchor=False)
    st.write("Then join it with the code from its chair. You need no account for that.")
    with st.form("join-form", border=False):
        code = st.text_input("Code from the chair", placeholder="eight letters and digits", max_chars=20)
        if st.form_submit_button("Join") and code.strip():
            st.switch_page(PAGES["panel"], query_params={"code": code})


def not_yours() -> None:
    """In the place of a page that this person's role does not show."""
    st.title("Not for your role", anchor=False)
    st.info(plain(NOT_YOURS), icon=":material/block:")


def sign_out() -> None:
    st.button("Sign out", key="sign-out", on_click=identity.sign_out, icon=":material/logout:")


def _why(standing: Standing) -> None:
    """Why somebody is here: what has become of their sign-in."""
    outcome = signing_in.SAID.get(st.query_params.get(signing_in.OUTCOME, ""), "")
    if outcome:
        st.error(plain(outcome), icon=":material/block:")
    elif standing.why_not:
        st.warning(plain(f"{standing.why_not} {KEPT}"), icon=":material/schedule:")
    else:
        st.write("Sign in to go on.")
