"""Times as people in England read them. Every time in the record is UTC."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LONDON = ZoneInfo("Europe/London")


def uk_time(at: datetime) -> str:
    """“22 November 2026, 14:05”, in the time that a clock in England shows."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def uk_date(day: date) -> str:
    """“22 November 2026”."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_words(year_month: str) -> str:
    """ "2019-04" as “April 2019”."""
    year, month = year_month.split("-")
    return f"{MONTHS[int(month) - 1]} {year}"


def months_between(earlier: str, later: str) -> int:
    """Whole months from one "YYYY-MM" to another, the days not being known."""
    (year, month), (then, end) = (map(int, one.split("-")) for one in (earlier, later))
    return 12 * (then - year) + end - month


def uk_clock(at: datetime | None) -> str:
    """“14:05”, in the time that a clock in England shows; "" where no time is known."""
    return f"{at.astimezone(LONDON):%H:%M}" if at else ""
