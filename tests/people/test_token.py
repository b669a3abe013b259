"""Protects: whose token Homeward takes, for how long, and how little of it is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from framework.people import Settings, person_id
from framework.people.token import KEPT, LONGEST, MOST_ROLES, TokenRefused, kept, read

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SETTINGS = Settings(sign_in="https://login.example/.well-known/openid-configuration", client_id="homeward", tenant="t1")
GOOD: dict[str, Any] = {
    "iss": "https://login.example",
    "sub": "s1",
    "aud": "homeward",
    "tid": "t1",
    "iat": NOW.timestamp(),
    "name": "Pia Practitioner",
    "email": "pia@council.example",
    "roles": ["Homeward.Practitioner"],
}


def test_a_good_token_says_who_it_is_and_until_when() -> None:
    found = read(GOOD, SETTINGS, NOW)
    assert found.person == person_id("https://login.example", "s1")
    assert (found.name, found.address, found.roles) == (
        "Pia Practitioner",
        "pia@council.example",
        ("Homeward.Practitioner",),
    )
    assert found.until == NOW + timedelta(hours=8)


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (timedelta(hours=8), "Your sign-in at 09:00 has ended: each holds for 8 hours"),
        (timedelta(days=400), "has ended"),
        (timedelta(minutes=-3), "dated in the future"),
    ],
)
def test_a_sign_in_holds_for_its_hours_and_not_before_it_began(after: timedelta, sentence: str) -> None:
    with pytest.raises(TokenRefused, match=sentence):
        read(GOOD, SETTINGS, NOW + after)


def test_it_holds_to_its_last_second_and_the_clocks_may_differ_a_little() -> None:
    assert read(GOOD, SETTINGS, NOW + timedelta(hours=8, seconds=-1))
    assert read(GOOD, SETTINGS, NOW - timedelta(minutes=2))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"aud": "another"}, "another application"),
        ({"aud": []}, "another application"),
        ({"aud": None}, "another application"),
        ({"tid": "t2"}, "another organisation"),
        ({"tid": None}, "another organisation"),
        ({"tid": ["t1"]}, "another organisation"),
        ({"iss": ""}, "cannot be read"),
        ({"sub": 5}, "cannot be read"),
        ({"iat": "now"}, "cannot be read"),
        ({"iat": True}, "cannot be read"),
        ({"iat": float("nan")}, "cannot be read"),
        ({"iat": float("inf")}, "cannot be read"),
        ({"iat": -1}, "cannot be read"),
    ],
)
def test_whatever_else_comes_is_nobodys(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TokenRefused, match=sentence):
        read(GOOD | change, SETTINGS, NOW)


def test_an_audience_may_be_one_of_several_and_the_tenant_is_asked_only_where_it_is_set() -> None:
    assert read(GOOD | {"aud": ["another", "homeward"]}, SETTINGS, NOW)
    assert read(GOOD | {"tid": "t2"}, SETTINGS.model_copy(update={"tenant": ""}), NOW)


@pytest.mark.parametrize(
    ("change", "address"),
    [
        ({"email": None, "preferred_username": "pia@council.example"}, "pia@council.example"),
        ({"email_verified": True}, "pia@council.example"),
        ({"email_verified": False}, ""),  # whoever may write any address there would be the administrator
        ({"email": None}, ""),
    ],
)
def test_an_address_is_the_persons_own(change: dict[str, Any], address: str) -> None:
    assert read(GOOD | change, SETTINGS, NOW).address == address


def test_two_sign_ins_of_one_person_are_told_apart() -> None:
    first, again = read(GOOD, SETTINGS, NOW), read(GOOD, SETTINGS, NOW + timedelta(hours=1))
    later = read(GOOD | {"iat": NOW.timestamp() + 1}, SETTINGS, NOW)
    assert first.sign_in == again.sign_in != later.sign_in
    assert first.person == later.person


def test_no_more_is_kept_than_is_needed() -> None:
    brought = GOOD | {
        "picture": "x" * 9000,
        "groups": ["g"] * 500,
        "name": "N" * 5000,
        "roles": ["r" * 5000] * 500 + [7],
        "oid": "somebody",
    }
    found = kept(brought)
    assert set(found) <= set(KEPT)
    assert found["name"] == "N" * LONGEST
    assert found["roles"] == ["r" * LONGEST] * MOST_ROLES
    assert read(kept(GOOD), SETTINGS, NOW) == read(GOOD, SETTINGS, NOW)
