"""The committee's paper, tagged for screen readers (PDF/UA-1), set by Typst.

Text reaches Typst as data and never as its markup, so that nothing that somebody entered can be taken for a command.
Charts come in as SVG, each with the words that stand for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framework import documents
from framework.costs import model, views, words
from framework.costs.figures import Figures
from framework.costs.reading import About, Reading
from framework.dates import uk
from framework.tables import Table
from framework.text import unbroken

TEMPLATE = Path(__file__).parent / "report.typ"
FONT = "Libertinus Serif"
"""The font of the paper, and so of the charts in it; it is in `framework/fonts`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart for the paper."""

    title: str
    alt: str
    svg: str


def build(
    figures: Figures,
    scenario: model.Scenario,
    reading: Reading,
    pictures: Sequence[Picture],
    about: About,
    record: str = "",
) -> bytes:
    """The paper as PDF. Raises DocumentFailed.

    `record` is what it carries of the record at its foot: “Record 4f2a 91bc 03d7 a1e2”.
    `pictures` are the map and, where an effect is given, the years and the uncertainty, in this order.
    """
    data = documents.each_text(_data(figures, scenario, reading, pictures, about), unbroken)
    data["record"] = record
    files = {f"{number}.svg": picture.svg.encode() for number, picture in enumerate(pictures)}
    return documents.pdf(TEMPLATE, data, files)


def _data(
    figures: Figures, scenario: model.Scenario, reading: Reading, pictures: Sequence[Picture], about: About
) -> dict[str, object]:
    said = reading.said
    edition = model.edition_of(figures, scenario)
    sources = [edition.source, figures.example.source, figures.discount.source]
    if scenario.curve != model.OWN:
        sources.append(figures.curves[scenario.curve].source)
    return {
        "title": about.scenario or "What support for families costs, and what failed returns cost",
        "about": [list(line) for line in about.lines()],
        "date": uk(about.on),
        "headline": said.headline,
        "numbers": [list(tile) for tile in said.tiles],
        "sentences": [*said.sentences, *([said.ask] if said.ask else [])],
        "assumed_title": words.ASSUMED,
        "assumed": [list(one) for one in words.assumed(figures, scenario)],
        "bridge": _table(views.bridge_table(views.bridge(figures, scenario, reading.outlook))),
        "inputs": _table(views.scenario_table(figures, scenario)),
        "map_note": said.map_note,
        "pictures": [{"title": picture.title, "alt": picture.alt} for picture in pictures],
        "over_time": _over_time(scenario, reading),
        "assumptions": list(words.ASSUMPTIONS),
        "sources": list(dict.fromkeys(figures.citations[source] for source in sources)),
        "notes": [edition.note, words.ROUNDING],
        "reason": words.NOT_A_REASON,
    }


def _over_time(scenario: model.Scenario, reading: Reading) -> dict[str, object] | None:
    """The years and the uncertainty; None while no effect is given."""
    if reading.outlook is None:
        return None
    said = reading.said
    return {
        "years": said.years,
        "years_table": _table(_narrow(views.year_table(reading.outlook), (0, 3, 4, 5, 8))),
        "uncertainty": said.uncertainty,
        "spread_title": said.tornado_title,
        "tornado_table": _table(views.tornado_table(reading.swings, scenario)),
    }


def _narrow(table: Table, columns: tuple[int, ...]) -> Table:
    head = ("Year", "Care costs, without", "with support", "New spending", "Position so far")
    return Table(head, tuple(tuple(row[c] for c in columns) for row in table.rows))


def _table(table: Table) -> dict[str, object]:
    return {"head": list(table.head), "rows": [list(row) for row in table.rows]}
