"""Made-up returns for tests: rows as they would stand in a file, and what is read from them."""

import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from framework.outcomes import answers, episodes, files, periods
from framework.outcomes.cells import EPOCH

HEADINGS = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
Row = Sequence[str]
"""child, start, RNE, legal status, placement, end, reason; dates as in the file."""


def csv_of(rows: Iterable[Row]) -> bytes:
    lines = [
        f"{child},{decom},{rne},{ls},N1,{place},PR1,{dec},{rec},,,," for child, decom, rne, ls, place, dec, rec in rows
    ]
    return "\n".join([HEADINGS, *lines, ""]).encode()


def reading(**returns: Iterable[Row]) -> episodes.Reading:
    """Returns of years such as y2021, read."""
    return read(*(files.Source(f"{name[1:]}/episodes.csv", csv_of(rows)) for name, rows in returns.items()))


def read(*sources: files.Source) -> episodes.Reading:
    return episodes.read(files.find(sources))


def answered(**returns: Iterable[Row]) -> answers.Answers:
    return answers.answer(reading(**returns))


def history(extract: date | None = None, **returns: Iterable[Row]) -> periods.History:
    made = reading(**returns)
    return periods.history(made, (answers.extract_of(made, extract) - EPOCH).days)


def uk(on: date | None) -> str:
    return on.strftime("%d/%m/%Y") if on else ""


def histories(seed: int, children: int) -> dict[str, list[Row]]:
    """Four years of returns of children whose ways through care have every kind of edge: gaps of a day, overlaps, ends left out."""
    chance = random.Random(seed)
    returns: dict[str, list[Row]] = {f"y{year}": [] for year in (2020, 2021, 2022, 2023)}
    for number in range(children):
        _one_child(chance, f"C{number}", returns)
    return returns


def _one_child(chance: random.Random, child: str, returns: dict[str, list[Row]]) -> None:
    start = date(2019, 4, 1) + timedelta(days=chance.randrange(1200))
    for number in range(chance.randint(1, 7)):
        end: date | None = start + timedelta(days=chance.choice((0, 1, 2, 5, 40, 200, 500)))
        if chance.random() < 0.12:
            end = None
        rne = "S" if number == 0 or chance.random() < 0.3 else chance.choice("LPTBU")
        ls = chance.choice(("V2", "V2", "C1", "C2", "C2", "V3", "V4", "E1"))
        place = chance.choice(("U6", "U1", "P1", "P1", "T1", "K2", "H5", "K3"))
        rec = chance.choice(("X1", "X1", "X1", "E4A", "E4A", "E4B", "E4", "E8", ""))
        for name, rows in returns.items():
            year = int(name[1:])
            first, last = date(year - 1, 4, 1), date(year, 3, 31)
            if start <= last and (end is None or end >= first) and chance.random() < 0.95:
                ended = end is not None and end <= last
                rows.append((child, uk(start), rne, ls, place, uk(end) if ended else "", rec if ended else ""))
        start = (end or start + timedelta(days=60)) + timedelta(days=chance.choice((-3, 0, 0, 0, 1, 2, 3, 30, 100)))
