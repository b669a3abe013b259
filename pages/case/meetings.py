"""The meetings of a case, and starting one with a dated selection of the chronology as its evidence."""

import streamlit as st

from framework.casefile import Casefile, shown
from framework.casefile.model import SORTS
from pages.case import edit
from pages.ui.html import html, show_html


def show(state: Casefile) -> None:
    st.header("Meetings on this case", anchor=False)
    st.caption("None yet.")
