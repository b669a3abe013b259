"""People: who somebody is, which roles they have, who gave them, and who is blocked. `people` is what pages use."""

from framework.people.deciding import (
    AskRole,
    Block,
    ConfirmRole,
    EndRole,
    RefuseRole,
    ReleaseAddress,
    Unblock,
)
from framework.people.model import Grant, Person, person_id
from framework.people.roles import ADMINISTRATOR, CASE_ROLES, EVERYBODY, OPEN, ROLES, Role
from framework.people.settings import Settings, SettingsError

__all__ = [
    "ADMINISTRATOR",
    "CASE_ROLES",
    "EVERYBODY",
    "OPEN",
    "ROLES",
    "AskRole",
    "Block",
    "ConfirmRole",
    "EndRole",
    "Grant",
    "Person",
    "RefuseRole",
    "ReleaseAddress",
    "Role",
    "Settings",
    "SettingsError",
    "Unblock",
    "person_id",
]
