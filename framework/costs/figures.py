"""The published cost figures: costs.toml of an edition, checked. Raises EditionError naming file, key and reason."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from framework import edition as editions
from framework.edition import EditionError, Id, Provenance, Source, Text

Money = Annotated[Decimal, Field(ge=0, le=100_000_000)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Range = tuple[Annotated[int, Field(ge=-100, le=0)], Annotated[int, Field(ge=0, le=100)]]
"""How far a figure may lie below and above what was entered, in per cent of it."""
LONGEST = 120
"""Months that the model can look ahead."""


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Sourced(_Content):
    source: str
    provenance: Provenance
    note: str = ""


class Figure(_Sourced):
    value: Money
    unit: Text


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

    @property
    def editions(self) -> dict[str, CostEdition]:
        return {edition.id: edition for edition in self.edition}

    @property
    def curves(self) -> dict[str, Curve]:
        return {curve.id: curve for curve in self.curve}


@lru_cache(maxsize=8)
def load(edition: str | None = None) -> Figures:
    """The cost figures of a framework edition (None: the current one)."""
    path = editions.folder_of(edition) / "costs.toml"
    try:
        table = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise EditionError(f"{path}: the file is missing. Copy it from the built-in edition.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise EditionError(f"{path}: cannot be read as UTF-8 text ({error}).") from None
    except tomllib.TOMLDecodeError as error:
        raise EditionError(f"{path}: is not valid TOML. {error}") from None
    citations = {source.id: source.citation for source in editions.load(edition).source}
    citations |= {str(s.get("id")): str(s.get("citation")) for s in table.get("source", ()) if isinstance(s, dict)}
    try:
        figures = Figures.model_validate({**table, "citations": citations})
    except ValidationError as error:
        first = error.errors()[0]
        where = " → ".join(str(step + 1) if isinstance(step, int) else step for step in first["loc"])
        raise EditionError(f"{path}: {where}: {first['msg']}.") from None
    for where, problem in _problems(figures):
        raise EditionError(f"{path}: {where}: {problem}")
    return figures


def _problems(figures: Figures):
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
