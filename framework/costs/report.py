"""The committee's paper: two pages, tagged for screen readers (PDF/UA-1), set by Typst.

Text reaches Typst as data and never as its markup, so that nothing that somebody entered can be taken for a command.
Charts come in as SVG, each with the words that stand for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from framework import documents
from framework.costs import cohort, simulation, views, words
from framework.costs import scenario as sc
from framework.costs.figures import Figures
from framework.costs.workbook import ASSUMPTIONS
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


def build(figures: Figures, scenario: sc.Scenario, pictures: Sequence[Picture], title: str, on: date) -> bytes:
    """The paper as PDF. `pictures` are the map, the years and the uncertainty, in this order. Raises DocumentFailed."""
    data = documents.each_text(_data(figures, scenario, pictures, title, on), unbroken)
    files = {f"{number}.svg": picture.svg.encode() for number, picture in enumerate(pictures)}
    return documents.pdf(TEMPLATE, data, files)


def _data(
    figures: Figures, scenario: sc.Scenario, pictures: Sequence[Picture], title: str, on: date
) -> dict[str, object]:
    answer = sc.answer_of(figures, scenario)
    outlook = cohort.outlook(figures, scenario)
    result = simulation.simulate(figures, scenario)
    swings = simulation.tornado(figures, scenario)
    edition = sc.edition_of(figures, scenario)
    sources = [edition.source, figures.example.source, figures.discount.source]
    if scenario.curve != sc.OWN:
        sources.append(figures.curves[scenario.curve].source)
    needed = answer.breakeven_children_rounded
    return {
        "title": title or "What support for families costs, and what failed returns cost",
        "date": f"{on.day} {on:%B %Y}",
        "headline": words.headline(scenario, answer),
        "numbers": [
            [words.money(answer.expected_cost), "cost of children coming back, without support"],
            [words.money(answer.support_cost), "cost of support for every child who goes home"],
            ["none" if needed is None else f"{needed:,}", "more children at home to break even"],
            [
                words.money(outlook.position, sign=True),
                f"{'after 1 year' if scenario.years == 1 else f'after {scenario.years} years'}, at today's value, with "
                f"{words.more_at_home(scenario, answer)}",
            ],
        ],
        "sentences": [
            words.without_support(scenario, answer),
            words.with_support(scenario, answer),
            words.breakeven(scenario, answer),
            words.prices(figures, scenario),
        ],
        "inputs": _table(views.scenario_table(figures, scenario)),
        "years": f"{words.years(scenario, outlook)} {words.years_note(scenario, answer, outlook)}".strip(),
        "years_table": _table(_narrow(views.year_table(outlook), (0, 3, 4, 5, 8))),
        "uncertainty": words.uncertainty(scenario, result, simulation.matters_most(swings)),
        "spread_title": words.tornado_title(simulation.matters_most(swings)),
        "tornado_table": _table(views.tornado_table(swings, scenario)),
        "pictures": [{"title": picture.title, "alt": picture.alt} for picture in pictures],
        "assumptions": list(ASSUMPTIONS),
        "sources": list(dict.fromkeys(figures.citations[source] for source in sources)),
        "notes": [edition.note, words.ROUNDING],
        "reason": words.NOT_A_REASON,
    }


def _narrow(table: Table, columns: tuple[int, ...]) -> Table:
    head = ("Year", "Care costs, without", "with support", "New spending", "Position so far")
    return Table(head, tuple(tuple(row[c] for c in columns) for row in table.rows))


def _table(table: Table) -> dict[str, object]:
    return {"head": list(table.head), "rows": [list(row) for row in table.rows]}
