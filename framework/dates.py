"""Times and days as people in England read them, and the working days of England. Every time in the record is UTC."""

import re
from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LONDON = ZoneInfo("Europe/London")


def uk_time(at: datetime) -> str:
    """“22 November 2026, 14:05”, in the time that a clock in England shows."""
    here = at.astimezone(LONDON)
    return f"{here.day} {here:%B %Y, %H:%M}"


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


FAR = date.max
"""Sorts what has no date after everything that has one."""


def local(moment: datetime) -> datetime:
    """A moment as the clock on the wall showed it in England."""
    return moment.astimezone(LONDON)


def today() -> date:
    """The day that it is in England: in summer, an hour earlier than in UTC."""
    return local(datetime.now(UTC)).date()


def uk(day: date | None) -> str:
    """24 November 2026; an empty text for no date."""
    return f"{day.day} {day:%B %Y}" if day else ""


def uk_short(day: date | None) -> str:
    """24 Nov 2026."""
    return f"{day.day} {day:%b %Y}" if day else ""


def birthday(born: date, age: int) -> date:
    """The day on which somebody reaches an age. Who was born on 29 February has it on 1 March in other years."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


# ── As people write them ─────────────────────────────────────────────────────────────────────────────────────────────

_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y")
_TIME = re.compile(r"(\d{1,2})(?:[.:](\d\d))?(?::00)? ?([ap]\.?m\.?)?", re.IGNORECASE)


def read_day(text: str) -> date:
    """A day as people in Britain write it, the day before the month: 24/11/2026, 24-11-2026, 24 Nov 2026. Raises ValueError."""
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError("not a day")


def read_time(text: str) -> str:
    """A time of day as "09:30", from 9:30, 09.30, 9.30 am, 2pm. Raises ValueError; so does a lone number."""
    found = _TIME.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        raise ValueError("not a time")
    hour, half = int(found[1]), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError("not a time")
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{time(hour, int(found[2] or 0)):%H:%M}"


# ── Working days ─────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _holidays() -> Container[date]:
    import holidays  # heavy, and needed only where working days are counted

    return holidays.country_holidays("GB", subdiv="ENG")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _holidays()


@lru_cache(maxsize=4096)
def add_working_days(day: date, count: int) -> date:
    """The day that lies so many working days after this one."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def working_days_between(first: date, second: date) -> int:
    """How many working days lie after the first day, up to and including the second."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (second - first).days + 1))


def working_day_before(day: date) -> date:
    """The last working day that lies before this one."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_day_on_or_after(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
