"""Homeward: the ASGI app that `streamlit run app.py` serves. Pages are in pages/, the product itself in framework/."""

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.routing import Route
from streamlit import net_util

from framework import case, checklist, edition
from pages.components import live, seat

# Streamlit would ask an outside service for this machine's address when a page of another site connects. It need not.
net_util._external_ip = "127.0.0.1"

try:
    case.load_samples(edition.load())
    checklist.load()
except (edition.EditionError, case.CaseError) as error:
    # A rule that is wrong must not be shown to anybody: the app does not start, and says why.
    sys.exit(f"Homeward cannot start. {error}")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    import pages.home
    import pages.panel  # noqa: F401

    live.end_with_the_server()
    gc.collect()
    gc.freeze()
    yield


app = st.App(
    Path(__file__).parent / "pages" / "navigation.py",
    lifespan=lifespan,
    routes=[Route("/live/{token}", live.stream), Route("/seat/{token}", seat.remember, methods=["POST"])],
)
