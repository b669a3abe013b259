"""Working days in England, and dates as the British write them."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FAR = date.max
"""Sorts what has no date after everything that has one."""


@lru_cache(maxsize=1)
def _holidays():
    import holidays  # heavy, and needed only where working days are counted

    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays()


@lru_cache(maxsize=4096)
def add(day: date, working_days: int) -> date:
    """The day that lies so many working days after this one."""
    while working_days > 0:
        day += timedelta(days=1)
        working_days -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def between(first: date, second: date) -> int:
    """How many working days lie after the first day, up to and including the second."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (second - first).days + 1))


def working_day_on_or_after(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def local(moment: datetime) -> datetime:
    """A moment as the clock on the wall showed it in England."""
    return moment.astimezone(LONDON)


def uk(day: date | None) -> str:
    """24 November 2026; an empty text for no date."""
    return f"{day.day} {day:%B %Y}" if day else ""


def uk_short(day: date | None) -> str:
    """24 Nov 2026."""
    return f"{day.day} {day:%b %Y}" if day else ""
