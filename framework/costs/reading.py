"""What is shown of a scenario, worked out once: the answer, the years, the draws, and every word about them."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from framework.costs import calculator, cohort, model, simulation, words
from framework.costs.cohort import Outlook
from framework.costs.figures import Figures
from framework.costs.simulation import Simulation, Swing
from framework.dates import uk


class About(NamedTuple):
    """What a paper or a workbook says of itself."""

    on: date
    """The day it is made, in England."""
    scenario: str = ""
    authority: str = ""
    author: str = ""
    link: str = ""
    """The address that opens the same scenario."""

    def lines(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Authority", self.authority or "not entered"),
            ("Scenario", self.scenario or "not named"),
            ("Made by", self.author or "not entered"),
            ("Made on", uk(self.on)),
            ("Link", self.link or "not known"),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """`outlook` and `drawn` are None, and `swings` empty, while nobody has said what the support achieves."""

    answer: calculator.Answer
    outlook: Outlook | None
    drawn: Simulation | None
    swings: tuple[Swing, ...]
    said: words.Said


def read(figures: Figures, scenario: model.Scenario, draws: int = model.DRAWS) -> Reading:
    answer = model.answer_of(figures, scenario)
    in_time = cohort.needed(figures, scenario)
    if not model.effect_given(scenario):
        return Reading(answer, None, None, (), words.compose(figures, scenario, answer, in_time, None))
    outlook, swings = cohort.outlook(figures, scenario), simulation.tornado(figures, scenario)
    drawn = simulation.simulate(figures, scenario, draws)
    said = words.compose(figures, scenario, answer, in_time, (outlook, drawn, simulation.matter_most(swings)))
    return Reading(answer, outlook, drawn, swings, said)
