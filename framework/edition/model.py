"""What an edition is: the framework as data, immutable."""

import itertools
from functools import cached_property, lru_cache
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from framework.loading import Id, LoadingError, Text

CAPACITY, WISHES = "capacity", "wishes"
"""Subjects that are scored beside the factors; no factor may take their names."""
CHILD, HOUSEHOLD = "child", "household"
"""What a score can be about, beside a carer's id; no carer may take their names."""
UNKNOWN = "unknown"
ABSENT, RESOLVED, NOT_APPLICABLE = "absent", "resolved", "not_applicable"
"""Answers that a rule of the app names; every other answer is known by its value alone."""
ABUSE = "abuse"
"""The domain of risk factors in which an unknown answer is named beside any light."""
UNNAMED_CARER = ""
"""Stands for the carer nobody has named yet: what would be asked about them is unknown."""

# Strict, since TOML has true and 1 and says which is meant.
Flag = Annotated[bool, Field(strict=True)]
Value = Annotated[int, Field(strict=True, ge=0, le=2)]
Provenance = Literal["published", "reconstructed"]
GuidanceProvenance = Literal["published", "reconstructed", "product", "to_check"]
"""Also "product", what we decided, and "to_check", our reading that somebody has still to confirm."""
DimensionId = Literal["risk", "protection", "capacity", "wishes"]
DIMENSIONS: tuple[DimensionId, ...] = ("risk", "protection", "capacity", "wishes")
Combination = tuple[int, int, int, int]
"""One value for each dimension, in the order of DIMENSIONS; 0 is the most favourable."""


class EditionError(LoadingError):
    """An edition that cannot be used: says which file, which key and why."""

    if_missing = "Copy it from the built-in edition."


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Content):
    id: Id
    citation: Text
    kind: Literal["research", "review", "framework", "guidance", "law", "statistics", "own"]
    note: str = ""


class Level(_Content):
    """One of the levels of the traffic light. `shape` is what carries the meaning without colour."""

    id: Id
    label: Text
    light: Literal["green", "amber", "red"]
    shape: Literal["circle", "triangle", "octagon", "octagon_bar"]
    meaning: Text
    source: str
    provenance: Provenance
    """Of the level itself."""
    meaning_provenance: Provenance = "reconstructed"
    """Of `meaning`; what the research says of babies was worked out for a child of any age."""


class Status(_Content):
    """One possible answer. `value` is what it makes of its dimension; 0 is the most favourable."""

    id: Id
    label: Text
    value: Value
    help: Text
    only_about: Literal["child"] | None = None
    only_where: Literal["may_not_apply"] | None = None
    """Only for a factor that is marked so."""
    shown_last: Flag = False
    """On a form it stands after the other answers, before "not known"; its place in the order is unchanged."""


class Dimension(_Content):
    """One of the four things the rule looks at, with the answers that feed it and how they combine."""

    id: DimensionId
    label: Text
    question: Text
    gist: str = ""
    """What is asked of one person, in a line: for capacity and wishes, which have no factors."""
    combine: Literal["least_favourable", "most_favourable"]
    values: tuple[Text, ...]
    source: str
    provenance: Provenance
    status: Annotated[tuple[Status, ...], Field(min_length=2)]

    @cached_property
    def value_of(self) -> dict[str, int]:
        return {status.id: status.value for status in self.status}

    @property
    def worst(self) -> int:
        return len(self.values) - 1


class Unknown(_Content):
    id: Literal["unknown"]
    label: Text
    help: Text


class Row(_Content):
    """A row of the rule: the values of each dimension that it accepts, and the level it gives."""

    level: str
    risk: tuple[Annotated[int, Field(strict=True)], ...]
    protection: tuple[Annotated[int, Field(strict=True)], ...]
    capacity: tuple[Annotated[int, Field(strict=True)], ...]
    wishes: tuple[Annotated[int, Field(strict=True)], ...]

    def fits(self, combination: Combination) -> bool:
        return all(value in getattr(self, name) for name, value in zip(DIMENSIONS, combination, strict=True))


class Rule(_Content):
    source: str
    provenance: Provenance
    provenance_note: str = ""
    row: Annotated[tuple[Row, ...], Field(min_length=1)]
    typical: tuple[Row, ...] = ()
    typical_provenance: Provenance = "reconstructed"


class Caution(_Content):
    label: Text
    text: Text
    sources: tuple[str, ...]


class EvidenceKind(_Content):
    id: Id
    label: Text
    help: Text


class Domain(_Content):
    id: Id
    polarity: Literal["risk", "protective"]
    label: Text
    intro: Text


class Factor(_Content):
    """A risk or protective factor, as the research names it and as Homeward explains it."""

    id: Id
    polarity: Literal["risk", "protective"]
    domain: str
    scope: Literal["child", "household", "carer"]
    caution: Flag
    label: Text
    definition: Text
    look_for: Annotated[tuple[Text, ...], Field(min_length=1)]
    evidence: Annotated[tuple[Text, ...], Field(min_length=1)]
    not_evidence: Annotated[tuple[Text, ...], Field(min_length=1)]
    source: str
    provenance: Provenance
    """Of the finding that the factor matters."""
    guidance_provenance: GuidanceProvenance = "product"
    """Of the words: what counts as resolved, improving, absent and so on, and what as evidence."""
    may_not_apply: Flag = False
    """Whether there are people about whom it cannot be asked; only then can it be answered "does not apply"."""
    may_not_apply_when: str = ""
    """When that is, for the form and the library."""
    process: Flag = False
    """A protective factor that is something services do, and not something the family has."""
    put_right_by: Literal["parents", "authority"] = "parents"
    """Who has to act while it is there; "authority" is never said to be for the parents to change."""


class Stage(_Content):
    number: Annotated[int, Field(strict=True, ge=1)]
    id: Id
    label: Text
    purpose: Text
    tasks: Annotated[tuple[Text, ...], Field(min_length=1)]
    people: tuple[Text, ...]
    watch_for: tuple[Text, ...]
    classifies: Flag
    source: str
    provenance: Provenance
    provenance_note: str = ""


class Message(_Content):
    """A message from research, with the factors it matters for."""

    id: Id
    text: Text
    figure: str = ""
    about: tuple[str, ...] = ()
    topic: Literal["harm", "breakdown", "support", "assessment", "timing", "participation", "bias", "costs"]
    source: str
    provenance: Provenance
    caveat: str = ""


class Chapter(_Content):
    """What the publications say about the framework itself, point by point."""

    id: Id
    part: Literal["framework", "practice", "people"]
    title: Text
    intro: str = ""
    points: Annotated[tuple[Text, ...], Field(min_length=1)]
    source: str
    provenance: Provenance
    caveat: str = ""


class Question(NamedTuple):
    """Something a panel member answers: a factor, a carer's capacity to change or somebody's wish."""

    subject: str
    """A factor's id, "capacity" or "wishes"."""
    about: str
    """"child", "household" or a carer's id ("" while no carer is named)."""
    dimension: DimensionId

    @property
    def key(self) -> tuple[str, str]:
        return (self.subject, self.about)


class PanelRole(_Content):
    """A role that somebody can have at a meeting. Chairing is a duty beside it."""

    id: Id
    label: Text
    help: Text
    scores: Flag
    decides: Flag = False
    """One of the decision makers: their absence is said, with `missing`."""
    missing: str = ""
    """The sentence where nobody has this role; "" where it may be empty, or another role can stand in for it."""
    asked_met_family: Flag = False
    """Whether the role is there for an independent view: one of these roles is asked for (`no_independent_view`)."""
    source: str
    provenance: Literal["published", "reconstructed", "product"]


class PanelRules(_Content):
    least_scoring: Annotated[int, Field(strict=True, ge=1)]
    """With fewer who score, the meeting says so; it can go on."""
    no_independent_view: Text
    """The sentence where nobody is there for an independent view."""
    source: str
    provenance: Literal["published", "reconstructed", "product"]


class Edition(_Content):
    """The whole framework as data; immutable, and valid once it exists (see :func:`load`)."""

    id: Id
    title: Text
    summary: Text
    jurisdiction: Text
    based_on: tuple[str, ...]
    note: Text
    source: tuple[Source, ...]
    level: Annotated[tuple[Level, ...], Field(min_length=2)]
    dimension: tuple[Dimension, Dimension, Dimension, Dimension]
    unknown: Unknown
    rule: Rule
    caution: Caution
    evidence: tuple[EvidenceKind, ...]
    domain: tuple[Domain, ...]
    factor: Annotated[tuple[Factor, ...], Field(min_length=2)]
    stage: tuple[Stage, ...]
    chapter: tuple[Chapter, ...] = ()
    message: tuple[Message, ...]
    panel_role: tuple[PanelRole, ...] = ()
    """Empty in an edition written before release 0.3.0: see `panel_roles`."""
    panel_rules_of_its_own: PanelRules | None = Field(None, alias="panel_rules")
    hash: str
    """SHA-256 of the files as they were read."""
    text: str = Field(repr=False)
    """The files themselves, so that a meeting can keep the words it was scored with."""

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {source.id: source for source in self.source}

    @cached_property
    def levels(self) -> dict[str, Level]:
        return {level.id: level for level in self.level}

    @cached_property
    def rank(self) -> dict[str, int]:
        """0 for the most favourable level."""
        return {level.id: rank for rank, level in enumerate(self.level)}

    @cached_property
    def factors(self) -> dict[str, Factor]:
        return {factor.id: factor for factor in self.factor}

    @cached_property
    def caution_ids(self) -> frozenset[str]:
        return frozenset(factor.id for factor in self.factor if factor.caution)

    @cached_property
    def safety_ids(self) -> frozenset[str]:
        """The abuse factors and the cautions: where one of them is unknown, that is named beside any light."""
        return self.caution_ids | {f.id for f in self.factor if f.polarity == "risk" and f.domain == ABUSE}

    @cached_property
    def process_ids(self) -> frozenset[str]:
        return frozenset(factor.id for factor in self.factor if factor.process)

    @cached_property
    def dimensions(self) -> dict[str, Dimension]:
        return {dimension.id: dimension for dimension in self.dimension}

    @cached_property
    def panel_roles(self) -> dict[str, PanelRole]:
        """The roles of a meeting by id; those of the built-in edition where this one names none."""
        return {role.id: role for role in self.panel_role} or _built_in().panel_roles

    @cached_property
    def panel_rules(self) -> PanelRules:
        return self.panel_rules_of_its_own or _built_in().panel_rules

    def asks_met_family(self, role: str) -> bool:
        """Whether a role is there for an independent view, so that it is asked whether it has met the family."""
        return role in self.panel_roles and self.panel_roles[role].asked_met_family

    def role_label(self, role: str) -> str:
        """What a role is called. “chair” was a role in release 0.2.0."""
        known = self.panel_roles.get(role)
        return known.label if known else {"chair": "Chair"}.get(role, role.replace("_", " ").capitalize())

    @cached_property
    def evidence_kinds(self) -> dict[str, EvidenceKind]:
        return {kind.id: kind for kind in self.evidence}

    def dimension_of(self, subject: str) -> Dimension:
        """The dimension that a factor, "capacity" or "wishes" feeds. KeyError for anything else."""
        if subject in (CAPACITY, WISHES):
            return self.dimensions[subject]
        return self.dimensions["risk" if self.factors[subject].polarity == "risk" else "protection"]

    def subject_label(self, subject: str) -> str:
        """What a factor, "capacity" or "wishes" is called. KeyError for anything else."""
        return self.factors[subject].label if subject in self.factors else self.dimensions[subject].label

    def statuses(self, subject: str, about: str) -> tuple[Status, ...]:
        """The answers that can be given, without "not known", most favourable first."""
        may_not_apply = subject in self.factors and self.factors[subject].may_not_apply
        return tuple(
            s
            for s in self.dimension_of(subject).status
            if s.only_about in (None, about) and (may_not_apply or s.only_where is None)
        )

    def choices(self, subject: str, about: str) -> tuple[Status | Unknown, ...]:
        """The answers that can be given, in the order of a form: "not known" last, before it those to be shown last."""
        return (*sorted(self.statuses(subject, about), key=lambda status: status.shown_last), self.unknown)

    def status_label(self, subject: str, status: str) -> str:
        if status == UNKNOWN:
            return self.unknown.label
        return next(s.label for s in self.dimension_of(subject).status if s.id == status)

    def questions(self, carers: tuple[str, ...]) -> tuple[Question, ...]:
        """Every question about a child and these carers, in the order of the edition."""
        return _questions(self, carers)

    @cached_property
    def combinations(self) -> tuple[Combination, ...]:
        return tuple(itertools.product(*(range(d.worst + 1) for d in self.dimension)))  # type: ignore[arg-type]

    @cached_property
    def row_for(self) -> dict[Combination, Row]:
        """The first row that fits, for every combination."""
        return {c: next(row for row in self.rule.row if row.fits(c)) for c in self.combinations}

    def is_typical(self, combination: Combination) -> bool:
        """Whether a typical row holds this combination; otherwise it is a gap between those rows."""
        return any(row.fits(combination) for row in self.rule.typical)

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and other.hash == self.hash


@lru_cache(maxsize=512)
def _questions(edition: Edition, carers: tuple[str, ...]) -> tuple[Question, ...]:
    # A carer nobody has named yet still has to be asked about: what is missing is unknown, not absent.
    named = carers or (UNNAMED_CARER,)
    abouts = {"child": (CHILD,), "household": (HOUSEHOLD,), "carer": named}
    dimension: dict[str, DimensionId] = {"risk": "risk", "protective": "protection"}
    return (
        *(Question(f.id, about, dimension[f.polarity]) for f in edition.factor for about in abouts[f.scope]),
        *(Question(CAPACITY, carer, "capacity") for carer in named),
        *(Question(WISHES, about, "wishes") for about in (CHILD, *named)),
    )


def _built_in() -> Edition:
    from framework.edition.loader import DEFAULT, load  # which needs this module

    return load(DEFAULT)


class EditionText(BaseModel):
    """An edition as it is kept in the record: :func:`framework.edition.parse_stored` reads it."""

    model_config = ConfigDict(frozen=True)

    text: str
