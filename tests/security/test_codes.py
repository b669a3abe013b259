"""Protects: codes cannot be guessed, and nobody who guesses keeps others out."""

import logging
from collections.abc import Callable

import pytest

from framework.panel.meetings import ALPHABET, CODE_LENGTH
from framework.streams import guessing
from framework.streams.guessing import Caller, Guesses
from framework.streams.kind import Refused
from tests.load.client import StreamlitClient
from tests.security.attacker import run
from tests.server import AppServer


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


def wrong(guesses: Guesses, caller: Caller) -> str:
    with pytest.raises(Refused) as refused:
        guesses.rate_limited(caller, lambda: None, "wrong")
    return str(refused.value)


def right(guesses: Guesses, caller: Caller) -> str:
    return guesses.rate_limited(caller, lambda: "found", "wrong")


def test_a_code_has_eight_signs() -> None:
    assert CODE_LENGTH == 8
    assert len(ALPHABET) ** CODE_LENGTH > 5e11


@pytest.mark.parametrize("another", ["192.0.2.7", "2001:db8:1:2::9"])
def test_nobody_locks_out_the_others_behind_one_address(another: str) -> None:
    clock = Clock()
    guesses = Guesses(clock)
    for number in range(5000):
        wrong(guesses, Caller(f"attacker {number}", another))
    member = Caller("a member", another)
    assert 0 < guesses.hold(member) <= guessing.LONGEST_HOLD
    assert right(guesses, member) == "found"


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "192.0.2.8", False),
    ],
)
def test_an_ipv6_network_counts_as_one_address(one: str, other: str, together: bool) -> None:
    guesses = Guesses(Clock())
    for number in range(guessing.FREE_FROM_AN_ADDRESS):
        wrong(guesses, Caller(f"tab {number}", one))
    assert (guesses.hold(Caller("new", other)) > 0) is together


def test_an_address_is_held_longer_the_more_it_tries_and_is_forgiven() -> None:
    clock = Clock()
    guesses = Guesses(clock)
    holds = []
    for number in range(guessing.FREE_FROM_AN_ADDRESS + 10):
        holds.append(guesses.hold(Caller(f"tab {number}", "192.0.2.7")))
        wrong(guesses, Caller(f"tab {number}", "192.0.2.7"))
    assert holds == sorted(holds)
    assert holds[guessing.FREE_FROM_AN_ADDRESS - 1] == 0 < holds[guessing.FREE_FROM_AN_ADDRESS] < holds[-1]
    clock.time = guessing.COUNTED + 1
    assert guesses.hold(Caller("tab", "192.0.2.7")) == 0


def test_many_wrong_codes_from_everywhere_raise_an_alarm_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    guesses = Guesses(Clock())
    with caplog.at_level(logging.WARNING):
        for number in range(guessing.ALARM):
            wrong(guesses, Caller(f"tab {number}", f"192.0.{number}.7"))
    assert [record.getMessage()[:27] for record in caplog.records] == ["Somebody may be guessing co"]
    assert right(guesses, Caller("a member", "192.0.2.7")) == "found"


def test_the_waits_are_measured_with_a_clock_that_nobody_sets_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> float:
        raise AssertionError("the time of day is not asked")

    unwanted: Callable[[], float] = fails
    monkeypatch.setattr("time.time", unwanted)
    guesses = Guesses()
    for _ in range(guessing.FREE_TRIES):
        wrong(guesses, Caller("tab"))
    assert "Please wait" in wrong(guesses, Caller("tab"))


def test_an_invented_address_starts_no_new_count(server: AppServer) -> None:
    async def said() -> list[str]:
        cookies: dict[str, str] = {}
        answers = []
        for number in range(guessing.FREE_TRIES + 1):
            headers = {"X-Forwarded-For": f"192.0.2.{number}"}
            query = f"code=WRONG{number}"
            client = await StreamlitClient.connect(
                server.url, page="panel", query=query, headers=headers, cookies=cookies
            )
            answers.append(" ".join(client.texts()))
            cookies = client.cookies
            await client.close()
        return answers

    answers = run(said)
    assert "No meeting has this code" in answers[0]
    assert "Please wait" in answers[-1]
