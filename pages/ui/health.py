"""GET /health: whether this process can serve a meeting, which it can while the record can be written."""

import asyncio
import time

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from framework.streams.store import StoreUnavailable
from pages.ui.app import workspace

KEPT_SECONDS = 0.4
"""An answer is given again for so long: whoever asks without end does not keep the database busy."""
_lock = asyncio.Lock()
_last: tuple[float, str] = (-KEPT_SECONDS, "")


async def answer(request: Request) -> Response:
    """200, or 503 with a sentence.

    With `?drain` 404 in place of 503: HAProxy (`http-check disable-on-404`) then sends nobody new here, and leaves those who are here,
    whose answers wait in this process until the record is back.
    """
    global _last
    async with _lock:
        if time.monotonic() - _last[0] >= KEPT_SECONDS:
            said = await asyncio.to_thread(_problem)
            _last = (time.monotonic(), said)
    problem = _last[1]
    status = 200 if not problem else 404 if "drain" in request.query_params else 503
    return PlainTextResponse(problem or "The record can be written.", status)


def _problem() -> str:
    try:
        workspace().check_writable()
    except StoreUnavailable as error:
        return str(error)
    return ""
