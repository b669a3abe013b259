"""What every page needs of the process: the workspace and the hub, one of each."""

import streamlit as st

from framework.streams.live import Hub
from framework.streams.tokens import Tokens, shared_secret
from framework.workspace import Workspace


@st.cache_resource(show_spinner=False)
def workspace() -> Workspace:
    """The one door to the product. Raises StoreUnavailable, and is tried again at the next run."""
    return Workspace.open()


@st.cache_resource(show_spinner=False)
def tokens() -> Tokens:
    """What makes tokens that every process can read."""
    return Tokens(shared_secret(workspace().store.folder))


@st.cache_resource(show_spinner=False)
def hub() -> Hub:
    """Who is watching what."""
    return Hub(workspace().store, tokens())


def base_path() -> str:
    """The path that the app is served under, without a slash at its end ("" for the root)."""
    return f"/{st.get_option('server.baseUrlPath')}".rstrip("/")
