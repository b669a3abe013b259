"""Every edition that a meeting was ever scored with, kept in the record: a meeting is read with its own."""

import hashlib
from contextlib import suppress
from functools import lru_cache

from framework import edition
from framework.edition import Edition, EditionError, access
from framework.edition.model import EditionText
from framework.streams import kept
from framework.streams.door import REST, Door
from framework.streams.kept import Kept
from framework.streams.kind import APP, Kind, Unreadable

EDITION: Kind[Kept[EditionText], EditionText, None] = kept.kind(
    "edition",
    "edition",
    "kept",
    EditionText,
    lambda one: edition.parse_stored(one.text).title,
    may=access.may,
    view=access.view,
    past=access.past,
    listed=access.listed,
)


class Editions:
    """One for a process; any thread may use it."""

    def __init__(self, door: Door[Kept[EditionText], EditionText, None], current: Edition) -> None:
        """Keeps the edition that the app runs."""
        self.current = current
        # What the app runs with is in its files: if the record's is damaged, the door has logged it, and meetings go on.
        with suppress(Unreadable):
            if not door.state(current.hash).version:  # to append it would parse it once more, for its title
                door.run(current.hash, APP, EditionText(text=current.text))

        @lru_cache(maxsize=16)
        def parsed(name: str) -> Edition:
            if name == current.hash:
                return current
            stored = door.state(name).content
            if stored is None:
                raise _unreadable("is not in the record")
            if hashlib.sha256(stored.text.encode()).hexdigest() != name:  # the hash of an edition is its name
                raise _unreadable("was changed in the record, so its rule may be another")
            try:
                return edition.parse_stored(stored.text)
            except EditionError as error:
                raise _unreadable("cannot be read from the record") from error

        self._parsed = parsed

    def of(self, name: str) -> Edition:
        """The edition with this hash; the current one for "", as of a meeting that is not opened yet."""
        return self._parsed(name or self.current.hash)


def _unreadable(why: str) -> Unreadable:
    return Unreadable(
        f"This meeting cannot be shown: the edition that it was scored with {why}. Nothing in it was changed. {REST}"
    )
