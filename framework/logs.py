"""What is written into a log: one entry is one line, whatever somebody outside has put into it."""

import logging
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any

MESSAGE_LIMIT, TRACEBACK_LIMIT = 500, 20_000
"""Characters of a message and of a traceback; what is longer is cut (source: product)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SESSION = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
"""Streamlit's session ids, which are UUIDs."""


def one_line(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """A text as it may stand in a log: control characters escaped, session ids left out, cut to a length."""
    hidden = _SESSION.sub("[id]", text[: 2 * limit])
    escaped = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), hidden)
    return escaped if len(escaped) <= limit and len(text) <= 2 * limit else f"{escaped[:limit]} [cut]"


class OneLine(logging.LogRecord):
    """A record whose message is one line. A traceback has many, each of them set in, so that none can pose as an entry."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[0]:
            self.exc_text = _traceback(self.exc_info)

    def getMessage(self) -> str:
        return one_line(super().getMessage())


_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def _traceback(raised: _Raised) -> str:
    lines = logging.Formatter().formatException(raised)[:TRACEBACK_LIMIT].splitlines()
    return "\n".join(f"    {one_line(line)}" for line in lines)


def escape_what_is_logged() -> None:
    """From now on every logger of this process writes :class:`OneLine` records."""
    logging.setLogRecordFactory(OneLine)


def counted(found: Mapping[str, int]) -> str:
    """ "clear_cache 3, stop_script 1" """
    return ", ".join(f"{name} {number}" for name, number in sorted(found.items()))
