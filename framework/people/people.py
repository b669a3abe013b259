"""People as pages use them: who signed in, which roles they have now, and what an administrator does."""

import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from framework import dates, loading
from framework.loading import Id, LoadingError, Text
from framework.people import mode, reading
from framework.people.deciding import BLOCKED, Block, Choose, Command, EndRole, Invent, SignIn, SignOut
from framework.people.kind import PERSON
from framework.people.mode import MODE, Closed, Mode
from framework.people.model import Person, folded, person_id
from framework.people.roles import ADMINISTRATOR, OPEN, ROLES
from framework.people.settings import Settings
from framework.streams.door import Door
from framework.streams.kind import APP, Actor, Happened, Refused, Unreadable
from framework.streams.store import Listed, Store, StoreUnavailable

INVENTED = Path(__file__).parent.parent.parent / "sample_data" / "people.toml"
_PERSON_ID = re.compile(r"p[0-9a-f]{16}")
FRESH_SECONDS = 10.0
"""What is remembered of a person is read again after so long, should news of another process have been lost (source: product)."""


class PeopleError(LoadingError):
    """The file of invented people cannot be used."""


class _InventedPerson(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    """The role that they have."""
    name: Text
    about: Text


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    person: Annotated[tuple[_InventedPerson, ...], Field(min_length=1)]


class InList(NamedTuple):
    """A person in a list, for which nobody's history is read."""

    id: str
    name: str
    address: str
    """In small letters."""
    asked: bool
    """Whether a second person is asked about a role of theirs."""
    blocked: bool


def _in_list(one: Listed) -> InList:
    pairs = dict(one.pairs)
    return InList(
        PERSON.identifier(one.stream), one.title or "", pairs.get("address", ""), "asked" in pairs, "blocked" in pairs
    )


class People:
    """One for a process; any thread may use it."""

    def __init__(
        self,
        door: Door[Person, Command, Settings],
        modes: Door[Mode, Closed, None],
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._door = door
        self._modes = modes
        self._now = now
        self._seconds = seconds
        self._lock = Lock()
        self._read_at: dict[str, float] = {}
        """When a person was last read from the record; whoever is missing is read at the next question."""
        store.subscribe(self._news)

    # ── Whether the app runs open ────────────────────────────────────────────────────────────────────────────────────

    @property
    def open(self) -> bool:
        """Whether this app runs without sign-in, on a record that nobody has signed in to. Asks no database."""
        return self.settings.open and not self._modes.remembered("").version

    @property
    def _kind(self) -> str:
        """Which people there are here, as the index has it."""
        return "invented" if self.open else "real"

    def refuse_open(self) -> None:
        """Raises OpenRefused if this app runs open and its record may not be."""
        if self.settings.open:
            mode.refuse_open(self._modes.state(""))

    def close(self, why: mode.Reason) -> None:
        """Write down, once, that this record is never to be used open again: before a real case is begun in it."""
        mode.close(self._modes, why)

    # ── Who somebody is ──────────────────────────────────────────────────────────────────────────────────────────────

    def signed_in(
        self, issuer: str, subject: str, name: str, address: str, provider_roles: Iterable[str] = ()
    ) -> Person:
        """Write down that somebody has signed in, as the provider knows them. Once a session, not once a page.

        Raises Refused with a sentence: blocked; another person has this address; the app runs without sign-in.
        """
        if self.settings.open:
            raise Refused("This Homeward runs without sign-in.")
        identifier = person_id(issuer, subject)
        command = SignIn(issuer, subject, name, address, tuple(provider_roles))
        with self._lock:
            self._refuse_address_of_another(identifier, address)
            self.close("a person signed in")
            person = self._door.run(identifier, Actor(identifier, name, APP.roles), command)
        return person

    def _refuse_address_of_another(self, identifier: str, address: str) -> None:
        others = [one for one in self._door.find("address", folded(address)) if one != identifier] if address else []
        for other in others:
            if self._door.state(other).blocked:
                raise Refused(BLOCKED)
            raise Refused(
                f"Somebody else signs in to Homeward with the address {address} already, so you were not signed in. Ask an administrator "
                "of Homeward: two people cannot have one address."
            )

    def person(self, identifier: str) -> Person:
        """A person as they stand; version 0 if there is none. Not for pages about somebody else: see :meth:`view`."""
        now = self._seconds()
        if now - self._read_at.get(identifier, -FRESH_SECONDS) < FRESH_SECONDS:
            known = self._door.remembered(identifier)
            if known.version:
                return known
        self._read_at[identifier] = now  # before it is read: news that comes meanwhile takes it away again
        return self._door.state(identifier)

    def remembers(self, identifier: str) -> bool:
        """Whether this process has read a person and still knows what it read."""
        return self._door.remembered(identifier).version > 0

    def sign_out(self, identifier: str, sign_in: str) -> None:
        """End a sign-in of this person: whatever still carries it is nobody's from now on."""
        self._door.run(identifier, Actor(identifier), SignOut(sign_in))

    def actor(self, identifier: str, sign_in: str = "", *, as_remembered: bool = False) -> Actor:
        """A person as who they act now, with the roles that take effect at this moment: none for whoever has none.

        Raises Refused if there is no such person, if they are blocked, if this sign-in of theirs was ended, or if they are invented
        where the app does not run open. `as_remembered`: as this process knows them, without a look into the record.
        """
        person = self._door.remembered(identifier) if as_remembered else self.person(identifier)
        if not person.version:
            raise Refused("Homeward does not know you. Sign in again.")
        if person.blocked:
            raise Refused(BLOCKED)
        if sign_in in person.ended:
            raise Refused("You have signed out. Sign in again to go on.")
        if person.invented and not self.open:
            raise Refused(f"{person.name} is an invented person, for an app without sign-in. Sign in as yourself.")
        return Actor(person.id, person.name, self.roles(person))

    def roles(self, person: Person) -> frozenset[str]:
        """The roles of a person that take effect at this moment."""
        return reading.roles(person, self.settings, self.today)

    def roles_of(self, identifier: str) -> frozenset[str]:
        """The roles of a person that take effect at this moment; none of somebody who is not known here, or cannot act."""
        try:
            return self.actor(identifier).roles
        except Refused:  # Unreadable is one, too
            return frozenset()

    def names(self, identifiers: Iterable[str]) -> dict[str, str]:
        """The names of those of these people who are known."""
        return {PERSON.identifier(one.stream): one.title or "" for one in self._door.listed(set(identifiers))}

    def wanting_mail(self) -> list[str]:
        """The ids of those who get a line by e-mail."""
        return sorted(self._door.find("mail", "yes"))

    def called(self, identifier: str) -> str:
        """What somebody who acted is called: their name, or what stands in the record where it is no person's id."""
        if not _PERSON_ID.fullmatch(identifier):
            return identifier
        return self.person(identifier).name or identifier

    def colleagues(self, actor: Actor) -> dict[str, str]:
        """Everybody whom this actor may choose for a part in a case, by id, in the order of their names.

        Invented people where the app runs open, real ones elsewhere; nobody who is blocked.
        """
        if not actor.roles:
            return {}
        return {one.id: one.name for one in self.listing(APP) if not one.blocked}

    # ── What an administrator does and sees ──────────────────────────────────────────────────────────────────────────

    def run(self, identifier: str, actor: Actor, command: Command) -> Person:
        """Carry out a command on a person. Raises Refused with a sentence."""
        if not isinstance(command, EndRole | Block):
            return self._door.run(identifier, actor, command)
        with self._lock:  # one stream knows no other: that somebody else is left to give roles is seen here
            person = self._door.state(identifier)
            self._door.may(identifier, actor, command)
            self._refuse_last_administrator(person, command)
            return self._door.run(identifier, actor, command)

    def _refuse_last_administrator(self, person: Person, command: EndRole | Block) -> None:
        if ADMINISTRATOR not in self.roles(person):
            return
        if isinstance(command, EndRole):
            others = [one for one in self.held(person) if one.role == ADMINISTRATOR]
            if any(one.grant is None or one.grant.number != command.number for one in others):
                return
        if not self.administrators() - {person.id}:
            raise Refused(
                f"{person.name} is the only administrator. Make somebody else an administrator first; otherwise nobody could give or "
                "end a role."
            )

    def administrators(self) -> frozenset[str]:
        """The ids of everybody who is an administrator at this moment and not blocked."""
        people = self._readable(self._door.listing(APP, kind=self._kind))
        return frozenset(one.id for one in people if not one.blocked and ADMINISTRATOR in self.roles(one))

    def view(self, identifier: str, actor: Actor) -> Person:
        """All that this actor's screen may receive of a person: of a colleague, the name."""
        return self._door.view(identifier, actor)

    def held(self, person: Person) -> list[reading.Held]:
        """The roles that a person has now, also those without effect (:meth:`roles` has those that take effect)."""
        return reading.held(person, self.settings, self.today)

    @property
    def today(self) -> date:
        return dates.local(self._now()).date()

    def told(self, identifier: str, actor: Actor) -> list[Happened]:
        """What happened to a person, the first first; nothing for whoever may not see it."""
        return self._door.told(identifier, actor)

    def listing(self, actor: Actor) -> list[InList]:
        """Everybody whom this actor may list, in the order of their names: invented people where the app runs open, real ones elsewhere."""
        found = [_in_list(one) for one in self._door.listing(actor, kind=self._kind)]
        return sorted(found, key=lambda one: (one.name.casefold(), one.id))

    def _readable(self, listed: Iterable[Listed]) -> list[Person]:
        """Those of these people whose record can be read; the door has logged the others."""
        found = []
        for one in listed:
            with suppress(Unreadable):
                found.append(self._door.state(PERSON.identifier(one.stream), newest=one.head))
        return found

    # ── Invented people ──────────────────────────────────────────────────────────────────────────────────────────────

    def invented(self) -> list[Person]:
        """The invented people, in the order of their roles; none where the app does not run open."""
        if not self.open:
            return []
        found = self._readable(self._door.listing(APP, kind="invented"))
        order = {role: at for at, role in enumerate(ROLES)}
        return sorted(found, key=lambda one: order.get(next(iter(one.own_roles), ""), len(order)))

    def choose(self, identifier: str) -> None:
        """Write down that somebody goes on as this invented person. Raises Refused, also where the app does not run open."""
        if not self.open:
            raise Refused("Invented people are for an app that runs without sign-in.")
        self._door.run(identifier, Actor("", "", frozenset({OPEN})), Choose())

    def load_invented(self) -> None:
        """Put the invented people into the record, where the app runs open and they differ from what is there."""
        if not self.open:
            return
        for command in read_invented():
            with suppress(Unreadable):  # the door has logged it; the rest goes on
                self._door.run(command.id, APP, command)

    # ── News of other processes ──────────────────────────────────────────────────────────────────────────────────────

    def _news(self, stream: str, version: int) -> None:
        """What this process remembers is read again at the next question; a stream without a name stands for all."""
        if stream in ("", MODE.name) and self.settings.open:
            with suppress(StoreUnavailable):  # whoever has closed the record, this process stops running open
                self._modes.state("")
        if not stream:
            self._read_at.clear()
        elif stream.startswith(f"{PERSON.name}:"):
            identifier = PERSON.identifier(stream)
            known = self._door.remembered(identifier).version
            if known < version:
                self._read_at.pop(identifier, None)
                if known:  # at once: whoever asks without waiting for the record is told of it, too
                    with suppress(Refused, StoreUnavailable):
                        self.person(identifier)


def read_invented(path: Path = INVENTED) -> list[Invent]:
    """The invented people of a file, one for each role. Raises PeopleError."""
    file = loading.validate(_File, loading.parse(loading.read(path, PeopleError), path, PeopleError), path, PeopleError)
    if unknown := next((one.id for one in file.person if one.id not in ROLES), None):
        raise PeopleError(f'{path}: person → "{unknown}": is no role of Homeward.')
    return [Invent(person_id("invented", one.id), one.name, one.about, (one.id,)) for one in file.person]
