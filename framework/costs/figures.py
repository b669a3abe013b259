"""The published cost figures: costs.toml of an edition, checked. Raises EditionError naming file, key and reason.

A figure may have several values, each with the day from which it is used (`valid_from`). A new value is added and the old
one stays, so that a scenario or a link made with the old one is read as it was.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from framework import dates, loading
from framework import edition as editions
from framework.dated import BadDate, day_of, value_on
from framework.edition import EditionError, Provenance, Source
from framework.loading import Id, Text

Money = Annotated[Decimal, Field(ge=0, le=100_000_000)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Range = tuple[Annotated[int, Field(ge=-100, le=0)], Annotated[int, Field(ge=0, le=100)]]
"""How far a figure may lie below and above what was entered, in per cent of it."""
LONGEST = 120
"""Months that the model can look ahead."""
FIRST_DAY = date(2026, 11, 24)
"""When release 0.2.0 was published, whose figures had no date: what has none is used from this day."""
DATED = ("example", "discount", "ranges", "need_mix")
"""The tables of costs.toml that may stand there several times, once for each date; the figures of a study and the curves may, too."""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sourced(_Content):
    source: str
    provenance: Provenance
    note: str = ""
    valid_from: date = FIRST_DAY
    """The first day on which it is used here. The year of a study's prices is another thing: `price_year`."""


class Figure(_Sourced):
    value: Money
    unit: Text
    per: Literal["year", "stay"] = "year"
    """What a cost of care is for, as the study says it: twelve months, or a child who comes back, for a time that it does not give."""


class CostEdition(_Content):
    """One study's figures, all at the prices of one year."""

    id: Id
    label: Text
    price_year: Annotated[int, Field(ge=1990, le=2100)]
    source: str
    note: str
    reentry_cost: Figure
    support_average: Figure
    support_low: Figure
    support_medium: Figure
    support_high: Figure

    @property
    def figures(self) -> dict[str, Figure]:
        names = ("reentry_cost", "support_average", "support_low", "support_medium", "support_high")
        return {name: getattr(self, name) for name in names}


class Curve(_Sourced):
    """The share of all children who went home that is back in care so many months later, point by point."""

    id: Id
    label: Text
    months: Annotated[tuple[Annotated[int, Field(ge=1, le=LONGEST)], ...], Field(min_length=1, max_length=10)]
    share: tuple[Share, ...]

    @model_validator(mode="after")
    def _rises(self) -> "Curve":
        if len(self.months) != len(self.share):
            raise ValueError("months and share must have as many entries as each other")
        if sorted(set(self.months)) != list(self.months):
            raise ValueError("the months must rise from point to point")
        if sorted(self.share) != list(self.share) or self.share[-1] <= 0:
            raise ValueError("the shares must not fall from point to point, and the last must be above 0")
        return self

    @property
    def total(self) -> Decimal:
        return self.share[-1]


class National(_Content):
    """A study's totals for the country, and how the publication rounded them."""

    id: Id
    label: Text
    edition: str
    returns: Annotated[int, Field(gt=0)]
    returns_provenance: Provenance
    reentries: Annotated[int, Field(gt=0)]
    reentries_provenance: Provenance
    reentries_derived: str = ""
    """How the publication came to the number, where it is no count."""
    reentry_total: Money | int
    reentry_rounded_to: int
    reentry_rounding: Literal["nearest", "down"]
    support_total: Money | int
    support_rounded_to: int
    support_rounding: Literal["nearest", "down"]
    source: str
    note: str


class Example(_Sourced):
    children: Annotated[int, Field(ge=1)]
    reentry_rate: Share
    kept: Annotated[int, Field(ge=0)]
    edition: str
    curve: str

    @model_validator(mode="after")
    def _fits(self) -> "Example":
        if self.kept > self.children * self.reentry_rate:
            raise ValueError("kept must not be more than the children who come back")
        return self


class Discount(_Sourced):
    rate: Share


class Ranges(_Sourced):
    reentry_rate: Range
    reentry_cost: Range
    support_cost: Range
    effect: Range


class NeedMix(_Sourced):
    low: Annotated[int, Field(ge=0, le=100)]
    medium: Annotated[int, Field(ge=0, le=100)]
    high: Annotated[int, Field(ge=0, le=100)]


class Figures(_Content):
    """Everything in costs.toml, valid once it exists."""

    source: tuple[Source, ...] = ()
    example: Example
    discount: Discount
    ranges: Ranges
    need_mix: NeedMix
    edition: Annotated[tuple[CostEdition, ...], Field(min_length=1)]
    curve: Annotated[tuple[Curve, ...], Field(min_length=1)]
    national: tuple[National, ...] = ()
    citations: dict[str, str]
    """Every source that may be named, the framework edition's own included."""
    as_at: date = FIRST_DAY
    """The day from which these are the figures: the newest `valid_from` among them."""

    @property
    def id(self) -> str:
        """A short name for exactly these numbers: the day from which they count and six hex digits of their hash.

        Addresses hold it, so what is hashed stays as it is.
        """
        numbers = json.dumps(dict(self._numbers()))
        return f"{self.as_at.isoformat()}-{hashlib.sha256(numbers.encode()).hexdigest()[:6]}"

    def _numbers(self) -> Iterator[tuple[str, str]]:
        """Everything published that an answer may rest on, without words, sources and notes."""
        for edition in self.edition:
            yield edition.id, str(edition.price_year)
            yield from ((f"{edition.id}/{name}", _plain(figure.value)) for name, figure in edition.figures.items())
        for curve in self.curve:
            yield (
                f"curve/{curve.id}",
                " ".join(f"{m}:{_plain(s)}" for m, s in zip(curve.months, curve.share, strict=True)),
            )
        e, r, n = self.example, self.ranges, self.need_mix
        yield "example", f"{e.children} {_plain(e.reentry_rate)} {e.kept} {e.edition} {e.curve}"
        yield "discount", _plain(self.discount.rate)
        yield "ranges", f"{r.reentry_rate} {r.reentry_cost} {r.support_cost} {r.effect}"
        yield "need_mix", f"{n.low} {n.medium} {n.high}"

    @property
    def editions(self) -> dict[str, CostEdition]:
        return {edition.id: edition for edition in self.edition}

    @property
    def curves(self) -> dict[str, Curve]:
        return {curve.id: curve for curve in self.curve}


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def load(edition: str | None = None, on: date | None = None) -> Figures:
    """The cost figures of a framework edition (None: the current one) as they are on a day (None: today, in England).

    On a day before the first of them, the first. Raises EditionError.
    """
    versions = _versions(editions.folder_of(edition))
    day = on or dates.today()
    return next((figures for figures in reversed(versions) if figures.as_at <= day), versions[0])


def of_link(name: str | None, figures_on: Callable[[date], Figures]) -> tuple[Figures, str]:
    """The figures that an address was made with, by their `id`, and a sentence if these are not to be had any more ("" if they are).

    None: an address of release 0.2.0, which named none.
    """
    if name is None:
        return figures_on(FIRST_DAY), ""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{6}", name):
        try:
            day = date.fromisoformat(name[:10])
        except ValueError:
            pass
        else:
            found = figures_on(day)
            if found.id == name:
                return found, ""
            said = "The published figures that it was made with are not kept here."
            return found, f"{said} It is shown with those from {dates.uk(found.as_at)}, so its answers may differ."
    return figures_on(dates.today()), f"There are no published figures “{name[:40]}”. It is shown with today's."


@lru_cache(maxsize=8)
def _versions(folder: Path) -> tuple[Figures, ...]:
    """The figures from each day on which one of them changes, the first first. All of them are checked."""
    path = folder / "costs.toml"
    table = loading.parse(loading.read(path, EditionError), path, EditionError, parse_float=Decimal)
    citations = {source.id: source.citation for source in editions.load(str(folder)).source}
    citations |= {str(s.get("id")): str(s.get("citation")) for s in table.get("source", ()) if isinstance(s, dict)}
    try:
        days = sorted(set(_days(table)) or {FIRST_DAY})
        tables = [{**_as_on(table, day), "citations": citations, "as_at": day} for day in days]
    except BadDate as error:
        raise EditionError(f"{path}: {error}") from None
    return tuple(loading.validate(Figures, on_day, path, EditionError, _problems) for on_day in tables)


# ── Dated values ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _as_on(table: dict[str, Any], day: date) -> dict[str, Any]:
    """The table with one value for each figure: the one that is used on a day."""
    found = dict(table)
    for name in DATED:
        if name in table:
            found[name] = value_on(day, table[name], FIRST_DAY, name)
    found["edition"] = [_study_on(study, day) for study in _list(table, "edition") if _begun(_figures_of(study), day)]
    curves: dict[str, list[Any]] = {}
    for curve in _list(table, "curve"):
        curves.setdefault(str(curve.get("id")) if isinstance(curve, dict) else "", []).append(curve)
    found["curve"] = [
        value_on(day, values, FIRST_DAY, f'curve "{name}"')
        for name, values in curves.items()
        if _begun({f'curve "{name}"': values}, day)
    ]
    return found


def _study_on(study: Any, day: date) -> Any:
    figures = {key: value_on(day, value, FIRST_DAY, f"edition → {key}") for key, value in _figures_of(study).items()}
    return {**study, **figures} if isinstance(study, dict) else study


def _begun(items: dict[str, Any], day: date) -> bool:
    """Whether any of these is used on this day already: a study that is added later is no part of the figures before."""
    return any(one <= day for one in _days_of(items)) or not items


def _days(table: dict[str, Any]) -> Iterator[date]:
    """Every day on which a figure begins to be used."""
    yield from _days_of({name: table[name] for name in DATED if name in table})
    yield from _days_of({"curve": _list(table, "curve")})
    for study in _list(table, "edition"):
        yield from _days_of(_figures_of(study))


def _days_of(items: dict[str, Any]) -> Iterator[date]:
    for where, values in items.items():
        yield from (day_of(value, FIRST_DAY, where) for value in (values if isinstance(values, list) else [values]))


def _figures_of(study: Any) -> dict[str, Any]:
    """The figures of a study in the file, each a table or, with several values, a list of tables."""
    if not isinstance(study, dict):
        return {}
    return {f: value for f, value in study.items() if isinstance(value, dict | list)}


def _list(table: dict[str, Any], name: str) -> list[Any]:
    found = table.get(name, [])
    return found if isinstance(found, list) else []


def _problems(figures: Figures) -> Iterator[tuple[str, str]]:
    """What pydantic cannot see: names that point nowhere, and ids used twice."""
    for kind, items in (("edition", figures.edition), ("curve", figures.curve), ("national", figures.national)):
        ids = [item.id for item in items]
        for name in ids:
            if ids.count(name) > 1:
                yield f'{kind} "{name}"', "this id is used twice; each must be used once."
    sourced: list[tuple[str, str]] = [
        ("example", figures.example.source),
        ("discount", figures.discount.source),
        ("ranges", figures.ranges.source),
        ("need_mix", figures.need_mix.source),
        *((f'curve "{curve.id}"', curve.source) for curve in figures.curve),
        *((f'national "{national.id}"', national.source) for national in figures.national),
        *((f'edition "{edition.id}"', edition.source) for edition in figures.edition),
        *((f'edition "{e.id}" → {name}', figure.source) for e in figures.edition for name, figure in e.figures.items()),
    ]
    for where, source in sourced:
        if source not in figures.citations:
            yield f"{where} → source", f'"{source}" is neither in sources.toml nor in this file.'
    for where, named in (
        ("example", figures.example.edition),
        *((f'national "{n.id}"', n.edition) for n in figures.national),
    ):
        if named not in figures.editions:
            yield f"{where} → edition", f'there is no edition "{named}".'
    if figures.example.curve not in figures.curves:
        yield "example → curve", f'there is no curve "{figures.example.curve}".'
    if figures.need_mix.low + figures.need_mix.medium + figures.need_mix.high != 100:
        yield "need_mix", "low, medium and high must add up to 100."
