"""What whoever runs Homeward decides about sign-in, roles and the authority: read from the environment once, at the start.

Without HOMEWARD_SIGN_IN the app runs open.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from framework.people.roles import ADMINISTRATOR, ROLES

SIGN_IN = "HOMEWARD_SIGN_IN"
METADATA = "/.well-known/openid-configuration"
"""Ends the address of every provider's metadata (OpenID Connect Discovery 1.0, section 4)."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


VARIABLES = {
    "sign_in": SIGN_IN,
    "client_id": "HOMEWARD_SIGN_IN_CLIENT_ID",
    "client_secret": "HOMEWARD_SIGN_IN_CLIENT_SECRET",
    "roles": "HOMEWARD_SIGN_IN_ROLES",
    "tenant": "HOMEWARD_SIGN_IN_TENANT",
    "hours": "HOMEWARD_SIGN_IN_HOURS",
    "administrator": "HOMEWARD_ADMINISTRATOR",
    "authority": "HOMEWARD_AUTHORITY",
    "mail_server": "HOMEWARD_MAIL_SERVER",
    "mail_port": "HOMEWARD_MAIL_PORT",
    "mail_sender": "HOMEWARD_MAIL_SENDER",
    "mail_tls": "HOMEWARD_MAIL_TLS",
    "mail_user": "HOMEWARD_MAIL_USER",
    "mail_password": "HOMEWARD_MAIL_PASSWORD",
}
"""The fields of :class:`Settings`, and the variable that each is read from."""
_WORDS = {
    "sign_in": "Where the sign-in provider describes itself",
    "client_id": "Homeward’s id at the provider",
    "client_secret": "Homeward’s secret at the provider",
    "roles": "Roles of the provider, and what each is here",
    "tenant": "The only tenant whose people may sign in",
    "hours": "Hours that a person stays signed in",
    "administrator": "Address of the first administrator",
    "authority": "Name of the authority",
    "mail_server": "Mail server",
    "mail_port": "Port of the mail server",
    "mail_sender": "Address that lines are sent from",
    "mail_tls": "How the way to the mail server is encrypted",
    "mail_user": "Homeward’s name at the mail server",
    "mail_password": "Homeward’s password at the mail server",
}
_UNSET = {
    "sign_in": "not set: Homeward runs open",
    "tenant": "not set: whoever the provider lets in",
    "mail_server": "not set: Homeward sends no e-mail",
}
MAIL_FIELDS = tuple(name for name in VARIABLES if name.startswith("mail_"))
_NEEDS_SIGN_IN = ("client_id", "client_secret", "roles", "tenant", "hours", "administrator")


class SettingsError(Exception):
    """A variable of the environment that cannot be used: one sentence that names it."""


def _metadata(text: str) -> str:
    parts = urlsplit(text)
    own_machine = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not (parts.hostname and (parts.scheme == "https" or own_machine) and parts.path.endswith(METADATA)):
        raise ValueError(f"has to be an address that begins with https:// and ends with {METADATA}")
    return text


def _mapping(text: str | dict[str, str]) -> dict[str, str]:
    """ "Homeward.Practitioner=practitioner, …" """
    if isinstance(text, dict):
        return text
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        theirs, equals, ours = (part.strip() for part in pair.partition("="))
        if not (theirs and equals and ours):
            raise ValueError(f"has to be pairs such as Homeward.Practitioner=practitioner; “{pair}” is none")
        if ours not in ROLES:
            raise ValueError(f"names “{ours}”, which is no role of Homeward. Its roles are {', '.join(ROLES)}")
        if theirs in found:
            raise ValueError(f"names “{theirs}” twice")
        found[theirs] = ours
    return found


def _address(text: str) -> str:
    if text.count("@") != 1 or any(one.isspace() for one in text) or not all(text.split("@")):
        raise ValueError("has to be one e-mail address, as the provider knows the first administrator")
    return text.casefold()


def _server(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z._-]+|\[[0-9A-Fa-f:]+\]", text):
        raise ValueError(
            "has to be the name of one server, such as mail.council.example; its port has a variable of its own"
        )
    return text.strip("[]")


def _sender(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+", text):
        raise ValueError("has to be one e-mail address, such as homeward@council.example")
    return text


def _tls(text: str) -> str:
    if text not in ("starttls", "tls", "none"):
        raise ValueError("has to be starttls (usual with port 587), tls (usual with port 465) or none")
    return text


class Settings(BaseModel):
    """As :meth:`given` reads it."""

    model_config = ConfigDict(frozen=True)

    sign_in: Annotated[str, BeforeValidator(_metadata)] = ""
    """The address of the provider's metadata; "": the app runs open."""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    roles: Annotated[dict[str, str], BeforeValidator(_mapping)] = Field(default_factory=dict)
    """What the provider calls a role: what it is called here."""
    tenant: str = ""
    """The only tenant (`tid`) whose people may sign in; "": the provider has one."""
    hours: int = Field(default=8, ge=1, le=24)
    """How long a person stays signed in."""
    administrator: Annotated[str, BeforeValidator(_address)] = ""
    """The address of the first administrator, in small letters."""
    authority: str = Field(default="", max_length=120)
    """The authority's name, as it is shown."""

    mail_server: Annotated[str, BeforeValidator(_server)] = ""
    """Its name; "": no line is sent by e-mail."""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_sender: Annotated[str, BeforeValidator(_sender)] = ""
    mail_tls: Annotated[Literal["starttls", "tls", "none"], BeforeValidator(_tls)] = "starttls"
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")

    @property
    def open(self) -> bool:
        """Whether the app runs without sign-in."""
        return not self.sign_in

    def shown(self) -> list[tuple[str, str, str]]:
        """(variable, what it is, its value) of each, in words; of a secret only whether it is set."""
        values = {
            **{
                name: "set, and not shown" if getattr(self, name).get_secret_value() else ""
                for name in ("client_secret", "mail_password")
            },
            "roles": ", ".join(f"{theirs} = {ROLES[ours].label}" for theirs, ours in self.roles.items()),
            "hours": str(self.hours),
        }
        return [
            (variable, _WORDS[field], values.get(field, str(getattr(self, field))) or _UNSET.get(field, "not set"))
            for field, variable in VARIABLES.items()
        ]

    @classmethod
    def given(cls, environment: Mapping[str, str]) -> "Settings":
        """What the environment says; a variable that is empty is not set. Raises SettingsError."""
        given = {
            field: environment[name].strip() for field, name in VARIABLES.items() if environment.get(name, "").strip()
        }
        try:
            made = cls.model_validate(given)
        except ValidationError as invalid:
            raise _error(invalid) from None
        made._check_together()
        made._check_mail()
        return made

    def _check_mail(self) -> None:
        names = {name: VARIABLES[name] for name in MAIL_FIELDS}
        if not self.mail_server:
            if lonely := [name for name in MAIL_FIELDS if name in self.model_fields_set]:
                raise SettingsError(f"{names[lonely[0]]} is set, but {names['mail_server']} is not. Set both or none.")
            return
        if self.open:
            raise SettingsError(
                f"{names['mail_server']} is set, but {SIGN_IN} is not: nobody has an address to send a line to. Set both or none."
            )
        if not self.mail_sender:
            raise SettingsError(f"{names['mail_sender']} has to be set where {names['mail_server']} is.")
        if bool(self.mail_user) != bool(self.mail_password.get_secret_value()):
            raise SettingsError(
                f"{names['mail_user']} and {names['mail_password']} have to be set together, or neither."
            )
        if self.mail_user and self.mail_tls == "none" and self.mail_server not in _LOOPBACK:
            raise SettingsError(
                f"{names['mail_tls']} is none, so the password would be sent for anybody on the way to read. Use starttls or tls."
            )

    def _check_together(self) -> None:
        if self.open:
            if lonely := [name for name in _NEEDS_SIGN_IN if name in self.model_fields_set]:
                raise SettingsError(
                    f"{VARIABLES[lonely[0]]} is set, but {SIGN_IN} is not: without it Homeward would run open, for everybody. Set both "
                    "or none."
                )
            return
        for name in ("client_id", "client_secret"):
            if name not in self.model_fields_set:
                raise SettingsError(f"{VARIABLES[name]} has to be set where {SIGN_IN} is: the provider gives it.")
        if not self.administrator and ADMINISTRATOR not in self.roles.values():
            raise SettingsError(
                f"{VARIABLES['administrator']} has to name the first administrator where {SIGN_IN} is set: nobody could give a role "
                f"otherwise. {VARIABLES['roles']} can map a role of the provider to administrator instead."
            )


def _error(invalid: ValidationError) -> SettingsError:
    first = invalid.errors(include_input=False)[0]  # the sentence never repeats a secret
    variable, said = VARIABLES[str(first["loc"][0])], first["msg"].removeprefix("Value error, ")
    if first["type"] != "value_error":
        said = f"cannot be used: {said[0].lower()}{said[1:]}"
    return SettingsError(f"{variable} {said}.")
