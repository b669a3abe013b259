"""Protects: the settings of sign-in. One that cannot be used stops the start and names its variable; no secret is ever shown."""

import pytest

from framework.people.roles import ROLES
from framework.people.settings import VARIABLES, Settings, SettingsError
from tests.people.settled import ENVIRONMENT, SETTINGS

SECRET = ENVIRONMENT["HOMEWARD_SIGN_IN_CLIENT_SECRET"]


def test_without_any_the_app_runs_open() -> None:
    assert Settings.given({}).open and Settings.given({"HOMEWARD_SIGN_IN": " ", "HOMEWARD_AUTHORITY": "Fen"}).open
    assert Settings.given({"HOMEWARD_AUTHORITY": "Fen"}).authority == "Fen"


def test_they_are_read_from_the_environment() -> None:
    assert not SETTINGS.open and SETTINGS.hours == 8 and SETTINGS.tenant == ""
    assert SETTINGS.roles == {"Homeward.Practitioner": "practitioner", "Homeward.Director": "director"}
    assert SETTINGS.administrator == "ada@example.org" and SETTINGS.client_secret.get_secret_value() == SECRET


def test_a_provider_on_the_same_machine_may_be_asked_without_tls() -> None:
    here = "http://localhost:9000/.well-known/openid-configuration"
    assert Settings.given({**ENVIRONMENT, "HOMEWARD_SIGN_IN": here}).sign_in == here


@pytest.mark.parametrize(
    ("changed", "named", "says"),
    [
        ({"HOMEWARD_SIGN_IN_ROLES": "Homeward.Wizard=wizard"}, "HOMEWARD_SIGN_IN_ROLES", "“wizard”, which is no role"),
        ({"HOMEWARD_SIGN_IN_ROLES": "practitioner"}, "HOMEWARD_SIGN_IN_ROLES", "“practitioner” is none"),
        ({"HOMEWARD_SIGN_IN_ROLES": "A=trainer,A=director"}, "HOMEWARD_SIGN_IN_ROLES", "“A” twice"),
        ({"HOMEWARD_SIGN_IN": "login.example.org"}, "HOMEWARD_SIGN_IN", "begins with https://"),
        (
            {"HOMEWARD_SIGN_IN": "http://login.example.org/.well-known/openid-configuration"},
            "HOMEWARD_SIGN_IN",
            "https",
        ),
        ({"HOMEWARD_SIGN_IN": "https://login.example.org/"}, "HOMEWARD_SIGN_IN", "/.well-known/openid-configuration"),
        ({"HOMEWARD_SIGN_IN": ""}, "HOMEWARD_SIGN_IN_CLIENT_ID", "Set both or none"),
        ({"HOMEWARD_SIGN_IN_CLIENT_ID": ""}, "HOMEWARD_SIGN_IN_CLIENT_ID", "has to be set"),
        ({"HOMEWARD_SIGN_IN_CLIENT_SECRET": " "}, "HOMEWARD_SIGN_IN_CLIENT_SECRET", "has to be set"),
        ({"HOMEWARD_SIGN_IN_HOURS": "0"}, "HOMEWARD_SIGN_IN_HOURS", "greater than or equal to 1"),
        ({"HOMEWARD_SIGN_IN_HOURS": "all day"}, "HOMEWARD_SIGN_IN_HOURS", "integer"),
        ({"HOMEWARD_ADMINISTRATOR": "Ada"}, "HOMEWARD_ADMINISTRATOR", "e-mail address"),
        ({"HOMEWARD_ADMINISTRATOR": ""}, "HOMEWARD_ADMINISTRATOR", "nobody could give anybody a role"),
        ({"HOMEWARD_AUTHORITY": "F" * 121}, "HOMEWARD_AUTHORITY", "120"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_variable_named(changed: dict[str, str], named: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.given({**ENVIRONMENT, **changed})
    sentence = str(refused.value)
    assert sentence.startswith(f"{named} ") and says in sentence and sentence.endswith(".") and SECRET not in sentence


def test_the_provider_may_name_the_administrators_instead() -> None:
    mapped = {**ENVIRONMENT, "HOMEWARD_ADMINISTRATOR": "", "HOMEWARD_SIGN_IN_ROLES": "A=administrator"}
    assert Settings.given(mapped).administrator == ""


def test_what_is_shown_names_every_variable_and_no_secret() -> None:
    shown = SETTINGS.shown()
    assert [variable for variable, _, _ in shown] == list(VARIABLES.values()) and all(all(row) for row in shown)
    assert SECRET not in repr(shown) and SECRET not in repr(SETTINGS)
    values = {variable: value for variable, _, value in shown}
    assert f"Homeward.Director = {ROLES['director'].label}" in values["HOMEWARD_SIGN_IN_ROLES"]
    assert ("HOMEWARD_SIGN_IN_CLIENT_SECRET", "Homeward’s secret at the provider", "not set") in Settings().shown()
