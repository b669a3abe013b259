"""Times as people in England read them. Every time in the record is UTC."""

from datetime import datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def uk_time(at: datetime) -> str:
    """“22 November 2026, 14:05”, in the time that a clock in England shows."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def uk_clock(at: datetime | None) -> str:
    """“14:05”, in the time that a clock in England shows; "" where no time is known."""
    return f"{at.astimezone(LONDON):%H:%M}" if at else ""
