"""Which backups were taken, and where to: what is erased later may still be in them. One stream, `backup`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from framework.people.roles import THE_APP
from framework.streams import policy
from framework.streams.door import Door, Outage
from framework.streams.kind import APP, Actor, Context, Erased, Happened, Kind, by_type, unhidden
from framework.streams.policy import Allowed
from framework.streams.store import Store


class Take(BaseModel):
    """The command and the event: a copy of the whole record is in this file."""

    model_config = ConfigDict(frozen=True)

    file: str


class Taken(NamedTuple):
    file: str
    at: datetime
    """When that was noted: all that had happened by then may be in it."""


@dataclass(frozen=True, slots=True)
class Backups:
    version: int = 0
    taken: tuple[Taken, ...] = ()
    """Oldest first."""

    def since(self, at: datetime) -> list[Taken]:
        """The last of each file that may hold what happened at a moment or after it."""
        return list({one.file: one for one in self.taken if one.at >= at}.values())


POLICY = (Allowed("note where a backup was put", (Take,), frozenset({THE_APP})),)


def fold(happened: Iterable[Happened], start: Backups) -> Backups:
    version, taken = start.version, list(start.taken)
    for event, _, at in happened:
        version += 1
        if not isinstance(event, Erased):
            taken.append(Taken(event.file, at))
    return Backups(version, tuple(taken))


def _decide(state: Backups, command: Take, context: Context[Any]) -> list[Take]:
    return [command]


def _may(state: Backups, command: Take, context: Context[Any]) -> None:
    policy.check(POLICY, command, context)


def _listed(actor: Actor) -> dict[str, str] | None:
    return None


BACKUP: Kind[Backups, Take, Any] = Kind(
    name="backup",
    noun="list of backups",
    empty=Backups(),
    stored=by_type({"taken": Take}),
    fold=fold,
    decide=_decide,
    may=_may,
    view=unhidden,
    listed=_listed,
    title=lambda state: "",
)


def note(store: Store, *files: Path) -> None:
    """Note where copies of the record were put. Raises StoreUnavailable."""
    door = Door(BACKUP, store, lambda state: None, lambda: datetime.now(UTC), Outage())
    for file in files:
        door.run("", APP, Take(file=str(file.absolute())))
