"""The way from the end of a meeting to the decision on it."""

import streamlit as st

from framework.casefile.access import sees
from framework.panel import Panel
from pages.ui.app import workspace
from pages.ui.html import html, show_html
from pages.ui.identity import me
from pages.ui.links import PAGES


def show(state: Panel, member: str) -> None:
    """For whoever works on the case; of a meeting on a sample, where a case can be begun."""
    if not state.casefile:
        show_html(
            html(
                '<p class="hw">This meeting was held on a sample, so nothing is decided here. A decision belongs to a case: begin one '
                "under Cases, and hold a meeting on it.</p>"
            )
        )
        return
    if state.members[member].guest or not sees(workspace().casefiles.parts(state.casefile, me())):
        return
    with st.container(key="go-on-to-decision"):
        st.page_link(
            PAGES["case"],
            label="Go on to the decision",
            icon=":material/gavel:",
            query_params={"case": state.casefile, "view": "decisions", "meeting": state.meeting},
        )
