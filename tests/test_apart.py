"""Protects: work in a process apart takes no more than its bounds, says which one it met, and is told nothing it need not know."""

import os
import resource

import pytest

from framework import apart

BOUNDS = apart.Bounds(seconds=20, megabytes=500)


def test_what_it_returns_comes_back_from_another_process() -> None:
    assert apart.run(sorted, [3, 1, 2], bounds=BOUNDS) == [1, 2, 3]
    assert apart.run(os.getpid, bounds=BOUNDS) != os.getpid()


def test_what_it_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        apart.run(int, "x", bounds=BOUNDS)


def test_more_memory_than_it_has_ends_it_alone() -> None:
    with pytest.raises(apart.UsedUp, match="more than 500 MB of memory"):
        apart.run(bytearray, 600_000_000, bounds=BOUNDS)
    assert len(apart.run(bytearray, 100_000_000, bounds=BOUNDS)) == 100_000_000


def test_more_time_than_it_has_ends_it_alone() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(apart.UsedUp, match="longer than 1 seconds"):
        apart.run(sum, range(10**15), bounds=apart.Bounds(seconds=1, megabytes=500))
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 3, "it is the processor that is bounded"


def test_a_process_that_sleeps_ends_by_the_clock() -> None:
    import time

    with pytest.raises(apart.UsedUp, match="longer than 1 seconds"):
        apart.run(time.sleep, 1000, bounds=apart.Bounds(seconds=1, megabytes=500))


def test_it_knows_no_database_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///secret.db")
    monkeypatch.setenv("HOMEWARD_SECRET", "s" * 40)
    assert apart.run(os.getenv, "DATABASE_URL", bounds=BOUNDS) is None
    assert apart.run(os.getenv, "HOMEWARD_SECRET", bounds=BOUNDS) is None
