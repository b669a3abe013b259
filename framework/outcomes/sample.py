"""Made-up returns of five years with a story to show, and the truth of the simulated lives that they were written from.

The lives come first: each child's days looked after, drawn with a seed. The returns list what a return would; the truth says what happened, and
owes nothing to the code that reads returns. Lengths of care, the share who go home and how soon they come back are near the published
ones (Goldacre et al. 2022: about 12% in 3 months, 20% in a year, a third in six years); nothing here is of a real child.

`python -m framework.outcomes.sample FOLDER` writes the files.
"""

import random
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from framework.dates import birthday
from framework.outcomes.files import Source
from framework.tables import csv_bytes

SAMPLE = Path(__file__).parents[2] / "sample_data" / "outcomes"
FIRST, LAST = 2022, 2026
"""Financial years, by the calendar year in which they end."""
CHILDREN = 900
SEED = 903
EXTRACT = date(LAST, 3, 31)
OPENING = date(FIRST - 1, 4, 1)
FRAMEWORK_FROM = date(2023, 9, 1)
EPISODES = ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN")  # fmt: skip
HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
OC2 = ("CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON")
TRUTH = ("CHILD", "RETURNED", "KIND", "BACK")
CAREFUL = 0.35
"""How the chance of coming back changes where the framework was used."""


@dataclass(slots=True)
class Stay:
    """One placement of a life: an episode."""

    start: date
    end: date
    rne: str
    ls: str
    place: str
    rec: str = "X1"


@dataclass(slots=True)
class Life:
    child: str
    born: date
    sex: str
    ethnicity: str
    need: str
    sdq: int
    framework: date | None = None
    periods: list[list[Stay]] = field(default_factory=list)


def lives(seed: int = SEED, children: int = CHILDREN) -> list[Life]:
    """The lives of so many children, always the same for one seed."""
    chance = random.Random(seed)
    return [_life(chance, str(900_001 + number)) for number in range(children)]


def _life(chance: random.Random, child: str) -> Life:
    start = date(2018, 6, 1) + timedelta(days=chance.randrange(2_800))
    age = chance.choices((0, 2, 6, 12, 15), (20, 18, 20, 27, 15))[0] + chance.random() * 1.9
    life = Life(
        child,
        start - timedelta(days=int(age * 365.25)),
        chance.choice("12") if start < date(2024, 4, 1) else chance.choice("MF"),
        chance.choices(("WBRI", "WOTH", "MWBC", "MOTH", "APKN", "BAFR", "OOTH", "NOBT"), (58, 6, 6, 5, 8, 9, 5, 3))[0],
        chance.choices(("N1", "N2", "N3", "N4", "N5", "N6", "N8"), (58, 4, 5, 9, 15, 4, 5))[0],
        min(40, max(0, round(chance.gauss(14, 6)))),
    )
    eighteenth = birthday(life.born, 18)
    while start < min(EXTRACT, eighteenth):
        period = _period(chance, life, start, eighteenth)
        life.periods.append(period)
        end, rec = period[-1].end, period[-1].rec
        if rec not in ("E4A", "E4B"):
            break
        if rec == "E4A" and end >= FRAMEWORK_FROM and life.framework is None and chance.random() < 0.6:
            life.framework = FRAMEWORK_FROM + timedelta(days=chance.randrange(max((end - FRAMEWORK_FROM).days, 0) + 1))
        back = _days_until_back(chance, rec, life, end)
        if back is None:
            break
        start = end + timedelta(days=back)
    return life


def _days_until_back(chance: random.Random, rec: str, life: Life, home: date) -> int | None:
    """Days until the child comes back, from 2 on; None if not in the years that are looked at."""
    share = 0.30 if rec == "E4A" else 0.52
    share += 0.06 * (len(life.periods) > 1) + 0.05 * (life.sdq >= 17)
    if life.framework and life.framework <= home:
        share *= CAREFUL
    if chance.random() > share:
        return None
    return (
        2 + int(chance.choices((90, 275, 1_500), (36, 24, 40))[0] * chance.random()) + chance.choice((0, 0, 0, 90, 365))
    )


def _period(chance: random.Random, life: Life, start: date, eighteenth: date) -> list[Stay]:
    """The episodes of one period of care, to its end or past the extract date."""
    length = int(chance.choices((25, 120, 420, 1_100, 2_600), (18, 22, 26, 22, 12))[0] * (0.4 + chance.random()))
    order = chance.random() < 0.55
    end = min(start + timedelta(days=max(length, 1)), eighteenth)
    cuts = sorted(
        {
            start,
            *(
                start + timedelta(days=chance.randrange(1, max(length, 2)))
                for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))
            ),
        }
    )
    stays = []
    for number, begun in enumerate(cut for cut in cuts if cut < end):
        following = [cut for cut in cuts if cut > begun and cut < end]
        ls = ("C1" if number == 0 else "C2") if order else "V2"
        place = "U6" if number == 0 else chance.choice(("U4", "U6", "U1", "K2", "T1", "P1" if order else "U3"))
        rne = "S" if number == 0 else ("B" if number == 1 and order else "P")
        stays.append(Stay(begun, following[0] if following else end, rne, ls, place))
    stays[-1].rec = _exit(chance, life, end >= eighteenth, length, order)
    return stays


def _exit(chance: random.Random, life: Life, adult: bool, length: int, order: bool) -> str:
    if adult:
        return chance.choice(("E17", "E5", "E7"))
    if length > 1_400:
        return chance.choices(("E11", "E45", "E8", "E4A"), (30, 30, 20, 20))[0]
    if length > 300:
        return chance.choices(("E4A", "E4B", "E45", "E11", "E41", "E13", "E8"), (40, 8, 20, 12, 6, 4, 10))[0]
    return chance.choices(("E4A", "E4B", "E13", "E41", "E8"), (58 if order else 50, 18, 5, 4, 10))[0]


# ── The truth ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Truth:
    """What happened between the first day of the first return and the extract date."""

    returns: tuple[tuple[str, date, str, date | None], ...]
    """child, day, planned or unplanned, day of the re-entry."""
    under_order: int
    broken_down: int


def truth(every: list[Life]) -> Truth:
    """Returns, re-entries and returns under an order, straight from the lives."""
    returns = []
    moves = broken = 0
    for life in every:
        for number, period in enumerate(life.periods):
            end, rec = period[-1].end, period[-1].rec
            if rec in ("E4A", "E4B") and OPENING <= end <= EXTRACT:
                later = life.periods[number + 1][0].start if number + 1 < len(life.periods) else None
                back = later if later and later <= EXTRACT else None
                returns.append((life.child, end, "planned" if rec == "E4A" else "unplanned", back))
            seen = [stay for stay in period if stay.end >= OPENING and stay.start <= EXTRACT and stay.place != "T1"]
            for before, stay in pairwise(seen):
                if stay.place == "P1" and before.place != "P1":
                    after = next((one for one in seen if one.start > stay.start and one.place != "P1"), None)
                    moves, broken = moves + 1, broken + (after is not None)
    return Truth(tuple(returns), moves, broken)


# ── The files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def sample_files(every: list[Life]) -> dict[str, bytes]:
    """All files of the sample by their names: the returns of five years, the list of whom the framework was used for, and the truth."""
    made: dict[str, bytes] = {}
    for year in range(FIRST, LAST + 1):
        folder = f"{year - 1}-{year % 100:02d}"
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        episodes, header, oc2 = [], [], []
        for life in every:
            stays = [stay for period in life.periods for stay in period if stay.start <= last and stay.end >= first]
            episodes += [_episode(life, stay, last) for stay in stays]
            if stays:
                header.append((life.child, _sex(life.sex, year), _uk(life.born), life.ethnicity, "", "", ""))
            if any(period[0].start <= last - timedelta(days=365) and period[-1].end > last for period in life.periods):
                oc2.append((life.child, _uk(life.born), str(life.sdq), ""))
        made[f"{folder}/episodes.csv"] = csv_bytes([EPISODES, *episodes])
        made[f"{folder}/header.csv"] = csv_bytes([HEADER, *header])
        made[f"{folder}/oc2.csv"] = csv_bytes([OC2, *oc2])
    used = [(life.child, _uk(life.framework)) for life in every if life.framework]
    made["framework_used.csv"] = csv_bytes([("CHILD", "FROM"), *used])
    found = truth(every)
    rows = [(child, _uk(on), kind, _uk(back) if back else "") for child, on, kind, back in found.returns]
    made["truth/returns.csv"] = csv_bytes([TRUTH, *rows])
    return made


def _sex(sex: str, year: int) -> str:
    """1 and 2 until 2023-24, letters from 2024-25."""
    letters = {"1": "M", "2": "F"}
    return letters.get(sex, sex) if year >= 2025 else {"M": "1", "F": "2"}.get(sex, sex)


def _episode(life: Life, stay: Stay, last: date) -> tuple[str, ...]:
    ended = stay.end <= last
    provider = "PR0" if stay.place == "P1" else "PR1"
    end, reason = (_uk(stay.end), stay.rec) if ended else ("", "")
    return (
        life.child,
        _uk(stay.start),
        stay.rne,
        stay.ls,
        life.need,
        stay.place,
        provider,
        end,
        reason,
        "",
        "",
        "",
        "",
    )


def _uk(on: date) -> str:
    return on.strftime("%d/%m/%Y")


def sources() -> tuple[Source, ...]:
    """The sample's returns as somebody would bring them."""
    names = sorted(file for file in SAMPLE.rglob("*.csv") if file.parent.name != "truth")
    return tuple(Source(str(file.relative_to(SAMPLE)), file.read_bytes()) for file in names)


def write(folder: Path) -> None:
    """Write the sample into a folder."""
    for name, data in sample_files(lives()).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
