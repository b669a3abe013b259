"""What every page needs of the process: the workspace and the hub, one of each."""

import streamlit as st

from framework.live import Hub
from framework.panel import Panel
from framework.workspace import Workspace, panel_stream


@st.cache_resource(show_spinner=False)
def workspace() -> Workspace:
    """The one door to the product. Raises StoreUnavailable, and is tried again at the next run."""
    return Workspace.open()


@st.cache_resource(show_spinner=False)
def hub() -> Hub:
    """Who is watching what."""
    return Hub(workspace().store)


def current(meeting: str) -> Panel:
    """A meeting as this process knows it: read from the record only if that may hold something newer."""
    return workspace().panel(meeting, newest=hub().news(panel_stream(meeting)).version)


def base_path() -> str:
    """The path that the app is served under, without a slash at its end ("" for the root)."""
    return f"/{st.get_option('server.baseUrlPath')}".rstrip("/")
