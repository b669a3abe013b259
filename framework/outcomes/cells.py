"""What a cell of a return says: a child's id, a date, a code. Each is a pure function of one text.

A column has far fewer different texts than rows, so each different text is read once.
"""

import re
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)
FIRST, FIRST_BORN, LAST = date(1970, 1, 1), date(1940, 1, 1), date(2099, 12, 31)
"""Dates outside cannot be of a child in these returns, which began in 1992."""
_SPACES = "\u00a0\u2007\u202f\u200b\u2060\ufeff \t\r\n\f\v"
_NUMBER_POINT = re.compile(r"(\d+)\.0+")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?( ?Z| ?[+-]\d{2}:?\d{2})?$")
_SERIAL = re.compile(r"(\d{5})([.,]\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's dates, as Excel counts them after its wrong 29 February 1900."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip


def tidy(text: str) -> str:
    """A cell without spaces around it, no-break ones too."""
    return text.strip(_SPACES)


def code(text: str) -> str:
    """A code as it is compared: in capitals."""
    return tidy(text).upper()


def child_id(text: str) -> str:
    """A child's id as it is compared: text, in capitals; a spreadsheet's ".0" after a whole number is dropped."""
    plain = tidy(text).upper()
    number = _NUMBER_POINT.fullmatch(plain)
    return number[1] if number else plain


def heading(text: str) -> str:
    """A column's name as it is compared."""
    return re.sub(r"[\s\u00a0]+", "_", tidy(text).strip("\"'")).upper()


class NoDate(ValueError):
    """A text that is not a date that can be; the message says why."""


def day(text: str, *, born: bool = False) -> int | None:
    """A date as days since 1 January 1970, None for an empty cell. Day first, ISO, with a month's name, or a spreadsheet's number.

    Years of two digits are 20yy; of a date of birth, 80 to 99 are 19yy. Raises NoDate.
    """
    plain = tidy(text)
    if not plain:
        return None
    plain = _TIME.sub("", plain)
    found = _date_of(plain, born)
    if not (FIRST_BORN if born else FIRST) <= found <= LAST:
        raise NoDate(f"“{shown(text)}” is not a date that can be")
    return (found - EPOCH).days


def is_serial(text: str) -> bool:
    """Whether a spreadsheet wrote this date as a number of days."""
    return bool(_SERIAL.fullmatch(tidy(text)))


def _date_of(plain: str, born: bool) -> date:
    try:
        if match := _DAY_FIRST.fullmatch(plain):
            return date(_year(match[3], born), int(match[2]), int(match[1]))
        if match := _YEAR_FIRST.fullmatch(plain):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NAMED.fullmatch(plain):
            name = match[2].lower()
            month = _FULL.index(name) if name in _FULL else _MONTHS.index("sep" if name == "sept" else name)
            return date(_year(match[3], born), month + 1, int(match[1]))
        if match := _SERIAL.fullmatch(plain):
            return _SERIAL_ZERO + timedelta(days=int(match[1]))
    except ValueError:
        raise NoDate(f"“{shown(plain)}” is not a day of the calendar") from None
    raise NoDate(f"“{shown(plain)}” is not a date like 31/03/2026")


def _year(text: str, born: bool) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (1900 if born and int(text) >= 80 else 2000)


def financial_year(text: str) -> int | None:
    """The calendar year in which the financial year of a YEAR cell ends: of "2022", "2021-22" and "2021/2022" alike 2022."""
    match = re.fullmatch(r"((?:19|20)\d\d)(?:\.0+)?(?:[-/_]((?:20)?\d\d))?", tidy(text))
    if not match:
        return None
    return int(match[1]) + 1 if match[2] else int(match[1])


_IN_NAME = re.compile(r"(?<![0-9])((?:19|20)\d\d)(?:[-_/ ](?:to[-_ ])?((?:20)?\d\d)(?![0-9]))?(?![0-9])")


def year_in_name(name: str) -> int | None:
    """The financial year that a file's or a folder's name gives, by the calendar year in which it ends."""
    for match in _IN_NAME.finditer(name):
        first, second = int(match[1]), match[2]
        if second and int(second) % 100 == (first + 1) % 100:
            return first + 1
        return first
    return None


def shown(text: str, most: int = 30) -> str:
    """A piece of a cell for a sentence."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text[: most + 1])
    return plain if len(plain) <= most else f"{plain[:most]}…"


# ── Financial years ──────────────────────────────────────────────────────────────────────────────────────────────────


def year_of(day_number: int) -> int:
    """The calendar year in which the financial year of a day ends; 1 April begins a new one."""
    on = EPOCH + timedelta(days=day_number)
    return on.year + (on.month > 3)


def end_of(year: int) -> int:
    """31 March of a financial year, as days since 1970."""
    return (date(year, 3, 31) - EPOCH).days


def label_of(year: int) -> str:
    """A financial year by its two calendar years: 2021-22."""
    return f"{year - 1}-{year % 100:02d}"
