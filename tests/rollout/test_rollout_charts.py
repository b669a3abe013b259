"""The timeline says all that it has to say: nothing is printed over something else, cut, or outside the picture."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from framework.rollout import checklist, fold, reading, sample
from pages.rollout import charts
from pages.ui.charts import for_file, svg

LIST = checklist.load()
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TODAY = NOW.date()
LONG = "A local task whose name is as long as a name may be, that is some eighty signs."
assert 75 < len(LONG) <= 80


@pytest.fixture(scope="module")
def bars() -> tuple[reading.Bar, ...]:
    found = reading.timeline(fold(sample.load(LIST, NOW)), TODAY)
    return (*found[:-1], replace(found[-1], title=LONG))


def texts(drawing: str) -> dict[str, float]:
    """Every text of a drawing, with how far down it stands from the top of the plot; a text of several lines as one."""
    found = re.findall(r"<text[^>]*transform=\"translate\([-\d.]+,([-\d.]+)\)[^>]*>(.*?)</text>", drawing, re.S)
    return {" ".join(re.sub(r"<[^>]+>", " ", text).split()): float(down) for down, text in found}


@pytest.mark.slow
def test_no_name_is_cut_and_today_stands_below_the_plot(bars: tuple[reading.Bar, ...]) -> None:
    said = texts(svg(for_file(charts._timeline(TODAY, bars))))
    assert {f"{bar.id} {bar.title}" for bar in bars} <= said.keys()
    assert not [text for text in said if "…" in text]
    months = [down for text, down in said.items() if re.fullmatch(r"[A-Z][a-z]{2} \d{4}", text)]
    assert len(months) > 3 and max(months) < 0
    assert said["today, 24 November 2026"] > 26 * (len(bars) - 1), "the months stand above it"


def end(expression: Any) -> tuple[date, date]:
    """Where the timeline ends on a phone and elsewhere."""
    phone, elsewhere = re.findall(r"datetime\((\d+), (\d+), (\d+)\)", expression["expr"])
    return tuple(date(int(y), int(m) + 1, 1) + timedelta(days=int(d) - 1) for y, m, d in (phone, elsewhere))  # type: ignore[return-value]


def test_the_note_beside_the_last_bar_is_inside_the_picture() -> None:
    first = TODAY - timedelta(days=100)
    bar = reading.Bar("1.1", "Task", 1, "blocked", "", first, TODAY, None, "moved back by 3 weeks", ())
    phone, elsewhere = end(charts._ends(TODAY, (bar,)).to_dict())
    assert phone == TODAY + timedelta(days=1)
    beside = (elsewhere - TODAY).days / (elsewhere - first).days * charts.PLOT
    assert beside > charts.LETTER * len(bar.note)
    assert end(charts._ends(TODAY, (replace(bar, note=""),)).to_dict())[1] < elsewhere
