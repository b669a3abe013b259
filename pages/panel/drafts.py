"""What is being typed into notes reaches the server before it is saved: the route that notes.js posts to."""

import asyncio
import json

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from framework import panel
from framework.light.classification import Key
from framework.panel.drafts import Rate
from framework.streams.live import Watch
from framework.streams.store import StoreUnavailable
from pages.ui.app import hub, workspace

BODY_LIMIT, FIELDS_LIMIT = 64 * 1024, 10
"""Bytes and fields in one message. A browser that is being closed sends no more than 64 KiB; a note has 4,000 characters."""
_rate = Rate()

TOO_BIG = f"This is more than {BODY_LIMIT // 1024} kB; send one note at a time."
NOT_NOTES = 'This has to be a JSON object of "question|whom": ["text", "the note it began from"], or "text".'


async def keep(request: Request) -> Response:
    """POST /draft/{token}, body `{"subject|about": [text, the note that it began from]}`: keep what the member of this token is typing.

    `?leaving=1` when the field, or the page, goes away. 201: all of it is in the record now; 204: it waits here until it
    is; 4xx and 503 say in a sentence why it was not kept.
    """
    token = request.path_params["token"]
    watch = hub().watch(token)
    if watch is None:
        return PlainTextResponse("This page has to be opened again.", status_code=404)
    if watch.member is None:
        return PlainTextResponse("This screen has no seat.", status_code=403)
    if not _rate.allows(token):
        return PlainTextResponse("This is sent too often. Please wait a moment.", status_code=429)
    try:
        body = await _body(request)
        notes = _notes(body)
    except ClientDisconnect:
        return Response(status_code=400)
    except ValueError as error:
        return PlainTextResponse(str(error), status_code=413 if str(error) == TOO_BIG else 400)
    leaving = request.query_params.get("leaving") == "1"
    try:
        recorded = await asyncio.to_thread(_keep, watch, notes, leaving)
    except panel.Refused as refused:
        return PlainTextResponse(str(refused), status_code=409)
    except StoreUnavailable as error:
        return PlainTextResponse(str(error), status_code=503)
    return Response(status_code=201 if recorded else 204)


async def _body(request: Request) -> bytes:
    """The body, read no further than it may be long. Raises ValueError."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ValueError(TOO_BIG)
    return body


def _notes(body: bytes) -> dict[Key, tuple[str, str | None]]:
    """Question → (text, the note that it began from). Raises ValueError with a sentence."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError(NOT_NOTES) from None
    if not isinstance(found, dict) or not 0 < len(found) <= FIELDS_LIMIT:
        raise ValueError(NOT_NOTES)
    notes: dict[Key, tuple[str, str | None]] = {}
    for name, typed in found.items():
        subject, separator, about = name.partition("|")
        match typed if separator else None:
            case str(text):
                notes[subject, about] = (_storable(text), None)
            case [str(text), str(was)]:
                notes[subject, about] = (_storable(text), was)
            case _:
                raise ValueError(NOT_NOTES)
    return notes


def _storable(text: str) -> str:
    """Half of a character that takes two codes (an emoji that was cut) could not be stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _keep(watch: Watch, notes: dict[Key, tuple[str, str | None]], leaving: bool) -> bool:
    """Whether all of it is in the record now."""
    work = workspace()
    if not work.meetings.still_seated(watch):
        raise panel.Refused("This seat was opened on another device, or removed; what is typed here is not kept.")
    meeting, member = watch.stream.partition(":")[2], watch.member or ""
    typed = [
        work.meetings.type_note(meeting, member, key, text, was=was, leaving=leaving)
        for key, (text, was) in notes.items()
    ]
    return all(typed)
