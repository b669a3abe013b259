"""Which pages exist, in which group. The script that Streamlit runs for every visit."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path

import streamlit as st

from framework.people.mode import OpenRefused
from framework.streams.kind import NOBODY
from framework.streams.store import StoreUnavailable
from pages.outcomes import brought
from pages.people import sign_in, who
from pages.rows import ROWS
from pages.ui import app, browser, files_made, identity, links, unreadable
from pages.ui.html import html, show_stylesheets
from pages.ui.identity import Standing

HERE = Path(__file__).parent
STYLESHEETS = (HERE / "ui" / "style.css", HERE / "ui" / "streamlit.css")
OF_ONE_PAGE = {
    "case": (HERE / "case" / "case.css", HERE / "decision" / "decision.css"),
    "costs": (HERE / "costs" / "costs.css",),
    "rollout": (HERE / "rollout" / "rollout.css",),
}

FIRST = "home"
"""The page at the address of the app itself."""
OF_CASES = frozenset({"panel", "case"})
"""The pages that show a case or a meeting on one."""
WITH_A_CODE = ("code", "meeting")
"""In the address of the panel: what a guest comes with."""


def _drawn(name: str, standing: Standing) -> Callable[[], None]:
    """What stands at an address: the page, or in its place why this person does not see it."""
    # Whoever was signed in until now is no guest: they sign in again, and go on as themselves.
    guest = name == "panel" and not standing.why_not and any(one in st.query_params for one in WITH_A_CODE)
    if guest or ROWS[name].seen_by(standing.actor):
        return ROWS[name].draw
    return sign_in.not_yours if standing.actor.roles else partial(sign_in.page, standing, name if name != FIRST else "")


standing, unavailable = Standing(NOBODY), ""
try:
    app.workspace()
    standing = identity.arrive()
except StoreUnavailable as error:
    unavailable = f"**The record cannot be reached just now.** {error}"
except OpenRefused as error:
    unavailable = str(error)
PAGES = {
    name: st.Page(_drawn(name, standing), title=row.title, url_path=name, default=name == FIRST)
    for name, row in ROWS.items()
}
links.PAGES.update(PAGES)

page = st.navigation(list(PAGES.values()), position="hidden")
st.set_page_config(
    page_title=f"{page.title} · Homeward",
    page_icon=HERE / "static" / "icon.svg",
    layout="wide",
    initial_sidebar_state=230,
)
with st.sidebar:
    brand = html('<p class="hw" style="font-size:1.3rem;font-weight:750;margin:0">Homeward</p>')
    show_stylesheets((*STYLESHEETS, *OF_ONE_PAGE.get(page.url_path, ())), brand)
    for group, rows in groupby(ROWS.items(), key=lambda one: one[1].group):
        if seen := [name for name, row in rows if row.seen_by(standing.actor)]:
            st.caption(group)
            for name in seen:
                st.page_link(PAGES[name], icon=f":material/{ROWS[name].icon}:")
    if not unavailable:
        who.is_here(standing, page.url_path)
invented_only = page.url_path in OF_CASES and not unavailable and identity.open_mode()
browser.helper(standing.actor.id, "Invented · open mode" if invented_only else "", identity.milliseconds_left(standing))
files_made.while_it_holds(None)
files_made.for_whom(identity.still_me(standing))
if page is not PAGES["outcomes"]:
    brought.page_left()
try:
    if not unavailable:
        with unreadable.said(page.title):
            page.run()
except StoreUnavailable as error:
    unavailable = f"**The record cannot be reached just now.** {error}"
if unavailable:
    st.error(unavailable)
    st.button("Try again")
