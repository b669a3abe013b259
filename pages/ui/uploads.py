"""Files that somebody brings: who may send one, how large, how much at once, and until when it is kept.

Streamlit takes a file from whoever knows a session, shows that session a page with an uploader or not, and keeps it until the session
ends. Here an address to send a file to is given only to a session whose page has an uploader at this moment; it is for one file, from
the same browser, and ends with the uploader. Files are in memory and nowhere else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec, UploadFileUrlInfo

from pages.ui.app import BROWSER

MEGABYTE = 1024 * 1024
PROCESS_BYTES = 400 * MEGABYTE
"""Of all files that this process holds and is being sent."""
ADDRESSES = 100
"""That one session can have at once; the oldest unused one ends with the next."""
FORM_BYTES = 64 * 1024
"""Of a request beside its file: the boundaries and headings of the form."""


@dataclass(frozen=True, slots=True)
class Room:
    """What one uploader takes, in megabytes."""

    file: int = 5
    together: int = 20


SMALL = Room()


@dataclass(frozen=True, slots=True)
class NotTaken(Exception):
    """Why a file is not taken: an HTTP status and a sentence."""

    status: int
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(slots=True)
class _Session:
    browser: str
    uploaders: dict[str, Room] = field(default_factory=dict)
    """Widget id → what it takes."""
    addresses: dict[str, frozenset[str]] = field(default_factory=dict)
    """File id → the uploaders that the page had when it was given."""
    coming: dict[str, int] = field(default_factory=dict)
    """File id → bytes that are being sent."""


class Uploads(MemoryUploadedFileManager):
    """Streamlit's store of the files that were brought, which takes only what an uploader on a page asked for."""

    def __init__(self, upload_endpoint: str) -> None:
        super().__init__(upload_endpoint)
        self._sessions: dict[str, _Session] = {}
        self._door = RLock()

    # ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def drawn(self, session: str, widget: str, browser: str, room: Room) -> None:
        """A page of this session shows an uploader."""
        with self._door:
            self._sessions.setdefault(session, _Session(browser)).uploaders[widget] = room

    def run_ended(self, session: str, gone: Callable[[str], bool]) -> None:
        """After a run: uploaders that the page does not show any more end, and with them what was brought through them."""
        with self._door:
            if (known := self._sessions.get(session)) is None:
                return
            known.uploaders = {widget: room for widget, room in known.uploaders.items() if not gone(widget)}
            for file, asked_by in list(known.addresses.items()):
                if not asked_by & known.uploaders.keys():
                    del known.addresses[file]
                    super().remove_file(session, file)

    def has_uploader(self, session: str) -> bool:
        known = self._sessions.get(session)
        return known is not None and bool(known.uploaders)

    # ── The network ──────────────────────────────────────────────────────────────────────────────────────────────────

    def get_upload_urls(self, session_id: str, file_names: Any) -> list[UploadFileUrlInfo]:
        """An address for each file; none where the page has no uploader."""
        with self._door:
            if not self.has_uploader(session_id):
                return []
            known, given = self._sessions[session_id], super().get_upload_urls(session_id, file_names)
            for one in given:
                known.addresses[one.file_id] = frozenset(known.uploaders)
            held = self._held(session_id)
            for file in [file for file in known.addresses if file not in held][:-ADDRESSES]:
                del known.addresses[file]
            return given

    @contextmanager
    def taking(self, session: str, file: str, browser: str, length: int) -> Iterator[None]:
        """Room for a file while it is sent: `length` is that of the request. Raises NotTaken."""
        with self._door:
            known = self._known(session, file, browser)
            if file in known.coming or file in self._held(session):
                raise NotTaken(409, "A file was sent to this address already.")
            rooms = [room for widget, room in known.uploaders.items() if widget in known.addresses[file]]
            if length > max(room.file for room in rooms) * MEGABYTE + FORM_BYTES:
                raise NotTaken(413, f"No more than {max(room.file for room in rooms)} MB a file can be brought here.")
            if self._bytes(session) + length > max(room.together for room in rooms) * MEGABYTE + FORM_BYTES:
                raise NotTaken(413, f"No more than {max(room.together for room in rooms)} MB together can be brought.")
            if (
                self._total_bytes + sum(sum(one.coming.values()) for one in self._sessions.values()) + length
                > PROCESS_BYTES
            ):
                raise NotTaken(503, "Too many files are being read at this moment. Please try again in a few minutes.")
            known.coming[file] = length
        try:
            yield
        finally:
            with self._door:
                known.coming.pop(file, None)

    def check_removable(self, session: str, file: str, browser: str) -> None:
        """Raises NotTaken unless the file is this browser's own."""
        with self._door:
            self._known(session, file, browser)

    def add_file(self, session_id: str, file: UploadedFileRec) -> None:
        """Keep a file that has come; not if its uploader has gone meanwhile."""
        with self._door:
            if (known := self._sessions.get(session_id)) and file.file_id in known.addresses:
                super().add_file(session_id, file)

    def remove_file(self, session_id: str, file_id: str) -> None:
        with self._door:
            if known := self._sessions.get(session_id):
                known.addresses.pop(file_id, None)
            super().remove_file(session_id, file_id)

    def remove_session_files(self, session_id: str) -> None:
        with self._door:
            self._sessions.pop(session_id, None)
            super().remove_session_files(session_id)

    def _known(self, session: str, file: str, browser: str) -> _Session:
        known = self._sessions.get(session)
        if known is None or known.browser != browser or file not in known.addresses:
            raise NotTaken(404, "No page asks for a file at this address.")
        return known

    def _held(self, session: str) -> dict[str, UploadedFileRec]:
        return self.file_storage.get(session, {})

    def _bytes(self, session: str) -> int:
        held = sum(len(one.data) for one in self._held(session).values())
        return held + sum(self._sessions[session].coming.values())


def of_this_process() -> Uploads | None:
    """The store of this process, if it is ours: a test of one page alone has Streamlit's own."""
    found = get_instance().uploaded_file_mgr if exists() else None
    return found if isinstance(found, Uploads) else None


def tab_gone(session: str) -> None:
    """A tab was closed, or left for another address. If its page had an uploader its session ends, with the files and what was read of them.

    Streamlit keeps a session for whoever comes back after a lost connection; to a tab that was closed nobody comes back.
    """
    found = of_this_process()
    if found is not None and found.has_uploader(session):
        get_instance().close_session(session)


def uploader(label: str, *, key: str, room: Room = SMALL, disabled: bool = False, **options: Any) -> Any:
    """`st.file_uploader`, which everything that is brought passes. Disabled, nothing is taken."""
    given = st.file_uploader(label, key=key, max_upload_size=room.file, disabled=disabled, **options)
    ctx = get_script_run_ctx()
    if ctx is not None and isinstance(ctx.uploaded_file_mgr, Uploads) and not disabled:
        drawn = ctx.shared.widget_ids_this_run.snapshot()
        widget = next(one for one in drawn if one.endswith(f"-{key}"))
        ctx.uploaded_file_mgr.drawn(ctx.session_id, widget, str(st.user.get(BROWSER)), room)
    return given
