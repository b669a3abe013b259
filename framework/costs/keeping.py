"""What a saved scenario keeps, so that it stays as it was: every value, and the published figures that it rests on.

Also which of these figures have changed since, and how a scenario takes today's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl

from pydantic import BaseModel

from framework.costs import model
from framework.costs.figures import FIRST_DAY, CostEdition, Curve, Discount, Example, Figures, NeedMix, Ranges

OTHERS: dict[str, type[BaseModel]] = {"example": Example, "discount": Discount, "ranges": Ranges, "need_mix": NeedMix}
"""What a scenario begins with, beside a study and a curve."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A scenario with the figures that it was made with, and a sentence for each part of it that cannot be used."""

    figures: Figures
    scenario: model.Scenario
    sentences: tuple[str, ...] = ()


def kept(figures: Figures, scenario: model.Scenario) -> dict[str, Any]:
    """What is stored of a scenario, ready for JSON.

    `inputs`: every value as text (see `scenario.to_inputs`). `figures`: the id of the published figures, the study, the curve
    (None for one's own) and what a scenario begins with, each with its values, its `valid_from` and its source; and these sources.
    """
    study, curve = model.edition_of(figures, scenario), figures.curves.get(scenario.curve)
    others = {name: getattr(figures, name) for name in OTHERS}
    items = [study, *study.figures.values(), *others.values(), *([curve] if curve else [])]
    return {
        "inputs": model.to_inputs(scenario),
        "figures": {
            "id": figures.id,
            "as_at": figures.as_at.isoformat(),
            "edition": study.model_dump(mode="json"),
            "curve": curve and curve.model_dump(mode="json"),
            **{name: item.model_dump(mode="json") for name, item in others.items()},
            "citations": {item.source: figures.citations[item.source] for item in items},
        },
    }


def opened(stored: Mapping[str, Any], figures_on: Callable[[date], Figures]) -> Opened:
    """A stored scenario as it was saved. `figures_on` gives the published figures of a day.

    Release 0.2.0 stored a query only: what it leaves out is as in the figures of that release.
    """
    if "inputs" not in stored:
        figures = figures_on(FIRST_DAY)
        scenario, sentences = model.from_query(figures, dict(parse_qsl(stored["query"])))
    else:
        figures = _with_kept(figures_on(date.fromisoformat(stored["figures"]["as_at"])), stored["figures"])
        scenario, sentences = model.from_inputs(figures, stored["inputs"])
    return Opened(figures, scenario, tuple(sentences))


def _with_kept(figures: Figures, stored: Mapping[str, Any]) -> Figures:
    """The figures with those that a scenario has kept, where the file does not hold them any more."""
    if figures.id == stored["id"]:
        return figures
    study = CostEdition.model_validate(stored["edition"], extra="ignore")
    curve = stored["curve"] and Curve.model_validate(stored["curve"], extra="ignore")
    return figures.model_copy(
        update={
            "edition": (*(one for one in figures.edition if one.id != study.id), study),
            "curve": (*(one for one in figures.curve if not curve or one.id != curve.id), *([curve] if curve else [])),
            **{name: kind.model_validate(stored[name], extra="ignore") for name, kind in OTHERS.items()},
            "citations": {**stored["citations"], **figures.citations},
        }
    )


# ── What has changed since ───────────────────────────────────────────────────────────────────────────────────────────

FigureName = Literal[
    "reentry_cost",
    "support_average",
    "support_low",
    "support_medium",
    "support_high",
    "discount",
    "usual_effect",
    "curve",
]

FOLLOWED: tuple[Literal["discount", "usual_effect"], ...] = ("discount", "usual_effect")
"""Values of a scenario that are published figures as long as nobody has entered another."""


class Change(NamedTuple):
    """A published figure that a scenario rests on and that is another one by now."""

    name: FigureName
    then: Decimal | Curve
    now: Decimal | Curve | None
    """None: there is no such figure any more."""


def changes(then: Figures, now: Figures, scenario: model.Scenario) -> tuple[Change, ...]:
    """The published figures that a scenario made with `then` rests on and that differ in `now`.

    What somebody has entered themselves rests on no published figure.
    """
    before, today = _rests_on(then, scenario), _rests_on(now, scenario)
    for name in FOLLOWED:
        if getattr(scenario, name) == (published := getattr(model.default(then), name)):
            before[name], today[name] = published, getattr(model.default(now), name)
    if scenario.kept is not None:
        before.pop("usual_effect", None)
    return tuple(
        Change(name, figure, today.get(name))
        for name, figure in before.items()
        if _numbers(figure) != _numbers(today.get(name))
    )


def _rests_on(figures: Figures, scenario: model.Scenario) -> dict[FigureName, Decimal | Curve]:
    found: dict[FigureName, Decimal | Curve] = {}
    if study := figures.editions.get(scenario.edition):
        if scenario.reentry_cost is None:
            found["reentry_cost"] = study.reentry_cost.value
        if scenario.support_cost is None and not scenario.mix:
            found["support_average"] = study.support_average.value
        if scenario.support_cost is None and scenario.mix:
            found["support_low"] = study.support_low.value
            found["support_medium"] = study.support_medium.value
            found["support_high"] = study.support_high.value
    if curve := figures.curves.get(scenario.curve):
        found["curve"] = curve
    return found


def _numbers(figure: Decimal | Curve | None) -> object:
    return (figure.months, figure.share) if isinstance(figure, Curve) else figure


def with_todays(then: Figures, now: Figures, scenario: model.Scenario) -> model.Scenario:
    """The scenario on the figures of `now`. What somebody entered stays; what was as published is as published now."""
    before, today = model.default(then), model.default(now)
    changed: dict[str, Any] = {n: getattr(today, n) for n in FOLLOWED if getattr(scenario, n) == getattr(before, n)}
    if scenario.edition not in now.editions:
        changed["edition"] = today.edition
    if scenario.curve != model.OWN and scenario.curve not in now.curves:
        changed["curve"] = today.curve
    return model.without_published(now, replace(scenario, **changed))
