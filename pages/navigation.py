"""Which pages exist, in which group. The script that Streamlit runs for every visit."""

from collections.abc import Callable
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from framework.costs import access as costs_access
from framework.disposal import access as disposal_access
from framework.edition import access as edition_access
from framework.outcomes import access as outcomes_access
from framework.people import access as people_access
from framework.people.mode import OpenRefused
from framework.people.roles import CASE_ROLES, EVERYBODY, MEETS, OPEN
from framework.rollout import access as rollout_access
from framework.streams.kind import NOBODY, Actor
from framework.streams.policy import Policy, See
from framework.streams.store import StoreUnavailable
from pages import home
from pages.case import page as case
from pages.costs import page as costs
from pages.library import page as library
from pages.outcomes import brought
from pages.outcomes import page as outcomes
from pages.panel import page as panel
from pages.panel import wall
from pages.people import page as people
from pages.people import sign_in, who
from pages.records import page as records
from pages.rollout import page as rollout
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

ANYBODY: frozenset[str] = frozenset()
"""Of a page that asks for a code in place of a sign-in."""


def _readers(policy: Policy) -> frozenset[str]:
    """The roles that a subject may be seen by."""
    return frozenset[str]().union(*(row.roles for row in policy if See in row.commands))


class Row(NamedTuple):
    """A page: who sees it, and where it stands."""

    title: str
    draw: Callable[[], None]
    icon: str
    group: str
    roles: frozenset[str]

    def seen_by(self, actor: Actor) -> bool:
        return not self.roles or OPEN in actor.roles or bool(self.roles & actor.roles)


ROWS = {
    "home": Row("Home", home.page, "home", "Decide", EVERYBODY),
    "case": Row("Cases", case.page, "folder_shared", "Decide", CASE_ROLES),
    "panel": Row("Panel", panel.page, "groups", "Decide", MEETS),
    "wall": Row("Wall", wall.page, "tv", "Decide", ANYBODY),
    "costs": Row("Costs", costs.page, "payments", "Plan", _readers(costs_access.POLICY)),
    "rollout": Row("Roll-out", rollout.page, "checklist", "Plan", _readers(rollout_access.POLICY)),
    "outcomes": Row("Outcomes", outcomes.page, "monitoring", "Learn", _readers(outcomes_access.POLICY)),
    "framework": Row("Framework", library.page, "menu_book", "Learn", _readers(edition_access.POLICY)),
    "records": Row("Records", records.page, "inventory_2", "Trust", disposal_access.DECIDES),
    "people": Row("People", people.page, "badge", "Administer", _readers(people_access.POLICY)),
}
"""Every page, by its address. Whoever sees one may not do all that is on it: that is for each subject's policy."""
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
