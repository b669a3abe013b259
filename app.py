"""Homeward: the ASGI app that `streamlit run app.py` serves. Pages are in pages/, the product itself in framework/."""

import gc
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from framework import case, descriptors, edition, logs
from framework.addresses import AddressError, Addresses
from framework.people.mode import OpenRefused
from framework.people.settings import SettingsError
from framework.rollout import checklist
from framework.streams import tokens
from framework.streams.store import StoreUnavailable, folder_of
from pages.panel import drafts, seat
from pages.ui import health, live, signing_in, streamlit_patches
from pages.ui.app import settings, workspace
from pages.ui.gate import Gate

streamlit_patches.asks_no_outside_service()
streamlit_patches.theme_is_made_once()
streamlit_patches.callbacks_run_to_their_end()
streamlit_patches.proxies_are_the_gates()
logs.escape_what_is_logged()
descriptors.raise_limit()
streamlit_patches.uploads_stay_in_memory()
streamlit_patches.uploads_belong_to_a_page()
streamlit_patches.sessions_hold_no_event_loop()
streamlit_patches.files_know_whom_they_are_for()
streamlit_patches.messages_are_from_whoever_may_send_them()

try:
    case.load_samples(edition.load())
    checklist.load()
    tokens.given_secret()
    addresses = Addresses.given(os.environ)
    secrets = signing_in.configured(settings(), addresses, folder_of())
    with suppress(StoreUnavailable):  # the pages say so, and try again
        workspace()
except (edition.EditionError, case.CaseError, tokens.SecretError, AddressError, SettingsError, OpenRefused) as error:
    # A rule that is wrong must not be shown to anybody: the app does not start, and says why.
    sys.exit(f"Homeward cannot start. {error}")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    import pages.home
    import pages.panel.page  # noqa: F401

    live.end_with_the_server()
    gc.collect()
    gc.freeze()
    # A run makes thousands of short-lived objects; looking for rubbish after every 700 of them was a tenth of its time.
    gc.set_threshold(20_000, 10, 10)
    # Threads that draw pages take turns of 20 ms, not 5. Where 30 people click at once the many short turns cost more than the
    # work: a click took 23 ms of the processor on some runs and 44 on others, and then more than a second to be answered.
    sys.setswitchinterval(0.02)
    yield


app = st.App(
    Path(__file__).parent / "pages" / "navigation.py",
    lifespan=lifespan,
    middleware=[Middleware(Gate, addresses, sign_in=bool(secrets))],
    secrets=secrets,
    routes=[
        Route("/health", health.answer),
        WebSocketRoute("/live/{token}", live.socket),
        Route("/live/{token}", live.stream),
        Route("/draft/{token}", drafts.keep, methods=["POST"]),
        Route("/seat/{token}", seat.remember, methods=["POST"]),
        Route("/seat", seat.link_page, methods=["GET"]),
        Route("/seat", seat.open_with_key, methods=["POST"]),
    ],
)
