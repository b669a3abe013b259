"""What every page needs of the process: the workspace and the hub, one of each.

They are the process's own and not Streamlit's resources: nothing that a browser sends can clear them.
"""

import os
from functools import cache
from threading import RLock

import streamlit as st

from framework.addresses import Addresses
from framework.people.settings import Settings
from framework.streams.live import Hub
from framework.streams.tokens import Tokens, shared_secret
from framework.workspace import Workspace

BROWSER, BROWSER_HEADER = "browser", "X-Homeward-Browser"
"""Which browser it is, in `st.user` and in the headers of a request: the gate says so, and nobody else can."""
_lock = RLock()


def workspace() -> Workspace:
    """The one door to the product. Raises StoreUnavailable, and is tried again at the next run."""
    with _lock:
        return _workspace()


def settings() -> Settings:
    """Sign-in, roles and the authority, as the environment has them at the start. Raises SettingsError."""
    return _settings()


def tokens() -> Tokens:
    """What makes tokens that every process can read."""
    with _lock:
        return _tokens()


def hub() -> Hub:
    """Who is watching what."""
    with _lock:
        return _hub()


def forget() -> None:
    """Open the workspace anew when it is next asked for: for tests, each of which has a record of its own."""
    with _lock:
        for one in (_workspace, _tokens, _hub, _settings):
            one.cache_clear()


@cache
def _workspace() -> Workspace:
    made = Workspace.open(settings=settings())
    made.mail.follow(Addresses.given(os.environ).first)
    return made


@cache
def _settings() -> Settings:
    return Settings.given(os.environ)


@cache
def _tokens() -> Tokens:
    return Tokens(shared_secret(workspace().store.folder))


@cache
def _hub() -> Hub:
    return Hub(workspace().store, tokens())


def base_path() -> str:
    """The path that the app is served under, without a slash at its end ("" for the root)."""
    return f"/{st.get_option('server.baseUrlPath')}".rstrip("/")
