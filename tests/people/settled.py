"""An app in which people sign in, with a clock that tests move; and an invented authority's settings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from framework import edition
from framework.people import AskRole, ConfirmRole, Person, Settings
from framework.streams.kind import Actor
from framework.streams.store import Store
from framework.workspace import Workspace

ISSUER = "https://login.example.org/tenant/v2.0"
ENVIRONMENT = {
    "HOMEWARD_SIGN_IN": "https://login.example.org/tenant/.well-known/openid-configuration",
    "HOMEWARD_SIGN_IN_CLIENT_ID": "homeward",
    "HOMEWARD_SIGN_IN_CLIENT_SECRET": "correct horse battery staple",
    "HOMEWARD_SIGN_IN_ROLES": "Homeward.Practitioner=practitioner, Homeward.Director = director",
    "HOMEWARD_ADMINISTRATOR": "Ada@Example.org",
}
SETTINGS = Settings.given(ENVIRONMENT)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def opened(file: Path, settings: Settings = SETTINGS, clock: Clock | None = None) -> Workspace:
    """A workspace on a SQLite file, without samples; as another process would open it."""
    return Workspace(Store.open(f"sqlite:///{file}"), edition.load(), clock or Clock(), settings)


def sign_in(work: Workspace, name: str, *roles: str, address: str | None = None) -> Person:
    """Somebody signs in, with the provider's roles."""
    given = f"{name.lower()}@example.org" if address is None else address
    return work.people.signed_in(ISSUER, name, name, given, roles)


def acting(work: Workspace, name: str, *roles: str) -> Actor:
    """Somebody who has just signed in, as who they act."""
    return work.people.actor(sign_in(work, name, *roles).id)


def give(work: Workspace, person: Person | Actor, role: str, *, by: Actor, confirmed_by: Actor | None = None) -> int:
    """Give somebody a role for thirty days from today; the number of it."""
    today = work.now().date()
    state = work.people.run(person.id, by, AskRole(role, today, today + timedelta(days=30), "Covers for a colleague."))
    number = max(state.grants)
    if confirmed_by:
        work.people.run(person.id, confirmed_by, ConfirmRole(number))
    return number
