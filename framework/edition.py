"""An edition: the framework as data. Loads a folder of TOML files, checks every rule in it, and hashes it.

A broken file stops the start: :class:`EditionError` names the file, the key and the reason.
"""

import hashlib
import itertools
import os
import re
import tomllib
from collections import Counter
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

CONTENT = Path(__file__).parent / "content"
DEFAULT = "england-2015"
HOLDS = {
    "edition": ("id", "title", "summary", "jurisdiction", "based_on", "note"),
    "sources": ("source",),
    "classification": ("level", "dimension", "unknown", "rule", "caution", "evidence"),
    "factors": ("domain", "factor"),
    "stages": ("stage", "panel_role", "panel_rules"),
    "research": ("message", "chapter"),
}
"""The files of an edition, and what stands in each."""
FILES = tuple(HOLDS)

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

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
# Strict, since TOML has true and 1 and says which is meant.
Flag = Annotated[bool, Field(strict=True)]
Value = Annotated[int, Field(strict=True, ge=0, le=2)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Provenance = Literal["published", "reconstructed"]
GuidanceProvenance = Literal["published", "reconstructed", "product", "to_check"]
"""Also "product", what we decided, and "to_check", our reading that somebody has still to confirm."""
DimensionId = Literal["risk", "protection", "capacity", "wishes"]
DIMENSIONS: tuple[DimensionId, ...] = ("risk", "protection", "capacity", "wishes")
Combination = tuple[int, int, int, int]
"""One value for each dimension, in the order of DIMENSIONS; 0 is the most favourable."""


class EditionError(Exception):
    """An edition that cannot be used: says which file, which key and why."""


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
        return {role.id: role for role in self.panel_role} or load(DEFAULT).panel_roles

    @cached_property
    def panel_rules(self) -> PanelRules:
        return self.panel_rules_of_its_own or load(DEFAULT).panel_rules

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


# ── Loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def folder_of(edition: str | None = None) -> Path:
    """The folder of an edition: a built-in one by its name, or a path. None: $HOMEWARD_EDITION, else the default."""
    chosen = edition or os.environ.get("HOMEWARD_EDITION") or DEFAULT
    built_in = CONTENT / chosen
    return built_in if built_in.is_dir() else Path(chosen)


@lru_cache(maxsize=8)
def load(edition: str | None = None) -> Edition:
    """Load and check an edition. Raises EditionError naming the file, the key and the reason."""
    folder = folder_of(edition)
    if not folder.is_dir():
        raise EditionError(
            f"There is no edition folder at {folder}. Set HOMEWARD_EDITION to a folder that holds "
            f"{', '.join(f'{name}.toml' for name in FILES)}, or leave it unset for the built-in edition."
        )
    texts = {}
    for name in FILES:
        path = folder / f"{name}.toml"
        try:
            texts[name] = path.read_text("utf-8-sig")  # Windows likes to put a mark before a text
        except FileNotFoundError:
            raise EditionError(f"{path}: the file is missing. Copy it from the built-in edition.") from None
        except (OSError, UnicodeDecodeError) as error:
            raise EditionError(f"{path}: cannot be read as UTF-8 text ({error}).") from None
    return parse(texts, folder)


def parse(texts: dict[str, str], folder: Path = Path("."), *, checked: bool = False) -> Edition:
    """An edition from the text of its files (name without ending → text). Raises EditionError.

    `checked`: its rules were checked when it was first loaded, and a check that came later is not held against it.
    """
    merged: dict[str, object] = {}
    for name in FILES:
        try:
            table = tomllib.loads(texts[name])
        except tomllib.TOMLDecodeError as error:
            raise EditionError(f"{folder / name}.toml: is not valid TOML. {error}") from None
        for key, value in table.items():
            if key not in HOLDS[name]:
                here = next((file for file, keys in HOLDS.items() if key in keys), None)
                reason = f"belongs in {here}.toml." if here else "is not a key that an edition has."
                raise EditionError(f"{folder / name}.toml: {key}: {reason}")
            merged[key] = value
    text = "".join(f"# ---- {name}.toml\n{texts[name]}\n" for name in FILES)
    try:
        edition = Edition.model_validate({**merged, "hash": hashlib.sha256(text.encode()).hexdigest(), "text": text})
    except ValidationError as error:
        first = error.errors()[0]
        at = _where(merged, first["loc"])
        reason = _REASONS.get(first["type"], first["msg"])
        raise EditionError(f"{folder / _file_of(first['loc'][0])}.toml: {at}: {reason}.") from None
    for key, problem in () if checked else _problems(edition):
        raise EditionError(f"{folder / _file_of(key.split()[0])}.toml: {key}: {problem}")
    return edition


_REASONS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that is known here",
    "string_too_short": "is empty",
    "too_short": "needs at least one entry",
    "string_pattern_mismatch": "may hold only small letters, digits, - and _, and not begin with - or _",
}
"""Plainer words for what pydantic finds most often."""


def _file_of(key: int | str) -> str:
    return next(file for file, keys in HOLDS.items() if key in keys)


def parse_stored(text: str) -> Edition:
    """An edition from :attr:`Edition.text`, as a meeting keeps it. Raises EditionError."""
    first = f"# ---- {FILES[0]}.toml\n"
    files = _files_of(text, len(first)) if text.startswith(first) else None
    if files is None:
        raise EditionError("The stored edition cannot be taken apart into its files.")
    return parse(files, checked=True)


def _files_of(text: str, start: int, names: tuple[str, ...] = FILES) -> dict[str, str] | None:
    """The files from `start` on, None if they cannot be told apart there.

    A comment or a long text may look like the line that parts two files. It parts them only where that leaves TOML on
    both sides that holds what its file may hold; where more than one place does, nothing but comments lies between.
    """
    name, *later = names
    if not later:
        last = text[start:].removesuffix("\n")
        return {name: last} if _may_be(name, last) else None
    for mark in re.compile(rf"^# ---- {later[0]}\.toml\n", re.MULTILINE).finditer(text, start + 1):
        file = text[start : mark.start() - 1]
        if _may_be(name, file) and (others := _files_of(text, mark.end(), tuple(later))) is not None:
            return {name: file, **others}
    return None


def _may_be(name: str, text: str) -> bool:
    try:
        return tomllib.loads(text).keys() <= set(HOLDS[name])
    except tomllib.TOMLDecodeError:
        return False


def _where(merged: object, loc: tuple[int | str, ...]) -> str:
    """A key as its author would look for it: factor "neglect" → source, rather than factor.1.source."""
    words: list[str] = []
    here = merged
    for step in loc:
        here = here[step] if isinstance(here, list | dict) and _has(here, step) else None  # type: ignore[index]
        if isinstance(step, int):
            name = here.get("id") if isinstance(here, dict) else None
            words.append(f'"{name}"' if name else f"number {step + 1}")
        else:
            words.append(step)
    return " → ".join(words)


def _has(container: list | dict, step: int | str) -> bool:
    return step in container if isinstance(container, dict) else isinstance(step, int) and step < len(container)


def _problems(edition: Edition):
    """What pydantic cannot see: (key, sentence) for each thing wrong, worst first. Source: domain rules 2 and 3."""
    named: dict[str, tuple[Any, ...]] = {
        "source": edition.source,
        "level": edition.level,
        "dimension": edition.dimension,
        "chapter": edition.chapter,
        "evidence": edition.evidence,
        "factor": edition.factor,
        "stage": edition.stage,
        "message": edition.message,
        "panel_role": edition.panel_role,
    }
    for kind, items in named.items():
        for name, times in Counter(item.id for item in items).items():
            if times > 1:
                yield f'{kind} "{name}"', f"this id is used {times} times; each must be used once."
    for (polarity, name), times in Counter((d.polarity, d.id) for d in edition.domain).items():
        if times > 1:
            yield f'domain "{name}"', f"this {polarity} domain is listed {times} times."
    for kind, items in named.items():
        for item in items:
            cited = getattr(item, "source", None)
            if cited is not None and cited not in edition.sources:
                yield f'{kind} "{item.id}" → source', f'"{cited}" is not in sources.toml.'
    for key, cited_by in (("based_on", edition.based_on), ("caution → sources", edition.caution.sources)):
        for cited in cited_by:
            if cited not in edition.sources:
                yield key, f'"{cited}" is not in sources.toml.'
    if edition.panel_role and not any(role.scores for role in edition.panel_role):
        yield "panel_role", "no role scores, so there could be no meeting."
    if (rules := edition.panel_rules_of_its_own) and rules.source not in edition.sources:
        yield "panel_rules → source", f'"{rules.source}" is not in sources.toml.'
    if edition.rule.source not in edition.sources:
        yield "rule → source", f'"{edition.rule.source}" is not in sources.toml.'
    domains = {(d.polarity, d.id) for d in edition.domain}
    for factor in edition.factor:
        if factor.id in (CAPACITY, WISHES):
            yield f'factor "{factor.id}"', "this name is kept for the other questions; choose another."
        if (factor.polarity, factor.domain) not in domains:
            yield f'factor "{factor.id}" → domain', f'there is no {factor.polarity} domain "{factor.domain}".'
        yield from _marking_problems(edition, factor)
    for polarity in ("risk", "protective"):
        if not any(f.polarity == polarity for f in edition.factor):
            yield "factor", f"there is no {polarity} factor."
        elif all(f.may_not_apply for f in edition.factor if f.polarity == polarity):
            yield (
                "factor",
                f"every {polarity} factor is marked may_not_apply; one at least must be one that applies to everybody.",
            )
    for domain in edition.domain:
        if not any((f.polarity, f.domain) == (domain.polarity, domain.id) for f in edition.factor):
            yield f'domain "{domain.id}"', f"no {domain.polarity} factor stands in it."
    numbers = [stage.number for stage in edition.stage]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "stage", f"the numbers must count 1, 2, 3 and so on; they are {', '.join(map(str, numbers))}."
    for message in edition.message:
        for factor_id in message.about:
            if factor_id not in edition.factors:
                yield f'message "{message.id}" → about', f'there is no factor "{factor_id}".'
    yield from _rule_problems(edition)


def _marking_problems(edition: Edition, factor: Factor):
    at = f'factor "{factor.id}"'
    if factor.caution and factor.polarity != "risk":
        yield f"{at} → caution", "only a risk factor can ask for caution."
    if factor.process and factor.polarity != "protective":
        yield f"{at} → process", "only a protective factor can be something that services do."
    if factor.put_right_by != "parents" and factor.polarity != "risk":
        yield f"{at} → put_right_by", "only a risk factor is there to be put right."
    if factor.may_not_apply != bool(factor.may_not_apply_when.strip()):
        yield (
            f"{at} → may_not_apply_when",
            "says when the factor cannot apply, where may_not_apply is true and only there.",
        )
    if factor.may_not_apply and not any(s.only_where for s in edition.dimension_of(factor.id).status):
        yield (
            f"{at} → may_not_apply",
            f'needs an answer for it: a status with only_where = "may_not_apply" in the dimension '
            f'"{edition.dimension_of(factor.id).id}" of classification.toml.',
        )


def _status_problems(dimension: Dimension):
    for name, times in Counter(status.id for status in dimension.status).items():
        if times > 1:
            yield f'dimension "{dimension.id}" → status "{name}"', f"this id is used {times} times."
    if any(status.id == UNKNOWN for status in dimension.status):
        yield f'dimension "{dimension.id}" → status', '"unknown" is added to every question; leave it out here.'
    # The value that moves nothing: 0 where the least favourable answer decides, the worst where the most favourable does.
    neutral = dimension.worst if dimension.combine == "most_favourable" else 0
    for status in dimension.status:
        at = f'dimension "{dimension.id}" → status "{status.id}"'
        if (status.id == NOT_APPLICABLE) != (status.only_where is not None):
            yield f"{at} → only_where", f'"may_not_apply" belongs to the answer "{NOT_APPLICABLE}", and to no other.'
        elif status.only_where and dimension.id in (CAPACITY, WISHES):
            yield f"{at} → only_where", "only a factor can be marked so."
        elif status.only_where and status.value != neutral:
            yield f"{at} → value", f"must be {neutral}: what does not apply counts as what is not there."
    values = [status.value for status in dimension.status]
    if values != sorted(values):
        yield f'dimension "{dimension.id}" → status', "the answers must go from the most favourable to the least."


def _rule_problems(edition: Edition):
    lights = [("green", "amber", "red").index(level.light) for level in edition.level]
    if lights != sorted(lights):
        yield "level", "the lights must go from green to red, as the levels go from the most favourable to the least."
    for label, times in Counter(level.label for level in edition.level).items():
        if times > 1:
            yield "level", f'{times} levels have the label "{label}"; each needs its own.'
    if edition.rule.provenance == "reconstructed" and not edition.rule.provenance_note.strip():
        yield "rule → provenance_note", "is missing: what is reconstructed has to say how."
    if tuple(d.id for d in edition.dimension) != DIMENSIONS:
        yield "dimension", f"the dimensions must be {', '.join(DIMENSIONS)}, in this order."
        return
    for dimension in edition.dimension:
        combine = "most_favourable" if dimension.id == "protection" else "least_favourable"
        if dimension.combine != combine:
            yield f'dimension "{dimension.id}" → combine', f'must be "{combine}": the app says so everywhere in words.'
        # Without those for some only: whoever is asked must be able to give the best and the worst answer.
        values = {status.value for status in dimension.status if not (status.only_about or status.only_where)}
        if values != set(range(dimension.worst + 1)):
            yield (
                f'dimension "{dimension.id}" → status',
                f"the values must be every number from 0 to {dimension.worst}, as `values` describes; they are "
                f"{', '.join(map(str, sorted(values)))}. Answers for the child only, or for what may not apply, do not count.",
            )
            return
        yield from _status_problems(dimension)
    for row in (*edition.rule.row, *edition.rule.typical):
        if row.level not in edition.levels:
            yield "rule", f'a row gives the level "{row.level}", which is not among the levels.'
            return
        for dimension in edition.dimension:
            for value in getattr(row, dimension.id):
                if not 0 <= value <= dimension.worst:
                    yield (
                        f"rule → {dimension.id}",
                        f"the row for {row.level} accepts {value}, but the dimension goes from 0 to {dimension.worst}.",
                    )
                    return
    for combination in edition.combinations:
        if not any(row.fits(combination) for row in edition.rule.row):
            yield "rule", f"is not total: no row fits {_combination(combination)}."
            return
    for number, row in enumerate(edition.rule.row, 1):
        if not any(edition.row_for[combination] is row for combination in edition.combinations):
            yield "rule", f"row {number} ({row.level}) can never apply: the rows above it take all that it accepts."
    for better in edition.combinations:
        for index, dimension in enumerate(edition.dimension):
            if better[index] == dimension.worst:
                continue
            worse: Combination = (*better[:index], better[index] + 1, *better[index + 1 :])  # type: ignore[assignment]
            levels = edition.row_for[better].level, edition.row_for[worse].level
            if edition.rank[levels[1]] < edition.rank[levels[0]]:
                yield (
                    "rule",
                    f"is not monotone: {_combination(worse)} gives {levels[1]}, but the more favourable "
                    f"{_combination(better)} gives {levels[0]}.",
                )
                return
    for row in edition.rule.typical:
        for combination in edition.combinations:
            if row.fits(combination) and edition.row_for[combination].level != row.level:
                yield (
                    "rule → typical",
                    f"says {row.level} for {_combination(combination)}, but the rows give "
                    f"{edition.row_for[combination].level}.",
                )
                return


def _combination(combination: Combination) -> str:
    return ", ".join(f"{name} {value}" for name, value in zip(DIMENSIONS, combination, strict=True))
