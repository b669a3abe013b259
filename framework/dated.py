"""Dated values in the content of an edition: an item may stand several times, each with the day from which it is used.

So a case, a scenario or a plan of the past is read with what was in force then.
"""

from datetime import date
from typing import Any


class BadDate(ValueError):
    """A `valid_from` that is no day, or a day that is given twice; the message is for whoever wrote the file."""


def day_of(value: Any, first_day: date, where: str) -> date:
    """The `valid_from` of an item as TOML gives it; `first_day` if it has none. `where` names the item. Raises BadDate."""
    day = value.get("valid_from", first_day) if isinstance(value, dict) else first_day
    if type(day) is not date:
        raise BadDate(f"{where} → valid_from: must be a day, written like 2027-04-01 without quotation marks.")
    return day


def value_on(day: date, values: Any, first_day: date, where: str) -> Any:
    """Of several dated items, the newest that is in force on a day; before all of them, the first. A single item is itself.

    Raises BadDate.
    """
    if not isinstance(values, list):
        return values
    if not values:
        raise BadDate(f"{where}: has no value.")
    by_day = {day_of(value, first_day, where): value for value in values}
    if len(by_day) < len(values):
        raise BadDate(f"{where}: stands twice with the same valid_from; each value needs its own.")
    return by_day[max((one for one in by_day if one <= day), default=min(by_day))]
