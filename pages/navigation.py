"""Which pages exist, in which group. The script that Streamlit runs for every visit."""

from pathlib import Path

import streamlit as st

from framework.streams.store import StoreUnavailable
from pages import home
from pages.case import page as case
from pages.costs import page as costs
from pages.library import page as library
from pages.outcomes import brought
from pages.outcomes import page as outcomes
from pages.panel import page as panel
from pages.panel import wall
from pages.rollout import page as rollout
from pages.ui import app, browser, files_made, links, unreadable
from pages.ui.html import html, show_stylesheets

HERE = Path(__file__).parent
STYLESHEETS = (HERE / "ui" / "style.css", HERE / "ui" / "streamlit.css")
OF_ONE_PAGE = {
    "case": (HERE / "case" / "case.css",),
    "costs": (HERE / "costs" / "costs.css",),
    "rollout": (HERE / "rollout" / "rollout.css",),
}

PAGES = {
    "home": st.Page(home.page, title="Home", url_path="home", default=True),
    "cases": st.Page(case.page, title="Cases", url_path="case"),
    "panel": st.Page(panel.page, title="Panel", url_path="panel"),
    "wall": st.Page(wall.page, title="Wall", url_path="wall"),
    "costs": st.Page(costs.page, title="Costs", url_path="costs"),
    "rollout": st.Page(rollout.page, title="Roll-out", url_path="rollout"),
    "outcomes": st.Page(outcomes.page, title="Outcomes", url_path="outcomes"),
    "framework": st.Page(library.page, title="Framework", url_path="framework"),
}
links.PAGES.update(PAGES)
GROUPS = {"Decide": ("home", "cases", "panel", "wall"), "Plan": ("costs", "rollout"), "Learn": ("outcomes", "framework")}
ICONS = {
    "home": "home",
    "cases": "folder_shared",
    "panel": "groups",
    "wall": "tv",
    "costs": "payments",
    "rollout": "checklist",
    "outcomes": "monitoring",
    "framework": "menu_book",
}

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
    for group, names in GROUPS.items():
        st.caption(group)
        for name in names:
            st.page_link(PAGES[name], icon=f":material/{ICONS[name]}:")
browser.helper()
files_made.while_it_holds(None)
if page is not PAGES["outcomes"]:
    brought.page_left()
try:
    app.workspace()
    with unreadable.said(page.title):
        page.run()
except StoreUnavailable as error:
    st.error(f"**The record cannot be reached just now.** {error}")
    st.button("Try again")
