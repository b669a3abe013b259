"""Every checklist that a roll-out began with, kept in the record once: a roll-out is read with its own."""

from functools import lru_cache

from framework import edition
from framework.edition import EditionError
from framework.rollout import access, checklist
from framework.rollout.checklist import Checklist, ChecklistText
from framework.streams import kept
from framework.streams.door import REST, Door
from framework.streams.kept import Kept
from framework.streams.kind import APP, Kind, Unreadable

CHECKLIST: Kind[Kept[ChecklistText], ChecklistText, None] = kept.kind(
    "checklist",
    "checklist",
    "kept",
    ChecklistText,
    lambda one: checklist.parse(one.text, one.citations).title,
    may=access.OF_CHECKLISTS.may,
    view=access.OF_CHECKLISTS.view,
    past=access.OF_CHECKLISTS.past,
    listed=access.OF_CHECKLISTS.listed,
)


class Checklists:
    """One for a process; any thread may use it."""

    def __init__(self, door: Door[Kept[ChecklistText], ChecklistText, None], current: Checklist) -> None:
        self.current = current
        """What new roll-outs begin with."""
        self._door = door
        self._parsed = lru_cache(maxsize=16)(self._read)

    def keep(self) -> None:
        """Keep the current checklist, for a roll-out that is about to begin with it."""
        if not self._door.state(self.current.hash).version:  # to append it would parse it once more, for its title
            self._door.run(
                self.current.hash, APP, ChecklistText(text=self.current.text, citations=self.current.citations)
            )

    def of(self, name: str) -> Checklist:
        """The checklist with this hash; the current one for "", as of a roll-out that has not begun.

        Raises Unreadable if it is in the record and cannot be read.
        """
        return self.current if name in ("", self.current.hash) else self._parsed(name)

    def _read(self, name: str) -> Checklist:
        stored = self._door.state(name)
        if not stored.version:  # up to release 0.3.0 none was kept: the built-in one, or else what the app runs with
            built_in = checklist.load(edition.DEFAULT)
            return built_in if built_in.hash == name else self.current
        try:
            if stored.content is None:
                raise EditionError("It was erased.")
            return checklist.parse(stored.content.text, stored.content.citations)
        except EditionError as error:
            raise Unreadable(
                "This roll-out cannot be shown: the checklist that it began with cannot be read from the record. Nothing in it "
                f"was changed. {REST}"
            ) from error
