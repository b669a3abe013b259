"""A case as the panel reads it: who is concerned, and the evidence bundle. Sample cases live in sample_data/cases/."""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from framework import loading
from framework.dates import months_between
from framework.edition import ABSENT, CAPACITY, NOT_APPLICABLE, WISHES, Edition
from framework.light.classification import Assessment, InvalidAssessment, Key, check_answer, classify
from framework.loading import LoadingError, Text

log = logging.getLogger(__name__)

SAMPLES = Path(__file__).parent.parent.parent / "sample_data" / "cases"


class CaseError(LoadingError):
    """A sample case that cannot be used: says which file, where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Carer(_Part):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    name: Text
    relation: Text


class Entry(_Part):
    """An entry of the chronology. What follows the source is "" in a sample case, and where nobody wrote it."""

    when: Text
    what: Text
    source: Text
    basis: str = ""
    """In words: fact, opinion or said only."""
    affected: str = ""
    means: str = ""
    done: str = ""
    result: str = ""


class TakenFrom(_Part):
    """Of which case file, and of which moment of it, a bundle is a selection."""

    case: str
    version: int
    on: date
    entries: tuple[str, ...]
    """The ids of the entries of the chronology that were chosen."""


class ChildWords(_Part):
    how: Text
    said: tuple[Text, ...]


class CarerView(_Part):
    carer: str
    text: Text


class Report(_Part):
    by: Text
    when: Text
    text: Text


class Remark(_Part):
    """A note on one of the reference answers."""

    factor: str
    about: str
    note: Text
    evidence: tuple[str, ...] = ()


class Differs(_Part):
    factor: str
    about: str
    status: str
    note: str = ""


class FictionalMember(_Part):
    """Somebody who sits in a demonstration. If their role scores: as the reference answers, except where they differ."""

    name: Text
    role: str
    """A role of the edition (stages.toml)."""
    chairs: bool = False
    differs: tuple[Differs, ...] = ()


class Case(_Part):
    """A case with its evidence bundle. Sample cases also carry one careful scorer's answers, for demonstration."""

    id: Annotated[str, StringConstraints(pattern=r"^([A-Z]+-[0-9]+|[0-9a-f]{32})$")]
    """The number of a sample, or the id of the case file that the bundle was taken from."""
    title: Text
    about: str = ""
    """One line on what the case is about, without its answer. "" in release 0.2.0."""
    fictional: bool
    """Whether nobody in it is real. True in every release before 0.4.0, which had samples only."""
    taken_from: TakenFrom | None = None
    """None in a sample."""
    shows: str = ""
    """What a sample teaches, the light included: for a trainer, never for somebody who has yet to score it."""
    level: str = ""
    """Of a sample: what its reference answers come to. "" in a bundle, which has none."""
    basis: Literal["row", "gap", ""] = ""
    stage: Annotated[int, Field(ge=1, le=5)]
    legal_status: Literal["s20", "s31", "s38", "edge", "remand"]
    born: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")]
    as_at: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")] = ""
    """The month in which the bundle was read: ages and times in it are as at then. "" in release 0.2.0."""
    in_care_since: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")] = ""
    """The month in which the child became looked after; "" at the edge of care."""
    home_since: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")] = ""
    """The month in which a child who was accommodated went home, and so is looked after no more; "" while that lasts."""
    summary: Text
    missing: tuple[Text, ...]
    carer: Annotated[tuple[Carer, ...], Field(min_length=1)]
    chronology: tuple[Entry, ...]
    child_words: ChildWords
    carer_view: tuple[CarerView, ...]
    report: tuple[Report, ...]
    scores: dict[str, dict[str, str]] = {}
    capacity: dict[str, str] = {}
    wishes: dict[str, str] = {}
    remark: tuple[Remark, ...] = ()
    member: tuple[FictionalMember, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.taken_from is None and not (self.fictional and self.shows.strip() and self.level and self.scores):
            raise ValueError("a sample is fictional, says what it shows, and has its level and its reference answers")
        if self.taken_from is not None and (self.level or self.scores or self.capacity or self.wishes):
            raise ValueError("a bundle of a case has no reference answers")
        return self

    @property
    def carers(self) -> dict[str, str]:
        """Carer id → the name shown on screen."""
        return {carer.id: f"{carer.name} ({carer.relation})" for carer in self.carer}

    @property
    def standing(self) -> str:
        """The child's legal status in words; what it was, where the child has gone home already."""
        return WAS_ACCOMMODATED if self.home_since else LEGAL_STATUS[self.legal_status]

    @property
    def age(self) -> str:
        """“11 years” or “18 months”, as at the month of the bundle; "" where none is given."""
        if not self.as_at:
            return ""
        months = months_between(self.born, self.as_at)
        return f"{months} months" if months < 24 else f"{months // 12} years"

    @property
    def reference(self) -> Assessment:
        """The reference answers of one careful scorer."""
        answers: dict[Key, str] = {
            (factor, about): status for about, given in self.scores.items() for factor, status in given.items()
        }
        answers |= {(CAPACITY, carer): status for carer, status in self.capacity.items()}
        answers |= {(WISHES, about): status for about, status in self.wishes.items()}
        return Assessment(tuple(carer.id for carer in self.carer), answers)


LEGAL_STATUS = {
    "s20": "Accommodated by agreement (section 20)",
    "s31": "Care order (section 31)",
    "s38": "Interim care order (section 38)",
    "edge": "Not looked after (edge of care)",
    "remand": "Remanded by a court",
}
WAS_ACCOMMODATED = "At home; was accommodated by agreement (section 20)"
"""Accommodation under section 20 ends when the child goes home."""


class Reset(BaseModel):
    """The sample data was loaded again; these meetings were taken out of every list."""

    model_config = ConfigDict(frozen=True)

    set_aside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """What was set aside so far."""

    version: int = 0
    meetings: frozenset[str] = frozenset()


def load_samples(edition: Edition, folder: Path = SAMPLES) -> tuple[Case, ...]:
    """The sample cases that fit this edition, each with the level that its answers come to by its rule.

    They were written for the built-in edition. An authority's own may lack one of their factors (that case is left
    out) or have other rows (the level then follows those). Raises CaseError for a file that is broken in itself.
    """
    cases = []
    for path in sorted(folder.glob("*.toml")):
        case = _in_answers_of(edition, read(path))
        try:
            check(case, edition)
        except CaseError as error:
            log.warning("left out, since it does not fit the edition: %s: %s", path, error)
            continue
        result = classify(edition, case.reference)
        level, basis = result.indicated or "grey", result.basis or ""
        if (level, basis) != (case.level, case.basis):
            word = edition.levels[level].label if result.indicated else "no level yet"
            shows = f"By the rule of this edition its answers come to: {word}."
            case = case.model_copy(update={"level": level, "basis": basis, "shows": shows})
        cases.append(case)
    return tuple(cases)


def read(path: Path) -> Case:
    """A case as its file has it. Raises CaseError."""
    table = loading.parse(loading.read(path, CaseError), path, CaseError)
    return loading.validate(Case, table, path, CaseError)


_INSTEAD = {NOT_APPLICABLE: ABSENT, "not_needed": "evident"}
"""What counts the same for the rule, in an edition of release 0.2.0 or one that does not offer the answer there."""


def _in_answers_of(edition: Edition, case: Case) -> Case:
    """The case with answers that this edition offers, and without kinds of evidence that it does not know."""

    def answer(subject: str, about: str, given: str) -> str:
        if given not in _INSTEAD or (subject != CAPACITY and subject not in edition.factors):
            return given
        return given if any(s.id == given for s in edition.statuses(subject, about)) else _INSTEAD[given]

    def differing(one: Differs) -> Differs:
        return one.model_copy(update={"status": answer(one.factor, one.about, one.status)})

    def known_kinds(one: Remark) -> Remark:
        return one.model_copy(
            update={"evidence": tuple(kind for kind in one.evidence if kind in edition.evidence_kinds)}
        )

    return case.model_copy(
        update={
            "remark": tuple(map(known_kinds, case.remark)),
            "scores": {
                about: {factor: answer(factor, about, status) for factor, status in given.items()}
                for about, given in case.scores.items()
            },
            "capacity": {carer: answer(CAPACITY, carer, status) for carer, status in case.capacity.items()},
            "member": tuple(
                one.model_copy(update={"differs": tuple(map(differing, one.differs))}) for one in case.member
            ),
        }
    )


def check(case: Case, edition: Edition) -> None:
    """Raises CaseError if an answer of the case, its fictional members or its remarks cannot be given."""
    for member in case.member:
        if member.role not in edition.panel_roles:
            raise CaseError(f'{case.id}: "{member.role}" is no role of this edition.')
        if member.differs and not edition.panel_roles[member.role].scores:
            raise CaseError(f"{case.id}: {member.name} does not score, so nothing can differ.")
    reference = case.reference
    given = [(*key, status) for key, status in reference.answers.items()]
    given += [(differs.factor, differs.about, differs.status) for m in case.member for differs in m.differs]
    given += [(remark.factor, remark.about, "unknown") for remark in case.remark]
    for subject, about, status in given:
        try:
            check_answer(edition, reference.carers, subject, about, status)
        except InvalidAssessment as error:
            raise CaseError(str(error)) from None
